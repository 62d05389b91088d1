with products as (

    select * from {{ ref('stg_erp__products') }}

),

supply_costs as (

    select * from {{ ref('int_product_supply_costs') }}

),

joined as (

    select
        products.product_sku,
        products.product_name,
        products.product_category,
        products.list_price,
        coalesce(supply_costs.supply_cost, 0) as supply_cost,
        products.list_price - coalesce(supply_costs.supply_cost, 0) as unit_margin

    from products
    left join supply_costs
        on products.product_sku = supply_costs.product_sku

)

select
    *,
    {{ jaffle_utils.safe_divide('unit_margin', 'list_price') }} as margin_ratio,
    {{ score_bands('unit_margin', [(10, 'high'), (5, 'medium'), (0, 'low')]) }} as margin_band
from joined

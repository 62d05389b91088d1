with order_items as (

    select * from {{ ref('stg_pos__order_items') }}

),

products as (

    select * from {{ ref('stg_erp__products') }}

),

supply_costs as (

    select * from {{ ref('int_product_supply_costs') }}

),

joined as (

    select
        order_items.order_item_id,
        order_items.order_id,
        order_items.product_sku,
        products.product_name,
        products.product_category,
        products.is_food,
        products.is_drink,
        order_items.quantity,
        order_items.unit_price,
        order_items.line_total,
        order_items.quantity * coalesce(supply_costs.supply_cost, 0) as line_supply_cost

    from order_items
    left join products on order_items.product_sku = products.product_sku
    left join supply_costs on order_items.product_sku = supply_costs.product_sku

)

select
    *,
    line_total - line_supply_cost as line_margin
from joined

with products as (

    select * from {{ ref('stg_erp__products') }}

),

margins as (

    select * from {{ ref('int_product_margins') }}

),

history as (

    select
        product_sku,
        count(*) as count_price_changes
    from {{ ref('snap_products') }}
    group by product_sku

)

select
    {{ jaffle_utils.surrogate_key('products.product_sku') }} as product_key,
    products.product_sku,
    products.product_name,
    products.product_category,
    products.product_description,
    products.list_price,
    margins.supply_cost,
    margins.unit_margin,
    margins.margin_band,
    coalesce(history.count_price_changes, 0) as count_versions,
    products.is_active

from products
left join margins on products.product_sku = margins.product_sku
left join history on products.product_sku = history.product_sku

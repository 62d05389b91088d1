with items as (

    select * from {{ ref('int_order_items_enriched') }}

),

orders as (

    select
        order_id,
        customer_id,
        store_id,
        ordered_at,
        order_status
    from {{ ref('int_orders_joined') }}

)

select
    {{ jaffle_utils.surrogate_key('items.order_id', 'items.order_item_id') }} as order_item_key,
    items.order_item_id,
    items.order_id,
    orders.customer_id,
    orders.store_id,
    items.product_sku,
    items.product_category,
    items.quantity,
    items.unit_price,
    items.line_total,
    items.line_margin,
    orders.ordered_at

from items
inner join orders on items.order_id = orders.order_id
where orders.order_status != 'cancelled'

{#
  Orders with what their items say about them.
  `int_orders_with_items` was the name until the rewrite:
  select * from {{ ref('int_orders_with_items') }}
#}
with orders as (

    select * from {{ ref('stg_pos__orders') }}

),

stores as (

    select * from {{ ref('stg_pos__stores') }}

),

items as (

    select
        order_id,
        count(*) as count_items,
        sum(quantity) as count_units,
        sum(line_supply_cost) as supply_cost,
        sum(case when is_food then quantity else 0 end) as count_food_units,
        sum(case when is_drink then quantity else 0 end) as count_drink_units
    from {{ ref('int_order_items_enriched') }}
    group by 1

),

joined as (

    select
        orders.order_id,
        orders.customer_id,
        orders.store_id,
        stores.store_name,
        stores.store_currency,
        orders.order_status,
        orders.order_channel,
        orders.ordered_at,
        cast(orders.ordered_at as date) as ordered_on,
        orders.subtotal,
        orders.tax_paid,
        orders.order_total,
        coalesce(items.count_items, 0) as count_items,
        coalesce(items.count_units, 0) as count_units,
        coalesce(items.supply_cost, 0) as supply_cost,
        coalesce(items.count_food_units, 0) > 0 as has_food,
        coalesce(items.count_drink_units, 0) > 0 as has_drinks

    from orders
    left join stores on orders.store_id = stores.store_id
    left join items on orders.order_id = items.order_id

)

select * from joined
where ordered_at >= cast('{{ var("first_business_day") }}' as timestamp)

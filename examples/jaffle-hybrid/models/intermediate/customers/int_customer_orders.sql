with orders as (

    select * from {{ ref('int_orders_joined') }}

),

ranked as (

    select * from {{ ref('int_orders_ranked') }}

),

per_customer as (

    select
        orders.customer_id,
        count(*) as count_orders,
        count(distinct orders.store_id) as count_stores,
        min(orders.ordered_at) as first_ordered_at,
        max(orders.ordered_at) as last_ordered_at,
        sum(orders.order_total) as lifetime_spend,
        {{ jaffle_utils.safe_divide('sum(orders.order_total)', 'count(*)') }} as average_order_value,
        max(ranked.customer_order_number) as last_order_number

    from orders
    inner join ranked on orders.order_id = ranked.order_id
    group by orders.customer_id

)

select
    *,
    {{ dbt.datediff('first_ordered_at', 'last_ordered_at', 'day') }} as days_as_customer
from per_customer

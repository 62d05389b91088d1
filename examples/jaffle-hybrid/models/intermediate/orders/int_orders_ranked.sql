with orders as (

    select
        order_id,
        customer_id,
        ordered_at,
        order_total
    from {{ ref('int_orders_joined') }}
    where order_status not in ('cancelled', 'placed')

),

ranked as (

    select
        order_id,
        customer_id,
        ordered_at,
        row_number() over (
            partition by customer_id
            order by ordered_at, order_id
        ) as customer_order_number,
        sum(order_total) over (
            partition by customer_id
            order by ordered_at, order_id
            rows between unbounded preceding and current row
        ) as running_customer_total,
        lag(ordered_at) over (
            partition by customer_id
            order by ordered_at, order_id
        ) as previous_ordered_at

    from orders

)

select
    *,
    customer_order_number = 1 as is_first_order
from ranked

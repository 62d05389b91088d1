{{ config(access='protected') }}

with pivoted as (

    select * from {{ ref('int_order_payments_pivoted') }}

),

orders as (

    select
        order_id,
        store_id,
        order_total,
        ordered_at
    from {{ ref('int_orders_joined') }}

)

select
    orders.order_id,
    orders.store_id,
    orders.ordered_at,
    orders.order_total,
    {%- for method in var('payment_methods') %}
    coalesce(pivoted.paid_by_{{ method }}, 0) as paid_by_{{ method }},
    {%- endfor %}
    coalesce(pivoted.amount_paid, 0) as amount_paid,
    coalesce(pivoted.amount_refunded, 0) as amount_refunded,
    orders.order_total - coalesce(pivoted.amount_paid, 0) as amount_open,
    coalesce(pivoted.payment_kind, 'unpaid') as payment_kind

from orders
left join pivoted on orders.order_id = pivoted.order_id

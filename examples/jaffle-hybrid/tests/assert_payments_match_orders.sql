-- A completed order is paid in full, to the cent.
{{ config(severity='warn', tags=['finance']) }}

select
    payments.order_id,
    payments.order_total,
    payments.amount_paid
from {{ ref('fct_payments') }} as payments
inner join {{ ref('fct_orders') }} as orders on payments.order_id = orders.order_id
where
    orders.order_status = 'completed'
    and abs(payments.amount_open) > 0.005

{{ config(enabled=var('with_mesh')) }}

-- Corporate customers pay by invoice; billing is another team's project.
with invoices as (

    select * from {{ ref('jaffle_upstream', 'invoices', v=2) }}

),

orders as (

    select * from {{ ref('fct_orders') }}

)

select
    invoices.invoice_id,
    invoices.order_id,
    orders.customer_id,
    orders.store_id,
    orders.ordered_at,
    invoices.invoiced_at,
    invoices.amount_due,
    invoices.amount_credited,
    orders.order_total - invoices.amount_due as amount_difference,
    invoices.is_paid

from invoices
inner join orders on invoices.order_id = orders.order_id
where invoices.invoice_status != 'void'

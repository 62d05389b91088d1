with invoices as (

    select * from {{ ref('stg_billing__invoices') }}

),

credits as (

    select
        invoice_id,
        sum(amount_credited) as amount_credited
    from {{ ref('stg_billing__credit_notes') }}
    group by invoice_id

)

select
    invoices.invoice_id,
    invoices.order_id,
    invoices.invoice_status,
    invoices.amount_due,
    coalesce(credits.amount_credited, 0) as amount_credited,
    invoices.amount_due - coalesce(credits.amount_credited, 0) as amount_open,
    invoices.invoiced_at,
    invoices.paid_at,
    invoices.paid_at is not null as is_paid

from invoices
left join credits on invoices.invoice_id = credits.invoice_id

with invoices as (

    select * from {{ ref('stg_billing__invoices') }}

)

select
    invoice_id,
    order_id,
    invoice_status,
    amount_due,
    invoiced_at
from invoices

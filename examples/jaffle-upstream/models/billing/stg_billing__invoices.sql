{{ config(materialized='view', access='private') }}

with source as (

    select * from {{ ref('landed_invoices') }}

)

select
    id as invoice_id,
    order_id,
    lower(status) as invoice_status,
    cast(amount as double) as amount_due,
    cast(invoiced_at as timestamp) as invoiced_at,
    cast(paid_at as timestamp) as paid_at
from source

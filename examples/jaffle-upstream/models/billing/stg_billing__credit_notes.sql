{{ config(materialized='view', access='private') }}

with source as (

    select * from {{ ref('landed_credit_notes') }}

)

select
    id as credit_note_id,
    invoice_id,
    cast(amount as double) as amount_credited,
    reason
from source

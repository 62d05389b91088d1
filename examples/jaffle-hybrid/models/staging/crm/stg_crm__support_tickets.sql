{{ local_seed('raw_crm_support_tickets') }}
with source as (

    select * from {{ source('crm', 'support_tickets') }}

),

renamed as (

    select
        id as ticket_id,
        customer_id,
        order_id,
        replace(lower(category), ' ', '_') as ticket_category,
        cast(opened_at as timestamp) as opened_at,
        cast(closed_at as timestamp) as closed_at,
        cast(satisfaction as integer) as satisfaction_score

    from source

),

flagged as (

    select
        *,
        closed_at is null as is_open,
        ticket_category = 'praise' as is_praise
    from renamed

)

select * from flagged

{{ local_seed('raw_crm_customers') }}
with source as (

    select * from {{ source('crm', 'customers') }}

),

renamed as (

    select
        id as customer_id,
        full_name as customer_name,
        {{ first_filled('email', fallback="'unknown@jaffle.example'") }} as email,
        upper(country_code) as country_code,
        cast(marketing_opt_in as boolean) as has_marketing_opt_in,
        cast(created_at as timestamp) as signed_up_at,
        cast(updated_at as timestamp) as updated_at

    from source

)

select * from renamed

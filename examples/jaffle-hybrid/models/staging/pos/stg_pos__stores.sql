{{ local_seed('raw_pos_stores') }}
with source as (

    select * from {{ source('pos', 'stores') }}

),

renamed as (

    select
        id as store_id,
        name as store_name,
        country_code,
        currency as store_currency,
        cast(tax_rate as {{ dbt.type_float() }}) as tax_rate,
        cast(opened_at as date) as opened_on

    from source

)

select * from renamed

{{ local_seed('raw_erp_suppliers') }}
with source as (

    select * from {{ source('erp', 'suppliers') }}

),

countries as (

    select * from {{ ref('country_codes') }}

),

joined as (

    select
        source.id as supplier_id,
        source.name as supplier_name,
        source.country_code,
        countries.country_name,
        countries.region,
        source.lead_time_days

    from source
    left join countries on source.country_code = countries.country_code

)

select * from joined

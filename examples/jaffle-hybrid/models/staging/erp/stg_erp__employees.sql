{{ config(tags=['pii']) }}

{{ local_seed('raw_erp_employees') }}
with source as (

    select * from {{ source('erp', 'employees') }}

),

renamed as (

    select
        id as employee_id,
        store_id,
        {% if target.name == 'prod' -%}
        md5(full_name) as employee_name,
        {%- else -%}
        full_name as employee_name,
        {%- endif %}
        role as employee_role,
        cast(hired_on as date) as hired_on,
        cast(left_on as date) as left_on,
        left_on is null as is_employed

    from source

)

select * from renamed

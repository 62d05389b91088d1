with stores as (

    select * from {{ ref('stg_pos__stores') }}

),

staff as (

    select
        store_id,
        count(*) as count_staff,
        sum(case when employee_role = 'manager' then 1 else 0 end) as count_managers
    from {{ ref('stg_erp__employees') }}
    where is_employed
    group by store_id

),

countries as (

    select * from {{ ref('country_codes') }}

)

select
    stores.store_id,
    stores.store_name,
    stores.store_currency,
    stores.country_code,
    countries.country_name,
    countries.region,
    stores.tax_rate,
    stores.opened_on,
    {{ dbt.date_trunc('month', 'stores.opened_on') }} as opening_month,
    coalesce(staff.count_staff, 0) as count_staff,
    coalesce(staff.count_managers, 0) > 0 as has_manager

from stores
left join staff on stores.store_id = staff.store_id
left join countries on stores.country_code = countries.country_code

{{ config(materialized='view', access='private') }}

{% set quarters = {1: [1, 2, 3], 2: [4, 5, 6], 3: [7, 8, 9], 4: [10, 11, 12]} %}

with revenue as (

    select
        revenue.*,
        stores.country_code,
        case
            {%- for quarter, months in quarters.items() %}
            when extract(month from revenue.ordered_on) in ({{ months | join(', ') }}) then 'Q{{ quarter }}'
            {%- endfor %}
        end as tax_quarter
    from {{ ref('fct_revenue') }} as revenue
    inner join {{ ref('dim_stores') }} as stores on revenue.store_id = stores.store_id

)

select
    country_code,
    extract(year from ordered_on) as tax_year,
    tax_quarter,
    sum(net_revenue) as taxable_revenue,
    sum(tax) as tax_due,
    {{ jaffle_utils.safe_divide('sum(tax)', 'sum(net_revenue)') }} as effective_tax_rate
from revenue
group by 1, 2, 3

{#- One row per day, without a warehouse function that only some have. -#}
{%- set days = var('calendar_days') | int -%}

with digits as (

    {% for digit in range(10) -%}
    select {{ digit }} as digit
    {%- if not loop.last %} union all {% endif %}
    {% endfor %}

),

numbers as (

    select
        ones.digit + 10 * tens.digit + 100 * hundreds.digit + 1000 * thousands.digit as offset_days
    from digits as ones
    cross join digits as tens
    cross join digits as hundreds
    cross join digits as thousands

)

select
    offset_days,
    {{ dbt.dateadd('day', 'offset_days', "cast('" ~ var('calendar_start') ~ "' as date)") }} as calendar_date
from numbers
where offset_days < {{ days }}

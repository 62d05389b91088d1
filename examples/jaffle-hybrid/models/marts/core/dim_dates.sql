with calendar as (

    select calendar_date
    from {{ ref('jaffle_utils', 'utils_calendar') }}
    where calendar_date >= cast('{{ var("first_business_day") }}' as date)

)

select
    calendar_date as date_day,
    {%- for part in ['week', 'month', 'quarter', 'year'] %}
    cast({{ dbt.date_trunc(part, 'calendar_date') }} as date) as date_{{ part }},
    {%- endfor %}
    extract(year from calendar_date) as year_number,
    extract(month from calendar_date) as month_number,
    extract(day from calendar_date) as day_of_month,
    extract(month from calendar_date) in (6, 7, 8) as is_summer
from calendar

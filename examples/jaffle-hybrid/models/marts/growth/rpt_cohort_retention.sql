{% set months = range(1, 7) %}

with orders as (

    select
        customer_id,
        cast({{ dbt.date_trunc('month', 'ordered_on') }} as date) as order_month
    from {{ ref('fct_orders') }}
    where order_status = 'completed'

),

cohorts as (

    select
        customer_id,
        min(order_month) as cohort_month
    from orders
    group by customer_id

),

activity as (

    select
        cohorts.cohort_month,
        cohorts.customer_id,
        {{ dbt.datediff('cohorts.cohort_month', 'orders.order_month', 'month') }} as months_later
    from cohorts
    inner join orders on cohorts.customer_id = orders.customer_id

)

select
    cohort_month,
    count(distinct customer_id) as count_customers
    {%- for month in months %},
    count(distinct case when months_later = {{ month }} then customer_id end) as active_after_{{ month }}
    {%- endfor %}
from activity
group by cohort_month

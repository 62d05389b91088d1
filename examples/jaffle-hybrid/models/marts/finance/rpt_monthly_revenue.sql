with revenue as (

    select * from {{ ref('fct_revenue') }}

),

stores as (

    select * from {{ ref('dim_stores') }}

),

monthly as (

    select
        cast({{ dbt.date_trunc('month', 'revenue.ordered_on') }} as date) as revenue_month,
        stores.region,
        stores.store_name,
        count(*) as count_orders,
        sum(revenue.net_revenue) as net_revenue,
        sum(revenue.gross_margin) as gross_margin

    from revenue
    inner join stores on revenue.store_id = stores.store_id
    group by 1, 2, 3

)

select
    *,
    lag(net_revenue) over (
        partition by store_name
        order by revenue_month
    ) as previous_net_revenue,
    net_revenue - lag(net_revenue, 1, 0) over (
        partition by store_name
        order by revenue_month
    ) as net_revenue_change
from monthly

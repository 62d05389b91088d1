with targets as (

    select
        store_id,
        cast(target_month as date) as target_month,
        revenue_target
    from {{ ref('store_targets') }}

),

revenue as (

    select
        store_id,
        cast({{ dbt.date_trunc('month', 'ordered_on') }} as date) as revenue_month,
        sum(net_revenue) as net_revenue
    from {{ ref('fct_revenue') }}
    group by 1, 2

)

select
    {{ jaffle_utils.surrogate_key('targets.store_id', 'targets.target_month') }} as store_target_key,
    targets.store_id,
    targets.target_month,
    targets.revenue_target,
    coalesce(revenue.net_revenue, 0) as net_revenue,
    {{ jaffle_utils.safe_divide('coalesce(revenue.net_revenue, 0)', 'targets.revenue_target') }} as target_ratio,
    coalesce(revenue.net_revenue, 0) >= targets.revenue_target as is_target_met

from targets
left join revenue
    on
        targets.store_id = revenue.store_id
        and targets.target_month = revenue.revenue_month

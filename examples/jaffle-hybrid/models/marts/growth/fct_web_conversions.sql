with sessions as (

    select * from {{ ref('int_session_attribution') }}

),

orders as (

    select * from {{ ref('int_sessions_to_orders') }}

),

daily as (

    select
        cast(sessions.started_at as date) as session_date,
        sessions.marketing_channel,
        sessions.device_type,
        count(distinct sessions.session_id) as count_sessions,
        count(distinct orders.order_id) as count_orders,
        coalesce(sum(orders.order_total), 0) as attributed_revenue

    from sessions
    left join orders on sessions.session_id = orders.session_id
    group by 1, 2, 3

)

select
    *,
    {{ jaffle_utils.safe_divide('1.0 * count_orders', 'count_sessions') }} as conversion_rate
from daily

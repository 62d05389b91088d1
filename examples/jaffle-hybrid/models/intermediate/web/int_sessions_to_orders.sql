{{ config(tags=["web", "nightly"]) }}

with sessions as (

    select * from {{ ref('int_session_attribution') }}
    where customer_id is not null

),

orders as (

    select
        order_id,
        customer_id,
        ordered_at,
        order_total
    from {{ ref('int_orders_joined') }}

),

candidates as (

    select
        orders.order_id,
        sessions.session_id,
        sessions.marketing_channel,
        sessions.utm_campaign,
        orders.order_total,
        row_number() over (
            partition by orders.order_id
            order by sessions.started_at desc
        ) as session_rank

    from orders
    inner join sessions
        on
            orders.customer_id = sessions.customer_id
            and sessions.started_at <= orders.ordered_at
            and sessions.started_at >= {{ dbt.dateadd('day', -7, 'orders.ordered_at') }}

)

select
    order_id,
    session_id,
    marketing_channel,
    utm_campaign,
    order_total
from candidates
where session_rank = 1

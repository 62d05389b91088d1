{{
    config(
        enabled=var('with_mesh'),
        materialized='view'
    )
}}

with campaigns as (

    select * from {{ ref('jaffle_upstream', 'campaigns') }}

),

conversions as (

    select
        utm_campaign,
        count(*) as count_orders,
        sum(order_total) as attributed_revenue
    from {{ ref('int_sessions_to_orders') }}
    group by utm_campaign

)

select
    campaigns.campaign_id,
    campaigns.campaign_name,
    campaigns.channel,
    campaigns.spend,
    coalesce(conversions.count_orders, 0) as count_orders,
    coalesce(conversions.attributed_revenue, 0) as attributed_revenue,
    {{ jaffle_utils.safe_divide('conversions.attributed_revenue', 'campaigns.spend') }} as return_on_spend

from campaigns
left join conversions on campaigns.utm_campaign = conversions.utm_campaign

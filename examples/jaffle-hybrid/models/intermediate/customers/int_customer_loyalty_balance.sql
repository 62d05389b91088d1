{{ config(materialized='ephemeral') }}

with events as (

    select * from {{ ref('stg_crm__loyalty_events') }}

)

select
    customer_id,
    sum(signed_points) as points_balance,
    sum(case when event_type = 'earn' then points else 0 end) as points_earned,
    sum(case when event_type = 'redeem' then points else 0 end) as points_redeemed,
    max(occurred_at) as last_loyalty_event_at
from events
group by customer_id
having count(*) > 0

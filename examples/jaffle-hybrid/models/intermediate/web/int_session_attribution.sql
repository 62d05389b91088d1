{%- set paid_media = ['cpc', 'social', 'display'] -%}

with sessions as (

    select * from {{ ref('stg_web__sessions') }}

),

page_views as (

    select
        session_id,
        count(*) as count_page_views,
        max(case when is_conversion_page then 1 else 0 end) as reached_thanks,
        min(viewed_at) as first_viewed_at,
        max(viewed_at) as last_viewed_at
    from {{ ref('stg_web__page_views') }}
    group by session_id

),

attributed as (

    select
        sessions.session_id,
        sessions.customer_id,
        sessions.started_at,
        sessions.device_type,
        sessions.landing_page,
        sessions.utm_source,
        sessions.utm_campaign,
        case
            when sessions.utm_medium in ('{{ paid_media | join("', '") }}') then 'paid'
            when sessions.utm_medium = 'email' then 'email'
            when sessions.utm_source = '(none)' then 'direct'
            else 'organic'
        end as marketing_channel,
        coalesce(page_views.count_page_views, 0) as count_page_views,
        coalesce(page_views.reached_thanks, 0) = 1 as has_converted

    from sessions
    left join page_views on sessions.session_id = page_views.session_id

)

select * from attributed

{{ local_seed('raw_crm_loyalty_events') }}
{% set signs = {'earn': 1, 'redeem': -1, 'expire': -1} %}

with source as (

    select * from {{ source('crm', 'loyalty_events') }}

),

signed as (

    select
        id as loyalty_event_id,
        customer_id,
        event_type,
        points,
        case event_type
            {% for event_type, sign in signs.items() -%}
            when '{{ event_type }}' then {{ sign }} * points
            {% endfor -%}
            else 0
        end as signed_points,
        cast(occurred_at as timestamp) as occurred_at

    from source

)

select * from signed

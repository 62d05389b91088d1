{{ local_seed('raw_web_sessions') }}
with source as (

    select * from {{ source('web', 'sessions') }}

),

renamed as (

    select
        id as session_id,
        cast(customer_id as integer) as customer_id,
        landing_page,
        {%- for part in ['source', 'medium', 'campaign'] %}
        {{ first_filled('utm_' ~ part, fallback="'(none)'") }} as utm_{{ part }},
        {%- endfor %}
        device as device_type,
        cast(started_at as timestamp) as started_at

    from source
    where true
        {{- limit_in_dev('started_at') }}

)

select * from renamed

{{ local_seed('raw_pos_payments') }}
with source as (

    select * from {{ source('pos', 'payments') }}

),

renamed as (

    select
        id as payment_id,
        order_id,
        lower(method) as payment_method,
        lower(status) as payment_status,
        {{ cents_to_dollars('amount') }} as amount,
        cast(created_at as timestamp) as paid_at

    from source

),

known_methods as (

    select *
    from renamed
    where payment_method in (
        {%- for method in var('payment_methods') %}
        '{{ method }}'{{ "," if not loop.last }}
        {%- endfor %}
    )

)

select * from known_methods

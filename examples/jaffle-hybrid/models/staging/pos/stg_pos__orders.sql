{{ local_seed('raw_pos_orders') }}
with source as (

    select * from {{ source('pos', 'orders') }}

),

renamed as (

    select
        -- ids
        id as order_id,
        customer_id,
        store_id,

        -- what and where
        lower(status) as order_status,
        lower(channel) as order_channel,

        -- money
        subtotal as subtotal_cents,
        tax_paid as tax_paid_cents,
        order_total as order_total_cents,
        {{ cents_to_dollars('subtotal') }} as subtotal,
        {{ cents_to_dollars('tax_paid') }} as tax_paid,
        {{ cents_to_dollars('order_total') }} as order_total,

        -- time
        cast(ordered_at as timestamp) as ordered_at

    from source
    where id is not null
        {{- limit_in_dev('ordered_at', days=90) }}

)

select * from renamed

{{ local_seed('raw_pos_order_items') }}
with source as (

    select * from {{ source('pos', 'order_items') }}

),

renamed as (

    select
        id as order_item_id,
        order_id,
        sku as product_sku,
        quantity,
        {{ cents_to_dollars('unit_price') }} as unit_price,
        {{ cents_to_dollars('unit_price * quantity') }} as line_total

    from source
    where quantity > 0

)

select * from renamed

{{ local_seed('raw_erp_products') }}
with source as (

    select * from {{ source('erp', 'products') }}

),

renamed as (

    select
        sku as product_sku,
        name as product_name,
        lower(category) as product_category,
        {{ cents_to_dollars('price') }} as list_price,
        {{ first_filled('description', 'name') }} as product_description,
        cast(is_active as boolean) as is_active,
        category in ('jaffle') as is_food,
        category in ('beverage') as is_drink,
        cast(updated_at as timestamp) as updated_at

    from source

)

select * from renamed

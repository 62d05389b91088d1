{{ local_seed('raw_erp_supplies') }}
with source as (

    select * from {{ source('erp', 'supplies') }}

),

renamed as (

    select
        {{ jaffle_utils.surrogate_key('id', 'sku') }} as supply_key,
        id as supply_id,
        sku as product_sku,
        supplier_id,
        name as supply_name,
        {{ cents_to_dollars('cost', precision=4) }} as supply_cost,
        cast(perishable as boolean) as is_perishable

    from source

)

select * from renamed

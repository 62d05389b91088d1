{{ local_seed('raw_web_page_views') }}
with source as (

    select * from {{ source('web', 'page_views') }}

),

renamed as (

    select
        id as page_view_id,
        session_id,
        page_path,
        cast(viewed_at as timestamp) as viewed_at,
        page_path = '/thanks' as is_conversion_page,
        row_number() over (
            partition by session_id
            order by viewed_at, id
        ) as view_number

    from source

)

select * from renamed

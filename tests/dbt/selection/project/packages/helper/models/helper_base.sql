select * from {{ source('feeds', 'events') }}

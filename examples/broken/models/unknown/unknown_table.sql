select * from {{ source('museum', 'customer') }}

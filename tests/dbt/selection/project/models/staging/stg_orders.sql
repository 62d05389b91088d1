select * from {{ source('raw', 'orders') }} union all select * from {{ ref('raw_orders') }}

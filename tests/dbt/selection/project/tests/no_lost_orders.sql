{{ config(severity='warn', tags=['slow']) }}
select * from {{ ref('orders') }} left join {{ ref('stg_orders') }} using (id) left join {{ source('raw', 'orders') }} using (id)

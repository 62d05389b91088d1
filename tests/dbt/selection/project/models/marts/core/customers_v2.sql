select 1 as id from {{ ref('stg_customers') }} join {{ ref('orders') }} using (id)

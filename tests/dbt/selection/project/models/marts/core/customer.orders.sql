select * from {{ ref('customers', v=1) }} join {{ ref('orders') }} using (id)

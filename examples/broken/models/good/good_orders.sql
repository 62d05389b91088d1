{{ config(materialized='table') }}

select
    orders.id as order_id,
    customers.customer_name,
    {{ doubled('orders.amount') }} as amount,
    '{{ env_var("MUSEUM_BEFORE") }}' as label
from {{ ref('good_seed') }} as orders
left join {{ ref('good_customers') }} as customers on orders.customer_id = customers.customer_id

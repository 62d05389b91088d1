with customers as (

    select * from {{ ref('stg_crm__customers') }}

),

customer_orders as (

    select * from {{ ref('int_customer_orders') }}

)

select
    customers.customer_id,
    customers.customer_name,
    customers.country_code,
    customers.signed_up_at,
    coalesce(customer_orders.count_orders, 0) as count_orders,
    customer_orders.first_ordered_at,
    customer_orders.last_ordered_at,
    coalesce(customer_orders.lifetime_spend, 0) as lifetime_spend

from customers
left join customer_orders
    on customers.customer_id = customer_orders.customer_id

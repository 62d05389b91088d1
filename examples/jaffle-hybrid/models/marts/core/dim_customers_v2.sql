with customers as (

    select * from {{ ref('stg_crm__customers') }}

),

customer_orders as (

    select * from {{ ref('int_customer_orders') }}

),

loyalty as (

    select * from {{ ref('int_customer_loyalty_balance') }}

),

support as (

    select * from {{ ref('int_customer_support_summary') }}

),

countries as (

    select * from {{ ref('country_codes') }}

),

joined as (

    select
        customers.customer_id,
        customers.customer_name,
        customers.email,
        customers.country_code,
        countries.region,
        customers.has_marketing_opt_in,
        customers.signed_up_at,
        coalesce(customer_orders.count_orders, 0) as count_orders,
        customer_orders.first_ordered_at,
        customer_orders.last_ordered_at,
        coalesce(customer_orders.lifetime_spend, 0) as lifetime_spend,
        coalesce(loyalty.points_balance, 0) as points_balance,
        coalesce(support.count_open_tickets, 0) as count_open_tickets,
        support.satisfaction_band,
        case
            when customer_orders.count_orders is null then 'prospect'
            when customer_orders.count_orders = 1 then 'new'
            else 'returning'
        end as customer_type

    from customers
    left join customer_orders on customers.customer_id = customer_orders.customer_id
    left join loyalty on customers.customer_id = loyalty.customer_id
    left join support on customers.customer_id = support.customer_id
    left join countries on customers.country_code = countries.country_code

)

select * from joined

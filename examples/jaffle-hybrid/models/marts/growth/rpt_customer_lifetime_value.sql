{%- set horizon_days = 365 -%}

with customers as (

    select * from {{ ref('dim_customers') }}

),

orders as (

    select * from {{ ref('int_customer_orders') }}

),

valued as (

    select
        customers.customer_id,
        customers.region,
        customers.customer_type,
        orders.lifetime_spend,
        orders.average_order_value,
        orders.days_as_customer,
        case
            when orders.days_as_customer > 0
                then orders.lifetime_spend / orders.days_as_customer * {{ horizon_days }}
            else orders.average_order_value
        end as value_next_{{ horizon_days }}_days

    from customers
    inner join orders on customers.customer_id = orders.customer_id

)

select
    *,
    {{ score_bands('value_next_' ~ horizon_days ~ '_days', [(1000, 'gold'), (250, 'silver'), (0, 'bronze')]) }} as value_band
from valued

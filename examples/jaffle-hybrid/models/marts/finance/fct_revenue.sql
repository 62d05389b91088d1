{#- The reports' currency is a decision, not a default: no second argument here. -#}
{%- set reporting_currency = env_var('DBT_JAFFLE_REPORTING_CURRENCY') -%}

with orders as (

    select * from {{ ref('fct_orders') }}
    where order_status = 'completed'

),

rates as (

    select
        currency,
        cast(valid_from as date) as valid_from,
        lead(cast(valid_from as date)) over (
            partition by currency
            order by valid_from
        ) as valid_until,
        rate_to_usd
    from {{ ref('currency_rates') }}

),

converted as (

    select
        orders.order_id,
        orders.store_id,
        orders.ordered_on,
        orders.currency as booked_currency,
        '{{ reporting_currency }}' as reporting_currency,
        {{ convert_currency('orders.subtotal', 'booked.rate_to_usd', 'reported.rate_to_usd') }} as net_revenue,
        {{ convert_currency('orders.tax_paid', 'booked.rate_to_usd', 'reported.rate_to_usd') }} as tax,
        {{ convert_currency('orders.supply_cost', 'booked.rate_to_usd', 'reported.rate_to_usd') }} as supply_cost

    from orders
    inner join rates as booked
        on
            orders.currency = booked.currency
            and orders.ordered_on >= booked.valid_from
            and (orders.ordered_on < booked.valid_until or booked.valid_until is null)
    inner join rates as reported
        on
            reported.currency = '{{ reporting_currency }}'
            and orders.ordered_on >= reported.valid_from
            and (orders.ordered_on < reported.valid_until or reported.valid_until is null)

)

select
    *,
    net_revenue - supply_cost as gross_margin
from converted

with orders as (

    select * from "jaffle_hybrid"."dbt_ana_core"."fct_orders"
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
    from "jaffle_hybrid"."reference"."currency_rates"

),

converted as (

    select
        orders.order_id,
        orders.store_id,
        orders.ordered_on,
        orders.currency as booked_currency,
        'EUR' as reporting_currency,
        round(orders.subtotal * booked.rate_to_usd / nullif(reported.rate_to_usd, 0), 2) as net_revenue,
        round(orders.tax_paid * booked.rate_to_usd / nullif(reported.rate_to_usd, 0), 2) as tax,
        round(orders.supply_cost * booked.rate_to_usd / nullif(reported.rate_to_usd, 0), 2) as supply_cost

    from orders
    inner join rates as booked
        on
            orders.currency = booked.currency
            and orders.ordered_on >= booked.valid_from
            and (orders.ordered_on < booked.valid_until or booked.valid_until is null)
    inner join rates as reported
        on
            reported.currency = 'EUR'
            and orders.ordered_on >= reported.valid_from
            and (orders.ordered_on < reported.valid_until or reported.valid_until is null)

)

select
    *,
    net_revenue - supply_cost as gross_margin
from converted

{{
    config(
        materialized='incremental',
        unique_key='order_id',
        on_schema_change='append_new_columns',
        tags=['nightly']
    )
}}

with orders as (

    select * from {{ ref('int_orders_joined') }}

    {% if is_incremental() %}
    where ordered_at >= (
        select {{ dbt.dateadd('day', -(env_var('DBT_JAFFLE_LOOKBACK_DAYS', '3') | int), 'max(ordered_at)') }}
        from {{ this }}
    )
    {% endif %}

),

ranked as (

    select * from {{ ref('int_orders_ranked') }}

)

select
    orders.order_id,
    orders.customer_id,
    orders.store_id,
    orders.order_status,
    orders.order_channel,
    orders.ordered_at,
    orders.ordered_on,
    orders.store_currency as currency,
    orders.subtotal,
    orders.tax_paid,
    orders.order_total,
    orders.supply_cost,
    orders.count_items,
    orders.has_food,
    orders.has_drinks,
    ranked.customer_order_number,
    coalesce(ranked.is_first_order, false) as is_first_order

from orders
left join ranked on orders.order_id = ranked.order_id

{{
    config(
        materialized='ephemeral',
        group='finance',
        access='private'
    )
}}

{%- set methods = var('payment_methods') -%}

with payments as (

    select * from {{ ref('stg_pos__payments') }}

),

pivoted as (

    select
        order_id,
        {{- pivot_amounts('payment_method', 'amount', methods, prefix='paid_by_') }},
        sum(amount) as amount_paid,
        sum(case when payment_status = 'refunded' then amount else 0 end) as amount_refunded,
        min(paid_at) as first_paid_at,
        count(*) as count_payments

    from payments
    group by order_id

)

select
    *,
    case
        {% for method in methods -%}
        when paid_by_{{ method }} = amount_paid then '{{ method }}'
        {% endfor -%}
        else 'split'
    end as payment_kind
from pivoted

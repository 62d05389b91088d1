{{ config(meta={'flags': [true, 'x'], 'reviewed': true, 'year': 2024}, contract={'enforced': false}) }}
select 1 as id, 2 as amount from {{ ref('orders') }} join {{ ref('customers') }} using (id)

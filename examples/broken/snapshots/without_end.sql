{% snapshot without_end %}

{{ config(unique_key='order_id', strategy='check', check_cols='all') }}

select * from {{ ref('good_orders') }}

{{ config(materialized='table') }}

select order_id
from {{ ref('good_orders') }}

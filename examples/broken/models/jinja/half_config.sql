{{ config(materialized='table',

select 1 as id
from {{ ref('good_orders') }}

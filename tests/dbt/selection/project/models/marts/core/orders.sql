{{ config(materialized='incremental', unique_key=['id', 'day'], on_schema_change='fail') }}
select 1 as id, 2 as day from {{ ref('stg_orders') }} join {{ ref('stg_payments') }} using (id)

{{ config(materialized='ephemeral') }}

select * from {{ ref('cycle_a') }}

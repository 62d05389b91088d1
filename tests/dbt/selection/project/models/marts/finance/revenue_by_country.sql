{{ config(materialized='ephemeral', access='private', pre_hook="select 1", docs={'show': false}) }}
select * from {{ ref('revenue') }} join {{ ref('countries') }} using (id)

{{ config(materialized='ephemeral', meta={'owner': 'helper'}) }}
select * from {{ ref('helper_base') }} join {{ ref('helper_dates') }} using (day)

{{ config(alias='the_report', full_refresh=false, persist_docs={'relation': true}) }}
select * from {{ ref('revenue_by_country') }} join {{ ref('orders_extra') }} using (day)

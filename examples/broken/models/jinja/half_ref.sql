select * from {{ ref('good_orders') }}
union all
select * from {{ ref('
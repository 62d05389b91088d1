select * from {{ ref('good_orders'

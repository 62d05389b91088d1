select * from {{ ref('good_orders', v=9) }}

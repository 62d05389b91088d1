select * from {{ ref('good_order') }}

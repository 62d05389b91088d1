select * from {{ ref('no_such_package', 'good_orders') }}

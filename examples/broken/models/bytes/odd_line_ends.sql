select ' ' as one, '' as two
from {{ ref('good_orders') }}

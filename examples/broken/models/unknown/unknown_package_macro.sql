select {{ no_such_package.star('amount') }} as amount
from {{ ref('good_seed') }}

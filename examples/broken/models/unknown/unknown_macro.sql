select {{ dubbled('amount') }} as amount
from {{ ref('good_seed') }}

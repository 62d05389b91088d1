select 1 as id from {{ ref('customers', v=2) }}

select {{ function('area') }}(1, 2) as area from {{ ref('stg_customers') }}

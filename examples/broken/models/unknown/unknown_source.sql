select * from {{ source('museums', 'customers') }}

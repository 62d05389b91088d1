select * from {{ ref('homeless_base') }}

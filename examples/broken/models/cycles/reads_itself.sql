select * from {{ ref('reads_itself') }}

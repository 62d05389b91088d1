select * from {{ ref('good_orders') }}
{# to be
   continued

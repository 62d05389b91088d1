{% snapshot snap_customers %}

{{
    config(
        unique_key='customer_id',
        strategy='timestamp',
        updated_at='updated_at'
    )
}}

select
    customer_id,
    email,
    country_code,
    has_marketing_opt_in,
    updated_at
from {{ ref('stg_crm__customers') }}

{% endsnapshot %}

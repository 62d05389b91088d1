{% snapshot customers_history %}
{{ config(unique_key='id', strategy='check', check_cols=['name'], tags=['history']) }}
select * from {{ ref('raw_customers') }}
{% endsnapshot %}

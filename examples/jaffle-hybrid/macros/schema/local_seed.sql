{#
  On duckdb the raw tables are seeds of this project, so a staging model has to
  wait for its seed. On a warehouse a loader fills them and nothing is waited for.
#}
{%- macro local_seed(seed_name) -%}
    {%- if target.type == 'duckdb' -%}
        -- depends_on: {{ ref(seed_name) }}
    {%- endif -%}
{%- endmacro -%}

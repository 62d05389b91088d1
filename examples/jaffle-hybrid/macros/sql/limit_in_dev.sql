{# Big tables are cut to the last days while developing on a real warehouse. #}
{% macro limit_in_dev(timestamp_column, days=30) -%}
    {%- if target.name not in ('prod', 'ci') and target.type != 'duckdb' %}
    and {{ timestamp_column }} >= {{ dbt.dateadd('day', -days, dbt.current_timestamp()) }}
    {%- endif -%}
{%- endmacro %}

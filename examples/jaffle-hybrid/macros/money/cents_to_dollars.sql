{# The registers book whole cents; everything we publish is in units. #}
{% macro cents_to_dollars(column_name, precision=2) -%}
    round(cast({{ column_name }} as {{ dbt.type_numeric() }}) / 100, {{ precision }})
{%- endmacro %}

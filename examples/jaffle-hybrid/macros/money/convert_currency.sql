{% macro convert_currency(amount, rate, to_rate) -%}
    {{ return(adapter.dispatch('convert_currency', 'jaffle_hybrid')(amount, rate, to_rate)) }}
{%- endmacro %}

{% macro default__convert_currency(amount, rate, to_rate) -%}
    round({{ amount }} * {{ rate }} / nullif({{ to_rate }}, 0), 2)
{%- endmacro %}

{% macro snowflake__convert_currency(amount, rate, to_rate) -%}
    round(div0null({{ amount }} * {{ rate }}, {{ to_rate }}), 2)
{%- endmacro %}
{% endmacro %}

{#- Snowflake. Blanks and line ends are those that dbt prints. -#}

{% macro snowflake__array_construct(inputs, data_type) %}array_construct( {{ inputs | join(' , ') }} ){% endmacro %}

{% macro snowflake__bool_or(expression) %}boolor_agg({{ expression }}){% endmacro %}

{#- Shapes are parsed, not cast. -#}
{% macro snowflake__cast(field, type) %}
{%- set parsers = {'GEOGRAPHY': 'to_geography', 'GEOMETRY': 'to_geometry'} -%}
{%- set parser = parsers.get(type | upper) %}
    {{ parser ~ '(' ~ field ~ ')' if parser else 'cast(' ~ field ~ ' as ' ~ type ~ ')' }}
    {{ '' }}
{%- endmacro %}

{% macro snowflake__safe_cast(field, type) %}
{%- set parsers = {'GEOGRAPHY': 'try_to_geography', 'GEOMETRY': 'try_to_geometry'} -%}
{%- set parser = parsers.get(type | upper) %}
    {% if parser -%}
        {{ parser }}({{ field }})
    {% elif type | upper == 'VARIANT' -%}
        {#- Nothing is tried here: `try_cast` takes texts to other types alone. -#}
        {{ adapter.dispatch('cast', 'dbt')(field, type) }}
    {% else -%}
        {{ '' }}
        {#- A number has to become a text first. #}
        try_cast({{ dbt.string_literal(field) if field is number else field }} as {{ type }})
    {% endif -%}
{% endmacro %}

{% macro snowflake__equals(expr1, expr2) -%}
  {%- set nulls_too = adapter.behavior.enable_truthy_nulls_equals_macro.no_warn -%}
  {{ '\n    ' if nulls_too }}({{ expr1 }} {{ 'IS NOT DISTINCT FROM' if nulls_too else '=' }} {{ expr2 }})
{%- endmacro %}

{% macro snowflake__escape_single_quotes(expression) %}{{ expression | replace("'", "\\'") }}{% endmacro %}

{#- `right` of nothing is everything there, so nothing is said apart. -#}
{% macro snowflake__right(string_text, length_expression) %}

    case when {{ length_expression }} = 0
        then ''
    else
        right(
            {{ string_text }},
            {{ length_expression }}
        )
    end
{%- endmacro %}

{% macro snowflake__current_timestamp() %}convert_timezone('UTC', current_timestamp()){% endmacro %}

{% macro snowflake__current_timestamp_backcompat() %}
  current_timestamp::{{ type_timestamp() }}
{% endmacro %}

{% macro snowflake__current_timestamp_in_utc_backcompat() %}
  convert_timezone('UTC', {{ snowflake__current_timestamp_backcompat() }})::{{ type_timestamp() }}
{% endmacro %}

{% macro snowflake__snapshot_get_time() %}to_timestamp_ntz({{ current_timestamp() }}){% endmacro %}

{% macro snowflake__snapshot_string_as_time(timestamp) %}{{ return("to_timestamp_ntz('" ~ timestamp ~ "')") }}{% endmacro %}

{% macro snowflake__can_clone_table() %}{{ return(true) }}{% endmacro %}

{% macro snowflake__copy_grants() %}{{ return(config.get('copy_grants', false)) }}{% endmacro %}

{% macro snowflake__support_multiple_grantees_per_dcl_statement() %}{{ return(false) }}{% endmacro %}

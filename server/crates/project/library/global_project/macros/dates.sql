{#- Arithmetic with dates. An adapter that is not listed has no answer here. Blanks and line ends are
    those of dbt's output, which has to be the same byte for byte. -#}

{% macro date_trunc(datepart, date) -%}
  {{ return(adapter.dispatch('date_trunc', 'dbt')(datepart, date)) }}
{%- endmacro %}

{% macro duckdb__date_trunc(datepart, date) -%}
    date_trunc('{{ datepart }}', {{ date }})
{%- endmacro %}

{% macro snowflake__date_trunc(datepart, date) -%}
    date_trunc('{{ datepart }}', {{ date }})
{%- endmacro %}

{% macro dateadd(datepart, interval, from_date_or_timestamp) %}
  {{ return(adapter.dispatch('dateadd', 'dbt')(datepart, interval, from_date_or_timestamp)) }}
{% endmacro %}

{% macro snowflake__dateadd(datepart, interval, from_date_or_timestamp) %}

    dateadd(
        {{ datepart }},
        {{ interval }},
        {{ from_date_or_timestamp }}
        )

{% endmacro %}

{% macro duckdb__dateadd(datepart, interval, from_date_or_timestamp) %}

    {{ '' }}
    {%- set part = datepart | lower -%}
    {%- set longer = {'quarter': ['month', 3], 'week': ['day', 7]} -%}
    {%- set unit = longer[part][0] if part in longer else part -%}
    {%- set times = ' * ' ~ longer[part][1] if part in longer else '' -%}
    {%- set amount = 'cast(' ~ interval ~ ' as bigint)' ~ times -%}
    {%- if times %}{% set amount = '(' ~ amount ~ ')' %}{% endif -%}
        ({{ from_date_or_timestamp }} + {{ amount }} * interval 1 {{ unit }})
{%- endmacro %}

{% macro datediff(first_date, second_date, datepart) %}
  {{ return(adapter.dispatch('datediff', 'dbt')(first_date, second_date, datepart)) }}
{% endmacro %}

{% macro snowflake__datediff(first_date, second_date, datepart) -%}

    datediff(
        {{ datepart }},
        {{ first_date }},
        {{ second_date }}
        )

{%- endmacro %}

{% macro duckdb__datediff(first_date, second_date, datepart) -%}
    {# Weeks are counted by their starts, which DuckDB does not do: not known here. #}
    {%- if datepart == 'week' -%}
    {{ return(dbt.datediff_in_weeks(first_date, second_date)) }}
    {%- else %}
        (date_diff('{{ datepart }}', {{ first_date }}::timestamp, {{ second_date }}::timestamp ))
    {% endif %}
{%- endmacro %}

{#- Arithmetic with dates. Blanks and line ends are those that dbt prints. -#}

{% macro date_trunc(datepart, date) %}{{ return(adapter.dispatch('date_trunc', 'dbt')(datepart, date)) }}{% endmacro %}

{% macro default__date_trunc(datepart, date) %}date_trunc('{{ datepart }}', {{ date }}){% endmacro %}

{% macro dateadd(datepart, interval, from_date_or_timestamp) %}
  {{ return(adapter.dispatch('dateadd', 'dbt')(datepart, interval, from_date_or_timestamp)) }}
{% endmacro %}

{% macro default__dateadd(datepart, interval, from_date_or_timestamp) -%}
  {%- set arguments = [datepart, interval, from_date_or_timestamp] -%}
  {{ '\n\n    dateadd(\n        ' ~ arguments | join(',\n        ') ~ '\n        )\n\n' }}
{%- endmacro %}

{% macro datediff(first_date, second_date, datepart) %}
  {{ return(adapter.dispatch('datediff', 'dbt')(first_date, second_date, datepart)) }}
{% endmacro %}

{% macro default__datediff(first_date, second_date, datepart) -%}
  {%- set arguments = [datepart, first_date, second_date] -%}
  {{ 'datediff(\n        ' ~ arguments | join(',\n        ') ~ '\n        )' }}
{%- endmacro %}

{% macro date(year, month, day) %}{{ return(adapter.dispatch('date', 'dbt')(year, month, day)) }}{% endmacro %}

{% macro default__date(year, month, day) -%}
  to_date('{{ modules.datetime.date(year, month, day).isoformat() }}', 'YYYY-MM-DD')
{%- endmacro %}

{% macro last_day(date, datepart) %}{{ return(adapter.dispatch('last_day', 'dbt')(date, datepart)) }}{% endmacro %}

{% macro default__last_day(date, datepart) %}{{ dbt.default_last_day(date, datepart) }}{% endmacro %}

{#- One day before the next period begins. -#}
{% macro default_last_day(date, datepart) -%}
  {%- set next = dbt.dateadd(datepart, '1', dbt.date_trunc(datepart, date)) -%}
    cast(
        {{ dbt.dateadd('day', '-1', next) }}
        as date)
{%- endmacro %}

{% macro date_spine(datepart, start_date, end_date) %}
  {{ return(adapter.dispatch('date_spine', 'dbt')(datepart, start_date, end_date)) }}
{% endmacro %}

{% macro default__date_spine(datepart, start_date, end_date) %}


    {# As many numbers as there are periods, each added to the start. #}


    with rawdata as (

        {{ dbt.generate_series(dbt.get_intervals_between(start_date, end_date, datepart)) }}

    ),

    all_periods as (

        select (
            {{ dbt.dateadd(datepart, 'row_number() over (order by 1) - 1', start_date) }}
        ) as date_{{ datepart }}
        from rawdata

    ),

    filtered as (

        select *
        from all_periods
        where date_{{ datepart }} <= {{ end_date }}

    )

    select * from filtered

{% endmacro %}

{% macro get_intervals_between(start_date, end_date, datepart) %}
  {{ return(adapter.dispatch('get_intervals_between', 'dbt')(start_date, end_date, datepart)) }}
{% endmacro %}

{#- The warehouse counts; where it says nothing, one. -#}
{% macro default__get_intervals_between(start_date, end_date, datepart) %}
  {%- call statement('get_intervals_between', fetch_result=true) %}

        select {{ dbt.datediff(start_date, end_date, datepart) }}
  {%- endcall -%}
  {%- set counted = load_result('get_intervals_between') -%}
  {{ return(counted['data'][0][0] if counted and counted['data'] else 1) }}
{% endmacro %}

{% macro generate_series(upper_bound) %}{{ return(adapter.dispatch('generate_series', 'dbt')(upper_bound)) }}{% endmacro %}

{#- Numbers from one on: every binary digit is a table of two rows. -#}
{% macro default__generate_series(upper_bound) %}
{%- set digits = range(dbt.get_powers_of_two(upper_bound)) %}

    {{ '' }}

    with p as (
        select 0 as generated_number union all select 1
    ), unioned as (

    select

    {{ '' }}
  {%- for digit in digits %}
    p{{ digit }}.generated_number * power(2, {{ digit }})
    {{ '\n    ' if loop.last else ' + \n    ' }}
  {%- endfor %}
    + 1
    as generated_number

    from

    {{ '' }}
  {%- for digit in digits %}
    p as p{{ digit }}
    {{ '\n    ' if loop.last else ' cross join \n    ' }}
  {%- endfor %}

    )

    select *
    from unioned
    where generated_number <= {{ upper_bound }}
    order by generated_number

{% endmacro %}

{% macro get_powers_of_two(upper_bound) %}{{ return(adapter.dispatch('get_powers_of_two', 'dbt')(upper_bound)) }}{% endmacro %}

{% macro default__get_powers_of_two(upper_bound) %}

    {% if upper_bound <= 0 %}
    {{ exceptions.raise_compiler_error('upper bound must be positive') }}
    {% endif %}

    {% for power in range(1, 100) if upper_bound <= 2 ** power %}{{ return(power) }}{% endfor %}
{% endmacro %}

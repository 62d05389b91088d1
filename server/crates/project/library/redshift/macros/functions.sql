{#- Redshift, where it is not like Postgres. Blanks and line ends are those that dbt prints. -#}

{% macro redshift__array_append(array, new_element) %}{{ array_concat(array, array_construct([new_element])) }}{% endmacro %}

{% macro redshift__array_concat(array_1, array_2) %}array_concat({{ array_1 }}, {{ array_2 }}){% endmacro %}

{% macro redshift__array_construct(inputs, data_type) %}array( {{ inputs | join(' , ') }} ){% endmacro %}

{% macro redshift__cast_bool_to_text(field) %}
    case
        when {{ field }} is true then 'true'
        when {{ field }} is false then 'false'
    end::text
{% endmacro %}

{#- As dbt's default, and not as Postgres. -#}
{% macro redshift__dateadd(datepart, interval, from_date_or_timestamp) -%}
  {{ dbt.default__dateadd(datepart, interval, from_date_or_timestamp) }}
{%- endmacro %}

{% macro redshift__datediff(first_date, second_date, datepart) -%}
  {{ dbt.default__datediff(first_date, second_date, datepart) }}
{%- endmacro %}

{% macro redshift__last_day(date, datepart) %}
    {{ dbt.default_last_day(date, datepart) }}
{% endmacro %}

{% macro redshift__length(expression) %}

    len(
        {{ expression }}
    )
{%- endmacro %}

{#- A limit is a pattern over the whole list: so many texts without the delimiter, each with one
    behind it, and a last one. -#}
{% macro redshift__listagg(measure, delimiter_text, order_by_clause, limit_num) -%}
  {%- set ordered = 'within group (' ~ order_by_clause ~ ')' if order_by_clause else '' -%}
  {%- if limit_num -%}
    {%- set ns = namespace(mark=delimiter_text | trim("'")) -%}
    {%- for it in ['\\', '^', '$', '.', '|', '?', '*', '+', '(', ')', '[', ']', '{', '}'] -%}
      {%- set ns.mark = ns.mark | replace(it, '\\\\' ~ it) -%}
    {%- endfor -%}
    {%- set other = '[^' ~ ns.mark ~ ']+' -%}
    {{ '\n    ' * 2 ~ '\n        ' * 14 ~ '\n    ' }}
    {{- 'regexp_substr(' }}
        listagg(
            {{ measure }},
            {{ delimiter_text }}
            )
            {{ ordered }}
        ,'({{ other ~ ns.mark }}){1,{{ limit_num - 1 }}}{{ other }}'
        )
  {%- else %}
    listagg(
        {{ measure }},
        {{ delimiter_text }}
        )
        {{ ordered }}
  {%- endif -%}
{%- endmacro %}

{% macro redshift__current_timestamp() %}getdate(){% endmacro %}
{% macro redshift__current_timestamp_backcompat() %}getdate(){% endmacro %}
{% macro redshift__current_timestamp_in_utc_backcompat() %}getdate(){% endmacro %}

{% macro redshift__snapshot_get_time() %}{{ current_timestamp() }}::timestamp{% endmacro %}

{% macro redshift__snapshot_string_as_time(timestamp) %}{{ return("'" ~ timestamp ~ "'::timestamp") }}{% endmacro %}

{% macro redshift__get_batch_size() %}{{ return(500) }}{% endmacro %}

{#- The types of the given rows are those of the first. -#}
{% macro redshift__validate_fixture_rows(rows, row_number) %}
  {%- if rows and none in rows[0].values() -%}
    {%- set place = 'expected output' if model.resource_type == 'unit_test' else "'" ~ model.name ~ "'" -%}
    {{ exceptions.raise_compiler_error(
      'Unit test fixture ' ~ place ~ ' in ' ~ model.name ~ ' does not have any row free of null values, which may cause type mismatch errors during unit test execution.'
    ) }}
  {%- endif -%}
{% endmacro %}

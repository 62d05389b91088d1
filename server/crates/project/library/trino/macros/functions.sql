{#- Trino. Blanks and line ends are those that dbt prints. -#}

{% macro trino__any_value(expression) %}min({{ expression }}){% endmacro %}
{% macro trino__bool_or(expression) %}bool_or({{ expression }}){% endmacro %}

{% macro trino__array_append(array, new_element) %}{{ array_concat(array, array_construct([new_element])) }}{% endmacro %}
{% macro trino__array_concat(array_1, array_2) %}concat({{ array_1 }}, {{ array_2 }}){% endmacro %}
{% macro trino__array_construct(inputs, data_type) -%}
  {{ 'array[ ' ~ inputs | join(' , ') ~ ' ]' if inputs else 'null' }}
{%- endmacro %}

{% macro trino__type_float() %}double{% endmacro %}
{% macro trino__type_string() %}varchar{% endmacro %}
{% macro trino__type_numeric() %}decimal(28, 6){% endmacro %}
{% macro trino__type_int() %}integer{% endmacro %}

{% macro trino__current_timestamp() %}current_timestamp{% endmacro %}
{% macro trino__snapshot_string_as_time(timestamp) %}{{ return("timestamp '" ~ timestamp ~ "'") }}{% endmacro %}

{% macro trino__snapshot_hash_arguments(args) -%}
  {%- set texts = [] -%}
  {%- for it in args -%}{%- do texts.append('coalesce(cast(' ~ it ~ " as varchar), '')") -%}{%- endfor -%}
  {{ 'lower(to_hex(md5(to_utf8(concat(' ~ texts | join(", '|',") ~ ')))))' }}
{%- endmacro %}

{% macro trino__date_trunc(datepart, date) %}date_trunc('{{ datepart }}', {{ date }}){% endmacro %}

{% macro trino__dateadd(datepart, interval, from_date_or_timestamp) -%}
  date_add('{{ datepart }}', {{ interval }}, {{ from_date_or_timestamp }})
{%- endmacro %}

{#- Each part counts from the next longer one. -#}
{% macro trino__datediff(first_date, second_date, datepart) -%}
  {%- set first, second = 'CAST(' ~ first_date ~ ' AS TIMESTAMP)', 'CAST(' ~ second_date ~ ' AS TIMESTAMP)' -%}
  {%- set parts = datepart ~ '(' ~ second ~ ') - ' ~ datepart ~ '(' ~ first ~ ')' -%}
  {%- set dates = {'quarter': 4, 'month': 12} -%}
  {%- set clock = {'hour': ['day', 24], 'minute': ['hour', 60], 'second': ['minute', 60]} -%}
  {%- if datepart == 'year' -%}({{ parts }})
  {%- elif datepart in dates -%}({{ datediff(first_date, second_date, 'year') }} * {{ dates[datepart] }}) + {{ parts }}
  {%- elif datepart == 'day' -%}((to_milliseconds((CAST({{ second }} AS DATE) - CAST({{ first }} AS DATE)))) / 86400000)
  {%- elif datepart == 'week' -%}
         ({{ datediff(first_date, second_date, 'day') }} / 7 + case
            when dow({{ first }}) <= dow({{ second }}) then
                case when {{ first_date }} <= {{ second_date }} then 0 else -1 end
            else
                case when {{ first_date }} <= {{ second_date }} then 1 else 0 end
        end)
  {%- elif datepart in clock -%}
    {%- set longer, times = clock[datepart] -%}
    ({{ datediff(first_date, second_date, longer) }} * {{ times }} + {{ parts }})
  {%- elif datepart == 'millisecond' -%}(to_milliseconds(({{ second }} - {{ first }})))
  {%- elif execute -%}
    {{ exceptions.raise_compiler_error("Unsupported datepart for macro datediff in Trino: '" ~ datepart ~ "'") }}
  {%- endif -%}
{%- endmacro %}

{% macro trino__date_spine(datepart, start_date, end_date) %}


    {# As dbt's own, with both ends cast to dates. #}


    with rawdata as (

        {{ dbt.generate_series(dbt.get_intervals_between(start_date, end_date, datepart)) }}

    ),

    all_periods as (

        select (
            {{ dbt.dateadd(datepart, 'row_number() over (order by 1) - 1', 'cast(' ~ start_date ~ ' as date)') }}
        ) as date_{{ datepart }}
        from rawdata

    ),

    filtered as (

        select *
        from all_periods
    where date_{{ datepart }} <= cast({{ end_date }} as date)

    )

    select * from filtered

{% endmacro %}

{% macro trino__hash(field) %}lower(to_hex(md5(to_utf8(cast({{ field }} as varchar))))){% endmacro %}

{% macro trino__listagg(measure, delimiter_text, order_by_clause, limit_num) %}
  {%- set all = ' array_agg(' ~ measure ~ ' ' ~ (order_by_clause or '') ~ ') ' -%}
  {%- set some = ' slice(' ~ all ~ ', 1, ' ~ limit_num ~ ') ' if limit_num else all -%}
  {{ return(' array_join(' ~ some ~ ', ' ~ delimiter_text ~ ') ') }}
{% endmacro %}

{% macro trino__right(string_text, length_expression) %}
    case when {{ length_expression }} = 0
        then ''
    else
        substr({{ string_text }}, -1 * ({{ length_expression }}))
    end
{%- endmacro %}

{% macro trino__safe_cast(field, type) %}try_cast({{ field }} as {{ type }}){% endmacro %}

{% macro trino__split_part(string_text, delimiter_text, part_number) %}
  {% if part_number < 0 %}
    {{ dbt._split_part_negative(string_text, delimiter_text, part_number) }}
  {% else %}
    {{ dbt.default__split_part(string_text, delimiter_text, part_number) }}
  {% endif %}
{% endmacro %}

{#- The schema of user-defined functions keeps its name. -#}
{% macro trino__generate_schema_name(custom_schema_name, node) -%}
  {%- set custom = custom_schema_name | trim if custom_schema_name is not none else none -%}
  {%- if node is not none and node.database | lower == 'galaxy' and custom is not none and custom | lower == 'functions' -%}
    {{ custom }}
  {%- else -%}{{ dbt.default__generate_schema_name(custom_schema_name, node) }}
  {%- endif -%}
{%- endmacro %}

{% macro trino__copy_grants() %}{{ return(false) }}{% endmacro %}
{% macro trino__support_multiple_grantees_per_dcl_statement() %}{{ return(false) }}{% endmacro %}
{% macro trino__get_batch_size() %}{{ return(1000) }}{% endmacro %}
{% macro trino__get_binding_char() %}{{ return('%s' if target.prepared_statements_enabled is false else '?') }}{% endmacro %}

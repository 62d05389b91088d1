{#- Spark. Blanks and line ends are those that dbt prints. -#}

{% macro spark__any_value(expression) -%}
    {{ 'first(' ~ expression ~ ')' }}
{%- endmacro %}

{% macro spark__bool_or(expression) %}max({{ expression }}){% endmacro %}

{% macro spark__array_append(array, new_element) %}{{ array_concat(array, array_construct([new_element])) }}{% endmacro %}
{% macro spark__array_concat(array_1, array_2) %}concat({{ array_1 }}, {{ array_2 }}){% endmacro %}
{% macro spark__array_construct(inputs, data_type) %}array( {{ inputs | join(' , ') }} ){% endmacro %}

{% macro spark__concat(fields) %}concat({{ fields | join(', ') }}){% endmacro %}

{% macro spark__escape_single_quotes(expression) %}{{ expression | replace("'", "\\'") }}{% endmacro %}

{% macro spark__current_timestamp() %}current_timestamp(){% endmacro %}

{% macro spark__snapshot_string_as_time(timestamp) %}{{ return("to_timestamp('" ~ timestamp ~ "')") }}{% endmacro %}

{% macro spark__snapshot_hash_arguments(args) -%}
  {%- set texts = [] -%}
  {%- for it in args -%}{%- do texts.append('coalesce(cast(' ~ it ~ " as string ), '')") -%}{%- endfor -%}
  {{ 'md5(' ~ texts | join("\n         || '|' || ") ~ ('\n        ' if texts) ~ ')' }}
{%- endmacro %}

{% macro spark__date(year, month, day) -%}
  to_date('{{ modules.datetime.date(year, month, day).isoformat() }}', 'yyyy-MM-dd')
{%- endmacro %}

{#- A text between quotes cannot become an array, a map or a struct. -#}
{% macro spark__safe_cast(field, type) %}
{%- set bare = field is string and cast_from_string_unsupported_for(type) -%}
cast({{ field.strip('"').strip("'") if bare else field }} as {{ type }})
{% endmacro %}

{% macro cast_from_string_unsupported_for(type) %}
  {%- set kind = type.lower() -%}
  {{ return(kind.startswith('struct') or kind.startswith('array') or kind.startswith('map')) }}
{% endmacro %}

{#- A function of what must be there: where it gives nothing for something, the query fails. -#}
{% macro assert_not_null(function, arg) %}{{ return(adapter.dispatch('assert_not_null', 'dbt')(function, arg)) }}{% endmacro %}

{% macro spark__assert_not_null(function, arg) %}
{%- set value = function ~ '(' ~ arg ~ ')' %}

    coalesce({{ value }}, nvl2({{ value }}, assert_true({{ value }} is not null), null))

{% endmacro %}

{% macro spark__dateadd(datepart, interval, from_date_or_timestamp) %}
  {%- set months = {'month': 1, 'quarter': 3, 'year': 12} -%}
  {%- set days = {'day': 1, 'week': 7} -%}
  {%- set seconds = {
    'hour': '3600', 'minute': '60', 'second': '1', 'millisecond': '(1/1000000)', 'microsecond': '(1/1000000)',
  } -%}
  {%- if datepart in days or datepart in months -%}
        to_timestamp(
            to_unix_timestamp(
                {{ 'date_add' if datepart in days else 'add_months' }}(
                    {{ assert_not_null('date', from_date_or_timestamp) }},
                    cast({{ interval }} * {{ days[datepart] if datepart in days else months[datepart] }} as int)
                )
            ) + {{ '\n        ' ~ _spark_clock(from_date_or_timestamp) }}
        )
  {%- elif datepart in seconds -%}
        to_timestamp(
            {{ assert_not_null('to_unix_timestamp', from_date_or_timestamp) }}
            + cast({{ interval }} * {{ seconds[datepart] }} as int)
        )
  {%- else -%}
    {{ exceptions.raise_compiler_error("macro dateadd not implemented for datepart ~ '" ~ datepart ~ "' ~ on Spark") }}
  {%- endif -%}
{% endmacro %}

{#- The seconds of a moment since its day began. -#}
{% macro _spark_clock(moment) -%}
        to_unix_timestamp({{ assert_not_null('to_timestamp', moment) }})
        - to_unix_timestamp({{ assert_not_null('date', moment) }})
{%- endmacro %}

{% macro spark__datediff(first_date, second_date, datepart) %}
  {%- set calendar = datepart in ['day', 'week', 'month', 'quarter', 'year'] -%}
  {%- set first = assert_not_null('date', first_date) if calendar else first_date -%}
  {%- set second = assert_not_null('date', second_date) if calendar else second_date -%}
  {%- set forwards, backwards = first ~ ' < ' ~ second, first ~ ' > ' ~ second -%}
  {%- set seconds = {
    'hour': '3600', 'minute': '60', 'second': '1', 'millisecond': '(1/1000)', 'microsecond': '(1/1000000)',
  } -%}
  {{- '\n        \n        ' if calendar }}
  {%- if datepart == 'day' -%}datediff({{ second }}, {{ first }})
  {%- elif datepart == 'year' -%}year({{ second }}) - year({{ first }})
  {%- elif datepart == 'week' -%}
    {%- set weeks = '(datediff(' ~ second ~ ', ' ~ first ~ ')/7)' -%}
        case when {{ forwards }}
            then floor{{ weeks }}
            else ceil{{ weeks }}
            end

        -- did we cross a week boundary (Sunday)?
        + case
            when {{ forwards }} and dayofweek({{ second }}) < dayofweek({{ first }}) then 1
            when {{ backwards }} and dayofweek({{ second }}) > dayofweek({{ first }}) then -1
            else 0 end
  {%- elif datepart == 'month' -%}
    {%- set months = '(months_between(date(' ~ second ~ '), date(' ~ first ~ ')))' -%}
        case when {{ forwards }}
            then floor{{ months }}
            else ceil{{ months }}
            end

        -- did we cross a month boundary?
        + case
            when {{ forwards }} and dayofmonth({{ second }}) < dayofmonth({{ first }}) then 1
            when {{ backwards }} and dayofmonth({{ second }}) > dayofmonth({{ first }}) then -1
            else 0 end
  {%- elif datepart == 'quarter' -%}
    {%- set quarters = '(months_between(date(' ~ second ~ '), date(' ~ first ~ '))/3)' -%}
    {%- set into = '(dayofyear(%s) - (quarter(%s) * 365/4))' -%}
        case when {{ forwards }}
            then floor{{ quarters }}
            else ceil{{ quarters }}
            end

        -- did we cross a quarter boundary?
        + case
            when {{ forwards }} and (
                {{ into % (second, second) }}
                < {{ into % (first, first) }}
            ) then 1
            when {{ backwards }} and (
                {{ into % (second, second) }}
                > {{ into % (first, first) }}
            ) then -1
            else 0 end
  {%- elif datepart in seconds -%}
    {%- set moment = 'to_unix_timestamp' -%}
    {%- set start = assert_not_null(moment, assert_not_null('to_timestamp', first)) -%}
    {%- set end = assert_not_null(moment, assert_not_null('to_timestamp', second)) -%}
        case when {{ forwards }}
            then ceil((
                {# Both have to be moments. #}
                {{ end }}
                - {{ start }}
            ) / {{ seconds[datepart] }})
            else floor((
                {{ end }}
                - {{ start }}
            ) / {{ seconds[datepart] }})
            end

            {% if datepart == 'millisecond' %}
                + cast(date_format({{ second }}, 'SSS') as int)
                - cast(date_format({{ first }}, 'SSS') as int)
            {% endif %}

            {% if datepart == 'microsecond' %}
                {% set pattern = '[0-9]{4}-[0-9]{2}-[0-9]{2}.[0-9]{2}:[0-9]{2}:[0-9]{2}.([0-9]{6})' %}
                -- Spark doesn't really support microseconds, so this is a massive hack!
                -- It will only work if the timestamp-string is of the format
                -- 'yyyy-MM-dd-HH mm.ss.SSSSSS'
                + cast(regexp_extract({{ second }}, '{{ pattern }}', 1) as int)
                - cast(regexp_extract({{ first }}, '{{ pattern }}', 1) as int)
            {% endif -%}
  {%- else -%}
    {{ exceptions.raise_compiler_error("macro datediff not implemented for datepart ~ '" ~ datepart ~ "' ~ on Spark") }}
  {%- endif -%}
{% endmacro %}

{#- Order is not kept by a collected list. -#}
{% macro spark__listagg(measure, delimiter_text, order_by_clause, limit_num) %}
  {%- if order_by_clause -%}
    {{ exceptions.warn('order_by_clause is not supported for listagg on Spark/Databricks') }}
  {%- endif -%}
  {%- set all = ' collect_list(' ~ measure ~ ') ' -%}
  {%- set some = ' slice(' ~ all ~ ', 1, ' ~ limit_num ~ ') ' if limit_num else all -%}
  {{ return(' array_join(' ~ some ~ ', ' ~ delimiter_text ~ ') ') }}
{% endmacro %}

{#- The delimiter is a pattern, so one that begins with a special character is escaped. -#}
{% macro _spark_delimiter(delimiter_text) %}

        -- escape if starts with a special character
        case when regexp_extract({{ delimiter_text }}, '([^A-Za-z0-9])(.*)', 1) != '_'
            then concat('\\', {{ delimiter_text }})
            else {{ delimiter_text }} end

    {{ '' }}
{%- endmacro %}

{% macro spark__split_part(string_text, delimiter_text, part_number) %}
  {%- set split -%}
        split(
            {{ string_text }},
            {{ _spark_delimiter(delimiter_text) }}
            )
  {%- endset -%}
  {%- if part_number >= 0 -%}
    {%- set part = '[(' ~ [part_number - 1, 0] | max ~ ')]' -%}
  {%- else -%}
    {%- set part -%}
            [(
                length({{ string_text }})
                - length(
                    replace({{ string_text }},  {{ delimiter_text }}, '')
                ) + 1 + {{ part_number }}
            )]
    {%- endset -%}
  {%- endif -%}
  {{ return('\n\n        ' ~ split ~ part ~ '\n\n        ') }}
{% endmacro %}

{% macro spark__generate_database_name(custom_database_name=none, node=none) %}{{ return(none) }}{% endmacro %}

{% macro spark__can_clone_table() %}{{ return(true) }}{% endmacro %}
{% macro spark__copy_grants() %}{{ return(config.materialized != 'view') }}{% endmacro %}
{% macro spark__support_multiple_grantees_per_dcl_statement() %}{{ return(false) }}{% endmacro %}
{% macro spark__get_binding_char() %}{{ return('?' if target.method == 'odbc' else '%s') }}{% endmacro %}

{% macro spark__make_temp_relation(base_relation, suffix) %}
  {%- set named = base_relation.incorporate(path={'identifier': base_relation.identifier ~ suffix}) -%}
  {{ return(named.include(database=false, schema=false)) }}
{% endmacro %}

{#- None stands for all columns. -#}
{% macro spark__get_merge_update_columns(merge_update_columns, merge_exclude_columns, dest_columns) %}
  {%- set some = merge_update_columns or merge_exclude_columns -%}
  {%- set chosen = dbt.default__get_merge_update_columns(merge_update_columns, merge_exclude_columns, dest_columns) -%}
  {{ return(chosen if some else none) }}
{% endmacro %}

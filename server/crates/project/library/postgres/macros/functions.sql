{#- Postgres. Blanks and line ends are those that dbt prints. -#}

{% macro postgres__any_value(expression) %}min({{ expression }}){% endmacro %}

{% macro postgres__dateadd(datepart, interval, from_date_or_timestamp) %}

    {{ from_date_or_timestamp }} + ((interval '1 {{ datepart }}') * ({{ interval }}))

{% endmacro %}

{#- Each part counts from the next longer one: a year has four quarters, a quarter of its own is the
    difference of the two dates' parts. -#}
{% macro postgres__datediff(first_date, second_date, datepart) -%}
  {%- set first, second = '(' ~ first_date ~ ')', '(' ~ second_date ~ ')' -%}
  {%- set longer = {
    'quarter': ['year', 4, 'date'], 'month': ['year', 12, 'date'],
    'hour': ['day', 24, 'timestamp'], 'minute': ['hour', 60, 'timestamp'],
    'second': ['minute', 60, 'timestamp'], 'millisecond': ['minute', 60000, 'timestamp'],
    'microsecond': ['minute', 60000000, 'timestamp'],
  } -%}
  {%- set whole = '%s' if datepart in ['quarter', 'month', 'hour', 'minute'] else 'floor(%s)' -%}
  {%- set part = "date_part('%s', %s::%s)" %}
    {%- if datepart == 'year' %}
        ({{ part % ('year', second, 'date') }} - {{ part % ('year', first, 'date') }})
    {% elif datepart == 'day' %}
        ({{ second }}::date - {{ first }}::date)
    {% elif datepart == 'week' %}
        ({{ datediff(first_date, second_date, 'day') }} / 7 + case
            when {{ part % ('dow', first, 'timestamp') }} <= {{ part % ('dow', second, 'timestamp') }} then
                case when {{ first_date }} <= {{ second_date }} then 0 else -1 end
            else
                case when {{ first_date }} <= {{ second_date }} then 1 else 0 end
        end)
    {% elif datepart in longer %}
        {%- set unit, times, kind = longer[datepart] %}
        ({{ datediff(first_date, second_date, unit) }} * {{ times }} + {{ whole % (part % (datepart, second, kind)) }} - {{ whole % (part % (datepart, first, kind)) }})
    {% else %}
        {{ exceptions.raise_compiler_error("Unsupported datepart for macro datediff in postgres: '" ~ datepart ~ "'") }}
    {% endif -%}
{%- endmacro %}

{% macro postgres__equals(expr1, expr2) -%}
  {%- set nulls_too = adapter.behavior.enable_truthy_nulls_equals_macro.no_warn -%}
  {{ '\n    ' if nulls_too }}({{ expr1 }} {{ 'IS NOT DISTINCT FROM' if nulls_too else '=' }} {{ expr2 }})
{%- endmacro %}

{% macro postgres__last_day(date, datepart) -%}
  {%- if datepart != 'quarter' -%}{{ dbt.default_last_day(date, datepart) }}
  {%- else -%}
    -- postgres dateadd does not support quarter interval.
    cast(
        {{ dbt.dateadd('day', '-1', dbt.dateadd('month', '3', dbt.date_trunc(datepart, date))) }}
        as date)
  {%- endif -%}
{%- endmacro %}

{% macro postgres__listagg(measure, delimiter_text, order_by_clause, limit_num) -%}
  {%- set order = order_by_clause or '' -%}
  {%- if limit_num -%}
    array_to_string(
        (array_agg(
            {{ measure }}
            {{ order }}
        ))[1:{{ limit_num }}],
        {{ delimiter_text }}
        )
  {%- else %}
    string_agg(
        {{ measure }},
        {{ delimiter_text }}
        {{ order }}
        )
  {%- endif -%}
{%- endmacro %}

{% macro postgres__split_part(string_text, delimiter_text, part_number) %}

  {% if part_number < 0 %}
    {{ dbt._split_part_negative(string_text, delimiter_text, part_number) }}
  {% else %}
    {{ dbt.default__split_part(string_text, delimiter_text, part_number) }}
  {% endif %}

{% endmacro %}

{% macro postgres__current_timestamp() %}now(){% endmacro %}

{% macro postgres__current_timestamp_backcompat() %}
    current_timestamp::{{ type_timestamp() }}
{% endmacro %}

{% macro postgres__current_timestamp_in_utc_backcompat() %}
    (current_timestamp at time zone 'utc')::{{ type_timestamp() }}
{% endmacro %}

{% macro postgres__snapshot_get_time() %}{{ current_timestamp() }}::timestamp without time zone{% endmacro %}

{% macro postgres__snapshot_string_as_time(timestamp) %}
  {{ return("'" ~ timestamp ~ "'::timestamp without time zone") }}
{% endmacro %}

{% macro postgres__copy_grants() %}{{ return(false) }}{% endmacro %}

{#- A name that is too long loses its end, not the suffix. -#}
{% macro postgres__make_relation_with_suffix(base_relation, suffix, dstring) %}
  {%- set now = modules.datetime.datetime.now().strftime('%H%M%S%f') if dstring else '' -%}
  {%- set suffix = suffix ~ now -%}
  {%- set most = base_relation.relation_max_name_length() -%}
  {%- if suffix | length > most -%}
    {{ exceptions.raise_compiler_error(
      'Relation suffix is too long (' ~ suffix | length ~ ' characters). Maximum length is ' ~ most ~ ' characters.'
    ) }}
  {%- endif -%}
  {%- set name = base_relation.identifier[:most - suffix | length] ~ suffix -%}
  {{ return(base_relation.incorporate(path={'identifier': name})) }}
{% endmacro %}

{% macro postgres__make_temp_relation(base_relation, suffix) %}
  {%- set named = postgres__make_relation_with_suffix(base_relation, suffix, dstring=true) -%}
  {{ return(named.incorporate(path={'schema': none, 'database': none})) }}
{% endmacro %}

{% macro postgres__make_intermediate_relation(base_relation, suffix) %}
  {{ return(postgres__make_relation_with_suffix(base_relation, suffix, dstring=false)) }}
{% endmacro %}

{% macro postgres__make_backup_relation(base_relation, backup_relation_type, suffix) %}
  {%- set named = postgres__make_relation_with_suffix(base_relation, suffix, dstring=false) -%}
  {{ return(named.incorporate(type=backup_relation_type)) }}
{% endmacro %}

{#- DuckDB. Blanks and line ends are those that dbt prints. -#}

{% macro duckdb__any_value(expression) %}arbitrary({{ expression }}){% endmacro %}

{% macro duckdb__current_timestamp() %}now(){% endmacro %}

{% macro duckdb__date(year, month, day) %}make_date({{ year }}, {{ month }}, {{ day }}){% endmacro %}

{#- An interval may be an expression, so it multiplies an interval of one. -#}
{% macro duckdb__dateadd(datepart, interval, from_date_or_timestamp) %}
  {%- set part = datepart | lower -%}
  {%- set longer = {'quarter': ['month', 3], 'week': ['day', 7]} -%}
  {%- set unit = longer[part][0] if part in longer else part -%}
  {%- set amount = 'cast(' ~ interval ~ ' as bigint)' -%}
  {%- if part in longer -%}{%- set amount = '(' ~ amount ~ ' * ' ~ longer[part][1] ~ ')' -%}{%- endif %}

    {{ '' -}}
    ({{ from_date_or_timestamp }} + {{ amount }} * interval 1 {{ unit }})
{%- endmacro %}

{#- Weeks are counted in whole sevens of days, and one more where the second day is earlier in its
    week than the first. -#}
{% macro duckdb__datediff(first_date, second_date, datepart) -%}
  {%- set day = "date_part('dow', (%s)::timestamp)" -%}
  {%- if datepart == 'week' %}
            ({{ datediff(first_date, second_date, 'day') }} // 7 + case
            when {{ day % first_date }} <= {{ day % second_date }} then
                case when {{ first_date }} <= {{ second_date }} then 0 else -1 end
            else
                case when {{ first_date }} <= {{ second_date }} then 1 else 0 end
        end)
    {% else %}
        (date_diff('{{ datepart }}', {{ first_date }}::timestamp, {{ second_date }}::timestamp ))
    {% endif -%}
{%- endmacro %}

{% macro duckdb__generate_series(upper_bound) %}
    select
        generate_series as generated_number
    from generate_series(1, {{ upper_bound }})
{% endmacro %}

{% macro duckdb__last_day(date, datepart) -%}
  {%- if datepart == 'quarter' -%}
    -- duckdb dateadd does not support quarter interval.
    cast(
        {{ dbt.dateadd('day', '-1', dbt.dateadd('month', '3', dbt.date_trunc(datepart, date))) }}
        as date)
  {%- else -%}{{ dbt.default_last_day(date, datepart) }}
  {%- endif -%}
{%- endmacro %}

{% macro duckdb__listagg(measure, delimiter_text, order_by_clause, limit_num) -%}
  {%- set order = order_by_clause or '' -%}
  {%- if limit_num -%}
    list_aggr(
        (array_agg(
            {{ measure }}
            {{ order }}
        ))[1:{{ limit_num }}],
        'string_agg',
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

{% macro duckdb__split_part(string_text, delimiter_text, part_number) %}
    string_split({{ string_text }}, {{ delimiter_text }})[ {{ part_number }} ]
{% endmacro %}

{% macro duckdb__snapshot_get_time() %}{{ current_timestamp() }}::timestamp{% endmacro %}

{% macro duckdb__snapshot_string_as_time(timestamp) %}{{ return("'" ~ timestamp ~ "'::timestamp") }}{% endmacro %}

{% macro duckdb__get_binding_char() %}{{ return('?') }}{% endmacro %}

{#- A header cannot stand inside of a query that is described: it is run before. -#}
{% macro duckdb__get_empty_subquery_sql(select_sql, select_sql_header=none) -%}
  {%- if select_sql_header is not none -%}{%- do run_query(select_sql_header) -%}{%- endif -%}
  {{ dbt.default__get_empty_subquery_sql(select_sql) }}
{%- endmacro %}

{#- A temporary table is of no schema, and no other run may know its name. -#}
{% macro duckdb__make_temp_relation(base_relation, suffix) %}
  {%- set name = base_relation.identifier ~ suffix ~ py_current_timestring() -%}
  {{ return(base_relation.incorporate(path={'identifier': name, 'schema': none, 'database': none})) }}
{% endmacro %}

{#- No transaction is open when hooks outside of one run, so none is ended. -#}
{% macro run_hooks(hooks, inside_transaction=True) %}
  {% for hook in hooks | selectattr('transaction', 'equalto', inside_transaction) %}
    {% set text = render(hook.get('sql')) | trim %}
    {% if text %}
      {% call statement(auto_begin=inside_transaction) %}{{ text }}{% endcall %}
    {% endif %}
  {% endfor %}
{% endmacro %}

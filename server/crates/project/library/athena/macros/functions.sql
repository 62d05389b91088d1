{#- Athena. Blanks and line ends are those that dbt prints. -#}

{% macro athena__any_value(expression) %}arbitrary({{ expression }}){% endmacro %}
{% macro athena__bool_or(expression) %}bool_or({{ expression }}){% endmacro %}

{% macro athena__array_append(array, new_element) %}{{ array }} || {{ new_element }}{% endmacro %}
{% macro athena__array_concat(array_1, array_2) %}{{ array_1 }} || {{ array_2 }}{% endmacro %}
{% macro athena__array_construct(inputs, data_type) -%}
  {%- set written = 'array[ ' ~ inputs | join(' , ') ~ ' ]' if inputs else safe_cast('array[]', 'array(' ~ data_type ~ ')') -%}
  {{ '\n    ' ~ written ~ '\n    ' }}
{%- endmacro %}

{% macro athena__type_float() %}DOUBLE{% endmacro %}
{% macro athena__type_numeric() %}DECIMAL(38,6){% endmacro %}
{% macro athena__type_int() %}INTEGER{% endmacro %}
{% macro athena__type_string() %}VARCHAR{% endmacro %}

{% macro athena__current_timestamp() %}{{ cast_timestamp('now()') }}{% endmacro %}

{#- Iceberg tables hold moments to the microsecond. -#}
{% macro cast_timestamp(timestamp_col) -%}
  {%- set own = model.get('config', {}) -%}
  {%- set is_table = own.get('materialized', 'table') not in ['view', 'ephemeral'] -%}
  {%- set is_iceberg = own.get('table_type', 'hive') == 'iceberg' -%}
  cast({{ timestamp_col }} as timestamp{{ '(6)' if is_iceberg and is_table }})
{%- endmacro %}

{% macro athena__snapshot_hash_arguments(args) -%}
  {%- set texts = [] -%}
  {%- for it in args -%}{%- do texts.append('coalesce(cast(' ~ it ~ " as varchar ), '')") -%}{%- endfor -%}
  {{ 'to_hex(md5(to_utf8(' ~ texts | join("\n         || '|' || ") ~ ('\n        ' if texts) ~ ')))' }}
{%- endmacro %}

{% macro athena__date_trunc(datepart, date) %}date_trunc('{{ datepart }}', {{ date }}){% endmacro %}

{% macro athena__dateadd(datepart, interval, from_date_or_timestamp) -%}
  date_add('{{ datepart }}', {{ interval }}, {{ from_date_or_timestamp }})
{%- endmacro %}

{#- Each part counts from the next longer one. -#}
{% macro athena__datediff(first_date, second_date, datepart) -%}
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
    {{ exceptions.raise_compiler_error("Unsupported datepart for macro datediff in Athena: '" ~ datepart ~ "'") }}
  {%- endif -%}
{%- endmacro %}

{% macro athena__equals(expr1, expr2) -%}
  {%- set nulls_too = adapter.behavior.enable_truthy_nulls_equals_macro.no_warn -%}
  {{ '\n    ' if nulls_too }}({{ expr1 }} {{ 'IS NOT DISTINCT FROM' if nulls_too else '=' }} {{ expr2 }})
{%- endmacro %}

{% macro athena__hash(field) %}lower(to_hex(md5(to_utf8(cast({{ field }} as varchar))))){% endmacro %}

{% macro athena__listagg(measure, delimiter_text, order_by_clause, limit_num) -%}
    array_join(
        {{- '\n          slice(' if limit_num }}
          array_agg(
              {{ measure }}
              {{- '\n                ' ~ order_by_clause if order_by_clause }}
          )
        {{- '\n            , 1, ' ~ limit_num ~ '\n          )' if limit_num }}
        , {{ delimiter_text }}
    )
{%- endmacro %}

{% macro athena__right(string_text, length_expression) %}
    case when {{ length_expression }} = 0
        then ''
    else
        substr({{ string_text }}, -1 * ({{ length_expression }}))
    end
{%- endmacro %}

{% macro athena__safe_cast(field, type) %}try_cast({{ field }} as {{ type }}){% endmacro %}

{% macro athena__get_empty_schema_sql(columns) -%}
  {%- set untyped = [] -%}
    select
    {{ '' }}
  {%- for column in columns.values() -%}
    {%- if column['data_type'] is not defined -%}{%- do untyped.append(column['name']) -%}
    {%- else %}
        cast(null as {{ dml_data_type(column['data_type']) }}) as {{ adapter.quote(column['name']) if column.get('quote') else column['name'] }}{{ ', ' if not loop.last }}
    {%- endif -%}
  {%- endfor -%}
  {%- if untyped -%}{{ exceptions.column_type_missing(column_names=untyped) }}{%- endif -%}
{% endmacro %}

{#- Tables and queries name types differently. -#}
{% macro dml_data_type(col_type) %}
  {%- set whole = modules.re.sub('\\bint\\b', 'integer', col_type) -%}
  {{ return(whole.replace('string', 'varchar').replace('float', 'real')) }}
{% endmacro %}

{#- Some operations of Athena have to be repeated until they have done all: they are left to it. -#}
{% macro run_hooks(hooks, inside_transaction=True) %}
  {# #}
  {% for hook in hooks | selectattr('transaction', 'equalto', inside_transaction) %}
    {% set text = render(hook.get('sql')) | trim %}
    {% if text -%}
      {%- call statement(auto_begin=inside_transaction) %}{{ text }}{% endcall -%}
    {%- endif %}
  {% endfor %}
{% endmacro %}

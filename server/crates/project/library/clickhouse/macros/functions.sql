{#- ClickHouse. Blanks and line ends are those that dbt prints. -#}

{% macro clickhouse__any_value(expression) %}any({{ expression }}){% endmacro %}
{% macro clickhouse__bool_or(expression) %}max({{ expression }}) > 0{% endmacro %}

{% macro clickhouse__array_append(array, new_element) -%}
    arrayPushBack({{ array }}, {{ new_element }})
{% endmacro %}
{% macro clickhouse__array_concat(array_1, array_2) -%}
   arrayConcat({{ array_1 }}, {{ array_2 }})
{% endmacro %}
{% macro clickhouse__array_construct(inputs, data_type) -%}
  {%- set written = '[ ' ~ inputs | join(' , ') ~ ' ]' if inputs else 'emptyArray' ~ data_type ~ '()' -%}
  {{ '\n    ' ~ written ~ '\n    ' }}
{%- endmacro %}

{% macro clickhouse__cast_bool_to_text(field) %}
    multiIf({{ field }} > 0, 'true', {{ field }} = 0, 'false', NULL)
{% endmacro %}

{% macro clickhouse__current_timestamp() %}now(){% endmacro %}
{% macro clickhouse__snapshot_string_as_time(timestamp) %}{{ return("toDateTime('" ~ timestamp ~ "')") }}{% endmacro %}

{% macro clickhouse__snapshot_hash_arguments(args) -%}
  {%- set texts = [] -%}
  {%- for it in args -%}{%- do texts.append('coalesce(cast(' ~ it ~ " as varchar ), '')") -%}{%- endfor -%}
  {{ 'halfMD5(' ~ texts | join("\n     || '|' || ") ~ ('\n    ' if texts) ~ ')' }}
{%- endmacro %}

{% macro clickhouse__hash(field) %}lower(hex(MD5(toString({{ field }} )))){% endmacro %}

{% macro clickhouse__last_day(date, datepart) -%}
  {{ dbt.dateadd('day', '-1', dbt.dateadd(datepart, '1', dbt.date_trunc(datepart, date))) }}
{%- endmacro %}

{#- Arrays are sorted by one key at most. -#}
{% macro clickhouse__listagg(measure, delimiter_text, order_by_clause, limit_num) -%}
  {%- set words = order_by_clause.split() if order_by_clause else [] -%}
  {%- set is_ordered = words[:2] | join(' ') | lower == 'order by' -%}
  {%- if is_ordered -%}
    {%- if ',' in words -%}
      {{ exceptions.raise_compiler_error('ClickHouse does not support multiple order by fields.') }}
    {%- endif -%}
    {%- set turned = 'Reverse' if 'desc' in words[3:] | join | lower else '' -%}
    {%- set pairs = 'arrayZip(array_agg(' ~ measure ~ '), array_agg(' ~ words[2] ~ '))' -%}
    {%- set all = 'arrayMap(x -> x.1, array' ~ turned ~ 'Sort(x -> x.2, ' ~ pairs ~ '))' -%}
  {%- else -%}
    {%- set all = 'array_agg(' ~ measure ~ ')' -%}
  {%- endif -%}
  {%- set some = 'arraySlice(' ~ all ~ ', 1, ' ~ limit_num ~ ')' if limit_num else all -%}
  {%- set steps = '\n      ' * 4 ~ ('\n        \n      ' if turned) ~ '\n      ' ~ '\n\n      \n    ' if is_ordered -%}
  {{ steps ~ '\n\n    arrayStringConcat(' ~ some ~ ', ' ~ delimiter_text ~ ')' ~ ('\n    ' if limit_num) }}
{%- endmacro %}

{% macro clickhouse__replace(field, old_chars, new_chars) %}
   replaceAll({{ field }},'{{ old_chars }}','{{ new_chars }}')
{% endmacro %}

{#- A column that cannot be null has its type's default instead. -#}
{% macro clickhouse__safe_cast(field, dtype) %}
  {%- set written = "defaultValueOfTypeName('" ~ dtype | replace("'", "\\'") ~ "')" if field == 'null' else field -%}
  CAST({{ written }} AS {{ dtype }})
{%- endmacro %}

{% macro clickhouse__split_part(string_text, delimiter_text, part_number) %}
    splitByString({{ delimiter_text }}, {{ string_text }})[{{ part_number }}]
{% endmacro %}

{% macro clickhouse__test_relationships(model, column_name, to, field) -%}
  {{ '\n\n' ~ dbt.default__test_relationships(model, column_name, to, field) | trim }}
-- end_of_sql
settings join_use_nulls = 1

{% endmacro %}

{% macro clickhouse__get_test_sql(main_sql, fail_calc, warn_if, error_if, limit) -%}
  {{ '' }}
    select
      {{ fail_calc }} as failures,
      {{ fail_calc }} {{ warn_if }} as should_warn,
      {{ fail_calc }} {{ error_if }} as should_error
    from (
      {{ main_sql if limit is none else clickhouse__place_limit(main_sql, limit) }}
    ) dbt_internal_test
{%- endmacro %}

{#- Settings end a query: a limit goes in front of them, where a comment says that they begin. -#}
{% macro clickhouse__place_limit(query, limit) -%}
  {%- set mark = '-- end_of_sql' -%}
  {%- if 'settings' not in query.lower() -%}
    {{ '\n    ' ~ query ~ '\n    limit ' ~ limit ~ '\n    ' }}
  {%- else -%}
    {%- if mark not in query.lower() -%}
      {{ exceptions.raise_compiler_error('-- end_of_sql must be set when using ClickHouse settings') }}
    {%- endif -%}
    {%- set before, _, settings = query.rpartition(mark) -%}
    {{ '\n        \n        \n        \n        ' ~ before ~ '\n LIMIT ' ~ limit ~ '\n' ~ mark ~ settings ~ '\n    ' }}
  {%- endif -%}
{%- endmacro %}

{#- A distributed incremental model is one too. -#}
{% macro is_incremental() %}
  {%- set kinds = ['incremental', 'distributed_incremental'] -%}
  {%- if execute and model.config.materialized in kinds and not should_full_refresh() -%}
    {%- set built = adapter.get_relation(this.database, this.schema, this.table) -%}
    {{ return(built is not none and built.type == 'table') }}
  {%- endif -%}
  {{ return(false) }}
{% endmacro %}

{% macro clickhouse__generate_database_name(custom_database_name=none, node=none) %}{{ return('') }}{% endmacro %}

{% macro clickhouse__can_clone_table() %}
  {%- set is_distributed = config.get('materialized', '').startswith('distributed_') -%}
  {{ return(not is_distributed and 'MergeTree' in config.get('engine', default='MergeTree()')) }}
{% endmacro %}

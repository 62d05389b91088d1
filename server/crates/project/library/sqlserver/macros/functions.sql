{#- SQL Server: T-SQL. Blanks and line ends are those that dbt prints. -#}

{% macro sqlserver__any_value(expression) %}min({{ expression }}){% endmacro %}

{% macro sqlserver__array_append(array, new_element) %}JSON_MODIFY({{ array }}, 'append $', {{ new_element }}){% endmacro %}

{% macro sqlserver__cast_bool_to_text(field) %}
    case {{ field }}
        when 1 then 'true'
        when 0 then 'false'
        else null
    end
{% endmacro %}

{#- The function wants two texts at least. -#}
{% macro sqlserver__concat(fields) -%}
  {{ fields[0] if fields | length < 2 else 'concat(' ~ fields | join(', ') ~ ')' }}
{%- endmacro %}

{% macro sqlserver__current_timestamp() %}CAST(SYSDATETIME() AS DATETIME2(6)){% endmacro %}

{% macro sqlserver__snapshot_string_as_time(timestamp) %}{{ return("CONVERT(DATETIME2(6), '" ~ timestamp ~ "')") }}{% endmacro %}

{% macro sqlserver__snapshot_hash_arguments(args) %}
  {%- set texts = [] -%}
  {%- for it in args -%}{%- do texts.append('\n        coalesce(cast(' ~ it ~ " as varchar(8000)), '') ") -%}{%- endfor %}
    CONVERT(VARCHAR(32), HashBytes('MD5', {{ texts | join(" + '|' + \n    ") }}
    ), 2)
{% endmacro %}

{% macro sqlserver__get_true_sql() %}{{ return('1=1') }}{% endmacro %}

{#- Whole parts since the day 0. -#}
{% macro sqlserver__date_trunc(datepart, date) %}
    CAST(DATEADD({{ datepart }}, DATEDIFF({{ datepart }}, 0, {{ date }}), 0) AS DATE)
{% endmacro %}

{% macro sqlserver__dateadd(datepart, interval, from_date_or_timestamp) -%}
  {{ dbt.default__dateadd(datepart, interval, 'cast(' ~ from_date_or_timestamp ~ ' as datetime2(6))') }}
{%- endmacro %}

{% macro sqlserver__last_day(date, datepart) -%}
  {%- if datepart == 'month' -%}EOMONTH ( {{ date }})
  {%- elif datepart == 'quarter' -%}CAST(DATEADD(QUARTER, DATEDIFF(QUARTER, 0, {{ date }}) + 1, -1) AS DATE)
  {%- elif datepart == 'year' -%}CAST(DATEADD(YEAR, DATEDIFF(year, 0, {{ date }}) + 1, -1) AS DATE)
  {%- else -%}{{ dbt_utils.default_last_day(date, datepart) }}
  {%- endif -%}
{%- endmacro %}

{% macro sqlserver__length(expression) %}

    len( {{ expression }} )
{%- endmacro %}

{#- No limit can be said. -#}
{% macro sqlserver__listagg(measure, delimiter_text, order_by_clause, limit_num) -%}
    string_agg({{ measure }}, {{ delimiter_text }})
  {{- '\n            within group (' ~ order_by_clause ~ ')' if order_by_clause is not none }}
{%- endmacro %}

{% macro sqlserver__position(substring_text, string_text) %}

    CHARINDEX(
        {{ substring_text }},
        {{ string_text }}
    )
{%- endmacro %}

{% macro sqlserver__safe_cast(field, type) %}
    try_cast({{ field }} as {{ type }})
{% endmacro %}

{% macro sqlserver__hash(field) %}
    lower(convert(varchar(50), hashbytes('md5', coalesce(convert(varchar(8000), {{ field }}), '')), 2))
{% endmacro %}

{#- T-SQL has no booleans: they are texts. -#}
{% macro sqlserver__test_accepted_values(model, column_name, values, quote=True) %}
  {%- set written = [] -%}
  {%- for it in values -%}
    {%- set is_boolean = it is boolean or it | string | upper in ['TRUE', 'FALSE'] -%}
    {%- do written.append(it if quote or not is_boolean else "'" ~ it | string | upper ~ "'") -%}
  {%- endfor -%}
  {{ dbt.default__test_accepted_values(model, column_name, written, quote) }}
{%- endmacro %}

{#- An order is needed for a limit; where the query has none, any will do. -#}
{% macro sqlserver__get_limit_sql(sql, limit) %}
  {%- set is_ordered = sql.strip().splitlines()[-1].strip().lower().startswith('order by') -%}
  {{ sql }}
  {%- if limit is not none and limit != -1 %}
        {{ 'offset 0 rows  fetch' if is_ordered else 'order by (select null) offset 0 rows fetch' }} first {{ limit }} rows only
  {%- endif -%}
{% endmacro %}

{% macro sqlserver__get_binding_char() %}{{ return('?') }}{% endmacro %}
{% macro sqlserver__get_batch_size() %}{{ return(400) }}{% endmacro %}
{% macro sqlserver__can_clone_table() %}{{ return(false) }}{% endmacro %}

{#- A transaction that is open is ended before the hooks outside of it. -#}
{% macro run_hooks(hooks, inside_transaction=True) %}
  {% for hook in hooks | selectattr('transaction', 'equalto', inside_transaction)  %}
    {% if loop.first and not inside_transaction %}
      {% call statement(auto_begin=inside_transaction) %}if @@trancount > 0 commit;{% endcall %}
    {% endif %}
    {% set text = render(hook.get('sql')) | trim %}
    {% if text %}
      {% call statement(auto_begin=inside_transaction) %}{{ text }}{% endcall %}
    {% endif %}
  {% endfor %}
{% endmacro %}

{% macro sqlserver__array_construct(inputs, data_type) %}JSON_ARRAY({{ inputs | join(' , ') }}){% endmacro %}

{#- The text as XML, of which one element is read. -#}
{% macro sqlserver__split_part(string_text, delimiter_text, part_number) %}
    {% if part_number < 0 %}
        LTRIM(CAST(('<X>'+REPLACE({{ string_text }},{{ delimiter_text }} ,'</X><X>')+'</X>') AS XML).value('(/X)[position() = last(){{ part_number }}+1][1]', 'VARCHAR(128)'))
    {% else %}
        LTRIM(CAST(('<X>'+REPLACE({{ string_text }},{{ delimiter_text }} ,'</X><X>')+'</X>') AS XML).value('(/X)[{{ part_number }}]', 'VARCHAR(128)'))
    {% endif %}
{% endmacro %}

{#- A custom schema stands for itself, unless the project wants it behind the target's. -#}
{% macro sqlserver__generate_schema_name(custom_schema_name, node) -%}
  {%- set behind = adapter.behavior.dbt_sqlserver_use_default_schema_concat or var('dbt_sqlserver_use_default_schema_concat', false) -%}
  {%- if behind or custom_schema_name is none -%}{{ default__generate_schema_name(custom_schema_name, node) }}
  {%- else -%}{{ custom_schema_name | trim }}
  {%- endif -%}
{%- endmacro %}

{% macro sqlserver__make_temp_relation(base_relation, suffix='__dbt_temp') %}
  {{ return(base_relation.incorporate(path={'identifier': base_relation.identifier ~ suffix})) }}
{% endmacro %}

{#- A query that begins with `with` cannot stand inside of another. -#}
{% macro sqlserver__get_empty_subquery_sql(select_sql, select_sql_header=none) %}
    {% if sqlserver__select_starts_with_cte(select_sql) %}
        {{ select_sql }}
    {% else -%}
        select * from (
        {{ select_sql }}
    ) dbt_sbq_tmp
    where 1 = 0
    {%- endif -%}
{% endmacro %}

{% macro sqlserver__select_starts_with_cte(select_sql) %}
  {{ return(select_sql.strip().lower().startswith('with ')) }}
{% endmacro %}

{% macro sqlserver__build_snapshot_table(strategy, relation) %}
    {% set columns = config.get('snapshot_table_column_names') or get_snapshot_table_column_names() %}
    select *,
        {{ strategy.scd_id }} as {{ columns.dbt_scd_id }},
        {{ strategy.updated_at }} as {{ columns.dbt_updated_at }},
        {{ strategy.updated_at }} as {{ columns.dbt_valid_from }},
        {{ get_dbt_valid_to_current(strategy, columns) }}
      {%- if strategy.hard_deletes == 'new_record' %}, 'False' as {{ columns.dbt_is_deleted }}
        {% endif %}from (
        select * from {{ relation }}
    ) sbq

{% endmacro %}

{#- No rows, with the types that are known. -#}
{% macro get_expected_sql(rows, column_name_to_data_types, column_name_to_quoted) -%}
{% if not rows -%}
    select top 0
    {%- for name, data_type in column_name_to_data_types.items() %} {{ safe_cast('null', data_type) | trim }} as {{ column_name_to_quoted[name] }}{{ ',' if not loop.last }}{% endfor -%}
{%- endif -%}
{%- for row in rows -%}
  {{ 'select' }}
  {%- for name, value in format_row(row, column_name_to_data_types).items() %} {{ value }} as {{ column_name_to_quoted[name] }}{{ ',' if not loop.last }}{% endfor -%}
  {{ '\nunion all\n' if not loop.last }}
{%- endfor -%}
{% endmacro %}

{% macro get_use_database_sql(database) %}{{ return(adapter.dispatch('get_use_database_sql', 'dbt')(database)) }}{% endmacro %}

{% macro sqlserver__get_use_database_sql(database) %}{{ 'USE [' ~ database | replace('"', '') ~ '];' }}{% endmacro %}

{#- One at a time: two that look at once would both make it. -#}
{% macro create_schema_if_not_exists(schema, authorization=none) -%}
  {%- set lock = "@Resource = '" ~ escape_single_quotes('dbt_create_schema_' ~ schema) ~ "'" -%}
  {%- set owner = "@LockOwner = 'Session'" -%}
  {%- set unlock = 'EXEC sp_releaseapplock ' ~ lock ~ ', ' ~ owner ~ ';' -%}
  {%- set given_to = '' if authorization is none else ' AUTHORIZATION ' ~ adapter.quote(authorization) -%}
  DECLARE @dbt_schema_lock int;
  EXEC @dbt_schema_lock = sp_getapplock
    {{ lock }},
    @LockMode = 'Exclusive',
    {{ owner }},
    @LockTimeout = 30000;
  BEGIN TRY
    IF NOT EXISTS (SELECT * FROM sys.schemas WHERE name = '{{ escape_single_quotes(schema) }}')
    BEGIN
      EXEC('{{ escape_single_quotes('CREATE SCHEMA ' ~ adapter.quote(schema) ~ given_to) }}')
    END
  END TRY
  BEGIN CATCH
    IF @dbt_schema_lock >= 0
      {{ unlock }}
    THROW;
  END CATCH
  IF @dbt_schema_lock >= 0
    {{ unlock }}
{%- endmacro %}

{#- A query that begins with `with` stands in a view for as long as it is tested. The number at the
    end of its name is any number. -#}
{% macro sqlserver__view_for_test(kind, sql, indent) -%}
  {{ return('\n' ~ indent ~ '[' ~ target.schema ~ '].[' ~ kind ~ 'view_' ~ local_md5(sql) ~ '_' ~ range(1300, 19000) | random ~ ']\n  ') }}
{%- endmacro %}

{% macro sqlserver__create_view_for_test(view, sql) -%}
  EXEC('create view {{ view }} as {{ sql.replace("'", "''") }};')
{%- endmacro %}

{% macro sqlserver__get_test_sql(main_sql, fail_calc, warn_if, error_if, limit) -%}
  {%- set view = sqlserver__view_for_test('test', main_sql, '    ') -%}
  -- Create target schema if it does not exist
  {{ get_use_database_sql(target.database) }}
  {{ create_schema_if_not_exists(target.schema) }}

  {{ '\n\n  ' }}
  {{ sqlserver__create_view_for_test(view, main_sql) }}
  select
    {{ 'top (' ~ limit ~ ')' if limit is not none }}
    {{ fail_calc }} as failures,
    case when {{ fail_calc }} {{ warn_if }}
      then 'true' else 'false' end as should_warn,
    case when {{ fail_calc }} {{ error_if }}
      then 'true' else 'false' end as should_error
  from (
    select * from {{ view }}
  ) dbt_internal_test;

  EXEC('drop view {{ view }};')
{%- endmacro %}

{% macro sqlserver__get_unit_test_sql(main_sql, expected_fixture_sql, expected_column_names) -%}
  {%- set actual = sqlserver__view_for_test('test', main_sql, '      ') -%}
  {%- set expected = sqlserver__view_for_test('expected', expected_fixture_sql, '      ') -%}
  {%- set mark = ' as ' ~ adapter.quote('actual_or_expected') -%}
  {{ get_use_database_sql(target.database) }}
  {{ create_schema_if_not_exists(target.schema) }}

  {{ '\n  ' }}
  {{ sqlserver__create_view_for_test(actual, main_sql) }}

  {{ '\n  ' }}
  {{ sqlserver__create_view_for_test(expected, expected_fixture_sql) }}

  -- Build actual result given inputs
  {% set query %}
  with dbt_internal_unit_test_actual as (
    select
      {{ expected_column_names | join(',') }}, {{ dbt.string_literal('actual') ~ mark }}
    from
      {{ actual }}
  ),
  -- Build expected result
  dbt_internal_unit_test_expected as (
    select
      {{ expected_column_names | join(', ') }}, {{ dbt.string_literal('expected') ~ mark }}
    from
      {{ expected }}
  )
  -- Union actual and expected results
  select * from dbt_internal_unit_test_actual
  union all
  select * from dbt_internal_unit_test_expected
  {% endset %}

  EXEC('{{ escape_single_quotes(query) }}')

  EXEC('drop view {{ actual }};')
  EXEC('drop view {{ expected }};')
{%- endmacro %}

{#- Fabric: T-SQL. Blanks and line ends are those that dbt prints. -#}

{% macro fabric__any_value(expression) %}min({{ expression }}){% endmacro %}

{% macro fabric__array_append(array, new_element) %}JSON_MODIFY({{ array }}, 'append $', {{ new_element }}){% endmacro %}

{% macro fabric__cast_bool_to_text(field) %}
    case {{ field }}
        when 1 then 'true'
        when 0 then 'false'
        else null
    end
{% endmacro %}

{#- The function wants two texts at least. -#}
{% macro fabric__concat(fields) -%}
  {{ fields[0] if fields | length < 2 else 'concat(' ~ fields | join(', ') ~ ')' }}
{%- endmacro %}

{% macro fabric__current_timestamp() %}CAST(SYSDATETIME() AS DATETIME2(6)){% endmacro %}

{% macro fabric__snapshot_string_as_time(timestamp) %}{{ return("CONVERT(DATETIME2(6), '" ~ timestamp ~ "')") }}{% endmacro %}

{% macro fabric__snapshot_hash_arguments(args) %}
  {%- set texts = [] -%}
  {%- for it in args -%}{%- do texts.append('\n        coalesce(cast(' ~ it ~ " as varchar(max)), '') ") -%}{%- endfor %}
    CONVERT(VARCHAR(32), HashBytes('MD5', {{ texts | join(" + '|' + \n    ") }}
    ), 2)
{% endmacro %}

{% macro fabric__get_true_sql() %}{{ return('1=1') }}{% endmacro %}

{#- Whole parts since the day 0. -#}
{% macro fabric__date_trunc(datepart, date) %}
    CAST(DATEADD({{ datepart }}, DATEDIFF({{ datepart }}, 0, {{ date }}), 0) AS DATE)
{% endmacro %}

{% macro fabric__dateadd(datepart, interval, from_date_or_timestamp) -%}
  {{ dbt.default__dateadd(datepart, interval, 'cast(' ~ from_date_or_timestamp ~ ' as datetime2(6))') }}
{%- endmacro %}

{% macro fabric__last_day(date, datepart) -%}
  {%- if datepart == 'month' -%}EOMONTH ( {{ date }})
  {%- elif datepart == 'quarter' -%}CAST(DATEADD(QUARTER, DATEDIFF(QUARTER, 0, {{ date }}) + 1, -1) AS DATE)
  {%- elif datepart == 'year' -%}CAST(DATEADD(YEAR, DATEDIFF(year, 0, {{ date }}) + 1, -1) AS DATE)
  {%- else -%}{{ dbt.default_last_day(date, datepart) }}
  {%- endif -%}
{%- endmacro %}

{% macro fabric__length(expression) %}

    len( {{ expression }} )
{%- endmacro %}

{#- No limit can be said. -#}
{% macro fabric__listagg(measure, delimiter_text, order_by_clause, limit_num) -%}
    string_agg({{ measure }}, {{ delimiter_text }})
  {{- '\n            within group (' ~ order_by_clause ~ ')' if order_by_clause is not none }}
{%- endmacro %}

{% macro fabric__position(substring_text, string_text) %}

    CHARINDEX(
        {{ substring_text }},
        {{ string_text }}
    )
{%- endmacro %}

{% macro fabric__safe_cast(field, type) %}
    try_cast({{ field }} as {{ type }})
{% endmacro %}

{% macro fabric__hash(field) %}
    lower(convert(varchar(50), hashbytes('md5', coalesce(convert(varchar(max), {{ field }}), '')), 2))
{% endmacro %}

{#- T-SQL has no booleans: they are texts. -#}
{% macro fabric__test_accepted_values(model, column_name, values, quote=True) %}
  {%- set written = [] -%}
  {%- for it in values -%}
    {%- set is_boolean = it is boolean or it | string | upper in ['TRUE', 'FALSE'] -%}
    {%- do written.append(it if quote or not is_boolean else "'" ~ it | string | upper ~ "'") -%}
  {%- endfor -%}
  {{ dbt.default__test_accepted_values(model, column_name, written, quote) }}
{%- endmacro %}

{#- An order is needed for a limit; where the query has none, any will do. -#}
{% macro fabric__get_limit_sql(sql, limit) %}
  {%- set is_ordered = sql.strip().splitlines()[-1].strip().lower().startswith('order by') -%}
  {{ sql }}
  {%- if limit is not none and limit != -1 %}
        {{ 'offset 0 rows  fetch' if is_ordered else 'order by (select null) offset 0 rows fetch' }} first {{ limit }} rows only
  {%- endif -%}
{% endmacro %}

{% macro fabric__get_binding_char() %}{{ return('?') }}{% endmacro %}
{% macro fabric__get_batch_size() %}{{ return(400) }}{% endmacro %}
{% macro fabric__can_clone_table() %}{{ return(true) }}{% endmacro %}

{#- No transaction is ended by hand. -#}
{% macro run_hooks(hooks, inside_transaction=True) %}
  {% for hook in hooks | selectattr('transaction', 'equalto', inside_transaction)  %}
    {# #}
    {# #}
    {% set text = render(hook.get('sql')) | trim %}
    {% if text %}
      {% call statement(auto_begin=inside_transaction) %}{{ text }}{% endcall %}
    {% endif %}
  {% endfor %}
{% endmacro %}

{#- The members of both, where both have some. -#}
{% macro fabric__array_concat(array_1, array_2) -%}
  {%- set is_empty = "COALESCE(JSON_VALUE(%s, '$[0]'), JSON_QUERY(%s, '$[0]')) IS NULL" -%}
    CASE
        WHEN {{ is_empty % (array_1, array_1) }} THEN
            CASE
                WHEN {{ is_empty % (array_2, array_2) }} THEN '[]'
                ELSE {{ array_2 }}
            END
        WHEN {{ is_empty % (array_2, array_2) }} THEN {{ array_1 }}
        ELSE CONCAT(
            LEFT({{ array_1 }}, LEN({{ array_1 }}) - 1),
            ',',
            STUFF({{ array_2 }}, 1, 1, '')
        )
    END
{%- endmacro %}

{% macro fabric__array_construct(inputs, data_type) -%}
  {%- set kind = ' RETURNING JSON' if data_type | lower == 'json' else '' -%}
  {{ '\n    JSON_ARRAY(' ~ (inputs | join(', ') or 'NULL') ~ kind ~ ')' }}
{%- endmacro %}

{% macro fabric__bool_or(expression) -%}
    MAX(
        CASE
            WHEN {{ expression }} THEN 1
            ELSE 0
        END
    )
{%- endmacro %}

{% macro fabric__type_timestamp() %}datetime2(6){% endmacro %}

{% macro fabric__date(year, month, day) %}{{ return(modules.datetime.date(year, month, day)) }}{% endmacro %}

{% macro fabric__date_spine(datepart, start_date, end_date) %}
  {%- set number = 'row_number() over (order by generated_number) - 1' %}

    {{ '' }}

    with raw_data as (
        {{ fabric__generate_series(dbt.get_intervals_between(start_date, end_date, datepart)) }}
    ),
    all_periods as (
        select (
            {{ dbt.dateadd(datepart, number, start_date) }}
        ) as date_{{ datepart }}
        from raw_data
    )

    select *
    from all_periods
    where date_{{ datepart }} < {{ end_date }}

{% endmacro %}

{#- Every binary digit is a table of two rows. -#}
{% macro fabric__generate_series(upper_bound) %}
  {%- set digits = range(dbt.get_powers_of_two(upper_bound)) -%}
  {%- set before = digits | length - 1 -%}
  {#- One step for each power that is tried, as dbt leaves them. -#}
  {%- set tried, taken = '\n        \n    ', '\n        \n            \n        \n    ' -%}
  {{ '\n    \n\n    \n    ' ~ tried * before ~ taken ~ tried * (98 - before) ~ '\n\n    ' }}
    with fabric_powers_of_two as (
        select 0 as generated_number
        union all
        select 1
    ),
    fabric_generated_series as (
        select
            {{ '' }}
  {%- for digit in digits %}
            p{{ digit }}.generated_number * power(2, {{ digit }})
            {{ '\n            ' if loop.last else ' + \n            ' }}
  {%- endfor %}
            + 1 as generated_number
        from
            {{ '' }}
  {%- for digit in digits %}
            fabric_powers_of_two as p{{ digit }}
            {{ '\n            ' if loop.last else ' cross join \n            ' }}
  {%- endfor %}
    )

    select generated_number
    from fabric_generated_series
    where generated_number <= {{ upper_bound }}
{% endmacro %}

{% macro fabric__split_part(string_text, delimiter_text, part_number) %}
    (
        select value
        from
            (select
                value,
                row_number() over (order by ordinal asc) as forward_index,
                row_number() over (order by ordinal desc) as backward_index
            from string_split(
                replace({{ string_text }}, {{ delimiter_text }}, char(1)),
                char(1), 1
            )) as SplitData
        where {{ 'forward' if part_number > 0 else 'backward' }}_index = {{ part_number | abs }}
    )
{% endmacro %}

{% macro fabric__get_empty_subquery_sql(select_sql, select_sql_header=none) %}
    with __dbt_sbq_tmp as (
        {{ select_sql }}
    )
    select * from __dbt_sbq_tmp
    where 0 = 1
{% endmacro %}

{% macro fabric__get_test_sql(main_sql, fail_calc, warn_if, error_if, limit) -%}
  with test_main_sql as (
  {{ main_sql }}
  ),
  dbt_internal_test as (
    select {{ 'top (' ~ limit ~ ')' if limit is not none }} * from test_main_sql
  )
  select
    {{ fail_calc }} as failures,
    case when {{ fail_calc }} {{ warn_if }}
      then 'true' else 'false' end as should_warn,
    case when {{ fail_calc }} {{ error_if }}
      then 'true' else 'false' end as should_error
  from dbt_internal_test
{%- endmacro %}

{% macro fabric__get_unit_test_sql(main_sql, expected_fixture_sql, expected_column_names) -%}
-- Build actual result given inputs
  WITH dbt_internal_unit_test_actual AS (

    WITH main_sql AS (
      {{ main_sql }}
    )
    SELECT
      {{ '' }}
        {{ expected_column_names | join(',\n        ') }},
      {{ dbt.string_literal('actual') }} AS {{ adapter.quote('actual_or_expected') }}
    FROM main_sql
  ),

  -- Build expected result
  dbt_internal_unit_test_expected AS (

    WITH expected_fixture_sql AS (
      {{ expected_fixture_sql }}
    )
    SELECT
      {{ '' }}
        {{ expected_column_names | join(', \n        ') }},
      {{ dbt.string_literal('expected') }} AS {{ adapter.quote('actual_or_expected') }}
    FROM expected_fixture_sql
  )

  -- Union actual and expected results
  SELECT * FROM dbt_internal_unit_test_actual
  UNION ALL
  SELECT * FROM dbt_internal_unit_test_expected
{%- endmacro %}

{% macro fabric__build_snapshot_table(strategy, relation) %}
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

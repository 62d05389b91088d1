{#- What a unit test runs: given rows and expected rows as queries. -#}

{% macro get_unit_test_sql(main_sql, expected_fixture_sql, expected_column_names) -%}
  {{ adapter.dispatch('get_unit_test_sql', 'dbt')(main_sql, expected_fixture_sql, expected_column_names) }}
{%- endmacro %}

{% macro default__get_unit_test_sql(main_sql, expected_fixture_sql, expected_column_names) -%}
-- Build actual result given inputs
with dbt_internal_unit_test_actual as (
  select
    {{ expected_column_names | join(',') }}, {{ dbt.string_literal('actual') }} as {{ adapter.quote('actual_or_expected') }}
  from (
    {{ main_sql }}
  ) _dbt_internal_unit_test_actual
),
-- Build expected result
dbt_internal_unit_test_expected as (
  select
    {{ expected_column_names | join(', ') }}, {{ dbt.string_literal('expected') }} as {{ adapter.quote('actual_or_expected') }}
  from (
    {{ expected_fixture_sql }}
  ) _dbt_internal_unit_test_expected
)
-- Union actual and expected results
select * from dbt_internal_unit_test_actual
union all
select * from dbt_internal_unit_test_expected
{%- endmacro %}

{% macro get_fixture_sql(rows, column_name_to_data_types) %}
-- Fixture for {{ model.name }}
{% set empty = {} -%}
{%- if not column_name_to_data_types -%}
  {#- The types come from the relation that the rows stand for, or from where it is deferred to. -#}
  {%- set place = defer_relation if defer_relation and not load_relation(this) else this -%}
  {%- set column_name_to_data_types, column_name_to_quoted = {}, {} -%}
  {%- for column in adapter.get_columns_in_relation(place) -%}
    {%- do column_name_to_data_types.update({column.name | lower: column.data_type}) -%}
    {%- do column_name_to_quoted.update({column.name | lower: column.quoted}) -%}
  {%- endfor -%}
{%- endif -%}
{%- if not column_name_to_data_types -%}
  {{ exceptions.raise_compiler_error(
    "Not able to get columns for unit test '" ~ model.name ~ "' from relation " ~ this ~ " because the relation doesn't exist"
  ) }}
{%- endif -%}
{%- for name, data_type in column_name_to_data_types.items() -%}
  {%- do empty.update({name: safe_cast('null', data_type) | trim}) -%}
{%- endfor %}

{{ validate_fixture_rows(rows, row_number) }}
{%- for row in rows -%}
  {%- set filled = empty.copy() -%}
  {%- do filled.update(format_row(row, column_name_to_data_types)) -%}
  {{ 'select' }}
  {%- for name, value in filled.items() %} {{ value }} as {{ column_name_to_quoted[name] }}{{ ',' if not loop.last }}{% endfor -%}
  {{ '\nunion all\n' if not loop.last }}
{%- endfor -%}
{%- if not rows -%}
    select
    {%- for name, value in empty.items() %} {{ value }} as {{ column_name_to_quoted[name] }}{{ ',' if not loop.last }}{% endfor %}
    limit 0
{%- endif -%}
{% endmacro %}

{% macro get_expected_sql(rows, column_name_to_data_types, column_name_to_quoted) -%}
{% if not rows -%}
    select * from dbt_internal_unit_test_actual
    limit 0
{%- endif -%}
{%- for row in rows -%}
  {{ 'select' }}
  {%- for name, value in format_row(row, column_name_to_data_types).items() %} {{ value }} as {{ column_name_to_quoted[name] }}{{ ',' if not loop.last }}{% endfor -%}
  {{ '\nunion all\n' if not loop.last }}
{%- endfor -%}
{% endmacro %}

{#- The values of a row as SQL, by their columns' names in small letters. -#}
{% macro format_row(row, column_name_to_data_types) -%}
  {%- set written = {} -%}
  {%- for given, value in row.items() -%}
    {%- set name = given | lower -%}
    {%- if name not in column_name_to_data_types -%}
      {%- set place = 'expected output' if model.resource_type == 'unit_test' else "'" ~ model.name ~ "'" -%}
      {{ exceptions.raise_compiler_error(
        "Invalid column name: '" ~ name ~ "' in unit test fixture for " ~ place ~ ".\nAccepted columns for "
        ~ place ~ " are: " ~ column_name_to_data_types.keys() | list
      ) }}
    {%- endif -%}
    {%- set data_type = column_name_to_data_types[name] -%}
    {#- A length would cut a text off without a word. -#}
    {%- if value is string and 'varying' in data_type -%}{%- set data_type = data_type.split('(')[0] -%}{%- endif -%}
    {%- if value is string -%}{%- set value = dbt.string_literal(dbt.escape_single_quotes(value)) -%}
    {%- elif value is none -%}{%- set value = 'null' -%}
    {%- endif -%}
    {%- do written.update({name: safe_cast(value, data_type)}) -%}
  {%- endfor -%}
  {{ return(written) }}
{%- endmacro %}

{% macro validate_fixture_rows(rows, row_number) %}
  {{ return(adapter.dispatch('validate_fixture_rows', 'dbt')(rows, row_number)) }}
{% endmacro %}

{#- Adapters with rules of their own override it. -#}
{% macro default__validate_fixture_rows(rows, row_number) %}{% endmacro %}

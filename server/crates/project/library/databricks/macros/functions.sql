{#- Databricks, where it is not like Spark. Blanks and line ends are those that dbt prints. -#}

{% macro databricks__dateadd(datepart, interval, from_date_or_timestamp) -%}
  {%- if adapter.has_dbr_capability('timestampdiff') -%}
    timestampadd({{ datepart }}, {{ interval }}, {{ from_date_or_timestamp }})
  {%- else -%}{{ spark__dateadd(datepart, interval, from_date_or_timestamp) }}
  {%- endif -%}
{%- endmacro %}

{% macro databricks__datediff(first_date, second_date, datepart) -%}
  {%- if adapter.has_dbr_capability('timestampdiff') -%}
    timestampdiff({{ datepart }}, {{ date_trunc(datepart, first_date) }}, {{ date_trunc(datepart, second_date) }})
  {%- else -%}{{ spark__datediff(first_date, second_date, datepart) }}
  {%- endif -%}
{%- endmacro %}

{% macro databricks__split_part(string_text, delimiter_text, part_number) %}
  {%- set split -%}
        get(split(
            {{ string_text }},
            {{ _spark_delimiter(delimiter_text) }}
            ),{{ ' ' }}
  {%- endset -%}
  {%- if part_number >= 0 -%}
    {%- set part = [part_number - 1, 0] | max ~ ')' -%}
  {%- else -%}
    {%- set part %}
                length({{ string_text }})
                - length(
                    replace({{ string_text }},  {{ delimiter_text }}, '')
                ) + 1 + {{ part_number }}
            )
    {%- endset -%}
  {%- endif -%}
  {{ return('\n\n        ' ~ split ~ part ~ '\n\n        ') }}
{% endmacro %}

{% macro databricks__generate_database_name(custom_database_name=none, node=none) %}
  {{ return(target.database if custom_database_name is none else custom_database_name) }}
{% endmacro %}

{% macro databricks__build_snapshot_table(strategy, sql) -%}
  {%- set names = config.get('snapshot_table_column_names') or get_snapshot_table_column_names() -%}
    select *,
        {{ strategy.scd_id }} as {{ names.dbt_scd_id }},
        {{ strategy.updated_at }} as {{ names.dbt_updated_at }},
        {{ strategy.updated_at }} as {{ names.dbt_valid_from }},
        {{ get_dbt_valid_to_current(strategy, names) }}
        {{- ', false as ' ~ names.dbt_is_deleted if strategy.hard_deletes == 'new_record' }}
    from (
        {{ sql }}
    ) sbq
{% endmacro %}

{#- A view of the session for SQL, a table for Python. -#}
{% macro databricks__make_temp_relation(base_relation, suffix='__dbt_tmp') %}
  {%- if config.get('unique_tmp_table_suffix', false) | as_bool -%}
    {%- set suffix = adapter.generate_unique_temporary_table_suffix() -%}
  {%- endif -%}
  {%- set name = base_relation.identifier ~ suffix -%}
  {%- if model['language'] == 'sql' -%}
    {{ return(api.Relation.create(identifier=name, type='view', temporary=not base_relation.is_hive_metastore())) }}
  {%- endif -%}
  {{ return(api.Relation.create(database=base_relation.database, schema=base_relation.schema, identifier=name, type='table')) }}
{% endmacro %}

{% macro databricks__make_intermediate_relation(base_relation, suffix) %}
  {{ return(databricks__make_temp_relation(base_relation, suffix)) }}
{% endmacro %}

{% macro databricks__can_clone_table() %}{{ return(true) }}{% endmacro %}
{% macro databricks__get_binding_char() %}{{ return('%s') }}{% endmacro %}

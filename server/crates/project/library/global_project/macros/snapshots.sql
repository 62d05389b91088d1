{#- What snapshots are made of. Blanks and line ends are those that dbt prints. -#}

{% macro snapshot_get_time() %}{{ adapter.dispatch('snapshot_get_time', 'dbt')() }}{% endmacro %}
{% macro default__snapshot_get_time() %}
    {{ current_timestamp() }}
{% endmacro %}

{% macro snapshot_string_as_time(timestamp) %}{{ adapter.dispatch('snapshot_string_as_time', 'dbt')(timestamp) }}{% endmacro %}
{% macro default__snapshot_string_as_time(timestamp) %}
  {{ exceptions.raise_not_implemented('snapshot_string_as_time macro not implemented for adapter ' ~ adapter.type()) }}
{% endmacro %}

{% macro get_true_sql() %}
  {{ adapter.dispatch('get_true_sql', 'dbt')() }}
{% endmacro %}
{% macro default__get_true_sql() %}{{ return('TRUE') }}{% endmacro %}

{% macro get_snapshot_table_column_names() %}
  {%- set names = {} -%}
  {%- for it in ['valid_to', 'valid_from', 'scd_id', 'updated_at', 'is_deleted'] -%}
    {%- do names.update({'dbt_' ~ it: 'dbt_' ~ it}) -%}
  {%- endfor -%}
  {{ return(names) }}
{% endmacro %}

{% macro snapshot_hash_arguments(args) %}{{ adapter.dispatch('snapshot_hash_arguments', 'dbt')(args) }}{% endmacro %}

{% macro default__snapshot_hash_arguments(args) -%}
  {%- set texts = [] -%}
  {%- for it in args -%}{%- do texts.append('coalesce(cast(' ~ it ~ " as varchar ), '')") -%}{%- endfor -%}
  {{ 'md5(' ~ texts | join("\n         || '|' || ") ~ ('\n        ' if texts) ~ ')' }}
{%- endmacro %}

{% macro get_dbt_valid_to_current(strategy, columns) %}
  {% set open_end = config.get('dbt_valid_to_current') or 'null' %}
  coalesce(nullif({{ strategy.updated_at }}, {{ strategy.updated_at }}), {{ open_end }})
  as {{ columns.dbt_valid_to }}
{% endmacro %}

{% macro build_snapshot_table(strategy, sql) -%}
  {{ adapter.dispatch('build_snapshot_table', 'dbt')(strategy, sql) }}
{% endmacro %}

{% macro default__build_snapshot_table(strategy, sql) %}
    {% set columns = config.get('snapshot_table_column_names') or get_snapshot_table_column_names() %}

    select *,
        {{ strategy.scd_id }} as {{ columns.dbt_scd_id }},
        {{ strategy.updated_at }} as {{ columns.dbt_updated_at }},
        {{ strategy.updated_at }} as {{ columns.dbt_valid_from }},
        {{ get_dbt_valid_to_current(strategy, columns) }}
      {%- if strategy.hard_deletes == 'new_record' %}, 'False' as {{ columns.dbt_is_deleted }}
      {% endif %}from (
        {{ sql }}
    ) sbq

{% endmacro %}

{#- Several columns can be the key together; each has its number. -#}
{% macro unique_key_fields(unique_key) %}
    {% if unique_key | is_list %}
        {% for key in unique_key %}
            {{ key }} as dbt_unique_key_{{ loop.index }}{{ ' ,' if not loop.last }}
        {% endfor %}
    {% else %}
        {{ unique_key }} as dbt_unique_key
    {% endif %}
{% endmacro %}

{% macro unique_key_join_on(unique_key, identifier, from_identifier) %}
    {% if unique_key | is_list %}
        {% for key in unique_key %}
	    {# Names for the two sides, #}
	    {# compared as the adapter compares. #}
	    {{ equals(identifier ~ '.dbt_unique_key_' ~ loop.index, from_identifier ~ '.dbt_unique_key_' ~ loop.index) }}
            {{- ' and' if not loop.last }}
        {% endfor %}
    {% else %}
        {{ identifier }}.dbt_unique_key = {{ from_identifier }}.dbt_unique_key
    {% endif %}
{% endmacro %}

{% macro unique_key_is_null(unique_key, identifier) %}
    {{ '' }}
        {{ identifier }}.dbt_unique_key{{ '_1' if unique_key | is_list }} is null
    {# The first of several says it for all. #}
{% endmacro %}

{% macro unique_key_is_not_null(unique_key, identifier) %}
    {{ '' }}
        {{ identifier }}.dbt_unique_key{{ '_1' if unique_key | is_list }} is not null
    {# The first of several says it for all. #}
{% endmacro %}

{% macro strategy_dispatch(name) -%}
  {%- set package, _, plain = name.rpartition('.') -%}
  {%- set place = context.get(package) if package else context -%}
  {%- if not place -%}
    {{ exceptions.raise_compiler_error("Could not find package '" ~ package ~ "', called with '" ~ name ~ "'") }}
  {%- endif -%}
  {%- set found = place['snapshot_' ~ plain ~ '_strategy'] -%}
  {%- if not found -%}
    {{ exceptions.raise_compiler_error(
      "The specified strategy macro '" ~ plain ~ "' was not found in package '" ~ (package or none) ~ "'"
    ) }}
  {%- endif -%}
  {{ return(found) }}
{%- endmacro %}

{#- A strategy says how a change is seen. It is a dict: what identifies a row and its version, when
    it was updated, and a condition that is true where a row has changed. -#}
{% macro snapshot_timestamp_strategy(node, snapshotted_rel, current_rel, model_config, target_exists) %}
  {%- set names = config.get('snapshot_table_column_names') or get_snapshot_table_column_names() -%}
  {%- set updated_at = config.get('updated_at') -%}
  {%- set changed = snapshotted_rel ~ '.' ~ names.dbt_valid_from ~ ' < ' ~ current_rel ~ '.' ~ updated_at -%}
  {{ return(_snapshot_strategy(updated_at, '(' ~ changed ~ ')')) }}
{% endmacro %}

{% macro snapshot_check_strategy(node, snapshotted_rel, current_rel, model_config, target_exists) %}
  {%- set found = snapshot_check_all_get_existing_columns(node, target_exists, config.get('check_cols')) -%}
  {%- set updated_at = config.get('updated_at') or snapshot_get_time() -%}
  {%- set changed -%}
    (
    {%- if found[0] -%}{{ get_true_sql() }}
    {%- else -%}
      {%- for name in found[1] -%}
        {%- set before, now = snapshotted_rel ~ '.' ~ name, current_rel ~ '.' ~ name -%}
        {{ before }} != {{ now }}
        or
        (
            (({{ before }} is null) and not ({{ now }} is null))
            or
            ((not {{ before }} is null) and ({{ now }} is null))
        )
        {{- ' or ' if not loop.last }}
      {%- endfor -%}
    {%- endif -%}
    )
  {%- endset -%}
  {{ return(_snapshot_strategy(updated_at, changed)) }}
{% endmacro %}

{% macro _snapshot_strategy(updated_at, row_changed) %}
  {%- set unique_key = config.get('unique_key') -%}
  {%- set hard_deletes = adapter.get_hard_deletes_behavior(config) -%}
  {{ return({
    'unique_key': unique_key,
    'updated_at': updated_at,
    'row_changed': row_changed,
    'scd_id': snapshot_hash_arguments(api.Relation.scd_args(unique_key, updated_at)),
    'invalidate_hard_deletes': hard_deletes == 'invalidate',
    'hard_deletes': hard_deletes,
  }) }}
{% endmacro %}

{#- Whether a checked column is new in the snapshot, and the columns that both have. -#}
{% macro snapshot_check_all_get_existing_columns(node, target_exists, check_cols_config) %}
  {%- if not target_exists -%}{{ return((false, query_columns)) }}{%- endif -%}
  {%- set text = node['compiled_code'] -%}
  {%- if check_cols_config != 'all' -%}
    {%- if check_cols_config is not iterable or not check_cols_config -%}
      {{ exceptions.raise_compiler_error("Invalid value for 'check_cols': " ~ check_cols_config) }}
    {%- endif -%}
    {%- set text = 'select ' ~ check_cols_config | join(', ') ~ ' from (\n                ' ~ text ~ '\n            ) subq' -%}
  {%- endif -%}
  {%- set place = adapter.get_relation(database=node.database, schema=node.schema, identifier=node.alias) -%}
  {%- set there = adapter.get_columns_in_relation(place) | map(attribute='name') | list -%}
  {%- set wanted = get_columns_in_query(text) -%}
  {%- set both = [] -%}
  {%- for name in wanted if name in there -%}{%- do both.append(adapter.quote(name)) -%}{%- endfor -%}
  {{ return((both | length < wanted | length, both)) }}
{% endmacro %}

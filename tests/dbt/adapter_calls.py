"""The project that adapters.py compiles: a model for each call, and tests of every kind."""

COLUMNS = "{'id': {'name': 'id', 'data_type': 'integer'}, 'a b': {'name': 'a b', 'data_type': 'text', 'quote': true}}"
PARTS = ["day", "week", "month", "quarter", "year", "hour", "minute", "second", "millisecond",
         "microsecond", "DAY", "isoweek"]
# By the name of the macro; `ref('base')` is a seed-like model with a few columns.
CALLS = {
    "any_value": ["dbt.any_value('a')"],
    "array_append": ["dbt.array_append('x', '1')"],
    "array_concat": ["dbt.array_concat('x', 'y')"],
    "array_construct": ["dbt.array_construct()", "dbt.array_construct(['1', '2'])",
                        "dbt.array_construct([], dbt.type_string())",
                        "dbt.array_construct(inputs=[1, 2, 3], data_type='integer')"],
    "bool_or": ["dbt.bool_or('a > 1')"],
    "cast": ["dbt.cast('a', 'integer')", "dbt.cast('a', 'geography')", "dbt.cast('a', 'Geometry')",
             "dbt.cast('a', dbt.type_string())", "dbt.cast(1, api.Column.translate_type('string'))"],
    "cast_bool_to_text": ["dbt.cast_bool_to_text('true')"],
    "concat": ["dbt.concat(['a', \"' '\", 'b'])", "dbt.concat(['a'])", "dbt.concat([])"],
    "date": ["dbt.date(2024, 2, 29)", "dbt.date(year=2024, month=1, day=1)", "dbt.date(2023, 2, 30)"],
    "date_spine": ["dbt.date_spine('day', \"cast('2024-01-01' as date)\", \"cast('2024-02-01' as date)\")",
                   "dbt.date_spine('month', 'a', 'b')", "date_spine('hour', 'a', 'b')"],
    "date_trunc": ["dbt.date_trunc(%r, 'a')" % it for it in PARTS] + ["date_trunc('week(monday)', 'b')"],
    "dateadd": ["dbt.dateadd(%r, 1, 'a')" % it for it in PARTS]
    + ["dbt.dateadd('day', -3, \"cast('2024-01-01' as date)\")", "dbt.dateadd(datepart='month', interval='n', from_date_or_timestamp='a')"],
    "datediff": ["dbt.datediff('a', 'b', %r)" % it for it in PARTS]
    + ["dbt.datediff(\"'2024-01-01'\", dbt.current_timestamp(), 'day')", "dbt.datediff('a', 'b', 'century')"],
    "equals": ["dbt.equals('a', 'b')", "dbt.equals(1, 'null')"],
    "escape_single_quotes": ["dbt.escape_single_quotes(\"they're it's\")", "escape_single_quotes('none')"],
    "except": ["dbt.except()", "except()"],
    "generate_series": ["dbt.generate_series(%d)" % it for it in (1, 2, 3, 10, 100)]
    + ["dbt.generate_series(0)"],
    "get_intervals_between": ["dbt.get_intervals_between('a', 'b', 'day')"],
    "get_powers_of_two": ["dbt.get_powers_of_two(%d)" % it for it in (1, 2, 3, 1000)]
    + ["dbt.get_powers_of_two(0)", "dbt.get_powers_of_two(-1)"],
    "hash": ["dbt.hash('a')", "dbt.hash(dbt.concat(['a', 'b']))"],
    "intersect": ["dbt.intersect()"],
    "last_day": ["dbt.last_day('a', 'month')", "dbt.last_day('a', 'quarter')", "dbt.last_day('a', 'year')",
                 "dbt.last_day('a', 'week')"],
    "length": ["dbt.length('a')"],
    "listagg": ["dbt.listagg('a')", "dbt.listagg('a', \"'|'\")", "dbt.listagg('a', \"', '\", 'order by b')",
                "dbt.listagg('a', \"'_|_'\", 'order by b', 2)", "dbt.listagg(measure='a', limit_num=3)",
                "dbt.listagg('a', \"','\", 'order by b desc, c', limit_num=10)",
                "dbt.listagg('distinct a', \"','\", none)"],
    "position": ["dbt.position(\"'x'\", 'a')"],
    "replace": ["dbt.replace('a', \"'x'\", \"'y'\")"],
    "right": ["dbt.right('a', 3)", "dbt.right('a', 'n')"],
    "safe_cast": ["dbt.safe_cast('a', 'integer')", "dbt.safe_cast(\"'1'\", dbt.type_int())",
                  "dbt.safe_cast(1, 'date')", "dbt.safe_cast('a', 'variant')", "dbt.safe_cast('a', 'GEOMETRY')",
                  "dbt.safe_cast('a', 'geography')", "dbt.safe_cast(\"'[1]'\", 'ARRAY')",
                  "dbt.safe_cast('a', api.Column.translate_type('timestamp'))"],
    "split_part": ["dbt.split_part('a', \"'|'\", 1)", "dbt.split_part('a', \"'|'\", 3)",
                   "dbt.split_part('a', \"'|'\", -1)", "dbt.split_part('a', \"'|'\", -2)", "dbt.split_part('a', \"'|'\", 0)",
                   "dbt.split_part('a', 'sep', 'n')"],
    "string_literal": ["dbt.string_literal('a')", "dbt.string_literal(1)"],
    "types": ["dbt.type_%s()" % it for it in
              ("string", "timestamp", "float", "numeric", "bigint", "int", "boolean")],
    "current_timestamp": ["dbt.current_timestamp()", "current_timestamp()", "current_timestamp_backcompat()",
                          "dbt.current_timestamp_in_utc_backcompat()", "snapshot_get_time()",
                          "snapshot_string_as_time('2024-01-01 00:00:00')"],
    "names": ["generate_schema_name()", "generate_schema_name('x', model)", "generate_schema_name(' marts ', none)",
              "generate_schema_name_for_env('x', model)", "generate_schema_name_for_env(none, model)",
              "generate_database_name()", "generate_database_name('x', none)",
              "generate_alias_name('x', model)", "generate_alias_name(none, model)",
              "generate_alias_name(' y ', {'name': 'n', 'version': 1.5})",
              "generate_alias_name(none, {'name': 'n', 'version': 1.5})"],
    "columns": ["get_columns_in_relation(this) | length", "get_empty_subquery_sql('select 1')",
                "get_empty_subquery_sql('select 1', 'set x = 1;')",
                "get_empty_schema_sql(%s)" % COLUMNS, "get_list_of_column_names([])",
                "get_column_schema_from_query('select 1')", "get_columns_in_query('select 1')"],
    "relations": ["load_relation(ref('base'))", "load_cached_relation(this)", "get_or_create_relation(this.database, 's', 'i', 'table')[0]",
                  "get_or_create_relation(this.database, 's', 'i', 'table')[1]",
                  "make_temp_relation(this).identifier | length",
                  "make_temp_relation(this, '_x').schema", "make_temp_relation(this).include(identifier=false)", "make_intermediate_relation(this)",
                  "make_backup_relation(this, 'view')", "drop_relation_if_exists(none)"],
    "run": ["is_incremental()", "should_full_refresh()", "should_store_failures()", "is_core_v2()",
            "run_query('select 1') | length", "run_query('select 1').columns | length",
            "get_limit_subquery_sql('select 1', 5)", "get_limit_subquery_sql('select 1', none)",
            "get_show_sql('select 1', none, 3)", "get_show_sql('select 1', 'set x;', none)"],
    "dates": ["convert_datetime('20240131', '%Y%m%d')", "dates_in_range('20240130', '20240202')",
              "dates_in_range('20240130')", "dates_in_range('2024-01-30', '2024-02-01', '%Y-%m-%d', '%d.%m.%Y')",
              "partition_range('20240130,20240201')", "partition_range('20240130')",
              "partition_range(20240130)", "dates_in_range('20240202', '20240130')", "partition_range('1,2,3')",
              "convert_datetime('x', '%Y')", "dates_in_range('20240130', '20240131', out_fmt=none) | length",
              "py_current_timestring() | length"],
    "tests": ["test_unique(ref('base'), 'id')", "test_not_null(ref('base'), 'id')",
              "test_accepted_values(ref('base'), 'id', ['a', 'b'])", "test_accepted_values(ref('base'), 'id', [1, 2], false)",
              "test_accepted_values(ref('base'), 'id', [])",
              "test_relationships(ref('base'), 'id', ref('base'), 'id')",
              "get_where_subquery(ref('base'))", "get_test_sql('select 1', 'count(*)', '!= 0', '!= 0', none)",
              "get_test_sql('select 1', 'count(*)', '>5', '>1', 7)", "should_store_failures()"],
    "unit": ["get_fixture_sql([{'id': 1, 'a': 'x'}], {'id': 'integer', 'a': 'text'})",
             "get_fixture_sql([{'id': 1, 'a': \"it's\"}, {'id': none, 'a': 'y'}], {'id': 'integer', 'a': 'text'})",
             "get_fixture_sql([], {'id': 'integer'})", "get_expected_sql([{'id': 1}, {'id': 2}], {'id': 'integer'})",
             "get_expected_sql([{'id': true, 'b': 1.5}], {'id': 'boolean', 'b': 'numeric'})", "get_expected_sql([], {'id': 'integer'})",
             "get_unit_test_sql('select 1 as id', 'select 1 as id', ['id', 'b'])",
             "get_unit_test_sql('select 1 as id', 'select 1 as id', ['ID'])",
             "format_row({'id': 1, 'a': \"it's\"}, {'id': 'integer', 'a': 'text'})",
             "format_row({'ID': none, 'a': true}, {'id': 'integer', 'a': 'boolean'})"],
    "hooks": ["make_hook_config('select 1', true)", "before_begin('select 1')", "in_transaction('select 1')", "after_commit('select 1')",
              "run_hooks([])", "run_hooks([{'sql': 'select 1', 'transaction': true}])", "run_hooks([{'sql': 'select 1', 'transaction': false}], inside_transaction=false)"],
    "snapshot": ["snapshot_hash_arguments(['a', 'b'])", "snapshot_hash_arguments([\"coalesce(a, '')\"])",
                 "build_snapshot_table({'unique_key': 'id', 'updated_at': 'u', 'scd_id': 's', 'hard_deletes': 'ignore'}, 'select 1')",
                 "unique_key_fields('id')", "unique_key_fields(['id', 'b'])", "unique_key_is_not_null('id')", "unique_key_is_not_null(['id', 'b'])", "unique_key_is_null(['id'])",
                 "unique_key_join_on(['id', 'b'], 'x', 'y')", "unique_key_join_on('id', 'x', 'y')", "get_snapshot_table_column_names()",
                 "get_dbt_valid_to_current({'updated_at': 'u'}, {'dbt_valid_to': 'dbt_valid_to'})",
                 "snapshot_timestamp_strategy(model, 's', 'c', {'updated_at': 'u', 'unique_key': 'id'}, false)",
                 "snapshot_check_strategy(model, 's', 'c', {'check_cols': ['a'], 'unique_key': 'id'}, false)",
                 "strategy_dispatch('timestamp')(model, 's', 'c', {}, false).row_changed",
                 "strategy_dispatch('dbt.check')(model, 's', 'c', {}, false).row_changed",
                 "strategy_dispatch('nonsense')", "strategy_dispatch('nobody.timestamp')"],
    "helpers": ["get_quoted_csv(['a', 'b'])", "diff_columns([], [])", "can_clone_table()", "copy_grants()",
                "support_multiple_grantees_per_dcl_statement()", "should_revoke(none, true)",
                "should_revoke(this, true)", "should_revoke(this, false)", "get_batch_size()", "get_merge_update_columns(none, none, [])",
                "incremental_validate_on_schema_change('ignore')",
                "incremental_validate_on_schema_change('nonsense')",
                "incremental_validate_on_schema_change('fail', default='append_new_columns')",
                "get_merge_update_columns(['a'], ['b'], [])", "get_true_sql()"],
}

BASE = "select 1 as id, 'x' as a, 2 as b\n"
PROPERTIES = """\
models:
  - name: base
    columns:
      - name: id
        data_tests:
          - unique
          - not_null
          - unique: {name: unique_where, config: {where: "id > 1", limit: 5}}
          - not_null: {name: stored, config: {store_failures: true, severity: warn}}
          - accepted_values: {name: values_quoted, arguments: {values: ['a', "it's"]}}
          - accepted_values: {name: values_plain, arguments: {values: [1, 2], quote: false}}
          - relationships: {name: related, arguments: {to: ref('base'), field: id}}
          - relationships: {name: of_source, arguments: {to: "source('raw', 'orders')", field: id}}
sources:
  - name: raw
    tables:
      - name: orders
        columns: [{name: id, data_tests: [unique, {not_null: {name: source_where, config: {where: "x = 'y'"}}}]}]
"""
SNAPSHOTS = """\
snapshots:
  - name: by_time
    relation: ref('base')
    config: {unique_key: id, strategy: timestamp, updated_at: a}
  - name: by_check
    relation: source('raw', 'orders')
    config: {unique_key: [id, b], strategy: check, check_cols: all}
"""
SNAPSHOT_BLOCK = """\
{% snapshot block %}
{{ config(unique_key='id', strategy='check', check_cols=['a'], target_schema='snapshots') }}
select * from {{ ref('base') }} where x > {{ dbt.dateadd('day', -1, dbt.current_timestamp()) }}
{% endsnapshot %}
"""
INCREMENTAL = """\
{{ config(materialized='incremental', unique_key='id') }}
select * from {{ ref('base') }}
{% if is_incremental() %}where id > (select max(id) from {{ this }}){% endif %}
"""


def write(folder):
    def put(path, text):
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)

    put("dbt_project.yml", "name: library\nprofile: library\n")
    put("models/base.sql", BASE)
    put("models/incremental.sql", INCREMENTAL)
    put("models/base.yml", PROPERTIES)
    put("snapshots/all.yml", SNAPSHOTS)
    put("snapshots/block.sql", SNAPSHOT_BLOCK)
    for macro, calls in CALLS.items():
        for number, call in enumerate(calls):
            # Guarded, so that what dbt refuses does not end its parsing of the whole project.
            text = "-- depends_on: {{ ref('base') }}\n{%% if execute %%}[{{ %s }}]{%% endif %%}\n" % call
            put(f"models/{macro}/{macro}_{number:02}.sql", text)

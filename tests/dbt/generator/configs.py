"""Configs at every level, with the rules by which they add up."""
from .builder import construct
from .templates import template


@construct
def configs_tags_of_all_levels(project):
    """Tags add up: project, folder, properties, in the file; as text and as list."""
    name = project.model("{{ config(tags=['file', 'twice']) }}\nselect 1 as one\n")
    project.set(models={"+tags": ["everywhere"]})
    project.folder_config({"+tags": project.choice("folder", ["folder", "twice"])})
    project.properties({"models": [{"name": name, "tags": ["top"], "config": {"tags": project.choice("yaml", ["yaml", "twice"])}}]})


@construct
def configs_meta_of_all_levels(project):
    """Meta merges key by key."""
    name = project.model("{{ config(meta={'file': 1, 'same': 'file'}) }}\nselect 1 as one\n")
    project.folder_config({"+meta": {"folder": True, "same": "folder", "deep": {"a": 1}}})
    project.properties({"models": [{"name": name, "config": {"meta": {"yaml": [1, "x"], "same": "yaml", "deep": {"b": 2}}}, "columns": [
        {"name": "one", "meta": {"pii": False}, "tags": ["col"], "config": {"meta": {"more": 1}, "tags": ["conf"]}}]}]})


@construct
def configs_meta_at_top(project):
    """`meta:` and `docs:` beside `config:`."""
    name = project.model("select 1 as one\n")
    project.properties({"models": [{"name": name, "meta": {"owner": "me", "n": 1.5}, "docs": {"show": False, "node_color": "#abc"},
                                    "description": "Of\n\ntwo lines.\n"}]})


@construct
def configs_materialized_precedence(project):
    """The file wins over properties, they over the folder, it over the project."""
    names = [project.model(text) for text in (
        "{{ config(materialized='table') }}\nselect 1 as one\n", "select 2 as two\n", "select 3 as three\n")]
    project.folder_config({"+materialized": "incremental", "+schema": "folder_schema"})
    project.properties({"models": [{"name": names[0], "config": {"materialized": "view", "schema": "yaml_schema"}},
                                   {"name": names[1], "config": {"materialized": "ephemeral" if project.random.random() < .3 else "view"}}]})


@construct
def configs_without_plus(project):
    """Folder configs spelled with and without `+`, and both."""
    name = project.model("select 1 as one\n")
    project.folder_config({"materialized": "table", "+tags": ["plus"], "meta": {"no": "plus"}, name: {"alias": f"{name}_alias"}})


@construct
def configs_by_package_and_path(project):
    """Deeper paths win; a path may end in a file's name."""
    first = project.model("select 1 as one\n", folder=f"{project.current}/deep/er")
    second = project.model("select 1 as one\n", folder=f"{project.current}/deep")
    project.set(models={project.name: {project.current: {"+schema": "a", "deep": {
        "+schema": "b", "+tags": "deep", "er": {"+tags": "deeper", first: {"+materialized": "table"}}, second: {"+enabled": True}}}}})


@construct
def configs_aliases_and_schemas(project):
    """Odd spellings of alias, schema and database."""
    for text in ("alias='Mixed_Case'", "schema='other schema'", "database='other_db'", "alias='dash-ed', schema=none",
                 "schema='x' ~ target.name, alias=model.name ~ '_a'", "alias=this.name ~ '_again'", "schema=var('start_date')"):
        project.model(f"{{{{ config({text}) }}}}\nselect 1 as one\n")


@construct
def configs_grants(project):
    """Grants: replaced and added (`+select`)."""
    name = project.model("{{ config(grants={'+select': ['file_role'], 'insert': 'one'}) }}\nselect 1 as one\n")
    other = project.model("{{ config(grants={'select': ['only']}) }}\nselect 1 as one\n")
    third = project.model("select 1 as one\n")
    project.folder_config({"+grants": {"select": ["folder_role", "two"], "insert": ["a"]}})
    project.properties({"models": [{"name": third, "config": {"grants": {"+select": "yaml_role"}}}]})
    project.also(name), project.also(other)


@construct
def configs_hooks_of_all_levels(project):
    """pre-hook and post_hook: texts, lists, mappings; they add up."""
    name = project.model("""
        {{ config(pre_hook=["select 'file'", {'sql': "select 'no transaction'", 'transaction': false}], post_hook="select '{{ this }}'") }}
        select 1 as one
    """)
    project.folder_config({"+pre-hook": "select 'folder {{ this.name }}'", "+post-hook": [
        "select 'one'", {"sql": "select '{{ target.name }}'", "transaction": True}, "{{ comma_list([1, 2]) }}"]})
    project.properties({"models": [{"name": name, "config": {project.choice("pre_hook", "pre-hook"): ["select 'yaml'"]}}]})


@construct
def configs_hooks_in_file_with_macro(project):
    """A macro makes the text of a hook."""
    project.model("""
        {{ config(materialized='table', post_hook=comma_list(['select 1', "'{{ this }}'"])) }}
        select 1 as one
    """)


@construct
def configs_persist_docs_and_quoting(project):
    """Mappings that replace or merge."""
    name = project.model("{{ config(persist_docs={'relation': true}, quoting={'identifier': false}) }}\nselect 1 as one\n")
    project.folder_config({"+persist_docs": {"relation": False, "columns": True}, "+quoting": {"schema": False}, "+full_refresh": False})
    project.properties({"models": [{"name": name, "description": "d", "columns": [{"name": "one", "description": "c"}]}]})
    project.model(f"select * from {{{{ ref('{name}') }}}}\n")


@construct
def configs_enabled_by(project):
    """enabled by a variable, an environment variable, the target."""
    # Of vars, the project file sees those of the command line only.
    project.command_line_vars[f"{project.current}_on"] = False
    project.env["ODD_ENABLED"] = project.choice("True", "False")
    variable, env, target = (project.model("select 1 as one\n") for _ in range(3))
    in_file = project.model("{{ config(enabled=(target.name == 'prod')) }}\nselect 1 as one\n")
    in_file_on = project.model("{{ config(enabled=var('" + project.current + "_on') == false) }}\nselect 1 as one\n")
    project.folder_config({
        variable: {"+enabled": "{{ var('" + project.current + "_on') }}"},
        env: {"+enabled": "{{ env_var('ODD_ENABLED') | as_bool }}"}})
    project.properties({"models": [{"name": target, "config": {"enabled": "{{ target.name in ['dev', 'ci'] | as_bool }}"}}]})
    project.also(in_file), project.also(in_file_on)


@construct
def configs_custom_keys(project):
    """Keys that dbt does not know are kept."""
    name = project.model("{{ config(own_key={'a': [1, 2]}, other='x') }}\nselect '{{ config.get(\"own_key\").a }}{{ config.get(\"from_yaml\") }}{{ config.get(\"from_project\", 5) }}' as c\n")
    project.folder_config({"+from_project": 9, "+nothing": None})
    project.properties({"models": [{"name": name, "config": {"from_yaml": "y", "meta": {"x": 1}}}]})


@construct
def configs_rendered_in_project_file(project):
    """Jinja in dbt_project.yml's configs."""
    project.env["ODD_SCHEMA"] = "from_env"
    project.model("select 1 as one\n")
    project.folder_config({"+schema": "{{ env_var('ODD_SCHEMA') }}_{{ target.name }}", "+materialized": "{{ 'table' if target.name == 'dev' else 'view' }}",
                           "+tags": ["{{ target.schema }}", "plain"], "+meta": {"at": "{{ var('not_given', 'default') }}"}})


@construct
def configs_column_types(project):
    """Of seeds: column types, quoting of columns, delimiter."""
    seed = project.seed_file([["id", "a b", "date"], [1, "x", "2024-01-01"]], delimiter=";")
    other = project.seed_file([["id"], [1]])
    project.set(seeds={project.name: {project.current: {"+delimiter": ";", "+column_types": {"id": "bigint", "date": "date"}, "+quote_columns": True,
                                                        other: {"+delimiter": ",", "+schema": "seeds_of_mine", "+tags": "seed"}}}})
    project.properties({"seeds": [{"name": seed, "description": "A seed.", "config": {"column_types": {"a b": "varchar(10)"}, "alias": f"{seed}_alias", "enabled": True}}]}, "seeds")
    project.model(f"select * from {{{{ ref('{seed}') }}}}, {{{{ ref('{other}') }}}}\n")


@construct
def configs_incremental_settings(project):
    """All settings of incremental models that the node carries."""
    template(project, """
        {{ config(materialized='incremental', incremental_strategy='delete+insert', unique_key='id', on_schema_change='sync_all_columns',
                  incremental_predicates=["x > 1"], merge_exclude_columns=['a'], full_refresh=none) }}
        select id from {{ ref('base_orders') }} {% if is_incremental() %}where 1 = 0{% endif %}
    """)
    template(project, """
        {{ config(materialized='incremental', incremental_strategy='microbatch', event_time='made_on', batch_size='day', begin='2024-01-01', lookback=2, concurrent_batches=false) }}
        select * from {{ ref('base_orders') }}
    """)


@construct
def configs_contract(project):
    """An enforced contract with data types and constraints of both levels."""
    name = project.model("{{ config(materialized='table') }}\nselect 1 as id, 'x' as label\n")
    project.properties({"models": [{"name": name, "config": {"contract": {"enforced": True, "alias_types": project.choice(True, False)}},
        "constraints": [{"type": "primary_key", "columns": ["id"], "name": "pk"}, {"type": "check", "expression": "id > 0", "columns": ["id"]},
                        {"type": "foreign_key", "columns": ["id"], "to": "ref('base_orders')", "to_columns": ["id"]}],
        "columns": [{"name": "id", "data_type": "int", "constraints": [{"type": "not_null"}, {"type": "unique", "warn_unsupported": False},
                     {"type": "check", "expression": "id > 1"}]},
                    {"name": "label", "data_type": "varchar", "description": "L", "quote": True}]}]})


@construct
def configs_contract_not_enforced(project):
    """Constraints and data types without a contract."""
    name = project.model("select 1 as id\n")
    project.properties({"models": [{"name": name, "constraints": [{"type": "unique", "columns": ["id"]}], "columns": [
        {"name": "id", "data_type": "integer", "constraints": [{"type": "not_null"}]}]}]})


@construct
def configs_deprecation_and_access(project):
    """Access, group, deprecation_date, docs, latest version."""
    group = project.fresh("_group")
    names = [project.model("select 1 as one\n") for _ in range(3)]
    project.properties({"groups": [{"name": group, "owner": {"name": "Team", "email": "team@example.org", "slack": "#x"}, "config": {"meta": {"g": 1}}, "description": "G"}],
        "models": [{"name": names[0], "access": "public", "deprecation_date": project.choice("2030-01-01", "2030-01-01 00:00:00+00:00", "2031-02-03T04:05:06")},
                   {"name": names[1], "config": {"group": group, "access": "private"}},
                   {"name": names[2], "group": group, "access": "protected"}]})


@construct
def configs_group_of_folder(project):
    """Group and access set for a folder; a private model read within the group."""
    group = project.fresh("_group")
    private = project.model("select 1 as one\n")
    project.model(f"select * from {{{{ ref('{private}') }}}}\n")
    project.folder_config({"+group": group, "+access": "private"})
    project.properties({"groups": [{"name": group, "owner": {"email": "x@example.org"}}]})


@construct
def configs_event_time_and_freshness(project):
    """event_time, and freshness with build_after."""
    names = [project.model("select * from {{ ref('base_orders') }}\n") for _ in range(2)]
    project.properties({"models": [{"name": names[0], "config": {"event_time": "made_on", "freshness": {"build_after": {"count": 4, "period": "hour", "updates_on": "all"}}}},
                                   {"name": names[1], "config": {"freshness": {"build_after": {"count": 1, "period": "day"}}, "static_analysis": "unsafe"}}]})


@construct
def configs_docs_and_node_color(project):
    """docs at folder and properties."""
    name = project.model("select 1 as one\n")
    project.folder_config({"+docs": {"node_color": "purple", "show": False}})
    project.properties({"models": [{"name": name, "docs": {"show": True}}]})


@construct
def configs_unrendered(project):
    """Values that keep their template in unrendered_config."""
    project.env["ODD_ALIAS"] = "alias_of_env"
    name = project.model("{{ config(alias=env_var('ODD_ALIAS') ~ '_x', tags=[var('start_date')], schema='s_' ~ target.name) }}\nselect 1 as one\n")
    project.folder_config({"+meta": {"e": "{{ env_var('ODD_ALIAS') }}"}})
    project.properties({"models": [{"name": name, "config": {"materialized": "{{ 'table' if true else 'view' }}"}}]})


@construct
def configs_where_yaml_is_odd(project):
    """Anchors, merge keys, on/off, octal and dates in YAML."""
    name, other = project.model("select 1 as one\n"), project.model("select 1 as one\n")
    project.properties(f"""
        version: 2
        anchors:
          common: &common
            materialized: table
            tags: [anchored]
          meta: &meta {{"yes": no, "on": off, octal: 017, date: 2024-02-30x, day: 2024-02-03, time: 12:30:45, float: 1e3, "null": ~, exp: 1.0e+2, under: 1_000}}
        models:
          - name: {name}
            config:
              <<: *common
              meta: *meta
            description: >-
              folded
              text

              and more
          - {{name: {other}, config: {{<<: *common, tags: [own, "quoted, comma"]}}, columns: [{{name: one, description: 'it''s'}}]}}
    """)


@construct
def configs_of_snapshots(project):
    """Snapshots at all levels."""
    name = project.fresh()
    project.write(f"snapshots/{project.current}/{name}.sql", f"""
        {{% snapshot {name} %}}
        {{{{ config(unique_key=['id', 'name'], strategy='timestamp', updated_at='made_on', invalidate_hard_deletes=true, tags='file') }}}}
        select * from {{{{ ref('base_rows') }}}}
        {{% endsnapshot %}}
    """)
    project.set(snapshots={project.name: {project.current: {"+target_schema": "snaps", "+tags": ["folder"], "+meta": {"a": 1}}}})
    project.properties({"snapshots": [{"name": name, "description": "S", "config": {"meta": {"b": 2}, "enabled": True}}]}, "snapshots")


@construct
def configs_of_sources(project):
    """`sources:` in dbt_project.yml, enabled and meta of tables."""
    name = project.fresh()
    project.set(sources={project.name: {project.current: {"+meta": {"of": "project"}, name: {"+tags": ["project_tag"]}}}})
    project.properties({"sources": [{"name": name, "config": {"meta": {"of": "source", "s": 1}}, "tags": ["source_tag"], "tables": [
        {"name": "on", "tags": ["table_tag"], "config": {"meta": {"t": 1}}}, {"name": "off", "config": {"enabled": False}}]}]})


@construct
def configs_of_disabled_folder(project):
    """A whole folder that is off, with one that is on again."""
    off = project.model("select 1 as one\n")
    on = project.model("select 1 as one\n")
    project.folder_config({"+enabled": False, on: {"+enabled": True}})
    project.also(off)


@construct
def configs_same_name_when_disabled(project):
    """Two models of one name, one of them disabled."""
    name = project.fresh()
    project.model("{{ config(enabled=true) }}\nselect 'here' as it\n", name, f"{project.current}/one")
    project.model("{{ config(enabled=false) }}\nselect 'not here' as it\n", name, f"{project.current}/two")
    project.model(f"select * from {{{{ ref('{name}') }}}}\n")

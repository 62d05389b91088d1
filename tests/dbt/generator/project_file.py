"""dbt_project.yml, selectors.yml, vars and environment in all their scopes."""
from .builder import construct, to_yaml
from .templates import template


@construct(slot="quoting")
def quoting_of_the_project(project):
    """quoting: at project level."""
    project.set(quoting={it: project.choice(True, False) for it in project.some(["database", "schema", "identifier"])})
    project.model("select '{{ this }}' as a, '{{ ref('base_orders') }}' as b from {{ source('raw', 'orders') }}\n")


@construct(slot="query-comment")
def query_comment(project):
    """query-comment in its forms: compiled SQL does not carry it."""
    project.set(**{"query-comment": project.choice("a comment", {"comment": "{{ target.name }}", "append": True, "job-label": False}, None, "")})


@construct(slot="require")
def version_required(project):
    """require-dbt-version and other keys that decide about nothing."""
    project.set(**{"require-dbt-version": project.choice(">=1.5.0", [">=1.3.0", "<3.0.0"], ">=1.11.0,<2.0.0"), "clean-targets": ["target"],
                   "docs-paths": [f"docs_{project.current}", "models"]})
    project.write(f"docs_{project.current}/here.md", "{% docs in_docs_path %}Found by docs-paths.{% enddocs %}\n")
    name = project.model("select 1 as one\n")
    project.properties({"models": [{"name": name, "description": "{{ doc('in_docs_path') }}"}]})


@construct(slot="paths")
def paths_of_ones_own(project):
    """model-paths with several folders, nested ones and trailing slashes; the others too."""
    project.set(**{"model-paths": ["models", "more_models/deep", "sql/"], "test-paths": ["tests", "checks"], "macro-paths": ["macros", "lib/jinja"],
                   "analysis-paths": ["analyses", "queries"], "seed-paths": ["seeds", "csv"], "snapshot-paths": ["snapshots", "history"]})
    one, two = project.fresh(), project.fresh()
    project.write(f"more_models/deep/sub/{one}.sql", "select 1 as one\n")
    project.write(f"sql/{two}.sql", f"select * from {{{{ ref('{one}') }}}} where '{{{{ lib_macro() }}}}' = '{{{{ model.path }}}} {{{{ model.original_file_path }}}}'\n")
    project.write("sql/props.yml", to_yaml({"version": 2, "models": [{"name": one, "description": "From another path.", "columns": [{"name": "one", "tests": ["unique"]}]}]}))
    project.write("lib/jinja/lib.sql", "{% macro lib_macro() %}of lib{% endmacro %}\n")
    project.write(f"checks/{project.fresh()}.sql", f"select * from {{{{ ref('{two}') }}}} where false\n")
    project.write(f"queries/{project.fresh()}.sql", "select 1\n")
    project.write(f"csv/{project.fresh()}.csv", "a\n1\n")
    project.write(f"history/{(snap := project.fresh())}.sql", f"{{% snapshot {snap} %}}{{{{ config(unique_key='one', strategy='check', check_cols='all', target_schema='h') }}}}select * from {{{{ ref('{one}') }}}}{{% endsnapshot %}}")
    project.set(models={project.name: {"sub": {"+tags": "from_sub"}}})


@construct
def vars_of_all_scopes(project):
    """Global, of the package, of the command line; templates, lists and mappings."""
    n = project.count
    project.count += 1
    project.set(vars={f"v_global_{n}": "global", f"v_both_{n}": "global", f"v_cli_{n}": "project", f"v_list_{n}": [1, "two", {"three": 3}], f"v_map_{n}": {"a": {"b": None}}, f"v_null_{n}": None,
                      f"v_bool_{n}": False, f"v_float_{n}": 1.50, f"v_date_{n}": "2024-01-01", f"v_template_{n}": "{{ target.name }}", f"v_int_text_{n}": "007",
                      project.name: {f"v_both_{n}": "package", f"v_own_{n}": "own"}})
    project.command_line_vars.update({f"v_cli_{n}": "command line", f"v_only_cli_{n}": {"x": [1, 2]}})
    names = ["global", "both", "cli", "list", "map", "null", "bool", "float", "date", "template", "int_text", "own", "only_cli"]
    template(project, "select\n" + ",\n".join(f"  '{{{{ var(\"v_{it}_{n}\") }}}}' as {it}" for it in names) + f",\n  '{{{{ var('v_list_{n}')[2].three + 1 }}}}' as z, {{{{ 1 if var('v_bool_{n}') else 0 }}}} as y, '{{{{ var('v_null_{n}', 'default') }}}}' as n\n")


@construct
def variables_of_the_environment(project):
    """env_var in models, properties, sources and the project; custom metadata variables."""
    project.env.update(ODD_DATABASE="env_db", ODD_JSON='{"a": [1]}', ODD_EMPTY="", DBT_ENV_CUSTOM_ENV_TEAM="odd team")
    name = project.fresh()
    project.properties({"sources": [{"name": name, "database": "{{ env_var('ODD_DATABASE') }}", "schema": "{{ env_var('ODD_NO_SUCH', 'fallback_schema') }}", "tables": [
        {"name": "t", "description": "of {{ env_var('ODD_DATABASE') }}"}]}]})
    project.model(f"select '{{{{ fromjson(env_var('ODD_JSON')).a[0] }}}}' as a, '{{{{ env_var('ODD_EMPTY') }}}}' as b, '{{{{ env_var('ODD_EMPTY', 'x') }}}}' as c, '{{{{ dbt_metadata_envs }}}}' as d from {{{{ source('{name}', 't') }}}}\n")


@construct(slot="selectors")
def selectors_file(project):
    """selectors.yml with every form of definition."""
    project.write("selectors.yml", to_yaml({"selectors": [
        {"name": "text", "description": "as on the command line", "definition": "tag:nightly+ config.materialized:table,path:models"},
        {"name": "by_method", "default": False, "definition": {"method": "tag", "value": "x", "children": True, "parents": True, "children_depth": 2, "indirect_selection": "cautious"}},
        {"name": "key_value", "definition": {"tag": "x"}},
        {"name": "union", "definition": {"union": [{"method": "fqn", "value": "base_orders", "childrens_parents": True}, {"intersection": [{"tag": "a"}, "base_*", {"exclude": [{"method": "resource_type", "value": "test"}]}]}, {"method": "selector", "value": "text"}]}},
        {"name": "listed", "definition": {"union": ["base_orders+", "@base_customers"]}},
    ]}))


@construct(slot="flags")
def flags_of_the_project(project):
    """flags: in dbt_project.yml."""
    project.set(flags=dict(project.some([("send_anonymous_usage_stats", False), ("use_colors", False), ("populate_cache", False), ("static_parser", False), ("printer_width", 120), ("warn_error_options", {"silence": ["NoNodesForSelectionCriteria"]}),
                                         ("state_modified_compare_more_unrendered_values", True), ("require_explicit_package_overrides_for_builtin_materializations", True), ("validate_macro_args", False), ("source_freshness_run_project_hooks", True)])))
    project.model("select '{{ flags.PRINTER_WIDTH if false else 1 }}' as a\n")


@construct
def project_configs_for_resources(project):
    """Configs in dbt_project.yml for seeds, snapshots, tests, sources, analyses, exposures, by `+` and path."""
    project.model("select 1 as one\n")
    project.set(seeds={"+docs": {"show": False}, project.name: {"+meta": {"all": "seeds"}}}, snapshots={"+meta": {"all": "snapshots"}},
                sources={"+meta": {"all": "sources"}}, models={project.name: {"+meta": {"all": "models"}}})


@construct
def spaces_and_folders_in_paths(project):
    """Folders with spaces and dots, deep ones, hidden ones; files with other extensions beside."""
    first = project.fresh()
    project.write(f"models/{project.current}/a folder/b.c/{first}.sql", "select 1 as one\n")
    second = project.fresh()
    project.write(f"models/{project.current}/.hidden/{second}.sql", "select 2 as two\n")
    project.write(f"models/{project.current}/notes.txt", "no model")
    project.write(f"models/{project.current}/{first}.sql.bak", "no model {{")
    project.write(f"models/{project.current}/README.md", "# No docs block {{ here }}\n")
    project.set(models={project.name: {project.current: {"a folder": {"+tags": ["spaced"], "b.c": {"+schema": "dotted"}}}}})
    project.model(f"select * from {{{{ ref('{first}') }}}}\n")


@construct
def files_with_odd_ends(project):
    """CRLF, no newline at the end, tabs, form feeds, empty and blank files, a byte order mark."""
    for text in ("select 1 as one\r\n{% if true %}\r\n, 2 as two\r\n{% endif %}\r\n\r\n", "select 1 as one", "\t\tselect\t1 as one\n\n\n\n", "select 1\x0b as one\n\x0c", "select 1 as one  \n   \n",
                 "\n\n{% set x = 1 %}\n\n\nselect {{ x }} as x\n\n"):
        project.model(text, dedent=False)
    project.model("", dedent=False) if project.random.random() < 0.5 else project.model("  \n", dedent=False)
    project.write(f"models/{project.current}/{project.fresh()}.sql", b"\xef\xbb\xbfselect 'after a byte order mark' as a\n")


@construct
def yaml_keys_and_values_with_jinja(project):
    """Jinja in descriptions, names of tables, tags, meta, tests, and where dbt does not render."""
    name = project.model("select 1 as one\n")
    project.properties({"models": [{"name": name, "description": "{{ 'rendered ' ~ target.name }}{{ ' twice' }}", "meta": {"k": "{{ var('start_date') }}"}, "columns": [
        {"name": "one", "description": "{{ 1 + 1 }} {# gone #}", "meta": {"m": "{{ target.schema }}"}, "tests": [{"accepted_values": {"values": ["{{ 'not' }}"], "config": {"tags": ["{{ target.name }}"]}}}]}]}]})

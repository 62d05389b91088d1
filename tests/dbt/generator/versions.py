"""Versions of models."""
from .builder import construct
from .data_tests import key
from .macros import package


@construct
def versions_of_models(project):
    """versions, defined_in, latest_version, include and exclude, aliases."""
    name = project.fresh()
    project.model("select 1 as id, 2 as b\n", f"{name}_v1")
    project.model("{{ config(materialized='table') }}\nselect 1 as id, 2 as b, 3 as c\n", f"{name}_of_its_own")
    project.model("select 1 as id\n", f"{name}{project.choice('.', '_')}v3")
    project.properties({"models": [{"name": name, "latest_version": 2, "description": "V", "access": "public", "config": {"materialized": "view", "tags": ["all"]},
        "columns": [{"name": "id", "description": "I", "data_type": "int"}, {"name": "b"}], "versions": [
            {"v": 1, "config": {"alias": f"{name}_first", "tags": ["one"]}, "deprecation_date": "2032-01-01"},
            {"v": 2, "defined_in": f"{name}_of_its_own", "description": "second", "columns": [{"include": "*", "exclude": ["b"]}, {"name": "c", "description": "C"}]},
            {"v": 3, "columns": [{"include": ["id"]}], "access": "protected"}]}]})
    project.model(f"select * from {{{{ ref('{name}') }}}} union all select * from {{{{ ref('{name}', v=1) }}}} union all select * from {{{{ ref('{name}', version=3) }}}} union all select * from {{{{ ref('{project.name}', '{name}', v='2') }}}}\n")


@construct
def versions_with_names(project):
    """Versions that are texts; the latest is found by order."""
    name = project.fresh()
    for it in ("beta", "alpha"):
        project.model("select 1 as id\n", f"{name}_v{it}")
    project.properties({"models": [{"name": name, "versions": [{"v": "beta"}, {"v": "alpha"}], "columns": [{"name": "id"}]}]})
    project.model(f"select * from {{{{ ref('{name}') }}}}, {{{{ ref('{name}', v='alpha') }}}}\n")


@construct
def versions_of_all_types(project):
    """Whole numbers, fractions, texts; latest found or named; refs that write them otherwise."""
    name = project.fresh()
    for it in ("1", "1.5", "10", "2"):
        project.model(f"select {it} as id\n", f"{name}_v{it}")
    project.properties({"models": [{"name": name, "versions": [{"v": 1}, {"v": 1.5}, {"v": 10}, {"v": 2}]}]})
    text = project.fresh("_text")
    for it in ("1", "02", "a_b"):
        project.model("select 1 as id\n", f"{text}_v{it}")
    project.properties({"models": [{"name": text, "latest_version": "02", "versions": [{"v": "1"}, {"v": "02"}, {"v": "a_b"}]}]})
    calls = [f"'{name}'", f"'{name}', v=1", f"'{name}', v='1'", f"'{name}', v=1.5", f"'{name}', version='1.5'", f"'{name}', version=2", f"'{name}', v=10",
             f"'{text}'", f"'{text}', v=1", f"'{text}', version='02'", f"'{project.name}', '{text}', v='a_b'"]
    project.model("\nunion all ".join(f"select '{{{{ ref({it}).identifier }}}}' from {{{{ ref({it}) }}}}" for it in calls) + "\n")
    dynamic = project.choice(f"{{% set n = 1 %}}select * from {{{{ ref('{name}', v=n + 1) }}}}", f"{{% for n in (1, 2) %}}select * from {{{{ ref('{name}', v=n) }}}}{{% endfor %}}",
                             f"select * from {{{{ ref('{name}', v=var('the_version', 2)) }}}}, {{{{ ref('{name}', v='1' | int) }}}}")
    project.model(dynamic + "\n")


@construct
def versions_of_files(project):
    """Files with dots, of other names, in other folders, in Python; the file without a suffix."""
    name = project.fresh()
    project.model("select 1 as id\n", name)
    project.model("select 2 as id\n", f"{name}.v2")
    project.model("select 3 as id\n", f"{name}_third", f"{project.current}/deep/er")
    project.model("def model(dbt, session):\n    dbt.config(materialized='table')\n    return dbt.ref('%s', v=2)\n" % name, f"{name}.v4", suffix=".py")
    project.properties({"models": [{"name": name, "latest_version": 1, "versions": [
        {"v": 1, "defined_in": name}, {"v": 2}, {"v": 3, "defined_in": f"{name}_third"}, {"v": 4, "defined_in": f"{name}.v4"}]}]})
    bare = project.fresh("_bare")
    project.model("select 1 as id\n", bare)
    project.model("select 2 as id\n", f"{bare}_v2")
    project.properties({"models": [{"name": bare, "latest_version": 1, "versions": [{"v": 2}, {"v": 1}]}]})
    project.model("select * from {{ ref('%s') }}, {{ ref('%s', v=3) }}, {{ ref('%s', v=4) }}, {{ ref('%s') }}, {{ ref('%s', v=2) }}\n" % (name, name, name, bare, bare))


@construct
def versions_of_configs(project):
    """Configs of all versions, of one, of the file and of the folder; a disabled version; ephemeral ones."""
    name = project.fresh()
    project.folder_config({"+tags": ["folder"], "+meta": {"folder": 1}, f"{name}_v1": {"+meta": {"by_file": 1}}, name: {"v2": {"+meta": {"by_version": 1}}, "+meta": {"by_name": 1}}})
    project.model("{{ config(tags='in_file', meta={'file': 1}) }}\nselect 1 as id, '{{ model.version }}' as v, '{{ model.name }}' as n, '{{ this }}' as t, '{{ model.latest_version }}' as l, '{{ model.alias }}' as a\n", f"{name}_v1")
    project.model("select 2 as id\n", f"{name}_v2")
    project.model("{{ config(enabled=false) }}\nselect 3 as id\n", f"{name}_v3")
    project.model("select 4 as id\n", f"{name}_v4")
    project.properties({"models": [{"name": name, "latest_version": 2, "description": "All.", "docs": {"show": False}, "config": {"meta": {"all": 1}, "tags": ["all"], "schema": "versioned"}, "versions": [
        {"v": 1, "config": {"meta": {"one": 1}, "tags": "one", "schema": "own"}, "docs": {"node_color": "red"}},
        {"v": 2, "config": {"materialized": "ephemeral", "alias": project.choice(name, f"{name}_alias")}, "description": ""},
        {"v": 3}, {"v": 4, "config": {"enabled": False, "contract": {"enforced": False}}, "description": "Off"}]}]})
    project.model("select * from {{ ref('%s') }} join {{ ref('%s', v=1) }} using (id)\n" % (name, name))


@construct
def versions_of_columns(project):
    """include and exclude in all forms, constraints and contracts."""
    name = project.fresh()
    for version in range(1, 7):
        project.model("select 1 as id, 'x' as b, 2 as c\n", f"{name}_v{version}")
    project.properties({"models": [{"name": name, "latest_version": 3, "config": {"contract": {"enforced": True}}, "constraints": [{"type": "primary_key", "columns": ["id"]}],
        "columns": [{"name": "id", "data_type": "int", "description": "I", "constraints": [{"type": "not_null"}]}, {"name": "b", "data_type": "varchar", "meta": {"m": 1}}, {"name": "c", "data_type": "int", key(project): ["not_null"]}],
        "versions": [{"v": 1}, {"v": 2, "columns": [{"include": "all"}]}, {"v": 3, "columns": [{"include": "*", "exclude": ["b", "c"]}, {"name": "b", "data_type": "text", "description": "other"}, {"name": "c", "data_type": "bigint"}], "constraints": []},
                     {"v": 4, "columns": [{"name": "c", "data_type": "int"}, {"include": ["id"]}]}, {"v": 5, "config": {"contract": {"enforced": False}}, "columns": []},
                     {"v": 6, "columns": [{"include": [], "exclude": []}, {"name": "id", "data_type": "int"}, {"name": "b", "data_type": "text"}, {"name": "c", "data_type": "int"}], key(project): [{"unique": {"column_name": "id"}}]}]}]})


@construct
def versions_read_by_others(project):
    """Read by snapshots, tests, exposures, unit tests, metrics' models, by a package."""
    name = project.fresh()
    for version in (1, 2):
        project.model(f"select {version} as id\n", f"{name}_v{version}")
    child = project.model("select * from {{ ref('%s', v=1) }} union all select * from {{ ref('%s') }}\n" % (name, name))
    project.write(f"tests/{project.current}/{project.fresh('_test')}.sql", "select * from {{ ref('%s', v='2') }} where id < 0\n" % name)
    project.properties({"snapshots": [{"name": project.fresh("_snapshot"), "relation": f"ref('{name}', v=1)", "config": {"unique_key": "id", "strategy": "check", "check_cols": "all"}}]}, "snapshots")
    project.properties({
        "models": [{"name": name, "versions": [{"v": 1, key(project): [{"relationships": {"column_name": "id", "to": f"ref('{name}', v=2)", "field": "id"}}]}, {"v": 2}]},
                   {"name": child, "columns": [{"name": "id", key(project): [{"relationships": {"to": f"ref('{name}', version=1)", "field": "id"}}, {"relationships": {"to": f"ref('{name}')", "field": "id", "name": project.fresh("_named")}}]}]}],
        "exposures": [{"name": project.fresh("_exposure"), "type": "ml", "owner": {"name": "x"}, "depends_on": [f"ref('{name}', v=1)", f"ref('{name}')"]}],
        "unit_tests": [{"name": project.fresh("_ut"), "model": child, "given": [{"input": f"ref('{name}', v=1)", "rows": [{"id": 1}]}, {"input": f"ref('{name}', version=2)", "rows": [{"id": 2}]}], "expect": {"rows": [{"id": 1}, {"id": 2}]}}]})
    n = project.count
    pkg = package(project, {f"models/of_pkg_{n}_v1.sql": "select 1 as id\n", f"models/of_pkg_{n}.v2.sql": "select 2 as id\n", f"models/reads_{n}.sql": f"select * from {{{{ ref('of_pkg_{n}') }}}}, {{{{ ref('of_pkg_{n}', v=1) }}}}\n",
        "models/p.yml": f"models:\n  - name: of_pkg_{n}\n    latest_version: 2\n    columns: [{{name: id, data_tests: [unique]}}]\n    versions: [{{v: 1}}, {{v: 2, defined_in: of_pkg_{n}.v2}}]\n"})
    for it in (f"of_pkg_{n}", f"reads_{n}"):
        project.also(it)
    project.model("select * from {{ ref('%s', 'of_pkg_%s', v=1) }}, {{ ref('of_pkg_%s') }}\n" % (pkg, n, n))


@construct
def versions_of_unit_tests(project):
    """Unit tests of texts as versions, of one version, of a version that is off; with given versions."""
    name = project.fresh()
    for version in ("1", "2", "x"):
        project.model(f"select id, '{version}' as v from {{{{ ref('base_orders') }}}}\n", f"{name}_v{version}")
    given = [{"input": "ref('base_orders')", "rows": [{"id": 1}]}]
    latest = project.choice("2", "x")
    project.properties({"models": [{"name": name, "latest_version": latest, "versions": [{"v": "1"}, {"v": "2", "config": {"enabled": project.choice(True, True, False) if latest == "x" else True}}, {"v": "x"}]}], "unit_tests": [
        {"name": project.fresh("_all"), "model": name, "given": given, "expect": {"rows": [{"id": 1}]}, "config": {"tags": "t"}},
        {"name": project.fresh("_one"), "model": name, "versions": {"include": ["x"]}, "given": given, "expect": {"format": "csv", "rows": "id\n1\n"}},
        {"name": project.fresh("_not"), "model": name, "versions": {"exclude": ["1", "2"]}, "description": "D", "given": given, "expect": {"rows": [{"id": 1}]}}]})

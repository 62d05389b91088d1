"""Unit tests in all formats."""
from .builder import construct


def model_to_test(project):
    upstream = project.model("select 1 as id, 'x' as label, cast('2024-01-01' as date) as made_on\n", project.fresh("_up"))
    name = project.model("""
        {{ config(materialized='incremental') }}
        select o.id, upper(o.label) as label, c.name, '{{ var("start_date") }}' as v, {{ cents_to_dollars('o.id') }} as d
        from {{ ref('%s') }} as o join {{ source('raw', 'customers') }} as c on o.id = c.id
        {%% if is_incremental() %%}where o.id > (select max(id) from {{ this }}){%% endif %%}
    """ % upstream)
    return name, upstream


@construct
def unit_tests_of_dicts(project):
    """Rows as mappings, with overrides, configs and descriptions."""
    name, up = model_to_test(project)
    project.properties({"unit_tests": [{"name": project.fresh("_ut"), "model": name, "description": "U", "config": {"tags": ["unit"], "meta": {"u": 1}},
        "given": [{"input": f"ref('{up}')", "rows": [{"id": 1, "label": "a"}, {"id": None, "label": "it's"}]},
                  {"input": "source('raw', 'customers')", "rows": [{"id": 1, "name": "n", "flag": True, "amount": 1.5, "day": "2024-01-01"}]},
                  {"input": "this", "rows": []}],
        "overrides": {"macros": {"is_incremental": True, "cents_to_dollars": "1.0"}, "vars": {"start_date": "2020-02-02"}, "env_vars": {"ODD": "x"}},
        "expect": {"rows": [{"id": 1, "label": "A", "d": 1.0}]}}]})


@construct
def unit_tests_of_csv_and_sql(project):
    """csv and sql, in place and as fixtures."""
    name, up = model_to_test(project)
    fixture, sql = project.fresh("_fixture"), project.fresh("_sql_fixture")
    project.write(f"tests/fixtures/{fixture}.csv", "id,name\n1,n\n2,\n", dedent=False)
    project.write(f"tests/fixtures/{sql}.sql", "select 1 as id, 'A' as label\n")
    overrides = {"macros": {"is_incremental": False}}
    project.properties({"unit_tests": [{"name": project.fresh("_ut"), "model": name, "overrides": overrides, "given": [
        {"input": f"ref('{up}')", "format": "csv", "rows": "id,label\n1,a\n2,b b\n"},
        {"input": "source('raw', 'customers')", "format": "csv", "fixture": fixture}],
        "expect": {"format": "sql", "fixture": sql}},
        {"name": project.fresh("_ut"), "model": name, "overrides": overrides, "given": [
            {"input": f"ref('{up}')", "format": "sql", "rows": "select 1 as id, 'a' as label union all select 2, null"},
            {"input": "source('raw', 'customers')", "format": "dict", "rows": []}],
         "expect": {"format": "csv", "rows": "id,label\n1,A\n"}}]})


@construct
def unit_tests_of_versions(project):
    """Of a versioned model: of all, of some, of all but one."""
    name = project.fresh()
    for version in (1, 2, 3):
        project.model(f"select id, {version} as v from {{{{ ref('base_orders') }}}}\n", f"{name}_v{version}")
    given = [{"input": "ref('base_orders')", "rows": [{"id": 1}]}]
    project.properties({"models": [{"name": name, "latest_version": 2, "versions": [{"v": 1}, {"v": 2}, {"v": 3}]}], "unit_tests": [
        {"name": project.fresh("_all"), "model": name, "given": given, "expect": {"rows": [{"id": 1}]}},
        {"name": project.fresh("_some"), "model": name, "versions": {"include": [1, 2]}, "given": given, "expect": {"rows": [{"id": 1}]}},
        {"name": project.fresh("_not"), "model": name, "versions": {"exclude": [2]}, "given": given, "expect": {"rows": [{"id": 1}]}}]})


@construct
def unit_tests_disabled(project):
    """Disabled, and of a disabled model."""
    name, up = model_to_test(project)
    given = [{"input": f"ref('{up}')", "rows": [{"id": 1}]}, {"input": "source('raw', 'customers')", "rows": [{"id": 1}]}]
    off = project.model("{{ config(enabled=false) }}\nselect 1 as id\n", project.fresh("_off"))
    project.properties({"unit_tests": [{"name": project.fresh("_ut"), "model": name, "config": {"enabled": False}, "given": given, "expect": {"rows": [{"id": 1}]}},
                                       {"name": project.fresh("_ut"), "model": off, "given": [], "expect": {"rows": [{"id": 1}]}}]})
    project.set(unit_tests={project.name: {"+tags": ["all_unit_tests"]}}) if project.random.random() < .5 else None


@construct
def unit_tests_of_ephemeral_models(project):
    """With ephemeral models and seeds as inputs; a seed's own rows."""
    up = project.model("{{ config(materialized='ephemeral') }}\nselect * from {{ ref('base_rows') }}\n")
    name = project.model("select e.id from {{ ref('%s') }} as e join {{ ref('base_rows') }} as b on e.id = b.id\n" % up)
    project.properties({"unit_tests": [{"name": project.fresh("_ut"), "model": name, "given": [
        {"input": f"ref('{up}')", "format": "sql", "rows": "select 1 as id"}, {"input": "ref('base_rows')"}], "expect": {"rows": [{"id": 1}]}}]})

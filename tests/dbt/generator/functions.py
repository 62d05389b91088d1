"""Functions of the database (UDFs)."""
from .builder import construct
from .macros import package

RETURNS = {"data_type": "int"}


def function(project, text, name=None, suffix=".sql", folder="functions", **properties):
    """A function with its properties; gives its name."""
    name = name or project.fresh()
    project.write(f"{folder}/{project.current}/{name}{suffix}", text)
    project.properties({"functions": [{"name": name, "returns": RETURNS, **properties}]}, folder, f"{name}_properties")
    return name


@construct
def functions_of_the_database(project):
    """User-defined functions: SQL with arguments, returned type, configs."""
    name = project.fresh()
    project.write(f"functions/{project.current}/{name}.sql", "a * {{ var('limit_rows') }} + b\n")
    project.properties({"functions": [{"name": name, "description": "F", "arguments": [{"name": "a", "data_type": "int", "description": "A"}, {"name": "b", "data_type": "int"}],
        "returns": {"data_type": "int"}, "config": {"schema": "udf", "tags": ["f"]}}]}, "functions")
    project.model(f"select {{{{ function('{name}') }}}}(1, 2) as three\n")


@construct
def functions_of_other_types(project):
    """Aggregate functions, volatility, defaults of arguments, alias and database of their own."""
    total = function(project, "sum(x)\n", config={"type": "aggregate", "volatility": project.choice("deterministic", "stable", "non-deterministic"), "alias": "my_total", "meta": {"a": 1}},
                     arguments=[{"name": "x", "data_type": "decimal(10, 2)"}], returns={"data_type": "decimal", "description": "The sum, {{ 1 + 1 }}."})
    defaults = function(project, """
        {{ config(volatility='stable', database='udf_db', tags='one', meta={'in': 'file'}) }}
        -- a comment
        a + {{ cents_to_dollars('b') }}
    """, description="{{ target.name }}", arguments=[{"name": "a", "data_type": "int"}, {"name": "b", "data_type": "int", "default_value": 5}, {"name": "c", "data_type": "varchar", "default_value": "'x'"}],
        config={"tags": ["two"], "meta": {"of": "yaml"}, "docs": {"show": False}})
    project.model(f"select {{{{ function('{total}') }}}}(id), {{{{ function('{project.name}', '{defaults}') }}}}(1) from {{{{ ref('base_orders') }}}}\n")


@construct
def functions_that_read(project):
    """Functions that call functions and read models, sources, variables, macros."""
    first = function(project, "a + 1\n", arguments=[{"name": "a", "data_type": "int"}])
    second = function(project, f"{{{{ function('{first}') }}}}(a) + (select max(id) from {{{{ ref('base_orders') }}}}) + (select count(*) from {{{{ source('raw', 'customers') }}}})\n")
    third = function(project, f"{{%- if execute %}}{{{{ function('{first}') }}}}{{% else %}}{{{{ function('{second}') }}}}{{% endif %}}(1) + {{{{ cents_to_dollars('x') }}}} -- {{{{ this }}}} {{{{ this.name }}}} {{{{ model.resource_type }}}} {{{{ model.name }}}} {{{{ is_incremental() }}}}\n  \n")
    project.model(f"select {{{{ function('{second}') }}}}(1), {{{{ function('{second}') }}}}(2), {{{{ function('{third}') }}}}(1)\n")


@construct
def functions_called_everywhere(project):
    """Calls in macros, tests, snapshots, analyses, hooks, ephemeral models; as text and as a relation."""
    name = function(project, "a + 1\n", arguments=[{"name": "a", "data_type": "int"}], config={"schema": project.choice("udf", "{{ target.name }}_udf")})
    macro = project.fresh("_macro")
    project.macro(f"""
        {{% macro {macro}(x) %}}{{{{ function('{name}') }}}}({{{{ x }}}}){{% endmacro %}}
    """)
    project.model("select {{ %s('id') }} as y from {{ ref('base_orders') }}\n" % macro)
    ephemeral = project.model("{{ config(materialized='ephemeral') }}\nselect {{ function('%s') }}(id) as y from {{ ref('base_orders') }}\n" % name)
    project.model("""
        {%% set f = function('%s') %%}
        select * from {{ ref('%s') }} -- {{ f.identifier }} {{ f.schema }} {{ f.name }} {{ f.type }} {{ f.is_view }} {{ f | upper }} {{ f.include(database=false) }}
    """ % (name, ephemeral))
    project.write(f"tests/{project.current}/{project.fresh('_test')}.sql", "select * from {{ ref('base_orders') }} where {{ function('%s') }}(id) < 0\n" % name)
    project.write(f"analyses/{project.current}/{project.fresh('_analysis')}.sql", "select {{ function('%s') }}(1) as one\n" % name)
    snapshot = project.fresh("_snapshot")
    project.write(f"snapshots/{project.current}/{snapshot}.sql", """
        {%% snapshot %s %%}
        {{ config(target_schema='snapshots', unique_key='id', strategy='check', check_cols='all') }}
        select {{ function('%s') }}(id) as id from {{ ref('base_orders') }}
        {%% endsnapshot %%}
    """ % (snapshot, name))
    project.properties({"models": [{"name": ephemeral, "columns": [{"name": "y", "data_tests": [{"not_null": {"config": {"where": "{{ 1 }} = 1"}}}]}]}]})


@construct
def functions_disabled(project):
    """Disabled in the file, in properties and by a folder; two of one name, one of them off."""
    function(project, "{{ config(enabled=false) }}\n1\n", description="off")
    function(project, "2\n", config={"enabled": False})
    function(project, "3\n", project.fresh("_folder_off"), folder="functions/off")
    project.set(functions={project.name: {"off": {"+enabled": False}}})
    kept = function(project, "4\n")
    project.write(f"functions/{project.current}/second/{kept}.sql", "{{ config(enabled=false) }}\n5\n")
    project.model(f"select {{{{ function('{kept}') }}}}()\n")


@construct
def functions_configured_by_folders(project):
    """Configs of functions in dbt_project.yml, hooks among them."""
    project.set(functions={project.name: {project.current: {"+schema": "udf_{{ target.schema }}", "+tags": ["from_folder"], "+meta": {"folder": 1}, "inner": {"+alias": "inner_alias", "+volatility": "stable"}},
                                          "+grants": {"select": ["someone"]}}})
    outer = function(project, "1\n", config={"tags": "own", "meta": {"own": 2}})
    inner = project.fresh()
    project.write(f"functions/{project.current}/inner/{inner}.sql", "{{ config(meta={'file': 3}, schema='said_here') }}\n\n2\n\n")
    project.properties({"functions": [{"name": inner, "returns": RETURNS, "config": {"pre_hook": "select 1", "post-hook": ["select 2", {"sql": "select 3", "transaction": False}]}}]}, "functions")
    project.model(f"select {{{{ function('{outer}') }}}}() + {{{{ function('{inner}') }}}}()\n")


@construct
def functions_of_packages(project):
    """In a package, called from there and from home; one name in both."""
    project.count += 1
    n = project.count
    text = {
        f"functions/pkg_fn_{n}.sql": "a + {{ var('limit_rows', 3) }}\n", f"functions/twin_fn_{n}.sql": "'package'\n",
        "functions/f.yml": f"functions:\n  - name: pkg_fn_{n}\n    returns: {{data_type: int}}\n    arguments: [{{name: a, data_type: int}}]\n"
                           f"  - name: twin_fn_{n}\n    returns: {{data_type: varchar}}\n",
        f"models/calls_{n}.sql": f"select {{{{ function('pkg_fn_{n}') }}}}(1), {{{{ function('twin_fn_{n}') }}}}()\n",
    }
    name = package(project, text, {"functions": {"+schema": "of_package"}})
    for it in ("pkg_fn", "twin_fn", "calls"):
        project.also(f"{it}_{n}")
    project.set(functions={name: {"+tags": ["root_says"]}})
    project.model(f"select {{{{ function('pkg_fn_{n}') }}}}(1), {{{{ function('{name}', 'twin_fn_{n}') }}}}(), {{{{ function('twin_fn_{n}') }}}}()\n")


@construct(slot="function_paths")
def functions_of_other_paths(project):
    """function-paths; quoting of the project, which functions do not follow; other files among them."""
    project.set(**{"function-paths": ["functions", "udfs"], "quoting": {"schema": False, "identifier": project.choice(True, False)}})
    name = function(project, "1\n", folder="udfs")
    project.write(f"udfs/{project.current}/notes.md", "# Notes\n")
    project.model(f"select {{{{ function('{name}') }}}}()\n")


@construct
def functions_of_python(project):
    """Python functions: their text is a template as well."""
    name = function(project, """
        def main(price):
            # {{ var('limit_rows') }} {% if true %}yes{% endif %}
            return price * 2

    """, suffix=".py", arguments=[{"name": "price", "data_type": "float"}], returns={"data_type": "float"},
        config={"runtime_version": "3.11", "entry_point": "main", "packages": ["numpy"]})
    project.model(f"select {{{{ function('{name}') }}}}(1)\n")


@construct
def functions_of_unit_tests(project):
    """A unit-tested model that calls one; an exposure and a data test of such a model."""
    name = function(project, "a + 1\n", arguments=[{"name": "a", "data_type": "int"}])
    model = project.model("select {{ function('%s') }}(id) as y from {{ ref('base_orders') }}\n" % name)
    project.properties({"models": [{"name": model, "columns": [{"name": "y", "tests": ["unique"]}]}], "unit_tests": [{"name": project.fresh("_ut"), "model": model, "given": [{"input": "ref('base_orders')", "rows": [{"id": 1}]}], "expect": {"rows": [{"y": 2}]}}],
                        "exposures": [{"name": project.fresh("_exposure"), "type": "ml", "owner": {"name": "x"}, "depends_on": [f"ref('{model}')"]}]})


@construct
def functions_of_odd_properties(project):
    """No properties; properties beside models; several in one file; a function named like a model and a macro."""
    bare = project.fresh("_bare")
    project.write(f"functions/{project.current}/{bare}.sql", "\n\n  1  \n\n")
    first, second = project.fresh(), project.fresh()
    for it in (first, second):
        project.write(f"functions/{project.current}/{it}.sql", "{# a comment #}\n{{ 1 }}\n")
    project.properties({"functions": [
        {"name": second, "returns": {"data_type": "struct<a int>", "description": ""}, "description": "Two\nlines.\n", "arguments": []},
        {"name": first, "returns": RETURNS, "arguments": [{"name": "a", "data_type": "int", "default_value": None, "description": "{{ 1 }}"}], "meta": {"top": 1}, "docs": {"node_color": "red"}}]})
    project.model("select 1 as one, {{ function('%s') }}()\n" % first, first)
    project.macro("{%% macro %s() %%}1{%% endmacro %%}\n" % second, f"{second}_macro")
    project.model("select * from {{ ref('%s') }} where {{ function('%s') }}() = {{ %s() }} + {{ function('%s') }}()\n" % (first, second, second, bare))

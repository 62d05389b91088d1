"""Macros: overrides, dispatch, packages, properties, generate_*_name, hooks."""
import textwrap

from .builder import construct, to_yaml


def package(project, files, settings=None, name=None):
    """A local package; gives its name."""
    name = name or project.fresh("_package")
    folder = f"local/{name}"
    project.packages.append({"local": folder})
    project.write(f"{folder}/dbt_project.yml", to_yaml({"name": name, "version": "0.1.0", "config-version": 2, **(settings or {})}))
    for path, text in files.items():
        project.write(f"{folder}/{path}", textwrap.dedent(text).lstrip("\n"))
    return name


@construct(slot="generate_schema_name")
def own_generate_schema_name(project):
    """The project's generate_schema_name, of several makes."""
    project.macro(project.choice("""
        {% macro generate_schema_name(custom_schema_name, node) -%}
            {%- if custom_schema_name is none -%}{{ target.schema }}{%- else -%}{{ custom_schema_name | trim }}{%- endif -%}
        {%- endmacro %}
    """, """
        {% macro generate_schema_name(custom_schema_name, node) -%}
            {{ generate_schema_name_for_env(custom_schema_name, node) }}
        {%- endmacro %}
    """, """
        {% macro generate_schema_name(custom_schema_name=none, node=none) -%}
            {%- set parts = node.fqn[1:-1] if node.resource_type == 'model' else [node.resource_type] -%}
            {{ return((custom_schema_name or target.schema) ~ '_' ~ (parts | join('_') | lower)) }}
        {%- endmacro %}
    """, """
        {% macro default__generate_schema_name(custom_schema_name, node) -%}
            from_default_{{ custom_schema_name or 'none' }}_{{ node.name | length }}
        {%- endmacro %}
    """, """
        {% macro duckdb__generate_schema_name(custom_schema_name, node) -%}
            from_adapter_{{ custom_schema_name or 'none' }}
        {%- endmacro %}
    """))
    project.model("{{ config(schema='custom ') }}\nselect '{{ this }}' as one\n")
    project.model("select * from {{ ref('base_orders') }}\n")


@construct(slot="generate_alias_name")
def own_generate_alias_name(project):
    """The project's generate_alias_name."""
    project.macro(project.choice("""
        {% macro generate_alias_name(custom_alias_name=none, node=none) -%}
            {%- if custom_alias_name -%}{{ custom_alias_name | trim }}{%- elif node.version -%}{{ node.name ~ '_V' ~ node.version }}{%- else -%}a_{{ node.name }}{%- endif -%}
        {%- endmacro %}
    """, """
        {% macro generate_alias_name(custom_alias_name=none, node=none) -%}
            {{ default__generate_alias_name(custom_alias_name, node) }}_{{ node.resource_type }}
        {%- endmacro %}
    """))
    project.model("{{ config(alias='custom') }}\nselect '{{ this }}' as one\n")


@construct(slot="generate_database_name")
def own_generate_database_name(project):
    """The project's generate_database_name, by tags, folder and config."""
    project.macro("""
        {% macro generate_database_name(custom_database_name=none, node=none) -%}
            {%- if node.config.get is defined and node.config.get('meta', {}).get('db') -%}{{ node.config.meta.db }}
            {%- elif 'special' in node.tags -%}special_db
            {%- else -%}{{ custom_database_name or target.database }}{%- endif -%}
        {%- endmacro %}
    """)
    project.model("{{ config(meta={'db': 'meta_db'}) }}\nselect 1 as one\n")
    project.model("{{ config(tags=['special']) }}\nselect 1 as one\n")


@construct
def package_with_everything(project):
    """A local package with models, seeds, macros, tests, vars and configs; its models are read."""
    project.count += 1
    n = project.count
    name = package(project, {
        f"models/inner/from_package_{n}.sql":
            f"select '{{{{ var('own_var') }}}}' as v, '{{{{ pkg_macro_{n}() }}}}' as m from {{{{ ref('package_seed_{n}') }}}}\n",
        "models/inner/props.yml": f"""
            version: 2
            models:
              - name: from_package_{n}
                description: "{{{{ doc('doc_{n}') }}}}"
                columns: [{{name: v, tests: [not_null, package_test_{n}]}}]
            sources:
              - name: package_source_{n}
                tables: [{{name: t}}]
        """,
        "models/docs.md": f"{{% docs doc_{n} %}}From the package.{{% enddocs %}}\n",
        f"seeds/package_seed_{n}.csv": "id\n1\n",
        "macros/m.sql": f"{{% macro pkg_macro_{n}() %}}of the package{{% endmacro %}}\n{{% test package_test_{n}(model, column_name) %}}select 1 from {{{{ model }}}} where {{{{ column_name }}}} = 'x'{{% endtest %}}\n",
    }, {"vars": {"own_var": "package's"}, "models": {"+materialized": "table", "+schema": "pkg"}})
    for it in ("from_package", "package_seed", "package_test", "package_source", "pkg_macro"):
        project.also(f"{it}_{n}")
    project.set(models={name: {"+tags": ["set_by_root"], "inner": {"+schema": "root_says"}}},
                vars={name: {"own_var": project.choice("root's", "package's own")}}, seeds={name: {"+enabled": True}})
    project.model(f"select * from {{{{ ref('from_package_{n}') }}}}, {{{{ ref('{name}', 'from_package_{n}') }}}}, {{{{ source('package_source_{n}', 't') }}}} where '{{{{ {name}.pkg_macro_{n}() }}}}' = ''\n")


@construct
def package_disabled_by_the_root(project):
    """The root switches a package's models off, and patches its sources' and models' configs."""
    project.count += 1
    n = project.count
    name = package(project, {
        f"models/kept_{n}.sql": "select 1 as one\n", f"models/gone/gone_{n}.sql": "select 1 as one\n",
        "models/s.yml": f"version: 2\nsources:\n  - name: src_{n}\n    schema: package_schema\n    tables: [{{name: t}}, {{name: u, description: package}}]\n",
    })
    for it in ("kept", "gone", "src"):
        project.also(f"{it}_{n}")
    project.set(models={name: {"gone": {"+enabled": False}, "+materialized": "table"}})
    project.properties({"sources": [{"name": f"src_{n}", "overrides": name, "schema": "root_schema", "tables": [{"name": "t", "description": "root", "identifier": "t_2"}]}]})
    project.model(f"select * from {{{{ ref('kept_{n}') }}}}, {{{{ source('src_{n}', 't') }}}}, {{{{ source('src_{n}', 'u') }}}}\n")


@construct
def package_in_a_package(project):
    """A package that brings another; vars of both scopes; a model that the root names alike."""
    project.count += 1
    n = project.count
    inner = package(project, {f"models/inner_{n}.sql": "select '{{ var(\"depth\", \"none\") }}' as v, '{{ var(\"global_depth\", \"none\") }}' as w\n"}, {"vars": {f"depth": "inner"}})
    outer = package(project, {f"models/outer_{n}.sql": f"select * from {{{{ ref('inner_{n}') }}}}, {{{{ ref('{inner}', 'inner_{n}') }}}}, {{{{ ref('twin_{n}') }}}}\n",
                              f"models/twin_{n}.sql": "select 'package' as a\n"}, {"vars": {"global_depth": "outer"}})
    project.model("{{ config(alias='root_twin') }}\nselect 'root' as a\n", project.also(f"twin_{n}")) if project.random.random() < .5 else None
    for it in ("inner", "outer"):
        project.also(f"{it}_{n}")
    project.var("global_depth", "root")
    project.model(f"select * from {{{{ ref('{outer}', 'twin_{n}') }}}}, {{{{ ref('outer_{n}') }}}}\n")


@construct
def macros_of_packages_win_at_home(project):
    """The same macro in project and package: each file sees its own; the root overrides dbt's."""
    macro = f"same_{project.count}"
    name = package(project, {"macros/m.sql": f"{{% macro {macro}() %}}package{{% endmacro %}}\n{{% macro outer_{macro}() %}}{{{{ {macro}() }}}}{{% endmacro %}}\n",
                             f"models/in_package_{macro}.sql": f"select '{{{{ {macro}() }}}}' as a\n"})
    project.also(macro)
    project.macro(f"{{% macro {macro}() %}}project{{% endmacro %}}\n")
    project.model(f"select '{{{{ {macro}() }}}}' as a, '{{{{ {name}.{macro}() }}}}' as b, '{{{{ {name}.outer_{macro}() }}}}' as c, '{{{{ {project.name}.{macro}() }}}}' as d\n")


@construct
def dispatch_over_packages(project):
    """adapter.dispatch with a search order from dbt_project.yml."""
    macro = f"dispatched_{project.count}"
    name = package(project, {"macros/m.sql": f"""
        {{% macro {macro}(x) %}}{{{{ return(adapter.dispatch('{macro}', 'NAME')(x)) }}}}{{% endmacro %}}
        {{% macro default__{macro}(x) %}}package default {{{{ x }}}}{{% endmacro %}}
        {{% macro {project.choice('postgres', 'duckdb')}__{macro}(x) %}}package adapter {{{{ x }}}}{{% endmacro %}}
    """})
    path = f"local/{name}/macros/m.sql"
    project.files[path] = project.files[path].replace("NAME", name)
    if project.random.random() < .7:
        project.macro(f"{{% macro {project.choice('default', 'duckdb')}__{macro}(x) %}}project {{{{ x }}}}{{% endmacro %}}\n")
    if project.random.random() < .7:
        project.set(dispatch=[{"macro_namespace": name, "search_order": project.choice([project.name, name], [name, project.name])}])
    project.model(f"select '{{{{ {name}.{macro}(1) }}}}' as a, '{{{{ {name}.{macro}(x='two') }}}}' as b\n")


@construct(slot="override_dbt_macro")
def overrides_of_dbt_macros(project):
    """dbt's own macros overridden by the project, plain and per adapter."""
    project.macro("""
        {% macro date_trunc(datepart, date) %}ours({{ datepart }}, {{ date }}){% endmacro %}
        {% macro duckdb__type_string() %}OUR_STRING{% endmacro %}
        {% macro default__concat(fields) -%}ours_concat({{ fields | join('; ') }}){%- endmacro %}
    """)
    if project.random.random() < .5:
        project.set(dispatch=[{"macro_namespace": "dbt", "search_order": [project.name, "dbt"]}])
    project.model("select {{ date_trunc('day', 'x') }} as a, {{ dbt.date_trunc('day', 'x') }} as b, {{ type_string() }} as c, {{ dbt.type_string() }} as d, {{ dbt.concat(['a', 'b']) }} as e, {{ concat(['c']) }} as f from (select 1 as x)\n")


@construct
def macros_that_call_macros(project):
    """Chains, recursion, defaults that are expressions, macros defined later in the file."""
    n = project.count
    project.macro(f"""
        {{%- macro first_{n}(a, b='d') -%}}{{{{ second_{n}(a, sep='-') }}}}{{%- endmacro -%}}
        {{%- macro second_{n}(items, sep=', ', last=none) -%}}
            {{%- for it in items -%}}{{{{ it if it is not iterable or it is string else second_{n}(it, sep='+') }}}}{{{{ sep if not loop.last }}}}{{%- endfor -%}}
        {{%- endmacro -%}}
        {{% macro count_down_{n}(k) %}}{{{{ k }}}}{{% if k > 0 %}} {{{{ count_down_{n}(k - 1) }}}}{{% endif %}}{{% endmacro %}}
        {{# set at the top of a file #}}
        {{% set at_top_{n} = 'top' %}}
        {{% macro sees_top_{n}() %}}{{{{ at_top_{n} }}}}{{{{ caller is defined }}}}{{% endmacro %}}
        {{% macro _private_{n}() %}}{{{{ kwargs.get('x', 'none') }}}}{{% endmacro %}}
    """)
    project.model(f"select '{{{{ first_{n}([1, [2, 3], 'x']) }}}}' as a, '{{{{ count_down_{n}(4) }}}}' as b, '{{{{ sees_top_{n}() }}}}' as c, '{{{{ _private_{n}(x=5) }}}}' as d\n")
    project.also(f"_{n}")


@construct
def macros_with_properties(project):
    """Descriptions, arguments with types, meta, docs; a macro nobody describes."""
    name = project.fresh()
    project.write(f"macros/{project.current}/{name}.sql", f"{{% macro {name}(a, b=1) %}}{{# doc #}}{{{{ a }}}}{{% endmacro %}}\n", dedent=False)
    project.properties({"macros": [{"name": name, "description": "M", "docs": {"show": False}, "meta": {"m": 1}, "config": {"meta": {"c": 2}},
        "arguments": [{"name": "a", "type": "string", "description": "A"}, {"name": "b", "type": "optional[integer]"}]}]}, "macros")
    project.model(f"select '{{{{ {name}('x') }}}}' as a\n")


@construct
def macros_that_return_values(project):
    """return() of all kinds of values, in the middle of loops; falls through; nested."""
    n = project.count
    project.macro(f"""
        {{% macro find_{n}(items, wanted) %}}
            {{% for it in items %}}
                {{% if it == wanted %}}{{{{ return(loop.index0) }}}}{{% endif %}}
            {{% endfor %}}
            {{% do return(none) %}}
        {{% endmacro %}}
        {{% macro mapping_{n}() %}}{{% set d = {{}} %}}{{% for k in ['a', 'b'] %}}{{% do d.update({{k: find_{n}(['b', 'a'], k)}}) %}}{{% endfor %}}{{{{ return(d) }}}}{{% endmacro %}}
        {{% macro text_{n}() %}}  spaces  {{% endmacro %}}
        {{% macro relation_{n}() %}}{{{{ return(ref('base_orders')) }}}}{{% endmacro %}}
    """)
    project.also(f"_{n}")
    project.model(f"select {{{{ find_{n}([1, 2, 3], 3) }}}} as a, '{{{{ find_{n}([], 1) is none }}}}' as b, '{{{{ mapping_{n}() }}}}' as c, '{{{{ text_{n}() }}}}{{{{ text_{n}() | trim }}}}' as d from {{{{ relation_{n}() }}}} as {{{{ relation_{n}().identifier }}}}\n")


@construct
def macros_that_ref(project):
    """ref and source inside macros count for the model that calls."""
    n = project.count
    project.macro(f"""
        {{% macro joined_{n}(table) %}}{{{{ ref(table) }}}} as a, {{{{ source('raw', 'orders') }}}} as b{{% endmacro %}}
        {{% macro config_of_{n}() %}}{{{{ config(materialized='table', tags=['from_macro']) }}}}{{% endmacro %}}
        {{% macro this_of_{n}() %}}{{{{ this }}}} {{{{ model.name }}}} {{{{ this.name }}}}{{% endmacro %}}
    """)
    project.also(f"_{n}")
    project.model(f"{{{{ config_of_{n}() }}}}select '{{{{ this_of_{n}() }}}}' as t from {{{{ joined_{n}('base_customers') }}}}\n")


@construct(slot="materialization")
def materialization_of_ones_own(project):
    """A materialization in the project, with and without an adapter."""
    project.macro("""
        {% materialization own_kind, default %}
            {% call statement('main') %}select 1{% endcall %}
            {{ return({'relations': [this]}) }}
        {% endmaterialization %}
        {% materialization own_kind, adapter='duckdb', supported_languages=['sql', 'python'] %}
            {{ return({'relations': []}) }}
        {% endmaterialization %}
    """)
    project.model("{{ config(materialized='own_kind') }}\nselect 1 as one\n")


@construct(slot="hooks")
def on_run_start_and_end(project):
    """Hooks of the run in project and package, as text and as list."""
    project.set(**{"on-run-start": project.choice("select '{{ target.name }}'", ["select 1", "{{ comma_list(['select 2']) }}", "select 3"]),
                   "on-run-end": ["select '{{ schemas }}'", "{% for s in schemas %}select '{{ s }}'; {% endfor %}"]})
    package(project, {"macros/empty.sql": "{# nothing #}\n"}, {"on-run-end": "select 'package {{ database_schemas }}'"})


@construct(slot="override_ref")
def ref_overridden(project):
    """The project's own ref() over builtins.ref."""
    project.macro("""
        {% macro ref(model_name, second=none, v=none, version=none) %}
            {% set version = v or version %}
            {% if second %}{% set relation = builtins.ref(model_name, second, version=version) %}{% else %}{% set relation = builtins.ref(model_name, version=version) %}{% endif %}
            {{ return(relation.include(database=false)) }}
        {% endmacro %}
    """)
    project.model("select * from {{ ref('base_orders') }}\n")


@construct
def statement_and_query_macros(project):
    """run_query, statement, dbt_utils-like reading of results, all guarded."""
    n = project.count
    project.macro(f"""
        {{% macro values_{n}(sql) %}}
            {{% set found = [] %}}
            {{% if execute %}}
                {{% set table = run_query(sql) %}}
                {{% for row in table.rows %}}{{% do found.append(row[0]) %}}{{% endfor %}}
                {{% set found = found or ['none found'] %}}
                {{{{ return(found) }}}}
            {{% endif %}}
            {{{{ return(['parsing']) }}}}
        {{% endmacro %}}
    """)
    project.also(f"_{n}")
    project.model(f"-- depends_on: {{{{ ref('base_orders') }}}}\nselect {{% for v in values_{n}('select 1') %}}'{{{{ v }}}}' as v{{{{ loop.index }}}}{{{{ ', ' if not loop.last }}}}{{% endfor %}}\n")


@construct
def columns_of_relations(project):
    """adapter.get_columns_in_relation over relations that do not exist."""
    project.model("""
        {% set columns = adapter.get_columns_in_relation(ref('base_orders')) %}
        select {% for c in columns %}{{ c.name }},{% else %}'no columns' as it{% endfor %} from {{ ref('base_orders') }}
    """)

"""Generic and singular tests, in every spelling that dbt takes."""
from .builder import construct


def tested_model(project, columns=("id", "name", "amount")):
    return project.model(f"select {', '.join(columns)} from {{{{ ref('base_rows') }}}}\n")


def key(project):
    return project.choice("tests", "data_tests")


@construct
def tests_of_columns(project):
    """The four that dbt brings, as words and as mappings."""
    name = tested_model(project)
    project.properties({"models": [{"name": name, "columns": [
        {"name": "id", key(project): ["unique", "not_null", {"relationships": {
            "to": "ref('base_rows')", "field": "id"}}]},
        {"name": "name", key(project): [{"accepted_values": {"values": ["a", "b", "it's"]}}]},
        {"name": "amount", key(project): [{"not_null": {"where": "id > 1"}}]},
    ]}]})


@construct
def tests_with_arguments(project):
    """`arguments:` as dbt 1.10.5 and later want them."""
    name = tested_model(project)
    project.set(flags={"require_generic_test_arguments_property": True})
    project.properties({"models": [{"name": name, "columns": [
        {"name": "id", "data_tests": [{"relationships": {"arguments": {
            "to": "ref('base_orders')", "field": "id"}, "config": {"severity": "warn"}}}]},
        {"name": "name", "data_tests": [
            {"accepted_values": {"arguments": {"values": ["x", "y"], "quote": True}}},
            {"name": project.fresh("_named"), "test_name": "accepted_values",
             "arguments": {"values": ["n"]}}]},
    ]}]})


@construct
def tests_of_the_model(project):
    """At the level of the model, with `column_name` as an argument."""
    name = tested_model(project)
    project.properties({"models": [{"name": name, key(project): [
        {"unique": {"column_name": "id"}}, {"not_null": {"column_name": "coalesce(id, 1)"}},
        {"unique": {"column_name": "id || '-' || name", "config": {"where": "name is not null"}}},
    ]}]})


@construct
def tests_with_all_configs(project):
    """where, limit, severity, fail_calc, warn_if, error_if, store_failures, tags, meta, alias."""
    name = tested_model(project)
    settings = {"where": "id > 0", "limit": 10, "severity": project.choice("warn", "ERROR", "error", "WARN"),
                "fail_calc": "sum(n)", "warn_if": ">10", "error_if": ">100", "store_failures": True,
                "store_failures_as": project.choice("table", "view", "ephemeral"), "tags": ["t1", "t2"],
                "meta": {"owner": "x"}, "enabled": True, "alias": "other_alias", "schema": "audit2",
                "database": "dev"}
    column = {"name": "id", key(project): [
        {"not_null": dict(list(settings.items())[:project.random.randint(2, 8)])},
        {"unique": {"config": {it: settings[it] for it in project.some(list(settings))}}},
    ]}
    project.properties({"models": [{"name": name, "columns": [column]}]})


@construct
def tests_with_names(project):
    """Names of their own, with letters that are no identifier."""
    name = tested_model(project)
    other = project.fresh("_own")
    project.properties({"models": [{"name": name, "columns": [
        {"name": "id", key(project): [
            {"not_null": {"name": other}},
            {"unique": {"name": f"{other}-with.signs%"}},
            {"name": f"{other}_third", "test_name": "not_null", "config": {"where": "1=1"}},
        ]}]}]})


@construct
def tests_with_long_names(project):
    """Names that dbt cuts and completes with a hash."""
    name = project.model("select 1 as a_column_with_a_name_that_is_long_enough\n",
                         project.fresh("_" + "long_" * project.random.randint(3, 9) + "name"))
    project.properties({"models": [{"name": name, "columns": [
        {"name": "a_column_with_a_name_that_is_long_enough", key(project): [
            "not_null",
            {"accepted_values": {"values": [f"value number {it}" for it in range(project.random.randint(2, 12))]}},
            {"relationships": {"to": f"ref('{name}')", "field": "a_column_with_a_name_that_is_long_enough"}},
        ]}]}]})


@construct
def tests_with_odd_values(project):
    """Arguments of all types: names are made of them."""
    name = tested_model(project)
    project.macro("""
        {% test odd_arguments(model, column_name, a=none, b=1, c='x', d=[], e={}) %}
        select * from {{ model }} where '{{ a }}|{{ b }}|{{ c }}|{{ d }}|{{ e }}' = {{ column_name }}
        {% endtest %}
    """)
    values = [
        {"a": None, "b": 2.5, "c": "with 'quotes' and \"double\""}, {"d": [1, "two", None, 3.0, True]},
        {"e": {"k": "v", "n": [1, {"m": 2}]}}, {"a": True, "b": -1}, {"c": "ünï čödé %"}, {"c": "{{ 1 + 1 }}"},
        {"a": "2024-01-01", "b": 10 ** 12}, {"c": "", "d": []}, {"a": "x" * 70}, {"c": "a\nb"},
        {"c": "it is {{ var('start_date') }} and {{ target.name }}"},
    ]
    project.properties({"models": [{"name": name, "columns": [
        {"name": "id", key(project): [{"odd_arguments": it} for it in project.some(values, 4)]}]}]})


@construct
def tests_custom(project):
    """A test in tests/generic and one in macros, with configs and defaults in the block."""
    first, second = project.fresh("_first"), project.fresh("_second")
    project.write(f"tests/generic/{first}.sql", f"""
        {{% test {first}(model, column_name, at_least=0, note="none") %}}
            {{{{ config(severity='warn', tags=['from_block'], limit=7) }}}}
            select {{{{ column_name }}}} from {{{{ model }}}} where {{{{ column_name }}}} < {{{{ at_least }}}} -- {{{{ note }}}}
        {{% endtest %}}
    """)
    project.macro(f"""
        {{% test {second}(model, compare_to, factor) %}}
            {{% set columns = ['id', 'name'] %}}
            select {{{{ columns | join(', ') }}}} from {{{{ model }}}}
            except select {{{{ columns | join(', ') }}}} from {{{{ compare_to }}}} where {{{{ factor * 2 }}}} > 1
        {{% endtest %}}
    """)
    name = tested_model(project)
    project.properties({"models": [{"name": name, key(project): [
        {second: {"compare_to": "ref('base_orders')", "factor": 3}},
        {second: {"compare_to": "source('raw', 'orders')", "factor": 0.5, "config": {"severity": "error"}}}],
        "columns": [{"name": "amount", key(project): [first, {first: {"at_least": 5, "severity": "error"}}]}]}]})


@construct(slot="override_not_null")
def tests_custom_that_override(project):
    """A test of the project with the name of one of dbt's."""
    name = tested_model(project)
    project.macro("""
        {% test not_null(model, column_name) %}
            select 'ours' as who from {{ model }} where {{ column_name }} is null
        {% endtest %}
    """)
    project.properties({"models": [{"name": name, "columns": [{"name": "id", key(project): ["not_null"]}]}]})


@construct
def tests_of_sources(project):
    """On tables and columns of sources, with quoting."""
    name = project.fresh()
    project.properties({"sources": [{"name": name, "tables": [
        {"name": "events", key(project): [{"unique": {"column_name": "a || b"}}],
         "columns": [{"name": "id", key(project): ["unique", {"not_null": {"severity": "warn"}}]},
                     {"name": "Mixed Case", "quote": True, key(project): ["not_null"]}]},
        {"name": "with-dash", "columns": [{"name": "kind", key(project): [
            {"accepted_values": {"values": [1, 2, 3], "quote": False}}]}]},
    ]}]})


@construct
def tests_of_seeds_and_snapshots(project):
    """On seeds, snapshots and their columns."""
    seed = project.seed_file([["id", "label"], [1, "x"]])
    snapshot = project.fresh("_snap")
    project.write(f"snapshots/{snapshot}.sql", f"""
        {{% snapshot {snapshot} %}}
        {{{{ config(unique_key='id', strategy='check', check_cols=['label']) }}}}
        select * from {{{{ ref('{seed}') }}}}
        {{% endsnapshot %}}
    """)
    project.properties({"seeds": [{"name": seed, "columns": [{"name": "id", key(project): ["unique"]}]}]}, "seeds")
    project.properties({"snapshots": [{"name": snapshot, key(project): [{"unique": {"column_name": "dbt_scd_id"}}],
                                       "columns": [{"name": "label", key(project): ["not_null"]}]}]}, "snapshots")


@construct
def tests_singular(project):
    """With configs, descriptions, macros and several refs."""
    name = project.fresh()
    project.write(f"tests/{project.current}/{name}.sql", project.choice("""
        {{ config(severity='warn', tags=['nightly'], store_failures=true, limit=5) }}
        select * from {{ ref('base_orders') }} as o join {{ ref('base_customers') }} as c on o.id = c.customer_id
        where {{ cents_to_dollars('amount') }} < 0
    """, """
        -- nothing but a comment at first
        select 1 as one from {{ source('raw', 'orders') }} where false
    """))
    project.properties({"data_tests": [{"name": name, "description": "Never fails.", "config": {
        "meta": {"why": "because"}}}]}, "tests")


@construct
def tests_disabled(project):
    """Disabled by config, by severity's neighbour and by the project file."""
    name = tested_model(project)
    off = project.fresh("_off")
    project.write(f"tests/{project.current}/{off}.sql", "{{ config(enabled=false) }}\nselect 1 as one\n")
    project.properties({"models": [{"name": name, "columns": [{"name": "id", key(project): [
        {"unique": {"enabled": False}}, {"not_null": {"config": {"enabled": "{{ target.name == 'prod' }}"}}}]}]}]})


@construct
def tests_configured_by_the_project(project):
    """`data_tests:` in dbt_project.yml, for all and for a folder."""
    name = tested_model(project)
    off = project.fresh("_single")
    project.write(f"tests/{project.current}/{off}.sql", "select 1 as one where false\n")
    project.set(data_tests={"+tags": ["all_tests"], project.name: {
        project.current: {"+severity": "warn", "+limit": 3, "+store_failures": True, "+meta": {"from": "project"}}}})
    project.properties({"models": [{"name": name, "columns": [{"name": "id", key(project): [
        "unique", {"not_null": {"tags": "mine", "meta": {"own": 1}}}]}]}]})


@construct
def tests_of_a_disabled_model(project):
    """Tests of nodes that are not built, and refs to them."""
    name = project.model("{{ config(enabled=false) }}\nselect 1 as id\n")
    project.properties({"models": [{"name": name, "columns": [{"name": "id", key(project): ["unique", "not_null"]}]}]})


@construct
def tests_of_an_ephemeral_model(project):
    """Their SQL carries the query in front."""
    name = project.model("{{ config(materialized='ephemeral') }}\nselect id, name from {{ ref('base_orders') }}\n")
    project.properties({"models": [{"name": name, "columns": [{"name": "id", key(project): [
        "unique", {"not_null": {"where": "name = 'a'"}}, {"relationships": {"to": "ref('base_rows')", "field": "id"}}]}]}]})


@construct
def tests_on_quoted_columns(project):
    """`quote: true`, and names that are no identifiers."""
    name = project.model('select 1 as "order", 2 as "two words"\n')
    project.properties({"models": [{"name": name, "columns": [
        {"name": "order", "quote": True, key(project): ["unique", {"accepted_values": {"values": [1]}}]},
        {"name": "two words", "quote": True, key(project): ["not_null"]}, {"name": '"already"', key(project): ["not_null"]}]}]})


@construct
def tests_with_jinja_in_arguments(project):
    """Variables and macros in arguments and configs."""
    name = tested_model(project)
    project.var(f"{project.current}_minimum", 3)
    project.macro("""
        {% test at_least(model, column_name, minimum) %}
        select * from {{ model }} where {{ column_name }} < {{ minimum }}
        {% endtest %}
    """)
    project.properties({"models": [{"name": name, "columns": [{"name": "id", key(project): [
        {"at_least": {"minimum": "{{ var('" + project.current + "_minimum') }}"}},
        {"at_least": {"minimum": 7, "config": {"where": "made_on > '{{ var(\"start_date\") }}'"}}},
        {"at_least": {"minimum": 8, "config": {"severity": "{{ 'warn' if target.name == 'dev' else 'error' }}"}}},
    ]}]}]})


@construct
def tests_twice_the_same(project):
    """The same test twice with other arguments, and on two columns."""
    name = tested_model(project)
    project.properties({"models": [{"name": name, "columns": [
        {"name": "id", key(project): [{"accepted_values": {"values": [1]}}, {"accepted_values": {"values": [2]}}]},
        {"name": "amount", key(project): [{"accepted_values": {"values": [1]}}]}]}]})


@construct
def tests_with_a_where_of_many_lines(project):
    """The subquery that `where` makes."""
    name = tested_model(project)
    project.properties(f"""
        version: 2
        models:
          - name: {name}
            columns:
              - name: id
                {key(project)}:
                  - unique:
                      config:
                        where: >
                          id > 1
                          and name is not null
                  - not_null:
                      where: |
                        id > 1
                        and 1 = 1
    """)


@construct(slot="override_get_where_subquery")
def tests_with_own_where_subquery(project):
    """The project's own `get_where_subquery`."""
    name = tested_model(project)
    project.macro("""
        {% macro get_where_subquery(relation) -%}
            {% set where = config.get('where') %}
            {% if where and '__day__' in where %}
                {% set where = where | replace('__day__', "date '2024-01-01'") %}
            {% endif %}
            {%- if where %}(select * from {{ relation }} where {{ where }}) as narrowed{% else %}{{ relation }}{% endif -%}
        {%- endmacro %}
    """)
    project.properties({"models": [{"name": name, "columns": [{"name": "id", key(project): [
        {"unique": {"config": {"where": "made_on > __day__"}}}, "not_null"]}]}]})


@construct
def tests_that_ref_in_their_body(project):
    """The macro of a test calls ref() itself."""
    name = tested_model(project)
    own = project.fresh("_test")
    project.macro(f"""
        {{% test {own}(model) %}}
        select * from {{{{ model }}}} where id not in (select id from {{{{ ref('base_orders') }}}})
        {{% endtest %}}
    """)
    project.properties({"models": [{"name": name, key(project): [own]}]})


@construct
def tests_of_versions(project):
    """Tests of versions of a model, and of one version only."""
    name = project.fresh()
    for version in (1, 2):
        project.model(f"select {version} as id, 'x' as label\n", f"{name}_v{version}")
    project.properties({"models": [{"name": name, "latest_version": 1, key(project): [{"unique": {"column_name": "id"}}],
        "columns": [{"name": "id", key(project): ["not_null"]}, {"name": "label"}],
        "versions": [{"v": 1}, {"v": 2, key(project): [], "columns": [
            {"include": "all", "exclude": ["label"]}, {"name": "extra", key(project): ["unique"]}]}]}]})

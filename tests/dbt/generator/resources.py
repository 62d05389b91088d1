"""Every kind of resource, in the forms dbt takes."""
from .builder import construct
from .templates import template


@construct
def sources_quoting_and_identifiers(project):
    """quoting of source and table, identifier, database, schema from variables."""
    name = project.fresh()
    project.properties({"sources": [{"name": name, "database": project.choice("raw_db", "{{ target.database }}"),
        "schema": project.choice("{{ var('start_date') }}", "sch-ema", "{{ target.schema }}_src"), "loader": "hand", "description": "A source.",
        "quoting": {"database": False, "identifier": True}, "tables": [
            {"name": "plain"}, {"name": "other", "identifier": "Real Name", "quoting": {"schema": False, "database": True}},
            {"name": "templated", "identifier": "t_{{ target.name }}", "quoting": {"identifier": False}, "description": "T"}]}]})
    project.model("\nunion all ".join(f"select * from {{{{ source('{name}', '{it}') }}}}" for it in ("plain", "other", "templated")) + "\n")


@construct
def sources_freshness(project):
    """freshness, loaded_at_field, at both levels and switched off."""
    name = project.fresh()
    project.properties({"sources": [{"name": name, "loaded_at_field": "loaded_at", "freshness": {"warn_after": {"count": 12, "period": "hour"}, "filter": "x > 1"},
            "tables": [{"name": "inherits"}, {"name": "own", "loaded_at_field": "cast(l as timestamp)", "freshness": {"error_after": {"count": 2, "period": "day"}}},
                       {"name": "off", "freshness": None}, {"name": "in_config", "config": {"freshness": {"warn_after": {"count": 1, "period": "minute"}}, "loaded_at_field": "c"}}]}]})


@construct
def sources_columns_and_external(project):
    """External tables, columns with all properties, meta, tags, docs."""
    name = project.fresh()
    project.properties({"sources": [{"name": name, "meta": {"owner": "x"}, "tags": ["s"], "tables": [
        {"name": "ext", "external": {"location": "s3://bucket/{{ target.name }}", "partitions": [{"name": "p", "data_type": "date"}], "own": {"deep": 1}},
         "columns": [{"name": "id", "data_type": "int", "description": "I", "meta": {"m": 1}, "tags": ["c"], "quote": True}, {"name": "j"}]}]}]})


@construct
def sources_event_time_and_refs(project):
    """Read by several nodes; the same table name in two sources."""
    first, second = project.fresh("_a"), project.fresh("_b")
    project.properties({"sources": [{"name": it, "schema": f"sch_{it[-1]}", "tables": [{"name": "same", "config": {"event_time": "ts"}}]} for it in (first, second)]})
    project.model(f"select * from {{{{ source('{first}', 'same') }}}} union all select * from {{{{ source('{second}', 'same') }}}}\n")


@construct
def sources_in_two_files(project):
    """A schema name of its own for each source; the name of the source as schema."""
    for _ in range(2):
        name = project.fresh()
        project.properties({"sources": [{"name": name, "tables": [{"name": "t"}]}]})
        project.model(f"select * from {{{{ source('{name}', 't') }}}}\n")


@construct
def snapshots_of_yaml(project):
    """Snapshots that are YAML only."""
    first, second = project.fresh("_ref"), project.fresh("_source")
    project.properties({"snapshots": [
        {"name": first, "relation": "ref('base_orders')", "description": "of a model", "config": {"unique_key": "id", "strategy": "timestamp", "updated_at": "made_on", "schema": "snaps",
            "hard_deletes": project.choice("ignore", "invalidate", "new_record"), "dbt_valid_to_current": "cast('9999-12-31' as date)",
            "snapshot_meta_column_names": {"dbt_valid_from": "start_at"}}},
        {"name": second, "relation": "source('raw', 'orders')", "config": {"unique_key": ["id", "line"], "strategy": "check", "check_cols": project.choice("all", ["a", "b"]), "alias": f"{second}_alias", "database": "snap_db"}}]}, "snapshots")
    project.model(f"select * from {{{{ ref('{first}') }}}}\n")


@construct
def snapshots_two_in_a_file(project):
    """Two blocks in one file, with text between and around."""
    first, second = project.fresh(), project.fresh()
    project.write(f"snapshots/{project.current}/both.sql", f"""
        {{# two of them #}}
        {{% snapshot {first} %}}
            {{{{ config(target_schema='snapshots', target_database='dev', unique_key="id || '-' || name", strategy='check', check_cols='all') }}}}
            select * from {{{{ ref('base_orders') }}}}
        {{% endsnapshot %}}

        {{%- snapshot {second} -%}}
            {{{{ config(schema='other', unique_key='id', strategy='timestamp', updated_at='made_on') }}}}
            select *, {{{{ cents_to_dollars('amount') }}}} as dollars from {{{{ ref('{first}') }}}}
        {{%- endsnapshot -%}}
    """)


@construct
def seeds_odd_files(project):
    """Quoted headers, empty cells, one column, long texts, unicode."""
    project.seed_file([["id", "Name With Space", "ünï"], [1, 'say "hi", you', "日本"], ["", "", ""]])
    project.seed_file([["only"], [1]])
    project.write(f"seeds/{project.current}/{project.fresh()}.csv", "a,b\r\n1,\"two\r\nlines\"\r\n", dedent=False)
    project.write(f"seeds/{project.current}/{project.fresh()}.csv", b"\xef\xbb\xbfa,b\n1,2\n")


@construct
def analyses_of_all_kinds(project):
    """Analyses with refs, configs and properties."""
    name = project.fresh()
    project.write(f"analyses/{project.current}/{name}.sql", """
        {{ config(tags=['look']) }}
        select count(*) from {{ ref('base_customers') }} {% if execute %}where 1 = 1{% endif %}
    """)
    project.properties({"analyses": [{"name": name, "description": "An analysis.", "columns": [{"name": "count"}], "config": {"meta": {"x": 1}, "tags": ["y"]}}]}, "analyses")
    off = project.fresh("_off")
    project.write(f"analyses/{project.current}/{off}.sql", "{{ config(enabled=false) }}select 1\n")


@construct
def exposures_of_all_kinds(project):
    """Exposures with every property."""
    project.properties({"exposures": [
        {"name": project.fresh(), "label": "A label: 'x'", "type": "dashboard", "maturity": "high", "url": "https://example.org/{{ 1 }}", "description": "{{ target.name }} of it",
         "depends_on": ["ref('base_orders')", "source('raw', 'customers')", "ref('base_rows')"], "owner": {"name": "N", "email": "n@example.org"}, "tags": ["e"], "meta": {"m": [1]}},
        {"name": project.fresh(), "type": project.choice("notebook", "analysis", "ml", "application"), "owner": {"email": "only@example.org"}, "config": {"tags": ["c"], "meta": {"z": 1}}},
        {"name": project.fresh("_off"), "type": "application", "owner": {"name": "x"}, "config": {"enabled": False}}]})
    project.set(exposures={project.name: {project.current: {"+enabled": True}}}) if project.random.random() < .5 else None


@construct(slot="semantic")
def semantic_layer(project):
    """Semantic models, metrics of every type, saved queries and a time spine."""
    model, spine = project.model("select id, amount, made_on as ordered_at, name as kind from {{ ref('base_rows') }}\n"), project.fresh("_spine")
    project.model("{{ config(materialized='table') }}\nselect cast('2024-01-01' as date) as date_day\n", spine)
    m = model
    project.properties({
        "models": [{"name": spine, "time_spine": {"standard_granularity_column": "date_day", "custom_granularities": [{"name": f"{project.current}_fiscal", "column_name": "fiscal_year"}]},
                    "columns": [{"name": "date_day", "granularity": "day"}, {"name": "fiscal_year"}]}],
        "semantic_models": [{"name": f"sem_{m}", "model": f"ref('{m}')", "description": "S", "defaults": {"agg_time_dimension": "ordered_at"}, "label": "Sem",
            "entities": [{"name": "row", "type": "primary", "expr": "id"}, {"name": "who", "type": "foreign", "expr": "kind"}],
            "dimensions": [{"name": "ordered_at", "type": "time", "type_params": {"time_granularity": "day"}}, {"name": "kind", "type": "categorical", "expr": "upper(kind)", "label": "Kind"}],
            "measures": [{"name": f"total_{m}", "agg": "sum", "expr": "amount", "create_metric": project.choice(True, False)}, {"name": f"rows_{m}", "agg": "count", "expr": "1"},
                         {"name": f"p_{m}", "agg": "percentile", "expr": "amount", "agg_params": {"percentile": 0.9, "use_discrete_percentile": False}}],
            "config": {"meta": {"s": 1}}}],
        "metrics": [
            {"name": f"simple_{m}", "label": "Simple", "type": "simple", "type_params": {"measure": {"name": f"rows_{m}", "fill_nulls_with": 0, "join_to_timespine": True}}, "filter": "{{ Dimension('row__kind') }} = 'A'", "config": {"tags": ["m"], "meta": {"q": 1}}},
            {"name": f"ratio_{m}", "label": "Ratio", "type": "ratio", "description": "R", "type_params": {"numerator": {"name": f"simple_{m}", "alias": "above"}, "denominator": f"plain_{m}"}},
            {"name": f"plain_{m}", "label": "Plain", "type": "simple", "type_params": {"measure": f"rows_{m}"}},
            {"name": f"derived_{m}", "label": "Derived", "type": "derived", "type_params": {"expr": "one - two", "metrics": [{"name": f"plain_{m}", "alias": "one"}, {"name": f"simple_{m}", "alias": "two", "offset_window": "1 month"}]}},
            {"name": f"cumulative_{m}", "label": "Cumulative", "type": "cumulative", "type_params": {"measure": f"rows_{m}", "cumulative_type_params": {"window": "7 days", "period_agg": "last"}}},
        ],
        "saved_queries": [{"name": f"saved_{m}", "description": "Q", "label": "Q", "query_params": {"metrics": [f"plain_{m}"], "group_by": ["TimeDimension('row__ordered_at', 'day')", "Dimension('row__kind')"], "where": ["{{ Dimension('row__kind') }} is not null"]},
            "exports": [{"name": f"export_{m}", "config": {"export_as": "table", "schema": "exports", "alias": "x"}}], "config": {"tags": ["sq"]}}]})
    project.also(m)


@construct
def docs_blocks(project):
    """Docs blocks: in models' folders, several in a file, referred to everywhere."""
    first, second = project.fresh("_one"), project.fresh("_two")
    project.write(f"models/{project.current}/docs.md", f"# Title\n\n{{% docs {first} %}}\nText with *stars* and\n\n- lists\n{{% enddocs %}}\n\nbetween\n{{%- docs {second} -%}}  trimmed  {{%- enddocs -%}}\n", dedent=False)
    name = project.model("select 1 as one\n")
    project.properties({"models": [{"name": name, "description": f"{{{{ doc('{first}') }}}}", "columns": [
        {"name": "one", "description": f"Before {{{{ doc('{second}') }}}} after {{{{ doc('{project.name}', '{first}') }}}}"}]}]})


@construct
def ephemeral_chain(project):
    """Ephemeral models of ephemeral models, read twice."""
    first = template(project, "{{ config(materialized='ephemeral') }}\nselect * from {{ ref('base_orders') }}\n")
    second = template(project, "{{ config(materialized='ephemeral') }}\nselect a.* from {{ ref('" + first + "') }} as a join {{ ref('" + first + "') }} as b on a.id = b.id\n")
    third = template(project, "{{ config(materialized='ephemeral') }}\nwith own as (select * from {{ ref('" + second + "') }}) select * from own\n")
    template(project, "with x as (select * from {{ ref('" + third + "') }}), y as (select * from {{ ref('" + first + "') }}) select * from x, y\n")
    template(project, "select * from {{ ref('" + third + "') }}\n")


@construct
def ephemeral_with_odd_sql(project):
    """In front of queries that start with comments, `with recursive`, brackets and other odd ends."""
    first = template(project, "{{ config(materialized='ephemeral', alias='aliased_one') }}\n-- comment at the end\nselect 1 as id -- last")
    for text in ("/* c */ WITH recursive r as (select 1 as n) select * from r, {{ ref('%s') }}", "-- with a comment\n  with\n\nx as (select 1) select * from x, {{ ref('%s') }}",
                 "(select * from {{ ref('%s') }})", "with \"quoted\" (a) as (select 1), b as (select ')' from {{ ref('%s') }}) select * from b", "select 'with x as (' as t from {{ ref('%s') }};"):
        template(project, text % first + "\n")


@construct
def python_models(project):
    """Python models: ref, source, config in the file and in YAML."""
    name = project.fresh()
    project.write(f"models/{project.current}/{name}.py", """
        import datetime


        def helper(x):
            return x + 1


        def model(dbt, session):
            dbt.config(materialized="table", packages=["numpy==1.25", "pandas"], tags=["py"])
            orders = dbt.ref("base_orders")
            customers = dbt.source("raw", "customers")
            limit = dbt.config.get("row_limit")
            other = dbt.config.get("nope", 3)
            if dbt.is_incremental:
                orders = orders.filter("1 = 0")
            return orders
    """)
    project.properties({"models": [{"name": name, "config": {"row_limit": 10, "meta": {"lang": "py"}}, "columns": [{"name": "id", "tests": ["not_null"]}]}]})
    project.model(f"select * from {{{{ ref('{name}') }}}}\n")


@construct
def python_model_versions_and_packages(project):
    """ref with a package and a version from Python."""
    versioned = project.fresh("_v")
    project.model("select 1 as id\n", f"{versioned}_v1")
    project.properties({"models": [{"name": versioned, "versions": [{"v": 1}]}]})
    name = project.fresh()
    project.write(f"models/{project.current}/{name}.py", f"""
        def model(dbt, session):
            dbt.config(materialized='incremental', submission_method="serverless")
            a = dbt.ref("{versioned}", v=1)
            b = dbt.ref("{project.name}", "base_rows")
            for_this = dbt.this
            return a
    """)


@construct
def names_that_are_odd(project):
    """Models whose names are capitals, digits, dots, dashes, keywords, unicode."""
    number = project.count
    for name in (f"UPPER_{number}", f"{number}_digits_first", f"select_{number}", f"dash-ed-{number}", f"dot.ted_{number}", f"ünï_{number}"):
        project.model("select 1 as one\n", project.also(name))
    project.model(f"select * from {{{{ ref('UPPER_{number}') }}}}, {{{{ ref('dash-ed-{number}') }}}}, {{{{ ref('dot.ted_{number}') }}}}\n")


@construct
def refs_across_kinds(project):
    """Models of seeds, snapshots; snapshots of sources; analyses of all."""
    seed = project.seed_file([["id"], [1]])
    snap = project.fresh("_snap")
    project.write(f"snapshots/{project.current}/{snap}.sql", f"{{% snapshot {snap} %}}{{{{ config(unique_key='id', strategy='check', check_cols=['id']) }}}}select * from {{{{ source('raw', 'orders') }}}}{{% endsnapshot %}}\n", dedent=False)
    project.model(f"select * from {{{{ ref('{seed}') }}}}, {{{{ ref('{snap}') }}}}\n")


@construct
def groups_of_tests_and_seeds(project):
    """Seeds, snapshots in groups; patches for things of other folders."""
    group = project.fresh("_group")
    seed = project.seed_file([["id"], [1]])
    project.properties({"groups": [{"name": group, "owner": {"name": "n", "other": {"x": 1}}}], "seeds": [{"name": seed, "config": {"group": group, "meta": {"a": 1}}, "columns": [{"name": "id", "description": "x"}]}]})


@construct(slot="patch_comma_list")
def properties_in_odd_places(project):
    """One file for several kinds, beside other files; empty files; yaml as extension."""
    name, seed = project.model("select 1 as one\n"), project.seed_file([["id"], [1]])
    project.write(f"models/{project.current}/many.yaml", f"""
        models:
          - name: {name}
            description: ""
        seeds:
          - name: {seed}
            description: From the models' folder.
        macros:
          - name: comma_list
            description: A list.
            arguments:
              - name: values
                type: list
                description: The values.
    """)
    project.write(f"models/{project.current}/empty.yml", "version: 2\n")
    project.write(f"models/{project.current}/comment.yml", "# nothing\n")
    project.write(f"models/{project.current}/empty_lists.yml", "version: 2\nmodels: []\nsources: []\n")


@construct
def properties_of_columns(project):
    """Columns with all properties; the same column twice in other letters; no description."""
    name = project.model("select 1 as one, 2 as two\n")
    project.properties({"models": [{"name": name, "columns": [
        {"name": "one", "description": "The `one`.", "data_type": "int", "quote": True, "tags": ["a"], "meta": {"k": "v"}, "policy_tags": ["p"]},
        {"name": "TWO", "description": "", "constraints": [{"type": "not_null", "name": "nn"}]}, {"name": "not_in_the_sql"}]}]})


@construct(slot="dbtignore")
def dbtignore_file(project):
    """Files that .dbtignore hides."""
    hidden = project.fresh("_hidden")
    project.model("select {{ this is broken\n", hidden, f"{project.current}/hidden_folder")
    shown = project.model("select 1 as shown\n", folder=f"{project.current}/shown_folder")
    project.write(".dbtignore", f"# hidden\nmodels/{project.current}/hidden_folder/\n**/*.bak.sql\n!nothing\n")
    project.model("select {{\n", f"{shown}.bak", f"{project.current}/shown_folder")

//! What dbt Core 1.11 itself writes into its manifest for these files.

use std::sync::Arc;

use project::packages;
use serde_json::{Map, Value as Json, json};
use test_support::Fixture;

use crate::{
    Node, PatchKind, all_nodes, generic_tests_in, node_json, properties, resource_entries,
    source_json, source_tables,
};

const PROJECT: &str = "//- dbt_project.yml
name: shop
profile: shop
vars: {one: 1, on: true}
quoting: {identifier: false}
models:
  +tags: [top, '{{ target.name }}']
  +meta: {owner: core, level: 1}
  +grants: {select: [r1]}
  +pre-hook: \"select '{{ this }}'\"
  shop:
    +group: g1
    staging:
      +materialized: \"{{ 'view' if target.name == 'dev' else 'table' }}\"
      +schema: stg
      tags: staging
      +enabled: \"{{ var('on', true) }}\"
sources:
  shop: {+tags: lost, +meta: {src: 1}}
";

fn node(fixture: &Fixture, id: &str) -> Map<String, Json> {
    let db = &fixture.db;
    let all = packages(db, fixture.project);
    let mut nodes = all.iter().flat_map(|it| all_nodes(db, *it));
    let found: Node = nodes.find(|it| it.unique_id(db) == id).unwrap();
    (*node_json(db, found)).clone()
}

fn picked(values: &Json, keys: &[&str]) -> Json {
    Json::Object(keys.iter().map(|it| ((*it).to_owned(), values[*it].clone())).collect())
}

#[test]
fn configs_of_every_level_are_merged() {
    let fixture = Fixture::new(&format!(
        "{PROJECT}//- models/staging/a.sql
{{{{ config(tags=['a1', 'top'], meta={{'level': 2, 'x': none}}, grants={{'+select': ['r2'], 'insert': 'r3'}}, post_hook='select 3', unknown={{'k': 1}}) }}}}
{{{{ config(tags='a2', schema=none) }}}}
select 1
//- models/a.yml
models:
  - name: a
    config:
      tags: yaml_tag
      meta: {{level: 3, y: \"{{{{ var('one') }}}}\"}}
      group: null
      post-hook: select 9
      docs: {{node_color: blue}}
"
    ));
    let entry = Json::Object(node(&fixture, "model.shop.a"));
    let hook = |sql: &str| json!({"sql": sql, "transaction": true, "index": null});
    let keys = [
        "schema",
        "tags",
        "meta",
        "group",
        "materialized",
        "post-hook",
        "pre-hook",
        "grants",
        "docs",
        "unknown",
        "access",
        "lookback",
        "freshness",
    ];
    assert_eq!(
        picked(&entry["config"], &keys),
        json!({
            "schema": "stg", "tags": ["top", "dev", "staging", "yaml_tag", "a1", "top", "a2"],
            "meta": {"owner": "core", "level": 2, "y": 1, "x": null}, "group": "g1",
            "materialized": "view", "post-hook": [hook("select 9"), hook("select 3")],
            "pre-hook": [hook("select '{{ this }}'")],
            "grants": {"select": ["r1", "r2"], "insert": ["r3"]},
            "docs": {"show": true, "node_color": "blue"}, "unknown": {"k": 1},
            "access": "protected", "lookback": 1, "freshness": null,
        })
    );
    // The schema is taken back for the name, though the config stays.
    assert_eq!(entry["schema"], "dev");
    assert_eq!(entry["relation_name"], "\"shop\".\"dev\".a");
    assert_eq!(entry["tags"], json!(["top", "dev", "staging", "a1", "a2", "yaml_tag"]));
    assert_eq!(
        entry["unrendered_config"],
        json!({
            "tags": ["a1", "top", "a2"], "meta": {"level": 2, "x": null},
            "grants": {"+select": ["r2"], "insert": "r3"}, "pre-hook": "select '{{ this }}'",
            "group": null, "schema": null, "enabled": "{{ var('on', true) }}",
            "materialized": "{{ 'view' if target.name == 'dev' else 'table' }}",
            "post-hook": "select 3", "docs": {"node_color": "blue"}, "unknown": {"k": 1},
        })
    );
}

#[test]
fn a_python_model_is_a_table_and_a_seed_a_seed() {
    let fixture = Fixture::new(
        "//- dbt_project.yml\nname: shop\nprofile: shop\nmodels: {+materialized: view}\n\
         seeds: {shop: {+quote_columns: true}}\n\
         //- models/p.py\ndef model(dbt, session):\n    dbt.config(tags=['py'])\n\
         //- seeds/s.csv\nid\n1\n",
    );
    let model = Json::Object(node(&fixture, "model.shop.p"));
    assert_eq!(model["config"]["materialized"], "table");
    assert_eq!(model["unrendered_config"], json!({"materialized": "table", "tags": ["py"]}));
    let seed = Json::Object(node(&fixture, "seed.shop.s"));
    assert_eq!(
        picked(&seed["config"], &["materialized", "delimiter", "quote_columns", "tags"]),
        json!({"materialized": "seed", "delimiter": ",", "quote_columns": true, "tags": []})
    );
}

#[test]
fn the_root_project_has_the_last_word_on_packages() {
    let fixture = Fixture::new(
        "//- dbt_project.yml\nname: shop\nprofile: shop\nvars: {pkg: {pv: from_root}}\n\
         models: {pkg: {+schema: of_root, +tags: rooted}}\n\
         //- dbt_packages/pkg/dbt_project.yml\nname: pkg\nvars: {pv: own}\n\
         models: {pkg: {+schema: own, +materialized: table, +tags: own}}\n\
         //- dbt_packages/pkg/models/p.sql\nselect 1\n\
         //- dbt_packages/pkg/models/p.yml\nmodels: [{name: p, config: {schema: of_yaml, alias: \"{{ var('pv') }}\"}}]\n\
         //- dbt_packages/pkg/macros/m.sql\n{% macro generate_schema_name(name, node) %}pkg_{{ name }}{% endmacro %}\n",
    );
    let entry = Json::Object(node(&fixture, "model.pkg.p"));
    assert_eq!(entry["config"]["tags"], json!(["own", "rooted"]));
    assert_eq!(entry["config"]["materialized"], "table");
    assert_eq!(entry["relation_name"], "\"shop\".\"pkg_of_root\".\"from_root\"");
}

#[test]
fn a_contract_has_a_checksum_and_foreign_keys_are_refs() {
    let fixture = Fixture::new(
        "//- models/contracted.sql\nselect 1 as id, 'y' as label\n\
         //- models/a.sql\nselect 1\n\
         //- models/s.yml
models:
  - name: contracted
    config: {contract: {enforced: true}, materialized: table, freshness: {build_after: {count: 1, period: day}}}
    constraints:
      - {type: primary_key, columns: [id], name: pk}
      - {type: foreign_key, columns: [id], to: \"ref('a')\", to_columns: [id]}
      - {type: check, expression: \"id > 0\", warn_unsupported: false}
    columns:
      - name: label
        data_type: varchar
      - name: id
        data_type: int
        constraints: [{type: not_null}, {type: check, expression: \"id < 'x''' \"}]
",
    );
    let entry = Json::Object(node(&fixture, "model.shop.contracted"));
    assert_eq!(
        entry["contract"],
        json!({
            "enforced": true, "alias_types": true,
            "checksum": "1758374a9dc2294a094a7f09612382bfc301c9ef8290e421a213fe89e6ec32ec",
        })
    );
    assert_eq!(entry["primary_key"], json!(["id"]));
    assert_eq!(entry["depends_on"]["nodes"], json!(["model.shop.a"]));
    assert_eq!(
        entry["config"]["freshness"],
        json!({"build_after": {"count": 1, "period": "day", "updates_on": "any"}})
    );
}

#[test]
fn what_is_said_about_a_source_in_four_places_is_merged() {
    let fixture = Fixture::new(&format!(
        "{PROJECT}//- models/s.yml
sources:
  - name: raw
    description: \"{{{{ doc('one') }}}}\"
    database: memory
    schema: raw_{{{{ target.name }}}}
    tags: [s]
    meta: {{sm: 1, both: s}}
    quoting: {{database: false, identifier: true}}
    loaded_at_field: _at
    freshness: {{warn_after: {{count: 1, period: day}}, filter: x > 1}}
    config: {{meta: {{cm: 1}}, tags: [sc], event_time: et}}
    tables:
      - name: orders
        identifier: \"{{{{ 'raw_orders' }}}}\"
        tags: [t]
        meta: {{both: t}}
        freshness: {{error_after: {{count: 2, period: hour}}}}
//- models/d.md
{{% docs one %}}
Two: {{{{ 1 + 1 }}}}
{{% enddocs %}}
"
    ));
    let place = source_tables(&fixture.db, fixture.project).remove(0);
    let entry = source_json(&fixture.db, &place);
    let keys = [
        "freshness",
        "tags",
        "meta",
        "source_meta",
        "loaded_at_field",
        "relation_name",
        "source_description",
    ];
    assert_eq!(
        picked(&entry, &keys),
        json!({
            "freshness": {
                "warn_after": {"count": 1, "period": "day"},
                "error_after": {"count": 2, "period": "hour"}, "filter": "x > 1",
            },
            "tags": ["s", "sc", "t"], "meta": {"src": 1, "sm": 1, "both": "t", "cm": 1},
            "source_meta": {"sm": 1, "both": "s", "cm": 1}, "loaded_at_field": "_at",
            "relation_name": "memory.\"raw_dev\".\"raw_orders\"", "source_description": "Two: 2",
        })
    );
    assert_eq!(entry["unrendered_schema"], "raw_{{ target.name }}");
}

#[test]
fn metrics_know_their_measures_and_each_other() {
    let fixture = Fixture::new(
        "//- models/a.sql\nselect 1\n\
         //- models/m.yml
semantic_models:
  - name: sem
    model: ref('a')
    measures: [{name: amount, agg: sum, create_metric: true}]
metrics:
  - name: rev
    label: Rev
    type: simple
    type_params: {measure: amount}
    filter: \"{{ Dimension('id__kind') }} = 'x'\"
  - name: ratio
    label: Ratio
    type: ratio
    type_params: {numerator: rev, denominator: amount}
  - name: total
    label: Total
    type: cumulative
    type_params: {measure: amount, window: 7 days}
exposures:
  - name: dash
    type: dashboard
    owner: {name: O}
    depends_on: [ref('a'), metric('rev')]
",
    );
    let root = packages(&fixture.db, fixture.project)[0];
    let entries = resource_entries(&fixture.db, root);
    let entry =
        |id: &str| Json::Object(entries.iter().find(|it| it.id == id).unwrap().data.clone());
    let rev = entry("metric.shop.rev");
    assert_eq!(rev["depends_on"]["nodes"], json!(["semantic_model.shop.sem"]));
    let condition = "{{ Dimension('id__kind') }} = 'x'";
    assert_eq!(rev["filter"], json!({"where_filters": [{"where_sql_template": condition}]}));
    let ratio = entry("metric.shop.ratio");
    assert_eq!(ratio["depends_on"]["nodes"], json!(["metric.shop.rev", "metric.shop.amount"]));
    assert_eq!(ratio["type_params"]["input_measures"].as_array().unwrap().len(), 1);
    let total = entry("metric.shop.total");
    assert_eq!(
        total["type_params"]["cumulative_type_params"]["window"],
        json!({"count": 7, "granularity": "day"})
    );
    let dash = entry("exposure.shop.dash");
    assert_eq!(dash["depends_on"]["nodes"], json!(["model.shop.a", "metric.shop.rev"]));
    assert!(entries.iter().any(|it| it.kind == PatchKind::SemanticModel));
}

#[test]
fn relations_of_adapters() {
    let rendered = |adapter: &str, schema: &str| {
        let profile = format!(
            "shop:\n  target: dev\n  outputs:\n    dev: {{type: {adapter}, database: Db, catalog: Db, schema: Sch}}\n"
        );
        let fixture = Fixture::new(&format!(
            "//- profiles.yml\n{profile}//- models/One.sql\n{{{{ config(schema={schema}) }}}} select 1\n"
        ));
        node(&fixture, "model.shop.One")["relation_name"].as_str().unwrap().to_owned()
    };
    let custom = |adapter: &str| rendered(adapter, "'Custom'");
    assert_eq!(custom("postgres"), "\"Db\".\"Sch_Custom\".\"One\"");
    assert_eq!(custom("snowflake"), "Db.Sch_Custom.One");
    assert_eq!(custom("bigquery"), "`Db`.`Sch_Custom`.`One`");
    assert_eq!(custom("databricks"), "`db`.`sch_custom`.`one`");
    assert_eq!(custom("spark"), "Sch_Custom.One");
    assert_eq!(custom("clickhouse"), "`Sch_Custom`.`One`");
    assert_eq!(custom("fabric"), "[Db].[Sch_Custom].[One]");
    assert_eq!(custom("sqlserver"), "\"Db\".\"Custom\".\"One\"");
    assert_eq!(rendered("sqlserver", "none"), "\"Db\".\"Sch\".\"One\"");
}

/// The names that dbt's defaults give are made without a render; a macro of the project that calls
/// those defaults gives the same ones.
#[test]
fn default_names_are_those_of_the_macros() {
    let mut calls = String::new();
    for part in ["schema", "database", "alias"] {
        calls.push_str(&format!(
            "{{% macro generate_{part}_name(custom, node) %}}{{{{ dbt.default__generate_{part}_name(custom, node) }}}}{{% endmacro %}}\n"
        ));
    }
    let mut names = Vec::new();
    for macros in ["{# none #}\n", &calls] {
        let mut text = format!(
            "//- macros/names.sql\n{macros}//- models/m.yml\nmodels:\n  - name: versioned\n    versions: [{{v: 1}}, {{v: '2.1', config: {{alias: own}}}}]\n\
             //- models/versioned_v1.sql\nselect 1\n//- models/versioned_v2.1.sql\nselect 2\n"
        );
        let written = ["none", "'custom'", "' padded '", "''", "'  '"];
        for (number, value) in written.iter().enumerate() {
            for key in ["schema", "database", "alias"] {
                text.push_str(&format!(
                    "//- models/{key}_{number}.sql\n{{{{ config({key}={value}) }}}} select 1\n"
                ));
            }
        }
        let fixture = Fixture::new(&text);
        let root = packages(&fixture.db, fixture.project)[0];
        let nodes = crate::nodes(&fixture.db, root);
        assert_eq!(nodes.len(), 17);
        let shown = |it: &Node| {
            let relation = crate::relation(&fixture.db, *it);
            (it.unique_id(&fixture.db), relation.render())
        };
        names.push(nodes.iter().map(shown).collect::<Vec<_>>());
    }
    assert_eq!(names[0], names[1]);
}

#[test]
fn functions_of_the_database() {
    let fixture = Fixture::new(
        "//- dbt_project.yml
name: shop
profile: shop
quoting: {identifier: false}
functions: {shop: {+schema: udf}}
//- functions/area.sql
{{ function('double') }}(a) * (select max(id) from {{ source('raw', 't') }})
//- functions/double.py
def main(a): return a * {{ 2 }}
//- functions/off.sql
1
//- functions/f.yml
functions:
  - name: area
    description: '{{ kept }}'
    arguments: [{name: a, data_type: int, default_value: 3}]
    returns: {data_type: int, description: '{{ 1 }}'}
    config: {volatility: stable}
  - {name: off, returns: {data_type: int}, config: {enabled: false}}
//- models/a.sql
select {{ function('area') }}(1), {{ function('shop', 'double') }}(1)
//- models/a_v1.sql
select {{ function('nope') }}
//- models/s.yml
sources: [{name: raw, tables: [{name: t}]}]
",
    );
    let area = Json::Object(node(&fixture, "function.shop.area"));
    assert_eq!(
        picked(
            &area,
            &[
                "path",
                "schema",
                "description",
                "arguments",
                "returns",
                "functions",
                "depends_on",
                "relation_name"
            ]
        ),
        json!({
            "path": "area.sql", "schema": "dev_udf", "description": "{{ kept }}",
            "arguments": [{"name": "a", "data_type": "int", "description": null, "default_value": 3}],
            "returns": {"data_type": "int", "description": "{{ 1 }}"}, "functions": [["double"]],
            "depends_on": {"macros": [], "nodes": ["function.shop.double"]},
            "relation_name": null,
        })
    );
    assert_eq!(area["config"]["volatility"], "stable");
    let double = node(&fixture, "function.shop.double");
    assert_eq!(
        (&double["language"], &double["returns"]["data_type"]),
        (&json!("python"), &json!("INVALID_TYPE"))
    );
    let model = node(&fixture, "model.shop.a");
    assert_eq!(model["functions"], json!([["area"], ["shop", "double"]]));
    assert_eq!(model["depends_on"]["nodes"], json!(["function.shop.area", "function.shop.double"]));
    assert_eq!(node(&fixture, "model.shop.a_v1")["depends_on"]["nodes"], json!([]));
}

#[test]
fn versions_are_what_properties_and_calls_make_them() {
    let fixture = Fixture::new(
        "//- models/a_v1.sql
select 1
//- models/a_v02.sql
select 2
//- models/b.v3.sql
select 3
//- models/m.yml
models: [{name: a, latest_version: '02', versions: [{v: 1}, {v: '02'}]}]
//- models/c.sql
select * from {{ ref('a', v=1) }}, {{ ref('a', version='1') }}, {{ ref('a') }}, {{ ref('b', v=3) }}, {{ ref('a.v1') }}
",
    );
    let second = Json::Object(node(&fixture, "model.shop.a.v02"));
    assert_eq!(
        picked(&second, &["version", "latest_version"]),
        json!({"version": "02", "latest_version": "02"})
    );
    assert_eq!(node(&fixture, "model.shop.a.v1")["version"], json!(1));
    let reader = node(&fixture, "model.shop.c");
    let given: Vec<&Json> =
        reader["refs"].as_array().unwrap().iter().map(|it| &it["version"]).collect();
    assert_eq!(given, [&json!(1), &json!("1"), &Json::Null, &json!(3), &Json::Null]);
    assert_eq!(
        reader["depends_on"]["nodes"],
        json!(["model.shop.a.v1", "model.shop.a.v02", "model.shop.b.v3"])
    );
}

#[test]
fn properties_are_about_the_one_of_two_that_is_enabled() {
    let fixture = Fixture::new(
        "//- models/x/a.sql
{{ config(enabled=false) }} select 1
//- models/y/a.sql
select 2
//- models/m.yml
models: [{name: a, description: Of y.}]
",
    );
    let db = &fixture.db;
    let nodes = all_nodes(db, packages(db, fixture.project)[0]);
    let said: Vec<String> = nodes
        .iter()
        .map(|it| {
            let entry = node_json(db, *it);
            format!("{}: {}", entry["path"].as_str().unwrap(), entry["description"])
        })
        .collect();
    assert_eq!(said, ["x/a.sql: \"\"", "y/a.sql: \"Of y.\""]);
}

#[test]
fn folders_above_the_project() {
    let fixture = Fixture::new(
        "//- dbt_project.yml
name: shop
profile: shop
model-paths: ['./models', '../up/m/']
macro-paths: [macros, ../up/mac]
snapshot-paths: [../up/snap]
analysis-paths: ['./analyses/']
docs-paths: [../up/m, './models']
models: {shop: {x: {+schema: deep}}}
//- models/a/one.sql
select 1 as id
//- ../up/m/x/two.sql
select 2 as id, {{ mm() }} from {{ ref('one') }}
//- ../up/m/x/two.yml
models: [{name: two, description: \"{{ doc('d') }}\", columns: [{name: id, tests: [unique]}]}]
sources: [{name: s, tables: [{name: t}]}]
//- ../up/m/x/d.md
{% docs d %}hi{% enddocs %}
//- models/a/one.yml
models: [{name: one, columns: [{name: id, tests: [unique]}]}]
//- ../up/mac/mm.sql
{% macro mm() %}1{% endmacro %}
//- analyses/an.sql
select 3
//- ../up/snap/sn.sql
{% snapshot sn %}{{ config(unique_key='id', strategy='check', check_cols='all') }}select 1{% endsnapshot %}
//- ../up/elsewhere/three.sql
select 3
",
    );
    let db = &fixture.db;
    let package = packages(db, fixture.project)[0];
    let places = |id: &str| {
        let node = node(&fixture, id);
        let text = |key: &str| node[key].as_str().unwrap_or("-").to_owned();
        let fqn: Vec<&str> =
            node["fqn"].as_array().unwrap().iter().filter_map(Json::as_str).collect();
        [text("path"), text("original_file_path"), fqn.join("."), text("patch_path")].join(" ")
    };
    assert_eq!(
        places("model.shop.one"),
        "a/one.sql ./models/a/one.sql shop.a.one shop://./models/a/one.yml"
    );
    assert_eq!(
        places("model.shop.two"),
        "x/two.sql ../up/m/x/two.sql shop.x.two shop://../up/m/x/two.yml"
    );
    assert_eq!(node(&fixture, "model.shop.two")["config"]["schema"], "deep");
    assert_eq!(node(&fixture, "model.shop.two")["description"], "hi");
    assert_eq!(places("snapshot.shop.sn"), "sn.sql ../up/snap/sn.sql shop.sn.sn -");
    assert_eq!(places("analysis.shop.an"), "analysis/an.sql ./analyses/an.sql shop.analysis.an -");
    let tests = |model: &str| {
        let all = all_nodes(db, package).into_iter().map(|it| it.unique_id(db));
        let found: Vec<String> = all.filter(|it| it.contains(model)).collect();
        assert_eq!(found.len(), 1, "{found:?}");
        places(&found[0])
    };
    assert_eq!(tests("unique_one"), "unique_one_id.sql ./models/a/one.yml shop.a.unique_one_id -");
    assert_eq!(
        tests("unique_two"),
        "unique_two_id.sql ../up/m/x/two.yml shop.up.m.x.unique_two_id -"
    );
    let sources = source_tables(db, fixture.project);
    assert_eq!(
        picked(&source_json(db, &sources[0]), &["path", "original_file_path", "fqn"]),
        json!({"path": "../up/m/x/two.yml", "original_file_path": "../up/m/x/two.yml",
            "fqn": ["shop", "x", "s", "t"]})
    );
    // Whose file it is, seen from outside.
    let owner = |path: &str| project::owner_of(db, fixture.file(path));
    assert_eq!(owner("../up/mac/mm.sql"), Some(package));
    assert_eq!(owner("../up/elsewhere/three.sql"), None);
    assert!(all_nodes(db, package).into_iter().all(|it| it.name(db) != "three"));
}

/// The same files with both of dbt's ways to keep what `config()` was called with.
#[test]
fn what_is_kept_unrendered() {
    let files = "//- models/plain.sql
{{ config(materialized='table', tags='a') }} {{ config(tags='b') }} select 1
//- models/rendered.sql
{{ config(materialized='table' if x is defined else y.z['k'], tags=['a', 1]) }} select 1
//- models/said.sql
{{ config(tags='own') }} select 1
//- models/m.yml
models: [{name: said, config: {tags: [yaml], post_hook: ['{{ x }}']}}]
//- dbt_project.yml
name: shop
profile: shop
";
    let kept = |fixture: &Fixture, name: &str| {
        Json::Object(node(fixture, &format!("model.shop.{name}")))["unrendered_config"].clone()
    };
    let fixture = Fixture::new(files);
    assert_eq!(kept(&fixture, "plain"), json!({"materialized": "table", "tags": "b"}));
    assert_eq!(kept(&fixture, "said"), json!({"tags": "own", "post_hook": ["{{ x }}"]}));
    let flag = "flags: {state_modified_compare_more_unrendered_values: true}\n";
    let fixture = Fixture::new(&format!("{files}{flag}"));
    assert_eq!(kept(&fixture, "plain"), json!({"materialized": "table", "tags": "b"}));
    let condition = "CondExpr(test=Test(node=Name(name='x', ctx='load'), name='defined', args=[], kwargs=[], dyn_args=None, dyn_kwargs=None), expr1=Const(value='table'), expr2=Getitem(node=Getattr(node=Name(name='y', ctx='load'), attr='z', ctx='load'), arg=Const(value='k'), ctx='load'))";
    assert_eq!(
        kept(&fixture, "rendered"),
        json!({
            "materialized": format!("Keyword(key='materialized', value={condition})"),
            "tags": "Keyword(key='tags', value=List(items=[Const(value='a'), Const(value=1)]))",
        })
    );
    // dbt puts properties as they are written and as they are rendered together.
    assert_eq!(kept(&fixture, "said"), json!({"tags": "own", "post_hook": ["{{ x }}", "{{ x }}"]}));
}

#[test]
fn text_of_yaml_is_a_template_without_its_last_line_end() {
    let fixture = Fixture::new(
        "//- models/a.sql
select 1 as id
//- models/a.yml
models:
  - name: a
    description: |
      kept
    meta:
      plain: |
        one
      tagged: |
        {{ 'two' }}
      comment: 'x{# y #}'
    config:
      description: |
        kept
unit_tests:
  - name: ut
    model: a
    given: []
    expect:
      format: sql
      rows: |
        {% set x = 1 %}select {{ x }} as id
  - name: last
    model: a
    given: []
    expect:
      format: sql
      rows: |
        select 1
",
    );
    let db = &fixture.db;
    let entry = node(&fixture, "model.shop.a");
    assert_eq!(entry["description"], "kept\n");
    assert_eq!(entry["config"]["description"], "kept\n");
    assert_eq!(entry["meta"], json!({"plain": "one", "tagged": "two", "comment": "x"}));
    let package = packages(db, fixture.project)[0];
    let tests = crate::unit_tests(db, package);
    let rows = |name: &str| {
        let test = tests.iter().find(|it| it.unique_id.ends_with(name)).unwrap();
        test.data["expect"]["rows"].clone()
    };
    assert_eq!((rows("ut"), rows("last")), (json!("select 1 as id"), json!("select 1")));
}

const PACKAGE: &str = "//- dbt_packages/p/dbt_project.yml
name: p
//- dbt_packages/p/macros/t.sql
{% test same(model) %}{{ config(fail_calc='p') }}select 1{% endtest %}
{% macro asks() %}{{ adapter.dispatch('told')() }}{% endmacro %}
{% macro asks_nobody() %}{{ adapter.dispatch('told', 'macros')() }}{% endmacro %}
{% macro default__told() %}{% endmacro %}
";

#[test]
fn properties_of_a_package_count_for_a_node_of_another() {
    let entry = |own: &str| {
        let fixture = Fixture::new(&format!(
            "//- dbt_project.yml
name: shop
profile: shop
seeds: {{p: {{+enabled: {own}}}}}
{PACKAGE}//- dbt_packages/p/seeds/s.csv
id
//- dbt_packages/p/seeds/s.yml
seeds: [{{name: s, description: theirs}}]
//- dbt_packages/p/models/m.sql
select 1
//- seeds/s.csv
id
//- models/m.yml
models: [{{name: m, description: ours}}]
"
        ));
        let said = |id: &str| {
            let node = node(&fixture, id);
            (node["description"].clone(), node["patch_path"].clone())
        };
        (said("seed.shop.s"), said("seed.p.s"), said("model.p.m"))
    };
    let nothing = (json!(""), Json::Null);
    let theirs = (json!("theirs"), json!("p://seeds/s.yml"));
    let (seed, package_seed, model) = entry("true");
    assert_eq!((seed, package_seed), (nothing.clone(), theirs.clone()));
    assert_eq!(model, (json!("ours"), json!("shop://models/m.yml")));
    let (seed, package_seed, _) = entry("false");
    assert_eq!((seed, package_seed), (theirs, nothing));
}

#[test]
fn a_test_that_the_project_overrides_notes_no_configs() {
    let fail_calc = |macros: &str| {
        let fixture = Fixture::new(&format!(
            "{PACKAGE}//- models/a.sql
select 1
//- models/a.yml
models: [{{name: a, data_tests: [p.same]}}]
//- macros/same.sql
{macros}
"
        ));
        let db = &fixture.db;
        let package = packages(db, fixture.project)[0];
        let test = all_nodes(db, package).into_iter().find(|it| it.name(db).contains("same"));
        node(&fixture, &test.unwrap().unique_id(db))["config"]["fail_calc"].clone()
    };
    assert_eq!(fail_calc(""), "p");
    let own = "{% test same(model) %}{{ config(fail_calc='own') }}select 2{% endtest %}";
    assert_eq!(fail_calc(own), "count(*)");
    let calls = "{% test same(model) %}{{ p.test_same(model) }}{% endtest %}";
    assert_eq!(fail_calc(calls), "p");
}

#[test]
fn a_dispatch_without_a_namespace_is_found_in_any_package() {
    let fixture = Fixture::new(PACKAGE);
    let db = &fixture.db;
    let package = packages(db, fixture.project)[1];
    for name in ["asks", "asks_nobody"] {
        let asks = crate::package_macro(db, package, name.to_owned()).unwrap();
        let entry = crate::macro_json(db, name, asks);
        assert_eq!(entry["depends_on"]["macros"], json!(["macro.p.default__told"]));
    }
}

#[test]
fn a_query_about_loading_is_rendered_when_it_runs() {
    let fixture = Fixture::new(
        "//- models/s.yml
sources:
  - name: raw
    config: {loaded_at_query: 'select max(x) from {{ this }}'}
    tables: [{name: t}]
//- models/a.sql
{{ config(begin='2024-01-01 10:00:00') }} select 1
//- models/b.sql
{{ config(materialized='incremental', incremental_strategy='microbatch', begin='2024-01-01 10:00:00') }} select 1
",
    );
    let table = source_tables(&fixture.db, fixture.project).remove(0);
    let entry = source_json(&fixture.db, &table);
    assert_eq!(entry["loaded_at_query"], "select max(x) from {{ this }}");
    assert_eq!(entry["config"]["loaded_at_query"], "select max(x) from {{ this }}");
    let begin = |id: &str| node(&fixture, id)["config"]["begin"].clone();
    assert_eq!(begin("model.shop.a"), "2024-01-01 10:00:00");
    assert_eq!(begin("model.shop.b"), "2024-01-01T10:00:00");
}

#[test]
fn arguments_of_macros_are_read_where_a_flag_says_so() {
    let arguments = |flag: &str| {
        let fixture = Fixture::new(&format!(
            "//- dbt_project.yml
name: shop
profile: shop
{flag}
//- macros/m.sql
{{% macro m(one, two=1) %}}{{% endmacro %}}
//- tests/generic/t.sql
{{% test t(model) %}}{{% endtest %}}
"
        ));
        let db = &fixture.db;
        let package = packages(db, fixture.project)[0];
        let arguments = |name: &str| {
            let found = crate::package_macro(db, package, name.to_owned()).unwrap();
            crate::macro_json(db, name, found)["arguments"].clone()
        };
        assert_eq!(arguments("test_t"), json!([]));
        arguments("m")
    };
    assert_eq!(arguments(""), json!([]));
    let one = |name: &str| json!({"name": name, "type": null, "description": ""});
    assert_eq!(arguments("flags: {validate_macro_args: true}"), json!([one("one"), one("two")]));
}

#[test]
fn sources_that_dbt_reads_off_the_text_count_once() {
    let fixture = Fixture::new(
        "//- models/plain.sql
select * from {{ source('raw', 't') }} join {{ source('raw', 't') }}
//- models/rendered.sql
select * from {{ source('raw', 't') }} join {{ source('raw', 't') }} {% if true %}{% endif %}
//- models/s.yml
sources: [{name: raw, tables: [{name: t}]}]
",
    );
    let sources = |name: &str| node(&fixture, &format!("model.shop.{name}"))["sources"].clone();
    assert_eq!(sources("plain"), json!([["raw", "t"]]));
    assert_eq!(sources("rendered"), json!([["raw", "t"], ["raw", "t"]]));
}

#[test]
fn typing_in_one_item_leaves_what_was_made_of_the_others() {
    let text = |first: &str, last: &str| {
        format!(
            "models:\n- name: a\n  {first}\n- name: b\n  columns: [{{name: id, tests: [unique]}}]\n\
             - name: c\n  tests:\n  - t: {{config: {{where: \"{last}\"}}}}\n\
             sources:\n- name: s\n  tables: [{{name: t, tests: [u]}}]\n"
        )
    };
    let mut fixture = Fixture::new("");
    let made = |fixture: &Fixture| {
        let (db, file) = (&fixture.db, fixture.file("models/m.yml"));
        let package = packages(db, fixture.project)[0];
        let tests: Vec<_> = generic_tests_in(db, package, file).iter().cloned().collect();
        (properties(db, file).resources.clone(), tests)
    };
    fixture.write("models/m.yml", &text("description: x", "{{ 1 }}"));
    let before = made(&fixture);
    fixture.write("models/m.yml", &text("description: y", "{{ 1 }}"));
    let after = made(&fixture);
    let same = |index: usize| Arc::ptr_eq(&before.0[index], &after.0[index]);
    assert_eq!([same(0), same(1), same(2)], [false, true, true]);
    // What Jinja says may depend on more than the item.
    let same = |index: usize| Arc::ptr_eq(&before.1[index], &after.1[index]);
    assert_eq!([same(0), same(1), same(2)], [true, false, true]);
    fixture.write("models/m.yml", &text("description: y", "{{ 2 }}"));
    let last = made(&fixture);
    assert_eq!(last.1[1].config()["where"], "2");
    assert!(Arc::ptr_eq(&after.1[0], &last.1[0]));
}

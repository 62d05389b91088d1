//! `tandem compile` on the example. What dbt Core makes of it is compared by
//! `npm run conformance`; here is what has to hold without a dbt.
// A failed step is a failed test.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::process::Output;

use expect_test::expect_file;
use serde_json::Value;
use tandem_tests::program;
use tandem_tests::project::Project;

fn compile(elsewhere: &Project, more: &[&str]) -> Output {
    let folder = program::root().join("examples/jaffle-hybrid");
    let mut arguments = vec!["compile", folder.to_str().unwrap()];
    arguments.extend(more);
    elsewhere.run(&arguments).unwrap()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

#[test]
fn one_node_goes_to_standard_output() {
    let elsewhere = Project::empty().unwrap();
    let output = compile(&elsewhere, &["--select", "fct_revenue"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    expect_file!["../expected/fct_revenue.sql"].assert_eq(text(&output.stdout));
}

#[test]
fn deferral_goes_to_the_relations_of_the_state() {
    let elsewhere = Project::empty().unwrap();
    let with_state = ["--select", "fct_revenue", "--state", "prod-state"];
    let relation = |output: &Output, name: &str| text(&output.stdout).contains(name);

    let output = compile(&elsewhere, &[&with_state[..], &["--defer"]].concat());
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(relation(&output, r#""analytics"."core"."fct_orders""#), "{}", text(&output.stdout));

    // Off: the state is not even opened, so a broken one does not matter.
    let output = compile(&elsewhere, &[&with_state[..], &["--no-defer"]].concat());
    assert!(relation(&output, r#""jaffle_hybrid"."dbt_ana_core"."fct_orders""#));
    assert!(!relation(&output, "analytics"));

    // What is built here is not deferred.
    let both = ["--select", "fct_revenue fct_orders", "--state", "prod-state", "--defer"];
    let target = ["--target-path", "out"];
    let output = compile(&elsewhere, &[&both[..], &target[..]].concat());
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let path = elsewhere.path("out/compiled/jaffle_hybrid/models/marts/finance/fct_revenue.sql");
    let written = fs::read_to_string(path).unwrap();
    assert!(written.contains(r#""jaffle_hybrid"."dbt_ana_core"."fct_orders""#), "{written}");
}

#[test]
fn several_nodes_need_a_target_path() {
    let elsewhere = Project::empty().unwrap();
    let output = compile(&elsewhere, &["--select", "fct_revenue fct_orders"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("2 nodes are selected"), "{}", text(&output.stderr));
    assert_eq!(text(&output.stdout), "");
    let output = compile(&elsewhere, &["--select", "no_such_model"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("no_such_model"), "{}", text(&output.stderr));
}

#[test]
fn a_target_path_gets_all_sql_and_a_manifest() {
    let elsewhere = Project::empty().unwrap();
    let output = compile(&elsewhere, &["--target-path", "out"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let manifest = fs::read_to_string(elsewhere.path("out/manifest.json")).unwrap();
    let manifest: Value = serde_json::from_str(&manifest).unwrap();
    assert_eq!(
        manifest["metadata"]["dbt_schema_version"],
        "https://schemas.getdbt.com/dbt/manifest/v12.json"
    );
    let node = &manifest["nodes"]["model.jaffle_hybrid.fct_revenue"];
    assert_eq!(node["relation_name"], r#""jaffle_hybrid"."dbt_ana_finance_eu"."fct_revenue""#);
    assert!(node["compiled_code"].as_str().unwrap().contains("'EUR' as reporting_currency"));
    let parents = manifest["parent_map"]["model.jaffle_hybrid.fct_revenue"].as_array().unwrap();
    assert!(parents.contains(&Value::from("model.jaffle_hybrid.fct_orders")), "{parents:?}");
    let version = &manifest["nodes"]["model.jaffle_hybrid.dim_customers.v2"];
    assert_eq!(version["version"], 2);
}

/// A state manifest that our own compile wrote can be deferred to.
#[test]
fn our_own_manifest_is_a_state() {
    let elsewhere = Project::empty().unwrap();
    compile(&elsewhere, &["--target-path", "out", "--vars", "{}"]);
    let state = elsewhere.path("out");
    let state = state.to_str().unwrap();
    let output = compile(&elsewhere, &["--select", "fct_revenue", "--defer", "--state", state]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(text(&output.stdout).contains(r#""jaffle_hybrid"."dbt_ana_core"."fct_orders""#));
}

/// As dbt Core 1.11 compiles it: templates in variables, configs that add up, sources that have
/// nothing to do with the project's quoting.
#[test]
fn variables_configs_and_quoting_are_dbts() {
    let project = Project::new(&[
        (
            "dbt_project.yml",
            "name: shop\nprofile: shop\nquoting: {database: false, schema: false, identifier: false}\nvars:\n  label: \"{{ target.name }}_x\"\n  orders: \"{{ ref('orders') }}\"\n  raw: \"{{ source('s', 't') }}\"\n  nested: \"[{{ var('label') }}]\"\n  plain: [1, \"{{ no }}\"]\n  itself: \"{{ var('itself') }}\"\n",
        ),
        ("profiles.yml", "shop: {target: dev, outputs: {dev: {type: duckdb, path: x.db}}}\n"),
        ("models/orders.sql", "select 1 as id\n"),
        ("models/s.yml", "sources:\n  - name: s\n    tables: [{name: t}]\n"),
        (
            "models/m.sql",
            "{{ config(tags='a') }}{{ config(tags=['b'], meta={'x': 1}) }}{{ config(meta={'y': 2}) -}}\n{{ var('label') }} {{ var('orders') }} {{ var('raw') }} {{ var('nested') }} {{ var('plain') }}\n{{ source('s', 't') }} {{ ref('orders') }}\n{{ config.get('tags') }} {{ config.get('meta') }} {{ target.get('x', 'no') }} {{ 'type' in target }} {{ dbt.type_int() }}\n",
        ),
        ("models/circle.sql", "select {{ var('itself') }}\n"),
        ("models/fails.sql", "select 1 {{ 1 / 0 }} from x\n"),
    ])
    .unwrap();
    let output = project.run(&["compile", "--select", "m"]).unwrap();
    assert_eq!(
        text(&output.stdout),
        "dev_x x.main.orders \"x\".\"s\".\"t\" [dev_x] [1, '{{ no }}']\n\"x\".\"s\".\"t\" x.main.orders\n['a', 'b'] {'x': 1, 'y': 2} no True integer\n",
        "{}",
        text(&output.stderr)
    );
    assert_eq!(output.status.code(), Some(0));
    for name in ["circle", "fails"] {
        let output = project.run(&["compile", "--select", name]).unwrap();
        assert_eq!((text(&output.stdout), output.status.code()), ("", Some(1)), "{name}");
    }
    let output =
        project.run(&["compile", "--select", "m", "orders", "--target-path", "out"]).unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(project.path("out/compiled/shop/models/orders.sql").exists());
    assert!(!project.path("out/compiled/shop/models/fails.sql").exists());
}

/// The ids are those that dbt Core 1.11 gives, hashes of generic tests included.
#[test]
fn nodes_and_unit_tests_have_the_ids_that_dbt_gives() {
    let elsewhere = Project::empty().unwrap();
    let without_mesh = ["--target-path", "out", "--vars", "{with_mesh: false}"];
    let output = compile(&elsewhere, &without_mesh);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let manifest = fs::read_to_string(elsewhere.path("out/manifest.json")).unwrap();
    let manifest: Value = serde_json::from_str(&manifest).unwrap();
    let keys = |part: &str| manifest[part].as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    let mut ids = keys("nodes");
    ids.extend(keys("unit_tests"));
    ids.sort();
    expect_file!["../expected/jaffle-hybrid.ids"].assert_eq(&(ids.join("\n") + "\n"));
}

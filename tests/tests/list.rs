//! `tandem list` and `tandem parse`. What dbt lists for hundreds of selections is compared by
//! `tests/dbt/compare-selection.py`; here is what has to hold without a dbt.
// A failed step is a failed test.
#![allow(clippy::unwrap_used)]

use std::fs;

use serde_json::Value;
use tandem_tests::project::Project;

fn shop() -> Project {
    Project::new(&[
        ("models/staging/stg.sql", "select * from {{ source('app', 'raw') }}\n"),
        (
            "models/orders.sql",
            "{{ config(materialized='table', tags=['daily']) }}\nselect * from {{ ref('stg') }}\n",
        ),
        ("models/orders_v1.sql", "select 1 as id\n"),
        ("models/off.sql", "{{ config(enabled=false) }}\nselect 1 as id\n"),
        ("analyses/look.sql", "select * from {{ ref('orders') }}\n"),
        (
            "models/m.yml",
            "sources:\n  - name: app\n    tables: [{name: raw}]\nmodels:\n  - name: stg\n    columns:\n      - name: id\n        data_tests: [unique]\n",
        ),
        (
            "selectors.yml",
            "selectors:\n  - name: marts\n    definition: {method: tag, value: daily, parents: true}\n  - name: usual\n    default: \"{{ target.name == 'dev' }}\"\n    definition: {union: [{method: selector, value: marts}, {exclude: [stg]}]}\n",
        ),
    ])
    .unwrap()
}

struct Said {
    code: Option<i32>,
    lines: Vec<String>,
    errors: String,
}

fn run(project: &Project, arguments: &[&str]) -> Said {
    let output = project.run(arguments).unwrap();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    Said {
        code: output.status.code(),
        lines: text(&output.stdout).lines().map(str::to_owned).collect(),
        errors: text(&output.stderr),
    }
}

fn list(project: &Project, arguments: &[&str]) -> Vec<String> {
    let said = run(project, &[&["list"], arguments].concat());
    assert_eq!(said.code, Some(0), "{}", said.errors);
    said.lines
}

#[test]
fn what_is_listed() {
    let project = shop();
    assert_eq!(
        list(&project, &["--select", "+orders"]),
        ["shop.orders", "shop.staging.stg", "source:shop.app.raw", "shop.unique_stg_id"]
    );
    assert_eq!(list(&project, &["--select", "+orders", "--indirect-selection", "empty"]).len(), 3);
    assert_eq!(list(&project, &["-m", "+orders"]), ["shop.orders", "shop.staging.stg"]);
    assert_eq!(
        list(&project, &["-s", "look", "--resource-type", "analysis"]),
        ["shop.analysis.look"]
    );
    let names = ["--select", "+orders", "--output", "name", "--exclude-resource-type", "test"];
    assert_eq!(list(&project, &names), ["orders", "stg", "app.raw"]);
    assert_eq!(
        list(&project, &["--select", "orders stg,orders", "--output", "path"]),
        ["models/orders.sql"]
    );
    let keys = ["name", "config.materialized", "nothing"];
    let json = [&["--select", "orders", "--output", "json", "--output-keys"][..], &keys].concat();
    assert_eq!(list(&project, &json), [r#"{"name": "orders", "config.materialized": "table"}"#]);
}

#[test]
fn selectors_and_what_matches_nothing() {
    let project = shop();
    assert_eq!(list(&project, &[]), ["shop.orders", "source:shop.app.raw"]);
    assert_eq!(list(&project, &["--selector", "usual"]).len(), 2);
    assert_eq!(
        list(&project, &["--selector", "marts", "--output", "name"])[..2],
        ["orders", "stg"]
    );
    let said = run(&project, &["ls", "--selector", "gone"]);
    assert_eq!(said.code, Some(2));
    assert!(said.errors.contains("expected one of ['marts', 'usual']"), "{}", said.errors);

    let said = run(&project, &["ls", "--select", "off no_such"]);
    assert_eq!((said.code, said.lines.len()), (Some(0), 0));
    for word in ["off", "no_such"] {
        let warning = format!("criterion '{word}' does not match any enabled nodes");
        assert!(said.errors.contains(&warning), "{}", said.errors);
    }
    assert!(said.errors.contains("No nodes selected!"), "{}", said.errors);
    let said = run(&project, &["ls", "--select", "colour:red"]);
    assert_eq!(said.code, Some(2));
    assert!(said.errors.contains("'colour' is not a valid method name"), "{}", said.errors);
    assert_eq!(run(&project, &["ls", "-m", "a", "-s", "b"]).code, Some(2));

    // Broken selectors matter to those who use them.
    project.write("selectors.yml", "selectors: [{name: x, definition: [}]\n").unwrap();
    assert_eq!(list(&project, &["--select", "orders"]), ["shop.orders"]);
    assert_eq!(run(&project, &["ls"]).code, Some(2));
}

#[test]
fn parse_writes_a_manifest_that_list_reads() {
    let project = shop();
    let said = run(&project, &["parse"]);
    assert_eq!(said.code, Some(0), "{}", said.errors);
    assert!(
        said.lines[0].contains("1 test") && said.lines[0].contains("1 disabled"),
        "{:?}",
        said.lines
    );
    assert!(!project.path("target").exists());

    assert_eq!(run(&project, &["parse", "--target-path", "out"]).code, Some(0));
    let manifest: Value =
        serde_json::from_slice(&fs::read(project.path("out/manifest.json")).unwrap()).unwrap();
    assert_eq!(manifest["selectors"]["usual"]["definition"]["union"][0]["value"], "daily");
    fs::remove_file(project.path("models/orders.sql")).unwrap();
    let of_manifest =
        ["--manifest", "out/manifest.json", "--selector", "marts", "--output", "name"];
    assert_eq!(list(&project, &of_manifest), ["orders", "stg", "app.raw", "unique_stg_id"]);
}

#[test]
fn a_state_and_earlier_results() {
    let project = shop();
    run(&project, &["parse", "--target-path", "prod"]);
    project.write("models/fresh.sql", "select 1 as id\n").unwrap();
    project
        .write(
            "prod/run_results.json",
            r#"{"results": [{"unique_id": "model.shop.stg", "status": "error"}]}"#,
        )
        .unwrap();
    let select =
        |word: &str| list(&project, &["--state", "prod", "--select", word, "--output", "name"]);
    assert_eq!(select("state:new"), ["fresh"]);
    assert_eq!(select("result:error+,tag:daily"), ["orders"]);
    let said = run(&project, &["ls", "--select", "state:new"]);
    assert_eq!(said.code, Some(2));
    assert!(said.errors.contains("no comparison manifest"), "{}", said.errors);
}

#[test]
fn check_and_compile_select_alike() {
    let project = shop();
    project
        .write("models/broken.sql", "select * from {{ ref('stg') }} {{ ref('nobody') }}\n")
        .unwrap();
    let check = |words: &[&str]| run(&project, &[&["check"], words].concat()).code;
    assert_eq!(check(&["--select", "+orders"]), Some(0));
    assert_eq!(check(&["--select", "stg+"]), Some(1));
    assert_eq!(check(&["--select", "stg+", "--exclude", "models/broken.sql"]), Some(0));
    assert_eq!(check(&["--select", "models/broken.sql"]), Some(1));
    assert_eq!(check(&["--selector", "marts"]), Some(0));
    assert_eq!(check(&["--select", "no_such"]), Some(2));

    // Of one node without its tests; with them into a folder.
    let said = run(&project, &["compile", "--select", "stg"]);
    assert_eq!(said.code, Some(0), "{}", said.errors);
    assert_eq!(said.lines.len(), 1);
    assert_eq!(run(&project, &["compile", "-s", "1+orders", "--target-path", "out"]).code, Some(0));
    let written = |path: &str| project.path(&format!("out/compiled/shop/models/{path}")).exists();
    assert!(written("orders.sql") && written("staging/stg.sql") && !written("orders_v1.sql"));
}

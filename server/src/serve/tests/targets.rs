//! A target that is chosen: everything follows without a reload.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn a_chosen_target_changes_the_relation_on_hover() {
    let files = [
        SHOP[0],
        SHOP[2],
        SHOP[3],
        (
            "profiles.yml",
            "shop:\n  target: dev\n  outputs:\n    dev: {type: duckdb, schema: mine}\n    prod: {type: duckdb, schema: theirs}\n",
        ),
    ];
    let capabilities = json!({ "workspace": { "configuration": true } });
    let mut editor = TestEditor::open(&files, capabilities).await;
    let status = editor.status(loaded).await;
    let root = status["projects"][0]["root"].clone();
    let found = editor.ask("tandem/targets", json!({ "root": root })).await.unwrap();
    let outputs = json!([
        { "name": "dev", "adapter": "duckdb" },
        { "name": "prod", "adapter": "duckdb" },
    ]);
    assert_eq!(found["targets"], outputs);
    assert_eq!((&found["default"], &found["current"]), (&json!("dev"), &json!("dev")));
    assert_eq!(found["chosen"], false);

    editor.did_open("models/b.sql", "select * from {{ ref('a') }}").await;
    assert!(hover(&mut editor).await.contains("mine"));
    editor.settings = json!({ "target": "prod" });
    editor.tell("workspace/didChangeConfiguration", json!({ "settings": null })).await;
    editor.status(|it| it["projects"][0]["target"] == "prod").await;
    assert!(hover(&mut editor).await.contains("theirs"));
    let found = editor.ask("tandem/targets", json!({ "root": root })).await.unwrap();
    assert_eq!((&found["default"], &found["current"]), (&json!("dev"), &json!("prod")));
    assert_eq!(found["chosen"], true);
    let none = editor.ask("tandem/targets", json!({ "root": "/nowhere" })).await.unwrap();
    assert!(none.is_null());
}

async fn hover(editor: &mut TestEditor) -> String {
    let document = json!({ "uri": editor.uri("models/b.sql") });
    let params = json!({ "textDocument": document, "position": { "line": 0, "character": 22 } });
    let found = editor.ask("textDocument/hover", params).await.unwrap();
    found["contents"]["value"].as_str().unwrap_or_default().to_owned()
}

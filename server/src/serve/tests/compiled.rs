//! `tandem/compiled`, and what is told of a text that is shown.

use super::*;

const MODEL: (&str, &str) = ("models/top.sql", "-- é\nselect {{ m() }}\nfrom {{ ref('below') }}\n");

async fn shop() -> TestEditor {
    let files = [
        SHOP[0],
        SHOP[1],
        ("macros/m.sql", "{% macro m() %}{{ env_var('COLUMN', 'x') }} as y{% endmacro %}"),
        ("models/below.sql", "{{ config(materialized='ephemeral') }}select 1 as x"),
        MODEL,
        (".env", "COLUMN=one\n"),
    ];
    TestEditor::open(&files, json!({})).await
}

impl TestEditor {
    async fn compiled(&mut self, path: &str) -> Value {
        let params = json!({ "textDocument": { "uri": self.uri(path) } });
        self.ask("tandem/compiled", params).await.unwrap()
    }

    /// The next text that is told of a document.
    async fn told(&mut self, path: &str) -> Value {
        let uri = self.uri(path);
        let changed = self.wait(|it| {
            it["method"] == "tandem/compiledChanged" && it["params"]["uri"] == uri.as_str()
        });
        changed.await["params"]["compiled"].clone()
    }

    async fn watch(&mut self, paths: &[&str]) {
        let documents: Vec<Value> = paths.iter().map(|it| json!({ "uri": self.uri(it) })).collect();
        self.tell("tandem/watchCompiled", json!({ "documents": documents })).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_comes_with_the_way_back() {
    let mut editor = shop().await;
    let found = editor.compiled("models/top.sql").await;
    let text = "with __dbt__cte__below as (\nselect 1 as x\n) -- é\nselect one as y\nfrom __dbt__cte__below";
    assert_eq!(found["text"], text);
    assert_eq!((&found["node"], &found["language"]), (&json!("model.shop.top"), &json!("sql")));
    assert_eq!(found["relation"], "\"shop\".\"main\".\"top\"");
    assert_eq!((&found["holes"], &found["problems"]), (&json!([]), &json!([])));
    let origins = found["map"]["origins"].as_array().unwrap();
    let segments = found["map"]["segments"].as_array().unwrap();
    let of = |line: u64, character: u64| {
        let segment = segments.iter().find(|it| {
            let at = |index: usize| it[index].as_u64().unwrap();
            (at(0), at(1)) <= (line, character) && (line, character) < (at(2), at(3))
        });
        let it: Vec<u64> =
            segment.unwrap().as_array().unwrap().iter().map(|it| it.as_u64().unwrap()).collect();
        let origin = it[9].checked_sub(1).map(|it| &origins[it as usize]);
        let origin = origin.map_or_else(String::new, |it| {
            let names = it.as_array().unwrap().iter().map(|it| {
                let file = it["uri"].as_str().unwrap().rsplit('/').next().unwrap();
                format!("{file} {}", it["name"].as_str().unwrap_or("-"))
            });
            names.collect::<Vec<_>>().join(", ")
        });
        (it[4..8].to_vec(), it[8], origin)
    };
    assert_eq!(of(0, 3), (vec![2, 13, 2, 18], 0, String::new()));
    assert_eq!(of(1, 0), (vec![2, 13, 2, 18], 0, "below.sql -".to_owned()));
    assert_eq!(of(2, 5), (vec![0, 0, 1, 7], 1, String::new()));
    assert_eq!(of(3, 3), (vec![0, 0, 1, 7], 1, String::new()));
    assert_eq!(of(3, 7), (vec![1, 10, 1, 13], 0, "m.sql m".to_owned()));
    assert_eq!(editor.compiled("macros/m.sql").await, Value::Null);
    assert_eq!(editor.compiled("nowhere.sql").await, Value::Null);
    assert!(editor.leave().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_shown_follows_everything_that_it_depends_on() {
    let mut editor = shop().await;
    let path = MODEL.0;
    editor.did_open(path, MODEL.1).await;
    editor.watch(&[path]).await;
    let text = |it: &Value| it["text"].as_str().unwrap().to_owned();
    assert!(text(&editor.told(path).await).contains("select one as y"));
    // The model, unsaved, half typed.
    editor.insert(path, 2, 1, 7, "{{ 'new' ").await;
    let half = editor.told(path).await;
    assert_eq!(half["version"], 2);
    assert!(!half["problems"].as_array().unwrap().is_empty());
    editor.insert(path, 3, 1, 16, "}}, ").await;
    let whole = editor.told(path).await;
    assert!(text(&whole).contains("select new, one as y"), "{whole}");
    assert_eq!(whole["problems"], json!([]));
    // A macro, an ephemeral parent, a variable.
    editor
        .did_open("macros/m.sql", "{% macro m() %}{{ env_var('COLUMN') }} as z{% endmacro %}")
        .await;
    assert!(text(&editor.told(path).await).contains("one as z"));
    editor
        .did_open("models/below.sql", "{{ config(materialized='ephemeral') }}select 2 as x")
        .await;
    assert!(text(&editor.told(path).await).contains("select 2 as x"));
    editor.did_open(".env", "COLUMN=two\n").await;
    assert!(text(&editor.told(path).await).contains("two as z"));
    // Nothing is told twice, nothing of what is shown no more.
    editor.did_open("models/c.sql", "select 1").await;
    editor.watch(&["models/c.sql"]).await;
    assert_eq!(text(&editor.told("models/c.sql").await), "select 1");
    editor.insert(path, 4, 0, 0, "-- ").await;
    editor.insert("models/c.sql", 2, 0, 8, "0").await;
    assert_eq!(text(&editor.told("models/c.sql").await), "select 10");
    assert!(editor.kept.iter().all(|it| it["method"] != "tandem/compiledChanged"));
    assert!(editor.leave().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn timings_name_phases_and_files() {
    let mut editor = shop().await;
    editor.status(loaded).await;
    let report = editor.ask("tandem/timings", Value::Null).await.unwrap();
    let phases = |key: &str| {
        let all = report[key].as_array().unwrap().iter();
        all.map(|it| it["phase"].as_str().unwrap().to_owned()).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(
        (phases("reading"), phases("opening")),
        ("read".to_owned(), "parse render check".to_owned())
    );
    let slowest = &report["opening"][0]["slowest"][0];
    assert!(slowest["path"].as_str().unwrap().starts_with('/'), "{report}");
    assert!(slowest["milliseconds"].as_f64().unwrap() > 0.0);
    assert!(editor.leave().await);
}

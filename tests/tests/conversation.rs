//! The real program over a real pipe: order, lifecycle, and answers about the text as typed.
// A failed step is a failed test; the helpers below are tests too.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tandem_tests::editor::{Editor, Encoding, offset};
use tandem_tests::memory;
use tandem_tests::project::Project;
use tandem_tests::storm::{Verdict, storm};

/// Models `model_0` … that each read the one before.
fn chain(count: usize) -> Project {
    let project = Project::new(&[]).unwrap();
    project.write("models/model_0.sql", "select 1 as id\n").unwrap();
    for number in 1..count {
        let text = format!(
            "with base as (\n    select * from {{{{ ref('model_{}') }}}}\n)\n\nselect * from base\n",
            number - 1
        );
        project.write(&format!("models/model_{number}.sql"), text).unwrap();
    }
    project
}

fn codes(diagnostics: &[Value]) -> Vec<&str> {
    diagnostics.iter().filter_map(|it| it["code"].as_str()).collect()
}

/// The text that a finding underlines.
fn underlined<'a>(text: &'a str, diagnostic: &Value, encoding: Encoding) -> &'a str {
    let range = &diagnostic["range"];
    &text[offset(text, &range["start"], encoding)..offset(text, &range["end"], encoding)]
}

fn loaded(editor: &mut Editor) {
    editor.wait_loaded(Duration::from_secs(20)).unwrap();
}

#[test]
fn every_answer_in_a_storm_is_about_the_newest_text() {
    let project = chain(31);
    let mut editor = project.editor().unwrap();
    let file = project.path("models/model_30.sql");
    editor.open(&file).unwrap();
    loaded(&mut editor);
    let mut models: Vec<(String, PathBuf)> = (0..29)
        .map(|it| (format!("model_{it}"), project.path(&format!("models/model_{it}.sql"))))
        .collect();
    models.insert(0, ("model_29".to_owned(), project.path("models/model_29.sql")));

    let verdict = storm(&mut editor, &file, &models, 2000).unwrap();

    let Verdict { asked, right, refused, ref faults, .. } = verdict;
    assert_eq!((asked, right + refused), (2000, 2000), "{faults:#?}\n{}", editor.log());
    // Every fifth question was asked in peace.
    assert!(right >= 400, "only {right} were answered");
    // The diagnostics settle on the last text too.
    assert_eq!(editor.diagnostics(&file).unwrap(), Vec::<Value>::new());
    let end = editor.text(&file).unwrap().len();
    editor.edit(&file, end..end, "-- {{ ref('model_nowhere') }}\n").unwrap();
    assert_eq!(codes(&editor.diagnostics(&file).unwrap()), ["unknown-ref"]);
    assert_eq!(editor.shut_down().unwrap().code(), Some(0));
}

#[test]
fn a_panicking_handler_leaves_the_server_serving() {
    let project = chain(3);
    let mut options = project.options().unwrap();
    options.environment.push(("TANDEM_TEST_REQUESTS".to_owned(), "1".to_owned()));
    let mut editor = Editor::start(&options).unwrap();
    let file = project.path("models/model_2.sql");
    editor.open(&file).unwrap();
    loaded(&mut editor);
    for _ in 0..3 {
        let id = editor.send_request("tandem/test/panic", Value::Null).unwrap();
        let error = editor.wait_answer(id).unwrap().result.unwrap_err();
        assert_eq!(error["code"], -32603, "{error}");
    }
    let place = editor.find(&file, "model_1").unwrap() + 2;
    assert_eq!(editor.definition(&file, place).unwrap(), Some(project.path("models/model_1.sql")));
    editor.edit(&file, place..place, "x").unwrap();
    assert_eq!(codes(&editor.diagnostics(&file).unwrap()), ["unknown-ref"]);
    editor.edit(&file, place..place + 1, "").unwrap();
    assert_eq!(editor.diagnostics(&file).unwrap(), Vec::<Value>::new());
    assert_eq!(editor.shut_down().unwrap().code(), Some(0));
}

#[test]
fn users_have_no_request_that_panics() {
    let project = chain(2);
    let mut editor = project.editor().unwrap();
    let id = editor.send_request("tandem/test/panic", Value::Null).unwrap();
    let error = editor.wait_answer(id).unwrap().result.unwrap_err();
    assert_eq!(error["code"], -32601, "{error}");
    assert!(!editor.log().contains("panicked"), "{}", editor.log());
}

#[test]
fn both_ends_count_characters_alike() {
    for (offered, agreed) in
        [(vec!["utf-16"], Encoding::Utf16), (vec!["utf-8", "utf-16"], Encoding::Utf8)]
    {
        let project = chain(2);
        let mut options = project.options().unwrap();
        options.encodings = offered;
        let mut editor = Editor::start(&options).unwrap();
        assert_eq!(editor.encoding(), agreed);
        let file = project.path("models/model_1.sql");
        let text =
            "/* \u{1F986}é */ select '\u{1F986}' from {{ ref('model_0') }}, {{ ref('gone') }}\r\n";
        editor.open_text(&file, text).unwrap();
        loaded(&mut editor);
        let at = editor.find(&file, "model_0").unwrap();
        let target = Some(project.path("models/model_0.sql"));
        assert_eq!(editor.definition(&file, at + 1).unwrap(), target);
        // Incremental edits behind wide characters: the server's text must stay ours.
        let duck = editor.find(&file, "\u{1F986}'").unwrap();
        editor.edit(&file, duck..duck + 4, "ü\r\n\u{1F986}\u{1F986}").unwrap();
        let at = editor.find(&file, "model_0").unwrap();
        assert_eq!(editor.definition(&file, at + 1).unwrap(), target);
        let diagnostics = editor.diagnostics(&file).unwrap();
        assert_eq!(codes(&diagnostics), ["unknown-ref"]);
        let under = underlined(editor.text(&file).unwrap(), &diagnostics[0], agreed);
        assert_eq!(under.trim_matches('\''), "gone");
    }
}

#[test]
fn an_environment_file_applies_as_it_is_typed() {
    let project = Project::new(&[
        (".env", "SHOP_COLOUR=red\n"),
        ("models/a.sql", "select '{{ env_var('SHOP_COLOUR') }}' as colour\n"),
    ])
    .unwrap();
    let mut editor = project.editor().unwrap();
    let (model, env) = (project.path("models/a.sql"), project.path(".env"));
    editor.open(&model).unwrap();
    editor.open(&env).unwrap();
    loaded(&mut editor);
    assert_eq!(editor.diagnostics(&model).unwrap(), Vec::<Value>::new());
    editor.edit(&env, 0..4, "SHAP").unwrap();
    editor.wait_published(&model, |it| codes(&it.diagnostics) == ["missing-env-var"]).unwrap();
    editor.edit(&env, 0..4, "SHOP").unwrap();
    editor.wait_published(&model, |it| it.diagnostics.is_empty()).unwrap();
    // On disk, with the text closed, as another program would change it.
    editor.close(&env).unwrap();
    fs::write(&env, "OTHER=1\n").unwrap();
    editor.files_changed(&[(env.clone(), 2)]).unwrap();
    editor.wait_published(&model, |it| codes(&it.diagnostics) == ["missing-env-var"]).unwrap();
}

#[test]
fn a_renamed_model_breaks_the_files_that_read_it() {
    let project = chain(3);
    let mut editor = project.editor().unwrap();
    loaded(&mut editor);
    let (old, new) = (project.path("models/model_1.sql"), project.path("models/renamed.sql"));
    fs::rename(&old, &new).unwrap();
    editor.files_changed(&[(old.clone(), 3), (new.clone(), 1)]).unwrap();
    let reader = project.path("models/model_2.sql");
    editor.wait_published(&reader, |it| codes(&it.diagnostics) == ["unknown-ref"]).unwrap();
    fs::rename(&new, &old).unwrap();
    editor.files_changed(&[(new, 3), (old, 1)]).unwrap();
    editor.wait_published(&reader, |it| it.diagnostics.is_empty()).unwrap();
}

#[test]
fn diagnostics_can_be_asked_for_too() {
    let project = chain(3);
    let mut editor = project.editor().unwrap();
    let file = project.path("models/model_2.sql");
    editor.open(&file).unwrap();
    loaded(&mut editor);
    let at = editor.find(&file, "model_1").unwrap();
    editor.edit(&file, at..at, "un").unwrap();
    let document = json!({ "textDocument": editor.place(&file, 0).unwrap()["textDocument"] });
    let report = editor.request("textDocument/diagnostic", document).unwrap();
    let items = report["items"].as_array().unwrap().clone();
    assert_eq!(codes(&items), ["unknown-ref"]);
    assert_eq!(items, editor.diagnostics(&file).unwrap());
}

#[test]
fn exit_ends_the_server_though_its_input_stays_open() {
    let project = chain(2);
    let mut editor = project.editor().unwrap();
    loaded(&mut editor);
    editor.patience = Duration::from_secs(5);
    assert_eq!(editor.shut_down().unwrap().code(), Some(0));
}

#[test]
fn exit_without_shutdown_is_an_error() {
    let project = chain(2);
    let mut editor = project.editor().unwrap();
    editor.patience = Duration::from_secs(5);
    editor.notify("exit", Value::Null).unwrap();
    assert_eq!(editor.wait_exit().unwrap().code(), Some(1));
}

#[test]
fn the_server_ends_when_its_editor_vanishes() {
    let project = chain(2);
    let mut editor = project.editor().unwrap();
    loaded(&mut editor);
    editor.patience = Duration::from_secs(5);
    editor.close_input();
    editor.wait_exit().unwrap();
    // Also when it goes in the middle of a message.
    let mut editor = project.editor().unwrap();
    editor.patience = Duration::from_secs(5);
    editor.send_raw(b"Content-Length: 1000\r\n\r\n{\"jsonrpc\":").unwrap();
    editor.close_input();
    editor.wait_exit().unwrap();
}

#[test]
fn shutdown_may_come_while_the_project_loads() {
    let project = chain(300);
    let mut editor = project.editor().unwrap();
    editor.patience = Duration::from_secs(5);
    assert_eq!(editor.shut_down().unwrap().code(), Some(0));
}

#[test]
fn a_folder_without_a_dbt_project_is_quiet_and_cheap() {
    let project = Project::empty().unwrap();
    let file = project.write("notes/query.sql", "select * from {{ ref('anything') }}\n").unwrap();
    let mut editor = project.editor().unwrap();
    editor.open(&file).unwrap();
    assert_eq!(editor.hover(&file, 20).unwrap(), None);
    assert_eq!(editor.definition(&file, 24).unwrap(), None);
    editor.wait(Duration::from_secs(1), |_| None::<()>).unwrap_err();
    let findings: Vec<_> =
        editor.published_files().filter(|it| !it.1.diagnostics.is_empty()).collect();
    assert!(findings.is_empty(), "{findings:?}");
    let words: Vec<_> = editor
        .notifications
        .iter()
        .filter(|it| it.method == "window/showMessage" || it.method == "window/showMessageRequest")
        .collect();
    assert!(words.is_empty(), "{words:?}");
    if let Some(usage) = memory::usage(editor.process_id()) {
        assert!(usage.resident < 60 << 20, "{usage:?}");
        assert!(usage.processor < 1000, "{usage:?}");
    }
    // A project that appears later is noticed.
    project.write("dbt_project.yml", tandem_tests::project::DBT_PROJECT).unwrap();
    project.write("profiles.yml", tandem_tests::project::PROFILES).unwrap();
    let model = project.write("models/a.sql", "select * from {{ ref('gone') }}\n").unwrap();
    let created: Vec<(PathBuf, u8)> = ["dbt_project.yml", "profiles.yml", "models/a.sql"]
        .map(|it| (project.path(it), 1))
        .to_vec();
    editor.files_changed(&created).unwrap();
    editor.wait_published(&model, |it| codes(&it.diagnostics) == ["unknown-ref"]).unwrap();
}

#[test]
fn hover_names_the_origin_of_a_variable_and_never_a_secret() {
    let project = Project::new(&[
        (".env", "SHOP_COLOUR=red\nDBT_ENV_SECRET_KEY=hunter2hunter2\n"),
        (
            "models/a.sql",
            "select '{{ env_var('SHOP_COLOUR') }}' -- {{ env_var('DBT_ENV_SECRET_KEY') }}\n",
        ),
    ])
    .unwrap();
    let mut editor = project.editor().unwrap();
    let file = project.path("models/a.sql");
    editor.open(&file).unwrap();
    loaded(&mut editor);
    let at = editor.find(&file, "SHOP_COLOUR").unwrap() + 1;
    let hover = editor.hover(&file, at).unwrap().unwrap();
    assert!(hover.contains("red") && hover.contains(".env"), "{hover}");
    assert_eq!(editor.definition(&file, at).unwrap(), Some(project.path(".env")));
    let at = editor.find(&file, "DBT_ENV_SECRET_KEY").unwrap() + 1;
    let hover = editor.hover(&file, at).unwrap().unwrap();
    assert!(hover.contains(".env"), "{hover}");
    let said = format!("{hover}{}{:?}", editor.log(), editor.notifications);
    assert!(!said.contains("hunter2"), "a secret was shown");
}

/// Better would be to answer with a parse error and go on; the protocol library ends the connection
/// at the first message that it cannot read. What matters is that nothing hangs or breaks.
#[test]
fn a_message_that_is_not_json_ends_the_server() {
    let project = chain(2);
    let mut editor = project.editor().unwrap();
    editor.open(&project.path("models/model_1.sql")).unwrap();
    editor.patience = Duration::from_secs(5);
    editor.send_raw(b"Content-Length: 5\r\n\r\n{oops").unwrap();
    editor.wait_exit().unwrap();
    assert!(!editor.log().contains("panicked"), "{}", editor.log());
}

#[test]
fn what_is_asked_while_the_project_loads_is_answered() {
    let project = chain(1000);
    let file = project.path("models/model_999.sql");
    let mut editor = project.editor().unwrap();
    editor.open(&file).unwrap();
    let at = editor.find(&file, "model_998").unwrap() + 1;
    let asked = Instant::now();
    assert_eq!(editor.definition(&file, at).unwrap(), Some(project.path("models/model_998.sql")));
    assert!(asked.elapsed() < Duration::from_secs(5), "{:?}", asked.elapsed());
}

/// A file that grows while it is read must not be read for ever, nor half a character be an error
/// that stays: the last event wins.
#[test]
fn a_file_written_in_pieces_ends_up_right() {
    let project = chain(2);
    let file = project.path("models/model_1.sql");
    let mut editor = project.editor().unwrap();
    loaded(&mut editor);
    let pieces: [&[u8]; 3] = [b"select '\xC3", b"\xBC' from {{ ref('model", b"_0') }}\n"];
    fs::write(&file, b"").unwrap();
    for piece in pieces {
        append(&file, piece);
        editor.files_changed(&[(file.clone(), 2)]).unwrap();
    }
    // Marks the end: this model is created after all pieces were announced.
    let mark = project.write("models/mark.sql", "{{ ref('gone') }}").unwrap();
    editor.files_changed(&[(mark.clone(), 1)]).unwrap();
    editor.wait_published(&mark, |it| !it.diagnostics.is_empty()).unwrap();
    let clean =
        |editor: &Editor| editor.published(&file).is_none_or(|it| it.diagnostics.is_empty());
    editor.wait(Duration::from_secs(5), |editor| clean(editor).then_some(())).unwrap();
}

fn append(file: &Path, bytes: &[u8]) {
    let mut file = fs::OpenOptions::new().append(true).open(file).unwrap();
    file.write_all(bytes).unwrap();
}

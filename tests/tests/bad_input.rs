//! Input that cannot lie in git, made at run time: each ends within five seconds of the start,
//! with a finding where it belongs, and the rest is served.
// A failed step is a failed test; the helpers below are tests too.
#![allow(clippy::unwrap_used)]
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::Value;
use tandem_tests::editor::Editor;
use tandem_tests::project::Project;
use tandem_tests::{memory, program};

/// What the whole of a test may cost the server, in time of the processor: that of the wall clock is
/// longer on a machine that has other work. Five seconds are promised to users; a build without
/// optimisation, in which tests mostly run, is several times slower.
const LIMIT: Duration = Duration::from_secs(if cfg!(debug_assertions) { 20 } else { 5 });
/// After so long nothing comes any more, however busy the machine is.
const PATIENCE: Duration = Duration::from_secs(120);

/// A project with one good model that reads another.
fn project() -> Project {
    Project::new(&[
        ("models/good.sql", "select * from {{ ref('base') }}\n"),
        ("models/base.sql", "select 1 as id\n"),
    ])
    .unwrap()
}

/// Starts the server, lets it load, and checks that the good model is served.
fn opened(project: &Project) -> (Editor, Instant) {
    program::built().unwrap();
    let start = Instant::now();
    let mut editor = project.editor().unwrap();
    editor.open(&project.path("models/good.sql")).unwrap();
    editor.wait_loaded(PATIENCE).unwrap();
    assert_served(&mut editor, project);
    (editor, start)
}

#[track_caller]
fn assert_served(editor: &mut Editor, project: &Project) {
    let file = project.path("models/good.sql");
    let at = editor.find(&file, "base").unwrap() + 1;
    assert_eq!(editor.definition(&file, at).unwrap(), Some(project.path("models/base.sql")));
    assert!(editor.hover(&file, at).unwrap().is_some());
    assert_eq!(editor.diagnostics(&file).unwrap(), Vec::<Value>::new());
}

/// What the server has cost so far; the time since `start` where the system does not tell.
fn cost(editor: &Editor, start: Instant) -> Duration {
    let usage = memory::usage(editor.process_id());
    usage.map_or_else(|| start.elapsed(), |it| Duration::from_millis(it.processor))
}

#[track_caller]
fn assert_ended(mut editor: Editor, start: Instant) {
    let cost = cost(&editor, start);
    assert_eq!(editor.shut_down().unwrap().code(), Some(0));
    assert!(cost < LIMIT, "it took {cost:?}");
    assert!(!editor.log().contains("panicked"), "{}", editor.log());
}

#[track_caller]
fn assert_finding(editor: &mut Editor, file: &Path, code: &str) {
    editor
        .wait_published(file, |it| it.diagnostics.iter().any(|it| it["code"] == code))
        .unwrap_or_else(|error| panic!("{error:#}: {:?}", editor.published(file)));
}

/// The command line says the same and ends with the same promptness.
#[track_caller]
fn assert_checked(project: &Project, file: &str, code: &str) {
    let start = Instant::now();
    let output = project.run(&["check", "--format", "json"]).unwrap();
    assert!(start.elapsed() < PATIENCE, "it took {:?}", start.elapsed());
    assert!(output.status.code() < Some(2), "{output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    let findings: Vec<Value> =
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let about: Vec<&Value> = findings.iter().filter(|it| it["file"] == file).collect();
    assert!(about.iter().any(|it| it["code"] == code), "{findings:#?}");
    // One bad file is one problem: nothing is said about the others.
    assert_eq!(about.len(), findings.len(), "{findings:#?}");
}

#[test]
fn a_model_of_twenty_megabytes() {
    let project = project();
    let line = "-- {{ ref('base') }} and much else that nobody wrote by hand\n";
    let text = line.repeat((20 << 20) / line.len() + 1);
    let file = project.write("models/huge.sql", text).unwrap();
    let (mut editor, start) = opened(&project);
    assert_finding(&mut editor, &file, "unreadable-file");
    // Opened in the editor all the same.
    editor.open(&file).unwrap();
    assert_served(&mut editor, &project);
    assert_ended(editor, start);
    assert_checked(&project, "models/huge.sql", "unreadable-file");
}

#[test]
fn a_model_just_small_enough_to_be_read() {
    let project = project();
    let line = "select '{{ 1 + 1 }}' as two, {{ ref('base') }} as base union all\n";
    let text = line.repeat((1 << 20) / line.len()) + "select 1, 2 from {{ ref('gone') }}\n";
    let file = project.write("models/large.sql", text).unwrap();
    let (mut editor, start) = opened(&project);
    assert_finding(&mut editor, &file, "unknown-ref");
    assert_ended(editor, start);
}

#[test]
fn links_that_lead_nowhere_or_in_circles() {
    let project = project();
    let models = project.path("models");
    symlink("circle.sql", models.join("circle.sql")).unwrap();
    symlink("/nowhere/at/all.sql", models.join("dangling.sql")).unwrap();
    // A folder that contains itself.
    fs::create_dir(models.join("deep")).unwrap();
    symlink("../deep", models.join("deep/deeper")).unwrap();
    symlink(&models, models.join("deep/models")).unwrap();
    let (mut editor, start) = opened(&project);
    assert_finding(&mut editor, &models.join("circle.sql"), "unreadable-file");
    assert_finding(&mut editor, &models.join("dangling.sql"), "unreadable-file");
    assert_ended(editor, start);
}

#[test]
fn a_pipe_with_the_name_of_a_model() {
    let project = project();
    for name in ["models/pipe.sql", "models/pipe.yml", "profiles.pipe"] {
        let status = Command::new("mkfifo").arg(project.path(name)).status().unwrap();
        assert!(status.success());
    }
    let (mut editor, start) = opened(&project);
    assert_finding(&mut editor, &project.path("models/pipe.sql"), "unreadable-file");
    assert_finding(&mut editor, &project.path("models/pipe.yml"), "unreadable-file");
    // Announced as changed, as a watcher would.
    editor.files_changed(&[(project.path("models/pipe.sql"), 2)]).unwrap();
    assert_served(&mut editor, &project);
    assert_ended(editor, start);
}

#[test]
fn pipes_in_place_of_the_files_everything_hangs_on() {
    for name in ["profiles.yml", ".env", "packages.yml", "dependencies.yml", ".dbtignore"] {
        let project = project();
        let _ = fs::remove_file(project.path(name));
        let status = Command::new("mkfifo").arg(project.path(name)).status().unwrap();
        assert!(status.success());
        let start = Instant::now();
        let mut editor = project.editor().unwrap();
        editor.open(&project.path("models/good.sql")).unwrap();
        editor.wait_loaded(PATIENCE).unwrap_or_else(|error| panic!("{name}: {error:#}"));
        let file = project.path("models/good.sql");
        let at = editor.find(&file, "base").unwrap() + 1;
        assert_eq!(editor.definition(&file, at).unwrap(), Some(project.path("models/base.sql")));
        assert_ended(editor, start);
    }
}

#[test]
fn a_model_that_nobody_may_read() {
    use std::os::unix::fs::PermissionsExt;
    let project = project();
    let file = project.write("models/private.sql", "select 1").unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o000)).unwrap();
    if fs::read(&file).is_ok() {
        // The superuser reads everything: there is nothing to see.
        return;
    }
    let (mut editor, start) = opened(&project);
    assert_finding(&mut editor, &file, "unreadable-file");
    assert_ended(editor, start);
}

#[test]
fn a_model_that_loops_for_ever() {
    let project = project();
    let text = "select 1\n{% for a in range(99999) %}{% for b in range(99999) %}\
                {% for c in range(99999) %}{% set d = a %}{% endfor %}{% endfor %}{% endfor %}\n";
    let file = project.write("models/endless.sql", text).unwrap();
    let (mut editor, start) = opened(&project);
    assert_finding(&mut editor, &file, "jinja-limit");
    assert_ended(editor, start);
    assert_checked(&project, "models/endless.sql", "jinja-limit");
}

#[test]
fn typing_goes_on_while_a_model_loops_for_ever() {
    let project = project();
    let (mut editor, _) = opened(&project);
    let endless = project.write("models/endless.sql", "select 1\n").unwrap();
    editor.open(&endless).unwrap();
    let good = project.path("models/good.sql");
    let at = editor.find(&good, "base").unwrap();
    let loops = "{% for a in range(99999) %}{% for b in range(99999) %}{{ a }}\
                 {% endfor %}{% endfor %}\n";
    let mut slowest = Duration::ZERO;
    for _ in 0..10 {
        editor.edit(&endless, 0..0, loops).unwrap();
        let asked = Instant::now();
        let target = editor.definition(&good, at + 1).unwrap();
        slowest = slowest.max(asked.elapsed());
        assert_eq!(target, Some(project.path("models/base.sql")));
        editor.edit(&endless, 0..loops.len(), "").unwrap();
    }
    assert_eq!(editor.diagnostics(&endless).unwrap(), Vec::<Value>::new());
    assert!(slowest < Duration::from_secs(1), "a definition took {slowest:?}");
    assert_eq!(editor.shut_down().unwrap().code(), Some(0));
}

#[test]
fn text_that_is_nested_deeper_than_any_stack() {
    let project = project();
    let depth = 100_000;
    let jinja = [
        (
            "models/parentheses.sql",
            format!("{{{{ {}1{} }}}}", "(".repeat(depth), ")".repeat(depth)),
        ),
        ("models/open.sql", format!("{{{{ {}", "[".repeat(depth))),
        ("models/blocks.sql", "{% if true %}".repeat(depth)),
        ("models/calls.sql", format!("{{{{ {}", "ref(".repeat(depth))),
        ("models/not.sql", format!("{{{{ {}1 }}}}", "not ".repeat(depth))),
        ("models/minus.sql", format!("{{{{ {}1 }}}}", "-".repeat(depth))),
        ("models/sum.sql", format!("{{{{ 1{} }}}}", "+1".repeat(depth))),
        ("models/attributes.sql", format!("{{{{ a{} }}}}", ".b".repeat(depth))),
    ];
    for (path, text) in &jinja {
        project.write(path, text).unwrap();
    }
    let (mut editor, start) = opened(&project);
    for (path, text) in &jinja {
        let file = project.path(path);
        let found = editor.wait_published(&file, |it| !it.diagnostics.is_empty()).unwrap();
        let code = found.diagnostics[0]["code"].as_str().unwrap();
        assert!(code.starts_with("jinja-"), "{path}: {code}");
        // As an open text, with a question in the middle of it.
        editor.open(&file).unwrap();
        editor.hover(&file, text.len() / 2).unwrap();
    }
    assert_served(&mut editor, &project);
    assert_ended(editor, start);
}

#[test]
fn properties_that_are_nested_or_grow_without_end() {
    let project = project();
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..20 {
        let previous = format!("*a{}", level - 1);
        bomb.push_str(&format!("a{level}: &a{level} [{}]\n", vec![previous; 9].join(", ")));
    }
    bomb.push_str("models:\n  - name: base\n    meta: *a19\n");
    let files = [
        ("models/flow.yml", "[".repeat(100_000)),
        ("models/maps.yml", "{a: ".repeat(100_000)),
        ("models/dashes.yml", "- ".repeat(100_000)),
        ("models/bomb.yml", bomb),
    ];
    for (path, text) in &files {
        project.write(path, text).unwrap();
    }
    let (mut editor, start) = opened(&project);
    for (path, _) in &files {
        assert_finding(&mut editor, &project.path(path), "yaml-syntax");
    }
    assert_ended(editor, start);
}

#[test]
fn a_file_that_is_deleted_while_it_is_open() {
    let project = project();
    let (mut editor, start) = opened(&project);
    let (good, base) = (project.path("models/good.sql"), project.path("models/base.sql"));
    editor.open(&base).unwrap();
    fs::remove_file(&base).unwrap();
    editor.files_changed(&[(base.clone(), 3)]).unwrap();
    // The editor still shows its text, so the model is still there.
    assert_served(&mut editor, &project);
    editor.edit(&base, 0..0, "-- still typing\n").unwrap();
    assert_eq!(editor.diagnostics(&base).unwrap(), Vec::<Value>::new());
    editor.close(&base).unwrap();
    assert_finding(&mut editor, &good, "unknown-ref");
    // And the other way round: it comes back.
    fs::write(&base, "select 2 as id\n").unwrap();
    editor.files_changed(&[(base, 1)]).unwrap();
    editor.wait_published(&good, |it| it.diagnostics.is_empty()).unwrap();
    assert_ended(editor, start);
}

#[test]
fn the_whole_folder_is_deleted_while_it_is_open() {
    let project = project();
    let (mut editor, start) = opened(&project);
    let gone: Vec<(PathBuf, u8)> =
        ["dbt_project.yml", "profiles.yml", "models/good.sql", "models/base.sql", "models"]
            .map(|it| (project.path(it), 3))
            .to_vec();
    fs::remove_dir_all(&project.root).unwrap();
    editor.files_changed(&gone).unwrap();
    let good = project.path("models/good.sql");
    editor.edit(&good, 0..0, "-- typing\n").unwrap();
    editor.hover(&good, 15).unwrap();
    assert_ended(editor, start);
}

#[test]
fn five_thousand_file_events_at_once() {
    let project = project();
    let count = 5_000;
    for number in 0..count {
        let name = format!("models/many/model_{number}.sql");
        project.write(&name, format!("select {number} as id\n")).unwrap();
    }
    let (mut editor, _) = opened(&project);
    let paths: Vec<PathBuf> =
        (0..count).map(|it| project.path(&format!("models/many/model_{it}.sql"))).collect();
    let start = Instant::now();
    let before = cost(&editor, start);
    // A branch switch: every file is another one now, and some are gone.
    for (number, path) in paths.iter().enumerate() {
        if number % 10 == 0 {
            fs::remove_file(path).unwrap();
        } else {
            fs::write(path, format!("select {number} from {{{{ ref('base') }}}}\n")).unwrap();
        }
    }
    fs::write(&paths[count - 1], "select 1 from {{ ref('model_0') }}, {{ ref('model_1') }}\n")
        .unwrap();
    let changes: Vec<(PathBuf, u8)> = paths
        .iter()
        .enumerate()
        .map(|(number, path)| (path.clone(), if number % 10 == 0 { 3 } else { 2 }))
        .collect();
    editor.files_changed(&changes).unwrap();
    let found = editor.wait_published(&paths[count - 1], |it| !it.diagnostics.is_empty()).unwrap();
    assert_eq!(found.diagnostics.len(), 1, "{found:?}");
    assert_served(&mut editor, &project);
    let switched = cost(&editor, start);
    assert!(switched - before < LIMIT, "it took {:?}", switched - before);
    // The same events once more, one message each, with nothing changed on disk.
    for change in &changes {
        editor.files_changed(std::slice::from_ref(change)).unwrap();
    }
    assert_served(&mut editor, &project);
    let again = cost(&editor, start);
    assert!(again - switched < LIMIT, "it took {:?}", again - switched);
    assert_eq!(editor.shut_down().unwrap().code(), Some(0));
}

#[test]
fn two_servers_on_one_project() {
    let project = project();
    let (one, start) = opened(&project);
    let (other, _) = opened(&project);
    assert_ended(one, start);
    assert_ended(other, start);
}

#[test]
fn good_models_are_served_in_the_museum_of_bad_input() {
    let project = Project::copy_of("examples/broken").unwrap();
    let start = Instant::now();
    let mut editor = project.editor().unwrap();
    let mut asked = 0;
    for entry in fs::read_dir(project.path("models/good")).unwrap() {
        let file = entry.unwrap().path();
        if file.extension().is_none_or(|it| it != "sql") {
            continue;
        }
        editor.open(&file).unwrap();
        let text = editor.text(&file).unwrap().to_owned();
        let Some(at) = text.find("ref('").or_else(|| text.find("source('")) else { continue };
        let at = at + text[at..].find('\'').unwrap() + 2;
        assert!(editor.hover(&file, at).unwrap().is_some(), "{}", file.display());
        assert!(editor.definition(&file, at).unwrap().is_some(), "{}", file.display());
        assert_eq!(editor.diagnostics(&file).unwrap(), Vec::<Value>::new(), "{}", file.display());
        asked += 1;
    }
    assert!(asked > 0);
    editor.wait_loaded(PATIENCE).unwrap();
    assert_ended(editor, start);
}

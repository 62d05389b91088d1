//! The fixes that `tests/dbt/prove-fixes.py` proves with dbt Core are the ones we make.

#![allow(clippy::disallowed_methods, reason = "the cases are shared with a script")]
#![allow(clippy::unwrap_used, reason = "helpers of a test")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use base::{TextEdit, apply};
use rules::{Diagnostic, Fix, Scope, check_file, files_to_check};
use test_support::Fixture;

type Files = BTreeMap<String, String>;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../tests/dbt/fixes")
}

/// Every file below a folder, by its path there.
fn files(root: &Path) -> Files {
    let mut files = Files::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
            files.insert(name, std::fs::read_to_string(&path).unwrap());
        }
    }
    files
}

fn fixture(files: &Files) -> Fixture {
    let mut fixture = Fixture::new("");
    for (path, text) in files {
        fixture.write(path, text);
    }
    fixture
}

/// What one rule finds in all files.
fn findings(fixture: &Fixture, rule: &str) -> Vec<Diagnostic> {
    let db = &fixture.db;
    let files = files_to_check(db, fixture.project);
    let all =
        files.iter().flat_map(|it| check_file(db, fixture.project, *it, Scope::Project).to_vec());
    all.filter(|it| it.code == rule).collect()
}

/// Applies edits that may lie in several files.
fn fix(fixture: &mut Fixture, findings: &[&Diagnostic]) {
    let mut edits: BTreeMap<String, Vec<TextEdit>> = BTreeMap::new();
    for fix in findings.iter().filter_map(|it| it.fix.as_ref()) {
        for it in &fix.edits {
            let path = it.file.path(&fixture.db).relative_to(fixture.project.root(&fixture.db));
            edits.entry(path.unwrap().to_owned()).or_default().push(it.edit.clone());
        }
    }
    for (path, edits) in edits {
        let text = apply(fixture.file(&path).text(&fixture.db), &edits);
        fixture.write(&path, &text);
    }
}

fn texts(fixture: &Fixture, files: &Files) -> Files {
    files.keys().map(|it| (it.clone(), fixture.file(it).text(&fixture.db).to_owned())).collect()
}

fn prove(rule: &str, case: &Path) {
    let mut before = files(&folder().join("project"));
    let mut after = before.clone();
    before.extend(files(&case.join("before")));
    after.extend(files(&case.join("after")));

    let mut one_by_one = fixture(&before);
    let first = findings(&one_by_one, rule);
    assert!(!first.is_empty(), "{rule} finds nothing in {}", case.display());
    let is_choice = case.join("changes.txt").exists();
    let all_safe = first.iter().all(|it| it.fix.as_ref().is_some_and(Fix::is_safe));
    assert_eq!(all_safe, !is_choice, "{}: {first:#?}", case.display());

    let mut round = 0;
    while let Some(found) = findings(&one_by_one, rule).iter().find(|it| it.fix.is_some()) {
        round += 1;
        assert!(round < 100, "the fixes never end");
        fix(&mut one_by_one, &[found]);
    }
    similar(&texts(&one_by_one, &after), &after, case);
    assert_eq!(findings(&one_by_one, rule), []);
    if !is_choice {
        let mut at_once = fixture(&before);
        fix(&mut at_once, &first.iter().collect::<Vec<_>>());
        similar(&texts(&at_once, &after), &after, case);
    }
}

#[track_caller]
fn similar(actual: &Files, expected: &Files, case: &Path) {
    for (path, text) in expected {
        assert!(actual[path] == *text, "{}: {path}\n{}", case.display(), actual[path]);
    }
}

#[test]
fn every_case_comes_out_as_proved() {
    let mut cases = 0;
    for rule in std::fs::read_dir(folder()).unwrap() {
        let rule = rule.unwrap();
        let name = rule.file_name().into_string().unwrap();
        if name == "project" {
            continue;
        }
        for case in std::fs::read_dir(rule.path()).unwrap() {
            prove(&name, &case.unwrap().path());
            cases += 1;
        }
    }
    assert!(cases >= 14, "cases are missing");
}

//! Checks of one rule: what is said, and what the fix leaves behind.

use std::fmt::Write;

use base::{LineColumn, TextEdit, apply, line_index};
use expect_test::Expect;
use test_support::Fixture;

use crate::{Diagnostic, Fix, Rule, Scope, check_file};

/// What a rule says about one file of a project that has nothing else.
#[track_caller]
pub(crate) fn check(rule: &Rule, path: &str, text: &str, expect: Expect) {
    check_in(rule, &[(path, text)], expect);
}

/// What a rule says about the first of several files.
#[track_caller]
pub(crate) fn check_in(rule: &Rule, files: &[(&str, &str)], expect: Expect) {
    let (fixture, found) = findings(rule, files);
    let (path, text) = files[0];
    let file = fixture.file(path);
    let index = line_index(&fixture.db, file);
    let place = |offset| {
        let LineColumn { line, column } = index.characters(text, offset);
        format!("{}:{}", line + 1, column + 1)
    };
    let mut said = String::new();
    for it in &found {
        let (start, end) = (place(it.range.start()), place(it.range.end()));
        let (severity, code) = (it.severity.name(), it.code);
        let _ = writeln!(said, "{start}-{end} {severity}[{code}] {}", it.message);
        for fix in it.fix.iter().chain(&it.alternatives) {
            let kind = if fix.is_safe() { "fix" } else { "choice" };
            let _ = writeln!(said, "    {kind}: {}", fix.label());
        }
    }
    expect.assert_eq(&said);
}

/// The text after the fix of each finding: one after the other, and all at once. Nothing is left to
/// fix then, and the YAML is sound.
#[track_caller]
pub(crate) fn check_fix(rule: &Rule, path: &str, before: &str, after: &str) {
    check_fix_in(rule, &[(path, before)], after);
}

/// As [`check_fix`], for the first of several files.
#[track_caller]
pub(crate) fn check_fix_in(rule: &Rule, files: &[(&str, &str)], after: &str) {
    let mut text = files[0].1.to_owned();
    for round in 0.. {
        assert!(round < 100, "the fixes never end: {text}");
        let (_, found) = findings(rule, &with_text(files, &text));
        let Some(fix) = found.iter().find_map(|it| it.fix.as_ref()) else {
            assert!(round > 0, "there is no fix");
            break;
        };
        let edits: Vec<TextEdit> = fix.edits.iter().map(|it| it.edit.clone()).collect();
        text = apply(&text, &edits);
        sound(files[0].0, &text);
    }
    pretty_assert(&text, after, "fixed one after the other");
    let (_, found) = findings(rule, files);
    let fixes: Vec<&Fix> = found.iter().filter_map(|it| it.fix.as_ref()).collect();
    // Of a choice there may be several that exclude each other.
    if !fixes.iter().all(|it| it.is_safe()) {
        return;
    }
    let edits: Vec<TextEdit> =
        fixes.iter().flat_map(|it| it.edits.iter().map(|it| it.edit.clone())).collect();
    pretty_assert(&apply(files[0].1, &edits), after, "fixed all at once");
}

fn with_text<'a>(files: &[(&'a str, &'a str)], text: &'a str) -> Vec<(&'a str, &'a str)> {
    let mut files = files.to_vec();
    files[0].1 = text;
    files
}

#[track_caller]
fn sound(path: &str, text: &str) {
    if path.ends_with(".yml") {
        let problems = syntax::yaml::parse(text).problems;
        assert!(problems.is_empty(), "the fix breaks the file:\n{text}\n{problems:?}");
    }
}

#[track_caller]
fn pretty_assert(actual: &str, expected: &str, how: &str) {
    assert!(actual == expected, "{how}:\n{actual}\n--- and not\n{expected}\n{actual:?}");
}

pub(crate) fn findings(rule: &Rule, files: &[(&str, &str)]) -> (Fixture, Vec<Diagnostic>) {
    let mut fixture = Fixture::new("");
    for (path, text) in files {
        fixture.write(path, text);
    }
    let file = fixture.file(files[0].0);
    let all = check_file(&fixture.db, fixture.project, file, Scope::File);
    assert_eq!(all, check_file(&fixture.db, fixture.project, file, Scope::Project));
    let found = all.iter().filter(|it| it.code == rule.name).cloned().collect();
    (fixture, found)
}

use base::range;
use rules::Severity;
use test_support::Fixture;

use super::*;

struct Bench {
    fixture: Fixture,
    file: File,
    findings: Vec<Diagnostic>,
}

impl Bench {
    fn new(path: &str, text: &str) -> Self {
        let mut fixture = Fixture::new("");
        fixture.write(path, text);
        let file = fixture.file(path);
        Self { fixture, file, findings: Vec::new() }
    }

    /// A finding whose fix replaces words, each at its first place.
    fn add(&mut self, code: &'static str, words: &[(&str, &str)]) {
        let text = self.file.text(&self.fixture.db);
        let edits = words.iter().map(|(from, to)| {
            let start = text.find(from).unwrap();
            (range(start, start + from.len()), (*to).to_owned())
        });
        let fix = Fix::of(self.file, code, edits);
        self.findings.push(Diagnostic {
            code,
            event: None,
            severity: Severity::Warning,
            file: self.file,
            range: range(0, 0),
            message: String::new(),
            fix: Some(fix),
            alternatives: Vec::new(),
        });
    }

    /// The text afterwards, then what waits and what was withdrawn.
    fn said(&self) -> String {
        let db = &self.fixture.db;
        let fixes = self.findings.iter().map(|it| (it, it.fix.as_ref().unwrap()));
        let combined = combined_fixes(db, fixes);
        let edits: Vec<TextEdit> = combined.edits.iter().map(|it| it.0.edit.clone()).collect();
        let codes =
            |all: &[Mended<'_>]| all.iter().map(|it| it.0.code).collect::<Vec<_>>().join(" ");
        let after = apply(self.file.text(db), &edits);
        format!("{after}|{}|{}", codes(&combined.waiting), codes(&combined.withdrawn))
    }
}

#[test]
fn what_overlaps_or_touches_waits() {
    let mut bench = Bench::new("a.txt", "one two three four");
    bench.add("a", &[("two", "2")]);
    bench.add("b", &[("wo thr", "x")]);
    bench.add("c", &[(" three", "3")]);
    bench.add("d", &[("four", "4")]);
    assert_eq!(bench.said(), "one 2 three 4|b c|");
}

#[test]
fn a_fix_that_several_share_is_made_once() {
    let mut bench = Bench::new("a.txt", "one two three");
    bench.add("a", &[("one", "1"), ("three", "3")]);
    bench.add("a", &[("one", "1"), ("three", "3")]);
    assert_eq!(bench.said(), "1 two 3||");
}

#[test]
fn two_rules_do_not_work_within_each_other() {
    let mut bench = Bench::new("a.txt", "one two three");
    bench.add("a", &[("one", "1"), ("three", "3")]);
    bench.add("b", &[("two", "2")]);
    bench.add("a", &[("two", "zwei")]);
    assert_eq!(bench.said(), "1 zwei 3|b|");
}

#[test]
fn what_would_break_a_text_is_withdrawn() {
    let mut bench = Bench::new("models/a.yml", "models:\n  - name: a\nseeds: []\n");
    bench.add("a", &[("models", "sources")]);
    bench.add("b", &[("name: a", "name: [")]);
    bench.add("c", &[("seeds", "sources")]);
    // Both make a key of the same name: one has to wait.
    assert_eq!(bench.said(), "sources:\n  - name: a\nseeds: []\n|b c|");
    bench.findings.retain(|it| it.code == "b");
    assert_eq!(bench.said(), "models:\n  - name: a\nseeds: []\n||b");
    bench.add("b", &[("name: a", "name: [")]);
    assert_eq!(bench.said(), "models:\n  - name: a\nseeds: []\n||b b");
}

#[test]
fn safe_ones_come_first_and_choices_on_request() {
    let mut bench = Bench::new("a.txt", "one");
    bench.add("a", &[("one", "1")]);
    let finding = &mut bench.findings[0];
    finding.fix = finding.fix.take().map(|it| it.as_choice("less"));
    let wanted = |codes: &[&str], choices| {
        WantedFixes { codes, choices }.of(&bench.findings[0]).map(Fix::is_safe)
    };
    assert_eq!(wanted(&[], false), None);
    assert_eq!(wanted(&[], true), Some(false));
    assert_eq!(wanted(&["b"], true), None);
    assert_eq!(wanted(&["a", "b"], true), Some(false));
}

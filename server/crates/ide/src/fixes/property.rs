//! Of whatever a project is made: after all safe fixes every comment is there, every line without a
//! finding is as it was, and there is nothing left to fix.

use std::collections::BTreeSet;

use proptest::prelude::*;
use rules::Scope;
use test_support::Fixture;

use super::*;

/// Lines of a model; `#` becomes a comment of its own, `@` a text of its own.
const KEYS: [&str; 12] = [
    "    description: @ #\n",
    "    # about the next: @\n    meta: {a: @} #\n",
    "    docs:\n      show: true #\n",
    "    # above @\n\n    tests:\n      - unique #\n",
    "    data_tests:\n      - accepted_values:\n          values: [a, b] #\n          # between @\n          severity: warn\n",
    "    data_tests: [{accepted_values: {values: [a], where: \"x = '@'\"}}] #\n",
    "    columns: #\n      - name: id #\n        tags: [x, y] #\n        description: @ #\n        meta:\n          k: v #\n",
    "    config: #\n      materialized: view #\n",
    "    group: g\n    access: public #\n",
    "    description: dropped\n    description: @ #\n",
    "    \"meta\": {b: 1} #\n",
    "    latest_version: 1 #\n",
];

fn model() -> impl Strategy<Value = String> {
    prop::collection::vec(0..KEYS.len(), 0..6).prop_map(|picks| {
        // A key of the same name twice is another finding, with another end.
        let mut seen = BTreeSet::new();
        let name = |it: usize| match it {
            0 | 9 => "description",
            1 | 10 => "meta",
            3..=5 => "tests",
            it => KEYS[it],
        };
        let picks = picks.into_iter().filter(|it| seen.insert(name(*it)));
        let keys: String = picks.map(|it| KEYS[it]).collect();
        format!("  - name: @ #\n{keys}")
    })
}

fn properties() -> impl Strategy<Value = String> {
    let models = prop::collection::vec(model(), 1..4);
    (models, any::<bool>(), any::<bool>(), any::<bool>()).prop_map(|(models, crlf, bom, end)| {
        let text = format!("version: 2 #\n\nmodels: #\n{}", models.join("\n"));
        let mut numbered = String::new();
        for (number, part) in text.split_inclusive(['#', '@']).enumerate() {
            match (part.strip_suffix('@'), part.ends_with(" #")) {
                (Some(before), _) => numbered += &format!("{before}own{number}"),
                (None, true) => numbered += &format!("{part} c{number}."),
                (None, false) => numbered += part,
            }
        }
        if crlf {
            numbered = numbered.replace('\n', "\r\n");
        }
        if !end {
            numbered.truncate(numbered.trim_end().len());
        }
        if bom { format!("\u{feff}{numbered}") } else { numbered }
    })
}

fn round(fixture: &Fixture, path: &str) -> Option<String> {
    let db = &fixture.db;
    let file = fixture.file(path);
    let findings = rules::check_file(db, fixture.project, file, Scope::File);
    let wanted = WantedFixes::default();
    let fixes = findings.iter().filter_map(|it| Some((it, wanted.of(it)?)));
    let combined = combined_fixes(db, fixes);
    assert!(combined.withdrawn.is_empty(), "{:?}", combined.withdrawn);
    let edits: Vec<TextEdit> = combined.edits.into_iter().map(|it| it.0.edit).collect();
    (!edits.is_empty()).then(|| apply(file.text(db), &edits))
}

/// The comments that have a number, in order.
fn comments(text: &str) -> BTreeSet<&str> {
    let ends = text.split("# ").skip(1).map(|it| it.split(['\r', '\n']).next().unwrap_or_default());
    ends.collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_but_what_is_found_changes(text in properties()) {
        let mut fixture = Fixture::new("");
        fixture.write("models/a.yml", &text);
        let mut rounds = 0;
        while let Some(after) = round(&fixture, "models/a.yml") {
            rounds += 1;
            prop_assert!(rounds < 20, "the fixes never end:\n{}", after);
            fixture.write("models/a.yml", &after);
        }
        let file = fixture.file("models/a.yml");
        let after = file.text(&fixture.db);
        prop_assert_eq!(comments(after), comments(&text), "{}", after);
        prop_assert_eq!(after.ends_with('\n'), text.ends_with('\n'), "{}", after);
        prop_assert_eq!(after.starts_with('\u{feff}'), text.starts_with('\u{feff}'));
        prop_assert_eq!(after.matches('\n').count() == after.matches("\r\n").count(), !text.contains('\n') || text.contains("\r\n"));
        // A line of its own text that no rule speaks of is there to the byte.
        for line in text.split_inclusive('\n').filter(|it| it.starts_with("    description: own") || it.starts_with("  - name")) {
            let end = line.trim_end_matches(['\r', '\n']);
            prop_assert!(after.contains(end), "{:?} is gone:\n{}", end, after);
        }
        let found = rules::check_file(&fixture.db, fixture.project, file, Scope::File);
        prop_assert!(found.iter().all(|it| WantedFixes::default().of(it).is_none()), "{:?}", found);
    }
}

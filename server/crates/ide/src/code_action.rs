use std::sync::Arc;

use base::{Db, File, TextRange};
use rules::{Diagnostic, FileEdit, Fix, Scope};

use crate::fixes::{WantedFixes, combined_fixes, foreign_file, keep_ends};

/// A light bulb's entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeAction {
    pub title: String,
    /// The findings that this action mends, where it was asked for at a place.
    pub diagnostics: Vec<Diagnostic>,
    pub change: Change,
    pub preferred: bool,
}

/// What an action does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    Edits(Vec<ActionEdit>),
    /// To be worked out when somebody wants it: see [`fix_all`].
    FixAll(FixAll),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActionEdit {
    pub edit: FileEdit,
    /// What the user has to agree to first, where the edit is a choice.
    pub choice: Option<Choice>,
}

/// A fix that changes what the project means, or that reaches beyond what is on the screen.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Choice {
    pub label: String,
    pub description: Option<String>,
}

/// Several findings mended at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FixAll {
    pub whole_project: bool,
    /// One rule, whose choices count too; everything that is safe where there is none.
    pub code: Option<&'static str>,
    pub choices: bool,
}

/// The fixes of the findings that touch a range, and for each the way to mend all of its kind.
#[must_use]
pub fn code_actions(db: &dyn Db, file: File, range: TextRange) -> Vec<CodeAction> {
    let findings: Arc<[Diagnostic]> = crate::diagnostics(db, file, Scope::File);
    let touched =
        findings.iter().filter(|it| it.file == file && it.range.intersect(range).is_some());
    let action = |it: &Diagnostic, fix: &Fix| CodeAction {
        title: fix.label(),
        diagnostics: vec![it.clone()],
        change: Change::Edits(edits_of(db, fix)),
        preferred: fix.is_safe(),
    };
    let mut actions: Vec<CodeAction> = { touched.clone() }
        .flat_map(|it| it.fix.iter().chain(&it.alternatives).map(move |fix| action(it, fix)))
        .collect();
    let mut codes: Vec<&'static str> = Vec::new();
    for it in touched.filter(|it| it.fix.is_some()) {
        if !codes.contains(&it.code) {
            codes.push(it.code);
        }
    }
    actions.extend(codes.into_iter().flat_map(|code| all_of_kind(&findings, code)));
    actions
}

fn edits_of(db: &dyn Db, fix: &Fix) -> Vec<ActionEdit> {
    let choice = fix.consequence.as_ref().map(|consequence| Choice {
        label: fix.title.clone(),
        description: Some(consequence.clone()),
    });
    let edits = fix.edits.iter().map(|it| (it.clone(), 0)).collect();
    let edits = keep_ends(db, edits).into_iter();
    edits.map(|(edit, _)| ActionEdit { edit, choice: choice.clone() }).collect()
}

fn all_of_kind(findings: &[Diagnostic], code: &'static str) -> Vec<CodeAction> {
    let of_kind: Vec<&Diagnostic> = findings.iter().filter(|it| it.code == code).collect();
    let fixes = of_kind.iter().filter_map(|it| it.fix.as_ref());
    let choices = !fixes.clone().any(Fix::is_safe);
    let wanted = WantedFixes { codes: &[code], choices };
    let count = of_kind.iter().filter(|it| wanted.of(it).is_some()).count();
    let action = |title: String, whole_project| CodeAction {
        title,
        diagnostics: Vec::new(),
        change: Change::FixAll(FixAll { whole_project, code: Some(code), choices }),
        preferred: false,
    };
    let mut actions = Vec::new();
    if count > 1 {
        actions.push(action(format!("Fix all {count} `{code}` in this file"), false));
    }
    actions.push(action(format!("Fix all `{code}` in the project"), true));
    actions
}

/// Everything safe in a file or in its project.
#[must_use]
pub fn fix_all_action(whole_project: bool) -> CodeAction {
    let place = if whole_project { "the project" } else { "this file" };
    CodeAction {
        title: format!("Fix all that is safe in {place}"),
        diagnostics: Vec::new(),
        change: Change::FixAll(FixAll { whole_project, code: None, choices: false }),
        preferred: false,
    }
}

/// The edits of many fixes at once; what overlaps is left for another time.
#[must_use]
pub fn fix_all(db: &dyn Db, file: File, all: &FixAll) -> Vec<ActionEdit> {
    let project = crate::project_of(db, file).filter(|_| all.whole_project);
    let files = project.map_or_else(|| vec![file], |it| crate::files_to_check(db, it));
    let scope = if project.is_some() { Scope::Project } else { Scope::File };
    let found: Vec<Arc<[Diagnostic]>> =
        files.into_iter().map(|it| crate::diagnostics(db, it, scope)).collect();
    let wanted = WantedFixes { codes: all.code.as_slice(), choices: all.choices };
    let fixes = found.iter().flat_map(|it| it.iter());
    let fixes = fixes.filter_map(|it| Some((it, wanted.of(it)?)));
    let combined = combined_fixes(db, fixes.filter(|it| foreign_file(db, it.1).is_none()));
    let edits = combined.edits.into_iter().map(|(edit, index)| {
        let (finding, fix) = combined.made[index];
        let choice = match &fix.consequence {
            Some(consequence) => {
                Some(Choice { label: fix.title.clone(), description: Some(consequence.clone()) })
            }
            // Who changes files that are not on the screen sees them first.
            None if all.whole_project => {
                Some(Choice { label: format!("Fix `{}`", finding.code), description: None })
            }
            None => None,
        };
        ActionEdit { edit, choice }
    });
    edits.collect()
}

#[cfg(test)]
mod tests {
    use base::{TextEdit, apply, range};
    use test_support::Fixture;

    use super::*;

    const PROJECT: &str = "//- dbt_project.yml\nname: shop\nprofile: shop\ndata-paths: [seeds] # keep\nsource-paths: [models]\n";

    #[test]
    fn only_findings_under_the_cursor_are_mended() {
        let fixture = Fixture::new(PROJECT);
        let db = &fixture.db;
        let file = fixture.file("dbt_project.yml");
        let at = |text: &str| {
            let start = file.text(db).find(text).unwrap();
            range(start, start)
        };
        let actions = code_actions(db, file, at("ata-paths"));
        let titles: Vec<&str> = actions.iter().map(|it| it.title.as_str()).collect();
        assert_eq!(titles, ["Rename to `seed-paths`", "Fix all `config-data-path` in the project"]);
        let Change::Edits(edits) = &actions[0].change else { panic!("no edits") };
        assert!(edits.iter().all(|it| it.edit.file == file && it.choice.is_none()));
        let edits: Vec<TextEdit> = edits.iter().map(|it| it.edit.edit.clone()).collect();
        let mended = apply(file.text(db), &edits);
        assert!(mended.contains("\nseed-paths: [seeds] # keep\nsource-paths:"), "{mended}");
        assert!(code_actions(db, file, at("name:")).is_empty());
        let all = range(0, file.text(db).len());
        assert_eq!(code_actions(db, file, all).len(), 4);
        assert!(code_actions(db, fixture.file("models/none.sql"), all).is_empty());
    }
    const TESTS: &str = "//- models/a.sql\nselect 1\n//- models/a.yml\nmodels:\n  - name: a\n    meta: {a: 1}\n    columns: [{name: b, tags: [c]}]\n//- models/b.sql\nselect 1\n//- models/b.yml\nmodels: [{name: b, meta: {c: 2}}]\n";

    fn texts(fixture: &Fixture, edits: &[ActionEdit]) -> Vec<String> {
        let mut files: Vec<File> = edits.iter().map(|it| it.edit.file).collect();
        files.dedup();
        let after = files.into_iter().map(|file| {
            let edits = edits.iter().filter(|it| it.edit.file == file);
            let edits: Vec<TextEdit> = edits.map(|it| it.edit.edit.clone()).collect();
            apply(file.text(&fixture.db), &edits)
        });
        after.collect()
    }

    #[test]
    fn all_of_a_kind_in_a_file_and_in_the_project() {
        let fixture = Fixture::new(TESTS);
        let db = &fixture.db;
        let file = fixture.file("models/a.yml");
        let all = range(0, file.text(db).len());
        let actions = code_actions(db, file, all);
        let offered: Vec<(&str, &FixAll)> = { actions.iter() }
            .filter_map(|it| match &it.change {
                Change::FixAll(all) => Some((it.title.as_str(), all)),
                Change::Edits(_) => None,
            })
            .collect();
        let titles: Vec<&str> = offered.iter().map(|it| it.0).collect();
        assert_eq!(
            titles,
            [
                "Fix all 2 `property-moved-to-config` in this file",
                "Fix all `property-moved-to-config` in the project"
            ]
        );
        let a = "models:\n  - name: a\n    config:\n      meta: {a: 1}\n    columns: [{name: b, config: {tags: [c]}}]\n";
        let here = fix_all(db, file, offered[0].1);
        assert_eq!(texts(&fixture, &here), [a]);
        assert!(here.iter().all(|it| it.choice.is_none()));
        let everywhere = fix_all(db, file, offered[1].1);
        assert_eq!(
            texts(&fixture, &everywhere),
            [a, "models: [{name: b, config: {meta: {c: 2}}}]\n"]
        );
        // Files that are not on the screen are shown first.
        assert!(everywhere.iter().all(|it| it.choice.is_some()));
    }

    #[test]
    fn what_is_safe_is_mended_without_choices() {
        let mut fixture = Fixture::new(TESTS);
        fixture.write(
            "dbt_project.yml",
            "name: shop\nprofile: shop\nseed-paths: [a]\ndata-paths: [b]\n",
        );
        let file = fixture.file("dbt_project.yml");
        let all = |whole_project| FixAll { whole_project, code: None, choices: false };
        assert_eq!(fix_all(&fixture.db, file, &all(false)), []);
        assert_eq!(texts(&fixture, &fix_all(&fixture.db, file, &all(true))).len(), 2);
        let choices =
            FixAll { whole_project: false, code: Some("config-data-path"), choices: true };
        let edits = fix_all(&fixture.db, file, &choices);
        let choice = edits[0].choice.as_ref().unwrap();
        assert_eq!(choice.description.as_deref(), Some("dbt then reads the folders of both"));
    }
}

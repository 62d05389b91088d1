use expect_test::{Expect, expect};
use test_support::Fixture;

use crate::{Scope, check_file};

/// What is heard of one file, with its lines.
fn heard(fixture: &str, path: &str, expect: Expect) {
    let fixture = Fixture::new(fixture);
    let db = &fixture.db;
    let file = fixture.file(path);
    let lines = base::line_index(db, file);
    let found = check_file(db, fixture.project, file, Scope::Project);
    let said = found.iter().map(|it| {
        let line = lines.line_of(it.range.start()) + 1;
        format!("{line} {}[{}] {}\n", it.severity.name(), it.code, it.message)
    });
    expect.assert_eq(&said.collect::<String>());
}

const TWINS: &str = "models:\n  - name: a\n    description: b\n    description: c";

#[test]
fn a_comment_silences_its_line_and_alone_the_one_below() {
    heard(
        "//- models/a.sql\nselect * from {{ ref('x') }} -- tandem: ignore[unknown-ref]\n-- tandem: ignore[unknown-source, unknown-ref]\njoin {{ ref('y') }}\n{# tandem: ignore[unknown-ref] #} join {{ ref('z') }}\njoin {{ ref('heard') }}\nselect 'tandem: ignore[unknown-ref]'\n",
        "models/a.sql",
        expect![[r#"
            2 hint[unused-suppression] `unknown-source` finds nothing here
        "#]],
    );
}

#[test]
fn dbts_name_is_as_good_and_a_mistyped_one_is_said() {
    heard(
        &format!(
            "//- models/a.sql\nselect 1\n//- models/a.yml\n{TWINS} # tandem: ignore[DuplicateYAMLKeysDeprecation]\n    # tandem: ignore[duplicate-yaml-key]\n"
        ),
        "models/a.yml",
        expect![[r#"
            5 hint[unused-suppression] there is no such rule; `duplicate-yaml-keys` perhaps
        "#]],
    );
}

#[test]
fn a_team_chooses_severities_rules_and_paths() {
    let with = |toml: &str| {
        format!("//- tandem.toml\n{toml}\n//- models/a.sql\nselect 1\n//- models/a.yml\n{TWINS}\n")
    };
    let path = "models/a.yml";
    heard(
        &with("[severity]\nduplicate-yaml-keys = 'error'"),
        path,
        expect![[r#"
            4 error[duplicate-yaml-keys] `description` stands in line 3 too; dbt takes the last value only
        "#]],
    );
    heard(&with("[severity]\nduplicate-yaml-keys = 'off'"), path, expect![""]);
    heard(&with("ignore = ['DuplicateYAMLKeysDeprecation']"), path, expect![""]);
    heard(&with("exclude = ['models/*.yml']"), path, expect![""]);
    heard(
        &with("ignore = ['duplicate-yaml-key']\nexclud = []\n"),
        "tandem.toml",
        expect![[r#"
            1 warning[invalid-tandem-file] there is no rule of this name
            2 warning[invalid-tandem-file] `exclud` means nothing here: there are `ignore`, `exclude` and `severity`
        "#]],
    );
}

#[test]
fn what_dbt_is_told_of_its_warnings_counts() {
    let with = |options: &str| {
        format!(
            "//- dbt_project.yml\nname: shop\nprofile: shop\nrequire-dbt-version: '<2.0.0'\nflags: {options}\n//- models/a.sql\nselect 1\n//- models/a.yml\n{TWINS}\n"
        )
    };
    let path = "models/a.yml";
    let error = "4 error[duplicate-yaml-keys] `description` stands in line 3 too; dbt takes the last value only\n";
    for (options, expected) in [
        ("{warn_error_options: {silence: [DuplicateYAMLKeysDeprecation]}}", String::new()),
        ("{warn_error_options: {silence: [Deprecations]}}", String::new()),
        ("{warn_error_options: {error: all}}", error.to_owned()),
        ("{warn_error_options: {error: [Deprecations]}}", error.to_owned()),
        ("{warn_error: true}", error.to_owned()),
        (
            "{warn_error_options: {error: all, warn: [DuplicateYAMLKeysDeprecation]}}",
            error.replace("error", "warning"),
        ),
        (
            "{warn_error_options: {error: [NoNodesForSelectionCriteria]}}",
            error.replace("error", "warning"),
        ),
    ] {
        let fixture = Fixture::new(&with(options));
        let file = fixture.file(path);
        let found = check_file(&fixture.db, fixture.project, file, Scope::Project);
        let said = found
            .iter()
            .map(|it| format!("4 {}[{}] {}\n", it.severity.name(), it.code, it.message));
        assert_eq!(said.collect::<String>(), expected, "{options}");
    }
}

use base::{Content, File, TextSize, range};
use project::{
    Json, as_v2_reads, document, dotenv_file, dotenv_literal, environment_value, is_secret_key,
    package_of, profile, to_json,
};
use syntax::yaml::Node;

use crate::rule::declare_rule;
use crate::{FileContext, FileEdit, Findings, Fix, Severity};

declare_rule! {
    /// A password, a token or a key that is written into `profiles.yml`.
    ///
    /// Where the file lies in the project it is one commit away from everybody. The fix moves the
    /// value to `.env` and leaves a call of `env_var` in its place; the name begins with
    /// `DBT_ENV_SECRET`, so that dbt keeps it out of its logs. Of the outputs that are not in use,
    /// and of `~/.dbt/profiles.yml`, it is a hint.
    ///
    /// ```yaml
    /// password: 'a password'                               # before
    /// password: "{{ env_var('DBT_ENV_SECRET_DEV_PASSWORD') }}"  # after
    /// ```
    pub static LITERAL_SECRET = {
        name: "literal-secret",
        event: None,
        severity: Warning,
        since: "dbt 1.0",
        files: [Profiles],
        check: check,
    }
}

/// More than anybody mends before looking again.
const MAX_FINDINGS: usize = 50;

fn check(findings: &mut Findings<'_>, context: &FileContext<'_>) {
    let db = context.db;
    let document = document(db, context.file);
    let used = profile(db, context.project);
    let is_ours = package_of(db, context.project, context.file).is_some();
    let mut left = MAX_FINDINGS;
    let profiles = document.root.as_ref().map_or(&[][..], |it| it.entries());
    for profile in profiles {
        let outputs = profile.value.get("outputs").map_or(&[][..], |it| it.entries());
        for output in outputs {
            let is_used = used.file == Some(context.file)
                && profile.name() == used.name.as_deref()
                && output.name() == used.target.as_deref();
            for entry in output.value.entries() {
                let Some(key) = entry.name().filter(|it| is_secret_key(it)) else { continue };
                if !is_literal(&entry.value) || output.value.alias().is_some() {
                    continue;
                }
                if left == 0 {
                    return;
                }
                left -= 1;
                let is_strict = is_used && is_ours;
                let severity = if is_strict { Severity::Warning } else { Severity::Hint };
                let message =
                    format!("`{key}` is written into the file: anybody who can read that has it");
                let name = variable_name(output.name().unwrap_or_default(), key);
                let fix = if is_ours { move_to_dotenv(context, &entry.value, &name) } else { None };
                findings.add_with_fixes(
                    severity,
                    entry.value.range,
                    message,
                    fix.into_iter().collect(),
                );
            }
        }
    }
}

/// Text or a number that is there, and no Jinja.
fn is_literal(value: &Node) -> bool {
    let text = match &to_json(value) {
        Json::String(it) => it.clone(),
        Json::Number(it) => it.to_string(),
        _ => return false,
    };
    !text.trim().is_empty() && !text.contains("{{") && !text.contains("{%")
}

fn variable_name(output: &str, key: &str) -> String {
    let part = |text: &str| -> String {
        let letter =
            |it: char| if it.is_ascii_alphanumeric() { it.to_ascii_uppercase() } else { '_' };
        text.chars().take(40).map(letter).collect()
    };
    format!("DBT_ENV_SECRET_{}_{}", part(output), part(key))
}

fn move_to_dotenv(context: &FileContext<'_>, value: &Node, name: &str) -> Option<Fix> {
    let db = context.db;
    let dotenv = dotenv_file(db, context.project);
    let text = value.scalar_text()?;
    // dbt v2 would take this for a number, or worse, when it comes out of a variable.
    if value.alias().is_some() || value.anchor().is_some() || !as_v2_reads(text).is_string() {
        return None;
    }
    let line = dotenv_value(text)?;
    let taken = |name: &str| environment_value(db, context.project, name.to_owned()).is_some();
    let mut names =
        std::iter::once(name.to_owned()).chain((2..10).map(|it| format!("{name}_{it}")));
    let name = names.find(|it| !taken(it) && !dotenv.text(db).contains(it.as_str()))?;
    let added = appended(context, dotenv, &format!("{name}={line}"))?;
    let call = format!("\"{{{{ env_var('{name}') }}}}\"");
    let title = format!("Move it to `.env` as `{name}`");
    let mut fix = Fix::of(context.file, title, [(value.range, call)]);
    fix.edits.push(added);
    Some(fix.as_choice("dbt then needs that variable"))
}

/// A value as every reader of `.env` takes it literally; nothing where they differ.
fn dotenv_value(text: &str) -> Option<String> {
    let is_odd =
        text.contains(['\'', '\\']) || text.contains("${") || text.contains(char::is_control);
    (!is_odd).then(|| dotenv_literal(text))
}

fn appended(context: &FileContext<'_>, dotenv: File, line: &str) -> Option<FileEdit> {
    let text = match dotenv.content(context.db) {
        Content::Text(text) => &**text,
        Content::Missing => "",
        Content::Unreadable(_) => return None,
    };
    // What stands behind a line that dbt cannot read is lost.
    if !project::dotenv(context.db, dotenv).problems.is_empty() {
        return None;
    }
    let end = usize::from(TextSize::of(text));
    let line_end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let before = if text.is_empty() || text.ends_with('\n') { "" } else { line_end };
    let edit = base::TextEdit { range: range(end, end), text: format!("{before}{line}{line_end}") };
    Some(FileEdit { file: dotenv, edit })
}

#[cfg(test)]
mod tests {
    use base::{TextEdit, apply};
    use expect_test::expect;

    use super::LITERAL_SECRET;
    use crate::testing::{check_in, findings};

    const PROJECT: (&str, &str) = ("dbt_project.yml", "name: shop\nprofile: shop\n");

    #[test]
    fn secrets_in_the_file_are_found_and_not_shown() {
        let text = "shop:\n  outputs:\n    default:\n      type: snowflake\n      password: hunter2!\n      token: \"{{ env_var('T') }}\"\n      private_key_path: k\n      user: u\n    prod: {type: x, token: 123456}\n";
        check_in(
            &LITERAL_SECRET,
            &[("profiles.yml", text), PROJECT],
            expect![[r#"
                5:17-5:25 warning[literal-secret] `password` is written into the file: anybody who can read that has it
                    choice: Move it to `.env` as `DBT_ENV_SECRET_DEFAULT_PASSWORD` (dbt then needs that variable)
                9:28-9:34 hint[literal-secret] `token` is written into the file: anybody who can read that has it
            "#]],
        );
    }

    #[test]
    fn the_value_moves_and_nothing_else_changes() {
        let text = "shop:\n  outputs:\n    default:\n      type: snowflake\n      password: 'hunter $2!' # mine\n";
        let (fixture, found) =
            findings(&LITERAL_SECRET, &[("profiles.yml", text), PROJECT, (".env", "A=1")]);
        let fix = found[0].fix.as_ref().unwrap();
        assert!(!fix.title.contains("hunter") && !found[0].message.contains("hunter"));
        let of = |path: &str| {
            let file = fixture.file(path);
            let edits = fix.edits.iter().filter(|it| it.file == file);
            let edits: Vec<TextEdit> = edits.map(|it| it.edit.clone()).collect();
            apply(file.text(&fixture.db), &edits)
        };
        assert_eq!(of(".env"), "A=1\nDBT_ENV_SECRET_DEFAULT_PASSWORD='hunter $2!'\n");
        expect![[r#"
            shop:
              outputs:
                default:
                  type: snowflake
                  password: "{{ env_var('DBT_ENV_SECRET_DEFAULT_PASSWORD') }}" # mine
        "#]]
        .assert_eq(&of("profiles.yml"));
    }
}

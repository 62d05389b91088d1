use project::{EnvironmentSource, dotenv, explain_environment};
use syntax::dotenv::{Entry, Part};

use crate::rule::declare_rule;
use crate::{FileContext, Findings, Fix, Severity};

declare_rule! {
    /// A `$` in a value of `.env` that gives something else than it seems to.
    ///
    /// For dbt v2 the name behind a `$` ends at the first character that is neither letter nor digit,
    /// an underscore included: `$MY_DB` is the value of `MY`, then `_DB`. A name that is not set gives
    /// nothing, so `pa$$word` is `pa`; there are no defaults in `${…}`. dbt Core replaces `${…}` only.
    ///
    /// ```sh
    /// DBT_DATABASE=$MY_DB       # before
    /// DBT_DATABASE=${MY_DB}     # after
    /// ```
    pub static DOTENV_SUBSTITUTION = {
        name: "dotenv-substitution",
        event: None,
        severity: Warning,
        since: "dbt 1.12",
        files: [Dotenv],
        check: check,
    }
}

fn check(findings: &mut Findings<'_>, context: &FileContext<'_>) {
    let lines = dotenv(context.db, context.file);
    for entry in &lines.entries {
        for part in &entry.parts {
            let Part::Variable { name, range } = part else { continue };
            let dollar = Dollar { name, start: range.start().into(), end: range.end().into() };
            if findings.is_core() {
                of_core(findings, context, &dollar);
            } else if !entry.lost {
                of_v2(findings, context, entry, &dollar);
            }
        }
    }
}

struct Dollar<'a> {
    name: &'a str,
    start: usize,
    end: usize,
}

impl Dollar<'_> {
    /// The name with underscores, as a shell reads it.
    fn meant<'t>(&self, text: &'t str) -> &'t str {
        let rest = text.get(self.start + 1..).unwrap_or_default();
        let end = rest.find(|it: char| !it.is_ascii_alphanumeric() && it != '_');
        &rest[..end.unwrap_or(rest.len())]
    }

    fn in_braces(&self, context: &FileContext<'_>, meant: &str) -> Fix {
        let range = base::range(self.start, self.start + 1 + meant.len());
        let braces = format!("${{{meant}}}");
        Fix::of(context.file, format!("Write `{braces}`"), [(range, braces)])
            .as_choice("the whole name then counts")
    }
}

fn of_core(findings: &mut Findings<'_>, context: &FileContext<'_>, dollar: &Dollar<'_>) {
    let text = context.file.text(context.db);
    let meant = dollar.meant(text);
    let is_set = |it: &str| explain_environment(context.db, context.project, it).is_some();
    if !meant.is_empty() && is_set(meant) {
        let message = format!("dbt Core replaces only `${{{meant}}}`: `${meant}` stays as it is");
        let range = base::range(dollar.start, dollar.start + 1 + meant.len());
        findings.add_with_fixes(
            Severity::Warning,
            range,
            message,
            vec![dollar.in_braces(context, meant)],
        );
    }
}

fn of_v2(
    findings: &mut Findings<'_>,
    context: &FileContext<'_>,
    entry: &Entry,
    dollar: &Dollar<'_>,
) {
    let text = context.file.text(context.db);
    let range = base::range(dollar.start, dollar.end.max(dollar.start + 1));
    let meant = dollar.meant(text);
    let name = dollar.name;
    if let Some((before, _)) = name.split_once(':') {
        let message = format!("dbt v2 knows no default in `${{{before}:…}}`: this gives nothing");
        findings.add(range, message);
        return;
    }
    if meant.len() > name.len() && meant.starts_with(name) && !name.is_empty() {
        let rest = &meant[name.len()..];
        let message = format!("dbt v2 ends the name at `_`: this is `${{{name}}}`, then `{rest}`");
        let range = base::range(dollar.start, dollar.start + 1 + meant.len());
        findings.add_with_fixes(
            Severity::Warning,
            range,
            message,
            vec![dollar.in_braces(context, meant)],
        );
        return;
    }
    let found = explain_environment(context.db, context.project, name);
    let message = match found.map(|it| it.source) {
        _ if name.is_empty() => {
            "this `$` is dropped: in single quotes it is a character".to_owned()
        }
        None => format!(
            "`{name}` is not set: nothing stands here. In single quotes a `$` is a character"
        ),
        Some(EnvironmentSource::DotEnv { name: setting, .. })
            if setting.start() >= entry.name_range.start() =>
        {
            format!("`{name}` is set further down only: nothing stands here")
        }
        Some(_) => return,
    };
    // Another machine may have it.
    let severity = if name.is_empty() { Severity::Warning } else { Severity::Info };
    findings.add_as(severity, range, message);
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::DOTENV_SUBSTITUTION;
    use crate::testing::{check, check_fix, check_in};

    #[test]
    fn what_a_dollar_gives_is_told() {
        let text =
            "MY_DB=x\nMY=y\nA=$MY_DB\nB=${MY_DB}\nC=${X:-y}\nD=pa$$word\nE=$F\nF=1\nG='$$'\n";
        let found = expect![[r#"
            3:3-3:9 warning[dotenv-substitution] dbt v2 ends the name at `_`: this is `${MY}`, then `_DB`
                choice: Write `${MY_DB}` (the whole name then counts)
            5:3-5:10 warning[dotenv-substitution] dbt v2 knows no default in `${X:…}`: this gives nothing
            6:5-6:6 warning[dotenv-substitution] this `$` is dropped: in single quotes it is a character
            6:6-6:11 info[dotenv-substitution] `word` is not set: nothing stands here. In single quotes a `$` is a character
            7:3-7:5 info[dotenv-substitution] `F` is set further down only: nothing stands here
        "#]];
        check(&DOTENV_SUBSTITUTION, ".env", text, found);
        let core = ("dbt_project.yml", "name: shop\nrequire-dbt-version: '<2'\n");
        let found = expect![[r#"
            3:3-3:9 warning[dotenv-substitution] dbt Core replaces only `${MY_DB}`: `$MY_DB` stays as it is
                choice: Write `${MY_DB}` (the whole name then counts)
            7:3-7:5 warning[dotenv-substitution] dbt Core replaces only `${F}`: `$F` stays as it is
                choice: Write `${F}` (the whole name then counts)
        "#]];
        check_in(&DOTENV_SUBSTITUTION, &[(".env", text), core], found);
        check_fix(&DOTENV_SUBSTITUTION, ".env", "MY_DB=x\nA=$MY_DB/y\n", "MY_DB=x\nA=${MY_DB}/y\n");
    }
}

use std::collections::BTreeMap;

use project::{dbt_version, dotenv};
use syntax::dotenv::Grammar;

use super::edits;
use crate::rule::declare_rule;
use crate::{FileContext, Findings, Fix, Severity};

declare_rule! {
    /// A variable that `.env` sets twice.
    ///
    /// Of equal names dbt v2 takes the first, dbt Core and every shell the last: the finding stands
    /// on the lines that do not count.
    pub static DOTENV_DUPLICATE = {
        name: "dotenv-duplicate",
        event: None,
        severity: Warning,
        since: "dbt 1.12",
        files: [Dotenv],
        check: check,
    }
}

fn check(findings: &mut Findings<'_>, context: &FileContext<'_>) {
    let db = context.db;
    let text = context.file.text(db);
    let grammar = dbt_version(db, context.project).dotenv_grammar();
    let lines = dotenv(db, context.file);
    let mut groups: BTreeMap<&str, Vec<_>> = BTreeMap::new();
    for it in lines.settings(grammar) {
        groups.entry(it.name).or_default().push(it);
    }
    for (name, mut settings) in groups {
        let (which, counts) = match grammar {
            Grammar::Dotenvy => ("dbt v2 takes the first", settings.remove(0)),
            Grammar::PythonDotenv => {
                ("dbt Core takes the last", settings.remove(settings.len() - 1))
            }
        };
        for it in settings {
            let message =
                format!("`{name}` stands here twice: {which}, on line {}", counts.line + 1);
            let entry = lines.entries.iter().find(|entry| entry.name_range == it.name_range);
            let fix = entry.map(|entry| {
                let range = edits::whole_lines(text, entry.range());
                let fix = Fix::of(context.file, "Remove this line", [(range, String::new())]);
                // A line in between may take in the value that is replaced later.
                let is_taken_in = lines.substitutions().any(|(_, taken)| taken == name);
                match grammar {
                    _ if is_taken_in => fix.as_choice("a line between takes its value in"),
                    Grammar::Dotenvy => fix.as_choice("a shell takes this value until then"),
                    Grammar::PythonDotenv => fix,
                }
            });
            findings.add_with_fixes(
                Severity::Warning,
                it.name_range,
                message,
                fix.into_iter().collect(),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::DOTENV_DUPLICATE;
    use crate::testing::{check, check_fix, check_fix_in, check_in};

    #[test]
    fn the_line_that_counts_depends_on_the_engine() {
        let text = "A=1\nB=x\nA=2\n";
        let found = expect![[r#"
            3:1-3:2 warning[dotenv-duplicate] `A` stands here twice: dbt v2 takes the first, on line 1
                choice: Remove this line (a shell takes this value until then)
        "#]];
        check(&DOTENV_DUPLICATE, ".env", text, found);
        check_fix(&DOTENV_DUPLICATE, ".env", text, "A=1\nB=x\n");
        let core = ("dbt_project.yml", "name: shop\nrequire-dbt-version: '<2'\n");
        let found = expect![[r#"
            1:1-1:2 warning[dotenv-duplicate] `A` stands here twice: dbt Core takes the last, on line 3
                fix: Remove this line
        "#]];
        check_in(&DOTENV_DUPLICATE, &[(".env", text), core], found);
        check_fix_in(&DOTENV_DUPLICATE, &[(".env", text), core], "B=x\nA=2\n");
    }
}

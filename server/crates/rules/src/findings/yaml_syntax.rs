use base::range;
use project::document;

use crate::rule::declare_rule;
use crate::{FileContext, Findings, Fix};

declare_rule! {
    /// YAML that dbt cannot read.
    ///
    /// The finding stands where the text breaks. Everything that can still be understood keeps
    /// working. Where tabs indent, which YAML forbids, the fix puts two blanks for each.
    pub static YAML_SYNTAX = {
        name: "yaml-syntax",
        event: None,
        severity: Error,
        since: "dbt 1.0",
        files: [ProjectFile, Packages, Selectors, Profiles, CloudFile, Properties],
        check: check,
    }
}

/// More than anybody mends before looking again.
const MAX_PROBLEMS: usize = 20;

fn check(findings: &mut Findings<'_>, context: &FileContext<'_>) {
    let document = document(context.db, context.file);
    let mut fix = None;
    if !document.problems.is_empty() {
        fix = without_tabs(context);
    }
    for problem in document.problems.iter().take(MAX_PROBLEMS) {
        findings.add_with_fix(problem.range, problem.message.clone(), fix.take());
        // Every further alias says the same.
        if problem.message.contains("unfold to too much") {
            break;
        }
    }
}

/// Two blanks for each tab that indents, where dbt reads the file then.
fn without_tabs(context: &FileContext<'_>) -> Option<Fix> {
    let text = context.file.text(context.db);
    let mut edits = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let indent = line.len() - line.trim_start_matches([' ', '\t']).len();
        if let Some(first) = line[..indent].find('\t') {
            let blanks = line[first..indent].replace('\t', "  ");
            edits.push((range(at + first, at + indent), blanks));
        }
        at += line.len();
    }
    if edits.is_empty() || !syntax::yaml::parse(&syntax::yaml::edit::apply(text, &edits)).readable {
        return None;
    }
    let fix = Fix::of(context.file, "Indent with blanks in place of tabs", edits);
    Some(fix.as_choice("a tab counts as two blanks"))
}

#[cfg(test)]
mod tests {
    use super::YAML_SYNTAX;
    use crate::testing::{check, check_fix, findings};
    use expect_test::expect;

    #[test]
    fn tabs_become_blanks() {
        check_fix(
            &YAML_SYNTAX,
            "models/a.yml",
            "models:\r\n\t- name: a\r\n\t  description: \"b\tc\"\r\n\t\r\n",
            "models:\r\n  - name: a\r\n    description: \"b\tc\"\r\n  \r\n",
        );
        let (_, found) = findings(&YAML_SYNTAX, &[("models/a.yml", "models:\n\t- {name: a\n")]);
        assert!(!found.is_empty() && found.iter().all(|it| it.fix.is_none()));
    }

    #[test]
    fn aliases_that_unfold_without_end_are_one_finding() {
        let mut text = "anchors:\n  - &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..12 {
            let aliases = vec![format!("*a{}", level - 1); 9].join(", ");
            text += &format!("  - &a{level} [{aliases}]\n");
        }
        check(
            &YAML_SYNTAX,
            "models/a.yml",
            &text,
            expect![[r#"
            6:30-6:33 error[yaml-syntax] the aliases of this file unfold to too much
        "#]],
        );
    }
}

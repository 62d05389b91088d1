use project::document;

use crate::rule::declare_rule;
use crate::{FileContext, Findings};

declare_rule! {
    /// YAML that dbt cannot read.
    ///
    /// The finding stands where the text breaks. Everything that can still be understood keeps
    /// working.
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
    for problem in document(context.db, context.file).problems.iter().take(MAX_PROBLEMS) {
        findings.add(problem.range, problem.message.clone());
        // Every further alias says the same.
        if problem.message.contains("unfold to too much") {
            break;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::YAML_SYNTAX;
    use crate::testing::check;
    use expect_test::expect;

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

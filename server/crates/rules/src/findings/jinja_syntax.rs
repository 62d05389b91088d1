use base::TextRange;
use rustc_hash::FxHashSet;
use semantic::{JinjaText, jinja_texts};
use syntax::Problem;

use crate::deprecations::unexpected_jinja_block::spare_end_tags;
use crate::rule::declare_rule;
use crate::{FileContext, FileKind, Findings};

declare_rule! {
    /// Jinja that does not parse.
    ///
    /// The finding stands where the text breaks; every other construct of the file keeps working.
    ///
    /// ```sql
    /// select * from {{ ref('orders') }   -- before: one brace short
    /// select * from {{ ref('orders') }}  -- after
    /// ```
    pub static JINJA_SYNTAX = {
        name: "jinja-syntax",
        event: None,
        severity: Error,
        since: "dbt 1.0",
        files: [
            ProjectFile, Packages, Selectors, Profiles, Properties, Model, Snapshot, Analysis,
            SingularTest, Function, GenericTest, Macro, Docs,
        ],
        check: check,
    }
}

/// More than anybody mends before looking again.
const MAX_PROBLEMS: usize = 20;

fn check(findings: &mut Findings<'_>, context: &FileContext<'_>) {
    let texts = jinja_texts(context.db, context.file);
    let mut left = MAX_PROBLEMS;
    for text in texts.iter() {
        // Prose in Markdown may hold lone braces; dbt reads its docs blocks only.
        if context.kind == FileKind::Docs && text.template.macros().next().is_none() {
            continue;
        }
        for problem in problems(context.kind, text).into_iter().take(left) {
            left -= 1;
            findings.add(text.to_file(problem.range), problem.message.clone());
        }
    }
}

/// What to say of a template. Behind a limit of nesting everything is a consequence of it.
fn problems(kind: FileKind, text: &JinjaText) -> Vec<&Problem> {
    // `unexpected-jinja-block` reports these.
    let accepted: FxHashSet<TextRange> =
        spare_end_tags(kind, &text.template).into_iter().map(|(tag, _)| tag).collect();
    let mut said = Vec::new();
    for problem in &text.template.problems {
        if accepted.contains(&problem.range) {
            continue;
        }
        said.push(problem);
        if problem.message.contains("nested too deeply") {
            break;
        }
    }
    said
}

#[cfg(test)]
mod tests {
    use super::JINJA_SYNTAX;
    use crate::testing::check;
    use expect_test::expect;

    #[test]
    fn nesting_beyond_the_limit_is_one_finding() {
        let text = "{% if a %}".repeat(500) + &"{% endif %}".repeat(500);
        check(
            &JINJA_SYNTAX,
            "models/a.sql",
            &text,
            expect![[r#"
            1:901-1:911 error[jinja-syntax] blocks are nested too deeply
        "#]],
        );
    }

    #[test]
    fn spare_end_tags_of_macro_files_are_left_to_their_own_rule() {
        let text = "{% macro a() %}{% endmacro %}\n{% endmacro %}\n{% endif %}\n";
        check(
            &JINJA_SYNTAX,
            "macros/a.sql",
            text,
            expect![[r#"
            3:1-3:12 error[jinja-syntax] Encountered unknown tag 'endif'.
        "#]],
        );
        check(
            &JINJA_SYNTAX,
            "models/a.sql",
            text,
            expect![[r#"
            2:1-2:15 error[jinja-syntax] Encountered unknown tag 'endmacro'.
            3:1-3:12 error[jinja-syntax] Encountered unknown tag 'endif'.
        "#]],
        );
    }
}

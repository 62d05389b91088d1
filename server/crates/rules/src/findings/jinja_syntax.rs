use semantic::jinja_texts;

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
            SingularTest, GenericTest, Macro, Docs,
        ],
        check: check,
    }
}

fn check(findings: &mut Findings<'_>, context: &FileContext<'_>) {
    for text in jinja_texts(context.db, context.file).iter() {
        // Prose in Markdown may hold lone braces; dbt reads its docs blocks only.
        if context.kind == FileKind::Docs && text.template.macros().next().is_none() {
            continue;
        }
        for problem in &text.template.problems {
            findings.add(text.to_file(problem.range), problem.message.clone());
        }
    }
}

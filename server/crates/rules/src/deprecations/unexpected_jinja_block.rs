use std::ops::Range;

use base::{TextRange, range};
use project::dbt_version;
use rustc_hash::FxHashSet;
use semantic::template;
use syntax::jinja::{DefinitionKind, Stmt, Template};

use crate::rule::declare_rule;
use crate::{FileContext, FileKind, Findings, Fix};

declare_rule! {
    /// A tag between the macros of a macro file, or between the snapshots of a snapshot file.
    ///
    /// dbt reads nothing there: a `set` has no effect, and neither has what stands inside an `if`.
    /// An end tag that closes nothing, such as a second `endmacro`, is accepted by dbt Core 1.x and
    /// an error in dbt v2. `{{ … }}`, comments and text do not count.
    ///
    /// ```sql
    /// {% macro one() %}1{% endmacro %}
    /// {% endmacro %}   -- before; the line goes
    /// ```
    pub static UNEXPECTED_JINJA_BLOCK = {
        name: "unexpected-jinja-block",
        event: Some("UnexpectedJinjaBlockDeprecation"),
        severity: Warning,
        since: "dbt 1.10",
        files: [Macro, Snapshot, GenericTest],
        check: check,
    }
}

fn check(findings: &mut Findings<'_>, context: &FileContext<'_>) {
    // In a generic test only v2 looks at what stands outside, and at end tags only.
    let only_end_tags = context.kind == FileKind::GenericTest;
    if only_end_tags && dbt_version(context.db, context.project).major < 2 {
        return;
    }
    let template = template(context.db, context.file);
    let place = if context.kind == FileKind::Snapshot { "snapshot" } else { "macro" };
    for (tag, word) in spare_end_tags(context.kind, &template) {
        let lines = lines_of(template.source(), tag);
        let fix = Fix::of(context.file, format!("Remove `{word}`"), [(lines, String::new())]);
        findings.add_with_fix(tag, format!("`{word}` closes nothing"), Some(fix));
    }
    if only_end_tags {
        return;
    }
    // What does not parse has its own finding.
    let broken = broken_tags(&template);
    for statement in template.body(template.root()).iter().map(|it| template.stmt(*it)) {
        if is_unexpected(context.kind, &template, &statement.kind)
            && !broken.contains(&statement.tag)
        {
            let word = word(&template, statement.tag);
            let message = format!("dbt ignores `{word}` outside of a {place}");
            findings.add(statement.tag, message);
        }
    }
}

/// End tags at the top of a file that close nothing and that dbt Core passes over, with their
/// names. `endif` and `endfor` are errors there too.
pub(crate) fn spare_end_tags(kind: FileKind, template: &Template) -> Vec<(TextRange, &str)> {
    if !matches!(kind, FileKind::Macro | FileKind::Snapshot | FileKind::GenericTest) {
        return Vec::new();
    }
    let broken = broken_tags(template);
    let top = template.body(template.root()).iter().map(|it| template.stmt(*it));
    let refused = top.filter(|it| matches!(it.kind, Stmt::Error(None)) && broken.contains(&it.tag));
    let named = refused.map(|it| (it.tag, word(template, it.tag)));
    let is_spare = |word: &str| {
        word.len() > 3 && word.starts_with("end") && !matches!(word, "endif" | "endfor")
    };
    named.filter(|(_, word)| is_spare(word)).collect()
}

/// The tags that are a problem as a whole.
fn broken_tags(template: &Template) -> FxHashSet<TextRange> {
    template.problems.iter().map(|it| it.range).collect()
}

/// The name of a tag.
fn word(template: &Template, tag: TextRange) -> &str {
    let inner = template.slice(tag).trim_start_matches("{%").trim_start_matches(['-', '+']);
    let inner = inner.trim_start();
    let end = inner.find(|it: char| it != '_' && !it.is_alphanumeric()).unwrap_or(inner.len());
    &inner[..end]
}

fn is_unexpected(kind: FileKind, template: &Template, statement: &Stmt) -> bool {
    match statement {
        Stmt::Text | Stmt::Newline | Stmt::Comment | Stmt::Output(_) | Stmt::Error(_) => false,
        Stmt::Definition(definition) => {
            let definition = template.definition(*definition).kind;
            let belongs = match kind {
                FileKind::Snapshot => definition == DefinitionKind::Snapshot,
                _ => matches!(
                    definition,
                    DefinitionKind::Macro | DefinitionKind::Materialization | DefinitionKind::Test
                ),
            };
            !belongs
        }
        _ => true,
    }
}

/// The tag, with its whole line where nothing else stands on it.
fn lines_of(text: &str, tag: TextRange) -> TextRange {
    let Range { start, end } = usize::from(tag.start())..usize::from(tag.end());
    let line = text[..start].rfind(['\n', '\r']).map_or(0, |it| it + 1);
    let rest = text[end..].find(['\n', '\r']).map_or(text.len(), |it| end + it);
    if !text[line..start].trim().is_empty() || !text[end..rest].trim().is_empty() {
        return tag;
    }
    let line_end = if text[rest..].starts_with("\r\n") { 2 } else { 1 };
    range(line, (rest + line_end).min(text.len()))
}

#[cfg(test)]
mod tests {
    use super::UNEXPECTED_JINJA_BLOCK;
    use crate::testing::{check, check_fix, check_in};
    use expect_test::expect;

    #[test]
    fn an_end_tag_that_closes_nothing() {
        let text = "{% macro one() %}1{% endmacro %}\n  {%- endmacro -%}  \n{% endcall %}\n";
        check(
            &UNEXPECTED_JINJA_BLOCK,
            "macros/one.sql",
            text,
            expect![[r#"
                2:3-2:19 warning[unexpected-jinja-block] `endmacro` closes nothing
                    fix: Remove `endmacro`
                3:1-3:14 warning[unexpected-jinja-block] `endcall` closes nothing
                    fix: Remove `endcall`
            "#]],
        );
        check_fix(
            &UNEXPECTED_JINJA_BLOCK,
            "macros/one.sql",
            text,
            "{% macro one() %}1{% endmacro %}\n",
        );
    }

    #[test]
    fn removing_a_tag_leaves_the_rest_of_its_line() {
        let fixed = |before, after| {
            check_fix(&UNEXPECTED_JINJA_BLOCK, "macros/one.sql", before, after);
        };
        fixed(
            "{% macro one() %}1{% endmacro %}{% endmacro %} -- one\n",
            "{% macro one() %}1{% endmacro %} -- one\n",
        );
        fixed(
            "{% macro one() %}1{% endmacro %}\r\n{% endmacro %}\r\n{# two #}\r\n",
            "{% macro one() %}1{% endmacro %}\r\n{# two #}\r\n",
        );
        fixed(
            "{% macro one() %}1{% endmacro %}\n{% endmacro %}",
            "{% macro one() %}1{% endmacro %}\n",
        );
    }

    #[test]
    fn blocks_between_macros() {
        check(
            &UNEXPECTED_JINJA_BLOCK,
            "macros/one.sql",
            "{% set a = 1 %}\n{{ log('b') }} {# {% do c() %} #} text\n\
             {%- if d %}{% set e = 2 %}{% endif %}\n{% for f in g %}{% endfor %}\n\
             {% do h() %}{% call i() %}{% endcall %}\n\
             {% macro j() %}{% set k = 3 %}{% endmacro %}\n\
             {% test l(model) %}1{% endtest %}\n\
             {% materialization m, default %}1{% endmaterialization %}\n\
             {% snapshot n %}1{% endsnapshot %}\n",
            expect![[r#"
                1:1-1:16 warning[unexpected-jinja-block] dbt ignores `set` outside of a macro
                3:1-3:12 warning[unexpected-jinja-block] dbt ignores `if` outside of a macro
                4:1-4:17 warning[unexpected-jinja-block] dbt ignores `for` outside of a macro
                5:1-5:13 warning[unexpected-jinja-block] dbt ignores `do` outside of a macro
                5:13-5:27 warning[unexpected-jinja-block] dbt ignores `call` outside of a macro
                9:1-9:17 warning[unexpected-jinja-block] dbt ignores `snapshot` outside of a macro
            "#]],
        );
    }

    #[test]
    fn snapshot_files_hold_snapshots() {
        check(
            &UNEXPECTED_JINJA_BLOCK,
            "snapshots/s.sql",
            "{% set a = 1 %}\n{% snapshot s %}{% set b = 2 %}select 1{% endsnapshot %}\n{% endmacro %}\n",
            expect![[r#"
                1:1-1:16 warning[unexpected-jinja-block] dbt ignores `set` outside of a snapshot
                3:1-3:15 warning[unexpected-jinja-block] `endmacro` closes nothing
                    fix: Remove `endmacro`
            "#]],
        );
    }

    #[test]
    fn other_files_are_free() {
        for path in ["models/a.sql", "analyses/a.sql", "tests/a.sql"] {
            check(&UNEXPECTED_JINJA_BLOCK, path, "{% set a = 1 %}select 1", expect![""]);
        }
    }

    #[test]
    fn only_v2_minds_end_tags_in_generic_tests() {
        let test = ("tests/generic/a.sql", "{% set a = 1 %}{% endtest %}");
        check_in(
            &UNEXPECTED_JINJA_BLOCK,
            &[test, ("dbt_project.yml", "name: shop\nrequire-dbt-version: '>=2.0.0'\n")],
            expect![[r#"
                1:16-1:29 warning[unexpected-jinja-block] `endtest` closes nothing
                    fix: Remove `endtest`
            "#]],
        );
        check_in(
            &UNEXPECTED_JINJA_BLOCK,
            &[test, ("dbt_project.yml", "name: shop\nrequire-dbt-version: '<2.0.0'\n")],
            expect![""],
        );
    }

    #[test]
    fn what_dbt_core_refuses_is_no_deprecation() {
        // `endif` and `endfor` are errors in dbt Core too; `jinja-syntax` reports them.
        check(
            &UNEXPECTED_JINJA_BLOCK,
            "macros/one.sql",
            "{% endif %}{% endfor %}{% nonsense %}{% endnonsense %}{% if a %}",
            expect![""],
        );
    }
}

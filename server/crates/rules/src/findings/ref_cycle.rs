use base::range;
use semantic::{Resolution, cycle_through, is_enabled, nodes_in, parsed, resolve_ref};

use crate::rule::declare_rule;
use crate::{FileContext, Findings};

declare_rule! {
    /// A model that reads itself, directly or through others.
    ///
    /// dbt cannot order such nodes and refuses the project. An incremental model reads what it built
    /// before with `{{ this }}`.
    pub static REF_CYCLE = {
        name: "ref-cycle",
        event: None,
        severity: Error,
        since: "dbt 1.0",
        files: [Model, PythonModel, Snapshot],
        check: check,
    }
}

/// So many names of a circle are told.
const NAMES: usize = 6;

fn check(findings: &mut Findings<'_>, context: &FileContext<'_>) {
    let db = context.db;
    for node in nodes_in(db, context.package, context.file) {
        let Some(way) = cycle_through(db, node).filter(|_| is_enabled(db, node)) else { continue };
        let mut names: Vec<String> = way.iter().map(|it| it.display_name(db)).collect();
        if names.len() > NAMES {
            let tail = names.split_off(names.len() - 2);
            names.truncate(NAMES - 2);
            names.push("…".to_owned());
            names.extend(tail);
        }
        let parsed = parsed(db, node);
        let call = parsed.refs.iter().find(|it| {
            let (package, version) = (it.package.as_deref(), it.version.as_deref());
            let found = resolve_ref(db, context.package, package, &it.name, version);
            matches!(found, Resolution::Node(found) if way.get(1) == Some(&found))
        });
        let place = call.map_or_else(|| range(0, 0), |it| it.site.range);
        let message = format!("`{}` reads itself: {}", node.display_name(db), names.join(" → "));
        findings.add(place, message);
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::REF_CYCLE;
    use crate::testing::check_in;

    #[test]
    fn a_model_that_reads_itself() {
        check_in(
            &REF_CYCLE,
            &[
                ("models/a.sql", "select 1 from {{ ref('a') }} -- {{ ref('b') }}\n"),
                ("models/b.sql", ""),
            ],
            expect![[r#"
                1:23-1:24 error[ref-cycle] `a` reads itself: a → a
            "#]],
        );
    }

    #[test]
    fn circles_and_what_only_leads_into_them() {
        let files = [
            ("models/a.sql", "{{ ref('leaf') }} {{ ref('b') }}\n"),
            ("models/b.sql", "{{ ref('c') }}\n"),
            ("models/c.sql", "{{ ref('a') }} {{ ref('d') }}\n"),
            ("models/d.sql", "{{ ref('c') }}\n"),
            ("models/outside.sql", "{{ ref('a') }}\n"),
            ("models/leaf.sql", "select 1\n"),
        ];
        for (first, expect) in [
            (
                0,
                expect![[r#"
                1:27-1:28 error[ref-cycle] `a` reads itself: a → b → c → a
            "#]],
            ),
            (
                3,
                expect![[r#"
                1:9-1:10 error[ref-cycle] `d` reads itself: d → c → d
            "#]],
            ),
            (4, expect![[""]]),
            (5, expect![[""]]),
        ] {
            let mut files = files.to_vec();
            files.swap(0, first);
            check_in(&REF_CYCLE, &files, expect);
        }
        // A disabled model reads nothing.
        check_in(
            &REF_CYCLE,
            &[
                ("models/a.sql", "{{ config(enabled=false) }}{{ ref('b') }}\n"),
                ("models/b.sql", "{{ ref('a') }}\n"),
            ],
            expect![[""]],
        );
    }

    #[test]
    fn long_circles_are_told_in_short() {
        let models: Vec<(String, String)> = (0..2000)
            .map(|it| {
                (format!("models/m{it}.sql"), format!("{{{{ ref('m{}') }}}}\n", (it + 1) % 2000))
            })
            .collect();
        let files: Vec<(&str, &str)> =
            models.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        check_in(
            &REF_CYCLE,
            &files,
            expect![[r#"
            1:9-1:11 error[ref-cycle] `m0` reads itself: m0 → m1 → m2 → m3 → … → m1999 → m0
        "#]],
        );
    }
}

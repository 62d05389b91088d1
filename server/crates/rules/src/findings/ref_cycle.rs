use base::range;
use semantic::{
    Node, Resolution, cycle_through, cycles, is_enabled, nodes_in, parsed, resolve_function,
    resolve_ref,
};

use crate::rule::declare_rule;
use crate::{FileContext, Findings, Scope};

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
        files: [Model, PythonModel, Snapshot, Function],
        check: check,
    }
}

fn check(findings: &mut Findings<'_>, context: &FileContext<'_>) {
    let db = context.db;
    for node in nodes_in(db, context.package, context.file) {
        // What is disabled is read by nobody.
        let way = match context.scope {
            Scope::Apart => None,
            Scope::File => cycle_through(db, node),
            Scope::Project => cycles(db, context.project).get(&node).cloned(),
        };
        let Some(way) = way.filter(|_| is_enabled(db, node)) else { continue };
        let name = |it: &Node| match it.version(db) {
            Some(version) => format!("{}.v{version}", it.name(db)),
            None => it.name(db).to_owned(),
        };
        let names: Vec<String> = way.iter().map(name).collect();
        let parsed = parsed(db, node);
        let call = parsed.refs.iter().find(|it| {
            let (package, version) = (it.package.as_deref(), it.version.as_deref());
            let found = resolve_ref(db, context.package, package, &it.name, version);
            matches!(found, Resolution::Node(found) if way.get(1) == Some(&found))
        });
        let called = parsed.functions.iter().find(|it| {
            let found = resolve_function(db, context.package, it.package.as_deref(), &it.name);
            found.node().is_some() && found.node().as_ref() == way.get(1)
        });
        let site = call.map(|it| &it.site).or(called.map(|it| &it.site));
        let place = site.map_or_else(|| range(0, 0), |it| it.range);
        findings.add(place, format!("`{}` reads itself: {}", name(&node), names.join(" → ")));
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::REF_CYCLE;
    use crate::testing::{check_in, findings};

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
    fn functions_of_the_database_are_part_of_circles() {
        check_in(
            &REF_CYCLE,
            &[
                ("functions/f.sql", "select max(id) from {{ ref('a') }}\n"),
                ("models/a.sql", "select {{ function('f') }}() as id\n"),
            ],
            expect![[r#"
                1:29-1:30 error[ref-cycle] `f` reads itself: f → a → f
            "#]],
        );
        check_in(
            &REF_CYCLE,
            &[
                ("models/a.sql", "select {{ function('f') }}() as id\n"),
                ("functions/f.sql", "select max(id) from {{ ref('a') }}\n"),
            ],
            expect![[r#"
                1:21-1:22 error[ref-cycle] `a` reads itself: a → f → a
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
    fn every_member_of_a_long_circle_is_named_and_a_chain_is_none() {
        let models = |count: usize, closed: bool| -> Vec<(String, String)> {
            let text = |it: usize| match it + 1 < count || closed {
                true => format!("{{{{ ref('m{}') }}}}\n", (it + 1) % count),
                false => "select 1\n".to_owned(),
            };
            (0..count).map(|it| (format!("models/m{it}.sql"), text(it))).collect()
        };
        let said = |models: &[(String, String)]| {
            let files: Vec<(&str, &str)> =
                models.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
            let (_, found) = findings(&REF_CYCLE, &files);
            found.into_iter().map(|it| it.message).collect::<Vec<_>>()
        };
        let long = said(&models(300, true));
        assert_eq!(long[0].matches('→').count(), 300);
        assert!(long[0].ends_with("m298 → m299 → m0"), "{long:?}");
        assert!(said(&models(1_200, false)).is_empty());
    }
}

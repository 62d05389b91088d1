use syntax::yaml::edit::Editor;

use super::custom_keys::{MAX_KEYS, into_meta};
use super::edits;
use super::generic_test::{Misplaced, is_truthy, wants_arguments};
use super::object_config::{self, AlsoThere, Moved, ignores_keys};
use super::objects::{Object, Part};
use super::stray_keys::{PropertiesFile, Stray, with_file};
use crate::rule::declare_rule;
use crate::{FileContext, Findings, Fix, Severity};

declare_rule! {
    /// A config that stands beside `config` instead of in it.
    ///
    /// dbt Core still reads some where they were: of models `meta`, `docs`, `group`, `access` and
    /// `contract`, of seeds, snapshots and analyses the first three, of sources and their tables
    /// `meta`, `tags`, `freshness`, `loaded_at_field` and `loaded_at_query`, of columns and
    /// exposures `meta` and `tags`, and the configs of generic tests. The fix moves all such keys of
    /// an object at once. All others it ignores: `materialized: table` beside `config` has no
    /// effect, and moved under `config` it has one. Then it is to be chosen whether the key moves
    /// under `config` or, without effect as before, under `config.meta`. dbt v2 refuses all of them.
    /// Where `config` has the key too, dbt joins
    /// `meta` and `tags` of columns, sources and exposures, and so does the fix; of models it
    /// refuses both at once, and there is no fix.
    ///
    /// ```yaml
    /// sources:
    ///   - name: crm
    ///     loaded_at_field: synced_at     # before
    ///   - name: web
    ///     config:
    ///       loaded_at_field: synced_at   # after
    /// ```
    pub static PROPERTY_MOVED_TO_CONFIG = {
        name: "property-moved-to-config",
        event: Some("PropertyMovedToConfigDeprecation"),
        severity: Warning,
        since: "dbt 1.10",
        files: [Properties],
        check: check,
    }
}

fn check(findings: &mut Findings<'_>, context: &FileContext<'_>) {
    with_file(context, |file| {
        let editor = file.editor();
        for object in &file.objects.all {
            check_object(findings, context, file, &editor, *object);
        }
        if wants_arguments(context) {
            check_tests(findings, context, file, &editor);
        }
    });
}

fn check_tests(
    findings: &mut Findings<'_>,
    context: &FileContext<'_>,
    file: &PropertiesFile<'_>,
    editor: &Editor<'_>,
) {
    let severity = findings.refused_by_v2();
    for test in file.objects.tests() {
        let misplaced = Misplaced::of(context, editor, test);
        for entry in &misplaced.configs {
            let key = entry.name().unwrap_or_default();
            let mut message = format!("`{key}` of the test `{}` belongs under `config`", test.name);
            if test.node.get("config").is_some_and(|it| it.get(key).is_some()) {
                message += ", where it stands too";
            } else if test.node.get("config").is_some() && !is_truthy(&entry.value) {
                message += "; dbt overlooks it here, as it is false or empty";
            }
            let fixes = misplaced.fix.clone().into_iter().collect();
            findings.add_with_fixes(severity, entry.key.range, message, fixes);
        }
        if let Some(merged) = &misplaced.merged {
            for key in &merged.configs {
                let message = format!("`{key}` of the test `{}` belongs under `config`", test.name);
                findings.add_as(severity, merged.entry.key.range, message);
            }
        }
    }
}

fn check_object(
    findings: &mut Findings<'_>,
    context: &FileContext<'_>,
    file: &PropertiesFile<'_>,
    editor: &Editor<'_>,
    object: Object<'_>,
) {
    let strays = file.beside_config(object);
    if strays.is_empty() {
        return;
    }
    if object.node.entries().len() > MAX_KEYS {
        for stray in &strays {
            let message = format!("`{}` belongs under `config`", stray.name);
            findings.add_as(findings.refused_by_v2(), stray.range, message);
        }
        return;
    }
    let read: Vec<Moved<'_>> = strays.iter().filter_map(|it| Moved::of(context, it)).collect();
    let read: Vec<&Moved<'_>> = read.iter().filter(|it| it.is_read).collect();
    let movable = |it: &Moved<'_>| matches!(it.also_there, AlsoThere::No | AlsoThere::Joined);
    // Every finding of the object has the same fix, so that one after the other and all at once
    // come to the same; what would change something waits until somebody asks for it.
    let all: Vec<&Moved<'_>> = read.iter().copied().filter(|it| movable(it)).collect();
    let neutral: Vec<&Moved<'_>> = all.iter().copied().filter(|it| it.change.is_none()).collect();
    let fix = |moved: &[&Moved<'_>]| {
        if moved.is_empty() { None } else { object_config::fix(context, editor, object, moved) }
    };
    let neutral_fix = fix(&neutral);
    let full_fix = if all.len() > neutral.len() { fix(&all) } else { None };
    for stray in &strays {
        let message = format!("`{}` belongs under `config`", stray.name);
        let Some(moved) = Moved::of(context, stray) else {
            findings.add_as(findings.refused_by_v2(), stray.range, message);
            continue;
        };
        if !moved.is_read {
            check_unread(findings, context, file, editor, stray, &moved);
            continue;
        }
        let mut message = message;
        message += match moved.also_there {
            AlsoThere::No => "",
            AlsoThere::Refused => ", where it stands too: dbt refuses both at once",
            AlsoThere::OneCounts => ", where it stands too",
            AlsoThere::Joined => ", where it stands too: dbt joins both",
        };
        if let Some(change) = moved.change {
            message += &format!("; {change}");
        }
        let fix = match (movable(&moved), moved.change) {
            (false, _) => None,
            (true, None) => neutral_fix.clone(),
            (true, Some(_)) => full_fix.clone(),
        };
        let fixes = fix.into_iter().collect();
        findings.add_with_fixes(findings.refused_by_v2(), stray.range, message, fixes);
    }
}

/// A config that has no effect where it stands.
fn check_unread(
    findings: &mut Findings<'_>,
    context: &FileContext<'_>,
    file: &PropertiesFile<'_>,
    editor: &Editor<'_>,
    stray: &Stray<'_>,
    moved: &Moved<'_>,
) {
    let object = stray.object;
    let is_ignored = ignores_keys(object);
    let may_be_read = matches!(object.shape.name.as_str(), "MetricsProperties");
    let what = match (is_ignored, moved.also_there) {
        (true, AlsoThere::No) => "; here dbt ignores it",
        (true, _) => ", where it stands too; here dbt ignores it",
        (false, _) if may_be_read => "",
        (false, AlsoThere::No) => "; here dbt refuses it",
        (false, _) => ", where it stands too; here dbt refuses it",
    };
    let message = format!("`{}` belongs under `config`{what}", stray.name);
    let mut fixes = Vec::new();
    if object.part != Part::Item {
        // An owner has no `config`.
    } else if moved.also_there != AlsoThere::No {
        fixes.extend(removal(context, editor, stray, moved));
    } else {
        let fix = object_config::fix(context, editor, object, &[moved]);
        fixes.extend(fix.map(|it| it.as_choice("it then takes effect")));
        if is_ignored {
            let fix = into_meta(context, file, editor, &[stray]);
            fixes.extend(fix.map(|it| it.as_choice("it stays without effect")));
        }
    }
    let is_refused = !is_ignored && !may_be_read;
    let severity = if is_refused { Severity::Error } else { findings.refused_by_v2() };
    findings.add_with_fixes(severity, stray.range, message, fixes);
}

/// What is ignored here and said under `config` may go.
fn removal(
    context: &FileContext<'_>,
    editor: &Editor<'_>,
    stray: &Stray<'_>,
    moved: &Moved<'_>,
) -> Option<Fix> {
    let object = stray.object;
    if object.is_merged || edits::has_twins(object.node.entries()) {
        return None;
    }
    let edits = editor.remove_entry(object.node, moved.entry);
    let edits = edits::sound(editor, moved.entry, edits)?;
    let title = format!("Remove `{}`: that under `config` counts", stray.name);
    Some(Fix::of(context.file, title, edits))
}

#[cfg(test)]
mod tests {
    use super::PROPERTY_MOVED_TO_CONFIG as RULE;
    use crate::testing::{check, check_fix, check_in, findings};
    use expect_test::expect;

    #[track_caller]
    fn fixed(before: &str, after: &str) {
        check_fix(&RULE, "models/a.yml", before, after);
    }

    #[track_caller]
    fn no_fix(text: &str) {
        let (_, found) = findings(&RULE, &[("models/a.yml", text)]);
        assert!(!found.is_empty(), "nothing is found: {text}");
        assert!(found.iter().all(|it| it.fix.is_none()), "there is a fix: {text}");
    }

    #[test]
    fn what_dbt_reads_at_the_top_of_each_object() {
        check(
            &RULE,
            "models/a.yml",
            "\
models:
  - {name: a, meta: {}, docs: {}, group: b, access: public, contract: {}, tags: [c], materialized: d}
  - {name: e, versions: [{v: 1, access: f, columns: [{name: g, tags: [h]}]}]}
seeds: [{name: i, meta: {}, docs: {}, group: j, tags: [k], columns: [{name: l, meta: {}}]}]
snapshots: [{name: m, meta: {}, docs: {}, group: n, tags: [o]}]
analyses: [{name: p, meta: {}, docs: {}, group: q, columns: [{name: r, tags: [s]}]}]
sources:
  - name: t
    meta: {}
    tags: [u]
    freshness: null
    loaded_at_field: v
    quoting: {}
    tables: [{name: w, meta: {}, tags: [x], freshness: {}, loaded_at_query: y}]
exposures: [{name: z, meta: {}, tags: [aa], type: bb, owner: {}, enabled: false}]
macros: [{name: cc, meta: {}, docs: {}}]
groups: [{name: dd, meta: {}}]
unit_tests: [{name: ee, meta: {}}]
",
            expect![[r#"
                2:15-2:19 error[property-moved-to-config] `meta` belongs under `config`
                    fix: Move `meta`, `docs`, `group`, `access` and `contract` under `config`
                2:25-2:29 error[property-moved-to-config] `docs` belongs under `config`
                    fix: Move `meta`, `docs`, `group`, `access` and `contract` under `config`
                2:35-2:40 error[property-moved-to-config] `group` belongs under `config`
                    fix: Move `meta`, `docs`, `group`, `access` and `contract` under `config`
                2:45-2:51 error[property-moved-to-config] `access` belongs under `config`
                    fix: Move `meta`, `docs`, `group`, `access` and `contract` under `config`
                2:61-2:69 error[property-moved-to-config] `contract` belongs under `config`
                    fix: Move `meta`, `docs`, `group`, `access` and `contract` under `config`
                2:75-2:79 error[property-moved-to-config] `tags` belongs under `config`; here dbt ignores it
                    choice: Move `tags` under `config` (it then takes effect)
                    choice: Move `tags` under `meta` (it stays without effect)
                2:86-2:98 error[property-moved-to-config] `materialized` belongs under `config`; here dbt ignores it
                    choice: Move `materialized` under `config` (it then takes effect)
                    choice: Move `materialized` under `meta` (it stays without effect)
                3:64-3:68 error[property-moved-to-config] `tags` belongs under `config`
                    fix: Move `tags` under `config`
                4:19-4:23 error[property-moved-to-config] `meta` belongs under `config`
                    fix: Move `meta`, `docs` and `group` under `config`
                4:29-4:33 error[property-moved-to-config] `docs` belongs under `config`
                    fix: Move `meta`, `docs` and `group` under `config`
                4:39-4:44 error[property-moved-to-config] `group` belongs under `config`
                    fix: Move `meta`, `docs` and `group` under `config`
                4:49-4:53 error[property-moved-to-config] `tags` belongs under `config`; here dbt ignores it
                    choice: Move `tags` under `config` (it then takes effect)
                    choice: Move `tags` under `meta` (it stays without effect)
                4:80-4:84 error[property-moved-to-config] `meta` belongs under `config`
                    fix: Move `meta` under `config`
                5:23-5:27 error[property-moved-to-config] `meta` belongs under `config`
                    fix: Move `meta`, `docs` and `group` under `config`
                5:33-5:37 error[property-moved-to-config] `docs` belongs under `config`
                    fix: Move `meta`, `docs` and `group` under `config`
                5:43-5:48 error[property-moved-to-config] `group` belongs under `config`
                    fix: Move `meta`, `docs` and `group` under `config`
                5:53-5:57 error[property-moved-to-config] `tags` belongs under `config`; here dbt ignores it
                    choice: Move `tags` under `config` (it then takes effect)
                    choice: Move `tags` under `meta` (it stays without effect)
                6:22-6:26 error[property-moved-to-config] `meta` belongs under `config`
                    fix: Move `meta`, `docs` and `group` under `config`
                6:32-6:36 error[property-moved-to-config] `docs` belongs under `config`
                    fix: Move `meta`, `docs` and `group` under `config`
                6:42-6:47 error[property-moved-to-config] `group` belongs under `config`
                    fix: Move `meta`, `docs` and `group` under `config`
                6:72-6:76 error[property-moved-to-config] `tags` belongs under `config`
                    fix: Move `tags` under `config`
                9:5-9:9 error[property-moved-to-config] `meta` belongs under `config`
                    fix: Move `meta`, `tags`, `freshness` and `loaded_at_field` under `config`
                10:5-10:9 error[property-moved-to-config] `tags` belongs under `config`
                    fix: Move `meta`, `tags`, `freshness` and `loaded_at_field` under `config`
                11:5-11:14 error[property-moved-to-config] `freshness` belongs under `config`
                    fix: Move `meta`, `tags`, `freshness` and `loaded_at_field` under `config`
                12:5-12:20 error[property-moved-to-config] `loaded_at_field` belongs under `config`
                    fix: Move `meta`, `tags`, `freshness` and `loaded_at_field` under `config`
                14:24-14:28 error[property-moved-to-config] `meta` belongs under `config`
                    fix: Move `meta`, `tags`, `freshness` and `loaded_at_query` under `config`
                14:34-14:38 error[property-moved-to-config] `tags` belongs under `config`
                    fix: Move `meta`, `tags`, `freshness` and `loaded_at_query` under `config`
                14:45-14:54 error[property-moved-to-config] `freshness` belongs under `config`
                    fix: Move `meta`, `tags`, `freshness` and `loaded_at_query` under `config`
                14:60-14:75 error[property-moved-to-config] `loaded_at_query` belongs under `config`
                    fix: Move `meta`, `tags`, `freshness` and `loaded_at_query` under `config`
                15:23-15:27 error[property-moved-to-config] `meta` belongs under `config`
                    fix: Move `meta` and `tags` under `config`
                15:33-15:37 error[property-moved-to-config] `tags` belongs under `config`
                    fix: Move `meta` and `tags` under `config`
                15:66-15:73 error[property-moved-to-config] `enabled` belongs under `config`; here dbt refuses it
                    choice: Move `enabled` under `config` (it then takes effect)
                17:21-17:25 error[property-moved-to-config] `meta` belongs under `config`; here dbt refuses it
                    choice: Move `meta` under `config` (it then takes effect)
                18:25-18:29 error[property-moved-to-config] `meta` belongs under `config`; here dbt refuses it
                    choice: Move `meta` under `config` (it then takes effect)
            "#]],
        );
    }

    #[test]
    fn a_new_config_stands_where_the_first_key_stood() {
        fixed(
            "models:\n  - name: a\n    # who\n    meta:\n      owner: b # me\n    # see c\n    columns: []\n",
            "models:\n  - name: a\n    config:\n      # who\n      meta:\n        owner: b # me\n    # see c\n    columns: []\n",
        );
        fixed(
            "models:\n- docs: {show: false}\n  name: a\n  group: b\n",
            "models:\n- config:\n    docs: {show: false}\n    group: b\n  name: a\n",
        );
        fixed(
            "sources:\n  - name: a\n    freshness:\n    tables: [{name: b, tags: [c]}]\n",
            "sources:\n  - name: a\n    config:\n      freshness:\n    tables: [{name: b, config: {tags: [c]}}]\n",
        );
    }

    #[test]
    fn keys_join_a_config() {
        fixed(
            "models:\n  - name: a\n    meta: {b: 1}\n    config:\n      tags: [c]\n    docs:\n      show: true\n",
            "models:\n  - name: a\n    config:\n      tags: [c]\n      meta: {b: 1}\n      docs:\n        show: true\n",
        );
        fixed(
            "models:\n  - name: a\n    config: {tags: [c]}\n    meta: {b: 1}\n",
            "models:\n  - name: a\n    config: {tags: [c], meta: {b: 1}}\n",
        );
        fixed(
            "models:\n  - meta: {b: 1}\n    name: a\n    config:\n      tags: [c]\n",
            "models:\n  - name: a\n    config:\n      tags: [c]\n      meta: {b: 1}\n",
        );
        fixed(
            "seeds:\n  - name: a\n    config:\n    group: b\n",
            "seeds:\n  - name: a\n    config:\n      group: b\n",
        );
    }

    #[test]
    fn objects_in_objects() {
        fixed(
            "models:\n  - name: a\n    columns:\n      - name: b\n        tags: [c]\n    meta: {d: 1}\n    config:\n      tags: [e]\n",
            "models:\n  - name: a\n    columns:\n      - name: b\n        config:\n          tags: [c]\n    config:\n      tags: [e]\n      meta: {d: 1}\n",
        );
    }

    #[test]
    fn both_at_once_is_refused_for_models() {
        check(
            &RULE,
            "models/a.yml",
            "models:\n  - name: a\n    meta: {b: 1}\n    docs: {show: true}\n    config:\n      meta: {c: 1}\n",
            expect![[r#"
                3:5-3:9 error[property-moved-to-config] `meta` belongs under `config`, where it stands too: dbt refuses both at once
                4:5-4:9 error[property-moved-to-config] `docs` belongs under `config`
                    fix: Move `docs` under `config`
            "#]],
        );
    }

    #[test]
    fn meta_is_joined_as_dbt_does() {
        fixed(
            "models:\n  - name: a\n    columns:\n      - name: b\n        meta:\n          c: 1\n          d:\n            - 2\n\n            - 3\n        config:\n          meta:\n            c: 4\n",
            "models:\n  - name: a\n    columns:\n      - name: b\n        config:\n          meta:\n            c: 4\n            d:\n              - 2\n\n              - 3\n",
        );
        fixed(
            "exposures:\n  - {name: a, meta: {b: 1, c: 2}, config: {meta: {b: 3}}}\n",
            "exposures:\n  - {name: a, config: {meta: {b: 3, c: 2}}}\n",
        );
        fixed(
            "sources:\n  - name: a\n    config: {meta: {b: 3}}\n    meta:\n      c: d e\n      b: 1\n",
            "sources:\n  - name: a\n    config: {meta: {b: 3, c: d e}}\n",
        );
        fixed(
            "sources:\n  - name: a\n    config: {meta: {b: 3}}\n    meta: {b: 1}\n",
            "sources:\n  - name: a\n    config: {meta: {b: 3}}\n",
        );
    }

    #[test]
    fn tags_are_joined_as_dbt_does() {
        fixed(
            "models:\n  - name: a\n    columns:\n      - name: b\n        tags: [c, 'd']\n        config:\n          tags:\n            - d\n            - e\n",
            "models:\n  - name: a\n    columns:\n      - name: b\n        config:\n          tags:\n            - d\n            - e\n            - c\n",
        );
        fixed(
            "exposures:\n  - name: a\n    config:\n      tags: b # one\n    tags:\n      - c\n      - b\n    meta: {d: 1}\n",
            "exposures:\n  - name: a\n    config:\n      tags: [b, c] # one\n      meta: {d: 1}\n",
        );
        // Two things go to the end of `config` at once.
        fixed(
            "models:\n  - name: a\n    columns:\n      - name: b\n        tags: [c]\n        meta: {d: 1}\n        config:\n          meta:\n            e: 2",
            "models:\n  - name: a\n    columns:\n      - name: b\n        config:\n          meta:\n            e: 2\n            d: 1\n          tags: [c]",
        );
    }

    #[test]
    fn what_would_change_something_is_a_choice() {
        let text = "sources:\n  - name: a\n    meta: {b: 1}\n    tags: [c]\n    tables:\n      - name: d\n        loaded_at_field: null\n        tests: [e]\n";
        check(
            &RULE,
            "models/a.yml",
            text,
            expect![[r#"
                3:5-3:9 error[property-moved-to-config] `meta` belongs under `config`
                    fix: Move `meta` under `config`
                4:5-4:9 error[property-moved-to-config] `tags` belongs under `config`; its tests then lose these tags
                    choice: Move `meta` and `tags` under `config` (its tests then lose these tags)
                7:9-7:24 error[property-moved-to-config] `loaded_at_field` belongs under `config`; the field of the source then counts
                    choice: Move `loaded_at_field` under `config` (the field of the source then counts)
            "#]],
        );
        fixed(
            text,
            "sources:\n  - name: a\n    config:\n      meta: {b: 1}\n      tags: [c]\n    tables:\n      - name: d\n        config:\n          loaded_at_field: null\n        tests: [e]\n",
        );
        check(
            &RULE,
            "models/a.yml",
            "models:\n  - name: a\n    meta: {description: '{{ b }}'}\n",
            expect![[r#"
                3:5-3:9 error[property-moved-to-config] `meta` belongs under `config`; Jinja in it is then rendered
                    choice: Move `meta` under `config` (Jinja in it is then rendered)
            "#]],
        );
        check_in(
            &RULE,
            &[
                ("models/a.yml", "exposures: [{name: a, meta: {b: 1}}]"),
                ("dbt_project.yml", "name: shop\nexposures: {+meta: {b: 2}}\n"),
            ],
            expect![[r#"
                1:23-1:27 error[property-moved-to-config] `meta` belongs under `config`; it is then stronger than that of `dbt_project.yml`
                    choice: Move `meta` under `config` (it is then stronger than that of `dbt_project.yml`)
            "#]],
        );
    }

    #[test]
    fn configs_of_generic_tests() {
        let text = "models:\n  - name: a\n    data_tests:\n      - b:\n          severity: warn\n          where: c\n      - d: {arguments: {e: 1}, limit: 2, config: {limit: 3}}\n      - f:\n          enabled: false\n          config:\n            where: g\n      - h: {i: 1, warn_if: '>1'}\n";
        check(
            &RULE,
            "models/a.yml",
            text,
            expect![[r#"
                5:11-5:19 error[property-moved-to-config] `severity` of the test `b` belongs under `config`
                    fix: Move `severity` and `where` under `config`
                6:11-6:16 error[property-moved-to-config] `where` of the test `b` belongs under `config`
                    fix: Move `severity` and `where` under `config`
                7:32-7:37 error[property-moved-to-config] `limit` of the test `d` belongs under `config`, where it stands too
                9:11-9:18 error[property-moved-to-config] `enabled` of the test `f` belongs under `config`; dbt overlooks it here, as it is false or empty
                    choice: Move `enabled` under `config` (what dbt overlooked then counts)
                12:19-12:26 error[property-moved-to-config] `warn_if` of the test `h` belongs under `config`
                    fix: Move `i` under `arguments`, `warn_if` under `config`
            "#]],
        );
        check_fix(
            &RULE,
            "models/a.yml",
            text,
            "models:\n  - name: a\n    data_tests:\n      - b:\n          config:\n            severity: warn\n            where: c\n      - d: {arguments: {e: 1}, limit: 2, config: {limit: 3}}\n      - f:\n          config:\n            where: g\n            enabled: false\n      - h: {arguments: {i: 1}, config: {warn_if: '>1'}}\n",
        );
        let flag = "name: shop\nrequire-dbt-version: <2\nflags: {require_generic_test_arguments_property: false}\n";
        check_in(&RULE, &[("models/a.yml", text), ("dbt_project.yml", flag)], expect![[""]]);
    }

    #[test]
    fn older_versions_do_not_mind() {
        let project = "name: shop\nrequire-dbt-version: '<1.10.0'\n";
        let files =
            [("models/a.yml", "models: [{name: a, meta: {}}]"), ("dbt_project.yml", project)];
        check_in(&RULE, &files, expect![[""]]);
    }

    #[test]
    fn shared_objects() {
        // An alias is mended at its anchor; what `<<` brings elsewhere stays as it is.
        let text = "models:\n  - name: a\n    columns:\n      - &b {name: b, tags: [c]}\n  - name: d\n    columns:\n      - *b\n";
        check(
            &RULE,
            "models/a.yml",
            text,
            expect![[r#"
                4:22-4:26 error[property-moved-to-config] `tags` belongs under `config`
                    fix: Move `tags` under `config`
            "#]],
        );
        fixed(text, &text.replace("tags: [c]", "config: {tags: [c]}"));
        check(
            &RULE,
            "models/a.yml",
            "models:\n  - name: a\n    columns:\n      - &b {name: b, tags: [c]}\n      - {<<: *b, name: d}\n",
            expect![[r#"
                4:22-4:26 error[property-moved-to-config] `tags` belongs under `config`
                5:10-5:12 error[property-moved-to-config] `tags` belongs under `config`
            "#]],
        );
    }

    #[test]
    fn a_config_that_others_have_too_takes_nothing_in() {
        let model = |config: &str, other: &str| {
            format!(
                "models:\n  - name: a\n    config: {config}\n    access: public\n  - name: b\n    {other}\n"
            )
        };
        no_fix(&model("&c\n      enabled: true", "config: *c"));
        no_fix(&model("&c {enabled: true}", "config: *c"));
        no_fix(&model("&c\n      enabled: true", "config: {<<: *c}"));
        no_fix(&model("&c\n      enabled: true", "config: {<<: [*c]}"));
        no_fix("models: [{name: a, config: &c {}, meta: {b: 1}}, {name: d, config: *c}]\n");
        no_fix(
            "models: [{name: a, data_tests: [b: {severity: warn, config: &c {}}, d: {config: *c}]}]\n",
        );
        // What `<<` brings would be hidden.
        no_fix("a: &a {config: {b: 1}}\nmodels:\n  - name: c\n    <<: *a\n    meta: {d: 1}\n");
        // Nobody else has this one.
        fixed(
            &model("&c {enabled: true}", "config: {}"),
            &model("&c {enabled: true, access: public}", "config: {}").replacen(
                "    access: public\n",
                "",
                1,
            ),
        );
    }

    #[test]
    fn lists_and_mappings_that_others_have_too_are_not_joined() {
        let source =
            |it: &str| format!("sources:\n  - name: a\n    {it}\n  - name: b\n    config: ");
        no_fix(&(source("tags: [c]\n    config: {tags: &t [pii]}") + "{tags: *t}\n"));
        no_fix(&(source("tags: [c]\n    config: &t {tags: [pii]}") + "*t\n"));
        no_fix(&(source("tags: [c]\n    config: {tags: &t pii}") + "{tags: *t}\n"));
        no_fix(&(source("meta: {c: 1}\n    config: {meta: &m {d: 1}}") + "{meta: *m}\n"));
        no_fix(
            &(source("meta: {c: 1}\n    config:\n      meta: &m\n        d: 1") + "{meta: *m}\n"),
        );
        no_fix(
            "a: &a {meta: {b: 1}}\nsources:\n  - name: c\n    meta: {d: 1}\n    config: {<<: *a}\n",
        );
    }

    #[test]
    fn comments_do_not_become_text() {
        fixed(
            "models:\n  - name: a\n    description: |\n      text\n    docs:\n      show: true\n\n      # a comment of docs\n    config:\n      enabled: true\n",
            "models:\n  - name: a\n    description: |\n      text\n    config:\n      enabled: true\n      docs:\n        show: true\n\n        # a comment of docs\n",
        );
        // Blanks neither.
        fixed(
            "models:\n  - name: a\n    description: |\n      text\n    docs: {show: true}\n        \n    config:\n      enabled: true\n",
            "models:\n  - name: a\n    description: |\n      text\n    config:\n      enabled: true\n      docs: {show: true}\n          \n",
        );
    }

    #[test]
    fn texts_keep_their_line_ends() {
        let column =
            |it: &str| format!("models:\n  - name: a\n    columns:\n      - name: b\n        {it}");
        for joined in ["|+\n            keep\n\n", "|\n            text", ">-\n            text"] {
            no_fix(&column(&format!(
                "meta:\n          x: {joined}\n          y: 1\n        config:\n          meta:\n            z: 1\n"
            )));
        }
        // The file ends without a line end.
        no_fix("models:\n  - name: a\n    docs:\n      x: |\n        text\n    config:");
        no_fix("models:\n  - name: a\n    docs:\n      x: |\n        text\n    config: {b: 1}");
        no_fix(
            "models:\n  - name: a\n    docs:\n      x: |\n        text\n    config:\n      b: 1",
        );
        no_fix("models:\n  - name: a\n    config:\n    docs:\n      x: |\n        text");
        no_fix(
            "models:\n  - name: a\n    docs: {show: true}\n    config:\n      x: |\n        text",
        );
        no_fix(&column(
            "meta: {x: 1}\n        config:\n          meta:\n            z: |\n              text",
        ));
        fixed(
            "models:\n  - name: a\n    docs:\n      x: |\n        text\n    config:\n",
            "models:\n  - name: a\n    config:\n      docs:\n        x: |\n          text\n",
        );
    }

    #[test]
    fn comments_on_what_is_joined_are_not_lost() {
        let column = |it: &str| {
            format!(
                "models:\n  - name: a\n    columns:\n      - name: b\n{it}        config: {{tags: [y], meta: {{z: 1}}}}\n"
            )
        };
        no_fix(&column(
            "        tags:\n          - pii # GDPR ticket 123\n          # do not remove\n          - x\n",
        ));
        no_fix(&column("        tags: [pii] # why\n"));
        no_fix(&column("        # why\n        tags: [pii]\n"));
        no_fix(&column("        tags: # why\n          - pii\n"));
        no_fix(&column("        tags: [pii]\n          # why\n"));
        no_fix(&column("        meta:\n          # why\n          x: 1\n"));
        no_fix(&column("        meta: {x: 1, # why\n          z: 2}\n"));
        no_fix("sources:\n  - name: a\n    meta: {z: 1} # why\n    config: {meta: {z: 1}}\n");
        // These are none.
        fixed(
            &column("        meta: {z: '#fff', y: 1}\n"),
            &column("").replace("z: 1}", "z: 1, y: 1}"),
        );
    }

    #[test]
    fn tags_stay_what_they_are_between_brackets() {
        let exposure = |tags: &str| {
            format!("exposures:\n  - name: a\n    tags:\n      - {tags}\n    config: {{tags: b}}\n")
        };
        fixed(&exposure("c d"), "exposures:\n  - name: a\n    config: {tags: [b, c d]}\n");
        no_fix(&exposure("c, d"));
        no_fix(&exposure("c\n        d"));
    }

    #[test]
    fn what_cannot_move_exactly_has_no_fix() {
        let say = |text: &str, expect| check(&RULE, "models/a.yml", text, expect);
        say(
            "models:\n  - name: a\n    meta: {b: 1}\n    config: '{{ c }}'\n",
            expect![[r#"
                3:5-3:9 error[property-moved-to-config] `meta` belongs under `config`
            "#]],
        );
        say(
            "models:\n  - name: a\n    meta: {b: 1}\n    meta: {c: 1}\n",
            expect![[r#"
                4:5-4:9 error[property-moved-to-config] `meta` belongs under `config`
            "#]],
        );
        say(
            "sources:\n  - name: a\n    loaded_at_field: b\n    config: {loaded_at_field: c}\n",
            expect![[r#"
                3:5-3:20 error[property-moved-to-config] `loaded_at_field` belongs under `config`, where it stands too
            "#]],
        );
        // The alias would stand above its anchor.
        say(
            "models:\n  - name: a\n    docs: {}\n    description: &b c\n    meta: {d: *b}\n",
            expect![[r#"
                3:5-3:9 error[property-moved-to-config] `docs` belongs under `config`
                5:5-5:9 error[property-moved-to-config] `meta` belongs under `config`
            "#]],
        );
    }
}

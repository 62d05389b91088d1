use super::edits::listed;
use super::generic_test::{Misplaced, wants_arguments};
use super::stray_keys::{PropertiesFile, with_file};
use crate::rule::declare_rule;
use crate::{FileContext, Findings};

declare_rule! {
    /// Arguments of a generic test that stand beside its `name` and `config`.
    ///
    /// dbt wants them under `arguments`, so that a test may have an argument that is called like a
    /// config. dbt Core says nothing where the flag `require_generic_test_arguments_property` is set
    /// to false; dbt v2 has no such flag.
    ///
    /// ```yaml
    /// data_tests:
    ///   - accepted_values:
    ///       values: [placed, returned]    # before
    ///   - accepted_values:
    ///       arguments:                    # after
    ///         values: [placed, returned]
    /// ```
    pub static MISSING_ARGUMENTS_PROPERTY_IN_GENERIC_TEST = {
        name: "missing-arguments-property-in-generic-test",
        event: Some("MissingArgumentsPropertyInGenericTestDeprecation"),
        severity: Warning,
        since: "dbt 1.10.8",
        files: [Properties],
        check: check,
    }
}

fn check(findings: &mut Findings<'_>, context: &FileContext<'_>) {
    if wants_arguments(context) {
        with_file(context, |file| check_tests(findings, context, file));
    }
}

fn check_tests(findings: &mut Findings<'_>, context: &FileContext<'_>, file: &PropertiesFile<'_>) {
    let editor = file.editor();
    for test in file.objects.tests() {
        let misplaced = Misplaced::of(context, &editor, test);
        let mut names: Vec<&str> = misplaced.arguments.iter().filter_map(|it| it.name()).collect();
        let mut place = misplaced.arguments.first().map(|it| it.key.range);
        if let Some(merged) = misplaced.merged.filter(|it| !it.arguments.is_empty()) {
            names.extend(merged.arguments);
            place = place.or(Some(merged.entry.key.range));
        }
        let Some(place) = place else { continue };
        let (noun, verb) =
            if names.len() == 1 { ("argument", "belongs") } else { ("arguments", "belong") };
        let names = listed(names);
        let message = format!("the {noun} {names} of `{}` {verb} under `arguments`", test.name);
        let fixes = misplaced.fix.into_iter().collect();
        findings.add_with_fixes(findings.refused_by_v2(), place, message, fixes);
    }
}

#[cfg(test)]
mod tests {
    use super::MISSING_ARGUMENTS_PROPERTY_IN_GENERIC_TEST as RULE;
    use crate::testing::{check, check_fix, check_in};
    use expect_test::expect;

    /// The tests of one column.
    fn column(tests: &str) -> String {
        let mut text = "models:\n  - name: orders\n    columns:\n      - name: id\n".to_owned();
        text += "        data_tests:\n";
        for line in tests.lines() {
            text += &format!("          {line}\n");
        }
        text
    }

    #[track_caller]
    fn fixed(before: &str, after: &str) {
        check_fix(&RULE, "models/a.yml", &column(before), &column(after));
    }

    #[test]
    fn the_first_argument_is_underlined() {
        check(
            &RULE,
            "models/a.yml",
            &column(
                "- unique\n- accepted_values:\n    values: [a]\n- relationships: {to: ref('b'), field: c}",
            ),
            expect![[r#"
                8:15-8:21 error[missing-arguments-property-in-generic-test] the argument `values` of `accepted_values` belongs under `arguments`
                    fix: Move `values` under `arguments`
                9:29-9:31 error[missing-arguments-property-in-generic-test] the arguments `to` and `field` of `relationships` belong under `arguments`
                    fix: Move `to` and `field` under `arguments`
            "#]],
        );
    }

    #[test]
    fn every_place_that_takes_tests() {
        check(
            &RULE,
            "models/a.yml",
            "\
models:
  - name: a
    tests: [{b: {c: 1}}]
    columns: [{name: d, tests: [{e: {f: 1}}]}]
    versions:
      - v: 1
        data_tests: [{test_name: g, h: 1}]
        columns: [{include: all}, {name: i, data_tests: [{j: {k: 1}}]}]
seeds: [{name: l, data_tests: [{m: {n: 1}}], columns: [{name: o, tests: [{p: {q: 1}}]}]}]
snapshots: [{name: r, data_tests: [{s: {t: 1}}]}]
sources:
  - name: u
    tables: [{name: v, tests: [{w: {x: 1}}], columns: [{name: y, tests: [{z: {aa: 1}}]}]}]
analyses: [{name: bb, columns: [{name: cc, tests: [{dd: {ee: 1}}]}]}]
exposures: [{name: ff, tests: [{gg: {hh: 1}}]}]
",
            expect![[r#"
                3:18-3:19 error[missing-arguments-property-in-generic-test] the argument `c` of `b` belongs under `arguments`
                    fix: Move `c` under `arguments`
                4:38-4:39 error[missing-arguments-property-in-generic-test] the argument `f` of `e` belongs under `arguments`
                    fix: Move `f` under `arguments`
                7:37-7:38 error[missing-arguments-property-in-generic-test] the argument `h` of `g` belongs under `arguments`
                    fix: Move `h` under `arguments`
                8:63-8:64 error[missing-arguments-property-in-generic-test] the argument `k` of `j` belongs under `arguments`
                    fix: Move `k` under `arguments`
                9:37-9:38 error[missing-arguments-property-in-generic-test] the argument `n` of `m` belongs under `arguments`
                    fix: Move `n` under `arguments`
                9:79-9:80 error[missing-arguments-property-in-generic-test] the argument `q` of `p` belongs under `arguments`
                    fix: Move `q` under `arguments`
                10:41-10:42 error[missing-arguments-property-in-generic-test] the argument `t` of `s` belongs under `arguments`
                    fix: Move `t` under `arguments`
                13:37-13:38 error[missing-arguments-property-in-generic-test] the argument `x` of `w` belongs under `arguments`
                    fix: Move `x` under `arguments`
                13:79-13:81 error[missing-arguments-property-in-generic-test] the argument `aa` of `z` belongs under `arguments`
                    fix: Move `aa` under `arguments`
            "#]],
        );
    }

    #[test]
    fn nothing_is_wrong_with_these() {
        check(
            &RULE,
            "models/a.yml",
            &column(
                "- a\n- b: {}\n- c: {arguments: {d: 1}}\n- e: {config: {where: f}, name: g, \
                 description: h, severity: warn, column_name: i}\n- test_name: j\n  name: k\n\
                 - l: [1]\n- m:\n- n: {o: 1}\n  p: 2\n- 1: {q: 1}",
            ),
            expect![[""]],
        );
        let text = column("- accepted_values: {values: [a]}");
        for project in [
            "name: shop\nflags: {require_generic_test_arguments_property: false}\nrequire-dbt-version: <2\n",
            "name: shop\nrequire-dbt-version: ['>=1.8.0', '<1.10.0']\n",
        ] {
            let files = [("models/a.yml", text.as_str()), ("dbt_project.yml", project)];
            check_in(&RULE, &files, expect![[""]]);
        }
    }

    #[test]
    fn beside_other_arguments_only_v2_minds() {
        let text = column("- accepted_values: {values: [a], arguments: {quote: true}}");
        let check = |pin: &str, expect| {
            let project = format!("name: shop\nrequire-dbt-version: '{pin}'\n");
            let files = [("models/a.yml", text.as_str()), ("dbt_project.yml", project.as_str())];
            check_in(&RULE, &files, expect);
        };
        check("<2.0.0", expect![[""]]);
        check(
            ">=2.0.0",
            expect![[r#"
                6:31-6:37 error[missing-arguments-property-in-generic-test] the argument `values` of `accepted_values` belongs under `arguments`
                    fix: Move `values` under `arguments`
            "#]],
        );
        fixed(
            "- accepted_values: {values: [a], arguments: {quote: true}}",
            "- accepted_values: {arguments: {quote: true, values: [a]}}",
        );
    }

    #[test]
    fn blocks_stay_blocks() {
        fixed(
            "- accepted_values:\n    values: [a, b] # both",
            "- accepted_values:\n    arguments:\n      values: [a, b] # both",
        );
        fixed(
            "- accepted_values:\n    # what there is\n    values:\n      - a\n      # but not c\n      - b\n    config:\n      where: d",
            "- accepted_values:\n    arguments:\n      # what there is\n      values:\n        - a\n        # but not c\n        - b\n    config:\n      where: d",
        );
        fixed(
            "- test_name: accepted_values\n  values:\n  - a\n  name: b\n  quote: false",
            "- test_name: accepted_values\n  arguments:\n    values:\n    - a\n    quote: false\n  name: b",
        );
        fixed(
            "- expression_is_true:\n    expression: |\n      a\n        > b\n\n    name: c",
            "- expression_is_true:\n    arguments:\n      expression: |\n        a\n          > b\n\n    name: c",
        );
    }

    #[test]
    fn braces_stay_braces() {
        fixed(
            "- relationships: {to: ref('b'), field: c}",
            "- relationships: {arguments: {to: ref('b'), field: c}}",
        );
        fixed(
            "- {relationships: {name: a, to: ref('b'), config: {where: \"c\"}, field: d}}",
            "- {relationships: {name: a, arguments: {to: ref('b'), field: d}, config: {where: \"c\"}}}",
        );
    }

    #[test]
    fn configs_of_the_same_test_move_along() {
        fixed(
            "- accepted_values:\n    values: [a]\n    severity: warn",
            "- accepted_values:\n    arguments:\n      values: [a]\n    config:\n      severity: warn",
        );
        fixed(
            "- accepted_values:\n    severity: warn\n    values: [a]\n    config:\n      limit: 1",
            "- accepted_values:\n    arguments:\n      values: [a]\n    config:\n      limit: 1\n      severity: warn",
        );
    }

    #[test]
    fn empty_arguments_are_filled() {
        fixed(
            "- accepted_values:\n    arguments:\n    values: [a]",
            "- accepted_values:\n    arguments:\n      values: [a]",
        );
        fixed(
            "- accepted_values: {arguments: {}, values: [a]}",
            "- accepted_values: {arguments: {values: [a]}}",
        );
    }

    #[test]
    fn what_cannot_move_exactly_has_no_fix() {
        let say = |tests: &str, expect| check(&RULE, "models/a.yml", &column(tests), expect);
        // One argument in both places, an argument that v2 takes for a config, a key twice.
        say(
            "- a: {b: 1, arguments: {b: 2}}",
            expect![[r#"
                6:17-6:18 error[missing-arguments-property-in-generic-test] the argument `b` of `a` belongs under `arguments`
            "#]],
        );
        say(
            "- a: {b: 1, quoting: {}}",
            expect![[r#"
                6:17-6:18 error[missing-arguments-property-in-generic-test] the argument `b` of `a` belongs under `arguments`
                    choice: Move `b` under `arguments`, `quoting` under `config` (`quoting` is a config then, and no argument of the test)
            "#]],
        );
        say(
            "- a: {b: 1, b: 2}",
            expect![[r#"
                6:23-6:24 error[missing-arguments-property-in-generic-test] the argument `b` of `a` belongs under `arguments`
            "#]],
        );
        // The config is a parse error already.
        say(
            "- a: {b: 1, where: c, config: {where: d}}",
            expect![[r#"
                6:17-6:18 error[missing-arguments-property-in-generic-test] the argument `b` of `a` belongs under `arguments`
            "#]],
        );
        // The alias would stand above its anchor.
        say(
            "- a:\n    b: 1\n    arguments: &c {d: 2}\n    e: *c",
            expect![[r#"
                7:15-7:16 error[missing-arguments-property-in-generic-test] the arguments `b` and `e` of `a` belong under `arguments`
            "#]],
        );
    }

    #[test]
    fn anchors_are_fixed_where_they_stand() {
        let text = "\
models:
  - name: a
    data_tests: &tests
      - b: &b {c: 1}
  - name: d
    data_tests: *tests
  - name: e
    data_tests:
      - b: *b
";
        check(
            &RULE,
            "models/a.yml",
            text,
            expect![[r#"
                4:16-4:17 error[missing-arguments-property-in-generic-test] the argument `c` of `b` belongs under `arguments`
                    fix: Move `c` under `arguments`
            "#]],
        );
        check_fix(&RULE, "models/a.yml", text, &text.replace("{c: 1}", "{arguments: {c: 1}}"));
    }

    #[test]
    fn merged_arguments_are_found_and_left_to_the_user() {
        let tests = "- a: &a {b: 1}\n- c: {<<: *a, name: d}";
        check(
            &RULE,
            "models/a.yml",
            &column(tests),
            expect![[r#"
                6:20-6:21 error[missing-arguments-property-in-generic-test] the argument `b` of `a` belongs under `arguments`
                7:17-7:19 error[missing-arguments-property-in-generic-test] the argument `b` of `c` belongs under `arguments`
            "#]],
        );
    }

    #[test]
    fn windows_line_ends_stay() {
        let lines = |text: &str| column(text).replace('\n', "\r\n");
        check_fix(
            &RULE,
            "models/a.yml",
            &lines("- a:\n    b: 1\n    c: 2"),
            &lines("- a:\n    arguments:\n      b: 1\n      c: 2"),
        );
    }
}

//! What the values of well-known keys look like. What dbt Core refuses and the v2 engine takes is
//! wrong in projects of dbt Core only.

use syntax::yaml::{Entry, Node, Value};

use super::{entry, shown};
use crate::Findings;

/// What dbt knows as the kind of an exposure.
const EXPOSURE_TYPES: [&str; 5] = ["dashboard", "notebook", "analysis", "ml", "application"];
/// What dbt Core wants a text for, where there is a `description` at all.
const DESCRIBED: [&str; 7] =
    ["models", "seeds", "snapshots", "analyses", "sources", "macros", "exposures"];
const ACCESS: [&str; 3] = ["private", "protected", "public"];

/// An item of one of a properties file's lists.
pub(super) fn item(findings: &mut Findings<'_>, key: &str, item: &Node) {
    for it in item.entries().iter().filter(|it| !it.is_merge) {
        if matches!(it.key.value, Value::Null | Value::Bool(_) | Value::Int(_) | Value::Float(_)) {
            findings.add(it.key.range, "the keys of an item are texts".to_owned());
        }
    }
    text(findings, item, "description");
    if DESCRIBED.contains(&key) {
        not_empty(findings, item, "description");
    }
    for argument in item.get("arguments").map_or(&[][..], Node::items) {
        described(findings, argument);
    }
    match key {
        "models" | "seeds" | "snapshots" => configured(findings, item),
        "sources" => mapping(findings, item, "config"),
        "exposures" => {
            required(findings, item, "type");
            required(findings, item, "owner");
            mapping(findings, item, "owner");
            one_of(findings, item, "type", &EXPOSURE_TYPES);
        }
        "groups" => {
            required(findings, item, "owner");
            mapping(findings, item, "owner");
        }
        "unit_tests" => {
            required(findings, item, "model");
            required(findings, item, "expect");
            mapping(findings, item, "expect");
            if findings.is_core() {
                required(findings, item, "given");
            }
        }
        _ => {}
    }
    if key == "models" {
        versions(findings, item);
    }
}

/// A column, or a table of a source.
pub(super) fn part(findings: &mut Findings<'_>, part: &Node) {
    described(findings, part);
    mapping(findings, part, "config");
    text(findings, part, "data_type");
}

fn described(findings: &mut Findings<'_>, holder: &Node) {
    text(findings, holder, "description");
    not_empty(findings, holder, "description");
}

/// dbt Core takes no key without a value here.
fn not_empty(findings: &mut Findings<'_>, holder: &Node, key: &str) {
    let Some(entry) = entry(holder, key).filter(|it| it.value.is_null()) else { return };
    if findings.is_core() {
        findings.add(entry.key.range, format!("`{key}` has no value"));
    }
}

fn configured(findings: &mut Findings<'_>, item: &Node) {
    mapping(findings, item, "config");
    mapping(findings, item, "meta");
    not_empty(findings, item, "config");
    let Some(config) = item.get("config") else { return };
    not_empty(findings, config, "meta");
    not_empty(findings, config, "tags");
    if let Some(enabled) = given(config, "enabled").filter(|it| it.value.as_str().is_some())
        && findings.is_core()
    {
        findings.add(enabled.value.range, "`enabled` is `true` or `false`".to_owned());
    }
    mapping(findings, config, "meta");
    one_of(findings, config, "access", &ACCESS);
    if let Some(tags) = entry(config, "tags") {
        let is_text = |it: &Node| it.as_str().is_some();
        let is_right = match tags.value.as_sequence() {
            Some(tags) => tags.iter().all(is_text),
            None => tags.value.is_null() || is_text(&tags.value),
        };
        if !is_right {
            findings.add(shown(tags), "`tags` is a text or a list of texts".to_owned());
        }
    }
}

fn versions(findings: &mut Findings<'_>, model: &Node) {
    let Some(versions) = entry(model, "versions").filter(|it| !is_open(&it.value)) else { return };
    let Some(items) = versions.value.as_sequence() else {
        findings.add(shown(versions), "`versions` is not a list".to_owned());
        return;
    };
    for item in items.iter().filter(|it| it.get("v").is_none() && !is_open(it)) {
        findings.add(item.range, "an item of `versions` is not a mapping with a `v`".to_owned());
    }
}

/// Nothing, or a template that may become anything.
fn is_open(value: &Node) -> bool {
    value.is_null() || value.as_str().is_some_and(|it| it.contains("{{") || it.contains("{%"))
}

fn given<'a>(holder: &'a Node, key: &str) -> Option<&'a Entry> {
    entry(holder, key).filter(|it| !is_open(&it.value))
}

fn text(findings: &mut Findings<'_>, holder: &Node, key: &str) {
    let Some(entry) = given(holder, key) else { return };
    // What YAML makes a date of is a text to dbt.
    if !matches!(entry.value.value, Value::String(_) | Value::Timestamp(_)) {
        findings.add(shown(entry), format!("`{key}` is not a text"));
    }
}

fn mapping(findings: &mut Findings<'_>, holder: &Node, key: &str) {
    let Some(entry) = given(holder, key) else { return };
    if entry.value.as_mapping().is_none() {
        findings.add(shown(entry), format!("`{key}` is not a mapping"));
    }
}

fn one_of(findings: &mut Findings<'_>, holder: &Node, key: &str, known: &[&str]) {
    let Some(entry) = given(holder, key) else { return };
    let is_known =
        entry.value.as_str().is_some_and(|it| known.iter().any(|one| it.eq_ignore_ascii_case(one)));
    if !is_known {
        let known: Vec<String> = known.iter().map(|it| format!("`{it}`")).collect();
        findings.add(shown(entry), format!("`{key}` is one of {}", known.join(", ")));
    }
}

fn required(findings: &mut Findings<'_>, item: &Node, key: &str) {
    if item.get(key).is_some() {
        return;
    }
    // An item without a name is not looked at: it has one.
    let place = item.get("name").map_or(item.range, |it| it.range);
    findings.add(place, format!("this has no `{key}`"));
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::super::INVALID_PROPERTIES;
    use crate::testing::{check, check_in};

    #[test]
    fn values_of_another_shape() {
        check(
            &INVALID_PROPERTIES,
            "models/m.yml",
            "models:
  - name: a
    3: x
    on: x
    description: 3
    config: {tags: [3], meta: [x], access: everybody}
    columns:
      - {name: id, description: [x], config: x, data_type: 3}
  - {name: b, config: x, meta: x, versions: 3}
  - {name: c, versions: [{x: 1}, 2, {v: 1}]}
  - {name: d, config: {tags: {a: b}}}
sources:
  - name: s
    config: [x]
    tables: [{name: t, description: 3}]
macros:
  - {name: m, arguments: [{name: x, description: 3}]}
exposures:
  - {name: e}
  - {name: f, type: map, owner: me}
groups:
  - {name: g}
unit_tests:
  - {name: u, given: [], expect: []}
",
            expect![[r#"
                3:5-3:6 error[invalid-properties] the keys of an item are texts
                4:5-4:7 error[invalid-properties] the keys of an item are texts
                5:18-5:19 error[invalid-properties] `description` is not a text
                6:20-6:23 error[invalid-properties] `tags` is a text or a list of texts
                6:31-6:34 error[invalid-properties] `meta` is not a mapping
                6:44-6:53 error[invalid-properties] `access` is one of `private`, `protected`, `public`
                8:33-8:36 error[invalid-properties] `description` is not a text
                8:46-8:47 error[invalid-properties] `config` is not a mapping
                8:60-8:61 error[invalid-properties] `data_type` is not a text
                9:23-9:24 error[invalid-properties] `config` is not a mapping
                9:32-9:33 error[invalid-properties] `meta` is not a mapping
                9:45-9:46 error[invalid-properties] `versions` is not a list
                10:26-10:32 error[invalid-properties] an item of `versions` is not a mapping with a `v`
                10:34-10:35 error[invalid-properties] an item of `versions` is not a mapping with a `v`
                11:24-11:28 error[invalid-properties] `tags` is a text or a list of texts
                14:13-14:16 error[invalid-properties] `config` is not a mapping
                15:37-15:38 error[invalid-properties] `description` is not a text
                17:50-17:51 error[invalid-properties] `description` is not a text
                19:12-19:13 error[invalid-properties] this has no `type`
                19:12-19:13 error[invalid-properties] this has no `owner`
                20:21-20:24 error[invalid-properties] `type` is one of `dashboard`, `notebook`, `analysis`, `ml`, `application`
                20:33-20:35 error[invalid-properties] `owner` is not a mapping
                22:12-22:13 error[invalid-properties] this has no `owner`
                24:12-24:13 error[invalid-properties] this has no `model`
                24:34-24:36 error[invalid-properties] `expect` is not a mapping
            "#]],
        );
    }

    #[test]
    fn values_that_dbt_core_alone_refuses() {
        let text = "models:
  - {name: a, description: , config: {tags: , meta: , enabled: 'no'}}
  - {name: b, config: }
unit_tests:
  - {name: u, model: a, expect: {rows: []}}
";
        let project = |version: &str| {
            format!("name: shop\nprofile: shop\nrequire-dbt-version: '{version}'\n")
        };
        check_in(
            &INVALID_PROPERTIES,
            &[("models/m.yml", text), ("dbt_project.yml", &project("<2.0.0"))],
            expect![[r#"
                2:15-2:26 error[invalid-properties] `description` has no value
                2:39-2:43 error[invalid-properties] `tags` has no value
                2:47-2:51 error[invalid-properties] `meta` has no value
                2:64-2:68 error[invalid-properties] `enabled` is `true` or `false`
                3:15-3:21 error[invalid-properties] `config` has no value
                5:12-5:13 error[invalid-properties] this has no `given`
            "#]],
        );
        check_in(
            &INVALID_PROPERTIES,
            &[("models/m.yml", text), ("dbt_project.yml", &project(">=2.0.0"))],
            expect![""],
        );
    }

    #[test]
    fn values_that_may_be_right() {
        let text = "models:
  - name: a
    description:
    config: {tags: nightly, meta: {}, access: \"{{ var('x') }}\", enabled: \"{{ true }}\"}
    columns: [{name: id, description: \"{{ doc('x') }}\", data_type: 2024-01-01}]
  - {name: b, config: , versions: [{v: 1}], latest_version: 1}
  - {name: c, config: \"{{ var('c') }}\", description: >
      text}
  - name: 2024-01-01
exposures:
  - {name: e, type: Dashboard, owner: {name: x}}
unit_tests:
  - {name: u, model: a, given: [], expect: {rows: []}}
";
        check(&INVALID_PROPERTIES, "models/m.yml", text, expect![""]);
    }
}

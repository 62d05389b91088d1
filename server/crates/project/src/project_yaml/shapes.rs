//! What the values of a `dbt_project.yml` look like. Only what dbt Core and the v2 engine both
//! refuse is said to be wrong.

use base::TextRange;
use syntax::Problem;
use syntax::yaml::{Node, Value};

const MAPPINGS: [&str; 16] = [
    "models",
    "seeds",
    "snapshots",
    "analyses",
    "sources",
    "tests",
    "data_tests",
    "unit_tests",
    "metrics",
    "semantic-models",
    "saved-queries",
    "exposures",
    "functions",
    "vars",
    "quoting",
    "dbt-cloud",
];

const LISTS_OF_TEXTS: [&str; 12] = [
    "model-paths",
    "source-paths",
    "seed-paths",
    "data-paths",
    "snapshot-paths",
    "test-paths",
    "analysis-paths",
    "macro-paths",
    "function-paths",
    "docs-paths",
    "asset-paths",
    "clean-targets",
];

const TEXTS: [&str; 4] = ["profile", "target-path", "log-path", "packages-install-path"];

const OTHERS: [&str; 13] = [
    "name",
    "version",
    "config-version",
    "project-root",
    "on-run-start",
    "on-run-end",
    "require-dbt-version",
    "dispatch",
    "packages",
    "query-comment",
    "restrict-access",
    "flags",
    "sync",
];

pub(super) fn problems(root: &Node) -> Vec<Problem> {
    let mut found = Vec::new();
    for entry in root.entries().iter().filter(|it| !it.is_merge) {
        let Some(key) = entry.key.as_str() else {
            // A date or something larger would be a text or an error of YAML's.
            if matches!(entry.key.value, Value::Null | Value::Bool(_) | Value::Int(_)) {
                found.push(problem(entry.key.range, "the keys of a project are texts"));
            }
            continue;
        };
        if !is_known(key) {
            found.push(problem(entry.key.range, &format!("dbt knows no `{key}` in a project")));
        } else if let Some(message) = wrong_value(key, &entry.value) {
            let is_long = entry.value.as_mapping().is_some();
            let range = if is_long { entry.key.range } else { entry.value.range };
            found.push(problem(range, &message));
        }
    }
    found
}

fn wrong_value(key: &str, value: &Node) -> Option<String> {
    let is_text = |it: &Node| it.as_str().is_some();
    // A template may become anything.
    let is_open = |it: &Node| it.as_str().is_some_and(|it| it.contains("{{") || it.contains("{%"));
    let are_texts = |it: &Node| it.as_sequence().is_some_and(|it| it.iter().all(is_text));
    if value.is_null() || is_open(value) {
        return None;
    }
    let known = |keys: &[&str]| keys.contains(&key);
    let wrong = |is_right: bool, what: &str| (!is_right).then(|| format!("`{key}` is not {what}"));
    match key {
        _ if known(&MAPPINGS) => wrong(value.as_mapping().is_some(), "a mapping"),
        _ if known(&LISTS_OF_TEXTS) => wrong(are_texts(value), "a list of texts"),
        _ if known(&TEXTS) => wrong(is_text(value), "a text"),
        "on-run-start" | "on-run-end" => {
            wrong(is_text(value) || are_texts(value), "a text or a list of texts")
        }
        "query-comment" => wrong(!matches!(value.value, Value::Int(_)), "a text"),
        "dispatch" => {
            let is_entry = |it: &Node| {
                is_open(it)
                    || ["macro_namespace", "search_order"].iter().all(|key| it.get(key).is_some())
            };
            let what = "a list of mappings with a `macro_namespace` and a `search_order`";
            wrong(value.as_sequence().is_some_and(|it| it.iter().all(is_entry)), what)
        }
        _ => None,
    }
}

fn is_known(key: &str) -> bool {
    let hyphenated = key.replace('_', "-");
    let known = |it: &&[&str]| it.contains(&key) || it.contains(&&*hyphenated);
    [&MAPPINGS[..], &LISTS_OF_TEXTS, &TEXTS, &OTHERS].iter().any(known)
}

fn problem(range: TextRange, message: &str) -> Problem {
    Problem { range, message: message.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn messages(text: &str) -> Vec<String> {
        let document = syntax::yaml::parse(text);
        let found = problems(document.root.as_ref().unwrap());
        let shown = |it: Problem| format!("{}: {}", &text[it.range], it.message);
        found.into_iter().map(shown).collect()
    }

    #[test]
    fn values_that_no_dbt_takes() {
        let text = "name: shop\nvars: text\nmodels: [a]\nmodel-paths: models\nclean-targets: [1]\n\
                    profile: 3\non-run-start: {a: b}\ndispatch: [{macro_namespace: dbt}]\n\
                    query-comment: 3\nfoo: bar\n3: x\n";
        let expected = [
            "text: `vars` is not a mapping",
            "[a]: `models` is not a mapping",
            "models: `model-paths` is not a list of texts",
            "[1]: `clean-targets` is not a list of texts",
            "3: `profile` is not a text",
            "on-run-start: `on-run-start` is not a text or a list of texts",
            "[{macro_namespace: dbt}]: `dispatch` is not a list of mappings with a \
             `macro_namespace` and a `search_order`",
            "3: `query-comment` is not a text",
            "foo: dbt knows no `foo` in a project",
            "3: the keys of a project are texts",
        ];
        assert_eq!(messages(text), expected);
    }

    #[test]
    fn values_that_dbt_takes() {
        let text = "name: shop\nversion: 1.0.0\nconfig-version: 2\nvars:\nmodels: {shop: {}}\n\
                    model-paths: [models]\nvars: \"{{ env_var('X') }}\"\nquery-comment: false\n\
                    on-run-end: select 1\nflags: {}\nrequire-dbt-version: ['>=1.0.0']\n\
                    dispatch: [{macro_namespace: dbt, search_order: [shop, dbt]}]\nsync: {}\n";
        assert_eq!(messages(text), Vec::<String>::new());
    }
}

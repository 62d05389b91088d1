//! Writes what is known of a connection into the text of a `profiles.yml`: only what is missing or
//! differs changes; comments, order and other profiles stay.

mod login;

use std::fmt;

use syntax::yaml::edit::{Edit, Editor, Place, apply, scalar};
use syntax::yaml::{Document, Mapping, Node, Style, parse};

use crate::Json;

pub use login::{LoginChoice, login_choices};

/// What one output of a profile shall hold.
#[derive(Debug, Clone, PartialEq)]
pub struct WantedOutput {
    pub profile: String,
    pub target: String,
    pub adapter: String,
    /// What is known of the connection; of an output that is there it is brought up to date.
    pub fields: Vec<(String, Wanted)>,
    /// How one logs in and what nobody knows: only written with a new output, else it is the user's.
    pub at_first: Vec<(String, Wanted)>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Wanted {
    Value(Json),
    /// The value of a variable; the file names the variable alone.
    Variable(String),
}

/// A value that is another one in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    pub key: String,
    pub here: String,
    pub there: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hydrated {
    pub text: String,
    /// What stood there before with another value, and has been replaced.
    pub replaced: Vec<Difference>,
}

/// Why a file stays as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// No engine could read it either.
    Unreadable,
    OtherAdapter {
        target: String,
        here: String,
        there: String,
    },
    /// Written in a way that cannot be changed without risk: shared by an alias, or no mapping.
    Untouchable {
        place: String,
    },
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable => {
                f.write_str("`profiles.yml` is not readable as YAML; correct it first")
            }
            Self::OtherAdapter { target, here, there } => write!(
                f,
                "the output `{target}` is of type {here}, the connection of type {there}; choose another name with `--target`"
            ),
            Self::Untouchable { place } => write!(
                f,
                "`{place}` is written in a way that cannot be changed without risk; write the output by hand or choose another name with `--target`"
            ),
        }
    }
}

impl std::error::Error for Refusal {}

/// The text of the file with the output in it. Done twice, the second time changes nothing.
pub fn hydrate(text: &str, wanted: &WantedOutput) -> Result<Hydrated, Refusal> {
    let document = parse(text.trim_end());
    if !document.readable {
        return Err(Refusal::Unreadable);
    }
    let Some(root) = document.root.as_ref().filter(|it| !it.is_null()) else {
        let begin = on_new_line(text);
        return checked(format!("{begin}{}\n", whole(wanted)), Vec::new());
    };
    let Some(mapping) = root.as_mapping() else { return Err(Refusal::Unreadable) };
    let path = [wanted.profile.as_str(), "outputs", wanted.target.as_str()];
    if let Some(output) = document.get_path(&path).and_then(Node::as_mapping) {
        return refresh(text, &path, output, wanted);
    }
    let untouchable = |depth: usize| Refusal::Untouchable { place: path[..depth].join(".") };
    let editor = Editor::new(text, &document);
    let edits = match entry(mapping, path[0]) {
        None => editor.insert_entry(root, Place::End, &whole(wanted)),
        Some(profile) => {
            let outputs = profile.as_mapping().and_then(|it| entry(it, path[1]));
            let outputs = outputs.filter(|it| !it.is_null());
            let is_free =
                |it: &Node| it.as_mapping().is_some_and(|it| entry(it, path[2]).is_none());
            if outputs.is_some_and(|it| !is_free(it)) {
                return Err(untouchable(3));
            }
            editor.insert_under(profile, path[1], &output(wanted, is_flow(profile, outputs)))
        }
    };
    let edits = edits.filter(|it| editor.is_readable(it)).ok_or_else(|| untouchable(1))?;
    checked(apply(text, &edits), Vec::new())
}

/// Whether a new output stands in braces: so do its neighbours.
fn is_flow(profile: &Node, outputs: Option<&Node>) -> bool {
    outputs.unwrap_or(profile).style == Style::Flow
}

/// Brings the values of an output up to date, one after the other: an edit moves what follows.
fn refresh(
    text: &str,
    path: &[&str],
    output: &Mapping,
    wanted: &WantedOutput,
) -> Result<Hydrated, Refusal> {
    if let Some(here) = entry(output, "type").and_then(Node::as_str)
        && here != wanted.adapter
        && !here.contains("{{")
    {
        let (target, here) = (wanted.target.clone(), here.to_owned());
        return Err(Refusal::OtherAdapter { target, here, there: wanted.adapter.clone() });
    }
    let mut text = text.to_owned();
    let mut replaced = Vec::new();
    for (key, value) in &wanted.fields {
        let document = parse(text.trim_end());
        let untouchable = || Refusal::Untouchable { place: path.join(".") };
        let node = document.get_path(path).ok_or_else(untouchable)?;
        let Some((edits, difference)) = edit_of(&text, &document, node, key, value) else {
            continue;
        };
        text = apply(&text, &edits.ok_or_else(untouchable)?);
        replaced.extend(difference);
    }
    checked(text, replaced)
}

/// What one field needs; nothing where the file says it already, or computes it.
fn edit_of(
    text: &str,
    document: &Document,
    output: &Node,
    key: &str,
    wanted: &Wanted,
) -> Option<(Option<Vec<Edit>>, Option<Difference>)> {
    let editor = Editor::new(text, document);
    let entries = output.entries().iter();
    let found = entries.rev().find(|it| it.key.as_str().is_some_and(|it| same_key(it, key)));
    let edits = match found {
        None => editor.insert_entry(output, Place::End, &format!("{key}: {}", written(wanted))),
        Some(found) => {
            let Wanted::Value(value) = wanted else { return None };
            let here = crate::to_json(&found.value);
            let (here, there) = (plain(&here), plain(value));
            if here == there || here.contains("{{") {
                return None;
            }
            if found.value.alias().is_some() || found.value.as_mapping().is_some() {
                return Some((None, None));
            }
            let edits = editor.replace_value(found, &written(wanted));
            let key = found.key.as_str().unwrap_or(key).to_owned();
            return Some((Some(edits), Some(Difference { key, here, there })));
        }
    };
    Some((edits.filter(|it| editor.is_readable(it)), None))
}

/// Different names of the same thing: the file keeps the one it has.
pub(crate) fn same_key(here: &str, wanted: &str) -> bool {
    const SAME: [&[&str]; 3] = [
        &["database", "dbname", "project", "catalog"],
        &["schema", "dataset"],
        &["user", "username"],
    ];
    here == wanted || SAME.iter().any(|it| it.contains(&here) && it.contains(&wanted))
}

fn entry<'a>(mapping: &'a Mapping, key: &str) -> Option<&'a Node> {
    mapping.entries.iter().rev().find(|it| it.key.as_str() == Some(key)).map(|it| &it.value)
}

/// An edited file that could not be read any more is none of ours.
fn checked(text: String, replaced: Vec<Difference>) -> Result<Hydrated, Refusal> {
    if parse(text.trim_end()).readable {
        Ok(Hydrated { text, replaced })
    } else {
        Err(Refusal::Unreadable)
    }
}

fn whole(wanted: &WantedOutput) -> String {
    let output = indented(&output(wanted, false), "    ");
    let WantedOutput { profile, target, .. } = wanted;
    format!("{}:\n  target: {}\n  outputs:\n{output}", scalar(profile), scalar(target))
}

fn output(wanted: &WantedOutput, flow: bool) -> String {
    let fields = wanted
        .at_first
        .iter()
        .filter(|(key, _)| !wanted.fields.iter().any(|(it, _)| same_key(it, key)));
    // Threads come last, as in the profiles of dbt's own wizard.
    let (last, first): (Vec<_>, Vec<_>) =
        wanted.fields.iter().chain(fields).partition(|(key, _)| key == "threads");
    let pairs =
        first.into_iter().chain(last).map(|(key, value)| format!("{key}: {}", written(value)));
    let pairs = std::iter::once(format!("type: {}", scalar(&wanted.adapter))).chain(pairs);
    let target = scalar(&wanted.target);
    if flow {
        return format!("{target}: {{{}}}", pairs.collect::<Vec<_>>().join(", "));
    }
    let lines: Vec<String> = pairs.collect();
    format!("{target}:\n{}", indented(&lines.join("\n"), "  "))
}

fn written(wanted: &Wanted) -> String {
    match wanted {
        Wanted::Variable(name) => format!("\"{{{{ env_var('{name}') }}}}\""),
        Wanted::Value(Json::String(text)) => scalar(text),
        Wanted::Value(Json::Array(items)) => {
            let items: Vec<String> = items.iter().map(|it| scalar(&plain(it))).collect();
            format!("[{}]", items.join(", "))
        }
        Wanted::Value(other) => other.to_string(),
    }
}

/// A value as one compares it: a number and the same number as text are one.
fn plain(value: &Json) -> String {
    match value {
        Json::String(it) => it.clone(),
        other => other.to_string(),
    }
}

fn indented(text: &str, by: &str) -> String {
    let lines: Vec<String> = text.lines().map(|it| format!("{by}{it}")).collect();
    lines.join("\n")
}

/// A text that something can follow on a line of its own.
fn on_new_line(text: &str) -> String {
    if text.is_empty() || text.ends_with('\n') { text.to_owned() } else { format!("{text}\n") }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};
    use serde_json::json;

    use super::*;

    fn wanted() -> WantedOutput {
        let value = |key: &str, it: Json| (key.to_owned(), Wanted::Value(it));
        WantedOutput {
            profile: "shop".to_owned(),
            target: "dev".to_owned(),
            adapter: "snowflake".to_owned(),
            fields: vec![
                value("account", json!("ab12345")),
                value("user", json!("ANA")),
                value("role", json!("TRANSFORMER")),
                value("database", json!("ANALYTICS")),
                value("threads", json!(8)),
            ],
            at_first: vec![
                value("authenticator", json!("externalbrowser")),
                ("schema".to_owned(), Wanted::Variable("DBT_SCHEMA".to_owned())),
            ],
        }
    }

    #[track_caller]
    fn check(text: &str, expect: Expect) {
        let first = hydrate(text, &wanted()).unwrap();
        expect.assert_eq(&first.text);
        let again = hydrate(&first.text, &wanted()).unwrap();
        assert_eq!(again, Hydrated { text: first.text, replaced: Vec::new() });
    }

    #[test]
    fn a_new_file_holds_the_profile() {
        check(
            "",
            expect![[r#"
                shop:
                  target: dev
                  outputs:
                    dev:
                      type: snowflake
                      account: ab12345
                      user: ANA
                      role: TRANSFORMER
                      database: ANALYTICS
                      authenticator: externalbrowser
                      schema: "{{ env_var('DBT_SCHEMA') }}"
                      threads: 8
            "#]],
        );
    }

    #[test]
    fn other_profiles_and_comments_stay() {
        check(
            "# mine\nother: # keep\n  target: x\n  outputs: {x: {type: duckdb}}\n",
            expect![[r##"
                # mine
                other: # keep
                  target: x
                  outputs: {x: {type: duckdb}}
                shop:
                  target: dev
                  outputs:
                    dev:
                      type: snowflake
                      account: ab12345
                      user: ANA
                      role: TRANSFORMER
                      database: ANALYTICS
                      authenticator: externalbrowser
                      schema: "{{ env_var('DBT_SCHEMA') }}"
                      threads: 8
            "##]],
        );
    }

    #[test]
    fn line_ends_stay() {
        let text = hydrate("other:\r\n  outputs: {}\r\n", &wanted()).unwrap().text;
        assert!(text.contains("shop:\r\n") && !text.replace("\r\n", "").contains('\n'), "{text:?}");
    }

    #[test]
    fn an_output_joins_those_of_the_profile() {
        check(
            "shop:\n    target: ci\n    outputs:\n        ci: # robots\n            type: duckdb\n",
            expect![[r#"
                shop:
                    target: ci
                    outputs:
                        ci: # robots
                            type: duckdb
                        dev:
                          type: snowflake
                          account: ab12345
                          user: ANA
                          role: TRANSFORMER
                          database: ANALYTICS
                          authenticator: externalbrowser
                          schema: "{{ env_var('DBT_SCHEMA') }}"
                          threads: 8
            "#]],
        );
    }

    #[test]
    fn values_are_brought_up_to_date_and_what_is_computed_stays() {
        let text = "shop:\n  target: dev\n  outputs:\n    dev:\n      type: snowflake\n      account: ab12345 # ours\n      user: \"{{ env_var('DBT_USER') }}\"\n      role: ANALYST  # for now\n      dbname: 'ANALYTICS'\n      password: mine\n";
        check(
            text,
            expect![[r#"
            shop:
              target: dev
              outputs:
                dev:
                  type: snowflake
                  account: ab12345 # ours
                  user: "{{ env_var('DBT_USER') }}"
                  role: TRANSFORMER  # for now
                  dbname: 'ANALYTICS'
                  password: mine
                  threads: 8
        "#]],
        );
        let replaced = hydrate(text, &wanted()).unwrap().replaced;
        let role =
            Difference { key: "role".into(), here: "ANALYST".into(), there: "TRANSFORMER".into() };
        assert_eq!(replaced, [role]);
    }

    #[test]
    fn what_cannot_be_changed_safely_stays() {
        let refused = |text: &str| hydrate(text, &wanted()).unwrap_err().to_string();
        let shared = "base: &base {type: snowflake, role: A}\nshop:\n  outputs:\n    dev: *base\n";
        for text in [
            shared,
            "shop: [1]\n",
            "shop:\n  outputs: 1\n",
            "- a\n",
            "a: [\n",
            "shop:\n  outputs:\n    dev:\n      type: postgres\n",
            "shop:\n  outputs:\n    dev: 3\n",
        ] {
            assert!(!refused(text).is_empty());
        }
    }

    #[test]
    fn secrets_stand_behind_variables_and_log_in_without_one_comes_first() {
        let text = |adapter: &str, login: Option<&str>| {
            let of = |it: &str| it.to_owned();
            let known = vec![(of("threads"), json!(4))];
            let wanted =
                WantedOutput::new(of("shop"), of("dev"), of(adapter), known, login).unwrap();
            hydrate("", &wanted).unwrap().text
        };
        expect![[r#"
            shop:
              target: dev
              outputs:
                dev:
                  type: snowflake
                  account: "{{ env_var('DBT_SNOWFLAKE_ACCOUNT') }}"
                  user: "{{ env_var('DBT_SNOWFLAKE_USER') }}"
                  role: "{{ env_var('DBT_SNOWFLAKE_ROLE') }}"
                  warehouse: "{{ env_var('DBT_SNOWFLAKE_WAREHOUSE') }}"
                  database: "{{ env_var('DBT_SNOWFLAKE_DATABASE') }}"
                  schema: "{{ env_var('DBT_SNOWFLAKE_SCHEMA') }}"
                  authenticator: externalbrowser
                  threads: 4
        "#]]
        .assert_eq(&text("snowflake", None));
        expect![[r#"
            shop:
              target: dev
              outputs:
                dev:
                  type: postgres
                  port: 5432
                  host: "{{ env_var('DBT_POSTGRES_HOST') }}"
                  user: "{{ env_var('DBT_POSTGRES_USER') }}"
                  dbname: "{{ env_var('DBT_POSTGRES_DBNAME') }}"
                  schema: "{{ env_var('DBT_POSTGRES_SCHEMA') }}"
                  password: "{{ env_var('DBT_ENV_SECRET_POSTGRES_PASSWORD') }}"
                  threads: 4
        "#]]
        .assert_eq(&text("postgres", None));
        expect![[r#"
            shop:
              target: dev
              outputs:
                dev:
                  type: databricks
                  host: "{{ env_var('DBT_DATABRICKS_HOST') }}"
                  http_path: "{{ env_var('DBT_DATABRICKS_HTTP_PATH') }}"
                  schema: "{{ env_var('DBT_DATABRICKS_SCHEMA') }}"
                  token: "{{ env_var('DBT_ENV_SECRET_DATABRICKS_TOKEN') }}"
                  threads: 4
        "#]]
        .assert_eq(&text("databricks", Some("token")));
        let unknown =
            WantedOutput::new("a".into(), "b".into(), "bigquery".into(), vec![], Some("x"));
        assert_eq!(unknown.unwrap_err(), ["oauth", "service-account"]);
    }
}

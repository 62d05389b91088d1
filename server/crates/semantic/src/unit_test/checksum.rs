use project::Json;
use sha2::{Digest, Sha256};
use syntax::yaml::Node as Yaml;

use super::rows::{Fixture, Rows, overrides_json};

/// dbt compares unit tests by what Python prints of their parts.
pub(super) fn checksum(
    model: &str,
    versions: Option<&Yaml>,
    given: &[Fixture],
    expect: &Fixture,
    overrides: Option<&Yaml>,
) -> String {
    let versions = versions.map_or_else(
        || "None".to_owned(),
        |it| {
            let list = |key: &str| {
                it.get(key).map_or_else(|| "None".to_owned(), |it| repr(&project::to_json(it)))
            };
            format!(
                "UnitTestNodeVersions(include={}, exclude={})",
                list("include"),
                list("exclude")
            )
        },
    );
    let overrides = overrides.map_or_else(
        || "None".to_owned(),
        |it| {
            let parts = overrides_json(it);
            let part = |key: &str| parts.get(key).map(repr).unwrap_or_default();
            format!(
                "UnitTestOverrides(macros={}, vars={}, env_vars={})",
                part("macros"),
                part("vars"),
                part("env_vars")
            )
        },
    );
    let inputs: Vec<String> = given.iter().map(|it| fixture(it, "UnitTestInputFixture")).collect();
    let mut data = format!(
        "{model}-{versions}-[{}]-{}-{overrides}",
        inputs.join(", "),
        fixture(expect, "UnitTestOutputFixture")
    );
    for input in given.iter().filter(|it| it.fixture.is_some()) {
        data.push('-');
        data.push_str(&rows(&input.rows, false));
    }
    Sha256::digest(data.as_bytes()).iter().map(|it| format!("{it:02x}")).collect()
}

fn fixture(fixture: &Fixture, class: &str) -> String {
    let input =
        fixture.input.as_ref().map(|it| format!("input={}, ", repr(&Json::from(it.as_str()))));
    let format = match fixture.format.as_str() {
        "csv" => "<UnitTestFormat.CSV: 'csv'>",
        "sql" => "<UnitTestFormat.SQL: 'sql'>",
        _ => "<UnitTestFormat.Dict: 'dict'>",
    };
    let name = fixture
        .fixture
        .as_ref()
        .map_or_else(|| "None".to_owned(), |it| repr(&Json::from(it.as_str())));
    format!(
        "{class}({}rows={}, format={format}, fixture={name})",
        input.unwrap_or_default(),
        rows(&fixture.rows, true)
    )
}

fn rows(rows: &Rows, quoted: bool) -> String {
    match rows {
        Rows::Text(text) if quoted => repr(&Json::from(text.as_str())),
        Rows::Text(text) => text.clone(),
        Rows::List(rows) => {
            let rows = rows.iter().map(|row| {
                let pairs = row
                    .iter()
                    .map(|(key, it)| format!("{}: {}", repr(&Json::from(key.as_str())), it.repr));
                format!("{{{}}}", pairs.collect::<Vec<_>>().join(", "))
            });
            format!("[{}]", rows.collect::<Vec<_>>().join(", "))
        }
    }
}

fn repr(value: &Json) -> String {
    jinja::value::repr::repr(&jinja::data::from_json(value)).unwrap_or_default()
}

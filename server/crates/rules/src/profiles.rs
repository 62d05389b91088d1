//! Rules about `profiles.yml`. Only the output in use is judged strictly: of the others dbt reads
//! nothing but their names.

pub mod invalid_profile;
pub mod literal_secret;
pub mod platform_drift;
pub mod profile_missing_key;
pub mod profile_unknown_key;
pub mod unsupported_adapter;

use project::{Adapter, Field, Generation, Output, dbt_version, selected_output};

use crate::FileContext;

/// The output in use with its adapter, where that is known.
struct Selected {
    output: Output,
    adapter: &'static Adapter,
    generation: Generation,
}

fn selected(context: &FileContext<'_>) -> Option<Selected> {
    let output = selected_output_here(context)?;
    let adapter = output.adapter()?;
    Some(Selected { output, adapter, generation: generation(context) })
}

/// The output in use, where it stands in this file.
fn selected_output_here(context: &FileContext<'_>) -> Option<Output> {
    selected_output(context.db, context.project).filter(|it| it.file == context.file)
}

fn generation(context: &FileContext<'_>) -> Generation {
    dbt_version(context.db, context.project).generation()
}

fn engine_name(generation: Generation) -> &'static str {
    match generation {
        Generation::Core => "dbt Core",
        Generation::V2 => "dbt v2",
    }
}

impl Selected {
    /// The field under any spelling of a key.
    fn field(&self, key: &str) -> Option<&Field> {
        let key = self.adapter.key(key)?;
        key.spellings().find_map(|it| self.output.field(it))
    }
}

/// Names as they are listed in a sentence, not more than anybody reads.
fn list<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    const SHOWN: usize = 12;
    let names: Vec<String> = names.into_iter().map(|it| format!("`{it}`")).collect();
    match names.len().checked_sub(SHOWN) {
        Some(more @ 1..) => format!("{} and {more} more", names[..SHOWN].join(", ")),
        _ => names.join(", "),
    }
}

#[cfg(test)]
mod tests {
    use test_support::Fixture;

    use crate::{Scope, check_file};

    /// How long it takes is what the test is about: quadratic work would take minutes.
    #[test]
    fn broken_files_and_ten_thousand_outputs_end_soon() {
        let outputs: String = (0..10_000)
            .map(|it| {
                format!(
                    "    o{it}: {{type: snowflake, password: secret-{it}, user: \"{{{{ env_var('U{it}') }}}}\"}}\n"
                )
            })
            .collect();
        let texts = [
            format!("shop:\n  target: o9999\n  outputs:\n{outputs}"),
            "shop: &a\n  target: dev\n  outputs: {dev: *a}\n".to_owned(),
            "shop: &a\n  <<: *a\n  outputs: {dev: {<<: *a, type: postgres}}\n".to_owned(),
            "shop: {target: dev, outputs: {dev: {type: [duckdb], threads: {a: b}}}}\n".to_owned(),
            "shop: {target: dev, outputs: {dev: {type: nosuch, password: {}}}}\n".to_owned(),
            "shop: {target: '{{', outputs: {'{{': {type: '{% if %}'}}}}\n".to_owned(),
            "shop:\n  outputs:\n    default:\n      type: duckdb\n      path: '{{ env_var(1) }}'\n     bad".to_owned(),
            "- a\n- b\n".to_owned(),
            "\u{feff}".to_owned(),
        ];
        for text in texts {
            let mut fixture = Fixture::new("");
            fixture.write("profiles.yml", &text);
            let file = fixture.file("profiles.yml");
            let found = check_file(&fixture.db, fixture.project, file, Scope::File);
            assert!(found.iter().all(|it| !it.message.contains("secret-")), "{found:?}");
            let project = fixture.file("dbt_project.yml");
            check_file(&fixture.db, fixture.project, project, Scope::File);
        }
    }
}

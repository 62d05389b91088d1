use std::collections::BTreeMap;

use base::{FilePath, Settings};

/// What dbt reads from variables of the environment where no flag is given.
#[must_use]
pub fn from_environment(environment: &BTreeMap<String, String>) -> Settings {
    let text = |name: &str| environment.get(name).filter(|it| !it.is_empty()).cloned();
    Settings {
        defer: text("DBT_DEFER").is_some_and(|it| is_true(&it)),
        favor_state: text("DBT_FAVOR_STATE").is_some_and(|it| is_true(&it)),
        state: text("DBT_STATE").or_else(|| text("DBT_DEFER_STATE")),
        profile: text("DBT_PROFILE"),
        target: text("DBT_TARGET"),
        profiles_dir: text("DBT_PROFILES_DIR").map(|it| FilePath::new(&it)),
        vars: text("DBT_VARS"),
        ..Settings::default()
    }
}

/// As dbt's command line reads a switch from a variable.
fn is_true(value: &str) -> bool {
    matches!(value.to_ascii_lowercase().as_str(), "1" | "true" | "t" | "yes" | "y" | "on")
}

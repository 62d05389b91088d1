use std::sync::Arc;

use base::{Db, Project};
use project::{Json, environment_value, package_facts, packages};

/// What dbt does with its warnings in a project: `warn_error` and `warn_error_options`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Warnings {
    error: Vec<String>,
    warn: Vec<String>,
    silence: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Told {
    Not,
    Warning,
    Error,
}

impl Warnings {
    pub(super) fn is_default(&self) -> bool {
        *self == Self::default()
    }

    /// What becomes of an event, by dbt's class name.
    pub(super) fn of(&self, event: &str) -> Told {
        let names = |list: &[String]| {
            let is_deprecation = event.ends_with("Deprecation");
            list.iter().any(|it| {
                it == event || (is_deprecation && it == "Deprecations") || it == "all" || it == "*"
            })
        };
        let is_exempt = self.warn.iter().any(|it| it == event);
        if names(&self.silence) {
            Told::Not
        } else if names(&self.error) && !is_exempt {
            Told::Error
        } else {
            Told::Warning
        }
    }
}

/// The environment's word is stronger than that of `dbt_project.yml`, as for dbt.
#[salsa::tracked(returns(clone))]
pub(super) fn warnings(db: &dyn Db, project: Project) -> Arc<Warnings> {
    let root = packages(db, project).first().copied();
    let facts = root.map(|it| package_facts(db, it));
    let said = |names: [&str; 2]| {
        let values = names.into_iter().map(|it| environment_value(db, project, it.to_owned()));
        values.flatten().find(|it| !it.is_empty())
    };
    let own = said(["DBT_ENGINE_WARN_ERROR_OPTIONS", "DBT_WARN_ERROR_OPTIONS"]);
    let own = own.and_then(|it| syntax::yaml::parse(&it).root.as_ref().map(project::to_json));
    let options = own.filter(Json::is_object);
    let options = options.as_ref().or_else(|| {
        facts.as_ref()?.get(&["flags", "warn_error_options"]).filter(|it| it.is_object())
    });
    let list = |names: [&str; 2]| -> Vec<String> {
        let values = names.iter().filter_map(|name| options?.get(name));
        let texts = values.flat_map(|it| match it {
            Json::Array(items) => items.iter().filter_map(Json::as_str).collect(),
            Json::String(it) => vec![it.as_str()],
            _ => Vec::new(),
        });
        texts.map(str::to_owned).collect()
    };
    let mut warnings = Warnings {
        error: list(["error", "include"]),
        warn: list(["warn", "exclude"]),
        silence: list(["silence", "silence"]),
    };
    let switch = said(["DBT_ENGINE_WARN_ERROR", "DBT_WARN_ERROR"])
        .map(|it| matches!(it.to_lowercase().as_str(), "1" | "true" | "t" | "yes" | "y" | "on"));
    let written = || facts.as_ref()?.get(&["flags", "warn_error"])?.as_bool();
    if options.is_none() && switch.or_else(written) == Some(true) {
        warnings.error.push("all".to_owned());
    }
    warnings.into()
}

//! dbt's own configuration, which packages reach through `builtins.ref.config` and
//! `adapter.config`.

use std::any::Any;

use jinja::data::from_json;
use jinja::eval::{Args, Interp, Site as CallSite, Stop};
use jinja::source_map::FileId;
use jinja::value::object::Record;
use jinja::value::{Dict, Object, Value};
use project::{Json, Package, package_facts, package_name, packages, profile};

use super::World;

/// `ref` as an object: dbt's resolver, which has the configuration.
pub(super) struct Resolver(pub(super) &'static str);

impl Object for Resolver {
    fn type_name(&self) -> &str {
        "RuntimeRefResolver"
    }

    fn get_attr(&self, interp: &mut Interp<'_>, name: &str) -> Result<Option<Value>, Stop> {
        Ok(match name {
            "config" => {
                let host = interp.host();
                host.lookup(interp, FileId(0), ".runtime_config")
            }
            "current_project" | "model" | "manifest" | "db_wrapper" | "Relation" => {
                Some(Value::Hole)
            }
            _ => None,
        })
    }

    fn call(&self, interp: &mut Interp<'_>, args: Args, site: CallSite<'_>) -> Result<Value, Stop> {
        interp.call_value(&Value::function(self.0), args, site)
    }

    fn is_callable(&self) -> bool {
        true
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// What is known of the project that runs, and of the packages in it.
pub(super) fn runtime_config(world: &World<'_>) -> Value {
    let (db, project) = (world.db, world.project());
    let all = packages(db, project);
    let mut dependencies = Dict::new();
    for package in all.iter() {
        let name = package_name(db, *package);
        dependencies
            .insert_str(&name, Value::object(Record::new("Project", facts(world, *package))));
    }
    let mut config = all.first().map_or_else(Dict::new, |it| facts(world, *it));
    let quoting = crate::project_quoting(db, project);
    let mut quotes = Dict::new();
    for (part, is_quoted) in [
        ("database", quoting.database),
        ("schema", quoting.schema),
        ("identifier", quoting.identifier),
    ] {
        quotes.insert_str(part, Value::Bool(is_quoted));
    }
    let target = project::target(db, project);
    let profile = profile(db, project);
    config.insert_str("dependencies", Value::dict(dependencies));
    config.insert_str("quoting", Value::dict(quotes));
    config.insert_str("credentials", target);
    config.insert_str("args", super::flags::invocation_args(world));
    config.insert_str("target_name", Value::from(profile.target.as_deref()));
    Value::object(Record::new("RuntimeConfig", config))
}

fn facts(world: &World<'_>, package: Package) -> Dict {
    let data = package_facts(world.db, package);
    let said = |key: &str| match data.data.get(key) {
        Some(Json::Number(it)) => Value::from(it.to_string()),
        Some(it) => from_json(it),
        None => Value::None,
    };
    let mut facts = Dict::new();
    facts.insert_str("project_name", Value::from(&*package_name(world.db, package)));
    facts.insert_str("project_root", Value::from(package.root(world.db).as_str()));
    facts.insert_str("version", said("version"));
    facts.insert_str("profile_name", said("profile"));
    facts
}

//! The methods of `adapter` but for `dispatch`. What would ask a warehouse is answered as by one in
//! which nothing exists yet; columns come from what the project itself says of them.

use std::any::Any;
use std::sync::Arc;

use jinja::data::from_json;
use jinja::eval::{Args, Interp, Site as CallSite, Stop};
use jinja::value::{Dict, Object, Value, repr};

use super::relation::{RelationClass, RelationObject};
use super::{Mode, World, introspection, results};

/// Calls `adapter.name(…)`; a hole for what only an engine knows.
pub(super) fn call(
    world: &World<'_>,
    interp: &mut Interp<'_>,
    name: &str,
    args: Args,
    site: CallSite<'_>,
) -> Result<Value, Stop> {
    let is_parsing = world.mode != Mode::Compile;
    let adapter = crate::adapter(world.db, world.project());
    Ok(match name {
        "type" => Value::from(&*adapter),
        "quote" => {
            let [identifier] = args.bind("quote", ["identifier"], 1)?;
            Value::from(quote(&adapter, &text(identifier.as_ref())?))
        }
        "quote_as_configured" => {
            let [identifier, key] = args.bind(name, ["identifier", "quote_key"], 2)?;
            let identifier = text(identifier.as_ref())?;
            let quoting = crate::project_quoting(world.db, world.project());
            let is_quoted = match key.as_ref().and_then(Value::as_str) {
                Some("database") => quoting.database,
                Some("schema") => quoting.schema,
                Some("identifier") => quoting.identifier,
                _ => false,
            };
            Value::from(if is_quoted { quote(&adapter, &identifier) } else { identifier })
        }
        "quote_seed_column" => {
            let column = text(args.get(0, "column"))?;
            let is_quoted = match args.get(1, "quote_config") {
                Some(Value::Bool(it)) => *it,
                None | Some(Value::None | Value::Hole) => &*adapter != "snowflake",
                Some(other) => {
                    return Err(Stop::host(format!(
                        "The seed configuration value of \"quote_columns\" has an invalid type {}",
                        other.type_name()
                    )));
                }
            };
            Value::from(if is_quoted { quote(&adapter, &column) } else { column })
        }
        // Nothing exists yet.
        "get_relation" => Value::None,
        "already_exists"
        | "check_schema_exists"
        | "is_replaceable"
        | "is_motherduck"
        | "is_ducklake"
        | "use_show_apis" => Value::Bool(false),
        "list_relations"
        | "list_relations_without_caching"
        | "list_schemas"
        | "get_missing_columns"
        | "get_column_schema_from_query" => {
            if !is_parsing {
                world.note_hole(interp, site, "what there is in the warehouse");
            }
            Value::list(Vec::new())
        }
        "get_columns_in_relation" | "get_columns_in_table" => {
            if is_parsing {
                return Ok(Value::list(Vec::new()));
            }
            let relation = match args.get(0, "relation") {
                Some(Value::Object(it)) => it.as_any().downcast_ref::<RelationObject>(),
                _ => None,
            };
            match relation.and_then(|it| introspection::columns(world, it)) {
                Some(columns) => Value::list(columns),
                None => {
                    world.note_hole(interp, site, "the columns of a relation");
                    Value::list(Vec::new())
                }
            }
        }
        "execute" => results::execute(world, interp, site),
        "get_partitions_metadata" => Value::object(results::Table),
        "standardize_grants_dict" => Value::dict(Dict::new()),
        "add_query" => Value::tuple(vec![Value::None, Value::None]),
        "cache_added" | "cache_dropped" | "cache_renamed" | "verify_database" | "commit" => {
            Value::from("")
        }
        "drop_relation"
        | "truncate_relation"
        | "rename_relation"
        | "create_schema"
        | "drop_schema"
        | "expand_target_column_types"
        | "valid_snapshot_target"
        | "assert_valid_snapshot_target_given_strategy"
        | "warn_once" => Value::None,
        "valid_incremental_strategies" => strategies(&adapter),
        "get_hard_deletes_behavior" => match args.get(0, "config") {
            _ if is_parsing => Value::None,
            Some(Value::Dict(config)) => hard_deletes(&config.borrow())?,
            // `config` itself.
            Some(Value::Object(_)) => {
                let mut given = Dict::new();
                if let Some(node) = world.node {
                    let config = crate::config(world.db, node);
                    for key in ["invalidate_hard_deletes", "hard_deletes"] {
                        given.insert_str(key, config.get(key).map_or(Value::None, from_json));
                    }
                }
                hard_deletes(&given)?
            }
            _ => Value::Hole,
        },
        "escape_sql_string" => {
            let value = text(args.get(0, "value"))?;
            Value::from(value.replace('\'', "''"))
        }
        "external_root" => Value::from("."),
        "get_binding_char" if &*adapter == "duckdb" => Value::from("?"),
        // Of a warehouse that is kept up to date.
        "has_dbr_capability" => Value::Bool(true),
        "disable_transactions" => Value::Bool(false),
        "convert_type" | "build_catalog_relation" => Value::None,
        _ => {
            world.note_hole(interp, site, &format!("`adapter.{name}()`"));
            Value::Hole
        }
    })
}

fn text(value: Option<&Value>) -> Result<String, Stop> {
    value.map_or_else(|| Ok(String::new()), repr::plain)
}

/// An identifier in an adapter's quotes.
fn quote(adapter: &str, identifier: &str) -> String {
    match adapter {
        "fabric" | "synapse" => format!("[{}]", identifier.replace(']', "]]")),
        "bigquery" | "spark" | "databricks" => format!("`{identifier}`"),
        _ => format!("\"{identifier}\""),
    }
}

fn strategies(adapter: &str) -> Value {
    let names: &[&str] = match adapter {
        "duckdb" => &["append", "delete+insert", "merge", "microbatch"],
        "postgres" => &["append", "delete+insert", "merge", "microbatch"],
        "redshift" => &["append", "delete+insert", "merge", "microbatch"],
        "snowflake" => &["append", "merge", "delete+insert", "microbatch", "insert_overwrite"],
        "bigquery" => &["merge", "insert_overwrite", "microbatch"],
        _ => &["append"],
    };
    Value::list(names.iter().map(|it| Value::from(*it)).collect())
}

/// What happens to deleted rows of a snapshot.
fn hard_deletes(config: &Dict) -> Result<Value, Stop> {
    let given = |key: &str| config.get_str(key).filter(|it| !it.is_none());
    let (old, new) = (given("invalidate_hard_deletes"), given("hard_deletes"));
    if old.is_some() && new.is_some() {
        return Err(Stop::host(
            "a snapshot cannot have both `invalidate_hard_deletes` and `hard_deletes`",
        ));
    }
    match (old, new.and_then(Value::as_str)) {
        (Some(old), _) if old.truthy() => Ok(Value::from("invalidate")),
        (_, Some(it @ ("invalidate" | "new_record" | "ignore"))) => Ok(Value::from(it)),
        (_, None) if new.is_none() => Ok(Value::from("ignore")),
        _ => Err(Stop::host("Invalid setting for property hard_deletes.")),
    }
}

/// `adapter.behavior`: the project's flags say which behaviour is on.
pub(super) struct Behavior {
    pub(super) flags: project::Json,
}

struct BehaviorFlag {
    is_on: bool,
}

impl Object for Behavior {
    fn type_name(&self) -> &str {
        "Behavior"
    }

    fn get_attr(&self, _interp: &mut Interp<'_>, name: &str) -> Result<Option<Value>, Stop> {
        let is_on = self.flags.get(name).and_then(project::Json::as_bool).unwrap_or(false);
        Ok(Some(Value::object(BehaviorFlag { is_on })))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

impl Object for BehaviorFlag {
    fn type_name(&self) -> &str {
        "BehaviorFlagRendered"
    }

    fn get_attr(&self, _interp: &mut Interp<'_>, name: &str) -> Result<Option<Value>, Stop> {
        Ok(matches!(name, "no_warn" | "setting").then_some(Value::Bool(self.is_on)))
    }

    fn truthy(&self) -> bool {
        self.is_on
    }

    fn str(&self) -> String {
        if self.is_on { "True".to_owned() } else { "False".to_owned() }
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// `api.Relation`, `adapter.Relation`
pub(super) fn relation_class(world: &World<'_>) -> Value {
    let adapter: Arc<str> = crate::adapter(world.db, world.project());
    let quoting = crate::project_quoting(world.db, world.project());
    let quote_character = crate::quote_of_adapter(&adapter);
    let quoting = [quoting.database, quoting.schema, quoting.identifier];
    Value::object(RelationClass::new(adapter, quoting, quote_character))
}

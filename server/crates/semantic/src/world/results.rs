//! What queries give. Nobody asks a warehouse here, so that every result is a table without rows:
//! what dbt gets on an empty warehouse, and marked as something that is not known.

use std::any::Any;
use std::rc::Rc;

use jinja::eval::{Args, Interp, Site as CallSite, Stop};
use jinja::value::{Dict, Method, Object, Value};

use super::{Mode, World};

/// A table without rows.
pub(super) struct Table;

/// The rows or columns of such a table.
struct NothingMapped;

/// dbt's word on how a query went.
struct Response;

const TABLE_METHODS: &[&str] = &[
    "aggregate",
    "bins",
    "compute",
    "distinct",
    "exclude",
    "find",
    "group_by",
    "join",
    "limit",
    "order_by",
    "print_csv",
    "print_json",
    "print_structure",
    "print_table",
    "rename",
    "select",
    "to_csv",
    "to_json",
    "where",
];

impl Object for Table {
    fn type_name(&self) -> &str {
        "Table"
    }

    fn get_attr(&self, interp: &mut Interp<'_>, name: &str) -> Result<Option<Value>, Stop> {
        interp.meet_hole();
        Ok(Some(match name {
            "columns" | "rows" => Value::object(NothingMapped),
            "column_names" | "column_types" | "row_names" => Value::tuple(Vec::new()),
            _ if TABLE_METHODS.contains(&name) => {
                let method = Method { receiver: Value::object(Table), name: name.into() };
                Value::Method(Rc::new(method))
            }
            _ => return Ok(None),
        }))
    }

    fn get_item(&self, interp: &mut Interp<'_>, _key: &Value) -> Result<Option<Value>, Stop> {
        interp.meet_hole();
        Ok(Some(Value::Hole))
    }

    fn call_method(
        &self,
        interp: &mut Interp<'_>,
        name: &str,
        _args: Args,
        _site: CallSite<'_>,
    ) -> Result<Value, Stop> {
        interp.meet_hole();
        Ok(match name {
            "print_table" | "print_csv" | "print_json" | "print_structure" | "to_csv"
            | "to_json" => Value::None,
            "select" | "exclude" | "where" | "order_by" | "limit" | "distinct" | "compute"
            | "rename" | "join" => Value::object(Table),
            _ => Value::Hole,
        })
    }

    fn truthy(&self) -> bool {
        false
    }

    fn items(&self) -> Option<Vec<Value>> {
        Some(Vec::new())
    }

    fn repr(&self) -> String {
        "<agate.Table object>".to_owned()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

impl Object for NothingMapped {
    fn type_name(&self) -> &str {
        "MappedSequence"
    }

    fn get_attr(&self, _interp: &mut Interp<'_>, name: &str) -> Result<Option<Value>, Stop> {
        if matches!(name, "keys" | "values" | "items" | "get" | "dict") {
            let method = Method { receiver: Value::object(NothingMapped), name: name.into() };
            return Ok(Some(Value::Method(Rc::new(method))));
        }
        Ok(None)
    }

    /// A row or column that a real result may have: not known.
    fn get_item(&self, interp: &mut Interp<'_>, _key: &Value) -> Result<Option<Value>, Stop> {
        interp.meet_hole();
        Ok(Some(Value::Hole))
    }

    fn call_method(
        &self,
        interp: &mut Interp<'_>,
        name: &str,
        args: Args,
        _site: CallSite<'_>,
    ) -> Result<Value, Stop> {
        interp.meet_hole();
        Ok(match name {
            "keys" | "values" => Value::tuple(Vec::new()),
            "items" => Value::list(Vec::new()),
            "dict" => Value::dict(Dict::new()),
            "get" => args.get(1, "default").cloned().unwrap_or(Value::None),
            _ => Value::Hole,
        })
    }

    fn truthy(&self) -> bool {
        false
    }

    fn items(&self) -> Option<Vec<Value>> {
        Some(Vec::new())
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

impl Object for Response {
    fn type_name(&self) -> &str {
        "AdapterResponse"
    }

    fn get_attr(&self, _interp: &mut Interp<'_>, name: &str) -> Result<Option<Value>, Stop> {
        Ok(Some(match name {
            "code" | "_message" => Value::from("OK"),
            "rows_affected" => Value::Int(0),
            "query_id" => Value::None,
            _ => return Ok(None),
        }))
    }

    fn str(&self) -> String {
        "OK".to_owned()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// `adapter.execute(sql)`: how it went, and what came of it.
pub(super) fn execute(world: &World<'_>, interp: &mut Interp<'_>, site: CallSite<'_>) -> Value {
    match world.mode {
        Mode::Parse | Mode::Name => Value::tuple(vec![Value::from(""), Value::object(Table)]),
        Mode::Compile => {
            world.note_hole(interp, site, "the result of a query");
            Value::tuple(vec![Value::object(Response), Value::object(Table)])
        }
    }
}

/// `store_result(name, response, agate_table)`
pub(super) fn store(world: &World<'_>, args: &Args) -> Value {
    let name = args.get(0, "name").and_then(Value::as_str).unwrap_or_default();
    let response = args.get(1, "response").cloned().unwrap_or(Value::None);
    let table = args.get(2, "agate_table").filter(|it| !it.is_none()).cloned();
    keep(world, name, response, table.unwrap_or_else(|| Value::object(Table)));
    Value::from("")
}

/// `store_raw_result(name, message, code, rows_affected, agate_table)`
pub(super) fn store_raw(world: &World<'_>, args: &Args) -> Value {
    let name = args.get(0, "name").and_then(Value::as_str).unwrap_or_default();
    let table = args.get(4, "agate_table").filter(|it| !it.is_none()).cloned();
    keep(world, name, Value::object(Response), table.unwrap_or_else(|| Value::object(Table)));
    Value::from("")
}

fn keep(world: &World<'_>, name: &str, response: Value, table: Value) {
    let mut result = Dict::new();
    result.insert_str("response", response);
    result.insert_str("data", Value::list(Vec::new()));
    result.insert_str("table", table);
    let mut results = world.results.borrow_mut();
    results.retain(|(it, _)| it != name);
    results.push((name.to_owned(), Some(Value::dict(result))));
}

/// `load_result(name)`: once; nothing where no such result was stored.
pub(super) fn load(world: &World<'_>, args: &Args) -> Result<Value, Stop> {
    let name = args.get(0, "name").and_then(Value::as_str).unwrap_or_default();
    let mut results = world.results.borrow_mut();
    let Some((_, result)) = results.iter_mut().find(|(it, _)| it == name) else {
        return Ok(Value::None);
    };
    if name == "main" {
        return Ok(result.clone().unwrap_or(Value::None));
    }
    result.take().ok_or_else(|| {
        Stop::host(format!(
            "The 'statement' result named '{name}' has already been loaded into a variable"
        ))
    })
}

/// `{% call statement(name, fetch_result=true) %}…{% endcall %}`: its body is only looked at where
/// it would run.
pub(super) fn statement(
    world: &World<'_>,
    interp: &mut Interp<'_>,
    mut args: Args,
    site: CallSite<'_>,
) -> Result<Value, Stop> {
    if world.mode != Mode::Compile {
        return Ok(Value::from(""));
    }
    if let Some(caller) = args.take_keyword("caller") {
        interp.call_value(&caller, Args::default(), site)?;
    }
    if let Some(name) = args.get(0, "name").and_then(Value::as_str) {
        world.note_hole(interp, site, "the result of a query");
        keep(world, name, Value::object(Response), Value::object(Table));
    }
    Ok(Value::from(""))
}

/// `run_query(sql)`
pub(super) fn run_query(world: &World<'_>, interp: &mut Interp<'_>, site: CallSite<'_>) -> Value {
    match world.mode {
        // dbt gives something undefined, of which nothing may be asked.
        Mode::Parse | Mode::Name => Value::Hole,
        Mode::Compile => {
            world.note_hole(interp, site, "the result of a query");
            Value::object(Table)
        }
    }
}

//! Relations in a template: `this`, what `ref` and `source` give, and `api.Relation`.

use std::any::Any;
use std::rc::Rc;
use std::sync::Arc;

use jinja::eval::{Args, Interp, Site as CallSite, Stop};
use jinja::value::{Dict, Method, Object, Value};

use crate::Relation;

/// A relation as dbt's adapters hand it to templates.
#[derive(Clone)]
pub struct RelationObject {
    adapter: Arc<str>,
    database: Option<String>,
    schema: Option<String>,
    identifier: Option<String>,
    quote: [bool; 3],
    include: [bool; 3],
    quote_character: char,
    kind: Option<String>,
    /// Rows that `--empty` leaves: the relation is written as a query then.
    limit: Option<i64>,
    /// The view of an information schema, where the relation is one.
    information_schema: Option<Option<String>>,
}

const PARTS: [&str; 3] = ["database", "schema", "identifier"];

const METHODS: &[&str] = &[
    "add_ephemeral_prefix",
    "derivative",
    "get",
    "include",
    "incorporate",
    "information_schema",
    "information_schema_only",
    "is_hive_metastore",
    "matches",
    "quote",
    "quoted",
    "relation_max_name_length",
    "render",
    "render_hive",
    "render_limited",
    "render_pure",
    "replace",
    "replace_path",
    "to_dict",
    "without_identifier",
];

/// `api.Relation.View`, also `relation.View`.
fn kind_constant(adapter: &str, name: &str) -> Option<&'static str> {
    Some(match name {
        "Table" => "table",
        "CTE" => "cte",
        "View" => "view",
        "External" => "external",
        "MaterializedView" => "materialized_view",
        "PointerTable" => "pointer_table",
        "Function" => "function",
        "Ephemeral" => "ephemeral",
        "DynamicTable" if adapter == "snowflake" => "dynamic_table",
        "InteractiveTable" if adapter == "snowflake" => "interactive_table",
        "StreamingTable" if adapter == "databricks" => "streaming_table",
        _ => return None,
    })
}

impl RelationObject {
    #[must_use]
    pub fn new(adapter: Arc<str>, relation: &Relation) -> Self {
        let quoting = &relation.quoting;
        let adapter_includes = includes(&adapter);
        Self {
            adapter,
            database: relation.database.clone(),
            schema: relation.schema.clone(),
            identifier: Some(relation.identifier.clone()),
            quote: [quoting.database, quoting.schema, quoting.identifier],
            include: adapter_includes,
            quote_character: relation.quote,
            kind: None,
            limit: None,
            information_schema: None,
        }
    }

    /// The query of an ephemeral node, by the name it has in front of others.
    #[must_use]
    pub fn ephemeral(adapter: Arc<str>, relation: &Relation) -> Self {
        let mut made = Self::new(adapter, relation);
        made.database = None;
        made.schema = None;
        made.identifier = Some(format!("__dbt__cte__{}", relation.identifier));
        made.quote[2] = false;
        made.kind = Some("cte".to_owned());
        made
    }

    /// A function of the database.
    pub(super) fn function(adapter: Arc<str>, relation: &Relation) -> Self {
        Self { kind: Some("function".to_owned()), ..Self::new(adapter, relation) }
    }

    pub(super) fn limited(mut self, limit: Option<i64>) -> Self {
        self.limit = limit;
        self
    }

    pub(super) fn identifier(&self) -> Option<&str> {
        self.identifier.as_deref()
    }

    /// The same names, however they are quoted and shown.
    pub(super) fn is_at(&self, relation: &Relation) -> bool {
        let same = |a: Option<&str>, b: Option<&str>| match (a, b) {
            (Some(a), Some(b)) => a.eq_ignore_ascii_case(b),
            _ => true,
        };
        self.identifier.as_deref().is_some_and(|it| it.eq_ignore_ascii_case(&relation.identifier))
            && same(self.schema.as_deref(), relation.schema.as_deref())
            && same(self.database.as_deref(), relation.database.as_deref())
    }

    fn changed(&self, change: impl FnOnce(&mut Self)) -> Value {
        let mut copy = self.clone();
        change(&mut copy);
        Value::object(copy)
    }

    fn quoted(&self, text: &str) -> String {
        match &*self.adapter {
            "fabric" | "synapse" => format!("[{}]", text.replace(']', "]]")),
            _ => format!("{0}{text}{0}", self.quote_character),
        }
    }

    fn parts(&self) -> [Option<&str>; 3] {
        [self.database.as_deref(), self.schema.as_deref(), self.identifier.as_deref()]
    }

    fn render(&self) -> String {
        let rendered = self.render_with(self.include, |it, text| it.quoted(text));
        if &*self.adapter == "databricks" { rendered.to_lowercase() } else { rendered }
    }

    fn render_with(&self, include: [bool; 3], quoted: impl Fn(&Self, &str) -> String) -> String {
        let mut shown = Vec::new();
        for (index, part) in self.parts().into_iter().enumerate() {
            let Some(part) = part.filter(|it| include[index] && !it.is_empty()) else { continue };
            shown.push(if self.quote[index] { quoted(self, part) } else { part.to_owned() });
        }
        if let Some(Some(view)) = &self.information_schema {
            shown.push(view.clone());
        }
        shown.join(".")
    }

    fn render_limited(&self) -> String {
        let rendered = self.render();
        let Some(limit) = self.limit else { return rendered };
        let name = self.identifier.as_deref().unwrap_or("None");
        let needs_alias = !matches!(
            &*self.adapter,
            "duckdb"
                | "snowflake"
                | "redshift"
                | "spark"
                | "bigquery"
                | "databricks"
                | "trino"
                | "athena"
                | "clickhouse"
        );
        let alias = if needs_alias { format!(" _dbt_limit_subq_{name}") } else { String::new() };
        match (&*self.adapter, limit) {
            ("fabric" | "sqlserver", 0) => format!("(select * from {rendered} where 1=0){alias}"),
            ("fabric" | "sqlserver", _) => {
                format!("(select TOP {limit} * from {rendered}){alias}")
            }
            (_, 0) => format!("(select * from {rendered} where false limit 0){alias}"),
            _ => format!("(select * from {rendered} limit {limit}){alias}"),
        }
    }

    fn information_schema(&self, view: Option<String>) -> Self {
        let mut made = self.clone();
        let is_bigquery = &*self.adapter == "bigquery";
        made.kind = Some("view".to_owned());
        made.identifier = Some("INFORMATION_SCHEMA".to_owned());
        made.quote[2] = false;
        made.include = if is_bigquery {
            let whole = matches!(view.as_deref(), None | Some("SCHEMATA" | "SCHEMATA_OPTIONS"));
            [self.include[0], !whole, view.as_deref() != Some("__TABLES__")]
        } else {
            [self.database.is_some(), false, true]
        };
        if !is_bigquery {
            made.schema = None;
        }
        if !matches!(&*self.adapter, "bigquery" | "databricks") {
            made.quote_character = '"';
        }
        made.limit = None;
        made.information_schema = Some(view);
        made
    }

    /// What `incorporate` and `replace` take.
    fn incorporate(&mut self, args: &Args) {
        for (key, value) in &args.keywords {
            let dict = match value {
                Value::Dict(it) => Some(it.borrow()),
                _ => None,
            };
            let flags = |flags: &mut [bool; 3]| {
                for (index, part) in PARTS.into_iter().enumerate() {
                    let Some(dict) = &dict else { continue };
                    if let Some(value) = dict.get_str(part).filter(|it| !it.is_none()) {
                        flags[index] = value.truthy();
                    }
                }
            };
            match &**key {
                "path" => {
                    for part in PARTS {
                        if let Some(value) = dict.as_ref().and_then(|it| it.get_str(part)) {
                            self.set_part(part, value);
                        }
                    }
                }
                "type" => self.kind = value.as_str().map(str::to_owned),
                "quote_policy" => flags(&mut self.quote),
                "include_policy" => flags(&mut self.include),
                "limit" => {
                    self.limit = match value {
                        Value::Int(it) => Some(*it),
                        _ => None,
                    };
                }
                _ => {}
            }
        }
    }

    fn set_part(&mut self, part: &str, value: &Value) {
        let value = value.as_str().map(str::to_owned);
        match part {
            "database" => self.database = value,
            "schema" => self.schema = value,
            _ => self.identifier = value,
        }
    }

    /// True where every part that is given is this relation's; letters' case counts only in
    /// names that are quoted.
    fn matches(&self, args: &Args) -> bool {
        let mut any = false;
        for (index, (part, own)) in PARTS.into_iter().zip(self.parts()).enumerate() {
            let Some(wanted) = args.get(index, part).and_then(Value::as_str) else { continue };
            any = true;
            let same = match own {
                Some(own) if self.quote[index] => own == wanted,
                Some(own) => own.eq_ignore_ascii_case(wanted),
                None => false,
            };
            if !same {
                return false;
            }
        }
        any
    }

    fn flags(args: &Args, flags: &mut [bool; 3]) {
        for (index, key) in PARTS.into_iter().enumerate() {
            if let Some(value) = args.get(index, key).filter(|it| !it.is_none()) {
                flags[index] = value.truthy();
            }
        }
    }

    fn is_kind(&self, kind: &str) -> Value {
        Value::Bool(self.kind.as_deref() == Some(kind))
    }

    fn is_one_of(&self, kinds: &[&str]) -> Value {
        Value::Bool(self.kind.as_deref().is_some_and(|it| kinds.contains(&it)))
    }

    fn policy(flags: [bool; 3]) -> Value {
        let mut dict = Dict::new();
        for (part, flag) in PARTS.into_iter().zip(flags) {
            dict.insert_str(part, Value::Bool(flag));
        }
        Value::dict(dict)
    }

    fn path(&self) -> Value {
        let mut dict = Dict::new();
        for (part, text) in PARTS.into_iter().zip(self.parts()) {
            dict.insert_str(part, Value::from(text));
        }
        Value::dict(dict)
    }

    fn attribute(&self, name: &str) -> Option<Value> {
        let adapter = &*self.adapter;
        Some(match name {
            "database" => Value::from(self.database.clone()),
            "schema" => Value::from(self.schema.clone()),
            "identifier" | "name" | "table" => Value::from(self.identifier.clone()),
            "project" if adapter == "bigquery" => Value::from(self.database.clone()),
            "dataset" if adapter == "bigquery" => Value::from(self.schema.clone()),
            "type" => Value::from(self.kind.clone()),
            "path" => self.path(),
            "limit" => self.limit.map_or(Value::None, Value::Int),
            "quote_policy" => Self::policy(self.quote),
            "include_policy" => Self::policy(self.include),
            "quote_character" => Value::from(self.quote_character.to_string()),
            "is_table" => self.is_kind("table"),
            "is_view" => self.is_kind("view"),
            "is_cte" => self.is_kind("cte"),
            "is_pointer" => self.is_kind("pointer_table"),
            "is_function" => self.is_kind("function"),
            "is_materialized_view" if adapter == "snowflake" => self.is_kind("dynamic_table"),
            "is_materialized_view" => self.is_kind("materialized_view"),
            "is_dynamic_table" if adapter == "snowflake" => self.is_kind("dynamic_table"),
            "is_streaming_table" if adapter == "databricks" => self.is_kind("streaming_table"),
            "is_iceberg_format" if adapter == "snowflake" => Value::Bool(false),
            "is_delta" | "is_hudi" | "is_iceberg" if adapter == "spark" => Value::None,
            "is_delta" if adapter == "databricks" => Value::None,
            "is_hudi" | "is_iceberg" if adapter == "databricks" => Value::Bool(false),
            "can_be_renamed" => match adapter {
                "postgres" | "redshift" | "snowflake" => self.is_one_of(&["table", "view"]),
                "bigquery" => self.is_kind("table"),
                _ => Value::Bool(false),
            },
            "can_be_replaced" => match adapter {
                "postgres" | "bigquery" | "snowflake" => self.is_one_of(&["table", "view"]),
                "redshift" => self.is_kind("view"),
                _ => Value::Bool(false),
            },
            "dbt_created" => Value::Bool(false),
            "require_alias" => Value::Bool(false),
            "location" if adapter == "bigquery" => Value::None,
            "external" if adapter == "duckdb" => Value::None,
            "information_schema_view" => match &self.information_schema {
                Some(view) => Value::from(view.clone()),
                None => return None,
            },
            _ => Value::from(kind_constant(adapter, name)?),
        })
    }
}

/// What an adapter shows of a relation's name.
fn includes(adapter: &str) -> [bool; 3] {
    [!matches!(adapter, "spark" | "clickhouse"), true, true]
}

/// The name of an adapter's class of relations.
fn class_name(adapter: &str) -> &'static str {
    match adapter {
        "duckdb" => "DuckDBRelation",
        "snowflake" => "SnowflakeRelation",
        "bigquery" => "BigQueryRelation",
        "redshift" => "RedshiftRelation",
        "postgres" => "PostgresRelation",
        "databricks" => "DatabricksRelation",
        "spark" => "SparkRelation",
        "trino" => "TrinoRelation",
        "athena" => "AthenaRelation",
        "clickhouse" => "ClickHouseRelation",
        "fabric" => "FabricRelation",
        _ => "BaseRelation",
    }
}

impl Object for RelationObject {
    fn type_name(&self) -> &str {
        match self.information_schema {
            Some(_) => "InformationSchema",
            None => class_name(&self.adapter),
        }
    }

    fn get_attr(&self, _interp: &mut Interp<'_>, name: &str) -> Result<Option<Value>, Stop> {
        if METHODS.contains(&name) {
            let method = Method { receiver: Value::object(self.clone()), name: name.into() };
            return Ok(Some(Value::Method(Rc::new(method))));
        }
        Ok(self.attribute(name))
    }

    fn get_item(&self, interp: &mut Interp<'_>, key: &Value) -> Result<Option<Value>, Stop> {
        match key.as_str() {
            Some(name) => self.get_attr(interp, name),
            None => Ok(None),
        }
    }

    fn call_method(
        &self,
        interp: &mut Interp<'_>,
        name: &str,
        args: Args,
        site: CallSite<'_>,
    ) -> Result<Value, Stop> {
        Ok(match name {
            "include" => self.changed(|it| Self::flags(&args, &mut it.include)),
            "quote" => self.changed(|it| Self::flags(&args, &mut it.quote)),
            "without_identifier" => self.changed(|it| {
                it.include[2] = false;
                it.identifier = None;
            }),
            "render" => Value::from(self.render()),
            "render_limited" => Value::from(self.render_limited()),
            "render_hive" => {
                Value::from(self.render_with([false, true, true], |_, text| format!("`{text}`")))
            }
            "render_pure" => Value::from(self.render_with(self.include, |_, it| it.to_owned())),
            "quoted" => {
                let [text] = args.bind("quoted", ["identifier"], 1)?;
                Value::from(self.quoted(text.as_ref().and_then(Value::as_str).unwrap_or_default()))
            }
            "incorporate" | "replace" => self.changed(|it| it.incorporate(&args)),
            "replace_path" => self.changed(|it| {
                for (part, value) in &args.keywords {
                    it.set_part(part, value);
                }
            }),
            "information_schema" | "information_schema_only" => {
                let view = args.get(0, "view_name").or_else(|| args.keyword("identifier"));
                let view = view.and_then(Value::as_str).map(str::to_owned);
                Value::object(self.information_schema(view))
            }
            "matches" => Value::Bool(self.matches(&args)),
            "get" => {
                let key = args.get(0, "key").and_then(Value::as_str).unwrap_or_default();
                // What packages ask to tell relations from texts.
                if key == "metadata" {
                    let mut metadata = Dict::new();
                    metadata.insert_str("type", Value::from(self.type_name()));
                    return Ok(Value::dict(metadata));
                }
                let default = || args.get(1, "default").cloned().unwrap_or(Value::None);
                self.get_attr(interp, key)?.unwrap_or_else(default)
            }
            "to_dict" => {
                let mut dict = Dict::new();
                dict.insert_str("path", self.path());
                dict.insert_str("type", Value::from(self.kind.clone()));
                dict.insert_str("quote_policy", Self::policy(self.quote));
                dict.insert_str("include_policy", Self::policy(self.include));
                Value::dict(dict)
            }
            "add_ephemeral_prefix" => {
                let [name] = args.bind("add_ephemeral_prefix", ["name"], 1)?;
                let name = name.as_ref().and_then(Value::as_str).unwrap_or_default();
                Value::from(format!("__dbt__cte__{name}"))
            }
            "relation_max_name_length" => match &*self.adapter {
                "postgres" => Value::Int(63),
                "redshift" => Value::Int(127),
                "databricks" => Value::Int(255),
                _ => return Err(no_attribute(self.type_name(), name)),
            },
            "is_hive_metastore" if &*self.adapter == "databricks" => Value::Bool(
                self.database.as_deref().is_none_or(|it| it.eq_ignore_ascii_case("hive_metastore")),
            ),
            "derivative" if &*self.adapter == "clickhouse" => {
                let suffix = args.get(0, "suffix").and_then(Value::as_str).unwrap_or_default();
                let kind = args.get(1, "relation_type").and_then(Value::as_str);
                self.changed(|it| {
                    let own = it.identifier.take().unwrap_or_default();
                    it.identifier = Some(format!("{own}{suffix}"));
                    it.kind = kind.map(str::to_owned).or(it.kind.take());
                })
            }
            _ => match self.attribute(name) {
                Some(callee) => interp.call_value(&callee, args, site)?,
                // What only one adapter's engine has.
                None => Value::Hole,
            },
        })
    }

    fn str(&self) -> String {
        if self.kind.as_deref() == Some("function") { self.render() } else { self.render_limited() }
    }

    fn repr(&self) -> String {
        format!("<{} {}>", self.type_name(), self.render())
    }

    fn equal(&self, other: &dyn Object) -> bool {
        other.as_any().downcast_ref::<Self>().is_some_and(|it| {
            it.parts() == self.parts()
                && it.kind == self.kind
                && it.include == self.include
                && it.quote == self.quote
                && it.information_schema == self.information_schema
        })
    }

    fn hash_text(&self) -> Option<String> {
        Some(self.render())
    }

    fn is_mapping(&self) -> bool {
        true
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

fn no_attribute(type_name: &str, name: &str) -> Stop {
    Stop::new(
        jinja::ErrorKind::Attribute,
        format!("'{type_name}' object has no attribute '{name}'"),
    )
}

/// `api.Relation`
#[derive(Clone)]
pub(super) struct RelationClass {
    /// A relation with no names and the project's quoting.
    pub(super) empty: RelationObject,
}

impl RelationClass {
    pub(super) fn new(adapter: Arc<str>, quoting: [bool; 3], quote_character: char) -> Self {
        let include = includes(&adapter);
        Self {
            empty: RelationObject {
                adapter,
                database: None,
                schema: None,
                identifier: None,
                quote: quoting,
                include,
                quote_character,
                kind: None,
                limit: None,
                information_schema: None,
            },
        }
    }

    fn create(&self, args: &Args) -> Value {
        self.empty.changed(|it| {
            for (index, part) in PARTS.into_iter().enumerate() {
                if let Some(value) = args.get(index, part) {
                    it.set_part(part, value);
                }
            }
            it.kind = args.get(3, "type").and_then(Value::as_str).map(str::to_owned);
            let others = Args {
                positional: Vec::new(),
                keywords: args
                    .keywords
                    .iter()
                    .filter(|(key, _)| {
                        matches!(&**key, "quote_policy" | "include_policy" | "limit" | "path")
                    })
                    .cloned()
                    .collect(),
            };
            it.incorporate(&others);
        })
    }

    /// The relation of what a node's dict says.
    fn create_from(&self, args: &Args) -> Value {
        let node = args.positional.get(1).or_else(|| args.keyword("relation_config"));
        let Some(Value::Dict(node)) = node else { return Value::Hole };
        let node = node.borrow();
        self.empty.changed(|it| {
            for (part, key) in [
                ("database", "database"),
                ("schema", "schema"),
                ("identifier", "alias"),
                ("identifier", "identifier"),
            ] {
                if let Some(value) = node.get_str(key) {
                    it.set_part(part, value);
                }
            }
        })
    }
}

impl Object for RelationClass {
    fn type_name(&self) -> &str {
        "RelationProxy"
    }

    fn get_attr(&self, _interp: &mut Interp<'_>, name: &str) -> Result<Option<Value>, Stop> {
        if matches!(
            name,
            "create"
                | "create_from"
                | "create_ephemeral_from"
                | "add_ephemeral_prefix"
                | "scd_args"
                | "get_default_quote_policy"
                | "get_default_include_policy"
                | "get_relation_type"
        ) {
            let method = Method { receiver: Value::object(self.clone()), name: name.into() };
            return Ok(Some(Value::Method(Rc::new(method))));
        }
        Ok(kind_constant(&self.empty.adapter, name).map(Value::from))
    }

    fn call_method(
        &self,
        interp: &mut Interp<'_>,
        name: &str,
        args: Args,
        site: CallSite<'_>,
    ) -> Result<Value, Stop> {
        Ok(match name {
            "create" => self.create(&args),
            "create_from" => self.create_from(&args),
            "get_default_quote_policy" => {
                let quoting = crate::Quoting::of_adapter(&self.empty.adapter);
                RelationObject::policy([quoting.database, quoting.schema, quoting.identifier])
            }
            "get_default_include_policy" => RelationObject::policy(self.empty.include),
            "get_relation_type" => args.get(0, "value").cloned().unwrap_or(Value::None),
            "add_ephemeral_prefix" => self.empty.call_method(interp, name, args, site)?,
            "scd_args" => {
                let [key, updated_at] = args.bind("scd_args", ["primary_key", "updated_at"], 2)?;
                let mut columns = match key {
                    Some(Value::List(keys)) => keys.borrow().clone(),
                    Some(key) => vec![key],
                    None => Vec::new(),
                };
                columns.extend(updated_at);
                Value::list(columns)
            }
            _ => Value::Hole,
        })
    }

    fn call(&self, _: &mut Interp<'_>, _: Args, _: CallSite<'_>) -> Result<Value, Stop> {
        Err(Stop::type_error("'RelationProxy' object is not callable"))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

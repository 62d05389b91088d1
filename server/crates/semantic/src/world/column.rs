//! Columns in a template: `api.Column`, and what is known of a relation's columns.

use std::any::Any;
use std::rc::Rc;
use std::sync::Arc;

use jinja::eval::{Args, Interp, Site as CallSite, Stop};
use jinja::value::{Method, Object, Value};

#[derive(Clone, PartialEq)]
pub(super) struct ColumnObject {
    adapter: Arc<str>,
    column: String,
    dtype: String,
    char_size: Option<i64>,
    precision: Option<i64>,
    scale: Option<i64>,
}

const METHODS: &[&str] = &[
    "can_expand_to",
    "create",
    "flatten",
    "from_description",
    "is_array",
    "is_binary",
    "is_float",
    "is_iceberg",
    "is_integer",
    "is_number",
    "is_numeric",
    "is_string",
    "is_struct",
    "is_timestamp",
    "literal",
    "numeric_type",
    "string_size",
    "string_type",
    "timestamp_type",
    "translate_type",
];

/// The name of a type in an adapter's SQL.
fn translate_type(adapter: &str, dtype: &str) -> String {
    let upper = dtype.to_uppercase();
    let label = match (adapter, upper.as_str()) {
        ("spark", _) => None,
        ("bigquery", "TEXT") => Some("STRING"),
        ("bigquery", "FLOAT") => Some("FLOAT64"),
        ("bigquery", "INTEGER") => Some("INT64"),
        ("bigquery", _) => None,
        ("trino", "STRING") => Some("VARCHAR"),
        ("trino", "FLOAT") => Some("DOUBLE"),
        ("trino", _) => None,
        ("athena", "STRING" | "TEXT") => Some("VARCHAR"),
        ("athena", _) => None,
        ("clickhouse", "STRING") => Some("String"),
        ("clickhouse", "TIMESTAMP") => Some("DateTime"),
        ("clickhouse", "FLOAT") => Some("Float32"),
        ("clickhouse", "INTEGER") => Some("Int32"),
        ("clickhouse", _) => None,
        ("databricks", "LONG") => Some("bigint"),
        ("databricks", _) => return dtype.to_lowercase(),
        ("fabric", "BINARY") => Some("BINARY(1)"),
        ("fabric", "BOOLEAN") => Some("BIT"),
        ("fabric", "CHAR" | "NCHAR") => Some("CHAR(1)"),
        ("fabric", "DATETIME2" | "TIMESTAMP") => Some("DATETIME2(6)"),
        ("fabric", "INTEGER") => Some("INT"),
        ("fabric", "MONEY" | "SMALLMONEY") => Some("DECIMAL"),
        ("fabric", "NVARCHAR" | "STRING" | "VARCHAR") => Some("VARCHAR(MAX)"),
        ("fabric", "TIME") => Some("TIME(6)"),
        ("fabric", "TINYINT") => Some("SMALLINT"),
        ("fabric", "VARBINARY") => Some("VARBINARY(MAX)"),
        ("fabric", _) => None,
        ("sqlserver", "STRING" | "VARCHAR" | "NVARCHAR") => Some("VARCHAR(8000)"),
        ("sqlserver", "CHAR" | "NCHAR") => Some("CHAR(1)"),
        ("sqlserver", "DATETIME2" | "TIMESTAMP") => Some("DATETIME2(6)"),
        ("sqlserver", "TIME") => Some("TIME(6)"),
        ("sqlserver", "INTEGER") => Some("INT"),
        ("sqlserver", "TINYINT") => Some("SMALLINT"),
        ("sqlserver", "BOOLEAN") => Some("BIT"),
        ("sqlserver", "MONEY" | "SMALLMONEY") => Some("DECIMAL"),
        ("sqlserver", "VARBINARY") => Some("VARBINARY(MAX)"),
        ("sqlserver", "BINARY") => Some("BINARY(1)"),
        (
            "sqlserver",
            "DATE" | "FLOAT" | "REAL" | "INT" | "BIGINT" | "SMALLINT" | "BIT" | "DECIMAL"
            | "NUMERIC" | "UNIQUEIDENTIFIER",
        ) => return upper,
        ("sqlserver", _) => None,
        (_, "STRING") => Some("TEXT"),
        _ => None,
    };
    label.map_or_else(|| dtype.to_owned(), str::to_owned)
}

fn string_type(adapter: &str, size: i64) -> String {
    match adapter {
        "trino" => format!("varchar({size})"),
        "athena" if size > 0 => format!("varchar({size})"),
        "athena" => "varchar".to_owned(),
        "clickhouse" => "String".to_owned(),
        "fabric" if size > 0 => format!("varchar({size})"),
        "fabric" => "varchar(max)".to_owned(),
        _ => format!("character varying({size})"),
    }
}

fn numeric_type(adapter: &str, dtype: &str, precision: &Value, scale: &Value) -> String {
    let text = |it: &Value| jinja::value::repr::plain(it).unwrap_or_default();
    let unknown = precision.is_none() || scale.is_none();
    match adapter {
        "bigquery" => dtype.to_owned(),
        "spark" | "databricks" if unknown => "decimal".to_owned(),
        "spark" | "databricks" => format!("decimal({},{})", text(precision), text(scale)),
        "clickhouse" => format!("Decimal({}, {})", text(precision), text(scale)),
        _ if unknown => dtype.to_owned(),
        _ => format!("{dtype}({},{})", text(precision), text(scale)),
    }
}

impl ColumnObject {
    /// A column with a type as somebody wrote it: `numeric(10, 2)`.
    pub(super) fn new(adapter: &Arc<str>, column: &str, dtype: &str) -> Self {
        Self {
            adapter: Arc::clone(adapter),
            column: column.to_owned(),
            dtype: dtype.to_owned(),
            char_size: None,
            precision: None,
            scale: None,
        }
    }

    fn is_dtype(&self, names: &[&str]) -> bool {
        names.iter().any(|it| self.dtype.eq_ignore_ascii_case(it))
    }

    fn starts_with(&self, prefix: &str) -> bool {
        self.dtype.to_lowercase().starts_with(prefix)
    }

    fn is_string(&self) -> bool {
        match &*self.adapter {
            "bigquery" => self.is_dtype(&["string"]),
            "trino" => self.is_dtype(&["varchar", "char"]),
            "fabric" => self.is_dtype(&["varchar", "char"]),
            "athena" => self.is_dtype(&["varchar", "string"]),
            "clickhouse" => {
                self.starts_with("fixedstring")
                    || self.is_dtype(&[
                        "string",
                        "longblob",
                        "longtext",
                        "tinytext",
                        "text",
                        "varchar",
                        "mediumblob",
                        "blob",
                        "tinyblob",
                        "char",
                        "mediumtext",
                    ])
            }
            _ => self.is_dtype(&["text", "character varying", "character", "varchar"]),
        }
    }

    fn is_integer(&self) -> bool {
        match &*self.adapter {
            "snowflake" => false,
            "bigquery" => self.is_dtype(&["int64"]),
            "trino" => self.is_dtype(&["tinyint", "smallint", "integer", "int", "bigint"]),
            "clickhouse" => self.starts_with("int") || self.starts_with("uint"),
            "duckdb" => self.is_dtype(&[
                "tinyint",
                "smallint",
                "integer",
                "bigint",
                "hugeint",
                "utinyint",
                "usmallint",
                "uinteger",
                "ubigint",
                "int1",
                "int2",
                "int4",
                "int8",
                "short",
                "int",
                "signed",
                "long",
            ]),
            adapter => {
                adapter == "fabric" && self.is_dtype(&["int"])
                    || self.is_dtype(&[
                        "smallint",
                        "integer",
                        "bigint",
                        "smallserial",
                        "serial",
                        "bigserial",
                        "int2",
                        "int4",
                        "int8",
                        "serial2",
                        "serial4",
                        "serial8",
                    ])
            }
        }
    }

    fn is_numeric(&self) -> bool {
        match &*self.adapter {
            "snowflake" => self.is_dtype(&[
                "int", "integer", "bigint", "smallint", "tinyint", "byteint", "numeric", "decimal",
                "number",
            ]),
            "bigquery" => self.is_dtype(&["numeric"]),
            "trino" => self.is_dtype(&["decimal"]),
            "clickhouse" => self.starts_with("decimal"),
            "fabric" => self.is_dtype(&["numeric", "decimal", "money", "smallmoney"]),
            _ => self.is_dtype(&["numeric", "decimal"]),
        }
    }

    fn is_float(&self) -> bool {
        match &*self.adapter {
            "bigquery" => self.is_dtype(&["float64"]),
            "trino" => self.is_dtype(&["real", "double precision", "double"]),
            "clickhouse" => self.starts_with("float"),
            "duckdb" => self.is_dtype(&["real", "float", "float4", "float8", "double"]),
            _ => {
                self.is_dtype(&["real", "float4", "float", "double precision", "float8", "double"])
            }
        }
    }

    fn string_size(&self) -> Result<i64, Stop> {
        if !self.is_string() {
            return Err(Stop::host("Called string_size() on non-string field!"));
        }
        let size = self.char_size;
        Ok(match &*self.adapter {
            "athena" => size.unwrap_or(0),
            "trino" if size.is_none() && self.is_dtype(&["varchar"]) => 2_147_483_646,
            "snowflake" if self.dtype == "text" => 16_777_216,
            "snowflake" => size.unwrap_or(16_777_216),
            "clickhouse" if !self.starts_with("fixedstring") => 256,
            _ if self.dtype == "text" => 256,
            _ => size.unwrap_or(256),
        })
    }

    fn data_type(&self) -> Result<String, Stop> {
        let adapter = &*self.adapter;
        match adapter {
            "spark" | "bigquery" => return Ok(self.dtype.clone()),
            "databricks" => return Ok(translate_type(adapter, &self.dtype)),
            // Texts without a size stay as they are.
            "postgres" | "redshift"
                if self.is_dtype(&["text"])
                    || self.is_dtype(&["character varying"]) && self.char_size.is_none() =>
            {
                return Ok(self.dtype.clone());
            }
            "trino" if self.is_dtype(&["varchar"]) && self.char_size.is_none() => {
                return Ok(self.dtype.clone());
            }
            "fabric" if self.is_dtype(&["datetime2"]) => {
                return Ok(format!("datetime2({})", self.scale.unwrap_or(6)));
            }
            "athena" if self.is_dtype(&["binary", "varbinary"]) => return Ok("varbinary".into()),
            _ => {}
        }
        if self.is_string() {
            return Ok(string_type(adapter, self.string_size()?));
        }
        if self.is_numeric() {
            let number = |it: Option<i64>| it.map_or(Value::None, Value::Int);
            return Ok(numeric_type(
                adapter,
                &self.dtype,
                &number(self.precision),
                &number(self.scale),
            ));
        }
        Ok(self.dtype.clone())
    }

    fn quoted(&self) -> String {
        let column = &self.column;
        match &*self.adapter {
            "bigquery" | "spark" | "databricks" => format!("`{column}`"),
            "fabric" => format!("[{}]", column.replace(']', "]]")),
            _ => format!("\"{column}\""),
        }
    }

    fn literal(&self, value: &str) -> Result<String, Stop> {
        Ok(match &*self.adapter {
            "bigquery" | "spark" | "databricks" => format!("cast({value} as {})", self.dtype),
            "clickhouse" => format!("to{}({value})", self.dtype),
            "fabric" => format!("cast('{value}' as {})", self.data_type()?),
            _ => format!("{value}::{}", self.data_type()?),
        })
    }

    fn can_expand_to(&self, other: &Self) -> Result<bool, Stop> {
        if !self.is_string() || !other.is_string() {
            return Ok(false);
        }
        match &*self.adapter {
            "bigquery" | "spark" | "databricks" => Ok(true),
            _ => Ok(other.string_size()? > self.string_size()?),
        }
    }

    fn attribute(&self, name: &str) -> Result<Option<Value>, Stop> {
        let number = |it: Option<i64>| it.map_or(Value::None, Value::Int);
        Ok(Some(match name {
            "name" | "column" => Value::from(self.column.as_str()),
            "dtype" => Value::from(self.dtype.as_str()),
            "char_size" => number(self.char_size),
            "numeric_precision" => number(self.precision),
            "numeric_scale" => number(self.scale),
            "quoted" => Value::from(self.quoted()),
            "quoted_hive" if &*self.adapter == "athena" => {
                Value::from(format!("`{}`", self.column))
            }
            "data_type" | "expanded_data_type" => Value::from(self.data_type()?),
            "mode" if &*self.adapter == "bigquery" => Value::from("NULLABLE"),
            "fields" if matches!(&*self.adapter, "bigquery" | "duckdb") => Value::list(Vec::new()),
            "comment" if &*self.adapter == "databricks" => Value::None,
            _ => return Ok(None),
        }))
    }
}

fn class_name(adapter: &str) -> &'static str {
    match adapter {
        "duckdb" => "DuckDBColumn",
        "snowflake" => "SnowflakeColumn",
        "bigquery" => "BigQueryColumn",
        "postgres" => "PostgresColumn",
        "spark" => "SparkColumn",
        "databricks" => "DatabricksColumn",
        "trino" => "TrinoColumn",
        "athena" => "AthenaColumn",
        "clickhouse" => "ClickHouseColumn",
        "fabric" => "FabricColumn",
        _ => "Column",
    }
}

impl Object for ColumnObject {
    fn type_name(&self) -> &str {
        class_name(&self.adapter)
    }

    fn get_attr(&self, _interp: &mut Interp<'_>, name: &str) -> Result<Option<Value>, Stop> {
        if METHODS.contains(&name) {
            let method = Method { receiver: Value::object(self.clone()), name: name.into() };
            return Ok(Some(Value::Method(Rc::new(method))));
        }
        self.attribute(name)
    }

    fn call_method(
        &self,
        interp: &mut Interp<'_>,
        name: &str,
        args: Args,
        site: CallSite<'_>,
    ) -> Result<Value, Stop> {
        Ok(match name {
            "is_string" => Value::Bool(self.is_string()),
            "is_integer" => Value::Bool(self.is_integer()),
            "is_numeric" => Value::Bool(self.is_numeric()),
            "is_float" => Value::Bool(self.is_float()),
            "is_number" => Value::Bool(self.is_integer() || self.is_numeric() || self.is_float()),
            "is_struct" => Value::Bool(self.starts_with("struct")),
            "is_array" => Value::Bool(self.starts_with("array")),
            "is_timestamp" => Value::Bool(self.is_dtype(&["timestamp"])),
            "is_binary" => Value::Bool(self.is_dtype(&["binary", "varbinary"])),
            "is_iceberg" => Value::Bool(false),
            "timestamp_type" => Value::from("timestamp"),
            "string_size" => Value::Int(self.string_size()?),
            "flatten" => Value::list(vec![Value::object(self.clone())]),
            "literal" => {
                let [value] = args.bind("literal", ["value"], 1)?;
                let value = jinja::value::repr::plain(&value.unwrap_or(Value::None))?;
                Value::from(self.literal(&value)?)
            }
            "can_expand_to" => {
                let other = match args.get(0, "other_column") {
                    Some(Value::Object(it)) => it.as_any().downcast_ref::<Self>(),
                    _ => None,
                };
                match other {
                    Some(other) => Value::Bool(self.can_expand_to(other)?),
                    None => Value::Hole,
                }
            }
            _ if METHODS.contains(&name) => {
                let class = ColumnClass { adapter: Arc::clone(&self.adapter) };
                class.call_method(interp, name, args, site)?
            }
            _ => match self.attribute(name)? {
                Some(callee) => interp.call_value(&callee, args, site)?,
                None => Value::Hole,
            },
        })
    }

    fn repr(&self) -> String {
        let name = class_name(&self.adapter);
        let data_type = || self.data_type().unwrap_or_default();
        let number = |it: Option<i64>| it.map_or_else(|| "None".to_owned(), |it| it.to_string());
        match &*self.adapter {
            "spark" | "databricks" => format!("<{name} {} ({})>", self.column, data_type()),
            "bigquery" => format!("<{name} {} ({}, NULLABLE)>", self.column, data_type()),
            adapter => {
                let quoted =
                    |it: &str| jinja::value::repr::repr(&Value::from(it)).unwrap_or_default();
                let more = match adapter {
                    "duckdb" => ", fields=[]",
                    "snowflake" => ", collation=None",
                    _ => "",
                };
                format!(
                    "{name}(column={}, dtype={}, char_size={}, numeric_precision={}, \
                     numeric_scale={}{more})",
                    quoted(&self.column),
                    quoted(&self.dtype),
                    number(self.char_size),
                    number(self.precision),
                    number(self.scale),
                )
            }
        }
    }

    fn equal(&self, other: &dyn Object) -> bool {
        other.as_any().downcast_ref::<Self>() == Some(self)
    }

    fn hash_text(&self) -> Option<String> {
        Some(self.column.clone())
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// `api.Column`
#[derive(Clone)]
pub(super) struct ColumnClass {
    pub(super) adapter: Arc<str>,
}

impl ColumnClass {
    /// `varchar(20)`, `numeric(10, 2)`
    fn described(&self, name: &str, raw: &str) -> Result<ColumnObject, Stop> {
        let mut column = ColumnObject::new(&self.adapter, name, raw);
        let Some((dtype, rest)) = raw.split_once('(') else { return Ok(column) };
        let Some((sizes, _)) = rest.split_once(')') else { return Ok(column) };
        let number = |it: &str| -> Result<i64, Stop> {
            it.trim().parse().map_err(|_| {
                Stop::host(format!(
                    "Could not interpret data_type \"{raw}\": could not convert \"{it}\" to an \
                     integer"
                ))
            })
        };
        column.dtype = dtype.to_owned();
        match sizes.split(',').collect::<Vec<_>>().as_slice() {
            [size] => column.char_size = Some(number(size)?),
            [precision, scale] => {
                column.precision = Some(number(precision)?);
                column.scale = Some(number(scale)?);
            }
            _ => {}
        }
        Ok(column)
    }
}

impl Object for ColumnClass {
    fn type_name(&self) -> &str {
        "type"
    }

    fn get_attr(&self, _interp: &mut Interp<'_>, name: &str) -> Result<Option<Value>, Stop> {
        if METHODS.contains(&name) {
            let method = Method { receiver: Value::object(self.clone()), name: name.into() };
            return Ok(Some(Value::Method(Rc::new(method))));
        }
        Ok(None)
    }

    fn call_method(
        &self,
        _interp: &mut Interp<'_>,
        name: &str,
        args: Args,
        _site: CallSite<'_>,
    ) -> Result<Value, Stop> {
        let text = |it: Option<Value>| {
            it.as_ref().and_then(Value::as_str).map(str::to_owned).unwrap_or_default()
        };
        Ok(match name {
            "translate_type" => {
                let [dtype] = args.bind(name, ["dtype"], 1)?;
                Value::from(translate_type(&self.adapter, &text(dtype)))
            }
            "create" => {
                let [column, dtype] = args.bind(name, ["name", "label_or_dtype"], 2)?;
                let dtype = translate_type(&self.adapter, &text(dtype));
                Value::object(ColumnObject::new(&self.adapter, &text(column), &dtype))
            }
            "string_type" => {
                let [size] = args.bind(name, ["size"], 1)?;
                match size {
                    Some(Value::Int(size)) => Value::from(string_type(&self.adapter, size)),
                    Some(other) => {
                        let size = jinja::value::repr::plain(&other)?;
                        Value::from(format!("character varying({size})"))
                    }
                    None => Value::Hole,
                }
            }
            "numeric_type" => {
                let [dtype, precision, scale] =
                    args.bind(name, ["dtype", "precision", "scale"], 3)?;
                let [precision, scale] = [precision, scale].map(|it| it.unwrap_or(Value::None));
                Value::from(numeric_type(&self.adapter, &text(dtype), &precision, &scale))
            }
            "from_description" => {
                let [column, raw] = args.bind(name, ["name", "raw_data_type"], 2)?;
                Value::object(self.described(&text(column), &text(raw))?)
            }
            _ => Value::Hole,
        })
    }

    fn call(&self, _interp: &mut Interp<'_>, args: Args, _: CallSite<'_>) -> Result<Value, Stop> {
        let names = ["column", "dtype", "char_size", "numeric_precision", "numeric_scale"];
        let [column, dtype, char_size, precision, scale] =
            args.bind(class_name(&self.adapter), names, 2)?;
        let text = |it: Option<Value>| {
            it.as_ref().and_then(Value::as_str).map(str::to_owned).unwrap_or_default()
        };
        let number = |it: Option<Value>| match it {
            Some(Value::Int(it)) => Some(it),
            _ => None,
        };
        Ok(Value::object(ColumnObject {
            char_size: number(char_size),
            precision: number(precision),
            scale: number(scale),
            ..ColumnObject::new(&self.adapter, &text(column), &text(dtype))
        }))
    }

    fn is_callable(&self) -> bool {
        true
    }

    fn repr(&self) -> String {
        format!("<class '{}'>", class_name(&self.adapter))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

use std::sync::Arc;

use base::{Db, Project};
use project::{
    Json, Origin, YamlContext, package_facts, package_name, packages, profile, render_value,
};

use crate::{
    Dispatched, Macro, Node, SourcePlace, config, dispatched, generate_name, gives_nothing,
    package_macro,
};

/// A table or view in the warehouse, as dbt writes its name.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Relation {
    pub database: Option<String>,
    pub schema: Option<String>,
    pub identifier: String,
    pub quoting: Quoting,
    /// The adapter's quote, the opening one where there are two.
    pub quote: char,
    /// Whether the adapter writes names in small letters.
    pub lowercase: bool,
}

/// Which parts of a relation's name are quoted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Quoting {
    pub database: bool,
    pub schema: bool,
    pub identifier: bool,
}

impl Quoting {
    /// What adapters do where nothing is said.
    #[must_use]
    pub fn of_adapter(adapter: &str) -> Self {
        let all = !matches!(adapter, "snowflake" | "spark");
        Self { database: all, schema: all, identifier: all }
    }

    fn update(&mut self, values: Option<&Json>) {
        let flag = |key: &str| values.and_then(|it| it.get(key)).and_then(Json::as_bool);
        self.database = flag("database").unwrap_or(self.database);
        self.schema = flag("schema").unwrap_or(self.schema);
        self.identifier = flag("identifier").unwrap_or(self.identifier);
    }
}

/// The quote of an adapter's SQL.
#[must_use]
pub fn quote_of_adapter(adapter: &str) -> char {
    match adapter {
        "bigquery" | "clickhouse" | "databricks" | "spark" => '`',
        _ => '"',
    }
}

/// A column's name in an adapter's quotes.
#[must_use]
pub fn quoted_column(adapter: &str, name: &str) -> String {
    match adapter {
        "fabric" | "synapse" => format!("[{}]", name.replace(']', "]]")),
        _ => format!("{0}{name}{0}", quote_of_adapter(adapter)),
    }
}

impl Relation {
    /// A relation as an adapter has it.
    #[must_use]
    pub fn new(
        adapter: &str,
        quoting: Quoting,
        database: Option<String>,
        schema: Option<String>,
        identifier: String,
    ) -> Self {
        // These know schemas only.
        let has_database = !matches!(adapter, "spark" | "clickhouse");
        let quoting = match adapter {
            "clickhouse" => Quoting { database: true, schema: true, identifier: true },
            _ => quoting,
        };
        let quote = match adapter {
            "fabric" | "synapse" => '[',
            "clickhouse" => '`',
            _ => quote_of_adapter(adapter),
        };
        Self {
            database: database.filter(|_| has_database),
            schema,
            identifier,
            quoting,
            quote,
            lowercase: adapter == "databricks",
        }
    }

    /// One part of the name, quoted where it is to be.
    #[must_use]
    pub fn part(&self, text: &str, quoted: bool) -> String {
        let lower = self.lowercase.then(|| text.to_lowercase());
        let text = lower.as_deref().unwrap_or(text);
        match self.quote {
            _ if !quoted => text.to_owned(),
            '[' => format!("[{}]", text.replace(']', "]]")),
            quote => format!("{quote}{text}{quote}"),
        }
    }

    /// The whole name: `"prod"."analytics"."orders"`.
    #[must_use]
    pub fn render(&self) -> String {
        let mut parts = Vec::new();
        if let Some(database) = self.database.as_deref().filter(|it| !it.is_empty()) {
            parts.push(self.part(database, self.quoting.database));
        }
        if let Some(schema) = self.schema.as_deref().filter(|it| !it.is_empty()) {
            parts.push(self.part(schema, self.quoting.schema));
        }
        parts.push(self.part(&self.identifier, self.quoting.identifier));
        parts.join(".")
    }
}

/// The project's quoting: the adapter's own, changed by `quoting:` in `dbt_project.yml`.
#[salsa::tracked(returns(copy))]
pub fn project_quoting(db: &dyn Db, project: Project) -> Quoting {
    let adapter = adapter(db, project);
    let mut quoting = Quoting::of_adapter(&adapter);
    if let Some(root) = packages(db, project).first() {
        quoting.update(package_facts(db, *root).data.get("quoting"));
    }
    quoting
}

/// The adapter's name; `duckdb`'s rules hold where no profile says.
#[salsa::tracked(returns(clone))]
pub fn adapter(db: &dyn Db, project: Project) -> Arc<str> {
    profile(db, project).adapter.as_deref().unwrap_or("default").into()
}

/// Where a node is or will be built for the current target.
#[salsa::tracked(returns(clone))]
pub fn relation(db: &dyn Db, node: Node) -> Arc<Relation> {
    let package = node.package(db);
    let project = package.project(db);
    let config = config(db, node);
    let profile = profile(db, project);
    // A macro of the project gets what is written, blanks included.
    let written = |key: &str| config.for_name(key);
    let custom = |key: &str| written(key).map(str::trim).filter(|it| !it.is_empty());
    let snapshot = |key: &str| custom(key).filter(|_| node.kind(db).resource_type() == "snapshot");

    let adapter = adapter(db, project);
    let database = snapshot("target_database").map(str::to_owned).or_else(|| {
        let name = "generate_database_name";
        let default =
            |custom: Option<&str>| custom.map(str::to_owned).or_else(|| profile.database());
        generated(db, node, name, written("database"), default)
    });
    let schema = snapshot("target_schema").map(str::to_owned).or_else(|| {
        let default = |custom: Option<&str>| {
            let target = profile.schema().unwrap_or_default();
            Some(custom.map_or_else(|| target.clone(), |it| format!("{target}_{it}")))
        };
        generated(db, node, "generate_schema_name", written("schema"), default)
    });
    let default_alias = |custom: Option<&str>| {
        Some(match (custom, node.version(db)) {
            (Some(alias), _) => alias.to_owned(),
            (None, Some(version)) => format!("{}_v{}", node.name(db), version.replace('.', "_")),
            (None, None) => node.name(db).to_owned(),
        })
    };
    let identifier = generated(db, node, "generate_alias_name", written("alias"), default_alias);
    // The node's own `quoting` is a config that dbt keeps and does not follow.
    let quoting = project_quoting(db, project);
    let schema = Some(schema.unwrap_or_default());
    let identifier = identifier.unwrap_or_else(|| node.name(db).to_owned());
    Arc::new(Relation::new(&adapter, quoting, database, schema, identifier))
}

/// The project's `generate_schema_name`, where it gives no schema at all for a node.
#[salsa::tracked(returns(clone))]
pub fn macro_without_schema(db: &dyn Db, node: Node) -> Option<Macro> {
    let package = node.package(db);
    let root = packages(db, package.project(db)).first().copied().unwrap_or(package);
    let name = || "generate_schema_name".to_owned();
    let found = package_macro(db, package, name()).or_else(|| package_macro(db, root, name()))?;
    let config = config(db, node);
    // A snapshot may say itself where it goes.
    let is_snapshot = node.kind(db).resource_type() == "snapshot";
    let says =
        is_snapshot && config.for_name("target_schema").is_some_and(|it| !it.trim().is_empty());
    let custom = config.for_name("schema").map(str::to_owned);
    (!says && gives_nothing(db, found, custom, node)).then_some(found)
}

/// What `generate_*_name` says: the package's for its own nodes, else the root project's, else what
/// dbt's own macro dispatches to. `default` says without a render what dbt's own default says; what
/// is written and blank is left to the macro.
fn generated(
    db: &dyn Db,
    node: Node,
    name: &str,
    custom: Option<&str>,
    default: impl Fn(Option<&str>) -> Option<String>,
) -> Option<String> {
    let package = node.package(db);
    let trimmed = custom.map(str::trim);
    let root = packages(db, package.project(db)).first().copied().unwrap_or(package);
    let own = || package_macro(db, package, name.to_owned());
    let found = own().or_else(|| package_macro(db, root, name.to_owned())).or_else(|| {
        match dispatched(db, root, name, Some("dbt")) {
            Dispatched::Found(it) if is_dbts_default(db, it) && trimmed != Some("") => None,
            Dispatched::Found(it) => Some(it),
            Dispatched::Missing(_) => None,
        }
    });
    let said = |it| generate_name(db, it, custom.map(str::to_owned), node);
    found.and_then(said).or_else(|| default(trimmed.filter(|it| !it.is_empty())))
}

/// Whether a macro is dbt's own for all adapters.
fn is_dbts_default(db: &dyn Db, found: Macro) -> bool {
    let package = found.package;
    matches!(package.origin(db), Origin::Engine | Origin::Library)
        && package_name(db, package).as_ref() == "dbt"
}

/// Where a source table is, as the manifest names it: there the project's quoting counts, where SQL
/// is compiled it does not.
pub(crate) fn source_relation_in_manifest(db: &dyn Db, place: &SourcePlace) -> Relation {
    let mut quoting = project_quoting(db, place.package.project(db));
    quoting.update(place.table.source_data.get("quoting"));
    quoting.update(place.table.data.get("quoting"));
    Relation { quoting, ..source_relation(db, place) }
}

/// Where a source table is.
pub fn source_relation(db: &dyn Db, place: &SourcePlace) -> Relation {
    let project = place.package.project(db);
    let profile = profile(db, project);
    let adapter = adapter(db, project);
    let table = &place.table;
    let said = |data: &Json, key: &str| {
        let value =
            render_value(db, project, data.get(key)?, YamlContext::Properties(place.package));
        match value {
            Json::String(it) => Some(it),
            Json::Null => None,
            other => Some(other.to_string()),
        }
    };
    // The project's own quoting is about what the project builds.
    let mut quoting = Quoting::of_adapter(&adapter);
    quoting.update(table.source_data.get("quoting"));
    quoting.update(table.data.get("quoting"));
    let database = said(&table.source_data, "database").filter(|it| !it.is_empty());
    let schema = said(&table.source_data, "schema").filter(|it| !it.is_empty());
    // Where there are no databases, dbt takes one for the schema that is not said.
    let schema = match (&*adapter, &schema, &database) {
        ("clickhouse", None, Some(database)) => Some(database.clone()),
        _ => schema.or_else(|| Some(table.source.clone())),
    };
    let identifier = said(&table.data, "identifier").filter(|it| !it.is_empty());
    let identifier = identifier.unwrap_or_else(|| table.name.clone());
    Relation::new(&adapter, quoting, database.or_else(|| profile.database()), schema, identifier)
}

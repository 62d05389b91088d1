use std::sync::Arc;

use base::{Db, Project};
use project::{Json, Package, YamlContext, package_facts, packages, profile, render_value};

use crate::{Node, SourcePlace, config, generate_name, package_macro};

/// A table or view in the warehouse, as dbt writes its name.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Relation {
    pub database: Option<String>,
    pub schema: Option<String>,
    pub identifier: String,
    pub quoting: Quoting,
    /// The adapter's quote.
    pub quote: char,
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

impl Relation {
    /// One part of the name, quoted where it is to be.
    #[must_use]
    pub fn part(&self, text: &str, quoted: bool) -> String {
        if quoted { format!("{0}{text}{0}", self.quote) } else { text.to_owned() }
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
    let custom = |key: &str| config.for_name(key).map(str::trim).filter(|it| !it.is_empty());
    let snapshot = |key: &str| custom(key).filter(|_| node.kind(db).resource_type() == "snapshot");

    let default_database = || custom("database").map(str::to_owned).or_else(|| profile.database());
    let database = generated(db, node, "generate_database_name", custom("database"))
        .map_or_else(default_database, Some)
        .or_else(|| snapshot("target_database").map(str::to_owned));
    let default_schema = || {
        let target = profile.schema().unwrap_or_default();
        match custom("schema") {
            Some(schema) => format!("{target}_{schema}"),
            None => target,
        }
    };
    let schema = snapshot("target_schema").map(str::to_owned).unwrap_or_else(|| {
        generated(db, node, "generate_schema_name", custom("schema")).unwrap_or_else(default_schema)
    });
    let default_alias = || match (custom("alias"), node.version(db)) {
        (Some(alias), _) => alias.to_owned(),
        (None, Some(version)) => format!("{}_v{}", node.name(db), version.replace('.', "_")),
        (None, None) => node.name(db).to_owned(),
    };
    let identifier =
        generated(db, node, "generate_alias_name", custom("alias")).unwrap_or_else(default_alias);
    // The node's own `quoting` is a config that dbt keeps and does not follow.
    let quoting = project_quoting(db, project);
    let adapter = adapter(db, project);
    Arc::new(Relation {
        database: database.filter(|_| &*adapter != "spark"),
        schema: Some(schema),
        identifier,
        quoting,
        quote: quote_of_adapter(&adapter),
    })
}

/// What the project's own `generate_*_name` says, where it has one.
fn generated(db: &dyn Db, node: Node, name: &str, custom: Option<&str>) -> Option<String> {
    let project = node.package(db).project(db);
    let root: Package = packages(db, project).first().copied()?;
    let adapter = adapter(db, project);
    let spellings = [name.to_owned(), format!("{adapter}__{name}"), format!("default__{name}")];
    let found = spellings.into_iter().find_map(|it| package_macro(db, root, it))?;
    generate_name(db, found, custom.map(str::to_owned), node)
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
    let database = said(&table.source_data, "database").or_else(|| profile.database());
    Relation {
        database: database.filter(|_| &*adapter != "spark"),
        schema: said(&table.source_data, "schema").or_else(|| Some(table.source.clone())),
        identifier: said(&table.data, "identifier").unwrap_or_else(|| table.name.clone()),
        quoting,
        quote: quote_of_adapter(&adapter),
    }
}

use std::any::Any;
use std::sync::Arc;

use jinja::eval::{Args, Interp, Site as CallSite, Stop};
use jinja::source_map::FileId;
use jinja::value::{Dict, Object, Value};

use crate::Relation;

/// A relation in a template.
pub struct RelationObject {
    relation: Relation,
    include: [bool; 3],
    kind: Option<String>,
}

impl RelationObject {
    #[must_use]
    pub fn new(relation: Relation) -> Self {
        Self { relation, include: [true; 3], kind: None }
    }

    /// Shown by its identifier alone, as ephemeral nodes are.
    #[must_use]
    pub fn identifier_only(relation: Relation) -> Self {
        Self { relation, include: [false, false, true], kind: None }
    }

    fn changed(&self, change: impl FnOnce(&mut Self)) -> Value {
        let mut copy = Self {
            relation: self.relation.clone(),
            include: self.include,
            kind: self.kind.clone(),
        };
        change(&mut copy);
        Value::object(copy)
    }

    fn flags(args: &Args, flags: &mut [bool; 3]) {
        for (index, key) in ["database", "schema", "identifier"].into_iter().enumerate() {
            if let Some(value) = args.get(index, key) {
                flags[index] = value.truthy();
            }
        }
    }
}

impl Object for RelationObject {
    fn type_name(&self) -> &str {
        "Relation"
    }

    fn get_attr(&self, _interp: &mut Interp<'_>, name: &str) -> Result<Option<Value>, Stop> {
        let relation = &self.relation;
        Ok(Some(match name {
            "database" => Value::from(relation.database.clone()),
            "schema" => Value::from(relation.schema.clone()),
            "identifier" | "name" | "table" => Value::from(relation.identifier.clone()),
            "type" => Value::from(self.kind.clone()),
            "is_table"
            | "is_view"
            | "is_cte"
            | "is_materialized_view"
            | "is_incremental"
            | "can_be_renamed"
            | "can_be_replaced" => Value::Bool(false),
            "quote_character" => Value::from(relation.quote.to_string()),
            // What packages ask to tell relations from texts.
            "metadata" => {
                let mut metadata = Dict::new();
                metadata.insert_str("type", Value::from("Relation"));
                Value::dict(metadata)
            }
            _ => return Ok(None),
        }))
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
        match name {
            "include" => Ok(self.changed(|it| Self::flags(&args, &mut it.include))),
            "quote" => Ok(self.changed(|it| {
                let quoting = &mut it.relation.quoting;
                let mut flags = [quoting.database, quoting.schema, quoting.identifier];
                Self::flags(&args, &mut flags);
                [quoting.database, quoting.schema, quoting.identifier] = flags;
            })),
            "without_identifier" => Ok(self.changed(|it| it.include[2] = false)),
            "render" => Ok(Value::from(self.str())),
            "get" => {
                let found = match args.get(0, "key") {
                    Some(key) => self.get_item(interp, key)?,
                    None => None,
                };
                let default = || args.get(1, "default").cloned().unwrap_or(Value::None);
                Ok(found.unwrap_or_else(default))
            }
            "incorporate" => Ok(self.changed(|it| {
                if let Some(kind) = args.keyword("type").and_then(Value::as_str) {
                    it.kind = Some(kind.to_owned());
                }
            })),
            _ => match self.get_attr(interp, name)? {
                Some(callee) => interp.call_value(&callee, args, site),
                None => Ok(Value::Hole),
            },
        }
    }

    fn str(&self) -> String {
        let mut shown = self.relation.clone();
        if !self.include[0] {
            shown.database = None;
        }
        if !self.include[1] {
            shown.schema = None;
        }
        if self.include[2] {
            return shown.render();
        }
        let schema = shown.schema.take().map(|it| shown.part(&it, shown.quoting.schema));
        let database = shown.database.take().map(|it| shown.part(&it, shown.quoting.database));
        [database, schema].into_iter().flatten().collect::<Vec<_>>().join(".")
    }

    fn is_mapping(&self) -> bool {
        true
    }

    fn repr(&self) -> String {
        format!("<Relation {}>", self.str())
    }

    fn equal(&self, other: &dyn Object) -> bool {
        other.as_any().downcast_ref::<Self>().is_some_and(|it| it.str() == self.str())
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// Something whose calls and members the world answers: `config(…)`, `config.get(…)`.
pub(super) struct Callable {
    type_name: &'static str,
    name: &'static str,
    members: &'static [&'static str],
    callable: bool,
}

impl Callable {
    pub(super) fn new(
        type_name: &'static str,
        name: &'static str,
        members: &'static [&'static str],
    ) -> Self {
        Self { type_name, name, members, callable: true }
    }

    /// Members alone.
    pub(super) fn members(
        type_name: &'static str,
        name: &'static str,
        members: &'static [&'static str],
    ) -> Self {
        Self { type_name, name, members, callable: false }
    }
}

impl Object for Callable {
    fn type_name(&self) -> &str {
        self.type_name
    }

    fn get_attr(&self, _interp: &mut Interp<'_>, name: &str) -> Result<Option<Value>, Stop> {
        let known = self.members.contains(&name);
        Ok(known.then(|| Value::function(format!("{}.{name}", self.name))))
    }

    fn call(&self, interp: &mut Interp<'_>, args: Args, site: CallSite<'_>) -> Result<Value, Stop> {
        if !self.callable {
            return Err(Stop::type_error(format!("'{}' object is not callable", self.type_name)));
        }
        interp.call_value(&Value::function(self.name), args, site)
    }

    fn is_callable(&self) -> bool {
        self.callable
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// `dbt_utils` in `dbt_utils.star(…)`.
pub(super) struct MacroNamespace {
    package: Arc<str>,
}

impl MacroNamespace {
    pub(super) fn new(package: &str) -> Self {
        Self { package: package.into() }
    }
}

impl Object for MacroNamespace {
    fn type_name(&self) -> &str {
        "dict"
    }

    fn get_attr(&self, interp: &mut Interp<'_>, name: &str) -> Result<Option<Value>, Stop> {
        let host = interp.host();
        Ok(host.lookup(interp, FileId(0), &format!("{}.{name}", self.package)))
    }

    fn get_item(&self, interp: &mut Interp<'_>, key: &Value) -> Result<Option<Value>, Stop> {
        match key.as_str() {
            Some(name) => self.get_attr(interp, name),
            None => Ok(None),
        }
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

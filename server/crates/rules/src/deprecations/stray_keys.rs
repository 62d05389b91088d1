//! Keys of properties files that dbt does not know where they stand.

use std::sync::Arc;

use base::TextRange;
use project::config_keys::{self, Engine, Shape};
use project::{dbt_version, document};
use semantic::adapter;
use syntax::yaml::edit::Editor;
use syntax::yaml::{Document, Entry};

use super::objects::{Object, ObjectKind, Objects, Part};
use crate::FileContext;

/// A key that does not belong where it stands.
pub(super) struct Stray<'a> {
    pub(super) object: Object<'a>,
    pub(super) name: &'a str,
    /// Of the key; of `<<` where that brings it.
    pub(super) range: TextRange,
    /// Nothing where `<<` brings it.
    pub(super) entry: Option<&'a Entry>,
    pub(super) is: Misplaced,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Misplaced {
    /// No list or option of a properties file.
    TopLevel,
    /// It is a config and belongs under `config`.
    BesideConfig,
    /// It stands under `config` and is no config.
    InConfig,
    /// `overrides` of a source.
    Override,
    /// Neither property nor config.
    InObject,
}

/// A properties file with its objects, as one engine reads it.
pub(super) struct PropertiesFile<'a> {
    pub(super) text: &'a str,
    pub(super) document: &'a Document,
    pub(super) objects: Objects<'a>,
    pub(super) engine: Engine,
    adapter: Arc<str>,
}

/// Does something with a properties file. Nothing before 1.10: not every object had a `config`.
pub(super) fn with_file(context: &FileContext<'_>, check: impl FnOnce(&PropertiesFile<'_>)) {
    let version = dbt_version(context.db, context.project);
    if (version.major, version.minor) < (1, 10) {
        return;
    }
    let engine = Engine::of(&version);
    let document = document(context.db, context.file);
    check(&PropertiesFile {
        text: context.file.text(context.db),
        document: &document,
        objects: Objects::of(&document, engine),
        engine,
        adapter: adapter(context.db, context.project),
    });
}

impl<'a> PropertiesFile<'a> {
    pub(super) fn editor(&self) -> Editor<'a> {
        Editor::new(self.text, self.document)
    }

    /// All that is of one kind, object by object.
    pub(super) fn strays(&self, is: Misplaced) -> Vec<Stray<'a>> {
        let mut found = Vec::new();
        for object in &self.objects.all {
            self.add_strays(*object, &mut found);
        }
        found.retain(|it| it.is == is);
        found
    }

    /// Configs of one object that stand beside its `config`.
    pub(super) fn beside_config(&self, object: Object<'a>) -> Vec<Stray<'a>> {
        let mut found = Vec::new();
        self.add_strays(object, &mut found);
        found.retain(|it| it.is == Misplaced::BesideConfig);
        found
    }

    fn add_strays(&self, object: Object<'a>, found: &mut Vec<Stray<'a>>) {
        if object.shape.is_open(self.engine) || (self.engine.is_core() && !object.seen_by_core) {
            return;
        }
        // Here dbt v2 takes what it knows and says nothing of the rest.
        let is_lenient = matches!(object.shape.name.as_str(), "DbtOwner" | "ExternalTable");
        if self.engine == Engine::V2 && is_lenient {
            return;
        }
        let Some(mapping) = object.node.as_mapping() else { return };
        let own = mapping.entries.iter().filter(|it| !it.is_merge && !it.overridden);
        for entry in own {
            let Some(name) = entry.key.as_str() else { continue };
            if let Some(is) = self.misplaced(object, name) {
                let range = entry.key.range;
                found.push(Stray { object, name, range, entry: Some(entry), is });
            }
        }
        let Some(merge) = mapping.entries.iter().find(|it| it.is_merge) else { return };
        let own: rustc_hash::FxHashSet<&str> =
            mapping.entries.iter().filter_map(|it| it.key.as_str()).collect();
        for (key, _) in mapping.pairs() {
            let Some(name) = key.as_str().filter(|it| !own.contains(it)) else { continue };
            if let Some(is) = self.misplaced(object, name) {
                found.push(Stray { object, name, range: merge.key.range, entry: None, is });
            }
        }
    }

    fn misplaced(&self, object: Object<'_>, name: &str) -> Option<Misplaced> {
        if object.shape.key(name, self.engine).is_some() {
            return None;
        }
        let of_adapter = || config_keys::is_config_of_adapter(&self.adapter, name, self.engine);
        let is_config = |it: &Shape| it.key(name, self.engine).is_some() || of_adapter();
        Some(match object.part {
            _ if object.kind == ObjectKind::File => Misplaced::TopLevel,
            Part::Config if of_adapter() => return None,
            Part::Config => Misplaced::InConfig,
            // In dbt Core, BigQuery's names of database and schema are properties of a source.
            _ if object.kind == ObjectKind::Source && of_adapter() => return None,
            _ if name == "overrides" && object.in_source => Misplaced::Override,
            _ if self.configs_of(object).is_some_and(is_config) => Misplaced::BesideConfig,
            _ => Misplaced::InObject,
        })
    }

    /// What dbt holds an unknown key against: the configs of the object, or of the nearest list's
    /// item around a part of it.
    fn configs_of(&self, object: Object<'_>) -> Option<&'static Shape> {
        let mut object = object;
        while object.part != Part::Item {
            object = *self.objects.all.get(object.parent?)?;
        }
        object.shape.config()
    }

    /// The item of a list around a part of it, or the object itself.
    pub(super) fn holder(&self, object: Object<'a>) -> Object<'a> {
        let mut object = object;
        while object.part != Part::Item
            && let Some(parent) = object.parent.and_then(|it| self.objects.all.get(it))
        {
            object = *parent;
        }
        object
    }
}

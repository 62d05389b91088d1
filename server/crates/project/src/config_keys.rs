//! Which keys dbt takes where, by version: `data/config_keys.json` as data. The script that writes
//! it, `tests/dbt/generate-config-keys.py`, says how it is read.

mod table;

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use crate::DbtVersion;

/// A version of dbt that the table knows apart from others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Engine {
    Core110,
    Core111,
    Core112,
    V2,
}

/// Several of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Engines(u8);

/// What a mapping may hold.
#[derive(Debug, PartialEq, Eq)]
pub struct Shape {
    /// As the schema calls it: `ModelConfig`.
    pub name: String,
    keys: FxHashMap<String, Key>,
    /// Where other keys are taken as well.
    open: Engines,
    required: Vec<(String, Engines)>,
}

#[derive(Debug, PartialEq, Eq)]
pub struct Key {
    pub engines: Engines,
    pub holds: Holds,
    /// Whether dbt Core says what is wrong inside.
    pub seen_by_core: bool,
}

#[derive(Debug, PartialEq, Eq)]
pub enum Holds {
    /// The table says nothing about it.
    Anything,
    Mapping(String),
    /// A list of mappings.
    List(String),
    /// One of these words.
    Words(Vec<String>),
}

impl Engine {
    pub const ALL: [Self; 4] = [Self::Core110, Self::Core111, Self::Core112, Self::V2];

    /// The one that is nearest to a version.
    #[must_use]
    pub fn of(version: &DbtVersion) -> Self {
        match (version.major, version.minor) {
            (2.., _) => Self::V2,
            (_, ..=10) => Self::Core110,
            (_, 11) => Self::Core111,
            _ => Self::Core112,
        }
    }

    #[must_use]
    pub fn is_core(self) -> bool {
        self != Self::V2
    }

    /// `1.11`
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Core110 => "1.10",
            Self::Core111 => "1.11",
            Self::Core112 => "1.12",
            Self::V2 => "2",
        }
    }
}

impl Engines {
    const ALL: Self = Self(0b1111);

    #[must_use]
    pub fn contains(self, engine: Engine) -> bool {
        self.0 & (1 << engine as u8) != 0
    }
}

impl Shape {
    /// What an engine knows about a key; nothing where it does not know the key.
    #[must_use]
    pub fn key(&self, name: &str, engine: Engine) -> Option<&Key> {
        self.keys.get(name).filter(|it| it.engines.contains(engine))
    }

    /// The first engine after this one that knows a key.
    #[must_use]
    pub fn later(&self, name: &str, engine: Engine) -> Option<Engine> {
        let key = self.keys.get(name)?;
        let later = Engine::ALL.into_iter().filter(|it| *it as u8 > engine as u8);
        later.into_iter().find(|it| key.engines.contains(*it))
    }

    /// Whether an engine takes keys besides those that it knows.
    #[must_use]
    pub fn is_open(&self, engine: Engine) -> bool {
        self.open.contains(engine)
    }

    /// All keys that an engine knows, in no order.
    pub fn names(&self, engine: Engine) -> impl Iterator<Item = &str> {
        self.keys.iter().filter(move |it| it.1.engines.contains(engine)).map(|it| it.0.as_str())
    }

    pub fn required(&self, engine: Engine) -> impl Iterator<Item = &str> {
        self.required.iter().filter(move |it| it.1.contains(engine)).map(|it| it.0.as_str())
    }

    /// What may stand under `config`.
    #[must_use]
    pub fn config(&self) -> Option<&'static Shape> {
        self.keys.get("config")?.holds.shape()
    }
}

impl Holds {
    /// Of the mapping, or of the items of the list.
    #[must_use]
    pub fn shape(&self) -> Option<&'static Shape> {
        match self {
            Self::Mapping(name) | Self::List(name) => shape(name),
            Self::Anything | Self::Words(_) => None,
        }
    }
}

pub(crate) struct Table {
    shapes: FxHashMap<String, Shape>,
    files: FxHashMap<String, String>,
    adapters: FxHashMap<String, FxHashMap<String, Engines>>,
    sections: FxHashMap<String, Engines>,
    tests: FxHashMap<String, Engines>,
}

static TABLE: LazyLock<Table> =
    LazyLock::new(|| Table::read(include_str!("../data/config_keys.json")));

#[must_use]
pub fn shape(name: &str) -> Option<&'static Shape> {
    TABLE.shapes.get(name)
}

/// A file as a whole: `properties`, `project`, `packages`, `selectors`.
#[must_use]
pub fn file_shape(kind: &str) -> Option<&'static Shape> {
    shape(TABLE.files.get(kind)?)
}

/// What may stand under `config` of the items of a list of a properties file: of `models`, `seeds`.
#[must_use]
pub fn config_shape(list: &str) -> Option<&'static Shape> {
    let holder = file_shape("properties")?.keys.get(list)?;
    holder.holds.shape()?.config()
}

/// A section of `dbt_project.yml`, such as `models`: its configs, with their `+`.
#[must_use]
pub fn project_section(name: &str) -> Option<&'static Shape> {
    file_shape("project")?.keys.get(name)?.holds.shape()
}

/// Whether an engine looks at the keys in a section of `dbt_project.yml`.
#[must_use]
pub fn is_config_section(name: &str, engine: Engine) -> bool {
    TABLE.sections.get(name).is_some_and(|it| it.contains(engine))
}

/// Whether a key is a config besides with an adapter.
#[must_use]
pub fn is_config_of_adapter(adapter: &str, key: &str, engine: Engine) -> bool {
    // dbt v2 takes the names of BigQuery for those of all adapters.
    if engine == Engine::V2 {
        return matches!(key, "dataset" | "project" | "data_space");
    }
    let keys = TABLE.adapters.get(adapter);
    keys.and_then(|it| it.get(key)).is_some_and(|it| it.contains(engine))
}

/// Whether a key is a config that may stand at the top of a generic test.
#[must_use]
pub fn is_test_config(key: &str, engine: Engine) -> bool {
    TABLE.tests.get(key).is_some_and(|it| it.contains(engine))
}

/// Whether any engine takes the key for a config of any kind of node.
#[must_use]
pub fn is_config_of_anything(key: &str) -> bool {
    static NAMES: LazyLock<rustc_hash::FxHashSet<&str>> = LazyLock::new(|| {
        let lists = file_shape("properties").into_iter().flat_map(|it| it.keys.values());
        let configs = lists.filter_map(|it| it.holds.shape()?.config());
        let adapters = TABLE.adapters.values().flat_map(|it| it.keys());
        configs.flat_map(|it| it.keys.keys()).chain(adapters).map(String::as_str).collect()
    });
    NAMES.contains(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shape_that_is_named_is_there() {
        let keys: Vec<&Key> = TABLE.shapes.values().flat_map(|it| it.keys.values()).collect();
        assert!(keys.len() > 1_500, "{}", keys.len());
        for key in keys {
            if let Holds::Mapping(name) | Holds::List(name) = &key.holds {
                assert!(shape(name).is_some(), "{name}");
            }
        }
        for file in ["properties", "project", "packages", "selectors"] {
            assert!(file_shape(file).is_some(), "{file}");
        }
    }

    #[test]
    fn keys_by_place_and_version() {
        let models = config_shape("models").unwrap();
        let known = |key| Engine::ALL.map(|engine| models.key(key, engine).is_some());
        assert_eq!(known("materialized"), [true; 4]);
        assert_eq!(known("copy_tags"), [false, false, true, true]);
        assert_eq!(known("pre-hook"), [false; 4]);
        assert_eq!(models.later("copy_tags", Engine::Core111), Some(Engine::Core112));
        assert_eq!(models.later("copy_tags", Engine::V2), None);
        let section = project_section("models").unwrap();
        assert!(section.key("+pre-hook", Engine::Core111).is_some());
        assert!(section.key("+pre_hook", Engine::Core111).is_none());
        assert!(section.key("materialized", Engine::Core111).is_none());
    }

    #[test]
    fn what_dbt_core_looks_into() {
        let file = file_shape("properties").unwrap();
        let models = file.key("models", Engine::Core111).unwrap();
        assert!(models.seen_by_core);
        let model = models.holds.shape().unwrap();
        assert!(model.key("columns", Engine::Core111).unwrap().seen_by_core);
        assert!(!model.key("time_spine", Engine::Core111).unwrap().seen_by_core);
        assert!(!model.is_open(Engine::Core111));
        assert!(shape("Versions").unwrap().is_open(Engine::Core111));
        let words = &shape("Constraint").unwrap().key("type", Engine::V2).unwrap().holds;
        assert!(matches!(words, Holds::Words(it) if it.iter().any(|it| it == "not_null")));
        assert_eq!(model.required(Engine::V2).collect::<Vec<_>>(), ["name"]);
    }

    #[test]
    fn configs_of_adapters_and_of_tests() {
        assert!(is_config_of_adapter("bigquery", "dataset", Engine::Core111));
        assert!(!is_config_of_adapter("bigquery", "dataset", Engine::Core110));
        assert!(!is_config_of_adapter("snowflake", "dataset", Engine::Core111));
        assert!(is_config_of_adapter("snowflake", "dataset", Engine::V2));
        assert!(is_config_of_adapter("databricks", "zorder", Engine::Core112));
        assert!(is_test_config("where", Engine::Core110));
        assert!(!is_test_config("quoting", Engine::Core111));
        assert!(is_test_config("quoting", Engine::V2));
        assert!(is_config_of_anything("severity") && is_config_of_anything("zorder"));
        assert!(!is_config_of_anything("owner_team"));
    }
}

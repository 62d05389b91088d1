//! What an output of `profiles.yml` can hold, adapter by adapter: `adapter/adapters.yml` as data.

mod login;
mod table;
mod types;

use std::sync::LazyLock;

use indexmap::IndexMap;
use rustc_hash::FxHashSet;

use crate::DbtVersion;

pub use login::{Login, Need};
pub use types::{ValueType, as_v2_reads};

/// The two families of engines: they read the same profile differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Generation {
    /// dbt Core 1.x and its adapters, in Python.
    Core,
    V2,
}

impl DbtVersion {
    #[must_use]
    pub fn generation(&self) -> Generation {
        if self.major < 2 { Generation::Core } else { Generation::V2 }
    }
}

/// What one generation says, what the other.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Each<T> {
    pub core: T,
    pub v2: T,
}

impl<T> Each<T> {
    #[must_use]
    pub fn get(&self, generation: Generation) -> &T {
        match generation {
            Generation::Core => &self.core,
            Generation::V2 => &self.v2,
        }
    }
}

/// How far the v2 engine knows an adapter or a way to log in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Support {
    Supported,
    /// Only where `DBT_ALLOW_EXPERIMENTAL_ADAPTERS` is true.
    Experimental,
    #[default]
    Unsupported,
}

#[derive(Debug, Clone, Default, PartialEq)]
pub struct Adapter {
    /// As `type:` has it.
    pub name: String,
    pub title: String,
    /// Whether dbt Core has it.
    pub core: bool,
    pub v2: Support,
    /// Without these dbt stops, however one logs in.
    pub needs: Each<Vec<Need>>,
    /// Keys that exclude each other.
    pub conflicts: Each<Vec<(String, String)>>,
    /// The key whose value names the way to log in.
    pub login_key: Option<String>,
    /// In the order in which they are recognised.
    pub logins: Vec<Login>,
    /// In the order in which a profile is written, without those that every adapter has.
    pub keys: Vec<ProfileKey>,
}

#[derive(Debug, Clone, Default, PartialEq)]
pub struct ProfileKey {
    /// As most profiles have it.
    pub name: String,
    /// Other spellings.
    pub aliases: Each<Vec<String>>,
    /// What its value may be; nothing where the generation does not read the key.
    pub types: Each<Vec<ValueType>>,
    /// Everything that is accepted, where that is a list.
    pub values: Each<Vec<String>>,
    /// What to offer.
    pub examples: Vec<String>,
    pub default: Option<String>,
    pub secret: bool,
    pub documentation: String,
}

impl ProfileKey {
    /// The name and every other spelling that any generation takes.
    pub fn spellings(&self) -> impl Iterator<Item = &str> {
        let further = self.aliases.v2.iter().filter(|it| !self.aliases.core.contains(it));
        let aliases = self.aliases.core.iter().chain(further);
        std::iter::once(self.name.as_str()).chain(aliases.map(String::as_str))
    }

    #[must_use]
    pub fn is_read_by(&self, generation: Generation) -> bool {
        !self.types.get(generation).is_empty()
    }
}

impl Adapter {
    /// The key with this name or alias, those of every adapter included.
    #[must_use]
    pub fn key(&self, name: &str) -> Option<&ProfileKey> {
        self.all_keys().find(|it| it.spellings().any(|it| it == name))
    }

    /// Its own keys, then those of every adapter.
    pub fn all_keys(&self) -> impl Iterator<Item = &ProfileKey> {
        self.keys.iter().chain(&TABLE.common)
    }
}

/// An adapter by the name that `type:` has.
#[must_use]
pub fn adapter(name: &str) -> Option<&'static Adapter> {
    TABLE.adapters.get(name)
}

/// Every adapter whose keys are known.
pub fn adapters() -> impl Iterator<Item = &'static Adapter> {
    TABLE.adapters.values()
}

/// The keys of every output, whatever the adapter.
#[must_use]
pub fn common_keys() -> &'static [ProfileKey] {
    &TABLE.common
}

/// Whether there is an adapter of this name for dbt Core whose keys are not known.
#[must_use]
pub fn is_other_adapter(name: &str) -> bool {
    TABLE.others.contains(name)
}

/// Whether a key of a profile holds a secret, whatever the adapter.
#[must_use]
pub fn is_secret_key(key: &str) -> bool {
    TABLE.secrets.contains(key)
}

#[derive(Default)]
struct Table {
    adapters: IndexMap<String, Adapter>,
    common: Vec<ProfileKey>,
    others: FxHashSet<String>,
    secrets: FxHashSet<String>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| table::read(include_str!("adapter/adapters.yml")));

#[cfg(test)]
mod tests;

//! What is known of packages besides what is installed: `data/packages.json`, with its date.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

/// A table of a certain day: it says of itself how old it is.
#[derive(Debug, Deserialize)]
pub struct KnownPackages {
    /// Year and month.
    pub date: String,
    /// Packages that have another name now.
    pub redirects: BTreeMap<String, String>,
    pub versions: BTreeMap<String, KnownVersions>,
}

/// Which versions of a package run with dbt v2.
#[derive(Debug, Deserialize, PartialEq, Eq)]
pub struct KnownVersions {
    /// The first from which on all do; any where nothing is said.
    #[serde(default)]
    pub first: Option<String>,
    /// Nothing where none does.
    pub newest: Option<String>,
}

#[must_use]
pub fn known_packages() -> &'static KnownPackages {
    static TABLE: LazyLock<KnownPackages> = LazyLock::new(|| {
        serde_json::from_str(include_str!("../data/packages.json")).unwrap_or_else(|_| {
            KnownPackages {
                date: String::new(),
                redirects: BTreeMap::new(),
                versions: BTreeMap::new(),
            }
        })
    });
    &TABLE
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Version;

    #[test]
    fn the_table_is_sound() {
        let known = known_packages();
        assert!(known.redirects.len() > 50 && known.versions.len() > 15);
        for (old, new) in &known.redirects {
            assert!(old != new && !known.redirects.contains_key(new), "{old}");
        }
        for (name, versions) in &known.versions {
            let parse = |it: &Option<String>| it.as_deref().map(|it| Version::parse(it).unwrap());
            let (first, newest) = (parse(&versions.first), parse(&versions.newest));
            assert!(first <= newest, "{name}");
        }
    }
}

//! The table as it is written.

use rustc_hash::FxHashMap;
use serde::Deserialize;

use super::{Engine, Engines, Holds, Key, Shape, Table};

#[derive(Default, Deserialize)]
struct Written {
    files: FxHashMap<String, String>,
    adapters: FxHashMap<String, FxHashMap<String, String>>,
    sections: FxHashMap<String, String>,
    tests: FxHashMap<String, String>,
    shapes: FxHashMap<String, WrittenShape>,
}

#[derive(Deserialize)]
struct WrittenShape {
    keys: FxHashMap<String, String>,
    #[serde(default)]
    open: String,
    #[serde(default)]
    required: FxHashMap<String, String>,
}

impl Table {
    pub(super) fn read(text: &str) -> Self {
        let written: Written = serde_json::from_str(text).unwrap_or_default();
        let shapes = written.shapes.into_iter().map(|(name, it)| (name.clone(), shape(name, it)));
        let engines_of = |keys: FxHashMap<String, String>| {
            keys.into_iter().map(|(key, text)| (key, engines(&text))).collect()
        };
        Self {
            shapes: shapes.collect(),
            files: written.files,
            adapters: written
                .adapters
                .into_iter()
                .map(|(it, keys)| (it, engines_of(keys)))
                .collect(),
            sections: engines_of(written.sections),
            tests: engines_of(written.tests),
        }
    }
}

fn shape(name: String, written: WrittenShape) -> Shape {
    let keys = written.keys.into_iter().map(|(name, text)| (name, key(&text))).collect();
    let mut required: Vec<(String, Engines)> =
        written.required.into_iter().map(|(key, text)| (key, engines(&text))).collect();
    required.sort_by(|a, b| a.0.cmp(&b.0));
    Shape { name, keys, open: engines(&written.open), required }
}

fn key(text: &str) -> Key {
    let (holds, versions) = text.split_once('@').unwrap_or((text, ""));
    let (holds, seen_by_core) = match holds.trim().strip_prefix('?') {
        Some(rest) => (rest, false),
        None => (holds.trim(), true),
    };
    let list = holds.strip_prefix('[').and_then(|it| it.strip_suffix(']'));
    let holds = match list {
        _ if holds.is_empty() => Holds::Anything,
        Some(name) => Holds::List(name.to_owned()),
        // Shapes begin with a capital; of one fixed word there is no bar.
        None if holds.contains('|') || !is_shape(holds) => {
            Holds::Words(holds.split('|').map(str::to_owned).collect())
        }
        None => Holds::Mapping(holds.to_owned()),
    };
    let engines = if versions.is_empty() { Engines::ALL } else { engines(versions) };
    Key { engines, holds, seen_by_core }
}

fn is_shape(name: &str) -> bool {
    name.trim_start_matches('_').starts_with(|it: char| it.is_ascii_uppercase())
}

fn engines(text: &str) -> Engines {
    let named = text.split(' ').filter_map(|name| Engine::ALL.iter().find(|it| it.name() == name));
    Engines(named.fold(0, |all, it| all | 1 << *it as u8))
}

//! Where one is in a `profiles.yml`.

use base::{Db, File, FilePosition, TextRange, TextSize, range};
use project::{
    Adapter, Generation, Json, Package, adapter, dbt_version, document, is_secret_key, profile,
    to_json,
};
use syntax::yaml::Node;

use crate::place::package_at;

/// The package of the project whose profile a file holds.
pub(crate) fn profiles_package(db: &dyn Db, file: File) -> Option<Package> {
    let package = package_at(db, file)?;
    let is_profiles = file.path(db).name() == "profiles.yml"
        || profile(db, package.project(db)).file == Some(file);
    is_profiles.then_some(package)
}

/// A key of an output, or a value, that is being typed.
pub(crate) struct Typed {
    /// The keys around it, outermost first.
    pub path: Vec<String>,
    pub slot: Slot,
    /// What is replaced: the word under the cursor.
    pub range: TextRange,
}

pub(crate) enum Slot {
    Key,
    /// The value of this key.
    Value(String),
}

impl Typed {
    /// By the indentation of the lines above, since what is being typed is seldom a tree yet.
    pub fn at(db: &dyn Db, position: FilePosition) -> Option<Self> {
        let text = position.file.text(db);
        let offset = usize::from(position.offset);
        let before = text.get(..offset)?;
        let start = before.rfind('\n').map_or(0, |it| it + 1);
        let (line, behind) = (before.get(start..)?, text.get(offset..)?);
        let typed = line.trim_start_matches(' ');
        let indent = line.len() - typed.len();
        let is_word = |it: char| it.is_alphanumeric() || "_-./:".contains(it);
        let rest: usize = behind.chars().take_while(|it| is_word(*it)).map(char::len_utf8).sum();
        let (slot, from) = match typed.split_once(':') {
            None if typed.chars().all(is_word) => (Slot::Key, start + indent),
            Some((key, value)) if value.starts_with(' ') && !key.contains([' ', '#', '"']) => {
                let value = value.trim_start();
                let quoted = usize::from(value.starts_with(['"', '\'']));
                let word = value.get(quoted..)?;
                if !word.chars().all(is_word) {
                    return None;
                }
                (Slot::Value(key.to_owned()), offset - word.len())
            }
            _ => return None,
        };
        // A key that is there already keeps its colon.
        let end = offset + rest;
        let end =
            if matches!(slot, Slot::Key) { end - trailing_colon(text, offset, end) } else { end };
        let range = range(from, end.max(offset));
        Some(Self { path: path_above(text.get(..start)?, indent), slot, range })
    }
}

fn trailing_colon(text: &str, offset: usize, end: usize) -> usize {
    let word = text.get(offset..end).unwrap_or_default();
    word.find(':').map_or(0, |it| word.len() - it)
}

/// The keys whose values the next line belongs to, outermost first.
fn path_above(above: &str, indent: usize) -> Vec<String> {
    let mut path = Vec::new();
    let mut below = indent;
    for line in above.lines().rev() {
        let text = line.trim_start_matches(' ');
        let indent = line.len() - text.len();
        if below == 0 {
            break;
        }
        if text.trim().is_empty() || text.starts_with('#') || indent >= below {
            continue;
        }
        let Some((key, _)) = text.split_once(':') else { continue };
        path.push(key.trim().trim_matches(['"', '\'']).to_owned());
        below = indent;
    }
    path.reverse();
    path
}

/// An output as it is written, in use or not.
pub(crate) struct WrittenOutput {
    pub fields: Vec<(String, Json)>,
    pub adapter: Option<&'static Adapter>,
    pub is_used: bool,
}

impl WrittenOutput {
    pub fn of(db: &dyn Db, package: Package, file: File, name: &str, target: &str) -> Option<Self> {
        let used = profile(db, package.project(db));
        let is_used = used.file == Some(file)
            && used.name.as_deref() == Some(name)
            && used.target.as_deref() == Some(target);
        let document = document(db, file);
        let node = document.root.as_ref()?.get_path(&[name, "outputs", target])?;
        let pairs = node.as_mapping().map(|it| it.pairs()).unwrap_or_default();
        let fields: Vec<(String, Json)> = pairs
            .into_iter()
            .filter_map(|(key, value)| Some((key.scalar_text()?.to_owned(), to_json(value))))
            .collect();
        let written = fields.iter().find(|it| it.0 == "type").and_then(|it| it.1.as_str());
        let in_use = used.adapter.as_deref().filter(|_| is_used);
        let adapter = adapter(in_use.or(written)?);
        Some(Self { fields, adapter, is_used })
    }

    /// What is written under a key, where it is text.
    pub fn text(&self, key: &str) -> Option<String> {
        let value = &self.fields.iter().find(|it| it.0 == key)?.1;
        value.as_str().map(str::to_owned)
    }
}

pub(crate) fn generation(db: &dyn Db, package: Package) -> Generation {
    dbt_version(db, package.project(db)).generation()
}

/// The keys on the way to a position, and the node there: whether that is the last key itself.
pub(crate) fn keys_at(
    db: &dyn Db,
    position: FilePosition,
) -> Option<(Vec<String>, TextRange, bool)> {
    let document = document(db, position.file);
    let path = document.node_at(position.offset);
    let mut keys = Vec::new();
    let mut is_key = false;
    for (from, to) in path.iter().zip(path.iter().skip(1)) {
        let Some(entry) = from
            .entries()
            .iter()
            .find(|it| std::ptr::eq(&it.key, *to) || std::ptr::eq(&it.value, *to))
        else {
            break;
        };
        keys.push(entry.name()?.to_owned());
        is_key = std::ptr::eq(&entry.key, *to);
    }
    let node: &Node = path.last()?;
    Some((keys, word_range(node, position.offset), is_key))
}

/// Whether what stands at a position is the value of a secret key of a profile.
pub(crate) fn is_under_secret_key(db: &dyn Db, position: FilePosition) -> bool {
    let Some(_) = profiles_package(db, position.file) else { return false };
    let text = position.file.text(db);
    let before = text.get(..usize::from(position.offset)).unwrap_or_default();
    let line = before.rsplit('\n').next().unwrap_or_default();
    let on_line = line.split(['{', ',']).any(|it| {
        it.split_once(':')
            .is_some_and(|(key, _)| is_secret_key(key.trim().trim_matches(['"', '\''])))
    });
    on_line
        || keys_at(db, position).is_some_and(|(keys, ..)| keys.iter().any(|it| is_secret_key(it)))
}

fn word_range(node: &Node, offset: TextSize) -> TextRange {
    let text = node.text_range();
    if text.contains_inclusive(offset) { text } else { node.range }
}

#[cfg(test)]
mod tests;

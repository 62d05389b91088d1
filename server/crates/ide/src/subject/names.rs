//! Names that stand outside Jinja: in properties and in `.env`.

use base::{Db, FilePosition, TextRange, TextSize};
use project::{Package, document, dotenv};
use semantic::{Node, is_properties_file, nodes_named};
use syntax::dotenv::Part;
use syntax::yaml;

use super::{Found, Subject};
use crate::lookup::called_macro;

/// A variable at its line, or one that a value takes in: `$NAME`.
pub(super) fn in_dotenv(db: &dyn Db, package: Package, position: FilePosition) -> Option<Found> {
    let lines = dotenv(db, position.file);
    let entry = lines.entry_at(position.offset)?;
    let taken_in = entry.parts.iter().find_map(|it| match it {
        Part::Variable { name, range } if range.contains_inclusive(position.offset) => {
            Some((*range, name.clone()))
        }
        _ => None,
    });
    let (range, subject) = match taken_in {
        Some((range, name)) => (range, Subject::EnvironmentVariable { name, default: None }),
        None => (entry.name_range, Subject::EnvironmentLine { name: entry.name.clone() }),
    };
    Some(Found { range, package, subject })
}

/// The key and the value of `require-dbt-version`, Jinja in it excepted.
pub(super) fn required_version(db: &dyn Db, position: FilePosition) -> Option<TextRange> {
    let document = document(db, position.file);
    let entry = document
        .root_mapping()?
        .entries
        .iter()
        .find(|it| it.key.as_str() == Some("require-dbt-version"))?;
    let ranges = [entry.key.range, entry.value.range];
    let range = ranges.into_iter().find(|it| it.contains_inclusive(position.offset))?;
    let text = entry.value.source(position.file.text(db));
    (range == entry.key.range || !text.contains("{{")).then_some(range)
}

/// A step from a collection to the node in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step<'a> {
    /// To the value of a key.
    Value(&'a str),
    /// To the key itself.
    Key(&'a str),
    Item,
}

/// What the scalar at a position of a properties file names.
pub(super) fn in_properties(
    db: &dyn Db,
    package: Package,
    position: FilePosition,
) -> Option<Found> {
    if !is_properties_file(db, package, position.file) {
        return None;
    }
    let document = document(db, position.file);
    let path = document.node_at(position.offset);
    let scalar = *path.last()?;
    let name = scalar.scalar_text()?.to_owned();
    let steps: Vec<Step<'_>> =
        path.iter().zip(path.iter().skip(1)).filter_map(|(from, to)| step(from, to)).collect();
    let node_named = |name: String| -> Option<Node> {
        let nodes = nodes_named(db, package.project(db), name);
        nodes.iter().copied().find(|it| it.package(db) == package).or(nodes.first().copied())
    };
    // The items on the way, from the outermost.
    let enclosing = |depth: usize| path.get(depth).copied();
    use Step::{Item, Key, Value};
    let subject = match steps.as_slice() {
        [Value("models" | "seeds" | "snapshots"), Item, Value("name")] => {
            Subject::Node(node_named(name)?)
        }
        [Value("functions"), Item, Value("name")] => Subject::Function { package: None, name },
        [Value("models"), Item, Value("versions"), Item, Value("v")] => {
            let model = enclosing(2)?.get("name")?.scalar_text()?;
            let nodes = nodes_named(db, package.project(db), model.to_owned());
            let mut own = nodes.iter().copied().filter(|it| it.package(db) == package);
            Subject::Node(own.find(|it| it.version(db) == Some(name.as_str()))?)
        }
        [Value("unit_tests"), Item, Value("model")] => {
            Subject::Ref { package: None, name, version: None }
        }
        [Value("macros"), Item, Value("name")] => {
            Subject::Macro(called_macro(db, package, &[name.as_str()])?)
        }
        [Value("sources"), Item, Value("name")] => Subject::SourceGroup { source: name },
        [Value("sources"), Item, Value("tables"), Item, Value("name")] => {
            let source = enclosing(2)?.get("name")?.scalar_text()?.to_owned();
            Subject::Source { source, table: name }
        }
        [.., Value("data_tests" | "tests"), Item]
        | [.., Value("data_tests" | "tests"), Item, Key(_)]
        | [.., Value("data_tests" | "tests"), Item, Value("test_name")] => {
            Subject::Macro(generic_test(db, package, &name)?)
        }
        _ => return None,
    };
    Some(Found { range: name_range(scalar, position.offset), package, subject })
}

fn step<'a>(from: &'a yaml::Node, to: &'a yaml::Node) -> Option<Step<'a>> {
    if from.as_sequence().is_some() {
        return Some(Step::Item);
    }
    let entry = from
        .entries()
        .iter()
        .find(|it| std::ptr::eq(&it.key, to) || std::ptr::eq(&it.value, to))?;
    let name = entry.name()?;
    Some(if std::ptr::eq(&entry.key, to) { Step::Key(name) } else { Step::Value(name) })
}

fn name_range(scalar: &yaml::Node, offset: TextSize) -> TextRange {
    let text = scalar.text_range();
    if text.contains_inclusive(offset) { text } else { scalar.range }
}

/// `not_negative`, `jaffle_utils.not_negative`: what `{% test %}` defines.
fn generic_test(db: &dyn Db, package: Package, name: &str) -> Option<semantic::Macro> {
    match name.split_once('.') {
        Some((owner, name)) => called_macro(db, package, &[owner, &format!("test_{name}")]),
        None => called_macro(db, package, &[&format!("test_{name}")]),
    }
}

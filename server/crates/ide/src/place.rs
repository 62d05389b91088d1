//! The Jinja at a place of a file, wherever it hides: a model's text, a scalar of YAML, a bare
//! `ref('orders')` that dbt reads in YAML without braces, a call of `dbt.ref` in a Python model.

use std::sync::Arc;

use base::{Db, File, FilePosition, Project, TextRange, TextSize, tree};
use project::{Package, cloud_file, document, owner_of, packages, profile};
use semantic::{JinjaText, jinja_at};
use syntax::jinja::Template;
use syntax::python::{Function, PythonModel};
use syntax::yaml;

/// A template around a position, and that position in it.
pub(crate) struct Place {
    pub template: Arc<Template>,
    pub offset: TextSize,
    /// What strings are quoted with here.
    pub quote: char,
    origin: Origin,
}

enum Origin {
    Jinja(JinjaText),
    /// A scalar of YAML, read as if it stood between braces.
    Bare(Box<yaml::Node>),
    /// A stretch of a file from here on, read as if it stood between braces.
    Line(TextSize),
}

/// What is put before text without braces.
const BRACES: &str = "{{ ";
const SHIFT: TextSize = TextSize::new(3);

/// The functions that dbt calls in the text of a test's argument without braces.
const BARE_FUNCTIONS: [&str; 5] = ["ref", "source", "env_var", "var", "doc"];

impl Place {
    /// The Jinja that is written at a position.
    pub fn at(db: &dyn Db, position: FilePosition) -> Option<Self> {
        let FilePosition { file, offset } = position;
        match file.path(db).extension() {
            "yml" | "yaml" => {
                let document = document(db, file);
                let node = document.node_at(offset).last().copied();
                // An unclosed quote counts too.
                let source = node.map(|it| it.source(file.text(db))).unwrap_or_default();
                let quote = if source.starts_with('\'') { '"' } else { '\'' };
                Self::jinja(db, file, offset, quote).or_else(|| Self::bare(node?, offset, quote))
            }
            "py" => Self::python(db, file, offset),
            _ => Self::jinja(db, file, offset, '\''),
        }
    }

    /// The Jinja that is being typed at a position: where the text is too broken for a tree, what
    /// stands on its line.
    pub fn typed(db: &dyn Db, position: FilePosition) -> Option<Self> {
        match position.file.path(db).extension() {
            "yml" | "yaml" => Self::at(db, position).or_else(|| Self::yaml_line(db, position)),
            "py" => Self::python_line(db, position).or_else(|| Self::at(db, position)),
            _ => Self::at(db, position),
        }
    }

    /// A range of the template as a range of the file.
    pub fn to_file(&self, range: TextRange) -> TextRange {
        match &self.origin {
            Origin::Jinja(text) => text.to_file(range),
            Origin::Bare(node) => node.source_range(unshift(range)),
            Origin::Line(start) => unshift(range) + *start,
        }
    }

    /// Whether Jinja's own tags can stand here, not only a call that dbt looks for.
    pub fn has_braces(&self) -> bool {
        matches!(self.origin, Origin::Jinja(_))
    }

    fn jinja(db: &dyn Db, file: File, offset: TextSize, quote: char) -> Option<Self> {
        let (text, offset) = jinja_at(db, file, offset)?;
        let template = Arc::clone(&text.template);
        Some(Self { template, offset, quote, origin: Origin::Jinja(text) })
    }

    fn bare(node: &yaml::Node, offset: TextSize, quote: char) -> Option<Self> {
        let text = node.as_str()?;
        if !is_bare_call(text) {
            return None;
        }
        let offset = node.value_offset(offset)? + SHIFT;
        let origin = Origin::Bare(Box::new(node.clone()));
        Some(Self { template: in_braces(text), offset, quote, origin })
    }

    fn python(db: &dyn Db, file: File, offset: TextSize) -> Option<Self> {
        let model = python_model(db, file);
        let mut calls = model.calls.iter().filter(|it| it.range.contains_inclusive(offset));
        // Inner calls come after the calls around them.
        let call = calls.rfind(|it| matches!(it.function, Function::Ref | Function::Source))?;
        let name = if call.function == Function::Ref { "ref" } else { "source" };
        let start = call.function_range.end() - TextSize::of(name);
        Self::line(db, file, TextRange::new(start, call.range.end()), offset.max(start), '"')
    }

    fn python_line(db: &dyn Db, position: FilePosition) -> Option<Self> {
        let (line, start) = line_around(db, position)?;
        let before = line.get(..usize::from(position.offset - start))?;
        let call = ["dbt.ref(", "dbt.source("].iter().filter_map(|it| before.rfind(it)).max()?;
        if before[call..].contains(')') {
            return None;
        }
        let from = start + size(call + "dbt.".len());
        let range = TextRange::new(from, start + TextSize::of(line));
        Self::line(db, position.file, range, position.offset, '"')
    }

    fn yaml_line(db: &dyn Db, position: FilePosition) -> Option<Self> {
        let (line, start) = line_around(db, position)?;
        let before = line.get(..usize::from(position.offset - start))?;
        let open = ["{{", "{%"].iter().filter_map(|it| before.rfind(it)).max();
        let from = match open {
            Some(open) if !before[open..].contains("}}") && !before[open..].contains("%}") => {
                open + 2
            }
            _ => before.rfind([' ', '['])? + 1,
        };
        if open.is_none() && !is_bare_call(&before[from..]) {
            return None;
        }
        let quote = if line[..from].ends_with("'{{") { '"' } else { '\'' };
        let range = TextRange::new(start + size(from), start + TextSize::of(line));
        Self::line(db, position.file, range, position.offset, quote)
    }

    fn line(
        db: &dyn Db,
        file: File,
        range: TextRange,
        offset: TextSize,
        quote: char,
    ) -> Option<Self> {
        let text = file.text(db).get(usize::from(range.start())..usize::from(range.end()))?;
        let offset = offset.checked_sub(range.start())? + SHIFT;
        let origin = Origin::Line(range.start());
        Some(Self { template: in_braces(text), offset, quote, origin })
    }
}

/// What a Python model asks dbt for.
fn python_model(db: &dyn Db, file: File) -> Arc<PythonModel> {
    tree(db, file, |text| syntax::python::parse(text))
}

/// The package that a file is part of: `~/.dbt/profiles.yml` and `~/.dbt/dbt_cloud.yml` are part of
/// the project they serve.
pub(crate) fn package_at(db: &dyn Db, file: File) -> Option<Package> {
    owner_of(db, file).or_else(|| {
        let projects = db.workspace().projects(db);
        let serves = |it: &&Project| {
            profile(db, **it).file == Some(file) || cloud_file(db, **it) == Some(file)
        };
        let served = projects.iter().find(serves)?;
        packages(db, *served).first().copied()
    })
}

fn is_bare_call(text: &str) -> bool {
    let text = text.trim_start();
    BARE_FUNCTIONS
        .iter()
        .any(|name| text.strip_prefix(name).is_some_and(|it| it.trim_start().starts_with('(')))
}

fn in_braces(text: &str) -> Arc<Template> {
    Arc::new(syntax::jinja::parse(&format!("{BRACES}{text} }}}}")))
}

fn unshift(range: TextRange) -> TextRange {
    let back = |offset: TextSize| offset.checked_sub(SHIFT).unwrap_or_default();
    TextRange::new(back(range.start()), back(range.end()))
}

/// The line of a position without its end, and where it begins.
fn line_around(db: &dyn Db, position: FilePosition) -> Option<(&str, TextSize)> {
    let text = position.file.text(db);
    let offset = usize::from(position.offset);
    let start = text.get(..offset)?.rfind(['\n', '\r']).map_or(0, |it| it + 1);
    let end = text.get(offset..)?.find(['\n', '\r']).map_or(text.len(), |it| it + offset);
    Some((text.get(start..end)?, size(start)))
}

fn size(length: usize) -> TextSize {
    TextSize::new(u32::try_from(length).unwrap_or(u32::MAX))
}

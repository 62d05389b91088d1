//! YAML as dbt reads it: values after YAML 1.1 and PyYAML's `SafeLoader`, every node with its
//! range, and a tree also where dbt would give up.

mod alignment;
mod compose;
pub mod edit;
mod explain;
mod mapping;
mod node;
mod reader;
mod recover;
mod resolve;
mod timestamp;

use text_size::{TextRange, TextSize};

use crate::Problem;

pub use mapping::{Entry, Mapping};
pub use node::{Node, Style, Value};

/// One YAML file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Document {
    /// Nothing for an empty file.
    pub root: Option<Node>,
    pub problems: Vec<Problem>,
    /// Whether dbt's reader accepts the text. Where it does not, `root` is what could be rescued.
    pub readable: bool,
    duplicates: Vec<DuplicateKey>,
}

/// A pair whose key comes again later in the same mapping: dbt silently drops it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DuplicateKey {
    pub name: String,
    pub earlier: TextRange,
    pub later: TextRange,
    /// Key and value of the pair that is dropped.
    pub earlier_entry: TextRange,
}

/// True when a plain scalar with this text is a string, and no number, date or the like.
pub fn is_plain_string(text: &str) -> bool {
    resolve::implicit_tag(text) == resolve::Tag::Str
}

/// Reads any text. Never panics, never fails; takes time linear in the text for hostile input too.
pub fn parse(text: &str) -> Document {
    recover::parse(text)
}

impl Document {
    pub fn duplicate_keys(&self) -> &[DuplicateKey] {
        &self.duplicates
    }

    pub fn root_mapping(&self) -> Option<&Mapping> {
        self.root.as_ref()?.as_mapping()
    }

    pub fn get(&self, key: &str) -> Option<&Node> {
        self.root.as_ref()?.get(key)
    }

    pub fn get_path(&self, path: &[&str]) -> Option<&Node> {
        self.root.as_ref()?.get_path(path)
    }

    /// The nodes around an offset, outermost first; a key is followed by nothing, a value comes
    /// after the mapping that holds it. Empty where no node stands.
    pub fn node_at(&self, offset: TextSize) -> Vec<&Node> {
        let mut path = Vec::new();
        let mut next = self.root.as_ref().filter(|it| it.covers(offset));
        while let Some(node) = next {
            path.push(node);
            next = node.child_at(offset);
        }
        path
    }

    /// Every node of the tree, parents before children, keys before their values. What an alias
    /// stands for is visited at its anchor only.
    pub fn nodes(&self) -> impl Iterator<Item = &Node> {
        let mut stack: Vec<&Node> = self.root.iter().collect();
        std::iter::from_fn(move || {
            let node = stack.pop()?;
            if node.alias().is_none() {
                match &node.value {
                    Value::Sequence(items) => stack.extend(items.iter().rev()),
                    Value::Mapping(mapping) => {
                        for entry in mapping.entries.iter().rev() {
                            stack.push(&entry.value);
                            stack.push(&entry.key);
                        }
                    }
                    _ => {}
                }
            }
            Some(node)
        })
    }
}

#[cfg(test)]
mod tests;

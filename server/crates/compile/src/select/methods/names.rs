use super::Found;
use crate::select::SelectionError;
use crate::select::graph::Graph;
use crate::select::resource::{Resource, Section};
use crate::select::wildcard;

/// A name, or the start of a fully qualified one, with or without the package.
pub(super) struct Pattern<'a> {
    text: &'a str,
    parts: Vec<&'a str>,
}

impl<'a> Pattern<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, parts: text.split('.').collect() }
    }

    pub(super) fn matches(&self, resource: &Resource<'_>) -> bool {
        let versioned = resource.is_versioned();
        let fqn = &resource.fqn[..];
        self.matches_name(fqn, versioned)
            || self.matches_name(fqn.get(1..).unwrap_or_default(), versioned)
    }

    fn matches_name(&self, fqn: &[&str], versioned: bool) -> bool {
        let Some(last) = fqn.last() else { return false };
        // Of a versioned model the last part is the version.
        let name = if versioned { fqn.len().checked_sub(2).map(|it| fqn[it]) } else { Some(*last) };
        if name == Some(self.text) {
            return true;
        }
        if versioned && same_ending(fqn, &self.parts) {
            return true;
        }
        let flat: Vec<&str> = fqn.iter().flat_map(|it| it.split('.')).collect();
        if flat.len() < self.parts.len() {
            return false;
        }
        for (at, part) in self.parts.iter().enumerate() {
            if part.contains(['*', '?', '[', ']']) {
                let rest = (flat[at..].join("."), self.parts[at..].join("."));
                return wildcard::matches(&rest.0, &rest.1)
                    || (self.parts.len() == 1
                        && name.is_some_and(|it| wildcard::matches(it, self.text)));
            }
            if flat[at] != *part {
                return false;
            }
        }
        true
    }
}

/// `orders.v2` and `orders_v2` name the same version.
fn same_ending(fqn: &[&str], parts: &[&str]) -> bool {
    let ending = |parts: &[&str]| parts[parts.len().saturating_sub(2)..].join("_");
    ending(fqn) == ending(parts)
}

/// `source`, `source.table` or `package.source.table`.
pub(super) fn sources(graph: &Graph<'_>, value: &str) -> Found {
    let parts: Vec<&str> = value.split('.').collect();
    let (package, source, table) = match parts[..] {
        [source] => ("*", source, "*"),
        [source, table] => ("*", source, table),
        [package, source, table] => (package, source, table),
        _ => {
            return Err(SelectionError::new(format!(
                "Invalid source selector value \"{value}\". Sources must be of the form `${{source_name}}`, `${{source_name}}.${{target_name}}`, or `${{package_name}}.${{source_name}}.${{target_name}}"
            )));
        }
    };
    Ok(graph.where_resource(|it| {
        it.section == Section::Sources
            && wildcard::matches(it.text("package_name"), package)
            && wildcard::matches(it.text("source_name"), source)
            && wildcard::matches(it.text("name"), table)
    }))
}

/// `name` or `package.name`.
pub(super) fn named(graph: &Graph<'_>, value: &str, section: Section, kind: &str) -> Found {
    let parts: Vec<&str> = value.split('.').collect();
    let (package, name) = match parts[..] {
        [name] => ("*", name),
        [package, name] => (package, name),
        _ => {
            let word = kind.replace(' ', "_");
            return Err(SelectionError::new(format!(
                "Invalid {kind} selector value \"{value}\": it must be of the form ${{{word}_name}} or ${{{word}_package.{word}_name}}"
            )));
        }
    };
    Ok(graph.where_resource(|it| {
        it.section == section
            && wildcard::matches(it.text("package_name"), package)
            && wildcard::matches(it.text("name"), name)
    }))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn fully_qualified_names() {
        let matches = |fqn: &str, word: &str, versioned: bool| {
            let fqn: Vec<&str> = fqn.split('/').collect();
            let version = if versioned { json!(2) } else { json!(null) };
            let json = json!({"fqn": fqn, "resource_type": "model", "version": version});
            Pattern::new(word).matches(&Resource::new(Section::Nodes, "x", &json))
        };
        for word in
            ["orders", "shop.marts.orders", "marts", "shop", "marts.orders", "*", "ord*", "marts.*"]
        {
            assert!(matches("shop/marts/orders", word, false), "{word}");
        }
        for word in ["order", "mart", "orders.shop", "core.orders", "", "shop.marts.orders.id"] {
            assert!(!matches("shop/marts/orders", word, false), "{word}");
        }
        assert!(matches("shop/a.b", "shop.a", false), "dots in names part them");
        for word in ["orders", "orders.v2", "orders_v2", "shop.orders.v2", "ord*"] {
            assert!(matches("shop/orders/v2", word, true), "{word}");
        }
        assert!(!matches("shop/orders/v2", "v2", true));
        assert!(!matches("shop/orders/v2", "orders.v1", true));
    }
}

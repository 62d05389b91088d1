//! Pairs between braces.

use text_size::TextRange;

use super::super::{Entry, Mapping, Node};
use super::{Edit, range};

/// A pair and one of the commas next to it.
pub(super) fn removal(text: &str, mapping: &Mapping, index: usize) -> TextRange {
    let entries = &mapping.entries;
    let own = entries[index].range();
    let (start, end) = (usize::from(own.start()), usize::from(own.end()));
    let next = entries.get(index + 1).map(|it| usize::from(it.key.range.start()));
    let previous = index.checked_sub(1).map(|it| usize::from(entries[it].range().end()));
    let has_comment =
        |from: usize, to: usize| text.get(from..to).is_some_and(|it| it.contains('#'));
    match (previous, next) {
        // The last one takes the comma in front of it along.
        (Some(previous), None) if !has_comment(previous, start) => range(previous, end),
        (_, Some(next)) if !has_comment(end, next) => range(start, next),
        // A comment stands between: only the pair and its own comma go.
        _ => {
            let rest = &text[end..];
            let blank = rest.len() - rest.trim_start_matches([' ', '\t']).len();
            let comma = usize::from(rest[blank..].starts_with(','));
            range(start, if comma == 1 { end + blank + 1 } else { end })
        }
    }
}

pub(super) fn insertion(neighbour: &Entry, before: bool, pair: &str) -> Edit {
    let own = neighbour.range();
    if before {
        let at = own.start();
        (TextRange::empty(at), format!("{pair}, "))
    } else {
        let at = own.end();
        (TextRange::empty(at), format!(", {pair}"))
    }
}

/// Behind the opening brace.
pub(super) fn inside(text: &str, mapping: &Node) -> usize {
    let start = usize::from(mapping.range.start());
    let source = mapping.source(text);
    start + source.find('{').map_or(0, |it| it + 1)
}

/// Pairs in mappings under new keys: `a: {b: {…}}`.
pub(super) fn under(keys: &[&str], pairs: &str) -> String {
    keys.iter().rev().fold(pairs.to_owned(), |inner, key| format!("{key}: {{{inner}}}"))
}

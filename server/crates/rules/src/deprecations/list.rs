//! Adding items to lists of a YAML file.

use base::range;
use syntax::yaml::edit::{Edit, fits_flow};
use syntax::yaml::{Node, Style};

/// The items of one list of plain values that another lacks, as they are written. Nothing where
/// either is no such list.
pub(super) fn missing_items(text: &str, from: &Node, to: &Node) -> Option<Vec<String>> {
    let there: Vec<&str> = scalars(text, to)?.iter().filter_map(|it| it.scalar_text()).collect();
    items_besides(text, from, &there)
}

/// The items of a list of plain values that are not among these texts.
pub(super) fn items_besides(text: &str, from: &Node, there: &[&str]) -> Option<Vec<String>> {
    let mut missing: Vec<(&str, String)> = Vec::new();
    for item in scalars(text, from)? {
        let value = item.scalar_text()?;
        if !there.contains(&value) && missing.iter().all(|(it, _)| *it != value) {
            missing.push((value, item.source(text).to_owned()));
        }
    }
    Some(missing.into_iter().map(|(_, source)| source).collect())
}

/// The items of a list that are written on one line each and mean the same anywhere.
fn scalars<'a>(text: &str, list: &'a Node) -> Option<&'a [Node]> {
    let items = list.as_sequence().filter(|_| list.alias().is_none())?;
    let simple = |it: &Node| {
        let quoted = matches!(it.style, Style::SingleQuoted | Style::DoubleQuoted);
        let plain = it.style == Style::Plain;
        it.alias().is_none()
            && it.anchor().is_none()
            && it.tag().is_none()
            && !it.source(text).contains('\n')
            && (quoted || (plain && it.scalar_text().is_some_and(fits_flow)))
    };
    items.iter().all(simple).then_some(items)
}

/// Adds items, given as written, in the style of the list.
pub(super) fn append(text: &str, list: &Node, items: &[String]) -> Option<Vec<Edit>> {
    if items.is_empty() {
        return Some(Vec::new());
    }
    let last = list.items().last();
    if list.style == Style::Flow {
        let (at, joint) = match last {
            Some(last) => (usize::from(last.range.end()), ", "),
            None => {
                let start = usize::from(list.range.start());
                (start + list.source(text).find('[')? + 1, "")
            }
        };
        return Some(vec![(range(at, at), format!("{joint}{}", items.join(", ")))]);
    }
    let last = usize::from(last?.range.start());
    let line = text[..last].rfind('\n').map_or(0, |it| it + 1);
    let lead = &text[line..last];
    if !lead.trim_start().starts_with('-') || lead.contains(|it| it != ' ' && it != '-') {
        return None;
    }
    // Several dashes on one line open lists in lists; the last one is this list's.
    let dash = lead.rfind('-')?;
    let lead = format!("{}{}", " ".repeat(dash), &lead[dash..]);
    let end = text[last..].find('\n').map_or(text.len(), |it| last + it);
    let line_end = if text[..end].ends_with('\r') { "\r\n" } else { "\n" };
    let at = if line_end == "\r\n" { end - 1 } else { end };
    let added: String = items.iter().map(|it| format!("{line_end}{lead}{it}")).collect();
    Some(vec![(range(at, at), added)])
}

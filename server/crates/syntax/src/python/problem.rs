//! One sentence about the first place where the text is no Python.

use text_size::{TextRange, TextSize};
use tree_sitter::Node;

use super::range;
use crate::Problem;

/// Opening brackets that are still open, and the first closing one that fits nothing.
#[derive(Default)]
pub(super) struct Brackets {
    open: Vec<(u8, TextRange)>,
    stray: Option<TextRange>,
}

impl Brackets {
    /// Every token in the file's order.
    pub(super) fn see(&mut self, node: Node<'_>) {
        if node.is_missing() || self.stray.is_some() {
            return;
        }
        let opening = match node.kind() {
            "(" | "[" | "{" => {
                self.open.push((node.kind().as_bytes()[0], range(node)));
                return;
            }
            ")" => b'(',
            "]" => b'[',
            "}" => b'{',
            _ => return,
        };
        if self.open.pop_if(|it| it.0 == opening).is_none() {
            self.stray = Some(range(node));
        }
    }
}

/// `node` is the first error, which may well span the rest of the file.
pub(super) fn explain(node: Node<'_>, brackets: &Brackets, text: &str) -> Problem {
    if let Some(stray) = brackets.stray {
        return match brackets.open.last() {
            Some(open) => Problem::new(open.1, "this bracket is not closed"),
            None => Problem::new(stray, "this bracket closes nothing"),
        };
    }
    if let Some(open) = brackets.open.last() {
        return Problem::new(open.1, "this bracket is not closed");
    }
    if node.is_missing() {
        let at = usize::from(range(node).start());
        let line = text[..at].rfind('\n').map_or(0, |it| it + 1);
        let expected = if node.is_named() {
            node.kind().replace('_', " ")
        } else {
            format!("`{}`", node.kind())
        };
        let start = line + text[line..at].len() - text[line..at].trim_start().len();
        return Problem::new(
            TextRange::new(TextSize::from(start as u32), TextSize::from(at as u32)),
            format!("expected {expected} after this"),
        );
    }
    let mut inner = node;
    // Tokens that the grammar placed are not the cause: go on to the first one it skipped.
    let mut cursor = node.walk();
    if let Some(skipped) = node.children(&mut cursor).find(|it| it.is_error()) {
        inner = skipped;
    }
    let whole = range(inner);
    let written = text.get(whole.start().into()..whole.end().into()).unwrap_or("");
    let line = written.lines().next().unwrap_or("").trim_end();
    Problem::new(TextRange::at(whole.start(), TextSize::of(line)), "Python cannot read this")
}

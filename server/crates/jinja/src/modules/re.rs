//! `modules.re`: Python's regular expressions over the engine of Rust's, with its limits.

mod groups;
mod matches;
mod pattern;
mod replace;
mod syntax;

use super::function::{dict, function};
use crate::eval::{Args, Interp, Site, Stop};
use crate::value::{Object, Value};
use pattern::Pattern;

const FLAGS: [(&str, &str, i64); 8] = [
    ("A", "ASCII", 256),
    ("I", "IGNORECASE", 2),
    ("L", "LOCALE", 4),
    ("M", "MULTILINE", 8),
    ("S", "DOTALL", 16),
    ("X", "VERBOSE", 64),
    ("U", "UNICODE", 32),
    ("NOFLAG", "NOFLAG", 0),
];

/// A function of the module that is a method of a pattern as well: the pattern comes first.
fn on_pattern(
    interp: &mut Interp<'_>,
    name: &str,
    mut args: Args,
    site: Site<'_>,
) -> Result<Value, Stop> {
    let flags = args.take_keyword("flags");
    let pattern = match args.take_keyword("pattern") {
        Some(pattern) => pattern,
        None if args.positional.is_empty() => {
            return Err(Stop::type_error(format!(
                "{name}() missing 1 required positional argument: 'pattern'"
            )));
        }
        None => args.positional.remove(0),
    };
    // Flags come last: after the text, and after what `sub` and `split` take besides.
    let before = match name {
        "sub" | "subn" => 3,
        "split" => 2,
        _ => 1,
    };
    let flags = match flags {
        Some(flags) => Some(flags),
        None if args.positional.len() > before => args.positional.pop(),
        None => None,
    };
    if pattern.is_hole() || args.positional.iter().any(Value::is_hole) {
        return Ok(Value::Hole);
    }
    let pattern = Pattern::of(interp, &pattern, flags.as_ref())?;
    pattern.call_method(interp, name, args, site)
}

/// `re.escape(text)`
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        if "()[]{}?*+-|^$\\.&~# \t\n\r\u{b}\u{c}".contains(character) {
            out.push('\\');
        }
        out.push(character);
    }
    out
}

/// `modules.re`
pub(super) fn module() -> Value {
    let mut entries = vec![
        ("match", function("match", |i, a, s| on_pattern(i, "match", a, s))),
        ("fullmatch", function("fullmatch", |i, a, s| on_pattern(i, "fullmatch", a, s))),
        ("search", function("search", |i, a, s| on_pattern(i, "search", a, s))),
        ("sub", function("sub", |i, a, s| on_pattern(i, "sub", a, s))),
        ("subn", function("subn", |i, a, s| on_pattern(i, "subn", a, s))),
        ("split", function("split", |i, a, s| on_pattern(i, "split", a, s))),
        ("findall", function("findall", |i, a, s| on_pattern(i, "findall", a, s))),
        ("finditer", function("finditer", |i, a, s| on_pattern(i, "finditer", a, s))),
        (
            "compile",
            function("compile", |interp, args, _| {
                let [pattern, flags] = args.bind("compile", ["pattern", "flags"], 1)?;
                let pattern = pattern.unwrap_or(Value::None);
                if pattern.is_hole() {
                    return Ok(Value::Hole);
                }
                Ok(Value::object(Pattern::of(interp, &pattern, flags.as_ref())?))
            }),
        ),
        ("purge", function("purge", |_, _, _| Ok(Value::None))),
        (
            "escape",
            function("escape", |_, args, _| {
                let [text] = args.bind("escape", ["pattern"], 1)?;
                match text {
                    Some(Value::Str(text)) => Ok(Value::from(escape(&text))),
                    Some(Value::Hole) => Ok(Value::Hole),
                    _ => Err(Stop::type_error("expected string or bytes-like object")),
                }
            }),
        ),
    ];
    for (short, long, value) in FLAGS {
        entries.push((short, Value::Int(value)));
        entries.push((long, Value::Int(value)));
    }
    for name in ["template", "error", "Pattern", "Match", "RegexFlag"] {
        entries.push((name, Value::Hole));
    }
    dict(entries)
}

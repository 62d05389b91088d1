//! Python's `str` and `repr`.

use super::number::{self, float_repr};
use super::{Dict, Str, StrKind, Value, compare::MAX_DEPTH};
use crate::eval::Stop;

/// `str(value)`
pub fn text(value: &Value) -> Result<Str, Stop> {
    Ok(match value {
        Value::Str(text) => text.clone(),
        Value::Undefined(_) | Value::Hole => Str::from(""),
        other => Str::from(plain(other)?),
    })
}

/// `str(value)` without what is known of its origin.
pub fn plain(value: &Value) -> Result<String, Stop> {
    Ok(match value {
        Value::Str(text) => text.as_str().to_owned(),
        Value::Undefined(_) | Value::Hole => String::new(),
        Value::Object(object) => object.str(),
        other => repr(other)?,
    })
}

/// `repr(value)`
pub fn repr(value: &Value) -> Result<String, Stop> {
    let mut out = String::new();
    write(value, &mut out, &mut Vec::new())?;
    Ok(out)
}

/// `open` are the containers around the value: inside itself a container is only hinted at.
fn write(value: &Value, out: &mut String, open: &mut Vec<Value>) -> Result<(), Stop> {
    if !value.is_container() {
        return write_value(value, out, open);
    }
    if open.iter().any(|it| it.is_same(value)) {
        out.push_str(match value {
            Value::List(_) => "[...]",
            Value::Tuple(_) => "(...)",
            Value::Namespace(_) => "<Namespace {...}>",
            _ => "{...}",
        });
        return Ok(());
    }
    if open.len() > MAX_DEPTH {
        return Err(Stop::recursion());
    }
    open.push(value.clone());
    write_value(value, out, open)?;
    open.pop();
    Ok(())
}

fn write_value(value: &Value, out: &mut String, open: &mut Vec<Value>) -> Result<(), Stop> {
    use std::fmt::Write;
    if out.len() > 32 << 20 {
        return Err(Stop::too_large("a text"));
    }
    match value {
        Value::None => out.push_str("None"),
        Value::Bool(true) => out.push_str("True"),
        Value::Bool(false) => out.push_str("False"),
        Value::Int(value) => {
            let _ = write!(out, "{value}");
        }
        Value::BigInt(value) => out.push_str(&number::int_to_string(value)?),
        Value::Float(value) => out.push_str(&float_repr(*value)),
        Value::Str(text) => {
            if text.kind() == StrKind::Markup {
                out.push_str("Markup(");
                write_quoted(text, out);
                out.push(')');
            } else {
                write_quoted(text, out);
            }
        }
        Value::Bytes(bytes) => write_bytes(bytes, out),
        Value::List(list) => match list.borrow().as_slice() {
            [] => out.push_str("[]"),
            items => {
                out.push('[');
                write_items(items.iter(), out, open)?;
                out.push(']');
            }
        },
        Value::Tuple(items) => {
            out.push('(');
            write_items(items.iter(), out, open)?;
            out.push_str(if items.len() == 1 { ",)" } else { ")" });
        }
        Value::Dict(dict) => write_dict(&dict.borrow(), out, open)?,
        Value::Set(set) => {
            let set = set.borrow();
            if set.is_empty() {
                out.push_str("set()");
            } else {
                out.push('{');
                write_items(set.keys(), out, open)?;
                out.push('}');
            }
        }
        Value::Range(range) => {
            let _ = write!(out, "range({}, {}", range.start, range.stop);
            if range.step != 1 {
                let _ = write!(out, ", {}", range.step);
            }
            out.push(')');
        }
        Value::View(view) => {
            out.push_str(view.type_name());
            out.push_str("([");
            write_items(view.items().iter(), out, open)?;
            out.push_str("])");
        }
        Value::Undefined(_) | Value::Hole => out.push_str("Undefined"),
        Value::Namespace(attributes) => {
            out.push_str("<Namespace ");
            write_dict(&attributes.borrow(), out, open)?;
            out.push('>');
        }
        Value::Macro(value) => {
            let _ = write!(out, "<Macro {}>", value.described());
        }
        Value::Function(name) => {
            let _ = write!(out, "<function {name}>");
        }
        Value::Builtin(crate::eval::Builtin::Template) => {
            out.push_str("<TemplateReference None>");
        }
        Value::Builtin(builtin) => {
            let _ = write!(out, "<function {}>", builtin.name());
        }
        Value::Method(method) => {
            let of = method.receiver.type_name();
            let _ = write!(out, "<built-in method {} of {of} object>", method.name);
        }
        Value::Iterator(iterator) => {
            let _ = write!(out, "<{} object>", iterator.type_name);
        }
        Value::Cycler(_) => out.push_str("<Cycler object>"),
        Value::Joiner(_) => out.push_str("<Joiner object>"),
        Value::Loop(value) => out.push_str(&value.described()),
        Value::Object(object) => out.push_str(&object.repr()),
    }
    Ok(())
}

fn write_items<'a>(
    items: impl Iterator<Item = &'a Value>,
    out: &mut String,
    open: &mut Vec<Value>,
) -> Result<(), Stop> {
    for (index, item) in items.enumerate() {
        if index > 0 {
            out.push_str(", ");
        }
        write(item, out, open)?;
    }
    Ok(())
}

fn write_dict(dict: &Dict, out: &mut String, open: &mut Vec<Value>) -> Result<(), Stop> {
    out.push('{');
    for (index, (key, value)) in dict.iter().enumerate() {
        if index > 0 {
            out.push_str(", ");
        }
        write(key, out, open)?;
        out.push_str(": ");
        write(value, out, open)?;
    }
    out.push('}');
    Ok(())
}

/// A string in quotes as Python writes it.
pub fn write_quoted(text: &str, out: &mut String) {
    use std::fmt::Write;
    let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    out.push(quote);
    for character in text.chars() {
        match character {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            it if it == quote => {
                out.push('\\');
                out.push(it);
            }
            it if is_printable(it) => out.push(it),
            it => {
                let code = it as u32;
                let _ = match code {
                    0..=0xff => write!(out, "\\x{code:02x}"),
                    0x100..=0xffff => write!(out, "\\u{code:04x}"),
                    _ => write!(out, "\\U{code:08x}"),
                };
            }
        }
    }
    out.push(quote);
}

/// `str.isprintable` of one character, for the characters that occur.
pub fn is_printable(character: char) -> bool {
    match character {
        ' '..='~' => true,
        '\0'..='\u{a0}' | '\u{ad}' => false,
        '\u{2028}'..='\u{202e}' | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{206f}' => false,
        '\u{feff}'
        | '\u{e000}'..='\u{f8ff}'
        | '\u{fff9}'..='\u{fffb}'
        | '\u{fffe}'..='\u{ffff}' => false,
        '\u{f0000}'..='\u{10ffff}' | '\u{e0000}'..='\u{e00ff}' => false,
        '\u{600}'..='\u{605}' | '\u{61c}' | '\u{6dd}' | '\u{70f}' | '\u{180e}' => false,
        it => !it.is_whitespace(),
    }
}

fn write_bytes(bytes: &[u8], out: &mut String) {
    use std::fmt::Write;
    let quote = if bytes.contains(&b'\'') && !bytes.contains(&b'"') { '"' } else { '\'' };
    out.push('b');
    out.push(quote);
    for byte in bytes {
        match byte {
            b'\\' => out.push_str("\\\\"),
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\t' => out.push_str("\\t"),
            it if char::from(*it) == quote => {
                out.push('\\');
                out.push(quote);
            }
            b' '..=b'~' => out.push(char::from(*byte)),
            _ => {
                let _ = write!(out, "\\x{byte:02x}");
            }
        }
    }
    out.push(quote);
}

/// HTML escaping as `markupsafe` does it.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&#34;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}

//! `str.format` and `str.format_map`.

use crate::eval::{Args, Interp, Stop};
use crate::value::format_spec::format_value;
use crate::value::{Dict, Str, Value, repr};

struct Fields<'a> {
    positional: &'a [Value],
    mapping: Value,
    /// Whether `{}` counts up, or numbers are written out; not both.
    automatic: Option<usize>,
    manual: bool,
}

pub(super) fn format(interp: &mut Interp<'_>, text: &Str, args: Args) -> Result<Value, Stop> {
    let mapping = Value::dict(args.keywords_dict());
    let mut fields =
        Fields { positional: &args.positional, mapping, automatic: None, manual: false };
    let out = run(interp, text, &mut fields, 2)?;
    Ok(Value::Str(Str::new(out).of_kind(text.kind())))
}

pub(super) fn format_map(
    interp: &mut Interp<'_>,
    text: &Str,
    mapping: Value,
) -> Result<Value, Stop> {
    let mapping = if mapping.is_none() { Value::dict(Dict::new()) } else { mapping };
    let mut fields = Fields { positional: &[], mapping, automatic: None, manual: false };
    let out = run(interp, text, &mut fields, 2)?;
    Ok(Value::Str(Str::new(out).of_kind(text.kind())))
}

fn run(
    interp: &mut Interp<'_>,
    text: &str,
    fields: &mut Fields<'_>,
    depth: usize,
) -> Result<String, Stop> {
    if depth == 0 {
        return Err(Stop::value_error("Max string recursion exceeded"));
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['{', '}']) {
        out.push_str(&rest[..at]);
        let brace = &rest[at..at + 1];
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix(brace) {
            out.push_str(brace);
            rest = after;
            continue;
        }
        if brace == "}" {
            return Err(Stop::value_error("Single '}' encountered in format string"));
        }
        let end = end_of_field(rest)?;
        let field = &rest[..end];
        rest = &rest[end + 1..];
        let text = replacement(interp, field, fields, depth)?;
        out.push_str(&text);
        interp.budget.charge_text(out.len())?;
    }
    out.push_str(rest);
    Ok(out)
}

fn end_of_field(text: &str) -> Result<usize, Stop> {
    let mut depth = 1;
    for (index, character) in text.char_indices() {
        match character {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Ok(index);
        }
    }
    Err(Stop::value_error(if text.is_empty() {
        "Single '{' encountered in format string"
    } else {
        "expected '}' before end of string"
    }))
}

fn replacement(
    interp: &mut Interp<'_>,
    field: &str,
    fields: &mut Fields<'_>,
    depth: usize,
) -> Result<String, Stop> {
    // Brackets may hold a colon or an exclamation mark.
    let mut in_brackets = false;
    let split = field.char_indices().find(|(_, it)| {
        match it {
            '[' => in_brackets = true,
            ']' => in_brackets = false,
            _ => {}
        }
        !in_brackets && matches!(it, ':' | '!')
    });
    let (name, tail) = match split {
        Some((at, _)) => field.split_at(at),
        None => (field, ""),
    };
    let (conversion, spec) = match tail.strip_prefix('!') {
        Some(tail) => {
            let mut characters = tail.chars();
            let conversion = characters
                .next()
                .ok_or_else(|| Stop::value_error("unmatched '{' in format spec"))?;
            let rest = characters.as_str();
            let spec = match rest.strip_prefix(':') {
                Some(spec) => spec,
                None if rest.is_empty() => "",
                None => return Err(Stop::value_error("expected ':' after conversion specifier")),
            };
            (Some(conversion), spec)
        }
        None => (None, tail.strip_prefix(':').unwrap_or("")),
    };
    let value = lookup(interp, name, fields)?;
    let spec = if spec.contains(['{', '}']) {
        run(interp, spec, fields, depth - 1)?
    } else {
        spec.to_owned()
    };
    let value = match conversion {
        None => value,
        Some('s') => Value::from(repr::plain(&value)?),
        Some('r' | 'a') => Value::from(repr::repr(&value)?),
        Some(other) => {
            return Err(Stop::value_error(format!("Unknown conversion specifier '{other}'")));
        }
    };
    if let (Value::Undefined(_), true) = (&value, spec.is_empty()) {
        return Ok(String::new());
    }
    format_value(&value, &spec, &interp.budget)
}

fn lookup(interp: &mut Interp<'_>, name: &str, fields: &mut Fields<'_>) -> Result<Value, Stop> {
    let end = name.find(['.', '[']).unwrap_or(name.len());
    let (first, mut path) = name.split_at(end);
    let index = if first.is_empty() {
        if fields.manual {
            return Err(Stop::value_error(
                "cannot switch from manual field specification to automatic field numbering",
            ));
        }
        let next = fields.automatic.map_or(0, |it| it + 1);
        fields.automatic = Some(next);
        Some(next)
    } else if first.bytes().all(|it| it.is_ascii_digit()) {
        if fields.automatic.is_some() {
            return Err(Stop::value_error(
                "cannot switch from automatic field numbering to manual field specification",
            ));
        }
        fields.manual = true;
        first.parse().ok()
    } else {
        None
    };
    let mut value = match index {
        Some(index) => fields.positional.get(index).cloned().ok_or_else(|| {
            Stop::index_error(format!(
                "Replacement index {index} out of range for positional args tuple"
            ))
        })?,
        None => {
            let found = match &fields.mapping {
                Value::Dict(dict) => dict.borrow().get_str(first).cloned(),
                other => {
                    let other = other.clone();
                    Some(interp.item(&other, &Value::from(first))?)
                }
            };
            found.ok_or_else(|| Stop::key_error(&Value::from(first)))?
        }
    };
    while !path.is_empty() {
        if let Some(rest) = path.strip_prefix('.') {
            let end = rest.find(['.', '[']).unwrap_or(rest.len());
            let (attribute, tail) = rest.split_at(end);
            if attribute.is_empty() {
                return Err(Stop::value_error("Empty attribute in format string"));
            }
            value = interp.attribute(&value, attribute)?;
            path = tail;
        } else if let Some(rest) = path.strip_prefix('[') {
            let end =
                rest.find(']').ok_or_else(|| Stop::value_error("Missing ']' in format string"))?;
            let key = &rest[..end];
            let key = match key.parse::<i64>() {
                Ok(index) if !key.starts_with(['-', '+']) => Value::Int(index),
                _ => Value::from(key),
            };
            value = interp.item(&value, &key)?;
            path = &rest[end + 1..];
        } else {
            return Err(Stop::value_error(
                "Only '.' or '[' may follow ']' in format field specifier",
            ));
        }
    }
    Ok(value)
}

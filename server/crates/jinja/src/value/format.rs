//! `'…' % arguments`.

use super::format_spec::{exponent, fixed, general, group};
use super::number::{self, Number};
use super::{Key, Str, Value, repr};
use crate::eval::{Budget, Stop};

#[derive(Default)]
struct Conversion {
    left: bool,
    plus: bool,
    space: bool,
    alternate: bool,
    zero: bool,
    width: usize,
    precision: Option<usize>,
}

struct Arguments<'a> {
    positional: &'a [Value],
    next: usize,
    whole: &'a Value,
    mapping: bool,
}

impl<'a> Arguments<'a> {
    fn take(&mut self) -> Result<&'a Value, Stop> {
        let value = self
            .positional
            .get(self.next)
            .ok_or_else(|| Stop::type_error("not enough arguments for format string"))?;
        self.next += 1;
        Ok(value)
    }

    fn key(&self, key: &str) -> Result<Value, Stop> {
        match self.whole {
            Value::Dict(dict) => dict
                .borrow()
                .get(&Key::new(Value::from(key))?)
                .cloned()
                .ok_or_else(|| Stop::key_error(&Value::from(key))),
            _ => Err(Stop::type_error("format requires a mapping")),
        }
    }
}

pub fn percent(format: &Str, arguments: &Value, budget: &Budget) -> Result<Value, Stop> {
    let single = std::slice::from_ref(arguments);
    let tuple = match arguments {
        Value::Tuple(items) => Some(items),
        _ => None,
    };
    let mut arguments = Arguments {
        positional: tuple.map_or(single, |it| it),
        next: 0,
        whole: arguments,
        mapping: matches!(
            arguments,
            Value::Dict(_) | Value::List(_) | Value::Undefined(_) | Value::Range(_) | Value::Hole
        ),
    };
    let mut out = String::with_capacity(format.len() + 16);
    let mut keyed = false;
    let mut rest = format.as_str();
    while let Some(at) = rest.find('%') {
        out.push_str(&rest[..at]);
        let mut characters = rest[at + 1..].chars();
        let mut conversion = Conversion::default();
        let mut value_by_key = None;
        if characters.as_str().starts_with('(') {
            let inner = &characters.as_str()[1..];
            let mut depth = 1;
            let end = inner
                .char_indices()
                .find(|(_, it)| {
                    depth += match it {
                        '(' => 1,
                        ')' => -1,
                        _ => 0,
                    };
                    depth == 0
                })
                .map(|(index, _)| index)
                .ok_or_else(|| Stop::value_error("incomplete format key"))?;
            if !arguments.mapping {
                return Err(Stop::type_error("format requires a mapping"));
            }
            value_by_key = Some(arguments.key(&inner[..end])?);
            keyed = true;
            characters = inner[end + 1..].chars();
        }
        loop {
            match characters.as_str().chars().next() {
                Some('-') => conversion.left = true,
                Some('+') => conversion.plus = true,
                Some(' ') => conversion.space = true,
                Some('#') => conversion.alternate = true,
                Some('0') => conversion.zero = true,
                _ => break,
            }
            characters.next();
        }
        if let Some(width) = size(&mut characters, &mut arguments)? {
            conversion.left |= width < 0;
            conversion.width = width.unsigned_abs() as usize;
        }
        if characters.as_str().starts_with('.') {
            characters.next();
            let precision = size(&mut characters, &mut arguments)?.unwrap_or(0);
            conversion.precision = Some(precision.max(0) as usize);
        }
        while characters.as_str().starts_with(['h', 'l', 'L']) {
            characters.next();
        }
        let kind = characters.next().ok_or_else(|| Stop::value_error("incomplete format"))?;
        if conversion.precision.unwrap_or(0) > 100_000 {
            return Err(Stop::too_large("a text"));
        }
        budget.charge_text(conversion.width)?;
        if kind == '%' {
            out.push('%');
        } else {
            let value = match value_by_key {
                Some(value) => value,
                None => arguments.take()?.clone(),
            };
            let index = format.len() - characters.as_str().len();
            let text = convert(kind, &conversion, &value, index)?;
            budget.charge_text(text.len())?;
            out.push_str(&text);
        }
        rest = characters.as_str();
    }
    out.push_str(rest);
    if arguments.next < arguments.positional.len() && !arguments.mapping && !keyed {
        return Err(Stop::type_error("not all arguments converted during string formatting"));
    }
    budget.charge_text(out.len())?;
    Ok(Value::Str(Str::new(out).of_kind(format.kind())))
}

fn size(
    characters: &mut std::str::Chars<'_>,
    arguments: &mut Arguments<'_>,
) -> Result<Option<i64>, Stop> {
    let text = characters.as_str();
    if text.starts_with('*') {
        characters.next();
        return match arguments.take()? {
            Value::Int(value) => Ok(Some(*value)),
            Value::Bool(value) => Ok(Some(i64::from(*value))),
            _ => Err(Stop::type_error("* wants int")),
        };
    }
    let digits = text.len() - text.trim_start_matches(|it: char| it.is_ascii_digit()).len();
    if digits == 0 {
        return Ok(None);
    }
    *characters = text[digits..].chars();
    text[..digits].parse().map(Some).map_err(|_| Stop::value_error("width too big"))
}

fn convert(
    kind: char,
    conversion: &Conversion,
    value: &Value,
    index: usize,
) -> Result<String, Stop> {
    let (negative, prefix, body) = match kind {
        's' | 'r' | 'a' => {
            let text = match kind {
                's' => repr::plain(value)?,
                'r' => repr::repr(value)?,
                _ => ascii(&repr::repr(value)?),
            };
            let text = match conversion.precision {
                Some(precision) => text.chars().take(precision).collect(),
                None => text,
            };
            return Ok(pad(text, conversion));
        }
        'c' => {
            let character = match value {
                Value::Str(text) if text.chars().count() == 1 => text.as_str().to_owned(),
                Value::Int(code) => u32::try_from(*code)
                    .ok()
                    .and_then(char::from_u32)
                    .map(String::from)
                    .ok_or_else(|| Stop::overflow("%c arg not in range(0x110000)"))?,
                _ => return Err(Stop::type_error("%c requires int or char")),
            };
            return Ok(pad(character, conversion));
        }
        'd' | 'i' | 'u' => {
            let integer = match Number::of(value) {
                Some(Number::Float(float)) if !float.is_finite() => {
                    let what = if float.is_nan() { "float NaN" } else { "float infinity" };
                    return Err(Stop::value_error(format!("cannot convert {what} to integer")));
                }
                Some(number) => number.to_big(),
                None => return Err(number_required(kind, "a real number", value)),
            };
            let text = number::int_to_string(&integer)?;
            let (negative, digits) = match text.strip_prefix('-') {
                Some(digits) => (true, digits.to_owned()),
                None => (false, text),
            };
            (negative, String::new(), digits)
        }
        'x' | 'X' | 'o' => {
            let integer = match Number::of(value) {
                Some(Number::Float(_)) | None => {
                    return Err(number_required(kind, "an integer", value));
                }
                Some(number) => number.to_big(),
            };
            let radix = if kind == 'o' { 8 } else { 16 };
            let text = integer.to_str_radix(radix);
            let text = if kind == 'X' { text.to_uppercase() } else { text };
            let negative = text.starts_with('-');
            let digits = text.trim_start_matches('-').to_owned();
            let prefix = if conversion.alternate { format!("0{kind}") } else { String::new() };
            (negative, prefix, digits)
        }
        'e' | 'E' | 'f' | 'F' | 'g' | 'G' => {
            let float = match Number::of(value) {
                Some(number) => number.to_float()?,
                None => {
                    return Err(Stop::type_error(format!(
                        "must be real number, not {}",
                        value.type_name()
                    )));
                }
            };
            let precision = conversion.precision.unwrap_or(6);
            let magnitude = float.abs();
            let text = match kind {
                'f' | 'F' => fixed(magnitude, precision),
                'e' | 'E' => exponent(magnitude, precision),
                _ => general(magnitude, precision, conversion.alternate),
            };
            let text = if kind.is_uppercase() { text.to_uppercase() } else { text };
            (float.is_sign_negative() && !float.is_nan(), String::new(), text)
        }
        other => {
            let code = other as u32;
            return Err(Stop::value_error(format!(
                "unsupported format character '{other}' ({code:#x}) at index {}",
                index.saturating_sub(1)
            )));
        }
    };
    let mut body = body;
    if let (Some(precision), 'd' | 'i' | 'u' | 'x' | 'X' | 'o') = (conversion.precision, kind)
        && body.len() < precision
    {
        body = format!("{}{body}", "0".repeat(precision - body.len()));
    }
    let sign = match (negative, conversion.plus, conversion.space) {
        (true, _, _) => "-",
        (false, true, _) => "+",
        (false, false, true) => " ",
        _ => "",
    };
    if conversion.zero && !conversion.left {
        let taken = sign.len() + prefix.len() + body.len();
        let zeros = conversion.width.saturating_sub(taken);
        return Ok(format!("{sign}{prefix}{}{body}", "0".repeat(zeros)));
    }
    Ok(pad(format!("{sign}{prefix}{body}"), conversion))
}

fn number_required(kind: char, what: &str, value: &Value) -> Stop {
    Stop::type_error(format!("%{kind} format: {what} is required, not {}", value.type_name()))
}

fn pad(text: String, conversion: &Conversion) -> String {
    let missing = conversion.width.saturating_sub(text.chars().count());
    match (missing, conversion.left) {
        (0, _) => text,
        (_, true) => format!("{text}{}", " ".repeat(missing)),
        (_, false) => format!("{}{text}", " ".repeat(missing)),
    }
}

/// `ascii()`: what is not ASCII becomes an escape.
fn ascii(text: &str) -> String {
    let mut out = String::new();
    for character in text.chars() {
        let code = character as u32;
        match code {
            0..=0x7f => out.push(character),
            0x80..=0xff => out.push_str(&format!("\\x{code:02x}")),
            0x100..=0xffff => out.push_str(&format!("\\u{code:04x}")),
            _ => out.push_str(&format!("\\U{code:08x}")),
        }
    }
    out
}

/// Digits in groups of three, for `filesizeformat` and its like.
pub fn thousands(digits: &str) -> String {
    group(digits, ',', 3)
}

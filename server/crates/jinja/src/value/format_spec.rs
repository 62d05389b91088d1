//! `format(value, spec)`: the small language after the colon in `'{:>10.2f}'.format(x)`.

use num_bigint::Sign;

use super::number::{self, Number, float_repr};
use super::{Value, repr};
use crate::eval::{Budget, Stop};

#[derive(Default)]
struct Spec {
    fill: Option<char>,
    align: Option<char>,
    sign: Option<char>,
    alternate: bool,
    zero: bool,
    width: usize,
    grouping: Option<char>,
    precision: Option<usize>,
    kind: Option<char>,
}

fn parse(spec: &str) -> Option<Spec> {
    let mut parsed = Spec::default();
    let mut characters: Vec<char> = spec.chars().collect();
    characters.reverse();
    let aligns = |it: Option<&char>| it.is_some_and(|it| matches!(it, '<' | '>' | '=' | '^'));
    let second = characters.len().checked_sub(2).and_then(|it| characters.get(it));
    if aligns(second) {
        parsed.fill = characters.pop();
        parsed.align = characters.pop();
    } else if aligns(characters.last()) {
        parsed.align = characters.pop();
    }
    if matches!(characters.last(), Some('+' | '-' | ' ')) {
        parsed.sign = characters.pop();
    }
    if characters.last() == Some(&'z') {
        characters.pop();
    }
    if characters.last() == Some(&'#') {
        parsed.alternate = true;
        characters.pop();
    }
    if characters.last() == Some(&'0') {
        parsed.zero = true;
        characters.pop();
    }
    parsed.width = digits(&mut characters)?.unwrap_or(0);
    if matches!(characters.last(), Some(',' | '_')) {
        parsed.grouping = characters.pop();
    }
    if characters.last() == Some(&'.') {
        characters.pop();
        parsed.precision = Some(digits(&mut characters)??);
    }
    parsed.kind = characters.pop();
    characters.is_empty().then_some(parsed)
}

/// Some(None) when there are none, None when there are too many.
fn digits(reversed: &mut Vec<char>) -> Option<Option<usize>> {
    let mut value: Option<usize> = None;
    while let Some(digit) = reversed.last().and_then(|it| it.to_digit(10)) {
        value = Some(value.unwrap_or(0).checked_mul(10)?.checked_add(digit as usize)?);
        reversed.pop();
    }
    Some(value)
}

pub fn format_value(value: &Value, spec: &str, budget: &Budget) -> Result<String, Stop> {
    if spec.is_empty() {
        return repr::plain(value);
    }
    let parsed = parse(spec).ok_or_else(|| {
        Stop::value_error(format!(
            "Invalid format specifier '{spec}' for object of type '{}'",
            value.type_name()
        ))
    })?;
    budget.charge_text(parsed.width)?;
    if parsed.precision.unwrap_or(0) > 100_000 {
        return Err(Stop::too_large("a text"));
    }
    let text = match value {
        Value::Str(text) => return format_str(text, &parsed),
        Value::Bool(it) if parsed.kind.is_none() || parsed.kind == Some('s') => {
            let text = if *it { "True" } else { "False" };
            if parsed.kind == Some('s') {
                return Err(unknown_code('s', "bool"));
            }
            // `format(True, '5')` treats it as the integer it is.
            return format_number(&Number::Int(i64::from(*it)), &parsed, value).or(Ok(text.into()));
        }
        _ => match Number::of(value) {
            Some(number) => format_number(&number, &parsed, value)?,
            None => {
                let name = value.type_name();
                return Err(Stop::type_error(format!(
                    "unsupported format string passed to {name}.__format__"
                )));
            }
        },
    };
    budget.charge_text(text.len())?;
    Ok(text)
}

fn unknown_code(code: char, type_name: &str) -> Stop {
    Stop::value_error(format!("Unknown format code '{code}' for object of type '{type_name}'"))
}

fn format_str(text: &str, spec: &Spec) -> Result<String, Stop> {
    match spec.kind {
        None | Some('s') => {}
        Some(other) => return Err(unknown_code(other, "str")),
    }
    if spec.sign.is_some() {
        return Err(Stop::value_error("Sign not allowed in string format specifier"));
    }
    if spec.align == Some('=') {
        return Err(Stop::value_error("'=' alignment not allowed in string format specifier"));
    }
    let text: String = match spec.precision {
        Some(precision) => text.chars().take(precision).collect(),
        None => text.to_owned(),
    };
    let fill = spec.fill.unwrap_or(if spec.zero { '0' } else { ' ' });
    Ok(align(&text, spec.width, spec.align.unwrap_or('<'), fill))
}

fn align(text: &str, width: usize, align: char, fill: char) -> String {
    let missing = width.saturating_sub(text.chars().count());
    let (left, right) = match align {
        '<' => (0, missing),
        '^' => (missing / 2, missing - missing / 2),
        _ => (missing, 0),
    };
    let pad = |count: usize| -> String { std::iter::repeat_n(fill, count).collect() };
    format!("{}{text}{}", pad(left), pad(right))
}

fn format_number(number: &Number, spec: &Spec, value: &Value) -> Result<String, Stop> {
    let is_float = matches!(number, Number::Float(_));
    let kind = spec.kind.unwrap_or(if is_float { 'r' } else { 'd' });
    let mut prefix = String::new();
    let mut group_size = 3;
    let (negative, body) = match kind {
        'd' | 'n' if !is_float => integer(number, 10, spec)?,
        'b' | 'o' | 'x' | 'X' if !is_float => {
            let radix = match kind {
                'b' => 2,
                'o' => 8,
                _ => 16,
            };
            if spec.alternate {
                prefix = format!("0{kind}");
            }
            group_size = 4;
            let (negative, body) = integer(number, radix, spec)?;
            (negative, if kind == 'X' { body.to_uppercase() } else { body })
        }
        'c' if !is_float => {
            let character = match number {
                Number::Int(code) => u32::try_from(*code).ok().and_then(char::from_u32),
                _ => None,
            };
            let character =
                character.ok_or_else(|| Stop::overflow("%c arg not in range(0x110000)"))?;
            (false, character.to_string())
        }
        'e' | 'E' | 'f' | 'F' | 'g' | 'G' | '%' | 'n' | 'r' => {
            let float = number.to_float()?;
            let magnitude = float.abs();
            let precision = spec.precision.unwrap_or(6);
            let text = match kind {
                'e' | 'E' => exponent(magnitude, precision),
                'f' | 'F' => fixed(magnitude, precision),
                '%' => format!("{}%", fixed(magnitude * 100.0, precision)),
                'r' => match spec.precision {
                    None => float_repr(magnitude),
                    Some(precision) => general_with_point(magnitude, precision),
                },
                _ => general(magnitude, precision, spec.alternate),
            };
            let text = if matches!(kind, 'E' | 'F' | 'G') { text.to_uppercase() } else { text };
            (float.is_sign_negative() && !float.is_nan(), text)
        }
        other => return Err(unknown_code(other, value.type_name())),
    };
    let sign = match (negative, spec.sign) {
        (true, _) => "-",
        (false, Some('+')) => "+",
        (false, Some(' ')) => " ",
        _ => "",
    };
    let fill = spec.fill.unwrap_or(if spec.zero { '0' } else { ' ' });
    let alignment = spec.align.unwrap_or(if spec.zero { '=' } else { '>' });
    let split =
        body.find(|it: char| !it.is_ascii_hexdigit()).filter(|_| kind != 'x' && kind != 'X');
    let (whole, rest) = body.split_at(split.unwrap_or(body.len()));
    let grouped = match spec.grouping {
        Some(separator) => {
            let mut whole = whole.to_owned();
            if alignment == '=' && fill == '0' {
                // The zeros are grouped too.
                let taken = sign.len() + prefix.len() + rest.len();
                let room = spec.width.saturating_sub(taken);
                while grouped_len(whole.len() + 1, group_size) <= room {
                    whole.insert(0, '0');
                }
            }
            group(&whole, separator, group_size)
        }
        None => whole.to_owned(),
    };
    let body = format!("{grouped}{rest}");
    if alignment == '=' {
        let taken = sign.len() + prefix.len() + body.chars().count();
        let missing = spec.width.saturating_sub(taken);
        let padding: String = std::iter::repeat_n(fill, missing).collect();
        return Ok(format!("{sign}{prefix}{padding}{body}"));
    }
    Ok(align(&format!("{sign}{prefix}{body}"), spec.width, alignment, fill))
}

fn grouped_len(digits: usize, size: usize) -> usize {
    digits + digits.saturating_sub(1) / size
}

fn integer(number: &Number, radix: u32, spec: &Spec) -> Result<(bool, String), Stop> {
    if spec.precision.is_some() {
        return Err(Stop::value_error("Precision not allowed in integer format specifier"));
    }
    let value = number.to_big();
    let text = if radix == 10 { number::int_to_string(&value)? } else { value.to_str_radix(radix) };
    Ok((value.sign() == Sign::Minus, text.trim_start_matches('-').to_owned()))
}

pub(super) fn group(digits: &str, separator: char, size: usize) -> String {
    let mut out = String::with_capacity(digits.len() * 4 / 3 + 1);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(size) {
            out.push(separator);
        }
        out.push(digit);
    }
    out
}

/// The functions below take magnitudes: not negative.
fn special(value: f64) -> Option<String> {
    if value.is_nan() {
        Some("nan".to_owned())
    } else if value.is_infinite() {
        Some("inf".to_owned())
    } else {
        None
    }
}

pub(super) fn fixed(value: f64, precision: usize) -> String {
    special(value).unwrap_or_else(|| format!("{value:.precision$}"))
}

pub(super) fn exponent(value: f64, precision: usize) -> String {
    if let Some(text) = special(value) {
        return text;
    }
    let text = format!("{value:.precision$e}");
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{mantissa}e{sign}{:02}", exponent.unsigned_abs())
}

pub(super) fn general(value: f64, precision: usize, keep_zeros: bool) -> String {
    if let Some(text) = special(value) {
        return text;
    }
    let precision = precision.max(1);
    let scientific = exponent(value, precision - 1);
    let (mantissa, power_text) = scientific.split_once('e').unwrap_or((&scientific, "+00"));
    let power: i32 = power_text.parse().unwrap_or(0);
    let trim = |text: &str| -> String {
        if keep_zeros || !text.contains('.') {
            return text.to_owned();
        }
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    };
    if power < -4 || power >= precision as i32 {
        return format!("{}e{power_text}", trim(mantissa));
    }
    let decimals = (precision as i32 - 1 - power).max(0) as usize;
    trim(&fixed(value, decimals))
}

/// A float with a precision and no letter: as `g`, but always recognisable as a float.
fn general_with_point(value: f64, precision: usize) -> String {
    if let Some(text) = special(value) {
        return text;
    }
    let precision = precision.max(1);
    let scientific = exponent(value, precision - 1);
    let power: i32 = scientific.split_once('e').and_then(|(_, it)| it.parse().ok()).unwrap_or(0);
    let text = general(value, precision, false);
    // The exponent comes one power earlier than with `g`.
    if power == precision as i32 - 1 && power != 0 && !text.contains('e') {
        let (mantissa, tail) = scientific.split_once('e').unwrap_or((&scientific, "+00"));
        let mantissa = if mantissa.contains('.') {
            mantissa.trim_end_matches('0').trim_end_matches('.')
        } else {
            mantissa
        };
        return format!("{mantissa}e{tail}");
    }
    if text.contains(['.', 'e']) { text } else { format!("{text}.0") }
}

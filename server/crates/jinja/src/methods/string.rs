//! `str`

use syntax::jinja::is_space;

use super::{format, int_argument, string_argument, text};
use crate::eval::{Args, Interp, Stop, items_of};
use crate::value::{Dict, Key, Str, Value};

pub(super) const NAMES: &[&str] = &[
    "capitalize",
    "casefold",
    "center",
    "count",
    "encode",
    "endswith",
    "expandtabs",
    "find",
    "format",
    "format_map",
    "index",
    "isalnum",
    "isalpha",
    "isascii",
    "isdecimal",
    "isdigit",
    "isidentifier",
    "islower",
    "isnumeric",
    "isprintable",
    "isspace",
    "istitle",
    "isupper",
    "join",
    "ljust",
    "lower",
    "lstrip",
    "maketrans",
    "partition",
    "removeprefix",
    "removesuffix",
    "replace",
    "rfind",
    "rindex",
    "rjust",
    "rpartition",
    "rsplit",
    "rstrip",
    "split",
    "splitlines",
    "startswith",
    "strip",
    "swapcase",
    "title",
    "translate",
    "upper",
    "zfill",
];

/// Methods whose result is about as long as the string itself.
const COPIES: &[&str] = &[
    "capitalize",
    "casefold",
    "lower",
    "removeprefix",
    "removesuffix",
    "rpartition",
    "partition",
    "rsplit",
    "split",
    "splitlines",
    "swapcase",
    "title",
    "upper",
    "encode",
];

pub(super) fn call(
    interp: &mut Interp<'_>,
    receiver: &Str,
    name: &str,
    args: Args,
) -> Result<Value, Stop> {
    if COPIES.contains(&name) {
        interp.budget.charge_text(receiver.len())?;
    } else {
        interp.budget.charge_scan(receiver.len())?;
    }
    let string = |text: String| Value::Str(Str::new(text).of_kind(receiver.kind()));
    let nothing = |args: Args| args.bind::<0>(name, [], 0).map(|_| ());
    Ok(match name {
        "lower" | "casefold" => {
            nothing(args)?;
            let lower = receiver.to_lowercase();
            string(if name == "casefold" { lower.replace('ß', "ss") } else { lower })
        }
        "upper" => {
            nothing(args)?;
            string(receiver.to_uppercase())
        }
        "capitalize" => {
            nothing(args)?;
            string(text::capitalize(receiver))
        }
        "title" => {
            nothing(args)?;
            string(text::title(receiver))
        }
        "swapcase" => {
            nothing(args)?;
            string(text::swapcase(receiver))
        }
        "strip" | "lstrip" | "rstrip" => {
            let [characters] = args.bind(name, [""], 0)?;
            let part = strip(receiver, name, characters)?;
            Value::Str(part)
        }
        "center" | "ljust" | "rjust" => {
            let [width, fill] = args.bind(name, ["", ""], 1)?;
            let width = int_argument(width, 0)?;
            let fill = match fill {
                None => ' ',
                Some(fill) => {
                    let fill = string_argument(Some(fill), name)?;
                    let mut characters = fill.chars();
                    match (characters.next(), characters.next()) {
                        (Some(only), None) => only,
                        _ => {
                            return Err(Stop::type_error(
                                "The fill character must be exactly one character long",
                            ));
                        }
                    }
                }
            };
            let missing = missing(receiver, width);
            interp.budget.charge_text(missing.saturating_mul(fill.len_utf8()))?;
            let left = match name {
                "ljust" => 0,
                "rjust" => missing,
                // Python puts the odd one to the left of texts of odd length.
                _ => missing / 2 + (missing & width as usize & 1),
            };
            let pad = |count: usize| -> String { std::iter::repeat_n(fill, count).collect() };
            string(format!("{}{}{}", pad(left), receiver.as_str(), pad(missing - left)))
        }
        "zfill" => {
            let [width] = args.bind(name, [""], 1)?;
            let missing = missing(receiver, int_argument(width, 0)?);
            interp.budget.charge_text(missing)?;
            let signed = receiver.starts_with(['+', '-']);
            let (sign, rest) = receiver.split_at(usize::from(signed));
            string(format!("{sign}{}{rest}", "0".repeat(missing)))
        }
        "expandtabs" => {
            let [size] = args.bind(name, ["tabsize"], 0)?;
            string(expand_tabs(interp, receiver, int_argument(size, 8)?)?)
        }
        "startswith" | "endswith" => {
            let [affix, start, end] = args.bind(name, ["", "", ""], 1)?;
            let Some((from, to)) = window(receiver, start, end)? else {
                return Ok(Value::Bool(false));
            };
            let part = &receiver[from..to];
            let fits = |affix: &str| {
                if name == "startswith" { part.starts_with(affix) } else { part.ends_with(affix) }
            };
            match affix {
                Some(Value::Tuple(options)) => {
                    let mut found = false;
                    for option in options.iter() {
                        found |= fits(&string_argument(Some(option.clone()), name)?);
                    }
                    Value::Bool(found)
                }
                Some(Value::Str(affix)) => Value::Bool(fits(&affix)),
                Some(Value::Undefined(undefined)) => return Err(Stop::undefined(&undefined)),
                other => {
                    let of = other.as_ref().map_or("NoneType", Value::type_name);
                    return Err(Stop::type_error(format!(
                        "{name} first arg must be str or a tuple of str, not {of}"
                    )));
                }
            }
        }
        "find" | "rfind" | "index" | "rindex" | "count" => {
            let [part, start, end] = args.bind(name, ["", "", ""], 1)?;
            let part = string_argument(part, name)?;
            let found = window(receiver, start, end)?.and_then(|(from, to)| {
                let haystack = &receiver[from..to];
                match name {
                    "count" if part.is_empty() => Some(haystack.chars().count() + 1),
                    "count" => Some(haystack.matches(part.as_str()).count()),
                    "find" | "index" => haystack.find(part.as_str()).map(|it| from + it),
                    _ => haystack.rfind(part.as_str()).map(|it| from + it),
                }
            });
            match (name, found) {
                ("count", count) => Value::from(count.unwrap_or(0)),
                (_, Some(offset)) => Value::from(receiver[..offset].chars().count()),
                ("find" | "rfind", None) => Value::Int(-1),
                _ => return Err(Stop::value_error("substring not found")),
            }
        }
        "replace" => {
            let [old, new, count] = args.bind(name, ["", "", "count"], 2)?;
            let (old, new) = (string_argument(old, name)?, string_argument(new, name)?);
            string(replace(interp, receiver, &old, &new, int_argument(count, -1)?)?)
        }
        "removeprefix" | "removesuffix" => {
            let [affix] = args.bind(name, [""], 1)?;
            let affix = string_argument(affix, name)?;
            let rest = if name == "removeprefix" {
                receiver.strip_prefix(affix.as_str())
            } else {
                receiver.strip_suffix(affix.as_str())
            };
            string(rest.unwrap_or(receiver).to_owned())
        }
        "split" | "rsplit" => {
            let [separator, most] = args.bind(name, ["sep", "maxsplit"], 0)?;
            split(interp, receiver, name == "rsplit", separator, int_argument(most, -1)?)?
        }
        "splitlines" => {
            let [keep] = args.bind(name, ["keepends"], 0)?;
            let keep = keep.is_some_and(|it| it.truthy());
            let lines = text::lines(receiver);
            interp.budget.charge_bytes((lines.len() * size_of::<Value>()) as u64)?;
            let line = |(line, end): (&str, &str)| {
                string(if keep { format!("{line}{end}") } else { line.to_owned() })
            };
            Value::list(lines.into_iter().map(line).collect())
        }
        "partition" | "rpartition" => {
            let [separator] = args.bind(name, [""], 1)?;
            let separator = string_argument(separator, name)?;
            if separator.is_empty() {
                return Err(Stop::value_error("empty separator"));
            }
            let whole = || string(receiver.as_str().to_owned());
            let empty = || string(String::new());
            let found = if name == "partition" {
                receiver.split_once(separator.as_str())
            } else {
                receiver.rsplit_once(separator.as_str())
            };
            Value::tuple(match found {
                Some((before, after)) => vec![
                    string(before.to_owned()),
                    string(separator.as_str().to_owned()),
                    string(after.to_owned()),
                ],
                None if name == "partition" => vec![whole(), empty(), empty()],
                None => vec![empty(), empty(), whole()],
            })
        }
        "join" => {
            let [items] = args.bind(name, [""], 1)?;
            join(interp, receiver, &items.unwrap_or(Value::None))?
        }
        "isalnum" => {
            nothing(args)?;
            all(receiver, char::is_alphanumeric)
        }
        "isalpha" => {
            nothing(args)?;
            all(receiver, char::is_alphabetic)
        }
        "isdigit" => {
            nothing(args)?;
            all(receiver, |it| {
                is_decimal(it) || matches!(it, '²' | '³' | '¹' | '⁰' | '⁴'..='⁹' | '₀'..='₉')
            })
        }
        "isdecimal" => {
            nothing(args)?;
            all(receiver, is_decimal)
        }
        "isnumeric" => {
            nothing(args)?;
            all(receiver, char::is_numeric)
        }
        "isspace" => {
            nothing(args)?;
            all(receiver, is_space)
        }
        "isascii" => {
            nothing(args)?;
            Value::Bool(receiver.is_ascii())
        }
        "isprintable" => {
            nothing(args)?;
            Value::Bool(receiver.chars().all(crate::value::repr::is_printable))
        }
        "isidentifier" => {
            nothing(args)?;
            Value::Bool(text::is_identifier(receiver))
        }
        "islower" => {
            nothing(args)?;
            Value::Bool(text::text_case(receiver) == Some(false))
        }
        "isupper" => {
            nothing(args)?;
            Value::Bool(text::text_case(receiver) == Some(true))
        }
        "istitle" => {
            nothing(args)?;
            Value::Bool(text::is_title_text(receiver))
        }
        "encode" => encode(receiver, args)?,
        "format" => format::format(interp, receiver, args)?,
        "format_map" => {
            let [mapping] = args.bind(name, [""], 1)?;
            format::format_map(interp, receiver, mapping.unwrap_or(Value::None))?
        }
        "translate" => {
            let [table] = args.bind(name, [""], 1)?;
            translate(interp, receiver, &table.unwrap_or(Value::None))?
        }
        "maketrans" => make_translation(args)?,
        other => return Err(Stop::type_error(format!("str has no method {other}"))),
    })
}

fn all(text: &str, holds: impl Fn(char) -> bool) -> Value {
    Value::Bool(!text.is_empty() && text.chars().all(holds))
}

fn is_decimal(character: char) -> bool {
    character.is_ascii_digit()
        || (!character.is_ascii()
            && crate::value::number::parse_int(character.encode_utf8(&mut [0; 4]), 10).is_some())
}

fn missing(text: &str, width: i64) -> usize {
    usize::try_from(width).unwrap_or(0).saturating_sub(text.chars().count())
}

pub(crate) fn strip(text: &Str, name: &str, characters: Option<Value>) -> Result<Str, Stop> {
    let wanted: Option<Vec<char>> = match characters {
        None | Some(Value::None) => None,
        other => Some(string_argument(other, name)?.chars().collect()),
    };
    let strips = |it: char| match &wanted {
        Some(characters) => characters.contains(&it),
        None => is_space(it),
    };
    let start =
        if name == "rstrip" { 0 } else { text.len() - text.trim_start_matches(strips).len() };
    let end = if name == "lstrip" {
        text.len()
    } else {
        start + text[start..].trim_end_matches(strips).len()
    };
    Ok(text.part(start, end))
}

/// Byte offsets of a window given in characters; none when it begins behind the text.
fn window(
    text: &str,
    start: Option<Value>,
    end: Option<Value>,
) -> Result<Option<(usize, usize)>, Stop> {
    let given = |it: Option<Value>| it.filter(|it| !it.is_none());
    let (start, end) = (given(start), given(end));
    if start.is_none() && end.is_none() {
        return Ok(Some((0, text.len())));
    }
    let count = text.chars().count() as i64;
    let clamp = |it: i64| if it < 0 { (it + count).max(0) } else { it };
    let start = clamp(int_argument(start, 0)?);
    let end = clamp(int_argument(end, i64::MAX)?).min(count);
    if start > end || start > count {
        return Ok(None);
    }
    let offset = |index: i64| {
        text.char_indices().nth(index as usize).map_or(text.len(), |(offset, _)| offset)
    };
    Ok(Some((offset(start), offset(end))))
}

pub(crate) fn replace(
    interp: &Interp<'_>,
    text: &str,
    old: &str,
    new: &str,
    count: i64,
) -> Result<String, Stop> {
    let most = usize::try_from(count).unwrap_or(usize::MAX);
    let matches = if old.is_empty() { text.chars().count() + 1 } else { text.matches(old).count() };
    let growth = matches.min(most).saturating_mul(new.len().saturating_sub(old.len()));
    interp.budget.charge_text(text.len().saturating_add(growth))?;
    Ok(text.replacen(old, new, most))
}

fn expand_tabs(interp: &Interp<'_>, text: &str, size: i64) -> Result<String, Stop> {
    let size = usize::try_from(size).unwrap_or(0);
    interp.budget.charge_text(text.matches('\t').count().saturating_mul(size))?;
    let mut out = String::with_capacity(text.len());
    let mut column = 0;
    for character in text.chars() {
        match character {
            '\t' if size > 0 => {
                let width = size - column % size;
                out.extend(std::iter::repeat_n(' ', width));
                column += width;
            }
            '\t' => {}
            '\n' | '\r' => {
                out.push(character);
                column = 0;
            }
            other => {
                out.push(other);
                column += 1;
            }
        }
    }
    Ok(out)
}

fn split(
    interp: &Interp<'_>,
    text: &Str,
    from_right: bool,
    separator: Option<Value>,
    most: i64,
) -> Result<Value, Stop> {
    let most = usize::try_from(most).unwrap_or(usize::MAX - 1);
    let mut parts: Vec<&str> = Vec::new();
    match separator {
        None | Some(Value::None) => {
            let mut rest = text.as_str();
            if from_right {
                rest = rest.trim_end_matches(is_space);
                while !rest.is_empty() {
                    if parts.len() >= most {
                        parts.push(rest);
                        break;
                    }
                    let start = rest
                        .char_indices()
                        .rev()
                        .find(|(_, it)| is_space(*it))
                        .map_or(0, |(at, it)| at + it.len_utf8());
                    parts.push(&rest[start..]);
                    rest = rest[..start].trim_end_matches(is_space);
                }
                parts.reverse();
            } else {
                rest = rest.trim_start_matches(is_space);
                while !rest.is_empty() {
                    if parts.len() >= most {
                        parts.push(rest);
                        break;
                    }
                    let end = rest.find(is_space).unwrap_or(rest.len());
                    parts.push(&rest[..end]);
                    rest = rest[end..].trim_start_matches(is_space);
                }
            }
        }
        separator => {
            let separator = string_argument(separator, "split")?;
            if separator.is_empty() {
                return Err(Stop::value_error("empty separator"));
            }
            if from_right {
                parts = text.rsplitn(most + 1, separator.as_str()).collect();
                parts.reverse();
            } else {
                parts = text.splitn(most + 1, separator.as_str()).collect();
            }
        }
    }
    interp.budget.charge_bytes((parts.len() * size_of::<Value>()) as u64)?;
    let kind = text.kind();
    Ok(Value::list(parts.into_iter().map(|it| Value::Str(Str::from(it).of_kind(kind))).collect()))
}

fn join(interp: &Interp<'_>, separator: &Str, items: &Value) -> Result<Value, Stop> {
    let items = match items {
        Value::Undefined(_) | Value::Hole => Vec::new(),
        other => items_of(other).map_err(|_| Stop::type_error("can only join an iterable"))?,
    };
    let mut parts = Vec::with_capacity(items.len() * 2);
    for (index, item) in items.iter().enumerate() {
        let Value::Str(item) = item else {
            if item.is_hole() {
                continue;
            }
            let name = item.type_name();
            return Err(Stop::type_error(format!(
                "sequence item {index}: expected str instance, {name} found"
            )));
        };
        if !parts.is_empty() {
            parts.push(separator.clone());
        }
        parts.push(item.clone());
    }
    let markup = separator.is_markup();
    crate::value::operators::concat(&parts, markup, &interp.budget).map(Value::Str)
}

fn encode(text: &Str, args: Args) -> Result<Value, Stop> {
    let [encoding, errors] = args.bind("encode", ["encoding", "errors"], 0)?;
    let encoding = match encoding {
        None => "utf8".to_owned(),
        other => string_argument(other, "encode")?.to_ascii_lowercase().replace(['-', '_'], ""),
    };
    let errors = match errors {
        None => "strict".to_owned(),
        other => string_argument(other, "encode")?.as_str().to_owned(),
    };
    let limit = match encoding.as_str() {
        "utf8" => return Ok(Value::Bytes(text.as_bytes().into())),
        "ascii" | "usascii" => 0x80,
        "latin1" | "iso88591" => 0x100,
        other => return Err(Stop::value_error(format!("unknown encoding: {other}"))),
    };
    let mut bytes = Vec::with_capacity(text.len());
    for character in text.chars() {
        let code = character as u32;
        if code < limit {
            bytes.push(code as u8);
        } else if errors == "ignore" {
            continue;
        } else if errors == "replace" {
            bytes.push(b'?');
        } else {
            return Err(Stop::value_error(format!("'{encoding}' codec can't encode character")));
        }
    }
    Ok(Value::Bytes(bytes.into()))
}

fn translate(interp: &mut Interp<'_>, text: &Str, table: &Value) -> Result<Value, Stop> {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        let code = i64::from(character as u32);
        let found = match table {
            Value::Dict(dict) => dict.borrow().get(&Key::new(Value::Int(code))?).cloned(),
            other => Some(interp.item(other, &Value::Int(code))?).filter(|it| !it.is_undefined()),
        };
        match found {
            None => out.push(character),
            Some(Value::None) => {}
            Some(Value::Str(replacement)) => out.push_str(&replacement),
            Some(Value::Int(code)) => {
                let character = u32::try_from(code).ok().and_then(char::from_u32);
                out.push(character.ok_or_else(|| {
                    Stop::value_error("character mapping must be in range(0x110000)")
                })?);
            }
            Some(_) => {
                return Err(Stop::type_error("character mapping must return integer, None or str"));
            }
        }
        interp.budget.charge_text(out.len())?;
    }
    Ok(Value::Str(Str::new(out).of_kind(text.kind())))
}

fn make_translation(args: Args) -> Result<Value, Stop> {
    let [from, to, remove] = args.bind("maketrans", ["", "", ""], 1)?;
    let mut table = Dict::new();
    if let Some(Value::Dict(dict)) = &from
        && to.is_none()
    {
        for (key, value) in dict.borrow().iter() {
            let code = match key {
                Value::Int(_) => key.clone(),
                Value::Str(text) if text.chars().count() == 1 => {
                    Value::Int(text.chars().next().map_or(0, |it| i64::from(it as u32)))
                }
                _ => {
                    return Err(Stop::value_error(
                        "string keys in translate table must be of length 1",
                    ));
                }
            };
            table.insert(Key::new(code)?, value.clone());
        }
        return Ok(Value::dict(table));
    }
    let (from, to) = (string_argument(from, "maketrans")?, string_argument(to, "maketrans")?);
    if from.chars().count() != to.chars().count() {
        return Err(Stop::value_error("the first two maketrans arguments must have equal length"));
    }
    let code = |it: char| Value::Int(i64::from(it as u32));
    for (from, to) in from.chars().zip(to.chars()) {
        table.insert(Key::new(code(from))?, code(to));
    }
    if remove.is_some() {
        for character in string_argument(remove, "maketrans")?.chars() {
            table.insert(Key::new(code(character))?, Value::None);
        }
    }
    Ok(Value::dict(table))
}

//! Filters of text.

use crate::eval::{Args, Budget, Interp, Stop, length_of};
use crate::methods::{self, int_argument, lines, replace, strip, title_after_separators};
use crate::value::{Str, Value, format, operators, repr};

pub(super) fn filter(
    interp: &mut Interp<'_>,
    name: &str,
    input: &Value,
    mut args: Args,
) -> Result<Value, Stop> {
    if name == "pprint" {
        args.bind::<0>(name, [], 0)?;
        return pretty(input, &interp.budget).map(Value::from);
    }
    let text = match input {
        Value::Str(text) => text.clone(),
        other if name == "truncate" => return truncate_other(other, args),
        // These work on what they are given and know no other types.
        other if matches!(name, "indent" | "wordwrap") => {
            return Err(match other {
                Value::Undefined(undefined) => Stop::undefined(undefined),
                other => Stop::type_error(format!(
                    "unsupported operand type(s) for {name}: '{}'",
                    other.type_name()
                )),
            });
        }
        other => repr::text(other)?,
    };
    interp.budget.charge_scan(text.len())?;
    let kind = text.kind();
    let string = |text: String| Value::Str(Str::new(text).of_kind(kind));
    Ok(match name {
        "upper" | "lower" | "capitalize" | "title" | "wordcount" => {
            args.bind::<0>(name, [], 0)?;
            match name {
                "upper" => string(text.to_uppercase()),
                "lower" => string(text.to_lowercase()),
                "capitalize" => string(methods::capitalize(&text)),
                "title" => string(title_after_separators(&text)),
                _ => Value::from(count_words(&text)),
            }
        }
        "trim" => {
            let [characters] = args.bind(name, ["chars"], 0)?;
            Value::Str(strip(&text, "strip", characters)?)
        }
        "center" => {
            let [width] = args.bind(name, ["width"], 0)?;
            let width = width.unwrap_or(Value::Int(80));
            let receiver = Value::Str(text);
            return methods::call_plain(interp, &receiver, "center", Args::positional(vec![width]));
        }
        "replace" => {
            let [old, new, count] = args.bind(name, ["old", "new", "count"], 2)?;
            let (old, new) = (
                repr::plain(&old.unwrap_or(Value::None))?,
                repr::plain(&new.unwrap_or(Value::None))?,
            );
            let count = match count {
                None | Some(Value::None) => -1,
                other => int_argument(other, -1)?,
            };
            Value::from(replace(interp, &text, &old, &new, count)?)
        }
        "format" => {
            if !args.positional.is_empty() && !args.keywords.is_empty() {
                return Err(Stop::type_error(
                    "can't handle positional and keyword arguments at the same time",
                ));
            }
            let arguments = if args.keywords.is_empty() {
                Value::tuple(std::mem::take(&mut args.positional))
            } else {
                Value::dict(args.keywords_dict())
            };
            return format::percent(&text, &arguments, &interp.budget);
        }
        "indent" => {
            let [width, first, blank] = args.bind(name, ["width", "first", "blank"], 0)?;
            indent(
                interp,
                &text,
                width,
                first.is_some_and(|it| it.truthy()),
                blank.is_some_and(|it| it.truthy()),
            )?
        }
        "truncate" => truncate(&text, args)?,
        _ => {
            let names = ["width", "break_long_words", "wrapstring", "break_on_hyphens"];
            let [width, long, wrap, hyphens] = args.bind(name, names, 0)?;
            let width = int_argument(width, 79)?;
            if width <= 0 {
                return Err(Stop::value_error(format!("invalid width {width} (must be > 0)")));
            }
            let wrap = match wrap {
                None | Some(Value::None) => "\n".to_owned(),
                Some(wrap) => repr::plain(&wrap)?,
            };
            let options = WrapOptions {
                width: width as usize,
                break_long: long.is_none_or(|it| it.truthy()),
                hyphens: hyphens.is_none_or(|it| it.truthy()),
            };
            let paragraphs: Vec<String> =
                lines(&text).into_iter().map(|(line, _)| options.wrap(line).join(&wrap)).collect();
            let wrapped = paragraphs.join(&wrap);
            interp.budget.charge_text(wrapped.len())?;
            string(wrapped)
        }
    })
}

fn count_words(text: &str) -> usize {
    text.split(|it: char| !(it.is_alphanumeric() || it == '_')).filter(|it| !it.is_empty()).count()
}

fn indent(
    interp: &Interp<'_>,
    text: &Str,
    width: Option<Value>,
    first: bool,
    blank: bool,
) -> Result<Value, Stop> {
    let indention = match width {
        Some(Value::Str(text)) => text,
        other => {
            let width = usize::try_from(int_argument(other, 4)?).unwrap_or(0);
            interp.budget.charge_text(width)?;
            Str::new(" ".repeat(width))
        }
    };
    // Lines that end elsewhere than at a newline get one; the others are kept with their origin.
    let all = format!("{}\n", text.as_str());
    let split = lines(&all);
    interp.budget.charge_text(split.len().saturating_mul(indention.len() + 1))?;
    let newline = Str::from("\n");
    let mut parts = Vec::with_capacity(split.len() * 3);
    let mut offset = 0;
    for (index, (line, end)) in split.into_iter().enumerate() {
        if index > 0 {
            parts.push(newline.clone());
        }
        let wanted = if index == 0 { first } else { blank || !line.is_empty() };
        if wanted {
            parts.push(indention.clone());
        }
        parts.push(text.part(offset, offset + line.len()));
        offset += line.len() + end.len();
    }
    let kind = text.kind();
    let parts: Vec<Str> = parts.into_iter().map(|it| it.of_kind(kind)).collect();
    let joined = operators::concat(&parts, false, &interp.budget)?;
    Ok(Value::Str(joined.of_kind(kind)))
}

/// What `truncate` was asked for.
struct Cut {
    length: i64,
    kill_words: bool,
    end: String,
    leeway: i64,
}

impl Cut {
    fn new(args: Args) -> Result<Self, Stop> {
        let [length, kill, end, leeway] =
            args.bind("truncate", ["length", "killwords", "end", "leeway"], 0)?;
        let length = int_argument(length, 255)?;
        let end = match end {
            None => "...".to_owned(),
            Some(end) => repr::plain(&end)?,
        };
        let leeway = match leeway {
            None | Some(Value::None) => 5,
            other => int_argument(other, 5)?,
        };
        let end_length = end.chars().count() as i64;
        if length < end_length {
            return Err(Stop::value_error(format!(
                "expected length >= {end_length}, got {length}"
            )));
        }
        if leeway < 0 {
            return Err(Stop::value_error(format!("expected leeway >= 0, got {leeway}")));
        }
        Ok(Self { length, kill_words: kill.is_some_and(|it| it.truthy()), end, leeway })
    }

    fn leaves(&self, length: usize) -> bool {
        length as i64 <= self.length.saturating_add(self.leeway)
    }
}

fn truncate(text: &Str, args: Args) -> Result<Value, Stop> {
    let cut = Cut::new(args)?;
    if cut.leaves(text.chars().count()) {
        return Ok(Value::Str(text.clone()));
    }
    let kept = cut.length as usize - cut.end.chars().count();
    let kept: String = text.chars().take(kept).collect();
    let kept = if cut.kill_words {
        kept.as_str()
    } else {
        kept.rsplit_once(' ').map_or(kept.as_str(), |(before, _)| before)
    };
    Ok(Value::Str(Str::new(format!("{kept}{}", cut.end)).of_kind(text.kind())))
}

/// Jinja2 looks at the length first: what is short enough goes through whatever it is, and only
/// what is to be cut has to be text.
fn truncate_other(value: &Value, args: Args) -> Result<Value, Stop> {
    if Cut::new(args)?.leaves(length_of(value)?) {
        return Ok(value.clone());
    }
    Err(Stop::type_error(format!("'{}' object has no attribute 'rsplit'", value.type_name())))
}

struct WrapOptions {
    width: usize,
    break_long: bool,
    hyphens: bool,
}

impl WrapOptions {
    /// Python's `textwrap.wrap` of one line.
    fn wrap(&self, line: &str) -> Vec<String> {
        let mut chunks: Vec<String> = self.chunks(line);
        chunks.reverse();
        let mut lines: Vec<String> = Vec::new();
        while !chunks.is_empty() {
            let mut current: Vec<String> = Vec::new();
            let mut length = 0;
            if !lines.is_empty() && chunks.last().is_some_and(|it| it.trim().is_empty()) {
                chunks.pop();
            }
            while let Some(chunk) = chunks.last() {
                let size = chunk.chars().count();
                if length + size > self.width {
                    break;
                }
                length += size;
                current.extend(chunks.pop());
            }
            if chunks.last().is_some_and(|it| it.chars().count() > self.width) {
                self.break_word(&mut chunks, &mut current, length);
            }
            if current.last().is_some_and(|it| it.trim().is_empty()) {
                current.pop();
            }
            if !current.is_empty() {
                lines.push(current.concat());
            }
        }
        lines
    }

    fn break_word(&self, chunks: &mut Vec<String>, current: &mut Vec<String>, length: usize) {
        let Some(chunk) = chunks.pop() else { return };
        let space = self.width.saturating_sub(length).max(1);
        if self.break_long {
            let mut end = space;
            if self.hyphens && chunk.chars().count() > space {
                let head: Vec<char> = chunk.chars().take(space).collect();
                let hyphen = head.iter().rposition(|it| *it == '-').filter(|it| *it > 0);
                if let Some(hyphen) = hyphen
                    && head[..hyphen].iter().any(|it| *it != '-')
                {
                    end = hyphen + 1;
                }
            }
            current.push(chunk.chars().take(end).collect());
            chunks.push(chunk.chars().skip(end).collect());
        } else if current.is_empty() {
            current.push(chunk);
        } else {
            chunks.push(chunk);
        }
    }

    /// Words and the blanks between them; a word may be divided behind its hyphens.
    fn chunks(&self, line: &str) -> Vec<String> {
        let blank = |it: char| matches!(it, ' ' | '\t' | '\n' | '\r' | '\u{b}' | '\u{c}');
        let mut chunks = Vec::new();
        let mut rest = line;
        while !rest.is_empty() {
            let starts_blank = rest.starts_with(blank);
            let end = rest.find(|it| blank(it) != starts_blank).unwrap_or(rest.len());
            let (chunk, tail) = rest.split_at(end);
            rest = tail;
            if starts_blank || !self.hyphens {
                chunks.push(chunk.to_owned());
            } else {
                split_at_hyphens(chunk, &mut chunks);
            }
        }
        chunks
    }
}

/// Behind a hyphen that stands between two letters and two letters.
fn split_at_hyphens(word: &str, chunks: &mut Vec<String>) {
    let characters: Vec<char> = word.chars().collect();
    let letter = |at: Option<&char>| at.is_some_and(|it| it.is_alphabetic() || *it == '_');
    let mut start = 0;
    for at in 0..characters.len() {
        let before =
            at >= start + 2 && letter(characters.get(at - 1)) && letter(characters.get(at - 2));
        let after = letter(characters.get(at + 1))
            && (letter(characters.get(at + 2)) || characters.get(at + 2) == Some(&'-'));
        if characters[at] == '-' && before && after {
            chunks.push(characters[start..=at].iter().collect());
            start = at + 1;
        }
    }
    if start < characters.len() {
        chunks.push(characters[start..].iter().collect());
    }
}

/// `pprint.pformat`, for what fits on lines of 80 characters.
fn pretty(value: &Value, budget: &Budget) -> Result<String, Stop> {
    let mut out = String::new();
    write_pretty(value, 0, 0, &mut out, 0, budget)?;
    Ok(out)
}

fn sorted(value: &Value) -> Result<Value, Stop> {
    let Value::Dict(dict) = value else { return Ok(value.clone()) };
    let pairs = dict.borrow().iter().map(|(key, value)| (key.clone(), value.clone())).collect();
    let mut ordered = crate::value::Dict::new();
    for (key, value) in methods::sort_keys(pairs)? {
        ordered.insert(crate::value::Key::new(key)?, value);
    }
    Ok(Value::dict(ordered))
}

fn write_pretty(
    value: &Value,
    column: usize,
    trailing: usize,
    out: &mut String,
    depth: usize,
    budget: &Budget,
) -> Result<(), Stop> {
    if depth > 60 {
        return Err(Stop::recursion());
    }
    let value = sorted(value)?;
    let flat = repr::repr(&value)?;
    budget.charge(flat.len() as u64 / 16)?;
    if flat.chars().count() + column + trailing <= 80 {
        out.push_str(&flat);
        return Ok(());
    }
    let pad = |out: &mut String, width: usize| {
        out.push_str(",\n");
        out.push_str(&" ".repeat(width));
    };
    match &value {
        Value::List(_) | Value::Tuple(_) => {
            let items = crate::eval::items_of(&value)?;
            let tuple = matches!(value, Value::Tuple(_));
            out.push(if tuple { '(' } else { '[' });
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    pad(out, column + 1);
                }
                let last = index + 1 == items.len();
                write_pretty(
                    item,
                    column + 1,
                    if last { trailing + 1 } else { 1 },
                    out,
                    depth + 1,
                    budget,
                )?;
            }
            out.push_str(if tuple && items.len() == 1 {
                ",)"
            } else if tuple {
                ")"
            } else {
                "]"
            });
        }
        Value::Dict(dict) => {
            let pairs: Vec<_> =
                dict.borrow().iter().map(|(key, value)| (key.clone(), value.clone())).collect();
            out.push('{');
            for (index, (key, item)) in pairs.iter().enumerate() {
                if index > 0 {
                    pad(out, column + 1);
                }
                let key = repr::repr(key)?;
                let last = index + 1 == pairs.len();
                out.push_str(&key);
                out.push_str(": ");
                let at = column + 1 + key.chars().count() + 2;
                write_pretty(
                    item,
                    at,
                    if last { trailing + 1 } else { 1 },
                    out,
                    depth + 1,
                    budget,
                )?;
            }
            out.push('}');
        }
        _ => out.push_str(&flat),
    }
    Ok(())
}

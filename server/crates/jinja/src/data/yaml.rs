//! `yaml.safe_dump` as PyYAML writes it: block style, lines folded at 80 columns, anchors for what
//! occurs twice.

use std::fmt::Write;
use std::rc::Rc;

use crate::eval::{Budget, Stop};
use crate::methods::sort_keys;
use crate::value::number::{float_repr, int_to_string};
use crate::value::{Value, compare::MAX_DEPTH};

const WIDTH: usize = 80;

/// The text of a value; an error for what YAML's safe types do not hold.
pub fn dump(value: &Value, sort: bool, budget: &Budget) -> Result<String, Stop> {
    let mut writer = Writer {
        out: String::new(),
        column: 0,
        whitespace: true,
        indention: true,
        sort,
        shared: Vec::new(),
        named: Vec::new(),
        budget,
    };
    let mut seen = Vec::new();
    writer.find_shared(value, &mut seen, 0)?;
    writer.node(value, None, Place::Root, 0)?;
    if !writer.out.ends_with('\n') {
        writer.out.push('\n');
    }
    // A plain text alone does not say where it ends.
    if is_scalar(value) && !writer.out.starts_with(['\'', '"']) {
        writer.out.push_str("...\n");
    }
    Ok(writer.out)
}

fn is_scalar(value: &Value) -> bool {
    !matches!(value, Value::List(_) | Value::Tuple(_) | Value::Dict(_) | Value::Set(_))
}

#[derive(Clone, Copy, PartialEq)]
enum Place {
    Root,
    Sequence,
    MappingValue,
    /// A key that stands in front of its colon.
    Key,
}

struct Writer<'a> {
    out: String,
    column: usize,
    whitespace: bool,
    indention: bool,
    sort: bool,
    /// Containers that occur more than once, in the order in which that shows.
    shared: Vec<usize>,
    /// Those of them that were written, by their numbers.
    named: Vec<(usize, usize)>,
    budget: &'a Budget,
}

/// Where a container lies: two names of one container have one address.
fn address(value: &Value) -> Option<usize> {
    Some(match value {
        Value::List(it) => Rc::as_ptr(it).addr(),
        Value::Dict(it) => Rc::as_ptr(it).addr(),
        Value::Set(it) => Rc::as_ptr(it).addr(),
        Value::Tuple(it) if !it.is_empty() => Rc::as_ptr(it).addr(),
        _ => return None,
    })
}

impl Writer<'_> {
    fn find_shared(
        &mut self,
        value: &Value,
        seen: &mut Vec<usize>,
        depth: usize,
    ) -> Result<(), Stop> {
        if depth > MAX_DEPTH {
            return Err(Stop::recursion());
        }
        self.budget.charge(1 + seen.len() as u64 / 64)?;
        let Some(address) = address(value) else { return Ok(()) };
        if seen.contains(&address) {
            if !self.shared.contains(&address) {
                self.shared.push(address);
            }
            return Ok(());
        }
        seen.push(address);
        match value {
            Value::List(items) => {
                let items = items.borrow().clone();
                items.iter().try_for_each(|it| self.find_shared(it, seen, depth + 1))
            }
            Value::Tuple(items) => {
                items.iter().try_for_each(|it| self.find_shared(it, seen, depth + 1))
            }
            Value::Dict(dict) => {
                let values: Vec<Value> = dict.borrow().values().cloned().collect();
                values.iter().try_for_each(|it| self.find_shared(it, seen, depth + 1))
            }
            _ => Ok(()),
        }
    }

    /// Writes a value; `indent` is that of the container around it.
    fn node(
        &mut self,
        value: &Value,
        indent: Option<usize>,
        place: Place,
        depth: usize,
    ) -> Result<(), Stop> {
        if depth > MAX_DEPTH {
            return Err(Stop::recursion());
        }
        self.budget.charge(1)?;
        if self.out.len() as u64 > self.budget.limits().text_bytes {
            return Err(Stop::too_large("a text"));
        }
        if let Some(address) = address(value)
            && self.shared.contains(&address)
        {
            if let Some((_, number)) = self.named.iter().find(|(it, _)| *it == address) {
                let name = format!("*id{number:03}");
                self.indicator(&name, true, false, false);
                return Ok(());
            }
            let number = self.named.len() + 1;
            self.named.push((address, number));
            self.indicator(&format!("&id{number:03}"), true, false, false);
        }
        match value {
            Value::List(items) => {
                let items = items.borrow().clone();
                self.sequence(&items, indent, place, depth)
            }
            Value::Tuple(items) => self.sequence(items, indent, place, depth),
            Value::Dict(dict) => {
                let pairs: Vec<(Value, Value)> =
                    dict.borrow().iter().map(|(key, it)| (key.clone(), it.clone())).collect();
                self.mapping(pairs, indent, depth)
            }
            Value::Set(set) => {
                let pairs: Vec<(Value, Value)> =
                    set.borrow().keys().map(|it| (it.clone(), Value::None)).collect();
                self.indicator("!!set", true, false, false);
                self.mapping(pairs, indent, depth)
            }
            scalar => self.scalar(scalar, indent, place),
        }
    }

    fn sequence(
        &mut self,
        items: &[Value],
        indent: Option<usize>,
        place: Place,
        depth: usize,
    ) -> Result<(), Stop> {
        if items.is_empty() {
            self.indicator("[]", true, false, false);
            return Ok(());
        }
        // As the value of a key a list stands below the key, not deeper.
        let indentless = place == Place::MappingValue && !self.indention;
        let own = match indent {
            None => 0,
            Some(it) if indentless => it,
            Some(it) => it + 2,
        };
        for item in items {
            self.new_line(own);
            self.indicator("-", true, false, true);
            self.node(item, Some(own), Place::Sequence, depth + 1)?;
        }
        Ok(())
    }

    fn mapping(
        &mut self,
        mut pairs: Vec<(Value, Value)>,
        indent: Option<usize>,
        depth: usize,
    ) -> Result<(), Stop> {
        if pairs.is_empty() {
            self.indicator("{}", true, false, false);
            return Ok(());
        }
        if self.sort {
            // PyYAML leaves keys that have no order as they are.
            pairs = sort_keys(pairs.clone()).unwrap_or(pairs);
        }
        let own = indent.map_or(0, |it| it + 2);
        for (key, value) in &pairs {
            self.new_line(own);
            if self.is_simple_key(key)? {
                self.node(key, Some(own), Place::Key, depth + 1)?;
                self.indicator(":", false, false, false);
            } else {
                self.indicator("?", true, false, true);
                self.node(key, Some(own), Place::Sequence, depth + 1)?;
                self.new_line(own);
                self.indicator(":", true, false, true);
            }
            self.node(value, Some(own), Place::MappingValue, depth + 1)?;
        }
        Ok(())
    }

    fn is_simple_key(&self, key: &Value) -> Result<bool, Stop> {
        Ok(match key {
            Value::Str(text) => {
                !text.is_empty() && text.chars().count() < 128 && !text.contains(is_break)
            }
            Value::Tuple(items) => items.is_empty(),
            other => plain(other)?.len() < 128,
        })
    }

    fn scalar(&mut self, value: &Value, indent: Option<usize>, place: Place) -> Result<(), Stop> {
        let Value::Str(text) = value else {
            let text = plain(value)?;
            self.plain(&text, indent, false);
            return Ok(());
        };
        if text.is_markup() {
            return Err(cannot_represent(value));
        }
        let analysis = Analysis::of(text);
        let is_key = place == Place::Key;
        let split = !is_key;
        let bare = analysis.plain && !(is_key && (text.is_empty() || analysis.multiline));
        if bare && syntax::yaml::is_plain_string(text) {
            self.plain(text, indent, split);
        } else if analysis.single_quoted && !(is_key && analysis.multiline) {
            self.single_quoted(text, indent, split);
        } else {
            self.double_quoted(text, indent, split);
        }
        Ok(())
    }

    fn write(&mut self, text: &str) {
        self.column += text.chars().count();
        self.out.push_str(text);
    }

    fn indicator(&mut self, text: &str, needs_space: bool, whitespace: bool, indention: bool) {
        if needs_space && !self.whitespace {
            self.write(" ");
        }
        self.whitespace = whitespace;
        self.indention = self.indention && indention;
        self.write(text);
    }

    fn line_break(&mut self) {
        self.whitespace = true;
        self.indention = true;
        self.column = 0;
        self.out.push('\n');
    }

    fn new_line(&mut self, indent: usize) {
        if !self.indention || self.column > indent || (self.column == indent && !self.whitespace) {
            self.line_break();
        }
        if self.column < indent {
            self.whitespace = true;
            let missing = indent - self.column;
            self.write(&" ".repeat(missing));
        }
    }

    fn plain(&mut self, text: &str, indent: Option<usize>, split: bool) {
        if text.is_empty() {
            return;
        }
        if !self.whitespace {
            self.write(" ");
        }
        self.whitespace = false;
        self.indention = false;
        self.folded(text, scalar_indent(indent), split, false);
    }

    fn single_quoted(&mut self, text: &str, indent: Option<usize>, split: bool) {
        self.indicator("'", true, false, false);
        self.folded(text, scalar_indent(indent), split, true);
        self.indicator("'", false, false, false);
    }

    /// Runs of blanks, of line breaks and of everything else. A single blank may end a line.
    fn folded(&mut self, text: &str, indent: usize, split: bool, quoted: bool) {
        let mut start = 0;
        while start < text.len() {
            let rest = &text[start..];
            let kind = |it: char| match it {
                ' ' => 0,
                it if is_break(it) => 1,
                _ => 2,
            };
            let Some(first) = rest.chars().next().map(kind) else { return };
            let length = rest.find(|it| kind(it) != first).unwrap_or(rest.len());
            let run = &rest[..length];
            let (at_start, at_end) = (start == 0, start + length == text.len());
            match first {
                0 => {
                    let may_fold = !quoted || !at_start && !at_end;
                    if length == 1 && self.column > WIDTH && split && may_fold {
                        self.new_line(indent);
                        if !quoted {
                            self.whitespace = false;
                            self.indention = false;
                        }
                    } else {
                        self.write(run);
                    }
                }
                1 => {
                    if run.starts_with('\n') {
                        self.line_break();
                    }
                    for it in run.chars() {
                        if it == '\n' {
                            self.line_break();
                        } else {
                            self.line_break();
                            self.out.pop();
                            self.out.push(it);
                        }
                    }
                    self.new_line(indent);
                }
                _ if quoted => self.write(&run.replace('\'', "''")),
                _ => self.write(run),
            }
            start += length;
        }
    }

    fn double_quoted(&mut self, text: &str, indent: Option<usize>, split: bool) {
        let indent = scalar_indent(indent);
        self.indicator("\"", true, false, false);
        let characters: Vec<char> = text.chars().collect();
        let (mut start, mut end) = (0, 0);
        while end <= characters.len() {
            let character = characters.get(end).copied();
            let is_special =
                character.is_none_or(|it| matches!(it, '"' | '\\') || !(' '..='~').contains(&it));
            if is_special {
                if start < end {
                    let run: String = characters[start..end].iter().collect();
                    self.write(&run);
                    start = end;
                }
                if let Some(character) = character {
                    self.write(&escaped(character));
                    start = end + 1;
                }
            }
            let width = self.column + end.saturating_sub(start);
            if 0 < end
                && end + 1 < characters.len()
                && (character == Some(' ') || start >= end)
                && width > WIDTH
                && split
            {
                let run: String = characters.get(start..end).unwrap_or_default().iter().collect();
                start = start.max(end);
                self.write(&format!("{run}\\"));
                self.new_line(indent);
                self.whitespace = false;
                self.indention = false;
                if characters.get(start) == Some(&' ') {
                    self.write("\\");
                }
            }
            end += 1;
        }
        self.indicator("\"", false, false, false);
    }
}

/// Where the further lines of a text begin.
fn scalar_indent(indent: Option<usize>) -> usize {
    indent.map_or(2, |it| it + 2)
}

fn escaped(character: char) -> String {
    let short = match character {
        '\0' => '0',
        '\u{7}' => 'a',
        '\u{8}' => 'b',
        '\t' => 't',
        '\n' => 'n',
        '\u{b}' => 'v',
        '\u{c}' => 'f',
        '\r' => 'r',
        '\u{1b}' => 'e',
        '"' => '"',
        '\\' => '\\',
        '\u{85}' => 'N',
        '\u{a0}' => '_',
        '\u{2028}' => 'L',
        '\u{2029}' => 'P',
        other => {
            let code = u32::from(other);
            return match code {
                0..=0xff => format!("\\x{code:02X}"),
                0x100..=0xffff => format!("\\u{code:04X}"),
                _ => format!("\\U{code:08X}"),
            };
        }
    };
    format!("\\{short}")
}

fn is_break(character: char) -> bool {
    matches!(character, '\n' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// What is no text and no container.
fn plain(value: &Value) -> Result<String, Stop> {
    Ok(match value {
        Value::None | Value::Hole => "null".to_owned(),
        Value::Bool(it) => it.to_string(),
        Value::Int(it) => it.to_string(),
        Value::BigInt(it) => int_to_string(it)?,
        Value::Float(it) if it.is_nan() => ".nan".to_owned(),
        Value::Float(it) if it.is_infinite() => {
            if *it > 0.0 {
                ".inf".to_owned()
            } else {
                "-.inf".to_owned()
            }
        }
        Value::Float(it) => {
            let text = float_repr(*it);
            // YAML 1.1 takes no number with an exponent for a float unless it has a point.
            match text.split_once('e') {
                Some((mantissa, exponent)) if !mantissa.contains('.') => {
                    format!("{mantissa}.0e{exponent}")
                }
                _ => text,
            }
        }
        Value::Object(object) => match object.yaml() {
            Some(text) => text,
            None => return Err(cannot_represent(value)),
        },
        _ => return Err(cannot_represent(value)),
    })
}

fn cannot_represent(value: &Value) -> Stop {
    let mut message = String::new();
    let _ = write!(message, "cannot represent an object of type {}", value.type_name());
    Stop::value_error(message)
}

/// Which styles a text may be written in.
struct Analysis {
    multiline: bool,
    plain: bool,
    single_quoted: bool,
}

impl Analysis {
    fn of(text: &str) -> Self {
        if text.is_empty() {
            return Self { multiline: false, plain: true, single_quoted: true };
        }
        let characters: Vec<char> = text.chars().collect();
        let last = characters.len() - 1;
        let is_blank = |it: char| matches!(it, '\0' | ' ' | '\t' | '\r') || is_break(it);
        let mut indicators = text.starts_with("---") || text.starts_with("...");
        let (mut line_breaks, mut special) = (false, false);
        let (mut edge, mut break_space, mut space_break) = (false, false, false);
        let (mut previous_space, mut previous_break) = (false, false);
        for (index, &it) in characters.iter().enumerate() {
            let follows_blank = index == 0 || is_blank(characters[index - 1]);
            let before_blank = characters.get(index + 1).is_none_or(|it| is_blank(*it));
            indicators |= match it {
                '#' if index > 0 => follows_blank,
                ',' | '[' | ']' | '{' | '}' | '#' | '&' | '*' | '!' | '|' | '>' | '\'' | '"'
                | '%' | '@' | '`' => index == 0,
                ':' => before_blank,
                '?' | '-' => index == 0 && before_blank,
                _ => false,
            };
            line_breaks |= is_break(it);
            special |= !(it == '\n' || (' '..='~').contains(&it));
            if it == ' ' {
                edge |= index == 0 || index == last;
                break_space |= previous_break;
                (previous_space, previous_break) = (true, false);
            } else if is_break(it) {
                edge |= index == 0 || index == last;
                space_break |= previous_space;
                (previous_space, previous_break) = (false, true);
            } else {
                (previous_space, previous_break) = (false, false);
            }
        }
        let breaks_form = break_space || space_break || special;
        Self {
            multiline: line_breaks,
            plain: !(edge || breaks_form || line_breaks || indicators),
            single_quoted: !breaks_form,
        }
    }
}

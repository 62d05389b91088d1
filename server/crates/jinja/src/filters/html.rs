//! Filters for web pages, which Jinja brings along.

use std::fmt::Write;

use crate::eval::{Args, Interp, Stop, items_of};
use crate::methods::int_argument;
use crate::value::{Str, StrKind, Value, repr};

pub(super) fn filter(
    interp: &mut Interp<'_>,
    name: &str,
    input: &Value,
    args: Args,
) -> Result<Value, Stop> {
    let markup = |text: String| Value::Str(Str::new(text).of_kind(StrKind::Markup));
    match name {
        "e" | "escape" | "forceescape" => {
            args.bind::<0>(name, [], 0)?;
            match input {
                Value::Str(text) if text.is_markup() && name != "forceescape" => Ok(input.clone()),
                other => {
                    let text = repr::text(other)?;
                    interp.budget.charge_text(text.len().saturating_mul(2))?;
                    Ok(markup(repr::escape(&text)))
                }
            }
        }
        "striptags" => {
            args.bind::<0>(name, [], 0)?;
            Ok(Value::from(strip_tags(&repr::plain(input)?)))
        }
        "urlencode" => {
            args.bind::<0>(name, [], 0)?;
            url_encode(input).map(Value::from)
        }
        "urlize" => {
            let [limit, nofollow, target, rel, _] = args.bind(
                name,
                ["trim_url_limit", "nofollow", "target", "rel", "extra_schemes"],
                0,
            )?;
            let mut rels: Vec<String> = match rel {
                Some(rel) if rel.truthy() => {
                    repr::plain(&rel)?.split_whitespace().map(str::to_owned).collect()
                }
                _ => Vec::new(),
            };
            if nofollow.is_some_and(|it| it.truthy()) {
                rels.push("nofollow".to_owned());
            }
            rels.push("noopener".to_owned());
            rels.sort();
            rels.dedup();
            let mut attributes = format!(" rel=\"{}\"", rels.join(" "));
            if let Some(target) = target.filter(Value::truthy) {
                let _ = write!(attributes, " target=\"{}\"", repr::escape(&repr::plain(&target)?));
            }
            let limit = match limit {
                None | Some(Value::None) => None,
                other => Some(int_argument(other, 0)?.max(0) as usize),
            };
            Ok(Value::from(urlize(&repr::plain(input)?, limit, &attributes)))
        }
        _ => {
            let [space] = args.bind(name, ["autospace"], 0)?;
            let Value::Dict(dict) = input else {
                let name = input.type_name();
                return Err(Stop::type_error(format!("'{name}' object has no attribute 'items'")));
            };
            let mut out = String::new();
            for (key, value) in dict.borrow().iter() {
                if value.is_none() || value.is_undefined() {
                    continue;
                }
                let key = repr::plain(key)?;
                if key.contains(['/', '>', '=', ' ', '\t', '\n', '\r', '\u{b}', '\u{c}']) {
                    let key = repr::repr(&Value::from(key))?;
                    return Err(Stop::value_error(format!(
                        "Invalid character in attribute name: {key}"
                    )));
                }
                let text = repr::text(value)?;
                let text = if text.is_markup() { text.to_string() } else { repr::escape(&text) };
                let _ = write!(out, " {}=\"{text}\"", repr::escape(&key));
            }
            let spaced = space.is_none_or(|it| it.truthy());
            Ok(Value::from(if spaced { out.as_str() } else { out.trim_start_matches(' ') }))
        }
    }
}

fn strip_tags(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(start) = rest.find("<!--") {
        let Some(length) = rest[start..].find("-->") else { break };
        out.push_str(&rest[..start]);
        rest = &rest[start + length + 3..];
    }
    out.push_str(rest);
    let mut plain = String::new();
    let mut rest = out.as_str();
    while let Some(start) = rest.find('<') {
        let Some(length) = rest[start..].find('>') else { break };
        plain.push_str(&rest[..start]);
        rest = &rest[start + length + 1..];
    }
    plain.push_str(rest);
    let words: Vec<&str> =
        plain.split(syntax::jinja::is_space).filter(|it| !it.is_empty()).collect();
    unescape(&words.join(" "))
}

fn unescape(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#34;", "\"")
        .replace("&#39;", "'")
        .replace("&amp;", "&")
}

fn url_encode(value: &Value) -> Result<String, Stop> {
    let pairs = match value {
        Value::Str(text) => return Ok(quote(text, false)),
        Value::Dict(dict) => dict
            .borrow()
            .iter()
            .map(|(key, value)| Value::tuple(vec![key.clone(), value.clone()]))
            .collect(),
        other => match items_of(other) {
            Ok(pairs) => pairs,
            Err(_) => return Ok(quote(&repr::plain(other)?, false)),
        },
    };
    let mut parts = Vec::new();
    for pair in pairs {
        let items = items_of(&pair)?;
        let [key, value] = items.as_slice() else {
            return Err(Stop::value_error("not enough values to unpack (expected 2)"));
        };
        parts.push(format!(
            "{}={}",
            quote(&repr::plain(key)?, true),
            quote(&repr::plain(value)?, true)
        ));
    }
    Ok(parts.join("&"))
}

fn quote(text: &str, in_query: bool) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'.' | b'-' | b'~' => {
                out.push(char::from(byte));
            }
            b'/' if !in_query => out.push('/'),
            b' ' if in_query => out.push('+'),
            _ => {
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    out
}

fn urlize(text: &str, limit: Option<usize>, attributes: &str) -> String {
    let escaped = repr::escape(text);
    let mut out = String::with_capacity(escaped.len());
    let mut rest = escaped.as_str();
    while !rest.is_empty() {
        let gap = rest.len() - rest.trim_start_matches(syntax::jinja::is_space).len();
        out.push_str(&rest[..gap]);
        rest = &rest[gap..];
        let end = rest.find(syntax::jinja::is_space).unwrap_or(rest.len());
        link(&rest[..end], limit, attributes, &mut out);
        rest = &rest[end..];
    }
    out
}

fn link(word: &str, limit: Option<usize>, attributes: &str, out: &mut String) {
    let opening = ["(", "&lt;"];
    let closing = [")", ".", ",", "\n", "&gt;"];
    let (mut head, mut middle, mut tail) = (String::new(), word, String::new());
    while let Some(part) = opening.iter().find(|it| middle.starts_with(**it)) {
        head.push_str(part);
        middle = &middle[part.len()..];
    }
    while let Some(part) = closing.iter().find(|it| middle.ends_with(**it)) {
        tail.insert_str(0, part);
        middle = &middle[..middle.len() - part.len()];
    }
    let shown = match limit {
        Some(limit) if middle.chars().count() > limit => {
            let short: String = middle.chars().take(limit).collect();
            format!("{short}...")
        }
        _ => middle.to_owned(),
    };
    let domain = |it: &str| {
        let host = it.split(['/', '?', '#']).next().unwrap_or_default();
        host.contains('.') && !host.starts_with('.') && !host.ends_with('.')
    };
    let href =
        if let Some(rest) = middle.strip_prefix("https://").or(middle.strip_prefix("http://")) {
            domain(rest).then(|| middle.to_owned())
        } else if middle.starts_with("www.") {
            Some(format!("https://{middle}"))
        } else if let Some((user, host)) = middle.split_once('@') {
            let fits = !user.is_empty() && domain(host) && !host.contains(['@', '/', ':']);
            let link = format!("<a href=\"mailto:{middle}\">{middle}</a>");
            if fits {
                out.push_str(&format!("{head}{link}{tail}"));
                return;
            }
            None
        } else {
            let known = [".com", ".net", ".org", ".info", ".int", ".edu", ".gov", ".mil"];
            let host = middle.split(['/', ':']).next().unwrap_or_default();
            known
                .iter()
                .any(|it| host.len() > it.len() && host.ends_with(it))
                .then(|| format!("https://{middle}"))
        };
    match href {
        Some(href) => {
            let _ = write!(out, "{head}<a href=\"{href}\"{attributes}>{shown}</a>{tail}");
        }
        None => out.push_str(word),
    }
}

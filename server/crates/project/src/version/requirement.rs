use base::{TextRange, range};
use syntax::yaml::{Document, Node, Style, Value};

use super::number::parse_with_parts;
use super::range::VersionRange;

/// `require-dbt-version` as it is written.
#[derive(Debug, Clone, PartialEq)]
pub struct Requirement {
    /// The value with its quotes.
    pub range: TextRange,
    pub items: Vec<RequirementItem>,
    pub problems: Vec<RequirementProblem>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct RequirementItem {
    pub text: String,
    pub range: TextRange,
}

/// A form that dbt does not take.
#[derive(Debug, Clone, PartialEq)]
pub struct RequirementProblem {
    pub range: TextRange,
    pub message: String,
    /// Whether v2, which does not look at versions, refuses it too.
    pub in_v2: bool,
    pub fix: Option<RequirementFix>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct RequirementFix {
    pub title: String,
    pub range: TextRange,
    pub text: String,
    /// Whether the project says then what it says now.
    pub safe: bool,
}

/// Reads `require-dbt-version` as strictly as dbt Core does. What has Jinja in it is left alone.
#[must_use]
pub fn requirement(document: &Document, text: &str) -> Option<Requirement> {
    let value = document.get("require-dbt-version").filter(|it| !it.is_null())?;
    let mut read = Requirement { range: value.range, items: Vec::new(), problems: Vec::new() };
    match &value.value {
        Value::String(it) if it.contains("{{") || it.contains("{%") => {}
        Value::String(it) => {
            // dbt takes the last line end of a text away.
            let list = it.strip_suffix('\n').unwrap_or(it);
            let start = start_of(value, text, it);
            let mut offset = 0;
            for item in list.split(',') {
                let place =
                    start.map_or(value.range, |it| range(it + offset, it + offset + item.len()));
                read.item(item, place, Written { node: value, list: Some(list), text });
                offset += item.len() + 1;
            }
        }
        Value::Sequence(items) => {
            for item in items {
                match item.as_str() {
                    Some(it) if it.contains("{{") || it.contains("{%") => {}
                    Some(it) => {
                        let it = it.strip_suffix('\n').unwrap_or(it);
                        read.item(it, item.text_range(), Written { node: item, list: None, text });
                    }
                    None => read.no_text(item, item.scalar_text().is_some()),
                }
            }
        }
        Value::Mapping(it) if it.pairs().is_empty() => {}
        _ => read.no_text(value, value.scalar_text().is_some()),
    }
    read.never_satisfied();
    Some(read)
}

/// Where an item stands: in a text of several items, or on its own in a list.
#[derive(Clone, Copy)]
struct Written<'a> {
    node: &'a Node,
    list: Option<&'a str>,
    text: &'a str,
}

/// Where the text of a scalar begins in the file, where it stands there as it is read.
fn start_of(node: &Node, text: &str, value: &str) -> Option<usize> {
    let start = usize::from(node.text_range().start());
    text.get(start..)?.starts_with(value).then_some(start)
}

impl Requirement {
    /// What all of it allows; what cannot be read allows everything.
    #[must_use]
    pub fn allowed(&self) -> VersionRange {
        allowed(self.items.iter().map(|it| it.text.as_str()))
    }

    fn item(&mut self, item: &str, place: TextRange, written: Written<'_>) {
        self.items.push(RequirementItem { text: item.trim().to_owned(), range: place });
        if is_valid(item) {
            return;
        }
        let shown = if item.trim().is_empty() { "an empty item" } else { &format!("`{item}`") };
        let why = match mistake(item) {
            Some(why) => format!(": {why}"),
            None => String::new(),
        };
        self.problems.push(RequirementProblem {
            range: place,
            message: format!("dbt Core does not take {shown} for a version{why}"),
            in_v2: false,
            fix: fix(item, place, written),
        });
    }

    /// A number or the like in place of a text.
    fn no_text(&mut self, node: &Node, is_scalar: bool) {
        let number = node
            .scalar_text()
            .filter(|_| is_scalar && matches!(node.value, Value::Int(_) | Value::Float(_)));
        let text = number.and_then(minor_release);
        let fix = text.map(|text| RequirementFix {
            title: format!("Require `{text}`"),
            range: node.range,
            text: format!("\"{text}\""),
            safe: false,
        });
        // A list of the list's item would not hold a comma.
        let fix = fix.filter(|_| node.range == self.range);
        let what = match number {
            Some(number) => format!("`{number}` is a number"),
            None => "this is no text".to_owned(),
        };
        self.problems.push(RequirementProblem {
            range: node.range,
            message: format!(
                "{what}: `require-dbt-version` is a text such as `\">=1.10.0\"` or a list of texts"
            ),
            in_v2: true,
            fix,
        });
    }

    fn never_satisfied(&mut self) {
        if self.problems.is_empty() && self.allowed().is_empty() {
            self.problems.push(RequirementProblem {
                range: self.range,
                message: "no version of dbt can satisfy all of this".to_owned(),
                in_v2: false,
                fix: None,
            });
        }
    }
}

/// What all of these items allow; what cannot be read allows everything.
#[must_use]
pub fn allowed<'a>(items: impl IntoIterator<Item = &'a str>) -> VersionRange {
    let ranges = items.into_iter().filter_map(VersionRange::parse);
    ranges.fold(VersionRange::default(), |all, it| all.and(&it))
}

/// dbt Core's grammar: an operator or none, three numbers, no space anywhere.
fn is_valid(item: &str) -> bool {
    let item = item.strip_suffix('\n').unwrap_or(item);
    let operators = [">=", "<=", ">", "<", "="];
    let version = operators.iter().find_map(|it| item.strip_prefix(it)).unwrap_or(item);
    let Some(rest) = number(version).and_then(|it| it.strip_prefix('.')) else { return false };
    let Some(rest) = number(rest).and_then(|it| it.strip_prefix('.')) else { return false };
    let Some(rest) = number(rest) else { return false };
    let (prerelease, build) = rest.split_once('+').map_or((rest, None), |(a, b)| (a, Some(b)));
    let is_word = |it: &str| it.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'-');
    let is_identifier = |it: &str| {
        let is_number = it.bytes().all(|it| it.is_ascii_digit());
        !it.is_empty() && is_word(it) && (!is_number || it == "0" || !it.starts_with('0'))
    };
    let is_prerelease = |it: &str| it.split('.').all(is_identifier);
    let dashed = prerelease.strip_prefix('-').unwrap_or(prerelease);
    (prerelease.is_empty() || is_prerelease(dashed) || is_prerelease(prerelease))
        && build.is_none_or(|it| it.split('.').all(is_word))
}

/// What follows a number without leading zeros.
fn number(text: &str) -> Option<&str> {
    if let Some(rest) = text.strip_prefix('0') {
        return Some(rest);
    }
    let rest = text.trim_start_matches(|it: char| it.is_ascii_digit());
    (rest.len() < text.len()).then_some(rest)
}

fn mistake(item: &str) -> Option<&'static str> {
    let plain = item.trim();
    let end = plain.find(|it: char| !"=<>!~^".contains(it)).unwrap_or(plain.len());
    let (operator, version) = plain.split_at(end);
    let (_, parts) = parse_with_parts(version)?;
    Some(match operator {
        "" | "=" | ">" | ">=" | "<" | "<=" if version.starts_with(' ') || plain != item => {
            "spaces belong nowhere in it"
        }
        "" | "=" | ">" | ">=" | "<" | "<=" if parts < 3 => {
            "it needs all three numbers, such as `1.10.0`"
        }
        "" | "=" | ">" | ">=" | "<" | "<=" if version.contains(',') => {
            "in a list, each bound is an item of its own"
        }
        "" | "=" | ">" | ">=" | "<" | "<=" => return None,
        _ => "the operators are `=`, `>`, `>=`, `<` and `<=`",
    })
}

fn fix(item: &str, place: TextRange, written: Written<'_>) -> Option<RequirementFix> {
    let node = written.node;
    let (text, safe) = match written.list {
        // A comma too many.
        Some(list) if item.trim().is_empty() => {
            let kept: Vec<&str> =
                list.split(',').map(str::trim).filter(|it| !it.is_empty()).collect();
            if kept.is_empty() {
                return None;
            }
            return Some(whole(node, &kept.join(","), true));
        }
        // In a list, several bounds in one item.
        None if item.contains(',') => {
            let bounds: Vec<&str> = item.split(',').map(str::trim).collect();
            let flow = written.text.get(..usize::from(node.range.start()))?;
            let in_flow = flow.trim_end().ends_with(['[', ',']);
            if !in_flow || !bounds.iter().all(|it| is_valid(it)) {
                return None;
            }
            let quoted: Vec<String> = bounds.iter().map(|it| format!("\"{it}\"")).collect();
            return Some(RequirementFix {
                title: "Make two items of it".to_owned(),
                range: node.range,
                text: quoted.join(", "),
                safe: true,
            });
        }
        _ => understood(item)?,
    };
    // In a list, two bounds are two items.
    if written.list.is_none() && text.contains(',') {
        return None;
    }
    if node.style == Style::Plain || place == node.range {
        let all = match written.list {
            Some(list) => {
                let items = list.split(',');
                let items = items.map(|it| if it == item { text.as_str() } else { it });
                items.collect::<Vec<_>>().join(",")
            }
            None => text,
        };
        return Some(whole(node, &all, safe));
    }
    Some(RequirementFix { title: format!("Write `{text}`"), range: place, text, safe })
}

fn whole(node: &Node, text: &str, safe: bool) -> RequirementFix {
    RequirementFix {
        title: format!("Write `{text}`"),
        range: node.range,
        text: format!("\"{text}\""),
        safe,
    }
}

/// The same in dbt's grammar, and whether there is no doubt that it is the same.
fn understood(item: &str) -> Option<(String, bool)> {
    let plain = item.trim();
    let end = plain.find(|it: char| !"=<>!~^".contains(it)).unwrap_or(plain.len());
    let (operator, version) = plain.split_at(end);
    let version = version.trim();
    let numbers = version.strip_suffix(".*").unwrap_or(version);
    let (read, parts) = parse_with_parts(numbers)?;
    let strict = version.trim_start_matches(['v', 'V']);
    // Numbers that are written out are kept as they are written.
    let full = if parts >= 3 { strict.to_owned() } else { read.to_string() };
    let (text, safe) = match operator {
        ">=" | "<" => (format!("{operator}{full}"), true),
        ">" | "<=" => (format!("{operator}{full}"), parts >= 3),
        "" | "=" | "==" if parts >= 3 => (format!("={full}"), true),
        "" | "=" | "==" if version.ends_with(".*") || parts == 2 => {
            (VersionRange::of_minor(read.major, read.minor).to_string(), version.ends_with(".*"))
        }
        "~=" if parts >= 2 => (VersionRange::parse(plain)?.to_string(), true),
        "^" | "~" => (VersionRange::parse(plain)?.to_string(), true),
        _ => return None,
    };
    text.split(',').all(is_valid).then_some((text, safe))
}

/// `1.10` without quotes: any release of it.
fn minor_release(number: &str) -> Option<String> {
    let (read, parts) = parse_with_parts(number)?;
    (parts == 2).then(|| VersionRange::of_minor(read.major, read.minor).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(value: &str) -> Requirement {
        let text = format!("name: shop\nrequire-dbt-version: {value}\n");
        requirement(&syntax::yaml::parse(&text), &text).unwrap()
    }

    /// Each as dbt Core 1.11 answers it; `v2` where v2 refuses it too.
    #[test]
    fn the_forms_that_dbt_core_takes() {
        for value in [
            "\">=1.0.0\"",
            "\">=1.0.0,<2.0.0\"",
            "\"1.11.16\"",
            "\"=1.11.16\"",
            "\">=1.0.0-rc1\"",
            "\">=1.0.0rc1\"",
            "\"<=1.11.16+abc\"",
            "[\">=1.0.0\", \"<2.0.0\"]",
            "[]",
            "\"{{ env_var('X') }}\"",
            "|\n  >=1.0.0\n",
            "1.11.16",
            "<2.0.0",
            "{}",
        ] {
            assert_eq!(read(value).problems, [], "{value}");
        }
        for value in [
            "\" >=1.0.0\"",
            "\">=1.0.0 \"",
            "\">= 1.0.0\"",
            "\">=1.0.0, <2.0.0\"",
            "\">=1.0.0,\"",
            "\"<2\"",
            "\"==1.8.0\"",
            "\"~=1.8\"",
            "\">1.8\"",
            "\"\"",
            "bogus",
            "\"v1.11.16\"",
            "\">=01.0.0\"",
            "\"!=1.0.0\"",
            "\"*\"",
            "\"1.x.x\"",
            "\">=1.0.0||<2.0.0\"",
            "[\">=1.0.0,<2.0.0\"]",
            "[\"1.11.16\", \"1.11.15\"]",
            "[\">2.0.0\", \"<1.0.0\"]",
        ] {
            let problems = read(value).problems;
            assert_eq!(problems.len(), 1, "{value}: {problems:?}");
            assert!(!problems[0].in_v2, "{value}");
        }
        for value in ["1.10", "1", "true", "[1.10]", "[null]", "[[\"<2.0.0\"]]", "{a: 1}"] {
            let problems = read(value).problems;
            assert_eq!(problems.len(), 1, "{value}: {problems:?}");
            assert!(problems[0].in_v2, "{value}");
        }
    }

    #[test]
    fn ranges_are_those_of_the_items() {
        let text = "require-dbt-version: \">=1.0.0, <2\"\n";
        let read = requirement(&syntax::yaml::parse(text), text).unwrap();
        let shown: Vec<&str> = read.items.iter().map(|it| &text[it.range]).collect();
        assert_eq!(shown, [">=1.0.0", " <2"]);
        assert_eq!(read.allowed().to_string(), ">=1.0.0,<2.0.0");
    }
}

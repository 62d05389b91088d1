use std::collections::BTreeMap;

use base::range;

use super::{PinnedPackage, TextPin};
use crate::version::VersionRange;

/// Longer lines were written by a machine, and not to be read.
const LINE_LIMIT: usize = 4_096;
/// A pin is never longer; what is ends here.
const LENGTH_LIMIT: usize = 200;
const INCLUDES_LIMIT: usize = 16;

/// The lines that are no comment, with their offsets; a comment behind text is left away.
pub(super) fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut offset = 0;
    text.split_inclusive('\n').filter_map(move |line| {
        let start = offset;
        offset += line.len();
        let is_short = line.len() <= LINE_LIMIT;
        let line = line.split(" #").next().unwrap_or(line).trim_end();
        (is_short && !line.trim_start().starts_with(['#', ';'])).then_some((start, line))
    })
}

/// Requirements as they stand in files for installers: `dbt-core~=1.8`, `"dbt-core>=1.8,<2"`,
/// `dbt-core = "^1.8"`, `- dbt-core=1.8.2`.
pub(super) fn pins(text: &str) -> Vec<TextPin> {
    let none = BTreeMap::new();
    let mut found = Vec::new();
    for (start, line) in lines(text) {
        for mention in mentions(line) {
            if let Some(pin) = pinned(line, &mention, &none) {
                found.push(pin.at(start));
            } else if is_bare(line, &mention) {
                found.push(bare(line, &mention).at(start));
            }
        }
    }
    found
}

/// `-r file`, `--requirement file`, `-c file`, in commands and in requirements.
pub(super) fn includes(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (_, line) in lines(text) {
        let mut words = line.split_whitespace();
        while let Some(word) = words.next() {
            if matches!(word, "-r" | "--requirement" | "-c" | "--constraint")
                && let Some(file) = words.next()
                && found.len() < INCLUDES_LIMIT
            {
                let file = file.trim_matches(['"', '\'', ',', ';', ')']);
                if matches!(file.rsplit_once('.'), Some((_, "txt" | "in"))) {
                    found.push(file.to_owned());
                }
            }
        }
    }
    found
}

/// A word that is the name of a package of dbt.
pub(super) struct Mention {
    pub package: PinnedPackage,
    pub start: usize,
    pub end: usize,
    /// The last part of a longer name.
    pub in_path: bool,
    /// An image of dbt's own: `ghcr.io/dbt-labs/dbt-core`.
    is_image: bool,
}

pub(super) fn mentions(line: &str) -> Vec<Mention> {
    let bytes = line.as_bytes();
    let is_of_name = |it: &u8| it.is_ascii_alphanumeric() || matches!(it, b'-' | b'_' | b'.');
    let mut found = Vec::new();
    let mut next = 0;
    while let Some(start) = line.get(next..).and_then(|it| find(it, "dbt")).map(|it| it + next) {
        let length = bytes[start..].iter().take_while(|it| is_of_name(it)).count();
        let end = start + length;
        next = end.max(start + 3);
        let before = start.checked_sub(1).and_then(|it| bytes.get(it));
        let opens = before.is_none_or(|it| !is_of_name(it) && !matches!(it, b'$' | b'{' | b'@'));
        if opens && let Some(package) = line.get(start..end).and_then(PinnedPackage::of) {
            let is_image = line.get(..start).is_some_and(|it| it.ends_with("dbt-labs/"));
            let in_path = before == Some(&b'/');
            found.push(Mention { package, start, end, in_path, is_image });
        }
    }
    found
}

/// The first `dbt`, in capitals or not.
fn find(text: &str, word: &str) -> Option<usize> {
    text.as_bytes().windows(word.len()).position(|it| it.eq_ignore_ascii_case(word.as_bytes()))
}

impl TextPin {
    /// The same for a line that begins at an offset.
    pub(super) fn at(mut self, start: usize) -> Self {
        let (from, to) = (usize::from(self.range.start()), usize::from(self.range.end()));
        self.range = range(start + from, start + to);
        self
    }
}

/// A name with versions behind it; ranges are those of the line.
pub(super) fn pinned(
    line: &str,
    mention: &Mention,
    variables: &BTreeMap<&str, &str>,
) -> Option<TextPin> {
    let (spec_start, spec_end) = specification(line, mention)?;
    let spec = line.get(spec_start..spec_end)?;
    let name = line.get(mention.start..mention.end)?;
    let text = match line.get(mention.start..spec_end)? {
        // A table's key and value.
        it if it.contains(['"', '\'']) => format!("{name} {spec}"),
        it => it.to_owned(),
    };
    let spec = spec.strip_prefix(['@', ':']).unwrap_or(spec);
    let allowed = if spec.contains(['$', '{']) {
        substituted(spec, variables).and_then(|it| VersionRange::parse(&it))
    } else {
        VersionRange::parse(spec)
    };
    // `dbt-core=1.8` of conda means any 1.8.
    let is_conda =
        spec.starts_with('=') && !spec.starts_with("==") && spec.matches('.').count() == 1;
    let allowed = match spec.get(1..) {
        Some(version) if is_conda => VersionRange::parse(&format!("=={version}.*")),
        _ => allowed,
    };
    let (range, package) = (range(mention.start, spec_end), mention.package.clone());
    Some(TextPin { range, package, text, allowed })
}

/// Where the versions stand behind a name.
fn specification(line: &str, mention: &Mention) -> Option<(usize, usize)> {
    let rest = line.get(mention.end..)?;
    let mut at = mention.end;
    if mention.in_path {
        // A tag of an image.
        let tag = rest.strip_prefix(':').filter(|_| mention.is_image)?;
        let length = version_length(tag);
        return (length > 0).then_some((at, at + 1 + length));
    }
    if rest.starts_with('[') {
        at += rest.find(']').filter(|it| *it < LENGTH_LIMIT)? + 1;
    }
    at += spaces(line, at);
    // The key closes its quotes in some files: `"dbt-core" = "^1.8"`.
    if let Some(rest) = line.get(at..)?.strip_prefix('"')
        && rest.trim_start().starts_with('=')
    {
        at += 1 + spaces(line, at + 1);
    }
    let rest = line.get(at..)?;
    if let Some(value) = rest.strip_prefix('=').filter(|it| !it.starts_with('=')) {
        let value_at = at + 1 + spaces(line, at + 1);
        let quoted = line.get(value_at..)?;
        let table = quoted.strip_prefix('{').and_then(|it| it.find("version"));
        let quoted_at = match table {
            Some(key) => {
                let after = value_at + 1 + key + "version".len();
                after + line.get(after..)?.find(['"', '\''])?
            }
            None => value_at,
        };
        let inner = line.get(quoted_at..)?.strip_prefix(['"', '\'']);
        if let Some(inner) = inner {
            let end = inner.find(['"', '\'']).filter(|it| *it < LENGTH_LIMIT)?;
            return Some((quoted_at + 1, quoted_at + 1 + end));
        }
        if quoted.starts_with('{') {
            return None;
        }
        let length = version_length(value.trim_start());
        return (length > 0).then(|| (at, value_at + length));
    }
    let start = at;
    let mut end = None;
    // Operator and version in a variable.
    if line.get(at..)?.starts_with('$') {
        return Some((at, at + version_length(line.get(at..)?)));
    }
    // `>=1.8, <2`
    loop {
        let rest = line.get(at..)?;
        let operator = rest.bytes().take_while(|it| b"=<>!~^@".contains(it)).count();
        if operator == 0 || operator > 3 {
            break;
        }
        at += operator;
        at += spaces(line, at);
        let length = version_length(line.get(at..)?);
        if length == 0 || at + length - start > LENGTH_LIMIT {
            break;
        }
        at += length;
        end = Some(at);
        let comma = spaces(line, at);
        match line.get(at + comma..)?.strip_prefix(',') {
            Some(_) => at += comma + 1 + spaces(line, at + comma + 1),
            None => break,
        }
    }
    end.map(|it| (start, it))
}

fn spaces(line: &str, at: usize) -> usize {
    line.as_bytes().get(at..).unwrap_or_default().iter().take_while(|it| **it == b' ').count()
}

/// How long a version is, or a variable in its place; none where neither stands.
fn version_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let starts = |it: &u8| it.is_ascii_digit() || matches!(it, b'$' | b'v' | b'*');
    if !bytes.first().is_some_and(starts) {
        return 0;
    }
    // `$(VERSION)`, `${{ env.VERSION }}`
    let mut depth = 0;
    let is_part = |it: &&u8| match **it {
        b'{' | b'(' => {
            depth += 1;
            true
        }
        b'}' | b')' => {
            depth -= 1;
            depth >= 0
        }
        b' ' => depth > 0,
        it => it.is_ascii_alphanumeric() || b".*+-_$".contains(&it),
    };
    bytes.iter().take(LENGTH_LIMIT).take_while(is_part).count()
}

/// With the values of variables that the same file sets.
fn substituted(spec: &str, variables: &BTreeMap<&str, &str>) -> Option<String> {
    let start = spec.find('$')?;
    let (before, rest) = spec.split_at(start);
    let name = rest.trim_start_matches(['$', '{', '(', ' ']);
    let end = name.find(|it: char| !it.is_ascii_alphanumeric() && it != '_').unwrap_or(name.len());
    let (name, after) = name.split_at(end);
    // `${{ env.DBT_VERSION }}`
    let (name, after) = match after.strip_prefix('.') {
        Some(rest) => {
            let end = rest.find(|it: char| !it.is_ascii_alphanumeric() && it != '_');
            rest.split_at(end.unwrap_or(rest.len()))
        }
        None => (name, after),
    };
    let after = after.trim_start_matches([' ', '}', ')']);
    let value = variables.get(name)?;
    (!after.contains('$')).then(|| format!("{before}{value}{after}"))
}

/// A name alone: any version.
pub(super) fn bare(line: &str, mention: &Mention) -> TextPin {
    TextPin {
        range: range(mention.start, mention.end),
        package: mention.package.clone(),
        text: line.get(mention.start..mention.end).unwrap_or_default().to_owned(),
        allowed: Some(VersionRange::default()),
    }
}

/// Whether a line of requirements is only a name: `dbt-core`, `"dbt-core",`, `- dbt-core`.
fn is_bare(line: &str, mention: &Mention) -> bool {
    let before = line.get(..mention.start).unwrap_or_default().trim_start();
    let after = line.get(mention.end..).unwrap_or_default();
    let after = after.split(']').next_back().unwrap_or_default();
    let opens = before.is_empty()
        || before == "- "
        || before.ends_with("[\"")
        || before == "\""
        || before == "'"
        || before.ends_with(", \"");
    let closes = matches!(after.trim_end_matches(',').trim(), "" | "\"" | "'")
        || after.starts_with("\",")
        || after.starts_with(';')
        || after.starts_with(" ;");
    opens && closes
}

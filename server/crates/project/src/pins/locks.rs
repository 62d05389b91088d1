use base::range;

use super::{PinnedPackage, TextPin};
use crate::version::VersionRange;

/// `[[package]]`, `name = "dbt-core"`, `version = "1.8.2"`: the locks of Poetry, uv and PDM.
pub(super) fn toml(text: &str) -> Vec<TextPin> {
    let mut found = Vec::new();
    let mut package = None;
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        if line.starts_with('[') {
            package = None;
        } else if let Some(name) = value(line, "name") {
            package = PinnedPackage::of(name.1).map(|it| (it, name.1.to_owned()));
        } else if let Some((start, version)) = value(line, "version")
            && let Some((package, name)) = package.take()
        {
            found.push(locked(package, &name, version, offset + start));
        }
        offset += line.len();
    }
    found
}

/// `"dbt-core": { … "version": "==1.8.2" }`
pub(super) fn pipfile(text: &str) -> Vec<TextPin> {
    let mut found = Vec::new();
    let mut package = None;
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        let start = line.len() - line.trim_start().len();
        let (key, rest) = line.trim().split_once(':').unwrap_or_default();
        let key = key.trim_matches('"');
        if rest.trim_start().starts_with('{') {
            package = PinnedPackage::of(key).map(|it| (it, key.to_owned()));
        } else if key == "version"
            && let Some((package, name)) = package.take()
        {
            let written = rest.trim().trim_end_matches(',').trim_matches('"');
            let version = written.trim_start_matches('=');
            let at = line.find(version).unwrap_or(start);
            found.push(locked(package, &name, version, offset + at));
        }
        offset += line.len();
    }
    found
}

fn locked(package: PinnedPackage, name: &str, version: &str, start: usize) -> TextPin {
    TextPin {
        range: range(start, start + version.len()),
        package,
        text: format!("{name}=={version}"),
        allowed: VersionRange::parse(&format!("=={version}")),
    }
}

/// The text of `key = "text"`, and where it begins in the line.
fn value<'a>(line: &'a str, key: &str) -> Option<(usize, &'a str)> {
    let rest = line.strip_prefix(key)?.trim_start().strip_prefix('=')?;
    let quoted = rest.trim().strip_prefix('"')?.strip_suffix('"')?;
    Some((line.find('"')? + 1, quoted))
}

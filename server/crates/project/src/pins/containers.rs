use base::range;

use super::{PinnedPackage, TextPin, commands};
use crate::defined::without_comments;
use crate::version::VersionRange;

/// `devcontainer.json`: its commands and images, and features that install dbt.
pub(super) fn pins(text: &str) -> Vec<TextPin> {
    let plain = without_comments(text);
    let mut found = commands::pins(&plain);
    found.extend(features(&plain));
    found
}

/// `"ghcr.io/someone/features/dbt:1": { "version": "1.8.2" }`
fn features(text: &str) -> Vec<TextPin> {
    let mut found = Vec::new();
    let mut offset = 0;
    let mut feature = None;
    for line in text.split_inclusive('\n') {
        let mut at = 0;
        if let Some((name, end)) = feature_name(line) {
            feature = Some(name);
            at = end;
        }
        if let Some(name) = &feature
            && let Some((start, version)) = version(line.get(at..).unwrap_or_default())
        {
            let start = offset + at + start;
            let is_moving = version == "latest";
            let allowed = if is_moving {
                Some(VersionRange::default())
            } else {
                VersionRange::parse(version)
            };
            found.push(TextPin {
                range: range(start, start + version.len()),
                package: name.clone(),
                text: format!("version {version} of the feature"),
                allowed,
            });
            feature = None;
        }
        if line.get(at..).is_some_and(|it| it.contains('}')) {
            feature = None;
        }
        offset += line.len();
    }
    found
}

/// The package that a feature installs, and where its name ends in the line.
fn feature_name(line: &str) -> Option<(PinnedPackage, usize)> {
    let start = line.find("/dbt")? + 1;
    let rest = line.get(start..)?;
    let end = rest.find(|it: char| !it.is_ascii_alphanumeric() && it != '-')?;
    let key_end = rest.find('"')?;
    // A key, with an object behind it.
    let is_key = rest.get(key_end + 1..)?.trim_start().starts_with(':');
    let package = match PinnedPackage::of(rest.get(..end)?)? {
        PinnedPackage::Dbt => PinnedPackage::Core,
        package => package,
    };
    is_key.then_some((package, start + key_end + 1))
}

fn version(line: &str) -> Option<(usize, &str)> {
    let key = line.find("\"version\"")? + "\"version\"".len();
    let quoted = key + line.get(key..)?.find('"')? + 1;
    let end = line.get(quoted..)?.find('"')?;
    Some((quoted, line.get(quoted..quoted + end)?))
}

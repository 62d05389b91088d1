use base::EngineKind;

use crate::Json;

/// What `dbt --version` says of an engine: which one it is, and its version. Nothing where no dbt
/// speaks so.
#[must_use]
pub fn classify_version_output(output: &str) -> Option<(EngineKind, String)> {
    let output = without_colours(output);
    let output = output.trim();
    if let Some((_, after)) = output.split_once("Core:") {
        let installed = after.lines().find_map(|it| it.trim().strip_prefix("- installed:"));
        return installed.and_then(version).map(|it| (EngineKind::Core, it));
    }
    for name in ["dbt Cloud CLI", "Cloud CLI"] {
        if let Some(rest) = output.strip_prefix(name) {
            let version = version(rest.trim_start_matches([' ', '-', ':']));
            return version.map(|it| (EngineKind::PlatformCli, it));
        }
    }
    if output.starts_with('{') {
        return of_json(&serde_json::from_str(output).ok()?);
    }
    let first = output.lines().next()?;
    let (name, rest) = first.split_once(' ')?;
    let version = version(rest).filter(|_| name.starts_with("dbt"))?;
    let kind = if name == "dbt-core" { EngineKind::OpenSource } else { EngineKind::Fusion };
    Some((kind, version))
}

/// `dbt --format json --version` and `dbt internal get-distribution-info` of newer builds.
fn of_json(data: &Json) -> Option<(EngineKind, String)> {
    let text = |key: &str| data.get(key).and_then(Json::as_str);
    let found = match (text("fusion"), text("core"), text("distribution")) {
        (Some(it), ..) => (EngineKind::Fusion, it),
        (_, Some(it), _) => (core(it), it),
        (.., Some("cloud-cli")) => (EngineKind::PlatformCli, text("version")?),
        (.., Some("dbt-core")) => (core(text("version")?), text("version")?),
        (.., Some("dbt")) => (EngineKind::Fusion, text("version")?),
        _ => return None,
    };
    Some((found.0, version(found.1)?))
}

fn core(version: &str) -> EngineKind {
    let major = version.split('.').next().and_then(|it| it.parse::<u32>().ok());
    if major.is_some_and(|it| it >= 2) { EngineKind::OpenSource } else { EngineKind::Core }
}

/// The first word, where it begins with a digit.
fn version(text: &str) -> Option<String> {
    let word = text.split_whitespace().next()?.trim_end_matches([',', ';']);
    word.starts_with(|it: char| it.is_ascii_digit()).then(|| word.to_owned())
}

/// Without the terminal's colours: `ESC [ … m`.
fn without_colours(text: &str) -> String {
    let mut parts = text.split("\u{1b}[");
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let letter = part.find(|it: char| it.is_ascii_alphabetic());
        plain.push_str(letter.map_or("", |it| &part[it + 1..]));
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first five are what the engines print that can be installed with pip, the others what
    /// was recorded or is documented.
    #[test]
    fn engines_are_told_by_what_they_print() {
        use EngineKind::{Core, Fusion, OpenSource, PlatformCli};
        let core_1_11 = "Core:\n  - installed: 1.11.16\n  - latest:    1.12.6  - Update available!\n\n  Your version of dbt-core is out of date!\n  You can find instructions for upgrading here:\n  https://docs.getdbt.com/docs/installation\n\nPlugins:\n  - duckdb: 1.11.1 - Up to date!\n\n\n";
        let core_1_12 = "Core:\n  - installed: 1.12.6\n  - latest:    1.12.6 - Up to date!\n\nPlugins:\n  - duckdb: 1.11.1 - Up to date!\n\n\n";
        let offline = "Core:\n  - installed: 1.9.4\n  The latest version of dbt-core could not be determined!\n  Make sure that the following URL is accessible:\n  https://pypi.org/pypi/dbt-core/json\n\nPlugins:\n  - postgres: 1.9.0 - Could not determine latest version\n";
        let coloured = "Core:\r\n  - installed: 1.8.2 \r\n  - latest:    1.8.2 - \u{1b}[32mUp to date!\u{1b}[0m\r\n";
        let distribution = r#"{"path": "/usr/local/bin/dbt", "channel": "standalone", "distribution": "dbt", "generation": "v2", "version": "2.0.9", "is_prerelease": false, "upgrade_cmd": "dbt system update"}"#;
        for (output, expected) in [
            (core_1_11, Some((Core, "1.11.16"))),
            (core_1_12, Some((Core, "1.12.6"))),
            ("dbt-fusion 2.0.0-preview.190\n", Some((Fusion, "2.0.0-preview.190"))),
            ("dbt-core 2.0.0-alpha.4\n", Some((OpenSource, "2.0.0-alpha.4"))),
            ("dbt-core 2.0.0-alpha.1\r\n", Some((OpenSource, "2.0.0-alpha.1"))),
            (offline, Some((Core, "1.9.4"))),
            (coloured, Some((Core, "1.8.2"))),
            ("dbt 2.0.9\n", Some((Fusion, "2.0.9"))),
            ("\u{1b}[1mdbt-fusion\u{1b}[0m 2.0.0-beta.34\n", Some((Fusion, "2.0.0-beta.34"))),
            (
                "dbt Cloud CLI - 0.40.18 (1d5fa2ac8d4a 2026-01-12T11:42:50Z)\n",
                Some((PlatformCli, "0.40.18")),
            ),
            ("Cloud CLI - 0.35.2 (abc 2023-11-01)\n", Some((PlatformCli, "0.35.2"))),
            ("{\"fusion\":\"2.0.9\"}\n", Some((Fusion, "2.0.9"))),
            ("{\"core\":\"2.0.1\"}", Some((OpenSource, "2.0.1"))),
            ("{\"core\":\"1.12.6\"}", Some((Core, "1.12.6"))),
            (distribution, Some((Fusion, "2.0.9"))),
            (
                r#"{"distribution": "cloud-cli", "generation": "not-applicable", "version": "0.40.18"}"#,
                Some((PlatformCli, "0.40.18")),
            ),
            // Other programs of that name, shims, nothing at all.
            ("", None),
            ("pyenv: dbt: command not found\n", None),
            ("Python 3.11.7\n", None),
            ("dbt version unknown\n", None),
            ("Core:\n  - latest: 1.8.2\n", None),
            ("{\"fusion\":", None),
            ("{}", None),
            ("\u{1b}[", None),
        ] {
            let found = classify_version_output(output);
            let found = found.as_ref().map(|(kind, version)| (*kind, version.as_str()));
            assert_eq!(found, expected, "{output:?}");
        }
    }
}

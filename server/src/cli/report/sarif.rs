use std::collections::BTreeMap;
use std::io::{self, Write};

use rules::Severity;
use serde::Serialize;

use super::{Finding, fingerprint::fingerprints};

#[derive(Serialize)]
struct Log<'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'a> {
    tool: Tool<'a>,
    /// Columns of SARIF count UTF-16 units unless it is said otherwise.
    column_kind: &'static str,
    results: Vec<Result<'a>>,
}

#[derive(Serialize)]
struct Tool<'a> {
    driver: Driver<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver<'a> {
    name: &'static str,
    version: &'static str,
    rules: Vec<Rule<'a>>,
}

#[derive(Serialize)]
struct Rule<'a> {
    id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    properties: Option<RuleProperties<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RuleProperties<'a> {
    dbt_event: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Result<'a> {
    rule_id: &'a str,
    rule_index: usize,
    level: &'static str,
    message: Message<'a>,
    locations: [Location; 1],
    partial_fingerprints: PartialFingerprints,
    properties: Properties<'a>,
}

#[derive(Serialize)]
struct PartialFingerprints {
    #[serde(rename = "tandemFinding/v1")]
    finding: String,
}

#[derive(Serialize)]
struct Message<'a> {
    text: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    physical_location: PhysicalLocation,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: ArtifactLocation,
    region: Region,
}

#[derive(Serialize)]
struct ArtifactLocation {
    uri: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: u32,
    start_column: u32,
    end_line: u32,
    end_column: u32,
}

#[derive(Serialize)]
struct Properties<'a> {
    project: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    consequence: Option<&'a str>,
}

pub fn write(out: &mut impl Write, findings: &[Finding]) -> io::Result<()> {
    let events: BTreeMap<&str, Option<&str>> =
        findings.iter().map(|it| (it.code, it.event)).collect();
    let codes: Vec<&str> = events.keys().copied().collect();
    let rules = events.iter().map(|(id, event)| Rule {
        id,
        properties: event.map(|dbt_event| RuleProperties { dbt_event }),
    });
    let driver =
        Driver { name: "tandem", version: env!("CARGO_PKG_VERSION"), rules: rules.collect() };
    let results = findings.iter().zip(fingerprints(findings));
    let results = results.map(|(it, print)| result(it, &codes, print)).collect();
    let run = Run { tool: Tool { driver }, column_kind: "unicodeCodePoints", results };
    let log = Log {
        schema: "https://json.schemastore.org/sarif-2.1.0.json",
        version: "2.1.0",
        runs: [run],
    };
    serde_json::to_writer_pretty(&mut *out, &log)?;
    writeln!(out)
}

fn result<'a>(finding: &'a Finding, codes: &[&str], print: String) -> Result<'a> {
    Result {
        rule_id: finding.code,
        rule_index: codes.binary_search(&finding.code).unwrap_or_default(),
        level: match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info | Severity::Hint => "note",
        },
        message: Message { text: &finding.message },
        locations: [Location {
            physical_location: PhysicalLocation {
                artifact_location: ArtifactLocation { uri: uri(&finding.file_from_here) },
                region: Region {
                    start_line: finding.start.0,
                    start_column: finding.start.1,
                    end_line: finding.end.0,
                    end_column: finding.end.1,
                },
            },
        }],
        partial_fingerprints: PartialFingerprints { finding: print },
        properties: Properties {
            project: &finding.project,
            fix: finding.fix.as_ref().map(|it| it.title.as_str()),
            consequence: finding.fix.as_ref().and_then(|it| it.consequence.as_deref()),
        },
    }
}

/// A path as a relative reference, or as an address where it is absolute.
fn uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    if path.starts_with('/') {
        uri.push_str("file://");
    }
    for byte in path.bytes() {
        let plain =
            byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'-' | b'_' | b'.' | b'~');
        if plain {
            uri.push(char::from(byte));
        } else {
            uri.push_str(&format!("%{byte:02X}"));
        }
    }
    uri
}

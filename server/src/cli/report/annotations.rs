//! Findings as CI services show them beside the lines of a change.

use std::io::{self, Write};

use rules::Severity;
use serde::Serialize;

use super::{Finding, fingerprint::fingerprints};

/// Workflow commands of GitHub Actions.
pub fn github(out: &mut impl Write, findings: &[Finding]) -> io::Result<()> {
    let data = |it: &str| it.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    let property = |it: &str| data(it).replace(':', "%3A").replace(',', "%2C");
    for it in findings {
        let level = match it.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info | Severity::Hint => "notice",
        };
        writeln!(
            out,
            "::{level} file={},line={},col={},endLine={},endColumn={},title={}::{}",
            property(&it.file_from_here),
            it.start.0,
            it.start.1,
            it.end.0,
            it.end.1,
            property(it.code),
            data(&it.message)
        )?;
    }
    Ok(())
}

/// Logging commands of Azure Pipelines, which know errors and warnings.
pub fn azure(out: &mut impl Write, findings: &[Finding]) -> io::Result<()> {
    let data = |it: &str| it.replace('%', "%AZP25").replace('\r', "%0D").replace('\n', "%0A");
    let property = |it: &str| data(it).replace(';', "%3B").replace(']', "%5D");
    for it in findings.iter().filter(|it| it.severity >= Severity::Warning) {
        writeln!(
            out,
            "##vso[task.logissue type={};sourcepath={};linenumber={};columnnumber={};code={}]{}",
            it.severity.name(),
            property(&it.file_from_here),
            it.start.0,
            it.start.1,
            property(it.code),
            data(&it.message)
        )?;
    }
    Ok(())
}

#[derive(Serialize)]
struct Issue<'a> {
    description: &'a str,
    check_name: &'a str,
    fingerprint: String,
    severity: &'static str,
    location: Location<'a>,
}

#[derive(Serialize)]
struct Location<'a> {
    path: &'a str,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
    end: u32,
}

/// A code quality report of GitLab.
pub fn gitlab(out: &mut impl Write, findings: &[Finding]) -> io::Result<()> {
    let issues = findings.iter().zip(fingerprints(findings)).map(|(it, fingerprint)| Issue {
        description: &it.message,
        check_name: it.code,
        fingerprint,
        severity: match it.severity {
            Severity::Error => "major",
            Severity::Warning => "minor",
            Severity::Info | Severity::Hint => "info",
        },
        location: Location {
            path: &it.file_from_here,
            lines: Lines { begin: it.start.0, end: it.end.0 },
        },
    });
    serde_json::to_writer_pretty(&mut *out, &issues.collect::<Vec<_>>())?;
    writeln!(out)
}

use std::io::{self, Write};

use rules::Severity;

use super::Finding;

/// One suite per project, one failure per finding; hints and infos are told and fail nothing.
pub fn write(out: &mut impl Write, findings: &[Finding]) -> io::Result<()> {
    let failures = |all: &[Finding]| all.iter().filter(|it| fails(it)).count();
    writeln!(out, r#"<?xml version="1.0" encoding="UTF-8"?>"#)?;
    writeln!(
        out,
        r#"<testsuites name="tandem" tests="{}" failures="{}">"#,
        findings.len(),
        failures(findings)
    )?;
    let mut projects: Vec<&str> = findings.iter().map(|it| it.project.as_str()).collect();
    projects.sort_unstable();
    projects.dedup();
    for project in projects {
        let of_project = findings.iter().filter(|it| it.project == project);
        writeln!(
            out,
            r#"  <testsuite name="{}" tests="{}" failures="{}">"#,
            escaped(project),
            of_project.clone().count(),
            of_project.clone().filter(|it| fails(it)).count()
        )?;
        for it in of_project {
            let place = format!("{}:{}:{}", it.file, it.start.0, it.start.1);
            writeln!(
                out,
                r#"    <testcase name="{}" classname="{}" file="{}" line="{}">"#,
                escaped(&place),
                escaped(it.code),
                escaped(&it.file_from_here),
                it.start.0
            )?;
            let (element, name) = match fails(it) {
                true => ("failure", it.severity.name()),
                false => ("system-out", it.severity.name()),
            };
            let message = escaped(&it.message);
            if element == "failure" {
                writeln!(
                    out,
                    r#"      <failure type="{name}" message="{message}">{}: {message}</failure>"#,
                    escaped(&place)
                )?;
            } else {
                writeln!(out, "      <system-out>{name}: {message}</system-out>")?;
            }
            writeln!(out, "    </testcase>")?;
        }
        writeln!(out, "  </testsuite>")?;
    }
    writeln!(out, "</testsuites>")
}

fn fails(finding: &Finding) -> bool {
    finding.severity >= Severity::Warning
}

/// As text and in attributes; XML has no way to write most control characters.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for it in text.chars() {
        match it {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' => out.push_str("&#10;"),
            '\t' => out.push_str("&#9;"),
            it if it.is_control() || matches!(it, '\u{fffe}' | '\u{ffff}') => out.push('\u{fffd}'),
            it => out.push(it),
        }
    }
    out
}

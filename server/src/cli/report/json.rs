use std::io::{self, Write};

use serde::Serialize;

use super::Finding;

#[derive(Serialize)]
struct Line<'a> {
    code: &'a str,
    event: Option<&'a str>,
    severity: &'a str,
    file: &'a str,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
    message: &'a str,
    fix: Option<&'a str>,
    /// What then changes, where the fix is a choice.
    consequence: Option<&'a str>,
    project: &'a str,
}

pub fn write(out: &mut impl Write, findings: &[Finding]) -> io::Result<()> {
    for it in findings {
        let line = Line {
            code: it.code,
            event: it.event,
            severity: it.severity.name(),
            file: &it.file,
            line: it.start.0,
            column: it.start.1,
            end_line: it.end.0,
            end_column: it.end.1,
            message: &it.message,
            fix: it.fix.as_ref().map(|it| it.title.as_str()),
            consequence: it.fix.as_ref().and_then(|it| it.consequence.as_deref()),
            project: &it.project,
        };
        serde_json::to_writer(&mut *out, &line)?;
        writeln!(out)?;
    }
    Ok(())
}

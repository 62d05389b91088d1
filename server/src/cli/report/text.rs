use std::io::{self, Write};

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use rules::Severity;

use super::Finding;

const BOLD: &str = "\x1b[1m";
const RESET: &str = "\x1b[0m";

/// Colours are taken out again where the stream is no terminal.
pub fn write(out: &mut impl Write, findings: &[Finding], checked: usize) -> io::Result<()> {
    let renderer = Renderer::styled();
    for it in findings {
        writeln!(
            out,
            "{BOLD}{}:{}:{}{RESET} {}{}[{}]{RESET} {}",
            it.file_from_here,
            it.start.0,
            it.start.1,
            colour(it.severity),
            it.severity.name(),
            it.code,
            it.message
        )?;
        if let Some(excerpt) = &it.excerpt {
            let mark = AnnotationKind::Primary.span(excerpt.span.clone());
            let snippet = Snippet::source(&excerpt.text).line_start(excerpt.line).annotation(mark);
            let mut group = Group::with_level(level(it.severity)).element(snippet);
            if let Some(fix) = &it.fix {
                group = group.element(Level::HELP.with_name("fix").message(fix.to_string()));
            }
            writeln!(out, "{}", renderer.render(&[group]))?;
        } else if let Some(fix) = &it.fix {
            writeln!(out, "  = fix: {fix}")?;
        }
    }
    writeln!(out, "{}", summary(findings, checked))
}

fn summary(findings: &[Finding], checked: usize) -> String {
    let counted = [
        (Severity::Error, "error", "errors"),
        (Severity::Warning, "warning", "warnings"),
        (Severity::Info, "info", "infos"),
        (Severity::Hint, "hint", "hints"),
    ];
    let counts: Vec<String> = counted
        .into_iter()
        .map(|(severity, one, many)| {
            let count = findings.iter().filter(|it| it.severity == severity).count();
            (count, if count == 1 { one } else { many })
        })
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{count} {word}"))
        .collect();
    let files = if checked == 1 { "1 file".to_owned() } else { format!("{checked} files") };
    if counts.is_empty() {
        return format!("{files} checked, nothing found");
    }
    let fixes = findings.iter().filter(|it| it.fix.is_some()).count();
    let fixes = if fixes == 0 { String::new() } else { format!(", {fixes} with a fix") };
    format!("{files} checked: {}{fixes}", counts.join(", "))
}

fn colour(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "\x1b[1;31m",
        Severity::Warning => "\x1b[1;33m",
        Severity::Info => "\x1b[1;34m",
        Severity::Hint => "\x1b[1;36m",
    }
}

fn level(severity: Severity) -> Level<'static> {
    match severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Info => Level::INFO,
        Severity::Hint => Level::HELP,
    }
}

use base::TextRange;
use project::dbt_version;

use crate::{Diagnostic, FileContext, FileKind, Fix, Severity};

/// One kind of finding. Its documentation is the user's page.
pub struct Rule {
    /// What is found, kebab case: dbt's event name without the word Deprecation, where it has one.
    pub name: &'static str,
    /// dbt's class name.
    pub event: Option<&'static str>,
    pub severity: Severity,
    /// The dbt version that the rule comes from.
    pub since: &'static str,
    pub documentation: &'static str,
    /// The kinds of files that can have the finding.
    pub files: &'static [FileKind],
    pub check: fn(&mut Findings<'_>, &FileContext<'_>),
}

/// Collects what one rule finds in one file.
pub struct Findings<'a> {
    pub(crate) rule: &'static Rule,
    pub(crate) context: &'a FileContext<'a>,
    pub(crate) found: &'a mut Vec<Diagnostic>,
}

impl Findings<'_> {
    /// Whether the project is judged for dbt Core, not for the v2 engine.
    pub(crate) fn is_core(&self) -> bool {
        dbt_version(self.context.db, self.context.project).major < 2
    }

    /// Of the dbt that the project is judged for.
    pub(crate) fn version(&self) -> (u32, u32) {
        let version = dbt_version(self.context.db, self.context.project);
        (version.major, version.minor)
    }

    /// Of what dbt Core calls deprecated and dbt v2 refuses.
    pub(crate) fn refused_by_v2(&self) -> Severity {
        if self.is_core() { Severity::Warning } else { Severity::Error }
    }

    pub fn add(&mut self, range: TextRange, message: impl Into<String>) {
        self.push(self.rule.severity, range, message.into(), Vec::new());
    }

    /// For what is less certain than the rule usually is.
    pub fn add_as(&mut self, severity: Severity, range: TextRange, message: impl Into<String>) {
        self.push(severity, range, message.into(), Vec::new());
    }

    pub fn add_with_fix(&mut self, range: TextRange, message: impl Into<String>, fix: Option<Fix>) {
        self.push(self.rule.severity, range, message.into(), fix.into_iter().collect());
    }

    /// With several ways to mend it, the best one first.
    pub fn add_with_fixes(
        &mut self,
        severity: Severity,
        range: TextRange,
        message: impl Into<String>,
        fixes: Vec<Fix>,
    ) {
        self.push(severity, range, message.into(), fixes);
    }

    fn push(&mut self, severity: Severity, range: TextRange, message: String, mut fixes: Vec<Fix>) {
        let fix = (!fixes.is_empty()).then(|| fixes.remove(0));
        self.found.push(Diagnostic {
            code: self.rule.name,
            event: self.rule.event,
            severity,
            file: self.context.file,
            range,
            message,
            fix,
            alternatives: fixes,
        });
    }
}

/// Declares a rule whose doc comment is its page.
macro_rules! declare_rule {
    (
        $(#[doc = $line:literal])+
        pub static $ident:ident = {
            name: $name:literal,
            event: $event:expr,
            severity: $severity:ident,
            since: $since:literal,
            files: [$($kind:ident),+ $(,)?],
            check: $check:path $(,)?
        }
    ) => {
        $(#[doc = $line])+
        pub static $ident: $crate::Rule = $crate::Rule {
            name: $name,
            event: $event,
            severity: $crate::Severity::$severity,
            since: $since,
            documentation: concat!($($line, "\n"),+),
            files: &[$($crate::FileKind::$kind),+],
            check: $check,
        };
    };
}

pub(crate) use declare_rule;

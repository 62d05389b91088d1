//! Findings: one file per rule, each with its page, its check and its fix. Knows what is wrong with
//! a project and how to mend it; does not know how an editor or a terminal shows it.

mod diagnostic;

pub use diagnostic::{Diagnostic, FileEdit, Fix, Severity};

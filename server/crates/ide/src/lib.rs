//! What an editor asks: hover, definition, completion, code actions, diagnostics. Plain data in,
//! plain data out; knows positions in files, nothing of a protocol.
//!
//! Hover and definition first find out what stands at a position ([`subject`]) and then tell about
//! it; completion looks at the same Jinja ([`place`]), whatever file that stands in.

mod code_action;
mod compiled;
mod completion;
mod definition;
mod diagnostics;
mod doctor;
mod environment;
mod explain;
mod fixes;
mod hover;
mod inlay_hint;
mod lookup;
mod place;
mod profile;
mod readiness;
mod references;
mod rename;
mod setup;
mod status;
mod subject;
mod targets;
mod versions;

pub use code_action::{
    ActionEdit, Change, Choice, CodeAction, FixAll, code_actions, fix_all, fix_all_action,
};
pub use compiled::{
    CompiledHole, CompiledProblem, CompiledSegment, CompiledText, Wanted, compiled_text, is_on_disk,
};
pub use completion::{
    CompletionItem, CompletionKind, MAX_COMPLETIONS, completion_documentation, completions,
};
pub use definition::{Definition, definition};
pub use diagnostics::{diagnostics, files_to_check, project_of};
pub use doctor::{Check, CheckState, Diagnosis, LocalWay, Subject, diagnose};
pub use environment::{
    EnvironmentCell, EnvironmentColumn, EnvironmentPlace, EnvironmentRow, EnvironmentStatus,
    environment_matrix, explain_variable,
};
pub use explain::{
    ExplainedField, ExplainedLink, ExplainedPlace, ExplainedProfile, ExplainedSearch,
    ExplainedStep, explain_profile,
};
pub use fixes::{CombinedFixes, Mended, WantedFixes, combined_fixes, foreign_file};
pub use hover::{Hover, hover};
pub use inlay_hint::{InlayHint, inlay_hints};
pub use readiness::{
    Blocker, FEATURES, Feature, Mending, NEWEST_RELEASE, Owner, Readiness, ReadinessNote,
    ReadinessState, TABLE_DATE, readiness,
};
pub use references::references;
pub use rename::{RenameRefused, Renameable, prepare_rename, rename};
pub use setup::{Setup, SetupHelper, setup, update_command};
pub use status::{DeferStatus, ProjectStatus, project_status};
pub use targets::{Target, Targets, targets};
pub use versions::{PinRow, Seen, VersionTwin, version_twin};

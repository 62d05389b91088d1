//! References of models to models that are to go.

use semantic::{
    DeprecationDate, NodeKind, deprecation_date, is_enabled, nodes_in, parsed, resolve_ref,
};

use crate::{FileContext, Findings};

/// dbt looks at references of models only.
pub(super) fn check(
    findings: &mut Findings<'_>,
    context: &FileContext<'_>,
    has_passed: bool,
    message: impl Fn(&str, &str) -> String,
) {
    let db = context.db;
    for node in nodes_in(db, context.package, context.file) {
        let is_model = matches!(node.kind(db), NodeKind::Model | NodeKind::PythonModel);
        if !is_model || !is_enabled(db, node) {
            continue;
        }
        for call in &parsed(db, node).refs {
            let (package, version) = (call.package.as_deref(), call.version.as_deref());
            let found = resolve_ref(db, context.package, package, &call.name, version).node();
            let Some(target) = found else { continue };
            let Some(date) = deprecation_date(db, target).filter(|it| it.has_passed == has_passed)
            else {
                continue;
            };
            let message = message(&target.display_name(db), day(&date));
            findings.add(call.site.range, call.site.explain(&message));
        }
    }
}

/// The date without the time.
pub(super) fn day(date: &DeprecationDate) -> &str {
    date.text.split('T').next().unwrap_or(&date.text)
}

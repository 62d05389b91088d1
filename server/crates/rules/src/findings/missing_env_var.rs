use project::environment_value;
use rustc_hash::FxHashSet;
use semantic::{environment_uses, nodes_in, parsed, unrendered};

use crate::rule::declare_rule;
use crate::{FileContext, Findings};

declare_rule! {
    /// An environment variable that is not set, read without a default.
    ///
    /// Looked for in the settings, the environment of the process and the project's `.env`. dbt
    /// stops at the first one. Of `profiles.yml` only the output in use counts, as for dbt.
    ///
    /// ```sql
    /// {{ env_var('DBT_REGION') }}        -- not set anywhere
    /// {{ env_var('DBT_REGION', 'eu') }}  -- has a default
    /// ```
    pub static MISSING_ENV_VAR = {
        name: "missing-env-var",
        event: None,
        severity: Error,
        since: "dbt 1.0",
        files: [
            ProjectFile, Packages, Selectors, Profiles, Properties, Model, Snapshot, Analysis,
            SingularTest, Function,
        ],
        check: check,
    }
}

fn check(findings: &mut Findings<'_>, context: &FileContext<'_>) {
    let db = context.db;
    let message = |name: &str| {
        format!(
            "`{name}` is not set and has no default: looked in the settings, the environment and `.env`"
        )
    };
    if !context.kind.is_yaml() {
        for node in nodes_in(db, context.package, context.file) {
            for call in parsed(db, node).environment.iter().filter(|it| it.missing) {
                findings.add(call.site.range, call.site.explain(&message(&call.name)));
            }
        }
        return;
    }
    let unread = unrendered(db, context.project, context.file);
    let mut seen = FxHashSet::default();
    for it in environment_uses(db, context.file).iter() {
        if it.default.is_none()
            && !unread.contains(it.range)
            && seen.insert(it.range)
            && environment_value(db, context.project, it.name.clone()).is_none()
        {
            findings.add(it.range, message(&it.name));
        }
    }
}

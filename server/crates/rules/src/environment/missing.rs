//! What can be done about a variable that is not set.

use base::{Content, TextRange, line_index};
use project::{EXAMPLE_NAMES, dbt_version, dotenv, dotenv_file};
use semantic::environment_uses;
use syntax::dotenv::Grammar;

use super::edits;
use crate::{FileContext, Fix};

/// Variables that the dbt platform sets, with a value that suits a laptop where there is one.
const OF_THE_PLATFORM: [(&str, Option<&str>); 14] = [
    ("DBT_ENV", None),
    ("DBT_CLOUD_ENVIRONMENT_NAME", Some("local")),
    ("DBT_CLOUD_ENVIRONMENT_TYPE", Some("dev")),
    ("DBT_CLOUD_INVOCATION_CONTEXT", Some("dev")),
    ("DBT_CLOUD_PROJECT_ID", None),
    ("DBT_CLOUD_ENVIRONMENT_ID", None),
    ("DBT_CLOUD_ACCOUNT_ID", None),
    ("DBT_CLOUD_JOB_ID", None),
    ("DBT_CLOUD_RUN_ID", None),
    ("DBT_CLOUD_RUN_REASON", None),
    ("DBT_CLOUD_RUN_REASON_CATEGORY", None),
    ("DBT_CLOUD_PR_ID", None),
    ("DBT_CLOUD_GIT_SHA", None),
    ("DBT_CLOUD_GIT_BRANCH", None),
];

/// Whether the platform sets a variable by itself, and what to set on a laptop.
#[must_use]
pub fn platform_value(name: &str) -> Option<Option<&'static str>> {
    OF_THE_PLATFORM.iter().find(|it| it.0 == name).map(|it| it.1)
}

pub(crate) fn message(context: &FileContext<'_>, name: &str) -> String {
    if platform_value(name).is_some() {
        return format!("`{name}` is set by the dbt platform only, and has no default here");
    }
    if let Some((set, stop)) = lost(context, name) {
        return format!(
            "`{name}` is not set: `.env` has it on line {set}, but dbt stops reading that file at line {stop}"
        );
    }
    format!(
        "`{name}` is not set and has no default: looked in the settings, the environment and `.env`"
    )
}

/// The line of `.env` that sets a variable in vain, and the bad line above it.
fn lost(context: &FileContext<'_>, name: &str) -> Option<(u32, u32)> {
    let db = context.db;
    let file = dotenv_file(db, context.project);
    if dbt_version(db, context.project).dotenv_grammar() != Grammar::Dotenvy {
        return None;
    }
    let lines = dotenv(db, file);
    let entry = lines.entries_of(name).next()?;
    let stop = lines.problems.iter().find(|it| it.kind.stops())?;
    Some((entry.line + 1, line_index(db, file).line_of(stop.range.start()) + 1))
}

/// Add it to `.env`, give it a default, ask for it in `.env.example`.
pub(crate) fn fixes(context: &FileContext<'_>, name: &str, site: TextRange) -> Vec<Fix> {
    let db = context.db;
    let mut fixes = Vec::new();
    let platform = platform_value(name);
    let value = platform.flatten().unwrap_or_default();
    let file = dotenv_file(db, context.project);
    // The ids of the platform mean something to dbt itself: they are not for making up.
    // A line behind a bad one would be as lost as the one that is there.
    let helps = platform.is_none_or(|it| it.is_some()) && lost(context, name).is_none();
    if helps && !matches!(file.content(db), Content::Unreadable(_)) {
        let title = match value {
            "" => format!("Add `{name}` to `.env`"),
            value => format!("Add `{name}={value}` to `.env`"),
        };
        let fix = edits::append(db, file, title, &format!("{name}={value}"));
        fixes.push(fix.as_choice("the value is yours to give"));
    }
    fixes.extend(default(context, name, site, value));
    if platform.is_none() {
        fixes.extend(example(context, name));
    }
    fixes
}

fn example(context: &FileContext<'_>, name: &str) -> Option<Fix> {
    let db = context.db;
    let root = context.project.root(db);
    let there = EXAMPLE_NAMES.iter().map(|it| db.file(&root.join(it))).find(|it| it.exists(db));
    let file = there.unwrap_or_else(|| db.file(&root.join(EXAMPLE_NAMES[0])));
    let shown = file.path(db).name().to_owned();
    let is_known = dotenv(db, file).entries.iter().any(|it| it.name == name);
    let title = format!("Add `{name}` to `{shown}`");
    (!is_known)
        .then(|| edits::append(db, file, title, &format!("{name}=")))
        .map(|it| it.as_choice("everybody is then asked for it"))
}

/// `env_var('X')` becomes `env_var('X', '')`.
fn default(context: &FileContext<'_>, name: &str, site: TextRange, value: &str) -> Option<Fix> {
    let db = context.db;
    let text = context.file.text(db);
    let uses = environment_uses(db, context.file);
    let call = uses.iter().find(|it| {
        it.name == name
            && it.default.is_none()
            && (site.contains_range(it.range) || it.range == site)
    })?;
    let (start, end) = (usize::from(call.range.start()), usize::from(call.range.end()));
    let quote = text.get(end..end + 1).filter(|it| matches!(*it, "'" | "\""))?;
    // Behind a name that is given by keyword only keywords can follow.
    let before = text.get(..start)?.trim_end_matches(['\'', '"']).trim_end();
    let keyword = if before.ends_with('=') { "default=" } else { "" };
    // `none` stands for no default already.
    let after = text.get(end + 1..)?.trim_start();
    if !after.starts_with(')') {
        return None;
    }
    let added = format!(", {keyword}{quote}{value}{quote}");
    let title = format!("Add a default: `{quote}{value}{quote}`");
    let fix = Fix::of(context.file, title, [(base::range(end + 1, end + 1), added)]);
    Some(fix.as_choice("dbt then goes on without the variable"))
}

use base::{Db, File, TextRange, TextSize};
use project::{explain_environment, is_secret_name};
use semantic::environment_uses;

use crate::hover::{Teller, source_of_value};
use crate::place::package_at;
use crate::profile::is_under_secret_key;

/// A few words that an editor shows behind a place of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InlayHint {
    pub offset: TextSize,
    pub label: String,
    /// Markdown.
    pub tooltip: String,
}

/// A longer value says what it is by its beginning.
const MAX_CHARACTERS: usize = 32;

/// The values of the environment variables that are read in a stretch of a file; never of secrets.
#[must_use]
pub fn inlay_hints(db: &dyn Db, file: File, range: TextRange) -> Vec<InlayHint> {
    let Some(package) = package_at(db, file) else { return Vec::new() };
    let project = package.project(db);
    if project.settings(db).no_inlay_hints {
        return Vec::new();
    }
    let uses = environment_uses(db, file);
    if uses.is_empty() {
        return Vec::new();
    }
    let teller = Teller::new(db, package);
    let text = file.text(db);
    let hint = |name: &str, name_range: TextRange| {
        let found = explain_environment(db, project, name)?;
        let position = base::FilePosition { file, offset: name_range.start() };
        if found.secret || is_secret_name(name) || is_under_secret_key(db, position) {
            return None;
        }
        let value = teller.mask(&found.value);
        let mut shown: String =
            value.chars().take(MAX_CHARACTERS).flat_map(|it| it.escape_debug()).collect();
        if value.chars().count() > MAX_CHARACTERS {
            shown.push('…');
        }
        let end = usize::from(name_range.end());
        let quote = text.get(end..).is_some_and(|it| it.starts_with(['\'', '"']));
        let offset = if quote { name_range.end() + TextSize::of('"') } else { name_range.end() };
        let tooltip = format!("From {}", source_of_value(&found.source));
        Some(InlayHint { offset, label: format!("= {shown}"), tooltip })
    };
    let seen = uses.iter().filter(|it| it.range.intersect(range).is_some());
    seen.filter_map(|it| hint(&it.name, it.range)).collect()
}

#[cfg(test)]
mod tests {
    use test_support::Fixture;

    use super::*;

    fn told(fixture: &Fixture, path: &str) -> String {
        let file = fixture.file(path);
        let mut text = file.text(&fixture.db).to_owned();
        let all = base::range(0, text.len());
        for it in inlay_hints(&fixture.db, file, all).iter().rev() {
            text.insert_str(it.offset.into(), &format!("‹{}›", it.label));
        }
        text
    }

    #[test]
    fn values_stand_behind_names_and_secrets_nowhere() {
        let mut fixture = Fixture::new(
            "//- .env\nA=one\nDBT_ENV_SECRET_B=hunter22\nC=x-${DBT_ENV_SECRET_B}\nD=abcdefghijklmnopqrstuvwxyz0123456789\n//- models/a.sql\n{{ env_var('A') }}{{ env_var('DBT_ENV_SECRET_B') }}{{ env_var('C', '') }}{{ env_var('E', 'x') }}{{ env_var(\"D\") }}\n//- profiles.yml\nshop: {target: dev, outputs: {dev: {type: duckdb, password: \"{{ env_var('A') }}\"}}}\n",
        );
        assert_eq!(told(&fixture, "models/a.sql").matches('‹').count(), 1);
        fixture.write(
            "profiles.yml",
            "shop: {target: dev, outputs: {dev: {type: duckdb, path: \"{{ env_var('A') }}\"}}}\n",
        );
        let told_now = told(&fixture, "models/a.sql");
        assert!(
            told_now.starts_with("{{ env_var('A'‹= one›) }}{{ env_var('DBT_ENV_SECRET_B') }}"),
            "{told_now}"
        );
        assert!(told_now.contains("(\"D\"‹= abcdefghijklmnopqrstuvwxyz012345…›)"), "{told_now}");
        assert!(!told_now.contains("hunter22"), "{told_now}");
        assert!(told(&fixture, "profiles.yml").contains("('A'‹= one›)"));
        fixture.change_settings(|it| it.no_inlay_hints = true);
        assert!(!told(&fixture, "models/a.sql").contains('‹'));
    }
}

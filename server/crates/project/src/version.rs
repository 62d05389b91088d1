mod output;

use std::sync::Arc;

use base::{Db, Project};
use syntax::dotenv::Grammar;

use crate::{Origin, Package, project_file};

pub use output::classify_version_output;

/// The dbt version that a project is judged for, and why this one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DbtVersion {
    pub major: u32,
    pub minor: u32,
    /// As it is shown: `1.11`, `2.0`.
    pub text: String,
    pub reason: String,
}

impl DbtVersion {
    /// dbt v2 and dbt Core from 1.12 on look into `.env` on their own.
    #[must_use]
    pub fn reads_dotenv(&self) -> bool {
        (self.major, self.minor) >= (1, 12)
    }

    /// An older dbt Core does not read `.env` at all; what loads it instead skips bad lines too.
    #[must_use]
    pub fn dotenv_grammar(&self) -> Grammar {
        if self.major >= 2 { Grammar::Dotenvy } else { Grammar::PythonDotenv }
    }

    #[must_use]
    pub fn searches_dotenv_upward(&self) -> bool {
        self.reads_dotenv() && self.major < 2
    }
}

/// The releases that a pin can choose from, newest first.
const RELEASES: [(u32, u32); 9] =
    [(2, 0), (1, 12), (1, 11), (1, 10), (1, 9), (1, 8), (1, 7), (1, 6), (1, 5)];

/// The setting wins, then the installed dbt, then the newest release that `require-dbt-version`
/// allows, then the current release of v2. An installed dbt that the pin does not allow is not
/// what runs the project.
#[salsa::tracked(returns(clone))]
pub fn dbt_version(db: &dyn Db, project: Project) -> Arc<DbtVersion> {
    let settings = project.settings(db);
    let chosen = |(major, minor): (u32, u32), reason: String| {
        Arc::new(DbtVersion { major, minor, text: format!("{major}.{minor}"), reason })
    };
    if let Some(assumed) = &settings.dbt_version
        && let Some(version) = parse(assumed)
    {
        return chosen((version.0, version.1), "chosen in the settings".to_owned());
    }
    let root = Package::new(db, project, project.root(db).clone(), Origin::Root);
    let facts = project_file(db, root.file(db));
    let pins = &facts.require_dbt_version;
    let allowed = |release: (u32, u32)| pins.iter().all(|pin| allows(pin, release));
    let engine = settings.engine().and_then(|it| Some((it, it.version.as_deref()?)));
    let engine = engine.and_then(|(it, version)| Some((version, &it.place, parse(version)?)));
    if let Some((version, place, (major, minor, _))) = engine
        && allowed((major, minor))
    {
        return chosen((major, minor), format!("dbt {version} is installed in `{place}`"));
    }
    let not_used = engine.map_or_else(String::new, |(version, place, _)| {
        format!("; dbt {version}, installed in `{place}`, is not allowed")
    });
    if !pins.is_empty()
        && let Some(newest) = RELEASES.into_iter().find(|it| allowed(*it))
    {
        let pins = pins.join(", ");
        let reason = format!("the newest that `require-dbt-version: {pins}` allows{not_used}");
        return chosen(newest, reason);
    }
    chosen(RELEASES[0], "the current release; nothing in the project says otherwise".to_owned())
}

/// Whether a pin allows any patch release of a minor one.
fn allows(pin: &str, release: (u32, u32)) -> bool {
    let split = pin.find(|it: char| it.is_ascii_digit()).unwrap_or(pin.len());
    let (operator, version) = pin.split_at(split);
    let Some((major, minor, patch)) = parse(version) else { return true };
    let pinned = (major, minor);
    match operator.trim() {
        ">=" => release >= pinned,
        ">" => release >= pinned,
        "<=" => release <= pinned,
        "<" => release < pinned || (release == pinned && patch > 0),
        _ => release == pinned,
    }
}

fn parse(text: &str) -> Option<(u32, u32, u32)> {
    let mut parts = text.trim().trim_start_matches('v').split(['.', '-', 'b', 'r', 'a']);
    let major = parts.next()?.trim().parse().ok()?;
    let mut number = || parts.next().and_then(|it| it.trim().parse().ok());
    let minor = number().unwrap_or(0);
    Some((major, minor, number().unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn newest(pins: &[&str]) -> Option<(u32, u32)> {
        RELEASES.into_iter().find(|it| pins.iter().all(|pin| allows(pin, *it)))
    }

    #[test]
    fn pins_choose_a_release() {
        assert_eq!(newest(&[">=1.8.0", "<2.0.0"]), Some((1, 12)));
        assert_eq!(newest(&["1.10.3"]), Some((1, 10)));
        assert_eq!(newest(&["=1.10.3"]), Some((1, 10)));
        assert_eq!(newest(&[">=1.10.0", "<3.0.0"]), Some((2, 0)));
        assert_eq!(newest(&["<1.7.3"]), Some((1, 7)));
        assert_eq!(newest(&["bogus"]), Some((2, 0)));
    }
}

mod number;
mod output;
mod range;
mod requirement;

use std::sync::Arc;

use base::{Db, Project};
use syntax::dotenv::Grammar;

use crate::{Origin, Package, project_file};

pub use number::Version;
pub use output::classify_version_output;
pub use range::VersionRange;
pub use requirement::{Requirement, RequirementFix, RequirementProblem, requirement};

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
    if let Some(version) = settings.dbt_version.as_deref().and_then(Version::parse) {
        return chosen((version.major, version.minor), "chosen in the settings".to_owned());
    }
    let root = Package::new(db, project, project.root(db).clone(), Origin::Root);
    // As it is written: which variables Jinja would see depends on the version.
    let required = &project_file(db, root.file(db)).require_dbt_version;
    let allowed = requirement::allowed(required.iter().map(String::as_str));
    let engine = settings.engine().and_then(|it| Some((it, it.version.as_deref()?)));
    let engine = engine.and_then(|(it, text)| Some((text, &it.place, Version::parse(text)?)));
    if let Some((text, place, version)) = &engine
        && allowed.contains(version)
    {
        let reason = format!("dbt {text} is installed in `{place}`");
        return chosen((version.major, version.minor), reason);
    }
    let not_used = engine.map_or_else(String::new, |(text, place, _)| {
        format!("; dbt {text}, installed in `{place}`, is not allowed")
    });
    if !required.is_empty()
        && let Some(newest) = RELEASES.into_iter().find(|it| allowed.allows_minor(it.0, it.1))
    {
        let required = required.join(", ");
        let reason = format!("the newest that `require-dbt-version: {required}` allows{not_used}");
        return chosen(newest, reason);
    }
    chosen(RELEASES[0], "the current release; nothing in the project says otherwise".to_owned())
}

#[cfg(test)]
mod tests {
    use base::EngineKind;
    use expect_test::{Expect, expect};
    use test_support::Fixture;

    use super::*;

    #[track_caller]
    fn check(required: &str, engine: Option<&str>, expect: Expect) {
        let mut fixture = Fixture::new(&format!(
            "//- dbt_project.yml\nname: shop\nrequire-dbt-version: {required}\n"
        ));
        fixture.change_settings(|it| {
            it.engines.extend(engine.map(|it| test_support::engine(EngineKind::Core, it, ".venv")));
        });
        let version = dbt_version(&fixture.db, fixture.project);
        expect.assert_eq(&format!("{} {}", version.text, version.reason));
    }

    #[test]
    fn pins_choose_a_release() {
        let of = |it: &str| format!("the newest that `require-dbt-version: {it}` allows");
        for (required, newest, shown) in [
            ("['>=1.8.0', '<2.0.0']", "1.12", ">=1.8.0, <2.0.0"),
            ("'1.10.3'", "1.10", "1.10.3"),
            ("'=1.10.3'", "1.10", "=1.10.3"),
            ("['>=1.10.0', '<3.0.0']", "2.0", ">=1.10.0, <3.0.0"),
            ("'<1.7.3'", "1.7", "<1.7.3"),
            ("bogus", "2.0", "bogus"),
        ] {
            let fixture = Fixture::new(&format!(
                "//- dbt_project.yml\nname: shop\nrequire-dbt-version: {required}\n"
            ));
            let version = dbt_version(&fixture.db, fixture.project);
            assert_eq!((version.text.as_str(), &version.reason), (newest, &of(shown)));
        }
    }

    #[test]
    fn an_engine_counts_where_its_exact_version_is_allowed() {
        check("'>=1.11.0'", Some("1.11.2"), expect!["1.11 dbt 1.11.2 is installed in `.venv`"]);
        check(
            "'>=1.11.3,<1.12.0'",
            Some("1.11.2"),
            expect![
                "1.11 the newest that `require-dbt-version: >=1.11.3, <1.12.0` allows; dbt 1.11.2, installed in `.venv`, is not allowed"
            ],
        );
        check(
            "'<2.0.0'",
            Some("2.0.0rc1"),
            expect![
                "1.12 the newest that `require-dbt-version: <2.0.0` allows; dbt 2.0.0rc1, installed in `.venv`, is not allowed"
            ],
        );
    }
}

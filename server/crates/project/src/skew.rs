use std::sync::Arc;

use base::{Db, EngineKind, File, FoundBy, Project, TextRange, line_index};

use crate::pins::{Pin, PinSource, version_pins};
use crate::version::{Version, VersionRange};

/// Versions that do not go together, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skew {
    pub kind: SkewKind,
    /// Whether dbt would refuse, or no version can satisfy both.
    pub is_certain: bool,
    /// One sentence.
    pub message: String,
    /// The pins that it is about.
    pub places: Vec<(File, TextRange)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SkewKind {
    /// The installed dbt is not one of those that are required.
    EngineNotAllowed,
    /// Two pins that no version satisfies.
    PinsDisagree,
    /// A fixed version here, the newest one there.
    FixedAgainstMoving,
    /// A newer version was seen elsewhere.
    EngineBehind,
}

/// Each pin is compared with each other.
const COMPARED_LIMIT: usize = 200;
/// Of more pins than that nobody reads every pair.
const SKEW_LIMIT: usize = 50;

/// What the installed dbt and the pins of the repository say against each other.
#[salsa::tracked(returns(clone))]
pub fn version_skews(db: &dyn Db, project: Project) -> Arc<[Skew]> {
    let pins = version_pins(db, project);
    let mut skews = Vec::new();
    skews.extend(pins.iter().filter_map(|it| not_allowed(db, project, it)));
    let comparable: Vec<&Pin> = pins
        .iter()
        .filter(|it| it.is_of_engine() && !is_matrix(it, &pins))
        .take(COMPARED_LIMIT)
        .collect();
    for (index, pin) in comparable.iter().enumerate() {
        let others = comparable.iter().skip(index + 1);
        skews.extend(others.filter_map(|it| disagreement(db, project, pin, it)));
    }
    skews.extend(pins.iter().filter_map(|it| against_moving(db, project, it, &pins)));
    skews.truncate(SKEW_LIMIT);
    skews.into()
}

/// dbt Core stops where an exact version is not required; v2 warns for packages and goes on.
fn not_allowed(db: &dyn Db, project: Project, pin: &Pin) -> Option<Skew> {
    if !matches!(pin.source, PinSource::Project | PinSource::Package) {
        return None;
    }
    let engine = project.settings(db).engine()?;
    let text = engine.version.as_deref()?;
    let version = Version::parse(text)?;
    if pin.allowed.as_ref().is_none_or(|it| it.contains(&version) || it.is_empty()) {
        return None;
    }
    let by_chance = matches!(
        engine.found.first(),
        None | Some(FoundBy::OnPath | FoundBy::UvTool | FoundBy::Pipx | FoundBy::InstallPlace)
    );
    let stops = match (engine.kind, pin.source) {
        (EngineKind::Core, _) => "dbt Core does not run with it",
        (_, PinSource::Package) => "dbt v2 warns and goes on",
        _ => "dbt v2 does not look at it",
    };
    let required = match pin.source {
        PinSource::Package => format!("what the package {} requires", in_words(&pin.text)),
        _ => format!("`require-dbt-version: {}`", pin.text),
    };
    let found = engine.found.first().map_or("found", |it| it.describe());
    Some(Skew {
        kind: SkewKind::EngineNotAllowed,
        is_certain: engine.kind == EngineKind::Core && !by_chance,
        message: format!(
            "dbt {text} in `{}` ({found}) is outside {required}: {stops}",
            engine.place
        ),
        places: vec![(pin.file, pin.range)],
    })
}

/// `utils: >=1.3.0` as `` `utils`, >=1.3.0 ``.
fn in_words(text: &str) -> String {
    match text.split_once(": ") {
        Some((name, required)) => format!("`{name}`, {required},"),
        None => text.to_owned(),
    }
}

/// Whether no version satisfies both, and some version each.
fn exclude_each_other(pin: &Pin, other: &Pin) -> bool {
    let (Some(allowed), Some(others)) = (&pin.allowed, &other.allowed) else { return false };
    !allowed.is_empty() && !others.is_empty() && allowed.and(others).is_empty()
}

/// Whether its file names several versions on purpose: those to test with, or alternatives.
fn is_matrix(pin: &Pin, pins: &[Pin]) -> bool {
    pins.iter().any(|it| it.file == pin.file && it.is_of_engine() && exclude_each_other(pin, it))
}

fn disagreement(db: &dyn Db, project: Project, pin: &Pin, other: &Pin) -> Option<Skew> {
    if pin.file == other.file || !exclude_each_other(pin, other) {
        return None;
    }
    let is_own = |it: &Pin| {
        it.source == PinSource::Package
            || (matches!(it.source, PinSource::Lock | PinSource::Requirements)
                && it.file.path(db).parent().as_ref() == Some(project.root(db)))
    };
    Some(Skew {
        kind: SkewKind::PinsDisagree,
        is_certain: pin.source == PinSource::Project && is_own(other),
        message: format!(
            "{} and {} disagree: no version of dbt satisfies both",
            described(db, project, pin),
            described(db, project, other)
        ),
        places: vec![(pin.file, pin.range), (other.file, other.range)],
    })
}

/// A version that stays, where another place takes each new one.
fn against_moving(db: &dyn Db, project: Project, pin: &Pin, pins: &[Pin]) -> Option<Skew> {
    let is_written =
        !matches!(pin.source, PinSource::Project | PinSource::Package | PinSource::Lock);
    let fixed = pin.allowed.as_ref().and_then(VersionRange::fixed);
    if !is_written || fixed.is_none() || !pin.is_of_engine() {
        return None;
    }
    let moving =
        pins.iter().find(|it| it.file != pin.file && it.is_of_engine() && it.is_moving())?;
    Some(Skew {
        kind: SkewKind::FixedAgainstMoving,
        is_certain: false,
        message: format!(
            "{} stays as it is, while {} takes the newest dbt: they drift apart",
            described(db, project, pin),
            described(db, project, moving)
        ),
        places: vec![(pin.file, pin.range), (moving.file, moving.range)],
    })
}

fn described(db: &dyn Db, project: Project, pin: &Pin) -> String {
    let place = pin_place(db, project, pin);
    match pin.source {
        PinSource::Project => format!("`require-dbt-version: {}`", pin.text),
        PinSource::Package => format!("the package {} ({place})", in_words(&pin.text)),
        _ => format!("`{}` in {place}", pin.text),
    }
}

/// `requirements.txt:3`, `../Dockerfile:7`: as seen from the project.
pub fn pin_place(db: &dyn Db, project: Project, pin: &Pin) -> String {
    let line = line_index(db, pin.file).line_of(pin.range.start()) + 1;
    let path = pin.file.path(db);
    let mut up = String::new();
    for folder in project.root(db).and_above() {
        if let Some(below) = path.relative_to(&folder.into()) {
            return format!("{up}{below}:{line}");
        }
        up.push_str("../");
    }
    format!("{path}:{line}")
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use expect_test::{Expect, expect};
    use test_support::Fixture;

    use super::*;

    #[track_caller]
    fn check(engine: Option<(EngineKind, &str)>, fixture: &str, expect: Expect) {
        let mut fixture = Fixture::new(fixture);
        fixture.change_settings(|it| {
            let engine = engine.map(|(kind, it)| test_support::engine(kind, it, ".venv"));
            it.engines.extend(engine);
        });
        let mut said = String::new();
        for it in version_skews(&fixture.db, fixture.project).iter() {
            let certain = if it.is_certain { "certain" } else { "maybe" };
            let _ = writeln!(said, "{certain} {:?} {}", it.kind, it.message);
        }
        expect.assert_eq(&said);
    }

    const PROJECT: &str = "//- dbt_project.yml\nname: shop\nrequire-dbt-version: ['>=1.11.3', '<2.0.0']\n\
        //- dbt_packages/utils/dbt_project.yml\nname: utils\nrequire-dbt-version: '>=1.3.0,<1.12.0'\n";

    #[test]
    fn the_installed_dbt_against_what_is_required() {
        check(Some((EngineKind::Core, "1.11.3")), PROJECT, expect![""]);
        check(
            Some((EngineKind::Core, "1.11.2")),
            PROJECT,
            expect![[r#"
            certain EngineNotAllowed dbt 1.11.2 in `.venv` (the activated environment) is outside `require-dbt-version: >=1.11.3,<2.0.0`: dbt Core does not run with it
        "#]],
        );
        check(
            Some((EngineKind::Core, "1.12.0")),
            PROJECT,
            expect![[r#"
            certain EngineNotAllowed dbt 1.12.0 in `.venv` (the activated environment) is outside what the package `utils`, >=1.3.0,<1.12.0, requires: dbt Core does not run with it
        "#]],
        );
        check(
            Some((EngineKind::Fusion, "2.0.0rc190")),
            PROJECT,
            expect![[r#"
            maybe EngineNotAllowed dbt 2.0.0rc190 in `.venv` (the activated environment) is outside `require-dbt-version: >=1.11.3,<2.0.0`: dbt v2 does not look at it
            maybe EngineNotAllowed dbt 2.0.0rc190 in `.venv` (the activated environment) is outside what the package `utils`, >=1.3.0,<1.12.0, requires: dbt v2 warns and goes on
        "#]],
        );
        check(None, PROJECT, expect![""]);
    }

    #[test]
    fn pins_against_each_other() {
        check(
            None,
            &format!(
                "{PROJECT}//- requirements.txt\ndbt-core==1.10.2\n//- uv.lock\n[[package]]\nname = \"dbt-core\"\nversion = \"1.11.4\"\n\
                 //- Dockerfile\nRUN pip install dbt-core dbt-duckdb\n\
                 //- .github/workflows/ci.yml\n- run: pip install dbt-core==${{{{ matrix.dbt }}}}\n- run: pip install dbt-core~=1.8.0\n- run: pip install dbt-core~=1.9.0\n"
            ),
            expect![[r#"
                certain PinsDisagree `require-dbt-version: >=1.11.3,<2.0.0` and `dbt-core==1.10.2` in requirements.txt:1 disagree: no version of dbt satisfies both
                maybe PinsDisagree `dbt-core==1.10.2` in requirements.txt:1 and `dbt-core==1.11.4` in uv.lock:3 disagree: no version of dbt satisfies both
                maybe FixedAgainstMoving `dbt-core==1.10.2` in requirements.txt:1 stays as it is, while `dbt-core` in Dockerfile:1 takes the newest dbt: they drift apart
            "#]],
        );
        // What satisfies both is no disagreement, and the platform's CLI is no engine.
        check(
            None,
            &format!(
                "{PROJECT}//- requirements.txt\ndbt-core>=1.8,<1.12\ndbt==1.0.0.40.21\ndbt-duckdb==1.9.0\n"
            ),
            expect![""],
        );
    }
}

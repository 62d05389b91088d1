//! How a project stands on this machine: who runs it, with whose credentials and variables, tied to
//! what. Each fact with its reason and what to do next; nothing secret.

use base::{Db, Engine, EngineKind, Project};
use project::{Origin, Package, cloud_link, packages, uninstalled_packages, upstream_names};

use crate::environment::{EnvironmentStatus, environment_matrix};
use crate::explain::{ExplainedProfile, explain_profile};
use crate::hover::{Teller, shorten};
use crate::status::project_status;
use crate::versions::version_twin;

/// What an examination finds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnosis {
    pub project: String,
    pub way: LocalWay,
    pub checks: Vec<Check>,
}

/// By which way dbt is run from here, which decides where credentials and variables come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LocalWay {
    /// The platform runs it: credentials and variables are those of the platform.
    PlatformCli,
    /// An engine on this machine: credentials come from `profiles.yml`, variables from `.env` and
    /// the environment.
    LocalEngine,
    /// Nothing runs dbt here; editing needs nothing.
    EditorOnly,
}

impl LocalWay {
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::PlatformCli => "platform-cli",
            Self::LocalEngine => "local-engine",
            Self::EditorOnly => "editor-only",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    pub subject: Subject,
    pub state: CheckState,
    pub fact: String,
    /// What it is seen in: a path, a variable.
    pub evidence: Vec<String>,
    /// What to do next, where there is something to do.
    pub next: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    Engine,
    Credentials,
    Variables,
    PlatformLink,
    Versions,
    Packages,
    Deferral,
    UpstreamProjects,
}

impl Subject {
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Engine => "engine",
            Self::Credentials => "credentials",
            Self::Variables => "variables",
            Self::PlatformLink => "platform link",
            Self::Versions => "versions",
            Self::Packages => "packages",
            Self::Deferral => "deferral",
            Self::UpstreamProjects => "upstream projects",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CheckState {
    Fine,
    /// Worth knowing; nothing is broken by it.
    Note,
    Warning,
    /// dbt stops here.
    Problem,
}

impl CheckState {
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Fine => "fine",
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Problem => "problem",
        }
    }
}

#[must_use]
pub fn diagnose(db: &dyn Db, project: Project) -> Diagnosis {
    let profile = explain_profile(db, project, None);
    let way = local_way(&project.settings(db).engines);
    let checks = vec![
        engine(db, project, way),
        credentials(&profile, way),
        variables(db, project, way),
        platform_link(db, project, &profile, way),
        versions(db, project),
        installed_packages(db, project),
        deferral(db, project),
    ];
    let checks = checks.into_iter().chain(upstream(db, project));
    let package = Package::new(db, project, project.root(db).clone(), Origin::Root);
    let teller = Teller::new(db, package);
    let masked = |it: Check| Check {
        fact: teller.mask(&it.fact),
        evidence: it.evidence.iter().map(|it| teller.mask(it)).collect(),
        next: it.next.map(|it| teller.mask(&it)),
        ..it
    };
    Diagnosis { project: profile.project.clone(), way, checks: checks.map(masked).collect() }
}

/// The first that is found is the one that a terminal starts.
fn local_way(engines: &[Engine]) -> LocalWay {
    match engines.first() {
        None => LocalWay::EditorOnly,
        Some(it) if it.kind == EngineKind::PlatformCli => LocalWay::PlatformCli,
        Some(_) => LocalWay::LocalEngine,
    }
}

fn check(subject: Subject, state: CheckState, fact: impl Into<String>) -> Check {
    Check { subject, state, fact: fact.into(), evidence: Vec::new(), next: None }
}

impl Check {
    fn seen_in(mut self, evidence: impl IntoIterator<Item = String>) -> Self {
        self.evidence.extend(evidence);
        self
    }

    fn next(mut self, next: impl Into<String>) -> Self {
        self.next = Some(next.into());
        self
    }
}

fn engine(db: &dyn Db, project: Project, way: LocalWay) -> Check {
    let engines = &project.settings(db).engines;
    let seen = engines.iter().map(|it| match &it.version {
        Some(version) => format!("{} {version} in {}", it.kind.name(), it.place),
        None => format!("{} in {}", it.kind.name(), it.place),
    });
    let (state, fact) = match way {
        LocalWay::PlatformCli => (
            CheckState::Fine,
            "the dbt platform CLI runs dbt: credentials and variables are those of the platform, and `profiles.yml` is not read",
        ),
        LocalWay::LocalEngine => (
            CheckState::Fine,
            "an engine on this machine runs dbt: credentials come from `profiles.yml`, variables from the environment and `.env`",
        ),
        LocalWay::EditorOnly => {
            (CheckState::Note, "no dbt is found here: editing needs none, running the project does")
        }
    };
    let check = check(Subject::Engine, state, fact).seen_in(seen);
    if way == LocalWay::EditorOnly {
        return check.next("install dbt, or name it in the setting `dbt.dbtPath`");
    }
    check
}

fn credentials(profile: &ExplainedProfile, way: LocalWay) -> Check {
    let subject = Subject::Credentials;
    let seen = profile.file.iter().cloned().chain(profile.findings.iter().take(5).cloned());
    if let Some(problem) = &profile.problem {
        let (state, fact) = match way {
            LocalWay::PlatformCli => {
                (CheckState::Note, format!("{problem}; the platform CLI needs none"))
            }
            LocalWay::LocalEngine => (CheckState::Problem, problem.clone()),
            LocalWay::EditorOnly => (CheckState::Warning, problem.clone()),
        };
        let check = check(subject, state, fact).seen_in(seen);
        return match way {
            LocalWay::PlatformCli => check,
            _ if profile.profile.is_none() => {
                check.next("add a line `profile: NAME` to `dbt_project.yml`")
            }
            _ => check.next(
                "`tandem profile init --from-platform` writes one from the platform, `tandem profile init --adapter NAME` an empty one",
            ),
        };
    }
    let or_none = |it: &Option<String>| it.clone().unwrap_or_else(|| "none".to_owned());
    let login = profile.login.as_ref().map(|it| format!(", log-in with {it}")).unwrap_or_default();
    let (name, target) = (or_none(&profile.profile), or_none(&profile.target));
    let adapter = or_none(&profile.adapter);
    let fact = format!("profile `{name}`, target `{target}`: {adapter}{login}");
    let state = if profile.findings.is_empty() { CheckState::Fine } else { CheckState::Warning };
    let found = check(subject, state, fact).seen_in(seen);
    if state == CheckState::Fine {
        return found;
    }
    found.next("open `profiles.yml`: each finding stands on its key, most with a fix")
}

fn variables(db: &dyn Db, project: Project, way: LocalWay) -> Check {
    let subject = Subject::Variables;
    let rows = environment_matrix(db, project);
    let with = |status: EnvironmentStatus| rows.iter().filter(move |it| it.status == status);
    let missing: Vec<&str> = with(EnvironmentStatus::Missing).map(|it| it.name.as_str()).collect();
    let read = rows.iter().filter(|it| !it.uses.is_empty()).count();
    if missing.is_empty() {
        let defaults = with(EnvironmentStatus::Default).count();
        let fact = format!("{read} are read, none is missing, {defaults} have their default");
        return check(subject, CheckState::Fine, fact);
    }
    let names = shorten(&missing.join(", "), 300);
    let fact = format!("{} of {read} are not set and have no default: {names}", missing.len());
    let state = match way {
        LocalWay::PlatformCli => CheckState::Note,
        _ => CheckState::Problem,
    };
    let seen = with(EnvironmentStatus::Missing).take(5).filter_map(|row| {
        let place = row.uses.first()?;
        Some(format!(
            "{} is read in {}",
            row.name,
            place.file.path(db).relative_to(project.root(db))?
        ))
    });
    let seen: Vec<String> = seen.collect();
    check(subject, state, fact)
        .seen_in(seen)
        .next("set them in `.env` (the light bulb on a finding does); `tandem env --explain NAME` says who reads one")
}

fn platform_link(
    db: &dyn Db,
    project: Project,
    profile: &ExplainedProfile,
    way: LocalWay,
) -> Check {
    let subject = Subject::PlatformLink;
    let link = &profile.link;
    let failed = |it: &&crate::ExplainedStep| matches!(it.state, "missing" | "wrong");
    let seen = link.steps.iter().filter(failed).map(|it| it.fact.clone());
    let seen: Vec<String> = seen.collect();
    if !link.is_linked {
        // Who works without the platform has nothing to mend.
        let state = if way == LocalWay::PlatformCli || cloud_link(db, project).file.is_some() {
            CheckState::Warning
        } else {
            CheckState::Note
        };
        return check(subject, state, "the project is not linked to the dbt platform")
            .seen_in(seen)
            .next("add `dbt-cloud: {project-id: …}` to `dbt_project.yml`");
    }
    if !link.has_credentials {
        return check(subject, CheckState::Warning, "linked, but the platform cannot be asked")
            .seen_in(seen)
            .next("download `dbt_cloud.yml` from the platform to `~/.dbt`");
    }
    let found = cloud_link(db, project);
    let id = found.project_id.clone().unwrap_or_default();
    let host = found.host.clone().unwrap_or_default();
    let state = if seen.is_empty() { CheckState::Fine } else { CheckState::Warning };
    check(subject, state, format!("project {id} at {host}, with a token")).seen_in(seen)
}

fn versions(db: &dyn Db, project: Project) -> Check {
    let twin = version_twin(db, project);
    let subject = Subject::Versions;
    let newest = twin.newest.as_ref();
    let seen = newest.map(|it| format!("the newest seen: {} in {}", it.text, it.source));
    if twin.skews.is_empty() {
        let fact = format!("judged for dbt {}: {}", twin.version, twin.reason);
        return check(subject, CheckState::Fine, fact).seen_in(seen);
    }
    let certain = twin.skews.iter().any(|it| it.is_certain);
    let state = if certain { CheckState::Warning } else { CheckState::Note };
    let first = twin.skews.first().map(|it| it.message.clone()).unwrap_or_default();
    let others = twin.skews.iter().skip(1).map(|it| it.message.clone());
    check(subject, state, first)
        .seen_in(others.chain(seen))
        .next("`tandem versions` shows every engine and every pin")
}

fn installed_packages(db: &dyn Db, project: Project) -> Check {
    let subject = Subject::Packages;
    let missing = uninstalled_packages(db, project);
    if missing.is_empty() {
        let all = packages(db, project);
        let is_installed =
            |it: &&Package| matches!(it.origin(db), Origin::Installed | Origin::Local);
        let fact = format!("{} installed, none missing", all.iter().filter(is_installed).count());
        return check(subject, CheckState::Fine, fact);
    }
    let names =
        shorten(&missing.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "), 300);
    check(subject, CheckState::Problem, format!("not installed: {names}")).next("run `dbt deps`")
}

fn deferral(db: &dyn Db, project: Project) -> Check {
    let defer = project_status(db, project).defer;
    let state = match (defer.on, &defer.generated_at) {
        (false, _) => CheckState::Note,
        (true, Some(_)) => CheckState::Fine,
        (true, None) => CheckState::Note,
    };
    let made = defer.generated_at.map(|it| format!(", made {it}")).unwrap_or_default();
    let found = check(Subject::Deferral, state, format!("{}{made}", defer.reason));
    found.seen_in(defer.state)
}

/// Each upstream project with the place where it is read from.
fn upstream(db: &dyn Db, project: Project) -> Option<Check> {
    let names = upstream_names(db, project);
    if names.is_empty() {
        return None;
    }
    let all = packages(db, project);
    let found = |name: &String| {
        all.iter().find(|it| {
            it.origin(db) == Origin::Upstream && *project::package_name(db, **it) == **name
        })
    };
    let seen = names.iter().map(|name| match found(name) {
        Some(it) => format!("{name}: read from {}", it.root(db)),
        None => format!("{name}: no checkout with this name lies beside the project"),
    });
    let seen: Vec<String> = seen.collect();
    let missing = names.iter().filter(|it| found(it).is_none()).count();
    let (state, fact) = if missing == 0 {
        (CheckState::Fine, format!("{} found", names.len()))
    } else {
        (
            CheckState::Note,
            format!("{missing} of {} not found: their refs are not resolved", names.len()),
        )
    };
    let check = check(Subject::UpstreamProjects, state, fact).seen_in(seen);
    Some(if missing == 0 { check } else { check.next("check the project out beside this one") })
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};
    use test_support::{Fixture, engine};

    use super::*;

    #[track_caller]
    fn check(fixture: &str, engines: Vec<Engine>, expect: Expect) {
        let mut fixture = Fixture::new(fixture);
        fixture.change_settings(|it| it.engines = engines);
        let found = diagnose(&fixture.db, fixture.project);
        let mut said = format!("{}\n", found.way.name());
        for it in &found.checks {
            let next = it.next.as_deref().map(|it| format!(" → {it}")).unwrap_or_default();
            said += &format!("{} {}: {}{next}\n", it.state.name(), it.subject.name(), it.fact);
        }
        expect.assert_eq(&said);
    }

    const BROKEN: &str = "//- dbt_project.yml\nname: shop\nprofile: nobody\n//- models/a.sql\nselect {{ env_var('A') }}, {{ env_var('B', '1') }}\n//- dependencies.yml\nprojects:\n  - name: finance\n";

    #[test]
    fn with_an_engine_here_what_is_missing_is_a_problem() {
        let engines = vec![engine(EngineKind::Core, "1.11.2", "venv")];
        check(
            BROKEN,
            engines,
            expect![[r#"
            local-engine
            fine engine: an engine on this machine runs dbt: credentials come from `profiles.yml`, variables from the environment and `.env`
            problem credentials: profiles.yml has no profile nobody; it has shop → `tandem profile init --from-platform` writes one from the platform, `tandem profile init --adapter NAME` an empty one
            problem variables: 1 of 2 are not set and have no default: A → set them in `.env` (the light bulb on a finding does); `tandem env --explain NAME` says who reads one
            note platform link: the project is not linked to the dbt platform → add `dbt-cloud: {project-id: …}` to `dbt_project.yml`
            fine versions: judged for dbt 1.11: dbt 1.11.2 is installed in `venv`
            fine packages: 0 installed, none missing
            note deferral: no state is configured: set `dbt.flag.state` to a folder with a `manifest.json`
            note upstream projects: 1 of 1 not found: their refs are not resolved → check the project out beside this one
        "#]],
        );
    }

    #[test]
    fn with_the_platforms_cli_it_is_a_note() {
        let engines = vec![engine(EngineKind::PlatformCli, "0.40.1", "/usr/local/bin/dbt")];
        check(
            BROKEN,
            engines,
            expect![[r#"
            platform-cli
            fine engine: the dbt platform CLI runs dbt: credentials and variables are those of the platform, and `profiles.yml` is not read
            note credentials: profiles.yml has no profile nobody; it has shop; the platform CLI needs none
            note variables: 1 of 2 are not set and have no default: A → set them in `.env` (the light bulb on a finding does); `tandem env --explain NAME` says who reads one
            warning platform link: the project is not linked to the dbt platform → add `dbt-cloud: {project-id: …}` to `dbt_project.yml`
            fine versions: judged for dbt 2.0: the current release; nothing in the project says otherwise
            fine packages: 0 installed, none missing
            note deferral: no state is configured: set `dbt.flag.state` to a folder with a `manifest.json`
            note upstream projects: 1 of 1 not found: their refs are not resolved → check the project out beside this one
        "#]],
        );
    }

    #[test]
    fn a_project_that_is_well() {
        check(
            "//- models/a.sql\nselect 1\n",
            Vec::new(),
            expect![[r#"
            editor-only
            note engine: no dbt is found here: editing needs none, running the project does → install dbt, or name it in the setting `dbt.dbtPath`
            fine credentials: profile `shop`, target `dev`: duckdb (dbt v2 supports it)
            fine variables: 0 are read, none is missing, 0 have their default
            note platform link: the project is not linked to the dbt platform → add `dbt-cloud: {project-id: …}` to `dbt_project.yml`
            fine versions: judged for dbt 2.0: the current release; nothing in the project says otherwise
            fine packages: 0 installed, none missing
            note deferral: no state is configured: set `dbt.flag.state` to a folder with a `manifest.json`
        "#]],
        );
    }
}

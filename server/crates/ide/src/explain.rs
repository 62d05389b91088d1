//! Where the profile of a project comes from: every place that was looked at, every value with its
//! source. What `tandem profile` and `tandem doctor` tell. Holds no secret.

use base::{Db, File, FilePath, Project, line_index};
use project::{
    CloudChain, EnvironmentSource, Field, Generation, Json, LinkRules, NameSource, Origin, Package,
    Profile, ProfileProblem, ProfileSearch, SearchedFor, StepName, StepState, Support, cloud_chain,
    dbt_version, explain_environment, is_secret_key, package_name, profile, profile_search,
    selected_output, terminal_search,
};

use rules::{Scope, Severity};

use crate::hover::{Teller, shorten};

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ExplainedProfile {
    pub project: String,
    pub profile: Option<String>,
    pub profile_source: String,
    pub target: Option<String>,
    pub target_source: String,
    pub targets: Vec<String>,
    pub file: Option<String>,
    /// Why it was looked for there.
    pub searched_because: String,
    pub adapter: Option<String>,
    pub login: Option<String>,
    pub problem: Option<String>,
    /// What is wrong with the file, as far as it matters for the output in use.
    pub findings: Vec<String>,
    pub notes: Vec<String>,
    pub searches: Vec<ExplainedSearch>,
    pub fields: Vec<ExplainedField>,
    pub link: ExplainedLink,
}

/// Where somebody looks for `profiles.yml`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExplainedSearch {
    /// `Tandem`, `dbt v2 in a terminal`.
    pub who: String,
    pub because: String,
    pub places: Vec<ExplainedPlace>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExplainedPlace {
    pub path: String,
    /// `used`, `exists`, `missing`.
    pub state: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExplainedField {
    pub name: String,
    /// Nothing where it is a secret.
    pub value: Option<String>,
    pub source: String,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ExplainedLink {
    pub is_linked: bool,
    pub has_credentials: bool,
    pub steps: Vec<ExplainedStep>,
    /// What engines up to May 2026 make of it, where that is something else.
    pub under_old_rules: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExplainedStep {
    pub step: &'static str,
    pub state: &'static str,
    pub fact: String,
}

/// `here` is the folder that somebody is in, where it is not the project's.
#[must_use]
pub fn explain_profile(db: &dyn Db, project: Project, here: Option<&FilePath>) -> ExplainedProfile {
    let package = Package::new(db, project, project.root(db).clone(), Origin::Root);
    let teller = Teller::new(db, package);
    let used = profile(db, project);
    let search = profile_search(db, project);
    let generation = dbt_version(db, project).generation();
    let output = selected_output(db, project);
    let adapter = output.as_ref().and_then(|it| it.adapter());
    let login = output.as_ref().and_then(|it| it.login(generation));
    let searches = searches(&teller, &search, here);
    let mut told = ExplainedProfile {
        project: package_name(db, package).to_string(),
        profile: used.name.as_ref().map(|it| teller.mask(it)),
        profile_source: name_source(used.name_source, "DBT_PROFILE", "profile: of dbt_project.yml"),
        target: used.target.as_ref().map(|it| teller.mask(it)),
        target_source: match used.target_source {
            NameSource::Default => "the word that dbt takes where nothing names one".to_owned(),
            source => name_source(source, "DBT_TARGET", "target: of the profile"),
        },
        targets: used.targets.iter().map(|it| teller.mask(it)).collect(),
        file: used.file.map(|it| teller.path(it)),
        searched_because: because(search.because).to_owned(),
        adapter: used.adapter.as_ref().map(|name| match adapter {
            Some(it) => format!("{} ({})", it.name, support(it.v2)),
            None => format!("{} (its keys are not known)", teller.mask(name)),
        }),
        login: login.map(|it| {
            let password = if it.passwordless { ", without a password" } else { "" };
            let unknown = it.v2 == Support::Unsupported
                && adapter.is_some_and(|it| it.v2 != Support::Unsupported);
            let unknown = if unknown { ", not known to dbt v2" } else { "" };
            format!("{}{password}{unknown}", it.name)
        }),
        problem: used.problem.as_ref().map(|it| teller.mask(&problem(it))),
        findings: used.file.map(|it| findings(&teller, it)).unwrap_or_default(),
        notes: notes(&teller, &used, here),
        searches,
        fields: Vec::new(),
        link: link(&teller),
    };
    if let Some(output) = &output {
        told.fields = output.fields.iter().map(|it| field(&teller, it, generation)).collect();
    }
    told
}

fn name_source(source: NameSource, variable: &str, file: &str) -> String {
    match source {
        NameSource::Settings => "chosen by a flag or a setting".to_owned(),
        NameSource::Variable => variable.to_owned(),
        NameSource::File => file.to_owned(),
        NameSource::Default => "nothing names one".to_owned(),
    }
}

fn because(because: SearchedFor) -> &'static str {
    match because {
        SearchedFor::Settings => "--profiles-dir or dbt.profilesDir: nowhere else",
        SearchedFor::Variable => "DBT_PROFILES_DIR: nowhere else",
        SearchedFor::Convention => "the folder that dbt is started in, then ~/.dbt",
    }
}

fn support(support: Support) -> &'static str {
    match support {
        Support::Supported => "dbt v2 supports it",
        Support::Experimental => "experimental in dbt v2",
        Support::Unsupported => "not in dbt v2",
    }
}

fn searches(
    teller: &Teller<'_>,
    search: &ProfileSearch,
    here: Option<&FilePath>,
) -> Vec<ExplainedSearch> {
    let (db, project) = (teller.db, teller.project);
    let mut all = vec![explained(teller, "Tandem, for the project".to_owned(), search)];
    let root = project.root(db);
    let mut folders = vec![("a terminal in the project's folder", root)];
    folders.extend(here.map(|it| ("a terminal in the current folder", it)));
    for (place, folder) in folders {
        let v2 = terminal_search(db, project, Generation::V2, folder);
        let core = terminal_search(db, project, Generation::Core, folder);
        if v2 == core {
            all.push(explained(teller, format!("dbt in {place}"), &v2));
        } else {
            all.push(explained(teller, format!("dbt v2 in {place}"), &v2));
            all.push(explained(teller, format!("dbt Core in {place}"), &core));
        }
    }
    all
}

fn explained(teller: &Teller<'_>, who: String, search: &ProfileSearch) -> ExplainedSearch {
    let winner = search.found(teller.db);
    let place = |file: File| ExplainedPlace {
        path: teller.mask(&teller.path(file)),
        state: match (Some(file) == winner, file.exists(teller.db)) {
            (true, _) => "used",
            (false, true) => "exists",
            (false, false) => "missing",
        },
    };
    ExplainedSearch {
        who,
        because: because(search.because).to_owned(),
        places: search.files(teller.db).into_iter().map(place).collect(),
    }
}

fn findings(teller: &Teller<'_>, file: File) -> Vec<String> {
    let lines = line_index(teller.db, file);
    let found = crate::diagnostics(teller.db, file, Scope::File);
    // Why there is no output is told apart; a key that is mistyped matters more than other hints.
    let found = found.iter().filter(|it| match it.code {
        "missing-profile" => false,
        "profile-unknown-key" => true,
        _ => it.severity >= Severity::Warning,
    });
    let path = teller.path(file);
    let told = found.map(|it| {
        let line = lines.line_of(it.range.start()) + 1;
        teller.mask(&format!("{path}:{line}: {}", it.message))
    });
    told.collect()
}

/// Where a terminal would do otherwise.
fn notes(teller: &Teller<'_>, used: &Profile, here: Option<&FilePath>) -> Vec<String> {
    let (db, project) = (teller.db, teller.project);
    let root = project.root(db);
    let mut notes = Vec::new();
    let mut folders = vec![("the project's folder", root)];
    folders.extend(here.map(|it| ("the current folder", it)));
    for (place, folder) in folders {
        let found = [Generation::V2, Generation::Core].map(|it| {
            let search = terminal_search(db, project, it, folder);
            (it, search.found(db))
        });
        for (generation, file) in found {
            let both = found[0].1 == found[1].1;
            if file == used.file || (both && generation == Generation::Core) {
                continue;
            }
            let engine = match (both, generation) {
                (true, _) => "dbt",
                (false, Generation::V2) => "dbt v2",
                (false, Generation::Core) => "dbt Core",
            };
            let file = file
                .map_or_else(|| "no profiles.yml".to_owned(), |it| teller.mask(&teller.path(it)));
            notes.push(format!("{engine} in a terminal in {place} uses {file}"));
        }
    }
    notes
}

fn problem(problem: &ProfileProblem) -> String {
    let list = |names: &[String]| {
        if names.is_empty() {
            return "none".to_owned();
        }
        shorten(&names.join(", "), 300)
    };
    match problem {
        ProfileProblem::NoProfileNamed => "the project names no profile".to_owned(),
        ProfileProblem::NoFile { .. } => "there is no profiles.yml".to_owned(),
        ProfileProblem::Unreadable { .. } => "profiles.yml cannot be read".to_owned(),
        ProfileProblem::NoProfile { name, known } => {
            format!("profiles.yml has no profile {name}; it has {}", list(known))
        }
        ProfileProblem::NoOutputs { name } => format!("the profile {name} has no outputs"),
        ProfileProblem::NoTarget { target, known } => {
            format!("the profile has no target {target}; it has {}", list(known))
        }
        ProfileProblem::NoType { target } => format!("the target {target} has no type"),
    }
}

fn field(teller: &Teller<'_>, field: &Field, generation: Generation) -> ExplainedField {
    let secret = is_secret_key(&field.name);
    let value = match field.rendered.get(generation) {
        Json::String(it) => it.clone(),
        Json::Null => String::new(),
        // A list or a mapping may hold anything.
        Json::Array(_) => "a list".to_owned(),
        Json::Object(_) => "a mapping".to_owned(),
        other => other.to_string(),
    };
    let variables = field.variables();
    let sources = variables.iter().map(|(name, has_default)| {
        let found = explain_environment(teller.db, teller.project, name);
        match found.map(|it| it.source) {
            Some(EnvironmentSource::Settings) => format!("{name} of the settings"),
            Some(EnvironmentSource::Process) => format!("{name} of the environment"),
            Some(EnvironmentSource::Command) => {
                format!("{name} of `dbt.env.command`")
            }
            Some(EnvironmentSource::DotEnv { line, .. }) => format!("{name} of .env:{}", line + 1),
            None if *has_default => format!("{name} is not set: the default"),
            None => format!("{name} is not set"),
        }
    });
    let sources: Vec<String> = sources.collect();
    let source = match (sources.is_empty(), field.has_jinja()) {
        (false, _) => sources.join(", "),
        (true, true) => "a template".to_owned(),
        (true, false) => "written".to_owned(),
    };
    let value = (!secret).then(|| teller.mask(&shorten(&value, 200)));
    ExplainedField { name: teller.mask(&field.name), value, source: teller.mask(&source) }
}

fn link(teller: &Teller<'_>) -> ExplainedLink {
    let chain = cloud_chain(teller.db, teller.project, LinkRules::New);
    let old = cloud_chain(teller.db, teller.project, LinkRules::Old);
    let fact = |chain: &CloudChain| Some(chain.step(StepName::Project)?.fact.clone());
    let differs = old.project_id.value != chain.project_id.value;
    let mut steps: Vec<ExplainedStep> = chain
        .steps
        .iter()
        .map(|it| ExplainedStep {
            step: step_name(it.name),
            state: state_name(it.state),
            fact: teller.mask(&it.fact),
        })
        .collect();
    if let Some(file) = chain.misplaced {
        let fact = format!("{} is not read: dbt looks in ~/.dbt only", teller.path(file));
        steps.push(ExplainedStep { step: "file", state: "wrong", fact });
    }
    ExplainedLink {
        is_linked: chain.is_linked(),
        has_credentials: chain.has_credentials(),
        under_old_rules: fact(&old).filter(|_| differs).map(|it| teller.mask(&it)),
        steps,
    }
}

fn step_name(name: StepName) -> &'static str {
    match name {
        StepName::File => "file",
        StepName::Project => "project",
        StepName::Entry => "entry",
        StepName::Account => "account",
        StepName::Host => "host",
        StepName::Token => "token",
        StepName::Environment => "environment",
    }
}

fn state_name(state: StepState) -> &'static str {
    match state {
        StepState::Fine => "fine",
        StepState::Missing => "missing",
        StepState::Wrong => "wrong",
        StepState::NotSet => "not set",
    }
}

#[cfg(test)]
mod tests;

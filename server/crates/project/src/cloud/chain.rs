//! From the account to the environment that is deferred to, step by step.

use base::{Db, File, Project};

use super::file::{cloud_file, cloud_file_problems, host_problem, misplaced_cloud_file, text};
use crate::{
    Json, Origin, YamlContext, document, environment_value, packages, project_file, render_value,
    to_json,
};

/// By which rules a project counts as linked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LinkRules {
    /// Engines up to May 2026: without a project id of its own a project belongs to
    /// `context.active-project`.
    Old,
    /// Only `dbt-cloud: project-id` or the variable links a project.
    New,
}

/// Where a value of the link stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LinkSource {
    /// A variable of the environment.
    Variable(&'static str),
    /// A key below `dbt-cloud:` of `dbt_project.yml`.
    ProjectFile(&'static str),
    /// A key of the project's entry in `dbt_cloud.yml`.
    Entry(&'static str),
    /// A key of `context:` in `dbt_cloud.yml`.
    Context(&'static str),
}

/// A value, where it comes from, and what it hides.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LinkValue {
    pub value: Option<String>,
    pub source: Option<LinkSource>,
    /// What else is written, without effect.
    pub hidden: Vec<(LinkSource, String)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StepName {
    File,
    Project,
    Entry,
    Account,
    Host,
    Token,
    Environment,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StepState {
    Fine,
    /// It is not there, and what follows is not either.
    Missing,
    /// It is there and wrong.
    Wrong,
    /// It is not there, and nothing is amiss.
    NotSet,
}

/// One step of the way, as a plain fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkStep {
    pub name: StepName,
    pub state: StepState,
    pub fact: String,
    /// The source that is at fault, where one is.
    pub source: Option<LinkSource>,
}

/// What is known of the link to the platform. Holds no secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CloudChain {
    pub rules: LinkRules,
    /// `~/.dbt/dbt_cloud.yml`, where there is one.
    pub file: Option<File>,
    /// A copy in the project, which is not read.
    pub misplaced: Option<File>,
    pub project_id: LinkValue,
    pub account_id: LinkValue,
    pub host: LinkValue,
    pub defer_environment_id: LinkValue,
    /// Where the token comes from: its text is nowhere.
    pub token: Option<LinkSource>,
    /// Whether it is a person's and not a service's.
    pub token_is_personal: bool,
    pub steps: Vec<LinkStep>,
}

impl CloudChain {
    /// Whether a project of the platform is known.
    #[must_use]
    pub fn is_linked(&self) -> bool {
        self.project_id.value.is_some()
    }

    /// Whether the platform can be asked: account, host and token are known.
    #[must_use]
    pub fn has_credentials(&self) -> bool {
        self.account_id.value.is_some() && self.host.value.is_some() && self.token.is_some()
    }

    #[must_use]
    pub fn step(&self, name: StepName) -> Option<&LinkStep> {
        self.steps.iter().find(|it| it.name == name)
    }
}

impl LinkSource {
    /// As people find it.
    #[must_use]
    pub fn words(self) -> String {
        match self {
            Self::Variable(name) => format!("`{name}`"),
            Self::ProjectFile(key) => format!("`dbt-cloud: {key}` in `dbt_project.yml`"),
            Self::Entry(key) => format!("`{key}` of the project's entry in `~/.dbt/dbt_cloud.yml`"),
            Self::Context(key) => format!("`context: {key}` in `~/.dbt/dbt_cloud.yml`"),
        }
    }
}

/// Environment before `dbt_project.yml` before the entry in `dbt_cloud.yml` whose project matches.
pub fn cloud_chain(db: &dyn Db, project: Project, rules: LinkRules) -> CloudChain {
    resolve(db, project, rules).0
}

/// The chain, and the token.
pub(super) fn resolve(
    db: &dyn Db,
    project: Project,
    rules: LinkRules,
) -> (CloudChain, Option<String>) {
    let file = cloud_file(db, project).filter(|it| it.exists(db));
    // Of a file that dbt cannot read it takes nothing.
    let is_broken = file.is_some_and(|it| {
        !document(db, it).readable || cloud_file_problems(db, it).iter().any(|it| it.is_fatal)
    });
    let read = file.filter(|_| !is_broken);
    let data = read.and_then(|it| document(db, it).root.as_ref().map(to_json)).unwrap_or_default();
    let sources = Sources::of(db, project, &data);

    let variable = LinkSource::Variable;
    let written = LinkSource::ProjectFile;
    let mut of_project = vec![variable("DBT_CLOUD_PROJECT_ID"), written("project-id")];
    if rules == LinkRules::Old {
        of_project.push(LinkSource::Context("active-project"));
    }
    let project_id = sources.first(&of_project, None);
    let entry = sources.entry(project_id.value.as_deref());
    let account_id = sources.first(
        &[variable("DBT_CLOUD_ACCOUNT_ID"), written("account_id"), LinkSource::Entry("account-id")],
        entry,
    );
    let host = sources.first(
        &[
            variable("DBT_CLOUD_ACCOUNT_HOST"),
            written("tenant_hostname"),
            written("account-host"),
            LinkSource::Entry("account-host"),
        ],
        entry,
    );
    let mut of_environment = vec![variable("DBT_CLOUD_DEFER_ENV_ID"), written("defer-env-id")];
    if project_id.value.is_some() {
        of_environment.push(LinkSource::Context("defer-env-id"));
    }
    let defer_environment_id = sources.first(&of_environment, entry);
    let token =
        sources.first(&[variable("DBT_CLOUD_TOKEN"), LinkSource::Entry("token-value")], entry);
    let mut chain = CloudChain {
        rules,
        file,
        misplaced: misplaced_cloud_file(db, project),
        project_id,
        account_id,
        host,
        defer_environment_id,
        token: token.source,
        token_is_personal: token.value.as_deref().is_some_and(|it| it.starts_with("dbtu_")),
        steps: Vec::new(),
    };
    chain.steps = steps(&chain, &sources, is_broken, entry);
    (chain, token.value)
}

struct Sources<'a> {
    db: &'a dyn Db,
    project: Project,
    /// `dbt-cloud:` of `dbt_project.yml`, rendered.
    own: Json,
    data: &'a Json,
}

impl<'a> Sources<'a> {
    fn of(db: &'a dyn Db, project: Project, data: &'a Json) -> Self {
        let packages = packages(db, project);
        let root = packages.iter().find(|it| it.origin(db) == Origin::Root);
        let own = root.map(|it| project_file(db, it.file(db)));
        let own = own.as_ref().and_then(|it| it.get(&["dbt-cloud"]).cloned()).unwrap_or_default();
        let own = render_value(db, project, &own, YamlContext::ProjectFile);
        Self { db, project, own, data }
    }

    fn variable(&self, name: &str) -> Option<String> {
        let value = environment_value(self.db, self.project, name.to_owned());
        value.map(|it| it.trim().to_owned()).filter(|it| !it.is_empty())
    }

    fn get(&self, source: LinkSource, entry: Option<&Json>) -> Option<String> {
        match source {
            LinkSource::Variable(name) => self.variable(name),
            LinkSource::ProjectFile(key) => text(self.own.get(key)),
            LinkSource::Entry(key) => text(entry?.get(key)),
            LinkSource::Context(key) => text(self.data.get("context")?.get(key)),
        }
    }

    /// The first of several that says something; the others are hidden.
    fn first(&self, sources: &[LinkSource], entry: Option<&Json>) -> LinkValue {
        let mut found = LinkValue::default();
        for source in sources {
            let Some(value) = self.get(*source, entry) else { continue };
            if found.source.is_none() {
                (found.value, found.source) = (Some(value), Some(*source));
            } else {
                found.hidden.push((*source, value));
            }
        }
        found
    }

    fn entries(&self) -> impl Iterator<Item = &'a Json> {
        self.data.get("projects").and_then(Json::as_array).into_iter().flatten()
    }

    fn entry(&self, project_id: Option<&str>) -> Option<&'a Json> {
        let id = project_id?;
        self.entries().find(|it| text(it.get("project-id")).as_deref() == Some(id))
    }
}

fn steps(
    chain: &CloudChain,
    sources: &Sources<'_>,
    is_broken: bool,
    entry: Option<&Json>,
) -> Vec<LinkStep> {
    let step = |name, state, fact: String, source| LinkStep { name, state, fact, source };
    let mut steps = Vec::new();
    steps.push(match (chain.file, is_broken) {
        (None, _) => {
            let fact = "there is no `~/.dbt/dbt_cloud.yml`".to_owned();
            step(StepName::File, StepState::Missing, fact, None)
        }
        (Some(_), true) => {
            let fact = "dbt ignores `~/.dbt/dbt_cloud.yml`: it cannot be read as one".to_owned();
            step(StepName::File, StepState::Wrong, fact, None)
        }
        (Some(_), false) => {
            step(StepName::File, StepState::Fine, "`~/.dbt/dbt_cloud.yml` is read".to_owned(), None)
        }
    });
    let Some(id) = &chain.project_id.value else {
        let fact = match chain.rules {
            LinkRules::New => {
                "not linked: neither `dbt-cloud: project-id` in `dbt_project.yml` nor `DBT_CLOUD_PROJECT_ID` names a project"
            }
            LinkRules::Old => {
                "not linked: nothing names a project, and `dbt_cloud.yml` has no active one"
            }
        };
        steps.push(step(StepName::Project, StepState::Missing, fact.to_owned(), None));
        return steps;
    };
    let source = chain.project_id.source;
    let from = source.map(LinkSource::words).unwrap_or_default();
    steps.push(step(
        StepName::Project,
        StepState::Fine,
        format!("project `{id}`, from {from}"),
        source,
    ));
    if chain.file.is_some() && !is_broken {
        steps.push(if entry.is_some() {
            let fact = format!("`~/.dbt/dbt_cloud.yml` has an entry for project `{id}`");
            step(StepName::Entry, StepState::Fine, fact, None)
        } else {
            let known: Vec<String> = sources
                .entries()
                .filter_map(|it| Some(format!("`{}`", text(it.get("project-id"))?)))
                .take(12)
                .collect();
            let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
            let fact =
                format!("`~/.dbt/dbt_cloud.yml` has no entry for project `{id}`; it has {known}");
            let needed = chain.has_credentials();
            let state = if needed { StepState::NotSet } else { StepState::Missing };
            step(StepName::Entry, state, fact, source)
        });
    }
    steps.push(value_step(StepName::Account, "account", &chain.account_id));
    steps.push(match chain.host.value.as_deref().and_then(host_problem) {
        Some((problem, _)) => step(StepName::Host, StepState::Wrong, problem, chain.host.source),
        None => value_step(StepName::Host, "host", &chain.host),
    });
    steps.push(token_step(chain, entry));
    let mut environment =
        value_step(StepName::Environment, "environment to defer to:", &chain.defer_environment_id);
    if environment.state == StepState::Missing {
        environment.state = StepState::NotSet;
        "no environment to defer to is named: the platform's own choice counts"
            .clone_into(&mut environment.fact);
    }
    steps.push(environment);
    steps
}

fn value_step(name: StepName, what: &str, value: &LinkValue) -> LinkStep {
    let Some(found) = &value.value else {
        let fact = format!("no {what} is known");
        return LinkStep { name, state: StepState::Missing, fact, source: None };
    };
    let from = value.source.map(LinkSource::words).unwrap_or_default();
    let others = value.hidden.iter().filter(|it| it.1 != *found);
    let others: Vec<String> =
        others.map(|(source, value)| format!("{} says `{value}`", source.words())).collect();
    let hides = match others.as_slice() {
        [] => String::new(),
        others => format!("; without effect, {}", others.join(" and ")),
    };
    let fact = format!("{what} `{found}`, from {from}{hides}");
    LinkStep { name, state: StepState::Fine, fact, source: value.source }
}

fn token_step(chain: &CloudChain, entry: Option<&Json>) -> LinkStep {
    let name = StepName::Token;
    let Some(source) = chain.token else {
        let fact = "no token is known".to_owned();
        return LinkStep { name, state: StepState::Missing, fact, source: None };
    };
    let kind = if chain.token_is_personal { "a personal token" } else { "a service token" };
    // A token is good for the host that it was given for.
    let of_entry = matches!(source, LinkSource::Entry(_));
    let own = entry.and_then(|it| text(it.get("account-host")));
    if of_entry
        && let (Some(own), Some(host)) = (own, &chain.host.value)
        && own != *host
    {
        let fact = format!("the entry's token is for `{own}`, and the host is `{host}`");
        return LinkStep { name, state: StepState::Wrong, fact, source: chain.host.source };
    }
    let fact = format!("{kind}, from {}", source.words());
    LinkStep { name, state: StepState::Fine, fact, source: Some(source) }
}

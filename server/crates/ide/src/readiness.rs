//! How far a project is from dbt v2: which of five states it is in, what keeps it there, and whose
//! turn it is. Computed from findings and configs alone; nothing is run and nobody is asked.

mod features;
mod outside;

use base::{Db, EngineKind, File, Project, TextRange};
use project::{Origin, Package, mask, packages, secrets};
use rules::{Diagnostic, Fix, Scope, Severity};
use rustc_hash::{FxHashMap, FxHashSet};
use semantic::{Node, NodeKind};

pub use features::{FEATURES, Feature, NEWEST_RELEASE, TABLE_DATE};

/// Worse ones are greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ReadinessState {
    Unblocked,
    /// The project runs where some nodes are left out.
    SoftBlocked,
    /// Nothing runs until what is deprecated has gone.
    Deprecations,
    /// Nothing runs, and it is known why.
    KnownParseIssues,
    /// Nothing runs, and no rule explains why.
    UnknownParseIssues,
}

impl ReadinessState {
    pub const ALL: [Self; 5] = [
        Self::Unblocked,
        Self::SoftBlocked,
        Self::Deprecations,
        Self::KnownParseIssues,
        Self::UnknownParseIssues,
    ];

    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Unblocked => "unblocked",
            Self::SoftBlocked => "soft-blocked",
            Self::Deprecations => "hard-blocked-by-deprecations",
            Self::KnownParseIssues => "hard-blocked-by-known-parse-issues",
            Self::UnknownParseIssues => "hard-blocked-by-unknown-parse-issues",
        }
    }

    #[must_use]
    pub fn is_hard(self) -> bool {
        self >= Self::Deprecations
    }
}

/// Whose turn it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Owner {
    You,
    Engine,
}

impl Owner {
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::You => "you",
            Self::Engine => "engine",
        }
    }
}

/// How what blocks is mended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mending {
    /// A safe fix is there.
    Automatic,
    /// A fix is there that somebody has to choose.
    Choice,
    Manual,
}

impl Mending {
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Automatic => "automatic",
            Self::Choice => "choice",
            Self::Manual => "manual",
        }
    }
}

/// Something that keeps a project, or some of its nodes, from v2.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blocker {
    pub state: ReadinessState,
    pub owner: Owner,
    pub mending: Mending,
    pub finding: Diagnostic,
    /// The nodes of the file, by their ids.
    pub nodes: Vec<String>,
    /// The release of v2 that lifts it, where one does.
    pub lifted_in: Option<&'static str>,
}

/// Something worth knowing that blocks nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadinessNote {
    pub file: Option<File>,
    pub range: TextRange,
    pub text: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Readiness {
    pub state: ReadinessState,
    /// The release of v2 that the project is judged for, and where it is known from.
    pub engine: String,
    pub engine_reason: &'static str,
    pub blockers: Vec<Blocker>,
    /// What no engine will bring, and what differs.
    pub notes: Vec<ReadinessNote>,
    pub n_nodes: usize,
    /// Nodes that are not unblocked.
    pub nodes: Vec<(String, ReadinessState)>,
    /// What runs all but the nodes that are softly blocked.
    pub exclude: Option<String>,
}

impl Readiness {
    #[must_use]
    pub fn count(&self, state: ReadinessState, mending: Mending) -> usize {
        self.blockers.iter().filter(|it| it.state == state && it.mending == mending).count()
    }
}

/// `engine` is a release of v2 to judge for, in place of the one that is installed.
#[must_use]
pub fn readiness(db: &dyn Db, project: Project, engine: Option<&str>) -> Readiness {
    let (engine, engine_reason) = release(db, project, engine);
    let own: Vec<Package> =
        packages(db, project).iter().filter(|it| it.is_own(db)).copied().collect();
    let nodes: Vec<Node> = own.iter().flat_map(|it| semantic::all_nodes(db, *it)).collect();
    let mut of_file: FxHashMap<File, Vec<String>> = FxHashMap::default();
    for it in &nodes {
        // A test in properties stands beside everything else of its file.
        if it.kind(db) != NodeKind::GenericTest && it.kind(db) != NodeKind::Operation {
            of_file.entry(it.file(db)).or_default().push(it.unique_id(db));
        }
    }
    let mut blockers = Vec::new();
    for file in crate::files_to_check(db, project) {
        for finding in rules::every_finding(db, project, file, Scope::Project).iter() {
            if let Some((state, owner)) = judged(finding) {
                let nodes = of_file.get(&file).cloned().unwrap_or_default();
                let mending = mending(finding);
                let finding = finding.clone();
                blockers.push(Blocker { state, owner, mending, finding, nodes, lifted_in: None });
            }
        }
    }
    blockers.extend(features::lacking(db, project, &nodes, &engine));
    let mut by_node: FxHashMap<&str, ReadinessState> = FxHashMap::default();
    for it in &blockers {
        for node in &it.nodes {
            let state = by_node.entry(node).or_insert(it.state);
            *state = (*state).max(it.state);
        }
    }
    let mut blocked: Vec<(String, ReadinessState)> =
        by_node.into_iter().map(|(node, state)| (node.to_owned(), state)).collect();
    blocked.sort();
    let state = blockers.iter().map(|it| it.state).max().unwrap_or(ReadinessState::Unblocked);
    let secrets = secrets(db, project);
    let exclude = (state == ReadinessState::SoftBlocked).then(|| {
        let names: FxHashSet<&str> = blocked.iter().map(|(id, _)| selected_by(id)).collect();
        let mut names: Vec<&str> = names.into_iter().collect();
        names.sort_unstable();
        mask(&format!("dbt build --exclude {}", names.join(" ")), &secrets)
    });
    Readiness {
        state,
        engine,
        engine_reason,
        n_nodes: nodes.len(),
        notes: outside::notes(db, project),
        nodes: blocked,
        exclude,
        blockers,
    }
}

/// What names a node in a selection: the last part of its id, with its version.
fn selected_by(unique_id: &str) -> &str {
    unique_id.splitn(3, '.').nth(2).unwrap_or(unique_id)
}

fn release(db: &dyn Db, project: Project, said: Option<&str>) -> (String, &'static str) {
    if let Some(said) = said {
        return (said.to_owned(), "named by you");
    }
    let engines = &project.settings(db).engines;
    let installed = { engines.iter() }
        .filter(|it| matches!(it.kind, EngineKind::OpenSource | EngineKind::Fusion))
        .find_map(|it| it.version.clone());
    match installed {
        Some(version) => (version, "installed here"),
        None => (NEWEST_RELEASE.to_owned(), "the newest that is known"),
    }
}

fn mending(finding: &Diagnostic) -> Mending {
    let mut fixes = finding.fix.iter().chain(&finding.alternatives);
    match finding.fix {
        _ if fixes.any(Fix::is_safe) => Mending::Automatic,
        Some(_) => Mending::Choice,
        None => Mending::Manual,
    }
}

/// What dbt v2 refuses although dbt Core takes it, by the names of rules.
const REFUSED_BY_V2: &[&str] = &[
    "adapter-deprecation",
    "config-data-path",
    "config-log-path",
    "config-source-path",
    "config-target-path",
    "custom-key-in-config",
    "custom-key-in-object",
    "custom-top-level-key",
    "deprecated-static-analysis-value",
    "duplicate-yaml-keys",
    "environment-variable-namespace",
    "exposure-name",
    "generic-json-schema-validation",
    "missing-arguments-property-in-generic-test",
    "missing-plus-prefix",
    "non-string-key",
    "project-flags-moved",
    "property-moved-to-config",
    "resource-names-with-spaces",
    "source-override",
    "unexpected-jinja-block",
    "unused-config-key",
];

/// Whether v2 stops at a finding, and whose turn it is then.
fn judged(finding: &Diagnostic) -> Option<(ReadinessState, Owner)> {
    match finding.code {
        "unsupported-adapter" if finding.message.starts_with("dbt v2") => {
            Some((ReadinessState::KnownParseIssues, Owner::Engine))
        }
        // Blocks between macros are read by v2; an end without its start is not.
        "unexpected-jinja-block" if !finding.message.ends_with("closes nothing") => None,
        it if REFUSED_BY_V2.contains(&it) => Some((ReadinessState::Deprecations, Owner::You)),
        _ if finding.severity != Severity::Error => None,
        // Wrong, but nothing that dbt looks at.
        "tracked-dotenv"
        | "dotenv-encoding"
        | "secret-in-example"
        | "literal-secret"
        | "version-skew"
        | "invalid-cloud-file"
        | "misplaced-cloud-file" => None,
        // A template that fails in a way that nobody has described.
        "jinja-error" | "jinja-limit" => Some((ReadinessState::UnknownParseIssues, Owner::Engine)),
        _ if finding.event.is_some() => Some((ReadinessState::Deprecations, Owner::You)),
        // An error of both engines, or a name that v2 does not know: the rule says which.
        _ => Some((ReadinessState::KnownParseIssues, Owner::You)),
    }
}

/// Whether a package is one that somebody else wrote.
fn is_installed(db: &dyn Db, package: Package) -> bool {
    package.origin(db) == Origin::Installed
}

#[cfg(test)]
mod tests;

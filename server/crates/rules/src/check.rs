use std::sync::Arc;

use base::{Db, File, Project};
use project::{
    DefinitionFormat, EXAMPLE_NAMES, Origin, Package, ResourceKind, cloud_file, command_files,
    command_names, definition_files, mask, package_of, packages, profile, resource_kind, resources,
    secrets,
};

use semantic::cycles;

use crate::findings::ref_cycle::REF_CYCLE;
use crate::{Diagnostic, Findings, RULES, policy};

/// What a file is to the rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FileKind {
    /// `dbt_project.yml`
    ProjectFile,
    /// `packages.yml`, `dependencies.yml`
    Packages,
    /// `selectors.yml`
    Selectors,
    Profiles,
    /// `dbt_cloud.yml`, where dbt reads it and where it does not.
    CloudFile,
    Dotenv,
    DotenvExample,
    /// `tandem.toml`
    TandemFile,
    DevContainer,
    /// A pipeline that sets variables.
    Ci,
    /// What else runs dbt: a Makefile.
    Commands,
    Properties,
    Model,
    PythonModel,
    Seed,
    Snapshot,
    Analysis,
    SingularTest,
    Function,
    GenericTest,
    Macro,
    Docs,
}

impl FileKind {
    /// YAML that dbt reads.
    pub(crate) fn is_yaml(self) -> bool {
        matches!(
            self,
            Self::ProjectFile
                | Self::Packages
                | Self::Selectors
                | Self::Profiles
                | Self::CloudFile
                | Self::Properties
        )
    }
}

/// The file that is checked and where it stands.
pub struct FileContext<'a> {
    pub db: &'a dyn Db,
    pub project: Project,
    pub package: Package,
    pub file: File,
    pub kind: FileKind,
    pub scope: Scope,
}

impl<'a> FileContext<'a> {
    /// Nothing where dbt does not look at the file.
    fn of(db: &'a dyn Db, project: Project, file: File, scope: Scope) -> Option<Self> {
        let package = package_of(db, project, file);
        let kind = package.and_then(|it| file_kind(db, it, file));
        let kind = kind.or_else(|| kind_anywhere(db, project, file))?;
        let package = package.or_else(|| packages(db, project).first().copied())?;
        Some(Self { db, project, package, file, kind, scope })
    }
}

/// What dbt reads wherever it lies.
fn kind_anywhere(db: &dyn Db, project: Project, file: File) -> Option<FileKind> {
    if profile(db, project).file == Some(file) {
        return Some(FileKind::Profiles);
    }
    (cloud_file(db, project) == Some(file)).then_some(FileKind::CloudFile)
}

/// What a file of a project is, or nothing where dbt does not look at it.
pub(crate) fn file_kind(db: &dyn Db, package: Package, file: File) -> Option<FileKind> {
    let root = package.root(db);
    if let Some(name) = file.path(db).relative_to(root).filter(|it| !it.contains('/')) {
        match name {
            "dbt_project.yml" => return Some(FileKind::ProjectFile),
            "packages.yml" | "dependencies.yml" => return Some(FileKind::Packages),
            "selectors.yml" => return Some(FileKind::Selectors),
            "profiles.yml" => return Some(FileKind::Profiles),
            "dbt_cloud.yml" => return Some(FileKind::CloudFile),
            ".env" => return Some(FileKind::Dotenv),
            "tandem.toml" => return Some(FileKind::TandemFile),
            it if EXAMPLE_NAMES.contains(&it) => return Some(FileKind::DotenvExample),
            _ => {}
        }
    }
    if let Some(kind) = definition_kind(db, package, file) {
        return Some(kind);
    }
    let may_hold_commands = command_names().contains(&file.path(db).name());
    if may_hold_commands && command_files(db, package.project(db)).contains(&file) {
        return Some(FileKind::Commands);
    }
    Some(match resource_kind(db, package, file)? {
        ResourceKind::Model => FileKind::Model,
        ResourceKind::PythonModel => FileKind::PythonModel,
        ResourceKind::Seed => FileKind::Seed,
        ResourceKind::Snapshot => FileKind::Snapshot,
        ResourceKind::Analysis => FileKind::Analysis,
        ResourceKind::SingularTest => FileKind::SingularTest,
        ResourceKind::GenericTest => FileKind::GenericTest,
        ResourceKind::Macro => FileKind::Macro,
        ResourceKind::Docs => FileKind::Docs,
        ResourceKind::Properties => FileKind::Properties,
        ResourceKind::Function => FileKind::Function,
        ResourceKind::Fixture => return None,
    })
}

/// Of files that set variables for somebody else.
fn definition_kind(db: &dyn Db, package: Package, file: File) -> Option<FileKind> {
    // Of all other files the path says enough.
    let path = file.path(db).as_str();
    let may_be = [".github/", ".devcontainer", ".circleci/", ".gitlab-ci", "azure-pipelines"];
    if package.origin(db) != Origin::Root || !may_be.iter().any(|it| path.contains(it)) {
        return None;
    }
    let files = definition_files(db, package.project(db));
    match files.iter().find(|it| it.file == file)?.format {
        DefinitionFormat::DevContainer => Some(FileKind::DevContainer),
        DefinitionFormat::GitHub
        | DefinitionFormat::GitLab
        | DefinitionFormat::Azure
        | DefinitionFormat::CircleCi => Some(FileKind::Ci),
        _ => None,
    }
}

/// How circles are looked for. The file and the project find the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scope {
    /// Not at all: for who asks about the project afterwards.
    Apart,
    /// From the nodes of the file: for who asks about it alone, soon after a keystroke or before the
    /// rest of the project is read.
    File,
    /// In the whole project at once: for who asks about every file.
    Project,
}

/// The findings of one file of a project that a team wants to hear of, in the order of the text.
pub fn check_file(db: &dyn Db, project: Project, file: File, scope: Scope) -> Arc<[Diagnostic]> {
    policy::heard(db, project, file, every_finding(db, project, file, scope))
}

/// All findings of one file, those that somebody silenced among them.
pub fn every_finding(db: &dyn Db, project: Project, file: File, scope: Scope) -> Arc<[Diagnostic]> {
    let found = check_apart(db, project, file);
    let knows_none = match scope {
        Scope::Apart => true,
        Scope::File => false,
        Scope::Project => cycles(db, project).is_empty(),
    };
    if knows_none {
        return found;
    }
    let circles = check_circles(db, project, file, scope);
    if circles.is_empty() {
        return found;
    }
    let mut all: Vec<Diagnostic> = found.iter().chain(circles.iter()).cloned().collect();
    sort(&mut all);
    all.into()
}

/// All but circles: which nodes are on one depends on everything that they read.
#[salsa::tracked(returns(clone))]
fn check_apart(db: &dyn Db, project: Project, file: File) -> Arc<[Diagnostic]> {
    let Some(context) = FileContext::of(db, project, file, Scope::File) else {
        return Arc::from([]);
    };
    let mut found = Vec::new();
    let rules = RULES.iter().copied().filter(|it| it.name != REF_CYCLE.name);
    for rule in rules.filter(|it| it.files.contains(&context.kind)) {
        (rule.check)(&mut Findings { rule, context: &context, found: &mut found }, &context);
    }
    sort(&mut found);
    // A macro that fails the same way in each turn of a loop.
    found.dedup();
    hide_secrets(db, &context, &mut found);
    found.into()
}

fn hide_secrets(db: &dyn Db, context: &FileContext<'_>, found: &mut [Diagnostic]) {
    let secrets = secrets(db, context.project);
    for it in found {
        it.message = mask(&it.message, &secrets);
        // What does not parse may be a password, which nobody knows to be one then.
        let is_secret = matches!(context.kind, FileKind::Profiles | FileKind::CloudFile);
        if is_secret && it.code.ends_with("-syntax") {
            it.message = without_quotes(&it.message);
        }
    }
}

#[salsa::tracked(returns(clone))]
fn check_circles(db: &dyn Db, project: Project, file: File, scope: Scope) -> Arc<[Diagnostic]> {
    let mut found = Vec::new();
    let context = FileContext::of(db, project, file, scope);
    if let Some(context) = context.filter(|it| REF_CYCLE.files.contains(&it.kind)) {
        let findings = &mut Findings { rule: &REF_CYCLE, context: &context, found: &mut found };
        (REF_CYCLE.check)(findings, &context);
        hide_secrets(db, &context, &mut found);
    }
    found.into()
}

fn sort(found: &mut [Diagnostic]) {
    found.sort_by_key(|it| (it.range.start(), it.range.end(), it.code));
}

/// The message without what it quotes from the text; punctuation stays.
fn without_quotes(message: &str) -> String {
    let mut shown = String::new();
    let mut rest = message;
    while let Some(start) = rest.find(['`', '\'']) {
        let (before, quoted) = rest.split_at(start);
        let quote = &quoted[..1];
        // `dbt's` quotes nothing.
        let opens = !before.ends_with(char::is_alphanumeric);
        let end = quoted[1..].rfind(quote).filter(|_| opens);
        shown.push_str(before);
        shown.push_str(quote);
        let Some(end) = end else {
            rest = &quoted[1..];
            continue;
        };
        let inner = &quoted[1..=end];
        shown.push_str(if inner.contains(char::is_alphanumeric) { "…" } else { inner });
        shown.push_str(quote);
        rest = &quoted[end + 2..];
    }
    shown + rest
}

/// Every file of a project that can have findings: its own and those of its local packages.
#[salsa::tracked(returns(clone))]
pub fn files_to_check(db: &dyn Db, project: Project) -> Arc<[File]> {
    let mut files: Vec<File> = definition_files(db, project)
        .iter()
        .filter(|it| {
            !matches!(it.format, DefinitionFormat::Compose(_) | DefinitionFormat::Platform)
        })
        .map(|it| it.file)
        .collect();
    files.extend(command_files(db, project).iter());
    for package in packages(db, project).iter().filter(|it| it.is_own(db)) {
        let root = package.root(db);
        for name in [
            "dbt_project.yml",
            "packages.yml",
            "dependencies.yml",
            "selectors.yml",
            "profiles.yml",
            "dbt_cloud.yml",
            ".env",
            "tandem.toml",
        ] {
            let file = db.file(&root.join(name));
            if file.exists(db) {
                files.push(file);
            }
        }
        files.extend(resources(db, *package).all());
    }
    files.sort_by(|a, b| a.path(db).cmp(b.path(db)));
    files.dedup();
    files.into()
}

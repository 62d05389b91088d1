use std::sync::Arc;

use base::{Db, File, Project};
use project::{Package, ResourceKind, package_of, packages, resource_kind, resources};

use crate::{Diagnostic, Findings, RULES};

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
    Dotenv,
    DotenvExample,
    Properties,
    Model,
    PythonModel,
    Seed,
    Snapshot,
    Analysis,
    SingularTest,
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
            ".env" => return Some(FileKind::Dotenv),
            ".env.example" => return Some(FileKind::DotenvExample),
            _ => {}
        }
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
    })
}

/// The findings of one file of a project, in the order of the text.
#[salsa::tracked(returns(clone))]
pub fn check_file(db: &dyn Db, project: Project, file: File) -> Arc<[Diagnostic]> {
    let Some(package) = package_of(db, project, file) else { return Arc::from([]) };
    let Some(kind) = file_kind(db, package, file) else { return Arc::from([]) };
    let context = FileContext { db, project, package, file, kind };
    let mut found = Vec::new();
    for rule in RULES.iter().copied().filter(|it| it.files.contains(&kind)) {
        (rule.check)(&mut Findings { rule, context: &context, found: &mut found }, &context);
    }
    found.sort_by_key(|it| (it.range.start(), it.range.end(), it.code));
    // A macro that fails the same way in each turn of a loop.
    found.dedup();
    found.into()
}

/// Every file of a project that can have findings: its own and those of its local packages.
pub fn files_to_check(db: &dyn Db, project: Project) -> Vec<File> {
    let mut files = Vec::new();
    for package in packages(db, project).iter().filter(|it| it.is_own(db)) {
        let root = package.root(db);
        for name in [
            "dbt_project.yml",
            "packages.yml",
            "dependencies.yml",
            "selectors.yml",
            "profiles.yml",
            ".env",
            ".env.example",
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
    files
}

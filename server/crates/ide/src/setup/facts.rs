use base::{Db, EngineKind, FilePath, FoundBy, Installer, Project};
use project::{
    PinSource, PinnedPackage, dbt_version, package_name, packages, profile, project_file,
    repository_root, version_pins,
};
use semantic::{environment_uses, files_with_jinja};

/// What a project says that a new colleague needs.
#[derive(Debug, Clone)]
pub(super) struct Facts {
    pub name: String,
    pub root: FilePath,
    pub repository: FilePath,
    /// The project's folder as seen from the file that is written; nothing for the same folder.
    pub below: Option<String>,
    pub adapter: Option<String>,
    pub profile: Option<String>,
    pub target: Option<String>,
    /// `profiles.yml` lies in the home folder, not in the project.
    pub profile_at_home: bool,
    /// Variables that are read somewhere without a default.
    pub variables: Vec<String>,
    pub example: Option<&'static str>,
    /// `3.12`
    pub python: String,
    pub has_packages: bool,
    pub is_linked: bool,
    pub has_makefile: bool,
    pub has_dev_container: bool,
    /// Brings the engine up to date, on any machine.
    pub update: String,
    /// Stands in front of `dbt`: `uv run `.
    pub runner: &'static str,
}

/// What is current where the project names none.
const PYTHON: &str = "3.12";

impl Facts {
    pub(super) fn of(db: &dyn Db, project: Project) -> Self {
        let root = project.root(db);
        let exists = |name: &str| db.file(&root.join(name)).exists(db);
        let profile = profile(db, project);
        let package = packages(db, project).first().copied();
        let file = package.map(|it| project_file(db, it.file(db)));
        let home = db.machine().home(db).as_ref();
        let at_home = profile.file.is_none_or(|file| {
            !file.path(db).is_below(root) && home.is_some_and(|it| file.path(db).is_below(it))
        });
        let (update, runner) = update(db, project, profile.adapter.as_deref());
        let examples = project::EXAMPLE_NAMES;
        Self {
            name: package.map_or_else(String::new, |it| package_name(db, it).to_string()),
            root: root.clone(),
            repository: repository_root(db, project),
            below: None,
            adapter: profile.adapter.clone(),
            profile: profile.name.clone(),
            target: profile.target.clone(),
            profile_at_home: at_home,
            variables: variables(db, project),
            example: examples.into_iter().find(|it| exists(it)),
            python: python(db, root),
            has_packages: exists("packages.yml") || exists("dependencies.yml"),
            is_linked: file.is_some_and(|it| it.get(&["dbt-cloud"]).is_some())
                || exists("dbt_cloud.yml"),
            has_makefile: exists("Makefile"),
            has_dev_container: [root, &repository_root(db, project)]
                .iter()
                .any(|it| db.file(&it.join(".devcontainer/devcontainer.json")).exists(db)),
            update,
            runner,
        }
    }

    /// The same, told from a file in another folder.
    pub(super) fn from(&self, file: &FilePath) -> Self {
        let folder = file.parent().filter(|it| it.name() != ".devcontainer");
        let folder = folder.or_else(|| file.parent()?.parent());
        let below = folder.and_then(|it| self.root.relative_to(&it).map(str::to_owned));
        Self { below: below.filter(|it| !it.is_empty()), ..self.clone() }
    }

    /// A command of dbt.
    pub(super) fn dbt(&self, command: &str) -> String {
        format!("{}dbt {command}", self.runner)
    }

    /// Commands one after the other, in the project's folder.
    pub(super) fn chained(&self, commands: &[&str]) -> String {
        let enter = self.below.iter().map(|it| format!("cd {}", word(it)));
        let commands = commands.iter().map(|it| (*it).to_owned());
        enter.chain(commands).collect::<Vec<_>>().join(" && ")
    }
}

fn word(path: &str) -> String {
    let is_plain = |it: char| it.is_alphanumeric() || "/._-".contains(it);
    if path.chars().all(is_plain) {
        path.to_owned()
    } else {
        format!("'{}'", path.replace('\'', ""))
    }
}

fn variables(db: &dyn Db, project: Project) -> Vec<String> {
    let mut names: Vec<String> = files_with_jinja(db, project)
        .into_iter()
        .flat_map(|it| environment_uses(db, it).to_vec())
        .filter(|it| it.default.is_none())
        .map(|it| it.name)
        .collect();
    names.sort();
    names.dedup();
    names
}

/// How the project's own files install dbt, else how the engine that is there was installed.
fn update(db: &dyn Db, project: Project, adapter: Option<&str>) -> (String, &'static str) {
    let root = project.root(db);
    let engine = project.settings(db).engines.iter().find(|it| it.runs_here());
    let kind = engine.map(|it| it.kind).filter(|it| *it != EngineKind::Unknown);
    // Adapters are packages of their own for dbt Core only.
    let installs_core = version_pins(db, project).iter().any(|it| {
        !matches!(it.source, PinSource::Project | PinSource::Package)
            && it.package != PinnedPackage::Dbt
    });
    let is_v2 = kind
        .map_or_else(|| dbt_version(db, project).major >= 2 && !installs_core, EngineKind::is_v2);
    let by_itself = engine.is_some_and(|it| {
        it.installer == Installer::Standalone
            && (it.kind.is_v2() || it.found.contains(&FoundBy::InstallPlace))
    });
    let packages = if is_v2 {
        if kind == Some(EngineKind::OpenSource) { "dbt-core" } else { "dbt" }.to_owned()
    } else {
        let adapter = adapter.map_or_else(String::new, |it| format!(" dbt-{it}"));
        format!("dbt-core{adapter}")
    };
    let exists = |name: &str| db.file(&root.join(name)).exists(db);
    let names_dbt = |name: &str| {
        let file = db.file(&root.join(name));
        version_pins(db, project).iter().any(|it| it.file == file)
    };
    if exists("uv.lock") && names_dbt("uv.lock") {
        let each: Vec<String> =
            packages.split(' ').map(|it| format!("--upgrade-package {it}")).collect();
        return (format!("uv sync {}", each.join(" ")), "uv run ");
    }
    if exists("poetry.lock") && names_dbt("poetry.lock") {
        return (format!("poetry update {packages}"), "poetry run ");
    }
    if exists("Pipfile") && names_dbt("Pipfile") {
        return (format!("pipenv update {packages}"), "pipenv run ");
    }
    if names_dbt("requirements.txt") {
        return ("python -m pip install --upgrade -r requirements.txt".to_owned(), "");
    }
    if is_v2 && by_itself {
        return ("dbt system update".to_owned(), "");
    }
    (format!("python -m pip install --upgrade {packages}"), "")
}

/// The least Python that the project asks for, where it does.
fn python(db: &dyn Db, root: &FilePath) -> String {
    let is_version = |it: &str| {
        it.starts_with("3.") && it[2..].chars().all(|it| it.is_ascii_digit()) && it.len() > 2
    };
    let minor = |text: &str| {
        let text = text.trim_matches(|it: char| !it.is_ascii_digit());
        let mut parts = text.split('.');
        let version = format!("{}.{}", parts.next()?, parts.next()?);
        is_version(&version).then_some(version)
    };
    let written = db.file(&root.join(".python-version"));
    let written = written.text(db).lines().next().and_then(minor);
    let project = db.file(&root.join("pyproject.toml"));
    let asked = project.text(db).lines().find_map(|line| {
        let value = line.trim().strip_prefix("requires-python")?;
        minor(value.split(',').next()?)
    });
    written.or(asked).unwrap_or_else(|| PYTHON.to_owned())
}

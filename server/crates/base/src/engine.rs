use crate::FilePath;

/// An installed dbt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Engine {
    pub kind: EngineKind,
    /// As its files name it: `1.11.2`, `2.0.0rc190`. Where they do not, nothing is known until
    /// somebody runs it.
    pub version: Option<String>,
    /// The program, where one was found.
    pub program: Option<FilePath>,
    /// The Python environment that it is installed in, or the program itself: below the project or
    /// absolute.
    pub place: String,
    /// Every way that leads to it, the one that decides its rank first.
    pub found: Vec<FoundBy>,
    pub installer: Installer,
    /// The folder with the macros of dbt and its adapters, one folder for each.
    pub include: Option<FilePath>,
    /// The adapters and their versions, where they are installed apart: `duckdb`, `1.11.1`.
    pub adapters: Vec<(String, String)>,
}

impl Engine {
    /// Whether it runs a project on this machine.
    #[must_use]
    pub fn runs_here(&self) -> bool {
        self.kind != EngineKind::PlatformCli
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EngineKind {
    /// dbt Core 1.x, in Python.
    Core,
    /// The open-source build of v2, which calls itself `dbt-core`.
    OpenSource,
    /// The build of v2 that calls itself `dbt` or `dbt-fusion`.
    Fusion,
    /// Runs nothing here: it asks the dbt platform to.
    PlatformCli,
    /// A program that is called `dbt`.
    Unknown,
}

impl EngineKind {
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Core => "dbt Core",
            Self::OpenSource => "dbt Core v2 (open source)",
            Self::Fusion => "dbt v2 (Fusion)",
            Self::PlatformCli => "dbt platform CLI",
            Self::Unknown => "unknown",
        }
    }

    #[must_use]
    pub fn is_v2(self) -> bool {
        matches!(self, Self::OpenSource | Self::Fusion)
    }
}

/// What led to an engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FoundBy {
    /// `dbt.dbtPath`
    Setting,
    /// `VIRTUAL_ENV`, `CONDA_PREFIX`
    Activated,
    /// `.venv` and the like, in the project or a folder above it.
    Own,
    /// The environment that Poetry keeps for the project.
    Poetry,
    /// The environment that Pipenv keeps for the project.
    Pipenv,
    /// What a terminal runs.
    FirstOnPath,
    OnPath,
    /// `uv tool install`
    UvTool,
    /// `pipx install`
    Pipx,
    /// Where dbt's own installer puts it.
    InstallPlace,
}

impl FoundBy {
    #[must_use]
    pub fn describe(self) -> &'static str {
        match self {
            Self::Setting => "named by `dbt.dbtPath`",
            Self::Activated => "the activated environment",
            Self::Own => "the project's own environment",
            Self::Poetry => "Poetry's environment of the project",
            Self::Pipenv => "Pipenv's environment of the project",
            Self::FirstOnPath => "first on PATH",
            Self::OnPath => "on PATH",
            Self::UvTool => "a tool of uv",
            Self::Pipx => "a tool of pipx",
            Self::InstallPlace => "where dbt's installer puts it",
        }
    }
}

/// Who put an engine in its place, and so brings it up to date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Installer {
    Pip,
    Uv,
    UvTool,
    Pipx,
    Poetry,
    Conda,
    Homebrew,
    /// A program of its own.
    Standalone,
    Unknown,
}

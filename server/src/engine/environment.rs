use std::fs;
use std::path::{Path, PathBuf};

use base::{Engine, EngineKind, FilePath, FoundBy, Installer};
use sha2::{Digest, Sha256};

use super::{At, Search, beginning, program, shown};

/// Of a folder of environments so many are looked at.
const ENVIRONMENT_LIMIT: usize = 1_000;

/// What is installed in a Python environment.
pub(super) fn at(folder: &Path, root: &FilePath) -> Option<At> {
    let (packages, installed) = site_packages(folder).into_iter().find_map(|it| {
        let installed = Installed::of(&it, folder)?;
        Some((it, installed))
    })?;
    let include = packages.join("dbt").join("include");
    let include = if include.is_dir() { include.to_str().map(FilePath::new) } else { None };
    let program = program::in_folder(&folder.join("bin"));
    let program = program.or_else(|| program::in_folder(&folder.join("Scripts")));
    let engine = Engine {
        kind: installed.kind,
        version: Some(installed.version),
        program: program.and_then(|it| it.to_str().map(FilePath::new)),
        place: shown(folder, root)?,
        found: Vec::new(),
        installer: installer(folder, &packages.join(installed.metadata)),
        include,
        adapters: installed.adapters,
    };
    Some(At { key: fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned()), engine })
}

/// The folders of packages: `lib/python3.11/site-packages`, `dist-packages` of Debian's own Python,
/// `Lib\site-packages`.
fn site_packages(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for library in ["lib", "lib64"] {
        let children = fs::read_dir(folder.join(library)).into_iter().flatten().flatten();
        let mut pythons: Vec<PathBuf> = children
            .filter(|it| it.file_name().to_string_lossy().starts_with("python3"))
            .map(|it| it.path())
            .collect();
        pythons.sort();
        for python in pythons.iter().rev() {
            found.extend(["site-packages", "dist-packages"].map(|it| python.join(it)));
        }
    }
    found.push(folder.join("Lib").join("site-packages"));
    found
}

struct Installed {
    kind: EngineKind,
    version: String,
    /// The name of the folder that says so.
    metadata: String,
    adapters: Vec<(String, String)>,
}

/// What comes with dbt and is no adapter.
const NO_ADAPTERS: [&str; 12] = [
    "adapters",
    "common",
    "core",
    "extractor",
    "protos",
    "semantic_interfaces",
    "semantic_layer",
    "metricflow",
    "tests_adapter",
    "project_evaluator",
    "coverage",
    "artifacts_parser",
];

impl Installed {
    /// dbt Core and the open-source v2 are the package `dbt-core`, dbt v2 is `dbt`, and so is, with
    /// versions such as `1.0.0.40.21`, the platform's CLI.
    fn of(packages: &Path, environment: &Path) -> Option<Self> {
        let mut names: Vec<String> = fs::read_dir(packages)
            .ok()?
            .flatten()
            .filter_map(|it| it.file_name().into_string().ok())
            .filter(|it| it.starts_with("dbt") && it.ends_with(".dist-info"))
            .collect();
        names.sort();
        let version = |metadata: &'_ str, package: &str| {
            let version = metadata.strip_prefix(package)?.strip_prefix('-')?;
            Some(version.strip_suffix(".dist-info")?.to_owned())
        };
        let installed = |package: &str| {
            let found = names.iter().find_map(|it| Some((it, version(it, package)?)));
            let (metadata, version) = found?;
            let (kind, version) = classified(package, version);
            Some(Self { kind, version, metadata: metadata.clone(), adapters: Vec::new() })
        };
        let (core, other) = (installed("dbt_core"), installed("dbt"));
        // Of two the one counts that the program belongs to: who was installed last.
        let found = match (core, other) {
            (Some(core), Some(other)) if other.version.starts_with("1.0.0") => Some(core),
            (Some(core), Some(other)) => {
                let program = program::in_folder(&environment.join("bin"));
                let is_native = program.is_some_and(|it| program::is_native(&it));
                Some(if is_native == core.kind.is_v2() { core } else { other })
            }
            (core, other) => core.or(other),
        }?;
        let adapters = names.iter().filter_map(|it| {
            let (name, version) = it.strip_suffix(".dist-info")?.rsplit_once('-')?;
            let name = name.strip_prefix("dbt_")?;
            (!NO_ADAPTERS.contains(&name)).then(|| (name.to_owned(), version.to_owned()))
        });
        Some(Self { adapters: adapters.collect(), ..found })
    }
}

fn classified(package: &str, version: String) -> (EngineKind, String) {
    let parts: Vec<&str> = version.split('.').collect();
    let major = parts.first().and_then(|it| it.parse::<u32>().ok()).unwrap_or_default();
    match (package, parts.as_slice()) {
        ("dbt", ["1", "0", rest @ ..]) if rest.len() == 3 => {
            (EngineKind::PlatformCli, rest.join("."))
        }
        ("dbt", _) if major >= 2 => (EngineKind::Fusion, version),
        _ if major >= 2 => (EngineKind::OpenSource, version),
        _ => (EngineKind::Core, version),
    }
}

fn installer(environment: &Path, metadata: &Path) -> Installer {
    if environment.join("uv-receipt.toml").is_file() {
        return Installer::UvTool;
    }
    if environment.join("pipx_metadata.json").is_file() {
        return Installer::Pipx;
    }
    let said = beginning(&metadata.join("INSTALLER"), 64);
    let said = String::from_utf8_lossy(&said).to_ascii_lowercase();
    match said.split_whitespace().next() {
        Some("uv") => Installer::Uv,
        Some("poetry") => Installer::Poetry,
        Some("conda") => Installer::Conda,
        _ => Installer::Pip,
    }
}

/// Environments that Poetry and Pipenv keep for a project elsewhere.
pub(super) fn kept_for(folder: &Path, search: &Search<'_>) -> Vec<(PathBuf, FoundBy)> {
    let mut found = Vec::new();
    if folder.join("pyproject.toml").is_file() {
        let marker = format!("-{}-py", poetry_hash(folder));
        let kept = poetry_folders(search).into_iter().flat_map(|it| children(&it));
        let ours = kept.filter(|it| it.file_name().is_some_and(|it| contains(it, &marker)));
        found.extend(ours.map(|it| (it, FoundBy::Poetry)));
    }
    if folder.join("Pipfile").is_file() {
        let home = search.home.map(|it| Path::new(it.as_str()).to_owned());
        let kept = search.environment.get("WORKON_HOME").map(PathBuf::from);
        let kept = kept.or_else(|| Some(home?.join(".local").join("share").join("virtualenvs")));
        let ours = kept.iter().flat_map(|it| children(it)).filter(|it| {
            let project = beginning(&it.join(".project"), 4096);
            let project = String::from_utf8_lossy(&project);
            Path::new(project.trim()) == folder
        });
        found.extend(ours.map(|it| (it, FoundBy::Pipenv)));
    }
    found
}

fn contains(name: &std::ffi::OsStr, marker: &str) -> bool {
    name.to_str().is_some_and(|it| it.contains(marker))
}

fn children(folder: &Path) -> Vec<PathBuf> {
    let children = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut children: Vec<PathBuf> = children.take(ENVIRONMENT_LIMIT).map(|it| it.path()).collect();
    children.sort();
    children
}

fn poetry_folders(search: &Search<'_>) -> Vec<PathBuf> {
    let variable = |name: &str| search.environment.get(name).map(PathBuf::from);
    if let Some(folder) = variable("POETRY_VIRTUALENVS_PATH") {
        return vec![folder];
    }
    let home = search.home.map(|it| Path::new(it.as_str()));
    let below = |parts: &[&str]| home.map(|it| it.join(parts.iter().collect::<PathBuf>()));
    let caches = [
        variable("POETRY_CACHE_DIR"),
        variable("XDG_CACHE_HOME").map(|it| it.join("pypoetry")),
        below(&[".cache", "pypoetry"]),
        below(&["Library", "Caches", "pypoetry"]),
        variable("LOCALAPPDATA").map(|it| it.join("pypoetry").join("Cache")),
    ];
    caches.into_iter().flatten().map(|it| it.join("virtualenvs")).collect()
}

/// How Poetry tells the environments of equally named projects apart: eight letters of base64 of
/// what SHA-256 makes of the folder's path.
pub(super) fn poetry_hash(folder: &Path) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let folder = fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
    let digest = Sha256::digest(folder.to_string_lossy().as_bytes());
    let bits = digest.iter().take(6).fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
    let letter = |index: u32| {
        let index = usize::try_from(bits >> (42 - 6 * index) & 63).unwrap_or_default();
        char::from(LETTERS[index])
    };
    (0..8).map(letter).collect()
}

/// Environments that uv and pipx make for programs.
pub(super) fn of_tools(search: &Search<'_>) -> Vec<(PathBuf, FoundBy)> {
    let variable = |name: &str| search.environment.get(name).map(PathBuf::from);
    let home = search.home.map(|it| Path::new(it.as_str()));
    let below = |parts: &[&str]| home.map(|it| it.join(parts.iter().collect::<PathBuf>()));
    let data = variable("XDG_DATA_HOME").or_else(|| below(&[".local", "share"]));
    let uv = [
        variable("UV_TOOL_DIR"),
        data.as_ref().map(|it| it.join("uv").join("tools")),
        variable("APPDATA").map(|it| it.join("uv").join("tools")),
    ];
    let pipx = [
        variable("PIPX_HOME").map(|it| it.join("venvs")),
        data.map(|it| it.join("pipx").join("venvs")),
        below(&[".local", "pipx", "venvs"]),
    ];
    let of = |folders: [Option<PathBuf>; 3], by| {
        let tools = ["dbt", "dbt-core"];
        let folders = folders.into_iter().flatten();
        folders.flat_map(move |folder| tools.map(|tool| (folder.join(tool), by)))
    };
    of(uv, FoundBy::UvTool).chain(of(pipx, FoundBy::Pipx)).collect()
}

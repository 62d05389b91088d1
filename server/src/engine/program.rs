use std::fs;
use std::path::{Path, PathBuf};

use base::{Engine, EngineKind, FilePath, Installer};

use super::{At, Search, beginning, environment, shown};

/// So much of a program tells which language it was written in.
const HEAD: u64 = 64 << 10;

/// The dbt of a folder of programs.
pub(super) fn in_folder(folder: &Path) -> Option<PathBuf> {
    ["dbt", "dbt.exe"].iter().map(|it| folder.join(it)).find(|it| it.is_file())
}

/// What a program is: part of a Python environment, a package of Homebrew, or one of its own.
pub(super) fn at(program: &Path, search: &Search<'_>) -> Option<At> {
    // A link from a common folder leads into the environment that owns the program.
    let program = fs::canonicalize(program).ok().filter(|it| it.is_file())?;
    let head = beginning(&program, HEAD);
    let owner = program.parent().and_then(Path::parent);
    let owner = owner.and_then(|it| environment::at(it, search.root));
    let owner = owner.or_else(|| {
        // The line that names the Python that runs a script.
        let python = interpreter(&head)?;
        environment::at(python.parent()?.parent()?, search.root)
    });
    if owner.is_some() {
        return owner;
    }
    let native = is_native_head(&head);
    let (kind, version) = match homebrew(&program) {
        Some((kind, version)) => (kind, Some(version)),
        // Of the programs that are called dbt, only the platform's is written in Go.
        None if native && is_go(&head) => (EngineKind::PlatformCli, None),
        None => (EngineKind::Unknown, None),
    };
    let installer = match (&version, native) {
        (Some(_), _) => Installer::Homebrew,
        (None, true) => Installer::Standalone,
        (None, false) => Installer::Unknown,
    };
    let engine = Engine {
        kind,
        version,
        program: program.to_str().map(FilePath::new),
        place: shown(&program, search.root)?,
        found: Vec::new(),
        installer,
        include: None,
        adapters: Vec::new(),
    };
    Some(At { key: program, engine })
}

pub(super) fn is_native(program: &Path) -> bool {
    is_native_head(&beginning(program, 4))
}

/// ELF, Mach-O, Mach-O for several processors, Windows.
fn is_native_head(head: &[u8]) -> bool {
    let magic: [&[u8]; 4] = [b"\x7fELF", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe", b"MZ"];
    magic.iter().any(|it| head.starts_with(it))
}

/// Go writes an id of the build near the start of what it makes.
fn is_go(head: &[u8]) -> bool {
    memchr::memmem::find(head, b"Go build ID: ").is_some()
        || memchr::memmem::find(head, b"\x04\0\0\0Go\0\0").is_some()
}

fn interpreter(head: &[u8]) -> Option<PathBuf> {
    let line = head.strip_prefix(b"#!")?.split(|it| *it == b'\n').next()?;
    let program = std::str::from_utf8(line).ok()?.split_whitespace().next()?;
    let is_python = program.rsplit('/').next()?.starts_with("python");
    is_python.then(|| PathBuf::from(program))
}

/// `…/Cellar/dbt/0.40.1/bin/dbt`: the folder's name is the version.
fn homebrew(program: &Path) -> Option<(EngineKind, String)> {
    let (_, below) = program.to_str()?.split_once("/Cellar/")?;
    let mut parts = below.split('/');
    let (formula, version) = (parts.next()?, parts.next()?.to_owned());
    let major = version.split('.').next()?.parse::<u32>().ok()?;
    Some(match (formula, major) {
        // The platform's CLI counts from 0.
        ("dbt", 0) => (EngineKind::PlatformCli, version),
        (_, 2..) => (EngineKind::Fusion, version),
        (_, 1) => (EngineKind::Core, version),
        _ => (EngineKind::Unknown, version),
    })
}

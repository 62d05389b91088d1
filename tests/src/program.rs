//! Where our own program is.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use anyhow::{Context, Result, bail};

/// `tandem` of the same build as the running test or benchmark, freshly built: a test of a stale
/// program would say nothing.
pub fn built() -> Result<PathBuf> {
    static BUILT: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    BUILT
        .get_or_init(|| build().map_err(|error| format!("{error:#}")))
        .clone()
        .map_err(anyhow::Error::msg)
}

fn build() -> Result<PathBuf> {
    let path = beside_us()?;
    let folder = path.parent().context("the program has no folder")?;
    let target = folder.parent().context("the target folder has no parent")?;
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root()).args(["build", "--quiet", "--package", "tandem"]);
    command.arg("--target-dir").arg(target);
    if folder.ends_with("release") {
        command.arg("--release");
    }
    let output = command.output().context("cannot run cargo")?;
    if !output.status.success() {
        bail!("cannot build `tandem`:\n{}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(path)
}

/// Where `tandem` lies when it was built by the same command as the running program.
pub fn beside_us() -> Result<PathBuf> {
    let ours = env::current_exe().context("cannot find the running program")?;
    let mut folder = ours.parent().context("the running program has no folder")?;
    if folder.ends_with("deps") {
        folder = folder.parent().context("the target folder has no parent")?;
    }
    Ok(folder.join(format!("tandem{}", env::consts::EXE_SUFFIX)))
}

/// The root of the repository.
pub fn root() -> &'static Path {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests.parent().unwrap_or(tests)
}

use base::{Engine, EngineKind, Installer};

/// The command that brings an engine up to date, as one would type it in the project's folder; none
/// where it is not known who installed it.
#[must_use]
pub fn update_command(engine: &Engine) -> Option<String> {
    let dbt = if engine.kind == EngineKind::Core || engine.kind == EngineKind::OpenSource {
        "dbt-core"
    } else {
        "dbt"
    };
    let adapters =
        engine.adapters.iter().map(|(name, _)| format!("dbt-{}", name.replace('_', "-")));
    let packages: Vec<String> = std::iter::once(dbt.to_owned()).chain(adapters).collect();
    let packages = packages.join(" ");
    Some(match engine.installer {
        Installer::Standalone if engine.kind == EngineKind::Fusion => {
            format!("{} system update", quoted(engine.program.as_ref()?.as_str()))
        }
        Installer::Pip | Installer::Conda => {
            let python = python_of(engine)?;
            format!("{} -m pip install --upgrade {packages}", quoted(&python))
        }
        Installer::Uv => {
            let python = python_of(engine)?;
            format!("uv pip install --python {} --upgrade {packages}", quoted(&python))
        }
        Installer::UvTool => format!("uv tool upgrade {dbt}"),
        Installer::Pipx => format!("pipx upgrade {dbt}"),
        Installer::Poetry => format!("poetry update {packages}"),
        Installer::Homebrew => "brew upgrade dbt".to_owned(),
        Installer::Standalone | Installer::Unknown => return None,
    })
}

/// The Python of the environment that an engine lies in.
fn python_of(engine: &Engine) -> Option<String> {
    let program = engine.program.as_ref()?;
    let name = if program.extension() == "exe" { "python.exe" } else { "python" };
    Some(program.parent()?.join(name).to_string())
}

/// As one word of a shell.
fn quoted(path: &str) -> String {
    let is_plain = |it: char| it.is_alphanumeric() || "/._-:+@".contains(it);
    if path.chars().all(is_plain) {
        path.to_owned()
    } else {
        format!("'{}'", path.replace('\'', "'\\''"))
    }
}

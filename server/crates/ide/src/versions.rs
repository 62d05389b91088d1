use base::{Content, Db, Engine, File, Project};
use project::{
    Pin, PinnedPackage, Skew, SkewKind, Version, dbt_version, document, package_facts, packages,
    pin_place, requirement, version_pins, version_skews,
};
use semantic::{read_state, state_file};

/// Which dbts there are, which are asked for, and which one counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionTwin {
    /// The version that the project is judged for, and why.
    pub version: String,
    pub reason: String,
    pub engines: Vec<Engine>,
    /// The engine that the project would run with, as far as it is known.
    pub used: Option<usize>,
    pub pins: Vec<PinRow>,
    /// The newest version that the project was run with or is asked for anywhere.
    pub newest: Option<Seen>,
    pub skews: Vec<Skew>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PinRow {
    /// `requirements.txt:3`
    pub place: String,
    pub source: &'static str,
    pub package: String,
    pub text: String,
    /// Nothing where it cannot be said.
    pub allows: Option<String>,
}

/// A version and where it was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    pub version: Version,
    /// As it is written there.
    pub text: String,
    /// `target/run_results.json`
    pub source: String,
}

#[must_use]
pub fn version_twin(db: &dyn Db, project: Project) -> VersionTwin {
    let settings = project.settings(db);
    let judged = dbt_version(db, project);
    let used = settings.engine();
    let pins = version_pins(db, project);
    let mut skews = version_skews(db, project).to_vec();
    let newest = newest_seen(db, project, &pins);
    skews.extend(newest.as_ref().and_then(|it| behind(used?, it)));
    VersionTwin {
        version: judged.text.clone(),
        reason: judged.reason.clone(),
        used: settings.engines.iter().position(|it| used == Some(it)),
        engines: settings.engines.clone(),
        pins: pins.iter().map(|it| row(db, project, it)).collect(),
        newest,
        skews,
    }
}

fn row(db: &dyn Db, project: Project, pin: &Pin) -> PinRow {
    PinRow {
        place: pin_place(db, project, pin),
        source: pin.source.name(),
        package: match &pin.package {
            PinnedPackage::Core => "dbt-core".to_owned(),
            PinnedPackage::Dbt => "dbt".to_owned(),
            PinnedPackage::Adapter(name) => format!("dbt-{name}"),
        },
        text: pin.text.clone(),
        allows: pin.allowed.as_ref().map(ToString::to_string),
    }
}

/// The newest of the versions in artifacts, pins and engines that the project may be run with. What
/// the platform says of an environment's version is one more that would be seen here.
fn newest_seen(db: &dyn Db, project: Project, pins: &[Pin]) -> Option<Seen> {
    let root = packages(db, project).first().copied()?;
    let file = root.file(db);
    let required = requirement(&document(db, file), file.text(db));
    let allowed = required.map(|it| it.allowed()).unwrap_or_default();
    let mut seen = artifacts(db, project);
    for pin in pins.iter().filter(|it| it.is_of_engine()) {
        if let Some(version) = pin.allowed.as_ref().and_then(|it| it.fixed()) {
            let source = pin_place(db, project, pin);
            seen.push(Seen { version: version.clone(), text: version.to_string(), source });
        }
    }
    for engine in project.settings(db).engines.iter().filter(|it| it.runs_here()) {
        let text = engine.version.clone().unwrap_or_default();
        if let Some(version) = Version::parse(&text).filter(|it| !it.is_prerelease()) {
            seen.push(Seen { version, text, source: engine.place.clone() });
        }
    }
    seen.retain(|it| allowed.contains(&it.version));
    // Of equals the first one is named.
    seen.into_iter().rev().max_by(|a, b| a.version.cmp(&b.version))
}

/// What dbt wrote of itself when it ran: the state to defer to, then the last run.
fn artifacts(db: &dyn Db, project: Project) -> Vec<Seen> {
    let mut seen = Vec::new();
    let mut add = |text: &str, source: String| {
        let version = Version::parse(text);
        seen.extend(version.map(|version| Seen { version, text: text.to_owned(), source }));
    };
    let shown = |file: File| {
        let path = file.path(db);
        path.relative_to(project.root(db)).unwrap_or(path.as_str()).to_owned()
    };
    // A state that is not deferred to is not opened.
    if project.settings(db).defer
        && let Some(file) = state_file(db, project)
        && let Some(version) = &read_state(db, file).dbt_version
    {
        add(version, shown(file));
    }
    let target =
        packages(db, project).first().map(|it| package_facts(db, *it).paths.target.clone());
    let target = project.root(db).join(target.as_deref().unwrap_or("target"));
    // A manifest may be huge: it counts where there is nothing smaller.
    let names = ["run_results.json", "manifest.json"];
    let file = names.iter().map(|it| db.file(&target.join(it))).find(|it| it.exists(db));
    if let Some(file) = file
        && let Content::Text(text) = file.content(db)
        && let Some(version) = written_version(text)
    {
        add(version, shown(file));
    }
    seen
}

/// `"metadata": {… "dbt_version": "1.11.2" …}` stands at the start of every artifact.
fn written_version(text: &str) -> Option<&str> {
    const HEAD: usize = 4_096;
    const KEY: &str = "\"dbt_version\":";
    let at = text.as_bytes().windows(KEY.len()).take(HEAD).position(|it| it == KEY.as_bytes())?;
    let value = text.get(at + KEY.len()..)?.trim_start().strip_prefix('"')?;
    value.split('"').next()
}

fn behind(engine: &Engine, newest: &Seen) -> Option<Skew> {
    let text = engine.version.as_deref()?;
    let version = Version::parse(text)?;
    (version < newest.version).then(|| Skew {
        kind: SkewKind::EngineBehind,
        is_certain: false,
        message: format!(
            "dbt {text} in `{}` is behind {}, the newest seen, in `{}`",
            engine.place, newest.text, newest.source
        ),
        places: Vec::new(),
    })
}

/// The twin as a hover tells it.
pub(crate) fn told(db: &dyn Db, project: Project) -> String {
    let twin = version_twin(db, project);
    let mut paragraphs = vec![format!("Judged for dbt **{}**: {}", twin.version, twin.reason)];
    paragraphs.extend(twin.skews.iter().map(|it| {
        let mark = if it.is_certain { "⚠️ " } else { "" };
        format!("{mark}{}", it.message)
    }));
    let engines = twin.engines.iter().enumerate().map(|(index, it)| {
        let version = it.version.as_deref().unwrap_or("of unknown version");
        let used = if twin.used == Some(index) { ": runs here" } else { "" };
        let found: Vec<&str> = it.found.iter().map(|it| it.describe()).collect();
        format!("- {} {version} in `{}` ({}){used}", it.kind.name(), it.place, found.join(", "))
    });
    paragraphs.push(engines.collect::<Vec<_>>().join("\n"));
    let pins = twin.pins.iter().map(|it| format!("- `{}` in `{}`", it.text, it.place));
    paragraphs.push(pins.take(PINS_TOLD).collect::<Vec<_>>().join("\n"));
    if let Some(more) = twin.pins.len().checked_sub(PINS_TOLD).filter(|it| *it > 0) {
        paragraphs.push(format!("and {more} more"));
    }
    paragraphs.retain(|it| !it.is_empty());
    paragraphs.join("\n\n")
}

const PINS_TOLD: usize = 12;

#[cfg(test)]
mod tests;

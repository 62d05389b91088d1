//! The version twin as terminals and editors get it.

use std::io::{self, Write};

use base::{Engine, Project, RootDatabase};
use ide::{PinRow, VersionTwin, version_twin};
use project::{SkewKind, mask, secrets};
use serde::Serialize;

#[derive(Debug, Serialize)]
pub struct Versions {
    pub project: String,
    /// An absolute path.
    pub root: String,
    /// The version that the project is judged for, and why.
    pub version: String,
    pub reason: String,
    pub engines: Vec<EngineReport>,
    pub pins: Vec<PinReport>,
    pub newest: Option<SeenReport>,
    pub skews: Vec<SkewReport>,
}

#[derive(Debug, Serialize)]
pub struct EngineReport {
    pub kind: &'static str,
    /// Nothing where only the program itself can tell.
    pub version: Option<String>,
    pub place: String,
    pub program: Option<String>,
    pub found: Vec<&'static str>,
    pub adapters: Vec<String>,
    /// Whether it is the one that the project would run with.
    pub used: bool,
    /// The command that brings it up to date, where it is known.
    pub update: Option<String>,
}

#[derive(Debug, Serialize)]
pub struct PinReport {
    pub place: String,
    pub source: &'static str,
    pub package: String,
    pub text: String,
    pub allows: Option<String>,
}

#[derive(Debug, Serialize)]
pub struct SeenReport {
    pub version: String,
    pub source: String,
}

#[derive(Debug, Serialize)]
pub struct SkewReport {
    pub kind: &'static str,
    pub certain: bool,
    pub message: String,
}

impl Versions {
    #[must_use]
    pub fn of(db: &RootDatabase, project: Project) -> Self {
        let secrets = secrets(db, project);
        let shown = |text: &str| mask(text, &secrets);
        let VersionTwin { version, reason, engines, used, pins, newest, skews } =
            version_twin(db, project);
        let pin = |it: &PinRow| PinReport {
            place: it.place.clone(),
            source: it.source,
            package: it.package.clone(),
            text: shown(&it.text),
            allows: it.allows.clone(),
        };
        Self {
            project: ide::project_status(db, project).name,
            root: project.root(db).to_string(),
            version,
            reason: shown(&reason),
            engines: engines
                .iter()
                .enumerate()
                .map(|(index, it)| EngineReport::new(it, used == Some(index)))
                .collect(),
            pins: pins.iter().map(pin).collect(),
            newest: newest.map(|it| SeenReport { version: it.text, source: it.source }),
            skews: skews
                .iter()
                .map(|it| SkewReport {
                    kind: kind(it.kind),
                    certain: it.is_certain,
                    message: shown(&it.message),
                })
                .collect(),
        }
    }

    #[must_use]
    pub fn is_skewed(&self) -> bool {
        self.skews.iter().any(|it| it.certain)
    }

    pub fn write_text(&self, out: &mut impl Write) -> io::Result<()> {
        writeln!(out, "{}: dbt {} ({})", self.project, self.version, self.reason)?;
        if self.engines.is_empty() {
            writeln!(out, "  no dbt is installed here, as far as files tell")?;
        } else {
            writeln!(out, "  installed")?;
        }
        for it in &self.engines {
            let version =
                it.version.as_deref().unwrap_or("of a version that only it can tell (--run)");
            let used = if it.used { "*" } else { " " };
            writeln!(
                out,
                "  {used} {} {version}  {}  [{}]",
                it.kind,
                it.place,
                it.found.join(", ")
            )?;
            if !it.adapters.is_empty() {
                writeln!(out, "        with {}", it.adapters.join(", "))?;
            }
        }
        if !self.pins.is_empty() {
            writeln!(out, "  asked for")?;
        }
        for it in &self.pins {
            let allows = it.allows.as_deref().unwrap_or("what a variable says");
            writeln!(out, "    {}  {}  allows {allows}", it.place, it.text)?;
        }
        if let Some(newest) = &self.newest {
            writeln!(out, "  newest seen: {} in {}", newest.version, newest.source)?;
        }
        for it in &self.skews {
            let mark = if it.certain { "skew" } else { "note" };
            writeln!(out, "  {mark}: {}", it.message)?;
        }
        Ok(())
    }
}

impl EngineReport {
    fn new(engine: &Engine, used: bool) -> Self {
        let adapters = engine.adapters.iter().map(|(name, version)| format!("{name} {version}"));
        Self {
            kind: engine.kind.name(),
            version: engine.version.clone(),
            place: engine.place.clone(),
            program: engine.program.as_ref().map(ToString::to_string),
            found: engine.found.iter().map(|it| it.describe()).collect(),
            adapters: adapters.collect(),
            used,
            update: ide::update_command(engine),
        }
    }
}

fn kind(kind: SkewKind) -> &'static str {
    match kind {
        SkewKind::EngineNotAllowed => "engine-not-allowed",
        SkewKind::PinsDisagree => "pins-disagree",
        SkewKind::FixedAgainstMoving => "fixed-against-moving",
        SkewKind::EngineBehind => "engine-behind",
    }
}

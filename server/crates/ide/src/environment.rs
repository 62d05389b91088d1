//! Every environment variable that a project reads or that anything sets: the rows of a table whose
//! columns are the places where a variable can be set.

use std::collections::{BTreeMap, BTreeSet};

use base::{Db, File, Project, TextRange};
use project::{
    DefinedFor, EnvironmentSource, definition_files, definitions, dotenv, dotenv_file,
    dotenv_value, explain_environment, is_secret_variable, mask, secrets,
};
use semantic::{
    Unrendered, environment_uses, files_with_jinja, missing_environment_names, unrendered,
};

/// A place where variables are set. The first ones decide here, in an order that settings may
/// change; the others are for somebody else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum EnvironmentColumn {
    Settings,
    Process,
    /// `dbt.env.command`
    Command,
    DotEnv,
    Example,
    DevContainer,
    Ci,
    Platform,
}

impl EnvironmentColumn {
    pub const ALL: [Self; 8] = [
        Self::Settings,
        Self::Process,
        Self::Command,
        Self::DotEnv,
        Self::Example,
        Self::DevContainer,
        Self::Ci,
        Self::Platform,
    ];

    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Settings => "settings",
            Self::Process => "process",
            Self::Command => "command",
            Self::DotEnv => ".env",
            Self::Example => ".env.example",
            Self::DevContainer => "dev container",
            Self::Ci => "CI",
            Self::Platform => "platform",
        }
    }

    fn of(source: EnvironmentSource) -> Self {
        match source {
            EnvironmentSource::Settings => Self::Settings,
            EnvironmentSource::Process => Self::Process,
            EnvironmentSource::Command => Self::Command,
            EnvironmentSource::DotEnv { .. } => Self::DotEnv,
        }
    }
}

/// How a variable stands for dbt on this machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EnvironmentStatus {
    Set,
    /// Not set; wherever it is read there is a default.
    Default,
    /// Not set, and dbt stops where it is read.
    Missing,
    /// Not set, and nothing that dbt renders reads it without a default.
    NotNeeded,
}

impl EnvironmentStatus {
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Set => "set",
            Self::Default => "default",
            Self::Missing => "missing",
            Self::NotNeeded => "not-needed",
        }
    }
}

/// A variable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnvironmentRow {
    pub name: String,
    pub status: EnvironmentStatus,
    pub secret: bool,
    /// What dbt gets here; stars where it is secret.
    pub value: Option<String>,
    /// Whose value that is.
    pub source: Option<EnvironmentColumn>,
    /// Where it is set too, without effect.
    pub hidden: Vec<EnvironmentColumn>,
    /// In the order of the columns; several where a column has several places.
    pub cells: Vec<EnvironmentCell>,
    pub uses: Vec<EnvironmentPlace>,
}

/// What one place says of a variable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnvironmentCell {
    pub column: EnvironmentColumn,
    /// Stars where it is secret; nothing where the place takes it from somewhere else.
    pub value: Option<String>,
    pub place: Option<EnvironmentPlace>,
    /// For whom it is set, where not for all: a job, an environment of the platform.
    pub scope: String,
    /// Why dbt does not get this value, where one would think so.
    pub note: Option<&'static str>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnvironmentPlace {
    pub file: File,
    pub range: TextRange,
    /// The default as it is written, of a place that reads the variable.
    pub default: Option<String>,
    /// Whether dbt looks at this place with the target in use.
    pub is_rendered: bool,
}

const STARS: &str = "*****";

/// All variables in the order of their names.
#[must_use]
pub fn environment_matrix(db: &dyn Db, project: Project) -> Vec<EnvironmentRow> {
    let mut uses: BTreeMap<String, Vec<EnvironmentPlace>> = BTreeMap::new();
    for file in files_with_jinja(db, project) {
        let found = environment_uses(db, file);
        if found.is_empty() {
            continue;
        }
        let is_yaml = matches!(file.path(db).extension(), "yml" | "yaml");
        let unread = if is_yaml { unrendered(db, project, file) } else { Unrendered::default() };
        for it in found.iter() {
            let places = uses.entry(it.name.clone()).or_default();
            let place = EnvironmentPlace {
                file,
                range: it.range,
                default: it.default.clone(),
                is_rendered: !unread.contains(it.range),
            };
            if !places.contains(&place) {
                places.push(place);
            }
        }
    }
    let cells = elsewhere(db, project);
    let mut names: BTreeSet<String> = project::environment_names(db, project);
    names.extend(uses.keys().cloned());
    names.extend(cells.keys().cloned());
    // The process has hundreds that dbt never reads; what begins like dbt's own is meant for it.
    let process = db.machine().environment(db).keys();
    names.extend(process.filter(|it| it.starts_with("DBT_")).cloned());
    let missing = missing_environment_names(db, project);
    let shown = Shown { db, project, secrets: &secrets(db, project) };
    let mut elsewhere = cells;
    names
        .into_iter()
        .map(|name| {
            let uses = uses.remove(&name).unwrap_or_default();
            let others = elsewhere.remove(&name).unwrap_or_default();
            shown.row(name, uses, others, &missing)
        })
        .collect()
}

/// One variable, which need not exist.
#[must_use]
pub fn explain_variable(db: &dyn Db, project: Project, name: &str) -> Option<EnvironmentRow> {
    environment_matrix(db, project).into_iter().find(|it| it.name == name)
}

/// What files say for somebody else, by name; values are not masked yet.
fn elsewhere(db: &dyn Db, project: Project) -> BTreeMap<String, Vec<EnvironmentCell>> {
    let mut found: BTreeMap<String, Vec<EnvironmentCell>> = BTreeMap::new();
    for it in definition_files(db, project).iter() {
        let column = match it.format.defined_for() {
            DefinedFor::Example => EnvironmentColumn::Example,
            DefinedFor::DevContainer => EnvironmentColumn::DevContainer,
            DefinedFor::Ci => EnvironmentColumn::Ci,
            DefinedFor::Platform => EnvironmentColumn::Platform,
        };
        for definition in definitions(db, it.file, it.format.clone()).iter() {
            let place = (column != EnvironmentColumn::Platform).then_some(EnvironmentPlace {
                file: it.file,
                range: definition.name_range,
                default: None,
                is_rendered: true,
            });
            found.entry(definition.name.clone()).or_default().push(EnvironmentCell {
                column,
                value: definition.value.clone(),
                place,
                scope: definition.scope.clone(),
                note: None,
            });
        }
    }
    found
}

struct Shown<'a> {
    db: &'a dyn Db,
    project: Project,
    secrets: &'a [String],
}

impl Shown<'_> {
    fn row(
        &self,
        name: String,
        uses: Vec<EnvironmentPlace>,
        others: Vec<EnvironmentCell>,
        missing: &BTreeSet<String>,
    ) -> EnvironmentRow {
        let found = explain_environment(self.db, self.project, &name);
        let secret = is_secret_variable(self.db, self.project, &name);
        let status = match &found {
            Some(_) => EnvironmentStatus::Set,
            None if missing.contains(&name) => EnvironmentStatus::Missing,
            None if uses.iter().all(|it| it.default.is_some()) && !uses.is_empty() => {
                EnvironmentStatus::Default
            }
            None => EnvironmentStatus::NotNeeded,
        };
        let mut cells = self.own_cells(&name, secret);
        cells.extend(
            others.into_iter().map(|it| EnvironmentCell {
                value: it.value.map(|it| self.value(&it, secret)),
                ..it
            }),
        );
        EnvironmentRow {
            status,
            secret,
            value: found.as_ref().map(|it| self.value(&it.value, secret)),
            source: found.as_ref().map(|it| EnvironmentColumn::of(it.source)),
            hidden: found
                .map(|it| it.hidden.into_iter().map(EnvironmentColumn::of).collect())
                .unwrap_or_default(),
            cells,
            uses,
            name,
        }
    }

    /// What decides on this machine.
    fn own_cells(&self, name: &str, secret: bool) -> Vec<EnvironmentCell> {
        let (db, project) = (self.db, self.project);
        let mut cells = Vec::new();
        let outside = [
            (EnvironmentColumn::Settings, &project.settings(db).environment),
            (EnvironmentColumn::Process, &**db.machine().environment(db)),
            (EnvironmentColumn::Command, &**project.commanded(db)),
        ];
        for (column, values) in outside {
            if let Some(value) = values.get(name) {
                let value = Some(self.value(value, secret));
                let (place, scope) = (None, String::new());
                cells.push(EnvironmentCell { column, value, place, scope, note: None });
            }
        }
        let file = dotenv_file(db, project);
        let lines = dotenv(db, file);
        let value = dotenv_value(db, project, name);
        for entry in lines.entries_of(name) {
            let place = EnvironmentPlace {
                file,
                range: entry.name_range,
                default: None,
                is_rendered: !entry.lost,
            };
            cells.push(EnvironmentCell {
                column: EnvironmentColumn::DotEnv,
                value: value.as_ref().map(|it| self.value(it, secret)),
                place: Some(place),
                scope: String::new(),
                note: value.is_none().then_some("not read: it stands behind a bad line"),
            });
        }
        cells
    }

    /// An empty value protects nobody.
    fn value(&self, value: &str, secret: bool) -> String {
        if value.is_empty() {
            String::new()
        } else if secret {
            STARS.to_owned()
        } else {
            mask(value, self.secrets)
        }
    }
}

#[cfg(test)]
mod tests;

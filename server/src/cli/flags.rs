use std::collections::BTreeMap;
use std::path::Path;

use ::compile::IndirectSelection;
use base::{FilePath, Settings};
use clap::{Args, ValueEnum};

/// dbt's own flags, spelled as dbt spells them.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "dbt's flags")]
pub struct ProjectFlags {
    /// The folder with dbt_project.yml.
    #[arg(long, value_name = "DIR")]
    pub project_dir: Option<String>,
    /// The folder with profiles.yml.
    #[arg(long, value_name = "DIR")]
    profiles_dir: Option<String>,
    /// The profile, in place of the one that the project names.
    #[arg(long)]
    profile: Option<String>,
    /// The target, in place of the profile's default.
    #[arg(long, short)]
    target: Option<String>,
    /// Variables of the project, as YAML.
    #[arg(long, value_name = "YAML")]
    vars: Option<String>,
    /// Incremental models and snapshots as they are when they are built anew.
    #[arg(long, short)]
    full_refresh: bool,
    /// Refs and sources give no rows.
    #[arg(long, overrides_with = "no_empty")]
    empty: bool,
    /// The opposite of --empty.
    #[arg(long, overrides_with = "empty")]
    no_empty: bool,
    /// Refs and sources give the rows of this time only: `3 days`, `{start: …, end: …}`.
    #[arg(long, value_name = "WINDOW")]
    pub sample: Option<String>,
    #[command(flatten)]
    pub selection: SelectionFlags,
    /// Where files are written; nothing is written anywhere else.
    #[arg(long, value_name = "DIR")]
    pub target_path: Option<String>,
    /// A folder with production's manifest.json.
    #[arg(long, value_name = "DIR")]
    state: Option<String>,
    /// References to models that are not built here go to production's relations.
    #[arg(long, overrides_with = "no_defer")]
    defer: bool,
    /// The opposite of --defer.
    #[arg(long, overrides_with = "defer")]
    no_defer: bool,
    /// Production's relations, whether or not your own exist.
    #[arg(long, overrides_with = "no_favor_state")]
    favor_state: bool,
    /// The opposite of --favor-state.
    #[arg(long, overrides_with = "favor_state")]
    no_favor_state: bool,
    /// The dbt version to judge the project for, such as 1.11.
    #[arg(long, value_name = "VERSION")]
    dbt_version: Option<String>,
}

/// Those of dbt's flags that say which project it is and how it is read.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "dbt's flags")]
pub struct WhichProject {
    /// The folder with dbt_project.yml.
    #[arg(long, value_name = "DIR")]
    project_dir: Option<String>,
    /// The folder with profiles.yml.
    #[arg(long, value_name = "DIR")]
    profiles_dir: Option<String>,
    /// The profile, in place of the one that the project names.
    #[arg(long)]
    profile: Option<String>,
    /// The target, in place of the profile's default.
    #[arg(long, short)]
    target: Option<String>,
    /// Variables of the project, as YAML.
    #[arg(long, value_name = "YAML")]
    vars: Option<String>,
    /// The dbt version to judge the project for, such as 1.11.
    #[arg(long, value_name = "VERSION")]
    dbt_version: Option<String>,
}

impl WhichProject {
    /// As the project would be judged for v2, unless somebody names another version.
    pub fn flags_for_v2(&self) -> ProjectFlags {
        let flags = self.flags();
        let dbt_version = flags.dbt_version.clone().or_else(|| Some("2.0".to_owned()));
        ProjectFlags { dbt_version, ..flags }
    }

    pub fn flags(&self) -> ProjectFlags {
        let it = self.clone();
        ProjectFlags {
            project_dir: it.project_dir,
            profiles_dir: it.profiles_dir,
            profile: it.profile,
            target: it.target,
            vars: it.vars,
            dbt_version: it.dbt_version,
            ..ProjectFlags::default()
        }
    }
}

/// What to look at, in dbt's grammar of selections.
#[derive(Debug, Clone, Default, Args)]
pub struct SelectionFlags {
    /// Only these: names, paths, `tag:nightly`, `+orders`, `2+orders+3`, `@orders`, several
    /// separated by spaces, `a,b` for what is in both.
    #[arg(long, short, value_name = "WORDS", num_args = 1..)]
    pub select: Vec<String>,
    /// The same as --select; `list` lists models only.
    #[arg(long, short, visible_alias = "model", value_name = "WORDS", num_args = 1..)]
    pub models: Vec<String>,
    /// All but these.
    #[arg(long, value_name = "WORDS", num_args = 1..)]
    pub exclude: Vec<String>,
    /// What a selector of selectors.yml selects.
    #[arg(long, value_name = "NAME")]
    pub selector: Option<String>,
    /// Which tests come with what they test.
    #[arg(long, value_enum, ignore_case = true, value_name = "MODE")]
    pub indirect_selection: Option<Indirect>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Indirect {
    /// Those of which anything they test is selected.
    Eager,
    /// Those of which everything they test is selected.
    Cautious,
    /// As cautious; what the selected nodes read counts as selected.
    Buildable,
    /// None.
    Empty,
}

impl From<Indirect> for IndirectSelection {
    fn from(mode: Indirect) -> Self {
        match mode {
            Indirect::Eager => Self::Eager,
            Indirect::Cautious => Self::Cautious,
            Indirect::Buildable => Self::Buildable,
            Indirect::Empty => Self::Empty,
        }
    }
}

impl SelectionFlags {
    /// --select and --models alike.
    pub fn included(&self) -> Vec<String> {
        [&self.select[..], &self.models[..]].concat()
    }

    pub fn is_empty(&self) -> bool {
        self.select.is_empty()
            && self.models.is_empty()
            && self.exclude.is_empty()
            && self.selector.is_none()
    }
}

impl ProjectFlags {
    /// Whether a state is named that deferral reads.
    pub fn reads_state(&self) -> bool {
        self.state.is_some() && !self.no_defer
    }

    /// The settings of a project; what no flag says, the environment may.
    pub fn settings(
        &self,
        environment: &BTreeMap<String, String>,
        working_folder: &FilePath,
    ) -> Settings {
        let base = from_environment(environment);
        let switch = |on: bool, off: bool, base: bool| if on || off { on } else { base };
        Settings {
            defer: switch(self.defer, self.no_defer, base.defer),
            favor_state: switch(self.favor_state, self.no_favor_state, base.favor_state),
            state: self.state.as_ref().map(|it| state(it, working_folder)).or(base.state),
            profile: self.profile.clone(),
            target: self.target.clone(),
            profiles_dir: self.profiles_dir.as_ref().map(|it| working_folder.join(it)),
            target_path: self.target_path.clone(),
            vars: self.vars.clone().or(base.vars),
            dbt_version: self.dbt_version.clone(),
            full_refresh: self.full_refresh || base.full_refresh,
            empty: switch(self.empty, self.no_empty, base.empty),
            ..base
        }
    }
}

/// dbt takes the folder from where it runs, which mostly is the project. Who names a project
/// elsewhere may mean either.
fn state(folder: &str, working_folder: &FilePath) -> String {
    let here = working_folder.join(folder);
    if Path::new(here.as_str()).is_dir() { here.to_string() } else { folder.to_owned() }
}

/// What dbt reads from variables of the environment where no flag is given. Profile, target and
/// their folder are not among them here: the project reads those itself, since `.env` counts too.
#[must_use]
pub fn from_environment(environment: &BTreeMap<String, String>) -> Settings {
    let text = |name: &str| environment.get(name).filter(|it| !it.is_empty()).cloned();
    Settings {
        defer: text("DBT_DEFER").is_some_and(|it| is_true(&it)),
        favor_state: text("DBT_FAVOR_STATE").is_some_and(|it| is_true(&it)),
        state: text("DBT_DEFER_STATE").or_else(|| text("DBT_STATE")),
        vars: text("DBT_VARS"),
        full_refresh: text("DBT_FULL_REFRESH").is_some_and(|it| is_true(&it)),
        empty: text("DBT_EMPTY").is_some_and(|it| is_true(&it)),
        ..Settings::default()
    }
}

/// As dbt's command line reads a switch from a variable.
fn is_true(value: &str) -> bool {
    matches!(value.to_ascii_lowercase().as_str(), "1" | "true" | "t" | "yes" | "y" | "on")
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        flags: ProjectFlags,
    }

    fn settings(line: &[&str], environment: &[(&str, &str)]) -> Settings {
        let line = Line::try_parse_from(std::iter::once(&"dbt").chain(line)).unwrap();
        let environment =
            environment.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
        line.flags.settings(&environment, &FilePath::new("/here"))
    }

    #[test]
    fn a_flag_wins_over_the_environment() {
        let environment = [("DBT_DEFER", "True"), ("DBT_STATE", "/prod")];
        assert!(settings(&[], &environment).defer);
        let flags = settings(&["--no-defer", "--state", "s", "--profiles-dir", "p"], &environment);
        assert!(!flags.defer);
        assert_eq!(flags.state.as_deref(), Some("s"));
        assert_eq!(flags.profiles_dir, Some(FilePath::new("/here/p")));
        assert_eq!(settings(&[], &environment).state.as_deref(), Some("/prod"));
    }

    #[test]
    fn the_last_of_two_switches_counts() {
        assert!(settings(&["--no-defer", "--defer"], &[]).defer);
        assert!(!settings(&["--defer", "--no-defer"], &[("DBT_DEFER", "1")]).defer);
    }
}

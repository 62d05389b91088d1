use std::collections::BTreeMap;

use base::{FilePath, Precedence, Settings};
use serde_json::Value;

/// The section that the editor is asked for.
pub const SECTION: &str = "dbt";

/// What a user can set in the editor, all below `dbt`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EditorSettings {
    /// `dbt.flag.defer`: references to models that are not built here go to production's relations,
    /// where a state is known. On by default.
    pub defer: bool,
    /// `dbt.flag.state`: a folder with production's `manifest.json`, relative to the project.
    pub state: Option<String>,
    /// `dbt.flag.favorState`: production's relation wins even where the model is built here.
    pub favor_state: bool,
    /// `dbt.environmentVariables`: variables that dbt is started with, over those of the process.
    pub environment_variables: BTreeMap<String, String>,
    /// `dbt.env.precedence`: whether a variable of the settings wins over one of the process, or the
    /// other way round. Both win over `.env`.
    pub precedence: Precedence,
    /// `dbt.env.command`: a command whose output, lines of `NAME=value`, fills variables that
    /// neither the settings nor the process have. Run in trusted folders only.
    pub env_command: Option<String>,
    /// `dbt.env.inlayHints`: whether values are shown behind calls of `env_var`. On by default.
    pub inlay_hints: bool,
    /// `dbt.version.assume`: the dbt version to judge projects for, in place of the one found.
    pub version_assume: Option<String>,
    /// `dbt.dbtPath`: the dbt to run, a program or a Python environment, in place of the one found.
    pub dbt_path: Option<String>,
    /// `dbt.profilesDir`: the folder with `profiles.yml`.
    pub profiles_dir: Option<String>,
    /// `dbt.target`: the target of the profile, in place of its default.
    pub target: Option<String>,
}

impl Default for EditorSettings {
    fn default() -> Self {
        Self {
            defer: true,
            state: None,
            favor_state: false,
            environment_variables: BTreeMap::new(),
            precedence: Precedence::Settings,
            env_command: None,
            inlay_hints: true,
            version_assume: None,
            dbt_path: None,
            profiles_dir: None,
            target: None,
        }
    }
}

impl EditorSettings {
    /// Reads what the client answers for the section. What has the wrong type counts as not set and
    /// is named.
    pub fn read(section: &Value) -> (Self, Vec<String>) {
        let mut reader = Reader { section, wrong: Vec::new() };
        let settings = Self {
            defer: reader.flag("flag.defer").unwrap_or(true),
            state: reader.text("flag.state"),
            favor_state: reader.flag("flag.favorState").unwrap_or(false),
            environment_variables: reader.map("environmentVariables"),
            precedence: reader.precedence("env.precedence"),
            env_command: reader.text("env.command"),
            inlay_hints: reader.flag("env.inlayHints").unwrap_or(true),
            version_assume: reader.text("version.assume"),
            dbt_path: reader.text("dbtPath"),
            profiles_dir: reader.text("profilesDir"),
            target: reader.text("target"),
        };
        (settings, reader.wrong)
    }

    /// The settings of a project; what the process environment says stands behind them.
    pub fn for_project(&self, root: &FilePath, environment: &Settings) -> Settings {
        let profiles_dir = self.profiles_dir.as_ref().map(|it| root.join(it));
        Settings {
            defer: self.defer,
            favor_state: self.favor_state || environment.favor_state,
            state: self.state.clone().or_else(|| environment.state.clone()),
            environment: self.environment_variables.clone(),
            precedence: self.precedence,
            no_inlay_hints: !self.inlay_hints,
            target: self.target.clone().or_else(|| environment.target.clone()),
            profiles_dir: profiles_dir.or_else(|| environment.profiles_dir.clone()),
            dbt_version: self.version_assume.clone(),
            ..environment.clone()
        }
    }
}

struct Reader<'a> {
    section: &'a Value,
    wrong: Vec<String>,
}

impl Reader<'_> {
    /// Clients send nested objects or keys with dots.
    fn get(&self, key: &str) -> Option<&Value> {
        let nested = key.split('.').try_fold(self.section, |value, part| value.get(part));
        nested.or_else(|| self.section.get(key)).filter(|it| !it.is_null())
    }

    fn flag(&mut self, key: &str) -> Option<bool> {
        let value = self.get(key)?;
        let flag = value.as_bool();
        if flag.is_none() {
            self.wrong.push(format!("{SECTION}.{key} is neither true nor false"));
        }
        flag
    }

    fn text(&mut self, key: &str) -> Option<String> {
        let value = self.get(key)?;
        let text = value.as_str().map(str::trim).map(str::to_owned);
        if text.is_none() {
            self.wrong.push(format!("{SECTION}.{key} is not text"));
        }
        text.filter(|it| !it.is_empty())
    }

    fn precedence(&mut self, key: &str) -> Precedence {
        match self.text(key).as_deref() {
            None | Some("settings") => Precedence::Settings,
            Some("process") => Precedence::Process,
            Some(_) => {
                self.wrong.push(format!("{SECTION}.{key} is neither settings nor process"));
                Precedence::Settings
            }
        }
    }

    fn map(&mut self, key: &str) -> BTreeMap<String, String> {
        let Some(value) = self.get(key) else { return BTreeMap::new() };
        let Some(entries) = value.as_object() else {
            self.wrong.push(format!("{SECTION}.{key} is not an object"));
            return BTreeMap::new();
        };
        let mut map = BTreeMap::new();
        let mut wrong = Vec::new();
        for (name, value) in entries {
            match value {
                Value::String(text) => {
                    map.insert(name.clone(), text.clone());
                }
                Value::Number(_) | Value::Bool(_) => {
                    map.insert(name.clone(), value.to_string());
                }
                _ => wrong.push(format!("{SECTION}.{key}.{name} is not text")),
            }
        }
        self.wrong.extend(wrong);
        map
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn both_spellings_are_read() {
        let nested = json!({"flag": {"defer": false, "state": "prod"}, "environmentVariables": {"A": "1", "B": 2}});
        let (settings, wrong) = EditorSettings::read(&nested);
        assert!(wrong.is_empty());
        assert!(!settings.defer);
        assert_eq!(settings.state.as_deref(), Some("prod"));
        assert_eq!(settings.environment_variables.get("B").map(String::as_str), Some("2"));
        assert!(!EditorSettings::read(&json!({"flag.defer": false})).0.defer);
        let (settings, wrong) = EditorSettings::read(&json!({"env": {"precedence": "process"}}));
        assert_eq!((settings.precedence, wrong), (Precedence::Process, Vec::new()));
        let (settings, wrong) = EditorSettings::read(&json!({"env.precedence": "shell"}));
        assert_eq!(settings.precedence, Precedence::Settings);
        assert_eq!(wrong, ["dbt.env.precedence is neither settings nor process"]);
    }

    #[test]
    fn nothing_set_and_nonsense_give_the_defaults() {
        assert_eq!(EditorSettings::read(&Value::Null), (EditorSettings::default(), Vec::new()));
        let (settings, wrong) =
            EditorSettings::read(&json!({"flag": {"defer": "yes", "state": 1}}));
        assert_eq!(settings, EditorSettings::default());
        assert_eq!(
            wrong,
            ["dbt.flag.defer is neither true nor false", "dbt.flag.state is not text"]
        );
    }
}

use std::collections::BTreeMap;
use std::panic::catch_unwind;
use std::sync::Arc;

use base::FilePath;
use rustc_hash::FxHashMap;
use salsa::{Durability, Setter};

use super::MainLoop;
use super::event::Event;
use crate::env_command;

/// For each project the command that was run last, and what went wrong with it.
#[derive(Default)]
pub struct Commands {
    run: FxHashMap<FilePath, String>,
    problems: BTreeMap<FilePath, String>,
}

impl Commands {
    pub fn problem(&self) -> Option<&str> {
        self.problems.values().next().map(String::as_str)
    }
}

impl MainLoop {
    /// Runs what the settings name now and did not name before. Nobody waits for it: it may ask the
    /// user for something.
    pub(super) fn run_env_commands(&mut self) {
        for root in self.workspace_roots() {
            let settings = self.editor.get(&root).unwrap_or(&self.sent);
            let wanted = settings.env_command.clone().filter(|_| self.trusted);
            if self.commands.run.get(&root) == wanted.as_ref() {
                continue;
            }
            let Some(line) = wanted else {
                self.commands.run.remove(&root);
                self.commands.problems.remove(&root);
                self.set_commanded(&root, BTreeMap::new());
                continue;
            };
            self.commands.run.insert(root.clone(), line.clone());
            let events = self.context.events.clone();
            rayon::spawn(move || {
                let made = catch_unwind(|| env_command::run(&line, &root, env_command::PATIENCE));
                let result = made.unwrap_or_else(|_| Err("an internal error".to_owned()));
                events.result(Event::Commanded { root, line, result });
            });
        }
    }

    pub(super) fn commanded(
        &mut self,
        root: &FilePath,
        line: &str,
        result: Result<BTreeMap<String, String>, String>,
    ) {
        if self.commands.run.get(root).is_none_or(|it| it != line) {
            return;
        }
        match result {
            Ok(values) => {
                self.commands.problems.remove(root);
                self.set_commanded(root, values);
            }
            // What it gave before stays: a vault that is locked now has not changed.
            Err(problem) => {
                self.commands.problems.insert(root.clone(), problem);
            }
        }
    }

    fn set_commanded(&mut self, root: &FilePath, values: BTreeMap<String, String>) {
        let Some(project) = self.projects.get(root).copied() else { return };
        if **project.commanded(&self.db) != values {
            let medium = Durability::MEDIUM;
            project.set_commanded(&mut self.db).with_durability(medium).to(Arc::new(values));
            self.changed(None);
        }
    }
}

use std::panic::catch_unwind;

use base::{FilePath, Git, Project};
use salsa::{Durability, Setter};

use super::MainLoop;
use super::event::Event;
use crate::git::{self, Answer};

/// Whether git is being asked, and whether it is to be asked again then.
#[derive(Debug, Default)]
pub struct Asking {
    under_way: bool,
    again: bool,
}

impl MainLoop {
    /// Asks git about the `.env` of every project: on the side, one round after the other.
    pub(super) fn ask_git(&mut self) {
        if !self.trusted {
            return;
        }
        if self.git.under_way {
            self.git.again = true;
            return;
        }
        self.git.under_way = true;
        self.context.settling.begin();
        let roots = self.workspace_roots();
        let events = self.context.events.clone();
        rayon::spawn(move || {
            let answers = catch_unwind(|| {
                roots.into_iter().map(|root| (git::ask(&root), root)).collect::<Vec<_>>()
            });
            let answers = answers.unwrap_or_default();
            let answers = answers.into_iter().map(|(answer, root)| (root, answer)).collect();
            events.result(Event::Git(answers));
        });
    }

    pub(super) fn git_answered(&mut self, answers: Vec<(FilePath, Answer)>) {
        self.git.under_way = false;
        let mut folders = Vec::new();
        for (root, answer) in answers {
            folders.extend(answer.folder);
            let Some(project) = self.projects.get(&root).copied() else { continue };
            if project.git(&self.db) != answer.git {
                self.set_git(project, answer.git);
                self.loading.recheck = true;
            }
        }
        // The index lies where nobody else looks.
        self.watch_folders(folders);
        self.context.settling.end();
        if std::mem::take(&mut self.git.again) {
            self.ask_git();
        }
    }

    fn set_git(&mut self, project: Project, git: Option<Git>) {
        project.set_git(&mut self.db).with_durability(Durability::MEDIUM).to(git);
    }
}

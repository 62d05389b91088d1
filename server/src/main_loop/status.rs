use base::Project;

use super::{MainLoop, sweep};
use crate::lsp::ext::{Health, ProjectStatus, Status};
use crate::lsp::outbox::Outgoing;

#[derive(Default)]
pub struct Known {
    projects: Vec<(Project, ide::ProjectStatus)>,
    panics: usize,
}

impl Known {
    pub fn set_projects(&mut self, projects: Vec<(Project, ide::ProjectStatus)>) {
        self.projects = projects;
    }
}

impl MainLoop {
    pub(super) fn panicked(&mut self) {
        self.status.panics += 1;
    }

    /// Sent whenever it is another one than before. Between an edit and the end of the pass that
    /// follows it the counts are of before: they are not shown half way.
    pub(super) fn send_status(&mut self) {
        if !self.loading.started {
            return;
        }
        let loading = self.loading_what();
        if self.sweep.was_complete && !self.sweep.complete && self.sent_status.is_some() {
            return;
        }
        let message = (self.status.panics > 0)
            .then(|| "An internal error happened; the log says where".to_owned())
            .or_else(|| self.commands.problem().map(str::to_owned));
        let status = Status {
            health: if message.is_some() { Health::Warning } else { Health::Ok },
            message,
            loading: loading.map(str::to_owned),
            projects: self.status.projects.iter().map(|it| self.project_status(it)).collect(),
        };
        if self.sent_status.as_ref() != Some(&status) {
            self.sent_status = Some(status.clone());
            self.send(Outgoing::Status(status));
        }
    }

    fn project_status(&self, (project, status): &(Project, ide::ProjectStatus)) -> ProjectStatus {
        let complete = self.sweep.was_complete;
        let own = self.found.values().filter(|_| complete);
        let own = own.filter(|it| it.project == Some(*project));
        let (errors, warnings) =
            own.fold((0, 0), |(errors, warnings), it| (errors + it.errors, warnings + it.warnings));
        ProjectStatus::new(status.clone(), errors, warnings)
    }

    fn loading_what(&self) -> Option<&'static str> {
        if self.sweep.was_complete {
            return None;
        }
        Some(match self.sweep.state {
            sweep::State::Checking { .. } => "findings",
            _ => "files",
        })
    }
}

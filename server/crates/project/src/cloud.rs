//! How a project is tied to the dbt platform, as far as files and variables say.

mod chain;
mod file;

use std::sync::Arc;

use base::{Db, File, Project};

pub use chain::{
    CloudChain, LinkRules, LinkSource, LinkStep, LinkValue, StepName, StepState, cloud_chain,
};
pub use file::{
    CloudFileProblem, CloudFix, cloud_file, cloud_file_problems, cloud_secrets, host_problem,
    misplaced_cloud_file,
};

/// What the platform is spoken to with.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct CloudLink {
    /// `~/.dbt/dbt_cloud.yml`, where there is one.
    pub file: Option<File>,
    pub project_id: Option<String>,
    pub account_id: Option<String>,
    pub host: Option<String>,
    pub defer_environment_id: Option<String>,
    /// Never shown; kept to be masked.
    pub token: Option<String>,
}

impl std::fmt::Debug for CloudLink {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CloudLink")
            .field("project_id", &self.project_id)
            .field("account_id", &self.account_id)
            .field("host", &self.host)
            .field("defer_environment_id", &self.defer_environment_id)
            .field("token", &self.token.as_ref().map(|_| "*****"))
            .finish_non_exhaustive()
    }
}

/// The link under the rules of today's engines.
#[salsa::tracked(returns(clone))]
pub fn cloud_link(db: &dyn Db, project: Project) -> Arc<CloudLink> {
    let (chain, token) = chain::resolve(db, project, LinkRules::New);
    let value = |it: &LinkValue| it.value.clone();
    Arc::new(CloudLink {
        file: chain.file,
        project_id: value(&chain.project_id),
        account_id: value(&chain.account_id),
        host: value(&chain.host),
        defer_environment_id: value(&chain.defer_environment_id),
        token,
    })
}

#[cfg(test)]
mod tests;

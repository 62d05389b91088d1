use super::edits::first_line;
use crate::rule::declare_rule;
use crate::{FileContext, Findings};

declare_rule! {
    /// `.env` is tracked by git.
    ///
    /// Whoever has the repository has its values, those of every earlier commit too. Nothing is
    /// taken away for you, since others may lean on the file:
    ///
    /// ```sh
    /// git rm --cached .env   # out of the next commit; your copy stays
    /// ```
    ///
    /// Then give each secret that was in it a new value: the old ones stay in the history.
    pub static TRACKED_DOTENV = {
        name: "tracked-dotenv",
        event: None,
        severity: Error,
        since: "dbt 1.0",
        files: [Dotenv],
        check: check,
    }
}

fn check(findings: &mut Findings<'_>, context: &FileContext<'_>) {
    let is_roots =
        context.file.path(context.db).parent().as_ref() == Some(context.project.root(context.db));
    if is_roots && context.project.git(context.db).is_some_and(|it| it.tracked) {
        let range = first_line(context.file.text(context.db));
        findings.add(
            range,
            "`.env` is tracked by git, so everyone with the repository has its values: `git rm --cached .env` takes it out of the next commit, and secrets that were in it need new values",
        );
    }
}

#[cfg(test)]
mod tests {
    use base::Git;
    use salsa::Setter;
    use test_support::Fixture;

    use crate::{RULES, Scope, check_file};

    /// What is said of `.env` where git has this to say.
    fn said(git: Option<Git>) -> Vec<&'static str> {
        let mut fixture = Fixture::new("//- .env\nAWS_PROFILE=1\n");
        fixture.project.set_git(&mut fixture.db).to(git);
        let file = fixture.file(".env");
        let found = check_file(&fixture.db, fixture.project, file, Scope::File);
        found.iter().map(|it| it.code).collect()
    }

    #[test]
    fn what_git_says_is_what_is_found() {
        assert!(RULES.iter().any(|it| it.name == "tracked-dotenv"));
        assert!(said(None).is_empty());
        assert!(said(Some(Git { ignored: true, tracked: false })).is_empty());
        assert_eq!(said(Some(Git { ignored: true, tracked: true })), ["tracked-dotenv"]);
        assert_eq!(
            said(Some(Git { ignored: false, tracked: true })),
            ["tracked-dotenv", "unignored-dotenv"]
        );
        assert_eq!(said(Some(Git { ignored: false, tracked: false })), ["unignored-dotenv"]);
    }
}

use base::{Db, File};
use project::repository_root;

use super::edits::{append, first_line};
use crate::rule::declare_rule;
use crate::{FileContext, Findings, Severity};

declare_rule! {
    /// `.env` is not ignored by git.
    ///
    /// The next `git add .` would put everyone's own values, secrets among them, into the
    /// repository. The fix adds a line to `.gitignore`: the project's own, else that of the
    /// repository.
    ///
    /// ```sh
    /// .env    # .gitignore
    /// ```
    pub static UNIGNORED_DOTENV = {
        name: "unignored-dotenv",
        event: None,
        severity: Warning,
        since: "dbt 1.0",
        files: [Dotenv],
        check: check,
    }
}

fn check(findings: &mut Findings<'_>, context: &FileContext<'_>) {
    let (db, project) = (context.db, context.project);
    let root = project.root(db);
    let is_roots = context.file.path(db).parent().as_ref() == Some(root);
    if !is_roots || project.git(db).is_none_or(|it| it.ignored) {
        return;
    }
    let own = db.file(&root.join(".gitignore"));
    let repository = db.file(&repository_root(db, project).join(".gitignore"));
    // Git reads what is saved; a line that is typed already needs no second one.
    if [own, repository].iter().any(|it| ignores_as_typed(db, *it)) {
        return;
    }
    let file = if own.exists(db) || !repository.exists(db) { own } else { repository };
    let fix = append(db, file, "Add `.env` to `.gitignore`", ".env");
    let message = "git does not ignore `.env`: the next commit may publish its values";
    let range = first_line(context.file.text(db));
    findings.add_with_fixes(Severity::Warning, range, message, vec![fix]);
}

/// Whether the last line that surely speaks of `.env` ignores it.
fn ignores_as_typed(db: &dyn Db, file: File) -> bool {
    let speaks = |line: &str| {
        let pattern = line.trim_start_matches("**/").trim_start_matches('/');
        matches!(pattern, ".env" | ".env*" | "*.env")
    };
    let lines = file.text(db).lines().map(str::trim_end).rev();
    let mut about = lines.filter(|it| speaks(it.strip_prefix('!').unwrap_or(it)));
    about.next().is_some_and(|it| !it.starts_with('!'))
}

#[cfg(test)]
mod tests {
    use base::Git;
    use expect_test::{Expect, expect};
    use salsa::Setter;
    use test_support::Fixture;

    use crate::{Scope, check_file};

    fn check(fixture: &str, expect: Expect) {
        let mut fixture = Fixture::new(fixture);
        let git = Git { ignored: false, tracked: false };
        fixture.project.set_git(&mut fixture.db).to(Some(git));
        let file = fixture.file(".env");
        let db = &fixture.db;
        let found = check_file(db, fixture.project, file, Scope::File);
        let mut said = String::new();
        for it in found.iter().filter(|it| it.code == "unignored-dotenv") {
            said += &format!("{}\n", it.message);
            for it in &it.fix.as_ref().unwrap().edits {
                let at = u32::from(it.edit.range.start());
                said += &format!("{}@{at} {:?}\n", it.file.path(db), it.edit.text);
            }
        }
        expect.assert_eq(&said);
    }

    #[test]
    fn a_line_is_added_where_it_works() {
        check(
            "//- .env\nA=1\n",
            expect![[r#"
                git does not ignore `.env`: the next commit may publish its values
                /p/.gitignore@0 ".env\n"
            "#]],
        );
        check(
            "//- .env\nA=1\n//- .gitignore\n.env\n!.env\n",
            expect![[r#"
                git does not ignore `.env`: the next commit may publish its values
                /p/.gitignore@11 ".env\n"
            "#]],
        );
        check(
            "//- .env\nA=1\n//- ../.git\ngitdir: x\n//- ../.gitignore\ntarget",
            expect![[r#"
                git does not ignore `.env`: the next commit may publish its values
                /.gitignore@6 "\n.env\n"
            "#]],
        );
    }

    #[test]
    fn what_is_typed_already_is_not_offered_again() {
        check("//- .env\nA=1\n//- .gitignore\n!.env\n/.env\n", expect![[r#""#]]);
    }
}

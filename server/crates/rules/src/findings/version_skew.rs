use project::{SkewKind, version_skews};

use crate::rule::declare_rule;
use crate::{FileContext, FileKind, Findings, Severity};

declare_rule! {
    /// Versions of dbt that do not go together.
    ///
    /// The dbt that is installed here is outside of `require-dbt-version`; requirements, a lock, the
    /// dev container or a pipeline ask for a dbt that the project does not allow; a version is fixed
    /// in one place while another one takes each new release. It is a warning where dbt Core would
    /// stop or where no version can satisfy both, else a note or a hint. `tandem versions` shows them all, and
    /// the hover of `require-dbt-version` too.
    pub static VERSION_SKEW = {
        name: "version-skew",
        event: None,
        severity: Warning,
        since: "dbt 1.0",
        files: [ProjectFile, DevContainer, Ci],
        check: check,
    }
}

fn check(findings: &mut Findings<'_>, context: &FileContext<'_>) {
    for skew in version_skews(context.db, context.project).iter() {
        let place = skew.places.iter().find(|(file, _)| *file == context.file);
        let Some((_, range)) = place else { continue };
        // What the project asks for is said where it asks; the other side is in the sentence.
        let is_said = skew.places.first().is_some_and(|(file, _)| {
            *file != context.file && file.path(context.db).name() == "dbt_project.yml"
        });
        if is_said && context.kind == FileKind::ProjectFile {
            continue;
        }
        let severity = match skew.kind {
            _ if skew.is_certain => Severity::Warning,
            SkewKind::EngineNotAllowed => Severity::Info,
            // The other place may be meant for another project of the repository.
            SkewKind::PinsDisagree | SkewKind::FixedAgainstMoving | SkewKind::EngineBehind => {
                Severity::Hint
            }
        };
        findings.add_as(severity, *range, skew.message.clone());
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::VERSION_SKEW;
    use crate::testing::check_in;

    const PROJECT: &str = "name: shop\nrequire-dbt-version: ['>=1.10.0', '<2.0.0']\n";

    #[test]
    fn a_lock_that_the_project_does_not_allow() {
        let lock = "[[package]]\nname = \"dbt-core\"\nversion = \"1.9.4\"\n";
        check_in(
            &VERSION_SKEW,
            &[("dbt_project.yml", PROJECT), ("uv.lock", lock)],
            expect![[r#"
            2:22-2:44 warning[version-skew] `require-dbt-version: >=1.10.0,<2.0.0` and `dbt-core==1.9.4` in uv.lock:3 disagree: no version of dbt satisfies both
        "#]],
        );
        let lock = lock.replace("1.9.4", "1.11.2");
        check_in(&VERSION_SKEW, &[("dbt_project.yml", PROJECT), ("uv.lock", &lock)], expect![""]);
    }

    #[test]
    fn a_pipeline_that_stays_where_others_move() {
        let workflow = "jobs:\n  a:\n    steps:\n      - run: pip install dbt-core==1.11.2\n";
        check_in(
            &VERSION_SKEW,
            &[
                (".github/workflows/ci.yml", workflow),
                ("dbt_project.yml", PROJECT),
                ("Makefile", "dev:\n\tpip install --upgrade dbt-core\n"),
            ],
            expect![[r#"
                4:26-4:42 hint[version-skew] `dbt-core==1.11.2` in .github/workflows/ci.yml:4 stays as it is, while `dbt-core` in Makefile:2 takes the newest dbt: they drift apart
            "#]],
        );
    }
}

use base::nearest;
use project::{Generation, Support, common_keys};
use syntax::yaml::edit::scalar;

use super::{engine_name, selected};
use crate::rule::declare_rule;
use crate::{FileContext, Findings, Fix};

declare_rule! {
    /// A key of the output in use that the adapter does not read.
    ///
    /// dbt says nothing about it: a mistyped key simply has no effect. Keys of adapters that are
    /// not known here are not judged.
    ///
    /// ```yaml
    /// warehose: wh   # before
    /// warehouse: wh  # after
    /// ```
    pub static PROFILE_UNKNOWN_KEY = {
        name: "profile-unknown-key",
        event: None,
        severity: Hint,
        since: "dbt 1.0",
        files: [Profiles],
        check: check,
    }
}

/// Nobody reads more hints than this.
const MAX_FINDINGS: usize = 50;

fn check(findings: &mut Findings<'_>, context: &FileContext<'_>) {
    let Some(selected) = selected(context) else { return };
    // Of an adapter that the engine lacks it reads nothing at all, which is said once elsewhere.
    let has_adapter = match selected.generation {
        Generation::Core => selected.adapter.core,
        Generation::V2 => selected.adapter.v2 != Support::Unsupported,
    };
    let mut left = MAX_FINDINGS;
    for field in &selected.output.fields {
        if left == 0 {
            return;
        }
        let message = match selected.adapter.key(&field.name) {
            Some(key) if key.is_read_by(selected.generation) => continue,
            Some(_) if !has_adapter => continue,
            Some(_) if common_keys().iter().any(|it| it.name == field.name) => continue,
            Some(_) => {
                let other = match selected.generation {
                    Generation::Core => Generation::V2,
                    Generation::V2 => Generation::Core,
                };
                format!("only {} reads `{}`", engine_name(other), field.name)
            }
            None => format!("dbt does not read `{}` of {}", field.name, selected.adapter.title),
        };
        left -= 1;
        let is_known = selected.adapter.key(&field.name).is_some();
        let keys = selected.adapter.all_keys();
        let spellings = keys
            .filter(|it| it.is_read_by(selected.generation))
            .filter(|it| !it.spellings().any(|it| selected.output.field(it).is_some()));
        let meant = nearest(&field.name, spellings.flat_map(|it| it.spellings()));
        let fix = meant.filter(|_| !is_known).map(|it| {
            let title = format!("Rename to `{it}`");
            Fix::of(context.file, title, [(field.key, scalar(it))]).as_guess()
        });
        findings.add_with_fix(field.key, message, fix);
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::PROFILE_UNKNOWN_KEY;
    use crate::testing::{check_fix_in, check_in};

    #[test]
    fn mistyped_keys() {
        let project = ("dbt_project.yml", "name: shop\nprofile: shop\nrequire-dbt-version: '<2'\n");
        let text = "shop:\n  outputs:\n    default:\n      type: snowflake\n      warehose: w # x\n      method: sso\n      foo: 1\n      defer_to_target: x\n";
        check_in(
            &PROFILE_UNKNOWN_KEY,
            &[("profiles.yml", text), project],
            expect![[r#"
                5:7-5:15 hint[profile-unknown-key] dbt does not read `warehose` of Snowflake
                    choice: Rename to `warehouse` (a guess from the spelling)
                6:7-6:13 hint[profile-unknown-key] only dbt v2 reads `method`
                7:7-7:10 hint[profile-unknown-key] dbt does not read `foo` of Snowflake
            "#]],
        );
        check_fix_in(
            &PROFILE_UNKNOWN_KEY,
            &[("profiles.yml", text), project],
            &text.replace("warehose", "warehouse"),
        );
    }

    #[test]
    fn an_adapter_that_the_engine_lacks() {
        let project =
            ("dbt_project.yml", "name: shop\nprofile: shop\nrequire-dbt-version: '>=2'\n");
        let text = "shop:\n  outputs:\n    default: {type: sqlserver, server: s, Encrypt: true}\n";
        check_in(
            &PROFILE_UNKNOWN_KEY,
            &[("profiles.yml", text), project],
            expect![[r#"
                3:43-3:50 hint[profile-unknown-key] dbt does not read `Encrypt` of SQL Server
            "#]],
        );
    }
}

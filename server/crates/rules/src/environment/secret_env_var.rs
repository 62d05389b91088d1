use base::TextRange;
use project::{Package, document, is_secret_name};
use semantic::{EnvironmentUse, environment_uses, nodes_in, parsed, unrendered};

use crate::rule::declare_rule;
use crate::{FileContext, FileKind, Findings};

declare_rule! {
    /// A secret environment variable where dbt does not give it out.
    ///
    /// Variables whose names begin with `DBT_ENV_SECRET` can be read in `profiles.yml`, in
    /// `packages.yml` and in the key `profile` of `dbt_project.yml` only; by the v2 engine in
    /// `dependencies.yml` too. Names that begin with `_DBT` can be read nowhere by the v2 engine. Of a
    /// text that holds two secrets dbt can put in none.
    pub static SECRET_ENV_VAR = {
        name: "secret-env-var",
        event: None,
        severity: Error,
        since: "dbt 1.0",
        files: [
            ProjectFile, Packages, Selectors, Profiles, Properties, Model, Snapshot, Analysis,
            SingularTest, Function,
        ],
        check: check,
    }
}

fn check(findings: &mut Findings<'_>, context: &FileContext<'_>) {
    let db = context.db;
    let is_core = findings.is_core();
    let internal = |name: &str| !is_core && name.starts_with("_DBT");
    let refused = |name: &str| {
        if internal(name) {
            return Some(format!(
                "dbt lets nobody read `{name}`: names that begin with `_DBT` are its own"
            ));
        }
        let places = if is_core {
            "`profiles.yml` and `packages.yml`"
        } else {
            "`profiles.yml`, `packages.yml` and `dependencies.yml`"
        };
        is_secret_name(name).then(|| {
            format!(
                "`{name}` is a secret: dbt lets it be read in {places}, and for the profile's name"
            )
        })
    };
    if !context.kind.is_yaml() {
        for node in nodes_in(db, context.package, context.file) {
            for call in &parsed(db, node).environment {
                if let Some(message) = refused(&call.name) {
                    findings.add(call.site.range, call.site.explain(&message));
                }
            }
        }
        return;
    }
    let unread = unrendered(db, context.project, context.file);
    let mut scalar: Option<TextRange> = None;
    for it in environment_uses(db, context.file).iter() {
        if unread.contains(it.range) {
            continue;
        }
        if internal(&it.name) {
            findings.add(it.range, refused(&it.name).unwrap_or_default());
            continue;
        }
        if !is_secret_name(&it.name) {
            continue;
        }
        match place(context, it) {
            Place::Refused => findings.add(it.range, refused(&it.name).unwrap_or_default()),
            Place::Leaking => {
                let message = format!(
                    "dbt puts no secret in here: a placeholder stands where `{}` should",
                    it.name
                );
                findings.add(it.range, message);
            }
            Place::Allowed => {
                let document = document(db, context.file);
                let around = document.node_at(it.range.start()).last().map(|it| it.range);
                if around.is_some() && around == scalar {
                    findings.add(
                        it.range,
                        "dbt cannot put two secrets into one text: make one variable of them",
                    );
                }
                scalar = around;
            }
        }
    }
}

enum Place {
    Allowed,
    Refused,
    /// Its placeholder is never replaced.
    Leaking,
}

fn place(context: &FileContext<'_>, use_: &EnvironmentUse) -> Place {
    let document = document(context.db, context.file);
    let path = document.node_at(use_.range.start());
    let key = |depth: usize| -> Option<&str> {
        let (from, to) = (path.get(depth)?, path.get(depth + 1)?);
        from.entries().iter().find(|it| it.value.range == to.range)?.name()
    };
    match context.kind {
        FileKind::Packages => Place::Allowed,
        FileKind::Profiles if key(1) == Some("target") => Place::Leaking,
        FileKind::Profiles => Place::Allowed,
        FileKind::ProjectFile if key(0) == Some("profile") && is_root(context.package, context) => {
            Place::Allowed
        }
        _ => Place::Refused,
    }
}

fn is_root(package: Package, context: &FileContext<'_>) -> bool {
    package.origin(context.db) == project::Origin::Root
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::SECRET_ENV_VAR;
    use crate::testing::{check, check_in};

    #[test]
    fn a_secret_has_few_places() {
        let model = "{% if false %}{{ env_var('DBT_ENV_SECRET_B') }}{% endif %}select '{{ env_var('DBT_ENV_SECRET_A', '') }}', '{{ env_var('_DBT_X', '') }}'";
        let found = expect![[r#"
            1:79-1:95 error[secret-env-var] `DBT_ENV_SECRET_A` is a secret: dbt lets it be read in `profiles.yml`, `packages.yml` and `dependencies.yml`, and for the profile's name
            1:120-1:126 error[secret-env-var] dbt lets nobody read `_DBT_X`: names that begin with `_DBT` are its own
        "#]];
        check(&SECRET_ENV_VAR, "models/a.sql", model, found);
        let project = "name: shop\nprofile: \"{{ env_var('DBT_ENV_SECRET_P', 'shop') }}\"\nvars: {a: \"{{ env_var('DBT_ENV_SECRET_V') }}\"}\nquery-comment: \"{{ env_var('DBT_ENV_SECRET_Q', '') }}\"\n";
        let found = expect![[r#"
            4:29-4:45 error[secret-env-var] `DBT_ENV_SECRET_Q` is a secret: dbt lets it be read in `profiles.yml`, `packages.yml` and `dependencies.yml`, and for the profile's name
        "#]];
        check(&SECRET_ENV_VAR, "dbt_project.yml", project, found);
    }

    #[test]
    fn a_text_takes_one_secret() {
        let profiles = "shop:\n  target: \"{{ env_var('DBT_ENV_SECRET_T', 'dev') }}\"\n  outputs:\n    dev:\n      type: duckdb\n      user: \"{{ env_var('DBT_ENV_SECRET_U', '') }}\"\n      path: \"{{ env_var('DBT_ENV_SECRET_A', '') }}-{{ env_var('DBT_ENV_SECRET_B', '') }}\"\n";
        let found = expect![[r#"
            2:24-2:40 error[secret-env-var] dbt puts no secret in here: a placeholder stands where `DBT_ENV_SECRET_T` should
            7:64-7:80 error[secret-env-var] dbt cannot put two secrets into one text: make one variable of them
        "#]];
        check(&SECRET_ENV_VAR, "profiles.yml", profiles, found);
        let packages =
            "packages:\n  - git: \"https://{{ env_var('DBT_ENV_SECRET_A', '') }}@x/y.git\"\n";
        check(&SECRET_ENV_VAR, "packages.yml", packages, expect![""]);
        check_in(
            &SECRET_ENV_VAR,
            &[(
                "models/s.yml",
                "version: 2\nsources:\n  - name: x\n    schema: \"{{ env_var('DBT_REGION', '') }}\"\n",
            )],
            expect![""],
        );
    }
}

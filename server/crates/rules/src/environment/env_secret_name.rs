use project::{dotenv, is_secret_name};
use semantic::used_environment_names;
use syntax::dotenv::Part;

use crate::rule::declare_rule;
use crate::{FileContext, Findings};

declare_rule! {
    /// A value that looks secret, under a name that dbt shows in full.
    ///
    /// dbt keeps only variables whose names begin with `DBT_ENV_SECRET` out of logs and artifacts. Such
    /// a variable can be read in `profiles.yml`, in `packages.yml` and for the profile's name only.
    /// Rename (F2) changes the name wherever it is read and set.
    pub static ENV_SECRET_NAME = {
        name: "env-secret-name",
        event: None,
        severity: Info,
        since: "dbt 1.0",
        files: [Dotenv],
        check: check,
    }
}

/// How a name ends that holds a secret.
const ENDS: [&str; 9] = [
    "PASSWORD",
    "PASSWD",
    "PASSPHRASE",
    "SECRET",
    "TOKEN",
    "PRIVATE_KEY",
    "API_KEY",
    "APIKEY",
    "ACCESS_KEY",
];

/// How the keys of well-known services begin.
const BEGINNINGS: [&str; 11] = [
    "ghp_",
    "github_pat_",
    "glpat-",
    "AKIA",
    "dbtc_",
    "dbtu_",
    "dbts_",
    "xoxb-",
    "xoxp-",
    "dapi",
    "-----BEGIN ",
];

fn check(findings: &mut Findings<'_>, context: &FileContext<'_>) {
    let used = used_environment_names(context.db, context.project);
    for entry in &dotenv(context.db, context.file).entries {
        let name = entry.name.as_str();
        // What the project does not read is not shown by dbt.
        if is_secret_name(name) || !used.contains(name) {
            continue;
        }
        let value = match entry.parts.as_slice() {
            [Part::Text(value)] => value.trim(),
            _ => continue,
        };
        let upper = name.to_ascii_uppercase();
        let named = ENDS.iter().any(|it| upper.ends_with(it));
        let looks = value.len() >= 20 && BEGINNINGS.iter().any(|it| value.starts_with(it));
        if (named && !value.is_empty()) || looks {
            let message = format!(
                "`{name}` seems to hold a secret: dbt keeps only names that begin with `DBT_ENV_SECRET` out of its logs"
            );
            findings.add(entry.name_range, message);
        }
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::ENV_SECRET_NAME;
    use crate::testing::check_in;

    #[test]
    fn only_what_the_project_reads_is_judged() {
        let text = "DBT_PASSWORD=hunter2\nDBT_ENV_SECRET_TOKEN=x\nOTHER_TOKEN=x\nDBT_PAT=ghp_0123456789abcdef0123\nDBT_TOKEN_URL=x\n";
        let uses = ["DBT_PASSWORD", "DBT_PAT", "DBT_TOKEN_URL"]
            .map(|it| format!("{{{{ env_var('{it}') }}}}"));
        let model = ("models/a.sql", uses.concat());
        let found = expect![[r#"
            1:1-1:13 info[env-secret-name] `DBT_PASSWORD` seems to hold a secret: dbt keeps only names that begin with `DBT_ENV_SECRET` out of its logs
            4:1-4:8 info[env-secret-name] `DBT_PAT` seems to hold a secret: dbt keeps only names that begin with `DBT_ENV_SECRET` out of its logs
        "#]];
        check_in(&ENV_SECRET_NAME, &[(".env", text), (model.0, &model.1)], found);
    }
}

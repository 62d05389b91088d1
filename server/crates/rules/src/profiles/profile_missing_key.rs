use project::{Json, Need};

use super::{Selected, selected};
use crate::rule::declare_rule;
use crate::{FileContext, Findings};

declare_rule! {
    /// The output in use lacks a key that the adapter, or the way to log in, cannot do without.
    ///
    /// The finding stands on the output's name and says why the key is needed. How an output logs in
    /// follows from its `method`, `authenticator` or `auth_type`, else from the keys that it has.
    ///
    /// ```yaml
    /// dev:
    ///   type: snowflake
    ///   account: acme-dev
    ///   authenticator: externalbrowser   # needs `user`
    /// ```
    pub static PROFILE_MISSING_KEY = {
        name: "profile-missing-key",
        event: None,
        severity: Warning,
        since: "dbt 1.0",
        files: [Profiles],
        check: check,
    }
}

fn check(findings: &mut Findings<'_>, context: &FileContext<'_>) {
    let Some(selected) = selected(context) else { return };
    let (adapter, generation) = (selected.adapter, selected.generation);
    let missing = adapter.needs.get(generation).iter().filter(|it| is_missing(&selected, it));
    for need in missing {
        let message = format!("{} is missing: {} needs it", need.words(), adapter.title);
        findings.add(selected.output.name, message);
    }
    let Some(login) = selected.output.login(generation) else { return };
    for need in login.needs.get(generation).iter().filter(|it| is_missing(&selected, it)) {
        let message = format!(
            "{} is missing: the log-in with {} to {} needs it",
            need.words(),
            login.name,
            adapter.title
        );
        findings.add(selected.output.name, message);
    }
}

fn is_missing(selected: &Selected, need: &Need) -> bool {
    let mut read = need.0.iter().filter_map(|it| selected.adapter.key(it));
    let mut read = read.by_ref().filter(|it| it.is_read_by(selected.generation)).peekable();
    read.peek().is_some()
        && read.all(|key| {
            // What a variable gives may be there elsewhere, and what one release reads under one
            // name the next reads under another.
            !key.spellings()
                .any(|it| selected.output.field(it).is_some_and(|it| it.written != Json::Null))
        })
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::PROFILE_MISSING_KEY;
    use crate::testing::check_in;

    const PROJECT: (&str, &str) = ("dbt_project.yml", "name: shop\nprofile: shop\n");

    #[test]
    fn what_the_adapter_and_the_log_in_need() {
        let text = "shop:\n  outputs:\n    default: {type: snowflake, account: a, private_key_passphrase: p, schema: s, database: }\n    other: {type: snowflake}\n";
        check_in(
            &PROFILE_MISSING_KEY,
            &[("profiles.yml", text), PROJECT],
            expect![[r#"
                3:5-3:12 warning[profile-missing-key] `database` is missing: Snowflake needs it
                3:5-3:12 warning[profile-missing-key] `user` is missing: the log-in with key pair to Snowflake needs it
                3:5-3:12 warning[profile-missing-key] `private_key_path` or `private_key` is missing: the log-in with key pair to Snowflake needs it
            "#]],
        );
    }

    #[test]
    fn aliases_anchors_and_other_adapters_are_no_gaps() {
        let text = "base: &base {type: postgres, host: h, user: u, pass: p}\nshop:\n  outputs:\n    default: {<<: *base, dbname: d, port: \"{{ env_var('PORT') | as_number }}\", schema: s}\n";
        let core = ("dbt_project.yml", "name: shop\nprofile: shop\nrequire-dbt-version: '<2'\n");
        check_in(&PROFILE_MISSING_KEY, &[("profiles.yml", text), core], expect![""]);
        let text = "shop:\n  outputs:\n    default: {type: oracle}\n";
        check_in(&PROFILE_MISSING_KEY, &[("profiles.yml", text), PROJECT], expect![""]);
        let text = "shop:\n  outputs:\n    default: {type: duckdb}\n";
        check_in(&PROFILE_MISSING_KEY, &[("profiles.yml", text), PROJECT], expect![""]);
    }
}

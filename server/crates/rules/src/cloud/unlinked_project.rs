use base::{TextRange, nearest};
use project::{
    CloudChain, LinkRules, LinkSource, LinkValue, Origin, StepName, StepState, cloud_chain,
    document, host_problem,
};
use syntax::yaml::Node;

use crate::rule::declare_rule;
use crate::{FileContext, Findings, Fix, Severity};

declare_rule! {
    /// What `dbt-cloud:` says does not lead to the dbt platform.
    ///
    /// dbt finds its way from the project's id to an entry of `~/.dbt/dbt_cloud.yml`, and from there
    /// to account, host and token. The finding stands on the key where the way ends and names both
    /// sides. It is a hint where a variable such as `DBT_CLOUD_PROJECT_ID` wins over the file, and
    /// nothing is said where there is no `dbt_cloud.yml` at all.
    pub static UNLINKED_PROJECT = {
        name: "unlinked-project",
        event: None,
        severity: Warning,
        since: "dbt 2.0",
        files: [ProjectFile],
        check: check,
    }
}

/// What dbt v2 knows below `dbt-cloud:`.
const KEYS: [&str; 11] = [
    "project-id",
    "defer-env-id",
    "state-org-id",
    "account_id",
    "account-host",
    "tenant_hostname",
    "job-id",
    "run-id",
    "api_key",
    "application",
    "environment",
];

fn check(findings: &mut Findings<'_>, context: &FileContext<'_>) {
    if context.package.origin(context.db) != Origin::Root {
        return;
    }
    let document = document(context.db, context.file);
    let Some(written) = document.root.as_ref().and_then(|it| it.get("dbt-cloud")) else { return };
    if written.as_mapping().is_none() {
        return;
    }
    unknown_keys(findings, context, written);
    for key in ["account-host", "tenant_hostname"] {
        let Some(host) = written.get(key) else { continue };
        if let Some((message, plain)) = host.scalar_text().and_then(host_problem)
            && !plain.contains("{{")
        {
            let title = format!("Change to `{plain}`");
            let fix = Fix::of(context.file, title, [(host.text_range(), plain)]);
            findings.add_with_fix(
                host.range,
                message,
                Some(fix).filter(|_| host.alias().is_none()),
            );
        }
    }
    let chain = cloud_chain(context.db, context.project, LinkRules::New);
    let place = |source: Option<LinkSource>| match source {
        Some(LinkSource::ProjectFile(key)) => written.get(key).map(|it| it.range),
        _ => None,
    };
    let steps = chain.steps.iter().filter(|it| match it.name {
        StepName::Entry => it.state == StepState::Missing,
        StepName::Token => it.state == StepState::Wrong,
        _ => false,
    });
    for step in steps {
        if let Some(range) = place(step.source) {
            findings.add(range, step.fact.clone());
        }
    }
    overridden(findings, &chain, &place);
}

fn unknown_keys(findings: &mut Findings<'_>, context: &FileContext<'_>, written: &Node) {
    // dbt Core reads what it knows and leaves the rest.
    let severity = if findings.is_core() { Severity::Hint } else { Severity::Warning };
    for entry in written.entries().iter().filter(|it| !it.is_merge) {
        let Some(name) = entry.name().filter(|it| !KEYS.contains(it)) else { continue };
        let fix = nearest(&name.replace('_', "-"), KEYS).map(|meant| {
            let title = format!("Rename to `{meant}`");
            let edit = (entry.key.text_range(), meant.to_owned());
            Fix::of(context.file, title, [edit]).as_guess()
        });
        let fix = fix.filter(|_| entry.key.alias().is_none());
        findings.add_with_fixes(
            severity,
            entry.key.range,
            format!("dbt knows no `{name}` below `dbt-cloud`"),
            fix.into_iter().collect(),
        );
    }
}

/// A key of the file that a variable has put out of effect.
fn overridden(
    findings: &mut Findings<'_>,
    chain: &CloudChain,
    place: &dyn Fn(Option<LinkSource>) -> Option<TextRange>,
) {
    let values: [&LinkValue; 4] =
        [&chain.project_id, &chain.account_id, &chain.host, &chain.defer_environment_id];
    for value in values {
        let (Some(source @ LinkSource::Variable(_)), Some(wins)) = (value.source, &value.value)
        else {
            continue;
        };
        for (hidden, written) in value.hidden.iter().filter(|it| it.1 != *wins) {
            if let Some(range) = place(Some(*hidden)) {
                let message =
                    format!("`{written}` has no effect: {} says `{wins}`", source.words());
                findings.add_as(Severity::Hint, range, message);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use expect_test::{Expect, expect};
    use test_support::Fixture;

    use crate::{Scope, check_file};

    const FILE: &str = "version: \"1\"
context:
  active-host: ab123.us1.dbt.com
  active-project: 4242
projects:
  - project-name: Shop
    project-id: 4242
    account-name: Acme
    account-id: 77
    account-host: https://ab123.us1.dbt.com
    token-name: laptop
    token-value: dbtu_example
";

    /// What is said of each file that has something to do with the link.
    #[track_caller]
    fn check(project: &str, dotenv: &str, expect: Expect) {
        let mut fixture = Fixture::new("");
        fixture.set_home("/home/u");
        fixture.write("/home/u/.dbt/dbt_cloud.yml", FILE);
        fixture.write("dbt_project.yml", &format!("name: shop\nprofile: shop\n{project}"));
        fixture.write(".env", dotenv);
        fixture.write("dbt_cloud.yml", FILE);
        let mut told = String::new();
        for path in ["dbt_project.yml", "dbt_cloud.yml", "/home/u/.dbt/dbt_cloud.yml"] {
            let file = fixture.file(path);
            let text = file.text(&fixture.db);
            for it in check_file(&fixture.db, fixture.project, file, Scope::File).iter() {
                let place = &text[it.range];
                let _ = writeln!(told, "{path}: {place}: {} {}", it.code, it.message);
                let _ = it.fix.iter().try_for_each(|it| writeln!(told, "    {}", it.title));
            }
        }
        assert!(!told.contains("dbtu_"));
        expect.assert_eq(&told);
    }

    #[test]
    fn a_project_without_an_entry() {
        check(
            "dbt-cloud:\n  project-id: 1\n  project_id: 2\n",
            "",
            expect![[r#"
            dbt_project.yml: 1: unlinked-project `~/.dbt/dbt_cloud.yml` has no entry for project `1`; it has `4242`
            dbt_project.yml: project_id: unlinked-project dbt knows no `project_id` below `dbt-cloud`
                Rename to `project-id`
            dbt_cloud.yml: version: "1": misplaced-cloud-file dbt does not read this file: it looks in `~/.dbt` only, and a token does not belong into a project
            /home/u/.dbt/dbt_cloud.yml: https://ab123.us1.dbt.com: invalid-cloud-file a host has no scheme: with `https://` in front every request to the platform fails
                Change to `ab123.us1.dbt.com`
        "#]],
        );
    }

    #[test]
    fn a_variable_that_wins() {
        check(
            "dbt-cloud: {project-id: 4242, defer-env-id: 1}\n",
            "DBT_CLOUD_DEFER_ENV_ID=2\n",
            expect![[r#"
                dbt_project.yml: 1: unlinked-project `1` has no effect: `DBT_CLOUD_DEFER_ENV_ID` says `2`
                dbt_cloud.yml: version: "1": misplaced-cloud-file dbt does not read this file: it looks in `~/.dbt` only, and a token does not belong into a project
                /home/u/.dbt/dbt_cloud.yml: https://ab123.us1.dbt.com: invalid-cloud-file a host has no scheme: with `https://` in front every request to the platform fails
                    Change to `ab123.us1.dbt.com`
            "#]],
        );
    }
}

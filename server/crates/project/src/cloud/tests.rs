use expect_test::{Expect, expect};
use test_support::Fixture;

use super::*;

const FILE: &str = "version: \"1\"
context:
  active-host: ab123.us1.dbt.com
  active-project: \"4242\"
  defer-env-id: 9
projects:
  - project-name: Shop
    project-id: 4242
    account-name: Acme
    account-id: \"77\"
    account-host: ab123.us1.dbt.com
    token-name: laptop
    token-value: dbtu_example
";

fn fixture(project: &str, file: &str, dotenv: &str) -> Fixture {
    let mut fixture = Fixture::new("");
    fixture.write("dbt_project.yml", &format!("name: shop\n{project}"));
    fixture.set_home("/home/u");
    fixture.write("/home/u/.dbt/dbt_cloud.yml", file);
    fixture.write(".env", dotenv);
    fixture
}

#[track_caller]
fn check(project: &str, file: &str, dotenv: &str, rules: LinkRules, expect: Expect) {
    let fixture = fixture(project, file, dotenv);
    let chain = cloud_chain(&fixture.db, fixture.project, rules);
    let lines = chain.steps.iter().map(|it| format!("{:?} {:?}: {}\n", it.name, it.state, it.fact));
    let told: String = lines.collect();
    assert!(!told.contains("dbtu_") && !format!("{chain:?}").contains("dbtu_"));
    expect.assert_eq(&told);
}

#[test]
fn a_linked_project() {
    check(
        "dbt-cloud: {project-id: 4242}\n",
        FILE,
        "",
        LinkRules::New,
        expect![[r#"
        File Fine: `~/.dbt/dbt_cloud.yml` is read
        Project Fine: project `4242`, from `dbt-cloud: project-id` in `dbt_project.yml`
        Entry Fine: `~/.dbt/dbt_cloud.yml` has an entry for project `4242`
        Account Fine: account `77`, from `account-id` of the project's entry in `~/.dbt/dbt_cloud.yml`
        Host Fine: host `ab123.us1.dbt.com`, from `account-host` of the project's entry in `~/.dbt/dbt_cloud.yml`
        Token Fine: a personal token, from `token-value` of the project's entry in `~/.dbt/dbt_cloud.yml`
        Environment Fine: environment to defer to: `9`, from `context: defer-env-id` in `~/.dbt/dbt_cloud.yml`
    "#]],
    );
}

#[test]
fn a_project_that_names_no_project() {
    check(
        "",
        FILE,
        "",
        LinkRules::New,
        expect![[r#"
        File Fine: `~/.dbt/dbt_cloud.yml` is read
        Project Missing: not linked: neither `dbt-cloud: project-id` in `dbt_project.yml` nor `DBT_CLOUD_PROJECT_ID` names a project
    "#]],
    );
    check(
        "",
        FILE,
        "",
        LinkRules::Old,
        expect![[r#"
        File Fine: `~/.dbt/dbt_cloud.yml` is read
        Project Fine: project `4242`, from `context: active-project` in `~/.dbt/dbt_cloud.yml`
        Entry Fine: `~/.dbt/dbt_cloud.yml` has an entry for project `4242`
        Account Fine: account `77`, from `account-id` of the project's entry in `~/.dbt/dbt_cloud.yml`
        Host Fine: host `ab123.us1.dbt.com`, from `account-host` of the project's entry in `~/.dbt/dbt_cloud.yml`
        Token Fine: a personal token, from `token-value` of the project's entry in `~/.dbt/dbt_cloud.yml`
        Environment Fine: environment to defer to: `9`, from `context: defer-env-id` in `~/.dbt/dbt_cloud.yml`
    "#]],
    );
}

#[test]
fn another_project_and_another_host() {
    check(
        "dbt-cloud: {project-id: 1}\n",
        FILE,
        "",
        LinkRules::New,
        expect![[r#"
        File Fine: `~/.dbt/dbt_cloud.yml` is read
        Project Fine: project `1`, from `dbt-cloud: project-id` in `dbt_project.yml`
        Entry Missing: `~/.dbt/dbt_cloud.yml` has no entry for project `1`; it has `4242`
        Account Missing: no account is known
        Host Missing: no host is known
        Token Missing: no token is known
        Environment Fine: environment to defer to: `9`, from `context: defer-env-id` in `~/.dbt/dbt_cloud.yml`
    "#]],
    );
    check(
        "dbt-cloud: {project-id: 4242, account-host: https://other.dbt.com/}\n",
        FILE,
        "DBT_CLOUD_ACCOUNT_ID=5\n",
        LinkRules::New,
        expect![[r#"
            File Fine: `~/.dbt/dbt_cloud.yml` is read
            Project Fine: project `4242`, from `dbt-cloud: project-id` in `dbt_project.yml`
            Entry Fine: `~/.dbt/dbt_cloud.yml` has an entry for project `4242`
            Account Fine: account `5`, from `DBT_CLOUD_ACCOUNT_ID`; without effect, `account-id` of the project's entry in `~/.dbt/dbt_cloud.yml` says `77`
            Host Wrong: a host has no scheme: with `https://` in front every request to the platform fails
            Token Wrong: the entry's token is for `ab123.us1.dbt.com`, and the host is `https://other.dbt.com/`
            Environment Fine: environment to defer to: `9`, from `context: defer-env-id` in `~/.dbt/dbt_cloud.yml`
        "#]],
    );
    check(
        "dbt-cloud: {project-id: 4242}\n",
        FILE,
        "DBT_CLOUD_ACCOUNT_HOST=other.dbt.com\n",
        LinkRules::New,
        expect![[r#"
            File Fine: `~/.dbt/dbt_cloud.yml` is read
            Project Fine: project `4242`, from `dbt-cloud: project-id` in `dbt_project.yml`
            Entry Fine: `~/.dbt/dbt_cloud.yml` has an entry for project `4242`
            Account Fine: account `77`, from `account-id` of the project's entry in `~/.dbt/dbt_cloud.yml`
            Host Fine: host `other.dbt.com`, from `DBT_CLOUD_ACCOUNT_HOST`; without effect, `account-host` of the project's entry in `~/.dbt/dbt_cloud.yml` says `ab123.us1.dbt.com`
            Token Wrong: the entry's token is for `ab123.us1.dbt.com`, and the host is `other.dbt.com`
            Environment Fine: environment to defer to: `9`, from `context: defer-env-id` in `~/.dbt/dbt_cloud.yml`
        "#]],
    );
}

#[test]
fn a_file_that_dbt_ignores() {
    let broken = FILE.replace("    token-name: laptop\n", "");
    check(
        "dbt-cloud: {project-id: 4242}\n",
        &broken,
        "",
        LinkRules::New,
        expect![[r#"
        File Wrong: dbt ignores `~/.dbt/dbt_cloud.yml`: it cannot be read as one
        Project Fine: project `4242`, from `dbt-cloud: project-id` in `dbt_project.yml`
        Account Missing: no account is known
        Host Missing: no host is known
        Token Missing: no token is known
        Environment NotSet: no environment to defer to is named: the platform's own choice counts
    "#]],
    );
}

#[track_caller]
fn problems(file: &str, expect: Expect) {
    let fixture = fixture("", file, "");
    let file = cloud_file(&fixture.db, fixture.project).unwrap();
    let text = file.text(&fixture.db);
    let lines = cloud_file_problems(&fixture.db, file).into_iter().map(|it| {
        let place = text.get(usize::from(it.range.start())..usize::from(it.range.end()));
        let fix = it.fix.map_or_else(String::new, |it| format!(" → {}", it.text));
        format!("{}: {}{fix}\n", place.unwrap_or_default(), it.message)
    });
    expect.assert_eq(&lines.collect::<String>());
}

#[test]
fn what_is_wrong_with_the_file() {
    problems(FILE, expect![""]);
    problems(
        "",
        expect![[r#"
        : the file is empty: dbt ignores it
    "#]],
    );
    problems(
        "a: 1\n",
        expect![[r#"
        a: `version` is missing: dbt ignores the file
        a: `context` is missing: dbt ignores the file
        a: `projects` is missing: dbt ignores the file
    "#]],
    );
    let text = FILE
        .replace("account-host: ab", "account-host: https://ab")
        .replace("com\n    token-name", "com/\n    token-name");
    problems(
        &text,
        expect![[r#"
        https://ab123.us1.dbt.com/: a host has no scheme: with `https://` in front every request to the platform fails → ab123.us1.dbt.com
    "#]],
    );
    let entry = FILE.split_once("projects:\n").unwrap().1;
    problems(
        &format!("{FILE}{entry}"),
        expect![[r#"
        4242: project `4242` has an entry already; dbt takes the first
    "#]],
    );
    problems(
        &FILE.replace("project-id: 4242", "project-id: x").replace("dbtu_example", ""),
        expect![[r#"
            "4242": `projects` has no entry for project `4242`
            x: `project-id` is a number of the dbt platform
            token-value: `token-value` is empty
        "#]],
    );
    problems(
        "version: 1\ncontext: []\nprojects: {}\n",
        expect![[r#"
        []: `context` is a mapping: dbt ignores the file
        {}: `projects` is a list: dbt ignores the file
    "#]],
    );
}

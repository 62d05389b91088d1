use std::fmt::Write;

use base::FilePath;
use expect_test::expect;
use test_support::Fixture;

use super::explain_profile;

const PROFILES: &str = "shop:
  target: dev
  outputs:
    prod: {type: duckdb}
    dev:
      type: snowflake
      account: acme
      user: \"{{ env_var('SHOP_USER', 'ana') }}\"
      password: \"{{ env_var('SHOP_PASSWORD') }}\"
      role: \"{{ env_var('SHOP_ROLE') }}\"
      query_tag: hunter2!
      threads: 4
";

#[test]
fn every_value_has_a_source_and_secrets_have_no_value() {
    let mut fixture = Fixture::new("");
    fixture.write("profiles.yml", PROFILES);
    fixture.write(".env", "SHOP_PASSWORD='hunter2!'\n");
    fixture.set_environment(&[("SHOP_ROLE", "dev_role")]);
    let told = explain_profile(&fixture.db, fixture.project, None);
    assert!(!format!("{told:?}").contains("hunter2"));
    let mut text = String::new();
    for it in &told.fields {
        let _ = writeln!(text, "{} = {:?} [{}]", it.name, it.value, it.source);
    }
    expect![[r#"
        type = Some("snowflake") [written]
        account = Some("acme") [written]
        user = Some("ana") [SHOP_USER is not set: the default]
        password = None [SHOP_PASSWORD of .env:1]
        role = Some("dev_role") [SHOP_ROLE of the environment]
        query_tag = Some("*****") [written]
        threads = Some("4") [written]
    "#]]
    .assert_eq(&text);
    assert_eq!(told.target_source, "target: of the profile");
    assert_eq!(told.login.as_deref(), Some("password"));
    assert!(told.notes.is_empty(), "{:?}", told.notes);
}

#[test]
fn a_terminal_may_use_another_file() {
    let mut fixture = Fixture::new("");
    fixture.set_home("/home/u");
    fixture.write("/home/u/.dbt/profiles.yml", PROFILES);
    fixture.write("conf/profiles.yml", PROFILES);
    fixture.change_settings(|it| it.profiles_dir = Some(FilePath::new("/p/conf")));
    let told = explain_profile(&fixture.db, fixture.project, Some(&FilePath::new("/p/models")));
    expect![[r#"
        dbt in a terminal in the project's folder uses profiles.yml
        dbt in a terminal in the current folder uses ../home/u/.dbt/profiles.yml"#]]
    .assert_eq(&told.notes.join("\n"));
    fixture.change_settings(|it| it.profiles_dir = None);
    fixture.write(".env", "DBT_PROFILES_DIR=conf\n");
    let told = explain_profile(&fixture.db, fixture.project, None);
    let mut text = told.notes.join("\n") + "\n";
    for search in &told.searches {
        let _ = writeln!(text, "{}: {}", search.who, search.because);
        for place in &search.places {
            let _ = writeln!(text, "  {} {}", place.state, place.path);
        }
    }
    expect![[r#"
        dbt Core in a terminal in the project's folder uses profiles.yml
        Tandem, for the project: DBT_PROFILES_DIR: nowhere else
          used conf/profiles.yml
        dbt v2 in a terminal in the project's folder: DBT_PROFILES_DIR: nowhere else
          used conf/profiles.yml
        dbt Core in a terminal in the project's folder: the folder that dbt is started in, then ~/.dbt
          used profiles.yml
          exists ../home/u/.dbt/profiles.yml
    "#]].assert_eq(&text);
}

#[test]
fn nothing_there_is_told_too() {
    let mut fixture = Fixture::new("");
    fixture.remove("profiles.yml");
    let told = explain_profile(&fixture.db, fixture.project, None);
    assert_eq!(told.problem.as_deref(), Some("there is no profiles.yml"));
    assert!(told.fields.is_empty() && told.file.is_none());
}

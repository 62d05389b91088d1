//! `tandem env`: what is set where, as the terminal and pipelines get it.
// A failed step is a failed test; the helpers below are tests too.
#![allow(clippy::unwrap_used)]

use std::process::Output;

use expect_test::{expect, expect_file};
use tandem_tests::program;
use tandem_tests::project::Project;

fn text(output: &Output) -> &str {
    std::str::from_utf8(&output.stdout).unwrap()
}

fn errors(output: &Output) -> &str {
    std::str::from_utf8(&output.stderr).unwrap()
}

#[test]
fn the_matrix_of_the_example() {
    let elsewhere = Project::empty().unwrap();
    let folder = program::root().join("examples/jaffle-hybrid");
    let folder = folder.to_str().unwrap();
    let output = elsewhere.run(&["env", folder, "--matrix", "--format", "json"]).unwrap();
    expect_file!["../expected/jaffle-hybrid-env.jsonl"].assert_eq(text(&output));
    assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
    let output = elsewhere.run(&["env", folder, "--matrix"]).unwrap();
    expect_file!["../expected/jaffle-hybrid-env.txt"].assert_eq(text(&output));
}

const FILES: &[(&str, &str)] = &[
    (".env", "DBT_COLOUR=red\n"),
    (".env.example", "DBT_COLOUR=\n"),
    ("models/a.sql", "select '{{ env_var('DBT_COLOUR') }}', '{{ env_var('DBT_SIZE', 'L') }}'\n"),
];

#[test]
fn one_variable_is_explained_and_the_exit_code_says_whether_dbt_would_stop() {
    let project = Project::new(FILES).unwrap();
    let output = project.run(&["env", "--explain", "DBT_COLOUR"]).unwrap();
    expect![[r#"
        DBT_COLOUR = red  [.env]  (shop)
          .env: red  .env:1
          .env.example: (empty)  .env.example:1
          read in models/a.sql:1
    "#]]
    .assert_eq(text(&output));
    assert_eq!(output.status.code(), Some(0));
    let output = project.run(&["env", "--explain", "DBT_SIZE"]).unwrap();
    expect![[r#"
        DBT_SIZE is not set; wherever it is read there is a default  (shop)
          read in models/a.sql:1, default 'L'
    "#]]
    .assert_eq(text(&output));
    assert_eq!(output.status.code(), Some(0));
    project.write(".env", "").unwrap();
    let output = project.run(&["env", "--explain", "DBT_COLOUR"]).unwrap();
    expect![[r#"
        DBT_COLOUR is not set, and dbt stops where it is read  (shop)
          .env.example: (empty)  .env.example:1
          read in models/a.sql:1
    "#]]
    .assert_eq(text(&output));
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(project.run(&["env", "--matrix"]).unwrap().status.code(), Some(1));
    assert_eq!(project.run(&["env"]).unwrap().status.code(), Some(1));
    let output = project.run(&["env", "--explain", "DBT_NOBODY"]).unwrap();
    expect![[r#"
        warning: nothing reads or sets `DBT_NOBODY`
    "#]]
    .assert_eq(errors(&output));
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn the_platforms_list_is_kept_outside_of_the_project() {
    let project = Project::new(FILES).unwrap();
    let list = project.write(
        "../list.csv",
        "Key,Project default,Production\nDBT_COLOUR,green,blue\nDBT_ENV_SECRET_X,hunter2,\n",
    );
    let list = list.unwrap();
    let output = project.run(&["env", "--import", list.to_str().unwrap()]).unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
    assert!(errors(&output).starts_with("2 variables kept in /"), "{}", errors(&output));
    let output = project.run(&["env", "--matrix"]).unwrap();
    expect![[r#"
        shop
          variable          is          .env  .env.example  platform          read in
          DBT_COLOUR        set         red   (empty)       green | blue      1 place
          DBT_ENV_SECRET_X  not-needed                      (from elsewhere)  -
          DBT_SIZE          default                                           1 place
    "#]]
    .assert_eq(text(&output));
    let kept = errors(&project.run(&["env", "--import", list.to_str().unwrap()]).unwrap())
        .trim()
        .rsplit_once(' ')
        .unwrap()
        .1
        .to_owned();
    assert!(!kept.starts_with(project.root.to_str().unwrap()), "{kept}");
    assert!(!std::fs::read_to_string(kept).unwrap().contains("hunter2"));
    let broken = project.write("../list.json", "{\"DBT_ENV_SECRET_X\": \"hunter2\"").unwrap();
    let output = project.run(&["env", "--import", broken.to_str().unwrap()]).unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(errors(&output).ends_with("list.json: this is not JSON: line 1\n"), "{output:?}");
}

#[test]
fn a_dotenv_is_made_from_the_example_once() {
    let example = "# Copy me\nDBT_COLOUR=red # or blue\nDBT_SIZE=\nDBT_ENV_SECRET_X=hunter2\n";
    let project = Project::new(&[(".env.example", example)]).unwrap();
    let output = project.run(&["env", "init", "--set", "DBT_SIZE=very large"]).unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
    expect![[r#"
        .env is made from .env.example
        fill in yourself, they are secret: DBT_ENV_SECRET_X
    "#]]
    .assert_eq(errors(&output));
    let made = std::fs::read_to_string(project.path(".env")).unwrap();
    expect![[r#"
        # Copy me
        DBT_COLOUR=red # or blue
        DBT_SIZE='very large'
        # A secret: its value belongs here and nowhere else.
        DBT_ENV_SECRET_X=
    "#]]
    .assert_eq(&made);
    let output = project.run(&["env", "init"]).unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(errors(&output).contains(".env is there already"), "{output:?}");
    let unknown = Project::new(&[(".env.example", example)]).unwrap();
    let output = unknown.run(&["env", "init", "--set", "DBT_NOBODY=1"]).unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(!unknown.path(".env").exists());
}

use expect_test::expect;

use super::{ENV_DRIFT, is_near};
use crate::testing::{check_fix_in, check_in};

const MODEL: (&str, &str) = (
    "models/a.sql",
    "select '{{ env_var('DBT_SCHEMA_NAME') }}', '{{ env_var('DBT_LIMIT', '1') }}', '{{ env_var('DBT_ENV_SECRET_KEY') }}'\n",
);

#[test]
fn a_slip_of_the_pen_is_near_and_a_number_is_not() {
    for (a, b) in [
        ("DBT_SCHEMA_NAME", "DBT_SCHEMA_NMAE"),
        ("DBT_SCHEMA_NAME", "DBT_SCHEMANAME"),
        ("DBT_SCHEMA_NAME", "dbt_schema_names"),
    ] {
        assert!(is_near(a, b) && is_near(b, a), "{a} {b}");
    }
    for (a, b) in [
        ("DBT_SCHEMA_NAME", "DBT_SCHEMA_NAME"),
        ("DBT_TOKEN_1", "DBT_TOKEN_2"),
        ("DBT_SCHEMA", "DBT_STAGE"),
        ("A", ""),
    ] {
        assert!(!is_near(a, b), "{a} {b}");
    }
}

#[test]
fn what_dotenv_has_and_the_example_lacks() {
    let example = (".env.example", "DBT_ENV_SECRET_KEY=\nDBT_SCHEMA_NAME=x\n");
    check_in(
        &ENV_DRIFT,
        &[
            (
                ".env",
                "DBT_SCHEMA_NMAE=1\nDBT_LIMIT=2\nDBT_NOBODY=3\nAWS_PROFILE=4\nDBT_ENV_SECRET_KEY=k\n",
            ),
            example,
            MODEL,
        ],
        expect![[r#"
            1:1-1:16 warning[env-drift] nothing reads `DBT_SCHEMA_NMAE`: `.env.example` calls it `DBT_SCHEMA_NAME`
                choice: Rename to `DBT_SCHEMA_NAME` (a guess from the spelling)
            2:1-2:10 info[env-drift] `DBT_LIMIT` stands in `.env` and is missing from `.env.example`
                choice: Add `DBT_LIMIT` to `.env.example`, without its value (everybody is then asked for it)
            4:1-4:12 info[env-drift] `AWS_PROFILE` stands in `.env` and is missing from `.env.example`
                choice: Add `AWS_PROFILE` to `.env.example`, without its value (everybody is then asked for it)
        "#]],
    );
    check_fix_in(
        &ENV_DRIFT,
        &[(".env", "DBT_SCHEMA_NMAE=1 # keep\n"), example, MODEL],
        "DBT_SCHEMA_NAME=1 # keep\n",
    );
    check_in(&ENV_DRIFT, &[(".env", "DBT_LIMIT=2\n"), MODEL], expect![[r#""#]]);
}

#[test]
fn what_the_example_has_and_dotenv_lacks() {
    let dotenv = (".env", "DBT_SCHEMA_NAME=1\n");
    check_in(
        &ENV_DRIFT,
        &[
            (
                ".env.example",
                "DBT_SCHEMA_NAME=\nDBT_LIMIT=2\nDBT_ENV_SECRET_KEY=\nAWS_PROFILE=x\nDBT_NOBODY=\n",
            ),
            dotenv,
            MODEL,
        ],
        expect![[r#"
            3:1-3:19 info[env-drift] `DBT_ENV_SECRET_KEY` stands in `.env.example` and is missing from `.env`
                choice: Add `DBT_ENV_SECRET_KEY` to `.env` (it is then set)
            4:1-4:12 info[env-drift] `AWS_PROFILE` stands in `.env.example` and is missing from `.env`
                choice: Add `AWS_PROFILE` to `.env` (it is then set)
                choice: Take `AWS_PROFILE` out of `.env.example` (nobody is asked for it then)
        "#]],
    );
    check_in(
        &ENV_DRIFT,
        &[(".env.example", "# Copy me\nDBT_SCHEMA_NMAE=\n"), dotenv, MODEL],
        expect![[r#"
            1:1-1:10 info[env-drift] `.env.example` lacks `DBT_ENV_SECRET_KEY`, which the project reads without a default
                choice: Add `DBT_ENV_SECRET_KEY` to `.env.example` (everybody is then asked for it)
            2:1-2:16 warning[env-drift] nothing reads `DBT_SCHEMA_NMAE`: the project reads `DBT_SCHEMA_NAME`
                choice: Rename to `DBT_SCHEMA_NAME` (a guess from the spelling)
        "#]],
    );
    check_fix_in(
        &ENV_DRIFT,
        &[
            (".env.example", "# Copy me\r\nDBT_SCHEMA_NMAE="),
            (".env", "DBT_SCHEMA_NAME=1\nDBT_ENV_SECRET_KEY=k\n"),
            MODEL,
        ],
        "# Copy me\r\nDBT_SCHEMA_NAME=\r\nDBT_ENV_SECRET_KEY=\r\n",
    );
}

#[test]
fn a_fresh_clone_is_offered_a_dotenv() {
    let example = "# Copy me\nDBT_SCHEMA_NAME=dbt_you # yours\nDBT_ENV_SECRET_KEY=hunter2\n";
    check_in(
        &ENV_DRIFT,
        &[(".env.example", example), MODEL],
        expect![[r#"
            1:1-1:10 info[env-drift] there is no `.env`, and 2 variables of it are read without a default and not set
                choice: Create `.env` from `.env.example` (its values then count here)
        "#]],
    );
    let (_, found) = crate::testing::findings(&ENV_DRIFT, &[(".env.example", example), MODEL]);
    let text = &found[0].fix.as_ref().unwrap().edits[0].edit.text;
    expect![[r#"
        # Copy me
        DBT_SCHEMA_NAME=dbt_you # yours
        # A secret: its value belongs here and nowhere else.
        DBT_ENV_SECRET_KEY=
    "#]]
    .assert_eq(text);
}

#[test]
fn pipelines_and_dev_containers() {
    let workflow = "env:\n  DBT_SCHEMA_NMAE: ci\n  DBT_NOBODY: 1\n  NODE_VERSION: 20\n  DBT_OWN: 2\njobs:\n  a:\n    steps:\n      - run: echo $DBT_OWN && dbt build\n";
    check_in(
        &ENV_DRIFT,
        &[(".github/workflows/ci.yml", workflow), MODEL],
        expect![[r#"
            2:3-2:18 warning[env-drift] nothing reads `DBT_SCHEMA_NMAE`: the project reads `DBT_SCHEMA_NAME`
                choice: Rename to `DBT_SCHEMA_NAME` (a guess from the spelling)
            3:3-3:13 hint[env-drift] nothing in the project reads `DBT_NOBODY`
        "#]],
    );
    let workflow =
        "env:\n  DBT_SCHEMA_NAME: ci # keep\njobs:\n  a:\n    steps:\n      - run: dbt build\n";
    let files = [(".github/workflows/ci.yml", workflow), MODEL];
    check_in(
        &ENV_DRIFT,
        &files,
        expect![[r#"
            2:3-2:18 hint[env-drift] the project reads `DBT_ENV_SECRET_KEY` without a default, and this workflow does not set it
                choice: Set `DBT_ENV_SECRET_KEY` here (the pipeline then has it)
        "#]],
    );
    check_fix_in(
        &ENV_DRIFT,
        &files,
        "env:\n  DBT_ENV_SECRET_KEY: ${{ secrets.DBT_ENV_SECRET_KEY }}\n  DBT_SCHEMA_NAME: ci # keep\njobs:\n  a:\n    steps:\n      - run: dbt build\n",
    );
    // Somebody else may bring it.
    let sourced = workflow.replace("dbt build", "cp .env.ci .env; dbt build");
    check_in(&ENV_DRIFT, &[(".github/workflows/ci.yml", &sourced), MODEL], expect![[r#""#]]);
    check_in(
        &ENV_DRIFT,
        &[
            (
                ".devcontainer/devcontainer.json",
                "{ // x\n \"containerEnv\": {\"DBT_SCHEMA_NMAE\": \"1\"}}",
            ),
            MODEL,
        ],
        expect![[r#"
            2:20-2:35 warning[env-drift] nothing reads `DBT_SCHEMA_NMAE`: the project reads `DBT_SCHEMA_NAME`
                choice: Rename to `DBT_SCHEMA_NAME` (a guess from the spelling)
        "#]],
    );
    check_in(
        &ENV_DRIFT,
        &[(".gitlab-ci.yml", "variables: {DBT_LIMIT: 1}\na: {script: [dbt build]}\n"), MODEL],
        expect![[r#""#]],
    );
}

use expect_test::{Expect, expect};
use test_support::Fixture;

use super::*;

#[track_caller]
fn check(fixture: &str, expect: Expect) {
    let fixture = Fixture::new(fixture);
    let db = &fixture.db;
    let mut said = String::new();
    for it in definition_files(db, fixture.project).iter() {
        let path = it.file.path(db).relative_to(fixture.project.root(db)).unwrap().to_owned();
        for found in definitions(db, it.file, it.format.clone()).iter() {
            let text = it.file.text(db);
            let there = &text[std::ops::Range::from(found.name_range)];
            assert!(there == found.name, "{path}: {there:?} is not {:?}", found.name);
            let value = found.value.as_deref().unwrap_or("?");
            said += &format!("{path} {}={value} {}\n", found.name, found.scope);
        }
    }
    expect.assert_eq(&said);
}

#[test]
fn examples_and_dev_containers() {
    check(
        r#"
//- .env.example
DBT_SCHEMA=dbt_you # yours
DBT_ENV_SECRET_TOKEN=
//- .env.sample
DBT_OTHER=1
//- .devcontainer/devcontainer.json
{
  // "containerEnv": {"NOT": "this"},
  "dockerComposeFile": ["../docker-compose.yml"], /* and "this": { */
  "service": "dev",
  "containerEnv": {"DBT_SCHEMA": "dbt_container", "URL": "https://x.example//y"},
  "remoteEnv": { "DBT_ROLE":"${localEnv:DBT_ROLE}", "BAD-NAME": "1", },
}
//- docker-compose.yml
services:
  dev:
    environment:
      - DBT_HOST=db
      - DBT_PASSED
  db:
    environment: {POSTGRES_USER: x}
"#,
        expect![[r#"
            .env.example DBT_SCHEMA=dbt_you 
            .env.example DBT_ENV_SECRET_TOKEN= 
            .env.sample DBT_OTHER=1 
            .devcontainer/devcontainer.json DBT_SCHEMA=dbt_container containerEnv
            .devcontainer/devcontainer.json URL=https://x.example//y containerEnv
            .devcontainer/devcontainer.json DBT_ROLE=? remoteEnv
            docker-compose.yml DBT_HOST=db dev
            docker-compose.yml DBT_PASSED=? dev
        "#]],
    );
}

#[test]
fn pipelines() {
    check(
        r#"
//- .github/workflows/ci.yml
on: push
env:
  DBT_TARGET: ci
jobs:
  build:
    runs-on: ubuntu-latest
    env: {DBT_THREADS: 8}
    services:
      db: {env: {POSTGRES_USER: x}}
    steps:
      - run: dbt build
        env:
          DBT_ENV_SECRET_TOKEN: ${{ secrets.TOKEN }}
//- .gitlab-ci.yml
variables:
  DBT_TARGET: {value: ci, description: where}
build:
  variables: {DBT_THREADS: "4"}
  script: [dbt build]
//- azure-pipelines.yml
variables:
  - group: shared
  - name: DBT_TARGET
    value: ci
stages:
  - stage: build
    jobs:
      - job: dbt
        variables: {DBT_THREADS: 4}
        steps:
          - script: dbt build
            env: {DBT_ENV_SECRET_TOKEN: $(token)}
//- .circleci/config.yml
executors:
  python: {docker: [{image: python, environment: {DBT_HOST: db}}]}
jobs:
  build:
    environment:
      DBT_TARGET: ci
    steps:
      - run: {command: dbt build, environment: {DBT_THREADS: 4}}
"#,
        expect![[r#"
            .github/workflows/ci.yml DBT_TARGET=ci 
            .github/workflows/ci.yml DBT_THREADS=8 build
            .github/workflows/ci.yml DBT_ENV_SECRET_TOKEN=? build
            .gitlab-ci.yml DBT_TARGET=ci 
            .gitlab-ci.yml DBT_THREADS=4 build
            azure-pipelines.yml DBT_TARGET=ci 
            azure-pipelines.yml DBT_THREADS=4 dbt
            azure-pipelines.yml DBT_ENV_SECRET_TOKEN=? dbt
            .circleci/config.yml DBT_HOST=db 
            .circleci/config.yml DBT_TARGET=ci build
            .circleci/config.yml DBT_THREADS=4 build
        "#]],
    );
}

#[test]
fn half_written_files_give_what_can_be_rescued() {
    check(
        "//- .devcontainer.json\n{\"containerEnv\": {\"DBT_A\": \"1\", \"DBT_B\n//- .gitlab-ci.yml\nvariables:\n  DBT_C: 1\njob: [\n",
        expect![[r#"
            .gitlab-ci.yml DBT_C=1 
        "#]],
    );
}

#[test]
fn the_repository_may_begin_above_the_project() {
    let mut fixture = Fixture::new("//- models/a.sql\nselect 1\n");
    assert_eq!(repository_root(&fixture.db, fixture.project).as_str(), "/p");
    fixture.write("../.git", "gitdir: elsewhere\n");
    assert_eq!(repository_root(&fixture.db, fixture.project).as_str(), "/");
    fixture.write("../.github/workflows/x.yml", "env: {DBT_A: 1}\n");
    let files = definition_files(&fixture.db, fixture.project);
    assert_eq!(files[0].file.path(&fixture.db).as_str(), "/.github/workflows/x.yml");
}

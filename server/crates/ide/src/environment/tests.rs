use base::line_index;
use expect_test::{Expect, expect};
use test_support::Fixture;

use super::*;

#[track_caller]
fn check(fixture: &Fixture, expect: Expect) {
    let db = &fixture.db;
    let place = |it: &EnvironmentPlace| {
        let path = it.file.path(db).relative_to(fixture.project.root(db)).unwrap().to_owned();
        let at = line_index(db, it.file).characters(it.file.text(db), it.range.start());
        format!("{path}:{}", at.line + 1)
    };
    let mut said = String::new();
    for row in environment_matrix(db, fixture.project) {
        let value = row.value.as_deref().unwrap_or("-");
        let source = row.source.map_or("-", EnvironmentColumn::title);
        said += &format!("{} {} {value} [{source}]\n", row.name, row.status.name());
        for it in &row.cells {
            let value = it.value.as_deref().unwrap_or("?");
            let place = it.place.as_ref().map(place).unwrap_or_default();
            let note = it.note.unwrap_or_default();
            said += &format!("  {} {value} {place} {}{note}\n", it.column.title(), it.scope);
        }
        for it in &row.uses {
            let default = it.default.as_deref().unwrap_or("-");
            let unread = if it.is_rendered { "" } else { " not rendered" };
            said += &format!("  read {} default {default}{unread}\n", place(it));
        }
    }
    expect.assert_eq(&said.lines().map(|it| format!("{}\n", it.trim_end())).collect::<String>());
}

#[test]
fn every_variable_is_a_row() {
    let mut fixture = Fixture::new(
        r#"
//- .env
DBT_SCHEMA=dbt_ana
DBT_ENV_SECRET_PW=hunter2
DBT_URL=https://x/${DBT_ENV_SECRET_PW}
DBT_BAD=a b
DBT_LOST=1
//- .env.example
DBT_SCHEMA=dbt_you
DBT_ENV_SECRET_PW=hunter3
//- .github/workflows/ci.yml
env: {DBT_SCHEMA: ci}
jobs:
  build:
    env: {DBT_ENV_SECRET_PW: "${{ secrets.PW }}", DBT_CI: yes it has hunter2}
//- models/a.sql
select '{{ env_var('DBT_SCHEMA') }}', '{{ env_var('DBT_OTHER', 'x') }}', '{{ env_var('DBT_NOT') }}'
//- macros/m.sql
{% macro never() %}{{ env_var('DBT_NEVER') }}{% endmacro %}
//- profiles.yml
shop:
  target: dev
  outputs:
    dev: {type: duckdb, path: "{{ env_var('DBT_PATH') }}"}
    prod: {type: snowflake, password: "{{ env_var('DBT_PROD_PW') }}"}
"#,
    );
    fixture.set_environment(&[("DBT_SCHEMA", "from_shell"), ("HOME", "/home/ana"), ("DBT_X", "1")]);
    fixture.change_settings(|it| {
        it.environment.insert("DBT_SCHEMA".to_owned(), "mine".to_owned());
        it.environment.insert("DBT_PROD_PW".to_owned(), "hunter4".to_owned());
    });
    check(
        &fixture,
        expect![[r#"
        DBT_BAD not-needed - [-]
          .env ? .env:4 not read: it stands behind a bad line
        DBT_CI not-needed - [-]
          CI yes it has ***** .github/workflows/ci.yml:4 build
        DBT_ENV_SECRET_PW set ***** [.env]
          .env ***** .env:2
          .env.example ***** .env.example:2
          CI ? .github/workflows/ci.yml:4 build
        DBT_LOST not-needed - [-]
          .env ? .env:5 not read: it stands behind a bad line
        DBT_NEVER not-needed - [-]
          read macros/m.sql:1 default -
        DBT_NOT missing - [-]
          read models/a.sql:1 default -
        DBT_OTHER default - [-]
          read models/a.sql:1 default 'x'
        DBT_PATH missing - [-]
          read profiles.yml:4 default -
        DBT_PROD_PW set ***** [settings]
          settings *****
          read profiles.yml:5 default - not rendered
        DBT_SCHEMA set mine [settings]
          settings mine
          process from_shell
          .env dbt_ana .env:1
          .env.example dbt_you .env.example:1
          CI ci .github/workflows/ci.yml:1
          read models/a.sql:1 default -
        DBT_URL set ***** [.env]
          .env ***** .env:3
        DBT_X set 1 [process]
          process 1
    "#]],
    );
}

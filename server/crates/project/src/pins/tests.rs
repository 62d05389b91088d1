use std::fmt::Write;

use expect_test::{Expect, expect};
use test_support::Fixture;

use super::*;

#[track_caller]
fn check(fixture: &str, expect: Expect) {
    let fixture = Fixture::new(fixture);
    let db = &fixture.db;
    let mut said = String::new();
    for it in version_pins(db, fixture.project).iter() {
        let path = it.file.path(db).as_str().trim_start_matches("/p/");
        let written = &it.file.text(db)[it.range];
        let allowed = it.allowed.as_ref().map_or_else(|| "?".to_owned(), ToString::to_string);
        let moving = if it.is_moving() { " moving" } else { "" };
        let engine = if it.is_of_engine() { "" } else { " (no engine)" };
        let _ =
            writeln!(said, "{path} {:?} `{written}` allows {allowed}{moving}{engine}", it.source);
    }
    expect.assert_eq(&said);
}

#[test]
fn the_project_and_its_packages() {
    check(
        "//- dbt_project.yml\nname: shop\nrequire-dbt-version: [\">=1.8.0\", \"<2.0.0\"]\n\
         //- dbt_packages/utils/dbt_project.yml\nname: utils\nrequire-dbt-version: \">=1.3.0,<3.0.0\"\n\
         //- dbt_packages/plain/dbt_project.yml\nname: plain\n",
        expect![[r#"
            dbt_project.yml Project `[">=1.8.0", "<2.0.0"]` allows >=1.8.0,<2.0.0
            dbt_packages/utils/dbt_project.yml Package `">=1.3.0,<3.0.0"` allows >=1.3.0,<3.0.0
        "#]],
    );
}

#[test]
fn what_installers_are_told() {
    check(
        r#"
//- requirements.txt
# dbt-core==1.0.0
dbt-core==1.9.4  # dbt-core==2
dbt_duckdb[glue] ~= 1.9 ; python_version < "3.13"
dbt-metricflow==0.7
some-dbt-core==3
-r more/extra.txt
//- more/extra.txt
DBT-Postgres>=1.8, <1.10
dbt-core
-r ../requirements.txt
//- pyproject.toml
[project]
name = "dbt-shop"
dependencies = ["dbt-core>=1.8,<2", "dbt-snowflake"]
[tool.poetry.dependencies]
dbt-core = "^1.8"
dbt-bigquery = { version = "1.9.*", extras = ["x"] }
dbt-spark = {git = "https://example.com/x.git"}
//- Pipfile
[packages]
"dbt-core" = "==1.8.2"
dbt-trino = "*"
//- setup.cfg
[options]
install_requires =
    dbt-core>=1.8.0,!=1.8.3
//- environment.yml
dependencies:
  - dbt-core=1.8
  - dbt-core=1.8.2
  - pip:
      - dbt==2.0.9
      - dbt==1.0.0.40.21
      - dbt
"#,
        expect![[r#"
            requirements.txt Requirements `dbt-core==1.9.4` allows 1.9.4
            requirements.txt Requirements `dbt_duckdb[glue] ~= 1.9` allows >=1.9.0,<2.0.0 (no engine)
            pyproject.toml Requirements `dbt-core>=1.8,<2` allows >=1.8.0,<2.0.0
            pyproject.toml Requirements `dbt-snowflake` allows any version moving (no engine)
            pyproject.toml Requirements `dbt-core = "^1.8` allows >=1.8.0,<2.0.0
            pyproject.toml Requirements `dbt-bigquery = { version = "1.9.*` allows >=1.9.0,<1.10.0 (no engine)
            setup.cfg Requirements `dbt-core>=1.8.0,!=1.8.3` allows >=1.8.0,!=1.8.3 moving
            Pipfile Requirements `dbt-core" = "==1.8.2` allows 1.8.2
            Pipfile Requirements `dbt-trino = "*` allows any version moving (no engine)
            environment.yml Requirements `dbt-core=1.8` allows >=1.8.0,<1.9.0
            environment.yml Requirements `dbt-core=1.8.2` allows 1.8.2
            environment.yml Requirements `dbt==2.0.9` allows 2.0.9
            environment.yml Requirements `dbt==1.0.0.40.21` allows 1.0.0 (no engine)
            environment.yml Requirements `dbt` allows any version moving
            more/extra.txt Requirements `DBT-Postgres>=1.8, <1.10` allows >=1.8.0,<1.10.0 (no engine)
            more/extra.txt Requirements `dbt-core` allows any version moving
        "#]],
    );
}

#[test]
fn what_installers_chose() {
    check(
        r#"
//- uv.lock
version = 1

[[package]]
name = "dbt-core"
version = "1.9.4"
dependencies = [
    { name = "dbt-duckdb", version = "3" },
]

[[package]]
name = "dbt-adapters"
version = "1.14.0"

[[package]]
name = "dbt-duckdb"
version = "1.9.3"
//- Pipfile.lock
{
    "default": {
        "dbt-core": {
            "hashes": ["sha256:x"],
            "version": "==1.9.2"
        },
        "agate": {
            "version": "==1.9.1"
        }
    }
}
"#,
        expect![[r#"
            uv.lock Lock `1.9.4` allows 1.9.4
            uv.lock Lock `1.9.3` allows 1.9.3 (no engine)
            Pipfile.lock Lock `1.9.2` allows 1.9.2
        "#]],
    );
}

#[test]
fn containers_pipelines_and_make() {
    check(
        r#"
//- .devcontainer/devcontainer.json
{
  // "image": "ghcr.io/dbt-labs/dbt-core:1.0.0"
  "image": "ghcr.io/dbt-labs/dbt-core:1.9.1",
  "features": {
    "ghcr.io/someone/features/dbt:1": { "version": "1.8.2" },
    "ghcr.io/someone/features/dbt-postgres:1": {
      "version": "latest"
    },
    "ghcr.io/devcontainers/features/python:1": { "version": "3.12" }
  },
  "postCreateCommand": "pip install dbt-core dbt-duckdb && dbt deps"
}
//- Dockerfile
ARG DBT_VERSION=1.8.7
FROM python:3.12-slim
RUN pip install --no-cache-dir \
    dbt-core==${DBT_VERSION} \
    dbt-duckdb
RUN curl -fsSL https://public.cdn.getdbt.com/fs/install/install.sh | sh -s -- --version 2.0.0-preview.9
//- .github/workflows/ci.yml
env:
  DBT: "~=1.9.0"
jobs:
  test:
    steps:
      - run: uv pip install "dbt-core${{ env.DBT }}" 'dbt-duckdb>=1.9,<2'
      - run: dbt system update && dbt build --select dbt-core
      - run: pip install -r requirements-ci.txt
      - run: uvx --from dbt-core@1.10.2 dbt parse
      - run: echo installing dbt-core > log.txt
//- requirements-ci.txt
dbt-core<1.11
//- .gitlab-ci.yml
image: ghcr.io/dbt-labs/dbt-postgres:1.9.latest
variables:
  OTHER: $ELSEWHERE
script:
  - pip install dbt-core==$OTHER
//- Makefile
VERSION ?= 1.9.8
dev:
	pip install --upgrade dbt-core==$(VERSION)
	dbt debug
"#,
        expect![[r#"
            .devcontainer/devcontainer.json Container `dbt-core:1.9.1` allows 1.9.1
            .devcontainer/devcontainer.json Container `dbt-core` allows any version moving
            .devcontainer/devcontainer.json Container `dbt-duckdb` allows any version moving (no engine)
            .devcontainer/devcontainer.json Container `1.8.2` allows 1.8.2
            .devcontainer/devcontainer.json Container `latest` allows any version moving (no engine)
            Dockerfile Container `dbt-core==${DBT_VERSION}` allows 1.8.7
            Dockerfile Container `dbt-duckdb` allows any version moving (no engine)
            Dockerfile Container `getdbt.com/fs/install/install.sh | sh -s -- --version 2.0.0-preview.9` allows 2.0.0-rc.9
            .gitlab-ci.yml Ci `dbt-postgres:1.9.latest` allows ? (no engine)
            .gitlab-ci.yml Ci `dbt-core==$OTHER` allows ?
            Makefile Make `dbt-core==$(VERSION)` allows 1.9.8
            .github/workflows/ci.yml Ci `dbt-core${{ env.DBT }}` allows >=1.9.0,<1.10.0
            .github/workflows/ci.yml Ci `dbt-duckdb>=1.9,<2` allows >=1.9.0,<2.0.0 (no engine)
            .github/workflows/ci.yml Ci `dbt system update` allows any version moving
            .github/workflows/ci.yml Ci `dbt-core@1.10.2` allows 1.10.2
            requirements-ci.txt Requirements `dbt-core<1.11` allows <1.11.0
        "#]],
    );
}

#[test]
fn folders_above_count_up_to_the_root_of_the_repository() {
    let text = "//- ../requirements.txt\ndbt-core==1.9.0\n//- requirements.txt\ndbt-duckdb\n";
    check(
        text,
        expect![
            "requirements.txt Requirements `dbt-duckdb` allows any version moving (no engine)\n"
        ],
    );
    check(
        &format!("//- ../.git\ngitdir: x\n{text}"),
        expect![[r#"
        requirements.txt Requirements `dbt-duckdb` allows any version moving (no engine)
        /requirements.txt Requirements `dbt-core==1.9.0` allows 1.9.0
    "#]],
    );
}

/// Every pin is read in time linear in the text, whatever it is.
#[test]
fn hostile_texts_end() {
    for line in
        ["dbt", "dbt-core==", "dbt-core[", "dbt-core>=1,", "/dbt:", "$dbt{", "é dbt-core =é"]
    {
        let text = line.repeat(20_000);
        requirement_text::pins(&text);
        commands::pins(&text);
        containers::pins(&text);
        locks::toml(&text);
        locks::pipfile(&text);
    }
}

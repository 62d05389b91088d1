use base::{EngineKind, Installer};
use expect_test::{Expect, expect};
use test_support::Fixture;

use super::*;

/// What the helper makes of a project, and that it does nothing a second time.
#[track_caller]
fn check(helper: SetupHelper, fixture: &str, expect: Expect) {
    let said = made(helper, &mut Fixture::new(fixture));
    expect.assert_eq(&said);
}

#[track_caller]
fn made(helper: SetupHelper, fixture: &mut Fixture) -> String {
    let first = setup(&fixture.db, fixture.project, helper);
    let path = first.file.path(&fixture.db).as_str().to_owned();
    let before = first.file.text(&fixture.db).to_owned();
    let after = first.after(&fixture.db);
    // Something is put in between; what it wrote itself it may replace.
    for it in &first.edits {
        let replaced = &before[it.range];
        assert!(replaced.is_empty() || replaced.starts_with("<!-- local setup"), "{replaced}");
    }
    fixture.write(&path, &after);
    let second = setup(&fixture.db, fixture.project, helper);
    assert_eq!(second.edits, [], "{after}");
    let notes: String = first.notes.iter().map(|it| format!("# {it}\n")).collect();
    format!("{path}\n{after}{notes}")
}

const CORE: &str =
    "//- dbt_project.yml\nname: shop\nprofile: shop\nrequire-dbt-version: '<2.0.0'\n";

#[test]
fn a_makefile_gets_a_target() {
    check(
        SetupHelper::Makefile,
        CORE,
        expect![[r#"
        /p/Makefile
        # Brings dbt up to date and tests the connection.
        .PHONY: dev
        dev:
        	python -m pip install --upgrade dbt-core dbt-duckdb
        	dbt debug
    "#]],
    );
    check(
        SetupHelper::Makefile,
        "//- dbt_project.yml\nname: shop\nprofile: shop\n",
        expect![[r#"
        /p/Makefile
        # Brings dbt up to date and tests the connection.
        .PHONY: dev
        dev:
        	python -m pip install --upgrade dbt
        	dbt debug
    "#]],
    );
    for (file, expected) in
        [("uv.lock", "uv run dbt debug"), ("poetry.lock", "poetry run dbt debug")]
    {
        let lock = "[[package]]\nname = \"dbt-core\"\nversion = \"1.9.4\"\n";
        let said =
            made(SetupHelper::Makefile, &mut Fixture::new(&format!("{CORE}//- {file}\n{lock}")));
        assert!(said.ends_with(&format!("\t{expected}\n")), "{said}");
        assert!(said.contains("dbt-core"), "{said}");
    }
}

#[test]
fn a_makefile_written_by_hand_keeps_every_byte() {
    let by_hand = ".PHONY: test\r\n\r\nVERSION := 1\r\n# dev: not yet\r\ntest: lint\r\n\tpytest\t# all\r\nlint:\r\n\truff check";
    let mut fixture = Fixture::new(CORE);
    fixture.write("Makefile", by_hand);
    let said = made(SetupHelper::Makefile, &mut fixture);
    let after = said.strip_prefix("/p/Makefile\n").unwrap();
    let added = after.strip_prefix(by_hand).unwrap();
    expect![[r#"
        ␍
        ␍
        # Brings dbt up to date and tests the connection.␍
        .PHONY: dev␍
        dev:␍
        	python -m pip install --upgrade dbt-core dbt-duckdb␍
        	dbt debug␍
    "#]]
    .assert_eq(&added.replace('\r', "␍"));
    // A target of that name that does something else stays what it is.
    check(
        SetupHelper::Makefile,
        &format!("{CORE}//- Makefile\n.RECIPEPREFIX = >\ndev: up\n> docker compose up\n\n"),
        expect![[r#"
            /p/Makefile
            .RECIPEPREFIX = >
            dev: up
            > docker compose up

            # Brings dbt up to date and tests the connection.
            .PHONY: dbt-dev
            dbt-dev:
            >python -m pip install --upgrade dbt-core dbt-duckdb
            >dbt debug
            # `dev` is there and left alone; the new target is `dbt-dev`
        "#]],
    );
    check(
        SetupHelper::Makefile,
        &format!("{CORE}//- Makefile\ndev test:\n\tfoo\ndbt-dev:\n\tbar\n"),
        expect![[r#"
            /p/Makefile
            dev test:
            	foo
            dbt-dev:
            	bar
            # `dev` and `dbt-dev` are there and do something else; they are left alone
        "#]],
    );
}

#[test]
fn an_engine_that_updates_itself_does_so() {
    let mut fixture = Fixture::new("");
    fixture.change_settings(|it| {
        let mut engine =
            test_support::engine(EngineKind::Fusion, "2.0.1", "/home/me/.local/bin/dbt");
        engine.installer = Installer::Standalone;
        it.engines.push(engine);
    });
    let said = made(SetupHelper::Justfile, &mut fixture);
    expect![[r#"
        /p/justfile
        # Brings dbt up to date and tests the connection.
        dev:
            dbt system update
            dbt debug
    "#]]
    .assert_eq(&said);
}

#[test]
fn a_justfile_gets_a_recipe() {
    check(
        SetupHelper::Justfile,
        &format!(
            "{CORE}//- justfile\nset shell := [\"bash\", \"-c\"]\n\nbuild target='dev':\n    dbt build\n"
        ),
        expect![[r#"
            /p/justfile
            set shell := ["bash", "-c"]

            build target='dev':
                dbt build

            # Brings dbt up to date and tests the connection.
            dev:
                python -m pip install --upgrade dbt-core dbt-duckdb
                dbt debug
        "#]],
    );
}

#[test]
fn a_dev_container_is_made() {
    check(
        SetupHelper::DevContainer,
        &format!(
            "{CORE}//- pyproject.toml\nrequires-python = \">=3.11,<3.13\"\n//- packages.yml\npackages: []\n"
        ),
        expect![[r#"
            /p/.devcontainer/devcontainer.json
            {
              "name": "shop",
              "image": "mcr.microsoft.com/devcontainers/python:3.11",
              "postCreateCommand": "python -m pip install --upgrade dbt-core dbt-duckdb",
              "postStartCommand": "python -m pip install --upgrade dbt-core dbt-duckdb && dbt deps",
              "customizations": {
                "vscode": {
                  "extensions": [
                    "tandem-dbt.tandem"
                  ],
                  "settings": {
                    "files.watcherExclude": {
                      "**/target/**": true,
                      "**/dbt_packages/**": true
                    }
                  }
                }
              }
            }
        "#]],
    );
    // In the root of the repository, for a project below it.
    let mut fixture = Fixture::new(
        "//- dbt_project.yml\nname: shop\nprofile: shop\ndbt-cloud: {project-id: 1}\n//- ../.git\nx\n",
    );
    let said = made(SetupHelper::DevContainer, &mut fixture);
    assert!(said.starts_with("/.devcontainer/devcontainer.json\n"), "{said}");
    assert!(
        said.contains("\"postStartCommand\": \"cd p && python -m pip install --upgrade dbt\""),
        "{said}"
    );
    assert!(said.contains("29527"), "{said}");
}

#[test]
fn a_dev_container_written_by_hand_keeps_its_comments() {
    check(
        SetupHelper::DevContainer,
        &format!(
            "{CORE}//- .devcontainer/devcontainer.json\n// ours\n{{\n\t// the image\n\t\"image\": \"x\", /* pinned */\n\t\"postCreateCommand\": \"pip install dbt-core\", // once\n}}\n"
        ),
        expect![[r#"
            /p/.devcontainer/devcontainer.json
            // ours
            {
            	"postStartCommand": "python -m pip install --upgrade dbt-core dbt-duckdb",
            	// the image
            	"image": "x", /* pinned */
            	"postCreateCommand": "pip install dbt-core", // once
            }
        "#]],
    );
    check(
        SetupHelper::DevContainer,
        &format!("{CORE}//- .devcontainer.json\n{{}}"),
        expect![[r#"
        /p/.devcontainer.json
        {
          "postStartCommand": "python -m pip install --upgrade dbt-core dbt-duckdb"}"#]],
    );
    check(
        SetupHelper::DevContainer,
        &format!("{CORE}//- .devcontainer.json\n{{\"postStartCommand\": \"make up\"}}\n"),
        expect![[r#"
            /p/.devcontainer.json
            {"postStartCommand": "make up"}
            # its `postStartCommand` is left alone; add `python -m pip install --upgrade dbt-core dbt-duckdb` to it, so that each session has the newest dbt
            # none of its commands installs dbt
        "#]],
    );
    check(
        SetupHelper::DevContainer,
        &format!("{CORE}//- .devcontainer.json\n{{\"a\": [\n"),
        expect![[r#"
            /p/.devcontainer.json
            {"a": [
            # it is no object of JSON, so it is left alone
        "#]],
    );
}

/// Who installs an adapter has dbt Core.
#[test]
fn an_adapter_tells_the_engine() {
    let mut fixture = Fixture::new(
        "//- .devcontainer.json\n{\"postCreateCommand\": \"pip install dbt-duckdb\"}\n",
    );
    let said = made(SetupHelper::DevContainer, &mut fixture);
    assert!(said.contains("--upgrade dbt-core dbt-duckdb"), "{said}");
}

#[test]
fn contributing_gets_a_section() {
    let project = format!(
        "{CORE}//- .env.example\nA=\n//- models/a.sql\nselect {{{{ env_var('B') }}}}, {{{{ env_var('C', '1') }}}}, {{{{ env_var('A') }}}}\n"
    );
    check(
        SetupHelper::Contributing,
        &project,
        expect![[r#"
            /p/CONTRIBUTING.md
            # Contributing to shop

            <!-- local setup: written by `tandem setup contributing`, which replaces it -->

            ## Local setup

            1. Install dbt, or bring it up to date: `python -m pip install --upgrade dbt-core dbt-duckdb`.
            2. Copy `.env.example` to `.env` and fill in your own values. It stays out of git.
            3. Read without a default, to be set as far as your target needs them: `A`, `B`.
            4. The connection (duckdb) is profile `shop`, target `dev` in the project's `profiles.yml`.
            5. Test the connection: `dbt debug`. Then build what you change.

            <!-- end of local setup -->
        "#]],
    );
    // What it wrote itself it brings up to date; the rest is not its business.
    let mut fixture = Fixture::new(&project);
    fixture.write("CONTRIBUTING.md", "# Hello\r\n\r\nBe kind.\r\n");
    let first = made(SetupHelper::Contributing, &mut fixture);
    assert!(first.contains("Be kind.\r\n\r\n<!-- local setup"), "{first}");
    fixture.write("models/a.sql", "select {{ env_var('D') }}\n");
    fixture
        .write("CONTRIBUTING.md", &format!("{}\r\nMore.\r\n", first.split_once('\n').unwrap().1));
    let second = made(SetupHelper::Contributing, &mut fixture);
    assert!(second.contains("`D`") && !second.contains("`B`"), "{second}");
    assert!(
        second.starts_with("/p/CONTRIBUTING.md\n# Hello\r\n") && second.ends_with("\r\nMore.\r\n")
    );
    check(
        SetupHelper::Contributing,
        &format!("{CORE}//- CONTRIBUTING.md\n## Local Setup\n\nAsk Ana.\n"),
        expect![[r#"
            /p/CONTRIBUTING.md
            ## Local Setup

            Ask Ana.
            # it has a section on local setup, which is left alone
        "#]],
    );
}

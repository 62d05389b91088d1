use base::EngineKind;
use expect_test::{Expect, expect};
use test_support::Fixture;

use super::*;

#[track_caller]
fn check(engine: &str, fixture: &str, expect: Expect) {
    let mut fixture = Fixture::new(fixture);
    fixture.change_settings(|it| {
        it.engines.push(test_support::engine(EngineKind::Core, engine, ".venv"));
        it.state = Some("prod".to_owned());
    });
    let twin = version_twin(&fixture.db, fixture.project);
    let newest =
        twin.newest.map_or_else(String::new, |it| format!("{} in {}\n", it.text, it.source));
    let skews: Vec<String> = twin.skews.iter().map(|it| format!("{}\n", it.message)).collect();
    expect.assert_eq(&(newest + &skews.concat()));
}

const RUN: &str = "//- target/run_results.json\n{\"metadata\": {\"dbt_schema_version\": \"x\", \"dbt_version\": \"1.11.4\"}}\n";

#[test]
fn the_newest_version_is_said_with_its_place() {
    check(
        "1.11.2",
        RUN,
        expect![[r#"
        1.11.4 in target/run_results.json
        dbt 1.11.2 in `.venv` is behind 1.11.4, the newest seen, in `target/run_results.json`
    "#]],
    );
    check(
        "1.11.9",
        RUN,
        expect![[r#"
        1.11.9 in .venv
    "#]],
    );
    check(
        "1.11.2",
        &format!(
            "{RUN}//- prod/manifest.json\n{{\"metadata\": {{\"dbt_version\": \"1.11.6\"}}, \"nodes\": {{}}}}\n"
        ),
        expect![[r#"
            1.11.6 in prod/manifest.json
            dbt 1.11.2 in `.venv` is behind 1.11.6, the newest seen, in `prod/manifest.json`
        "#]],
    );
    check(
        "1.11.2",
        &format!("{RUN}//- uv.lock\n[[package]]\nname = \"dbt-core\"\nversion = \"1.12.0\"\n"),
        expect![[r#"
            1.12.0 in uv.lock:3
            dbt 1.11.2 in `.venv` is behind 1.12.0, the newest seen, in `uv.lock:3`
        "#]],
    );
    // What the project does not allow is nothing to catch up with.
    check(
        "1.10.2",
        &format!("{RUN}//- dbt_project.yml\nname: shop\nrequire-dbt-version: '<1.11.0'\n"),
        expect![[r#"
            1.10.2 in .venv
        "#]],
    );
    check(
        "1.11.2",
        "//- target/manifest.json\n{\"metadata\": {\"dbt_version\": \"1.11.3\"}}\n",
        expect![[r#"
            1.11.3 in target/manifest.json
            dbt 1.11.2 in `.venv` is behind 1.11.3, the newest seen, in `target/manifest.json`
        "#]],
    );
    check(
        "1.11.2",
        "//- target/run_results.json\nnonsense \"dbt_version\":\n",
        expect![[r#"
        1.11.2 in .venv
    "#]],
    );
}

#[test]
fn a_hover_tells_the_twin() {
    let told = |cursor: &str| {
        let mut fixture = Fixture::new(&format!(
            "//- dbt_project.yml\nname: shop\n{cursor}\n//- requirements.txt\ndbt-core~=1.11.0\n"
        ));
        fixture.change_settings(|it| {
            it.engines.push(test_support::engine(EngineKind::Core, "1.11.2", ".venv"));
        });
        crate::hover(&fixture.db, fixture.position()).unwrap().markdown
    };
    let on_key = told("require-dbt$0-version: '>=1.12.0'");
    assert_eq!(on_key, told("require-dbt-version: '>=1.1$02.0'"));
    expect![[r#"
        Judged for dbt **2.0**: the newest that `require-dbt-version: >=1.12.0` allows; dbt 1.11.2, installed in `.venv`, is not allowed

        ⚠️ dbt 1.11.2 in `.venv` (the activated environment) is outside `require-dbt-version: >=1.12.0`: dbt Core does not run with it

        ⚠️ `require-dbt-version: >=1.12.0` and `dbt-core~=1.11.0` in requirements.txt:1 disagree: no version of dbt satisfies both

        - dbt Core 1.11.2 in `.venv` (the activated environment): runs here

        - `>=1.12.0` in `dbt_project.yml:2`
        - `dbt-core~=1.11.0` in `requirements.txt:1`"#]].assert_eq(&on_key);
    let elsewhere = "//- dbt_project.yml\nname: sh$0op\nrequire-dbt-version: '>=1.12.0'\n";
    let fixture = Fixture::new(elsewhere);
    assert_eq!(crate::hover(&fixture.db, fixture.position()), None);
}

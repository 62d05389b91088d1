use expect_test::{Expect, expect};
use test_support::{ROOT, with_cursor};

use super::definition;

/// Where the cursor's name stands and what it leads to.
#[track_caller]
fn check(fixture: &str, expect: Expect) {
    let (db, position) = with_cursor(fixture);
    let text = position.file.text(&db);
    let found = definition(&db, position);
    let lines: Vec<String> = found
        .iter()
        .map(|it| {
            let origin = &text[it.origin];
            let path = it.file.path(&db);
            let path = path.relative_to(&ROOT.into()).unwrap_or(path.as_str());
            let name = &it.file.text(&db)[it.range];
            let full = it.file.text(&db)[it.full_range].lines().next().unwrap_or_default();
            assert!(it.full_range.contains_range(it.range));
            format!("{origin} -> {path}: {name:?} in {full:?}")
        })
        .collect();
    expect.assert_eq(&lines.join("\n"));
}

const MODEL: &str = "//- models/stg_orders.sql\nselect 1 as id\n";

#[test]
fn ref_goes_to_the_model() {
    check(
        &format!("//- models/orders.sql\nselect * from {{{{ ref('st$0g_orders') }}}}\n{MODEL}"),
        expect![[r#"stg_orders -> models/stg_orders.sql: "" in "select 1 as id""#]],
    );
    check(
        &format!("//- models/orders.sql\nselect * from {{{{ r$0ef(\"stg_orders\") }}}}\n{MODEL}"),
        expect![[r#"ref("stg_orders") -> models/stg_orders.sql: "" in "select 1 as id""#]],
    );
}

#[test]
fn half_typed_text_does_not_matter() {
    check(
        &format!(
            "//- models/orders.sql\n{{{{ config( }}}}\nselect * from {{{{ ref('stg_orders$0 }}}} join {{% if\n{MODEL}"
        ),
        expect![[r#"stg_orders -> models/stg_orders.sql: "" in "select 1 as id""#]],
    );
}

#[test]
fn ref_of_a_missing_model_goes_nowhere() {
    check("//- models/a.sql\n{{ ref('missi$0ng') }}\n", expect![""]);
}

#[test]
fn ref_with_a_version_goes_to_its_file() {
    let properties = "//- models/orders.yml\nmodels:\n  - name: orders\n    versions:\n      - v: 1\n      - v: 2\n//- models/orders_v1.sql\nselect 1\n//- models/orders_v2.sql\nselect 2\n";
    check(
        &format!("//- models/a.sql\n{{{{ ref('orders$0', v=1) }}}}\n{properties}"),
        expect![[r#"orders -> models/orders_v1.sql: "" in "select 1""#]],
    );
    check(
        &format!("//- models/a.sql\n{{{{ ref('orders$0') }}}}\n{properties}"),
        expect![[r#"orders -> models/orders_v2.sql: "" in "select 2""#]],
    );
    check(
        &format!("//- models/a.sql\n{{{{ ref('orders$0', v=3) }}}}\n{properties}"),
        expect![[r#"
            orders -> models/orders_v1.sql: "" in "select 1"
            orders -> models/orders_v2.sql: "" in "select 2""#]],
    );
}

const PACKAGE: &str = "//- packages.yml
packages: [{local: packages/utils}]
//- packages/utils/dbt_project.yml
name: utils
//- packages/utils/models/calendar.sql
select 1 as day
//- packages/utils/macros/safe.sql
{% macro safe(a) %}{{ a }}{% endmacro %}
";

#[test]
fn packages_are_reached_by_name() {
    check(
        &format!("//- models/a.sql\n{{{{ ref('utils', 'cal$0endar') }}}}\n{PACKAGE}"),
        expect![[r#"calendar -> packages/utils/models/calendar.sql: "" in "select 1 as day""#]],
    );
    check(
        &format!("//- models/a.sql\n{{{{ ref('ut$0ils', 'calendar') }}}}\n{PACKAGE}"),
        expect![[r#"utils -> packages/utils/dbt_project.yml: "utils" in "name: utils""#]],
    );
    check(
        &format!("//- models/a.sql\n{{{{ utils.sa$0fe(1) }}}}\n{PACKAGE}"),
        expect![[
            r#"utils.safe -> packages/utils/macros/safe.sql: "safe" in "{% macro safe(a) %}{{ a }}{% endmacro %}""#
        ]],
    );
}

#[test]
fn an_upstream_checkout_is_a_package() {
    check(
        "//- dependencies.yml\nprojects: [{name: finance}]\n//- ../finance/dbt_project.yml\nname: finance\n//- ../finance/models/rates.sql\nselect 1\n//- models/a.sql\n{{ ref('finance', 'ra$0tes') }}\n",
        expect![[r#"rates -> /finance/models/rates.sql: "" in "select 1""#]],
    );
}

#[test]
fn snapshots_are_blocks_or_yaml() {
    check(
        "//- models/a.sql\n{{ ref('sn$0ap') }}\n//- snapshots/s.sql\n{% snapshot snap %}select 1{% endsnapshot %}\n",
        expect![[
            r#"snap -> snapshots/s.sql: "snap" in "{% snapshot snap %}select 1{% endsnapshot %}""#
        ]],
    );
    check(
        "//- models/a.sql\n{{ ref('sn$0ap') }}\n//- snapshots/s.yml\nsnapshots:\n  - name: snap\n    relation: source('a', 'b')\n",
        expect![[r#"snap -> snapshots/s.yml: "snap" in "name: snap""#]],
    );
}

const SOURCE: &str = "//- models/sources.yml
sources:
  - name: crm
    tables:
      - name: customers
      - name: 'orders'
";

#[test]
fn source_goes_to_the_name_of_its_table() {
    check(
        &format!("//- models/a.sql\n{{{{ source('crm', 'or$0ders') }}}}\n{SOURCE}"),
        expect![[r#"orders -> models/sources.yml: "orders" in "name: 'orders'""#]],
    );
    check(
        &format!("//- models/a.sql\n{{{{ source('c$0rm', 'orders') }}}}\n{SOURCE}"),
        expect![[r#"crm -> models/sources.yml: "crm" in "name: crm""#]],
    );
}

#[test]
fn macros_are_found_from_the_caller() {
    let macros = "//- macros/m.sql\n{% macro cents(a) %}{% endmacro %}\n";
    check(
        &format!("//- models/a.sql\n{{{{ cen$0ts('x') }}}}\n{macros}"),
        expect![[r#"cents -> macros/m.sql: "cents" in "{% macro cents(a) %}{% endmacro %}""#]],
    );
    check(
        &format!("//- models/a.sql\n{{% call cen$0ts('x') %}}{{% endcall %}}\n{macros}"),
        expect![[r#"cents -> macros/m.sql: "cents" in "{% macro cents(a) %}{% endmacro %}""#]],
    );
    check(
        &format!(
            "//- models/a.sql\n{{% macro cents() %}}{{% endmacro %}}{{{{ cen$0ts() }}}}\n{macros}"
        ),
        expect![[r#"cents -> models/a.sql: "cents" in "{% macro cents() %}{% endmacro %}""#]],
    );
}

#[test]
fn dispatch_goes_to_the_adapter_before_the_default() {
    check(
        "//- macros/m.sql\n{% macro add(a) %}{{ adapter.dispatch('ad$0d', 'shop')(a) }}{% endmacro %}\n{% macro default__add(a) %}{% endmacro %}\n{% macro duckdb__add(a) %}{% endmacro %}\n",
        expect![[
            r#"add -> macros/m.sql: "duckdb__add" in "{% macro duckdb__add(a) %}{% endmacro %}""#
        ]],
    );
    check(
        "//- macros/m.sql\n{% macro add(a) %}{{ adapter.dispatch('ad$0d')(a) }}{% endmacro %}\n{% macro default__add(a) %}{% endmacro %}\n",
        expect![[
            r#"add -> macros/m.sql: "default__add" in "{% macro default__add(a) %}{% endmacro %}""#
        ]],
    );
}

#[test]
fn env_var_goes_to_its_line() {
    check(
        "//- models/a.sql\n{{ env_var('DBT$0_A') }}\n//- .env\n# comment\nexport DBT_A=1\n//- .env.example\nDBT_A=\n",
        expect![[r#"DBT_A -> .env: "DBT_A" in "DBT_A=1""#]],
    );
    check(
        "//- models/a.sql\n{{ env_var('DBT$0_A') }}\n//- .env.example\nDBT_A=\n",
        expect![[r#"DBT_A -> .env.example: "DBT_A" in "DBT_A=""#]],
    );
    check("//- models/a.sql\n{{ env_var('DBT$0_A') }}\n", expect![""]);
    check("//- .env\nDBT$0_A=1\n", expect![""]);
    check(
        "//- .env\nDBTA=1\nDBT_B=${DB$0TA}x\n",
        expect![[r#"${DBTA} -> .env: "DBTA" in "DBTA=1""#]],
    );
}

#[test]
fn var_goes_to_its_key() {
    check(
        "//- models/a.sql\n{{ var('st$0art', 3) }}\n//- dbt_project.yml\nname: shop\nvars:\n  start: 1\n  shop:\n    start: 2\n",
        expect![[r#"start -> dbt_project.yml: "start" in "start: 2""#]],
    );
}

#[test]
fn doc_goes_to_its_block() {
    check(
        "//- models/m.yml\nmodels:\n  - name: a\n    description: '{{ doc(\"st$0ore\") }}'\n//- models/docs.md\n{% docs store %}A shop.{% enddocs %}\n",
        expect![[r#"store -> models/docs.md: "store" in "{% docs store %}A shop.{% enddocs %}""#]],
    );
}

#[test]
fn yaml_names_and_bare_calls() {
    let yaml = |text: &str| format!("//- models/m.yml\n{text}\n{MODEL}");
    for text in [
        "models:\n  - name: stg_or$0ders",
        "models:\n  - name: a\n    columns:\n      - name: id\n        data_tests:\n          - relationships: {to: ref('stg_or$0ders'), field: id}",
        "models:\n  - name: a\n    columns:\n      - name: id\n        data_tests:\n          - relationships:\n              arguments:\n                to: re$0f(\"stg_orders\")",
        "unit_tests:\n  - name: t\n    model: stg_ord$0ers\n",
        "unit_tests:\n  - name: t\n    model: a\n    given:\n      - input: ref('stg_ord$0ers')\n",
        "exposures:\n  - name: e\n    depends_on:\n      - \"ref('stg_orde$0rs')\"\n",
        "models:\n  - name: a\n    config:\n      pre_hook: \"select 1 from {{ ref('stg_orde$0rs') }}\"\n",
        "models:\n  - name: a\n    config:\n      pre_hook: >\n        select 1\n        from {{ ref('stg_orde$0rs') }}\n",
    ] {
        let (db, position) = with_cursor(&yaml(text));
        let found = definition(&db, position);
        let paths: Vec<&str> = found.iter().map(|it| it.file.path(&db).as_str()).collect();
        assert_eq!(paths, ["/p/models/stg_orders.sql"], "{text}");
        let origin = &position.file.text(&db)[found[0].origin];
        assert!(origin.contains("stg_orders") && !origin.contains('{'), "{origin}");
    }
}

#[test]
fn yaml_test_goes_to_its_macro() {
    check(
        "//- models/m.yml\nmodels:\n  - name: a\n    data_tests:\n      - pos$0itive:\n          arguments: {min: 1}\n//- tests/generic/positive.sql\n{% test positive(model, min) %}{% endtest %}\n",
        expect![[
            r#"positive -> tests/generic/positive.sql: "positive" in "{% test positive(model, min) %}{% endtest %}""#
        ]],
    );
}

#[test]
fn python_models_ask_through_dbt() {
    check(
        &format!(
            "//- models/a.py\ndef model(dbt, session):\n    return dbt.ref(\n        \"stg_o$0rders\"\n    )\n{MODEL}"
        ),
        expect![[r#"stg_orders -> models/stg_orders.sql: "" in "select 1 as id""#]],
    );
    check(
        &format!(
            "//- models/a.py\ndef model(dbt, session):\n    return dbt.source(\"crm\", \"cus$0tomers\")\n{SOURCE}"
        ),
        expect![[r#"customers -> models/sources.yml: "customers" in "name: customers""#]],
    );
}

#[test]
fn the_answer_is_about_the_text_as_typed() {
    let mut fixture =
        test_support::Fixture::new(&format!("//- models/a.sql\n{{{{ ref('x') }}}}\n{MODEL}"));
    let file = fixture.file("models/a.sql");
    let at = |offset: u32| base::FilePosition { file, offset: offset.into() };
    assert!(definition(&fixture.db, at(9)).is_empty());
    fixture.write("models/a.sql", "\n\n{{ ref('stg_orders') }}");
    assert_eq!(definition(&fixture.db, at(12)).len(), 1);
    fixture.remove("models/stg_orders.sql");
    assert!(definition(&fixture.db, at(12)).is_empty());
}

#[test]
fn a_function_of_the_database_goes_to_its_file() {
    let function = "//- functions/area.sql\na * b\n";
    check(
        &format!("//- models/a.sql\nselect {{{{ function('ar$0ea') }}}}(1)\n{function}"),
        expect![[r#"area -> functions/area.sql: "" in "a * b""#]],
    );
    check(
        &format!("//- functions/f.yml\nfunctions:\n  - name: ar$0ea\n{function}"),
        expect![[r#"area -> functions/area.sql: "" in "a * b""#]],
    );
}

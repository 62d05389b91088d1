use expect_test::{Expect, expect};
use test_support::{Fixture, with_cursor};

use super::hover;

#[track_caller]
fn check(fixture: &str, expect: Expect) {
    check_in(&Fixture::new(fixture), expect);
}

#[track_caller]
fn check_in(fixture: &Fixture, expect: Expect) {
    let position = fixture.position();
    let text = position.file.text(&fixture.db);
    let told = hover(&fixture.db, position)
        .map_or_else(String::new, |it| format!("[{}]\n{}\n", &text[it.range], it.markdown));
    expect.assert_eq(&told);
}

const ORDERS: &str = "//- models/orders.sql
select 1 as id
//- models/orders.yml
models:
  - name: orders
    description: |
      One row per order.
    config: {tags: [nightly, core], materialized: table}
    columns:
      - name: id
        description: Key | of the order.
        data_type: bigint
      - {name: 'odd`name', description: '{{ doc(\"status\") }}'}
//- models/docs.md
{% docs status %}
Where it stands:

- placed
{% enddocs %}
";

const STATE: &str = r#"//- prod-state/manifest.json
{"metadata": {"generated_at": "2025-11-20T03:12:44.5Z", "dbt_version": "1.11.2"}, "nodes": {"model.shop.orders": {"name": "orders", "resource_type": "model", "database": "prod", "schema": "analytics"}}}
"#;

fn deferring(text: &str) -> Fixture {
    let mut fixture = Fixture::new(text);
    fixture.change_settings(|it| it.state = Some("prod-state".to_owned()));
    fixture
}

#[test]
fn ref_tells_about_the_model() {
    check(
        &format!("//- models/a.sql\nselect * from {{{{ ref('or$0ders') }}}}\n{ORDERS}"),
        expect![[r#"
            [orders]
            **`orders`** · model · table  
            `model.shop.orders`

            One row per order.

            Relation: `"shop"."dev"."orders"`  
            Deferral is on without a state (no state is configured): this is its own relation.

            | column | type | description |
            | --- | --- | --- |
            | `id` | bigint | Key \| of the order. |
            | `` odd`name `` |  | Where it stands: |

            Tags: `nightly`, `core`  
            File: `models/orders.sql`
        "#]],
    );
}

#[test]
fn ref_tells_which_rule_chose_the_relation() {
    let text =
        format!("//- models/a.sql\n{{{{ ref('or$0ders') }}}}\n//- models/orders.sql\n\n{STATE}");
    let mut fixture = deferring(&text);
    check_in(
        &fixture,
        expect![[r#"
        [orders]
        **`orders`** · model · view  
        `model.shop.orders`

        Relation: `"prod"."analytics"."orders"`  
        Deferred to the state in `prod-state` (generated 2025-11-20 03:12 UTC, dbt 1.11.2), because it is in there and not built here.  
        Own relation: `"shop"."dev"."orders"`

        File: `models/orders.sql`
    "#]],
    );
    fixture.change_settings(|it| it.building = base::Building::Everything);
    check_in(
        &fixture,
        expect![[r#"
        [orders]
        **`orders`** · model · view  
        `model.shop.orders`

        Relation: `"shop"."dev"."orders"`  
        Built here, so this is its own relation.

        File: `models/orders.sql`
    "#]],
    );
    fixture.change_settings(|it| it.defer = false);
    check_in(
        &fixture,
        expect![[r#"
        [orders]
        **`orders`** · model · view  
        `model.shop.orders`

        Relation: `"shop"."dev"."orders"`  
        Deferral is off: this is its own relation.

        File: `models/orders.sql`
    "#]],
    );
    let new = format!("//- models/a.sql\n{{{{ ref('n$0ew') }}}}\n//- models/new.sql\n\n{STATE}");
    check_in(
        &deferring(&new),
        expect![[r#"
        [new]
        **`new`** · model · view  
        `model.shop.new`

        Relation: `"shop"."dev"."new"`  
        New: the state in `prod-state` (generated 2025-11-20 03:12 UTC, dbt 1.11.2) does not have it, so this is its own relation.

        File: `models/new.sql`
    "#]],
    );
    let absent = "//- models/a.sql\n{{ ref('n$0ew') }}\n//- models/new.sql\n\n";
    check_in(
        &deferring(absent),
        expect![[r#"
            [new]
            **`new`** · model · view  
            `model.shop.new`

            Relation: `"shop"."dev"."new"`  
            Deferral is on without a state (there is no such file): this is its own relation.

            File: `models/new.sql`
        "#]],
    );
}

#[test]
fn ephemeral_models_have_no_relation() {
    check(
        "//- models/a.sql\n{{ ref('b$0') }}\n//- models/b.sql\n\n//- models/b.yml\nmodels: [{name: b, config: {materialized: ephemeral}}]\n",
        expect![[r#"
            [b]
            **`b`** · model · ephemeral  
            `model.shop.b`

            Ephemeral: no relation, it becomes part of the query that reads it.

            File: `models/b.sql`
        "#]],
    );
}

#[test]
fn what_is_not_there_is_said_so() {
    check(
        "//- models/a.sql\n{{ ref('missi$0ng') }}\n",
        expect![[r#"
        [missing]
        No model, seed or snapshot is named `missing`.
    "#]],
    );
    check(
        "//- models/a.sql\n{{ ref('utils', 'missi$0ng') }}\n",
        expect![[r#"
        [missing]
        No model, seed or snapshot of `utils` is named `missing`.
    "#]],
    );
    check(
        "//- models/a.sql\n{{ ref('a$0', v=3) }}\n//- models/m.yml\nmodels: [{name: a, versions: [{v: 1}, {v: 2, defined_in: a}]}]\n",
        expect![[r#"
            [a]
            `a` has no such version; known: `2`.
        "#]],
    );
    check(
        "//- dependencies.yml\nprojects: [{name: finance}]\n//- models/a.sql\n{{ ref('finance', 'ra$0tes') }}\n",
        expect![[r#"
            [rates]
            `rates` is a model of the upstream project `finance`, of which nothing is at hand: there is no checkout of it beside this project.
        "#]],
    );
}

#[test]
fn versions_choose_their_columns() {
    check(
        "//- models/a.sql\n{{ ref('b$0', v=1) }}\n//- models/b_v1.sql\n\n//- models/m.yml\nmodels:\n  - name: b\n    columns: [{name: x}, {name: y}]\n    versions:\n      - v: 1\n        columns: [{include: all, exclude: [y]}, {name: z}]\n",
        expect![[r#"
            [b]
            **`b.v1`** · model · view  
            `model.shop.b.v1`

            Relation: `"shop"."dev"."b_v1"`  
            Deferral is on without a state (no state is configured): this is its own relation.

            | column |
            | --- |
            | `x` |
            | `z` |

            File: `models/b_v1.sql`
        "#]],
    );
}

#[test]
fn an_upstream_project_is_named() {
    check(
        "//- dependencies.yml\nprojects: [{name: finance}]\n//- ../finance/dbt_project.yml\nname: finance\n//- ../finance/models/rates.sql\n\n//- models/a.sql\n{{ ref('finance', 'ra$0tes') }}\n",
        expect![[r#"
            [rates]
            **`rates`** · model · view  
            `model.finance.rates`

            Relation: `"shop"."dev"."rates"`  
            Deferral is on without a state (no state is configured): this is its own relation.  
            Upstream project `finance`, read from its checkout at `../finance`: where its production builds this is not known without a state.

            File: `../finance/models/rates.sql`
        "#]],
    );
}

const SOURCE: &str = "//- models/sources.yml
sources:
  - name: crm
    description: The CRM.
    schema: raw
    loader: airbyte
    freshness: {warn_after: {count: 12, period: hour}, error_after: {count: 1, period: day}}
    tables:
      - name: customers
        identifier: raw_customers
        description: Everybody.
        loaded_at_field: at
        columns: [{name: id}]
      - name: tickets
        freshness: null
";

#[test]
fn source_tells_about_the_table() {
    check(
        &format!("//- models/a.sql\n{{{{ source('crm', 'cus$0tomers') }}}}\n{SOURCE}"),
        expect![[r#"
            [customers]
            **`crm.customers`** · source table

            Everybody.

            Relation: `"shop"."raw"."raw_customers"`

            Source `crm`: The CRM.

            Loader: `airbyte`  
            Loaded at: `at`  
            Freshness: warn after 12 hours, error after 1 day

            | column |
            | --- |
            | `id` |

            Declared in `models/sources.yml`
        "#]],
    );
    check(
        &format!("//- models/a.sql\n{{{{ source('crm', 'tic$0kets') }}}}\n{SOURCE}"),
        expect![[r#"
            [tickets]
            **`crm.tickets`** · source table

            Relation: `"shop"."raw"."tickets"`

            Source `crm`: The CRM.

            Loader: `airbyte`  
            Freshness: not checked

            Declared in `models/sources.yml`
        "#]],
    );
    check(
        &format!("//- models/a.sql\n{{{{ source('cr$0m', '') }}}}\n{SOURCE}"),
        expect![[r#"
        [crm]
        **`crm`** · source

        The CRM.

        Tables: `customers`, `tickets`

        Declared in `models/sources.yml`
    "#]],
    );
    check(
        &format!("//- models/a.sql\n{{{{ source('crm', 'no$0ne') }}}}\n{SOURCE}"),
        expect![[r#"
            [none]
            The source `crm` has no table `none`; it has `customers`, `tickets`.
        "#]],
    );
    check(
        &format!("//- models/a.sql\n{{{{ source('x', 'no$0ne') }}}}\n{SOURCE}"),
        expect![[r#"
            [none]
            No source is named `x`.
        "#]],
    );
}

#[test]
fn env_var_tells_value_and_origin() {
    let mut fixture = Fixture::new(
        "//- .env\n\nDBT_A=file\n//- models/a.sql\n{{ env_var('DB$0T_A', 'fallback') }}\n",
    );
    check_in(
        &fixture,
        expect![[r#"
            [DBT_A]
            **`DBT_A`** = `file`

            From `.env` line 2

            Default, not used: `'fallback'`
        "#]],
    );
    fixture.set_environment(&[("DBT_A", "from `process`")]);
    check_in(
        &fixture,
        expect![[r#"
            [DBT_A]
            **`DBT_A`** = `` from `process` ``

            From the environment of the process  
            Hides `.env` line 2

            Default, not used: `'fallback'`
        "#]],
    );
    fixture.change_settings(|it| {
        it.environment.insert("DBT_A".to_owned(), String::new());
    });
    check_in(
        &fixture,
        expect![[r#"
            [DBT_A]
            **`DBT_A`** = an empty text

            From the setting `dbt.environmentVariables`  
            Hides the environment of the process and `.env` line 2

            Default, not used: `'fallback'`
        "#]],
    );
}

#[test]
fn env_var_that_is_not_set() {
    check(
        "//- models/a.sql\n{{ env_var('DB$0T_A', 'fallback') }}\n",
        expect![[r#"
        [DBT_A]
        **`DBT_A`** · environment variable

        Not set: the default `'fallback'` is used.
    "#]],
    );
    check(
        "//- models/a.sql\n{{ env_var('DB$0T_A') }}\n",
        expect![[r#"
        [DBT_A]
        **`DBT_A`** · environment variable

        Not set, and no default is given: dbt stops with an error.
    "#]],
    );
    check(
        "//- .env\nDBT_X=1\nthis is bad\nDBT_A=2\n//- models/a.sql\n{{ env_var('DB$0T_A') }}\n",
        expect![[r#"
            [DBT_A]
            **`DBT_A`** · environment variable

            Not set, and no default is given: dbt stops with an error.

            `.env` sets it on line 3, but dbt stops reading that file at line 2.
        "#]],
    );
}

#[test]
fn older_versions_do_not_read_the_file() {
    let mut fixture =
        Fixture::new("//- .env\nDBT_A=1\n//- models/a.sql\n{{ env_var('DB$0T_A') }}\n");
    fixture.change_settings(|it| it.dbt_version = Some("1.11".to_owned()));
    check_in(
        &fixture,
        expect![[r#"
        [DBT_A]
        **`DBT_A`** = `1`

        From `.env` line 1

        This project is judged for dbt 1.11 (chosen in the settings). dbt Core up to 1.11 does not read `.env` itself: the variable must be exported before dbt is started.
    "#]],
    );
    fixture.set_environment(&[("DBT_A", "1")]);
    check_in(
        &fixture,
        expect![[r#"
        [DBT_A]
        **`DBT_A`** = `1`

        From the environment of the process  
        Hides `.env` line 1
    "#]],
    );
    fixture.set_environment(&[]);
    fixture.change_settings(|it| it.dbt_version = Some("1.12".to_owned()));
    check_in(
        &fixture,
        expect![[r#"
        [DBT_A]
        **`DBT_A`** = `1`

        From `.env` line 1
    "#]],
    );
}

#[test]
fn secrets_are_never_shown() {
    let env = "DBT_ENV_SECRET_PW=hunter22\nDBT_URL=https://me:${DBT_ENV_SECRET_PW}@host\nDBT_PLAIN=xhunter22x\nDBT_ENV_SECRET_S=abc\n";
    for text in [
        "//- models/a.sql\n{{ env_var('DBT_ENV_$0SECRET_PW', 'hunter22') }}\n",
        "//- models/a.sql\n{{ env_var('DBT_ENV_$0SECRET_S') }}\n",
        "//- models/a.sql\n{{ env_var('DBT_$0URL') }}\n",
        "//- models/a.sql\n{{ env_var('DBT_PL$0AIN') }}\n",
        "//- models/a.sql\n{{ var('p$0w') }}\n//- dbt_project.yml\nname: shop\nvars: {pw: [hunter22]}\n",
        "//- models/a.sql\n{{ ref('a$0') }}\n//- models/a.yml\nmodels: [{name: a, description: \"hunter22\\nhunter22\", columns: [{name: b, description: hunter22}]}]\n",
    ] {
        let (db, position) = with_cursor(&format!("{text}//- .env\n{env}"));
        let told = hover(&db, position).unwrap().markdown;
        assert!(!told.contains("hunter22") && !told.contains("abc"), "{told}");
        assert!(told.contains("*****"), "{told}");
    }
    for marked in ["DBT_ENV_SECR$0ET_PW", "DBT_U$0RL"] {
        let name = marked.replace("$0", "");
        let env = env.replacen(&format!("{name}="), &format!("{marked}="), 1);
        let (db, position) = with_cursor(&format!("//- .env\n{env}"));
        let told = hover(&db, position).unwrap().markdown;
        assert!(!told.contains("hunter22") && told.contains("(secret)"), "{told}");
    }
}

#[test]
fn a_line_of_dotenv_tells_where_it_is_read() {
    let models = "//- models/a.sql\n{{ env_var('DBT_A') }}{{ env_var('DBT_A') }}\n//- models/b.sql\n{{ env_var('DBT_A') }}\n";
    check(
        &format!("//- .env\nDBT$0_A=1\n{models}"),
        expect![[r#"
        [DBT_A]
        **`DBT_A`** = `1`

        From `.env` line 1

        Read in 3 places of 2 files.
    "#]],
    );
    check(
        &format!("//- .env.example\nDBT$0_A=1\n{models}"),
        expect![[r#"
        [DBT_A]
        **`DBT_A`** · environment variable

        Not set.

        Read in 3 places of 2 files.
    "#]],
    );
    check(
        "//- .env\nDBT_A=so$0me\n",
        expect![[r#"
        [DBT_A]
        **`DBT_A`** = `some`

        From `.env` line 1

        No file of the project reads it.
    "#]],
    );
}

#[test]
fn var_tells_value_and_origin() {
    let project =
        "//- dbt_project.yml\nname: shop\nvars:\n  start: '2024'\n  shop: {days: [1, 2]}\n";
    check(
        &format!("//- models/a.sql\n{{{{ var('sta$0rt', 1) }}}}\n{project}"),
        expect![[r#"
        [start]
        **`start`** = `2024`

        From `dbt_project.yml`

        Default, not used: `1`
    "#]],
    );
    check(
        &format!("//- models/a.sql\n{{{{ var('da$0ys') }}}}\n{project}"),
        expect![[r#"
        [days]
        **`days`** = `[1,2]`

        From `dbt_project.yml`, where it is set for `shop`
    "#]],
    );
    check(
        &format!("//- models/a.sql\n{{{{ var('no$0', 1) }}}}\n{project}"),
        expect![[r#"
        [no]
        **`no`** · variable

        Not set: the default `1` is used.
    "#]],
    );
    let text = format!("//- models/a.sql\n{{{{ var('sta$0rt', 1) }}}}\n{project}");
    let mut fixture = Fixture::new(&text);
    fixture.change_settings(|it| it.vars = Some("{start: 3}".to_owned()));
    check_in(
        &fixture,
        expect![[r#"
        [start]
        **`start`** = `3`

        From `--vars`

        Default, not used: `1`
    "#]],
    );
}

#[test]
fn macros_tell_how_they_are_called() {
    check(
        "//- models/a.sql\n{{ cen$0ts('x') }}\n//- macros/m.sql\n{% macro cents(column, digits=2) %}{% endmacro %}\n//- macros/m.yml\nmacros:\n  - name: cents\n    description: To dollars.\n    arguments:\n      - {name: column, type: string, description: In cents.}\n      - {name: digits}\n",
        expect![[r#"
            [cents]
            ```jinja
            cents(column, digits=2)
            ```

            To dollars.

            - `column` (string): In cents.
            - `digits`

            macro of `shop` · `macros/m.sql`
        "#]],
    );
    check(
        "//- models/m.yml\nmodels: [{name: a, data_tests: [posi$0tive]}]\n//- tests/generic/t.sql\n{% test positive(model) %}{% endtest %}\n",
        expect![[r#"
            [positive]
            ```jinja
            positive(model)
            ```

            generic test of `shop` · `tests/generic/t.sql`
        "#]],
    );
}

#[test]
fn a_file_tells_about_itself() {
    check(
        "//- models/a.sql\n{{ con$0fig(materialized='table') }}\n",
        expect![[r#"
            [config]
            **`a`** · model · table  
            `model.shop.a`

            Own relation: `"shop"."dev"."a"`

            File: `models/a.sql`
        "#]],
    );
    check(
        "//- models/a.sql\n{% if is_incremental() %}{{ th$0is }}{% endif %}\n",
        expect![[r#"
            [this]
            **`a`** · model · view  
            `model.shop.a`

            Own relation: `"shop"."dev"."a"`

            File: `models/a.sql`
        "#]],
    );
    check(
        "//- models/a.sql\n\n//- models/a.yml\nmodels: [{name: a$0}]\n",
        expect![[r#"
            [a]
            **`a`** · model · view  
            `model.shop.a`

            Relation: `"shop"."dev"."a"`  
            Deferral is on without a state (no state is configured): this is its own relation.

            File: `models/a.sql`
        "#]],
    );
    check(
        "//- seeds/s.csv\nid\n//- seeds/s.yml\nseeds: [{name: s$0}]\n",
        expect![[r#"
            [s]
            **`s`** · seed  
            `seed.shop.s`

            Relation: `"shop"."dev"."s"`  
            Deferral is on without a state (no state is configured): this is its own relation.

            File: `seeds/s.csv`
        "#]],
    );
}

#[test]
fn docs_are_shown() {
    check(
        "//- models/a.yml\nmodels: [{name: a, description: \"{{ doc('st$0ore') }}\"}]\n//- models/d.md\n{% docs store %}\nA *shop*.\n{% enddocs %}\n",
        expect![[r#"
            [store]
            A *shop*.

            Docs block of `models/d.md`
        "#]],
    );
}

#[test]
fn text_and_comments_have_no_hover() {
    for text in ["sel$0ect 1", "{# ref('a$0') #}", "{{ 'a$0' }}", "{{ x$0 }}", "$0", "{{ ref($0"] {
        let (db, position) = with_cursor(&format!("//- models/a.sql\n{text}\n"));
        assert_eq!(hover(&db, position), None, "{text}");
    }
}

#[test]
fn a_macro_of_dbt_says_which_dbt_it_is_of() {
    let fixture = Fixture::new("//- models/a.sql\nselect {{ dbt.dat$0eadd('day', 1, 'a') }}\n");
    let hover = hover(&fixture.db, fixture.position());
    let text = hover.map(|it| it.markdown).unwrap_or_default();
    assert!(text.contains("dbt's own macro (Tandem's library), in `dbt`"), "{text}");
}

#[test]
fn a_ref_that_parsing_does_not_take_says_so() {
    let note = "does not take this branch";
    for (text, said) in [
        ("{% if execute %}{{ ref('$0b') }}{% endif %}", true),
        ("{% if not execute %}{{ ref('$0b') }}{% endif %}", false),
        ("-- depends_on: {{ ref('$0b') }}", false),
    ] {
        let files = format!("//- models/b.sql\nselect 1\n//- models/a.sql\n{text}\n");
        let (db, position) = test_support::with_cursor(&files);
        let found = super::hover(&db, position).unwrap();
        assert_eq!(found.markdown.contains(note), said, "{text}: {}", found.markdown);
    }
}

#[test]
fn a_function_of_the_database() {
    check(
        "//- models/a.sql
select {{ function('ar$0ea') }}(1, 2)
//- functions/area.sql
a * b
//- functions/f.yml
functions:
  - name: area
    description: Its size.
    arguments: [{name: a, data_type: int}, {name: b, data_type: int}]
    returns: {data_type: bigint}
",
        expect![[r#"
            [area]
            **`area`** · function  
            `function.shop.area`

            Its size.

            Called as `"shop"."dev"."area"`  
            Arguments: `a int`, `b int`  
            Returns: `bigint`

            File: `functions/area.sql`
        "#]],
    );
    check(
        "//- models/a.sql\nselect {{ function('no$0pe') }}\n",
        expect![[r#"
        [nope]
        No function of the database is named `nope`.
    "#]],
    );
}

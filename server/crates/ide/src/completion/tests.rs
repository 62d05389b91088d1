use base::{FilePosition, TextEdit, apply};
use expect_test::{Expect, expect};
use test_support::{Fixture, with_cursor};

use super::{CompletionItem, completion_documentation, completions};

/// Label, detail and, where it is not the label, what is put in, with what that replaces.
#[track_caller]
fn check(fixture: &str, expect: Expect) {
    let (db, position) = with_cursor(fixture);
    expect.assert_eq(&render(&db, position));
}

fn render(db: &base::RootDatabase, position: FilePosition) -> String {
    let text = position.file.text(db);
    let items = completions(db, position);
    let mut lines: Vec<String> = Vec::new();
    if let Some(first) = items.first() {
        assert!(items.iter().all(|it| it.range == first.range));
        assert!(first.range.contains_inclusive(position.offset));
        lines.push(format!("[{}]", &text[first.range]));
    }
    for it in &items {
        let mut line = it.label.clone();
        if it.insert != it.label {
            line.push_str(&format!(" -> {}", it.insert));
        }
        line.push_str(&format!(" ({})", it.detail.as_deref().unwrap_or_default()));
        let of_node = || completion_documentation(db, it.node.as_deref()?);
        if let Some(documentation) = it.documentation.clone().or_else(of_node) {
            line.push_str(&format!(" {documentation:?}"));
        }
        lines.push(line);
    }
    lines.join("\n")
}

/// The file after one item is taken.
#[track_caller]
fn take(fixture: &str, label: &str) -> String {
    let (db, position) = with_cursor(fixture);
    let items = completions(&db, position);
    let labels: Vec<&str> = items.iter().map(|it| it.label.as_str()).collect();
    let item: Option<&CompletionItem> = items.iter().find(|it| it.label == label);
    let item = item.unwrap_or_else(|| panic!("{labels:?}"));
    apply(position.file.text(&db), &[TextEdit::replace(item.range, item.insert.clone())])
}

const MODELS: &str = "//- models/stg_orders.sql
select 1
//- models/orders_v1.sql
select 1
//- models/orders_v2.sql
select 1
//- models/m.yml
models:
  - name: stg_orders
    description: Orders as \"they\" come.
  - name: orders
    versions: [{v: 1}, {v: 2}]
//- seeds/codes.csv
id
//- packages.yml
packages: [{local: packages/utils}]
//- packages/utils/dbt_project.yml
name: utils
//- packages/utils/models/calendar.sql
select 1
//- packages/utils/macros/m.sql
{% macro safe(a, b=1) %}{% endmacro %}
//- dependencies.yml
projects: [{name: finance}]
//- ../finance/dbt_project.yml
name: finance
//- ../finance/models/rates.sql
select 1
//- ../finance/models/hidden.sql
select 1
//- ../finance/models/m.yml
models: [{name: rates, config: {access: public}}]
";

#[test]
fn ref_offers_models_and_packages() {
    check(
        &format!("//- analyses/a.sql\nselect * from {{{{ ref('st$0g') }}}}\n{MODELS}"),
        expect![[r#"
            [stg]
            codes (seed · shop)
            orders (model · shop · v1, v2)
            stg_orders (model · shop) "Orders as \"they\" come."
            calendar (model · utils)
            finance.rates -> finance', 'rates (model · finance)
            shop (this project)
            utils (package)
            finance (upstream project)"#]],
    );
}

#[test]
fn the_second_argument_is_of_the_package() {
    check(
        &format!("//- analyses/a.sql\n{{{{ ref('utils', '$0') }}}}\n{MODELS}"),
        expect![[r#"
        []
        calendar (model · utils)"#]],
    );
    check(
        &format!("//- analyses/a.sql\n{{{{ ref('finance', 'r$0') }}}}\n{MODELS}"),
        expect![[r#"
        [r]
        rates (model · finance)"#]],
    );
    check(&format!("//- analyses/a.sql\n{{{{ ref('nothing', 'r$0') }}}}\n{MODELS}"), expect![""]);
    check(&format!("//- analyses/a.sql\n{{{{ ref('orders', v='$0') }}}}\n{MODELS}"), expect![""]);
}

#[test]
fn half_typed_calls_are_completed() {
    let take = |text: &str| {
        let file = format!("//- analyses/a.sql\n{text}\n{MODELS}");
        take(&file, "stg_orders").trim_end().to_owned()
    };
    assert_eq!(take("{{ ref('st$0g') }}"), "{{ ref('stg_orders') }}");
    assert_eq!(take("{{ ref(\"$0\") }}"), "{{ ref(\"stg_orders\") }}");
    assert_eq!(take("{{ ref($0) }}"), "{{ ref('stg_orders') }}");
    assert_eq!(take("{{ ref(st$0) }}"), "{{ ref('stg_orders') }}");
    assert_eq!(take("{{ ref('st$0"), "{{ ref('stg_orders'");
    assert_eq!(take("{{ ref('st$0g where x = 1"), "{{ ref('stg_orders' where x = 1");
    assert_eq!(
        take("{{ ref('st$0 }} join {{ ref('x') }}"),
        "{{ ref('stg_orders' }} join {{ ref('x') }}"
    );
    assert_eq!(take("{{ ref($0"), "{{ ref('stg_orders'");
    assert_eq!(take("{{ ref( $0 }}"), "{{ ref( 'stg_orders' }}");
    assert_eq!(take("{% set a = ref('$0') %}"), "{% set a = ref('stg_orders') %}");
    assert_eq!(take("é {{ ref('é$0') }}"), "é {{ ref('stg_orders') }}");
}

#[test]
fn models_of_another_project_take_both_names() {
    let file = |text: &str| format!("//- analyses/a.sql\n{text}\n{MODELS}");
    let label = "finance.rates";
    assert_eq!(take(&file("{{ ref('$0') }}"), label), "{{ ref('finance', 'rates') }}\n");
    assert_eq!(take(&file("{{ ref($0) }}"), label), "{{ ref('finance', 'rates') }}\n");
    assert_eq!(labels(&file("{{ ref('fin$0', 'x') }}")), ["shop", "utils", "finance"]);
    assert_eq!(labels(&file("{{ ref('sta$0', v=2) }}"))[0], "codes");
}

#[test]
fn yaml_is_completed_with_and_without_braces() {
    let take = |text: &str| {
        let file = format!("//- models/t.yml\n{text}\n{MODELS}");
        take(&file, "stg_orders").trim_end().lines().last().unwrap_or_default().to_owned()
    };
    assert_eq!(take("unit_tests:\n- given:\n  - input: ref('$0')"), "  - input: ref('stg_orders')");
    assert_eq!(take("unit_tests:\n- given:\n  - input: ref('st$0"), "  - input: ref('stg_orders'");
    assert_eq!(take("exposures:\n- depends_on:\n  - ref($0)"), "  - ref('stg_orders')");
    assert_eq!(take("a: {to: ref('s$0'), field: id}"), "a: {to: ref('stg_orders'), field: id}");
    assert_eq!(take("a: \"{{ ref('s$0') }}\""), "a: \"{{ ref('stg_orders') }}\"");
    assert_eq!(take("a: \"{{ ref($0) }}\""), "a: \"{{ ref('stg_orders') }}\"");
    assert_eq!(take("a: '{{ ref($0) }}'"), "a: '{{ ref(\"stg_orders\") }}'");
    assert_eq!(take("a: \"{{ ref('s$0"), "a: \"{{ ref('stg_orders'");
    assert_eq!(take("a: >\n  {{ ref('s$0') }}"), "  {{ ref('stg_orders') }}");
    assert_eq!(take("[a: {{ ref('s$0"), "[a: {{ ref('stg_orders'");
}

#[test]
fn python_models_are_completed() {
    let take = |text: &str| {
        let file = format!("//- models/p.py\n{text}\n{MODELS}");
        take(&file, "stg_orders").trim_end().to_owned()
    };
    assert_eq!(
        take("def model(dbt, s):\n  dbt.ref(\"$0\")"),
        "def model(dbt, s):\n  dbt.ref(\"stg_orders\")"
    );
    assert_eq!(
        take("def model(dbt, s):\n  dbt.ref($0)"),
        "def model(dbt, s):\n  dbt.ref(\"stg_orders\")"
    );
    assert_eq!(
        take("def model(dbt, s):\n  dbt.ref('s$0"),
        "def model(dbt, s):\n  dbt.ref('stg_orders'"
    );
    assert_eq!(take("dbt.ref(\n  \"s$0\"\n)"), "dbt.ref(\n  \"stg_orders\"\n)");
}

const SOURCES: &str = "//- models/s.yml
sources:
  - name: crm
    description: The CRM.
    tables: [{name: people}, {name: tickets, description: Trouble.}]
  - name: pos
    tables: [{name: orders}]
";

#[test]
fn source_offers_sources_and_tables() {
    check(
        &format!("//- analyses/a.sql\n{{{{ source('$0') }}}}\n{SOURCES}"),
        expect![[r#"
        []
        crm (source · shop) "The CRM."
        pos (source · shop)"#]],
    );
    check(
        &format!("//- analyses/a.sql\n{{{{ source('crm', 't$0') }}}}\n{SOURCES}"),
        expect![[r#"
        [t]
        people (source table · shop)
        tickets (source table · shop) "Trouble.""#]],
    );
    check(
        &format!("//- analyses/a.sql\n{{{{ source($0) }}}}\n{SOURCES}"),
        expect![[r#"
        []
        crm.people -> 'crm', 'people' (source table · shop)
        crm.tickets -> 'crm', 'tickets' (source table · shop) "Trouble."
        pos.orders -> 'pos', 'orders' (source table · shop)
        crm -> 'crm' (source · shop) "The CRM."
        pos -> 'pos' (source · shop)"#]],
    );
    check(
        &format!("//- analyses/a.sql\n{{{{ source($0, 'x') }}}}\n{SOURCES}"),
        expect![[r#"
            []
            crm -> 'crm' (source · shop) "The CRM."
            pos -> 'pos' (source · shop)"#]],
    );
}

#[test]
fn env_var_offers_names_without_their_secrets() {
    check(
        "//- .env\nDBT_A=1\nDBT_ENV_SECRET_B=hunter22\nDBT_C=x${DBT_ENV_SECRET_B}\n//- .env.example\nDBT_D=\n//- models/b.sql\n{{ env_var('DBT_E') }}\n//- models/a.sql\n{{ env_var('DBT_$0') }}\n",
        expect![[r#"
            [DBT_]
            DBT_A (1 · .env line 1)
            DBT_C (***** (secret) · .env line 3)
            DBT_ENV_SECRET_B (***** (secret) · .env line 2)
            DBT_D (not set)
            DBT_E (not set)"#]],
    );
}

#[test]
fn var_offers_names_of_the_project() {
    check(
        "//- dbt_project.yml\nname: shop\nvars:\n  start: '2024'\n  list: [1]\n  shop: {own: 1}\n//- models/b.sql\n{{ var('used', 1) }}\n//- models/a.sql\n{{ var('s$0') }}\n",
        expect![[r#"
            [s]
            list ([1] · dbt_project.yml)
            own (1 · dbt_project.yml, where it is set for shop)
            start (2024 · dbt_project.yml)
            used (not set)"#]],
    );
}

#[test]
fn doc_offers_blocks() {
    check(
        "//- models/d.md\n{% docs store %}A shop.{% enddocs %}\n//- models/m.yml\nmodels: [{name: a, description: \"{{ doc('$0') }}\"}]\n",
        expect![[r#"
            []
            store () "A shop.""#]],
    );
}

fn labels(fixture: &str) -> Vec<String> {
    let (db, position) = with_cursor(fixture);
    completions(&db, position).into_iter().map(|it| it.label).collect()
}

#[test]
fn macros_are_offered_where_an_expression_is() {
    let macros = "//- macros/m.sql\n{% macro cents(column, digits=2) %}{% endmacro %}\n{% macro default__cents(a) %}{% endmacro %}\n{% test positive(model) %}{% endtest %}\n";
    let labels_of = |text: &str| labels(&format!("//- analyses/a.sql\n{text}\n{macros}{MODELS}"));
    for text in [
        "{{ ce$0 }}",
        "{{ $0 }}",
        "{{ ce$0",
        "{%- if ce$0 %}",
        "{% set x = ce$0 %}",
        "{% do $0 %}",
        "{% for x in ce$0 %}",
        "{{ other('a', ce$0) }}",
        "{{- a ~ ce$0 -}}",
        "{% call ce$0 %}",
    ] {
        let found = labels_of(text);
        assert_eq!(found[..3], ["cents", "default__cents", "shop"], "{text}");
        assert!(found.contains(&"ref".to_owned()) && found.contains(&"utils".to_owned()));
        assert!(!found.iter().any(|it| it.contains("positive")));
    }
    for text in [
        "se$0lect",
        "{# ce$0 #}",
        "{{ 'ce$0' }}",
        "{{ a | ce$0 }}",
        "{{ a is ce$0 }}",
        "{{ a }} ce$0",
        "{% set ce$0 %}",
        "{% for ce$0",
        "{% macro ce$0",
        "{{ adapter.ce$0 }}",
        "{{ 1ce$0 }}",
    ] {
        assert_eq!(labels_of(text), Vec::<String>::new(), "{text}");
    }
    assert_eq!(labels_of("{% $0 %}")[0], "if");
    assert_eq!(labels_of("{{ utils.$0 }}"), ["safe"]);
    assert_eq!(labels_of("{{ utils.sa$0fe(1) }}"), ["safe"]);
}

#[test]
fn a_macro_offers_its_parameters_and_packages_reach_the_root() {
    let found = labels("//- macros/m.sql\n{% macro cents(column) %}{{ c$0 }}{% endmacro %}\n");
    assert_eq!(found[..2], ["column", "cents"]);
    check(
        "//- analyses/a.sql\n{{ utils.sa$0fe(1) }}\n//- packages.yml\npackages: [{local: packages/utils}]\n//- packages/utils/dbt_project.yml\nname: utils\n//- packages/utils/macros/m.sql\n{% macro safe(a, b=1) %}{% endmacro %}\n//- packages/utils/macros/m.yml\nmacros: [{name: safe, description: Never fails.}]\n",
        expect![[r#"
            [safe]
            safe ((a, b=1) · utils) "Never fails.""#]],
    );
}

#[test]
fn too_many_models_are_narrowed_to_what_is_typed() {
    let mut fixture = Fixture::new("//- models/a.sql\n{{ ref('model_1_09$0') }}\n");
    let position = fixture.position();
    for part in 0..3 {
        for number in 0..500 {
            fixture.write(&format!("models/model_{part}_{number:03}.sql"), "select 1");
        }
    }
    let items = completions(&fixture.db, position);
    assert!(items.len() < super::MAX_COMPLETIONS);
    assert_eq!(items[0].label, "model_1_090");
    let empty = FilePosition { offset: 8.into(), ..position };
    assert_eq!(completions(&fixture.db, empty).len(), super::MAX_COMPLETIONS);
}

#[test]
fn functions_of_the_database() {
    let functions = "//- functions/area.sql\na * b\n//- functions/f.yml\nfunctions: [{name: area, description: Its size.}]\n";
    check(
        &format!("//- models/a.sql\nselect {{{{ function('a$0') }}}}\n{functions}"),
        expect![[r#"
            [a]
            area (function · shop) "Its size.""#]],
    );
}

#[test]
fn a_line_of_dotenv_is_offered_what_the_project_reads() {
    let told = |text: &str| -> Vec<String> {
        let text = format!(
            "{text}\n//- models/a.sql\n{{{{ env_var('DBT_B', 'x') }}}}{{{{ env_var('DBT_A') }}}}{{{{ env_var('DBT_C') }}}}\n"
        );
        let (db, position) = test_support::with_cursor(&text);
        let items = completions(&db, position);
        items
            .iter()
            .map(|it| format!("{} {}", it.insert, it.detail.as_deref().unwrap_or("")))
            .collect()
    };
    let expected = ["DBT_C= not set, has no default", "DBT_B= not set"];
    assert_eq!(told("//- .env\nDBT_A=1\n$0"), expected);
    assert_eq!(told("//- .env\nDBT_A=1\nexport DB$0"), expected);
    assert_eq!(told("//- .env\nDBT_A=1\nDBT_C$0=x"), ["DBT_C x · .env line 2", "DBT_B not set"]);
    assert_eq!(told("//- .env\nDBT_A=$0"), [""; 0]);
    assert_eq!(told("//- .env\n# DB$0"), [""; 0]);
}

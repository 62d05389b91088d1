//! What projects should not hold, and what becomes of everything around it: each case has one
//! precise finding, or what dbt itself does with it, and every other node still compiles.
// A failed step is a failed test.
#![allow(clippy::unwrap_used)]

use std::fmt::Write;

use expect_test::{Expect, expect};
use project::packages;
use rules::{Scope, check_file, files_to_check};
use test_support::Fixture;

/// The findings of a project, and what its nodes compile to.
#[track_caller]
fn check(text: &str, expect: Expect) {
    let fixture = Fixture::new(text);
    let db = &fixture.db;
    let mut out = String::new();
    for file in files_to_check(db, fixture.project).iter().copied() {
        for it in check_file(db, fixture.project, file, Scope::Project).iter() {
            let path = file.path(db).relative_to(fixture.project.root(db)).unwrap();
            let place = &file.text(db)[usize::from(it.range.start())..it.range.end().into()];
            let place: String = place.chars().take(30).collect();
            let severity = it.severity.name();
            let _ = writeln!(out, "{path} {severity}[{}] {place:?} {}", it.code, it.message);
        }
    }
    for package in packages(db, fixture.project).iter() {
        for node in semantic::all_nodes(db, *package) {
            let compiled = compile::compiled(db, node);
            let text: String = compiled.text.trim().chars().take(60).collect();
            let _ = writeln!(out, "{} {text:?}", node.unique_id(db));
        }
    }
    expect.assert_eq(&out);
}

#[test]
fn half_written_blocks() {
    check(
        "//- models/a.sql\nselect 1 {% if x %} {{ ref('b') }\n//- models/b.sql\nselect 2\n",
        expect![[r#"
            models/a.sql error[jinja-syntax] "{% if x %}" Unexpected end of template. Jinja was looking for the following tags: 'elif' or 'else' or 'endif'. The innermost block that needs to be closed is 'if'.
            models/a.sql error[jinja-syntax] "{{" `{{` is not closed: expected `}}`
            model.shop.a "select 1"
            model.shop.b "select 2"
        "#]],
    );
}

/// Wherever a template stops, its file has an error and no other file has one.
#[test]
fn half_written_blocks_of_all_kinds() {
    for text in [
        "select {{ ref('ok') ",
        "select {{ ref('ok' }}",
        "select {{ ref( }}",
        "select {{ }} 1",
        "{{ ref('ok) }}",
        "{{ config({'a': 1) }}select 1",
        "{{ 1 | }}",
        "{% if true %}select 1",
        "{% if true",
        "{% if true %}1{% elif %}2{% endif %}",
        "{% else %}select 1",
        "select 1{% endif %}",
        "{% if true %}select 1{% endfor %}",
        "{% for a in [1] %}x",
        "{% set x = %}select 1",
        "{% set x %}select 1",
        "{% do %}",
        "{% foo %}",
        "{# foo",
        "{% raw %}select 1",
        "{% call statement('x') %}select 1",
        "{% macro a() %}select 1",
        "{% materialization x, default %}",
        "{% snapshot x %}select 1",
        "{% test x(model) %}select 1",
        "{% docs x %}",
    ] {
        let fixture = Fixture::new(&format!(
            "//- models/half.sql\n{text}\n//- models/ok.sql\nselect 1\n\
             //- models/reads.sql\nselect * from {{{{ ref('half') }}}}\n"
        ));
        let db = &fixture.db;
        let mut errors = Vec::new();
        for file in files_to_check(db, fixture.project).iter().copied() {
            for it in check_file(db, fixture.project, file, Scope::Project).iter() {
                errors.push((file.path(db).name().to_owned(), it.code));
            }
        }
        assert!(!errors.is_empty(), "{text}");
        assert!(
            errors.iter().all(|it| *it == ("half.sql".to_owned(), "jinja-syntax")),
            "{text} {errors:?}"
        );
        for package in packages(db, fixture.project).iter() {
            for node in semantic::all_nodes(db, *package) {
                let compiled = compile::compiled(db, node);
                match node.unique_id(db).as_ref() {
                    "model.shop.ok" => assert_eq!(compiled.text.trim(), "select 1", "{text}"),
                    "model.shop.reads" => {
                        assert_eq!(
                            compiled.text.trim(),
                            "select * from \"shop\".\"dev\".\"half\"",
                            "{text}"
                        );
                    }
                    _ => {}
                }
            }
        }
    }
}

#[test]
fn functions_of_dbt_with_wrong_numbers_of_arguments() {
    check(
        "//- models/a.sql\n{{ var() }}\n//- models/b.sql\n{{ var('a', 'b', 'c') }}\n\
         //- models/c.sql\n{{ env_var() }}\n//- models/d.sql\n{{ config({}, {}) }}\n\
         //- models/e.sql\n{{ ref(1) }}\n//- models/f.sql\n{{ this() }}\n//- models/ok.sql\nselect 1\n",
        expect![[r#"
            models/a.sql error[jinja-error] "var()" var() missing 1 required positional argument: 'var_name'
            models/b.sql error[jinja-error] "var('a', 'b', 'c')" var() takes at most 2 arguments (3 given)
            models/c.sql error[jinja-error] "env_var()" env_var() missing 1 required positional argument: 'var'
            models/d.sql error[jinja-error] "config({}, {})" config() takes either one mapping or keywords
            models/e.sql error[jinja-error] "ref(1)" the name that ref() is given has to be a text, not int
            models/f.sql error[jinja-error] "this()" 'DuckDBRelation' object is not callable
            model.shop.a ""
            model.shop.b ""
            model.shop.c ""
            model.shop.d ""
            model.shop.e ""
            model.shop.f ""
            model.shop.ok "select 1"
        "#]],
    );
}

/// While dbt Core parses, a query has no result, and a macro that asks something of it fails. The v2
/// engine goes on.
#[test]
fn what_only_compiling_or_only_parsing_meets() {
    let files = "//- models/a.sql\n{% if execute %}{{ nope() }}{% endif %}\n//- models/b.sql\n{{ m() }}\n\
         //- models/c.sql\n{% set found = run_query('select 1') %}{{ found.columns[0].values() }}\n\
         //- models/d.sql\nselect 1{% set found = run_query('select 1') %}{% if execute %}{{ found.columns[0].values() }}{% endif %}\n\
         //- macros/m.sql\n{% macro m() %}{{ nothing.there }}{% endmacro %}\n//- models/ok.sql\nselect {{ nothing }} 1\n";
    let project = "//- dbt_project.yml\nname: shop\nprofile: shop\nrequire-dbt-version: ";
    check(
        &format!("{project}'<2.0.0'\n{files}"),
        expect![[r#"
        models/a.sql error[unknown-macro] "nope" `nope` is undefined: no macro or function has this name
        models/b.sql error[jinja-error] "m()" 'nothing' is undefined (in `macros/m.sql`)
        models/c.sql error[jinja-error] "found.columns" 'None' has no attribute 'table'
        model.shop.a ""
        model.shop.b ""
        model.shop.c ""
        model.shop.d "select 1"
        model.shop.ok "select  1"
    "#]],
    );
    check(
        &format!("{project}'>=2.0.0'\n{files}"),
        expect![[r#"
            models/a.sql error[unknown-macro] "nope" `nope` is undefined: no macro or function has this name
            models/b.sql error[jinja-error] "m()" 'nothing' is undefined (in `macros/m.sql`)
            model.shop.a ""
            model.shop.b ""
            model.shop.c ""
            model.shop.d "select 1"
            model.shop.ok "select  1"
        "#]],
    );
}

#[test]
fn unknown_macros_and_wrong_numbers_of_arguments() {
    check(
        "//- models/a.sql\n{{ nope() }}\n//- models/b.sql\n{{ m(1, 2) }}\n//- models/c.sql\n{{ ref() }}\n\
         //- models/d.sql\n{{ ref('a', 'b', 'c') }}\n//- models/e.sql\n{{ source('x') }}\n\
         //- macros/m.sql\n{% macro m(x) %}{{ x }}{% endmacro %}\n//- models/ok.sql\nselect 1\n",
        expect![[r#"
            models/a.sql error[unknown-macro] "nope" `nope` is undefined: no macro or function has this name
            models/b.sql error[jinja-error] "m(1, 2)" macro 'm' takes not more than 1 argument(s)
            models/c.sql error[jinja-error] "ref()" ref() takes at most two arguments (0 given)
            models/d.sql error[jinja-error] "ref('a', 'b', 'c')" ref() takes at most two arguments (3 given)
            models/e.sql error[jinja-error] "source('x')" source() takes exactly two arguments (1 given)
            model.shop.a ""
            model.shop.b ""
            model.shop.c ""
            model.shop.d ""
            model.shop.e ""
            model.shop.ok "select 1"
        "#]],
    );
}

#[test]
fn macros_that_never_end() {
    check(
        "//- models/a.sql\n{{ m() }}\n//- macros/m.sql\n{% macro m() %}{{ n() }}{% endmacro %}\n\
         {% macro n() %}{{ m() }}{% endmacro %}\n//- models/b.sql\n{% for i in range(10 ** 9) %}x{% endfor %}\n\
         //- models/c.sql\n{{ 10**9 * 'x' }}\n//- models/d.sql\n{{ 'x' * 10**9 }}\n//- models/ok.sql\nselect 1\n",
        expect![[r#"
            models/a.sql error[jinja-limit] "m()" the template recurses too deeply (in `macros/m.sql`)
            models/b.sql error[jinja-error] "range(10 ** 9)" Range too big. The sandbox blocks ranges larger than MAX_RANGE (100000).
            models/c.sql error[jinja-limit] "10**9 * 'x'" the template builds a text that is too large
            models/d.sql error[jinja-limit] "'x' * 10**9" the template builds a text that is too large
            model.shop.a ""
            model.shop.b ""
            model.shop.c ""
            model.shop.d ""
            model.shop.ok "select 1"
        "#]],
    );
}

#[test]
fn macros_with_the_names_of_functions() {
    check(
        "//- models/a.sql\n{{ ref('b') }} {{ config(tags=['x']) }} {{ var('x', 1) }}\n\
         //- models/b.sql\nselect 1\n\
         //- macros/m.sql\n{% macro ref(name) %}<{{ builtins.ref(name) }}>{% endmacro %}\n\
         {% macro var(name, default) %}own{% endmacro %}\n",
        expect![[r#"
            model.shop.a "<\"shop\".\"dev\".\"b\">  own"
            model.shop.b "select 1"
        "#]],
    );
}

/// What dbt itself does with the names of its functions is its affair; nothing else suffers.
#[test]
fn macros_with_the_names_of_everything() {
    for name in [
        "ref",
        "source",
        "config",
        "var",
        "env_var",
        "log",
        "return",
        "this",
        "execute",
        "adapter",
        "target",
        "run_query",
        "is_incremental",
        "range",
        "dict",
        "loop",
        "self",
        "caller",
        "exceptions",
        "model",
        "set",
        "zip",
        "tojson",
        "statement",
        "builtins",
        "dbt",
        "modules",
    ] {
        let fixture = Fixture::new(&format!(
            "//- macros/m.sql\n{{% macro {name}(x=1, y=2) %}}own{{% endmacro %}}\n\
             //- models/a.sql\nselect {{{{ {name}('ok') }}}} {{{{ ref('ok') }}}} {{{{ is_incremental() }}}}\n\
             //- models/ok.sql\nselect 1\n"
        ));
        let db = &fixture.db;
        for package in packages(db, fixture.project).iter() {
            for node in semantic::all_nodes(db, *package) {
                let compiled = compile::compiled(db, node);
                if node.name(db) == "ok" {
                    assert_eq!(compiled.text.trim(), "select 1", "{name}");
                } else {
                    assert!(compiled.text.starts_with("select"), "{name}: {}", compiled.text);
                }
            }
        }
    }
}

#[test]
fn packages_that_dbt_cannot_use() {
    check(
        "//- models/a.sql\nselect 1\n//- dbt_packages/x/dbt_project.yml\nversion: 1.0.0\n\
         //- dbt_packages/y/dbt_project.yml\nname: [\n",
        expect![[r#"
            dbt_project.yml error[invalid-project] "shop" the package in `dbt_packages/x` has no `name` in its `dbt_project.yml`
            dbt_project.yml error[invalid-project] "shop" the package in `dbt_packages/y` has a `dbt_project.yml` that is no YAML
            model.shop.a "select 1"
        "#]],
    );
}

#[test]
fn a_project_file_that_dbt_cannot_use() {
    check(
        "//- dbt_project.yml\nname: shop\nprofile: shop\nvars: text\nmodel-paths: models\nfoo: bar\n\
         //- models/a.sql\nselect 1\n",
        expect![[r#"
            dbt_project.yml error[invalid-project] "text" `vars` is not a mapping
            dbt_project.yml error[invalid-project] "models" `model-paths` is not a list of texts
            dbt_project.yml error[custom-top-level-key] "foo" `foo` is nothing that dbt knows in `dbt_project.yml`
            dbt_project.yml error[invalid-project] "foo" dbt knows no `foo` in a project
            model.shop.a "select 1"
        "#]],
    );
}

#[test]
fn two_packages_with_one_name() {
    check(
        "//- models/a.sql\n{{ utils.m() }}\n//- dbt_packages/x/dbt_project.yml\nname: utils\n\
         //- dbt_packages/x/macros/m.sql\n{% macro m() %}x{% endmacro %}\n\
         //- dbt_packages/y/dbt_project.yml\nname: utils\n\
         //- dbt_packages/y/macros/m.sql\n{% macro m() %}y{% endmacro %}\n",
        expect![[r#"
            dbt_project.yml error[invalid-project] "shop" the packages in `dbt_packages/x` and `dbt_packages/y` have one name
            model.shop.a "x"
        "#]],
    );
}

#[test]
fn a_package_that_is_not_installed() {
    check(
        "//- packages.yml\npackages:\n  - package: dbt-labs/dbt_utils\n    version: 1.3.0\n\
         //- models/a.sql\nselect {{ dbt_utils.star(ref('b')) }}\n//- models/b.sql\nselect 1\n\
         //- models/m.yml\nmodels:\n  - name: b\n    data_tests: [dbt_utils.unique_combination_of_columns: {arguments: {combination_of_columns: [x]}}]\n",
        expect![[r#"
            packages.yml warning[missing-package] "dbt-labs/dbt_utils" `dbt-labs/dbt_utils` is not installed: run `dbt deps`
            model.shop.a "select"
            model.shop.b "select 1"
            test.shop.dbt_utils_unique_combination_of_columns_b_x.f874625d71 ""
        "#]],
    );
}

#[test]
fn refs_in_a_circle() {
    check(
        "//- models/a.sql\n{{ config(materialized='ephemeral') }}select * from {{ ref('b') }}\n\
         //- models/b.sql\n{{ config(materialized='ephemeral') }}select * from {{ ref('a') }}\n\
         //- models/c.sql\nselect * from {{ ref('c') }}\n//- models/ok.sql\nselect 1\n",
        expect![[r#"
            models/a.sql error[ref-cycle] "b" `a` reads itself: a → b → a
            models/b.sql error[ref-cycle] "a" `b` reads itself: b → a → b
            models/c.sql error[ref-cycle] "c" `c` reads itself: c → c
            model.shop.a "with __dbt__cte__b as (\nselect * from __dbt__cte__a\n) select"
            model.shop.b "with __dbt__cte__a as (\nselect * from __dbt__cte__b\n) select"
            model.shop.c "select * from \"shop\".\"dev\".\"c\""
            model.shop.ok "select 1"
        "#]],
    );
}

#[test]
fn yaml_of_all_kinds() {
    check(
        "//- models/m.yml\nx-common: &common\n  columns: &columns\n    - name: id\n      data_tests: [not_null]\n\
         models:\n  - name: a\n    <<: *common\n  - name: b\n    columns: *columns\n  - {name: 12}\n  - name: {x: y}\n  - {}\n  - nope\n  -\n\
         //- models/n.yml\nmodels:\n  - name: a\n    description: one\n    description: two\n\
         //- models/o.yml\nmodels:\n  - \"{{ 'name' }}\": c\n    name: c\n\
         //- models/p.yml\nmodels: {name: a}\nsources: text\nseeds: 3\n\
         //- models/q.yml\n- a\n- b\n\
         //- models/r.yml\nmodels:\n  - name: 2024-01-01\n    3: x\n    {{ 'description' }}: x\n\
         //- models/s.yml\nmodels:\n  - {name: a, description: 3, config: x}\n  - {name: b, config: {tags: 3, meta: x}}\n\
         //- models/a.sql\nselect 1\n//- models/b.sql\nselect 2\n//- models/c.sql\nselect 3\n//- models/12.sql\nselect 4\n",
        expect![[r#"
            models/m.yml error[custom-top-level-key] "x-common" `x-common` holds anchors: they belong under `anchors`
            models/m.yml error[invalid-properties] "12" an item of `models` has a `name` that is not a text
            models/m.yml error[invalid-properties] "{x: y}" an item of `models` has a `name` that is not a text
            models/m.yml error[invalid-properties] "{}" an item of `models` has no `name`
            models/m.yml error[invalid-properties] "nope" an item of `models` is not a mapping with a `name`
            models/m.yml error[invalid-properties] "" an item of `models` is not a mapping with a `name`
            models/n.yml error[duplicate-node] "a" `a` is described in `models/m.yml` too
            models/n.yml error[duplicate-yaml-keys] "description" `description` stands in line 3 too; dbt takes the last value only
            models/o.yml error[custom-key-in-object] "\"{{ 'name' }}\"" `{{ 'name' }}` is no property of a model
            models/p.yml error[invalid-properties] "models" `models` is not a list
            models/p.yml error[invalid-properties] "text" `sources` is not a list
            models/p.yml error[invalid-properties] "3" `seeds` is not a list
            models/q.yml error[invalid-properties] "" properties are a mapping with keys such as `models`
            models/r.yml error[custom-key-in-object] "{{ 'description' }}" `{{ 'description' }}` is no property of a model
            models/r.yml error[yaml-syntax] "{{ 'description' }}" quote the Jinja expression: YAML takes `{` for the start of a mapping
            models/s.yml error[duplicate-node] "a" `a` is described in `models/m.yml` too
            models/s.yml error[invalid-properties] "3" `description` is not a text
            models/s.yml error[invalid-properties] "x" `config` is not a mapping
            models/s.yml error[duplicate-node] "b" `b` is described in `models/m.yml` too
            models/s.yml error[invalid-properties] "3" `tags` is a text or a list of texts
            models/s.yml error[invalid-properties] "x" `meta` is not a mapping
            model.shop.12 "select 4"
            model.shop.a "select 1"
            model.shop.b "select 2"
            model.shop.c "select 3"
            test.shop.not_null_a_id.c1cebc1440 "select id\nfrom \"shop\".\"dev\".\"a\"\nwhere id is null"
            test.shop.not_null_b_id.37be81e63b "select id\nfrom \"shop\".\"dev\".\"b\"\nwhere id is null"
        "#]],
    );
}

#[test]
fn tests_of_all_kinds() {
    check(
        "//- models/m.yml\nmodels:\n  - name: a\n    data_tests:\n      - 3\n      - []\n      - {}\n      - {unique: {column_name: x}, not_null: {}}\n      - unique: text\n      - \"9lives\"\n      - unique:\n          model: x\n      - unique: {column_name: \"{{ broken\"}\n      - accepted_values: {column_name: y, values: \"{{ nope() }}\"}\n      - unique: {column_name: z, config: {where: \"{{ 1 / 0 }}\"}}\n\
         //- models/a.sql\nselect 1\n",
        expect![[r#"
            models/m.yml error[invalid-properties] "3" this is no name of a data test
            models/m.yml error[invalid-properties] "[]" this is no name of a data test
            models/m.yml error[invalid-properties] "{}" a data test is a mapping with one key, not 0
            models/m.yml error[invalid-properties] "not_null" a data test is a mapping with one key, not 2
            models/m.yml error[invalid-properties] "text" the arguments of a data test are a mapping
            models/m.yml error[invalid-properties] "\"9lives\"" this is no name of a data test
            models/m.yml error[invalid-properties] "model" dbt itself sets the argument `model`
            models/m.yml error[missing-arguments-property-in-generic-test] "model" the argument `model` of `unique` belongs under `arguments`
            models/m.yml error[jinja-syntax] "{{" `{{` is not closed: expected `}}`
            models/m.yml error[unknown-macro] "accepted_values" `nope` is undefined: no macro or function has this name
            models/m.yml error[missing-arguments-property-in-generic-test] "values" the argument `values` of `accepted_values` belongs under `arguments`
            model.shop.a "select 1"
            test.shop.unique_a__broken.a483bac2be "select\n    {{ broken as unique_field,\n    count(*) as n_reco"
            test.shop.accepted_values_a_y___nope_.4172be0eb3 "with all_values as (\n\n    select\n        y as value_field,\n "
            test.shop.unique_a_z.6951cf9aea "select\n    z as unique_field,\n    count(*) as n_records\n\nfro"
        "#]],
    );
}

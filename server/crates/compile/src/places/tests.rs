use base::{Db, TextSize};
use semantic::{Node, all_nodes};
use test_support::Fixture;

use crate::{Compiled, Frame, compiled};

fn node(fixture: &Fixture, name: &str) -> Node {
    let package = project::packages(&fixture.db, fixture.project)[0];
    let all = all_nodes(&fixture.db, package);
    *all.iter().find(|it| it.name(&fixture.db).starts_with(name)).unwrap()
}

fn show(fixture: &Fixture, frame: &Frame) -> String {
    let file = frame.file;
    let text =
        &file.text(&fixture.db)[usize::from(frame.range.start())..][..frame.range.len().into()];
    let name = frame.macro_name.as_ref().map_or_else(String::new, |it| format!("{it}@"));
    format!("{name}{}:{text}", file.path(&fixture.db).stem())
}

/// Each stretch of the compiled text, and where it comes from.
fn stretches(fixture: &Fixture, name: &str) -> Vec<String> {
    let compiled = compiled(&fixture.db, node(fixture, name));
    is_sound(&fixture.db, &compiled);
    let placed = compiled.placed(&fixture.db);
    let stretch = placed.iter().map(|it| {
        let text = &compiled.text[usize::from(it.range.start())..it.range.end().into()];
        let from: Vec<String> = it.frames.iter().map(|it| show(fixture, it)).collect();
        let sign = if it.verbatim { "=" } else { "<-" };
        format!("{text} {sign} {}", from.join(" < "))
    });
    stretch.collect()
}

/// Whatever a project holds: every byte comes from somewhere, and one that is said to stand in a
/// template stands there. And back again.
fn is_sound(db: &dyn Db, compiled: &Compiled) {
    let mut at = TextSize::new(0);
    for it in compiled.placed(db) {
        assert_eq!(it.range.start(), at, "no gaps");
        at = it.range.end();
        let last = it.frames.last().unwrap();
        if !it.verbatim {
            let back = compiled.to_compiled(last.file, last.range.start());
            assert!(back.iter().any(|back| back.contains_range(it.range)), "{it:?} {back:?}");
            continue;
        }
        for step in 0..it.range.len().into() {
            let (offset, step) = (it.range.start() + TextSize::new(step), TextSize::new(step));
            let frames = compiled.to_template(db, offset);
            let (file, place) = (frames[0].file, frames[0].range.start());
            assert_eq!(place, it.frames[0].range.start() + step);
            let (own, template) = (compiled.text.as_bytes(), file.text(db).as_bytes());
            assert_eq!(own[usize::from(offset)], template[usize::from(place)]);
            if frames.len() == 1 {
                let back = compiled.to_compiled(file, place);
                assert!(back.iter().any(|it| it.contains_inclusive(offset)));
            }
        }
    }
    assert_eq!(at, TextSize::of(&*compiled.text));
}

#[test]
fn text_loops_and_trimmed_ends() {
    let text =
        "\n  {{ config(tags=['a']) }}\nselect{% for i in [1, 2] %} {{ i }},{% endfor %} 3\n\n";
    let fixture = Fixture::new(&format!("//- models/a.sql\n{text}"));
    assert_eq!(
        stretches(&fixture, "a"),
        [
            "\nselect = a:\nselect",
            "  = a: ",
            "1 <- a:{{ i }}",
            ", = a:,",
            "  = a: ",
            "2 <- a:{{ i }}",
            ", = a:,",
            " 3 = a: 3"
        ]
    );
    let compiled = compiled(&fixture.db, node(&fixture, "a"));
    let file = fixture.file("models/a.sql");
    let back = |needle: &str| {
        let offset = TextSize::new(text.find(needle).unwrap() as u32 + 1);
        let found = compiled.to_compiled(file, offset).into_iter();
        found.map(|it| (u32::from(it.start()), u32::from(it.len()))).collect::<Vec<_>>()
    };
    assert_eq!(back("{{ i"), [(8, 1), (11, 1)]);
    assert_eq!(back("elect"), [(3, 0)]);
    assert_eq!(back("config"), []);
}

#[test]
fn lines_may_end_in_two_characters() {
    let mut fixture = Fixture::new("");
    fixture.write("models/a.sql", "\r\nselect\r\n  {{ 1 }}\r\n");
    assert_eq!(stretches(&fixture, "a"), ["select = a:select", "\n   = a:\n  ", "1 <- a:{{ 1 }}"]);
}

#[test]
fn macros_lead_to_their_calls() {
    let fixture = Fixture::new(
        "//- macros/m.sql
{% macro outer(x) %}({{ inner(x) }}){% endmacro %}
{% macro inner(x) %}[{{ x }}]{% endmacro %}
//- models/a.sql
select {{ outer(1) }}
",
    );
    assert_eq!(
        stretches(&fixture, "a"),
        [
            "select  = a:select ",
            "( = outer@m:( < a:outer(1)",
            "[ = inner@m:[ < outer@m:inner(x) < a:outer(1)",
            "1 <- inner@m:{{ x }} < outer@m:inner(x) < a:outer(1)",
            "] = inner@m:] < outer@m:inner(x) < a:outer(1)",
            ") = outer@m:) < a:outer(1)",
        ]
    );
    let compiled = compiled(&fixture.db, node(&fixture, "a"));
    let (model, macros) = (fixture.file("models/a.sql"), fixture.file("macros/m.sql"));
    let texts = |file: base::File, needle: &str| {
        let offset = TextSize::new(file.text(&fixture.db).find(needle).unwrap() as u32 + 1);
        let found = compiled.to_compiled(file, offset).into_iter();
        found.map(|it| &compiled.text[usize::from(it.start())..it.end().into()]).collect::<Vec<_>>()
    };
    assert_eq!(texts(model, "outer(1)"), ["([1])"]);
    assert_eq!(texts(macros, "inner(x)"), ["[1]"]);
}

#[test]
fn ephemeral_queries_lead_to_their_models() {
    let fixture = Fixture::new(
        "//- models/base.sql

{{ config(materialized='ephemeral') }}select 1 as one
//- models/middle.sql
{{ config(materialized='ephemeral') }}select * from {{ ref('base') }}
//- models/top.sql
-- top
with own as (select 2)
select * from own, {{ ref('middle') }}
",
    );
    assert_eq!(
        stretches(&fixture, "top"),
        [
            "-- top\nwith  = top:-- top\nwith ",
            " __dbt__cte__base as (\n <- middle:base < top:middle",
            "select 1 as one = base:select 1 as one < middle:base < top:middle",
            "\n) <- middle:base < top:middle",
            ",  __dbt__cte__middle as (\n <- top:middle",
            "select * from  = middle:select * from  < top:middle",
            "__dbt__cte__base <- middle:{{ ref('base') }} < top:middle",
            "\n),  <- top:middle",
            "own as (select 2)\nselect * from own,  = top:own as (select 2)\nselect * from own, ",
            "__dbt__cte__middle <- top:{{ ref('middle') }}",
        ]
    );
    let compiled = compiled(&fixture.db, node(&fixture, "top"));
    let top = fixture.file("models/top.sql");
    let call = TextSize::new(top.text(&fixture.db).find("middle").unwrap() as u32);
    let found: Vec<&str> = compiled
        .to_compiled(top, call)
        .into_iter()
        .map(|it| &compiled.text[usize::from(it.start())..it.end().into()])
        .collect();
    assert_eq!(found.len(), 2);
    assert!(found[0].starts_with(" __dbt__cte__base") && found[0].ends_with("), "));
    assert_eq!(found[1], "__dbt__cte__middle");
}

#[test]
fn data_tests_lead_to_their_item() {
    let fixture = Fixture::new(
        "//- macros/tests.sql
{% test positive(model, column_name) %}select {{ column_name }} from {{ model }}{% endtest %}
//- models/a.sql
select 1 as id
//- models/a.yml
models:
  - name: a
    columns:
      - name: id
        data_tests: [unique, positive]
",
    );
    let found = stretches(&fixture, "positive");
    assert_eq!(found[0], "select  = positive@tests:select  < a:positive");
    assert_eq!(found[1], "id <- positive@tests:{{ column_name }} < a:positive");
}

#[test]
fn what_is_missing_has_a_place_and_a_name() {
    let fixture = Fixture::new(
        "//- macros/m.sql
{% macro ask() %}{% set rows = run_query('select 1') %}{% for row in rows %}{{ row }}{% endfor %}{% endmacro %}
//- models/e.sql
{{ config(materialized='ephemeral') }}select {{ ref('nope') }}
//- models/a.sql
select {{ ask() }} x, {{ ref('nope') }} y from {{ ref('e') }}
",
    );
    let compiled = compiled(&fixture.db, node(&fixture, "a"));
    is_sound(&fixture.db, &compiled);
    let holes: Vec<String> = compiled
        .holes(&fixture.db)
        .iter()
        .map(|it| {
            let after = &compiled.text[usize::from(it.offset)..];
            let from: Vec<String> = it.frames.iter().map(|it| show(&fixture, it)).collect();
            format!("{:.2}| {} {:?}", after, from.join(" < "), it.what)
        })
        .collect();
    assert_eq!(
        holes,
        [
            "\n)| e:{{ ref('nope') }} < a:e None",
            " x| a:ask() Some(\"the result of a query\")",
            " y| a:{{ ref('nope') }} None",
        ]
    );
}

/// Every node of the example that the repository shows.
#[test]
#[allow(clippy::disallowed_methods)]
fn the_example_is_mapped_to_the_byte() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../examples/jaffle-hybrid");
    let mut fixture = Fixture::new("");
    let mut folders = vec![std::path::PathBuf::from(root)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if let Ok(text) = std::fs::read_to_string(&path) {
                let relative = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
                fixture.write(&relative.replace('\\', "/"), &text);
            }
        }
    }
    let mut count = 0;
    for package in project::packages(&fixture.db, fixture.project).iter() {
        for node in all_nodes(&fixture.db, *package) {
            let compiled = compiled(&fixture.db, node);
            is_sound(&fixture.db, &compiled);
            count += usize::from(!compiled.placed(&fixture.db).is_empty());
        }
    }
    assert!(count > 50, "{count}");
}

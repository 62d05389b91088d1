use base::{FilePosition, TextSize};
use test_support::Fixture;

use super::{CompiledText, Wanted, compiled_text};

fn of(fixture: &Fixture, path: &str) -> CompiledText {
    compiled_text(&fixture.db, fixture.file(path), Wanted::First).unwrap()
}

#[test]
fn says_what_is_built_and_what_is_wrong() {
    let fixture = Fixture::new(
        "//- models/a.sql
{{ config(materialized='table') }}
select {{ nope() }} from {{ ref('missing') }}
//- models/plain.sql
select 1
",
    );
    let found = of(&fixture, "models/a.sql");
    assert_eq!(found.unique_id, "model.shop.a");
    assert_eq!((found.name.as_str(), found.language), ("a", "sql"));
    assert_eq!(found.relation.as_deref(), Some("\"shop\".\"dev\".\"a\""));
    assert_eq!(found.text, "\nselect  from ");
    let problems: Vec<_> = found.problems.iter().map(|it| it.message.as_str()).collect();
    assert_eq!(
        problems,
        [
            "`nope` is undefined: no macro or function has this name",
            "no model, seed or snapshot is named `missing`"
        ]
    );
    let holes: Vec<_> =
        found.holes.iter().map(|it| (u32::from(it.offset), it.reason.as_str())).collect();
    assert_eq!(
        holes,
        [
            (8, "Only a run of dbt knows what `nope()` gives."),
            (14, "`ref('missing')` leads to nothing that is known.")
        ]
    );
    assert_eq!(of(&fixture, "models/plain.sql").problems, []);
    let project_file = fixture.file("dbt_project.yml");
    assert_eq!(compiled_text(&fixture.db, project_file, Wanted::First), None);
}

#[test]
fn one_of_several_nodes_is_meant() {
    let fixture = Fixture::new(
        "//- snapshots/s.sql
{% snapshot one %}select 1{% endsnapshot %}
{% snapshot two %}select $02{% endsnapshot %}
//- macros/tests.sql
{% test positive(model, column_name) %}select {{ column_name }}{% endtest %}
//- models/a.sql
select 1 as id
//- models/a.yml
models:
  - name: a
    columns: [{name: id, data_tests: [positive]}]
",
    );
    let FilePosition { file, offset } = fixture.position();
    let text = |wanted| compiled_text(&fixture.db, file, wanted).unwrap().text;
    assert_eq!(text(Wanted::First), "select 1");
    assert_eq!(text(Wanted::At(offset)), "select 2");
    assert_eq!(text(Wanted::Id("snapshot.shop.two")), "select 2");
    let yaml = fixture.file("models/a.yml");
    assert_eq!(compiled_text(&fixture.db, yaml, Wanted::First), None);
    let place = yaml.text(&fixture.db).find("positive").unwrap();
    let at = Wanted::At(TextSize::new(u32::try_from(place).unwrap()));
    let test = compiled_text(&fixture.db, yaml, at).unwrap();
    assert_eq!(test.text.trim(), "select id");
    let again = compiled_text(&fixture.db, yaml, Wanted::Id(&test.unique_id)).unwrap();
    assert_eq!(again, test);
}

#[test]
fn no_secret_is_shown() {
    let mut fixture = Fixture::new(
        "//- models/a.sql
select '{{ env_var('DBT_ENV_SECRET_KEY') }}' as key, 1 as one
",
    );
    fixture.set_environment(&[("DBT_ENV_SECRET_KEY", "hunter22")]);
    let found = of(&fixture, "models/a.sql");
    assert!(!format!("{found:?}").contains("hunter22"), "{found:?}");
    let last = found.segments.last().unwrap();
    let shown = &found.text[usize::from(last.range.start())..];
    assert!(last.verbatim && shown.ends_with("as key, 1 as one"), "{shown}");
}

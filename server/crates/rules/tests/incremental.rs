//! What the database says after an edit is what a new one says of the same files, and an edit costs
//! what depends on it.
// A failed step is a failed test.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::fmt::Write;

use project::packages;
use rules::{Scope, check_file, files_to_check};
use test_support::Fixture;

/// So many edits in a row.
const EDITS: usize = 2000;

/// A small generator of numbers, the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % end as u64).unwrap()
    }

    fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len())]
    }
}

type Files = BTreeMap<String, String>;

fn start() -> Files {
    let mut files = Files::new();
    let mut add = |path: &str, text: &str| files.insert(path.to_owned(), text.to_owned());
    add(
        "dbt_project.yml",
        "name: shop\nprofile: shop\nvars: {since: 2020}\nmodels:\n  shop:\n    mart: {+materialized: table}\n",
    );
    add(".env", "DBT_A=1\nDBT_B=2\n");
    add(
        "macros/m.sql",
        "{% macro cents(x) %}{{ x }} / 100{% endmacro %}\n{% macro pick(n) %}{{ return(ref(n)) }}{% endmacro %}\n",
    );
    add(
        "macros/n.sql",
        "{% macro generate_alias_name(custom, node) %}{{ node.name }}{% endmacro %}\n",
    );
    add("seeds/s.csv", "id,name\n1,a\n");
    add("models/raw/a.sql", "select {{ cents('id') }} from {{ source('src', 't') }}\n");
    add("models/raw/b.sql", "{{ config(materialized='ephemeral') }}select * from {{ ref('a') }}\n");
    add("models/mart/c.sql", "select * from {{ ref('b') }} where y > {{ var('since') }}\n");
    add(
        "models/mart/d.sql",
        "select '{{ env_var('DBT_A', 'x') }}' from {{ pick('c') }} join {{ ref('s') }}\n",
    );
    add("models/mart/e.py", "def model(dbt, session):\n    return dbt.ref('d')\n");
    add(
        "models/p.yml",
        "models:\n  - name: a\n    config: {tags: [x]}\n    columns:\n      - name: id\n        data_tests: [unique, not_null]\n  - name: c\n    description: \"{{ doc('c') }}\"\nsources:\n  - name: src\n    tables: [{name: t}]\n",
    );
    add("models/docs.md", "{% docs c %}All of it.{% enddocs %}\n");
    add("tests/t.sql", "select * from {{ ref('c') }} where 1 = 0\n");
    add(
        "snapshots/k.sql",
        "{% snapshot k %}{{ config(unique_key='id', strategy='check', check_cols='all') }}select * from {{ ref('a') }}{% endsnapshot %}\n",
    );
    files
}

/// One random edit: text, a new file, one gone, one with another name, settings.
fn edit(files: &mut Files, dice: &mut Dice) -> Vec<(String, Option<String>)> {
    let models: Vec<String> = files
        .keys()
        .filter(|it| it.starts_with("models/") && it.ends_with(".sql"))
        .cloned()
        .collect();
    let some_model = |dice: &mut Dice| {
        if models.is_empty() { None } else { Some(models[dice.below(models.len())].clone()) }
    };
    let name = dice.one(&["a", "b", "c", "d", "f", "g", "nope"]);
    let mut changes = Vec::new();
    match dice.below(13) {
        0 => {
            let path = format!("models/{}/{name}.sql", dice.one(&["raw", "mart"]));
            let text = format!("select * from {{{{ ref('{}') }}}}\n", dice.one(&["a", "b", "c", "s"]));
            changes.push((path, Some(text)));
        }
        1 => changes.extend(some_model(dice).map(|it| (it, None))),
        2 => {
            if let Some(old) = some_model(dice) {
                let new = format!("models/{}/{name}.sql", dice.one(&["raw", "mart"]));
                let text = files[&old].clone();
                changes.push((old, None));
                changes.push((new, Some(text)));
            }
        }
        3 => changes.extend(some_model(dice).map(|it| {
            let text = format!("{}-- more\n", files[&it]);
            (it, Some(text))
        })),
        4 => changes.extend(some_model(dice).map(|it| {
            let text = format!("{{{{ config({}) }}}}{}", dice.one(&["enabled=false", "materialized='ephemeral'", "alias='z'", "tags=['q']", "schema=var('since')"]), files[&it]);
            (it, Some(text))
        })),
        5 => changes.extend(some_model(dice).map(|it| {
            let text = format!("select {{{{ {} }}}} from {{{{ ref('{name}') }}}}\n", dice.one(&["cents('b')", "var('since', 1)", "env_var('DBT_B')", "this", "model.name", "nope()", "target.schema", "'half"]));
            (it, Some(text))
        })),
        6 => changes.push(("macros/m.sql".into(), Some(format!("{{% macro cents(x) %}}{{{{ x }}}} {} 1{{% endmacro %}}\n{{% macro {}(n) %}}{{{{ return(ref(n)) }}}}{{% endmacro %}}\n", dice.one(&["*", "/", "+"]), dice.one(&["pick", "choose"]))))),
        7 => changes.push(("macros/n.sql".into(), dice.one(&["x", "y", ""]).chars().next().map(|it| format!("{{% macro generate_alias_name(custom, node) %}}{it}_{{{{ node.name }}}}{{% endmacro %}}\n")))),
        8 => changes.push((".env".into(), Some(format!("DBT_A={name}\n{}", dice.one(&["", "DBT_B=3\n", "oops\nDBT_B=1\n"]))))),
        9 => changes.push(("dbt_project.yml".into(), Some(format!("name: {}\nprofile: shop\nvars: {{since: {}}}\nmodels:\n  shop:\n    mart: {{+materialized: {}}}\n", dice.one(&["shop", "shop", "store"]), dice.below(3), dice.one(&["table", "view", "ephemeral"]))))),
        10 => changes.push(("models/p.yml".into(), Some(format!("models:\n  - name: {name}\n    config: {{tags: [{}]}}\n    columns:\n      - name: id\n        data_tests: [unique, {{accepted_values: {{arguments: {{values: [{name}]}}}}}}]\nsources:\n  - name: src\n    schema: {}\n    tables: [{{name: t}}]\n{}", dice.one(&["x", "y"]), dice.one(&["raw", "prod"]), dice.one(&["", "broken: [", "exposures: [{name: e, type: notebook}]\n"]))))),
        11 => changes.push(("models/docs.md".into(), Some(format!("{{% docs c %}}{name}{{% enddocs %}}\n")))),
        _ => changes.push(("snapshots/k.sql".into(), Some(format!("{{% snapshot {} %}}select * from {{{{ ref('{name}') }}}}{{% endsnapshot %}}\n", dice.one(&["k", "l"]))))),
    }
    for (path, text) in &changes {
        match text {
            Some(text) => files.insert(path.clone(), text.clone()),
            None => files.remove(path),
        };
    }
    changes
}

/// Everything that there is to say: findings, manifest, SQL.
fn told(fixture: &Fixture) -> String {
    let db = &fixture.db;
    let mut out = String::new();
    for file in files_to_check(db, fixture.project).iter().copied() {
        let found = check_file(db, fixture.project, file, Scope::Project);
        assert_eq!(found, check_file(db, fixture.project, file, Scope::File));
        for it in found.iter() {
            let _ = writeln!(out, "{} {:?} {} {}", file.path(db), it.range, it.code, it.message);
        }
    }
    let mut nodes = Vec::new();
    for package in packages(db, fixture.project).iter() {
        nodes.extend(semantic::all_nodes(db, *package));
    }
    let manifest = compile::manifest(db, fixture.project, &nodes);
    let _ = writeln!(out, "{manifest:#}");
    for node in nodes {
        let compiled = compile::compiled(db, node);
        let _ = writeln!(out, "{}\n{}", node.unique_id(db), compiled.text);
    }
    out
}

fn fixture(files: &Files) -> Fixture {
    let mut fixture = Fixture::new("");
    for (path, text) in files {
        fixture.write(path, text);
    }
    fixture
}

#[test]
fn after_every_edit_the_answers_are_those_of_a_new_database() {
    let mut files = start();
    let mut dice = Dice(0x5eed_cafe_f00d);
    let mut open = fixture(&files);
    told(&open);
    for number in 0..EDITS {
        let changes = edit(&mut files, &mut dice);
        for (path, text) in &changes {
            match text {
                Some(text) => open.write(path, text),
                None => open.remove(path),
            }
        }
        let (now, cold) = (told(&open), told(&fixture(&files)));
        if now != cold {
            let differs = now.lines().zip(cold.lines()).find(|(a, b)| a != b);
            panic!("edit {number} {changes:?}: {differs:?}");
        }
        // From time to time the project is as it was.
        if number % 40 == 39 {
            files = start();
            open = fixture(&files);
        }
    }
}

/// The queries that ran since the last call, by name.
fn ran(fixture: &Fixture, query: &str) -> usize {
    told(fixture);
    fixture.db.take_query_log().iter().filter(|it| *it == query).count()
}

#[test]
fn an_edit_renders_what_depends_on_it_and_nothing_else() {
    let mut fixture = fixture(&start());
    fixture.db.take_query_log();
    let all = ran(&fixture, "rendered");
    assert!(all > 8, "{all}");
    assert_eq!(ran(&fixture, "rendered"), 0);

    // Typing in one model.
    let text = "select {{ cents('id') }} from {{ source('src', 't') }} -- typed\n";
    fixture.write("models/raw/a.sql", text);
    assert_eq!(ran(&fixture, "rendered"), 1);

    // A variable wakes its readers, one that nobody reads nobody.
    fixture.write(".env", "DBT_A=other\nDBT_B=2\n");
    assert_eq!(ran(&fixture, "rendered"), 1);
    fixture.write(".env", "DBT_A=other\nDBT_B=3\n");
    assert_eq!(ran(&fixture, "rendered"), 0);

    // A macro wakes its callers.
    let text = "{% macro other(x) %}{{ x }} * 1{% endmacro %}\n";
    fixture.write("macros/other.sql", text);
    assert_eq!(ran(&fixture, "rendered"), 0);
    let text = "select {{ other('id') }} from {{ source('src', 't') }}\n";
    fixture.write("models/raw/a.sql", text);
    assert_eq!(ran(&fixture, "rendered"), 1);
    let text = "{% macro other(x) %}{{ x }} / 1{% endmacro %}\n";
    fixture.write("macros/other.sql", text);
    assert_eq!(ran(&fixture, "rendered"), 1);

    // A description wakes nobody.
    let text = "models:\n  - name: a\n    description: new\n    config: {tags: [x]}\n    columns:\n      - name: id\n        data_tests: [unique, not_null]\n  - name: c\n    description: \"{{ doc('c') }}\"\nsources:\n  - name: src\n    tables: [{name: t}]\n";
    fixture.write("models/p.yml", text);
    assert_eq!(ran(&fixture, "rendered"), 0);
}

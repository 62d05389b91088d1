use test_support::Fixture;

use super::*;

const V2: &str = "//- dbt_project.yml\nname: shop\nprofile: shop\nrequire-dbt-version: '>=2.0.0'\n";

fn at(fixture: &str, engine: Option<&str>) -> Readiness {
    let fixture = Fixture::new(&format!("{V2}{fixture}"));
    readiness(&fixture.db, fixture.project, engine)
}

#[test]
fn each_state_has_its_reason() {
    let clean = at("//- models/a.sql\nselect 1 as id\n", None);
    assert_eq!((clean.state, clean.n_nodes), (ReadinessState::Unblocked, 1), "{clean:?}");
    assert_eq!(clean.blockers, []);

    let deprecated = at(
        "//- models/a.sql\nselect 1\n//- models/a.yml\nmodels: [{name: a, meta: {b: 1}}]\n",
        None,
    );
    assert_eq!(deprecated.state, ReadinessState::Deprecations);
    assert_eq!(deprecated.count(ReadinessState::Deprecations, Mending::Automatic), 1);
    assert_eq!(deprecated.blockers[0].owner, Owner::You);

    let adapter = at(
        "//- profiles.yml\nshop:\n  target: dev\n  outputs:\n    dev: {type: athena}\n//- models/a.sql\nselect 1\n",
        None,
    );
    assert_eq!(adapter.state, ReadinessState::KnownParseIssues, "{adapter:?}");
    assert!(adapter.blockers.iter().any(|it| it.owner == Owner::Engine));

    let both = at("//- models/a.sql\nselect * from {{ ref('none') }}\n", None);
    assert_eq!(both.state, ReadinessState::KnownParseIssues);
    assert_eq!(both.blockers[0].nodes, ["model.shop.a"]);

    let unknown = at("//- models/a.sql\n{{ 1 + 'a' }}\n", None);
    assert_eq!(unknown.state, ReadinessState::UnknownParseIssues, "{unknown:?}");
}

#[test]
fn what_a_release_lacks_can_be_left_out() {
    let files = "//- models/a.sql\n{{ config(materialized='incremental', incremental_strategy='microbatch', event_time='t', batch_size='day', begin='2024-01-01') }} select 1 as t\n//- models/b.sql\nselect 1\n";
    let old = at(files, Some("2.0.0-preview.100"));
    assert_eq!(old.state, ReadinessState::SoftBlocked, "{old:?}");
    assert_eq!(old.exclude.as_deref(), Some("dbt build --exclude a"));
    assert_eq!(old.blockers[0].lifted_in, Some("2.0.0-preview.134"));
    assert_eq!(old.nodes, [("model.shop.a".to_owned(), ReadinessState::SoftBlocked)]);
    let new = at(files, Some("2.0.0rc190"));
    assert_eq!((new.state, new.exclude), (ReadinessState::Unblocked, None));
}

#[test]
fn silence_does_not_make_ready() {
    let files = "//- tandem.toml\nignore = ['property-moved-to-config']\n//- models/a.sql\nselect 1\n//- models/a.yml\nmodels: [{name: a, meta: {b: 1}}] # tandem: ignore[property-moved-to-config]\n";
    assert_eq!(at(files, None).state, ReadinessState::Deprecations);
}

#[test]
fn tools_that_need_dbt_core_are_named() {
    let found = at(
        "//- .sqlfluff\n[sqlfluff]\ntemplater = dbt\n//- scripts/run.py\nfrom dbt.cli.main import dbtRunner\n//- models/a.sql\nselect 1\n",
        None,
    );
    assert_eq!(found.state, ReadinessState::Unblocked);
    assert_eq!(found.notes.len(), 2, "{:?}", found.notes);
    assert!(found.notes[0].text.contains("templater"));
}

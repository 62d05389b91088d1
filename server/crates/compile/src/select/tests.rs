use serde_json::{Value as Json, json};

use super::*;

/// `raw` → `stg` → `orders` → `revenue` (private), a test of `stg` and `orders`, one of `stg`,
/// a unit test, an exposure; a package with a model and a disabled node.
fn manifest() -> Json {
    let node = |name: &str, kind: &str, path: &str, parents: &[&str], more: Json| {
        let id = format!("{kind}.shop.{name}");
        let mut fqn = vec!["shop"];
        fqn.extend(path.split('/').skip(1).filter(|it| !it.contains('.')));
        fqn.push(name);
        let mut value = json!({
            "unique_id": id, "name": name, "resource_type": kind, "package_name": "shop",
            "fqn": fqn, "original_file_path": path, "raw_code": "select 1", "tags": [],
            "config": {"enabled": true, "materialized": "view", "meta": {}},
            "depends_on": {"nodes": parents},
        });
        for (key, more) in more.as_object().into_iter().flatten() {
            match (value[key].as_object_mut(), more) {
                (Some(into), Json::Object(more)) => into.extend(more.clone()),
                _ => value[key] = more.clone(),
            }
        }
        (id, value)
    };
    let nodes: serde_json::Map<String, Json> = [
        node("stg", "model", "models/staging/stg.sql", &["source.shop.app.raw"], json!({"tags": ["daily"]})),
        node(
            "orders", "model", "models/marts/orders.sql", &["model.shop.stg", "seed.shop.rates"],
            json!({"config": {"materialized": "table", "group": "core", "meta": {"owner": "me"}}, "access": "public"}),
        ),
        node(
            "revenue", "model", "models/marts/revenue.sql", &["model.shop.orders"],
            json!({"access": "private", "version": 2, "latest_version": 1, "patch_path": "shop://models/marts/m.yml"}),
        ),
        node("blank", "model", "models/blank.sql", &[], json!({"raw_code": " "})),
        node("off", "model", "models/off.sql", &[], json!({"config": {"enabled": false}})),
        node("rates", "seed", "seeds/rates.csv", &["model.shop.revenue"], json!({})),
        node(
            "both", "test", "models/marts/m.yml", &["model.shop.orders", "model.shop.stg"],
            json!({"test_metadata": {"name": "relationships"}, "config": {"severity": "WARN"}}),
        ),
        node("single", "test", "tests/single.sql", &["model.shop.stg"], json!({})),
    ]
    .into_iter()
    .collect();
    json!({
        "metadata": {"project_name": "shop"},
        "nodes": nodes,
        "sources": {"source.shop.app.raw": {
            "unique_id": "source.shop.app.raw", "name": "raw", "source_name": "app",
            "resource_type": "source", "package_name": "shop", "fqn": ["shop", "app", "raw"],
            "original_file_path": "models/staging/s.yml", "tags": [],
        }},
        "unit_tests": {"unit_test.shop.orders.adds": {
            "name": "adds", "resource_type": "unit_test", "package_name": "shop",
            "fqn": ["shop", "marts", "orders", "adds"], "original_file_path": "models/marts/m.yml",
            "config": {"tags": "daily"}, "depends_on": {"nodes": ["model.shop.orders"]},
        }},
        "exposures": {"exposure.shop.board": {
            "name": "board", "resource_type": "exposure", "package_name": "shop",
            "fqn": ["shop", "board"], "original_file_path": "models/marts/m.yml",
            "depends_on": {"nodes": ["model.shop.revenue", "model.gone.away"]},
        }},
    })
}

fn ask(selection: Result<Selection, SelectionError>, comparison: &Comparison) -> String {
    let manifest = manifest();
    let request = Request {
        resource_types: &[],
        with_empty: true,
        exists: &|path| path != "models/missing",
        comparison,
    };
    let selected = selection.and_then(|it| Graph::from_manifest(&manifest).select(&it, &request));
    match selected {
        Err(error) => format!("error: {error}"),
        Ok(it) => {
            let names = it.unique_ids.iter().map(|id| id.rsplit('.').next().unwrap_or_default());
            let unmatched = it.unmatched.iter().map(|it| format!("!{it}"));
            names.map(str::to_owned).chain(unmatched).collect::<Vec<_>>().join(" ")
        }
    }
}

fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

fn select_with(select: &str, exclude: &str, mode: IndirectSelection) -> String {
    ask(Selection::from_words(&words(select), &words(exclude), mode), &Comparison::default())
}

/// Without tests that come along.
fn select(text: &str) -> String {
    select_with(text, "", IndirectSelection::Empty)
}

#[test]
fn everything() {
    assert_eq!(
        select_with("", "", IndirectSelection::Eager),
        "board blank orders revenue stg rates raw both single adds"
    );
    assert_eq!(select_with("", "fqn:*", IndirectSelection::Eager), "raw");
}

#[test]
fn relatives() {
    assert_eq!(select("+orders"), "orders stg rates raw");
    assert_eq!(select("1+orders"), "orders stg rates");
    assert_eq!(select("orders+"), "board orders revenue both adds");
    assert_eq!(select("orders+1"), "orders revenue both adds");
    assert_eq!(select("0+orders+0"), "orders");
    assert_eq!(select("@stg"), "board orders revenue stg rates raw both single adds");
    // Seeds depend on nothing.
    assert_eq!(select("+rates"), "rates");
}

#[test]
fn methods() {
    assert_eq!(select("tag:dai*"), "stg adds");
    assert_eq!(select("source:app"), "raw");
    assert_eq!(select("exposure:shop.b*"), "board");
    assert_eq!(select("unit_test:adds"), "adds");
    assert_eq!(select("config.materialized:table config.severity:warn"), "orders both");
    assert_eq!(select("config.meta.owner:me,marts"), "orders");
    assert_eq!(select("group:core access:private"), "orders revenue");
    assert_eq!(select("resource_type:seed"), "rates");
    assert_eq!(select("test_type:generic"), "both");
    assert_eq!(select("test_type:singular"), "single");
    assert_eq!(select("test_type:unit"), "adds");
    assert_eq!(select("test_name:relation*"), "both");
    assert_eq!(select("version:prerelease"), "revenue");
    assert_eq!(select("version:none"), "blank orders stg");
    assert_eq!(select("path:models/staging"), "stg raw");
    assert_eq!(select("path:models/marts/m.yml"), "board revenue both adds");
    assert_eq!(select("models/missing"), "!models/missing");
    assert_eq!(select("rates.csv file:stg"), "stg rates");
    assert_eq!(select("package:this,resource_type:exposure"), "board");
}

#[test]
fn unions_intersections_and_exclusions() {
    assert_eq!(select("stg orders"), "orders stg");
    assert_eq!(select("+orders,stg+"), "orders stg");
    assert_eq!(
        select_with("+orders", "stg no_such", IndirectSelection::Empty),
        "orders rates raw !no_such"
    );
    assert_eq!(select("none tag:daily,orders"), "!none !tag:daily,orders");
}

#[test]
fn tests_that_come_along() {
    let select = |text: &str, mode| select_with(text, "", mode);
    assert_eq!(select("stg", IndirectSelection::Eager), "stg both single");
    assert_eq!(select("stg", IndirectSelection::Cautious), "stg single");
    assert_eq!(select("stg orders", IndirectSelection::Cautious), "orders stg both single adds");
    assert_eq!(select("orders", IndirectSelection::Cautious), "orders adds");
    assert_eq!(select("orders", IndirectSelection::Buildable), "orders both adds");
    assert_eq!(select("orders", IndirectSelection::Empty), "orders");
}

#[test]
fn types_and_nodes_without_sql() {
    let manifest = manifest();
    let graph = Graph::from_manifest(&manifest);
    let selection = Selection::from_words(&[], &[], IndirectSelection::Eager).unwrap();
    let request = Request {
        resource_types: &["model", "seed"],
        with_empty: false,
        exists: &|_| false,
        comparison: &Comparison::default(),
    };
    let ids = graph.select(&selection, &request).unwrap().unique_ids;
    assert_eq!(
        ids,
        ["model.shop.orders", "model.shop.revenue", "model.shop.stg", "seed.shop.rates"]
    );
}

#[test]
fn what_means_nothing_is_an_error() {
    assert_eq!(select("colour:red"), "error: 'colour' is not a valid method name");
    assert_eq!(select("resource_type:table"), "error: Invalid resource_type selector \"table\"");
    assert_eq!(select("path:/tmp"), "error: `/tmp`: Non-relative patterns are unsupported");
    assert!(select("source:a.b.c.d").starts_with("error: Invalid source selector value"));
    assert!(select("version:first").starts_with("error: Invalid version type selector first"));
    assert!(select("test_type:x").starts_with("error: Invalid test type selector x"));
    assert_eq!(
        select("state:new"),
        "error: Got a state selector method, but no comparison manifest"
    );
}

#[test]
fn what_earlier_runs_left() {
    let comparison = Comparison {
        manifest: Some(json!({
            "nodes": {"model.shop.stg": {}, "model.shop.gone": {}},
            "sources": {"source.shop.app.raw": {}},
        })),
        run_results: Some(json!({"results": [
            {"unique_id": "model.shop.orders", "status": "error"},
            {"unique_id": "model.shop.gone", "status": "error"},
            {"unique_id": "model.shop.stg", "status": "success"},
        ]})),
        sources: Some(json!({"results": [
            {"unique_id": "source.shop.app.raw", "max_loaded_at": "2024-01-01T00:00:00Z"},
        ]})),
        current_sources: Some(json!({"results": [
            {"unique_id": "source.shop.app.raw", "max_loaded_at": "2024-01-01T00:00:00.5Z"},
        ]})),
    };
    let select = |text: &str| {
        ask(Selection::from_words(&words(text), &[], IndirectSelection::Empty), &comparison)
    };
    assert_eq!(select("state:old"), "stg raw");
    assert_eq!(select("state:new,resource_type:model"), "blank orders revenue");
    assert_eq!(select("result:error+1"), "orders revenue both adds");
    assert_eq!(select("source_status:fresher"), "raw");
    assert!(select("state:modified").contains("not answered yet"));
    assert!(select("state:odd").starts_with("error: Got an invalid selector \"odd\""));
    let selection = |text: &str| {
        Selection::from_words(&words(text), &[], IndirectSelection::Empty).unwrap().compares()
    };
    assert!(selection("orders stg,+state:modified"));
    assert!(!selection("orders"));
}

fn selectors(text: Json) -> Result<Selectors, SelectionError> {
    Selectors::from_file(&text, IndirectSelection::Empty)
}

/// What a definition selects by the name of `last`.
fn defined(definition: Json) -> String {
    let file = json!({"selectors": [
        {"name": "marts", "definition": {"method": "path", "value": "models/marts"}},
        {"name": "last", "definition": definition},
    ]});
    let chosen = selectors(file).and_then(|it| it.get("last"));
    ask(chosen, &Comparison::default())
}

#[test]
fn definitions() {
    // No intersection: that is a name with a comma in it.
    assert_eq!(defined(json!("stg,tag:daily")), "");
    assert_eq!(defined(json!("1+orders")), "orders stg rates");
    assert_eq!(defined(json!({"tag": "daily"})), "stg adds");
    assert_eq!(
        defined(json!({"method": "selector", "value": "marts"})),
        "board orders revenue both adds"
    );
    let united = json!({"union": [
        {"method": "selector", "value": "marts"}, "stg",
        {"exclude": [{"method": "resource_type", "value": "test"}, "board"]},
    ]});
    assert_eq!(defined(united), "orders revenue stg adds");
    let common = json!({"intersection": [{"method": "selector", "value": "marts"}, "stg+1"]});
    assert_eq!(defined(common), "orders both");
    let without = json!({"method": "fqn", "value": "stg", "parents": true, "children": true,
        "children_depth": 1, "exclude": ["orders"]});
    assert_eq!(defined(without), "stg raw both single");
    let eager = json!({"method": "fqn", "value": "stg", "indirect_selection": "eager"});
    assert_eq!(defined(eager), "stg both single");
    assert_eq!(defined(json!({"method": "tag", "value": 5})).split(':').next(), Some("error"));
}

#[test]
fn faulty_definitions() {
    let error = |definition: Json| defined(definition);
    assert!(error(json!({"method": "selector", "value": "nobody"})).contains("nobody not found"));
    assert!(error(json!({"union": [], "exclude": []})).contains("Only a single 'union'"));
    assert!(error(json!({"union": "orders"})).contains("Expected a list"));
    assert!(error(json!({"union": [1]})).contains("Invalid value type"));
    assert!(error(json!({"value": "x", "parents": true})).contains("Expected either 1 key"));
    assert!(error(json!({"colour": "red"})).contains("'colour' is not a valid method name"));
    let twice = json!({"union": [{"exclude": ["a"]}, {"exclude": ["b"]}]});
    assert!(error(twice).contains("multiple exclude"));
    for file in [json!([]), json!({"selectors": {}}), json!({"selectors": [{"name": 1}]})] {
        assert!(selectors(file).unwrap_err().to_string().contains("malformed"));
    }
    let named = json!({"selectors": [{"name": "a", "definition": "x"}]});
    assert_eq!(
        selectors(named).unwrap().get("b").unwrap_err().to_string(),
        "Could not find selector named b, expected one of ['a']"
    );
    assert!(selectors(Json::Null).unwrap().default_name().is_none());
}

#[test]
fn the_default_selector() {
    let one = json!({"name": "a", "definition": "x", "default": true});
    let other = json!({"name": "b", "definition": "x", "default": true});
    let selectors = |list: Json| super::tests::selectors(json!({"selectors": list}));
    assert_eq!(selectors(json!([one])).unwrap().default_name(), Some("a"));
    assert!(selectors(json!([one, other])).unwrap_err().to_string().contains("a and b"));
}

#[test]
fn selectors_in_a_manifest() {
    let file = json!({"selectors": [
        {"name": "a", "description": "x", "definition": "+tag:x"},
        {"name": "b", "definition": {"union": [
            {"method": "selector", "value": "a"}, {"path": "models"}, {"exclude": ["y"]},
        ]}},
    ]});
    assert_eq!(
        manifest_selectors(&file).unwrap(),
        json!({
            "a": {"name": "a", "description": "x", "definition":
                {"parents": true, "method": "tag", "value": "x"}},
            "b": {"name": "b", "definition": {"union": [
                {"parents": true, "method": "tag", "value": "x"},
                {"method": "path", "value": "models"},
                {"exclude": [{"method": "fqn", "value": "y"}]},
            ]}},
        })
    );
}

/// Each names the one before it twice.
#[test]
fn selectors_that_grow() {
    let mut list = vec![json!({"name": "0", "definition": "orders"})];
    for at in 1..200 {
        let before = json!({"method": "selector", "value": (at - 1).to_string()});
        list.push(json!({"name": at.to_string(), "definition": {"union": [before, before]}}));
    }
    let file = json!({"selectors": list});
    let chosen = selectors(file.clone()).and_then(|it| it.get("199"));
    assert!(!chosen.as_ref().unwrap().compares());
    assert_eq!(ask(chosen, &Comparison::default()), "orders");
    assert!(manifest_selectors(&file).unwrap_err().to_string().contains("without end"));
    for at in 200..2_000 {
        let before = json!({"method": "selector", "value": (at - 1).to_string()});
        list.push(json!({"name": at.to_string(), "definition": {"union": [before]}}));
    }
    let deep = selectors(json!({"selectors": list})).unwrap_err();
    assert!(deep.to_string().contains("recursion"));
}

#[test]
fn any_json_is_a_manifest() {
    for odd in [json!(null), json!({"nodes": 1}), json!({"nodes": {"a": 1, "b": {"fqn": [1]}}})] {
        let graph = Graph::from_manifest(&odd);
        let selection =
            Selection::from_words(&words("+* 1+path:** tag:x"), &[], IndirectSelection::Buildable);
        let request = Request {
            resource_types: &[],
            with_empty: true,
            exists: &|_| true,
            comparison: &Comparison::default(),
        };
        assert!(graph.select(&selection.unwrap(), &request).is_ok());
    }
}

proptest::proptest! {
    #[test]
    fn any_words_are_read(text in "[a-z@+:.,*\\[\\]0-9/ \\n-]{0,40}") {
        let selection = Selection::from_words(&[text], &[], IndirectSelection::Cautious);
        ask(selection, &Comparison::default());
    }
}

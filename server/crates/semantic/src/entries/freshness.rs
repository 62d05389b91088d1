//! How dbt puts together what is said about a source's freshness in four places.

use serde_json::{Value as Json, json};

/// What is said nowhere, such as `freshness` of a source with no such key.
fn unsaid() -> Json {
    json!({
        "warn_after": {"count": null, "period": null},
        "error_after": {"count": null, "period": null}, "filter": null,
    })
}

fn threshold(value: Option<&Json>) -> Option<Json> {
    let Some(said) = value else { return Some(unsaid()) };
    let said = said.as_object()?;
    let time = |key: &str| match said.get(key) {
        Some(Json::Null) => Json::Null,
        it => {
            let part = |part: &str| it.and_then(|it| it.get(part)).cloned().unwrap_or_default();
            json!({"count": part("count"), "period": part("period")})
        }
    };
    Some(json!({
        "warn_after": time("warn_after"), "error_after": time("error_after"),
        "filter": said.get("filter").cloned().unwrap_or_default(),
    }))
}

fn is_set(time: Option<&Json>) -> bool {
    let part = |key: &str| time.and_then(|it| it.get(key)).is_some_and(|it| !it.is_null());
    part("count") && part("period")
}

fn says_something(threshold: &Json) -> bool {
    is_set(threshold.get("warn_after")) || is_set(threshold.get("error_after"))
}

fn merged(base: &Json, update: &Json) -> Json {
    let time = |key: &str| {
        let (base, update) = (base.get(key), update.get(key));
        match (is_set(base), update) {
            (_, None | Some(Json::Null)) => Json::Null,
            (_, Some(update)) if is_set(Some(update)) => update.clone(),
            _ => base.cloned().unwrap_or_default(),
        }
    };
    let filter =
        [update, base].into_iter().find_map(|it| it.get("filter").filter(|it| !it.is_null()));
    json!({
        "warn_after": time("warn_after"), "error_after": time("error_after"),
        "filter": filter.cloned().unwrap_or_default(),
    })
}

/// What properties say about freshness, outermost place first: a threshold, `null` where it is
/// taken away, nothing where nobody says anything.
pub(super) fn merged_freshness(places: [Option<&Json>; 4]) -> Option<Json> {
    let mut current: Option<Json> = None;
    for (index, place) in places.into_iter().enumerate() {
        let update = threshold(place);
        current = match (current, update) {
            (_, update) if index == 0 => update,
            (Some(base), Some(update)) => Some(merged(&base, &update)),
            (None, Some(update)) if says_something(&update) => Some(update),
            _ => None,
        };
    }
    match current {
        None => Some(Json::Null),
        Some(it) if says_something(&it) => Some(it),
        Some(_) => None,
    }
}

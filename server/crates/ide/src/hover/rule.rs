use base::File;
use project::{Origin, package_name};
use semantic::{Chosen, Node, Rule, config, read_state};

use super::text::{Teller, code};

/// The relation of a `ref`, the rule that chose it, and the node's own where that is another.
pub(super) fn relation(teller: &Teller<'_>, node: Node, chosen: &Chosen) -> String {
    let why = sentence(teller, &chosen.rule);
    if is_ephemeral(teller, node) {
        return EPHEMERAL.to_owned();
    }
    let mut lines = vec![format!("Relation: {}", teller.code(&chosen.relation.render())), why];
    if chosen.relation != *chosen.own {
        lines.push(format!("Own relation: {}", teller.code(&chosen.own.render())));
    }
    if node.package(teller.db).origin(teller.db) == Origin::Upstream && !chosen.rule.is_deferred() {
        lines.push(upstream(teller, node));
    }
    lines.join("  \n")
}

/// The relation that the node is built as here.
pub(super) fn own_relation(teller: &Teller<'_>, node: Node) -> String {
    if is_ephemeral(teller, node) {
        return EPHEMERAL.to_owned();
    }
    format!("Own relation: {}", teller.code(&semantic::relation(teller.db, node).render()))
}

const EPHEMERAL: &str = "Ephemeral: no relation, it becomes part of the query that reads it.";

fn is_ephemeral(teller: &Teller<'_>, node: Node) -> bool {
    config(teller.db, node).materialized() == "ephemeral"
}

fn sentence(teller: &Teller<'_>, rule: &Rule) -> String {
    match rule {
        Rule::Off => "Deferral is off: this is its own relation.".to_owned(),
        Rule::NoState { reason } => {
            format!("Deferral is on without a state ({reason}): this is its own relation.")
        }
        Rule::New { state } => {
            format!(
                "New: {} does not have it, so this is its own relation.",
                state_name(teller, *state)
            )
        }
        Rule::Built => "Built here, so this is its own relation.".to_owned(),
        Rule::Ephemeral => "Ephemeral in the state: this is its own relation.".to_owned(),
        Rule::Deferred { state } => format!(
            "Deferred to {}, because it is in there and not built here.",
            state_name(teller, *state)
        ),
    }
}

/// ``the state in `prod-state` (generated 2025-11-20 03:12, dbt 1.11.2)``
fn state_name(teller: &Teller<'_>, file: File) -> String {
    let path = teller.path(file);
    let folder = path.strip_suffix("/manifest.json").unwrap_or(&path);
    let state = read_state(teller.db, file);
    let mut details = Vec::new();
    details.extend(state.generated_at.as_deref().map(|it| format!("generated {}", moment(it))));
    details.extend(state.dbt_version.as_deref().map(|it| format!("dbt {it}")));
    match details.is_empty() {
        true => format!("the state in {}", code(folder)),
        false => format!("the state in {} ({})", code(folder), details.join(", ")),
    }
}

/// `2025-11-20T03:12:44.123Z` to the minute; any other text as it is.
fn moment(text: &str) -> String {
    match (text.get(..10), text.get(10..11), text.get(11..16), text.ends_with('Z')) {
        (Some(date), Some("T"), Some(time), true) => format!("{date} {time} UTC"),
        _ => text.to_owned(),
    }
}

fn upstream(teller: &Teller<'_>, node: Node) -> String {
    let package = node.package(teller.db);
    let name = package_name(teller.db, package);
    let folder = teller.path(package.file(teller.db));
    let folder = folder.strip_suffix("/dbt_project.yml").unwrap_or(&folder);
    format!(
        "Upstream project {}, read from its checkout at {}: where its production builds this is not known without a state.",
        code(&name),
        code(folder)
    )
}

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::Entries;
use super::resources::Resources;

/// Who reads whom, both ways, every list sorted.
pub(super) struct Edges {
    pub(super) parents: BTreeMap<String, Vec<String>>,
    pub(super) children: BTreeMap<String, Vec<String>>,
}

impl Edges {
    pub(super) fn between(all: &Resources) -> Self {
        let mut parents: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (id, entry) in all.in_graph() {
            let depends_on = entry.get("depends_on").and_then(|it| it.get("nodes"));
            let ids = depends_on.and_then(Json::as_array).into_iter().flatten();
            let mut ids: Vec<String> =
                ids.filter_map(|it| it.as_str().map(str::to_owned)).collect();
            ids.sort();
            parents.insert(id.clone(), ids);
        }
        let mut children: BTreeMap<String, Vec<String>> =
            parents.keys().map(|it| (it.clone(), Vec::new())).collect();
        for (child, above) in &parents {
            for parent in above {
                if let Some(list) = children.get_mut(parent) {
                    list.push(child.clone());
                }
            }
        }
        Self { parents, children }
    }
}

/// The ids of what belongs to each group.
pub(super) fn members_of_groups(all: &Resources) -> BTreeMap<String, Vec<String>> {
    let mut members: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for entry in all.groups.values() {
        members.extend(entry.get("name").and_then(Json::as_str).map(|it| (it.to_owned(), vec![])));
    }
    let lists: [&Entries; 4] = [&all.nodes, &all.saved_queries, &all.semantic_models, &all.metrics];
    for (id, entry) in lists.into_iter().flatten() {
        let group = entry.get("group").and_then(Json::as_str);
        if let Some(list) = group.and_then(|it| members.get_mut(it)) {
            list.push(id.clone());
        }
    }
    members
}

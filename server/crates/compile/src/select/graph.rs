use rustc_hash::FxHashMap;
use serde_json::Value as Json;

use super::criterion::Depth;
use super::id_set::IdSet;
use super::resource::{Resource, Section};

/// The resources of a manifest and what reads what: this project's manifest or any other.
#[derive(Debug)]
pub struct Graph<'m> {
    pub(crate) project_name: &'m str,
    /// Sorted by unique id.
    pub(crate) resources: Vec<Resource<'m>>,
    places: FxHashMap<&'m str, usize>,
    parents: Vec<Vec<usize>>,
    children: Vec<Vec<usize>>,
}

impl<'m> Graph<'m> {
    /// Whatever is not shaped as a manifest is left out.
    #[must_use]
    pub fn from_manifest(manifest: &'m Json) -> Self {
        let mut resources = Vec::new();
        for section in Section::ALL {
            let entries = manifest.get(section.key()).and_then(Json::as_object);
            let entries = entries.into_iter().flatten();
            let entries = entries.map(|(id, json)| Resource::new(section, id, json));
            resources.extend(entries.filter(Resource::is_enabled));
        }
        resources.sort_by_key(|it| it.unique_id);
        resources.dedup_by_key(|it| it.unique_id);
        let places: FxHashMap<&str, usize> =
            resources.iter().enumerate().map(|(place, it)| (it.unique_id, place)).collect();
        let mut parents = vec![Vec::new(); resources.len()];
        let mut children = vec![Vec::new(); resources.len()];
        for (place, resource) in resources.iter().enumerate() {
            // Seeds depend on nothing, whatever their hooks read.
            if resource.resource_type() == "seed" {
                continue;
            }
            let above = resource.depends_on().filter_map(|it| places.get(it).copied());
            let mut above: Vec<usize> =
                above.filter(|it| resources[*it].section.has_dependents()).collect();
            above.sort_unstable();
            above.dedup();
            above.iter().for_each(|it| children[*it].push(place));
            parents[place] = above;
        }
        let project_name = manifest.get("metadata").and_then(|it| it.get("project_name"));
        let project_name = project_name.and_then(Json::as_str).unwrap_or_default();
        Self { project_name, resources, places, parents, children }
    }

    #[must_use]
    pub fn resource(&self, unique_id: &str) -> Option<&Resource<'m>> {
        self.places.get(unique_id).map(|it| &self.resources[*it])
    }

    pub(crate) fn place(&self, unique_id: &str) -> Option<usize> {
        self.places.get(unique_id).copied()
    }

    pub(crate) fn no_resources(&self) -> IdSet {
        IdSet::empty(self.resources.len())
    }

    pub(crate) fn where_resource(&self, is_meant: impl Fn(&Resource<'m>) -> bool) -> IdSet {
        let mut set = self.no_resources();
        for (place, resource) in self.resources.iter().enumerate() {
            if is_meant(resource) {
                set.insert(place);
            }
        }
        set
    }

    pub(crate) fn parents_of(&self, selected: &IdSet, depth: Depth) -> IdSet {
        self.relatives(&self.parents, selected, depth)
    }

    pub(crate) fn children_of(&self, selected: &IdSet, depth: Depth) -> IdSet {
        self.relatives(&self.children, selected, depth)
    }

    /// Whether everything that a resource reads is in the set; what the manifest does not hold is
    /// in no set.
    pub(crate) fn reads_only(&self, place: usize, set: &IdSet) -> bool {
        self.resources[place]
            .depends_on()
            .all(|it| self.places.get(it).is_some_and(|it| set.contains(*it)))
    }

    /// A selected resource is among them only where another leads to it.
    fn relatives(&self, next: &[Vec<usize>], selected: &IdSet, depth: Depth) -> IdSet {
        let mut found = self.no_resources();
        let mut layer: Vec<usize> = selected.iter().collect();
        let mut steps = 0;
        while !layer.is_empty() && depth.is_none_or(|it| steps < it) {
            let mut following = Vec::new();
            for relative in layer.iter().flat_map(|it| &next[*it]) {
                if !found.contains(*relative) {
                    found.insert(*relative);
                    following.push(*relative);
                }
            }
            layer = following;
            steps += 1;
        }
        found
    }
}

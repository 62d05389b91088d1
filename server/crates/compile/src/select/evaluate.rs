use std::rc::Rc;
use std::sync::Arc;

use rustc_hash::FxHashMap;
use serde_json::Value as Json;

use super::criterion::{Criterion, IndirectSelection};
use super::expression::{Expression, Group, Operator};
use super::graph::Graph;
use super::id_set::IdSet;
use super::methods;
use super::resource::Section;
use super::{Comparison, Selection, SelectionError};

/// What a selection is asked of besides the graph.
pub struct Request<'a> {
    /// The types of resources that count; all of them where there are none.
    pub resource_types: &'a [&'a str],
    /// Whether nodes without SQL count.
    pub with_empty: bool,
    /// Whether a path below the project exists: `path:` looks at the disk.
    pub exists: &'a dyn Fn(&str) -> bool,
    pub comparison: &'a Comparison,
}

/// What a selection selects.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Selected {
    /// Sorted.
    pub unique_ids: Vec<String>,
    /// The words that match nothing, as they were written.
    pub unmatched: Vec<String>,
}

/// What was selected, and that together with tests whose other parents may yet be selected.
#[derive(Clone)]
struct Found {
    direct: Rc<IdSet>,
    with_indirect: Rc<IdSet>,
}

impl Graph<'_> {
    pub fn select(
        &self,
        selection: &Selection,
        request: &Request<'_>,
    ) -> Result<Selected, SelectionError> {
        let mut run =
            Evaluation { graph: self, request, known: FxHashMap::default(), unmatched: Vec::new() };
        let found = run.expression(&selection.expression)?;
        let types = request.resource_types;
        let counts = found.direct.iter().map(|it| &self.resources[it]).filter(|it| {
            (types.is_empty() || types.contains(&it.resource_type()))
                && (request.with_empty || !it.is_empty())
        });
        let unique_ids = counts.map(|it| it.unique_id.to_owned()).collect();
        Ok(Selected { unique_ids, unmatched: run.unmatched })
    }
}

struct Evaluation<'a> {
    graph: &'a Graph<'a>,
    request: &'a Request<'a>,
    /// A selector that many others name is looked at once.
    known: FxHashMap<*const Expression, Found>,
    unmatched: Vec<String>,
}

impl Evaluation<'_> {
    fn expression(&mut self, expression: &Arc<Expression>) -> Result<Found, SelectionError> {
        let key = Arc::as_ptr(expression);
        if let Some(known) = self.known.get(&key) {
            return Ok(known.clone());
        }
        let (direct, with_indirect) = match &**expression {
            Expression::Criterion(it) => self.criterion(it)?,
            Expression::Group(it) => self.group(it)?,
        };
        let found = Found { direct: Rc::new(direct), with_indirect: Rc::new(with_indirect) };
        self.known.insert(key, found.clone());
        Ok(found)
    }

    fn criterion(&self, criterion: &Criterion) -> Result<(IdSet, IdSet), SelectionError> {
        let graph = self.graph;
        let collected = methods::search(graph, criterion, self.request)?;
        let mut selected = collected.clone();
        if criterion.childrens_parents {
            selected.add(&graph.children_of(&collected, None));
            let parents = graph.parents_of(&selected, None);
            selected.add(&parents);
        }
        if let Some(depth) = criterion.parents {
            selected.add(&graph.parents_of(&collected, depth));
        }
        if let Some(depth) = criterion.children {
            selected.add(&graph.children_of(&collected, depth));
        }
        Ok(self.with_tests(selected, criterion.indirect_selection))
    }

    /// Tests next to what is selected: those that come with it, and those that may yet.
    fn with_tests(&self, selected: IdSet, mode: IndirectSelection) -> (IdSet, IdSet) {
        if mode == IndirectSelection::Empty {
            return (selected.clone(), selected);
        }
        let graph = self.graph;
        let mut within = selected.clone();
        if mode == IndirectSelection::Buildable {
            within.add(&graph.parents_of(&selected, None));
            within.add(&graph.where_resource(|it| it.section == Section::Sources));
        }
        let (mut direct, mut with_indirect) = (selected.clone(), selected.clone());
        for place in graph.children_of(&selected, Some(1)).iter() {
            if !graph.resources[place].is_selected_indirectly() {
                continue;
            }
            with_indirect.insert(place);
            if mode == IndirectSelection::Eager || graph.reads_only(place, &within) {
                direct.insert(place);
            }
        }
        (direct, with_indirect)
    }

    fn group(&mut self, group: &Group) -> Result<(IdSet, IdSet), SelectionError> {
        let mut found = Vec::with_capacity(group.components.len());
        for component in &group.components {
            found.push(self.expression(component)?);
        }
        let mut direct = self.combine(group.operator, found.iter().map(|it| &*it.direct));
        let with_indirect = self.combine(group.operator, found.iter().map(|it| &*it.with_indirect));
        self.admit_tests(&mut direct, &with_indirect, group.indirect_selection);
        if direct.is_empty() {
            self.unmatched.extend(group.expected.clone());
        }
        let mut both = with_indirect;
        both.add(&direct);
        Ok((direct, both))
    }

    fn combine<'s>(&self, operator: Operator, mut sets: impl Iterator<Item = &'s IdSet>) -> IdSet {
        let Some(first) = sets.next() else { return self.graph.no_resources() };
        sets.fold(first.clone(), |mut all, next| {
            match operator {
                Operator::Union => all.add(next),
                Operator::Intersection => all.keep(next),
                Operator::Difference => all.remove(next),
            }
            all
        })
    }

    /// Tests whose parents were all selected, if by several words. dbt looks at data tests only.
    fn admit_tests(&self, direct: &mut IdSet, candidates: &IdSet, mode: IndirectSelection) {
        let mut within = direct.clone();
        match mode {
            IndirectSelection::Cautious => {}
            IndirectSelection::Buildable => within.add(&self.graph.parents_of(direct, None)),
            IndirectSelection::Eager | IndirectSelection::Empty => return,
        }
        for place in candidates.iter() {
            let is_node = self.graph.resources[place].section == Section::Nodes;
            let fits = |set: &IdSet| self.graph.reads_only(place, set);
            // dbt lets what it has just admitted count for those that follow; no test reads a test.
            if is_node && fits(&within) {
                direct.insert(place);
            }
        }
    }
}

impl Request<'_> {
    pub(crate) fn state(&self) -> Option<&Json> {
        self.comparison.manifest.as_ref()
    }
}

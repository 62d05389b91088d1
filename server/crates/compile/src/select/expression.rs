use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::SelectionError;
use super::criterion::{Criterion, IndirectSelection};

/// What a selection means: words and what is made of several.
#[derive(Debug, PartialEq)]
pub(crate) enum Expression {
    Criterion(Criterion),
    Group(Group),
}

#[derive(Debug, PartialEq)]
pub(crate) struct Group {
    pub operator: Operator,
    pub components: Vec<Arc<Expression>>,
    pub indirect_selection: IndirectSelection,
    /// The words that the user is told of when they find nothing.
    pub expected: Option<String>,
    depth: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operator {
    Union,
    Intersection,
    /// The first without all others.
    Difference,
}

/// Selectors may name selectors that name selectors; Python gives up at about this depth.
const MAX_DEPTH: usize = 300;

impl Expression {
    pub(crate) fn group(
        operator: Operator,
        components: Vec<Arc<Self>>,
        indirect_selection: IndirectSelection,
        expected: Option<String>,
    ) -> Result<Arc<Self>, SelectionError> {
        let below = components.iter().map(|it| it.depth()).max().unwrap_or(0);
        if below >= MAX_DEPTH {
            return Err(SelectionError::new("maximum recursion depth exceeded".to_owned()));
        }
        let depth = below + 1;
        let group = Group { operator, components, indirect_selection, expected, depth };
        Ok(Arc::new(Self::Group(group)))
    }

    /// Whether a word is such a one. What is named several times is looked at once.
    pub(crate) fn any(&self, is_meant: &dyn Fn(&Criterion) -> bool) -> bool {
        let mut seen = FxHashSet::default();
        let mut left = vec![self];
        while let Some(expression) = left.pop() {
            match expression {
                Self::Criterion(it) if is_meant(it) => return true,
                Self::Criterion(_) => {}
                Self::Group(it) => {
                    let parts = it.components.iter();
                    left.extend(parts.filter(|it| seen.insert(Arc::as_ptr(it))).map(|it| &**it));
                }
            }
        }
        false
    }

    fn depth(&self) -> usize {
        match self {
            Self::Criterion(_) => 0,
            Self::Group(it) => it.depth,
        }
    }
}

/// What dbt selects where nobody says anything.
const DEFAULT: [&str; 5] = ["fqn:*", "source:*", "exposure:*", "metric:*", "semantic_model:*"];

/// `--select` and `--exclude`.
pub(crate) fn from_words(
    select: &[String],
    exclude: &[String],
    indirect_selection: IndirectSelection,
) -> Result<Arc<Expression>, SelectionError> {
    let included = if select.is_empty() {
        union(&DEFAULT.map(str::to_owned), false, indirect_selection)?
    } else {
        union(select, true, indirect_selection)?
    };
    let excluded = union(exclude, true, indirect_selection)?;
    Expression::group(
        Operator::Difference,
        vec![included, excluded],
        IndirectSelection::Eager,
        None,
    )
}

fn union(
    words: &[String],
    expected: bool,
    indirect_selection: IndirectSelection,
) -> Result<Arc<Expression>, SelectionError> {
    let mut components = Vec::new();
    for raw in words.iter().flat_map(|it| it.split(' ')) {
        let parts = raw.split(',').map(|part| {
            let criterion = Criterion::from_word(part, indirect_selection)?;
            Ok(Arc::new(Expression::Criterion(criterion)))
        });
        components.push(Expression::group(
            Operator::Intersection,
            parts.collect::<Result<_, SelectionError>>()?,
            indirect_selection,
            expected.then(|| raw.to_owned()),
        )?);
    }
    Expression::group(Operator::Union, components, indirect_selection, None)
}

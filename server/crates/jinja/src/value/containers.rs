//! Shared containers. Dropping one never recurses, however deep the values inside are nested.

use std::cell::{Cell, Ref, RefCell, RefMut};
use std::rc::Rc;

use super::dict::Dict;
use super::number::Number;
use super::{Method, Value};

thread_local! {
    /// Values that wait to be dropped while an outer container is being taken apart.
    static WAITING: RefCell<Option<Vec<Value>>> = const { RefCell::new(None) };
}

/// Drops values one after the other instead of one inside the other.
pub(crate) fn dismantle(values: impl Iterator<Item = Value>) {
    let mut values = values.filter(Value::is_container).peekable();
    if values.peek().is_none() {
        return;
    }
    // While the thread ends the list may be gone; then the values are dropped the plain way.
    let nested = WAITING.try_with(|waiting| match waiting.borrow_mut().as_mut() {
        Some(list) => {
            list.extend(values.by_ref());
            true
        }
        None => false,
    });
    if nested != Ok(false) {
        return;
    }
    let first: Vec<Value> = values.collect();
    let _ = WAITING.try_with(|waiting| *waiting.borrow_mut() = Some(first));
    loop {
        let next = WAITING.try_with(|waiting| waiting.borrow_mut().as_mut().and_then(Vec::pop));
        match next {
            Ok(Some(value)) => drop(value),
            _ => break,
        }
    }
    let _ = WAITING.try_with(|waiting| *waiting.borrow_mut() = None);
}

#[derive(Default)]
pub struct ListValue {
    items: RefCell<Vec<Value>>,
}

impl ListValue {
    pub fn new(items: Vec<Value>) -> Self {
        Self { items: RefCell::new(items) }
    }

    pub fn borrow(&self) -> Ref<'_, Vec<Value>> {
        self.items.borrow()
    }

    pub fn borrow_mut(&self) -> RefMut<'_, Vec<Value>> {
        self.items.borrow_mut()
    }
}

impl Drop for ListValue {
    fn drop(&mut self) {
        dismantle(self.items.get_mut().drain(..));
    }
}

pub struct TupleValue {
    items: Vec<Value>,
}

impl TupleValue {
    pub fn new(items: Vec<Value>) -> Self {
        Self { items }
    }
}

impl std::ops::Deref for TupleValue {
    type Target = [Value];

    fn deref(&self) -> &[Value] {
        &self.items
    }
}

impl Drop for TupleValue {
    fn drop(&mut self) {
        dismantle(self.items.drain(..));
    }
}

/// A dict, and also the attributes of a namespace.
#[derive(Default)]
pub struct DictValue {
    dict: RefCell<Dict>,
}

impl DictValue {
    pub fn new(dict: Dict) -> Self {
        Self { dict: RefCell::new(dict) }
    }

    pub fn borrow(&self) -> Ref<'_, Dict> {
        self.dict.borrow()
    }

    pub fn borrow_mut(&self) -> RefMut<'_, Dict> {
        self.dict.borrow_mut()
    }
}

impl Drop for DictValue {
    fn drop(&mut self) {
        dismantle(self.dict.get_mut().drain().flat_map(|(key, value)| [key, value]));
    }
}

/// A set keeps its members as the keys of a dict. Unlike Python's it keeps their order.
#[derive(Default)]
pub struct SetValue {
    members: RefCell<Dict>,
}

impl SetValue {
    pub fn new(members: Dict) -> Self {
        Self { members: RefCell::new(members) }
    }

    pub fn borrow(&self) -> Ref<'_, Dict> {
        self.members.borrow()
    }

    pub fn borrow_mut(&self) -> RefMut<'_, Dict> {
        self.members.borrow_mut()
    }
}

impl Drop for SetValue {
    fn drop(&mut self) {
        dismantle(self.members.get_mut().drain().map(|(key, _)| key));
    }
}

impl Drop for Method {
    fn drop(&mut self) {
        dismantle(std::iter::once(std::mem::replace(&mut self.receiver, Value::None)));
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RangeValue {
    pub start: i64,
    pub stop: i64,
    pub step: i64,
}

impl RangeValue {
    pub fn len(&self) -> usize {
        let (start, stop, step) =
            (i128::from(self.start), i128::from(self.stop), i128::from(self.step));
        let distance = if step > 0 { stop - start } else { start - stop };
        let step = step.abs();
        if distance <= 0 || step == 0 {
            return 0;
        }
        usize::try_from((distance + step - 1) / step).unwrap_or(usize::MAX)
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub fn get(&self, index: usize) -> Option<i64> {
        (index < self.len()).then(|| {
            let value = i128::from(self.start) + index as i128 * i128::from(self.step);
            value as i64
        })
    }

    pub fn contains(&self, value: i64) -> bool {
        let offset = i128::from(value) - i128::from(self.start);
        let step = i128::from(self.step);
        step != 0 && offset % step == 0 && {
            let index = offset / step;
            index >= 0 && index < self.len() as i128
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ViewKind {
    Keys,
    Values,
    Items,
}

pub struct View {
    pub dict: Rc<DictValue>,
    pub kind: ViewKind,
}

impl View {
    pub fn type_name(&self) -> &'static str {
        match self.kind {
            ViewKind::Keys => "dict_keys",
            ViewKind::Values => "dict_values",
            ViewKind::Items => "dict_items",
        }
    }

    pub fn len(&self) -> usize {
        self.dict.borrow().len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub fn items(&self) -> Vec<Value> {
        let dict = self.dict.borrow();
        match self.kind {
            ViewKind::Keys => dict.keys().cloned().collect(),
            ViewKind::Values => dict.values().cloned().collect(),
            ViewKind::Items => dict
                .iter()
                .map(|(key, value)| Value::tuple(vec![key.clone(), value.clone()]))
                .collect(),
        }
    }
}

/// Something that is used up by being gone through.
pub struct IteratorValue {
    pub type_name: &'static str,
    items: RefCell<Vec<Value>>,
    position: Cell<usize>,
    /// What goes on after the items.
    endless: RefCell<Option<Endless>>,
}

/// Iterators of Python's `itertools` that never end.
pub enum Endless {
    Count { next: Value, step: Value },
    Cycle { items: Vec<Value>, at: usize },
    Repeat(Value),
}

impl Endless {
    fn next(&mut self) -> Option<Value> {
        Some(match self {
            Endless::Count { next, step } => {
                let after = match (Number::of(next)?, Number::of(step)?) {
                    (Number::Int(next), Number::Int(step)) => Value::Int(next.checked_add(step)?),
                    (next, step) => Value::Float(next.to_float().ok()? + step.to_float().ok()?),
                };
                std::mem::replace(next, after)
            }
            Endless::Cycle { items, at } => {
                let item = items.get(*at).cloned()?;
                *at = (*at + 1) % items.len();
                item
            }
            Endless::Repeat(item) => item.clone(),
        })
    }
}

impl IteratorValue {
    pub fn new(type_name: &'static str, items: Vec<Value>) -> Self {
        Self {
            type_name,
            items: RefCell::new(items),
            position: Cell::new(0),
            endless: RefCell::new(None),
        }
    }

    pub fn endless(type_name: &'static str, source: Endless) -> Self {
        let iterator = Self::new(type_name, Vec::new());
        *iterator.endless.borrow_mut() = Some(source);
        iterator
    }

    /// True for what cannot be gone through to its end.
    pub fn is_endless(&self) -> bool {
        self.endless.borrow().is_some()
    }

    pub fn next(&self) -> Option<Value> {
        if let Some(endless) = &mut *self.endless.borrow_mut() {
            return endless.next();
        }
        let item = self.items.borrow().get(self.position.get()).cloned();
        self.position.set(self.position.get() + 1);
        item
    }

    /// How many items it still gives.
    pub fn len(&self) -> usize {
        self.items.borrow().len().saturating_sub(self.position.get())
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub fn rest(&self) -> Vec<Value> {
        let items = self.items.borrow();
        let rest = items.get(self.position.get()..).unwrap_or_default().to_vec();
        self.position.set(items.len());
        rest
    }
}

impl Drop for IteratorValue {
    fn drop(&mut self) {
        dismantle(self.items.get_mut().drain(..));
        match self.endless.get_mut().take() {
            Some(Endless::Cycle { items, .. }) => dismantle(items.into_iter()),
            Some(Endless::Repeat(item)) => dismantle(std::iter::once(item)),
            Some(Endless::Count { .. }) | None => {}
        }
    }
}

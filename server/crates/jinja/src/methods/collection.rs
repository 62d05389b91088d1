//! `list`, `tuple`, `range`, `dict`, `set`

use std::cmp::Ordering;
use std::rc::Rc;

use super::int_argument;
use crate::eval::{Args, Interp, Site, Stop, items_of, update_dict};
use crate::value::containers::ViewKind;
use crate::value::{Dict, DictValue, Key, ListValue, SetValue, Value, View, compare};

fn position(items: &[Value], wanted: &Value) -> Result<Option<usize>, Stop> {
    for (index, item) in items.iter().enumerate() {
        if item.is_same(wanted) || compare::equal(item, wanted)? {
            return Ok(Some(index));
        }
    }
    Ok(None)
}

pub(super) fn sequence(
    interp: &mut Interp<'_>,
    receiver: &Value,
    name: &str,
    args: Args,
    site: Site<'_>,
) -> Result<Value, Stop> {
    if matches!(name, "copy" | "count" | "index" | "remove" | "reverse" | "sort") {
        interp.budget.charge_items(receiver)?;
    }
    match (name, receiver) {
        ("count", _) => {
            let [wanted] = args.bind(name, [""], 1)?;
            let wanted = wanted.unwrap_or(Value::None);
            let mut count = 0;
            for item in items_of(receiver)? {
                if item.is_same(&wanted) || compare::equal(&item, &wanted)? {
                    count += 1;
                }
            }
            Ok(Value::Int(count))
        }
        ("index", _) => {
            let [wanted, start, stop] = args.bind(name, ["", "", ""], 1)?;
            let wanted = wanted.unwrap_or(Value::None);
            let items = items_of(receiver)?;
            let length = items.len() as i64;
            let clamp =
                |it: i64| if it < 0 { (it + length).max(0) } else { it.min(length) } as usize;
            let start = clamp(int_argument(start, 0)?);
            let stop = clamp(int_argument(stop, i64::MAX)?);
            let part = items.get(start..stop.max(start)).unwrap_or_default();
            match position(part, &wanted)? {
                Some(index) => Ok(Value::from(start + index)),
                None => {
                    let wanted = crate::value::repr::repr(&wanted)?;
                    let of = receiver.type_name();
                    Err(Stop::value_error(format!("{wanted} is not in {of}")))
                }
            }
        }
        (_, Value::List(list)) => mutate_list(interp, receiver, list, name, args, site),
        _ => Err(Stop::type_error(format!("no method {name}"))),
    }
}

fn mutate_list(
    interp: &mut Interp<'_>,
    receiver: &Value,
    list: &Rc<ListValue>,
    name: &str,
    args: Args,
    site: Site<'_>,
) -> Result<Value, Stop> {
    const ITEM: u64 = size_of::<Value>() as u64;
    match name {
        "append" => {
            let [item] = args.bind(name, [""], 1)?;
            let item = item.unwrap_or(Value::None);
            interp.budget.charge_bytes(ITEM)?;
            interp.note_stored(receiver, &item);
            list.borrow_mut().push(item);
        }
        "extend" => {
            let [items] = args.bind(name, [""], 1)?;
            let items = items_of(&items.unwrap_or(Value::None))?;
            interp.budget.charge_bytes(items.len() as u64 * ITEM)?;
            if let Some(container) = items.iter().find(|it| it.is_container()) {
                interp.note_stored(receiver, container);
            }
            list.borrow_mut().extend(items);
        }
        "insert" => {
            let [index, item] = args.bind(name, ["", ""], 2)?;
            let index = int_argument(index, 0)?;
            let item = item.unwrap_or(Value::None);
            interp.budget.charge_bytes(ITEM)?;
            interp.budget.charge(list.borrow().len() as u64 / 64)?;
            interp.note_stored(receiver, &item);
            let mut items = list.borrow_mut();
            let length = items.len() as i64;
            let at = if index < 0 { (index + length).max(0) } else { index.min(length) };
            items.insert(at as usize, item);
        }
        "pop" => {
            let [index] = args.bind(name, [""], 0)?;
            let index = int_argument(index, -1)?;
            interp.budget.charge(list.borrow().len() as u64 / 64)?;
            let mut items = list.borrow_mut();
            if items.is_empty() {
                return Err(Stop::index_error("pop from empty list"));
            }
            let length = items.len() as i64;
            let at = if index < 0 { index + length } else { index };
            if !(0..length).contains(&at) {
                return Err(Stop::index_error("pop index out of range"));
            }
            return Ok(items.remove(at as usize));
        }
        "remove" => {
            let [item] = args.bind(name, [""], 1)?;
            let snapshot = list.borrow().clone();
            match position(&snapshot, &item.unwrap_or(Value::None))? {
                Some(index) => {
                    let removed = list.borrow_mut().remove(index);
                    drop(removed);
                }
                None => return Err(Stop::value_error("list.remove(x): x not in list")),
            }
        }
        "clear" => {
            args.bind::<0>(name, [], 0)?;
            let items = std::mem::take(&mut *list.borrow_mut());
            drop(items);
        }
        "copy" => {
            args.bind::<0>(name, [], 0)?;
            let items = list.borrow().clone();
            interp.budget.charge_bytes(items.len() as u64 * ITEM)?;
            return Ok(Value::list(items));
        }
        "reverse" => {
            args.bind::<0>(name, [], 0)?;
            list.borrow_mut().reverse();
        }
        "sort" => {
            let [key, reverse] = args.bind(name, ["key", "reverse"], 0)?;
            let items = list.borrow().clone();
            let key = key.filter(|it| !it.is_none());
            let mut keyed = Vec::with_capacity(items.len());
            for item in items {
                let by = match &key {
                    Some(key) => {
                        interp.call_value(key, Args::positional(vec![item.clone()]), site)?
                    }
                    None => item.clone(),
                };
                keyed.push((by, item));
            }
            let sorted = sort_values(interp, keyed, reverse.is_some_and(|it| it.truthy()))?;
            let old = std::mem::replace(&mut *list.borrow_mut(), sorted);
            drop(old);
        }
        other => return Err(Stop::type_error(format!("list has no method {other}"))),
    }
    Ok(Value::None)
}

/// Items in the order of their keys; equal ones keep theirs.
pub(crate) fn sort_values(
    interp: &Interp<'_>,
    mut keyed: Vec<(Value, Value)>,
    reverse: bool,
) -> Result<Vec<Value>, Stop> {
    let length = keyed.len() as u64;
    interp.budget.charge(length.saturating_mul(u64::from(length.max(1).ilog2()) + 1))?;
    let mut failure = None;
    keyed.sort_by(|(a, _), (b, _)| {
        if failure.is_some() {
            return Ordering::Equal;
        }
        let ordering = if reverse { compare::compare(b, a) } else { compare::compare(a, b) };
        ordering.unwrap_or_else(|stop| {
            failure = Some(stop);
            Ordering::Equal
        })
    });
    match failure {
        Some(stop) => Err(stop),
        None => Ok(keyed.into_iter().map(|(_, item)| item).collect()),
    }
}

pub(super) fn dict(
    interp: &mut Interp<'_>,
    dict: &Rc<DictValue>,
    name: &str,
    args: Args,
) -> Result<Value, Stop> {
    let receiver = Value::Dict(Rc::clone(dict));
    match name {
        "get" => {
            let [key, default] = args.bind(name, ["", ""], 1)?;
            let key = Key::new(key.unwrap_or(Value::None))?;
            let found = dict.borrow().get(&key).cloned();
            Ok(found.or(default).unwrap_or(Value::None))
        }
        "keys" | "values" | "items" => {
            args.bind::<0>(name, [], 0)?;
            let kind = match name {
                "keys" => ViewKind::Keys,
                "values" => ViewKind::Values,
                _ => ViewKind::Items,
            };
            Ok(Value::View(Rc::new(View { dict: Rc::clone(dict), kind })))
        }
        "pop" => {
            let [key, default] = args.bind(name, ["", ""], 1)?;
            let key = Key::new(key.unwrap_or(Value::None))?;
            interp.budget.charge(dict.borrow().len() as u64 / 64)?;
            let found = dict.borrow_mut().remove(&key);
            found.or(default).ok_or_else(|| Stop::key_error(key.value()))
        }
        "popitem" => {
            args.bind::<0>(name, [], 0)?;
            let last = dict.borrow_mut().pop_last();
            match last {
                Some((key, value)) => Ok(Value::tuple(vec![key, value])),
                None => Err(Stop::key_error(&Value::from("popitem(): dictionary is empty"))),
            }
        }
        "setdefault" => {
            let [key, default] = args.bind(name, ["", ""], 1)?;
            let key = Key::new(key.unwrap_or(Value::None))?;
            if let Some(value) = dict.borrow().get(&key) {
                return Ok(value.clone());
            }
            let value = default.unwrap_or(Value::None);
            interp.budget.charge_bytes(2 * size_of::<Value>() as u64)?;
            interp.note_stored(&receiver, &value);
            dict.borrow_mut().insert(key, value.clone());
            Ok(value)
        }
        "update" => {
            if args.positional.len() > 1 {
                let count = args.positional.len();
                return Err(Stop::type_error(format!(
                    "update expected at most 1 argument, got {count}"
                )));
            }
            let mut more = Dict::new();
            if let Some(source) = args.positional.first() {
                update_dict(&mut more, source)?;
            }
            for (name, value) in &args.keywords {
                more.insert_str(name, value.clone());
            }
            interp.budget.charge_bytes((more.len() * 2 * size_of::<Value>()) as u64)?;
            if let Some(container) = more.values().find(|it| it.is_container()) {
                interp.note_stored(&receiver, container);
            }
            let mut old = Vec::new();
            let mut target = dict.borrow_mut();
            for (key, value) in more.iter() {
                old.extend(target.insert(Key::new(key.clone())?, value.clone()));
            }
            drop(target);
            drop(old);
            Ok(Value::None)
        }
        "clear" => {
            args.bind::<0>(name, [], 0)?;
            let old = std::mem::take(&mut *dict.borrow_mut());
            drop(old);
            Ok(Value::None)
        }
        "copy" => {
            args.bind::<0>(name, [], 0)?;
            interp.budget.charge_items(&receiver)?;
            let copy = dict.borrow().clone();
            interp.budget.charge_bytes((copy.len() * 2 * size_of::<Value>()) as u64)?;
            Ok(Value::dict(copy))
        }
        "fromkeys" => {
            let [keys, value] = args.bind(name, ["", ""], 1)?;
            let value = value.unwrap_or(Value::None);
            let mut made = Dict::new();
            for key in items_of(&keys.unwrap_or(Value::None))? {
                made.insert(Key::new(key)?, value.clone());
            }
            Ok(Value::dict(made))
        }
        other => Err(Stop::type_error(format!("dict has no method {other}"))),
    }
}

fn members_of(value: &Value) -> Result<Dict, Stop> {
    let mut members = Dict::new();
    for item in items_of(value)? {
        members.insert(Key::new(item)?, Value::None);
    }
    Ok(members)
}

pub(super) fn set(
    interp: &mut Interp<'_>,
    set: &Rc<SetValue>,
    name: &str,
    args: Args,
) -> Result<Value, Stop> {
    let made = |members: Dict| Value::Set(Rc::new(SetValue::new(members)));
    interp.budget.charge(set.borrow().len() as u64 / 16)?;
    match name {
        "add" | "discard" | "remove" => {
            let [item] = args.bind(name, [""], 1)?;
            let key = Key::new(item.unwrap_or(Value::None))?;
            if name == "add" {
                interp.budget.charge_bytes(2 * size_of::<Value>() as u64)?;
                if !set.borrow().contains(&key) {
                    set.borrow_mut().insert(key, Value::None);
                }
                return Ok(Value::None);
            }
            let removed = set.borrow_mut().remove(&key);
            if removed.is_none() && name == "remove" {
                return Err(Stop::key_error(key.value()));
            }
            Ok(Value::None)
        }
        "pop" => {
            args.bind::<0>(name, [], 0)?;
            let last = set.borrow_mut().pop_last();
            last.map(|(key, _)| key)
                .ok_or_else(|| Stop::key_error(&Value::from("pop from an empty set")))
        }
        "clear" => {
            args.bind::<0>(name, [], 0)?;
            let old = std::mem::take(&mut *set.borrow_mut());
            drop(old);
            Ok(Value::None)
        }
        "copy" => {
            args.bind::<0>(name, [], 0)?;
            Ok(made(set.borrow().clone()))
        }
        "isdisjoint" | "issubset" | "issuperset" => {
            let [other] = args.bind(name, [""], 1)?;
            let other = members_of(&other.unwrap_or(Value::None))?;
            let own = set.borrow();
            Ok(Value::Bool(match name {
                "isdisjoint" => !own.hashed_keys().any(|it| other.contains(it)),
                "issubset" => own.hashed_keys().all(|it| other.contains(it)),
                _ => other.hashed_keys().all(|it| own.contains(it)),
            }))
        }
        _ => {
            let mut result = set.borrow().clone();
            for other in &args.positional {
                let other = members_of(other)?;
                result = combine(name, &result, &other);
                interp.budget.charge_bytes((result.len() * 2 * size_of::<Value>()) as u64)?;
            }
            if name == "update" || name.ends_with("_update") {
                let old = std::mem::replace(&mut *set.borrow_mut(), result);
                drop(old);
                return Ok(Value::None);
            }
            Ok(made(result))
        }
    }
}

fn combine(name: &str, own: &Dict, other: &Dict) -> Dict {
    let mut result = Dict::new();
    let keep = |in_own: bool, in_other: bool| match name.trim_end_matches("_update") {
        "difference" => in_own && !in_other,
        "intersection" => in_own && in_other,
        "symmetric_difference" => in_own != in_other,
        _ => true,
    };
    for key in own.hashed_keys().filter(|it| keep(true, other.contains(it))) {
        result.insert(key.clone(), Value::None);
    }
    for key in other.hashed_keys().filter(|it| !own.contains(it) && keep(false, true)) {
        result.insert(key.clone(), Value::None);
    }
    result
}

/// The pairs of a dict in the order of their keys.
pub(crate) fn sort_keys(mut pairs: Vec<(Value, Value)>) -> Result<Vec<(Value, Value)>, Stop> {
    let mut failure = None;
    pairs.sort_by(|(a, _), (b, _)| {
        compare::compare(a, b).unwrap_or_else(|stop| {
            failure = Some(stop);
            Ordering::Equal
        })
    });
    match failure {
        Some(stop) => Err(stop),
        None => Ok(pairs),
    }
}

//! `modules.itertools`, as far as dbt hands it out.

use std::rc::Rc;

use syntax::jinja::BinaryOp;

use super::function::{dict, function};
use crate::eval::{Args, Interp, Site, Stop, items_of};
use crate::value::containers::Endless;
use crate::value::number::Number;
use crate::value::{IteratorValue, Value, operators};

/// What a value costs in a list.
const ITEM: u64 = size_of::<Value>() as u64;

fn iterator(items: Vec<Value>) -> Value {
    Value::iterator("itertools", items)
}

fn endless(source: Endless) -> Value {
    Value::Iterator(Rc::new(IteratorValue::endless("itertools", source)))
}

fn count_of(value: Option<&Value>, default: usize) -> Result<usize, Stop> {
    match value {
        None | Some(Value::None) => Ok(default),
        Some(value) => match Number::of(value) {
            Some(Number::Int(it)) => {
                usize::try_from(it).map_err(|_| Stop::value_error("r must be non-negative"))
            }
            _ => Err(Stop::type_error("an integer is required")),
        },
    }
}

/// Groups of `size` places out of `places`, each a list of them, in Python's order.
fn choose(
    interp: &Interp<'_>,
    places: usize,
    size: usize,
    next: impl Fn(&[usize]) -> std::ops::Range<usize>,
    may_repeat: bool,
) -> Result<Vec<Vec<usize>>, Stop> {
    let mut found = Vec::new();
    let mut chosen: Vec<usize> = Vec::new();
    let mut ranges = vec![next(&chosen)];
    loop {
        interp.budget.charge(1)?;
        if chosen.len() == size {
            interp.budget.charge_bytes((size as u64 + 1) * ITEM)?;
            found.push(chosen.clone());
            if chosen.pop().is_none() {
                return Ok(found);
            }
            ranges.pop();
        }
        let Some(range) = ranges.last_mut() else { return Ok(found) };
        match range.by_ref().find(|it| may_repeat || !chosen.contains(it)) {
            Some(place) if place < places => {
                chosen.push(place);
                ranges.push(next(&chosen));
            }
            _ => {
                ranges.pop();
                if chosen.pop().is_none() {
                    return Ok(found);
                }
            }
        }
    }
}

fn picked(items: &[Value], groups: Vec<Vec<usize>>) -> Value {
    let tuple = |group: Vec<usize>| {
        Value::tuple(group.into_iter().filter_map(|it| items.get(it).cloned()).collect())
    };
    iterator(groups.into_iter().map(tuple).collect())
}

fn chain(_: &mut Interp<'_>, args: Args, _: Site<'_>) -> Result<Value, Stop> {
    let mut all = Vec::new();
    for value in &args.positional {
        all.extend(items_of(value)?);
    }
    Ok(iterator(all))
}

fn product(interp: &mut Interp<'_>, mut args: Args, _: Site<'_>) -> Result<Value, Stop> {
    let repeat = args.take_keyword("repeat");
    let repeat = count_of(repeat.as_ref(), 1)?;
    let pools = args.positional.iter().map(items_of).collect::<Result<Vec<_>, _>>()?;
    if repeat > 64 {
        return Err(Stop::too_large("a list"));
    }
    let mut rows: Vec<Vec<Value>> = vec![Vec::new()];
    for _ in 0..repeat {
        for pool in &pools {
            let size = rows.len().saturating_mul(pool.len());
            interp.budget.charge(size as u64)?;
            interp.budget.charge_bytes((size as u64).saturating_mul(ITEM * 2))?;
            rows = rows
                .iter()
                .flat_map(|row| {
                    pool.iter().map(|it| [row.as_slice(), std::slice::from_ref(it)].concat())
                })
                .collect();
        }
    }
    Ok(iterator(rows.into_iter().map(Value::tuple).collect()))
}

fn permutations(interp: &mut Interp<'_>, args: Args, _: Site<'_>) -> Result<Value, Stop> {
    let [items, size] = args.bind("permutations", ["iterable", "r"], 1)?;
    let items = items_of(&items.unwrap_or(Value::None))?;
    let size = count_of(size.as_ref(), items.len())?;
    if size > items.len() {
        return Ok(iterator(Vec::new()));
    }
    let places = items.len();
    let groups = choose(interp, places, size, |_| 0..places, false)?;
    Ok(picked(&items, groups))
}

fn combine(interp: &Interp<'_>, args: Args, may_repeat: bool) -> Result<Value, Stop> {
    let [items, size] = args.bind("combinations", ["iterable", "r"], 2)?;
    let items = items_of(&items.unwrap_or(Value::None))?;
    let size = count_of(size.as_ref(), 0)?;
    if !may_repeat && size > items.len() || items.is_empty() && size > 0 {
        return Ok(iterator(Vec::new()));
    }
    if size > 10_000 {
        return Err(Stop::too_large("a list"));
    }
    let places = items.len();
    let next = |chosen: &[usize]| match chosen.last() {
        Some(last) if may_repeat => *last..places,
        Some(last) => last + 1..places,
        None => 0..places,
    };
    let groups = choose(interp, places, size, next, true)?;
    Ok(picked(&items, groups))
}

fn islice(interp: &mut Interp<'_>, args: Args, _: Site<'_>) -> Result<Value, Stop> {
    let mut positional = args.positional.into_iter();
    let source = positional.next().unwrap_or(Value::None);
    let bounds: Vec<Value> = positional.collect();
    let (start, stop, step) = match bounds.as_slice() {
        [stop] => (None, Some(stop), None),
        [start, stop] => (Some(start), Some(stop), None),
        [start, stop, step] => (Some(start), Some(stop), Some(step)),
        _ => return Err(Stop::type_error("islice expected 2 to 4 arguments")),
    };
    let start = count_of(start, 0)?;
    let stop = count_of(stop, usize::MAX)?;
    let step = count_of(step, 1)?;
    if step == 0 {
        return Err(Stop::value_error("Step for islice() must be a positive integer or None."));
    }
    let mut picked = Vec::new();
    let mut take = |index: usize, item: Value| {
        if index >= start && (index - start).is_multiple_of(step) {
            picked.push(item);
        }
    };
    if let Value::Iterator(it) = &source {
        let mut index = 0;
        while index < stop {
            interp.budget.charge(1)?;
            interp.budget.charge_bytes(ITEM)?;
            let Some(item) = it.next() else { break };
            take(index, item);
            index += 1;
        }
    } else {
        for (index, item) in items_of(&source)?.into_iter().enumerate().take(stop) {
            take(index, item);
        }
    }
    Ok(iterator(picked))
}

fn zip_longest(_: &mut Interp<'_>, mut args: Args, _: Site<'_>) -> Result<Value, Stop> {
    let fill = args.take_keyword("fillvalue").unwrap_or(Value::None);
    let lists = args.positional.iter().map(items_of).collect::<Result<Vec<_>, _>>()?;
    let longest = lists.iter().map(Vec::len).max().unwrap_or(0);
    let row = |index: usize| {
        Value::tuple(
            lists.iter().map(|it| it.get(index).cloned().unwrap_or(fill.clone())).collect(),
        )
    };
    Ok(iterator((0..longest).map(row).collect()))
}

fn accumulate(interp: &mut Interp<'_>, args: Args, site: Site<'_>) -> Result<Value, Stop> {
    let [items, function, initial] = args.bind("accumulate", ["iterable", "func", "initial"], 1)?;
    let mut sums: Vec<Value> = initial.into_iter().filter(|it| !it.is_none()).collect();
    for item in items_of(&items.unwrap_or(Value::None))? {
        let sum = match (sums.last(), &function) {
            (None, _) => item,
            (Some(sum), Some(function)) if !function.is_none() => {
                let args = Args::positional(vec![sum.clone(), item]);
                interp.call_value(function, args, site)?
            }
            (Some(sum), _) => operators::binary(BinaryOp::Add, sum, &item, &interp.budget)?,
        };
        sums.push(sum);
    }
    Ok(iterator(sums))
}

fn starmap(interp: &mut Interp<'_>, args: Args, site: Site<'_>) -> Result<Value, Stop> {
    let [function, items] = args.bind("starmap", ["function", "iterable"], 2)?;
    let function = function.unwrap_or(Value::None);
    let mut results = Vec::new();
    for item in items_of(&items.unwrap_or(Value::None))? {
        let args = Args::positional(items_of(&item)?);
        results.push(interp.call_value(&function, args, site)?);
    }
    Ok(iterator(results))
}

fn compress(_: &mut Interp<'_>, args: Args, _: Site<'_>) -> Result<Value, Stop> {
    let [data, selectors] = args.bind("compress", ["data", "selectors"], 2)?;
    let data = items_of(&data.unwrap_or(Value::None))?;
    let selectors = items_of(&selectors.unwrap_or(Value::None))?;
    let kept = data.into_iter().zip(selectors).filter(|(_, it)| it.truthy());
    Ok(iterator(kept.map(|(it, _)| it).collect()))
}

fn tee(_: &mut Interp<'_>, args: Args, _: Site<'_>) -> Result<Value, Stop> {
    let [items, count] = args.bind("tee", ["iterable", "n"], 1)?;
    let items = items_of(&items.unwrap_or(Value::None))?;
    let count = count_of(count.as_ref(), 2)?.min(1000);
    Ok(Value::tuple((0..count).map(|_| iterator(items.clone())).collect()))
}

/// `modules.itertools`
pub(super) fn module() -> Value {
    dict([
        (
            "count",
            function("count", |_, args, _| {
                let [start, step] = args.bind("count", ["start", "step"], 0)?;
                let next = start.unwrap_or(Value::Int(0));
                Ok(endless(Endless::Count { next, step: step.unwrap_or(Value::Int(1)) }))
            }),
        ),
        (
            "cycle",
            function("cycle", |_, args, _| {
                let [items] = args.bind("cycle", ["iterable"], 1)?;
                let items = items_of(&items.unwrap_or(Value::None))?;
                if items.is_empty() {
                    return Ok(iterator(Vec::new()));
                }
                Ok(endless(Endless::Cycle { items, at: 0 }))
            }),
        ),
        (
            "repeat",
            function("repeat", |interp, args, _| {
                let [item, times] = args.bind("repeat", ["object", "times"], 1)?;
                let item = item.unwrap_or(Value::None);
                let Some(times) = times else { return Ok(endless(Endless::Repeat(item))) };
                let times = match Number::of(&times) {
                    Some(Number::Int(it)) => usize::try_from(it).unwrap_or(0),
                    _ => return Err(Stop::type_error("an integer is required")),
                };
                interp.budget.charge_bytes((times as u64).saturating_mul(ITEM))?;
                Ok(iterator(vec![item; times]))
            }),
        ),
        ("accumulate", function("accumulate", accumulate)),
        ("chain", function("chain", chain)),
        ("compress", function("compress", compress)),
        ("islice", function("islice", islice)),
        ("starmap", function("starmap", starmap)),
        ("tee", function("tee", tee)),
        ("zip_longest", function("zip_longest", zip_longest)),
        ("product", function("product", product)),
        ("permutations", function("permutations", permutations)),
        ("combinations", function("combinations", |interp, args, _| combine(interp, args, false))),
        (
            "combinations_with_replacement",
            function("combinations_with_replacement", |interp, args, _| {
                combine(interp, args, true)
            }),
        ),
    ])
}

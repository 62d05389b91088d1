use jinja::eval::{Args, Interp, Stop, items_of};
use jinja::value::{Dict, Key, Value};

/// `zip(…)`: what cannot be gone through gives the default, or is an error of `zip_strict`.
pub(super) fn zip(interp: &Interp<'_>, name: &str, mut args: Args) -> Result<Value, Stop> {
    let default = args.take_keyword("default");
    if args.positional.iter().any(Value::is_hole) {
        return Ok(Value::Hole);
    }
    let mut rows = Vec::new();
    let finite: Result<Vec<Option<Vec<Value>>>, Stop> = args
        .positional
        .iter()
        .map(|it| match it {
            Value::Iterator(it) if it.is_endless() => Ok(None),
            other => items_of(other).map(Some),
        })
        .collect();
    let lists = match finite {
        Ok(lists) => lists,
        Err(stop) if name == "zip_strict" => return Err(stop),
        Err(_) => return Ok(default.unwrap_or(Value::None)),
    };
    let shortest = lists.iter().flatten().map(Vec::len).min();
    let Some(shortest) = shortest.or_else(|| lists.is_empty().then_some(0)) else {
        return Err(Stop::out_of_fuel());
    };
    for index in 0..shortest {
        interp.budget.charge(1)?;
        let row =
            lists.iter().zip(&args.positional).filter_map(|(list, value)| match (list, value) {
                (Some(list), _) => list.get(index).cloned(),
                (None, Value::Iterator(it)) => it.next(),
                (None, _) => None,
            });
        rows.push(Value::tuple(row.collect()));
    }
    Ok(Value::iterator("zip", rows))
}

/// `set(…)`: what cannot be gone through gives the default, or is an error of `set_strict`.
pub(super) fn set(name: &str, args: Args) -> Result<Value, Stop> {
    let [value, default] = args.bind(name, ["value", "default"], 1)?;
    let value = value.unwrap_or(Value::None);
    if value.is_hole() {
        return Ok(Value::Hole);
    }
    let members = || -> Result<Dict, Stop> {
        let mut members = Dict::new();
        for item in items_of(&value)? {
            members.insert(Key::new(item)?, Value::None);
        }
        Ok(members)
    };
    match members() {
        Ok(members) => Ok(Value::Set(std::rc::Rc::new(jinja::value::SetValue::new(members)))),
        Err(stop) if name == "set_strict" => Err(stop),
        Err(_) => Ok(default.unwrap_or(Value::None)),
    }
}

/// Names and texts compare without regard to letters' case.
pub(super) fn diff_of_two_dicts(args: Args) -> Result<Value, Stop> {
    let [a, b] = args.bind("diff_of_two_dicts", ["dict_a", "dict_b"], 2)?;
    let (Some(Value::Dict(a)), Some(Value::Dict(b))) = (&a, &b) else {
        let is_hole = |it: &Option<Value>| it.as_ref().is_some_and(Value::is_hole);
        if is_hole(&a) || is_hole(&b) {
            return Ok(Value::Hole);
        }
        return Err(Stop::type_error("diff_of_two_dicts() compares two dicts of lists"));
    };
    let folded = |it: &Value| -> Result<String, Stop> {
        match it {
            Value::Str(text) => Ok(text.to_lowercase()),
            other => Err(Stop::new(
                jinja::ErrorKind::Attribute,
                format!("'{}' object has no attribute 'casefold'", other.type_name()),
            )),
        }
    };
    let mut others: Vec<(String, Vec<String>)> = Vec::new();
    for (key, values) in b.borrow().iter() {
        let values = items_of(values)?.iter().map(folded).collect::<Result<Vec<_>, _>>()?;
        others.push((folded(key)?, values));
    }
    let mut diff = Dict::new();
    for (key, values) in a.borrow().iter() {
        let name = folded(key)?;
        let Some((_, other)) = others.iter().rev().find(|(it, _)| *it == name) else {
            diff.insert(Key::new(key.clone())?, values.clone());
            continue;
        };
        let mut kept = Vec::new();
        for value in items_of(values)? {
            if !other.contains(&folded(&value)?) {
                kept.push(value);
            }
        }
        if !kept.is_empty() {
            diff.insert(Key::new(key.clone())?, Value::list(kept));
        }
    }
    Ok(Value::dict(diff))
}

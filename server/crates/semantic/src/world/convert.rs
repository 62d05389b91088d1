use jinja::data::to_json;
use jinja::eval::{Args, Stop, items_of};
use jinja::value::{Dict, Key, Value};
use project::Json;

pub(super) fn zip(args: &Args) -> Result<Value, Stop> {
    let lists = args.positional.iter().map(items_of).collect::<Result<Vec<_>, _>>();
    let Ok(lists) = lists else { return Ok(Value::None) };
    let shortest = lists.iter().map(Vec::len).min().unwrap_or(0);
    let rows = (0..shortest)
        .map(|index| Value::tuple(lists.iter().filter_map(|it| it.get(index).cloned()).collect()));
    Ok(Value::list(rows.collect()))
}

pub(super) fn set(args: &Args) -> Result<Value, Stop> {
    let Some(value) = args.positional.first() else { return Ok(Value::None) };
    let Ok(items) = items_of(value) else {
        return Ok(args.get(1, "default").cloned().unwrap_or(Value::None));
    };
    let mut members = Dict::new();
    for item in items {
        members.insert(Key::new(item)?, Value::None);
    }
    Ok(Value::Set(std::rc::Rc::new(jinja::value::SetValue::new(members))))
}

pub(super) fn diff_of_two_dicts(args: &Args) -> Value {
    let (Some(Value::Dict(a)), Some(Value::Dict(b))) =
        (args.positional.first(), args.positional.get(1))
    else {
        return Value::dict(Dict::new());
    };
    let b = b.borrow();
    let mut diff = Dict::new();
    for (key, value) in a.borrow().iter() {
        let Some(name) = key.as_str() else { continue };
        let other =
            b.iter().find(|(it, _)| it.as_str().is_some_and(|it| it.eq_ignore_ascii_case(name)));
        let items = |it: &Value| items_of(it).unwrap_or_default();
        let kept: Vec<Value> = match other {
            Some((_, other)) => {
                let other: Vec<Json> = items(other).iter().filter_map(to_json).collect();
                items(value)
                    .into_iter()
                    .filter(|it| to_json(it).is_none_or(|it| !other.contains(&it)))
                    .collect()
            }
            None => items(value),
        };
        if !kept.is_empty() {
            diff.insert_str(name, Value::list(kept));
        }
    }
    Value::dict(diff)
}

//! Filters of lists and dicts.

use std::rc::Rc;

use syntax::jinja::BinaryOp;

use crate::eval::{Args, Interp, Site, Stop, items_of};
use crate::methods::{int_argument, sort_values};
use crate::value::{Dict, IteratorValue, Key, Str, Value, compare, operators, repr};

const ITEM: u64 = size_of::<Value>() as u64;

/// `attribute='a.b.0'`: what is taken from each item.
struct Getter {
    parts: Vec<Value>,
    ignore_case: bool,
    default: Option<Value>,
}

impl Getter {
    fn new(attribute: Option<&Value>) -> Result<Self, Stop> {
        let parts = match attribute {
            None | Some(Value::None) => Vec::new(),
            Some(Value::Str(path)) => path
                .split('.')
                .map(|part| match part.parse::<i64>() {
                    Ok(index) if part.bytes().all(|it| it.is_ascii_digit()) => Value::Int(index),
                    _ => Value::from(part),
                })
                .collect(),
            Some(other) => vec![other.clone()],
        };
        Ok(Self { parts, ignore_case: false, default: None })
    }

    fn get(&self, interp: &mut Interp<'_>, item: &Value) -> Result<Value, Stop> {
        let mut value = item.clone();
        for part in &self.parts {
            value = interp.item(&value, part)?;
            if let (Value::Undefined(_), Some(default)) = (&value, &self.default) {
                value = default.clone();
            }
        }
        Ok(if self.ignore_case { lower(value) } else { value })
    }
}

fn lower(value: Value) -> Value {
    match &value {
        Value::Str(text) if text.bytes().any(|it| it.is_ascii_uppercase() || !it.is_ascii()) => {
            Value::from(text.to_lowercase())
        }
        _ => value,
    }
}

fn truthy(value: Option<Value>) -> bool {
    value.is_some_and(|it| it.truthy())
}

impl Interp<'_> {
    pub(super) fn sequence_filter(
        &mut self,
        name: &str,
        input: &Value,
        args: Args,
        site: Site<'_>,
    ) -> Result<Value, Stop> {
        match name {
            "list" => {
                args.bind::<0>(name, [], 0)?;
                let items = items_of(input)?;
                self.budget.charge_bytes(items.len() as u64 * ITEM)?;
                Ok(Value::list(items))
            }
            "items" => {
                args.bind::<0>(name, [], 0)?;
                match input {
                    Value::Dict(dict) => Ok(Value::iterator(
                        "generator",
                        dict.borrow()
                            .iter()
                            .map(|(key, value)| Value::tuple(vec![key.clone(), value.clone()]))
                            .collect(),
                    )),
                    Value::Undefined(_) => Ok(Value::iterator("generator", Vec::new())),
                    _ => Err(Stop::type_error("Can only get item pairs from a mapping.")),
                }
            }
            "first" => {
                args.bind::<0>(name, [], 0)?;
                if let Value::Iterator(iterator) = input {
                    return Ok(iterator.next().unwrap_or_else(|| {
                        self.undefined_hint("No first item, sequence was empty.")
                    }));
                }
                let items = items_of(input)?;
                Ok(items
                    .into_iter()
                    .next()
                    .unwrap_or_else(|| self.undefined_hint("No first item, sequence was empty.")))
            }
            "last" => {
                args.bind::<0>(name, [], 0)?;
                if matches!(input, Value::Iterator(_) | Value::Set(_)) {
                    let name = input.type_name();
                    return Err(Stop::type_error(format!("'{name}' object is not reversible")));
                }
                let last = items_of(input)?.pop();
                Ok(last.unwrap_or_else(|| self.undefined_hint("No last item, sequence was empty.")))
            }
            // Never the same in Python; here always the first, so that results stay comparable.
            "random" => {
                args.bind::<0>(name, [], 0)?;
                let first = items_of(input)?.into_iter().next();
                Ok(first
                    .unwrap_or_else(|| self.undefined_hint("No random item, sequence was empty.")))
            }
            "join" => self.join_filter(input, args),
            "map" => self.map_filter(input, args, site),
            "select" | "reject" | "selectattr" | "rejectattr" => {
                self.select_filter(name, input, args, site)
            }
            "sort" => {
                let [reverse, case_sensitive, attribute] =
                    args.bind(name, ["reverse", "case_sensitive", "attribute"], 0)?;
                let sensitive = truthy(case_sensitive);
                let mut getters = Vec::new();
                match &attribute {
                    Some(Value::Str(paths)) => {
                        for path in paths.split(',') {
                            getters.push(Getter::new(Some(&Value::from(path)))?);
                        }
                    }
                    other => getters.push(Getter::new(other.as_ref())?),
                }
                let mut keyed = Vec::new();
                for item in items_of(input)? {
                    let mut keys = Vec::with_capacity(getters.len());
                    for getter in &mut getters {
                        getter.ignore_case = !sensitive;
                        keys.push(getter.get(self, &item)?);
                    }
                    keyed.push((Value::list(keys), item));
                }
                self.budget.charge_bytes(keyed.len() as u64 * ITEM * 3)?;
                sort_values(self, keyed, truthy(reverse)).map(Value::list)
            }
            "unique" => {
                let [case_sensitive, attribute] =
                    args.bind(name, ["case_sensitive", "attribute"], 0)?;
                let mut getter = Getter::new(attribute.as_ref())?;
                getter.ignore_case = !truthy(case_sensitive);
                let mut seen = Dict::new();
                let mut kept = Vec::new();
                for item in items_of(input)? {
                    let key = Key::new(getter.get(self, &item)?)?;
                    self.budget.charge_bytes(ITEM)?;
                    if seen.insert(key, Value::None).is_none() {
                        kept.push(item);
                    }
                }
                Ok(Value::iterator("generator", kept))
            }
            "min" | "max" => {
                let [case_sensitive, attribute] =
                    args.bind(name, ["case_sensitive", "attribute"], 0)?;
                let mut getter = Getter::new(attribute.as_ref())?;
                getter.ignore_case = !truthy(case_sensitive);
                let mut best: Option<(Value, Value)> = None;
                for item in items_of(input)? {
                    let key = getter.get(self, &item)?;
                    let order =
                        if name == "min" { compare::Order::Less } else { compare::Order::Greater };
                    let better = match &best {
                        Some((best, _)) => compare::ordered(&key, best, order)?,
                        None => true,
                    };
                    if better {
                        best = Some((key, item));
                    }
                }
                Ok(match best {
                    Some((_, item)) => item,
                    None => self.undefined_hint("No aggregated item, sequence was empty."),
                })
            }
            "sum" => {
                let [attribute, start] = args.bind(name, ["attribute", "start"], 0)?;
                let getter = Getter::new(attribute.as_ref())?;
                let mut total = start.unwrap_or(Value::Int(0));
                if matches!(total, Value::Str(_)) {
                    return Err(Stop::type_error(
                        "sum() can't sum strings [use ''.join(seq) instead]",
                    ));
                }
                for item in items_of(input)? {
                    let item = getter.get(self, &item)?;
                    total = operators::binary(BinaryOp::Add, &total, &item, &self.budget)?;
                }
                Ok(total)
            }
            "dictsort" => self.dictsort(input, args),
            "groupby" => self.group_by(input, args),
            "reverse" => {
                args.bind::<0>(name, [], 0)?;
                if let Value::Str(text) = input {
                    let reversed: String = text.chars().rev().collect();
                    return Ok(Value::Str(Str::new(reversed).of_kind(text.kind())));
                }
                let mut items =
                    items_of(input).map_err(|_| Stop::type_error("argument must be iterable"))?;
                items.reverse();
                self.budget.charge_bytes(items.len() as u64 * ITEM)?;
                // What cannot be read backwards is made a list first.
                Ok(match input {
                    Value::Iterator(_) | Value::Set(_) => Value::list(items),
                    _ => {
                        Value::Iterator(Rc::new(IteratorValue::new("list_reverseiterator", items)))
                    }
                })
            }
            "batch" => {
                let [count, fill] = args.bind(name, ["linecount", "fill_with"], 1)?;
                let count = int_argument(count, 0)?;
                let fill = fill.filter(|it| !it.is_none());
                let items = items_of(input)?;
                self.budget.charge_bytes(items.len() as u64 * ITEM * 2)?;
                if count <= 0 && !items.is_empty() {
                    // Each item gets its own list but the first list, which stays empty at zero.
                    let mut batches =
                        if count == 0 { vec![Value::list(Vec::new())] } else { Vec::new() };
                    if count < 0 {
                        batches.push(Value::list(items));
                        return Ok(Value::iterator("generator", batches));
                    }
                    batches.extend(items.into_iter().map(|it| Value::list(vec![it])));
                    return Ok(Value::iterator("generator", batches));
                }
                let count = count.max(1) as usize;
                let mut batches = Vec::new();
                for chunk in items.chunks(count) {
                    let mut batch = chunk.to_vec();
                    if let Some(fill) = &fill
                        && batch.len() < count
                    {
                        self.budget.charge_bytes((count - batch.len()) as u64 * ITEM)?;
                        batch.resize(count, fill.clone());
                    }
                    batches.push(Value::list(batch));
                }
                Ok(Value::iterator("generator", batches))
            }
            _ => {
                let [slices, fill] = args.bind("slice", ["slices", "fill_with"], 1)?;
                let slices = int_argument(slices, 0)?;
                if slices == 0 {
                    return Err(Stop::zero_division("integer division or modulo by zero"));
                }
                let fill = fill.filter(|it| !it.is_none());
                let items = items_of(input)?;
                let slices = usize::try_from(slices).unwrap_or(0);
                self.budget.charge_bytes((items.len() + slices) as u64 * ITEM * 2)?;
                let mut parts = Vec::with_capacity(slices);
                let mut rest = items.as_slice();
                for index in 0..slices {
                    let extra = items.len() % slices;
                    let size = items.len() / slices + usize::from(index < extra);
                    let (part, tail) = rest.split_at(size.min(rest.len()));
                    rest = tail;
                    let mut part = part.to_vec();
                    if let Some(fill) = &fill
                        && index >= extra
                    {
                        part.push(fill.clone());
                    }
                    parts.push(Value::list(part));
                }
                Ok(Value::iterator("generator", parts))
            }
        }
    }

    fn join_filter(&mut self, input: &Value, args: Args) -> Result<Value, Stop> {
        let [separator, attribute] = args.bind("join", ["d", "attribute"], 0)?;
        let separator = match separator {
            None => Str::from(""),
            Some(separator) => repr::text(&separator)?,
        };
        let getter = Getter::new(attribute.as_ref())?;
        let mut parts = Vec::new();
        for item in items_of(input)? {
            let item = getter.get(self, &item)?;
            if item.is_hole() {
                continue;
            }
            if !parts.is_empty() && !separator.is_empty() {
                parts.push(separator.clone());
            }
            parts.push(repr::text(&item)?);
        }
        operators::concat(&parts, self.autoescaping(), &self.budget).map(Value::Str)
    }

    fn map_filter(&mut self, input: &Value, mut args: Args, site: Site<'_>) -> Result<Value, Stop> {
        if !input.truthy() && !matches!(input, Value::Iterator(_)) {
            return Ok(Value::iterator("generator", Vec::new()));
        }
        let items = items_of(input)?;
        self.budget.charge_bytes(items.len() as u64 * ITEM)?;
        let mut mapped = Vec::with_capacity(items.len());
        if args.positional.is_empty() {
            let Some(attribute) = args.take_keyword("attribute") else {
                return Err(Stop::type_error("map requires a filter argument"));
            };
            let default = args.take_keyword("default");
            if let Some((name, _)) = args.keywords.first() {
                return Err(Stop::type_error(format!("Unexpected keyword argument '{name}'")));
            }
            let mut getter = Getter::new(Some(&attribute))?;
            getter.default = default.filter(|it| !it.is_none());
            for item in items {
                mapped.push(getter.get(self, &item)?);
            }
        } else {
            let name = repr::plain(&args.positional.remove(0))?;
            for item in items {
                mapped.push(self.call_filter(&name, &item, args.clone(), site)?);
            }
        }
        Ok(Value::iterator("generator", mapped))
    }

    fn select_filter(
        &mut self,
        name: &str,
        input: &Value,
        mut args: Args,
        site: Site<'_>,
    ) -> Result<Value, Stop> {
        let rejecting = name.starts_with("reject");
        if !input.truthy() && !matches!(input, Value::Iterator(_)) {
            return Ok(Value::iterator("generator", Vec::new()));
        }
        let mut getter = Getter::new(None)?;
        if name.ends_with("attr") {
            if args.positional.is_empty() {
                return Err(Stop::type_error("Missing parameter for attribute name"));
            }
            getter = Getter::new(Some(&args.positional.remove(0)))?;
        }
        let test = if args.positional.is_empty() {
            None
        } else {
            Some(repr::plain(&args.positional.remove(0))?)
        };
        let mut kept = Vec::new();
        for item in items_of(input)? {
            let value = getter.get(self, &item)?;
            let passes = match &test {
                Some(test) => self.call_test(test, &value, args.clone(), site)?,
                None => value.truthy(),
            };
            if passes != rejecting {
                self.budget.charge_bytes(ITEM)?;
                kept.push(item);
            }
        }
        Ok(Value::iterator("generator", kept))
    }

    fn dictsort(&mut self, input: &Value, args: Args) -> Result<Value, Stop> {
        let [case_sensitive, by, reverse] =
            args.bind("dictsort", ["case_sensitive", "by", "reverse"], 0)?;
        let by_value = match by.as_ref().map(|it| it.as_str()) {
            None | Some(Some("key")) => false,
            Some(Some("value")) => true,
            _ => {
                return Err(Stop::value_error("You can only sort by either \"key\" or \"value\""));
            }
        };
        let sensitive = truthy(case_sensitive);
        let Value::Dict(dict) = input else {
            return Err(match input {
                Value::Undefined(undefined) => Stop::undefined(undefined),
                other => {
                    let name = other.type_name();
                    Stop::type_error(format!("'{name}' object has no attribute 'items'"))
                }
            });
        };
        let mut keyed = Vec::new();
        for (key, value) in dict.borrow().iter() {
            let sort_key = if by_value { value.clone() } else { key.clone() };
            let sort_key = if sensitive { sort_key } else { lower(sort_key) };
            keyed.push((sort_key, Value::tuple(vec![key.clone(), value.clone()])));
        }
        self.budget.charge_bytes(keyed.len() as u64 * ITEM * 3)?;
        sort_values(self, keyed, truthy(reverse)).map(Value::list)
    }

    fn group_by(&mut self, input: &Value, args: Args) -> Result<Value, Stop> {
        let [attribute, default, case_sensitive] =
            args.bind("groupby", ["attribute", "default", "case_sensitive"], 1)?;
        let mut getter = Getter::new(attribute.as_ref())?;
        getter.default = default.filter(|it| !it.is_none());
        getter.ignore_case = !truthy(case_sensitive);
        let mut keyed = Vec::new();
        for item in items_of(input)? {
            keyed.push((getter.get(self, &item)?, item));
        }
        self.budget.charge_bytes(keyed.len() as u64 * ITEM * 3)?;
        let sorted = sort_values(self, keyed, false)?;
        let mut groups: Vec<(Value, Vec<Value>)> = Vec::new();
        for item in sorted {
            let key = getter.get(self, &item)?;
            match groups.last_mut() {
                Some((last, items)) if compare::equal(last, &key)? => items.push(item),
                _ => groups.push((key, vec![item])),
            }
        }
        getter.ignore_case = false;
        let mut result = Vec::new();
        for (_, items) in groups {
            // The key as the first of them writes it.
            let key = match items.first() {
                Some(first) => getter.get(self, first)?,
                None => Value::None,
            };
            result.push(Value::object(Group { key, items: Value::list(items) }));
        }
        Ok(Value::list(result))
    }
}

/// A named tuple `(grouper, list)`.
struct Group {
    key: Value,
    items: Value,
}

impl crate::value::Object for Group {
    fn type_name(&self) -> &str {
        "_GroupTuple"
    }

    fn get_attr(&self, _interp: &mut Interp<'_>, name: &str) -> Result<Option<Value>, Stop> {
        Ok(match name {
            "grouper" => Some(self.key.clone()),
            "list" => Some(self.items.clone()),
            _ => None,
        })
    }

    fn get_item(&self, _interp: &mut Interp<'_>, key: &Value) -> Result<Option<Value>, Stop> {
        let items = [&self.key, &self.items];
        let index = crate::eval::attribute::index(key, items.len());
        Ok(index.and_then(|it| items.get(it)).map(|it| (*it).clone()))
    }

    fn repr(&self) -> String {
        let tuple = Value::tuple(vec![self.key.clone(), self.items.clone()]);
        repr::repr(&tuple).unwrap_or_default()
    }

    fn items(&self) -> Option<Vec<Value>> {
        Some(vec![self.key.clone(), self.items.clone()])
    }

    fn as_any(&self) -> &dyn std::any::Any {
        self
    }
}

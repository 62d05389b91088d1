//! Functions that Jinja itself puts into every template.

use std::cell::Cell;
use std::rc::Rc;

use super::{Args, Interp, Stop, items_of};
use crate::value::number::Number;
use crate::value::object::{Cycler, Joiner};
use crate::value::{Dict, DictValue, Key, RangeValue, Value};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Builtin {
    Range,
    Dict,
    Namespace,
    Cycler,
    Joiner,
    /// Text at random: nobody can know what it gives.
    Lipsum,
    /// `self`, which has the template's blocks: dbt's templates have none.
    Template,
    /// dbt's `return`: no global of Jinja's, so the host has to offer it.
    Return,
}

/// dbt renders in Jinja's sandbox, which allows no longer ranges.
const MAX_RANGE: usize = 100_000;

impl Builtin {
    pub(super) fn global(name: &str) -> Option<Self> {
        Some(match name {
            "range" => Builtin::Range,
            "dict" => Builtin::Dict,
            "namespace" => Builtin::Namespace,
            "cycler" => Builtin::Cycler,
            "joiner" => Builtin::Joiner,
            "lipsum" => Builtin::Lipsum,
            "self" => Builtin::Template,
            _ => return None,
        })
    }

    pub fn name(self) -> &'static str {
        match self {
            Builtin::Range => "range",
            Builtin::Dict => "dict",
            Builtin::Namespace => "namespace",
            Builtin::Cycler => "cycler",
            Builtin::Joiner => "joiner",
            Builtin::Lipsum => "generate_lorem_ipsum",
            Builtin::Template => "TemplateReference",
            Builtin::Return => "return",
        }
    }

    pub(super) fn call(self, interp: &mut Interp<'_>, args: Args) -> Result<Value, Stop> {
        match self {
            Builtin::Range => range(args),
            Builtin::Dict => Ok(Value::dict(make_dict(args, "dict")?)),
            Builtin::Namespace => {
                let attributes = DictValue::new(make_dict(args, "namespace")?);
                let value = Value::Namespace(Rc::new(attributes));
                interp.note_stored(&value, &value);
                Ok(value)
            }
            Builtin::Cycler => {
                if args.positional.is_empty() {
                    return Err(Stop::runtime("at least one item has to be provided"));
                }
                let cycler = Cycler { items: args.positional, position: Cell::new(0) };
                Ok(Value::Cycler(Rc::new(cycler)))
            }
            Builtin::Joiner => {
                let [separator] = args.bind("joiner", ["sep"], 0)?;
                let separator = separator.unwrap_or_else(|| Value::from(", "));
                Ok(Value::Joiner(Rc::new(Joiner { separator, used: Cell::new(false) })))
            }
            Builtin::Lipsum => {
                interp.meet_hole();
                Ok(Value::Hole)
            }
            Builtin::Template => {
                Err(Stop::type_error("'TemplateReference' object is not callable"))
            }
            Builtin::Return => {
                let [value] = args.bind("return", ["data"], 0)?;
                Err(Stop::Return(value.unwrap_or(Value::None)))
            }
        }
    }
}

fn range(args: Args) -> Result<Value, Stop> {
    if !args.keywords.is_empty() {
        return Err(Stop::type_error("range() takes no keyword arguments"));
    }
    let mut numbers = Vec::new();
    for value in &args.positional {
        match Number::of(value) {
            Some(Number::Int(number)) => numbers.push(number),
            Some(Number::Big(_)) => return Err(too_big()),
            _ => {
                if let Value::Undefined(undefined) = value {
                    return Err(Stop::undefined(undefined));
                }
                if value.is_hole() {
                    return Ok(Value::Hole);
                }
                let name = value.type_name();
                return Err(Stop::type_error(format!(
                    "'{name}' object cannot be interpreted as an integer"
                )));
            }
        }
    }
    let range = match numbers.as_slice() {
        [stop] => RangeValue { start: 0, stop: *stop, step: 1 },
        [start, stop] => RangeValue { start: *start, stop: *stop, step: 1 },
        [_, _, 0] => return Err(Stop::value_error("range() arg 3 must not be zero")),
        [start, stop, step] => RangeValue { start: *start, stop: *stop, step: *step },
        [] => return Err(Stop::type_error("range expected at least 1 argument, got 0")),
        more => {
            let count = more.len();
            return Err(Stop::type_error(format!(
                "range expected at most 3 arguments, got {count}"
            )));
        }
    };
    if range.len() > MAX_RANGE {
        return Err(too_big());
    }
    Ok(Value::Range(Rc::new(range)))
}

fn too_big() -> Stop {
    Stop::overflow(format!(
        "Range too big. The sandbox blocks ranges larger than MAX_RANGE ({MAX_RANGE})."
    ))
}

/// `dict(mapping_or_pairs, **more)`
fn make_dict(args: Args, function: &str) -> Result<Dict, Stop> {
    let mut dict = Dict::new();
    if args.positional.len() > 1 {
        let count = args.positional.len();
        return Err(Stop::type_error(format!(
            "{function} expected at most 1 argument, got {count}"
        )));
    }
    if let Some(source) = args.positional.first() {
        update_dict(&mut dict, source)?;
    }
    for (name, value) in args.keywords {
        dict.insert_str(&name, value);
    }
    Ok(dict)
}

/// Takes over what `dict.update(source)` would.
pub(crate) fn update_dict(dict: &mut Dict, source: &Value) -> Result<(), Stop> {
    match source {
        Value::Dict(other) => {
            for (key, value) in other.borrow().iter() {
                dict.insert(Key::new(key.clone())?, value.clone());
            }
        }
        Value::Hole => {}
        other => {
            for (index, pair) in items_of(other)?.into_iter().enumerate() {
                let items = items_of(&pair).map_err(|_| {
                    Stop::type_error(format!(
                        "cannot convert dictionary update sequence element #{index} to a sequence"
                    ))
                })?;
                let count = items.len();
                let [key, value] = <[Value; 2]>::try_from(items).map_err(|_| {
                    Stop::value_error(format!(
                        "dictionary update sequence element #{index} has length {count}; 2 is required"
                    ))
                })?;
                dict.insert(Key::new(key)?, value);
            }
        }
    }
    Ok(())
}

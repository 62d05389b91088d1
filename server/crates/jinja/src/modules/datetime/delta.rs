//! `datetime.timedelta`

use std::any::Any;
use std::cmp::Ordering;

use syntax::jinja::BinaryOp;

use super::super::calendar::MICROS;
use crate::eval::{Args, Interp, Site, Stop};
use crate::value::number::Number;
use crate::value::{Object, Value};

const DAY: i128 = 86_400 * MICROS as i128;
const MAX_DAYS: i128 = 999_999_999;

/// A stretch of time in microseconds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in super::super) struct Delta(i128);

impl Delta {
    pub(in super::super) fn seconds(seconds: i64) -> Self {
        Self(i128::from(seconds) * i128::from(MICROS))
    }

    pub(super) fn micros(micros: i128) -> Result<Self, Stop> {
        let days = micros.div_euclid(DAY);
        if days.abs() > MAX_DAYS {
            return Err(Stop::overflow(format!("days={days}; must have magnitude <= {MAX_DAYS}")));
        }
        Ok(Self(micros))
    }

    pub(super) fn whole(self) -> i128 {
        self.0
    }

    pub(super) fn of(value: &Value) -> Option<Self> {
        match value {
            Value::Object(it) => it.as_any().downcast_ref::<Self>().copied(),
            _ => None,
        }
    }

    /// `timedelta(days, seconds, microseconds, milliseconds, minutes, hours, weeks)`
    pub(super) fn make(args: Args) -> Result<Value, Stop> {
        let names =
            ["days", "seconds", "microseconds", "milliseconds", "minutes", "hours", "weeks"];
        let units: [i64; 7] =
            [86_400 * MICROS, MICROS, 1, 1_000, 60 * MICROS, 3_600 * MICROS, 7 * 86_400 * MICROS];
        let mut whole = 0i128;
        let mut part = 0f64;
        for ((name, unit), value) in
            names.into_iter().zip(units).zip(args.bind("timedelta", names, 0)?)
        {
            match value.as_ref().map(Number::of) {
                None => {}
                Some(Some(Number::Int(it))) => whole += i128::from(it) * i128::from(unit),
                Some(Some(Number::Float(it))) => {
                    let micros = it * unit as f64;
                    if !micros.is_finite() || micros.abs() > 1e23 {
                        return Err(Stop::overflow("cannot convert float to timedelta"));
                    }
                    whole += micros.trunc() as i128;
                    part += micros.fract();
                }
                _ if value.as_ref().is_some_and(Value::is_hole) => return Ok(Value::Hole),
                _ => {
                    let type_name = value.as_ref().map_or("NoneType", Value::type_name);
                    return Err(Stop::type_error(format!(
                        "unsupported type for timedelta {name} component: {type_name}"
                    )));
                }
            }
        }
        Ok(Value::object(Self::micros(whole + part.round_ties_even() as i128)?))
    }

    fn parts(self) -> (i128, i128, i128) {
        let micros = i128::from(MICROS);
        let rest = self.0.rem_euclid(DAY);
        (self.0.div_euclid(DAY), rest / micros, rest % micros)
    }

    pub(in super::super) fn text(self) -> String {
        let (days, seconds, micros) = self.parts();
        let time = format!("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
        let time = if micros == 0 { time } else { format!("{time}.{micros:06}") };
        match days {
            0 => time,
            1 | -1 => format!("{days} day, {time}"),
            _ => format!("{days} days, {time}"),
        }
    }

    pub(in super::super) fn repr(self) -> String {
        let (days, seconds, micros) = self.parts();
        let named = [("days", days), ("seconds", seconds), ("microseconds", micros)];
        let given: Vec<String> = named
            .into_iter()
            .filter(|(_, value)| *value != 0)
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let given = if given.is_empty() { "0".to_owned() } else { given.join(", ") };
        format!("datetime.timedelta({given})")
    }

    fn divided(self, other: &Value, floor: bool) -> Option<Result<Value, Stop>> {
        let zero = || Some(Err(Stop::zero_division("integer division or modulo by zero")));
        if let Some(other) = Self::of(other) {
            if other.0 == 0 {
                return zero();
            }
            return Some(Ok(if floor {
                Value::Int(i64::try_from(self.0.div_euclid(other.0)).unwrap_or_default())
            } else {
                Value::Float(self.0 as f64 / other.0 as f64)
            }));
        }
        match Number::of(other)? {
            Number::Int(0) => zero(),
            Number::Int(it) if floor => {
                let (it, own) = (i128::from(it), self.0);
                let quotient = own / it;
                let floored =
                    if own % it != 0 && (own < 0) != (it < 0) { quotient - 1 } else { quotient };
                Some(Self::micros(floored).map(Value::object))
            }
            Number::Int(it) => {
                Some(Self::micros(round_half_even(self.0, i128::from(it))).map(Value::object))
            }
            Number::Float(it) if !floor && it != 0.0 => {
                let micros = self.0 as f64 / it;
                Some(Self::micros(micros.round_ties_even() as i128).map(Value::object))
            }
            _ => None,
        }
    }
}

/// `a / b` to the nearest integer, of two equally near ones the even.
fn round_half_even(a: i128, b: i128) -> i128 {
    let (mut quotient, mut rest) = (a.div_euclid(b.abs()), a.rem_euclid(b.abs()));
    rest *= 2;
    if rest > b.abs() || rest == b.abs() && quotient % 2 != 0 {
        quotient += 1;
    }
    if b < 0 { -quotient } else { quotient }
}

impl Object for Delta {
    fn type_name(&self) -> &str {
        "datetime.timedelta"
    }

    fn get_attr(&self, _interp: &mut Interp<'_>, name: &str) -> Result<Option<Value>, Stop> {
        let (days, seconds, micros) = self.parts();
        let number = |it: i128| Some(Value::Int(i64::try_from(it).unwrap_or_default()));
        Ok(match name {
            "days" => number(days),
            "seconds" => number(seconds),
            "microseconds" => number(micros),
            "total_seconds" => Some(super::values::method(Value::object(*self), name)),
            _ => None,
        })
    }

    fn call_method(
        &self,
        interp: &mut Interp<'_>,
        name: &str,
        args: Args,
        site: Site<'_>,
    ) -> Result<Value, Stop> {
        if name == "total_seconds" {
            args.bind::<0>(name, [], 0)?;
            return Ok(Value::Float(self.0 as f64 / MICROS as f64));
        }
        super::values::no_method(self, interp, name, args, site)
    }

    fn str(&self) -> String {
        self.text()
    }

    fn repr(&self) -> String {
        (*self).repr()
    }

    fn truthy(&self) -> bool {
        self.0 != 0
    }

    fn equal(&self, other: &dyn Object) -> bool {
        other.as_any().downcast_ref::<Self>() == Some(self)
    }

    fn order(&self, other: &dyn Object) -> Option<Result<Ordering, Stop>> {
        other.as_any().downcast_ref::<Self>().map(|it| Ok(self.cmp(it)))
    }

    fn hash_text(&self) -> Option<String> {
        Some(self.0.to_string())
    }

    fn binary(&self, op: BinaryOp, other: &Value, reflected: bool) -> Option<Result<Value, Stop>> {
        let made = |micros: i128| Some(Self::micros(micros).map(Value::object));
        match op {
            BinaryOp::Add => made(self.0 + Self::of(other)?.0),
            BinaryOp::Subtract => {
                let other = Self::of(other)?.0;
                made(if reflected { other - self.0 } else { self.0 - other })
            }
            BinaryOp::Multiply => match Number::of(other)? {
                Number::Int(it) => made(self.0.saturating_mul(i128::from(it))),
                Number::Float(it) => made((self.0 as f64 * it).round_ties_even() as i128),
                Number::Big(_) => Some(Err(Stop::overflow("timedelta is too large"))),
            },
            BinaryOp::Divide if !reflected => self.divided(other, false),
            BinaryOp::FloorDivide if !reflected => self.divided(other, true),
            BinaryOp::Modulo if !reflected => {
                let other = Self::of(other)?.0;
                if other == 0 {
                    return Some(Err(Stop::zero_division("integer modulo by zero")));
                }
                let rest = self.0.rem_euclid(other.abs());
                made(if other < 0 && rest != 0 { rest + other } else { rest })
            }
            _ => None,
        }
    }

    fn negate(&self) -> Option<Value> {
        Some(Value::object(Self(-self.0)))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

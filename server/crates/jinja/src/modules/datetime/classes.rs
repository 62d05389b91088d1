//! The classes of `datetime` as values: to make dates and times, and to read them.

use std::any::Any;

use super::super::calendar::{DAY, MICROS, check_date, check_days, check_time};
use super::super::function::dict;
use super::super::strptime;
use super::delta::Delta;
use super::time::Time;
use super::values::{Date, DateTime, Zone, integer, method, text_argument};
use crate::eval::{Args, Interp, Site, Stop};
use crate::value::number::Number;
use crate::value::{Object, Value};

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    DateTime,
    Date,
    Time,
    Delta,
    Zone,
}

#[derive(Clone, Copy)]
pub(super) struct Class {
    kind: Kind,
    /// Microseconds since 1970.
    now: i64,
}

/// `modules.datetime`
pub(in super::super) fn module(now: i64) -> Value {
    let class = |kind| Value::object(Class { kind, now });
    dict([
        ("date", class(Kind::Date)),
        ("datetime", class(Kind::DateTime)),
        ("time", class(Kind::Time)),
        ("timedelta", class(Kind::Delta)),
        ("tzinfo", class(Kind::Zone)),
    ])
}

pub(in super::super) fn utc_time(micros: i64) -> Value {
    Value::object(DateTime { local: micros, zone: Some(Zone::Utc) })
}

impl Class {
    pub(super) fn datetime(now: i64) -> Self {
        Self { kind: Kind::DateTime, now }
    }

    pub(super) fn date(now: i64) -> Self {
        Self { kind: Kind::Date, now }
    }

    pub(super) fn time() -> Self {
        Self { kind: Kind::Time, now: 0 }
    }

    fn name(self) -> &'static str {
        match self.kind {
            Kind::DateTime => "datetime",
            Kind::Date => "date",
            Kind::Time => "time",
            Kind::Delta => "timedelta",
            Kind::Zone => "tzinfo",
        }
    }

    fn methods(self) -> &'static [&'static str] {
        match self.kind {
            Kind::DateTime => &[
                "now",
                "utcnow",
                "today",
                "strptime",
                "combine",
                "fromisoformat",
                "fromtimestamp",
                "utcfromtimestamp",
                "fromordinal",
                "strftime",
                "isoformat",
            ],
            Kind::Date => &["today", "fromisoformat", "fromtimestamp", "fromordinal"],
            Kind::Time => &["fromisoformat"],
            Kind::Delta | Kind::Zone => &[],
        }
    }

    /// `datetime.min`, `timedelta.max` …
    fn constant(self, name: &str) -> Option<Value> {
        let (first, last) = (-719_162, 2_932_896);
        Some(match (self.kind, name) {
            (Kind::DateTime, "min") => Value::object(DateTime { local: first * DAY, zone: None }),
            (Kind::DateTime, "max") => {
                Value::object(DateTime { local: last * DAY + DAY - 1, zone: None })
            }
            (Kind::Date, "min") => Value::object(Date { days: first }),
            (Kind::Date, "max") => Value::object(Date { days: last }),
            (Kind::Time, "min") => Value::object(Time { micros: 0, zone: None }),
            (Kind::Time, "max") => Value::object(Time { micros: DAY - 1, zone: None }),
            _ => return None,
        })
    }

    /// A moment in seconds since 1970.
    fn timestamp(seconds: &Value, zone: Option<&Zone>) -> Result<DateTime, Stop> {
        let micros = match Number::of(seconds) {
            Some(Number::Int(it)) => it.checked_mul(MICROS),
            Some(Number::Float(it)) => {
                let micros = (it * MICROS as f64).round_ties_even();
                (micros.abs() < 9e18).then_some(micros as i64)
            }
            _ => {
                return Err(Stop::type_error(format!(
                    "'{}' object cannot be interpreted as an integer",
                    seconds.type_name()
                )));
            }
        };
        let out_of_range = || Stop::value_error("year is out of range");
        let moment = DateTime::new(micros.ok_or_else(out_of_range)?, None)?;
        match zone {
            Some(zone) => moment.in_zone(zone),
            None => Ok(moment),
        }
    }

    fn iso(self, text: &str) -> Result<Value, Stop> {
        let invalid = || {
            let quoted = crate::value::repr::repr(&Value::from(text)).unwrap_or_default();
            Stop::value_error(format!("Invalid isoformat string: {quoted}"))
        };
        if self.kind == Kind::Time {
            let (micros, zone) = iso_time(text).ok_or_else(invalid)?;
            return Ok(Value::object(Time { micros, zone }));
        }
        let (days, rest) = iso_date(text).ok_or_else(invalid)?;
        let days = days?;
        if self.kind == Kind::Date {
            return if rest.is_empty() { Ok(Value::object(Date { days })) } else { Err(invalid()) };
        }
        let mut rest = rest.chars();
        if rest.next().is_none() {
            return Ok(Value::object(DateTime { local: days * DAY, zone: None }));
        }
        let (micros, zone) = iso_time(rest.as_str()).ok_or_else(invalid)?;
        Ok(Value::object(DateTime { local: days * DAY + micros, zone }))
    }
}

/// `2020-01-31`, `20200131`
fn iso_date(text: &str) -> Option<(Result<i64, Stop>, &str)> {
    let number = |from: usize, to: usize| -> Option<i64> {
        text.get(from..to).filter(|it| it.bytes().all(|it| it.is_ascii_digit()))?.parse().ok()
    };
    let year = number(0, 4)?;
    if text.as_bytes().get(4) == Some(&b'-') {
        let (month, day) = (number(5, 7)?, number(8, 10)?);
        (text.as_bytes().get(7) == Some(&b'-'))
            .then(|| (check_date(year, month, day), text.get(10..).unwrap_or_default()))
    } else {
        Some((check_date(year, number(4, 6)?, number(6, 8)?), text.get(8..).unwrap_or_default()))
    }
}

/// `10:20:30.5+02:00`
fn iso_time(text: &str) -> Option<(i64, Option<Zone>)> {
    let at = text.find(['+', '-', 'Z']).unwrap_or(text.len());
    let (time, zone) = text.split_at(at);
    let (time, fraction) = match time.split_once(['.', ',']) {
        Some((time, fraction)) => (time, Some(fraction)),
        None => (time, None),
    };
    let plain: String = time.chars().filter(|it| *it != ':').collect();
    if plain.is_empty() || !plain.len().is_multiple_of(2) || plain.len() > 6 {
        return None;
    }
    let number = |from: usize| -> Option<i64> {
        match plain.get(from..from + 2) {
            Some(it) if it.bytes().all(|it| it.is_ascii_digit()) => it.parse().ok(),
            Some(_) => None,
            None => Some(0),
        }
    };
    let micros = match fraction {
        Some(it) if !it.is_empty() && it.bytes().all(|it| it.is_ascii_digit()) => {
            let digits: String = it.chars().chain("000000".chars()).take(6).collect();
            digits.parse().ok()?
        }
        Some(_) => return None,
        None => 0,
    };
    let micros = check_time(number(0)?, number(2)?, number(4)?, micros).ok()?;
    if zone.is_empty() {
        return Some((micros, None));
    }
    let (seconds, _, rest) = strptime::offset(zone)?;
    rest.is_empty().then_some((micros, Some(Zone::Fixed { seconds, is_pytz: false })))
}

impl Object for Class {
    fn type_name(&self) -> &str {
        "type"
    }

    fn get_attr(&self, _interp: &mut Interp<'_>, name: &str) -> Result<Option<Value>, Stop> {
        if self.methods().contains(&name) {
            return Ok(Some(method(Value::object(*self), name)));
        }
        Ok(self.constant(name))
    }

    fn call_method(
        &self,
        interp: &mut Interp<'_>,
        name: &str,
        mut args: Args,
        site: Site<'_>,
    ) -> Result<Value, Stop> {
        if !self.methods().contains(&name) {
            return super::values::no_method(self, interp, name, args, site);
        }
        Ok(match name {
            "strftime" | "isoformat" => {
                // `datetime.strftime(moment, format)`
                if args.positional.is_empty() {
                    return Err(Stop::type_error(format!(
                        "unbound method datetime.{name}() needs an argument"
                    )));
                }
                let receiver = args.positional.remove(0);
                return interp.call_method(&receiver, name, args, site);
            }
            "now" => {
                let [zone] = args.bind(name, ["tz"], 0)?;
                let now = DateTime::new(self.now, None)?;
                Value::object(match Zone::of(zone.as_ref())? {
                    Some(zone) => now.in_zone(&zone)?,
                    None => now,
                })
            }
            "utcnow" => Value::object(DateTime::new(self.now, None)?),
            "today" if self.kind == Kind::Date => {
                Value::object(Date { days: self.now.div_euclid(DAY) })
            }
            "today" => Value::object(DateTime::new(self.now, None)?),
            "strptime" => {
                let [text, format] = args.bind(name, ["date_string", "format"], 2)?;
                if text.as_ref().is_some_and(Value::is_hole) {
                    return Ok(Value::Hole);
                }
                let (text, format) = (text_argument(text, "")?, text_argument(format, "")?);
                let read = strptime::strptime(&text, &format)?;
                let zone = read.zone.map(|(seconds, _)| Zone::Fixed { seconds, is_pytz: false });
                Value::object(DateTime { local: read.days * DAY + read.micros, zone })
            }
            "combine" => {
                let [date, time, zone] = args.bind(name, ["date", "time", "tzinfo"], 2)?;
                let date = date.as_ref().and_then(Date::of);
                let time = match &time {
                    Some(Value::Object(it)) => it.as_any().downcast_ref::<Time>(),
                    _ => None,
                };
                let (Some(date), Some(time)) = (date, time) else {
                    return Err(Stop::type_error("combine() needs a date and a time"));
                };
                let zone = match &zone {
                    Some(_) => Zone::of(zone.as_ref())?,
                    None => time.zone.clone(),
                };
                Value::object(DateTime { local: date.days * DAY + time.micros, zone })
            }
            "fromisoformat" => {
                let [text] = args.bind(name, ["date_string"], 1)?;
                if text.as_ref().is_some_and(Value::is_hole) {
                    return Ok(Value::Hole);
                }
                self.iso(&text_argument(text, "")?)?
            }
            "fromtimestamp" | "utcfromtimestamp" => {
                let [seconds, zone] = args.bind(name, ["timestamp", "tz"], 1)?;
                let zone = Zone::of(zone.as_ref())?;
                let seconds = seconds.unwrap_or(Value::None);
                let moment = Self::timestamp(&seconds, zone.as_ref())?;
                if self.kind == Kind::Date {
                    Value::object(Date { days: moment.days() })
                } else {
                    Value::object(moment)
                }
            }
            "fromordinal" => {
                let [ordinal] = args.bind(name, ["ordinal"], 1)?;
                let days = integer(ordinal.as_ref(), 1)?.saturating_sub(719_163);
                let days = check_days(days)?;
                if self.kind == Kind::Date {
                    Value::object(Date { days })
                } else {
                    Value::object(DateTime { local: days * DAY, zone: None })
                }
            }
            _ => Value::Hole,
        })
    }

    fn call(&self, _interp: &mut Interp<'_>, args: Args, _site: Site<'_>) -> Result<Value, Stop> {
        if args.positional.iter().any(Value::is_hole) {
            return Ok(Value::Hole);
        }
        Ok(match self.kind {
            Kind::Delta => return Delta::make(args),
            Kind::Date => {
                let [year, month, day] = args.bind("date", ["year", "month", "day"], 3)?;
                Value::object(Date {
                    days: check_date(
                        integer(year.as_ref(), 1)?,
                        integer(month.as_ref(), 1)?,
                        integer(day.as_ref(), 1)?,
                    )?,
                })
            }
            Kind::Time => {
                let names = ["hour", "minute", "second", "microsecond", "tzinfo", "fold"];
                let [hour, minute, second, micros, zone, _fold] = args.bind("time", names, 0)?;
                let micros = check_time(
                    integer(hour.as_ref(), 0)?,
                    integer(minute.as_ref(), 0)?,
                    integer(second.as_ref(), 0)?,
                    integer(micros.as_ref(), 0)?,
                )?;
                Value::object(Time { micros, zone: Zone::of(zone.as_ref())? })
            }
            Kind::DateTime => {
                let names = [
                    "year",
                    "month",
                    "day",
                    "hour",
                    "minute",
                    "second",
                    "microsecond",
                    "tzinfo",
                    "fold",
                ];
                let [year, month, day, hour, minute, second, micros, zone, _fold] =
                    args.bind("datetime", names, 3)?;
                let days = check_date(
                    integer(year.as_ref(), 1)?,
                    integer(month.as_ref(), 1)?,
                    integer(day.as_ref(), 1)?,
                )?;
                let micros = check_time(
                    integer(hour.as_ref(), 0)?,
                    integer(minute.as_ref(), 0)?,
                    integer(second.as_ref(), 0)?,
                    integer(micros.as_ref(), 0)?,
                )?;
                Value::object(DateTime {
                    local: days * DAY + micros,
                    zone: Zone::of(zone.as_ref())?,
                })
            }
            Kind::Zone => return Err(Stop::type_error("a tzinfo cannot be made here")),
        })
    }

    fn is_callable(&self) -> bool {
        true
    }

    fn repr(&self) -> String {
        format!("<class 'datetime.{}'>", self.name())
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

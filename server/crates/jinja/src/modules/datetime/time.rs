//! `datetime.time`, and what `isocalendar()` gives.

use std::any::Any;
use std::cmp::Ordering;

use super::super::calendar::{MICROS, check_time, offset_text, time_text};
use super::super::strftime::{self, Parts};
use super::delta::Delta;
use super::values::{Zone, integer, method, no_method, text_argument, timespec_text};
use crate::eval::{Args, Interp, Site, Stop};
use crate::value::{Object, Value};

#[derive(Clone)]
pub(super) struct Time {
    /// Microseconds since midnight.
    pub(super) micros: i64,
    pub(super) zone: Option<Zone>,
}

const METHODS: &[&str] =
    &["isoformat", "replace", "strftime", "utcoffset", "dst", "tzname", "fromisoformat"];

impl Time {
    fn offset(&self) -> Option<i64> {
        // A zone with summer time needs a date to have an offset.
        match self.zone.as_ref()? {
            Zone::Named(_) => None,
            other => Some(other.offset()),
        }
    }

    fn iso(&self, timespec: &str) -> Result<String, Stop> {
        let time = timespec_text(self.micros, timespec)?;
        let offset = self.offset().map(|it| offset_text(it, ":")).unwrap_or_default();
        Ok(format!("{time}{offset}"))
    }
}

impl Object for Time {
    fn type_name(&self) -> &str {
        "datetime.time"
    }

    fn get_attr(&self, _interp: &mut Interp<'_>, name: &str) -> Result<Option<Value>, Stop> {
        if METHODS.contains(&name) {
            return Ok(Some(method(Value::object(self.clone()), name)));
        }
        let seconds = self.micros / MICROS;
        Ok(Some(match name {
            "hour" => Value::Int(seconds / 3600),
            "minute" => Value::Int(seconds / 60 % 60),
            "second" => Value::Int(seconds % 60),
            "microsecond" => Value::Int(self.micros % MICROS),
            "fold" => Value::Int(0),
            "tzinfo" => Zone::value(self.zone.as_ref()),
            _ => return Ok(None),
        }))
    }

    fn call_method(
        &self,
        interp: &mut Interp<'_>,
        name: &str,
        args: Args,
        site: Site<'_>,
    ) -> Result<Value, Stop> {
        Ok(match name {
            "isoformat" => {
                let [timespec] = args.bind(name, ["timespec"], 0)?;
                Value::from(self.iso(&text_argument(timespec, "auto")?)?)
            }
            "strftime" => {
                let [format] = args.bind(name, ["format"], 1)?;
                // Python gives a time the first day of 1900.
                let zone = self.zone.as_ref().map(|it| (it.offset(), it.name()));
                let parts = Parts { days: -25_567, micros: self.micros, zone };
                Value::from(strftime::strftime(&parts, &text_argument(format, "")?))
            }
            "replace" => {
                let names = ["hour", "minute", "second", "microsecond", "tzinfo"];
                let [hour, minute, second, micros, zone] = args.bind(name, names, 0)?;
                let seconds = self.micros / MICROS;
                let micros = check_time(
                    integer(hour.as_ref(), seconds / 3600)?,
                    integer(minute.as_ref(), seconds / 60 % 60)?,
                    integer(second.as_ref(), seconds % 60)?,
                    integer(micros.as_ref(), self.micros % MICROS)?,
                )?;
                let zone = match &zone {
                    None => self.zone.clone(),
                    given => Zone::of(given.as_ref())?,
                };
                Value::object(Self { micros, zone })
            }
            "utcoffset" => {
                self.offset().map_or(Value::None, |it| Value::object(Delta::seconds(it)))
            }
            "tzname" => match &self.zone {
                None | Some(Zone::Named(_)) => Value::None,
                Some(zone) => Value::from(zone.name()),
            },
            "dst" => Value::None,
            "fromisoformat" => {
                return super::classes::Class::time().call_method(interp, name, args, site);
            }
            _ => return no_method(self, interp, name, args, site),
        })
    }

    fn str(&self) -> String {
        self.iso("auto").unwrap_or_default()
    }

    fn repr(&self) -> String {
        let seconds = self.micros / MICROS;
        let mut parts = vec![seconds / 3600, seconds / 60 % 60];
        let (second, micros) = (seconds % 60, self.micros % MICROS);
        if second != 0 || micros != 0 {
            parts.push(second);
        }
        if micros != 0 {
            parts.push(micros);
        }
        let parts: Vec<String> = parts.into_iter().map(|it| it.to_string()).collect();
        let zone = self.zone.as_ref().map(|it| format!(", tzinfo={}", it.repr()));
        format!("datetime.time({}{})", parts.join(", "), zone.unwrap_or_default())
    }

    fn equal(&self, other: &dyn Object) -> bool {
        matches!(self.order(other), Some(Ok(Ordering::Equal)))
    }

    fn order(&self, other: &dyn Object) -> Option<Result<Ordering, Stop>> {
        let other = other.as_any().downcast_ref::<Self>()?;
        Some(match (self.offset(), other.offset()) {
            (None, None) => Ok(self.micros.cmp(&other.micros)),
            (Some(a), Some(b)) => Ok((self.micros - a * MICROS).cmp(&(other.micros - b * MICROS))),
            _ => Err(Stop::type_error("can't compare offset-naive and offset-aware times")),
        })
    }

    fn hash_text(&self) -> Option<String> {
        Some(time_text(self.micros))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// A year, a week and a day of ISO 8601: a tuple whose parts have names.
pub(super) struct IsoCalendar {
    pub(super) year: i64,
    pub(super) week: i64,
    pub(super) day: i64,
}

impl Object for IsoCalendar {
    fn type_name(&self) -> &str {
        "datetime.IsoCalendarDate"
    }

    fn get_attr(&self, _interp: &mut Interp<'_>, name: &str) -> Result<Option<Value>, Stop> {
        Ok(match name {
            "year" => Some(Value::Int(self.year)),
            "week" => Some(Value::Int(self.week)),
            "weekday" => Some(Value::Int(self.day)),
            _ => None,
        })
    }

    fn get_item(&self, _interp: &mut Interp<'_>, key: &Value) -> Result<Option<Value>, Stop> {
        Ok(match key {
            Value::Int(0 | -3) => Some(Value::Int(self.year)),
            Value::Int(1 | -2) => Some(Value::Int(self.week)),
            Value::Int(2 | -1) => Some(Value::Int(self.day)),
            _ => None,
        })
    }

    fn items(&self) -> Option<Vec<Value>> {
        Some([self.year, self.week, self.day].into_iter().map(Value::Int).collect())
    }

    fn repr(&self) -> String {
        let Self { year, week, day } = self;
        format!("datetime.IsoCalendarDate(year={year}, week={week}, weekday={day})")
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

//! `datetime.datetime`, `datetime.date` and their time zones.

use std::any::Any;
use std::cmp::Ordering;
use std::rc::Rc;

use syntax::jinja::BinaryOp;

use super::super::calendar::{
    DAY, MICROS, check_date, check_days, check_time, date_of, date_text, day_of_year, iso_calendar,
    offset_text, time_text, weekday,
};
use super::super::pytz::Named;
use super::super::strftime::{self, Parts};
use super::delta::Delta;
use super::time::Time;
use crate::eval::{Args, Interp, Site, Stop};
use crate::value::number::Number;
use crate::value::{Method, Object, Value};

/// What a time is told in. A zone with summer time has one of its offsets already, as in `pytz`.
#[derive(Clone)]
pub(in super::super) enum Zone {
    /// `pytz.utc`
    Utc,
    Named(Named),
    /// Seconds east of Greenwich, as `datetime.timezone` or as `pytz.FixedOffset`.
    Fixed {
        seconds: i64,
        is_pytz: bool,
    },
}

impl Zone {
    pub(in super::super) fn offset(&self) -> i64 {
        match self {
            Zone::Utc => 0,
            Zone::Named(it) => it.offset,
            Zone::Fixed { seconds, .. } => *seconds,
        }
    }

    pub(in super::super) fn name(&self) -> String {
        match self {
            Zone::Utc => "UTC".to_owned(),
            Zone::Named(it) => it.abbreviation.clone(),
            Zone::Fixed { is_pytz: true, .. } => "None".to_owned(),
            Zone::Fixed { seconds: 0, .. } => "UTC".to_owned(),
            Zone::Fixed { seconds, .. } => format!("UTC{}", offset_text(*seconds, ":")),
        }
    }

    pub(in super::super) fn repr(&self) -> String {
        match self {
            Zone::Utc => "<UTC>".to_owned(),
            Zone::Named(it) => it.repr(),
            Zone::Fixed { seconds, is_pytz: true } => format!("pytz.FixedOffset({})", seconds / 60),
            Zone::Fixed { seconds: 0, .. } => "datetime.timezone.utc".to_owned(),
            Zone::Fixed { seconds, .. } => {
                format!("datetime.timezone({})", Delta::seconds(*seconds).repr())
            }
        }
    }

    /// True where Python would see one and the same object.
    fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Zone::Utc, Zone::Utc) => true,
            (Zone::Named(a), Zone::Named(b)) => {
                a.name == b.name && a.offset == b.offset && a.abbreviation == b.abbreviation
            }
            (Zone::Fixed { seconds: a, is_pytz: x }, Zone::Fixed { seconds: b, is_pytz: y }) => {
                a == b && x == y
            }
            _ => false,
        }
    }

    pub(super) fn value(zone: Option<&Zone>) -> Value {
        zone.map_or(Value::None, |it| Value::object(super::super::pytz::ZoneObject(it.clone())))
    }

    pub(super) fn of(value: Option<&Value>) -> Result<Option<Zone>, Stop> {
        match value {
            None | Some(Value::None | Value::Hole | Value::Undefined(_)) => Ok(None),
            Some(Value::Object(it)) => {
                match it.as_any().downcast_ref::<super::super::pytz::ZoneObject>() {
                    Some(zone) => Ok(Some(zone.0.clone())),
                    None => Err(not_a_zone(it.type_name())),
                }
            }
            Some(other) => Err(not_a_zone(other.type_name())),
        }
    }
}

fn not_a_zone(type_name: &str) -> Stop {
    Stop::type_error(format!(
        "tzinfo argument must be None or of a tzinfo subclass, not type '{type_name}'"
    ))
}

#[derive(Clone)]
pub(in super::super) struct DateTime {
    /// Microseconds since 1970 as a clock on the wall shows them.
    pub(in super::super) local: i64,
    pub(in super::super) zone: Option<Zone>,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Date {
    pub(super) days: i64,
}

/// A bound method as a value.
pub(super) fn method(receiver: Value, name: &str) -> Value {
    Value::Method(Rc::new(Method { receiver, name: name.into() }))
}

/// Calls what is no method: something undefined, or an attribute.
pub(super) fn no_method(
    object: &dyn Object,
    interp: &mut Interp<'_>,
    name: &str,
    args: Args,
    site: Site<'_>,
) -> Result<Value, Stop> {
    match object.get_attr(interp, name)? {
        Some(Value::Method(_)) | None => Err(Stop::new(
            crate::ErrorKind::Undefined,
            format!("'{} object' has no attribute '{name}'", object.type_name()),
        )),
        Some(callee) => interp.call_value(&callee, args, site),
    }
}

pub(super) fn integer(value: Option<&Value>, default: i64) -> Result<i64, Stop> {
    match value {
        None => Ok(default),
        Some(Value::Hole) => Ok(default),
        Some(value) => match Number::of(value) {
            Some(Number::Int(it)) => Ok(it),
            Some(Number::Big(_)) => Err(Stop::overflow("Python int too large to convert to C int")),
            _ => Err(Stop::type_error(format!(
                "'{}' object cannot be interpreted as an integer",
                value.type_name()
            ))),
        },
    }
}

impl DateTime {
    pub(in super::super) fn new(local: i64, zone: Option<Zone>) -> Result<Self, Stop> {
        check_days(local.div_euclid(DAY))?;
        Ok(Self { local, zone })
    }

    pub(in super::super) fn of(value: &Value) -> Option<&Self> {
        match value {
            Value::Object(it) => it.as_any().downcast_ref::<Self>(),
            _ => None,
        }
    }

    pub(in super::super) fn days(&self) -> i64 {
        self.local.div_euclid(DAY)
    }

    pub(in super::super) fn micros(&self) -> i64 {
        self.local.rem_euclid(DAY)
    }

    fn offset(&self) -> Option<i64> {
        self.zone.as_ref().map(Zone::offset)
    }

    /// Microseconds since 1970 in Greenwich; a time without a zone counts as one there.
    pub(in super::super) fn instant(&self) -> i64 {
        self.local - self.offset().unwrap_or(0) * MICROS
    }

    pub(super) fn parts(&self) -> Parts {
        Parts {
            days: self.days(),
            micros: self.micros(),
            zone: self.zone.as_ref().map(|it| (it.offset(), it.name())),
        }
    }

    pub(super) fn iso(&self, separator: &str, timespec: &str) -> Result<String, Stop> {
        let time = timespec_text(self.micros(), timespec)?;
        let offset = self.offset().map(|it| offset_text(it, ":")).unwrap_or_default();
        Ok(format!("{}{separator}{time}{offset}", date_text(self.days())))
    }

    fn replaced(&self, args: Args) -> Result<Value, Stop> {
        let names =
            ["year", "month", "day", "hour", "minute", "second", "microsecond", "tzinfo", "fold"];
        let [year, month, day, hour, minute, second, micros, zone, _fold] =
            args.bind("replace", names, 0)?;
        let own = date_of(self.days());
        let seconds = self.micros() / MICROS;
        let days = check_date(
            integer(year.as_ref(), own.0)?,
            integer(month.as_ref(), own.1)?,
            integer(day.as_ref(), own.2)?,
        )?;
        let time = check_time(
            integer(hour.as_ref(), seconds / 3600)?,
            integer(minute.as_ref(), seconds / 60 % 60)?,
            integer(second.as_ref(), seconds % 60)?,
            integer(micros.as_ref(), self.micros() % MICROS)?,
        )?;
        let zone = match &zone {
            None => self.zone.clone(),
            given => Zone::of(given.as_ref())?,
        };
        Ok(Value::object(Self { local: days * DAY + time, zone }))
    }

    /// The same moment in another zone.
    pub(in super::super) fn in_zone(&self, zone: &Zone) -> Result<Self, Stop> {
        let instant = self.instant();
        let zone = match zone {
            Zone::Named(it) => Zone::Named(it.at(instant)),
            other => other.clone(),
        };
        Self::new(instant + zone.offset() * MICROS, Some(zone))
    }

    fn shifted(&self, micros: i128) -> Result<Value, Stop> {
        let local = i64::try_from(i128::from(self.local) + micros)
            .map_err(|_| Stop::overflow("date value out of range"))?;
        Ok(Value::object(Self::new(local, self.zone.clone())?))
    }

    /// Both as comparable numbers, where Python compares them.
    fn comparable(&self, other: &Self) -> Option<(i64, i64)> {
        match (&self.zone, &other.zone) {
            (None, None) => Some((self.local, other.local)),
            (Some(a), Some(b)) if a.is_same(b) => Some((self.local, other.local)),
            (Some(_), Some(_)) => Some((self.instant(), other.instant())),
            _ => None,
        }
    }
}

/// A time of day, as exact as is asked for.
pub(super) fn timespec_text(micros: i64, timespec: &str) -> Result<String, Stop> {
    let whole = time_text(micros - micros % MICROS);
    let rest = micros % MICROS;
    Ok(match timespec {
        "auto" => time_text(micros),
        "hours" => whole.get(..2).unwrap_or_default().to_owned(),
        "minutes" => whole.get(..5).unwrap_or_default().to_owned(),
        "seconds" => whole,
        "milliseconds" => format!("{whole}.{:03}", rest / 1000),
        "microseconds" => format!("{whole}.{rest:06}"),
        _ => return Err(Stop::value_error("Unknown timespec value")),
    })
}

pub(super) fn text_argument(value: Option<Value>, default: &str) -> Result<String, Stop> {
    match value {
        None => Ok(default.to_owned()),
        Some(Value::Str(it)) => Ok(it.as_str().to_owned()),
        Some(other) => {
            Err(Stop::type_error(format!("argument must be str, not {}", other.type_name())))
        }
    }
}

const DATE_METHODS: &[&str] = &[
    "ctime",
    "isocalendar",
    "isoformat",
    "isoweekday",
    "replace",
    "strftime",
    "timetuple",
    "toordinal",
    "weekday",
    "fromisoformat",
    "today",
    "fromtimestamp",
    "fromordinal",
];
const TIME_METHODS: &[&str] = &[
    "astimezone",
    "combine",
    "date",
    "dst",
    "now",
    "strptime",
    "time",
    "timestamp",
    "timetz",
    "tzname",
    "utcnow",
    "utcoffset",
    "utctimetuple",
    "utcfromtimestamp",
];

/// What a date and a time have in common.
fn date_method(days: i64, parts: &Parts, name: &str, args: Args) -> Option<Result<Value, Stop>> {
    Some(Ok(match name {
        "weekday" => Value::Int(weekday(days)),
        "isoweekday" => Value::Int(weekday(days) + 1),
        "toordinal" => Value::Int(days + 719_163),
        "ctime" => Value::from(strftime::ctime(parts)),
        "isocalendar" => {
            let (year, week, day) = iso_calendar(days);
            Value::object(super::time::IsoCalendar { year, week, day })
        }
        "timetuple" => {
            let (year, month, day) = date_of(days);
            let seconds = parts.micros / MICROS;
            let all = [
                year,
                month,
                day,
                seconds / 3600,
                seconds / 60 % 60,
                seconds % 60,
                weekday(days),
                day_of_year(days),
                -1,
            ];
            Value::tuple(all.into_iter().map(Value::Int).collect())
        }
        "strftime" => {
            let format = match args.bind("strftime", ["format"], 1) {
                Ok([format]) => text_argument(format, ""),
                Err(stop) => return Some(Err(stop)),
            };
            return Some(format.map(|it| Value::from(strftime::strftime(parts, &it))));
        }
        _ => return None,
    }))
}

impl Object for DateTime {
    fn type_name(&self) -> &str {
        "datetime.datetime"
    }

    fn get_attr(&self, _interp: &mut Interp<'_>, name: &str) -> Result<Option<Value>, Stop> {
        if DATE_METHODS.contains(&name) || TIME_METHODS.contains(&name) {
            return Ok(Some(method(Value::object(self.clone()), name)));
        }
        let (year, month, day) = date_of(self.days());
        let seconds = self.micros() / MICROS;
        Ok(Some(match name {
            "year" => Value::Int(year),
            "month" => Value::Int(month),
            "day" => Value::Int(day),
            "hour" => Value::Int(seconds / 3600),
            "minute" => Value::Int(seconds / 60 % 60),
            "second" => Value::Int(seconds % 60),
            "microsecond" => Value::Int(self.micros() % MICROS),
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
                let [separator, timespec] = args.bind(name, ["sep", "timespec"], 0)?;
                let separator = text_argument(separator, "T")?;
                Value::from(self.iso(&separator, &text_argument(timespec, "auto")?)?)
            }
            "date" => Value::object(Date { days: self.days() }),
            "time" => Value::object(Time { micros: self.micros(), zone: None }),
            "timetz" => Value::object(Time { micros: self.micros(), zone: self.zone.clone() }),
            "replace" => self.replaced(args)?,
            "timestamp" => Value::Float(self.instant() as f64 / MICROS as f64),
            "astimezone" => {
                let [zone] = args.bind(name, ["tz"], 0)?;
                let zone = Zone::of(zone.as_ref())?;
                let zone = zone.unwrap_or(Zone::Fixed { seconds: 0, is_pytz: false });
                Value::object(self.in_zone(&zone)?)
            }
            "utcoffset" => {
                self.offset().map_or(Value::None, |it| Value::object(Delta::seconds(it)))
            }
            "dst" => match &self.zone {
                Some(Zone::Utc) => Value::object(Delta::seconds(0)),
                Some(Zone::Named(it)) => Value::object(Delta::seconds(it.summer)),
                Some(Zone::Fixed { is_pytz: true, .. }) => Value::object(Delta::seconds(0)),
                _ => Value::None,
            },
            "tzname" => match &self.zone {
                None | Some(Zone::Fixed { is_pytz: true, .. }) => Value::None,
                Some(zone) => Value::from(zone.name()),
            },
            "utctimetuple" => {
                let moment = Self { local: self.instant(), zone: None };
                return moment.call_method(interp, "timetuple", args, site);
            }
            "now" | "utcnow" | "today" | "strptime" | "combine" | "fromisoformat"
            | "fromtimestamp" | "utcfromtimestamp" | "fromordinal" => {
                let class = super::classes::Class::datetime(0);
                return class.call_method(interp, name, args, site);
            }
            _ => {
                if let Some(result) = date_method(self.days(), &self.parts(), name, args.clone()) {
                    return result;
                }
                return no_method(self, interp, name, args, site);
            }
        })
    }

    fn str(&self) -> String {
        self.iso(" ", "auto").unwrap_or_default()
    }

    fn repr(&self) -> String {
        let (year, month, day) = date_of(self.days());
        let seconds = self.micros() / MICROS;
        let mut parts = vec![year, month, day, seconds / 3600, seconds / 60 % 60];
        let (second, micros) = (seconds % 60, self.micros() % MICROS);
        if second != 0 || micros != 0 {
            parts.push(second);
        }
        if micros != 0 {
            parts.push(micros);
        }
        let parts: Vec<String> = parts.into_iter().map(|it| it.to_string()).collect();
        let zone = self.zone.as_ref().map(|it| format!(", tzinfo={}", it.repr()));
        format!("datetime.datetime({}{})", parts.join(", "), zone.unwrap_or_default())
    }

    fn yaml(&self) -> Option<String> {
        Some(self.str())
    }

    fn equal(&self, other: &dyn Object) -> bool {
        let Some(other) = other.as_any().downcast_ref::<Self>() else { return false };
        self.comparable(other).is_some_and(|(a, b)| a == b)
    }

    fn order(&self, other: &dyn Object) -> Option<Result<Ordering, Stop>> {
        let other = other.as_any().downcast_ref::<Self>()?;
        Some(match self.comparable(other) {
            Some((a, b)) => Ok(a.cmp(&b)),
            None => Err(Stop::type_error("can't compare offset-naive and offset-aware datetimes")),
        })
    }

    fn hash_text(&self) -> Option<String> {
        Some(self.instant().to_string())
    }

    fn binary(&self, op: BinaryOp, other: &Value, reflected: bool) -> Option<Result<Value, Stop>> {
        match op {
            BinaryOp::Add => Some(self.shifted(Delta::of(other)?.whole())),
            BinaryOp::Subtract if reflected => None,
            BinaryOp::Subtract => {
                if let Some(delta) = Delta::of(other) {
                    return Some(self.shifted(-delta.whole()));
                }
                let other = Self::of(other)?;
                Some(match self.comparable(other) {
                    Some((a, b)) => Delta::micros(i128::from(a) - i128::from(b)).map(Value::object),
                    None => Err(Stop::type_error(
                        "can't subtract offset-naive and offset-aware datetimes",
                    )),
                })
            }
            _ => None,
        }
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

impl Date {
    fn parts(self) -> Parts {
        Parts { days: self.days, micros: 0, zone: None }
    }

    pub(super) fn of(value: &Value) -> Option<Self> {
        match value {
            Value::Object(it) => match it.as_any().downcast_ref::<Self>() {
                Some(date) => Some(*date),
                None => DateTime::of(value).map(|it| Self { days: it.days() }),
            },
            _ => None,
        }
    }

    fn shifted(self, delta: Delta, sign: i128) -> Result<Value, Stop> {
        let days = sign * delta.whole().div_euclid(i128::from(DAY));
        let days = i64::try_from(i128::from(self.days) + days).unwrap_or(i64::MAX);
        Ok(Value::object(Self { days: check_days(days)? }))
    }
}

impl Object for Date {
    fn type_name(&self) -> &str {
        "datetime.date"
    }

    fn get_attr(&self, _interp: &mut Interp<'_>, name: &str) -> Result<Option<Value>, Stop> {
        if DATE_METHODS.contains(&name) {
            return Ok(Some(method(Value::object(*self), name)));
        }
        let (year, month, day) = date_of(self.days);
        Ok(match name {
            "year" => Some(Value::Int(year)),
            "month" => Some(Value::Int(month)),
            "day" => Some(Value::Int(day)),
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
        Ok(match name {
            "isoformat" => {
                args.bind::<0>(name, [], 0)?;
                Value::from(date_text(self.days))
            }
            "replace" => {
                let [year, month, day] = args.bind(name, ["year", "month", "day"], 0)?;
                let own = date_of(self.days);
                let days = check_date(
                    integer(year.as_ref(), own.0)?,
                    integer(month.as_ref(), own.1)?,
                    integer(day.as_ref(), own.2)?,
                )?;
                Value::object(Self { days })
            }
            "today" | "fromisoformat" | "fromtimestamp" | "fromordinal" => {
                return super::classes::Class::date(0).call_method(interp, name, args, site);
            }
            _ => {
                if let Some(result) = date_method(self.days, &self.parts(), name, args.clone()) {
                    return result;
                }
                return no_method(self, interp, name, args, site);
            }
        })
    }

    fn str(&self) -> String {
        date_text(self.days)
    }

    fn repr(&self) -> String {
        let (year, month, day) = date_of(self.days);
        format!("datetime.date({year}, {month}, {day})")
    }

    fn yaml(&self) -> Option<String> {
        Some(self.str())
    }

    fn equal(&self, other: &dyn Object) -> bool {
        other.as_any().downcast_ref::<Self>() == Some(self)
    }

    fn order(&self, other: &dyn Object) -> Option<Result<Ordering, Stop>> {
        other.as_any().downcast_ref::<Self>().map(|it| Ok(self.cmp(it)))
    }

    fn hash_text(&self) -> Option<String> {
        Some(self.days.to_string())
    }

    fn binary(&self, op: BinaryOp, other: &Value, reflected: bool) -> Option<Result<Value, Stop>> {
        match op {
            BinaryOp::Add => Some(self.shifted(Delta::of(other)?, 1)),
            BinaryOp::Subtract if !reflected => {
                if let Some(delta) = Delta::of(other) {
                    return Some(self.shifted(delta, -1));
                }
                let Value::Object(other) = other else { return None };
                let other = other.as_any().downcast_ref::<Self>()?;
                let days = i128::from(self.days - other.days);
                Some(Delta::micros(days * i128::from(DAY)).map(Value::object))
            }
            _ => None,
        }
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

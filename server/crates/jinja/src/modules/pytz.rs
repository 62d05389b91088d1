//! `modules.pytz`, over the bundled database of zones.

use std::any::Any;

use jiff::Timestamp;
use jiff::civil;
use jiff::tz::{AmbiguousOffset, TimeZone, TimeZoneDatabase};

use super::calendar::MICROS;
use super::datetime::{DateTime, Delta, Zone};
use super::function::{dict, function};
use crate::eval::{Args, Interp, Site, Stop};
use crate::value::number::Number;
use crate::value::{Method, Object, Value};

/// A zone with the offset that holds for the time it is attached to.
#[derive(Clone)]
pub(super) struct Named {
    zone: TimeZone,
    pub(super) name: String,
    pub(super) abbreviation: String,
    /// Seconds east of Greenwich, and how many of them are for the summer.
    pub(super) offset: i64,
    pub(super) summer: i64,
}

impl Named {
    /// The zone by a name, in whatever letters; with the first offset it ever had, as `pytz` has it.
    fn find(name: &str) -> Option<Self> {
        let database = TimeZoneDatabase::bundled();
        let zone = database.get(name).ok()?;
        let name = zone.iana_name().unwrap_or(name).to_owned();
        let found = Self { zone, name, abbreviation: String::new(), offset: 0, summer: 0 };
        // Before any clock was set by a law.
        Some(found.at(-5_000_000_000 * MICROS))
    }

    /// With the offset of a moment in microseconds since 1970.
    pub(super) fn at(&self, instant: i64) -> Self {
        let moment = Timestamp::from_microsecond(instant).unwrap_or(Timestamp::UNIX_EPOCH);
        let info = self.zone.to_offset_info(moment);
        let seconds = i64::from(info.offset().seconds());
        Self {
            zone: self.zone.clone(),
            name: self.name.clone(),
            abbreviation: info.abbreviation().to_owned(),
            // `pytz` knows whole minutes only.
            offset: (seconds + 30).div_euclid(60) * 60,
            summer: if info.dst().is_dst() { 3600 } else { 0 },
        }
    }

    /// With the offset of a time on the wall. Of two that fit it is the one of summer if asked.
    fn at_wall(&self, local: i64, summer: Option<bool>) -> Result<Self, Stop> {
        let moment = Timestamp::from_microsecond(local).unwrap_or(Timestamp::UNIX_EPOCH);
        let wall: civil::DateTime = TimeZone::UTC.to_datetime(moment);
        let instant = |offset: jiff::tz::Offset| local - i64::from(offset.seconds()) * MICROS;
        let text = wall.to_string().replace('T', " ");
        let chosen = match (self.zone.to_ambiguous_zoned(wall).offset(), summer) {
            (AmbiguousOffset::Unambiguous { offset }, _) => instant(offset),
            (AmbiguousOffset::Fold { .. }, None) => {
                return Err(Stop::value_error(format!("{text} is an ambiguous time")));
            }
            (AmbiguousOffset::Gap { .. }, None) => {
                return Err(Stop::value_error(format!("{text} does not exist")));
            }
            (AmbiguousOffset::Fold { before, after }, Some(summer)) => {
                instant(if summer { before } else { after })
            }
            (AmbiguousOffset::Gap { before, after }, Some(summer)) => {
                // A time that was skipped is told in the offset on the chosen side of the gap.
                let side = if summer { after } else { before };
                let far = if summer { local + 21_600 * MICROS } else { local - 21_600 * MICROS };
                far - i64::from(side.seconds()) * MICROS
            }
        };
        Ok(self.at(chosen))
    }

    pub(super) fn repr(&self) -> String {
        let season = if self.summer == 0 { "STD" } else { "DST" };
        format!(
            "<DstTzInfo '{}' {}{} {season}>",
            self.name,
            self.abbreviation,
            offset_repr(self.offset)
        )
    }
}

/// As `pytz` prints an offset: `-1 day, 19:00:00`, `+1:00:00`.
fn offset_repr(seconds: i64) -> String {
    let text = Delta::seconds(seconds).text();
    if seconds < 0 { text } else { format!("+{text}") }
}

/// A `tzinfo` as a value.
pub(super) struct ZoneObject(pub(super) Zone);

const METHODS: &[&str] = &["localize", "normalize", "utcoffset", "dst", "tzname", "fromutc"];

impl Object for ZoneObject {
    fn type_name(&self) -> &str {
        match self.0 {
            Zone::Utc => "UTC",
            Zone::Named(_) => "DstTzInfo",
            Zone::Fixed { .. } => "timezone",
        }
    }

    fn get_attr(&self, _interp: &mut Interp<'_>, name: &str) -> Result<Option<Value>, Stop> {
        if METHODS.contains(&name) {
            let receiver = Value::object(ZoneObject(self.0.clone()));
            return Ok(Some(Value::Method(std::rc::Rc::new(Method {
                receiver,
                name: name.into(),
            }))));
        }
        Ok(match (name, &self.0) {
            ("zone", Zone::Utc) => Some(Value::from("UTC")),
            ("zone", Zone::Named(it)) => Some(Value::from(it.name.as_str())),
            ("zone", Zone::Fixed { is_pytz: true, .. }) => Some(Value::None),
            _ => None,
        })
    }

    fn call_method(
        &self,
        _interp: &mut Interp<'_>,
        name: &str,
        args: Args,
        _site: Site<'_>,
    ) -> Result<Value, Stop> {
        let names = ["dt", "is_dst"];
        let [moment, summer] = args.bind(name, names, 0)?;
        if moment.as_ref().is_some_and(Value::is_hole) {
            return Ok(Value::Hole);
        }
        let moment = moment.as_ref().and_then(DateTime::of);
        let needed = || Stop::type_error(format!("{name}() needs a datetime"));
        Ok(match name {
            "localize" => {
                let moment = moment.ok_or_else(needed)?;
                if moment.zone.is_some() {
                    return Err(Stop::value_error("Not naive datetime (tzinfo is already set)"));
                }
                let summer = match summer {
                    Some(Value::None) => None,
                    Some(it) => Some(it.truthy()),
                    None => Some(false),
                };
                let zone = match &self.0 {
                    Zone::Named(it) => Zone::Named(it.at_wall(moment.local, summer)?),
                    other => other.clone(),
                };
                Value::object(DateTime { local: moment.local, zone: Some(zone) })
            }
            "normalize" => {
                let moment = moment.ok_or_else(needed)?;
                if moment.zone.is_none() {
                    return Err(Stop::value_error("Naive time - no tzinfo set"));
                }
                Value::object(moment.in_zone(&self.0)?)
            }
            "fromutc" => {
                let moment = moment.ok_or_else(needed)?;
                let utc = DateTime { local: moment.local, zone: Some(Zone::Utc) };
                Value::object(utc.in_zone(&self.0)?)
            }
            "utcoffset" | "dst" | "tzname" => {
                let zone = match (&self.0, moment) {
                    (Zone::Named(it), Some(moment)) if moment.zone.is_none() => {
                        Zone::Named(it.at_wall(moment.local, Some(false))?)
                    }
                    (Zone::Named(_), None) => return Ok(Value::None),
                    (other, _) => other.clone(),
                };
                match (name, &zone) {
                    ("tzname", zone) => Value::from(zone.name()),
                    ("utcoffset", zone) => Value::object(Delta::seconds(zone.offset())),
                    (_, Zone::Named(it)) => Value::object(Delta::seconds(it.summer)),
                    _ => Value::object(Delta::seconds(0)),
                }
            }
            _ => {
                return Err(Stop::new(
                    crate::ErrorKind::Undefined,
                    format!("'{} object' has no attribute '{name}'", self.type_name()),
                ));
            }
        })
    }

    fn str(&self) -> String {
        match &self.0 {
            Zone::Named(it) => it.name.clone(),
            Zone::Fixed { is_pytz: true, .. } => self.0.repr(),
            zone => zone.name(),
        }
    }

    fn repr(&self) -> String {
        self.0.repr()
    }

    fn equal(&self, other: &dyn Object) -> bool {
        let other = other.as_any().downcast_ref::<Self>();
        other.is_some_and(|it| it.0.repr() == self.0.repr())
    }

    fn hash_text(&self) -> Option<String> {
        Some(self.0.repr())
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

fn zone(name: &str) -> Result<Zone, Stop> {
    if name.eq_ignore_ascii_case("utc") {
        return Ok(Zone::Utc);
    }
    let unknown = || {
        let name = crate::value::repr::repr(&Value::from(name)).unwrap_or_default();
        Stop::new(crate::ErrorKind::Key, name)
    };
    Named::find(name).map(Zone::Named).ok_or_else(unknown)
}

fn all_names() -> Value {
    let database = TimeZoneDatabase::bundled();
    let mut names: Vec<String> = database.available().map(|it| it.as_str().to_owned()).collect();
    names.sort();
    Value::list(names.into_iter().map(Value::from).collect())
}

/// `modules.pytz`
pub(super) fn module() -> Value {
    dict([
        (
            "timezone",
            function("timezone", |_, args, _| {
                let [name] = args.bind("timezone", ["zone"], 1)?;
                match name {
                    Some(Value::Str(name)) => Ok(Value::object(ZoneObject(zone(&name)?))),
                    Some(Value::Hole) => Ok(Value::Hole),
                    _ => Err(Stop::new(crate::ErrorKind::Key, "None")),
                }
            }),
        ),
        ("utc", Value::object(ZoneObject(Zone::Utc))),
        ("country_timezones", Value::Hole),
        ("country_names", Value::Hole),
        ("AmbiguousTimeError", Value::Hole),
        ("InvalidTimeError", Value::Hole),
        ("NonExistentTimeError", Value::Hole),
        ("UnknownTimeZoneError", Value::Hole),
        ("all_timezones", all_names()),
        ("all_timezones_set", Value::Hole),
        ("common_timezones", all_names()),
        ("common_timezones_set", Value::Hole),
        ("BaseTzInfo", Value::Hole),
        (
            "FixedOffset",
            function("FixedOffset", |_, args, _| {
                let [minutes] = args.bind("FixedOffset", ["offset"], 1)?;
                match minutes.as_ref().and_then(Number::of) {
                    Some(Number::Int(0)) => Ok(Value::object(ZoneObject(Zone::Utc))),
                    Some(Number::Int(it)) if it.abs() < 1440 => {
                        let zone = Zone::Fixed { seconds: it * 60, is_pytz: true };
                        Ok(Value::object(ZoneObject(zone)))
                    }
                    _ => Err(Stop::value_error("absolute offset is too large")),
                }
            }),
        ),
    ])
}

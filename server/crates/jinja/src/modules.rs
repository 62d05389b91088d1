//! The modules of Python that dbt hands to templates: `datetime`, `pytz`, `re`, `itertools`.

mod calendar;
mod datetime;
mod function;
mod itertools;
mod pytz;
mod re;
mod strftime;
mod strptime;

use crate::value::{Dict, Value};

/// `modules`. The clock stands still at `now`: microseconds since 1970.
#[must_use]
pub fn modules(now: i64) -> Value {
    let mut modules = Dict::new();
    modules.insert_str("pytz", pytz::module());
    modules.insert_str("datetime", datetime::module(now));
    modules.insert_str("re", re::module());
    modules.insert_str("itertools", itertools::module());
    Value::dict(modules)
}

/// `run_started_at`: a time of UTC.
#[must_use]
pub fn utc_time(micros: i64) -> Value {
    datetime::utc_time(micros)
}

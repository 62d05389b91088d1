//! The Gregorian calendar, also before there was one, as Python's `datetime` counts.

use crate::eval::Stop;

pub(super) const MICROS: i64 = 1_000_000;
pub(super) const DAY: i64 = 86_400 * MICROS;

/// Days from 1970-01-01 to the first day of year 1 and to the last of year 9999.
const FIRST_DAY: i64 = -719_162;
const LAST_DAY: i64 = 2_932_896;

pub(super) const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
pub(super) const WEEKDAYS: [&str; 7] =
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

pub(super) fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

pub(super) fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since 1970-01-01; the parts have to be a date.
pub(super) fn days_of(year: i64, month: i64, day: i64) -> i64 {
    // Counted in eras of 400 years that begin in March.
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year - era * 400;
    let month = if month > 2 { month - 3 } else { month + 9 };
    let day_of_year = (153 * month + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// Year, month and day of days since 1970-01-01.
pub(super) fn date_of(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

/// Monday is 0.
pub(super) fn weekday(days: i64) -> i64 {
    (days + 3).rem_euclid(7)
}

/// The first of January is 1.
pub(super) fn day_of_year(days: i64) -> i64 {
    let (year, _, _) = date_of(days);
    days - days_of(year, 1, 1) + 1
}

/// Year, week and weekday after ISO 8601.
pub(super) fn iso_calendar(days: i64) -> (i64, i64, i64) {
    let weekday = weekday(days);
    // The week belongs to the year of its Thursday.
    let thursday = days - weekday + 3;
    let (year, _, _) = date_of(thursday);
    (year, (thursday - days_of(year, 1, 1)) / 7 + 1, weekday + 1)
}

pub(super) fn check_date(year: i64, month: i64, day: i64) -> Result<i64, Stop> {
    if !(1..=9999).contains(&year) {
        return Err(Stop::value_error(format!("year {year} is out of range")));
    }
    if !(1..=12).contains(&month) {
        return Err(Stop::value_error("month must be in 1..12"));
    }
    if !(1..=days_in_month(year, month)).contains(&day) {
        return Err(Stop::value_error("day is out of range for month"));
    }
    Ok(days_of(year, month, day))
}

/// Microseconds since midnight.
pub(super) fn check_time(hour: i64, minute: i64, second: i64, micros: i64) -> Result<i64, Stop> {
    if !(0..24).contains(&hour) {
        return Err(Stop::value_error("hour must be in 0..23"));
    }
    if !(0..60).contains(&minute) {
        return Err(Stop::value_error("minute must be in 0..59"));
    }
    if !(0..60).contains(&second) {
        return Err(Stop::value_error("second must be in 0..59"));
    }
    if !(0..MICROS).contains(&micros) {
        return Err(Stop::value_error("microsecond must be in 0..999999"));
    }
    Ok(((hour * 60 + minute) * 60 + second) * MICROS + micros)
}

pub(super) fn check_days(days: i64) -> Result<i64, Stop> {
    if (FIRST_DAY..=LAST_DAY).contains(&days) {
        Ok(days)
    } else {
        Err(Stop::overflow("date value out of range"))
    }
}

/// `01:02:03.000004`, without what is zero at the end.
pub(super) fn time_text(micros: i64) -> String {
    let (seconds, rest) = (micros / MICROS, micros % MICROS);
    let text = format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
    if rest == 0 { text } else { format!("{text}.{rest:06}") }
}

pub(super) fn date_text(days: i64) -> String {
    let (year, month, day) = date_of(days);
    format!("{year:04}-{month:02}-{day:02}")
}

/// `+05:30`, with seconds where there are some.
pub(super) fn offset_text(seconds: i64, colon: &str) -> String {
    let sign = if seconds < 0 { '-' } else { '+' };
    let seconds = seconds.abs();
    let text = format!("{sign}{:02}{colon}{:02}", seconds / 3600, seconds / 60 % 60);
    if seconds % 60 == 0 { text } else { format!("{text}{colon}{:02}", seconds % 60) }
}

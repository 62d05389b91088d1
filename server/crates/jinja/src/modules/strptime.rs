//! `strptime` as Python reads it.

use super::calendar::{self, MICROS, MONTHS, WEEKDAYS, days_of};
use crate::eval::Stop;

#[derive(Default)]
pub(super) struct Read {
    pub(super) days: i64,
    /// Microseconds since midnight.
    pub(super) micros: i64,
    /// Seconds east of Greenwich, and a name where one was read.
    pub(super) zone: Option<(i64, Option<String>)>,
}

#[derive(Default)]
struct Parts {
    year: Option<i64>,
    month: Option<i64>,
    day: Option<i64>,
    hour: i64,
    hour12: Option<i64>,
    is_pm: Option<bool>,
    minute: i64,
    second: i64,
    micros: i64,
    day_of_year: Option<i64>,
    zone: Option<(i64, Option<String>)>,
}

pub(super) fn strptime(text: &str, format: &str) -> Result<Read, Stop> {
    let mismatch = || {
        let quoted =
            |it: &str| crate::value::repr::repr(&crate::value::Value::from(it)).unwrap_or_default();
        Stop::value_error(format!(
            "time data {} does not match format {}",
            quoted(text),
            quoted(format)
        ))
    };
    let mut parts = Parts::default();
    let rest = read(text, format, &mut parts)?.ok_or_else(mismatch)?;
    if !rest.is_empty() {
        return Err(Stop::value_error(format!("unconverted data remains: {rest}")));
    }
    let year = parts.year.unwrap_or(1900);
    let days = match parts.day_of_year {
        Some(it) if parts.month.is_none() && parts.day.is_none() => days_of(year, 1, 1) + it - 1,
        _ => calendar::check_date(year, parts.month.unwrap_or(1), parts.day.unwrap_or(1))?,
    };
    let hour = match (parts.hour12, parts.is_pm) {
        (Some(hour), Some(true)) => hour % 12 + 12,
        (Some(hour), _) => hour % 12,
        (None, _) => parts.hour,
    };
    // A leap second counts as the one before it.
    let micros = calendar::check_time(hour, parts.minute, parts.second.min(59), parts.micros)?;
    Ok(Read { days, micros, zone: parts.zone })
}

/// Reads as much of a text as a format asks for; nothing where they do not fit.
fn read<'t>(text: &'t str, format: &str, parts: &mut Parts) -> Result<Option<&'t str>, Stop> {
    let mut rest = text;
    let mut characters = format.chars();
    while let Some(character) = characters.next() {
        if character.is_whitespace() {
            let trimmed = rest.trim_start();
            if trimmed.len() == rest.len() {
                return Ok(None);
            }
            rest = trimmed;
            continue;
        }
        if character != '%' {
            let Some(first) = rest.chars().next() else { return Ok(None) };
            if !same_letter(first, character) {
                return Ok(None);
            }
            rest = &rest[first.len_utf8()..];
            continue;
        }
        let Some(directive) = characters.next() else {
            return Err(Stop::value_error(format!("stray % in format '{format}'")));
        };
        match field(rest, directive, parts)? {
            Some(after) => rest = after,
            None => return Ok(None),
        }
    }
    Ok(Some(rest))
}

fn same_letter(a: char, b: char) -> bool {
    a == b || a.to_lowercase().eq(b.to_lowercase())
}

/// Up to `width` digits within a range: as many as fit.
fn digits(text: &str, width: usize, range: std::ops::RangeInclusive<i64>) -> Option<(i64, &str)> {
    let count = text.bytes().take(width).take_while(u8::is_ascii_digit).count();
    (1..=count).rev().find_map(|it| {
        let value: i64 = text.get(..it)?.parse().ok()?;
        range.contains(&value).then(|| (value, &text[it..]))
    })
}

fn name<'t>(text: &'t str, names: &[&str], short: bool) -> Option<(i64, &'t str)> {
    names.iter().enumerate().find_map(|(index, it)| {
        let it = if short { it.get(..3)? } else { it };
        let head = text.get(..it.len())?;
        let rest = &text[it.len()..];
        head.eq_ignore_ascii_case(it).then_some((index as i64, rest))
    })
}

fn field<'t>(text: &'t str, directive: char, parts: &mut Parts) -> Result<Option<&'t str>, Stop> {
    let read_number = |width, range| digits(text, width, range);
    let found = match directive {
        'Y' => text.get(..4).filter(|it| it.bytes().all(|it| it.is_ascii_digit())).map(|it| {
            parts.year = it.parse().ok();
            &text[4..]
        }),
        'y' => text.get(..2).filter(|it| it.bytes().all(|it| it.is_ascii_digit())).map(|it| {
            let year: i64 = it.parse().unwrap_or_default();
            parts.year = Some(if year < 69 { 2000 + year } else { 1900 + year });
            &text[2..]
        }),
        'm' => read_number(2, 1..=12).map(|(it, rest)| {
            parts.month = Some(it);
            rest
        }),
        'd' => read_number(2, 1..=31).map(|(it, rest)| {
            parts.day = Some(it);
            rest
        }),
        'H' => read_number(2, 0..=23).map(|(it, rest)| {
            parts.hour = it;
            rest
        }),
        'I' => read_number(2, 1..=12).map(|(it, rest)| {
            parts.hour12 = Some(it);
            rest
        }),
        'M' => read_number(2, 0..=59).map(|(it, rest)| {
            parts.minute = it;
            rest
        }),
        'S' => read_number(2, 0..=61).map(|(it, rest)| {
            parts.second = it;
            rest
        }),
        'j' => read_number(3, 1..=366).map(|(it, rest)| {
            parts.day_of_year = Some(it);
            rest
        }),
        'f' => {
            let count = text.bytes().take(6).take_while(u8::is_ascii_digit).count();
            (count > 0).then(|| {
                let value: i64 = text[..count].parse().unwrap_or_default();
                parts.micros = value * 10i64.pow(6 - count as u32);
                &text[count..]
            })
        }
        'p' => text.get(..2).and_then(|it| {
            let is_pm = it.eq_ignore_ascii_case("pm");
            (is_pm || it.eq_ignore_ascii_case("am")).then(|| {
                parts.is_pm = Some(is_pm);
                &text[2..]
            })
        }),
        'b' | 'h' => name(text, &MONTHS, true).map(|(it, rest)| {
            parts.month = Some(it + 1);
            rest
        }),
        'B' => name(text, &MONTHS, false).map(|(it, rest)| {
            parts.month = Some(it + 1);
            rest
        }),
        'a' => name(text, &WEEKDAYS, true).map(|(_, rest)| rest),
        'A' => name(text, &WEEKDAYS, false).map(|(_, rest)| rest),
        'w' => read_number(1, 0..=6).map(|(_, rest)| rest),
        'u' => read_number(1, 1..=7).map(|(_, rest)| rest),
        'U' | 'W' => read_number(2, 0..=53).map(|(_, rest)| rest),
        'z' => offset(text).map(|(seconds, micros, rest)| {
            parts.zone = Some((seconds + micros / MICROS, None));
            rest
        }),
        'Z' => ["UTC", "GMT"].into_iter().find_map(|it| {
            let rest = text.get(it.len()..)?;
            text[..it.len()].eq_ignore_ascii_case(it).then_some(rest)
        }),
        '%' => text.strip_prefix('%'),
        'D' => return read(text, "%m/%d/%y", parts),
        'x' => return read(text, "%m/%d/%y", parts),
        'T' | 'X' => return read(text, "%H:%M:%S", parts),
        'c' => return read(text, "%a %b %d %H:%M:%S %Y", parts),
        other => {
            return Err(Stop::value_error(format!(
                "'{other}' is a bad directive in format '%{other}'"
            )));
        }
    };
    Ok(found)
}

/// `+0530`, `-05:30:15`, `Z`: seconds east of Greenwich.
pub(super) fn offset(text: &str) -> Option<(i64, i64, &str)> {
    if let Some(rest) = text.strip_prefix(['Z', 'z']) {
        return Some((0, 0, rest));
    }
    let sign = match text.bytes().next()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let two = |it: &str| {
        it.get(..2).filter(|it| it.bytes().all(|it| it.is_ascii_digit()))?.parse::<i64>().ok()
    };
    let mut rest = &text[1..];
    let hours = two(rest)?;
    rest = &rest[2..];
    let with_colon = rest.strip_prefix(':');
    let colon = with_colon.is_some();
    let minutes_at = with_colon.unwrap_or(rest);
    let minutes = two(minutes_at)?;
    rest = &minutes_at[2..];
    let seconds_at = if colon { rest.strip_prefix(':') } else { Some(rest) };
    let mut seconds = 0;
    if let Some(at) = seconds_at
        && let Some(found) = two(at)
    {
        seconds = found;
        rest = &at[2..];
    }
    Some((sign * (hours * 3600 + minutes * 60 + seconds), 0, rest))
}

//! Dates and times of YAML 1.1, printed as Python's `str()` prints the `date` or `datetime`.

#[derive(Default)]
struct Parts<'a> {
    year: u32,
    month: u32,
    day: u32,
    time: Option<Time<'a>>,
    /// Month and day have two digits each: the only form in which a date alone is recognised.
    two_digits: bool,
}

struct Time<'a> {
    hour: u32,
    minute: u32,
    second: u32,
    fraction: &'a str,
    zone: Zone,
}

enum Zone {
    None,
    Utc,
    Offset { negative: bool, minutes: u32 },
}

/// Whether a plain scalar is taken for a timestamp; the calendar is not looked at yet.
pub(super) fn is_implicit(text: &str) -> bool {
    parse(text).is_some_and(|parts| parts.time.is_some() || parts.two_digits)
}

/// `None` where Python finds no date or a day that does not exist.
pub(super) fn construct(text: &str) -> Option<String> {
    let parts = parse(text)?;
    if parts.year == 0 || parts.day == 0 || parts.day > days_in(parts.year, parts.month)? {
        return None;
    }
    let mut printed = format!("{:04}-{:02}-{:02}", parts.year, parts.month, parts.day);
    let Some(time) = parts.time else {
        return Some(printed);
    };
    if time.hour > 23 || time.minute > 59 || time.second > 59 {
        return None;
    }
    printed += &format!(" {:02}:{:02}:{:02}", time.hour, time.minute, time.second);
    let micros: String = time.fraction.chars().chain("000000".chars()).take(6).collect();
    if !time.fraction.is_empty() && micros != "000000" {
        printed.push('.');
        printed += &micros;
    }
    match time.zone {
        Zone::None => {}
        Zone::Utc => printed += "+00:00",
        Zone::Offset { negative, minutes } => {
            if minutes >= 24 * 60 {
                return None;
            }
            let sign = if negative && minutes > 0 { '-' } else { '+' };
            printed += &format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60);
        }
    }
    Some(printed)
}

fn days_in(year: u32, month: u32) -> Option<u32> {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    Some(match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => return None,
    })
}

fn parse(text: &str) -> Option<Parts<'_>> {
    let mut rest = text;
    let year = digits(&mut rest, 4, 4)?;
    literal(&mut rest, '-')?;
    let before_month = rest.len();
    let month = digits(&mut rest, 1, 2)?;
    let month_digits = before_month - rest.len();
    literal(&mut rest, '-')?;
    let before_day = rest.len();
    let day = digits(&mut rest, 1, 2)?;
    let day_digits = before_day - rest.len();
    let mut parts =
        Parts { year, month, day, time: None, two_digits: month_digits == 2 && day_digits == 2 };
    if rest.is_empty() {
        return Some(parts);
    }
    rest = match rest.strip_prefix(['T', 't']) {
        Some(after) => after,
        None => {
            let after = rest.trim_start_matches([' ', '\t']);
            if after.len() == rest.len() {
                return None;
            }
            after
        }
    };
    let hour = digits(&mut rest, 1, 2)?;
    literal(&mut rest, ':')?;
    let minute = digits(&mut rest, 2, 2)?;
    literal(&mut rest, ':')?;
    let second = digits(&mut rest, 2, 2)?;
    let mut fraction = "";
    if let Some(after) = rest.strip_prefix('.') {
        let end = after.bytes().take_while(u8::is_ascii_digit).count();
        (fraction, rest) = after.split_at(end);
    }
    let zone = zone(rest)?;
    parts.time = Some(Time { hour, minute, second, fraction, zone });
    Some(parts)
}

fn zone(text: &str) -> Option<Zone> {
    if text.is_empty() {
        return Some(Zone::None);
    }
    let mut rest = text.trim_start_matches([' ', '\t']);
    if rest == "Z" {
        return Some(Zone::Utc);
    }
    let negative = rest.starts_with('-');
    rest = rest.strip_prefix(['-', '+'])?;
    let mut minutes = digits(&mut rest, 1, 2)? * 60;
    if let Some(after) = rest.strip_prefix(':') {
        rest = after;
        minutes += digits(&mut rest, 2, 2)?;
    }
    rest.is_empty().then_some(Zone::Offset { negative, minutes })
}

fn literal(rest: &mut &str, expected: char) -> Option<()> {
    *rest = rest.strip_prefix(expected)?;
    Some(())
}

fn digits(rest: &mut &str, least: usize, most: usize) -> Option<u32> {
    let count = rest.bytes().take(most).take_while(u8::is_ascii_digit).count();
    if count < least {
        return None;
    }
    let (number, after) = rest.split_at(count);
    *rest = after;
    number.parse().ok()
}

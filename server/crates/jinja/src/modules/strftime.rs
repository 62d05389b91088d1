//! `strftime` as Python on Linux writes it.

use std::fmt::Write;

use super::calendar::{
    DAY, MICROS, MONTHS, WEEKDAYS, date_of, day_of_year, iso_calendar, offset_text, weekday,
};

/// What a format can ask for.
pub(super) struct Parts {
    pub(super) days: i64,
    /// Microseconds since midnight.
    pub(super) micros: i64,
    /// Seconds east of Greenwich, and the zone's name.
    pub(super) zone: Option<(i64, String)>,
}

pub(super) fn strftime(parts: &Parts, format: &str) -> String {
    let mut out = String::new();
    write_parts(parts, format, &mut out);
    out
}

fn write_parts(parts: &Parts, format: &str, out: &mut String) {
    let mut characters = format.chars().peekable();
    while let Some(character) = characters.next() {
        if character != '%' {
            out.push(character);
            continue;
        }
        let mut written = String::from("%");
        let mut flag = None;
        while let Some(it) = characters.peek().copied().filter(|it| "-_0^#".contains(*it)) {
            flag = Some(it);
            written.push(it);
            characters.next();
        }
        let mut given_width = 0usize;
        while let Some(digit) = characters.peek().and_then(|it| it.to_digit(10)) {
            given_width = (given_width * 10 + digit as usize).min(1000);
            written.extend(characters.next());
        }
        let Some(directive) = characters.next() else {
            out.push_str(&written);
            return;
        };
        written.push(directive);
        match field(parts, directive) {
            Some(Field::Number(value, width, pad)) => {
                number(value, width.max(given_width), pad, flag, out);
            }
            Some(Field::Text(text)) => match flag {
                Some('^') => out.push_str(&text.to_uppercase()),
                Some('#') if directive == 'p' => out.push_str(&text.to_lowercase()),
                Some('#') => out.push_str(&text.to_uppercase()),
                _ => out.push_str(&text),
            },
            Some(Field::Format(inner)) => write_parts(parts, inner, out),
            None => out.push_str(&written),
        }
    }
}

enum Field {
    Number(i64, usize, char),
    Text(String),
    Format(&'static str),
}

fn number(value: i64, width: usize, pad: char, flag: Option<char>, out: &mut String) {
    let pad = match flag {
        Some('-') => None,
        Some('_') => Some(' '),
        Some('0') => Some('0'),
        _ => Some(pad),
    };
    let digits = value.to_string();
    if let Some(pad) = pad {
        for _ in digits.len()..width {
            out.push(pad);
        }
    }
    out.push_str(&digits);
}

fn field(parts: &Parts, directive: char) -> Option<Field> {
    let (year, month, day) = date_of(parts.days);
    let (iso_year, iso_week, iso_day) = iso_calendar(parts.days);
    let seconds = parts.micros / MICROS;
    let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    let weekday = weekday(parts.days);
    let yearday = day_of_year(parts.days) - 1;
    let name = |names: &[&'static str], index: i64| {
        names.get(usize::try_from(index).unwrap_or_default()).copied().unwrap_or_default()
    };
    let short = |text: &str| text.get(..3).unwrap_or_default().to_owned();
    let two = |value: i64| Some(Field::Number(value, 2, '0'));
    Some(match directive {
        'a' => Field::Text(short(name(&WEEKDAYS, weekday))),
        'A' => Field::Text(name(&WEEKDAYS, weekday).to_owned()),
        'b' | 'h' => Field::Text(short(name(&MONTHS, month - 1))),
        'B' => Field::Text(name(&MONTHS, month - 1).to_owned()),
        'c' => Field::Format("%a %b %e %H:%M:%S %Y"),
        'C' => return two(year / 100),
        'd' => return two(day),
        'D' | 'x' => Field::Format("%m/%d/%y"),
        'e' => Field::Number(day, 2, ' '),
        'f' => Field::Text(format!("{:06}", parts.micros % MICROS)),
        'F' => Field::Format("%Y-%m-%d"),
        'g' => return two(iso_year % 100),
        'G' => Field::Number(iso_year, 1, '0'),
        'H' => return two(hour),
        'I' => return two((hour + 11) % 12 + 1),
        'j' => Field::Number(yearday + 1, 3, '0'),
        'k' => Field::Number(hour, 2, ' '),
        'l' => Field::Number((hour + 11) % 12 + 1, 2, ' '),
        'm' => return two(month),
        'M' => return two(minute),
        'n' => Field::Text("\n".to_owned()),
        'p' => Field::Text(if hour < 12 { "AM" } else { "PM" }.to_owned()),
        'P' => Field::Text(if hour < 12 { "am" } else { "pm" }.to_owned()),
        'r' => Field::Format("%I:%M:%S %p"),
        'R' => Field::Format("%H:%M"),
        's' => Field::Number((parts.days * DAY + parts.micros).div_euclid(MICROS), 1, '0'),
        'S' => return two(second),
        't' => Field::Text("\t".to_owned()),
        'T' | 'X' => Field::Format("%H:%M:%S"),
        'u' => Field::Number(iso_day, 1, '0'),
        'U' => return two((yearday + 7 - (weekday + 1) % 7) / 7),
        'V' => return two(iso_week),
        'w' => Field::Number((weekday + 1) % 7, 1, '0'),
        'W' => return two((yearday + 7 - weekday) / 7),
        'y' => return two(year.rem_euclid(100)),
        'Y' => Field::Number(year, 1, '0'),
        'z' => Field::Text(
            parts.zone.as_ref().map(|(offset, _)| offset_text(*offset, "")).unwrap_or_default(),
        ),
        'Z' => Field::Text(parts.zone.as_ref().map(|(_, name)| name.clone()).unwrap_or_default()),
        '%' => Field::Text("%".to_owned()),
        _ => return None,
    })
}

/// `Sat Nov 21 00:00:00 2026`
pub(super) fn ctime(parts: &Parts) -> String {
    let mut out = String::new();
    let _ = write!(out, "{}", strftime(parts, "%a %b %e %H:%M:%S "));
    let _ = write!(out, "{:04}", date_of(parts.days).0);
    out
}

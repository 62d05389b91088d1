//! `--sample`: from when to when rows count.

use anyhow::{Context, bail};
use base::SampleWindow;

/// `3 days` before now, or a mapping with `start` and `end`.
pub fn read(text: &str, now: i64) -> anyhow::Result<SampleWindow> {
    if text.trim_start().starts_with('{') {
        return window(text);
    }
    let mut words = text.split(' ');
    let (Some(number), Some(grain), None) = (words.next(), words.next(), words.next()) else {
        bail!("Cannot load SAMPLE_WINDOW from '{text}'. Must be of form 'DAYS_INT GRAIN_SIZE'.");
    };
    let number: i64 =
        number.parse().with_context(|| format!("Unable to convert '{number}' to an integer."))?;
    let end = Moment::at(now);
    let grain = grain.to_lowercase();
    let start = match grain.trim_end_matches('s') {
        "hour" => number.checked_mul(3600).and_then(|it| now.checked_sub(it)).map(Moment::at),
        "day" => number.checked_mul(86_400).and_then(|it| now.checked_sub(it)).map(Moment::at),
        "month" => end.months_before(number),
        "year" => number.checked_mul(12).and_then(|it| end.months_before(it)),
        _ => bail!(
            "Invalid grain size '{grain}'. Must be one of hour, day, month, year, hours, days, months, years."
        ),
    };
    let start = start.filter(|it| (1..=9999).contains(&it.year));
    let start = start.with_context(|| format!("'{text}' lies before all time"))?;
    Ok(SampleWindow { start: start.write(), end: end.write() })
}

fn window(text: &str) -> anyhow::Result<SampleWindow> {
    let document = syntax::yaml::parse(text);
    let time = |key: &str| {
        let value = document.get(key).and_then(|it| it.scalar_text());
        let value = value.with_context(|| format!("--sample has no `{key}`"))?;
        let moment = Moment::read(value.trim());
        moment.map(|it| it.write()).with_context(|| format!("`{value}` is no time"))
    };
    Ok(SampleWindow { start: time("start")?, end: time("end")? })
}

/// A time of UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Moment {
    year: i64,
    month: i64,
    day: i64,
    second_of_day: i64,
    microsecond: i64,
}

impl Moment {
    fn at(seconds: i64) -> Self {
        // Days since 0000-03-01, in eras of 400 years.
        let days = seconds.div_euclid(86_400) + 719_468;
        let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
        let year_of_era =
            (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month + 2) / 5 + 1;
        let month = if month < 10 { month + 3 } else { month - 9 };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        Self { year, month, day, second_of_day: seconds.rem_euclid(86_400), microsecond: 0 }
    }

    /// As `2024-07-08`, `2024-07-08T18:00:00`, `2024-07-08 18:00:00.5`; dbt drops a zone.
    fn read(text: &str) -> Option<Self> {
        let (date, time) = match text.find(['T', ' ']) {
            Some(at) => (&text[..at], text[at + 1..].trim_end_matches('Z')),
            None => (text, "00:00"),
        };
        let time = time.split(['+', '-']).next().unwrap_or_default();
        let number = |text: &str, digits: usize| {
            let is_number = text.len() == digits && text.bytes().all(|it| it.is_ascii_digit());
            is_number.then(|| text.parse::<i64>().ok()).flatten()
        };
        let mut parts = date.split('-');
        let year = number(parts.next()?, 4)?;
        let month = number(parts.next()?, 2).filter(|it| (1..=12).contains(it))?;
        let day = number(parts.next()?, 2)?;
        if parts.next().is_some() || day < 1 || day > days_of_month(year, month) {
            return None;
        }
        let (time, fraction) = time.split_once('.').unwrap_or((time, "0"));
        let mut parts = time.split(':');
        let hour = number(parts.next()?, 2).filter(|it| *it < 24)?;
        let minute = parts.next().map_or(Some(0), |it| number(it, 2)).filter(|it| *it < 60)?;
        let second = parts.next().map_or(Some(0), |it| number(it, 2)).filter(|it| *it < 60)?;
        if parts.next().is_some() || fraction.is_empty() || fraction.len() > 6 {
            return None;
        }
        let microsecond = number(&format!("{fraction:0<6}"), 6)?;
        let second_of_day = hour * 3600 + minute * 60 + second;
        Some(Self { year, month, day, second_of_day, microsecond })
    }

    /// A day that the month does not have is its last.
    fn months_before(self, months: i64) -> Option<Self> {
        let months = (self.year * 12 + self.month - 1).checked_sub(months)?;
        let (year, month) = (months.div_euclid(12), months.rem_euclid(12) + 1);
        Some(Self { year, month, day: self.day.min(days_of_month(year, month)), ..self })
    }

    fn write(self) -> String {
        let Self { year, month, day, second_of_day: time, microsecond } = self;
        let (hour, minute, second) = (time / 3600, time / 60 % 60, time % 60);
        let fraction = if microsecond == 0 { String::new() } else { format!(".{microsecond:06}") };
        format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}{fraction}+00:00")
    }
}

fn days_of_month(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    /// 2024-03-31 16:06:00.
    const NOW: i64 = 1_711_901_160;

    fn read(text: &str) -> Result<(String, String), String> {
        super::read(text, NOW).map(|it| (it.start, it.end)).map_err(|it| it.to_string())
    }

    #[test]
    fn before_now() {
        let start = |text: &str| read(text).map(|it| it.0);
        assert_eq!(read("1 day").unwrap().1, "2024-03-31 16:06:00+00:00");
        assert_eq!(start("2 days").unwrap(), "2024-03-29 16:06:00+00:00");
        assert_eq!(start("17 Hours").unwrap(), "2024-03-30 23:06:00+00:00");
        assert_eq!(start("1 month").unwrap(), "2024-02-29 16:06:00+00:00");
        assert_eq!(start("13 months").unwrap(), "2023-02-28 16:06:00+00:00");
        assert_eq!(start("1 year").unwrap(), "2023-03-31 16:06:00+00:00");
        assert!(start("3").unwrap_err().contains("Must be of form"));
        assert!(start("x days").unwrap_err().contains("to an integer"));
        assert!(start("1 week").unwrap_err().contains("Invalid grain size"));
        assert!(start("9999999999999999 years").unwrap_err().contains("before all time"));
        assert!(start("99999999999 days").unwrap_err().contains("before all time"));
    }

    #[test]
    fn between_two_times() {
        assert_eq!(
            read("{'start': '2024-07-01', 'end': '2024-07-08T18:00:00.5'}").unwrap(),
            ("2024-07-01 00:00:00+00:00".into(), "2024-07-08 18:00:00.500000+00:00".into())
        );
        assert_eq!(
            read("{start: 2024-07-01, end: 2024-07-08 18:00:00}").unwrap().1,
            "2024-07-08 18:00:00+00:00"
        );
        assert!(read("{start: 2024-07-01}").unwrap_err().contains("no `end`"));
        assert!(read("{start: 2024-02-30, end: 2024-07-01}").unwrap_err().contains("no time"));
        assert!(read("{").is_err());
    }
}

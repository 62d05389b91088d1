//! What was measured, by the name of the row it goes to.

use std::time::Duration;

#[derive(Clone, Debug)]
pub(crate) enum Measure {
    /// Many of the same thing, in milliseconds, in the order they were taken.
    Samples(Vec<f64>),
    /// Milliseconds.
    One(f64),
    Bytes(u64),
    Text(String),
    /// The server does not do it.
    Never,
}

#[derive(Default)]
pub(crate) struct Figures {
    pub(crate) rows: Vec<(String, Measure)>,
}

impl Figures {
    pub(crate) fn add(&mut self, row: &str, measure: Measure) {
        self.rows.push((row.to_owned(), measure));
    }

    pub(crate) fn get(&self, row: &str) -> Option<&Measure> {
        self.rows.iter().find(|it| it.0 == row).map(|it| &it.1)
    }
}

impl Measure {
    /// Of waits that may all have been in vain.
    pub(crate) fn of(samples: Vec<f64>) -> Measure {
        if samples.is_empty() { Measure::Never } else { Measure::Samples(samples) }
    }

    /// The figure that ratios compare.
    pub(crate) fn middle(&self) -> Option<f64> {
        match self {
            Measure::Samples(samples) => Some(quantile(samples, 0.5)),
            Measure::One(value) => Some(*value),
            Measure::Bytes(bytes) => Some(*bytes as f64),
            Measure::Text(_) | Measure::Never => None,
        }
    }
}

pub(crate) fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}

/// The smallest sample that at least the given part of all samples does not exceed.
pub(crate) fn quantile(samples: &[f64], part: f64) -> f64 {
    let mut sorted = samples.to_vec();
    sorted.sort_by(f64::total_cmp);
    let rank = (part * sorted.len() as f64).ceil() as usize;
    sorted.get(rank.max(1) - 1).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quantile_is_one_of_the_samples() {
        let samples: Vec<f64> = (1..=200).rev().map(f64::from).collect();
        assert_eq!(quantile(&samples, 0.0), 1.0);
        assert_eq!(quantile(&samples, 0.5), 100.0);
        assert_eq!(quantile(&samples, 0.99), 198.0);
        assert_eq!(quantile(&[7.0], 0.99), 7.0);
    }
}

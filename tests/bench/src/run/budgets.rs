//! What the figures have to be on a project of 10,000 models; a smaller one keeps them too.

use super::figures::{Measure, quantile};

/// In milliseconds, or bytes.
pub(crate) enum Budget {
    /// Of the slowest one.
    Most(f64),
    /// Of the slowest but one in a hundred.
    Percentile(f64),
    MedianAndPercentile(f64, f64),
    Bytes(f64),
    Nothing,
}

const KEYSTROKE: Budget = Budget::MedianAndPercentile(5.0, 25.0);
const QUESTION: Budget = Budget::Percentile(10.0);
const MEMORY: Budget = Budget::Bytes(400e6);

pub(crate) fn budget(row: &str) -> Option<Budget> {
    Some(match row {
        "cold: start → right definition in the open file" => Budget::Most(300.0),
        "cold: start → whole project checked" => Budget::Most(5000.0),
        "warm: start → whole project checked" => Budget::Most(1000.0),
        "definition" | "hover" | "completion in ref('…') after a keystroke" => QUESTION,
        "memory, settled after opening" | "memory, peak" => MEMORY,
        "files with findings besides the planted one"
        | "answers while loading that said nothing"
        | "keystrokes without diagnostics" => Budget::Nothing,
        _ if row.starts_with("keystroke → diagnostics") => KEYSTROKE,
        _ if row.ends_with(" while loading") => QUESTION,
        _ if row.contains(" renamed") || row.contains(" .env ") => Budget::Most(100.0),
        _ => return None,
    })
}

impl Budget {
    pub(crate) fn words(&self) -> String {
        match self {
            Budget::Most(limit) => format!("≤ {limit}"),
            Budget::Percentile(limit) => format!("p99 ≤ {limit}"),
            Budget::MedianAndPercentile(median, limit) => {
                format!("median ≤ {median}, p99 ≤ {limit}")
            }
            Budget::Bytes(limit) => format!("≤ {} MB", limit / 1e6),
            Budget::Nothing => "0".to_owned(),
        }
    }

    pub(crate) fn met(&self, measure: &Measure) -> bool {
        match (self, measure) {
            (Budget::Most(limit), Measure::Samples(samples)) => quantile(samples, 1.0) <= *limit,
            (Budget::Most(limit), Measure::One(value)) => value <= limit,
            (Budget::Percentile(limit), Measure::Samples(samples)) => {
                quantile(samples, 0.99) <= *limit
            }
            (Budget::MedianAndPercentile(median, limit), Measure::Samples(samples)) => {
                quantile(samples, 0.5) <= *median && quantile(samples, 0.99) <= *limit
            }
            (Budget::Bytes(limit), Measure::Bytes(bytes)) => *bytes as f64 <= *limit,
            (Budget::Nothing, Measure::Text(text)) => text == "0",
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_budget_of_the_slowest_allows_no_exception() {
        let mut samples = vec![1.0; 200];
        samples.push(400.0);
        assert!(!Budget::Most(300.0).met(&Measure::Samples(samples.clone())));
        assert!(Budget::Percentile(10.0).met(&Measure::Samples(samples)));
        assert!(!Budget::Most(300.0).met(&Measure::Never));
    }
}

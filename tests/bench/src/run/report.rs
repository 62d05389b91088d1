//! The figures as a table for people and as JSON for programs.

use anyhow::Result;
use serde_json::{Map, Value, json};

use super::budgets::budget;
use super::figures::{Figures, Measure, quantile};

type Results = [(String, Figures)];

/// The names of all rows, in the order in which they were measured.
fn rows(results: &Results) -> Vec<&str> {
    let mut names: Vec<&str> = Vec::new();
    for (_, figures) in results {
        for (row, _) in &figures.rows {
            if !names.contains(&row.as_str()) {
                names.push(row);
            }
        }
    }
    names
}

pub(crate) fn text(models: usize, results: &Results) -> String {
    let mut table = vec![vec![format!("{models} models")]];
    for (number, (name, _)) in results.iter().enumerate() {
        table[0].push(name.clone());
        table[0].extend(if number > 0 {
            vec!["ratio".to_owned()]
        } else {
            vec!["budget".to_owned(), String::new()]
        });
    }
    for row in rows(results) {
        let first = results[0].1.get(row).and_then(Measure::middle);
        let mut cells = vec![row.to_owned()];
        for (number, (_, figures)) in results.iter().enumerate() {
            let measure = figures.get(row);
            cells.push(measure.map_or_else(|| "–".to_owned(), cell));
            if number == 0 {
                let budget = measure.and_then(|it| Some((budget(row)?, it)));
                let verdict = |met| if met { "met" } else { "MISSED" };
                cells.extend(match budget {
                    Some((budget, it)) => [budget.words(), verdict(budget.met(it)).to_owned()],
                    None => [String::new(), String::new()],
                });
            } else {
                let ratio = first.zip(measure.and_then(Measure::middle));
                cells.push(match ratio {
                    Some((first, other)) if first > 0.0 => format!("{:.1}×", other / first),
                    _ => "–".to_owned(),
                });
            }
        }
        table.push(cells);
    }
    let mut text = aligned(&table);
    text.push_str(
        "\nTimes: min / median / p99 (n) in ms. Ratios compare medians with the first server. \
         Budgets are those of 10,000 models, for the first server.\n",
    );
    text
}

pub(crate) fn aligned(table: &[Vec<String>]) -> String {
    let columns = table.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        table.iter().filter_map(|row| row.get(column)).map(|it| it.chars().count()).max()
    };
    let widths: Vec<usize> = (0..columns).map(|it| width(it).unwrap_or(0)).collect();
    let mut text = String::new();
    for row in table {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(&widths) {
            line.push_str(cell);
            line.push_str(&" ".repeat(width - cell.chars().count() + 2));
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

fn cell(measure: &Measure) -> String {
    match measure {
        Measure::Samples(samples) => format!(
            "{} / {} / {} ({})",
            short(quantile(samples, 0.0)),
            short(quantile(samples, 0.5)),
            short(quantile(samples, 0.99)),
            samples.len()
        ),
        Measure::One(value) => short(*value),
        Measure::Bytes(bytes) => format!("{:.1} MB", *bytes as f64 / 1e6),
        Measure::Text(text) => text.clone(),
        Measure::Never => "never".to_owned(),
    }
}

/// Three digits that matter.
fn short(value: f64) -> String {
    let digits = if value < 1.0 {
        3
    } else if value < 10.0 {
        2
    } else if value < 100.0 {
        1
    } else {
        0
    };
    format!("{value:.digits$}")
}

pub(crate) fn json(models: usize, results: &Results) -> Result<String> {
    let servers: Vec<Value> = results
        .iter()
        .map(|(name, figures)| {
            let rows: Map<String, Value> = figures
                .rows
                .iter()
                .map(|(row, measure)| {
                    let mut value = value(measure);
                    if let (Some(budget), Some(value)) = (budget(row), value.as_object_mut()) {
                        value.insert("budget".to_owned(), json!(budget.words()));
                        value.insert("met".to_owned(), json!(budget.met(measure)));
                    }
                    (row.clone(), value)
                })
                .collect();
            json!({ "server": name, "figures": rows })
        })
        .collect();
    let mut text = serde_json::to_string_pretty(&json!({ "models": models, "servers": servers }))?;
    text.push('\n');
    Ok(text)
}

fn value(measure: &Measure) -> Value {
    match measure {
        Measure::Samples(samples) => json!({
            "unit": "ms",
            "count": samples.len(),
            "min": quantile(samples, 0.0),
            "median": quantile(samples, 0.5),
            "p99": quantile(samples, 0.99),
            "max": quantile(samples, 1.0),
        }),
        Measure::One(value) => json!({ "unit": "ms", "value": value }),
        Measure::Bytes(bytes) => json!({ "unit": "bytes", "value": bytes }),
        Measure::Text(text) => json!(text),
        Measure::Never => Value::Null,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratios_stand_beside_every_server_but_the_first() {
        let figures = |value| {
            let mut figures = Figures::default();
            figures.add("definition", Measure::Samples(vec![value, value * 2.0, value * 3.0]));
            figures.add("hover", Measure::Never);
            figures
        };
        let results = [("ours".to_owned(), figures(0.5)), ("theirs".to_owned(), figures(2.0))];
        let expected = "\
100 models  ours                     budget             theirs                   ratio
definition  0.500 / 1.00 / 1.50 (3)  p99 ≤ 10   met     2.00 / 4.00 / 6.00 (3)   4.0×
hover       never                    p99 ≤ 10   MISSED  never                    –
";
        let text = text(100, &results);
        assert_eq!(squeezed(&text[..text.find("\n\n").unwrap()]), squeezed(expected.trim_end()));
    }

    /// Columns are as wide as they need to be; that is not what is tested.
    fn squeezed(table: &str) -> Vec<Vec<&str>> {
        table
            .lines()
            .map(|line| line.split("  ").map(str::trim).filter(|it| !it.is_empty()).collect())
            .collect()
    }
}

mod dotenv;
mod elsewhere;

use crate::rule::declare_rule;
use crate::{FileContext, FileKind, Findings};

declare_rule! {
    /// Files that set environment variables name different ones.
    ///
    /// `.env.example` is what a new colleague starts from, `.env` is what dbt reads here, a pipeline
    /// and a dev container set their own. The finding stands on the line that has no counterpart, and
    /// its fixes add the line, leave it out or give it the name that the project reads.
    ///
    /// ```sh
    /// DBT_SCHEMAS=dev    # .env.example, while the project reads DBT_SCHEMA
    /// ```
    ///
    /// A variable that is set in another way, or that has a default wherever it is read, is not
    /// missing. What a pipeline's platform may add on its own is not missing either: of a pipeline
    /// only names that nothing reads are reported, and, as a hint, what a GitHub workflow that runs
    /// dbt does not set.
    pub static ENV_DRIFT = {
        name: "env-drift",
        event: None,
        severity: Info,
        since: "dbt 1.0",
        files: [Dotenv, DotenvExample, DevContainer, Ci],
        check: check,
    }
}

fn check(findings: &mut Findings<'_>, context: &FileContext<'_>) {
    match context.kind {
        FileKind::Dotenv => dotenv::check_dotenv(findings, context),
        FileKind::DotenvExample => dotenv::check_example(findings, context),
        _ => elsewhere::check(findings, context),
    }
}

/// Whether one name is another one with a slip of the pen. Names that differ in a number are two.
fn is_near(a: &str, b: &str) -> bool {
    let letters = |it: &str| -> Vec<char> {
        it.chars().filter(|it| *it != '_').map(|it| it.to_ascii_lowercase()).collect()
    };
    let digits = |it: &str| -> String { it.chars().filter(char::is_ascii_digit).collect() };
    let (left, right) = (letters(a), letters(b));
    let (shorter, longer) = (left.len().min(right.len()), left.len().max(right.len()));
    // Of a short name every other short one is near.
    if a == b || digits(a) != digits(b) || shorter < 5 || longer > 128 {
        return false;
    }
    let allowed = if shorter < 10 { 1 } else { 2 };
    distance(&left, &right) <= allowed
}

/// How many letters have to be added, taken away, changed or swapped with their neighbour.
fn distance(a: &[char], b: &[char]) -> usize {
    let width = b.len() + 1;
    let mut rows: Vec<Vec<usize>> = vec![(0..width).collect()];
    for (at, letter) in a.iter().enumerate() {
        let mut row = vec![at + 1; width];
        for (to, other) in b.iter().enumerate() {
            let change = rows[at][to] + usize::from(letter != other);
            row[to + 1] = change.min(rows[at][to + 1] + 1).min(row[to] + 1);
            if at > 0 && to > 0 && *letter == b[to - 1] && a[at - 1] == *other {
                row[to + 1] = row[to + 1].min(rows[at - 1][to - 1] + 1);
            }
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests;

//! Puts the queries of ephemeral nodes in front of a query, where dbt puts them.

/// The query of an ephemeral node.
pub(crate) struct Query {
    pub(crate) name: String,
    pub(crate) sql: String,
}

/// Where a part of the whole text comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// The query itself, from here on.
    Own(usize),
    /// The query of an ephemeral node.
    Injected(usize),
    /// What stands around that query.
    Around(usize),
}

/// A text in the making, with the end of each part.
#[derive(Default)]
struct Joined {
    text: String,
    parts: Vec<(usize, Part)>,
}

impl Joined {
    fn push(&mut self, text: &str, part: Part) {
        self.text.push_str(text);
        self.parts.push((self.text.len(), part));
    }
}

/// Behind the query's own `with`, else in front of its first word. The parts are told with their
/// ends.
pub(crate) fn inject(sql: &str, queries: &[Query]) -> (String, Vec<(usize, Part)>) {
    let mut joined = Joined::default();
    let Some(last) = queries.len().checked_sub(1) else {
        joined.push(sql, Part::Own(0));
        return (joined.text, joined.parts);
    };
    let (at, before, after) = match with_end(sql) {
        // The blanks behind the word stay in front of what is put in.
        Some(end) => (sql.len() - sql[end..].trim_start().len(), "", ", "),
        None => (sql.len() - sql.trim_start().len(), "with", " "),
    };
    joined.push(&sql[..at], Part::Own(0));
    for (index, query) in queries.iter().enumerate() {
        let lead = if index == 0 { before } else { ", " };
        joined.push(&format!("{lead} {} as (\n", query.name), Part::Around(index));
        joined.push(&query.sql, Part::Injected(index));
        let tail = if index == last { after } else { "" };
        joined.push(&format!("\n){tail}"), Part::Around(index));
    }
    joined.push(&sql[at..], Part::Own(at));
    (joined.text, joined.parts)
}

/// The end of the query's `with` or `with recursive`; nothing where it does not begin with one.
fn with_end(sql: &str) -> Option<usize> {
    let at = skip_blank(sql, 0);
    let with = word(sql, at).filter(|it| it.eq_ignore_ascii_case("with"))?;
    let end = at + with.len();
    let next = skip_blank(sql, end);
    match word(sql, next).filter(|it| it.eq_ignore_ascii_case("recursive")) {
        Some(recursive) => Some(next + recursive.len()),
        None => Some(end),
    }
}

/// Behind blanks and comments.
fn skip_blank(sql: &str, mut at: usize) -> usize {
    loop {
        let rest = &sql[at..];
        let blank = rest.len() - rest.trim_start().len();
        let comment = if rest[blank..].starts_with("--") {
            rest[blank..].find('\n').map_or(rest.len() - blank, |it| it + 1)
        } else if rest[blank..].starts_with("/*") {
            rest[blank..].find("*/").map_or(rest.len() - blank, |it| it + 2)
        } else {
            0
        };
        at += blank + comment;
        if comment == 0 {
            return at;
        }
    }
}

fn word(sql: &str, at: usize) -> Option<&str> {
    let rest = sql.get(at..)?;
    let end = rest.find(|it: char| !(it.is_alphanumeric() || it == '_')).unwrap_or(rest.len());
    (end > 0).then(|| &rest[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(sql: &str, expect: &str) {
        let queries = [Query { name: "__dbt__cte__a".to_owned(), sql: "select 1".to_owned() }];
        let (text, parts) = inject(sql, &queries);
        assert_eq!(text, expect);
        let mut start = 0;
        for (end, part) in parts {
            let whole = match part {
                Part::Own(from) => &sql[from..],
                Part::Injected(_) => "select 1",
                Part::Around(_) => &text[start..end],
            };
            assert!(whole.starts_with(&text[start..end]), "{part:?}");
            start = end;
        }
        assert_eq!(start, text.len());
    }

    #[test]
    fn a_query_without_with_gets_one() {
        check("\nselect 2", "\nwith __dbt__cte__a as (\nselect 1\n) select 2");
    }

    #[test]
    fn a_query_with_with_keeps_it() {
        check(
            "-- c\nWITH b as (x) select",
            "-- c\nWITH  __dbt__cte__a as (\nselect 1\n), b as (x) select",
        );
        check(
            "with recursive b as (x)",
            "with recursive  __dbt__cte__a as (\nselect 1\n), b as (x)",
        );
    }

    #[test]
    fn words_that_only_begin_so_are_left_alone() {
        check("withdrawn", "with __dbt__cte__a as (\nselect 1\n) withdrawn");
    }
}

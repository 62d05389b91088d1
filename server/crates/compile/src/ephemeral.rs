//! Puts the queries of ephemeral nodes in front of a query, where dbt puts them.

/// The query of an ephemeral node.
pub(crate) struct Query {
    pub(crate) name: String,
    pub(crate) sql: String,
}

/// Behind the query's own `with`, else in front of its first word.
pub(crate) fn inject(sql: &str, queries: &[Query]) -> String {
    if queries.is_empty() {
        return sql.to_owned();
    }
    let list: Vec<String> =
        queries.iter().map(|it| format!(" {} as (\n{}\n)", it.name, it.sql)).collect();
    let list = list.join(", ");
    match with_end(sql) {
        Some(end) => {
            // The blanks behind the word stay in front of what is put in.
            let end = sql.len() - sql[end..].trim_start().len();
            format!("{}{list}, {}", &sql[..end], &sql[end..])
        }
        None => {
            let start = sql.len() - sql.trim_start().len();
            format!("{}with{list} {}", &sql[..start], &sql[start..])
        }
    }
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
        assert_eq!(inject(sql, &queries), expect);
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

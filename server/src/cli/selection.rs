use anyhow::bail;
use base::FilePath;

/// `--select` and `--exclude`, as far as names and paths go.
pub struct Selection {
    select: Vec<Selector>,
    exclude: Vec<Selector>,
}

enum Selector {
    Name(String),
    Path(String),
}

impl Selection {
    pub fn new(select: &[String], exclude: &[String]) -> anyhow::Result<Self> {
        Ok(Self { select: selectors(select)?, exclude: selectors(exclude)? })
    }

    /// Whether the file with this path in its project is meant.
    pub fn takes(&self, path: &FilePath, relative: &str) -> bool {
        let any = |selectors: &[Selector]| {
            selectors.iter().any(|it| match it {
                Selector::Name(name) => path.stem() == name,
                Selector::Path(below) => {
                    relative.strip_prefix(below.as_str()).is_some_and(|rest| {
                        rest.is_empty() || rest.starts_with('/') || below.is_empty()
                    })
                }
            })
        };
        (self.select.is_empty() || any(&self.select)) && !any(&self.exclude)
    }
}

fn selectors(values: &[String]) -> anyhow::Result<Vec<Selector>> {
    let words = values.iter().flat_map(|it| it.split_whitespace());
    words
        .map(|word| {
            let (method, value) = word.split_once(':').unwrap_or(("", word));
            let graph = word.contains(['+', '@', ',', '*']);
            Ok(match method {
                _ if graph => {
                    bail!("`{word}`: only names and paths can be selected, no graph operators yet")
                }
                "path" => Selector::Path(trimmed(value)),
                "" if value.contains('/') => Selector::Path(trimmed(value)),
                "" | "file" => {
                    let stem = value.rsplit_once('.').map_or(value, |(stem, _)| stem);
                    Selector::Name(stem.to_owned())
                }
                _ => bail!("`{word}`: the selection method `{method}` is not known here yet"),
            })
        })
        .collect()
}

fn trimmed(path: &str) -> String {
    path.trim_start_matches("./").trim_end_matches('/').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn takes(select: &str, exclude: &str, path: &str) -> bool {
        let words = |it: &str| if it.is_empty() { Vec::new() } else { vec![it.to_owned()] };
        let selection = Selection::new(&words(select), &words(exclude)).unwrap();
        selection.takes(&FilePath::new("/p").join(path), path)
    }

    #[test]
    fn names_and_paths_select() {
        assert!(takes("", "", "models/a.sql"));
        assert!(takes("b a", "", "models/a.sql"));
        assert!(takes("models/x", "", "models/x/a.sql"));
        assert!(!takes("models/x", "", "models/xy/a.sql"));
        assert!(!takes("path:models/", "a", "models/a.sql"));
        assert!(takes("path:models/", "a", "models/b.sql"));
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        assert!(Selection::new(&["+a".to_owned()], &[]).is_err());
        assert!(Selection::new(&["tag:x".to_owned()], &[]).is_err());
    }
}

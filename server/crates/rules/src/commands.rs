//! Commands of dbt in pipelines, Makefiles and the like.

pub mod custom_output_path_in_source_freshness;
pub mod model_param_usage;

use base::{TextRange, range};

/// A call of dbt as a shell would run it: the words behind `dbt`, with their places.
struct Command<'a> {
    words: Vec<(&'a str, TextRange)>,
}

const SUBCOMMANDS: [&str; 14] = [
    "run",
    "test",
    "build",
    "compile",
    "list",
    "ls",
    "seed",
    "snapshot",
    "show",
    "clone",
    "docs",
    "source",
    "freshness",
    "generate",
];

impl<'a> Command<'a> {
    /// `run`, `source freshness`
    fn is(&self, name: &str) -> bool {
        let mut names = self.words.iter().map(|it| it.0).filter(|it| SUBCOMMANDS.contains(it));
        name.split(' ').all(|part| names.next() == Some(part))
    }

    fn has_subcommand(&self) -> bool {
        self.words.iter().any(|it| SUBCOMMANDS.contains(&it.0))
    }

    /// An option as it is written, with the part in front of `=`.
    fn option(&self, names: &[&str]) -> Option<(&'a str, TextRange)> {
        self.words.iter().find_map(|(word, at)| {
            let name = word.split('=').next().unwrap_or(word);
            let start = usize::from(at.start());
            names.contains(&name).then(|| (name, range(start, start + name.len())))
        })
    }
}

/// Every call in a text. What is only said about dbt, in a comment or as the name of a step, is none.
fn commands(text: &str) -> Vec<Command<'_>> {
    let mut found: Vec<Command<'_>> = Vec::new();
    let mut is_open = false;
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let at = start;
        start += line.len();
        let line = line.trim_end();
        let lead = line.trim_start().trim_start_matches("- ");
        if !is_open && ["#", "//", "name:", "description:"].iter().any(|it| lead.starts_with(it)) {
            continue;
        }
        let continues = line.ends_with('\\');
        let line = line.trim_end_matches('\\');
        if !is_open && !line.contains("dbt") {
            continue;
        }
        for (word, place, begins) in words(line, !is_open) {
            if begins {
                is_open = false;
            }
            let place = range(at + place, at + place + word.len());
            if is_open {
                if let Some(command) = found.last_mut() {
                    command.words.push((word, place));
                }
            } else if word.rsplit('/').next() == Some("dbt") {
                is_open = true;
                found.push(Command { words: Vec::new() });
            }
        }
        is_open &= continues;
    }
    found
}

/// The words of a line: where each stands, and whether a new command begins with it.
fn words(line: &str, begins: bool) -> Vec<(&str, usize, bool)> {
    let mut found = Vec::new();
    let mut begins = begins;
    let mut start = None;
    let ends = |it: char| matches!(it, ';' | '&' | '|' | '(' | ')' | '`');
    for (at, letter) in line.char_indices().chain([(line.len(), ' ')]) {
        // A list of arguments as JSON has commas and quotes between them.
        let is_gap = letter.is_whitespace() || matches!(letter, '"' | '\'' | ',' | '[' | ']');
        if is_gap || ends(letter) {
            if let Some(start) = start.take() {
                found.push((&line[start..at], start, begins));
                begins = false;
            }
            begins |= ends(letter);
        } else if letter == '#' && start.is_none() {
            break;
        } else {
            start = start.or(Some(at));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::commands;

    #[test]
    fn calls_of_dbt_in_a_text() {
        let said = |text: &str| -> Vec<String> {
            let words = |it: &super::Command<'_>| -> Vec<String> {
                it.words
                    .iter()
                    .map(|(word, at)| {
                        assert_eq!(&text[usize::from(at.start())..usize::from(at.end())], *word);
                        (*word).to_owned()
                    })
                    .collect()
            };
            commands(text).iter().map(|it| words(it).join(" ")).collect()
        };
        assert_eq!(said("run: dbt run -m a && dbt test # dbt seed\n"), ["run -m a", "test"]);
        assert_eq!(
            said("x:\n\tpoetry run dbt build \\\n\t\t-m a\n\tdbt ls\n"),
            ["build -m a", "ls"]
        );
        assert_eq!(said("CMD [\"dbt\", \"run\", \"-m\", \"a\"]\n"), ["run -m a"]);
        assert_eq!(said("- name: dbt run -m a\n# dbt run\npip install dbt-core\n"), [""; 0]);
        assert_eq!(said("bash -c \"cd a; .venv/bin/dbt run\"; echo dbt"), ["run", ""]);
    }

    #[test]
    fn long_lines_end_soon() {
        let text = "dbt run -m a; ".repeat(20_000);
        assert_eq!(commands(&text).len(), 20_000);
    }
}

//! Patterns as Python matches them: `fnmatch` for names, `pathlib`'s `glob` for paths.

/// Whether the whole text matches; case counts, `*` crosses every letter.
pub(crate) fn matches(text: &str, pattern: &str) -> bool {
    if !has_wildcard(pattern) {
        return text == pattern;
    }
    Pattern::new(pattern).matches(text)
}

pub(crate) fn has_wildcard(pattern: &str) -> bool {
    pattern.contains(['*', '?', '['])
}

enum Piece {
    Any,
    Letter(char),
    Set { negated: bool, ranges: Vec<(char, char)> },
    Star,
}

struct Pattern(Vec<Piece>);

impl Pattern {
    fn new(pattern: &str) -> Self {
        let letters: Vec<char> = pattern.chars().collect();
        let mut pieces = Vec::new();
        let mut at = 0;
        let last_close = letters.iter().rposition(|it| *it == ']');
        while let Some(letter) = letters.get(at) {
            at += 1;
            match letter {
                '*' => {
                    if !matches!(pieces.last(), Some(Piece::Star)) {
                        pieces.push(Piece::Star);
                    }
                }
                '?' => pieces.push(Piece::Any),
                '[' => {
                    let negated = letters.get(at) == Some(&'!');
                    let start = at + usize::from(negated);
                    // A closing bracket that comes first is a member.
                    let from = start + usize::from(letters.get(start) == Some(&']'));
                    if last_close.is_none_or(|it| it < from) {
                        pieces.push(Piece::Letter('['));
                        continue;
                    }
                    let length = letters[from..].iter().take_while(|it| **it != ']').count();
                    let end = from + length;
                    pieces.push(Piece::Set { negated, ranges: ranges(&letters[start..end]) });
                    at = end + 1;
                }
                letter => pieces.push(Piece::Letter(*letter)),
            }
        }
        Self(pieces)
    }

    fn matches(&self, text: &str) -> bool {
        let letters: Vec<char> = text.chars().collect();
        let (mut piece, mut letter) = (0, 0);
        // The last star and the letter up to which it reaches so far.
        let mut star: Option<(usize, usize)> = None;
        while letter < letters.len() {
            match self.0.get(piece) {
                Some(Piece::Star) => {
                    star = Some((piece, letter));
                    piece += 1;
                    continue;
                }
                Some(it) if it.matches(letters[letter]) => {
                    piece += 1;
                    letter += 1;
                    continue;
                }
                _ => {}
            }
            let Some((at, reach)) = star else { return false };
            star = Some((at, reach + 1));
            piece = at + 1;
            letter = reach + 1;
        }
        self.0[piece..].iter().all(|it| matches!(it, Piece::Star))
    }
}

impl Piece {
    fn matches(&self, letter: char) -> bool {
        match self {
            Self::Any => true,
            Self::Letter(it) => *it == letter,
            Self::Set { negated, ranges } => {
                ranges.iter().any(|(from, to)| (*from..=*to).contains(&letter)) != *negated
            }
            Self::Star => false,
        }
    }
}

fn ranges(letters: &[char]) -> Vec<(char, char)> {
    let mut ranges = Vec::new();
    let mut at = 0;
    while let Some(from) = letters.get(at) {
        match (letters.get(at + 1), letters.get(at + 2)) {
            (Some('-'), Some(to)) => {
                ranges.push((*from, *to));
                at += 3;
            }
            _ => {
                ranges.push((*from, *from));
                at += 1;
            }
        }
    }
    ranges
}

/// A pattern of paths below the project; `**` stands for any number of folders.
pub(crate) struct PathPattern {
    parts: Vec<Part>,
    /// It ends in a slash.
    folders_only: bool,
}

enum Part {
    Folders,
    Name(String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PathPatternError {
    #[error("Non-relative patterns are unsupported")]
    Absolute,
    #[error("Unacceptable pattern")]
    Empty,
    #[error("Invalid pattern: '**' can only be an entire path component")]
    Stars,
}

impl PathPattern {
    pub(crate) fn new(pattern: &str) -> Result<Self, PathPatternError> {
        if pattern.starts_with('/') {
            return Err(PathPatternError::Absolute);
        }
        let mut parts = Vec::new();
        for part in pattern.split('/').filter(|it| !it.is_empty() && *it != ".") {
            let last_is_folders = matches!(parts.last(), Some(Part::Folders));
            match part {
                "**" if last_is_folders => {}
                "**" => parts.push(Part::Folders),
                _ if part.contains("**") => return Err(PathPatternError::Stars),
                _ => parts.push(Part::Name(part.to_owned())),
            }
        }
        if parts.is_empty() {
            return Err(PathPatternError::Empty);
        }
        Ok(Self { parts, folders_only: pattern.ends_with('/') })
    }

    pub(crate) fn matches(&self, path: &str, is_folder: bool) -> bool {
        let ends_in_folders = matches!(self.parts.last(), Some(Part::Folders));
        if !is_folder && (self.folders_only || ends_in_folders) {
            return false;
        }
        let names: Vec<&str> = path.split('/').filter(|it| !it.is_empty() && *it != ".").collect();
        let (mut part, mut name) = (0, 0);
        let mut folders: Option<(usize, usize)> = None;
        while name < names.len() {
            match self.parts.get(part) {
                Some(Part::Folders) => {
                    folders = Some((part, name));
                    part += 1;
                    continue;
                }
                Some(Part::Name(pattern)) if matches(names[name], pattern) => {
                    part += 1;
                    name += 1;
                    continue;
                }
                _ => {}
            }
            let Some((at, reach)) = folders else { return false };
            folders = Some((at, reach + 1));
            part = at + 1;
            name = reach + 1;
        }
        self.parts[part..].iter().all(|it| matches!(it, Part::Folders))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each line as Python's `fnmatch.fnmatchcase` answers.
    #[test]
    fn names() {
        let yes = [
            ("abc", "*"),
            ("", "*"),
            ("abc", "a*c"),
            ("a.b.c", "a*c"),
            ("abc", "a?c"),
            ("abc", "[a-c]bc"),
            ("abc", "[!x]bc"),
            ("a]c", "a[]]c"),
            ("a-c", "a[b-]c"),
            ("[abc", "[abc"),
            ("a[b", "a[b"),
            ("-", "[a-b--z]"),
            ("x", "[!z-a]"),
            ("aXbXc", "a*b*c"),
            ("[]", "[]*"),
            ("é", "?"),
        ];
        for (text, pattern) in yes {
            assert!(matches(text, pattern), "{text} {pattern}");
        }
        let no = [
            ("abc", "ABC"),
            ("abc", "a?"),
            ("abc", "[!a]bc"),
            ("x", "[z-a]"),
            ("abc", "*b"),
            ("", "?"),
            ("[!]", "[!]x"),
        ];
        for (text, pattern) in no {
            assert!(!matches(text, pattern), "{text} {pattern}");
        }
    }

    #[test]
    fn many_stars_take_no_time() {
        let pattern = "*a".repeat(2_000);
        assert!(!matches(&"a".repeat(1_999), &pattern));
        let brackets = "[".repeat(50_000);
        assert!(matches(&brackets, &brackets));
    }

    #[test]
    fn paths() {
        let matches = |pattern: &str, path: &str, is_folder: bool| {
            PathPattern::new(pattern).map(|it| it.matches(path, is_folder))
        };
        assert_eq!(matches("models", "models", true), Ok(true));
        assert_eq!(matches("./models//marts/", "models/marts", true), Ok(true));
        assert_eq!(matches("models/a.sql/", "models/a.sql", false), Ok(false));
        assert_eq!(matches("models/*", "models/a.sql", false), Ok(true));
        assert_eq!(matches("models/*", "models/a/b.sql", false), Ok(false));
        assert_eq!(matches("models/**/b.sql", "models/b.sql", false), Ok(true));
        assert_eq!(matches("models/**/b.sql", "models/x/y/b.sql", false), Ok(true));
        assert_eq!(matches("**", ".", true), Ok(true));
        assert_eq!(matches("models/**", "models/a.sql", false), Ok(false));
        assert_eq!(matches("models/../models", "models", true), Ok(false));
        assert_eq!(matches("m[ab]*/x", "mbc/x", false), Ok(true));
        assert_eq!(matches("/models", "models", true), Err(PathPatternError::Absolute));
        assert_eq!(matches(".", ".", true), Err(PathPatternError::Empty));
        assert_eq!(matches("models/**.sql", "models/a.sql", false), Err(PathPatternError::Stars));
    }
}

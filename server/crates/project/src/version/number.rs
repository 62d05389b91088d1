use std::fmt;

/// A version as dbt, Python and installers write it, to be compared: `1.8`, `2.0.0rc190`,
/// `2.0.0-preview.190`, `2026.3.1+abc`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version {
    pub major: u32,
    pub minor: u32,
    pub patch: u32,
    stage: Stage,
}

/// In the order in which releases ripen.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Stage {
    Dev(u32),
    Alpha(u32),
    Beta(u32),
    /// Called `preview` by v2 itself where its package says `rc`.
    Candidate(u32),
    Final,
}

impl Version {
    #[must_use]
    pub const fn new(major: u32, minor: u32, patch: u32) -> Self {
        Self { major, minor, patch, stage: Stage::Final }
    }

    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        parse_with_parts(text).map(|(version, _)| version)
    }

    #[must_use]
    pub fn is_prerelease(&self) -> bool {
        self.stage != Stage::Final
    }

    pub(super) fn is_same_release(&self, other: &Self) -> bool {
        (self.major, self.minor, self.patch) == (other.major, other.minor, other.patch)
    }
}

/// The version, and how many numbers it is written with.
pub(super) fn parse_with_parts(text: &str) -> Option<(Version, usize)> {
    let text = text.trim();
    let text = text.strip_prefix(['v', 'V']).unwrap_or(text);
    let text = text.split('+').next()?;
    let end = text.find(|it: char| !it.is_ascii_digit() && it != '.').unwrap_or(text.len());
    let (numbers, rest) = text.split_at(end);
    let mut parts = 0;
    let mut read = [0; 3];
    for number in numbers.trim_end_matches('.').split('.') {
        let number = number.parse().ok()?;
        if let Some(place) = read.get_mut(parts) {
            *place = number;
        }
        parts += 1;
    }
    let [major, minor, patch] = read;
    Some((Version { major, minor, patch, stage: stage(rest)? }, parts))
}

fn stage(text: &str) -> Option<Stage> {
    let text = text.trim_start_matches(['-', '.', '_']).to_ascii_lowercase();
    let end = text.find(|it: char| !it.is_ascii_alphabetic()).unwrap_or(text.len());
    let (word, number) = text.split_at(end);
    let number = number.trim_start_matches(['-', '.', '_']);
    let end = number.find(|it: char| !it.is_ascii_digit()).unwrap_or(number.len());
    let number = number.get(..end).and_then(|it| it.parse().ok()).unwrap_or(0);
    Some(match word {
        "" | "post" | "rev" | "r" => Stage::Final,
        "dev" | "nightly" => Stage::Dev(number),
        "a" | "alpha" => Stage::Alpha(number),
        "b" | "beta" => Stage::Beta(number),
        "rc" | "c" | "pre" | "preview" => Stage::Candidate(number),
        _ => return None,
    })
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)?;
        match self.stage {
            Stage::Dev(number) => write!(f, "-dev.{number}"),
            Stage::Alpha(number) => write!(f, "-alpha.{number}"),
            Stage::Beta(number) => write!(f, "-beta.{number}"),
            Stage::Candidate(number) => write!(f, "-rc.{number}"),
            Stage::Final => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_ordered_as_they_ripen() {
        let ripening = [
            "1.7.20",
            "1.8",
            "1.8.2",
            "1.10.0",
            "1.12.0b1",
            "1.12.0-rc.1",
            "1.12.0",
            "2.0.0.dev3",
            "2.0.0a4",
            "2.0.0-beta.34",
            "2.0.0-preview.9",
            "2.0.0rc190",
            "2.0.0",
            "2.0.9",
        ];
        for pair in ripening.windows(2) {
            assert!(Version::parse(pair[0]) < Version::parse(pair[1]), "{pair:?}");
        }
        assert_eq!(Version::parse("2.0.0-preview.190"), Version::parse("2.0.0rc190"));
        assert_eq!(Version::parse("v1.8"), Version::parse("1.8.0+abc"));
        assert_eq!(Version::parse("1.8.0.post1"), Some(Version::new(1, 8, 0)));
        for text in ["", "bogus", ".", "1..2", "99999999999", "1.8.0-odd", "-1"] {
            assert_eq!(Version::parse(text), None, "{text}");
        }
    }
}

use std::fmt;

use super::number::{Version, parse_with_parts};

/// The versions that a pin allows: what lies between two bounds, where there are any.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct VersionRange {
    lower: Option<Bound>,
    upper: Option<Bound>,
    excluded: Vec<Version>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Bound {
    version: Version,
    inclusive: bool,
}

/// More clauses than a person writes.
const CLAUSE_LIMIT: usize = 64;

impl VersionRange {
    /// As pip, Poetry, conda and, with less strictness than it has itself, dbt read a pin. Nothing
    /// where it cannot be said.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text.contains('|') || text.split(',').count() > CLAUSE_LIMIT {
            return None;
        }
        let clauses = text.split(',').map(str::trim).filter(|it| !it.is_empty());
        clauses.map(clause).try_fold(Self::default(), |all, it| Some(all.and(&it?)))
    }

    #[must_use]
    pub fn exactly(version: Version) -> Self {
        let bound = Bound { version, inclusive: true };
        Self { lower: Some(bound.clone()), upper: Some(bound), excluded: Vec::new() }
    }

    fn at_least(version: Version, inclusive: bool) -> Self {
        Self { lower: Some(Bound { version, inclusive }), ..Self::default() }
    }

    fn at_most(version: Version, inclusive: bool) -> Self {
        Self { upper: Some(Bound { version, inclusive }), ..Self::default() }
    }

    fn between(lower: Version, upper: Version) -> Self {
        Self::at_least(lower, true).and(&Self::at_most(upper, false))
    }

    /// All patch releases of a minor one.
    #[must_use]
    pub fn of_minor(major: u32, minor: u32) -> Self {
        let next = Version::new(major, minor.saturating_add(1), 0);
        Self::between(Version::new(major, minor, 0), next)
    }

    /// What both allow.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        let tighter = |a: &Option<Bound>,
                       b: &Option<Bound>,
                       is_tighter: fn(&Bound, &Bound) -> bool| match (a, b) {
            (Some(a), Some(b)) => Some(if is_tighter(b, a) { b.clone() } else { a.clone() }),
            (a, b) => a.clone().or_else(|| b.clone()),
        };
        let lower = tighter(&self.lower, &other.lower, |a, b| {
            (&a.version, !a.inclusive) > (&b.version, !b.inclusive)
        });
        let upper = tighter(&self.upper, &other.upper, |a, b| {
            (&a.version, a.inclusive) < (&b.version, b.inclusive)
        });
        let mut excluded = self.excluded.clone();
        excluded.extend(other.excluded.iter().cloned());
        Self { lower, upper, excluded }
    }

    /// Whether no version is allowed at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let (Some(lower), Some(upper)) = (&self.lower, &self.upper) else { return false };
        let is_one = lower.version == upper.version;
        lower.version > upper.version
            || (is_one && !(lower.inclusive && upper.inclusive))
            || (is_one && self.excluded.contains(&lower.version))
    }

    /// Whether every version is allowed.
    #[must_use]
    pub fn is_any(&self) -> bool {
        *self == Self::default()
    }

    /// The one version that is allowed, where there is only one.
    #[must_use]
    pub fn fixed(&self) -> Option<&Version> {
        let (lower, upper) = (self.lower.as_ref()?, self.upper.as_ref()?);
        (lower == upper && lower.inclusive).then_some(&lower.version)
    }

    /// Whether no newer version than those that are known is allowed.
    #[must_use]
    pub fn has_upper_bound(&self) -> bool {
        self.upper.is_some()
    }

    #[must_use]
    pub fn contains(&self, version: &Version) -> bool {
        let above = self
            .lower
            .as_ref()
            .is_none_or(|it| *version > it.version || (it.inclusive && *version == it.version));
        let below = self.upper.as_ref().is_none_or(|it| {
            // `<2.0.0` means nothing of 2.0.0, its candidates included.
            let is_ahead = version.is_prerelease()
                && !it.version.is_prerelease()
                && version.is_same_release(&it.version);
            *version < it.version && (it.inclusive || !is_ahead)
                || (it.inclusive && *version == it.version)
        });
        above && below && !self.excluded.contains(version)
    }

    /// Whether any patch release of a minor one is allowed.
    #[must_use]
    pub fn allows_minor(&self, major: u32, minor: u32) -> bool {
        !self.and(&Self::of_minor(major, minor)).is_empty()
    }
}

fn clause(text: &str) -> Option<VersionRange> {
    if text == "*" {
        return Some(VersionRange::default());
    }
    let end = text.find(|it: char| !"=<>!~^".contains(it)).unwrap_or(text.len());
    let (operator, version) = text.split_at(end);
    let version = version.trim();
    let wildcard = version.strip_suffix(".*").or_else(|| version.strip_suffix(".x"));
    let (read, parts) = parse_with_parts(wildcard.unwrap_or(version))?;
    let Version { major, minor, .. } = read;
    let next_major = Version::new(major.saturating_add(1), 0, 0);
    let next_minor = Version::new(major, minor.saturating_add(1), 0);
    let one_below = |parts| if parts < 2 { next_major.clone() } else { next_minor.clone() };
    Some(match operator {
        ">=" => VersionRange::at_least(read, true),
        ">" => VersionRange::at_least(read, false),
        "<=" => VersionRange::at_most(read, true),
        "<" => VersionRange::at_most(read, false),
        "!=" if wildcard.is_none() => {
            VersionRange { excluded: vec![read], ..VersionRange::default() }
        }
        // The last part that is written may grow.
        "~=" if parts >= 2 => {
            let upper = if parts == 2 { next_major } else { next_minor };
            VersionRange::between(read, upper)
        }
        "~" => VersionRange::between(read, one_below(parts)),
        "^" => {
            let upper = if major == 0 { next_minor } else { next_major };
            VersionRange::between(read, upper)
        }
        "" | "=" | "==" if wildcard.is_some() && parts < 3 => {
            VersionRange::between(read, one_below(parts))
        }
        "" | "=" | "==" | "===" => VersionRange::exactly(read),
        _ => return None,
    })
}

impl fmt::Display for VersionRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(version) = self.fixed() {
            return write!(f, "{version}");
        }
        let lower = self
            .lower
            .iter()
            .map(|it| format!("{}{}", if it.inclusive { ">=" } else { ">" }, it.version));
        let upper = self
            .upper
            .iter()
            .map(|it| format!("{}{}", if it.inclusive { "<=" } else { "<" }, it.version));
        let excluded = self.excluded.iter().map(|it| format!("!={it}"));
        let parts: Vec<String> = lower.chain(upper).chain(excluded).collect();
        f.write_str(if parts.is_empty() { "any version" } else { "" })?;
        f.write_str(&parts.join(","))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pins_allow_what_their_tools_allow() {
        for (pin, shown) in [
            ("==1.8.2", "1.8.2"),
            ("1.8.2", "1.8.2"),
            ("=1.8.2", "1.8.2"),
            ("===1.8", "1.8.0"),
            ("==1.8.*", ">=1.8.0,<1.9.0"),
            ("1.*", ">=1.0.0,<2.0.0"),
            ("~=1.8.2", ">=1.8.2,<1.9.0"),
            ("~=1.8", ">=1.8.0,<2.0.0"),
            ("^1.8", ">=1.8.0,<2.0.0"),
            ("^0.21.1", ">=0.21.1,<0.22.0"),
            ("~1.8.2", ">=1.8.2,<1.9.0"),
            ("~1", ">=1.0.0,<2.0.0"),
            (">=1.8, <2", ">=1.8.0,<2.0.0"),
            (">=1.7,>1.8,<2,<=1.9", ">1.8.0,<=1.9.0"),
            (">=1.8,!=1.8.3", ">=1.8.0,!=1.8.3"),
            ("*", "any version"),
            ("", "any version"),
            (">=2.0.0-preview.9", ">=2.0.0-rc.9"),
        ] {
            assert_eq!(VersionRange::parse(pin).unwrap().to_string(), shown, "{pin}");
        }
        for pin in ["bogus", "^1 || ^2", "~=1", "=>1.8", "!=1.8.*", ">=1.8,latest", "@1.8"] {
            assert_eq!(VersionRange::parse(pin), None, "{pin}");
        }
        assert_eq!(VersionRange::parse(&">=1,".repeat(1_000)), None);
    }

    #[test]
    fn prereleases_come_before_what_they_announce() {
        let allows = |pin: &str, version: &str| {
            VersionRange::parse(pin).unwrap().contains(&Version::parse(version).unwrap())
        };
        // Each as dbt Core answers it.
        assert!(!allows("<2.0.0", "2.0.0rc1"));
        assert!(allows("<=2.0.0", "2.0.0rc1"));
        assert!(!allows(">=1.12.0", "1.12.0b1"));
        assert!(allows(">=1.12.0-b1", "1.12.0"));
        assert!(!allows("<1.11.16", "1.11.16"));
        assert!(!allows("<1.11.16-rc1", "1.11.16"));
        assert!(allows("<=1.11.16,>=1.11.16", "1.11.16"));
        assert!(allows("1.11.16", "1.11.16"));
        for pin in ["<=1.11.16,>1.11.16", ">2.0.0,<1.0.0", "<1.11.16,1.11.16", "1.11.16,1.11.15"] {
            assert!(VersionRange::parse(pin).unwrap().is_empty(), "{pin}");
        }
    }

    #[test]
    fn a_minor_release_is_allowed_with_any_of_its_patches() {
        let allows =
            |pin: &str, major, minor| VersionRange::parse(pin).unwrap().allows_minor(major, minor);
        assert!(allows("<1.7.3", 1, 7));
        assert!(!allows("<1.7.0", 1, 7));
        assert!(allows("=1.10.3", 1, 10));
        assert!(allows(">1.10.3", 1, 10));
    }
}

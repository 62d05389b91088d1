//! What a value tells of itself: whether it can only be a secret, or only a placeholder.

/// Tokens that say what they are, with the least length of what follows.
const TOKENS: [(&str, usize); 16] = [
    ("dbtc_", 12),
    ("dbtu_", 12),
    ("AKIA", 16),
    ("ASIA", 16),
    ("ghp_", 20),
    ("gho_", 20),
    ("ghs_", 20),
    ("github_pat_", 20),
    ("glpat-", 16),
    ("xoxb-", 16),
    ("xoxp-", 16),
    ("sk_live_", 12),
    ("dapi", 32),
    ("eyJ", 40),
    ("AIza", 30),
    ("-----BEGIN", 20),
];

/// Whether a value is a secret whatever its name is.
#[must_use]
pub fn looks_secret(value: &str) -> bool {
    let is_token = |it: char| it.is_ascii_alphanumeric() || "_-./+= \n\\".contains(it);
    TOKENS.iter().any(|(start, length)| {
        value
            .strip_prefix(start)
            .is_some_and(|rest| rest.len() >= *length && rest.chars().all(is_token))
    }) && !is_placeholder(value)
}

/// Whether a value only holds the place of one.
#[must_use]
pub fn is_placeholder(value: &str) -> bool {
    let lower = value.trim().to_ascii_lowercase();
    // A short value protects nothing.
    if lower.len() < 4 || lower.starts_with(['<', '[', '{', '$']) || lower.starts_with("env_var") {
        return true;
    }
    let mut letters = lower.chars();
    let first = letters.next();
    if letters.all(|it| Some(it) == first) {
        return true;
    }
    [
        "change",
        "your",
        "placeholder",
        "todo",
        "dummy",
        "example",
        "sample",
        "fill",
        "xxx",
        "insert",
        "secret",
        "password",
        "token",
        "replace",
        "none",
        "null",
        "fake",
        "test",
        "...",
        "here",
    ]
    .iter()
    .any(|it| lower.contains(it))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_secret_and_placeholders_are_not() {
        for value in
            ["dbtc_0123456789abcdef", "AKIAIOSFODNN7ABCDEFG", "-----BEGIN PRIVATE KEY-----\nabc"]
        {
            assert!(looks_secret(value), "{value}");
            assert!(!is_placeholder(value), "{value}");
        }
        for value in ["", "dbtc_your_token_comes_here", "dbtc_", "analytics", "eyJ", "dapi"] {
            assert!(!looks_secret(value), "{value}");
        }
        for value in ["changeme", "<token>", "***", "xxxxxxxx", "your-password", "${X}"] {
            assert!(is_placeholder(value), "{value}");
        }
        assert!(!is_placeholder("Zm9vYmFyYmF6"));
    }
}

/// The name that a word was most likely meant to be: nothing where none is near.
#[must_use]
pub fn nearest<'a>(word: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    /// Nobody mistypes longer names, and distances take time.
    const MAX_LENGTH: usize = 64;
    /// Of more names than this nobody knows which was meant.
    const MAX_NAMES: usize = 2000;
    let word: Vec<char> = word.chars().take(MAX_LENGTH).flat_map(char::to_lowercase).collect();
    let allowed = (word.len() / 3).clamp(1, 3);
    let mut best: Option<(usize, &str)> = None;
    for name in names.into_iter().take(MAX_NAMES) {
        let letters: Vec<char> =
            name.chars().take(MAX_LENGTH).flat_map(char::to_lowercase).collect();
        if letters.len().abs_diff(word.len()) > allowed {
            continue;
        }
        let distance = distance(&word, &letters);
        if distance <= allowed
            && distance < word.len().max(letters.len())
            && best.is_none_or(|it| distance < it.0)
        {
            best = Some((distance, name));
        }
    }
    best.map(|it| it.1)
}

/// How many letters are to be added, taken away, replaced or swapped with the next.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, letter) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, other) in b.iter().enumerate() {
            let replaced = last.get(j).copied().unwrap_or(0) + usize::from(letter != other);
            let removed = last.get(j + 1).copied().unwrap_or(0) + 1;
            let added = row.get(j).copied().unwrap_or(0) + 1;
            let mut least = replaced.min(removed).min(added);
            let is_swap =
                i > 0 && j > 0 && a.get(i - 1) == Some(other) && b.get(j - 1) == Some(letter);
            if is_swap {
                least = least.min(before.get(j - 1).copied().unwrap_or(0) + 1);
            }
            row.push(least);
        }
        before = std::mem::replace(&mut last, row);
    }
    last.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn one_slip_is_forgiven_and_another_word_is_not() {
        let names = ["account", "password", "port", "host"];
        for (word, meant) in [
            ("acount", Some("account")),
            ("passwrod", Some("password")),
            ("Host", Some("host")),
            ("prot", Some("port")),
            ("pwd", None),
            ("x", None),
            ("", None),
            ("warehouse", None),
        ] {
            assert_eq!(nearest(word, names), meant, "{word}");
        }
        assert_eq!(nearest("dev", ["prod", "ci"]), None);
    }
}

use similar::TextDiff;

/// A change of a file as `diff -u` and git show it; empty where nothing changes.
pub fn unified(path: &str, before: &str, after: &str) -> String {
    let old = if before.is_empty() { "/dev/null".to_owned() } else { path.to_owned() };
    TextDiff::from_lines(before, after).unified_diff().header(&old, path).to_string()
}

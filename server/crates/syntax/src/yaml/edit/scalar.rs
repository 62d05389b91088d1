/// A string as a YAML scalar that is read back as that string, in block and in flow style: plain
/// where that is safe, else quoted.
pub fn scalar(text: &str) -> String {
    if is_plain(text) {
        return text.to_owned();
    }
    let printable = text.chars().all(|it| it == ' ' || (!it.is_control() && !it.is_whitespace()));
    if printable && !text.contains('\'') {
        return format!("'{text}'");
    }
    let mut quoted = String::from("\"");
    for character in text.chars() {
        match character {
            '"' => quoted += "\\\"",
            '\\' => quoted += "\\\\",
            '\n' => quoted += "\\n",
            '\t' => quoted += "\\t",
            '\r' => quoted += "\\r",
            it if it.is_control() || (it.is_whitespace() && it != ' ') || it == '\u{feff}' => {
                quoted += &format!("\\U{:08X}", u32::from(it));
            }
            it => quoted.push(it),
        }
    }
    quoted.push('"');
    quoted
}

fn is_plain(text: &str) -> bool {
    let safe = |it: char| it.is_alphanumeric() || matches!(it, '_' | '-' | '.' | '/' | '+' | ' ');
    if text.is_empty() || !text.chars().all(safe) || text != text.trim() || text.starts_with('-') {
        return false;
    }
    super::super::resolve::implicit_tag(text) == super::super::resolve::Tag::Str
        && !matches!(text, "..." | "---")
        && !text.contains(|it: char| it != ' ' && it.is_whitespace())
}

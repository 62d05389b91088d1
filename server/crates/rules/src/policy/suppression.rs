use std::ops::RangeInclusive;
use std::sync::Arc;

use base::{Content, Db, File, TextRange, line_index, range};

/// A rule that a comment silences.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Suppression {
    pub(super) name: String,
    pub(super) range: TextRange,
    /// The line of the comment and, where it stands alone, the one below.
    pub(super) lines: RangeInclusive<u32>,
}

const MARK: &str = "tandem: ignore[";

/// The comments of a file that silence rules: `-- tandem: ignore[a, b]`, `{# tandem: ignore[a] #}`,
/// `# tandem: ignore[a]`.
#[salsa::tracked(returns(clone))]
pub(super) fn suppressions(db: &dyn Db, file: File) -> Arc<[Suppression]> {
    let Content::Text(text) = file.content(db) else { return Arc::from([]) };
    let mut found = Vec::new();
    for (at, _) in text.match_indices(MARK) {
        let start = text[..at].rfind('\n').map_or(0, |it| it + 1);
        let end = text[at..].find('\n').map_or(text.len(), |it| at + it);
        let before = &text[start..at];
        let openings: &[&str] = match file.path(db).extension() {
            "sql" => &["--", "{#"],
            "md" => &["{#", "<!--"],
            "csv" => &[],
            _ => &["#"],
        };
        let Some(opening) = openings.iter().filter_map(|it| before.rfind(it)).max() else {
            continue;
        };
        let Some(length) = text[at..end].find(']') else { continue };
        let line = line_index(db, file).line_of(range(at, at).start());
        // Behind something the comment is about that, alone it is about what follows.
        let is_alone = before[..opening].trim().is_empty();
        let lines = line..=line + u32::from(is_alone);
        let mut place = at + MARK.len();
        for name in text[place..at + length].split(',') {
            let blank = name.len() - name.trim_start().len();
            let name_range = range(place + blank, place + blank + name.trim().len());
            place += name.len() + 1;
            if !name.trim().is_empty() {
                let name = name.trim().to_owned();
                found.push(Suppression { name, range: name_range, lines: lines.clone() });
            }
        }
    }
    found.into()
}

use std::collections::BTreeMap;

use md5::{Digest, Md5};

use super::Finding;

/// What a finding is known by when lines above it come and go: its rule, its file and what stands
/// on its line, with a number where there are several of them.
pub fn fingerprints(findings: &[Finding]) -> Vec<String> {
    let mut counts: BTreeMap<(&str, &str, &str), usize> = BTreeMap::new();
    let mut prints = Vec::with_capacity(findings.len());
    for it in findings {
        // Secrets are masked in it already.
        let line = it.excerpt.as_ref().map_or(it.message.as_str(), |it| it.text.trim());
        let count = counts.entry((it.code, &it.file, line)).or_default();
        let mut hasher = Md5::new();
        for part in [it.code, &it.project, &it.file, line, &count.to_string()] {
            hasher.update(part.as_bytes());
            hasher.update([0]);
        }
        *count += 1;
        prints.push(hasher.finalize().iter().map(|it| format!("{it:02x}")).collect());
    }
    prints
}

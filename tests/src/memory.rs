//! What the system says about a process: memory and processor time, its children included, since
//! some servers are started by a wrapper.

use std::fs;

#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Usage {
    /// The most memory that was ever resident, in bytes.
    pub peak: u64,
    pub resident: u64,
    /// Processor time in milliseconds; the system counts in steps of 10.
    pub processor: u64,
}

/// Nothing where there is no `/proc`.
pub fn usage(process: u32) -> Option<Usage> {
    let mut total = one(process)?;
    for child in descendants(process) {
        if let Some(part) = one(child) {
            total.peak += part.peak;
            total.resident += part.resident;
            total.processor += part.processor;
        }
    }
    Some(total)
}

fn one(process: u32) -> Option<Usage> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let field = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name))?;
        line.trim().trim_end_matches("kB").trim().parse::<u64>().ok().map(|it| it * 1024)
    };
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    let ticks: u64 = fields(&stat).skip(11).take(2).filter_map(|it| it.parse::<u64>().ok()).sum();
    Some(Usage {
        peak: field("VmHWM:").unwrap_or(0),
        resident: field("VmRSS:").unwrap_or(0),
        processor: ticks * 10,
    })
}

/// The fields after the name, which may itself hold blanks and parentheses.
fn fields(stat: &str) -> impl Iterator<Item = &str> {
    stat.rsplit_once(')').map_or("", |(_, rest)| rest).split_whitespace()
}

fn descendants(process: u32) -> Vec<u32> {
    let mut parents = Vec::new();
    for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
        let Some(id) = entry.file_name().to_str().and_then(|it| it.parse::<u32>().ok()) else {
            continue;
        };
        let Ok(stat) = fs::read_to_string(entry.path().join("stat")) else { continue };
        if let Some(parent) = fields(&stat).nth(1).and_then(|it| it.parse::<u32>().ok()) {
            parents.push((id, parent));
        }
    }
    let mut found = vec![process];
    let mut next = 0;
    while let Some(parent) = found.get(next).copied() {
        found.extend(parents.iter().filter(|it| it.1 == parent).map(|it| it.0));
        next += 1;
    }
    found.split_off(1)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn memory_we_touch_is_counted() {
        let before = usage(std::process::id()).unwrap();
        let block = vec![1_u8; 64 << 20];
        let after = usage(std::process::id()).unwrap();
        assert!(after.resident >= before.resident + (block.len() as u64 / 2));
        assert!(after.peak >= after.resident);
    }
}

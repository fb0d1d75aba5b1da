// SPDX-License-Identifier: EUPL-1.2
//! What each fault of a specification means, and its remedy, read from the manual, where the suite keeps the table
//! complete; and faults put together that say the same.

use std::collections::BTreeMap;

use crate::diagnostic::{Diagnostic, Severity};

/// A fault as the manual explains it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FaultEntry {
    pub code: &'static str,
    /// The heading under which it stands.
    pub group: &'static str,
    pub meaning: &'static str,
    pub remedy: &'static str,
}

const MANUAL: &str = include_str!("../../specs/README.md");
const CHAPTER: &str = "## Tutti gli errori e gli avvisi";

/// Every fault that can be told, in the manual's order.
pub fn fault_entries() -> Vec<FaultEntry> {
    let chapter = MANUAL.split_once(CHAPTER).map(|(_, rest)| rest).unwrap_or_default();
    let chapter = chapter.split("\n## ").next().unwrap_or_default();
    let mut entries = Vec::new();
    for part in chapter.split("\n### ").skip(1) {
        let group = part.lines().next().unwrap_or_default().trim();
        entries.extend(part.lines().filter_map(|line| entry(group, line)));
    }
    entries
}

/// A row of a table: `| `code` | meaning | remedy |`.
fn entry(group: &'static str, line: &'static str) -> Option<FaultEntry> {
    let row = line.trim().strip_prefix("| `")?.strip_suffix('|')?;
    let (code, rest) = row.split_once("` |")?;
    let (meaning, remedy) = rest.split_once(" | ")?;
    Some(FaultEntry { code, group, meaning: meaning.trim(), remedy: remedy.trim() })
}

/// Warnings that say the same stand together where the first of them is; errors stand alone.
pub fn grouped(found: &[Diagnostic], apart: bool) -> Vec<Vec<&Diagnostic>> {
    let mut groups: Vec<Vec<&Diagnostic>> = Vec::new();
    let mut known: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for fault in found {
        let key = (fault.code, fault.message.as_str());
        let place = known.get(&key).filter(|_| fault.severity == Severity::Warning && !apart);
        match place.and_then(|at| groups.get_mut(*at)) {
            Some(group) => group.push(fault),
            None => {
                known.insert(key, groups.len());
                groups.push(vec![fault]);
            }
        }
    }
    groups
}

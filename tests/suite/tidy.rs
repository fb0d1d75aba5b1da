// SPDX-License-Identifier: EUPL-1.2
//! The house keeps its own rules: floors, words out of place, how files begin, and no trace of a machine or a person.
//!
//! Every offence is told with its place and its remedy; each rule is shown text that offends, and must see it.

use std::fs;
use std::path::Path;

mod files;
mod floors;
mod rust;
mod words;

/// A text file of the repository, its path from the root with `/`.
struct Source {
    path: String,
    text: String,
}

struct Offence {
    path: String,
    line: usize,
    what: String,
    remedy: String,
}

impl Offence {
    fn new(path: &str, line: usize, what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line, what: what.into(), remedy: remedy.into() }
    }
}

/// What git keeps: all but the folders it never sees, and files that are not text.
fn repository() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut sources = Vec::new();
    collect(root, root, &mut sources);
    assert!(sources.iter().any(|s| s.path == "src/lib.rs"), "the repository is not where it was compiled");
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    sources
}

fn collect(root: &Path, folder: &Path, sources: &mut Vec<Source>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let inside = path.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/");
        if path.is_dir() {
            if !matches!(inside.as_str(), "target" | ".git") && !path.ends_with("node_modules") {
                collect(root, &path, sources);
            }
        } else if inside != ".git"
            && let Ok(text) = fs::read_to_string(&path)
        {
            sources.push(Source { path: inside, text });
        }
    }
}

fn none(offences: &[Offence]) {
    let told = |o: &Offence| format!("{}:{}: {}\n    remedy: {}\n", o.path, o.line, o.what, o.remedy);
    assert!(offences.is_empty(), "{} offences\n{}", offences.len(), offences.iter().map(told).collect::<String>());
}

#[test]
fn a_module_uses_only_lower_floors() {
    none(&floors::offences(&repository()));
}

#[test]
fn no_word_is_out_of_place() {
    none(&words::offences(&repository()));
}

#[test]
fn every_dependency_has_a_home() {
    let manifest = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml")).unwrap();
    none(&words::dependencies(&manifest));
}

#[test]
fn files_begin_well_stay_short_and_carry_no_trace() {
    none(&files::offences(&repository()));
}

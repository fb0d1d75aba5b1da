// SPDX-License-Identifier: EUPL-1.2
//! Wrong types everywhere: each node of a real level becomes in turn a text, a list, a map, nothing, a huge text, `NO`
//! and `08`. Reader, decoder and checks answer within a second, with a place, and never panic.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use lepre::calendar::Day;
use lepre::compile::{NoRulebook, check, rulebook};
use lepre::diagnostic::{Diagnostic, Severity};
use lepre::library::Library;
use lepre::spec::folder::{File, LevelFile, Specs, read};
use lepre::spec::source::{Node, NodeValue, parse};

use super::bad_words;
use crate::schema::{real_files, specs};

/// The levels that are taken apart: one restated with terms, one declared by its title, one in the decree's words.
const LEVELS: [&str; 3] = ["b-", "g-", "i-"];
/// What they ask for.
const ASKED: [&str; 1] = ["a-"];

/// Entries that hold any text: there another text is another meaning, and a lawful one.
const FREE: [&str; 16] = [
    "allegato",
    "conservazione",
    "descrizione",
    "di",
    "domanda",
    "effetto",
    "finalita",
    "massimo",
    "minimo",
    "modello",
    "motivo",
    "nota",
    "partizione",
    "scelte",
    "significato",
    "testo",
];

/// A tree written out again; the node numbered `at`, counting from the top, as `instead` of what it is.
fn written(node: &Node, at: usize, instead: &str) -> String {
    struct Writer<'a> {
        next: usize,
        at: usize,
        instead: &'a str,
        text: String,
    }
    impl Writer<'_> {
        fn value(&mut self, node: &Node, indent: usize) {
            let number = self.next;
            self.next += 1;
            if number == self.at {
                self.text.push(' ');
                self.text.push_str(self.instead);
                self.text.push('\n');
                return;
            }
            let margin = " ".repeat(indent);
            match &node.value {
                NodeValue::Scalar(scalar) if scalar.is_plain() && !scalar.text.contains('\n') => {
                    self.text.push_str(&format!(" {}\n", scalar.text));
                }
                NodeValue::Scalar(scalar) => self.text.push_str(&format!(" '{}'\n", scalar.text.replace('\'', "''"))),
                NodeValue::List(items) if items.is_empty() => self.text.push_str(" []\n"),
                NodeValue::Map(entries) if entries.is_empty() => self.text.push_str(" {}\n"),
                NodeValue::List(items) => {
                    self.text.push('\n');
                    for item in items {
                        self.text.push_str(&format!("{margin}-"));
                        self.value(item, indent + 2);
                    }
                }
                NodeValue::Map(entries) => {
                    self.text.push('\n');
                    for (key, value) in entries {
                        self.text.push_str(&format!("{margin}{}:", key.text));
                        self.value(value, indent + 2);
                    }
                }
            }
        }
    }
    let mut writer = Writer { next: 0, at, instead, text: String::new() };
    writer.value(node, 0);
    writer.text.trim_start_matches('\n').trim_start_matches(' ').to_owned()
}

/// The key under which each node stands, in the order of `written`: the last one on the way down.
fn keys(node: &Node, key: &str, found: &mut Vec<String>) {
    found.push(key.to_owned());
    match &node.value {
        NodeValue::Scalar(_) => {}
        NodeValue::List(items) => items.iter().for_each(|item| keys(item, key, found)),
        NodeValue::Map(entries) => entries.iter().for_each(|(name, value)| keys(value, &name.text, found)),
    }
}

fn named(path: &str, level: &str) -> bool {
    path.strip_prefix("nazionale/").is_some_and(|name| name.starts_with(level))
}

/// What the level is told, alone beside the tables, the decree and its scenarios.
fn told(base: &Specs, path: &str, text: &str) -> Vec<Diagnostic> {
    let (mut specs, mut found) = read(&[File { path: path.into(), bytes: text.as_bytes().into() }]);
    specs.catalogue = base.catalogue.clone();
    specs.decree = base.decree.clone();
    let asked = |file: &&LevelFile| *file.file != *path && ASKED.iter().any(|level| named(&file.file, level));
    specs.levels.extend(base.levels.iter().filter(asked).cloned());
    for file in specs.levels.iter_mut().filter(|file| *file.file == *path) {
        let original = base.levels.iter().find(|original| original.file == file.file).unwrap();
        file.scenarios.clone_from(&original.scenarios);
        file.scenario_file.clone_from(&original.scenario_file);
    }
    found.extend(check(&specs));
    found.retain(|fault| *fault.place.file == *path || fault.severity == Severity::Error);
    // What the checks let through compiles: nothing is found too late.
    if found.iter().all(|fault| fault.severity == Severity::Warning) {
        for letter in LEVELS.iter().map(|level| level.trim_end_matches('-').to_uppercase()) {
            if specs.level(&letter).is_some_and(|file| *file.file == *path) {
                let rulebook = rulebook(&specs, &letter, None, Day::new(2024, 6, 3).unwrap());
                assert!(matches!(rulebook, Ok(_) | Err(NoRulebook::NotInForce { .. })), "{path}: {rulebook:?}\n{text}");
            }
        }
    }
    found
}

#[test]
fn wrong_types_everywhere_are_answered() {
    let huge = "parola ".repeat(300 * 1024 / 7);
    let instead = ["x", "'un testo'", "[x]", "{ x: y }", "", huge.as_str(), "NO", "08", "2024-05-02", "true"];
    let mut base = Library::open(&specs()).unwrap().specs().clone();
    // A short calendar is soon worked out.
    base.catalogue.holidays.as_mut().unwrap().valid.to = Day::new(2001, 12, 31);
    let mut wrong: Vec<String> = Vec::new();
    let mut accepted: BTreeSet<String> = BTreeSet::new();
    let mut count = 0;
    for (path, root) in real_files() {
        if !LEVELS.iter().any(|level| named(&path, level)) || path.ends_with(".prove.yaml") {
            continue;
        }
        let mut under = Vec::new();
        keys(&root, "", &mut under);
        let unchanged = written(&root, usize::MAX, "");
        let errors = |found: &[Diagnostic]| found.iter().filter(|fault| fault.severity == Severity::Error).count();
        assert_eq!(errors(&told(&base, &path, &unchanged)), 0, "{path} is not written out as it was read");
        for (at, key) in under.iter().enumerate() {
            for instead in instead {
                let text = written(&root, at, instead);
                if parse(&path, text.as_bytes()).is_ok_and(|node| written(&node, usize::MAX, "") == unchanged) {
                    continue;
                }
                count += 1;
                let shown: String = instead.chars().take(20).collect();
                let started = Instant::now();
                let found = told(&base, &path, &text);
                let elapsed = started.elapsed();
                if elapsed > Duration::from_secs(1) {
                    wrong.push(format!("{path}, node {at} `{key}` as `{shown}`: took {elapsed:?}"));
                }
                if errors(&found) == 0 {
                    accepted.insert(format!("{key} <- {shown}"));
                    let other_day = key == "dal" && instead == "2024-05-02";
                    if !other_day && !FREE.contains(&key.as_str()) {
                        wrong.push(format!("{path}, node {at} `{key}` as `{shown}`: accepted"));
                    }
                }
                for fault in found {
                    let lines = text.split('\n').nth(fault.place.line as usize - 1);
                    let inside = lines.is_some_and(|line| fault.place.column as usize <= line.chars().count() + 1);
                    if *fault.place.file == *path && !inside {
                        wrong.push(format!("{path}, node {at} `{key}` as `{shown}`: no such place: {fault}"));
                    }
                    if let Some(why) = bad_words(&fault) {
                        wrong.push(format!("{path}, node {at} `{key}` as `{shown}`: {why}: {fault}"));
                    }
                    if fault.message.chars().count() > 2_000 {
                        wrong.push(format!("{path}, node {at} `{key}` as `{shown}`: a message without end"));
                    }
                }
            }
        }
    }
    wrong.dedup();
    let many = wrong.len();
    wrong.truncate(40);
    assert!(wrong.is_empty(), "{many}:\n{}\naccepted: {accepted:#?}", wrong.join("\n"));
    assert!(count > 2_500, "{count}");
}

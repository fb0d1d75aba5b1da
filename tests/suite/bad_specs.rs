// SPDX-License-Identifier: EUPL-1.2
//! Every fault of a specification has a wrong file in `tests/bad`, is found there at its place and told in words that an
//! official understands.
//!
//! A file says in comments what it is: `atteso` (line and column of the fault), `caso` (what is wrong), and, when it is
//! not the only level beside the real tables, `tabella`, `prove`, `dove` (what it stands for), `accanto` (`nessuno`,
//! `altri`, `tutti`: which real levels stay), `anche` (a code that comes along), `ripeti` (what `€` stands for), `fuori`
//! (the file where the fault is told, when it is another) and `insieme` (what follows is another file). What lies in
//! `regioni/` has the real levels beside it and no other region, and is not asked for stories.

#![cfg(test)]

mod everywhere;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use lepre::diagnostic::{Diagnostic, Severity};
use lepre::library::Library;
use lepre::rehearse;
use lepre::spec::folder::File;
use lepre::spec::source::{CODES, parse};

use crate::schema::{fresh, kind_of, kinds, specs};

/// Codes of faults that no file can show: the floor checker's and the compiler's own, for what its checks have let through, and the reader's, for
/// errors that the parser of YAML may learn one day.
const NO_FILE: [&str; 4] = ["pavimento-abbassato", "pavimento-non-dimostrato", "regolamento", "sintassi"];

/// Codes that stand alone in the source, chosen before the fault is made.
const CHOSEN: [&str; 2] = ["script-errato", "script-guasto"];

/// What the command line calls a fault of its own that is never shown.
const NO_CODE: &str = "prova";

/// A wrong file, taken apart.
pub struct Bad {
    pub name: String,
    pub code: String,
    /// Where the fault is expected.
    line: u32,
    column: u32,
    /// Where the file stands among the specifications.
    pub path: String,
    /// Other codes that come along.
    also: Vec<String>,
    pub files: Vec<File>,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bad")
}

fn text_of(bytes: &[u8]) -> String {
    match bytes {
        [0xff, 0xfe, rest @ ..] => {
            let units: Vec<u16> = rest.chunks(2).map(|two| u16::from_le_bytes([two[0], two[1]])).collect();
            String::from_utf16(&units).unwrap()
        }
        _ => String::from_utf8_lossy(bytes).trim_start_matches('\u{feff}').to_owned(),
    }
}

/// The real files, by path.
fn real() -> Vec<File> {
    let mut files = Vec::new();
    for folder in ["catalogo", "decreto", "nazionale"] {
        for entry in std::fs::read_dir(specs().join(folder)).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            let path = format!("{folder}/{name}");
            let bytes = std::fs::read(specs().join(&path)).unwrap();
            files.push(File { path: path.into(), bytes: bytes.into() });
        }
    }
    files
}

fn split(bytes: &[u8], mark: &[u8]) -> Vec<Vec<u8>> {
    let mut parts = vec![Vec::new()];
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at..].starts_with(mark) {
            parts.push(Vec::new());
            at += mark.len();
        } else {
            parts.last_mut().unwrap().push(bytes[at]);
            at += 1;
        }
    }
    parts
}

fn lines_of<'a>(text: &'a str, key: &str) -> Vec<&'a str> {
    let prefix = format!("# {key}: ");
    text.lines().filter_map(|line| line.strip_prefix(prefix.as_str())).collect()
}

fn read(name: &str, codes: &BTreeSet<String>, real: &[File]) -> Bad {
    let mut bytes = std::fs::read(folder().join(format!("{name}.yaml"))).unwrap();
    let text = text_of(&bytes);
    let one = |key: &str| lines_of(&text, key).first().copied();
    let (line, column) = one("atteso").and_then(|at| at.split_once(':')).unwrap_or_else(|| panic!("{name}: no place"));
    assert!(text.starts_with("# atteso: "), "{name}: the first line says where the fault is");
    assert!(one("caso").is_some(), "{name}: the second line says what is wrong");
    let names = codes.iter().filter(|code| name == *code || name.starts_with(&format!("{code}-")));
    let code = names.max_by_key(|code| code.len()).unwrap_or_else(|| panic!("{name}: no code is called so")).clone();
    if let Some((what, times)) = one("ripeti").and_then(|rest| rest.rsplit_once(' ')) {
        let what = what.trim_matches('\'').replace("\\n", "\n").repeat(times.parse().unwrap());
        bytes = text.replacen('€', &what, 1).into_bytes();
    }
    let letter = text.lines().find_map(|line| line.strip_prefix("lep: ")).unwrap_or("A");
    let letter = letter.split(['\r', ' ']).next().unwrap_or_default().to_lowercase();
    let fault_in = one("fuori").map(str::to_owned);
    let path = match (one("tabella"), one("prove"), one("dove")) {
        (Some(table), ..) => format!("catalogo/{table}.yaml"),
        (_, Some(level), _) => format!("nazionale/{level}.prove.yaml"),
        (.., Some(path)) => path.to_owned(),
        _ => format!("nazionale/{letter}-{name}.yaml"),
    };
    let beside = one("accanto").unwrap_or(match (one("prove"), one("dove")) {
        (None, None) => "nessuno",
        _ => "tutti",
    });
    let mut files: Vec<File> = real
        .iter()
        .filter(|file| match file.path.strip_prefix("nazionale/") {
            None => true,
            Some(_) if beside == "tutti" => true,
            Some(level) => beside == "altri" && !level.starts_with(&format!("{letter}-")),
        })
        .cloned()
        .collect();
    let mut put = |path: &str, bytes: Vec<u8>| {
        files.retain(|file| *file.path != *path);
        files.push(File { path: path.into(), bytes: bytes.into() });
    };
    // By bytes, since a file may be wrong in its letters.
    let mut parts = split(&bytes, b"# insieme: ").into_iter();
    put(&path, parts.next().unwrap_or_default());
    for part in parts {
        let end = part.iter().position(|byte| *byte == b'\n').unwrap();
        put(std::str::from_utf8(&part[..end]).unwrap(), part[end + 1..].to_vec());
    }
    let path = fault_in.unwrap_or(path);
    let also = lines_of(&text, "anche").into_iter().map(str::to_owned).collect();
    Bad { name: name.to_owned(), code, line: line.parse().unwrap(), column: column.parse().unwrap(), path, also, files }
}

/// Every wrong file.
pub fn all() -> Vec<Bad> {
    let codes = codes();
    let real = real();
    let mut names: Vec<String> = std::fs::read_dir(folder())
        .unwrap()
        .filter_map(|entry| entry.unwrap().file_name().into_string().unwrap().strip_suffix(".yaml").map(str::to_owned))
        .collect();
    names.sort();
    names.iter().map(|name| read(name, &codes, &real)).collect()
}

/// Every code in the source: what stands first in a call that makes a fault.
pub fn codes() -> BTreeSet<String> {
    fn walk(folder: &Path, found: &mut BTreeSet<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                let text = text.split("#[cfg(test)]").next().unwrap_or_default();
                for call in ["error(", "warning("] {
                    for after in text.split(call).skip(1) {
                        let literal = after.trim_start().strip_prefix('"').and_then(|rest| rest.split('"').next());
                        let is_code = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
                        found.extend(literal.filter(|code| code.chars().all(is_code)).map(str::to_owned));
                    }
                }
            }
        }
    }
    let mut found: BTreeSet<String> = CODES.iter().map(|(code, _)| (*code).to_owned()).collect();
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
    found.remove(NO_CODE);
    found.extend(CHOSEN.map(str::to_owned));
    assert!(found.len() > 85, "{found:?}");
    found
}

/// What the whole folder is told, scenarios played.
fn faults(bad: &Bad) -> Vec<Diagnostic> {
    let library = Library::from_files(Path::new("specs"), bad.files.clone());
    let mut found = library.diagnostics();
    if found.iter().all(|fault| fault.severity == Severity::Warning) && bad.path.ends_with(".prove.yaml") {
        for file in library.specs().levels.iter().filter(|file| file.scenario_file.as_deref() == Some(&bad.path)) {
            for scenario in &file.scenarios {
                let letter = &file.level.letter.value.0;
                let rulebook = library.rulebook(letter, None, scenario.on).unwrap();
                found.extend(rehearse::play(&rulebook, scenario).faults);
            }
        }
    }
    found
}

#[test]
fn every_fault_is_found_at_its_place_and_no_other() {
    let mut wrong: Vec<String> = Vec::new();
    let mut golden = String::new();
    let mut with_others = 0;
    for bad in all() {
        let found = faults(&bad);
        let own: Vec<&Diagnostic> = found.iter().filter(|fault| fault.code == bad.code).collect();
        let here = |fault: &&&Diagnostic| {
            *fault.place.file == *bad.path && (fault.place.line, fault.place.column) == (bad.line, bad.column)
        };
        if !own.iter().any(|fault| here(&fault)) {
            let places: Vec<String> = found
                .iter()
                .filter(|f| *f.place.file == *bad.path || f.severity == Severity::Error)
                .map(|f| format!("{} {} {}", f.code, f.place, f.message))
                .collect();
            wrong.push(format!("{}: not at {}:{}, but {places:#?}", bad.name, bad.line, bad.column));
        }
        let error = |fault: &&Diagnostic| fault.severity == Severity::Error && fault.code != bad.code;
        let asked = |fault: &&Diagnostic| fault.code != "prova-mancante" || !fault.place.file.starts_with("regioni/");
        for fault in
            found.iter().filter(error).filter(asked).filter(|fault| !bad.also.iter().any(|also| also == fault.code))
        {
            wrong.push(format!("{}: also {} {} {}", bad.name, fault.code, fault.place, fault.message));
        }
        for also in &bad.also {
            if !found.iter().any(|fault| fault.code == also) {
                wrong.push(format!("{}: `{also}` does not come along", bad.name));
            }
        }
        with_others += usize::from(!bad.also.is_empty());
        wrong.extend(
            found.iter().filter_map(|fault| bad_words(fault).map(|why| format!("{}: {why}\n{fault}", bad.name))),
        );
        golden.push_str(&format!("== {}\n", bad.name));
        own.iter()
            .filter(|fault| *fault.place.file == *bad.path)
            .for_each(|fault| golden.push_str(&format!("{fault}\n")));
        golden.push('\n');
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(with_others <= 5, "{with_others} files need another code to come along");
    fresh("tests/bad/MESSAGES.txt", &golden);
}

/// What an official could not read, if anything.
pub fn bad_words(fault: &Diagnostic) -> Option<String> {
    const ITALIAN: [&str; 46] = [
        "il",
        "lo",
        "la",
        "i",
        "gli",
        "le",
        "un",
        "una",
        "uno",
        "di",
        "del",
        "della",
        "è",
        "e",
        "non",
        "qui",
        "si",
        "da",
        "che",
        "in",
        "o",
        "per",
        "con",
        "nel",
        "nella",
        "sono",
        "scrivi",
        "togli",
        "dopo",
        "dove",
        "ha",
        "tra",
        "senza",
        "fonte",
        "dati",
        "salva",
        "forse",
        "metti",
        "un'",
        "al",
        "nessuna",
        "nessun",
        "dato",
        "carattere",
        "a",
        "più",
    ];
    const ENGLISH: [&str; 14] = [
        "the", "expected", "invalid", "error", "unknown", "found", "must", "not", "with", "value", "field", "of", "is",
        "string",
    ];
    let Some(help) = &fault.help else { return Some("no remedy".to_owned()) };
    let related = fault.related.iter().map(|(_, words)| words);
    for words in [&fault.message, help].into_iter().chain(related) {
        // What stands in backticks is the reader's own.
        let ours: String = words.split('`').step_by(2).collect::<Vec<_>>().join("…");
        let first = ours.chars().find(|c| c.is_alphabetic());
        if first.is_some_and(char::is_uppercase) && !ours.trim_start().starts_with("URN") {
            return Some(format!("begins with a capital: {words}"));
        }
        if words.is_empty() || words.ends_with('.') || words.contains('\n') {
            return Some(format!("empty, with a full stop, or of several lines: {words:?}"));
        }
        if ours.contains("::") || ours.contains("Some(") || ours.contains("None") || ours.contains(['{', '}', '<', '>'])
        {
            return Some(format!("speaks of the program: {words}"));
        }
        let split = |c: char| !c.is_alphanumeric() && c != '\'';
        let list: Vec<String> = ours.split(split).filter(|word| !word.is_empty()).map(str::to_lowercase).collect();
        if let Some(word) = list.iter().find(|word| ENGLISH.contains(&word.as_str())) {
            return Some(format!("`{word}` is not Italian: {words}"));
        }
        let camel =
            |word: &str| word.chars().skip(1).zip(word.chars()).any(|(b, a)| a.is_lowercase() && b.is_uppercase());
        let known = |word: &&str| matches!(*word, "MiB" | "KiB") || word.starts_with(|c: char| c.is_ascii_digit());
        if let Some(word) = ours.split(split).filter(|word| !known(word)).find(|word| camel(word)) {
            return Some(format!("`{word}` is a name of the program: {words}"));
        }
        let main = std::ptr::eq(words, &fault.message);
        if main && !list.iter().any(|word| ITALIAN.iter().any(|known| word == known || word.starts_with("dell'"))) {
            return Some(format!("no Italian word: {words}"));
        }
    }
    None
}

#[test]
fn every_code_has_its_file() {
    let shown: BTreeSet<String> = all().into_iter().map(|bad| bad.code).collect();
    let missing: Vec<String> =
        codes().into_iter().filter(|code| !shown.contains(code) && !NO_FILE.contains(&code.as_str())).collect();
    assert!(missing.is_empty(), "codes without a wrong file: {missing:?}");
}

/// What no schema can say: whether YAML was written with quotes, and that a day of the year exists.
const ONLY_DECODER: [&str; 3] = ["codice-senza-apici-no", "codice-senza-apici-zero", "data-errata-giorno-dell-anno"];

/// An editor underlines what decoding refuses, and nothing else.
#[test]
fn the_schema_refuses_what_decoding_refuses() {
    let kinds = kinds();
    let (mut refused, mut exceptions) = (0, BTreeSet::new());
    for bad in all() {
        let known = bad.path.starts_with("nazionale/")
            || bad.path.starts_with("regioni/")
            || (bad.path.starts_with("catalogo/") && !bad.path.ends_with("norma.yaml"));
        let file = bad.files.iter().find(|file| *file.path == *bad.path).unwrap();
        let Ok(node) = parse(&bad.path, &file.bytes) else { continue };
        if !known {
            continue;
        }
        let kind = kind_of(&bad.path, &kinds);
        match (kind.decoder_accepts(&node), kind.schema_accepts(&node)) {
            (false, true) => _ = exceptions.insert(bad.name.clone()),
            (true, false) => panic!("{}: the schema refuses what decoding accepts", bad.name),
            (accepted, _) => refused += usize::from(!accepted),
        }
    }
    assert!(refused >= 25, "{refused}");
    assert_eq!(exceptions, ONLY_DECODER.iter().map(|name| (*name).to_owned()).collect());
}

// SPDX-License-Identifier: EUPL-1.2
//! Files as a whole: how they begin, how long they are, and that they carry no trace of a machine or of a person.

use lepre::tax_code::TaxCode;

use super::rust::{is_word, line_of};
use super::{Offence, Source};

const LICENCE: &str = "SPDX-License-Identifier: EUPL-1.2";

/// A file longer than this is more than one thing, unless the list below says why not.
const LONG: usize = 400;

/// Longer than [`LONG`] with a reason; a file that has grown clearly shorter leaves the list.
const LONG_FOR_A_REASON: [(&str, &str); 19] = [
    ("benches/http.rs", "a store, a server, its operators and what they measured, told in one go"),
    ("src/compile/floor.rs", "everything that may not be lowered, compared in one place"),
    ("src/condition/mod.rs", "what a condition is and what it answers stand together"),
    ("src/engine/apply.rs", "what every event does to a case, one after another"),
    ("src/engine/decide.rs", "every refusal in one place, in the order of the commands"),
    ("src/engine/event.rs", "the stored form of an event is declared, read and written in one place"),
    ("src/floor/build.rs", "how a barely compliant history is made, one step after another"),
    ("src/floor/deviate.rs", "every way in which a history may differ from a compliant one"),
    ("src/floor/walk.rs", "the walk, from the states of the facts to the verdict"),
    ("src/http/auth/oidc.rs", "the one door to the gateway and its libraries"),
    ("src/http/web/new_case.rs", "the three steps of one form, which hand each other what was typed"),
    ("src/rulebook.rs", "the stored form of the law is read and written in one place"),
    ("src/spec/decode.rs", "the words that every declaration is made of"),
    ("src/spec/level.rs", "a level as written, declared once for reader and schema"),
    ("tests/suite/floor_walk/lowering.rs", "the kinds of lowering, one after another"),
    ("tests/suite/histories/by_hand.rs", "answers worked out by hand, one after another"),
    ("tests/suite/regional/attempts.rs", "the attempts at lowering, one after another"),
    ("tests/suite/store/contract.rs", "one contract for every database"),
    ("web/lepre.css", "what the pages have beside Bootstrap Italia, one block after another"),
];

/// Codes that public test suites have printed: they are nobody's.
const PUBLISHED: [&str; 6] = [
    "RSSMRA85T10A562S",
    "RSSMRA85T10A56NH",
    "RSSMRA85T50A562W",
    "MRTMTT25D09F20RU",
    "MRTMTT25D09F2LRF",
    "MRTMTT25D09FNLRU",
];
/// An invented code says so from its first characters.
const INVENTED: [&str; 2] = ["ZZZ", "99999"];

pub fn offences(sources: &[Source]) -> Vec<Offence> {
    let mut found: Vec<Offence> = sources.iter().flat_map(|s| of_file(&s.path, &s.text)).collect();
    for (path, _) in LONG_FOR_A_REASON {
        if !sources.iter().any(|s| s.path == path && s.text.lines().count() > LONG * 3 / 4) {
            found.push(Offence::new(path, 1, "it is not long", "take it off the list in tests/suite/tidy/files.rs"));
        }
    }
    found
}

fn of_file(path: &str, text: &str) -> Vec<Offence> {
    let mut found = traces(path, text);
    found.extend(codes(path, text));
    found.extend(head(path, text));
    let lines = text.lines().count();
    let ours = matches!(path.rsplit_once('.'), Some((_, "rs" | "js" | "mjs" | "css")));
    if ours && lines > LONG && !LONG_FOR_A_REASON.iter().any(|(long, _)| *long == path) {
        let remedy = "make it two files, or give its reason in tests/suite/tidy/files.rs";
        found.push(Offence::new(path, lines, format!("{lines} lines"), remedy));
    }
    found
}

/// Source files say their licence first, and then, in Rust, what they are.
fn head(path: &str, text: &str) -> Vec<Offence> {
    let (open, close) = match path.rsplit_once('.').map(|(_, extension)| extension) {
        Some("rs" | "rhai" | "js" | "mjs") => ("// ", ""),
        Some("css") => ("/* ", " */"),
        Some("sql") => ("-- ", ""),
        _ if text.starts_with("#!/") => ("# ", ""),
        _ => return Vec::new(),
    };
    let mut lines = text.lines().skip(usize::from(text.starts_with("#!/")));
    let mut found = Vec::new();
    if lines.next() != Some(&format!("{open}{LICENCE}{close}")) {
        let remedy = format!("begin with `{open}{LICENCE}{close}`");
        found.push(Offence::new(path, 1, "the licence is not said", remedy));
    }
    if path.ends_with(".rs") && !lines.next().is_some_and(|line| line.starts_with("//! ")) {
        let remedy = "after the licence, one `//!` sentence on what the file is";
        found.push(Offence::new(path, 2, "the file does not say what it is", remedy));
    }
    found
}

/// No folder of one machine, no host of a registry. `Cargo.lock` is cargo's own.
fn traces(path: &str, text: &str) -> Vec<Offence> {
    if path == "Cargo.lock" {
        return Vec::new();
    }
    let folders = ["work", "root", "tmp", "home"].map(|name| format!("/{name}"));
    let hosts = [["crates", "io"], ["npmjs", "org"], ["npmjs", "com"], ["pypi", "org"], ["deb.debian", "org"]];
    let mut found = Vec::new();
    for folder in &folders {
        for (at, _) in text.match_indices(folder.as_str()) {
            let before = text[..at].chars().next_back();
            let after = text[at + folder.len()..].chars().next();
            let inner =
                before.is_some_and(|c| is_word(c) || matches!(c, '.' | '/' | '-' | '}' | '>' | ')' | '~' | '*'));
            if !inner && !after.is_some_and(|c| is_word(c) || matches!(c, '-' | '.')) {
                let words = format!("a path of one machine: `{folder}`");
                found.push(Offence::new(
                    path,
                    line_of(text, at),
                    words,
                    "say it relative to the repository, or take a folder from the test",
                ));
            }
        }
    }
    for host in hosts.map(|parts| parts.join(".")) {
        for (at, _) in text.match_indices(host.as_str()) {
            let words = format!("the host of a registry: `{host}`");
            found.push(Offence::new(path, line_of(text, at), words, "name the package, not where it comes from"));
        }
    }
    found
}

/// A tax code that could be somebody's must be a published or an invented one.
fn codes(path: &str, text: &str) -> Vec<Offence> {
    let mut found = Vec::new();
    let mut at = 0;
    for word in text.split(|c: char| !is_word(c)) {
        let begins = at;
        at += word.len();
        at += text[at..].chars().next().map_or(0, char::len_utf8);
        let could_be = match word.len() {
            16 => TaxCode::person(word).is_ok(),
            11 => TaxCode::company(word).is_ok(),
            _ => false,
        };
        let upper = word.to_uppercase();
        if could_be && !PUBLISHED.contains(&upper.as_str()) && !INVENTED.iter().any(|mark| upper.starts_with(mark)) {
            let remedy = "write an invented one, that begins with ZZZ (a person) or 99999 (a company)";
            found.push(Offence::new(
                path,
                line_of(text, begins),
                format!("`{word}` could be somebody's tax code"),
                remedy,
            ));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{LICENCE, LONG, of_file};

    fn offended(path: &str, text: &str) -> Vec<String> {
        of_file(path, text).into_iter().map(|o| format!("{} {}", o.line, o.what)).collect()
    }

    #[test]
    fn a_file_begins_with_its_licence_and_its_sentence() {
        assert!(offended("src/a.rs", &format!("// {LICENCE}\n//! A.\n")).is_empty());
        assert_eq!(offended("src/a.rs", "//! A.\n").len(), 2);
        assert_eq!(offended("tests/a.rs", &format!("// {LICENCE}\nuse b;\n")), ["2 the file does not say what it is"]);
        assert_eq!(offended("a.sql", "CREATE"), ["1 the licence is not said"]);
        assert_eq!(offended("a.mjs", "import b"), ["1 the licence is not said"]);
        assert!(offended("a.css", &format!("/* {LICENCE} */\na {{}}\n")).is_empty());
        assert_eq!(offended("run", "#!/usr/bin/env bash\nset -e"), ["1 the licence is not said"]);
        assert!(offended("run", &format!("#!/usr/bin/env bash\n# {LICENCE}\n")).is_empty());
    }

    #[test]
    fn a_long_file_needs_a_reason() {
        let long = format!("// {LICENCE}\n//! A.\n{}", "\n".repeat(LONG));
        assert_eq!(offended("src/a.rs", &long), ["402 402 lines"]);
        assert!(offended("src/rulebook.rs", &long).is_empty());
    }

    #[test]
    fn a_trace_of_a_machine_is_seen() {
        for folder in ["work", "root", "tmp"] {
            assert_eq!(offended("a.md", &format!("b\nsee /{folder}/c.")).len(), 1, "{folder}");
            assert_eq!(offended("a.md", &format!("`/{folder}`")).len(), 1, "{folder}");
            assert!(offended("a.md", &format!("specs/{folder}/c /{folder}ing")).is_empty(), "{folder}");
        }
        assert_eq!(offended("a.md", &["https://index.crates", "io"].join(".")).len(), 1);
    }

    #[test]
    fn a_code_that_could_be_somebodys_is_seen() {
        // Of the invented code of the demonstration, with another surname and its check letter worked out again.
        let somebody = |first: &str| {
            ('A'..='Z').map(|last| format!("{first}{last}")).find(|c| lepre::tax_code::TaxCode::person(c).is_ok())
        };
        let code = somebody("ZQXZZZ80A41Z999").unwrap_or_default();
        assert_eq!(offended("a.md", &format!("`{code}`")).len(), 1);
        assert_eq!(offended("a.md", &code.to_lowercase()).len(), 1);
        assert!(
            offended("a.md", "ZZZZZZ80A41Z999K RSSMRA85T10A562S RSSMRA85T10A562T 12345678901 99999999990").is_empty()
        );
        assert_eq!(offended("a.md", &["0000000", "0018"].concat()).len(), 1);
    }
}

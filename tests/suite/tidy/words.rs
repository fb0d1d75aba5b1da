// SPDX-License-Identifier: EUPL-1.2
//! Words out of place: the world below `library`, a crate outside its file, a panic, a silenced lint, a test that waits.

use super::floors;
use super::rust::{code, is_word, line_of, occurrences, without_tests};
use super::{Offence, Source};

/// The floor of `library` and `store`, the first that may ask the world.
const WORLD_FLOOR: u32 = 5;

/// Below `library`: nothing reads a file, the environment, the time or a random number, and nothing speaks.
const WORLD: [(&str, &str); 20] = [
    ("SystemTime", "pass the day"),
    ("Instant", "pass the day; a measure belongs in `benches/`"),
    ("std::time", "pass the day"),
    ("std::fs", "pass the bytes: `library` reads files"),
    ("std::env", "pass the value: `cli` reads the environment"),
    ("std::net", "pass what was received"),
    ("std::process", "return what went wrong"),
    ("std::thread", "leave threads to `store` and `service`"),
    ("HashMap", "use `BTreeMap` or `IndexMap`: same inputs, same order, for ever"),
    ("HashSet", "use `BTreeSet` or `IndexSet`: same inputs, same order, for ever"),
    ("rand", "pass the number"),
    ("getrandom", "pass the number"),
    ("thread::sleep", "nothing here waits"),
    ("println!", "return the words: `cli` prints them"),
    ("print!", "return the words: `cli` prints them"),
    ("eprintln!", "return a `Diagnostic` or an error"),
    ("eprint!", "return a `Diagnostic` or an error"),
    ("stdout", "return the words: `cli` prints them"),
    ("stderr", "return a `Diagnostic` or an error"),
    ("stdin", "pass what was read"),
];

/// Parts of `std` that a `use std::{…}` could bring in unseen.
const WORLD_PARTS: [&str; 6] = ["fs", "env", "net", "process", "thread", "time"];

/// Each crate behind its own file or folder, so that it can be left. A crate in no row may be used anywhere in `src`.
const HOMES: [(&str, &[&str]); 42] = [
    ("rhai", &["src/script/"]),
    ("jsonschema", &["src/evidence.rs"]),
    ("rusqlite", &["src/store/sqlite.rs", "src/store/sqlite/", "src/export/ocel/tables.rs"]),
    ("serde_yaml", &["src/spec/source.rs", "src/spec/source/"]),
    ("granit_parser", &["src/spec/source.rs", "src/spec/source/"]),
    ("jiff", &["src/calendar/rome.rs"]),
    ("uuid", &["src/store/", "src/service/", "src/http/", "src/cli/demo_office.rs"]),
    ("ed25519_dalek", &["src/signature.rs"]),
    ("sha2", &["src/digest.rs", "src/export/pseudonym.rs", "src/http/auth/tokens.rs", "src/store/chain.rs"]),
    ("crc32fast", &["src/columns/file.rs"]),
    ("getrandom", &["src/store/sqlite/registry/secrets.rs", "src/export/pseudonym.rs", "src/http/auth/tokens.rs"]),
    ("annotate_snippets", &["src/diagnostic/render.rs"]),
    ("strsim", &["src/names.rs", "src/service/search.rs"]),
    ("petgraph", &["src/compile/checks/order.rs"]),
    ("clap", &["src/cli/"]),
    ("comfy_table", &["src/cli/"]),
    ("indicatif", &["src/cli/progress.rs"]),
    ("terminal_size", &["src/cli/output.rs"]),
    ("tokio", &["src/http/", "src/cli/serve.rs", "src/cli/verify/source.rs", "src/cli/watch.rs"]),
    ("axum", &["src/http/"]),
    ("hyper", &["src/http/server.rs", "src/http/export.rs"]),
    ("hyper_util", &["src/http/server.rs"]),
    ("tower", &["src/http/server.rs"]),
    ("tower_http", &["src/http/guard.rs"]),
    ("maud", &["src/http/"]),
    ("form_urlencoded", &["src/http/"]),
    ("argon2", &["src/http/auth/password.rs"]),
    ("hmac", &["src/export/pseudonym.rs", "src/http/auth/tokens.rs"]),
    ("subtle", &["src/http/auth/tokens.rs"]),
    ("base64", &["src/http/auth/tokens.rs"]),
    ("openidconnect", &["src/http/auth/oidc.rs"]),
    ("reqwest", &["src/http/auth/oidc.rs"]),
    ("rustls", &["src/http/auth/oidc.rs"]),
    ("quick_xml", &["src/export/sap/xml.rs"]),
    ("krilla", &["src/export/pdf/draw.rs"]),
    ("skrifa", &["src/export/pdf/letters.rs"]),
    ("rust_xlsxwriter", &["src/export/xlsx.rs"]),
    ("csv", &["src/first_load/table.rs"]),
    ("plotters", &["src/drawing/plot.rs"]),
    ("tracing", &["src/http/", "src/cli/"]),
    ("tracing_subscriber", &["src/cli/logs.rs"]),
    ("prometheus_client", &["src/http/metrics.rs"]),
];

/// Crates that belong to nobody.
const EVERYWHERE: [&str; 4] = ["serde", "serde_json", "indexmap", "thiserror"];

/// What may fail must say so in its type.
const PANICS: [&str; 8] =
    [".unwrap()", ".unwrap_err()", ".expect(\"", ".expect_err(\"", "panic!", "unreachable!", "todo!", "unimplemented!"];

pub fn offences(sources: &[Source]) -> Vec<Offence> {
    let lib = sources.iter().find(|s| s.path == "src/lib.rs").map(|s| floors::table(&s.text)).unwrap_or_default();
    let floor = |path: &str| {
        let own = path.trim_start_matches("src/").split(['/', '.']).next().unwrap_or_default();
        lib.get(own).copied()
    };
    let rust = sources.iter().filter(|s| s.path.ends_with(".rs"));
    rust.flat_map(|s| of_file(&s.path, &s.text, floor(&s.path))).collect()
}

fn of_file(path: &str, text: &str, floor: Option<u32>) -> Vec<Offence> {
    let code = code(text);
    let mut found = silenced(path, &code);
    if path.starts_with("src/") {
        let shipped = without_tests(&code);
        found.extend(
            PANICS.iter().flat_map(|word| seen(path, &shipped, word, "give it a type in which it cannot happen")),
        );
        found.extend(seen(path, &shipped, "dbg!", "take it away"));
        found.extend(homeless(path, &shipped));
        if floor.is_some_and(|floor| floor < WORLD_FLOOR) {
            found.extend(WORLD.iter().flat_map(|(word, remedy)| seen(path, &shipped, word, remedy)));
            found.extend(brought_in(path, &shipped));
        }
    }
    if path.starts_with("tests/") {
        found.extend(seen(path, &code, "#[ignore", "run it, or take it away"));
        found.extend(seen(path, &code, "sleep(", "wait for what happens, not for a time"));
    }
    found
}

fn seen(path: &str, code: &str, word: &str, remedy: &str) -> Vec<Offence> {
    occurrences(code, word)
        .map(|at| {
            Offence::new(path, line_of(code, at), format!("`{}` stands here", word.trim_end_matches('"')), remedy)
        })
        .collect()
}

/// A lint is silenced by `expect` with its reason, never by `allow`.
fn silenced(path: &str, code: &str) -> Vec<Offence> {
    let remedy = "write `#[expect(…, reason = \"…\")]`";
    let attribute = |at: &usize| {
        let before = &code[..*at];
        before.rfind("#[").max(before.rfind("#![")).is_some_and(|open| !before[open..].contains(']'))
    };
    occurrences(code, "allow(")
        .filter(attribute)
        .map(|at| Offence::new(path, line_of(code, at), "a lint is silenced with `allow`", remedy))
        .collect()
}

fn homeless(path: &str, code: &str) -> Vec<Offence> {
    HOMES
        .iter()
        .filter(|(_, homes)| !homes.iter().any(|home| path == *home || (home.ends_with('/') && path.starts_with(home))))
        .flat_map(|(name, homes)| {
            let called = |at: &usize| {
                let after = code[at + name.len()..].trim_start();
                let before = code[..*at].trim_end();
                (after.starts_with("::") && !before.ends_with("::"))
                    || before.ends_with("use")
                    || before.ends_with("extern crate")
            };
            let remedy = format!("go through {}", homes.join(" or "));
            occurrences(code, name)
                .filter(called)
                .map(move |at| Offence::new(path, line_of(code, at), format!("`{name}` is named here"), remedy.clone()))
                .collect::<Vec<_>>()
        })
        .collect()
}

/// `use std::{fs, …}` is `std::fs` too.
fn brought_in(path: &str, code: &str) -> Vec<Offence> {
    let mut found = Vec::new();
    for at in occurrences(code, "std::{") {
        let group = &code[at + "std::{".len()..];
        let end = group.find(';').unwrap_or(group.len());
        let names = group[..end].split(|c| !is_word(c));
        for name in names.filter(|name| WORLD_PARTS.contains(name)) {
            let remedy = "pass in what you need: only `library` and above may ask the world";
            found.push(Offence::new(path, line_of(code, at), format!("`std::{name}` stands here"), remedy));
        }
    }
    found
}

/// A new dependency gets its file and its row before it is used.
pub fn dependencies(manifest: &str) -> Vec<Offence> {
    let section = manifest.split("\n[").find(|part| part.starts_with("dependencies]")).unwrap_or_default();
    let names = section.lines().enumerate().filter_map(|(n, line)| {
        let (name, _) = line.split_once('=')?;
        let name = name.trim();
        (!name.is_empty() && name.chars().all(|c| is_word(c) || c == '-')).then(|| (n, name.replace('-', "_")))
    });
    names
        .filter(|(_, name)| !EVERYWHERE.contains(&name.as_str()) && !HOMES.iter().any(|(home, _)| home == name))
        .map(|(n, name)| {
            let remedy = "give it one file of ours and a row among the homes of tests/suite/tidy/words.rs";
            Offence::new("Cargo.toml", n + 1, format!("the dependency `{name}` has no home"), remedy)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{dependencies, of_file};

    fn offended(path: &str, text: &str, floor: u32) -> Vec<String> {
        of_file(path, text, Some(floor)).into_iter().map(|o| format!("{} {}", o.line, o.what)).collect()
    }

    #[test]
    fn the_world_is_seen_below_the_library_only() {
        let all = "use std::time::Instant;\nuse std::fs;\nlet a = SystemTime::now();\nstd::env::var(b);\nHashMap::new();\n\
                   rand::random();\ngetrandom::fill();\nprintln!();\nthread::sleep(d);\nuse std::{fmt, fs};";
        let found = offended("src/engine/apply.rs", all, 3);
        for word in [
            "Instant",
            "std::fs",
            "SystemTime",
            "std::env",
            "HashMap",
            "rand",
            "getrandom",
            "println!",
            "thread::sleep",
        ] {
            assert!(found.iter().any(|f| f.contains(&format!("`{word}`"))), "{word}: {found:?}");
        }
        assert!(found.contains(&"10 `std::fs` stands here".to_owned()), "{found:?}");
        assert!(offended("src/library.rs", "use std::fs; use std::collections::HashMap;", 5).is_empty());
        assert!(offended("src/engine/apply.rs", "// Instant\nlet a = \"std::fs\"; operand", 3).is_empty());
    }

    #[test]
    fn a_crate_away_from_home_is_seen() {
        assert_eq!(offended("src/engine/apply.rs", "use jiff::civil;", 3), ["1 `jiff` is named here"]);
        assert_eq!(offended("src/service/mod.rs", "\nfn a() { rusqlite::open() }", 6), ["2 `rusqlite` is named here"]);
        assert_eq!(offended("src/cli/demo.rs", "use rhai;", 8), ["1 `rhai` is named here"]);
        assert!(offended("src/store/sqlite/read.rs", "use rusqlite::Row;", 5).is_empty());
        assert!(offended("src/cli/x.rs", "let uuid = 1; a.uuid(); self::uuid::b", 8).is_empty());
    }

    #[test]
    fn a_panic_is_seen_outside_tests() {
        let wrong = "a.unwrap();\nb.expect(\"c\");\npanic!();\nunreachable!();\ntodo!();\ndbg!(d);";
        assert_eq!(offended("src/value.rs", wrong, 0).len(), 6);
        assert!(
            offended("src/value.rs", "/// a.unwrap()\n#[cfg(test)]\nmod tests { fn a() { b.unwrap() } }", 0).is_empty()
        );
        assert!(offended("src/rehearse.rs", "player.expect(&scenario.expected); a.unwrap_or(0);", 4).is_empty());
        assert!(offended("tests/suite/a.rs", "b.unwrap()", 0).is_empty());
    }

    #[test]
    fn a_silenced_lint_and_a_test_that_waits_are_seen() {
        let outer = ["#[al", "low(dead_code)]"].concat();
        let inner = ["#![cfg_attr(a, al", "low(b))]"].concat();
        assert_eq!(offended("src/value.rs", &outer, 0).len(), 1);
        assert_eq!(offended("benches/a.rs", &inner, 0).len(), 1);
        assert!(offended("src/value.rs", "#[expect(a)] fn f() { allow(b) }", 0).is_empty());
        let wrong = ["#[ig", "nore]\n#[test]\nfn a() { thread::sl", "eep(b) }"].concat();
        assert_eq!(offended("tests/suite/a.rs", &wrong, 0).len(), 2);
    }

    #[test]
    fn a_dependency_without_a_home_is_seen() {
        let manifest = "[package]\nname = \"lepre\"\n\n[dependencies]\nserde = \"1\"\nserde_yaml = { package = \"x\" }\nleft-pad = \"1\"\n\n\
                        [dev-dependencies]\nproptest = \"1\"\n";
        assert_eq!(dependencies(manifest).len(), 1);
    }
}

// SPDX-License-Identifier: EUPL-1.2
//! The floors of `src/lib.rs`: a module uses only modules of lower floors.

use std::collections::BTreeMap;

use super::rust::{code, is_word, line_of, occurrences, without_tests};
use super::{Offence, Source};

/// Those who may use one another on one floor, each way only once; nobody else may.
const NEIGHBOURS: [(&str, &str); 10] = [
    ("condition", "calendar"),
    ("condition", "names"),
    ("condition", "value"),
    ("script", "calendar"),
    ("script", "condition"),
    ("script", "digest"),
    ("script", "names"),
    ("script", "value"),
    ("value", "calendar"),
    ("rulebook", "evidence"),
];

/// Every module of the crate and its floor, as the comments of `lib.rs` say: `// Ground floor`, then `// 1`, `// 2`, …
pub fn table(lib: &str) -> BTreeMap<String, u32> {
    let mut floor = None;
    let mut table = BTreeMap::new();
    for line in lib.lines() {
        if let Some(comment) = line.strip_prefix("// ") {
            let number: String = comment.chars().take_while(char::is_ascii_digit).collect();
            floor = if comment.starts_with("Ground floor") { Some(0) } else { number.parse().ok().or(floor) };
        } else if let Some(name) = line.strip_prefix("pub mod ").or_else(|| line.strip_prefix("mod "))
            && let Some(floor) = floor
        {
            table.insert(name.trim_end_matches(';').to_owned(), floor);
        }
    }
    table
}

pub fn offences(sources: &[Source]) -> Vec<Offence> {
    let Some(lib) = sources.iter().find(|s| s.path == "src/lib.rs") else {
        return vec![Offence::new("src/lib.rs", 1, "there is no table of the floors", "restore the file")];
    };
    let table = table(&lib.text);
    sources.iter().filter(|s| s.path.starts_with("src/")).flat_map(|s| of_file(&table, &s.path, &s.text)).collect()
}

fn of_file(table: &BTreeMap<String, u32>, path: &str, text: &str) -> Vec<Offence> {
    let inside = path.trim_start_matches("src/");
    let own = inside.split(['/', '.']).next().unwrap_or_default();
    if matches!(inside, "lib.rs" | "main.rs") {
        return Vec::new();
    }
    let Some(floor) = table.get(own) else {
        let words = format!("`{own}` stands on no floor");
        return vec![Offence::new(path, 1, words, "declare it in `src/lib.rs`, under the comment of its floor")];
    };
    let code = code(text);
    let mut found: Vec<Offence> = used(&code)
        .into_iter()
        .filter(|(_, name)| name != own)
        .filter_map(|(line, name)| {
            let allowed = table.get(&name).is_some_and(|theirs| {
                theirs < floor || (theirs == floor && NEIGHBOURS.contains(&(own, name.as_str())))
            });
            let remedy = match table.get(&name) {
                None => "name a module that `src/lib.rs` declares on a floor".to_owned(),
                Some(theirs) if theirs == floor => format!("both stand on floor {floor}: let the two meet higher up, or move what they share down"),
                Some(theirs) => format!("floor {floor} never sees floor {theirs}: what you want is on the wrong floor, move it down or pass it in"),
            };
            (!allowed).then(|| Offence::new(path, line, format!("`{own}` uses `{name}`"), remedy))
        })
        .collect();
    let depth = inside.trim_end_matches(".rs").trim_end_matches("/mod").split('/').count();
    let shipped = without_tests(&code);
    found.extend(occurrences(&shipped, &"super::".repeat(depth)).map(|at| {
        let remedy = "write `crate::`, so that the floors can be seen";
        Offence::new(path, line_of(&shipped, at), "a path climbs out of its module with `super`", remedy)
    }));
    found
}

/// The modules named after `crate::`, one or several in braces, with their lines.
fn used(code: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for at in occurrences(code, "crate::") {
        let line = line_of(code, at);
        let rest = code[at + "crate::".len()..].trim_start();
        let Some(group) = rest.strip_prefix('{') else {
            found.push((line, rest.chars().take_while(|c| is_word(*c)).collect()));
            continue;
        };
        let (mut depth, mut name, mut wanted) = (1_usize, String::new(), true);
        for c in group.chars() {
            match c {
                '{' => depth += 1,
                '}' => depth -= 1,
                _ if is_word(c) && wanted => name.push(c),
                _ => {}
            }
            let ended = depth == 0 || (depth == 1 && c == ',');
            // After the first name come its own parts, or its other name.
            wanted = ended || (wanted && depth == 1 && (is_word(c) || name.is_empty()));
            if ended && !name.is_empty() {
                found.push((line, std::mem::take(&mut name)));
            }
            if depth == 0 {
                break;
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{of_file, table};

    const LIB: &str = "//! Floors.\n\n// Ground floor\npub mod calendar;\npub mod value;\n// 1\npub mod spec;\n// 2\npub mod rulebook;\n\
                       // 3\npub mod compile;\npub mod engine;\n// 7: what goes out\npub mod drawing;\n";

    fn offended(path: &str, text: &str) -> Vec<String> {
        of_file(&table(LIB), path, text).into_iter().map(|o| format!("{} {}", o.line, o.what)).collect()
    }

    #[test]
    fn the_comments_are_the_table() {
        let table = table(LIB);
        assert_eq!(table.get("value"), Some(&0));
        assert_eq!(table.get("engine"), Some(&3));
        assert_eq!(table.get("drawing"), Some(&7));
    }

    #[test]
    fn upward_and_sideways_are_seen() {
        assert_eq!(offended("src/spec/level.rs", "\nuse crate::rulebook::Rulebook;"), ["2 `spec` uses `rulebook`"]);
        assert_eq!(
            offended("src/engine/apply.rs", "fn a() { crate::compile::check() }"),
            ["1 `engine` uses `compile`"]
        );
        assert_eq!(offended("src/compile/mod.rs", "use crate::engine;"), ["1 `compile` uses `engine`"]);
        assert_eq!(offended("src/rulebook.rs", "use crate::nowhere::X;"), ["1 `rulebook` uses `nowhere`"]);
        assert_eq!(offended("src/util.rs", ""), ["1 `util` stands on no floor"]);
    }

    #[test]
    fn a_group_in_braces_is_read_name_by_name() {
        let group = "use crate::{value::{self, drawing}, engine as e, calendar::Day,\n drawing};";
        assert_eq!(offended("src/spec/mod.rs", group), ["1 `spec` uses `engine`", "1 `spec` uses `drawing`"]);
    }

    #[test]
    fn climbing_out_with_super_is_seen() {
        assert_eq!(offended("src/engine/apply.rs", "use super::super::compile;").len(), 1);
        assert_eq!(offended("src/value.rs", "use super::engine;").len(), 1);
        assert!(offended("src/engine/apply.rs", "use super::case;").is_empty());
        assert!(offended("src/value.rs", "#[cfg(test)]\nmod tests { use super::Value; }").is_empty());
    }

    #[test]
    fn downward_and_at_home_is_fine() {
        assert!(
            offended("src/engine/apply.rs", "use crate::engine::case; use crate::rulebook; // crate::drawing")
                .is_empty()
        );
        assert!(offended("src/value.rs", "use crate::calendar::Day;").is_empty());
    }
}

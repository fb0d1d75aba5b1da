// SPDX-License-Identifier: EUPL-1.2
//! The stored form of a rulebook: one text for one law.

use serde_json::Value as Json;

use super::Rulebook;

/// JSON with keys in alphabetical order and no white space; `@luogo` kept or left out.
pub(super) fn canonical(rulebook: &Rulebook, places: bool) -> String {
    let mut out = String::new();
    // Invariant: a rulebook holds only strings, numbers, lists and maps with string keys.
    let tree = serde_json::to_value(rulebook).unwrap_or_default();
    write_sorted(&tree, places, &mut out);
    out
}

fn write_sorted(value: &Json, places: bool, out: &mut String) {
    match value {
        Json::Object(map) => {
            let mut keys: Vec<&String> = map.keys().filter(|key| places || *key != "@luogo").collect();
            keys.sort();
            out.push('{');
            for (i, key) in keys.into_iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                out.push_str(&Json::from(key.as_str()).to_string());
                out.push(':');
                write_sorted(map.get(key).unwrap_or(&Json::Null), places, out);
            }
            out.push('}');
        }
        Json::Array(items) => {
            out.push('[');
            for (i, item) in items.iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                write_sorted(item, places, out);
            }
            out.push(']');
        }
        plain => out.push_str(&plain.to_string()),
    }
}

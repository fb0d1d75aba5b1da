// SPDX-License-Identifier: EUPL-1.2
//! Plain values written as YAML that an administrator might have written: blocks, and texts between quotes.

use serde_json::Value;

pub fn yaml(value: &Value) -> String {
    let mut written = String::new();
    block(value, 0, &mut written);
    written
}

fn block(value: &Value, indent: usize, into: &mut String) {
    let margin = " ".repeat(indent);
    match value {
        Value::Object(map) => {
            for (key, inside) in map.iter().filter(|(_, inside)| !inside.is_null()) {
                into.push_str(&format!("{margin}{key}:"));
                nested(inside, indent, into);
            }
        }
        Value::Array(list) => {
            for inside in list {
                let mut entry = String::new();
                block(inside, indent + 2, &mut entry);
                into.push_str(&format!("{margin}- {}\n", entry.trim()));
            }
        }
        plain => into.push_str(&format!("{margin}{plain}\n")),
    }
}

fn nested(inside: &Value, indent: usize, into: &mut String) {
    match inside {
        Value::Array(list) if list.is_empty() => into.push_str(" []\n"),
        Value::Object(map) if map.is_empty() => into.push_str(" {}\n"),
        Value::Object(_) | Value::Array(_) => {
            into.push('\n');
            block(inside, indent + 2, into);
        }
        plain => into.push_str(&format!(" {plain}\n")),
    }
}

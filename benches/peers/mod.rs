// SPDX-License-Identifier: EUPL-1.2
//! The neutral workload: its specifications as plain data, its generator, the slow judge written straight from its semantics,
//! and what somebody would write by hand for it alone.

pub mod by_hand;
pub mod generator;
pub mod judge;
pub mod lepre;

use std::path::Path;

use serde_json::Value as Json;

#[derive(Clone, Debug, Default)]
pub struct Spec {
    pub sap: Vec<String>,
    pub outcomes: Vec<String>,
    pub items: Vec<Item>,
    pub constraints: Vec<Constraint>,
}

#[derive(Clone, Debug)]
pub struct Item {
    pub id: String,
    pub is_act: bool,
    pub need: u32,
    pub after: Vec<String>,
}

#[derive(Clone, Debug)]
pub struct Constraint {
    pub kind: String,
    pub x: String,
    pub p: String,
    pub n: i32,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    pub kind: String,
    pub what: String,
    pub code: Option<String>,
    pub day: i32,
}

#[derive(Clone, Debug)]
pub struct Case {
    pub id: u64,
    pub spec: usize,
    pub opened: i32,
    pub asof: i32,
    pub events: Vec<Event>,
}

fn text(json: &Json, key: &str) -> String {
    json[key].as_str().unwrap_or_default().to_owned()
}

fn number(json: &Json, key: &str) -> i32 {
    json[key].as_i64().and_then(|n| i32::try_from(n).ok()).unwrap_or_default()
}

fn texts(json: &Json) -> Vec<String> {
    json.as_array().into_iter().flatten().filter_map(|t| t.as_str().map(str::to_owned)).collect()
}

/// Reads the expanded specifications, one a line.
pub fn specs(lines: &str) -> Vec<Spec> {
    let spec = |line: &str| {
        let json: Json = serde_json::from_str(line).expect("a spec");
        let items = json["items"].as_array().into_iter().flatten();
        let constraints = json["constraints"].as_array().into_iter().flatten();
        Spec {
            sap: texts(&json["sap"]),
            outcomes: texts(&json["outcomes"]),
            items: items
                .map(|item| Item {
                    id: text(item, "id"),
                    is_act: item["type"] == "act",
                    need: number(item, "need").unsigned_abs(),
                    after: texts(&item["after"]),
                })
                .collect(),
            constraints: constraints
                .map(|c| Constraint { kind: text(c, "kind"), x: text(c, "x"), p: text(c, "p"), n: number(c, "n") })
                .collect(),
        }
    };
    lines.lines().filter(|line| !line.trim().is_empty()).map(spec).collect()
}

/// Reads one case.
pub fn case(line: &str) -> Case {
    let json: Json = serde_json::from_str(line).expect("a case");
    let event = |event: &Json| Event {
        kind: text(event, "kind"),
        what: text(event, "ref"),
        code: event["code"].as_str().map(str::to_owned),
        day: number(event, "day"),
    };
    Case {
        id: json["id"].as_u64().unwrap_or_default(),
        spec: json["spec"].as_u64().and_then(|n| usize::try_from(n).ok()).unwrap_or_default(),
        opened: number(&json, "opened"),
        asof: number(&json, "asof"),
        events: json["events"].as_array().into_iter().flatten().map(event).collect(),
    }
}

/// The specifications of the workload as they stand beside this file.
pub fn own_specs() -> Vec<Spec> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/peers/specs.jsonl");
    specs(&std::fs::read_to_string(file).expect("specs.jsonl"))
}

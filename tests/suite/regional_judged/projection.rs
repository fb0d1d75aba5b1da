// SPDX-License-Identifier: EUPL-1.2
//! A history of a region read with the eyes of the nation: what only the region knows is not there.

use serde_json::{Value, json};

use crate::reference::{Law, fields, items, text, words};

/// The events that the nation sees, each with what it sees of it; corrections go on pointing at what they pointed at.
pub fn projected(events: &[Value], lep: &str, nation: &Law, region: &Law) -> Vec<Value> {
    let (theirs, ours) = (&nation.levels[lep], &region.levels[lep]);
    let has = |level: &Value, id: &str| items(level).iter().any(|item| item.1 == id);
    let only_regional = |id: &str| has(ours, id) && !has(theirs, id);
    let mut seen: Vec<Value> = Vec::new();
    // For each event of the region, its number for the nation; 0 for one that it does not see.
    let mut numbers: Vec<u64> = Vec::new();
    for event in events {
        let mut event = event.clone();
        let subject = text(&event["tipo"]).to_string();
        let is_seen = match subject.as_str() {
            "attivita" | "output" | "outcome" => !only_regional(text(&event[&subject])),
            "sap" => !only_regional(text(&event["per"])),
            "dato" => region.region["dati"].get(text(&event["dato"])).is_none(),
            "parole" => !words(&ours["script"]).contains(&text(&event["script"])),
            "convocata" => {
                if !has(theirs, text(&event["attivita"])) {
                    event.as_object_mut().unwrap().shift_remove("attivita");
                }
                true
            }
            "presente" | "assente" | "giustificata" | "sanzione" => {
                let number = event["convocazione"].as_u64().unwrap_or(0) as usize;
                let reached = number.checked_sub(1).and_then(|at| numbers.get(at).copied());
                event["convocazione"] = json!(reached.unwrap_or(0));
                true
            }
            "annullata" => {
                let number = event["sequenza"].as_u64().unwrap_or(0) as usize;
                // One that reaches nothing reaches nothing for the nation either.
                let reached = number.checked_sub(1).and_then(|at| numbers.get(at).copied());
                event["sequenza"] = json!(reached.unwrap_or(0));
                reached != Some(0)
            }
            _ => true,
        };
        if subject == "output" && event["evidenza"].is_object() {
            let id = text(&event["output"]).to_string();
            let form = |level: &Value| level["output"][&id]["procedura"]["evidenza"].clone();
            let (theirs, ours) = (form(theirs), form(ours));
            let given = event["evidenza"].as_object_mut().unwrap();
            for (field, _) in fields(&ours).filter(|(field, _)| theirs.get(field).is_none()) {
                given.shift_remove(field);
            }
        }
        if is_seen {
            seen.push(event);
        }
        numbers.push(if is_seen { seen.len() as u64 } else { 0 });
    }
    seen
}

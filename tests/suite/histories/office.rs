// SPDX-License-Identifier: EUPL-1.2
//! What an office writes for itself, strewn over a history: lawful or not, it changes nothing of what is owed.

use jiff::ToSpan;
use jiff::civil::Date;
use serde_json::{Value, json};

use super::Draw;
use crate::reference::{OFFICE_ACTS, items, text};

/// Strews a few over some of the stories. Drawn aside: the story is the same with them as without.
pub fn sometimes(mut draw: Draw, level: &Value, events: &mut Vec<Value>) {
    if draw.chance(40) {
        let count = 1 + draw.below(8);
        strew(&mut draw, level, events, count);
    }
}

/// Puts a few acts of the office anywhere but before the opening; the numbers that other events name go on naming them.
pub fn strew(draw: &mut Draw, level: &Value, events: &mut Vec<Value>, count: usize) {
    for _ in 0..count {
        let at = 1 + draw.below(events.len());
        for event in events.iter_mut() {
            for key in ["sequenza", "convocazione"] {
                if let Some(number) = event[key].as_u64().filter(|number| *number > at as u64) {
                    event[key] = json!(number + 1);
                }
            }
        }
        let act = act(draw, level, events, at);
        events.insert(at, act);
    }
}

fn act(draw: &mut Draw, level: &Value, events: &[Value], at: usize) -> Value {
    let before: Date = text(&events[at - 1]["il"]).parse().unwrap();
    let on = before + if draw.chance(80) { draw.days(0, 5) } else { draw.days(-60, 400) }.days();
    let convocations: Vec<usize> = (1..at).filter(|n| events[*n]["tipo"] == "convocata").map(|n| n + 1).collect();
    let known = !convocations.is_empty() && draw.chance(85);
    let meeting = if known { *draw.pick(&convocations) } else { draw.below(events.len() + 3) };
    let kind = *draw.pick(&OFFICE_ACTS);
    let mut act = match kind {
        "nota" => json!({ "testo": "ha telefonato" }),
        "convocata" => json!({ "giorno": (on + draw.days(-3, 20).days()).to_string() }),
        "giustificata" => json!({ "convocazione": meeting, "accolta": draw.chance(50), "motivo": "visita medica" }),
        "sanzione" => {
            let measures = ["un-quarto-di-mensilita", "una-mensilita", "perdita", "inesistente"];
            json!({ "convocazione": meeting, "misura": draw.pick(&measures) })
        }
        "affidata" => json!({ "operatore": "a.bianchi", "sede": "cpi" }),
        _ => json!({ "convocazione": meeting }),
    };
    if kind == "convocata" && draw.chance(50) {
        let ids: Vec<&str> = items(level).iter().map(|item| item.1).collect();
        act["attivita"] = json!(if ids.is_empty() || draw.chance(10) { "inesistente" } else { *draw.pick(&ids) });
        act["ora"] = json!("10:30");
    }
    if draw.chance(20) {
        let conducts = ["convocazione", "orientamento", "formazione", "inesistente"];
        act[if kind == "convocata" { "condotta" } else { "motivo" }] = json!(draw.pick(&conducts));
    }
    act["tipo"] = json!(kind);
    act["il"] = json!(on.to_string());
    act
}

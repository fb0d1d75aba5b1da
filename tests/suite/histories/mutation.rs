// SPDX-License-Identifier: EUPL-1.2
//! What goes wrong with a history: the faults that offices and imports really make, one at a time.

use jiff::ToSpan;
use jiff::civil::Date;
use serde_json::{Value, json};

use super::Draw;
use crate::reference::{Law, SAP_EVENTS, fields, items, list, text, words};

pub const MODES: [&str; 6] =
    ["individuale", "piccolo-gruppo", "gruppo", "assistita", "autoconsultazione", "a-distanza"];

/// Changes one thing of a history; `on` is the day of evaluation. The opening stays where it is.
pub fn mutate(draw: &mut Draw, law: &Law, level: &Value, events: &mut Vec<Value>, on: Date) {
    let kind = draw.below(27);
    let opened: Date = day(&events[0]);
    let last = events.iter().map(day).max().unwrap_or(opened);
    let at = 1 + draw.below(events.len().max(2) - 1);
    let of = |draw: &mut Draw, events: &[Value], wanted: &dyn Fn(&Value) -> bool| -> Option<usize> {
        let found: Vec<usize> = (1..events.len()).filter(|n| wanted(&events[*n])).collect();
        (!found.is_empty()).then(|| *draw.pick(&found))
    };
    let ids: Vec<&str> = items(level).iter().map(|item| item.1).collect();
    let activities: Vec<&str> = items(level).iter().filter(|item| item.0 == "attivita").map(|item| item.1).collect();
    let some = |draw: &mut Draw, names: &[&str]| {
        if names.is_empty() { "nessuna".to_string() } else { draw.pick(names).to_string() }
    };
    let new = |when: Date, mut event: Value| {
        event["il"] = json!(when.to_string());
        event
    };
    match kind {
        // Two events in the wrong order, or each with the other's day.
        0 if events.len() > 2 => {
            let other = 1 + draw.below(events.len() - 1);
            events.swap(at, other);
        }
        1 if events.len() > 2 => {
            let other = 1 + draw.below(events.len() - 1);
            let (one, two) = (events[at]["il"].clone(), events[other]["il"].clone());
            events[at]["il"] = two;
            events[other]["il"] = one;
        }
        // Late, forgotten, written twice.
        2 if events.len() > 1 => {
            let days = draw.days(1, 120);
            let rest = if draw.chance(60) { events.len() } else { at + 1 };
            for event in &mut events[at..rest] {
                *event = new(day(event) + days.days(), event.clone());
            }
        }
        3 if events.len() > 1 => drop(events.remove(at)),
        4 if events.len() > 1 => {
            let again = events[at].clone();
            events.insert(if draw.chance(50) { at } else { events.len() }, again);
        }
        // A code that belongs to something else, or to nothing.
        5 => {
            let known: Vec<String> = fields(&law.catalogue["sap"]["codici"]).map(|(code, _)| code.clone()).collect();
            let code = if draw.chance(70) { draw.pick(&known).clone() } else { "Z99".to_string() };
            match of(draw, events, &|event| event["tipo"] == "sap") {
                Some(n) => events[n]["codice"] = json!(code),
                None => events.push(new(last, json!({ "tipo": "sap", "codice": code, "per": some(draw, &ids) }))),
            }
        }
        6 => {
            let per = if draw.chance(50) { "inesistente".to_string() } else { some(draw, &ids) };
            let code = some(draw, &words(&level["codice_sap"]));
            events.push(new(last, json!({ "tipo": "sap", "codice": code, "per": per })));
        }
        // An item of another level, or in the wrong place.
        7 => {
            let n = of(draw, events, &|event| ["attivita", "output", "outcome"].contains(&text(&event["tipo"])));
            let name = if draw.chance(50) { "inesistente".to_string() } else { some(draw, &ids) };
            if let Some(n) = n {
                let key = text(&events[n]["tipo"]).to_string();
                events[n][key] = json!(name);
            }
        }
        // Before the opening, after the day of evaluation.
        8 if events.len() > 1 => events[at] = new(opened - draw.days(1, 20).days(), events[at].clone()),
        9 if events.len() > 1 => events[at] = new(on + draw.days(1, 20).days(), events[at].clone()),
        // After the close; closed twice; closed too soon.
        10 => {
            let closed = events.iter().any(|event| event["tipo"] == "chiusa");
            if !closed {
                events.push(new(last, json!({ "tipo": "chiusa", "modo": "conclusa" })));
            }
            let again = events[at.min(events.len() - 1)].clone();
            if again["tipo"] != "aperta" {
                events.push(new(last, again));
            }
        }
        11 => {
            let how = *draw.pick(&["conclusa", "interrotta"]);
            events.push(new(last, json!({ "tipo": "chiusa", "modo": how, "motivo": "chiusa di nuovo" })));
        }
        12 => {
            let close =
                new(last.min(day(&events[at.min(events.len() - 1)])), json!({ "tipo": "chiusa", "modo": "conclusa" }));
            events.insert(at.min(events.len()), close);
        }
        // A SAP event from any state, or earlier than the one before.
        13 | 14 => {
            let event = SAP_EVENTS[1 + draw.below(15)].0;
            let when = if draw.chance(70) { last } else { day(&events[at.min(events.len() - 1)]) };
            let what = json!({ "tipo": "attivita", "attivita": some(draw, &activities), "evento": event, "motivo": "senza stato" });
            let place = if draw.chance(50) { events.len() } else { at.min(events.len()) };
            events.insert(place, new(when, what));
        }
        15 => {
            if let Some(n) = of(draw, events, &|event| event["tipo"] == "attivita") {
                events[n] = new((day(&events[n]) - draw.days(1, 9).days()).max(opened), events[n].clone());
            }
        }
        16 => {
            if let Some(n) = of(draw, events, &|event| event["tipo"] == "attivita") {
                events[n]["modalita"] = json!(draw.pick(&MODES));
            }
        }
        17 | 18 => {
            if let Some(n) = of(draw, events, &|event| event["tipo"] == "output") {
                let form = level["output"][text(&events[n]["output"])]["procedura"]["evidenza"].clone();
                spoil(draw, &form, &mut events[n]);
            }
        }
        // A voiding of anything: the opening, an event, a voiding, itself, nothing.
        19 | 20 => {
            let number = match draw.below(10) {
                0 => 0,
                1 => 1,
                2 => events.len() + 1,
                3 => events.len() + 2 + draw.below(9),
                4 => of(draw, events, &|event| event["tipo"] == "annullata").map_or(at, |n| n + 1),
                _ => 1 + draw.below(events.len()),
            };
            events.push(new(last, json!({ "tipo": "annullata", "sequenza": number, "motivo": "errore" })));
        }
        21 => {
            if let Some(n) = of(draw, events, &|event| event["motivo"].is_string()) {
                let event = events[n].as_object_mut().unwrap();
                if draw.chance(70) {
                    drop(event.remove("motivo"))
                } else {
                    drop(event.insert("motivo".into(), json!(" ")))
                }
            }
        }
        // A fact of the wrong type, out of its range, unknown, withdrawn.
        22 | 23 => {
            let wrong =
                [json!("forse"), json!(7), json!(true), json!("2024-02-30"), json!(-1), Value::Null, json!("0.5")];
            let value = draw.pick(&wrong).clone();
            match of(draw, events, &|event| event["tipo"] == "dato") {
                Some(n) if draw.chance(70) => events[n]["valore"] = value,
                Some(n) if draw.chance(50) => events[n]["dato"] = json!("segno_zodiacale"),
                _ => events.push(new(
                    last,
                    json!({ "tipo": "dato", "dato": some(draw, &["eta", "segno_zodiacale"]), "valore": value }),
                )),
            }
        }
        24 if events.len() > 1 => {
            let event = events[at].as_object_mut().unwrap();
            if event.remove("ora").is_none() {
                let hour = format!("{:02}:{:02}", draw.below(24), draw.below(60));
                event.insert("ora".into(), json!(hour));
            }
        }
        // A suspension in a suspension, a resumption of nothing, a reopening of what is open.
        25 => {
            let kind = *draw.pick(&["sospesa", "sospesa", "ripresa"]);
            let when = day(&events[at.min(events.len() - 1)]);
            let what =
                if kind == "sospesa" { json!({ "tipo": kind, "motivo": "in più" }) } else { json!({ "tipo": kind }) };
            events.insert(at.min(events.len()), new(when, what));
        }
        26 => events.push(new(last, json!({ "tipo": "riaperta", "motivo": "non si era chiusa" }))),
        _ => (),
    }
}

/// Makes an evidence bad, usually.
fn spoil(draw: &mut Draw, form: &Value, event: &mut Value) {
    let names: Vec<String> = fields(form).map(|(name, _)| name.clone()).collect();
    if !event["evidenza"].is_object() {
        event["evidenza"] = json!({});
    }
    let kind = draw.below(9);
    let evidence = event["evidenza"].as_object_mut().unwrap();
    if names.is_empty() || kind == 0 {
        evidence.insert("campo_in_più".into(), json!("x"));
        return;
    }
    let name = draw.pick(&names).clone();
    let field = &form[&name];
    let size = |bound: &str| field[bound].as_u64().unwrap_or(0) as usize;
    let sized = |count: usize| match text(&field["tipo"]) {
        "elenco" => Value::Array(vec![list(&field["scelte"]).first().cloned().unwrap_or(json!("x")); count]),
        "testo" => json!("x".repeat(count)),
        _ => json!(count),
    };
    let value = match kind {
        1 => return drop(evidence.remove(&name)),
        2 => Value::Null,
        3 => sized(size("minimo").saturating_sub(1)),
        4 => sized(size("massimo") + 1),
        5 => json!("2023-02-29"),
        6 => json!({ "x": 1 }),
        7 => json!([7]),
        _ => draw.pick(&[json!(1.5), json!(-1), json!(true), json!("altro"), json!("12,5")]).clone(),
    };
    evidence.insert(name, value);
}

fn day(event: &Value) -> Date {
    text(&event["il"]).parse().unwrap()
}

// SPDX-License-Identifier: EUPL-1.2
//! What a script of a region might say: mostly sense, now and then of what is not there. No script is run.

use serde_json::{Map, Value, json};

use super::Draw;
use crate::reference::{Law, fields, items, list, plain, text};

/// The fields of a recorded speech of a script; `sense` is the percentage of names that are there.
pub fn speech(
    draw: &mut Draw,
    law: &Law,
    level: &Value,
    script: &str,
    facts: &[(String, Vec<Value>)],
    sense: usize,
) -> Value {
    let mut read = Map::new();
    for (fact, values) in facts {
        if !values.is_empty() && draw.chance(40) {
            let value = draw.pick(values).clone();
            read.insert(fact.clone(), if value.is_f64() { json!(plain(&value)) } else { value });
        }
    }
    let name = |draw: &mut Draw, names: Vec<&str>| {
        if names.is_empty() || !draw.chance(sense) { "inesistente".to_string() } else { draw.pick(&names).to_string() }
    };
    let script = if draw.chance(98) { script.to_string() } else { "altrove/altro.rhai".to_string() };
    let mut speech = json!({ "script": script, "letti": read });
    match draw.below(100) {
        0..15 => {
            let declared = fields(&law.catalogue["dati"]).chain(fields(&level["dati"])).map(|(fact, _)| fact.as_str());
            speech["attende"] = json!(name(draw, declared.collect()));
        }
        15..22 => speech["guasto"] = json!("riga 2, colonna 4: divisione per zero"),
        _ => {
            let words: Vec<Value> = (0..draw.below(4)).map(|_| word(draw, level, &name)).collect();
            speech["parole"] = json!(words);
        }
    }
    speech
}

fn word(draw: &mut Draw, level: &Value, name: &dyn Fn(&mut Draw, Vec<&str>) -> String) -> Value {
    let norm = json!({ "norma": "esempio-atto", "partizione": "art. 1" });
    // Now and then a term that no script may shorten: one owed by the person, or that says «not before».
    let odd = draw.chance(3);
    let mut terms: Vec<&str> = fields(&level["termini"])
        .filter(|(_, term)| odd || (!term["entro"].is_null() && !["persona", "impresa"].contains(&text(&term["chi"]))))
        .map(|(id, _)| id.as_str())
        .collect();
    // A term that the region itself has made shorter, more often.
    terms.extend(terms.clone().into_iter().filter(|id| level["termini"][*id]["abbreviato"].is_array()));
    let forms: Vec<(&str, &Value)> = items(level).into_iter().map(|item| (item.1, &item.2["evidenza"])).collect();
    let forms: Vec<(&str, &Value)> = forms.into_iter().filter(|(_, form)| form.is_object()).collect();
    match draw.below(3) {
        1 if !terms.is_empty() => {
            let term = name(draw, terms);
            let own = plain(&level["termini"][&term]["entro"]);
            let units = match own.split_once(' ') {
                Some((_, "ore")) if draw.chance(97) => &["ore"][..],
                _ if draw.chance(98) => &["giorni", "giorni lavorativi", "mesi"][..],
                _ => &["ore", "giorni"][..],
            };
            let unit = *draw.pick(units);
            let most = match unit {
                "ore" => 240,
                "mesi" => 5,
                _ => 45,
            };
            let within = format!("{} {unit}", draw.days(2, most));
            json!({ "verbo": "abbrevia", "termine": term, "entro": within, "norma": norm })
        }
        2 if !forms.is_empty() => {
            let (output, form) = *draw.pick(&forms);
            let field = name(draw, fields(form).map(|(field, _)| field.as_str()).collect());
            let mut word = json!({ "verbo": "rafforza_evidenza", "output": output, "campo": field, "norma": norm });
            let sized = ["testo", "elenco", "intero", "decimale"].contains(&text(&form[&field]["tipo"]));
            if sized && draw.chance(60) {
                let least = list(&form[&field]["minimo"]).first().and_then(Value::as_i64).unwrap_or(0);
                word["minimo"] = json!(least + draw.days(-1, 3));
            }
            word
        }
        _ => {
            let ids: Vec<&str> = items(level).into_iter().map(|item| item.1).collect();
            json!({ "verbo": "rendi_dovuta", "voce": name(draw, ids), "norma": norm })
        }
    }
}

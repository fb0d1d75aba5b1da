// SPDX-License-Identifier: EUPL-1.2
//! Values for facts and for evidence: near what the law compares them with, at the bounds of what it admits.

use std::collections::BTreeSet;

use jiff::ToSpan;
use jiff::civil::Date;
use serde_json::{Map, Value, json};

use super::Draw;
use crate::reference::{Law, admitted, fields, list, plain, text};

/// The facts that a level asks for, each with values near the ones its conditions compare it with.
pub fn facts(law: &Law, level: &Value, opened: Date) -> Vec<(String, Vec<Value>)> {
    let mut tokens: Vec<String> = Vec::new();
    conditions(level, &mut tokens);
    let dated = fields(&level["termini"]).map(|(_, term)| text(&term["da"]["dato"]).to_string());
    let mentioned: BTreeSet<String> = tokens.iter().cloned().chain(dated).collect();
    let declared =
        |name: &str| [&level["dati"][name], &law.catalogue["dati"][name]].into_iter().find(|fact| !fact.is_null());
    let wanted = mentioned.into_iter().filter_map(|name| Some((declared(&name)?, name)));
    wanted.map(|(fact, name)| (name.clone(), values(fact, &name, &tokens, opened))).collect()
}

fn values(fact: &Value, name: &str, tokens: &[String], opened: Date) -> Vec<Value> {
    let near = tokens.iter().enumerate().filter(|(_, token)| *token == name).map(|(at, _)| at);
    let near = near.flat_map(|at| tokens[at.saturating_sub(2)..tokens.len().min(at + 4)].iter());
    let mut values: Vec<Value> = Vec::new();
    for token in near {
        let quoted = token.trim_matches(['\'', '"']);
        values.push(json!(quoted));
        if let Ok(day) = quoted.parse::<Date>() {
            values.extend([-1, 1].map(|days| json!((day + days.days()).to_string())));
        }
        if let Ok(number) = token.parse::<i64>() {
            values.extend([-1, 0, 1].map(|more| json!(number + more)));
        }
        if let Ok(number) = token.parse::<f64>() {
            let cents = [-0.01, 0.0, 0.01].map(|more| format!("{:.2}", number + more));
            values.extend(cents.iter().flat_map(|cents| [json!(cents), serde_json::from_str(cents).unwrap()]));
        }
    }
    match text(&fact["tipo"]) {
        "data" => {
            let around = [-60, -31, -30, -29, -16, -15, -14, -5, -3, -2, -1, 0, 1, 2, 10, 30];
            values.extend(around.map(|days| json!((opened + days.days()).to_string())));
        }
        "scelta" => values.extend(list(&fact["scelte"]).iter().cloned()),
        "booleano" => values = vec![json!(true), json!(false)],
        _ => values.extend([json!(0), json!(34)]),
    }
    values.retain(|value| admitted(fact, value).is_some());
    values
}

/// The words, numbers and quoted texts of every condition under a value.
fn conditions(value: &Value, tokens: &mut Vec<String>) {
    for (key, inside) in fields(value) {
        match inside.as_str() {
            Some(condition) if key == "se" || key == "oppure" => {
                let parts = condition.split(|c: char| c.is_whitespace() || "()[],!=<>&|".contains(c));
                tokens.extend(parts.filter(|part| !part.is_empty()).map(str::to_string));
            }
            _ => conditions(inside, tokens),
        }
    }
}

/// An evidence that the form admits, with some of what it does not require.
pub fn evidence(draw: &mut Draw, form: &Value, today: Date) -> Value {
    let mut given = Map::new();
    for (name, field) in fields(form) {
        let least = field["minimo"].as_u64().unwrap_or(0);
        if least > 0 || field["obbligatorio"] == true || draw.chance(45) {
            given.insert(name.clone(), value(draw, field, today));
        }
    }
    Value::Object(given)
}

/// A value for a field of a form, at its bounds as often as not.
fn value(draw: &mut Draw, field: &Value, today: Date) -> Value {
    let least = field["minimo"].as_i64().unwrap_or(0);
    let size = if draw.chance(50) { least } else { field["massimo"].as_i64().unwrap_or(least + 3) };
    match text(&field["tipo"]) {
        "elenco" => {
            let entry = json!({ "tipo": field["di"], "scelte": field["scelte"] });
            (0..size).map(|_| value(draw, &entry, today)).collect()
        }
        "booleano" => json!(draw.chance(50)),
        "intero" => json!(size),
        "decimale" if field["minimo"].is_null() => draw.pick(&[json!("0.79"), json!(-3), json!(12.5)]).clone(),
        "decimale" => json!(plain(&field["minimo"])),
        "data" => json!(today.to_string()),
        "scelta" => draw.pick(list(&field["scelte"])).clone(),
        _ if field["modello"].is_string() => {
            let likely = ["AB1234", "12345678901", "AAAAAA00A00A000A", "1234", "a"].map(|text| json!(text));
            likely.iter().find(|text| admitted(field, text).is_some()).unwrap_or(&likely[0]).clone()
        }
        _ => json!((0..size).map(|_| *draw.pick(&['a', 'è', ' ', '7', '€'])).collect::<String>()),
    }
}

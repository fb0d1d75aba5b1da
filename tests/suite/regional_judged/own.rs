// SPDX-License-Identifier: EUPL-1.2
//! What an invented region says of itself: facts, numbers, offices, feasts.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::date;
use serde_json::{Map, Value, json};

use crate::histories::Draw;
use crate::reference::fields;

/// What the region says of itself.
pub fn own(draw: &mut Draw, name: &str, catalogue: &BTreeMap<String, Value>) -> Value {
    let act = json!({
        "titolo": "ESEMPIO: atto inventato", "urn": format!("urn:nir:regione.{name}:deliberazione:2018-01-01;1"),
        "risolvibile": "no", "vigente": { "dal": "2018-01-01" },
    });
    let fact = |kind: &str, more: Value| {
        let mut fact = json!({
            "tipo": kind, "significato": "inventato", "domanda": "Inventato?", "fornisce": "persona",
            "finalita": "prova", "conservazione": "da-definire",
        });
        fact.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap());
        fact
    };
    let mut parameters = Map::new();
    for (parameter, _) in fields(&catalogue["parametri"]).filter(|(_, known)| known["valore"].is_null()) {
        if draw.chance(60) {
            let mut fixed = json!({ "valore": draw.days(3, 40), "norma": { "norma": "esempio-atto" } });
            if draw.chance(50) {
                let dal = date(2018, 1, 11) + draw.days(0, 3000).days();
                fixed["vigente"] = json!({ "dal": dal.to_string() });
                if draw.chance(40) {
                    fixed["vigente"]["al"] = json!((dal + draw.days(0, 900).days()).to_string());
                }
            }
            parameters.insert(parameter.clone(), fixed);
        }
    }
    let mut offices = Map::new();
    for office in 0..draw.below(4) {
        let most = draw.below(5);
        let feasts = feasts(draw, most, &format!("patrono-{office}"));
        offices.insert(format!("sede-{office}"), json!({ "nome": format!("Sede {office}"), "festivita": feasts }));
    }
    let most = draw.below(4);
    let feasts = feasts(draw, most, "festa");
    json!({
        "regione": name,
        "norme": { "esempio-atto": act },
        "dati": {
            "r_segnalato": fact("booleano", json!({})),
            "r_mesi": fact("intero", json!({ "minimo": 0, "massimo": 60 })),
            "r_dal": fact("data", json!({})),
            "r_fascia": fact("scelta", json!({ "scelte": ["alta", "media", "bassa"] })),
        },
        "parametri": parameters,
        "sedi": offices,
        "festivita": feasts,
    })
}

fn feasts(draw: &mut Draw, most: usize, name: &str) -> Value {
    let mut feasts = Map::new();
    for n in 0..most {
        let on = date(2023, 1, 1) + draw.days(0, 364).days();
        let on = if draw.chance(20) {
            json!({ "pasqua": draw.days(-20, 60) })
        } else {
            json!(on.strftime("%m-%d").to_string())
        };
        let mut feast = json!({ "nome": format!("{name} {n}"), "giorno": on });
        if draw.chance(20) {
            feast["vigente"] = json!({ "dal": format!("{}-01-01", draw.days(2019, 2026)) });
        }
        feasts.insert(format!("{name}-{n}"), feast);
    }
    Value::Object(feasts)
}

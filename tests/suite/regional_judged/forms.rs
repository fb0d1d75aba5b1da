// SPDX-License-Identifier: EUPL-1.2
//! Random forms of evidence, and what asks for more than a form does.

use serde_json::{Map, Value, json};

use super::overlays::Maker;
use crate::reference::{list, text};

impl Maker<'_> {
    pub fn form(&mut self) -> Value {
        let mut form = Map::new();
        for n in 0..self.draw.below(3) {
            let field = self.field();
            form.insert(format!("campo_{n}"), field);
        }
        Value::Object(form)
    }

    pub fn field(&mut self) -> Value {
        let kinds = [
            json!({ "tipo": "testo", "minimo": 1 }),
            json!({ "tipo": "testo", "modello": "[A-Z]{2}[0-9]{4}" }),
            json!({ "tipo": "intero", "minimo": 1, "massimo": 9 }),
            json!({ "tipo": "data" }),
            json!({ "tipo": "booleano" }),
            json!({ "tipo": "scelta", "scelte": ["a", "b"] }),
            json!({ "tipo": "elenco", "di": "testo", "minimo": 1 }),
        ];
        let mut field = self.draw.pick(&kinds).clone();
        field["domanda"] = json!("Inventato?");
        if self.draw.chance(60) {
            field["obbligatorio"] = json!(self.draw.chance(60));
        }
        field
    }

    pub fn stronger(&mut self, declared: &Value) -> Value {
        let mut more = Map::new();
        let kind = text(&declared["tipo"]);
        if self.draw.chance(50) {
            more.insert("obbligatorio".into(), json!(true));
        }
        let (least, most) = (declared["minimo"].as_i64().unwrap_or(0), declared["massimo"].as_i64().unwrap_or(99));
        if ["testo", "elenco", "intero"].contains(&kind) && declared["modello"].is_null() {
            let sized = kind != "intero" && least >= 1;
            if self.draw.chance(50) {
                more.insert("minimo".into(), json!((least + self.draw.days(0, 2)).min(most)));
                if declared["obbligatorio"].is_null() && !sized && self.draw.chance(40) {
                    more.insert("obbligatorio".into(), json!(false));
                }
            }
            if self.draw.chance(30) && most > least + 2 {
                more.insert("massimo".into(), json!(self.draw.days(least + 2, most)));
            }
        }
        if kind == "testo" && declared["modello"].is_null() && self.draw.chance(20) {
            more.insert("modello".into(), json!("[aè 7€]+|.*x.*"));
        }
        let choices = list(&declared["scelte"]);
        if !choices.is_empty() && self.draw.chance(50) {
            more.insert("scelte".into(), json!(choices[..1 + self.draw.below(choices.len())]));
        }
        if more.is_empty() {
            more.insert("obbligatorio".into(), json!(true));
        }
        Value::Object(more)
    }
}

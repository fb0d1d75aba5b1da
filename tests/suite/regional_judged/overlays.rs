// SPDX-License-Identifier: EUPL-1.2
//! Random regions: an invented region with invented acts, and variations that a sound administrator might write.

use std::collections::{BTreeMap, BTreeSet};

use jiff::ToSpan;
use jiff::civil::{Date, date};
use serde_json::{Map, Value, json};

use super::own::own;
use super::yaml::yaml;
use crate::histories::Draw;
use crate::reference::region::Text;
use crate::reference::{codes, fields, items, plain, text, words};

/// The texts of a region that varies a level: its own, its variations, amendments of the decree, scripts.
pub fn region(draw: &mut Draw, name: &str, level: &Value, catalogue: &BTreeMap<String, Value>) -> Vec<Text> {
    let own = own(draw, name, catalogue);
    let mut texts = vec![(format!("regioni/{name}/regione.yaml"), yaml(&own))];
    let lep = plain(&level["lep"]).to_lowercase();
    for (state, files) in [(true, [0, 0, 0, 1, 2]), (false, [1, 1, 2, 3, 4])] {
        let mut days: BTreeSet<Date> = BTreeSet::new();
        for _ in 0..*draw.pick(&files) {
            let late = if draw.chance(50) { 700 } else { 3300 };
            days.insert(date(2018, 1, 11) + draw.days(0, late).days());
        }
        let mut maker =
            Maker { draw, name, level, catalogue, own: &own, state, used: BTreeSet::new(), scripts: vec![] };
        let mut numbers: Vec<usize> = (1..=days.len()).collect();
        for dal in days {
            let at = maker.draw.below(numbers.len());
            let number = numbers.remove(at);
            let overlay = maker.overlay(dal);
            let path = match state {
                true => format!("nazionale/modifiche/{lep}-{number}.yaml"),
                false => format!("regioni/{name}/{lep}-{number}.yaml"),
            };
            texts.push((path, yaml(&overlay)));
        }
        texts.extend(maker.scripts);
    }
    texts
}

pub struct Maker<'a> {
    pub draw: &'a mut Draw,
    name: &'a str,
    pub level: &'a Value,
    pub catalogue: &'a BTreeMap<String, Value>,
    pub own: &'a Value,
    /// The legislator writes, not the region.
    pub state: bool,
    /// What some verb has changed: one change of a kind to a thing is enough.
    used: BTreeSet<String>,
    scripts: Vec<Text>,
}

impl Maker<'_> {
    fn overlay(&mut self, dal: Date) -> Value {
        let mut validity = json!({ "dal": dal.to_string() });
        if self.draw.chance(35) {
            validity["al"] = json!((dal + self.draw.days(0, 1500).days()).to_string());
        }
        let mut verbs: Vec<Value> = Vec::new();
        let mut added: Vec<(&str, String)> = Vec::new();
        let wanted = 1 + self.draw.below(6);
        for _ in 0..40 {
            if verbs.len() < wanted
                && let Some((verb, mut what)) = self.verb(&mut added)
            {
                what["norma"] = self.norm();
                verbs.push(json!({ verb: what }));
            }
        }
        let mut overlay = json!({ "lep": self.level["lep"], "vigente": validity, "variazioni": verbs });
        match self.state {
            true => overlay["modificato_da"] = self.norm(),
            false => overlay["regione"] = json!(self.name),
        }
        overlay
    }

    fn norm(&self) -> Value {
        if self.state {
            json!({ "norma": "dm-4-2018" })
        } else {
            json!({ "norma": "esempio-atto", "partizione": "art. 1" })
        }
    }

    fn is_first(&mut self, verb: &str, name: &str) -> bool {
        self.used.insert(format!("{verb} {name}"))
    }

    /// A verb and what it says, but for its norm; none where chance asks for what the level cannot have.
    fn verb(&mut self, added: &mut Vec<(&'static str, String)>) -> Option<(&'static str, Value)> {
        let level = self.level;
        let at = self.used.len();
        self.used.insert(format!("verb {at}"));
        let new = format!("{}-{at}", if self.state { "statale" } else { "regionale" });
        match self.draw.below(if self.state { 13 } else { 11 }) {
            0 => {
                let mut procedure = json!({ "motivo": "inventato", "obbligo": self.obligation() });
                self.after(&mut procedure, added);
                if self.draw.chance(25) {
                    procedure["volte"] = json!(self.draw.days(1, 3));
                }
                if self.draw.chance(25) {
                    procedure["modalita"] = json!(["individuale", "gruppo"]);
                }
                self.register(&mut procedure);
                added.push(("attivita", new.clone()));
                Some(("aggiungi_attivita", json!({ "id": new, "testo": "attività inventata", "procedura": procedure })))
            }
            1 => {
                let mut activities: Vec<String> = fields(&level["attivita"]).map(|(id, _)| id.clone()).collect();
                activities.extend(added.iter().filter(|(section, _)| *section == "attivita").map(|(_, id)| id.clone()));
                if activities.is_empty() {
                    return None;
                }
                let on = self.draw.pick(&activities).clone();
                let mut procedure = json!({ "motivo": "inventato", "da": [on], "evidenza": self.form() });
                if self.draw.chance(50) {
                    procedure["obbligo"] = self.obligation();
                }
                self.register(&mut procedure);
                added.push(("output", new.clone()));
                Some(("aggiungi_output", json!({ "id": new, "testo": "output inventato", "procedura": procedure })))
            }
            2 => {
                let mut procedure = json!({ "motivo": "inventato" });
                if self.draw.chance(40) {
                    procedure["obbligo"] = self.obligation();
                }
                self.after(&mut procedure, added);
                added.push(("outcome", new.clone()));
                Some(("aggiungi_outcome", json!({ "id": new, "testo": "outcome inventato", "procedura": procedure })))
            }
            3 | 4 => Some(("aggiungi_termine", self.term(&new, added)?)),
            5 => {
                let all = items(level);
                let (section, id, _) = *(!all.is_empty()).then(|| self.draw.pick(&all))?;
                let mut what = json!({ section: id });
                if self.draw.chance(70) {
                    what["se"] = json!(self.condition());
                }
                Some(("rendi_dovuta", what))
            }
            6 | 7 => {
                let shorter = |term: &Value| !term["entro"].is_null() && term["chi"] == "cpi";
                let terms: Vec<_> = fields(&level["termini"]).filter(|(_, term)| shorter(term)).collect();
                let (id, term) = *(!terms.is_empty()).then(|| self.draw.pick(&terms))?;
                if !self.is_first("abbrevia", id) {
                    return None;
                }
                let mut what = json!({ "termine": id, "entro": self.shorter(&term["entro"]) });
                if text(&what["entro"]).ends_with("mesi") {
                    what["fine_mese"] = json!("ultimo-giorno");
                }
                Some(("abbrevia", what))
            }
            8 => {
                let outputs: Vec<&String> = fields(&level["output"]).map(|(id, _)| id).collect();
                let id = *(!outputs.is_empty()).then(|| self.draw.pick(&outputs))?;
                let form = &level["output"][id]["procedura"]["evidenza"];
                let mut changed = Map::new();
                for (field, declared) in fields(form) {
                    if self.draw.chance(50) && self.is_first("evidenza", &format!("{id}.{field}")) {
                        changed.insert(field.clone(), self.stronger(declared));
                    }
                }
                if changed.is_empty() || self.draw.chance(30) {
                    let field = self.field();
                    changed.insert(new.replace('-', "_"), field);
                }
                Some(("rafforza_evidenza", json!({ "output": id, "campi": changed })))
            }
            9 => self.settle(),
            10 if !self.state && self.draw.chance(60) => self.script(),
            11 => {
                let terms: Vec<_> = fields(&level["termini"]).collect();
                let (id, term) = *(!terms.is_empty()).then(|| self.draw.pick(&terms))?;
                if !self.is_first("abbrevia", id) {
                    return None;
                }
                let mut with = term.clone();
                if let Some((_, unit)) = term["entro"].as_str().and_then(|length| length.split_once(' ')) {
                    with["entro"] = json!(format!("{} {unit}", self.draw.days(2, 60)));
                    if unit == "giorni" && self.draw.chance(60) {
                        with["entro"] = json!(format!("{} giorni lavorativi", self.draw.days(2, 30)));
                        with.as_object_mut()?.shift_remove("proroga");
                    }
                }
                Some(("sostituisci", json!({ "termine": id, "con": with })))
            }
            12 => {
                let all: Vec<_> = items(level).into_iter().filter(|item| item.0 != "outcome").collect();
                let (section, id, _) = *(!all.is_empty()).then(|| self.draw.pick(&all))?;
                if !self.is_first("sostituisci", id) {
                    return None;
                }
                let mut with = level[section][id].clone();
                if self.draw.chance(50) {
                    with["procedura"]["obbligo"] = self.obligation();
                } else {
                    with["procedura"].as_object_mut()?.shift_remove("dopo");
                }
                Some(("sostituisci", json!({ section: id, "con": with })))
            }
            _ => None,
        }
    }

    fn obligation(&mut self) -> Value {
        match self.draw.below(4) {
            0 => json!("offerta"),
            1 => json!("dovuta"),
            _ => json!({ "se": self.condition() }),
        }
    }

    /// What comes before: something that is not only offered.
    fn after(&mut self, procedure: &mut Value, added: &[(&str, String)]) {
        let firm = |item: &&(&str, &str, &Value)| match item.0 {
            "output" => item.2["obbligo"] != "offerta",
            _ => item.2["obbligo"] == "dovuta" || item.2["obbligo"].is_object(),
        };
        let all = items(self.level);
        let mut firm: Vec<String> = all.iter().filter(firm).map(|item| item.1.to_string()).collect();
        let offered = |(_, id): &&(&str, String)| id.ends_with('3');
        firm.extend(added.iter().filter(offered).map(|(_, id)| id.clone()));
        if !firm.is_empty() && self.draw.chance(40) {
            procedure["dopo"] = json!([self.draw.pick(&firm)]);
        }
    }

    fn register(&mut self, procedure: &mut Value) {
        let listed = words(&self.level["codice_sap"]);
        if !listed.is_empty() && listed != ["da-definire"] && self.draw.chance(30) {
            let code = *self.draw.pick(&listed);
            procedure["sap"] = match self.draw.chance(50) {
                true => json!(code),
                false => json!({ "codice": [code], "se": self.condition() }),
            };
        }
    }

    fn term(&mut self, id: &str, added: &[(&str, String)]) -> Option<Value> {
        let mut moments: Vec<Value> = Vec::new();
        for (section, id, _) in items(self.level) {
            moments.push(json!(id));
            if section == "attivita" {
                moments.push(json!({ "attivita": id, "evento": "iniziata" }));
            }
        }
        moments.extend(added.iter().map(|(_, id)| json!(id)));
        if moments.is_empty() {
            return None;
        }
        let target = if self.draw.chance(12) { json!("chiusura") } else { self.draw.pick(&moments).clone() };
        let dates: Vec<String> =
            self.facts().into_iter().filter(|(_, f)| f["tipo"] == "data").map(|(n, _)| n).collect();
        let from = match self.draw.below(10) {
            0..5 => json!("apertura"),
            5 | 6 if !dates.is_empty() => json!({ "dato": self.draw.pick(&dates) }),
            _ => self.draw.pick(&moments).clone(),
        };
        if from == target {
            return None;
        }
        let unit = *self.draw.pick(&["giorni", "giorni", "giorni lavorativi", "mesi", "ore"]);
        let most = match unit {
            "ore" => 300,
            "mesi" => 6,
            _ => 90,
        };
        let within = format!("{} {unit}", self.draw.days(2, most));
        let mut term = json!({ "id": id, "che": target, "entro": within, "da": from });
        if unit == "mesi" {
            term["fine_mese"] = json!("ultimo-giorno");
        }
        if ["mesi", "giorni"].contains(&unit) && self.draw.chance(30) {
            term["proroga"] = json!(self.draw.pick(&["nessuna", "giorno-lavorativo"]));
        }
        if self.draw.chance(35) {
            term["se"] = json!(self.condition());
        }
        if self.draw.chance(50) {
            term["chi"] = json!("cpi");
        }
        Some(term)
    }

    /// A length that is not longer: in the same unit or, now and then, in another.
    fn shorter(&mut self, own: &Value) -> String {
        let Some((count, unit)) = own.as_str().and_then(|length| length.split_once(' ')) else {
            return format!("{} giorni", self.draw.days(2, 30));
        };
        let count: i64 = count.parse().unwrap();
        match unit {
            "mesi" if self.draw.chance(60) => format!("{} giorni", self.draw.days(5, 28 * count)),
            "giorni" if self.draw.chance(25) => format!("{} giorni lavorativi", self.draw.days(2, count)),
            "giorni lavorativi" if self.draw.chance(25) => format!("{} giorni", self.draw.days(2, count)),
            _ => format!("{} {unit}", self.draw.days(2.min(count), count)),
        }
    }

    fn settle(&mut self) -> Option<(&'static str, Value)> {
        let all: Vec<_> = items(self.level).into_iter().filter(|item| item.0 != "outcome").collect();
        let (section, id, procedure) = *(!all.is_empty()).then(|| self.draw.pick(&all))?;
        let listed = words(&self.level["codice_sap"]);
        let known: Vec<&str> = fields(&self.catalogue["sap"]["codici"]).map(|(code, _)| code.as_str()).collect();
        let own = codes(procedure);
        let among = match () {
            _ if !own.is_empty() => own.clone(),
            _ if listed == ["da-definire"] => known,
            _ => listed,
        };
        if among.is_empty() || !self.is_first("precisa_sap", id) {
            return None;
        }
        let one = *self.draw.pick(&among);
        let mut what = json!({ section: id, "codice": one });
        if self.draw.chance(30) {
            let mut several = vec![one, *self.draw.pick(&among)];
            several.dedup();
            what["codice"] = json!(several);
        }
        if own.is_empty() && self.draw.chance(40) {
            what["se"] = json!(self.condition());
        }
        Some(("precisa_sap", what))
    }

    fn script(&mut self) -> Option<(&'static str, Value)> {
        let all = items(self.level);
        let (_, id, _) = *(!all.is_empty()).then(|| self.draw.pick(&all))?;
        let file = format!("{}/{}.rhai", self.name, self.scripts.len());
        let source = format!(
            "fn varia(dati) {{ if dati.r_mesi > 12 {{ rendi_dovuta(\"{id}\", \"esempio-atto, art. 1\"); }} }}\n"
        );
        self.scripts.push((format!("../scripts/{file}"), source));
        Some(("script", json!({ "file": file })))
    }
}

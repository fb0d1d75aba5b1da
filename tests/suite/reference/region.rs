// SPDX-License-Identifier: EUPL-1.2
//! The level of a region, made of texts: the decree's, the amendments', the region's, laid one over the other verb by verb.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use jiff::civil::Date;
use serde_json::{Map, Value, json};

use super::calendar::in_force;
use super::{Law, fields, list, plain, text, words};

/// A path inside the specifications, and what stands there.
pub type Text = (String, String);

/// Every text of the land, read as plain values.
pub struct Land {
    levels: BTreeMap<String, Value>,
    catalogue: BTreeMap<String, Value>,
    amendments: Vec<Value>,
    /// What each region says of itself, and its variations.
    regions: BTreeMap<String, (Value, Vec<Value>)>,
}

/// The texts under a folder, by their path inside it.
pub fn texts(dir: &Path) -> Vec<Text> {
    let mut found: Vec<Text> = Vec::new();
    let mut folders = vec![dir.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else if let Ok(text) = fs::read_to_string(&path) {
                found.push((path.strip_prefix(dir).unwrap().to_str().unwrap().replace('\\', "/"), text));
            }
        }
    }
    found.sort();
    found
}

impl Land {
    pub fn read(texts: &[Text]) -> Land {
        let (levels, catalogue, amendments, regions) = Default::default();
        let mut land = Land { levels, catalogue, amendments, regions };
        for (path, written) in
            texts.iter().filter(|(path, _)| path.ends_with(".yaml") && !path.ends_with(".prove.yaml"))
        {
            let told: Value = yaml_serde::from_str(written).unwrap_or_else(|e| panic!("{path}: {e}\n{written}"));
            match path.trim_end_matches(".yaml").split('/').collect::<Vec<_>>()[..] {
                ["catalogo", name] => drop(land.catalogue.insert(name.to_string(), told)),
                ["nazionale", "modifiche", _] => land.amendments.push(told),
                ["nazionale", _] => drop(land.levels.insert(plain(&told["lep"]), told)),
                ["regioni", region, "regione"] => land.regions.entry(region.to_string()).or_default().0 = told,
                ["regioni", region, _] => land.regions.entry(region.to_string()).or_default().1.push(told),
                _ => panic!("nobody reads {path}"),
            }
        }
        land
    }

    /// Each region with the levels that it varies.
    pub fn varied(&self) -> Vec<(String, String)> {
        let pairs = self.regions.iter().flat_map(|(region, (_, variations))| {
            variations.iter().map(move |variation| (region.clone(), plain(&variation["lep"])))
        });
        let mut pairs: Vec<_> = pairs.collect();
        pairs.sort();
        pairs.dedup();
        pairs
    }

    /// The decree as amended on a day, with the numbers that it leaves to the region.
    pub fn nation(&self, region: &str, lep: &str, on: Date) -> Law {
        let mut level = self.levels[lep].clone();
        lay_all(&mut level, &self.amendments, lep, on);
        let mut catalogue = self.catalogue.clone();
        // Acts and titles judge nobody.
        catalogue.retain(|name, _| ["dati", "festivita", "parametri", "sap"].contains(&name.as_str()));
        for (name, fixed) in fields(&self.own(region)["parametri"]).filter(|(_, fixed)| in_force(&fixed["vigente"], on))
        {
            catalogue.get_mut("parametri").unwrap()[name]["valore"] = fixed["valore"].clone();
        }
        Law { levels: BTreeMap::from([(lep.to_string(), level)]), catalogue, region: Value::Null }
    }

    /// The same, with what the region makes of it.
    pub fn region(&self, region: &str, lep: &str, on: Date) -> Law {
        let mut law = self.nation(region, lep, on);
        let variations = self.regions.get(region).map_or(&[][..], |(_, variations)| variations);
        lay_all(law.levels.get_mut(lep).unwrap(), variations, lep, on);
        law.region = self.own(region).clone();
        put_all(law.catalogue.get_mut("dati").unwrap(), &law.region["dati"]);
        law
    }

    pub fn levels(&self) -> &BTreeMap<String, Value> {
        &self.levels
    }

    pub fn level(&self, lep: &str) -> &Value {
        &self.levels[lep]
    }

    pub fn catalogue(&self) -> &BTreeMap<String, Value> {
        &self.catalogue
    }

    fn own(&self, region: &str) -> &Value {
        self.regions.get(region).map_or(&Value::Null, |(own, _)| own)
    }
}

/// The national calendar with the feasts of the region, and of the office if it is one of the region's; none outside of a
/// region.
pub fn feasts(law: &Law, office: &Value) -> Value {
    if law.region.is_null() {
        return Value::Null;
    }
    let mut calendar = law.catalogue.get("festivita").cloned().unwrap_or_default();
    for (whose, own) in [("region", &law.region), ("office", &law.region["sedi"][text(office)])] {
        for (name, feast) in fields(&own["festivita"]) {
            calendar["festivita"][format!("{whose} {name}")] = feast.clone();
        }
    }
    calendar
}

/// Lays what is in force over a level, in the order in which it came into force.
fn lay_all(level: &mut Value, overlays: &[Value], lep: &str, on: Date) {
    let here = |overlay: &&Value| overlay["lep"] == *lep && in_force(&overlay["vigente"], on);
    let mut overlays: Vec<&Value> = overlays.iter().filter(here).collect();
    overlays.sort_by_key(|overlay| plain(&overlay["vigente"]["dal"]));
    for overlay in overlays {
        for (verb, what) in list(&overlay["variazioni"]).iter().flat_map(fields) {
            lay(level, verb, what, overlay.get("modificato_da").is_some());
        }
    }
}

/// Lays one verb. `state`: it is the legislator's.
fn lay(level: &mut Value, verb: &str, what: &Value, state: bool) {
    let (section, id) = named(what);
    match verb {
        "aggiungi_attivita" | "aggiungi_output" | "aggiungi_outcome" => {
            let section = verb.trim_start_matches("aggiungi_");
            section_of(level, section).insert(plain(&what["id"]), what.clone());
        }
        "aggiungi_termine" => drop(section_of(level, "termini").insert(plain(&what["id"]), what.clone())),
        "rendi_dovuta" => {
            let own = &mut level[section][id]["procedura"]["obbligo"];
            let unsaid = if section == "output" { "dovuta" } else { "offerta" };
            let before = own.as_str().unwrap_or(if own.is_null() { unsaid } else { "" });
            *own = match (before, what["se"].as_str(), own["se"].as_str()) {
                ("dovuta", ..) | (_, None, _) => json!("dovuta"),
                (_, Some(new), Some(old)) => json!({ "se": format!("({old}) || ({new})") }),
                (_, Some(new), None) => json!({ "se": new }),
            };
        }
        "abbrevia" => {
            let term = &mut level["termini"][text(&what["termine"])];
            if state {
                term["entro"] = what["entro"].clone();
            } else {
                let mut lengths = list(&term["abbreviato"]).to_vec();
                lengths.push(what["entro"].clone());
                term["abbreviato"] = Value::Array(lengths);
            }
        }
        "rafforza_evidenza" => {
            let form = &mut level["output"][id]["procedura"]["evidenza"];
            for (field, stronger) in fields(&what["campi"]) {
                put_all(&mut form[field], stronger);
            }
        }
        "precisa_sap" => {
            let own = &mut level[section][id]["procedura"]["sap"];
            if own.is_object() {
                own["codice"] = what["codice"].clone();
            } else {
                *own = json!({ "codice": what["codice"], "se": what["se"] });
            }
            // What was to be defined is, from now on, what has been settled.
            let settled = words(&what["codice"]);
            let listed = words(&level["codice_sap"]).into_iter().filter(|code| *code != "da-definire");
            let mut all: Vec<&str> = listed.collect();
            all.extend(settled);
            level["codice_sap"] = json!(all);
        }
        "script" => {
            let mut scripts = list(&level["script"]).to_vec();
            scripts.push(what["file"].clone());
            level["script"] = Value::Array(scripts);
        }
        "traduci" => (),
        "sostituisci" if what.get("accesso").is_some() => level["accesso"] = replacement(what),
        "sostituisci" => {
            let (section, id) = match what["termine"].as_str() {
                Some(term) => ("termini", term),
                None => (section, id),
            };
            match replacement(what) {
                Value::Null => drop(section_of(level, section).shift_remove(id)),
                with => drop(section_of(level, section).insert(id.to_string(), with)),
            }
        }
        _ => panic!("not a verb: {verb}"),
    }
}

fn replacement(what: &Value) -> Value {
    if what["con"] == "abrogato" { Value::Null } else { what["con"].clone() }
}

/// The section and the name of the item a verb speaks of.
fn named(what: &Value) -> (&str, &str) {
    let sections = ["attivita", "output", "outcome"];
    sections.iter().find_map(|section| Some((*section, what[*section].as_str()?))).unwrap_or_default()
}

fn section_of<'a>(level: &'a mut Value, section: &str) -> &'a mut Map<String, Value> {
    let section = &mut level[section];
    if section.is_null() {
        *section = json!({});
    }
    section.as_object_mut().unwrap()
}

/// Every entry of one map into another.
fn put_all(into: &mut Value, entries: &Value) {
    for (key, value) in fields(entries) {
        into[key] = value.clone();
    }
}

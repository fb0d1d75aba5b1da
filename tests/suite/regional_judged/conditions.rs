// SPDX-License-Identifier: EUPL-1.2
//! Random conditions over the facts that a level or the region asks for.

use jiff::ToSpan;
use jiff::civil::date;
use serde_json::Value;

use super::overlays::Maker;
use crate::reference::{fields, list, text};

impl Maker<'_> {
    pub fn facts(&self) -> Vec<(String, Value)> {
        let all = fields(&self.level["dati"]).chain(fields(&self.catalogue["dati"])).take(8);
        let own = fields(&self.own["dati"]).filter(|_| !self.state);
        all.chain(own).map(|(name, fact)| (name.clone(), fact.clone())).collect()
    }

    pub fn condition(&mut self) -> String {
        let one = self.comparison();
        match self.draw.below(10) {
            0 | 1 => format!("{one} && {}", self.comparison()),
            2 => format!("{one} || {}", self.comparison()),
            3 => format!("!({one})"),
            _ => one,
        }
    }

    fn comparison(&mut self) -> String {
        let facts: Vec<_> = self.facts().into_iter().filter(|(_, fact)| fact["tipo"] != "testo").collect();
        let (name, fact) = self.draw.pick(&facts).clone();
        let op = *self.draw.pick(&["<", "<=", ">", ">=", "==", "!="]);
        let least = fact["minimo"].as_i64().unwrap_or(0);
        match text(&fact["tipo"]) {
            "booleano" => {
                if self.draw.chance(70) {
                    name
                } else {
                    format!("!{name}")
                }
            }
            "scelta" => {
                let choice = self.draw.pick(list(&fact["scelte"])).clone();
                if self.draw.chance(50) { format!("{name} == {choice}") } else { format!("{name} in [{choice}]") }
            }
            "data" => {
                let day = date(2018, 6, 1) + self.draw.days(0, 3000).days();
                format!("{name} {op} \"{day}\"")
            }
            "decimale" => format!("{name} {op} {}.5", self.draw.days(least + 1, least + 900)),
            _ => format!("{name} {op} {}", self.draw.days(least + 1, fact["massimo"].as_i64().unwrap_or(60) - 1)),
        }
    }
}

// SPDX-License-Identifier: EUPL-1.2
//! What the scripts of a region said, as the log has it: no script is run here.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde_json::Value;

use super::{Case, admitted, fields, items, list, text, words};

/// What a script said last.
#[derive(Default)]
pub struct Said<'a> {
    /// The fact that it waits for.
    pub awaits: Option<&'a str>,
    pub failed: bool,
    words: &'a [Value],
    /// Term and length: the day since which it has been said without a break.
    since: BTreeMap<(&'a str, &'a str), Date>,
}

impl<'a> Case<'a> {
    /// Takes in what a script said; false if it speaks of what the level does not have, and then nothing of it counts.
    pub(super) fn hear(&mut self, event: &'a Value, on: Date) -> bool {
        let script = text(&event["script"]);
        let declared =
            |fact: &str| self.level["dati"].get(fact).is_some() || self.law.catalogue["dati"].get(fact).is_some();
        let (awaits, failed) = (event["attende"].as_str(), event["attende"].is_null() && event["guasto"].is_string());
        let spoken = if awaits.is_some() || failed { &[] } else { list(&event["parole"]) };
        let understood = words(&self.level["script"]).contains(&script)
            && fields(&event["letti"]).all(|(fact, _)| declared(fact))
            && awaits.is_none_or(declared)
            && spoken.iter().all(|word| self.understands(word));
        if !understood {
            return false;
        }
        let before = self.said.remove(script).unwrap_or_default();
        let mut since = BTreeMap::new();
        for word in spoken.iter().filter(|word| word["verbo"] == "abbrevia") {
            let said = (text(&word["termine"]), text(&word["entro"]));
            since.insert(said, before.since.get(&said).map_or(on, |first| on.min(*first)));
        }
        self.said.insert(script, Said { awaits, failed, words: spoken, since });
        true
    }

    fn understands(&self, word: &Value) -> bool {
        let in_hours = |length: &str| length.ends_with("ore") || length.ends_with("ora");
        match text(&word["verbo"]) {
            "rendi_dovuta" => items(self.level).iter().any(|item| word["voce"] == *item.1),
            "abbrevia" => {
                let term = &self.level["termini"][text(&word["termine"])];
                let office = !["persona", "impresa"].contains(&text(&term["chi"]));
                let (own, within) = (term["entro"].as_str(), text(&word["entro"]));
                !term["entro"].is_null() && office && own.is_some_and(in_hours) == in_hours(within)
            }
            _ => {
                let form = &self.level["output"][text(&word["output"])]["procedura"]["evidenza"];
                form[text(&word["campo"])].is_object()
            }
        }
    }

    fn words(&self, verb: &'a str) -> impl Iterator<Item = &'a Value> {
        let all = self.said.values().flat_map(|said| said.words);
        all.filter(move |word| word["verbo"] == verb)
    }

    pub(super) fn says_due(&self, item: &str) -> bool {
        self.words("rendi_dovuta").any(|word| word["voce"] == item)
    }

    /// The lengths that scripts give a term, each with the day before which it cannot end by it.
    pub(super) fn says_within(&self, term: &str) -> Vec<(&'a str, Date)> {
        let all = self.said.values().flat_map(|said| &said.since);
        all.filter(|((said, _), _)| *said == term).map(|((_, length), since)| (*length, *since)).collect()
    }

    /// Whether an evidence has the fields that scripts ask for, as many or as much as they ask for.
    pub(super) fn heeds(&self, output: &str, form: &Value, given: &Value) -> bool {
        let mut asked = self.words("rafforza_evidenza").filter(|word| word["output"] == output);
        asked.all(|word| {
            let field = text(&word["campo"]);
            let mut stronger = form[field].clone();
            if !word["minimo"].is_null() {
                stronger["minimo"] = word["minimo"].clone();
            }
            given.get(field).is_some_and(|given| admitted(&stronger, given).is_some())
        })
    }
}

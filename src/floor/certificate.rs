// SPDX-License-Identifier: EUPL-1.2
//! What was compared, how far, and what came of it: for an official, and for a program.

use std::fmt::Write as _;

use serde_json::{Value as Json, json};

use crate::calendar::Day;
use crate::engine::{event_words, norm_words};
use crate::rulebook::{Digest, Obligation, Rulebook};

use super::{Bound, CounterExample, Verdict, prove};

/// How much there was to compare, on the national side.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Compared {
    pub items: usize,
    pub terms: usize,
    pub conditions: usize,
    /// Fields of the forms.
    pub fields: usize,
}

/// See the module.
#[derive(Clone, Debug, PartialEq)]
pub struct Certificate {
    pub level: String,
    /// As the rulebook names it; none for the decree alone.
    pub region: Option<String>,
    pub period: (Option<Day>, Option<Day>),
    pub national: Digest,
    pub regional: Digest,
    pub compared: Compared,
    /// Did the checker by structure find nothing lowered?
    pub structural: bool,
    pub verdict: Verdict,
}

impl Certificate {
    /// Walks two linked rulebooks; `structural` is what the other checker said of them.
    pub fn of(national: &Rulebook, regional: &Rulebook, structural: bool, bound: Bound) -> Self {
        Self {
            level: regional.level.clone(),
            region: regional.region.clone(),
            period: (regional.from, regional.to),
            national: national.digest(),
            regional: regional.digest(),
            compared: compared(national),
            structural,
            verdict: prove(national, regional, bound),
        }
    }

    /// Does the floor hold for both checkers?
    pub fn holds(&self) -> bool {
        self.structural && self.verdict.holds()
    }

    pub fn to_json(&self) -> Json {
        let mut out = json!({
            "lep": self.level,
            "regione": self.region,
            "dal": self.period.0,
            "al": self.period.1,
            "impronta_nazionale": self.national.to_string(),
            "impronta_regionale": self.regional.to_string(),
            "confrontati": {
                "voci": self.compared.items,
                "termini": self.compared.terms,
                "condizioni": self.compared.conditions,
                "campi": self.compared.fields,
            },
            "struttura": self.structural,
        });
        let more = match &self.verdict {
            Verdict::Holds { histories, valuations, bound, left_out } => json!({
                "esito": "retto", "storie": histories, "stati_dei_dati": valuations, "limite": bound.name,
                "tralasciato": left_out,
            }),
            Verdict::Refuted(example) => json!({ "esito": "abbassato", "controesempio": example.to_json() }),
            Verdict::NotProved { why } => json!({ "esito": "non-dimostrato", "perche": why }),
        };
        if let (Some(out), Json::Object(more)) = (out.as_object_mut(), more) {
            out.extend(more);
        }
        out
    }

    /// The certificate, line by line; the national rulebook gives the words of the norms.
    pub fn to_text(&self, national: &Rulebook) -> String {
        let mut out = String::new();
        let period = match self.period {
            (None, None) => "sempre".to_owned(),
            (Some(from), None) => format!("dal {from}"),
            (None, Some(to)) => format!("fino al {to}"),
            (Some(from), Some(to)) => format!("dal {from} al {to}"),
        };
        let word = match &self.verdict {
            _ if !self.structural => "ABBASSATO",
            Verdict::Holds { .. } => "retto",
            Verdict::Refuted(_) => "ABBASSATO",
            Verdict::NotProved { .. } => "NON DIMOSTRATO",
        };
        _ = writeln!(out, "LEP {}, {period}: pavimento {word}", self.level);
        _ = writeln!(
            out,
            "  confrontati: {} voci, {} termini, {} condizioni, {} campi di prova",
            self.compared.items, self.compared.terms, self.compared.conditions, self.compared.fields
        );
        match &self.verdict {
            Verdict::Holds { histories, valuations, bound, left_out } => {
                _ = writeln!(
                    out,
                    "  storie percorse: {histories}, in {valuations} stati dei dati (limite {}: {} storie)",
                    bound.name, bound.histories
                );
                for words in left_out {
                    _ = writeln!(out, "  tralasciato: {words}");
                }
            }
            Verdict::Refuted(example) => out.push_str(&example.to_text(national)),
            Verdict::NotProved { why } => _ = writeln!(out, "  non dimostrato: {why}"),
        }
        _ = writeln!(out, "  decreto {}", self.national);
        _ = writeln!(out, "  regione {}", self.regional);
        out
    }
}

fn compared(n: &Rulebook) -> Compared {
    let conditional = n.items.iter().filter(|item| matches!(item.obligation, Obligation::When(_))).count();
    let registered = n.items.iter().filter(|i| i.registration.as_ref().is_some_and(|r| r.when.is_some())).count();
    let terms = n.terms.iter().filter(|term| term.when.is_some()).count();
    let access = n.access.iter().flat_map(|access| access.when.iter().chain(&access.unless)).count();
    Compared {
        items: n.items.len(),
        terms: n.terms.len(),
        conditions: conditional + registered + terms + access,
        fields: n.items.iter().map(|item| item.evidence.fields.len()).sum(),
    }
}

impl CounterExample {
    pub fn to_json(&self) -> Json {
        let facts: serde_json::Map<String, Json> = self
            .facts
            .iter()
            .map(|(name, value)| (name.to_string(), value.as_ref().map_or(Json::Null, |value| json!(value))))
            .collect();
        json!({
            "tipo": self.kind.word(),
            "frase": self.sentence,
            "che": self.subject,
            "norma": self.norm,
            "riga_nazionale": self.national.to_string(),
            "dati": facts,
            "eventi": self.events,
            "al": self.on,
        })
    }

    /// The person, the history day by day, the line and the norm.
    pub fn to_text(&self, national: &Rulebook) -> String {
        let mut out = format!("  {}\n", self.sentence);
        let known = self.facts.iter().filter_map(|(name, value)| Some((name, value.as_ref()?)));
        let mut facts: Vec<String> = known.map(|(name, value)| format!("`{name}` è {value}")).collect();
        if facts.len() < self.facts.len() {
            facts.push("gli altri dati non sono noti".to_owned());
        }
        if !facts.is_empty() {
            _ = writeln!(out, "  chi: {}", facts.join(", "));
        }
        for event in
            self.events.iter().filter(|event| !matches!(event.kind, crate::engine::EventKind::FactSupplied { .. }))
        {
            let hour = event.time.map_or_else(String::new, |time| format!(" alle {time}"));
            _ = writeln!(out, "  {}{hour}  {}", event.on, event_words(event));
        }
        _ = writeln!(out, "  guardata il {}", self.on);
        _ = writeln!(out, "  riga del decreto: {} ({})", self.national, norm_words(national, &self.norm));
        out
    }
}

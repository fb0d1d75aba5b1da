// SPDX-License-Identifier: EUPL-1.2
//! A history told act by act, plain and lawful unless the teller wants otherwise; and a case of the kit.

use std::collections::BTreeSet;
use std::sync::Arc;

use lepre::calendar::Day;
use lepre::engine::{Case, Event, fold, obligations, registration_owed, speak};
use lepre::rulebook::{Fact, Item, ItemIndex, ItemKind, Rulebook};
use lepre::value::{FactType, Truth};
use serde_json::{Map, Value as Json, json};

use crate::reference::{Law, fields, list, plain, text};

/// A rulebook of the kit, and the law it was made from, for the judge.
pub struct Book {
    pub name: String,
    pub rulebook: Arc<Rulebook>,
    pub law: Law,
}

impl Book {
    /// The facts on which something in this rulebook depends.
    pub fn facts(&self) -> impl Iterator<Item = &Fact> {
        let whole = serde_json::to_value(self.rulebook.as_ref()).unwrap();
        let speaks =
            ["accesso", "voci", "termini", "variazioni", "script"].map(|part| whole[part].to_string()).concat();
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        let words: BTreeSet<String> = speaks.split(|c| !is_word(c)).map(str::to_owned).collect();
        self.rulebook.facts.iter().filter(move |fact| words.contains(&fact.name))
    }
}

/// A case of the kit but for its verdict.
pub struct Told {
    pub description: String,
    /// What it is there for.
    pub covers: Vec<String>,
    pub events: Vec<Json>,
    pub on: Day,
}

/// The day on which every case of the kit opens: a Monday.
pub fn opened() -> Day {
    "2025-03-03".parse().unwrap()
}

#[derive(Clone)]
pub struct Telling<'a> {
    pub book: &'a Book,
    pub events: Vec<Json>,
    pub today: Day,
}

impl<'a> Telling<'a> {
    /// Opens a case with all that access asks for, and every fact at its plain value.
    pub fn begun(book: &'a Book) -> Self {
        let mut telling = Self::opened(book);
        for fact in book.facts() {
            telling.fact(&fact.name, plain_value(book, &fact.name));
        }
        telling
    }

    /// Opens a case of which no fact is known.
    pub fn opened(book: &'a Book) -> Self {
        let required = book.rulebook.access.iter().flat_map(|access| &access.requires);
        let held = required.map(|r| json!({ "lep": r.level, "voce": r.item, "il": "2025-02-17" }));
        Self::opened_with(book, held.collect())
    }

    pub fn opened_with(book: &'a Book, dossier: Vec<Json>) -> Self {
        let mut opening = json!({ "tipo": "aperta", "soggetto": "s", "lep": book.rulebook.level, "regolamento": "" });
        if !dossier.is_empty() {
            opening["fascicolo"] = dossier.into();
        }
        if let Some(region) = &book.rulebook.region {
            opening["regione"] = json!(region);
        }
        let mut telling = Self { book, events: Vec::new(), today: opened() };
        telling.record(opening);
        telling
    }

    pub fn rulebook(&self) -> &'a Rulebook {
        &self.book.rulebook
    }

    /// Records an event of today, unless it has its own day.
    pub fn record(&mut self, event: Json) -> &mut Self {
        let mut dated = Map::from_iter([("il".to_owned(), json!(self.today.to_string()))]);
        dated.extend(event.as_object().unwrap().clone());
        self.events.push(Json::Object(dated));
        self
    }

    pub fn fact(&mut self, name: &str, value: Json) -> &mut Self {
        self.record(json!({ "tipo": "dato", "dato": name, "valore": value }))
    }

    pub fn at(&mut self, today: Day) -> &mut Self {
        self.today = today;
        self
    }

    pub fn later(&mut self, days: i32) -> &mut Self {
        self.today = self.today.add_days(days);
        self
    }

    pub fn case(&self) -> Case {
        let events: Vec<Event> = self.events.iter().map(|e| serde_json::from_value(e.clone()).unwrap()).collect();
        fold(self.rulebook(), &events)
    }

    /// Lets the scripts of the region say what they have to say.
    pub fn hear(&mut self) -> &mut Self {
        for event in speak(self.rulebook(), &self.case(), self.today) {
            self.events.push(serde_json::to_value(event).unwrap());
        }
        self
    }

    /// Completes an item, as its form asks.
    pub fn complete(&mut self, index: ItemIndex) -> &mut Self {
        let event = completion(self.book, self.rulebook().item(index).unwrap(), self.today);
        self.record(event)
    }

    pub fn register(&mut self, index: ItemIndex) -> &mut Self {
        let item = self.rulebook().item(index).unwrap();
        let code = item.registration.as_ref().unwrap().codes[0].clone();
        self.record(json!({ "tipo": "sap", "codice": code, "per": item.id }))
    }

    /// Does what must come before an item, and is not there yet.
    pub fn prepare(&mut self, index: ItemIndex) -> &mut Self {
        for before in self.rulebook().item(index).unwrap().prerequisites() {
            if self.case().first(before.index).is_none() {
                self.prepare(before.index).complete(before.index);
            }
        }
        self
    }

    /// Does, in order, all that is due or is asked for, each with its registration; and an outcome, if the level has any.
    pub fn work(&mut self, but: Option<ItemIndex>) -> &mut Self {
        for index in 0..self.rulebook().items.len() as ItemIndex {
            let is_due = obligations(self.rulebook(), &self.case())[usize::from(index)] == Truth::True;
            if !is_due || Some(index) == but {
                continue;
            }
            if but.is_none() {
                self.prepare(index);
            }
            for _ in self.case().items[usize::from(index)].count..self.rulebook().item(index).unwrap().times {
                self.complete(index);
            }
        }
        let outcomes = (0..).zip(&self.rulebook().items).filter(|(_, item)| item.kind == ItemKind::Outcome);
        if let Some((first, _)) = outcomes.into_iter().next()
            && self
                .case()
                .items
                .iter()
                .zip(&self.rulebook().items)
                .all(|(s, i)| i.kind != ItemKind::Outcome || s.count == 0)
            && but != Some(first)
        {
            self.complete(first);
        }
        for index in 0..self.rulebook().items.len() as ItemIndex {
            if registration_owed(self.rulebook(), &self.case(), index) == Truth::True {
                self.register(index);
            }
        }
        self
    }

    pub fn close(&mut self) -> &mut Self {
        self.record(json!({ "tipo": "chiusa", "modo": "conclusa" }))
    }

    pub fn told(&self, description: impl Into<String>, covers: &[&str]) -> Told {
        let covers = covers.iter().map(|what| (*what).to_owned()).collect();
        Told { description: description.into(), covers, events: self.events.clone(), on: self.today }
    }
}

/// The event that completes an item.
pub fn completion(book: &Book, item: &Item, on: Day) -> Json {
    match item.kind {
        ItemKind::Activity => json!({ "tipo": "attivita", "attivita": item.id, "evento": "terminata" }),
        ItemKind::Outcome => json!({ "tipo": "outcome", "outcome": item.id }),
        ItemKind::Output => {
            let evidence = filled(form(book, item), on);
            assert!(item.evidence.accepts(&evidence), "{}: `{}`: {evidence}", book.name, item.id);
            json!({ "tipo": "output", "output": item.id, "evidenza": evidence })
        }
    }
}

pub fn form<'a>(book: &'a Book, item: &Item) -> &'a Json {
    &book.law.levels[&book.rulebook.level]["output"][&item.id]["procedura"]["evidenza"]
}

/// A form with what it requires and nothing else.
fn filled(form: &Json, on: Day) -> Json {
    let sized =
        |field: &Json| matches!(text(&field["tipo"]), "testo" | "elenco") && field["minimo"].as_u64() >= Some(1);
    let required = fields(form).filter(|(_, field)| field["obbligatorio"].as_bool().unwrap_or(sized(field)));
    required.map(|(name, field)| (name.clone(), entry(field, on))).collect::<Map<_, _>>().into()
}

fn entry(field: &Json, on: Day) -> Json {
    let least = field["minimo"].as_u64().unwrap_or(1);
    match text(&field["tipo"]) {
        "elenco" if text(&field["di"]) == "scelta" => list(&field["scelte"])[..least as usize].into(),
        "elenco" if text(&field["di"]) == "testo" => (1..=least).map(|n| json!(format!("voce {n}"))).collect(),
        "elenco" => (0..least).map(|_| entry(&json!({ "tipo": field["di"] }), on)).collect(),
        "booleano" => json!(true),
        "intero" => json!(least),
        "decimale" => json!(if field["minimo"].is_null() { "1".to_owned() } else { plain(&field["minimo"]) }),
        "data" => json!(on.to_string()),
        "scelta" => field["scelte"][0].clone(),
        _ if field["modello"].is_string() => {
            let likely = ["AB1234", "12345678901", "AAAAAA00A00A000A", "1234", "a", "2025/1"].map(|text| json!(text));
            likely.iter().find(|text| crate::reference::admitted(field, text).is_some()).unwrap().clone()
        }
        _ => json!("testo".repeat(least.div_ceil(5) as usize)),
    }
}

/// A plain value of a fact: yes, the first choice, the day of the opening, a number in the middle.
pub fn plain_value(book: &Book, name: &str) -> Json {
    let fact = book.rulebook.facts.iter().find(|fact| fact.name == name).unwrap();
    match fact.kind {
        FactType::Boolean => json!(true),
        FactType::Choice => json!(fact.choices[0]),
        FactType::Date => json!(opened().to_string()),
        FactType::Text => json!("testo"),
        FactType::Integer | FactType::Decimal => {
            let fits = |n: &i64| fact.accepts(&serde_json::from_value(json!(n)).unwrap()).is_some();
            json!([34, 20, 1, 0].into_iter().find(fits).unwrap())
        }
    }
}

// SPDX-License-Identifier: EUPL-1.2
//! Random histories: a mostly lawful case, then, more often than not, what goes wrong with it.
//!
//! A seed is a history. Nothing here decides what is right; the judge is asked near which days to act, and whether to close.

use std::collections::BTreeSet;

use jiff::ToSpan;
use jiff::civil::Date;
use serde_json::{Map, Value, json};

use crate::reference::{Law, Verdict, codes, fields, items, judge, list, text, words};

mod by_hand;
pub mod fixture;
mod mutation;
pub mod office;
mod opening;
mod scenarios;
mod speeches;
mod spread;
mod values;

use opening::level;
use values::{evidence, facts};

pub use opening::opening_day;

/// The only source of chance: splitmix64.
pub struct Draw(pub u64);

impl Draw {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }

    pub fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    pub fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }

    /// A number of days, from one bound to the other.
    pub fn days(&mut self, from: i64, to: i64) -> i64 {
        from + self.below((to - from + 1) as usize) as i64
    }
}

/// The level, the events in the order of the log, and the day of evaluation, that a seed stands for. 1 to 60 events.
pub fn history(seed: u64, law: &Law) -> (String, Vec<Value>, String) {
    let mut draw = Draw(seed);
    let lep = level(&mut draw, law);
    let opened = opening_day(&mut draw);
    let (events, on) = tell(draw, law, &lep, opened);
    (lep, events, on)
}

/// A history of a level, opened on a day.
pub fn tell(draw: Draw, law: &Law, lep: &str, opened: Date) -> (Vec<Value>, String) {
    let level = &law.levels[lep];
    let (facts, events) = (facts(law, level, opened), Vec::new());
    let mut story = Story { law, level, lep: lep.to_string(), opened, today: opened, draw, facts, looks: 3, events };
    story.open();
    story.work();
    story.end();
    let on = story.evaluated();
    let Story { level, mut draw, mut events, .. } = story;
    office::sometimes(Draw(!draw.0), level, &mut events);
    if draw.chance(60) {
        for _ in 0..1 + draw.below(4) {
            mutation::mutate(&mut draw, law, level, &mut events, on);
        }
    }
    events.truncate(60);
    (events, on.to_string())
}

struct Story<'a> {
    law: &'a Law,
    level: &'a Value,
    lep: String,
    opened: Date,
    today: Date,
    draw: Draw,
    /// The facts that the level asks for, each with values near the ones its conditions compare it with.
    facts: Vec<(String, Vec<Value>)>,
    /// How often the judge may still be asked when a term ends.
    looks: usize,
    events: Vec<Value>,
}

impl<'a> Story<'a> {
    /// Records an event of today, with an hour now and then.
    fn record(&mut self, kind: &str, what: Value) {
        let mut event = Map::from_iter([("il".to_string(), json!(self.today.to_string()))]);
        if self.draw.chance(if self.counts_hours() { 60 } else { 10 }) {
            event.insert("ora".to_string(), json!(self.hour()));
        }
        event.insert("tipo".to_string(), json!(kind));
        event.extend(what.as_object().cloned().into_iter().flatten());
        self.events.push(Value::Object(event));
    }

    fn counts_hours(&self) -> bool {
        let lengths = fields(&self.level["termini"]).flat_map(|(_, term)| [&term["entro"], &term["almeno"]]);
        lengths.map(text).any(|length| length.ends_with("ore"))
    }

    /// An hour: one already in the log give or take a minute, one that the clock skips or repeats, or any.
    fn hour(&mut self) -> String {
        let mut known: Vec<i64> = vec![0, 1439, 150];
        known.extend(self.events.iter().filter_map(|event| minute_of_day(&event["ora"])));
        let minute = if self.draw.chance(60) {
            *self.draw.pick(&known) + self.draw.days(-1, 1)
        } else {
            self.draw.days(0, 1439)
        };
        let minute = minute.rem_euclid(1440);
        format!("{:02}:{:02}", minute / 60, minute % 60)
    }

    fn wait(&mut self, from: i64, to: i64) {
        self.today += self.draw.days(from, to).days();
    }

    fn verdict(&self, on: Date) -> Verdict {
        judge(self.law, &self.lep, &self.events, &on.to_string())
    }

    /// Lets time pass until something is done: a little, or to a day near the end of a term that waits for it.
    fn toward(&mut self, item: &str) {
        let waits = |che: &Value| *che == *item || che["attivita"] == *item;
        let terms: Vec<_> = fields(&self.level["termini"]).filter(|(_, term)| waits(&term["che"])).collect();
        if terms.is_empty() || self.looks == 0 || self.draw.chance(50) {
            return if self.draw.chance(85) { self.wait(0, 2) } else { self.wait(3, 20) };
        }
        self.looks -= 1;
        let verdict = self.verdict(self.today);
        let (id, _) = *self.draw.pick(&terms);
        let ends = verdict.terms.get(id).and_then(|(end, _)| end.as_ref());
        if let Some(end) = ends {
            let off = *self.draw.pick(&[-1, -1, 0, 0, 1]);
            let near: Date = end.parse::<Date>().unwrap() + off.days();
            self.today = self.today.max(near);
        }
    }

    fn open(&mut self) {
        let mut record: Vec<Value> = Vec::new();
        for needed in list(&self.level["accesso"]["richiede"]) {
            let item = ["output", "attivita", "outcome"].map(|kind| text(&needed[kind])).concat();
            let il = self.opened - self.draw.days(0, 40).days();
            if self.draw.chance(85) {
                record.push(json!({ "lep": needed["lep"], "item": item, "il": il.to_string() }));
            }
            if self.draw.chance(15) {
                let others =
                    ["A", "B", "altro"].map(|other| json!({ "lep": other, "item": item, "il": il.to_string() }));
                record.push(self.draw.pick(&others).clone());
            }
        }
        let digest = "0".repeat(64);
        let lep = self.lep.clone();
        let mut opening = json!({ "soggetto": "s-1", "lep": lep, "regolamento": digest, "fascicolo": record });
        let offices: Vec<&String> = fields(&self.law.region["sedi"]).map(|(office, _)| office).collect();
        if !offices.is_empty() && self.draw.chance(85) {
            opening["sede"] = json!(if self.draw.chance(95) { *self.draw.pick(&offices) } else { "inesistente" });
        }
        self.record("aperta", opening);
        for (fact, values) in self.facts.clone() {
            if self.draw.chance(82) {
                let value = self.draw.pick(&values).clone();
                self.record("dato", json!({ "dato": fact, "valore": value }));
            }
        }
        self.hear(90, 80);
    }

    /// What the scripts of the region say, each more or less often: the first time, and then.
    fn hear(&mut self, sense: usize, percent: usize) {
        for script in words(&self.level["script"]) {
            if self.draw.chance(percent) {
                let speech = speeches::speech(&mut self.draw, self.law, self.level, script, &self.facts, sense);
                self.record("parole", speech);
            }
        }
    }

    /// Does what the level wants, in an order that it allows.
    fn work(&mut self) {
        let level = self.level;
        let all = items(level);
        let mut plan: BTreeSet<&str> = BTreeSet::new();
        for (section, id, procedure) in &all {
            let percent = match text(&procedure["obbligo"]) {
                "dovuta" => 97,
                "offerta" => 35,
                _ if procedure["obbligo"].is_object() => 60,
                _ => [97, 60][usize::from(*section == "outcome")],
            };
            if self.draw.chance(percent) {
                plan.insert(id);
            }
        }
        for _ in 0..all.len() {
            let planned = all.iter().filter(|item| plan.contains(item.1));
            let before: Vec<&str> = planned.flat_map(|item| before(item.2)).collect();
            plan.extend(before);
        }
        let stop = if self.draw.chance(25) { self.draw.below(30) } else { 54 };
        let mut done: BTreeSet<&str> = BTreeSet::new();
        while self.events.len() < stop {
            let free = |item: &&(&'a str, &'a str, &'a Value)| {
                plan.contains(item.1) && !done.contains(item.1) && before(item.2).iter().all(|p| done.contains(p))
            };
            let ready: Vec<_> = all.iter().filter(free).collect();
            let Some((section, id, procedure)) = (!ready.is_empty()).then(|| **self.draw.pick(&ready)) else { return };
            self.meanwhile();
            plan.remove(id);
            self.toward(id);
            if self.does(section, id, procedure) {
                done.insert(id);
            }
        }
    }

    /// Facts that change, suspensions, corrections.
    fn meanwhile(&mut self) {
        let suspended = self
            .events
            .iter()
            .rev()
            .map(|event| text(&event["tipo"]))
            .find(|kind| ["sospesa", "ripresa"].contains(kind));
        if suspended == Some("sospesa") && self.draw.chance(60) {
            self.wait(0, 25);
            self.record("ripresa", json!({}));
        } else if suspended != Some("sospesa") && self.draw.chance(4) {
            self.wait(0, 3);
            self.record("sospesa", json!({ "motivo": "la persona è ricoverata" }));
        }
        if !self.facts.is_empty() && self.draw.chance(12) {
            let (fact, values) = self.draw.pick(&self.facts).clone();
            let value = if self.draw.chance(85) { self.draw.pick(&values).clone() } else { Value::Null };
            self.record("dato", json!({ "dato": fact, "valore": value }));
        }
        self.hear(95, 15);
        if self.events.len() > 1 && self.draw.chance(3) {
            let sequence = 2 + self.draw.below(self.events.len() - 1);
            let again = self.events[sequence - 1].clone();
            self.record("annullata", json!({ "sequenza": sequence, "motivo": "annotata per errore" }));
            if self.draw.chance(70) && again["tipo"] != "annullata" {
                self.events.push(again);
            }
        }
    }

    /// Carries an item through, registration included; false if in the end it was not done.
    fn does(&mut self, section: &str, id: &str, procedure: &'a Value) -> bool {
        match section {
            "attivita" => {
                let paths: [(usize, &[&str]); 14] = [
                    (45, &["terminata"]),
                    (18, &["iniziata", "terminata"]),
                    (8, &["proposta", "iniziata", "terminata"]),
                    (4, &["proposta", "terminata"]),
                    (6, &["iniziata", "sospesa", "iniziata", "terminata"]),
                    (3, &["iniziata", "sospesa", "terminata"]),
                    (3, &["proposta", "rifiuto", "iniziata", "terminata"]),
                    (3, &["iniziata", "abbandono", "proposta", "iniziata", "terminata"]),
                    (3, &["terminata", "rendicontata"]),
                    (2, &["iniziata", "terminata", "rendicontata", "terminata"]),
                    (2, &["iniziata"]),
                    (1, &["esonerata"]),
                    (1, &["iniziata", "trasformata"]),
                    (1, &["proposta", "decaduta"]),
                ];
                let times = procedure["volte"].as_u64().unwrap_or(1);
                let times = if self.draw.chance(95) { times } else { times - 1 };
                for time in 0..times {
                    let mut left = self.draw.below(100);
                    let path = paths.iter().find(|(weight, _)| {
                        let found = left < *weight;
                        left = left.saturating_sub(*weight);
                        found
                    });
                    for (step, event) in path.map_or(paths[0].1, |(_, path)| *path).iter().enumerate() {
                        if time > 0 || step > 0 {
                            self.wait(0, 4);
                        }
                        self.activity(id, event, procedure);
                    }
                }
                let completed =
                    self.events.iter().filter(|event| event["attivita"] == *id && event["evento"] == "terminata");
                if completed.count() == 0 {
                    return false;
                }
            }
            "output" => {
                let evidence = evidence(&mut self.draw, &procedure["evidenza"], self.today);
                self.record("output", json!({ "output": id, "evidenza": evidence }));
            }
            _ => self.record("outcome", json!({ "outcome": id })),
        }
        let codes = codes(procedure);
        if !codes.is_empty() && self.draw.chance(88) {
            self.wait(0, 1);
            let code = *self.draw.pick(&codes);
            self.record("sap", json!({ "codice": code, "per": id }));
        } else if section == "attivita" && self.draw.chance(6) {
            let listed = words(&self.level["codice_sap"]);
            let code = if listed.is_empty() { "A01" } else { *self.draw.pick(&listed) };
            self.record("sap", json!({ "codice": code, "per": id }));
        }
        true
    }

    fn activity(&mut self, id: &str, event: &str, procedure: &Value) {
        let mut what = json!({ "attivita": id, "evento": event });
        let modes = words(&procedure["modalita"]);
        if !modes.is_empty() && self.draw.chance(60) {
            what["modalita"] = json!(self.draw.pick(&modes));
        } else if modes.is_empty() && self.draw.chance(10) {
            what["modalita"] = json!(self.draw.pick(&mutation::MODES));
        }
        if !["proposta", "iniziata", "terminata", "rendicontata"].contains(&event) || self.draw.chance(5) {
            what["motivo"] = json!("per un motivo");
        }
        self.record("attivita", what);
    }

    /// Closes, perhaps; reopens, perhaps, and goes on.
    fn end(&mut self) {
        self.hear(95, 30);
        for _ in 0..3 {
            if !self.draw.chance(65) {
                return;
            }
            self.toward("chiusura");
            let finished = self.verdict(self.today);
            let finished = finished.due.is_empty() && finished.registrations.is_empty() && finished.awaited.is_empty();
            let concluded = json!({ "modo": "conclusa" });
            let broken_off = json!({ "modo": "interrotta", "motivo": "rinuncia della persona" });
            let how = if self.draw.chance(if finished { 92 } else { 30 }) { concluded } else { broken_off };
            self.record("chiusa", how);
            if self.draw.chance(10) {
                self.wait(0, 10);
                let code = *self.draw.pick(&["A01", "A03", "A06", "B03"]);
                let item = items(self.level).first().map_or("", |item| item.1);
                self.record("sap", json!({ "codice": code, "per": item }));
            }
            if !self.draw.chance(15) {
                return;
            }
            self.wait(0, 40);
            self.record("riaperta", json!({ "motivo": "mancava un esito" }));
            self.work();
        }
    }

    /// The day of evaluation: soon, late, or near the end of some term.
    fn evaluated(&mut self) -> Date {
        let last =
            self.events.iter().map(|event| text(&event["il"]).parse::<Date>().unwrap()).max().unwrap_or(self.today);
        if self.draw.chance(50) {
            let terms = self.verdict(last).terms;
            let ends: Vec<Date> = terms.values().filter_map(|(end, _)| end.as_ref()?.parse().ok()).collect();
            if !ends.is_empty() {
                return last.max(*self.draw.pick(&ends) + self.draw.days(-1, 1).days());
            }
        }
        last + self.draw.pick(&[0, 0, 1, 7, 30, 100]).days()
    }
}

fn before(procedure: &Value) -> Vec<&str> {
    [words(&procedure["da"]), words(&procedure["dopo"])].concat()
}

fn minute_of_day(hour: &Value) -> Option<i64> {
    let (hours, minutes) = hour.as_str()?.split_once(':')?;
    Some(hours.parse::<i64>().ok()? * 60 + minutes.parse::<i64>().ok()?)
}

// SPDX-License-Identifier: EUPL-1.2
//! The chapters on the law: what is owed, in what order, on which facts, within which terms, for whom.

use lepre::calendar::{Day, Unit};
use lepre::engine::{TermStanding, registration_owed, term_standing};
use lepre::rulebook::{Bound, ItemKind, Start, Target, Term};
use lepre::spec::scenario::TermStateWord;
use lepre::value::{FactType, Truth};
use serde_json::{Value as Json, json};

use super::telling::{Book, Telling, Told, form, opened, plain_value};

/// Nothing done, all done and open, all done and concluded.
pub fn whole(book: &Book) -> Vec<Told> {
    let begun = Telling::begun(book);
    let mut done = begun.clone();
    done.hear().later(1).work(None);
    let mut closed = done.clone();
    vec![
        begun.told("la pratica è aperta e non è stato fatto ancora nulla", &["intera"]),
        done.told("tutto ciò che è dovuto è fatto, e la pratica è ancora aperta", &["intera"]),
        closed.close().told("tutto ciò che è dovuto è fatto, e la pratica è conclusa", &["intera"]),
    ]
}

/// Each due item left out, each in the wrong order with what it rests on, each output without its evidence.
pub fn items(book: &Book) -> Vec<Told> {
    let mut all = Vec::new();
    let rulebook = &*book.rulebook;
    for (index, item) in (0..).zip(&rulebook.items) {
        let id = &item.id;
        let mut without = Telling::begun(book);
        without.hear().later(1).work(Some(index)).close();
        all.push(without.told(format!("la pratica è conclusa, e `{id}` non c'è"), &[&format!("manca:{id}")]));
        for before in item.prerequisites() {
            for (days, words) in [(1, "il giorno dopo"), (0, "lo stesso giorno di"), (-1, "il giorno prima di")] {
                let mut told = Telling::begun(book);
                told.hear().later(2).prepare(before.index).later(days).complete(index);
                let (done, day) = (told.events.pop().unwrap(), told.today);
                told.at(opened().add_days(2)).complete(before.index).events.push(done);
                told.at(day.max(opened().add_days(2)));
                let text = format!("`{id}` è fatto {words} `{}`", before.name);
                all.push(told.told(text, &[&format!("ordine:{id}:{}", before.name)]));
            }
            let mut alone = Telling::begun(book);
            alone.hear().later(1).complete(index);
            all.push(alone.told(
                format!("`{id}` è fatto, e `{}`, che doveva venire prima, non c'è", before.name),
                &[&format!("ordine:{id}:{}", before.name)],
            ));
        }
        if item.kind == ItemKind::Output && form(book, item).is_object() {
            let given = [
                (json!({}), "senza nulla nell'evidenza"),
                (json!({ "estraneo": 1 }), "con un campo che il modulo non ha"),
            ];
            for (evidence, words) in given {
                let mut told = Telling::begun(book);
                told.hear().later(1).prepare(index);
                told.record(json!({ "tipo": "output", "output": id, "evidenza": evidence }));
                all.push(told.told(format!("`{id}` è consegnato {words}"), &[&format!("evidenza:{id}")]));
            }
        }
        if item.times > 1 {
            let mut once = Telling::begun(book);
            once.hear().later(1).prepare(index).complete(index);
            all.push(once.told(
                format!("`{id}` è fatto una volta sola, e ne servono {}", item.times),
                &[&format!("volte:{id}")],
            ));
        }
    }
    all
}

/// Registrations that are missing, wrong, unknown, later than the closing.
pub fn registrations(book: &Book) -> Vec<Told> {
    let mut all = Vec::new();
    for (index, item) in (0..).zip(&book.rulebook.items).filter(|(_, item)| item.registration.is_some()) {
        let id = &item.id;
        let covers = format!("sap:{id}");
        let mut done = Telling::begun(book);
        done.hear().later(1).prepare(index);
        for _ in 0..item.times {
            done.complete(index);
        }
        all.push(done.told(format!("`{id}` è fatto e non è registrato"), &[&covers]));
        if registration_owed(&book.rulebook, &done.case(), index) == Truth::True {
            let mut closed = done.clone();
            all.push(
                closed.close().told(format!("`{id}` è fatto, non è registrato, e la pratica è conclusa"), &[&covers]),
            );
            closed.later(1).register(index);
            all.push(closed.told(format!("`{id}` è registrato il giorno dopo la chiusura, e vale"), &[&covers]));
        }
        let mut kept = done.clone();
        all.push(kept.register(index).told(format!("`{id}` è fatto e registrato"), &[&covers]));
        let own = &item.registration.as_ref().unwrap().codes;
        let other =
            book.rulebook.codes.iter().find(|code| !own.contains(&code.code)).map_or("X99", |code| code.code.as_str());
        for (code, words) in [(other, "con il codice di altro"), ("INESISTENTE", "con un codice che non esiste")] {
            let mut wrong = done.clone();
            wrong.record(json!({ "tipo": "sap", "codice": code, "per": id }));
            all.push(wrong.told(format!("`{id}` è registrato {words}"), &[&covers]));
        }
    }
    all
}

/// The values worth trying of a fact: every choice, yes and no, numbers about those its conditions name.
pub fn values(book: &Book, name: &str) -> Vec<Json> {
    let fact = book.rulebook.facts.iter().find(|fact| fact.name == name).unwrap();
    let tried: Vec<Json> = match fact.kind {
        FactType::Boolean => vec![json!(true), json!(false)],
        FactType::Choice => fact.choices.iter().map(|choice| json!(choice)).collect(),
        FactType::Date => [-30, 0, 1].map(|days| json!(opened().add_days(days).to_string())).to_vec(),
        FactType::Text => vec![json!("testo")],
        FactType::Integer => [0, 11, 12, 13, 14, 15, 16, 34].map(|n| json!(n)).to_vec(),
        FactType::Decimal => vec![json!("0.25"), json!("0.5"), json!("0.75")],
    };
    let fits = |value: &Json| serde_json::from_value(value.clone()).is_ok_and(|datum| fact.accepts(&datum).is_some());
    tried.into_iter().filter(fits).collect()
}

fn said(value: &Json) -> String {
    match value {
        Json::Bool(true) => "sì".to_owned(),
        Json::Bool(false) => "no".to_owned(),
        other => crate::reference::plain(other),
    }
}

/// Each fact at each of its values, not known, withdrawn, wrong; all others plain, and then all others not known.
pub fn facts(book: &Book) -> Vec<Told> {
    let mut all = Vec::new();
    for fact in book.facts() {
        let name = &fact.name;
        let covers = format!("dato:{name}");
        let but = |value: Option<Json>| {
            let mut telling = Telling::opened(book);
            for other in book.facts() {
                match (&value, other.name == *name) {
                    (Some(value), true) => {
                        telling.fact(name, value.clone());
                    }
                    (None, true) => {}
                    _ => {
                        telling.fact(&other.name, plain_value(book, &other.name));
                    }
                }
            }
            telling.hear();
            telling
        };
        all.push(but(None).told(format!("il dato `{name}` non è noto"), &[&covers, &format!("{covers}:non-noto")]));
        let mut concluded = but(None);
        all.push(
            concluded
                .later(1)
                .work(None)
                .close()
                .told(format!("la pratica è conclusa mentre il dato `{name}` non è noto"), &[&covers]),
        );
        for value in values(book, name) {
            let word = said(&value);
            let told = but(Some(value.clone()));
            all.push(told.told(format!("il dato `{name}` vale {word}"), &[&format!("{covers}:{word}")]));
            let mut alone = Telling::opened(book);
            alone.fact(name, value).hear();
            all.push(
                alone.told(
                    format!("il dato `{name}` vale {word}, e nessun altro è noto"),
                    &[&format!("{covers}:{word}")],
                ),
            );
        }
        let mut withdrawn = Telling::begun(book);
        withdrawn.hear().later(1).fact(name, Json::Null).hear();
        all.push(withdrawn.told(format!("il dato `{name}` era noto e non lo è più"), &[&covers]));
        let mut wrong = Telling::begun(book);
        wrong
            .hear()
            .later(1)
            .fact(name, if fact.kind == FactType::Text { json!(1) } else { json!("non va bene") })
            .hear();
        all.push(wrong.told(format!("il dato `{name}` ha un valore che non va bene"), &[&covers]));
    }
    all
}

/// A case on which a term applies and is counted, nothing that it waits for being done; and how it stands.
fn running<'a>(book: &'a Book, term: &Term) -> Option<(Telling<'a>, TermStanding)> {
    let booleans: Vec<&str> = book.facts().filter(|f| f.kind == FactType::Boolean).map(|f| f.name.as_str()).collect();
    for mask in 0..1_u32 << booleans.len() {
        let mut telling = Telling::opened(book);
        for fact in book.facts() {
            let value = match booleans.iter().position(|name| *name == fact.name) {
                Some(at) => json!(mask >> at & 1 == 1),
                None => plain_value(book, &fact.name),
            };
            telling.fact(&fact.name, value);
        }
        telling.hear();
        match &term.start {
            Start::Done(item) => {
                telling.prepare(item.index).complete(item.index);
            }
            Start::Started(item) => {
                telling.record(json!({ "tipo": "attivita", "attivita": item.name, "evento": "iniziata" }));
            }
            Start::Opening | Start::Fact(_) => {}
        }
        let standing = term_standing(&book.rulebook, &telling.case(), term, opened());
        if standing.state == TermStateWord::Running {
            return Some((telling, standing));
        }
    }
    None
}

fn meet(telling: &mut Telling<'_>, target: &Target, on: Day) {
    match target {
        Target::Done(item) => {
            telling.prepare(item.index).at(on).complete(item.index);
        }
        Target::Started(item) => {
            telling.at(on).record(json!({ "tipo": "attivita", "attivita": item.name, "evento": "iniziata" }));
        }
        Target::Closing => {
            telling.at(on).record(json!({ "tipo": "chiusa", "modo": "interrotta", "motivo": "rinuncia" }));
        }
    }
}

/// Each term: met and not met the day before its end, on it, the day after; suspended; its target voided.
pub fn terms(book: &Book) -> Vec<Told> {
    let mut all = Vec::new();
    for term in &book.rulebook.terms {
        let id = &term.id;
        let Some((telling, TermStanding { due: Some(due), .. })) = running(book, term) else { continue };
        let around = match term.bound {
            Bound::Within => [
                (-1, "il giorno prima della scadenza"),
                (0, "il giorno della scadenza"),
                (1, "il giorno dopo la scadenza"),
            ],
            Bound::AtLeast => [
                (-1, "il giorno prima del primo ammesso"),
                (0, "il primo giorno ammesso"),
                (1, "il giorno dopo il primo ammesso"),
            ],
        };
        for (days, words) in around {
            let (on, key) = (due.add_days(days), format!("termine:{id}:{days:+}"));
            let mut met = telling.clone();
            meet(&mut met, &term.target, on);
            all.push(met.told(format!("ciò che il termine `{id}` aspetta accade {words}"), &[&key]));
            let mut unmet = telling.clone();
            unmet.at(on);
            all.push(
                unmet.told(format!("ciò che il termine `{id}` aspetta non è accaduto: si guarda {words}"), &[&key]),
            );
        }
        let mut voided = telling.clone();
        meet(&mut voided, &term.target, due);
        let sequence = voided.events.len();
        voided.later(1).record(json!({ "tipo": "annullata", "sequenza": sequence, "motivo": "registrata per errore" }));
        all.push(voided.told(
            format!("ciò che il termine `{id}` aspettava è annullato il giorno dopo"),
            &[&format!("annullato:{id}")],
        ));
        let mut held = telling.clone();
        held.later(1).record(json!({ "tipo": "sospesa", "motivo": "malattia" }));
        let mut still = held.clone();
        still.at(due.add_days(40));
        let in_hours = term.length.is_some_and(|length| length.unit == Unit::Hours);
        let words = if in_hours { ", che è in ore, corre lo stesso" } else { " non corre" };
        all.push(still.told(format!("la pratica è sospesa, e il termine `{id}`{words}"), &[&format!("sospeso:{id}")]));
        if in_hours {
            continue;
        }
        held.later(10).record(json!({ "tipo": "ripresa" }));
        let Some(later) = term_standing(&book.rulebook, &held.case(), term, held.today).due else { continue };
        for (days, words) in around {
            let mut met = held.clone();
            meet(&mut met, &term.target, later.add_days(days));
            let text = format!("dopo dieci giorni di sospensione, ciò che il termine `{id}` aspetta accade {words}");
            all.push(met.told(text, &[&format!("sospeso:{id}:{days:+}")]));
        }
    }
    all
}

/// Each way in: with what is required, without it, with what takes its place, not known.
pub fn access(book: &Book) -> Vec<Told> {
    let Some(rule) = &book.rulebook.access else { return Vec::new() };
    let mut all = Vec::new();
    let mut dossiers: Vec<(Vec<Json>, String)> = vec![(Vec::new(), "il fascicolo è vuoto".to_owned())];
    let held = |but: usize, level: Option<&str>, on: &str| -> Vec<Json> {
        let changed = |(at, r): (usize, &lepre::rulebook::Requirement)| {
            let level = level.filter(|_| at == but).unwrap_or(&r.level).to_owned();
            json!({ "lep": level, "voce": r.item, "il": if at == but { on } else { "2025-02-17" } })
        };
        rule.requires.iter().enumerate().map(changed).collect()
    };
    for at in 0..rule.requires.len() {
        dossiers.push((held(at, None, "2025-02-17"), "il fascicolo ha ciò che serve".to_owned()));
        dossiers
            .push((held(at, None, "2025-03-03"), "il fascicolo ha ciò che serve dal giorno dell'apertura".to_owned()));
        dossiers.push((
            held(at, None, "2025-03-04"),
            "ciò che serve è arrivato nel fascicolo il giorno dopo l'apertura".to_owned(),
        ));
        dossiers.push((held(at, Some("A"), "2025-02-17"), "nel fascicolo la voce è di un altro livello".to_owned()));
    }
    let booleans: Vec<&str> = book.facts().filter(|f| f.kind == FactType::Boolean).map(|f| f.name.as_str()).collect();
    for (dossier, words) in dossiers {
        for (value, known) in
            [(None, "nessun dato è noto"), (Some(true), "ogni sì o no è sì"), (Some(false), "ogni sì o no è no")]
        {
            let mut telling = Telling::opened_with(book, dossier.clone());
            for name in booleans.iter().filter(|_| value.is_some()) {
                telling.fact(name, json!(value));
            }
            telling.hear();
            all.push(telling.told(format!("{words}; {known}"), &["accesso"]));
        }
    }
    all
}

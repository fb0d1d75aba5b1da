// SPDX-License-Identifier: EUPL-1.2
//! The chapters on what goes wrong with a history itself: states, dates, names, closings, corrections, scripts.

use lepre::rulebook::ItemKind;
use lepre::spec::level::Mode;
use serde_json::{Value as Json, json};

use super::telling::{Book, Telling, Told, completion, opened};
use crate::reference::SAP_EVENTS;

fn first(book: &Book, kind: ItemKind) -> Option<(u16, &lepre::rulebook::Item)> {
    (0..).zip(&book.rulebook.items).find(|(_, item)| item.kind == kind)
}

/// Something that can happen in any case: the first item of the level, or a suspension where it has none.
fn some_act(book: &Book) -> (String, Json) {
    match book.rulebook.items.first() {
        Some(item) => (item.id.clone(), completion(book, item, opened())),
        None => ("sospesa".to_owned(), json!({ "tipo": "sospesa", "motivo": "malattia" })),
    }
}

/// Suspensions, resumptions, openings and reopenings where they do not belong.
pub fn states(book: &Book) -> Vec<Told> {
    let begun = || {
        let mut telling = Telling::begun(book);
        telling.hear().later(1);
        telling
    };
    let suspended = json!({ "tipo": "sospesa", "motivo": "malattia" });
    let resumed = json!({ "tipo": "ripresa" });
    let mut all = Vec::new();
    let mut tell = |events: &[&Json], words: &str| {
        let mut telling = begun();
        for event in events {
            telling.record((*event).clone());
            telling.later(1);
        }
        telling.later(-1);
        all.push(telling.told(words, &["stato"]));
    };
    tell(&[&suspended, &suspended], "la pratica è sospesa due volte");
    tell(&[&resumed], "la pratica è ripresa senza essere sospesa");
    tell(&[&json!({ "tipo": "sospesa", "motivo": "" })], "la pratica è sospesa senza motivo");
    tell(
        &[&suspended, &json!({ "tipo": "ripresa", "il": "2025-03-03" })],
        "la ripresa porta la data del giorno prima della sospensione",
    );
    tell(
        &[&json!({ "tipo": "aperta", "soggetto": "s", "lep": book.rulebook.level, "regolamento": "" })],
        "la pratica è aperta due volte",
    );
    tell(&[&json!({ "tipo": "riaperta", "motivo": "ripensamento" })], "una pratica aperta è riaperta");
    tell(&[&json!({ "tipo": "nota", "testo": "telefonata" })], "una nota dell'ufficio non cambia nulla");
    all
}

/// Days out of place.
pub fn dates(book: &Book) -> Vec<Told> {
    let mut all = Vec::new();
    let mut before = Telling::begun(book);
    let (id, act) = some_act(book);
    before.hear().at(opened().add_days(-1)).record(act.clone()).at(opened());
    all.push(before.told(format!("`{id}` porta la data del giorno prima dell'apertura"), &["date"]));
    let mut same = Telling::begun(book);
    same.hear().record(act.clone());
    all.push(same.told(format!("`{id}` è fatto il giorno dell'apertura"), &["date"]));
    let mut ahead = Telling::begun(book);
    ahead.hear().later(5).record(act).later(-1);
    all.push(ahead.told(format!("`{id}` porta la data del giorno dopo quello in cui si guarda"), &["date"]));
    all
}

/// Names the level does not have, and names of another kind.
pub fn names(book: &Book) -> Vec<Told> {
    let mut all = Vec::new();
    let mut tell = |event: Json, words: String| {
        let mut telling = Telling::begun(book);
        telling.hear().later(1).record(event);
        all.push(telling.told(words, &["nomi"]));
    };
    tell(
        json!({ "tipo": "attivita", "attivita": "inesistente", "evento": "terminata" }),
        "un'attività che il livello non ha".into(),
    );
    tell(
        json!({ "tipo": "output", "output": "inesistente", "evidenza": {} }),
        "un output che il livello non ha".into(),
    );
    tell(json!({ "tipo": "outcome", "outcome": "inesistente" }), "un outcome che il livello non ha".into());
    tell(json!({ "tipo": "dato", "dato": "inesistente", "valore": true }), "un dato che il livello non ha".into());
    tell(
        json!({ "tipo": "sap", "codice": "A01", "per": "inesistente" }),
        "una registrazione di una voce che il livello non ha".into(),
    );
    if let Some((_, item)) = first(book, ItemKind::Activity) {
        tell(
            json!({ "tipo": "output", "output": item.id, "evidenza": {} }),
            format!("l'attività `{}` è consegnata come output", item.id),
        );
    }
    all
}

/// Ways of closing, and what comes after.
pub fn closings(book: &Book) -> Vec<Told> {
    let close = |manner: &str, reason: Option<&str>| {
        let mut event = json!({ "tipo": "chiusa", "modo": manner });
        if let Some(reason) = reason {
            event["motivo"] = json!(reason);
        }
        event
    };
    let begun = || {
        let mut telling = Telling::begun(book);
        telling.hear().later(1);
        telling
    };
    let mut all = Vec::new();
    let mut tell = |telling: &Telling<'_>, words: &str| all.push(telling.told(words, &["chiusura"]));
    let interrupted = close("interrotta", Some("rinuncia"));
    tell(begun().record(interrupted.clone()), "la pratica è interrotta con un motivo, e non è stato fatto nulla");
    tell(begun().record(close("interrotta", None)), "la pratica è interrotta senza motivo");
    tell(begun().record(close("conclusa", None)), "la pratica è conclusa, e non è stato fatto nulla");
    tell(
        begun().work(None).record(interrupted.clone()),
        "la pratica è interrotta quando tutto ciò che è dovuto è fatto",
    );
    let (_, act) = some_act(book);
    tell(begun().record(interrupted.clone()).later(1).record(act.clone()), "qualcosa è fatto dopo la chiusura");
    tell(
        begun()
            .record(interrupted.clone())
            .later(1)
            .record(json!({ "tipo": "riaperta", "motivo": "ripensamento" }))
            .record(act),
        "la pratica è riaperta con un motivo, e si continua",
    );
    tell(
        begun().record(interrupted.clone()).later(1).record(json!({ "tipo": "riaperta", "motivo": "" })),
        "la pratica è riaperta senza motivo",
    );
    if let Some(fact) = book.facts().next() {
        tell(
            begun().record(interrupted).later(1).fact(&fact.name, Json::Null),
            "un dato cambia dopo la chiusura: si può",
        );
    }
    let mut silent = begun();
    silent.work(None);
    let outcome = silent.events.iter().position(|event| event["tipo"] == "outcome");
    if let Some(at) = outcome {
        silent.events.remove(at);
        tell(silent.close(), "la pratica è conclusa e nessun outcome è rilevato");
    }
    all
}

/// Corrections of each kind of event, corrected in turn, and of what cannot be corrected.
pub fn corrections(book: &Book) -> Vec<Told> {
    let mut all = Vec::new();
    let void = |sequence: usize, reason: &str| json!({ "tipo": "annullata", "sequenza": sequence, "motivo": reason });
    let mut whole = Telling::begun(book);
    whole.hear().later(1).work(None);
    let mut seen: Vec<&str> = Vec::new();
    for (at, event) in whole.events.iter().enumerate().skip(1) {
        let kind = event["tipo"].as_str().unwrap();
        if seen.contains(&kind) {
            continue;
        }
        seen.push(kind);
        let mut voided = whole.clone();
        voided.later(1).record(void(at + 1, "errore"));
        all.push(voided.told(format!("il primo evento `{kind}` è annullato"), &[&format!("annulla:{kind}")]));
    }
    let last = whole.events.len();
    let mut again = whole.clone();
    again.later(1).record(void(last, "errore")).record(void(last + 1, "non era un errore"));
    all.push(again.told("un evento è annullato, e l'annullamento è annullato: vale di nuovo", &["annulla:annullata"]));
    for (sequence, reason, words) in [
        (1, "errore", "si annulla l'apertura, che non si può"),
        (last + 9, "errore", "si annulla un evento che non c'è"),
        (last, "", "un evento è annullato senza motivo"),
    ] {
        let mut odd = whole.clone();
        all.push(odd.later(1).record(void(sequence, reason)).told(words, &["annulla:male"]));
    }
    all
}

/// Each manner, admitted or not, of the first activity that names some.
pub fn modes(book: &Book) -> Vec<Told> {
    let Some((index, item)) = (0..).zip(&book.rulebook.items).find(|(_, item)| !item.modes.is_empty()) else {
        return Vec::new();
    };
    let tell = |mode: &Mode| {
        let mut telling = Telling::begun(book);
        let event = json!({ "tipo": "attivita", "attivita": item.id, "evento": "terminata", "modalita": mode.word() });
        telling.hear().later(1).prepare(index).record(event);
        telling.told(format!("`{}` si svolge in modo `{}`", item.id, mode.word()), &[&format!("modo:{}", mode.word())])
    };
    Mode::ALL.iter().map(tell).collect()
}

/// Each event of SAP section 6 after each other, for the first activity of the level.
pub fn sap_events(book: &Book) -> Vec<Told> {
    let Some((index, item)) = first(book, ItemKind::Activity) else { return Vec::new() };
    let mut all = Vec::new();
    let act = |event: usize, reason: &str| json!({ "tipo": "attivita", "attivita": item.id, "evento": SAP_EVENTS[event].0, "motivo": reason });
    for (last, (before, ..)) in SAP_EVENTS.iter().enumerate() {
        // The shortest way to it.
        let way: &[usize] = match last {
            0 => &[],
            1 | 2 | 10 | 13 => &[last],
            3 | 4 | 6 | 8 | 12 => &[1, last],
            11 => &[10, 11],
            _ => &[2, last],
        };
        for (next, (after, ..)) in SAP_EVENTS.iter().enumerate().skip(1) {
            let mut telling = Telling::opened(book);
            telling.hear().prepare(index).later(1);
            for event in way {
                telling.record(act(*event, "x"));
            }
            telling.later(1).record(act(next, "x"));
            let words = if last == 0 { "da sola".to_owned() } else { format!("dopo `{before}`") };
            all.push(
                telling
                    .told(format!("attività `{}`: `{after}` {words}", item.id), &[&format!("evento:{before}>{after}")]),
            );
        }
    }
    let mut bare = Telling::opened(book);
    bare.hear().later(1).record(act(1, "")).record(act(4, ""));
    all.push(bare.told("un rifiuto senza motivo", &["evento:senza-motivo"]));
    all
}

/// What a script may leave behind: nothing, a wait, a fault.
pub fn scripts(book: &Book) -> Vec<Told> {
    let mut all = Vec::new();
    for script in &book.rulebook.scripts {
        let silent = Telling::begun(book);
        all.push(silent.told("lo script della regione non ha ancora parlato", &["script:muto"]));
        let mut spoke = Telling::begun(book);
        all.push(spoke.hear().told("lo script della regione ha parlato", &["script:parole"]));
        let mut failed = Telling::begun(book);
        failed.record(
            json!({ "tipo": "parole", "script": script.name, "letti": {}, "guasto": "riga 2: divisione per zero" }),
        );
        all.push(failed.told("lo script della regione si è fermato: il livello vale senza di lui", &["script:guasto"]));
        if let Some(fact) = book.facts().next() {
            let mut waits = Telling::opened(book);
            waits.record(json!({ "tipo": "parole", "script": script.name, "letti": {}, "attende": fact.name }));
            all.push(
                waits.told(format!("lo script della regione attende il dato `{}`", fact.name), &["script:attende"]),
            );
        }
        let mut stray = Telling::begun(book);
        stray.hear().record(json!({ "tipo": "parole", "script": "altrove/altro.rhai", "letti": {}, "parole": [] }));
        all.push(stray.told("parole di uno script che il livello non ha", &["script:estraneo"]));
    }
    all
}

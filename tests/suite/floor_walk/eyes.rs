// SPDX-License-Identifier: EUPL-1.2
//! A history read with national eyes.

use lepre::engine::{Event, findings, fold};
use lepre::floor::project;
use serde_json::{Value as Json, json};

use super::levels;
use crate::histories::history;
use crate::reference::Law;

fn read(events: &[Json]) -> Vec<Event> {
    events.iter().map(|event| serde_json::from_value(event.clone()).expect("an event")).collect()
}

fn shown(events: &[Event]) -> Vec<Json> {
    events.iter().map(|event| serde_json::to_value(event).expect("JSON")).collect()
}

#[test]
fn what_only_the_region_has_is_not_there() {
    let level = &levels()["A"];
    let il = "2026-03-02";
    let opened = json!({ "tipo": "aperta", "il": il, "soggetto": "s", "lep": "A", "regolamento": "r" });
    let ours = json!({ "tipo": "attivita", "il": il, "attivita": "rete-servizi", "evento": "terminata" });
    let theirs = json!({ "tipo": "attivita", "il": il, "attivita": "in-piu", "evento": "terminata" });
    let void = |n: u32| json!({ "tipo": "annullata", "il": il, "sequenza": n, "motivo": "errore" });
    let filled =
        |form: Json| json!({ "tipo": "output", "il": il, "output": "informazioni-consultate", "evidenza": form });
    let history = [
        opened.clone(),
        json!({ "tipo": "dato", "il": il, "dato": "solo_regionale", "valore": true }),
        theirs.clone(),
        ours.clone(),
        json!({ "tipo": "sap", "il": il, "codice": "A01", "per": "in-piu" }),
        // Corrects one of the region, one of ours, the correction itself, and what is not there yet.
        void(3),
        void(4),
        void(6),
        void(7),
        void(40),
        filled(json!({ "come": ["in autonomia"], "campo_regionale": 3 })),
        json!({ "tipo": "parole", "il": il, "script": "a.rhai", "letti": {} }),
    ];
    let expected = [opened, ours, void(2), void(3), void(0), filled(json!({ "come": ["in autonomia"] }))];
    assert_eq!(shown(&project(level, &read(&history))), expected);
}

#[test]
fn a_history_of_the_decree_is_read_as_it_is() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("specs");
    let law = Law::read(&root);
    let levels = levels();
    for seed in 0..400 {
        let (lep, events, on) = history(seed, &law);
        let level = &levels[&lep];
        let events = read(&events);
        let seen = project(level, &events);
        let once_more = project(level, &seen);
        assert_eq!(seen, once_more, "seed {seed}");
        let on = on.parse().expect("a day");
        let (before, after) = (fold(level, &events), fold(level, &seen));
        // What names nothing of the level is dropped, and was a fault: the rest is the same.
        if events.len() == seen.len() {
            assert_eq!(findings(level, &before, on).conformity, findings(level, &after, on).conformity, "seed {seed}");
        }
    }
}

// SPDX-License-Identifier: EUPL-1.2
//! Cases that stand in every way in which a page offers a form.

use lepre::role::Role;
use lepre::store::Account;
use serde_json::json;
use uuid::Uuid;

use super::forms::TODAY;
use super::poison::TIMES;
use crate::engine::event;
use crate::service::office::{person, request};
use crate::web::Bureau;

/// An office whose cases stand in every way in which a form is offered, and another region with two offices.
pub fn office() -> Bureau {
    let bureau = Bureau::new(TODAY);
    let torino = (Some("piemonte"), Some("torino"));
    // Enough that no field of theirs is written over by the next.
    for n in 0..16 {
        bureau.account(&format!("cavia{n}"), Role::Operator, torino);
    }
    bureau.account("resp.at", Role::OfficeLead, (Some("piemonte"), Some("asti")));
    bureau.account("resp.bz", Role::OfficeLead, (Some("bolzano"), Some("bolzano")));
    bureau.account("resp.me", Role::OfficeLead, (Some("bolzano"), Some("merano")));
    let auditor = bureau.app.registry.account_by_username("verifica").unwrap().unwrap();
    bureau.app.registry.put_account(Account { identities: true, ..auditor }).unwrap();
    let pact: &[(&str, &str)] = &[("patto_gia_sottoscritto", "true")];
    let mut n = 0;
    let mut open = |level: &str, facts: &[(&str, &str)]| {
        n += 1;
        bureau.open(level, n, "2026-11-02", facts).head.id
    };
    let service = bureau.app.service.acting("op");
    let record = |case: Uuid, what| service.record(case, &event(what)).unwrap();
    for level in ["A", "B", "C", "E"] {
        for copy in 0..4 {
            let case = open(level, if level == "E" { pact } else { &[] });
            // Two of them are at their outputs.
            if copy >= 2 {
                finish_activities(&bureau, case);
            }
        }
    }
    for _ in 0..TIMES {
        let case = open("E", pact);
        for what in [
            json!({ "tipo": "attivita", "il": "2026-11-03", "attivita": "colloquio", "evento": "terminata" }),
            json!({ "tipo": "attivita", "il": "2026-11-03", "attivita": "bilancio-competenze", "evento": "terminata" }),
            json!({ "tipo": "dato", "il": "2026-11-04", "dato": "mesi_disoccupazione", "valore": 6 }),
            json!({ "tipo": "sap", "il": "2026-11-04", "codice": "A06", "per": "colloquio" }),
            json!({ "tipo": "sap", "il": "2026-11-04", "codice": "A03", "per": "bilancio-competenze" }),
            json!({ "tipo": "output", "il": "2026-11-04", "output": "bilancio", "evidenza": { "competenze": ["saldatura"] } }),
            json!({ "tipo": "output", "il": "2026-11-04", "output": "patto-aggiornato",
                "evidenza": { "data_aggiornamento": "2026-11-04", "misure": ["corso"] } }),
            json!({ "tipo": "outcome", "il": "2026-11-04", "outcome": "obiettivo-definito" }),
        ] {
            record(case, what);
        }
    }
    for n in 0..3 {
        let line = json!({
            "id": format!("D-{n}"), "lep": "D", "regione": "piemonte", "sede": "torino",
            "soggetto": { "codice_fiscale": person(500 + n) },
            "eventi": [{ "tipo": "aperta", "il": "2026-11-02",
                "fascicolo": [{ "lep": "C", "voce": "profilazione-qualitativa", "il": "2026-10-20" }] }],
        });
        bureau.app.service.import(&mut format!("{line}\n").as_bytes(), &mut |_, _| {}).unwrap();
        finish_activities(&bureau, bureau.app.service.find_case(&format!("D-{n}")).unwrap());
    }
    for _ in 0..TIMES {
        record(open("A", &[]), json!({ "tipo": "sospesa", "il": "2026-11-10", "motivo": "malattia" }));
        record(
            open("A", &[]),
            json!({ "tipo": "chiusa", "modo": "interrotta", "il": "2026-11-10", "motivo": "partita" }),
        );
        // One for the measure, one for the reason.
        for _ in 0..2 {
            let case = open("E", pact);
            let called = record(case, json!({ "tipo": "convocata", "il": "2026-11-10", "giorno": "2026-11-20" }));
            record(case, json!({ "tipo": "assente", "il": "2026-11-20", "convocazione": called.head.sequence }));
        }
        let case = open("E", pact);
        record(case, json!({ "tipo": "convocata", "il": "2026-11-10", "giorno": "2026-11-20" }));
    }
    for n in 0..2 * TIMES {
        let mut asked = request("A", &person(600 + n), "2026-11-02", &[]);
        (asked.region, asked.office) = (Some("bolzano".into()), Some("bolzano".into()));
        bureau.app.service.open(&asked).unwrap();
    }
    bureau.app.service.catch_up().unwrap();
    bureau
}

/// Ends the activities of a case, each after those it waits for.
fn finish_activities(bureau: &Bureau, case: Uuid) {
    let view = bureau.view(case);
    let activities = view.rulebook.items.iter().filter(|item| item.kind == lepre::rulebook::ItemKind::Activity);
    let mut left: Vec<String> = activities.map(|item| item.id.clone()).collect();
    loop {
        let before = left.len();
        left.retain(|activity| {
            let ended = json!({ "tipo": "attivita", "il": "2026-11-03", "attivita": activity, "evento": "terminata" });
            bureau.app.service.acting("op").record(case, &event(ended)).is_err()
        });
        if left.len() == before {
            break;
        }
    }
}

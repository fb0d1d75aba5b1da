// SPDX-License-Identifier: EUPL-1.2
//! Imported histories hear the scripts of their region, and are still recognised when they come again.

use std::io::Cursor;

use lepre::engine::EventKind;
use lepre::service::{ImportOutcome, Service};
use serde_json::json;

use super::fixture::{SCRIPT, VARIATION, library};
use crate::service::office::{person, service_at};

fn import(service: &Service, events: &[serde_json::Value]) -> ImportOutcome {
    let line = json!({
        "id": "a-1", "lep": "E", "regione": "piemonte", "soggetto": { "codice_fiscale": person(1) }, "eventi": events
    });
    let mut told = Vec::new();
    let text = format!("{line}\n");
    service.import(&mut Cursor::new(text.as_bytes()), &mut |line, _| told.push(line.outcome.clone())).unwrap();
    told.remove(0)
}

#[test]
fn a_longer_history_is_recognised_behind_what_the_script_said() {
    let folder = tempfile::tempdir().unwrap();
    let service = service_at(&folder.path().join("lepre.db"), library(VARIATION, SCRIPT), "2024-06-30");
    let mut events = vec![
        json!({ "il": "2024-05-02", "tipo": "aperta" }),
        json!({ "il": "2024-05-02", "tipo": "dato", "dato": "patto_gia_sottoscritto", "valore": true }),
        json!({ "il": "2024-05-02", "tipo": "dato", "dato": "mesi_disoccupazione", "valore": 20 }),
    ];
    assert!(matches!(import(&service, &events), ImportOutcome::Imported { .. }));
    let head = service.store().case_by_external("a-1").unwrap().unwrap();
    let view = service.view(head.id).unwrap();
    assert_eq!(view.events.len(), 4);
    assert!(matches!(view.events[3].kind, EventKind::ScriptSpoke(_)));
    assert!(matches!(import(&service, &events), ImportOutcome::Present { .. }));
    // The source strikes out its own fifth event: here it is the sixth.
    events.push(json!({ "il": "2024-05-03", "tipo": "attivita", "attivita": "colloquio", "evento": "terminata" }));
    events.push(json!({ "il": "2024-05-03", "tipo": "attivita", "attivita": "counseling", "evento": "terminata" }));
    events.push(json!({ "il": "2024-05-04", "tipo": "annullata", "sequenza": 5, "motivo": "scritto per sbaglio" }));
    assert!(matches!(import(&service, &events), ImportOutcome::Extended { .. }));
    let view = service.view(head.id).unwrap();
    let struck = |item: &str| view.case.first(view.rulebook.item_index(item).unwrap()).is_none();
    assert_eq!((struck("colloquio"), struck("counseling")), (false, true));
    assert!(matches!(import(&service, &events), ImportOutcome::Present { .. }));
    assert_eq!(service.store().verify_chain(&mut |_, _| {}).unwrap(), []);
    // Another history under the same name is still refused.
    events[3] = json!({ "il": "2024-05-02", "tipo": "attivita", "attivita": "counseling", "evento": "terminata" });
    assert!(matches!(import(&service, &events), ImportOutcome::Refused { .. }));
}

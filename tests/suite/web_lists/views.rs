// SPDX-License-Identifier: EUPL-1.2
//! Who sees what in lists and dossiers.

use crate::service::office::person;
use crate::web::Bureau;

const TODAY: &str = "2026-03-10";

#[test]
fn the_auditor_sees_cases_but_no_names_and_no_codes() {
    let bureau = Bureau::new(TODAY);
    let view = bureau.open("A", 1, "2026-03-02", &[]);
    let auditor = bureau.seat("verifica");
    let page = auditor.get("/pratiche").is(200).shows(&view.head.id.to_string());
    let code = person(1);
    page.hides("Persona Inventata").hides(&code).hides(&code[12..]);
    auditor.get(&format!("/soggetti/{}", view.head.subject)).is(403);
    auditor.get("/oggi").is(403);
    auditor.get("/sede").is(403);
    bureau.seat("amm").get("/pratiche").is(403);
}

#[test]
fn the_day_has_ones_own_cases_and_apart_those_of_nobody() {
    let bureau = Bureau::new(TODAY);
    let mine = bureau.open("A", 1, "2026-03-02", &[]);
    bureau.open("A", 2, "2026-03-02", &[]);
    let lead = bureau.seat("resp");
    let chosen = format!("{}.{}", mine.head.id, mine.head.sequence);
    lead.post("/sede/affida", &[("caso", &chosen), ("operatore", "collega")]).is(200).shows("Affidate a collega");
    bureau.seat("collega").get("/oggi").is(200).shows("Pratiche della sede senza operatore (1)").hides("<script>");
    bureau.seat("collega").get("/pratiche?operatore=collega").is(200).shows("Persona Inventata 1").hides("Inventata 2");
    bureau.seat("op").get("/pratiche?operatore=op").is(200).shows("Nessuna pratica risponde");
    lead.get("/sede").is(200).shows("Nome di collega").shows("Senza operatore (1)");
    lead.get("/sede?di=collega").is(200).shows("Persona Inventata 1");
}

#[test]
fn a_dossier_has_all_the_cases_of_the_office_and_its_name_is_corrected_after_a_confirmation() {
    let bureau = Bureau::new(TODAY);
    let view = bureau.open("A", 1, "2026-03-02", &[]);
    bureau.open("C", 1, "2026-03-03", &[]);
    let op = bureau.seat("op");
    let path = format!("/soggetti/{}", view.head.subject);
    op.get(&path).is(200).shows("Livello A").shows("Livello C").shows(&person(1));
    let rename = format!("{path}/nome");
    op.post(&rename, &[("nome", "")]).is(422).shows("scrivi il nome giusto");
    op.post(&rename, &[("nome", "Nome Giusto")]).is(200).shows("anche in quelle di altre sedi");
    op.get(&path).is(200).shows("Persona Inventata 1");
    op.post(&rename, &[("nome", "Nome Giusto"), ("conferma", "true")]).is(303);
    op.get(&path).is(200).shows("Nome Giusto").hides("Persona Inventata 1");
    op.post("/cerca", &[("testo", "nome giusto")]).is(200).shows("Nome Giusto");
    for broken in ["x", "00000000-0000-0000-0000-000000000000", "1' or '1'='1"] {
        let encoded: String = form_urlencoded::byte_serialize(broken.as_bytes()).collect();
        op.get(&format!("/soggetti/{encoded}")).is(404);
    }
}

#[test]
fn the_office_counts_every_registration_that_is_owed() {
    let bureau = Bureau::new(TODAY);
    let view = bureau.open("E", 1, "2026-03-02", &[("patto_gia_sottoscritto", "true")]);
    let done = crate::engine::event(serde_json::json!({
        "tipo": "attivita", "il": "2026-03-03", "ora": "10:30", "attivita": "colloquio", "evento": "terminata", "modalita": "individuale",
    }));
    bureau.app.service.acting("op").record(view.head.id, &done).unwrap();
    bureau.seat("resp").get("/sede").is(200).shows("<strong>1</strong> da registrare");
    bureau.seat("op").get("/pratiche?attende=registrazione").is(200).shows(&view.head.id.to_string());
}

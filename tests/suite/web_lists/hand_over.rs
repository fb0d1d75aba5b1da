// SPDX-License-Identifier: EUPL-1.2
//! Many cases handed over at once: each is told apart, and one refused stops none.

use serde_json::json;

use crate::engine::event;
use crate::web::Bureau;

const TODAY: &str = "2026-03-10";

#[test]
fn one_that_has_moved_on_stops_none_of_the_others() {
    let bureau = Bureau::new(TODAY);
    let views: Vec<_> = (0..4).map(|n| bureau.open("A", n, "2026-03-02", &[])).collect();
    let seen: Vec<String> = views.iter().map(|view| format!("{}.{}", view.head.id, view.head.sequence)).collect();
    // Somebody writes on the second one in between.
    let note = event(json!({ "tipo": "nota", "il": TODAY, "testo": "nel frattempo" }));
    bureau.app.service.acting("op").record(views[1].head.id, &note).unwrap();
    let mut fields: Vec<(&str, &str)> = seen.iter().map(|one| ("caso", one.as_str())).collect();
    fields.extend([("operatore", "op"), ("motivo", "turno nuovo")]);
    let report = bureau.seat("resp").post("/sede/affida", &fields).is(200);
    let report =
        report.shows("Fatto per 3 pratiche").shows("Non fatto per 1 pratica").shows("qualcun altro vi ha scritto");
    report.shows("Persona Inventata 1");
    for (n, view) in views.iter().enumerate() {
        let now = bureau.view(view.head.id);
        assert_eq!(now.case.operator.as_deref(), (n != 1).then_some("op"), "{n}");
    }
    // The same again writes nothing: every one has moved on.
    bureau.seat("resp").post("/sede/affida", &fields).is(200).shows("Non fatto per 4 pratiche");
    assert_eq!(bureau.view(views[0].head.id).head.sequence, views[0].head.sequence + 1);
}

#[test]
fn cases_of_another_office_and_people_of_another_office_are_out_of_reach() {
    let bureau = Bureau::new(TODAY);
    let view = bureau.open("A", 1, "2026-03-02", &[]);
    bureau.account("resp2", lepre::role::Role::OfficeLead, (Some("lombardia"), Some("milano")));
    let chosen = format!("{}.{}", view.head.id, view.head.sequence);
    let away = bureau.seat("resp2");
    let report = away.post("/sede/affida", &[("caso", &chosen), ("operatore", "altrove")]).is(200);
    report.shows("non è della tua sede").hides("Persona Inventata");
    let lead = bureau.seat("resp");
    lead.post("/sede/affida", &[("caso", &chosen), ("operatore", "altrove")]).is(422).shows("scegli un operatore");
    lead.post("/sede/affida", &[("operatore", "op")]).is(422).shows("Non hai scelto nessuna pratica");
    bureau.seat("op").post("/sede/affida", &[("caso", &chosen), ("operatore", "op")]).is(403);
    assert_eq!(bureau.view(view.head.id).head.sequence, view.head.sequence);
}

#[test]
fn a_transfer_is_confirmed_and_takes_the_case_out_of_the_office() {
    let bureau = Bureau::new(TODAY);
    // A region with two offices.
    let role = lepre::role::Role::OfficeLead;
    bureau.account("resp.bz", role, (Some("bolzano"), Some("bolzano")));
    bureau.account("resp.me", role, (Some("bolzano"), Some("merano")));
    let mut request = crate::service::office::request("E", &crate::service::office::person(9), "2026-03-02", &[]);
    request.facts.push(("patto_gia_sottoscritto".into(), "true".into()));
    (request.region, request.office) = (Some("bolzano".into()), Some("bolzano".into()));
    request.subject.name = Some("Persona Inventata 9".into());
    let view = bureau.app.service.open(&request).unwrap();
    let chosen = format!("{}.{}", view.head.id, view.head.sequence);
    let (here, there) = (bureau.seat("resp.bz"), bureau.seat("resp.me"));
    here.post("/sede/trasferisci", &[("caso", &chosen)]).is(200).shows("Persona Inventata 9").shows("merano");
    let asked = [("caso", chosen.as_str()), ("conferma", "true"), ("sede", "merano")];
    here.post("/sede/trasferisci", &asked).is(422).shows("scrivi perché");
    there.get("/pratiche").is(200).hides("Persona Inventata 9");
    let mut asked = asked.to_vec();
    asked.push(("motivo", "ha cambiato casa"));
    here.post("/sede/trasferisci", &asked).is(200).shows("Trasferite a");
    here.get("/pratiche?stato=tutte").is(200).hides("Persona Inventata 9");
    there.get("/pratiche").is(200).shows("Persona Inventata 9");
    assert_eq!(bureau.view(view.head.id).case.desk_office.as_deref(), Some("merano"));
}

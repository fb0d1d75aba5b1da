// SPDX-License-Identifier: EUPL-1.2
//! A script speaks once, when what it reads is known or changes; a changed script never reaches a case that is there.

use lepre::engine::{EventKind, agenda, findings};
use lepre::service::{CaseView, Service};
use lepre::spec::scenario::{Conformity, FindingKind, Gravity};
use tempfile::TempDir;

use super::fixture::event;
use super::fixture::{SCRIPT, VARIATION, errors, library};
use crate::engine::day;
use crate::service::office::{person, refused, request, service_at};

fn service(folder: &TempDir, script: &str) -> Service {
    let library = library(VARIATION, script);
    assert_eq!(errors(&library), Vec::<String>::new());
    service_at(&folder.path().join("lepre.db"), library, "2024-06-30")
}

fn opened(service: &Service) -> CaseView {
    let mut asked = request("E", &person(1), "2024-05-02", &[("patto_gia_sottoscritto", "true")]);
    asked.region = Some("piemonte".into());
    service.open(&asked).unwrap()
}

fn fact(on: &str, value: &str) -> lepre::engine::Event {
    event(&format!(r#"{{"tipo":"dato","il":"{on}","dato":"mesi_disoccupazione","valore":{value}}}"#))
}

fn speeches(view: &CaseView) -> Vec<String> {
    let spoken = view.events.iter().filter(|e| matches!(e.kind, EventKind::ScriptSpoke(_)));
    spoken.map(lepre::engine::event_words).collect()
}

fn owed(view: &CaseView, item: &str) -> Option<Option<String>> {
    let index = view.rulebook.item_index(item).unwrap();
    let agenda = agenda(&view.rulebook, &view.case, day("2024-05-03"));
    let duty = agenda.duties.iter().find(|duty| duty.item == index)?;
    Some(duty.term.and_then(|(_, standing)| standing.due).map(|due| due.to_string()))
}

#[test]
fn a_script_waits_speaks_once_and_speaks_again_when_its_facts_change() {
    let folder = tempfile::tempdir().unwrap();
    let service = service(&folder, SCRIPT);
    let view = opened(&service);
    assert_eq!(speeches(&view), ["lo script `piemonte/e.rhai` è in attesa del dato `mesi_disoccupazione`"]);
    let slot = view.rulebook.fact_slot("mesi_disoccupazione").unwrap();
    let asked = agenda(&view.rulebook, &view.case, day("2024-05-03"));
    assert!(asked.awaited.iter().any(|a| a.fact == slot && a.script));
    assert_eq!(owed(&view, "colloquio"), Some(Some("2024-06-01".into())));

    let view = service.record(view.head.id, &fact("2024-05-02", "13")).unwrap();
    assert_eq!(speeches(&view).len(), 2);
    assert_eq!(owed(&view, "colloquio"), Some(Some("2024-05-13".into())));
    assert!(owed(&view, "counseling").is_some());
    // Another fact, which the script does not read: nothing new is said.
    let other = event(r#"{"tipo":"dato","il":"2024-05-02","dato":"eta","valore":40}"#);
    let view = service.record(view.head.id, &other).unwrap();
    assert_eq!(speeches(&view).len(), 2);
    // The fact is corrected: the script speaks again, and takes its words back.
    let view = service.record(view.head.id, &fact("2024-05-04", "12")).unwrap();
    assert_eq!(speeches(&view).last().unwrap(), "lo script `piemonte/e.rhai` non aggiunge niente");
    assert_eq!(owed(&view, "counseling"), None);
    assert_eq!(owed(&view, "colloquio"), Some(Some("2024-06-01".into())));
    // No longer known: it waits, and the verdict is not known.
    let view =
        service.record(view.head.id, &event(r#"{"tipo":"dato","il":"2024-05-05","dato":"mesi_disoccupazione"}"#));
    assert!(speeches(&view.unwrap()).last().unwrap().contains("in attesa"));
}

#[test]
fn a_term_does_not_end_before_the_day_on_which_it_was_first_said_to_be_short() {
    let folder = tempfile::tempdir().unwrap();
    let service = service(&folder, SCRIPT);
    let case = opened(&service).head.id;
    let view = service.record(case, &fact("2024-05-28", "24")).unwrap();
    // Ten days from the opening ended on the 13th; nobody is late for what was not known.
    assert_eq!(owed(&view, "colloquio"), Some(Some("2024-05-28".into())));
    assert_eq!(findings(&view.rulebook, &view.case, day("2024-05-28")).findings, []);
    // The same said again over another value keeps the first day.
    let view = service.record(case, &fact("2024-05-29", "25")).unwrap();
    assert_eq!(owed(&view, "colloquio"), Some(Some("2024-05-28".into())));
    let late = findings(&view.rulebook, &view.case, day("2024-05-29"));
    assert_eq!(late.findings.iter().map(|f| f.kind).collect::<Vec<_>>(), [FindingKind::Term]);
    assert_eq!(late.findings[0].norm(&view.rulebook, &view.case).act, "esempio-dgr-1");
}

#[test]
fn evidence_that_a_script_asks_for_is_asked_for_by_command_and_verdict() {
    let folder = tempfile::tempdir().unwrap();
    let service = service(&folder, SCRIPT);
    let case = opened(&service).head.id;
    service.record(case, &fact("2024-05-02", "24")).unwrap();
    for done in ["colloquio", "bilancio-competenze"] {
        let ended = format!(r#"{{"tipo":"attivita","il":"2024-05-06","attivita":"{done}","evento":"terminata"}}"#);
        service.record(case, &event(&ended)).unwrap();
    }
    let output = |gap: &str| {
        event(&format!(
            r#"{{"tipo":"output","il":"2024-05-07","output":"bilancio","evidenza":{{"competenze":["saldatura"]{gap}}}}}"#
        ))
    };
    let no = refused(service.record(case, &output("")));
    assert_eq!(no.len(), 1);
    assert!(no[0].message.ends_with("il campo `gap` vuole almeno 1 voci"), "{}", no[0].message);
    assert_eq!(no[0].norm.act, "esempio-dgr-1");
    service.record(case, &output(r#","gap":["lingue"]"#)).unwrap();
}

#[test]
fn words_are_not_recorded_by_hand() {
    let folder = tempfile::tempdir().unwrap();
    let service = service(&folder, SCRIPT);
    let case = opened(&service).head.id;
    let forged = event(r#"{"tipo":"parole","il":"2024-05-06","script":"piemonte/e.rhai","letti":{}}"#);
    let no = refused(service.record(case, &forged));
    assert_eq!(no[0].message, "le parole di uno script non si registrano a mano");
}

#[test]
fn a_changed_script_and_a_withdrawn_speech_change_no_past_day() {
    let folder = tempfile::tempdir().unwrap();
    let verdicts = |service: &Service, case| -> Vec<Conformity> {
        let days = ["2024-05-02", "2024-05-13", "2024-05-14", "2024-06-03", "2024-06-29"];
        let on = |text: &str| service.view_on(case, day(text)).map(|v| findings(&v.rulebook, &v.case, day(text)));
        days.iter().map(|text| on(text).unwrap().conformity).collect()
    };
    let (case, before, spoken) = {
        let service = service(&folder, SCRIPT);
        let case = opened(&service).head.id;
        let view = service.record(case, &fact("2024-05-02", "24")).unwrap();
        (case, verdicts(&service, case), speeches(&view))
    };
    // Another script, another folder: the case stays with the one it was opened under.
    let service = service(&folder, "fn varia(dati) { rendi_dovuta(\"counseling\", \"D.G.R. Esempio 1\"); }");
    assert_eq!(verdicts(&service, case), before);
    assert_eq!(speeches(&service.view(case).unwrap()), spoken);
    let view = service.record(case, &fact("2024-06-20", "30")).unwrap();
    assert!(speeches(&view).last().unwrap().contains("abbrevia `primo-colloquio` a 10 giorni"));
    assert_eq!(verdicts(&service, case), before);
    // A speech struck out by hand is spoken again at once.
    let sequence = view.case.sequence();
    let strike = format!(r#"{{"tipo":"annullata","il":"2024-06-21","sequenza":{sequence},"motivo":"prova"}}"#);
    let view = service.record(case, &event(&strike)).unwrap();
    assert!(matches!(view.events.last().unwrap().kind, EventKind::ScriptSpoke(_)));
    assert!(owed(&view, "counseling").is_some());
}

#[test]
fn a_script_that_fails_leaves_the_floor_and_says_so() {
    let folder = tempfile::tempdir().unwrap();
    // Divides by zero for a pair of values to which no comparison leads the trial.
    let script = "fn varia(dati) { let m = dati.mesi_disoccupazione; let e = dati.eta; if m < 1000 && e < 1000 { if 100 / (m * m + e * e - 5000) == 41 { rendi_dovuta(\"counseling\", \"D.G.R. Esempio 1\"); } } }";
    let library = library(VARIATION, script);
    let service = service_at(&folder.path().join("lepre.db"), library.clone(), "2024-06-30");
    assert_eq!(errors(&library), Vec::<String>::new(), "the trial must not find it, or no case ever would");
    let case = opened(&service).head.id;
    let age = event(r#"{"tipo":"dato","il":"2024-05-02","dato":"eta","valore":50}"#);
    service.record(case, &age).unwrap();
    let view = service.record(case, &fact("2024-05-02", "50")).unwrap();
    assert!(speeches(&view).last().unwrap().contains("si è fermato"));
    let found = findings(&view.rulebook, &view.case, day("2024-05-03"));
    let warned: Vec<_> = found.findings.iter().map(|f| (f.kind, f.gravity)).collect();
    assert_eq!(warned, [(FindingKind::Script, Gravity::Warning)]);
    assert_eq!(owed(&view, "colloquio"), Some(Some("2024-06-01".into())));
}

#[test]
fn what_only_the_region_makes_due_rests_on_the_regions_act() {
    let variation = VARIATION.replace(
        "variazioni:",
        "variazioni:\n  - rendi_dovuta: { attivita: counseling, se: eta < 30, norma: { norma: esempio-dgr-1, partizione: art. 9 } }",
    );
    let library = library(
        &variation,
        "fn varia(dati) { rendi_dovuta(\"informazione-certificazione\", \"D.G.R. Esempio 1, art. 8\"); }",
    );
    // Its stories are not what is looked at here.
    assert!(errors(&library).iter().all(|error| error.contains("prova-mancante")), "{:?}", errors(&library));
    let folder = tempfile::tempdir().unwrap();
    let service = service_at(&folder.path().join("lepre.db"), library, "2024-06-30");
    let case = opened(&service).head.id;
    let norm = |age: &str, item: &str| {
        let known = format!(r#"{{"tipo":"dato","il":"2024-05-02","dato":"eta","valore":{age}}}"#);
        let view = service.record(case, &event(&known)).unwrap();
        let index = view.rulebook.item_index(item).unwrap();
        let owed = agenda(&view.rulebook, &view.case, day("2024-05-03")).duties.iter().any(|duty| duty.item == index);
        let norm = lepre::engine::duty_norm(&view.rulebook, &view.case, index).unwrap();
        (owed, norm.act.clone(), norm.partition.clone())
    };
    let regional = |article: &str| (true, "esempio-dgr-1".to_owned(), Some(article.to_owned()));
    assert_eq!(norm("29", "counseling"), regional("art. 9"));
    let (owed, act, _) = norm("30", "counseling");
    assert_eq!((owed, act.as_str()), (false, "dm-4-2018"));
    assert_eq!(norm("29", "informazione-certificazione"), regional("art. 8"));
    let (owed, act, _) = norm("29", "colloquio");
    assert_eq!((owed, act.as_str()), (true, "dm-4-2018"));
    // Concluded without it, the finding names the region's act and not the decree.
    let mut done = service.view(case).unwrap();
    let close = event(r#"{"tipo":"chiusa","il":"2024-05-20","modo":"conclusa"}"#);
    lepre::engine::apply(&mut done.case, &done.rulebook, &close);
    let found = findings(&done.rulebook, &done.case, day("2024-05-20"));
    let counseling = done.rulebook.item_index("counseling");
    let missing = found.findings.iter().find(|f| f.kind == FindingKind::Missing && f.item == counseling).unwrap();
    assert_eq!(missing.norm(&done.rulebook, &done.case).partition.as_deref(), Some("art. 9"));
}

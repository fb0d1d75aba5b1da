// SPDX-License-Identifier: EUPL-1.2
//! Section 6: what goes out keeps every rule, what does not is named with its reason, and both are the same every time.

use std::process::Command;

use lepre::export::sap::{
    Known, LastEvent, Measure, SapEntry, SapOutcome, SapReport, Sender, SenderError, Severity, SourceSystem, check,
    check_letter, event_code, event_date_rule, write_sap,
};
use lepre::service::{Selection, Service};
use lepre::spec::scenario::SapEventWord;
use serde_json::{Value as Json, json};

use crate::engine::{day, specs};
use crate::service::office::{Office, company, ended, office, person, request, sap, tamper, voided};

fn activity(il: &str, name: &str, event: &str) -> Json {
    json!({ "il": il, "tipo": "attivita", "attivita": name, "evento": event })
}

fn exported(service: &Service) -> (String, Vec<SapEntry>, SapReport) {
    let sender = Sender::read("13", &["H501X000004"]).unwrap();
    let (mut out, mut told) = (Vec::new(), Vec::new());
    let report = write_sap(service, &Selection::default(), &sender, &mut out, &mut |entry| {
        told.push(entry.clone());
        Ok(())
    });
    (String::from_utf8(out).unwrap(), told, report.unwrap())
}

/// A conversation proposed, begun and ended.
fn led(office: &Office, n: usize) -> uuid::Uuid {
    let case = office.guidance(n).head.id;
    let story = [("2024-05-03", "proposta"), ("2024-05-06", "iniziata"), ("2024-05-08", "terminata")];
    office.play(case, story.map(|(il, event)| activity(il, "colloquio", event)));
    case
}

fn blocking(entry: &SapEntry) -> Vec<&str> {
    entry.remarks.iter().filter(|r| r.severity == Severity::Blocking).map(|r| r.field).collect()
}

#[test]
fn an_activity_from_proposal_to_end_is_a_record_and_always_the_same_one() {
    let office = office("2024-12-31");
    let case = led(&office, 0);
    let (text, told, report) = exported(&office.service);
    assert_eq!((report.written, report.blocked, report.outside), (1, 0, 0), "{told:?}");
    let id = told[0].identifier.clone().unwrap();
    assert!(id.starts_with("13") && id.ends_with(check_letter("H501X000004", "A06", day("2024-05-03")).unwrap()));
    for (name, value) in [
        ("tipo_attivita", "A06"),
        ("data_proposta", "2024-05-03"),
        ("data", "2024-05-06"),
        ("data_fine", "2024-05-08"),
        ("titolo_progetto", "01"),
        ("codice_ente_promotore", "H501X000004"),
        ("identificativo_politica", id.as_str()),
        ("evento", "10"),
        ("data_evento", "2024-05-08"),
    ] {
        assert!(text.contains(&format!("<{name}>{value}</{name}>")), "{name}: {text}");
    }
    assert_eq!(exported(&office.service).0, text);
    // What comes later to the case does not move it; a second time is another record.
    let again = [("2024-06-03", "proposta"), ("2024-06-04", "iniziata"), ("2024-06-05", "terminata")];
    office.play(case, again.map(|(il, event)| activity(il, "colloquio", event)));
    let (_, told, report) = exported(&office.service);
    assert_eq!((report.written, told[0].identifier.as_ref()), (2, Some(&id)));
    assert_ne!(told[1].identifier, told[0].identifier);
}

/// A case imported elsewhere keeps its identifiers.
#[test]
fn identifiers_survive_an_export_and_an_import() {
    let (from, to) = (office("2024-12-31"), office("2024-12-31"));
    led(&from, 0);
    let (events, _) = super::exported(&from.service);
    to.service.import(&mut std::io::Cursor::new(events), &mut |_, _| {}).unwrap();
    assert_eq!(exported(&to.service).0, exported(&from.service).0);
}

#[test]
fn what_the_case_does_not_know_is_told_and_never_filled_in() {
    let office = office("2024-12-31");
    let only_ended = office.guidance(0).head.id;
    office.record(only_ended, ended("2024-05-06", "colloquio"));
    let begun = office.guidance(1).head.id;
    let story = [("2024-05-03", "proposta"), ("2024-05-06", "iniziata")];
    office.play(begun, story.map(|(il, event)| activity(il, "colloquio", event)));
    let company = office.service.open(&request("Q", &company(1), "2024-05-02", &[])).unwrap();
    let (text, told, report) = exported(&office.service);
    assert_eq!((report.written, report.blocked, report.outside), (0, 2, 1), "{told:?}");
    assert_eq!(blocking(&told[0]), ["data_proposta", "data"]);
    assert_eq!(blocking(&told[1]), ["data_fine"]);
    assert_eq!((told[2].case.clone(), told[2].outcome), (company.head.id.to_string(), SapOutcome::Outside));
    assert!(!text.contains("politiche_attive"), "{text}");
}

#[test]
fn a_code_that_the_specification_does_not_have_is_outside_and_named() {
    let office = office("2024-12-31");
    let case = office.service.open(&request("C", &person(1), "2024-03-01", &[])).unwrap().head.id;
    office.play(case, [ended("2024-03-04", "colloquio"), ended("2024-03-05", "raccolta-dati-qualitativi")]);
    let (_, told, _) = exported(&office.service);
    let of = |item: &str| told.iter().find(|entry| entry.item.as_deref() == Some(item)).unwrap();
    assert_eq!((of("colloquio").code.as_deref(), of("colloquio").outcome), (Some("A01"), SapOutcome::Blocked));
    assert_eq!(of("raccolta-dati-qualitativi").outcome, SapOutcome::Outside);
}

#[test]
fn what_was_corrected_away_never_happened() {
    let office = office("2024-12-31");
    let case = led(&office, 0);
    let last = office.service.view(case).unwrap().head.sequence;
    office.record(case, voided("2024-05-09", last));
    let (_, told, report) = exported(&office.service);
    assert_eq!((report.written, blocking(&told[0])), (0, vec!["data_fine"]));
    office.play(case, [activity("2024-05-10", "colloquio", "terminata"), sap("2024-05-10", "A06", "colloquio")]);
    let (text, _, report) = exported(&office.service);
    assert_eq!(report.written, 1);
    assert!(text.contains("<data_fine>2024-05-10</data_fine>"));
}

#[test]
fn a_case_whose_rulebook_is_gone_is_named_and_the_rest_goes_out() {
    let office = office("2024-12-31");
    led(&office, 0);
    let lost = office.service.open(&request("C", &person(1), "2024-03-01", &[])).unwrap().head;
    let digest = lost.rulebook;
    let gone = format!("DELETE FROM rulebooks WHERE lower(hex(digest)) = '{digest}' OR digest = '{digest}'");
    tamper(&office.path(), &format!("PRAGMA foreign_keys = OFF; {gone}"));
    let fresh = crate::service::office::service_at(&office.path(), crate::service::office::library(), "2024-12-31");
    let (_, told, report) = exported(&fresh);
    assert_eq!((report.written, report.blocked), (1, 1));
    let entry = told.iter().find(|entry| entry.item.is_none()).unwrap();
    assert_eq!(entry.case, lost.id.to_string());
    assert!(entry.remarks[0].message.contains("non è nella base dati"), "{entry:?}");
}

/// A foreign reader, with the rules written anew from their text.
#[test]
fn a_foreign_reader_finds_no_fault() {
    let office = office("2024-12-31");
    for n in 0..40 {
        led(&office, n);
    }
    let (text, _, report) = exported(&office.service);
    assert_eq!(report.written, 40);
    let script = specs().join("../tests/export/sezione6.py");
    let read = |text: &str| {
        let path = office.folder.path().join("sezione6.xml");
        std::fs::write(&path, text).unwrap();
        let ended = Command::new("python3").arg(&script).arg(&path).arg("40").output().expect("python3 is needed");
        (ended.status.success(), String::from_utf8(ended.stdout).unwrap())
    };
    assert_eq!(read(&text), (true, "40 records, no faults\n".to_owned()));
    // And it can find one.
    for (right, wrong) in [
        ("<data_fine>2024-05-08</data_fine>", ""),
        ("<data>2024-05-06</data>", "<data>2024-05-09</data>"),
        ("<evento>10</evento>", "<evento>02</evento>"),
        ("<titolo_progetto>01<", "<titolo_progetto>04<"),
        ("H501X000004", "H501X000005"),
    ] {
        assert!(!read(&text.replacen(right, wrong, 1)).0, "{right}");
    }
}

fn good() -> Measure {
    Measure {
        code: "A03".into(),
        proposed_on: Some(day("2024-05-03")),
        begun_on: Some(day("2024-05-06")),
        ended_on: Some(day("2024-05-08")),
        project: "01".into(),
        promoter: Some("H501X000004".into()),
        identifier: Some(format!("13008B3B94{}", check_letter("H501X000004", "A03", day("2024-05-03")).unwrap())),
        last_event: Some(LastEvent { event: SapEventWord::Ended, on: day("2024-05-08") }),
        ..Measure::default()
    }
}

fn against(change: impl Fn(&mut Measure)) -> Vec<(Severity, &'static str)> {
    let mut measure = good();
    change(&mut measure);
    let known =
        Known { code_until: Some(day("2024-12-31")), code_verified: true, system: SourceSystem::of("13").unwrap() };
    check(&measure, &known).into_iter().map(|remark| (remark.severity, remark.field)).collect()
}

#[test]
fn every_rule_can_say_no() {
    use Severity::{Blocking as B, Warning as W};

    assert_eq!(against(|_| {}), []);
    let moved = |m: &mut Measure, code: &str| {
        m.code = code.into();
        let letter = check_letter("H501X000004", code, m.proposed_on.unwrap()).unwrap();
        m.identifier = Some(format!("13008B3B94{letter}"));
    };
    let proposed = |m: &mut Measure, on: &str| {
        m.proposed_on = Some(day(on));
        let code = m.code.clone();
        moved(m, &code);
    };
    // Tables and dates, on the last day and the day after.
    let late = |m: &mut Measure, on: &str| {
        proposed(m, on);
        (m.begun_on, m.ended_on) = (Some(day("2025-01-02")), Some(day("2025-01-02")));
        m.last_event = Some(LastEvent { event: SapEventWord::Ended, on: day("2025-01-02") });
    };
    assert_eq!(against(|m| late(m, "2024-12-31")), []);
    assert_eq!(against(|m| late(m, "2025-01-01")), [(B, "tipo_attivita")]);
    assert_eq!(against(|m| m.begun_on = None), [(B, "data")]);
    assert_eq!(against(|m| m.begun_on = Some(day("2024-05-02"))), [(B, "data")]);
    assert_eq!(against(|m| m.begun_on = Some(day("2024-05-09"))), [(B, "data_fine")]);
    let unfinished = |m: &mut Measure, on: &str| {
        proposed(m, on);
        (m.begun_on, m.ended_on, m.last_event) = (Some(day(on)), None, None);
    };
    assert_eq!(against(|m| unfinished(m, "2015-12-08")), []);
    assert_eq!(against(|m| unfinished(m, "2015-12-09")), [(B, "data_fine")]);
    assert_eq!(
        against(|m| {
            unfinished(m, "2015-12-08");
            m.begun_on = None;
        }),
        []
    );
    assert_eq!(
        against(|m| {
            unfinished(m, "2015-12-09");
            m.begun_on = None;
        }),
        [(B, "data")]
    );
    // Identity and events are mandatory from a day on.
    let bare = |m: &mut Measure, on: &str| {
        proposed(m, on);
        (m.identifier, m.last_event) = (None, None);
    };
    assert_eq!(against(|m| bare(m, "2017-12-03")), []);
    assert_eq!(against(|m| bare(m, "2017-12-04")), [(B, "identificativo_politica"), (B, "ultimo_evento")]);
    assert_eq!(against(|m| m.identifier = Some("01008B3B94A".into())).first(), Some(&(B, "identificativo_politica")));
    assert_eq!(against(|m| m.identifier = Some("13008B3B9A".into())), [(B, "identificativo_politica")]);
    let wrong = if good().identifier.unwrap().ends_with('A') { "13008B3B94B" } else { "13008B3B94A" };
    assert_eq!(against(|m| m.identifier = Some(wrong.into())), [(W, "identificativo_politica")]);
    // Lower-case digits are another system's way of writing the same.
    assert_eq!(against(|m| m.identifier = m.identifier.take().map(|id| id.replace("8B3B9", "8b3b9"))), []);
    // Texts and numbers.
    assert_eq!(against(|m| m.duration = Some(3)), [(B, "tipologia_durata")]);
    assert_eq!(against(|m| m.duration_unit = Some("G".into())), [(B, "durata")]);
    assert_eq!(against(|m| (m.duration, m.duration_unit) = (Some(0), Some("G".into()))), [(B, "durata")]);
    assert_eq!(against(|m| (m.duration, m.duration_unit) = (Some(1), Some("G".into()))), []);
    assert_eq!(against(|m| moved(m, "C01")), [(B, "titolo_denominazione")]);
    assert_eq!(against(|m| moved(m, "C06")), [(B, "titolo_denominazione"), (B, "descrizione")]);
    assert_eq!(against(|m| moved(m, "E01")), [(B, "descrizione")]);
    assert_eq!(
        against(|m| {
            moved(m, "E01");
            m.description = Some(company(1));
        }),
        []
    );
    assert_eq!(against(|m| moved(m, "H01")), [(B, "titolo_denominazione"), (B, "descrizione")]);
    assert_eq!(against(|m| m.project = "04".into()), [(B, "titolo_progetto")]);
    // An event with another day than its own.
    let event = |event, on: &str| Some(LastEvent { event, on: day(on) });
    assert_eq!(against(|m| m.last_event = event(SapEventWord::Ended, "2024-05-09")), [(B, "data_evento")]);
    assert_eq!(against(|m| m.last_event = event(SapEventWord::Started, "2024-05-06")), []);
    assert_eq!(against(|m| m.last_event = event(SapEventWord::Started, "2024-05-08")), [(B, "data_evento")]);
    assert_eq!(against(|m| m.last_event = event(SapEventWord::Proposed, "2024-05-03")), []);
    assert_eq!(against(|m| m.last_event = event(SapEventWord::Accounted, "2024-07-01")), []);
}

/// The tables of the program are those of the specifications.
#[test]
fn the_tables_are_those_of_the_catalogue() {
    let regions = std::fs::read_to_string(specs().join("catalogo/regioni.yaml")).unwrap();
    let mut known = 0;
    for line in regions.lines().filter(|line| line.contains(", sap: '")) {
        let id = line.split(':').next().unwrap();
        let code = line.split("sap: '").nth(1).unwrap().split('\'').next().unwrap();
        assert_eq!(SourceSystem::of(code).unwrap().region(), Some(id));
        assert_eq!(SourceSystem::of_region(id).unwrap().code(), code);
        known += 1;
    }
    assert_eq!((known, SourceSystem::all().filter(|system| system.region().is_some()).count()), (21, 21));
    let events = std::fs::read_to_string(specs().join("catalogo/sap.yaml")).unwrap();
    for event in SapEventWord::ALL {
        let begin = format!("  \"{:02}\": ", event_code(*event));
        let line = events.lines().find(|line| line.starts_with(&begin)).unwrap();
        let wanted = line.split("data_evento: ").nth(1).unwrap().trim_end_matches([' ', '}']);
        let ours = event_date_rule(*event).map_or("nessuna".to_owned(), |rule| format!("{rule:?}"));
        let words =
            [("Proposal", "data_proposta"), ("Beginning", "data"), ("End", "data_fine"), ("nessuna", "nessuna")];
        assert_eq!(words.iter().find(|(one, _)| *one == ours).unwrap().1, wanted, "{line}");
    }
}

#[test]
fn who_transmits_is_read_or_refused() {
    let refused = |system: &str, promoters: &[&str]| Sender::read(system, promoters).unwrap_err();
    assert_eq!(refused("22", &["H501X000004"]), SenderError::System("22".into()));
    assert_eq!(refused("13", &[]), SenderError::None);
    assert_eq!(refused("13", &["H501X00004"]), SenderError::Promoter("H501X00004".into()));
    assert!(matches!(refused("13", &["H501X000004", "H501X000005"]), SenderError::Twice(_)));
    let sender = Sender::read("13", &["torino=h501x000004", "H501X000009"]).unwrap();
    assert_eq!(sender.promoter(Some("torino")), Some("H501X000004"));
    assert_eq!((sender.promoter(Some("ivrea")), sender.promoter(None)), (Some("H501X000009"), Some("H501X000009")));
    assert_eq!(Sender::read("13", &["torino=H501X000004"]).unwrap().promoter(Some("ivrea")), None);
}

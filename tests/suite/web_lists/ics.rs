// SPDX-License-Identifier: EUPL-1.2
//! The calendar feed, read back as a calendar program does; and the key in its address, which opens nothing else.

use std::collections::BTreeMap;

use axum::body::Body;
use axum::http::Request;
use lepre::engine::term_standing;
use lepre::rulebook::Bound;
use lepre::spec::scenario::TermStateWord;
use serde_json::json;

use crate::engine::{day, event};
use crate::service::office::person;
use crate::web::{Bureau, Seat};

const TODAY: &str = "2026-03-10";

/// The properties of every event, by name with parameters; checks what RFC 5545 asks of the whole.
#[track_caller]
fn read(text: &str) -> Vec<BTreeMap<String, String>> {
    assert!(text.starts_with("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n") && text.ends_with("END:VCALENDAR\r\n"), "{text}");
    assert_eq!(text.matches('\n').count(), text.matches("\r\n").count());
    assert!(text.split("\r\n").all(|line| line.len() <= 75));
    let whole = text.replace("\r\n ", "");
    let (mut open, mut events) = (Vec::new(), Vec::new());
    for line in whole.split("\r\n").filter(|line| !line.is_empty()) {
        let (name, value) = line.split_once(':').unwrap();
        match name {
            "BEGIN" => {
                open.push(value.to_owned());
                if value == "VEVENT" {
                    events.push(BTreeMap::new());
                }
            }
            "END" => assert_eq!(open.pop().as_deref(), Some(value)),
            _ if open.last().is_some_and(|part| part == "VEVENT") => {
                let known = events.last_mut().unwrap().insert(name.to_owned(), value.to_owned());
                assert_eq!(known, None, "{name} twice");
            }
            _ => {}
        }
    }
    assert!(open.is_empty());
    for event in &events {
        for name in ["UID", "DTSTAMP", "SUMMARY"] {
            assert!(event.contains_key(name), "{name} is missing: {event:?}");
        }
        assert_eq!(event.keys().filter(|name| name.starts_with("DTSTART")).count(), 1);
    }
    let mut uids: Vec<&String> = events.iter().map(|event| &event["UID"]).collect();
    uids.sort();
    uids.dedup();
    assert_eq!(uids.len(), events.len(), "a uid comes twice");
    events
}

/// Two cases, one with a term and one with an appointment at half past nine.
fn with_work(bureau: &Bureau) {
    bureau.open("C", 1, "2026-03-02", &[]);
    let view = bureau.open("A", 2, "2026-03-02", &[]);
    let call =
        json!({ "tipo": "convocata", "il": TODAY, "giorno": "2026-03-30", "ora": "09:30", "luogo": "sportello" });
    bureau.app.service.acting("op").record(view.head.id, &event(call)).unwrap();
}

#[test]
fn the_feed_is_a_calendar_without_names_or_codes() {
    let bureau = Bureau::new(TODAY);
    with_work(&bureau);
    let answer = bureau.seat("resp").get("/scadenzario.ics").is(200);
    assert_eq!(answer.headers["content-type"], "text/calendar; charset=utf-8");
    let events = read(&answer.body);
    let called = events.iter().find(|event| event["UID"].starts_with("appuntamento-")).unwrap();
    assert_eq!(called["DTSTART;TZID=Europe/Rome"], "20260330T093000");
    assert!(answer.has("BEGIN:VTIMEZONE\r\nTZID:Europe/Rome\r\n"));
    for (n, name) in [(1, "Persona Inventata 1"), (2, "Persona Inventata 2")] {
        assert!(!answer.has(name) && !answer.has(&person(n)) && !answer.has("Inventata"), "{}", answer.body);
    }
    bureau.seat("op").get("/scadenzario.ics").is(403);
    // Asked again it says the same, under the same names.
    let again = read(&bureau.seat("resp").get("/scadenzario.ics").body);
    let uids = |events: &[BTreeMap<String, String>]| events.iter().map(|e| e["UID"].clone()).collect::<Vec<_>>();
    assert_eq!(uids(&events), uids(&again));
}

fn made(lead: &Seat) -> String {
    let page = lead.post("/scadenzario/indirizzo", &[]).is(200);
    let from = page.body.find("/calendario/").unwrap();
    page.body[from..].split(".ics").next().unwrap().to_owned()
}

#[test]
fn the_address_reads_the_feed_until_it_is_withdrawn_and_opens_nothing_else() {
    let bureau = Bureau::new(TODAY);
    with_work(&bureau);
    let (lead, nobody) = (bureau.seat("resp"), bureau.stranger());
    let address = made(&lead);
    let secret = address.strip_prefix("/calendario/").unwrap();
    for path in [address.clone(), format!("{address}.ics")] {
        assert_eq!(read(&nobody.get(&path).is(200).body).len(), read(&lead.get("/scadenzario.ics").body).len());
    }
    // As a token for programs, or as a cookie, it is nothing.
    let account = bureau.app.registry.account_by_username("resp").unwrap().unwrap();
    let token = bureau.app.registry.tokens_of(account.id).unwrap().remove(0);
    assert_ne!(token.digest, lepre::http::tokens::digest(secret));
    assert!(bureau.app.registry.token(&lepre::http::tokens::digest(secret)).unwrap().is_none());
    let cookie = Request::get("/sede").header("cookie", format!("lepre={secret}")).body(Body::empty()).unwrap();
    nobody.ask(cookie).is(303);
    // The address is shown once.
    lead.get("/scadenzario").is(200).hides(secret).shows("indirizzo creato");
    // Nobody withdraws another's.
    bureau.account("resp2", lepre::role::Role::OfficeLead, (Some("piemonte"), Some("torino")));
    let id = token.id.to_string();
    bureau.seat("resp2").post("/scadenzario/indirizzo/revoca", &[("chiave", &id)]).is(303);
    nobody.get(&address).is(200);
    lead.post("/scadenzario/indirizzo/revoca", &[("chiave", &id)]).is(303);
    nobody.get(&address).is(404);
    for wrong in ["/calendario/x", "/calendario/.ics", "/calendario/%00"] {
        nobody.get(wrong).is(404);
    }
}

#[test]
fn whoever_no_longer_leads_the_office_has_no_feed() {
    let bureau = Bureau::new(TODAY);
    let address = made(&bureau.seat("resp"));
    let mut account = bureau.app.registry.account_by_username("resp").unwrap().unwrap();
    account.role = lepre::role::Role::Operator;
    bureau.app.registry.put_account(account.clone()).unwrap();
    bureau.stranger().get(&address).is(404);
    account.role = lepre::role::Role::OfficeLead;
    account.disabled = true;
    bureau.app.registry.put_account(account).unwrap();
    bureau.stranger().get(&address).is(404);
}

#[test]
fn the_month_counts_every_day_and_leads_to_it() {
    let bureau = Bureau::new(TODAY);
    with_work(&bureau);
    let lead = bureau.seat("resp");
    let month = lead.get("/scadenzario?mese=2026-03").is(200).shows("marzo 2026").shows("1 appuntamento");
    month.shows("/scadenzario?mese=2026-02").shows("/scadenzario?mese=2026-04").shows("<caption>");
    lead.get("/scadenzario?giorno=2026-03-30").is(200).shows("Persona Inventata 2").shows("alle 09:30");
    lead.get("/scadenzario?mese=2026-03&vista=elenco").is(200).shows("nel mese");
    lead.get("/scadenzario?mese=2026-03&operatore=op").is(200).hides("1 appuntamento");
    for odd in ["mese=2026-13", "mese=", "mese=x", "giorno=2026-02-30", "mese=1900-01", "mese=2199-12"] {
        lead.get(&format!("/scadenzario?{odd}")).is(200);
    }
}

#[test]
fn every_appointment_of_a_case_is_in_the_calendar() {
    let bureau = Bureau::new(TODAY);
    let view = bureau.open("A", 2, "2026-03-02", &[]);
    for (on, at) in [("2026-03-12", "09:30"), ("2026-03-30", "11:00"), ("2026-04-02", "08:15")] {
        let call = json!({ "tipo": "convocata", "il": TODAY, "giorno": on, "ora": at });
        bureau.app.service.acting("op").record(view.head.id, &event(call)).unwrap();
    }
    let lead = bureau.seat("resp");
    let events = read(&lead.get("/scadenzario.ics").is(200).body);
    assert_eq!(events.iter().filter(|event| event["UID"].starts_with("appuntamento-")).count(), 3);
    lead.get("/scadenzario?mese=2026-03")
        .is(200)
        .shows("giorno=2026-03-12#appuntamenti")
        .shows("giorno=2026-03-30#appuntamenti");
    lead.get("/scadenzario?mese=2026-04")
        .is(200)
        .shows("giorno=2026-04-02#appuntamenti")
        .hides("giorno=2026-03-30#app");
    lead.get("/scadenzario?giorno=2026-03-30").is(200).shows(&view.head.id.to_string()).shows("11:00");
    lead.get("/scadenzario?giorno=2026-03-31").is(200).hides(&view.head.id.to_string());
}

/// All that runs of every open case, and not only what presses first: what the engine says, in the feed and in the months.
#[test]
fn every_term_of_a_case_is_in_the_calendar() {
    let bureau = Bureau::new(TODAY);
    let facts = [
        ("disoccupato", "true"),
        ("convocato", "false"),
        ("percettore_naspi", "true"),
        ("data_domanda_naspi", "2026-03-02"),
        ("data_registrazione", "2026-03-02"),
    ];
    for n in 1..=3 {
        bureau.open("B", n, "2026-03-02", &facts);
        bureau.open("C", 10 + n, "2026-03-02", &[]);
    }
    let mut right = Vec::new();
    for head in bureau.app.service.store().case_heads(None, 100).unwrap() {
        let view = bureau.app.service.view(head.id).unwrap();
        for term in &view.rulebook.terms {
            let standing = term_standing(&view.rulebook, &view.case, term, day(TODAY));
            let lasts = standing.state == TermStateWord::Running
                || standing.state == TermStateWord::Broken && standing.met.is_none();
            if let Some(due) = standing.due.filter(|_| lasts && term.bound == Bound::Within) {
                right.push((format!("termine-{}-{}@lepre", head.id, term.id), due));
            }
        }
    }
    let cases: std::collections::BTreeSet<&str> = right.iter().map(|(uid, _)| &uid[..44]).collect();
    assert!(right.len() > cases.len(), "no case has two terms: {right:?}");
    let lead = bureau.seat("resp");
    let events = read(&lead.get("/scadenzario.ics").is(200).body);
    for (uid, due) in &right {
        let event = events.iter().find(|event| event["UID"] == *uid).unwrap_or_else(|| panic!("no {uid}"));
        assert_eq!(event["DTSTART;VALUE=DATE"], due.to_string().replace('-', ""), "{uid}");
        lead.get(&format!("/scadenzario?giorno={due}")).is(200).shows(&uid[8..44]);
    }
    assert_eq!(events.len(), right.len());
    let mut months: BTreeMap<String, usize> = BTreeMap::new();
    for (_, due) in &right {
        *months.entry(due.to_string()[..7].to_owned()).or_default() += 1;
    }
    for (month, count) in months {
        let words = if count == 1 { "1 termine nel mese".to_owned() } else { format!("{count} termini nel mese") };
        lead.get(&format!("/scadenzario?mese={month}&vista=elenco")).is(200).shows(&words);
    }
}

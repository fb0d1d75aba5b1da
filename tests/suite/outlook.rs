// SPDX-License-Identifier: EUPL-1.2
//! What each term has before it: small levels by hand, one for each way of being doomed, and all continuations tried.

use lepre::calendar::Day;
use lepre::engine::{Case, Prospect, TermOutlook, apply, fold, outlook};
use lepre::library::Library;
use lepre::rulebook::Rulebook;
use serde_json::{Value as Json, json};

use crate::engine::{day, event, specs};

mod exhaustive;
mod search;

/// A level of these items and terms, with two facts: `vale`, yes or no, and `quando`, a day.
pub fn level(items: &Json, terms: &Json) -> Rulebook {
    let library = Library::open(&specs()).unwrap();
    let national = library.rulebook("A", None, day("2024-05-06")).unwrap();
    let mut plain = serde_json::to_value(national.as_ref()).unwrap();
    let norm = json!({ "norma": "dm-4-2018" });
    let filled = |given: &Json, defaults: Json| -> Json {
        let fill = |one: &Json| {
            let mut whole = defaults.clone();
            whole.as_object_mut().unwrap().extend(one.as_object().unwrap().clone());
            whole
        };
        given.as_array().unwrap().iter().map(fill).collect()
    };
    let item = json!({ "tipo": "attivita", "testo": "x", "obbligo": "dovuta", "volte": 1, "norma": norm, "@luogo": "x.yaml:1:1:1" });
    let term = json!({ "limite": "entro", "chi": "cpi", "proroga": true, "norma": norm, "@luogo": "x.yaml:1:1:1", "da": "apertura" });
    let fact = |name: &str, kind: &str| {
        json!({ "nome": name, "tipo": kind, "significato": "x", "domanda": "x", "fornisce": "persona", "finalita": "x",
                "conservazione": "x", "particolare": false })
    };
    plain["voci"] = filled(items, item);
    plain["termini"] = filled(terms, term);
    plain["dati"] = json!([fact("vale", "booleano"), fact("quando", "data")]);
    plain["variazioni"] = json!([]);
    plain.as_object_mut().unwrap().remove("accesso");
    let mut rulebook: Rulebook = serde_json::from_value(plain).unwrap();
    rulebook.link().unwrap();
    rulebook
}

/// A case opened on Monday the 6th of May 2024, with more events.
fn case(rulebook: &Rulebook, more: &[Json]) -> Case {
    let opening = json!({ "il": "2024-05-06", "tipo": "aperta", "soggetto": "s", "lep": "A", "regolamento": "" });
    let events: Vec<_> = std::iter::once(&opening).chain(more).map(|json| event(json.clone())).collect();
    fold(rulebook, &events)
}

fn ended(on: &str, activity: &str) -> Json {
    json!({ "il": on, "tipo": "attivita", "attivita": activity, "evento": "terminata" })
}

fn first(rulebook: &Rulebook, case: &Case, on: &str) -> TermOutlook {
    outlook(rulebook, case, day(on))[0]
}

fn told(seen: TermOutlook) -> (Prospect, Option<String>, Option<String>) {
    let text = |day: Option<Day>| day.map(|day| day.to_string());
    (seen.prospect, text(seen.earliest), text(seen.doomed_from))
}

fn on(text: &str) -> Option<String> {
    Some(text.to_owned())
}

const PENDING: Prospect = Prospect::Pending;
const DOOMED: Prospect = Prospect::Doomed;

#[test]
fn a_term_with_nothing_before_it_is_pending_to_its_last_day_and_then_broken() {
    let level =
        level(&json!([{ "id": "a" }]), &json!([{ "id": "t", "che": { "completata": "a" }, "durata": "3 giorni" }]));
    let open = case(&level, &[]);
    assert_eq!(told(first(&level, &open, "2024-05-09")), (PENDING, on("2024-05-09"), None));
    assert_eq!(told(first(&level, &open, "2024-05-10")), (Prospect::Broken, None, None));
    let kept = case(&level, &[ended("2024-05-09", "a")]);
    assert_eq!(told(first(&level, &kept, "2024-05-20")), (Prospect::Kept, None, None));
}

/// `b` within seven days of the opening, but three working days after `a`, on which it rests.
fn waits_for_a_prerequisite() -> Rulebook {
    level(
        &json!([{ "id": "a" }, { "id": "b", "tipo": "output", "da": ["a"] }]),
        &json!([{ "id": "t", "che": { "completata": "b" }, "durata": "7 giorni" },
                { "id": "pausa", "che": { "completata": "b" }, "limite": "almeno", "durata": "3 giorni lavorativi",
                  "da": { "completata": "a" } }]),
    )
}

#[test]
fn a_prerequisite_and_the_wait_after_it_doom_a_term_days_before_its_end() {
    let level = waits_for_a_prerequisite();
    let open = case(&level, &[]);
    // Ends on Monday the 13th; from Wednesday three working days lead there, from Thursday to Tuesday.
    assert_eq!(told(first(&level, &open, "2024-05-08")), (PENDING, on("2024-05-13"), on("2024-05-09")));
    assert_eq!(told(first(&level, &open, "2024-05-09")), (DOOMED, on("2024-05-14"), on("2024-05-09")));
    assert_eq!(told(first(&level, &open, "2024-05-13")), (DOOMED, on("2024-05-16"), on("2024-05-09")));
    assert_eq!(first(&level, &open, "2024-05-14").prospect, Prospect::Broken);
    // Done in time, the wait is over in time; done a day late, the term is doomed since that day.
    let in_time = case(&level, &[ended("2024-05-08", "a")]);
    assert_eq!(told(first(&level, &in_time, "2024-05-09")), (PENDING, on("2024-05-13"), None));
    let late = case(&level, &[ended("2024-05-09", "a")]);
    assert_eq!(told(first(&level, &late, "2024-05-10")), (DOOMED, on("2024-05-14"), on("2024-05-09")));
    // What waits is no finding: nobody is doomed by a term that says "not earlier".
    assert_eq!(outlook(&level, &late, day("2024-05-10"))[1].prospect, PENDING);
}

#[test]
fn a_suspension_puts_off_the_end_and_the_wait_alike() {
    let level = waits_for_a_prerequisite();
    let suspended = json!({ "il": "2024-05-08", "tipo": "sospesa", "motivo": "malattia" });
    let resumed = json!({ "il": "2024-05-15", "tipo": "ripresa" });
    let case_of = |events: &[Json]| case(&level, events);
    assert_eq!(first(&level, &case_of(std::slice::from_ref(&suspended)), "2024-05-30").prospect, Prospect::Suspended);
    let again = case_of(&[suspended, resumed]);
    // One day ran before it; six are left, from the 15th to Monday the 20th.
    assert_eq!(told(first(&level, &again, "2024-05-15")), (PENDING, on("2024-05-20"), on("2024-05-16")));
}

#[test]
fn a_wait_counted_from_what_nobody_has_to_do_hinders_nothing() {
    let level = level(
        &json!([{ "id": "a" }, { "id": "b" }]),
        &json!([{ "id": "t", "che": { "completata": "b" }, "durata": "2 giorni" },
                { "id": "pausa", "che": { "completata": "b" }, "limite": "almeno", "durata": "5 giorni", "da": { "completata": "a" } }]),
    );
    assert_eq!(told(first(&level, &case(&level, &[]), "2024-05-06")), (PENDING, on("2024-05-06"), None));
    let begun = case(&level, &[ended("2024-05-06", "a")]);
    assert_eq!(told(first(&level, &begun, "2024-05-06")), (DOOMED, on("2024-05-11"), on("2024-05-06")));
}

#[test]
fn hours_doom_a_term_and_an_hour_not_written_is_given_the_benefit_of_the_doubt() {
    let level = level(
        &json!([{ "id": "a" }, { "id": "b", "dopo": ["a"] }]),
        &json!([{ "id": "t", "che": { "completata": "b" }, "durata": "3 giorni" },
                { "id": "pausa", "che": { "completata": "b" }, "limite": "almeno", "durata": "36 ore", "da": { "completata": "a" } }]),
    );
    let at = |hour: &str| {
        let mut act = ended("2024-05-08", "a");
        act["ora"] = hour.into();
        case(&level, &[act])
    };
    assert_eq!(told(first(&level, &at("11:59"), "2024-05-08")), (PENDING, on("2024-05-09"), None));
    assert_eq!(told(first(&level, &at("12:00"), "2024-05-08")), (DOOMED, on("2024-05-10"), on("2024-05-08")));
    let unwritten = ended("2024-05-08", "a");
    assert_eq!(told(first(&level, &case(&level, &[unwritten]), "2024-05-08")), (PENDING, on("2024-05-09"), None));
}

#[test]
fn a_term_on_a_start_or_on_the_closing_is_doomed_by_a_wait_of_its_own() {
    let waits = |target: Json| {
        level(
            &json!([{ "id": "a" }]),
            &json!([{ "id": "t", "che": target, "durata": "4 giorni" },
                    { "id": "pausa", "che": target, "limite": "almeno", "durata": "2 giorni", "da": { "dato": "quando" } }]),
        )
    };
    let notice = |on: &str| json!({ "il": "2024-05-06", "tipo": "dato", "dato": "quando", "valore": on });
    for target in [json!({ "iniziata": "a" }), json!("chiusura")] {
        let level = waits(target);
        // Not known when notice was given: it may have been long ago.
        assert_eq!(told(first(&level, &case(&level, &[]), "2024-05-07")), (PENDING, on("2024-05-07"), None));
        assert_eq!(
            told(first(&level, &case(&level, &[notice("2024-05-08")]), "2024-05-07")),
            (PENDING, on("2024-05-10"), None)
        );
        assert_eq!(
            told(first(&level, &case(&level, &[notice("2024-05-09")]), "2024-05-07")),
            (DOOMED, on("2024-05-11"), on("2024-05-06"))
        );
    }
}

#[test]
fn a_condition_known_to_be_false_or_not_known_makes_nobody_wait() {
    let level = level(
        &json!([{ "id": "a" }]),
        &json!([{ "id": "t", "che": { "completata": "a" }, "durata": "2 giorni" },
                { "id": "pausa", "che": { "completata": "a" }, "limite": "almeno", "durata": "5 giorni",
                  "quando": { "se": "vale", "@luogo": "x.yaml:1:1:1" } }]),
    );
    let fact = |value: bool| json!({ "il": "2024-05-06", "tipo": "dato", "dato": "vale", "valore": value });
    assert_eq!(first(&level, &case(&level, &[]), "2024-05-06").prospect, PENDING);
    assert_eq!(first(&level, &case(&level, &[fact(false)]), "2024-05-06").prospect, PENDING);
    assert_eq!(first(&level, &case(&level, &[fact(true)]), "2024-05-06").prospect, DOOMED);
}

#[test]
fn what_would_break_a_wait_already_met_can_never_be_done() {
    // `b` is there already, and had to come three days after `a`, on which `c` rests.
    let level = level(
        &json!([{ "id": "a" }, { "id": "b" }, { "id": "c", "dopo": ["a"] }]),
        &json!([{ "id": "t", "che": { "completata": "c" }, "durata": "9 giorni" },
                { "id": "pausa", "che": { "completata": "b" }, "limite": "almeno", "durata": "3 giorni", "da": { "completata": "a" } }]),
    );
    assert_eq!(told(first(&level, &case(&level, &[]), "2024-05-07")), (PENDING, on("2024-05-07"), None));
    let too_early = case(&level, &[ended("2024-05-07", "b")]);
    assert_eq!(told(first(&level, &too_early, "2024-05-08")), (DOOMED, None, on("2024-05-07")));
}

#[test]
fn waits_that_wait_for_each_other_never_end() {
    let wait = |what: &str, from: &str| json!({ "id": format!("pausa-{what}"), "che": { "completata": what }, "limite": "almeno", "durata": "1 giorno", "da": { "completata": from } });
    let level = level(
        &json!([{ "id": "a" }, { "id": "b", "dopo": ["a"] }]),
        &json!([{ "id": "t", "che": { "completata": "b" }, "durata": "9 giorni" }, wait("b", "a"), wait("a", "b")]),
    );
    assert_eq!(told(first(&level, &case(&level, &[]), "2024-05-06")), (DOOMED, None, on("2024-05-06")));
}

#[test]
fn on_a_closed_case_an_unmet_term_is_no_longer_asked_for() {
    let level = waits_for_a_prerequisite();
    let closed = json!({ "il": "2024-05-07", "tipo": "chiusa", "modo": "interrotta", "motivo": "rinuncia" });
    assert_eq!(
        told(first(&level, &case(&level, std::slice::from_ref(&closed)), "2024-06-07")),
        (Prospect::Closed, None, None)
    );
    let reopened = json!({ "il": "2024-05-09", "tipo": "riaperta", "motivo": "ripensamento" });
    assert_eq!(first(&level, &case(&level, &[closed, reopened]), "2024-05-09").prospect, DOOMED);
}

#[test]
fn an_activity_refused_or_abandoned_can_be_begun_again() {
    let level =
        level(&json!([{ "id": "a" }]), &json!([{ "id": "t", "che": { "completata": "a" }, "durata": "3 giorni" }]));
    for events in [&["proposta", "rifiuto"][..], &["iniziata", "abbandono"], &["esonerata"], &["iniziata", "sospesa"]] {
        let act = |what: &&str| json!({ "il": "2024-05-07", "tipo": "attivita", "attivita": "a", "evento": what, "motivo": "x" });
        let events: Vec<Json> = events.iter().map(act).collect();
        assert_eq!(told(first(&level, &case(&level, &events), "2024-05-08")), (PENDING, on("2024-05-08"), None));
    }
}

#[test]
fn a_real_level_dooms_an_interview_called_on_the_last_day() {
    // Level C in Campania: within ten days of the application, and no sooner than a day after the notice.
    let library = Library::open(&specs()).unwrap();
    let rulebook = library.rulebook("C", Some("campania"), day("2025-03-03")).unwrap();
    let called = |on: &str| {
        let fact =
            |name: &str, value: Json| json!({ "il": "2025-03-03", "tipo": "dato", "dato": name, "valore": value });
        let events = [
            json!({ "il": "2025-03-03", "tipo": "aperta", "soggetto": "s", "lep": "C", "regolamento": "" }),
            fact("percettore_naspi", json!(true)),
            fact("convocato", json!(true)),
            fact("data_domanda_naspi", json!("2025-03-03")),
            fact("data_convocazione", json!(on)),
        ];
        let mut case = Case::new(&rulebook);
        events.iter().for_each(|json| apply(&mut case, &rulebook, &event(json.clone())));
        let position = rulebook.terms.iter().position(|term| term.id == "convocazione-dopo-naspi").unwrap();
        outlook(&rulebook, &case, day("2025-03-10"))[position]
    };
    assert_eq!(told(called("2025-03-12")), (PENDING, on("2025-03-13"), None));
    assert_eq!(told(called("2025-03-13")), (DOOMED, on("2025-03-14"), on("2025-03-03")));
    assert_eq!(
        called("2025-03-13").warning().unwrap(),
        "non più rispettabile dal 2025-03-03: si può fare al più presto il 2025-03-14"
    );
}

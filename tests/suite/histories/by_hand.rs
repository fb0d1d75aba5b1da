// SPDX-License-Identifier: EUPL-1.2
//! The judge itself, held against answers worked out by hand: one thing at a time.

use std::collections::BTreeSet;

use jiff::ToSpan;
use jiff::civil::{Date, date};
use serde_json::{Value, json};

use super::Draw;
use super::fixture::fixture;
use crate::reference::calendar::{self, Suspension, easter, end, instants};
use crate::reference::condition::{Facts, answer};
use crate::reference::{Law, Verdict, admitted, judge};

/// A case of the level for companies, which has no facts and no access; each event is `(day, kind and fields)`.
fn company(law: &Law, events: &[(&str, Value)], on: &str) -> Verdict {
    let mut log = vec![json!({ "il": "2024-05-06", "tipo": "aperta", "lep": "R", "fascicolo": [] })];
    log.extend(events.iter().map(|(il, event)| {
        let mut event = event.clone();
        event["il"] = json!(il);
        event
    }));
    judge(law, "R", &log, on)
}

fn done(activity: &str) -> Value {
    sap(activity, "terminata")
}

fn sap(activity: &str, event: &str) -> Value {
    json!({ "tipo": "attivita", "attivita": activity, "evento": event, "motivo": "perché sì" })
}

fn closed(how: &str) -> Value {
    json!({ "tipo": "chiusa", "modo": how, "motivo": "perché sì" })
}

fn voided(number: u64) -> Value {
    json!({ "tipo": "annullata", "sequenza": number, "motivo": "perché sì" })
}

fn set(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| name.to_string()).collect()
}

fn found(verdict: &Verdict) -> Vec<(&str, &str)> {
    verdict.findings.iter().map(|(kind, what)| (kind.as_str(), what.as_str())).collect()
}

#[test]
fn conditions_have_three_values_and_await_only_what_would_decide_them() {
    let facts = Facts::from([
        ("eta".to_string(), json!(30)),
        ("reddito".to_string(), serde_json::from_str("1000.50").unwrap()),
        ("zona".to_string(), json!("nord")),
        ("si".to_string(), json!(true)),
        ("no".to_string(), json!(false)),
        ("dal".to_string(), json!("2024-02-29")),
    ]);
    let table: [(&str, Option<bool>, &[&str]); 25] = [
        ("eta < 30", Some(false), &[]),
        ("eta <= 30 && eta >= 30 && eta == 30", Some(true), &[]),
        ("eta != 30 || eta > 29", Some(true), &[]),
        ("reddito < 1000.5", Some(false), &[]),
        ("reddito >= 1000.499999999999999999", Some(true), &[]),
        ("reddito > 9", Some(true), &[]),
        ("zona == \"nord\" && zona != 'sud'", Some(true), &[]),
        ("zona in ['centro', 'nord']", Some(true), &[]),
        ("!(zona in ['centro'])", Some(true), &[]),
        ("dal < '2024-03-01'", Some(true), &[]),
        ("si && !no", Some(true), &[]),
        ("no || si && no", Some(false), &[]),
        ("(no || si) && si", Some(true), &[]),
        ("true", Some(true), &[]),
        ("x", None, &["x"]),
        ("!x", None, &["x"]),
        ("si || x", Some(true), &[]),
        ("x || si", Some(true), &[]),
        ("no && x", Some(false), &[]),
        ("si && x", None, &["x"]),
        ("x || y > 3", None, &["x", "y"]),
        ("x && (si || y)", None, &["x"]),
        ("x && (no || y)", None, &["x", "y"]),
        ("y in [1, 2]", None, &["y"]),
        ("x == x", None, &["x"]),
    ];
    for (condition, value, awaited) in table {
        assert_eq!(answer(condition, &facts), (value.map(Value::Bool), set(awaited)), "{condition}");
    }
}

#[test]
fn easter_falls_when_the_tables_say() {
    let tables = "2015-04-05 2016-03-27 2017-04-16 2018-04-01 2019-04-21 2020-04-12 2021-04-04 2022-04-17 2023-04-09 \
                  2024-03-31 2025-04-20 2026-04-05 2027-03-28 2028-04-16 2029-04-01 2030-04-21 2031-04-13 2032-03-28 \
                  2033-04-17 2034-04-09 2035-03-25 2038-04-25 2049-04-18 2076-04-19";
    for day in tables.split_whitespace().map(|day| day.parse::<Date>().unwrap()) {
        assert_eq!(easter(day.year()), day);
    }
}

/// From when, how many, of what, whether to roll, what is suspended, and the end.
type Count<'a> = (Date, i64, &'a str, bool, &'a [Suspension], Option<Date>);

#[test]
fn terms_end_on_the_day_counted_by_hand() {
    let (_dir, law) = fixture();
    let stops = [(date(2024, 5, 10), date(2024, 5, 15))];
    let open = [(date(2024, 5, 10), Date::MAX)];
    let table: [Count; 19] = [
        (date(2024, 5, 6), 0, "giorni", true, &[], Some(date(2024, 5, 6))),
        (date(2024, 5, 6), 3, "giorni", true, &[], Some(date(2024, 5, 9))),
        // A Saturday stays, a Sunday runs to Monday, 25 April 2025 is a Friday and runs over the weekend.
        (date(2024, 5, 6), 5, "giorni", true, &[], Some(date(2024, 5, 11))),
        (date(2024, 5, 6), 6, "giorni", true, &[], Some(date(2024, 5, 13))),
        (date(2024, 5, 6), 6, "giorni", false, &[], Some(date(2024, 5, 12))),
        (date(2025, 4, 15), 10, "giorni", true, &[], Some(date(2025, 4, 28))),
        // Easter 2024 is 31 March; 4 October is a holiday only from 2026.
        (date(2024, 3, 1), 30, "giorni", true, &[], Some(date(2024, 4, 2))),
        (date(2024, 10, 1), 3, "giorni", true, &[], Some(date(2024, 10, 4))),
        (date(2027, 10, 1), 3, "giorni", true, &[], Some(date(2027, 10, 5))),
        (date(2024, 3, 28), 2, "giorni lavorativi", false, &[], Some(date(2024, 4, 2))),
        (date(2024, 5, 10), 1, "giorni lavorativi", false, &[], Some(date(2024, 5, 13))),
        (date(2024, 1, 31), 1, "mesi", false, &[], Some(date(2024, 2, 29))),
        (date(2023, 12, 30), 2, "mesi", false, &[], Some(date(2024, 2, 29))),
        (date(2024, 8, 31), 6, "mesi", false, &[], Some(date(2025, 2, 28))),
        // Suspended from the 10th, resumed the 15th: the 10th to the 14th do not count.
        (date(2024, 5, 6), 3, "giorni", true, &stops, Some(date(2024, 5, 9))),
        (date(2024, 5, 6), 4, "giorni", true, &stops, Some(date(2024, 5, 15))),
        (date(2024, 5, 6), 4, "giorni lavorativi", true, &stops, Some(date(2024, 5, 15))),
        (date(2024, 4, 12), 1, "mesi", false, &stops, Some(date(2024, 5, 17))),
        (date(2024, 5, 6), 4, "giorni", true, &open, None),
    ];
    for (base, count, unit, rolls, off, expected) in table {
        let told = end(&law.catalogue["festivita"], base, (count, unit), rolls, off);
        assert_eq!(told, expected, "{count} {unit} from {base}");
    }
}

/// Months are counted as their days that are not suspended; the rule says to move the end until it moves no more.
#[test]
fn months_with_suspensions_end_where_the_rule_says() {
    let (_dir, law) = fixture();
    for seed in 0..300 {
        let mut draw = Draw(seed);
        let base = date(2024, 1, 1) + draw.days(0, 900).days();
        let count = draw.days(0, 8);
        let mut off: Vec<Suspension> = Vec::new();
        let mut from = base;
        for _ in 0..draw.below(4) {
            from += draw.days(-5, 50).days();
            let to = from + draw.days(0, 40).days();
            off.push((from, to));
            from = to;
        }
        if draw.chance(30) {
            off.push((from + draw.days(0, 60).days(), Date::MAX));
        }
        let suspended = |on: Date| off.iter().any(|(s, r)| *s <= on && on < *r);
        let plain = base + count.months();
        let mut moved = Some(plain);
        while let Some(end) = moved {
            let stopped = base.series(1.day()).skip(1).take_while(|on| *on <= end).filter(|on| suspended(*on)).count();
            let again = plain + (stopped as i64).days();
            if again == end {
                break;
            }
            moved = (again < base + 3.years()).then_some(again);
        }
        assert_eq!(end(&law.catalogue["festivita"], base, (count, "mesi"), false, &off), moved, "seed {seed}");
    }
}

#[test]
fn hours_are_hours_also_when_the_clock_changes() {
    let at = |on: Date, hour: &str, plus: i64| instants(on, hour, plus).0.datetime().to_string();
    assert_eq!(at(date(2024, 3, 30), "10:00", 24), "2024-03-31T11:00:00");
    assert_eq!(at(date(2024, 10, 26), "10:00", 24), "2024-10-27T09:00:00");
    assert_eq!(at(date(2024, 3, 31), "02:30", 0), "2024-03-31T03:30:00");
    let (first, last) = instants(date(2024, 5, 6), "", 24);
    assert_eq!(first.datetime().to_string(), "2024-05-07T00:00:00");
    assert_eq!(last.datetime().to_string(), "2024-05-07T23:59:00");
}

#[test]
fn a_saturday_is_neither_a_holiday_nor_a_working_day() {
    let (_dir, law) = fixture();
    let calendar = &law.catalogue["festivita"];
    assert_eq!(calendar::kind_of_day(calendar, date(2024, 5, 10)), (false, true));
    assert_eq!(calendar::kind_of_day(calendar, date(2024, 5, 11)), (false, false));
    assert_eq!(calendar::kind_of_day(calendar, date(2024, 5, 12)), (true, false));
    assert_eq!(calendar::kind_of_day(calendar, date(2024, 4, 1)), (true, false));
    assert_eq!(calendar::kind_of_day(calendar, date(2024, 4, 25)), (true, false));
}

#[test]
fn evidence_is_what_its_form_admits() {
    let table = [
        (
            json!({ "tipo": "testo", "minimo": 2, "massimo": 3 }),
            vec![json!("ab"), json!("èèè")],
            vec![json!("a"), json!("abcd"), json!(12)],
        ),
        (
            json!({ "tipo": "testo", "modello": "[A-Z]{2}|x" }),
            vec![json!("AB"), json!("x")],
            vec![json!("ABC"), json!("AB\n"), json!("")],
        ),
        (
            json!({ "tipo": "intero", "minimo": 1, "massimo": 40 }),
            vec![json!(1), json!(40)],
            vec![json!(0), json!(41), json!("1"), json!(1.5), serde_json::from_str("2e0").unwrap()],
        ),
        (
            json!({ "tipo": "decimale", "minimo": 0.25 }),
            vec![json!("0.25"), json!(0.25), json!(7)],
            vec![json!("0.249"), json!("0,25"), json!(true), json!(".5"), json!("")],
        ),
        (
            json!({ "tipo": "data" }),
            vec![json!("2024-02-29")],
            vec![json!("2023-02-29"), json!("29/02/2024"), json!(20240229)],
        ),
        (json!({ "tipo": "booleano" }), vec![json!(true)], vec![json!("true"), json!(1), Value::Null]),
        (
            json!({ "tipo": "scelta", "scelte": ["a", "b"] }),
            vec![json!("a")],
            vec![json!("c"), json!(["a"]), json!("")],
        ),
        (
            json!({ "tipo": "elenco", "di": "scelta", "scelte": ["a", "b"], "minimo": 1, "massimo": 2 }),
            vec![json!(["a"]), json!(["b", "a"])],
            vec![json!([]), json!(["a", "a"]), json!(["a", "b", "a"]), json!(["c"]), json!("a")],
        ),
    ];
    for (field, good, bad) in table {
        assert!(good.iter().all(|value| admitted(&field, value).is_some()), "{field}: {good:?}");
        assert!(bad.iter().all(|value| admitted(&field, value).is_none()), "{field}: {bad:?}");
    }
}

#[test]
fn what_an_output_due_rests_on_is_due_with_it() {
    let (_dir, law) = fixture();
    let verdict = company(&law, &[], "2024-05-06");
    assert_eq!(verdict.due, set(&["contatto", "visita", "incontro"]));
    assert_eq!(verdict.conforme, "false");
    assert_eq!(verdict.terms["dieci-giorni"], (Some("2024-05-16".into()), "in-corso".into()));
    assert_eq!(verdict.terms["uscita"], (None, "non-decorre".into()));
}

#[test]
fn order_is_by_day_and_one_day_has_no_order() {
    let (_dir, law) = fixture();
    let both = |first: (&str, Value), second: (&str, Value)| company(&law, &[first, second], "2024-06-01").findings;
    assert!(both(("2024-05-07", done("contatto")), ("2024-05-07", done("visita"))).is_empty());
    assert!(both(("2024-05-08", done("visita")), ("2024-05-07", done("contatto"))).is_empty());
    let late = BTreeSet::from([("ordine".to_string(), "visita".to_string())]);
    assert!(both(("2024-05-07", done("visita")), ("2024-05-07", done("contatto"))).is_empty());
    assert_eq!(both(("2024-05-07", done("visita")), ("2024-05-08", done("contatto"))), late);
}

#[test]
fn a_case_done_and_concluded_is_compliant_the_day_it_ends_and_after() {
    let (_dir, law) = fixture();
    let mut events = vec![
        ("2024-05-16", done("contatto")),
        ("2024-05-17", done("visita")),
        ("2024-05-17", json!({ "tipo": "output", "output": "incontro", "evidenza": {} })),
        ("2024-05-23", closed("conclusa")),
    ];
    let verdict = company(&law, &events, "2024-06-30");
    assert_eq!((verdict.conforme.as_str(), found(&verdict)), ("true", vec![("outcome-non-rilevato", "R")]));
    assert_eq!(verdict.terms["uscita"], (Some("2024-05-23".into()), "rispettato".into()));
    // The contact a day late is the company's fault, hence a notice; the close a day early is the office's.
    events[0].0 = "2024-05-17";
    events[3].0 = "2024-05-23";
    let verdict = company(&law, &events, "2024-06-30");
    assert_eq!(verdict.conforme, "false");
    assert!(found(&verdict).contains(&("termine", "uscita")));
    events[3].0 = "2024-05-24";
    let verdict = company(&law, &events, "2024-06-30");
    assert_eq!(verdict.conforme, "true");
    assert_eq!(found(&verdict), [("outcome-non-rilevato", "R"), ("termine", "dieci-giorni")]);
}

#[test]
fn after_the_close_only_facts_registrations_corrections_and_a_reopening_count() {
    let (_dir, law) = fixture();
    let mut events = vec![("2024-05-07", closed("interrotta")), ("2024-05-08", done("contatto"))];
    let verdict = company(&law, &events, "2024-06-01");
    assert_eq!(found(&verdict), [("dopo-chiusura", "contatto"), ("interrotta", "R")]);
    assert_eq!((verdict.due.len(), verdict.conforme.as_str()), (0, "false"));
    assert_eq!(verdict.terms["dieci-giorni"].1, "in-corso");
    events.insert(1, ("2024-05-08", json!({ "tipo": "riaperta", "motivo": "errore" })));
    let verdict = company(&law, &events, "2024-06-01");
    assert_eq!((found(&verdict), &verdict.due), (vec![], &set(&["visita", "incontro"])));
    events.push(("2024-05-09", voided(2)));
    assert_eq!(found(&company(&law, &events, "2024-06-01")), [("stato", "riaperta")]);
}

#[test]
fn a_voiding_that_is_voided_never_happened() {
    let (_dir, law) = fixture();
    let mut events = vec![("2024-05-07", done("contatto")), ("2024-05-08", voided(2))];
    assert_eq!(company(&law, &events, "2024-05-10").due, set(&["contatto", "visita", "incontro"]));
    events.push(("2024-05-08", voided(3)));
    assert_eq!(company(&law, &events, "2024-05-10").due, set(&["visita", "incontro"]));
    events.push(("2024-05-08", voided(4)));
    let verdict = company(&law, &events, "2024-05-10");
    assert_eq!((verdict.due.len(), found(&verdict)), (3, vec![]));
    for number in [0, 1, 6, 99] {
        let mut events = events.clone();
        events.push(("2024-05-08", voided(number)));
        assert_eq!(found(&company(&law, &events, "2024-05-10")), [("sconosciuto", "annullata")], "{number}");
    }
}

#[test]
fn an_activity_goes_through_the_states_of_the_ministry() {
    let (_dir, law) = fixture();
    let path = |steps: &[&str]| {
        let events: Vec<_> = steps.iter().map(|step| ("2024-05-07", sap("contatto", step))).collect();
        company(&law, &events, "2024-05-10").findings.is_empty()
    };
    assert!(path(&[
        "proposta",
        "rifiuto",
        "proposta",
        "iniziata",
        "sospesa",
        "iniziata",
        "terminata",
        "rendicontata",
        "iniziata"
    ]));
    assert!(path(&["terminata", "terminata"]));
    assert!(path(&["esonerata", "esonerata"]));
    assert!(!path(&["sospesa"]));
    assert!(!path(&["iniziata", "rifiuto"]));
    assert!(!path(&["terminata", "esonerata"]));
    assert!(!path(&["terminata", "rendicontata", "rendicontata"]));
    let back = |first: &str, second: &str| {
        let events = [("2024-05-09", sap("contatto", first)), ("2024-05-08", sap("contatto", second))];
        company(&law, &events, "2024-05-10").findings.len()
    };
    // Within an instance days never go back; a new instance may be earlier than the one before.
    assert_eq!(
        (back("iniziata", "terminata"), back("terminata", "iniziata"), back("terminata", "rendicontata")),
        (1, 0, 1)
    );
}

#[test]
fn a_reason_is_missed_where_it_is_owed() {
    let (_dir, law) = fixture();
    let mut refused = sap("contatto", "rifiuto");
    refused["motivo"] = json!("  ");
    let events = [("2024-05-07", sap("contatto", "proposta")), ("2024-05-08", refused)];
    assert_eq!(found(&company(&law, &events, "2024-05-10")), [("stato", "contatto")]);
    let events = [("2024-05-07", json!({ "tipo": "sospesa" })), ("2024-05-08", json!({ "tipo": "ripresa" }))];
    assert_eq!(found(&company(&law, &events, "2024-05-10")), [("stato", "sospesa")]);
}

#[test]
fn suspension_stops_the_terms_and_an_open_one_for_good() {
    let (_dir, law) = fixture();
    let stop = ("2024-05-10", json!({ "tipo": "sospesa", "motivo": "ferie" }));
    let resume = ("2024-05-14", json!({ "tipo": "ripresa" }));
    let term = |events: &[(&str, Value)]| company(&law, events, "2024-06-30").terms["dieci-giorni"].clone();
    assert_eq!(term(&[]), (Some("2024-05-16".into()), "violato".into()));
    assert_eq!(term(&[stop.clone(), resume]), (Some("2024-05-20".into()), "violato".into()));
    assert_eq!(term(std::slice::from_ref(&stop)), (None, "sospeso".into()));
    assert_eq!(term(&[stop, ("2024-06-20", done("contatto"))]), (None, "rispettato".into()));
}

/// A case of the level that uses every word; facts are supplied on the opening day.
fn person(law: &Law, facts: Value, events: &[Value], on: &str) -> Verdict {
    let record = json!([{ "lep": "R", "item": "incontro", "il": "2024-04-01" }, { "lep": "R", "item": "contatto", "il": "2024-04-01" }]);
    let mut log =
        vec![json!({ "il": "2024-05-06", "ora": "09:00", "tipo": "aperta", "lep": "M", "fascicolo": record })];
    for (name, value) in crate::reference::fields(&facts) {
        log.push(json!({ "il": "2024-05-06", "tipo": "dato", "dato": name, "valore": value }));
    }
    log.extend(events.iter().cloned());
    judge(law, "M", &log, on)
}

#[test]
fn what_is_not_known_is_awaited_and_never_refused() {
    let (_dir, law) = fixture();
    let told = person(&law, json!({}), &[], "2024-05-06");
    assert_eq!(told.due, set(&["accoglienza", "ciclo", "progetto"]));
    assert_eq!(told.not_known, set(&["verifica", "seguito", "riserva", "relazione"]));
    assert_eq!(told.awaited, set(&["eta", "percettore", "urgente", "zona", "data_domanda"]));
    assert_eq!(told.terms["trenta-fermi"], (None, "non-noto".into()));
    assert_eq!(told.terms["quattro-mesi-fermi"], (None, "non-noto".into()));
    assert!(told.findings.is_empty());
    let told = person(
        &law,
        json!({ "eta": 29, "zona": "sud", "percettore": false, "data_domanda": "2018-12-31" }),
        &[],
        "2024-05-06",
    );
    assert_eq!(told.due, set(&["accoglienza", "ciclo", "progetto", "verifica"]));
    assert!(told.not_known.is_empty() && told.awaited.is_empty());
    assert!(!told.terms.contains_key("dopo-domanda"));
    // A fact of the wrong type is a fault, and the fact is not known.
    let told = person(
        &law,
        json!({ "eta": "trenta", "zona": "sud", "percettore": false, "data_domanda": "2018-12-31" }),
        &[],
        "2024-05-06",
    );
    assert_eq!(found(&told), [("sconosciuto", "eta"), ("termine", "quattro-mesi-fermi")]);
    assert_eq!(told.awaited, set(&["eta"]));
}

#[test]
fn access_is_the_record_or_the_alternative_and_its_condition() {
    let (_dir, law) = fixture();
    let verdict = |facts: Value, record: Value| {
        let mut log = vec![json!({ "il": "2024-05-06", "tipo": "aperta", "lep": "M", "fascicolo": record })];
        for (name, value) in crate::reference::fields(&facts) {
            log.push(json!({ "il": "2024-05-06", "tipo": "dato", "dato": name, "valore": value }));
        }
        judge(&law, "M", &log, "2024-05-06").findings.contains(&("accesso".to_string(), "M".to_string()))
    };
    let half = json!([{ "lep": "R", "item": "incontro", "il": "2024-04-01" }]);
    let full = json!([{ "lep": "R", "item": "incontro", "il": "2024-04-01" }, { "lep": "R", "item": "contatto", "il": "2024-04-01" }]);
    assert!(!verdict(json!({ "eta": 16 }), full.clone()));
    assert!(verdict(json!({ "eta": 15 }), full));
    assert!(!verdict(json!({ "eta": 16 }), half.clone()));
    assert!(verdict(json!({ "eta": 16, "urgente": false }), half.clone()));
    assert!(verdict(json!({ "eta": 16, "zona": "centro" }), half.clone()));
    assert!(!verdict(json!({ "eta": 16, "zona": "nord", "urgente": true }), half));
}

#[test]
fn registrations_are_owed_once_done_with_a_code_that_is_the_items_own_and_in_force() {
    let (_dir, law) = fixture();
    let facts =
        json!({ "eta": 40, "percettore": false, "zona": "nord", "reddito": "1000.49", "data_domanda": "2024-05-01" });
    let on = |il: &str, mut event: Value| {
        event["il"] = json!(il);
        event
    };
    let mut events: Vec<Value> =
        ["accoglienza", "ciclo", "ciclo", "ciclo"].iter().map(|name| on("2024-05-07", done(name))).collect();
    let code = |code: &str, per: &str| on("2024-05-07", json!({ "tipo": "sap", "codice": code, "per": per }));
    let registration =
        |item: &str, codes: &[&str]| (item.to_string(), codes.iter().map(|code| code.to_string()).collect());
    let told = person(&law, facts.clone(), &events[..3], "2024-05-08");
    assert_eq!(told.registrations, BTreeSet::from([registration("accoglienza", &["A05"])]));
    let told = person(&law, facts.clone(), &events, "2024-05-08");
    assert_eq!(
        told.registrations,
        BTreeSet::from([registration("accoglienza", &["A05"]), registration("ciclo", &["B02", "B03"])])
    );
    events.extend([code("B03", "ciclo"), code("A05", "accoglienza")]);
    let told = person(&law, facts.clone(), &events, "2024-05-08");
    assert!(told.registrations.is_empty() && told.findings.is_empty());
    events.extend([
        code("A05", "ciclo"),
        code("A03", "verifica"),
        code("A01", "verifica"),
        code("X01", "seguito"),
        code("Z99", "nulla"),
    ]);
    let told = person(&law, facts, &events, "2024-05-08");
    let wrong =
        [("sap", "ciclo"), ("sap", "nulla"), ("sap", "verifica"), ("sconosciuto", "Z99"), ("sconosciuto", "nulla")];
    assert_eq!(found(&told), wrong);
}

#[test]
fn a_term_in_hours_is_decided_only_if_every_hour_decides_it() {
    let (_dir, law) = fixture();
    let facts = json!({ "eta": 40, "percettore": false, "zona": "sud", "reddito": 5000, "data_domanda": "2024-05-01" });
    let state = |start: (&str, Option<&str>), finish: (&str, Option<&str>)| {
        let mut events = vec![
            json!({ "il": "2024-05-06", "ora": "10:00", "tipo": "attivita", "attivita": "accoglienza", "evento": "terminata" }),
        ];
        for (name, (il, hour)) in [("iniziata", start), ("terminata", finish)] {
            let mut event = json!({ "il": il, "tipo": "attivita", "attivita": "ciclo", "evento": name });
            if let Some(hour) = hour {
                event["ora"] = json!(hour);
            }
            events.push(event);
        }
        let told = person(&law, facts.clone(), &events, "2024-06-30");
        (told.terms["entro-ore"].clone(), told.terms["dopo-ore"].1.clone())
    };
    let ends = Some("2024-05-16".to_string());
    // 240 hours after 6 May, 10:00; 7 hours from the start to the completion.
    let told = state(("2024-05-16", Some("10:00")), ("2024-05-16", Some("17:00")));
    assert_eq!(told, ((ends.clone(), "rispettato".into()), "rispettato".into()));
    let told = state(("2024-05-16", Some("10:01")), ("2024-05-16", Some("17:00")));
    assert_eq!(told, ((ends.clone(), "violato".into()), "violato".into()));
    let told = state(("2024-05-16", None), ("2024-05-16", None));
    assert_eq!(told, ((ends.clone(), "non-noto".into()), "non-noto".into()));
    let told = state(("2024-05-15", None), ("2024-05-16", Some("06:59")));
    assert_eq!(told, ((ends.clone(), "rispettato".into()), "rispettato".into()));
    let told = state(("2024-05-17", None), ("2024-05-18", Some("06:58")));
    assert_eq!(told, ((ends, "violato".into()), "non-noto".into()));
}

#[test]
fn a_length_that_no_one_has_set_is_not_known_unless_it_cannot_matter() {
    let (_dir, law) = fixture();
    let facts =
        json!({ "eta": 40, "percettore": false, "zona": "nord", "reddito": 5000, "data_domanda": "2024-05-01" });
    let project = json!({ "il": "2024-05-10", "tipo": "output", "output": "progetto", "evidenza": {} });
    let follow = |il: &str| json!({ "il": il, "tipo": "attivita", "attivita": "seguito", "evento": "terminata" });
    let state = |events: &[Value]| person(&law, facts.clone(), events, "2024-06-30").terms["regionale"].1.clone();
    assert_eq!(state(&[]), "non-decorre");
    assert_eq!(state(std::slice::from_ref(&project)), "non-noto");
    assert_eq!(state(&[project.clone(), follow("2024-05-10")]), "rispettato");
    assert_eq!(state(&[project, follow("2024-05-11")]), "non-noto");
}

#[test]
fn a_level_whose_outputs_no_one_has_read_is_never_found_compliant() {
    let (_dir, law) = fixture();
    let open = |lep: &str| json!({ "il": "2024-05-06", "tipo": "aperta", "lep": lep, "fascicolo": [] });
    let urgent = json!({ "il": "2024-05-06", "tipo": "dato", "dato": "urgente", "valore": false });
    let done = json!({ "il": "2024-05-07", "tipo": "attivita", "attivita": "domanda", "evento": "terminata" });
    let left = json!({ "il": "2024-05-08", "tipo": "chiusa", "modo": "interrotta", "motivo": "perché sì" });
    let conforme = |lep: &str, events: &[&Value]| {
        let log: Vec<Value> = std::iter::once(open(lep)).chain(events.iter().map(|event| (*event).clone())).collect();
        judge(&law, lep, &log, "2024-05-10").conforme
    };
    assert_eq!(conforme("O", &[]), "non-noto");
    assert_eq!(conforme("O", &[&left]), "non-noto");
    assert_eq!(conforme("H", &[]), "false");
    assert_eq!(conforme("H", &[&done]), "non-noto");
    assert_eq!(conforme("H", &[&urgent, &done]), "non-noto");
    assert_eq!(conforme("H", &[&urgent, &done, &left]), "non-noto");
}

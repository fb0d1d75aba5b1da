// SPDX-License-Identifier: EUPL-1.2
//! The judge and the jurists agree: every scenario beside a national level, read without the engine.
//!
//! A command that a scenario wants refused is taken as never recorded; refusals themselves are the engine's to show.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::{Map, Value, json};

use crate::reference::{Law, Verdict, fields, judge, list, plain, text};

#[test]
fn the_judge_agrees_with_the_scenarios_of_the_national_levels() {
    let specs = Path::new(env!("CARGO_MANIFEST_DIR")).join("specs");
    if !specs.join("nazionale").is_dir() {
        // The national levels are not in the tree yet.
        return;
    }
    let law = Law::read(&specs);
    let mut faults: Vec<String> = Vec::new();
    let mut read = 0;
    for path in fs::read_dir(specs.join("nazionale")).unwrap().map(|entry| entry.unwrap().path()) {
        let name = path.file_name().unwrap().to_str().unwrap().to_string();
        let Some(stem) = name.strip_suffix(".prove.yaml") else { continue };
        let lep = stem.split('-').next().unwrap().to_uppercase();
        let scenarios: Value = yaml_serde::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        for scenario in list(&scenarios) {
            let events = events(&lep, scenario);
            if events.is_empty() {
                // The opening is refused: there is no case to judge.
                continue;
            }
            let verdict = judge(&law, &lep, &events, text(&scenario["al"]));
            let differ = differences(&scenario["allora"], &verdict);
            faults.extend(differ.into_iter().map(|fault| format!("{name}: {}: {fault}", text(&scenario["prova"]))));
            read += 1;
        }
    }
    assert!(read > 0, "no scenario was found");
    assert!(faults.is_empty(), "{} of {read} scenarios:\n{}", faults.len(), faults.join("\n"));
}

/// The log that a scenario would leave.
fn events(lep: &str, scenario: &Value) -> Vec<Value> {
    let item = |entry: &Value| ["output", "attivita", "outcome"].map(|kind| text(&entry[kind])).concat();
    let record = list(&scenario["fascicolo"]).iter();
    let record: Vec<Value> =
        record.map(|has| json!({ "lep": has["lep"], "item": item(has), "il": has["il"] })).collect();
    let mut log: Vec<Value> = Vec::new();
    for event in list(&scenario["eventi"]).iter().filter(|event| event["diniego"].is_null()) {
        let is = |key: &str| !event[key].is_null();
        let mut what = match () {
            _ if is("apri") => json!({ "tipo": "aperta", "soggetto": "s-1", "lep": lep, "fascicolo": record }),
            _ if is("dato") => json!({ "tipo": "dato", "dato": event["dato"], "valore": event["valore"] }),
            _ if is("attivita") => json!({ "tipo": "attivita" }),
            _ if is("output") => json!({ "tipo": "output" }),
            _ if is("outcome") => json!({ "tipo": "outcome" }),
            _ if is("sap") => json!({ "tipo": "sap", "codice": event["sap"], "per": event["per"] }),
            _ if is("sospendi") => json!({ "tipo": "sospesa", "motivo": event["sospendi"] }),
            _ if is("riprendi") => json!({ "tipo": "ripresa" }),
            _ if is("chiudi") => json!({ "tipo": "chiusa", "modo": event["chiudi"] }),
            _ if is("riapri") => json!({ "tipo": "riaperta", "motivo": event["riapri"] }),
            _ if is("convoca") => json!({ "tipo": "convocata", "giorno": event["convoca"]["giorno"] }),
            _ if is("presente") || is("assente") => {
                let kind = if is("presente") { "presente" } else { "assente" };
                json!({ "tipo": kind, "convocazione": event[kind] })
            }
            _ if is("giustifica") => json!({ "tipo": "giustificata" }),
            _ if is("sanziona") => json!({ "tipo": "sanzione" }),
            _ if is("annulla") => json!({ "tipo": "annullata", "sequenza": event["annulla"] }),
            _ => panic!("not understood: {event}"),
        };
        for key in ["il", "ora", "attivita", "evento", "modalita", "motivo", "output", "evidenza", "outcome"] {
            if is(key) {
                what[key] = event[key].clone();
            }
        }
        log.push(what);
        if is("apri") {
            let fact = |(name, value)| json!({ "il": event["il"], "tipo": "dato", "dato": name, "valore": value });
            log.extend(fields(&scenario["dati"]).map(fact));
        }
    }
    log
}

fn differences(expected: &Value, told: &Verdict) -> Vec<String> {
    let named = |entry: &Value| ["output", "attivita", "outcome", "per"].map(|kind| text(&entry[kind])).concat();
    let names = |key: &str| list(&expected[key]).iter().map(named).collect::<BTreeSet<String>>();
    let mut faults: Vec<String> = Vec::new();
    let mut check = |key: &str, agrees: bool, told: String| {
        if !expected[key].is_null() && !agrees {
            faults.push(format!("`{key}` is {}, the judge says {told}", expected[key]));
        }
    };
    check("dovuto", names("dovuto") == told.due, format!("{:?}", told.due));
    check("dovuto_anche", names("dovuto_anche").is_subset(&told.due), format!("{:?}", told.due));
    check("non_dovuto", names("non_dovuto").is_disjoint(&told.due), format!("{:?}", told.due));
    let registered = |entry: &Value| {
        told.registrations.iter().any(|(item, codes)| *item == named(entry) && codes.contains(&plain(&entry["sap"])))
    };
    let registrations = list(&expected["registrazioni"]);
    let all = registrations.iter().all(registered) && registrations.len() == told.registrations.len();
    check("registrazioni", all, format!("{:?}", told.registrations));
    let awaited: BTreeSet<String> = list(&expected["attesi"]).iter().map(plain).collect();
    check("attesi", awaited == told.awaited, format!("{:?}", told.awaited));
    check("conforme", plain(&expected["conforme"]) == told.conforme, told.conforme.clone());
    let findings = list(&expected["rilievi"]);
    let found = |entry: &Value| {
        told.findings
            .iter()
            .any(|(kind, what)| entry["tipo"] == *kind && (entry["che"].is_null() || entry["che"] == *what))
    };
    check(
        "rilievi",
        findings.iter().all(found) && findings.len() == told.findings.len(),
        format!("{:?}", told.findings),
    );
    let ends = |entry: &Value| match told.terms.get(text(&entry["termine"])) {
        Some((end, state)) => entry["stato"] == *state && (entry["entro"].is_null() || entry["entro"] == json!(end)),
        None => false,
    };
    check("termini", list(&expected["termini"]).iter().all(ends), format!("{:?}", told.terms));
    let unknown: Map<String, Value> = fields(expected)
        .filter(|(key, _)| !KEYS.contains(&key.as_str()))
        .map(|(k, v)| (k.clone(), v.clone()))
        .collect();
    assert!(unknown.is_empty(), "not understood: {unknown:?}");
    faults
}

/// `parametri` is for the engine alone.
const KEYS: [&str; 9] =
    ["dovuto", "dovuto_anche", "non_dovuto", "registrazioni", "attesi", "conforme", "rilievi", "termini", "parametri"];

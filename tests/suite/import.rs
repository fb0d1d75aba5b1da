// SPDX-License-Identifier: EUPL-1.2
//! Cases from another system: one outcome for each line, each case whole and once, whatever comes and whatever happens.

use std::io::Cursor;

use lepre::service::{ImportOutcome, ImportReport, ImportedLine, Service};
use lepre::store::Store;
use serde_json::{Value as Json, json};

use crate::service::office::{company, concluded, guidance, person};

mod again;
mod killed;
mod lines;
mod streamed;
mod troubled;

/// What became of each line of a text.
fn import(service: &Service, text: impl AsRef<[u8]>) -> (Vec<ImportedLine>, ImportReport) {
    let mut told = Vec::new();
    let report = service.import(&mut Cursor::new(text.as_ref()), &mut |line, _| told.push(line.clone())).unwrap();
    (told, report)
}

fn words(told: &[ImportedLine]) -> Vec<&'static str> {
    told.iter().map(|line| line.outcome.word()).collect()
}

/// Why the only line of a text was refused.
fn reason(service: &Service, text: impl AsRef<[u8]>) -> String {
    let (told, _) = import(service, text);
    match told.as_slice() {
        [ImportedLine { outcome: ImportOutcome::Refused { reason }, .. }] => reason.clone(),
        other => panic!("{other:?}"),
    }
}

fn opened(il: &str) -> Json {
    json!({ "il": il, "tipo": "aperta" })
}

/// A line of a person's case, or of a company's.
fn case(id: &str, lep: &str, n: usize, events: impl IntoIterator<Item = Json>) -> Json {
    let subject = match lep {
        "Q" => json!({ "partita_iva": company(n) }),
        _ => json!({ "codice_fiscale": person(n) }),
    };
    json!({ "id": id, "lep": lep, "soggetto": subject, "eventi": events.into_iter().collect::<Vec<_>>() })
}

/// E from its opening to its closing, with the pact signed elsewhere.
fn whole(id: &str, n: usize) -> Json {
    let signed = json!({ "il": "2024-05-02", "tipo": "dato", "dato": "patto_gia_sottoscritto", "valore": true });
    let story = [opened("2024-05-02"), signed].into_iter().chain(guidance()).chain([concluded("2024-05-15")]);
    case(id, "E", n, story)
}

fn text(lines: &[Json]) -> String {
    lines.iter().map(|line| format!("{line}\n")).collect()
}

/// Every case is there once, with the events of its line after the opening, and the chain holds.
fn is_whole(store: &dyn Store, lines: &[Json]) {
    assert_eq!(store.stats().unwrap().cases, lines.len() as u64);
    for line in lines {
        let head =
            store.case_by_external(line["id"].as_str().unwrap()).unwrap().unwrap_or_else(|| panic!("{line} is lost"));
        let stored: Vec<Json> =
            store.events(head.id).unwrap().iter().map(|event| serde_json::from_str(&event.body).unwrap()).collect();
        let given = line["eventi"].as_array().unwrap();
        assert_eq!(stored.len(), given.len(), "{}", line["id"]);
        assert_eq!(stored[0]["il"], given[0]["il"]);
        for (stored, given) in stored.iter().zip(given).skip(1) {
            assert_eq!(stored, given, "{}", line["id"]);
        }
    }
    assert_eq!(store.verify_chain(&mut |_, _| {}).unwrap(), []);
}

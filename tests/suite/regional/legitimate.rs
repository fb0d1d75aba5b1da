// SPDX-License-Identifier: EUPL-1.2
//! What a region may do, done on every level that offers it: nothing legitimate is refused, and the floor holds.

use lepre::calendar::{Length, Unit};
use lepre::compile::{both, floor};
use lepre::rulebook::{Bound, ItemKind, Obligation, Rulebook, SapCodes, Term};
use lepre::spec::folder;
use lepre::spec::level::{FieldType, Party};

use super::corpus::{NORM, levels, refused, specs, variation};
use super::fixture::file;
use crate::engine::day;

/// The verbs that a level offers a use for, one variation each.
fn legitimate(level: &Rulebook) -> Vec<Vec<String>> {
    let mut all: Vec<Vec<String>> = Vec::new();
    let mut one = |verb: String| all.push(vec![verb]);
    let conditions = ["eta < 30", "eta >= 50 || percettore_naspi", "!(percettore_naspi) && eta in [18, 19]"];
    for item in &level.items {
        let key = match item.kind {
            ItemKind::Activity => "attivita",
            ItemKind::Output => "output",
            ItemKind::Outcome => "outcome",
        };
        let id = &item.id;
        if matches!(item.obligation, Obligation::Offered | Obligation::Implied) {
            one(format!("rendi_dovuta: {{ {key}: {id}, {NORM} }}"));
            for condition in conditions {
                one(format!("rendi_dovuta: {{ {key}: {id}, se: \"{condition}\", {NORM} }}"));
            }
        }
        if item.kind != ItemKind::Outcome {
            one(format!(
                "aggiungi_termine: {{ id: nuovo-termine, che: {id}, entro: 20 giorni, da: apertura, {NORM} }}"
            ));
            one(format!(
                "aggiungi_termine: {{ id: nuovo-termine, che: {id}, entro: 2 mesi, fine_mese: ultimo-giorno, da: apertura, se: \"eta < 30\", {NORM} }}"
            ));
        }
        if item.kind == ItemKind::Output {
            one(format!(
                "rafforza_evidenza: {{ output: {id}, campi: {{ nota_regionale: {{ tipo: testo, minimo: 3, domanda: Che cosa? }} }}, {NORM} }}"
            ));
        }
        for field in &item.evidence.fields {
            let name = &field.name;
            if !field.mandatory {
                one(format!(
                    "rafforza_evidenza: {{ output: {id}, campi: {{ {name}: {{ obbligatorio: true }} }}, {NORM} }}"
                ));
            }
            // A list of choices holds each of them once: it cannot be longer than they are.
            let room = field.choices.is_empty();
            if room && matches!(field.kind, FieldType::List | FieldType::Text) {
                let more = field.minimum.and_then(|n| n.integer()).unwrap_or(0) + 2;
                one(format!(
                    "rafforza_evidenza: {{ output: {id}, campi: {{ {name}: {{ minimo: {more} }} }}, {NORM} }}"
                ));
            }
            if field.kind == FieldType::Text && field.pattern.is_none() {
                one(format!(
                    "rafforza_evidenza: {{ output: {id}, campi: {{ {name}: {{ modello: '[A-Z].*' }} }}, {NORM} }}"
                ));
            }
        }
        if item.registration.is_none() && item.kind == ItemKind::Activity {
            match &level.sap {
                SapCodes::ToBeDefined => one(format!("precisa_sap: {{ {key}: {id}, codice: C06, {NORM} }}")),
                SapCodes::Codes(codes) => {
                    one(format!("precisa_sap: {{ {key}: {id}, codice: {}, se: \"eta < 30\", {NORM} }}", codes[0]))
                }
                SapCodes::Missing => {}
            }
        }
    }
    let ours = |term: &&Term| term.who == Party::Office && term.bound == Bound::Within;
    for term in level.terms.iter().filter(ours) {
        let Some(length) = term.length.filter(|length| length.count > 2) else { continue };
        for count in [1, length.count / 2, length.count - 1] {
            one(format!(
                "abbrevia: {{ termine: {}, entro: {}, {NORM} }}",
                term.id,
                Length { count, unit: length.unit }
            ));
        }
        if length.unit == Unit::Days {
            // Another unit: both lengths bind, and the one that ends first decides.
            one(format!("abbrevia: {{ termine: {}, entro: 10 giorni lavorativi, {NORM} }}", term.id));
        }
    }
    one(format!("traduci: {{ lingua: de, titolo: Ein Titel, {NORM} }}"));
    all.push(vec![
        format!("aggiungi_attivita: {{ id: cosa-nuova, testo: una cosa nuova, procedura: {{ obbligo: dovuta }}, {NORM} }}"),
        format!("aggiungi_output: {{ id: esito-scritto, testo: un esito scritto, procedura: {{ da: [cosa-nuova], evidenza: {{ che: {{ tipo: testo, minimo: 1, domanda: Che cosa? }} }} }}, {NORM} }}"),
        format!("aggiungi_outcome: {{ id: esito-raggiunto, testo: un esito, procedura: {{ dopo: [esito-scritto] }}, {NORM} }}"),
        format!("aggiungi_termine: {{ id: in-tempo, che: esito-scritto, entro: 10 giorni lavorativi, da: cosa-nuova, {NORM} }}"),
    ]);
    all
}

#[test]
fn nothing_legitimate_is_refused_and_the_floor_holds() {
    let specs = specs(&["piemonte"]);
    let mut kinds = std::collections::BTreeSet::new();
    let mut count = 0;
    for level in &levels() {
        let letter = &level.level;
        let path = format!("regioni/piemonte/{}-variata.yaml", letter.to_lowercase());
        for verbs in legitimate(level) {
            let text = variation(letter, "piemonte", &verbs);
            let files = [file(&path, &text)];
            let found = refused(&specs, letter, "piemonte", &files);
            // An item due after one that is only offered is a slip worth telling, and not a lowering.
            if found.iter().any(|fault| fault.code == "dovuta-dopo-offerta") {
                continue;
            }
            assert_eq!(found, [], "{text}");
            let (added, _) = folder::read(&files);
            let mut all = specs.clone();
            all.overlays.extend(added.overlays);
            let both = both(&all, letter, Some("piemonte"), day("2024-06-01")).unwrap();
            assert_eq!(floor::compare(&both.national, &both.regional), [], "{text}");
            assert_ne!(both.national.digest(), both.regional.digest());
            kinds.insert(verbs[0].split(':').next().unwrap_or_default().to_owned());
            count += 1;
        }
    }
    println!("{count} variations, {kinds:?}");
    assert!(count >= 60, "{count}");
    assert!(kinds.len() >= 7, "{kinds:?}");
}

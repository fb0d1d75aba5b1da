// SPDX-License-Identifier: EUPL-1.2
//! A verification that is stopped, broken off, and taken up again comes to the answers it would have come to.

use std::fs;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use lepre::service::verification::{Ended, Verification, VerificationError, VerificationRequest};
use lepre::service::{Law, Selection, Service};
use serde_json::Value as Json;
use uuid::Uuid;

use super::bulk::crowded;
use super::office::{Office, service_at};
use crate::engine::{day, event};

fn beside(office: &Office) -> Service {
    office.service.clone().beside(&office.path())
}

fn asked(law: Law) -> VerificationRequest {
    let selection = Selection::default();
    VerificationRequest { account: Uuid::from_u128(1), selection, on: day("2026-01-31"), law }
}

fn run(service: &Service, verification: &Verification) -> Ended {
    let (stop, done) = (AtomicBool::new(false), AtomicU64::new(0));
    service.run_verification(verification, &stop, &done, &|_, told| told).unwrap()
}

fn answers(service: &Service, verification: &Verification) -> Vec<Json> {
    let (mut from, mut all) = (0, Vec::new());
    loop {
        let page = service.verification_page(verification, from, 7).unwrap();
        all.extend(page.lines.iter().map(|line| serde_json::from_str::<Json>(line).unwrap()));
        let Some(next) = page.next else { return all };
        from = next;
    }
}

fn file(office: &Office, verification: &Verification, name: &str) -> std::path::PathBuf {
    office.folder.path().join("lepre.db-verifiche").join(verification.id.to_string()).join(name)
}

#[test]
fn every_case_has_the_answer_of_the_steps_with_its_norms() {
    let office = crowded(150);
    let service = beside(&office);
    for law in [Law::Pinned, Law::On(day("2026-01-31")), Law::On(day("2017-01-01"))] {
        let verification = service.begin_verification(asked(law)).unwrap();
        assert_eq!(service.verification_state(&verification).unwrap().done, 0);
        assert_eq!(run(&service, &verification), Ended::Whole);
        let all = answers(&service, &verification);
        assert_eq!(all.len() as u64, verification.cases);
        let question =
            lepre::service::BulkQuestion { selection: Selection::default(), on: verification.on, law, examples: 0 };
        for answer in &all {
            let case: Uuid = answer["pratica"].as_str().unwrap().parse().unwrap();
            let Ok((law, state, check)) = service.check_under(case, &question) else {
                assert!(answer["conforme"].is_null() && answer["motivo"].is_string(), "{answer}");
                continue;
            };
            assert_eq!(answer["conforme"], check.conformity.word(), "{case}");
            let ours: Vec<(&str, &str)> = answer["rilievi"]
                .as_array()
                .unwrap()
                .iter()
                .map(|found| (found["norma"].as_str().unwrap(), found["messaggio"].as_str().unwrap()))
                .collect();
            let right: Vec<(String, String)> = check
                .findings
                .iter()
                .map(|found| {
                    (
                        lepre::engine::norm_words(&law, &found.norm(&law, &state)),
                        lepre::engine::finding_words(&law, &state, found),
                    )
                })
                .collect();
            assert!(
                ours.iter().copied().eq(right.iter().map(|(norm, words)| (norm.as_str(), words.as_str()))),
                "{case}"
            );
        }
        let end = service.verification_state(&verification).unwrap().end.unwrap();
        let count = |word: &str| all.iter().filter(|answer| answer["conforme"] == word).count() as u64;
        for (sum, word) in [("conformi", "true"), ("non_conformi", "false"), ("non_note", "non-noto")] {
            assert_eq!(end[sum], count(word), "{sum}");
        }
        let sums = ["conformi", "non_conformi", "non_note", "non_controllate"].map(|sum| end[sum].as_u64().unwrap());
        assert_eq!((sums.iter().sum::<u64>(), &end["pratiche"]), (all.len() as u64, &(all.len() as u64).into()));
        let found: usize = all.iter().map(|answer| answer["rilievi"].as_array().unwrap().len()).sum();
        let summed: u64 = end["gruppi"].as_array().unwrap().iter().map(|group| group["quanti"].as_u64().unwrap()).sum();
        assert_eq!(summed, found as u64);
    }
}

/// Broken off at any byte of its answers, after more has been written to the cases and the specifications have gone: the
/// answers are those of the moment at which it was asked for.
#[test]
fn a_verification_broken_off_comes_to_the_same_answers() {
    let office = crowded(120);
    let service = beside(&office);
    for law in [Law::Pinned, Law::On(day("2026-01-31"))] {
        let whole = service.begin_verification(asked(law)).unwrap();
        run(&service, &whole);
        let right = fs::read(file(&office, &whole, "esiti.jsonl")).unwrap();
        let sums = service.verification_state(&whole).unwrap().end.unwrap();
        for at in [0, 1, right.len() / 3, right.len() / 2, right.len() - 1, right.len()] {
            let broken = service.begin_verification(asked(law)).unwrap();
            assert_eq!(broken.cases, whole.cases);
            fs::write(file(&office, &broken, "esiti.jsonl"), &right[..at]).unwrap();
            // Another process, that knows no law but what is stored with the cases.
            let nothing = lepre::library::Library::from_files(office.folder.path(), Vec::new());
            let later = service_at(&office.path(), std::sync::Arc::new(nothing), "2027-06-01").beside(&office.path());
            let found = later.verification(broken.id).unwrap();
            assert_eq!(found, broken);
            assert_eq!(run(&later, &found), Ended::Whole, "cut at {at}");
            assert!(fs::read(file(&office, &broken, "esiti.jsonl")).unwrap() == right, "cut at {at}");
            assert_eq!(later.verification_state(&found).unwrap().end.unwrap(), sums);
        }
    }
}

#[test]
fn what_is_written_meanwhile_changes_nothing() {
    let office = crowded(80);
    let service = beside(&office);
    let first = service.begin_verification(asked(Law::Pinned)).unwrap();
    run(&service, &first);
    let second = service.begin_verification(asked(Law::Pinned)).unwrap();
    let mut grown = 0;
    for head in service.store().case_heads(None, 1_000).unwrap() {
        let closed =
            serde_json::json!({ "tipo": "chiusa", "il": "2026-01-31", "modo": "interrotta", "motivo": "prova" });
        grown += usize::from(service.record(head.id, &event(closed)).is_ok());
    }
    assert!(grown > 10, "{grown}");
    run(&service, &second);
    assert_eq!(answers(&service, &first), answers(&service, &second));
    let third = service.begin_verification(asked(Law::Pinned)).unwrap();
    run(&service, &third);
    assert_ne!(answers(&service, &first), answers(&service, &third));
}

#[test]
fn a_stop_is_heeded_and_a_cancel_can_be_taken_back() {
    let office = crowded(40);
    let service = beside(&office);
    let verification = service.begin_verification(asked(Law::Pinned)).unwrap();
    let (stop, done) = (AtomicBool::new(true), AtomicU64::new(0));
    let ended = service.run_verification(&verification, &stop, &done, &|_, told| told).unwrap();
    assert_eq!((ended, done.load(Ordering::Relaxed)), (Ended::Stopped, 0));
    service.cancel_verification(&verification, true).unwrap();
    assert!(service.verification_state(&verification).unwrap().cancelled);
    service.cancel_verification(&verification, false).unwrap();
    assert!(!service.verification_state(&verification).unwrap().cancelled);
    assert_eq!(run(&service, &verification), Ended::Whole);
    assert_eq!(run(&service, &verification), Ended::Whole);
}

#[test]
fn what_cannot_be_verified_is_told() {
    let office = crowded(30);
    assert!(matches!(office.service.begin_verification(asked(Law::Pinned)), Err(VerificationError::NoFolder)));
    let service = beside(&office);
    let none = Selection { region: Some("nessuna".into()), ..Selection::default() };
    let nothing = service.begin_verification(VerificationRequest { selection: none, ..asked(Law::Pinned) });
    assert!(matches!(nothing, Err(VerificationError::Nothing)));
    assert!(service.all_verifications().unwrap().is_empty());
    assert!(matches!(service.verification(Uuid::from_u128(9)), Err(VerificationError::Unknown)));

    let verification = service.begin_verification(asked(Law::Pinned)).unwrap();
    let list = file(&office, &verification, "elenco");
    let mut bytes = fs::read(&list).unwrap();
    bytes[3] ^= 1;
    fs::write(&list, &bytes).unwrap();
    let (stop, done) = (AtomicBool::new(false), AtomicU64::new(0));
    let damaged = service.run_verification(&verification, &stop, &done, &|_, told| told);
    assert!(matches!(damaged, Err(VerificationError::Damaged("elenco"))), "{damaged:?}");
    // A place that is no beginning of a line.
    let other = service.begin_verification(asked(Law::Pinned)).unwrap();
    run(&service, &other);
    assert!(matches!(service.verification_page(&other, 5, 1), Err(VerificationError::Unknown)));
    assert!(matches!(service.verification_page(&other, 1 << 40, 1), Err(VerificationError::Unknown)));
}

#[test]
fn the_last_ones_of_an_account_stay() {
    let office = crowded(20);
    let service = beside(&office);
    let first = service.begin_verification(asked(Law::Pinned)).unwrap();
    run(&service, &first);
    for _ in 0..20 {
        let next = service.begin_verification(asked(Law::Pinned)).unwrap();
        run(&service, &next);
    }
    assert!(matches!(service.verification(first.id), Err(VerificationError::Unknown)));
    assert_eq!(service.all_verifications().unwrap().len(), 20);
}

// SPDX-License-Identifier: EUPL-1.2
//! A list is whole, page after page.

use std::collections::BTreeSet;

use super::{Program, TODAY, note};
use crate::web::Bureau;

#[test]
fn every_case_comes_once_in_every_order() {
    let bureau = Bureau::new(TODAY);
    for n in 0..23 {
        let (level, facts): (&str, &[(&str, &str)]) =
            if n % 2 == 0 { ("E", &[("patto_gia_sottoscritto", "true")]) } else { ("B", &[]) };
        bureau.open(level, n, "2026-11-02", facts);
    }
    bureau.app.service.catch_up().unwrap();
    let program = Program::of(&bureau, "op", false);
    for path in ["pratiche?ordine=scadenza", "pratiche?ordine=appuntamento", "pratiche?ordine=recenti"] {
        let (mut seen, mut next, mut pages) = (BTreeSet::new(), String::new(), 0);
        loop {
            let page = program.get(&format!("/api/v1/{path}&limite=7{next}")).is(200).json();
            for row in page["pratiche"].as_array().unwrap() {
                assert!(seen.insert(row["pratica"].as_str().unwrap().to_owned()), "twice: {row}");
            }
            pages += 1;
            match page["seguito"].as_str() {
                Some(cursor) => next = format!("&cursore={cursor}"),
                None => break,
            }
        }
        assert_eq!((seen.len(), pages), (23, 4), "{path}");
    }
    let only = program.get("/api/v1/pratiche?lep=B&limite=200").is(200).json();
    assert_eq!(only["pratiche"].as_array().unwrap().len(), 11);
}

#[test]
fn a_history_is_whole_page_after_page() {
    let bureau = Bureau::new(TODAY);
    let view = bureau.open("E", 1, "2026-11-02", &[("patto_gia_sottoscritto", "true")]);
    let program = Program::of(&bureau, "op", true);
    let case = view.head.id.to_string();
    for n in 0..9 {
        let seen = u64::from(view.head.sequence) + n;
        program.write(&case, &format!("k{n}"), seen, &note("ancora")).is(200);
    }
    let (mut sequences, mut after) = (Vec::new(), 0);
    loop {
        let page = program.get(&format!("/api/v1/pratiche/{case}/eventi?limite=4&dopo={after}")).is(200).json();
        sequences.extend(page["eventi"].as_array().unwrap().iter().map(|line| line["sequenza"].as_u64().unwrap()));
        match page["seguito"].as_u64() {
            Some(next) => after = next,
            None => break,
        }
    }
    assert_eq!(sequences, (1..=u64::from(view.head.sequence) + 9).collect::<Vec<_>>());
}

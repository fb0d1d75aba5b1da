// SPDX-License-Identifier: EUPL-1.2
//! A list in pages shows every case once, whatever the order.

use std::collections::BTreeSet;

use crate::web::{Bureau, Seat};

const CASES: usize = 60;

/// Every case linked from a list, page after page, in the order in which they come.
fn walked(seat: &Seat, first: &str) -> Vec<String> {
    let (mut all, mut path) = (Vec::new(), first.to_owned());
    for _ in 0..20 {
        let page = seat.get(&path).is(200);
        let links = page.body.split("<div class=\"lepre-row-who\"><a href=\"/pratiche/").skip(1);
        all.extend(links.map(|rest| rest.split('"').next().unwrap().to_owned()));
        let Some(before) = page.body.split("rel=\"next\"").next().filter(|_| page.has("Altre righe")) else {
            return all;
        };
        let to = before.rsplit("href=\"").next().unwrap().split('"').next().unwrap();
        path = to.replace("&amp;", "&");
    }
    panic!("the list does not end");
}

#[test]
fn every_case_is_shown_once_in_every_order() {
    let bureau = Bureau::new("2026-03-10");
    for n in 0..CASES {
        // Some with a term, some without, several on the same day.
        let level = if n % 3 == 0 { "A" } else { "C" };
        bureau.open(level, n, &format!("2026-03-{:02}", 2 + n % 5), &[]);
    }
    let op = bureau.seat("op");
    for order in ["", "&ordine=termine", "&ordine=appuntamento", "&ordine=nuove"] {
        let all = walked(&op, &format!("/pratiche?stato=aperte{order}"));
        let once: BTreeSet<&String> = all.iter().collect();
        assert_eq!((all.len(), once.len()), (CASES, CASES), "{order}");
    }
    let some = walked(&op, "/pratiche?livello=A");
    assert_eq!(some.len(), CASES / 3);
    // Nobody has them: they are all in the part of the day that is of nobody.
    let nobody = walked(&op, "/oggi?elenco=senza-operatore");
    assert_eq!(nobody.iter().collect::<BTreeSet<_>>().len(), CASES);
    op.get("/oggi").is(200).shows(&format!("Pratiche della sede senza operatore ({CASES})"));
}

#[test]
fn a_cursor_that_is_none_begins_at_the_beginning() {
    let bureau = Bureau::new("2026-03-10");
    let view = bureau.open("A", 1, "2026-03-02", &[]);
    let op = bureau.seat("op");
    for broken in ["x", "1.", "1.x", ".", "99999999999999999999.0", "%00", "1.1' or 1=1"] {
        let path = format!("/pratiche?dopo={}", form_urlencoded::byte_serialize(broken.as_bytes()).collect::<String>());
        op.get(&path).is(200).shows(&view.head.id.to_string());
    }
}

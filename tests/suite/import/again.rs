// SPDX-License-Identifier: EUPL-1.2
//! The same line again, a longer one, another one under the same name; and many at once.

use lepre::service::ImportOutcome;
use serde_json::{Value as Json, json};

use super::{import, is_whole, opened, reason, text, whole, words};
use crate::service::office::{company, office, person, sap};

/// Only the first events of a line.
fn begun(line: &Json, events: usize) -> Json {
    let mut line = line.clone();
    line["eventi"].as_array_mut().unwrap().truncate(events);
    line
}

#[test]
fn a_line_met_again_is_present_and_nothing_is_written() {
    let office = office("2024-12-31");
    let lines: Vec<Json> = (0..3).map(|n| whole(&format!("PR-{n}"), n)).collect();
    let twice = [lines.clone(), lines.clone()].concat();
    let (told, report) = import(&office.service, text(&twice));
    assert_eq!(words(&told), ["importata", "importata", "importata", "già presente", "già presente", "già presente"]);
    assert_eq!((report.imported, report.present, report.events), (3, 3, 30));
    is_whole(office.store(), &lines);
    let before = office.store().case_heads(None, 10).unwrap();
    let (told, report) = import(&office.service, text(&lines));
    assert_eq!((words(&told), report.present), (vec!["già presente"; 3], 3));
    assert_eq!(office.store().case_heads(None, 10).unwrap(), before);
    // What is present is told by its own case.
    let ImportOutcome::Present { case } = told[0].outcome else { panic!() };
    assert_eq!(case, office.service.find_case("PR-0").unwrap());
}

/// A file of yesterday and one of today: only what is new is added, in one file or in two.
#[test]
fn later_events_are_added() {
    let line = whole("PR-1", 1);
    for apart in [true, false] {
        let office = office("2024-12-31");
        let growing = [begun(&line, 4), begun(&line, 4), begun(&line, 9), line.clone(), begun(&line, 2)];
        let expected = ["importata", "già presente", "aggiornata", "aggiornata", "già presente"];
        let told: Vec<&str> = if apart {
            growing
                .iter()
                .flat_map(|line| words(&import(&office.service, text(std::slice::from_ref(line))).0))
                .collect()
        } else {
            words(&import(&office.service, text(&growing)).0)
        };
        assert_eq!(told, expected);
        is_whole(office.store(), std::slice::from_ref(&line));
        assert_eq!(office.service.view(office.service.find_case("PR-1").unwrap()).unwrap().head.state, "conclusa");
    }
}

#[test]
fn another_history_under_the_same_name_is_refused() {
    let office = office("2024-12-31");
    let line = whole("PR-1", 1);
    import(&office.service, text(std::slice::from_ref(&line)));
    let with = |change: &dyn Fn(&mut Json)| {
        let mut other = line.clone();
        change(&mut other);
        format!("{other}\n")
    };
    let already = "la pratica `PR-1` è già nella base dati con ";
    let table: [(String, &str); 10] = [
        (with(&|line| line["eventi"][2]["il"] = json!("2024-05-07")), "un'altra storia, diversa dall'evento 3"),
        (with(&|line| line["eventi"][0]["il"] = json!("2024-05-01")), "un'altra storia, diversa dall'evento 1"),
        (with(&|line| line["eventi"][0]["ora"] = json!("10:00")), "un'altra storia, diversa dall'evento 1"),
        (
            with(&|line| {
                line["eventi"][0]["fascicolo"] =
                    json!([{ "lep": "D", "voce": "patto-sottoscritto", "il": "2024-01-10" }]);
            }),
            "un'altra storia, diversa dall'evento 1",
        ),
        (
            with(&|line| drop(line["eventi"].as_array_mut().unwrap().remove(4))),
            "un'altra storia, diversa dall'evento 5",
        ),
        (
            with(&|line| line["eventi"][6]["evidenza"]["competenze"][0] = json!("cucito")),
            "un'altra storia, diversa dall'evento 7",
        ),
        (with(&|line| line["soggetto"] = json!({ "codice_fiscale": person(2) })), "un altro soggetto"),
        (with(&|line| line["soggetto"] = json!({ "partita_iva": company(2) })), "un altro soggetto"),
        (with(&|line| line["lep"] = json!("I")), "un altro livello"),
        (with(&|line| line["regione"] = json!("piemonte")), "un'altra regione o un'altra sede"),
    ];
    for (other, says) in table {
        assert_eq!(reason(&office.service, &other), format!("{already}{says}"), "{other}");
    }
    is_whole(office.store(), &[line]);
}

/// A case that has gone on here is not the one of the file any more: what was recorded here is not lost.
#[test]
fn what_was_recorded_here_is_kept() {
    let office = office("2024-12-31");
    let line = whole("PR-1", 1);
    let part = begun(&line, 4);
    import(&office.service, text(std::slice::from_ref(&part)));
    let case = office.service.find_case("PR-1").unwrap();
    office.record(case, sap("2024-05-07", "A06", "colloquio"));
    assert_eq!(words(&import(&office.service, text(&[part])).0), ["già presente"]);
    let told = reason(&office.service, text(&[line]));
    assert_eq!(told, "la pratica `PR-1` è già nella base dati con un'altra storia, diversa dall'evento 5");
    assert_eq!(office.service.view(case).unwrap().events.len(), 5);
}

/// More lines than one transaction takes, with repetitions near and far, in an order that a seed decides.
#[test]
fn repetitions_across_batches_are_recognised() {
    let office = office("2024-12-31");
    let mut lines: Vec<Json> = Vec::new();
    let mut firsts: Vec<Json> = Vec::new();
    for n in 0..1_300 {
        let line = super::case(&format!("PR-{n}"), "I", n % 700, [opened("2024-05-02")]);
        firsts.push(line.clone());
        lines.push(line.clone());
        match n % 7 {
            0 => lines.push(line),
            3 if n > 600 => lines.push(firsts[n - 600].clone()),
            _ => {}
        }
    }
    let (told, report) = import(&office.service, text(&lines));
    assert_eq!(told.len(), lines.len());
    assert_eq!((report.imported, report.refused), (1_300, 0));
    assert_eq!(report.present, (lines.len() - 1_300) as u64);
    assert_eq!(office.counts(), (1_300, 700));
    is_whole(office.store(), &firsts);
}

// SPDX-License-Identifier: EUPL-1.2
//! Who may use what: every route of the table, by every role, at the own office and at another's. The table below is what
//! is meant, and was not made from the program: a route that it does not name fails here.

use axum::body::Body;
use axum::http::Request;
use lepre::http::routes::{Kind, table};

use crate::matrix_table::{Cell, EXPECTED};
use crate::web::{Answer, Bureau};

/// The columns: who asks. `op`, `resp` and `verifica` reach the case that stands in the paths; `altrove` and `respaltrove`
/// have the same roles in another office, `ispettore` is the auditor of another region.
const WHO: [&str; 8] = ["nobody", "op", "altrove", "resp", "respaltrove", "amm", "verifica", "ispettore"];

/// What an answer says about admission.
fn cell(answer: &Answer) -> Cell {
    match answer.status.as_u16() {
        401 => Cell::SignIn,
        303 if answer.to().starts_with("/accesso?") => Cell::SignIn,
        403 => Cell::No,
        404 => Cell::Hidden,
        405 => panic!("the method is not served"),
        status if status >= 500 => panic!("{status}: {}", answer.body),
        _ => Cell::Yes,
    }
}

/// The path with the ids of a case at Torino in it.
fn filled(path: &str, ids: &[(&str, String)]) -> String {
    let mut path = path.to_owned();
    for (name, value) in ids {
        path = path.replace(&format!("{{{name}}}"), value);
    }
    assert!(!path.contains('{'), "{path}: say in `ids` what stands there");
    path
}

#[test]
fn every_route_is_in_the_table_and_every_cell_holds() {
    let bureau = Bureau::new("2026-11-24");
    let elsewhere = (Some("lombardia"), Some("milano"));
    bureau.account("respaltrove", lepre::role::Role::OfficeLead, elsewhere);
    bureau.account("ispettore", lepre::role::Role::Auditor, (Some("campania"), None));
    let view = bureau.open("E", 1, "2026-11-02", &[("patto_gia_sottoscritto", "true")]);
    // Level D opens to those who have a profile: this one's history, made elsewhere, says so.
    let line = r#"{"id":"D-1","lep":"D","regione":"piemonte","sede":"torino","soggetto":{"codice_fiscale":"ZZZZZZ80A41Z999K"},
        "eventi":[{"tipo":"aperta","il":"2026-11-02","fascicolo":[{"lep":"C","voce":"profilazione-qualitativa","il":"2026-10-20"}]}]}"#;
    let line = line.replace('\n', "");
    assert_eq!(bureau.app.service.import(&mut line.as_bytes(), &mut |_, _| {}).unwrap().imported, 1);
    let agreement = bureau.app.service.find_case("D-1").unwrap();
    bureau.app.service.catch_up().unwrap();
    let token_of = |username: &str| bureau.token(username, true);
    let seats: Vec<String> =
        WHO.iter().map(|who| if *who == "nobody" { String::new() } else { token_of(who) }).collect();
    // Some forms end the session they come from: each asks from a seat of its own.
    let seat_of = |who: &str| if who == "nobody" { bureau.stranger() } else { bureau.seat(who) };
    let account = bureau.app.registry.account_by_username("collega").unwrap().unwrap().id;
    let rulebook = view.head.rulebook.to_string();
    let ids: Vec<(&str, String)> = vec![
        ("id", view.head.id.to_string()),
        ("soggetto", view.head.subject.to_string()),
        ("lep", "E".into()),
        ("voce", "colloquio".into()),
        ("codice", "diniego".into()),
        ("digest", rulebook.clone()),
        ("impronta", rulebook),
        ("numero", "2".into()),
        ("name", "lepre.css".into()),
        ("atto", "nota".into()),
        ("chiave", "nessuna".into()),
    ];
    let mut wrong = Vec::new();
    for route in table() {
        let row = EXPECTED.iter().find(|row| row.0 == route.method && row.1 == route.path);
        let Some((.., subject, cells)) = row else {
            wrong.push(format!("{} {}: not in the table of who may", route.method, route.path));
            continue;
        };
        for ((token, who), expected) in seats.iter().zip(WHO).zip(cells.iter()) {
            let seat = seat_of(who);
            let mut own = ids.clone();
            match *subject {
                "soggetto" => own[0].1 = view.head.subject.to_string(),
                // Only level D has a *patto di servizio*.
                "patto" => own[0].1 = agreement.to_string(),
                "account" => own[0].1 = account.to_string(),
                "codice" => {
                    own.retain(|(name, _)| *name != "codice");
                    own.push(("codice", "tabulazione".into()));
                }
                _ => {}
            }
            let path = filled(route.path, &own);
            let answer = match route.kind {
                Kind::Form => seat.post(&path, &[]),
                Kind::Api => {
                    let asked =
                        Request::builder().method(route.method).uri(&path).header("content-type", "application/json");
                    let asked = asked.header("idempotency-key", format!("{who}-{path}")).header("if-match", "\"0\"");
                    let asked =
                        if token.is_empty() { asked } else { asked.header("authorization", format!("Bearer {token}")) };
                    let body = if route.method == "GET" { Body::empty() } else { Body::from("{}") };
                    seat.ask(asked.body(body).unwrap())
                }
                Kind::Page | Kind::Plain => seat.get(&path),
            };
            let found = cell(&answer);
            if found != *expected {
                wrong.push(format!(
                    "{} {} as {who}: {found:?}, meant {expected:?} ({})",
                    route.method, route.path, answer.status
                ));
            }
        }
    }
    for (method, path, ..) in EXPECTED {
        if !table().iter().any(|route| route.method == *method && route.path == *path) {
            wrong.push(format!("{method} {path}: in the table of who may, and served by nobody"));
        }
    }
    assert!(wrong.is_empty(), "{} cells are not as meant:\n{}", wrong.len(), wrong.join("\n"));
}

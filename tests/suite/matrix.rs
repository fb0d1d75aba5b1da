// SPDX-License-Identifier: EUPL-1.2
//! Who may use what: every route of the table, by every role, at the own office and at another's. The table below is what
//! is meant, and was not made from the program: a route that it does not name fails here. Where something is written, what
//! is sent is right: whoever may has written it, and whoever may not has left everything as it was.

use axum::body::Body;
use axum::http::Request;
use lepre::http::routes::{Kind, table};
use lepre::service::CaseView;
use serde_json::{Value as Json, json};
use uuid::Uuid;

use crate::engine::event;
use crate::matrix_table::{ACTS, Cell, EXPECTED, Standing, WRITES};
use crate::service::office::person;
use crate::web::{Answer, Bureau, Seat};

/// The columns: who asks. `op`, `resp` and `verifica` reach the case that stands in the paths; `altrove` and `respaltrove`
/// have the same roles in another office, `ispettore` is the auditor of another region.
const WHO: [&str; 8] = ["nobody", "op", "altrove", "resp", "respaltrove", "amm", "verifica", "ispettore"];

const TODAY: &str = "2026-11-24";

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

/// Everybody of [`WHO`].
fn bureau() -> Bureau {
    let bureau = Bureau::new(TODAY);
    bureau.account("respaltrove", lepre::role::Role::OfficeLead, (Some("lombardia"), Some("milano")));
    bureau.account("ispettore", lepre::role::Role::Auditor, (Some("campania"), None));
    bureau
}

/// Some forms end the session they come from: each asks from a seat of its own.
fn seat_of(bureau: &Bureau, who: &str) -> Seat {
    if who == "nobody" { bureau.stranger() } else { bureau.seat(who) }
}

#[test]
fn every_route_is_in_the_table_and_every_cell_holds() {
    let bureau = bureau();
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
            let seat = seat_of(&bureau, who);
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

/// All that may be written, so that nothing can be written unseen.
fn footprint(bureau: &Bureau) -> String {
    let stats = bureau.app.service.store().stats().unwrap();
    let accounts = bureau.app.registry.accounts(None, 1_000).unwrap();
    let mut print = format!("{} {} {}", stats.subjects, stats.cases, stats.events);
    for account in accounts {
        let tokens = bureau.app.registry.tokens_of(account.id).unwrap().len();
        // An account that is printed does not say whose it is.
        let said = (&account.name, &account.region, &account.office, &account.external, account.identities);
        print.push_str(&format!("\n{account:?} {said:?} {tokens}"));
    }
    print
}

/// A case of level E at Torino, of the `n`th nobody, as it must stand.
fn standing(bureau: &Bureau, n: usize, how: Standing) -> CaseView {
    let case = bureau.open("E", n, "2026-11-02", &[("patto_gia_sottoscritto", "true")]).head.id;
    let record = |what: Json| drop(bureau.app.service.acting("op").record(case, &event(what)).unwrap());
    let on = "2026-11-03";
    if matches!(how, Standing::Worked | Standing::Delivered | Standing::Reached) {
        for activity in ["colloquio", "bilancio-competenze"] {
            record(json!({ "tipo": "attivita", "il": on, "attivita": activity, "evento": "terminata" }));
        }
    }
    if matches!(how, Standing::Delivered | Standing::Reached) {
        record(json!({ "tipo": "dato", "il": on, "dato": "mesi_disoccupazione", "valore": 6 }));
        record(json!({ "tipo": "sap", "il": on, "codice": "A06", "per": "colloquio" }));
        record(json!({ "tipo": "sap", "il": on, "codice": "A03", "per": "bilancio-competenze" }));
        record(
            json!({ "tipo": "output", "il": on, "output": "bilancio", "evidenza": { "competenze": ["saldatura"] } }),
        );
        let evidence = json!({ "data_aggiornamento": on, "misure": ["corso"] });
        record(json!({ "tipo": "output", "il": on, "output": "patto-aggiornato", "evidenza": evidence }));
    }
    match how {
        Standing::Reached => record(json!({ "tipo": "outcome", "il": on, "outcome": "obiettivo-definito" })),
        Standing::Suspended => record(json!({ "tipo": "sospesa", "il": on, "motivo": "malattia" })),
        Standing::Closed => record(json!({ "tipo": "chiusa", "il": on, "modo": "interrotta", "motivo": "partita" })),
        Standing::Noted => record(json!({ "tipo": "nota", "il": on, "testo": "per errore" })),
        Standing::Called | Standing::Missed => {
            record(json!({ "tipo": "convocata", "il": on, "giorno": "2026-11-20" }));
            let called = bureau.view(case).head.sequence;
            if how == Standing::Missed {
                record(json!({ "tipo": "assente", "il": "2026-11-20", "convocazione": called }));
            }
        }
        Standing::Opened | Standing::Worked | Standing::Delivered => {}
    }
    bureau.view(case)
}

/// Compares a cell, and whether something was written, with what is meant.
fn compare(told: &str, (before, after): (&str, &str), answer: &Answer, meant: Cell, wrong: &mut Vec<String>) {
    let found = match cell(answer) {
        Cell::Yes if before == after => Cell::Nothing,
        other => other,
    };
    let is_done = answer.status.is_success() || answer.status.as_u16() == 303;
    if found != meant || (meant == Cell::Yes) != (before != after) || meant == Cell::Yes && !is_done {
        let wrote = if before == after { "nothing" } else { "something" };
        wrong.push(format!("{told}: {found:?}, meant {meant:?} ({}; {wrote} is written)", answer.status));
    }
}

#[test]
fn every_act_is_done_by_whoever_may_and_leaves_everything_as_it_was_for_others() {
    let bureau = bureau();
    let (mut wrong, mut n) = (Vec::new(), 0);
    for (word, how, about, fields, cells) in ACTS {
        for (who, meant) in WHO.into_iter().zip(*cells) {
            n += 1;
            let view = standing(&bureau, n, *how);
            let (sequence, seat) = (view.head.sequence, seat_of(&bureau, who));
            let named = if *how == Standing::Missed { sequence - 1 } else { sequence };
            let (about, sequence) = (about.replace('#', &named.to_string()), sequence.to_string());
            let path = format!("/pratiche/{}/fai/{word}", view.head.id);
            let page = seat.get(&format!("{path}?che={about}"));
            if cell(&page) != meant || meant == Cell::Yes && !page.has("name=\"sequenza\"") {
                wrong.push(format!("the form of {word} as {who}: {:?}, meant {meant:?}", cell(&page)));
            }
            let before = footprint(&bureau);
            let mut sent = vec![("sequenza", sequence.as_str()), ("che", about.as_str())];
            sent.extend(*fields);
            let answer = seat.post(&path, &sent);
            compare(&format!("{word} as {who}"), (&before, &footprint(&bureau)), &answer, meant, &mut wrong);
            let grown = bureau.view(view.head.id).head.sequence > view.head.sequence;
            if grown != (meant == Cell::Yes) {
                wrong.push(format!("{word} as {who}: the case has {}grown", if grown { "" } else { "not " }));
            }
        }
    }
    assert!(wrong.is_empty(), "{} are not as meant:\n{}", wrong.len(), wrong.join("\n"));
}

/// A request that a program sends, under a key of its own.
fn program(seat: &Seat, token: &str, path: &str, (seen, key): (u32, usize), body: &Json) -> Answer {
    let asked = Request::post(path).header("content-type", "application/json");
    let asked = asked.header("idempotency-key", format!("chiave-{key}")).header("if-match", format!("\"{seen}\""));
    let asked = if token.is_empty() { asked } else { asked.header("authorization", format!("Bearer {token}")) };
    seat.ask(asked.body(Body::from(body.to_string())).unwrap())
}

/// What the writes are about: the `n`th nobody's case, an account that nobody uses.
struct About {
    n: usize,
    view: CaseView,
    account: Uuid,
}

/// Sends a write as it should be.
fn write(bureau: &Bureau, path: &str, who: &str, token: &str, about: &About) -> Answer {
    let (seat, n) = (seat_of(bureau, who), about.n);
    let (case, sequence) = (about.view.head.id, about.view.head.sequence);
    // A nobody who has no case yet.
    let (stranger, name) = (person(5_000 + n), format!("nuova.{n}"));
    let said = [("nome", "Nuova Inventata"), ("ruolo", "operatore"), ("sede", "torino"), ("esterno", name.as_str())];
    match path {
        "/pratiche/nuova" => {
            let key = format!("chiave-{n}");
            let fields = [("natura", "persona"), ("codice", &*stranger), ("livello", "A"), ("giorno", TODAY)];
            seat.post(path, &[&fields[..], &[("passo", "apri"), ("chiave", &*key)]].concat())
        }
        "/soggetti/{id}/nome" => {
            let fields = [("nome", "Nome Giusto"), ("conferma", "true")];
            seat.post(&format!("/soggetti/{}/nome", about.view.head.subject), &fields)
        }
        "/sede/affida" => {
            let chosen = format!("{case}.{sequence}");
            let operator = if who == "respaltrove" { "altrove" } else { "collega" };
            seat.post(path, &[("caso", &*chosen), ("operatore", operator)])
        }
        "/account/nuovo" => seat.post(path, &[&said[..], &[("utente", &*name), ("accesso", "portale")]].concat()),
        "/account/{id}" => seat.post(&format!("/account/{}", about.account), &said),
        "/account/{id}/disabilita" => seat.post(&format!("/account/{}/disabilita", about.account), &[]),
        "/profilo/token" => seat.post(path, &[("nome", "gestionale"), ("giorni", "30")]),
        "/scadenzario/indirizzo" => seat.post(path, &[]),
        "/api/v1/pratiche" => {
            let subject = json!({ "tipo": "persona", "codice_fiscale": stranger });
            program(&seat, token, path, (sequence, n), &json!({ "lep": "A", "il": TODAY, "soggetto": subject }))
        }
        "/api/v1/pratiche/{id}/comandi" => {
            let note = json!({ "eventi": [{ "tipo": "nota", "il": TODAY, "testo": "ha telefonato" }] });
            program(&seat, token, &format!("/api/v1/pratiche/{case}/comandi"), (sequence, n), &note)
        }
        other => panic!("{other}: say here how it is sent"),
    }
}

#[test]
fn every_other_write_is_done_by_whoever_may_and_leaves_everything_as_it_was_for_others() {
    let bureau = bureau();
    let (mut wrong, mut n) = (Vec::new(), 0);
    for (method, path, cells) in WRITES {
        assert!(EXPECTED.iter().any(|row| (row.0, row.1) == (*method, *path)), "{method} {path}: no such route");
        let mut tried: Vec<(&str, bool, Cell)> =
            WHO.into_iter().zip(*cells).map(|(who, cell)| (who, true, cell)).collect();
        if path.starts_with("/api/") {
            // A token that only reads writes nothing, whosever it is.
            tried.push(("op", false, Cell::No));
        }
        for (who, writes, meant) in tried {
            n += 1;
            let place = (Some("piemonte"), Some("torino"));
            let account = bureau.account(&format!("vecchia.{n}"), lepre::role::Role::Operator, place).id;
            let about = About { n, view: standing(&bureau, n, Standing::Opened), account };
            let token = if who == "nobody" { String::new() } else { bureau.token(who, writes) };
            let all = || {
                let subject = bureau.app.service.store().subject(about.view.head.subject).unwrap();
                format!("{} {subject:?}", footprint(&bureau))
            };
            let before = all();
            let answer = write(&bureau, path, who, &token, &about);
            compare(&format!("{method} {path} as {who}"), (&before, &all()), &answer, meant, &mut wrong);
        }
    }
    assert!(wrong.is_empty(), "{} are not as meant:\n{}", wrong.len(), wrong.join("\n"));
}

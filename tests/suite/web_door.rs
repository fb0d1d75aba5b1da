// SPDX-License-Identifier: EUPL-1.2
//! Coming in, going out, and what is kept of it.

use crate::web::Bureau;

#[test]
fn what_happens_at_the_door_stands_in_the_log() {
    let bureau = Bureau::new("2026-03-10");
    let op = bureau.seat("op");
    let wrong = [
        ("attuale", "sbagliata davvero"),
        ("nuova", "una frase lunga e nuova"),
        ("ripetuta", "una frase lunga e nuova"),
    ];
    op.post("/password", &wrong).is(422).shows("è sbagliata; dopo 5 errori bisogna aspettare 15 minuti");
    op.post("/profilo/token", &[("nome", "prova"), ("giorni", "90")]).is(200);
    op.post("/uscita", &[]).is(303);
    op.get("/oggi").is(303);
    bureau.app.registry.flush().unwrap();
    let rows = bureau.app.registry.accesses(&lepre::store::AccessQuery::default(), None, 50).unwrap();
    let actions: Vec<&str> = rows.iter().rev().map(|(_, access)| access.action.as_str()).collect();
    assert_eq!(actions, ["accesso-rifiutato", "token-creato", "uscita"]);
    bureau.seat("verifica").get("/accessi?account=op").is(200).shows("accesso-rifiutato").shows("token-creato");
}

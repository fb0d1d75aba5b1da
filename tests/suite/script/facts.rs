// SPDX-License-Identifier: EUPL-1.2
//! How a script reads the facts: each type, what is not known, and what a run rests on.

use lepre::script::{Failure, Outcome, Script};
use lepre::value::Value;

use super::{known, outcome, script};

/// Whether the condition holds over the known facts.
fn holds(condition: &str) -> bool {
    match outcome(&format!("if {condition} {{ rendi_dovuta(\"patto\", \"dgr-1\"); }}")) {
        Outcome::Words(words) => !words.is_empty(),
        other => panic!("{condition}: {other:?}"),
    }
}

#[test]
fn every_type_is_compared_as_it_is() {
    for yes in [
        "dati.mesi == 18",
        "dati.mesi > dati.eta - 17",
        "dati.mesi < 18.5",
        "dati.naspi",
        "dati.naspi == true",
        "!(!dati.naspi)",
        "dati.indice == 0.79",
        "dati.indice > 0.789999",
        "dati.indice < 1",
        "dati.indice > -0.79",
        "dati.indice < dati.mesi",
        "dati.saldo > dati.indice",
        "dati.data_did == \"2024-05-02\"",
        "dati.data_did > \"2024-05-01\"",
        "\"2024-05-03\" > dati.data_did",
        "dati.data_did in [\"2024-05-01\", \"2024-05-02\"]",
        "dati.comune == \"Forlì\"",
        "dati.comune != `Cesena`",
        "dati.titolo in [\"diploma\", \"laurea\"]",
        "dati.titolo !in [\"nessuno\"]",
        "dati.eta in [33, 34]",
        "dati.indice in [0.79, 1]",
        "(dati.mesi + 2) * 3 / 4 % 7 == 1",
        "-dati.mesi == -18",
    ] {
        assert!(holds(yes), "{yes}");
        assert!(!holds(&format!("!({yes})")), "!({yes})");
    }
}

#[test]
fn a_text_that_stands_for_a_date_is_read_when_it_runs() {
    let body = |day: &str| {
        format!("let soglia = \"{day}\"; if dati.data_did >= soglia {{ rendi_dovuta(\"patto\", \"dgr-1\"); }}")
    };
    assert!(matches!(outcome(&body("2024-05-02")), Outcome::Words(words) if words.len() == 1));
    assert!(matches!(outcome(&body("2024-05-03")), Outcome::Words(words) if words.is_empty()));
    let failure = Failure { line: 1, column: 62, message: "`2024-02-30` non è una data".into() };
    assert_eq!(outcome(&body("2024-02-30")), Outcome::Failed(failure));
}

#[test]
fn a_fact_that_is_not_known_stops_the_script_and_takes_back_its_words() {
    let script = script("rendi_dovuta(\"patto\", \"dgr-1\"); if dati.mesi > 12 && dati.eta < 30 { }");
    let mut facts = known();
    facts[1] = None;
    let run = script.run(&facts);
    assert_eq!(run.outcome, Outcome::Awaits(1));
    assert_eq!(run.read, [(0, Some(Value::Integer(18))), (1, None)]);
    facts[0] = None;
    let run = script.run(&facts);
    assert_eq!((run.outcome, run.read), (Outcome::Awaits(0), vec![(0, None)]));
    // A fact beyond those given is not known either.
    assert_eq!(script.run(&[]).outcome, Outcome::Awaits(0));
    // Where the first half is false, the second is not asked.
    facts[0] = Some(Value::Integer(3));
    assert!(matches!(script.run(&facts).outcome, Outcome::Words(words) if words.len() == 1));
}

#[test]
fn a_run_says_which_facts_it_rests_on() {
    let script = script("if dati.saldo > 0 || dati.naspi { return; } if dati.mesi > 1 && dati.mesi < 9 { }");
    assert_eq!(script.facts(), [0, 2, 7]);
    assert_eq!(script.run(&known()).read, [(7, Some(Value::Integer(100)))]);
}

#[test]
fn a_fact_of_another_type_fails_where_it_is_read() {
    let mut facts = known();
    facts[0] = Some(Value::Text("diciotto".into()));
    let run = script("let x = 1; if dati.mesi > x { }").run(&facts);
    let message = "questo dato è un testo, non un numero intero".into();
    assert_eq!(run.outcome, Outcome::Failed(Failure { line: 1, column: 32, message }));
}

#[test]
fn a_failure_says_where_and_takes_back_the_words() {
    let source = "fn varia(dati) {\n    rendi_dovuta(\"patto\", \"dgr-1\");\n    let x = dati.mesi /\n        (dati.eta - 34);\n}\n";
    let failure = Failure { line: 3, column: 23, message: "divisione per zero".into() };
    assert_eq!(super::read(source).unwrap().run(&known()).outcome, Outcome::Failed(failure));
    for body in [
        "let x = dati.saldo; for i in [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] { x *= x; }",
        "let x = -9223372036854775807 - 2;",
    ] {
        assert!(matches!(outcome(body), Outcome::Failed(f) if f.message == "il risultato è troppo grande"), "{body}");
    }
}

#[test]
fn a_script_is_known_by_its_source_and_shared_by_threads() {
    fn is_shared<T: Send + Sync>(_: &T) {}
    let script = super::read("fn varia(dati) { }").unwrap();
    is_shared(&script);
    assert_eq!(script.source(), "fn varia(dati) { }");
    assert_eq!(script.digest().to_string(), "8286884bb43c612beb86c88dbe0feaceb8becbacb9659ec3b69a617bb498b6cc");
    let other = Script::read(b"fn varia(dati) {  }", &[], &lepre::script::Vocabulary::default()).unwrap();
    assert_ne!(script.digest(), other.digest());
}

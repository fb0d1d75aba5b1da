// SPDX-License-Identifier: EUPL-1.2
//! The trial of a script: it finds the values at which a script fails, and the words that are never said.

use super::{choices, read, script, shapes};

fn tried(source: &str) -> Vec<String> {
    let faults = read(source).unwrap_or_else(|faults| panic!("{source}\n{faults:#?}")).trial(&shapes(&choices()));
    let mark = |is_warning| if is_warning { "?" } else { "!" };
    faults
        .iter()
        .map(|f| format!("{} {}:{}+{} {}", mark(f.is_warning), f.line, f.column, f.length, f.message))
        .collect()
}

const NOTHING: [&str; 0] = [];

#[test]
fn a_sound_script_has_no_fault() {
    let source = r#"fn varia(dati) {
    if dati.mesi > 12 && dati.titolo in ["nessuno", "diploma"] {
        abbrevia("primo-colloquio", 10, "dgr-1, art. 3");
        if dati.data_did >= "2024-01-01" { rendi_dovuta("counseling", "dgr-1, art. 3"); }
    } else if dati.indice == 0.79 {
        rafforza_evidenza("bilancio", "gap", if dati.naspi { 1 } else { 2 }, "dgr-1, art. 3");
    }
}"#;
    assert_eq!(tried(source), NOTHING);
}

#[test]
fn a_failure_at_one_value_is_found_and_shown() {
    let mut wrong = Vec::new();
    for (body, said) in [
        ("let x = 100 / (dati.mesi - 19);", "1:30+1 divisione per zero, con `mesi` = 19"),
        (
            "if dati.eta == 33 && dati.titolo == \"laurea\" { let x = 1 % (dati.eta - 33); }",
            "1:75+1 divisione per zero, con `eta` = 33, `titolo` = \"laurea\"",
        ),
        (
            "if dati.mesi > 12 { abbrevia(\"primo-colloquio\", dati.mesi - 10, \"dgr-1\"); }",
            "1:76+1 590 giorni non abbrevia il termine `primo-colloquio`, che è di 30 giorni, con `mesi` = 600",
        ),
        (
            "if dati.saldo > 0 { let x = dati.saldo + 1; }",
            "1:57+1 il risultato è troppo grande, con `saldo` = 9223372036854775807",
        ),
        ("rendi_dovuta(dati.comune, \"dgr-1\");", "1:31+4 voce `` sconosciuta nel livello, con `comune` = \"\""),
        (
            "let soglia = 20; let meta = soglia / 2; if dati.mesi == meta + 1 { let y = 1 / (dati.mesi - 11); }",
            "1:95+1 divisione per zero, con `mesi` = 11",
        ),
    ] {
        let found = tried(&format!("fn varia(dati) {{ {body} }}"));
        let first = found.iter().find_map(|fault| fault.strip_prefix("! ")).unwrap_or_default();
        if first != said {
            wrong.push(format!("{body}\n  {first}\n  {said}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_declared_range_is_kept_to() {
    // `mesi` goes up to 600: no overflow, and never beyond.
    assert_eq!(tried("fn varia(dati) { if dati.mesi * 10 < 6001 { rendi_dovuta(\"patto\", \"dgr-1\"); } }"), NOTHING);
    let never = "fn varia(dati) { rendi_dovuta(\"patto\", \"dgr-1\"); if dati.mesi > 600 { rendi_dovuta(\"colloquio\", \"dgr-1\"); } }";
    assert_eq!(tried(never), ["? 1:71+12 questa parola non è mai detta, in 4 prove"]);
}

#[test]
fn a_script_that_never_speaks_is_warned_of() {
    assert_eq!(
        tried("fn varia(dati) { if dati.naspi { } }"),
        ["? 1:1+2 lo script non ha detto mai una parola, in 3 prove: non cambia niente"]
    );
    let contradiction =
        "fn varia(dati) {\n  if dati.mesi > 12 && dati.mesi < 12 {\n    rendi_dovuta(\"patto\", \"dgr-1\");\n  }\n}";
    assert_eq!(
        tried(contradiction),
        [
            "? 1:1+2 lo script non ha detto mai una parola, in 6 prove: non cambia niente",
            "? 3:5+12 questa parola non è mai detta, in 6 prove",
        ]
    );
}

#[test]
fn a_choice_out_of_reach_of_the_others_is_found_among_many() {
    // Ten conditions one after another: far more ways than runs.
    let mut body = String::new();
    for (fact, value) in [("mesi", 3), ("eta", 18), ("saldo", 7), ("mesi", 24), ("eta", 65), ("saldo", 90)] {
        body.push_str(&format!("if dati.{fact} > {value} {{ n += 1; }}\n"));
    }
    let source = format!(
        "fn varia(dati) {{\nlet n = 0;\n{body}if dati.naspi && dati.titolo == \"laurea\" {{ rendi_dovuta(\"patto\", \"dgr-1\"); }}\nif n == 6 {{ rendi_dovuta(\"colloquio\", \"dgr-1\"); }}\n}}"
    );
    assert_eq!(tried(&source), NOTHING);
}

#[test]
fn a_trial_is_the_same_each_time() {
    let script =
        script("let x = 1000 / (dati.mesi - 19) + dati.saldo; if dati.eta > x { rendi_dovuta(\"patto\", \"dgr-1\"); }");
    let first = script.trial(&shapes(&choices()));
    assert!(!first.is_empty());
    assert_eq!(script.trial(&shapes(&choices())), first);
}

// SPDX-License-Identifier: EUPL-1.2
//! What is wrong with a script when it is read: where, in Italian, and with a remedy.

use super::{faults, read};

/// The only fault, and its help.
fn fault(source: &str) -> (String, String) {
    let faults = read(source).err().unwrap_or_default();
    match faults.as_slice() {
        [f] => (format!("{}:{}+{} {}", f.line, f.column, f.length, f.message), f.help.clone().unwrap_or_default()),
        other => panic!("{source}\n{other:#?}"),
    }
}

#[test]
fn every_fault_has_its_place_and_its_remedy() {
    let mut wrong = Vec::new();
    for (source, said, help) in [
        ("fn varia(dati) {\n  if dati.eto < 3 { }\n}", "2:11+3 dato `eto` sconosciuto", "forse volevi dire `eta`"),
        (
            "fn varia(dati) {\n  rendi_dovuto(\"patto\", \"dgr-1\");\n}",
            "2:3+12 il verbo `rendi_dovuto` è sconosciuto",
            "forse volevi dire `rendi_dovuta`",
        ),
        (
            "fn varia(dati) { rendi_dovuta(\"counselling\", \"dgr-1\"); }",
            "1:31+13 voce `counselling` sconosciuta nel livello",
            "forse volevi dire `counseling`",
        ),
        ("fn varia(dati) { if eta < 3 { } }", "1:21+3 variabile `eta` sconosciuta", "scrivi `dati.eta`"),
        (
            "fn varia(dati) { let soglia = 3; if dati.eta < sogia { } }",
            "1:48+5 variabile `sogia` sconosciuta",
            "forse volevi dire `soglia`",
        ),
        (
            "fn varia(d) { if d.titolo == \"diplona\" { } }",
            "1:30+9 `diplona` non è una scelta del dato `titolo`",
            "forse volevi dire `diploma`",
        ),
        (
            "fn varia(dati) { if dati.data_did < \"2/5/2024\" { } }",
            "1:37+10 `2/5/2024` non è una data",
            "si scrive `AAAA-MM-GG`, per esempio `2024-05-02`, dal 1900 al 2199",
        ),
        (
            "fn varia(dati) { if dati.comune < \"a\" { } }",
            "1:33+1 un testo non ha un prima e un dopo",
            "usa `==`, `!=` oppure `in […]`",
        ),
        (
            "fn varia(dati) { if dati.eta == \"3\" { } }",
            "1:30+2 un numero intero e un testo non si possono confrontare",
            "confronta cose dello stesso tipo",
        ),
        (
            "fn varia(dati) { if dati.eta { } }",
            "1:21+4 qui serve un vero o falso, e questo è un numero intero",
            "scrivi un confronto, per esempio `dati.eta < 30`",
        ),
        ("fn varia(dati) { if dati.eta = 3 { } }", "1:30+1 un solo `=`", "per confrontare scrivi `==`"),
        (
            "fn varia(dati) {\n  let x = 3\n  let y = 4;\n}",
            "3:3+3 manca `;` alla fine dell'istruzione precedente",
            "ogni istruzione finisce con `;`",
        ),
        ("fn varia(dati) {\n  if true {\n", "3:1+0 un blocco non è chiuso", "aggiungi `}`"),
        (
            "fn varia(dati) { rendi_dovuta(“patto”, \"dgr-1\"); }",
            "1:31+1 virgolette tipografiche",
            "racchiudi il testo tra virgolette doppie diritte, `\"`",
        ),
        (
            "fn cambia(dati) { }",
            "1:1+0 funzione `cambia` non ammessa",
            "uno script è una sola funzione: `fn varia(dati) { … }`",
        ),
        ("", "1:1+0 manca la funzione `varia`", "uno script è una sola funzione: `fn varia(dati) { … }`"),
        (
            "fn varia(dati) { const x = 1; x = 2; }",
            "1:31+1 `x` è una costante e non cambia",
            "dichiarala con `let`, se deve cambiare",
        ),
        (
            "fn varia(dati) { let x = 1; x = true; }",
            "1:29+1 `x` è un numero intero, qui diventerebbe un vero o falso",
            "usa un'altra variabile",
        ),
        ("fn varia(dati) { let x; }", "1:22+1 la variabile `x` non ha un valore", "scrivi `let x = …;`"),
        ("fn varia(dati) { dati.eta == 3; }", "1:27+2 questa istruzione non fa niente", "usa il valore, o toglila"),
        (
            "fn varia(dati) { let x = if true { 1 } else { \"a\" }; }",
            "1:26+2 un ramo dà un numero intero, l'altro un testo",
            "fai dare a tutti i rami lo stesso tipo",
        ),
        (
            "fn varia(dati) { let x = if true { 1 }; }",
            "1:26+2 qui serve un valore, in ogni ramo",
            "per esempio `if … { 10 } else { 20 }`",
        ),
        (
            "fn varia(dati) { for x in [1, true] { } }",
            "1:31+4 elenco di valori di tipo diverso",
            "scrivi valori di un solo tipo",
        ),
        ("fn varia(dati) { while true { } }", "1:18+5 ciclo senza fine certa", "per ripetere scrivi `for x in […]`"),
        (
            "fn varia(dati) { if dati.indice > 0.1234567 { } }",
            "1:35+9 `0.1234567` non è un numero",
            "al massimo sei decimali, per esempio `0.79`; gli interi arrivano a 9223372036854775807",
        ),
        ("fn varia(dati) { return 3; }", "1:18+6 uno script non restituisce un valore", "scrivi `return;`, o niente"),
    ] {
        let found = fault(source);
        if found != (said.to_owned(), help.to_owned()) {
            wrong.push(format!("{source}\n  {found:?}\n  {said:?}, {help:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn all_faults_are_told_in_the_order_of_the_text() {
    let source =
        "fn varia(dati) {\n  if dati.a > 1 { print(\"x\"); }\n  rendi_dovuta(\"x\", \"y\");\n  let dati = 1;\n}";
    assert_eq!(
        faults(source),
        [
            "2:11+1 dato `a` sconosciuto",
            "2:19+5 il verbo `print` è sconosciuto",
            "3:16+3 voce `x` sconosciuta nel livello",
            "3:21+3 atto `y` sconosciuto",
            "4:7+4 `dati` è già il nome di un verbo o dei dati",
        ]
    );
}

#[test]
fn columns_count_characters() {
    assert_eq!(faults("fn varia(dati) { /* però è così */ foo(); }"), ["1:36+3 il verbo `foo` è sconosciuto"]);
    assert_eq!(faults("fn varia(dati) {\r\n\tfoo();\r\n}"), ["2:2+3 il verbo `foo` è sconosciuto"]);
}

#[test]
fn decimals_are_read_from_the_source() {
    for sound in ["-0.5", "- 0.5", "-(0.5)", "+0.5", "1_000.25", "0.500000"] {
        assert_eq!(faults(&format!("fn varia(dati) {{ if dati.indice > {sound} {{ }} }}")), [""; 0], "{sound}");
    }
    // A comment could hold another number.
    let odd = "fn varia(dati) { if dati.indice > - /* 7 */ 0.5 { } }";
    assert_eq!(faults(odd), ["1:35+1 `` non è un numero"]);
}

#[test]
fn limits_are_where_they_are_said_to_be() {
    let lists = |count: usize| {
        let values: Vec<String> = (0..count).map(|n| n.to_string()).collect();
        format!("fn varia(dati) {{ if dati.eta in [{}] {{ }} }}", values.join(", "))
    };
    assert!(read(&lists(200)).is_ok());
    assert_eq!(fault(&lists(201)).0.split_once(' ').unwrap().1, "elenco di più di 200 valori");
    let text = |count: usize| format!("fn varia(dati) {{ if dati.comune == \"{}\" {{ }} }}", "a".repeat(count));
    assert!(read(&text(1_000)).is_ok());
    assert_eq!(fault(&text(1_001)).0.split_once(' ').unwrap().1, "testo più lungo di 1000 byte");
    let variables = |count: usize| {
        let all: String = (0..count).map(|n| format!("let v{n} = {n};\n")).collect();
        format!("fn varia(dati) {{\n{all}}}")
    };
    assert!(read(&variables(64)).is_ok());
    assert_eq!(fault(&variables(65)).0.split_once(' ').unwrap().1, "più di 64 variabili insieme");
    let sum = |count: usize| format!("fn varia(dati) {{ let x = 0{}; }}", " + 1".repeat(count));
    assert!(read(&sum(50)).is_ok());
    assert_eq!(fault(&sum(100)).0.split_once(' ').unwrap().1, "più di 64 elementi uno dentro l'altro");
    let bytes =
        |count: usize| format!("fn varia(dati) {{ }}{}", "\n//".repeat(1_900) + " ".repeat(count - 5_718).as_str());
    assert_eq!(bytes(65_536).len(), 65_536);
    assert!(read(&bytes(65_536)).is_ok());
    assert_eq!(fault(&bytes(65_537)).0, "1:1+0 lo script supera 64 KiB");
}

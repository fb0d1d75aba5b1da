// SPDX-License-Identifier: EUPL-1.2
//! The scripts of the manual are read, tried and run; its table of limits says what the code says.

use std::fs;
use std::path::Path;

use lepre::script::{
    MAX_BYTES, MAX_CHARACTERS, MAX_DEPTH, MAX_LINES, MAX_PARTS, MAX_STEPS, MAX_VALUES, MAX_VARIABLES, MAX_WORDS,
};

use super::fixture::{VARIATION, errors, library};

fn manual() -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/README.md")).unwrap()
}

/// The blocks of a kind, without the indent of a list.
fn blocks(kind: &str) -> Vec<String> {
    let manual = manual();
    let mut found = Vec::new();
    let mut block: Option<String> = None;
    for line in manual.lines() {
        match (line.trim(), &mut block) {
            (start, None) if start == format!("```{kind}") => block = Some(String::new()),
            ("```", Some(text)) => {
                found.push(std::mem::take(text));
                block = None;
            }
            (_, Some(text)) => {
                text.push_str(line);
                text.push('\n');
            }
            _ => {}
        }
    }
    found
}

#[test]
fn every_script_of_the_manual_is_sound() {
    let scripts = blocks("rhai");
    assert!(scripts.len() >= 2);
    let all = scripts.concat();
    for verb in ["rendi_dovuta(", "abbrevia(", "rafforza_evidenza("] {
        assert!(all.contains(verb), "{verb}");
    }
    for script in scripts {
        let library = library(VARIATION, &script);
        assert_eq!(errors(&library), Vec::<String>::new(), "{script}");
        let found = library.diagnostics();
        let silent: Vec<_> = found.iter().filter(|d| d.code == "script-muto").collect();
        assert!(silent.is_empty(), "{script}\n{silent:?}");
    }
}

#[test]
fn the_call_of_the_manual_is_the_one_that_is_read() {
    let call = blocks("yaml").concat();
    assert_eq!(call.trim(), VARIATION.lines().last().map(str::trim).unwrap_or_default());
}

#[test]
fn the_limits_of_the_manual_are_the_codes() {
    let dotted = |n: usize| if n >= 1000 { format!("{}.{:03}", n / 1000, n % 1000) } else { n.to_string() };
    let rows = [
        format!("| lunghezza | {} KiB, {} righe |", MAX_BYTES / 1024, dotted(MAX_LINES)),
        format!("| una cosa dentro l'altra | {MAX_DEPTH} |"),
        format!("| parti dello script (valori, operatori, chiamate) | {} |", dotted(MAX_PARTS)),
        format!("| variabili insieme | {MAX_VARIABLES} |"),
        format!("| valori in un elenco | {MAX_VALUES} |"),
        format!("| un testo | {} byte |", dotted(MAX_CHARACTERS)),
        format!("| passi di un'esecuzione | {} |", dotted(MAX_STEPS as usize)),
        format!("| parole diverse | {MAX_WORDS} |"),
    ];
    let manual = manual();
    for row in rows {
        assert!(manual.contains(&row), "{row}");
    }
}

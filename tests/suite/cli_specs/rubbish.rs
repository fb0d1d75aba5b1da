// SPDX-License-Identifier: EUPL-1.2
//! Help in Italian, and an answer in Italian to every line that cannot be read.

use super::{command, ended, fine, lepre};

/// Words that only clap says.
const ENGLISH: &[&str] = &[
    "Usage",
    "Options",
    "Commands",
    "Arguments",
    "Print",
    "possible values",
    "default:",
    "[env",
    "error:",
    "tip:",
    "For more information",
    "unexpected",
    "required",
    "unrecognized",
    "invalid",
    "similar",
    "subcommand",
    "argument ",
    "value",
    "cannot",
    "supplied",
    "[OPTIONS]",
    "<COMMAND>",
    "version information",
];

fn no_english(text: &str) {
    for word in ENGLISH {
        assert!(!text.contains(word), "`{word}` in:\n{text}");
    }
}

#[test]
fn help_is_italian_and_whole() {
    let help = fine(&["--help"]);
    no_english(&help);
    assert!(help.lines().all(|line| line.chars().count() <= 100), "{help}");
    assert_eq!(help.lines().position(str::is_empty), Some(3), "three lines of description\n{help}");
    for part in ["Uso: lepre", "Comandi:", "Opzioni:", "mostra questo aiuto", "mostra la versione", "Codici di uscita:"]
    {
        assert!(help.contains(part), "{part}");
    }
    let verbs: Vec<&str> = help
        .lines()
        .skip_while(|line| *line != "Comandi:")
        .skip(1)
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    assert!(verbs.len() >= 4);
    for verb in verbs {
        assert!(help.contains(&format!("\n  lepre {verb}")), "an example of {verb}");
        let of_verb = fine(&[verb, "--help"]);
        no_english(&of_verb);
        assert!(of_verb.contains("Uso: lepre") && of_verb.contains("Esempi:"), "{of_verb}");
        assert_eq!(of_verb, fine(&["help", verb]));
        assert_eq!(of_verb, fine(&[verb, "-h"]));
    }
    assert_eq!(fine(&["-V"]), format!("lepre {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
#[rustfmt::skip]
fn rubbish_is_refused_in_italian() {
    let refused: &[(&[&str], &str)] = &[
        (&["chek"], "forse volevi dire `check`"),
        (&["cioccolato"], "i comandi sono: check, show"),
        (&["show"], "manca `<LEP>`"),
        (&["show", "E", "F"], "`F` è di troppo"),
        (&["show", "--foo", "E"], "l'opzione `--foo` non esiste"),
        (&["show", "E", "--regio", "x"], "forse volevi dire `--region`"),
        (&["-q"], "l'opzione `-q` non esiste"),
        (&["--format", "xml", "check"], "`xml` non va bene per `--format <FORMATO>`"),
        (&["--format", "jsn", "check"], "forse volevi dire `json`"),
        (&["--format"], "vuole un valore"),
        (&["check", "--specs="], "vuole un valore"),
        (&["--colore", "verde", "check"], "i valori sono: auto, sempre, mai"),
        (&["show", "E", "--on", "ieri"], "`ieri` non è una data"),
        (&["show", "E", "--on", "2024-02-30"], "`2024-02-30` non esiste nel calendario"),
        (&["--oggi", "domani", "check"], "`domani` non è una data"),
        (&["--specs", "a", "--specs", "b", "check"], "è scritto due volte"),
        (&["check", "--tutti=3"], "`3` è un valore di troppo per `--tutti`"),
        (&["check", "--format", "svg"], "valgono solo per `lepre show`"),
        (&["--format", "json"], "manca il comando"),
        (&["show", "Z"], "i livelli sono:\n  A "),
        (&["show", "f"], "forse volevi dire `F1` (Accompagnamento al lavoro)"),
        (&["show", "orientamento"], "`E` (Orientamento specialistico)"),
        (&["show", ""], "non esiste"),
        (&["show", "E", "--region", "piemont"], "forse volevi dire `piemonte`"),
        (&["show", "E", "--region", "atlantide"], "le regioni sono: piemonte, "),
        (&["show", "E", "--on", "2010-01-01"], "in vigore dal 2018-01-11"),
        (&["--oggi", "2010-01-01", "show", "E"], "non è in vigore il 2010-01-01"),
        (&["test", "specs/catalogo/sap.yaml"], "non porta prove"),
        (&["diff"], "non è detto che cosa confrontare"),
        (&["diff", "a", "b", "c"], "`c` è un valore di troppo"),
        (&["diff", "specs", "specs", "--on", "2024-01-01", "--on", "2025-01-01"], "si confronta una cosa alla volta"),
        (&["diff", "--on", "2024-01-01", "--on", "2025-01-01", "--on", "2026-01-01"], "due cose, non di più"),
        (&["diff", "--region", "piemont"], "forse volevi dire `piemonte`"),
        (&["diff", "--region", "piemonte", "--lep", "Z"], "i livelli sono:"),
        (&["new"], "manca il comando"),
        (&["new", "regione", "piemonte"], "forse volevi dire `region`"),
        (&["new", "region", "piemont"], "forse volevi dire `piemonte`"),
        (&["new", "variation", "piemonte"], "manca `<LEP>`"),
        (&["new", "variation", "piemonte", "Z"], "i livelli sono:"),
        (&["new", "variation", "piemonte", "E", "--dal", "2001-01-01"], "in vigore dal 2018-01-11"),
        (&["a\u{1b}[31mb"], "`a\u{fffd}[31mb` non esiste"),
    ];
    for (arguments, words) in refused {
        let ran = lepre(arguments);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{arguments:?}\n{}", ran.err);
        assert!(ran.err.starts_with("errore: ") && ran.err.contains(words), "{arguments:?}\n{}", ran.err);
        no_english(&ran.err);
    }
    let ran = lepre(&[]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("Comandi:") && ran.err.ends_with("errore: manca il comando\n"), "{}", ran.err);
    no_english(&ran.err);
}

#[cfg(unix)]
#[test]
fn bytes_that_are_no_text_are_refused() {
    use std::os::unix::ffi::OsStrExt as _;
    let ran = ended(command(&["show"]).arg(std::ffi::OsStr::from_bytes(b"\xff")));
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("non sono in UTF-8"), "{}", ran.err);
}

#[test]
fn a_wrong_variable_is_named() {
    let ran = ended(command(&["coverage"]).env("LEPRE_OGGI", "domani"));
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("la variabile LEPRE_OGGI: `domani` non è una data"), "{}", ran.err);
    let ran = ended(command(&["coverage"]).env("LEPRE_SPECS", "altrove"));
    assert_eq!(ran.code, 3);
    assert!(ran.err.contains("la cartella `altrove` non esiste"), "{}", ran.err);
}

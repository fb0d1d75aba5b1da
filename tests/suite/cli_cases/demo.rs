// SPDX-License-Identifier: EUPL-1.2
//! The demonstration: four tales, always the same but for the ids, and nothing left behind.

use std::fs;

use super::{Desk, lepre};

/// The text without what is drawn anew each time: ids of cases, whole or begun.
fn without_ids(text: &str) -> String {
    let is_id = |word: &str| {
        let hex = |part: &str, length: usize| part.len() == length && part.chars().all(|c| c.is_ascii_hexdigit());
        let parts: Vec<&str> = word.split('-').collect();
        parts.len() >= 2 && hex(parts[0], 8) && hex(parts[1], 4)
    };
    let words = text.split_inclusive([' ', '\n', '`']);
    words.map(|word| if is_id(word.trim_end_matches([' ', '\n', '`'])) { "ID " } else { word }).collect()
}

#[test]
fn four_tales_are_told_and_told_again() {
    let desk = Desk::new();
    let told = desk.say("demo").fine();
    let titles: Vec<&str> = told.lines().filter(|line| line.starts_with("━━ ")).collect();
    assert_eq!(
        titles,
        [
            "━━ 1. Orientamento specialistico (LEP E) per una persona inventata, fino alla conformità",
            "━━ 2. Incontro domanda/offerta (LEP Q) per un'impresa inventata, fino alla conformità",
            "━━ 3. Un'altra pratica del LEP E, che va in violazione",
            "━━ 4. Un termine del CPI che scade (LEP B): perché, giorno per giorno",
        ]
    );
    for part in [
        "Persona Inventata Uno",
        "no (evidenza): ",
        "no (ordine): ",
        "no (mancante): manca l'output `patto-aggiornato`, che è dovuto\n",
        "\nconforme\n",
        "no (sap): manca la registrazione di `comunicazione-esito`\n",
        "violazione (accesso): ",
        "\nnon conforme\n",
        "violazione (termine): termine `accesso-diretto` scaduto il 2024-04-30: ",
        "dal 2024-03-02 al 2024-04-30 si contano 60 giorni",
        "norma: D.Lgs. 150/2015, art. 20, co. 4 <https://www.normattiva.it/",
    ] {
        assert!(told.contains(part), "{part}\n{told}");
    }
    assert_eq!(told.matches("\nconforme\n").count(), 2);
    // Each tale stays within a screen or two.
    for tale in told.split("━━ ").skip(1) {
        assert!(tale.lines().count() <= 48, "{tale}");
    }
    let again = desk.say("demo").fine();
    assert_eq!(without_ids(&told), without_ids(&again));
    assert_ne!(without_ids(&told), told, "no id is shown at all");
    assert_eq!(fs::read_dir(desk.folder.path()).unwrap().count(), 0, "something was left behind");
}

#[test]
fn the_demonstration_can_be_kept_and_gone_on_with() {
    let desk = Desk::new();
    let told = desk.say("demo --tieni prova.db").fine();
    let last = told.lines().last().unwrap();
    assert_eq!(
        last,
        "Conservata in `prova.db`: prova `lepre --db prova.db --oggi 2024-10-31 case list --tutte`, `lepre --db prova.db --oggi 2024-10-31 verify`"
    );
    let in_words = |line: &str| {
        let mut command = lepre(desk.folder.path());
        // The options given last would be one too many: this is the line as it stands in the hint.
        let mut plain = std::process::Command::new(command.get_program());
        command.env_clear();
        plain.current_dir(desk.folder.path()).args(["--specs", &super::usual()[1]]).args(line.split(' '));
        let output = plain.output().unwrap();
        (output.status.code().unwrap(), String::from_utf8(output.stdout).unwrap())
    };
    let (code, listed) = in_words("--db prova.db --oggi 2024-10-31 case list --tutte");
    assert_eq!(code, 0);
    assert_eq!(listed.lines().count(), 5, "{listed}");
    assert!(
        listed.contains("Persona Inventata Tre") && listed.contains("SCADUTO il 2024-04-02: raccolta-dati"),
        "{listed}"
    );
    assert_eq!(in_words("--db prova.db --oggi 2024-10-31 verify").0, 1);
    assert_eq!(in_words("--db prova.db --oggi 2024-10-31 audit verify").0, 0);
    let before = fs::read(desk.folder.path().join("prova.db")).unwrap();
    let (message, help) = desk.say("demo --tieni prova.db").wrong(2);
    assert_eq!(message, "`prova.db` c'è già");
    assert!(help.starts_with("indica un file nuovo"), "{help}");
    assert_eq!(fs::read(desk.folder.path().join("prova.db")).unwrap(), before);
}

// SPDX-License-Identifier: EUPL-1.2
//! `lepre indicators`: tables, files, what is hidden, what is refused.

use crate::service::office::person;

use super::Desk;

/// Three cases of E and six of B, all open.
fn desk() -> Desk {
    let desk = Desk::new();
    (0..3).for_each(|n| drop(desk.guidance(n)));
    for n in 10..16 {
        desk.open(&format!(
            "B --cf {} --dato disoccupato=sì --dato convocato=no --dato percettore_naspi=no --dato data_registrazione=2024-03-01 --il 2024-03-04",
            person(n)
        ));
    }
    desk
}

#[test]
fn tables_are_written_with_what_is_hidden_and_what_the_law_says() {
    let desk = desk();
    let told = desk.say("indicators").fine();
    assert!(told.starts_with("Indicatori al 2024-12-31\npratiche: 9\n"), "{told}");
    let row = |name: &str| {
        let line = told.lines().find(|line| line.starts_with(name)).unwrap_or_else(|| panic!("no {name} in\n{told}"));
        line.split_whitespace().map(str::to_owned).collect::<Vec<_>>()
    };
    // Three are too few, and with them the six that would give them away.
    assert!(row("E ·").contains(&"nascosto".to_owned()) && row("B ·").contains(&"nascosto".to_owned()), "{told}");
    assert_eq!(row("totale")[1..3], ["9", "0"]);
    assert!(told.contains("nascosto: un numero di pratiche da 1 a 4, o ciò da cui si ricaverebbe"), "{told}");
    assert!(told.contains("legge: ") && told.contains("D.Lgs. 150/2015, art. 20, co. 4"), "{told}");
    assert!(told.contains("non è registrato nessun altro obiettivo in numeri"), "{told}");
    let whole = desk.say("indicators --soglia 1 --per mese").fine();
    assert!(!whole.contains("nascosto") && !whole.contains("\nlivello"), "{whole}");
    assert!(whole.contains("2024-03") && whole.contains("2024-05"), "{whole}");
    let past = desk.say("indicators --soglia 1 --per livello --al 2024-04-01").fine();
    assert!(past.contains("pratiche: 6\n") && !past.contains("E ·"), "{past}");
    let json = desk.say("--format json indicators --soglia 1 --lep B --termine accesso-diretto").json();
    assert_eq!((&json["totale"]["valori"]["pratiche"], &json["totale"]["valori"]["scaduti"]), (&6.into(), &6.into()));
    assert_eq!((&json["filtri"]["lep"], &json["soglia_numeri_piccoli"]), (&"B".into(), &1.into()));
}

#[test]
fn files_are_whole_and_never_take_the_place_of_the_database() {
    let desk = desk();
    desk.say("indicators --csv tavole.csv --xlsx tavole.xlsx --soglia 1").fine();
    let csv = std::fs::read_to_string(desk.folder.path().join("tavole.csv")).unwrap();
    let lines: Vec<&str> = csv.trim_start_matches('\u{feff}').lines().collect();
    assert!(lines[0].starts_with("tavola,voce,altro,pratiche,erogate,erogate_quota,"), "{csv}");
    let columns = lines[0].split(',').count();
    let total = lines.iter().find(|line| line.starts_with("totale,")).unwrap();
    assert_eq!((total.split(',').count(), total.split(',').nth(3)), (columns, Some("9")));
    assert!(lines.iter().any(|line| line.starts_with("termine,accesso-diretto,B,")), "{csv}");
    let book = std::fs::read(desk.folder.path().join("tavole.xlsx")).unwrap();
    assert!(book.starts_with(b"PK"));
    let before = std::fs::read(desk.folder.path().join("lepre.db")).unwrap();
    for option in ["--csv", "--xlsx"] {
        let (message, _) = desk.say(&format!("indicators {option} lepre.db")).wrong(2);
        assert_eq!(message, "`lepre.db` è l'archivio delle pratiche: l'esportazione lo cancellerebbe");
        let (message, _) = desk.say(&format!("indicators {option} non-c-e/tavole")).wrong(3);
        assert!(message.starts_with("`non-c-e/tavole` non si scrive: "), "{message}");
    }
    assert!(std::fs::read(desk.folder.path().join("lepre.db")).unwrap() == before);
    assert!(!desk.folder.path().join("non-c-e").exists());
}

#[test]
fn what_is_not_there_is_refused_in_words() {
    let desk = desk();
    let (message, help) = desk.say("indicators --lep F1").wrong(2);
    assert_eq!(message, "la selezione non prende alcuna pratica");
    assert!(help.starts_with("allarga"), "{help}");
    let (message, help) = desk.say("indicators --lep B --termine nessuno").wrong(2);
    assert_eq!(message, "il termine `nessuno` non è del livello");
    assert!(help.contains("`contatto-dopo-did`"), "{help}");
    for wrong in ["indicators --termine contatto-dopo-did", "indicators --soglia 0", "indicators --per anno"] {
        assert_eq!(desk.say(wrong).code, 2, "{wrong}");
    }
}

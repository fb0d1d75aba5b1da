// SPDX-License-Identifier: EUPL-1.2
//! `lepre impact`: what is said, in what order, and how it ends.

use super::Desk;
use crate::service::impact::folder::{B, Folder, counselling_is_due, direct_access, from_july_on};

/// A concluded case of E and one that was only opened, with a draft to be held against them.
fn desk() -> Desk {
    let desk = Desk::new();
    desk.guidance(1);
    desk
}

fn draft(folder: &Folder) -> String {
    folder.path("").to_string_lossy().trim_end_matches('/').to_owned()
}

#[test]
fn the_law_comes_first_then_the_cases_then_who_and_where() {
    let (desk, folder) = (desk(), counselling_is_due());
    let text = desk.run(&["impact", "--draft", &draft(&folder)]).no();
    let place = |words: &str| text.find(words).unwrap_or_else(|| panic!("no {words:?} in\n{text}"));
    let order = [
        "prima: le specifiche",
        "dopo:  la bozza",
        "Che cosa cambia nella legge",
        "▲ l'attività `counseling` diventa dovuta in ogni caso",
        "Che cosa cambia nelle pratiche",
        "1 pratica al 2024-12-31: 1 guardata con le due leggi, 0 con una legge che non cambia",
        "1 pratica cambia in qualcosa; 0 diventano conformi, 0 non lo sono più",
        "Voci e registrazioni dovute",
        "`counseling` · diventa dovuta · LEP E · D.M. 4/2018, allegato B, LEP E: 1 pratica",
        "prima: non dovuta",
        "dopo:  dovuta, da fare",
        "Per livello",
        "Per norma",
        "Perché, pratica per pratica:",
    ];
    let places: Vec<usize> = order.iter().map(|words| place(words)).collect();
    assert!(places.is_sorted(), "{text}");
    // The commands that it names do what it says of them.
    let case =
        text.lines().find_map(|line| line.trim().split_once('-').filter(|(a, _)| a.len() == 8).map(|_| line.trim()));
    let case = case.unwrap_or_else(|| panic!("no case in\n{text}"));
    desk.run(&["case", "explain", case, "counseling"]).fine();
    let verify = desk.run_on(&folder.path(""), "lepre.db", &["verify", "--legge", "oggi", "--pratica", case]).fine();
    assert!(verify.starts_with("1 pratica al 2024-12-31: "), "{verify}");
}

#[test]
fn programs_read_the_same_as_people() {
    let (desk, folder) = (desk(), counselling_is_due());
    let json = desk.run(&["impact", "--draft", &draft(&folder), "--format", "json"]).json();
    assert_eq!((&json["pratiche"], &json["guardate"], &json["cambiano"]), (&1.into(), &1.into(), &1.into()));
    assert_eq!(json["non_cambia_niente"], false);
    let change = &json["cambiamenti"][0];
    assert_eq!(
        (&change["riguardo"], &change["tipo"], &change["che"]),
        (&"dovere".into(), &"comincia".into(), &"counseling".into())
    );
    assert_eq!((&change["pratiche"], &change["esempi"][0]["dopo"]), (&1.into(), &"dovuta, da fare".into()));
    assert_eq!(json["legge"][0]["verso"], "alza");
    assert_eq!((&json["per_livello"][0]["lep"], &json["per_sede"][0]["sede"]), (&"E".into(), &serde_json::Value::Null));
}

#[test]
fn a_draft_that_changes_nothing_wants_to_be_told_that_it_should_not() {
    let (desk, folder) = (desk(), Folder::new());
    let text = desk.run(&["impact", "--draft", &draft(&folder)]).no();
    assert!(text.contains("la bozza non cambia la legge, dunque nessuna pratica\n"), "{text}");
    assert!(text.contains("`--conferma-nessun-cambiamento`"), "{text}");
    let text = desk.run(&["impact", "--draft", &draft(&folder), "--conferma-nessun-cambiamento"]).fine();
    assert!(text.ends_with("dunque nessuna pratica: confermato\n"), "{text}");
    // Whoever confirms that nothing changes has not confirmed what does.
    desk.run(&["impact", "--draft", &draft(&counselling_is_due()), "--conferma-nessun-cambiamento"]).no();
    // The law changes, and no case of that level is there.
    let text = desk.run(&["impact", "--draft", &draft(&direct_access("50 giorni"))]).no();
    assert!(text.contains("la bozza cambia la legge, ma nessuna pratica\n"), "{text}");
}

#[test]
fn a_draft_in_force_later_says_from_when_and_how_to_look_at_it() {
    let (desk, folder) = (desk(), from_july_on());
    let text = desk.run(&["impact", "--draft", &draft(&folder), "--oggi", "2026-05-04"]).no();
    assert!(text.contains("LEP B, lombardia: cambia solo dal 2026-07-01\n"), "{text}");
    assert!(text.contains("aggiungi `--legge-del 2026-07-01`\n"), "{text}");
    assert!(text.contains("la bozza non cambia ancora la legge di quel giorno, dunque nessuna pratica\n"), "{text}");
    let then = ["impact", "--draft", &draft(&folder), "--oggi", "2026-05-04", "--legge-del", "2026-07-01"];
    let text = desk.run(&then).no();
    assert!(text.contains("▲ il termine `accesso-diretto` ") && text.contains("(lombardia)"), "{text}");
}

#[test]
fn a_draft_with_faults_has_diagnostics_and_no_figures() {
    let (desk, folder) = (desk(), Folder::new().with(B, "entro: 60 giorni", "entro: sessanta giorni"));
    let said = desk.run(&["impact", "--draft", &draft(&folder)]);
    assert_eq!((said.code, said.out.as_str()), (1, ""), "{}", said.err);
    assert!(
        said.err.contains("sessanta giorni")
            && said.err.contains("ha errori, e finché ci sono non se ne può dire l'impatto"),
        "{}",
        said.err
    );
    // The places of faults have the names that every program of ours gives them.
    let args = ["impact", "--draft", &draft(&folder), "--format", "json"];
    let output = super::lepre(desk.folder.path()).args(args).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(json["errori"].as_u64().unwrap() > 0 && json.get("pratiche").is_none(), "{json}");
}

#[test]
fn what_is_asked_wrongly_is_told() {
    let (desk, folder) = (desk(), counselling_is_due());
    let (message, _) = desk.run(&["impact", "--draft", &draft(&folder), "--lep", "Q"]).wrong(2);
    assert_eq!(message, "la selezione non prende alcuna pratica");
    let (message, _) = desk.run(&["impact", "--draft", "non-c-e"]).wrong(3);
    assert!(message.contains("`non-c-e` non esiste"), "{message}");
    assert_eq!(desk.run(&["impact"]).code, 2);
    assert_eq!(desk.run(&["impact", "--draft", &draft(&folder), "--rispetto", "ieri"]).code, 2);
    let text = desk.run(&["impact", "--draft", &draft(&folder), "--rispetto", "fissata"]).no();
    assert!(text.starts_with("prima: la legge con cui ogni pratica è nata\n"), "{text}");
}

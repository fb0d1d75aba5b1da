// SPDX-License-Identifier: EUPL-1.2
//! Two whole stories, typed one command after the other, as far as *conforme*.

use super::Desk;

#[test]
fn a_story_of_e_from_the_first_command_to_conform() {
    let desk = Desk::new();
    let code = crate::service::office::person(1);
    let opened = desk
        .run(&[
            "case",
            "open",
            "e",
            "--cf",
            &code,
            "--nome",
            "Persona Inventata",
            "--dato",
            "patto_gia_sottoscritto=sì",
            "--il",
            "2024-05-02",
            "--ora",
            "09:30",
            "--sede",
            "CPI di prova",
            "--region",
            "liguria",
        ])
        .fine();
    let lines: Vec<&str> = opened.lines().collect();
    let id = lines[0].strip_prefix("aperta la pratica ").unwrap();
    let case = id.get(..13).unwrap();
    assert_eq!(lines[1], format!("nei comandi basta `{case}`, per esempio `lepre case agenda {case}`"));
    let agenda = [
        format!("pratica {case} · LEP E · Orientamento specialistico · Persona Inventata · aperta · al 2024-12-31"),
        "Da fare:".into(),
        "  • attività `colloquio`".into(),
        "Poi:".into(),
        "  ○ attività `bilancio-competenze` · dopo `colloquio`".into(),
        "  ○ output `bilancio` · dopo `bilancio-competenze`".into(),
        "  ○ output `patto-aggiornato` · dopo `bilancio-competenze`".into(),
        "Si può anche: attività counseling e informazione-certificazione; outcome obiettivo-definito,".into(),
        "  consapevole, attivata, competenze-in-evidenza e altro-servizio".into(),
        "norma, dove non è detto altro: D.M. 4/2018, allegato B, LEP E".into(),
    ];
    assert_eq!(lines[2..], agenda);
    assert_eq!(desk.say(&format!("case agenda {case}")).fine().lines().collect::<Vec<_>>(), agenda);

    let done = |line: &str| desk.say(&format!("case do {case} {line}")).fine();
    let told = done("attivita colloquio --modalita piccolo-gruppo --il 2024-05-06 --ora 10:00");
    assert!(told.starts_with("evento 3: attività `colloquio`: terminata, piccolo-gruppo\npratica "), "{told}");
    assert!(told.contains("Registrazioni da fare:\n  • A06 per attività `colloquio`\n"), "{told}");
    done("sap a06 --per colloquio --il 2024-05-06");
    done("attivita bilancio-competenze iniziata --il 2024-05-08");
    done("attivita bilancio-competenze --il 2024-05-13");

    let refused = desk.say(&format!("case close {case} conclusa --il 2024-05-14")).no();
    assert_eq!(
        refused,
        "no (sap): manca la registrazione di `bilancio-competenze`\n  \
         aiuto: registra A03\n  \
         norma: D.M. 4/2018, allegato B, LEP E  (nazionale/e-orientamento-specialistico.yaml:39:3)\n\
         no (mancante): manca l'output `bilancio`, che è dovuto\n  \
         aiuto: completa `bilancio`, oppure chiudi come `interrotta` con il motivo\n  \
         norma: D.M. 4/2018, allegato B, LEP E  (nazionale/e-orientamento-specialistico.yaml:76:3)\n\
         no (mancante): manca l'output `patto-aggiornato`, che è dovuto\n  \
         aiuto: completa `patto-aggiornato`, oppure chiudi come `interrotta` con il motivo\n  \
         norma: D.M. 4/2018, allegato B, LEP E  (nazionale/e-orientamento-specialistico.yaml:88:3)\n"
    );
    done("sap A03 --per bilancio-competenze --il 2024-05-13");
    desk.run(&[
        "case",
        "do",
        case,
        "output",
        "bilancio",
        "--campo",
        "competenze=saldatura TIG",
        "--campo",
        "competenze=disegno",
        "--il",
        "2024-05-13",
    ])
    .fine();
    let updated = r#"{"data_aggiornamento":"2024-05-14","misure":["corso di disegno"]}"#;
    let told = desk
        .run(&["case", "do", case, "output", "patto-aggiornato", "--evidenza", updated, "--il", "2024-05-14"])
        .fine();
    assert!(told.contains("\nniente di dovuto: la pratica si può chiudere\n"), "{told}");
    done("outcome obiettivo-definito --il 2024-05-14");
    let told = desk.say(&format!("case close {case} conclusa --il 2024-05-15")).fine();
    assert!(
        told.starts_with("evento 11: pratica conclusa\n")
            && told.contains(" · conclusa · al 2024-12-31\nniente di dovuto\n"),
        "{told}"
    );
    let verdict = desk.say(&format!("case verify {case}")).fine();
    assert_eq!(verdict.lines().last(), Some("conforme"));
    assert_eq!(
        desk.say("verify").fine(),
        "1 pratica al 2024-12-31: 1 conformi, 0 in corso, 0 con violazioni, 0 in attesa di dati\n"
    );
    assert_eq!(desk.say("audit verify").fine(), "1 pratica, 11 eventi: la catena è intera\n");
}

#[test]
fn a_story_of_q_from_the_first_command_to_conform() {
    let desk = Desk::new();
    let case = desk.open(&format!("Q --piva {} --il 2024-05-02", crate::service::office::company(1)));
    for line in [
        "attivita fabbisogno --il 2024-05-03",
        "attivita candidature --il 2024-05-09",
        "attivita contatto-candidati --il 2024-05-11",
        "output incontro-effettuato --campo vacancy=saldatore --campo profili=saldatore --campo lavoro_autonomo=no --il 2024-05-12",
        "attivita rosa --il 2024-05-13",
        "output invio-nominativo --campo data_invio=2024-05-13 --campo quanti=3 --il 2024-05-13",
        "attivita raccolta-esiti --il 2024-05-23",
        "attivita registrazione-esito --il 2024-05-24",
        "output comunicazione-esito --campo data_comunicazione=2024-05-23 --campo esito=assunzione --il 2024-05-24",
        "sap B03 --per registrazione-esito --il 2024-05-24",
    ] {
        desk.say(&format!("case do {case} {line}")).fine();
    }
    // Not known is not *no*: both facts are asked, and neither the gap nor the registration is taken for granted.
    let agenda = desk.say(&format!("case agenda {case}")).fine();
    assert!(
        agenda.contains(
            "Dati da chiedere:\n  \
             ? `assunzione_effettuata`: L'impresa ha assunto qualcuno al termine della selezione? (serve per\n      \
             output `comunicazione-esito`)\n  \
             ? `gap_competenze`: Ai candidati mancano competenze che l'impresa cerca? (serve per attività\n      \
             `copertura-gap`)\n"
        ),
        "{agenda}"
    );
    let refused = desk.say(&format!("case close {case} conclusa")).no();
    assert!(refused.contains(
        "no (mancante): non si sa se l'attività `copertura-gap` è dovuta\n  aiuto: fornisci `gap_competenze`\n"
    ));
    assert!(refused.contains("no (mancante): non si sa se la registrazione di `comunicazione-esito` è dovuta\n"));
    let told = desk.say(&format!("case set {case} gap_competenze=no assunzione_effettuata=sì --il 2024-05-24")).fine();
    assert!(told.contains("Registrazioni da fare:\n  • CO per output `comunicazione-esito`\n"), "{told}");
    let refused = desk.say(&format!("case close {case} conclusa")).no();
    assert!(
        refused.starts_with("no (sap): manca la registrazione di `comunicazione-esito`\n  aiuto: registra CO\n"),
        "{refused}"
    );
    desk.say(&format!("case do {case} sap CO --per comunicazione-esito --il 2024-05-27")).fine();
    desk.say(&format!("case do {case} outcome fabbisogno-soddisfatto --il 2024-05-27")).fine();
    desk.say(&format!("case close {case} conclusa --il 2024-05-30")).fine();
    let verdict = desk.say(&format!("case verify {case}")).fine();
    assert_eq!(verdict.lines().last(), Some("conforme"));
    assert!(
        verdict.lines().next().unwrap().contains("LEP Q · Incontro domanda/offerta (imprese) · *******"),
        "{verdict}"
    );
}

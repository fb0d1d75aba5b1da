// SPDX-License-Identifier: EUPL-1.2
//! What is recorded, explained, corrected, and shown as it was.

use super::Desk;
use crate::service::office::person;

#[test]
fn a_fact_is_supplied_and_forgotten_all_or_none() {
    let desk = Desk::new();
    let case = desk.open(&format!("E --cf {} --il 2024-05-02", person(1)));
    let asks = |text: &str| text.contains("? `patto_gia_sottoscritto`: La persona ha già firmato un patto di servizio");
    assert!(asks(&desk.say(&format!("case agenda {case}")).fine()));
    assert!(!asks(&desk.say(&format!("case set {case} patto_gia_sottoscritto=sì eta=34")).fine()));
    let forgotten = desk.say(&format!("case set {case} patto_gia_sottoscritto=")).fine();
    assert!(asks(&forgotten) && forgotten.contains("(serve per l'accesso al livello)"), "{forgotten}");
    let history = desk.say(&format!("case history {case}")).fine();
    assert!(history.ends_with("dato `patto_gia_sottoscritto`: non più noto\n"), "{history}");
    // One wrong, none written.
    let refused = desk.say(&format!("case set {case} patto_gia_sottoscritto=sì eta=tanti")).no();
    assert_eq!(
        refused,
        "no (valore): `tanti` non va bene per il dato `eta`\n  aiuto: serve un numero intero da 0 a 120\n  \
         norma: D.M. 4/2018, allegato B, LEP E\n"
    );
    assert_eq!(desk.say(&format!("case history {case}")).fine(), history);
}

#[test]
fn an_item_and_a_term_are_explained() {
    let desk = Desk::new();
    let case = desk.open(&format!(
        "B --cf {} --dato disoccupato=sì --dato convocato=no --dato percettore_naspi=no --dato data_registrazione=2024-03-01 --il 2024-03-04",
        person(1)
    ));
    let term = desk.say(&format!("case explain {case} accesso-diretto --al 2024-04-30")).fine();
    let lines: Vec<&str> = term.lines().collect();
    assert_eq!(lines[0], "termine `accesso-diretto`: in corso (ultimo giorno 2024-04-30)");
    assert_eq!(
        lines[1],
        "  norma: D.Lgs. 150/2015, art. 20, co. 4 <https://www.normattiva.it/uri-res/N2Ls?urn:nir:stato:decreto.legislativo:2015-09-14;150~art20>"
    );
    assert!(lines[2].starts_with("  specifica: nazionale/b-did-profilazione-e-aggiornamento-sap.yaml:"));
    for line in [
        "  - `!convocato`: vale, perché `convocato` è no [evento 3]",
        "  - si conta dal 2024-03-01, giorno che non entra nel conto [evento 5]",
        "    - dal 2024-03-02 al 2024-04-30 si contano 60 giorni",
    ] {
        assert!(lines.contains(&line), "{line}\n{term}");
    }
    let after = desk.say(&format!("case explain {case} accesso-diretto --al 2024-05-01")).fine();
    assert!(after.starts_with("termine `accesso-diretto`: non rispettato (ultimo giorno 2024-04-30)\n"), "{after}");
    let other = desk.say(&format!("case explain {case} contatto-dopo-naspi")).fine();
    assert!(other.starts_with("termine `contatto-dopo-naspi`: non si applica a questa pratica\n"), "{other}");
    let item = desk.say(&format!("case explain {case} inserimento-dati")).fine();
    assert!(item.starts_with("attività `inserimento-dati`: dovuta e non ancora fatta\n"), "{item}");
    assert!(item.contains("\n  - viene dopo attività `raccolta-dati`, che non c'è ancora\n"), "{item}");
    let offered = desk.say(&format!("case explain {case} did-online")).fine();
    assert!(
        offered.starts_with("attività `did-online`: non dovuta\n") && offered.contains("il livello la offre"),
        "{offered}"
    );
}

#[test]
fn a_correction_stays_in_the_history() {
    let desk = Desk::new();
    let case = desk.guidance(1);
    desk.say(&format!("case do {case} attivita colloquio --il 2024-05-06")).fine();
    let told = desk
        .run(&["case", "do", &case, "annulla", "3", "--motivo", "era un'altra persona", "--il", "2024-05-07"])
        .fine();
    assert!(told.starts_with("evento 4: annullato l'evento 3 (era un'altra persona)\n"), "{told}");
    assert!(told.contains("Da fare:\n  • attività `colloquio`\n"), "{told}");
    let history = desk.say(&format!("case history {case}")).fine();
    assert_eq!(
        history.lines().skip(1).collect::<Vec<_>>(),
        [
            "   1  2024-05-02  aperta la pratica del livello E",
            "   2  2024-05-02  dato `patto_gia_sottoscritto`: sì",
            "   3  2024-05-06  attività `colloquio`: terminata  (annullato)",
            "   4  2024-05-07  annullato l'evento 3 (era un'altra persona)",
        ]
    );
    let (message, help) = desk.say(&format!("case do {case} annulla tre --motivo x")).wrong(2);
    assert!(message.starts_with("`tre` ") || message.contains("`<NUMERO>`"), "{message} / {help}");
    let refused = desk.say(&format!("case do {case} annulla 1 --motivo x")).no();
    assert!(refused.starts_with("no (sconosciuto): l'evento numero 1 non si può annullare\n"), "{refused}");
}

#[test]
fn what_an_office_writes_for_itself() {
    let desk = Desk::new();
    let case = desk.guidance(1);
    let act = |rest: &str| desk.say(&format!("case do {case} ufficio {rest}"));
    let told = act("convocata --campo giorno=2024-05-13 --campo attivita=colloquio --ora 10:30 --il 2024-05-06").fine();
    assert!(
        told.starts_with("evento 3: convocazione per il 2024-05-13 alle 10:30, per l'attività `colloquio`\n"),
        "{told}"
    );
    assert!(act("assente --campo convocazione=3 --il 2024-05-12").no().starts_with("no (date): "));
    act("assente --campo convocazione=3 --il 2024-05-13").fine();
    let refused = act("sanzione --campo convocazione=3 --campo misura=perdita --il 2024-05-14").no();
    assert!(refused.starts_with("no (valore): per la 1ª volta la misura non è `perdita`\n"), "{refused}");
    assert!(refused.contains("D.Lgs. 150/2015, art. 21, co. 7"), "{refused}");
    act("sanzione --campo convocazione=3 --campo misura=un-quarto-di-mensilita --il 2024-05-14").fine();
    act("affidata --campo operatore=a.bianchi").fine();
    let (message, _) = act("appello").wrong(2);
    assert!(message.contains("`appello` non è un atto dell'ufficio"), "{message}");
    let (message, _) = act("nota --campo dato=eta --campo testo=x").wrong(2);
    assert!(message.contains("l'atto `nota` non ha il campo `dato`"), "{message}");
    let (message, _) = act("nota").wrong(2);
    assert!(message.contains("manca il campo `testo`"), "{message}");
}

#[test]
fn suspended_resumed_closed_and_reopened() {
    let desk = Desk::new();
    let case = desk.guidance(1);
    let told = desk.say(&format!("case do {case} sospendi --motivo ricovero --il 2024-05-10")).fine();
    assert!(told.starts_with("evento 3: pratica sospesa (ricovero)\n"), "{told}");
    assert!(told.contains(" · sospesa · al 2024-12-31\nsospesa dal 2024-05-10: i termini sono fermi\n"), "{told}");
    assert!(
        desk.say(&format!("case do {case} sospendi --motivo ancora"))
            .no()
            .starts_with("no (sospesa): la pratica è già sospesa dal 2024-05-10\n")
    );
    desk.say(&format!("case do {case} riprendi --il 2024-05-20")).fine();
    assert!(desk.say(&format!("case close {case} interrotta")).no().starts_with("no (motivo): manca il motivo\n"));
    let told = desk.say(&format!("case close {case} interrotta --motivo rinuncia --il 2024-06-03")).fine();
    assert!(told.contains("pratica interrotta (rinuncia)\n"), "{told}");
    let refused = desk.say(&format!("case do {case} attivita colloquio")).no();
    assert_eq!(
        refused,
        "no (chiusa): la pratica è chiusa dal 2024-06-03\n  aiuto: riapri la pratica, con il motivo\n  \
         norma: D.M. 4/2018, allegato B, LEP E\n"
    );
    let verdict = desk.say(&format!("case verify {case}")).no();
    assert!(verdict.contains("\navviso (interrotta): pratica interrotta con voci dovute e non fatte\n  evento 5: 2024-06-03 pratica interrotta (rinuncia)\n"), "{verdict}");
    assert!(
        verdict.ends_with("non conforme: nessuna violazione, ma la pratica è chiusa senza tutto ciò che era dovuto\n"),
        "{verdict}"
    );
    let told = desk.say(&format!("case do {case} riapri --motivo ripensamento")).fine();
    assert!(told.contains(" · aperta · al 2024-12-31\nDa fare:\n"), "{told}");
}

/// Findings of all cases, grouped by norm; a past day is answered as it stood.
#[test]
fn all_cases_are_checked_and_findings_grouped_by_norm() {
    let desk = Desk::new();
    desk.guidance(1);
    assert_eq!(
        desk.say("verify").fine(),
        "1 pratica al 2024-12-31: 0 conformi, 1 in corso, 0 con violazioni, 0 in attesa di dati\n"
    );
    let late = |n: usize| {
        desk.open(&format!(
            "B --cf {} --dato disoccupato=sì --dato convocato=no --dato percettore_naspi=no --dato data_registrazione=2024-03-01 --il 2024-03-04",
            person(n)
        ))
    };
    let cases: Vec<String> = (0..5).map(|n| late(10 + n)).collect();
    let told = desk.say("verify").no();
    let lines: Vec<&str> = told.lines().collect();
    assert_eq!(lines[0], "violazione · termine · LEP B · D.Lgs. 150/2015, art. 20, co. 4: 5 rilievi");
    assert_eq!(
        lines[1],
        "  https://www.normattiva.it/uri-res/N2Ls?urn:nir:stato:decreto.legislativo:2015-09-14;150~art20"
    );
    assert!(
        lines[2].starts_with(&format!("  {}", cases[0]))
            && lines[2].contains("termine `accesso-diretto` scaduto il 2024-04-30: "),
        "{told}"
    );
    assert_eq!(lines[5], "  … e 2 altri");
    assert_eq!(lines[6], "6 pratiche al 2024-12-31: 0 conformi, 1 in corso, 5 con violazioni, 0 in attesa di dati");
    assert_eq!(lines.len(), 7);
    assert_eq!(desk.say("verify --tutti").no().lines().count(), 8);
    // On the last useful day nobody is late; before the first opening there is nobody.
    assert!(desk.say("verify --al 2024-04-30").fine().starts_with("5 pratiche al 2024-04-30: 0 conformi, 5 in corso"));
    assert!(desk.say("verify --al 2024-03-03").fine().starts_with("0 pratiche al 2024-03-03"));
    let json = desk.say("--format json verify").json();
    assert_eq!((&json["gruppi"][0]["quanti"], &json["con_violazioni"]), (&5.into(), &5.into()));
    assert_eq!(json["gruppi"][0]["rilievi"].as_array().unwrap().len(), 5);
    assert_eq!(json["gruppi"][0]["norma"], "D.Lgs. 150/2015, art. 20, co. 4");
}

// SPDX-License-Identifier: EUPL-1.2
//! Slips of the pen: what is wrong, in Italian, and the word that was probably meant.

use super::Desk;
use crate::service::office::{company, person};

#[test]
fn a_wrong_word_gets_the_right_one() {
    let desk = Desk::new();
    let case = desk.guidance(1);
    let cf = person(2);
    // Asked wrongly: code 2, nothing on the standard output.
    let table: &[(&str, &str, &str)] = &[
        (
            "case do ID attivita colloquio terminta",
            "`terminta` non è un evento della SAP",
            "forse volevi dire `terminata`",
        ),
        ("case do ID attivita colloquio xyz", "`xyz` non è un evento della SAP", "gli eventi sono proposta, iniziata,"),
        ("case close ID concluso", "`concluso` non è un modo di chiudere", "forse volevi dire `conclusa`"),
        ("case close ID xyz", "`xyz` non è un modo di chiudere", "si scrive conclusa e interrotta"),
        (
            "case explain ID bilanco",
            "`bilanco` non è una voce né un termine del livello E",
            "forse volevi dire `bilancio`",
        ),
        (
            "case explain ID tutto",
            "`tutto` non è una voce né un termine del livello E",
            "ci sono bilancio-competenze, colloquio,",
        ),
        ("case set ID eta", "`eta` non è NOME=VALORE", "per esempio `eta=34`"),
        ("case set ID =34", "`=34` non è NOME=VALORE", "per esempio `eta=34`"),
        ("case do ID output bilancio --campo competenze", "`competenze` non è NOME=VALORE", "per esempio `eta=34`"),
        (
            "case do ID output patto-aggiornato --campo data_aggiornamento=2024-05-01 --campo data_aggiornamento=2024-05-02",
            "il campo `data_aggiornamento` è scritto due volte",
            "solo i campi che sono elenchi si ripetono",
        ),
        (
            "case do ID output bilancio --evidenza {competenze}",
            "il modulo non si legge: non è JSON (colonna 2)",
            "scrivi un oggetto JSON, oppure usa --campo NOME=VALORE",
        ),
        (
            "case do ID output bilancio --evidenza {",
            "il modulo non si legge: il testo finisce prima del dovuto (colonna 1)",
            "scrivi un oggetto JSON",
        ),
        ("case open E", "manca il soggetto", "scrivi `--cf CODICE` per una persona, `--piva CODICE` per un'impresa"),
        ("case open Z --cf CF", "il livello `Z` non esiste", "`lepre coverage` elenca i livelli"),
        (
            "case open E --cf CF --region piemnte",
            "la regione `piemnte` non è nel catalogo",
            "forse volevi dire `piemonte`",
        ),
        (
            "case open E --cf CF --region atlantide",
            "la regione `atlantide` non è nel catalogo",
            "i nomi sono in specs/catalogo/regioni.yaml",
        ),
        ("case open E --cf CF --il 2018-01-10", "il livello `E` non è in vigore quel giorno", "vale dal 2018-01-11"),
        (
            "case open E --piva PIVA",
            "il livello E è per le persone, non per le imprese",
            "controlla il livello e il codice del soggetto",
        ),
        (
            "case open Q --cf CF",
            "il livello Q è per le imprese, non per le persone",
            "controlla il livello e il codice del soggetto",
        ),
        (
            "case open E --cf ZZZZZZ80A41Z999A",
            "il carattere di controllo è `A` e dovrebbe essere `K`",
            "c'è un errore di scrittura",
        ),
        ("case open E --cf ZZ", "un codice fiscale ha 16 caratteri, oppure 11 cifre", "qui i caratteri sono 2"),
        ("backup lepre.db", "", "indica un altro nome per la copia"),
        ("--format json demo", "la demo si legge, e non ha una forma per i programmi", "togli `--format json`"),
    ];
    for (line, message, help) in table {
        let line = line.replace("ID", &case).replace("CF", &cf).replace("PIVA", &company(1));
        let (told, remedy) = desk.say(&line).wrong(2);
        assert!(told.starts_with(message), "{line}\n{told}");
        assert!(remedy.starts_with(help), "{line}\n{remedy}");
    }
    // Refused by the engine: code 1, on the standard output, with norm and remedy.
    let table: &[(&str, &str, &str)] = &[
        (
            "case do ID attivita coloquio",
            "no (sconosciuto): attività `coloquio` sconosciuta nel livello E",
            "forse volevi dire `colloquio`",
        ),
        (
            "case do ID output bilanco",
            "no (sconosciuto): output `bilanco` sconosciuto nel livello E",
            "forse volevi dire `bilancio`",
        ),
        (
            "case do ID outcome ativata",
            "no (sconosciuto): outcome `ativata` sconosciuto nel livello E",
            "forse volevi dire `attivata`",
        ),
        (
            "case do ID attivita bilancio",
            "no (sconosciuto): `bilancio` non è un'attività",
            "è un output: va registrato come tale",
        ),
        (
            "case do ID sap A06 --per coloquio",
            "no (sconosciuto): voce `coloquio` sconosciuta nel livello E",
            "forse volevi dire `colloquio`",
        ),
        (
            "case do ID sap B03 --per colloquio",
            "no (sap): il codice `B03` non registra `colloquio`",
            "per questa voce vale: A06",
        ),
        (
            "case do ID attivita colloquio --modalita grupo",
            "no (modalità): `colloquio` non si svolge in modo `grupo`",
            "i modi ammessi sono: individuale, piccolo-gruppo",
        ),
        (
            "case set ID patto_gia_sottoscrito=sì",
            "no (sconosciuto): dato `patto_gia_sottoscrito` sconosciuto nel livello E",
            "forse volevi dire `patto_gia_sottoscritto`",
        ),
        (
            "case set ID patto_gia_sottoscritto=forse",
            "no (valore): `forse` non va bene per il dato `patto_gia_sottoscritto`",
            "serve `true` o `false`",
        ),
        (
            "case do ID output bilancio --campo competenza=x",
            "no (evidenza): l'evidenza di `bilancio` non va bene: campo `competenza` sconosciuto: forse volevi dire `competenze`",
            "correggi il modulo e ripeti",
        ),
        (
            "case do ID attivita colloquio --il 2025-01-01",
            "no (date): il 2025-01-01 non è ancora venuto",
            "scrivi una data fino al 2024-12-31",
        ),
    ];
    for (line, message, help) in table {
        let told = desk.say(&line.replace("ID", &case)).no();
        let mut lines = told.lines();
        assert_eq!(lines.next(), Some(*message), "{told}");
        assert_eq!(lines.next(), Some(format!("  aiuto: {help}").as_str()), "{told}");
        assert!(lines.next().unwrap().starts_with("  norma: D.M. 4/2018, allegato B, LEP E"), "{told}");
    }
    // Nothing of all this was written.
    assert_eq!(desk.say(&format!("case history {case}")).fine().lines().count(), 3);
}

/// What clap would say in English, it says in Italian.
#[test]
fn the_line_itself_is_judged_in_italian() {
    let desk = Desk::new();
    for line in [
        "case",
        "case opne",
        "case open",
        "case do",
        "case do x",
        "case do x attivita",
        "case do x annulla x --motivo y",
        "case close x",
        "case set x",
        "case agenda",
        "case agenda x --al ieri",
        "case open E --cf x --piva y",
        "case open E --il 2024-02-30",
        "case list --lep",
        "case list --sconosciuta",
        "case do x sospendi",
        "import",
        "import a b",
        "audit",
        "audit verifi",
        "backup",
        "verify --al",
        "demo --tieni",
        "case open E --ora 25:00",
        "case open E --ora +9:00",
    ] {
        let said = desk.say(line);
        assert_eq!((said.code, said.out.as_str()), (2, ""), "{line}: {}", said.err);
        assert!(said.err.contains("errore: "), "{line}: {}", said.err);
    }
}

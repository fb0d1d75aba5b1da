// SPDX-License-Identifier: EUPL-1.2
//! Lines of every kind: what is right is imported, what is wrong is refused with its reason, and stops nobody.

use lepre::engine::finding_words;
use lepre::service::{ImportOutcome, ImportReport};
use lepre::spec::scenario::FindingKind;
use serde_json::json;

use super::{case, import, is_whole, opened, reason, text, whole, words};
use crate::engine::day;
use crate::service::office::{company, ended, office, output, pact, person};

#[test]
fn a_whole_case_is_imported_and_pinned() {
    let office = office("2024-12-31");
    let line = whole("PR-1", 1);
    let (told, report) = import(&office.service, text(std::slice::from_ref(&line)));
    let [told] = told.as_slice() else { panic!("{told:?}") };
    let ImportOutcome::Imported { case, events: 10, findings: 0 } = told.outcome else { panic!("{told:?}") };
    assert_eq!((told.line, told.id.as_deref()), (1, Some("PR-1")));
    assert_eq!(report, ImportReport { imported: 1, events: 10, ..ImportReport::default() });
    is_whole(office.store(), std::slice::from_ref(&line));

    let view = office.service.view(office.service.find_case("PR-1").unwrap()).unwrap();
    assert_eq!((view.head.id, view.head.state.as_str()), (case, "conclusa"));
    assert_eq!(office.conforms(&view), "true");
    // The opening says what the line says once; the tax code stays with the subject.
    let opening = serde_json::to_value(&view.events[0]).unwrap();
    assert_eq!((&opening["lep"], &opening["soggetto"]), (&json!("E"), &json!(view.head.subject.to_string())));
    assert_eq!(opening["regolamento"], json!(view.head.rulebook.to_string()));
    assert!(office.store().events(case).unwrap().iter().all(|event| !event.body.contains(&person(1))));
    // And it lives on like any other.
    office.record(case, json!({ "il": "2024-06-01", "tipo": "riaperta", "motivo": "altro colloquio" }));
}

/// Each on a line of its own among good ones; the number of the line is told, and the reason.
#[test]
fn a_wrong_line_is_refused_with_its_reason() {
    let office = office("2024-12-31");
    let good = whole("PR-1", 1);
    let with = |key: &str, value: serde_json::Value| {
        let mut line = good.clone();
        line[key] = value;
        line.to_string()
    };
    let event = |event: serde_json::Value| with("eventi", json!([opened("2024-05-02"), event]));
    let deep = format!("{}1{}", "[".repeat(200), "]".repeat(200));
    let evidence = |text: &str| good.to_string().replace("[\"saldatura TIG\"]", text);
    let table: Vec<(String, &str)> = vec![
        ("{".into(), "la riga non si legge: il testo finisce prima del dovuto (colonna 1)"),
        ("pratica 1".into(), "la riga non è un oggetto JSON: comincia con `{`"),
        ("[]".into(), "la riga non è un oggetto JSON: comincia con `{`"),
        ("null".into(), "la riga non è un oggetto JSON: comincia con `{`"),
        ("{id}".into(), "la riga non si legge: non è JSON (colonna 2)"),
        (
            format!("[\"PR-1\",\"E\",{{\"codice_fiscale\":\"{}\"}},null,null,[]]", person(1)),
            "la riga non è un oggetto JSON",
        ),
        ("\u{0}\u{0}".into(), "la riga non è un oggetto JSON: comincia con `{`"),
        ("{\u{0}}".into(), "la riga non si legge: non è JSON (colonna 2)"),
        (format!("{good} {good}"), "la riga non si legge: non è JSON (colonna "),
        (with("nota", json!("x")), "la riga non si legge: campo `nota` sconosciuto (colonna "),
        (with("regine", json!("x")), "la riga non si legge: campo `regine` sconosciuto, forse `regione` (colonna "),
        (with("id", json!(12)), "la riga non si legge: un valore non è del tipo giusto (colonna "),
        (with("id", json!(" ")), "`id` è vuoto: serve l'identificativo della pratica nel sistema di origine"),
        (r#"{"id":"a","id":"b"}"#.into(), "la riga non si legge: il campo `id` è scritto due volte (colonna "),
        (r#"{"id":"a","lep":"E"}"#.into(), "la riga non si legge: manca il campo `soggetto` (colonna "),
        (with("eventi", json!([])), "la storia deve cominciare con l'evento `aperta`"),
        (with("eventi", json!([ended("2024-05-06", "colloquio")])), "la storia deve cominciare con l'evento `aperta`"),
        (
            event(json!({ "il": "2024-05-06", "tipo": "attivita", "attivita": "colloquio", "evento": "terminta" })),
            "la riga non si legge: `terminta` non è una parola ammessa, forse `terminata` (colonna ",
        ),
        (
            event(json!({ "il": "2024-05-06", "tipo": "attivita", "attivita": "colloquio" })),
            "la riga non si legge: manca il campo `evento` nell'evento (colonna ",
        ),
        (
            event(json!({ "il": "2024-05-06", "tipo": "outcome", "outcomes": "attivata" })),
            "la riga non si legge: campo `outcomes` sconosciuto, forse `outcome` (colonna ",
        ),
        (event(json!({ "il": "2024-02-30", "tipo": "ripresa" })), "la riga non si legge: `2024-02-30` "),
        (
            event(json!({ "il": "2024-05-06", "ora": "25:00", "tipo": "ripresa" })),
            "la riga non si legge: `25:00` non è un'ora",
        ),
        (
            event(json!({ "il": "2024-05-06", "tipo": "dato", "dato": "eta", "valore": [] })),
            "la riga non si legge: un valore non è del tipo giusto (colonna ",
        ),
        (
            event(json!({ "il": "2024-05-06", "tipo": "dato", "dato": "eta", "valore": 0.12345678901234567 })),
            "la riga non si legge: un numero ha troppe cifre: va scritto tra virgolette (colonna ",
        ),
        (evidence(&deep), "la riga non si legge: ci sono troppi livelli, uno dentro l'altro (colonna "),
        (evidence("[1e999]"), "la riga non si legge: un numero è troppo grande (colonna "),
        (with("lep", json!("Z")), "il livello `Z` non esiste"),
        (with("regione", json!("atlantide")), "la regione `atlantide` non è nel catalogo"),
        (with("eventi", json!([opened("2017-05-02")])), "il livello `E` non è in vigore il giorno dell'apertura"),
        (with("lep", json!("Q")), "il livello Q è per le imprese, non per le persone"),
        (with("soggetto", json!({ "partita_iva": company(1) })), "il livello E è per le persone, non per le imprese"),
        (with("soggetto", json!({ "codice_fiscale": "ZZZZZZ80A41Z999A" })), "il carattere di controllo è `A`"),
        (with("soggetto", json!({})), "il soggetto ha o `codice_fiscale` (persona) o `partita_iva` (impresa)"),
        (
            with("soggetto", json!({ "codice_fiscale": person(1), "partita_iva": company(1) })),
            "il soggetto ha o `codice_fiscale` (persona) o `partita_iva` (impresa)",
        ),
    ];
    for (line, says) in &table {
        let told = reason(&office.service, format!("{line}\n"));
        assert!(told.starts_with(says), "{line}\nsays: {told}\nnot:  {says}");
    }
    assert_eq!(office.counts(), (0, 0), "a refused line left something behind");

    // All together, among good ones.
    let mut lines: Vec<String> = Vec::new();
    for (n, (line, _)) in table.iter().enumerate() {
        lines.push(line.clone());
        lines.push(whole(&format!("BUONA-{n}"), n).to_string());
    }
    let (told, report) = import(&office.service, lines.join("\r\n") + "\r\n");
    let expected: Vec<&str> = (0..lines.len()).map(|n| ["rifiutata", "importata"][n % 2]).collect();
    assert_eq!(words(&told), expected);
    assert_eq!(told.iter().map(|line| line.line).collect::<Vec<_>>(), (1..=lines.len() as u64).collect::<Vec<_>>());
    assert_eq!((report.imported, report.refused), (table.len() as u64, table.len() as u64));
    let named =
        told.iter().filter(|line| line.id.as_deref() == Some("PR-1") && line.outcome.word() == "rifiutata").count();
    assert!(named > 15, "the id of a refused line is told where it can be read: {named}");
}

#[test]
fn bytes_that_are_no_text_are_refused() {
    let office = office("2024-12-31");
    let mut broken = whole("PR-1", 1).to_string().into_bytes();
    let at = broken.iter().position(|byte| *byte == b'T').unwrap();
    broken[at] = 0xFF;
    broken.push(b'\n');
    assert_eq!(reason(&office.service, &broken), format!("la riga non è in UTF-8 (byte {})", at + 1));
    // A NUL inside a text is a character like any other, if JSON says it as such.
    let odd = whole("PR-\u{0}\u{1b}[31m", 1);
    let (told, _) = import(&office.service, format!("{odd}\n"));
    assert_eq!(words(&told), ["importata"]);
    is_whole(office.store(), &[odd]);
}

#[test]
fn what_is_no_line_at_all_is_passed_over() {
    let office = office("2024-12-31");
    for nothing in ["", "\n", "\r\n\r\n", "   \n\t\n", "\u{feff}", "\u{feff}\n"] {
        let (told, report) = import(&office.service, nothing);
        assert!(told.is_empty() && report == ImportReport::default(), "{nothing:?}");
    }
    // Blank lines are counted: the number told is that of the file.
    let (told, _) = import(&office.service, format!("\u{feff}\n\n  \n{}\n", whole("PR-1", 1)));
    assert_eq!((told.len(), told[0].line, told[0].outcome.word()), (1, 4, "importata"));
    let (told, _) = import(&office.service, format!("\u{feff}{}\n", whole("PR-2", 1)));
    assert_eq!(words(&told), ["importata"], "a mark of UTF-8 is no fault");
}

/// A line that ends with the file is a line, unless it is cut.
#[test]
fn a_file_cut_short_says_so_and_keeps_what_is_whole() {
    let office = office("2024-12-31");
    let (first, last) = (whole("PR-1", 1), whole("PR-2", 2).to_string());
    for cut in [1, 40, last.len() / 2, last.len() - 1] {
        let (told, _) = import(&office.service, format!("{first}\n{}", &last[..cut]));
        assert_eq!(words(&told)[1..], ["rifiutata"], "cut at {cut}");
        let ImportOutcome::Refused { reason } = &told[1].outcome else { panic!() };
        assert_eq!(reason, "l'ultima riga è tronca: il file non è intero");
    }
    assert!(office.store().case_by_external("PR-2").unwrap().is_none());
    let (told, _) = import(&office.service, format!("{first}\n{last}"));
    assert_eq!(words(&told), ["già presente", "importata"]);
}

#[test]
fn a_line_too_long_is_refused_and_the_next_is_read() {
    let office = office("2024-12-31");
    let long = |bytes: usize| {
        let mut line = whole("LUNGA", 1);
        line["eventi"][6]["evidenza"]["competenze"] = json!(["x".repeat(bytes)]);
        line.to_string()
    };
    let good = whole("PR-1", 1);
    for bytes in [2 * 1024 * 1024, 20 * 1024 * 1024] {
        let (told, _) = import(&office.service, format!("{}\n{good}\n", long(bytes)));
        let ImportOutcome::Refused { reason } = &told[0].outcome else { panic!("{:?}", told[0].outcome.word()) };
        assert_eq!(reason, "la riga supera 2 MiB: riduci l'evidenza, che è la prova e non l'allegato");
        assert_eq!(told[1].id.as_deref(), Some("PR-1"));
    }
    let (told, _) = import(&office.service, long(2 * 1024 * 1024 - 2_000) + "\n");
    assert_eq!(words(&told), ["importata"]);
}

/// An imported history is what happened: it is taken as it is, and its faults become findings.
#[test]
fn a_disordered_history_is_imported_with_its_findings() {
    let office = office("2024-05-31");
    let mut story = whole("PR-1", 1);
    let events = story["eventi"].as_array_mut().unwrap();
    events.insert(2, ended("2024-04-01", "counseling"));
    events[7]["evidenza"] = json!({ "competenze": "tante" });
    events.push(ended("2024-05-20", "counseling"));
    events.push(json!({ "il": "2024-05-21", "tipo": "riaperta", "motivo": "x" }));
    events.push(ended("2024-06-01", "informazione-certificazione"));
    events.push(ended("2024-05-22", "coloquio"));
    events.push(json!({ "il": "2024-05-22", "tipo": "dato", "dato": "eta", "valore": "tanta" }));
    let (told, report) = import(&office.service, text(std::slice::from_ref(&story)));
    let ImportOutcome::Imported { case, findings, .. } = told[0].outcome else { panic!("{told:?}") };
    is_whole(office.store(), std::slice::from_ref(&story));
    let view = office.service.view(case).unwrap();
    let found = office.service.check(&view, day("2024-05-31")).findings;
    assert_eq!((found.len(), report.with_findings), (findings, 1));
    let mut kinds: Vec<FindingKind> = found.iter().map(|finding| finding.kind).collect();
    kinds.sort();
    kinds.dedup();
    use FindingKind as F;
    assert_eq!(kinds, [F::Evidence, F::Unknown, F::Dates, F::AfterClosing]);
    let told: Vec<String> = found.iter().map(|finding| finding_words(&view.rulebook, &view.case, finding)).collect();
    for words in [
        "attività `counseling`: data precedente all'apertura (evento 3)",
        "output `bilancio`: l'evidenza non va bene (evento 8)",
        "attività `counseling`: evento dopo la chiusura, senza riapertura (evento 12)",
        "evento con una data che non è ancora venuta (evento 14)",
        "nome che il livello non conosce (evento 15)",
        "valore che non va bene per il suo dato (evento 16)",
    ] {
        assert!(told.iter().any(|told| told == words), "{words}\n{told:#?}");
    }
}

/// In one file and in one batch: what the first line delivers is in the dossier of the second.
#[test]
fn e_after_d_of_the_same_person_finds_the_pact() {
    let office = office("2024-12-31");
    let signed = case("D-1", "D", 1, [opened("2024-03-20")].into_iter().chain(pact()));
    let guided = case("E-1", "E", 1, [opened("2024-05-02")]);
    let stranger = case("E-2", "E", 2, [opened("2024-05-02")]);
    let before = case("E-3", "E", 1, [opened("2024-03-19")]);
    let (told, _) = import(&office.service, text(&[signed, guided, stranger, before]));
    assert_eq!(words(&told), ["importata"; 4]);
    let awaits = |id: &str| {
        let view = office.service.view(office.service.find_case(id).unwrap()).unwrap();
        office.awaits(&view)
    };
    assert_eq!(awaits("E-1"), Vec::<String>::new());
    assert_eq!(awaits("E-2"), ["patto_gia_sottoscritto"]);
    assert_eq!(awaits("E-3"), ["patto_gia_sottoscritto"]);
    assert_eq!(office.counts(), (4, 2));
    // A dossier that comes with the line is taken at its word.
    let held = json!({ "il": "2024-05-02", "tipo": "aperta",
        "fascicolo": [{ "lep": "D", "voce": "patto-sottoscritto", "il": "2024-01-10" }] });
    let (told, _) = import(&office.service, text(&[case("E-4", "E", 3, [held])]));
    assert_eq!(words(&told), ["importata"]);
    assert_eq!(awaits("E-4"), Vec::<String>::new());
}

/// A name given once stays, whichever line of the file gives it.
#[test]
fn a_line_without_a_name_takes_none_away() {
    let office = office("2024-12-31");
    let named = |id: &str, name: Option<&str>| {
        let mut line = case(id, "E", 1, [opened("2024-05-02")]);
        line["soggetto"]["nome"] = json!(name);
        line
    };
    let lines = [named("1", None), named("2", Some("Persona Inventata")), named("3", None)];
    // A level that asks for no dossier: the three lines travel together.
    let lines = lines.map(|mut line| {
        line["lep"] = json!("I");
        line
    });
    import(&office.service, text(&lines));
    let head = office.store().case_by_external("1").unwrap().unwrap();
    assert_eq!(office.service.subject_name(head.subject).unwrap(), "Persona Inventata");
    assert_eq!(office.counts(), (3, 1));
}

#[test]
fn an_output_of_a_company_is_imported_like_any_other() {
    let office = office("2024-12-31");
    let met = json!({ "vacancy": "saldatore", "profili": ["saldatore"] });
    let story =
        [opened("2024-05-02"), ended("2024-05-03", "fabbisogno"), output("2024-05-12", "incontro-effettuato", met)];
    let (told, _) = import(&office.service, text(&[case("Q-1", "Q", 1, story)]));
    let ImportOutcome::Imported { findings: 1, .. } = told[0].outcome else { panic!("{told:?}") };
}

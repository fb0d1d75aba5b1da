// SPDX-License-Identifier: EUPL-1.2
//! A case as a document: the same bytes for the same case, what each reader may know, what is said of what is not known.

use std::fs;

use lepre::engine::{Event, EventKind, Minute};
use lepre::export::pdf::{self, About, PdfError};
use lepre::service::{CaseView, HistoryLine};
use lepre::store::Subject;
use serde_json::json;

use crate::cli_cases::Desk;
use crate::engine::day;
use crate::service::office::person;
use crate::web::Bureau;

const TODAY: &str = "2026-11-24";

/// A case with everything a document is made from.
struct Folder {
    view: CaseView,
    history: Vec<HistoryLine>,
    subject: Subject,
}

impl Folder {
    fn of(bureau: &Bureau, view: CaseView) -> Self {
        let history = bureau.app.service.history(&view).unwrap();
        let subject = bureau.app.service.store().subject(view.head.subject).unwrap().unwrap();
        Self { view, history, subject }
    }

    fn about(&self, sees_names: bool) -> About<'_> {
        About {
            view: &self.view,
            history: &self.history,
            on: day(TODAY),
            subject: sees_names.then_some(&self.subject),
            office: Some("Torino"),
            operator: Some("op"),
            seen_by: None,
        }
    }
}

fn event(kind: EventKind) -> Event {
    Event { on: day(TODAY), time: None, kind }
}

fn note(text: &str) -> Event {
    event(EventKind::NoteWritten { text: text.into() })
}

/// The letters of the file, where they are not packed.
fn text(bytes: &[u8]) -> String {
    bytes.iter().copied().map(char::from).collect()
}

#[test]
fn the_same_case_on_the_same_day_is_the_same_bytes_and_on_another_day_is_not() {
    let desk = Desk::new();
    let case = desk.guidance(1);
    let written = |name: &str, more: &str| {
        desk.say(&format!("case pdf {case} {name}{more}")).fine();
        fs::read(desk.folder.path().join(name)).unwrap()
    };
    let first = written("prima.pdf", "");
    assert!(first.starts_with(b"%PDF-1.7"));
    assert!(first == written("seconda.pdf", ""), "two runs of the program differ");
    assert!(first != written("terza.pdf", " --al 2024-06-30"));
}

#[test]
fn the_file_says_that_it_can_be_read_aloud_and_kept() {
    let bureau = Bureau::new(TODAY);
    let folder = Folder::of(&bureau, bureau.open("E", 1, "2026-11-02", &[("patto_gia_sottoscritto", "true")]));
    let file = text(&pdf::case(&folder.about(true)).unwrap());
    for said in ["/MarkInfo", "/Marked true", "/StructTreeRoot", "/Lang(it-IT)", "/DisplayDocTitle true"] {
        assert!(file.contains(said), "{said}");
    }
    for said in ["pdfuaid:part", "pdfaid:part", "Pratica LEP E"] {
        assert!(file.contains(said), "{said}");
    }
}

#[test]
fn a_document_says_level_norms_subject_duties_findings_history_and_what_it_rests_on() {
    let bureau = Bureau::new(TODAY);
    let view = bureau.open("E", 1, "2026-05-04", &[("patto_gia_sottoscritto", "true")]);
    let service = bureau.app.service.acting("op");
    service.record(view.head.id, &note("Perché è già così: sì")).unwrap();
    let folder = Folder::of(&bureau, bureau.view(view.head.id));
    let words = pdf::case_words(&folder.about(true));
    let (rulebook, chain) = (folder.view.head.rulebook.to_string(), lepre::digest::Digest(folder.view.head.hash));
    for said in [
        "Pratica LEP E, Orientamento specialistico",
        "Persona Inventata 1",
        &person(1),
        "D.M. 4/2018, allegato B, LEP E",
        "Aperta dal 04/05/2026",
        "La pratica non è conforme, o non lo è ancora.",
        "Nota: Perché è già così: sì",
        "Aperta la pratica del livello E",
        &rulebook,
        &chain.to_string(),
    ] {
        assert!(words.contains(said), "{said:?} is not in\n{words}");
    }
    assert!(!words.contains('`'), "{words}");
    // Days as Italians write them, everywhere.
    assert!(!words.contains("2026-05-04") && !words.contains(TODAY), "{words}");
}

#[test]
fn what_was_corrected_says_by_what_and_why() {
    let bureau = Bureau::new(TODAY);
    let view = bureau.open("E", 1, "2026-11-02", &[]);
    let service = bureau.app.service.acting("op");
    let number = service.record(view.head.id, &note("scritta per sbaglio")).unwrap().head.sequence;
    let voided = EventKind::EventVoided { sequence: number, reason: "era di un'altra pratica".into() };
    let after = service.record(view.head.id, &event(voided)).unwrap().head.sequence;
    let words = pdf::case_words(&Folder::of(&bureau, bureau.view(view.head.id)).about(true));
    assert!(words.contains(&format!("Annullato dall'evento {after}: era di un'altra pratica")), "{words}");
}

#[test]
fn who_checks_learns_neither_names_nor_what_was_written_by_hand_and_nobody_what_is_sensitive() {
    let specs = tempfile::tempdir().unwrap();
    let bureau = Bureau::new(TODAY);
    bureau.app.service.use_library(crate::api::reach::with_a_sensitive_fact(specs.path()));
    let facts = [("patto_gia_sottoscritto", "true"), ("mesi_disoccupazione", "437")];
    let view = bureau.open("E", 1, "2026-11-02", &facts);
    let service = bureau.app.service.acting("op");
    service.record(view.head.id, &note("segreto dell'ufficio")).unwrap();
    let place = Some("via Inventata 3".into());
    let call = EventKind::MeetingCalled { activity: None, day: day("2026-11-30"), place, conduct: None };
    let called = Event { time: Some("09:30".parse::<Minute>().unwrap()), ..event(call) };
    service.record(view.head.id, &called).unwrap();
    let folder = Folder::of(&bureau, bureau.view(view.head.id));
    let (desk, auditor) = (pdf::case_words(&folder.about(true)), pdf::case_words(&folder.about(false)));
    for words in [&desk, &auditor] {
        assert!(!words.contains("437"), "{words}");
        assert!(words.contains("Dato particolare registrato"), "{words}");
    }
    for (words, is_desk) in [(&desk, true), (&auditor, false)] {
        for hidden in ["Persona Inventata 1", &person(1), "segreto dell'ufficio"] {
            assert_eq!(words.contains(hidden), is_desk, "{hidden:?}\n{words}");
        }
    }
    assert!(pdf::case(&folder.about(true)).unwrap() != pdf::case(&folder.about(false)).unwrap());
}

#[test]
fn a_patto_is_a_draft_until_it_is_delivered_and_says_what_is_not_recorded() {
    let bureau = Bureau::new(TODAY);
    let line = json!({
        "id": "D-1", "lep": "D", "regione": "piemonte", "sede": "torino", "soggetto": { "codice_fiscale": person(1) },
        "eventi": [{ "tipo": "aperta", "il": "2026-11-02",
            "fascicolo": [{ "lep": "C", "voce": "profilazione-qualitativa", "il": "2026-10-20" }] }],
    });
    let imported = bureau.app.service.import(&mut line.to_string().as_bytes(), &mut |_, _| {}).unwrap();
    assert_eq!(imported.imported, 1);
    let case = bureau.app.service.find_case("D-1").unwrap();
    let draft = pdf::patto_words(&Folder::of(&bureau, bureau.view(case)).about(true)).unwrap();
    assert!(draft.contains("Bozza: nella pratica il patto non è stato ancora consegnato."), "{draft}");
    assert_eq!(draft.matches("non registrato").count(), 8, "{draft}");
    assert!(draft.contains("D.Lgs. 150/2015, art. 20") && draft.contains("si scrivono a mano"), "{draft}");
    let op = bureau.seat("op");
    let answer = op.get(&format!("/pratiche/{case}/patto/pdf")).is(200);
    assert!(answer.bytes.starts_with(b"%PDF-"));
    assert_eq!(answer.headers["content-disposition"], format!("inline; filename=\"patto-{case}.pdf\""));
    op.get(&format!("/pratiche/{case}")).is(200).shows(&format!("/pratiche/{case}/patto/pdf"));
    // No other level has one.
    let folder = Folder::of(&bureau, bureau.open("E", 2, "2026-11-02", &[]));
    assert!(matches!(pdf::patto(&folder.about(true)), Err(PdfError::NoPatto(_))));
    op.get(&format!("/pratiche/{}/patto/pdf", folder.view.head.id)).is(404);
    op.get(&format!("/pratiche/{}", folder.view.head.id)).is(200).hides("/patto/pdf");
}

#[test]
fn who_has_had_a_document_is_noted_and_who_may_not_is_not_told_that_there_is_one() {
    let bureau = Bureau::new(TODAY);
    let case = bureau.open("E", 1, "2026-11-02", &[]).head.id;
    let path = format!("/pratiche/{case}/pdf");
    for (who, status) in [("op", 200), ("verifica", 200), ("altrove", 404), ("amm", 403)] {
        bureau.seat(who).get(&path).is(status);
    }
    bureau.seat("op").get(&format!("/pratiche/{case}")).is(200).shows(&path);
    bureau.app.service.catch_up().unwrap();
    let noted = bureau.app.registry.accesses(&Default::default(), None, 50).unwrap();
    let mut had: Vec<&str> = noted
        .iter()
        .filter(|(_, access)| access.action == "pdf" && access.case == Some(case))
        .map(|(_, access)| access.username.as_str())
        .collect();
    had.sort_unstable();
    assert_eq!(had, ["op", "verifica"]);
}

#[test]
fn names_as_long_as_they_may_be_and_letters_of_other_scripts_fit_the_page() {
    let bureau = Bureau::new(TODAY);
    let mut folder = Folder::of(&bureau, bureau.open("E", 1, "2026-11-02", &[]));
    for name in ["Òàù ".repeat(2_000), "Ł".repeat(5_000), "中文 Имя שם\u{202e}\u{0}".to_owned(), " ".to_owned()]
    {
        folder.subject.name = Some(name);
        assert!(pdf::case(&folder.about(true)).is_ok());
    }
}

#[test]
fn a_file_appears_whole_or_not_at_all_and_one_that_is_there_stays_until_then() {
    let desk = Desk::new();
    let case = desk.guidance(1);
    let (message, help) = desk.say(&format!("case pdf {case} manca/qui.pdf")).wrong(3);
    assert!(message.starts_with("`manca/qui.pdf` non si scrive: "), "{message}");
    assert!(help.contains("nessun file di quel nome è stato scritto"), "{help}");
    let (message, _) = desk.say(&format!("case pdf {case} lepre.db")).wrong(2);
    assert_eq!(message, "`lepre.db` è l'archivio delle pratiche: l'esportazione lo cancellerebbe");
    let (message, _) = desk.say(&format!("case pdf {case} patto.pdf --patto")).wrong(2);
    assert_eq!(message, "il patto di servizio si stampa da una pratica del livello D");
    desk.say(&format!("case pdf {case} patto.pdf --patto --al 2024-06-01")).wrong(2);
    fs::write(desk.folder.path().join("c.pdf"), "altro").unwrap();
    let said = desk.say(&format!("case pdf {case} c.pdf --format json")).json();
    let written = fs::read(desk.folder.path().join("c.pdf")).unwrap();
    assert_eq!(said["byte"], written.len());
    let mut left: Vec<String> = fs::read_dir(desk.folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.contains("pdf"))
        .collect();
    left.sort();
    assert_eq!(left, ["c.pdf"]);
}

// SPDX-License-Identifier: EUPL-1.2
//! The impact of a draft: what it would change in the stored cases, and the sums held against a slow count, case by case.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};

use lepre::service::impact::{
    ChangeRow, Draft, DutyMove, Impact, ImpactQuestion, Kind, Section, Side, TermMove, Verdict,
};
use lepre::service::{Bulk, Law, OpenRequest, Selection};
use serde_json::json;

use super::office::{Office, company, concluded, guidance, library, office, person, request, service_at};
use crate::engine::{day, specs};
use crate::histories::history;
use crate::judged::asked;
use crate::reference::Law as Judged;

pub mod folder;
mod slow;

use folder::{B, E, Folder, SCRIPT, counselling_is_due, direct_access, from_july_on};

fn question(on: &str) -> ImpactQuestion {
    let on = day(on);
    ImpactQuestion { selection: Selection::default(), on, law_day: on, against: Law::On(on) }
}

fn bulk(office: &Office) -> Bulk {
    office.service.bulk(None, &mut |_| ()).unwrap()
}

fn impact(office: &Office, draft: &Draft, question: &ImpactQuestion) -> Impact {
    let stop = AtomicBool::new(false);
    office.service.impact(&bulk(office), draft, question, &stop, &mut |_, _| ()).unwrap()
}

fn rows(impact: &Impact, section: Section) -> Vec<&ChangeRow> {
    impact.changes.iter().filter(|row| row.kind.section() == section).collect()
}

/// A concluded case of E, and one that has only been opened.
fn two_cases() -> Office {
    let office = office("2024-06-01");
    let done = office.guidance(1).head.id;
    office.play(done, guidance());
    office.record(done, concluded("2024-05-15"));
    office.guidance(2);
    office
}

/// Cases of B with the day of registration that the term is counted from.
fn registered(office: &Office, n: usize, on: &str) -> uuid::Uuid {
    let facts =
        [("disoccupato", "true"), ("convocato", "false"), ("data_registrazione", on), ("percettore_naspi", "true")];
    office.open("B", &person(n), on, &facts).head.id
}

#[test]
fn an_output_that_becomes_due_makes_cases_breach_and_says_which() {
    let office = two_cases();
    let found = impact(&office, &counselling_is_due().draft(), &question("2024-06-01"));
    assert!(!found.changes_nothing());
    assert_eq!((found.figures.cases, found.figures.untouched, found.figures.looked.cases), (2, 0, 2));
    assert_eq!(found.figures.looked.changed, 2);
    let verdicts = found.figures.looked.verdicts;
    assert_eq!(verdicts.get(Verdict::Conform, Verdict::Breached), 1);
    assert_eq!(verdicts.get(Verdict::Pending, Verdict::Pending), 1);
    assert_eq!((verdicts.gained(), verdicts.lost()), (0, 1));
    let [verdict] = rows(&found, Section::Verdicts)[..] else { panic!("{:?}", found.changes) };
    assert_eq!(verdict.kind.words(), "da «conforme» a «con violazioni»");
    let example = &verdict.examples[0];
    assert_eq!(example.before, "conforme");
    let after = "con violazioni: attività `counseling`: dovuta e mai fatta, in una pratica conclusa";
    assert_eq!(example.after, after);
    let [finding] = rows(&found, Section::Findings)[..] else { panic!("{:?}", found.changes) };
    assert_eq!(
        (finding.kind.words().as_str(), finding.subject.as_deref()),
        ("compare: violazione, mancante", Some("counseling"))
    );
    assert_eq!(finding.examples[0].before, "nessun rilievo");
    let [duty] = rows(&found, Section::Duties)[..] else { panic!("{:?}", found.changes) };
    assert_eq!(
        (duty.kind, duty.cases, duty.examples.len()),
        (Kind::Duty { registration: false, how: DutyMove::Begins }, 2, 2)
    );
    assert_eq!((duty.examples[0].before.as_str(), duty.examples[0].after.as_str()), ("non dovuta", "dovuta, da fare"));
    assert!(duty.norm.as_ref().unwrap().words.starts_with("D.M. 4/2018"), "{:?}", duty.norm);
    // In words, before the figures.
    let [law] = &found.laws[..] else { panic!("{:?}", found.laws) };
    assert!(law.everywhere && law.level == "E" && law.change.words.contains("`counseling`"), "{law:?}");
    assert_eq!(found.levels.keys().collect::<Vec<_>>(), ["E"]);
    assert_eq!(found.offices[&None].looked.changed, 2);
    assert_eq!(
        found.norms.values().map(|n| (n.appear, n.vanish, n.terms, n.duties)).collect::<Vec<_>>(),
        [(1, 0, 0, 2)]
    );
}

#[test]
fn an_open_case_says_what_is_still_to_be_done() {
    let office = office("2024-06-01");
    let done = office.guidance(1).head.id;
    office.play(done, guidance());
    let found = impact(&office, &counselling_is_due().draft(), &question("2024-06-01"));
    let [verdict] = rows(&found, Section::Verdicts)[..] else { panic!("{:?}", found.changes) };
    assert_eq!(verdict.kind, Kind::Verdict { from: Verdict::Conform, to: Verdict::Pending });
    assert_eq!(verdict.examples[0].after, "in corso: da fare `counseling`");
    assert!(rows(&found, Section::Findings).is_empty(), "{:?}", found.changes);
}

#[test]
fn a_shorter_term_moves_ends_earlier_and_a_longer_one_later() {
    let office = office("2024-06-01");
    // Neither sixty days nor fifty are over for the first; fifty are for the second.
    let (first, second) = (registered(&office, 1, "2024-05-02"), registered(&office, 2, "2024-04-08"));
    let shorter = impact(&office, &direct_access("50 giorni").draft(), &question("2024-06-01"));
    let [term] = rows(&shorter, Section::Terms)[..] else { panic!("{:?}", shorter.changes) };
    assert_eq!((term.kind, term.subject.as_deref()), (Kind::Term(TermMove::Earlier), Some("accesso-diretto")));
    assert_eq!((term.cases, term.examples.len()), (2, 2));
    // The end that falls on a holiday runs to the day after it: ten days, or a little less or more.
    let (least, most) = term.days.unwrap();
    assert!((7..=10).contains(&least) && (10..=13).contains(&most), "{least} to {most}");
    let examples: Vec<_> = term.examples.iter().map(|e| e.case).collect();
    assert_eq!(examples, [first, second]);
    assert!(term.examples[0].before.starts_with("in corso (ultimo giorno 2024-07-"), "{:?}", term.examples);
    assert!(term.examples[1].after.starts_with("non rispettato (ultimo giorno 2024-05-"), "{:?}", term.examples);
    let [finding] = rows(&shorter, Section::Findings)[..] else { panic!("{:?}", shorter.changes) };
    assert_eq!((finding.cases, finding.kind.words().as_str()), (1, "compare: violazione, termine"));
    assert_eq!(shorter.figures.looked.verdicts.get(Verdict::Pending, Verdict::Breached), 1);
    assert!(shorter.laws.iter().any(|law| law.change.words.contains("accesso-diretto")), "{:?}", shorter.laws);

    let longer = impact(&office, &direct_access("90 giorni").draft(), &question("2024-06-01"));
    let [term] = rows(&longer, Section::Terms)[..] else { panic!("{:?}", longer.changes) };
    assert_eq!((term.kind, term.cases), (Kind::Term(TermMove::Later), 2));
    assert!(rows(&longer, Section::Findings).is_empty(), "{:?}", longer.changes);
    // Sixty days were over in August for both, and ninety for none.
    let late = ImpactQuestion { on: day("2024-07-05"), ..question("2024-06-01") };
    let longer = impact(&office, &direct_access("90 giorni").draft(), &late);
    let [finding] = rows(&longer, Section::Findings)[..] else { panic!("{:?}", longer.changes) };
    assert!(matches!(finding.kind, Kind::Finding { side: Side::Before, .. }));
    assert!(longer.figures.looked.verdicts.get(Verdict::Breached, Verdict::Pending) >= 1);
}

#[test]
fn the_same_specifications_change_nothing_and_no_case_is_looked_at() {
    let office = two_cases();
    let found = impact(&office, &Folder::new().draft(), &question("2024-06-01"));
    assert!(found.changes_nothing() && found.laws.is_empty() && found.later.is_empty());
    assert_eq!((found.figures.cases, found.figures.untouched, found.figures.looked.cases), (2, 2, 0));
    assert_eq!(found.levels["E"].untouched, 2);
}

#[test]
fn a_case_of_a_level_that_does_not_change_is_not_looked_at() {
    let office = two_cases();
    registered(&office, 3, "2024-05-02");
    let found = impact(&office, &direct_access("50 giorni").draft(), &question("2024-06-01"));
    assert_eq!((found.figures.cases, found.figures.untouched, found.figures.looked.cases), (3, 2, 1));
    assert_eq!((found.levels["E"].untouched, found.levels["B"].looked.cases), (2, 1));
    let only_e = ImpactQuestion {
        selection: Selection { level: Some("E".into()), ..Selection::default() },
        ..question("2024-06-01")
    };
    let found = impact(&office, &direct_access("50 giorni").draft(), &only_e);
    assert!(found.changes_nothing() && found.laws.is_empty(), "{:?}", found.laws);
    let none = ImpactQuestion {
        selection: Selection { level: Some("Z".into()), ..Selection::default() },
        ..question("2024-06-01")
    };
    assert_eq!(impact(&office, &direct_access("50 giorni").draft(), &none).figures.cases, 0);
}

#[test]
fn a_law_that_changes_while_no_case_does_says_both() {
    let office = two_cases();
    let renamed = Folder::new().with(
        E,
        "    testo: counseling\n    procedura:\n      obbligo: offerta\n",
        "    testo: counseling\n    procedura:\n      obbligo: offerta\n      modalita: [individuale]\n",
    );
    let found = impact(&office, &renamed.draft(), &question("2024-06-01"));
    assert!(found.changes_nothing() && !found.laws.is_empty(), "{found:?}");
    assert_eq!((found.figures.looked.cases, found.figures.looked.changed), (2, 0));
}

#[test]
fn a_level_that_is_not_in_the_draft_takes_its_cases_with_it() {
    let office = two_cases();
    registered(&office, 3, "2024-05-02");
    let from_2025 = Folder::new().with(E, "vigente: { dal: 2018-01-11 }", "vigente: { dal: 2025-01-01 }");
    let draft = Draft::of(from_2025.library());
    let Ok(draft) = draft else { panic!("faults: {:?}", draft.err().unwrap().found) };
    let found = impact(&office, &draft, &question("2024-06-01"));
    assert!(!found.changes_nothing());
    let [gone] = &found.one_sided[..] else { panic!("{:?}", found.one_sided) };
    assert_eq!((gone.lacking, gone.cases, gone.first.len()), (Side::After, 2, 2));
    assert_eq!(gone.why, "nella bozza il livello `E` non è in vigore il 2024-06-01");
    assert_eq!((found.figures.cases, found.figures.untouched, found.levels["E"].one_sided), (3, 1, 2));
    assert!(found.laws.iter().any(|law| law.change.words.starts_with("il livello esce")), "{:?}", found.laws);
}

#[test]
fn a_draft_in_force_from_a_later_day_says_from_which() {
    let office = office("2026-01-31");
    registered(&office, 1, "2026-01-02");
    let later = from_july_on();
    let found = impact(&office, &later.draft(), &question("2026-01-31"));
    assert!(found.changes_nothing() && found.laws.is_empty(), "{:?}", found.laws);
    let [from] = &found.later[..] else { panic!("{:?}", found.later) };
    assert_eq!((from.level.as_str(), from.region.as_deref(), from.from), ("B", Some("lombardia"), day("2026-07-01")));
    let then =
        ImpactQuestion { law_day: day("2026-07-01"), against: Law::On(day("2026-07-01")), ..question("2026-01-31") };
    let found = impact(&office, &later.draft(), &then);
    assert!(found.later.is_empty() && !found.laws.is_empty());
}

#[test]
fn a_draft_with_faults_has_no_impact() {
    let folder = Folder::new().with(B, "entro: 60 giorni", "entro: sessanta giorni");
    let Err(faulty) = Draft::of(folder.library()) else { panic!("taken") };
    assert!(!faulty.found.is_empty());
}

#[test]
fn a_case_that_says_too_little_is_read_from_its_events() {
    let office = two_cases();
    // The field asked for is not in the proof of the first case: the columns keep whether a proof fits, not what it says.
    let stricter = Folder::new().with(
        E,
        "        gap: { tipo: elenco, di: testo, domanda",
        "        gap: { tipo: elenco, di: testo, minimo: 1, domanda",
    );
    let found = impact(&office, &stricter.draft(), &question("2024-06-01"));
    let [finding] = rows(&found, Section::Findings)[..] else { panic!("{:?}", found.changes) };
    assert_eq!(
        (finding.kind.words().as_str(), finding.subject.as_deref()),
        ("compare: violazione, evidenza", Some("bilancio"))
    );
    assert_eq!(found.figures.looked.verdicts.get(Verdict::Conform, Verdict::Breached), 1);
}

#[test]
fn what_a_script_says_is_said_again_under_both_laws() {
    let office = office("2026-01-31");
    let asked = |n: usize, months: &str| OpenRequest {
        region: Some("piemonte".into()),
        office: Some("torino".into()),
        ..request("E", &person(n), "2026-01-07", &[("patto_gia_sottoscritto", "true"), ("mesi_disoccupazione", months)])
    };
    let open = |n, months| office.service.open(&asked(n, months)).unwrap().head.id;
    // Long without work under the draft only; under both; under none.
    let new = open(1, "20");
    open(2, "30");
    open(3, "6");
    let folder = Folder::new().with(SCRIPT, "dati.mesi_disoccupazione > 24", "dati.mesi_disoccupazione > 18");
    let found = impact(&office, &folder.draft(), &question("2026-01-31"));
    assert_eq!((found.figures.looked.cases, found.figures.looked.changed), (3, 1));
    let [term] = rows(&found, Section::Terms)[..] else { panic!("{:?}", found.changes) };
    assert_eq!((term.kind, term.subject.as_deref()), (Kind::Term(TermMove::Earlier), Some("primo-colloquio")));
    assert_eq!(term.norm.as_ref().unwrap().words, "D.G.R. Piemonte ESEMPIO 1/2024, art. 5");
    assert_eq!(term.examples.iter().map(|example| example.case).collect::<Vec<_>>(), [new]);
    let [duty] = rows(&found, Section::Duties)[..] else { panic!("{:?}", found.changes) };
    assert_eq!(duty.subject.as_deref(), Some("informazione-certificazione"));
    assert_eq!((duty.regions[&Some("piemonte".into())], duty.offices[&Some("torino".into())]), (1, 1));
    // The level is another in Piemonte only.
    let [law] = &found.laws[..] else { panic!("{:?}", found.laws) };
    assert!(!law.everywhere && law.places == [Some("piemonte".to_owned())], "{law:?}");
}

#[test]
fn the_law_a_case_is_pinned_to_may_be_the_one_before() {
    let office = two_cases();
    let folder = counselling_is_due();
    // The specifications in use are already the draft's: only the pinned law is another.
    office.service.use_library(folder.library());
    let same = impact(&office, &folder.draft(), &question("2024-06-01"));
    assert!(same.changes_nothing() && same.figures.untouched == 2);
    let pinned = ImpactQuestion { against: Law::Pinned, ..question("2024-06-01") };
    let found = impact(&office, &folder.draft(), &pinned);
    assert_eq!(found.figures.looked.verdicts.lost(), 1);
    assert!(found.laws.iter().any(|law| law.change.words.contains("`counseling`")), "{:?}", found.laws);
}

#[test]
fn figures_grow_and_a_stop_ends_the_work() {
    let office = two_cases();
    let bulk = bulk(&office);
    let draft = counselling_is_due().draft();
    let mut seen = Vec::new();
    let stop = AtomicBool::new(false);
    office
        .service
        .impact(&bulk, &draft, &question("2024-06-01"), &stop, &mut |figures, laws| {
            assert_eq!((figures.cases, figures.to_look, laws.len()), (2, 2, 1));
            seen.push(figures.looked.cases);
        })
        .unwrap();
    assert!(seen[0] == 0 && seen.last() == Some(&2) && seen.is_sorted(), "{seen:?}");
    stop.store(true, Ordering::Relaxed);
    let found = office.service.impact(&bulk, &draft, &question("2024-06-01"), &stop, &mut |_, _| ()).unwrap();
    assert_eq!((found.figures.to_look, found.figures.looked.cases), (2, 0));
}

#[test]
fn the_sums_are_those_of_a_slow_count_case_by_case() {
    let office = crowded(360);
    let bulk = bulk(&office);
    let edits: [(&str, &str, &str); 9] = [
        (E, "obbligo: offerta", "obbligo: dovuta"),
        (E, "minimo: 1, domanda", "minimo: 2, domanda"),
        (E, "sap: A03", "sap: [A03, A06]"),
        (B, "entro: 60 giorni", "entro: 48 giorni"),
        (B, "se: \"!percettore_naspi\"", "se: percettore_naspi"),
        ("nazionale/s-collocamento-mirato-datori.yaml", "entro: 60 giorni", "entro: 10 giorni"),
        (SCRIPT, "dati.mesi_disoccupazione > 24", "dati.mesi_disoccupazione > 4"),
        ("regioni/piemonte/e-disoccupazione-lunga.yaml", "entro: 30 giorni", "entro: 12 giorni"),
        ("regioni/piemonte/e-disoccupazione-lunga.yaml", "mesi_disoccupazione > 12", "mesi_disoccupazione > 6"),
    ];
    let mut kinds = BTreeSet::new();
    for (which, (file, was, now)) in edits.iter().enumerate() {
        let folder = Folder::new().with(file, was, now);
        let draft = folder.draft();
        for (on, law_day, pinned) in [
            ("2026-01-31", "2026-01-31", false),
            ("2023-06-30", "2026-01-31", false),
            ("2026-01-31", "2026-01-31", true),
        ] {
            let against = if pinned { Law::Pinned } else { Law::On(day(law_day)) };
            let question = ImpactQuestion { law_day: day(law_day), against, ..question(on) };
            let found =
                office.service.impact(&bulk, &draft, &question, &AtomicBool::new(false), &mut |_, _| ()).unwrap();
            let right = slow::count(&office.service, &draft, &question);
            let told = slow::told(&found);
            assert_eq!(told, right, "edit {which} ({file}: {now}), on {on}, law of {law_day}, pinned: {pinned}");
            assert!(found.troubles.is_empty(), "{:?}", found.troubles);
            kinds.extend(found.changes.iter().map(|row| (row.kind.section(), row.kind.word())));
        }
    }
    // A draft that never changed anything would agree too.
    for kind in [
        (Section::Verdicts, "cambia"),
        (Section::Findings, "compare"),
        (Section::Findings, "scompare"),
        (Section::Terms, "anticipa"),
        (Section::Terms, "comincia"),
        (Section::Terms, "cessa"),
        (Section::Duties, "comincia"),
    ] {
        assert!(kinds.contains(&kind), "no {kind:?} among {kinds:?}");
    }
}

/// Random histories of every level, of no region and of Piemonte, brought from elsewhere.
fn crowded(histories: u64) -> Office {
    let folder = tempfile::tempdir().unwrap();
    let office = Office { service: service_at(&folder.path().join("lepre.db"), library(), "2026-01-31"), folder };
    let law = Judged::read(&specs());
    let mut lines = String::new();
    let first = asked("LEPRE_SEME", 0);
    for seed in first..first + histories {
        let (lep, events, _) = history(seed, &law);
        let n = usize::try_from(seed - first).unwrap();
        let companies = ["P", "Q", "R", "S"].contains(&lep.as_str());
        let subject =
            if companies { json!({ "partita_iva": company(n) }) } else { json!({ "codice_fiscale": person(n) }) };
        let (region, office) = match seed % 3 {
            0 => (json!(null), json!(null)),
            1 => (json!("piemonte"), json!("torino")),
            _ => (json!("piemonte"), json!("asti")),
        };
        let line = json!({ "id": format!("S-{seed}"), "lep": lep, "soggetto": subject, "regione": region, "sede": office, "eventi": events });
        lines += &format!("{line}\n");
    }
    let report = office.service.import(&mut lines.as_bytes(), &mut |_, _| ()).unwrap();
    assert!(report.imported > histories / 3, "{report:?}");
    office
}

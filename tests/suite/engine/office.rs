// SPDX-License-Identifier: EUPL-1.2
//! What an office writes for itself: the chain from a convocation to a measure, and that nothing owed depends on it.

use std::collections::BTreeMap;
use std::path::Path;

use lepre::compile::draft;
use lepre::engine::{Case, Command, Event, MeetingState, agenda, apply, decide, findings, fold, next_sanction};
use lepre::library::Library;
use lepre::rulebook::Rulebook;
use lepre::spec::scenario::RefusalKind;
use serde_json::{Value as Json, json};

use super::{day, event, national, specs};
use crate::histories::fixture::fixture;
use crate::histories::office::strew;
use crate::histories::{Draw, history};
use crate::judged::{answer, asked, listed};
use crate::reference::Law;

/// Histories that acts are strewn over.
const HISTORIES: u64 = 4_000;

struct Desk {
    rulebook: Rulebook,
    case: Case,
}

impl Desk {
    fn open(level: &str) -> Self {
        let rulebook = national(level);
        let mut case = Case::new(&rulebook);
        let opened = json!({ "tipo": "aperta", "il": "2024-05-02", "soggetto": "s", "lep": level, "regolamento": "" });
        apply(&mut case, &rulebook, &event(opened));
        Self { rulebook, case }
    }

    /// Records an event, which must be let through, and tells its number.
    fn does(&mut self, json: Json) -> u32 {
        let event = event(json);
        let told = decide(&self.rulebook, &self.case, &Command::Record(event.clone()), day("2024-12-31"));
        assert_eq!(told, Ok(vec![event.clone()]));
        apply(&mut self.case, &self.rulebook, &event);
        self.case.sequence()
    }

    /// Why an event is refused, and by which norm.
    fn no(&self, json: Json) -> Vec<(RefusalKind, String)> {
        let told = decide(&self.rulebook, &self.case, &Command::Record(event(json)), day("2024-12-31"));
        let refusals = told.unwrap_err();
        assert!(refusals.iter().all(|no| !no.message.is_empty() && !no.help.is_empty()), "{refusals:?}");
        refusals.into_iter().map(|no| (no.kind, no.norm.partition.unwrap_or_default())).collect()
    }

    fn missed(&mut self, on: &str, conduct: &str) -> u32 {
        let called = json!({ "tipo": "convocata", "il": "2024-05-02", "giorno": on, "condotta": conduct });
        let meeting = self.does(called);
        self.does(json!({ "tipo": "assente", "il": on, "convocazione": meeting }));
        meeting
    }

    fn next(&self, meeting: u32) -> Option<(u32, &str)> {
        let next = next_sanction(&self.rulebook, &self.case, meeting)?;
        assert_eq!(next.ladder.norm.partition.as_deref(), Some(ARTICLE));
        Some((next.occasion, next.step.measure.as_str()))
    }

    fn state(&self, meeting: u32) -> &MeetingState {
        &self.case.meeting(meeting).unwrap().state
    }
}

const ARTICLE: &str = "art. 21, co. 7";

fn sanction(on: &str, meeting: u32, measure: &str) -> Json {
    json!({ "tipo": "sanzione", "il": on, "convocazione": meeting, "misura": measure })
}

#[test]
fn every_time_has_its_measure() {
    let mut desk = Desk::open("E");
    let ladder = ["un-quarto-di-mensilita", "una-mensilita", "perdita", "perdita"];
    for (occasion, measure) in (1..).zip(ladder) {
        let meeting = desk.missed("2024-06-03", "convocazione");
        assert_eq!(desk.next(meeting), Some((occasion, measure)));
        for other in ["un-quarto-di-mensilita", "una-mensilita", "perdita", "x"].iter().filter(|m| **m != measure) {
            assert_eq!(desk.no(sanction("2024-06-04", meeting, other)), [(RefusalKind::Value, ARTICLE.to_owned())]);
        }
        desk.does(sanction("2024-06-04", meeting, measure));
        assert_eq!(*desk.state(meeting), MeetingState::Sanctioned { measure: measure.into(), occasion });
        assert_eq!(desk.next(meeting), None);
        assert_eq!(desk.no(sanction("2024-06-04", meeting, measure))[0].0, RefusalKind::State);
    }
    // Each conduct counts its own times, and the ladder of training ends with the second.
    for (occasion, measure) in [(1, "una-mensilita"), (2, "perdita")] {
        let meeting = desk.missed("2024-06-10", "formazione");
        assert_eq!(desk.next(meeting), Some((occasion, measure)));
        desk.does(sanction("2024-06-10", meeting, measure));
    }
    let third = desk.missed("2024-06-10", "formazione");
    assert_eq!(desk.next(third), None);
    assert_eq!(desk.no(sanction("2024-06-10", third, "perdita")), [(RefusalKind::State, ARTICLE.to_owned())]);
}

#[test]
fn who_knows_of_more_times_says_why() {
    let mut desk = Desk::open("E");
    let meeting = desk.missed("2024-06-03", "convocazione");
    let mut second = sanction("2024-06-04", meeting, "una-mensilita");
    second["occasione"] = json!(2);
    assert_eq!(desk.no(second.clone()), [(RefusalKind::Reason, ARTICLE.to_owned())]);
    second["motivo"] = json!("già sanzionata in un'altra pratica");
    desk.does(second.clone());
    let next = desk.missed("2024-06-10", "convocazione");
    assert_eq!(desk.next(next), Some((3, "perdita")));
    second["convocazione"] = json!(next);
    second["il"] = json!("2024-06-11");
    assert_eq!(desk.no(second), [(RefusalKind::Value, ARTICLE.to_owned())]);
}

#[test]
fn a_convocation_is_followed_step_by_step() {
    let mut desk = Desk::open("E");
    let called = |giorno: &str| json!({ "tipo": "convocata", "il": "2024-05-06", "giorno": giorno });
    assert_eq!(desk.no(called("2024-05-05"))[0].0, RefusalKind::Dates);
    let mut odd = called("2024-05-13");
    odd["attivita"] = json!("bilancio");
    assert_eq!(desk.no(odd.clone())[0].0, RefusalKind::Unknown, "an output");
    odd["attivita"] = json!("inesistente");
    odd["condotta"] = json!("inesistente");
    assert_eq!(desk.no(odd).iter().filter(|no| no.0 == RefusalKind::Unknown).count(), 2);
    let mut good = called("2024-05-13");
    good["attivita"] = json!("colloquio");
    good["ora"] = json!("10:30");
    let meeting = desk.does(good);
    let held = desk.case.meeting(meeting).unwrap().clone();
    assert_eq!((held.on, held.time.map(|t| t.minutes())), (day("2024-05-13"), Some(630)));
    assert_eq!(held.item, desk.rulebook.item_index("colloquio"));
    let follow = |kind: &str, on: &str| json!({ "tipo": kind, "il": on, "convocazione": meeting });
    let excuse = |accepted: bool, why: &str| json!({ "tipo": "giustificata", "il": "2024-05-14", "convocazione": meeting, "accolta": accepted, "motivo": why });
    for kind in ["presente", "assente"] {
        assert_eq!(desk.no(follow(kind, "2024-05-12")), [(RefusalKind::Dates, ARTICLE.to_owned())]);
        let mut nowhere = follow(kind, "2024-05-13");
        nowhere["convocazione"] = json!(1);
        assert_eq!(desk.no(nowhere), [(RefusalKind::Unknown, ARTICLE.to_owned())]);
    }
    assert_eq!(desk.no(excuse(true, "visita"))[0].0, RefusalKind::State);
    let absent = desk.does(follow("assente", "2024-05-13"));
    assert_eq!(desk.no(follow("presente", "2024-05-13"))[0].0, RefusalKind::State);
    assert_eq!(desk.no(excuse(true, " ")), [(RefusalKind::Reason, ARTICLE.to_owned())]);
    desk.does(excuse(false, "dimenticanza"));
    assert_eq!(desk.next(meeting), Some((1, "un-quarto-di-mensilita")));
    desk.does(excuse(true, "certificato medico"));
    assert_eq!(desk.next(meeting), None);
    assert_eq!(desk.no(sanction("2024-05-15", meeting, "un-quarto-di-mensilita"))[0].0, RefusalKind::State);
    // The absence corrected away, what rested on it counts no more; the convocation too, and nothing may follow it.
    let void = |n: u32| json!({ "tipo": "annullata", "il": "2024-05-16", "sequenza": n, "motivo": "errore" });
    desk.does(void(absent));
    assert_eq!(*desk.state(meeting), MeetingState::Called);
    desk.does(void(meeting));
    assert_eq!(desk.case.meetings, []);
    assert_eq!(desk.no(follow("presente", "2024-05-16")), [(RefusalKind::Unknown, ARTICLE.to_owned())]);
    assert_eq!(desk.case.faults, []);
}

#[test]
fn whose_case_it_is_and_what_may_follow_the_closing() {
    let mut desk = Desk::open("E");
    let meeting = desk.missed("2024-06-03", "convocazione");
    desk.does(json!({ "tipo": "affidata", "il": "2024-06-03", "operatore": "a.bianchi", "sede": "cpi-nord" }));
    assert_eq!(
        (desk.case.operator.as_deref(), desk.case.desk_office.as_deref()),
        (Some("a.bianchi"), Some("cpi-nord"))
    );
    desk.does(json!({ "tipo": "affidata", "il": "2024-06-03", "operatore": "c.verdi" }));
    assert_eq!((desk.case.operator.as_deref(), desk.case.desk_office.as_deref()), (Some("c.verdi"), Some("cpi-nord")));
    desk.does(json!({ "tipo": "affidata", "il": "2024-06-03", "sede": "cpi-sud" }));
    assert_eq!((desk.case.operator.as_deref(), desk.case.desk_office.as_deref()), (None, Some("cpi-sud")));
    assert_eq!(desk.no(json!({ "tipo": "affidata", "il": "2024-06-03", "operatore": " " }))[0].0, RefusalKind::Value);
    assert_eq!(desk.no(json!({ "tipo": "nota", "il": "2024-06-03", "testo": " \n" }))[0].0, RefusalKind::Value);
    let long = |n: usize| json!({ "tipo": "nota", "il": "2024-06-03", "testo": "è".repeat(n) });
    assert_eq!(desk.no(long(4_001))[0].0, RefusalKind::Value);
    desk.does(long(4_000));
    desk.does(json!({ "tipo": "chiusa", "il": "2024-06-05", "modo": "interrotta", "motivo": "rinuncia" }));
    let before = findings(&desk.rulebook, &desk.case, day("2024-12-31"));
    desk.does(json!({ "tipo": "nota", "il": "2024-06-06", "testo": "ha chiesto copia" }));
    desk.does(json!({ "tipo": "affidata", "il": "2024-06-06", "operatore": "c.verdi" }));
    desk.does(
        json!({ "tipo": "giustificata", "il": "2024-06-06", "convocazione": meeting, "accolta": false, "motivo": "x" }),
    );
    desk.does(sanction("2024-06-06", meeting, "un-quarto-di-mensilita"));
    for kind in ["presente", "assente"] {
        let late = json!({ "tipo": kind, "il": "2024-06-06", "convocazione": meeting });
        assert_eq!(desk.no(late)[0].0, RefusalKind::Closed);
    }
    assert_eq!(
        desk.no(json!({ "tipo": "convocata", "il": "2024-06-06", "giorno": "2024-06-07" }))[0].0,
        RefusalKind::Closed
    );
    assert_eq!(findings(&desk.rulebook, &desk.case, day("2024-12-31")), before);
}

/// A company loses no benefit, and a rulebook stored before the ladder was known has none.
#[test]
fn without_a_ladder_there_is_no_measure() {
    let mut desk = Desk::open("Q");
    assert_eq!(desk.rulebook.sanctions, []);
    let meeting = desk.does(json!({ "tipo": "convocata", "il": "2024-05-02", "giorno": "2024-05-03" }));
    desk.does(json!({ "tipo": "assente", "il": "2024-05-03", "convocazione": meeting }));
    assert_eq!(next_sanction(&desk.rulebook, &desk.case, meeting), None);
    assert_eq!(desk.no(sanction("2024-05-03", meeting, "perdita"))[0].0, RefusalKind::State);
}

/// Acts of the office anywhere in a history change nothing but the numbers of events.
fn change_nothing(root: &Path, law: &Law) {
    let library = Library::open(root).unwrap();
    let mut rulebooks: BTreeMap<String, Rulebook> = BTreeMap::new();
    let first = asked("LEPRE_SEME", 0);
    for seed in first..first + HISTORIES {
        let (lep, events, on) = history(seed, law);
        let rulebook = rulebooks
            .entry(lep.clone())
            .or_insert_with(|| draft(library.specs(), &lep).unwrap_or_else(|e| panic!("level {lep}: {e:?}")));
        let rulebook: &Rulebook = rulebook;
        let mut draw = Draw::new(seed);
        let (mut strewn, count) = (events.clone(), 1 + draw.below(12));
        strew(&mut draw, &law.levels[&lep], &mut strewn, count);
        let told = || format!("seed {seed}: level {lep} on {on}\n{}", listed(&strewn));
        assert_eq!(answer(rulebook, &events, &on), answer(rulebook, &strewn, &on), "{}", told());
        let read = |events: &[Json]| events.iter().map(|e| event(e.clone())).collect::<Vec<Event>>();
        let (plain, strewn) = (fold(rulebook, &read(&events)), fold(rulebook, &read(&strewn)));
        let on = day(&on);
        let found = |case: &Case| {
            let found = findings(rulebook, case, on);
            let kinds = found.findings.iter().map(|f| (f.kind, f.gravity, f.item, f.term, f.length, f.detail));
            (found.conformity, kinds.collect::<Vec<_>>())
        };
        assert_eq!(found(&plain), found(&strewn), "seed {seed}");
        let owed =
            |case: &Case| format!("{:?}", agenda(rulebook, case, on).duties.iter().map(|d| d.item).collect::<Vec<_>>());
        assert_eq!(owed(&plain), owed(&strewn), "seed {seed}");
        assert_eq!((plain.latest, plain.suspensions), (strewn.latest, strewn.suspensions), "seed {seed}");
    }
}

#[test]
fn acts_of_the_office_change_nothing_of_the_national_levels() {
    change_nothing(&specs(), &Law::read(&specs()));
}

#[test]
fn acts_of_the_office_change_nothing_of_invented_levels() {
    let (folder, law) = fixture();
    change_nothing(folder.path(), &law);
}

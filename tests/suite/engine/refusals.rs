// SPDX-License-Identifier: EUPL-1.2
//! A *no* and a finding say the same thing: one before it happens, the other after.

use std::collections::BTreeMap;
use std::path::Path;

use lepre::calendar::Day;
use lepre::compile::draft;
use lepre::engine::{Case, Command, Event, EventKind, Opening, PriorItem, access, agenda, apply, decide, findings};
use lepre::library::Library;
use lepre::rulebook::Rulebook;
use lepre::spec::scenario::{FindingKind, RefusalKind};
use lepre::value::{Datum, Truth};

use super::{day, event, every_word, specs};
use crate::histories::{fixture::fixture, history};
use crate::reference::Law;

/// Of the requirements and of the alternative, one must hold, and the condition besides. Rows: requirements met or not,
/// then the alternative (true, false, not known); columns: the condition true, false, not known.
const ACCESS: [&str; 6] = ["tfn", "tfn", "tfn", "tfn", "fff", "nfn"];

fn opening(met: bool) -> Opening {
    let prior = |item: &str| PriorItem { level: "R".into(), item: item.into(), on: day("2024-04-01") };
    let mut dossier = vec![prior("contatto")];
    dossier.extend(met.then(|| prior("incontro")));
    Opening { subject: "s".into(), level: "M".into(), region: None, office: None, rulebook: "".into(), dossier }
}

#[test]
fn access_has_three_values() {
    let rulebook = every_word();
    let flag = |yes: Option<bool>| yes.map(|yes| ("urgente", Datum::Boolean(yes)));
    let rows = [true, false].into_iter().flat_map(|met| [Some(true), Some(false), None].map(|unless| (met, unless)));
    for ((met, unless), row) in rows.zip(ACCESS) {
        for (age, expected) in [Some(20), Some(10), None].into_iter().zip(row.chars()) {
            let mut facts: Vec<(&str, Datum)> = vec![("zona", Datum::Text("nord".into()))];
            facts.extend(flag(unless));
            facts.extend(age.map(|age| ("eta", Datum::Integer(age))));
            let facts = facts.into_iter().map(|(name, value)| (name.into(), value)).collect();
            let command = Command::OpenCase { on: day("2024-05-06"), time: None, opening: opening(met), facts };
            let decided = decide(&rulebook, &Case::new(&rulebook), &command, day("2024-05-06"));
            let what = format!("met {met}, alternative {unless:?}, age {age:?}");
            let events = match (decided, expected) {
                (Ok(events), 't' | 'n') => events,
                (Err(refusals), 'f') => {
                    assert_eq!(refusals.iter().map(|r| r.kind).collect::<Vec<_>>(), [RefusalKind::Access], "{what}");
                    assert_eq!(refusals[0].norm, rulebook.access.as_ref().unwrap().norm, "{what}");
                    assert!(!refusals[0].help.is_empty(), "{what}");
                    continue;
                }
                (other, _) => panic!("{what}: {other:?}"),
            };
            let case = lepre::engine::fold(&rulebook, &events);
            let answer = if expected == 't' { Truth::True } else { Truth::NotKnown };
            assert_eq!(access(&rulebook, &case), answer, "{what}");
            let awaited: Vec<&str> = agenda(&rulebook, &case, day("2024-05-06"))
                .awaited
                .iter()
                .filter(|awaited| awaited.access)
                .map(|awaited| rulebook.fact(awaited.fact).unwrap().name.as_str())
                .collect();
            assert_eq!(awaited.is_empty(), expected == 't', "{what}: {awaited:?}");
        }
    }
}

/// What the other cases hold counts only if it was there on the day of the opening.
#[test]
fn the_dossier_counts_from_its_day() {
    let rulebook = every_word();
    let mut later = opening(true);
    later.dossier[1].on = day("2024-05-07");
    let facts = vec![("eta".into(), Datum::Integer(20)), ("urgente".into(), Datum::Boolean(false))];
    let command = Command::OpenCase { on: day("2024-05-06"), time: None, opening: later, facts };
    let refused = decide(&rulebook, &Case::new(&rulebook), &command, day("2024-06-01")).unwrap_err();
    assert_eq!(refused[0].kind, RefusalKind::Access);
}

/// Plays each history as commands. What is let through is faultless, and what is refused would not have been.
fn plays_by_the_rules(root: &Path, law: &Law, seeds: u64) -> BTreeMap<&'static str, u32> {
    let library = Library::open(root).unwrap();
    let mut rulebooks: BTreeMap<String, Rulebook> = BTreeMap::new();
    let mut refusals: BTreeMap<&'static str, u32> = BTreeMap::new();
    for seed in 0..seeds {
        let (level, events, on) = history(seed, law);
        let rulebook = rulebooks.entry(level).or_insert_with_key(|level| draft(library.specs(), level).unwrap());
        let events: Vec<Event> = events.into_iter().map(event).collect();
        let mut player = Player { rulebook, case: Case::new(rulebook), today: day(&on), seed, amended: false };
        apply(&mut player.case, rulebook, &events[0]);
        for event in &events[1..] {
            for kind in player.command(event) {
                *refusals.entry(kind.word()).or_default() += 1;
            }
        }
        player.is_faultless();
    }
    refusals
}

struct Player<'a> {
    rulebook: &'a Rulebook,
    case: Case,
    today: Day,
    seed: u64,
    /// Something was corrected, or a fact supplied after the closing: what was lawful may be so no longer.
    amended: bool,
}

impl Player<'_> {
    fn command(&mut self, event: &Event) -> Vec<RefusalKind> {
        let closed = self.case.closed.is_some();
        let mut after = self.case.clone();
        apply(&mut after, self.rulebook, event);
        match decide(self.rulebook, &self.case, &Command::Record(event.clone()), self.today) {
            Ok(recorded) => {
                assert_eq!(recorded, std::slice::from_ref(event), "seed {}", self.seed);
                self.amended |= matches!(event.kind, EventKind::EventVoided { .. });
                self.amended |= closed && matches!(event.kind, EventKind::FactSupplied { .. });
                self.case = after;
                Vec::new()
            }
            Err(refusals) => {
                for refusal in &refusals {
                    assert!(!refusal.message.is_empty() && !refusal.help.is_empty(), "seed {}", self.seed);
                }
                self.would_be_found(event, &after, &refusals.iter().map(|r| r.kind).collect::<Vec<_>>());
                refusals.iter().map(|refusal| refusal.kind).collect()
            }
        }
    }

    /// The refused event, recorded all the same, makes the case worse.
    fn would_be_found(&self, event: &Event, after: &Case, kinds: &[RefusalKind]) {
        let worse = |case: &Case| {
            let found = findings(self.rulebook, case, self.today).findings;
            found.iter().filter(|finding| finding.kind != FindingKind::Term).count()
        };
        // What has no trace of its own: an act of the office, a closing or a reopening dated too early, something done again too early, a
        // correction of what is already corrected.
        let silent = match &event.kind {
            EventKind::CaseClosed { .. } | EventKind::CaseReopened { .. } => kinds == [RefusalKind::Dates],
            // One dated too late may take another finding away.
            EventKind::EventVoided { .. } => kinds == [RefusalKind::State] || kinds == [RefusalKind::Dates],
            kind if kind.is_office_act() => true,
            _ => kinds.iter().all(|kind| *kind == RefusalKind::Order),
        };
        let found = worse(after) > worse(&self.case) || after.faults.len() > self.case.faults.len();
        // A closing with something not known is no finding: the verdict is then not known.
        let unknown = matches!(event.kind, EventKind::CaseClosed { .. }) && kinds.contains(&RefusalKind::Missing);
        assert!(found || silent || unknown, "seed {}: {kinds:?} for {event:?}", self.seed);
    }

    fn is_faultless(&self) {
        let lawful = [FindingKind::Term, FindingKind::Access, FindingKind::NoOutcome, FindingKind::Interrupted];
        let found = findings(self.rulebook, &self.case, self.today).findings;
        let wrong: Vec<_> = found.iter().filter(|finding| !lawful.contains(&finding.kind)).collect();
        assert!(self.amended || wrong.is_empty(), "seed {}: {wrong:?}", self.seed);
    }
}

#[test]
fn what_is_let_through_is_faultless_and_what_is_refused_would_not_be() {
    let (folder, law) = fixture();
    let mut refused = plays_by_the_rules(folder.path(), &law, 3_000);
    for (kind, times) in plays_by_the_rules(&specs(), &Law::read(&specs()), 3_000) {
        *refused.entry(kind).or_default() += times;
    }
    // The opening is not refused here, and the histories end before the day they are looked at.
    let all = RefusalKind::ALL.iter().map(|kind| kind.word()).filter(|kind| *kind != "accesso");
    let never: Vec<&str> = all.filter(|kind| !refused.contains_key(kind)).collect();
    assert!(never.is_empty(), "never refused for: {never:?}");
}

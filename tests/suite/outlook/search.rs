// SPDX-License-Identifier: EUPL-1.2
//! Every lawful continuation, tried one by one: the slow judge of what can still be kept.
//!
//! It knows nothing of how the engine answers; it only asks `decide`, and looks at what has become of the case.

use std::collections::BTreeSet;

use lepre::calendar::Day;
use lepre::engine::{Case, Command, Event, apply, decide, term_standing};
use lepre::rulebook::{Bound, ItemKind, Rulebook, Start, Target, Term};
use lepre::spec::scenario::TermStateWord;
use serde_json::{Value as Json, json};

use crate::engine::event;

/// The first day, up to a last one, on which a term can be met without being broken; and whether it can at all.
pub struct Found {
    /// First day on which its target can lawfully happen.
    pub met: Option<Day>,
    /// First day on which that leaves the term unbroken.
    pub kept: Option<Day>,
}

pub fn search(rulebook: &Rulebook, case: &Case, term: &Term, on: Day, last: Day) -> Found {
    let mut found = Found { met: None, kept: None };
    let mut seen = BTreeSet::from([key(case)]);
    let mut standing = vec![case.clone()];
    for today in (on.number()..=last.number()).filter_map(Day::from_number) {
        let acts: Vec<Event> = acts(rulebook, today).into_iter().map(event).collect();
        let mut at = 0;
        while at < standing.len() {
            for act in &acts {
                let Ok(events) = decide(rulebook, &standing[at], &Command::Record(act.clone()), today) else {
                    continue;
                };
                let mut after = standing[at].clone();
                events.iter().for_each(|event| apply(&mut after, rulebook, event));
                if broken_waits(rulebook, &after, today) != broken_waits(rulebook, &standing[at], today) {
                    continue;
                }
                if !seen.insert(key(&after)) {
                    continue;
                }
                let then = term_standing(rulebook, &after, term, today);
                if then.met.is_none() {
                    standing.push(after);
                    continue;
                }
                found.met = found.met.or(Some(today));
                if then.state != TermStateWord::Broken {
                    found.kept = Some(today);
                    return found;
                }
            }
            at += 1;
        }
    }
    found
}

/// What may be done on a day. A start counts only where some term speaks of it.
fn acts(rulebook: &Rulebook, on: Day) -> Vec<Json> {
    let on = on.to_string();
    let activity = |id: &str, what: &str| json!({ "il": on, "tipo": "attivita", "attivita": id, "evento": what });
    let mut acts = vec![
        json!({ "il": on, "tipo": "ripresa" }),
        json!({ "il": on, "tipo": "chiusa", "modo": "conclusa" }),
        json!({ "il": on, "tipo": "chiusa", "modo": "interrotta", "motivo": "x" }),
    ];
    for item in &rulebook.items {
        let starts = rulebook.terms.iter().any(|term| {
            matches!(&term.target, Target::Started(named) if named.name == item.id)
                || matches!(&term.start, Start::Started(named) if named.name == item.id)
        });
        match item.kind {
            ItemKind::Activity => {
                acts.extend(starts.then(|| activity(&item.id, "iniziata")));
                acts.push(activity(&item.id, "terminata"));
            }
            ItemKind::Output => acts.push(json!({ "il": on, "tipo": "output", "output": item.id, "evidenza": {} })),
            ItemKind::Outcome => acts.push(json!({ "il": on, "tipo": "outcome", "outcome": item.id })),
        }
    }
    acts
}

fn broken_waits(rulebook: &Rulebook, case: &Case, on: Day) -> Vec<bool> {
    let waits = rulebook.terms.iter().filter(|term| term.bound == Bound::AtLeast);
    waits.map(|term| term_standing(rulebook, case, term, on).state == TermStateWord::Broken).collect()
}

/// All that the future of a case depends on.
fn key(case: &Case) -> String {
    let items = case.items.iter().map(|item| {
        let days = [item.first, item.started].map(|mark| mark.map(|mark| mark.on.number()));
        (days, item.sap.map(|(event, mark)| (event.word(), mark.on.number())))
    });
    let suspensions = case.suspensions.iter().map(|held| (held.from.number(), held.to.map(Day::number)));
    let rest = (case.closed.is_some(), suspensions.collect::<Vec<_>>());
    format!("{:?} {rest:?}", items.collect::<Vec<_>>())
}

// SPDX-License-Identifier: EUPL-1.2
//! The same sums by the step engine, one case after another, with nothing shared but the words of the kinds.

use std::collections::BTreeMap;

use lepre::engine::{Case, Check, Event, findings, fold, fold_to, obligations, replay, term_standing};
use lepre::engine::{Finding, duty_norm, norm_words, term_norm};
use lepre::rulebook::Rulebook;
use lepre::service::impact::{Draft, DutyMove, Impact, ImpactQuestion, Kind, Side, TermMove, Verdict};
use lepre::service::{Law, Service};
use lepre::spec::scenario::TermStateWord;
use lepre::value::Truth;

/// By kind, level, item or term, norm: cases, times, least and most days.
pub type Sums = BTreeMap<(Kind, String, String, String), (u64, u64, u32, u32)>;

pub fn told(impact: &Impact) -> (Sums, u64, u64) {
    let rows = impact.changes.iter().map(|row| {
        let (least, most) = row.days.unwrap_or_default();
        let norm = row.norm.as_ref().map(|norm| norm.words.clone()).unwrap_or_default();
        let key = (row.kind, row.level.clone(), row.subject.clone().unwrap_or_default(), norm);
        // Sums by region and office add up to the row.
        assert_eq!(row.regions.values().sum::<u64>(), row.cases);
        assert_eq!(row.offices.values().sum::<u64>(), row.cases);
        assert_eq!(row.examples.len() as u64, row.cases.min(10));
        (key, (row.cases, row.times, least, most))
    });
    for sides in [
        impact.levels.values().copied().collect::<Vec<_>>(),
        impact.regions.values().copied().collect(),
        impact.offices.values().copied().collect(),
    ] {
        assert_eq!(sides.iter().map(|side| side.looked.changed).sum::<u64>(), impact.figures.looked.changed);
        assert_eq!(sides.iter().map(|side| side.untouched).sum::<u64>(), impact.figures.untouched);
    }
    (rows.collect(), impact.figures.cases, impact.figures.looked.changed)
}

/// Everything that changes, of every case, whether its law does or not.
pub fn count(service: &Service, draft: &Draft, question: &ImpactQuestion) -> (Sums, u64, u64) {
    let (mut sums, mut cases, mut changed) = (Sums::new(), 0, 0);
    let mut heads = Vec::new();
    let all = service.for_each_chosen(&question.selection, |head, stored| {
        heads.push((head.clone(), stored.unwrap().to_vec()));
        Ok::<(), lepre::store::StoreError>(())
    });
    all.unwrap();
    for (head, stored) in heads {
        let past = (question.on < service.today()).then_some(question.on);
        if past.is_some_and(|on| head.opened_on > on.number()) {
            continue;
        }
        let events: Vec<Event> = stored.iter().map(|event| serde_json::from_str(&event.body).unwrap()).collect();
        let pinned = service.pinned(&head.rulebook).unwrap();
        let (level, region) = (pinned.level.as_str(), pinned.region.as_deref());
        let before = match question.against {
            Law::Pinned => pinned.clone(),
            Law::On(day) => {
                service.library().rulebook(level, region, day).unwrap_or_else(|_| panic!("no law of {level}"))
            }
        };
        let after = draft.library().rulebook(level, region, question.law_day).unwrap_or_else(|_| panic!("no {level}"));
        let was = match (question.against, past) {
            (Law::Pinned, Some(on)) => fold_to(&before, &events, on),
            (Law::Pinned, None) => fold(&before, &events),
            (Law::On(_), past) => replay(&before, &events, past),
        };
        let now = replay(&after, &events, past);
        cases += 1;
        let found = changes((&before, &was), (&after, &now), question);
        changed += u64::from(!found.is_empty());
        let mut seen: BTreeMap<_, u64> = BTreeMap::new();
        for (kind, subject, norm, days) in found {
            let key = (kind, level.to_owned(), subject, norm);
            let sum = sums.entry(key.clone()).or_insert((0, 0, u32::MAX, 0));
            sum.1 += 1;
            (sum.2, sum.3) = (sum.2.min(days), sum.3.max(days));
            let times = seen.entry(key.clone()).or_default();
            *times += 1;
            if *times == 1 {
                sums.get_mut(&key).unwrap().0 += 1;
            }
        }
    }
    (sums, cases, changed)
}

type Changed = (Kind, String, String, u32);

fn changes(
    (before, was): (&Rulebook, &Case),
    (after, now): (&Rulebook, &Case),
    question: &ImpactQuestion,
) -> Vec<Changed> {
    let on = question.on;
    let (checked, checks) = (findings(before, was, on), findings(after, now, on));
    let mut all = Vec::new();
    let (from, to) = (verdict(&checked), verdict(&checks));
    if from != to {
        all.push((Kind::Verdict { from, to }, String::new(), String::new(), 0));
    }
    // Findings: what is left of each side when those alike are struck out in pairs.
    let key =
        |law: &Rulebook, finding: &Finding| (finding.gravity, finding.kind, finding.subject(law).map(str::to_owned));
    let mut left: Vec<&Finding> = checks.findings.iter().collect();
    for finding in &checked.findings {
        match left.iter().position(|other| key(after, other) == key(before, finding)) {
            Some(at) => drop(left.remove(at)),
            None => all.push(told_finding(before, was, finding, Side::Before)),
        }
    }
    // Struck out from the front, while ours strikes the first ones too: the norms of those left are then the same.
    all.extend(left.into_iter().map(|finding| told_finding(after, now, finding, Side::After)));
    terms((before, was), (after, now), question, &mut all);
    duties((before, was), (after, now), &mut all);
    all
}

fn told_finding(law: &Rulebook, case: &Case, finding: &Finding, side: Side) -> Changed {
    let kind = Kind::Finding { side, gravity: finding.gravity, kind: finding.kind };
    (kind, finding.subject(law).unwrap_or_default().to_owned(), norm_words(law, &finding.norm(law, case)), 0)
}

fn verdict(check: &Check) -> Verdict {
    Verdict::of(check.conformity, &check.findings)
}

fn terms(
    (before, was): (&Rulebook, &Case),
    (after, now): (&Rulebook, &Case),
    question: &ImpactQuestion,
    all: &mut Vec<Changed>,
) {
    let names = |law: &Rulebook| law.terms.iter().map(|term| term.id.clone()).collect::<Vec<_>>();
    let mut every = names(before);
    every.extend(names(after).into_iter().filter(|name| !names(before).contains(name)));
    for name in every {
        let find = |law: &Rulebook, case: &Case| {
            let term = law.terms.iter().find(|term| term.id == name)?;
            let standing = term_standing(law, case, term, question.on);
            Some((standing, norm_words(law, term_norm(case, term, &standing))))
        };
        let (old, new) = (find(before, was), find(after, now));
        let applies = |found: &Option<(lepre::engine::TermStanding, String)>| {
            found.as_ref().map_or(Truth::False, |(s, _)| s.applies)
        };
        let how = match (applies(&old), applies(&new)) {
            (Truth::True, Truth::True) => {
                let ((old, _), (new, _)) = (old.as_ref().unwrap(), new.as_ref().unwrap());
                match (old.due, new.due) {
                    (Some(a), Some(b)) if a > b => Some((TermMove::Earlier, a.number().abs_diff(b.number()))),
                    (Some(a), Some(b)) if a < b => Some((TermMove::Later, a.number().abs_diff(b.number()))),
                    (Some(_), None) => Some((TermMove::Loses, 0)),
                    (None, Some(_)) => Some((TermMove::Gains, 0)),
                    _ => {
                        let same: fn(TermStateWord) -> TermStateWord = |state| state;
                        (same(old.state) != new.state).then_some((TermMove::Turned, 0))
                    }
                }
            }
            (a, b) if a == b => None,
            (_, Truth::NotKnown) => Some((TermMove::Doubtful, 0)),
            (Truth::NotKnown, Truth::False) => Some((TermMove::Settled, 0)),
            (_, Truth::True) => Some((TermMove::Begins, 0)),
            (_, Truth::False) => Some((TermMove::Ceases, 0)),
        };
        if let Some((how, days)) = how {
            let norm = if how == TermMove::Ceases || new.is_none() { old } else { new };
            all.push((Kind::Term(how), name, norm.unwrap().1, days));
        }
    }
}

fn duties((before, was): (&Rulebook, &Case), (after, now): (&Rulebook, &Case), all: &mut Vec<Changed>) {
    let names = |law: &Rulebook| law.items.iter().map(|item| item.id.clone()).collect::<Vec<_>>();
    let mut every = names(before);
    every.extend(names(after).into_iter().filter(|name| !names(before).contains(name)));
    for name in every {
        for registration in [false, true] {
            // None: not owed; else whether it is known, and whether it is done.
            let stands = |law: &Rulebook, case: &Case| -> Option<Option<bool>> {
                let index = law.item_index(&name)?;
                let item = law.item(index)?;
                let state = case.item(index)?;
                let (due, done) = if registration {
                    let rule = item.registration.as_ref()?.when.as_ref();
                    (rule.map_or(Truth::True, |rule| rule.condition.evaluate(&case.facts)), state.registered.is_some())
                } else {
                    (obligations(law, case)[usize::from(index)], state.count >= item.times)
                };
                match due {
                    Truth::False => None,
                    Truth::NotKnown => Some(None),
                    Truth::True => Some(Some(done)),
                }
            };
            let how = match (stands(before, was), stands(after, now)) {
                (a, b) if a == b => continue,
                (_, Some(None)) => DutyMove::Doubtful,
                (Some(None), None) => DutyMove::Settled,
                (None | Some(None), _) => DutyMove::Begins,
                (_, None) => DutyMove::Ceases,
                (_, Some(Some(true))) => DutyMove::Fulfilled,
                (_, Some(Some(false))) => DutyMove::Reopened,
            };
            let (law, case) =
                if how == DutyMove::Ceases || after.item_index(&name).is_none() { (before, was) } else { (after, now) };
            let index = law.item_index(&name).unwrap();
            let norm = if registration {
                let settled = law.variations_of(&name).find(|v| v.verb == lepre::rulebook::Variation::SETTLES_CODE);
                settled.map_or(law.item(index).unwrap().norm.clone(), |v| v.norm.clone())
            } else {
                duty_norm(law, case, index).unwrap().clone()
            };
            all.push((Kind::Duty { registration, how }, name.clone(), norm_words(law, &norm), 0));
        }
    }
}

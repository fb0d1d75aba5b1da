// SPDX-License-Identifier: EUPL-1.2
//! Checks of very many stored cases: against the law each is pinned to, today's, or that of a past day.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use uuid::Uuid;

use crate::calendar::{Day, Length};
use crate::columns::{Asked, Checked, Group, Row};
use crate::compile::NoRulebook;
use crate::engine::{Case, Check, Finding, FindingKey, findings, fold, fold_to, replay};
use crate::rulebook::{Citation, Rulebook};
use crate::spec::scenario::{FindingKind, Gravity};

use super::columns::Bulk;
use super::spread::check_group;
use super::{Selection, Service, ServiceError, Verdicts};

/// Which law a case is held against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Law {
    /// The one it was opened under.
    Pinned,
    /// The one in force on a day, for its level and region.
    On(Day),
}

/// What is asked of many cases.
#[derive(Clone, Debug)]
pub struct BulkQuestion {
    pub selection: Selection,
    /// The day they are looked at.
    pub on: Day,
    pub law: Law,
    /// Cases kept as examples of findings that are alike.
    pub examples: usize,
}

/// A case whose answer is seen.
pub struct Seen<'a> {
    pub id: Uuid,
    /// The law it was held against.
    pub law: &'a Arc<Rulebook>,
    pub checked: Checked<'a>,
    told: Told<'a>,
}

enum Told<'a> {
    Row(&'a Row<'a>, Asked, bool),
    Steps(&'a Case),
}

impl<'a> Seen<'a> {
    /// A case of the columns; with `replays` it was recorded under another law.
    pub(super) fn of_row(
        id: Uuid,
        law: &'a Arc<Rulebook>,
        checked: Checked<'a>,
        row: &'a Row<'a>,
        (asked, replays): (Asked, bool),
    ) -> Self {
        Self { id, law, checked, told: Told::Row(row, asked, replays) }
    }

    /// A case folded from its events.
    pub(super) fn of_case(id: Uuid, law: &'a Arc<Rulebook>, checked: Checked<'a>, case: &'a Case) -> Self {
        Self { id, law, checked, told: Told::Steps(case) }
    }

    /// The case as it was checked, for words and norms.
    pub fn case(&self) -> Cow<'_, Case> {
        match &self.told {
            Told::Row(row, asked, replays) => Cow::Owned(row.case(self.law, *asked, *replays)),
            Told::Steps(case) => Cow::Borrowed(case),
        }
    }
}

/// Findings that are alike: same gravity, kind and norm in one level of one region, in cases that one office has.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Alike {
    pub gravity: Gravity,
    pub kind: FindingKind,
    pub level: String,
    pub region: Option<String>,
    pub office: Option<String>,
    pub norm: Citation,
}

/// How many findings are alike, and the first cases that have one, in the order of their ids.
#[derive(Clone, Debug, Default)]
pub struct AlikeCount {
    pub findings: u64,
    pub first: Vec<Uuid>,
    /// A rulebook that cites the norm.
    pub rulebook: Option<Arc<Rulebook>>,
}

/// The sums of a check of many cases.
#[derive(Debug, Default)]
pub struct BulkReport {
    pub verdicts: Verdicts,
    pub alike: BTreeMap<Alike, AlikeCount>,
    /// Cases that could not be checked, with the reason, in the order of their ids.
    pub troubles: Vec<(Uuid, String)>,
}

/// Which rows are looked at, and who sees their answers.
type Taken<'a> = (&'a (dyn Fn(&Row<'_>) -> bool + Sync), &'a (dyn Fn(&Seen<'_>) + Sync));

/// What makes findings alike within a group, where norms are fixed; the office is the one that has the case, as a number
/// among [`Columns::offices`](crate::columns::Columns::offices) or, if it is none of them, its name.
type Likeness = (Gravity, FindingKey, Option<(u32, crate::calendar::Unit)>, u16, Option<Arc<str>>);

#[derive(Default)]
struct Sums {
    verdicts: Verdicts,
    counted: BTreeMap<Likeness, (u64, Vec<Uuid>)>,
    /// Of cases in which the norm depends on the case.
    alike: BTreeMap<Alike, AlikeCount>,
    /// Cases that must be read from their events, with their office.
    opaque: Vec<(u128, Option<String>)>,
}

impl Service {
    /// Checks the cases of a selection. `see` gets each of them, on many threads and in no order; `done` counts them; `stop`
    /// ends the work early, and what was not looked at is then missing from the sums.
    ///
    /// # Errors
    /// Trouble with the store; trouble with one case is in [`BulkReport::troubles`].
    pub fn check_bulk(
        &self,
        bulk: &Bulk,
        question: &BulkQuestion,
        done: &AtomicU64,
        stop: &AtomicBool,
        see: &(dyn Fn(&Seen<'_>) + Sync),
    ) -> Result<BulkReport, ServiceError> {
        let mut report = BulkReport::default();
        let offices = bulk.columns.offices();
        for group in bulk.columns.groups() {
            if stop.load(Ordering::Relaxed) {
                break;
            }
            let wanted = |row: &Row<'_>| {
                let office = usize::from(row.office).checked_sub(1).and_then(|at| offices.get(at));
                question.selection.takes_row(row, group.rulebook(), office.map(String::as_str))
            };
            let law = match question.law {
                Law::Pinned => Ok(group.rulebook().clone()),
                Law::On(day) => self.law_on(group.rulebook(), day),
            };
            match law {
                Ok(law) => self.check_group(bulk, group, &law, question, (done, stop), (&wanted, see), &mut report)?,
                Err(why) => {
                    let rows = group.rows().filter(|row| wanted(row) && self.is_there(row, question.on));
                    report.troubles.extend(rows.map(|row| (Uuid::from_u128(row.key.id), why.clone())));
                }
            }
        }
        let troubles = self.chosen_troubles(&bulk.troubles, &question.selection, question.on)?;
        report.troubles.extend(troubles.into_iter().map(|(head, why)| (head.id, why)));
        report.troubles.sort();
        report.verdicts.unchecked = report.troubles.len() as u64;
        report.verdicts.cases += report.verdicts.unchecked;
        for count in report.alike.values_mut() {
            count.first.sort_unstable();
            count.first.dedup();
            count.first.truncate(question.examples);
        }
        Ok(report)
    }

    /// The law of a day for the level and the region of a rulebook; why there is none, in words.
    pub(super) fn law_on(&self, pinned: &Rulebook, day: Day) -> Result<Arc<Rulebook>, String> {
        self.current(&pinned.level, pinned.region.as_deref(), day).map_err(|error| match error {
            ServiceError::NoRulebook { level, reason: NoRulebook::NotInForce { .. }, .. } => {
                format!("il livello `{level}` non era in vigore il {day}")
            }
            ServiceError::NoRulebook { level, reason: NoRulebook::UnknownLevel, .. } => {
                format!("il livello `{level}` non è tra le specifiche")
            }
            other => other.to_string(),
        })
    }

    /// Was the case opened by that day? Today and later, all were.
    fn is_there(&self, row: &Row<'_>, on: Day) -> bool {
        on >= self.today() || row.key.opened_on <= on.number()
    }

    #[expect(clippy::too_many_arguments, reason = "one call, each argument its own thing")]
    fn check_group(
        &self,
        bulk: &Bulk,
        group: &Group,
        law: &Arc<Rulebook>,
        question: &BulkQuestion,
        (done, stop): (&AtomicU64, &AtomicBool),
        (wanted, see): Taken<'_>,
        report: &mut BulkReport,
    ) -> Result<(), ServiceError> {
        let same = question.law == Law::Pinned;
        let program = if same { group.program() } else { group.program_under(law) };
        let opaque = if same { Vec::new() } else { group.opaque_under(law) };
        let opaque = if opaque.contains(&true) { opaque } else { Vec::new() };
        let asked = Asked { on: question.on, past: question.on < self.today() };
        let fixed = program.norms_are_fixed();
        let parts = check_group(group, &program, asked, stop, Sums::default, wanted, |sums, row, _, checked| {
            done.fetch_add(1, Ordering::Relaxed);
            if row.has_any(&opaque) {
                sums.opaque.push((row.key.id, bulk.office(group, row, asked).map(Cow::into_owned)));
                return;
            }
            let seen = Seen::of_row(Uuid::from_u128(row.key.id), law, checked, row, (asked, !same));
            see(&seen);
            sums.verdicts.add(checked);
            if checked.findings.is_empty() {
                return;
            }
            if !fixed {
                let office = bulk.office(group, row, asked).map(Cow::into_owned);
                join_case(&mut sums.alike, law, &seen.case(), (seen.id, office, checked.findings), question.examples);
                return;
            }
            let moved = row.entrusted_to(group.rulebook(), asked);
            for finding in checked.findings {
                let length = finding.length.map(|length: Length| (length.count, length.unit));
                let office = if moved.is_some() { 0 } else { row.office };
                let likeness = (finding.gravity, finding.key(), length, office, moved.clone());
                let (count, first) = sums.counted.entry(likeness).or_default();
                *count += 1;
                keep_first(first, seen.id, question.examples);
            }
        });
        for part in parts {
            report.verdicts.join(part.verdicts);
            for ((gravity, (kind, item, term), length, office, moved), (count, first)) in part.counted {
                let length = length.and_then(|(count, unit)| Length::new(count, unit));
                let finding = Finding { kind, gravity, item, term, sequence: None, length, detail: None };
                let office = match moved {
                    Some(moved) => Some(moved.to_string()),
                    None => usize::from(office).checked_sub(1).and_then(|at| bulk.columns.offices().get(at)).cloned(),
                };
                let norm = program.norm(&finding);
                join(&mut report.alike, alike(law, &finding, office, norm), law, count, first);
            }
            for (alike, count) in part.alike {
                join(&mut report.alike, alike, law, count.findings, count.first);
            }
            for (id, office) in part.opaque {
                let id = Uuid::from_u128(id);
                let (case, check) = match self.replayed(id, law, same, question.on) {
                    Ok(replayed) => replayed,
                    Err(error) if error.stops_all() => return Err(error),
                    Err(error) => {
                        report.troubles.push((id, error.to_string()));
                        continue;
                    }
                };
                let checked = Checked::of(&check, &case);
                see(&Seen::of_case(id, law, checked, &case));
                report.verdicts.add(checked);
                join_case(&mut report.alike, law, &case, (id, office, &check.findings), question.examples);
            }
        }
        Ok(())
    }

    /// One case by the step engine, under the law it is pinned to or another, with its check on a day.
    ///
    /// # Errors
    /// Trouble with the store, or an event that cannot be read.
    pub fn replayed(&self, id: Uuid, law: &Rulebook, pinned: bool, on: Day) -> Result<(Case, Check), ServiceError> {
        let events = Self::read(id, &self.store.events(id)?)?;
        let past = (on < self.today()).then_some(on);
        let case = match past {
            until if !pinned => replay(law, &events, until),
            Some(until) => fold_to(law, &events, until),
            None => fold(law, &events),
        };
        let check = findings(law, &case, on);
        Ok((case, check))
    }

    /// The rulebook a case is pinned to.
    ///
    /// # Errors
    /// No such case, or the rulebook is gone.
    pub fn rulebook_of(&self, id: Uuid) -> Result<Arc<Rulebook>, ServiceError> {
        let head = self.store.case_head(id)?.ok_or_else(|| ServiceError::UnknownCase(id.to_string()))?;
        self.pinned(&head.rulebook)
    }

    /// The law that a question holds a case against, with the case by the step engine and its check.
    ///
    /// # Errors
    /// As [`Service::replayed`], or no such law.
    pub fn check_under(&self, id: Uuid, question: &BulkQuestion) -> Result<(Arc<Rulebook>, Case, Check), ServiceError> {
        let head = self.store.case_head(id)?.ok_or_else(|| ServiceError::UnknownCase(id.to_string()))?;
        let pinned = self.pinned(&head.rulebook)?;
        let law = match question.law {
            Law::Pinned => pinned,
            Law::On(day) => self.current(&pinned.level, pinned.region.as_deref(), day)?,
        };
        let (case, check) = self.replayed(id, &law, question.law == Law::Pinned, question.on)?;
        Ok((law, case, check))
    }
}

fn alike(law: &Rulebook, finding: &Finding, office: Option<String>, norm: Citation) -> Alike {
    Alike {
        gravity: finding.gravity,
        kind: finding.kind,
        level: law.level.clone(),
        region: law.region.clone(),
        office,
        norm,
    }
}

fn join(all: &mut BTreeMap<Alike, AlikeCount>, alike: Alike, law: &Arc<Rulebook>, count: u64, first: Vec<Uuid>) {
    let entry = all.entry(alike).or_default();
    entry.findings += count;
    entry.first.extend(first);
    entry.rulebook.get_or_insert_with(|| law.clone());
}

fn join_case(
    all: &mut BTreeMap<Alike, AlikeCount>,
    law: &Arc<Rulebook>,
    case: &Case,
    (id, office, found): (Uuid, Option<String>, &[Finding]),
    examples: usize,
) {
    for finding in found {
        let entry = all.entry(alike(law, finding, office.clone(), finding.norm(law, case))).or_default();
        entry.findings += 1;
        keep_first(&mut entry.first, id, examples);
        entry.rulebook.get_or_insert_with(|| law.clone());
    }
}

/// Keeps the smallest ids, each once.
fn keep_first(first: &mut Vec<Uuid>, id: Uuid, examples: usize) {
    // Of one case all findings come together.
    if first.last() == Some(&id) {
        return;
    }
    if first.len() < examples {
        first.push(id);
    } else if let Some(last) = first.iter_mut().max().filter(|last| **last > id) {
        *last = id;
    }
}

impl Verdicts {
    fn join(&mut self, other: Self) {
        self.cases += other.cases;
        self.conform += other.conform;
        self.pending += other.pending;
        self.interrupted += other.interrupted;
        self.breached += other.breached;
        self.not_known += other.not_known;
        self.unchecked += other.unchecked;
    }
}

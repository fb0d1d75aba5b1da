// SPDX-License-Identifier: EUPL-1.2
//! Checks of very many stored cases: against the law each is pinned to, today's, or that of a past day.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use uuid::Uuid;

use crate::calendar::{Day, Length};
use crate::columns::{Asked, Checked, Group, Row};
use crate::compile::NoRulebook;
use crate::engine::{Case, Check, FindingKey, Program, findings, fold, fold_to, replay};
use crate::rulebook::{Citation, Rulebook};
use crate::spec::scenario::{Conformity, FindingKind, Gravity};

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
}

/// Findings that are alike: same gravity, kind, subject and norm in one level of one region.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Alike {
    pub gravity: Gravity,
    pub kind: FindingKind,
    pub level: String,
    pub region: Option<String>,
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
type Taken<'a> = (&'a (dyn Fn(&Row<'_>) -> bool + Sync), &'a (dyn Fn(Uuid, Checked<'_>) + Sync));

/// Cases kept as examples of findings that are alike.
const EXAMPLES: usize = 10;

/// Findings of a group while they are counted.
type Counted = BTreeMap<(Gravity, FindingKey, Option<(u32, crate::calendar::Unit)>), (u64, Vec<u128>)>;

struct Sums {
    verdicts: Verdicts,
    counted: Counted,
    /// Cases with findings whose norm depends on the case.
    own: Vec<u128>,
    /// Cases that must be read from their events.
    opaque: Vec<u128>,
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
        see: &(dyn Fn(Uuid, Checked<'_>) + Sync),
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
                Ok(law) => self.check_group(group, &law, question, (done, stop), (&wanted, see), &mut report)?,
                Err(why) => {
                    let rows = group.rows().filter(|row| wanted(row) && self.is_there(row, question.on));
                    report.troubles.extend(rows.map(|row| (Uuid::from_u128(row.key.id), why.clone())));
                }
            }
        }
        let mut heads = Vec::new();
        for (case, why) in &bulk.troubles {
            if let Some(head) = self.store.case_head(*case)?.filter(|head| question.selection.takes(head)) {
                heads.push((head.id, why.clone()));
            }
        }
        report.troubles.extend(heads);
        report.troubles.sort();
        report.verdicts.unchecked = report.troubles.len() as u64;
        report.verdicts.cases += report.verdicts.unchecked;
        for count in report.alike.values_mut() {
            count.first.sort_unstable();
            count.first.dedup();
            count.first.truncate(EXAMPLES);
        }
        Ok(report)
    }

    /// The law of a day for the level and the region of a rulebook; why there is none, in words.
    fn law_on(&self, pinned: &Rulebook, day: Day) -> Result<Arc<Rulebook>, String> {
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

    fn check_group(
        &self,
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
        let has_opaque = opaque.contains(&true);
        let is_opaque = |row: &Row<'_>| {
            has_opaque && row.entries().any(|(symbol, ..)| opaque.get(symbol as usize).copied().unwrap_or(false))
        };
        let asked = Asked { on: question.on, past: question.on < self.today() };
        let fixed = program.norms_are_fixed();
        let make =
            || Sums { verdicts: Verdicts::default(), counted: BTreeMap::new(), own: Vec::new(), opaque: Vec::new() };
        let parts = check_group(group, &program, asked, stop, make, wanted, |sums, row, _, checked| {
            done.fetch_add(1, Ordering::Relaxed);
            if is_opaque(row) {
                sums.opaque.push(row.key.id);
                return;
            }
            see(Uuid::from_u128(row.key.id), checked);
            sums.verdicts.add(checked.conformity, checked.is_breached());
            if checked.findings.is_empty() {
                return;
            }
            if !fixed {
                sums.own.push(row.key.id);
                return;
            }
            for finding in checked.findings {
                let length = finding.length.map(|length: Length| (length.count, length.unit));
                let (count, first) = sums.counted.entry((finding.gravity, finding.key(), length)).or_default();
                *count += 1;
                if first.len() < EXAMPLES {
                    first.push(row.key.id);
                } else if let Some(last) = first.iter_mut().max().filter(|last| **last > row.key.id) {
                    *last = row.key.id;
                }
            }
        });
        for part in parts {
            report.verdicts.join(part.verdicts);
            Self::join_counted(&program, law, part.counted, report);
            for id in part.own {
                match self.replayed(Uuid::from_u128(id), law, same, question.on) {
                    Ok((case, check)) => Self::join_case(law, &case, &check, id, report),
                    Err(ServiceError::Store(error)) => return Err(error.into()),
                    Err(error) => report.troubles.push((Uuid::from_u128(id), error.to_string())),
                }
            }
            for id in part.opaque {
                let (case, check) = match self.replayed(Uuid::from_u128(id), law, same, question.on) {
                    Ok(replayed) => replayed,
                    Err(ServiceError::Store(error)) => return Err(error.into()),
                    Err(error) => {
                        report.troubles.push((Uuid::from_u128(id), error.to_string()));
                        continue;
                    }
                };
                see(Uuid::from_u128(id), Checked { conformity: check.conformity, findings: &check.findings });
                let breached = check.findings.iter().any(|finding| finding.gravity == Gravity::Breach);
                report.verdicts.add(check.conformity, breached);
                Self::join_case(law, &case, &check, id, report);
            }
        }
        Ok(())
    }

    fn join_counted(program: &Program, law: &Arc<Rulebook>, counted: Counted, report: &mut BulkReport) {
        for ((gravity, (kind, item, term), length), (count, first)) in counted {
            let length = length.and_then(|(count, unit)| Length::new(count, unit));
            let finding = crate::engine::Finding { kind, gravity, item, term, sequence: None, length, detail: None };
            let alike = Alike {
                gravity,
                kind,
                level: law.level.clone(),
                region: law.region.clone(),
                norm: program.norm(&finding),
            };
            let entry = report.alike.entry(alike).or_default();
            entry.findings += count;
            entry.first.extend(first.into_iter().map(Uuid::from_u128));
            entry.rulebook.get_or_insert_with(|| law.clone());
        }
    }

    fn join_case(law: &Arc<Rulebook>, case: &Case, check: &Check, id: u128, report: &mut BulkReport) {
        for finding in &check.findings {
            let alike = Alike {
                gravity: finding.gravity,
                kind: finding.kind,
                level: law.level.clone(),
                region: law.region.clone(),
                norm: finding.norm(law, case),
            };
            let entry = report.alike.entry(alike).or_default();
            entry.findings += 1;
            entry.first.push(Uuid::from_u128(id));
            entry.rulebook.get_or_insert_with(|| law.clone());
        }
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

impl Verdicts {
    pub(super) fn add(&mut self, conformity: Conformity, breached: bool) {
        self.cases += 1;
        match conformity {
            Conformity::Yes => self.conform += 1,
            Conformity::NotKnown => self.not_known += 1,
            Conformity::No if breached => self.breached += 1,
            Conformity::No => self.pending += 1,
        }
    }

    fn join(&mut self, other: Self) {
        self.cases += other.cases;
        self.conform += other.conform;
        self.pending += other.pending;
        self.breached += other.breached;
        self.not_known += other.not_known;
        self.unchecked += other.unchecked;
    }
}

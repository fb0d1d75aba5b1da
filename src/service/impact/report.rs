// SPDX-License-Identifier: EUPL-1.2
//! From the sums of a pass to what a person reads: rows by kind and norm, sums by level, region and office, examples.

use std::collections::BTreeMap;

use uuid::Uuid;

use crate::service::{Bulk, Service, ServiceError};

use super::compare::{Side, TermMove, What};
use super::examples::Teller;
use super::laws::NormWords;
use super::plan::Plan;
use super::sums::{Count, Looked, Sums};
use super::words::{Kind, Section};
use super::{ChangeRow, Impact, ImpactQuestion, NormSum, SideSum};

/// What makes changes alike.
type Alike = (Kind, String, Option<String>, Option<NormWords>);

/// Changes that are alike, while they are added up.
#[derive(Default)]
struct Adding {
    count: Count,
    regions: BTreeMap<Option<String>, u64>,
    offices: BTreeMap<Option<String>, u64>,
    /// A task in which each example is found, and the change there.
    found_in: BTreeMap<u128, (usize, What)>,
}

pub(super) fn report(
    service: &Service,
    bulk: &Bulk,
    question: &ImpactQuestion,
    plan: Plan<'_>,
    sums: Sums,
) -> Result<Impact, ServiceError> {
    let Sums { all, looked, counts, troubles } = sums;
    let mut impact = Impact { figures: plan.figures.clone(), ..Impact::default() };
    impact.figures.looked = all;
    let office =
        |number: u16| usize::from(number).checked_sub(1).and_then(|at| bulk.columns.offices().get(at)).cloned();
    let mut sum = |level: &str, region: &Option<String>, number: u16, add: &dyn Fn(&mut SideSum)| {
        add(impact.levels.entry(level.to_owned()).or_default());
        add(impact.regions.entry(region.clone()).or_default());
        add(impact.offices.entry(office(number)).or_default());
    };
    for ((level, region, number), cases) in &plan.untouched {
        sum(level, region, *number, &|side| side.untouched += cases);
    }
    for ((level, region, number), cases) in &plan.lacking {
        sum(level, region, *number, &|side| side.one_sided += cases);
    }
    for ((task, number), found) in looked {
        let Some(law) = plan.tasks.get(task).map(|task| task.group.rulebook()) else { continue };
        sum(&law.level, &law.region, number, &|side| Looked::join(&mut side.looked, found));
    }
    let mut alike: BTreeMap<Alike, Adding> = BTreeMap::new();
    for ((number, (what, own), at), count) in counts {
        let Some(task) = plan.tasks.get(number) else { continue };
        let law = task.group.rulebook();
        let subject = task.laws.subject(what).map(str::to_owned);
        let key = (Kind::of(what), law.level.clone(), subject, task.laws.norm(what, own));
        let adding = alike.entry(key).or_default();
        adding.count.join(&count);
        *adding.regions.entry(law.region.clone()).or_default() += count.cases;
        *adding.offices.entry(office(at)).or_default() += count.cases;
        adding.found_in.extend(count.first.iter().map(|id| (*id, (number, what))));
        while adding.found_in.len() > super::sums::EXAMPLES {
            adding.found_in.pop_last();
        }
    }
    let mut teller = Teller::new(service, question.on);
    let mut untold = Vec::new();
    for ((kind, level, subject, norm), adding) in alike {
        if let Some(norm) = &norm {
            impact.norms.entry(norm.clone()).or_default().add(kind, &adding.count);
        }
        let mut examples = Vec::new();
        for (id, (number, what)) in &adding.found_in {
            let Some(task) = plan.tasks.get(*number) else { continue };
            match teller.example(*number, &task.laws, *what, *id) {
                Ok(example) => examples.push(example),
                Err(error) if error.stops_all() => return Err(error),
                Err(error) => untold.push((*id, error.to_string())),
            }
        }
        let moved = matches!(kind, Kind::Term(TermMove::Earlier | TermMove::Later));
        impact.changes.push(ChangeRow {
            kind,
            level,
            subject,
            norm,
            cases: adding.count.cases,
            times: adding.count.times,
            days: moved.then_some((adding.count.least, adding.count.most)),
            regions: adding.regions,
            offices: adding.offices,
            examples,
        });
    }
    impact.changes.sort_by_key(|row| (row.kind.section(), std::cmp::Reverse(row.cases)));
    let all_troubles = plan.troubles.into_iter().chain(troubles).chain(untold);
    impact.troubles = all_troubles.map(|(id, why)| (Uuid::from_u128(id), why)).collect();
    let unread = service.chosen_troubles(&bulk.troubles, &question.selection, question.on)?;
    impact.troubles.extend(unread.into_iter().map(|(head, why)| (head.id, why)));
    impact.troubles.sort();
    impact.troubles.dedup();
    (impact.laws, impact.later, impact.one_sided) = (plan.laws, plan.later, plan.one_sided);
    Ok(impact)
}

impl NormSum {
    fn add(&mut self, kind: Kind, count: &Count) {
        let place = match (kind.section(), kind) {
            (_, Kind::Finding { side: Side::After, .. }) => &mut self.appear,
            (_, Kind::Finding { side: Side::Before, .. }) => &mut self.vanish,
            (Section::Terms, _) => &mut self.terms,
            _ => &mut self.duties,
        };
        *place += count.times;
    }
}

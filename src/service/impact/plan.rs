// SPDX-License-Identifier: EUPL-1.2
//! Before any case is looked at: which of them have another law in the draft, and what that law says otherwise.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::columns::{Group, Row};
use crate::compile::NoRulebook;
use crate::difference::is_different;
use crate::rulebook::Rulebook;
use crate::service::{Bulk, Law, Service};

use super::compare::Side;
use super::law_changes::{Compared, later, law_changes, letters, speaking_regions};
use super::laws::Laws;
use super::pass::Task;
use super::sums::EXAMPLES;
use super::{Draft, Figures, ImpactQuestion, Later, LawChange, OneSided};

/// See the module.
#[derive(Default)]
pub(super) struct Plan<'a> {
    pub laws: Vec<LawChange>,
    pub later: Vec<Later>,
    pub tasks: Vec<Task<'a>>,
    pub figures: Figures,
    /// Cases whose law is the same, by level, region and office number.
    pub untouched: BTreeMap<Place, u64>,
    /// Cases that one side has no law for, by level, region and office number.
    pub lacking: BTreeMap<Place, u64>,
    pub one_sided: Vec<OneSided>,
    /// Cases for which neither side can be used.
    pub troubles: Vec<(u128, String)>,
}

/// Level, region, number of the office.
pub(super) type Place = (String, Option<String>, u16);

/// What becomes of the cases of a group.
#[derive(Clone)]
enum Fate {
    Same,
    Compared(Arc<Laws>),
    OneSided(Side, String),
    /// The law before cannot be used: what the cases come to under the draft says nothing.
    Neither(String),
}

type Wanted<'a> = dyn Fn(&Group, &Row<'_>) -> bool + Sync + 'a;

impl<'a> Plan<'a> {
    pub fn new(
        service: &Service,
        bulk: &'a Bulk,
        draft: &Draft,
        question: &ImpactQuestion,
        wanted: &Wanted<'_>,
    ) -> Self {
        let mut plan = Self::default();
        plan.compare_laws(service, bulk, draft, question);
        // Groups of one level and region share their laws, and so what is worked out about them.
        let mut known: BTreeMap<(String, Option<String>), Fate> = BTreeMap::new();
        for group in bulk.columns.groups() {
            let law = group.rulebook();
            let mut rows: BTreeMap<u16, u64> = BTreeMap::new();
            let mut first: Vec<u128> = Vec::new();
            for row in group.rows().filter(|row| wanted(group, row)) {
                *rows.entry(row.office).or_default() += 1;
                if first.len() < EXAMPLES {
                    first.push(row.key.id);
                }
            }
            let cases: u64 = rows.values().sum();
            if cases == 0 {
                continue;
            }
            let fate = match question.against {
                Law::Pinned => fate(service, draft, question, law),
                Law::On(_) => {
                    let key = (law.level.clone(), law.region.clone());
                    known.entry(key).or_insert_with(|| fate(service, draft, question, law)).clone()
                }
            };
            plan.figures.cases += cases;
            let place = |office| (law.level.clone(), law.region.clone(), office);
            match fate {
                Fate::Same => {
                    plan.figures.untouched += cases;
                    rows.iter().for_each(|(office, n)| *plan.untouched.entry(place(*office)).or_default() += n);
                }
                Fate::Compared(laws) => {
                    plan.figures.to_look += cases;
                    plan.tasks.push(Task::new(group, laws));
                }
                Fate::OneSided(lacking, why) => {
                    rows.iter().for_each(|(office, n)| *plan.lacking.entry(place(*office)).or_default() += n);
                    plan.lacks(lacking, &law.level, why, cases, &first);
                }
                Fate::Neither(why) => {
                    let rows = group.rows().filter(|row| wanted(group, row));
                    plan.troubles.extend(rows.map(|row| (row.key.id, why.clone())));
                }
            }
        }
        plan
    }

    fn lacks(&mut self, lacking: Side, level: &str, why: String, cases: u64, first: &[u128]) {
        let first = first.iter().map(|id| uuid::Uuid::from_u128(*id));
        match self.one_sided.iter_mut().find(|known| known.lacking == lacking && known.why == why) {
            Some(known) => {
                known.cases += cases;
                known.first.extend(first);
                known.first.sort_unstable();
                known.first.truncate(EXAMPLES);
            }
            None => {
                let level = level.to_owned();
                self.one_sided.push(OneSided { lacking, level, why, cases, first: first.collect() });
            }
        }
    }

    /// What changes in the law: of every level, whether it has cases or not; against the laws that cases are pinned to, of
    /// those that have.
    fn compare_laws(&mut self, service: &Service, bulk: &Bulk, draft: &Draft, question: &ImpactQuestion) {
        let own = service.library();
        let mut compared: Vec<Compared> = Vec::new();
        let Law::On(day) = question.against else {
            for group in bulk.columns.groups() {
                let law = group.rulebook();
                if !question.selection.takes_law(&law.level, law.region.as_deref()) {
                    continue;
                }
                let after = draft.library().rulebook(&law.level, law.region.as_deref(), question.law_day).ok();
                let (level, region) = (law.level.clone(), law.region.clone());
                compared.push(Compared { level, region, before: Some(law.clone()), after });
            }
            self.laws = law_changes(&compared);
            return;
        };
        let libraries = [&*own, draft.library()];
        let regions: Vec<Option<String>> =
            std::iter::once(None).chain(speaking_regions(libraries).into_iter().map(Some)).collect();
        for level in letters(libraries) {
            for region in &regions {
                if !question.selection.takes_law(&level, region.as_deref()) {
                    continue;
                }
                let before = own.rulebook(&level, region.as_deref(), day);
                let after = draft.library().rulebook(&level, region.as_deref(), question.law_day);
                if matches!(before, Err(NoRulebook::Faulty(_))) {
                    continue;
                }
                if day == question.law_day {
                    self.later.extend(later(&own, draft.library(), &level, region.as_deref(), day));
                }
                let (level, region) = (level.clone(), region.clone());
                compared.push(Compared { level, region, before: before.ok(), after: after.ok() });
            }
        }
        self.laws = law_changes(&compared);
    }
}

fn fate(service: &Service, draft: &Draft, question: &ImpactQuestion, law: &Arc<Rulebook>) -> Fate {
    let (level, region) = (law.level.as_str(), law.region.as_deref());
    let before = match question.against {
        Law::Pinned => Ok(law.clone()),
        Law::On(day) => service.library().rulebook(level, region, day).map_err(|no| match no {
            NoRulebook::Faulty(_) => Fate::Neither(format!("il livello `{level}` delle specifiche in uso ha errori")),
            NoRulebook::NotInForce { .. } => Fate::OneSided(
                Side::Before,
                format!("nelle specifiche in uso il livello `{level}` non è in vigore il {day}"),
            ),
            NoRulebook::UnknownLevel => {
                Fate::OneSided(Side::Before, format!("nelle specifiche in uso il livello `{level}` non c'è"))
            }
            NoRulebook::UnknownRegion => {
                let region = region.unwrap_or_default();
                Fate::OneSided(
                    Side::Before,
                    format!("nelle specifiche in uso la regione `{region}` non è nel catalogo"),
                )
            }
        }),
    };
    match (before, draft.law(level, region, question.law_day)) {
        (Ok(before), Ok(after)) if !is_different(&before, &after) => Fate::Same,
        (Ok(before), Ok(after)) => Fate::Compared(Arc::new(Laws::new(before, after, question.against == Law::Pinned))),
        (Ok(_), Err(why)) => Fate::OneSided(Side::After, why),
        (Err(fate), Ok(_)) => fate,
        // Neither law takes them, before or after: for them nothing changes.
        (Err(Fate::OneSided(_, why)), Err(_)) => Fate::Neither(why),
        (Err(fate), Err(_)) => fate,
    }
}

// SPDX-License-Identifier: EUPL-1.2
//! The times an activity was carried out, each with its events, as the engine tells them apart.

use std::collections::BTreeMap;

use crate::calendar::Day;
use crate::engine::{EventKind, FaultDetail, continues};
use crate::rulebook::ItemIndex;
use crate::service::CaseView;
use crate::spec::scenario::SapEventWord;

use super::Remark;

/// One time that an activity was carried out; of an output or an outcome, its deliveries, without events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instance {
    pub item: ItemIndex,
    /// Event of section 6, its day, its number in the case. Those that count, in order.
    pub events: Vec<(SapEventWord, Day, u32)>,
    /// Number of the event of a delivery.
    delivered: u32,
    /// What was recorded about it and is not transmitted.
    pub remarks: Vec<Remark>,
}

impl Instance {
    /// Number of the event with which it began.
    pub fn first(&self) -> u32 {
        self.events.first().map_or(self.delivered, |(_, _, sequence)| *sequence)
    }

    /// The day of the first such event.
    pub fn first_day(&self, word: SapEventWord) -> Option<Day> {
        self.events.iter().find(|(event, ..)| *event == word).map(|(_, on, _)| *on)
    }
}

/// All that was carried out in a case and might be registered, in the order in which it began.
pub fn of(view: &CaseView) -> Vec<Instance> {
    let rulebook = &view.rulebook;
    let faults: BTreeMap<u32, FaultDetail> = view.case.faults.iter().map(|f| (f.sequence, f.detail)).collect();
    let mut found: Vec<Instance> = Vec::new();
    // The instance that is going on, for each item.
    let mut current: BTreeMap<ItemIndex, usize> = BTreeMap::new();
    for (event, sequence) in view.events.iter().zip(1_u32..) {
        if view.case.is_voided(sequence) {
            continue;
        }
        let fault = faults.get(&sequence);
        match &event.kind {
            EventKind::ActivityRecorded { activity, event: word, .. } => {
                let Some(item) = rulebook.item_index(activity) else { continue };
                let going_on = current.get(&item).and_then(|at| found.get_mut(*at));
                let ignored = match fault {
                    Some(FaultDetail::AfterClosing) => Some("dopo la chiusura della pratica"),
                    Some(FaultDetail::Transition { .. }) => Some("fuori dalla sequenza degli eventi"),
                    Some(FaultDetail::WrongKind) => continue,
                    _ => None,
                };
                let of_it = (*word, event.on, sequence);
                match (ignored, going_on) {
                    (Some(why), Some(instance)) => {
                        let words = format!("l'evento {sequence} (`{}`) è {why}: non è trasmesso", word.word());
                        instance.remarks.push(Remark::noted("ultimo_evento", words));
                    }
                    (Some(why), None) => {
                        let words = format!("l'evento {sequence} (`{}`) è {why}", word.word());
                        let remarks = vec![Remark::blocking("ultimo_evento", words)];
                        found.push(Instance { item, events: Vec::new(), delivered: sequence, remarks });
                    }
                    (None, Some(instance))
                        if instance.events.last().is_some_and(|(last, ..)| continues(*last, *word)) =>
                    {
                        instance.events.push(of_it);
                    }
                    (None, _) => {
                        current.insert(item, found.len());
                        let events = vec![of_it];
                        found.push(Instance { item, events, delivered: sequence, remarks: Vec::new() });
                    }
                }
            }
            EventKind::OutputDelivered { output: name, .. } | EventKind::OutcomeReached { outcome: name } => {
                let registered = |item: &ItemIndex| rulebook.item(*item).is_some_and(|i| i.registration.is_some());
                let Some(item) = rulebook.item_index(name).filter(registered) else { continue };
                // Only its first delivery is registered.
                if fault != Some(&FaultDetail::AfterClosing) && !current.contains_key(&item) {
                    current.insert(item, found.len());
                    found.push(Instance { item, events: Vec::new(), delivered: sequence, remarks: Vec::new() });
                }
            }
            _ => {}
        }
    }
    found
}

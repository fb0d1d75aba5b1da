// SPDX-License-Identifier: EUPL-1.2
//! What one distinct event does to a case, in a few bytes.

use crate::calendar::Day;
use crate::rulebook::{ItemIndex, Rulebook};
use crate::spec::scenario::{Manner, SapEventWord};

use super::super::apply::resolve;
use super::super::case::{FaultDetail, What};
use super::super::event::{Event, EventKind};

/// The item of an event that names none that there is.
pub(super) const NO_ITEM: u8 = u8::MAX;

#[derive(Clone, Copy, Debug)]
pub(super) enum Op {
    /// An output whose evidence fits, or an outcome.
    Complete {
        item: u8,
    },
    /// An activity that has ended, in an allowed mode: nothing else of it can be wrong but the event before.
    Ended {
        item: u8,
    },
    Activity {
        item: u8,
        event: SapEventWord,
        mode_allowed: bool,
        reason_given: bool,
    },
    /// An output whose evidence does not fit.
    Unproved {
        item: u8,
    },
    /// A code in force from a day to another, both included.
    Register {
        item: u8,
        known: bool,
        listed: bool,
        from: i32,
        to: i32,
    },
    Fact {
        slot: u16,
        fits: bool,
    },
    Suspend {
        reason_given: bool,
    },
    Resume,
    Close {
        manner: Manner,
        reason_given: bool,
    },
    Office,
    StrayWord,
    Stray {
        item: Option<ItemIndex>,
        detail: FaultDetail,
    },
    /// By position among the openings.
    Open(u16),
    /// What a script said under another law: it has not been said.
    Unsaid,
    /// Corrections, reopenings, what scripts say: for the step engine.
    Step,
}

/// What an opening says.
#[derive(Clone, Copy, Debug)]
pub(super) struct Opened {
    /// Is all that the access rule requires in the dossier?
    pub met: bool,
    pub office: Option<u16>,
}

impl Op {
    pub fn of(rulebook: &Rulebook, event: &Event, openings: &mut Vec<Opened>) -> Self {
        let small = |item: ItemIndex| u8::try_from(item).unwrap_or(NO_ITEM);
        match resolve(rulebook, event) {
            What::Open { met, office } => {
                let at = u16::try_from(openings.len());
                openings.push(Opened { met: met.iter().all(|met| *met), office });
                at.map_or(Self::Step, Self::Open)
            }
            What::Fact { slot, fits, .. } => Self::Fact { slot, fits },
            What::Activity { item, event: SapEventWord::Ended, mode_allowed: true, .. } => {
                Self::Ended { item: small(item) }
            }
            What::Activity { item, event, mode_allowed, reason_given } => {
                Self::Activity { item: small(item), event, mode_allowed, reason_given }
            }
            // What a script may ask of the evidence is for the step engine.
            What::Output { evidence: Some(_), .. } => Self::Step,
            What::Output { item, evidence_fits: true, .. } | What::Outcome { item } => {
                Self::Complete { item: small(item) }
            }
            What::Output { item, .. } => Self::Unproved { item: small(item) },
            What::Register { item, code } => {
                let name = match &event.kind {
                    EventKind::Registered { code, .. } => Some(code),
                    _ => None,
                };
                let row = name.and_then(|name| rulebook.code(name));
                let number = |day: Option<Day>, open: i32| day.map_or(open, Day::number);
                Self::Register {
                    item: item.map_or(NO_ITEM, small),
                    known: code.known,
                    listed: code.listed,
                    from: number(row.and_then(|row| row.from), i32::MIN),
                    to: number(row.and_then(|row| row.to), i32::MAX),
                }
            }
            What::Suspend { reason_given } => Self::Suspend { reason_given },
            What::Resume => Self::Resume,
            What::Close { manner, reason_given } => Self::Close { manner, reason_given },
            What::Office(_) => Self::Office,
            What::StrayWord => Self::StrayWord,
            What::Stray { item, detail } => Self::Stray { item, detail },
            What::Reopen { .. } | What::Void { .. } | What::Speak { .. } => Self::Step,
        }
    }

    /// As [`What::may_follow_closing`], of what is not an act of the office.
    pub fn may_follow_closing(self) -> bool {
        matches!(self, Self::Register { .. } | Self::Fact { .. } | Self::StrayWord)
    }

    pub fn item(self) -> Option<ItemIndex> {
        match self {
            Self::Activity { item, .. } | Self::Ended { item } | Self::Complete { item } | Self::Unproved { item } => {
                Some(item.into())
            }
            Self::Register { item, .. } => (item != NO_ITEM).then_some(item.into()),
            Self::Stray { item, .. } => item,
            _ => None,
        }
    }
}

// SPDX-License-Identifier: EUPL-1.2
//! What the office writes for itself: notes, convocations and what became of them, whose case it is.
//!
//! Nothing that is owed, found or due depends on it. An act that stands on nothing stays in the history and counts
//! nowhere.

use std::sync::Arc;

use crate::calendar::Day;
use crate::rulebook::{ItemIndex, ItemKind, Rulebook, SanctionLadder, SanctionStep};

use super::case::{Case, Mark};
use super::event::{Event, EventKind, Minute};

/// A convocation, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meeting {
    /// Number of the convocation: later acts name it.
    pub sequence: u32,
    /// The activity it is for, if it says.
    pub item: Option<ItemIndex>,
    /// The day one is called for, with the hour and the place if they were given.
    pub on: Day,
    pub time: Option<Minute>,
    pub place: Option<Arc<str>>,
    /// What it is not to come, by position in [`Rulebook::sanctions`]; none where the rulebook has nothing for it.
    pub conduct: Option<u16>,
    pub state: MeetingState,
    /// The last event on it.
    pub last: Mark,
}

/// What became of a convocation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MeetingState {
    Called,
    Attended,
    Missed,
    /// A reason for the absence was heard.
    Justified {
        accepted: bool,
    },
    /// `occasion`: which time it was, for that conduct.
    Sanctioned {
        measure: Arc<str>,
        occasion: u32,
    },
}

impl MeetingState {
    pub fn word(&self) -> &'static str {
        match self {
            Self::Called => "da tenere",
            Self::Attended => "presente",
            Self::Missed => "assente",
            Self::Justified { accepted: true } => "assenza giustificata",
            Self::Justified { accepted: false } => "giustificazione non accolta",
            Self::Sanctioned { .. } => "assenza sanzionata",
        }
    }

    /// An absence that no accepted reason covers, and that nothing has followed yet.
    pub fn is_unexcused(&self) -> bool {
        matches!(self, Self::Missed | Self::Justified { accepted: false })
    }
}

/// The measure that an absence would have now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NextSanction<'a> {
    /// Which time it is for that conduct, as far as this case knows.
    pub occasion: u32,
    /// With its norm and the quality of its source.
    pub ladder: &'a SanctionLadder,
    pub step: &'a SanctionStep,
}

/// The measure that would follow a missed convocation, named by its event; none where it was not missed, where a reason was
/// accepted, where a measure was already taken, or where the rulebook has none (D.Lgs. 150/2015, art. 21, co. 7).
///
/// Times are those of the case alone: the law counts them for the person, and who decides may know of more.
pub fn next_sanction<'a>(rulebook: &'a Rulebook, case: &Case, convocation: u32) -> Option<NextSanction<'a>> {
    let meeting = case.meeting(convocation).filter(|meeting| meeting.state.is_unexcused())?;
    let ladder = meeting.ladder(rulebook)?;
    let occasion = case.occasion(meeting.conduct);
    Some(NextSanction { occasion, ladder, step: ladder.step(occasion)? })
}

impl Meeting {
    /// The measures that may follow an absence.
    pub fn ladder<'a>(&self, rulebook: &'a Rulebook) -> Option<&'a SanctionLadder> {
        rulebook.sanctions.get(usize::from(self.conduct?))
    }
}

impl Case {
    /// The convocation that an event made, unless it was voided.
    pub fn meeting(&self, sequence: u32) -> Option<&Meeting> {
        self.meetings.iter().find(|meeting| meeting.sequence == sequence)
    }

    /// Which time it is now, for a conduct: one more than the last that had its measure.
    pub(super) fn occasion(&self, conduct: Option<u16>) -> u32 {
        let of = self.meetings.iter().filter(|meeting| meeting.conduct == conduct);
        let known = of.filter_map(|meeting| match meeting.state {
            MeetingState::Sanctioned { occasion, .. } => Some(occasion),
            _ => None,
        });
        known.max().unwrap_or(0).saturating_add(1)
    }

    pub(super) fn take_office_act(&mut self, mark: Mark, act: &OfficeAct) {
        let (sequence, change) = match act {
            OfficeAct::Note => return,
            OfficeAct::Entrust { operator, office } => {
                self.operator.clone_from(operator);
                if office.is_some() {
                    self.desk_office.clone_from(office);
                }
                return;
            }
            OfficeAct::Call { item, on, place, conduct } => {
                self.meetings.push(Meeting {
                    sequence: mark.sequence,
                    item: *item,
                    on: *on,
                    time: mark.time,
                    place: place.clone(),
                    conduct: *conduct,
                    state: MeetingState::Called,
                    last: mark,
                });
                return;
            }
            OfficeAct::Follow { meeting, change } => (*meeting, change),
        };
        let Some(state) = self.meeting(sequence).and_then(|meeting| self.next_state(meeting, change)) else { return };
        if let Some(meeting) = self.meetings.iter_mut().find(|meeting| meeting.sequence == sequence) {
            meeting.state = state;
            meeting.last = mark;
        }
    }

    fn next_state(&self, meeting: &Meeting, change: &Change) -> Option<MeetingState> {
        let open = meeting.state == MeetingState::Called;
        let unexcused = meeting.state.is_unexcused();
        match change {
            Change::Attend => open.then_some(MeetingState::Attended),
            Change::Miss => open.then_some(MeetingState::Missed),
            Change::Justify { accepted } => unexcused.then_some(MeetingState::Justified { accepted: *accepted }),
            Change::Sanction { measure, occasion } => unexcused.then(|| {
                let counted = self.occasion(meeting.conduct);
                let occasion = occasion.map_or(counted, |said| said.max(counted));
                MeetingState::Sanctioned { measure: measure.clone(), occasion }
            }),
        }
    }
}

/// An act of the office, resolved against the rulebook.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum OfficeAct {
    Note,
    Call { item: Option<ItemIndex>, on: Day, place: Option<Arc<str>>, conduct: Option<u16> },
    Follow { meeting: u32, change: Change },
    Entrust { operator: Option<Arc<str>>, office: Option<Arc<str>> },
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Change {
    Attend,
    Miss,
    Justify { accepted: bool },
    Sanction { measure: Arc<str>, occasion: Option<u32> },
}

impl OfficeAct {
    /// The act that an event records, if it is one.
    pub fn of(rulebook: &Rulebook, event: &Event) -> Option<Self> {
        let follow = |meeting: &u32, change| Some(Self::Follow { meeting: *meeting, change });
        match &event.kind {
            EventKind::NoteWritten { .. } => Some(Self::Note),
            EventKind::MeetingCalled { activity, day, place, conduct } => {
                let item = activity.as_deref().and_then(|name| rulebook.item_index(name));
                let is_activity =
                    |index: &ItemIndex| rulebook.item(*index).is_some_and(|item| item.kind == ItemKind::Activity);
                Some(Self::Call {
                    item: item.filter(is_activity),
                    on: *day,
                    place: place.clone(),
                    conduct: conduct_index(rulebook, conduct.as_deref(), *day),
                })
            }
            EventKind::MeetingAttended { meeting } => follow(meeting, Change::Attend),
            EventKind::MeetingMissed { meeting } => follow(meeting, Change::Miss),
            EventKind::AbsenceJustified { meeting, accepted, .. } => {
                follow(meeting, Change::Justify { accepted: *accepted })
            }
            EventKind::SanctionApplied { meeting, measure, occasion, .. } => {
                follow(meeting, Change::Sanction { measure: measure.clone(), occasion: *occasion })
            }
            EventKind::CaseEntrusted { operator, office, .. } => {
                Some(Self::Entrust { operator: operator.clone(), office: office.clone() })
            }
            EventKind::CaseOpened(_)
            | EventKind::FactSupplied { .. }
            | EventKind::ActivityRecorded { .. }
            | EventKind::OutputDelivered { .. }
            | EventKind::OutcomeReached { .. }
            | EventKind::Registered { .. }
            | EventKind::CaseSuspended { .. }
            | EventKind::CaseResumed
            | EventKind::CaseClosed { .. }
            | EventKind::CaseReopened { .. }
            | EventKind::ScriptSpoke(_)
            | EventKind::EventVoided { .. } => None,
        }
    }

    /// After the closing one may still write a note, entrust the case, and end what an absence has begun.
    pub fn may_follow_closing(&self) -> bool {
        match self {
            Self::Note | Self::Entrust { .. } => true,
            Self::Follow { change, .. } => matches!(change, Change::Justify { .. } | Change::Sanction { .. }),
            Self::Call { .. } => false,
        }
    }
}

/// Position of the conduct among those that hold on a day: the one named, or the first.
pub(super) fn conduct_index(rulebook: &Rulebook, named: Option<&str>, on: Day) -> Option<u16> {
    let fits = |ladder: &SanctionLadder| ladder.holds(on) && named.is_none_or(|named| ladder.id == named);
    rulebook.sanctions.iter().position(fits).and_then(|at| u16::try_from(at).ok())
}

// SPDX-License-Identifier: EUPL-1.2
//! The state of a case: what a history folds into. Nothing here is stored, everything can be derived again.

use std::sync::Arc;

use crate::calendar::{Day, Length, Suspension};
use crate::condition::Slot;
use crate::rulebook::{Citation, ItemIndex, Rulebook};
use crate::spec::level::FieldType;
use crate::spec::scenario::{FindingKind, Manner, SapEventWord};
use crate::value::Value;

use super::event::Minute;
use super::meeting::{Meeting, OfficeAct};

/// When something happened: the day, the hour where recorded, and the number of the event (from 1).
///
/// Order is by day and, on one day, by order of recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mark {
    pub on: Day,
    pub sequence: u32,
    pub time: Option<Minute>,
}

/// What is known of an item.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ItemState {
    /// Completions: an activity ended, an output delivered, an outcome reached.
    pub count: u32,
    pub first: Option<Mark>,
    /// First `iniziata` of an activity.
    pub started: Option<Mark>,
    /// Last event of the activity's current instance.
    pub sap: Option<(SapEventWord, Mark)>,
    /// First registration with one of the item's codes.
    pub registered: Option<Mark>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Closing {
    pub mark: Mark,
    pub manner: Manner,
}

/// Something wrong in the history itself, whatever the day it is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    pub kind: FindingKind,
    pub item: Option<ItemIndex>,
    /// The event that shows it.
    pub sequence: u32,
    pub detail: FaultDetail,
}

/// What exactly is wrong, for the sentence that tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultDetail {
    UnknownName,
    UnknownCode,
    WrongValue,
    WrongKind,
    Evidence,
    Mode,
    Transition { from: Option<SapEventWord>, to: SapEventWord },
    GoesBack,
    BeforeOpening,
    AfterClosing,
    WrongCode,
    CodeNotInForce,
    ReasonMissing,
    NotOpened,
    OpenedTwice,
    AlreadySuspended,
    NotSuspended,
    NotClosed,
    NothingToVoid,
}

/// One recorded event, resolved against the rulebook: small, and enough to fold again after a correction.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Step {
    pub mark: Mark,
    /// Corrected away.
    pub voided: bool,
    /// After the closing, and ignored.
    pub late: bool,
    /// Later than the day the case is folded to: it keeps its number, and has not happened yet.
    pub ahead: bool,
    pub what: What,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum What {
    /// For each requirement of the access rule, is it in the dossier?
    Open {
        met: Vec<bool>,
        office: Option<u16>,
    },
    Fact {
        slot: Slot,
        fits: bool,
        value: Option<Value>,
    },
    Activity {
        item: ItemIndex,
        event: SapEventWord,
        mode_allowed: bool,
        reason_given: bool,
    },
    Output {
        item: ItemIndex,
        evidence_fits: bool,
        /// Kept where a script may ask for more than the form does.
        evidence: Option<Box<serde_json::Value>>,
    },
    Outcome {
        item: ItemIndex,
    },
    Register {
        item: Option<ItemIndex>,
        code: CodeFit,
    },
    Suspend {
        reason_given: bool,
    },
    Resume,
    Close {
        manner: Manner,
        reason_given: bool,
    },
    Reopen {
        reason_given: bool,
    },
    /// `reaches`: there was such an event, and it could be corrected.
    Void {
        sequence: u32,
        reaches: bool,
        reason_given: bool,
    },
    /// A script of the rulebook, by position, said something.
    Speak {
        script: u16,
        spoken: Box<Spoken>,
    },
    Office(Box<OfficeAct>),
    /// A fact that the rulebook does not have, or words of a script that it does not understand.
    StrayWord,
    /// An item the rulebook does not have, or has as another kind.
    Stray {
        item: Option<ItemIndex>,
        detail: FaultDetail,
    },
}

impl What {
    /// A registration may be transmitted, and a fact supplied, after the closing; all else is out of time.
    pub fn may_follow_closing(&self) -> bool {
        match self {
            Self::Reopen { .. }
            | Self::Void { .. }
            | Self::Register { .. }
            | Self::Fact { .. }
            | Self::Speak { .. }
            | Self::StrayWord => true,
            Self::Office(act) => act.may_follow_closing(),
            _ => false,
        }
    }

    /// The item the event is about.
    pub fn item(&self) -> Option<ItemIndex> {
        match self {
            Self::Activity { item, .. } | Self::Output { item, .. } | Self::Outcome { item } => Some(*item),
            Self::Register { item, .. } | Self::Stray { item, .. } => *item,
            _ => None,
        }
    }
}

/// How a code fits the item it registers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct CodeFit {
    /// It is in the catalogue.
    pub known: bool,
    /// It is one of the item's, or of the level's where the item has none.
    pub listed: bool,
    pub in_force: bool,
}

/// See the module.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    pub(super) log: Vec<Step>,
    /// Copied from the rulebook: what says which of two acts came first.
    pub(super) by_recording: bool,
    pub opened: Option<Mark>,
    /// The office it was opened at, among the region's.
    pub office: Option<u16>,
    /// For each requirement of the access rule: was it in the dossier at opening?
    pub met: Vec<bool>,
    pub facts: Vec<Option<Value>>,
    /// The event that last supplied (or withdrew) each fact.
    pub fact_marks: Vec<Option<Mark>>,
    pub items: Vec<ItemState>,
    pub suspensions: Vec<Suspension>,
    pub suspended: Option<Mark>,
    pub closed: Option<Closing>,
    pub faults: Vec<Fault>,
    /// Latest day of an event that counts.
    pub latest: Option<Day>,
    /// What each script of the rulebook last said; none where it has not spoken yet.
    pub spoken: Vec<Option<Spoken>>,
    /// What the scripts ask for, all together.
    pub words: Words,
    /// Convocations, in the order in which they were recorded; without the voided ones.
    pub meetings: Vec<Meeting>,
    /// Whose case it is, by the last event that entrusted it; none if that named only an office.
    pub operator: Option<Arc<str>>,
    /// The office it was last entrusted to; the opening's, if none ever.
    pub desk_office: Option<Arc<str>>,
}

/// What a script said, resolved against the rulebook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spoken {
    pub mark: Mark,
    /// The facts it rests on, with the values it read.
    pub read: Vec<(Slot, Option<Value>)>,
    pub outcome: SpokenOutcome,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SpokenOutcome {
    Words(Words),
    /// It needs a fact that nobody has supplied.
    Awaits(Slot),
    /// It stopped: the level holds without what it would have added.
    Failed(Arc<str>),
}

/// Improvements spoken by scripts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words {
    pub due: Vec<(ItemIndex, Citation)>,
    pub shortened: Vec<SpokenTerm>,
    pub required: Vec<RequiredField>,
}

/// A term that a script makes shorter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpokenTerm {
    /// Position among the rulebook's terms.
    pub term: u16,
    pub length: Length,
    pub norm: Citation,
    /// Since when it has been said without a break. The term does not end before: nobody is late for what was not known.
    pub since: Day,
}

/// A field of an output's evidence that a script makes mandatory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequiredField {
    pub output: ItemIndex,
    pub field: Arc<str>,
    pub kind: FieldType,
    /// Characters of a text, entries of a list, value of a number.
    pub minimum: Option<i64>,
    pub norm: Citation,
}

impl Case {
    /// A case of which nothing is known yet.
    pub fn new(rulebook: &Rulebook) -> Self {
        Self {
            log: Vec::new(),
            by_recording: rulebook.goes_by_recording(),
            opened: None,
            office: None,
            met: Vec::new(),
            facts: vec![None; rulebook.facts.len()],
            fact_marks: vec![None; rulebook.facts.len()],
            items: vec![ItemState::default(); rulebook.items.len()],
            suspensions: Vec::new(),
            suspended: None,
            closed: None,
            faults: Vec::new(),
            latest: None,
            spoken: vec![None; rulebook.scripts.len()],
            words: Words::default(),
            meetings: Vec::new(),
            operator: None,
            desk_office: None,
        }
    }

    /// Number of the last event.
    pub fn sequence(&self) -> u32 {
        u32::try_from(self.log.len()).unwrap_or(u32::MAX)
    }

    pub fn item(&self, index: ItemIndex) -> Option<&ItemState> {
        self.items.get(usize::from(index))
    }

    /// First completion of an item.
    pub fn first(&self, index: ItemIndex) -> Option<Mark> {
        self.item(index).and_then(|state| state.first)
    }

    /// Does an act come late for one that it must come before?
    pub fn comes_late(&self, before: Option<Mark>, act: Mark) -> bool {
        before.is_none_or(|before| if self.by_recording { before.sequence > act.sequence } else { before.on > act.on })
    }

    pub fn is_done(&self, rulebook: &Rulebook, index: ItemIndex) -> bool {
        match (self.item(index), rulebook.item(index)) {
            (Some(state), Some(item)) => state.count >= item.times,
            _ => false,
        }
    }

    /// Has the event with this number been corrected away?
    pub fn is_voided(&self, sequence: u32) -> bool {
        usize::try_from(sequence)
            .ok()
            .and_then(|n| n.checked_sub(1))
            .and_then(|i| self.log.get(i))
            .is_some_and(|s| s.voided)
    }

    /// The events later than a day, with the item they are about.
    pub fn events_after(&self, on: Day) -> impl Iterator<Item = (u32, Option<ItemIndex>)> {
        let owed = |s: &&Step| !matches!(s.what, What::Office(_));
        let counts = self.log.iter().filter(owed).filter(move |s| !s.voided && !s.late && !s.ahead && s.mark.on > on);
        counts.map(|s| (s.mark.sequence, s.what.item()))
    }

    /// The day on which an open or closed case is looked at: never after its closing.
    pub fn horizon(&self, on: Day) -> Day {
        self.closed.map_or(on, |closing| closing.mark.on.min(on))
    }
}

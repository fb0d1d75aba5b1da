// SPDX-License-Identifier: EUPL-1.2
//! What each case waits for, as a row for lists, and how such rows are asked for.

use uuid::Uuid;

/// What a case waits for, kept beside it for lists; a projection, made again from events at will.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Desk {
    pub case: Uuid,
    /// Sequence of the last event it was made from.
    pub sequence: u32,
    pub region: Option<String>,
    /// The office that has the case now, which need not be the one that opened it.
    pub office: Option<String>,
    /// Username of whoever has the case now.
    pub operator: Option<String>,
    /// Letter of the level.
    pub level: String,
    pub closed: bool,
    /// Day number of the soonest end of a live term.
    pub due_on: Option<i32>,
    /// The caller's word for what comes next.
    pub kind: String,
    /// What comes next, in the caller's words.
    pub what: String,
    /// How many facts nobody has supplied.
    pub awaits: u32,
    /// How many acts are not registered yet.
    pub registrations: u32,
    /// Day number of the next appointment.
    pub meeting_on: Option<i32>,
    /// Its minute of the day, if it has one.
    pub meeting_at: Option<u16>,
}

/// The order of a list. Cases alike come in the order in which they were opened in this store.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DeskOrder {
    /// Soonest due day first; those with none last.
    #[default]
    Due,
    /// Soonest appointment first; within a day those without an hour first; those with no appointment last.
    Meeting,
    /// Last opened in this store first.
    Newest,
}

/// Which cases; every condition given must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeskQuery {
    pub region: Option<String>,
    pub office: Option<String>,
    pub operator: Option<String>,
    pub level: Option<String>,
    pub kind: Option<String>,
    /// Only cases that nobody has.
    pub unassigned: bool,
    pub closed: Option<bool>,
    pub subject: Option<Uuid>,
    /// First and last due day, both included; a case with no due day is then not among them.
    pub due_from: Option<i32>,
    pub due_to: Option<i32>,
    /// First and last day of the next appointment, both included; likewise.
    pub meeting_from: Option<i32>,
    pub meeting_to: Option<i32>,
    /// Only cases that await facts.
    pub awaiting: bool,
    /// Only cases that owe a registration.
    pub registering: bool,
    /// Concerns lists only, not counts.
    pub order: DeskOrder,
}

/// Where a page of cases ended; the next begins after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeskCursor {
    pub key: i64,
    pub case: Uuid,
}

impl DeskCursor {
    /// The place of a row in an order.
    #[must_use]
    pub fn of(desk: &Desk, order: DeskOrder) -> Self {
        let key = match order {
            DeskOrder::Due => desk.due_on.map_or(i64::MAX, i64::from),
            DeskOrder::Meeting => desk.meeting_on.map_or(i64::MAX, |day| {
                i64::from(day) * i64::from(MEETING_DAY) + i64::from(desk.meeting_at.unwrap_or_default())
            }),
            DeskOrder::Newest => 0,
        };
        Self { key, case: desk.case }
    }
}

/// Keys of one day in the order of appointments: as many as a minute of the day can be written in.
pub(crate) const MEETING_DAY: i32 = 65_536;

/// By what cases are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DeskGroup {
    /// Username, or the empty text for cases that nobody has.
    Operator,
    Level,
    Kind,
    /// Due day as a day number in decimal digits, or the empty text.
    Due,
}

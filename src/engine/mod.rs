// SPDX-License-Identifier: EUPL-1.2
//! The engine: pure functions over a rulebook, a case and a day.
//!
//! It never sees a specification file, a clock, a random number or a store. Same inputs, same answer, for ever.

mod agenda;
mod apply;
mod case;
mod decide;
mod event;
mod explain;
mod findings;
mod standing;
mod words;

pub use agenda::{Agenda, Awaited, Cause, Duty, agenda};
pub use apply::{apply, continues, fold, fold_to, may_follow, needs_reason};
pub use case::{Case, Closing, Fault, FaultDetail, ItemState, Mark};
pub use decide::{Command, Refusal, decide};
pub use event::{Event, EventKind, Minute, Opening, PriorItem};
pub use explain::{Explanation, Question, explain};
pub use findings::{Check, Finding, findings};
pub use standing::{TermStanding, access, obligations, registration_owed, term_standing};
pub use words::{cause_words, event_words, finding_help, finding_words, norm_link, norm_words, term_words};

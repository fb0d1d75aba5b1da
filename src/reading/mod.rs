// SPDX-License-Identifier: EUPL-1.2
//! The specifications as a reader asks about them: a level as it stands on a day, how much of the decree is covered, how
//! the stories come out, what each fault means. Nothing here knows whether a terminal or a browser shows it.

pub mod coverage;
mod faults;
mod level;
mod regional;
pub mod scenarios;
mod sheet;
mod variations;
mod words;

pub use faults::{FaultEntry, fault_entries, grouped};
pub use level::{Asked, sheet};
pub use regional::fixed;
pub use sheet::{Line, Sheet, Voice};
pub use words::{code_words, count, field_name, listed, titles, validity};

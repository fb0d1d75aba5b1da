// SPDX-License-Identifier: EUPL-1.2
//! The specifications as a reader asks about them: a level as it stands on a day, how much of the decree is covered, how
//! the stories come out, what each fault means. Nothing here knows whether a terminal or a browser shows it.

pub mod coverage;
mod faults;
mod level;
pub mod patto;
mod regional;
pub mod said;
pub mod scenarios;
mod sheet;
mod step;
mod variations;
mod veil;
mod words;

pub use faults::{FaultEntry, fault_entries, grouped};
pub use level::{Asked, sheet};
pub use regional::fixed;
pub use sheet::{Line, Sheet, Voice};
pub use step::{Step, step};
pub use veil::{Answer, Told, VEILED, Veil};
pub use words::{code_words, count, field_name, listed, titles, validity};

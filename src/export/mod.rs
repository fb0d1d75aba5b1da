// SPDX-License-Identifier: EUPL-1.2
//! Files and documents that leave the house, in formats that the trade's own tools read.
//!
//! A file appears under its name only when it is whole and on the disk; what breaks off leaves nothing behind.

pub mod csv;
mod error;
pub mod events;
mod file;
pub mod indicators;
mod moment;
pub mod ocel;
pub mod pdf;
pub mod pseudonym;
pub mod sap;
pub mod trail;
pub mod xes;
pub mod xlsx;

pub use error::ExportError;
pub use file::{OutputFile, write_new};

// SPDX-License-Identifier: EUPL-1.2
//! Files and documents that leave the house, in formats that the trade's own tools read.
//!
//! A file appears under its name only when it is whole and on the disk; what breaks off leaves nothing behind.

mod file;
mod moment;
pub mod ocel;
pub mod pseudonym;
pub mod trail;
pub mod xes;

pub use file::{OutputFile, write_new};

use crate::service::ServiceError;

/// Why an export broke off; no file has appeared.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// A stored case cannot be read.
    #[error(transparent)]
    Service(#[from] ServiceError),
    #[error(transparent)]
    Disk(#[from] std::io::Error),
    /// The tables of a database that goes out cannot be written.
    #[error("le tabelle non si scrivono: {0}")]
    Tables(String),
}

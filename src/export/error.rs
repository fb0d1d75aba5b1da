// SPDX-License-Identifier: EUPL-1.2
//! Why a file did not go out.

use std::io;

use crate::service::ServiceError;
use crate::store::StoreError;

/// What stopped an export: then no file has appeared.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    #[error("il file non si scrive: {0}")]
    Write(#[from] io::Error),
    #[error(transparent)]
    Service(#[from] ServiceError),
    /// The tables of a database that goes out.
    #[error("le tabelle non si scrivono: {0}")]
    Tables(String),
}

impl From<StoreError> for ExportError {
    fn from(error: StoreError) -> Self {
        Self::Service(error.into())
    }
}

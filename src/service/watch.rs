// SPDX-License-Identifier: EUPL-1.2
//! The folder of the specifications while the service runs: looked at, and read again if it has changed.

use std::sync::Arc;

use crate::diagnostic::Severity;
use crate::digest::Digest;
use crate::library::{LibraryError, stamp};

use super::Service;

/// What a look at the folder found.
#[derive(Debug)]
pub enum Looked {
    /// It is as it was.
    Same,
    /// It was read again, and has no errors.
    Sound,
    /// It was read again and has so many errors: where they are, what was sound goes on serving.
    Faulty(usize),
    /// It cannot be read: what had been read goes on serving.
    Unreadable(LibraryError),
}

impl Service {
    /// Looks at the folder; if it is not as in `known` (at first: as it was when it was read), reads it again and puts it in
    /// use. Gives how it is, for the next look. Takes as long as a reading and its checks: never on a request's way.
    pub fn look_at_specs(&self, known: Option<Digest>) -> (Option<Digest>, Looked) {
        let before = self.library();
        // Before the reading: what changes during it is seen at the next look.
        let now = match stamp(before.root()) {
            Ok(now) => now,
            Err(error) => return (None, Looked::Unreadable(error)),
        };
        if known.or(before.stamp()) == Some(now) {
            return (Some(now), Looked::Same);
        }
        match before.reload() {
            Ok(library) => {
                let library = Arc::new(library);
                let errors = library.diagnostics().iter().filter(|fault| fault.severity == Severity::Error).count();
                self.use_library(library);
                (Some(now), if errors == 0 { Looked::Sound } else { Looked::Faulty(errors) })
            }
            Err(error) => (Some(now), Looked::Unreadable(error)),
        }
    }
}

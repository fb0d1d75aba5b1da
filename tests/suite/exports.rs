// SPDX-License-Identifier: EUPL-1.2
//! What goes out can be read by others, and comes back in as it was.

use lepre::export::events::{EventsReport, write_events};
use lepre::service::{Selection, Service};

mod events;
mod sap;
mod written;

fn exported(service: &Service) -> (String, EventsReport) {
    let mut out = Vec::new();
    let report = write_events(service, &Selection::default(), &mut out).unwrap();
    (String::from_utf8(out).unwrap(), report)
}

// SPDX-License-Identifier: EUPL-1.2
//! Cases and their events as JSON Lines: what the import reads back, so that the two are inverses.
//!
//! A case without an id of another system is named by its own. Events go out as they are stored, byte for byte, also those
//! of a newer version; the opening leaves behind what the line says once for all. When an event was recorded, and by
//! whom, stays in the database and in its copies: an import records anew.

use std::io::{self, Write};

use serde::de::IgnoredAny;
use serde_json::Value as Json;

use crate::service::{MAX_LINE_BYTES, Selection, Service};
use crate::store::{CaseHead, StoreError, StoredEvent, Subject, SubjectKind};

use super::ExportError;

/// What the line says of the case, and its opening need not.
const SAID_BY_THE_LINE: [&str; 5] = ["soggetto", "lep", "regione", "sede", "regolamento"];

/// What went out, and what did not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EventsReport {
    pub cases: u64,
    pub events: u64,
    /// Ids of cases whose line is longer than an import takes.
    pub too_long: Vec<String>,
    /// Ids of cases that did not go out, with the number of the event that is not JSON.
    pub unreadable: Vec<NotOut>,
}

/// A case that did not go out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotOut {
    /// As in [`external_id`].
    pub case: String,
    /// The event that cannot be written.
    pub event: Option<u32>,
    pub why: String,
}

/// Writes the chosen cases, in the order of their ids. Memory is bounded by the largest single history.
///
/// # Errors
/// The file cannot be written, or the store fails.
pub fn write_events(
    service: &Service,
    selection: &Selection,
    out: &mut dyn Write,
) -> Result<EventsReport, ExportError> {
    let mut report = EventsReport::default();
    let mut line = Vec::new();
    service.for_each_chosen(selection, |head, events| {
        let events = match events {
            Ok(events) => events,
            Err(error) => {
                report.unreadable.push(NotOut { case: external_id(head), event: None, why: error.to_string() });
                return Ok(());
            }
        };
        let gone = || StoreError::UnknownSubject { subject: head.subject };
        let subject = service.store().subject(head.subject)?.ok_or_else(gone)?;
        line.clear();
        match write_line(head, &subject, events, &mut line)? {
            Some(sequence) => report.unreadable.push(NotOut {
                case: external_id(head),
                event: Some(sequence),
                why: format!("il suo evento {sequence} non è JSON"),
            }),
            None => {
                if line.len() > MAX_LINE_BYTES {
                    report.too_long.push(external_id(head));
                }
                report.cases += 1;
                report.events += events.len() as u64;
                line.push(b'\n');
                out.write_all(&line)?;
            }
        }
        Ok::<_, ExportError>(())
    })?;
    Ok(report)
}

/// The id of a case outside: that of the system it came from, or its own.
pub fn external_id(head: &CaseHead) -> String {
    head.external.clone().unwrap_or_else(|| head.id.to_string())
}

/// The number of the first event that cannot stand in a line, if there is one.
fn write_line(
    head: &CaseHead,
    subject: &Subject,
    events: &[StoredEvent],
    line: &mut Vec<u8>,
) -> io::Result<Option<u32>> {
    let code = match subject.kind {
        SubjectKind::Person => "codice_fiscale",
        SubjectKind::Company => "partita_iva",
    };
    let text = |text: &str| Json::from(text);
    write!(line, "{{\"id\":{},\"lep\":{},", text(&external_id(head)), text(&head.level))?;
    write!(line, "\"soggetto\":{{\"{code}\":{}", text(&subject.tax_code))?;
    if let Some(name) = &subject.name {
        write!(line, ",\"nome\":{}", text(name))?;
    }
    write!(line, "}}")?;
    for (key, value) in [("regione", &head.region), ("sede", &head.office)] {
        if let Some(value) = value {
            write!(line, ",\"{key}\":{}", text(value))?;
        }
    }
    write!(line, ",\"regolamento\":\"{}\",\"eventi\":[", head.rulebook)?;
    for event in events {
        if event.sequence > 1 {
            line.push(b',');
        }
        let at = line.len();
        let is_json = match (event.sequence, serde_json::from_str::<Json>(&event.body)) {
            (1, Ok(Json::Object(mut opening))) => {
                opening.retain(|key, _| !SAID_BY_THE_LINE.contains(&key.as_str()));
                write!(line, "{}", Json::Object(opening))?;
                true
            }
            _ => {
                line.extend_from_slice(event.body.as_bytes());
                serde_json::from_str::<IgnoredAny>(&event.body).is_ok()
            }
        };
        if !is_json {
            return Ok(Some(event.sequence));
        }
        // Between the words of JSON a line may be broken; here a line is a case.
        line.iter_mut().skip(at).filter(|byte| matches!(byte, b'\n' | b'\r')).for_each(|byte| *byte = b' ');
    }
    write!(line, "]}}")?;
    Ok(None)
}

// SPDX-License-Identifier: EUPL-1.2
//! Cases from another system: JSON Lines in, one outcome for each line out.
//!
//! A line is one whole case; it is written whole or not at all. Lines already imported are recognised by their `id`, so
//! that an import can be run again from the start after any accident, and goes on where it was.

mod aligned;
mod line;
mod prepare;

use std::io::{self, BufRead};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use serde::de::IgnoredAny;
use uuid::Uuid;

use crate::store::StoreError;

use self::line::{Line, read_line, unmarked};
use self::prepare::{OnWay, Prepared, Reader, refused};
use super::Service;

pub use self::line::MAX_LINE_BYTES;
pub(crate) use self::line::{json_fault, json_words};

/// Cases and bytes written in one transaction.
const BATCH_CASES: usize = 500;
const BATCH_BYTES: usize = 4 * 1024 * 1024;

/// What became of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ImportOutcome {
    Imported {
        case: Uuid,
        events: usize,
        findings: usize,
    },
    /// The case was there, and the line brought later events.
    Extended {
        case: Uuid,
        events: usize,
        findings: usize,
    },
    /// The case was there with all the line's events.
    Present {
        case: Uuid,
    },
    Refused {
        reason: String,
    },
}

impl ImportOutcome {
    pub fn word(&self) -> &'static str {
        match self {
            Self::Imported { .. } => "importata",
            Self::Extended { .. } => "aggiornata",
            Self::Present { .. } => "già presente",
            Self::Refused { .. } => "rifiutata",
        }
    }
}

/// One line and its outcome; lines count from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportedLine {
    pub line: u64,
    pub id: Option<String>,
    pub outcome: ImportOutcome,
}

/// Sums of an import.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ImportReport {
    pub imported: u64,
    pub extended: u64,
    pub present: u64,
    pub refused: u64,
    pub events: u64,
    /// Cases imported with at least one finding.
    pub with_findings: u64,
}

/// What stopped an import; all lines reported before it are safe.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    #[error("il file da importare non si legge: {0}")]
    Read(#[from] io::Error),
    #[error(transparent)]
    Store(#[from] StoreError),
}

struct Batch {
    lines: Vec<(u64, Option<String>, Prepared)>,
    bytes: usize,
}

impl Service {
    /// Imports JSON Lines; `report` gets every line in order, after it is safe on the disk, with the bytes read so far.
    ///
    /// # Errors
    /// The file cannot be read further, or the store fails: what was reported is safe, the rest was not written.
    pub fn import(
        &self,
        input: &mut dyn BufRead,
        report: &mut (dyn FnMut(&ImportedLine, u64) + Send),
    ) -> Result<ImportReport, ImportError> {
        let (send, receive) = sync_channel::<(Batch, u64)>(1);
        let (tell, told) = sync_channel::<()>(2);
        std::thread::scope(|scope| {
            let writer = scope.spawn(move || self.write_batches(&receive, &tell, report));
            let read = self.read_lines(input, &send, &told);
            drop(send);
            let written = writer.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            let sums = written?;
            read?;
            Ok(sums)
        })
    }

    /// Writes batches as they come, while the next one is being read.
    fn write_batches(
        &self,
        receive: &Receiver<(Batch, u64)>,
        tell: &SyncSender<()>,
        report: &mut (dyn FnMut(&ImportedLine, u64) + Send),
    ) -> Result<ImportReport, ImportError> {
        let mut sums = ImportReport::default();
        for (batch, bytes) in receive {
            let mut writes = Vec::new();
            let mut rest = Vec::new();
            for (line, id, prepared) in batch.lines {
                match prepared {
                    Prepared::Write { write, extends, findings } => {
                        rest.push((line, id, Err((write.events.len(), extends, findings))));
                        writes.push(*write);
                    }
                    Prepared::Done(outcome) => rest.push((line, id, Ok(outcome))),
                }
            }
            let mut results = if writes.is_empty() { Vec::new() } else { self.store.append_batch(writes) }.into_iter();
            for (line, id, done) in rest {
                let outcome = match done {
                    Ok(outcome) => outcome,
                    Err((events, extends, findings)) => match results.next() {
                        Some(Ok(head)) if extends => ImportOutcome::Extended { case: head.id, events, findings },
                        Some(Ok(head)) => ImportOutcome::Imported { case: head.id, events, findings },
                        Some(Err(error)) if is_refusal(&error) => ImportOutcome::Refused { reason: error.to_string() },
                        Some(Err(error)) => return Err(error.into()),
                        None => return Err(StoreError::Closed.into()),
                    },
                };
                sums.count(&outcome);
                report(&ImportedLine { line, id, outcome }, bytes);
            }
            // The reader may have gone already.
            let _ = tell.send(());
        }
        Ok(sums)
    }

    fn read_lines(
        &self,
        input: &mut dyn BufRead,
        send: &SyncSender<(Batch, u64)>,
        told: &Receiver<()>,
    ) -> Result<(), ImportError> {
        let mut reader = Reader::new(self);
        let mut batch = Batch { lines: Vec::new(), bytes: 0 };
        let (mut number, mut bytes) = (0_u64, 0_u64);
        let mut sent = 0_usize;
        loop {
            let line = match read_line(input)? {
                // Some systems mark a text as UTF-8 with three bytes at its beginning.
                Line::Text(text) if number == 0 => Line::Text(unmarked(text)),
                Line::Unfinished(text) if number == 0 => Line::Unfinished(unmarked(text)),
                line => line,
            };
            let last = matches!(line, Line::End);
            if let Line::Text(text) | Line::Unfinished(text) = &line {
                bytes += text.len() as u64 + 1;
            }
            let (id, prepared) = match line {
                Line::End => (None, None),
                Line::TooLong => {
                    (None, Some(refused("la riga supera 2 MiB: riduci l'evidenza, che è la prova e non l'allegato")))
                }
                Line::Text(text) | Line::Unfinished(text) if text.iter().all(u8::is_ascii_whitespace) => {
                    number += 1;
                    continue;
                }
                Line::Text(text) => {
                    reader.settle_before(&text, &mut batch, bytes, (send, told, &mut sent))?;
                    let (id, prepared) = reader.prepare(&text)?;
                    (id, Some(prepared))
                }
                Line::Unfinished(text) => {
                    reader.settle_before(&text, &mut batch, bytes, (send, told, &mut sent))?;
                    let cut = serde_json::from_slice::<IgnoredAny>(&text).is_err_and(|error| error.is_eof());
                    if cut {
                        (None, Some(refused("l'ultima riga è tronca: il file non è intero")))
                    } else {
                        let (id, prepared) = reader.prepare(&text)?;
                        (id, Some(prepared))
                    }
                }
            };
            if let Some(prepared) = prepared {
                number += 1;
                batch.push(number, id, prepared);
            }
            if last || batch.is_full() {
                flush(&mut batch, bytes, send, &mut sent, &mut reader.on_way)?;
                while sent > 1 {
                    settle(told, &mut sent, &mut reader.on_way);
                }
            }
            if last {
                return Ok(());
            }
        }
    }
}

/// Hands a batch to the writer. An error means the writer has stopped: its own error says why.
fn flush(
    batch: &mut Batch,
    bytes: u64,
    send: &SyncSender<(Batch, u64)>,
    sent: &mut usize,
    on_way: &mut OnWay,
) -> Result<(), StoreError> {
    if batch.lines.is_empty() {
        return Ok(());
    }
    let full = std::mem::replace(batch, Batch { lines: Vec::new(), bytes: 0 });
    *sent += 1;
    on_way.hand_over();
    send.send((full, bytes)).map_err(|_| StoreError::Closed)
}

/// Waits until one more batch is in the store. A writer that has stopped says why itself.
fn settle(told: &Receiver<()>, sent: &mut usize, on_way: &mut OnWay) {
    match told.recv() {
        Ok(()) => *sent -= 1,
        Err(_) => *sent = 0,
    }
    on_way.settle();
}

fn is_refusal(error: &StoreError) -> bool {
    matches!(
        error,
        StoreError::Conflict { .. }
            | StoreError::CaseExists { .. }
            | StoreError::DuplicateExternal { .. }
            | StoreError::DuplicateTaxCode { .. }
            | StoreError::SubjectKindChanged { .. }
            | StoreError::NoEvents { .. }
            | StoreError::EventTooLarge { .. }
            | StoreError::CaseFull { .. }
    )
}

impl ImportReport {
    fn count(&mut self, outcome: &ImportOutcome) {
        match outcome {
            ImportOutcome::Imported { events, findings, .. } => {
                self.imported += 1;
                self.events += *events as u64;
                self.with_findings += u64::from(*findings > 0);
            }
            ImportOutcome::Extended { events, findings, .. } => {
                self.extended += 1;
                self.events += *events as u64;
                self.with_findings += u64::from(*findings > 0);
            }
            ImportOutcome::Present { .. } => self.present += 1,
            ImportOutcome::Refused { .. } => self.refused += 1,
        }
    }
}

impl Batch {
    fn push(&mut self, line: u64, id: Option<String>, prepared: Prepared) {
        if let Prepared::Write { write, .. } = &prepared {
            self.bytes += write.events.iter().map(|e| e.body.len()).sum::<usize>();
        }
        self.lines.push((line, id, prepared));
    }

    fn is_full(&self) -> bool {
        self.lines.len() >= BATCH_CASES || self.bytes >= BATCH_BYTES
    }
}

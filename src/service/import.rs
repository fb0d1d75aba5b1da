// SPDX-License-Identifier: EUPL-1.2
//! Cases from another system: JSON Lines in, one outcome for each line out.
//!
//! A line is one whole case; it is written whole or not at all. Lines already imported are recognised by their `id`, so
//! that an import can be run again from the start after any accident, and goes on where it was.

use std::collections::HashMap;
use std::io::{self, BufRead};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use serde::Deserialize;
use uuid::Uuid;

use crate::engine::{Event, EventKind, findings, fold};
use crate::rulebook::{Digest, Rulebook};
use crate::store::{
    CaseAction, CaseHead, CaseWrite, NewCase, NewEvent, NewSubject, StoreError, StoredEvent, SubjectKind,
};

use super::cases::{SubjectRequest, check_audience, subject_code};
use super::{Service, ServiceError, new_event, state_word};

/// A longer line is refused: it bounds the memory of an import.
const MAX_LINE_BYTES: usize = 16 * 1024 * 1024;
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

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CaseLine {
    id: String,
    lep: String,
    soggetto: SubjectLine,
    #[serde(default)]
    regione: Option<String>,
    #[serde(default)]
    sede: Option<String>,
    eventi: Vec<Event>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SubjectLine {
    #[serde(default)]
    codice_fiscale: Option<String>,
    #[serde(default)]
    partita_iva: Option<String>,
    #[serde(default)]
    nome: Option<String>,
}

/// A line ready to be written, or already decided.
enum Prepared {
    Write { write: Box<CaseWrite>, extends: bool, findings: usize },
    Done(ImportOutcome),
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
        let mut reader = Reader { service: self, on_way: OnWay::default(), rulebooks: HashMap::new() };
        let mut batch = Batch { lines: Vec::new(), bytes: 0 };
        let (mut number, mut bytes) = (0_u64, 0_u64);
        let mut sent = 0_usize;
        loop {
            let line = read_line(input)?;
            let last = matches!(line, Line::End);
            if let Line::Text(text) | Line::Unfinished(text) = &line {
                bytes += text.len() as u64 + 1;
            }
            let (id, prepared) = match line {
                Line::End => (None, None),
                Line::TooLong => (None, Some(refused("riga più lunga di 16 MiB"))),
                Line::Text(text) | Line::Unfinished(text) if text.iter().all(u8::is_ascii_whitespace) => {
                    number += 1;
                    continue;
                }
                Line::Text(text) => {
                    // What is still on its way must be in the store before it can be recognised.
                    if reader.meets_on_way(&text) && !batch.lines.is_empty() {
                        flush(&mut batch, bytes, send, &mut sent)?;
                    }
                    while reader.meets_on_way(&text) && sent > 0 {
                        settle(told, &mut sent, &mut reader.on_way);
                    }
                    let (id, prepared) = reader.prepare(&text);
                    (id, Some(prepared))
                }
                Line::Unfinished(text) => {
                    let (id, prepared) = reader.prepare(&text);
                    let cut = matches!(prepared, Prepared::Done(ImportOutcome::Refused { .. }));
                    let told = refused("l'ultima riga del file è tronca: il file non è intero");
                    (id, Some(if cut { told } else { prepared }))
                }
            };
            if let Some(prepared) = prepared {
                number += 1;
                batch.push(number, id, prepared);
            }
            if last || batch.is_full() {
                flush(&mut batch, bytes, send, &mut sent)?;
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
fn flush(batch: &mut Batch, bytes: u64, send: &SyncSender<(Batch, u64)>, sent: &mut usize) -> Result<(), StoreError> {
    if batch.lines.is_empty() {
        return Ok(());
    }
    let full = std::mem::replace(batch, Batch { lines: Vec::new(), bytes: 0 });
    *sent += 1;
    send.send((full, bytes)).map_err(|_| StoreError::Closed)
}

/// Waits until one more batch is in the store; when none is left, nothing is on its way.
fn settle(told: &Receiver<()>, sent: &mut usize, on_way: &mut OnWay) {
    match told.recv() {
        Ok(()) => *sent -= 1,
        Err(_) => *sent = 0,
    }
    if *sent == 0 {
        on_way.clear();
    }
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

/// Cases and subjects read and not yet in the store.
#[derive(Default)]
struct OnWay {
    cases: HashMap<String, ()>,
    subjects: HashMap<(SubjectKind, String), Uuid>,
}

impl OnWay {
    fn clear(&mut self) {
        self.cases.clear();
        self.subjects.clear();
    }
}

struct Reader<'a> {
    service: &'a Service,
    on_way: OnWay,
    rulebooks: HashMap<Digest, crate::store::Digest>,
}

/// Only what tells one line from another.
#[derive(Deserialize)]
struct Key {
    id: String,
    lep: String,
    soggetto: SubjectLine,
}

impl Reader<'_> {
    /// Does the line speak of a case, or need the dossier of a subject, that is still on its way?
    fn meets_on_way(&self, text: &[u8]) -> bool {
        if self.on_way.cases.is_empty() {
            return false;
        }
        let Ok(key) = serde_json::from_slice::<Key>(text) else { return false };
        if self.on_way.cases.contains_key(&key.id) {
            return true;
        }
        let needs_dossier = self.service.library.specs().level(&key.lep).is_some_and(|f| f.level.access.is_some());
        needs_dossier
            && subject_request(&key.soggetto)
                .and_then(|s| subject_code(&s).map_err(|e| e.to_string()))
                .is_ok_and(|(kind, code)| self.on_way.subjects.contains_key(&(kind, code.as_str().to_owned())))
    }

    fn prepare(&mut self, text: &[u8]) -> (Option<String>, Prepared) {
        let line = match serde_json::from_slice::<CaseLine>(text) {
            Ok(line) => line,
            Err(error) => return (None, refused(&format!("la riga non si legge: {}", json_fault(&error)))),
        };
        let id = line.id.clone();
        let prepared = self.prepare_case(line).unwrap_or_else(|reason| refused(&reason));
        (Some(id), prepared)
    }

    fn prepare_case(&mut self, mut line: CaseLine) -> Result<Prepared, String> {
        let words = |error: ServiceError| service_words(&error);
        if line.id.trim().is_empty() {
            return Err("`id` è vuoto: serve l'identificativo della pratica nel sistema di origine".into());
        }
        let Some(Event { on: opened, kind: EventKind::CaseOpened(_), .. }) = line.eventi.first() else {
            return Err("la storia deve cominciare con l'evento `aperta`".into());
        };
        let opened = *opened;
        if let Some(head) = self.service.store.case_by_external(&line.id).map_err(|e| e.to_string())? {
            return self.again(&head, &line);
        }
        let rulebook = self.service.current(&line.lep, line.regione.as_deref(), opened).map_err(words)?;
        let (kind, code) = subject_code(&subject_request(&line.soggetto)?).map_err(words)?;
        check_audience(&rulebook, kind).map_err(words)?;
        let (subject, new_subject) = self.subject(kind, code.as_str(), line.soggetto.nome.take())?;
        let digest = self.pin(&rulebook)?;
        if let Some(EventKind::CaseOpened(opening)) = line.eventi.first_mut().map(|e| &mut e.kind) {
            opening.subject = subject.to_string().into();
            opening.level = rulebook.level.as_str().into();
            opening.region = line.regione.as_deref().map(Arc::from);
            opening.office = line.sede.as_deref().map(Arc::from);
            opening.rulebook = Digest(digest.0).to_string().into();
            if opening.dossier.is_empty() && rulebook.access.is_some() && new_subject.is_none() {
                opening.dossier = self.service.dossier(subject).map_err(words)?;
            }
        }
        let case = fold(&rulebook, &line.eventi);
        let found = findings(&rulebook, &case, self.service.today()).findings.len();
        self.on_way.cases.insert(line.id.clone(), ());
        let write = CaseWrite {
            subject: new_subject,
            action: CaseAction::Open(NewCase {
                id: Service::new_id(),
                subject,
                level: rulebook.level.clone(),
                region: line.regione,
                office: line.sede,
                rulebook: digest,
                external: Some(line.id),
            }),
            stamp: self.service.stamp(),
            events: line.eventi.iter().map(new_event).collect(),
            state: state_word(&case).to_owned(),
        };
        Ok(Prepared::Write { write: Box::new(write), extends: false, findings: found })
    }

    /// A line whose case is in the store: the same history, a longer one, or another one.
    fn again(&mut self, head: &CaseHead, line: &CaseLine) -> Result<Prepared, String> {
        let stored = self.service.store.events(head.id).map_err(|e| e.to_string())?;
        let rulebook = self.service.pinned(&head.rulebook).map_err(|e| service_words(&e))?;
        let different = || format!("la pratica `{}` è già nella base dati con un'altra storia", line.id);
        if head.level != line.lep || head.region != line.regione || head.office != line.sede {
            return Err(different());
        }
        let same = |(stored, event): (&StoredEvent, &Event)| match &event.kind {
            // The opening was completed when it was first imported.
            EventKind::CaseOpened(_) => stored.on == event.on.number(),
            _ => new_event(event).body == stored.body,
        };
        if !stored.iter().zip(&line.eventi).all(same) {
            return Err(different());
        }
        let Some(more) = line.eventi.get(stored.len()..).filter(|more| !more.is_empty()) else {
            return Ok(Prepared::Done(ImportOutcome::Present { case: head.id }));
        };
        let (_, mut case) = Service::fold(&rulebook, head.id, &stored).map_err(|e| service_words(&e))?;
        more.iter().for_each(|event| crate::engine::apply(&mut case, &rulebook, event));
        let found = findings(&rulebook, &case, self.service.today()).findings.len();
        let events: Vec<NewEvent> = more.iter().map(new_event).collect();
        self.on_way.cases.insert(line.id.clone(), ());
        let write = CaseWrite {
            subject: None,
            action: CaseAction::Append { case: head.id, expected: head.sequence },
            stamp: self.service.stamp(),
            events,
            state: state_word(&case).to_owned(),
        };
        Ok(Prepared::Write { write: Box::new(write), extends: true, findings: found })
    }

    /// The subject's id; a subject to be put when it is new.
    fn subject(
        &mut self,
        kind: SubjectKind,
        code: &str,
        name: Option<String>,
    ) -> Result<(Uuid, Option<NewSubject>), String> {
        let key = (kind, code.to_owned());
        if let Some(id) = self.on_way.subjects.get(&key) {
            return Ok((*id, Some(NewSubject { id: *id, kind, tax_code: code.to_owned(), name })));
        }
        if let Some(known) = self.service.store.subject_by_tax_code(kind, code).map_err(|e| e.to_string())? {
            return Ok((known.id, None));
        }
        let id = Service::new_id();
        self.on_way.subjects.insert(key, id);
        Ok((id, Some(NewSubject { id, kind, tax_code: code.to_owned(), name })))
    }

    fn pin(&mut self, rulebook: &Arc<Rulebook>) -> Result<crate::store::Digest, String> {
        let digest = self.service.digest_of(rulebook);
        if let Some(known) = self.rulebooks.get(&digest) {
            return Ok(*known);
        }
        let stored = crate::store::Digest(digest.0);
        self.service.store.put_rulebook(&stored, &rulebook.stored()).map_err(|e| e.to_string())?;
        self.rulebooks.insert(digest, stored);
        Ok(stored)
    }
}

fn subject_request(line: &SubjectLine) -> Result<SubjectRequest, String> {
    let (kind, tax_code) = match (&line.codice_fiscale, &line.partita_iva) {
        (Some(code), None) => (SubjectKind::Person, code.clone()),
        (None, Some(code)) => (SubjectKind::Company, code.clone()),
        _ => return Err("il soggetto ha o `codice_fiscale` (persona) o `partita_iva` (impresa)".into()),
    };
    Ok(SubjectRequest { kind, tax_code, name: line.nome.clone() })
}

fn refused(reason: &str) -> Prepared {
    Prepared::Done(ImportOutcome::Refused { reason: reason.to_owned() })
}

/// Why a service could not take a line, in one sentence.
fn service_words(error: &ServiceError) -> String {
    match error {
        ServiceError::NoRulebook { level, reason } => match reason {
            crate::compile::NoRulebook::UnknownLevel => format!("il livello `{level}` non esiste"),
            crate::compile::NoRulebook::UnknownRegion => "la regione non è tra le amministrazioni del catalogo".into(),
            crate::compile::NoRulebook::NotInForce { .. } => {
                format!("il livello `{level}` non è in vigore il giorno dell'apertura")
            }
            crate::compile::NoRulebook::Faulty(faults) => {
                format!("la specifica del livello `{level}` ha {} errori: usa `lepre check`", faults.len())
            }
        },
        other => other.to_string(),
    }
}

/// A fault of JSON in Italian, with its column.
pub(crate) fn json_fault(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let plain = text.split(" at line ").next().unwrap_or_default();
    let words = if error.is_eof() {
        "il testo finisce prima del dovuto".to_owned()
    } else if error.is_syntax() {
        "non è JSON".to_owned()
    } else if let Some(field) = between(plain, "unknown field `", "`") {
        format!("campo `{field}` sconosciuto")
    } else if let Some(field) = between(plain, "missing field `", "`") {
        format!("manca il campo `{field}`")
    } else if let Some(word) = between(plain, "unknown variant `", "`") {
        format!("`{word}` non è una parola ammessa")
    } else if plain.starts_with("invalid type") || plain.starts_with("invalid value") {
        "un valore non è del tipo giusto".to_owned()
    } else {
        plain.to_owned()
    };
    format!("{words} (colonna {})", error.column())
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    let (_, tail) = text.split_once(before)?;
    tail.split_once(after).map(|(inside, _)| inside)
}

enum Line {
    Text(Vec<u8>),
    /// The last line, with no end of line.
    Unfinished(Vec<u8>),
    TooLong,
    End,
}

/// Reads one line, never holding more than the limit.
fn read_line(input: &mut dyn BufRead) -> io::Result<Line> {
    let mut line: Vec<u8> = Vec::new();
    let mut too_long = false;
    loop {
        let chunk = input.fill_buf()?;
        if chunk.is_empty() {
            return Ok(match (too_long, line.is_empty()) {
                (true, _) => Line::TooLong,
                (false, true) => Line::End,
                (false, false) => Line::Unfinished(line),
            });
        }
        let end = chunk.iter().position(|b| *b == b'\n');
        let part = chunk.get(..end.unwrap_or(chunk.len())).unwrap_or_default();
        if line.len() + part.len() > MAX_LINE_BYTES {
            too_long = true;
            line.clear();
        } else if !too_long {
            line.extend_from_slice(part);
        }
        let used = end.map_or(chunk.len(), |at| at + 1);
        input.consume(used);
        if end.is_some() {
            return Ok(if too_long { Line::TooLong } else { Line::Text(line) });
        }
    }
}

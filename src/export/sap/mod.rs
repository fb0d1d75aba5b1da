// SPDX-License-Identifier: EUPL-1.2
//! Section 6 of the *scheda anagrafico-professionale*: one record for each time an activity was carried out.
//!
//! The names of the elements, the rules and the tables are those of the standard as public sources report it; the
//! envelope around `politiche_attive_lst` is ours. What is not known is declared, never filled in.

mod identifier;
mod instances;
mod record;
mod rules;
mod sender;
mod xml;

use std::collections::HashMap;
use std::io::Write;

use crate::rulebook::ItemKind;
use crate::service::{CaseView, Selection, Service};
use crate::store::{CaseHead, SubjectKind};

use super::ExportError;
use super::events::external_id;

pub use identifier::{check_letter, identifier};
pub use instances::Instance;
pub use record::{LastEvent, Measure};
pub use rules::{Known, Remark, Severity, check, event_code, event_date_rule};
pub use sender::{Sender, SenderError, SourceSystem};

/// What became of one activity carried out, or of a case as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SapOutcome {
    /// It is in the file.
    Written,
    /// It should be, and cannot.
    Blocked,
    /// It has no place in section 6, as far as the specifications know.
    Outside,
}

impl SapOutcome {
    pub fn word(self) -> &'static str {
        match self {
            Self::Written => "trasmissibile",
            Self::Blocked => "non trasmissibile",
            Self::Outside => "fuori dalla sezione 6",
        }
    }
}

/// One line of the account of an export.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SapEntry {
    pub case: String,
    /// None: the case as a whole.
    pub item: Option<String>,
    /// Number of the event with which it began.
    pub event: Option<u32>,
    pub code: Option<String>,
    pub identifier: Option<String>,
    pub outcome: SapOutcome,
    pub remarks: Vec<Remark>,
}

/// Sums of an export.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SapReport {
    pub cases: u64,
    pub written: u64,
    pub blocked: u64,
    pub outside: u64,
    /// Records written with at least one warning.
    pub with_warnings: u64,
}

/// Identifiers given in this export, with the case and the item that have them.
type Given = HashMap<String, (String, String)>;

/// Writes the records of the chosen cases, in the order of their ids; `tell` gets every line of the account.
///
/// # Errors
/// The file cannot be written, or the store fails. A case that cannot be read is a line of the account.
pub fn write_sap(
    service: &Service,
    selection: &Selection,
    sender: &Sender,
    out: &mut dyn Write,
    tell: &mut dyn FnMut(&SapEntry) -> Result<(), ExportError>,
) -> Result<SapReport, ExportError> {
    let mut report = SapReport::default();
    let mut given = Given::new();
    let mut file = xml::Section::begin(out, sender.system, service.today())?;
    service.for_each_chosen_head(selection, |head| {
        report.cases += 1;
        let mut measures = Vec::new();
        for entry in of_case(service, head, sender, &mut given, &mut measures)? {
            report.count(&entry);
            tell(&entry)?;
        }
        if !measures.is_empty() {
            let subject = service.store().subject(head.subject)?;
            let code = subject.map(|subject| subject.tax_code).unwrap_or_default();
            file.case(&external_id(head), &code, &measures)?;
        }
        Ok::<_, ExportError>(())
    })?;
    file.end()?;
    Ok(report)
}

fn whole(head: &CaseHead, outcome: SapOutcome, remark: Remark) -> SapEntry {
    let case = external_id(head);
    SapEntry { case, item: None, event: None, code: None, identifier: None, outcome, remarks: vec![remark] }
}

/// The lines of one case; what can be transmitted is added to `measures`.
fn of_case(
    service: &Service,
    head: &CaseHead,
    sender: &Sender,
    given: &mut Given,
    measures: &mut Vec<Measure>,
) -> Result<Vec<SapEntry>, ExportError> {
    let view = match service.view(head.id) {
        Ok(view) => view,
        Err(error) if error.stops_all() => return Err(error.into()),
        Err(error) => {
            return Ok(vec![whole(head, SapOutcome::Blocked, Remark::blocking("pratica", error.to_string()))]);
        }
    };
    let subject = service.store().subject(head.subject)?;
    if subject.is_none_or(|subject| subject.kind != SubjectKind::Person) {
        let words = "il soggetto non è una persona: la scheda anagrafico-professionale è delle persone";
        return Ok(vec![whole(head, SapOutcome::Outside, Remark::noted("pratica", words))]);
    }
    let mut entries = Vec::new();
    for instance in instances::of(&view) {
        entries.push(of_instance(&view, &instance, sender, given, measures));
    }
    Ok(entries)
}

fn of_instance(
    view: &CaseView,
    instance: &Instance,
    sender: &Sender,
    given: &mut Given,
    measures: &mut Vec<Measure>,
) -> SapEntry {
    let item = view.rulebook.item(instance.item);
    let id = item.map(|item| item.id.clone()).unwrap_or_default();
    let mut entry = SapEntry {
        case: external_id(&view.head),
        item: Some(id.clone()),
        event: Some(instance.first()),
        code: None,
        identifier: None,
        outcome: SapOutcome::Blocked,
        remarks: instance.remarks.clone(),
    };
    let code = match record::code(view, instance.item) {
        Ok(code) => code,
        Err(remark) => {
            if remark.severity == Severity::Warning {
                entry.outcome = SapOutcome::Outside;
            }
            entry.remarks.push(remark);
            return entry;
        }
    };
    entry.code = Some(code.clone());
    if item.is_some_and(|item| item.kind != ItemKind::Activity) {
        let words =
            "il codice registra un risultato, non un'attività: le date di proposta, inizio e fine non sono note";
        entry.remarks.push(Remark::blocking("data_proposta", words));
        return entry;
    }
    let (measure, unknown) = record::measure(view, instance, &code, sender);
    entry.remarks.extend(unknown);
    entry.remarks.extend(check(&measure, &Known::of(&view.rulebook, &code, sender.system)));
    entry.identifier.clone_from(&measure.identifier);
    if let Some(identifier) = &measure.identifier {
        let mine = (entry.case.clone(), format!("{id}, evento {}", instance.first()));
        if let Some((case, other)) = given.insert(identifier.clone(), mine) {
            let words =
                format!("`{identifier}` è già della pratica `{case}` ({other}): due politiche non possono averlo");
            entry.remarks.push(Remark::blocking("identificativo_politica", words));
        }
    }
    if entry.remarks.iter().all(|remark| remark.severity == Severity::Warning) {
        entry.outcome = SapOutcome::Written;
        measures.push(measure);
    }
    entry
}

impl SapReport {
    fn count(&mut self, entry: &SapEntry) {
        match entry.outcome {
            SapOutcome::Written => self.written += 1,
            SapOutcome::Blocked => self.blocked += 1,
            SapOutcome::Outside => self.outside += 1,
        }
        self.with_warnings += u64::from(entry.outcome == SapOutcome::Written && !entry.remarks.is_empty());
    }
}

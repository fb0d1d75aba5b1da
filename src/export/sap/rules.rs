// SPDX-License-Identifier: EUPL-1.2
//! The rules of section 6, as its standard states them: what stops a record, and what only needs an eye.

use crate::calendar::Day;
use crate::rulebook::Rulebook;
use crate::spec::catalogue::CodeState;
use crate::spec::scenario::SapEventWord;
use crate::tax_code::TaxCode;

use super::identifier::check_letter;
use super::{Measure, SourceSystem};

/// From this day of proposal, the days of beginning and end are mandatory, and the project is regional.
const DATES_MANDATORY: &str = "2015-12-09";
/// From this day of proposal, identifier and last event are mandatory.
const EVENTS_MANDATORY: &str = "2017-12-04";
/// Codes whose description is the tax code of an employer.
const OF_EMPLOYERS: [&str; 7] = ["D01", "E01", "E02", "E03", "H01", "H02", "H03"];

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    Blocking,
    Warning,
}

impl Severity {
    pub fn word(self) -> &'static str {
        match self {
            Self::Blocking => "bloccante",
            Self::Warning => "avviso",
        }
    }
}

/// Something about a record: the element, and what is wrong in one sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    pub severity: Severity,
    pub field: &'static str,
    pub message: String,
}

impl Remark {
    pub fn blocking(field: &'static str, message: impl Into<String>) -> Self {
        Self { severity: Severity::Blocking, field, message: message.into() }
    }

    pub fn noted(field: &'static str, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, field, message: message.into() }
    }
}

/// Which day of the record an event must bear.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dated {
    Proposal,
    Beginning,
    End,
}

/// The number of an event, from 1: its code with two digits.
pub fn event_code(event: SapEventWord) -> usize {
    SapEventWord::ALL.iter().position(|word| *word == event).map_or(0, |at| at + 1)
}

/// The day with which the day of an event must agree, if with any (table of the events of a *politica attiva*).
pub fn event_date_rule(event: SapEventWord) -> Option<Dated> {
    use SapEventWord as E;
    match event {
        E::Proposed => Some(Dated::Proposal),
        E::Started => Some(Dated::Beginning),
        E::Rejected | E::Refused | E::CancelledBefore | E::Accounted | E::Exempted => None,
        E::Abandoned
        | E::CancelledAfter
        | E::Deleted
        | E::Suspended
        | E::Ended
        | E::Lapsed
        | E::Transformed
        | E::Excluded => Some(Dated::End),
    }
}

/// What the tables know of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known {
    /// Last day on which the code may be proposed, where it is known.
    pub code_until: Option<Day>,
    /// Was the code read in an official source?
    pub code_verified: bool,
    pub system: SourceSystem,
}

impl Known {
    pub fn of(rulebook: &Rulebook, code: &str, system: SourceSystem) -> Self {
        let known = rulebook.code(code);
        let code_verified = known.is_some_and(|known| known.state == CodeState::Verified);
        Self { code_until: known.and_then(|known| known.to), code_verified, system }
    }
}

/// All that the rules have against a record.
pub fn check(measure: &Measure, known: &Known) -> Vec<Remark> {
    let mut remarks = Vec::new();
    code(measure, known, &mut remarks);
    dates(measure, &mut remarks);
    duration(measure, &mut remarks);
    texts(measure, &mut remarks);
    project(measure, known, &mut remarks);
    identity(measure, known, &mut remarks);
    last_event(measure, &mut remarks);
    remarks
}

fn since(measure: &Measure, day: &str) -> bool {
    let day = day.parse::<Day>().ok();
    measure.proposed_on.zip(day).is_some_and(|(proposed, day)| proposed >= day)
}

fn code(measure: &Measure, known: &Known, remarks: &mut Vec<Remark>) {
    if let (Some(proposed), Some(until)) = (measure.proposed_on, known.code_until)
        && proposed > until
    {
        let words = format!("il codice `{}` vale fino al {until}, la proposta è del {proposed}", measure.code);
        remarks.push(Remark::blocking("tipo_attivita", words));
    }
    if !known.code_verified {
        let words =
            format!("il codice `{}` è da verificare: nessuna fonte ufficiale letta ne dà l'etichetta", measure.code);
        remarks.push(Remark::noted("tipo_attivita", words));
    }
}

fn dates(measure: &Measure, remarks: &mut Vec<Remark>) {
    let late = since(measure, DATES_MANDATORY);
    if measure.begun_on.is_none() && (late || measure.ended_on.is_some()) {
        remarks.push(Remark::blocking("data", "manca la data di inizio: nella pratica non c'è l'evento `iniziata`"));
    }
    let of_duration = measure.code.starts_with(['C', 'D', 'E']);
    if measure.ended_on.is_none() && measure.begun_on.is_some() && (of_duration || late) {
        remarks.push(Remark::blocking("data_fine", "manca la data di fine: l'attività non risulta terminata"));
    }
    if let (Some(proposed), Some(begun)) = (measure.proposed_on, measure.begun_on)
        && begun < proposed
    {
        remarks.push(Remark::blocking("data", format!("l'inizio ({begun}) viene prima della proposta ({proposed})")));
    }
    if let (Some(begun), Some(ended)) = (measure.begun_on, measure.ended_on)
        && ended < begun
    {
        remarks.push(Remark::blocking("data_fine", format!("la fine ({ended}) viene prima dell'inizio ({begun})")));
    }
}

fn duration(measure: &Measure, remarks: &mut Vec<Remark>) {
    match (measure.duration, &measure.duration_unit) {
        (Some(_), None) => remarks.push(Remark::blocking("tipologia_durata", "c'è la durata, ma non la sua unità")),
        (None, Some(_)) => remarks.push(Remark::blocking("durata", "c'è l'unità della durata, ma non la durata")),
        _ => {}
    }
    if measure.duration.is_some_and(|duration| duration <= 0) {
        remarks.push(Remark::blocking("durata", "la durata deve essere un numero positivo"));
    }
}

fn texts(measure: &Measure, remarks: &mut Vec<Remark>) {
    let code = measure.code.as_str();
    let given = |text: &Option<String>| text.as_ref().is_some_and(|text| !text.trim().is_empty());
    if !given(&measure.denomination) {
        if code.starts_with('C') {
            let words = "per i codici C la denominazione è obbligatoria, e la pratica non la conosce";
            remarks.push(Remark::blocking("titolo_denominazione", words));
        } else if code.starts_with('H') && OF_EMPLOYERS.contains(&code) {
            let words = "serve il codice della comunicazione obbligatoria incentivata, e la pratica non lo conosce";
            remarks.push(Remark::blocking("titolo_denominazione", words));
        }
    }
    if OF_EMPLOYERS.contains(&code) {
        let employer = measure.description.as_deref().unwrap_or_default();
        if TaxCode::company(employer).is_err() {
            let words =
                "la descrizione deve essere il codice fiscale o la partita IVA del datore, e la pratica non lo conosce";
            remarks.push(Remark::blocking("descrizione", words));
        }
    } else if code == "C06" && !given(&measure.description) {
        let words = "per C06 la descrizione è obbligatoria, e la pratica non la conosce";
        remarks.push(Remark::blocking("descrizione", words));
    }
}

fn project(measure: &Measure, known: &Known, remarks: &mut Vec<Remark>) {
    // Which codes are enabled for the youth guarantee is not known: all are taken as if they were not.
    if since(measure, DATES_MANDATORY) && measure.project != "01" {
        let words = format!("il tipo di progetto deve essere 01, non `{}`", measure.project);
        remarks.push(Remark::blocking("titolo_progetto", words));
    } else if measure.project == "04" && known.system.code() != "00" {
        remarks.push(Remark::blocking("titolo_progetto", "il tipo di progetto 04 è dei soli enti nazionali"));
    }
}

fn identity(measure: &Measure, known: &Known, remarks: &mut Vec<Remark>) {
    let field = "identificativo_politica";
    let Some(identifier) = &measure.identifier else {
        if since(measure, EVENTS_MANDATORY) {
            remarks.push(Remark::blocking(field, "manca l'identificativo della politica"));
        }
        return;
    };
    let formed = identifier.len() == 11
        && identifier.bytes().enumerate().all(|(at, byte)| match at {
            0 | 1 => byte.is_ascii_digit(),
            10 => byte.is_ascii_uppercase(),
            _ => byte.is_ascii_hexdigit(),
        });
    if !formed {
        let words = format!("`{identifier}` non è formato da 2 cifre, 8 cifre esadecimali e una lettera");
        remarks.push(Remark::blocking(field, words));
        return;
    }
    if !identifier.starts_with(known.system.code()) {
        let words = format!("`{identifier}` non comincia con il codice del sistema, {}", known.system.code());
        remarks.push(Remark::blocking(field, words));
    }
    let expected = measure
        .promoter
        .as_deref()
        .zip(measure.proposed_on)
        .and_then(|(promoter, on)| check_letter(promoter, &measure.code, on));
    if let Some(expected) = expected.filter(|letter| !identifier.ends_with(*letter)) {
        let words = format!(
            "la lettera di controllo di `{identifier}` dovrebbe essere `{expected}`: i dati possono essere cambiati dopo"
        );
        remarks.push(Remark::noted(field, words));
    }
}

fn last_event(measure: &Measure, remarks: &mut Vec<Remark>) {
    let Some(last) = &measure.last_event else {
        if since(measure, EVENTS_MANDATORY) {
            remarks.push(Remark::blocking("ultimo_evento", "manca l'ultimo evento"));
        }
        return;
    };
    let (wanted, name) = match event_date_rule(last.event) {
        Some(Dated::Proposal) => (measure.proposed_on, "data_proposta"),
        Some(Dated::Beginning) => (measure.begun_on, "data"),
        Some(Dated::End) => (measure.ended_on, "data_fine"),
        None => return,
    };
    if wanted != Some(last.on) {
        let found = wanted.map_or("che manca".to_owned(), |day| day.to_string());
        let words =
            format!("l'evento `{}` è del {}, ma deve avere la data di `{name}`, {found}", last.event.word(), last.on);
        remarks.push(Remark::blocking("data_evento", words));
    }
}

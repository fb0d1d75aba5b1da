// SPDX-License-Identifier: EUPL-1.2
//! Lists of cases: one row as everybody reads it, where a page ends and the next begins, the words of what is owed.

use form_urlencoded::Serializer;
use maud::{Markup, html};
use uuid::Uuid;

use crate::calendar::Day;
use crate::engine::Minute;
use crate::http::form::Typed;
use crate::http::identity::Identity;
use crate::library::Library;
use crate::service::DeskRow;
use crate::spec::level::Audience;
use crate::store::{CaseHead, Desk, DeskCursor, Subject, SubjectKind};
use crate::tax_code::TaxCode;

use super::parts::{day, due_badge};

/// Rows of one page.
pub const PAGE: u32 = 25;

/// What a list of cases tells beside whom and what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// The soonest end of a term.
    Due,
    /// The next appointment.
    Meeting,
}

/// What a case is called where a whole id would be too long.
pub fn handle(head: &CaseHead) -> String {
    head.external.clone().unwrap_or_else(|| short(head.id))
}

/// The digits of an id that say when it was made: enough to find a case again.
pub fn short(id: Uuid) -> String {
    id.to_string().chars().take(13).collect()
}

/// Whom a case is about, for who may know it; for the others a name that says nothing, the same in every list.
pub fn subject_words(who: &Identity, subject: &Subject) -> String {
    if !who.sees_names() {
        let kind = if subject.kind == SubjectKind::Person { "persona" } else { "impresa" };
        let tail: String = subject.id.simple().to_string().chars().skip(26).collect();
        return format!("{kind} {tail}");
    }
    let named = subject.name.clone().filter(|name| !name.trim().is_empty());
    named.unwrap_or_else(|| masked(subject))
}

/// The end of a tax code, the rest hidden.
pub fn masked(subject: &Subject) -> String {
    TaxCode::person(&subject.tax_code).map_or_else(|_| "senza nome".to_owned(), |code| code.masked())
}

/// What comes next on a case, in words.
pub fn what_words(desk: &Desk, today: Day) -> String {
    let what = plain(&desk.what);
    let mut words = match desk.kind.as_str() {
        "entro" if desk.due_on.is_some_and(|due| due < today.number()) => format!("In ritardo: {what}"),
        "entro" => format!("Con un termine: {what}"),
        "da-fare" => format!("Da fare: {what}"),
        "registrazione" => format!("Da registrare nella SAP: {what}"),
        "attende" => format!("Attende: {what}"),
        "chiudibile" => "Tutto il dovuto è fatto: si può chiudere".to_owned(),
        "guasto" => "Non si legge: avvisa chi amministra il servizio".to_owned(),
        _ if desk.closed => "Chiusa".to_owned(),
        _ => "Nulla di dovuto".to_owned(),
    };
    if desk.awaits > 0 && desk.kind != "attende" {
        words.push_str(&format!(" · attende {}", counted(u64::from(desk.awaits), "dato", "dati")));
    }
    if desk.registrations > 0 && desk.kind != "registrazione" {
        words.push_str(&format!(" · {} da registrare", desk.registrations));
    }
    words
}

/// The name of an item or of a fact as people would write it.
pub fn plain(id: &str) -> String {
    id.replace(['-', '_'], " ")
}

/// `1 dato`, `2 dati`.
pub fn counted(number: u64, one: &str, many: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{number} {many}") }
}

/// A day that a desk row keeps as a number.
pub fn day_of(number: i32) -> Option<Day> {
    Day::from_number(number)
}

/// The hour of an appointment.
pub fn hour_words(minute: Option<u16>) -> Option<String> {
    minute.and_then(Minute::new).map(|minute| minute.to_string())
}

fn moment(desk: &Desk, when: When, today: Day) -> Markup {
    let due = desk.due_on.and_then(day_of);
    let meeting = desk.meeting_on.and_then(day_of);
    html! {
        @match (when, due, meeting) {
            (When::Meeting, _, Some(on)) => {
                (day(on))
                @if let Some(hour) = hour_words(desk.meeting_at) { " alle " (hour) }
                @if on < today { " " span class="badge lepre-badge bg-danger" { "esito da registrare" } }
                @if on == today { " " span class="badge lepre-badge bg-warning-dark" { "oggi" } }
            },
            (_, Some(due), _) if !desk.closed => { (due_badge(due, today)) " " span class="text-secondary small" { (day(due)) } },
            _ => span class="text-secondary small" { "senza termine" },
        }
    }
}

/// An early look: what no longer can be kept, or will not be if nothing is done.
fn warning(row: &DeskRow) -> Markup {
    html! {
        @if let Some(warning) = row.warning {
            span class="d-block small" {
                @if !warning.doomed { "se non si fa altro, " }
                "non più rispettabile dal " (day(warning.from))
            }
        }
    }
}

/// One case as a row of a list, without the `li` around it.
pub fn case_row(who: &Identity, row: &DeskRow, when: When, today: Day) -> Markup {
    let DeskRow { head, desk, subject, .. } = row;
    html! {
        div class="lepre-row-who" {
            a href={ "/pratiche/" (head.id) } { (subject_words(who, subject)) span class="visually-hidden" { ", livello " (head.level) ", pratica " (handle(head)) } }
            span class="text-secondary small fw-normal d-block" aria-hidden="true" { (handle(head)) }
        }
        div { span class="badge lepre-badge bg-primary" { "Livello " (head.level) } }
        div class="lepre-row-what" { (what_words(desk, today)) }
        div { (moment(desk, when, today)) (warning(row)) }
        div class="text-secondary small" {
            @match (desk.closed, desk.operator.as_deref()) {
                (true, _) => { (head.state) },
                (_, Some(operator)) => { span class="visually-hidden" { "operatore " } (operator) @if head.state != "aperta" { " · " (head.state) } },
                (_, None) => "senza operatore",
            }
        }
    }
}

/// Cases as a list.
pub fn case_list(who: &Identity, rows: &[DeskRow], when: When, today: Day) -> Markup {
    html! {
        ul class="lepre-rows" { @for row in rows { li { (case_row(who, row, when, today)) } } }
    }
}

/// Where a page ended, as it stands in an address: nothing of a person.
pub fn cursor_words(cursor: DeskCursor) -> String {
    format!("{}.{}", cursor.key, cursor.case)
}

/// Reads it back; what is not one is the beginning.
pub fn cursor(text: Option<&str>) -> Option<DeskCursor> {
    let (key, case) = text?.split_once('.')?;
    Some(DeskCursor { key: key.parse().ok()?, case: Uuid::parse_str(case).ok()? })
}

/// The same list from another place: the fields of the address but `dopo`, then that.
pub fn further(path: &str, asked: &Typed, cursor: DeskCursor) -> String {
    let mut line = Serializer::new(String::new());
    for (name, value) in asked.fields().filter(|(name, value)| *name != "dopo" && *name != "detto" && !value.is_empty())
    {
        line.append_pair(name, value);
    }
    line.append_pair("dopo", &cursor_words(cursor));
    format!("{path}?{}", line.finish())
}

/// Letter, title and audience of the levels that can be opened, in the catalogue's order.
pub fn levels(library: &Library) -> Vec<(String, String, Audience)> {
    let specs = library.specs();
    let mut levels: Vec<(String, String, Audience)> = Vec::new();
    for row in &specs.catalogue.levels.0 {
        if let Some(file) = specs.level(&row.name.value.0) {
            levels.push((row.name.value.0.clone(), row.value.title.clone(), file.level.audience));
        }
    }
    levels
}

/// Choices of a level for a field, the first one none.
pub fn level_choices(library: &Library, none: &str) -> Vec<(String, String)> {
    let first = (String::new(), none.to_owned());
    let levels = levels(library).into_iter().map(|(letter, title, _)| {
        let words = format!("{letter} · {}", clipped(&title));
        (letter, words)
    });
    std::iter::once(first).chain(levels).collect()
}

fn clipped(title: &str) -> String {
    const LONGEST: usize = 70;
    if title.chars().count() <= LONGEST {
        return title.to_owned();
    }
    let mut words: String = title.chars().take(LONGEST - 1).collect();
    words.push('…');
    words
}

// SPDX-License-Identifier: EUPL-1.2
//! The scadenzario: a month with what ends and who comes on each day, as a calendar, as a list, a day at a time.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::routing::get;
use maud::{Markup, html};

use crate::calendar::{Day, MonthEnd, Weekday};
use crate::http::app::App;
use crate::http::form::Asked;
use crate::http::identity::Identity;
use crate::http::routes::{LEAD, Route, page};
use crate::http::trouble::Trouble;
use crate::service::{DeskRow, Ending};
use crate::store::{DeskCursor, DeskGroup, DeskOrder, DeskQuery};

use super::feed;
use super::layout::Page;
use super::parts::{breadcrumb, day, day_words, empty, field, next_page};
use super::rows::{PAGE, When, case_list, counted};

pub(super) fn routes() -> Vec<Route> {
    vec![page("/scadenzario", LEAD, get(deadlines))]
}

/// Rows read in one go while counting appointments, and how many times at most.
const BATCH: u32 = 500;
const ROUNDS: usize = 20;

const MONTHS: [&str; 12] = [
    "gennaio",
    "febbraio",
    "marzo",
    "aprile",
    "maggio",
    "giugno",
    "luglio",
    "agosto",
    "settembre",
    "ottobre",
    "novembre",
    "dicembre",
];

/// A month of a year.
#[derive(Clone, Copy)]
struct Month {
    first: Day,
    last: Day,
}

impl Month {
    fn of(on: Day) -> Self {
        let (year, month, _) = on.ymd();
        let first = Day::new(year, month, 1).unwrap_or(on);
        Self { first, last: first.add_months(1, MonthEnd::LastDay).add_days(-1) }
    }

    /// `2026-11`.
    fn read(text: &str) -> Option<Self> {
        format!("{text}-01").parse().ok().map(Self::of)
    }

    fn text(self) -> String {
        self.first.to_string().chars().take(7).collect()
    }

    fn words(self) -> String {
        let (year, month, _) = self.first.ymd();
        let name = month.checked_sub(1).and_then(|at| MONTHS.get(at as usize)).copied().unwrap_or_default();
        format!("{name} {year}")
    }

    fn days(self) -> impl Iterator<Item = Day> {
        (self.first.number()..=self.last.number()).filter_map(Day::from_number)
    }
}

/// The open cases of the office, or of one of its operators.
fn within(who: &Identity, asked: &Asked) -> Result<DeskQuery, Trouble> {
    Ok(DeskQuery { operator: asked.get("operatore").map(str::to_owned), closed: Some(false), ..who.reach()? })
}

/// A page of the terms that end in these days, beginning with the one at the place that is asked for, and where the next page
/// begins.
fn page_of(app: &App, endings: &[Ending], place: Option<&str>) -> Result<(Vec<DeskRow>, Option<usize>), Trouble> {
    let from = place.and_then(|place| place.parse().ok()).unwrap_or(0).min(endings.len());
    let to = endings.len().min(from + PAGE as usize);
    let rows = app.service.ending_rows(endings.get(from..to).unwrap_or_default())?;
    Ok((rows, (to < endings.len()).then_some(to)))
}

/// The cases that may have an appointment up to a day: a row holds only the first of its case.
fn called(query: DeskQuery, to: Day) -> DeskQuery {
    DeskQuery { meeting_to: Some(to.number()), order: DeskOrder::Meeting, ..query }
}

/// The same page with other fields, keeping the operator.
fn way(asked: &Asked, fields: &[(&str, &str)]) -> String {
    let mut line = form_urlencoded::Serializer::new(String::new());
    line.extend_pairs(fields);
    if let Some(operator) = asked.get("operatore") {
        line.append_pair("operatore", operator);
    }
    format!("/scadenzario?{}", line.finish())
}

async fn deadlines(State(app): State<App>, who: Identity, asked: Asked) -> Result<Page, Trouble> {
    if let Some(on) = asked.get("giorno").and_then(|text| text.parse::<Day>().ok()) {
        return one_day(app, who, asked, on).await;
    }
    let today = app.service.today();
    let month = asked.get("mese").and_then(Month::read).unwrap_or_else(|| Month::of(today));
    let as_list = asked.get("vista") == Some("elenco");
    let (reader, wanted) = (who.clone(), asked.clone());
    let (operators, main, tokens) = app
        .read(move |app| {
            let query = within(&reader, &wanted)?;
            let operators = app.registry.desk_groups(&reader.reach()?, DeskGroup::Operator)?;
            let main = if as_list {
                let endings = app.service.endings(&query, month.first, month.last)?;
                let (rows, next) = page_of(app, &endings, wanted.get("dopo"))?;
                app.saw(&reader, "elenco", None, None, Some("scadenzario"))?;
                let next = next.map(|place| {
                    way(&wanted, &[("mese", &month.text()), ("vista", "elenco"), ("dopo", &place.to_string())])
                });
                html! {
                    p { (counted(endings.len() as u64, "termine", "termini")) " nel mese" }
                    @if rows.is_empty() { (empty("Nessun termine finisce in questo mese.", None)) }
                    @else { (case_list(&reader, &rows, When::Due, today)) }
                    (next_page(next.as_deref()))
                }
            } else {
                grid(&wanted, month, today, &counts(app, query, month)?)
            };
            Ok((operators, main, feed::tokens(app, &reader)?))
        })
        .await?;
    let body = html! {
        h1 { "Scadenzario" }
        (narrowing(&asked, month, as_list, &operators))
        (months(&asked, month, as_list))
        (main)
        (feed::offer(&who, &tokens, None))
    };
    Ok(Page::new(&app, &who, &format!("Scadenzario, {}", month.words()), body))
}

/// Terms and appointments of each day that has some.
fn counts(app: &App, query: DeskQuery, month: Month) -> Result<BTreeMap<i32, (u64, u64)>, Trouble> {
    let mut counts: BTreeMap<i32, (u64, u64)> = BTreeMap::new();
    for ending in app.service.endings(&query, month.first, month.last)? {
        counts.entry(ending.desk.due_on.unwrap_or_default()).or_default().0 += 1;
    }
    let called = called(query, month.last);
    let mut after = None;
    for _ in 0..ROUNDS {
        let page = app.registry.desks(&called, after, BATCH)?;
        for (head, _) in &page {
            for held in app.service.meetings_between(head.id, month.first, month.last)? {
                counts.entry(held.on.number()).or_default().1 += 1;
            }
        }
        match page.last() {
            Some((_, last)) if page.len() == BATCH as usize => after = Some(DeskCursor::of(last, DeskOrder::Meeting)),
            _ => break,
        }
    }
    Ok(counts)
}

/// The rows of the cases called for a day, in the order of the first appointment of each.
fn called_on(app: &App, query: DeskQuery, on: Day) -> Result<Vec<DeskRow>, Trouble> {
    let (query, mut rows, mut after) = (called(query, on), Vec::new(), None);
    for _ in 0..ROUNDS {
        let (page, next) = app.service.rows(&query, after, BATCH)?;
        for mut row in page {
            if let Some(first) = app.service.meetings_between(row.head.id, on, on)?.first() {
                (row.desk.meeting_on, row.desk.meeting_at) = (Some(on.number()), first.time.map(|at| at.minutes()));
                rows.push(row);
            }
        }
        after = next;
        if after.is_none() {
            break;
        }
    }
    rows.sort_by_key(|row| row.desk.meeting_at);
    Ok(rows)
}

fn narrowing(asked: &Asked, month: Month, as_list: bool, operators: &[(String, u64)]) -> Markup {
    let named = operators.iter().filter(|(name, _)| !name.is_empty()).map(|(name, _)| (name.clone(), name.clone()));
    let people = std::iter::once((String::new(), "tutta la sede".to_owned())).chain(named).collect();
    html! {
        form method="get" action="/scadenzario" class="lepre-grid" {
            input type="hidden" name="mese" value=(month.text());
            @if as_list { input type="hidden" name="vista" value="elenco"; }
            (field("operatore", "Pratiche di").choices(people).value(asked.get("operatore").unwrap_or_default()))
            div class="lepre-field" { button class="btn btn-outline-primary" type="submit" { "Mostra" } }
        }
    }
}

fn months(asked: &Asked, month: Month, as_list: bool) -> Markup {
    let (before, after) = (Month::of(month.first.add_days(-1)), Month::of(month.last.add_days(1)));
    let to = |month: Month, list: bool| {
        let text = month.text();
        if list { way(asked, &[("mese", &text), ("vista", "elenco")]) } else { way(asked, &[("mese", &text)]) }
    };
    html! {
        nav class="lepre-months" aria-label="Mesi" {
            a href=(to(before, as_list)) rel="prev" { "← " (before.words()) }
            h2 class="h4 mb-0" { (month.words()) }
            a href=(to(after, as_list)) rel="next" { (after.words()) " →" }
        }
        p {
            @if as_list { a href=(to(month, false)) { "Mostra come calendario" } }
            @else { a href=(to(month, true)) { "Mostra come elenco" } }
        }
    }
}

fn grid(asked: &Asked, month: Month, today: Day, counts: &BTreeMap<i32, (u64, u64)>) -> Markup {
    let column = |on: Day| Weekday::ALL.iter().position(|weekday| *weekday == on.weekday()).unwrap_or(0);
    let mut weeks: Vec<Vec<Option<Day>>> = Vec::new();
    for on in month.days() {
        if weeks.is_empty() || column(on) == 0 {
            weeks.push(Vec::with_capacity(7));
        }
        if let Some(week) = weeks.last_mut() {
            week.resize(column(on).max(week.len()), None);
            week.push(Some(on));
        }
    }
    if let Some(week) = weeks.last_mut() {
        week.resize(7, None);
    }
    html! {
        table class="lepre-calendar" {
            caption { "Termini che finiscono e appuntamenti di " (month.words()) ", giorno per giorno" }
            thead { tr { @for weekday in Weekday::ALL { th scope="col" { (weekday_words(weekday)) } } } }
            tbody { @for week in weeks { tr { @for cell in week {
                @match cell {
                    Some(on) => (day_cell(asked, on, today, counts.get(&on.number()).copied().unwrap_or_default())),
                    None => td class="lepre-outside" {},
                }
            } } } }
        }
    }
}

fn day_cell(asked: &Asked, on: Day, today: Day, (ends, called): (u64, u64)) -> Markup {
    let (_, _, number) = on.ymd();
    let kind = match (on == today, ends + called) {
        (true, _) => Some("lepre-today"),
        (false, 0) => Some("lepre-empty"),
        _ => None,
    };
    let to = way(asked, &[("giorno", &on.to_string())]);
    html! {
        td class=[kind] {
            time datetime=(on.to_string()) { span class="lepre-weekday" { (weekday_words(on.weekday())) " " } (number) }
            @if on == today { span class="small" { " oggi" } }
            @if ends + called > 0 {
                ul {
                    @if ends > 0 { li { a href={ (to) "#termini" } { (counted(ends, "termine", "termini")) span class="visually-hidden" { " il " (day_words(on)) } } @if on < today { " " span class="badge lepre-badge bg-danger" { "in ritardo" } } } }
                    @if called > 0 { li { a href={ (to) "#appuntamenti" } { (counted(called, "appuntamento", "appuntamenti")) span class="visually-hidden" { " il " (day_words(on)) } } } }
                }
            }
        }
    }
}

fn weekday_words(weekday: Weekday) -> &'static str {
    match weekday {
        Weekday::Monday => "lunedì",
        Weekday::Tuesday => "martedì",
        Weekday::Wednesday => "mercoledì",
        Weekday::Thursday => "giovedì",
        Weekday::Friday => "venerdì",
        Weekday::Saturday => "sabato",
        Weekday::Sunday => "domenica",
    }
}

type Rows = (Vec<DeskRow>, Option<usize>);

async fn one_day(app: App, who: Identity, asked: Asked, on: Day) -> Result<Page, Trouble> {
    let (reader, wanted) = (who.clone(), asked.clone());
    let only = asked.get("elenco");
    let (ends, called): (Rows, Rows) = app
        .read(move |app| {
            let query = within(&reader, &wanted)?;
            // Where both lists are on the page, a place is of neither.
            let place = wanted.get("dopo").filter(|_| wanted.get("elenco") == Some("termini"));
            let ends = page_of(app, &app.service.endings(&query, on, on)?, place)?;
            let called = (called_on(app, query, on)?, None);
            app.saw(&reader, "elenco", None, None, Some("scadenzario"))?;
            Ok((ends, called))
        })
        .await?;
    let month = Month::of(on);
    let up = way(&asked, &[("mese", &month.text())]);
    let (text, words) = (on.to_string(), day_words(on));
    let today = app.service.today();
    let list = |name: &'static str, title: &str, nothing: &str, rows: &Rows, when: When| {
        let next =
            rows.1.map(|place| way(&asked, &[("giorno", &text), ("elenco", name), ("dopo", &place.to_string())]));
        html! {
            @if only.is_none_or(|only| only == name) {
                section class="lepre-section" aria-labelledby=(name) {
                    h2 id=(name) { (title) }
                    @if rows.0.is_empty() { p class="text-secondary" { (nothing) } }
                    @else { (case_list(&who, &rows.0, when, today)) }
                    (next_page(next.as_deref()))
                }
            }
        }
    };
    let body = html! {
        (breadcrumb(&[(&up, "Scadenzario")], &words))
        h1 { (weekday_words(on.weekday())) " " (day(on)) }
        (list("termini", "Termini che finiscono", "Nessun termine finisce questo giorno.", &ends, When::Due))
        (list("appuntamenti", "Appuntamenti", "Nessun appuntamento questo giorno.", &called, When::Meeting))
    };
    Ok(Page::new(&app, &who, &format!("Scadenzario, {words}"), body))
}

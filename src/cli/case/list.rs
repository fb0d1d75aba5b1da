// SPDX-License-Identifier: EUPL-1.2
//! `lepre case list`: the cases in one line each, what presses most first.

use serde_json::{Value as Json, json};

use crate::calendar::Day;
use crate::service::{CaseRow, Next};

use super::super::output::{Ink, count, printable};
use super::super::stored::{service, service_error};
use super::super::{CliError, Exit, Global};

#[derive(clap::Args)]
pub struct List {
    #[arg(long, value_name = "LEP", help = "solo le pratiche di un livello")]
    lep: Option<String>,
    #[arg(long, help = "anche le pratiche chiuse")]
    tutte: bool,
    #[arg(long = "al", value_name = "AAAA-MM-GG", help = "giorno in cui guardare le pratiche (di norma oggi)")]
    on: Option<Day>,
}

/// A longer name of a subject is cut, so that what must be done stays on the line.
const NAME: usize = 26;

pub fn list(args: &List, global: &Global) -> Result<Exit, CliError> {
    let service = service(global)?;
    let on = args.on.unwrap_or(global.today);
    let mut rows = service.list(on).map_err(|e| service_error(global, e))?;
    if let Some(level) = &args.lep {
        rows.retain(|row| row.level == level.to_uppercase());
    }
    let all = rows.len();
    let closed = rows.iter().filter(|row| row.closed).count();
    if !args.tutte {
        rows.retain(|row| !row.closed);
    }
    if global.is_json() {
        let rows: Vec<Json> = rows.iter().map(row_json).collect();
        global.screen.json(&json!({ "al": on.to_string(), "pratiche": rows, "chiuse": closed }))?;
        return Ok(Exit::Fine);
    }
    let screen = &global.screen;
    if all == 0 {
        screen.line("nessuna pratica; `lepre case open` ne apre una")?;
        return Ok(Exit::Fine);
    }
    let handles: Vec<String> = rows.iter().map(|row| printable(&row.handle)).collect();
    let width = handles.iter().map(|handle| handle.chars().count()).max().unwrap_or_default();
    for (row, handle) in rows.iter().zip(handles) {
        let subject = printable(&cut(&row.subject));
        let line = format!("{handle:<width$}  {:<2}  {subject:<NAME$}  {:<10}  ", row.level, row.state);
        screen.line(&format!("{line}{}", screen.paint(ink(&row.next), &next_words(&row.next))))?;
    }
    let overdue = rows.iter().filter(|row| matches!(row.next, Next::Overdue { .. })).count();
    let mut sum = count(all - closed, "pratica aperta", "pratiche aperte");
    if overdue > 0 {
        sum.push_str(&format!(", {overdue} con un termine scaduto"));
    }
    if closed > 0 && !args.tutte {
        sum.push_str(&format!("; {} (`--tutte` le mostra)", count(closed, "chiusa", "chiuse")));
    }
    screen.line(&sum)?;
    Ok(Exit::Fine)
}

fn cut(name: &str) -> String {
    if name.chars().nth(NAME).is_none() {
        return name.to_owned();
    }
    name.chars().take(NAME - 1).chain(['…']).collect()
}

fn ink(next: &Next) -> Ink {
    match next {
        Next::Overdue { .. } | Next::Trouble { .. } => Ink::Bad,
        Next::By { .. } | Next::Awaits { .. } => Ink::Doubt,
        Next::Ready { .. } | Next::Registration { .. } => Ink::Reading,
        Next::Closable | Next::Nothing => Ink::Good,
    }
}

fn next_words(next: &Next) -> String {
    match next {
        Next::Trouble { why } => format!("NON SI LEGGE: {}", printable(why)),
        Next::Overdue { on, what } => format!("SCADUTO il {on}: {what}"),
        Next::By { on, what } => format!("entro il {on}: {what}"),
        Next::Ready { what } => format!("da fare: {what}"),
        Next::Registration { what } => format!("da registrare: {what}"),
        Next::Awaits { facts } => format!("da chiedere: {}", facts.join(", ")),
        Next::Closable => "tutto fatto: si può concludere".to_owned(),
        Next::Nothing => "niente di dovuto".to_owned(),
    }
}

fn row_json(row: &CaseRow) -> Json {
    let (kind, on, what) = match &row.next {
        Next::Trouble { why } => ("illeggibile", None, vec![why.clone()]),
        Next::Overdue { on, what } => ("scaduto", Some(on), vec![what.clone()]),
        Next::By { on, what } => ("entro", Some(on), vec![what.clone()]),
        Next::Ready { what } => ("da-fare", None, vec![what.clone()]),
        Next::Registration { what } => ("da-registrare", None, vec![what.clone()]),
        Next::Awaits { facts } => ("da-chiedere", None, facts.clone()),
        Next::Closable => ("da-concludere", None, Vec::new()),
        Next::Nothing => ("niente", None, Vec::new()),
    };
    json!({
        "pratica": row.id.to_string(), "breve": row.handle, "lep": row.level, "soggetto": row.subject,
        "stato": row.state, "aperta": row.opened_on.map(|day| day.to_string()), "eventi": row.events,
        "origine": row.external, "prossimo": { "tipo": kind, "giorno": on.map(Day::to_string), "che": what },
    })
}

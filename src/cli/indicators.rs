// SPDX-License-Identifier: EUPL-1.2
//! `lepre indicators`: how many cases were delivered, in time, with what missing, beside what the law says.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64};

use crate::calendar::Day;
use crate::config::Config;
use crate::export::indicators::{csv, write_workbook};
use crate::export::write_new;
use crate::export::xlsx::XlsxError;
use crate::service::indicators::{By, Cube, Document, DocumentRow as Row, NO_TARGET, Question, TermRow, document_json};

use super::output::{Ink, printable};
use super::progress::bar;
use super::stored::{io_words, service, service_error, store_error};
use super::{CliError, Exit, Global, selection};

#[derive(clap::Args)]
#[command(
    about = "conta prestazioni erogate, in tempo, mancanti, e i tempi, accanto alla legge",
    after_help = "Esempi:\n  lepre indicators                            di tutte le pratiche, per livello, regione, sede e mese\n  \
                  lepre indicators --per sede --lep C         del livello C, sede per sede\n  \
                  lepre indicators --lep B --termine contatto-dopo-did   con i tempi di quel termine in ogni tavola\n  \
                  lepre indicators --xlsx indicatori.xlsx     un foglio di calcolo con tutte le tavole e le definizioni\n  \
                  lepre indicators --al 2024-12-31 --csv 2024.csv   com'erano a fine anno\n\n\
                  I numeri di pratiche da 1 a meno della soglia sono nascosti, con ciò che li farebbe ricavare. Che cosa \
                  conta ogni misura lo dice docs/indicatori.md."
)]
pub struct Args {
    #[arg(long = "al", value_name = "AAAA-MM-GG", help = "giorno in cui guardare le pratiche (di norma oggi)")]
    on: Option<Day>,
    #[arg(
        long,
        value_name = "LATO",
        value_enum,
        help = "una tavola sola: per livello, per regione, per sede o per mese"
    )]
    per: Option<Side>,
    #[arg(
        long,
        value_name = "TERMINE",
        requires = "level",
        help = "un termine del livello di --lep: come sta e in quanti giorni, in ogni tavola"
    )]
    termine: Option<String>,
    #[arg(long, value_name = "NUMERO", value_parser = threshold, help = "numeri di pratiche minori di questo, e maggiori di 0, sono nascosti (di norma 5; con 1 nessuno)")]
    soglia: Option<u32>,
    #[arg(long, value_name = "FILE", help = "scrive le tavole in CSV")]
    csv: Option<PathBuf>,
    #[arg(long, value_name = "FILE", help = "scrive le tavole in un foglio di calcolo")]
    xlsx: Option<PathBuf>,
    #[command(flatten)]
    selection: selection::Args,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Side {
    Livello,
    Regione,
    Sede,
    Mese,
}

impl Side {
    fn by(self) -> By {
        match self {
            Self::Livello => By::Level,
            Self::Regione => By::Region,
            Self::Sede => By::Office,
            Self::Mese => By::Month,
        }
    }
}

pub fn run(args: &Args, global: &Global) -> Result<Exit, CliError> {
    let service = service(global)?;
    let on = args.on.unwrap_or(global.today);
    let selection = args.selection.selection(&service, global)?;
    for file in args.csv.iter().chain(&args.xlsx) {
        super::export::traced::not_the_database(file, global)?;
    }
    if let (Some(one), Some(other)) = (&args.csv, &args.xlsx)
        && std::path::absolute(one).ok() == std::path::absolute(other).ok()
    {
        let message = format!("`{}` è indicato due volte", one.display());
        return Err(CliError::usage(message, "indica un file per il CSV e un altro per il foglio di calcolo"));
    }
    let total = service.store().stats().map_err(|e| store_error(&e))?.cases;
    let reading = bar("lettura", total);
    let bulk = service.columns(&mut |done| reading.set_position(done));
    reading.finish_and_clear();
    let bulk = bulk.map_err(|e| service_error(global, e))?;
    let (done, stop) = (AtomicU64::new(0), AtomicBool::new(false));
    let cube = service.indicators(&bulk, &selection, on, &done, &stop).map_err(|e| service_error(global, e))?;
    if cube.cells().is_empty() && cube.unread.is_empty() && !selection.is_all() {
        return Err(selection::nothing());
    }
    let question = Question {
        level: selection.level.clone(),
        region: selection.region.clone(),
        term: args.termine.clone(),
        ..Question::default()
    };
    let threshold = args.soglia.unwrap_or(Config::default().small_numbers);
    let mut document = Document::of(&cube, &question, threshold);
    known_term(args, &cube, &document)?;
    if let Some(side) = args.per {
        document.tables.retain(|table| table.by == side.by());
    }
    if let Some(file) = &args.csv {
        written(
            file,
            write_new(file, |out| std::io::Write::write_all(out, csv(&document).as_bytes()).map_err(XlsxError::Io)),
        )?;
    }
    if let Some(file) = &args.xlsx {
        written(file, write_new(file, |out| write_workbook(out, &document)))?;
    }
    if global.is_json() {
        global.screen.json(&document_json(&document))?;
    } else {
        text(&document, global)?;
    }
    Ok(Exit::Fine)
}

fn written(file: &Path, outcome: Result<(), XlsxError>) -> Result<(), CliError> {
    outcome.map_err(|error| match error {
        XlsxError::Io(error) => CliError::world(
            format!("`{}` non si scrive: {}", file.display(), io_words(&error)),
            "controlla la cartella, i permessi e lo spazio",
        ),
        other => CliError::usage(other.to_string(), "restringi la selezione, oppure scrivi un CSV"),
    })
}

/// A term that is not there is no empty answer.
fn known_term(args: &Args, cube: &Cube, document: &Document) -> Result<(), CliError> {
    let Some(asked) = args.termine.as_ref().filter(|_| !document.has_term) else { return Ok(()) };
    let level = cube.levels.iter().find(|level| document.question.level.as_ref() == Some(&level.letter));
    let terms: Vec<String> = level.iter().flat_map(|level| &level.terms).map(|term| format!("`{}`", term.id)).collect();
    let help = if terms.is_empty() {
        "il livello di queste pratiche non ha termini".to_owned()
    } else {
        format!("quelli di queste pratiche sono {}", super::output::listed(&terms))
    };
    Err(CliError::usage(format!("il termine `{asked}` non è del livello"), help))
}

fn threshold(text: &str) -> Result<u32, String> {
    let number = text.parse().ok().filter(|number| (1..=1_000).contains(number));
    number.ok_or_else(|| format!("`{text}` non è un numero da 1 a 1000"))
}

/// The measures that a terminal has room for, with short headings.
const SHOWN: [(&str, &str); 9] = [
    ("pratiche", "pratiche"),
    ("erogate", "erogate"),
    ("erogate_quota", "su 100"),
    ("in_tempo_quota", "in tempo"),
    ("giorni_mediana", "mediana"),
    ("giorni_p90", "90°"),
    ("output_mancanti_pratiche", "senza output"),
    ("non_trasmesse", "non trasmesse"),
    ("con_violazioni", "con violazioni"),
];

const SHOWN_OF_TERM: [(&str, &str); 3] =
    [("rispettati_quota", "rispettato"), ("termine_mediana", "t. mediana"), ("termine_p90", "t. 90°")];

fn text(document: &Document, global: &Global) -> Result<(), CliError> {
    let screen = &global.screen;
    screen.line(&screen.paint(Ink::Heading, &format!("Indicatori al {}", document.on)))?;
    let cases = document.figure(&document.total, "pratiche").words();
    let unread = match document.unread {
        crate::service::indicators::Figure::Count(0) => String::new(),
        other => format!("; non lette, e in nessuna somma: {}", other.words()),
    };
    screen.line(&format!("pratiche: {cases}{unread}"))?;
    let legend = "su 100: erogate su cento pratiche; in tempo: su cento erogate di cui si può dire; mediana e 90°: giorni per erogare; \
                  senza output: concluse con output mancanti";
    for line in super::output::wrap(legend, screen.prose_width()) {
        screen.line(&line)?;
    }
    for table in &document.tables {
        let heads = SHOWN.iter().chain(SHOWN_OF_TERM.iter().filter(|_| document.has_term));
        let mut lines = vec![vec![table.by.word().to_owned()]];
        if let Some(first) = lines.first_mut() {
            first.extend(heads.map(|(_, head)| (*head).to_owned()));
        }
        lines.extend(table.rows.iter().map(|row| cells(document, row, &name(row))));
        lines.push(cells(document, &document.total, "totale"));
        screen.line("")?;
        for line in aligned(&lines) {
            screen.line(&printable(&line))?;
        }
    }
    if !document.terms.is_empty() {
        let heading = "Termini di legge e tempi misurati, in giorni di calendario";
        screen.line(&format!("\n{}", screen.paint(Ink::Heading, heading)))?;
        document.terms.iter().try_for_each(|term| term_text(term, global))?;
    }
    screen.line("")?;
    if document.hides() {
        let note = "nascosto: un numero di pratiche da 1 a {}, o ciò da cui si ricaverebbe";
        screen.line(&note.replace("{}", &document.threshold.saturating_sub(1).to_string()))?;
    }
    for line in super::output::wrap(NO_TARGET, screen.prose_width()) {
        screen.line(&line)?;
    }
    Ok(())
}

fn name(row: &Row) -> String {
    if row.more.is_empty() { row.key.clone() } else { format!("{} · {}", row.key, row.more) }
}

fn cells(document: &Document, row: &Row, name: &str) -> Vec<String> {
    let shown = SHOWN.iter().chain(SHOWN_OF_TERM.iter().filter(|_| document.has_term));
    std::iter::once(name.to_owned()).chain(shown.map(|(key, _)| document.figure(row, key).words())).collect()
}

/// Names to the left, numbers to the right.
fn aligned(lines: &[Vec<String>]) -> Vec<String> {
    let columns = lines.iter().map(Vec::len).max().unwrap_or(0);
    let long = |text: &String| text.chars().count();
    let widths: Vec<usize> =
        (0..columns).map(|at| lines.iter().filter_map(|line| line.get(at)).map(long).max().unwrap_or(0)).collect();
    let line = |cells: &Vec<String>| {
        let cells = cells.iter().zip(&widths).enumerate();
        let padded = cells
            .map(|(at, (cell, width))| if at == 0 { format!("{cell:<width$}") } else { format!("  {cell:>width$}") });
        padded.collect::<String>().trim_end().to_owned()
    };
    lines.iter().map(line).collect()
}

fn term_text(term: &TermRow, global: &Global) -> Result<(), CliError> {
    let screen = &global.screen;
    screen.line(&format!("LEP {} · {}", term.level, term.id))?;
    for law in &term.laws {
        let regions: Vec<&str> = law.regions.iter().map(String::as_str).collect();
        let regions = match regions.as_slice() {
            ["nessuna"] => String::new(),
            all => format!(" [{}]", all.join(", ")),
        };
        screen.line(&printable(&format!("  legge: {} ({}){regions}", law.words, law.norm.words)))?;
    }
    let measures = crate::service::indicators::TERM_MEASURES.iter().zip(&term.figures);
    let figures: Vec<String> =
        measures.map(|(measure, figure)| format!("{} {}", measure.head.to_lowercase(), figure.words())).collect();
    for line in super::output::wrap(&figures.join("; "), screen.prose_width().saturating_sub(2)) {
        screen.line(&format!("  {line}"))?;
    }
    Ok(())
}

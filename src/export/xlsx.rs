// SPDX-License-Identifier: EUPL-1.2
//! Tables for a spreadsheet that knows numbers from words: all that we ask of rust_xlsxwriter.
//!
//! The same tables of the same day are the same bytes. No cell is ever a formula.

use std::io::{self, Write};

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet};

use crate::calendar::Day;

/// Rows of a sheet, beside its headings.
pub const MOST_ROWS: usize = 1_048_575;
/// Letters of a cell (as UTF-16 counts them).
pub const MOST_LETTERS: usize = 32_767;
/// Columns are as wide as what they hold, within these numbers of digits.
const NARROWEST: usize = 8;
const WIDEST: usize = 60;
/// What no name of a sheet may hold.
const FORBIDDEN: [char; 7] = ['[', ']', ':', '*', '?', '/', '\\'];

/// A table with its headings.
#[derive(Clone, Debug, PartialEq)]
pub struct Sheet {
    /// What its tab says: at most 31 letters, another for each sheet.
    pub name: String,
    pub head: Vec<String>,
    /// Each as long as the headings.
    pub rows: Vec<Vec<Cell>>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    Text(String),
    Integer(i64),
    Number(f64),
    Date(Day),
    /// A part of one: 0.25 is written 25,0%.
    Percent(f64),
    /// Not known, or not asked: never a zero.
    Empty,
}

#[derive(Debug, thiserror::Error)]
pub enum XlsxError {
    #[error("il foglio `{sheet}` ha {rows} righe: un foglio di calcolo ne tiene {MOST_ROWS}")]
    TooManyRows { sheet: String, rows: usize },
    #[error(
        "il foglio `{sheet}`, riga {row}, colonna `{column}`: il testo supera i {MOST_LETTERS} caratteri di una cella"
    )]
    TooLong { sheet: String, row: usize, column: String },
    #[error("il numero nel foglio `{sheet}`, riga {row}, colonna `{column}` non è finito")]
    NotFinite { sheet: String, row: usize, column: String },
    #[error("`{0}` non può essere il nome di un foglio")]
    Name(String),
    #[error("la tabella non si compone: {0}")]
    Refused(String),
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Writes a workbook of the sheets, dated the day they speak of.
///
/// # Errors
/// A sheet that a spreadsheet cannot hold, whole; or the place it is written to fails. Nothing is cut short.
pub fn write_xlsx(out: &mut dyn Write, title: &str, on: Day, sheets: &[Sheet]) -> Result<(), XlsxError> {
    let mut workbook = Workbook::new();
    let mut names: Vec<String> = Vec::new();
    for sheet in sheets {
        check(sheet, &names)?;
        names.push(sheet.name.to_lowercase());
        fill(workbook.add_worksheet(), sheet).map_err(refused)?;
    }
    let properties = DocProperties::new().set_title(title).set_author("lepre");
    // Of itself the library writes the clock's: then no two files would be the same.
    let properties = match date(on) {
        Some(made) => properties.set_creation_datetime(&made),
        None => properties,
    };
    workbook.set_properties(&properties);
    out.write_all(&workbook.save_to_buffer().map_err(refused)?)?;
    Ok(())
}

#[expect(clippy::needless_pass_by_value, reason = "it is what `map_err` gives")]
fn refused(error: rust_xlsxwriter::XlsxError) -> XlsxError {
    XlsxError::Refused(error.to_string())
}

fn check(sheet: &Sheet, taken: &[String]) -> Result<(), XlsxError> {
    let name = &sheet.name;
    let long = name.encode_utf16().count();
    let wrong = !(1..=31).contains(&long) || name.contains(FORBIDDEN) || name.starts_with('\'') || name.ends_with('\'');
    if wrong || taken.contains(&name.to_lowercase()) {
        return Err(XlsxError::Name(name.clone()));
    }
    if sheet.rows.len() > MOST_ROWS {
        return Err(XlsxError::TooManyRows { sheet: name.clone(), rows: sheet.rows.len() });
    }
    for (row, cells) in (2..).zip(&sheet.rows) {
        for (cell, column) in cells.iter().zip(&sheet.head) {
            let place = || (name.clone(), row, column.clone());
            match cell {
                Cell::Text(text) if text.encode_utf16().count() > MOST_LETTERS => {
                    let (sheet, row, column) = place();
                    return Err(XlsxError::TooLong { sheet, row, column });
                }
                Cell::Number(number) | Cell::Percent(number) if !number.is_finite() => {
                    let (sheet, row, column) = place();
                    return Err(XlsxError::NotFinite { sheet, row, column });
                }
                _ => {}
            }
        }
    }
    Ok(())
}

/// Days before 1900 are not dates to a spreadsheet.
fn date(day: Day) -> Option<ExcelDateTime> {
    let iso = day.to_string();
    let mut parts = iso.splitn(3, '-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    ExcelDateTime::from_ymd(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

fn fill(worksheet: &mut Worksheet, sheet: &Sheet) -> Result<(), rust_xlsxwriter::XlsxError> {
    let heading = Format::new().set_bold().set_text_wrap().set_align(FormatAlign::Top);
    let heading = heading.set_border_bottom(FormatBorder::Thin);
    let formats = Formats {
        text: Format::new().set_text_wrap().set_align(FormatAlign::Top),
        date: Format::new().set_num_format("dd/mm/yyyy").set_align(FormatAlign::Top),
        integer: Format::new().set_num_format("#,##0").set_align(FormatAlign::Top),
        number: Format::new().set_num_format("#,##0.00").set_align(FormatAlign::Top),
        percent: Format::new().set_num_format("0.0%").set_align(FormatAlign::Top),
    };
    worksheet.set_name(&sheet.name)?;
    for (column, words) in (0..).zip(&sheet.head) {
        worksheet.write_string_with_format(0, column, words, &heading)?;
        worksheet.set_column_width(column, width(sheet, usize::from(column), words))?;
    }
    for (row, cells) in (1..).zip(&sheet.rows) {
        for (column, cell) in (0..).zip(cells) {
            write(worksheet, row, column, cell, &formats)?;
        }
    }
    // The headings stay in sight, on the screen and on every printed page.
    worksheet.set_freeze_panes(1, 0)?;
    worksheet.set_repeat_rows(0, 0)?;
    worksheet.set_landscape();
    worksheet.set_print_fit_to_pages(1, 0);
    if let (Some(last_column), Ok(last_row)) = (sheet.head.len().checked_sub(1), u32::try_from(sheet.rows.len())) {
        worksheet.autofilter(0, 0, last_row, u16::try_from(last_column).unwrap_or(u16::MAX))?;
    }
    Ok(())
}

struct Formats {
    text: Format,
    date: Format,
    integer: Format,
    number: Format,
    percent: Format,
}

fn write(
    worksheet: &mut Worksheet,
    row: u32,
    column: u16,
    cell: &Cell,
    formats: &Formats,
) -> Result<(), rust_xlsxwriter::XlsxError> {
    match cell {
        // Written as a string it is one, whatever it begins with.
        Cell::Text(text) => worksheet.write_string_with_format(row, column, printable(text), &formats.text)?,
        // A spreadsheet's numbers are exact to 15 digits: a longer one stays whole as a text.
        Cell::Integer(number) => match exact(*number) {
            Some(exact) => worksheet.write_number_with_format(row, column, exact, &formats.integer)?,
            None => worksheet.write_string_with_format(row, column, number.to_string(), &formats.text)?,
        },
        Cell::Number(number) => worksheet.write_number_with_format(row, column, *number, &formats.number)?,
        Cell::Percent(part) => worksheet.write_number_with_format(row, column, *part, &formats.percent)?,
        Cell::Date(day) => match date(*day) {
            Some(date) => worksheet.write_datetime_with_format(row, column, &date, &formats.date)?,
            None => worksheet.write_string_with_format(row, column, day.to_string(), &formats.text)?,
        },
        Cell::Empty => return Ok(()),
    };
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "below 10^15 nothing is lost")]
fn exact(number: i64) -> Option<f64> {
    (number.unsigned_abs() < 1_000_000_000_000_000).then_some(number as f64)
}

/// What steers a screen has no place in a cell, and would break the file.
fn printable(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control() || matches!(letter, '\n' | '\t')).collect()
}

fn width(sheet: &Sheet, column: usize, heading: &str) -> f64 {
    let longest = |text: &str| text.lines().map(|line| line.chars().count()).max().unwrap_or(0);
    let cells = sheet.rows.iter().filter_map(|row| row.get(column)).map(|cell| match cell {
        Cell::Text(text) => longest(text),
        Cell::Integer(number) => number.to_string().len() + 3,
        Cell::Number(number) => format!("{number:.2}").len() + 3,
        Cell::Date(_) => 10,
        Cell::Percent(_) => 7,
        Cell::Empty => 0,
    });
    // The arrow of the filter takes its place beside the heading.
    let wanted = cells.max().unwrap_or(0).max(longest(heading) + 3).clamp(NARROWEST, WIDEST);
    f64::from(u32::try_from(wanted).unwrap_or(u32::MAX)) + 1.0
}

#[cfg(test)]
mod tests {
    use super::{Cell, MOST_LETTERS, Sheet, XlsxError, write_xlsx};

    fn sheet(name: &str, cell: Cell) -> Sheet {
        Sheet { name: name.into(), head: vec!["Voce".into()], rows: vec![vec![cell]] }
    }

    fn written(sheets: &[Sheet]) -> Result<Vec<u8>, XlsxError> {
        let mut bytes = Vec::new();
        write_xlsx(&mut bytes, "Prova", "2026-11-24".parse().unwrap(), sheets)?;
        Ok(bytes)
    }

    #[test]
    fn the_same_tables_are_the_same_bytes_and_others_are_not() {
        let cells = [
            Cell::Text("=1+1\u{7} perché".into()),
            Cell::Integer(i64::MAX),
            Cell::Integer(-3),
            Cell::Number(0.5),
            Cell::Date("2026-11-24".parse().unwrap()),
            Cell::Percent(0.125),
            Cell::Empty,
        ];
        let mut seen: Vec<Vec<u8>> = Vec::new();
        for cell in cells {
            let once = written(&[sheet("Uno", cell.clone()), sheet("Due", Cell::Empty)]).unwrap();
            assert!(once.starts_with(b"PK"));
            assert!(once == written(&[sheet("Uno", cell.clone()), sheet("Due", Cell::Empty)]).unwrap(), "{cell:?}");
            assert!(!seen.contains(&once), "{cell:?}");
            seen.push(once);
        }
        let empty = Sheet { name: "Vuoto".into(), head: Vec::new(), rows: Vec::new() };
        assert!(written(&[empty]).is_ok());
    }

    #[test]
    fn what_a_spreadsheet_cannot_hold_is_refused_whole() {
        for name in ["", "a/b", "[x]", "'x", "x".repeat(32).as_str()] {
            assert!(matches!(written(&[sheet(name, Cell::Empty)]), Err(XlsxError::Name(_))), "{name:?}");
        }
        let twice = written(&[sheet("Uno", Cell::Empty), sheet("UNO", Cell::Empty)]);
        assert!(matches!(twice, Err(XlsxError::Name(_))));
        assert!(written(&[sheet("Uno", Cell::Text("x".repeat(MOST_LETTERS)))]).is_ok());
        let long = written(&[sheet("Uno", Cell::Text("x".repeat(MOST_LETTERS + 1)))]).unwrap_err();
        let words = "il foglio `Uno`, riga 2, colonna `Voce`: il testo supera i 32767 caratteri di una cella";
        assert_eq!(long.to_string(), words);
        for number in [Cell::Number(f64::NAN), Cell::Percent(f64::INFINITY)] {
            assert!(matches!(written(&[sheet("Uno", number)]), Err(XlsxError::NotFinite { row: 2, .. })));
        }
    }
}

// SPDX-License-Identifier: EUPL-1.2
//! Rows of a table as text, as RFC 4180 wants them. A cell that a spreadsheet would take for a formula is made text by an
//! apostrophe.

/// A row as text, with its end.
pub fn line(cells: &[&str]) -> String {
    line_with(cells, &[], &[])
}

/// A row with numbers between its other cells, as they are written: also below zero a number is no formula.
pub fn line_with(before: &[&str], numbers: &[String], after: &[&str]) -> String {
    let quote = |cells: &[&str]| cells.iter().map(|cell| quoted(cell)).collect::<Vec<_>>();
    let cells = [quote(before), numbers.to_vec(), quote(after)].concat();
    format!("{}\r\n", cells.join(","))
}

/// A cell between quotes where it must be, and never a formula.
fn quoted(cell: &str) -> String {
    let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let cell = if formula { format!("'{cell}") } else { cell.to_owned() };
    if cell.contains([',', ';', '"', '\r', '\n', '\'']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell }
}

#[cfg(test)]
mod tests {
    use super::{line, line_with};

    #[test]
    fn a_cell_is_never_a_formula_and_never_breaks_its_row() {
        for (cell, written) in [
            ("=1+1", "\"'=1+1\""),
            ("+39", "\"'+39\""),
            ("-1", "\"'-1\""),
            ("@nome", "\"'@nome\""),
            ("\tx", "\"'\tx\""),
            ("\rx", "\"'\rx\""),
            ("a,b", "\"a,b\""),
            ("dice \"no\"", "\"dice \"\"no\"\"\""),
            ("una\nriga", "\"una\nriga\""),
            ("attività", "attività"),
            ("", ""),
        ] {
            assert_eq!(line(&[cell]), format!("{written}\r\n"), "{cell:?}");
        }
        assert_eq!(line_with(&["-1"], &["-1.5".to_owned()], &["-1"]), "\"'-1\",-1.5,\"'-1\"\r\n");
        assert_eq!(line(&["a", "b;c"]), "a,\"b;c\"\r\n");
    }
}

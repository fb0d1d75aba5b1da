// SPDX-License-Identifier: EUPL-1.2
//! Rows of a table as text, as RFC 4180 wants them. A cell that a spreadsheet would take for a formula is made text by an
//! apostrophe.

/// A row as text, with its end.
pub fn line(cells: &[&str]) -> String {
    let cells: Vec<String> = cells.iter().map(|cell| quoted(cell)).collect();
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
    use super::line;

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
        assert_eq!(line(&["a", "b;c"]), "a,\"b;c\"\r\n");
    }
}

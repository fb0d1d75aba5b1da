// SPDX-License-Identifier: EUPL-1.2
//! A table laid out over as many pages as it takes; its headings are written again on each, and read once.

use super::lines::{Line, lines};
use super::pages::{Ink, LEADING, LEFT, Mark, Pages, RIGHT, Role};
use super::paper::{Table, Text};

const SIZE: f32 = 9.0;
/// Between a rule and the words.
const PAD: f32 = 3.5;
/// Between a column and the next.
const GUTTER: f32 = 8.0;

/// Left edge and width of what a column holds.
type Column = (f32, f32);

/// A line of a cell, and the node it is part of.
type CellLine = (Line, usize);

pub(super) fn lay_out(pages: &mut Pages<'_>, table: &Table) {
    let node = pages.node(None, Role::Table(table.about.clone()));
    let columns = columns(&table.shares);
    let heading: Vec<Vec<Line>> = table
        .head
        .iter()
        .zip(&columns)
        .map(|(words, (_, width))| lines(pages.letters, &Text::strong(*words), SIZE, *width))
        .collect();
    pages.need(head_height(&heading) + 5.0 * SIZE * LEADING);
    if table.is_captioned {
        caption(pages, node, &table.about);
    }
    if !heading.is_empty() {
        let head = pages.node(Some(node), Role::Head);
        let row = pages.node(Some(head), Role::Row);
        let cells: Vec<usize> = heading.iter().map(|_| pages.node(Some(row), Role::ColumnHeading)).collect();
        head_row(pages, &columns, &heading, Some(&cells));
    }
    rule(pages);
    let body = pages.node(Some(node), Role::Rows);
    for row in &table.rows {
        let own = pages.node(Some(body), Role::Row);
        let cells: Vec<Vec<CellLine>> = row
            .iter()
            .zip(&columns)
            .enumerate()
            .map(|(at, (cell, (_, width)))| {
                let role = if at == 0 { Role::RowHeading } else { Role::Cell };
                let node = pages.node(Some(own), role);
                cell_lines(pages, node, cell, *width)
            })
            .collect();
        write_row(pages, &columns, &heading, &cells);
    }
    pages.y += 8.0;
}

fn columns(shares: &[u16]) -> Vec<Column> {
    let all: f32 = shares.iter().map(|share| f32::from(*share)).sum();
    let mut x = LEFT;
    let mut columns = Vec::new();
    for share in shares {
        let width = (RIGHT - LEFT) * f32::from(*share) / all.max(1.0);
        columns.push((x + PAD, width - GUTTER));
        x += width;
    }
    columns
}

fn caption(pages: &mut Pages<'_>, table: usize, about: &str) {
    let node = pages.node(Some(table), Role::Caption);
    for line in &lines(pages.letters, &Text::plain(about), SIZE, RIGHT - LEFT) {
        pages.line(line, LEFT, pages.y, SIZE, Ink::Quiet, Some(node));
        pages.y += SIZE * LEADING;
    }
    pages.y += 2.0;
}

fn cell_lines(pages: &mut Pages<'_>, cell: usize, texts: &[Text], width: f32) -> Vec<CellLine> {
    let alone = texts.len() == 1;
    let mut all = Vec::new();
    for text in texts {
        let node = if alone { cell } else { pages.node(Some(cell), Role::Paragraph) };
        all.extend(lines(pages.letters, text, SIZE, width).into_iter().map(|line| (line, node)));
    }
    all
}

fn head_height(heading: &[Vec<Line>]) -> f32 {
    let most = heading.iter().map(Vec::len).max().unwrap_or(0);
    if most == 0 { 0.0 } else { high(most) }
}

/// How high a row of so many lines is.
fn high(lines: usize) -> f32 {
    (0..lines).map(|_| SIZE * LEADING).sum::<f32>() + 2.0 * PAD
}

/// The row of the headings; the second time it is part of nothing, since it has been read.
fn head_row(pages: &mut Pages<'_>, columns: &[Column], heading: &[Vec<Line>], cells: Option<&[usize]>) {
    let height = head_height(heading);
    pages.mark(Mark::Shade { x: LEFT, y: pages.y, width: RIGHT - LEFT, height });
    for (at, (lines, (x, _))) in heading.iter().zip(columns).enumerate() {
        let node = cells.and_then(|cells| cells.get(at)).copied();
        let mut y = pages.y + PAD;
        for line in lines {
            pages.line(line, *x, y, SIZE, Ink::Heading, node);
            y += SIZE * LEADING;
        }
    }
    pages.y += height;
}

fn rule(pages: &mut Pages<'_>) {
    pages.mark(Mark::Line { x: LEFT, to: RIGHT, y: pages.y, ink: Ink::Rule });
}

fn turn(pages: &mut Pages<'_>, columns: &[Column], heading: &[Vec<Line>]) {
    pages.turn();
    if !heading.is_empty() {
        head_row(pages, columns, heading, None);
    }
    rule(pages);
}

/// Writes a row whole where it fits on a page, else from page to page; cell after cell, as they are read.
fn write_row(pages: &mut Pages<'_>, columns: &[Column], heading: &[Vec<Line>], cells: &[Vec<CellLine>]) {
    let total = cells.iter().map(Vec::len).max().unwrap_or(0);
    let fits_a_page = high(total) + head_height(heading) <= Pages::most_room() / 2.0;
    if pages.room() < high(total) && (fits_a_page || pages.room() < high(3)) {
        turn(pages, columns, heading);
    }
    let mut from = 0;
    while from < total {
        let mut count = 1;
        while from + count < total && high(count + 1) <= pages.room() {
            count += 1;
        }
        for (cell, (x, _)) in cells.iter().zip(columns) {
            let mut y = pages.y + PAD;
            for (line, node) in cell.iter().skip(from).take(count) {
                pages.line(line, *x, y, SIZE, Ink::Text, Some(*node));
                y += SIZE * LEADING;
            }
        }
        pages.y += high(count);
        rule(pages);
        from += count;
        if from < total {
            turn(pages, columns, heading);
        }
    }
}

// SPDX-License-Identifier: EUPL-1.2
//! A small layered layout: boxes in rows, each below what comes before it, arrows round the boxes and never across them.
//!
//! Rows by longest path, order within a row by barycentre, places by weighted least squares. Pure and deterministic; any
//! graph gives a layout, and edges that go back in a circle are left out.

/// Between two boxes of a row, in pixels.
const BESIDE: f64 = 28.0;
/// Between two rows: room for the arrows to bend.
const BELOW: f64 = 62.0;
/// Room for an arrow that passes a row.
const LANE: f64 = 10.0;
/// Between two arrows on one side of a box, at most.
const PORT: f64 = 22.0;
/// Sweeps of the two iterative steps, the last one downwards: past these nothing moves on graphs of the size of a level.
const SWEEPS: usize = 25;
/// First sweeps, that look at one side only.
const ONE_SIDED: usize = 4;

/// A rectangle, from its top left corner, in pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Area {
    pub x: f64,
    pub y: f64,
    pub width: f64,
    pub height: f64,
}

/// A point, in pixels.
pub(super) type Point = (f64, f64);

/// Where everything stands.
#[derive(Clone, Debug, Default)]
pub(super) struct Layout {
    /// One for each size given.
    pub boxes: Vec<Area>,
    /// One for each edge given: points to be joined, straight down or by a bend; empty if the edge is not drawn.
    pub paths: Vec<Vec<Point>>,
    pub width: f64,
    pub height: f64,
}

/// A box, or the lane of an arrow that passes its row.
#[derive(Clone, Debug, Default)]
struct Cell {
    is_box: bool,
    row: usize,
    width: f64,
    /// Centre.
    x: f64,
    above: Vec<usize>,
    below: Vec<usize>,
}

struct Grid {
    /// Boxes first, in the order given; then lanes.
    cells: Vec<Cell>,
    rows: Vec<Vec<usize>>,
    /// For each edge, the cells it goes through.
    chains: Vec<Vec<usize>>,
}

/// Places boxes of these sizes, (width, height), joined by these edges, from above to below.
pub(super) fn layout(sizes: &[(f64, f64)], edges: &[(usize, usize)]) -> Layout {
    let mut grid = Grid::new(sizes, edges);
    grid.untangle();
    grid.spread();
    grid.drawn(sizes)
}

/// The row of each box: below everything that comes before it, and as near as it can to what follows.
fn ranks(boxes: usize, edges: &[(usize, usize)]) -> Vec<usize> {
    let mut ranks = vec![0_usize; boxes];
    for _ in 0..boxes {
        let mut moved = false;
        for (from, to) in edges {
            let least = ranks.get(*from).map_or(0, |rank| rank + 1);
            if let Some(rank) = ranks.get_mut(*to).filter(|rank| **rank < least && least < boxes) {
                *rank = least;
                moved = true;
            }
        }
        if !moved {
            break;
        }
    }
    for index in 0..boxes {
        let is_first = !edges.iter().any(|(_, to)| *to == index);
        let next = edges.iter().filter(|(from, _)| *from == index).filter_map(|(_, to)| ranks.get(*to)).min();
        if let (true, Some(next)) = (is_first, next.copied())
            && let Some(rank) = ranks.get_mut(index)
        {
            *rank = next.saturating_sub(1);
        }
    }
    ranks
}

impl Grid {
    fn new(sizes: &[(f64, f64)], edges: &[(usize, usize)]) -> Self {
        let ranks = ranks(sizes.len(), edges);
        let row_count = ranks.iter().max().map_or(0, |last| last + 1);
        let mut grid = Self { cells: Vec::new(), rows: vec![Vec::new(); row_count], chains: Vec::new() };
        for (size, row) in sizes.iter().zip(&ranks) {
            grid.add(true, *row, size.0);
        }
        for (from, to) in edges {
            let (Some(first), Some(last)) = (ranks.get(*from), ranks.get(*to)) else {
                grid.chains.push(Vec::new());
                continue;
            };
            if first >= last {
                grid.chains.push(Vec::new());
                continue;
            }
            let mut chain = vec![*from];
            chain.extend((first + 1..*last).map(|row| grid.add(false, row, LANE)));
            chain.push(*to);
            for (above, below) in chain.iter().zip(chain.iter().skip(1)) {
                if let Some(cell) = grid.cells.get_mut(*above) {
                    cell.below.push(*below);
                }
                if let Some(cell) = grid.cells.get_mut(*below) {
                    cell.above.push(*above);
                }
            }
            grid.chains.push(chain);
        }
        grid
    }

    fn add(&mut self, is_box: bool, row: usize, width: f64) -> usize {
        let index = self.cells.len();
        self.cells.push(Cell { is_box, row, width, ..Cell::default() });
        if let Some(row) = self.rows.get_mut(row) {
            row.push(index);
        }
        index
    }

    fn cell(&self, index: usize) -> Cell {
        self.cells.get(index).cloned().unwrap_or_default()
    }

    /// Orders each row so that few arrows cross: sweeps down and up, the best order kept.
    fn untangle(&mut self) {
        let mut best = (self.crossings(), self.rows.clone());
        for sweep in 0..SWEEPS {
            let down = sweep % 2 == 0;
            let mut order: Vec<usize> = (0..self.rows.len()).collect();
            if !down {
                order.reverse();
            }
            for row in order {
                self.sort_row(row, down);
            }
            let crossings = self.crossings();
            if crossings < best.0 {
                best = (crossings, self.rows.clone());
            }
        }
        self.rows = best.1;
    }

    /// Position of each cell in its row.
    fn positions(&self) -> Vec<f64> {
        let mut positions = vec![0.0; self.cells.len()];
        for row in &self.rows {
            for (position, cell) in row.iter().enumerate() {
                if let Some(place) = positions.get_mut(*cell) {
                    *place = position as f64;
                }
            }
        }
        positions
    }

    fn sort_row(&mut self, row: usize, down: bool) {
        let positions = self.positions();
        let wanted = |index: usize| {
            let cell = self.cell(index);
            let near = if down { cell.above } else { cell.below };
            let own = positions.get(index).copied().unwrap_or(0.0);
            mean(near.iter().filter_map(|n| positions.get(*n)).copied()).unwrap_or(own)
        };
        let mut cells: Vec<(f64, usize)> =
            self.rows.get(row).into_iter().flatten().map(|index| (wanted(*index), *index)).collect();
        cells.sort_by(|a, b| a.0.total_cmp(&b.0));
        if let Some(row) = self.rows.get_mut(row) {
            *row = cells.into_iter().map(|(_, index)| index).collect();
        }
    }

    fn crossings(&self) -> usize {
        let positions = self.positions();
        let position = |index: &usize| positions.get(*index).copied().unwrap_or(0.0);
        let mut count = 0;
        for row in &self.rows {
            let ends = row.iter().flat_map(|above| {
                let below = self.cells.get(*above).map(|cell| cell.below.as_slice()).unwrap_or_default();
                below.iter().map(move |below| (above, below))
            });
            let ends: Vec<(f64, f64)> = ends.map(|(above, below)| (position(above), position(below))).collect();
            for (i, a) in ends.iter().enumerate() {
                count += ends.iter().skip(i + 1).filter(|b| (a.0 - b.0) * (a.1 - b.1) < 0.0).count();
            }
        }
        count
    }

    /// Gives each cell its centre: near its neighbours' and clear of the others in its row.
    fn spread(&mut self) {
        for row in 0..self.rows.len() {
            self.place_row(row, &|_, _| None);
        }
        for sweep in 0..SWEEPS {
            let down = sweep % 2 == 0;
            let both = sweep >= ONE_SIDED;
            let mut order: Vec<usize> = (0..self.rows.len()).collect();
            if !down {
                order.reverse();
            }
            for row in order {
                self.place_row(row, &|grid, cell| {
                    let near = match (both, down) {
                        (true, _) => cell.above.iter().chain(&cell.below),
                        (false, true) => cell.above.iter().chain(&[]),
                        (false, false) => cell.below.iter().chain(&[]),
                    };
                    mean(near.map(|n| grid.cell(*n).x))
                });
            }
        }
        let left = self.cells.iter().map(|cell| cell.x - cell.width / 2.0).fold(f64::INFINITY, f64::min);
        for cell in &mut self.cells {
            cell.x -= left;
        }
    }

    /// Moves the cells of a row as near as possible to where they want to be, in their order and without touching: the
    /// isotonic regression of what they want less what stands to their left.
    fn place_row(&mut self, row: usize, wants: &dyn Fn(&Self, &Cell) -> Option<f64>) {
        let indices = self.rows.get(row).cloned().unwrap_or_default();
        let mut offset = 0.0;
        let mut before: Option<f64> = None;
        let mut offsets = Vec::with_capacity(indices.len());
        // Blocks that move together: sum of weighted wishes, weight, how many.
        let mut blocks: Vec<(f64, f64, usize)> = Vec::new();
        for index in &indices {
            let cell = self.cell(*index);
            if let Some(half) = before {
                offset += half + BESIDE + cell.width / 2.0;
            }
            before = Some(cell.width / 2.0);
            offsets.push(offset);
            // A lane wants to be straight more than a box wants to be centred; who wants nothing gives way.
            let (wish, weight) = match wants(self, &cell) {
                Some(wish) => (wish, if cell.is_box { 1.0 } else { 3.0 }),
                None => (cell.x, 0.05),
            };
            blocks.push(((wish - offset) * weight, weight, 1));
            while let [.., a, b] = blocks.as_slice() {
                if a.0 / a.1 <= b.0 / b.1 {
                    break;
                }
                let joined = (a.0 + b.0, a.1 + b.1, a.2 + b.2);
                blocks.truncate(blocks.len().saturating_sub(2));
                blocks.push(joined);
            }
        }
        let starts = blocks.iter().flat_map(|(sum, weight, many)| std::iter::repeat_n(sum / weight, *many));
        for ((index, offset), start) in indices.iter().zip(&offsets).zip(starts.collect::<Vec<f64>>()) {
            if let Some(cell) = self.cells.get_mut(*index) {
                cell.x = start + offset;
            }
        }
    }

    fn drawn(&self, sizes: &[(f64, f64)]) -> Layout {
        let mut layout = Layout::default();
        let mut tops = Vec::with_capacity(self.rows.len());
        let mut y = 0.0;
        for row in &self.rows {
            let height = row.iter().filter_map(|cell| sizes.get(*cell)).map(|size| size.1).fold(0.0, f64::max);
            tops.push((y, y + height));
            y += height + BELOW;
        }
        let span = |row: usize| tops.get(row).copied().unwrap_or((0.0, 0.0));
        for (index, (width, height)) in sizes.iter().enumerate() {
            let cell = self.cell(index);
            let (x, y) = (cell.x - width / 2.0, span(cell.row).0);
            layout.boxes.push(Area { x, y, width: *width, height: *height });
        }
        for chain in &self.chains {
            layout.paths.push(self.path(chain, &layout.boxes, &span));
        }
        layout.width = self.cells.iter().map(|cell| cell.x + cell.width / 2.0).fold(0.0, f64::max);
        layout.height = (y - BELOW).max(0.0);
        layout
    }

    fn path(&self, chain: &[usize], boxes: &[Area], span: &dyn Fn(usize) -> (f64, f64)) -> Vec<Point> {
        let mut points = Vec::new();
        for (position, index) in chain.iter().enumerate() {
            let cell = self.cell(*index);
            let (top, bottom) = span(cell.row);
            let next = chain.get(position + 1);
            let previous = position.checked_sub(1).and_then(|before| chain.get(before));
            match (previous, next) {
                (None, Some(next)) => {
                    let x = self.port(*index, *next, &cell.below);
                    let from = boxes.get(*index).map_or(bottom, |area| area.y + area.height);
                    points.extend([(x, from), (x, bottom)]);
                }
                (Some(previous), None) => points.push((self.port(*index, *previous, &cell.above), top)),
                _ => points.extend([(cell.x, top), (cell.x, bottom)]),
            }
        }
        points
    }

    /// Where on its side a box meets the arrow to or from a neighbour: in the order of the neighbours, so that arrows of
    /// one box do not cross.
    fn port(&self, index: usize, neighbour: usize, neighbours: &[usize]) -> f64 {
        let cell = self.cell(index);
        let mut order: Vec<(f64, usize)> = neighbours.iter().map(|n| (self.cell(*n).x, *n)).collect();
        order.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let place = order.iter().position(|(_, n)| *n == neighbour).unwrap_or(0) as f64;
        let middle = (order.len().saturating_sub(1)) as f64 / 2.0;
        let step = PORT.min((cell.width - 40.0) / order.len().max(1) as f64);
        cell.x + (place - middle) * step
    }
}

fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (sum, count) = values.fold((0.0, 0.0), |(sum, count), value| (sum + value, count + 1.0));
    (count > 0.0).then(|| sum / count)
}

#[cfg(test)]
mod tests {
    use super::{Area, BESIDE, layout};

    const SIZE: (f64, f64) = (100.0, 40.0);

    fn apart(a: &Area, b: &Area) -> bool {
        a.x + a.width + BESIDE <= b.x + 0.01
            || b.x + b.width + BESIDE <= a.x + 0.01
            || a.y + a.height < b.y
            || b.y + b.height < a.y
    }

    #[test]
    fn boxes_never_touch_and_stand_below_what_comes_before() {
        let edges = [(0, 1), (1, 2), (2, 3), (0, 3), (4, 3), (0, 5), (5, 3), (6, 2), (1, 7)];
        let drawn = layout(&[SIZE; 9], &edges);
        for (i, a) in drawn.boxes.iter().enumerate() {
            assert!(a.x >= -0.01 && a.x + a.width <= drawn.width + 0.01);
            assert!(drawn.boxes.iter().skip(i + 1).all(|b| apart(a, b)));
        }
        for ((from, to), path) in edges.iter().zip(&drawn.paths) {
            assert!(drawn.boxes[*from].y < drawn.boxes[*to].y);
            assert!(path.len() >= 3);
        }
    }

    #[test]
    fn a_circle_is_drawn_without_its_way_back() {
        let drawn = layout(&[SIZE; 2], &[(0, 1), (1, 0), (1, 1)]);
        assert_eq!(drawn.boxes.len(), 2);
        assert!(layout(&[], &[]).boxes.is_empty());
    }
}

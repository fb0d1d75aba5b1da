// SPDX-License-Identifier: EUPL-1.2
//! Bars, lines and words on a sheet, written as SVG: all that we ask of plotters. The picture has no size of its own and
//! fills the place it is given.

use std::fmt::Write as _;

use plotters::coord::Shift;
use plotters::coord::ranged1d::Ranged;
use plotters::coord::types::RangedCoordf64;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::chart::Chart;

const FAMILY: &str = "Titillium Web, sans-serif";
/// Sizes of words, in the library's measure; it writes a size 1.24 times smaller.
pub(super) const TEXT: f64 = 17.0;
pub(super) const SMALL: f64 = 15.0;
const INK: RGBColor = RGBColor(0x1c, 0x20, 0x24);
/// On white each stands out by 3 to 1 at least, and so does white on each.
const COLOURS: [RGBColor; Chart::MOST_SERIES] = [
    RGBColor(0x00, 0x59, 0xb3),
    RGBColor(0xb3, 0x45, 0x00),
    RGBColor(0x00, 0x75, 0x5a),
    RGBColor(0x7a, 0x2a, 0x8c),
    RGBColor(0x6b, 0x62, 0x00),
    RGBColor(0x9c, 0x1f, 0x45),
];

pub(super) type Point = (i32, i32);

/// Corners of a bar: left, top, right, bottom.
pub(super) type Place = (i32, i32, i32, i32);

/// What of the words stands at the point they are given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Anchor {
    Left,
    Right,
    Above,
    Below,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rule {
    Grid,
    Axis,
}

/// A drawing under way. What the library cannot write into a text in memory it can write nowhere: there is no such case.
pub(super) struct Canvas<'a> {
    area: DrawingArea<SVGBackend<'a>, Shift>,
}

/// Draws on a sheet of this size and gives it as SVG, with its words; `id` is its own on the page that holds it.
pub(super) fn picture(chart: &Chart, id: &str, (width, height): Point, draw: impl FnOnce(&Canvas<'_>)) -> String {
    let mut drawn = String::new();
    {
        let size = (width.unsigned_abs(), height.unsigned_abs());
        let canvas = Canvas { area: SVGBackend::with_string(&mut drawn, size).into_drawing_area() };
        draw(&canvas);
        _ = canvas.area.present();
    }
    framed(chart, id, (width, height), &drawn)
}

/// Round numbers from zero to `end`, to be written beside an axis.
pub(super) fn round_points(end: f64) -> Vec<f64> {
    let axis: RangedCoordf64 = (0.0..end).into();
    axis.key_points(6)
}

/// The picture with its words, in a root of ours: no size, a role, a title, a description.
fn framed(chart: &Chart, id: &str, (width, height): Point, drawn: &str) -> String {
    let inside = drawn.split_once('>').map_or("", |(_, rest)| rest).trim();
    let inside = inside.strip_suffix("</svg>").unwrap_or(inside);
    let mut svg = String::new();
    _ = write!(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" role=\"img\" \
         aria-labelledby=\"{id}-titolo {id}-descrizione\"><title id=\"{id}-titolo\">{}</title>\
         <desc id=\"{id}-descrizione\">{}</desc>\n{inside}</svg>\n",
        escaped(&chart.title),
        escaped(&chart.summary()),
        id = escaped(id)
    );
    svg
}

fn escaped(text: &str) -> String {
    let seen = clean(text);
    seen.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Without what XML does not admit.
fn clean(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control() && !matches!(letter, '\u{fffe}' | '\u{ffff}')).collect()
}

impl Canvas<'_> {
    pub fn text(&self, words: &str, at: Point, size: f64, anchor: Anchor, is_strong: bool) {
        let (across, upright) = match anchor {
            Anchor::Left => (HPos::Left, VPos::Center),
            Anchor::Right => (HPos::Right, VPos::Center),
            Anchor::Above => (HPos::Center, VPos::Bottom),
            Anchor::Below => (HPos::Center, VPos::Top),
        };
        let style = if is_strong { FontStyle::Bold } else { FontStyle::Normal };
        let font = FontDesc::new(FontFamily::Name(FAMILY), size, style);
        let style = TextStyle::from(font).color(&INK).pos(Pos::new(across, upright));
        _ = self.area.draw_text(&clean(words), &style, at);
    }

    pub fn line(&self, from: Point, to: Point, rule: Rule) {
        match rule {
            Rule::Grid => self.stroke(from, to, RGBColor(0xc9, 0xcf, 0xd6), 1),
            Rule::Axis => self.stroke(from, to, RGBColor(0x6b, 0x75, 0x80), 2),
        }
    }

    fn stroke(&self, from: Point, to: Point, colour: RGBColor, width: u32) {
        _ = self.area.draw(&PathElement::new(vec![from, to], colour.stroke_width(width)));
    }

    /// A bar in the colour and in the pattern of a series.
    pub fn bar(&self, (left, top, right, bottom): Place, series: usize) {
        if right <= left || bottom <= top {
            return;
        }
        let colour = COLOURS.get(series % COLOURS.len()).copied().unwrap_or(INK);
        _ = self.area.draw(&Rectangle::new([(left, top), (right, bottom)], colour.filled()));
        for (from, to) in pattern((left, top, right, bottom), series) {
            self.stroke(from, to, WHITE, 1);
        }
        _ = self.area.draw(&Rectangle::new([(left, top), (right, bottom)], colour.stroke_width(1)));
    }
}

/// White lines over a bar: each series has its own.
fn pattern((left, top, right, bottom): Place, series: usize) -> Vec<(Point, Point)> {
    let (width, height) = (right - left, bottom - top);
    let slanted = |down: bool, step: usize| {
        let mut lines = Vec::new();
        for start in (-height..width).step_by(step) {
            // From the bottom of the bar to its top, cut where the bar ends.
            let (x0, x1) = (start.max(0), (start + height).min(width));
            if x0 < x1 {
                let (y0, y1) = (x0 - start, x1 - start);
                let y = |offset: i32| if down { top + offset } else { bottom - offset };
                lines.push(((left + x0, y(y0)), (left + x1, y(y1))));
            }
        }
        lines
    };
    let level = |step: usize| (top + 4..bottom).step_by(step).map(|y| ((left, y), (right, y)));
    let upright = |step: usize| (left + 4..right).step_by(step).map(|x| ((x, top), (x, bottom)));
    match series % Chart::MOST_SERIES {
        1 => slanted(false, 7),
        2 => level(5).collect(),
        3 => slanted(true, 7),
        4 => upright(5).collect(),
        5 => level(6).chain(upright(6)).collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::{COLOURS, Place, pattern};
    use crate::drawing::chart::Chart;

    #[test]
    fn colours_stand_out_on_white_and_patterns_stay_inside_their_bar() {
        let light = |part: u8| {
            let part = f64::from(part) / 255.0;
            if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        };
        for colour in COLOURS {
            let own = 0.2126 * light(colour.0) + 0.7152 * light(colour.1) + 0.0722 * light(colour.2);
            assert!(1.05 / (own + 0.05) >= 4.5, "{colour:?}");
        }
        let bar: Place = (10, 20, 60, 31);
        let mut seen = Vec::new();
        for series in 0..Chart::MOST_SERIES {
            let lines = pattern(bar, series);
            for (from, to) in &lines {
                for (x, y) in [from, to] {
                    assert!((10..=60).contains(x) && (20..=31).contains(y), "{series}: {x} {y}");
                }
            }
            assert!(!seen.contains(&lines), "two series look the same");
            seen.push(lines);
        }
    }
}

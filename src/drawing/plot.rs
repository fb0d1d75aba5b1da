// SPDX-License-Identifier: EUPL-1.2
//! A chart as a picture in SVG: all that we ask of plotters. It has no size of its own and fills the place it is given.

use std::fmt::Write as _;

use plotters::coord::ranged1d::Ranged;
use plotters::coord::types::RangedCoordf64;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::chart::{Bars, Chart, Unit};

const FAMILY: &str = "Titillium Web, sans-serif";
const WIDTH: i32 = 800;
const MARGIN: i32 = 12;
const LINE: i32 = 20;
/// Text, in the library's measure; it writes a size 1.24 times smaller.
const TEXT: f64 = 17.0;
const SMALL: f64 = 15.0;
/// A letter is about so wide, for each point of the library's size.
const LETTER: f64 = 0.43;
const INK: RGBColor = RGBColor(0x1c, 0x20, 0x24);
const GRID: RGBColor = RGBColor(0xc9, 0xcf, 0xd6);
const AXIS: RGBColor = RGBColor(0x6b, 0x75, 0x80);
/// On white each stands out by 3 to 1 at least, and so does white on each.
pub(super) const COLOURS: [RGBColor; Chart::MOST_SERIES] = [
    RGBColor(0x00, 0x59, 0xb3),
    RGBColor(0xb3, 0x45, 0x00),
    RGBColor(0x00, 0x75, 0x5a),
    RGBColor(0x7a, 0x2a, 0x8c),
    RGBColor(0x6b, 0x62, 0x00),
    RGBColor(0x9c, 0x1f, 0x45),
];

/// Corners of a bar: left, top, right, bottom.
type Place = (i32, i32, i32, i32);

/// A drawing under way. What the library cannot write into a text in memory it can write nowhere: there is no such case.
struct Canvas<'a> {
    area: DrawingArea<SVGBackend<'a>, plotters::coord::Shift>,
}

/// The chart as SVG; `id` is its own on the page that holds it.
pub fn chart_svg(chart: &Chart, id: &str) -> String {
    let height = match chart.bars {
        Bars::Across => across_height(chart),
        Bars::Grouped | Bars::Stacked => 380 + legend_height(chart),
    };
    let mut drawn = String::new();
    {
        let size = (WIDTH.unsigned_abs(), height.unsigned_abs());
        let canvas = Canvas { area: SVGBackend::with_string(&mut drawn, size).into_drawing_area() };
        match chart.bars {
            Bars::Across => across(&canvas, chart),
            Bars::Grouped | Bars::Stacked => upwards(&canvas, chart, height),
        }
        _ = canvas.area.present();
    }
    framed(chart, id, height, &drawn)
}

/// The picture with its words, in a root of ours: no size, a role, a title, a description.
fn framed(chart: &Chart, id: &str, height: i32, drawn: &str) -> String {
    let inside = drawn.split_once('>').map_or("", |(_, rest)| rest).trim();
    let inside = inside.strip_suffix("</svg>").unwrap_or(inside);
    let mut svg = String::new();
    _ = write!(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" \
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
    fn text(&self, words: &str, (x, y): (i32, i32), size: f64, anchor: Pos, is_strong: bool) {
        let style = if is_strong { FontStyle::Bold } else { FontStyle::Normal };
        let font = FontDesc::new(FontFamily::Name(FAMILY), size, style);
        let style = TextStyle::from(font).color(&INK).pos(anchor);
        _ = self.area.draw_text(&clean(words), &style, (x, y));
    }

    fn line(&self, from: (i32, i32), to: (i32, i32), colour: RGBColor, width: u32) {
        _ = self.area.draw(&PathElement::new(vec![from, to], colour.stroke_width(width)));
    }

    /// A bar in the colour and in the pattern of a series.
    fn bar(&self, (left, top, right, bottom): Place, series: usize) {
        if right <= left || bottom <= top {
            return;
        }
        let colour = COLOURS.get(series % COLOURS.len()).copied().unwrap_or(INK);
        _ = self.area.draw(&Rectangle::new([(left, top), (right, bottom)], colour.filled()));
        for (from, to) in pattern((left, top, right, bottom), series) {
            self.line(from, to, WHITE, 1);
        }
        _ = self.area.draw(&Rectangle::new([(left, top), (right, bottom)], colour.stroke_width(1)));
    }

    /// Name and pattern of every series.
    fn legend(&self, chart: &Chart) {
        if chart.series.len() < 2 {
            return;
        }
        for (row, places) in legend_rows(chart).iter().enumerate() {
            let y = MARGIN + LINE * i32::try_from(row).unwrap_or(0);
            for (series, x) in places {
                self.bar((*x, y, x + 26, y + 14), *series);
                let name = chart.series.get(*series).map(|series| series.name.as_str()).unwrap_or_default();
                self.text(&shortened(name, 40), (x + 32, y + 7), SMALL, Pos::new(HPos::Left, VPos::Center), false);
            }
        }
    }
}

/// White lines over a bar: each series has its own.
fn pattern((left, top, right, bottom): Place, series: usize) -> Vec<((i32, i32), (i32, i32))> {
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

fn drawn_series(chart: &Chart) -> usize {
    chart.series.len().min(Chart::MOST_SERIES)
}

/// How wide words are, about.
fn wide(words: &str, size: f64) -> i32 {
    let letters = u32::try_from(words.chars().count()).unwrap_or(u32::MAX);
    pixels(f64::from(letters) * size * LETTER)
}

#[expect(clippy::cast_possible_truncation, reason = "what is drawn is a few hundred points wide")]
fn pixels(length: f64) -> i32 {
    length.round().clamp(-1e6, 1e6) as i32
}

fn shortened(words: &str, longest: usize) -> String {
    if words.chars().count() <= longest {
        return words.to_owned();
    }
    let kept: String = words.chars().take(longest.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

/// Where each series stands in the legend, row by row.
fn legend_rows(chart: &Chart) -> Vec<Vec<(usize, i32)>> {
    let mut rows: Vec<Vec<(usize, i32)>> = Vec::new();
    let mut x = WIDTH;
    for (at, series) in chart.series.iter().enumerate().take(drawn_series(chart)) {
        let width = 32 + wide(&shortened(&series.name, 40), SMALL) + 24;
        if x + width > WIDTH - MARGIN {
            rows.push(Vec::new());
            x = MARGIN;
        }
        if let Some(row) = rows.last_mut() {
            row.push((at, x));
        }
        x += width;
    }
    rows
}

fn legend_height(chart: &Chart) -> i32 {
    let rows = if chart.series.len() < 2 { 0 } else { legend_rows(chart).len() };
    LINE * i32::try_from(rows).unwrap_or(0) + if rows == 0 { 0 } else { 10 }
}

/// The numbers written beside the axis, and the end of it: round ones, from zero.
fn scale(chart: &Chart) -> (Vec<f64>, f64) {
    let top = match chart.unit {
        Unit::Percent => chart.top().max(100.0),
        Unit::Count | Unit::Days => chart.top(),
    };
    if top <= 0.0 {
        return (vec![0.0, 1.0], 1.0);
    }
    let axis: RangedCoordf64 = (0.0..top * 1.02).into();
    let mut points: Vec<f64> = axis.key_points(6);
    if chart.unit == Unit::Count {
        // Half a case is no case.
        points.retain(|point| (point - point.round()).abs() < 1e-9);
    }
    (points, top * 1.02)
}

const BAR: i32 = 18;
const GAP: i32 = 12;

fn across_height(chart: &Chart) -> i32 {
    let bars = i32::try_from(drawn_series(chart).max(1)).unwrap_or(1);
    let groups = i32::try_from(chart.categories.len()).unwrap_or(0).min(2_000);
    MARGIN * 2 + legend_height(chart) + groups * (bars * BAR + GAP) + LINE * 2
}

/// Bars from left to right; each number stands at the end of its bar.
fn across(canvas: &Canvas<'_>, chart: &Chart) {
    canvas.legend(chart);
    let longest = chart.categories.iter().map(|name| wide(&shortened(name, 42), TEXT)).max().unwrap_or(0);
    let left = (MARGIN + longest + 10).min(WIDTH / 2);
    let written = (0..chart.series.len())
        .flat_map(|series| (0..chart.categories.len()).map(move |at| (series, at)))
        .map(|(series, at)| wide(&chart.unit.written(chart.value(series, at)), SMALL));
    let right = WIDTH - MARGIN - written.max().unwrap_or(0) - 8;
    let (points, end) = scale(chart);
    let x = |value: f64| left + pixels(value / end * f64::from(right - left));
    let top = MARGIN + legend_height(chart);
    let bottom = across_height(chart) - MARGIN - LINE;
    for point in &points {
        canvas.line((x(*point), top), (x(*point), bottom), GRID, 1);
        let words = chart.unit.written(Some(*point));
        canvas.text(&words, (x(*point), bottom + 6), SMALL, Pos::new(HPos::Center, VPos::Top), false);
    }
    let bars = i32::try_from(drawn_series(chart)).unwrap_or(1);
    let mut y = top + GAP / 2;
    for (at, category) in chart.categories.iter().enumerate() {
        let middle = y + bars * BAR / 2;
        let anchor = Pos::new(HPos::Right, VPos::Center);
        canvas.text(&shortened(category, 42), (left - 8, middle), TEXT, anchor, false);
        for series in 0..drawn_series(chart) {
            let value = chart.value(series, at);
            let to = x(value.unwrap_or(0.0).max(0.0));
            canvas.bar((left, y + 1, to, y + BAR - 1), series);
            let words = chart.unit.written(value);
            canvas.text(&words, (to + 6, y + BAR / 2), SMALL, Pos::new(HPos::Left, VPos::Center), value.is_some());
            y += BAR;
        }
        y += GAP;
    }
    canvas.line((left, top), (left, bottom), AXIS, 2);
}

/// Bars upwards, side by side or on top of one another.
fn upwards(canvas: &Canvas<'_>, chart: &Chart, height: i32) {
    canvas.legend(chart);
    let (points, end) = scale(chart);
    let beside = points.iter().map(|point| wide(&chart.unit.written(Some(*point)), SMALL)).max().unwrap_or(0);
    let (left, right) = (MARGIN + beside + 8, WIDTH - MARGIN);
    let (top, bottom) = (MARGIN + legend_height(chart) + LINE, height - MARGIN - LINE * 2);
    let y = |value: f64| bottom - pixels(value / end * f64::from(bottom - top));
    for point in &points {
        canvas.line((left, y(*point)), (right, y(*point)), GRID, 1);
        let words = chart.unit.written(Some(*point));
        canvas.text(&words, (left - 6, y(*point)), SMALL, Pos::new(HPos::Right, VPos::Center), false);
    }
    let count = i32::try_from(chart.categories.len()).unwrap_or(1).max(1);
    let each = f64::from(right - left) / f64::from(count);
    let room = pixels(each * 0.8).max(1);
    for (at, category) in (0_i32..).zip(&chart.categories) {
        let start = left + pixels(each * (f64::from(at) + 0.1));
        let index = usize::try_from(at).unwrap_or(0);
        if chart.bars == Bars::Stacked {
            stack(canvas, chart, index, (start, room), &y);
        } else {
            group(canvas, chart, index, (start, room), &y);
        }
        // Names that would touch are written on two heights, then every so often.
        let name = shortened(category, 14);
        let often = (wide(&name, SMALL) + 8) / pixels(each * 2.0).max(1) + 1;
        if at % often == 0 {
            let lower = if (at / often) % 2 == 1 && f64::from(wide(&name, SMALL) + 8) > each { LINE - 3 } else { 0 };
            let place = (start + room / 2, bottom + 6 + lower);
            canvas.text(&name, place, SMALL, Pos::new(HPos::Center, VPos::Top), false);
        }
    }
    canvas.line((left, bottom), (right, bottom), AXIS, 2);
}

fn group(canvas: &Canvas<'_>, chart: &Chart, at: usize, (start, room): (i32, i32), y: &dyn Fn(f64) -> i32) {
    let many = i32::try_from(drawn_series(chart)).unwrap_or(1).max(1);
    let width = (room / many).max(1);
    let mut left = start;
    for series in 0..drawn_series(chart) {
        let value = chart.value(series, at);
        let high = y(value.unwrap_or(0.0).max(0.0));
        canvas.bar((left + 1, high, left + width - 1, y(0.0)), series);
        let words = value.map_or_else(|| "?".to_owned(), |value| chart.unit.written(Some(value)));
        if wide(&words, SMALL) <= width + 6 {
            let place = (left + width / 2, high - 2);
            canvas.text(&words, place, SMALL, Pos::new(HPos::Center, VPos::Bottom), false);
        }
        left += width;
    }
}

/// On top of one another, the first at the bottom; above them their sum, where all are known.
fn stack(canvas: &Canvas<'_>, chart: &Chart, at: usize, (start, room): (i32, i32), y: &dyn Fn(f64) -> i32) {
    let mut sum = 0.0;
    let mut all_known = true;
    for series in 0..drawn_series(chart) {
        let value = chart.value(series, at);
        all_known &= value.is_some();
        let value = value.unwrap_or(0.0).max(0.0);
        canvas.bar((start + 1, y(sum + value), start + room - 1, y(sum)), series);
        sum += value;
    }
    let words = if all_known { chart.unit.written(Some(sum)) } else { "?".to_owned() };
    if wide(&words, SMALL) <= room + 10 {
        let place = (start + room / 2, y(sum) - 2);
        canvas.text(&words, place, SMALL, Pos::new(HPos::Center, VPos::Bottom), true);
    }
}

#[cfg(test)]
mod tests {
    use super::{COLOURS, Place, chart_svg, pattern};
    use crate::drawing::chart::{Bars, Chart, Series, Unit};

    fn chart(bars: Bars, series: usize) -> Chart {
        let months = ["gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno", "luglio", "agosto", "settembre"];
        let values = |of: usize| (0..months.len()).map(|at| (at != 4).then_some((at * 7 + of * 3) as f64)).collect();
        Chart {
            title: "Pratiche \"aperte\" & <chiuse>".into(),
            over: "Mese".into(),
            categories: months.iter().map(|month| (*month).into()).collect(),
            series: (0..series).map(|of| Series { name: format!("Livello {of}"), values: values(of) }).collect(),
            bars,
            unit: Unit::Count,
        }
    }

    #[test]
    fn a_picture_has_a_role_words_no_size_no_script_and_nothing_from_elsewhere() {
        for bars in [Bars::Across, Bars::Grouped, Bars::Stacked] {
            let svg = chart_svg(&chart(bars, 3), "aperte");
            assert!(svg.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 800 "), "{svg}");
            assert!(svg.contains("role=\"img\" aria-labelledby=\"aperte-titolo aperte-descrizione\""));
            assert!(
                svg.contains("<title id=\"aperte-titolo\">Pratiche &quot;aperte&quot; &amp; &lt;chiuse&gt;</title>")
            );
            assert!(svg.contains("Grafico a barre, per mese: Livello 0, Livello 1, Livello 2."), "{svg}");
            let root = svg.split_once('>').unwrap().0;
            assert!(!root.contains(" width=") && !root.contains(" height="), "{root}");
            for foreign in ["<script", "<style", "style=", "href", "url(", "data:", "NaN", "inf"] {
                assert!(!svg.contains(foreign), "{foreign}");
            }
            assert_eq!(svg.matches("<svg").count(), svg.matches("</svg>").count());
            assert_eq!(svg, chart_svg(&chart(bars, 3), "aperte"), "two drawings of the same differ");
        }
    }

    #[test]
    fn every_number_across_is_written_and_one_not_known_says_so() {
        let svg = chart_svg(&chart(Bars::Across, 1), "a");
        for words in ["gennaio", "settembre", "56", "non noto"] {
            assert!(svg.contains(&format!("\n{words}\n")) || svg.contains(words), "{words}\n{svg}");
        }
    }

    #[test]
    fn nothing_and_nonsense_are_drawn_too() {
        let empty = Chart { categories: Vec::new(), series: Vec::new(), ..chart(Bars::Across, 1) };
        let values = vec![Some(f64::NAN), Some(f64::INFINITY), Some(-5.0), Some(1e300), None];
        let wild = Chart {
            categories: (0..5).map(|at| format!("{}\u{1}", "Ò".repeat(at * 300))).collect(),
            series: vec![Series { name: "x".repeat(900), values }; 9],
            ..chart(Bars::Across, 1)
        };
        for chart in [empty, wild] {
            for bars in [Bars::Across, Bars::Grouped, Bars::Stacked] {
                let svg = chart_svg(&Chart { bars, ..chart.clone() }, "a");
                assert!(svg.ends_with("</svg>\n") && !svg.contains("NaN") && !svg.contains('\u{1}'));
            }
        }
    }

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

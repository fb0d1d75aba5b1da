// SPDX-License-Identifier: EUPL-1.2
//! Where the bars of a chart stand, and what is written beside them.

use super::chart::{Bars, Chart, Unit};
use super::plot::{Anchor, Canvas, Point, Rule, SMALL, TEXT, picture, round_points};

const WIDTH: i32 = 800;
const MARGIN: i32 = 12;
const LINE: i32 = 20;
/// A letter is about so wide, for each point of its size.
const LETTER: f64 = 0.47;

/// The chart as SVG; `id` is its own on the page that holds it.
pub fn chart_svg(chart: &Chart, id: &str) -> String {
    match chart.bars {
        Bars::Across => picture(chart, id, (WIDTH, across_height(chart)), |canvas| across(canvas, chart)),
        Bars::Grouped | Bars::Stacked => {
            let height = 380 + legend_height(chart);
            picture(chart, id, (WIDTH, height), |canvas| upwards(canvas, chart, height))
        }
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

/// Name and pattern of every series.
fn legend(canvas: &Canvas<'_>, chart: &Chart) {
    if chart.series.len() < 2 {
        return;
    }
    for (row, places) in legend_rows(chart).iter().enumerate() {
        let y = MARGIN + LINE * i32::try_from(row).unwrap_or(0);
        for (series, x) in places {
            canvas.bar((*x, y, x + 26, y + 14), *series);
            let name = chart.series.get(*series).map(|series| series.name.as_str()).unwrap_or_default();
            canvas.text(&shortened(name, 40), (x + 32, y + 7), SMALL, Anchor::Left, false);
        }
    }
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
    let mut points = round_points(top * 1.02);
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
    legend(canvas, chart);
    let longest = chart.categories.iter().map(|name| wide(&shortened(name, 42), TEXT)).max().unwrap_or(0);
    let left = (MARGIN + longest + 10).min(WIDTH / 2);
    let written = (0..chart.series.len())
        .flat_map(|series| (0..chart.categories.len()).map(move |at| (series, at)))
        .map(|(series, at)| wide(&chart.written(series, at), SMALL));
    let right = WIDTH - MARGIN - written.max().unwrap_or(0) - 8;
    let (points, end) = scale(chart);
    let x = |value: f64| left + pixels(value / end * f64::from(right - left));
    let top = MARGIN + legend_height(chart);
    let bottom = across_height(chart) - MARGIN - LINE;
    for point in &points {
        canvas.line((x(*point), top), (x(*point), bottom), Rule::Grid);
        let words = chart.unit.written(Some(*point));
        canvas.text(&words, (x(*point), bottom + 6), SMALL, Anchor::Below, false);
    }
    let bars = i32::try_from(drawn_series(chart)).unwrap_or(1);
    let mut y = top + GAP / 2;
    for (at, category) in chart.categories.iter().enumerate() {
        let middle = y + bars * BAR / 2;
        let anchor = Anchor::Right;
        canvas.text(&shortened(category, 42), (left - 8, middle), TEXT, anchor, false);
        for series in 0..drawn_series(chart) {
            let value = chart.value(series, at);
            let to = x(value.unwrap_or(0.0).max(0.0));
            canvas.bar((left, y + 1, to, y + BAR - 1), series);
            let words = chart.written(series, at);
            canvas.text(&words, (to + 6, y + BAR / 2), SMALL, Anchor::Left, value.is_some());
            y += BAR;
        }
        y += GAP;
    }
    canvas.line((left, top), (left, bottom), Rule::Axis);
}

/// Bars upwards, side by side or on top of one another.
fn upwards(canvas: &Canvas<'_>, chart: &Chart, height: i32) {
    legend(canvas, chart);
    let (points, end) = scale(chart);
    let beside = points.iter().map(|point| wide(&chart.unit.written(Some(*point)), SMALL)).max().unwrap_or(0);
    let (left, right) = (MARGIN + beside + 8, WIDTH - MARGIN);
    let (top, bottom) = (MARGIN + legend_height(chart) + LINE, height - MARGIN - LINE * 2);
    let y = |value: f64| bottom - pixels(value / end * f64::from(bottom - top));
    for point in &points {
        canvas.line((left, y(*point)), (right, y(*point)), Rule::Grid);
        let words = chart.unit.written(Some(*point));
        canvas.text(&words, (left - 6, y(*point)), SMALL, Anchor::Right, false);
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
            canvas.text(&name, place, SMALL, Anchor::Below, false);
        }
    }
    canvas.line((left, bottom), (right, bottom), Rule::Axis);
}

fn group(canvas: &Canvas<'_>, chart: &Chart, at: usize, (start, room): Point, y: &dyn Fn(f64) -> i32) {
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
            canvas.text(&words, place, SMALL, Anchor::Above, false);
        }
        left += width;
    }
}

/// On top of one another, the first at the bottom; above them their sum, where all are known.
fn stack(canvas: &Canvas<'_>, chart: &Chart, at: usize, (start, room): Point, y: &dyn Fn(f64) -> i32) {
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
        canvas.text(&words, place, SMALL, Anchor::Above, true);
    }
}

#[cfg(test)]
mod tests {
    use super::chart_svg;
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
            no_number: "non noto".into(),
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
}

// SPDX-License-Identifier: EUPL-1.2
//! The workflow as a picture in SVG, for people: it stands alone, asks for no font and no program, and says in words
//! (title, description, the full text of each box) all that it shows.

use std::fmt::Write as _;

use super::label::{Face, INNER, lines};
use super::layout::{Area, Point, layout};
use super::outline::{NO_STEP, outline};
use super::{Duty, Link, Node, Picture, Shape};

const PADDING: f64 = 12.0;
/// Width of a box.
const WIDTH: f64 = INNER + 2.0 * PADDING;
/// Round the picture, and between its parts.
const MARGIN: f64 = 24.0;
/// Between two boxes that have no order.
const GAP: f64 = 24.0;
/// Boxes in a row, where the flow is no wider.
const LEAST_COLUMNS: usize = 3;
/// Corner of a sheet that is folded.
const FOLD: f64 = 16.0;
const INK: &str = "#1a1a1a";

/// The picture in SVG.
pub fn svg(picture: &Picture) -> String {
    let mut body = String::new();
    let order = picture.in_order();
    let is = |node: &usize, shape: Shape| picture.nodes.get(*node).is_some_and(|node| node.shape == shape);
    let (flow, loose): (Vec<usize>, Vec<usize>) = order
        .into_iter()
        .partition(|node| picture.is_ordered(*node) || is(node, Shape::Output) || is(node, Shape::Closing));
    let (free, outcomes): (Vec<usize>, Vec<usize>) = loose.into_iter().partition(|node| is(node, Shape::Activity));
    let mut canvas = Canvas { picture, body: &mut body, y: MARGIN, width: 0.0 };
    canvas.heading(&picture.title, 18.0);
    canvas.flow(&flow);
    canvas.band("Senza un ordine fissato", &free);
    canvas.band("Che cosa può cambiare", &outcomes);
    if picture.is_empty() {
        canvas.heading(NO_STEP, 12.0);
    } else {
        canvas.legend();
    }
    let (width, height) = (canvas.width + 2.0 * MARGIN, canvas.y);
    let key: String = picture.level.chars().filter(char::is_ascii_alphanumeric).collect();
    let described: Vec<String> =
        outline(picture).iter().map(|line| format!("{}{}", "   ".repeat(line.depth), escaped(&line.words))).collect();
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" lang=\"it\" xml:lang=\"it\" \
         aria-labelledby=\"lepre-{key}-titolo\" aria-describedby=\"lepre-{key}-descrizione\" \
         viewBox=\"0 0 {width:.0} {height:.0}\" width=\"{width:.0}\" height=\"{height:.0}\" \
         font-family=\"system-ui, 'DejaVu Sans', Verdana, sans-serif\" fill=\"{INK}\">\n\
         <title id=\"lepre-{key}-titolo\">{}</title>\n\
         <desc id=\"lepre-{key}-descrizione\">{}</desc>\n\
         <defs>\n\
         <marker id=\"lepre-{key}-piena\" viewBox=\"0 0 10 10\" refX=\"9\" refY=\"5\" markerWidth=\"8\" markerHeight=\"8\" \
         orient=\"auto\"><path d=\"M0,0 L10,5 L0,10 z\" fill=\"{INK}\"/></marker>\n\
         <marker id=\"lepre-{key}-vuota\" viewBox=\"0 0 10 10\" refX=\"9\" refY=\"5\" markerWidth=\"9\" markerHeight=\"9\" \
         orient=\"auto\"><path d=\"M1,1 L9,5 L1,9\" fill=\"none\" stroke=\"{INK}\" stroke-width=\"1.4\"/></marker>\n\
         </defs>\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n{body}</svg>\n",
        escaped(&picture.title),
        described.join("\n"),
    )
}

/// The picture as far as it is drawn: parts stand one below the other.
struct Canvas<'a> {
    picture: &'a Picture,
    body: &'a mut String,
    y: f64,
    width: f64,
}

impl Canvas<'_> {
    fn push(&mut self, element: &str) {
        self.body.push_str(element);
        self.body.push('\n');
    }

    fn key(&self) -> String {
        self.picture.level.chars().filter(char::is_ascii_alphanumeric).collect()
    }

    fn heading(&mut self, text: &str, size: f64) {
        let columns = (LEAST_COLUMNS as f64) * (WIDTH + GAP) - GAP;
        let fits = |line: &str| super::label::width(line, Face::Name) * size / Face::Name.size() <= columns;
        for line in super::label::broken(text, &fits) {
            self.y += size;
            let (x, y) = (MARGIN, self.y);
            self.push(&format!(
                "<text x=\"{x:.1}\" y=\"{y:.1}\" font-size=\"{size}\" font-weight=\"bold\">{}</text>",
                escaped(&line)
            ));
            self.y += size * 0.3;
        }
        self.width = self.width.max(columns);
        self.y += 14.0;
    }

    /// What has an order: boxes in rows, joined by arrows.
    fn flow(&mut self, nodes: &[usize]) {
        if nodes.is_empty() {
            return;
        }
        let sizes: Vec<(f64, f64)> =
            nodes.iter().filter_map(|n| self.picture.nodes.get(*n)).map(|node| (WIDTH, height(node))).collect();
        let place = |node: usize| nodes.iter().position(|n| *n == node);
        let joined = self.picture.edges.iter().filter_map(|edge| Some((place(edge.from)?, place(edge.to)?, edge.link)));
        let joined: Vec<(usize, usize, Link)> = joined.collect();
        let edges: Vec<(usize, usize)> = joined.iter().map(|(from, to, _)| (*from, *to)).collect();
        let drawn = layout(&sizes, &edges);
        let top = self.y;
        let key = self.key();
        for ((_, _, link), path) in joined.iter().zip(&drawn.paths) {
            self.push(&arrow(path, *link, top, &key));
        }
        for (node, area) in nodes.iter().zip(&drawn.boxes) {
            if let Some(node) = self.picture.nodes.get(*node) {
                self.push(&boxed(node, &Area { x: area.x + MARGIN, y: area.y + top, ..*area }));
            }
        }
        self.width = self.width.max(drawn.width);
        self.y += drawn.height + MARGIN;
    }

    /// What has no order: boxes side by side under a heading.
    fn band(&mut self, heading: &str, nodes: &[usize]) {
        if nodes.is_empty() {
            return;
        }
        self.y += 6.0;
        self.heading(heading, 14.0);
        let fit = ((self.width + GAP) / (WIDTH + GAP)).floor() as usize;
        for row in nodes.chunks(fit.max(LEAST_COLUMNS)) {
            let mut tallest: f64 = 0.0;
            for (column, node) in row.iter().filter_map(|n| self.picture.nodes.get(*n)).enumerate() {
                let (x, y) = (MARGIN + column as f64 * (WIDTH + GAP), self.y);
                let area = Area { x, y, width: WIDTH, height: height(node) };
                tallest = tallest.max(area.height);
                self.push(&boxed(node, &area));
            }
            self.y += tallest + GAP;
        }
    }

    /// What shapes and lines mean.
    fn legend(&mut self) {
        self.y += 6.0;
        self.heading("Legenda", 14.0);
        const STEP: f64 = 265.0;
        let duties = [
            ("bordo pieno: dovuta", Duty::Always),
            ("bordo a tratti: dovuta se", Duty::When(Vec::new())),
            ("bordo a punti: offerta", Duty::Offered),
        ];
        let shapes = [
            ("rettangolo: attività", Shape::Activity),
            ("foglio: output", Shape::Output),
            ("angoli tondi: outcome", Shape::Outcome),
        ];
        let sample = |x: f64, y: f64| Area { x: MARGIN + x, y, width: 44.0, height: 24.0 };
        for (column, (words, shape)) in shapes.iter().enumerate() {
            let area = sample(column as f64 * STEP, self.y);
            self.push(&format!("{}{}", outlined(*shape, &Duty::Always, &area), beside(words, &area)));
        }
        self.y += 34.0;
        for (column, (words, duty)) in duties.iter().enumerate() {
            let area = sample(column as f64 * STEP, self.y);
            self.push(&format!("{}{}", outlined(Shape::Activity, duty, &area), beside(words, &area)));
        }
        self.y += 34.0;
        let key = self.key();
        let links = [("freccia piena: ne nasce", Link::RestsOn), ("freccia a tratti: viene dopo", Link::After)];
        for (column, (words, link)) in links.iter().enumerate() {
            let area = sample(column as f64 * STEP, self.y);
            let y = area.y + area.height / 2.0;
            let line = styled(*link, &format!("M{:.1},{y:.1} L{:.1},{y:.1}", area.x, area.x + area.width), &key);
            self.push(&format!("{line}{}", beside(words, &area)));
        }
        self.y += 24.0 + MARGIN;
    }
}

fn height(node: &Node) -> f64 {
    2.0 * PADDING + lines(node).iter().map(|(face, _)| face.line_height()).sum::<f64>()
}

fn beside(words: &str, area: &Area) -> String {
    let (x, y) = (area.x + area.width + 10.0, area.y + area.height / 2.0 + 4.0);
    format!("<text x=\"{x:.1}\" y=\"{y:.1}\" font-size=\"12\">{}</text>", escaped(words))
}

fn arrow(path: &[Point], link: Link, top: f64, key: &str) -> String {
    let mut points = path.iter().map(|(x, y)| (x + MARGIN, y + top));
    let Some(mut at) = points.next() else { return String::new() };
    let mut way = format!("M{:.1},{:.1}", at.0, at.1);
    for to in points {
        let middle = (at.1 + to.1) / 2.0;
        if (at.0 - to.0).abs() < 0.5 {
            _ = write!(way, " L{:.1},{:.1}", to.0, to.1);
        } else {
            _ = write!(way, " C{:.1},{middle:.1} {:.1},{middle:.1} {:.1},{:.1}", at.0, to.0, to.0, to.1);
        }
        at = to;
    }
    styled(link, &way, key)
}

fn styled(link: Link, way: &str, key: &str) -> String {
    let (dash, marker) = match link {
        Link::RestsOn => ("", "piena"),
        Link::After => (" stroke-dasharray=\"6 4\"", "vuota"),
    };
    format!(
        "<path d=\"{way}\" fill=\"none\" stroke=\"{INK}\" stroke-width=\"1.4\"{dash} \
         marker-end=\"url(#lepre-{key}-{marker})\"/>"
    )
}

/// A box with what it says; its title is read where the pointer rests.
fn boxed(node: &Node, area: &Area) -> String {
    let mut out =
        format!("<g><title>{} {}: {}</title>", node.shape.word(), escaped(&node.id), escaped(&node.duty_words));
    out.push_str(&outlined(node.shape, &node.duty, area));
    let mut y = area.y + PADDING;
    for (face, line) in lines(node) {
        y += face.line_height();
        if face == Face::Gap {
            continue;
        }
        let style = match face {
            Face::Kind => " letter-spacing=\"1\"",
            Face::Name => " font-weight=\"bold\"",
            Face::Text | Face::Gap => "",
            Face::Note => " font-style=\"italic\"",
        };
        _ = write!(
            out,
            "<text x=\"{:.1}\" y=\"{:.1}\" font-size=\"{}\"{style}>{}</text>",
            area.x + PADDING,
            y - 4.0,
            face.size(),
            escaped(&line)
        );
    }
    out.push_str("</g>");
    out
}

/// The border: its shape says what the box is, its line whether it is due.
fn outlined(shape: Shape, duty: &Duty, area: &Area) -> String {
    let Area { x, y, width, height } = *area;
    let line = match duty {
        Duty::Always => "stroke-width=\"2.2\"",
        Duty::When(_) => "stroke-width=\"1.8\" stroke-dasharray=\"9 5\"",
        Duty::Offered => "stroke-width=\"1.8\" stroke-dasharray=\"1.8 4\"",
    };
    let (fill, stroke) = match shape {
        Shape::Activity => ("#eef4fb", "#17324d"),
        Shape::Output => ("#eef7ee", "#1b5e20"),
        Shape::Outcome => ("#fdf6e3", "#5d4037"),
        Shape::Closing => ("#f2f2f2", "#333333"),
    };
    let look = format!("fill=\"{fill}\" stroke=\"{stroke}\" {line}");
    let fold = FOLD.min(width / 4.0);
    match shape {
        Shape::Output => format!(
            "<path d=\"M{x:.1},{y:.1} h{:.1} l{fold:.1},{fold:.1} v{:.1} h{:.1} z\" {look}/>\
             <path d=\"M{:.1},{y:.1} v{fold:.1} h{fold:.1}\" fill=\"none\" stroke=\"{stroke}\" stroke-width=\"1.2\"/>",
            width - fold,
            height - fold,
            -width,
            x + width - fold,
        ),
        Shape::Outcome | Shape::Closing => {
            let round = if shape == Shape::Outcome { 18.0_f64.min(height / 2.0) } else { 6.0 };
            format!(
                "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" rx=\"{round:.1}\" {look}/>"
            )
        }
        Shape::Activity => {
            format!("<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" {look}/>")
        }
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

// SPDX-License-Identifier: EUPL-1.2
//! Pages written as a file: all that we ask of krilla. What it makes conforms to PDF/A-2a and to PDF/UA-1, or is not made.

use std::num::NonZeroU16;

use krilla::Document;
use krilla::SerializeSettings;
use krilla::color::rgb;
use krilla::configure::{Accessibility, Archival, ConfigurationBuilder};
use krilla::destination::XyzDestination;
use krilla::geom::{PathBuilder, Point, Rect};
use krilla::metadata::{DateTime, Metadata, PageLayout, TextDirection};
use krilla::num::NormalizedF32;
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::paint::{Fill, FillRule};
use krilla::surface::Surface;
use krilla::tagging::{
    Artifact, ArtifactType, ContentTag, Identifier, ListNumbering, Node as TagNode, SpanTag, TableHeaderScope, Tag,
    TagGroup, TagKind, TagTree,
};
use krilla::text::{Font, GlyphId, KrillaGlyph};

use super::PdfError;
use super::letters::Letters;
use super::pages::{Entry, HEIGHT, Ink, Mark, Node, Pages, Role, WIDTH};
use super::paper::{Paper, Style};

/// Of every document.
const LANGUAGE: &str = "it-IT";
const THICKNESS: f32 = 0.6;

/// The faces as krilla knows them.
struct Fonts {
    plain: Font,
    strong: Font,
    aside: Font,
}

impl Fonts {
    fn new(letters: &Letters) -> Option<Self> {
        let font = |style| Font::new(letters.face(style).file.into(), 0);
        Some(Self { plain: font(Style::Plain)?, strong: font(Style::Strong)?, aside: font(Style::Aside)? })
    }

    fn of(&self, style: Style) -> Font {
        match style {
            Style::Plain => self.plain.clone(),
            Style::Strong => self.strong.clone(),
            Style::Aside => self.aside.clone(),
        }
    }
}

/// Writes the file.
///
/// # Errors
/// Something of it would not conform.
pub fn draw(paper: &Paper, pages: &Pages<'_>) -> Result<Vec<u8>, PdfError> {
    let refused = |why: &dyn std::fmt::Debug| PdfError::Refused(format!("{why:?}"));
    let configuration = ConfigurationBuilder::new()
        .with_archival_validator(Archival::A2_A)
        .with_accessibility_validator(Accessibility::UA1)
        .finish()
        .map_err(|error| refused(&error))?;
    let settings = SerializeSettings { configuration, ..SerializeSettings::default() };
    let fonts = Fonts::new(pages.letters).ok_or(PdfError::Letters)?;
    let mut document = Document::new_with(settings);
    let mut spoken: Vec<Vec<Identifier>> = pages.nodes.iter().map(|_| Vec::new()).collect();
    for marks in &pages.pages {
        let Some(size) = PageSettings::from_wh(WIDTH, HEIGHT) else { return Err(PdfError::Letters) };
        let mut page = document.start_page_with(size);
        let mut surface = page.surface();
        draw_page(&mut surface, marks, pages.letters, &fonts, &mut spoken);
        surface.finish();
        page.finish();
    }
    document.set_metadata(metadata(paper));
    document.set_outline(outline(&pages.contents));
    let mut tree = TagTree::new().with_lang(Some(LANGUAGE.to_owned()));
    for root in &pages.roots {
        if let Some(group) = group(&pages.nodes, &spoken, *root) {
            tree.push(group);
        }
    }
    document.set_tag_tree(tree);
    document.finish().map_err(|error| refused(&error))
}

fn metadata(paper: &Paper) -> Metadata {
    let iso = paper.on.to_string();
    let mut parts = iso.splitn(3, '-').map(|part| part.parse::<u16>().unwrap_or_default());
    let (year, month, day) = (parts.next(), parts.next(), parts.next());
    let short = |part: Option<u16>| part.and_then(|part| u8::try_from(part).ok()).unwrap_or(1);
    // The day the document speaks of, never the clock's: the same document is the same bytes.
    let date = DateTime::new(year.unwrap_or_default()).month(short(month)).day(short(day)).hour(0).minute(0).second(0);
    Metadata::new()
        .title(paper.title.clone())
        .description(paper.about.clone())
        .language(LANGUAGE.to_owned())
        .creator(format!("lepre {}", env!("CARGO_PKG_VERSION")))
        .creation_date(date.utc_offset_hour(0).utc_offset_minute(0))
        .document_id(paper.id.clone())
        .text_direction(TextDirection::LeftToRight)
        .page_layout(PageLayout::OneColumn)
}

/// The list of contents: what stands under a heading is under it here too.
fn outline(contents: &[Entry]) -> Outline {
    let mut outline = Outline::new();
    let node = |entry: &Entry| {
        let to = XyzDestination::new(entry.page, Point::from_xy(0.0, (entry.y - 6.0).max(0.0)));
        OutlineNode::new(entry.words.clone(), to)
    };
    let mut open: Option<OutlineNode> = None;
    for entry in contents {
        match open.as_mut() {
            Some(above) if entry.level > 2 => above.push_child(node(entry)),
            _ => {
                if let Some(done) = open.replace(node(entry)) {
                    outline.push_child(done);
                }
            }
        }
    }
    if let Some(last) = open {
        outline.push_child(last);
    }
    outline
}

fn group(nodes: &[Node], spoken: &[Vec<Identifier>], at: usize) -> Option<TagGroup> {
    let node = nodes.get(at)?;
    let mut children: Vec<TagNode> =
        spoken.get(at).into_iter().flatten().map(|identifier| (*identifier).into()).collect();
    children.extend(node.children.iter().filter_map(|child| group(nodes, spoken, *child)).map(TagNode::from));
    (!children.is_empty()).then(|| TagGroup::with_children(tag(&node.role), children))
}

fn tag(role: &Role) -> TagKind {
    match role {
        Role::Heading(level, words) => {
            let level = NonZeroU16::new(u16::from(*level)).unwrap_or(NonZeroU16::MIN);
            Tag::Hn(level, Some(words.clone())).into()
        }
        Role::Paragraph => Tag::P.into(),
        Role::List => Tag::L(ListNumbering::Disc).into(),
        Role::Entry => Tag::LI.into(),
        Role::Bullet => Tag::Lbl.into(),
        Role::Body => Tag::LBody.into(),
        Role::Table(about) => Tag::Table.with_summary(Some(about.clone())).into(),
        Role::Caption => Tag::Caption.into(),
        Role::Head => Tag::THead.into(),
        Role::Rows => Tag::TBody.into(),
        Role::Row => Tag::TR.into(),
        Role::ColumnHeading => Tag::TH(TableHeaderScope::Column).into(),
        Role::RowHeading => Tag::TH(TableHeaderScope::Row).into(),
        Role::Cell => Tag::TD.into(),
    }
}

/// Draws marks in their order; letters one after the other of the same node are one piece of it.
fn draw_page(
    surface: &mut Surface<'_>,
    marks: &[Mark],
    letters: &Letters,
    fonts: &Fonts,
    spoken: &mut [Vec<Identifier>],
) {
    let of = |mark: &Mark| match mark {
        Mark::Words { node, .. } => *node,
        Mark::Line { .. } | Mark::Shade { .. } => None,
    };
    for run in marks.chunk_by(|one, next| of(one) == of(next)) {
        match run.first().and_then(of) {
            Some(node) => {
                let identifier = surface.start_tagged(ContentTag::Span(SpanTag::empty()));
                if let Some(spoken) = spoken.get_mut(node) {
                    spoken.push(identifier);
                }
            }
            None => {
                // Neither headings written again nor feet are read.
                surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::PaginationOther)));
            }
        }
        for mark in run {
            draw_mark(surface, mark, letters, fonts);
        }
        surface.end_tagged();
    }
}

fn draw_mark(surface: &mut Surface<'_>, mark: &Mark, letters: &Letters, fonts: &Fonts) {
    match mark {
        Mark::Words { x, y, size, style, ink, words, .. } => {
            surface.set_fill(Some(fill(colour(*ink))));
            let glyphs = glyphs(letters, *style, words);
            surface.draw_glyphs(Point::from_xy(*x, *y), &glyphs, fonts.of(*style), words, *size, false);
        }
        Mark::Line { x, to, y, ink } => rectangle(surface, *x, *y, to - x, THICKNESS, colour(*ink)),
        Mark::Shade { x, y, width, height } => {
            rectangle(surface, *x, *y, *width, *height, rgb::Color::new(0xed, 0xf2, 0xf7));
        }
    }
}

fn glyphs(letters: &Letters, style: Style, words: &str) -> Vec<KrillaGlyph> {
    let face = letters.face(style);
    let known = words.char_indices().filter_map(|(at, letter)| Some((at, letter, face.glyph(letter)?)));
    known
        .map(|(at, letter, (glyph, width))| KrillaGlyph {
            glyph_id: GlyphId::new(glyph),
            text_range: at..at + letter.len_utf8(),
            x_advance: width,
            x_offset: 0.0,
            y_offset: 0.0,
            y_advance: 0.0,
            location: None,
        })
        .collect()
}

fn rectangle(surface: &mut Surface<'_>, x: f32, y: f32, width: f32, height: f32, colour: rgb::Color) {
    let Some(rect) = Rect::from_xywh(x, y, width, height) else { return };
    let mut path = PathBuilder::new();
    path.push_rect(rect);
    if let Some(path) = path.finish() {
        surface.set_fill(Some(fill(colour)));
        surface.draw_path(&path);
    }
}

fn fill(colour: rgb::Color) -> Fill {
    Fill { paint: colour.into(), opacity: NormalizedF32::ONE, rule: FillRule::default() }
}

/// On white each stands out by 7 to 1 at least, but for the rules.
fn colour(ink: Ink) -> rgb::Color {
    match ink {
        Ink::Text => rgb::Color::new(0x1c, 0x20, 0x24),
        Ink::Heading => rgb::Color::new(0x17, 0x32, 0x4d),
        Ink::Quiet => rgb::Color::new(0x43, 0x4c, 0x57),
        Ink::Rule => rgb::Color::new(0xb1, 0xb9, 0xc3),
    }
}

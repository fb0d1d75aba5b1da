// SPDX-License-Identifier: EUPL-1.2
//! The letters of documents (Titillium Web) and how wide each is: all that we ask of skrifa.

use skrifa::instance::{LocationRef, Size};
use skrifa::metrics::GlyphMetrics;
use skrifa::{FontRef, MetadataProvider as _, charmap::Charmap};

use super::paper::Style;

include!(concat!(env!("OUT_DIR"), "/paper.rs"));

/// The faces of the documents.
pub struct Letters {
    plain: Face,
    strong: Face,
    aside: Face,
}

/// One of them.
pub struct Face {
    /// The whole file.
    pub file: &'static [u8],
    map: Charmap<'static>,
    metrics: GlyphMetrics<'static>,
    /// Units to the em.
    units: f32,
}

impl Face {
    fn read(file: &'static [u8]) -> Option<Self> {
        let font = FontRef::new(file).ok()?;
        let units = f32::from(font.metrics(Size::unscaled(), LocationRef::default()).units_per_em);
        let metrics = font.glyph_metrics(Size::unscaled(), LocationRef::default());
        (units > 0.0).then(|| Self { file, map: font.charmap(), metrics, units })
    }

    /// The number of a letter's drawing, and its width in ems; none for a letter it does not have.
    pub fn glyph(&self, letter: char) -> Option<(u32, f32)> {
        let glyph = self.map.map(letter).filter(|glyph| glyph.to_u32() != 0)?;
        Some((glyph.to_u32(), self.metrics.advance_width(glyph)? / self.units))
    }
}

impl Letters {
    /// None if the program was built with files that are no fonts.
    pub fn read() -> Option<Self> {
        Some(Self { plain: Face::read(REGULAR)?, strong: Face::read(BOLD)?, aside: Face::read(ITALIC)? })
    }

    pub fn face(&self, style: Style) -> &Face {
        match style {
            Style::Plain => &self.plain,
            Style::Strong => &self.strong,
            Style::Aside => &self.aside,
        }
    }

    /// How wide a letter is, in ems.
    pub fn width(&self, style: Style, letter: char) -> f32 {
        self.face(style).glyph(letter).map_or(0.0, |(_, width)| width)
    }

    /// Words with nothing in them that cannot be drawn: a letter that no face has is written by its number, so that it
    /// is not lost. The ends of lines stay; what steers a screen and is never seen goes.
    pub fn drawable(&self, words: &str) -> String {
        let mut written = String::with_capacity(words.len());
        for letter in words.chars() {
            match letter {
                '\n' => written.push('\n'),
                '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' => {
                }
                '\u{2010}' | '\u{2011}' => written.push('-'),
                letter if letter.is_whitespace() || letter.is_control() => written.push(' '),
                letter if [&self.plain, &self.strong, &self.aside].iter().all(|face| face.glyph(letter).is_some()) => {
                    written.push(letter);
                }
                letter => written.push_str(&format!("[U+{:04X}]", u32::from(letter))),
            }
        }
        written
    }
}

#[cfg(test)]
mod tests {
    use super::{Letters, Style};

    #[test]
    fn the_letters_of_italian_and_of_its_neighbours_are_there() {
        let letters = Letters::read().unwrap();
        let words = "Perché è così: «più», l’età… – “no” 1ª 2º · àèéìòù ÀÈÉÌÒÙ çčšž äöüß ñ œ € § ° —";
        assert_eq!(letters.drawable(words), words);
        for style in [Style::Plain, Style::Strong, Style::Aside] {
            assert!(letters.width(style, 'm') > letters.width(style, 'i'));
        }
    }

    #[test]
    fn a_letter_that_is_not_there_is_written_by_its_number_and_what_is_unseen_goes() {
        let letters = Letters::read().unwrap();
        assert_eq!(letters.drawable("Ли 中"), "[U+041B][U+0438] [U+4E2D]");
        assert_eq!(letters.drawable("a\u{202e}b\u{feff}\tc\nd\u{7}"), "ab c\nd ");
    }
}

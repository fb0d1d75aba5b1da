// SPDX-License-Identifier: EUPL-1.2
//! Words broken into lines of a given width, between words; within one only where it is wider than a line.

use super::letters::Letters;
use super::paper::{Style, Text};

/// Letters of one style on a line, with where they begin, in points from the left.
#[derive(Clone, Debug, PartialEq)]
pub struct Piece {
    pub style: Style,
    pub words: String,
    pub at: f32,
}

/// A line: it ends with the space that stands between its last word and the next, so that nothing read aloud sticks.
pub type Line = Vec<Piece>;

/// A letter in its style, with its width.
type Letter = (char, Style, f32);

/// Breaks words of a size (in points) into lines of a width (in points). There is always at least one line.
pub fn lines(letters: &Letters, text: &Text, size: f32, width: f32) -> Vec<Line> {
    let mut all: Vec<Letter> = Vec::new();
    for (style, words) in &text.0 {
        let drawable = letters.drawable(words);
        all.extend(drawable.chars().map(|letter| (letter, *style, letters.width(*style, letter) * size)));
    }
    let mut lines: Vec<Line> = Vec::new();
    for paragraph in all.split(|(letter, ..)| *letter == '\n') {
        break_up(paragraph, width, &mut lines);
    }
    if lines.is_empty() { vec![Line::new()] } else { lines }
}

fn break_up(letters: &[Letter], width: f32, lines: &mut Vec<Line>) {
    let mut line: Vec<Letter> = Vec::new();
    let mut filled = 0.0;
    for word in words(letters) {
        let long = measure(word.iter().filter(|(letter, ..)| *letter != ' '));
        if filled + long > width && !line.is_empty() {
            lines.push(pieces(&line));
            line.clear();
            filled = 0.0;
        }
        for letter in word {
            // A word wider than a line: broken where the line ends.
            if letter.0 != ' ' && filled + letter.2 > width && !line.is_empty() {
                lines.push(pieces(&line));
                line.clear();
                filled = 0.0;
            }
            line.push(letter);
            filled += letter.2;
        }
    }
    if !line.is_empty() {
        lines.push(pieces(&line));
    }
}

/// Words with the spaces that follow them; several spaces are one, and none begins a line.
fn words(letters: &[Letter]) -> Vec<Vec<Letter>> {
    let mut words: Vec<Vec<Letter>> = Vec::new();
    let mut ended = true;
    for letter in letters {
        let space = letter.0 == ' ';
        match words.last_mut() {
            Some(word) if space => {
                if word.last().is_some_and(|last| last.0 != ' ') {
                    word.push(*letter);
                }
            }
            None if space => {}
            Some(word) if !ended => word.push(*letter),
            _ => words.push(vec![*letter]),
        }
        ended = space || letter.0 == '-';
    }
    words
}

fn measure<'a>(letters: impl Iterator<Item = &'a Letter>) -> f32 {
    letters.map(|(.., width)| width).sum()
}

/// A line by its styles.
fn pieces(letters: &[Letter]) -> Line {
    let mut pieces = Line::new();
    let mut at = 0.0;
    for (letter, style, width) in letters {
        match pieces.last_mut() {
            Some(piece) if piece.style == *style => piece.words.push(*letter),
            _ => pieces.push(Piece { style: *style, words: letter.to_string(), at }),
        }
        at += width;
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::{Letters, Style, Text, lines};

    fn broken(text: &Text, width: f32) -> Vec<String> {
        let letters = Letters::read().unwrap();
        let lines = lines(&letters, text, 10.0, width);
        lines.iter().map(|line| line.iter().map(|piece| piece.words.as_str()).collect()).collect()
    }

    #[test]
    fn no_line_is_wider_than_it_may_be_and_no_letter_is_lost() {
        let letters = Letters::read().unwrap();
        let word = "precipitevolissimevolmente".repeat(9);
        let text = Text::plain(format!("Perché  {word} ")).and_strong("così-così e poi").and(", fine.\n\nA capo");
        for width in [20.0, 90.0, 300.0] {
            let broken = lines(&letters, &text, 10.0, width);
            let mut whole = String::new();
            for line in &broken {
                let words: String = line.iter().map(|piece| piece.words.as_str()).collect();
                let style = line.first().map_or(Style::Plain, |piece| piece.style);
                let long: f32 = words.trim_end().chars().map(|c| letters.width(style, c) * 10.0).sum();
                // Widths of the two styles differ little: a line of both is measured as of one.
                assert!(long <= width * 1.1, "{words:?} is {long} on {width}");
                whole.push_str(&words);
            }
            assert_eq!(whole, format!("Perché {word} così-così e poi, fine.A capo"));
        }
    }

    #[test]
    fn words_break_at_spaces_and_hyphens_and_lines_at_their_ends() {
        assert_eq!(broken(&Text::plain("uno due tre"), 40.0), ["uno due ", "tre"]);
        assert_eq!(broken(&Text::plain("uno\ndue"), 400.0), ["uno", "due"]);
        assert_eq!(broken(&Text::plain("bilancio-competenze"), 60.0), ["bilancio-", "competenze"]);
        assert_eq!(broken(&Text::default(), 60.0), [""]);
    }
}

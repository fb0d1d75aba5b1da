// SPDX-License-Identifier: EUPL-1.2
//! Random trees, written in random styles, read back.

use lepre::spec::source::{Key, Node, NodeValue, Scalar, Style, parse};

use super::{drawn, same};
use crate::adversarial::Random;

/// Writes random trees in random styles.
struct Writer {
    random: Random,
    out: String,
}

impl Writer {
    fn word(&mut self) -> String {
        const WORDS: &[&str] = &[
            "a",
            "colloquio",
            "NO",
            "08",
            "3.10",
            "12:30",
            "l'orientamento",
            "città",
            "patto di servizio",
            "x: y",
            "a #b",
            "# c",
            "- d",
            "[e]",
            "{f}",
            "g,",
            "*h",
            "&i",
            "!j",
            "| k",
            "> l",
            "%m",
            "@n",
            "`o`",
            "\"p\"",
            "'q'",
            "r\\s",
            "t\tu",
            " v ",
            "w\nx",
            "w\n\nx\n",
            "\n",
            "🙂 中",
            "a\u{a0}b",
            "?",
            "-",
            ":",
            "~",
            "null",
            "true",
            "1e3",
            "0x1F",
            "---",
            "...",
            "<<",
            "=",
            "e < 30 && !(f == \"g\")",
            "una frase abbastanza lunga da dover andare a capo, prima o poi, in un file",
        ];
        let mut word = (*self.random.one_of(WORDS)).to_owned();
        if self.random.below(4) == 0 {
            let more: &str = self.random.one_of::<&str>(WORDS);
            word.push_str(more);
        }
        word
    }

    fn quoted(&mut self, word: &str) -> (String, Style) {
        let bare = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '\'' | '<' | '=');
        let plain = word.starts_with(char::is_alphanumeric)
            && word.chars().all(|c| bare(c) || c == ' ')
            && !word.ends_with(' ');
        match self.random.below(3) {
            0 if plain => (word.to_owned(), Style::Plain),
            1 if !word.contains('\n') => (format!("'{}'", word.replace('\'', "''")), Style::SingleQuoted),
            _ => {
                let word = word.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n").replace('\t', "\\t");
                (format!("\"{word}\""), Style::DoubleQuoted)
            }
        }
    }

    fn space(&mut self) {
        let spaces = 1 + self.random.below(2);
        self.out.push_str(&" ".repeat(spaces));
    }

    fn line_end(&mut self) {
        let end = *self.random.one_of(&["\n", "\n", "\n", " # commento: [\n", "  \n", "\n\n", "\n# \"riga\tintera\n"]);
        self.out.push_str(end);
    }

    fn key(&mut self, taken: &mut Vec<String>) -> String {
        let mut word = self.word().replace('\n', " ");
        while taken.contains(&word) || matches!(word.as_str(), "<<" | "~" | "null") || word.contains('\u{a0}') {
            word.push('z');
            word = word.replace('\u{a0}', "z");
        }
        taken.push(word.clone());
        word
    }

    /// After a key or a dash: a value that ends its line.
    fn value(&mut self, indent: usize, depth: usize) -> NodeValue {
        match self.random.below(if depth > 3 { 3 } else { 6 }) {
            0 => {
                self.space();
                let value = self.flow(3);
                self.line_end();
                value
            }
            1 => self.block_scalar(indent),
            2 => {
                self.space();
                let word = self.word();
                let (written, style) = self.quoted(&word);
                self.out.push_str(&written);
                self.line_end();
                NodeValue::Scalar(Scalar { text: word, style })
            }
            3 if self.random.below(4) == 0 => {
                self.line_end();
                NodeValue::Scalar(Scalar { text: String::new(), style: Style::Plain })
            }
            3 | 4 => {
                self.line_end();
                let deeper = indent + 1 + self.random.below(3);
                self.map(deeper, depth + 1)
            }
            _ => {
                self.line_end();
                let deeper = indent + 1 + self.random.below(3);
                let items = (0..=self.random.below(3))
                    .map(|_| {
                        self.out.push_str(&" ".repeat(deeper));
                        self.out.push('-');
                        node(self.value(deeper, depth + 1))
                    })
                    .collect();
                NodeValue::List(items)
            }
        }
    }

    fn map(&mut self, indent: usize, depth: usize) -> NodeValue {
        let mut taken = Vec::new();
        let entries = (0..=self.random.below(4))
            .map(|_| {
                let text = self.key(&mut taken);
                let (written, _) = self.quoted(&text);
                self.out.push_str(&format!("{}{written}:", " ".repeat(indent)));
                (Key { text, place: nowhere() }, node(self.value(indent, depth)))
            })
            .collect();
        NodeValue::Map(entries)
    }

    fn block_scalar(&mut self, indent: usize) -> NodeValue {
        let mut lines = vec!["prima riga: [\"' # -".to_owned()];
        lines
            .extend((0..self.random.below(3)).map(|_| format!("{} {}", self.word().replace('\n', " ").trim(), "fine")));
        let keep = self.random.below(2) == 0;
        self.space();
        self.out.push_str(if keep { "|\n" } else { "|-\n" });
        let deeper = " ".repeat(indent + 1 + self.random.below(3));
        for line in &lines {
            self.out.push_str(&format!("{deeper}{line}\n"));
        }
        let text = lines.join("\n") + if keep { "\n" } else { "" };
        NodeValue::Scalar(Scalar { text, style: Style::Literal })
    }

    fn flow(&mut self, depth: usize) -> NodeValue {
        match self.random.below(if depth == 0 { 1 } else { 3 }) {
            1 => {
                self.out.push('[');
                let items = (0..self.random.below(4))
                    .map(|_| {
                        let item = node(self.flow(depth - 1));
                        self.out.push_str(", ");
                        item
                    })
                    .collect();
                self.out.push(']');
                NodeValue::List(items)
            }
            2 => {
                self.out.push('{');
                let mut taken = Vec::new();
                let entries = (0..self.random.below(4))
                    .map(|_| {
                        let text = self.key(&mut taken);
                        let (written, _) = self.quoted(&text);
                        self.out.push_str(&format!(" {written}: "));
                        let value = node(self.flow(depth - 1));
                        self.out.push_str(" ,");
                        (Key { text, place: nowhere() }, value)
                    })
                    .collect();
                self.out.push('}');
                NodeValue::Map(entries)
            }
            _ => {
                let word = self.word();
                let (written, style) = self.quoted(&word);
                self.out.push_str(&written);
                NodeValue::Scalar(Scalar { text: word, style })
            }
        }
    }
}

fn nowhere() -> lepre::diagnostic::Place {
    lepre::diagnostic::Place::start_of("")
}

fn node(value: NodeValue) -> Node {
    Node { place: nowhere(), value }
}

fn without_places(node_with: &Node) -> Node {
    node(match &node_with.value {
        NodeValue::Scalar(scalar) => NodeValue::Scalar(scalar.clone()),
        NodeValue::List(items) => NodeValue::List(items.iter().map(without_places).collect()),
        NodeValue::Map(entries) => NodeValue::Map(
            entries
                .iter()
                .map(|(key, node)| (Key { text: key.text.clone(), place: nowhere() }, without_places(node)))
                .collect(),
        ),
    })
}

/// Each scalar and key stands where its place says.
fn places_are_right(node: &Node, lines: &[&str]) {
    let written = |place: &lepre::diagnostic::Place| -> String {
        let line = lines[place.line as usize - 1];
        line.chars().skip(place.column as usize - 1).take(place.length as usize).collect()
    };
    match &node.value {
        NodeValue::Scalar(scalar) if scalar.is_absent() => {}
        NodeValue::Scalar(scalar) => {
            let shown = written(&node.place);
            let expected = match scalar.style {
                Style::Plain => scalar.text.clone(),
                Style::SingleQuoted => format!("'{}'", scalar.text.replace('\'', "''")),
                Style::DoubleQuoted => return assert!(shown.starts_with('"') && shown.ends_with('"'), "{shown}"),
                Style::Literal | Style::Folded => "prima riga: [\"' # -".to_owned(),
            };
            assert_eq!(shown, expected);
        }
        NodeValue::List(items) => {
            let shown = written(&node.place);
            assert!(shown.is_empty() || (shown.starts_with('[') && shown.ends_with(']')), "{shown}");
            items.iter().for_each(|item| places_are_right(item, lines));
        }
        NodeValue::Map(entries) => {
            for (key, value) in entries {
                let shown = written(&key.place);
                assert!(shown == key.text || shown.starts_with(['\'', '"']), "{shown}");
                places_are_right(value, lines);
            }
        }
    }
}

/// `LEPRE_SEED` replays one seed.
#[test]
fn random_files_keep_their_meaning() {
    let seeds = match std::env::var("LEPRE_SEED").ok().and_then(|seed| seed.parse::<u64>().ok()) {
        Some(seed) => seed..seed + 1,
        None => 0..3_000,
    };
    for seed in seeds {
        let mut writer = Writer { random: Random(seed), out: String::new() };
        let expected = node(writer.map(0, 0));
        let text = writer.out;
        let shown = format!("LEPRE_SEED={seed}\n{text}");
        let root = parse("a", text.as_bytes()).unwrap_or_else(|faults| panic!("{shown}\n{}", faults[0]));
        assert_eq!(drawn(&without_places(&root)), drawn(&expected), "{shown}");
        places_are_right(&root, &text.split('\n').collect::<Vec<_>>());
        let crlf =
            parse("a", text.replace('\n', "\r\n").as_bytes()).unwrap_or_else(|faults| panic!("{shown}\n{}", faults[0]));
        assert_eq!(crlf, root, "{shown}");
        let value = yaml_serde::from_str::<yaml_serde::Value>(&text).unwrap_or_else(|error| panic!("{shown}\n{error}"));
        same(&root, &value, text.len()).unwrap_or_else(|words| panic!("{shown}\n{words}"));
    }
}

// SPDX-License-Identifier: EUPL-1.2
//! From text to tree: one pass over the events of the YAML parser, faults collected on the way.

use serde_yaml::granit_parser::{Event, Marker, Parser, Span, StructureStyle, options};

use super::faults::Faults;
use super::tabs::{Lines, gap, tab};
use super::{Key, MAX_DEPTH, MAX_FLOW_DEPTH, MAX_NODES, Node, NodeValue, Scalar, Style, syntax};
use crate::diagnostic::{Diagnostic, Place};

/// The tree of a text, or as much of it as could be read; `None` when there is none.
pub(super) fn build(text: &str, faults: &mut Faults) -> Option<Node> {
    let options = options! {
        // Without it a forgotten quotation mark swallows the file up to the next one.
        strict_indentation: true,
        disallow_directives: true,
        emit_anchor_events: true,
        emit_unresolved_aliases: true,
        emit_comments: false,
        flow_nesting_limit: MAX_DEPTH + 1,
        block_nesting_limit: MAX_DEPTH + 1,
    };
    let mut builder = Builder {
        text,
        lines: Lines::of(text),
        faults,
        frames: Vec::new(),
        root: None,
        nodes: 0,
        holds_something: false,
        documents: 0,
        flow_depth: 0,
        read: 0,
        tabbed: 0,
        after_question: false,
        ended: false,
    };
    for event in Parser::new_from_str_with_options(text, options) {
        match event {
            Ok((event, span)) => builder.event(event, span),
            Err(error) => builder.stopped_by(&error),
        }
        if builder.ended {
            break;
        }
    }
    builder.finish()
}

/// A list or map still open.
pub(super) struct Frame {
    place: Place,
    start: Marker,
    flow: bool,
    pub(super) content: Content,
}

pub(super) enum Content {
    List(Vec<Node>),
    Map {
        entries: Vec<(Key, Node)>,
        waiting: Waiting,
    },
    /// A list or map in the place of a key: read and forgotten.
    Forgotten,
}

pub(super) enum Waiting {
    Key,
    Value(Key),
    /// The key was refused; its value is read and forgotten.
    Nothing,
}

pub(super) struct Builder<'a, 'f> {
    pub(super) text: &'a str,
    pub(super) lines: Lines<'a>,
    pub(super) faults: &'f mut Faults,
    pub(super) frames: Vec<Frame>,
    root: Option<Node>,
    nodes: usize,
    holds_something: bool,
    documents: usize,
    flow_depth: usize,
    /// Up to this byte tabs have been looked for.
    pub(super) read: usize,
    /// Up to this byte, the end of a line, tabs have been told.
    pub(super) tabbed: usize,
    /// Whether a `?` stands before the text at hand: it opens a key, whatever follows.
    pub(super) after_question: bool,
    ended: bool,
}

impl Builder<'_, '_> {
    fn event(&mut self, event: Event<'_>, span: Span) {
        let absent = matches!(event, Event::Scalar(..)) && span.start.index() >= span.end.index();
        self.holds_something |= event.is_node() && (!absent || span.tag_start().is_some());
        match event {
            Event::DocumentStart(explicit, _) => self.document_starts(explicit, &span),
            Event::DocumentEnd if self.source(&span) == "..." => {
                let place = self.place(&span);
                self.refuse("separatore-di-documento", &place, "la riga `...` chiude il documento", "togli la riga");
            }
            Event::Alias(_) | Event::UnresolvedAlias(_) => self.alias(&span),
            Event::Anchor(_, name) => {
                let place = self.place(&span);
                self.refuse(
                    "ancora",
                    &place,
                    format!("`&{}` è un'ancora, che qui non si può usare", quoted(&name)),
                    "togli l'ancora, oppure metti tra apici un testo che comincia con `&`",
                );
            }
            Event::Scalar(text, style, _, tag) => {
                self.tag(tag.is_some(), &span);
                self.scalar(&text, style, tag.is_some(), &span);
            }
            Event::SequenceStart(style, _, tag) => {
                self.tag(tag.is_some(), &span);
                self.opens(Content::List(Vec::new()), style, &span);
            }
            Event::MappingStart(style, _, tag) => {
                self.tag(tag.is_some(), &span);
                self.opens(Content::Map { entries: Vec::new(), waiting: Waiting::Key }, style, &span);
            }
            Event::SequenceEnd | Event::MappingEnd => self.closes(&span),
            _ => {}
        }
    }

    fn document_starts(&mut self, explicit: bool, span: &Span) {
        self.documents += 1;
        let place = if explicit { self.place(span) } else { self.start(span, 0) };
        if self.documents > 1 {
            self.refuse(
                "piu-documenti",
                &place,
                "qui comincia un secondo documento, e un file ne contiene uno solo",
                "togli la riga che separa i documenti, oppure metti il resto in un altro file",
            );
            self.ended = true;
        } else if explicit {
            self.refuse("separatore-di-documento", &place, "la riga `---` apre il documento", "togli la riga");
        }
    }

    fn alias(&mut self, span: &Span) {
        let place = self.place(span);
        let written = quoted(self.source(span));
        self.refuse(
            "alias",
            &place,
            format!("`{written}` è un alias, che qui non si può usare"),
            "ripeti il valore per esteso, oppure metti tra apici un testo che comincia con `*`",
        );
        self.count();
        self.value(Node::absent(place));
    }

    fn tag(&mut self, tagged: bool, span: &Span) {
        if !tagged {
            return;
        }
        let span = span.tag_span().unwrap_or(*span);
        let place = self.place(&span);
        let written = quoted(self.source(&span));
        self.refuse(
            "tag",
            &place,
            format!("`{written}` è un tag, che qui non si può usare"),
            "togli il tag, oppure metti tra apici un testo che comincia con `!`",
        );
    }

    pub(super) fn composite_key(&mut self, place: &Place) {
        self.refuse(
            "chiave-complessa",
            place,
            "la chiave non è una parola seguita da due punti",
            "scrivi la chiave su una riga, senza `?` e senza parentesi",
        );
    }

    fn opens(&mut self, content: Content, style: StructureStyle, span: &Span) {
        let flow = style == StructureStyle::Flow;
        let place = if flow { self.place(span) } else { self.start_of_block(&content, span) };
        let content = if self.next_is_key() {
            self.composite_key(&place);
            Content::Forgotten
        } else {
            content
        };
        self.count();
        if self.frames.len() >= MAX_DEPTH {
            let words = "elenchi e mappe stanno uno dentro l'altro per più di 64 livelli";
            self.refuse("troppo-profondo", &place, words, "dividi il contenuto, o controlla le parentesi e i rientri");
            self.ended = true;
            return;
        }
        self.flow_depth += usize::from(flow);
        // Once for each stretch that goes too deep, not for each bracket in it.
        if flow && self.flow_depth == MAX_FLOW_DEPTH + 1 {
            let words = "le parentesi stanno una dentro l'altra per più di 4 livelli";
            self.refuse("parentesi-annidate", &place, words, "scrivi l'elenco su più righe, con i trattini");
        }
        self.frames.push(Frame { place, start: span.start, flow, content });
    }

    fn closes(&mut self, span: &Span) {
        let Some(frame) = self.frames.pop() else { return };
        let mut place = frame.place;
        if frame.flow {
            self.flow_depth -= 1;
            place = self.place(&Span::new(frame.start, span.end));
        }
        match frame.content {
            Content::List(items) => self.value(Node { place, value: NodeValue::List(items) }),
            Content::Map { entries, .. } => {
                self.no_key_twice(&entries);
                self.value(Node { place, value: NodeValue::Map(entries) });
            }
            Content::Forgotten => {
                if let Some(Frame { content: Content::Map { waiting, .. }, .. }) = self.frames.last_mut() {
                    *waiting = Waiting::Nothing;
                }
            }
        }
    }

    fn no_key_twice(&mut self, entries: &[(Key, Node)]) {
        let mut keys: Vec<&Key> = entries.iter().map(|(key, _)| key).collect();
        // Stable: among equal keys the first of the file stays first.
        keys.sort_by(|a, b| a.text.cmp(&b.text));
        for same in keys.chunk_by(|a, b| a.text == b.text) {
            let Some((first, others)) = same.split_first() else { continue };
            for other in others {
                self.faults.add_built(|_| {
                    let words = format!("la chiave `{}` è scritta due volte", quoted(&other.text));
                    Diagnostic::error("chiave-doppia", &other.place, words)
                        .help("tieni una sola delle due, o correggi il nome di una")
                        .related(&first.place, "la prima è qui")
                });
            }
        }
    }

    /// Puts a value where it belongs.
    pub(super) fn value(&mut self, node: Node) {
        match self.frames.last_mut().map(|frame| &mut frame.content) {
            None => self.root = Some(node),
            Some(Content::List(items)) => items.push(node),
            Some(Content::Map { entries, waiting }) => match std::mem::replace(waiting, Waiting::Key) {
                Waiting::Value(key) => entries.push((key, node)),
                // An alias where a key should be.
                Waiting::Key => *waiting = Waiting::Nothing,
                Waiting::Nothing => {}
            },
            Some(Content::Forgotten) => {}
        }
    }

    pub(super) fn count(&mut self) {
        self.nodes += 1;
        if self.nodes > MAX_NODES && !self.ended {
            let place = self.faults.place(1, 1, 0);
            let words = "il file ha più di 200.000 voci, il massimo per una specifica";
            self.refuse("troppi-nodi", &place, words, "dividi il contenuto in più file");
            self.ended = true;
        }
    }

    pub(super) fn next_is_key(&self) -> bool {
        matches!(self.frames.last(), Some(Frame { content: Content::Map { waiting: Waiting::Key, .. }, .. }))
    }

    pub(super) fn place_of_absent(&self) -> Option<Place> {
        match self.frames.last() {
            Some(Frame { content: Content::Map { waiting: Waiting::Value(key), .. }, .. }) => Some(key.place.clone()),
            _ => None,
        }
    }

    fn stopped_by(&mut self, error: &serde_yaml::granit_parser::ScanError) {
        self.ended = true;
        let fault = syntax::explain(error, self.text, &self.lines, self.faults);
        let at = error.marker().byte_offset().unwrap_or(self.text.len());
        let about_tabs = fault.code == "tabulazione";
        let until = if about_tabs { self.lines.end_of_line(at) } else { at };
        let stretch = gap(self.text, self.read, until);
        self.tabs(&stretch.tabs);
        self.read = self.read.max(until);
        if !about_tabs {
            let place = |at| self.lines.place(at, 1, self.faults);
            let fault = match stretch.quote {
                Some(quote) if self.text.get(at..).is_some_and(|rest| rest.trim().is_empty()) => {
                    syntax::never_closed(&place(quote))
                }
                _ => fault,
            };
            let bracket = stretch.bracket.map(place).or_else(|| self.open_bracket());
            let opened_at = match (fault.code, stretch.quote, bracket) {
                ("sintassi-virgolette", Some(quote), _) => Some((place(quote), "le virgolette si aprono qui")),
                ("sintassi-rientro" | "sintassi-due-punti", _, Some(bracket)) => {
                    Some((bracket, "la parentesi si apre qui"))
                }
                _ => None,
            };
            let fault = match opened_at {
                Some((place, words)) if place.line != fault.place.line => fault.related(&place, words),
                _ => fault,
            };
            self.faults.add(fault);
        } else {
            let last = error.marker().line().max(fault.place.line as usize);
            if stretch.tabs.is_empty() {
                self.faults.add(fault);
            }
            // Who indents one line with tabs indents them all so: say it once for each.
            for line in self.lines.tabbed_after(last) {
                self.faults.add_built(|faults| tab(&faults.place(line, 1, 1)));
            }
        }
    }

    fn open_bracket(&self) -> Option<Place> {
        self.frames.last().filter(|frame| frame.flow).map(|frame| frame.place.clone())
    }

    fn finish(mut self) -> Option<Node> {
        if !self.ended {
            let tabs = gap(self.text, self.read, self.text.len()).tabs;
            self.tabs(&tabs);
        }
        // Maps left open by a fault may hold duplicates all the same.
        for frame in std::mem::take(&mut self.frames) {
            if let Content::Map { entries, .. } = frame.content {
                self.no_key_twice(&entries);
            }
        }
        if !self.holds_something && !self.ended {
            let place = self.faults.place(1, 1, 0);
            self.refuse("file-vuoto", &place, "il file non contiene dati", "scrivi il contenuto, oppure togli il file");
        }
        self.root
    }

    pub(super) fn refuse(
        &mut self,
        code: &'static str,
        place: &Place,
        words: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.faults.add(Diagnostic::error(code, place, words).help(help));
    }

    fn source(&self, span: &Span) -> &str {
        span.slice(self.text).unwrap_or_default()
    }

    pub(super) fn start(&self, span: &Span, length: usize) -> Place {
        self.faults.place(span.start.line(), span.start.col() + 1, length)
    }

    /// The part of a span that stands on its first line.
    pub(super) fn place(&self, span: &Span) -> Place {
        if span.start.line() == span.end.line() {
            return self.start(span, span.end.col().saturating_sub(span.start.col()));
        }
        let rest = span.start.byte_offset().and_then(|at| self.text.get(at..self.lines.end_of_line(at)));
        self.start(span, rest.unwrap_or_default().trim_end_matches('\r').chars().count())
    }

    /// A block list stands at its first dash, where the parser may point behind it.
    fn start_of_block(&self, content: &Content, span: &Span) -> Place {
        let at = span.start.byte_offset().unwrap_or_default();
        let elsewhere = matches!(content, Content::List(_)) && self.text.as_bytes().get(at) != Some(&b'-');
        match gap(self.text, self.read, at).dash {
            Some(dash) if elsewhere => self.lines.place(dash, 0, self.faults),
            _ => self.start(span, 0),
        }
    }
}

impl Node {
    pub(super) fn absent(place: Place) -> Self {
        Self { place, value: NodeValue::Scalar(Scalar { text: String::new(), style: Style::Plain }) }
    }
}

/// The reader's words, cut where they would fill the screen.
pub(super) fn quoted(words: &str) -> String {
    const ENOUGH: usize = 60;
    match words.char_indices().nth(ENOUGH) {
        Some((at, _)) => format!("{}…", words.get(..at).unwrap_or_default()),
        None => words.to_owned(),
    }
}

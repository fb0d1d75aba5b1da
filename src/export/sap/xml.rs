// SPDX-License-Identifier: EUPL-1.2
//! Section 6 as XML. The only file that knows the XML library.
//!
//! Each `politiche_attive_lst` has the names of the standard; the elements around it are ours, and say whose it is.

use std::io::{self, Write};

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

use crate::calendar::Day;

use super::rules::event_code;
use super::{Measure, SourceSystem};

/// Version of the envelope.
const FORMAT: &str = "1";
const ENVELOPE: &str = "sezione_6";
const CASE: &str = "scheda";
const LIST: &str = "politiche_attive_lst";
const RECORD: &str = "politiche_attive";

/// A file of section 6 that is being written.
pub(super) struct Section<W: Write> {
    writer: Writer<W>,
}

impl<W: Write> Section<W> {
    pub(super) fn begin(out: W, system: SourceSystem, today: Day) -> io::Result<Self> {
        let mut writer = Writer::new_with_indent(out, b' ', 2);
        writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
        let mut envelope = BytesStart::new(ENVELOPE);
        envelope.push_attribute(("formato", FORMAT));
        envelope.push_attribute(("sistema", system.code()));
        envelope.push_attribute(("del", today.to_string().as_str()));
        writer.write_event(Event::Start(envelope))?;
        Ok(Self { writer })
    }

    /// The records of one case.
    pub(super) fn case(&mut self, id: &str, tax_code: &str, measures: &[Measure]) -> io::Result<()> {
        let mut case = BytesStart::new(CASE);
        case.push_attribute(("codice_fiscale", printable(tax_code).as_str()));
        case.push_attribute(("pratica", printable(id).as_str()));
        self.writer.write_event(Event::Start(case))?;
        self.writer.write_event(Event::Start(BytesStart::new(LIST)))?;
        for measure in measures {
            self.record(measure)?;
        }
        self.writer.write_event(Event::End(BytesEnd::new(LIST)))?;
        self.writer.write_event(Event::End(BytesEnd::new(CASE)))
    }

    pub(super) fn end(mut self) -> io::Result<()> {
        self.writer.write_event(Event::End(BytesEnd::new(ENVELOPE)))?;
        let out = self.writer.get_mut();
        out.write_all(b"\n")?;
        out.flush()
    }

    fn record(&mut self, measure: &Measure) -> io::Result<()> {
        let day = |day: Option<Day>| day.map(|day| day.to_string());
        let fields = [
            ("tipo_attivita", Some(measure.code.clone())),
            ("titolo_denominazione", measure.denomination.clone()),
            ("data_proposta", day(measure.proposed_on)),
            ("data", day(measure.begun_on)),
            ("data_fine", day(measure.ended_on)),
            ("durata", measure.duration.map(|duration| duration.to_string())),
            ("tipologia_durata", measure.duration_unit.clone()),
            ("descrizione", measure.description.clone()),
            ("titolo_progetto", Some(measure.project.clone())),
            ("codice_ente_promotore", measure.promoter.clone()),
            ("identificativo_politica", measure.identifier.clone()),
        ];
        self.writer.write_event(Event::Start(BytesStart::new(RECORD)))?;
        for (name, value) in fields {
            if let Some(value) = value {
                self.text(name, &value)?;
            }
        }
        if let Some(last) = &measure.last_event {
            self.writer.write_event(Event::Start(BytesStart::new("ultimo_evento")))?;
            self.text("evento", &format!("{:02}", event_code(last.event)))?;
            self.text("data_evento", &last.on.to_string())?;
            self.writer.write_event(Event::End(BytesEnd::new("ultimo_evento")))?;
        }
        self.writer.write_event(Event::End(BytesEnd::new(RECORD)))
    }

    fn text(&mut self, name: &str, value: &str) -> io::Result<()> {
        let value = printable(value);
        self.writer.write_event(Event::Start(BytesStart::new(name)))?;
        self.writer.write_event(Event::Text(BytesText::new(&value)))?;
        self.writer.write_event(Event::End(BytesEnd::new(name)))
    }
}

/// Without the characters that XML 1.0 does not have.
fn printable(text: &str) -> String {
    let odd = |c: char| matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}');
    text.chars().map(|c| if odd(c) { '\u{fffd}' } else { c }).collect()
}

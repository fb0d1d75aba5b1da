// SPDX-License-Identifier: EUPL-1.2
//! Cases as an event log in XES (IEEE 1849-2016): a trace for each case, under pseudonyms.

use std::io::{self, Write};

use crate::calendar::Day;
use crate::service::{Selection, Service};
use crate::store::CaseHead;

use super::ExportError;
use super::moment::Moments;
use super::pseudonym::{Named, Pseudonyms};
use super::trail::{Step, Sums, walk};

const HEAD: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1849-2016" xes.features="" xmlns="http://www.xes-standard.org/">
<extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
<extension name="Lifecycle" prefix="lifecycle" uri="http://www.xes-standard.org/lifecycle.xesext"/>
<extension name="Organizational" prefix="org" uri="http://www.xes-standard.org/org.xesext"/>
<extension name="Time" prefix="time" uri="http://www.xes-standard.org/time.xesext"/>
<global scope="trace">
<string key="concept:name" value="sconosciuta"/>
</global>
<global scope="event">
<string key="concept:name" value="sconosciuta"/>
<string key="lifecycle:transition" value="unknown"/>
<date key="time:timestamp" value="1970-01-01T00:00:00.000+01:00"/>
<string key="org:resource" value="sconosciuto"/>
</global>
<classifier name="Voce e passaggio" keys="concept:name lifecycle:transition"/>
<classifier name="Voce" keys="concept:name"/>
<string key="concept:name" value="pratiche dei livelli essenziali delle prestazioni"/>
<string key="lifecycle:model" value="standard"/>
"#;

/// Writes the chosen cases.
///
/// # Errors
/// The disk, or the store as a whole: a case that cannot be read is told in the sums.
pub fn write(
    out: &mut dyn Write,
    service: &Service,
    chosen: &Selection,
    with_voided: bool,
    pseudonyms: &mut Pseudonyms,
) -> Result<Sums, ExportError> {
    out.write_all(HEAD.as_bytes())?;
    let (mut trace, mut moments) = (Trace::default(), Moments::in_rome());
    let sums = walk(service, chosen, with_voided, &mut |head, steps| {
        trace.text.clear();
        trace.begin(head, pseudonyms, &mut moments);
        for step in steps {
            trace.event(step, pseudonyms, &mut moments);
        }
        trace.text.push_str("</trace>\n");
        out.write_all(trace.text.as_bytes())?;
        Ok(())
    })?;
    end(out)?;
    Ok(sums)
}

fn end(out: &mut dyn Write) -> io::Result<()> {
    out.write_all(b"</log>\n")
}

/// The text of a trace: one buffer for all of them.
#[derive(Default)]
struct Trace {
    text: String,
}

impl Trace {
    fn begin(&mut self, head: &CaseHead, pseudonyms: &Pseudonyms, moments: &mut Moments) {
        self.text.push_str("<trace>\n");
        self.string("concept:name", &pseudonyms.of(Named::Case, head.id.as_bytes()));
        self.string("soggetto", &pseudonyms.of(Named::Subject, head.subject.as_bytes()));
        self.string("livello", &head.level);
        self.some("regione", head.region.as_deref());
        self.some("sede", head.office.as_deref());
        self.string("regolamento", &head.rulebook.to_string());
        if let Some(day) = Day::from_number(head.opened_on) {
            self.date("aperta_il", moments.of(day, None));
        }
    }

    fn event(&mut self, step: &Step<'_>, pseudonyms: &mut Pseudonyms, moments: &mut Moments) {
        self.text.push_str("<event>\n");
        self.string("concept:name", step.name);
        self.string("lifecycle:transition", step.transition);
        self.date("time:timestamp", moments.of(step.on, step.time));
        self.string("org:resource", pseudonyms.operator(step.actor));
        self.attribute("int", "sequenza", |text| {
            use std::fmt::Write as _;
            // Writing to a text never fails.
            _ = write!(text, "{}", step.sequence);
        });
        self.boolean("ora_nota", step.time.is_some());
        self.string("tipo", step.kind);
        self.some("voce", step.item);
        self.some("evento_sap", step.sap_event);
        self.some("codice_sap", step.sap_code);
        self.some("modalita", step.mode);
        self.some("modo", step.manner);
        self.some("sede_affidataria", step.office);
        if step.voided {
            self.boolean("annullato", true);
        }
        self.text.push_str("</event>\n");
    }

    fn some(&mut self, key: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.string(key, value);
        }
    }

    fn string(&mut self, key: &str, value: &str) {
        self.attribute("string", key, |text| escape(value, text));
    }

    fn date(&mut self, key: &str, value: &str) {
        self.attribute("date", key, |text| text.push_str(value));
    }

    fn boolean(&mut self, key: &str, value: bool) {
        self.attribute("boolean", key, |text| text.push_str(if value { "true" } else { "false" }));
    }

    fn attribute(&mut self, kind: &str, key: &str, value: impl FnOnce(&mut String)) {
        let text = &mut self.text;
        text.push('<');
        text.push_str(kind);
        text.push_str(" key=\"");
        text.push_str(key);
        text.push_str("\" value=\"");
        value(text);
        text.push_str("\"/>\n");
    }
}

/// A value between quotes. What XML cannot hold at all becomes the replacement character, rather than a broken file.
fn escape(value: &str, text: &mut String) {
    let plain = |c: char| !matches!(c, '&' | '<' | '>' | '"' | '\0'..='\x1f' | '\u{fffe}' | '\u{ffff}');
    if value.chars().all(plain) {
        text.push_str(value);
        return;
    }
    for c in value.chars() {
        match c {
            '&' => text.push_str("&amp;"),
            '<' => text.push_str("&lt;"),
            '>' => text.push_str("&gt;"),
            '"' => text.push_str("&quot;"),
            '\t' => text.push_str("&#9;"),
            '\n' => text.push_str("&#10;"),
            '\r' => text.push_str("&#13;"),
            '\0'..='\x1f' | '\u{fffe}' | '\u{ffff}' => text.push('\u{fffd}'),
            c => text.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::escape;

    #[test]
    fn what_xml_cannot_hold_does_not_break_it() {
        let escaped = |value: &str| {
            let mut text = String::new();
            escape(value, &mut text);
            text
        };
        assert_eq!(escaped("città d'Aosta"), "città d'Aosta");
        assert_eq!(escaped("a<b>&\"c\"\n\t"), "a&lt;b&gt;&amp;&quot;c&quot;&#10;&#9;");
        assert_eq!(escaped("a\0b\u{1b}\u{ffff}"), "a\u{fffd}b\u{fffd}\u{fffd}");
    }
}

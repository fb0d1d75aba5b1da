// SPDX-License-Identifier: EUPL-1.2
//! The log in JSON, by the schema of OCEL 2.0: events first, then the objects, which wait in a file beside.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

use crate::export::{ExportError, OutputFile};

use super::{EVENT_ATTRIBUTES, Happening, Log, Object, ObjectType, Tie, Value};

/// The time of an attribute that an object has had from the first.
const FROM_THE_FIRST: &str = "1970-01-01T00:00:00Z";

pub struct JsonLog {
    out: OutputFile,
    /// The objects, until the events are all written.
    objects: OutputFile,
    events: u64,
    held: u64,
    names: BTreeSet<String>,
}

impl JsonLog {
    /// # Errors
    /// The folder cannot be written to.
    pub fn create(target: &Path) -> io::Result<Self> {
        let mut beside = target.as_os_str().to_owned();
        beside.push(".oggetti");
        let mut out = OutputFile::beside(target)?;
        out.write_all(b"{\"events\":[\n")?;
        Ok(Self { out, objects: OutputFile::beside(beside.as_ref())?, events: 0, held: 0, names: BTreeSet::new() })
    }

    /// Puts the objects and the types after the events, and gives the file its name.
    ///
    /// # Errors
    /// The disk: then no file of that name has appeared.
    pub fn publish(mut self) -> io::Result<()> {
        self.objects.flush()?;
        self.out.write_all(b"\n],\"objects\":[\n")?;
        io::copy(&mut File::open(self.objects.draft_path())?, &mut self.out)?;
        self.out.write_all(b"\n],\"eventTypes\":[\n")?;
        for (n, name) in self.names.iter().enumerate() {
            declare(&mut self.out, n > 0, name, &EVENT_ATTRIBUTES)?;
        }
        self.out.write_all(b"\n],\"objectTypes\":[\n")?;
        for (n, kind) in ObjectType::ALL.into_iter().enumerate() {
            declare(&mut self.out, n > 0, kind.word(), kind.attributes())?;
        }
        self.out.write_all(b"\n]}\n")?;
        self.out.publish()
    }
}

impl Log for JsonLog {
    fn object(&mut self, object: &Object<'_>) -> Result<(), ExportError> {
        let out = &mut self.objects;
        separate(out, self.held > 0)?;
        self.held += 1;
        out.write_all(b"{\"id\":")?;
        text(out, object.id)?;
        write!(out, ",\"type\":\"{}\"", object.kind.word())?;
        attributes(out, object.attributes, Some(FROM_THE_FIRST))?;
        ties(out, object.ties)?;
        Ok(out.write_all(b"}")?)
    }

    fn event(&mut self, event: &Happening<'_>) -> Result<(), ExportError> {
        if !self.names.contains(event.name) {
            self.names.insert(event.name.to_owned());
        }
        let out = &mut self.out;
        separate(out, self.events > 0)?;
        self.events += 1;
        out.write_all(b"{\"id\":")?;
        text(out, event.id)?;
        out.write_all(b",\"type\":")?;
        text(out, event.name)?;
        write!(out, ",\"time\":\"{}\"", event.at)?;
        attributes(out, event.attributes, None)?;
        ties(out, event.ties)?;
        Ok(out.write_all(b"}")?)
    }
}

fn separate(out: &mut dyn Write, more: bool) -> io::Result<()> {
    out.write_all(if more { b",\n" } else { b"" })
}

fn text(out: &mut dyn Write, text: &str) -> io::Result<()> {
    Ok(serde_json::to_writer(out, text)?)
}

fn attributes(out: &mut dyn Write, all: &[(&'static str, Value<'_>)], time: Option<&str>) -> io::Result<()> {
    out.write_all(b",\"attributes\":[")?;
    for (n, (name, value)) in all.iter().enumerate() {
        let comma = if n > 0 { "," } else { "" };
        write!(out, "{comma}{{\"name\":\"{name}\",")?;
        if let Some(time) = time {
            write!(out, "\"time\":\"{time}\",")?;
        }
        out.write_all(b"\"value\":")?;
        match value {
            Value::Text(value) => text(out, value)?,
            Value::Number(number) => write!(out, "{number}")?,
            Value::Flag(flag) => write!(out, "{flag}")?,
        }
        out.write_all(b"}")?;
    }
    out.write_all(b"]")
}

fn ties(out: &mut dyn Write, all: &[Tie<'_>]) -> io::Result<()> {
    out.write_all(b",\"relationships\":[")?;
    for (n, (object, how)) in all.iter().enumerate() {
        out.write_all(if n > 0 { b",{\"objectId\":" } else { b"{\"objectId\":" })?;
        text(out, object)?;
        write!(out, ",\"qualifier\":\"{how}\"}}")?;
    }
    out.write_all(b"]")
}

fn declare(out: &mut dyn Write, more: bool, name: &str, attributes: &[(&str, &str)]) -> io::Result<()> {
    separate(out, more)?;
    out.write_all(b"{\"name\":")?;
    text(out, name)?;
    out.write_all(b",\"attributes\":[")?;
    for (n, (name, kind)) in attributes.iter().enumerate() {
        let comma = if n > 0 { "," } else { "" };
        write!(out, "{comma}{{\"name\":\"{name}\",\"type\":\"{kind}\"}}")?;
    }
    out.write_all(b"]}")
}

// SPDX-License-Identifier: EUPL-1.2
//! The answer for each case, one a line, in the order of the ids.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use serde_json::json;

use crate::cli::CliError;
use crate::cli::stored::io_words;
use crate::export::write_new;
use crate::service::{CaseId, Service, unchecked_json};

use super::source::Source;

/// Answers as they come, in a file of passage: of each only its place stays in memory.
pub struct Answers {
    out: BufWriter<File>,
    path: PathBuf,
    places: Vec<Place>,
    at: u64,
    /// The first trouble with the file: what comes after it is lost, and nothing is published.
    failed: Option<io::Error>,
}

#[derive(Clone, Copy)]
struct Place {
    case: CaseId,
    at: u64,
    length: u32,
}

impl Answers {
    /// Beside the file that is to be; where that is no file, among the temporary ones.
    ///
    /// # Errors
    /// The folder cannot be written to.
    pub fn for_file(target: &Path) -> Result<Self, CliError> {
        let open = || -> io::Result<Self> {
            let target = std::path::absolute(target)?;
            let is_file = fs::metadata(&target).map_or(true, |there| there.is_file());
            let name = format!(".lepre-esiti-{}.tmp", Service::new_id());
            let path = if is_file { target.with_file_name(name) } else { std::env::temp_dir().join(name) };
            let file = OpenOptions::new().create_new(true).read(true).write(true).open(&path)?;
            let out = BufWriter::with_capacity(1 << 20, file);
            Ok(Self { out, path, places: Vec::new(), at: 0, failed: None })
        };
        open().map_err(|error| unwritten(target, &error))
    }

    pub fn add(&mut self, case: CaseId, line: &str) {
        if self.failed.is_some() {
            return;
        }
        if let Err(error) = self.out.write_all(line.as_bytes()) {
            self.failed = Some(error);
            return;
        }
        self.places.push(Place { case, at: self.at, length: u32::try_from(line.len()).unwrap_or(u32::MAX) });
        self.at += line.len() as u64;
    }

    /// Writes the file: it appears when it is whole. The cases of a source have the id of the system they came from, and
    /// its lines that are no case come last.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn write(
        mut self,
        file: &Path,
        troubles: &[(CaseId, String)],
        source: Option<&Source>,
    ) -> Result<(), CliError> {
        for (case, why) in troubles {
            self.add(*case, &unchecked_json(*case, why).to_string());
        }
        self.places.sort_unstable_by_key(|place| place.case);
        let written = write_new(file, |out| -> io::Result<()> {
            if let Some(error) = self.failed.take() {
                return Err(error);
            }
            self.out.flush()?;
            let (mut line, passage) = (Vec::new(), self.out.get_mut());
            for place in &self.places {
                line.resize(place.length as usize, 0);
                passage.seek(SeekFrom::Start(place.at))?;
                passage.read_exact(&mut line)?;
                match source {
                    Some(source) => out.write_all(named(&source.service, place.case, &line).as_bytes())?,
                    None => out.write_all(&line)?,
                }
                out.write_all(b"\n")?;
            }
            source.into_iter().flat_map(|source| &source.refused).try_for_each(|(line, why)| {
                let told = json!({ "pratica": null, "riga": line, "conforme": null, "rilievi": [], "motivo": why });
                writeln!(out, "{told}")
            })
        });
        written.map_err(|error| unwritten(file, &error))
    }
}

impl Drop for Answers {
    fn drop(&mut self) {
        // Nothing is lost if it stays.
        _ = fs::remove_file(&self.path);
    }
}

fn unwritten(file: &Path, error: &io::Error) -> CliError {
    CliError::world(
        format!("`{}` non si scrive: {}", file.display(), io_words(error)),
        "controlla la cartella, i permessi e lo spazio sul disco: il file non è stato creato",
    )
}

/// The line, with the name of the case where it came from in the place of the one it had in passing.
fn named(service: &Service, case: CaseId, line: &[u8]) -> String {
    let external = service.store().case_head(case).ok().flatten().and_then(|head| head.external);
    match (external, serde_json::from_slice::<serde_json::Value>(line)) {
        (Some(external), Ok(mut answer)) => {
            if let Some(fields) = answer.as_object_mut() {
                fields.insert("pratica".into(), external.into());
            }
            answer.to_string()
        }
        _ => String::from_utf8_lossy(line).into_owned(),
    }
}

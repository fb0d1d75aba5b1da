// SPDX-License-Identifier: EUPL-1.2
//! A file that appears under its name only when it is whole.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// A file under a provisional name, in the folder of the one it is to become. What is there and is no file (a device, a
/// pipe) is written to as it is, and stays what it is.
///
/// Dropped before [`OutputFile::publish`], it is removed.
pub struct OutputFile {
    out: Option<BufWriter<File>>,
    draft: PathBuf,
    /// The name it is to have; none where it already has it.
    target: Option<PathBuf>,
}

impl OutputFile {
    /// # Errors
    /// The folder cannot be written to.
    pub fn beside(target: &Path) -> io::Result<Self> {
        let target = std::path::absolute(target)?;
        match fs::metadata(&target) {
            Ok(there) if there.is_dir() => return Err(io::ErrorKind::IsADirectory.into()),
            Ok(there) if !there.is_file() => {
                let out = BufWriter::with_capacity(256 * 1024, fs::OpenOptions::new().write(true).open(&target)?);
                return Ok(Self { out: Some(out), draft: target, target: None });
            }
            _ => {}
        }
        let name = target.file_name().ok_or(io::ErrorKind::InvalidInput)?;
        let mut draft = std::ffi::OsString::from(".");
        draft.push(name);
        draft.push(format!(".{}.tmp", std::process::id()));
        let draft = target.with_file_name(draft);
        let out = BufWriter::with_capacity(256 * 1024, File::create(&draft)?);
        Ok(Self { out: Some(out), draft, target: Some(target) })
    }

    /// As [`OutputFile::beside`], for a library that opens its own file: what is there and is no file is refused.
    ///
    /// # Errors
    /// As there.
    pub fn for_a_library(target: &Path) -> io::Result<Self> {
        // Before it is opened: a pipe that nobody reads would be waited for.
        match fs::metadata(target) {
            Ok(there) if !there.is_file() => Err(io::ErrorKind::InvalidInput.into()),
            _ => Self::beside(target),
        }
    }

    /// The provisional name, for the library.
    pub fn draft_path(&self) -> &Path {
        &self.draft
    }

    /// Flushes the file to the disk and gives it its name, in the place of one that may be there.
    ///
    /// # Errors
    /// The disk is full, or broken: then no file of that name has appeared or changed.
    pub fn publish(mut self) -> io::Result<()> {
        if let Some(out) = self.out.take() {
            let file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
            if self.target.is_some() {
                file.sync_all()?;
            }
        }
        self.target.as_ref().map_or(Ok(()), |target| fs::rename(&self.draft, target))
    }
}

impl Write for OutputFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.out.as_mut().map_or(Err(io::ErrorKind::BrokenPipe.into()), |out| out.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.as_mut().map_or(Ok(()), Write::flush)
    }
}

impl Drop for OutputFile {
    fn drop(&mut self) {
        // After a publication there is nothing under that name.
        if self.target.is_some() {
            _ = fs::remove_file(&self.draft);
        }
    }
}

/// Writes a whole file: it appears under its name when `write` has written all of it.
///
/// # Errors
/// Those of `write`, or of the disk.
pub fn write_new<T, E: From<io::Error>>(
    target: &Path,
    write: impl FnOnce(&mut OutputFile) -> Result<T, E>,
) -> Result<T, E> {
    let mut file = OutputFile::beside(target)?;
    let written = write(&mut file)?;
    file.publish()?;
    Ok(written)
}

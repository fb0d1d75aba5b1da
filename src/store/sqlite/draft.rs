// SPDX-License-Identifier: EUPL-1.2
//! A file made under a name of its own, which appears under the name asked for only when it is whole and on the disk.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicU64, Ordering};

/// The file under its provisional name, in the folder of the one it is to become; removed in the end, published or not.
pub(super) struct Draft {
    path: PathBuf,
}

impl Draft {
    pub(super) fn beside(target: &Path) -> io::Result<Self> {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        loop {
            let mut name = OsString::from(".");
            name.push(target.file_name().unwrap_or_default());
            name.push(format!(".{}-{}.tmp", process::id(), COUNT.fetch_add(1, Ordering::Relaxed)));
            let path = target.with_file_name(name);
            match File::create_new(&path) {
                Ok(_) => return Ok(Self { path }),
                // Left behind by a program that was killed.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Gives the file its name; an error of kind `AlreadyExists` if there is a file of that name.
    pub(super) fn publish(&self, target: &Path) -> io::Result<()> {
        File::open(&self.path)?.sync_all()?;
        // A link, unlike a rename, never takes the place of a file that has appeared meanwhile.
        match fs::hard_link(&self.path, target) {
            Err(error) if matches!(error.kind(), io::ErrorKind::Unsupported | io::ErrorKind::PermissionDenied) => {
                // A file system without links.
                if target.try_exists()? {
                    return Err(io::ErrorKind::AlreadyExists.into());
                }
                fs::rename(&self.path, target)?;
            }
            linked => linked?,
        }
        sync_folder(target)
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        let _gone = fs::remove_file(&self.path);
    }
}

#[cfg(unix)]
fn sync_folder(file: &Path) -> io::Result<()> {
    file.parent().map_or(Ok(()), |folder| File::open(folder)?.sync_all())
}

/// Elsewhere a folder cannot be opened to be flushed; the system does it.
#[cfg(not(unix))]
fn sync_folder(_file: &Path) -> io::Result<()> {
    Ok(())
}

// SPDX-License-Identifier: EUPL-1.2
//! What the command line says of the specifications: every verb on the real ones, on broken ones, on rubbish.

#![cfg(test)]

mod broken;
mod drawing;
mod reading;
mod rubbish;
mod variations;
mod world;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, LazyLock};

use lepre::library::Library;
use lepre::rulebook::Rulebook;
use serde_json::Value as Json;
use tempfile::TempDir;

const LETTERS: [&str; 21] =
    ["A", "B", "C", "D", "E", "F1", "F2", "F3", "G", "H", "I", "J", "K", "L", "M", "N", "O", "P", "Q", "R", "S"];

/// How a run of `lepre` ended.
struct Ran {
    code: i32,
    out: String,
    err: String,
}

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lepre"));
    command.args(arguments).current_dir(env!("CARGO_MANIFEST_DIR"));
    for name in ["LEPRE_SPECS", "LEPRE_DB", "LEPRE_OGGI", "NO_COLOR"] {
        command.env_remove(name);
    }
    command
}

fn ended(command: &mut Command) -> Ran {
    let output = command.output().unwrap();
    Ran {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

fn lepre(arguments: &[&str]) -> Ran {
    ended(&mut command(arguments))
}

/// A run that must end well.
fn fine(arguments: &[&str]) -> String {
    let ran = lepre(arguments);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{arguments:?}\n{}", ran.out);
    ran.out
}

fn json(arguments: &[&str]) -> Json {
    serde_json::from_str(&lepre(arguments).out).unwrap()
}

/// A copy of the real specifications, to be spoilt.
fn copy() -> (TempDir, PathBuf) {
    fn copy_folder(from: &Path, to: &Path) {
        fs::create_dir_all(to).unwrap();
        for entry in fs::read_dir(from).unwrap() {
            let (from, name) = entry.map(|entry| (entry.path(), entry.file_name())).unwrap();
            if from.is_dir() { copy_folder(&from, &to.join(name)) } else { _ = fs::copy(from, to.join(name)).unwrap() }
        }
    }
    let folder = TempDir::new().unwrap();
    let specs = folder.path().join("specs");
    copy_folder(&Path::new(env!("CARGO_MANIFEST_DIR")).join("specs"), &specs);
    copy_folder(&Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts"), &folder.path().join("scripts"));
    (folder, specs)
}

fn change(file: &Path, from: &str, to: &str) {
    let text = fs::read_to_string(file).unwrap();
    assert!(text.contains(from), "`{from}` in {}", file.display());
    fs::write(file, text.replace(from, to)).unwrap();
}

const E: &str = "nazionale/e-orientamento-specialistico.yaml";
const E_SCENARIOS: &str = "nazionale/e-orientamento-specialistico.prove.yaml";

/// The law of a level today, read without the command line.
fn rulebook(letter: &str) -> Arc<Rulebook> {
    static LIBRARY: LazyLock<Library> =
        LazyLock::new(|| Library::open(&Path::new(env!("CARGO_MANIFEST_DIR")).join("specs")).unwrap());
    LIBRARY.rulebook(letter, None, "2026-01-01".parse().unwrap()).unwrap()
}

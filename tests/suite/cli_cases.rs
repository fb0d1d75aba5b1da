// SPDX-License-Identifier: EUPL-1.2
//! The command line of cases, as an operator uses it: the real program, the real specifications, a folder of its own.

use std::path::Path;
use std::process::Command;

use serde_json::Value as Json;
use tempfile::TempDir;

mod demo;
mod impact;
mod indicators;
mod names;
mod record;
mod shapes;
mod source;
mod stories;
mod trouble;
mod wrong_words;

/// What stands before the verb: the national specifications, a database in the current folder, a day for today.
pub fn usual() -> Vec<String> {
    let specs = crate::engine::specs().to_string_lossy().into_owned();
    ["--specs", &specs, "--db", "lepre.db", "--oggi", "2024-12-31"].map(str::to_owned).into()
}

/// The program in a folder, with none of the caller's own settings.
pub fn lepre(folder: &Path) -> Command {
    let mut command = bare(folder);
    command.args(usual());
    command
}

fn bare(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lepre"));
    for name in ["LEPRE_SPECS", "LEPRE_DB", "LEPRE_OGGI", "LEPRE_OPERATORE", "NO_COLOR"] {
        command.env_remove(name);
    }
    command.current_dir(folder);
    command
}

/// English that the libraries speak and an official must never read.
const FORBIDDEN: &str = "argument arguments cannot characters column conflict database denied directory duplicate eof err \
    error expected failed field found input integer invalid line match missing must option options panicked parse possible \
    provided required sequence similar string subcommand such syntax thread tip trailing unexpected unknown usage value variant";

/// What a command came to.
#[derive(Debug)]
pub struct Said {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Said {
    /// The whole answer of a command that did what it was asked.
    #[track_caller]
    pub fn fine(self) -> String {
        assert_eq!((self.code, self.err.as_str()), (0, ""), "{}", self.out);
        self.out
    }

    /// The answer of a command that has findings, faults or a refusal to tell.
    #[track_caller]
    pub fn no(self) -> String {
        assert_eq!((self.code, self.err.as_str()), (1, ""), "{}", self.out);
        self.out
    }

    /// Message and help of a command that was asked wrongly (2), or could not be carried out (3).
    #[track_caller]
    pub fn wrong(self, code: i32) -> (String, String) {
        assert_eq!((self.code, self.out.as_str()), (code, ""), "{}", self.err);
        let (message, help) = self.err.split_once("\naiuto: ").unwrap_or((&self.err, ""));
        (message.trim_end().strip_prefix("errore: ").unwrap().to_owned(), help.trim_end().to_owned())
    }

    #[track_caller]
    pub fn json(self) -> Json {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {}{}", self.out, self.err))
    }
}

/// A desk with an empty database.
pub struct Desk {
    pub folder: TempDir,
}

impl Desk {
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    pub fn run(&self, args: &[&str]) -> Said {
        self.hear(lepre(self.folder.path()), args)
    }

    /// The same on other specifications, and another database.
    pub fn run_on(&self, specs: &Path, db: &str, args: &[&str]) -> Said {
        let mut command = bare(self.folder.path());
        command.arg("--specs").arg(specs).args(["--db", db, "--oggi", "2024-12-31"]);
        self.hear(command, args)
    }

    fn hear(&self, mut command: Command, args: &[&str]) -> Said {
        let output = command.args(args).output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        let said = Said { code: output.status.code().unwrap(), out: text(output.stdout), err: text(output.stderr) };
        for text in [&said.out, &said.err] {
            let words = text.split(|c: char| !c.is_alphabetic()).map(str::to_lowercase);
            let heard: Vec<String> = words.filter(|word| FORBIDDEN.split(' ').any(|english| english == word)).collect();
            assert!(heard.is_empty(), "{args:?} says {heard:?}\n{text}");
        }
        said
    }

    /// A command line in one text, split at spaces.
    pub fn say(&self, line: &str) -> Said {
        self.run(&line.split(' ').collect::<Vec<_>>())
    }

    /// Opens a case; what is enough to name it.
    pub fn open(&self, line: &str) -> String {
        let opened = self.say(&format!("case open {line}")).fine();
        let second = opened.lines().nth(1).unwrap();
        second.strip_prefix("nei comandi basta `").unwrap().split('`').next().unwrap().to_owned()
    }

    /// A case of E whose person has signed the pact elsewhere.
    pub fn guidance(&self, n: usize) -> String {
        let code = crate::service::office::person(n);
        self.open(&format!("E --cf {code} --dato patto_gia_sottoscritto=true --il 2024-05-02"))
    }
}

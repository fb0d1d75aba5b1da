// SPDX-License-Identifier: EUPL-1.2
//! This test binary once more, as another process that a test can starve or kill.

use std::env;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

const ROLE: &str = "LEPRE_TEST_ROLE";
const PATH: &str = "LEPRE_TEST_PATH";
/// What a line of a child's begins with; all other lines are the test harness's.
const MARK: &str = "child: ";

/// Does nothing in a run of the suite: it is the door through which a child comes in.
#[test]
fn enters() {
    let Ok(role) = env::var(ROLE) else { return };
    let path = PathBuf::from(env::var_os(PATH).unwrap());
    println!();
    match role.as_str() {
        "appends" => super::kill::append_for_ever(&path),
        "opens" => super::world::say_what_opening_gives(&path),
        "fills" => super::world::append_until_full(&path),
        other => unreachable!("{other}"),
    }
}

/// Says a line to the parent; it is out when this returns.
pub(super) fn say(line: impl std::fmt::Display) {
    println!("{MARK}{line}");
}

/// A process that will play `role` on the store at `path`.
pub(super) fn command(program: &Path, role: &str, path: &Path) -> Command {
    let mut command = Command::new(program);
    as_child(&mut command, role, path);
    command
}

/// The same through a shell, which first does `before`.
pub(super) fn command_after(before: &str, role: &str, path: &Path) -> Command {
    let mut command = Command::new("sh");
    command.arg("-c").arg(format!("{before}; exec \"$0\" \"$@\"")).arg(env::current_exe().unwrap());
    as_child(&mut command, role, path);
    command
}

fn as_child(command: &mut Command, role: &str, path: &Path) {
    command.args(["--exact", "store::child::enters", "--nocapture"]);
    command.env(ROLE, role).env(PATH, path).stdout(Stdio::piped()).stderr(Stdio::null());
}

/// What a child says, line by line, until it ends; a line that its death cut short is not told.
pub(super) struct Said(BufReader<ChildStdout>);

impl Said {
    pub(super) fn by(child: &mut Child) -> Self {
        Self(BufReader::new(child.stdout.take().unwrap()))
    }
}

impl Iterator for Said {
    type Item = String;

    fn next(&mut self) -> Option<String> {
        loop {
            let mut line = String::new();
            self.0.read_line(&mut line).unwrap();
            let whole = line.strip_suffix('\n')?;
            if let Some(said) = whole.strip_prefix(MARK) {
                return Some(said.to_owned());
            }
        }
    }
}

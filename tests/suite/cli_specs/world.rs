// SPDX-License-Identifier: EUPL-1.2
//! Where the program stands: folders that are not there, pipes that close, disks that are full, colours.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::process::Stdio;

use tempfile::TempDir;

use super::{command, copy, fine, lepre};

#[test]
fn trouble_with_the_world_ends_with_3() {
    let empty = TempDir::new().unwrap();
    let empty = empty.path().to_str().unwrap();
    let troubles: &[(&[&str], &str)] = &[
        (&["check", "nonesiste"], "la cartella `nonesiste` non esiste"),
        (&["check", "Cargo.toml"], "`Cargo.toml` non è una cartella"),
        (&["--specs", "nonesiste", "show", "E"], "la cartella `nonesiste` non esiste"),
        (&["coverage", "--specs", "Cargo.toml"], "`Cargo.toml` non è una cartella"),
        (&["test", "nonesiste"], "`nonesiste` non esiste"),
        (&["test", "Cargo.toml"], "non sta in una cartella di specifiche"),
        (&["test", empty], "non ci sono livelli"),
        (&["check", empty], "non ci sono livelli"),
        (&["diff", "specs", "nonesiste"], "la cartella `nonesiste` non esiste"),
        (&["diff", "Cargo.toml"], "`Cargo.toml` non è una cartella"),
        (&["--specs", "nonesiste", "new", "region", "piemonte"], "la cartella `nonesiste` non esiste"),
    ];
    for (arguments, words) in troubles {
        let ran = lepre(arguments);
        assert_eq!((ran.code, ran.out.as_str()), (3, ""), "{arguments:?}\n{}", ran.err);
        assert!(ran.err.starts_with("errore: ") && ran.err.contains(words), "{arguments:?}\n{}", ran.err);
    }
}

#[cfg(unix)]
#[test]
fn a_file_that_cannot_be_read_is_named() {
    let (_folder, specs) = copy();
    std::os::unix::fs::symlink("nowhere", specs.join("nazionale/z-rotto.yaml")).unwrap();
    let ran = lepre(&["check", specs.to_str().unwrap()]);
    assert_eq!(ran.code, 3);
    assert!(ran.err.contains("nazionale/z-rotto.yaml` non si legge: non c'è"), "{}", ran.err);
}

/// What `lepre show E | head -1` does.
#[test]
fn a_closed_pipe_is_no_fault() {
    for arguments in [["show", "E"], ["check", "--tutti"], ["test", "-v"], ["show", "--help"]] {
        let mut child = command(&arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut first = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).unwrap();
        let rest = child.wait_with_output().unwrap();
        assert!(!first.is_empty());
        assert_eq!((rest.status.code(), rest.stderr.len()), (Some(0), 0), "{arguments:?}");
    }
    // Nobody reads from the start.
    let mut child = command(&["show", "Q"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let rest = child.wait_with_output().unwrap();
    assert_eq!((rest.status.code(), rest.stderr.len()), (Some(0), 0));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_told() {
    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = command(&["show", "E"]).stdout(full).output().unwrap();
    assert_eq!(output.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&output.stderr).contains("lo spazio sul disco è finito"));
}

#[test]
fn colour_only_where_it_is_wanted() {
    assert!(!fine(&["show", "E"]).contains('\u{1b}'));
    assert!(fine(&["show", "E", "--colore", "sempre"]).contains("\u{1b}[1m"));
    assert!(!fine(&["check", "--colore", "mai"]).contains('\u{1b}'));
    assert!(fine(&["check", "--colore", "sempre"]).contains('\u{1b}'));
}

// SPDX-License-Identifier: EUPL-1.2
//! The README says what happens: its commands run in order in a fresh folder, print what it shows and end as it says; its
//! excerpts stand in the specifications, its table is what `lepre coverage` answers, its links lead somewhere.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value as Json;

/// A page that nobody reads to the end promises nothing.
const MAX_LINES: usize = 300;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn readme() -> String {
    fs::read_to_string(root().join("README.md")).unwrap()
}

/// The fenced blocks of a language: the line each begins on, and its lines.
fn blocks<'a>(page: &'a str, language: &str) -> Vec<(usize, Vec<&'a str>)> {
    let mut blocks = Vec::new();
    let mut open: Option<(bool, usize, Vec<&str>)> = None;
    for (number, line) in (1..).zip(page.lines()) {
        match (&mut open, line.strip_prefix("```")) {
            (None, Some(info)) => open = Some((info == language, number + 1, Vec::new())),
            (Some(_), Some(_)) => {
                if let Some((true, number, lines)) = open.take() {
                    blocks.push((number, lines));
                }
            }
            (Some((_, _, lines)), None) => lines.push(line),
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "a block is not closed");
    blocks
}

/// A command of the page and what it is said to print.
#[derive(Debug, PartialEq)]
struct Told<'a> {
    line: usize,
    words: &'a str,
    exit: i32,
    shown: Vec<&'a str>,
}

fn told<'a>(page: &'a str) -> Vec<Told<'a>> {
    let mut all: Vec<Told<'a>> = Vec::new();
    for (start, lines) in blocks(page, "console") {
        for (line, text) in (start..).zip(lines) {
            if let Some(command) = text.strip_prefix("$ ") {
                let (words, exit) = command.split_once("# exit ").unwrap_or((command, "0"));
                let exit = exit.trim().parse().unwrap_or_else(|_| panic!("README.md:{line}: `# exit` wants a number"));
                all.push(Told { line, words: words.trim(), exit, shown: Vec::new() });
            } else {
                all.last_mut().unwrap_or_else(|| panic!("README.md:{line}: no command before this")).shown.push(text);
            }
        }
    }
    all
}

/// The arguments of lepre, if the command is one of its own.
fn arguments(words: &str) -> Option<Vec<&str>> {
    let after = words.strip_prefix("cargo run").map(|rest| rest.split_once(" -- ").map_or("", |(_, after)| after));
    after.or_else(|| words.strip_prefix("lepre ")).map(|after| after.split_whitespace().collect())
}

/// Shown lines stand together and in order; `…` is any number of lines, also none. Blank lines do not count.
fn agrees(shown: &[&str], printed: &[&str]) -> Result<(), String> {
    let (mut rest, mut gap) = (printed, false);
    for line in shown {
        if *line == "…" {
            gap = true;
            continue;
        }
        let at = rest.iter().position(|printed| printed == line).filter(|at| gap || *at == 0);
        let at = at.ok_or_else(|| format!("this is not printed, or not here:\n{line}"))?;
        (rest, gap) = (&rest[at + 1..], false);
    }
    if gap || rest.is_empty() { Ok(()) } else { Err(format!("more is printed:\n{}", rest[0])) }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() { copy(&path, &target) } else { _ = fs::copy(&path, &target).unwrap() }
    }
}

/// lepre as a reader of the page would run it: nothing of the tester's environment reaches it.
fn lepre(folder: &Path, arguments: &[&str]) -> (i32, String) {
    let output =
        Command::new(env!("CARGO_BIN_EXE_lepre")).args(arguments).current_dir(folder).env_clear().output().unwrap();
    let text = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap()).concat();
    (output.status.code().unwrap_or(-1), text)
}

/// A service does not end by itself: it is let begin, on a port that is free, and then stopped.
fn served(folder: &Path, arguments: &[&str]) -> (i32, String) {
    use std::io::{BufRead as _, BufReader};
    let mut command = Command::new(env!("CARGO_BIN_EXE_lepre"));
    command.args(arguments).args(["--listen", "127.0.0.1:0"]).current_dir(folder).env_clear();
    let mut child = command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::null()).spawn().unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    let mut said: Vec<String> = Vec::new();
    for line in lines {
        let is_last = line.starts_with("per fermarlo");
        let own =
            line.strip_prefix("indirizzo: http://127.0.0.1:").map(|_| "indirizzo: http://127.0.0.1:8080".to_owned());
        said.push(own.unwrap_or(line));
        if is_last {
            break;
        }
    }
    child.kill().unwrap();
    child.wait().unwrap();
    (if said.last().is_some_and(|line| line.starts_with("per fermarlo")) { 0 } else { -1 }, said.join("\n"))
}

#[test]
fn commands_do_what_the_page_says() {
    let page = readme();
    let folder = tempfile::tempdir().unwrap();
    copy(&root().join("specs"), &folder.path().join("specs"));
    copy(&root().join("scripts"), &folder.path().join("scripts"));
    let commands = told(&page);
    for told in &commands {
        let place = format!("README.md:{}: `{}`", told.line, told.words);
        if let Some(arguments) = arguments(told.words) {
            let serves = arguments.first() == Some(&"serve");
            let (exit, text) =
                if serves { served(folder.path(), &arguments) } else { lepre(folder.path(), &arguments) };
            assert_eq!(exit, told.exit, "{place}\n{text}");
            let printed: Vec<&str> = text.lines().filter(|line| !line.is_empty()).collect();
            agrees(&told.shown, &printed).unwrap_or_else(|why| panic!("{place}: {why}\n--- all of it:\n{text}"));
        } else if let Some(name) = told.words.strip_prefix("cat ") {
            fs::write(folder.path().join(name), told.shown.join("\n") + "\n").unwrap();
        } else {
            assert_eq!(told.words, "bash tests/all", "{place}: this page promises what no test can run");
            assert!(told.shown.is_empty(), "{place}: nobody checks what it prints");
        }
    }
    for wanted in ["cargo run --release -- serve --demo", "bash tests/all"] {
        assert!(commands.iter().any(|told| told.words == wanted), "the page does not say `{wanted}`");
    }
}

#[test]
fn a_page_that_promises_too_much_is_seen() {
    assert_eq!(agrees(&["a", "…", "c"], &["a", "b", "c"]), Ok(()));
    assert_eq!(agrees(&["…", "b", "…"], &["a", "b"]), Ok(()));
    assert!(agrees(&["a", "c"], &["a", "b", "c"]).is_err());
    assert!(agrees(&["a"], &["a", "b"]).is_err());
    assert!(agrees(&["b", "…", "a"], &["a", "b"]).is_err());
    assert!(agrees(&[], &["a"]).is_err());
    let page = "```console\n$ lepre a   # exit 2\nb\n$ cargo run --release -- c d\n```\n```yaml\ne\n```\n";
    let all = told(page);
    assert_eq!(all[0], Told { line: 2, words: "lepre a", exit: 2, shown: vec!["b"] });
    assert_eq!(arguments(all[1].words), Some(vec!["c", "d"]));
    assert_eq!(arguments("bash tests/all"), None);
    assert_eq!(blocks(page, "yaml"), [(7, vec!["e"])]);
}

#[test]
fn excerpts_stand_in_the_specifications() {
    let page = readme();
    let mut folders = vec![root().join("specs/nazionale")];
    folders.extend(fs::read_dir(root().join("specs/regioni")).unwrap().map(|e| e.unwrap().path()));
    let files = folders.iter().flat_map(|folder| fs::read_dir(folder).unwrap()).map(|e| e.unwrap().path());
    let levels: Vec<String> = files.filter_map(|path| fs::read_to_string(path).ok()).collect();
    for (line, excerpt) in blocks(&page, "yaml") {
        let text = excerpt.join("\n");
        assert!(levels.iter().any(|level| level.contains(&text)), "README.md:{line}: in no level is it written so");
    }
}

#[test]
fn links_lead_somewhere_and_the_page_is_short() {
    let page = readme();
    for link in page.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
        assert!(link.starts_with("https://") || root().join(link).exists(), "README.md: `{link}` leads nowhere");
    }
    let lines = page.lines().count();
    assert!(lines <= MAX_LINES, "README.md: {lines} lines");
}

/// English for a word of `lepre coverage`, which speaks Italian.
fn english(word: &str) -> &str {
    match word {
        "letterale" => "word for word",
        "sintesi" => "restated",
        "solo-titolo" => "title only",
        "riferimenti_normativi" => "references",
        "attivita" => "activities",
        "descrizione" => "description",
        "codice_sap" => "SAP code",
        "stampata" => "printed in a source",
        "dedotta" => "deduced from the order",
        "memoria" => "from memory",
        same @ ("output" | "outcome") => same,
        other => panic!("`lepre coverage` has a new word: `{other}`"),
    }
}

/// The coverage as the page tells it: levels of the same words and the same gaps share a row.
fn coverage(answer: &Json) -> String {
    let text =
        |level: &Json, key: &str| level[key].as_str().unwrap_or_else(|| panic!("no `{key}`: {level}")).to_owned();
    let fields_in = |level: &Json, state: &str| -> Vec<String> {
        let fields = level["campi"].as_object().unwrap();
        fields.iter().filter(|(_, field)| field["stato"] == state).map(|(name, _)| english(name).to_owned()).collect()
    };
    let mut rows: Vec<(String, String, Vec<String>)> = Vec::new();
    let mut letters: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut open = Vec::new();
    for level in answer["livelli"].as_array().unwrap() {
        let letter = text(level, "lep");
        let missing = fields_in(level, "mancante");
        let missing = if missing.len() == 6 { "everything else".to_owned() } else { missing.join(", ") };
        let words = english(&text(level, "testo")).to_owned();
        match rows.iter_mut().find(|row| row.0 == words && row.1 == missing) {
            Some(row) => row.2.push(letter.clone()),
            None => rows.push((words, missing, vec![letter.clone()])),
        }
        letters.entry(text(level, "lettera")).or_default().push(letter.clone());
        if fields_in(level, "da-definire") == ["SAP code"] {
            open.push(letter);
        }
    }
    let rank = |words: &str| ["word for word", "restated", "title only"].iter().position(|known| *known == words);
    rows.sort_by_key(|(words, missing, _)| {
        (rank(words), missing.matches(',').count() + usize::from(!missing.is_empty()))
    });
    let mut page = "| Words | Levels | In no source read |\n|---|---|---|\n".to_owned();
    for (words, missing, levels) in rows {
        let missing = if missing.is_empty() { "—" } else { &missing };
        page += &format!("| {words} | {} | {missing} |\n", levels.join(", "));
    }
    let letters: Vec<String> = ["stampata", "dedotta", "memoria"]
        .iter()
        .map(|known| format!("{}: {}", english(known), letters.get(*known).map(|l| l.join(" ")).unwrap_or_default()))
        .collect();
    page += &format!(
        "\nLetters {}.\nThe decree leaves the SAP code open for {}.\n",
        letters.join("; "),
        open.join(" and ")
    );
    page
}

#[test]
fn the_coverage_is_what_lepre_answers() {
    const MARKS: (&str, &str) = ("<!-- coverage -->\n", "<!-- end of coverage -->");
    let page = readme();
    let (exit, answer) = lepre(&root(), &["coverage", "--format", "json"]);
    assert_eq!(exit, 0, "{answer}");
    let fresh = coverage(&serde_json::from_str(&answer).unwrap());
    let (before, rest) = page.split_once(MARKS.0).expect("the mark of the coverage");
    let (stands, after) = rest.split_once(MARKS.1).expect("the mark of its end");
    if std::env::var_os("AGGIORNA").is_some() {
        fs::write(root().join("README.md"), [before, MARKS.0, &fresh, MARKS.1, after].concat()).unwrap();
    } else {
        assert_eq!(stands, fresh, "write it again with AGGIORNA=1 cargo test --test suite promises");
    }
}

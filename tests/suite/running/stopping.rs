// SPDX-License-Identifier: EUPL-1.2
//! A service told to stop in the middle of its work: what it had confirmed is there, and it ends well.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;

use lepre::http::tokens;
use lepre::store::Registry as _;
use tempfile::TempDir;

use super::{account, store_at};

const SECRET: &str = "una frase abbastanza lunga";

/// A service that runs; stopped at the end, whatever happens.
struct Serving(Child);

impl Drop for Serving {
    fn drop(&mut self) {
        _ = self.0.kill();
        _ = self.0.wait();
    }
}

fn serve(folder: &TempDir) -> (Serving, SocketAddr, BufReader<std::process::ChildStdout>) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lepre"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("LEPRE_")) {
        command.env_remove(name);
    }
    let specs = concat!(env!("CARGO_MANIFEST_DIR"), "/specs");
    let mut child = command
        .args([
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--richieste-al-minuto",
            "1000000",
            "--db",
            "lepre.db",
            "--specs",
            specs,
        ])
        .args(["--log-livello", "errori", "--specifiche-ogni", "mai"])
        .current_dir(folder.path())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let serving = Serving(child);
    let mut address = None;
    loop {
        let mut line = String::new();
        assert_ne!(out.read_line(&mut line).unwrap(), 0, "it ended before it served");
        if let Some(told) = line.trim().strip_prefix("indirizzo: http://") {
            address = Some(told.parse().unwrap());
        }
        if line.starts_with("per fermarlo") {
            break;
        }
    }
    (serving, address.unwrap(), out)
}

/// Asks, and gives the whole answer; nothing if the connection ended before it.
fn ask(to: SocketAddr, request: &str) -> Option<String> {
    let mut stream = TcpStream::connect(to).ok()?;
    stream.write_all(request.as_bytes()).ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    answer.contains("\r\n\r\n").then_some(answer)
}

fn get(path: &str, cookie: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nhost: prova\r\nconnection: close\r\ncookie: {cookie}\r\n\r\n")
}

fn post(path: &str, cookie: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "POST {path} HTTP/1.1\r\nhost: prova\r\nconnection: close\r\ncookie: {cookie}\r\n\
         content-type: {}\r\ncontent-length: {length}\r\n\r\n{body}",
        lepre::http::FORM
    )
}

/// What stands between two texts.
fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    let from = text.find(before)? + before.len();
    Some(&text[from..from + text[from..].find(after)?])
}

#[test]
fn what_was_confirmed_is_there() {
    let folder = TempDir::new().unwrap();
    let known = {
        let store = store_at(&folder.path().join("lepre.db"));
        account(&store, "utente-a", None, Some(SECRET))
    };
    let (mut serving, address, mut out) = serve(&folder);
    let page = ask(address, &get("/accesso", "")).unwrap();
    let cookie = between(&page, "lepre-modulo=", ";").map(|value| format!("lepre-modulo={value}")).unwrap();
    let form = page.find("name=\"modulo\"").unwrap();
    let token = between(&page[form..], "value=\"", "\"").unwrap();
    let body = format!("modulo={token}&utente=utente-a&password={}", SECRET.replace(' ', "+"));
    let enter = post("/accesso", &cookie, &body);
    let (confirmed, told) = mpsc::channel();
    let writers: Vec<_> = (0..6)
        .map(|_| {
            let (confirmed, enter) = (confirmed.clone(), enter.clone());
            thread::spawn(move || {
                // Until the service answers no more.
                while let Some(answer) = ask(address, &enter) {
                    let session = between(&answer, "\r\nset-cookie: lepre=", ";").unwrap_or_else(|| panic!("{answer}"));
                    confirmed.send(session.to_owned()).unwrap();
                }
            })
        })
        .collect();
    drop(confirmed);
    let mut sessions: Vec<String> = told.iter().take(8).collect();
    // In the middle: the writers go on.
    let asked = Command::new("kill").args(["-TERM", &serving.0.id().to_string()]).status().unwrap();
    assert!(asked.success());
    sessions.extend(told.iter());
    for writer in writers {
        writer.join().unwrap();
    }
    assert_eq!(serving.0.wait().unwrap().code(), Some(0));
    let mut rest = String::new();
    out.read_to_string(&mut rest).unwrap();
    assert!(rest.contains("fermato: tutto ciò che era stato confermato è nell'archivio"), "{rest}");
    let store = store_at(&folder.path().join("lepre.db"));
    for secret in &sessions {
        let session = store.session(&tokens::digest(secret)).unwrap();
        assert_eq!(session.map(|session| session.account), Some(known.id), "of {} confirmed", sessions.len());
    }
}

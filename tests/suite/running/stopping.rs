// SPDX-License-Identifier: EUPL-1.2
//! A service told to stop in the middle of its work: what it had confirmed is there, and it ends well.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;

use lepre::http::tokens;
use lepre::store::{AccessQuery, ApiToken, Registry as _, Store as _};
use tempfile::TempDir;
use uuid::Uuid;

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

/// Opens a case by the interface for programs; gives its id once the answer has come.
fn open_case(address: SocketAddr, bearer: &str) -> Option<Uuid> {
    let body = r#"{"lep":"E","soggetto":{"tipo":"persona","codice_fiscale":"ZZZZZZ80A41Z999K"},"dati":{"patto_gia_sottoscritto":true}}"#;
    let (length, key) = (body.len(), Uuid::now_v7());
    let request = format!(
        "POST /api/v1/pratiche HTTP/1.1\r\nhost: prova\r\nconnection: close\r\nauthorization: Bearer {bearer}\r\n\
         idempotency-key: {key}\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
    );
    let answer = ask(address, &request)?;
    let id = between(&answer, "\"pratica\":\"", "\"").unwrap_or_else(|| panic!("{answer}"));
    Some(id.parse().unwrap())
}

#[test]
fn what_was_confirmed_is_there() {
    let folder = TempDir::new().unwrap();
    let (known, bearer) = {
        let store = store_at(&folder.path().join("lepre.db"));
        let account = account(&store, "utente-a", None, Some(SECRET));
        let (bearer, digest) = tokens::new_secret().unwrap();
        let token = ApiToken {
            id: Uuid::now_v7(),
            digest,
            account: account.id,
            label: "prova".into(),
            writes: true,
            created_at: 0,
            expires_at: None,
            revoked_at: None,
            used_at: None,
        };
        store.put_token(token).unwrap();
        (account, bearer)
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
    let (opened, told_open) = mpsc::channel();
    let openers: Vec<_> = (0..4)
        .map(|_| {
            let (opened, bearer) = (opened.clone(), bearer.clone());
            thread::spawn(move || {
                while let Some(case) = open_case(address, &bearer) {
                    opened.send(case).unwrap();
                }
            })
        })
        .collect();
    drop(opened);
    let mut sessions: Vec<String> = told.iter().take(6).collect();
    let mut cases: Vec<Uuid> = told_open.iter().take(20).collect();
    // In the middle: the writers go on.
    let asked = Command::new("kill").args(["-TERM", &serving.0.id().to_string()]).status().unwrap();
    assert!(asked.success());
    sessions.extend(told.iter());
    cases.extend(told_open.iter());
    for writer in writers.into_iter().chain(openers) {
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
    for case in &cases {
        assert!(store.events(*case).is_ok_and(|events| !events.is_empty()), "of {} opened", cases.len());
        let seen = store.accesses(&AccessQuery { case: Some(*case), ..AccessQuery::default() }, None, 10).unwrap();
        assert_eq!(seen.len(), 1, "who opened it is noted");
    }
}

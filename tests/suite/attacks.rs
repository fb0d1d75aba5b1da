// SPDX-License-Identifier: EUPL-1.2
//! What somebody who means harm would try at the door of the service: none of it may succeed, and nothing may break.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::http::Request;
use lepre::config::Config;
use lepre::http::{FORM, password, tokens};

use crate::web::{Answer, Bureau, Seat};

mod cases;
mod forms;
mod poison;

#[test]
fn a_form_of_another_page_or_session_is_not_ours() {
    let bureau = Bureau::new("2026-11-24");
    let (op, other) = (bureau.seat("op"), bureau.seat("collega"));
    let asked = |body: String, headers: &[(&str, &str)]| {
        let mut request = Request::post("/password").header("cookie", op.cookie()).header("content-type", FORM);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        op.ask(request.body(Body::from(body)).unwrap()).status.as_u16()
    };
    let right = format!("modulo={}&attuale=a&nuova=b&ripetuta=c", tokens::form_token(op.csrf()));
    assert_eq!(asked(right.clone(), &[]), 422, "the right token is let in, and the form is looked at");
    assert_eq!(asked("attuale=a".into(), &[]), 403, "no token");
    assert_eq!(asked(format!("modulo={}", tokens::form_token(other.csrf())), &[]), 403, "another's token");
    assert_eq!(asked(format!("modulo={}", "A".repeat(86)), &[]), 403, "a made-up token");
    assert_eq!(asked(right.clone(), &[("origin", "http://attacco.invalid"), ("host", "lepre")]), 403, "from elsewhere");
    assert_eq!(asked(right.clone(), &[("sec-fetch-site", "cross-site")]), 403, "from elsewhere, says the browser");
    assert_eq!(asked(right, &[("origin", "null")]), 403, "from nowhere");
    let json = Request::post("/password").header("cookie", op.cookie()).header("content-type", "application/json");
    assert_eq!(op.ask(json.body(Body::from("{}")).unwrap()).status.as_u16(), 415, "not a form");
}

/// The page of entry as a browser has it: its cookie, its token, and a form to try.
struct Entry {
    bureau: Bureau,
    stranger: Seat,
    token: String,
    cookie: String,
}

const SECRET: &str = "una frase lunga davvero";

impl Entry {
    /// With an account `op` that enters by [`SECRET`].
    fn new() -> Self {
        let bureau = Bureau::new("2026-11-24");
        let account = bureau.app.registry.account_by_username("op").unwrap().unwrap();
        let password = Some(password::hashed(SECRET).unwrap());
        bureau.app.registry.put_account(lepre::store::Account { password, ..account }).unwrap();
        let stranger = bureau.stranger();
        let page = stranger.get("/accesso");
        let line = page.headers.get("set-cookie").unwrap().to_str().unwrap();
        let cookie = line.split(';').next().unwrap().to_owned();
        Self { token: page.field("modulo"), bureau, stranger, cookie }
    }

    fn attempt(&self, username: &str, secret: &str, planted: &str) -> Answer {
        let mut body = form_urlencoded::Serializer::new(String::new());
        body.append_pair("modulo", &self.token).append_pair("utente", username).append_pair("password", secret);
        body.append_pair("poi", "//attacco.invalid/");
        let asked = Request::post("/accesso").header("cookie", format!("{planted}{}", self.cookie));
        self.stranger.ask(asked.header("content-type", FORM).body(Body::from(body.finish())).unwrap())
    }
}

#[test]
fn a_planted_session_is_not_kept_at_sign_in() {
    let entry = Entry::new();
    let planted = "lepre=pianta-di-un-altro; ";
    let wrong = entry.attempt("op", "sbagliata", planted).is(422);
    assert!(wrong.headers.get_all("set-cookie").iter().all(|line| !line.to_str().unwrap().starts_with("lepre=")));
    let entered = entry.attempt("op", SECRET, planted).is(303);
    assert_eq!(entered.to(), "/", "one is sent nowhere but here");
    let lines: Vec<&str> = entered.headers.get_all("set-cookie").iter().map(|line| line.to_str().unwrap()).collect();
    let session = lines.iter().find(|line| line.starts_with("lepre=")).unwrap();
    assert!(
        session.contains("HttpOnly") && session.contains("SameSite=Lax") && !session.contains("pianta"),
        "{session}"
    );
    let planted = Request::get("/").header("cookie", "lepre=pianta-di-un-altro").body(Body::empty()).unwrap();
    assert!(entry.stranger.ask(planted).is(303).to().starts_with("/accesso"));
}

#[test]
fn guesses_at_a_password_end_in_a_lock_that_tells_nothing() {
    let entry = Entry::new();
    for _ in 0..5 {
        for username in ["op", "nessuno"] {
            entry.attempt(username, "tentativo", "").is(422).shows("Nome utente o password sbagliati");
        }
    }
    // Also the right one is refused now, in the words that a wrong one is: nothing is learnt by going on.
    let refused = entry.attempt("op", SECRET, "").is(422).shows("Nome utente o password sbagliati");
    assert!(refused.headers.get_all("set-cookie").iter().all(|line| !line.to_str().unwrap().starts_with("lepre=")));
    let account = entry.bureau.app.registry.account_by_username("op").unwrap().unwrap();
    assert!(account.locked_until.is_some_and(|until| until > entry.bureau.app.now()));
}

#[test]
fn a_secret_in_the_address_opens_nothing() {
    let bureau = Bureau::new("2026-11-24");
    let token = bureau.token("op", true);
    let stranger = bureau.stranger();
    for name in ["token", "access_token", "api_key", "authorization", "lepre"] {
        stranger.get(&format!("/api/v1/pratiche?{name}={token}")).is(401);
        assert!(stranger.get(&format!("/oggi?{name}={token}")).is(303).to().starts_with("/accesso"));
    }
    // A session's cookie is not a program's token, nor the other way round.
    let cookie = bureau.seat("op").cookie().to_owned();
    let asked = Request::get("/api/v1/pratiche").header("cookie", cookie).body(Body::empty()).unwrap();
    assert_eq!(stranger.ask(asked).status.as_u16(), 401);
    let asked = Request::get("/oggi").header("authorization", format!("Bearer {token}")).body(Body::empty()).unwrap();
    assert_eq!(stranger.ask(asked).status.as_u16(), 303);
}

#[test]
fn paths_lead_to_no_file() {
    let bureau = Bureau::new("2026-11-24");
    let stranger = bureau.stranger();
    for path in [
        "/assets/..%2f..%2fCargo.toml",
        "/assets/%2e%2e/Cargo.toml",
        "/assets/lepre.css%00",
        "/assets/",
        "/../Cargo.toml",
    ] {
        let answer = stranger.get(path);
        assert!(answer.status.is_client_error() && !answer.has("[package]"), "{path}: {}", answer.status);
    }
}

#[test]
fn a_body_too_large_is_cut_off() {
    let bureau = Bureau::new("2026-11-24");
    let op = bureau.seat("op");
    let large = "x".repeat(2 * 1024 * 1024);
    op.post("/password", &[("attuale", &large)]).is(413);
    let many: Vec<(&str, &str)> = (0..600).map(|_| ("a", "1")).collect();
    op.post("/password", &many).is(400);
    let token = bureau.token("op", true);
    let asked = Request::post("/api/v1/pratiche").header("authorization", format!("Bearer {token}"));
    let asked = asked.header("content-type", "application/json").header("idempotency-key", "k");
    assert_eq!(op.ask(asked.body(Body::from(format!("\"{large}\""))).unwrap()).status.as_u16(), 413);
}

#[test]
fn whoever_speaks_too_slowly_is_shown_the_door_and_keeps_nobody_out() {
    let timeout = Duration::from_millis(400);
    let bureau = Bureau::with(
        "2026-11-24",
        Config {
            listen: "127.0.0.1:0".parse().unwrap(),
            header_timeout: timeout,
            request_timeout: timeout,
            ..Config::default()
        },
    );
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let running = runtime.block_on(lepre::http::serve(bureau.app.clone())).unwrap();
    let address = running.address();
    let serving = runtime.spawn(running.serve(stopped));
    let mut slow: Vec<TcpStream> = (0..100)
        .map(|_| {
            let mut stream = TcpStream::connect(address).unwrap();
            stream.write_all(b"GET / HTTP/1.1\r\nHost: lepre\r\nX-Slow: ").unwrap();
            stream
        })
        .collect();
    // Half a body, and then nothing.
    let mut half = TcpStream::connect(address).unwrap();
    half.write_all(b"POST /accesso HTTP/1.1\r\nHost: lepre\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\nmod").unwrap();
    let mut quick = TcpStream::connect(address).unwrap();
    quick.write_all(b"GET /health HTTP/1.1\r\nHost: lepre\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    quick.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    let begin = Instant::now();
    for stream in &mut slow {
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        let mut rest = Vec::new();
        stream.read_to_end(&mut rest).unwrap();
    }
    half.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let mut first = [0; 12];
    half.read_exact(&mut first).unwrap();
    assert_eq!(&first, b"HTTP/1.1 408");
    assert!(begin.elapsed() < Duration::from_secs(15), "they were left to wait {:?}", begin.elapsed());
    stop.send(true).unwrap();
    runtime.block_on(serving).unwrap();
}

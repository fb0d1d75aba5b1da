// SPDX-License-Identifier: EUPL-1.2
//! No line of the log holds what somebody typed, asked for or is: whatever route, whoever asks.

use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock};

use axum::body::Body;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, COOKIE, SET_COOKIE, USER_AGENT};
use axum::http::{Request, Response};
use lepre::cli::logs;
use lepre::config::{Config, LogFormat, LogLevel};
use lepre::http::routes::{Kind, Route, table};
use lepre::http::tokens;
use lepre::role::Role;
use lepre::service::Service;
use lepre::store::{Account, ApiToken, Registry};

use super::{LOOPBACK, World, account, run, text, world};

/// Nobody is called so, and no code is so written.
const NAME: &str = "Marcatorella";
const CODE: &str = "ZZZZZZ80A41Z999K";
const SECRET: &str = "segretissimo-marcatore-9";

/// Looks at every line of the log of this whole process, and keeps those that say too much.
#[derive(Clone, Default)]
struct Ear {
    lines: Arc<AtomicUsize>,
    bad: Arc<Mutex<Vec<String>>>,
}

impl Write for Ear {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let line = String::from_utf8_lossy(bytes);
        self.lines.fetch_add(1, Ordering::Relaxed);
        let folded = line.to_lowercase();
        if [NAME, CODE, SECRET].iter().any(|mark| folded.contains(&mark.to_lowercase())) {
            self.bad.lock().unwrap().push(line.into_owned());
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn ear() -> &'static Ear {
    static EAR: OnceLock<Ear> = OnceLock::new();
    EAR.get_or_init(|| {
        let ear = Ear::default();
        let config = Config { log_level: LogLevel::Debug, log_format: LogFormat::Json, ..Config::default() };
        let writer = ear.clone();
        tracing::subscriber::set_global_default(logs::subscriber(&config, move || writer.clone())).unwrap();
        ear
    })
}

fn cookies(response: &Response<Body>) -> String {
    let all = response.headers().get_all(SET_COOKIE).iter();
    all.map(|line| line.to_str().unwrap().split(';').next().unwrap().to_owned()).collect::<Vec<_>>().join("; ")
}

/// The token of the first form of a page.
fn form_token(page: &str) -> Option<String> {
    let from = page.find("name=\"modulo\"")?;
    let value = page[from..].find("value=\"")? + from + "value=\"".len();
    Some(page[value..value + page[value..].find('"')?].to_owned())
}

fn form(path: &str, cookie: &str, body: String) -> Request<Body> {
    let request = Request::post(path).header(CONTENT_TYPE, lepre::http::FORM).header(COOKIE, cookie);
    request.body(Body::from(body)).unwrap()
}

/// Signs somebody in; gives the cookie of the session.
async fn enter(world: &World, username: &str) -> String {
    let page = world.get("/accesso").await;
    let cookie = cookies(&page);
    let token = form_token(&text(page).await).unwrap();
    let body = format!("modulo={token}&utente={username}&password={SECRET}");
    let entered = world.ask(LOOPBACK, form("/accesso", &cookie, body)).await;
    assert_eq!(entered.status(), 303);
    cookies(&entered)
}

/// The token of the forms of a session; none if it has ended.
async fn page_token(world: &World, cookie: &str) -> Option<String> {
    let page = Request::get("/password").header(COOKIE, cookie).body(Body::empty()).unwrap();
    form_token(&text(world.ask(LOOPBACK, page).await).await)
}

/// A request of a row, with the marks wherever something can be said.
fn marked(row: &Route, cookie: &str, csrf: &str, bearer: &str) -> Request<Body> {
    let mut path = String::new();
    for part in row.path.split('/').skip(1) {
        path.push('/');
        path.push_str(if part.starts_with('{') { CODE } else { part });
    }
    let query = format!("?q={NAME}&testo={CODE}&nome={NAME}&poi=/{NAME}&code={SECRET}&state={CODE}");
    let request = Request::builder().method(row.method).uri(format!("{path}{query}")).header(USER_AGENT, NAME);
    let fields = ["codice_fiscale", "nome", "nota", "testo", "motivo", "utente", "codice", "q"];
    let body: String = fields.iter().map(|field| format!("&{field}={NAME}%20{CODE}")).collect();
    match row.kind {
        Kind::Api => {
            let body = format!("{{\"codice_fiscale\":\"{CODE}\",\"nome\":\"{NAME}\",\"testo\":\"{NAME}\"}}");
            let request = request.header(AUTHORIZATION, format!("Bearer {bearer}"));
            request.header(CONTENT_TYPE, "application/json").body(Body::from(body)).unwrap()
        }
        _ => {
            let request = request.header(COOKIE, cookie).header(CONTENT_TYPE, lepre::http::FORM);
            let body = format!("modulo={csrf}&password={SECRET}&nuova={SECRET}&attuale={SECRET}{body}");
            request.body(if row.method == "GET" { Body::empty() } else { Body::from(body) }).unwrap()
        }
    }
}

#[test]
fn no_line_says_who_or_what() {
    let ear = ear();
    let before = ear.lines.load(Ordering::Relaxed);
    let world = world(Config { requests_per_minute: 1_000_000, ..Config::default() });
    let mut asked = 0;
    run(async {
        let roles = [Role::Operator, Role::OfficeLead, Role::RegionalAdmin, Role::Auditor];
        for role in roles {
            let username = format!("utente-{}", role.word());
            let made = account(&world.store, &username, None, Some(SECRET));
            world.store.put_account(Account { role, name: NAME.into(), ..made.clone() }).unwrap();
            let (bearer, digest) = tokens::new_secret().unwrap();
            let token = ApiToken {
                id: Service::new_id(),
                digest,
                account: made.id,
                label: NAME.into(),
                writes: true,
                created_at: 0,
                expires_at: None,
                revoked_at: None,
                used_at: None,
            };
            world.store.put_token(token).unwrap();
            let mut cookie = String::new();
            for row in table() {
                let mut csrf = page_token(&world, &cookie).await;
                // Some rows end the session: another begins.
                if csrf.is_none() {
                    cookie = enter(&world, &username).await;
                    csrf = page_token(&world, &cookie).await;
                }
                let csrf = &csrf.unwrap();
                let answer = world.ask(LOOPBACK, marked(&row, &cookie, csrf, &bearer)).await;
                assert_ne!(answer.status(), 500, "{} {}", row.method, row.path);
                asked += 1;
            }
        }
        world.get(&format!("/{NAME}/{CODE}?{SECRET}")).await;
        let wrong = world.get("/accesso").await;
        let cookie = cookies(&wrong);
        let token = form_token(&text(wrong).await).unwrap();
        world.ask(LOOPBACK, form("/accesso", &cookie, format!("modulo={token}&utente={NAME}&password={CODE}"))).await;
    });
    let lines = ear.lines.load(Ordering::Relaxed) - before;
    assert!(lines > asked, "{lines} lines for {asked} requests");
    assert_eq!(*ear.bad.lock().unwrap(), Vec::<String>::new());
}

#[test]
fn what_other_crates_say_is_not_written() {
    let ear = ear();
    tracing::error!(target: "hyper::proto", NAME, "asked {CODE}");
    assert_eq!(*ear.bad.lock().unwrap(), Vec::<String>::new());
}

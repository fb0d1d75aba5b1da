// SPDX-License-Identifier: EUPL-1.2
//! A front end with nobody at the door: the application over a database of its own, asked without a network.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use lepre::config::Config;
use lepre::http::{App, FORM, application, tokens};
use lepre::role::Role;
use lepre::service::{CaseView, Clock, OpenRequest, Service};
use lepre::store::{Account, ApiToken, Session, SqliteOptions, SqliteStore};
use tempfile::TempDir;
use tower::ServiceExt as _;
use uuid::Uuid;

use crate::engine::day;
use crate::service::office::{library, person, request};

/// The application with four people: `op`, `collega`, `resp` in Torino, `altrove` in another office, `verifica`, `amm`.
pub struct Bureau {
    pub app: App,
    /// Kept as long as the store in it.
    _folder: TempDir,
    router: Router,
}

impl Bureau {
    pub fn new(today: &str) -> Self {
        Self::with(today, Config { requests_per_minute: 1_000_000, ..Config::default() })
    }

    /// As [`Bureau::new`], run otherwise.
    pub fn with(today: &str, config: Config) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Arc::new(SqliteStore::open(folder.path().join("lepre.db"), SqliteOptions::default()).unwrap());
        let clock = Clock { today: Some(day(today)) };
        let service = Service::new(store.clone(), library(), clock, "prova")
            .with_registry(store.clone())
            .beside(&folder.path().join("lepre.db"));
        let app = App::new(service, store, config).unwrap();
        app.set_ready(true);
        let router = application(&app);
        let bureau = Self { app, _folder: folder, router };
        let torino = (Some("piemonte"), Some("torino"));
        bureau.account("op", Role::Operator, torino);
        bureau.account("collega", Role::Operator, torino);
        bureau.account("resp", Role::OfficeLead, torino);
        bureau.account("altrove", Role::Operator, (Some("lombardia"), Some("milano")));
        bureau.account("verifica", Role::Auditor, (None, None));
        bureau.account("amm", Role::RegionalAdmin, (Some("piemonte"), None));
        bureau
    }

    pub fn account(&self, username: &str, role: Role, (region, office): (Option<&str>, Option<&str>)) -> Account {
        let account = Account {
            id: Service::new_id(),
            username: username.into(),
            name: format!("Nome di {username}"),
            role,
            region: region.map(str::to_owned),
            office: office.map(str::to_owned),
            password: None,
            must_change: false,
            disabled: false,
            failures: 0,
            locked_until: None,
            external: None,
            identities: role == Role::OfficeLead,
            created_at: self.app.now(),
        };
        self.app.registry.put_account(account.clone()).unwrap();
        account
    }

    /// Somebody at their desk, signed in.
    pub fn seat(&self, username: &str) -> Seat {
        let account = self.app.registry.account_by_username(username).unwrap().unwrap();
        let (secret, digest) = tokens::new_secret().unwrap();
        let (csrf, now) = (tokens::random::<32>().unwrap(), self.app.now());
        let expires_at = now + 3_600_000;
        let session = Session { digest, account: account.id, csrf, created_at: now, seen_at: now, expires_at };
        self.app.registry.put_session(session).unwrap();
        Seat { router: self.router.clone(), cookie: format!("lepre={secret}"), csrf }
    }

    /// A token for a program of somebody's.
    pub fn token(&self, username: &str, writes: bool) -> String {
        let account = self.app.registry.account_by_username(username).unwrap().unwrap();
        let (secret, digest) = tokens::new_secret().unwrap();
        let (id, created_at) = (Service::new_id(), self.app.now());
        let token = ApiToken {
            id,
            digest,
            account: account.id,
            label: "prova".into(),
            writes,
            created_at,
            expires_at: None,
            revoked_at: None,
            used_at: None,
        };
        self.app.registry.put_token(token).unwrap();
        secret
    }

    /// Nobody.
    pub fn stranger(&self) -> Seat {
        Seat { router: self.router.clone(), cookie: String::new(), csrf: [0; 32] }
    }

    /// A case of the `n`th nobody, named `Persona Inventata n`, opened by `op` at Torino.
    pub fn open(&self, level: &str, n: usize, on: &str, facts: &[(&str, &str)]) -> CaseView {
        let mut asked = OpenRequest {
            region: Some("piemonte".into()),
            office: Some("torino".into()),
            ..request(level, &person(n), on, facts)
        };
        asked.subject.name = Some(format!("Persona Inventata {n}"));
        self.app.service.acting("op").open(&asked).unwrap()
    }

    /// The case as it stands now.
    pub fn view(&self, case: Uuid) -> CaseView {
        self.app.service.view(case).unwrap()
    }
}

pub struct Seat {
    router: Router,
    cookie: String,
    csrf: [u8; 32],
}

/// What came back.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
    pub bytes: Vec<u8>,
}

impl Seat {
    /// The line of the session's cookie.
    pub fn cookie(&self) -> &str {
        &self.cookie
    }

    pub fn csrf(&self) -> &[u8; 32] {
        &self.csrf
    }

    pub fn get(&self, path: &str) -> Answer {
        self.ask(Request::get(path).header("cookie", &self.cookie).body(Body::empty()).unwrap())
    }

    /// Sends a form with the token of this session.
    pub fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let mut body = form_urlencoded::Serializer::new(String::new());
        body.append_pair("modulo", &tokens::form_token(&self.csrf)).extend_pairs(fields);
        let asked = Request::post(path).header("cookie", &self.cookie).header("content-type", FORM);
        self.ask(asked.body(Body::from(body.finish())).unwrap())
    }

    pub fn ask(&self, request: Request<Body>) -> Answer {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let response = self.router.clone().oneshot(request).await.unwrap();
            let (parts, body) = response.into_parts();
            let bytes = to_bytes(body, usize::MAX).await.unwrap();
            // A document is no text, and whoever asks for one looks at its bytes.
            let is_document = parts.headers.get("content-type").is_some_and(|media| {
                let media = media.to_str().unwrap();
                media == "application/pdf" || media.ends_with(".spreadsheetml.sheet")
            });
            let text = if is_document { Vec::new() } else { bytes.to_vec() };
            let body = String::from_utf8(text).unwrap();
            Answer { status: parts.status, headers: parts.headers, body, bytes: bytes.to_vec() }
        })
    }
}

impl Answer {
    pub fn has(&self, words: &str) -> bool {
        self.body.contains(words)
    }

    /// Checks that it is a page, and that it says this.
    #[track_caller]
    pub fn shows(self, words: &str) -> Self {
        assert!(self.has(words), "{words:?} is not shown:\n{}", self.body);
        self
    }

    #[track_caller]
    pub fn hides(self, words: &str) -> Self {
        assert!(!self.has(words), "{words:?} is shown:\n{}", self.body);
        self
    }

    #[track_caller]
    pub fn is(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.body);
        self
    }

    /// Where one is sent.
    #[track_caller]
    pub fn to(&self) -> &str {
        self.headers.get("location").expect("nowhere").to_str().unwrap()
    }

    /// Value of the first field with this name.
    #[track_caller]
    pub fn field(&self, name: &str) -> String {
        let after = self.body.split(&format!("name=\"{name}\"")).nth(1).expect("no such field");
        let tag = after.split('>').next().unwrap();
        let value = tag.split("value=\"").nth(1).and_then(|value| value.split('"').next());
        value.unwrap_or_default().to_owned()
    }
}

// SPDX-License-Identifier: EUPL-1.2
//! The front end at work: 200 operators of 50 offices at once on 100,000 cases, as whole processes; and a case page against a bare
//! handler that reads the same bytes from SQLite.
//!
//! `cargo bench --bench http`; `LEPRE_PRATICHE` changes the number of cases, `LEPRE_SECONDI` the length of the day.
#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "a bench stops at the first surprise")]

mod support;

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use lepre::http::tokens;
use lepre::library::Library;
use lepre::role::Role;
use lepre::service::{Clock, Service};
use lepre::store::{Account, ApiToken, Registry, Session, SqliteOptions, SqliteStore, Store as _};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use uuid::Uuid;

use support::fictional_code;

const OPERATORS: usize = 200;
/// Four operators in each.
const OFFICES: usize = 50;
/// One request in five writes.
const WRITES: u64 = 5;

struct Operator {
    cookie: String,
    token: String,
    case: Uuid,
    sequence: u32,
}

/// A store with cases, operators and their sessions.
fn prepare(db: &Path, cases: usize) -> Vec<Operator> {
    let specs = Path::new(env!("CARGO_MANIFEST_DIR")).join("specs");
    let store = Arc::new(SqliteStore::open(db, SqliteOptions::default()).expect("a store"));
    let library = Arc::new(Library::open(&specs).expect("specs"));
    let service = Service::new(store.clone(), library, Clock::default(), "bench").with_registry(store.clone());
    let mut lines = Vec::new();
    for n in 0..cases {
        writeln!(
            lines,
            r#"{{"id":"H-{n}","lep":"E","sede":"sede-{}","soggetto":{{"codice_fiscale":"{}","nome":"Persona Inventata {n}"}},"eventi":[{{"tipo":"aperta","il":"2026-10-02"}},{{"tipo":"dato","il":"2026-10-02","dato":"patto_gia_sottoscritto","valore":true}},{{"tipo":"attivita","il":"2026-10-06","ora":"10:30","attivita":"colloquio","evento":"terminata","modalita":"individuale"}},{{"tipo":"sap","il":"2026-10-06","codice":"A06","per":"colloquio"}},{{"tipo":"attivita","il":"2026-10-13","attivita":"bilancio-competenze","evento":"terminata"}},{{"tipo":"affidata","il":"2026-10-13","operatore":"op{:03}"}}]}}"#,
            n % OFFICES,
            fictional_code(n),
            n % OPERATORS
        )
        .expect("a line");
    }
    service.import(&mut lines.as_slice(), &mut |_, _| {}).expect("imported");
    service.catch_up().expect("lists up to date");
    let now = Clock::default().now();
    let mut operators = Vec::new();
    let heads = store.case_heads(None, u32::try_from(OPERATORS).expect("few")).expect("cases");
    for (n, head) in heads.into_iter().enumerate() {
        let id = Service::new_id();
        store
            .put_account(Account {
                id,
                username: format!("op{n:03}"),
                name: format!("Operatore Inventato {n}"),
                role: Role::Operator,
                region: None,
                office: Some(format!("sede-{}", n % OFFICES)),
                password: None,
                must_change: false,
                disabled: false,
                failures: 0,
                locked_until: None,
                external: None,
                identities: false,
                created_at: now,
            })
            .expect("an account");
        let (cookie, digest) = tokens::new_secret().expect("random");
        let session =
            Session { digest, account: id, csrf: [7; 32], created_at: now, seen_at: now, expires_at: now + 36_000_000 };
        store.put_session(session).expect("a session");
        let (token, digest) = tokens::new_secret().expect("random");
        let token_row = ApiToken {
            id: Service::new_id(),
            digest,
            account: id,
            label: "bench".into(),
            writes: true,
            created_at: now,
            expires_at: None,
            revoked_at: None,
            used_at: None,
        };
        store.put_token(token_row).expect("a token");
        operators.push(Operator { cookie, token, case: head.id, sequence: head.sequence });
    }
    operators
}

/// The cases of the first operator's office.
fn colleagues(db: &Path) -> Vec<Uuid> {
    let connection = rusqlite::Connection::open(db).expect("a database");
    let mut statement = connection.prepare("SELECT id FROM cases WHERE office = 'sede-0' LIMIT 2000").expect("cases");
    let ids = statement.query_map([], |row| Ok(Uuid::from_bytes(row.get(0)?))).expect("cases");
    ids.collect::<Result<_, _>>().expect("ids")
}

/// The server as an office runs it.
struct Server {
    child: Child,
    address: SocketAddr,
    started: Duration,
}

impl Server {
    fn start(db: &Path) -> Self {
        let begin = Instant::now();
        let mut child = Command::new(env!("CARGO_BIN_EXE_lepre"))
            .args(["serve", "--listen", "127.0.0.1:0", "--db"])
            .arg(db)
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            // The limit is for those who overdo it; here everybody does.
            .env("LEPRE_RICHIESTE_AL_MINUTO", "1000000")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program");
        let mut lines = BufReader::new(child.stdout.take().expect("its output"));
        let mut line = String::new();
        lines.read_line(&mut line).expect("a line");
        let address = line
            .trim()
            .strip_prefix("indirizzo: http://")
            .expect("its first line is its address")
            .parse()
            .expect("an address");
        std::net::TcpStream::connect(address).expect("it listens");
        let started = begin.elapsed();
        // What it says later is not for us, but must not stop it.
        std::thread::spawn(move || std::io::copy(&mut lines, &mut std::io::sink()));
        Self { child, address, started }
    }

    fn memory(&self, what: &str) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix(what));
        line.and_then(|line| line.trim().split(' ').next()?.parse::<f64>().ok()).unwrap_or(0.0) / 1024.0
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        _ = self.child.kill();
        _ = self.child.wait();
    }
}

/// One request on a kept connection: the status and the body.
async fn ask(stream: &mut TcpStream, request: &str, buffer: &mut Vec<u8>) -> (u16, usize) {
    stream.write_all(request.as_bytes()).await.expect("sent");
    buffer.clear();
    let mut chunk = [0; 16 * 1024];
    let (mut head, mut length) = (None, 0_usize);
    loop {
        if head.is_none()
            && let Some(end) = buffer.windows(4).position(|w| w == b"\r\n\r\n")
        {
            let text = std::str::from_utf8(&buffer[..end]).expect("headers");
            let value = text.lines().find_map(|l| l.strip_prefix("content-length: "));
            length = value.and_then(|v| v.trim().parse().ok()).unwrap_or(0);
            head = Some(end + 4);
        }
        if let Some(head) = head
            && buffer.len() >= head + length
        {
            let status = std::str::from_utf8(&buffer[9..12]).expect("a status").parse().expect("a status");
            return (status, length);
        }
        let read = stream.read(&mut chunk).await.expect("read");
        assert!(read > 0, "the connection closed: {}", String::from_utf8_lossy(buffer));
        buffer.extend_from_slice(&chunk[..read]);
    }
}

#[derive(Default)]
struct Tally {
    reads: Vec<f64>,
    writes: Vec<f64>,
    errors: usize,
}

/// A day of one operator: pages read, notes written, a pause between one and the next.
async fn day(address: SocketAddr, operator: &mut Operator, seed: u64, until: Instant, pause: bool) -> Tally {
    let mut stream = TcpStream::connect(address).await.expect("connected");
    stream.set_nodelay(true).expect("quick");
    let (mut tally, mut state, mut buffer) = (Tally::default(), seed * 2_654_435_761 + 1, Vec::new());
    while Instant::now() < until {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        if pause {
            tokio::time::sleep(Duration::from_millis(200 + state % 1_600)).await;
        }
        let writes = (state >> 32) % WRITES == 0;
        let case = operator.case;
        let request = if writes {
            let body = r#"{"eventi":[{"tipo":"nota","il":"2026-11-20","testo":"telefonata di conferma"}]}"#;
            format!(
                "POST /api/v1/pratiche/{case}/comandi HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\nIf-Match: \"{}\"\r\nIdempotency-Key: {}\r\nContent-Length: {}\r\n\r\n{body}",
                operator.token,
                operator.sequence,
                Uuid::now_v7(),
                body.len()
            )
        } else {
            let path = match (state >> 40) % 4 {
                0 => "/oggi".to_owned(),
                1 => "/pratiche".to_owned(),
                _ => format!("/pratiche/{case}"),
            };
            format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nCookie: lepre={}\r\n\r\n", operator.cookie)
        };
        let start = Instant::now();
        let (status, _) = ask(&mut stream, &request, &mut buffer).await;
        let took = start.elapsed().as_secs_f64() * 1e3;
        match (writes, status) {
            (true, 200..=299) => {
                operator.sequence += 1;
                tally.writes.push(took);
            }
            (false, 200) => tally.reads.push(took),
            _ => {
                tally.errors += 1;
                if tally.errors == 1 {
                    eprintln!("{status}: {}", String::from_utf8_lossy(&buffer).lines().last().unwrap_or_default());
                }
            }
        }
    }
    tally
}

fn percentile(of: &mut [f64], part: f64) -> f64 {
    of.sort_by(f64::total_cmp);
    of.get(((of.len() as f64 * part) as usize).min(of.len().saturating_sub(1))).copied().unwrap_or(0.0)
}

fn row(what: &str, measured: &str, aim: &str) {
    println!("| {what:<66} | {measured:>26} | {aim:<18} |");
}

/// All operators at once, on two threads of this process.
fn everybody(address: SocketAddr, operators: &mut [Operator], seconds: u64, pause: bool) -> Tally {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    let until = Instant::now() + Duration::from_secs(seconds);
    runtime.block_on(async {
        let mut all = Tally::default();
        let days = operators.iter_mut().enumerate().map(|(n, operator)| {
            // Each is moved to its task and comes back.
            let mut own = Operator { cookie: operator.cookie.clone(), token: operator.token.clone(), ..*operator };
            tokio::spawn(async move {
                let tally = day(address, &mut own, n as u64 + 1, until, pause).await;
                (tally, own.sequence)
            })
        });
        let days: Vec<_> = days.collect();
        for (n, day) in days.into_iter().enumerate() {
            let (tally, sequence) = day.await.expect("a day");
            operators[n].sequence = sequence;
            all.reads.extend(tally.reads);
            all.writes.extend(tally.writes);
            all.errors += tally.errors;
        }
        all
    })
}

/// A handler that reads a page from SQLite by its id and answers it: no law, no session, no template.
async fn bare(db: std::path::PathBuf, page: Vec<u8>) -> SocketAddr {
    let connection = rusqlite::Connection::open(&db).expect("a database");
    connection
        .execute_batch("PRAGMA journal_mode=WAL; CREATE TABLE pages (id INTEGER PRIMARY KEY, body BLOB)")
        .expect("made");
    connection.execute("INSERT INTO pages VALUES (1, ?1)", [page]).expect("put");
    let open = Arc::new(std::sync::Mutex::new(Vec::<rusqlite::Connection>::new()));
    let read = move |State(open): State<Arc<std::sync::Mutex<Vec<rusqlite::Connection>>>>| {
        let db = db.clone();
        async move {
            tokio::task::spawn_blocking(move || {
                let idle = open.lock().expect("the idle").pop();
                let connection = idle.unwrap_or_else(|| rusqlite::Connection::open(&db).expect("a database"));
                let body: Vec<u8> = connection
                    .prepare_cached("SELECT body FROM pages WHERE id = ?1")
                    .expect("prepared")
                    .query_row([1], |row| row.get(0))
                    .expect("a page");
                open.lock().expect("the idle").push(connection);
                ([("content-type", "text/html; charset=utf-8")], body)
            })
            .await
            .expect("read")
        }
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let service = Router::new().route("/", get(read)).with_state(open);
    tokio::spawn(async move { axum::serve(listener, service).await });
    address
}

/// Requests a second by 16 connections, of one page or of several in turn.
async fn rate(address: SocketAddr, requests: Vec<String>, seconds: u64) -> f64 {
    let until = Instant::now() + Duration::from_secs(seconds);
    let begin = Instant::now();
    let requests = Arc::new(requests);
    let turn = Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let readers: Vec<_> = (0..16)
        .map(|_| {
            let (requests, turn) = (requests.clone(), turn.clone());
            tokio::spawn(async move {
                let mut stream = TcpStream::connect(address).await.expect("connected");
                stream.set_nodelay(true).expect("quick");
                let (mut done, mut buffer) = (0_u64, Vec::new());
                while Instant::now() < until {
                    let next = turn.fetch_add(1, std::sync::atomic::Ordering::Relaxed) % requests.len();
                    let (status, _) = ask(&mut stream, &requests[next], &mut buffer).await;
                    assert_eq!(status, 200);
                    done += 1;
                }
                done
            })
        })
        .collect();
    let mut done = 0;
    for reader in readers {
        done += reader.await.expect("a reader");
    }
    done as f64 / begin.elapsed().as_secs_f64()
}

fn main() {
    if std::env::args().any(|a| a == "--test") {
        return;
    }
    let number = |name: &str, otherwise| std::env::var(name).ok().and_then(|n| n.parse().ok()).unwrap_or(otherwise);
    let (cases, seconds) = (number("LEPRE_PRATICHE", 100_000), number("LEPRE_SECONDI", 20) as u64);
    let folder = tempfile::tempdir().expect("a folder");
    let db = folder.path().join("lepre.db");
    let mut operators = prepare(&db, cases.max(OPERATORS));
    let before: u64 = operators.iter().map(|operator| u64::from(operator.sequence)).sum();

    println!("| {:<66} | {:>26} | {:<18} |", "what", "measured", "aim");
    println!("|{:-<68}|{:->27}:|{:-<20}|", "", "", "");
    let server = Server::start(&db);
    row("start, until it listens", &format!("{:.0} ms", server.started.as_secs_f64() * 1e3), "under 200 ms");
    let mut tally = everybody(server.address, &mut operators, seconds, true);
    let total = tally.reads.len() + tally.writes.len();
    row(
        &format!("{OPERATORS} operators at once, {cases} cases: requests, errors"),
        &format!("{total}, {}", tally.errors),
        "0 errors",
    );
    row(
        "… reads: median, 99th percentile",
        &format!("{:.1} ms, {:.1} ms", percentile(&mut tally.reads, 0.5), percentile(&mut tally.reads, 0.99)),
        "p99 under 50 ms",
    );
    row(
        "… durable writes: median, 99th percentile",
        &format!("{:.1} ms, {:.1} ms", percentile(&mut tally.writes, 0.5), percentile(&mut tally.writes, 0.99)),
        "p99 under 100 ms",
    );
    row(
        "memory of the server afterwards; at its highest",
        &format!("{:.0} MiB; {:.0} MiB", server.memory("VmRSS:"), server.memory("VmHWM:")),
        "under 120 MiB",
    );
    let mut hurried = everybody(server.address, &mut operators, 5, false);
    row(
        "the same without any pause: requests a second",
        &format!("{:.0}", (hurried.reads.len() + hurried.writes.len()) as f64 / 5.0),
        "",
    );
    row(
        "… reads, writes: 99th percentile",
        &format!("{:.0} ms, {:.0} ms", percentile(&mut hurried.reads, 0.99), percentile(&mut hurried.writes, 0.99)),
        "",
    );

    // The same page, from a handler that does nothing else.
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    let request = |case: Uuid| {
        format!(
            "GET /pratiche/{case} HTTP/1.1\r\nHost: {}\r\nCookie: lepre={}\r\n\r\n",
            server.address, operators[0].cookie
        )
    };
    let others: Vec<String> = colleagues(&db).into_iter().map(&request).collect();
    let request = request(operators[0].case);
    let (bare_rate, page_rate, drawn_rate, bytes) = runtime.block_on(async {
        let mut stream = TcpStream::connect(server.address).await.expect("connected");
        let mut buffer = Vec::new();
        let (status, length) = ask(&mut stream, &request, &mut buffer).await;
        assert_eq!(status, 200, "the case page");
        let page = buffer[buffer.len() - length..].to_vec();
        let bare = bare(folder.path().join("bare.db"), page).await;
        let plain = format!("GET / HTTP/1.1\r\nHost: {bare}\r\n\r\n");
        let bare_rate = rate(bare, vec![plain], 4).await;
        let page_rate = rate(server.address, vec![request.clone()], 4).await;
        (bare_rate, page_rate, rate(server.address, others.clone(), 4).await, length)
    });
    row(
        &format!("a case page of {bytes} bytes, against a bare handler of the same bytes"),
        &format!("{page_rate:.0}/s, {:.2}×", page_rate / bare_rate),
        "at least 0.5×",
    );
    row(
        &format!("… {} cases in turn, most of them not opened lately", others.len()),
        &format!("{drawn_rate:.0}/s, {:.2}×", drawn_rate / bare_rate),
        "",
    );
    drop(server);

    let store = SqliteStore::open(&db, SqliteOptions::default()).expect("a store");
    let after: u64 =
        operators.iter().map(|o| u64::from(store.case_head(o.case).expect("a case").expect("a case").sequence)).sum();
    let written = (tally.writes.len() + hurried.writes.len()) as u64;
    row("events answered for; events in the store", &format!("{written}; {}", after - before), "equal");
    assert_eq!(after - before, written, "an event was lost or doubled");
    assert_eq!(tally.errors + hurried.errors, 0, "some requests failed");
}

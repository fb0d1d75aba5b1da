// SPDX-License-Identifier: EUPL-1.2
//! `lepre serve`: the front end, on the embedded database; with `--demo`, on a database of its own with fictional people.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use crate::config::{Origin, Read};
use crate::http::{self, App, tokens};
use crate::service::{Clock, Service};
use crate::store::{AccessQuery, OneTimeLink, Registry, SqliteOptions, SqliteStore};

use super::settings::{Options, settings};
use super::stored::{io_words, service_error, store_error};
use super::watch::watch;
use super::{CliError, Exit, Global, demo_office, logs};

#[derive(clap::Args)]
#[command(
    about = "apre il servizio: pagine per chi lavora, interfaccia per i programmi",
    after_help = "Esempi:\n  lepre serve --demo            apre un servizio di prova con persone inventate, e ne scrive gli account\n  \
                  lepre serve                   apre il servizio sull'archivio di --db, che crea se non c'è\n  \
                  lepre serve --listen 127.0.0.1:9000\n\n\
                  Ogni opzione si può scrivere anche in `lepre.yaml` o in una variabile: `lepre config show` le spiega."
)]
pub struct Args {
    #[command(flatten)]
    settings: Options,
    #[arg(long, help = "archivio nuovo con persone inventate, cancellato alla fine")]
    demo: bool,
    #[arg(
        long,
        value_name = "FILE",
        requires = "demo",
        help = "conserva l'archivio della dimostrazione in un file nuovo"
    )]
    tieni: Option<PathBuf>,
}

/// How long the link for the first administrator can be used.
const LINK_MS: i64 = 24 * 60 * 60 * 1000;
const DAY_MS: i64 = 24 * 60 * 60 * 1000;
/// Requests of one account in a minute, in a demonstration.
const DEMO_REQUESTS: u32 = 60_000;
/// Between two looks at sessions that have ended.
const ROUND: Duration = Duration::from_secs(5);

pub fn run(args: &Args, global: &Global) -> Result<Exit, CliError> {
    let read = match settings(&args.settings, args.demo)? {
        Ok(read) => read,
        Err(faults) => {
            let told: Vec<String> = faults.iter().map(|fault| format!("{fault}\n")).collect();
            let message = "le impostazioni del servizio non si possono usare".to_owned();
            return Err(CliError::Settings { message, faults: told.join("\n") });
        }
    };
    let folder = std::env::temp_dir().join(format!("lepre-demo-{}", Service::new_id()));
    let own = args.demo && args.tieni.is_none();
    let db = match &args.tieni {
        Some(file) if file.exists() => {
            let message = format!("`{}` c'è già", file.display());
            return Err(CliError::usage(
                message,
                "indica un file nuovo: la dimostrazione non tocca quelli che ci sono",
            ));
        }
        Some(file) => file.clone(),
        None if args.demo => folder.join("demo.db"),
        None => global.db.clone(),
    };
    if own {
        std::fs::create_dir(&folder).map_err(|e| {
            CliError::world(
                format!("la cartella `{}` non si crea: {}", folder.display(), io_words(&e)),
                "indica un file con --tieni",
            )
        })?;
    }
    let served = open_and_serve(args, global, &db, read);
    if own {
        // Nothing is lost if the system's own folder keeps it.
        _ = std::fs::remove_dir_all(&folder);
    }
    served
}

fn open_and_serve(args: &Args, global: &Global, db: &Path, read: Read) -> Result<Exit, CliError> {
    logs::start(&read.config);
    let store = Arc::new(SqliteStore::open(db, SqliteOptions::default()).map_err(|e| store_error(&e))?);
    let library = Arc::new(global.library()?);
    let service = Service::new(store.clone(), library, Clock { today: global.fixed_today }, "servizio")
        .with_registry(store.clone())
        .beside(db);
    for doubt in &read.doubts {
        tracing::warn!(dove = doubt.at, aiuto = doubt.help, "una variabile non è di nessuna voce");
    }
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().max_blocking_threads(256).build().map_err(|e| {
            CliError::world(format!("il servizio non parte: {}", io_words(&e)), "controlla i limiti del sistema")
        })?;
    let asked_default = read.origins.get("richieste_al_minuto") == Some(&Origin::Default);
    let mut config = read.config;
    if args.demo && asked_default {
        // Whoever tries it may try it with a program that asks much.
        config.requests_per_minute = DEMO_REQUESTS;
    }
    let app = App::new(service, store.clone(), config).map_err(|e| store_error(&e))?;
    let accounts = if args.demo { demo_office::fill(&app).map_err(|e| service_error(global, e))? } else { Vec::new() };
    let link = first_link(&app, &*store).map_err(|e| store_error(&e))?;
    runtime.block_on(async {
        let running = http::serve(app.clone()).await.map_err(|e| {
            CliError::world(e.to_string(), "un altro programma usa la porta? indicane una con --listen")
        })?;
        // Before anybody is told: from here on the end is never abrupt.
        let asked_to_stop = asked_to_stop();
        let address = format!("http://{}", running.address());
        global.screen.line(&format!("indirizzo: {address}"))?;
        for account in &accounts {
            global.screen.line(&format!("account: {} {} {} {}", account.username, account.password, account.role, account.office))?;
        }
        for account in &accounts {
            if let Some(token) = &account.token {
                global.screen.line(&format!("token: {} {token}", account.username))?;
            }
        }
        if let Some(code) = link {
            global.screen.line(&format!("primo amministratore: apri {address}/primo-accesso e scrivi il codice {code} (vale 24 ore, una volta sola)"))?;
        }
        global.screen.line("per fermarlo: Ctrl+C")?;
        global.screen.flush()?;
        let (stop, stopped) = watch::channel(false);
        let rounds = tokio::spawn(rounds(app.clone(), stopped.clone()));
        let watching = tokio::spawn(watch(app.clone(), stopped.clone()));
        let serving = tokio::spawn(running.serve(stopped));
        if let Err(trouble) = app.write(|app| app.verifying.resume(app)).await {
            tracing::warn!(why = trouble.detail(), "le verifiche lasciate a metà non riprendono");
        }
        asked_to_stop.await;
        app.verifying.stop();
        _ = stop.send(true);
        _ = serving.await;
        _ = rounds.await;
        _ = watching.await;
        Ok::<(), CliError>(())
    })?;
    // What was noted and not yet written is written before the end.
    store.flush().map_err(|e| store_error(&e))?;
    global.screen.line("fermato: tutto ciò che era stato confermato è nell'archivio")?;
    Ok(Exit::Fine)
}

/// Where nobody has an account yet: the secret with which the first administrator is made.
fn first_link(app: &App, registry: &dyn Registry) -> Result<Option<String>, crate::store::StoreError> {
    if !registry.accounts(None, 1)?.is_empty() {
        return Ok(None);
    }
    let Ok((secret, digest)) = tokens::new_secret() else { return Ok(None) };
    registry.put_link(OneTimeLink { digest, account: None, expires_at: app.now().saturating_add(LINK_MS) })?;
    Ok(Some(secret))
}

/// Work that nobody waits for: what others have written comes into the lists, sessions that have ended are taken away.
async fn rounds(app: App, mut stopped: watch::Receiver<bool>) {
    app.set_ready(true);
    let mut looked_on = None;
    loop {
        let round = app
            .write(|app| {
                app.service.catch_up()?;
                let idle = i64::try_from(app.config.session_idle.as_millis()).unwrap_or(i64::MAX);
                Ok(app.registry.purge(app.now(), idle)?)
            })
            .await;
        let today = app.now() / DAY_MS;
        if looked_on != Some(today) {
            looked_on = Some(today);
            old_accesses(&app).await;
        }
        if let Err(trouble) = round {
            tracing::warn!(why = trouble.detail(), "il giro di manutenzione non è riuscito");
        }
        tokio::select! {
            () = tokio::time::sleep(ROUND) => {}
            _ = stopped.wait_for(|stop| *stop) => break,
        }
    }
}

/// Says, once a day, that some notes of who looked at what are older than they are to be kept: nothing deletes them by itself.
async fn old_accesses(app: &App) {
    let Some(days) = app.config.accesses_days else { return };
    let before = app.now().saturating_sub(i64::from(days).saturating_mul(DAY_MS));
    let query = AccessQuery { to: Some(before), ..AccessQuery::default() };
    let old = app.read(move |app| Ok(app.registry.accesses(&query, None, 1)?)).await;
    if old.is_ok_and(|old| !old.is_empty()) {
        tracing::warn!(giorni = days, "ci sono annotazioni di accessi più vecchie del termine di conservazione");
    }
}

/// Begins at once to heed Ctrl+C and the word of the system that ends programs; what it gives waits for one of them.
pub(super) fn asked_to_stop() -> impl Future<Output = ()> {
    #[cfg(unix)]
    let ended = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate());
    async move {
        #[cfg(unix)]
        if let Ok(mut ended) = ended {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = ended.recv() => {}
            }
            return;
        }
        _ = tokio::signal::ctrl_c().await;
    }
}

// SPDX-License-Identifier: EUPL-1.2
//! A gateway that says in a header who asks is believed only when it is that gateway, and only for pages.

use std::net::IpAddr;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use lepre::config::{Config, TrustedProxy};
use lepre::http::routes::{Kind, Who, table};
use lepre::store::{Account, Registry as _};

use super::{World, account, run, text, world};

const GATEWAY: &str = "192.0.2.10";
const HEADER: &str = "x-utente";

fn behind_gateway() -> World {
    let proxy = TrustedProxy { addresses: vec![GATEWAY.parse().unwrap()], header: HEADER.into() };
    let world = world(Config { trusted_proxy: Some(proxy), ..Config::default() });
    account(&world.store, "utente-a", Some("soggetto-a"), None);
    world
}

async fn asked(world: &World, from: &str, path: &str, names: &[&str]) -> (StatusCode, bool) {
    let from: IpAddr = from.parse().unwrap();
    let mut request = Request::get(path);
    for name in names {
        request = request.header(HEADER, *name);
    }
    let answer = world.ask(from, request.body(Body::empty()).unwrap()).await;
    let status = answer.status();
    (status, text(answer).await.contains("tuo accesso passa dal portale"))
}

const IN: (StatusCode, bool) = (StatusCode::OK, true);
const OUT: (StatusCode, bool) = (StatusCode::SEE_OTHER, false);

#[test]
fn only_the_gateway_is_believed() {
    run(async {
        let world = behind_gateway();
        assert_eq!(asked(&world, GATEWAY, "/password", &["soggetto-a"]).await, IN);
        assert_eq!(asked(&world, "::ffff:192.0.2.10", "/password", &["soggetto-a"]).await, IN, "the same machine");
        assert_eq!(asked(&world, "192.0.2.11", "/password", &["soggetto-a"]).await, OUT, "another machine");
        assert_eq!(asked(&world, "127.0.0.1", "/password", &["soggetto-a"]).await, OUT, "this machine");
        assert_eq!(asked(&world, GATEWAY, "/password", &["soggetto-a", "soggetto-b"]).await, OUT, "said twice");
        assert_eq!(
            asked(&world, GATEWAY, "/password", &["soggetto-a", "soggetto-a"]).await,
            OUT,
            "said twice the same"
        );
        assert_eq!(asked(&world, GATEWAY, "/password", &["soggetto-b"]).await, OUT, "nobody's");
        assert_eq!(asked(&world, GATEWAY, "/password", &[""]).await, OUT, "said and empty");
        assert_eq!(asked(&world, GATEWAY, "/password", &[]).await, OUT, "not said");
    });
}

#[test]
fn off_unless_configured() {
    run(async {
        let world = world(Config::default());
        account(&world.store, "utente-a", Some("soggetto-a"), None);
        for from in [GATEWAY, "127.0.0.1", "::1"] {
            assert_eq!(asked(&world, from, "/password", &["soggetto-a"]).await, OUT);
        }
    });
}

#[test]
fn an_account_that_is_disabled_stays_out() {
    run(async {
        let world = behind_gateway();
        let known = world.store.account_by_username("utente-a").unwrap().unwrap();
        world.store.put_account(Account { disabled: true, ..known }).unwrap();
        assert_eq!(asked(&world, GATEWAY, "/password", &["soggetto-a"]).await, OUT);
    });
}

#[test]
fn programs_are_never_known_by_a_header() {
    run(async {
        let world = behind_gateway();
        for row in table().into_iter().filter(|row| row.kind == Kind::Api && row.who != Who::Everyone) {
            let request = Request::builder().method(row.method).uri(row.path.replace(['{', '}'], ""));
            let request = request.header(HEADER, "soggetto-a").body(Body::empty()).unwrap();
            let answer = world.ask(GATEWAY.parse().unwrap(), request).await;
            assert_eq!(answer.status(), StatusCode::UNAUTHORIZED, "{} {}", row.method, row.path);
        }
    });
}

#[test]
fn the_metrics_are_for_the_machines_of_the_configuration() {
    run(async {
        let world = world(Config { metrics_from: vec![GATEWAY.parse().unwrap()], ..Config::default() });
        let get = |header: Option<&str>| {
            let request = Request::get("/metrics");
            let request = match header {
                Some(name) => request.header(name, "192.0.2.99"),
                None => request,
            };
            request.body(Body::empty()).unwrap()
        };
        let fine = world.ask(GATEWAY.parse().unwrap(), get(None)).await;
        assert_eq!(fine.status(), StatusCode::OK);
        assert!(text(fine).await.contains("lepre_store"));
        assert_eq!(world.ask("127.0.0.1".parse().unwrap(), get(None)).await.status(), StatusCode::NOT_FOUND);
        for passed_on in ["x-forwarded-for", "forwarded", "via"] {
            let answer = world.ask(GATEWAY.parse().unwrap(), get(Some(passed_on))).await;
            assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{passed_on}");
        }
        // A proxy that adds nothing still asks by the name that people use.
        let named = Config {
            metrics_from: vec![GATEWAY.parse().unwrap()],
            public_url: Some("https://lepre.regione.example".into()),
            ..Config::default()
        };
        let behind = self::world(named);
        let by_name = |host: &str| Request::get("/metrics").header("host", host).body(Body::empty()).unwrap();
        let answer = behind.ask(GATEWAY.parse().unwrap(), by_name("lepre.regione.example")).await;
        assert_eq!(answer.status(), StatusCode::NOT_FOUND);
        assert_eq!(behind.ask(GATEWAY.parse().unwrap(), by_name("127.0.0.1:8080")).await.status(), StatusCode::OK);
        for open in ["/health", "/status"] {
            assert_eq!(world.get(open).await.status(), StatusCode::OK, "{open}");
        }
        assert_eq!(world.get("/ready").await.status(), StatusCode::SERVICE_UNAVAILABLE, "not yet");
        world.app.set_ready(true);
        assert_eq!(world.get("/ready").await.status(), StatusCode::OK);
    });
}

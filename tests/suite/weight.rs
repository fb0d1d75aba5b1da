// SPDX-License-Identifier: EUPL-1.2
//! What a page weighs on a poor link: as it is sent, packed, fonts apart.

use axum::body::{Body, to_bytes};
use axum::http::Request;
use lepre::http::{application, assets};
use tower::ServiceExt as _;

use crate::web::Bureau;

/// A first visit: the page with style, scripts and icons.
const FIRST: usize = 60 * 1024;
/// Afterwards only the page comes.
const LATER: usize = 15 * 1024;

fn packed(bureau: &Bureau, cookie: &str, path: &str) -> usize {
    let request = Request::get(path).header("cookie", cookie).header("accept-encoding", "gzip");
    let request = request.body(Body::empty()).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let response = application(&bureau.app).oneshot(request).await.unwrap();
        assert_eq!(response.status().as_u16(), 200, "{path}");
        assert_eq!(response.headers().get("content-encoding").map(|v| v.as_bytes()), Some(&b"gzip"[..]), "{path}");
        to_bytes(response.into_body(), usize::MAX).await.unwrap().len()
    })
}

#[test]
fn pages_are_light() {
    let bureau = Bureau::new("2026-11-24");
    let mut case = bureau.open("E", 1, "2026-11-02", &[("patto_gia_sottoscritto", "true")]);
    for n in 2..42 {
        bureau.open(if n % 2 == 0 { "B" } else { "E" }, n, "2026-11-03", &[]);
    }
    bureau.app.service.catch_up().unwrap();
    // A case with a history.
    for n in 0..40 {
        let note = format!(
            r#"{{"tipo":"nota","il":"2026-11-{:02}","testo":"telefonata numero {n} per fissare il colloquio"}}"#,
            3 + n / 2
        );
        let event = serde_json::from_str(&note).unwrap();
        case = bureau.app.service.acting("op").record(case.head.id, &event).unwrap();
    }
    let op = bureau.seat("op");
    let shared: usize = ["lepre.css", "lepre.js", "htmx.js", "icons.svg", "favicon.svg"]
        .iter()
        .map(|name| assets::asset(name).unwrap())
        .map(|asset| asset.gzip.unwrap_or(asset.bytes).len())
        .sum();
    for path in [
        "/oggi".to_owned(),
        "/pratiche".to_owned(),
        "/pratiche/nuova".to_owned(),
        format!("/pratiche/{}", case.head.id),
    ] {
        let page = packed(&bureau, op.cookie(), &path);
        assert!(page < LATER, "{path}: {page} bytes");
        assert!(page + shared < FIRST, "{path}: {page} + {shared} bytes");
    }
}

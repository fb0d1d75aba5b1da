// SPDX-License-Identifier: EUPL-1.2
//! Tables for a spreadsheet: CSV as RFC 4180 wants it, sent as it is written, so that no table stands whole in memory.
//!
//! A byte-order mark stands first: without it the spreadsheet that most offices have reads accented letters wrongly.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, HeaderValue};
use axum::response::{IntoResponse, Response};
use hyper::body::{Bytes, Frame};
use tokio::sync::mpsc;

use crate::export::csv::line;

use super::app::App;
use super::trouble::Trouble;

/// Bytes gathered before they are sent.
const CHUNK: usize = 32 * 1024;
/// Chunks that may wait for a slow reader.
const WAITING: usize = 4;

/// The reader is gone: nobody needs the rest.
pub struct Gone;

/// What is written goes to the reader, as a file of JSON lines; trouble on the way breaks the download off.
pub fn lines(
    app: &App,
    name: &str,
    write: impl FnOnce(&App, &mut dyn io::Write) -> io::Result<()> + Send + 'static,
) -> Response {
    let (out, rows) = mpsc::channel(WAITING);
    let app = app.clone();
    tokio::task::spawn_blocking(move || {
        let mut sent = io::BufWriter::with_capacity(CHUNK, Sent(out.clone()));
        if let Err(error) = write(&app, &mut sent).and_then(|()| io::Write::flush(&mut sent)) {
            tracing::error!(%error, "un'esportazione si è interrotta");
            // What is left in the buffer is no whole file.
            drop(sent.into_parts());
            _ = out.blocking_send(Err(io::Error::other("esportazione interrotta")));
        }
    });
    let mut response = Body::new(Rows(rows)).into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-ndjson"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename=\"{name}.jsonl\"")) {
        headers.insert(CONTENT_DISPOSITION, value);
    }
    response
}

struct Sent(mpsc::Sender<Result<Bytes, io::Error>>);

impl io::Write for Sent {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let chunk = Bytes::copy_from_slice(bytes);
        self.0.blocking_send(Ok(chunk)).map_err(|_| io::Error::from(io::ErrorKind::BrokenPipe))?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A table being written.
pub struct Table {
    text: String,
    out: mpsc::Sender<Result<Bytes, io::Error>>,
}

impl Table {
    /// Writes a row.
    ///
    /// # Errors
    /// Nobody reads any more.
    pub fn row(&mut self, cells: &[&str]) -> Result<(), Gone> {
        self.text.push_str(&line(cells));
        if self.text.len() >= CHUNK { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<(), Gone> {
        let chunk = Bytes::from(std::mem::take(&mut self.text));
        self.out.blocking_send(Ok(chunk)).map_err(|_| Gone)
    }
}

struct Rows(mpsc::Receiver<Result<Bytes, io::Error>>);

impl hyper::body::Body for Rows {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        self.get_mut().0.poll_recv(context).map(|chunk| chunk.map(|chunk| chunk.map(Frame::data)))
    }
}

/// Answers with a table: `header`, then what `write` writes, away from the threads that serve. Trouble on the way breaks
/// the download off, so that half a table is not taken for a whole one.
pub fn csv(
    app: &App,
    name: &str,
    header: &'static [&'static str],
    write: impl FnOnce(&App, &mut Table) -> Result<Result<(), Gone>, Trouble> + Send + 'static,
) -> Response {
    let (out, rows) = mpsc::channel(WAITING);
    let app = app.clone();
    tokio::task::spawn_blocking(move || {
        let mut table = Table { text: format!("\u{feff}{}", line(header)), out: out.clone() };
        match write(&app, &mut table) {
            Ok(Ok(())) => _ = table.flush(),
            Ok(Err(Gone)) => {}
            Err(trouble) => {
                tracing::error!(why = trouble.detail(), "un'esportazione si è interrotta");
                _ = out.blocking_send(Err(io::Error::other("esportazione interrotta")));
            }
        }
    });
    let mut response = Body::new(Rows(rows)).into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8; header=present"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename=\"{name}.csv\"")) {
        headers.insert(CONTENT_DISPOSITION, value);
    }
    response
}

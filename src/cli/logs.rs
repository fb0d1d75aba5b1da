// SPDX-License-Identifier: EUPL-1.2
//! The log of the service: lines on the standard error, of this program only, with no personal data.
//!
//! What other crates would log (addresses asked for, headers) is never written, at any level.

use std::io;

use tracing::Subscriber;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::Layer as _;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt as _;

use crate::config::{Config, LogFormat, LogLevel};

/// Begins to write the log. Once for the program: a second time does nothing.
pub fn start(config: &Config) {
    if tracing::subscriber::set_global_default(subscriber(config, io::stderr)).is_err() {
        return;
    }
    std::panic::set_hook(Box::new(|panic| {
        // Where, never with what: the words of an interruption may hold a value.
        let place = panic.location().map(ToString::to_string);
        tracing::error!(dove = place, "il programma si è interrotto");
    }));
}

/// What writes the lines of the log.
pub fn subscriber<W>(config: &Config, writer: W) -> impl Subscriber + Send + Sync + use<W>
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let level = match config.log_level {
        LogLevel::Error => LevelFilter::ERROR,
        LogLevel::Warn => LevelFilter::WARN,
        LogLevel::Info => LevelFilter::INFO,
        LogLevel::Debug => LevelFilter::DEBUG,
    };
    let ours = filter_fn(move |line| *line.level() <= level && is_ours(line.target())).with_max_level_hint(level);
    let lines = tracing_subscriber::fmt::layer().with_writer(writer).with_ansi(false);
    let lines = match config.log_format {
        LogFormat::Text => lines.with_target(false).boxed(),
        LogFormat::Json => lines.json().flatten_event(true).with_current_span(false).with_span_list(false).boxed(),
    };
    tracing_subscriber::registry().with(lines.with_filter(ours))
}

/// A crate whose name begins like ours is another.
fn is_ours(target: &str) -> bool {
    target == "lepre" || target.starts_with("lepre::")
}

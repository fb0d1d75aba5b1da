// SPDX-License-Identifier: EUPL-1.2
//! Numbers for whoever watches over the service, in the form Prometheus reads. Routes are named by their pattern: no id, no
//! name of anybody is ever a label.

use std::sync::atomic::AtomicI64;
use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

use crate::store::StoreStats;

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Answered {
    method: String,
    route: String,
    status: u16,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Reason {
    reason: &'static str,
}

/// See the module.
pub struct Metrics {
    registry: Registry,
    answered: Family<Answered, Counter>,
    seconds: Histogram,
    sign_ins: Family<Reason, Counter>,
    sizes: Family<Reason, Gauge<i64, AtomicI64>>,
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

impl Metrics {
    pub fn new() -> Self {
        let mut registry = Registry::with_prefix("lepre");
        let answered = Family::default();
        let seconds = Histogram::new([0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0]);
        let sign_ins = Family::default();
        let sizes = Family::default();
        registry.register("http_requests", "Requests answered", answered.clone());
        registry.register("http_request_duration_seconds", "Time to answer a request", seconds.clone());
        registry.register("sign_ins", "Attempts to sign in, by outcome", sign_ins.clone());
        registry.register("store", "Sizes of the store", sizes.clone());
        Self { registry, answered, seconds, sign_ins, sizes }
    }

    pub fn answered(&self, method: &str, route: &str, status: u16, took: Duration) {
        let labels = Answered { method: method.to_owned(), route: route.to_owned(), status };
        self.answered.get_or_create(&labels).inc();
        self.seconds.observe(took.as_secs_f64());
    }

    pub fn sign_in(&self, outcome: &'static str) {
        self.sign_ins.get_or_create(&Reason { reason: outcome }).inc();
    }

    /// All of them as text.
    pub fn text(&self, stats: &StoreStats, lost_notes: u64) -> String {
        let size = |name: &'static str, value: u64| {
            self.sizes.get_or_create(&Reason { reason: name }).set(i64::try_from(value).unwrap_or(i64::MAX));
        };
        size("subjects", stats.subjects);
        size("cases", stats.cases);
        size("events", stats.events);
        size("database_bytes", stats.database_bytes);
        size("wal_bytes", stats.wal_bytes);
        size("lost_notes", lost_notes);
        let mut text = String::new();
        // Writing into a text cannot fail.
        _ = encode(&mut text, &self.registry);
        text
    }
}

//! Figures for the operator. **Invariant: labels come from the contract, never from a request, so
//! that their number is bounded and they tell about nobody.**

use std::time::Duration;

use prometheus::{
    Encoder, HistogramOpts, HistogramVec, IntCounterVec, IntGauge, Opts, Registry, TextEncoder,
};

use crate::{
    db::Db,
    error::{Error, Result},
};

/// What is counted.
pub struct Metrics {
    registry: Registry,
    requests: IntCounterVec,
    seconds: HistogramVec,
    connections_used: IntGauge,
    connections_open: IntGauge,
    writes_waiting: IntGauge,
}

impl Metrics {
    /// Nothing counted yet.
    ///
    /// # Errors
    /// Never in practice: the names are fixed.
    pub fn new() -> Result<Self> {
        let broken = |bad: prometheus::Error| Error::Broken(format!("metrics: {bad}"));
        let requests = IntCounterVec::new(
            Opts::new("dondoc_requests_total", "Requests answered, by endpoint and status."),
            &["endpoint", "status"],
        )
        .map_err(broken)?;
        let seconds = HistogramVec::new(
            HistogramOpts::new("dondoc_request_seconds", "Seconds to answer, by endpoint.")
                .buckets(vec![0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0]),
            &["endpoint"],
        )
        .map_err(broken)?;
        let connections_used =
            IntGauge::new("dondoc_connections_used", "Database connections in use.").map_err(broken)?;
        let connections_open =
            IntGauge::new("dondoc_connections_open", "Database connections open.").map_err(broken)?;
        let writes_waiting =
            IntGauge::new("dondoc_writes_waiting", "Writes waiting for the one writer of SQLite.")
                .map_err(broken)?;
        let registry = Registry::new();
        registry.register(Box::new(requests.clone())).map_err(broken)?;
        registry.register(Box::new(seconds.clone())).map_err(broken)?;
        registry.register(Box::new(connections_used.clone())).map_err(broken)?;
        registry.register(Box::new(connections_open.clone())).map_err(broken)?;
        registry.register(Box::new(writes_waiting.clone())).map_err(broken)?;
        Ok(Self { registry, requests, seconds, connections_used, connections_open, writes_waiting })
    }

    /// Counts one answer.
    pub fn count(&self, endpoint: &str, status: u16, took: Duration) {
        self.requests.with_label_values(&[endpoint, &status.to_string()]).inc();
        self.seconds.with_label_values(&[endpoint]).observe(took.as_secs_f64());
    }

    /// All figures in the text format of Prometheus.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn text(&self, db: &Db) -> Result<Vec<u8>> {
        let (used, open) = db.pool_state();
        self.connections_used.set(i64::from(used));
        self.connections_open.set(i64::from(open));
        self.writes_waiting.set(i64::try_from(db.writes_waiting()).unwrap_or(i64::MAX));
        let mut text = Vec::new();
        TextEncoder::new()
            .encode(&self.registry.gather(), &mut text)
            .map_err(|bad| Error::Broken(format!("metrics: {bad}")))?;
        Ok(text)
    }
}

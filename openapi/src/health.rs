//! For the operator. **Invariant: nothing here tells about anybody's work.**

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    access::Access,
    endpoint::{Dto, bytes_body, endpoints},
    value::codes,
};

codes! {
    /// How the server is.
    Condition {
        Ok = "ok", "Tốt", "Well";
        Unready = "unready", "Chưa sẵn sàng", "Not ready";
    }
}

/// How the server is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Health {
    /// How it is.
    pub status: Condition,
}
impl Dto for Health {
    fn example() -> Self {
        Self { status: Condition::Ok }
    }
}

bytes_body! {
    /// Figures in the text format of Prometheus.
    Metrics: "text/plain"
}

endpoints! {
    tag "Operation";

    /// Is the process alive
    ///
    /// Answers without touching the database.
    ReadHealth = Get "/healthz" as "read_health",
        access: Access::Public,
        reply: Health,
        answers: [200];

    /// Can it take requests
    ///
    /// Reads and writes the database; `503` when it cannot.
    ReadReadiness = Get "/readyz" as "read_readiness",
        access: Access::Public,
        reply: Health,
        answers: [200];

    /// Figures for Prometheus
    ///
    /// Requests by endpoint and status, their duration, queue and pool. Served only to the
    /// addresses the operator allows, this machine unless told.
    ReadMetrics = Get "/metrics" as "read_metrics",
        access: Access::Public,
        reply: Metrics,
        answers: [200], refuses: [NotAllowed];
}

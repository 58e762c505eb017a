//! The loops. **Invariant: a job takes no input and may run again at any time: it looks at what is,
//! and does what is missing.**

use std::{sync::Arc, time::Duration};

use crate::{ledger, state::State};

/// Runs the jobs until the server stops.
pub async fn run(state: Arc<State>) {
    const PAUSE: Duration = Duration::from_secs(1);
    loop {
        if let Err(error) = ledger::seal(&state.db).await {
            tracing::warn!(?error, "sealing the ledger failed; it will be tried again");
        }
        tokio::time::sleep(PAUSE).await;
    }
}

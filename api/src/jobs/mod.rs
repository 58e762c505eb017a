//! The loops. **Invariant: a job takes no input and may run again at any time: it looks at what is,
//! and does what is missing.**

use std::{sync::Arc, time::Duration};

use crate::{error::Result, ledger, sessions, state::State};

/// Runs the jobs until the server stops.
pub async fn run(state: Arc<State>) {
    const PAUSE: Duration = Duration::from_secs(1);
    for second in 0_u64.. {
        if second % 60 == 0
            && let Err(error) = tend_sessions(&state).await
        {
            tracing::warn!(?error, "tending the sessions failed; it will be tried again");
        }
        if let Err(error) = ledger::seal(&state.db).await {
            tracing::warn!(?error, "sealing the ledger failed; it will be tried again");
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// What signing in needs done now and then.
async fn tend_sessions(state: &State) -> Result<()> {
    sessions::tend_keys(state).await?;
    sessions::forget_failures(state).await
}

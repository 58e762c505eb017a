//! The loops. **Invariant: a job takes no input and may run again at any time: it looks at what is,
//! and does what is missing.**

use std::{sync::Arc, time::Duration};

use crate::{error::Result, ledger, organisation, sessions, state::State, tasks};

/// Runs the jobs until the server stops.
pub async fn run(state: Arc<State>) {
    // What waits on the network goes in loops of its own, which end with this one.
    tokio::join!(house(&state), crate::webhooks::run(Arc::clone(&state)));
}

async fn house(state: &State) {
    const PAUSE: Duration = Duration::from_secs(1);
    for second in 0_u64.. {
        if second % 60 == 0
            && let Err(error) = tend_sessions(state).await
        {
            tracing::warn!(?error, "tending the sessions failed; it will be tried again");
        }
        if let Err(error) = ledger::seal(&state.db).await {
            tracing::warn!(?error, "sealing the ledger failed; it will be tried again");
        }
        if let Err(error) = open_periods(state).await {
            tracing::warn!(?error, "opening periods failed; it will be tried again");
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// What signing in needs done now and then.
async fn tend_sessions(state: &State) -> Result<()> {
    sessions::tend_keys(state).await?;
    sessions::forget_failures(state).await
}

/// Opens the periods of recurring work that have begun, in every organisation.
///
/// # Errors
/// What the database says; what was opened until then stays open.
pub async fn open_periods(state: &State) -> Result<()> {
    for house in state.db.read(organisation::houses).await? {
        let mut after = None;
        loop {
            let house = house.clone();
            let (next, _) = state.db.write(move |tx| tasks::recurring::open_begun(tx, &house, after)).await?;
            if next.is_none() {
                break;
            }
            after = next;
        }
    }
    Ok(())
}

//! The loops. **Invariant: a job takes no input and may run again at any time: it looks at what is,
//! and does what is missing.**

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use crate::{error::Result, ledger, organisation, sessions, state::State, tasks};

/// Several times before a new key begins to sign (`tokens::KEY_RIPENS`).
const KEYS_EVERY: Duration = Duration::from_secs(10);

/// Runs the jobs until the server stops.
pub async fn run(state: Arc<State>) {
    const PAUSE: Duration = Duration::from_secs(1);
    let mut keys_seen: Option<Instant> = None;
    loop {
        if keys_seen.is_none_or(|seen| seen.elapsed() >= KEYS_EVERY) {
            keys_seen = Some(Instant::now());
            take_up_keys(&state).await;
        }
        if let Err(error) = ledger::seal(&state.db).await {
            tracing::warn!(?error, "sealing the ledger failed; it will be tried again");
        }
        if let Err(error) = open_periods(&state).await {
            tracing::warn!(?error, "opening periods failed; it will be tried again");
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Another process, or the operator, may have made a new signing key.
async fn take_up_keys(state: &State) {
    match state.db.read(sessions::keys).await {
        Ok(keys) => state.set_keys(keys),
        Err(error) => tracing::warn!(?error, "the signing keys could not be read; it will be tried again"),
    }
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

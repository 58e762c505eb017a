//! The loops. **Invariant: a job takes no input and may run again at any time: it looks at what is,
//! and does what is missing.**

use std::{sync::Arc, time::Duration};

use crate::{
    alerts, calendar_feeds, channels, error::Result, keys, ledger, organisation, sessions, state::State,
    tasks, webhooks,
};

/// Runs the jobs until the server stops. What waits for others' servers waits beside the rest.
pub async fn run(state: Arc<State>, warns: bool) {
    let warnings = async {
        if warns {
            keep_warning(&state).await;
        }
    };
    tokio::join!(tend(&state), warnings, channels::run(&state), webhooks::run(Arc::clone(&state)));
}

/// Beside the others: a morning's warnings of many communes take a while.
async fn keep_warning(state: &State) {
    const PAUSE: Duration = Duration::from_secs(10);
    loop {
        if let Err(error) = warn(state).await {
            tracing::warn!(?error, "warning failed; it will be tried again");
        }
        tokio::time::sleep(PAUSE).await;
    }
}

async fn tend(state: &State) {
    const PAUSE: Duration = Duration::from_secs(1);
    for second in 0_u64.. {
        if second % 60 == 0
            && let Err(error) = tend_sessions(state).await
        {
            tracing::warn!(?error, "tending the sessions failed; it will be tried again");
        }
        if second % 60 == 0
            && let Err(error) = tend_secrets(state).await
        {
            tracing::warn!(?error, "tending keys and calendar feeds failed; it will be tried again");
        }
        if let Err(error) = ledger::seal(&state.db).await {
            tracing::warn!(?error, "sealing the ledger failed; it will be tried again");
        }
        if let Err(error) = open_periods(state).await {
            tracing::warn!(?error, "opening periods failed; it will be tried again");
        }
        if second % 3600 == 0
            && let Err(error) = forget_old(state).await
        {
            tracing::warn!(?error, "forgetting what is old failed; it will be tried again");
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// What signing in needs done now and then.
async fn tend_sessions(state: &State) -> Result<()> {
    sessions::tend_keys(state).await?;
    sessions::forget_failures(state).await
}

/// Tells people what happened, what is due and what nobody answers, in every organisation.
///
/// # Errors
/// What the database says; what was told until then stays told, and is not told again.
pub async fn warn(state: &State) -> Result<()> {
    ledger::seal(&state.db).await?;
    alerts::tend(state).await
}

/// Forgets messages and notices that are old.
async fn forget_old(state: &State) -> Result<()> {
    channels::forget_old(state).await?;
    alerts::forget_old(state).await
}

/// Forgets what secrets could be made from, and writes down when they were last used.
async fn tend_secrets(state: &State) -> Result<()> {
    keys::tend(state).await?;
    calendar_feeds::tend(state).await
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

//! The job that sends. **Invariant: nothing is sent inside a transaction, and nothing counts as sent
//! before somebody has taken it: a server that dies in between leaves a lease that runs out, and the
//! message is sent again under the same id.**

use std::{sync::Arc, time::Duration};

use chrono::TimeDelta;
use futures_util::future::{join_all, join3};
use openapi::channels::{Channel, SendingState};

use super::{
    gateway, mail, push,
    store::{self, Leased, To},
};
use crate::{access::Tenant, db::Reading, error::Result, hold, organisation, state::State};

/// How many are under way at once on one channel, in this process.
const AT_ONCE: i64 = 16;
/// How long one sending is ours. Longer than [`PATIENCE`], or another process would send it beside us.
const LEASE: TimeDelta = TimeDelta::seconds(45);
/// How long one sending may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long messages are kept.
const KEPT: TimeDelta = TimeDelta::days(30);

/// What became of one try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Outcome {
    /// Somebody has taken it.
    Sent,
    /// It is worth trying again, not before so long.
    Later {
        /// What went wrong, as a code.
        why: String,
        /// How long the other side wants to be left alone.
        after: Option<TimeDelta>,
    },
    /// It will never be taken.
    Dropped(String),
    /// The browser is no longer there.
    Gone(String),
    /// The address takes no e-mail.
    BadAddress(String),
}

impl Outcome {
    pub(super) fn later(why: &str) -> Self {
        Self::Later { why: why.to_owned(), after: None }
    }
    /// What went wrong, as a code.
    pub(super) fn error(&self) -> Option<&str> {
        match self {
            Self::Sent => None,
            Self::Later { why, .. } | Self::Dropped(why) | Self::Gone(why) | Self::BadAddress(why) => {
                Some(why)
            }
        }
    }
}

/// How long to wait after so many tries, the last included; nothing when it is time to give up, after
/// a day and a half.
fn back_off(attempts: i32) -> Option<TimeDelta> {
    const MINUTES: [i64; 7] = [1, 5, 15, 60, 4 * 60, 12 * 60, 24 * 60];
    let place = usize::try_from(attempts.max(1)).ok()?;
    MINUTES.get(place - 1).copied().map(TimeDelta::minutes)
}

/// What is written down of an outcome: where the sending stands, and after how long it is tried again.
fn verdict(outcome: &Outcome, attempts: i32) -> (SendingState, TimeDelta) {
    match outcome {
        Outcome::Sent => (SendingState::Sent, TimeDelta::zero()),
        Outcome::Dropped(_) | Outcome::Gone(_) | Outcome::BadAddress(_) => {
            (SendingState::Dropped, TimeDelta::zero())
        }
        Outcome::Later { after, .. } => match back_off(attempts) {
            None => (SendingState::GivenUp, TimeDelta::zero()),
            Some(wait) => {
                // Who asks for more than a day is asked again after one.
                let asked = after.unwrap_or_default().min(TimeDelta::days(1));
                (SendingState::Waiting, wait.max(asked))
            }
        },
    }
}

/// Sends until the server stops; each channel by itself, so that one that hangs holds up no other.
pub(crate) async fn run(state: &State) {
    let _never = join3(
        keep_sending(state, Channel::Push),
        keep_sending(state, Channel::Mail),
        keep_sending(state, Channel::Gateway),
    )
    .await;
}

async fn keep_sending(state: &State, channel: Channel) {
    const PAUSE: Duration = Duration::from_secs(1);
    loop {
        match send_on(state, channel).await {
            // There may be more.
            Ok(sent) if sent > 0 => {}
            Ok(_) => tokio::time::sleep(PAUSE).await,
            Err(error) => {
                tracing::warn!(?error, %channel, "sending failed; it will be tried again");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

/// Sends what is due now, once; tells how much was tried.
///
/// # Errors
/// What the database says; what was sent until then is written down.
pub async fn send_due(state: &State) -> Result<usize> {
    let mut tried = 0;
    for channel in Channel::ALL {
        tried += send_on(state, *channel).await?;
    }
    Ok(tried)
}

async fn send_on(state: &State, channel: Channel) -> Result<usize> {
    let mut tried = 0;
    let due = move |tx: &mut Reading<'_>| match hold::since(tx)? {
        Some(_) => Ok(Vec::new()),
        None => store::with_due(tx, channel),
    };
    for tenant in state.db.read(due).await? {
        tried += send_of(state, tenant, channel).await?;
    }
    Ok(tried)
}

async fn send_of(state: &State, tenant: Tenant, channel: Channel) -> Result<usize> {
    let leased = state.db.write(move |tx| store::lease(tx, tenant, channel, AT_ONCE, LEASE)).await?;
    let tried = leased.len();
    let done = join_all(leased.into_iter().map(|one| deliver(state, one))).await;
    done.into_iter().collect::<Result<()>>()?;
    Ok(tried)
}

async fn deliver(state: &State, leased: Leased) -> Result<()> {
    let outcome = tokio::time::timeout(PATIENCE, send(state, &leased)).await;
    let outcome = outcome.unwrap_or_else(|_elapsed| Outcome::later("timeout"));
    let (stands, wait) = verdict(&outcome, leased.attempts);
    if let Some(why) = outcome.error() {
        tracing::info!(message = %leased.message.id, why, state = %stands, "a message was not taken");
    }
    let leased = Arc::new(leased);
    state
        .db
        .write(move |tx| {
            let next_at = tx.now().plus(wait);
            store::settle(tx, &leased, &outcome, stands, next_at)
        })
        .await
}

async fn send(state: &State, leased: &Leased) -> Outcome {
    let (outside, now) = (&state.outside, state.db.clock().now());
    match &leased.to {
        To::Browser(row) => push::send(outside, now, &leased.message, row).await,
        To::Address(email) => mail::send(outside, &state.secret, leased, email, now).await,
        To::Number(phone) => gateway::send(outside, now, &leased.message, phone).await,
        To::Nowhere => Outcome::Dropped("no_address".to_owned()),
    }
}

/// Deletes messages that are old enough, in every organisation.
///
/// # Errors
/// What the database says.
pub async fn forget_old(state: &State) -> Result<()> {
    for house in state.db.read(organisation::houses).await? {
        let tenant = house.tenant;
        loop {
            let deleted = state
                .db
                .write(move |tx| {
                    let before = tx.now().plus(-KEPT);
                    store::delete_before(tx, tenant, before)
                })
                .await?;
            if deleted == 0 {
                break;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn trying_takes_longer_each_time_and_ends_after_a_day_and_a_half() {
        let waits: Vec<TimeDelta> = (1..).map_while(back_off).collect();
        assert!(waits.is_sorted() && waits.first() == Some(&TimeDelta::minutes(1)));
        let whole: TimeDelta = waits.iter().sum();
        assert!(TimeDelta::hours(36) < whole && whole < TimeDelta::hours(48));
    }

    #[test]
    fn the_other_side_is_left_alone_as_long_as_it_asks_but_for_a_day_at_most() {
        let later = |after| Outcome::Later { why: String::new(), after: Some(after) };
        assert_eq!(verdict(&later(TimeDelta::minutes(10)), 1).1, TimeDelta::minutes(10));
        assert_eq!(verdict(&later(TimeDelta::seconds(10)), 1).1, TimeDelta::minutes(1));
        assert_eq!(verdict(&later(TimeDelta::days(9)), 1).1, TimeDelta::days(1));
    }

    proptest! {
        #[test]
        fn whatever_happens_it_ends(attempts in i32::MIN..i32::MAX) {
            let (state, wait) = verdict(&Outcome::later("x"), attempts);
            prop_assert!(wait <= TimeDelta::days(1));
            prop_assert_eq!(state == SendingState::GivenUp, attempts > 7);
        }
    }
}

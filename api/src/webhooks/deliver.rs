//! The loop that sends. **Invariant: nothing is sent inside a transaction; what was leased and not
//! settled is sent again by whoever comes after the lease, so that each event arrives at least once.**

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::Duration,
};

use chrono::TimeDelta;
use openapi::{
    value::Instant,
    webhooks::{DeliveryError, DeliveryState, DisabledWhy, Event, WebhookId, WebhookState},
};
use tokio::task::JoinSet;

use super::{
    back_off,
    sign::{self, Key, Message},
    store::{self, DeliveryRow, Settled, WebhookRow},
    take,
};
use crate::{
    access::{House, Tenant},
    db::{Reading, Writing},
    error::Result,
    hold, ledger,
    net::{self, Failure, Post, Target},
    people,
    state::State,
    tokens,
};

/// How long an endpoint may take to answer: what the specification suggests at the shorter end.
const ANSWER_WITHIN: Duration = Duration::from_secs(15);
/// For how long a server holds what it sends; longer than an attempt can take.
const LEASE: TimeDelta = TimeDelta::seconds(30);
/// How many are on their way at once: in all, to one endpoint, and to one that fails.
const AT_ONCE: usize = 64;
const AT_ONCE_EACH: usize = 8;
const AT_ONCE_FAILING: usize = 2;
/// How many wait for one endpoint before no more is taken for it: the rest is safe in the ledger.
const WAITING_AT_MOST: i64 = 1000;
/// How often is looked for something to do.
const PAUSE: Duration = Duration::from_millis(500);
/// How long is waited for more that has come back, so that one commit settles several.
const GATHER: Duration = Duration::from_millis(20);
/// After how long without any success an endpoint is disabled.
const FAILING_AT_MOST: TimeDelta = TimeDelta::days(5);
/// How long the log keeps what was settled.
const KEPT: TimeDelta = TimeDelta::days(30);

/// Takes, sends and settles until the server stops.
pub(crate) async fn run(state: Arc<State>) {
    let mut outbox = Outbox { state, flying: JoinSet::new(), back: Vec::new(), to: HashMap::new() };
    let mut tidied: Option<Instant> = None;
    loop {
        let more = outbox.step().await.unwrap_or_else(|error| {
            tracing::warn!(?error, "delivering webhooks failed; it will be tried again");
            false
        });
        let now = outbox.state.db.clock().now();
        if tidied.is_none_or(|last| last.plus(TimeDelta::hours(1)) <= now) {
            tidied = Some(now);
            if let Err(error) = outbox.forget().await {
                tracing::warn!(?error, "tidying the webhooks' log failed; it will be tried again");
            }
        }
        outbox.rest(more).await;
    }
}

/// What is on its way.
struct Outbox {
    state: Arc<State>,
    flying: JoinSet<Flown>,
    /// What has come back and is to be settled.
    back: Vec<Flown>,
    /// How many are on their way to each endpoint.
    to: HashMap<(Tenant, WebhookId), usize>,
}

/// An attempt that has come back.
struct Flown {
    row: DeliveryRow,
    outcome: std::result::Result<net::Answer, DeliveryError>,
    chance: u16,
}

/// What there is to do.
struct Work {
    active: Vec<WebhookRow>,
    due: HashSet<(Tenant, WebhookId)>,
    behind: Vec<(WebhookRow, House)>,
}

/// An endpoint with what was leased for it.
struct Leased {
    webhook: WebhookRow,
    keys: Vec<store::SecretRow>,
    rows: Vec<DeliveryRow>,
}

impl Outbox {
    /// Waits until there may be something to do: a moment when there is more, otherwise until something
    /// comes back or it is time to look.
    async fn rest(&mut self, more: bool) {
        if !more {
            if self.flying.is_empty() {
                return tokio::time::sleep(PAUSE).await;
            }
            if let Ok(Some(Ok(flown))) = tokio::time::timeout(PAUSE, self.flying.join_next()).await {
                self.back.push(flown);
            }
        }
        tokio::time::sleep(GATHER).await;
    }

    /// One round. Answers whether there is more to do than waiting for what is on its way.
    async fn step(&mut self) -> Result<bool> {
        self.settle().await?;
        let work = self.state.db.read(look).await?;
        let mut taken = false;
        for (webhook, house) in work.behind {
            let read = self.state.db.read(move |tx| take::read(tx, &webhook, &house)).await?;
            if let Some(batch) = read {
                self.state.db.write(move |tx| take::write(tx, &batch)).await?;
                taken = true;
            }
        }
        self.lease(work.active, &work.due).await?;
        Ok(taken)
    }

    /// Leases as much as there is room for, and sends it.
    async fn lease(&mut self, active: Vec<WebhookRow>, due: &HashSet<(Tenant, WebhookId)>) -> Result<()> {
        let mut room = AT_ONCE.saturating_sub(self.flying.len());
        let mut wanted: Vec<(WebhookRow, i64)> = Vec::new();
        for webhook in active.into_iter().filter(|row| due.contains(&(row.organisation, row.id))) {
            let each = if webhook.failing_since.is_some() { AT_ONCE_FAILING } else { AT_ONCE_EACH };
            let flying = self.to.get(&(webhook.organisation, webhook.id)).copied().unwrap_or(0);
            let share = each.saturating_sub(flying).min(room);
            if share > 0 {
                room -= share;
                wanted.push((webhook, i64::try_from(share).unwrap_or(1)));
            }
        }
        if wanted.is_empty() {
            return Ok(());
        }
        let leased = self.state.db.write(move |tx| lease(tx, &wanted)).await?;
        for one in leased {
            self.send(one)?;
        }
        Ok(())
    }

    fn send(&mut self, leased: Leased) -> Result<()> {
        let Leased { webhook, keys, rows } = leased;
        let now = self.state.db.clock().now();
        let keys: Vec<Key> = keys
            .iter()
            .map(|key| Key::of(&self.state.secret, webhook.organisation, webhook.id, key.id, &key.chance))
            .collect();
        for row in rows {
            let data = serde_json::from_str(&row.data)?;
            let event = Event { kind: row.kind, timestamp: row.at, data };
            let message = sign::message(row.id.cast(), &event, webhook.format, &keys, now)?;
            let (client, url) = (self.state.net.clone(), webhook.url.clone());
            let chance = u16::from_le_bytes(tokens::random::<2>()?);
            *self.to.entry((row.organisation, row.webhook_id)).or_default() += 1;
            self.flying.spawn(async move {
                let outcome = attempt(&client, url.as_str(), message).await;
                Flown { row, outcome, chance }
            });
        }
        Ok(())
    }

    /// Writes down what has come back, all in one transaction.
    async fn settle(&mut self) -> Result<()> {
        while let Some(flown) = self.flying.try_join_next() {
            // An attempt that panicked is taken up again after its lease.
            self.back.extend(flown);
        }
        let back = std::mem::take(&mut self.back);
        for flown in &back {
            let to = (flown.row.organisation, flown.row.webhook_id);
            if let Some(many) = self.to.get_mut(&to) {
                *many = many.saturating_sub(1);
            }
        }
        if self.flying.is_empty() {
            self.to.clear();
        }
        if back.is_empty() {
            return Ok(());
        }
        self.state.db.write(move |tx| settle(tx, &back)).await
    }

    /// Forgets what was settled long ago.
    async fn forget(&self) -> Result<()> {
        for webhook in self.state.db.read(store::all).await? {
            loop {
                let row = webhook.clone();
                let forget = move |tx: &mut Writing<'_>| {
                    let before = tx.now().plus(-KEPT);
                    store::forget(tx, &row, before)
                };
                if self.state.db.write(forget).await? == 0 {
                    break;
                }
            }
        }
        Ok(())
    }
}

/// Looks for what there is to do; most of the time nothing.
fn look(tx: &mut Reading<'_>) -> Result<Work> {
    let active = if hold::since(tx)?.is_some() { Vec::new() } else { store::active(tx)? };
    if active.is_empty() {
        return Ok(Work { active, due: HashSet::new(), behind: Vec::new() });
    }
    let ends = ledger::store::last_positions(tx)?;
    let mut behind = Vec::new();
    for webhook in &active {
        if ends.get(&webhook.organisation).is_some_and(|end| webhook.position < *end)
            && store::waiting(tx, webhook)? < WAITING_AT_MOST
            && let Some(house) = people::store::house(tx, webhook.organisation)?
        {
            behind.push((webhook.clone(), house));
        }
    }
    Ok(Work { due: store::with_due(tx)?, active, behind })
}

fn lease(tx: &mut Writing<'_>, wanted: &[(WebhookRow, i64)]) -> Result<Vec<Leased>> {
    let until = tx.now().plus(LEASE);
    let mut all = Vec::with_capacity(wanted.len());
    for (webhook, at_most) in wanted {
        // Disabled or deleted since it was read: nothing is sent there any more.
        let Some(webhook) = store::again(tx, webhook)?.filter(|row| row.state == WebhookState::Active) else {
            continue;
        };
        let rows = store::lease(tx, &webhook, *at_most, until)?;
        let keys = store::secrets(tx, &webhook)?;
        all.push(Leased { webhook, keys, rows });
    }
    Ok(all)
}

async fn attempt(
    client: &net::Client,
    url: &str,
    message: Message,
) -> std::result::Result<net::Answer, DeliveryError> {
    // Asked anew each time: the operator may have changed what he allows.
    let target = Target::parse(url, client.allowed()).map_err(|_not| DeliveryError::Refused)?;
    let post =
        Post { headers: message.headers, body: message.body, within: ANSWER_WITHIN, answer_at_most: 1024 };
    client.post(&target, post).await.map_err(|failure| match failure {
        Failure::Refused => DeliveryError::Refused,
        Failure::Unresolved => DeliveryError::Unresolved,
        Failure::Tls => DeliveryError::Tls,
        Failure::Connection => DeliveryError::Connection,
        Failure::TimedOut => DeliveryError::TimedOut,
    })
}

fn settle(tx: &mut Writing<'_>, back: &[Flown]) -> Result<()> {
    let mut endpoints: HashMap<(Tenant, WebhookId), Vec<&Flown>> = HashMap::new();
    for flown in back {
        let settled = judged(flown, tx.now());
        if store::settle(tx, &flown.row, settled)? {
            endpoints.entry((flown.row.organisation, flown.row.webhook_id)).or_default().push(flown);
        }
    }
    for (_, flown) in endpoints {
        let Some(first) = flown.first() else { continue };
        if let Some(webhook) = store::of_delivery(tx, &first.row)? {
            endpoint_after(tx, webhook, &flown)?;
        }
    }
    Ok(())
}

/// What becomes of a delivery after an attempt.
fn judged(flown: &Flown, now: Instant) -> Settled {
    let (status, error, asked) = match &flown.outcome {
        Err(error) => (None, *error, None),
        Ok(answer) if answer.is_success() => {
            let status = Some(answer.status.into());
            return Settled { state: DeliveryState::Delivered, next_at: None, status, error: None };
        }
        Ok(answer) => {
            let redirected = (300..400).contains(&answer.status);
            let error = if redirected { DeliveryError::Redirect } else { DeliveryError::Status };
            let asked = answer.asks_to_wait(now);
            (Some(i32::from(answer.status)), error, asked)
        }
    };
    let wait = back_off::after(flown.row.attempts, flown.chance).filter(|_| status != Some(GONE));
    let next_at = wait.map(|wait| now.plus(asked.map_or(wait, |asked| asked.max(wait))));
    let state = if next_at.is_some() { DeliveryState::Waiting } else { DeliveryState::GivenUp };
    Settled { state, next_at, status, error: Some(error) }
}

/// Nobody wants it there any more (RFC 9110 §15.5.11).
const GONE: i32 = 410;

/// What becomes of an endpoint after attempts.
fn endpoint_after(tx: &mut Writing<'_>, webhook: WebhookRow, flown: &[&Flown]) -> Result<()> {
    if webhook.state != WebhookState::Active {
        return Ok(());
    }
    let answers = || flown.iter().filter_map(|flown| flown.outcome.as_ref().ok());
    if answers().any(|answer| i32::from(answer.status) == GONE) {
        return super::disable(tx, webhook, DisabledWhy::Gone);
    }
    if answers().any(net::Answer::is_success) {
        return store::keep_failing(tx, &webhook, None);
    }
    let since = webhook.failing_since.unwrap_or_else(|| tx.now());
    if since.plus(FAILING_AT_MOST) <= tx.now() {
        return super::disable(tx, webhook, DisabledWhy::Failing);
    }
    store::keep_failing(tx, &webhook, Some(since))
}

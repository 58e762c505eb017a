//! The SQL of webhooks.

use std::collections::{HashMap, HashSet};

use diesel::{
    BoolExpressionMethods, ExpressionMethods, Insertable, OptionalExtension, QueryDsl, Queryable,
    RunQueryDsl, Selectable, SelectableHelper,
};
use openapi::{
    assignments::AssignmentId,
    directives::DirectiveId,
    keys::OverlapHours,
    tasks::TaskId,
    value::{Count, Instant, Page, Phrase, Version},
    webhooks::{
        DeliveriesQuery, Delivery, DeliveryError, DeliveryId, DeliveryState, DisabledWhy, EventFormat,
        EventType, Replay, ReplayId, ReplayRequest, Webhook, WebhookDraft, WebhookId, WebhookSecret,
        WebhookSecretId, WebhookState, WebhookUrl, WebhooksQuery,
    },
};

use crate::{
    access::{Scope, Tenant},
    db::{Reading, Writing, after, one_of},
    error::Result,
    schema::{assignments, webhook_deliveries, webhook_replays, webhook_secrets, webhooks},
};

/// An endpoint as stored.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = webhooks)]
pub(super) struct WebhookRow {
    pub(super) organisation: Tenant,
    pub(super) id: WebhookId,
    pub(super) url: WebhookUrl,
    pub(super) description: Option<Phrase>,
    events: String,
    pub(super) format: EventFormat,
    pub(super) state: WebhookState,
    disabled_why: Option<DisabledWhy>,
    disabled_at: Option<Instant>,
    pub(super) failing_since: Option<Instant>,
    pub(super) position: i64,
    pub(super) version: Version,
    created_at: Instant,
    updated_at: Instant,
}

impl WebhookRow {
    pub(super) fn draft(&self) -> WebhookDraft {
        WebhookDraft {
            url: self.url.clone(),
            description: self.description.clone(),
            events: serde_json::from_str(&self.events).unwrap_or_default(),
            format: self.format,
        }
    }
    pub(super) const fn disabled_why(&self) -> Option<DisabledWhy> {
        self.disabled_why
    }
    /// Whether an event passes its filter. A ping always does.
    pub(super) fn wants(&self, event: EventType) -> bool {
        let events = self.draft().events;
        events.is_empty() || events.contains(&event)
    }
    pub(super) fn shown(self, secrets: &[SecretRow]) -> Webhook {
        Webhook {
            id: self.id,
            draft: self.draft(),
            state: self.state,
            disabled_why: self.disabled_why,
            disabled_at: self.disabled_at,
            failing_since: self.failing_since,
            position: self.position,
            secrets: secrets.iter().map(SecretRow::shown).collect(),
            key: None,
            version: self.version,
            created_at: self.created_at,
            updated_at: self.updated_at,
        }
    }
}

/// A key that signs, as stored.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = webhook_secrets)]
pub(super) struct SecretRow {
    organisation: Tenant,
    webhook_id: WebhookId,
    pub(super) id: WebhookSecretId,
    pub(super) chance: Vec<u8>,
    pub(super) overlap_hours: Option<OverlapHours>,
    pub(super) created_at: Instant,
    ends_at: Option<Instant>,
}

impl SecretRow {
    fn shown(&self) -> WebhookSecret {
        WebhookSecret { id: self.id, created_at: self.created_at, ends_at: self.ends_at }
    }
    fn signs(&self, now: Instant) -> bool {
        self.ends_at.is_none_or(|ends| now < ends)
    }
}

/// A delivery as stored.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = webhook_deliveries)]
pub(super) struct DeliveryRow {
    pub(super) organisation: Tenant,
    pub(super) webhook_id: WebhookId,
    pub(super) id: DeliveryId,
    pub(super) kind: EventType,
    pub(super) sequence: Option<i64>,
    pub(super) at: Instant,
    pub(super) data: String,
    pub(super) state: DeliveryState,
    pub(super) attempts: i32,
    tried_at: Option<Instant>,
    next_at: Option<Instant>,
    pub(super) leased_until: Option<Instant>,
    status: Option<i32>,
    error: Option<DeliveryError>,
    settled_at: Option<Instant>,
}

impl DeliveryRow {
    /// Something to send, due at once.
    pub(super) fn due(webhook: &WebhookRow, event: &super::take::Taken, now: Instant) -> Self {
        Self {
            organisation: webhook.organisation,
            webhook_id: webhook.id,
            id: event.id.cast(),
            kind: event.event.kind,
            sequence: event.event.data.sequence,
            at: event.event.timestamp,
            data: event.data.clone(),
            state: DeliveryState::Waiting,
            attempts: 0,
            tried_at: None,
            next_at: Some(now),
            leased_until: None,
            status: None,
            error: None,
            settled_at: None,
        }
    }
    pub(super) fn shown(self) -> Delivery {
        Delivery {
            id: self.id,
            kind: self.kind,
            sequence: self.sequence,
            at: self.at,
            state: self.state,
            attempts: Count::of(self.attempts.into()),
            tried_at: self.tried_at,
            next_at: self.next_at,
            status: self.status,
            error: self.error,
            settled_at: self.settled_at,
        }
    }
}

/// An endpoint of the organisation. Endpoints are not of one unit.
pub(super) fn find(tx: &mut Reading<'_>, scope: &Scope, id: WebhookId) -> Result<Option<WebhookRow>> {
    Ok(webhooks::table
        .filter(webhooks::organisation.eq(scope.tenant()).and(webhooks::id.eq(id)))
        .select(WebhookRow::as_select())
        .first(tx.conn())
        .optional()?)
}

pub(super) fn list(tx: &mut Reading<'_>, scope: &Scope, query: &WebhooksQuery) -> Result<Page<WebhookRow>> {
    let mut rows = webhooks::table
        .filter(webhooks::organisation.eq(scope.tenant()))
        .select(WebhookRow::as_select())
        .order((webhooks::created_at, webhooks::id))
        .limit(i64::from(query.limit().get()) + 1)
        .into_boxed();
    if let Some(state) = query.state {
        rows = rows.filter(webhooks::state.eq(state));
    }
    if let Some((at, id)) = after::<(Instant, WebhookId)>(query.cursor.as_ref())? {
        let later = webhooks::created_at.gt(at);
        rows = rows.filter(later.or(webhooks::created_at.eq(at).and(webhooks::id.gt(id))));
    }
    let rows: Vec<WebhookRow> = rows.load(tx.conn())?;
    Ok(Page::cut(rows, query.limit(), |row| (row.created_at, row.id)))
}

/// How many endpoints the organisation has.
pub(super) fn count(tx: &mut Reading<'_>, scope: &Scope) -> Result<i64> {
    Ok(webhooks::table.filter(webhooks::organisation.eq(scope.tenant())).count().get_result(tx.conn())?)
}

pub(super) fn insert(
    tx: &mut Writing<'_>,
    scope: &Scope,
    id: WebhookId,
    draft: &WebhookDraft,
    position: i64,
) -> Result<WebhookRow> {
    let row = WebhookRow {
        organisation: scope.tenant(),
        id,
        url: draft.url.clone(),
        description: draft.description.clone(),
        events: serde_json::to_string(&draft.events)?,
        format: draft.format,
        state: WebhookState::Active,
        disabled_why: None,
        disabled_at: None,
        failing_since: None,
        position,
        version: Version::FIRST,
        created_at: tx.now(),
        updated_at: tx.now(),
    };
    diesel::insert_into(webhooks::table).values(&row).execute(tx.conn())?;
    Ok(row)
}

/// What was said of an endpoint, and whether it is sent to, has changed.
pub(super) fn update(
    tx: &mut Writing<'_>,
    mut row: WebhookRow,
    draft: &WebhookDraft,
    disabled: Option<DisabledWhy>,
) -> Result<WebhookRow> {
    let now = tx.now();
    row.url = draft.url.clone();
    row.description = draft.description.clone();
    row.events = serde_json::to_string(&draft.events)?;
    row.format = draft.format;
    if disabled != row.disabled_why {
        row.state = if disabled.is_some() { WebhookState::Disabled } else { WebhookState::Active };
        row.disabled_why = disabled;
        row.disabled_at = disabled.map(|_| now);
        row.failing_since = None;
    }
    row.version = row.version.next();
    row.updated_at = now;
    let this =
        webhooks::table.filter(webhooks::organisation.eq(row.organisation).and(webhooks::id.eq(row.id)));
    diesel::update(this)
        .set((
            webhooks::url.eq(&row.url),
            webhooks::description.eq(&row.description),
            webhooks::events.eq(&row.events),
            webhooks::format.eq(row.format),
            webhooks::state.eq(row.state),
            webhooks::disabled_why.eq(row.disabled_why),
            webhooks::disabled_at.eq(row.disabled_at),
            webhooks::failing_since.eq(row.failing_since),
            webhooks::version.eq(row.version),
            webhooks::updated_at.eq(row.updated_at),
        ))
        .execute(tx.conn())?;
    Ok(row)
}

/// An endpoint goes, with all that belongs to it.
pub(super) fn delete(tx: &mut Writing<'_>, row: &WebhookRow) -> Result<()> {
    let deliveries = webhook_deliveries::table.filter(
        webhook_deliveries::organisation.eq(row.organisation).and(webhook_deliveries::webhook_id.eq(row.id)),
    );
    diesel::delete(deliveries).execute(tx.conn())?;
    let replays = webhook_replays::table.filter(
        webhook_replays::organisation.eq(row.organisation).and(webhook_replays::webhook_id.eq(row.id)),
    );
    diesel::delete(replays).execute(tx.conn())?;
    let secrets = webhook_secrets::table.filter(
        webhook_secrets::organisation.eq(row.organisation).and(webhook_secrets::webhook_id.eq(row.id)),
    );
    diesel::delete(secrets).execute(tx.conn())?;
    let this =
        webhooks::table.filter(webhooks::organisation.eq(row.organisation).and(webhooks::id.eq(row.id)));
    diesel::delete(this).execute(tx.conn())?;
    Ok(())
}

/// The keys of an endpoint that sign just now, the newest first.
pub(super) fn secrets(tx: &mut Reading<'_>, row: &WebhookRow) -> Result<Vec<SecretRow>> {
    let rows: Vec<SecretRow> = webhook_secrets::table
        .filter(webhook_secrets::organisation.eq(row.organisation))
        .filter(webhook_secrets::webhook_id.eq(row.id))
        .select(SecretRow::as_select())
        .load(tx.conn())?;
    let now = tx.now();
    let mut rows: Vec<SecretRow> = rows.into_iter().filter(|row| row.signs(now)).collect();
    // The newest has no end; those before end in the order in which they were made.
    rows.sort_by_key(|row| std::cmp::Reverse((row.ends_at.is_none(), row.created_at, row.id)));
    Ok(rows)
}

/// A key of an endpoint, whether or not it still signs.
pub(super) fn secret(
    tx: &mut Reading<'_>,
    row: &WebhookRow,
    id: WebhookSecretId,
) -> Result<Option<SecretRow>> {
    Ok(webhook_secrets::table
        .filter(webhook_secrets::organisation.eq(row.organisation))
        .filter(webhook_secrets::webhook_id.eq(row.id).and(webhook_secrets::id.eq(id)))
        .select(SecretRow::as_select())
        .first(tx.conn())
        .optional()?)
}

/// The key an endpoint was made with.
pub(super) fn first_secret(tx: &mut Reading<'_>, row: &WebhookRow) -> Result<Option<SecretRow>> {
    Ok(webhook_secrets::table
        .filter(webhook_secrets::organisation.eq(row.organisation))
        .filter(webhook_secrets::webhook_id.eq(row.id).and(webhook_secrets::overlap_hours.is_null()))
        .select(SecretRow::as_select())
        .first(tx.conn())
        .optional()?)
}

/// A new key signs from now on; those that signed until now end after the hours of overlap.
pub(super) fn insert_secret(
    tx: &mut Writing<'_>,
    row: &WebhookRow,
    id: WebhookSecretId,
    chance: &[u8],
    overlap: Option<OverlapHours>,
) -> Result<SecretRow> {
    let now = tx.now();
    let end = now.plus(chrono::TimeDelta::hours(overlap.map_or(0, |hours| hours.get().into())));
    for old in secrets(tx, row)? {
        let ends = old.ends_at.map_or(end, |ends| ends.min(end));
        let this = webhook_secrets::table
            .filter(webhook_secrets::organisation.eq(old.organisation))
            .filter(webhook_secrets::webhook_id.eq(old.webhook_id).and(webhook_secrets::id.eq(old.id)));
        diesel::update(this).set(webhook_secrets::ends_at.eq(ends)).execute(tx.conn())?;
    }
    let secret = SecretRow {
        organisation: row.organisation,
        webhook_id: row.id,
        id,
        chance: chance.to_vec(),
        overlap_hours: overlap,
        created_at: now,
        ends_at: None,
    };
    diesel::insert_into(webhook_secrets::table).values(&secret).execute(tx.conn())?;
    Ok(secret)
}

/// One delivery of an endpoint.
pub(super) fn delivery(
    tx: &mut Reading<'_>,
    row: &WebhookRow,
    id: DeliveryId,
) -> Result<Option<DeliveryRow>> {
    Ok(webhook_deliveries::table
        .filter(webhook_deliveries::organisation.eq(row.organisation))
        .filter(webhook_deliveries::webhook_id.eq(row.id).and(webhook_deliveries::id.eq(id)))
        .select(DeliveryRow::as_select())
        .first(tx.conn())
        .optional()?)
}

/// The deliveries of an endpoint, the newest event first.
pub(super) fn deliveries(
    tx: &mut Reading<'_>,
    row: &WebhookRow,
    query: &DeliveriesQuery,
) -> Result<Page<DeliveryRow>> {
    let mut rows = webhook_deliveries::table
        .filter(webhook_deliveries::organisation.eq(row.organisation))
        .filter(webhook_deliveries::webhook_id.eq(row.id))
        .select(DeliveryRow::as_select())
        .order(webhook_deliveries::id.desc())
        .limit(i64::from(query.limit().get()) + 1)
        .into_boxed();
    if let Some(state) = query.state {
        rows = rows.filter(webhook_deliveries::state.eq(state));
    }
    if let Some(event) = query.event {
        rows = rows.filter(webhook_deliveries::kind.eq(event));
    }
    if let Some(from) = query.from {
        rows = rows.filter(webhook_deliveries::at.ge(from));
    }
    if let Some(to) = query.to {
        rows = rows.filter(webhook_deliveries::at.le(to));
    }
    if let Some(id) = after::<DeliveryId>(query.cursor.as_ref())? {
        rows = rows.filter(webhook_deliveries::id.lt(id));
    }
    let rows: Vec<DeliveryRow> = rows.load(tx.conn())?;
    Ok(Page::cut(rows, query.limit(), |row| row.id))
}

/// Something is to be sent.
pub(super) fn insert_delivery(tx: &mut Writing<'_>, row: &DeliveryRow) -> Result<()> {
    diesel::insert_into(webhook_deliveries::table).values(row).execute(tx.conn())?;
    Ok(())
}

/// Which of these events the endpoint was to be sent before.
pub(super) fn known(
    tx: &mut Reading<'_>,
    row: &WebhookRow,
    ids: &[DeliveryId],
) -> Result<HashSet<DeliveryId>> {
    let known: Vec<DeliveryId> = webhook_deliveries::table
        .filter(webhook_deliveries::organisation.eq(row.organisation))
        .filter(webhook_deliveries::webhook_id.eq(row.id).and(one_of(webhook_deliveries::id, ids)))
        .select(webhook_deliveries::id)
        .load(tx.conn())?;
    Ok(known.into_iter().collect())
}

/// These are sent again, as if for the first time.
pub(super) fn send_again(tx: &mut Writing<'_>, row: &WebhookRow, ids: &[DeliveryId]) -> Result<()> {
    let now = tx.now();
    let these = webhook_deliveries::table
        .filter(webhook_deliveries::organisation.eq(row.organisation))
        .filter(webhook_deliveries::webhook_id.eq(row.id).and(one_of(webhook_deliveries::id, ids)));
    diesel::update(these)
        .set((
            webhook_deliveries::state.eq(DeliveryState::Waiting),
            webhook_deliveries::attempts.eq(0),
            webhook_deliveries::next_at.eq(Some(now)),
            webhook_deliveries::leased_until.eq(None::<Instant>),
            webhook_deliveries::settled_at.eq(None::<Instant>),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// Entries up to a place have been taken.
pub(super) fn keep_position(tx: &mut Writing<'_>, row: &WebhookRow, position: i64) -> Result<()> {
    let this =
        webhooks::table.filter(webhooks::organisation.eq(row.organisation).and(webhooks::id.eq(row.id)));
    diesel::update(this).set(webhooks::position.eq(position)).execute(tx.conn())?;
    Ok(())
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = webhook_replays)]
struct ReplayRow {
    organisation: Tenant,
    webhook_id: WebhookId,
    id: ReplayId,
    asked_sequence: Option<i64>,
    asked_from: Option<Instant>,
    from_sequence: i64,
    created_at: Instant,
}

impl ReplayRow {
    fn shown(&self) -> Replay {
        Replay {
            id: self.id,
            webhook: self.webhook_id,
            from_sequence: self.from_sequence,
            created_at: self.created_at,
        }
    }
}

/// A replay that was asked for before, and how.
pub(super) fn replay(
    tx: &mut Reading<'_>,
    row: &WebhookRow,
    id: ReplayId,
) -> Result<Option<(ReplayRequest, Replay)>> {
    let found: Option<ReplayRow> = webhook_replays::table
        .filter(webhook_replays::organisation.eq(row.organisation))
        .filter(webhook_replays::webhook_id.eq(row.id).and(webhook_replays::id.eq(id)))
        .select(ReplayRow::as_select())
        .first(tx.conn())
        .optional()?;
    Ok(found.map(|row| {
        let asked = ReplayRequest { from_sequence: row.asked_sequence, from: row.asked_from };
        (asked, row.shown())
    }))
}

pub(super) fn insert_replay(
    tx: &mut Writing<'_>,
    row: &WebhookRow,
    id: ReplayId,
    asked: &ReplayRequest,
    from_sequence: i64,
) -> Result<Replay> {
    let replay = ReplayRow {
        organisation: row.organisation,
        webhook_id: row.id,
        id,
        asked_sequence: asked.from_sequence,
        asked_from: asked.from,
        from_sequence,
        created_at: tx.now(),
    };
    diesel::insert_into(webhook_replays::table).values(&replay).execute(tx.conn())?;
    Ok(replay.shown())
}

/// Every endpoint that is sent to, of every organisation: for the loop.
pub(super) fn active(tx: &mut Reading<'_>) -> Result<Vec<WebhookRow>> {
    Ok(webhooks::table
        .filter(webhooks::state.eq(WebhookState::Active))
        .order((webhooks::organisation, webhooks::id))
        .select(WebhookRow::as_select())
        .load(tx.conn())?)
}

/// Every endpoint, of every organisation: for the loop.
pub(super) fn all(tx: &mut Reading<'_>) -> Result<Vec<WebhookRow>> {
    Ok(webhooks::table
        .order((webhooks::organisation, webhooks::id))
        .select(WebhookRow::as_select())
        .load(tx.conn())?)
}

/// How many deliveries wait for an endpoint.
pub(super) fn waiting(tx: &mut Reading<'_>, row: &WebhookRow) -> Result<i64> {
    Ok(webhook_deliveries::table
        .filter(webhook_deliveries::organisation.eq(row.organisation))
        .filter(webhook_deliveries::webhook_id.eq(row.id))
        .filter(webhook_deliveries::next_at.is_not_null())
        .count()
        .get_result(tx.conn())?)
}

/// An endpoint as it is now, by one that was read before.
pub(super) fn again(tx: &mut Reading<'_>, row: &WebhookRow) -> Result<Option<WebhookRow>> {
    Ok(webhooks::table
        .filter(webhooks::organisation.eq(row.organisation).and(webhooks::id.eq(row.id)))
        .select(WebhookRow::as_select())
        .first(tx.conn())
        .optional()?)
}

/// The task and the directive of assignments.
pub(super) fn origins(
    tx: &mut Reading<'_>,
    row: &WebhookRow,
    ids: &[AssignmentId],
) -> Result<HashMap<AssignmentId, (TaskId, DirectiveId)>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<(AssignmentId, TaskId, DirectiveId)> = assignments::table
        .filter(assignments::organisation.eq(row.organisation).and(one_of(assignments::id, ids)))
        .select((assignments::id, assignments::task_id, assignments::directive_id))
        .load(tx.conn())?;
    Ok(rows.into_iter().map(|(id, task, directive)| (id, (task, directive))).collect())
}

/// Which endpoints have something due: one look into the index for each, however much waits.
pub(super) fn with_due(tx: &mut Reading<'_>) -> Result<HashSet<(Tenant, WebhookId)>> {
    let now = tx.now();
    let due = webhook_deliveries::table
        .filter(webhook_deliveries::organisation.eq(webhooks::organisation))
        .filter(webhook_deliveries::webhook_id.eq(webhooks::id))
        .filter(webhook_deliveries::next_at.le(now))
        .filter(webhook_deliveries::leased_until.is_null().or(webhook_deliveries::leased_until.le(now)));
    let found: Vec<(Tenant, WebhookId)> = webhooks::table
        .filter(webhooks::state.eq(WebhookState::Active).and(diesel::dsl::exists(due)))
        .select((webhooks::organisation, webhooks::id))
        .load(tx.conn())?;
    Ok(found.into_iter().collect())
}

/// Takes some of what is due for an endpoint, what has waited longest first, and holds it until a
/// moment.
pub(super) fn lease(
    tx: &mut Writing<'_>,
    row: &WebhookRow,
    at_most: i64,
    until: Instant,
) -> Result<Vec<DeliveryRow>> {
    let now = tx.now();
    let mut due: Vec<DeliveryRow> = webhook_deliveries::table
        .filter(webhook_deliveries::organisation.eq(row.organisation))
        .filter(webhook_deliveries::webhook_id.eq(row.id))
        .filter(webhook_deliveries::next_at.le(now))
        .filter(webhook_deliveries::leased_until.is_null().or(webhook_deliveries::leased_until.le(now)))
        .order((webhook_deliveries::next_at, webhook_deliveries::id))
        .limit(at_most)
        .select(DeliveryRow::as_select())
        .load(tx.conn())?;
    for one in &mut due {
        one.attempts = one.attempts.saturating_add(1);
        one.tried_at = Some(now);
        one.leased_until = Some(until);
        diesel::update(this_one(one))
            .set((
                webhook_deliveries::attempts.eq(one.attempts),
                webhook_deliveries::tried_at.eq(one.tried_at),
                webhook_deliveries::leased_until.eq(one.leased_until),
            ))
            .execute(tx.conn())?;
    }
    Ok(due)
}

type ThisOne = diesel::helper_types::Filter<
    diesel::helper_types::Filter<
        webhook_deliveries::table,
        diesel::helper_types::Eq<webhook_deliveries::organisation, Tenant>,
    >,
    diesel::helper_types::And<
        diesel::helper_types::Eq<webhook_deliveries::webhook_id, WebhookId>,
        diesel::helper_types::Eq<webhook_deliveries::id, DeliveryId>,
    >,
>;

fn this_one(row: &DeliveryRow) -> ThisOne {
    webhook_deliveries::table
        .filter(webhook_deliveries::organisation.eq(row.organisation))
        .filter(webhook_deliveries::webhook_id.eq(row.webhook_id).and(webhook_deliveries::id.eq(row.id)))
}

/// What came of an attempt.
#[derive(Debug, Clone, Copy)]
pub(super) struct Settled {
    /// What has become of the delivery.
    pub(super) state: DeliveryState,
    /// When it is tried again.
    pub(super) next_at: Option<Instant>,
    /// The status that was answered.
    pub(super) status: Option<i32>,
    /// Why it failed.
    pub(super) error: Option<DeliveryError>,
}

/// Writes down what came of an attempt, unless it was taken up again meanwhile. Answers whether it
/// counts.
pub(super) fn settle(tx: &mut Writing<'_>, row: &DeliveryRow, settled: Settled) -> Result<bool> {
    let now = tx.now();
    let settled_at = if settled.state == DeliveryState::Waiting { None } else { Some(now) };
    let held = this_one(row).filter(webhook_deliveries::leased_until.eq(row.leased_until));
    let changed = diesel::update(held)
        .set((
            webhook_deliveries::state.eq(settled.state),
            webhook_deliveries::next_at.eq(settled.next_at),
            webhook_deliveries::leased_until.eq(None::<Instant>),
            webhook_deliveries::status.eq(settled.status),
            webhook_deliveries::error.eq(settled.error),
            webhook_deliveries::settled_at.eq(settled_at),
        ))
        .execute(tx.conn())?;
    Ok(changed > 0)
}

/// The endpoint a delivery is for.
pub(super) fn of_delivery(tx: &mut Reading<'_>, row: &DeliveryRow) -> Result<Option<WebhookRow>> {
    Ok(webhooks::table
        .filter(webhooks::organisation.eq(row.organisation).and(webhooks::id.eq(row.webhook_id)))
        .select(WebhookRow::as_select())
        .first(tx.conn())
        .optional()?)
}

/// Since when nothing but failures came back, or that something was delivered.
pub(super) fn keep_failing(tx: &mut Writing<'_>, row: &WebhookRow, since: Option<Instant>) -> Result<()> {
    if row.failing_since == since {
        return Ok(());
    }
    let this =
        webhooks::table.filter(webhooks::organisation.eq(row.organisation).and(webhooks::id.eq(row.id)));
    diesel::update(this).set(webhooks::failing_since.eq(since)).execute(tx.conn())?;
    Ok(())
}

/// Forgets some of what was settled before a moment. Answers how many went.
pub(super) fn forget(tx: &mut Writing<'_>, row: &WebhookRow, before: Instant) -> Result<usize> {
    const AT_ONCE: i64 = 500;
    let old: Vec<DeliveryId> = webhook_deliveries::table
        .filter(webhook_deliveries::organisation.eq(row.organisation))
        .filter(webhook_deliveries::webhook_id.eq(row.id))
        .filter(webhook_deliveries::settled_at.lt(before))
        .limit(AT_ONCE)
        .select(webhook_deliveries::id)
        .load(tx.conn())?;
    let these = webhook_deliveries::table
        .filter(webhook_deliveries::organisation.eq(row.organisation))
        .filter(webhook_deliveries::webhook_id.eq(row.id).and(one_of(webhook_deliveries::id, &old)));
    diesel::delete(these).execute(tx.conn())?;
    Ok(old.len())
}

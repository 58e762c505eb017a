//! From the ledger to what is to be sent. **Invariant: the ledger is the outbox: an endpoint's place in
//! it moves on in the transaction that writes down what is to be sent, so that nothing that was
//! committed is left out, whenever the server dies.**

use openapi::{
    ledger::{AuditEventId, Subject},
    organisation::OrganisationId,
    timeliness::State,
    value::Days,
    webhooks::{DeliveryId, Event, EventData, EventType, WebhookState},
};

use super::store::{self, DeliveryRow, WebhookRow};
use crate::{
    access::House,
    db::{Reading, Writing},
    error::Result,
    ledger::{Happened, store::happened_after},
};

/// How many entries are taken in one transaction: few, because on SQLite all writes share one.
const AT_ONCE: i64 = 100;

/// An event that is to be sent.
#[derive(Debug, Clone)]
pub(super) struct Taken {
    pub(super) id: AuditEventId,
    pub(super) event: Event,
    /// What it tells, as it is stored.
    pub(super) data: String,
}

impl Taken {
    pub(super) fn new(id: AuditEventId, event: Event) -> Result<Self> {
        let data = serde_json::to_string(&event.data)?;
        Ok(Self { id, event, data })
    }
}

/// What follows for an endpoint in the ledger.
#[derive(Debug, Clone)]
pub(super) struct Batch {
    /// The endpoint as it was read.
    webhook: WebhookRow,
    events: Vec<Taken>,
    /// The place of the last entry that was looked at.
    position: i64,
}

/// Reads what follows in the ledger after an endpoint's place; nothing when it ends there. What is in
/// the ledger never changes, so that this needs no transaction of its own.
pub(super) fn read(tx: &mut Reading<'_>, webhook: &WebhookRow, house: &House) -> Result<Option<Batch>> {
    let happened = happened_after(tx, webhook.organisation, webhook.position, AT_ONCE)?;
    let Some(position) = happened.last().map(|last| last.position) else {
        return Ok(None);
    };
    let mut wanted: Vec<(EventType, Happened)> = happened
        .into_iter()
        .filter_map(|one| Some((event_of(&one)?, one)))
        .filter(|(event, _)| webhook.wants(*event))
        .collect();
    let mut assignments: Vec<_> = wanted.iter().filter_map(|(_, one)| one.assignment).collect();
    assignments.sort_unstable();
    assignments.dedup();
    let origins = store::origins(tx, webhook, &assignments)?;
    let events = wanted.drain(..).map(|(event, one)| {
        let mut data = told(event, &one, house.brief.id, house);
        if let Some((task, directive)) = one.assignment.and_then(|id| origins.get(&id)) {
            (data.task, data.directive) = (Some(*task), Some(*directive));
        }
        Taken::new(one.id, Event { kind: event, timestamp: one.at, data })
    });
    let events = events.collect::<Result<Vec<_>>>()?;
    Ok(Some(Batch { webhook: webhook.clone(), events, position }))
}

/// Writes down what is to be sent, unless the endpoint has changed since it was read.
pub(super) fn write(tx: &mut Writing<'_>, batch: &Batch) -> Result<()> {
    let before = &batch.webhook;
    let Some(webhook) = store::again(tx, before)? else {
        return Ok(());
    };
    let same = webhook.version == before.version && webhook.position == before.position;
    if !same || webhook.state != WebhookState::Active {
        return Ok(());
    }
    let ids: Vec<DeliveryId> = batch.events.iter().map(|event| event.id.cast()).collect();
    let known = store::known(tx, &webhook, &ids)?;
    let now = tx.now();
    for event in batch.events.iter().filter(|event| !known.contains(&event.id.cast())) {
        store::insert_delivery(tx, &DeliveryRow::due(&webhook, event, now))?;
    }
    if !known.is_empty() {
        let known: Vec<DeliveryId> = known.into_iter().collect();
        store::send_again(tx, &webhook, &known)?;
    }
    store::keep_position(tx, &webhook, batch.position)
}

/// Which event an entry is told as. A warning is known by its rung.
fn event_of(happened: &Happened) -> Option<EventType> {
    match happened.rung {
        Some(rung) if happened.subject == Subject::Assignment => Some(EventType::of_warning(rung)),
        _ => EventType::of(happened.subject, happened.deed),
    }
}

/// Ids, states and dates of what happened.
fn told(event: EventType, happened: &Happened, organisation: OrganisationId, house: &House) -> EventData {
    // An accepted report is told by the entry of its assignment, which names the report.
    let of_report = happened.report.filter(|_| event.subject() == Subject::Report);
    let late = (event == EventType::AssignmentOverdue)
        .then(|| happened.due_on.map(|due| Days::of(house.day(happened.at).days_since(due))));
    EventData {
        organisation,
        sequence: Some(happened.position),
        subject: event.subject(),
        id: of_report.map_or(happened.subject_id, |report| report.cast()),
        assignment: happened.assignment,
        unit: happened.unit,
        directive: None,
        task: None,
        state: happened.state.filter(|state| *state != State::Unknown),
        due_on: happened.due_on,
        days_late: late.flatten(),
    }
}

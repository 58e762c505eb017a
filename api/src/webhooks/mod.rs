//! Webhooks: other systems are told what happens. **Invariant: an event that was committed is sent to
//! every endpoint that wants it until it is answered with success or given up, under one id that
//! never changes; it never tells words that people wrote.**

mod back_off;
mod deliver;
mod sign;
mod store;
mod take;

pub(crate) use self::deliver::run;

use std::collections::HashSet;

use openapi::{
    endpoint::Nothing,
    ledger::{Deed, Subject},
    problem::FieldCode,
    value::{Instant, Page},
    webhooks::{
        DeleteWebhook, Delivery, DisabledWhy, Event, EventData, EventType, ListDeliveries, ListWebhooks,
        PatchWebhook, PingWebhook, PutWebhook, ReadWebhook, Replay, ReplayRequest, ReplayWebhook,
        RotateWebhookSecret, Webhook, WebhookDraft, WebhookState,
    },
};
use serde_json::{Value, json};
use url::Url;

use self::{
    sign::Key,
    store::{DeliveryRow, SecretRow, WebhookRow},
    take::Taken,
};
use crate::{
    access::Actor,
    db::{Reading, Writing},
    error::{Error, Faults, Result},
    ledger::{self, Entry, store::first_since, store::last_position},
    net::{Allowed, Target},
    serve::{Answer, Call, Routes},
    state::State,
    tokens,
};

/// How many endpoints an organisation may have.
const AT_MOST: i64 = 20;
/// How many keys of one endpoint may sign at once.
const KEYS_AT_MOST: usize = 5;
/// For how long the request that made a key is answered with it again.
const KEY_SHOWN_FOR: chrono::TimeDelta = chrono::TimeDelta::hours(1);

pub(crate) fn mount(routes: &mut Routes) {
    routes.read::<ListWebhooks>(list);
    routes.read::<ReadWebhook>(read);
    routes.steps::<PutWebhook, _>(put);
    routes.write::<PatchWebhook>(patch);
    routes.write::<DeleteWebhook>(delete);
    routes.write::<RotateWebhookSecret>(rotate);
    routes.write::<PingWebhook>(ping);
    routes.read::<ListDeliveries>(deliveries);
    routes.write::<ReplayWebhook>(replay);
}

fn list(tx: &mut Reading<'_>, call: &Call<ListWebhooks>) -> Result<Answer<Page<Webhook>>> {
    let page = store::list(tx, &call.scope, &call.query)?;
    let items: Result<_> = page.items.into_iter().map(|row| shown(tx, row)).collect();
    Ok(Answer::ok(Page { items: items?, next: page.next }))
}

fn read(tx: &mut Reading<'_>, call: &Call<ReadWebhook>) -> Result<Answer<Webhook>> {
    let row = store::find(tx, &call.scope, call.path)?.ok_or_else(Error::not_found)?;
    Ok(Answer::ok(shown(tx, row)?))
}

fn shown(tx: &mut Reading<'_>, row: WebhookRow) -> Result<Webhook> {
    let secrets = store::secrets(tx, &row)?;
    Ok(row.shown(&secrets))
}

/// With the key, while the request that made it may still be repeated.
fn shown_with_key(
    tx: &mut Reading<'_>,
    state: &State,
    row: WebhookRow,
    secret: &SecretRow,
) -> Result<Webhook> {
    let fresh = tx.now() < secret.created_at.plus(KEY_SHOWN_FOR);
    let key = Key::of(&state.secret, row.organisation, row.id, secret.id, &secret.chance);
    let mut webhook = shown(tx, row)?;
    webhook.key = if fresh { Some(key.shown()?) } else { None };
    Ok(webhook)
}

/// What happened before gets its place first, so that an endpoint is told only of what follows.
async fn put(call: Call<PutWebhook>) -> Result<Answer<Webhook>> {
    let db = call.state.db.clone();
    ledger::seal_new(&db, call.scope.tenant()).await?;
    db.write(move |tx| register(tx, &call)).await
}

fn register(tx: &mut Writing<'_>, call: &Call<PutWebhook>) -> Result<Answer<Webhook>> {
    if let Some(row) = store::find(tx, &call.scope, call.path)? {
        if row.draft() != call.body {
            return Err(Error::conflict());
        }
        let first = store::first_secret(tx, &row)?;
        return Ok(Answer::ok(match first {
            Some(first) => shown_with_key(tx, &call.state, row, &first)?,
            None => shown(tx, row)?,
        }));
    }
    check(&call.body, call.state.net.allowed())?;
    if store::count(tx, &call.scope)? >= AT_MOST {
        return Err(Error::wrong_state(
            format!("Đã có {AT_MOST} webhook; hãy xóa bớt trước."),
            format!("There are {AT_MOST} webhooks already; delete one first."),
        ));
    }
    let position = last_position(tx, call.scope.tenant())?;
    let row = store::insert(tx, &call.scope, call.path, &call.body, position)?;
    let secret = tx.new_id()?;
    let secret = store::insert_secret(tx, &row, secret, &tokens::random::<32>()?, None)?;
    record(tx, &row, Some(&call.actor), Deed::Created, None, Some(outline(&call.body)))?;
    Ok(Answer::created(shown_with_key(tx, &call.state, row, &secret)?))
}

fn check(draft: &WebhookDraft, allowed: &Allowed) -> Result<()> {
    let mut faults = Faults::default();
    if let Err(why) = Target::parse(draft.url.as_str(), allowed) {
        faults.say("/url", why);
    }
    let mut seen = HashSet::new();
    for (at, event) in draft.events.iter().enumerate() {
        let pointer = || format!("/events/{at}");
        if *event == EventType::Ping {
            let (vi, en) =
                ("Lần gửi thử luôn được gửi, không cần chọn.", "A ping is always sent; do not name it.");
            faults.add(pointer(), FieldCode::NotAllowedHere, vi, en);
        }
        if !seen.insert(event) {
            let (vi, en) = ("Loại sự kiện này đã có ở trên.", "This event type is given twice.");
            faults.add(pointer(), FieldCode::Duplicate, vi, en);
        }
    }
    faults.check()
}

/// What the record says of an endpoint: of its address only the host, because what follows may be a
/// secret between the two systems.
fn outline(draft: &WebhookDraft) -> Value {
    let url = Url::parse(draft.url.as_str()).ok();
    let host = url.as_ref().and_then(Url::host_str);
    json!({
        "host": host,
        "description": draft.description,
        "events": draft.events,
        "format": draft.format,
    })
}

fn record(
    tx: &mut Writing<'_>,
    row: &WebhookRow,
    by: Option<&Actor>,
    deed: Deed,
    before: Option<Value>,
    after: Option<Value>,
) -> Result<()> {
    let mut entry = Entry::new(deed, Subject::Webhook, row.id);
    if let Some(actor) = by {
        entry = entry.by(actor);
    }
    if let Some(before) = before {
        entry = entry.before(before);
    }
    if let Some(after) = after {
        entry = entry.after(after);
    }
    ledger::record(tx, row.organisation, entry)
}

fn patch(tx: &mut Writing<'_>, call: &Call<PatchWebhook>) -> Result<Answer<Webhook>> {
    let row = store::find(tx, &call.scope, call.path)?.ok_or_else(Error::not_found)?;
    call.expect_version(row.version)?;
    let before = row.draft();
    let patch = call.body.clone();
    let draft = WebhookDraft {
        url: patch.url.unwrap_or_else(|| before.url.clone()),
        description: patch.description.over(before.description.clone()),
        events: patch.events.unwrap_or_else(|| before.events.clone()),
        format: patch.format.unwrap_or(before.format),
    };
    let disabled = match patch.state {
        Some(WebhookState::Active) => None,
        Some(WebhookState::Disabled) => row.disabled_why().or(Some(DisabledWhy::ByHand)),
        Some(WebhookState::Unknown) | None => row.disabled_why(),
    };
    if draft == before && disabled == row.disabled_why() {
        return Ok(Answer::ok(shown(tx, row)?));
    }
    check(&draft, call.state.net.allowed())?;
    let was = with_state(outline(&before), row.state);
    let row = store::update(tx, row, &draft, disabled)?;
    let is = with_state(outline(&draft), row.state);
    record(tx, &row, Some(&call.actor), Deed::Changed, Some(was), Some(is))?;
    Ok(Answer::ok(shown(tx, row)?))
}

fn with_state(mut outline: Value, state: WebhookState) -> Value {
    if let Some(fields) = outline.as_object_mut() {
        fields.insert("state".to_owned(), json!(state));
    }
    outline
}

/// The server itself disables an endpoint.
fn disable(tx: &mut Writing<'_>, row: WebhookRow, why: DisabledWhy) -> Result<()> {
    let (draft, was) = (row.draft(), row.state);
    let row = store::update(tx, row, &draft, Some(why))?;
    let after = json!({ "state": row.state, "why": why });
    record(tx, &row, None, Deed::Changed, Some(json!({ "state": was })), Some(after))
}

fn delete(tx: &mut Writing<'_>, call: &Call<DeleteWebhook>) -> Result<Answer<Nothing>> {
    let row = store::find(tx, &call.scope, call.path)?.ok_or_else(Error::not_found)?;
    call.expect_version(row.version)?;
    store::delete(tx, &row)?;
    record(tx, &row, Some(&call.actor), Deed::Deleted, Some(outline(&row.draft())), None)?;
    Ok(Answer::done())
}

fn rotate(tx: &mut Writing<'_>, call: &Call<RotateWebhookSecret>) -> Result<Answer<Webhook>> {
    let (webhook, id) = call.path;
    let row = store::find(tx, &call.scope, webhook)?.ok_or_else(Error::not_found)?;
    let overlap = call.body.overlap_hours;
    if let Some(secret) = store::secret(tx, &row, id)? {
        return if secret.overlap_hours == Some(overlap) {
            Ok(Answer::ok(shown_with_key(tx, &call.state, row, &secret)?))
        } else {
            Err(Error::conflict())
        };
    }
    if overlap.get() > 0 && store::secrets(tx, &row)?.len() >= KEYS_AT_MOST {
        return Err(Error::wrong_state(
            format!(
                "Đang có {KEYS_AT_MOST} khóa cùng ký; hãy đợi khóa cũ hết hạn, hoặc đặt overlap_hours là 0."
            ),
            format!("{KEYS_AT_MOST} keys sign already; wait until one ends, or set overlap_hours to 0."),
        ));
    }
    let secret = store::insert_secret(tx, &row, id, &tokens::random::<32>()?, Some(overlap))?;
    let (draft, disabled) = (row.draft(), row.disabled_why());
    let row = store::update(tx, row, &draft, disabled)?;
    let after = json!({ "secret": id, "overlap_hours": overlap });
    record(tx, &row, Some(&call.actor), Deed::Changed, None, Some(after))?;
    Ok(Answer::created(shown_with_key(tx, &call.state, row, &secret)?))
}

fn ping(tx: &mut Writing<'_>, call: &Call<PingWebhook>) -> Result<Answer<Delivery>> {
    let (webhook, id) = call.path;
    let row = store::find(tx, &call.scope, webhook)?.ok_or_else(Error::not_found)?;
    if let Some(known) = store::delivery(tx, &row, id)? {
        let is_ping = known.kind == EventType::Ping;
        return if is_ping { Ok(Answer::ok(known.shown())) } else { Err(Error::conflict()) };
    }
    if row.state != WebhookState::Active {
        return Err(Error::wrong_state(
            "Webhook đang tắt; hãy bật lại trước khi gửi thử.",
            "The webhook is disabled; enable it before you ping it.",
        ));
    }
    let data = EventData {
        organisation: call.actor.house.brief.id,
        sequence: None,
        subject: Subject::Webhook,
        id: row.id.cast(),
        assignment: None,
        unit: None,
        directive: None,
        task: None,
        state: None,
        due_on: None,
        days_late: None,
    };
    let event = Event { kind: EventType::Ping, timestamp: tx.now(), data };
    let delivery = DeliveryRow::due(&row, &Taken::new(id.cast(), event)?, tx.now());
    store::insert_delivery(tx, &delivery)?;
    Ok(Answer::created(delivery.shown()))
}

fn deliveries(tx: &mut Reading<'_>, call: &Call<ListDeliveries>) -> Result<Answer<Page<Delivery>>> {
    let row = store::find(tx, &call.scope, call.path)?.ok_or_else(Error::not_found)?;
    Ok(Answer::ok(store::deliveries(tx, &row, &call.query)?.map(DeliveryRow::shown)))
}

fn replay(tx: &mut Writing<'_>, call: &Call<ReplayWebhook>) -> Result<Answer<Replay>> {
    let (webhook, id) = call.path;
    let row = store::find(tx, &call.scope, webhook)?.ok_or_else(Error::not_found)?;
    if let Some((asked, replay)) = store::replay(tx, &row, id)? {
        return if asked == call.body { Ok(Answer::ok(replay)) } else { Err(Error::conflict()) };
    }
    let from = match asked_for(&call.body)? {
        From::Place(place) => place,
        // What was written at once may stand in another order than that of time.
        From::Moment(moment) => {
            first_since(tx, row.organisation, moment.plus(chrono::TimeDelta::minutes(-1)))?
        }
    };
    if from - 1 < row.position {
        store::keep_position(tx, &row, from - 1)?;
    }
    let replay = store::insert_replay(tx, &row, id, &call.body, from)?;
    record(tx, &row, Some(&call.actor), Deed::Changed, None, Some(json!({ "replayed_from": from })))?;
    Ok(Answer::created(replay))
}

/// From where to send again.
enum From {
    Place(i64),
    Moment(Instant),
}

fn asked_for(request: &ReplayRequest) -> Result<From> {
    /// The largest whole number that every JSON reader keeps (RFC 8259 §6).
    const LAST: i64 = 9_007_199_254_740_991;
    match (request.from_sequence, request.from) {
        (Some(place), None) if (1..=LAST).contains(&place) => Ok(From::Place(place)),
        (None, Some(moment)) => Ok(From::Moment(moment)),
        (Some(_), None) => Err(Error::field(
            "/from_sequence",
            FieldCode::BadValue,
            "Cần một số từ 1 trở lên.",
            "A number from 1 on is needed.",
        )),
        (None, None) => Err(Error::field(
            "/from_sequence",
            FieldCode::Required,
            "Hãy cho biết gửi lại từ số thứ tự nào hoặc từ lúc nào.",
            "Say from which sequence or from which moment on.",
        )),
        (Some(_), Some(_)) => Err(Error::field(
            "/from",
            FieldCode::NotAllowedHere,
            "Chỉ chọn một: số thứ tự hoặc thời điểm.",
            "Choose one: a sequence or a moment.",
        )),
    }
}

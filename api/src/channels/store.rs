//! The SQL of messages, of the ways they take, and of what people have chosen.

use chrono::TimeDelta;
use diesel::{
    BoolExpressionMethods, ExpressionMethods, Insertable, JoinOnDsl, OptionalExtension, QueryDsl, Queryable,
    RunQueryDsl, Selectable, SelectableHelper, dsl::count_star,
};
use openapi::{
    channels::{
        Channel, Email, EmailState, MessageId, PublicKey, Purpose, PushAuth, PushEndpoint,
        PushSubscriptionDraft, PushSubscriptionId, Sending, SendingState,
    },
    organisation::OrganisationBrief,
    people::PersonId,
    problem::Language,
    sessions::DeviceId,
    value::{Count, Instant, Name, Phone, Phrase, Version},
};

use super::{Message, push, send::Outcome};
use crate::{
    access::Tenant,
    db::{Reading, Writing, one_of},
    error::{Error, Result},
    people,
    schema::{
        channel_choices, devices, messages, people as persons, push_keys, push_subscriptions, sendings,
    },
};

/// The installation's key for push notices.
///
/// # Errors
/// What the database says.
pub fn push_key(tx: &mut Reading<'_>) -> Result<Option<Vec<u8>>> {
    Ok(push_keys::table.select(push_keys::secret).first(tx.conn()).optional()?)
}

/// Makes the installation's key for push notices, if there is none.
///
/// # Errors
/// What the database says.
pub fn ensure_push_key(tx: &mut Writing<'_>) -> Result<()> {
    if push_key(tx)?.is_some() {
        return Ok(());
    }
    let now = tx.now();
    diesel::insert_into(push_keys::table)
        .values((
            push_keys::id.eq(1),
            push_keys::secret.eq(push::Key::make()?),
            push_keys::created_at.eq(now),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// What a person has chosen.
#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = channel_choices)]
pub(super) struct ChoiceRow {
    pub organisation: Tenant,
    pub person_id: PersonId,
    pub push: bool,
    pub mail: bool,
    pub gateway: bool,
    pub email: Option<Email>,
    pub email_confirmed_at: Option<Instant>,
    pub email_failing_at: Option<Instant>,
    pub version: Version,
    pub updated_at: Instant,
}

impl ChoiceRow {
    /// Whether he wants to be reached so.
    pub(super) const fn wants(&self, channel: Channel) -> bool {
        match channel {
            Channel::Push => self.push,
            Channel::Mail => self.mail,
            Channel::Gateway => self.gateway,
            Channel::Unknown => false,
        }
    }
    pub(super) fn email_state(&self) -> Option<EmailState> {
        self.email.as_ref()?;
        Some(match (self.email_failing_at, self.email_confirmed_at) {
            (Some(_), _) => EmailState::Failing,
            (None, Some(_)) => EmailState::Confirmed,
            (None, None) => EmailState::Unconfirmed,
        })
    }
    /// The address, when a message of this purpose may go there.
    fn address(&self, purpose: Purpose) -> Option<&Email> {
        let fit = match purpose {
            Purpose::Confirmation => self.email_failing_at.is_none(),
            Purpose::Notice | Purpose::Test | Purpose::Unknown => {
                self.email_state() == Some(EmailState::Confirmed)
            }
        };
        self.email.as_ref().filter(|_| fit)
    }
}

fn stored_choices(tx: &mut Reading<'_>, tenant: Tenant, person: PersonId) -> Result<Option<ChoiceRow>> {
    Ok(channel_choices::table
        .filter(channel_choices::organisation.eq(tenant).and(channel_choices::person_id.eq(person)))
        .select(ChoiceRow::as_select())
        .first(tx.conn())
        .optional()?)
}

/// What a person has chosen, or what counts until he does.
pub(super) fn choices(tx: &mut Reading<'_>, tenant: Tenant, person: PersonId) -> Result<ChoiceRow> {
    let updated_at = tx.now();
    Ok(stored_choices(tx, tenant, person)?.unwrap_or(ChoiceRow {
        organisation: tenant,
        person_id: person,
        push: true,
        mail: true,
        gateway: true,
        email: None,
        email_confirmed_at: None,
        email_failing_at: None,
        version: Version::FIRST,
        updated_at,
    }))
}

/// Stores what a person has chosen, as its next version.
pub(super) fn save_choices(tx: &mut Writing<'_>, mut row: ChoiceRow) -> Result<ChoiceRow> {
    row.version = row.version.next();
    row.updated_at = tx.now();
    if stored_choices(tx, row.organisation, row.person_id)?.is_none() {
        diesel::insert_into(channel_choices::table).values(&row).execute(tx.conn())?;
        return Ok(row);
    }
    diesel::update(channel_choices::table.filter(
        channel_choices::organisation.eq(row.organisation).and(channel_choices::person_id.eq(row.person_id)),
    ))
    .set((
        channel_choices::push.eq(row.push),
        channel_choices::mail.eq(row.mail),
        channel_choices::gateway.eq(row.gateway),
        channel_choices::email.eq(&row.email),
        channel_choices::email_confirmed_at.eq(row.email_confirmed_at),
        channel_choices::email_failing_at.eq(row.email_failing_at),
        channel_choices::version.eq(row.version),
        channel_choices::updated_at.eq(row.updated_at),
    ))
    .execute(tx.conn())?;
    Ok(row)
}

/// A browser that lets itself be sent notices. Not to be logged: whoever has it could write there.
#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = push_subscriptions)]
pub(super) struct SubscriptionRow {
    pub id: PushSubscriptionId,
    pub organisation: Tenant,
    pub person_id: PersonId,
    pub device_id: DeviceId,
    pub endpoint: PushEndpoint,
    pub p256dh: PublicKey,
    pub auth: PushAuth,
    pub created_at: Instant,
}

impl SubscriptionRow {
    pub(super) fn draft(&self) -> PushSubscriptionDraft {
        PushSubscriptionDraft {
            endpoint: self.endpoint.clone(),
            p256dh: self.p256dh.clone(),
            auth: self.auth.clone(),
        }
    }
}

/// A subscription with this id, whosever of the organisation.
pub(super) fn subscription(
    tx: &mut Reading<'_>,
    tenant: Tenant,
    id: PushSubscriptionId,
) -> Result<Option<SubscriptionRow>> {
    Ok(push_subscriptions::table
        .filter(push_subscriptions::organisation.eq(tenant).and(push_subscriptions::id.eq(id)))
        .select(SubscriptionRow::as_select())
        .first(tx.conn())
        .optional()?)
}

/// A person's subscriptions whose sessions go on, the oldest first.
pub(super) fn subscriptions(
    tx: &mut Reading<'_>,
    tenant: Tenant,
    person: PersonId,
) -> Result<Vec<SubscriptionRow>> {
    let now = tx.now();
    let session = devices::organisation
        .eq(push_subscriptions::organisation)
        .and(devices::id.eq(push_subscriptions::device_id))
        .and(devices::person_id.eq(push_subscriptions::person_id));
    Ok(push_subscriptions::table
        .inner_join(devices::table.on(session))
        .filter(push_subscriptions::organisation.eq(tenant).and(push_subscriptions::person_id.eq(person)))
        .filter(devices::ended_at.is_null().and(devices::refresh_expires_at.gt(now)))
        .order((push_subscriptions::created_at, push_subscriptions::id))
        .select(SubscriptionRow::as_select())
        .load(tx.conn())?)
}

/// How many browsers of one person are sent notices at most.
const SUBSCRIPTIONS_AT_MOST: usize = 10;

/// Stores a subscription in the place of others of the same browser, and of those too many.
pub(super) fn insert_subscription(tx: &mut Writing<'_>, row: &SubscriptionRow) -> Result<()> {
    let tenant = row.organisation;
    let same: Vec<PushSubscriptionId> = push_subscriptions::table
        .filter(push_subscriptions::organisation.eq(tenant))
        .filter(push_subscriptions::endpoint.eq(&row.endpoint))
        .select(push_subscriptions::id)
        .load(tx.conn())?;
    for id in same {
        delete_subscription(tx, tenant, id)?;
    }
    let his: Vec<PushSubscriptionId> = push_subscriptions::table
        .filter(push_subscriptions::organisation.eq(tenant))
        .filter(push_subscriptions::person_id.eq(row.person_id))
        .order((push_subscriptions::created_at.desc(), push_subscriptions::id.desc()))
        .select(push_subscriptions::id)
        .load(tx.conn())?;
    for id in his.into_iter().skip(SUBSCRIPTIONS_AT_MOST - 1) {
        delete_subscription(tx, tenant, id)?;
    }
    diesel::insert_into(push_subscriptions::table).values(row).execute(tx.conn())?;
    Ok(())
}

/// Takes a subscription away, and what waits for it.
pub(super) fn delete_subscription(
    tx: &mut Writing<'_>,
    tenant: Tenant,
    id: PushSubscriptionId,
) -> Result<()> {
    let now = tx.now();
    let this = push_subscriptions::table
        .filter(push_subscriptions::organisation.eq(tenant).and(push_subscriptions::id.eq(id)));
    diesel::delete(this).execute(tx.conn())?;
    let waiting = sendings::table
        .filter(sendings::organisation.eq(tenant).and(sendings::channel.eq(Channel::Push)))
        .filter(sendings::settled_at.is_null().and(sendings::target.eq(id.to_string())));
    diesel::update(waiting)
        .set((
            sendings::state.eq(SendingState::Dropped),
            sendings::last_error.eq("gone"),
            sendings::settled_at.eq(now),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// Forgets how a person was reached, and what he was told.
pub(super) fn forget(tx: &mut Writing<'_>, tenant: Tenant, person: PersonId) -> Result<()> {
    let his = push_subscriptions::organisation.eq(tenant).and(push_subscriptions::person_id.eq(person));
    diesel::delete(push_subscriptions::table.filter(his)).execute(tx.conn())?;
    let his = channel_choices::organisation.eq(tenant).and(channel_choices::person_id.eq(person));
    diesel::delete(channel_choices::table.filter(his)).execute(tx.conn())?;
    let told: Vec<MessageId> = messages::table
        .filter(messages::organisation.eq(tenant).and(messages::person_id.eq(person)))
        .select(messages::id)
        .load(tx.conn())?;
    for some in told.chunks(500) {
        delete_messages(tx, tenant, some)?;
    }
    Ok(())
}

fn delete_messages(tx: &mut Writing<'_>, tenant: Tenant, ids: &[MessageId]) -> Result<()> {
    let ways = sendings::organisation.eq(tenant).and(one_of(sendings::message_id, ids));
    diesel::delete(sendings::table.filter(ways)).execute(tx.conn())?;
    let these = messages::organisation.eq(tenant).and(one_of(messages::id, ids));
    diesel::delete(messages::table.filter(these)).execute(tx.conn())?;
    Ok(())
}

/// Deletes some messages made before a moment; tells how many.
pub(super) fn delete_before(tx: &mut Writing<'_>, tenant: Tenant, before: Instant) -> Result<usize> {
    const AT_ONCE: i64 = 256;
    let old: Vec<MessageId> = messages::table
        .filter(messages::organisation.eq(tenant).and(messages::created_at.lt(before)))
        .order(messages::created_at)
        .limit(AT_ONCE)
        .select(messages::id)
        .load(tx.conn())?;
    delete_messages(tx, tenant, &old)?;
    Ok(old.len())
}

/// A message as stored.
#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = messages)]
pub(super) struct MessageRow {
    pub id: MessageId,
    pub organisation: Tenant,
    pub person_id: PersonId,
    pub purpose: Purpose,
    pub title: String,
    pub body: String,
    lines: String,
    pub link: Option<String>,
    pub urgent: bool,
    pub created_at: Instant,
}

impl MessageRow {
    pub(super) fn lines(&self) -> Vec<String> {
        serde_json::from_str(&self.lines).unwrap_or_default()
    }
}

pub(super) fn message(tx: &mut Reading<'_>, tenant: Tenant, id: MessageId) -> Result<Option<MessageRow>> {
    Ok(messages::table
        .filter(messages::organisation.eq(tenant).and(messages::id.eq(id)))
        .select(MessageRow::as_select())
        .first(tx.conn())
        .optional()?)
}

pub(super) fn insert_message(
    tx: &mut Writing<'_>,
    tenant: Tenant,
    message: &Message,
    purpose: Purpose,
) -> Result<MessageRow> {
    let row = MessageRow {
        id: message.id,
        organisation: tenant,
        person_id: message.person,
        purpose,
        title: message.title.clone(),
        body: message.body.clone(),
        lines: serde_json::to_string(&message.lines)?,
        link: message.link.clone(),
        urgent: message.urgent,
        created_at: tx.now(),
    };
    diesel::insert_into(messages::table).values(&row).execute(tx.conn())?;
    Ok(row)
}

/// How many messages of a purpose a person was sent since a moment.
pub(super) fn count_since(
    tx: &mut Reading<'_>,
    tenant: Tenant,
    person: PersonId,
    purpose: Purpose,
    since: Instant,
) -> Result<i64> {
    Ok(messages::table
        .filter(messages::organisation.eq(tenant).and(messages::person_id.eq(person)))
        .filter(messages::created_at.gt(since).and(messages::purpose.eq(purpose)))
        .select(count_star())
        .first(tx.conn())?)
}

#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = sendings)]
struct SendingRow {
    organisation: Tenant,
    message_id: MessageId,
    channel: Channel,
    target: String,
    state: SendingState,
    attempts: i32,
    next_at: Instant,
    leased_until: Option<Instant>,
    last_error: Option<String>,
    settled_at: Option<Instant>,
}

/// Opens one way of a message, to be gone at once.
pub(super) fn insert_sending(
    tx: &mut Writing<'_>,
    message: &MessageRow,
    channel: Channel,
    target: String,
) -> Result<()> {
    let row = SendingRow {
        organisation: message.organisation,
        message_id: message.id,
        channel,
        target,
        state: SendingState::Waiting,
        attempts: 0,
        next_at: tx.now(),
        leased_until: None,
        last_error: None,
        settled_at: None,
    };
    diesel::insert_into(sendings::table).values(&row).execute(tx.conn())?;
    Ok(())
}

/// The ways of a message, as its person sees them.
pub(super) fn sendings_of(tx: &mut Reading<'_>, tenant: Tenant, id: MessageId) -> Result<Vec<Sending>> {
    let rows: Vec<SendingRow> = sendings::table
        .filter(sendings::organisation.eq(tenant).and(sendings::message_id.eq(id)))
        .order((sendings::channel, sendings::target))
        .select(SendingRow::as_select())
        .load(tx.conn())?;
    let shown = |row: SendingRow| Sending {
        channel: row.channel,
        state: row.state,
        attempts: Count::of(row.attempts.into()),
        next_at: row.settled_at.is_none().then_some(row.next_at),
        last_error: row.last_error.and_then(|code| Phrase::try_from(code).ok()),
    };
    Ok(rows.into_iter().map(shown).collect())
}

/// Who a person is to those who send to him.
pub(super) struct Receiver {
    pub name: Name,
    pub language: Language,
    pub phone: Option<Phone>,
}

/// A person who may sign in; nothing is sent to others.
pub(super) fn receiver(tx: &mut Reading<'_>, tenant: Tenant, person: PersonId) -> Result<Option<Receiver>> {
    let row: Option<(Name, Language, Option<Phone>)> = persons::table
        .filter(persons::organisation.eq(tenant).and(persons::id.eq(person)))
        .filter(persons::active.eq(true))
        .select((persons::name, persons::language, persons::phone))
        .first(tx.conn())
        .optional()?;
    Ok(row.map(|(name, language, phone)| Receiver { name, language, phone }))
}

/// Every address a message of this purpose can go to now, and what the sending is called there.
pub(super) fn addresses(tx: &mut Reading<'_>, message: &MessageRow) -> Result<Vec<(Channel, String)>> {
    let (tenant, person) = (message.organisation, message.person_id);
    let choices = choices(tx, tenant, person)?;
    let Some(receiver) = receiver(tx, tenant, person)? else {
        return Ok(Vec::new());
    };
    let mail = choices.address(message.purpose).map(|_| (Channel::Mail, String::new()));
    if message.purpose == Purpose::Confirmation {
        return Ok(mail.into_iter().collect());
    }
    let mut all = Vec::new();
    for row in subscriptions(tx, tenant, person)? {
        all.push((Channel::Push, row.id.to_string()));
    }
    all.extend(mail);
    all.extend(receiver.phone.map(|_| (Channel::Gateway, String::new())));
    all.retain(|(channel, _)| choices.wants(*channel));
    Ok(all)
}

/// The organisations in which something is due on a channel. The one look across all of them.
pub(super) fn with_due(tx: &mut Reading<'_>, channel: Channel) -> Result<Vec<Tenant>> {
    let now = tx.now();
    Ok(sendings::table
        .filter(sendings::channel.eq(channel).and(sendings::settled_at.is_null()))
        .filter(sendings::next_at.le(now))
        .filter(sendings::leased_until.is_null().or(sendings::leased_until.le(now)))
        .select(sendings::organisation)
        .distinct()
        .load(tx.conn())?)
}

/// Something to send that is ours until the lease ends.
#[derive(Clone)]
pub(super) struct Leased {
    pub message: MessageRow,
    pub organisation: OrganisationBrief,
    pub name: Name,
    pub language: Language,
    pub to: To,
    /// How often it was tried, this time included. Who settles it must know the newest.
    pub attempts: i32,
    channel: Channel,
    target: String,
}

/// Where it goes.
#[derive(Clone)]
pub(super) enum To {
    Browser(SubscriptionRow),
    Address(Email),
    Number(Phone),
    /// The way has been closed since.
    Nowhere,
}

/// Takes up to so many sendings that are due, for so long.
pub(super) fn lease(
    tx: &mut Writing<'_>,
    tenant: Tenant,
    channel: Channel,
    at_most: i64,
    lasts: TimeDelta,
) -> Result<Vec<Leased>> {
    let now = tx.now();
    let rows: Vec<SendingRow> = sendings::table
        .filter(sendings::organisation.eq(tenant).and(sendings::channel.eq(channel)))
        .filter(sendings::settled_at.is_null().and(sendings::next_at.le(now)))
        .filter(sendings::leased_until.is_null().or(sendings::leased_until.le(now)))
        .order((sendings::next_at, sendings::message_id))
        .limit(at_most)
        .select(SendingRow::as_select())
        .load(tx.conn())?;
    let Some(house) = people::store::house(tx, tenant)? else {
        return Ok(Vec::new());
    };
    let mut leased = Vec::with_capacity(rows.len());
    for row in rows {
        let attempts = row.attempts.saturating_add(1);
        let this = sendings::table
            .filter(sendings::organisation.eq(tenant).and(sendings::message_id.eq(row.message_id)))
            .filter(sendings::channel.eq(row.channel).and(sendings::target.eq(&row.target)));
        diesel::update(this)
            .set((sendings::attempts.eq(attempts), sendings::leased_until.eq(now.plus(lasts))))
            .execute(tx.conn())?;
        let message = message(tx, tenant, row.message_id)?
            .ok_or_else(|| Error::Broken("a sending without its message".to_owned()))?;
        let (to, receiver) = place(tx, &message, &row)?;
        let (name, language) = match receiver {
            Some(receiver) => (receiver.name, receiver.language),
            None => (house.brief.name.clone(), Language::Vi),
        };
        let organisation = house.brief.clone();
        leased.push(Leased {
            message,
            organisation,
            name,
            language,
            to,
            attempts,
            channel,
            target: row.target,
        });
    }
    Ok(leased)
}

/// Where a sending goes now: what was chosen since it was written counts.
fn place(tx: &mut Reading<'_>, message: &MessageRow, row: &SendingRow) -> Result<(To, Option<Receiver>)> {
    let (tenant, person) = (message.organisation, message.person_id);
    let Some(receiver) = receiver(tx, tenant, person)? else {
        return Ok((To::Nowhere, None));
    };
    let choices = choices(tx, tenant, person)?;
    if message.purpose != Purpose::Confirmation && !choices.wants(row.channel) {
        return Ok((To::Nowhere, Some(receiver)));
    }
    let found = match row.channel {
        Channel::Push => {
            let his = subscriptions(tx, tenant, person)?;
            his.into_iter().find(|one| one.id.as_str() == row.target).map(To::Browser)
        }
        Channel::Mail => choices.address(message.purpose).cloned().map(To::Address),
        Channel::Gateway => receiver.phone.clone().map(To::Number),
        Channel::Unknown => None,
    };
    Ok((found.unwrap_or(To::Nowhere), Some(receiver)))
}

/// Writes down what became of it, unless somebody else has taken it up since.
pub(super) fn settle(
    tx: &mut Writing<'_>,
    leased: &Leased,
    outcome: &Outcome,
    state: SendingState,
    next_at: Instant,
) -> Result<()> {
    let now = tx.now();
    let tenant = leased.message.organisation;
    let this = sendings::table
        .filter(sendings::organisation.eq(tenant).and(sendings::message_id.eq(leased.message.id)))
        .filter(sendings::channel.eq(leased.channel).and(sendings::target.eq(&leased.target)))
        .filter(sendings::attempts.eq(leased.attempts).and(sendings::settled_at.is_null()));
    let settled_at = (state != SendingState::Waiting).then_some(now);
    diesel::update(this)
        .set((
            sendings::state.eq(state),
            sendings::next_at.eq(next_at),
            sendings::leased_until.eq(None::<Instant>),
            sendings::last_error.eq(outcome.error()),
            sendings::settled_at.eq(settled_at),
        ))
        .execute(tx.conn())?;
    match (outcome, &leased.to) {
        (Outcome::Gone(_), To::Browser(row)) => delete_subscription(tx, tenant, row.id),
        (Outcome::BadAddress(_), To::Address(email)) => mark_failing(tx, leased, email),
        _ => Ok(()),
    }
}

/// Notes that an address takes no e-mail, unless it has been changed since.
fn mark_failing(tx: &mut Writing<'_>, leased: &Leased, email: &Email) -> Result<()> {
    let now = tx.now();
    let his = channel_choices::table
        .filter(channel_choices::organisation.eq(leased.message.organisation))
        .filter(channel_choices::person_id.eq(leased.message.person_id))
        .filter(channel_choices::email.eq(email));
    diesel::update(his).set(channel_choices::email_failing_at.eq(now)).execute(tx.conn())?;
    Ok(())
}

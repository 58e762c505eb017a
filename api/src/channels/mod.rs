//! Channels: how a message reaches a person who is not looking at the app. **Invariant: a message is
//! written down in the transaction that gives rise to it, once, whatever becomes of it afterwards; what
//! leaves by push or gateway is its title alone.**
//!
//! [`post`] writes one row for each way the person is open to; [`send_due`] leases what is due, sends
//! it outside of every transaction, and settles it. So a message is sent at least once, and carries its
//! id, by which a receiver knows a repeat.

mod gateway;
mod http;
mod mail;
mod pages;
mod push;
mod send;
mod store;

use chrono::TimeDelta;
use openapi::{
    channels::{
        Channel, DeletePushSubscription, Email, ListPushSubscriptions, Message as Told, MessageId,
        MyChannels, PatchMyChannels, Purpose, PushKey, PushSubscription, PutPushSubscription, ReadMyChannels,
        ReadMyMessage, ReadPushKey, TestMyChannels,
    },
    endpoint::{Endpoint, Nothing},
    ledger::{Deed, Subject},
    people::PersonId,
    problem::{FieldCode, Said},
    value::{Change, Count, Page, Phone, Phrase, Title},
};
use serde_json::{Value, json};

pub(crate) use self::{pages::mount as mount_pages, send::run};
pub use self::{
    send::{forget_old, send_due},
    store::{ensure_push_key, push_key},
};
use crate::{
    access::Tenant,
    config,
    db::{Reading, Writing},
    error::{Error, Result},
    ledger::{self, Entry},
    net::Allowed,
    serve::{Answer, Call, Routes},
};

/// A message for one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Its id: the same one again is the same message, and is not sent again.
    pub id: MessageId,
    /// For whom.
    pub person: PersonId,
    /// Counts and days, in the program's own words and the person's language: "Bạn có 3 việc sắp đến
    /// hạn". It goes over every channel, through services of others: never the words of a task, a name
    /// or a note.
    pub title: String,
    /// A few sentences, a new line between them. They go by e-mail only.
    pub body: String,
    /// The pieces of work it is about, one each. They go by e-mail only; never a private note.
    pub lines: Vec<String>,
    /// A place in the app, from its `#`, such as `#/viec/<id>`; the first screen without one.
    pub link: Option<String>,
    /// Whether a phone should wake up for it.
    pub urgent: bool,
}

/// Writes a message down, for every way the person is open to. The same id again writes nothing.
///
/// # Errors
/// What the database says.
pub fn post(tx: &mut Writing<'_>, tenant: Tenant, message: &Message) -> Result<()> {
    post_for(tx, tenant, message, Purpose::Notice)
}

fn post_for(tx: &mut Writing<'_>, tenant: Tenant, message: &Message, purpose: Purpose) -> Result<()> {
    if store::message(tx, tenant, message.id)?.is_some() {
        return Ok(());
    }
    let row = store::insert_message(tx, tenant, message, purpose)?;
    for (channel, target) in store::addresses(tx, &row)? {
        store::insert_sending(tx, &row, channel, target)?;
    }
    Ok(())
}

/// Forgets how a person was reached and what he was told: he is being anonymised.
///
/// # Errors
/// What the database says.
pub(crate) fn forget(tx: &mut Writing<'_>, tenant: Tenant, person: PersonId) -> Result<()> {
    store::forget(tx, tenant, person)
}

/// The ways out of this server, as they have been set up.
pub struct Outside {
    push: Option<push::Key>,
    mail: Option<mail::Postman>,
    gateway: Option<config::Gateway>,
    http: http::Http,
    /// Under which address people reach this server.
    public_url: String,
    /// Whom a push service may turn to (RFC 8292 §2.1).
    contact: String,
}

impl Outside {
    /// Opens what has been set up. Nobody is called yet.
    ///
    /// # Errors
    /// When the stored key is damaged.
    pub fn open(
        settings: &config::Channels,
        push_key: Option<&[u8]>,
        public_url: &str,
        allowed: &Allowed,
    ) -> Result<Self> {
        let http = http::Http::open(settings, allowed)?;
        let mail = settings.mail.as_ref().map(|mail| mail::Postman::open(mail, public_url)).transpose()?;
        let contact =
            mail.as_ref().map_or_else(|| public_url.to_owned(), |mail| format!("mailto:{}", mail.address()));
        Ok(Self {
            push: push_key.map(push::Key::of).transpose()?,
            mail,
            gateway: settings.gateway.clone(),
            http,
            public_url: public_url.trim_end_matches('/').to_owned(),
            contact,
        })
    }

    /// What has been set up.
    fn offered(&self) -> Vec<Channel> {
        let set_up = |channel: &Channel| match channel {
            Channel::Push => self.push.is_some(),
            Channel::Mail => self.mail.is_some(),
            Channel::Gateway => self.gateway.is_some(),
            Channel::Unknown => false,
        };
        Channel::ALL.iter().copied().filter(set_up).collect()
    }

    /// Whether the mail server answers and knows us; nothing when there is none.
    pub(crate) async fn try_mail(&self) -> Option<std::result::Result<(), String>> {
        match &self.mail {
            Some(mail) => Some(mail.try_out().await),
            None => None,
        }
    }

    /// Whether anybody answers where the gateway should be, with which status; nothing when there is none.
    pub(crate) async fn try_gateway(&self) -> Option<std::result::Result<u16, &'static str>> {
        match &self.gateway {
            Some(gateway) => Some(self.http.gateway_answers(&gateway.url).await),
            None => None,
        }
    }

    /// Sends a letter to try the way.
    ///
    /// # Errors
    /// What went wrong.
    pub(crate) async fn send_test_mail(
        &self,
        to: &Email,
        id: &str,
        now: openapi::value::Instant,
    ) -> std::result::Result<(), String> {
        let mail = self.mail.as_ref().ok_or("mail.server is not set")?;
        mail.send_test(to, &format!("{id}@dondoc"), now).await
    }

    /// Sends a text message to try the way.
    ///
    /// # Errors
    /// What went wrong.
    pub(crate) async fn send_test_text(
        &self,
        to: &Phone,
        id: &str,
        now: openapi::value::Instant,
    ) -> std::result::Result<(), String> {
        let gateway = self.gateway.as_ref().ok_or("gateway.url is not set")?;
        let words = "Tin nhắn thử của Đôn Đốc";
        let sent = gateway::post(self, gateway, now, id, to, words, words).await;
        match sent.map_err(|bad| format!("{bad:?}"))?.error() {
            None => Ok(()),
            Some(why) => Err(why.to_owned()),
        }
    }
}

pub(crate) fn mount(routes: &mut Routes) {
    routes.read::<ReadPushKey>(read_push_key);
    routes.read::<ListPushSubscriptions>(list_subscriptions);
    routes.write::<PutPushSubscription>(put_subscription);
    routes.write::<DeletePushSubscription>(delete_subscription);
    routes.read::<ReadMyChannels>(read);
    routes.write::<PatchMyChannels>(patch);
    routes.write::<TestMyChannels>(test);
    routes.read::<ReadMyMessage>(read_message);
}

fn read_push_key(_: &mut Reading<'_>, call: &Call<ReadPushKey>) -> Result<Answer<PushKey>> {
    let key = call.state.outside.push.as_ref();
    let key = key.ok_or_else(|| Error::Broken("there is no key for push notices".to_owned()))?;
    Ok(Answer::ok(PushKey { key: key.public().clone() }))
}

fn list_subscriptions(
    tx: &mut Reading<'_>,
    call: &Call<ListPushSubscriptions>,
) -> Result<Answer<Page<PushSubscription>>> {
    let rows = store::subscriptions(tx, call.scope.tenant(), call.actor.person.id)?;
    let items: Result<_> = rows.iter().map(|row| shown(call, row)).collect();
    Ok(Answer::ok(Page { items: items?, next: None }))
}

fn shown<E: Endpoint>(call: &Call<E>, row: &store::SubscriptionRow) -> Result<PushSubscription> {
    let host = http::Http::host(row.endpoint.as_str()).unwrap_or_default();
    let host: String = host.chars().take(Phrase::MAX).collect();
    Ok(PushSubscription {
        id: row.id,
        service: Phrase::try_from(host).map_err(|bad| Error::Broken(bad.en.into_owned()))?,
        created_at: row.created_at,
        current: row.device_id == call.actor.device,
    })
}

fn put_subscription(
    tx: &mut Writing<'_>,
    call: &Call<PutPushSubscription>,
) -> Result<Answer<PushSubscription>> {
    let (tenant, person) = (call.scope.tenant(), call.actor.person.id);
    if let Some(row) = store::subscription(tx, tenant, call.path)? {
        let same = row.person_id == person && row.device_id == call.actor.device && row.draft() == call.body;
        return if same { Ok(Answer::ok(shown(call, &row)?)) } else { Err(Error::conflict()) };
    }
    let draft = call.body.clone();
    if call.state.outside.http.origin(draft.endpoint.as_str()).is_none() {
        return Err(Error::field(
            "/endpoint",
            FieldCode::NotAllowedHere,
            "Địa chỉ này không phải của một dịch vụ thông báo đẩy trên mạng công cộng.",
            "This address is not one of a push service on the public network.",
        ));
    }
    if !push::is_a_key(&draft.p256dh) {
        return Err(Error::field(
            "/p256dh",
            FieldCode::BadValue,
            "Không phải khóa công khai trên đường cong P-256.",
            "Not a public key on the curve P-256.",
        ));
    }
    let row = store::SubscriptionRow {
        id: call.path,
        organisation: tenant,
        person_id: person,
        device_id: call.actor.device,
        endpoint: draft.endpoint,
        p256dh: draft.p256dh,
        auth: draft.auth,
        created_at: tx.now(),
    };
    store::insert_subscription(tx, &row)?;
    let before = store::choices(tx, tenant, person)?;
    if !before.push {
        let after = store::save_choices(tx, store::ChoiceRow { push: true, ..before.clone() })?;
        record(tx, call, &before, &after)?;
    }
    let entry = Entry::new(Deed::Subscribed, Subject::Channels, call.path).by(&call.actor);
    ledger::record(tx, tenant, entry)?;
    Ok(Answer::created(shown(call, &row)?))
}

fn delete_subscription(tx: &mut Writing<'_>, call: &Call<DeletePushSubscription>) -> Result<Answer<Nothing>> {
    let (tenant, person) = (call.scope.tenant(), call.actor.person.id);
    let row = store::subscription(tx, tenant, call.path)?.filter(|row| row.person_id == person);
    let row = row.ok_or_else(Error::not_found)?;
    store::delete_subscription(tx, tenant, row.id)?;
    let entry = Entry::new(Deed::Unsubscribed, Subject::Channels, row.id).by(&call.actor);
    ledger::record(tx, tenant, entry)?;
    Ok(Answer::done())
}

fn read(tx: &mut Reading<'_>, call: &Call<ReadMyChannels>) -> Result<Answer<MyChannels>> {
    let row = store::choices(tx, call.scope.tenant(), call.actor.person.id)?;
    Ok(Answer::ok(channels(tx, call, &row)?))
}

fn channels<E: Endpoint>(tx: &mut Reading<'_>, call: &Call<E>, row: &store::ChoiceRow) -> Result<MyChannels> {
    let subscriptions = store::subscriptions(tx, row.organisation, row.person_id)?.len();
    Ok(MyChannels {
        push: row.push,
        mail: row.mail,
        gateway: row.gateway,
        offered: call.state.outside.offered(),
        subscriptions: Count::of(i64::try_from(subscriptions).unwrap_or(0)),
        email: row.email.clone(),
        email_state: row.email_state(),
        version: row.version,
    })
}

/// How many letters a person may have sent to addresses he enters, in a day: the address may be
/// somebody else's.
const QUESTIONS_A_DAY: i64 = 5;
/// How many tests a person may send himself in an hour.
const TESTS_AN_HOUR: i64 = 10;

fn patch(tx: &mut Writing<'_>, call: &Call<PatchMyChannels>) -> Result<Answer<MyChannels>> {
    let tenant = call.scope.tenant();
    let before = store::choices(tx, tenant, call.actor.person.id)?;
    call.expect_version(before.version)?;
    let (patch, mut after) = (&call.body, before.clone());
    after.push = patch.push.unwrap_or(before.push);
    after.mail = patch.mail.unwrap_or(before.mail);
    after.gateway = patch.gateway.unwrap_or(before.gateway);
    after.email = patch.email.clone().over(before.email.clone());
    let other = after.email != before.email;
    if other {
        after.email_confirmed_at = None;
    }
    if other || matches!(patch.email, Change::Set(_)) {
        // An address that failed gets another try by being entered again.
        after.email_failing_at = None;
    }
    let asks = matches!(patch.email, Change::Set(_)) && after.email_confirmed_at.is_none();
    if asks {
        may_post(tx, call, Purpose::Confirmation, QUESTIONS_A_DAY, TimeDelta::days(1))?;
    }
    let chosen = |row: &store::ChoiceRow| (row.push, row.mail, row.gateway, row.email_failing_at);
    let after = if other || chosen(&before) != chosen(&after) {
        let after = store::save_choices(tx, after)?;
        record(tx, call, &before, &after)?;
        after
    } else {
        before
    };
    if asks {
        // Written after the choices, whose address it goes to.
        let (title, body) = mail::question(call.actor.language);
        post_own(tx, call, Purpose::Confirmation, title, body)?;
    }
    Ok(Answer::ok(channels(tx, call, &after)?))
}

fn record<E: Endpoint>(
    tx: &mut Writing<'_>,
    call: &Call<E>,
    before: &store::ChoiceRow,
    after: &store::ChoiceRow,
) -> Result<()> {
    // An address is personal, and what the ledger says stays for ever.
    let told = |row: &store::ChoiceRow| json!({ "push": row.push, "mail": row.mail, "gateway": row.gateway });
    let mut fields = told(after);
    if let (Value::Object(fields), true) = (&mut fields, before.email != after.email) {
        fields.insert("changed".to_owned(), json!(["email"]));
    }
    let entry = Entry::new(Deed::Changed, Subject::Channels, after.person_id).by(&call.actor);
    ledger::record(tx, after.organisation, entry.before(told(before)).after(fields))
}

/// Refuses when the caller has had so many messages of a purpose sent within a time.
fn may_post<E: Endpoint>(
    tx: &mut Reading<'_>,
    call: &Call<E>,
    purpose: Purpose,
    at_most: i64,
    within: TimeDelta,
) -> Result<()> {
    let since = tx.now().plus(-within);
    let posted = store::count_since(tx, call.scope.tenant(), call.actor.person.id, purpose, since)?;
    if posted >= at_most { Err(Error::too_many(within.num_seconds() / 2)) } else { Ok(()) }
}

/// Posts a message to the caller himself.
fn post_own<E: Endpoint>(
    tx: &mut Writing<'_>,
    call: &Call<E>,
    purpose: Purpose,
    title: String,
    body: String,
) -> Result<MessageId> {
    let id = tx.new_id()?;
    let person = call.actor.person.id;
    let message = Message { id, person, title, body, lines: Vec::new(), link: None, urgent: false };
    post_for(tx, call.scope.tenant(), &message, purpose)?;
    Ok(id)
}

fn test(tx: &mut Writing<'_>, call: &Call<TestMyChannels>) -> Result<Answer<Told>> {
    may_post(tx, call, Purpose::Test, TESTS_AN_HOUR, TimeDelta::hours(1))?;
    let say =
        |vi: &'static str, en: &'static str| Said::new(vi, en).in_language(call.actor.language).to_owned();
    let title = say("Đôn Đốc: tin thử", "Đôn Đốc: a test");
    let body = say(
        "Ông/bà vừa tự gửi tin này để thử. Nhận được là kênh này hoạt động.",
        "You have sent yourself this to try it. That it is here means this channel works.",
    );
    let id = post_own(tx, call, Purpose::Test, title, body)?;
    Ok(Answer::accepted(told(tx, call, id)?))
}

fn read_message(tx: &mut Reading<'_>, call: &Call<ReadMyMessage>) -> Result<Answer<Told>> {
    Ok(Answer::ok(told(tx, call, call.path)?))
}

fn told<E: Endpoint>(tx: &mut Reading<'_>, call: &Call<E>, id: MessageId) -> Result<Told> {
    let tenant = call.scope.tenant();
    let row = store::message(tx, tenant, id)?.filter(|row| row.person_id == call.actor.person.id);
    let row = row.ok_or_else(Error::not_found)?;
    let title: String = row.title.chars().take(Title::MAX).collect();
    Ok(Told {
        id: row.id,
        purpose: row.purpose,
        title: Title::try_from(title).map_err(|bad| Error::Broken(bad.en.into_owned()))?,
        created_at: row.created_at,
        sendings: store::sendings_of(tx, tenant, id)?,
    })
}

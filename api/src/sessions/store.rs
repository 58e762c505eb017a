//! The SQL of devices, activation links, passwords and signing keys.

use chrono::TimeDelta;
use diesel::{
    BoolExpressionMethods, ExpressionMethods, Insertable, JoinOnDsl, OptionalExtension, QueryDsl, Queryable,
    RunQueryDsl, Selectable, SelectableHelper,
};
use openapi::{
    people::PersonId,
    sessions::{ActivationId, DeviceId, Invitation},
    value::{Instant, Name, Phone, Slug, UserName},
};

use super::LINK_LASTS;
use crate::{
    access::{Scope, Tenant},
    db::{Reading, Writing},
    error::{Error, Result},
    schema::{activations, devices, installation as installations, organisations, people, signing_keys},
    tokens::{self, ACCESS_SECONDS, Keys, SigningKey},
};

/// Somebody who might be signing in.
pub(super) struct Candidate {
    pub tenant: Tenant,
    pub person: PersonId,
    pub password_hash: String,
}

/// How many organisations may share a login before the person must say which is his: a password is
/// tried on each of them, and trying is slow on purpose.
pub(super) const CANDIDATES_AT_MOST: usize = 8;

/// Everybody with this login who may sign in, in any organisation or in one; one more than
/// [`CANDIDATES_AT_MOST`] when there are too many. Signing in is the one place where nobody's scope is
/// known yet.
pub(super) fn candidates(tx: &mut Reading<'_>, login: &str, slug: Option<&Slug>) -> Result<Vec<Candidate>> {
    let mut query = people::table
        .inner_join(organisations::table.on(organisations::number.eq(people::organisation)))
        .filter(people::active.eq(true).and(people::password_hash.is_not_null()))
        .filter(people::phone.eq(login).or(people::user_name.eq(login)))
        .select((people::organisation, people::id, people::password_hash))
        .order(people::organisation)
        .limit(i64::try_from(CANDIDATES_AT_MOST).unwrap_or(8) + 1)
        .into_boxed();
    if let Some(slug) = slug {
        query = query.filter(organisations::slug.eq(slug));
    }
    let rows: Vec<(Tenant, PersonId, Option<String>)> = query.load(tx.conn())?;
    let candidate = |(tenant, person, hash): (_, _, Option<String>)| {
        Some(Candidate { tenant, person, password_hash: hash? })
    };
    Ok(rows.into_iter().filter_map(candidate).collect())
}

/// A signed-in device.
#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = devices)]
pub(super) struct DeviceRow {
    pub id: DeviceId,
    pub organisation: Tenant,
    pub person_id: PersonId,
    pub name: Name,
    pub created_at: Instant,
    pub last_seen_at: Instant,
    pub refresh_hash: String,
    pub previous_hash: Option<String>,
    pub rotated_at: Instant,
    pub refresh_expires_at: Instant,
    pub ended_at: Option<Instant>,
}

pub(super) fn insert_device(tx: &mut Writing<'_>, row: &DeviceRow) -> Result<()> {
    diesel::insert_into(devices::table).values(row).execute(tx.conn())?;
    Ok(())
}

/// A device, whosever it is: a refresh token is presented before anybody's scope is known.
pub(super) fn device(tx: &mut Reading<'_>, id: DeviceId) -> Result<Option<DeviceRow>> {
    Ok(devices::table
        .filter(devices::id.eq(id))
        .select(DeviceRow::as_select())
        .first(tx.conn())
        .optional()?)
}

pub(super) fn rotate(tx: &mut Writing<'_>, device: &DeviceRow, next: &str, until: Instant) -> Result<()> {
    let now = tx.now();
    let this =
        devices::table.filter(devices::organisation.eq(device.organisation).and(devices::id.eq(device.id)));
    diesel::update(this)
        .set((
            devices::refresh_hash.eq(next),
            devices::previous_hash.eq(&device.refresh_hash),
            devices::rotated_at.eq(now),
            devices::last_seen_at.eq(now),
            devices::refresh_expires_at.eq(until),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// Ends a device's session; tells whether it was running.
pub(super) fn end_device(tx: &mut Writing<'_>, tenant: Tenant, device: DeviceId) -> Result<bool> {
    let now = tx.now();
    let running = devices::table
        .filter(devices::organisation.eq(tenant).and(devices::id.eq(device)))
        .filter(devices::ended_at.is_null());
    let ended = diesel::update(running).set(devices::ended_at.eq(now)).execute(tx.conn())?;
    Ok(ended > 0)
}

/// Ends all sessions of a person, but perhaps one.
///
/// # Errors
/// What the database says.
pub fn end_devices(
    tx: &mut Writing<'_>,
    tenant: Tenant,
    person: PersonId,
    but: Option<DeviceId>,
) -> Result<()> {
    let now = tx.now();
    let running = devices::table
        .filter(devices::organisation.eq(tenant).and(devices::person_id.eq(person)))
        .filter(devices::ended_at.is_null());
    match but {
        None => diesel::update(running).set(devices::ended_at.eq(now)).execute(tx.conn())?,
        Some(but) => diesel::update(running.filter(devices::id.ne(but)))
            .set(devices::ended_at.eq(now))
            .execute(tx.conn())?,
    };
    Ok(())
}

/// Takes out what a person called his devices: it may tell who he was.
///
/// # Errors
/// What the database says.
pub fn forget_devices(tx: &mut Writing<'_>, tenant: Tenant, person: PersonId) -> Result<()> {
    let his = devices::table.filter(devices::organisation.eq(tenant).and(devices::person_id.eq(person)));
    diesel::update(his).set(devices::name.eq("—")).execute(tx.conn())?;
    Ok(())
}

/// The devices on which a person is signed in: those that could still get an access token.
pub(super) fn devices(tx: &mut Reading<'_>, tenant: Tenant, person: PersonId) -> Result<Vec<DeviceRow>> {
    const AT_MOST: i64 = 200;
    Ok(devices::table
        .filter(devices::organisation.eq(tenant).and(devices::person_id.eq(person)))
        .filter(devices::ended_at.is_null().and(devices::refresh_expires_at.gt(tx.now())))
        .order((devices::last_seen_at.desc(), devices::id))
        .limit(AT_MOST)
        .select(DeviceRow::as_select())
        .load(tx.conn())?)
}

pub(super) fn is_own_device(
    tx: &mut Reading<'_>,
    tenant: Tenant,
    person: PersonId,
    device: DeviceId,
) -> Result<bool> {
    let found: Option<DeviceId> = devices::table
        .filter(devices::organisation.eq(tenant).and(devices::person_id.eq(person)))
        .filter(devices::id.eq(device))
        .select(devices::id)
        .first(tx.conn())
        .optional()?;
    Ok(found.is_some())
}

/// An activation link.
#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = activations)]
pub struct LinkRow {
    /// Its id.
    pub id: ActivationId,
    /// The organisation.
    pub organisation: Tenant,
    /// For whom.
    pub person_id: PersonId,
    /// What is stored of its secret.
    pub token_hash: String,
    /// When it was made.
    pub created_at: Instant,
    /// When it stops working.
    pub expires_at: Instant,
    /// When it was used.
    pub used_at: Option<Instant>,
    /// When a newer one took its place.
    pub withdrawn_at: Option<Instant>,
}

impl LinkRow {
    /// Whose rows it lets a person reach: the link is the authority, nobody is signed in yet.
    pub(super) const fn scope(&self) -> Scope {
        Scope::of_the_house(self.organisation)
    }
    /// Whether it can still be used.
    pub(super) fn works(&self, now: Instant) -> bool {
        self.used_at.is_none() && self.withdrawn_at.is_none() && now < self.expires_at
    }
}

pub(super) fn link(tx: &mut Reading<'_>, tenant: Tenant, id: ActivationId) -> Result<Option<LinkRow>> {
    Ok(activations::table
        .filter(activations::organisation.eq(tenant).and(activations::id.eq(id)))
        .select(LinkRow::as_select())
        .first(tx.conn())
        .optional()?)
}

/// The link with this id and secret, whosever it is: nobody's scope is known yet.
pub(super) fn link_of(tx: &mut Reading<'_>, id: ActivationId, hash: &str) -> Result<Option<LinkRow>> {
    Ok(activations::table
        .filter(activations::token_hash.eq(hash).and(activations::id.eq(id)))
        .select(LinkRow::as_select())
        .first(tx.conn())
        .optional()?)
}

/// Makes a link for a person, and makes his older ones useless.
///
/// # Errors
/// What the database says.
pub fn invite(
    tx: &mut Writing<'_>,
    secret: &[u8],
    tenant: Tenant,
    person: PersonId,
    id: ActivationId,
) -> Result<LinkRow> {
    let now = tx.now();
    withdraw_links(tx, tenant, person)?;
    let token = tokens::activation_token(secret, tenant, id)?;
    let link = LinkRow {
        id,
        organisation: tenant,
        person_id: person,
        token_hash: tokens::hash(token.as_str()),
        created_at: now,
        expires_at: now.plus(LINK_LASTS),
        used_at: None,
        withdrawn_at: None,
    };
    diesel::insert_into(activations::table).values(&link).execute(tx.conn())?;
    Ok(link)
}

/// Makes the links of a person useless, also the used ones: nobody may go on trying passwords on them.
///
/// # Errors
/// What the database says.
pub fn withdraw_links(tx: &mut Writing<'_>, tenant: Tenant, person: PersonId) -> Result<()> {
    let now = tx.now();
    let open = activations::table
        .filter(activations::organisation.eq(tenant).and(activations::person_id.eq(person)))
        .filter(activations::withdrawn_at.is_null());
    diesel::update(open).set(activations::withdrawn_at.eq(now)).execute(tx.conn())?;
    Ok(())
}

pub(super) fn use_link(tx: &mut Writing<'_>, link: &LinkRow) -> Result<()> {
    let now = tx.now();
    let this = activations::table
        .filter(activations::organisation.eq(link.organisation).and(activations::id.eq(link.id)));
    diesel::update(this).set(activations::used_at.eq(now)).execute(tx.conn())?;
    Ok(())
}

pub(super) fn invitation(tx: &mut Reading<'_>, link: &LinkRow) -> Result<Invitation> {
    type Row = (Name, Option<Phone>, Option<UserName>, Name);
    let row: Option<Row> = people::table
        .inner_join(organisations::table.on(organisations::number.eq(people::organisation)))
        .filter(people::organisation.eq(link.organisation).and(people::id.eq(link.person_id)))
        .filter(people::active.eq(true))
        .select((people::name, people::phone, people::user_name, organisations::name))
        .first(tx.conn())
        .optional()?;
    let (name, phone, user_name, organisation) = row.ok_or_else(Error::not_found)?;
    let login = super::login_of(phone.as_ref(), user_name.as_ref()).ok_or_else(Error::not_found)?;
    Ok(Invitation { name, organisation, login, expires_at: link.expires_at })
}

pub(super) fn password_hash(
    tx: &mut Reading<'_>,
    tenant: Tenant,
    person: PersonId,
) -> Result<Option<String>> {
    Ok(people::table
        .filter(people::organisation.eq(tenant).and(people::id.eq(person)))
        .filter(people::active.eq(true))
        .select(people::password_hash)
        .first(tx.conn())
        .optional()?
        .flatten())
}

/// Stores what was made of a password.
///
/// # Errors
/// What the database says.
pub fn set_password(tx: &mut Writing<'_>, tenant: Tenant, person: PersonId, hash: &str) -> Result<()> {
    diesel::update(people::table.filter(people::organisation.eq(tenant).and(people::id.eq(person))))
        .set(people::password_hash.eq(hash))
        .execute(tx.conn())?;
    Ok(())
}

/// The keys that count.
///
/// # Errors
/// What the database says.
pub fn keys(tx: &mut Reading<'_>) -> Result<Keys> {
    let rows: Vec<(String, Vec<u8>, Instant)> = signing_keys::table
        .order(signing_keys::created_at.desc())
        .select((signing_keys::kid, signing_keys::secret, signing_keys::created_at))
        .load(tx.conn())?;
    let keys = rows.into_iter().map(|(kid, secret, created_at)| SigningKey { kid, secret, created_at });
    Ok(Keys::new(keys.collect()))
}

/// Makes a new signing key, and drops those that no token can still name: a key that has been
/// followed by another for longer than any access token lasts.
///
/// # Errors
/// What the database says.
pub fn rotate_key(tx: &mut Writing<'_>) -> Result<()> {
    let now = tx.now();
    let followed = now.plus(-TimeDelta::seconds(i64::from(ACCESS_SECONDS) * 2));
    let newest_followed: Option<Instant> = signing_keys::table
        .filter(signing_keys::created_at.lt(followed))
        .order(signing_keys::created_at.desc())
        .select(signing_keys::created_at)
        .first(tx.conn())
        .optional()?;
    if let Some(still_in_use) = newest_followed {
        diesel::delete(signing_keys::table.filter(signing_keys::created_at.lt(still_in_use)))
            .execute(tx.conn())?;
    }
    let kid = tx.new_id::<()>()?.to_string();
    diesel::insert_into(signing_keys::table)
        .values((
            signing_keys::kid.eq(kid),
            signing_keys::secret.eq(tokens::random::<32>()?.to_vec()),
            signing_keys::created_at.eq(now),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// The installation's own key, and the name of this copy of the data.
///
/// # Errors
/// What the database says.
pub fn installation(tx: &mut Reading<'_>) -> Result<Option<(Vec<u8>, String)>> {
    Ok(installations::table
        .select((installations::secret, installations::epoch))
        .first(tx.conn())
        .optional()?)
}

/// Makes the installation's key and a first signing key, if there are none.
///
/// # Errors
/// What the database says.
pub fn ensure_installation(tx: &mut Writing<'_>) -> Result<()> {
    if installation(tx)?.is_none() {
        let epoch = tx.new_id::<()>()?.to_string();
        diesel::insert_into(installations::table)
            .values((
                installations::id.eq(1),
                installations::epoch.eq(epoch),
                installations::secret.eq(tokens::random::<32>()?.to_vec()),
            ))
            .execute(tx.conn())?;
    }
    if keys(tx)?.newest().is_none() {
        rotate_key(tx)?;
    }
    Ok(())
}

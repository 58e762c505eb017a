//! The SQL of API keys and their secrets.

use diesel::{
    BoolExpressionMethods, ExpressionMethods, Insertable, JoinOnDsl, OptionalExtension, QueryDsl, Queryable,
    RunQueryDsl, Selectable, SelectableHelper,
};
use openapi::{
    keys::{KeyDays, KeyDraft, KeyId, KeysQuery, RotationId},
    people::PersonId,
    value::{Instant, Name, Page, Phrase},
};

use crate::{
    access::{Actor, Scope, Tenant},
    db::{Reading, Writing, after},
    error::{Error, Result},
    schema::{api_key_secrets, api_keys},
    tokens::{self, SHOWN_FOR},
};

/// A key as stored.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = api_keys)]
pub(super) struct KeyRow {
    pub organisation: Tenant,
    pub id: KeyId,
    pub name: Name,
    scopes: String,
    units: Option<String>,
    addresses: Option<String>,
    days: KeyDays,
    pub created_at: Instant,
    pub created_by: PersonId,
    pub expires_at: Instant,
    pub rotated_at: Option<Instant>,
    pub revoked_at: Option<Instant>,
    pub last_used_at: Option<Instant>,
}

impl KeyRow {
    /// What the administrator said of it. What cannot be read is an error: a limit must not fall away.
    pub(super) fn draft(&self) -> Result<KeyDraft> {
        Ok(KeyDraft {
            name: self.name.clone(),
            scopes: serde_json::from_str(&self.scopes)?,
            units: self.units.as_deref().map(serde_json::from_str).transpose()?,
            addresses: self.addresses.as_deref().map(serde_json::from_str).transpose()?,
            days: self.days,
        })
    }
}

/// A secret of a key, without itself.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = api_key_secrets)]
pub(super) struct SecretRow {
    organisation: Tenant,
    pub id: RotationId,
    pub key_id: KeyId,
    pub starts_with: Phrase,
    hash: String,
    pub salt: Option<Vec<u8>>,
    pub asked: Option<String>,
    pub made_at: Instant,
    pub ends_at: Option<Instant>,
}

pub(super) fn find(tx: &mut Reading<'_>, scope: &Scope, id: KeyId) -> Result<Option<KeyRow>> {
    Ok(api_keys::table
        .filter(api_keys::organisation.eq(scope.tenant()).and(api_keys::id.eq(id)))
        .select(KeyRow::as_select())
        .first(tx.conn())
        .optional()?)
}

pub(super) fn list(tx: &mut Reading<'_>, scope: &Scope, query: &KeysQuery) -> Result<Page<KeyRow>> {
    let now = tx.now();
    let mut rows = api_keys::table
        .filter(api_keys::organisation.eq(scope.tenant()))
        .order(api_keys::id)
        .limit(i64::from(query.limit().get()) + 1)
        .select(KeyRow::as_select())
        .into_boxed();
    match query.working {
        Some(true) => rows = rows.filter(api_keys::revoked_at.is_null().and(api_keys::expires_at.gt(now))),
        Some(false) => {
            rows = rows.filter(api_keys::revoked_at.is_not_null().or(api_keys::expires_at.le(now)));
        }
        None => {}
    }
    if let Some(id) = after::<KeyId>(query.cursor.as_ref())? {
        rows = rows.filter(api_keys::id.gt(id));
    }
    Ok(Page::cut(rows.load(tx.conn())?, query.limit(), |row: &KeyRow| row.id))
}

/// The key with this secret, whosever it is: nobody's scope is known yet.
pub(super) fn of_secret(tx: &mut Reading<'_>, hash: &str) -> Result<Option<(KeyRow, SecretRow)>> {
    Ok(api_key_secrets::table
        .inner_join(
            api_keys::table.on(api_keys::organisation
                .eq(api_key_secrets::organisation)
                .and(api_keys::id.eq(api_key_secrets::key_id))),
        )
        .filter(api_key_secrets::hash.eq(hash))
        .select((KeyRow::as_select(), SecretRow::as_select()))
        .first(tx.conn())
        .optional()?)
}

pub(super) fn secret(tx: &mut Reading<'_>, scope: &Scope, id: RotationId) -> Result<Option<SecretRow>> {
    Ok(api_key_secrets::table
        .filter(api_key_secrets::organisation.eq(scope.tenant()).and(api_key_secrets::id.eq(id)))
        .select(SecretRow::as_select())
        .first(tx.conn())
        .optional()?)
}

/// The newest secrets of a key, the newest first.
pub(super) fn secrets(tx: &mut Reading<'_>, key: &KeyRow) -> Result<Vec<SecretRow>> {
    const AT_MOST: i64 = 50;
    Ok(api_key_secrets::table
        .filter(api_key_secrets::organisation.eq(key.organisation).and(api_key_secrets::key_id.eq(key.id)))
        // The one that goes on for as long as its key was made last.
        .order((
            api_key_secrets::ends_at.is_null().desc(),
            api_key_secrets::made_at.desc(),
            api_key_secrets::id.desc(),
        ))
        .limit(AT_MOST)
        .select(SecretRow::as_select())
        .load(tx.conn())?)
}

pub(super) fn insert(
    tx: &mut Writing<'_>,
    scope: &Scope,
    id: KeyId,
    by: &Actor,
    draft: &KeyDraft,
    expires_at: Instant,
) -> Result<KeyRow> {
    let row = KeyRow {
        organisation: scope.tenant(),
        id,
        name: draft.name.clone(),
        scopes: serde_json::to_string(&draft.scopes)?,
        units: draft.units.as_ref().map(serde_json::to_string).transpose()?,
        addresses: draft.addresses.as_ref().map(serde_json::to_string).transpose()?,
        days: draft.days,
        created_at: tx.now(),
        created_by: by.person.id,
        expires_at,
        rotated_at: None,
        revoked_at: None,
        last_used_at: None,
    };
    diesel::insert_into(api_keys::table).values(&row).execute(tx.conn())?;
    Ok(row)
}

pub(super) fn insert_secret(
    tx: &mut Writing<'_>,
    key: &KeyRow,
    id: RotationId,
    text: &str,
    salt: &[u8],
    asked: Option<String>,
) -> Result<SecretRow> {
    let starts_with = Phrase::try_from(tokens::beginning(text));
    let row = SecretRow {
        organisation: key.organisation,
        id,
        key_id: key.id,
        starts_with: starts_with.map_err(|bad| Error::Broken(bad.en.into_owned()))?,
        hash: tokens::hash(text),
        salt: Some(salt.to_vec()),
        asked,
        made_at: tx.now(),
        ends_at: None,
    };
    diesel::insert_into(api_key_secrets::table).values(&row).execute(tx.conn())?;
    Ok(row)
}

/// Lets the secrets of a key go on until then and no longer.
pub(super) fn end_secrets(tx: &mut Writing<'_>, key: &KeyRow, until: Instant) -> Result<()> {
    let longer = api_key_secrets::table
        .filter(api_key_secrets::organisation.eq(key.organisation).and(api_key_secrets::key_id.eq(key.id)))
        .filter(api_key_secrets::ends_at.is_null().or(api_key_secrets::ends_at.gt(until)));
    diesel::update(longer).set(api_key_secrets::ends_at.eq(until)).execute(tx.conn())?;
    Ok(())
}

pub(super) fn rotated(tx: &mut Writing<'_>, mut row: KeyRow, expires_at: Instant) -> Result<KeyRow> {
    row.rotated_at = Some(tx.now());
    row.expires_at = expires_at;
    let this =
        api_keys::table.filter(api_keys::organisation.eq(row.organisation).and(api_keys::id.eq(row.id)));
    diesel::update(this)
        .set((api_keys::rotated_at.eq(row.rotated_at), api_keys::expires_at.eq(row.expires_at)))
        .execute(tx.conn())?;
    Ok(row)
}

pub(super) fn revoke(tx: &mut Writing<'_>, mut row: KeyRow) -> Result<KeyRow> {
    row.revoked_at = Some(tx.now());
    let this =
        api_keys::table.filter(api_keys::organisation.eq(row.organisation).and(api_keys::id.eq(row.id)));
    diesel::update(this).set(api_keys::revoked_at.eq(row.revoked_at)).execute(tx.conn())?;
    Ok(row)
}

/// Writes down when a key was last used, unless a later use is known.
pub(super) fn was_used(tx: &mut Writing<'_>, tenant: Tenant, key: KeyId, at: Instant) -> Result<()> {
    let earlier = api_keys::table
        .filter(api_keys::organisation.eq(tenant).and(api_keys::id.eq(key)))
        .filter(api_keys::last_used_at.is_null().or(api_keys::last_used_at.lt(at)));
    diesel::update(earlier).set(api_keys::last_used_at.eq(at)).execute(tx.conn())?;
    Ok(())
}

/// Whether a secret can still be made again that may no longer be shown.
pub(super) fn any_to_forget(tx: &mut Reading<'_>) -> Result<bool> {
    let found: Option<RotationId> = api_key_secrets::table
        .filter(api_key_secrets::salt.is_not_null())
        .filter(api_key_secrets::made_at.le(tx.now().plus(-SHOWN_FOR)))
        .select(api_key_secrets::id)
        .first(tx.conn())
        .optional()?;
    Ok(found.is_some())
}

/// Forgets what secrets could be made again from, once they may no longer be shown.
pub(super) fn forget_salts(tx: &mut Writing<'_>) -> Result<()> {
    let shown = tx.now().plus(-SHOWN_FOR);
    let old = api_key_secrets::table
        .filter(api_key_secrets::salt.is_not_null())
        .filter(api_key_secrets::made_at.le(shown));
    diesel::update(old).set(api_key_secrets::salt.eq(None::<Vec<u8>>)).execute(tx.conn())?;
    Ok(())
}

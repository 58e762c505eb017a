//! API keys: what other systems call with. **Invariant: of a secret only its hash is kept, and for ten
//! minutes the salt it can be made again from; no key does more than its scopes, and none for ever.**
//!
//! In the record a key stands under its own id and name, as somebody who is no person
//! (`people.integration`): what it did is shown as done by it, and not by whoever made it.

mod store;

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
};

use chrono::TimeDelta;
use ipnet::IpNet;
use openapi::{
    access::KeyScope,
    id::Id,
    keys::{
        AddressBlock, IssuedKey, Key, KeyDays, KeyDraft, KeySecret, KeyState, ListKeys, OverlapHours, PutKey,
        ReadKey, RevokeKey, RotateKey, RotationId,
    },
    ledger::{Deed, Subject},
    problem::{Code, FieldCode, Language},
    units::UnitId,
    value::{Instant, Page},
};
use serde_json::json;

use self::store::{KeyRow, SecretRow};
use crate::{
    access::{Actor, Grant, Scope, Tenant},
    db::{Reading, Writing},
    error::{Error, Faults, Result},
    ledger::{self, Entry},
    people,
    serve::{Answer, Call, Routes},
    state::State,
    tokens, units,
};

/// What an API key begins with, so that scanners of repositories find one that was left there.
const MARK: &str = "ddk";

pub(crate) fn mount(routes: &mut Routes) {
    routes.read::<ListKeys>(list);
    routes.read::<ReadKey>(read);
    routes.write::<PutKey>(put);
    routes.write::<RotateKey>(rotate);
    routes.write::<RevokeKey>(revoke);
}

/// When things were last used, until a job writes it down: no request waits for it, and none fails by it.
pub struct Uses<T>(Mutex<HashMap<(Tenant, Id<T>), Instant>>);

impl<T> Default for Uses<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T: 'static> Uses<T> {
    /// It was used.
    pub(crate) fn note(&self, tenant: Tenant, id: Id<T>, at: Instant) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert((tenant, id), at);
    }
    /// What was noted since it was asked last.
    pub(crate) fn taken(&self) -> HashMap<(Tenant, Id<T>), Instant> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Why a key does not work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Nobody has made it, or its days are so long over that nothing of it is left.
    Unknown,
    /// Its days are over.
    Expired,
    /// It was revoked.
    Revoked,
    /// It has another secret, and the overlap is over.
    Replaced,
    /// It may not be used from here.
    Address,
}

impl Fault {
    /// What whoever showed it is told.
    pub(crate) fn refusal(self) -> Error {
        let (vi, en) = match self {
            Self::Unknown => (
                "Không có khóa này; hãy kiểm tra đã sao chép đủ.",
                "There is no such key; see whether all of it was copied.",
            ),
            Self::Expired => (
                "Khóa này đã hết hạn. Hãy xin người quản trị khóa mới.",
                "This key has expired. Ask the administrator for another.",
            ),
            Self::Revoked => ("Khóa này đã bị thu hồi.", "This key has been revoked."),
            Self::Replaced => (
                "Khóa này đã được đổi mã bí mật; hãy dùng mã mới.",
                "This key has been given another secret; use that.",
            ),
            Self::Address => (
                "Khóa này không được dùng từ địa chỉ mạng này.",
                "This key may not be used from this address.",
            ),
        };
        Error::because(Code::KeyRefused, vi, en)
    }
}

/// A key as it is remembered for a few seconds.
#[derive(Debug)]
pub struct Held {
    actor: Arc<Actor>,
    addresses: Option<Vec<IpNet>>,
    expires_at: Instant,
    replaced_at: Option<Instant>,
    revoked: bool,
}

/// Whether a token is, or is meant to be, an API key.
pub(crate) fn is_one(shown: &str) -> bool {
    shown.strip_prefix(MARK).is_some_and(|rest| rest.starts_with('_'))
}

/// A key that was looked up a moment ago.
pub(crate) fn remembered(state: &State, shown: &str, now: Instant) -> Option<Arc<Held>> {
    state.actors.key(&tokens::hash(shown), now)
}

/// The key with this secret, if there is one.
///
/// # Errors
/// What the database says.
pub(crate) async fn look_up(state: &State, shown: &str, now: Instant) -> Result<Option<Arc<Held>>> {
    if !tokens::is_marked(MARK, shown) {
        return Ok(None);
    }
    let hash = tokens::hash(shown);
    let generation = state.actors.generation();
    let sought = hash.clone();
    let Some(held) = state.db.read(move |tx| held(tx, &sought)).await? else {
        return Ok(None);
    };
    let held = Arc::new(held);
    state.actors.put_key(hash, &held, now, generation);
    Ok(Some(held))
}

fn held(tx: &mut Reading<'_>, hash: &str) -> Result<Option<Held>> {
    let Some((key, secret)) = store::of_secret(tx, hash)? else {
        return Ok(None);
    };
    let Some(house) = people::store::house(tx, key.organisation)? else {
        return Ok(None);
    };
    let draft = key.draft()?;
    let addresses = draft.addresses.as_ref().map(|all| all.iter().filter_map(block).collect());
    let actor = Actor {
        house,
        person: openapi::people::PersonBrief { id: key.id.cast(), name: key.name.clone() },
        device: key.id.cast(),
        roles: Vec::new(),
        charges: Vec::new(),
        language: Language::Vi,
        grant: Some(Grant { key: key.id, scopes: draft.scopes, units: draft.units }),
    };
    Ok(Some(Held {
        actor: Arc::new(actor),
        addresses,
        expires_at: key.expires_at,
        replaced_at: secret.ends_at,
        revoked: key.revoked_at.is_some(),
    }))
}

/// Whether a key works now, from this address; then it was used.
pub(crate) fn admit(
    state: &State,
    held: Option<&Held>,
    address: Option<IpAddr>,
    now: Instant,
) -> std::result::Result<Arc<Actor>, Fault> {
    let held = held.ok_or(Fault::Unknown)?;
    if held.revoked {
        return Err(Fault::Revoked);
    }
    if held.expires_at <= now {
        return Err(Fault::Expired);
    }
    if held.replaced_at.is_some_and(|end| end <= now) {
        return Err(Fault::Replaced);
    }
    let within = |blocks: &Vec<IpNet>| {
        address.is_some_and(|address| blocks.iter().any(|block| block.contains(&address)))
    };
    if !held.addresses.as_ref().is_none_or(within) {
        return Err(Fault::Address);
    }
    state.key_uses.note(held.actor.house.tenant, held.actor.person.id.cast(), now);
    Ok(Arc::clone(&held.actor))
}

/// A block as it is compared; a single address is a block of one.
fn block(text: &AddressBlock) -> Option<IpNet> {
    let text = text.as_str();
    let net = text.parse::<IpNet>().ok();
    net.or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from)).map(|net| net.trunc())
}

/// Writes down when keys were last used, and forgets what their secrets could be made again from.
///
/// # Errors
/// What the database says.
pub async fn tend(state: &State) -> Result<()> {
    let uses = state.key_uses.taken();
    if !uses.is_empty() {
        state
            .db
            .write(move |tx| {
                uses.iter().try_for_each(|((tenant, key), at)| store::was_used(tx, *tenant, *key, *at))
            })
            .await?;
    }
    if state.db.read(store::any_to_forget).await? {
        state.db.write(store::forget_salts).await?;
    }
    Ok(())
}

fn list(tx: &mut Reading<'_>, call: &Call<ListKeys>) -> Result<Answer<Page<Key>>> {
    let page = store::list(tx, &call.scope, &call.query)?;
    let items: Result<_> = page.items.iter().map(|row| shown(tx, row)).collect();
    Ok(Answer::ok(Page { items: items?, next: page.next }))
}

fn read(tx: &mut Reading<'_>, call: &Call<ReadKey>) -> Result<Answer<Key>> {
    let row = store::find(tx, &call.scope, call.path)?.ok_or_else(Error::not_found)?;
    Ok(Answer::ok(shown(tx, &row)?))
}

fn shown(tx: &mut Reading<'_>, row: &KeyRow) -> Result<Key> {
    let now = tx.now();
    let makers = people::store::briefs(tx, row.organisation, &[row.created_by])?;
    let maker = makers.get(&row.created_by).cloned();
    // The newest comes first.
    let secrets = store::secrets(tx, row)?;
    let newest = secrets.first().ok_or_else(|| Error::Broken("a key has no secret".to_owned()))?;
    let goes_on = secrets.iter().filter_map(|secret| secret.ends_at).filter(|end| now < *end);
    Ok(Key {
        id: row.id,
        draft: row.draft()?,
        starts_with: newest.starts_with.clone(),
        state: state(row, now),
        created_at: row.created_at,
        created_by: maker.ok_or_else(|| Error::Broken("a key has no maker".to_owned()))?,
        expires_at: row.expires_at,
        rotated_at: row.rotated_at,
        overlap_until: goes_on.max().filter(|_| row.revoked_at.is_none()),
        last_used_at: row.last_used_at,
        revoked_at: row.revoked_at,
    })
}

fn state(row: &KeyRow, now: Instant) -> KeyState {
    match row.revoked_at {
        Some(_) => KeyState::Revoked,
        None if row.expires_at <= now => KeyState::Expired,
        None => KeyState::Working,
    }
}

/// A key with a secret of its own, while that may still be shown.
fn issued(tx: &mut Reading<'_>, shared: &State, row: &KeyRow, secret: &SecretRow) -> Result<IssuedKey> {
    let now = tx.now();
    let fresh = now < secret.made_at.plus(tokens::SHOWN_FOR) && state(row, now) == KeyState::Working;
    let text = secret.salt.as_deref().filter(|_| fresh).map(|salt| text_of(shared, row, secret.id, salt));
    Ok(IssuedKey { key: shown(tx, row)?, secret: text.transpose()? })
}

fn text_of(shared: &State, row: &KeyRow, id: RotationId, salt: &[u8]) -> Result<KeySecret> {
    let text = tokens::marked_secret(&shared.secret, MARK, row.organisation, id.as_str(), salt);
    KeySecret::try_from(text).map_err(|bad| Error::Broken(bad.en.into_owned()))
}

/// One spelling for what can be said in several orders.
fn canonical(mut draft: KeyDraft) -> KeyDraft {
    draft.scopes.sort_unstable();
    if let Some(units) = &mut draft.units {
        units.sort_unstable();
    }
    draft
}

fn put(tx: &mut Writing<'_>, call: &Call<PutKey>) -> Result<Answer<IssuedKey>> {
    let draft = canonical(call.body.clone());
    if let Some(row) = store::find(tx, &call.scope, call.path)? {
        if row.draft()? != draft {
            return Err(Error::conflict());
        }
        let first = store::secret(tx, &call.scope, call.path.cast())?;
        let first = first.ok_or_else(|| Error::Broken("a key has no first secret".to_owned()))?;
        return Ok(Answer::ok(issued(tx, &call.state, &row, &first)?));
    }
    // In the record it stands among the people, under its own id.
    let taken = people::store::is_somebody(tx, &call.scope, call.path.cast())?;
    if taken || store::secret(tx, &call.scope, call.path.cast())?.is_some() {
        return Err(Error::conflict());
    }
    check(tx, &call.scope, &call.body)?;
    people::store::insert_integration(tx, &call.scope, call.path.cast(), &draft.name)?;
    let expires_at = tx.now().plus(days(draft.days));
    let row = store::insert(tx, &call.scope, call.path, &call.actor, &draft, expires_at)?;
    let secret = make_secret(tx, &call.state, &row, call.path.cast(), None)?;
    let entry = Entry::new(Deed::Created, Subject::Key, row.id).by(&call.actor);
    let after = json!({ "draft": draft, "expires_at": expires_at, "starts_with": secret.starts_with });
    ledger::record(tx, call.scope.tenant(), entry.after(after))?;
    Ok(Answer::created(issued(tx, &call.state, &row, &secret)?))
}

fn days(days: KeyDays) -> TimeDelta {
    TimeDelta::days(i64::from(days.get()))
}

fn make_secret(
    tx: &mut Writing<'_>,
    shared: &State,
    row: &KeyRow,
    id: RotationId,
    asked: Option<String>,
) -> Result<SecretRow> {
    let salt: tokens::Salt = tokens::random()?;
    let text = text_of(shared, row, id, &salt)?;
    store::insert_secret(tx, row, id, text.as_str(), &salt, asked)
}

fn check(tx: &mut Reading<'_>, scope: &Scope, draft: &KeyDraft) -> Result<()> {
    let mut faults = Faults::default();
    check_scopes(&mut faults, &draft.scopes, draft.units.is_some());
    if let Some(units) = &draft.units {
        check_units(tx, scope, &mut faults, units)?;
    }
    if let Some(addresses) = &draft.addresses {
        check_length(&mut faults, "/addresses", addresses.len(), 50);
        for (place, text) in addresses.iter().enumerate().filter(|(_, text)| block(text).is_none()) {
            faults.add(
                format!("/addresses/{place}"),
                FieldCode::BadValue,
                format!("“{text}” không phải địa chỉ hay dải địa chỉ."),
                format!("“{text}” is neither an address nor a block of them."),
            );
        }
    }
    faults.check()
}

/// A list that is there says something: an empty one could be taken for no limit.
fn check_length(faults: &mut Faults, pointer: &str, length: usize, most: usize) {
    if length == 0 {
        faults.add(pointer, FieldCode::Required, "Cần ít nhất một mục.", "At least one is needed.");
    }
    if length > most {
        faults.add(
            pointer,
            FieldCode::TooMany,
            format!("Nhiều nhất {most} mục."),
            format!("At most {most} are allowed."),
        );
    }
}

fn check_scopes(faults: &mut Faults, scopes: &[KeyScope], limited: bool) {
    check_length(faults, "/scopes", scopes.len(), 20);
    for (place, scope) in scopes.iter().enumerate().take(20) {
        if scopes.iter().take(place).any(|earlier| earlier == scope) {
            faults.add(
                format!("/scopes/{place}"),
                FieldCode::Duplicate,
                "Phạm vi này đã có ở trên.",
                "This scope is given twice.",
            );
        }
        if limited && scope.is_of_the_whole() {
            faults.add(
                format!("/scopes/{place}"),
                FieldCode::NotAllowedHere,
                format!("Văn bản thuộc toàn đảng bộ: khóa giới hạn đơn vị không có được `{scope}`."),
                format!(
                    "Directives are of the whole organisation: a key limited to units cannot have `{scope}`."
                ),
            );
        }
    }
}

fn check_units(tx: &mut Reading<'_>, scope: &Scope, faults: &mut Faults, named: &[UnitId]) -> Result<()> {
    check_length(faults, "/units", named.len(), 200);
    let known = units::store::briefs(tx, scope.tenant(), named.get(..200).unwrap_or(named))?;
    for (place, unit) in named.iter().enumerate().take(200) {
        if named.iter().take(place).any(|earlier| earlier == unit) {
            faults.add(
                format!("/units/{place}"),
                FieldCode::Duplicate,
                "Đơn vị này đã có ở trên.",
                "This unit is given twice.",
            );
        }
        if !known.contains_key(unit) {
            faults.add(
                format!("/units/{place}"),
                FieldCode::NotKnown,
                "Không tìm thấy đơn vị này.",
                "There is no such unit.",
            );
        }
    }
    Ok(())
}

fn rotate(tx: &mut Writing<'_>, call: &Call<RotateKey>) -> Result<Answer<IssuedKey>> {
    let (key, rotation) = call.path;
    let row = store::find(tx, &call.scope, key)?.ok_or_else(Error::not_found)?;
    let asked = json!(call.body).to_string();
    if let Some(secret) = store::secret(tx, &call.scope, rotation)? {
        if secret.key_id != key || secret.asked.as_ref() != Some(&asked) {
            return Err(Error::conflict());
        }
        return Ok(Answer::ok(issued(tx, &call.state, &row, &secret)?));
    }
    let now = tx.now();
    if state(&row, now) != KeyState::Working {
        return Err(Error::wrong_state(
            "Khóa này đã hết hạn hoặc bị thu hồi; hãy tạo khóa khác.",
            "This key has expired or been revoked; make another.",
        ));
    }
    let overlap = call.body.overlap_hours.unwrap_or(OverlapHours::USUAL);
    let until = now.plus(TimeDelta::hours(i64::from(overlap.get()))).min(row.expires_at);
    let expires_at = call.body.days.map_or(row.expires_at, |more| now.plus(days(more)));
    store::end_secrets(tx, &row, until)?;
    let row = store::rotated(tx, row, expires_at)?;
    let secret = make_secret(tx, &call.state, &row, rotation, Some(asked))?;
    tx.forget_actors();
    let entry = Entry::new(Deed::Rotated, Subject::Key, row.id).by(&call.actor);
    let after = json!({
        "overlap_until": until,
        "expires_at": expires_at,
        "starts_with": secret.starts_with,
    });
    ledger::record(tx, call.scope.tenant(), entry.after(after))?;
    Ok(Answer::created(issued(tx, &call.state, &row, &secret)?))
}

fn revoke(tx: &mut Writing<'_>, call: &Call<RevokeKey>) -> Result<Answer<Key>> {
    let mut row = store::find(tx, &call.scope, call.path)?.ok_or_else(Error::not_found)?;
    if row.revoked_at.is_none() {
        row = store::revoke(tx, row)?;
        tx.forget_actors();
        let entry = Entry::new(Deed::Revoked, Subject::Key, row.id).by(&call.actor);
        ledger::record(tx, call.scope.tenant(), entry)?;
    }
    Ok(Answer::ok(shown(tx, &row)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(text: &str, address: &str) -> bool {
        block(&text.parse().unwrap()).unwrap().contains(&address.parse::<IpAddr>().unwrap())
    }

    #[test]
    fn a_block_holds_its_addresses() {
        assert!(holds("203.0.113.0/24", "203.0.113.9"));
        assert!(holds("203.0.113.77/24", "203.0.113.9"));
        assert!(holds("203.0.113.9", "203.0.113.9"));
        assert!(holds("2001:db8::/32", "2001:db8:1::7"));
        assert!(!holds("203.0.113.9", "203.0.113.10"));
        assert!(!holds("203.0.113.0/24", "203.0.114.9"));
        assert!(!holds("0.0.0.0/0", "2001:db8::1"));
    }

    #[test]
    fn what_is_no_block_is_none() {
        for text in ["999.0.0.1", "10.0.0.0/33", "2001:db8::/129", "10.0.0", ":::", "dead.beef"] {
            assert!(block(&text.parse().unwrap()).is_none(), "{text}");
        }
    }
}

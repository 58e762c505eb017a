//! Signing in. **Invariant: a password is hashed outside of every transaction and stored only so; a
//! session lives in one device, and its refresh token works once.**

mod guessing;
mod password;
mod store;

use std::sync::Arc;

use chrono::TimeDelta;
use openapi::{
    access::Role,
    endpoint::{Bytes, Endpoint, Nothing},
    ledger::{Deed, Subject},
    people::PersonId,
    problem::{Code, FieldCode},
    sessions::{
        Activate, ActivationId, ActivationLink, ChangePassword, CreateActivation, Device, DeviceId,
        Invitation, ListDevices, Login, Me, MyRole, PatchMe, QrCode, ReadActivationQr, ReadInvitation,
        ReadMe, RefreshSession, RevokeDevice, RevokeDevices, Session, SignIn, SignOut,
    },
    value::{Instant, Name, Page, Phone, Title, Token, UserName},
};

pub use self::{
    password::hash as hash_password,
    store::{
        end_devices, ensure_installation, forget_devices, installation, invite, keys, rotate_key,
        set_password, withdraw_links,
    },
};
use crate::{
    access::Tenant,
    db::{Reading, Writing},
    error::{Error, Result},
    ledger::{self, Entry},
    people,
    serve::{Answer, Call, PublicCall, Routes},
    state::State,
    tokens::{self, ACCESS_SECONDS, Claims},
    units,
};

/// How long a refresh token lasts without being used.
const REFRESH_LASTS: TimeDelta = TimeDelta::days(90);
/// How long an activation link lasts.
pub const LINK_LASTS: TimeDelta = TimeDelta::hours(24);
/// How long a key signs before a new one takes its place.
const KEY_LASTS: TimeDelta = TimeDelta::days(30);
/// Within which time a refresh token used again is a lost answer, and after which a copied token.
const LOST_ANSWER: TimeDelta = TimeDelta::seconds(60);

pub(crate) fn mount(routes: &mut Routes) {
    routes.open::<SignIn, _>(sign_in);
    routes.open::<RefreshSession, _>(refresh);
    routes.write::<SignOut>(sign_out);
    routes.open::<ReadInvitation, _>(read_invitation);
    routes.open::<Activate, _>(activate);
    routes.write::<CreateActivation>(create_activation);
    routes.read::<ReadActivationQr>(read_activation_qr);
    routes.read::<ReadMe>(read_me);
    routes.write::<PatchMe>(patch_me);
    routes.steps::<ChangePassword, _>(change_password);
    routes.read::<ListDevices>(list_devices);
    routes.write::<RevokeDevice>(revoke_device);
    routes.write::<RevokeDevices>(revoke_devices);
}

/// Takes up the keys of other processes, and makes a new one when the newest has signed long enough.
///
/// # Errors
/// What the database says.
pub async fn tend_keys(state: &State) -> Result<()> {
    let keys = state
        .db
        .write(|tx| {
            let now = tx.now();
            let due = |made: Instant| made.plus(KEY_LASTS) <= now;
            if keys(tx)?.newest().is_none_or(|newest| due(newest.created_at)) {
                rotate_key(tx)?;
            }
            keys(tx)
        })
        .await?;
    state.set_keys(keys);
    Ok(())
}

/// Forgets counts of failures that no longer slow anybody.
///
/// # Errors
/// What the database says.
pub async fn forget_failures(state: &State) -> Result<()> {
    state.db.write(guessing::forget_old).await
}

async fn sign_in(call: PublicCall<SignIn>) -> Result<Answer<Session>> {
    let PublicCall { state, address, body, .. } = call;
    let login = canonical(&body.login);
    let candidates = {
        let (login, slug) = (login.clone(), body.organisation.clone());
        state.db.read(move |tx| store::candidates(tx, &login, slug.as_ref())).await?
    };
    if candidates.len() > store::CANDIDATES_AT_MOST {
        // A login that so many organisations share is nobody's secret, and nothing is tried on it.
        return Err(Error::of(Code::ChooseOrganisation));
    }
    // A proof counts only when it is one of theirs: anybody can invent another.
    let proof = body
        .device_proof
        .as_ref()
        .filter(|proof| candidates.iter().any(|c| tokens::proves(&state.secret, c.tenant, c.person, proof)));
    let tries = guessing::tries(&login, address, proof);
    {
        let tries = tries.clone();
        state.db.read(move |tx| guessing::may_try(tx, &tries)).await?;
    }
    let verified = password::verify_each(candidates, body.password.clone()).await?;
    let (tenant, person) = match verified.as_slice() {
        [only] => (only.tenant, only.person),
        [] => {
            state.db.write(move |tx| guessing::note_failure(tx, &tries)).await?;
            return Err(Error::of(Code::WrongCredentials));
        }
        _ => return Err(Error::of(Code::ChooseOrganisation)),
    };
    let shared = Arc::clone(&state);
    let session = state
        .db
        .write(move |tx| {
            guessing::note_success(tx, &tries)?;
            let session = open_session(tx, &shared, tenant, person, body.device_name.clone())?;
            let entry = Entry::new(Deed::SignedIn, Subject::Session, session.device).by_person(person);
            ledger::record(tx, tenant, entry)?;
            Ok(session)
        })
        .await?;
    Ok(Answer::ok(session))
}

/// A phone number in one spelling; anything else as a user name, in lower case.
fn canonical(login: &Login) -> String {
    match people::phone_of(login.as_str()) {
        Some(phone) => phone.to_string(),
        None => login.as_str().trim().to_lowercase(),
    }
}

fn open_session(
    tx: &mut Writing<'_>,
    state: &State,
    tenant: Tenant,
    person: PersonId,
    name: Name,
) -> Result<Session> {
    let now = tx.now();
    let device = tx.new_id()?;
    let refresh_token = tokens::refresh_token(&state.secret, device, &tokens::random::<32>()?)?;
    let row = store::DeviceRow {
        id: device,
        organisation: tenant,
        person_id: person,
        name,
        created_at: now,
        last_seen_at: now,
        refresh_hash: tokens::hash(refresh_token.as_str()),
        previous_hash: None,
        rotated_at: now,
        refresh_expires_at: now.plus(REFRESH_LASTS),
        ended_at: None,
    };
    store::insert_device(tx, &row)?;
    session(state, now, &row, refresh_token)
}

fn session(state: &State, now: Instant, device: &store::DeviceRow, refresh_token: Token) -> Result<Session> {
    let (org, sub, dev) = (device.organisation, device.person_id, device.id);
    let iat = now.unix_ms() / 1000;
    let exp = iat + i64::from(ACCESS_SECONDS);
    Ok(Session {
        access_token: state.keys().sign(&Claims { sub, org, dev, iat, exp }, now)?,
        expires_in: ACCESS_SECONDS,
        refresh_token,
        device_proof: tokens::device_proof(&state.secret, org, sub, dev)?,
        device: dev,
        person: sub,
        server_time: now,
    })
}

async fn refresh(call: PublicCall<RefreshSession>) -> Result<Answer<Session>> {
    let PublicCall { state, body, .. } = call;
    // What we did not make does not take the writer's time.
    let device = tokens::refreshed_device(&state.secret, &body.refresh_token)
        .ok_or_else(|| Error::of(Code::SessionEnded))?;
    let shared = Arc::clone(&state);
    let refreshed = state.db.write(move |tx| exchange(tx, &shared, device, &body.refresh_token)).await?;
    refreshed.map(Answer::ok).ok_or_else(|| Error::of(Code::SessionEnded))
}

/// A new pair of tokens for a refresh token of ours; nothing when the session has ended, or ends now.
/// That it ends is written down, so it is no error: an error would undo it.
fn exchange(tx: &mut Writing<'_>, state: &State, device: DeviceId, given: &Token) -> Result<Option<Session>> {
    let now = tx.now();
    let running = |row: &store::DeviceRow| row.ended_at.is_none() && now < row.refresh_expires_at;
    let Some(device) = store::device(tx, device)?.filter(running) else {
        return Ok(None);
    };
    let hash = tokens::hash(given.as_str());
    let next = tokens::next_refresh_token(&state.secret, device.id, given)?;
    if device.refresh_hash == hash {
        store::rotate(tx, &device, &tokens::hash(next.as_str()), now.plus(REFRESH_LASTS))?;
        return session(state, now, &device, next).map(Some);
    }
    if device.previous_hash.as_ref() == Some(&hash) && now < device.rotated_at.plus(LOST_ANSWER) {
        return session(state, now, &device, next).map(Some);
    }
    // An old token comes back long after it was exchanged: somebody has copied it, and whoever has
    // the newest may be the thief.
    store::end_device(tx, device.organisation, device.id)?;
    tx.forget_actors();
    let entry = Entry::new(Deed::TokenReused, Subject::Session, device.id);
    ledger::record(tx, device.organisation, entry.by_person(device.person_id))?;
    Ok(None)
}

fn sign_out(tx: &mut Writing<'_>, call: &Call<SignOut>) -> Result<Answer<Nothing>> {
    end(tx, call, call.actor.device)?;
    Ok(Answer::done())
}

fn revoke_device(tx: &mut Writing<'_>, call: &Call<RevokeDevice>) -> Result<Answer<Nothing>> {
    if !store::is_own_device(tx, call.scope.tenant(), call.actor.person.id, call.path)? {
        return Err(Error::not_found());
    }
    end(tx, call, call.path)?;
    Ok(Answer::done())
}

fn revoke_devices(tx: &mut Writing<'_>, call: &Call<RevokeDevices>) -> Result<Answer<Nothing>> {
    for device in store::devices(tx, call.scope.tenant(), call.actor.person.id)? {
        end(tx, call, device.id)?;
    }
    // Those too that no list shows: there is no second page of devices.
    end_devices(tx, call.scope.tenant(), call.actor.person.id, None)?;
    tx.forget_actors();
    Ok(Answer::done())
}

fn end<E: Endpoint>(tx: &mut Writing<'_>, call: &Call<E>, device: DeviceId) -> Result<()> {
    if store::end_device(tx, call.scope.tenant(), device)? {
        let entry = Entry::new(Deed::SignedOut, Subject::Session, device).by(&call.actor);
        ledger::record(tx, call.scope.tenant(), entry)?;
        tx.forget_actors();
    }
    Ok(())
}

fn list_devices(tx: &mut Reading<'_>, call: &Call<ListDevices>) -> Result<Answer<Page<Device>>> {
    let rows = store::devices(tx, call.scope.tenant(), call.actor.person.id)?;
    let shown = |row: store::DeviceRow| Device {
        current: row.id == call.actor.device,
        id: row.id,
        name: row.name,
        created_at: row.created_at,
        last_seen_at: row.last_seen_at,
    };
    Ok(Answer::ok(Page { items: rows.into_iter().map(shown).collect(), next: None }))
}

async fn read_invitation(call: PublicCall<ReadInvitation>) -> Result<Answer<Invitation>> {
    let PublicCall { state, path, body, .. } = call;
    let given = tokens::hash(body.token.as_str());
    let found = state
        .db
        .read(move |tx| {
            let link = store::link_of(tx, path, &given)?.ok_or_else(Error::not_found)?;
            if !link.works(tx.now()) {
                return Err(Error::of(Code::LinkExpired));
            }
            store::invitation(tx, &link)
        })
        .await?;
    Ok(Answer::ok(found))
}

async fn activate(call: PublicCall<Activate>) -> Result<Answer<Session>> {
    // Twice, because of two equal requests at once the slower finds the link used only when it
    // comes to write, and is then the same request again.
    for _ in 0..2 {
        if let Some(session) = activate_now(&call).await? {
            return Ok(Answer::ok(session));
        }
    }
    Err(Error::of(Code::LinkExpired))
}

/// Nothing when the link was used while the password was being hashed.
async fn activate_now(call: &PublicCall<Activate>) -> Result<Option<Session>> {
    let (id, body) = (call.path, &call.body);
    let given = tokens::hash(body.token.as_str());
    let tries = guessing::link_tries(id);
    let (used, present) = {
        let (given, tries) = (given.clone(), tries.clone());
        let look = call.state.db.read(move |tx| {
            let link = store::link_of(tx, id, &given)?.ok_or_else(Error::not_found)?;
            if link.withdrawn_at.is_some() || link.expires_at <= tx.now() {
                return Err(Error::of(Code::LinkExpired));
            }
            // Whoever finds a used link must not learn the password by trying.
            guessing::may_try(tx, &tries)?;
            let present = store::password_hash(tx, link.organisation, link.person_id)?;
            Ok((link.used_at.is_some(), present))
        });
        look.await?
    };
    let hash = if used {
        // The answer may have been lost: the same password again is the same request again.
        let present = present.ok_or_else(|| Error::of(Code::LinkExpired))?;
        if !password::matches(present, body.password.clone()).await? {
            call.state.db.write(move |tx| guessing::note_failure(tx, &tries)).await?;
            return Err(Error::of(Code::LinkExpired));
        }
        None
    } else {
        Some(password::hash_apart(body.password.clone()).await?)
    };
    let (shared, name) = (Arc::clone(&call.state), body.device_name.clone());
    let write = call.state.db.write(move |tx| {
        let link = store::link_of(tx, id, &given)?.ok_or_else(Error::not_found)?;
        let person = people::store::find(tx, &link.scope(), link.person_id)?;
        let may_sign_in = person.is_some_and(|person| person.may_sign_in());
        // Looked at again, because hashing took its time.
        if link.withdrawn_at.is_some() || link.expires_at <= tx.now() || !may_sign_in {
            return Err(Error::of(Code::LinkExpired));
        }
        match &hash {
            Some(_) if link.used_at.is_some() => return Ok(None),
            Some(hash) => take_password(tx, &link, hash)?,
            None => {}
        }
        open_session(tx, &shared, link.organisation, link.person_id, name.clone()).map(Some)
    });
    write.await
}

fn take_password(tx: &mut Writing<'_>, link: &store::LinkRow, hash: &str) -> Result<()> {
    store::use_link(tx, link)?;
    store::set_password(tx, link.organisation, link.person_id, hash)?;
    store::end_devices(tx, link.organisation, link.person_id, None)?;
    tx.forget_actors();
    let entry = Entry::new(Deed::Activated, Subject::Person, link.person_id);
    ledger::record(tx, link.organisation, entry.by_person(link.person_id))
}

fn create_activation(tx: &mut Writing<'_>, call: &Call<CreateActivation>) -> Result<Answer<ActivationLink>> {
    let (person, id) = call.path;
    let tenant = call.scope.tenant();
    let found = people::store::find(tx, &call.scope, person)?.ok_or_else(Error::not_found)?;
    if let Some(link) = store::link(tx, tenant, id)? {
        if link.person_id != person {
            return Err(Error::conflict());
        }
        return Ok(Answer::ok(shown(&call.state, &link)?));
    }
    if !found.may_sign_in() {
        return Err(Error::wrong_state(
            "Người này đang bị khóa hoặc chưa có số điện thoại, tên đăng nhập.",
            "This person is inactive, or has neither phone number nor user name.",
        ));
    }
    // Whoever sets somebody's password can act as him: the office may not become the administrator,
    // nor the leaders who decide on what it reports, nor those who inspect it.
    for above in [Role::Admin, Role::Leader, Role::Overseer, Role::Inspector] {
        if !call.actor.is(Role::Admin) && people::store::holds(tx, tenant, person, above)? {
            return Err(Error::not_allowed());
        }
    }
    let link = invite(tx, &call.state.secret, tenant, person, id)?;
    let entry = Entry::new(Deed::Invited, Subject::Person, person).by(&call.actor);
    ledger::record(tx, tenant, entry)?;
    Ok(Answer::created(shown(&call.state, &link)?))
}

fn read_activation_qr(tx: &mut Reading<'_>, call: &Call<ReadActivationQr>) -> Result<Answer<QrCode>> {
    let (person, id) = call.path;
    let link = store::link(tx, call.scope.tenant(), id)?.filter(|link| link.person_id == person);
    let link = link.ok_or_else(Error::not_found)?;
    if !link.works(tx.now()) {
        return Err(Error::of(Code::LinkExpired));
    }
    let shown = shown(&call.state, &link)?;
    let code = qrcode::QrCode::new(shown.link.as_str().as_bytes())
        .map_err(|bad| Error::Broken(format!("qr: {bad}")))?;
    let picture = code.render::<qrcode::render::svg::Color<'_>>().min_dimensions(240, 240).build();
    let content = picture.into_bytes();
    Ok(Answer::ok(QrCode(Bytes { media: "image/svg+xml".to_owned(), content })))
}

/// The link as it is printed. The secret stands behind the `#`, where no server and no log sees it.
fn shown(state: &State, link: &store::LinkRow) -> Result<ActivationLink> {
    let token = tokens::activation_token(&state.secret, link.organisation, link.id)?;
    let text = link_text(&state.public_url, link.id, &token);
    Ok(ActivationLink {
        id: link.id,
        person: link.person_id,
        link: Title::try_from(text).map_err(|bad| Error::Broken(bad.en.into_owned()))?,
        token,
        expires_at: link.expires_at,
        used: link.used_at.is_some(),
    })
}

/// The whole link.
#[must_use]
pub fn link_text(public_url: &str, id: ActivationId, token: &Token) -> String {
    format!("{}/app/#/kich-hoat/{id}/{token}", public_url.trim_end_matches('/'))
}

fn read_me(tx: &mut Reading<'_>, call: &Call<ReadMe>) -> Result<Answer<Me>> {
    Ok(Answer::ok(me(tx, call)?))
}

fn me<E: Endpoint>(tx: &mut Reading<'_>, call: &Call<E>) -> Result<Me> {
    let row = people::store::own(tx, &call.actor)?;
    let held = call.actor.roles.iter().map(|(_, unit)| *unit);
    // Charges stay when the role is taken away, but count for nothing without it.
    let is_overseer = call.actor.is(Role::Overseer);
    let oversees = || call.actor.charges_on(call.today).filter(|_| is_overseer);
    let ids: Vec<_> = held.chain(oversees()).collect();
    let briefs = units::store::briefs(tx, call.scope.tenant(), &ids)?;
    let brief = |unit| briefs.get(&unit).cloned();
    let roles = call.actor.roles.iter();
    Ok(Me {
        id: row.id,
        name: row.name,
        organisation: call.actor.house.brief.clone(),
        roles: roles.filter_map(|(role, unit)| Some(MyRole { role: *role, unit: brief(*unit)? })).collect(),
        oversees: oversees().filter_map(brief).take(200).collect(),
        language: row.language,
        due_soon_days: call.actor.house.due_soon,
        version: row.version,
    })
}

fn patch_me(tx: &mut Writing<'_>, call: &Call<PatchMe>) -> Result<Answer<Me>> {
    let row = people::store::own(tx, &call.actor)?;
    call.expect_version(row.version)?;
    if let Some(language) = call.body.language.filter(|language| *language != row.language) {
        people::store::set_language(tx, &row, language)?;
        tx.forget_actors();
        let entry = Entry::new(Deed::Changed, Subject::Person, row.id)
            .by(&call.actor)
            .before(serde_json::json!({ "language": row.language }))
            .after(serde_json::json!({ "language": language }));
        ledger::record(tx, call.scope.tenant(), entry)?;
    }
    Ok(Answer::ok(me(tx, call)?))
}

async fn change_password(call: Call<ChangePassword>) -> Result<Answer<Nothing>> {
    let (tenant, person, device) = (call.scope.tenant(), call.actor.person.id, call.actor.device);
    let tries = guessing::own_tries(tenant, person);
    let present = {
        let tries = tries.clone();
        let look = call.state.db.read(move |tx| {
            guessing::may_try(tx, &tries)?;
            store::password_hash(tx, tenant, person)
        });
        look.await?.ok_or_else(|| Error::of(Code::SessionEnded))?
    };
    if !password::matches(present, call.body.current.clone()).await? {
        call.state.db.write(move |tx| guessing::note_failure(tx, &tries)).await?;
        return Err(Error::field(
            "/current",
            FieldCode::BadValue,
            "Mật khẩu hiện tại không đúng.",
            "The present password is not right.",
        ));
    }
    let hash = password::hash_apart(call.body.new.clone()).await?;
    let db = call.state.db.clone();
    db.write(move |tx| {
        guessing::note_success(tx, &tries)?;
        store::set_password(tx, tenant, person, &hash)?;
        store::end_devices(tx, tenant, person, Some(device))?;
        store::withdraw_links(tx, tenant, person)?;
        tx.forget_actors();
        let entry = Entry::new(Deed::PasswordChanged, Subject::Person, person).by(&call.actor);
        ledger::record(tx, tenant, entry)
    })
    .await?;
    Ok(Answer::done())
}

/// What a person signs in with, for showing.
pub(crate) fn login_of(phone: Option<&Phone>, user_name: Option<&UserName>) -> Option<Login> {
    let text = phone.map(ToString::to_string).or_else(|| user_name.map(ToString::to_string))?;
    Login::try_from(text).ok()
}

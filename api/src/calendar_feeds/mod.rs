//! Due dates for calendar programs. **Invariant: an address shows what its owner may read at that
//! moment, and never a private note; of the address only a hash is kept.**
//!
//! Calendar programs can send nothing but an address, so that here, and here alone, a secret stands in
//! a path. Neither log nor metrics of ours hold paths.

mod ical;
mod store;

use openapi::{
    access::{Action, Role},
    calendar_feeds::{
        CalendarFeed, CalendarFile, ListCalendarFeeds, PutCalendarFeed, ReadCalendarFile, RevokeCalendarFeed,
    },
    endpoint::{Bytes, Nothing},
    ledger::{Deed, Subject},
    value::{Page, Title},
};
use serde_json::json;

use self::store::FeedRow;
use crate::{
    access::Actor,
    assignments::store::{Which, shown as assignments_shown},
    db::{Reading, Writing},
    error::{Error, Result},
    ledger::{self, Entry},
    people,
    serve::{Answer, Call, PublicCall, Routes},
    state::State,
    tokens, units,
};

/// What the secret in an address begins with.
const MARK: &str = "ddc";
/// How many feeds one person may have.
const AT_MOST: i64 = 20;
/// How many events a calendar holds.
const EVENTS_AT_MOST: i64 = 1000;

pub(crate) fn mount(routes: &mut Routes) {
    routes.read::<ListCalendarFeeds>(list);
    routes.write::<PutCalendarFeed>(put);
    routes.write::<RevokeCalendarFeed>(revoke);
    routes.open::<ReadCalendarFile, _>(fetch);
}

/// Writes down when feeds were last read, and forgets what their addresses could be made again from.
///
/// # Errors
/// What the database says.
pub async fn tend(state: &State) -> Result<()> {
    let uses = state.feed_uses.taken();
    if !uses.is_empty() {
        state
            .db
            .write(move |tx| {
                uses.iter().try_for_each(|((tenant, feed), at)| store::was_read(tx, *tenant, *feed, *at))
            })
            .await?;
    }
    if state.db.read(store::any_to_forget).await? {
        state.db.write(store::forget_salts).await?;
    }
    Ok(())
}

fn list(tx: &mut Reading<'_>, call: &Call<ListCalendarFeeds>) -> Result<Answer<Page<CalendarFeed>>> {
    let of_units = call.actor.may(Action::ShareCalendar);
    let page = store::list(tx, &call.scope, &call.actor, of_units, &call.query)?;
    let items: Result<_> = page.items.iter().map(|row| shown(tx, row)).collect();
    Ok(Answer::ok(Page { items: items?, next: page.next }))
}

/// A feed without its address.
fn shown(tx: &mut Reading<'_>, row: &FeedRow) -> Result<CalendarFeed> {
    let makers = people::store::briefs(tx, row.organisation, &[row.person_id])?;
    let maker = makers.get(&row.person_id).cloned();
    Ok(CalendarFeed {
        id: row.id,
        draft: row.draft(),
        address: None,
        created_at: row.created_at,
        created_by: maker.ok_or_else(|| Error::Broken("a feed has no maker".to_owned()))?,
        last_read_at: row.last_read_at,
    })
}

/// A feed for its maker: with its address while that may still be shown.
fn made(tx: &mut Reading<'_>, state: &State, row: &FeedRow) -> Result<CalendarFeed> {
    let fresh = tx.now() < row.created_at.plus(tokens::SHOWN_FOR);
    let secret = row.salt.as_deref().filter(|_| fresh).map(|salt| secret_of(state, row, salt));
    let address =
        secret.map(|secret| format!("{}/calendar/{secret}.ics", state.public_url.trim_end_matches('/')));
    let address = address.map(Title::try_from).transpose();
    let address = address.map_err(|bad| Error::Broken(bad.en.into_owned()))?;
    Ok(CalendarFeed { address, ..shown(tx, row)? })
}

fn secret_of(state: &State, row: &FeedRow, salt: &[u8]) -> String {
    tokens::marked_secret(&state.secret, MARK, row.organisation, row.id.as_str(), salt)
}

fn put(tx: &mut Writing<'_>, call: &Call<PutCalendarFeed>) -> Result<Answer<CalendarFeed>> {
    if let Some(row) = store::find(tx, &call.scope, call.path)? {
        let same = row.person_id == call.actor.person.id && row.revoked_at.is_none();
        if !same || row.draft() != call.body {
            return Err(Error::conflict());
        }
        return Ok(Answer::ok(made(tx, &call.state, &row)?));
    }
    if let Some(unit) = call.body.unit {
        let scope = call.scope_to(Action::ShareCalendar)?;
        let unit = units::store::find(tx, &scope, unit)?.filter(|unit| unit.merged_into.is_none());
        unit.ok_or_else(|| Error::not_known("/unit"))?;
    }
    if store::count(tx, &call.scope, &call.actor)? >= AT_MOST {
        return Err(Error::wrong_state(
            format!("Đã có {AT_MOST} địa chỉ lịch; hãy thu hồi cái không dùng."),
            format!("There are {AT_MOST} calendar feeds already; revoke those that are not used."),
        ));
    }
    let salt: tokens::Salt = tokens::random()?;
    let mut row = FeedRow::new(tx, &call.actor, call.path, &call.body, &salt);
    row.hash = tokens::hash(&secret_of(&call.state, &row, &salt));
    store::insert(tx, &row)?;
    let entry = Entry::new(Deed::Created, Subject::CalendarFeed, row.id).by(&call.actor);
    ledger::record(tx, row.organisation, entry.after(json!(call.body)))?;
    Ok(Answer::created(made(tx, &call.state, &row)?))
}

fn revoke(tx: &mut Writing<'_>, call: &Call<RevokeCalendarFeed>) -> Result<Answer<Nothing>> {
    let row = store::find(tx, &call.scope, call.path)?.ok_or_else(Error::not_found)?;
    let of_a_unit = row.unit_id.is_some() && call.actor.may(Action::ShareCalendar);
    if row.person_id != call.actor.person.id && !of_a_unit {
        return Err(Error::not_found());
    }
    if row.revoked_at.is_none() {
        store::revoke(tx, &row)?;
        let entry = Entry::new(Deed::Revoked, Subject::CalendarFeed, row.id).by(&call.actor);
        ledger::record(tx, row.organisation, entry)?;
    }
    Ok(Answer::done())
}

async fn fetch(call: PublicCall<ReadCalendarFile>) -> Result<Answer<CalendarFile>> {
    let PublicCall { state, path, .. } = call;
    let secret = path.secret();
    if !tokens::is_marked(MARK, secret) {
        return Err(Error::not_found());
    }
    let (hash, public_url) = (tokens::hash(secret), state.public_url.clone());
    let read = state.db.snapshot(move |tx| {
        let row = store::of_secret(tx, &hash)?.ok_or_else(Error::not_found)?;
        let text = calendar(tx, &row, &public_url)?;
        Ok((row.organisation, row.id, tx.now(), text))
    });
    let (tenant, feed, now, text) = read.await?;
    state.feed_uses.note(tenant, feed, now);
    let media = "text/calendar; charset=utf-8".to_owned();
    Ok(Answer::ok(CalendarFile(Bytes { media, content: text.into_bytes() })))
}

/// What a feed shows now.
fn calendar(tx: &mut Reading<'_>, row: &FeedRow, public_url: &str) -> Result<String> {
    let owner = owner(tx, row)?;
    let today = owner.house.day(tx.now());
    // Somebody whose roles see no work has an empty calendar until he gets one that does.
    let Some(scope) = owner.scope(Action::ReadAssignments, today) else {
        return Ok(ical::Calendar::of(&owner, row.name.as_str(), false, public_url, tx.now()).text(&[]));
    };
    if let Some(unit) = row.unit_id {
        let unit = units::store::find(tx, &scope, unit)?.filter(|unit| unit.merged_into.is_none());
        unit.ok_or_else(Error::not_found)?;
    }
    let due = assignments_shown(tx, &scope, &owner, today, &Which::Due(EVENTS_AT_MOST))?.items;
    let several = scope.units().is_none_or(|units| units.len() > 1);
    Ok(ical::Calendar::of(&owner, row.name.as_str(), several, public_url, tx.now()).text(&due))
}

/// Whose calendar it is, as far as he reaches now.
fn owner(tx: &mut Reading<'_>, row: &FeedRow) -> Result<Actor> {
    match row.unit_id {
        None => people::store::absent(tx, row.organisation, row.person_id)?.ok_or_else(Error::not_found),
        Some(unit) => {
            let house = people::store::house(tx, row.organisation)?.ok_or_else(Error::not_found)?;
            Ok(Actor::of_a_unit(house, row.id, unit, row.name.clone()))
        }
    }
}

/// The role whose reach a unit's calendar has.
const _: () = assert!(openapi::access::permits(Role::Reporter, Action::ReadAssignments));

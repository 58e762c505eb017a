//! The organisation itself: founded on the command line, its settings changed by its administrator.
//! **Invariant: its time zone is one we can count days in.**

mod found;
mod store;

use openapi::{
    ledger::{Deed, Subject},
    organisation::{PatchSettings, ReadSettings, Settings},
    problem::FieldCode,
    value::ZoneName,
};
use serde_json::json;

pub use self::found::{Founded, Founding, found};
use crate::{
    access::House,
    db::{Reading, Writing},
    error::{Error, Result},
    ledger::{self, Entry},
    people,
    serve::{Answer, Call, Routes},
};

pub(crate) fn mount(routes: &mut Routes) {
    routes.read::<ReadSettings>(read);
    routes.write::<PatchSettings>(patch);
}

fn read(tx: &mut Reading<'_>, call: &Call<ReadSettings>) -> Result<Answer<Settings>> {
    Ok(Answer::ok(store::own(tx, &call.scope)?.into()))
}

fn patch(tx: &mut Writing<'_>, call: &Call<PatchSettings>) -> Result<Answer<Settings>> {
    let row = store::own(tx, &call.scope)?;
    call.expect_version(row.version)?;
    let patch = call.body.clone();
    if let Some(zone) = &patch.time_zone {
        check_zone(zone)?;
    }
    let before = Settings::from(row.clone());
    let mut after = before.clone();
    after.organisation.name = patch.name.unwrap_or(after.organisation.name);
    after.time_zone = patch.time_zone.unwrap_or(after.time_zone);
    after.due_soon_days = patch.due_soon_days.unwrap_or(after.due_soon_days);
    after.update_rate_days = patch.update_rate_days.unwrap_or(after.update_rate_days);
    if after == before {
        return Ok(Answer::ok(before));
    }
    let row = store::update(tx, row, &after)?;
    // Everybody's days are counted by these.
    tx.forget_actors();
    let entry = Entry::new(Deed::Changed, Subject::Settings, after.organisation.id).by(&call.actor);
    let entry = entry.before(told(&before)).after(told(&after));
    ledger::record(tx, call.scope.tenant(), entry)?;
    Ok(Answer::ok(row.into()))
}

fn told(settings: &Settings) -> serde_json::Value {
    json!({
        "name": settings.organisation.name,
        "time_zone": settings.time_zone,
        "due_soon_days": settings.due_soon_days,
        "update_rate_days": settings.update_rate_days,
    })
}

fn check_zone(zone: &ZoneName) -> Result<()> {
    zone.as_str().parse::<chrono_tz::Tz>().map(|_zone| ()).map_err(|_unknown| {
        Error::field(
            "/time_zone",
            FieldCode::NotKnown,
            "Không có múi giờ này; ví dụ đúng: Asia/Ho_Chi_Minh.",
            "There is no such time zone; for example: Asia/Ho_Chi_Minh.",
        )
    })
}

/// Every organisation of this installation, for the jobs.
///
/// # Errors
/// What the database says.
pub fn houses(tx: &mut Reading<'_>) -> Result<Vec<House>> {
    let mut houses = Vec::new();
    for tenant in store::tenants(tx)? {
        houses.extend(people::store::house(tx, tenant)?);
    }
    Ok(houses)
}

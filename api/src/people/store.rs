//! The SQL of people, roles and oversights.

use chrono::NaiveDate;
use diesel::{
    BoolExpressionMethods, ExpressionMethods, JoinOnDsl, OptionalExtension, QueryDsl, RunQueryDsl,
};
use openapi::{
    access::Role,
    organisation::{DueSoonDays, OrganisationBrief, OrganisationId, UpdateRateDays},
    people::PersonBrief,
    problem::Language,
    units::UnitId,
    value::{Name, Slug, ZoneName},
};

use crate::{
    access::{Actor, Charge, House, Tenant},
    db::Reading,
    error::Result,
    schema::{devices, organisations, oversights, people, roles},
    tokens::Claims,
};

/// Who a token speaks for, while his device's session has not ended and he may sign in.
///
/// # Errors
/// What the database says.
pub fn actor(tx: &mut Reading<'_>, claims: Claims) -> Result<Option<Actor>> {
    let found: Option<(Name, Language)> = people::table
        .inner_join(
            devices::table.on(devices::organisation
                .eq(people::organisation)
                .and(devices::person_id.eq(people::id))),
        )
        .filter(people::organisation.eq(claims.org).and(people::id.eq(claims.sub)))
        .filter(devices::id.eq(claims.dev).and(devices::ended_at.is_null()))
        .filter(people::active.eq(true))
        .select((people::name, people::language))
        .first(tx.conn())
        .optional()?;
    let Some((name, language)) = found else { return Ok(None) };
    let Some(house) = house(tx, claims.org)? else { return Ok(None) };
    let held: Vec<(Role, UnitId)> = roles::table
        .filter(roles::organisation.eq(claims.org).and(roles::person_id.eq(claims.sub)))
        .select((roles::role, roles::unit_id))
        .load(tx.conn())?;
    let charges: Vec<(UnitId, NaiveDate, Option<NaiveDate>)> = oversights::table
        .filter(oversights::organisation.eq(claims.org).and(oversights::person_id.eq(claims.sub)))
        .select((oversights::unit_id, oversights::from_on, oversights::to_on))
        .load(tx.conn())?;
    Ok(Some(Actor {
        house,
        person: PersonBrief { id: claims.sub, name },
        device: claims.dev,
        roles: held,
        charges: charges.into_iter().map(|(unit, from, to)| Charge { unit, from, to }).collect(),
        language,
    }))
}

/// An organisation's name and the rules by which it counts its days.
///
/// # Errors
/// What the database says.
pub fn house(tx: &mut Reading<'_>, tenant: Tenant) -> Result<Option<House>> {
    type Row = (OrganisationId, Name, Slug, ZoneName, DueSoonDays, UpdateRateDays);
    let row: Option<Row> = organisations::table
        .filter(organisations::number.eq(tenant))
        .select((
            organisations::id,
            organisations::name,
            organisations::slug,
            organisations::time_zone,
            organisations::due_soon_days,
            organisations::update_rate_days,
        ))
        .first(tx.conn())
        .optional()?;
    Ok(row.map(|(id, name, slug, zone, due_soon, update_rate_days)| House {
        tenant,
        brief: OrganisationBrief { id, name, slug },
        // Checked when it was set; a zone a newer database dropped counts as the country's own.
        zone: zone.as_str().parse().unwrap_or(chrono_tz::Asia::Ho_Chi_Minh),
        due_soon,
        update_rate_days,
    }))
}

//! The SQL of people, roles and oversights.

use std::collections::HashMap;

use diesel::{
    BoolExpressionMethods, ExpressionMethods, Insertable, JoinOnDsl, OptionalExtension, QueryDsl, Queryable,
    RunQueryDsl, Selectable, SelectableHelper,
};
use openapi::{
    access::Role,
    organisation::{DueSoonDays, OrganisationBrief, OrganisationId, UpdateRateDays},
    people::{PersonBrief, PersonId},
    problem::Language,
    units::UnitId,
    value::{Date, Instant, Name, Phone, Slug, UserName, Version, ZoneName},
};

use crate::{
    access::{Actor, Charge, House, Scope, Tenant},
    db::{Reading, Writing},
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
            devices::table
                .on(devices::organisation.eq(people::organisation).and(devices::person_id.eq(people::id))),
        )
        .filter(people::organisation.eq(claims.org).and(people::id.eq(claims.sub)))
        .filter(devices::id.eq(claims.dev).and(devices::ended_at.is_null()))
        .filter(people::active.eq(true))
        .select((people::name, people::language))
        .first(tx.conn())
        .optional()?;
    let Some((name, language)) = found else {
        return Ok(None);
    };
    let Some(house) = house(tx, claims.org)? else {
        return Ok(None);
    };
    let held: Vec<(Role, UnitId)> = roles::table
        .filter(roles::organisation.eq(claims.org).and(roles::person_id.eq(claims.sub)))
        .select((roles::role, roles::unit_id))
        .load(tx.conn())?;
    let charges: Vec<(UnitId, Date, Option<Date>)> = oversights::table
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

/// A person as stored.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = people)]
pub struct PersonRow {
    pub(crate) organisation: Tenant,
    pub(crate) id: PersonId,
    pub(crate) name: Name,
    pub(super) name_folded: String,
    pub(crate) phone: Option<Phone>,
    pub(crate) user_name: Option<UserName>,
    pub(super) password_hash: Option<String>,
    pub(crate) language: Language,
    pub(crate) active: bool,
    pub(super) anonymised_at: Option<Instant>,
    pub(crate) version: Version,
    pub(super) created_at: Instant,
    pub(super) updated_at: Instant,
}

impl PersonRow {
    /// Whether he has what it takes to sign in.
    pub(crate) const fn may_sign_in(&self) -> bool {
        self.active && (self.phone.is_some() || self.user_name.is_some())
    }
}

/// A person of the organisation. People are not of one unit: only those who see the whole
/// organisation are given them.
///
/// # Errors
/// What the database says.
pub fn find(tx: &mut Reading<'_>, scope: &Scope, id: PersonId) -> Result<Option<PersonRow>> {
    Ok(people::table
        .filter(people::organisation.eq(scope.tenant()).and(people::id.eq(id)))
        .select(PersonRow::as_select())
        .first(tx.conn())
        .optional()?)
}

/// The caller himself.
///
/// # Errors
/// What the database says.
pub fn own(tx: &mut Reading<'_>, actor: &Actor) -> Result<PersonRow> {
    find(tx, &actor.own_scope(), actor.person.id)?.ok_or_else(crate::error::Error::not_found)
}

/// Sets the language a person reads.
///
/// # Errors
/// What the database says.
pub fn set_language(tx: &mut Writing<'_>, row: &PersonRow, language: Language) -> Result<()> {
    let now = tx.now();
    diesel::update(
        people::table.filter(people::organisation.eq(row.organisation).and(people::id.eq(row.id))),
    )
    .set((people::language.eq(language), people::version.eq(row.version.next()), people::updated_at.eq(now)))
    .execute(tx.conn())?;
    Ok(())
}

/// People in a word, wherever they are mentioned.
///
/// # Errors
/// What the database says.
pub fn briefs(
    tx: &mut Reading<'_>,
    tenant: Tenant,
    ids: &[PersonId],
) -> Result<HashMap<PersonId, PersonBrief>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<(PersonId, Name)> = people::table
        .filter(people::organisation.eq(tenant).and(people::id.eq_any(ids)))
        .select((people::id, people::name))
        .load(tx.conn())?;
    Ok(rows.into_iter().map(|(id, name)| (id, PersonBrief { id, name })).collect())
}

//! The SQL of the organisation.

use diesel::{
    ExpressionMethods, OptionalExtension, QueryDsl, Queryable, RunQueryDsl, Selectable, SelectableHelper,
};
use openapi::{
    organisation::{DueSoonDays, OrganisationBrief, OrganisationId, Settings, UpdateRateDays},
    value::{Name, Slug, Version, ZoneName},
};

use crate::{
    access::{Scope, Tenant},
    db::{Reading, Writing},
    error::{Error, Result},
    schema::organisations,
};

/// An organisation as stored.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = organisations)]
pub(super) struct OrganisationRow {
    number: Tenant,
    id: OrganisationId,
    slug: Slug,
    name: Name,
    time_zone: ZoneName,
    due_soon_days: DueSoonDays,
    update_rate_days: UpdateRateDays,
    pub(super) version: Version,
}

impl From<OrganisationRow> for Settings {
    fn from(row: OrganisationRow) -> Self {
        Self {
            organisation: OrganisationBrief { id: row.id, name: row.name, slug: row.slug },
            time_zone: row.time_zone,
            due_soon_days: row.due_soon_days,
            update_rate_days: row.update_rate_days,
            version: row.version,
        }
    }
}

/// The caller's organisation.
pub(super) fn own(tx: &mut Reading<'_>, scope: &Scope) -> Result<OrganisationRow> {
    organisations::table
        .filter(organisations::number.eq(scope.tenant()))
        .select(OrganisationRow::as_select())
        .first(tx.conn())
        .optional()?
        .ok_or_else(Error::not_found)
}

pub(super) fn update(
    tx: &mut Writing<'_>,
    mut row: OrganisationRow,
    settings: &Settings,
) -> Result<OrganisationRow> {
    let now = tx.now();
    row.name = settings.organisation.name.clone();
    row.time_zone = settings.time_zone.clone();
    row.due_soon_days = settings.due_soon_days;
    row.update_rate_days = settings.update_rate_days;
    row.version = row.version.next();
    diesel::update(organisations::table.filter(organisations::number.eq(row.number)))
        .set((
            organisations::name.eq(&row.name),
            organisations::time_zone.eq(&row.time_zone),
            organisations::due_soon_days.eq(row.due_soon_days),
            organisations::update_rate_days.eq(row.update_rate_days),
            organisations::version.eq(row.version),
            organisations::updated_at.eq(now),
        ))
        .execute(tx.conn())?;
    Ok(row)
}

/// The numbers of every organisation.
pub(super) fn tenants(tx: &mut Reading<'_>) -> Result<Vec<Tenant>> {
    Ok(organisations::table.order(organisations::number).select(organisations::number).load(tx.conn())?)
}

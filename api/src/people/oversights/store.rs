//! The SQL of oversights.

use diesel::{
    BoolExpressionMethods, ExpressionMethods, Insertable, OptionalExtension, QueryDsl, Queryable,
    RunQueryDsl, Selectable, SelectableHelper,
};
use openapi::{
    people::{Oversight, OversightDraft, OversightId, OversightsQuery, PersonId},
    units::UnitId,
    value::{Date, Instant, Page, Version},
};

use crate::{
    access::{Scope, Tenant},
    db::{Reading, Writing, after, one_of},
    error::{Error, Result},
    people,
    schema::oversights,
    units,
};

/// An oversight as stored.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = oversights)]
pub(super) struct OversightRow {
    organisation: Tenant,
    id: OversightId,
    person_id: PersonId,
    unit_id: UnitId,
    from_on: Date,
    to_on: Option<Date>,
    pub(super) version: Version,
    updated_at: Instant,
}

/// An oversight of a unit within the caller's reach.
pub(super) fn find(tx: &mut Reading<'_>, scope: &Scope, id: OversightId) -> Result<Option<OversightRow>> {
    let found: Option<OversightRow> = oversights::table
        .filter(oversights::organisation.eq(scope.tenant()).and(oversights::id.eq(id)))
        .select(OversightRow::as_select())
        .first(tx.conn())
        .optional()?;
    Ok(found.filter(|row| scope.covers(row.unit_id)))
}

pub(super) fn list(tx: &mut Reading<'_>, scope: &Scope, query: &OversightsQuery) -> Result<Page<Oversight>> {
    let mut rows = oversights::table
        .filter(oversights::organisation.eq(scope.tenant()))
        .select(OversightRow::as_select())
        .order((oversights::from_on, oversights::id))
        .limit(i64::from(query.limit().get()) + 1)
        .into_boxed();
    if let Some(reach) = scope.units() {
        rows = rows.filter(one_of(oversights::unit_id, reach));
    }
    if let Some(person) = query.person {
        rows = rows.filter(oversights::person_id.eq(person));
    }
    if let Some(unit) = query.unit {
        rows = rows.filter(oversights::unit_id.eq(unit));
    }
    if let Some(day) = query.on {
        let still = oversights::to_on.is_null().or(oversights::to_on.ge(day));
        rows = rows.filter(oversights::from_on.le(day)).filter(still);
    }
    if let Some((from, id)) = after::<(Date, OversightId)>(query.cursor.as_ref())? {
        let later = oversights::from_on.gt(from);
        rows = rows.filter(later.or(oversights::from_on.eq(from).and(oversights::id.gt(id))));
    }
    let rows: Vec<OversightRow> = rows.load(tx.conn())?;
    let page = Page::cut(rows, query.limit(), |row| (row.from_on, row.id));
    let items = shown_all(tx, scope.tenant(), page.items)?;
    Ok(Page { items, next: page.next })
}

pub(super) fn shown(tx: &mut Reading<'_>, row: OversightRow) -> Result<Oversight> {
    let tenant = row.organisation;
    let mut all = shown_all(tx, tenant, vec![row])?;
    all.pop().ok_or_else(|| Error::Broken("an oversight was lost".to_owned()))
}

fn shown_all(tx: &mut Reading<'_>, tenant: Tenant, rows: Vec<OversightRow>) -> Result<Vec<Oversight>> {
    let people_ids: Vec<PersonId> = rows.iter().map(|row| row.person_id).collect();
    let unit_ids: Vec<UnitId> = rows.iter().map(|row| row.unit_id).collect();
    let people = people::store::briefs(tx, tenant, &people_ids)?;
    let units = units::store::briefs(tx, tenant, &unit_ids)?;
    let shown = |row: OversightRow| {
        let lost = || Error::Broken("an oversight without person or unit".to_owned());
        Ok(Oversight {
            id: row.id,
            draft: OversightDraft {
                person: row.person_id,
                unit: row.unit_id,
                from: row.from_on,
                to: row.to_on,
            },
            person: people.get(&row.person_id).cloned().ok_or_else(lost)?,
            unit: units.get(&row.unit_id).cloned().ok_or_else(lost)?,
            version: row.version,
        })
    };
    rows.into_iter().map(shown).collect()
}

pub(super) fn insert(
    tx: &mut Writing<'_>,
    scope: &Scope,
    id: OversightId,
    draft: &OversightDraft,
) -> Result<OversightRow> {
    let row = OversightRow {
        organisation: scope.tenant(),
        id,
        person_id: draft.person,
        unit_id: draft.unit,
        from_on: draft.from,
        to_on: draft.to,
        version: Version::FIRST,
        updated_at: tx.now(),
    };
    diesel::insert_into(oversights::table).values(&row).execute(tx.conn())?;
    Ok(row)
}

pub(super) fn update(
    tx: &mut Writing<'_>,
    mut row: OversightRow,
    draft: &OversightDraft,
) -> Result<OversightRow> {
    row.from_on = draft.from;
    row.to_on = draft.to;
    row.version = row.version.next();
    row.updated_at = tx.now();
    diesel::update(
        oversights::table
            .filter(oversights::organisation.eq(row.organisation).and(oversights::id.eq(row.id))),
    )
    .set((
        oversights::from_on.eq(row.from_on),
        oversights::to_on.eq(row.to_on),
        oversights::version.eq(row.version),
        oversights::updated_at.eq(row.updated_at),
    ))
    .execute(tx.conn())?;
    Ok(row)
}

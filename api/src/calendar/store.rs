//! The SQL of named events and holidays.

use diesel::{
    BoolExpressionMethods, ExpressionMethods, Insertable, OptionalExtension, QueryDsl, Queryable,
    RunQueryDsl, Selectable, SelectableHelper,
};
use openapi::{
    calendar::{
        CalendarDay, CalendarYear, DayKind, NamedEvent, NamedEventDraft, NamedEventId, NamedEventsQuery,
    },
    text::fold,
    value::{Count, Date, Instant, Name, Page, Version, Year},
};

use crate::{
    access::{Scope, Tenant},
    db::{Reading, Writing, after},
    error::{Error, Result},
    schema::{calendar_days, calendar_years, named_events},
};

/// A named event as stored.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = named_events)]
pub(super) struct EventRow {
    pub(super) organisation: Tenant,
    pub(super) id: NamedEventId,
    name: Name,
    name_folded: String,
    from_on: Option<Date>,
    to_on: Option<Date>,
    pub(super) version: Version,
    updated_at: Instant,
}

impl EventRow {
    pub(super) fn draft(&self) -> NamedEventDraft {
        NamedEventDraft { name: self.name.clone(), from: self.from_on, to: self.to_on }
    }
    pub(super) fn shown(self, waiting: i64) -> NamedEvent {
        NamedEvent {
            id: self.id,
            draft: self.draft(),
            assignments: Count::of(waiting),
            version: self.version,
            updated_at: self.updated_at,
        }
    }
}

/// An event of the organisation. Events are not of one unit.
pub(super) fn find(tx: &mut Reading<'_>, scope: &Scope, id: NamedEventId) -> Result<Option<EventRow>> {
    Ok(named_events::table
        .filter(named_events::organisation.eq(scope.tenant()).and(named_events::id.eq(id)))
        .select(EventRow::as_select())
        .first(tx.conn())
        .optional()?)
}

pub(super) fn list(tx: &mut Reading<'_>, scope: &Scope, query: &NamedEventsQuery) -> Result<Page<EventRow>> {
    let mut rows = named_events::table
        .filter(named_events::organisation.eq(scope.tenant()))
        .select(EventRow::as_select())
        .order((named_events::name_folded, named_events::id))
        .limit(i64::from(query.limit().get()) + 1)
        .into_boxed();
    match query.dated {
        Some(true) => rows = rows.filter(named_events::from_on.is_not_null()),
        Some(false) => rows = rows.filter(named_events::from_on.is_null()),
        None => {}
    }
    if let Some((name, id)) = after::<(String, NamedEventId)>(query.cursor.as_ref())? {
        let later = named_events::name_folded.gt(name.clone());
        rows = rows.filter(later.or(named_events::name_folded.eq(name).and(named_events::id.gt(id))));
    }
    let rows: Vec<EventRow> = rows.load(tx.conn())?;
    Ok(Page::cut(rows, query.limit(), |row| (row.name_folded.clone(), row.id)))
}

/// Every event there is: a few dozen.
pub(super) fn all(tx: &mut Reading<'_>, scope: &Scope) -> Result<Vec<EventRow>> {
    Ok(named_events::table
        .filter(named_events::organisation.eq(scope.tenant()))
        .order((named_events::name_folded, named_events::id))
        .select(EventRow::as_select())
        .load(tx.conn())?)
}

/// Whether another event has the name.
pub(super) fn is_taken(tx: &mut Reading<'_>, scope: &Scope, id: NamedEventId, name: &Name) -> Result<bool> {
    let other: Option<NamedEventId> = named_events::table
        .filter(named_events::organisation.eq(scope.tenant()).and(named_events::id.ne(id)))
        .filter(named_events::name_folded.eq(fold(name.as_str())))
        .select(named_events::id)
        .first(tx.conn())
        .optional()?;
    Ok(other.is_some())
}

pub(super) fn insert(
    tx: &mut Writing<'_>,
    scope: &Scope,
    id: NamedEventId,
    draft: &NamedEventDraft,
) -> Result<EventRow> {
    let row = EventRow {
        organisation: scope.tenant(),
        id,
        name: draft.name.clone(),
        name_folded: fold(draft.name.as_str()),
        from_on: draft.from,
        to_on: draft.to,
        version: Version::FIRST,
        updated_at: tx.now(),
    };
    diesel::insert_into(named_events::table).values(&row).execute(tx.conn())?;
    Ok(row)
}

pub(super) fn update(tx: &mut Writing<'_>, mut row: EventRow, draft: &NamedEventDraft) -> Result<EventRow> {
    row.name = draft.name.clone();
    row.name_folded = fold(draft.name.as_str());
    row.from_on = draft.from;
    row.to_on = draft.to;
    row.version = row.version.next();
    row.updated_at = tx.now();
    diesel::update(
        named_events::table
            .filter(named_events::organisation.eq(row.organisation).and(named_events::id.eq(row.id))),
    )
    .set((
        named_events::name.eq(&row.name),
        named_events::name_folded.eq(&row.name_folded),
        named_events::from_on.eq(row.from_on),
        named_events::to_on.eq(row.to_on),
        named_events::version.eq(row.version),
        named_events::updated_at.eq(row.updated_at),
    ))
    .execute(tx.conn())?;
    Ok(row)
}

/// The table of a year, when somebody has entered it.
pub(super) fn year(tx: &mut Reading<'_>, scope: &Scope, year: Year) -> Result<Option<CalendarYear>> {
    let version: Option<Version> = calendar_years::table
        .filter(calendar_years::organisation.eq(scope.tenant()).and(calendar_years::year.eq(year)))
        .select(calendar_years::version)
        .first(tx.conn())
        .optional()?;
    let Some(version) = version else {
        return Ok(None);
    };
    let (first, last) = span(year)?;
    let days: Vec<(Date, DayKind, Name)> = calendar_days::table
        .filter(calendar_days::organisation.eq(scope.tenant()))
        .filter(calendar_days::on_day.between(first, last))
        .order(calendar_days::on_day)
        .select((calendar_days::on_day, calendar_days::kind, calendar_days::name))
        .load(tx.conn())?;
    let days = days.into_iter().map(|(on, kind, name)| CalendarDay { on, kind, name }).collect();
    Ok(Some(CalendarYear { year, days, version }))
}

pub(super) fn insert_year(tx: &mut Writing<'_>, scope: &Scope, year: &CalendarYear) -> Result<()> {
    diesel::insert_into(calendar_years::table)
        .values((
            calendar_years::organisation.eq(scope.tenant()),
            calendar_years::year.eq(year.year),
            calendar_years::version.eq(year.version),
        ))
        .execute(tx.conn())?;
    write_days(tx, scope, year)
}

pub(super) fn update_year(tx: &mut Writing<'_>, scope: &Scope, year: &CalendarYear) -> Result<()> {
    diesel::update(
        calendar_years::table
            .filter(calendar_years::organisation.eq(scope.tenant()).and(calendar_years::year.eq(year.year))),
    )
    .set(calendar_years::version.eq(year.version))
    .execute(tx.conn())?;
    write_days(tx, scope, year)
}

fn write_days(tx: &mut Writing<'_>, scope: &Scope, year: &CalendarYear) -> Result<()> {
    let (first, last) = span(year.year)?;
    let present = calendar_days::table
        .filter(calendar_days::organisation.eq(scope.tenant()))
        .filter(calendar_days::on_day.between(first, last));
    diesel::delete(present).execute(tx.conn())?;
    for day in &year.days {
        diesel::insert_into(calendar_days::table)
            .values((
                calendar_days::organisation.eq(scope.tenant()),
                calendar_days::on_day.eq(day.on),
                calendar_days::kind.eq(day.kind),
                calendar_days::name.eq(&day.name),
            ))
            .execute(tx.conn())?;
    }
    Ok(())
}

/// The days from one to another that are not what their weekday says.
pub(super) fn days_between(
    tx: &mut Reading<'_>,
    tenant: Tenant,
    from: Date,
    to: Date,
) -> Result<Vec<CalendarDay>> {
    let days: Vec<(Date, DayKind, Name)> = calendar_days::table
        .filter(calendar_days::organisation.eq(tenant))
        .filter(calendar_days::on_day.between(from, to))
        .order(calendar_days::on_day)
        .select((calendar_days::on_day, calendar_days::kind, calendar_days::name))
        .load(tx.conn())?;
    Ok(days.into_iter().map(|(on, kind, name)| CalendarDay { on, kind, name }).collect())
}

/// The years somebody has entered.
pub(super) fn years(tx: &mut Reading<'_>, tenant: Tenant) -> Result<Vec<Year>> {
    Ok(calendar_years::table
        .filter(calendar_years::organisation.eq(tenant))
        .order(calendar_years::year)
        .select(calendar_years::year)
        .load(tx.conn())?)
}

/// The first and the last day of a year.
fn span(year: Year) -> Result<(Date, Date)> {
    let day = |month, day| {
        let found = chrono::NaiveDate::from_ymd_opt(year.get(), month, day).map(Date::of);
        found.ok_or_else(|| Error::Broken(format!("no day {day}/{month} in {year}")))
    };
    Ok((day(1, 1)?, day(12, 31)?))
}

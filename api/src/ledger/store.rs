//! The ledger's SQL. **Invariant: rows are inserted, and sealed once; there is no other statement
//! that writes here.**

use std::collections::HashMap;

use diesel::{
    BoolExpressionMethods, ExpressionMethods, Insertable, OptionalExtension, QueryDsl, Queryable,
    RunQueryDsl, Selectable, SelectableHelper,
};
use openapi::{
    assignments::{AssignmentId, HistoryEntry, HistoryKind},
    ledger::{AuditEventId, Deed, Subject},
    people::PersonId,
    reports::ReportId,
    timeliness::State,
    units::UnitId,
    value::{Cursor, Date, Instant, Limit, Note, Page},
};

use super::{Entry, GENESIS, Happened, chain};
use crate::{
    access::{Scope, Tenant},
    db::{ROWS_AT_ONCE, Reading, Writing, after, one_of},
    error::Result,
    on_both, people,
    schema::{ledger, ledger_heads},
    units,
};

/// An entry as stored.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = ledger)]
pub struct LedgerRow {
    pub(super) id: AuditEventId,
    pub(super) organisation: Tenant,
    pub(super) at: Instant,
    pub(super) by_person: Option<PersonId>,
    pub(super) deed: Deed,
    pub(super) subject: Subject,
    pub(super) subject_id: AuditEventId,
    pub(super) assignment_id: Option<AssignmentId>,
    pub(super) unit_id: Option<UnitId>,
    pub(super) former_unit_id: Option<UnitId>,
    pub(super) before: Option<String>,
    pub(super) after: Option<String>,
    pub(super) position: Option<i64>,
    pub(super) previous_hash: Option<String>,
    pub(super) hash: Option<String>,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = ledger_heads)]
struct Head {
    organisation: Tenant,
    position: i64,
    hash: String,
}

impl LedgerRow {
    fn new(id: AuditEventId, organisation: Tenant, at: Instant, entry: Entry) -> Self {
        let json = |fields: Option<serde_json::Value>| fields.map(|fields| fields.to_string());
        Self {
            id,
            organisation,
            at,
            by_person: entry.by,
            deed: entry.deed,
            subject: entry.subject,
            subject_id: entry.subject_id,
            assignment_id: entry.assignment,
            unit_id: entry.unit,
            former_unit_id: entry.former_unit,
            before: json(entry.before),
            after: json(entry.after),
            position: None,
            previous_hash: None,
            hash: None,
        }
    }
}

/// Writes an entry down; on SQLite with its place.
pub(super) fn append(tx: &mut Writing<'_>, tenant: Tenant, id: AuditEventId, entry: Entry) -> Result<()> {
    let mut row = LedgerRow::new(id, tenant, tx.now(), entry);
    if tx.is_sqlite() {
        let mut head = head(tx, tenant)?;
        place(&mut row, &mut head);
        keep_head(tx, &head)?;
    }
    diesel::insert_into(ledger::table).values(&row).execute(tx.conn())?;
    Ok(())
}

/// Writes entries down in their order; on SQLite with their places.
pub(super) fn append_all(tx: &mut Writing<'_>, tenant: Tenant, entries: Vec<Entry>) -> Result<()> {
    let mut rows = Vec::with_capacity(entries.len());
    for entry in entries {
        rows.push(LedgerRow::new(tx.new_id()?, tenant, tx.now(), entry));
    }
    if tx.is_sqlite() && !rows.is_empty() {
        let mut head = head(tx, tenant)?;
        for row in &mut rows {
            place(row, &mut head);
        }
        keep_head(tx, &head)?;
    }
    for rows in rows.chunks(ROWS_AT_ONCE) {
        on_both!(tx.conn(), |c| diesel::insert_into(ledger::table).values(rows).execute(c))?;
    }
    Ok(())
}

fn head(tx: &mut Writing<'_>, tenant: Tenant) -> Result<Head> {
    let head = ledger_heads::table
        .filter(ledger_heads::organisation.eq(tenant))
        .select(Head::as_select())
        .first(tx.conn())
        .optional()?;
    if let Some(head) = head {
        return Ok(head);
    }
    let head = Head { organisation: tenant, position: 0, hash: GENESIS.to_owned() };
    diesel::insert_into(ledger_heads::table).values(&head).execute(tx.conn())?;
    Ok(head)
}

/// Where a chain ends: the last place, and its hash.
pub(super) fn head_of(tx: &mut Reading<'_>, tenant: Tenant) -> Result<Option<(i64, String)>> {
    Ok(ledger_heads::table
        .filter(ledger_heads::organisation.eq(tenant))
        .select((ledger_heads::position, ledger_heads::hash))
        .first(tx.conn())
        .optional()?)
}

/// Some of the entries after one place, up to another.
pub(super) fn entries_after(
    tx: &mut Reading<'_>,
    tenant: Tenant,
    position: i64,
    last: i64,
) -> Result<Vec<LedgerRow>> {
    const AT_ONCE: i64 = 1000;
    Ok(ledger::table
        .filter(ledger::organisation.eq(tenant))
        .filter(ledger::position.gt(position).and(ledger::position.le(last)))
        .order(ledger::position)
        .limit(AT_ONCE)
        .select(LedgerRow::as_select())
        .load(tx.conn())?)
}

/// Where the record of an organisation ends just now; 0 before its first entry.
pub(crate) fn last_position(tx: &mut Reading<'_>, tenant: Tenant) -> Result<i64> {
    Ok(head_of(tx, tenant)?.map_or(0, |(position, _)| position))
}

/// Where the record of each organisation ends just now.
pub(crate) fn last_positions(tx: &mut Reading<'_>) -> Result<HashMap<Tenant, i64>> {
    let all: Vec<(Tenant, i64)> =
        ledger_heads::table.select((ledger_heads::organisation, ledger_heads::position)).load(tx.conn())?;
    Ok(all.into_iter().collect())
}

/// The first place whose entry was written at a moment or later; the place after the last when there
/// is none. Places follow time but for what was written at once, so that halving finds it.
pub(crate) fn first_since(tx: &mut Reading<'_>, tenant: Tenant, moment: Instant) -> Result<i64> {
    let (mut before, mut from) = (0, last_position(tx, tenant)? + 1);
    while before + 1 < from {
        let middle = before + (from - before) / 2;
        let at: Instant = ledger::table
            .filter(ledger::organisation.eq(tenant).and(ledger::position.eq(middle)))
            .select(ledger::at)
            .first(tx.conn())?;
        if at < moment {
            before = middle;
        } else {
            from = middle;
        }
    }
    Ok(from)
}

/// Some of what happened after a place, in order.
pub(crate) fn happened_after(
    tx: &mut Reading<'_>,
    tenant: Tenant,
    position: i64,
    at_most: i64,
) -> Result<Vec<Happened>> {
    let rows: Vec<LedgerRow> = ledger::table
        .filter(ledger::organisation.eq(tenant).and(ledger::position.gt(position)))
        .order(ledger::position)
        .limit(at_most)
        .select(LedgerRow::as_select())
        .load(tx.conn())?;
    let happened = |row: LedgerRow| {
        let facts = row.facts();
        Some(Happened {
            id: row.id,
            position: row.position?,
            at: row.at,
            by: row.by_person,
            deed: row.deed,
            subject: row.subject,
            subject_id: row.subject_id,
            assignment: row.assignment_id,
            unit: facts.unit.or(row.unit_id),
            state: facts.state,
            due_on: facts.due_on,
            report: facts.report,
            rung: facts.rung,
        })
    };
    Ok(rows.into_iter().filter_map(happened).collect())
}

fn keep_head(tx: &mut Writing<'_>, head: &Head) -> Result<()> {
    diesel::update(ledger_heads::table.filter(ledger_heads::organisation.eq(head.organisation)))
        .set((ledger_heads::position.eq(head.position), ledger_heads::hash.eq(&head.hash)))
        .execute(tx.conn())?;
    Ok(())
}

/// Gives the entry the place after the head, which becomes the head.
fn place(row: &mut LedgerRow, head: &mut Head) {
    let hash = chain(&head.hash, row);
    head.position += 1;
    row.position = Some(head.position);
    row.previous_hash = Some(std::mem::replace(&mut head.hash, hash.clone()));
    row.hash = Some(hash);
}

/// Whether an entry waits for its place.
pub(super) fn waits(tx: &mut Reading<'_>, tenant: Tenant) -> Result<bool> {
    let found: Option<AuditEventId> = ledger::table
        .filter(ledger::organisation.eq(tenant).and(ledger::position.is_null()))
        .select(ledger::id)
        .first(tx.conn())
        .optional()?;
    Ok(found.is_some())
}

/// Gives places to some of the entries that have none, the oldest first. Runs alone, under a lock.
pub(super) fn seal_some(tx: &mut Writing<'_>) -> Result<usize> {
    const AT_ONCE: i64 = 500;
    let rows: Vec<LedgerRow> = ledger::table
        .filter(ledger::position.is_null())
        .order((ledger::organisation, ledger::at, ledger::id))
        .limit(AT_ONCE)
        .select(LedgerRow::as_select())
        .load(tx.conn())?;
    let mut sealed: Vec<LedgerRow> = Vec::with_capacity(rows.len());
    let mut at: Option<Head> = None;
    for mut row in rows {
        let mut present = match at.take() {
            Some(present) if present.organisation == row.organisation => present,
            other => {
                if let Some(done) = other {
                    keep_head(tx, &done)?;
                }
                head(tx, row.organisation)?
            }
        };
        place(&mut row, &mut present);
        sealed.push(row);
        at = Some(present);
    }
    if let Some(done) = at {
        keep_head(tx, &done)?;
    }
    write_places(tx, &sealed)?;
    Ok(sealed.len())
}

/// One statement for all: a statement each would cost a round trip each.
fn write_places(tx: &mut Writing<'_>, rows: &[LedgerRow]) -> Result<()> {
    use diesel::sql_types::{Array, BigInt, Integer, Text};
    if rows.is_empty() {
        return Ok(());
    }
    let crate::db::AnyConnection::Postgres(connection) = tx.conn() else {
        return Ok(());
    };
    let ids: Vec<&str> = rows.iter().map(|row| row.id.as_str()).collect();
    let tenants: Vec<Tenant> = rows.iter().map(|row| row.organisation).collect();
    let positions: Vec<i64> = rows.iter().filter_map(|row| row.position).collect();
    let previous: Vec<&str> = rows.iter().filter_map(|row| row.previous_hash.as_deref()).collect();
    let hashes: Vec<&str> = rows.iter().filter_map(|row| row.hash.as_deref()).collect();
    diesel::sql_query(
        "UPDATE ledger SET position = s.position, previous_hash = s.previous, hash = s.hash
         FROM unnest($1, $2, $3, $4, $5) AS s (organisation, id, position, previous, hash)
         WHERE ledger.organisation = s.organisation AND ledger.id = s.id AND ledger.position IS NULL",
    )
    .bind::<Array<Integer>, _>(tenants)
    .bind::<Array<Text>, _>(ids)
    .bind::<Array<BigInt>, _>(positions)
    .bind::<Array<Text>, _>(previous)
    .bind::<Array<Text>, _>(hashes)
    .execute(connection)?;
    Ok(())
}

/// What happened to some work, the oldest first: what has its place. Seal before, to see all.
pub(crate) fn history(
    tx: &mut Reading<'_>,
    scope: &Scope,
    of: &[AssignmentId],
    limit: Limit,
    cursor: Option<&Cursor>,
) -> Result<Page<HistoryEntry>> {
    let mut rows = ledger::table
        .filter(ledger::organisation.eq(scope.tenant()).and(one_of(ledger::assignment_id, of)))
        .filter(ledger::position.is_not_null())
        .order(ledger::position)
        .limit(i64::from(limit.get()) + 1)
        .select(LedgerRow::as_select())
        .into_boxed();
    if let Some(position) = after::<i64>(cursor)? {
        rows = rows.filter(ledger::position.gt(position));
    }
    let page = Page::cut(rows.load::<LedgerRow>(tx.conn())?, limit, |row| row.position);
    let by: Vec<PersonId> = page.items.iter().filter_map(|row| row.by_person).collect();
    let people = people::store::briefs(tx, scope.tenant(), &by)?;
    let held: Vec<UnitId> = page.items.iter().filter_map(|row| row.facts().unit.or(row.unit_id)).collect();
    let units = units::store::briefs(tx, scope.tenant(), &held)?;
    let entry = |row: LedgerRow| {
        let facts = row.facts();
        Some(HistoryEntry {
            at: row.at,
            kind: kind_of(row.deed, row.subject)?,
            by: row.by_person.and_then(|id| people.get(&id).cloned()),
            state: facts.state?,
            due_on: facts.due_on,
            unit: units.get(&facts.unit.or(row.unit_id)?).cloned()?,
            words: facts.words,
            report: facts.report,
        })
    };
    Ok(Page { items: page.items.into_iter().filter_map(entry).collect(), next: page.next })
}

/// The facts of an assignment after something happened to it.
#[derive(Default, serde::Deserialize)]
#[serde(default)]
struct Facts {
    state: Option<State>,
    unit: Option<UnitId>,
    due_on: Option<Date>,
    words: Option<Note>,
    report: Option<ReportId>,
    rung: Option<i64>,
}

impl LedgerRow {
    fn facts(&self) -> Facts {
        self.after.as_deref().and_then(|json| serde_json::from_str(json).ok()).unwrap_or_default()
    }
}

/// What a deed is called in the history of an assignment.
const fn kind_of(deed: Deed, subject: Subject) -> Option<HistoryKind> {
    Some(match (subject, deed) {
        (Subject::Assignment, Deed::Assigned) => HistoryKind::Assigned,
        (Subject::Assignment, Deed::Acknowledged) => HistoryKind::Acknowledged,
        (_, Deed::Reported) => HistoryKind::Reported,
        (_, Deed::Accepted) => HistoryKind::Accepted,
        (_, Deed::Returned) => HistoryKind::Returned,
        (Subject::Extension, Deed::Asked) => HistoryKind::ExtensionAsked,
        (Subject::Extension, Deed::Granted) => HistoryKind::ExtensionGranted,
        (Subject::Extension, Deed::Refused) => HistoryKind::ExtensionRefused,
        (Subject::Excuse, Deed::Asked) => HistoryKind::ExcuseGiven,
        (Subject::Excuse, Deed::Granted) => HistoryKind::ExcuseConfirmed,
        (Subject::Excuse, Deed::Refused) => HistoryKind::ExcuseRejected,
        (Subject::Difficulty, Deed::Asked) => HistoryKind::DifficultyRaised,
        (Subject::Difficulty, Deed::Answered) => HistoryKind::DifficultyAnswered,
        (Subject::Assignment, Deed::DueMoved) => HistoryKind::DueMoved,
        (Subject::Assignment, Deed::Paused) => HistoryKind::Paused,
        (Subject::Assignment, Deed::Resumed) => HistoryKind::Resumed,
        (Subject::Assignment, Deed::Cancelled) => HistoryKind::Cancelled,
        (Subject::Assignment, Deed::CarriedOver) => HistoryKind::CarriedOver,
        (Subject::Assignment, Deed::Reassigned) => HistoryKind::Reassigned,
        (Subject::Assignment, Deed::Warned) => HistoryKind::Warned,
        _ => return None,
    })
}

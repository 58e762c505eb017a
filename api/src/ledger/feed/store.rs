//! The SQL of the feed: which things there are, and which were touched. What they are is read by
//! their own rooms.

use std::collections::HashMap;

use diesel::{
    BoolExpressionMethods, ExpressionMethods, JoinOnDsl, NullableExpressionMethods, OptionalExtension,
    QueryDsl, RunQueryDsl,
    sql_types::{BigInt, Nullable, Text, Timestamp},
};
use openapi::{
    assignments::AssignmentId,
    calendar::NamedEventId,
    directives::DirectiveId,
    ledger::{AuditEventId, Deed, FeedItemId, Subject},
    tasks::TaskId,
    units::UnitId,
    value::Instant,
};

use super::Thing;
use crate::{
    access::{Scope, Tenant},
    db::{Reading, Statement, one_of},
    error::Result,
    schema::{
        assignments, difficulties, directives, excuses, extensions, ledger_heads, named_events, reports,
        tasks, units,
    },
};

/// The last place that was given.
pub(super) fn head(tx: &mut Reading<'_>, tenant: Tenant) -> Result<i64> {
    let head: Option<i64> = ledger_heads::table
        .filter(ledger_heads::organisation.eq(tenant))
        .select(ledger_heads::position)
        .first(tx.conn())
        .optional()?;
    Ok(head.unwrap_or(0))
}

/// An entry of the ledger, as far as the feed looks at it.
pub(super) struct Entry {
    pub position: i64,
    pub deed: Deed,
    pub subject: Subject,
    pub subject_id: AuditEventId,
    pub assignment: Option<AssignmentId>,
    pub before: Option<String>,
    pub after: Option<String>,
}

/// What an entry touched.
pub(super) struct Touch {
    pub position: i64,
    pub things: Vec<Thing>,
}

type EntrySql = (Nullable<BigInt>, Text, Text, Text, Nullable<Text>, Nullable<Text>, Nullable<Text>);
type EntryRow =
    (Option<i64>, Deed, Subject, AuditEventId, Option<AssignmentId>, Option<String>, Option<String>);

/// What the feed tells those who see the whole organisation of.
const OF_ALL: &str =
    "('assignment', 'report', 'extension', 'excuse', 'difficulty', 'directive', 'task', 'unit', 'event')";
/// What it tells those of who see some units.
const OF_UNITS: &str = "('assignment', 'report', 'extension', 'excuse', 'difficulty', 'unit')";

/// Which entries are in view.
#[derive(Clone, Copy)]
enum Seen<'a> {
    All,
    /// Those of these units.
    Of(&'a [UnitId]),
    /// Those of what these units no longer have.
    LeftBy(&'a [UnitId]),
}

/// Entries in the caller's view after one place up to another, in their order.
pub(super) fn entries_after(
    tx: &mut Reading<'_>,
    scope: &Scope,
    after: i64,
    upto: i64,
    many: usize,
) -> Result<Vec<Entry>> {
    let read = |tx: &mut Reading<'_>, seen: Seen<'_>| -> Result<Vec<EntryRow>> {
        Ok(entries(scope.tenant(), seen, (after, upto), many).load(tx.conn())?)
    };
    let found = match scope.units() {
        None => read(tx, Seen::All)?,
        Some(reach) => {
            // Two walks of two indexes; one condition with "or" would walk neither.
            let mut found = read(tx, Seen::Of(reach))?;
            found.extend(read(tx, Seen::LeftBy(reach))?);
            found.sort_by_key(|row| row.0);
            found.dedup_by_key(|row| row.0);
            found.truncate(many);
            found
        }
    };
    let entry = |(position, deed, subject, subject_id, assignment, before, after): EntryRow| {
        Some(Entry { position: position?, deed, subject, subject_id, assignment, before, after })
    };
    Ok(found.into_iter().filter_map(entry).collect())
}

fn entries(tenant: Tenant, seen: Seen<'_>, (after, upto): (i64, i64), many: usize) -> Statement<EntrySql> {
    let mut s = Statement::new(
        "SELECT e.position, e.deed, e.subject, e.subject_id, e.assignment_id, e.before, e.after
         FROM ledger e WHERE e.organisation = ",
    );
    s.number(tenant).say(" AND e.position > ").long(after).say(" AND e.position <= ").long(upto);
    s.say(" AND e.subject IN ");
    // Of some units, ordered by what is no column: SQLite would else walk the whole ledger in order.
    match seen {
        Seen::All => s.say(OF_ALL).say(" ORDER BY e.position"),
        Seen::Of(units) => {
            s.say(OF_UNITS).say(" AND e.unit_id IN ").texts(units).say(" ORDER BY e.position + 0")
        }
        Seen::LeftBy(units) => {
            s.say(OF_UNITS).say(" AND e.former_unit_id IN ").texts(units).say(" ORDER BY e.position + 0")
        }
    };
    s.say(" LIMIT ").long(limit(many));
    s
}

/// Where an assignment comes from.
pub(super) struct Origin {
    pub task: TaskId,
    pub directive: DirectiveId,
    /// The event its task is due by.
    pub event: Option<NamedEventId>,
}

/// Where assignments come from.
pub(super) fn origins(
    tx: &mut Reading<'_>,
    scope: &Scope,
    ids: &[AssignmentId],
) -> Result<HashMap<AssignmentId, Origin>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<(AssignmentId, TaskId, DirectiveId, Option<NamedEventId>)> =
        assignments::table
            .inner_join(tasks::table.on(
                tasks::organisation.eq(assignments::organisation).and(tasks::id.eq(assignments::task_id)),
            ))
            .filter(assignments::organisation.eq(scope.tenant()).and(one_of(assignments::id, ids)))
            .select((assignments::id, assignments::task_id, assignments::directive_id, tasks::event_id))
            .load(tx.conn())?;
    let origin = |(id, task, directive, event)| (id, Origin { task, directive, event });
    Ok(rows.into_iter().map(origin).collect())
}

fn limit(many: usize) -> i64 {
    i64::try_from(many).unwrap_or(i64::MAX)
}

/// The units in reach after an id.
pub(super) fn units(
    tx: &mut Reading<'_>,
    scope: &Scope,
    after: Option<FeedItemId>,
    many: usize,
) -> Result<Vec<FeedItemId>> {
    let mut rows = units::table
        .filter(units::organisation.eq(scope.tenant()))
        .order(units::id)
        .limit(limit(many))
        .select(units::id)
        .into_boxed();
    if let Some(reach) = scope.units() {
        rows = rows.filter(one_of(units::id, reach));
    }
    if let Some(after) = after {
        rows = rows.filter(units::id.gt(after));
    }
    Ok(rows.load(tx.conn())?)
}

/// Named events after an id.
pub(super) fn events(
    tx: &mut Reading<'_>,
    scope: &Scope,
    after: Option<FeedItemId>,
    many: usize,
) -> Result<Vec<FeedItemId>> {
    let mut rows = named_events::table
        .filter(named_events::organisation.eq(scope.tenant()))
        .order(named_events::id)
        .limit(limit(many))
        .select(named_events::id)
        .into_boxed();
    if let Some(after) = after {
        rows = rows.filter(named_events::id.gt(after));
    }
    Ok(rows.load(tx.conn())?)
}

/// Directives after an id, those closed long ago left out.
pub(super) fn directives(
    tx: &mut Reading<'_>,
    scope: &Scope,
    after: Option<FeedItemId>,
    since: Instant,
    many: usize,
) -> Result<Vec<FeedItemId>> {
    let mut rows = directives::table
        .filter(directives::organisation.eq(scope.tenant()))
        .filter(directives::closed_at.is_null().or(directives::closed_at.ge(since)))
        .order(directives::id)
        .limit(limit(many))
        .select(directives::id)
        .into_boxed();
    if let Some(after) = after {
        rows = rows.filter(directives::id.gt(after));
    }
    Ok(rows.load(tx.conn())?)
}

/// Tasks after an id, of directives not closed long ago.
pub(super) fn tasks(
    tx: &mut Reading<'_>,
    scope: &Scope,
    after: Option<FeedItemId>,
    since: Instant,
    many: usize,
) -> Result<Vec<FeedItemId>> {
    let mut rows =
        tasks::table
            .inner_join(directives::table.on(
                directives::organisation.eq(tasks::organisation).and(directives::id.eq(tasks::directive_id)),
            ))
            .filter(tasks::organisation.eq(scope.tenant()))
            .filter(directives::closed_at.is_null().or(directives::closed_at.ge(since)))
            .order(tasks::id)
            .limit(limit(many))
            .select(tasks::id)
            .into_boxed();
    if let Some(after) = after {
        rows = rows.filter(tasks::id.gt(after));
    }
    Ok(rows.load(tx.conn())?)
}

/// Some assignments in the order of their ids, and when each was closed.
pub(super) type Walked = Vec<(AssignmentId, Option<Instant>)>;

/// Some assignments after an id: of a unit in reach, or of all for who sees all.
pub(super) fn assignments(
    tx: &mut Reading<'_>,
    scope: &Scope,
    unit: Option<UnitId>,
    after: Option<AssignmentId>,
    many: usize,
) -> Result<Walked> {
    let after = after.map(|id| id.to_string()).unwrap_or_default();
    let s = match unit {
        Some(unit) if scope.covers(unit) => {
            let mut s = Statement::new(
                "SELECT a.id, a.closed_at FROM (SELECT k.organisation, k.id FROM assignments k
                 WHERE k.organisation = ",
            );
            s.number(scope.tenant()).say(" AND k.unit_id = ").text(unit);
            // No column: SQLite would else walk the work of all units.
            s.say(" AND k.id || '' > ").text(after).say(" ORDER BY k.id || '' LIMIT ").long(limit(many));
            s.say(") k JOIN assignments a ON a.organisation = k.organisation AND a.id = k.id");
            s
        }
        None if scope.units().is_none() => {
            let mut s = Statement::new("SELECT a.id, a.closed_at FROM assignments a WHERE a.organisation = ");
            s.number(scope.tenant()).say(" AND a.id > ").text(after);
            s.say(" ORDER BY a.id LIMIT ").long(limit(many));
            s
        }
        _ => return Ok(Vec::new()),
    };
    in_order(tx, s)
}

/// Some assignments after an id that were handed over by a unit in reach.
pub(super) fn handed_over(
    tx: &mut Reading<'_>,
    scope: &Scope,
    after: Option<AssignmentId>,
    many: usize,
) -> Result<Walked> {
    let Some(reach) = scope.units() else { return Ok(Vec::new()) };
    let mut s = Statement::new(
        "SELECT a.id, a.closed_at FROM (SELECT DISTINCT e.organisation, e.assignment_id || '' AS id
         FROM ledger e WHERE e.organisation = ",
    );
    s.number(scope.tenant()).say(" AND e.former_unit_id IN ").texts(reach);
    s.say(" AND e.assignment_id || '' > ").text(after.map(|id| id.to_string()).unwrap_or_default());
    s.say(" ORDER BY 2 LIMIT ").long(limit(many));
    s.say(") k JOIN assignments a ON a.organisation = k.organisation AND a.id = k.id");
    in_order(tx, s)
}

fn in_order(tx: &mut Reading<'_>, statement: Statement<(Text, Nullable<Timestamp>)>) -> Result<Walked> {
    let mut rows: Walked = statement.load(tx.conn())?;
    rows.sort_unstable_by_key(|(id, _)| *id);
    Ok(rows)
}

/// Difficulties after an id that are about no assignment, those answered long ago left out.
pub(super) fn loose_difficulties(
    tx: &mut Reading<'_>,
    scope: &Scope,
    after: Option<FeedItemId>,
    since: Instant,
    many: usize,
) -> Result<Vec<FeedItemId>> {
    let mut rows = difficulties::table
        .filter(difficulties::organisation.eq(scope.tenant()).and(difficulties::assignment_id.is_null()))
        .filter(difficulties::answered_at.is_null().or(difficulties::answered_at.ge(since)))
        .order(difficulties::id)
        .limit(limit(many))
        .select(difficulties::id)
        .into_boxed();
    if let Some(reach) = scope.units() {
        rows = rows.filter(one_of(difficulties::unit_id, reach));
    }
    if let Some(after) = after {
        rows = rows.filter(difficulties::id.gt(after));
    }
    Ok(rows.load(tx.conn())?)
}

/// What belongs to assignments and is in reach, in the order of [`Thing`].
pub(super) fn belonging(
    tx: &mut Reading<'_>,
    scope: &Scope,
    of: &[AssignmentId],
) -> Result<HashMap<AssignmentId, Vec<Thing>>> {
    let mut all: HashMap<AssignmentId, Vec<Thing>> = HashMap::new();
    let mut keep = |subject, found: Vec<(Option<AssignmentId>, UnitId, FeedItemId)>| {
        for (assignment, unit, id) in found {
            if let Some(assignment) = assignment.filter(|_| scope.covers(unit)) {
                all.entry(assignment).or_default().push(Thing { subject, id });
            }
        }
    };
    let found = reports::table
        .filter(reports::organisation.eq(scope.tenant()).and(one_of(reports::assignment_id, of)))
        .select((reports::assignment_id.nullable(), reports::unit_id, reports::id))
        .load(tx.conn())?;
    keep(Subject::Report, found);
    let found = extensions::table
        .filter(extensions::organisation.eq(scope.tenant()).and(one_of(extensions::assignment_id, of)))
        .select((extensions::assignment_id.nullable(), extensions::unit_id, extensions::id))
        .load(tx.conn())?;
    keep(Subject::Extension, found);
    let found = excuses::table
        .filter(excuses::organisation.eq(scope.tenant()).and(one_of(excuses::assignment_id, of)))
        .select((excuses::assignment_id.nullable(), excuses::unit_id, excuses::id))
        .load(tx.conn())?;
    keep(Subject::Excuse, found);
    let found = difficulties::table
        .filter(difficulties::organisation.eq(scope.tenant()).and(one_of(difficulties::assignment_id, of)))
        .select((difficulties::assignment_id, difficulties::unit_id, difficulties::id))
        .load(tx.conn())?;
    keep(Subject::Difficulty, found);
    for things in all.values_mut() {
        things.sort_unstable();
    }
    Ok(all)
}

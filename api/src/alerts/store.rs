//! The SQL of the ladder. **Invariant: a warning has a row whose key is what it is known by; whoever
//! inserts it in his transaction is the one who tells.**

use std::collections::HashMap;

use diesel::{
    BoolExpressionMethods, ExpressionMethods, JoinOnDsl, NullableExpressionMethods, OptionalExtension,
    QueryDsl, Queryable, RunQueryDsl, SelectableHelper,
    dsl::{exists, not},
};
use openapi::{
    alerts::{Ladder, LadderDraft, RungDays},
    assignments::AssignmentId,
    tasks::{AssigneeRole, Priority, TaskId},
    timeliness::State,
    units::{UnitBrief, UnitId},
    value::{Date, Name, Note, Version},
};

use crate::{
    access::{Scope, Tenant},
    assignments::store::AssignmentRow,
    db::{ROWS_AT_ONCE, Reading, Writing, one_of},
    error::Result,
    on_both,
    schema::{alerts, assignments, ladders, tasks, units, warning_progress},
};

/// The ladder of an organisation: its own, or the usual one.
pub(super) fn ladder(tx: &mut Reading<'_>, tenant: Tenant) -> Result<Ladder> {
    let own: Option<(String, Version)> = ladders::table
        .filter(ladders::organisation.eq(tenant))
        .select((ladders::ladder, ladders::version))
        .first(tx.conn())
        .optional()?;
    let Some((json, version)) = own else {
        return Ok(Ladder { draft: LadderDraft::usual(), version: Version::FIRST });
    };
    Ok(Ladder { draft: serde_json::from_str(&json)?, version })
}

pub(super) fn put_ladder(tx: &mut Writing<'_>, tenant: Tenant, ladder: &Ladder) -> Result<()> {
    let json = serde_json::to_string(&ladder.draft)?;
    let now = tx.now();
    let known = diesel::update(ladders::table.filter(ladders::organisation.eq(tenant)))
        .set((ladders::ladder.eq(&json), ladders::version.eq(ladder.version), ladders::updated_at.eq(now)))
        .execute(tx.conn())?;
    if known == 0 {
        diesel::insert_into(ladders::table)
            .values((
                ladders::organisation.eq(tenant),
                ladders::ladder.eq(&json),
                ladders::version.eq(ladder.version),
                ladders::updated_at.eq(now),
            ))
            .execute(tx.conn())?;
    }
    Ok(())
}

/// Work that may have to be warned of.
#[derive(Debug, Clone, Copy, Queryable)]
pub(super) struct Running {
    pub id: AssignmentId,
    pub due_on: Date,
}

/// Running work due within some days that was never warned of on this rung or a higher one, after a
/// place, the earliest due first. What waits for review or for more time is left alone.
pub(super) fn to_warn(
    tx: &mut Reading<'_>,
    tenant: Tenant,
    due: (Option<Date>, Date),
    rung: RungDays,
    after: Option<Running>,
    many: i64,
) -> Result<Vec<Running>> {
    let warned = alerts::table
        .filter(alerts::organisation.eq(assignments::organisation))
        .filter(alerts::assignment_id.eq(assignments::id))
        .filter(alerts::due_on.nullable().eq(assignments::runs_out_on))
        .filter(alerts::rung.ge(rung.get()));
    let mut rows = assignments::table
        .filter(assignments::organisation.eq(tenant))
        .filter(assignments::runs_out_on.le(due.1))
        .filter(assignments::state.ne(State::Submitted).and(assignments::extension_asked.eq(false)))
        .filter(not(exists(warned)))
        .order((assignments::runs_out_on, assignments::id))
        .limit(many)
        .select((assignments::id, assignments::runs_out_on.assume_not_null()))
        .into_boxed();
    if let Some(from) = due.0 {
        rows = rows.filter(assignments::runs_out_on.ge(from));
    }
    if let Some(after) = after {
        let later = assignments::runs_out_on.gt(after.due_on);
        let same = assignments::runs_out_on.eq(after.due_on).and(assignments::id.gt(after.id));
        rows = rows.filter(assignments::runs_out_on.ge(after.due_on)).filter(later.or(same));
    }
    Ok(rows.load(tx.conn())?)
}

/// The same work again, as it is in this transaction.
pub(super) fn still_to_warn(
    tx: &mut Reading<'_>,
    tenant: Tenant,
    rung: RungDays,
    ids: &[AssignmentId],
) -> Result<Vec<AssignmentRow>> {
    let rows: Vec<AssignmentRow> = assignments::table
        .filter(assignments::organisation.eq(tenant).and(one_of(assignments::id, ids)))
        .filter(assignments::runs_out_on.is_not_null())
        .filter(assignments::state.ne(State::Submitted).and(assignments::extension_asked.eq(false)))
        .order(assignments::id)
        .select(AssignmentRow::as_select())
        .load(tx.conn())?;
    let warned: Vec<(AssignmentId, Date)> = alerts::table
        .filter(alerts::organisation.eq(tenant).and(one_of(alerts::assignment_id, ids)))
        .filter(alerts::rung.ge(rung.get()))
        .select((alerts::assignment_id, alerts::due_on))
        .load(tx.conn())?;
    let anew =
        |row: &AssignmentRow| !warned.iter().any(|(id, due)| *id == row.id && Some(*due) == row.due_on);
    Ok(rows.into_iter().filter(anew).collect())
}

/// Writes down that work is warned of, by assignment and due date, on a rung.
pub(super) fn insert_alerts(
    tx: &mut Writing<'_>,
    tenant: Tenant,
    work: impl Iterator<Item = (AssignmentId, Date)>,
    rung: RungDays,
) -> Result<()> {
    let now = tx.now();
    let row = |(assignment, due_on): (AssignmentId, Date)| {
        (
            alerts::organisation.eq(tenant),
            alerts::assignment_id.eq(assignment),
            alerts::due_on.eq(due_on),
            alerts::rung.eq(rung.get()),
            alerts::warned_at.eq(now),
        )
    };
    let rows: Vec<_> = work.map(row).collect();
    for rows in rows.chunks(ROWS_AT_ONCE) {
        on_both!(tx.conn(), |c| diesel::insert_into(alerts::table).values(rows).execute(c))?;
    }
    Ok(())
}

/// How far the jobs of an organisation have come: the place in the ledger, and the day of the digests.
pub(super) fn progress(tx: &mut Reading<'_>, tenant: Tenant) -> Result<(i64, Option<Date>)> {
    Ok(warning_progress::table
        .filter(warning_progress::organisation.eq(tenant))
        .select((warning_progress::position, warning_progress::digest_on))
        .first(tx.conn())
        .optional()?
        .unwrap_or((0, None)))
}

pub(super) fn keep_progress(
    tx: &mut Writing<'_>,
    tenant: Tenant,
    position: i64,
    digest_on: Option<Date>,
) -> Result<()> {
    let known = diesel::update(warning_progress::table.filter(warning_progress::organisation.eq(tenant)))
        .set((warning_progress::position.eq(position), warning_progress::digest_on.eq(digest_on)))
        .execute(tx.conn())?;
    if known == 0 {
        diesel::insert_into(warning_progress::table)
            .values((
                warning_progress::organisation.eq(tenant),
                warning_progress::position.eq(position),
                warning_progress::digest_on.eq(digest_on),
            ))
            .execute(tx.conn())?;
    }
    Ok(())
}

/// What is asked of an assignment to tell of it.
pub(super) fn of_assignment(
    tx: &mut Reading<'_>,
    tenant: Tenant,
    id: AssignmentId,
) -> Result<Option<(AssignmentRow, Priority)>> {
    Ok(assignments::table
        .inner_join(
            tasks::table.on(tasks::organisation
                .eq(assignments::organisation)
                .and(tasks::id.eq(assignments::task_id))),
        )
        .filter(assignments::organisation.eq(tenant).and(assignments::id.eq(id)))
        .select((AssignmentRow::as_select(), tasks::priority))
        .first(tx.conn())
        .optional()?)
}

/// Running work within a scope due within some days that may be warned of, with what a reminder or a
/// preview says of it.
#[derive(Debug, Clone)]
pub(super) struct Due {
    pub id: AssignmentId,
    pub task: TaskId,
    pub content: Note,
    pub unit: UnitBrief,
    pub due_on: Date,
    pub role: AssigneeRole,
}

pub(super) fn due_within(
    tx: &mut Reading<'_>,
    scope: &Scope,
    due: (Option<Date>, Date),
    only: (Option<AssignmentId>, Option<UnitId>),
    many: i64,
) -> Result<Vec<Due>> {
    let mut rows =
        assignments::table
            .inner_join(tasks::table.on(
                tasks::organisation.eq(assignments::organisation).and(tasks::id.eq(assignments::task_id)),
            ))
            .inner_join(units::table.on(
                units::organisation.eq(assignments::organisation).and(units::id.eq(assignments::unit_id)),
            ))
            .filter(assignments::organisation.eq(scope.tenant()))
            .filter(assignments::runs_out_on.le(due.1))
            .filter(assignments::state.ne(State::Submitted).and(assignments::extension_asked.eq(false)))
            .order((assignments::runs_out_on, assignments::id))
            .limit(many)
            .select((
                assignments::id,
                tasks::id,
                tasks::content,
                (units::id, units::name, units::kind),
                assignments::runs_out_on.assume_not_null(),
                assignments::role,
            ))
            .into_boxed();
    if let Some(reach) = scope.units() {
        rows = rows.filter(one_of(assignments::unit_id, reach));
    }
    if let Some(from) = due.0 {
        rows = rows.filter(assignments::runs_out_on.ge(from));
    }
    if let Some(assignment) = only.0 {
        rows = rows.filter(assignments::id.eq(assignment));
    }
    if let Some(unit) = only.1 {
        rows = rows.filter(assignments::unit_id.eq(unit));
    }
    type Row = (AssignmentId, TaskId, Note, (UnitId, Name, openapi::units::UnitKind), Date, AssigneeRole);
    let rows: Vec<Row> = rows.load(tx.conn())?;
    let read = |(id, task, content, unit, due_on, role): Row| Due {
        id,
        task,
        content,
        unit: UnitBrief { id: unit.0, name: unit.1, kind: unit.2 },
        due_on,
        role,
    };
    Ok(rows.into_iter().map(read).collect())
}

/// How much of a unit's running work is due within some days and may be warned of.
pub(super) fn count_due(
    tx: &mut Reading<'_>,
    scope: &Scope,
    due: (Option<Date>, Date),
    unit: UnitId,
) -> Result<i64> {
    let mut rows = assignments::table
        .filter(assignments::organisation.eq(scope.tenant()).and(assignments::unit_id.eq(unit)))
        .filter(assignments::runs_out_on.le(due.1))
        .filter(assignments::state.ne(State::Submitted).and(assignments::extension_asked.eq(false)))
        .into_boxed();
    if let Some(from) = due.0 {
        rows = rows.filter(assignments::runs_out_on.ge(from));
    }
    Ok(rows.count().get_result(tx.conn())?)
}

/// The rungs on which assignments have been warned of their due dates.
pub(super) fn warned(
    tx: &mut Reading<'_>,
    tenant: Tenant,
    of: &[AssignmentId],
) -> Result<HashMap<AssignmentId, Vec<(Date, i32)>>> {
    let rows: Vec<(AssignmentId, Date, i32)> = alerts::table
        .filter(alerts::organisation.eq(tenant).and(one_of(alerts::assignment_id, of)))
        .select((alerts::assignment_id, alerts::due_on, alerts::rung))
        .load(tx.conn())?;
    let mut warned: HashMap<AssignmentId, Vec<(Date, i32)>> = HashMap::new();
    for (id, due, rung) in rows {
        warned.entry(id).or_default().push((due, rung));
    }
    Ok(warned)
}

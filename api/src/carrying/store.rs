//! The SQL of carrying over: which assignment goes on with which.

use diesel::{BoolExpressionMethods, ExpressionMethods, JoinOnDsl, OptionalExtension, QueryDsl, RunQueryDsl};
use openapi::{
    assignments::AssignmentId, directives::DirectiveId, tasks::TaskId, timeliness::State, units::UnitId,
    value::Instant,
};

use crate::{
    access::Tenant,
    assignments::store::{self as given, AssignmentRow},
    db::{Reading, Writing},
    error::Result,
    schema::{alerts, assignments, carry_overs},
};

/// Writes down that an assignment goes on with an earlier one, and that it was warned of already: as
/// long as the due date is the same nobody is warned twice.
pub(super) fn keep(tx: &mut Writing<'_>, from: &AssignmentRow, to: &AssignmentRow) -> Result<()> {
    diesel::insert_into(carry_overs::table)
        .values((
            carry_overs::organisation.eq(from.organisation),
            carry_overs::from_id.eq(from.id),
            carry_overs::to_id.eq(to.id),
        ))
        .execute(tx.conn())?;
    let warned: Vec<(openapi::value::Date, i32, Instant)> = alerts::table
        .filter(alerts::organisation.eq(from.organisation).and(alerts::assignment_id.eq(from.id)))
        .select((alerts::due_on, alerts::rung, alerts::warned_at))
        .load(tx.conn())?;
    for (due_on, rung, warned_at) in warned {
        diesel::insert_into(alerts::table)
            .values((
                alerts::organisation.eq(to.organisation),
                alerts::assignment_id.eq(to.id),
                alerts::due_on.eq(due_on),
                alerts::rung.eq(rung),
                alerts::warned_at.eq(warned_at),
            ))
            .execute(tx.conn())?;
    }
    Ok(())
}

fn after(tx: &mut Reading<'_>, tenant: Tenant, id: AssignmentId) -> Result<Option<AssignmentId>> {
    Ok(carry_overs::table
        .filter(carry_overs::organisation.eq(tenant).and(carry_overs::from_id.eq(id)))
        .select(carry_overs::to_id)
        .first(tx.conn())
        .optional()?)
}

fn before(tx: &mut Reading<'_>, tenant: Tenant, id: AssignmentId) -> Result<Option<AssignmentId>> {
    Ok(carry_overs::table
        .filter(carry_overs::organisation.eq(tenant).and(carry_overs::to_id.eq(id)))
        .select(carry_overs::from_id)
        .first(tx.conn())
        .optional()?)
}

/// An assignment with what was carried over into it, the first first.
pub(crate) fn up_to(tx: &mut Reading<'_>, row: &AssignmentRow) -> Result<Vec<AssignmentId>> {
    let mut line = vec![row.id];
    let mut newest = row.id;
    // As long as the work was carried over, so long is the line.
    for _ in 0..row.carried_times {
        let Some(earlier) = before(tx, row.organisation, newest)? else { break };
        line.push(earlier);
        newest = earlier;
    }
    line.reverse();
    Ok(line)
}

/// The whole line an assignment stands in, the first first.
pub(super) fn line(tx: &mut Reading<'_>, row: &AssignmentRow) -> Result<Vec<AssignmentId>> {
    let mut line = up_to(tx, row)?;
    let mut last = row.id;
    while let Some(next) = after(tx, row.organisation, last)? {
        line.push(next);
        last = next;
    }
    Ok(line)
}

/// Where the work stands now: the assignment itself, or what it was carried over into.
pub(crate) fn end(tx: &mut Reading<'_>, row: AssignmentRow) -> Result<AssignmentRow> {
    let mut end = row;
    while end.state == State::Cancelled {
        let Some(next) = after(tx, end.organisation, end.id)? else { break };
        let Some(next) = given::beside(tx, &end, next)? else { break };
        end = next;
    }
    Ok(end)
}

/// Where the work of a task stands now, in whatever directive, unit by unit. What recurs is left out.
pub(crate) fn ends(
    tx: &mut Reading<'_>,
    tenant: Tenant,
    task: TaskId,
) -> Result<Vec<(UnitId, AssignmentRow)>> {
    let rows = given::ever_of_task(tx, tenant, task)?;
    let mut ends: Vec<(UnitId, AssignmentRow)> = Vec::new();
    for row in rows.into_iter().filter(|row| row.period_number == 0) {
        let end = end(tx, row)?;
        // What was cancelled for good stands back behind what was given again.
        match ends.iter_mut().find(|(unit, _)| *unit == end.unit_id) {
            Some((_, known)) if known.state == State::Cancelled => *known = end,
            Some(_) => {}
            None => ends.push((end.unit_id, end)),
        }
    }
    Ok(ends)
}

/// How many assignments of a directive were carried over into a later one.
pub(crate) fn count_of_directive(
    tx: &mut Reading<'_>,
    tenant: Tenant,
    directive: DirectiveId,
) -> Result<i64> {
    Ok(carry_overs::table
        .inner_join(
            assignments::table.on(assignments::organisation
                .eq(carry_overs::organisation)
                .and(assignments::id.eq(carry_overs::from_id))),
        )
        .filter(carry_overs::organisation.eq(tenant).and(assignments::directive_id.eq(directive)))
        .count()
        .get_result(tx.conn())?)
}

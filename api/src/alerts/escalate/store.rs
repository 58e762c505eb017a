//! The SQL of questions that wait.

use std::collections::HashMap;

use diesel::{BoolExpressionMethods, ExpressionMethods, OptionalExtension, QueryDsl, Queryable, RunQueryDsl};
use openapi::{
    assignments::AssignmentId,
    decisions::{Difficulty, DifficultyId, Extension, ExtensionId},
    id::Id,
    units::UnitId,
    value::Instant,
};

use crate::{
    access::Tenant,
    db::{Reading, Writing, one_of},
    error::Result,
    schema::{difficulties, escalations, extensions},
};

/// A question nobody has answered.
#[derive(Debug, Clone, Copy, Queryable)]
pub(in crate::alerts) struct Question {
    /// A difficulty's or a request's.
    pub id: Id<crate::alerts::Question>,
    pub unit: UnitId,
    pub assignment: Option<AssignmentId>,
    pub received_at: Instant,
}

/// Difficulties without an answer, the oldest first, after one.
pub(in crate::alerts) fn unanswered(
    tx: &mut Reading<'_>,
    tenant: Tenant,
    many: i64,
) -> Result<Vec<Question>> {
    type Row = (DifficultyId, UnitId, Option<AssignmentId>, Instant);
    let rows: Vec<Row> = difficulties::table
        .filter(difficulties::organisation.eq(tenant).and(difficulties::answered_at.is_null()))
        .order((difficulties::received_at, difficulties::id))
        .limit(many)
        .select((
            difficulties::id,
            difficulties::unit_id,
            difficulties::assignment_id,
            difficulties::received_at,
        ))
        .load(tx.conn())?;
    let question =
        |(id, unit, assignment, received_at): Row| Question { id: id.cast(), unit, assignment, received_at };
    Ok(rows.into_iter().map(question).collect())
}

/// Requests for more time without a decision, the oldest first.
pub(in crate::alerts) fn undecided(tx: &mut Reading<'_>, tenant: Tenant, many: i64) -> Result<Vec<Question>> {
    type Row = (ExtensionId, UnitId, AssignmentId, Instant);
    let rows: Vec<Row> = extensions::table
        .filter(extensions::organisation.eq(tenant).and(extensions::decided_at.is_null()))
        .order((extensions::received_at, extensions::id))
        .limit(many)
        .select((extensions::id, extensions::unit_id, extensions::assignment_id, extensions::received_at))
        .load(tx.conn())?;
    let question = |(id, unit, assignment, received_at): Row| Question {
        id: id.cast(),
        unit,
        assignment: Some(assignment),
        received_at,
    };
    Ok(rows.into_iter().map(question).collect())
}

/// How far questions have been passed on.
pub(in crate::alerts) fn stages(
    tx: &mut Reading<'_>,
    tenant: Tenant,
    of: &[Id<crate::alerts::Question>],
) -> Result<HashMap<Id<crate::alerts::Question>, i32>> {
    let rows: Vec<(Id<crate::alerts::Question>, i32)> = escalations::table
        .filter(escalations::organisation.eq(tenant).and(one_of(escalations::question_id, of)))
        .select((escalations::question_id, escalations::stage))
        .load(tx.conn())?;
    let mut highest = HashMap::new();
    for (question, stage) in rows {
        let known = highest.entry(question).or_insert(0);
        *known = stage.max(*known);
    }
    Ok(highest)
}

pub(in crate::alerts) fn insert_escalation(
    tx: &mut Writing<'_>,
    tenant: Tenant,
    question: Id<crate::alerts::Question>,
    stage: i32,
) -> Result<()> {
    let now = tx.now();
    diesel::insert_into(escalations::table)
        .values((
            escalations::organisation.eq(tenant),
            escalations::question_id.eq(question),
            escalations::stage.eq(stage),
            escalations::passed_on_at.eq(now),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// Whether a difficulty or a request still waits.
pub(in crate::alerts) fn still_waits(
    tx: &mut Reading<'_>,
    tenant: Tenant,
    id: Id<crate::alerts::Question>,
) -> Result<bool> {
    let difficulty: Option<UnitId> = difficulties::table
        .filter(difficulties::organisation.eq(tenant).and(difficulties::id.eq(id.cast::<Difficulty>())))
        .filter(difficulties::answered_at.is_null())
        .select(difficulties::unit_id)
        .first(tx.conn())
        .optional()?;
    if difficulty.is_some() {
        return Ok(true);
    }
    let extension: Option<UnitId> = extensions::table
        .filter(extensions::organisation.eq(tenant).and(extensions::id.eq(id.cast::<Extension>())))
        .filter(extensions::decided_at.is_null())
        .select(extensions::unit_id)
        .first(tx.conn())
        .optional()?;
    Ok(extension.is_some())
}

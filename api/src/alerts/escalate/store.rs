//! The SQL of questions that wait.

use std::collections::HashMap;

use diesel::{
    BoolExpressionMethods, ExpressionMethods, JoinOnDsl, NullableExpressionMethods, OptionalExtension,
    QueryDsl, RunQueryDsl,
    dsl::{exists, not},
};
use openapi::{
    assignments::AssignmentId,
    decisions::{Difficulty, Excuse, Extension},
    directives::DirectiveId,
    id::Id,
    units::UnitId,
    value::Instant,
};

use crate::{
    access::Tenant,
    db::{Reading, Writing, one_of},
    error::Result,
    schema::{assignments, difficulties, escalations, excuses, extensions},
};

/// A question nobody has answered.
#[derive(Debug, Clone, Copy)]
pub(in crate::alerts) struct Question {
    /// A difficulty's or a request's.
    pub id: Id<crate::alerts::Question>,
    pub unit: UnitId,
    pub assignment: Option<AssignmentId>,
    pub directive: Option<DirectiveId>,
    pub received_at: Instant,
}

/// Which of the questions that wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::alerts) enum Waiting {
    /// Those that have not come to the leaders yet.
    ToPassOn,
    /// Those that have been passed on before.
    PassedOn,
}
impl Waiting {
    /// The step of an escalation that tells them apart.
    const fn stage(self) -> i32 {
        match self {
            Self::ToPassOn => 2,
            Self::PassedOn => 1,
        }
    }
}

type Row = (Id<crate::alerts::Question>, UnitId, Option<AssignmentId>, Option<DirectiveId>, Instant);

fn question((id, unit, assignment, directive, received_at): Row) -> Question {
    Question { id, unit, assignment, directive, received_at }
}

/// Difficulties without an answer, the oldest first.
pub(in crate::alerts) fn unanswered(
    tx: &mut Reading<'_>,
    tenant: Tenant,
    which: Waiting,
    many: i64,
) -> Result<Vec<Question>> {
    let passed_on = escalations::table
        .filter(escalations::organisation.eq(difficulties::organisation))
        .filter(escalations::question_id.eq(difficulties::id))
        .filter(escalations::stage.eq(which.stage()));
    let mut rows = difficulties::table
        .left_join(
            assignments::table.on(assignments::organisation
                .eq(difficulties::organisation)
                .and(assignments::id.nullable().eq(difficulties::assignment_id))),
        )
        .filter(difficulties::organisation.eq(tenant).and(difficulties::answered_at.is_null()))
        .order((difficulties::received_at, difficulties::id))
        .limit(many)
        .select((
            difficulties::id,
            difficulties::unit_id,
            difficulties::assignment_id,
            assignments::directive_id.nullable(),
            difficulties::received_at,
        ))
        .into_boxed();
    rows = match which {
        Waiting::ToPassOn => rows.filter(not(exists(passed_on))),
        Waiting::PassedOn => rows.filter(exists(passed_on)),
    };
    Ok(rows.load::<Row>(tx.conn())?.into_iter().map(question).collect())
}

/// Requests for more time without a decision, the oldest first, of work that still waits for one: at the
/// unit that has it now.
pub(in crate::alerts) fn undecided(
    tx: &mut Reading<'_>,
    tenant: Tenant,
    which: Waiting,
    many: i64,
) -> Result<Vec<Question>> {
    let passed_on = escalations::table
        .filter(escalations::organisation.eq(extensions::organisation))
        .filter(escalations::question_id.eq(extensions::id))
        .filter(escalations::stage.eq(which.stage()));
    let mut rows = extensions::table
        .inner_join(
            assignments::table.on(assignments::organisation
                .eq(extensions::organisation)
                .and(assignments::id.eq(extensions::assignment_id))),
        )
        .filter(extensions::organisation.eq(tenant).and(extensions::decided_at.is_null()))
        .filter(assignments::extension_asked.eq(true))
        .order((extensions::received_at, extensions::id))
        .limit(many)
        .select((
            extensions::id,
            assignments::unit_id,
            assignments::id.nullable(),
            assignments::directive_id.nullable(),
            extensions::received_at,
        ))
        .into_boxed();
    rows = match which {
        Waiting::ToPassOn => rows.filter(not(exists(passed_on))),
        Waiting::PassedOn => rows.filter(exists(passed_on)),
    };
    Ok(rows.load::<Row>(tx.conn())?.into_iter().map(question).collect())
}

/// How far questions have been passed on, and when last.
pub(in crate::alerts) fn stages(
    tx: &mut Reading<'_>,
    tenant: Tenant,
    of: &[Id<crate::alerts::Question>],
) -> Result<HashMap<Id<crate::alerts::Question>, (i32, Instant)>> {
    let rows: Vec<(Id<crate::alerts::Question>, i32, Instant)> = escalations::table
        .filter(escalations::organisation.eq(tenant).and(one_of(escalations::question_id, of)))
        .order((escalations::question_id, escalations::stage))
        .select((escalations::question_id, escalations::stage, escalations::passed_on_at))
        .load(tx.conn())?;
    Ok(rows.into_iter().map(|(question, stage, at)| (question, (stage, at))).collect())
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

/// Whether a difficulty, a request for more time or an excuse still waits.
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
    let extension: Option<UnitId> = extensions::table
        .inner_join(
            assignments::table.on(assignments::organisation
                .eq(extensions::organisation)
                .and(assignments::id.eq(extensions::assignment_id))),
        )
        .filter(extensions::organisation.eq(tenant).and(extensions::id.eq(id.cast::<Extension>())))
        .filter(extensions::decided_at.is_null().and(assignments::extension_asked.eq(true)))
        .select(extensions::unit_id)
        .first(tx.conn())
        .optional()?;
    let excuse: Option<UnitId> = excuses::table
        .filter(excuses::organisation.eq(tenant).and(excuses::id.eq(id.cast::<Excuse>())))
        .filter(excuses::decided_at.is_null())
        .select(excuses::unit_id)
        .first(tx.conn())
        .optional()?;
    Ok(difficulty.or(extension).or(excuse).is_some())
}

//! The SQL of what is still to go out. **Invariant: what was settled stays so; a digest has a row whose
//! key is its person and day.**

use diesel::{
    BoolExpressionMethods, ExpressionMethods, JoinOnDsl, NullableExpressionMethods, OptionalExtension,
    QueryDsl, RunQueryDsl, SelectableHelper,
};
use openapi::{
    alerts::{NoticeId, NoticeKind},
    assignments::AssignmentId,
    channels::MessageId,
    directives::DirectiveId,
    id::Id,
    people::PersonId,
    problem::Language,
    timeliness::State,
    units::UnitId,
    value::{Date, Instant, Name, Note},
};

use crate::{
    access::Tenant,
    alerts::{Question, inbox::store::NoticeRow},
    db::{Reading, Writing, one_of},
    error::Result,
    schema::{assignments, digests, mutes, notices, people, tasks, units},
};

/// Who has something to be told, after a person.
pub(in crate::alerts) fn with_news(
    tx: &mut Reading<'_>,
    tenant: Tenant,
    at_once: bool,
    after: Option<PersonId>,
    many: i64,
) -> Result<Vec<PersonId>> {
    let mut rows = notices::table
        .filter(notices::organisation.eq(tenant).and(notices::settled_at.is_null()))
        .order(notices::person_id)
        .distinct()
        .limit(many)
        .select(notices::person_id)
        .into_boxed();
    if at_once {
        rows = rows.filter(notices::at_once.eq(true));
    }
    if let Some(after) = after {
        rows = rows.filter(notices::person_id.gt(after));
    }
    Ok(rows.load(tx.conn())?)
}

/// A notice that is still to go out, with what its words need.
#[derive(Debug, Clone)]
pub(in crate::alerts) struct Unsettled {
    pub id: NoticeId,
    pub created_at: Instant,
    pub kind: NoticeKind,
    pub assignment: Option<AssignmentId>,
    pub directive: Option<DirectiveId>,
    pub due_on: Option<Date>,
    pub task: Option<Note>,
    pub unit_name: Option<Name>,
    /// The question it asks an answer of.
    pub question: Option<Id<Question>>,
    /// Whether it still holds, as far as its assignment tells: the unit has it still; of a warning, that it
    /// runs and is due on the day it was warned of; of a report to be reviewed, that it waits.
    pub holds: bool,
}

/// A person's notices that are still to go out, the oldest first.
pub(in crate::alerts) fn unsettled(
    tx: &mut Reading<'_>,
    tenant: Tenant,
    person: PersonId,
    at_once: bool,
) -> Result<Vec<Unsettled>> {
    /// More is for the next message.
    const AT_MOST: i64 = 20_000;
    let mut rows =
        notices::table
            .left_join(
                assignments::table.on(assignments::organisation
                    .eq(notices::organisation)
                    .and(assignments::id.nullable().eq(notices::assignment_id))),
            )
            .left_join(
                tasks::table.on(tasks::organisation
                    .eq(notices::organisation)
                    .and(tasks::id.nullable().eq(assignments::task_id.nullable()))),
            )
            .left_join(units::table.on(
                units::organisation.eq(notices::organisation).and(units::id.nullable().eq(notices::unit_id)),
            ))
            .filter(notices::organisation.eq(tenant).and(notices::person_id.eq(person)))
            .filter(notices::settled_at.is_null())
            .order((notices::created_at, notices::id))
            .limit(AT_MOST)
            .select((
                NoticeRow::as_select(),
                tasks::content.nullable(),
                units::name.nullable(),
                assignments::state.nullable(),
                assignments::runs_out_on.nullable(),
                assignments::extension_asked.nullable(),
                assignments::unit_id.nullable(),
            ))
            .into_boxed();
    if at_once {
        rows = rows.filter(notices::at_once.eq(true));
    }
    type Row =
        (NoticeRow, Option<Note>, Option<Name>, Option<State>, Option<Date>, Option<bool>, Option<UnitId>);
    let rows: Vec<Row> = rows.load(tx.conn())?;
    let read = |(row, task, unit_name, state, runs_out_on, asked, unit): Row| {
        let holds = match row.kind {
            NoticeKind::DueSoon | NoticeKind::Overdue => {
                runs_out_on == row.due_on && state != Some(State::Submitted) && asked == Some(false)
            }
            NoticeKind::ToReview => state == Some(State::Submitted),
            NoticeKind::Given => state.is_some_and(State::is_open),
            _ => true,
        };
        Unsettled {
            holds: holds && (row.assignment_id.is_none() || unit == row.unit_id),
            id: row.id,
            created_at: row.created_at,
            kind: row.kind,
            assignment: row.assignment_id,
            directive: row.directive_id,
            question: row.question_id,
            due_on: row.due_on,
            task,
            unit_name,
        }
    };
    Ok(rows.into_iter().map(read).collect())
}

/// Nothing is left to be done about these: they need not go out any more.
pub(in crate::alerts) fn let_go(tx: &mut Writing<'_>, tenant: Tenant, ids: &[NoticeId]) -> Result<()> {
    const AT_ONCE: usize = 500;
    let now = tx.now();
    for ids in ids.chunks(AT_ONCE) {
        diesel::update(notices::table.filter(notices::organisation.eq(tenant).and(one_of(notices::id, ids))))
            .set(notices::settled_at.eq(now))
            .execute(tx.conn())?;
    }
    Ok(())
}

/// What is unsettled of a person up to this notice went out in a message. One statement, however many:
/// a leader may be told of thousands.
pub(in crate::alerts) fn settle(
    tx: &mut Writing<'_>,
    tenant: Tenant,
    person: PersonId,
    last: (Instant, NoticeId),
    at_once: bool,
    message: MessageId,
) -> Result<()> {
    let now = tx.now();
    let (created_at, id) = last;
    let before = notices::created_at.lt(created_at);
    let at_that_moment = notices::created_at.eq(created_at).and(notices::id.le(id));
    // What goes at once holds only what may not wait, a digest everything: false is less than true.
    let these = notices::table
        .filter(notices::organisation.eq(tenant).and(notices::person_id.eq(person)))
        .filter(notices::settled_at.is_null().and(notices::created_at.le(created_at)))
        .filter(before.or(at_that_moment))
        .filter(notices::at_once.ge(at_once));
    diesel::update(these)
        .set((notices::settled_at.eq(now), notices::message_id.eq(message)))
        .execute(tx.conn())?;
    Ok(())
}

/// The digest a person had on a day.
pub(in crate::alerts) fn had_digest(
    tx: &mut Reading<'_>,
    tenant: Tenant,
    person: PersonId,
    day: Date,
) -> Result<bool> {
    let had: Option<PersonId> = digests::table
        .filter(digests::organisation.eq(tenant).and(digests::person_id.eq(person)))
        .filter(digests::on_day.eq(day))
        .select(digests::person_id)
        .first(tx.conn())
        .optional()?;
    Ok(had.is_some())
}

pub(in crate::alerts) fn insert_digest(
    tx: &mut Writing<'_>,
    tenant: Tenant,
    person: PersonId,
    day: Date,
    message: MessageId,
) -> Result<()> {
    diesel::insert_into(digests::table)
        .values((
            digests::organisation.eq(tenant),
            digests::person_id.eq(person),
            digests::on_day.eq(day),
            digests::message_id.eq(message),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// The language a person reads, when he is still there.
pub(in crate::alerts) fn language(
    tx: &mut Reading<'_>,
    tenant: Tenant,
    person: PersonId,
) -> Result<Option<Language>> {
    Ok(people::table
        .filter(people::organisation.eq(tenant).and(people::id.eq(person)).and(people::active.eq(true)))
        .select(people::language)
        .first(tx.conn())
        .optional()?)
}

/// The documents a person has silenced.
pub(in crate::alerts) fn silenced(
    tx: &mut Reading<'_>,
    tenant: Tenant,
    person: PersonId,
) -> Result<Vec<DirectiveId>> {
    Ok(mutes::table
        .filter(mutes::organisation.eq(tenant).and(mutes::person_id.eq(person)))
        .select(mutes::directive_id)
        .load(tx.conn())?)
}

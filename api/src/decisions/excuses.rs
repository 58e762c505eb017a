//! Excuses: reasons for lateness that were nobody's fault. **Invariant: an excuse never changes the
//! class of an assignment; a confirmed one is counted beside it.**

use diesel::{
    BoolExpressionMethods, ExpressionMethods, Insertable, OptionalExtension, QueryDsl, Queryable,
    RunQueryDsl, Selectable, SelectableHelper,
};
use openapi::{
    access::Action,
    assignments::AssignmentId,
    decisions::{
        DecideExcuse, Decided, Excuse, ExcuseDraft, ExcuseId, ListExcuses, PutExcuse, ReadExcuse,
        RequestState,
    },
    ledger::{Deed, Subject},
    people::PersonId,
    problem::FieldCode,
    timeliness::State,
    units::UnitId,
    value::{Instant, Note, Page, Version},
};

use super::{about, record};
use crate::{
    access::{Scope, Tenant},
    assignments::{self, store as given},
    carrying,
    db::{Reading, Writing, after, one_of},
    error::{Error, Result},
    people,
    schema::excuses,
    serve::{Answer, Call, Routes},
    units,
};

pub(super) fn mount(routes: &mut Routes) {
    routes.read::<ListExcuses>(list);
    routes.read::<ReadExcuse>(read);
    routes.write::<PutExcuse>(put);
    routes.write::<DecideExcuse>(decide);
}

/// An excuse as stored.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = excuses)]
struct Row {
    organisation: Tenant,
    id: ExcuseId,
    assignment_id: AssignmentId,
    unit_id: UnitId,
    author_id: PersonId,
    reason: Note,
    made_at: Instant,
    received_at: Instant,
    state: RequestState,
    decision_reason: Option<Note>,
    decided_by: Option<PersonId>,
    decided_at: Option<Instant>,
    version: Version,
}

fn find(tx: &mut Reading<'_>, scope: &Scope, id: ExcuseId) -> Result<Option<Row>> {
    let row: Option<Row> = excuses::table
        .filter(excuses::organisation.eq(scope.tenant()).and(excuses::id.eq(id)))
        .select(Row::as_select())
        .first(tx.conn())
        .optional()?;
    Ok(row.filter(|row| scope.covers(row.unit_id)))
}

/// These excuses within the caller's reach, in the order of their ids.
pub(crate) fn these(tx: &mut Reading<'_>, scope: &Scope, ids: &[ExcuseId]) -> Result<Vec<Excuse>> {
    let rows: Vec<Row> = excuses::table
        .filter(excuses::organisation.eq(scope.tenant()).and(one_of(excuses::id, ids)))
        .order(excuses::id)
        .select(Row::as_select())
        .load(tx.conn())?;
    shown_all(tx, rows.into_iter().filter(|row| scope.covers(row.unit_id)).collect())
}

fn shown(tx: &mut Reading<'_>, row: Row) -> Result<Excuse> {
    shown_all(tx, vec![row])?.pop().ok_or_else(|| Error::Broken("an excuse was lost".to_owned()))
}

fn shown_all(tx: &mut Reading<'_>, rows: Vec<Row>) -> Result<Vec<Excuse>> {
    let Some(tenant) = rows.first().map(|row| row.organisation) else { return Ok(Vec::new()) };
    let by: Vec<PersonId> =
        rows.iter().flat_map(|row| [Some(row.author_id), row.decided_by]).flatten().collect();
    let people = people::store::briefs(tx, tenant, &by)?;
    let of: Vec<UnitId> = rows.iter().map(|row| row.unit_id).collect();
    let units = units::store::briefs(tx, tenant, &of)?;
    let person = |id: PersonId| people.get(&id).cloned();
    let shown = |row: Row| {
        let decided = row.decided_by.and_then(person).zip(row.decided_at);
        Some(Excuse {
            id: row.id,
            draft: ExcuseDraft { assignment: row.assignment_id, reason: row.reason, made_at: row.made_at },
            unit: units.get(&row.unit_id).cloned()?,
            by: person(row.author_id)?,
            received_at: row.received_at,
            state: row.state,
            decided: decided.map(|(by, at)| Decided { by, at, reason: row.decision_reason }),
            version: row.version,
        })
    };
    Ok(rows.into_iter().filter_map(shown).collect())
}

fn list(tx: &mut Reading<'_>, call: &Call<ListExcuses>) -> Result<Answer<Page<Excuse>>> {
    let (scope, query) = (&call.scope, &call.query);
    let mut rows = excuses::table
        .filter(excuses::organisation.eq(scope.tenant()))
        .order((excuses::received_at.desc(), excuses::id.desc()))
        .limit(i64::from(query.limit().get()) + 1)
        .select(Row::as_select())
        .into_boxed();
    if let Some(reach) = scope.units() {
        rows = rows.filter(one_of(excuses::unit_id, reach));
    }
    if let Some(state) = query.state {
        rows = rows.filter(excuses::state.eq(state));
    }
    if let Some(assignment) = query.assignment {
        rows = rows.filter(excuses::assignment_id.eq(assignment));
    }
    if let Some(unit) = query.unit {
        rows = rows.filter(excuses::unit_id.eq(unit));
    }
    if let Some((at, id)) = after::<(Instant, ExcuseId)>(query.cursor.as_ref())? {
        rows = rows
            .filter(excuses::received_at.le(at))
            .filter(excuses::received_at.lt(at).or(excuses::id.lt(id)));
    }
    let page = Page::cut(rows.load::<Row>(tx.conn())?, query.limit(), |row| (row.received_at, row.id));
    Ok(Answer::ok(Page { items: shown_all(tx, page.items)?, next: page.next }))
}

fn read(tx: &mut Reading<'_>, call: &Call<ReadExcuse>) -> Result<Answer<Excuse>> {
    let row = find(tx, &call.scope, call.path)?.ok_or_else(Error::not_found)?;
    Ok(Answer::ok(shown(tx, row)?))
}

fn put(tx: &mut Writing<'_>, call: &Call<PutExcuse>) -> Result<Answer<Excuse>> {
    if let Some(row) = find(tx, &Scope::of_tenant_of(&call.scope), call.path)? {
        if !call.scope.covers(row.unit_id) {
            return Err(Error::not_found());
        }
        let excuse = shown(tx, row)?;
        return if excuse.draft == call.body { Ok(Answer::ok(excuse)) } else { Err(Error::conflict()) };
    }
    let assignment = about(tx, call, call.body.assignment)?;
    if assignment.due_on.is_none() {
        return Err(Error::wrong_state("Việc này không có hạn.", "This work has no due date."));
    }
    if assignment.state == State::Cancelled {
        return Err(assignments::wrong_state(assignment.state));
    }
    let row = Row {
        organisation: call.scope.tenant(),
        id: call.path,
        assignment_id: call.body.assignment,
        unit_id: assignment.unit_id,
        author_id: call.actor.person.id,
        reason: call.body.reason.clone(),
        made_at: call.body.made_at,
        received_at: tx.now(),
        state: RequestState::Waiting,
        decision_reason: None,
        decided_by: None,
        decided_at: None,
        version: Version::FIRST,
    };
    diesel::insert_into(excuses::table).values(&row).execute(tx.conn())?;
    record(tx, call, &assignment, row.unit_id, (Deed::Asked, Subject::Excuse, row.id), Some(&row.reason))?;
    Ok(Answer::created(shown(tx, row)?))
}

fn decide(tx: &mut Writing<'_>, call: &Call<DecideExcuse>) -> Result<Answer<Excuse>> {
    let sight = call.scope_to(Action::ReadAssignments)?;
    let mut row = find(tx, &sight, call.path)?.ok_or_else(Error::not_found)?;
    if !call.scope.covers(row.unit_id) {
        return Err(Error::not_allowed());
    }
    if row.state != RequestState::Waiting {
        let same = (row.state == RequestState::Granted) == call.body.confirmed
            && row.decision_reason == call.body.reason;
        return if same { Ok(Answer::ok(shown(tx, row)?)) } else { Err(Error::decided()) };
    }
    if !call.body.confirmed && call.body.reason.is_none() {
        return Err(Error::field(
            "/reason",
            FieldCode::Required,
            "Không xác nhận thì cần ghi lý do.",
            "A reason is needed when it is not confirmed.",
        ));
    }
    let now = tx.now();
    row.state = if call.body.confirmed { RequestState::Granted } else { RequestState::Refused };
    row.decision_reason.clone_from(&call.body.reason);
    row.decided_by = Some(call.actor.person.id);
    row.decided_at = Some(now);
    row.version = row.version.next();
    diesel::update(
        excuses::table.filter(excuses::organisation.eq(row.organisation).and(excuses::id.eq(row.id))),
    )
    .set((
        excuses::state.eq(row.state),
        excuses::decision_reason.eq(&row.decision_reason),
        excuses::decided_by.eq(row.decided_by),
        excuses::decided_at.eq(row.decided_at),
        excuses::version.eq(row.version),
    ))
    .execute(tx.conn())?;
    let mut assignment = given::find(tx, &Scope::of_tenant_of(&call.scope), row.assignment_id)?
        .ok_or_else(Error::not_found)?;
    assignment = carrying::store::end(tx, assignment)?;
    if call.body.confirmed && !assignment.excused {
        let mut changed = assignment.clone();
        changed.excused = true;
        assignment = given::save(tx, &assignment, changed)?;
    }
    let deed = if call.body.confirmed { Deed::Granted } else { Deed::Refused };
    record(
        tx,
        call,
        &assignment,
        row.unit_id,
        (deed, Subject::Excuse, row.id),
        row.decision_reason.as_ref(),
    )?;
    Ok(Answer::ok(shown(tx, row)?))
}

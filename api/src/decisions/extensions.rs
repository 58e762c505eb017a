//! Requests for more time. **Invariant: the original due date stays known; at most one request of an
//! assignment waits.**

use diesel::{
    BoolExpressionMethods, ExpressionMethods, Insertable, OptionalExtension, QueryDsl, Queryable,
    RunQueryDsl, Selectable, SelectableHelper,
};
use openapi::{
    access::Action,
    assignments::AssignmentId,
    decisions::{
        DecideExtension, Decided, Extension, ExtensionDecision, ExtensionDraft, ExtensionId, ListExtensions,
        PutExtension, ReadExtension, RequestState,
    },
    ledger::{Deed, Subject},
    people::PersonId,
    problem::FieldCode,
    timeliness::State,
    units::UnitId,
    value::{Date, Instant, Note, Page, Version},
};

use super::{about, record};
use crate::{
    access::{Scope, Tenant},
    assignments::{self, store as given},
    carrying,
    db::{Reading, Writing, after, one_of},
    error::{Error, Faults, Result},
    people,
    schema::extensions,
    serve::{Answer, Call, Routes},
    units,
};

pub(super) fn mount(routes: &mut Routes) {
    routes.read::<ListExtensions>(list);
    routes.read::<ReadExtension>(read);
    routes.write::<PutExtension>(put);
    routes.write::<DecideExtension>(decide);
}

/// A request as stored.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = extensions)]
struct Row {
    organisation: Tenant,
    id: ExtensionId,
    assignment_id: AssignmentId,
    unit_id: UnitId,
    author_id: PersonId,
    asked_due_on: Date,
    reason: Note,
    made_at: Instant,
    received_at: Instant,
    due_on_before: Option<Date>,
    state: RequestState,
    granted_due_on: Option<Date>,
    decision_reason: Option<Note>,
    decided_by: Option<PersonId>,
    decided_at: Option<Instant>,
    version: Version,
}

fn find(tx: &mut Reading<'_>, scope: &Scope, id: ExtensionId) -> Result<Option<Row>> {
    let row: Option<Row> = extensions::table
        .filter(extensions::organisation.eq(scope.tenant()).and(extensions::id.eq(id)))
        .select(Row::as_select())
        .first(tx.conn())
        .optional()?;
    Ok(row.filter(|row| scope.covers(row.unit_id)))
}

/// These requests within the caller's reach, in the order of their ids.
pub(crate) fn these(tx: &mut Reading<'_>, scope: &Scope, ids: &[ExtensionId]) -> Result<Vec<Extension>> {
    let rows: Vec<Row> = extensions::table
        .filter(extensions::organisation.eq(scope.tenant()).and(one_of(extensions::id, ids)))
        .order(extensions::id)
        .select(Row::as_select())
        .load(tx.conn())?;
    shown_all(tx, rows.into_iter().filter(|row| scope.covers(row.unit_id)).collect())
}

fn shown(tx: &mut Reading<'_>, row: Row) -> Result<Extension> {
    shown_all(tx, vec![row])?.pop().ok_or_else(|| Error::Broken("a request was lost".to_owned()))
}

fn shown_all(tx: &mut Reading<'_>, rows: Vec<Row>) -> Result<Vec<Extension>> {
    let Some(tenant) = rows.first().map(|row| row.organisation) else { return Ok(Vec::new()) };
    let by: Vec<PersonId> =
        rows.iter().flat_map(|row| [Some(row.author_id), row.decided_by]).flatten().collect();
    let people = people::store::briefs(tx, tenant, &by)?;
    let of: Vec<UnitId> = rows.iter().map(|row| row.unit_id).collect();
    let units = units::store::briefs(tx, tenant, &of)?;
    let person = |id: PersonId| people.get(&id).cloned();
    let shown = |row: Row| {
        let decided = row.decided_by.and_then(person).zip(row.decided_at);
        Some(Extension {
            id: row.id,
            draft: ExtensionDraft {
                assignment: row.assignment_id,
                asked_due_on: row.asked_due_on,
                reason: row.reason,
                made_at: row.made_at,
            },
            unit: units.get(&row.unit_id).cloned()?,
            by: person(row.author_id)?,
            received_at: row.received_at,
            due_on_before: row.due_on_before,
            state: row.state,
            granted_due_on: row.granted_due_on,
            decided: decided.map(|(by, at)| Decided { by, at, reason: row.decision_reason }),
            version: row.version,
        })
    };
    Ok(rows.into_iter().filter_map(shown).collect())
}

fn list(tx: &mut Reading<'_>, call: &Call<ListExtensions>) -> Result<Answer<Page<Extension>>> {
    let (scope, query) = (&call.scope, &call.query);
    let mut rows = extensions::table
        .filter(extensions::organisation.eq(scope.tenant()))
        .order((extensions::received_at.desc(), extensions::id.desc()))
        .limit(i64::from(query.limit().get()) + 1)
        .select(Row::as_select())
        .into_boxed();
    if let Some(reach) = scope.units() {
        rows = rows.filter(one_of(extensions::unit_id, reach));
    }
    if let Some(state) = query.state {
        rows = rows.filter(extensions::state.eq(state));
    }
    if let Some(assignment) = query.assignment {
        rows = rows.filter(extensions::assignment_id.eq(assignment));
    }
    if let Some(unit) = query.unit {
        rows = rows.filter(extensions::unit_id.eq(unit));
    }
    if let Some((at, id)) = after::<(Instant, ExtensionId)>(query.cursor.as_ref())? {
        rows = rows
            .filter(extensions::received_at.le(at))
            .filter(extensions::received_at.lt(at).or(extensions::id.lt(id)));
    }
    let page = Page::cut(rows.load::<Row>(tx.conn())?, query.limit(), |row| (row.received_at, row.id));
    Ok(Answer::ok(Page { items: shown_all(tx, page.items)?, next: page.next }))
}

fn read(tx: &mut Reading<'_>, call: &Call<ReadExtension>) -> Result<Answer<Extension>> {
    let row = find(tx, &call.scope, call.path)?.ok_or_else(Error::not_found)?;
    Ok(Answer::ok(shown(tx, row)?))
}

fn put(tx: &mut Writing<'_>, call: &Call<PutExtension>) -> Result<Answer<Extension>> {
    let everywhere = Scope::of_tenant_of(&call.scope);
    if let Some(row) = find(tx, &everywhere, call.path)? {
        if !call.scope.covers(row.unit_id) {
            return Err(Error::not_found());
        }
        let extension = shown(tx, row)?;
        return if extension.draft == call.body { Ok(Answer::ok(extension)) } else { Err(Error::conflict()) };
    }
    let assignment = about(tx, call, call.body.assignment)?;
    let Some(due) = assignment.due_on.filter(|_| may_be_extended(assignment.state)) else {
        return Err(Error::wrong_state(
            "Chỉ xin gia hạn được cho việc đang làm và có hạn.",
            "More time can be asked for open work with a due date only.",
        ));
    };
    if assignment.extension_asked {
        return Err(Error::wrong_state(
            "Đang có một đề nghị gia hạn chờ quyết định.",
            "A request for more time is waiting for a decision.",
        ));
    }
    let mut faults = Faults::default();
    if call.body.asked_due_on <= due {
        faults.add(
            "/asked_due_on",
            FieldCode::BadValue,
            format!("Hạn mới phải sau hạn hiện tại ({due})."),
            format!("The new date must be after the present one ({due})."),
        );
    }
    faults.check()?;
    let row = Row {
        organisation: call.scope.tenant(),
        id: call.path,
        assignment_id: call.body.assignment,
        unit_id: assignment.unit_id,
        author_id: call.actor.person.id,
        asked_due_on: call.body.asked_due_on,
        reason: call.body.reason.clone(),
        made_at: call.body.made_at,
        received_at: tx.now(),
        due_on_before: assignment.due_on,
        state: RequestState::Waiting,
        granted_due_on: None,
        decision_reason: None,
        decided_by: None,
        decided_at: None,
        version: Version::FIRST,
    };
    diesel::insert_into(extensions::table).values(&row).execute(tx.conn())?;
    let mut changed = assignment.clone();
    changed.extension_asked = true;
    let assignment = given::save(tx, &assignment, changed)?;
    record(tx, call, &assignment, row.unit_id, (Deed::Asked, Subject::Extension, row.id), Some(&row.reason))?;
    Ok(Answer::created(shown(tx, row)?))
}

const fn may_be_extended(state: State) -> bool {
    matches!(state, State::Assigned | State::Acknowledged | State::InProgress)
}

fn is_same(row: &Row, decision: &ExtensionDecision) -> bool {
    let granted = row.state == RequestState::Granted;
    let due = decision.due_on.unwrap_or(row.asked_due_on);
    granted == decision.granted
        && row.decision_reason == decision.reason
        && (!granted || row.granted_due_on == Some(due))
}

fn decide(tx: &mut Writing<'_>, call: &Call<DecideExtension>) -> Result<Answer<Extension>> {
    let sight = call.scope_to(Action::ReadAssignments)?;
    let mut row = find(tx, &sight, call.path)?.ok_or_else(Error::not_found)?;
    if !call.scope.covers(row.unit_id) {
        return Err(Error::not_allowed());
    }
    if row.state != RequestState::Waiting {
        return if is_same(&row, &call.body) {
            Ok(Answer::ok(shown(tx, row)?))
        } else {
            Err(Error::decided())
        };
    }
    let assignment = given::find(tx, &Scope::of_tenant_of(&call.scope), row.assignment_id)?
        .ok_or_else(Error::not_found)?;
    let assignment = carrying::store::end(tx, assignment)?;
    let due = call.body.due_on.unwrap_or(row.asked_due_on);
    check(&call.body, &assignment, due)?;
    let now = tx.now();
    row.state = if call.body.granted { RequestState::Granted } else { RequestState::Refused };
    row.granted_due_on = call.body.granted.then_some(due);
    row.decision_reason.clone_from(&call.body.reason);
    row.decided_by = Some(call.actor.person.id);
    row.decided_at = Some(now);
    row.version = row.version.next();
    diesel::update(
        extensions::table
            .filter(extensions::organisation.eq(row.organisation).and(extensions::id.eq(row.id))),
    )
    .set((
        extensions::state.eq(row.state),
        extensions::granted_due_on.eq(row.granted_due_on),
        extensions::decision_reason.eq(&row.decision_reason),
        extensions::decided_by.eq(row.decided_by),
        extensions::decided_at.eq(row.decided_at),
        extensions::version.eq(row.version),
    ))
    .execute(tx.conn())?;
    let mut changed = assignment.clone();
    changed.extension_asked = false;
    if call.body.granted {
        changed.due_on = Some(due);
    }
    let assignment = given::save(tx, &assignment, changed)?;
    let deed = if call.body.granted { Deed::Granted } else { Deed::Refused };
    record(
        tx,
        call,
        &assignment,
        row.unit_id,
        (deed, Subject::Extension, row.id),
        row.decision_reason.as_ref(),
    )?;
    Ok(Answer::ok(shown(tx, row)?))
}

fn check(decision: &ExtensionDecision, assignment: &given::AssignmentRow, due: Date) -> Result<()> {
    if !decision.granted {
        if decision.reason.is_none() {
            return Err(Error::field(
                "/reason",
                FieldCode::Required,
                "Không cho gia hạn thì cần ghi lý do.",
                "A reason is needed to refuse.",
            ));
        }
        return Ok(());
    }
    if !assignment.state.is_open() {
        return Err(assignments::wrong_state(assignment.state));
    }
    if assignment.due_on.is_some_and(|present| due <= present) {
        return Err(Error::field(
            "/due_on",
            FieldCode::BadValue,
            "Hạn mới phải sau hạn hiện tại.",
            "The new date must be after the present one.",
        ));
    }
    Ok(())
}

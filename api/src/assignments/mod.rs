//! Assignments: one task given to one unit. **Invariant: a state changes only as `domain.md` §3 says,
//! each change is in the history with who, when and why, and nothing that was reported is lost.**

pub(crate) mod store;

use openapi::{
    access::Action,
    assignments::{
        AcknowledgeAssignment, Assignment, AssignmentCounts, AssignmentId, CancelAssignment,
        CountAssignments, HistoryEntry, ListAssignments, ListHistory, PauseAssignment, ReadAssignment,
        ReassignAssignment, ResumeAssignment,
    },
    calendar::NamedEventId,
    directives::DirectiveId,
    endpoint::Endpoint,
    ledger::{Deed, Subject},
    problem::Code,
    tasks::TaskId,
    timeliness::State,
    units::UnitId,
    value::{Date, Note, Page},
};
use serde_json::{Value, json};

use self::store::{AssignmentRow, Given, Which};
use crate::{
    access::{Actor, Scope, Tenant},
    carrying,
    db::{Reading, Writing},
    error::{Error, Result},
    ledger::{self, Entry},
    serve::{Answer, Call, Routes},
    units,
};

pub(crate) fn mount(routes: &mut Routes) {
    routes.read::<ListAssignments>(list);
    routes.snapshot::<CountAssignments>(count);
    routes.read::<ReadAssignment>(read);
    routes.steps::<ListHistory, _>(history);
    routes.write::<AcknowledgeAssignment>(acknowledge);
    routes.write::<PauseAssignment>(pause);
    routes.write::<ResumeAssignment>(resume);
    routes.write::<CancelAssignment>(cancel);
    routes.write::<ReassignAssignment>(reassign);
}

fn list(tx: &mut Reading<'_>, call: &Call<ListAssignments>) -> Result<Answer<Page<Assignment>>> {
    Ok(Answer::ok(store::shown(tx, &call.scope, &call.actor, call.today, &Which::List(&call.query))?))
}

fn count(tx: &mut Reading<'_>, call: &Call<CountAssignments>) -> Result<Answer<AssignmentCounts>> {
    Ok(Answer::ok(store::counts(tx, &call.scope, &call.actor, call.today)?))
}

fn read(tx: &mut Reading<'_>, call: &Call<ReadAssignment>) -> Result<Answer<Assignment>> {
    Ok(Answer::ok(show(tx, call, call.path)?))
}

/// An assignment as this caller may see it.
pub(crate) fn show<E: Endpoint>(
    tx: &mut Reading<'_>,
    call: &Call<E>,
    id: AssignmentId,
) -> Result<Assignment> {
    let scope = call.scope_to(Action::ReadAssignments)?;
    let page = store::shown(tx, &scope, &call.actor, call.today, &Which::One(id))?;
    page.items.into_iter().next().ok_or_else(Error::not_found)
}

async fn history(call: Call<ListHistory>) -> Result<Answer<Page<HistoryEntry>>> {
    let db = call.state.db.clone();
    // In the order of commits, and with what has just been done.
    ledger::seal(&db).await?;
    db.read(move |tx| {
        let row = store::find(tx, &call.scope, call.path)?.ok_or_else(Error::not_found)?;
        let (limit, cursor) = (call.query.limit(), call.query.cursor.as_ref());
        let line = carrying::store::up_to(tx, &row)?;
        Ok(Answer::ok(ledger::store::history(tx, &call.scope, &line, limit, cursor)?))
    })
    .await
}

/// The assignment to be acted upon: 404 when it is out of the caller's sight, 403 when it is in
/// sight but not his to change.
pub(crate) fn to_act_on<E: Endpoint>(
    tx: &mut Reading<'_>,
    call: &Call<E>,
    id: AssignmentId,
) -> Result<AssignmentRow> {
    let sight = call.scope_to(Action::ReadAssignments)?;
    let row = store::find(tx, &sight, id)?.ok_or_else(Error::not_found)?;
    if call.scope.covers(row.unit_id) { Ok(row) } else { Err(Error::not_allowed()) }
}

/// Stores a change and writes it into the history.
pub(crate) fn change(
    tx: &mut Writing<'_>,
    before: &AssignmentRow,
    changed: AssignmentRow,
    done: Done<'_>,
) -> Result<AssignmentRow> {
    let row = store::save(tx, before, changed)?;
    let mut entry = Entry::new(done.deed, Subject::Assignment, row.id)
        .of_assignment(row.id)
        .in_view_of(row.unit_id)
        .before(facts(before, None, None))
        .after(facts(&row, done.words, done.report));
    if let Some(actor) = done.by {
        entry = entry.by(actor);
    }
    if before.unit_id != row.unit_id {
        entry = entry.gone_from(before.unit_id);
    }
    ledger::record(tx, row.organisation, entry)?;
    Ok(row)
}

/// What was done to an assignment, for its history.
pub(crate) struct Done<'a> {
    /// What.
    pub deed: Deed,
    /// By whom; by the server itself without one.
    pub by: Option<&'a Actor>,
    /// With which words.
    pub words: Option<&'a Note>,
    /// By which report.
    pub report: Option<openapi::reports::ReportId>,
}

impl<'a> Done<'a> {
    /// Something somebody did.
    pub(crate) const fn by(deed: Deed, actor: &'a Actor) -> Self {
        Self { deed, by: Some(actor), words: None, report: None }
    }
    /// With words.
    pub(crate) const fn saying(mut self, words: &'a Note) -> Self {
        self.words = Some(words);
        self
    }
    /// By a report.
    pub(crate) const fn in_report(mut self, report: openapi::reports::ReportId) -> Self {
        self.report = Some(report);
        self
    }
}

/// The facts of an assignment as the history keeps them.
pub(crate) fn facts(
    row: &AssignmentRow,
    words: Option<&Note>,
    report: Option<openapi::reports::ReportId>,
) -> Value {
    let mut facts = json!({ "state": row.state, "unit": row.unit_id });
    let mut put = |name: &str, value: Value| {
        if let Some(all) = facts.as_object_mut().filter(|_| !value.is_null()) {
            all.insert(name.to_owned(), value);
        }
    };
    put("due_on", json!(row.due_on));
    put("finished_on", json!(row.finished_on));
    put("percent", json!(row.percent));
    put("quantity", json!(row.quantity));
    put("words", json!(words));
    put("report", json!(report));
    facts
}

/// Gives work to units, unless they have it already. Answers how many were given.
pub(crate) fn give(tx: &mut Writing<'_>, tenant: Tenant, by: Option<&Actor>, work: &[Given]) -> Result<i64> {
    let mut given = 0;
    for one in work {
        let row = store::insert(tx, tenant, one)?;
        if let Some(earlier) = &one.goes_on {
            carrying::close(tx, by, earlier, &row)?;
        }
        let mut entry = Entry::new(Deed::Assigned, Subject::Assignment, row.id)
            .of_assignment(row.id)
            .in_view_of(row.unit_id)
            .after(facts(&row, None, None));
        if let Some(actor) = by {
            entry = entry.by(actor);
        }
        ledger::record(tx, tenant, entry)?;
        given += 1;
    }
    Ok(given)
}

fn acknowledge(tx: &mut Writing<'_>, call: &Call<AcknowledgeAssignment>) -> Result<Answer<Assignment>> {
    let row = to_act_on(tx, call, call.path)?;
    if row.acknowledged_at.is_none() {
        if !row.state.is_open() {
            return Err(wrong_state(row.state));
        }
        let made_at = openapi::reports::counted_moment(call.body.made_at, tx.now(), row.assigned_at).0;
        let mut changed = row.clone();
        changed.acknowledged_at = Some(made_at);
        if changed.state == State::Assigned {
            changed.state = State::Acknowledged;
        }
        if changed.paused_from == Some(State::Assigned) {
            changed.paused_from = Some(State::Acknowledged);
        }
        change(tx, &row, changed, Done::by(Deed::Acknowledged, &call.actor))?;
    }
    Ok(Answer::ok(show(tx, call, row.id)?))
}

/// Not possible where the assignment stands.
pub(crate) fn wrong_state(state: State) -> Error {
    Error::wrong_state(
        format!("Việc này đang ở trạng thái “{}”.", state.vi()),
        format!("This work is in the state “{}”.", state.en()),
    )
}

fn pause(tx: &mut Writing<'_>, call: &Call<PauseAssignment>) -> Result<Answer<Assignment>> {
    let row = to_act_on(tx, call, call.path)?;
    let reason = &call.body.reason;
    let again = row.state == State::Paused && row.reason.as_ref() == Some(reason);
    if !again {
        if !row.state.is_open() || row.state == State::Paused {
            return Err(wrong_state(row.state));
        }
        let mut changed = row.clone();
        changed.paused_from = Some(row.state);
        changed.state = State::Paused;
        changed.reason = Some(reason.clone());
        change(tx, &row, changed, Done::by(Deed::Paused, &call.actor).saying(reason))?;
    }
    Ok(Answer::ok(show(tx, call, row.id)?))
}

fn resume(tx: &mut Writing<'_>, call: &Call<ResumeAssignment>) -> Result<Answer<Assignment>> {
    let row = to_act_on(tx, call, call.path)?;
    if let Some(state) = row.paused_from {
        let mut changed = row.clone();
        changed.state = state;
        changed.paused_from = None;
        changed.reason = None;
        change(tx, &row, changed, Done::by(Deed::Resumed, &call.actor))?;
    } else if !row.state.is_open() {
        return Err(wrong_state(row.state));
    }
    Ok(Answer::ok(show(tx, call, row.id)?))
}

fn cancel(tx: &mut Writing<'_>, call: &Call<CancelAssignment>) -> Result<Answer<Assignment>> {
    let row = to_act_on(tx, call, call.path)?;
    let again = row.state == State::Cancelled && row.reason.as_ref() == Some(&call.body.reason);
    if !again {
        if !row.state.is_open() {
            return Err(wrong_state(row.state));
        }
        cancel_one(tx, &call.actor, &row, &call.body.reason)?;
    }
    Ok(Answer::ok(show(tx, call, row.id)?))
}

fn cancel_one(tx: &mut Writing<'_>, actor: &Actor, row: &AssignmentRow, reason: &Note) -> Result<()> {
    let mut changed = row.clone();
    changed.state = State::Cancelled;
    changed.paused_from = None;
    changed.closed_at = Some(tx.now());
    changed.reason = Some(reason.clone());
    changed.extension_asked = false;
    change(tx, row, changed, Done::by(Deed::Cancelled, actor).saying(reason))?;
    Ok(())
}

/// Cancels what is still in time of a directive that is being closed. What waits for a review goes on
/// waiting, and what is late stays late: closing makes nobody's figures better.
pub(crate) fn cancel_in_time(
    tx: &mut Writing<'_>,
    actor: &Actor,
    tenant: Tenant,
    directive: DirectiveId,
    reason: &Note,
) -> Result<()> {
    let today = actor.house.day(tx.now());
    let all = store::open_of_directive(tx, tenant, directive)?;
    for row in all.into_iter().filter(|row| !row.facts().outlives_closure(today)) {
        cancel_one(tx, actor, &row, reason)?;
    }
    Ok(())
}

fn reassign(tx: &mut Writing<'_>, call: &Call<ReassignAssignment>) -> Result<Answer<Assignment>> {
    let row = to_act_on(tx, call, call.path)?;
    let unit =
        units::store::find(tx, &call.scope, call.body.unit)?.ok_or_else(|| Error::not_known("/unit"))?;
    if row.unit_id != unit.id {
        if !row.state.is_open() {
            return Err(wrong_state(row.state));
        }
        if !unit.exists_on(call.today) {
            return Err(Error::not_known("/unit"));
        }
        if store::has_work(tx, &row, unit.id)? {
            return Err(Error::because(
                Code::Duplicate,
                "Đơn vị này đã được giao chính việc này.",
                "That unit has this very work already.",
            ));
        }
        hand_to(tx, &call.actor, &row, unit.id, &call.body.reason)?;
    }
    Ok(Answer::ok(show(tx, call, row.id)?))
}

fn hand_to(
    tx: &mut Writing<'_>,
    actor: &Actor,
    row: &AssignmentRow,
    unit: UnitId,
    reason: &Note,
) -> Result<()> {
    let mut changed = row.clone();
    changed.unit_id = unit;
    // The new unit has not seen it yet.
    changed.acknowledged_at = None;
    if changed.state == State::Acknowledged {
        changed.state = State::Assigned;
    }
    change(tx, row, changed, Done::by(Deed::Reassigned, actor).saying(reason))?;
    Ok(())
}

/// Hands the open work of a unit over to another: what the other has already is cancelled instead.
/// Answers how much was handed over, and how much cancelled.
pub(crate) fn hand_over(
    tx: &mut Writing<'_>,
    actor: &Actor,
    from: UnitId,
    to: UnitId,
    reason: &Note,
) -> Result<(i64, i64)> {
    let (mut moved, mut cancelled) = (0, 0);
    for row in store::open_of_unit(tx, actor.house.tenant, from)? {
        if store::has_work(tx, &row, to)? {
            cancel_one(tx, actor, &row, reason)?;
            cancelled += 1;
        } else {
            hand_to(tx, actor, &row, to, reason)?;
            moved += 1;
        }
    }
    Ok((moved, cancelled))
}

/// Moves the due date of open work from what its task said to what it says now. Work whose date was
/// moved on its own, by an extension, stays where it was moved to.
pub(crate) fn task_due_moved(
    tx: &mut Writing<'_>,
    actor: &Actor,
    task: TaskId,
    was: Option<Date>,
    is: Option<Date>,
) -> Result<()> {
    let open: Vec<_> = store::of_task(tx, actor.house.tenant, task)?
        .into_iter()
        .filter(|row| row.state.is_open() && row.period_number == 0 && row.due_on == was)
        .collect();
    for row in open {
        move_due(tx, actor, &row, is)?;
    }
    Ok(())
}

fn move_due(tx: &mut Writing<'_>, actor: &Actor, row: &AssignmentRow, to: Option<Date>) -> Result<()> {
    if row.due_on != to {
        let mut changed = row.clone();
        changed.due_on = to;
        change(tx, row, changed, Done::by(Deed::DueMoved, actor))?;
    }
    Ok(())
}

/// What every assignment of a task shows of it has changed: whoever follows the feed is told.
pub(crate) fn task_changed(tx: &mut Writing<'_>, actor: &Actor, task: TaskId) -> Result<()> {
    let of = store::units_of(tx, actor.house.tenant, store::Of::Task(task))?;
    shown_anew(tx, actor, of)
}

/// What every assignment of a directive shows of it has changed: whoever follows the feed is told.
pub(crate) fn directive_changed(tx: &mut Writing<'_>, actor: &Actor, directive: DirectiveId) -> Result<()> {
    let of = store::units_of(tx, actor.house.tenant, store::Of::Directive(directive))?;
    shown_anew(tx, actor, of)
}

fn shown_anew(tx: &mut Writing<'_>, actor: &Actor, of: Vec<(AssignmentId, UnitId)>) -> Result<()> {
    for (id, unit) in of {
        let entry = Entry::new(Deed::Changed, Subject::Assignment, id).of_assignment(id).in_view_of(unit);
        ledger::record(tx, actor.house.tenant, entry.by(actor))?;
    }
    Ok(())
}

/// A named event was given a date, or another one: open work that is due by it follows. Its first date
/// also judges what was finished while it had none; what was judged once is not judged anew.
pub(crate) fn event_dated(
    tx: &mut Writing<'_>,
    actor: &Actor,
    event: NamedEventId,
    was: (Option<Date>, Option<Date>),
    (from, to): (Option<Date>, Option<Date>),
) -> Result<()> {
    let today = actor.house.day(tx.now());
    for (row, relation) in store::open_by_event(tx, actor.house.tenant, event)? {
        // What was late when it was carried over stays late.
        if row.carried_times > 0 && row.facts().is_overdue(today) {
            continue;
        }
        move_due(tx, actor, &row, crate::tasks::due_by_event(relation, from, to))?;
    }
    if was == (None, None) {
        for (row, relation) in store::finished_by_event(tx, actor.house.tenant, event)? {
            move_due(tx, actor, &row, crate::tasks::due_by_event(relation, from, to))?;
        }
    }
    Ok(())
}

/// How much open work takes its due date from an event.
pub(crate) fn waiting_for_event(tx: &mut Reading<'_>, tenant: Tenant, event: NamedEventId) -> Result<i64> {
    store::count_by_event(tx, tenant, event)
}

/// How far a directive or a task has come: assignments, completed, leads, leads completed.
pub(crate) fn progress_of_task(
    tx: &mut Reading<'_>,
    scope: &Scope,
    task: TaskId,
) -> Result<(i64, i64, i64, i64)> {
    store::progress_of_task(tx, scope, task)
}

//! Links: one piece of work that was given at several places. **Invariant: a unit's report counts at
//! every open place of the same work that the unit has, in the transaction that keeps it; one review
//! settles them all.**

use openapi::{
    assignments::{Assignment, AssignmentId},
    ledger::{Deed, Subject},
    links::{LinkTasks, ListLinkedToTask, ListLinkedWork, UnlinkTasks},
    tasks::{Task, TaskId},
    timeliness::State,
    units::UnitId,
    value::{Cursor, Date, Limit, Page},
};
use serde_json::json;

use crate::{
    assignments::store::{self as given, AssignmentRow, Which},
    carrying,
    db::{Reading, Writing, after},
    error::{Error, Result},
    ledger::{self, Entry},
    serve::{Answer, Call, Routes},
    tasks,
};

/// As many links as a task may have in its draft.
const AT_MOST: usize = 50;

pub(crate) fn mount(routes: &mut Routes) {
    routes.write::<LinkTasks>(link);
    routes.write::<UnlinkTasks>(unlink);
    routes.read::<ListLinkedToTask>(list_of_task);
    routes.read::<ListLinkedWork>(list_of_assignment);
}

fn link(tx: &mut Writing<'_>, call: &Call<LinkTasks>) -> Result<Answer<Task>> {
    let (id, other) = call.path;
    let task = tasks::store::find(tx, &call.scope, id)?.ok_or_else(Error::not_found)?;
    let end = tasks::store::find(tx, &call.scope, other)?.ok_or_else(Error::not_found)?;
    if task.draft.related.contains(&end.id) {
        return Ok(Answer::ok(tasks::seen_by(&call.actor, task)));
    }
    if task.id == end.id {
        return Err(Error::wrong_state(
            "Không liên kết một nhiệm vụ với chính nó.",
            "A task is not linked with itself.",
        ));
    }
    if task.draft.related.len() >= AT_MOST || end.draft.related.len() >= AT_MOST {
        return Err(Error::wrong_state(
            format!("Một nhiệm vụ có nhiều nhất {AT_MOST} liên kết."),
            format!("A task has {AT_MOST} links at most."),
        ));
    }
    let mut related = task.draft.related.clone();
    related.push(end.id);
    tasks::store::relink(tx, &call.scope, &task, related)?;
    record(tx, call, Deed::Linked, &task, end.id)?;
    read_again(tx, call, task.id)
}

fn unlink(tx: &mut Writing<'_>, call: &Call<UnlinkTasks>) -> Result<Answer<Task>> {
    let (id, other) = call.path;
    let task = tasks::store::find(tx, &call.scope, id)?.ok_or_else(Error::not_found)?;
    let end = tasks::store::find(tx, &call.scope, other)?.ok_or_else(Error::not_found)?;
    if !task.draft.related.contains(&end.id) {
        return Ok(Answer::ok(tasks::seen_by(&call.actor, task)));
    }
    let related = task.draft.related.iter().copied().filter(|one| *one != end.id).collect();
    tasks::store::relink(tx, &call.scope, &task, related)?;
    record(tx, call, Deed::Unlinked, &task, end.id)?;
    read_again(tx, call, task.id)
}

/// One entry for both ends: the feed finds the other in it.
fn record<E: openapi::endpoint::Endpoint>(
    tx: &mut Writing<'_>,
    call: &Call<E>,
    deed: Deed,
    task: &Task,
    other: TaskId,
) -> Result<()> {
    let ends = json!({ "directive": task.draft.directive, "related": [other] });
    let entry = Entry::new(deed, Subject::Task, task.id).by(&call.actor);
    let entry = if deed == Deed::Linked { entry.after(ends) } else { entry.before(ends) };
    ledger::record(tx, call.scope.tenant(), entry)
}

fn read_again<E: openapi::endpoint::Endpoint>(
    tx: &mut Reading<'_>,
    call: &Call<E>,
    id: TaskId,
) -> Result<Answer<Task>> {
    let task = tasks::store::find(tx, &call.scope, id)?.ok_or_else(Error::not_found)?;
    Ok(Answer::ok(tasks::seen_by(&call.actor, task)))
}

fn list_of_task(tx: &mut Reading<'_>, call: &Call<ListLinkedToTask>) -> Result<Answer<Page<Assignment>>> {
    let task = tasks::store::find(tx, &call.scope, call.path)?.ok_or_else(Error::not_found)?;
    let page = (call.query.limit(), call.query.cursor.as_ref());
    list(tx, call, &task.draft.related, page)
}

fn list_of_assignment(tx: &mut Reading<'_>, call: &Call<ListLinkedWork>) -> Result<Answer<Page<Assignment>>> {
    let row = given::find(tx, &call.scope, call.path)?.ok_or_else(Error::not_found)?;
    let linked = tasks::store::linked_to(tx, call.scope.tenant(), &[row.task_id])?;
    let page = (call.query.limit(), call.query.cursor.as_ref());
    list(tx, call, &linked, page)
}

fn list<E: openapi::endpoint::Endpoint>(
    tx: &mut Reading<'_>,
    call: &Call<E>,
    of: &[TaskId],
    (limit, cursor): (Limit, Option<&Cursor>),
) -> Result<Answer<Page<Assignment>>> {
    let mut all = given::of_tasks(tx, &call.scope, of)?;
    if let Some(last) = after::<(Date, AssignmentId)>(cursor)? {
        all.retain(|one| *one > last);
    }
    let page = Page::cut(all, limit, |one| *one);
    let ids: Vec<AssignmentId> = page.items.iter().map(|(_, id)| *id).collect();
    let mut shown = given::shown(tx, &call.scope, &call.actor, call.today, &Which::These(&ids))?.items;
    shown.sort_by_key(|one| ids.iter().position(|id| *id == one.id));
    Ok(Answer::ok(Page { items: shown, next: page.next }))
}

/// Where else a report on an assignment counts: where its work went on, and where the unit has the
/// same work by a link.
pub(crate) struct Also {
    /// Whether the work went on in a later directive of the same unit.
    pub went_on: bool,
    /// Whether it is still open there, so that the report is taken up there instead.
    pub taken_up: bool,
    /// The open assignments besides the one that is named.
    pub at: Vec<Place>,
}

/// An assignment at which a report counts that names another.
pub(crate) struct Place {
    /// The assignment.
    pub row: AssignmentRow,
    /// Whether a report of work done says so of all that is to be done here. Where the unit has
    /// something else unfinished that is linked to this, it has done a part.
    pub whole: bool,
}

/// Where else a report counts that a unit makes on an assignment.
pub(crate) fn also_at(tx: &mut Reading<'_>, named: &AssignmentRow, unit: UnitId) -> Result<Also> {
    let end = carrying::store::end(tx, named.clone())?;
    let went_on = end.id != named.id && end.unit_id == unit;
    let taken_up = went_on && end.state.is_open();
    let mut at = Vec::new();
    if taken_up {
        at.push(Place { row: end.clone(), whole: true });
    }
    let mut reached = vec![named.id, end.id];
    let beside = of_unit_beside(tx, &[named.task_id, end.task_id], unit, named)?;
    let beside: Vec<_> =
        beside.into_iter().filter(|row| row.state.is_open() && !reached.contains(&row.id)).collect();
    reached.extend(beside.iter().map(|row| row.id));
    for row in beside {
        let others = of_unit_beside(tx, &[row.task_id], unit, named)?;
        let unfinished = |row: &AssignmentRow| row.state.is_open() && row.state != State::Submitted;
        let whole = !others.iter().any(|other| unfinished(other) && !reached.contains(&other.id));
        at.push(Place { row, whole });
    }
    Ok(Also { went_on, taken_up, at })
}

/// What a unit has of the tasks linked to some, where that stands now.
fn of_unit_beside(
    tx: &mut Reading<'_>,
    tasks: &[TaskId],
    unit: UnitId,
    like: &AssignmentRow,
) -> Result<Vec<AssignmentRow>> {
    let linked = tasks::store::linked_to(tx, like.organisation, tasks)?;
    let mut rows: Vec<AssignmentRow> = Vec::new();
    if linked.is_empty() {
        return Ok(rows);
    }
    for row in given::of_unit_in(tx, &linked, unit, like)? {
        let end = carrying::store::end(tx, row)?;
        if end.unit_id == unit && !rows.iter().any(|known| known.id == end.id) {
            rows.push(end);
        }
    }
    Ok(rows)
}

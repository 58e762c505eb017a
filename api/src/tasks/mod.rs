//! Tasks: the obligations in a directive. **Invariant: a draft's tasks change freely; after issue,
//! assignees are only added and a due date only moves together with the open work it governs.**

pub(crate) mod recurring;
pub(crate) mod store;

use std::collections::BTreeSet;

use openapi::{
    directives::{DirectiveId, DirectiveState},
    endpoint::{Endpoint, Nothing},
    ledger::{Deed, Subject},
    problem::FieldCode,
    tasks::{
        Assignee, Comparator, DeleteTask, Due, EventRelation, ListTasks, Nature, PatchTask, PutTask,
        ReadTask, Target, Task, TaskDraft, TaskId, TaskPatch,
    },
    value::{Date, Page},
};
use serde_json::{Value, json};

use crate::{
    access::{Actor, Scope, Tenant},
    assignments,
    db::{Reading, Writing},
    directives::{
        self,
        store::{self as documents, DirectiveRow},
    },
    error::{Error, Faults, Result},
    ledger::{self, Entry},
    serve::{Answer, Call, Routes},
    units,
};

pub(crate) fn mount(routes: &mut Routes) {
    routes.read::<ListTasks>(list);
    routes.read::<ReadTask>(read);
    routes.write::<PutTask>(put);
    routes.write::<PatchTask>(patch);
    routes.write::<DeleteTask>(delete);
}

fn list(tx: &mut Reading<'_>, call: &Call<ListTasks>) -> Result<Answer<Page<Task>>> {
    documents::find(tx, &call.scope, call.path)?.ok_or_else(Error::not_found)?;
    let page = store::list(tx, &call.scope, call.path, &call.query)?;
    Ok(Answer::ok(page.map(|task| seen_by(&call.actor, task))))
}

fn read(tx: &mut Reading<'_>, call: &Call<ReadTask>) -> Result<Answer<Task>> {
    let task = store::find(tx, &call.scope, call.path)?.ok_or_else(Error::not_found)?;
    Ok(Answer::ok(seen_by(&call.actor, task)))
}

/// A task as this caller may see it: its private note leaves to no other system (`domain.md` §6).
pub(crate) fn seen_by(actor: &Actor, task: Task) -> Task {
    Task { draft: draft_seen_by(actor, task.draft), ..task }
}

/// A draft as this caller may see it.
pub(crate) fn draft_seen_by(actor: &Actor, mut draft: TaskDraft) -> TaskDraft {
    if !actor.sees_private_of_tasks() {
        draft.private_note = None;
    }
    draft
}

fn put(tx: &mut Writing<'_>, call: &Call<PutTask>) -> Result<Answer<Task>> {
    let draft = &call.body;
    if let Some(task) = store::find(tx, &call.scope, call.path)? {
        let same = store::same(&task.draft, draft);
        return if same { Ok(Answer::ok(seen_by(&call.actor, task))) } else { Err(Error::conflict()) };
    }
    let directive =
        documents::find(tx, &call.scope, draft.directive)?.ok_or_else(|| Error::not_known("/directive"))?;
    if directive.state != DirectiveState::Draft {
        return Err(directives::issued_already());
    }
    let task = enter(tx, call, call.path, draft)?;
    documents::touch(tx, directive)?;
    Ok(Answer::created(seen_by(&call.actor, task)))
}

/// Enters a task into a draft.
pub(crate) fn enter<E: Endpoint>(
    tx: &mut Writing<'_>,
    call: &Call<E>,
    id: TaskId,
    draft: &TaskDraft,
) -> Result<Task> {
    check(tx, &call.scope, id, draft)?;
    let task = store::insert(tx, &call.scope, id, draft)?;
    record(tx, call, Deed::Created, id, None, Some(public(draft)))?;
    Ok(task)
}

/// What the ledger keeps of a task: never its private note.
fn public(draft: &TaskDraft) -> Value {
    json!(TaskDraft { private_note: None, ..draft.clone() })
}

/// Writes down what was done to a task.
pub(crate) fn record<E: Endpoint>(
    tx: &mut Writing<'_>,
    call: &Call<E>,
    deed: Deed,
    id: TaskId,
    before: Option<Value>,
    after: Option<Value>,
) -> Result<()> {
    let mut entry = Entry::new(deed, Subject::Task, id).by(&call.actor);
    if let Some(before) = before {
        entry = entry.before(before);
    }
    if let Some(after) = after {
        entry = entry.after(after);
    }
    ledger::record(tx, call.scope.tenant(), entry)
}

/// Refuses a task that is wrong by itself or names what is not there.
pub(crate) fn check(tx: &mut Reading<'_>, scope: &Scope, id: TaskId, draft: &TaskDraft) -> Result<()> {
    let mut faults = Faults::default();
    check_form(&mut faults, draft);
    check_references(tx, scope, id, draft, &mut faults)?;
    faults.check()
}

/// What is wrong with a task by itself.
fn check_form(faults: &mut Faults, draft: &TaskDraft) {
    let due = &draft.due;
    if due.event.is_some() != due.relation.is_some() {
        faults.add(
            "/due/relation",
            FieldCode::Required,
            "Hạn theo sự kiện cần cả sự kiện và trước hay trong sự kiện.",
            "A due date by an event needs both the event and how it lies to it.",
        );
    }
    if draft.recurrence.is_some() != (draft.nature == Nature::Recurring) {
        faults.add(
            "/recurrence",
            FieldCode::NotAllowedHere,
            "Việc định kỳ cần chu kỳ; việc không định kỳ thì không có chu kỳ.",
            "Recurring work needs a cycle; other work has none.",
        );
    }
    if draft.recurrence.is_some() {
        for (place, given) in [("/due/on", due.on.is_some()), ("/due/event", due.event.is_some())] {
            if given {
                faults.add(
                    place,
                    FieldCode::NotAllowedHere,
                    "Việc định kỳ đến hạn vào cuối mỗi kỳ; ngày cuối cùng ghi ở chu kỳ.",
                    "Recurring work is due at the end of each period; its last day stands in the cycle.",
                );
            }
        }
    }
    if let Some(again) = &draft.recurrence
        && let (Some(from), Some(until)) = (again.from, again.until)
        && until < from
    {
        faults.add(
            "/recurrence/until",
            FieldCode::BadValue,
            "Ngày cuối đứng trước ngày đầu.",
            "The last day is before the first.",
        );
    }
    for (place, target) in draft.targets.iter().enumerate() {
        check_target(faults, place, target);
    }
    for (place, assignee) in draft.assignees.iter().enumerate() {
        let distinct: BTreeSet<_> = assignee.units.iter().collect();
        if distinct.len() != assignee.units.len() {
            faults.add(
                format!("/assignees/{place}/units"),
                FieldCode::Duplicate,
                "Có đơn vị ghi hai lần.",
                "A unit is named twice.",
            );
        }
    }
}

fn check_target(faults: &mut Faults, place: usize, target: &Target) {
    let range = target.comparator == Comparator::Range;
    let ordered = match (target.value, target.value_to) {
        (Some(from), Some(to)) => from <= to,
        (_, to) => to.is_none() && !range,
    };
    if !ordered || (target.value_to.is_some() && !range) {
        faults.add(
            format!("/targets/{place}/value_to"),
            FieldCode::BadValue,
            "Khoảng chỉ tiêu cần hai số, số sau không nhỏ hơn số trước.",
            "A range needs two figures, the second not smaller than the first; only a range has two.",
        );
    }
    if target.value.is_none() && target.level.is_none() {
        faults.add(
            format!("/targets/{place}/value"),
            FieldCode::Required,
            "Chỉ tiêu cần một số hoặc một mức xếp loại.",
            "A target needs a figure or a grade.",
        );
    }
}

fn check_references(
    tx: &mut Reading<'_>,
    scope: &Scope,
    id: TaskId,
    draft: &TaskDraft,
    faults: &mut Faults,
) -> Result<()> {
    let unknown = |faults: &mut Faults, place: String| {
        faults.add(place, FieldCode::NotKnown, "Không tìm thấy mục này.", "There is no such thing.");
    };
    if let Some(parent) = draft.parent {
        match store::line(tx, scope, parent)? {
            Some((directive, line)) if directive == draft.directive && !line.contains(&id) => {}
            _ => faults.add(
                "/parent",
                FieldCode::NotKnown,
                "Nhiệm vụ cấp trên phải nằm trong cùng văn bản và không thuộc nhiệm vụ này.",
                "The parent must be in the same directive and not part of this task.",
            ),
        }
    }
    if let Some(earlier) = draft.carried_from
        && (earlier == id || !store::exists(tx, scope, earlier)?)
    {
        unknown(faults, "/carried_from".to_owned());
    }
    if let Some(neighbour) = draft.due.shared_with
        && store::line(tx, scope, neighbour)?.is_none_or(|(directive, _)| directive != draft.directive)
    {
        unknown(faults, "/due/shared_with".to_owned());
    }
    let distinct: BTreeSet<_> = draft.related.iter().collect();
    if distinct.len() != draft.related.len() {
        faults.add("/related", FieldCode::Duplicate, "Có nhiệm vụ ghi hai lần.", "A task is named twice.");
    }
    for (place, related) in draft.related.iter().enumerate() {
        if *related == id || !store::exists(tx, scope, *related)? {
            unknown(faults, format!("/related/{place}"));
        }
    }
    if let Some(event) = draft.due.event
        && store::event_days(tx, scope.tenant(), event)?.is_none()
    {
        unknown(faults, "/due/event".to_owned());
    }
    let named: Vec<_> = draft.assignees.iter().flat_map(|assignee| assignee.units.iter().copied()).collect();
    let known = units::store::briefs(tx, scope.tenant(), &named)?;
    for (place, assignee) in draft.assignees.iter().enumerate() {
        for (unit_place, unit) in assignee.units.iter().enumerate() {
            if !known.contains_key(unit) {
                unknown(faults, format!("/assignees/{place}/units/{unit_place}"));
            }
        }
    }
    Ok(())
}

/// The due date of a task: the one given, or else the day its event gives.
pub(crate) fn effective_due(tx: &mut Reading<'_>, tenant: Tenant, due: &Due) -> Result<Option<Date>> {
    if due.on.is_some() {
        return Ok(due.on);
    }
    let (Some(event), Some(relation)) = (due.event, due.relation) else { return Ok(None) };
    let days = store::event_days(tx, tenant, event)?;
    Ok(days.and_then(|(from, to)| due_by_event(relation, from, to)))
}

/// The day an event gives: the last one before it begins, or the day it ends; what lies around it
/// has none.
pub(crate) fn due_by_event(relation: EventRelation, from: Option<Date>, to: Option<Date>) -> Option<Date> {
    match relation {
        EventRelation::Before => from.map(|day| day.plus(-1)),
        EventRelation::At => to.or(from),
        EventRelation::Around | EventRelation::Unknown => None,
    }
}

fn patch(tx: &mut Writing<'_>, call: &Call<PatchTask>) -> Result<Answer<Task>> {
    let task = store::find(tx, &call.scope, call.path)?.ok_or_else(Error::not_found)?;
    call.expect_version(task.version)?;
    let before = task.draft.clone();
    let draft = patched(before.clone(), call.body.clone());
    if draft == before {
        return Ok(Answer::ok(seen_by(&call.actor, task)));
    }
    let directive = documents::find(tx, &call.scope, before.directive)?.ok_or_else(Error::not_found)?;
    match directive.state {
        DirectiveState::Draft => {
            check(tx, &call.scope, call.path, &draft)?;
            store::update(tx, &call.scope, &task, &draft)?;
            documents::touch(tx, directive)?;
        }
        DirectiveState::Issued => change_issued(tx, call, &directive, &task, &draft)?,
        DirectiveState::Closed | DirectiveState::Unknown => return Err(directives::issued_already()),
    }
    record(tx, call, Deed::Changed, call.path, Some(public(&before)), Some(public(&draft)))?;
    let task = store::find(tx, &call.scope, call.path)?.ok_or_else(Error::not_found)?;
    Ok(Answer::ok(seen_by(&call.actor, task)))
}

fn patched(before: TaskDraft, patch: TaskPatch) -> TaskDraft {
    TaskDraft {
        directive: before.directive,
        parent: patch.parent.over(before.parent),
        carried_from: patch.carried_from.over(before.carried_from),
        related: patch.related.unwrap_or(before.related),
        position: patch.position.unwrap_or(before.position),
        place: patch.place.over(before.place),
        heading: patch.heading.over(before.heading),
        content: patch.content.unwrap_or(before.content),
        quote: patch.quote.over(before.quote),
        kind: patch.kind.unwrap_or(before.kind),
        nature: patch.nature.unwrap_or(before.nature),
        priority: patch.priority.unwrap_or(before.priority),
        due: patch.due.unwrap_or(before.due),
        product: patch.product.over(before.product),
        targets: patch.targets.unwrap_or(before.targets),
        recurrence: patch.recurrence.over(before.recurrence),
        assignees: patch.assignees.unwrap_or(before.assignees),
        suggestions: patch.suggestions.unwrap_or(before.suggestions),
        notes: patch.notes.over(before.notes),
        private_note: patch.private_note.over(before.private_note),
    }
}

/// After issue: the open work follows its task.
fn change_issued(
    tx: &mut Writing<'_>,
    call: &Call<PatchTask>,
    directive: &DirectiveRow,
    task: &Task,
    draft: &TaskDraft,
) -> Result<()> {
    let before = &task.draft;
    let allowed = TaskDraft {
        due: draft.due.clone(),
        priority: draft.priority,
        product: draft.product.clone(),
        notes: draft.notes.clone(),
        private_note: draft.private_note.clone(),
        related: draft.related.clone(),
        assignees: draft.assignees.clone(),
        ..before.clone()
    };
    let only_added = before.assignees.iter().all(|one| kept_in(one, &draft.assignees));
    if allowed != *draft || !only_added {
        return Err(Error::wrong_state(
            "Văn bản đã ban hành: chỉ đổi được hạn, mức khẩn, sản phẩm, ghi chú, liên kết và giao thêm đơn vị.",
            "The directive is issued: only due date, priority, product, notes, links and more assignees may change.",
        ));
    }
    check(tx, &call.scope, task.id, draft)?;
    let tenant = call.scope.tenant();
    let (was, is) = (effective_due(tx, tenant, &before.due)?, effective_due(tx, tenant, &draft.due)?);
    store::update(tx, &call.scope, task, draft)?;
    assignments::task_due_moved(tx, &call.actor, task.id, was, is)?;
    let seen_in_work = |draft: &TaskDraft| {
        (draft.due.clone(), draft.priority, draft.product.clone(), draft.private_note.clone())
    };
    if seen_in_work(before) != seen_in_work(draft) {
        assignments::task_changed(tx, &call.actor, task.id)?;
    }
    let existing = directives::Existing::on(tx, tenant, call.today)?;
    let (mut bound, gone) = existing.bound(&draft.assignees);
    let had: BTreeSet<_> = before.assignees.iter().flat_map(|one| one.units.iter()).collect();
    if gone.iter().any(|unit| !had.contains(unit)) {
        return Err(Error::not_known("/assignees"));
    }
    for row in assignments::store::of_task(tx, tenant, task.id)? {
        bound.remove(&row.unit_id);
    }
    // What was given once and cancelled is given again only to units newly named.
    let (bound_before, _) = existing.bound(&before.assignees);
    bound.retain(|unit, _| !bound_before.contains_key(unit));
    let work = directives::work_of(directive, task.id, draft, is, &bound, call.today);
    assignments::give(tx, tenant, Some(&call.actor), &work)?;
    Ok(())
}

/// Whether an assignee is still there, perhaps with more units.
fn kept_in(one: &Assignee, all: &[Assignee]) -> bool {
    all.iter().any(|other| {
        let units = one.units.iter().all(|unit| other.units.contains(unit));
        let class = one.class.is_none() || one.class == other.class;
        units && class && one.name == other.name && one.role == other.role
    })
}

fn delete(tx: &mut Writing<'_>, call: &Call<DeleteTask>) -> Result<Answer<Nothing>> {
    let task = store::find(tx, &call.scope, call.path)?.ok_or_else(Error::not_found)?;
    call.expect_version(task.version)?;
    let directive = documents::find(tx, &call.scope, task.draft.directive)?.ok_or_else(Error::not_found)?;
    if directive.state != DirectiveState::Draft {
        return Err(directives::issued_already());
    }
    let gone = store::delete(tx, &call.scope, task.id)?;
    record_gone(tx, call, directive.id, gone)?;
    documents::touch(tx, directive)?;
    Ok(Answer::done())
}

/// Writes down that tasks are gone, and what changed with them: the feed tells of it.
pub(crate) fn record_gone<E: Endpoint>(
    tx: &mut Writing<'_>,
    call: &Call<E>,
    directive: DirectiveId,
    gone: store::Gone,
) -> Result<()> {
    let before = json!({ "directive": directive, "related": gone.let_go });
    for task in gone.tasks {
        record(tx, call, Deed::Deleted, task, Some(before.clone()), None)?;
    }
    Ok(())
}

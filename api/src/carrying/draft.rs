//! The drafts that carry unfinished work on. **Invariant: what was entered already is answered as it
//! stands; a draft names exactly the units that go on.**

use std::collections::BTreeSet;

use openapi::{
    carrying::{CarriedTask, CarryOverDraft},
    directives::DirectiveId,
    problem::FieldCode,
    tasks::{Assignee, AssigneeRole, Basis, Due, Task, TaskDraft, TaskId},
    units::{UnitBrief, UnitId},
    value::{Name, Position},
};

use super::store;
use crate::{
    access::Scope,
    assignments::store::AssignmentRow,
    db::Reading,
    error::{Error, Faults, Result},
    tasks, units,
};

/// A task that carries on another: entered already, or to be entered.
pub(super) struct Planned {
    pub task: TaskId,
    pub draft: TaskDraft,
    pub stored: bool,
}

/// What carrying over makes, all of it or nothing.
pub(super) fn plan(
    tx: &mut Reading<'_>,
    scope: &Scope,
    directive: DirectiveId,
    asked: &CarryOverDraft,
) -> Result<Vec<Planned>> {
    let there = tasks::store::of_directive(tx, scope, directive)?;
    let mut position = there.iter().map(|task| task.draft.position.get()).max().unwrap_or(0);
    let mut faults = Faults::default();
    let mut plan: Vec<Planned> = Vec::new();
    for (place, one) in asked.tasks.iter().enumerate() {
        if plan.iter().any(|before| before.task == one.task) {
            faults.add(
                format!("/tasks/{place}/task"),
                FieldCode::Duplicate,
                "Mã nhiệm vụ này ghi hai lần.",
                "This id is named twice.",
            );
            continue;
        }
        if let Some(known) = tasks::store::find(tx, scope, one.task)? {
            check_same(directive, one, &known)?;
            plan.push(Planned { task: one.task, draft: known.draft, stored: true });
            continue;
        }
        position += 1;
        let position = Position::try_from(i64::from(position)).map_err(|_full| full())?;
        if let Some(draft) = new_draft(tx, scope, directive, (place, one), position, &mut faults)? {
            plan.push(Planned { task: one.task, draft, stored: false });
        }
    }
    faults.check()?;
    Ok(plan)
}

fn full() -> Error {
    Error::wrong_state("Văn bản đã hết chỗ xếp nhiệm vụ.", "The directive has no place for another task.")
}

/// The same again is the same task carried on, by the same units; the rest is the clerk's to change.
fn check_same(directive: DirectiveId, asked: &CarriedTask, known: &Task) -> Result<()> {
    let has: BTreeSet<UnitId> =
        known.draft.assignees.iter().flat_map(|one| one.units.iter().copied()).collect();
    let wants: BTreeSet<UnitId> = asked.units.iter().copied().collect();
    let same = known.draft.directive == directive
        && known.draft.carried_from == Some(asked.carried_from)
        && (wants.is_empty() || wants == has)
        && asked.due.as_ref().is_none_or(|due| *due == known.draft.due);
    if same { Ok(()) } else { Err(Error::conflict()) }
}

fn new_draft(
    tx: &mut Reading<'_>,
    scope: &Scope,
    directive: DirectiveId,
    (place, asked): (usize, &CarriedTask),
    position: Position,
    faults: &mut Faults,
) -> Result<Option<TaskDraft>> {
    let earlier = tasks::store::find(tx, scope, asked.carried_from)?;
    let Some(earlier) = earlier.filter(|task| task.draft.directive != directive) else {
        faults.add(
            format!("/tasks/{place}/carried_from"),
            FieldCode::NotKnown,
            "Không tìm thấy nhiệm vụ này ở văn bản trước.",
            "There is no such task in an earlier directive.",
        );
        return Ok(None);
    };
    let open: Vec<(UnitId, AssignmentRow)> = store::ends(tx, scope.tenant(), earlier.id)?
        .into_iter()
        .filter(|(_, row)| row.facts().can_be_carried_over())
        .collect();
    let mut left_out = false;
    for (unit_place, unit) in asked.units.iter().enumerate() {
        if !open.iter().any(|(has, _)| has == unit) {
            left_out = true;
            faults.add(
                format!("/tasks/{place}/units/{unit_place}"),
                FieldCode::NotKnown,
                "Đơn vị này không có việc dở dang ở nhiệm vụ đó.",
                "This unit has nothing unfinished of that task.",
            );
        }
    }
    if open.is_empty() && asked.units.is_empty() {
        left_out = true;
        faults.add(
            format!("/tasks/{place}/carried_from"),
            FieldCode::BadValue,
            "Nhiệm vụ này không còn việc dở dang; việc định kỳ tự mở kỳ mới.",
            "Nothing of this task is unfinished; recurring work opens anew by itself.",
        );
    }
    if left_out {
        return Ok(None);
    }
    let picked: Vec<_> =
        open.into_iter().filter(|(unit, _)| asked.units.is_empty() || asked.units.contains(unit)).collect();
    let ids: Vec<UnitId> = picked.iter().map(|(unit, _)| *unit).collect();
    let briefs = units::store::briefs(tx, scope.tenant(), &ids)?;
    let mut assignees: Vec<Assignee> = Vec::new();
    for (unit, row) in &picked {
        let Some(brief) = briefs.get(unit) else { continue };
        name_among(&mut assignees, &earlier.draft.assignees, brief, row.role);
    }
    let before = earlier.draft;
    Ok(Some(TaskDraft {
        directive,
        parent: None,
        carried_from: Some(earlier.id),
        position,
        place: None,
        due: asked.due.clone().unwrap_or_else(Due::none),
        recurrence: None,
        assignees,
        suggestions: Vec::new(),
        ..before
    }))
}

/// Names a unit as the earlier document named it, once for all units of that name and role.
fn name_among(assignees: &mut Vec<Assignee>, before: &[Assignee], unit: &UnitBrief, role: AssigneeRole) {
    let named = before
        .iter()
        .find(|one| one.role == role && (one.units.contains(&unit.id) || one.class == Some(unit.kind)));
    let name: Name = named.map_or_else(|| unit.name.clone(), |one| one.name.clone());
    if let Some(same) = assignees.iter_mut().find(|one| one.name == name && one.role == role) {
        same.units.push(unit.id);
        return;
    }
    assignees.push(Assignee {
        name,
        canonical: named.and_then(|one| one.canonical.clone()),
        kind: Some(unit.kind),
        role,
        basis: Basis::Office,
        via: named.and_then(|one| one.via.clone()),
        units: vec![unit.id],
        class: None,
    });
}

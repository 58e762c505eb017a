//! Changing a task that was given out: its date, how urgent it is, one more unit.

use leptos::prelude::*;
use openapi::{
    tasks::{Assignee, AssigneeRole, Basis, Due, DueSource, PatchTask, Priority, Task, TaskPatch},
    units::UnitId,
};

use crate::office::{
    parts::{Day, Form, FormFrame, Pick, Select, codes_of},
    screens::Commune,
    session::Office,
    words::{Documents as W, Frame},
};

/// The form.
#[component]
pub fn TaskForm(
    /// Which task.
    task: Task,
    /// What is done when it was changed.
    changed: Callback<Task>,
) -> impl IntoView {
    let office = Office::here();
    let commune = Commune::here();
    let form = Form::new(format!("task/{}", task.id));
    let saved = task.draft.due.on.map(|day| day.to_string()).unwrap_or_default();
    let due = form.text("due", saved.clone());
    let priority = form.text("priority", task.draft.priority.as_str());
    let (unit, role) = (form.text("assignees", ""), form.text("role", AssigneeRole::ChuTri.as_str()));
    let content = task.draft.content.to_string();
    let submit = move || {
        let typed = due.get_untracked();
        let Some(on) = form.read_optional("due", &typed) else { return };
        let new = if typed == saved {
            None
        } else {
            let source = if on.is_some() { DueSource::Office } else { DueSource::None };
            Some(Due { on, source, text: task.draft.due.text.clone(), ..Due::none() })
        };
        let more: Option<UnitId> = unit.get_untracked().parse().ok();
        let (Some(priority), Some(role)) = (
            form.read::<Priority>("priority", &priority.get_untracked()),
            form.read::<AssigneeRole>("role", &role.get_untracked()),
        ) else {
            return;
        };
        let named = more.and_then(|id| {
            let units = commune.units.now()?;
            let unit = units.iter().find(|unit| unit.id == id)?;
            Some(Assignee {
                name: unit.draft.name.clone(),
                canonical: None,
                kind: Some(unit.draft.kind),
                role,
                basis: Basis::Office,
                via: None,
                units: vec![id],
                class: None,
            })
        });
        let patch = TaskPatch {
            due: new,
            priority: (priority != task.draft.priority).then_some(priority),
            assignees: named.map(|one| task.draft.assignees.iter().cloned().chain([one]).collect()),
            ..TaskPatch::default()
        };
        form.send(office.change::<PatchTask>(task.id, task.version, patch), move |task| {
            office.tell(office.say(Frame::Saved));
            changed.try_run(task);
        });
    };
    view! {
        <p class="strong">{content}</p>
        <FormFrame form submit>
            <Day form name="due" label=office.say(W::DueOn) value=due hint=office.say(W::DueHint) optional=true/>
            <Select form name="priority" label=office.say(W::Priority) value=priority choices=codes_of!(office, Priority)/>
            <Pick form name="assignees" label=office.say(W::AddUnit) value=unit choices=commune.choices(office) optional=true/>
            <Show when=move || unit.with(|unit| !unit.is_empty())>
                <Select form name="role" label=office.say(W::AddRole) value=role choices=codes_of!(office, AssigneeRole)/>
            </Show>
        </FormFrame>
    }
}

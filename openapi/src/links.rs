//! Links: one piece of work that was given at several places. **Invariant: a link says the same from
//! both its ends; it shows nobody what he could not see without it.**

use crate::{
    access::{Access, Action},
    assignments::{Assignment, AssignmentId},
    endpoint::{endpoints, listing},
    tasks::{Task, TaskId},
    value::Page,
};

listing! {
    /// Which part of the linked work to list.
    LinkedQuery {}
}

endpoints! {
    tag "Tasks";

    /// Link two tasks
    ///
    /// They are the same work, given at two places; also after issue. From now on a unit that has
    /// both reports once: its report on one counts at the other too, and one review settles both.
    /// Where it has something else unfinished that is linked to the other, it has done a part of
    /// that, and the other stays open. Linked already, it answers the same.
    LinkTasks = Put "/v1/tasks/{task}/links/{other}" as "link_tasks",
        access: Access::To(Action::ChangeDirectives),
        path: (TaskId, TaskId),
        reply: Task,
        answers: [200], refuses: [WrongState];

    /// Unlink two tasks
    ///
    /// What was reported at both stays at both. Not linked, it answers the same.
    UnlinkTasks = Delete "/v1/tasks/{task}/links/{other}" as "unlink_tasks",
        access: Access::To(Action::ChangeDirectives),
        path: (TaskId, TaskId),
        reply: Task,
        answers: [200];

    /// List the work linked to a task
    ///
    /// How the same work goes at the other places: who has it, where it stands, the newest report.
    ListLinkedToTask = Get "/v1/tasks/{task}/linked-work" as "list_work_linked_to_task",
        access: Access::To(Action::ReadDirectives),
        path: TaskId,
        query: LinkedQuery,
        reply: Page<Assignment>,
        answers: [200];

    /// List the work linked to an assignment
    ///
    /// How the same work goes at the other places, as far as the caller reaches: a reporter sees
    /// what his own unit has.
    ListLinkedWork = Get "/v1/assignments/{assignment}/linked-work" as "list_linked_work",
        access: Access::To(Action::ReadAssignments),
        path: AssignmentId,
        query: LinkedQuery,
        reply: Page<Assignment>,
        answers: [200];
}

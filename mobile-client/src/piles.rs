//! Which work stands where in a list. **Invariant: every assignment in the book is in one pile, and
//! a number on the screen is the length of the list it opens.**

use openapi::{
    access::{Action, Role, permits},
    assignments::AssignmentId,
    organisation::DueSoonDays,
    sessions::Me,
    tasks::Priority,
    timeliness::{Facts, Judgement, State, Timeliness},
    units::UnitId,
    value::Date,
};

use crate::{
    offline::{sync::Sync, view::View, work::Work},
    order::sorted,
    when,
};

/// A heading of the list, the most urgent first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Pile {
    /// The leader wants it done better.
    Returned,
    /// Past its due date.
    Overdue,
    /// Due within the days the organisation chose.
    DueSoon,
    /// With time left.
    InTime,
    /// Without a date.
    NoDate,
    /// Reported done.
    Waiting,
    /// Somebody has stopped it for a while.
    Paused,
    /// Completed or cancelled.
    Closed,
}

/// One line of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Which assignment.
    pub id: AssignmentId,
    /// Its heading.
    pub pile: Pile,
    /// Where it stands, with what I said and what is still on its way.
    pub facts: Facts,
    /// How it stands in time; nothing while paused or cancelled.
    pub judged: Option<Judgement>,
}

/// What an assignment depends on, with what I said laid over it: a report that waits on the phone
/// stops the clock on the day it was made, as it will on the server.
#[must_use]
pub fn facts(view: &View<'_>) -> Facts {
    let state = view.state();
    let told = view.assignment;
    let reported = view.said.iter().filter_map(|item| match &item.work {
        Work::Report(_, draft) if draft.completes => Some(when::day(draft.made_at)),
        _ => None,
    });
    let finished_on = match state {
        State::Submitted | State::Completed => told.finished_on.or_else(|| reported.min()),
        _ => told.finished_on,
    };
    Facts { state, due_on: told.due_on, finished_on }
}

fn pile(view: &View<'_>, facts: Facts, judged: Option<Judgement>) -> Pile {
    match (facts.state, judged) {
        (State::Completed | State::Cancelled, _) => Pile::Closed,
        (State::Submitted, _) => Pile::Waiting,
        _ if view.is_returned() => Pile::Returned,
        (_, None) => Pile::Paused,
        (_, Some(judged)) => match judged.class {
            Timeliness::OpenOverdue => Pile::Overdue,
            Timeliness::NoDeadline => Pile::NoDate,
            _ if judged.due_soon => Pile::DueSoon,
            _ => Pile::InTime,
        },
    }
}

/// The lines of everything in the book, the most urgent first.
#[must_use]
pub fn rows(core: &Sync, today: Date, soon: DueSoonDays) -> Vec<Row> {
    let rows: Vec<_> = core
        .views()
        .map(|view| {
            let facts = facts(&view);
            let judged = facts.judge(today, soon);
            let told = view.assignment;
            let row = Row { id: told.id, pile: pile(&view, facts, judged), facts, judged };
            let urgent = told.task.priority == Priority::Khan;
            // What is closed or without a date: the newest first.
            let age = std::cmp::Reverse(told.updated_at);
            (row.pile, told.due_on.is_none(), told.due_on, !urgent, age, row)
        })
        .collect();
    let key = |line: &(_, _, _, _, _, Row)| (line.0, line.1, line.2, line.3, line.4);
    let rows = sorted(rows, |a, b| key(a).cmp(&key(b)));
    rows.into_iter().map(|(.., row)| row).collect()
}

/// Whether a line is overdue as the server counts it: also what was reported late and waits, which
/// [`Pile::Waiting`] holds, and what was returned after its date.
#[must_use]
pub fn is_overdue(row: &Row) -> bool {
    row.judged.is_some_and(|judged| judged.class == Timeliness::OpenOverdue)
}
/// Whether a line is due soon, whatever its heading.
#[must_use]
pub fn is_due_soon(row: &Row) -> bool {
    row.judged.is_some_and(|judged| judged.due_soon)
}

/// The units a person reports for.
pub fn reports_for(me: &Me) -> impl Iterator<Item = UnitId> {
    me.roles.iter().filter(|one| one.role == Role::Reporter).map(|one| one.unit.id)
}
/// Whether any role of a person permits something. Whether it reaches the unit is the server's word.
#[must_use]
pub fn may(me: &Me, action: Action) -> bool {
    me.roles.iter().any(|one| permits(one.role, action))
}
/// Whether a person looks over the work of others.
#[must_use]
pub fn watches(me: &Me) -> bool {
    let watching = |role| role != Role::Reporter && permits(role, Action::ReadAssignments);
    me.roles.iter().any(|one| watching(one.role))
}

//! Carrying over: what an earlier directive left unfinished goes on in a new one. **Invariant: it
//! goes on with its history, and late work stays late: only more time granted, or an excuse
//! confirmed, makes lateness less.**

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    access::{Access, Action},
    assignments::{Assignment, AssignmentId},
    directives::DirectiveId,
    endpoint::{Dto, endpoints, listing},
    sessions::example_id,
    tasks::{Due, TaskDraft, TaskId},
    units::UnitId,
    value::Page,
};

listing! {
    /// Which unfinished work to list.
    UnfinishedQuery {
        /// Only of this directive.
        directive: DirectiveId,
        /// Only this unit's.
        unit: UnitId,
    }
}

/// One task to carry over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CarriedTask {
    /// The id of the task to come, made by the caller.
    pub task: TaskId,
    /// The task of an earlier directive that goes on in it.
    pub carried_from: TaskId,
    /// The units that have not finished it and go on with it; all of them when none is named.
    #[serde(default)]
    #[schema(max_items = 200)]
    pub units: Vec<UnitId>,
    /// When the new directive wants it; without, each unit's date stays as it is.
    pub due: Option<Due>,
}

/// What to carry over into a draft.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CarryOverDraft {
    /// The tasks, in the order in which they follow those that are there.
    #[schema(max_items = 200)]
    pub tasks: Vec<CarriedTask>,
}
impl Dto for CarryOverDraft {
    fn example() -> Self {
        Self {
            tasks: vec![CarriedTask {
                task: example_id(0x63),
                carried_from: example_id(0x61),
                units: vec![example_id(0x31)],
                due: None,
            }],
        }
    }
}

/// A task that carries on another, as it stands in the draft or would stand there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CarriedDraft {
    /// Its id.
    pub task: TaskId,
    /// What stands in it; the clerk may change it until the directive is issued.
    pub draft: TaskDraft,
}

/// What carrying over has made, or would make.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CarryOverResult {
    /// Whether it is stored.
    pub stored: bool,
    /// The tasks, in the order in which they were named.
    #[schema(max_items = 200)]
    pub tasks: Vec<CarriedDraft>,
}
impl Dto for CarryOverResult {
    fn example() -> Self {
        let draft = TaskDraft { carried_from: Some(example_id(0x61)), ..TaskDraft::example() };
        Self { stored: true, tasks: vec![CarriedDraft { task: example_id(0x63), draft }] }
    }
}

listing! {
    /// Which part of the line to list.
    LineQuery {}
}

endpoints! {
    tag "Directives";

    /// List what can be carried over
    ///
    /// Open work of all directives, or of one: not finished, not waiting for a review, and not
    /// recurring, for that opens anew by itself. The earliest due first.
    ListUnfinished = Get "/v1/unfinished-work" as "list_unfinished_work",
        access: Access::To(Action::ReadAssignments),
        query: UnfinishedQuery,
        reply: Page<Assignment>,
        answers: [200];

    /// See what carrying over would make
    ///
    /// Changes nothing.
    PreviewCarryOver = Post "/v1/directives/{directive}/carry-over-preview" as "preview_carry_over",
        access: Access::To(Action::ChangeDirectives),
        path: DirectiveId,
        body: CarryOverDraft,
        reply: CarryOverResult,
        answers: [200], refuses: [Conflict, WrongState];

    /// Carry unfinished work over into a draft
    ///
    /// Enters a task for each that is named: all or nothing, and sent again it answers the same.
    /// The work itself moves when the directive is issued: what the units had is closed with a word
    /// of where it went, and goes on in the new directive with its reports, its first due date and
    /// the days it is late. Work that is late keeps its due date; work that is not takes the date
    /// of the new directive, where that gives one. Until then a unit or a task is taken out like any
    /// other.
    CarryOver = Put "/v1/directives/{directive}/carry-over" as "carry_over",
        access: Access::To(Action::ChangeDirectives),
        path: DirectiveId,
        body: CarryOverDraft,
        reply: CarryOverResult,
        answers: [201, 200], refuses: [Conflict, WrongState];

    /// List the line of an assignment
    ///
    /// The same work from directive to directive, the first first: what was carried over into this
    /// assignment, itself, and what it was carried over into.
    ListLine = Get "/v1/assignments/{assignment}/line" as "list_line",
        access: Access::To(Action::ReadAssignments),
        path: AssignmentId,
        query: LineQuery,
        reply: Page<Assignment>,
        answers: [200];
}

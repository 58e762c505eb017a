//! Assignments: one task given to one unit. **Invariant: the unit of everything that is tracked;
//! its history is kept, and any past day can be asked about.**

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    access::{Access, Action},
    calendar::NamedEventId,
    directives::{DirectiveBrief, DirectiveId},
    endpoint::{Dto, endpoints, listing},
    id::Id,
    people::{PersonBrief, PersonId},
    reports::ReportId,
    sessions::{example, example_date, example_id, example_instant},
    tasks::{AssigneeRole, DuePrecision, Nature, Priority, Recurrence, Target, TaskId, TaskKind},
    timeliness::{State, Timeliness},
    units::{UnitBrief, UnitId, UnitKind},
    value::{
        Count, Date, Days, Instant, Note, Page, Percent, Phrase, Position, Quantity, Query, Title, Version,
        codes,
    },
};

/// What the unit needs to know of the task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TaskBrief {
    /// Its id.
    pub id: TaskId,
    /// What is to be done.
    pub content: Note,
    /// The sentence it comes from, word for word.
    pub quote: Option<Note>,
    /// Its place in the outline.
    pub place: Option<Phrase>,
    /// Something to do, or a figure to reach.
    pub kind: TaskKind,
    /// How it ends.
    pub nature: Nature,
    /// How urgent it is.
    pub priority: Priority,
    /// The document or thing it must result in.
    pub product: Option<Title>,
    /// Figures to reach.
    #[schema(max_items = 20)]
    pub targets: Vec<Target>,
    /// How often it comes again.
    pub recurrence: Option<Recurrence>,
    /// The due date in the document's words.
    pub due_text: Option<Phrase>,
    /// How exactly the document gives it.
    pub due_precision: Option<DuePrecision>,
    /// The event the due date refers to.
    pub event: Option<NamedEventId>,
    /// Personal data, for those who may see it.
    pub private_note: Option<Note>,
}
impl Dto for TaskBrief {
    fn example() -> Self {
        Self {
            id: example_id(0x61),
            content: example("Hoàn thành xóa 2 căn nhà tạm trong thôn"),
            quote: Some(example("Các thôn hoàn thành xóa nhà tạm trước ngày 01/12/2026.")),
            place: Some(example("III.2")),
            kind: TaskKind::NhiemVu,
            nature: Nature::OneOff,
            priority: Priority::Thuong,
            product: None,
            targets: Vec::new(),
            recurrence: None,
            due_text: Some(example("trước ngày 01/12/2026")),
            due_precision: Some(DuePrecision::Day),
            event: None,
            private_note: None,
        }
    }
}

/// One period of recurring work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AssignmentPeriod {
    /// The first day.
    pub from: Date,
    /// The last day.
    pub to: Date,
    /// Which one it is, from 1.
    pub number: Position,
}

/// The newest report in a word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LastReport {
    /// Its id.
    pub id: ReportId,
    /// When it was made, by the phone's clock.
    pub made_at: Instant,
    /// Whether it says the work is done.
    pub completes: bool,
}

/// How an assignment stands in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Standing {
    /// The class; none while paused or cancelled.
    pub class: Option<Timeliness>,
    /// Days past the due date: until finished, or until `as_of`.
    pub days_late: Days,
    /// Days left, while open and in time.
    pub days_left: Option<Days>,
    /// Whether it is due soon.
    pub due_soon: bool,
    /// The day it was judged on.
    pub as_of: Date,
}

/// The id of an [`Assignment`].
pub type AssignmentId = Id<Assignment>;

/// One task given to one unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Assignment {
    /// Its id.
    pub id: AssignmentId,
    /// The task.
    pub task: TaskBrief,
    /// The document it comes from.
    pub directive: DirectiveBrief,
    /// The unit that is to do it.
    pub unit: UnitBrief,
    /// What the unit answers for.
    pub role: AssigneeRole,
    /// The period, when the work recurs.
    pub period: Option<AssignmentPeriod>,
    /// Where it stands.
    pub state: State,
    /// The last day included.
    pub due_on: Option<Date>,
    /// The first due date it ever had; extensions leave it.
    pub original_due_on: Option<Date>,
    /// How it stands in time.
    pub standing: Standing,
    /// When the work was given.
    pub assigned_at: Instant,
    /// When the unit confirmed that it has received the work.
    pub acknowledged_at: Option<Instant>,
    /// The day the completing report was made.
    pub finished_on: Option<Date>,
    /// When it was closed: completed or cancelled.
    pub closed_at: Option<Instant>,
    /// How far it has come, by the newest report that says.
    pub percent: Option<Percent>,
    /// How much is done, by the newest report that says.
    pub quantity: Option<Quantity>,
    /// The newest report.
    pub last_report: Option<LastReport>,
    /// Why it was returned, paused or cancelled, while it is.
    pub reason: Option<Note>,
    /// Whether a request for more time waits for a decision.
    pub extension_asked: bool,
    /// Whether a leader has confirmed that the delay is excused.
    pub excused: bool,
    /// How often it was carried over from an earlier directive before it stood here.
    #[serde(default)]
    #[schema(required = true)]
    pub carried_times: Count,
    /// Changes with every change.
    pub version: Version,
    /// When it last changed.
    pub updated_at: Instant,
}
impl Dto for Assignment {
    fn example() -> Self {
        Self {
            id: example_id(0x62),
            task: TaskBrief::example(),
            directive: DirectiveBrief::example(),
            unit: UnitBrief::example(),
            role: AssigneeRole::ChuTri,
            period: None,
            state: State::InProgress,
            due_on: Some(example_date(30)),
            original_due_on: Some(example_date(25)),
            standing: Standing {
                class: Some(Timeliness::OpenInTime),
                days_late: Days::of(0),
                days_left: Some(Days::of(10)),
                due_soon: false,
                as_of: example_date(20),
            },
            assigned_at: example_instant(),
            acknowledged_at: Some(example_instant()),
            finished_on: None,
            closed_at: None,
            percent: Some(Percent::example()),
            quantity: Some(Quantity::whole(1)),
            last_report: Some(LastReport {
                id: example_id(0x72),
                made_at: example_instant(),
                completes: false,
            }),
            reason: None,
            extension_asked: false,
            excused: false,
            carried_times: Count::of(0),
            version: Version::FIRST,
            updated_at: example_instant(),
        }
    }
    fn version(&self) -> Option<Version> {
        Some(self.version)
    }
}

codes! {
    /// How assignments are ordered.
    AssignmentOrder {
        DueOn = "due_on", "Hạn gần nhất trước", "Earliest due date first; without a date last";
        DaysLate = "-days_late", "Trễ nhiều nhất trước", "Most days late first; overdue only";
        UpdatedAt = "updated_at", "Cập nhật cũ nhất trước", "Longest unchanged first";
    }
}

listing! {
    /// Which assignments to list.
    AssignmentsQuery {
        /// Only this unit's.
        unit: UnitId,
        /// Only of units of this kind.
        unit_kind: UnitKind,
        /// Only of this directive.
        directive: DirectiveId,
        /// Only of this task.
        task: TaskId,
        /// Only in this state.
        state: State,
        /// Only of this class, today.
        timeliness: Timeliness,
        /// Only those due soon (`true`).
        due_soon: bool,
        /// Only those due on this day or later.
        due_from: Date,
        /// Only those due on this day or earlier.
        due_to: Date,
        /// Only of units in this person's charge today.
        overseer: PersonId,
        /// Only of this priority.
        priority: Priority,
        /// Only those whose task contains this, without regard to marks and case.
        q: Query,
        /// The order; by due date unless told.
        sort: AssignmentOrder,
    }
}

codes! {
    /// What happened to an assignment.
    HistoryKind {
        Assigned = "assigned", "Giao việc", "Given";
        Acknowledged = "acknowledged", "Đã nhận việc", "Acknowledged";
        Reported = "reported", "Báo cáo", "Reported";
        Accepted = "accepted", "Chấp nhận", "Accepted";
        Returned = "returned", "Trả lại", "Returned";
        ExtensionAsked = "extension_asked", "Xin gia hạn", "More time asked for";
        ExtensionGranted = "extension_granted", "Cho gia hạn", "More time granted";
        ExtensionRefused = "extension_refused", "Không cho gia hạn", "More time refused";
        DueMoved = "due_moved", "Đổi hạn", "Due date moved";
        ExcuseGiven = "excuse_given", "Nêu lý do khách quan", "Excuse given";
        ExcuseConfirmed = "excuse_confirmed", "Xác nhận lý do", "Excuse confirmed";
        ExcuseRejected = "excuse_rejected", "Không xác nhận lý do", "Excuse not confirmed";
        DifficultyRaised = "difficulty_raised", "Nêu vướng mắc", "Difficulty raised";
        DifficultyAnswered = "difficulty_answered", "Trả lời vướng mắc", "Difficulty answered";
        Paused = "paused", "Tạm dừng", "Paused";
        Resumed = "resumed", "Tiếp tục", "Resumed";
        Cancelled = "cancelled", "Hủy", "Cancelled";
        CarriedOver = "carried_over", "Chuyển tiếp", "Carried over";
        Reassigned = "reassigned", "Chuyển đơn vị", "Handed over";
        Warned = "warned", "Nhắc việc", "Warned";
    }
}

/// One thing that happened to an assignment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct HistoryEntry {
    /// When we learned of it.
    pub at: Instant,
    /// What it was.
    pub kind: HistoryKind,
    /// Who did it; the server itself without one.
    pub by: Option<PersonBrief>,
    /// The state after it.
    pub state: State,
    /// The due date after it.
    pub due_on: Option<Date>,
    /// The unit after it.
    pub unit: UnitBrief,
    /// The reason or words given.
    pub words: Option<Note>,
    /// The report it is about.
    pub report: Option<ReportId>,
}
impl Dto for HistoryEntry {
    fn example() -> Self {
        Self {
            at: example_instant(),
            kind: HistoryKind::Returned,
            by: Some(PersonBrief::example()),
            state: State::InProgress,
            due_on: Some(example_date(30)),
            unit: UnitBrief::example(),
            words: Some(example("Còn thiếu ảnh căn nhà thứ hai.")),
            report: Some(example_id(0x72)),
        }
    }
}

listing! {
    /// Which part of the history to list.
    HistoryQuery {}
}

/// Confirm that the work was received.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Acknowledgement {
    /// When it was confirmed, by the phone's clock.
    pub made_at: Instant,
}
impl Dto for Acknowledgement {
    fn example() -> Self {
        Self { made_at: example_instant() }
    }
}

/// Why an assignment is paused or cancelled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Reason {
    /// The reason.
    pub reason: Note,
}
impl Dto for Reason {
    fn example() -> Self {
        Self { reason: example("Chờ tỉnh duyệt quy hoạch.") }
    }
}

/// Give an assignment to another unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Reassignment {
    /// The unit that goes on with it.
    pub unit: UnitId,
    /// Why.
    pub reason: Note,
}
impl Dto for Reassignment {
    fn example() -> Self {
        Self { unit: example_id(0x32), reason: example("Việc thuộc địa bàn thôn bên.") }
    }
}

/// How many assignments wait for what: the counts on the first screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AssignmentCounts {
    /// Open and overdue.
    pub overdue: Count,
    /// Open and due soon.
    pub due_soon: Count,
    /// Waiting for review.
    pub submitted: Count,
    /// Returned and not reported again.
    pub returned: Count,
    /// Given and not acknowledged.
    pub unacknowledged: Count,
    /// Extensions waiting for a decision.
    pub extensions: Count,
    /// Difficulties waiting for an answer.
    pub difficulties: Count,
    /// The day they were counted for.
    pub as_of: Date,
}
impl Dto for AssignmentCounts {
    fn example() -> Self {
        Self {
            overdue: Count::of(3),
            due_soon: Count::of(5),
            submitted: Count::of(2),
            returned: Count::of(1),
            unacknowledged: Count::of(4),
            extensions: Count::of(1),
            difficulties: Count::of(0),
            as_of: example_date(20),
        }
    }
}

endpoints! {
    tag "Assignments";

    /// List assignments
    ///
    /// Those within the caller's reach: a reporter's own unit's, an overseer's units', everybody
    /// else's whole organisation. Private notes stay with those who may see them.
    ListAssignments = Get "/v1/assignments" as "list_assignments",
        access: Access::To(Action::ReadAssignments),
        query: AssignmentsQuery,
        reply: Page<Assignment>,
        answers: [200];

    /// Count assignments
    ///
    /// How many wait for what, within the caller's reach.
    CountAssignments = Get "/v1/assignments/counts" as "count_assignments",
        access: Access::To(Action::ReadAssignments),
        reply: AssignmentCounts,
        answers: [200];

    /// Read an assignment
    ///
    /// What is to be done, by when, how it stands, and the newest report.
    ReadAssignment = Get "/v1/assignments/{assignment}" as "read_assignment",
        access: Access::To(Action::ReadAssignments),
        path: AssignmentId,
        reply: Assignment,
        answers: [200];

    /// Read an assignment's history
    ///
    /// Everything that happened to it, the oldest first.
    ListHistory = Get "/v1/assignments/{assignment}/history" as "list_history",
        access: Access::To(Action::ReadAssignments),
        path: AssignmentId,
        query: HistoryQuery,
        reply: Page<HistoryEntry>,
        answers: [200];

    /// Acknowledge an assignment
    ///
    /// The unit confirms that it has received the work. The first acknowledgement stands; sending
    /// it again answers the same.
    AcknowledgeAssignment = Put "/v1/assignments/{assignment}/acknowledgement" as "acknowledge_assignment",
        access: Access::To(Action::Acknowledge),
        path: AssignmentId,
        body: Acknowledgement,
        reply: Assignment,
        answers: [200], refuses: [WrongState];

    /// Pause an assignment
    ///
    /// It stands aside from all counts until it is resumed.
    PauseAssignment = Put "/v1/assignments/{assignment}/pause" as "pause_assignment",
        access: Access::To(Action::Steer),
        path: AssignmentId,
        body: Reason,
        reply: Assignment,
        answers: [200], refuses: [WrongState];

    /// Resume a paused assignment
    ///
    /// It goes back to the state it was paused in, with its due date as it is.
    ResumeAssignment = Delete "/v1/assignments/{assignment}/pause" as "resume_assignment",
        access: Access::To(Action::Steer),
        path: AssignmentId,
        reply: Assignment,
        answers: [200], refuses: [WrongState];

    /// Cancel an assignment
    ///
    /// With a reason; what was reported stays. It is not undone: give the work again instead.
    CancelAssignment = Put "/v1/assignments/{assignment}/cancellation" as "cancel_assignment",
        access: Access::To(Action::Steer),
        path: AssignmentId,
        body: Reason,
        reply: Assignment,
        answers: [200], refuses: [WrongState];

    /// Hand an assignment to another unit
    ///
    /// With a reason. A report of the former unit that is still on its way is kept and flagged.
    ReassignAssignment = Put "/v1/assignments/{assignment}/reassignment" as "reassign_assignment",
        access: Access::To(Action::Steer),
        path: AssignmentId,
        body: Reassignment,
        reply: Assignment,
        answers: [200], refuses: [WrongState, Duplicate];
}

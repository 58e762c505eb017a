//! Tasks: the obligations in a directive. **Invariant: "no due date" and "nobody yet" are normal
//! states; a due date is the last day included, or nothing.**

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    access::{Access, Action},
    calendar::NamedEventId,
    directives::DirectiveId,
    endpoint::{Dto, endpoints, listing},
    id::Id,
    sessions::{example, example_date, example_id, example_instant},
    units::{UnitId, UnitKind},
    value::{
        Change, Count, Date, Instant, Name, Note, Page, Phrase, Position, Quantity, Title, Version, codes,
        number_value,
    },
};

codes! {
    /// Whether a task is something to do or a figure to reach.
    TaskKind {
        NhiemVu = "nhiem_vu", "Nhiệm vụ", "Task";
        ChiTieu = "chi_tieu", "Chỉ tiêu", "Indicator";
    }
}
codes! {
    /// How a task ends.
    Nature {
        OneOff = "one_off", "Làm một lần", "Has an end";
        Standing = "standing", "Thường xuyên", "Standing";
        Recurring = "recurring", "Định kỳ", "Recurring";
        Conditional = "conditional", "Khi phát sinh", "When it arises";
    }
}
codes! {
    /// How urgent it is.
    Priority {
        Thuong = "thuong", "Thường", "Ordinary";
        Khan = "khan", "Khẩn", "Urgent";
    }
}
codes! {
    /// How exactly the document gives the time.
    DuePrecision {
        Day = "day", "Ngày", "A day";
        Month = "month", "Tháng", "A month";
        Quarter = "quarter", "Quý", "A quarter";
        Year = "year", "Năm", "A year";
        Term = "term", "Nhiệm kỳ, giai đoạn", "A term";
        Event = "event", "Sự kiện", "An event";
    }
}
codes! {
    /// Where the due date comes from.
    DueSource {
        Stated = "stated", "Ghi trong câu", "Stated in the sentence";
        Section = "section", "Ghi ở đề mục", "From the heading of its section";
        Shared = "shared", "Chung với nhiệm vụ bên cạnh", "Printed in a neighbouring task";
        Event = "event", "Theo sự kiện", "From an event";
        Term = "term", "Theo nhiệm kỳ", "From the term of office";
        Elsewhere = "elsewhere", "Quy định ở văn bản khác", "Set by another document";
        Office = "office", "Văn phòng đặt", "Set by the office";
        None = "none", "Không ghi", "Not given";
    }
}
codes! {
    /// Where the due date lies from the event it refers to.
    EventRelation {
        Before = "before", "Trước sự kiện", "The day before it begins";
        At = "at", "Trong sự kiện", "The day it ends";
        Around = "around", "Dịp sự kiện (trước, trong và sau)", "The time about it; it gives no day";
    }
}

/// When a task is due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Due {
    /// The words, as written: "trước ngày 15/11/2026".
    pub text: Option<Phrase>,
    /// The last day included. "Trước ngày 15/11" is the 14th; "trong tháng 02" is the 28th.
    pub on: Option<Date>,
    /// How exactly the document gives it.
    pub precision: Option<DuePrecision>,
    /// Where it comes from.
    pub source: DueSource,
    /// The event it refers to. Its day is the due date where `on` gives none, unless it lies around.
    pub event: Option<NamedEventId>,
    /// Where it lies from the event; needed with one.
    pub relation: Option<EventRelation>,
    /// The task in which the date is printed, when it is shared.
    pub shared_with: Option<TaskId>,
}
impl Due {
    /// No due date.
    #[must_use]
    pub const fn none() -> Self {
        Self {
            text: None,
            on: None,
            precision: None,
            source: DueSource::None,
            event: None,
            relation: None,
            shared_with: None,
        }
    }
}

codes! {
    /// How a figure is compared with its target.
    Comparator {
        Eq = "eq", "bằng", "equal to";
        Gte = "gte", "từ … trở lên", "at least";
        Gt = "gt", "trên", "more than";
        Lte = "lte", "không quá", "at most";
        Lt = "lt", "dưới", "less than";
        Range = "range", "từ … đến", "between";
    }
}

/// A figure or a grade to reach.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Target {
    /// The words, as written.
    pub text: Phrase,
    /// How the figure is compared.
    pub comparator: Comparator,
    /// The figure; a grade has none.
    pub value: Option<Quantity>,
    /// The other end of a range.
    pub value_to: Option<Quantity>,
    /// What is counted: "căn", "%", "lần".
    pub unit: Option<Phrase>,
    /// The grade, when it is one.
    pub level: Option<Phrase>,
}

codes! {
    /// The length of a period.
    Cycle {
        Week = "week", "tuần", "week";
        Month = "month", "tháng", "month";
        Quarter = "quarter", "quý", "quarter";
        Year = "year", "năm", "year";
    }
}
codes! {
    /// Whether the words stand in the clause or only in the heading above.
    Basis {
        Explicit = "explicit", "Ghi rõ", "Written in the clause";
        Inherited = "inherited", "Theo đề mục hoặc câu trước", "From the heading or the clause before";
        Topic = "topic", "Theo nội dung", "From what the clause is about";
        Office = "office", "Văn phòng giao", "Given by the office";
    }
}
number_value! {
    /// How many times in a period.
    Times: 1..=100, example 2
}

/// Work that comes again: one assignment for each unit and each period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Recurrence {
    /// The words, as written: "02 lần/tháng".
    pub text: Option<Phrase>,
    /// The length of a period.
    pub per: Cycle,
    /// How many times in each; once without a number.
    pub times: Option<Times>,
    /// Where the words stand.
    pub basis: Basis,
    /// The first day; the day of issue without one.
    pub from: Option<Date>,
    /// The last day; the end of the directive's period without one, or its closure.
    pub until: Option<Date>,
}

codes! {
    /// What a unit answers for.
    AssigneeRole {
        ChuTri = "chu_tri", "Chủ trì", "Lead";
        PhoiHop = "phoi_hop", "Phối hợp", "Coordinating";
        /// Its duty is to follow and urge the carrying-out by others.
        TheoDoi = "theo_doi", "Theo dõi, đôn đốc", "Following up";
    }
}

/// Who is to do it. With neither units nor a class it is a name not yet bound to anybody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Assignee {
    /// The name, as written.
    pub name: Name,
    /// The name in full, where the written form cannot be looked up.
    pub canonical: Option<Name>,
    /// The kind of body it means.
    pub kind: Option<UnitKind>,
    /// What it answers for.
    pub role: AssigneeRole,
    /// How it was found.
    pub basis: Basis,
    /// The verb by which a lead sets it to work: "chỉ đạo", "hướng dẫn".
    pub via: Option<Phrase>,
    /// The units it is.
    #[serde(default)]
    #[schema(max_items = 200)]
    pub units: Vec<UnitId>,
    /// All units of a kind ("các thôn"): those that exist on the day of issue.
    pub class: Option<UnitKind>,
}

/// Somebody who might be meant; nobody is bound by it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Suggestion {
    /// The name.
    pub name: Name,
    /// The kind of body.
    pub kind: Option<UnitKind>,
}

/// What the clerk enters of a task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TaskDraft {
    /// The directive it stands in.
    pub directive: DirectiveId,
    /// The task it is a part or a dated stage of.
    pub parent: Option<TaskId>,
    /// The unfinished task of an earlier directive that it carries on.
    pub carried_from: Option<TaskId>,
    /// The same work given at another place or level.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub related: Vec<TaskId>,
    /// Its place in the order of the document.
    pub position: Position,
    /// Its place in the outline, as printed: "III.2.1".
    pub place: Option<Phrase>,
    /// The nearest heading above.
    pub heading: Option<Title>,
    /// What is to be done.
    pub content: Note,
    /// The sentence it comes from, word for word.
    pub quote: Option<Note>,
    /// Something to do, or a figure to reach.
    pub kind: TaskKind,
    /// How it ends.
    pub nature: Nature,
    /// How urgent it is.
    pub priority: Priority,
    /// When it is due.
    pub due: Due,
    /// The document or thing it must result in.
    pub product: Option<Title>,
    /// Figures to reach.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub targets: Vec<Target>,
    /// How often it comes again.
    pub recurrence: Option<Recurrence>,
    /// Who is to do it.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub assignees: Vec<Assignee>,
    /// Who might be meant, when nobody is named.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub suggestions: Vec<Suggestion>,
    /// The clerk's remarks.
    pub notes: Option<Note>,
    /// Households and other personal data. Seen by the assigned unit, office, leaders and
    /// inspectors only; never exported, sent or logged.
    pub private_note: Option<Note>,
}
impl Dto for TaskDraft {
    fn example() -> Self {
        Self {
            directive: example_id(0x51),
            parent: None,
            carried_from: None,
            related: Vec::new(),
            position: Position::example(),
            place: Some(example("III.2")),
            heading: Some(example("Xóa nhà tạm")),
            content: example("Hoàn thành xóa 2 căn nhà tạm trong thôn"),
            quote: Some(example("Các thôn hoàn thành xóa nhà tạm trước ngày 01/12/2026.")),
            kind: TaskKind::NhiemVu,
            nature: Nature::OneOff,
            priority: Priority::Thuong,
            due: Due {
                text: Some(example("trước ngày 01/12/2026")),
                on: Some(example_date(30)),
                precision: Some(DuePrecision::Day),
                source: DueSource::Stated,
                ..Due::none()
            },
            product: None,
            targets: vec![Target {
                text: example("2 căn"),
                comparator: Comparator::Eq,
                value: Some(Quantity::whole(2)),
                value_to: None,
                unit: Some(example("căn")),
                level: None,
            }],
            recurrence: None,
            assignees: vec![Assignee {
                name: example("Các thôn"),
                canonical: None,
                kind: Some(UnitKind::Thon),
                role: AssigneeRole::ChuTri,
                basis: Basis::Explicit,
                via: None,
                units: Vec::new(),
                class: Some(UnitKind::Thon),
            }],
            suggestions: Vec::new(),
            notes: None,
            private_note: None,
        }
    }
}

/// How far a task has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TaskProgress {
    /// Its assignments, cancelled ones left out.
    pub assignments: Count,
    /// Those completed.
    pub completed: Count,
    /// Those with the lead.
    pub leads: Count,
    /// Leads completed. When all are, so is the task.
    pub leads_completed: Count,
    /// Whether the task is complete: it has leads, and all are.
    pub complete: bool,
}

/// The id of a [`Task`].
pub type TaskId = Id<Task>;

/// One obligation in a directive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Task {
    /// Its id.
    pub id: TaskId,
    /// What the clerk entered.
    pub draft: TaskDraft,
    /// How far it has come.
    pub progress: TaskProgress,
    /// Changes with every change.
    pub version: Version,
    /// When it last changed.
    pub updated_at: Instant,
}
impl Dto for Task {
    fn example() -> Self {
        Self {
            id: example_id(0x61),
            draft: TaskDraft::example(),
            progress: TaskProgress {
                assignments: Count::of(24),
                completed: Count::of(7),
                leads: Count::of(24),
                leads_completed: Count::of(7),
                complete: false,
            },
            version: Version::FIRST,
            updated_at: example_instant(),
        }
    }
    fn version(&self) -> Option<Version> {
        Some(self.version)
    }
}

/// A merge patch of a task: absent keeps, `null` clears. Of an issued directive's task only these
/// may change: `due` (open assignments move with it, with history), `priority`, `product`,
/// `notes`, `private_note`, `related`, and `assignees` (only more of them).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TaskPatch {
    /// The task it is a part or a dated stage of.
    #[serde(default, skip_serializing_if = "Change::is_keep")]
    #[schema(value_type = Option<TaskId>)]
    pub parent: Change<TaskId>,
    /// The unfinished task of an earlier directive that it carries on.
    #[serde(default, skip_serializing_if = "Change::is_keep")]
    #[schema(value_type = Option<TaskId>)]
    pub carried_from: Change<TaskId>,
    /// The same work given at another place or level; the whole list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_items = 50)]
    pub related: Option<Vec<TaskId>>,
    /// Its place in the order of the document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<Position>,
    /// Its place in the outline.
    #[serde(default, skip_serializing_if = "Change::is_keep")]
    #[schema(value_type = Option<Phrase>)]
    pub place: Change<Phrase>,
    /// The nearest heading above.
    #[serde(default, skip_serializing_if = "Change::is_keep")]
    #[schema(value_type = Option<Title>)]
    pub heading: Change<Title>,
    /// What is to be done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<Note>,
    /// The sentence it comes from.
    #[serde(default, skip_serializing_if = "Change::is_keep")]
    #[schema(value_type = Option<Note>)]
    pub quote: Change<Note>,
    /// Something to do, or a figure to reach.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<TaskKind>,
    /// How it ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nature: Option<Nature>,
    /// How urgent it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<Priority>,
    /// When it is due; the whole of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Due>,
    /// The document or thing it must result in.
    #[serde(default, skip_serializing_if = "Change::is_keep")]
    #[schema(value_type = Option<Title>)]
    pub product: Change<Title>,
    /// Figures to reach; the whole list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_items = 20)]
    pub targets: Option<Vec<Target>>,
    /// How often it comes again.
    #[serde(default, skip_serializing_if = "Change::is_keep")]
    #[schema(value_type = Option<Recurrence>)]
    pub recurrence: Change<Recurrence>,
    /// Who is to do it; the whole list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_items = 50)]
    pub assignees: Option<Vec<Assignee>>,
    /// Who might be meant; the whole list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_items = 20)]
    pub suggestions: Option<Vec<Suggestion>>,
    /// The clerk's remarks.
    #[serde(default, skip_serializing_if = "Change::is_keep")]
    #[schema(value_type = Option<Note>)]
    pub notes: Change<Note>,
    /// Households and other personal data.
    #[serde(default, skip_serializing_if = "Change::is_keep")]
    #[schema(value_type = Option<Note>)]
    pub private_note: Change<Note>,
    /// The version this change was made from, instead of `If-Match`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<Version>,
}
impl Dto for TaskPatch {
    fn example() -> Self {
        Self { priority: Some(Priority::Khan), ..Self::default() }
    }
    fn base(&self) -> Option<Version> {
        self.version
    }
}

listing! {
    /// Which part of a directive's tasks to list.
    TasksQuery {
        /// Only tasks given to nobody yet (`true`), or only the others (`false`).
        unassigned: bool,
        /// Only tasks without a due date (`true`), or only the others (`false`).
        undated: bool,
    }
}

endpoints! {
    tag "Tasks";

    /// List the tasks of a directive
    ///
    /// In the order of the document.
    ListTasks = Get "/v1/directives/{directive}/tasks" as "list_tasks",
        access: Access::To(Action::ReadDirectives),
        path: DirectiveId,
        query: TasksQuery,
        reply: Page<Task>,
        answers: [200];

    /// Read a task
    ///
    /// With its source, due date, targets, assignees and progress.
    ReadTask = Get "/v1/tasks/{task}" as "read_task",
        access: Access::To(Action::ReadDirectives),
        path: TaskId,
        reply: Task,
        answers: [200];

    /// Enter a task
    ///
    /// Into a draft. Nobody is told until the directive is issued.
    PutTask = Put "/v1/tasks/{task}" as "put_task",
        access: Access::To(Action::ChangeDirectives),
        path: TaskId,
        body: TaskDraft,
        reply: Task,
        answers: [201, 200], refuses: [Conflict, WrongState];

    /// Change a task
    ///
    /// A JSON merge patch. After issue, assignees may be added and the due date may be set or
    /// moved; open assignments follow, with history.
    PatchTask = Patch "/v1/tasks/{task}" as "patch_task",
        access: Access::To(Action::ChangeDirectives),
        path: TaskId,
        body: TaskPatch,
        reply: Task,
        answers: [200], refuses: [WrongState], versioned: true;

    /// Delete a task of a draft
    ///
    /// With its stages. What was issued is never deleted; its assignments can be cancelled.
    DeleteTask = Delete "/v1/tasks/{task}" as "delete_task",
        access: Access::To(Action::ChangeDirectives),
        path: TaskId,
        answers: [204], refuses: [WrongState], versioned: true;
}

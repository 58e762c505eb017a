//! Figures: the overdue report and the statistics. **Invariant: every figure states its `as_of`, and
//! a past `as_of` gives what was true at the end of that day, by what was known then.**

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    access::{Access, Action},
    assignments::{AssignmentId, LastReport},
    directives::{DirectiveBrief, DirectiveId},
    endpoint::{Dto, endpoints, listing, query},
    people::{PersonBrief, PersonId},
    sessions::{example, example_date, example_id, example_instant},
    tasks::{AssigneeRole, Priority, TaskId},
    timeliness::State,
    units::{UnitBrief, UnitId, UnitKind},
    value::{Count, Cursor, Date, Days, Instant, Name, Note, Phrase, codes, number_value},
};

number_value! {
    /// A share in thousandths: 875 is 87.5 %.
    PerMille: 0..=1000, example 875
}

codes! {
    /// What overdue work is summed by.
    GroupBy {
        Unit = "unit", "Đơn vị", "Unit";
        Directive = "directive", "Văn bản", "Directive";
        UnitKind = "unit_kind", "Loại đơn vị", "Kind of unit";
        Overseer = "overseer", "Người phụ trách", "Overseer";
    }
}
codes! {
    /// What the statistics are broken down by.
    StatisticsBy {
        Unit = "unit", "Đơn vị", "Unit";
        UnitKind = "unit_kind", "Loại đơn vị", "Kind of unit";
        Directive = "directive", "Văn bản", "Directive";
        Overseer = "overseer", "Người phụ trách", "Overseer";
        /// The month in which the work is due.
        Period = "period", "Tháng đến hạn", "Month it is due in";
    }
}

listing! {
    /// Which overdue work to report.
    OverdueQuery {
        /// Sums instead of rows.
        group_by: GroupBy,
        /// The day to judge on; today without it. A past day gives what was true then; a day to come
        /// what will be if nothing more is done.
        as_of: Date,
        /// Only this unit's.
        unit: UnitId,
        /// Only of units of this kind.
        unit_kind: UnitKind,
        /// Only of this directive.
        directive: DirectiveId,
        /// Only of units in this person's charge on that day.
        overseer: PersonId,
    }
}

/// One overdue assignment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OverdueRow {
    /// The assignment.
    pub assignment: AssignmentId,
    /// The unit that is late.
    pub unit: UnitBrief,
    /// The document it comes from.
    pub directive: DirectiveBrief,
    /// The task.
    pub task: TaskId,
    /// What is to be done.
    pub content: Note,
    /// What the unit answers for.
    pub role: AssigneeRole,
    /// How urgent it is.
    pub priority: Priority,
    /// Where it stands.
    pub state: State,
    /// The due date.
    pub due_on: Date,
    /// The first due date it ever had.
    pub original_due_on: Date,
    /// Days past the due date.
    pub days_late: Days,
    /// The newest report by then.
    pub last_report: Option<LastReport>,
    /// Who oversees the unit on that day.
    #[schema(max_items = 20)]
    pub overseers: Vec<PersonBrief>,
    /// Whether a leader has confirmed that the delay is excused.
    pub excused: bool,
}
impl Dto for OverdueRow {
    fn example() -> Self {
        Self {
            assignment: example_id(0x62),
            unit: UnitBrief::example(),
            directive: DirectiveBrief::example(),
            task: example_id(0x61),
            content: example("Hoàn thành xóa 2 căn nhà tạm trong thôn"),
            role: AssigneeRole::ChuTri,
            priority: Priority::Thuong,
            state: State::InProgress,
            due_on: example_date(17),
            original_due_on: example_date(10),
            days_late: Days::of(3),
            last_report: None,
            overseers: vec![PersonBrief::example()],
            excused: false,
        }
    }
}

/// Overdue work summed under one name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OverdueGroup {
    /// What it is the sum of: an id, or a kind's code; empty where nobody oversees.
    pub key: Option<Phrase>,
    /// Its name.
    pub name: Name,
    /// Overdue assignments.
    pub overdue: Count,
    /// Days late of the latest one.
    pub most_days_late: Days,
}

/// The overdue report: rows, or sums when `group_by` was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OverdueReport {
    /// The day it judges on.
    pub as_of: Date,
    /// When it was computed.
    pub computed_at: Instant,
    /// The overdue assignments, the earliest due first.
    #[schema(max_items = 200)]
    pub items: Vec<OverdueRow>,
    /// The sums, the most overdue first. Work overseen by two counts under both.
    #[schema(max_items = 5000)]
    pub groups: Vec<OverdueGroup>,
    /// Hand this back as `cursor` for the next page of rows.
    pub next: Option<Cursor>,
}
impl Dto for OverdueReport {
    fn example() -> Self {
        Self {
            as_of: example_date(20),
            computed_at: example_instant(),
            items: vec![OverdueRow::example()],
            groups: Vec::new(),
            next: None,
        }
    }
    fn next(&self) -> Option<&Cursor> {
        self.next.as_ref()
    }
    fn computed_at(&self) -> Option<Instant> {
        Some(self.computed_at)
    }
}

query! {
    /// Which statistics to compute.
    StatisticsQuery {
        /// How to break them down; the total only without it.
        by: StatisticsBy,
        /// The day to judge on; today without it. A past day gives what was true then; a day to come
        /// what will be if nothing more is done.
        as_of: Date,
        /// Only this unit's.
        unit: UnitId,
        /// Only of units of this kind.
        unit_kind: UnitKind,
        /// Only of this directive.
        directive: DirectiveId,
        /// Only of units in this person's charge on that day.
        overseer: PersonId,
        /// Only those due on this day or later.
        due_from: Date,
        /// Only those due on this day or earlier.
        due_to: Date,
    }
}

/// The five classes, the marks and the rates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Figures {
    /// Completed on time.
    pub done_on_time: Count,
    /// Completed late.
    pub done_late: Count,
    /// Open, in time.
    pub open_in_time: Count,
    /// Open, overdue.
    pub open_overdue: Count,
    /// No due date.
    pub no_deadline: Count,
    /// All of the five.
    pub total: Count,
    /// Of the open ones in time: due soon.
    pub due_soon: Count,
    /// Of the open ones: waiting for review.
    pub submitted: Count,
    /// Of the late ones, open or completed: excused by a leader.
    pub excused: Count,
    /// Standing aside, outside all classes.
    pub paused: Count,
    /// Completed ÷ (completed + open overdue), in thousandths; null of nothing. Work without a due
    /// date is left out.
    pub completion_rate: Option<PerMille>,
    /// Completed on time ÷ completed, in thousandths; null of nothing.
    pub on_time_rate: Option<PerMille>,
    /// Open with a report in the last days ÷ open, in thousandths; null of nothing. The number of
    /// days is a setting; the day itself is one of them. Work without a due date is left out.
    pub update_rate: Option<PerMille>,
    /// Completed on time by the original due date ÷ completed, in thousandths; null of nothing.
    pub on_original_time_rate: Option<PerMille>,
}

/// The figures under one name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StatisticsRow {
    /// What it is about: an id, a kind's code, or a month (`2026-11`); empty where nobody oversees, or
    /// where there is no due date.
    pub key: Option<Phrase>,
    /// Its name.
    pub name: Name,
    /// Its figures.
    pub figures: Figures,
}

/// Statistics of a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Statistics {
    /// The day it judges on.
    pub as_of: Date,
    /// When it was computed.
    pub computed_at: Instant,
    /// The figures of everything asked for.
    pub total: Figures,
    /// The figures broken down, by name. Work overseen by two counts under both.
    #[schema(max_items = 5000)]
    pub rows: Vec<StatisticsRow>,
}
impl Dto for Statistics {
    fn example() -> Self {
        let figures = Figures {
            done_on_time: Count::of(42),
            done_late: Count::of(6),
            open_in_time: Count::of(97),
            open_overdue: Count::of(11),
            no_deadline: Count::of(24),
            total: Count::of(180),
            due_soon: Count::of(14),
            submitted: Count::of(8),
            excused: Count::of(2),
            paused: Count::of(1),
            completion_rate: PerMille::try_from(814).ok(),
            on_time_rate: PerMille::try_from(875).ok(),
            update_rate: PerMille::try_from(733).ok(),
            on_original_time_rate: PerMille::try_from(833).ok(),
        };
        Self {
            as_of: example_date(20),
            computed_at: example_instant(),
            total: figures,
            rows: vec![StatisticsRow {
                key: Some(example("01980000-0000-7000-8000-000000000031")),
                name: example("Thôn Đồng Sim"),
                figures,
            }],
        }
    }
    fn computed_at(&self) -> Option<Instant> {
        Some(self.computed_at)
    }
}

endpoints! {
    tag "Figures";

    /// The overdue report
    ///
    /// Who is late, with what, by how many days, and whose charge it is in: as rows, or summed by
    /// unit, directive, kind of unit or overseer. Paused work is left out. A unit, directive or
    /// overseer that is not there, or not the caller's to see, is refused as not known.
    ReadOverdue = Get "/v1/overdue" as "read_overdue",
        access: Access::To(Action::ReadFigures),
        query: OverdueQuery,
        reply: OverdueReport,
        answers: [200];

    /// Statistics
    ///
    /// The five classes in which the Government counts work, and the rates, by unit, kind,
    /// directive, overseer or month. A unit, directive or overseer that is not there, or not the
    /// caller's to see, is refused as not known.
    ReadStatistics = Get "/v1/statistics" as "read_statistics",
        access: Access::To(Action::ReadFigures),
        query: StatisticsQuery,
        reply: Statistics,
        answers: [200];
}

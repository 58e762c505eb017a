//! The rows of the invented commune. **Invariant: row `n` is a function of `n` and of today alone, so
//! that whoever needs to know what is in the database computes it and asks nobody.**

use chrono::TimeDelta;
use diesel::prelude::Insertable;
use openapi::{
    assignments::AssignmentId,
    directives::DirectiveId,
    id::Id,
    people::PersonId,
    reports::ReportId,
    tasks::{AssigneeRole, TaskId},
    timeliness::{Facts, State},
    units::UnitId,
    value::{Date, Instant, Percent, Version},
};

/// The organisation's number.
pub const TENANT: i32 = 1;
/// How many overdue assignments there are in ten thousand, and how many open ones.
const OVERDUE: u64 = 526;
const OPEN: u64 = 2194;
/// How many people report, each for one unit.
pub const REPORTERS: usize = 64;

/// How large the commune is.
#[derive(Debug, Clone, Copy)]
pub struct Commune {
    /// Assignments.
    pub rows: usize,
    /// Units: 300 for a million assignments, never fewer than ten.
    pub units: usize,
    /// The moment its data was made.
    pub now: Instant,
    /// Whether all its work is open.
    pub open: bool,
}

/// What an id is of.
#[derive(Clone, Copy)]
enum Kind {
    Unit = 1,
    Person,
    Oversight,
    Directive,
    Task,
    Assignment,
    Report,
}

/// Chance that is the same in every run (splitmix64).
pub const fn mixed(n: u64) -> u64 {
    let mut z = n.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

fn id<T>(kind: Kind, n: usize) -> Id<T> {
    let n = n as u64;
    let mut chance = [0; 10];
    chance[..8].copy_from_slice(&mixed(n * 16 + kind as u64).to_be_bytes());
    Id::new(1_700_000_000_000 + n * 20, chance)
}

impl Commune {
    /// A commune with so many assignments.
    pub fn new(rows: usize, now: Instant) -> Self {
        Self { rows, units: (rows / 3333).clamp(10, 300), now, open: false }
    }
    /// One in which all work is open.
    pub fn with_open_work(rows: usize, now: Instant) -> Self {
        Self { open: true, ..Self::new(rows, now) }
    }
    /// Today in Hà Nội.
    pub fn today(&self) -> Date {
        Date::of((self.now.utc() + TimeDelta::hours(7)).date_naive())
    }
    /// How many units one task is given to.
    fn units_of_a_task(&self) -> usize {
        self.units.min(100)
    }
    /// How many tasks there are.
    pub fn tasks(&self) -> usize {
        self.rows.div_ceil(self.units_of_a_task())
    }
    /// How many directives there are.
    pub fn directives(&self) -> usize {
        self.tasks().div_ceil(10)
    }
    /// The unit of this number.
    pub fn unit(n: usize) -> UnitId {
        id(Kind::Unit, n)
    }
    /// The person of this number.
    pub fn person(n: usize) -> PersonId {
        id(Kind::Person, n)
    }
    /// The charge of this number.
    pub fn oversight(n: usize) -> openapi::people::OversightId {
        id(Kind::Oversight, n)
    }
    /// The directive of this number.
    pub fn directive(n: usize) -> DirectiveId {
        id(Kind::Directive, n)
    }
    /// The task of this number.
    pub fn task(n: usize) -> TaskId {
        id(Kind::Task, n)
    }
    /// The assignment of this number.
    pub fn assignment(n: usize) -> AssignmentId {
        id(Kind::Assignment, n)
    }
    /// A moment so many days before the data was made.
    pub fn days_ago(&self, days: i64) -> Instant {
        self.now.plus(TimeDelta::days(-days))
    }

    /// The task and the unit of an assignment.
    pub fn place(&self, n: usize) -> (usize, usize) {
        let (task, k) = (n / self.units_of_a_task(), n % self.units_of_a_task());
        (task, (task * 101 + k) % self.units)
    }

    /// How an assignment stands.
    pub fn facts(&self, n: usize) -> Facts {
        let chance = mixed(n as u64);
        let (of, more) = (if self.open { OPEN } else { 10_000 }, (chance >> 16) as i64 & 0xffff);
        let share = chance % of;
        let today = self.today();
        if share < OVERDUE {
            let state = [State::Assigned, State::Acknowledged, State::InProgress][more as usize % 3];
            return Facts { state, due_on: Some(today.plus(-1 - more % 120)), finished_on: None };
        }
        if share < OPEN {
            let due_on = (more % 10 > 0).then(|| today.plus(more % 200));
            let states = [State::Assigned, State::Acknowledged, State::InProgress, State::Submitted];
            let state = states[share as usize % 4];
            let finished_on = (state == State::Submitted).then(|| today.plus(-1));
            return Facts { state, due_on, finished_on };
        }
        let due = today.plus(-(more % 1500));
        if share < 9_900 {
            let finished = due.plus(more % 20 - 15).min(today);
            return Facts { state: State::Completed, due_on: Some(due), finished_on: Some(finished) };
        }
        Facts { state: State::Cancelled, due_on: Some(due), finished_on: None }
    }

    /// The row of an assignment, and the report made on it.
    pub fn row(&self, n: usize) -> AssignmentRow {
        let (task, unit) = self.place(n);
        let facts = self.facts(n);
        let state = facts.state;
        let due = facts.due_on.unwrap_or_else(|| self.today());
        let assigned_at = self.days_ago(self.today().days_since(due).max(-30) + 45);
        let reported = matches!(state, State::InProgress | State::Submitted | State::Completed);
        let report_at = assigned_at.plus(TimeDelta::days(10));
        let closed_at = (!state.is_open()).then(|| assigned_at.plus(TimeDelta::days(44)));
        let completes = matches!(state, State::Submitted | State::Completed);
        AssignmentRow {
            organisation: TENANT,
            id: Self::assignment(n),
            directive_id: Self::directive(task / 10),
            task_id: Self::task(task),
            unit_id: Self::unit(unit),
            role: if n.is_multiple_of(5) { AssigneeRole::PhoiHop } else { AssigneeRole::ChuTri },
            period_number: 0,
            state,
            due_on: facts.due_on,
            due_sort: facts
                .due_on
                .unwrap_or_else(|| Date::of(chrono::NaiveDate::from_ymd_opt(9999, 12, 31).unwrap())),
            original_due_on: facts.due_on,
            runs_out_on: facts.runs_out_on(),
            stopped_late: facts.stopped_late().map(|days| days as i32),
            assigned_at,
            acknowledged_at: (state != State::Assigned).then(|| assigned_at.plus(TimeDelta::days(1))),
            finished_on: facts.finished_on,
            closed_at,
            percent: reported.then(|| Percent::try_from(if completes { 100 } else { 40 }).unwrap()),
            last_report_id: reported.then(|| id(Kind::Report, n)),
            last_report_at: reported.then_some(report_at),
            last_report_completes: reported.then_some(completes),
            last_received_at: reported.then_some(report_at),
            extension_asked: false,
            excused: false,
            // As many as `past` tells of.
            version: if state == State::Assigned { Version::FIRST } else { Version::FIRST.next() },
            updated_at: closed_at.unwrap_or(if reported { report_at } else { assigned_at }),
        }
    }

    /// How many overdue assignments the units have, by their numbers.
    pub fn overdue_by_unit(&self) -> Vec<usize> {
        let mut overdue = vec![0; self.units];
        for n in 0..self.rows {
            if self.facts(n).runs_out_on().is_some_and(|day| day < self.today()) {
                overdue[self.place(n).1] += 1;
            }
        }
        overdue
    }
}

/// An assignment, to be inserted.
#[derive(Insertable, Clone)]
#[diesel(table_name = api::schema::assignments, treat_none_as_default_value = false)]
pub struct AssignmentRow {
    organisation: i32,
    id: AssignmentId,
    directive_id: DirectiveId,
    task_id: TaskId,
    unit_id: UnitId,
    role: AssigneeRole,
    period_number: i32,
    state: State,
    due_on: Option<Date>,
    due_sort: Date,
    original_due_on: Option<Date>,
    runs_out_on: Option<Date>,
    stopped_late: Option<i32>,
    assigned_at: Instant,
    acknowledged_at: Option<Instant>,
    finished_on: Option<Date>,
    closed_at: Option<Instant>,
    percent: Option<Percent>,
    last_report_id: Option<ReportId>,
    last_report_at: Option<Instant>,
    last_report_completes: Option<bool>,
    last_received_at: Option<Instant>,
    extension_asked: bool,
    excused: bool,
    version: Version,
    updated_at: Instant,
}

/// What an assignment was for a time, to be inserted.
#[derive(Insertable, Clone)]
#[diesel(table_name = api::schema::assignment_past, treat_none_as_default_value = false)]
pub struct PastRow {
    assignment_id: AssignmentId,
    number: Version,
    from_at: Instant,
    until_at: Option<Instant>,
    organisation: i32,
    directive_id: DirectiveId,
    unit_id: UnitId,
    state: State,
    due_on: Option<Date>,
    original_due_on: Option<Date>,
    runs_out_on: Option<Date>,
    finished_on: Option<Date>,
    excused: bool,
}

/// A report, to be inserted.
#[derive(Insertable, Clone)]
#[diesel(table_name = api::schema::reports, treat_none_as_default_value = false)]
pub struct ReportRow {
    id: ReportId,
    organisation: i32,
    assignment_id: AssignmentId,
    unit_id: UnitId,
    author_id: PersonId,
    percent: Option<Percent>,
    words: &'static str,
    completes: bool,
    made_at: Instant,
    received_at: Instant,
    counts_on: Date,
    flags: &'static str,
    version: Version,
}

/// A warning that was given, to be inserted.
#[derive(Insertable, Clone)]
#[diesel(table_name = api::schema::alerts, treat_none_as_default_value = false)]
pub struct AlertRow {
    organisation: i32,
    assignment_id: AssignmentId,
    due_on: Date,
    rung: i32,
    warned_at: Instant,
}

impl AssignmentRow {
    /// What it was: given, and then as it is now.
    pub fn past(&self) -> Vec<PastRow> {
        let is = PastRow {
            assignment_id: self.id,
            number: Version::FIRST,
            from_at: self.assigned_at,
            until_at: None,
            organisation: TENANT,
            directive_id: self.directive_id,
            unit_id: self.unit_id,
            state: self.state,
            due_on: self.due_on,
            original_due_on: self.original_due_on,
            runs_out_on: self.runs_out_on,
            finished_on: self.finished_on,
            excused: false,
        };
        if self.state == State::Assigned {
            return vec![is];
        }
        let was = PastRow {
            until_at: Some(self.updated_at),
            state: State::Assigned,
            runs_out_on: self.due_on,
            finished_on: None,
            ..is.clone()
        };
        vec![was, PastRow { number: Version::FIRST.next(), from_at: self.updated_at, ..is }]
    }

    /// The warning it had by the end of yesterday, by the usual ladder.
    pub fn alert(&self, yesterday: Date) -> Option<AlertRow> {
        let due_on = self.runs_out_on.filter(|_| self.state != State::Submitted)?;
        let rung = [7, 3, 1, 0, -1, -3, -7].into_iter().find(|rung| due_on.plus(*rung) <= yesterday)?;
        Some(AlertRow {
            organisation: TENANT,
            assignment_id: self.id,
            due_on,
            rung: rung as i32,
            warned_at: self.updated_at,
        })
    }

    /// The report that was made on it.
    pub fn report(&self) -> Option<ReportRow> {
        let made_at = self.last_report_at?;
        Some(ReportRow {
            id: self.last_report_id?,
            organisation: TENANT,
            assignment_id: self.id,
            unit_id: self.unit_id,
            author_id: Commune::person(0),
            percent: self.percent,
            words: "Đã họp thôn, vận động các hộ đăng ký, đang làm theo kế hoạch.",
            completes: self.last_report_completes?,
            made_at,
            received_at: made_at,
            counts_on: Date::of(made_at.utc().date_naive()),
            flags: "",
            version: Version::FIRST,
        })
    }
}

//! The SQL of assignments. **Invariant: a row is changed only by [`save`], which keeps what is
//! derived from it in step and writes down what it was before.**

use diesel::{
    BoolExpressionMethods, EscapeExpressionMethods, ExpressionMethods, Insertable, JoinOnDsl,
    OptionalExtension, QueryDsl, Queryable, RunQueryDsl, Selectable, SelectableHelper, TextExpressionMethods,
};
use openapi::{
    assignments::{
        Assignment, AssignmentCounts, AssignmentId, AssignmentOrder, AssignmentPeriod, AssignmentsQuery,
        LastReport, Standing, TaskBrief,
    },
    calendar::NamedEventId,
    directives::{DirectiveBrief, DirectiveId, DirectiveKind},
    reports::ReportId,
    tasks::{AssigneeRole, DuePrecision, EventRelation, Nature, Priority, TaskId, TaskKind},
    timeliness::{Facts, State, Timeliness},
    units::{UnitBrief, UnitId, UnitKind},
    value::{
        Count, Date, Days, Instant, Name, Note, Page, Percent, Phrase, Position, Quantity, Title, Version,
    },
};

use crate::{
    access::{Actor, Scope, Tenant},
    db::{Reading, Statement, Writing, after, contains, one_of},
    error::Result,
    schema::{assignment_past, assignments, directives, oversights, tasks, units},
};

/// An assignment as stored.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = assignments)]
pub(crate) struct AssignmentRow {
    pub organisation: Tenant,
    pub id: AssignmentId,
    pub directive_id: DirectiveId,
    pub task_id: TaskId,
    pub unit_id: UnitId,
    pub role: AssigneeRole,
    pub period_number: i32,
    pub period_from: Option<Date>,
    pub period_to: Option<Date>,
    pub state: State,
    pub due_on: Option<Date>,
    due_sort: Date,
    pub original_due_on: Option<Date>,
    pub runs_out_on: Option<Date>,
    stopped_late: Option<i32>,
    pub assigned_at: Instant,
    pub acknowledged_at: Option<Instant>,
    pub finished_on: Option<Date>,
    pub closed_at: Option<Instant>,
    pub percent: Option<Percent>,
    pub quantity: Option<Quantity>,
    pub last_report_id: Option<ReportId>,
    pub last_report_at: Option<Instant>,
    pub last_report_completes: Option<bool>,
    pub last_received_at: Option<Instant>,
    pub reason: Option<Note>,
    pub paused_from: Option<State>,
    pub extension_asked: bool,
    pub excused: bool,
    pub version: Version,
    pub updated_at: Instant,
    pub carried_times: i32,
}

impl AssignmentRow {
    /// What its class depends on.
    pub(crate) const fn facts(&self) -> Facts {
        Facts { state: self.state, due_on: self.due_on, finished_on: self.finished_on }
    }
    /// Whether its completion needs a leader's word: a lead's, where there is a due date.
    pub(crate) const fn needs_review(&self) -> bool {
        matches!(self.role, AssigneeRole::ChuTri) && self.due_on.is_some()
    }
    /// Puts what is derived in step with the rest.
    fn derive(mut self) -> Self {
        if self.original_due_on.is_none() {
            self.original_due_on = self.due_on;
        }
        self.due_sort = self.due_on.unwrap_or_else(no_due_date);
        self.runs_out_on = self.facts().runs_out_on();
        // A day beyond the calendar of either engine counts as its end.
        self.stopped_late = self.facts().stopped_late().map(|days| i32::try_from(days).unwrap_or(i32::MAX));
        self
    }
    /// What `as_of` asks of the past.
    fn past(&self, from_at: Instant) -> PastRow {
        PastRow {
            organisation: self.organisation,
            assignment_id: self.id,
            number: self.version,
            from_at,
            until_at: None,
            directive_id: self.directive_id,
            unit_id: self.unit_id,
            state: self.state,
            due_on: self.due_on,
            original_due_on: self.original_due_on,
            runs_out_on: self.runs_out_on,
            finished_on: self.finished_on,
            excused: self.excused,
        }
    }
}

/// Stands for "no due date" where rows are ordered by it.
fn no_due_date() -> Date {
    Date::of(chrono::NaiveDate::from_ymd_opt(9999, 12, 31).unwrap_or(chrono::NaiveDate::MAX))
}

#[derive(Insertable, PartialEq, Eq)]
#[diesel(table_name = assignment_past)]
struct PastRow {
    organisation: Tenant,
    assignment_id: AssignmentId,
    number: Version,
    from_at: Instant,
    until_at: Option<Instant>,
    directive_id: DirectiveId,
    unit_id: UnitId,
    state: State,
    due_on: Option<Date>,
    original_due_on: Option<Date>,
    runs_out_on: Option<Date>,
    finished_on: Option<Date>,
    excused: bool,
}

/// Work to be given.
pub(crate) struct Given {
    pub directive: DirectiveId,
    pub task: TaskId,
    pub unit: UnitId,
    pub role: AssigneeRole,
    pub period: Option<openapi::recurrence::Period>,
    pub due_on: Option<Date>,
    /// What it goes on with, when it was carried over.
    pub goes_on: Option<AssignmentRow>,
}

/// Gives work to a unit.
pub(crate) fn insert(tx: &mut Writing<'_>, tenant: Tenant, given: &Given) -> Result<AssignmentRow> {
    let now = tx.now();
    let row = AssignmentRow {
        organisation: tenant,
        id: tx.new_id()?,
        directive_id: given.directive,
        task_id: given.task,
        unit_id: given.unit,
        role: given.role,
        period_number: given.period.map_or(0, |period| period.number),
        period_from: given.period.map(|period| period.from),
        period_to: given.period.map(|period| period.to),
        state: State::Assigned,
        due_on: given.due_on,
        due_sort: no_due_date(),
        original_due_on: None,
        runs_out_on: None,
        stopped_late: None,
        assigned_at: now,
        acknowledged_at: None,
        finished_on: None,
        closed_at: None,
        percent: None,
        quantity: None,
        last_report_id: None,
        last_report_at: None,
        last_report_completes: None,
        last_received_at: None,
        reason: None,
        paused_from: None,
        extension_asked: false,
        excused: false,
        version: Version::FIRST,
        updated_at: now,
        carried_times: 0,
    };
    let row = match &given.goes_on {
        Some(earlier) => going_on(row, earlier),
        None => row,
    }
    .derive();
    diesel::insert_into(assignments::table).values(&row).execute(tx.conn())?;
    diesel::insert_into(assignment_past::table).values(row.past(now)).execute(tx.conn())?;
    Ok(row)
}

/// With what the work has come to before it was carried over: its first due date, its reports, what was
/// asked and decided. The unit has still to confirm that it knows of the new directive.
fn going_on(new: AssignmentRow, earlier: &AssignmentRow) -> AssignmentRow {
    let begun = earlier.paused_from.unwrap_or(earlier.state) == State::InProgress;
    AssignmentRow {
        state: if begun { State::InProgress } else { State::Assigned },
        original_due_on: earlier.original_due_on,
        percent: earlier.percent,
        quantity: earlier.quantity,
        last_report_id: earlier.last_report_id,
        last_report_at: earlier.last_report_at,
        last_report_completes: earlier.last_report_completes,
        last_received_at: earlier.last_received_at,
        // Why it was returned; why it was paused ends with the pause.
        reason: earlier.reason.clone().filter(|_| earlier.state == State::InProgress),
        extension_asked: earlier.extension_asked,
        excused: earlier.excused,
        carried_times: earlier.carried_times.saturating_add(1),
        ..new
    }
}

/// Another assignment of the same organisation.
pub(crate) fn beside(
    tx: &mut Reading<'_>,
    row: &AssignmentRow,
    id: AssignmentId,
) -> Result<Option<AssignmentRow>> {
    find(tx, &Scope::of_the_house(row.organisation), id)
}

/// What was given of some tasks within a scope, cancelled work left out: the earliest due first.
pub(crate) fn of_tasks(
    tx: &mut Reading<'_>,
    scope: &Scope,
    of: &[TaskId],
) -> Result<Vec<(Date, AssignmentId)>> {
    let rows: Vec<(Date, AssignmentId, UnitId)> = assignments::table
        .filter(assignments::organisation.eq(scope.tenant()).and(one_of(assignments::task_id, of)))
        .filter(assignments::state.ne(State::Cancelled))
        .select((assignments::due_sort, assignments::id, assignments::unit_id))
        .load(tx.conn())?;
    let reached = rows.into_iter().filter(|(_, _, unit)| scope.covers(*unit));
    let mut all: Vec<_> = reached.map(|(due, id, _)| (due, id)).collect();
    // Not by the database: it would walk all work of the organisation in that order.
    all.sort_unstable();
    Ok(all)
}

/// What a unit has of some tasks, for the same period.
pub(crate) fn of_unit_in(
    tx: &mut Reading<'_>,
    of: &[TaskId],
    unit: UnitId,
    like: &AssignmentRow,
) -> Result<Vec<AssignmentRow>> {
    let rows: Vec<AssignmentRow> = assignments::table
        .filter(assignments::organisation.eq(like.organisation).and(one_of(assignments::task_id, of)))
        .filter(assignments::unit_id.eq(unit))
        .order(assignments::id)
        .select(AssignmentRow::as_select())
        .load(tx.conn())?;
    let period = (like.period_from, like.period_to);
    Ok(rows.into_iter().filter(|row| (row.period_from, row.period_to) == period).collect())
}

/// Stores a changed assignment, and what it was until now when that matters to a past `as_of`.
pub(crate) fn save(
    tx: &mut Writing<'_>,
    before: &AssignmentRow,
    changed: AssignmentRow,
) -> Result<AssignmentRow> {
    let now = tx.now();
    let mut row = changed.derive();
    row.version = before.version.next();
    row.updated_at = now;
    let this = assignments::table
        .filter(assignments::organisation.eq(row.organisation).and(assignments::id.eq(row.id)));
    let how_it_goes = (
        assignments::state.eq(row.state),
        assignments::acknowledged_at.eq(row.acknowledged_at),
        assignments::finished_on.eq(row.finished_on),
        assignments::percent.eq(row.percent),
        assignments::quantity.eq(row.quantity),
        assignments::last_report_id.eq(row.last_report_id),
        assignments::last_report_at.eq(row.last_report_at),
        assignments::last_report_completes.eq(row.last_report_completes),
        assignments::last_received_at.eq(row.last_received_at),
        assignments::reason.eq(&row.reason),
        assignments::paused_from.eq(row.paused_from),
        assignments::extension_asked.eq(row.extension_asked),
        assignments::excused.eq(row.excused),
        assignments::version.eq(row.version),
        assignments::updated_at.eq(row.updated_at),
    );
    // SQLite writes every index anew whose column is named, whether or not it changes.
    if place_in_indexes(before) == place_in_indexes(&row) {
        diesel::update(this).set(how_it_goes).execute(tx.conn())?;
    } else {
        let whose_and_when = (
            assignments::unit_id.eq(row.unit_id),
            assignments::due_on.eq(row.due_on),
            assignments::due_sort.eq(row.due_sort),
            assignments::original_due_on.eq(row.original_due_on),
            assignments::runs_out_on.eq(row.runs_out_on),
            assignments::stopped_late.eq(row.stopped_late),
            assignments::closed_at.eq(row.closed_at),
        );
        diesel::update(this).set((whose_and_when, how_it_goes)).execute(tx.conn())?;
    }
    let was = PastRow { number: row.version, ..before.past(now) };
    let is = row.past(now);
    if was != is {
        let present = assignment_past::table
            .filter(
                assignment_past::organisation
                    .eq(row.organisation)
                    .and(assignment_past::assignment_id.eq(row.id)),
            )
            .filter(assignment_past::until_at.is_null());
        diesel::update(present).set(assignment_past::until_at.eq(now)).execute(tx.conn())?;
        diesel::insert_into(assignment_past::table).values(is).execute(tx.conn())?;
    }
    Ok(row)
}

/// What the indexes keep of an assignment, and what goes with it.
const fn place_in_indexes(row: &AssignmentRow) -> (UnitId, [Option<Date>; 3], Option<i32>, Option<Instant>) {
    (row.unit_id, [row.due_on, row.original_due_on, row.runs_out_on], row.stopped_late, row.closed_at)
}

/// An assignment within the caller's reach.
pub(crate) fn find(tx: &mut Reading<'_>, scope: &Scope, id: AssignmentId) -> Result<Option<AssignmentRow>> {
    let row: Option<AssignmentRow> = assignments::table
        .filter(assignments::organisation.eq(scope.tenant()).and(assignments::id.eq(id)))
        .select(AssignmentRow::as_select())
        .first(tx.conn())
        .optional()?;
    Ok(row.filter(|row| scope.covers(row.unit_id)))
}

/// An assignment that was once within the caller's reach and has left it, with the unit that had it.
pub(crate) fn find_former(
    tx: &mut Reading<'_>,
    scope: &Scope,
    id: AssignmentId,
) -> Result<Option<(AssignmentRow, UnitId)>> {
    let Some(reach) = scope.units() else { return Ok(None) };
    let had: Option<UnitId> = assignment_past::table
        .filter(assignment_past::organisation.eq(scope.tenant()).and(assignment_past::assignment_id.eq(id)))
        .filter(one_of(assignment_past::unit_id, reach))
        .order(assignment_past::number.desc())
        .select(assignment_past::unit_id)
        .first(tx.conn())
        .optional()?;
    let Some(unit) = had else { return Ok(None) };
    let row = find(tx, &Scope::of_the_house(scope.tenant()), id)?;
    Ok(row.map(|row| (row, unit)))
}

/// The open assignments of a unit.
pub(super) fn open_of_unit(tx: &mut Reading<'_>, tenant: Tenant, unit: UnitId) -> Result<Vec<AssignmentRow>> {
    Ok(assignments::table
        .filter(assignments::organisation.eq(tenant).and(assignments::unit_id.eq(unit)))
        .filter(assignments::closed_at.is_null())
        .order(assignments::id)
        .select(AssignmentRow::as_select())
        .load(tx.conn())?)
}

/// The open assignments of a directive.
pub(super) fn open_of_directive(
    tx: &mut Reading<'_>,
    tenant: Tenant,
    directive: DirectiveId,
) -> Result<Vec<AssignmentRow>> {
    Ok(assignments::table
        .filter(assignments::organisation.eq(tenant).and(assignments::directive_id.eq(directive)))
        .filter(assignments::closed_at.is_null())
        .order(assignments::id)
        .select(AssignmentRow::as_select())
        .load(tx.conn())?)
}

/// The assignments of a task, cancelled ones left out.
pub(crate) fn of_task(tx: &mut Reading<'_>, tenant: Tenant, task: TaskId) -> Result<Vec<AssignmentRow>> {
    Ok(assignments::table
        .filter(assignments::organisation.eq(tenant).and(assignments::task_id.eq(task)))
        .filter(assignments::state.ne(State::Cancelled))
        .order((assignments::period_number, assignments::id))
        .select(AssignmentRow::as_select())
        .load(tx.conn())?)
}

/// The assignments of a task, cancelled ones too.
pub(crate) fn ever_of_task(tx: &mut Reading<'_>, tenant: Tenant, task: TaskId) -> Result<Vec<AssignmentRow>> {
    Ok(assignments::table
        .filter(assignments::organisation.eq(tenant).and(assignments::task_id.eq(task)))
        .order((assignments::period_number, assignments::id))
        .select(AssignmentRow::as_select())
        .load(tx.conn())?)
}

/// Where assignments come from.
pub(super) enum Of {
    Task(TaskId),
    Directive(DirectiveId),
}

/// Which assignments of a task or a directive there are, and whose each is.
pub(super) fn units_of(tx: &mut Reading<'_>, tenant: Tenant, of: Of) -> Result<Vec<(AssignmentId, UnitId)>> {
    let rows = assignments::table
        .filter(assignments::organisation.eq(tenant))
        .order(assignments::id)
        .select((assignments::id, assignments::unit_id));
    Ok(match of {
        Of::Task(task) => rows.filter(assignments::task_id.eq(task)).load(tx.conn())?,
        Of::Directive(directive) => rows.filter(assignments::directive_id.eq(directive)).load(tx.conn())?,
    })
}

/// The open assignments whose due date follows an event.
pub(super) fn open_by_event(
    tx: &mut Reading<'_>,
    tenant: Tenant,
    event: NamedEventId,
) -> Result<Vec<(AssignmentRow, EventRelation)>> {
    by_event(tx, tenant, event, false)
}

/// The completed assignments that would have been due by an event, and are without a date.
pub(super) fn finished_by_event(
    tx: &mut Reading<'_>,
    tenant: Tenant,
    event: NamedEventId,
) -> Result<Vec<(AssignmentRow, EventRelation)>> {
    let mut rows = by_event(tx, tenant, event, true)?;
    rows.retain(|(row, _)| row.state == State::Completed && row.due_on.is_none());
    Ok(rows)
}

fn by_event(
    tx: &mut Reading<'_>,
    tenant: Tenant,
    event: NamedEventId,
    closed: bool,
) -> Result<Vec<(AssignmentRow, EventRelation)>> {
    let rows: Vec<(AssignmentRow, Option<EventRelation>)> =
        assignments::table
            .inner_join(tasks::table.on(
                tasks::organisation.eq(assignments::organisation).and(tasks::id.eq(assignments::task_id)),
            ))
            .filter(assignments::organisation.eq(tenant))
            .filter(assignments::closed_at.is_not_null().eq(closed))
            .filter(assignments::period_number.eq(0))
            .filter(tasks::event_id.eq(event).and(tasks::due_on.is_null()))
            .order(assignments::id)
            .select((AssignmentRow::as_select(), tasks::event_relation))
            .load(tx.conn())?;
    Ok(rows.into_iter().filter_map(|(row, relation)| Some((row, relation?))).collect())
}

/// What is needed of the task to show an assignment.
#[derive(Queryable, Selectable)]
#[diesel(table_name = tasks)]
struct TaskPart {
    id: TaskId,
    content: Note,
    quote: Option<Note>,
    place: Option<Phrase>,
    kind: TaskKind,
    nature: Nature,
    priority: Priority,
    product: Option<Title>,
    targets: String,
    recurrence: Option<String>,
    due_text: Option<Phrase>,
    due_precision: Option<DuePrecision>,
    event_id: Option<NamedEventId>,
    private_note: Option<Note>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = directives)]
struct DirectivePart {
    id: DirectiveId,
    kind: DirectiveKind,
    number: Option<Phrase>,
    symbol: Option<Phrase>,
    title: Title,
    issued_on: Option<Date>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = units)]
struct UnitPart {
    id: UnitId,
    name: Name,
    kind: UnitKind,
}

type Parts = (AssignmentRow, TaskPart, DirectivePart, UnitPart);

/// Which assignments to show.
pub(crate) enum Which<'a> {
    /// This one.
    One(AssignmentId),
    /// These, in the order of their ids.
    These(&'a [AssignmentId]),
    /// Open work with a due date, the earliest first, so many at most.
    Due(i64),
    /// A page of a list.
    List(&'a AssignmentsQuery),
    /// A page of what can be carried over.
    Unfinished(&'a AssignmentsQuery),
}

/// Assignments as this caller may see them, on a day, within a scope. The one place where they are
/// read to be shown: lists, single ones and the feed all come through here.
pub(crate) fn shown(
    tx: &mut Reading<'_>,
    scope: &Scope,
    actor: &Actor,
    today: Date,
    which: &Which<'_>,
) -> Result<Page<Assignment>> {
    let mut rows =
        assignments::table
            .inner_join(tasks::table.on(
                tasks::organisation.eq(assignments::organisation).and(tasks::id.eq(assignments::task_id)),
            ))
            .inner_join(
                directives::table.on(directives::organisation
                    .eq(assignments::organisation)
                    .and(directives::id.eq(assignments::directive_id))),
            )
            .inner_join(units::table.on(
                units::organisation.eq(assignments::organisation).and(units::id.eq(assignments::unit_id)),
            ))
            .filter(assignments::organisation.eq(scope.tenant()))
            .select((
                AssignmentRow::as_select(),
                TaskPart::as_select(),
                DirectivePart::as_select(),
                UnitPart::as_select(),
            ))
            .into_boxed();
    if let Some(reach) = scope.units() {
        rows = match reach {
            [only] => rows.filter(assignments::unit_id.eq(only)),
            several => rows.filter(one_of(assignments::unit_id, several)),
        };
    }
    let query = match which {
        Which::One(id) => {
            let rows: Vec<Parts> = rows.filter(assignments::id.eq(id)).load(tx.conn())?;
            return Ok(Page { items: show_all(rows, actor, today), next: None });
        }
        Which::These(ids) => {
            let rows: Vec<Parts> =
                rows.filter(one_of(assignments::id, ids)).order(assignments::id).load(tx.conn())?;
            return Ok(Page { items: show_all(rows, actor, today), next: None });
        }
        Which::Due(many) => {
            // What is long overdue would leave no room for what is to come.
            let due = assignments::closed_at
                .is_null()
                .and(assignments::due_on.ge(today.plus(-31)))
                .and(assignments::state.ne_all([State::Paused, State::Submitted]));
            let in_order = rows.filter(due).order((assignments::due_sort, assignments::id)).limit(*many);
            let rows: Vec<Parts> = in_order.load(tx.conn())?;
            return Ok(Page { items: show_all(rows, actor, today), next: None });
        }
        Which::List(query) => query,
        Which::Unfinished(query) => {
            // As `Facts::can_be_carried_over` has it; what recurs opens anew by itself.
            let open = assignments::closed_at.is_null().and(assignments::finished_on.is_null());
            rows = rows.filter(open.and(assignments::period_number.eq(0)));
            rows = rows.filter(assignments::state.ne(State::Submitted));
            query
        }
    };
    if let Some(unit) = query.unit {
        rows = rows.filter(assignments::unit_id.eq(unit));
    }
    if let Some(kind) = query.unit_kind {
        rows = rows.filter(units::kind.eq(kind));
    }
    if let Some(directive) = query.directive {
        rows = rows.filter(assignments::directive_id.eq(directive));
    }
    if let Some(task) = query.task {
        rows = rows.filter(assignments::task_id.eq(task));
    }
    if let Some(state) = query.state {
        rows = rows.filter(assignments::state.eq(state));
        if state.is_open() {
            rows = rows.filter(assignments::closed_at.is_null());
        }
    }
    if let Some(from) = query.due_from {
        rows = rows.filter(assignments::due_on.ge(from));
    }
    if let Some(to) = query.due_to {
        rows = rows.filter(assignments::due_on.le(to));
    }
    if let Some(priority) = query.priority {
        rows = rows.filter(tasks::priority.eq(priority));
    }
    if let Some(words) = &query.q {
        rows = rows.filter(tasks::search.like(contains(words)).escape('\\'));
    }
    if let Some(overseer) = query.overseer {
        let charge = oversights::table
            .filter(oversights::organisation.eq(scope.tenant()).and(oversights::person_id.eq(overseer)))
            .filter(
                oversights::from_on
                    .le(today)
                    .and(oversights::to_on.is_null().or(oversights::to_on.ge(today))),
            )
            .select(oversights::unit_id);
        rows = rows.filter(assignments::unit_id.eq_any(charge));
    }
    match query.timeliness {
        Some(Timeliness::OpenOverdue) => rows = rows.filter(assignments::runs_out_on.lt(today)),
        Some(Timeliness::OpenInTime) => {
            rows = rows
                .filter(assignments::closed_at.is_null().and(assignments::state.ne(State::Paused)))
                .filter(assignments::due_on.is_not_null())
                .filter(assignments::runs_out_on.is_null().or(assignments::runs_out_on.ge(today)));
        }
        Some(Timeliness::DoneOnTime) => {
            rows = rows
                .filter(assignments::state.eq(State::Completed))
                .filter(assignments::finished_on.le(assignments::due_on));
        }
        Some(Timeliness::DoneLate) => {
            rows = rows
                .filter(assignments::state.eq(State::Completed))
                .filter(assignments::finished_on.gt(assignments::due_on));
        }
        Some(Timeliness::NoDeadline) => {
            rows = rows
                .filter(assignments::due_on.is_null())
                .filter(assignments::state.ne_all([State::Paused, State::Cancelled]));
        }
        Some(Timeliness::Unknown) | None => {}
    }
    if let Some(soon) = query.due_soon {
        let until = today.plus(i64::from(actor.house.due_soon.get()));
        rows = if soon {
            rows.filter(assignments::runs_out_on.ge(today).and(assignments::runs_out_on.le(until)))
        } else {
            rows.filter(
                assignments::runs_out_on
                    .is_null()
                    .or(assignments::runs_out_on.lt(today))
                    .or(assignments::runs_out_on.gt(until)),
            )
        };
    }
    let limit = query.limit();
    let many = i64::from(limit.get()) + 1;
    if let Some(units) = each_in_turn(scope, query).filter(|_| matches!(which, Which::List(_))) {
        let ids = ids_in_turn(tx, scope.tenant(), units, query, today, many)?;
        rows = rows.filter(one_of(assignments::id, &ids));
    }
    let rows = rows.limit(many);
    let page: Page<Parts> = match query.sort.unwrap_or(AssignmentOrder::DueOn) {
        AssignmentOrder::DaysLate => {
            let mut rows = rows
                .filter(assignments::runs_out_on.lt(today))
                .order((assignments::runs_out_on, assignments::id));
            if let Some((due, id)) = after::<(Date, AssignmentId)>(query.cursor.as_ref())? {
                rows = rows
                    .filter(assignments::runs_out_on.ge(due))
                    .filter(assignments::runs_out_on.gt(due).or(assignments::id.gt(id)));
            }
            Page::cut(rows.load(tx.conn())?, limit, |(row, ..): &Parts| (row.runs_out_on, row.id))
        }
        AssignmentOrder::UpdatedAt => {
            let mut rows = rows.order((assignments::updated_at, assignments::id));
            if let Some((at, id)) = after::<(Instant, AssignmentId)>(query.cursor.as_ref())? {
                rows = rows
                    .filter(assignments::updated_at.ge(at))
                    .filter(assignments::updated_at.gt(at).or(assignments::id.gt(id)));
            }
            Page::cut(rows.load(tx.conn())?, limit, |(row, ..): &Parts| (row.updated_at, row.id))
        }
        AssignmentOrder::DueOn | AssignmentOrder::Unknown => {
            let mut rows = rows.order((assignments::due_sort, assignments::id));
            if let Some((due, id)) = after::<(Date, AssignmentId)>(query.cursor.as_ref())? {
                rows = rows
                    .filter(assignments::due_sort.ge(due))
                    .filter(assignments::due_sort.gt(due).or(assignments::id.gt(id)));
            }
            Page::cut(rows.load(tx.conn())?, limit, |(row, ..): &Parts| (row.due_sort, row.id))
        }
    };
    Ok(Page { items: show_all(page.items, actor, today), next: page.next })
}

/// The units of a plain list over several, which is better read from the index of each at once than
/// from all their rows, sorted (`design/storage.md` §5: ten times).
fn each_in_turn<'s>(scope: &'s Scope, query: &AssignmentsQuery) -> Option<&'s [UnitId]> {
    const AT_MOST: usize = 40;
    let units = scope.units().filter(|units| (2..=AT_MOST).contains(&units.len()))?;
    let (sort, limit, cursor) = (query.sort, query.limit, query.cursor.clone());
    let all = AssignmentsQuery { sort, limit, cursor, ..AssignmentsQuery::default() };
    let overdue = AssignmentsQuery { timeliness: Some(Timeliness::OpenOverdue), ..all.clone() };
    let plain = match sort.unwrap_or(AssignmentOrder::DueOn) {
        AssignmentOrder::DaysLate => *query == overdue || *query == all,
        AssignmentOrder::DueOn => *query == all,
        AssignmentOrder::UpdatedAt | AssignmentOrder::Unknown => false,
    };
    plain.then_some(units)
}

/// The ids of such a page: both engines merge ordered walks without sorting.
fn ids_in_turn(
    tx: &mut Reading<'_>,
    tenant: Tenant,
    units: &[UnitId],
    query: &AssignmentsQuery,
    today: Date,
    many: i64,
) -> Result<Vec<AssignmentId>> {
    use diesel::sql_types::{Date as Day, Nullable, Text};
    let by_lateness = query.sort == Some(AssignmentOrder::DaysLate);
    let start: Option<(Date, AssignmentId)> = after(query.cursor.as_ref())?;
    let mut s: Statement<(Text, Nullable<Day>)> = Statement::new("SELECT k.id, k.due FROM (");
    let mut between = "";
    for unit in units {
        s.say(between);
        if by_lateness {
            s.say("SELECT a.id, a.runs_out_on AS due FROM assignments a WHERE a.runs_out_on < ").day(today);
            if let Some((due, id)) = start {
                s.say(" AND (a.runs_out_on, a.id) > (").day(due).say(", ").text(id).say(")");
            }
        } else {
            s.say("SELECT a.id, a.due_sort AS due FROM assignments a WHERE a.due_sort IS NOT NULL");
            if let Some((due, id)) = start {
                s.say(" AND (a.due_sort, a.id) > (").day(due).say(", ").text(id).say(")");
            }
        }
        s.say(" AND a.organisation = ").number(tenant).say(" AND a.unit_id = ").text(unit);
        between = " UNION ALL ";
    }
    s.say(" ORDER BY due, id LIMIT ").long(many).say(") k");
    let rows: Vec<(AssignmentId, Option<Date>)> = s.load(tx.conn())?;
    Ok(rows.into_iter().map(|(id, _)| id).collect())
}

fn show_all(rows: Vec<Parts>, actor: &Actor, today: Date) -> Vec<Assignment> {
    rows.into_iter().map(|parts| show(parts, actor, today)).collect()
}

fn show((row, task, directive, unit): Parts, actor: &Actor, today: Date) -> Assignment {
    let judged = row.facts().judge(today, actor.house.due_soon);
    let last_report = match (row.last_report_id, row.last_report_at, row.last_report_completes) {
        (Some(id), Some(made_at), Some(completes)) => Some(LastReport { id, made_at, completes }),
        _ => None,
    };
    let period = match (row.period_from, row.period_to) {
        (Some(from), Some(to)) => Position::try_from(i64::from(row.period_number))
            .ok()
            .map(|number| AssignmentPeriod { from, to, number }),
        _ => None,
    };
    Assignment {
        id: row.id,
        task: TaskBrief {
            id: task.id,
            content: task.content,
            quote: task.quote,
            place: task.place,
            kind: task.kind,
            nature: task.nature,
            priority: task.priority,
            product: task.product,
            // Written by us; what an older version wrote and this one cannot read shows as none.
            targets: serde_json::from_str(&task.targets).unwrap_or_default(),
            recurrence: task.recurrence.and_then(|json| serde_json::from_str(&json).ok()),
            due_text: task.due_text,
            due_precision: task.due_precision,
            event: task.event_id,
            private_note: task.private_note.filter(|_| actor.sees_private(unit.id)),
        },
        directive: DirectiveBrief {
            id: directive.id,
            kind: directive.kind,
            number: crate::directives::full_number(directive.number.as_ref(), directive.symbol.as_ref()),
            title: directive.title,
            issued_on: directive.issued_on,
        },
        unit: UnitBrief { id: unit.id, name: unit.name, kind: unit.kind },
        role: row.role,
        period,
        state: row.state,
        due_on: row.due_on,
        original_due_on: row.original_due_on,
        standing: Standing {
            class: judged.map(|j| j.class),
            days_late: Days::of(judged.map_or(0, |j| j.days_late)),
            days_left: judged.and_then(|j| j.days_left).map(Days::of),
            due_soon: judged.is_some_and(|j| j.due_soon),
            as_of: today,
        },
        assigned_at: row.assigned_at,
        acknowledged_at: row.acknowledged_at,
        finished_on: row.finished_on,
        closed_at: row.closed_at,
        percent: row.percent,
        quantity: row.quantity,
        last_report,
        reason: row.reason,
        extension_asked: row.extension_asked,
        excused: row.excused,
        carried_times: Count::of(i64::from(row.carried_times)),
        version: row.version,
        updated_at: row.updated_at,
    }
}

/// How many assignments wait for what.
pub(super) fn counts(
    tx: &mut Reading<'_>,
    scope: &Scope,
    actor: &Actor,
    today: Date,
) -> Result<AssignmentCounts> {
    use crate::schema::difficulties;
    let within = || {
        let mut rows = assignments::table.filter(assignments::organisation.eq(scope.tenant())).into_boxed();
        if let Some(reach) = scope.units() {
            rows = rows.filter(one_of(assignments::unit_id, reach));
        }
        rows
    };
    let soon = today.plus(i64::from(actor.house.due_soon.get()));
    let overdue: i64 = within().filter(assignments::runs_out_on.lt(today)).count().get_result(tx.conn())?;
    let due_soon: i64 = within()
        .filter(assignments::runs_out_on.ge(today).and(assignments::runs_out_on.le(soon)))
        .count()
        .get_result(tx.conn())?;
    let submitted: i64 =
        within().filter(assignments::state.eq(State::Submitted)).count().get_result(tx.conn())?;
    let open = || within().filter(assignments::closed_at.is_null());
    let returned: i64 = open()
        .filter(assignments::state.eq(State::InProgress).and(assignments::reason.is_not_null()))
        .count()
        .get_result(tx.conn())?;
    let unacknowledged: i64 =
        open().filter(assignments::state.eq(State::Assigned)).count().get_result(tx.conn())?;
    let extensions: i64 =
        open().filter(assignments::extension_asked.eq(true)).count().get_result(tx.conn())?;
    let mut difficulties = difficulties::table
        .filter(difficulties::organisation.eq(scope.tenant()).and(difficulties::answered_at.is_null()))
        .into_boxed();
    if let Some(reach) = scope.units() {
        difficulties = difficulties.filter(one_of(difficulties::unit_id, reach));
    }
    let difficulties: i64 = difficulties.count().get_result(tx.conn())?;
    Ok(AssignmentCounts {
        overdue: Count::of(overdue),
        due_soon: Count::of(due_soon),
        submitted: Count::of(submitted),
        returned: Count::of(returned),
        unacknowledged: Count::of(unacknowledged),
        extensions: Count::of(extensions),
        difficulties: Count::of(difficulties),
        as_of: today,
    })
}

/// Whether a unit has this very work already.
pub(super) fn has_work(tx: &mut Reading<'_>, row: &AssignmentRow, unit: UnitId) -> Result<bool> {
    let found: Option<AssignmentId> = assignments::table
        .filter(assignments::organisation.eq(row.organisation).and(assignments::task_id.eq(row.task_id)))
        .filter(assignments::unit_id.eq(unit).and(assignments::period_number.eq(row.period_number)))
        .filter(assignments::state.ne(State::Cancelled))
        .select(assignments::id)
        .first(tx.conn())
        .optional()?;
    Ok(found.is_some())
}

pub(super) fn count_by_event(tx: &mut Reading<'_>, tenant: Tenant, event: NamedEventId) -> Result<i64> {
    Ok(i64::try_from(open_by_event(tx, tenant, event)?.len()).unwrap_or(i64::MAX))
}

/// Assignments, completed ones, leads, and leads completed of a task.
pub(super) fn progress_of_task(
    tx: &mut Reading<'_>,
    scope: &Scope,
    task: TaskId,
) -> Result<(i64, i64, i64, i64)> {
    let counted: Vec<(AssigneeRole, State, i64)> = assignments::table
        .filter(assignments::organisation.eq(scope.tenant()).and(assignments::task_id.eq(task)))
        .filter(assignments::state.ne(State::Cancelled))
        .group_by((assignments::role, assignments::state))
        .select((assignments::role, assignments::state, diesel::dsl::count_star()))
        .load(tx.conn())?;
    let sum = |keep: &dyn Fn(AssigneeRole, State) -> bool| {
        counted.iter().filter(|(role, state, _)| keep(*role, *state)).map(|(_, _, n)| n).sum()
    };
    Ok((
        sum(&|_, _| true),
        sum(&|_, state| state == State::Completed),
        sum(&|role, _| role == AssigneeRole::ChuTri),
        sum(&|role, state| role == AssigneeRole::ChuTri && state == State::Completed),
    ))
}

/// Assignments and completed ones of a directive.
pub(crate) fn progress_of_directive(
    tx: &mut Reading<'_>,
    tenant: Tenant,
    directive: DirectiveId,
) -> Result<(i64, i64)> {
    let counted: Vec<(State, i64)> = assignments::table
        .filter(assignments::organisation.eq(tenant).and(assignments::directive_id.eq(directive)))
        .filter(assignments::state.ne(State::Cancelled))
        .group_by(assignments::state)
        .select((assignments::state, diesel::dsl::count_star()))
        .load(tx.conn())?;
    let completed = counted.iter().filter(|(state, _)| *state == State::Completed).map(|(_, n)| n).sum();
    Ok((counted.iter().map(|(_, n)| n).sum(), completed))
}

//! The SQL of the overdue report. **Invariant: a page costs the same wherever in the list it is and
//! however many units it is of; `make bench` measures both.**
//!
//! Overdue on a day is `runs_out_on < day` ([`openapi::timeliness::Facts::runs_out_on`]).

use diesel::{
    Queryable, RunQueryDsl,
    sql_types::{BigInt, Bool, Date as Day, Nullable, Text, Timestamp},
};
use openapi::{
    assignments::{AssignmentId, LastReport},
    directives::{DirectiveBrief, DirectiveId, DirectiveKind},
    reports::ReportId,
    tasks::{AssigneeRole, Priority, TaskId},
    timeliness::{Facts, State},
    units::UnitId,
    value::{Date, Instant, Limit, Note, Phrase, Title},
};

use crate::{
    db::{Reading, Statement},
    directives::full_number,
    error::Result,
    figures::About,
};

/// One overdue assignment as read.
#[derive(Queryable)]
pub(super) struct Row {
    pub id: AssignmentId,
    pub unit: UnitId,
    pub task: TaskId,
    directive: DirectiveId,
    pub role: AssigneeRole,
    pub state: State,
    pub due_on: Option<Date>,
    pub original_due_on: Option<Date>,
    pub runs_out_on: Date,
    finished_on: Option<Date>,
    pub excused: bool,
    last_report: Option<ReportId>,
    last_report_at: Option<Instant>,
    last_report_completes: Option<bool>,
    pub content: Note,
    pub priority: Priority,
    directive_kind: DirectiveKind,
    number: Option<Phrase>,
    symbol: Option<Phrase>,
    title: Title,
    issued_on: Option<Date>,
}

impl Row {
    /// What its days late depend on.
    pub(super) const fn facts(&self) -> Facts {
        Facts { state: self.state, due_on: self.due_on, finished_on: self.finished_on }
    }
    /// The newest report by then.
    pub(super) const fn last_report(&self) -> Option<LastReport> {
        match (self.last_report, self.last_report_at, self.last_report_completes) {
            (Some(id), Some(made_at), Some(completes)) => Some(LastReport { id, made_at, completes }),
            _ => None,
        }
    }
    /// The document it comes from.
    pub(super) fn directive(&self) -> DirectiveBrief {
        DirectiveBrief {
            id: self.directive,
            kind: self.directive_kind,
            number: full_number(self.number.as_ref(), self.symbol.as_ref()),
            title: self.title.clone(),
            issued_on: self.issued_on,
        }
    }
}

type RowSql = (
    Text,
    Text,
    Text,
    Text,
    Text,
    Text,
    Nullable<Day>,
    Nullable<Day>,
    Day,
    Nullable<Day>,
    Bool,
    Nullable<Text>,
    Nullable<Timestamp>,
    Nullable<Bool>,
    Text,
    Text,
    Text,
    Nullable<Text>,
    Nullable<Text>,
    Text,
    Nullable<Day>,
);

/// Where a page begins.
pub(super) type After = Option<(Date, AssignmentId)>;

/// A page of rows and one more, the earliest due first.
pub(super) fn rows(tx: &mut Reading<'_>, about: &About, limit: Limit, after: After) -> Result<Vec<Row>> {
    let many = i64::from(limit.get()) + 1;
    let statement = match about.past {
        Some(end) => past(about, end, many, after),
        None => present(about, many, after),
    };
    let mut rows: Vec<Row> = statement.load(tx.conn())?;
    // What was joined to a page in order need not come in order.
    rows.sort_unstable_by_key(|row| (row.runs_out_on, row.id));
    Ok(rows)
}

const OF_TASK_AND_DIRECTIVE: &str =
    "t.content, t.priority, d.kind, d.number, d.symbol, d.title, d.issued_on FROM ";
const JOIN_TASK_AND_DIRECTIVE: &str = " JOIN tasks t ON t.organisation = a.organisation AND t.id = a.task_id
    JOIN directives d ON d.organisation = a.organisation AND d.id = a.directive_id";

fn present(about: &About, many: i64, after: After) -> Statement<RowSql> {
    let mut s = Statement::new(
        "SELECT a.id, a.unit_id, a.task_id, a.directive_id, a.role, a.state, a.due_on, a.original_due_on,
         a.runs_out_on, a.finished_on, a.excused, a.last_report_id, a.last_report_at,
         a.last_report_completes, ",
    );
    s.say(OF_TASK_AND_DIRECTIVE);
    if let Some(units) = each_in_turn(about) {
        s.say("(");
        merged(&mut s, about, units, many, after);
        s.say(") k JOIN assignments a ON a.organisation = k.organisation AND a.id = k.id");
        s.say(JOIN_TASK_AND_DIRECTIVE);
        return s;
    }
    s.say("assignments a").say(JOIN_TASK_AND_DIRECTIVE).say(" WHERE ");
    match about.directive {
        None => running(&mut s, about, after),
        Some(directive) => {
            // Hidden in a CASE: SQLite would else walk all that runs, and leave most of it out.
            s.say("a.organisation = ").number(about.tenant).say(" AND a.directive_id = ").text(directive);
            s.say(" AND CASE WHEN a.runs_out_on < ").day(about.day);
            beyond(&mut s, after);
            s.say(" THEN 1 ELSE 0 END = 1");
        }
    }
    if let Some(units) = &about.units {
        s.say(" AND a.unit_id IN ").texts(units);
    }
    s.say(" ORDER BY a.runs_out_on, a.id LIMIT ").long(many);
    s
}

/// The units, when it is better to walk the index of each at once than to walk that of the whole
/// organisation and leave most of it out (`design/storage.md` §5: ten times).
fn each_in_turn(about: &About) -> Option<&[UnitId]> {
    const AT_MOST: usize = 40;
    let units = about.units.as_deref()?;
    (about.directive.is_none() && units.len() <= AT_MOST).then_some(units)
}

/// The keys of a page over several units: both engines merge ordered walks without sorting.
fn merged(s: &mut Statement<RowSql>, about: &About, units: &[UnitId], many: i64, after: After) {
    let mut between = "";
    for unit in units {
        s.say(between).say("SELECT a.organisation, a.runs_out_on, a.id FROM assignments a WHERE ");
        running(s, about, after);
        s.say(" AND a.unit_id = ").text(unit);
        between = " UNION ALL ";
    }
    s.say(" ORDER BY runs_out_on, id LIMIT ").long(many);
}

/// Overdue on the day, from where the page begins.
fn running(s: &mut Statement<RowSql>, about: &About, after: After) {
    s.say("a.organisation = ").number(about.tenant);
    s.say(" AND a.runs_out_on IS NOT NULL AND a.runs_out_on < ").day(about.day);
    beyond(s, after);
}

fn beyond(s: &mut Statement<RowSql>, after: After) {
    if let Some((day, id)) = after {
        s.say(" AND (a.runs_out_on, a.id) > (").day(day).say(", ").text(id).say(")");
    }
}

fn past(about: &About, end: Instant, many: i64, after: After) -> Statement<RowSql> {
    let mut s = Statement::new(
        "SELECT p.assignment_id, p.unit_id, a.task_id, a.directive_id, a.role, p.state, p.due_on,
         p.original_due_on, p.runs_out_on, p.finished_on, p.excused, r.id, r.made_at, r.completes, ",
    );
    s.say(OF_TASK_AND_DIRECTIVE);
    s.say("(SELECT a.* FROM assignment_past a WHERE ");
    was_overdue(&mut s, about, end);
    if let Some((day, id)) = after {
        s.say(" AND (a.runs_out_on, a.assignment_id) > (").day(day).say(", ").text(id).say(")");
    }
    s.say(" ORDER BY a.runs_out_on, a.assignment_id LIMIT ").long(many);
    s.say(") p JOIN assignments a ON a.organisation = p.organisation AND a.id = p.assignment_id");
    s.say(JOIN_TASK_AND_DIRECTIVE);
    s.say(
        " LEFT JOIN reports r ON r.organisation = p.organisation AND r.id =
          (SELECT n.id FROM reports n WHERE n.organisation = p.organisation
           AND n.assignment_id = p.assignment_id AND n.received_at < ",
    );
    s.moment(end).say(" ORDER BY n.received_at DESC, n.id DESC LIMIT 1)");
    s
}

/// Overdue on a past day, by what was known at its end. The table goes by `a`.
fn was_overdue<ST>(s: &mut Statement<ST>, about: &About, end: Instant) {
    crate::figures::store::as_it_was(s, about, end);
    s.say(" AND a.runs_out_on < ").day(about.day);
}

/// How much is overdue under one key, and the latest of it.
#[derive(Debug, Clone, Copy, Queryable)]
pub(super) struct Late {
    pub overdue: i64,
    /// The earliest due date of what is still open for work.
    earliest: Option<Date>,
    /// The most days late of what waits for review: its days have stopped counting.
    reviewed: Option<i64>,
}

impl Late {
    /// Days late of the latest, by the day.
    pub(super) fn most_days_late(&self, day: Date) -> i64 {
        let open = self.earliest.map_or(0, |due| day.days_since(due));
        open.max(self.reviewed.unwrap_or(0))
    }
}

type LateSql = (Text, (BigInt, Nullable<Day>, Nullable<BigInt>));

/// What is overdue, by unit.
pub(super) fn by_unit(tx: &mut Reading<'_>, about: &About) -> Result<Vec<(UnitId, Late)>> {
    if about.past.is_none() && about.directive.is_none() {
        return counted_by_unit(tx, about);
    }
    let mut s = Statement::new("SELECT a.unit_id || '', ");
    grouped(&mut s, about, tx.is_sqlite());
    s.say(" GROUP BY a.unit_id || ''");
    Ok(s.load(tx.conn())?)
}

/// What is overdue, by directive.
pub(super) fn by_directive(tx: &mut Reading<'_>, about: &About) -> Result<Vec<(DirectiveId, Late)>> {
    let mut s = Statement::new("SELECT a.directive_id || '', ");
    grouped(&mut s, about, tx.is_sqlite());
    s.say(" GROUP BY a.directive_id || ''");
    Ok(s.load(tx.conn())?)
}

const fn days_stopped(sqlite: bool) -> &'static str {
    if sqlite {
        "CAST(julianday(a.finished_on) - julianday(a.due_on) AS BIGINT)"
    } else {
        "CAST(a.finished_on - a.due_on AS BIGINT)"
    }
}

/// Counted one unit after the other, each in the index alone: a plain `GROUP BY` reads every row.
fn counted_by_unit(tx: &mut Reading<'_>, about: &About) -> Result<Vec<(UnitId, Late)>> {
    const OVERDUE: &str = " FROM assignments a WHERE a.organisation = u.organisation
        AND a.unit_id = u.id AND a.runs_out_on IS NOT NULL AND a.runs_out_on < ";
    let mut s: Statement<LateSql> = Statement::new("SELECT u.id, (SELECT count(*)");
    s.say(OVERDUE).day(about.day);
    s.say("), (SELECT a.runs_out_on").say(OVERDUE).day(about.day);
    s.say(
        " AND a.state <> 'submitted' ORDER BY a.runs_out_on LIMIT 1), (SELECT CAST(a.stopped_late AS BIGINT)",
    );
    s.say(" FROM assignments a WHERE a.organisation = u.organisation AND a.unit_id = u.id");
    s.say(" AND a.stopped_late IS NOT NULL ORDER BY a.stopped_late DESC LIMIT 1)");
    s.say(" FROM units u WHERE u.organisation = ").number(about.tenant);
    if let Some(units) = &about.units {
        s.say(" AND u.id IN ").texts(units);
    }
    let counted: Vec<(UnitId, Late)> = s.load(tx.conn())?;
    Ok(counted.into_iter().filter(|(_, late)| late.overdue > 0).collect())
}

/// Counted in one go, by a key that is no column: SQLite would else walk the index of the key, and
/// leave out what is not asked for.
fn grouped(s: &mut Statement<LateSql>, about: &About, sqlite: bool) {
    s.say("count(*), min(CASE WHEN a.state <> 'submitted' THEN a.runs_out_on END), ");
    s.say("max(CASE WHEN a.state = 'submitted' THEN ").say(days_stopped(sqlite)).say(" END) FROM ");
    if let Some(end) = about.past {
        s.say("assignment_past a WHERE ");
        was_overdue(s, about, end);
        return;
    }
    s.say("assignments a WHERE ");
    crate::figures::store::as_it_is(s, about);
    if about.directive.is_some() {
        s.say(" AND CASE WHEN a.runs_out_on < ").day(about.day).say(" THEN 1 ELSE 0 END = 1");
    } else {
        s.say(" AND a.runs_out_on < ").day(about.day);
    }
}

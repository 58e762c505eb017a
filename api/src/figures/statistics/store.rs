//! The SQL of the statistics: each class is a predicate over the stored facts, and says what
//! [`openapi::timeliness::Facts::judge`] says; a story holds the two against each other.

use std::ops::AddAssign;

use diesel::{
    Queryable, RunQueryDsl,
    sql_types::{BigInt, Nullable, Text},
};
use openapi::value::{Date, Instant};

use crate::{
    db::{Reading, Statement},
    error::Result,
    figures::{About, store as shared},
};

/// How many there are of everything that is counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Queryable)]
pub(super) struct Counts {
    pub done_on_time: i64,
    pub done_late: i64,
    pub open_in_time: i64,
    pub open_overdue: i64,
    pub no_deadline: i64,
    pub due_soon: i64,
    pub submitted: i64,
    pub excused: i64,
    pub paused: i64,
    /// Completed by the original due date.
    pub done_on_original_time: i64,
    /// Open, with a due date and a report in the last days.
    pub updated: i64,
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.done_on_time += other.done_on_time;
        self.done_late += other.done_late;
        self.open_in_time += other.open_in_time;
        self.open_overdue += other.open_overdue;
        self.no_deadline += other.no_deadline;
        self.due_soon += other.due_soon;
        self.submitted += other.submitted;
        self.excused += other.excused;
        self.paused += other.paused;
        self.done_on_original_time += other.done_on_original_time;
        self.updated += other.updated;
    }
}

type CountsSql = (BigInt, BigInt, BigInt, BigInt, BigInt, BigInt, BigInt, BigInt, BigInt, BigInt, BigInt);

/// What is counted apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Key {
    /// Nothing: one sum of all.
    None,
    Unit,
    Directive,
    /// The month of the due date, as `2026-11`.
    Month,
}

impl Key {
    /// Where only a part is asked for, the key is no column: SQLite would else walk the index of the
    /// key, and leave out what is not asked for.
    const fn words(self, sqlite: bool, part: bool) -> &'static str {
        match self {
            Self::None => "NULL",
            Self::Unit if part => "a.unit_id || ''",
            Self::Unit => "a.unit_id",
            Self::Directive if part => "a.directive_id || ''",
            Self::Directive => "a.directive_id",
            Self::Month if sqlite => "substr(a.due_on, 1, 7)",
            Self::Month => "to_char(a.due_on, 'YYYY-MM')",
        }
    }
}

/// Which of it is counted, and by which days.
pub(super) struct Bounds {
    pub due_from: Option<Date>,
    pub due_to: Option<Date>,
    /// The last day on which what is due is due soon.
    pub soon: Date,
    /// Reports count as recent from this moment on.
    pub recent: Instant,
}

/// The counts under each key.
pub(super) fn counts(
    tx: &mut Reading<'_>,
    about: &About,
    key: Key,
    bounds: &Bounds,
) -> Result<Vec<(Option<String>, Counts)>> {
    let mut s: Statement<(Nullable<Text>, CountsSql)> = Statement::new("SELECT ");
    let part = about.units.is_some() || about.directive.is_some();
    s.say(key.words(tx.is_sqlite(), part));
    each(&mut s, about, bounds);
    match about.past {
        Some(end) => {
            s.say(" FROM assignment_past a WHERE ");
            shared::as_it_was(&mut s, about, end);
        }
        None => {
            s.say(" FROM assignments a WHERE ");
            shared::as_it_is(&mut s, about);
        }
    }
    if let Some(day) = bounds.due_from {
        s.say(" AND a.due_on >= ").day(day);
    }
    if let Some(day) = bounds.due_to {
        s.say(" AND a.due_on <= ").day(day);
    }
    if key != Key::None {
        s.say(" GROUP BY 1");
    }
    Ok(s.load(tx.conn())?)
}

const COUNT: &str = ", count(CASE WHEN ";
const THAT: &str = " THEN 1 END)";
const DONE: &str = "a.state = 'completed' AND a.due_on IS NOT NULL";
const OPEN: &str =
    "a.state IN ('assigned', 'acknowledged', 'in_progress', 'submitted') AND a.due_on IS NOT NULL";

fn each<ST>(s: &mut Statement<ST>, about: &About, bounds: &Bounds) {
    let day = about.day;
    s.say(COUNT).say(DONE).say(" AND COALESCE(a.finished_on, ").day(day).say(") <= a.due_on").say(THAT);
    s.say(COUNT);
    done_late(s, day);
    s.say(THAT);
    s.say(COUNT)
        .say(OPEN)
        .say(" AND (a.runs_out_on IS NULL OR a.runs_out_on >= ")
        .day(day)
        .say(")")
        .say(THAT);
    s.say(COUNT).say("a.runs_out_on < ").day(day).say(THAT);
    s.say(COUNT).say("a.due_on IS NULL AND a.state NOT IN ('paused', 'cancelled')").say(THAT);
    s.say(COUNT).say("a.state IN ('assigned', 'acknowledged', 'in_progress') AND a.due_on >= ").day(day);
    s.say(" AND a.due_on <= ").day(bounds.soon).say(THAT);
    s.say(COUNT).say("a.state = 'submitted'").say(THAT);
    s.say(COUNT).say("a.excused AND (a.runs_out_on < ").day(day).say(" OR (");
    done_late(s, day);
    s.say("))").say(THAT);
    s.say(COUNT).say("a.state = 'paused'").say(THAT);
    s.say(COUNT).say(DONE).say(" AND COALESCE(a.finished_on, ").day(day);
    s.say(") <= COALESCE(a.original_due_on, a.due_on)").say(THAT);
    s.say(COUNT).say(OPEN).say(" AND ");
    recently_reported(s, about, bounds.recent);
    s.say(THAT);
}

fn done_late<ST>(s: &mut Statement<ST>, day: Date) {
    s.say(DONE).say(" AND COALESCE(a.finished_on, ").day(day).say(") > a.due_on");
}

fn recently_reported<ST>(s: &mut Statement<ST>, about: &About, recent: Instant) {
    let Some(end) = about.past else {
        s.say("a.last_received_at >= ").moment(recent);
        return;
    };
    s.say(
        "EXISTS (SELECT 1 FROM reports r WHERE r.organisation = a.organisation
         AND r.assignment_id = a.assignment_id AND r.received_at >= ",
    );
    s.moment(recent).say(" AND r.received_at < ").moment(end).say(")");
}

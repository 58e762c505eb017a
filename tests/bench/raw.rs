//! The same statements straight on the database, without a server: what the API can at best come
//! near to. **Invariant: each returns the columns the API's own statement returns.**

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::{Duration, Instant},
};

use api::{
    db::{AnyConnection, Place},
    schema::{assignments, directives, ledger, reports, tasks, units},
};
use diesel::{
    BoolExpressionMethods, ExpressionMethods, JoinOnDsl, QueryDsl, QueryResult, RunQueryDsl,
    connection::{AnsiTransactionManager, TransactionManager},
};
use openapi::{
    assignments::AssignmentId,
    directives::{DirectiveId, DirectiveKind},
    reports::ReportId,
    tasks::{AssigneeRole, DuePrecision, Nature, Priority, TaskId, TaskKind},
    timeliness::State,
    units::{UnitId, UnitKind},
    value::{Date, Instant as Moment, Percent, Quantity, Version},
};

use crate::rows::{Commune, TENANT, mixed};

/// How often a statement ran in a second, on as many connections at once as a server has.
pub fn rate(place: &Place, lanes: usize, for_long: Duration, statement: &Statement) -> f64 {
    let done = AtomicUsize::new(0);
    std::thread::scope(|threads| {
        for lane in 0..lanes {
            let done = &done;
            threads.spawn(move || {
                let mut connection = place.connect().unwrap();
                let until = Instant::now() + for_long;
                let mut n = 0;
                while Instant::now() < until {
                    statement(&mut connection, lane + n * lanes).unwrap();
                    n += 1;
                }
                done.fetch_add(n, Ordering::Relaxed);
            });
        }
    });
    done.into_inner() as f64 / for_long.as_secs_f64()
}

/// Runs a statement for the n-th time.
pub type Statement = dyn Fn(&mut AnyConnection, usize) -> QueryResult<()> + Sync;

type Row = (
    (AssignmentId, AssigneeRole, i32, Option<Date>, Option<Date>, State, Option<Date>, Date),
    (Option<Date>, Option<Date>, Moment, Option<Moment>, Option<Date>, Option<Moment>),
    (Option<Percent>, Option<Quantity>, Option<ReportId>, Option<Moment>, Option<bool>, Option<Moment>),
    (Option<String>, Option<State>, bool, bool, Version, Moment),
    (TaskId, String, Option<String>, Option<String>, TaskKind, Nature, Priority, Option<String>),
    (String, Option<String>, Option<String>, Option<DuePrecision>, Option<String>, Option<String>),
    (DirectiveId, DirectiveKind, Option<String>, Option<String>, String, Option<Date>),
    (UnitId, String, UnitKind),
);

macro_rules! shown {
    () => {
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
            .filter(assignments::organisation.eq(TENANT))
            .select((
                (
                    assignments::id,
                    assignments::role,
                    assignments::period_number,
                    assignments::period_from,
                    assignments::period_to,
                    assignments::state,
                    assignments::due_on,
                    assignments::due_sort,
                ),
                (
                    assignments::original_due_on,
                    assignments::runs_out_on,
                    assignments::assigned_at,
                    assignments::acknowledged_at,
                    assignments::finished_on,
                    assignments::closed_at,
                ),
                (
                    assignments::percent,
                    assignments::quantity,
                    assignments::last_report_id,
                    assignments::last_report_at,
                    assignments::last_report_completes,
                    assignments::last_received_at,
                ),
                (
                    assignments::reason,
                    assignments::paused_from,
                    assignments::extension_asked,
                    assignments::excused,
                    assignments::version,
                    assignments::updated_at,
                ),
                (
                    tasks::id,
                    tasks::content,
                    tasks::quote,
                    tasks::place,
                    tasks::kind,
                    tasks::nature,
                    tasks::priority,
                    tasks::product,
                ),
                (
                    tasks::targets,
                    tasks::recurrence,
                    tasks::due_text,
                    tasks::due_precision,
                    tasks::event_id,
                    tasks::private_note,
                ),
                (
                    directives::id,
                    directives::kind,
                    directives::number,
                    directives::symbol,
                    directives::title,
                    directives::issued_on,
                ),
                (units::id, units::name, units::kind),
            ))
    };
}

/// One assignment by its id.
pub fn one(commune: Commune) -> Box<Statement> {
    Box::new(move |connection, n| {
        let id = Commune::assignment(mixed(n as u64) as usize % commune.rows);
        let _row: Row = shown!().filter(assignments::id.eq(id)).first(connection)?;
        Ok(())
    })
}

/// The first page of what is overdue in these units, or in all.
pub fn overdue(commune: Commune, of: Vec<UnitId>) -> Box<Statement> {
    let today = commune.today();
    Box::new(move |connection, _| {
        let rows = shown!()
            .filter(assignments::runs_out_on.lt(today))
            .order((assignments::runs_out_on, assignments::id))
            .limit(51);
        let rows: Vec<Row> = match of.as_slice() {
            [] => rows.load(connection)?,
            [only] => rows.filter(assignments::unit_id.eq(only)).load(connection)?,
            several => rows.filter(assignments::unit_id.eq_any(several)).load(connection)?,
        };
        assert!(!rows.is_empty(), "nothing is overdue");
        Ok(())
    })
}

/// How much is overdue in each unit: one count in an index for each.
pub fn overdue_by_unit(commune: Commune) -> Box<Statement> {
    let today = commune.today();
    Box::new(move |connection, _| {
        let count = assignments::table
            .filter(assignments::organisation.eq(units::organisation))
            .filter(assignments::unit_id.eq(units::id).and(assignments::runs_out_on.lt(today)))
            .count()
            .single_value();
        let rows: Vec<(UnitId, Option<i64>)> = units::table
            .filter(units::organisation.eq(TENANT))
            .select((units::id, count))
            .load(connection)?;
        assert!(rows.len() > commune.units, "units are missing");
        Ok(())
    })
}

/// A report, the change of its assignment and an entry of the ledger, in a transaction of its own.
pub fn report(commune: Commune) -> Box<Statement> {
    Box::new(move |connection, n| {
        begin(connection)?;
        let id = mixed(n as u64) as usize % commune.rows;
        let assignment = Commune::assignment(id);
        let (report, moment) = (new_id(commune.now, n), commune.now);
        diesel::insert_into(reports::table)
            .values((
                (reports::id.eq(report.cast::<openapi::reports::Report>()), reports::organisation.eq(TENANT)),
                (reports::assignment_id.eq(assignment), reports::unit_id.eq(Commune::unit(0))),
                (reports::author_id.eq(Commune::person(0)), reports::percent.eq(50)),
                (reports::words.eq("Đã làm được một nửa."), reports::completes.eq(false)),
                (reports::made_at.eq(moment), reports::received_at.eq(moment)),
                (reports::counts_on.eq(commune.today()), reports::flags.eq("")),
                reports::version.eq(Version::FIRST),
            ))
            .execute(connection)?;
        let this = assignments::table
            .filter(assignments::organisation.eq(TENANT).and(assignments::id.eq(assignment)));
        diesel::update(this)
            .set((
                assignments::percent.eq(50),
                assignments::last_report_id.eq(report.cast::<openapi::reports::Report>()),
                assignments::last_report_at.eq(moment),
                assignments::updated_at.eq(moment),
            ))
            .execute(connection)?;
        diesel::insert_into(ledger::table)
            .values((
                (
                    ledger::id.eq(report.cast::<openapi::ledger::AuditEvent>()),
                    ledger::organisation.eq(TENANT),
                ),
                (ledger::at.eq(moment), ledger::by_person.eq(Commune::person(0))),
                (ledger::deed.eq("reported"), ledger::subject.eq("report")),
                ledger::subject_id.eq(report.cast::<openapi::ledger::AuditEvent>()),
                (ledger::assignment_id.eq(assignment), ledger::unit_id.eq(Commune::unit(0))),
                ledger::after.eq("{\"percent\":50,\"state\":\"in_progress\"}"),
            ))
            .execute(connection)?;
        api::on_both!(connection, |c| AnsiTransactionManager::commit_transaction(c))
    })
}

fn begin(connection: &mut AnyConnection) -> QueryResult<()> {
    match connection {
        AnyConnection::Sqlite(c) => AnsiTransactionManager::begin_transaction_sql(c, "BEGIN IMMEDIATE"),
        AnyConnection::Postgres(c) => AnsiTransactionManager::begin_transaction_sql(c, "BEGIN"),
    }
}

/// An id as a phone makes it: now, and chance.
pub fn new_id(moment: Moment, n: usize) -> openapi::id::Id<()> {
    let mut chance = [0; 10];
    getrandom::fill(&mut chance).unwrap();
    openapi::id::Id::new(u64::try_from(moment.unix_ms()).unwrap() + n as u64 / 10, chance)
}

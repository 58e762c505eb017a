//! Statistics: the five classes, the rates, today and on a past day.

use std::collections::HashMap;

use api::{
    error::Error,
    schema::{assignment_past, assignments, reports},
};
use diesel::{ExpressionMethods, RunQueryDsl};
use openapi::{
    directives::DirectiveId,
    figures::{Figures, PerMille, ReadStatistics, Statistics, StatisticsBy, StatisticsQuery},
    id::Id,
    organisation::{DueSoonDays, UpdateRateDays},
    people::PersonId,
    problem::FieldCode,
    reports::{ReportDraft, ReviewDraft, ReviewReport, SubmitReport, Verdict},
    tasks::{AssigneeRole, TaskDraft, TaskId},
    timeliness::{Facts, State, Tally, Timeliness, rate},
    units::{UnitId, UnitKind},
    value::{Count, Date, Instant},
};
use proptest::{
    prelude::*,
    strategy::ValueTree,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};

use crate::{
    on_both,
    support::{World, due, given_to, id, note, report},
};

/// What an assignment was from one day to the next.
#[derive(Debug, Clone, Copy)]
pub struct Then {
    /// From the beginning of this day, counted from today.
    pub from: i64,
    pub unit: usize,
    pub facts: Facts,
    pub original: Option<Date>,
    pub excused: bool,
}

/// An assignment with all it ever was, the present last.
#[derive(Debug, Clone)]
pub struct Made {
    pub id: Id<openapi::assignments::Assignment>,
    pub directive: usize,
    pub was: Vec<Then>,
    /// Days, counted from today, on which a report was received.
    pub reported: Vec<i64>,
}

impl Made {
    /// What it was at the end of a day.
    pub fn on(&self, day: i64) -> Option<&Then> {
        self.was.iter().rfind(|then| then.from <= day)
    }
}

/// Work of every sort in every state, given by nobody: straight into the tables.
pub struct Ground {
    pub units: Vec<UnitId>,
    pub directives: Vec<DirectiveId>,
    pub made: Vec<Made>,
}

fn facts() -> impl Strategy<Value = (State, Option<i64>, i64, i64, bool)> {
    let state = prop::sample::select(State::ALL);
    // The due date, the day it was finished, how much later the date is than it was, excused.
    (state, prop::option::weighted(0.85, -30..30i64), -12..=0i64, 0..6i64, prop::bool::weighted(0.2))
}

type Spelled = (usize, usize, Vec<(i64, (State, Option<i64>, i64, i64, bool))>, Vec<i64>);

fn assignment(units: usize, directives: usize) -> impl Strategy<Value = Spelled> {
    let past = prop::collection::vec((1..12i64, facts()), 1..5);
    (0..units, 0..directives, past, prop::collection::vec(-60..=0i64, 0..4))
}

impl Ground {
    /// So many assignments, drawn by chance, the same each time.
    pub async fn draw(world: &World, many: usize) -> Self {
        let mut units = Vec::new();
        for village in ["Thôn Một", "Thôn Hai", "Thôn Ba", "Thôn Tư"] {
            units.push(world.village(village).await);
        }
        units.push(world.unit("Chi bộ Một", UnitKind::ChiBo).await);
        let (mut directives, mut tasks) = (Vec::new(), Vec::new());
        for _ in 0..3 {
            let (directive, task) = world.issue(|draft| vec![draft]).await;
            directives.push(directive);
            tasks.push(task[0]);
        }
        let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
        let mut runner = TestRunner::new_with_rng(Config::default(), rng);
        let strategy = assignment(units.len(), directives.len());
        let mut made = Vec::new();
        for _ in 0..many {
            made.push(spelled(world, strategy.new_tree(&mut runner).unwrap().current()));
        }
        let ground = Self { units, directives, made };
        ground.store(world, &tasks).await;
        ground
    }

    async fn store(&self, world: &World, tasks: &[TaskId]) {
        let author = world.me(&world.office().await).await;
        let rows: Vec<Row> =
            self.made.iter().enumerate().map(|(n, made)| self.row(world, n, made, tasks, author)).collect();
        let tenant = world.tenant;
        let stored = world.running.state.db.write(move |tx| {
            for row in &rows {
                row.insert(tx.conn(), tenant).map_err(Error::from)?;
            }
            Ok(())
        });
        stored.await.unwrap();
    }

    fn row(&self, world: &World, number: usize, made: &Made, tasks: &[TaskId], author: PersonId) -> Row {
        let begin = |day: i64| world.now().plus(chrono::TimeDelta::days(day) - chrono::TimeDelta::hours(8));
        let mut was: Vec<(Instant, Option<Instant>, Then)> = Vec::new();
        for (place, then) in made.was.iter().enumerate() {
            was.push((begin(then.from), made.was.get(place + 1).map(|next| begin(next.from)), *then));
        }
        Row {
            id: made.id,
            number: i32::try_from(number).unwrap() + 1,
            directive: self.directives[made.directive],
            task: tasks[made.directive],
            units: self.units.clone(),
            author,
            was,
            reported: made.reported.iter().map(|day| begin(*day).plus(chrono::TimeDelta::hours(8))).collect(),
            now: world.now(),
            period: world.today(),
        }
    }
}

/// What a draw means: states on days that grow up to today.
fn spelled(world: &World, (unit, directive, past, reported): Spelled) -> Made {
    let length: i64 = past.iter().map(|(days, _)| days).sum();
    let mut from = 1 - length;
    let mut was = Vec::new();
    for (place, (days, (state, due, finished, moved, excused))) in past.into_iter().enumerate() {
        // Only submitted and completed work has a finishing day, and none lies in the future of then.
        let ends = matches!(state, State::Submitted | State::Completed);
        let due = due.map(|day| world.day(day));
        let finished_on = ends.then(|| world.day(from + finished));
        let facts = Facts { state, due_on: due, finished_on };
        let original = due.map(|day| day.plus(-moved));
        let unit = if place % 3 == 2 { 0 } else { unit };
        was.push(Then { from, unit, facts, original, excused });
        from += days;
    }
    Made { id: id(), directive, was, reported }
}

struct Row {
    id: Id<openapi::assignments::Assignment>,
    number: i32,
    directive: DirectiveId,
    task: TaskId,
    units: Vec<UnitId>,
    author: PersonId,
    was: Vec<(Instant, Option<Instant>, Then)>,
    reported: Vec<Instant>,
    now: Instant,
    period: Date,
}

impl Row {
    fn insert(&self, connection: &mut api::db::AnyConnection, tenant: i32) -> diesel::QueryResult<()> {
        let (_, _, is) = self.was.last().unwrap();
        let last = self.reported.iter().max();
        let closed = (!is.facts.state.is_open()).then_some(self.now);
        let paused_from = (is.facts.state == State::Paused).then_some(State::InProgress);
        diesel::insert_into(assignments::table)
            .values((
                (
                    assignments::organisation.eq(tenant),
                    assignments::id.eq(self.id),
                    assignments::directive_id.eq(self.directive),
                    assignments::task_id.eq(self.task),
                    assignments::unit_id.eq(self.units[is.unit]),
                    assignments::role.eq(AssigneeRole::ChuTri),
                    assignments::period_number.eq(self.number),
                    assignments::period_from.eq(self.period),
                    assignments::period_to.eq(self.period),
                    assignments::state.eq(is.facts.state),
                    assignments::due_on.eq(is.facts.due_on),
                    assignments::due_sort.eq(is.facts.due_on.unwrap_or("9999-12-31".parse().unwrap())),
                ),
                (
                    assignments::original_due_on.eq(is.original),
                    assignments::runs_out_on.eq(is.facts.runs_out_on()),
                    assignments::stopped_late
                        .eq(is.facts.stopped_late().map(|days| i32::try_from(days).unwrap())),
                    assignments::assigned_at.eq(self.now),
                    assignments::finished_on.eq(is.facts.finished_on),
                    assignments::closed_at.eq(closed),
                    assignments::paused_from.eq(paused_from),
                    assignments::last_received_at.eq(last),
                    assignments::extension_asked.eq(false),
                    assignments::excused.eq(is.excused),
                    assignments::version.eq(1),
                    assignments::updated_at.eq(self.now),
                ),
            ))
            .execute(connection)?;
        self.insert_past(connection, tenant)
    }

    fn insert_past(&self, connection: &mut api::db::AnyConnection, tenant: i32) -> diesel::QueryResult<()> {
        for (number, (from, until, then)) in (1..).zip(&self.was) {
            diesel::insert_into(assignment_past::table)
                .values((
                    assignment_past::organisation.eq(tenant),
                    assignment_past::assignment_id.eq(self.id),
                    assignment_past::number.eq(number),
                    assignment_past::from_at.eq(from),
                    assignment_past::until_at.eq(until),
                    assignment_past::directive_id.eq(self.directive),
                    assignment_past::unit_id.eq(self.units[then.unit]),
                    assignment_past::state.eq(then.facts.state),
                    assignment_past::due_on.eq(then.facts.due_on),
                    assignment_past::original_due_on.eq(then.original),
                    assignment_past::runs_out_on.eq(then.facts.runs_out_on()),
                    assignment_past::finished_on.eq(then.facts.finished_on),
                    assignment_past::excused.eq(then.excused),
                ))
                .execute(connection)?;
        }
        for received in &self.reported {
            diesel::insert_into(reports::table)
                .values((
                    reports::organisation.eq(tenant),
                    reports::id.eq(id::<openapi::reports::Report>()),
                    reports::assignment_id.eq(self.id),
                    reports::unit_id.eq(self.units[0]),
                    reports::author_id.eq(self.author),
                    reports::completes.eq(false),
                    reports::made_at.eq(received),
                    reports::received_at.eq(received),
                    reports::counts_on.eq(self.period),
                    reports::flags.eq(""),
                    reports::version.eq(1),
                ))
                .execute(connection)?;
        }
        Ok(())
    }
}

/// The figures by the one function that judges, one assignment after the other.
fn judged<'a>(world: &World, of: impl Iterator<Item = (&'a Made, &'a Then)>, day: i64) -> Figures {
    let (soon, days) = (DueSoonDays::try_from(3).unwrap(), UpdateRateDays::try_from(30).unwrap());
    let as_of = world.day(day);
    let mut tally = Tally::default();
    let (mut due_soon, mut submitted, mut excused, mut paused) = (0, 0, 0, 0);
    let (mut updated, mut open, mut on_original, mut done) = (0, 0, 0, 0);
    for (made, then) in of {
        paused += i64::from(then.facts.state == State::Paused);
        let Some(judgement) = then.facts.judge(as_of, soon) else { continue };
        tally.add(judgement.class, 1);
        due_soon += i64::from(judgement.due_soon);
        submitted += i64::from(then.facts.state == State::Submitted);
        let late = matches!(judgement.class, Timeliness::DoneLate | Timeliness::OpenOverdue);
        excused += i64::from(late && then.excused);
        if matches!(judgement.class, Timeliness::OpenInTime | Timeliness::OpenOverdue) {
            open += 1;
            let recent = day - i64::from(days.get());
            // Today is not over: a report of today has been received by now.
            updated += i64::from(made.reported.iter().any(|at| recent < *at && *at <= day));
        }
        if matches!(judgement.class, Timeliness::DoneOnTime | Timeliness::DoneLate) {
            done += 1;
            let original = Facts { due_on: then.original, ..then.facts };
            let class = original.judge(as_of, soon).map(|judgement| judgement.class);
            on_original += i64::from(class == Some(Timeliness::DoneOnTime));
        }
    }
    let count = Count::of;
    let share = |rate: Option<i64>| rate.map(|rate| PerMille::try_from(rate).unwrap());
    Figures {
        done_on_time: count(tally.done_on_time),
        done_late: count(tally.done_late),
        open_in_time: count(tally.open_in_time),
        open_overdue: count(tally.open_overdue),
        no_deadline: count(tally.no_deadline),
        total: count(done + open + tally.no_deadline),
        due_soon: count(due_soon),
        submitted: count(submitted),
        excused: count(excused),
        paused: count(paused),
        completion_rate: share(tally.completion_rate()),
        on_time_rate: share(tally.on_time_rate()),
        update_rate: share(rate(updated, open)),
        on_original_time_rate: share(rate(on_original, done)),
    }
}

async fn statistics(world: &World, query: StatisticsQuery) -> Statistics {
    world.leader().await.query::<ReadStatistics>((), query).await.unwrap().reply
}

on_both! {
    async fn what_sql_counts_is_what_the_one_function_judges(world: &World) {
        let ground = Ground::draw(world, 400).await;
        for day in [-45, -20, -9, -4, -1, 0, 1, 5, 40] {
            // What is known of a day to come is what is known today.
            let known = day.min(0);
            let all = || ground.made.iter().filter_map(|made| Some((made, made.on(known)?)));
            let asked = StatisticsQuery { as_of: Some(world.day(day)), ..Default::default() };
            let found = statistics(world, asked.clone()).await;
            assert_eq!(found.as_of, world.day(day));
            assert_eq!(found.total, judged(world, all(), day), "day {day}");
            assert_eq!(found.rows, []);

            let found = statistics(world, StatisticsQuery { by: Some(StatisticsBy::Unit), ..asked.clone() }).await;
            for row in &found.rows {
                let unit = ground.units.iter().position(|unit| unit.to_string() == row.key.as_ref().unwrap().as_str()).unwrap();
                let own = judged(world, all().filter(|(_, then)| then.unit == unit), day);
                assert_eq!(row.figures, own, "day {day}, unit {unit}");
            }
            assert_eq!(found.total, judged(world, all(), day));

            let found = statistics(world, StatisticsQuery { by: Some(StatisticsBy::Period), ..asked.clone() }).await;
            let months: HashMap<_, _> = found.rows.iter().map(|row| (row.key.clone(), row.figures)).collect();
            for (key, figures) in months {
                let month = |then: &Then| then.facts.due_on.map(|due| due.to_string()[..7].to_owned());
                let own = all().filter(|(_, then)| month(then).as_deref() == key.as_ref().map(|key| key.as_str()));
                assert_eq!(figures, judged(world, own, day), "day {day}, month {key:?}");
            }

            let one = StatisticsQuery { directive: Some(ground.directives[1]), unit: Some(ground.units[0]), ..asked.clone() };
            let own = all().filter(|(made, then)| made.directive == 1 && then.unit == 0);
            assert_eq!(statistics(world, one).await.total, judged(world, own, day));

            let dated = StatisticsQuery { due_from: Some(world.day(-10)), due_to: Some(world.day(3)), ..asked };
            let own = all().filter(|(_, then)| then.facts.due_on.is_some_and(|due| world.day(-10) <= due && due <= world.day(3)));
            assert_eq!(statistics(world, dated).await.total, judged(world, own, day));
        }
    }

    async fn a_past_day_is_as_it_was_known_then(world: &World) {
        let head = world.head_of("Thôn Đồng Sim").await;
        let leader = world.leader().await;
        let assignment = world.give("Thôn Đồng Sim", 2).await;
        world.days_pass(3);
        let done = ReportDraft { completes: true, ..report(world, assignment) };
        let sent = id();
        head.call::<SubmitReport>(sent, done).await.unwrap();
        world.days_pass(1);
        let accept = ReviewDraft { verdict: Verdict::Accept, reason: None };
        leader.call::<ReviewReport>(sent, accept).await.unwrap();
        let on = |day: i64| StatisticsQuery { as_of: Some(world.day(day)), ..Default::default() };
        let counts = |figures: Figures| [figures.done_on_time, figures.done_late, figures.open_in_time, figures.open_overdue].map(Count::get);
        assert_eq!(counts(statistics(world, on(0)).await.total), [0, 1, 0, 0]);
        assert_eq!(counts(statistics(world, on(-1)).await.total), [0, 0, 0, 1], "reported a day late, not yet accepted");
        assert_eq!(counts(statistics(world, on(-2)).await.total), [0, 0, 1, 0], "the due day itself");
        assert_eq!(counts(statistics(world, on(-4)).await.total), [0, 0, 1, 0]);
        assert_eq!(counts(statistics(world, on(-5)).await.total), [0, 0, 0, 0], "not yet given");
        assert_eq!(statistics(world, on(-4)).await.total.update_rate, PerMille::try_from(0).ok());
        assert_eq!(statistics(world, on(-1)).await.total.update_rate, PerMille::try_from(1000).ok());
    }

    async fn figures_are_broken_down_by_kind_overseer_and_directive(world: &World) {
        let (one, two) = (world.village("Thôn Một").await, world.village("Thôn Hai").await);
        let cell = world.unit("Chi bộ Một", UnitKind::ChiBo).await;
        let overseer = world.overseer_of(&["Thôn Một"]).await;
        let (directive, _) = world.issue(|draft| vec![
            TaskDraft { due: due(world.day(5)), assignees: vec![given_to(&[one, two, cell], AssigneeRole::ChuTri)], ..draft },
        ]).await;
        let by = |by| StatisticsQuery { by: Some(by), ..Default::default() };
        let rows = |found: Statistics| -> Vec<(Option<String>, String, i32)> {
            found.rows.into_iter().map(|row| (row.key.map(|key| key.to_string()), row.name.to_string(), row.figures.open_in_time.get())).collect()
        };
        let kinds = rows(statistics(world, by(StatisticsBy::UnitKind)).await);
        assert_eq!(kinds, [
            (Some("chi_bo".to_owned()), "Chi bộ".to_owned(), 1),
            (Some("thon".to_owned()), "Thôn, xóm, bản, tổ dân phố".to_owned(), 2),
        ]);
        let overseers = rows(statistics(world, by(StatisticsBy::Overseer)).await);
        let me = world.me(&overseer).await.to_string();
        assert_eq!(overseers, [
            (Some(me), "Người của Ban Thường vụ".to_owned(), 1),
            (None, "Chưa có người phụ trách".to_owned(), 2),
        ]);
        let directives = rows(statistics(world, by(StatisticsBy::Directive)).await);
        assert_eq!(directives, [(Some(directive.to_string()), "Kết luận hội nghị tháng 11".to_owned(), 3)]);
        let kind = StatisticsQuery { unit_kind: Some(UnitKind::Thon), ..Default::default() };
        assert_eq!(statistics(world, kind).await.total.total.get(), 2);
        let charge = StatisticsQuery { overseer: Some(world.me(&overseer).await), ..Default::default() };
        assert_eq!(statistics(world, charge).await.total.total.get(), 1);
    }

    async fn everybody_counts_what_he_sees(world: &World) {
        let head = world.head_of("Thôn Một").await;
        let overseer = world.overseer_of(&["Thôn Một", "Thôn Hai"]).await;
        for village in ["Thôn Một", "Thôn Hai", "Thôn Ba"] {
            world.give(village, 5).await;
        }
        for (client, sees) in [(world.office().await, 3), (world.inspector().await, 3), (overseer, 2), (head, 1)] {
            let found = client.query::<ReadStatistics>((), StatisticsQuery::default()).await.unwrap().reply;
            assert_eq!(found.total.total.get(), sees);
        }
        let admin = world.admin().await.query::<ReadStatistics>((), StatisticsQuery::default()).await;
        assert_eq!(admin.unwrap_err().status(), 403);
        let stranger = world.stranger().query::<ReadStatistics>((), StatisticsQuery::default()).await;
        assert_eq!(stranger.unwrap_err().status(), 401);
    }

    async fn what_is_not_his_to_name_is_not_known(world: &World) {
        let head = world.head_of("Thôn Một").await;
        let other = world.village("Thôn Hai").await;
        world.give("Thôn Hai", 5).await;
        let (directive, _) = world.issue(|draft| vec![draft]).await;
        let overseer = world.me(&world.overseer_of(&["Thôn Hai"]).await).await;
        let asked = [
            (StatisticsQuery { unit: Some(other), ..Default::default() }, "?unit"),
            (StatisticsQuery { unit: Some(id()), ..Default::default() }, "?unit"),
            (StatisticsQuery { directive: Some(directive), ..Default::default() }, "?directive"),
            (StatisticsQuery { directive: Some(id()), ..Default::default() }, "?directive"),
            (StatisticsQuery { overseer: Some(overseer), ..Default::default() }, "?overseer"),
            (StatisticsQuery { overseer: Some(id()), ..Default::default() }, "?overseer"),
        ];
        for (query, pointer) in asked {
            let Err(mobile_client::Failed::Refused(problem)) = head.query::<ReadStatistics>((), query).await else {
                panic!("{pointer} was taken")
            };
            assert_eq!((problem.status, problem.fields.len()), (422, 1));
            assert_eq!((problem.fields[0].pointer.as_str(), problem.fields[0].code), (pointer, FieldCode::NotKnown));
        }
        let nothing = StatisticsQuery { unit_kind: Some(UnitKind::TramYTe), ..Default::default() };
        let found = head.query::<ReadStatistics>((), nothing).await.unwrap().reply;
        assert_eq!((found.total.total.get(), found.total.on_time_rate), (0, None));
    }

    async fn a_return_makes_late_work_late_again(world: &World) {
        let head = world.head_of("Thôn Một").await;
        let leader = world.leader().await;
        let assignment = world.give("Thôn Một", 1).await;
        let sent = world.complete(&head, assignment).await;
        world.days_pass(5);
        let waiting = statistics(world, StatisticsQuery::default()).await.total;
        assert_eq!((waiting.open_in_time.get(), waiting.submitted.get(), waiting.open_overdue.get()), (1, 1, 0));
        let back = ReviewDraft { verdict: Verdict::Return, reason: Some(note("Thiếu ảnh.")) };
        leader.call::<ReviewReport>(sent, back).await.unwrap();
        let late = statistics(world, StatisticsQuery::default()).await.total;
        assert_eq!((late.open_in_time.get(), late.submitted.get(), late.open_overdue.get()), (0, 0, 1));
    }
}

//! The server's figures held against ours, on one day. **Invariant: every class, sum and rate the
//! server prints is compared, not only those that happen to be wrong.**

use std::collections::BTreeMap;

use mobile_client::Client;
use openapi::{
    endpoint::Nothing,
    figures::{
        Figures, GroupBy, OverdueGroup, OverdueQuery, OverdueReport, OverdueRow, ReadOverdue, ReadStatistics,
        Statistics, StatisticsBy, StatisticsQuery,
    },
    organisation::ReadSettings,
    timeliness::Timeliness,
    value::Date,
};

use super::{
    count::{Job, Stand, Sums, sums},
    run::Life,
};

/// Holds everything the server says of today against the count.
pub async fn compare(life: &Life<'_>, client: &Client, day: Date) {
    let today = Day::of(life, client, day, None).await;
    today.rows(|_| true, OverdueQuery::default()).await;
    today.groups(GroupBy::Unit, |job| today.unit(job)).await;
    today.groups(GroupBy::UnitKind, |job| today.kind(job)).await;
    today.groups(GroupBy::Directive, |_| today.directive()).await;
    today.groups(GroupBy::Overseer, |job| today.overseer(job)).await;
    today.statistics(StatisticsBy::Unit, |job| today.unit(job)).await;
    today.statistics(StatisticsBy::UnitKind, |job| today.kind(job)).await;
    today.statistics(StatisticsBy::Directive, |_| today.directive()).await;
    today.statistics(StatisticsBy::Overseer, |job| today.overseer(job)).await;
    today.statistics(StatisticsBy::Period, month).await;
}

/// Holds what the server says today of a past day against what the count said then.
pub async fn compare_past(life: &Life<'_>, client: &Client, day: Date) {
    let past = Day::of(life, client, day, Some(day)).await;
    past.rows(|_| true, OverdueQuery::default()).await;
    past.groups(GroupBy::Unit, |job| past.unit(job)).await;
    past.statistics(StatisticsBy::Unit, |job| past.unit(job)).await;
    past.statistics(StatisticsBy::Period, month).await;
}

/// Holds the overdue rows of each part of the work against the count.
pub async fn compare_parts(life: &Life<'_>, client: &Client, day: Date) {
    let today = Day::of(life, client, day, None).await;
    let query = OverdueQuery { directive: Some(life.directive), ..OverdueQuery::default() };
    today.rows(|_| true, query).await;
    let query = OverdueQuery { overseer: Some(life.overseer), ..OverdueQuery::default() };
    today.rows(|job| life.watched.contains(&job.unit), query).await;
    for (unit, body) in life.commune.units.iter().enumerate() {
        let query = OverdueQuery { unit: Some(body.id()), ..OverdueQuery::default() };
        today.rows(|job| job.unit == unit, query).await;
        let query = OverdueQuery { unit_kind: Some(body.kind), ..OverdueQuery::default() };
        today.rows(|job| life.commune.units[job.unit].kind == body.kind, query).await;
    }
}

/// Holds the overdue rows of some units against the count, as somebody sees them who sees no others.
pub async fn compare_own(life: &Life<'_>, client: &Client, day: Date, units: &[usize]) {
    let today = Day::of(life, client, day, None).await;
    today.rows(|job| units.contains(&job.unit), OverdueQuery::default()).await;
}

struct Day<'a> {
    life: &'a Life<'a>,
    client: &'a Client,
    day: Date,
    as_of: Option<Date>,
    update_days: i64,
}

/// The month in which work is due.
fn month(job: &Job) -> Option<String> {
    job.due.map(|due| due.get().format("%Y-%m").to_string())
}

impl<'a> Day<'a> {
    async fn of(life: &'a Life<'a>, client: &'a Client, day: Date, as_of: Option<Date>) -> Self {
        let settings = client.call::<ReadSettings>((), Nothing).await.unwrap().reply;
        assert_eq!(settings.due_soon_days.get(), 3, "the count takes three days");
        Self { life, client, day, as_of, update_days: i64::from(settings.update_rate_days.get()) }
    }

    fn unit(&self, job: &Job) -> Option<String> {
        Some(self.life.commune.units[job.unit].id().to_string())
    }
    fn kind(&self, job: &Job) -> Option<String> {
        Some(self.life.commune.units[job.unit].kind.to_string())
    }
    fn directive(&self) -> Option<String> {
        Some(self.life.directive.to_string())
    }
    fn overseer(&self, job: &Job) -> Option<String> {
        self.life.watched.contains(&job.unit).then(|| self.life.overseer.to_string())
    }

    async fn overdue(&self, query: OverdueQuery) -> OverdueReport {
        let query = OverdueQuery { as_of: self.as_of, ..query };
        let report = self.client.query::<ReadOverdue>((), query).await.unwrap().reply;
        assert_eq!(report.as_of, self.day);
        assert_eq!(report.computed_at, self.life.world.now());
        report
    }

    async fn rows(&self, whose: impl Fn(&Job) -> bool, query: OverdueQuery) {
        let mut query = OverdueQuery { limit: Some("40".parse().unwrap()), ..query };
        let mut rows = Vec::new();
        loop {
            let page = self.overdue(query.clone()).await;
            assert!(page.groups.is_empty());
            rows.extend(page.items);
            query.cursor = page.next;
            if query.cursor.is_none() {
                break;
            }
        }
        assert!(rows.is_sorted_by_key(|row| row.due_on), "the earliest due first");
        let mut rows: BTreeMap<_, _> = rows.into_iter().map(|row| (row.assignment, row)).collect();
        for job in self.life.jobs.iter().filter(|job| whose(job)) {
            let Some(stand) = job.stands(self.day) else { continue };
            let row = self.life.assignments.get(&job.key()).and_then(|assignment| rows.remove(assignment));
            let overdue = stand.class == Timeliness::OpenOverdue;
            assert_eq!(row.is_some(), overdue, "{:?} on {}: {stand:?}", job.key(), self.day);
            if let Some(row) = row {
                self.compare_row(job, stand, &row);
            }
        }
        assert!(rows.is_empty(), "nobody is late with these on {}: {rows:?}", self.day);
    }

    fn compare_row(&self, job: &Job, stand: Stand, row: &OverdueRow) {
        let what = (job.key(), self.day);
        let body = &self.life.commune.units[job.unit];
        assert_eq!((row.unit.id, row.unit.kind), (body.id(), body.kind), "{what:?}");
        assert_eq!(row.unit.name.as_str(), body.name, "{what:?}");
        assert_eq!(row.directive.id, self.life.directive, "{what:?}");
        assert_eq!(row.directive.title.as_str(), self.life.seed.gold.document.title);
        assert_eq!(row.role.as_str(), job.role, "{what:?}");
        assert_eq!(row.state, stand.state, "{what:?}");
        assert_eq!((Some(row.due_on), Some(row.original_due_on)), (job.due, job.due), "{what:?}");
        assert_eq!(i64::from(row.days_late.get()), stand.late, "{what:?}");
        let last = row.last_report.as_ref().map(|report| (report.made_at, report.completes));
        assert_eq!(last, stand.last, "{what:?}");
        let overseers: Vec<_> = row.overseers.iter().map(|person| person.id).collect();
        let watched = self.life.watched.contains(&job.unit);
        assert_eq!(overseers, if watched { vec![self.life.overseer] } else { vec![] }, "{what:?}");
        assert!(!row.excused, "{what:?}");
        let said = &self.life.seed.gold.directives[job.number];
        let words = if job.stage == 0 { &said.text } else { &said.milestones[job.stage - 1].what };
        assert_eq!(row.content.as_str(), words);
    }

    async fn groups(&self, by: GroupBy, under: impl Fn(&Job) -> Option<String>) {
        let report = self.overdue(OverdueQuery { group_by: Some(by), ..OverdueQuery::default() }).await;
        assert!(report.items.is_empty() && report.next.is_none());
        let most_first = |group: &OverdueGroup| std::cmp::Reverse(group.overdue);
        assert!(report.groups.is_sorted_by_key(most_first), "the most overdue first");
        let counted: BTreeMap<_, (i32, i64)> = sums(&self.life.jobs, self.day, 0, under)
            .into_iter()
            .filter(|(_, sums)| sums.open_overdue > 0)
            .map(|(key, sums)| (key, (sums.open_overdue, sums.most_late)))
            .collect();
        let said: BTreeMap<_, (i32, i64)> = report
            .groups
            .iter()
            .map(|group| {
                let late = i64::from(group.most_days_late.get());
                (group.key.as_ref().map(ToString::to_string), (group.overdue.get(), late))
            })
            .collect();
        assert_eq!(said, counted, "by {by} on {}", self.day);
    }

    async fn statistics(&self, by: StatisticsBy, under: impl Fn(&Job) -> Option<String>) {
        let query = StatisticsQuery { by: Some(by), as_of: self.as_of, ..StatisticsQuery::default() };
        let said: Statistics = self.client.query::<ReadStatistics>((), query).await.unwrap().reply;
        assert_eq!(said.as_of, self.day);
        let total = sums(&self.life.jobs, self.day, self.update_days, |_| ());
        let total = total.get(&()).copied().unwrap_or_default();
        self.compare_figures("all", &said.total, &total);
        let counted = sums(&self.life.jobs, self.day, self.update_days, under);
        let rows: BTreeMap<Option<String>, Figures> =
            said.rows.iter().map(|row| (row.key.as_ref().map(ToString::to_string), row.figures)).collect();
        assert_eq!(rows.len(), said.rows.len(), "by {by}");
        assert_eq!(rows.keys().collect::<Vec<_>>(), counted.keys().collect::<Vec<_>>(), "by {by}");
        for (key, counted) in counted {
            self.compare_figures(&format!("{key:?}"), &rows[&key], &counted);
        }
    }

    fn compare_figures(&self, of: &str, said: &Figures, counted: &Sums) {
        let rate = |rate: Option<openapi::figures::PerMille>| rate.map(|rate| rate.get());
        let classes = [
            (said.done_on_time, counted.done_on_time, "done on time"),
            (said.done_late, counted.done_late, "done late"),
            (said.open_in_time, counted.open_in_time, "open in time"),
            (said.open_overdue, counted.open_overdue, "open overdue"),
            (said.no_deadline, counted.no_deadline, "no deadline"),
            (said.total, counted.total, "total"),
            (said.due_soon, counted.due_soon, "due soon"),
            (said.submitted, counted.submitted, "submitted"),
        ];
        for (said, counted, what) in classes {
            assert_eq!(said.get(), counted, "{what} of {of} on {}", self.day);
        }
        assert_eq!((said.excused.get(), said.paused.get()), (0, 0));
        let rates = [
            (said.completion_rate, counted.completion_rate(), "completion rate"),
            (said.on_time_rate, counted.on_time_rate(), "on-time rate"),
            (said.on_original_time_rate, counted.on_time_rate(), "on-original-time rate"),
            (said.update_rate, counted.update_rate(), "update rate"),
        ];
        for (said, counted, what) in rates {
            assert_eq!(rate(said), counted, "{what} of {of} on {}", self.day);
        }
    }
}

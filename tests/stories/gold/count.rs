//! What must come out, counted from the gold file and from what the units are told to do.
//! **Invariant: nothing of the server, and none of its rules, is asked: own dates, own classes, own
//! sums.**

use std::collections::BTreeMap;

use chrono::{Datelike, Months, NaiveDate};
use openapi::{
    timeliness::{State, Timeliness},
    value::{Date, Instant},
};

use super::{
    commune::Commune,
    read::{Directive, Gold, Recurrence},
};

/// One unit's share of one task, in one period.
#[derive(Debug, Clone)]
pub struct Job {
    /// Which directive of the gold file, from 0.
    pub number: usize,
    /// Which stage of it, from 1; 0 for itself.
    pub stage: usize,
    /// Which unit of the commune.
    pub unit: usize,
    /// Which period, from 1; 0 for work that does not recur.
    pub period: usize,
    /// As the gold file says it.
    pub role: String,
    /// The day it is given: of issue, or the first of its period.
    pub opened: Date,
    /// The last day included.
    pub due: Option<Date>,
    /// What happens to it, in order.
    pub log: Vec<Entry>,
}

/// One thing that happens, on the day we learn of it.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    pub day: Date,
    pub act: Act,
}
#[derive(Debug, Clone, Copy)]
pub enum Act {
    Acknowledge,
    /// Made at this moment, on this day of ours.
    Report {
        made_at: Instant,
        made_on: Date,
        completes: bool,
    },
    Accept,
    Return,
}

/// How a job stands at the end of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stand {
    pub state: State,
    pub class: Timeliness,
    pub late: i64,
    pub finished: Option<Date>,
    /// When the newest report was made, and whether it completes.
    pub last: Option<(Instant, bool)>,
    /// The day on which we received the newest report.
    pub heard: Option<Date>,
    pub due_soon: bool,
}

impl Job {
    /// Its name among the others.
    pub fn key(&self) -> (usize, usize, usize, usize) {
        (self.number, self.stage, self.unit, self.period)
    }
    /// Somebody must say that it is done: it is led, and there is a day to be measured by.
    pub fn is_reviewed(&self) -> bool {
        self.role == "chu_tri" && self.due.is_some()
    }

    /// How it stands at the end of a day; not at all before it is given.
    pub fn stands(&self, day: Date) -> Option<Stand> {
        if self.opened > day {
            return None;
        }
        let (mut state, mut finished, mut last, mut heard) = (State::Assigned, None, None, None);
        for entry in self.log.iter().filter(|entry| entry.day <= day) {
            match entry.act {
                Act::Acknowledge => state = State::Acknowledged,
                Act::Report { made_at, made_on, completes } => {
                    (last, heard) = (Some((made_at, completes)), Some(entry.day));
                    finished = completes.then_some(made_on);
                    state = match (completes, self.is_reviewed()) {
                        (false, _) => State::InProgress,
                        (true, true) => State::Submitted,
                        (true, false) => State::Completed,
                    };
                }
                Act::Accept => state = State::Completed,
                Act::Return => (state, finished) = (State::InProgress, None),
            }
        }
        let until = finished.unwrap_or(day);
        let late = self.due.map_or(0, |due| until.days_since(due).max(0));
        let class = match (self.due, state, late) {
            (None, _, _) => Timeliness::NoDeadline,
            (_, State::Completed, 0) => Timeliness::DoneOnTime,
            (_, State::Completed, _) => Timeliness::DoneLate,
            (_, _, 0) => Timeliness::OpenInTime,
            (_, _, _) => Timeliness::OpenOverdue,
        };
        let near = self.due.is_some_and(|due| due.days_since(day) <= 3);
        let due_soon = class == Timeliness::OpenInTime && state != State::Submitted && near;
        Some(Stand { state, class, late, finished, last, heard, due_soon })
    }
}

/// The date the office gives to work that has an end and is given no day: the end of the
/// document's period.
pub fn office_date(gold: &Gold, said: &Directive) -> Option<Date> {
    let dated = said.deadline.as_ref().is_some_and(|deadline| deadline.due_on.is_some());
    let ends = said.nature == "one_off" && said.recurrence.is_none();
    (ends && !dated).then_some(Date::of(gold.document.period.to))
}

/// The jobs that a document makes when it is issued on a day, before or after the office has given
/// what names nobody to whom it suggests, and a date to what ends and has none.
pub fn jobs(gold: &Gold, commune: &Commune, issued: Date, office: bool) -> Vec<Job> {
    let mut jobs = Vec::new();
    for (number, said) in gold.directives.iter().enumerate() {
        let own = said.deadline.as_ref().and_then(|deadline| deadline.due_on).map(Date::of);
        let due = own.or_else(|| office_date(gold, said).filter(|_| office));
        let rounds = match &said.recurrence {
            None => vec![(0, issued, due)],
            Some(recurrence) => rounds(gold, recurrence, issued),
        };
        for (unit, role) in doers(commune, said, office) {
            for (period, opened, due) in rounds.clone() {
                let role = role.clone();
                jobs.push(Job { number, stage: 0, unit, period, role, opened, due, log: Vec::new() });
            }
            // Who is given the whole by the office is given its stages.
            let stages = said.milestones.iter().enumerate().filter(|_| said.assignees.is_empty());
            for (at, milestone) in stages {
                let due = Some(Date::of(milestone.due_on));
                let (stage, opened, role) = (at + 1, issued, role.clone());
                jobs.push(Job { number, stage, unit, period: 0, role, opened, due, log: Vec::new() });
            }
        }
    }
    jobs
}

/// The units a directive is for, each with its role.
fn doers(commune: &Commune, said: &Directive, office: bool) -> Vec<(usize, String)> {
    let mut doers = Vec::new();
    for a in &said.assignees {
        let means = commune.meaning(&a.kind, &a.name, a.canonical.as_deref());
        doers.extend(commune.units_of(means).into_iter().map(|unit| (unit, a.role.clone())));
    }
    if said.assignees.is_empty() && office {
        for s in &said.suggested_assignees {
            let means = commune.meaning(&s.kind, &s.name, None);
            doers.extend(commune.units_of(means).into_iter().map(|unit| (unit, "chu_tri".to_owned())));
        }
    }
    doers
}

/// The periods of recurring work: their numbers, first days and last days. A period ends with the
/// month or year it is in; the first begins with the document's own time, or the issue.
fn rounds(gold: &Gold, said: &Recurrence, issued: Date) -> Vec<(usize, Date, Option<Date>)> {
    let months = match said.per.as_str() {
        "month" => 1,
        "year" => 12,
        other => panic!("no gold file says {other}"),
    };
    let last = gold.document.period.to;
    let mut first = gold.document.period.from.max(issued.get());
    let mut rounds = Vec::new();
    while first <= last {
        let begin = if months == 12 { 1 } else { first.month() };
        let next = NaiveDate::from_ymd_opt(first.year(), begin, 1).unwrap() + Months::new(months);
        let end = next.pred_opt().unwrap().min(last);
        rounds.push((rounds.len() + 1, Date::of(first), Some(Date::of(end))));
        first = next;
    }
    rounds
}

/// Sums of jobs at the end of a day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sums {
    pub done_on_time: i32,
    pub done_late: i32,
    pub open_in_time: i32,
    pub open_overdue: i32,
    pub no_deadline: i32,
    pub total: i32,
    pub due_soon: i32,
    pub submitted: i32,
    pub most_late: i64,
    /// Not completed, with a due date: standing work stays outside the rates.
    pub open: i32,
    /// Of those: with a report received within the last days, today being the last of them.
    pub heard: i32,
}

impl Sums {
    /// Counts one more.
    pub fn add(&mut self, stand: Stand, day: Date, update_days: i64) {
        let of_class = match stand.class {
            Timeliness::DoneOnTime => &mut self.done_on_time,
            Timeliness::DoneLate => &mut self.done_late,
            Timeliness::OpenInTime => &mut self.open_in_time,
            Timeliness::OpenOverdue => &mut self.open_overdue,
            Timeliness::NoDeadline => &mut self.no_deadline,
            Timeliness::Unknown => unreachable!(),
        };
        *of_class += 1;
        self.total += 1;
        self.due_soon += i32::from(stand.due_soon);
        self.submitted += i32::from(stand.state == State::Submitted);
        if stand.class == Timeliness::OpenOverdue {
            self.most_late = self.most_late.max(stand.late);
        }
        if matches!(stand.class, Timeliness::OpenInTime | Timeliness::OpenOverdue) {
            self.open += 1;
            let fresh = stand.heard.is_some_and(|heard| day.days_since(heard) < update_days);
            self.heard += i32::from(fresh);
        }
    }
    /// Completed ÷ (completed + overdue), in thousandths.
    pub fn completion_rate(&self) -> Option<i32> {
        thousandths(
            self.done_on_time + self.done_late,
            self.done_on_time + self.done_late + self.open_overdue,
        )
    }
    /// On time ÷ completed, in thousandths.
    pub fn on_time_rate(&self) -> Option<i32> {
        thousandths(self.done_on_time, self.done_on_time + self.done_late)
    }
    /// Heard of lately ÷ open, in thousandths.
    pub fn update_rate(&self) -> Option<i32> {
        thousandths(self.heard, self.open)
    }
}

fn thousandths(part: i32, whole: i32) -> Option<i32> {
    // Rounded to the nearest, halves up.
    (whole > 0).then(|| (2000 * part + whole) / (2 * whole))
}

/// The sums under each name, on a day.
pub fn sums<'a, K: Ord>(
    jobs: impl IntoIterator<Item = &'a Job>,
    day: Date,
    update_days: i64,
    under: impl Fn(&Job) -> K,
) -> BTreeMap<K, Sums> {
    let mut sums: BTreeMap<K, Sums> = BTreeMap::new();
    for job in jobs {
        if let Some(stand) = job.stands(day) {
            sums.entry(under(job)).or_default().add(stand, day, update_days);
        }
    }
    sums
}

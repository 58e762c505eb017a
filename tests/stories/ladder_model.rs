//! The ladder against a plain re-statement of its rules, while dates move, work is paused, reported,
//! returned and cancelled, the ladder is changed, and the jobs run at odd times, several at once.
//! **Invariant: the model knows no SQL and no ranges; it asks each piece of work by itself.**

use std::{collections::BTreeSet, sync::Arc};

use api::{jobs::warn, state::State};
use chrono::{Datelike, TimeDelta, Weekday};
use mobile_client::Client;
use openapi::{
    alerts::{Audience, Counting, LadderDraft, ListNotices, NoticesQuery, PutLadder, ReadLadder, Rung},
    assignments::{AssignmentId, CancelAssignment, PauseAssignment, Reason, ResumeAssignment},
    calendar::{CalendarDay, CalendarYearDraft, DayKind, PutCalendarYear},
    decisions::{DecideExtension, ExtensionDecision, ExtensionDraft, ExtensionId, PutExtension},
    endpoint::Nothing,
    reports::{ReportId, ReviewDraft, ReviewReport, Verdict},
    tasks::{PatchTask, ReadTask, TaskId, TaskPatch},
    value::Date,
};

use crate::{
    on_both,
    support::{World, due, id, name, note},
};

/// Chance that can be had again: SplitMix64.
struct Chance(u64);
impl Chance {
    fn below(&mut self, n: i64) -> i64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        i64::try_from((z ^ (z >> 31)) % u64::try_from(n).unwrap()).unwrap()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Life {
    Open,
    Submitted(ReportId),
    /// Paused, and what it was before.
    Paused(Option<ReportId>),
    Closed,
}

/// What the model knows of an assignment.
struct Work {
    id: AssignmentId,
    task: TaskId,
    due: Date,
    /// What its task says, from which an extension may have moved it away.
    task_due: Date,
    life: Life,
    asked: Option<ExtensionId>,
}

/// The rules, said plainly.
struct Model {
    work: Vec<Work>,
    rungs: Vec<i64>,
    working: bool,
    rest: BTreeSet<Date>,
    swapped: BTreeSet<Date>,
    told: BTreeSet<(AssignmentId, Date, i64)>,
}

impl Model {
    fn works(&self, day: Date) -> bool {
        let weekend = matches!(day.get().weekday(), Weekday::Sat | Weekday::Sun);
        self.swapped.contains(&day) || !(weekend || self.rest.contains(&day))
    }
    /// Whether a rung of a due date has been reached by a day: by counting the days between, one by one.
    fn reached(&self, due: Date, rung: i64, day: Date) -> bool {
        if !self.working {
            return day.days_since(due) >= rung;
        }
        if rung > 0 {
            let passed = (1..=day.days_since(due)).filter(|n| self.works(due.plus(*n))).count();
            return i64::try_from(passed).unwrap() >= rung;
        }
        // So many working days, or fewer, are left after this one up to the due date. A day of rest
        // counts as the working day before it.
        let left = (1..=due.days_since(day)).filter(|n| self.works(day.plus(*n))).count();
        i64::try_from(left).unwrap() <= -rung
    }
    /// The jobs run on a day.
    fn run(&mut self, day: Date) {
        for work in &self.work {
            if work.life != Life::Open || work.asked.is_some() {
                continue;
            }
            let highest = self.rungs.iter().copied().filter(|rung| self.reached(work.due, *rung, day)).max();
            let Some(rung) = highest else { continue };
            let before =
                self.told.iter().any(|(id, due, told)| (*id, *due) == (work.id, work.due) && *told >= rung);
            if !before {
                self.told.insert((work.id, work.due, rung));
            }
        }
    }
}

async fn told(head: &Client) -> (BTreeSet<(AssignmentId, Date, i64)>, usize) {
    let mut found = BTreeSet::new();
    let mut many = 0;
    let mut query = NoticesQuery { limit: 200.try_into().ok(), ..NoticesQuery::default() };
    loop {
        let page = head.query::<ListNotices>((), query.clone()).await.unwrap().reply;
        for one in page.items {
            if let (Some(assignment), Some(due), Some(rung)) = (one.assignment, one.due_on, one.rung) {
                many += 1;
                found.insert((assignment, due, i64::from(rung.get())));
            }
        }
        query.cursor = page.next;
        if query.cursor.is_none() {
            return (found, many);
        }
    }
}

async fn put_ladder(world: &World, model: &mut Model, chance: &mut Chance) {
    let admin = world.admin().await;
    let many = 1 + chance.below(6);
    let rungs: BTreeSet<i64> = (0..many).map(|_| chance.below(24) - 12).collect();
    model.rungs = rungs.into_iter().collect();
    model.working = chance.below(2) == 0;
    let rung =
        |days: &i64| Rung { days: (*days).try_into().unwrap(), tell: vec![Audience::Unit], at_once: false };
    let draft = LadderDraft {
        counting: if model.working { Counting::Working } else { Counting::Calendar },
        rungs: model.rungs.iter().map(rung).collect(),
        version: Some(admin.call::<ReadLadder>((), Nothing).await.unwrap().reply.version),
        ..LadderDraft::usual()
    };
    admin.call::<PutLadder>((), draft).await.unwrap();
}

/// The servers whose jobs run: this one and, where several may share the data, others.
async fn servers(world: &World) -> Vec<Arc<State>> {
    let mut all = vec![Arc::clone(&world.running.state)];
    if !world.running.state.db.is_sqlite() {
        all.push(world.another_server().await);
        all.push(world.another_server().await);
    }
    all
}

async fn one_life(world: &World, seed: u64, steps: usize) {
    let mut chance = Chance(seed);
    let (head, office, leader) =
        (world.head_of("Thôn Một").await, world.office().await, world.leader().await);
    let day = |n: i64| world.day(n);
    let mut model = Model {
        work: Vec::new(),
        rungs: Vec::new(),
        working: false,
        rest: [3, 4, 11, 25].map(day).into(),
        swapped: [8, 15].map(day).into(),
        told: BTreeSet::new(),
    };
    let admin = world.admin().await;
    let differing = |days: &BTreeSet<Date>, kind| {
        days.iter().map(|on| CalendarDay { on: *on, kind, name: name("Lễ") }).collect::<Vec<_>>()
    };
    let days =
        [differing(&model.rest, DayKind::Holiday), differing(&model.swapped, DayKind::Workday)].concat();
    let year = 2026_i64.try_into().unwrap();
    admin.call::<PutCalendarYear>(year, CalendarYearDraft { days, version: None }).await.unwrap();
    put_ladder(world, &mut model, &mut chance).await;
    let mut servers = servers(world).await;
    let reason = || Reason { reason: note("Vì trời mưa.") };
    for step in 0..steps {
        let which = usize::try_from(chance.below(64)).unwrap() % model.work.len().max(1);
        match (chance.below(12), model.work.get_mut(which)) {
            (0 | 1, _) | (_, None) => {
                let in_days = chance.below(24) - 8;
                let given = world.give("Thôn Một", in_days).await;
                let task = world.assignment(given).await.task.id;
                let due = world.day(in_days);
                model.work.push(Work { id: given, task, due, task_due: due, life: Life::Open, asked: None });
            }
            (2, Some(work)) => {
                let to = world.day(chance.below(24) - 8);
                let version = office.call::<ReadTask>(work.task, Nothing).await.unwrap().reply.version;
                let patch = TaskPatch { due: Some(due(to)), version: Some(version), ..TaskPatch::default() };
                office.call::<PatchTask>(work.task, patch).await.unwrap();
                if work.due == work.task_due && work.life != Life::Closed {
                    work.due = to;
                }
                work.task_due = to;
            }
            (3, Some(work)) if work.life == Life::Open => {
                work.life = Life::Submitted(world.complete(&head, work.id).await);
            }
            (4, Some(work)) => {
                if let Life::Submitted(report) = work.life {
                    let accept = chance.below(2) == 0;
                    let (verdict, reason) = if accept {
                        (Verdict::Accept, None)
                    } else {
                        (Verdict::Return, Some(note("Thiếu.")))
                    };
                    leader.call::<ReviewReport>(report, ReviewDraft { verdict, reason }).await.unwrap();
                    work.life = if accept { Life::Closed } else { Life::Open };
                    if accept {
                        work.asked = None;
                    }
                }
            }
            (5, Some(work)) => match work.life {
                Life::Open | Life::Submitted(_) => {
                    office.call::<PauseAssignment>(work.id, reason()).await.unwrap();
                    let report = if let Life::Submitted(report) = work.life { Some(report) } else { None };
                    work.life = Life::Paused(report);
                }
                Life::Paused(report) => {
                    office.call::<ResumeAssignment>(work.id, Nothing).await.unwrap();
                    work.life = report.map_or(Life::Open, Life::Submitted);
                }
                Life::Closed => {}
            },
            (6, Some(work)) if work.life != Life::Closed && chance.below(3) == 0 => {
                office.call::<CancelAssignment>(work.id, reason()).await.unwrap();
                work.life = Life::Closed;
            }
            (7, Some(work)) if work.life == Life::Open => match work.asked.take() {
                None => {
                    let asked = id();
                    let draft = ExtensionDraft {
                        assignment: work.id,
                        asked_due_on: work.due.plus(1 + chance.below(9)),
                        reason: note("Đường ngập."),
                        made_at: world.now(),
                    };
                    head.call::<PutExtension>(asked, draft).await.unwrap();
                    work.asked = Some(asked);
                }
                Some(asked) => {
                    let granted = chance.below(2) == 0;
                    let to = work.due.plus(1 + chance.below(9));
                    let decision = ExtensionDecision {
                        granted,
                        due_on: granted.then_some(to),
                        reason: Some(note("Đã xem xét.")),
                    };
                    leader.call::<DecideExtension>(asked, decision).await.unwrap();
                    if granted {
                        work.due = to;
                    }
                }
            },
            (8, _) if chance.below(4) == 0 => put_ladder(world, &mut model, &mut chance).await,
            // A server goes and another comes.
            (9, _) if servers.len() > 1 => {
                servers.pop();
                servers.push(world.another_server().await);
            }
            _ => world.clock.advance(TimeDelta::hours(1 + chance.below(50))),
        }
        if chance.below(3) == 0 {
            let runs = servers.iter().flat_map(|server| [warn(server), warn(server)]);
            for done in futures_util::future::join_all(runs).await {
                done.unwrap();
            }
            // A day of the ladder begins at seven in the morning, when the digests go out.
            let early = chrono::Timelike::hour(&(world.now().utc() + TimeDelta::hours(7))) < 7;
            model.run(world.today().plus(-i64::from(early)));
            let (found, many) = told(&head).await;
            assert_eq!(found, model.told, "seed {seed}, step {step}");
            assert_eq!(many, model.told.len(), "seed {seed}, step {step}: each once");
        }
    }
    assert!(!model.told.is_empty(), "seed {seed} told nothing");
}

on_both! {
    async fn the_same_is_told_as_by_the_plain_rules(world: &World) {
        let seed = std::env::var("DONDOC_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(20_261_120);
        let steps = std::env::var("DONDOC_STEPS").ok().and_then(|steps| steps.parse().ok()).unwrap_or(150);
        one_life(world, seed, steps).await;
    }
    async fn the_same_is_told_in_another_life(world: &World) {
        one_life(world, 7, 100).await;
    }
}

//! Carrying over and links against a plain re-statement of their rules, while work is given, linked
//! and unlinked, reported at any place of its line, reviewed and carried over in any order.
//! **Invariant: the model knows no SQL; no report is lost, and every figure says the same.**

use std::collections::{BTreeMap, BTreeSet};

use mobile_client::Client;
use openapi::{
    assignments::{Assignment, AssignmentId, AssignmentsQuery, CountAssignments, ListAssignments},
    carrying::{CarriedTask, CarryOver, CarryOverDraft, ListUnfinished, UnfinishedQuery},
    endpoint::Nothing,
    figures::{OverdueQuery, ReadOverdue, ReadStatistics, StatisticsQuery},
    links::{LinkTasks, UnlinkTasks},
    organisation::DueSoonDays,
    reports::{
        ListReports, ReportDraft, ReportId, ReportsQuery, ReviewDraft, ReviewReport, SubmitReport, Verdict,
    },
    tasks::{AssigneeRole, TaskDraft, TaskId},
    timeliness::{Facts, State, Tally, Timeliness},
    value::{Date, Limit},
};

use crate::{
    on_both,
    support::{World, due, given_to, id, note, report},
};

const VILLAGES: [&str; 2] = ["Thôn Một", "Thôn Hai"];

/// The usual seed.
const SEED: u64 = 20_261_120;

/// Chance that can be had again: SplitMix64.
struct Chance(u64);
impl Chance {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % u64::try_from(n).unwrap()).unwrap()
    }
    fn days(&mut self) -> i64 {
        i64::try_from(self.below(14)).unwrap() - 3
    }
}

/// What the model knows of an assignment.
struct Work {
    id: AssignmentId,
    task: TaskId,
    village: usize,
    facts: Facts,
    first_due: Date,
    times: i32,
    /// The reports that name it or count at it.
    reports: BTreeSet<ReportId>,
    earlier: Option<usize>,
    later: Option<usize>,
}

/// What the model knows of a report that completes.
struct Said {
    on: Date,
    reviewed: bool,
    /// Where it says that the work is done.
    places: Vec<usize>,
}

#[derive(Default)]
struct Model {
    work: Vec<Work>,
    links: BTreeSet<(TaskId, TaskId)>,
    said: BTreeMap<ReportId, Said>,
}

impl Model {
    fn end(&self, mut which: usize) -> usize {
        while let Some(later) = self.work[which].later {
            which = later;
        }
        which
    }
    /// What the unit of an assignment has that is linked to some tasks.
    fn beside(&self, of: &[TaskId], village: usize) -> BTreeSet<usize> {
        let linked = (0..self.work.len()).filter(|at| {
            let same = self.work[*at].village == village;
            let outside = !of.contains(&self.work[*at].task);
            same && outside && of.iter().any(|task| self.links.contains(&(*task, self.work[*at].task)))
        });
        linked.map(|at| self.end(at)).collect()
    }
    /// Every open assignment at which a report counts, and whether it speaks of all that is to be done.
    fn places(&self, named: usize) -> Vec<(usize, bool)> {
        let (end, village) = (self.end(named), self.work[named].village);
        let mut beside = self.beside(&[self.work[named].task, self.work[end].task], village);
        beside.retain(|at| *at != named && *at != end && self.work[*at].facts.state.is_open());
        let reached: BTreeSet<usize> = beside.iter().copied().chain([named, end]).collect();
        let whole = |at: usize| {
            let others = self.beside(&[self.work[at].task], village);
            let left =
                |other: &usize| matches!(self.work[*other].facts.state, State::Assigned | State::InProgress);
            !others.difference(&reached).any(left)
        };
        let own = BTreeSet::from([named, end]).into_iter().filter(|at| self.work[*at].facts.state.is_open());
        own.map(|at| (at, true)).chain(beside.iter().map(|at| (*at, whole(*at)))).collect()
    }
    fn reported(&mut self, named: usize, report: ReportId, completes: bool, on: Date) {
        let places = self.places(named);
        self.work[named].reports.insert(report);
        for (at, whole) in &places {
            let work = &mut self.work[*at];
            work.reports.insert(report);
            if completes && *whole {
                work.facts.state = State::Submitted;
                work.facts.finished_on = Some(work.facts.finished_on.map_or(on, |before| before.min(on)));
            } else if work.facts.state == State::Assigned {
                work.facts.state = State::InProgress;
            }
        }
        if completes {
            let places = places.into_iter().filter(|(_, whole)| *whole).map(|(at, _)| at).collect();
            self.said.insert(report, Said { on, reviewed: false, places });
        }
    }
    /// Where a report waits for a review.
    fn waits(&self, report: ReportId) -> Vec<usize> {
        let said = &self.said[&report];
        let waits = |at: &&usize| !said.reviewed && self.work[**at].facts.state == State::Submitted;
        said.places.iter().filter(waits).copied().collect()
    }
    fn reviewed(&mut self, report: ReportId, accepted: bool) {
        let waits = self.waits(report);
        let on = self.said[&report].on;
        self.said.get_mut(&report).unwrap().reviewed = true;
        for at in waits {
            let others = self.said.values().filter(|said| !said.reviewed && said.places.contains(&at));
            let earliest = others.map(|said| said.on).min();
            let facts = &mut self.work[at].facts;
            if accepted {
                (facts.state, facts.finished_on) = (State::Completed, Some(on));
            } else if earliest.is_some() {
                facts.finished_on = earliest;
            } else {
                (facts.state, facts.finished_on) = (State::InProgress, None);
            }
        }
    }
    /// What is unfinished of a task, wherever it stands.
    fn unfinished(&self, task: TaskId) -> Vec<usize> {
        let of = (0..self.work.len()).filter(|at| self.work[*at].task == task);
        let open = |at: &usize| matches!(self.work[*at].facts.state, State::Assigned | State::InProgress);
        of.map(|at| self.end(at)).filter(open).collect()
    }
    /// All reports of a piece of work up to an assignment.
    fn heard(&self, mut which: usize) -> BTreeSet<ReportId> {
        let mut heard = self.work[which].reports.clone();
        while let Some(earlier) = self.work[which].earlier {
            heard.extend(&self.work[earlier].reports);
            which = earlier;
        }
        heard
    }
    fn tally(&self, on: Date) -> Tally {
        let soon = DueSoonDays::try_from(3).unwrap();
        let mut tally = Tally::default();
        for judged in self.work.iter().filter_map(|work| work.facts.judge(on, soon)) {
            tally.add(judged.class, 1);
        }
        tally
    }
    fn overdue(&self, on: Date) -> BTreeMap<AssignmentId, (i32, Date)> {
        let soon = DueSoonDays::try_from(3).unwrap();
        let late = |work: &Work| {
            let judged = work.facts.judge(on, soon)?;
            let late = i32::try_from(judged.days_late).unwrap();
            (judged.class == Timeliness::OpenOverdue).then_some((work.id, (late, work.first_due)))
        };
        self.work.iter().filter_map(late).collect()
    }
}

struct People {
    heads: Vec<Client>,
    office: Client,
    leader: Client,
}

async fn tally(people: &People, as_of: Option<Date>) -> Tally {
    let query = StatisticsQuery { as_of, ..StatisticsQuery::default() };
    let total = people.leader.query::<ReadStatistics>((), query).await.unwrap().reply.total;
    let many = |count: openapi::value::Count| i64::from(count.get());
    Tally {
        done_on_time: many(total.done_on_time),
        done_late: many(total.done_late),
        open_in_time: many(total.open_in_time),
        open_overdue: many(total.open_overdue),
        no_deadline: many(total.no_deadline),
    }
}

async fn given(world: &World, model: &mut Model, chance: &mut Chance) {
    let mut units = Vec::new();
    let who: &[usize] = [&[0][..], &[1], &[0, 1]][chance.below(3)];
    for village in who {
        units.push(world.village(VILLAGES[*village]).await);
    }
    let by = world.day(chance.days());
    let (_, tasks) = world
        .issue(|draft| {
            vec![TaskDraft { due: due(by), assignees: vec![given_to(&units, AssigneeRole::ChuTri)], ..draft }]
        })
        .await;
    for one in world.of_task(tasks[0]).await {
        let facts = Facts { state: State::Assigned, due_on: Some(by), finished_on: None };
        let village = VILLAGES.iter().position(|name| *name == one.unit.name.as_str()).unwrap();
        model.work.push(Work {
            id: one.id,
            task: tasks[0],
            village,
            facts,
            first_due: by,
            times: 0,
            reports: BTreeSet::new(),
            earlier: None,
            later: None,
        });
    }
}

async fn carried(world: &World, people: &People, model: &mut Model, chance: &mut Chance, from: TaskId) {
    let open = model.unfinished(from);
    let wanted = (chance.below(3) > 0).then(|| world.day(chance.days() + 4));
    let directive = world.draft().await;
    let one = CarriedTask { task: id(), carried_from: from, units: vec![], due: wanted.map(due) };
    let task = one.task;
    let draft = CarryOverDraft { tasks: vec![one] };
    let answered = people.office.call::<CarryOver>(directive, draft.clone()).await;
    if open.is_empty() {
        assert_eq!(answered.unwrap_err().status(), 422);
        return;
    }
    answered.unwrap();
    assert_eq!(people.office.call::<CarryOver>(directive, draft).await.unwrap().status, 200);
    world.issue_draft(directive).await;
    let there = world.of_task(task).await;
    assert_eq!(there.len(), open.len());
    let neighbours: Vec<TaskId> =
        model.links.iter().filter(|link| link.0 == from).map(|link| link.1).collect();
    model.links.extend(neighbours.iter().flat_map(|other| [(task, *other), (*other, task)]));
    for at in open {
        let village = model.work[at].village;
        let new = there.iter().find(|one| one.unit.name.as_str() == VILLAGES[village]).unwrap();
        let next = model.work.len();
        let before = &mut model.work[at];
        // In plain words, and not as the program says it.
        let due_on = match before.facts.due_on.unwrap() {
            late if late < world.today() => late,
            in_time => wanted.unwrap_or(in_time),
        };
        let work = Work {
            id: new.id,
            task,
            village,
            facts: Facts { due_on: Some(due_on), ..before.facts },
            first_due: before.first_due,
            times: before.times + 1,
            reports: BTreeSet::new(),
            earlier: Some(at),
            later: None,
        };
        before.facts.state = State::Cancelled;
        before.later = Some(next);
        model.work.push(work);
    }
}

/// Everything the program says is what the model knows.
async fn compare(world: &World, people: &People, model: &Model, step: usize) {
    let query = AssignmentsQuery { limit: Limit::try_from(200).ok(), ..AssignmentsQuery::default() };
    let listed = people.leader.query::<ListAssignments>((), query.clone()).await.unwrap().reply.items;
    assert_eq!(listed.len(), model.work.len(), "step {step}");
    let by_id: BTreeMap<AssignmentId, &Assignment> = listed.iter().map(|one| (one.id, one)).collect();
    for (which, work) in model.work.iter().enumerate() {
        let one = by_id[&work.id];
        let facts = Facts { state: one.state, due_on: one.due_on, finished_on: one.finished_on };
        assert_eq!(facts, work.facts, "step {step}");
        assert_eq!(
            (one.carried_times.get(), one.original_due_on),
            (work.times, Some(work.first_due)),
            "step {step}"
        );
        let all = ReportsQuery { limit: Limit::try_from(200).ok(), ..ReportsQuery::default() };
        let heard = people.leader.query::<ListReports>(work.id, all).await.unwrap().reply.items;
        let found: BTreeSet<ReportId> = heard.iter().map(|one| one.id).collect();
        assert_eq!((heard.len(), found), (model.heard(which).len(), model.heard(which)), "step {step}");
    }
    let today = world.today();
    let expected = model.tally(today);
    assert_eq!(tally(people, None).await, expected, "step {step}");
    let rows = people.leader.query::<ReadOverdue>((), OverdueQuery::default()).await.unwrap().reply.items;
    let late: BTreeMap<_, _> =
        rows.iter().map(|row| (row.assignment, (row.days_late.get(), row.original_due_on))).collect();
    assert_eq!(late, model.overdue(today), "step {step}");
    let counts = people.leader.call::<CountAssignments>((), Nothing).await.unwrap().reply;
    assert_eq!(i64::from(counts.overdue.get()), expected.open_overdue, "step {step}");
    let overdue = AssignmentsQuery { timeliness: Some(Timeliness::OpenOverdue), ..query };
    let listed = people.leader.query::<ListAssignments>((), overdue).await.unwrap().reply.items;
    assert_eq!(i64::try_from(listed.len()).unwrap(), expected.open_overdue, "step {step}");
    let asked = UnfinishedQuery { limit: Limit::try_from(200).ok(), ..UnfinishedQuery::default() };
    let left = people.leader.query::<ListUnfinished>((), asked).await.unwrap().reply.items;
    let open = |work: &&Work| matches!(work.facts.state, State::Assigned | State::InProgress);
    assert_eq!(left.len(), model.work.iter().filter(open).count(), "step {step}");
}

async fn one_life(world: &World, seed: u64, steps: usize) {
    let mut chance = Chance(seed);
    let mut heads = Vec::new();
    for village in VILLAGES {
        heads.push(world.head_of(village).await);
    }
    let people = People { heads, office: world.office().await, leader: world.leader().await };
    let mut model = Model::default();
    let mut past = BTreeMap::new();
    for step in 0..steps {
        let which = chance.below(64) % model.work.len().max(1);
        match chance.below(10) {
            _ if model.work.len() < 3 => given(world, &mut model, &mut chance).await,
            0 => given(world, &mut model, &mut chance).await,
            1 | 2 => {
                let ends = (model.work[which].task, model.work[chance.below(model.work.len())].task);
                if ends.0 != ends.1 && model.links.remove(&ends) {
                    model.links.remove(&(ends.1, ends.0));
                    people.office.call::<UnlinkTasks>(ends, Nothing).await.unwrap();
                } else if ends.0 != ends.1 {
                    model.links.extend([ends, (ends.1, ends.0)]);
                    people.office.call::<LinkTasks>(ends, Nothing).await.unwrap();
                }
            }
            3..=5 => {
                let completes = chance.below(2) == 0;
                let new = id();
                let draft = ReportDraft { completes, ..report(world, model.work[which].id) };
                let head = &people.heads[model.work[which].village];
                head.call::<SubmitReport>(new, draft.clone()).await.unwrap();
                assert_eq!(head.call::<SubmitReport>(new, draft).await.unwrap().status, 200);
                model.reported(which, new, completes, world.today());
            }
            6 | 7 => {
                let Some(report) = model.said.keys().nth(chance.below(64) % model.said.len().max(1)).copied()
                else {
                    continue;
                };
                let accepted = chance.below(2) == 0;
                let verdict = if accepted { Verdict::Accept } else { Verdict::Return };
                let draft = ReviewDraft { verdict, reason: (!accepted).then(|| note("Thiếu.")) };
                let answered = people.leader.call::<ReviewReport>(report, draft).await;
                if model.waits(report).is_empty() {
                    // Reviewed before, perhaps in the same words; or nothing waits for it any more.
                    assert!(answered.map_or_else(|failed| failed.status() == 409, |done| done.status == 200));
                } else {
                    answered.unwrap();
                    model.reviewed(report, accepted);
                }
            }
            8 => {
                let task = model.work[which].task;
                carried(world, &people, &mut model, &mut chance, task).await;
            }
            _ => {
                let today = world.today();
                past.insert(today, model.tally(today));
                world.days_pass(1 + i64::try_from(chance.below(2)).unwrap());
            }
        }
        compare(world, &people, &model, step).await;
    }
    for (day, then) in past {
        assert_eq!(tally(&people, Some(day)).await, then, "what was true then is still told");
    }
    // Not every seed comes to everything; the usual one does.
    let everything = model.work.iter().any(|work| work.times > 1) && !model.said.is_empty();
    assert!(everything || seed != SEED, "work was carried over twice, and reported");
}

on_both! {
    async fn whatever_the_order_no_report_is_lost_and_all_figures_agree(world: &World) {
        let seed = std::env::var("DONDOC_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(SEED);
        one_life(world, seed, 70).await;
    }
}

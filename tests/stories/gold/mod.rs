//! Three documents of real communes, from the clerk's hand to the overdue list. **Invariant: nothing
//! is left out on the way in, and nothing is counted by the rules that are under test.**

mod commune;
mod count;
mod enter;
mod figures;
mod read;
mod rebuild;
mod run;
mod script;

use std::collections::BTreeSet;

use mobile_client::Client;
use openapi::{
    directives::{Directive, DirectiveId, ReadDirective},
    endpoint::Nothing,
    organisation::{PatchSettings, ReadSettings, SettingsPatch},
    tasks::{ReadTask, Task, TaskId, TasksQuery},
    value::Date,
};

use self::{
    commune::{Commune, Means},
    enter::Entered,
    read::{Gold, Seed},
    run::Life,
};
use crate::{
    on_both,
    support::{World, name},
};

on_both! {
    async fn the_programme_of_a_month_goes_in_whole_and_its_overdue_list_is_right(world: &World) {
        the_whole_way(world, "001").await;
    }

    async fn the_resolution_of_a_term_goes_in_whole_and_its_overdue_list_is_right(world: &World) {
        the_whole_way(world, "002").await;
    }

    async fn the_conclusion_of_a_monthly_meeting_goes_in_whole_and_its_overdue_list_is_right(world: &World) {
        the_whole_way(world, "004").await;
    }
}

/// The day on which the clerk enters the document: after its meeting, or after the last day it cites.
fn day_of_entry(gold: &Gold) -> Date {
    let day = match gold.document.meeting_on {
        Some(meeting) => Date::of(meeting).plus(1),
        None => "2025-11-20".parse().unwrap(),
    };
    assert!(day <= Date::of(gold.document.period.to));
    day
}

async fn read_task(client: &Client, task: TaskId) -> Task {
    client.call::<ReadTask>(task, Nothing).await.unwrap().reply
}
async fn read_directive(client: &Client, directive: DirectiveId) -> Directive {
    client.call::<ReadDirective>(directive, Nothing).await.unwrap().reply
}

async fn the_whole_way(world: &World, number: &str) {
    let Some(seed) = read::seed(number) else { return };
    world.clock.set(script::morning(day_of_entry(&seed.gold)));
    call_the_commune(world, &seed.gold.document.commune).await;
    let commune = Commune::of(&seed.gold, world).await;
    let office = world.office().await;
    let entered = enter::enter(&office, &seed, &commune).await;
    nothing_is_left_out(&office, number, &seed, &commune, &entered).await;
    let mut life = Life::issue(world, &seed, &commune, &entered).await;
    live(&mut life).await;
    only_the_office_added(&mut life, number).await;
}

/// One organisation is one commune: its name says which.
async fn call_the_commune(world: &World, commune: &str) {
    let admin = world.admin().await;
    let settings = admin.call::<ReadSettings>((), Nothing).await.unwrap().reply;
    let patch =
        SettingsPatch { name: Some(name(&format!("Đảng bộ {commune}"))), ..SettingsPatch::default() };
    admin.change::<PatchSettings>((), settings.version, patch).await.unwrap();
}

/// What the API gives back is the gold file again.
async fn nothing_is_left_out(
    office: &Client,
    number: &str,
    seed: &Seed,
    commune: &Commune,
    entered: &Entered,
) {
    let gold = &seed.gold;
    let rebuilt = rebuild::rebuild(office, entered.directive.id, number).await;
    assert_eq!(rebuilt.document, gold.document);
    for (rebuilt, gold) in rebuilt.directives.iter().zip(&gold.directives) {
        assert_eq!(rebuilt, gold);
    }
    assert_eq!(rebuilt.directives.len(), gold.directives.len());
    assert_eq!(rebuilt.body, seed.text);
    context_gives_no_work(&rebuilt.body, gold, &rebuilt.directives);
    nobody_and_no_date_are_seen(office, gold, commune, entered).await;
}

/// Every task stands in the body, in printed order, outside the stretches that give no work.
fn context_gives_no_work(body: &str, gold: &Gold, directives: &[read::Directive]) {
    let flat = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let body = flat(body);
    let mut stretches = Vec::new();
    for span in &gold.context_spans {
        assert!(!span.why.is_empty());
        let from = body.find(&flat(&span.from)).unwrap();
        let end = flat(&span.to);
        let to = from + body[from..].find(&end).unwrap() + end.len();
        stretches.push(from..to);
    }
    for heading in &gold.context_sections {
        assert!(body.contains(&flat(heading)));
    }
    let mut reached = 0;
    for directive in directives {
        let words = flat(&directive.text);
        let mut hits = body[reached..].match_indices(&words).map(|(at, _)| reached + at);
        let outside = |at: &usize| stretches.iter().all(|s| at + words.len() <= s.start || *at >= s.end);
        reached = hits.find(outside).unwrap_or_else(|| panic!("{} is not in the body", directive.id));
    }
}

/// "Nobody yet" and "no due date" are counted and listed, not hidden.
async fn nobody_and_no_date_are_seen(office: &Client, gold: &Gold, commune: &Commune, entered: &Entered) {
    let (mut unassigned, mut undated) = (BTreeSet::new(), BTreeSet::new());
    for task in &entered.tasks {
        let said = &gold.directives[task.number];
        let bound = said
            .assignees
            .iter()
            .any(|a| *commune.meaning(&a.kind, &a.name, a.canonical.as_deref()) != Means::Nobody);
        if task.stage > 0 || !bound {
            unassigned.insert(task.id);
        }
        let dated = said.deadline.as_ref().is_some_and(|deadline| deadline.due_on.is_some());
        if task.stage == 0 && !dated && said.recurrence.is_none() {
            undated.insert(task.id);
        }
    }
    let directive = entered.directive.id;
    let progress = read_directive(office, directive).await.progress;
    let seen = [progress.tasks, progress.unassigned_tasks, progress.undated_tasks, progress.assignments]
        .map(|count| usize::try_from(count.get()).unwrap());
    assert_eq!(seen, [entered.tasks.len(), unassigned.len(), undated.len(), 0]);
    let query = TasksQuery { unassigned: Some(true), ..TasksQuery::default() };
    let listed = rebuild::tasks_of(office, directive, query).await;
    assert_eq!(listed.iter().map(|task| task.id).collect::<BTreeSet<_>>(), unassigned);
    let query = TasksQuery { undated: Some(true), ..TasksQuery::default() };
    let listed = rebuild::tasks_of(office, directive, query).await;
    assert_eq!(listed.iter().map(|task| task.id).collect::<BTreeSet<_>>(), undated);
}

/// The work opens what begins today.
async fn open_rounds(world: &World) {
    api::jobs::open_periods(&world.running.state).await.unwrap();
}

/// Goes through every day on which anything happens; then asks about all of them again.
async fn live(life: &mut Life<'_>) {
    let days = life.days();
    for (number, day) in days.iter().enumerate() {
        life.live(*day).await;
        if number % 5 == 0 || Some(day) == days.last() {
            life.learn().await;
        }
        let office = life.office().await;
        figures::compare(life, &office, *day).await;
    }
    every_class_has_work(life);
    let leader = life.leader().await;
    for day in &days {
        figures::compare_past(life, &leader, *day).await;
    }
    let last = life.world.today();
    figures::compare_parts(life, &leader, last).await;
    let overseer = life.world.sign_in("uy.vien").await;
    figures::compare_own(life, &overseer, last, &life.watched).await;
    for unit in 0..life.commune.units.len() {
        if let Some(reporter) = life.reporter(unit).await {
            figures::compare_own(life, &reporter, last, &[unit]).await;
        }
    }
}

/// A count of nothing proves nothing.
fn every_class_has_work(life: &Life<'_>) {
    let sums = count::sums(&life.jobs, life.world.today(), 0, |_| ())[&()];
    let classes = [sums.done_on_time, sums.done_late, sums.open_in_time, sums.open_overdue, sums.no_deadline];
    assert!(classes.iter().all(|class| *class > 0), "{sums:?}");
}

/// After all that, the document says what it said; and what the office gave and dated is marked as
/// the office's.
async fn only_the_office_added(life: &mut Life<'_>, number: &str) {
    let gold = &life.seed.gold;
    let office = life.office().await;
    life.put_together(&office).await;
    let rebuilt = rebuild::rebuild(&office, life.directive, number).await;
    assert_eq!(rebuilt.document, gold.document);
    for (rebuilt, said) in rebuilt.directives.iter().zip(&gold.directives) {
        let mut expected = said.clone();
        if let Some(day) = count::office_date(gold, said) {
            expected.deadline = Some(read::Deadline {
                raw: said.deadline.as_ref().map(|deadline| deadline.raw.clone()).unwrap_or_default(),
                kind: read::Precision::Date,
                due_on: Some(day.get()),
                basis: "office".to_owned(),
                printed_in: None,
            });
        }
        if said.assignees.is_empty() {
            let given = said.suggested_assignees.iter().map(|suggestion| read::Assignee {
                name: suggestion.name.clone(),
                kind: suggestion.kind.clone(),
                role: "chu_tri".to_owned(),
                basis: "office".to_owned(),
                via: None,
                canonical: None,
            });
            expected.assignees = given.collect();
        }
        assert_eq!(*rebuilt, expected);
    }
}

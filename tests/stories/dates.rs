//! Due dates that an event gives.

use openapi::{
    calendar::{NamedEventDraft, NamedEventId, NamedEventPatch, PatchNamedEvent, PutNamedEvent},
    directives::{DirectiveId, ReadDirective},
    endpoint::Nothing,
    figures::{ReadStatistics, StatisticsQuery},
    tasks::{
        AssigneeRole, Due, DuePrecision, DueSource, EventRelation, ListTasks, TaskDraft, TaskId, TasksQuery,
    },
    timeliness::Timeliness,
    units::UnitId,
    value::{Date, Version},
};

use crate::{
    on_both,
    support::{World, given_to, id, name},
};

/// A piece of work before an event, at it, and around it.
async fn issue_three(world: &World, event: NamedEventId, unit: UnitId) -> (DirectiveId, Vec<TaskId>) {
    world
        .issue(|draft| {
            let by = |relation| TaskDraft {
                due: Due {
                    precision: Some(DuePrecision::Event),
                    source: DueSource::Event,
                    event: Some(event),
                    relation: Some(relation),
                    ..Due::none()
                },
                assignees: vec![given_to(&[unit], AssigneeRole::ChuTri)],
                ..draft.clone()
            };
            vec![by(EventRelation::Before), by(EventRelation::At), by(EventRelation::Around)]
        })
        .await
}
async fn dates(world: &World, tasks: &[TaskId]) -> Vec<Option<Date>> {
    let mut dates = Vec::new();
    for task in tasks {
        dates.push(world.of_task(*task).await[0].due_on);
    }
    dates
}
/// The tasks said to have a date, and those said to have none.
async fn dated_and_not(world: &World, directive: DirectiveId) -> [Vec<TaskId>; 2] {
    let office = world.office().await;
    let mut listed = [Vec::new(), Vec::new()];
    for (undated, listed) in [false, true].into_iter().zip(&mut listed) {
        let query = TasksQuery { undated: Some(undated), ..TasksQuery::default() };
        let page = office.query::<ListTasks>(directive, query).await.unwrap().reply;
        listed.extend(page.items.iter().map(|task| task.id));
        listed.sort();
    }
    let progress = office.call::<ReadDirective>(directive, Nothing).await.unwrap().reply.progress;
    assert_eq!(usize::try_from(progress.undated_tasks.get()), Ok(listed[1].len()));
    listed
}

on_both! {
    async fn an_event_gives_its_day_to_what_is_before_or_at_it_and_none_to_what_lies_around_it(world: &World) {
        let (office, unit) = (world.office().await, world.village("Thôn Một").await);
        let fair = NamedEventDraft { name: name("Hội chợ"), from: Some(world.day(10)), to: Some(world.day(12)) };
        let event = id();
        office.call::<PutNamedEvent>(event, fair).await.unwrap();
        let (directive, tasks) = issue_three(world, event, unit).await;
        assert_eq!(dates(world, &tasks).await, [Some(world.day(9)), Some(world.day(12)), None]);
        assert_eq!(dated_and_not(world, directive).await, [tasks[..2].to_vec(), tasks[2..].to_vec()]);
    }

    async fn what_was_finished_before_its_event_had_a_day_is_judged_by_that_day(world: &World) {
        let (office, leader, unit) = (world.office().await, world.leader().await, world.village("Thôn Một").await);
        let head = world.head_of("Thôn Một").await;
        let event = id();
        let session = NamedEventDraft { name: name("Kỳ họp"), from: None, to: None };
        office.call::<PutNamedEvent>(event, session).await.unwrap();
        let (_, tasks) = issue_three(world, event, unit).await;
        let (early, late) = (world.of_task(tasks[0]).await[0].id, world.of_task(tasks[1]).await[0].id);
        world.complete(&head, early).await;
        assert_eq!(world.assignment(early).await.standing.class, Some(Timeliness::NoDeadline));
        world.days_pass(10);
        world.complete(&head, late).await;
        // The clerk enters it after it was: on the fifth day.
        let date = async |day: i64, version: Version| {
            let from = openapi::value::Change::Set(world.day(day));
            let patch = NamedEventPatch { from, ..NamedEventPatch::default() };
            office.change::<PatchNamedEvent>(event, version, patch).await.unwrap().reply.version
        };
        let version = date(-5, Version::FIRST).await;
        let first = world.assignment(early).await;
        assert_eq!((first.due_on, first.original_due_on, first.standing.class), (Some(world.day(-6)), Some(world.day(-6)), Some(Timeliness::DoneOnTime)));
        assert_eq!(world.assignment(late).await.standing.class, Some(Timeliness::DoneLate));
        let figures = leader.query::<ReadStatistics>((), StatisticsQuery::default()).await.unwrap().reply.total;
        assert_eq!((figures.done_on_time.get(), figures.done_late.get()), (1, 1));
        // What was judged once is not judged anew when the event moves.
        date(20, version).await;
        assert_eq!(world.assignment(late).await.standing.class, Some(Timeliness::DoneLate));
    }

    async fn work_is_without_a_date_until_its_event_has_one(world: &World) {
        let (office, unit) = (world.office().await, world.village("Thôn Một").await);
        let event = id();
        let session = NamedEventDraft { name: name("Kỳ họp"), from: None, to: None };
        office.call::<PutNamedEvent>(event, session).await.unwrap();
        let (directive, tasks) = issue_three(world, event, unit).await;
        assert_eq!(dates(world, &tasks).await, [None; 3]);
        assert_eq!(dated_and_not(world, directive).await, [Vec::new(), tasks.clone()]);
        let day = openapi::value::Change::Set(world.day(20));
        let patch = NamedEventPatch { from: day, ..NamedEventPatch::default() };
        office.change::<PatchNamedEvent>(event, Version::FIRST, patch).await.unwrap();
        assert_eq!(dates(world, &tasks).await, [Some(world.day(19)), Some(world.day(20)), None]);
        assert_eq!(dated_and_not(world, directive).await, [tasks[..2].to_vec(), tasks[2..].to_vec()]);
    }
}

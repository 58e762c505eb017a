//! Due dates that an event gives.

use openapi::{
    calendar::{NamedEventDraft, NamedEventId, NamedEventPatch, PatchNamedEvent, PutNamedEvent},
    directives::{DirectiveId, ReadDirective},
    endpoint::Nothing,
    tasks::{
        AssigneeRole, Due, DuePrecision, DueSource, EventRelation, ListTasks, TaskDraft, TaskId, TasksQuery,
    },
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

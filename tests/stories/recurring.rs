//! Recurring work: one assignment for each unit and period, opened by the reconciler.

use api::jobs::open_periods;
use openapi::{
    assignments::{CancelAssignment, Reason},
    endpoint::Nothing,
    problem::FieldCode,
    tasks::{AssigneeRole, Basis, Cycle, Due, Nature, PutTask, Recurrence, TaskDraft},
    units::{MergeUnit, PatchUnit, ReadUnit, UnitMerger, UnitPatch},
    value::Change,
};

use crate::{
    on_both,
    support::{World, due, given_to, id, note, task},
};

fn monthly(world: &World, months: i64) -> Recurrence {
    Recurrence {
        text: None,
        per: Cycle::Month,
        times: 2.try_into().ok(),
        basis: Basis::Explicit,
        from: None,
        until: Some(world.day(months * 30)),
    }
}

on_both! {
    async fn each_period_opens_once_however_often_the_job_runs(world: &World) {
        let (one, two) = (world.village("Thôn Một").await, world.village("Thôn Hai").await);
        let (_, tasks) = world
            .issue(|draft| {
                let assignees = vec![given_to(&[one, two], AssigneeRole::ChuTri)];
                let recurrence = Some(monthly(world, 4));
                vec![TaskDraft { nature: Nature::Recurring, recurrence, assignees, ..draft }]
            })
            .await;
        let dates = |assignments: Vec<openapi::assignments::Assignment>| -> Vec<String> {
            let mut dates: Vec<_> = assignments.iter().filter_map(|a| a.due_on.map(|d| d.to_string())).collect();
            dates.sort();
            dates
        };
        assert_eq!(dates(world.of_task(tasks[0]).await), ["2026-11-30", "2026-11-30"]);
        world.days_pass(45);
        for _ in 0..3 {
            open_periods(&world.running.state).await.unwrap();
        }
        let now = dates(world.of_task(tasks[0]).await);
        assert_eq!(now, ["2026-11-30", "2026-11-30", "2026-12-31", "2026-12-31", "2027-01-31", "2027-01-31"]);
        world.days_pass(365);
        open_periods(&world.running.state).await.unwrap();
        assert_eq!(world.of_task(tasks[0]).await.len(), 10, "it ends on its last day, 20 March");
    }

    async fn work_that_begins_after_the_issue_opens_on_its_first_day(world: &World) {
        let one = world.village("Thôn Một").await;
        let (_, tasks) = world
            .issue(|draft| {
                let assignees = vec![given_to(&[one], AssigneeRole::ChuTri)];
                let recurrence = Some(Recurrence { from: Some(world.day(11)), ..monthly(world, 4) });
                vec![TaskDraft { nature: Nature::Recurring, recurrence, assignees, ..draft }]
            })
            .await;
        open_periods(&world.running.state).await.unwrap();
        assert!(world.of_task(tasks[0]).await.is_empty(), "it begins on 1 December");
        world.days_pass(11);
        for _ in 0..2 {
            open_periods(&world.running.state).await.unwrap();
        }
        let opened = world.of_task(tasks[0]).await;
        let periods: Vec<_> = opened.iter().map(|a| (a.unit.id, a.due_on.unwrap().to_string())).collect();
        assert_eq!(periods, [(one, "2026-12-31".to_owned())]);
    }

    async fn a_unit_that_has_ended_gets_no_more_of_it(world: &World) {
        let (one, two, three) =
            (world.village("Thôn Một").await, world.village("Thôn Hai").await, world.village("Thôn Ba").await);
        let head = world.head_of("Thôn Một").await;
        let (_, tasks) = world
            .issue(|draft| {
                let assignees = vec![given_to(&[one, three], AssigneeRole::PhoiHop)];
                let recurrence = Some(monthly(world, 4));
                vec![TaskDraft { nature: Nature::Recurring, recurrence, assignees, ..draft }]
            })
            .await;
        let first = world.of_task(tasks[0]).await.into_iter().find(|work| work.unit.id == one).unwrap();
        world.complete(&head, first.id).await;
        // One is merged into another village that goes on with it; another ends with nobody after it.
        let admin = world.admin().await;
        let merger = UnitMerger { into: two, on: world.today(), reason: note("Sáp nhập thôn.") };
        admin.call::<MergeUnit>(one, merger).await.unwrap();
        let ended = admin.call::<ReadUnit>(three, Nothing).await.unwrap().reply;
        let patch = UnitPatch { valid_to: Change::Set(world.day(5)), ..UnitPatch::default() };
        admin.change::<PatchUnit>(three, ended.version, patch).await.unwrap();
        world.days_pass(45);
        open_periods(&world.running.state).await.unwrap();
        let mut opened: Vec<_> = world.of_task(tasks[0]).await.iter().map(|work| (work.due_on.unwrap().to_string(), work.unit.id)).collect();
        opened.sort();
        let mut expected = vec![("2026-11-30".to_owned(), one), ("2026-11-30".to_owned(), three), ("2026-12-31".to_owned(), two), ("2027-01-31".to_owned(), two)];
        expected.sort();
        assert_eq!(opened, expected);
    }

    async fn a_due_date_is_kept_or_refused_and_never_dropped(world: &World) {
        let (office, one) = (world.office().await, world.village("Thôn Một").await);
        let assignees = vec![given_to(&[one], AssigneeRole::ChuTri)];
        let (_, tasks) = world
            .issue(|draft| vec![TaskDraft { nature: Nature::Standing, due: due(world.day(9)), assignees: assignees.clone(), ..draft }])
            .await;
        assert_eq!(world.of_task(tasks[0]).await[0].due_on, Some(world.day(9)), "what stands by a day is due by it");
        let directive = world.draft().await;
        let again = TaskDraft {
            nature: Nature::Recurring,
            recurrence: Some(monthly(world, 4)),
            due: due(world.day(9)),
            ..task(directive, "Báo cáo hằng tháng")
        };
        match office.call::<PutTask>(id(), again.clone()).await.unwrap_err() {
            mobile_client::Failed::Refused(problem) => {
                let found: Vec<_> = problem.fields.iter().map(|field| (field.pointer.to_string(), field.code)).collect();
                assert_eq!(found, [("/due/on".to_owned(), FieldCode::NotAllowedHere)]);
            }
            other => panic!("{other}"),
        }
        let words = Due { on: None, text: Some("trước ngày 25 hằng tháng".parse().unwrap()), ..again.due.clone() };
        office.call::<PutTask>(id(), TaskDraft { due: words, ..again }).await.unwrap();
    }

    async fn what_was_cancelled_is_not_given_again(world: &World) {
        let one = world.village("Thôn Một").await;
        let (_, tasks) = world
            .issue(|draft| {
                let assignees = vec![given_to(&[one], AssigneeRole::ChuTri)];
                let recurrence = Some(monthly(world, 4));
                vec![TaskDraft { nature: Nature::Recurring, recurrence, assignees, ..draft }]
            })
            .await;
        let given = world.of_task(tasks[0]).await[0].id;
        let office = world.office().await;
        let reason = Reason { reason: note("Thôn không còn việc này.") };
        office.call::<CancelAssignment>(given, reason).await.unwrap();
        open_periods(&world.running.state).await.unwrap();
        world.days_pass(45);
        open_periods(&world.running.state).await.unwrap();
        assert_eq!(world.of_task(tasks[0]).await.iter().map(|a| a.id).collect::<Vec<_>>(), [given]);
    }
}

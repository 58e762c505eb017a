//! Assignments: received, paused, cancelled, handed over, listed, and remembered.

use openapi::{
    assignments::{
        AcknowledgeAssignment, Acknowledgement, AssignmentOrder, AssignmentsQuery, CancelAssignment,
        CountAssignments, HistoryKind, ListAssignments, ListHistory, PauseAssignment, Reason,
        ReassignAssignment, Reassignment, ResumeAssignment,
    },
    endpoint::Nothing,
    problem::Code,
    tasks::{AssigneeRole, TaskDraft},
    timeliness::{State, Timeliness},
    units::{MergeUnit, UnitKind, UnitMerger},
    value::Limit,
};

use crate::{
    on_both,
    support::{World, class, due, given_to, id, note, report},
};

fn reason(text: &str) -> Reason {
    Reason { reason: note(text) }
}

on_both! {
    async fn a_receipt_ends_i_never_got_it(world: &World) {
        let head = world.head_of("Thôn Đồng Sim").await;
        let assignment = world.give("Thôn Đồng Sim", 5).await;
        let receipt = Acknowledgement { made_at: world.now() };
        let first = head.call::<AcknowledgeAssignment>(assignment, receipt).await.unwrap().reply;
        assert_eq!((first.state, first.acknowledged_at), (State::Acknowledged, Some(world.now())));
        world.days_pass(1);
        let again = head.call::<AcknowledgeAssignment>(assignment, Acknowledgement { made_at: world.now() }).await.unwrap().reply;
        assert_eq!(again.acknowledged_at, first.acknowledged_at);
        let leader = world.leader().await;
        let failed = leader.call::<AcknowledgeAssignment>(assignment, receipt).await.unwrap_err();
        assert_eq!(failed.status(), 403);
    }

    async fn paused_work_stands_aside_and_comes_back_as_it_was(world: &World) {
        let head = world.head_of("Thôn Đồng Sim").await;
        let office = world.office().await;
        let assignment = world.give("Thôn Đồng Sim", 1).await;
        head.call::<openapi::reports::SubmitReport>(id(), report(world, assignment)).await.unwrap();
        let paused = office.call::<PauseAssignment>(assignment, reason("Chờ vốn.")).await.unwrap().reply;
        assert_eq!((paused.state, paused.standing.class), (State::Paused, None));
        world.days_pass(5);
        assert_eq!(world.assignment(assignment).await.standing.class, None);
        let back = office.call::<ResumeAssignment>(assignment, Nothing).await.unwrap().reply;
        assert_eq!((back.state, back.standing.class), (State::InProgress, Some(Timeliness::OpenOverdue)));
        assert_eq!(office.call::<ResumeAssignment>(assignment, Nothing).await.unwrap().status, 200);
    }

    async fn cancelled_work_stays_cancelled(world: &World) {
        let office = world.office().await;
        let assignment = world.give("Thôn Đồng Sim", 1).await;
        office.call::<CancelAssignment>(assignment, reason("Thôi.")).await.unwrap();
        assert_eq!(office.call::<CancelAssignment>(assignment, reason("Thôi.")).await.unwrap().status, 200);
        let failed = office.call::<PauseAssignment>(assignment, reason("x")).await.unwrap_err();
        assert_eq!(failed.status(), 409);
        assert_eq!(world.assignment(assignment).await.standing.class, None);
    }

    async fn work_is_handed_to_another_unit_with_its_history(world: &World) {
        let head = world.head_of("Thôn Đồng Sim").await;
        let other = world.head_of("Thôn Hai").await;
        let office = world.office().await;
        let assignment = world.give("Thôn Đồng Sim", 1).await;
        let unit = world.village("Thôn Hai").await;
        let handover = Reassignment { unit, reason: note("Đúng địa bàn.") };
        office.call::<ReassignAssignment>(assignment, handover).await.unwrap();
        assert_eq!(head.call::<openapi::assignments::ReadAssignment>(assignment, Nothing).await.unwrap_err().status(), 404);
        let history = other.query::<ListHistory>(assignment, Default::default()).await.unwrap().reply;
        let kinds: Vec<HistoryKind> = history.items.iter().map(|entry| entry.kind).collect();
        assert_eq!(kinds, [HistoryKind::Assigned, HistoryKind::Reassigned]);
        assert_eq!(history.items[1].words, Some(note("Đúng địa bàn.")));
        assert_eq!(history.items[1].unit.id, unit);
    }

    async fn a_unit_is_not_given_the_same_work_twice(world: &World) {
        let office = world.office().await;
        let (one, two) = (world.village("Thôn Một").await, world.village("Thôn Hai").await);
        let (_, tasks) = world
            .issue(|draft| vec![TaskDraft { assignees: vec![given_to(&[one, two], AssigneeRole::ChuTri)], ..draft }])
            .await;
        let of_one = world.of_task(tasks[0]).await.into_iter().find(|a| a.unit.id == one).unwrap();
        let failed = office
            .call::<ReassignAssignment>(of_one.id, Reassignment { unit: two, reason: note("x") })
            .await
            .unwrap_err();
        match failed {
            mobile_client::Failed::Refused(problem) => assert_eq!(problem.code, Code::Duplicate),
            other => panic!("{other}"),
        }
    }

    async fn a_merged_village_hands_its_open_work_over(world: &World) {
        let head = world.head_of("Thôn Một").await;
        let admin = world.admin().await;
        let (one, two) = (world.village("Thôn Một").await, world.village("Thôn Hai").await);
        let both = world
            .issue(|draft| vec![TaskDraft { assignees: vec![class(UnitKind::Thon)], due: due(world.day(4)), ..draft }])
            .await
            .1[0];
        let own = world.give("Thôn Một", 3).await;
        let merger = UnitMerger { into: two, on: world.today(), reason: note("Sáp nhập thôn.") };
        let done = admin.call::<MergeUnit>(one, merger.clone()).await.unwrap().reply;
        assert_eq!([done.moved, done.cancelled, done.people].map(|n| n.get()), [1, 1, 1]);
        assert_eq!(done.unit.merged_into.as_ref().unwrap().id, two);
        assert_eq!(admin.call::<MergeUnit>(one, merger).await.unwrap().reply, done, "sent again, answered the same");
        assert_eq!(world.assignment(own).await.unit.id, two);
        let states: Vec<State> = world.of_task(both).await.iter().map(|a| a.state).collect();
        assert_eq!(states.iter().filter(|s| **s == State::Cancelled).count(), 1);
        assert_eq!(head.query::<ListAssignments>((), AssignmentsQuery::default()).await.unwrap().reply.items.len(), 2);
    }

    async fn lists_are_paged_without_gap_or_repetition(world: &World) {
        let unit = world.village("Thôn Một").await;
        world
            .issue(|draft| {
                let assignees = vec![given_to(&[unit], AssigneeRole::ChuTri)];
                (0..23)
                    .map(|n| {
                        let due = if n % 5 == 0 { openapi::tasks::Due::none() } else { due(world.day(n % 4)) };
                        TaskDraft { due, assignees: assignees.clone(), ..draft.clone() }
                    })
                    .collect()
            })
            .await;
        let leader = world.leader().await;
        for sort in [AssignmentOrder::DueOn, AssignmentOrder::UpdatedAt] {
            let mut seen = Vec::new();
            let mut query = AssignmentsQuery { limit: Limit::try_from(5).ok(), sort: Some(sort), ..AssignmentsQuery::default() };
            loop {
                let page = leader.query::<ListAssignments>((), query.clone()).await.unwrap().reply;
                seen.extend(page.items.iter().map(|a| (a.due_on, a.id)));
                match page.next {
                    Some(next) => query.cursor = Some(next),
                    None => break,
                }
            }
            let distinct: std::collections::BTreeSet<_> = seen.iter().map(|(_, id)| *id).collect();
            assert_eq!((seen.len(), distinct.len()), (23, 23), "{sort}");
            if sort == AssignmentOrder::DueOn {
                assert!(seen.is_sorted_by_key(|(due, _)| (due.is_none(), *due)));
            }
        }
    }

    async fn filters_and_counts_say_the_same(world: &World) {
        let head = world.head_of("Thôn Một").await;
        let (late, soon, done) = (world.give("Thôn Một", 1).await, world.give("Thôn Một", 6).await, world.give("Thôn Một", 9).await);
        world.complete(&head, done).await;
        world.days_pass(4);
        let counts = head.call::<CountAssignments>((), Nothing).await.unwrap().reply;
        let counted = [counts.overdue, counts.due_soon, counts.submitted, counts.unacknowledged].map(|n| n.get());
        assert_eq!(counted, [1, 1, 1, 2]);
        let list = async |query: AssignmentsQuery| -> Vec<_> {
            let page = head.query::<ListAssignments>((), query).await.unwrap().reply;
            page.items.into_iter().map(|a| a.id).collect()
        };
        let any = AssignmentsQuery::default;
        assert_eq!(list(AssignmentsQuery { timeliness: Some(Timeliness::OpenOverdue), ..any() }).await, [late]);
        assert_eq!(list(AssignmentsQuery { due_soon: Some(true), ..any() }).await, [soon]);
        assert_eq!(list(AssignmentsQuery { state: Some(State::Submitted), ..any() }).await, [done]);
        assert_eq!(list(AssignmentsQuery { timeliness: Some(Timeliness::OpenInTime), ..any() }).await, [soon, done]);
        assert_eq!(list(AssignmentsQuery { sort: Some(AssignmentOrder::DaysLate), ..any() }).await, [late]);
    }

    async fn an_overseer_of_several_units_turns_the_pages_of_one_list(world: &World) {
        const HIS: [&str; 2] = ["Thôn Một", "Thôn Hai"];
        // Not given in the order in which it is due.
        for due_in in [-1, 2, -3] {
            for village in ["Thôn Hai", "Thôn Ba", "Thôn Một"] {
                world.give(village, due_in).await;
            }
        }
        let (overseer, leader) = (world.overseer_of(&HIS).await, world.leader().await);
        for (sort, many) in [(AssignmentOrder::DueOn, 6), (AssignmentOrder::DaysLate, 4)] {
            let whole = AssignmentsQuery { sort: Some(sort), ..AssignmentsQuery::default() };
            let all = leader.query::<ListAssignments>((), whole.clone()).await.unwrap().reply.items;
            let his = all.into_iter().filter(|one| HIS.contains(&one.unit.name.as_str()));
            let expected: Vec<_> = his.map(|one| one.id).collect();
            assert_eq!(expected.len(), many);
            let mut query = AssignmentsQuery { limit: Limit::try_from(3).ok(), ..whole };
            let mut seen = Vec::new();
            loop {
                let page = overseer.query::<ListAssignments>((), query.clone()).await.unwrap().reply;
                seen.extend(page.items.into_iter().map(|one| one.id));
                query.cursor = page.next;
                if query.cursor.is_none() {
                    break;
                }
            }
            assert_eq!(seen, expected, "{sort:?}");
        }
    }

    async fn a_private_note_stays_with_those_who_may_see_it(world: &World) {
        let head = world.head_of("Thôn Một").await;
        let unit = world.village("Thôn Một").await;
        let overseer = world.overseer_of(&["Thôn Một"]).await;
        let (_, tasks) = world
            .issue(|draft| {
                let assignees = vec![given_to(&[unit], AssigneeRole::ChuTri)];
                vec![TaskDraft { assignees, private_note: Some(note("Hộ ông Mẫu")), ..draft }]
            })
            .await;
        let assignment = world.of_task(tasks[0]).await[0].clone();
        assert!(assignment.task.private_note.is_some(), "the leader sees it");
        for (client, sees) in [(&head, true), (&overseer, false), (&world.inspector().await, true)] {
            let seen = client.call::<openapi::assignments::ReadAssignment>(assignment.id, Nothing).await.unwrap().reply;
            assert_eq!(seen.task.private_note.is_some(), sees);
        }
    }
}

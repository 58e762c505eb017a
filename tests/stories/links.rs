//! Links: one piece of work given at several places. A unit reports once, every giver sees it.

use openapi::{
    access::KeyScope,
    assignments::{Assignment, AssignmentId, HistoryKind, ListHistory, ReassignAssignment, Reassignment},
    carrying::{CarriedTask, CarryOver, CarryOverDraft},
    directives::{CloseDirective, Closure, DirectiveId},
    endpoint::Nothing,
    figures::{ReadStatistics, StatisticsQuery},
    ledger::{AuditQuery, Deed, FeedQuery, ListAuditEvents, ReadFeed, Subject},
    links::{LinkTasks, LinkedQuery, ListLinkedToTask, ListLinkedWork, UnlinkTasks},
    problem::Code,
    reports::{
        ListReports, ReportDraft, ReportId, ReportsQuery, ReviewDraft, ReviewReport, SubmitReport, Verdict,
    },
    tasks::{AssigneeRole, Due, ReadTask, Task, TaskDraft, TaskId},
    timeliness::{State, Timeliness},
    value::Date,
};

use crate::{
    on_both,
    support::{World, due, given_to, id, note, report},
};

const ACCEPT: ReviewDraft = ReviewDraft { verdict: Verdict::Accept, reason: None };

fn returned(why: &str) -> ReviewDraft {
    ReviewDraft { verdict: Verdict::Return, reason: Some(note(why)) }
}

/// A directive with one task for some villages.
async fn given(
    world: &World,
    villages: &[&str],
    by: Option<Date>,
    role: AssigneeRole,
) -> (DirectiveId, TaskId) {
    let mut units = Vec::new();
    for village in villages {
        units.push(world.village(village).await);
    }
    let due = by.map_or_else(Due::none, due);
    let (directive, tasks) = world
        .issue(|draft| vec![TaskDraft { due: due.clone(), assignees: vec![given_to(&units, role)], ..draft }])
        .await;
    (directive, tasks[0])
}

async fn linked(world: &World, one: TaskId, other: TaskId) -> Task {
    world.office().await.call::<LinkTasks>((one, other), Nothing).await.unwrap().reply
}

async fn of(world: &World, task: TaskId, village: &str) -> Assignment {
    let unit = world.village(village).await;
    world.of_task(task).await.into_iter().find(|one| one.unit.id == unit).unwrap()
}

async fn reports_at(world: &World, assignment: AssignmentId) -> Vec<ReportId> {
    let leader = world.leader().await;
    let page = leader.query::<ListReports>(assignment, ReportsQuery::default()).await.unwrap().reply;
    page.items.into_iter().map(|one| one.id).collect()
}

on_both! {
    async fn a_unit_reports_once_and_one_review_settles_it_everywhere(world: &World) {
        use AssigneeRole::{ChuTri, PhoiHop};
        let head = world.head_of("Thôn Một").await;
        let (soon, later) = (world.day(2), world.day(9));
        let (_, house) = given(world, &["Thôn Một", "Thôn Hai"], Some(soon), ChuTri).await;
        let (_, front) = given(world, &["Thôn Một"], Some(later), ChuTri).await;
        let (_, helping) = given(world, &["Thôn Một"], Some(later), PhoiHop).await;
        let (_, other) = given(world, &["Thôn Một"], Some(later), ChuTri).await;
        linked(world, house, front).await;
        linked(world, helping, house).await;
        let own = of(world, house, "Thôn Một").await.id;
        let begun = id();
        head.call::<SubmitReport>(begun, report(world, own)).await.unwrap();
        for task in [house, front, helping] {
            let stands = of(world, task, "Thôn Một").await;
            assert_eq!((stands.state, stands.percent.map(|p| p.get()), stands.last_report.map(|last| last.id)), (State::InProgress, Some(50), Some(begun)));
            assert_eq!(reports_at(world, stands.id).await, [begun]);
        }
        assert_eq!(of(world, house, "Thôn Hai").await.state, State::Assigned, "another unit's work is its own");
        assert_eq!(of(world, other, "Thôn Một").await.state, State::Assigned, "what is not linked is not touched");
        world.days_pass(4);
        let done = world.complete(&head, own).await;
        let states = async || {
            let mut all = Vec::new();
            for task in [house, front, helping] {
                let one = of(world, task, "Thôn Một").await;
                all.push((one.state, one.standing.class));
            }
            all
        };
        // Who only helps needs no review, as ever.
        assert_eq!(states().await, [
            (State::Submitted, Some(Timeliness::OpenOverdue)),
            (State::Submitted, Some(Timeliness::OpenInTime)),
            (State::Completed, Some(Timeliness::DoneOnTime)),
        ]);
        let leader = world.leader().await;
        leader.call::<ReviewReport>(done, ACCEPT).await.unwrap();
        assert_eq!(leader.call::<ReviewReport>(done, ACCEPT).await.unwrap().status, 200);
        // One day of finishing, judged by each place's own due date.
        assert_eq!(states().await, [
            (State::Completed, Some(Timeliness::DoneLate)),
            (State::Completed, Some(Timeliness::DoneOnTime)),
            (State::Completed, Some(Timeliness::DoneOnTime)),
        ]);
        let of_front = of(world, front, "Thôn Một").await.id;
        let history = leader.query::<ListHistory>(of_front, Default::default()).await.unwrap().reply.items;
        use HistoryKind::{Accepted, Assigned, Reported};
        assert_eq!(history.iter().map(|entry| entry.kind).collect::<Vec<_>>(), [Assigned, Reported, Reported, Accepted]);
        let total = leader.query::<ReadStatistics>((), StatisticsQuery::default()).await.unwrap().reply.total;
        assert_eq!((total.total.get(), total.done_on_time.get(), total.done_late.get(), total.submitted.get()), (5, 2, 1, 0));
    }

    async fn what_is_returned_comes_back_everywhere(world: &World) {
        let head = world.head_of("Thôn Một").await;
        let by = Some(world.day(5));
        let (_, one) = given(world, &["Thôn Một"], by, AssigneeRole::ChuTri).await;
        let (_, two) = given(world, &["Thôn Một"], by, AssigneeRole::ChuTri).await;
        linked(world, one, two).await;
        let (of_one, of_two) = (of(world, one, "Thôn Một").await.id, of(world, two, "Thôn Một").await.id);
        // Written without signal on both, sent in either order.
        let second = world.complete(&head, of_two).await;
        let first = world.complete(&head, of_one).await;
        let leader = world.leader().await;
        leader.call::<ReviewReport>(first, returned("Thiếu ảnh.")).await.unwrap();
        for at in [of_one, of_two] {
            assert_eq!(world.assignment(at).await.state, State::Submitted, "the other report waits still, at both");
        }
        leader.call::<ReviewReport>(second, returned("Thiếu ảnh.")).await.unwrap();
        for at in [of_one, of_two] {
            let stands = world.assignment(at).await;
            assert_eq!((stands.state, stands.finished_on, stands.reason), (State::InProgress, None, Some(note("Thiếu ảnh."))));
        }
        // A correction may name a report of the other place.
        let correction = ReportDraft { corrects: Some(second), ..report(world, of_one) };
        assert_eq!(head.call::<SubmitReport>(id(), correction).await.unwrap().status, 201);
    }

    async fn one_part_done_is_not_the_whole(world: &World) {
        let head = world.head_of("Thôn Một").await;
        let by = Some(world.day(5));
        let (_, whole) = given(world, &["Thôn Một"], by, AssigneeRole::PhoiHop).await;
        let (_, one) = given(world, &["Thôn Một"], by, AssigneeRole::ChuTri).await;
        let (_, two) = given(world, &["Thôn Một"], by, AssigneeRole::ChuTri).await;
        linked(world, whole, one).await;
        linked(world, whole, two).await;
        let states = async || {
            let mut all = Vec::new();
            for task in [whole, one, two] {
                let stands = of(world, task, "Thôn Một").await;
                all.push((stands.state, stands.percent.map(|p| p.get())));
            }
            all
        };
        world.complete(&head, of(world, one, "Thôn Một").await.id).await;
        let begun = (State::InProgress, None);
        assert_eq!(states().await, [begun, (State::Submitted, Some(50)), (State::Assigned, None)]);
        world.complete(&head, of(world, two, "Thôn Một").await.id).await;
        let done = (State::Submitted, Some(50));
        assert_eq!(states().await, [(State::Completed, Some(50)), done, done]);
    }

    async fn every_giver_sees_the_others_and_nobody_sees_more_than_he_may(world: &World) {
        let (head, leader) = (world.head_of("Thôn Một").await, world.leader().await);
        let overseer = world.overseer_of(&["Thôn Hai"]).await;
        let by = Some(world.day(5));
        let (_, one) = given(world, &["Thôn Một"], by, AssigneeRole::ChuTri).await;
        let others = [world.village("Thôn Hai").await, world.village("Thôn Một").await];
        let (_, tasks) = world
            .issue(|draft| {
                let assignees = vec![given_to(&others, AssigneeRole::ChuTri)];
                vec![TaskDraft { assignees, private_note: Some(note("Hộ ông Mẫu")), ..draft }]
            })
            .await;
        linked(world, one, tasks[0]).await;
        let mine = of(world, one, "Thôn Một").await.id;
        let theirs = of(world, tasks[0], "Thôn Hai").await;
        let seen = async |client: &mobile_client::Client, at: AssignmentId| {
            let page = client.query::<ListLinkedWork>(at, LinkedQuery::default()).await.unwrap().reply;
            let mut seen: Vec<_> = page.items.into_iter().map(|one| (one.unit.name.to_string(), one.task.private_note.is_some())).collect();
            seen.sort();
            seen
        };
        assert_eq!(seen(&leader, mine).await, [("Thôn Hai".to_owned(), true), ("Thôn Một".to_owned(), true)]);
        assert_eq!(seen(&head, mine).await, [("Thôn Một".to_owned(), true)], "his own unit's, and no other");
        assert_eq!(seen(&overseer, theirs.id).await, [], "the other end is not in his charge");
        assert_eq!(overseer.query::<ListLinkedWork>(mine, LinkedQuery::default()).await.unwrap_err().status(), 404);
        let key = world.key(&[KeyScope::ReadAssignments, KeyScope::ReadDirectives], None).await;
        assert_eq!(seen(&key, mine).await, [("Thôn Hai".to_owned(), false), ("Thôn Một".to_owned(), false)]);
        let at_task = leader.query::<ListLinkedToTask>(one, LinkedQuery::default()).await.unwrap().reply.items;
        assert_eq!(at_task.len(), 2);
        assert_eq!(head.query::<ListLinkedToTask>(one, LinkedQuery::default()).await.unwrap_err().status(), 403);
        // Handed to another, the work is the other's to report.
        let moved = of(world, tasks[0], "Thôn Một").await.id;
        let unit = world.village("Thôn Ba").await;
        let handover = Reassignment { unit, reason: note("Đúng địa bàn.") };
        world.office().await.call::<ReassignAssignment>(moved, handover).await.unwrap();
        head.call::<SubmitReport>(id(), report(world, mine)).await.unwrap();
        assert_eq!(world.assignment(moved).await.state, State::Assigned);
        assert!(reports_at(world, moved).await.is_empty());
    }

    async fn links_are_made_and_taken_back_after_issue(world: &World) {
        let office = world.office().await;
        let by = Some(world.day(5));
        let (directive, one) = given(world, &["Thôn Một"], by, AssigneeRole::ChuTri).await;
        let (_, two) = given(world, &["Thôn Một"], by, AssigneeRole::ChuTri).await;
        let read = async |task: TaskId| world.office().await.call::<ReadTask>(task, Nothing).await.unwrap().reply;
        let state = office.query::<ReadFeed>((), FeedQuery::default()).await.unwrap().reply.state;
        let before = (read(one).await, read(two).await);
        let made = linked(world, one, two).await;
        assert_eq!((made.draft.related, read(two).await.draft.related), (vec![two], vec![one]));
        assert!(made.version > before.0.version && read(two).await.version > before.1.version, "both ends have changed");
        let again = office.call::<LinkTasks>((two, one), Nothing).await.unwrap();
        assert_eq!((again.status, again.reply.version), (200, read(two).await.version));
        let news = office.query::<ReadFeed>((), FeedQuery { since: Some(state), ..FeedQuery::default() }).await.unwrap().reply.items;
        let mut told: Vec<_> = news.iter().filter(|one| one.subject == Subject::Task).map(|one| one.id.to_string()).collect();
        told.sort();
        let mut both = [one.to_string(), two.to_string()];
        both.sort();
        assert_eq!(told, both);
        assert_eq!(office.call::<LinkTasks>((one, id()), Nothing).await.unwrap_err().status(), 404);
        match office.call::<LinkTasks>((one, one), Nothing).await.unwrap_err() {
            mobile_client::Failed::Refused(problem) => assert_eq!(problem.code, Code::WrongState),
            other => panic!("{other}"),
        }
        let closure = Closure { reason: note("Hết kỳ.") };
        office.call::<CloseDirective>(directive, closure).await.unwrap();
        for _ in 0..2 {
            let taken = office.call::<UnlinkTasks>((one, two), Nothing).await.unwrap().reply;
            assert!(taken.draft.related.is_empty() && read(two).await.draft.related.is_empty());
        }
        let trail = world.inspector().await.query::<ListAuditEvents>((), AuditQuery::default()).await.unwrap().reply.items;
        let count = |deed: Deed| trail.iter().filter(|entry| entry.deed == deed).count();
        assert_eq!((count(Deed::Linked), count(Deed::Unlinked)), (1, 1), "what changes nothing is not written down");
        for client in [world.leader().await, world.head_of("Thôn Một").await] {
            assert_eq!(client.call::<LinkTasks>((one, two), Nothing).await.unwrap_err().status(), 403);
            assert_eq!(client.call::<UnlinkTasks>((one, two), Nothing).await.unwrap_err().status(), 403);
        }
    }

    async fn what_was_reported_at_both_stays_when_the_link_is_taken_back(world: &World) {
        let head = world.head_of("Thôn Một").await;
        let by = Some(world.day(5));
        let (_, one) = given(world, &["Thôn Một"], by, AssigneeRole::ChuTri).await;
        let (_, two) = given(world, &["Thôn Một"], by, AssigneeRole::ChuTri).await;
        linked(world, one, two).await;
        let (of_one, of_two) = (of(world, one, "Thôn Một").await.id, of(world, two, "Thôn Một").await.id);
        let done = world.complete(&head, of_one).await;
        world.office().await.call::<UnlinkTasks>((two, one), Nothing).await.unwrap();
        world.leader().await.call::<ReviewReport>(done, ACCEPT).await.unwrap();
        for at in [of_one, of_two] {
            assert_eq!((world.assignment(at).await.state, reports_at(world, at).await), (State::Completed, vec![done]));
        }
        let after = id();
        head.call::<SubmitReport>(after, report(world, of_one)).await.unwrap();
        assert_eq!(reports_at(world, of_two).await, [done]);
    }

    async fn linked_work_stays_linked_when_it_is_carried_over(world: &World) {
        let head = world.head_of("Thôn Một").await;
        let by = Some(world.day(1));
        let (_, one) = given(world, &["Thôn Một"], by, AssigneeRole::ChuTri).await;
        let (_, two) = given(world, &["Thôn Một"], by, AssigneeRole::ChuTri).await;
        linked(world, one, two).await;
        world.days_pass(3);
        let directive = world.draft().await;
        let next = CarriedTask { task: id(), carried_from: one, units: vec![], due: None };
        let new = next.task;
        world.office().await.call::<CarryOver>(directive, CarryOverDraft { tasks: vec![next] }).await.unwrap();
        world.issue_draft(directive).await;
        let (now, beside) = (of(world, new, "Thôn Một").await.id, of(world, two, "Thôn Một").await.id);
        let old = of(world, one, "Thôn Một").await.id;
        // The phone knows the old one only: the report counts where the work went, and at the link.
        let said = world.complete(&head, old).await;
        for at in [now, beside] {
            assert_eq!((world.assignment(at).await.state, reports_at(world, at).await), (State::Submitted, vec![said]));
        }
        let again = id();
        head.call::<SubmitReport>(again, report(world, beside)).await.unwrap();
        assert_eq!(reports_at(world, now).await.len(), 2, "and the other way");
    }
}

//! Reports and reviews: repeated, late, out of order, on work that changed meanwhile.

use chrono::TimeDelta;
use openapi::{
    assignments::{CancelAssignment, ListHistory, Reason, ReassignAssignment, Reassignment},
    endpoint::Nothing,
    problem::Code,
    reports::{
        ListReports, ReadReport, ReportDraft, ReportFlag, ReportsQuery, ReviewDraft, ReviewReport,
        SubmitReport, Verdict,
    },
    tasks::{AssigneeRole, TaskDraft},
    timeliness::{State, Timeliness},
};

use crate::{
    on_both,
    support::{World, due, given_to, id, name, note, report},
};

fn accept() -> ReviewDraft {
    ReviewDraft { verdict: Verdict::Accept, reason: None }
}
fn give_back() -> ReviewDraft {
    ReviewDraft { verdict: Verdict::Return, reason: Some(note("Thiếu ảnh.")) }
}

on_both! {
    async fn a_report_moves_the_work_and_the_leader_accepts_it(world: &World) {
        let head = world.head_of("Thôn Đồng Sim").await;
        let assignment = world.give("Thôn Đồng Sim", 5).await;
        let first = head.call::<SubmitReport>(id(), report(world, assignment)).await.unwrap();
        assert_eq!(first.status, 201);
        assert_eq!(world.assignment(assignment).await.state, State::InProgress);
        let done = world.complete(&head, assignment).await;
        assert_eq!(world.assignment(assignment).await.state, State::Submitted);
        world.days_pass(10);
        let waiting = world.assignment(assignment).await;
        assert_eq!(waiting.standing.class, Some(Timeliness::OpenInTime));
        world.leader().await.call::<ReviewReport>(done, accept()).await.unwrap();
        let completed = world.assignment(assignment).await;
        assert_eq!((completed.state, completed.finished_on), (State::Completed, Some(world.day(-10))));
        assert_eq!(completed.standing.class, Some(Timeliness::DoneOnTime));
    }

    async fn a_report_sent_again_is_the_same_report(world: &World) {
        let head = world.head_of("Thôn Đồng Sim").await;
        let assignment = world.give("Thôn Đồng Sim", 5).await;
        let (one, draft) = (id(), report(world, assignment));
        let first = head.call::<SubmitReport>(one, draft.clone()).await.unwrap();
        let again = head.call::<SubmitReport>(one, draft.clone()).await.unwrap();
        assert_eq!((first.status, again.status), (201, 200));
        assert_eq!(first.reply, again.reply);
        let other = ReportDraft { words: Some(note("Khác.")), ..draft };
        assert_eq!(head.call::<SubmitReport>(one, other).await.unwrap_err().status(), 409);
        let all = head.query::<ListReports>(assignment, ReportsQuery::default()).await.unwrap().reply;
        assert_eq!(all.items, [first.reply]);
    }

    async fn ten_sends_at_once_make_one_report(world: &World) {
        let head = world.head_of("Thôn Đồng Sim").await;
        let assignment = world.give("Thôn Đồng Sim", 5).await;
        let (one, draft) = (id(), report(world, assignment));
        let sends = (0..10).map(|_| head.call::<SubmitReport>(one, draft.clone()));
        let answers = futures_util::future::join_all(sends).await;
        let mut statuses: Vec<u16> = answers.iter().map(|answer| answer.as_ref().unwrap().status).collect();
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 200, 200, 200, 200, 200, 200, 200, 200, 201]);
        let all = head.query::<ListReports>(assignment, ReportsQuery::default()).await.unwrap().reply;
        assert_eq!(all.items.len(), 1);
        let history = head.query::<ListHistory>(assignment, Default::default()).await.unwrap().reply;
        assert_eq!(history.items.len(), 2, "given, and reported once");
    }

    async fn a_returned_report_says_why_and_is_sent_again(world: &World) {
        let head = world.head_of("Thôn Đồng Sim").await;
        let leader = world.leader().await;
        let assignment = world.give("Thôn Đồng Sim", 5).await;
        let first = world.complete(&head, assignment).await;
        let without = leader.call::<ReviewReport>(first, ReviewDraft { verdict: Verdict::Return, reason: None }).await;
        assert_eq!(without.unwrap_err().status(), 422);
        leader.call::<ReviewReport>(first, give_back()).await.unwrap();
        assert_eq!(leader.call::<ReviewReport>(first, give_back()).await.unwrap().status, 200);
        assert_eq!(leader.call::<ReviewReport>(first, accept()).await.unwrap_err().status(), 409);
        let returned = world.assignment(assignment).await;
        assert_eq!((returned.state, returned.reason), (State::InProgress, Some(note("Thiếu ảnh."))));
        let second = world.complete(&head, assignment).await;
        assert_eq!(world.assignment(assignment).await.reason, None);
        leader.call::<ReviewReport>(second, accept()).await.unwrap();
        assert_eq!(world.assignment(assignment).await.state, State::Completed);
    }

    async fn a_correction_does_not_make_late_who_reported_in_time(world: &World) {
        let head = world.head_of("Thôn Đồng Sim").await;
        let assignment = world.give("Thôn Đồng Sim", 0).await;
        world.complete(&head, assignment).await;
        world.days_pass(1);
        world.complete(&head, assignment).await;
        assert_eq!(world.assignment(assignment).await.standing.class, Some(Timeliness::OpenInTime));
    }

    async fn a_report_held_back_by_a_dead_zone_counts_for_its_own_day(world: &World) {
        let head = world.head_of("Thôn Đồng Sim").await;
        let assignment = world.give("Thôn Đồng Sim", 1).await;
        world.days_pass(3);
        let made_at = world.now().plus(TimeDelta::days(-2));
        let held = ReportDraft { completes: true, made_at, ..report(world, assignment) };
        let kept = head.call::<SubmitReport>(id(), held).await.unwrap().reply;
        assert_eq!((kept.counts_on, kept.flags.as_slice()), (world.day(-2), [].as_slice()));
        assert_eq!(world.assignment(assignment).await.standing.class, Some(Timeliness::OpenInTime));
        let future = ReportDraft { made_at: world.now().plus(TimeDelta::days(1)), ..report(world, assignment) };
        let kept = head.call::<SubmitReport>(id(), future).await.unwrap().reply;
        assert_eq!((kept.counts_on, kept.flags.as_slice()), (world.today(), [ReportFlag::ClockAhead].as_slice()));
    }

    async fn a_report_on_work_that_changed_meanwhile_is_kept_and_flagged(world: &World) {
        let head = world.head_of("Thôn Đồng Sim").await;
        let office = world.office().await;
        let moved = world.give("Thôn Đồng Sim", 5).await;
        let other = world.village("Thôn Hai").await;
        let reassign = Reassignment { unit: other, reason: note("Sai địa bàn.") };
        office.call::<ReassignAssignment>(moved, reassign).await.unwrap();
        let (one, draft) = (id(), report(world, moved));
        let kept = head.call::<SubmitReport>(one, draft.clone()).await.unwrap();
        assert_eq!((kept.status, kept.reply.flags.as_slice()), (201, [ReportFlag::Reassigned].as_slice()));
        assert_eq!(head.call::<SubmitReport>(one, draft).await.unwrap().status, 200);
        assert_eq!(world.assignment(moved).await.state, State::Assigned);

        let cancelled = world.give("Thôn Đồng Sim", 5).await;
        office.call::<CancelAssignment>(cancelled, Reason { reason: note("Thôi.") }).await.unwrap();
        let kept = head.call::<SubmitReport>(id(), report(world, cancelled)).await.unwrap().reply;
        assert_eq!(kept.flags, [ReportFlag::Cancelled]);
        assert_eq!(world.assignment(cancelled).await.state, State::Cancelled);
    }

    async fn only_a_lead_with_a_due_date_needs_a_review(world: &World) {
        let head = world.head_of("Thôn Đồng Sim").await;
        let unit = world.village("Thôn Đồng Sim").await;
        let (_, tasks) = world
            .issue(|draft| {
                let helping = vec![given_to(&[unit], AssigneeRole::PhoiHop)];
                let leading = vec![given_to(&[unit], AssigneeRole::ChuTri)];
                vec![
                    TaskDraft { assignees: helping, due: due(world.day(3)), ..draft.clone() },
                    TaskDraft { assignees: leading, ..draft },
                ]
            })
            .await;
        for task in tasks {
            let assignment = world.of_task(task).await[0].id;
            world.complete(&head, assignment).await;
            assert_eq!(world.assignment(assignment).await.state, State::Completed);
        }
    }

    async fn the_office_reports_for_a_unit_and_says_who_told(world: &World) {
        let office = world.office().await;
        let assignment = world.give("Thôn Đồng Sim", 5).await;
        let silent = office.call::<SubmitReport>(id(), report(world, assignment)).await.unwrap_err();
        match silent {
            mobile_client::Failed::Refused(problem) => {
                assert_eq!(problem.code, Code::Invalid);
                assert_eq!(problem.fields[0].pointer.as_str(), "/told_by");
            }
            other => panic!("{other}"),
        }
        let told = ReportDraft { told_by: Some(name("Trưởng thôn gọi điện")), ..report(world, assignment) };
        let kept = office.call::<SubmitReport>(id(), told).await.unwrap().reply;
        assert_eq!(kept.unit.id, world.village("Thôn Đồng Sim").await);
    }

    async fn a_report_that_says_nothing_is_refused(world: &World) {
        let head = world.head_of("Thôn Đồng Sim").await;
        let assignment = world.give("Thôn Đồng Sim", 5).await;
        let empty = ReportDraft { percent: None, words: None, ..report(world, assignment) };
        assert_eq!(head.call::<SubmitReport>(id(), empty).await.unwrap_err().status(), 422);
    }

    async fn a_unit_sees_its_own_reports_and_nobody_elses(world: &World) {
        let head = world.head_of("Thôn Đồng Sim").await;
        let other = world.head_of("Thôn Hai").await;
        let assignment = world.give("Thôn Đồng Sim", 5).await;
        let one = id();
        head.call::<SubmitReport>(one, report(world, assignment)).await.unwrap();
        assert_eq!(other.call::<ReadReport>(one, Nothing).await.unwrap_err().status(), 404);
        assert_eq!(other.query::<ListReports>(assignment, ReportsQuery::default()).await.unwrap_err().status(), 404);
        assert_eq!(other.call::<SubmitReport>(id(), report(world, assignment)).await.unwrap_err().status(), 422);
        assert_eq!(other.call::<ReviewReport>(one, accept()).await.unwrap_err().status(), 403);
        let overseer = world.overseer_of(&["Thôn Hai"]).await;
        assert_eq!(overseer.call::<ReviewReport>(one, accept()).await.unwrap_err().status(), 404);
    }
}

//! Directives and tasks: entered, refused when secret, issued whole or not at all, closed.

use openapi::{
    directives::{
        CloseDirective, Closure, DeleteDirective, DirectiveDraft, DirectivePatch, DirectiveState,
        DirectivesQuery, IssueDirective, IssueRequest, ListDirectives, PatchDirective, PreviewIssue,
        PutDirective, ReadDirective, Secrecy,
    },
    endpoint::Nothing,
    figures::{ReadStatistics, StatisticsQuery},
    problem::Code,
    reports::{ReviewDraft, ReviewReport, Verdict},
    tasks::{
        AssigneeRole, DeleteTask, ListTasks, PatchTask, PutTask, ReadTask, TaskDraft, TaskPatch, TasksQuery,
    },
    timeliness::{State, Timeliness},
    units::UnitKind,
    value::{Change, Version},
};

use crate::{
    on_both,
    support::{World, class, conclusion, due, given_to, id, note, phrase, task, title},
};

fn refused(failed: &mobile_client::Failed) -> Code {
    match failed {
        mobile_client::Failed::Refused(problem) => problem.code,
        other => panic!("{other}"),
    }
}

on_both! {
    async fn a_directive_is_entered_changed_and_read(world: &World) {
        let office = world.office().await;
        let directive = id();
        let made = office.call::<PutDirective>(directive, conclusion()).await.unwrap();
        assert_eq!(made.status, 201);
        assert_eq!(made.reply.state, DirectiveState::Draft);
        assert_eq!(office.call::<PutDirective>(directive, conclusion()).await.unwrap().status, 200);
        let patch = DirectivePatch { number: Change::Set(phrase("15")), symbol: Change::Set(phrase("KL/ĐU")), ..DirectivePatch::default() };
        let changed = office.change::<PatchDirective>(directive, made.reply.version, patch).await.unwrap().reply;
        assert_eq!(changed.draft.number, Some(phrase("15")));
        let query = DirectivesQuery { q: Some("15-kl".parse().unwrap()), ..DirectivesQuery::default() };
        let found = office.query::<ListDirectives>((), query).await.unwrap().reply;
        assert_eq!(found.items, [changed]);
        let head = world.head_of("Thôn Đồng Sim").await;
        assert_eq!(head.call::<ReadDirective>(directive, Nothing).await.unwrap_err().status(), 403);
    }

    async fn a_secret_document_leaves_no_trace(world: &World) {
        let office = world.office().await;
        let directive = id();
        for draft in [
            DirectiveDraft { secrecy: Some(Secrecy::Mat), ..conclusion() },
            DirectiveDraft { title: title("TÀI LIỆU MẬT - Kết luận hội nghị"), ..conclusion() },
            DirectiveDraft { title: title("[MẬT] Kết luận hội nghị"), ..conclusion() },
            DirectiveDraft { body: Some("ĐẢNG BỘ TỈNH\nTUYỆT MẬT\nKết luận".parse().unwrap()), ..conclusion() },
        ] {
            let failed = office.call::<PutDirective>(directive, draft).await.unwrap_err();
            assert_eq!(refused(&failed), Code::SecretDocument);
        }
        assert_eq!(office.call::<ReadDirective>(directive, Nothing).await.unwrap_err().status(), 404);
        let plain = DirectiveDraft { secrecy: Some(Secrecy::Thuong), ..conclusion() };
        assert_eq!(office.call::<PutDirective>(directive, plain).await.unwrap().status, 201);
        let about = DirectiveDraft { title: title("KẾ HOẠCH BẢO VỆ BÍ MẬT NHÀ NƯỚC và nghề nuôi ong lấy mật"), ..conclusion() };
        assert_eq!(office.call::<PutDirective>(id(), about).await.unwrap().status, 201);
    }

    async fn the_same_number_is_not_entered_twice(world: &World) {
        let office = world.office().await;
        let numbered = DirectiveDraft { number: Some(phrase("15")), ..conclusion() };
        office.call::<PutDirective>(id(), numbered.clone()).await.unwrap();
        let twice = office.call::<PutDirective>(id(), numbered).await.unwrap_err();
        assert_eq!(refused(&twice), Code::Duplicate);
        office.call::<PutDirective>(id(), conclusion()).await.unwrap();
        office.call::<PutDirective>(id(), conclusion()).await.unwrap();
    }

    async fn a_class_is_given_to_the_units_of_that_day(world: &World) {
        for village in ["Thôn Một", "Thôn Hai", "Thôn Ba"] {
            world.village(village).await;
        }
        let first = world.village("Thôn Một").await;
        let (directive, tasks) = world
            .issue(|draft| {
                let lead = given_to(&[first], AssigneeRole::PhoiHop);
                vec![
                    TaskDraft { assignees: vec![class(UnitKind::Thon), lead], due: due(world.day(5)), ..draft.clone() },
                    draft,
                ]
            })
            .await;
        world.village("Thôn Bốn").await;
        let given = world.of_task(tasks[0]).await;
        assert_eq!(given.len(), 3);
        assert!(given.iter().all(|a| a.role == AssigneeRole::ChuTri && a.state == State::Assigned));
        assert!(world.of_task(tasks[1]).await.is_empty());
        let office = world.office().await;
        let progress = office.call::<ReadDirective>(directive, Nothing).await.unwrap().reply.progress;
        let counts = [progress.tasks, progress.unassigned_tasks, progress.undated_tasks, progress.assignments];
        assert_eq!(counts.map(|count| count.get()), [2, 1, 1, 3]);
    }

    async fn the_preview_shows_what_issuing_does_and_changes_nothing(world: &World) {
        let office = world.office().await;
        let village = world.village("Thôn Một").await;
        let directive = id();
        office.call::<PutDirective>(directive, conclusion()).await.unwrap();
        let empty = office.call::<PreviewIssue>(directive, Nothing).await.unwrap().reply;
        assert!(!empty.ready);
        let draft = TaskDraft { assignees: vec![given_to(&[village], AssigneeRole::ChuTri)], ..task(directive, "Họp thôn") };
        office.call::<PutTask>(id(), draft).await.unwrap();
        let preview = office.call::<PreviewIssue>(directive, Nothing).await.unwrap().reply;
        assert!(preview.ready);
        assert_eq!(preview.assignments.get(), 1);
        assert_eq!(preview.shares[0].unit.id, village);
        // What is to be known names its task, in one language.
        let undated = office.call::<PutTask>(id(), task(directive, "Vệ sinh đường làng")).await.unwrap().reply;
        let known = office.call::<PreviewIssue>(directive, Nothing).await.unwrap().reply.findings;
        let nobody = known.iter().find(|one| one.task == Some(undated.id)).unwrap();
        assert_eq!(nobody.detail.as_str(), "“Vệ sinh đường làng”: Nhiệm vụ chưa giao cho ai.");
        let still = office.call::<ReadDirective>(directive, Nothing).await.unwrap().reply;
        assert_eq!(still.state, DirectiveState::Draft);
    }

    async fn nobody_issues_what_he_has_not_seen(world: &World) {
        let office = world.office().await;
        let directive = id();
        let seen = office.call::<PutDirective>(directive, conclusion()).await.unwrap().reply.version;
        office.call::<PutTask>(id(), task(directive, "Thêm sau khi xem")).await.unwrap();
        let failed = office.call::<IssueDirective>(directive, IssueRequest { version: seen }).await.unwrap_err();
        assert_eq!(failed.status(), 412);
        let version = office.call::<ReadDirective>(directive, Nothing).await.unwrap().reply.version;
        let issued = office.call::<IssueDirective>(directive, IssueRequest { version }).await.unwrap().reply;
        let again = office.call::<IssueDirective>(directive, IssueRequest { version }).await.unwrap().reply;
        assert_eq!(issued, again);
    }

    async fn what_was_issued_is_never_deleted_or_overwritten(world: &World) {
        let office = world.office().await;
        let village = world.village("Thôn Một").await;
        let (directive, tasks) = world
            .issue(|draft| vec![TaskDraft { assignees: vec![given_to(&[village], AssigneeRole::ChuTri)], ..draft }])
            .await;
        let version = office.call::<ReadDirective>(directive, Nothing).await.unwrap().reply.version;
        let delete = office.change::<DeleteDirective>(directive, version, Nothing).await.unwrap_err();
        assert_eq!(refused(&delete), Code::WrongState);
        let retitle = DirectivePatch { title: Some("Khác".parse().unwrap()), ..DirectivePatch::default() };
        let failed = office.change::<PatchDirective>(directive, version, retitle).await.unwrap_err();
        assert_eq!(refused(&failed), Code::WrongState);
        let number = DirectivePatch { number: Change::Set(phrase("16")), ..DirectivePatch::default() };
        office.change::<PatchDirective>(directive, version, number).await.unwrap();
        let rewrite = TaskPatch { content: Some(note("Khác")), ..TaskPatch::default() };
        let failed = office.change::<PatchTask>(tasks[0], Version::FIRST, rewrite).await.unwrap_err();
        assert_eq!(refused(&failed), Code::WrongState);
        let failed = office.call::<PutTask>(id(), task(directive, "Thêm")).await.unwrap_err();
        assert_eq!(refused(&failed), Code::WrongState);
        assert_eq!(office.change::<DeleteTask>(tasks[0], Version::FIRST, Nothing).await.unwrap_err().status(), 409);
    }

    async fn after_issue_a_task_is_given_to_more_units_and_gets_its_date(world: &World) {
        let office = world.office().await;
        let (_, tasks) = world.issue(|draft| vec![draft]).await;
        let (one, two) = (world.village("Thôn Một").await, world.village("Thôn Hai").await);
        let give = |units: &[openapi::units::UnitId]| TaskPatch {
            assignees: Some(vec![given_to(units, AssigneeRole::ChuTri)]),
            ..TaskPatch::default()
        };
        let task = office.change::<PatchTask>(tasks[0], Version::FIRST, give(&[one])).await.unwrap().reply;
        let task = office.change::<PatchTask>(tasks[0], task.version, give(&[one, two])).await.unwrap().reply;
        assert_eq!(world.of_task(tasks[0]).await.len(), 2);
        let fewer = office.change::<PatchTask>(tasks[0], task.version, give(&[two])).await.unwrap_err();
        assert_eq!(refused(&fewer), Code::WrongState);
        let dated = TaskPatch { due: Some(due(world.day(9))), ..TaskPatch::default() };
        office.change::<PatchTask>(tasks[0], task.version, dated).await.unwrap();
        for assignment in world.of_task(tasks[0]).await {
            assert_eq!(assignment.due_on, Some(world.day(9)));
            assert_eq!(assignment.original_due_on, Some(world.day(9)));
        }
    }

    async fn closing_cancels_what_is_still_open(world: &World) {
        let office = world.office().await;
        let village = world.village("Thôn Một").await;
        let (directive, tasks) = world
            .issue(|draft| vec![TaskDraft { assignees: vec![given_to(&[village], AssigneeRole::ChuTri)], ..draft }])
            .await;
        let closure = Closure { reason: note("Hết kỳ.") };
        let closed = office.call::<CloseDirective>(directive, closure.clone()).await.unwrap().reply;
        assert_eq!(closed.state, DirectiveState::Closed);
        assert_eq!(office.call::<CloseDirective>(directive, closure).await.unwrap().reply, closed);
        assert_eq!(world.of_task(tasks[0]).await[0].state, State::Cancelled);
    }

    async fn closing_makes_nobodys_figures_better(world: &World) {
        let (office, leader) = (world.office().await, world.leader().await);
        let villages = ["Thôn Một", "Thôn Hai", "Thôn Ba", "Thôn Tư"];
        let mut units = Vec::new();
        for village in villages {
            units.push(world.village(village).await);
        }
        let (directive, tasks) = world
            .issue(|draft| {
                let one = |unit, by| TaskDraft { due: due(world.day(by)), assignees: vec![given_to(&[unit], AssigneeRole::ChuTri)], ..draft.clone() };
                vec![one(units[0], 2), one(units[1], 2), one(units[2], 2), one(units[3], 30)]
            })
            .await;
        let mut work = Vec::new();
        for task in &tasks {
            work.push(world.of_task(*task).await[0].id);
        }
        // The first reports in time, the second late, the third not at all, the fourth has time.
        let in_time = world.complete(&world.head_of("Thôn Một").await, work[0]).await;
        world.days_pass(5);
        world.complete(&world.head_of("Thôn Hai").await, work[1]).await;
        let total = async || leader.query::<ReadStatistics>((), StatisticsQuery::default()).await.unwrap().reply.total;
        let before = total().await;
        office.call::<CloseDirective>(directive, Closure { reason: note("Hết kỳ.") }).await.unwrap();
        let after = total().await;
        assert_eq!((after.open_overdue, after.submitted, after.completion_rate), (before.open_overdue, before.submitted, before.completion_rate));
        let mut states = Vec::new();
        for one in &work {
            states.push(world.assignment(*one).await.state);
        }
        assert_eq!(states, [State::Submitted, State::Submitted, State::Assigned, State::Cancelled]);
        // What waits is reviewed, what is late can still be reported.
        leader.call::<ReviewReport>(in_time, ReviewDraft { verdict: Verdict::Accept, reason: None }).await.unwrap();
        assert_eq!(world.assignment(work[0]).await.standing.class, Some(Timeliness::DoneOnTime));
        world.complete(&world.head_of("Thôn Ba").await, work[2]).await;
        assert_eq!(world.assignment(work[2]).await.state, State::Submitted);
    }

    async fn a_draft_is_deleted_with_its_tasks(world: &World) {
        let office = world.office().await;
        let directive = id();
        office.call::<PutDirective>(directive, conclusion()).await.unwrap();
        let (parent, stage) = (id(), id());
        office.call::<PutTask>(parent, task(directive, "Đề án")).await.unwrap();
        let draft = TaskDraft { parent: Some(parent), ..task(directive, "Dự thảo") };
        office.call::<PutTask>(stage, draft).await.unwrap();
        let tasks = office.query::<ListTasks>(directive, TasksQuery::default()).await.unwrap().reply;
        assert_eq!(tasks.items.len(), 2);
        office.change::<DeleteTask>(parent, Version::FIRST, Nothing).await.unwrap();
        assert_eq!(office.call::<ReadTask>(stage, Nothing).await.unwrap_err().status(), 404);
        let version = office.call::<ReadDirective>(directive, Nothing).await.unwrap().reply.version;
        office.change::<DeleteDirective>(directive, version, Nothing).await.unwrap();
        assert_eq!(office.call::<ReadDirective>(directive, Nothing).await.unwrap_err().status(), 404);
        assert_eq!(office.query::<ListTasks>(directive, TasksQuery::default()).await.unwrap_err().status(), 404);
    }
}

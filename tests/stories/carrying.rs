//! Carrying over: what an earlier directive left unfinished goes on in a new one, with its history,
//! and no later than it was.

use api::jobs::warn;
use openapi::{
    alerts::{ListNotices, NoticesQuery},
    assignments::{
        Assignment, AssignmentId, CancelAssignment, CountAssignments, HistoryKind, ListHistory,
        PauseAssignment, Reason,
    },
    carrying::{
        CarriedTask, CarryOver, CarryOverDraft, LineQuery, ListLine, ListUnfinished, PreviewCarryOver,
        UnfinishedQuery,
    },
    decisions::{
        DecideExcuse, DecideExtension, ExcuseDecision, ExcuseDraft, ExtensionDecision, ExtensionDraft,
        PutExcuse, PutExtension,
    },
    directives::{
        DeleteDirective, DirectiveId, DirectivePatch, PatchDirective, PreviewIssue, PutDirective,
        ReadDirective,
    },
    endpoint::Nothing,
    figures::{OverdueQuery, ReadOverdue, ReadStatistics, StatisticsQuery},
    ledger::{ChangeKind, FeedQuery, ReadFeed, Subject},
    problem::{Code, FieldCode},
    reports::{
        ListReports, ReportDraft, ReportFlag, ReportsQuery, ReviewDraft, ReviewReport, SubmitReport, Verdict,
    },
    tasks::{
        AssigneeRole, Basis, Cycle, Due, ListTasks, Nature, PatchTask, ReadTask, Recurrence, TaskDraft,
        TaskId, TaskPatch, TasksQuery,
    },
    timeliness::{State, Timeliness},
    units::UnitId,
    value::{Change, Date, Limit},
};

use crate::{
    on_both,
    support::{World, conclusion, due, given_to, id, note, phrase, report},
};

/// One task to carry over for these units, wanted by a day or by none.
fn carried(from: TaskId, units: &[UnitId], by: Option<Date>) -> CarriedTask {
    CarriedTask { task: id(), carried_from: from, units: units.to_vec(), due: by.map(due) }
}

/// A task for each of these villages, due so many days from today.
async fn given(world: &World, villages: &[&str], due_in: Option<i64>) -> (DirectiveId, TaskId) {
    let mut units = Vec::new();
    for village in villages {
        units.push(world.village(village).await);
    }
    let due = due_in.map_or_else(Due::none, |days| due(world.day(days)));
    let (directive, tasks) = world
        .issue(|draft| {
            let assignees = vec![given_to(&units, AssigneeRole::ChuTri)];
            vec![TaskDraft { due: due.clone(), assignees, ..draft }]
        })
        .await;
    (directive, tasks[0])
}

/// Carries one task over into a new directive and issues it. Answers what the units have there.
async fn carry(world: &World, from: TaskId, units: &[UnitId], by: Option<Date>) -> Vec<Assignment> {
    let directive = world.draft().await;
    let one = carried(from, units, by);
    let task = one.task;
    world.office().await.call::<CarryOver>(directive, CarryOverDraft { tasks: vec![one] }).await.unwrap();
    world.issue_draft(directive).await;
    world.of_task(task).await
}

async fn of_village(world: &World, task: TaskId, village: &str) -> Assignment {
    let unit = world.village(village).await;
    world.of_task(task).await.into_iter().find(|one| one.unit.id == unit).unwrap()
}

/// The figures of a day, the moment of counting left out.
async fn figures(world: &World, as_of: Option<Date>) -> openapi::figures::Figures {
    let query = StatisticsQuery { as_of, ..StatisticsQuery::default() };
    world.leader().await.query::<ReadStatistics>((), query).await.unwrap().reply.total
}

async fn overdue(world: &World, as_of: Option<Date>) -> Vec<(AssignmentId, i32, Date)> {
    let query = OverdueQuery { as_of, ..OverdueQuery::default() };
    let rows = world.leader().await.query::<ReadOverdue>((), query).await.unwrap().reply.items;
    rows.into_iter().map(|row| (row.assignment, row.days_late.get(), row.original_due_on)).collect()
}

on_both! {
    async fn what_is_unfinished_is_asked_for_tried_and_carried_over(world: &World) {
        let office = world.office().await;
        let (directive, task) = given(world, &["Thôn Một", "Thôn Hai", "Thôn Ba"], Some(3)).await;
        let (_, elsewhere) = given(world, &["Thôn Một"], Some(9)).await;
        let head = world.head_of("Thôn Ba").await;
        world.complete(&head, of_village(world, task, "Thôn Ba").await.id).await;
        let asked = UnfinishedQuery { directive: Some(directive), ..UnfinishedQuery::default() };
        let left = office.query::<ListUnfinished>((), asked.clone()).await.unwrap().reply.items;
        assert_eq!(left.iter().map(|one| one.unit.name.as_str()).collect::<std::collections::BTreeSet<_>>(), ["Thôn Hai", "Thôn Một"].into());
        let all = office.query::<ListUnfinished>((), UnfinishedQuery::default()).await.unwrap().reply.items;
        assert!(all.len() == 3 && all.iter().any(|one| one.task.id == elsewhere), "of all directives: {all:?}");
        let one_by_one = UnfinishedQuery { limit: Limit::try_from(1).ok(), ..asked };
        let page = office.query::<ListUnfinished>((), one_by_one.clone()).await.unwrap().reply;
        let next = UnfinishedQuery { cursor: page.next.clone(), ..one_by_one };
        let second = office.query::<ListUnfinished>((), next).await.unwrap().reply;
        assert_eq!((page.items.len(), second.items.len(), second.next), (1, 1, None));
        let own = head.query::<ListUnfinished>((), UnfinishedQuery::default()).await.unwrap().reply.items;
        assert!(own.is_empty(), "what waits for a review is not unfinished: {own:?}");

        let draft = world.draft().await;
        let wish = CarryOverDraft { tasks: vec![carried(task, &[], Some(world.day(30))), carried(elsewhere, &[], None)] };
        let tried = office.call::<PreviewCarryOver>(draft, wish.clone()).await.unwrap().reply;
        assert!(!tried.stored && tried.tasks.len() == 2);
        assert!(office.query::<ListTasks>(draft, TasksQuery::default()).await.unwrap().reply.items.is_empty());
        let done = office.call::<CarryOver>(draft, wish.clone()).await.unwrap();
        assert_eq!((done.status, done.reply.stored), (201, true));
        assert_eq!(done.reply.tasks, tried.tasks, "it makes what the preview showed");
        let again = office.call::<CarryOver>(draft, wish.clone()).await.unwrap();
        assert_eq!((again.status, &again.reply), (200, &done.reply));
        let other = CarriedTask { units: vec![world.village("Thôn Hai").await], ..wish.tasks[0].clone() };
        let failed = office.call::<CarryOver>(draft, CarryOverDraft { tasks: vec![other] }).await.unwrap_err();
        assert_eq!(failed.status(), 409);
        let tasks = office.query::<ListTasks>(draft, TasksQuery::default()).await.unwrap().reply.items;
        let named: Vec<usize> = tasks.iter().map(|one| one.draft.assignees.iter().map(|who| who.units.len()).sum()).collect();
        assert_eq!((tasks.len(), named), (2, vec![2, 1]), "both are there, once, for those who have not finished");
        assert_eq!(tasks.iter().map(|one| one.draft.position.get()).collect::<Vec<_>>(), [1, 2]);
        assert_eq!(of_village(world, task, "Thôn Một").await.state, State::Assigned, "a draft moves nothing");
        world.issue_draft(draft).await;
        let after = office.call::<CarryOver>(draft, wish).await.unwrap();
        assert_eq!((after.status, after.reply), (200, done.reply), "and the same again after issue");
    }

    async fn lateness_goes_with_the_work(world: &World) {
        let (earlier, task) = given(world, &["Thôn Một", "Thôn Hai"], Some(3)).await;
        let first_due = world.day(3);
        let head = world.head_of("Thôn Một").await;
        let was = of_village(world, task, "Thôn Một").await;
        head.call::<SubmitReport>(id(), report(world, was.id)).await.unwrap();
        world.days_pass(10);
        let before = (figures(world, None).await, overdue(world, None).await);
        assert_eq!(before.0.open_overdue.get(), 2);
        let yesterday = world.day(-1);
        let then = (figures(world, Some(yesterday)).await, overdue(world, Some(yesterday)).await);
        let goes_on = carry(world, task, &[], Some(world.day(20))).await;
        let now = goes_on.iter().find(|one| one.unit.name.as_str() == "Thôn Một").unwrap();
        assert_eq!((now.due_on, now.original_due_on, now.carried_times.get()), (Some(first_due), Some(first_due), 1));
        assert_eq!((now.standing.class, now.standing.days_late.get()), (Some(Timeliness::OpenOverdue), 7));
        assert_eq!((now.state, now.acknowledged_at), (State::InProgress, None), "begun, and the new paper not yet seen");
        assert_eq!((now.percent, &now.last_report.is_some()), (Some(50.try_into().unwrap()), &true));
        let then_one = world.assignment(was.id).await;
        assert_eq!(then_one.state, State::Cancelled);
        assert!(then_one.reason.unwrap().as_str().starts_with("Chuyển tiếp sang Kết luận “"));
        // The same figures as before, in every place, today and in the past.
        assert_eq!(figures(world, None).await, before.0);
        let mut days: Vec<_> = overdue(world, None).await.into_iter().map(|(_, late, due)| (late, due)).collect();
        days.sort_unstable();
        assert_eq!(days, [(7, first_due), (7, first_due)]);
        assert_eq!((figures(world, Some(yesterday)).await, overdue(world, Some(yesterday)).await), then);
        let counts = world.leader().await.call::<CountAssignments>((), Nothing).await.unwrap().reply;
        assert_eq!(counts.overdue.get(), 2);
        let progress = world.leader().await.call::<ReadDirective>(earlier, Nothing).await.unwrap().reply.progress;
        assert_eq!((progress.assignments.get(), progress.carried_over.get()), (0, 2));
        // And late it ends, although before the day the new document names.
        let report = world.complete(&head, now.id).await;
        let accept = ReviewDraft { verdict: Verdict::Accept, reason: None };
        world.leader().await.call::<ReviewReport>(report, accept).await.unwrap();
        assert_eq!(world.assignment(now.id).await.standing.class, Some(Timeliness::DoneLate));
    }

    async fn what_is_not_late_takes_the_date_of_the_new_document(world: &World) {
        let (_, task) = given(world, &["Thôn Một"], Some(3)).await;
        let (_, undated) = given(world, &["Thôn Một"], None).await;
        let (_, kept) = given(world, &["Thôn Một"], Some(4)).await;
        let first_due = world.day(3);
        let moved = &carry(world, task, &[], Some(world.day(20))).await[0];
        assert_eq!((moved.due_on, moved.original_due_on), (Some(world.day(20)), Some(first_due)));
        let dated = &carry(world, undated, &[], Some(world.day(9))).await[0];
        assert_eq!((dated.due_on, dated.original_due_on), (Some(world.day(9)), Some(world.day(9))));
        let same = &carry(world, kept, &[], None).await[0];
        assert_eq!((same.due_on, same.original_due_on), (Some(world.day(4)), Some(world.day(4))));
        // The office moves the date of the new task: the work follows, as ever.
        let office = world.office().await;
        let version = office.call::<ReadTask>(moved.task.id, Nothing).await.unwrap().reply.version;
        let patch = TaskPatch { due: Some(due(world.day(25))), version: Some(version), ..TaskPatch::default() };
        office.call::<PatchTask>(moved.task.id, patch).await.unwrap();
        assert_eq!(world.assignment(moved.id).await.due_on, Some(world.day(25)));
    }

    async fn carried_twice_it_tells_how_often_and_since_when(world: &World) {
        let (_, task) = given(world, &["Thôn Một"], Some(1)).await;
        let first = world.of_task(task).await[0].clone();
        world.days_pass(5);
        let second = carry(world, task, &[], Some(world.day(10))).await[0].clone();
        world.days_pass(20);
        // Two drafts at once carry the same work on: the second finds where it stands by then.
        let third = carry(world, task, &[], Some(world.day(10))).await[0].clone();
        assert_eq!((third.carried_times.get(), third.original_due_on, third.standing.days_late.get()), (2, first.due_on, 24));
        let leader = world.leader().await;
        for any in [&first, &second, &third] {
            let line = leader.query::<ListLine>(any.id, LineQuery::default()).await.unwrap().reply.items;
            assert_eq!(line.iter().map(|one| one.id).collect::<Vec<_>>(), [first.id, second.id, third.id]);
            assert_eq!(line[0].assigned_at, first.assigned_at);
            assert_eq!(line.iter().filter(|one| one.state.is_open()).count(), 1);
        }
        let one = LineQuery { limit: Limit::try_from(2).ok(), cursor: None };
        let page = leader.query::<ListLine>(first.id, one.clone()).await.unwrap().reply;
        let rest = leader.query::<ListLine>(first.id, LineQuery { cursor: page.next, ..one }).await.unwrap().reply;
        assert_eq!((page.items.len(), rest.items[0].id, rest.next), (2, third.id, None));
        let history = leader.query::<ListHistory>(third.id, Default::default()).await.unwrap().reply.items;
        let kinds: Vec<HistoryKind> = history.iter().map(|entry| entry.kind).collect();
        use HistoryKind::{Assigned, CarriedOver};
        assert_eq!(kinds, [Assigned, CarriedOver, Assigned, CarriedOver, Assigned]);
        let other = world.head_of("Thôn Hai").await;
        assert_eq!(other.query::<ListLine>(third.id, LineQuery::default()).await.unwrap_err().status(), 404);
    }

    async fn a_report_written_before_counts_where_the_work_went(world: &World) {
        let head = world.head_of("Thôn Một").await;
        let (_, task) = given(world, &["Thôn Một"], Some(2)).await;
        let was = world.of_task(task).await[0].id;
        let before = ReportDraft { made_at: world.now(), ..report(world, was) };
        let done = ReportDraft { completes: true, percent: None, ..before.clone() };
        world.days_pass(1);
        let now = carry(world, task, &[], Some(world.day(20))).await[0].id;
        world.days_pass(3);
        let (first, second) = (id(), id());
        // Out of order, and again.
        let kept = head.call::<SubmitReport>(second, done.clone()).await.unwrap().reply;
        assert_eq!((kept.flags, kept.counts_on), (vec![ReportFlag::CarriedOver], world.day(-4)));
        head.call::<SubmitReport>(first, before).await.unwrap();
        assert_eq!(head.call::<SubmitReport>(second, done).await.unwrap().status, 200);
        let stands = world.assignment(now).await;
        assert_eq!((stands.state, stands.finished_on, stands.percent), (State::Submitted, Some(world.day(-4)), Some(50.try_into().unwrap())));
        for assignment in [was, now] {
            let reports = head.query::<ListReports>(assignment, ReportsQuery::default()).await.unwrap().reply.items;
            let found: std::collections::BTreeSet<_> = reports.iter().map(|one| one.id).collect();
            assert_eq!((reports.len(), found), (2, [first, second].into()), "seen at both, once");
        }
        let leader = world.leader().await;
        leader.call::<ReviewReport>(second, ReviewDraft { verdict: Verdict::Accept, reason: None }).await.unwrap();
        let done = world.assignment(now).await;
        assert_eq!((done.state, done.standing.class), (State::Completed, Some(Timeliness::DoneOnTime)));
    }

    async fn who_has_finished_or_waits_is_not_given_it_again(world: &World) {
        let (_, task) = given(world, &["Thôn Một", "Thôn Hai", "Thôn Ba"], Some(3)).await;
        let directive = world.draft().await;
        let one = carried(task, &[], Some(world.day(20)));
        let new = one.task;
        let office = world.office().await;
        office.call::<CarryOver>(directive, CarryOverDraft { tasks: vec![one] }).await.unwrap();
        // Meanwhile one village reports that it is done, and another's work is cancelled.
        let head = world.head_of("Thôn Một").await;
        let waits = world.complete(&head, of_village(world, task, "Thôn Một").await.id).await;
        let gone = of_village(world, task, "Thôn Hai").await.id;
        office.call::<CancelAssignment>(gone, Reason { reason: note("Thôi.") }).await.unwrap();
        let plan = office.call::<PreviewIssue>(directive, Nothing).await.unwrap().reply;
        assert!(plan.ready && plan.assignments.get() == 2);
        assert!(plan.findings.iter().any(|found| found.detail.as_str().contains("1 đơn vị đã xong")), "{plan:?}");
        world.issue_draft(directive).await;
        let given: Vec<(String, i32)> = world.of_task(new).await.into_iter().map(|a| (a.unit.name.to_string(), a.carried_times.get())).collect();
        let mut given = given;
        given.sort();
        assert_eq!(given, [("Thôn Ba".to_owned(), 1), ("Thôn Hai".to_owned(), 0)], "what was cancelled begins anew");
        let accept = ReviewDraft { verdict: Verdict::Accept, reason: None };
        world.leader().await.call::<ReviewReport>(waits, accept).await.unwrap();
        let figures = figures(world, None).await;
        assert_eq!((figures.total.get(), figures.done_on_time.get()), (3, 1));
    }

    async fn a_draft_taken_back_leaves_everything_as_it_was(world: &World) {
        let (_, task) = given(world, &["Thôn Một", "Thôn Hai"], Some(-3)).await;
        let office = world.office().await;
        let before = (world.of_task(task).await, figures(world, None).await);
        let directive = world.draft().await;
        office.call::<CarryOver>(directive, CarryOverDraft { tasks: vec![carried(task, &[], None)] }).await.unwrap();
        let version = office.call::<ReadDirective>(directive, Nothing).await.unwrap().reply.version;
        office.change::<DeleteDirective>(directive, version, Nothing).await.unwrap();
        assert_eq!((world.of_task(task).await, figures(world, None).await), before);
        // A unit taken out of the draft stays where it is.
        let directive = world.draft().await;
        let one = carried(task, &[], None);
        office.call::<CarryOver>(directive, CarryOverDraft { tasks: vec![one.clone()] }).await.unwrap();
        let drawn = office.call::<ReadTask>(one.task, Nothing).await.unwrap().reply;
        let assignees = vec![given_to(&[world.village("Thôn Hai").await], AssigneeRole::ChuTri)];
        let patch = TaskPatch { assignees: Some(assignees), version: Some(drawn.version), ..TaskPatch::default() };
        office.call::<PatchTask>(one.task, patch).await.unwrap();
        world.issue_draft(directive).await;
        assert_eq!(of_village(world, task, "Thôn Một").await.state, State::Assigned);
        assert_eq!(of_village(world, task, "Thôn Hai").await.state, State::Cancelled);
        assert_eq!(figures(world, None).await.open_overdue.get(), 2);
    }

    async fn questions_go_with_the_work(world: &World) {
        let (head, leader) = (world.head_of("Thôn Một").await, world.leader().await);
        let (_, task) = given(world, &["Thôn Một"], Some(1)).await;
        let was = world.of_task(task).await[0].id;
        world.days_pass(4);
        let (extension, excuse, made_at) = (id(), id(), world.now());
        let ask = ExtensionDraft { assignment: was, asked_due_on: world.day(9), reason: note("Mưa."), made_at };
        head.call::<PutExtension>(extension, ask.clone()).await.unwrap();
        head.call::<PutExcuse>(excuse, ExcuseDraft { assignment: was, reason: note("Lũ."), made_at }).await.unwrap();
        let now = carry(world, task, &[], None).await[0].clone();
        assert!(now.extension_asked);
        leader.call::<DecideExcuse>(excuse, ExcuseDecision { confirmed: true, reason: None }).await.unwrap();
        leader.call::<DecideExtension>(extension, ExtensionDecision { granted: true, due_on: None, reason: None }).await.unwrap();
        let granted = world.assignment(now.id).await;
        assert_eq!((granted.due_on, granted.original_due_on, granted.extension_asked, granted.excused), (Some(world.day(9)), now.original_due_on, false, true));
        assert_eq!(granted.standing.class, Some(Timeliness::OpenInTime));
        // A phone that has not heard of it asks about the old one, and is answered the same again.
        let late = ExtensionDraft { asked_due_on: world.day(12), ..ask };
        let question = id();
        head.call::<PutExtension>(question, late.clone()).await.unwrap();
        assert_eq!(head.call::<PutExtension>(question, late).await.unwrap().status, 200);
        assert!(world.assignment(now.id).await.extension_asked);
    }

    async fn nobody_is_warned_twice_of_the_same_lateness(world: &World) {
        let head = world.head_of("Thôn Một").await;
        let (_, task) = given(world, &["Thôn Một"], Some(1)).await;
        let warnings = async || {
            let all = head.query::<ListNotices>((), NoticesQuery::default()).await.unwrap().reply.items;
            all.iter().filter(|one| one.rung.is_some()).count()
        };
        for _ in 0..5 {
            warn(&world.running.state).await.unwrap();
            world.days_pass(1);
        }
        let before = warnings().await;
        assert!(before > 0);
        carry(world, task, &[], Some(world.day(20))).await;
        warn(&world.running.state).await.unwrap();
        assert_eq!(warnings().await, before, "this rung was told at the old place");
        world.days_pass(10);
        warn(&world.running.state).await.unwrap();
        assert!(warnings().await > before, "the next ones are told here");
    }

    async fn whoever_follows_the_feed_sees_it_move(world: &World) {
        let (head, leader) = (world.head_of("Thôn Một").await, world.leader().await);
        let (earlier, task) = given(world, &["Thôn Một"], Some(1)).await;
        let was = world.of_task(task).await[0].id;
        let mut states = Vec::new();
        for client in [&head, &leader] {
            states.push(client.query::<ReadFeed>((), FeedQuery::default()).await.unwrap().reply.state);
        }
        let now = carry(world, task, &[], None).await[0].id;
        for (client, state) in [&head, &leader].into_iter().zip(states) {
            let asked = FeedQuery { since: Some(state), ..FeedQuery::default() };
            let news = client.query::<ReadFeed>((), asked).await.unwrap().reply.items;
            let told = |subject: Subject, id: String| news.iter().any(|one| one.subject == subject && one.id.to_string() == id && one.change == ChangeKind::Put);
            assert!(told(Subject::Assignment, was.to_string()) && told(Subject::Assignment, now.to_string()));
            let whole = client.token() == leader.token();
            assert_eq!(told(Subject::Directive, earlier.to_string()), whole, "its directive counts what went");
        }
    }

    async fn the_paper_is_named_by_its_number_when_it_has_one(world: &World) {
        let office = world.office().await;
        let (_, task) = given(world, &["Thôn Một"], Some(1)).await;
        let was = world.of_task(task).await[0].id;
        let directive = id();
        office.call::<PutDirective>(directive, conclusion()).await.unwrap();
        let version = office.call::<ReadDirective>(directive, Nothing).await.unwrap().reply.version;
        let patch = DirectivePatch {
            number: Change::Set(phrase("16")),
            symbol: Change::Set(phrase("KL/ĐU")),
            version: Some(version),
            ..DirectivePatch::default()
        };
        office.call::<PatchDirective>(directive, patch).await.unwrap();
        office.call::<CarryOver>(directive, CarryOverDraft { tasks: vec![carried(task, &[], None)] }).await.unwrap();
        world.issue_draft(directive).await;
        assert_eq!(world.assignment(was).await.reason, Some(note("Chuyển tiếp sang Kết luận số 16-KL/ĐU")));
    }

    async fn what_cannot_be_carried_over_is_refused_by_its_field(world: &World) {
        let office = world.office().await;
        let (_, task) = given(world, &["Thôn Một"], Some(5)).await;
        let unit = world.village("Thôn Một").await;
        let again = Recurrence { text: None, per: Cycle::Month, times: None, basis: Basis::Explicit, from: None, until: None };
        let (_, recurring) = world
            .issue(|draft| {
                let assignees = vec![given_to(&[unit], AssigneeRole::ChuTri)];
                vec![TaskDraft { nature: Nature::Recurring, recurrence: Some(again.clone()), assignees, ..draft }]
            })
            .await;
        let directive = world.draft().await;
        let stranger = world.village("Thôn Hai").await;
        let wrong = [
            (carried(id(), &[], None), "/tasks/0/carried_from", FieldCode::NotKnown),
            (carried(recurring[0], &[], None), "/tasks/0/carried_from", FieldCode::BadValue),
            (carried(task, &[unit, stranger], None), "/tasks/0/units/1", FieldCode::NotKnown),
        ];
        for (one, pointer, code) in wrong {
            let draft = CarryOverDraft { tasks: vec![one, carried(task, &[], None)] };
            match office.call::<CarryOver>(directive, draft).await.unwrap_err() {
                mobile_client::Failed::Refused(problem) => {
                    let found: Vec<_> = problem.fields.iter().map(|field| (field.pointer.to_string(), field.code)).collect();
                    assert_eq!((problem.code, found), (Code::Invalid, vec![(pointer.to_owned(), code)]));
                }
                other => panic!("{other}"),
            }
        }
        assert!(office.query::<ListTasks>(directive, TasksQuery::default()).await.unwrap().reply.items.is_empty(), "nothing was stored by halves");
        let paused = world.of_task(task).await[0].id;
        office.call::<PauseAssignment>(paused, Reason { reason: note("Chờ vốn.") }).await.unwrap();
        let goes_on = carry(world, task, &[], None).await;
        assert_eq!(goes_on[0].state, State::Assigned, "what was paused goes on");
        for client in [world.leader().await, world.head_of("Thôn Một").await] {
            let failed = client.call::<CarryOver>(directive, CarryOverDraft { tasks: vec![carried(task, &[], None)] }).await;
            assert_eq!(failed.unwrap_err().status(), 403);
        }
    }
}

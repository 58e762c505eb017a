//! Warnings: told once, to whom they concern, when it is time.

use api::jobs::warn;
use chrono::TimeDelta;
use mobile_client::Client;
use openapi::{
    alerts::{
        Audience, CountNotices, Counting, DeleteMute, Ladder, LadderDraft, ListMutes, ListNotices,
        MarkNotice, MarkNotices, MutesQuery, Notice, NoticeKind, NoticesQuery, PreviewLadder, PreviewRequest,
        PutLadder, PutMute, ReadLadder, ReadReminder, ReadUpTo, Rung,
    },
    assignments::{
        AssignmentId, CancelAssignment, PauseAssignment, Reason, ReassignAssignment, Reassignment,
        ResumeAssignment,
    },
    calendar::{CalendarDay, CalendarYearDraft, DayKind, PutCalendarYear},
    decisions::{
        AnswerDifficulty, DecideExtension, DifficultyAnswer, DifficultyDraft, ExtensionDecision,
        ExtensionDraft, PutDifficulty, PutExtension,
    },
    endpoint::Nothing,
    ledger::{FeedQuery, ReadFeed, Subject},
    problem::Code,
    reports::{ReviewDraft, ReviewReport, Verdict},
    tasks::{AssigneeRole, Priority, TaskDraft},
    value::Version,
};

use crate::{
    on_both,
    support::{World, due, given_to, id, name, note},
};

impl World {
    /// The jobs run, as they do every few seconds.
    async fn jobs_run(&self) {
        warn(&self.running.state).await.unwrap();
    }
    /// Some hours pass.
    fn hours_pass(&self, hours: i64) {
        self.clock.advance(TimeDelta::hours(hours));
    }
}

/// What is in somebody's inbox, the oldest first.
async fn inbox(of: &Client) -> Vec<Notice> {
    let mut all = of.query::<ListNotices>((), NoticesQuery::default()).await.unwrap().reply.items;
    all.reverse();
    all
}

/// The warnings in somebody's inbox: of which work, on which rung.
async fn warnings(of: &Client) -> Vec<(AssignmentId, i32)> {
    let rung = |one: Notice| Some((one.assignment?, one.rung?.get()));
    inbox(of).await.into_iter().filter_map(rung).collect()
}

fn ladder(rungs: &[(i64, &[Audience], bool)]) -> LadderDraft {
    let rung = |(days, tell, at_once): &(i64, &[Audience], bool)| Rung {
        days: (*days).try_into().unwrap(),
        tell: tell.to_vec(),
        at_once: *at_once,
    };
    LadderDraft { rungs: rungs.iter().map(rung).collect(), ..LadderDraft::usual() }
}

async fn put(world: &World, draft: LadderDraft) -> Ladder {
    let admin = world.admin().await;
    let present = admin.call::<ReadLadder>((), Nothing).await.unwrap().reply;
    let draft = LadderDraft { version: Some(present.version), ..draft };
    admin.call::<PutLadder>((), draft).await.unwrap().reply
}

on_both! {
    async fn each_rung_is_told_once_to_whom_it_concerns(world: &World) {
        let head = world.head_of("Thôn Một").await;
        let overseer = world.overseer_of(&["Thôn Một"]).await;
        let leader = world.leader().await;
        let other = world.head_of("Thôn Hai").await;
        let given = world.give("Thôn Một", 8).await;
        let mut told = Vec::new();
        for _ in 0..18 {
            for _ in 0..3 {
                world.jobs_run().await;
            }
            told.push(warnings(&head).await.len());
            world.days_pass(1);
        }
        let of = |rungs: &[i32]| rungs.iter().map(|rung| (given, *rung)).collect::<Vec<_>>();
        assert_eq!(warnings(&head).await, of(&[-7, -3, -1, 0, 1, 3, 7]));
        assert_eq!(told, [0, 1, 1, 1, 1, 2, 2, 3, 4, 5, 5, 6, 6, 6, 6, 7, 7, 7]);
        assert_eq!(warnings(&overseer).await, of(&[-1, 0, 1, 3, 7]));
        assert_eq!(warnings(&leader).await, of(&[3, 7]));
        assert_eq!(warnings(&other).await, []);
    }

    async fn work_given_late_is_warned_of_at_once_on_its_nearest_rung(world: &World) {
        let head = world.head_of("Thôn Một").await;
        let soon = world.give("Thôn Một", 2).await;
        let late = world.give("Thôn Một", -30).await;
        world.jobs_run().await;
        let mut told = warnings(&head).await;
        told.sort_by_key(|(_, rung)| *rung);
        assert_eq!(told, [(soon, -3), (late, 7)]);
    }

    async fn a_rung_is_reached_at_the_hour_of_the_digest(world: &World) {
        let head = world.head_of("Thôn Một").await;
        world.hours_pass(13);
        let given = world.give("Thôn Một", 4).await;
        world.jobs_run().await;
        assert_eq!(warnings(&head).await, [(given, -7)]);
        world.hours_pass(9);
        world.jobs_run().await;
        assert_eq!(warnings(&head).await.len(), 1, "six in the morning");
        world.hours_pass(1);
        world.jobs_run().await;
        assert_eq!(warnings(&head).await, [(given, -7), (given, -3)]);
    }

    async fn it_is_armed_again_when_the_date_moves_and_never_repeats_itself(world: &World) {
        let head = world.head_of("Thôn Một").await;
        let leader = world.leader().await;
        let given = world.give("Thôn Một", 3).await;
        world.jobs_run().await;
        assert_eq!(warnings(&head).await, [(given, -3)]);
        let asked = id();
        let draft = ExtensionDraft {
            assignment: given,
            asked_due_on: world.day(7),
            reason: note("Đường vào thôn bị ngập."),
            made_at: world.now(),
        };
        head.call::<PutExtension>(asked, draft).await.unwrap();
        world.days_pass(3);
        world.jobs_run().await;
        assert_eq!(warnings(&head).await, [(given, -3)], "nothing while a request waits");
        let granted = ExtensionDecision { granted: true, due_on: None, reason: None };
        leader.call::<DecideExtension>(asked, granted).await.unwrap();
        world.jobs_run().await;
        assert_eq!(warnings(&head).await, [(given, -3), (given, -7)], "four days before the new date");
        world.days_pass(1);
        world.jobs_run().await;
        assert_eq!(warnings(&head).await, [(given, -3), (given, -7), (given, -3)]);
    }

    async fn nobody_is_warned_of_what_waits_for_the_leader_stands_aside_or_is_done(world: &World) {
        let head = world.head_of("Thôn Một").await;
        let office = world.office().await;
        let (reported, paused, cancelled, done) = (
            world.give("Thôn Một", 2).await,
            world.give("Thôn Một", 2).await,
            world.give("Thôn Một", 2).await,
            world.give("Thôn Một", 2).await,
        );
        let reason = || Reason { reason: note("Chờ kinh phí.") };
        let report = world.complete(&head, reported).await;
        office.call::<PauseAssignment>(paused, reason()).await.unwrap();
        office.call::<CancelAssignment>(cancelled, reason()).await.unwrap();
        let accepted = world.complete(&head, done).await;
        let leader = world.leader().await;
        let accept = ReviewDraft { verdict: Verdict::Accept, reason: None };
        leader.call::<ReviewReport>(accepted, accept).await.unwrap();
        world.days_pass(5);
        world.jobs_run().await;
        assert_eq!(warnings(&head).await, []);
        let back = ReviewDraft { verdict: Verdict::Return, reason: Some(note("Thiếu danh sách.")) };
        leader.call::<ReviewReport>(report, back).await.unwrap();
        office.call::<ResumeAssignment>(paused, Nothing).await.unwrap();
        world.jobs_run().await;
        let mut told = warnings(&head).await;
        told.sort_unstable();
        let mut expected = vec![(reported, 3), (paused, 3)];
        expected.sort_unstable();
        assert_eq!(told, expected);
    }

    async fn a_server_that_was_down_sends_one_digest(world: &World) {
        let head = world.head_of("Thôn Một").await;
        world.give("Thôn Một", 4).await;
        world.give("Thôn Một", 5).await;
        world.jobs_run().await;
        world.days_pass(4);
        world.jobs_run().await;
        world.jobs_run().await;
        let rungs: Vec<_> = warnings(&head).await.into_iter().map(|(_, rung)| rung).collect();
        assert_eq!(rungs, [-7, -7, 0, -1], "the rung on between is not made up for");
        let sent = inbox(&head).await;
        assert!(sent.iter().all(|one| one.sent_at.is_some()), "{sent:#?}");
    }

    async fn what_may_not_wait_goes_at_once_and_quiet_hours_hold_it(world: &World) {
        let head = world.head_of("Thôn Một").await;
        let leader = world.leader().await;
        let given = world.give("Thôn Một", 20).await;
        world.jobs_run().await;
        let report = world.complete(&head, given).await;
        // Ten in the evening.
        world.hours_pass(14);
        let back = ReviewDraft { verdict: Verdict::Return, reason: Some(note("Thiếu danh sách.")) };
        leader.call::<ReviewReport>(report, back).await.unwrap();
        world.jobs_run().await;
        let told = inbox(&head).await;
        let returned = told.iter().find(|one| one.kind == NoticeKind::Returned).unwrap();
        assert_eq!((returned.assignment, returned.sent_at), (Some(given), None), "he sleeps");
        world.hours_pass(8);
        world.jobs_run().await;
        let told = inbox(&head).await;
        let returned = told.iter().find(|one| one.kind == NoticeKind::Returned).unwrap();
        assert!(returned.sent_at.is_some(), "at six, before the digest of seven");
        assert!(told.iter().any(|one| one.kind == NoticeKind::Given));
    }

    async fn urgent_work_is_told_at_once_and_other_work_in_the_digest(world: &World) {
        let head = world.head_of("Thôn Một").await;
        let unit = world.village("Thôn Một").await;
        world.jobs_run().await;
        world
            .issue(|draft| {
                let task = |priority, days| TaskDraft {
                    due: due(world.day(days)),
                    priority,
                    assignees: vec![given_to(&[unit], AssigneeRole::ChuTri)],
                    ..draft.clone()
                };
                vec![task(Priority::Khan, 30), task(Priority::Thuong, 31)]
            })
            .await;
        world.jobs_run().await;
        let sent = |all: Vec<Notice>| all.iter().map(|one| one.sent_at.is_some()).collect::<Vec<_>>();
        assert_eq!(sent(inbox(&head).await), [true, false]);
        world.days_pass(1);
        world.jobs_run().await;
        assert_eq!(sent(inbox(&head).await), [true, true]);
    }

    async fn a_question_nobody_answers_goes_up(world: &World) {
        let head = world.head_of("Thôn Một").await;
        let overseer = world.overseer_of(&["Thôn Một"]).await;
        let leader = world.leader().await;
        let unit = world.village("Thôn Một").await;
        let question = id();
        let words = note("Chưa có kinh phí làm cổng làng.");
        let draft = DifficultyDraft { unit, assignment: None, words, made_at: world.now() };
        head.call::<PutDifficulty>(question, draft).await.unwrap();
        world.jobs_run().await;
        let of = |all: Vec<Notice>| {
            let asked = all.into_iter().filter(|one| one.kind == NoticeKind::ToAnswer);
            asked.map(|one| one.escalated).collect::<Vec<_>>()
        };
        assert_eq!(of(inbox(&overseer).await), [false]);
        assert_eq!(of(inbox(&leader).await), Vec::<bool>::new());
        // Two working days after Friday is Tuesday; four is Thursday.
        for (days, up, above) in [(3, 1, 0), (1, 2, 0), (1, 2, 0), (1, 2, 1), (10, 2, 1)] {
            world.days_pass(days);
            world.jobs_run().await;
            assert_eq!(of(inbox(&overseer).await).len(), up, "{}", world.today());
            assert_eq!(of(inbox(&leader).await).len(), above, "{}", world.today());
        }
        let answer = DifficultyAnswer { words: note("Xã cấp trong tháng 12.") };
        leader.call::<AnswerDifficulty>(question, answer).await.unwrap();
        world.jobs_run().await;
        assert!(inbox(&head).await.iter().any(|one| one.kind == NoticeKind::Answered && one.sent_at.is_some()));
    }

    async fn a_request_the_leader_sleeps_on_escalates_itself(world: &World) {
        let head = world.head_of("Thôn Một").await;
        let leader = world.leader().await;
        let given = world.give("Thôn Một", 1).await;
        let draft = ExtensionDraft {
            assignment: given,
            asked_due_on: world.day(9),
            reason: note("Mưa lũ."),
            made_at: world.now(),
        };
        head.call::<PutExtension>(id(), draft).await.unwrap();
        world.jobs_run().await;
        let asked = |all: Vec<Notice>| {
            all.into_iter().filter(|one| one.kind == NoticeKind::ToDecide).map(|one| one.escalated).collect::<Vec<_>>()
        };
        assert_eq!(asked(inbox(&leader).await), [false], "nobody oversees the village: the leader decides");
        world.days_pass(4);
        world.jobs_run().await;
        assert_eq!(asked(inbox(&leader).await), [false, true]);
        assert_eq!(warnings(&head).await, []);
    }

    async fn a_silenced_document_disturbs_nobody_and_is_still_in_the_inbox(world: &World) {
        let head = world.head_of("Thôn Một").await;
        let given = world.give("Thôn Một", 3).await;
        let directive = world.assignment(given).await.directive.id;
        let muted = head.call::<PutMute>(directive, Nothing).await.unwrap();
        assert_eq!(muted.status, 201);
        assert_eq!(head.call::<PutMute>(directive, Nothing).await.unwrap().status, 200);
        let page = head.query::<ListMutes>((), MutesQuery::default()).await.unwrap().reply;
        assert_eq!(page.items, [muted.reply]);
        world.jobs_run().await;
        let told = inbox(&head).await;
        assert!(told.iter().any(|one| one.rung.is_some()));
        assert!(told.iter().all(|one| one.sent_at.is_none()));
        head.call::<DeleteMute>(directive, Nothing).await.unwrap();
        world.days_pass(2);
        world.jobs_run().await;
        assert!(inbox(&head).await.iter().any(|one| one.sent_at.is_some()));
        let stranger = world.head_of("Thôn Hai").await;
        let refused = stranger.call::<PutMute>(directive, Nothing).await.unwrap_err();
        assert_eq!(refused.code(), Code::NotFound, "no work of his comes from it");
    }

    async fn reading_a_notice_is_told_to_the_other_devices(world: &World) {
        let head = world.head_of("Thôn Một").await;
        world.give("Thôn Một", 3).await;
        world.give("Thôn Một", 2).await;
        world.jobs_run().await;
        let mut query = FeedQuery::default();
        let mut seen = Vec::new();
        loop {
            let feed = head.query::<ReadFeed>((), query.clone()).await.unwrap().reply;
            seen.extend(feed.items.into_iter().filter(|item| item.subject == Subject::Notice));
            query.since = Some(feed.state);
            if !feed.more {
                break;
            }
        }
        let all = inbox(&head).await;
        assert_eq!(seen.len(), all.len());
        let unread = head.call::<CountNotices>((), Nothing).await.unwrap().reply.unread;
        assert_eq!(i64::from(unread.get()), i64::try_from(all.len()).unwrap());
        let read = head.call::<MarkNotice>(all[0].id, Nothing).await.unwrap().reply;
        assert_eq!(read.read_at, Some(world.now()));
        assert_eq!(head.call::<MarkNotice>(all[0].id, Nothing).await.unwrap().reply, read);
        let feed = head.query::<ReadFeed>((), query.clone()).await.unwrap().reply;
        assert_eq!(feed.items.len(), 1);
        assert_eq!(feed.items[0].data, Some(serde_json::to_value(&read).unwrap()));
        let up_to = ReadUpTo { up_to: all.last().unwrap().id };
        assert_eq!(head.call::<MarkNotices>((), up_to).await.unwrap().reply.unread.get(), 0);
        let unread = NoticesQuery { unread: Some(true), ..NoticesQuery::default() };
        assert_eq!(head.query::<ListNotices>((), unread).await.unwrap().reply.items, []);
        let other = world.head_of("Thôn Hai").await;
        let refused = other.call::<MarkNotice>(all[0].id, Nothing).await.unwrap_err();
        assert_eq!(refused.code(), Code::NotFound);
    }

    async fn a_preview_says_what_will_be_sent_and_why(world: &World) {
        let admin = world.admin().await;
        let office = world.office().await;
        let head = world.head_of("Thôn Một").await;
        let given = world.give("Thôn Một", 10).await;
        // The Thursday and Friday before the Monday on which it is due are holidays.
        let day = |n: i64| CalendarDay { on: world.day(n), kind: DayKind::Holiday, name: name("Nghỉ lễ của xã") };
        let days = vec![day(6), day(7)];
        let year = 2026_i64.try_into().unwrap();
        admin.call::<PutCalendarYear>(year, CalendarYearDraft { days, version: None }).await.unwrap();
        let working = LadderDraft {
            counting: Counting::Working,
            ..ladder(&[(-2, &[Audience::Unit], false), (1, &[Audience::Unit, Audience::Leader], true)])
        };
        let request = PreviewRequest { ladder: Some(working.clone()), ..PreviewRequest::default() };
        let shown = office.call::<PreviewLadder>((), request).await.unwrap().reply;
        let told: Vec<_> = shown.items.iter().map(|one| (one.on, one.rung.get(), one.assignment)).collect();
        assert_eq!(told, [(world.day(4), -2, given), (world.day(11), 1, given)]);
        assert_eq!(
            shown.items[0].why.as_str(),
            "Hạn 30/11/2026, nhắc trước 2 ngày làm việc, trừ 2 ngày nghỉ (Nghỉ lễ của xã) và 2 ngày cuối tuần."
        );
        assert_eq!(shown.items[0].to.iter().map(|to| to.audience).collect::<Vec<_>>(), [Audience::Unit]);
        put(world, working).await;
        let mut happened = Vec::new();
        for _ in 0..13 {
            world.jobs_run().await;
            happened.push((world.today(), warnings(&head).await.len()));
            world.days_pass(1);
        }
        let first = |many: usize| happened.iter().find(|(_, told)| *told == many).map(|(day, _)| *day);
        assert_eq!(first(1), Some(shown.items[0].on));
        assert_eq!(first(2), Some(shown.items[1].on));
    }

    async fn who_helps_hears_of_his_own_part_once_and_not_of_the_others(world: &World) {
        let lead = world.village("Thôn Một").await;
        let helpers = [world.village("Thôn Hai").await, world.village("Thôn Ba").await];
        let head = world.head_of("Thôn Hai").await;
        world
            .issue(|draft| {
                let assignees =
                    vec![given_to(&[lead], AssigneeRole::ChuTri), given_to(&helpers, AssigneeRole::PhoiHop)];
                vec![TaskDraft { due: due(world.day(3)), assignees, ..draft }]
            })
            .await;
        let helper = world.me(&head).await;
        let office = world.office().await;
        let shown = office.call::<PreviewLadder>((), PreviewRequest::default()).await.unwrap().reply;
        let today = shown.items.iter().filter(|one| one.on == world.today());
        let to_him = today.filter(|one| one.to.iter().any(|to| to.person.id == helper)).count();
        world.jobs_run().await;
        let told = warnings(&head).await;
        assert_eq!((told.len(), to_him), (1, 1));
        assert_eq!(world.assignment(told[0].0).await.unit.id, helpers[0]);
    }

    async fn nobody_is_asked_to_decide_on_work_that_was_cancelled(world: &World) {
        let head = world.head_of("Thôn Một").await;
        let leader = world.leader().await;
        let office = world.office().await;
        let given = world.give("Thôn Một", 9).await;
        // Today's digest has gone out.
        world.jobs_run().await;
        let draft = ExtensionDraft {
            assignment: given,
            asked_due_on: world.day(20),
            reason: note("Mưa lũ."),
            made_at: world.now(),
        };
        head.call::<PutExtension>(id(), draft).await.unwrap();
        world.jobs_run().await;
        let reason = Reason { reason: note("Xã tự làm.") };
        office.call::<CancelAssignment>(given, reason).await.unwrap();
        world.days_pass(12);
        world.jobs_run().await;
        let asked = inbox(&leader).await.into_iter().filter(|one| one.kind == NoticeKind::ToDecide);
        let asked: Vec<_> = asked.map(|one| (one.escalated, one.sent_at)).collect();
        assert_eq!(asked, [(false, None)], "and it was settled before it went out");
    }

    async fn what_was_handed_over_before_the_digest_is_told_to_who_has_it(world: &World) {
        let (one, two) = (world.head_of("Thôn Một").await, world.head_of("Thôn Hai").await);
        let given = world.give("Thôn Một", 30).await;
        let to = Reassignment { unit: world.village("Thôn Hai").await, reason: note("Nhầm thôn.") };
        world.office().await.call::<ReassignAssignment>(given, to).await.unwrap();
        world.jobs_run().await;
        world.days_pass(1);
        world.jobs_run().await;
        let former = inbox(&one).await;
        assert!(former.iter().all(|notice| notice.sent_at.is_none() && notice.task.is_none()), "{former:#?}");
        let present = inbox(&two).await;
        assert!(present.iter().any(|notice| notice.sent_at.is_some() && notice.task.is_some()), "{present:#?}");
    }

    async fn a_preview_of_today_shows_what_is_made_up_for(world: &World) {
        let office = world.office().await;
        let given = world.give("Thôn Một", 5).await;
        let preview = || async {
            let shown = office.call::<PreviewLadder>((), PreviewRequest::default()).await.unwrap().reply;
            shown.items.iter().map(|one| (one.on, one.rung.get(), one.assignment)).collect::<Vec<_>>()
        };
        let rungs = [(0, -7), (2, -3), (4, -1), (5, 0), (6, 1), (8, 3), (12, 7)];
        let all: Vec<_> = rungs.iter().map(|(day, rung)| (world.day(*day), *rung, given)).collect();
        assert_eq!(preview().await, all);
        world.jobs_run().await;
        assert_eq!(preview().await, all[1..], "it was given");
    }

    async fn a_ladder_is_changed_whole_and_checked(world: &World) {
        let admin = world.admin().await;
        let usual = admin.call::<ReadLadder>((), Nothing).await.unwrap().reply;
        assert_eq!(usual.draft, LadderDraft::usual());
        let changed = put(world, ladder(&[(-5, &[Audience::Unit], false)])).await;
        assert!(changed.version > usual.version);
        let again = LadderDraft { version: Some(Version::FIRST), ..changed.draft.clone() };
        assert_eq!(admin.call::<PutLadder>((), again).await.unwrap().reply, changed, "the same again");
        let stale = LadderDraft { version: Some(Version::FIRST), ..LadderDraft::usual() };
        assert_eq!(admin.call::<PutLadder>((), stale).await.unwrap_err().code(), Code::Stale);
        let mut odd = ladder(&[(1, &[], false), (1, &[Audience::Unit], false)]);
        odd.digest_at = "22:00".parse().unwrap();
        odd.version = Some(changed.version);
        let refused = admin.call::<PutLadder>((), odd).await.unwrap_err();
        let fields: Vec<_> =
            refused.problem().unwrap().fields.iter().map(|field| field.pointer.to_string()).collect();
        assert_eq!(fields, ["/rungs/0/tell", "/rungs/1/days", "/digest_at"]);
    }

    async fn a_reminder_is_ready_to_be_pasted(world: &World) {
        let leader = world.leader().await;
        let unit = world.village("Thôn Một").await;
        let nothing = leader.call::<ReadReminder>(unit, Nothing).await.unwrap().reply;
        assert_eq!(nothing.text, None);
        world.give("Thôn Một", -3).await;
        world.give("Thôn Một", 2).await;
        // What waits for the leader is nothing to remind of.
        let reported = world.give("Thôn Một", -4).await;
        world.complete(&world.head_of("Thôn Một").await, reported).await;
        let said = leader.call::<ReadReminder>(unit, Nothing).await.unwrap().reply;
        assert_eq!((said.overdue.get(), said.due_soon.get()), (1, 1));
        let text = said.text.unwrap();
        for part in ["Kính gửi Thôn Một", "20/11/2026", "trễ 3 ngày", "còn 2 ngày", "Hoàn thành việc được giao"] {
            assert!(text.as_str().contains(part), "{text}");
        }
    }
}

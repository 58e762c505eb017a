//! The overdue report: rows in pages, sums, today and on a past day.

use std::collections::{HashMap, HashSet};

use openapi::{
    assignments::{PauseAssignment, Reason},
    decisions::{DecideExcuse, ExcuseDecision, ExcuseDraft, PutExcuse},
    endpoint::Nothing,
    figures::{GroupBy, OverdueQuery, OverdueReport, OverdueRow, ReadOverdue},
    organisation::DueSoonDays,
    people::{OversightDraft, PutOversight},
    problem::FieldCode,
    reports::SubmitReport,
    tasks::{AssigneeRole, TaskDraft},
    timeliness::Timeliness,
    units::UnitKind,
    value::{Cursor, Limit},
};

use super::statistics::{Ground, Made, Then};
use crate::{
    on_both,
    support::{World, due, given_to, id, note, report},
};

async fn overdue(world: &World, query: OverdueQuery) -> OverdueReport {
    world.leader().await.query::<ReadOverdue>((), query).await.unwrap().reply
}

/// All pages, some rows each.
async fn pages(client: &mobile_client::Client, query: OverdueQuery, limit: i64) -> Vec<OverdueRow> {
    let mut rows = Vec::new();
    let mut cursor = None;
    loop {
        let limit = Limit::try_from(limit).unwrap();
        let asked = OverdueQuery { limit: Some(limit), cursor, ..query.clone() };
        let page = client.query::<ReadOverdue>((), asked).await.unwrap().reply;
        assert!(page.items.len() <= usize::try_from(limit.get()).unwrap());
        rows.extend(page.items);
        cursor = page.next;
        if cursor.is_none() {
            return rows;
        }
    }
}

/// What the one function judges overdue: the assignment, and days late.
fn judged<'a>(
    world: &World,
    of: impl Iterator<Item = (&'a Made, &'a Then)>,
    day: i64,
) -> Vec<(String, i64, usize, usize)> {
    let soon = DueSoonDays::try_from(3).unwrap();
    let mut late: Vec<_> = of
        .filter_map(|(made, then)| {
            let judgement = then.facts.judge(world.day(day), soon)?;
            let row = (then.facts.due_on?, made.id, judgement.days_late, then.unit, made.directive);
            (judgement.class == Timeliness::OpenOverdue).then_some(row)
        })
        .collect();
    late.sort_unstable();
    late.into_iter().map(|(_, id, days, unit, directive)| (id.to_string(), days, unit, directive)).collect()
}

on_both! {
    async fn the_rows_are_those_the_one_function_judges_overdue(world: &World) {
        let ground = Ground::draw(world, 300).await;
        let leader = world.leader().await;
        let overseer = world.overseer_of(&["Thôn Hai", "Thôn Ba", "Thôn Tư"]).await;
        let shown = |rows: &[OverdueRow]| -> Vec<(String, i64)> {
            rows.iter().map(|row| (row.assignment.to_string(), i64::from(row.days_late.get()))).collect()
        };
        for day in [-30, -8, -1, 0, 6] {
            let known = day.min(0);
            let all = || ground.made.iter().filter_map(|made| Some((made, made.on(known)?)));
            let late = judged(world, all(), day);
            let of = |keep: &dyn Fn(usize, usize) -> bool| -> Vec<(String, i64)> {
                late.iter().filter(|(_, _, unit, directive)| keep(*unit, *directive)).map(|(id, days, ..)| (id.clone(), *days)).collect()
            };
            let asked = OverdueQuery { as_of: Some(world.day(day)), ..Default::default() };
            assert_eq!(shown(&pages(&leader, asked.clone(), 200).await), of(&|_, _| true), "day {day}");
            assert_eq!(shown(&pages(&leader, asked.clone(), 7).await), of(&|_, _| true), "day {day}");
            let one = OverdueQuery { unit: Some(ground.units[0]), ..asked.clone() };
            assert_eq!(shown(&pages(&leader, one, 3).await), of(&|unit, _| unit == 0));
            assert_eq!(shown(&pages(&overseer, asked.clone(), 3).await), of(&|unit, _| (1..=3).contains(&unit)));
            let directive = OverdueQuery { directive: Some(ground.directives[2]), ..asked.clone() };
            assert_eq!(shown(&pages(&leader, directive.clone(), 5).await), of(&|_, directive| directive == 2));
            assert_eq!(shown(&pages(&overseer, directive, 5).await), of(&|unit, directive| directive == 2 && (1..=3).contains(&unit)));
            let kind = OverdueQuery { unit_kind: Some(UnitKind::ChiBo), ..asked.clone() };
            assert_eq!(shown(&pages(&leader, kind, 5).await), of(&|unit, _| unit == 4));

            for directive in [None, Some(1)] {
                let kept = |unit: usize, of: usize| unit < 5 && directive.is_none_or(|one| one == of);
                let mut sums: HashMap<String, (i64, i64)> = HashMap::new();
                for (_, days, unit, _) in late.iter().filter(|(_, _, unit, of)| kept(*unit, *of)) {
                    let sum = sums.entry(ground.units[*unit].to_string()).or_default();
                    *sum = (sum.0 + 1, sum.1.max(*days));
                }
                let grouped = OverdueQuery {
                    group_by: Some(GroupBy::Unit),
                    directive: directive.map(|one| ground.directives[one]),
                    ..asked.clone()
                };
                let found = overdue(world, grouped).await;
                assert!(found.items.is_empty() && found.next.is_none());
                assert!(found.groups.is_sorted_by(|one, next| one.overdue >= next.overdue));
                let found: HashMap<String, (i64, i64)> = found.groups.into_iter().map(|group| {
                    (group.key.unwrap().to_string(), (i64::from(group.overdue.get()), i64::from(group.most_days_late.get())))
                }).collect();
                assert_eq!(found, sums, "day {day}, directive {directive:?}");
            }
            let grouped = OverdueQuery { group_by: Some(GroupBy::Directive), ..asked };
            let found = overdue(world, grouped).await.groups;
            let count: i64 = found.iter().map(|group| i64::from(group.overdue.get())).sum();
            assert_eq!(count, i64::try_from(late.len()).unwrap());
        }
    }

    async fn a_row_says_who_is_late_with_what_and_in_whose_charge(world: &World) {
        let head = world.head_of("Thôn Đồng Sim").await;
        let overseer = world.overseer_of(&["Thôn Đồng Sim"]).await;
        let assignment = world.give("Thôn Đồng Sim", 2).await;
        let sent = id();
        head.call::<SubmitReport>(sent, report(world, assignment)).await.unwrap();
        assert_eq!(overdue(world, OverdueQuery::default()).await.items, []);
        world.days_pass(2);
        assert_eq!(overdue(world, OverdueQuery::default()).await.items, [], "the due day is in time");
        world.days_pass(1);
        let found = overdue(world, OverdueQuery::default()).await;
        assert_eq!((found.as_of, found.computed_at), (world.today(), world.now()));
        let row = &found.items[0];
        assert_eq!(row.assignment, assignment);
        assert_eq!(row.unit.name.as_str(), "Thôn Đồng Sim");
        assert_eq!(row.directive.title.as_str(), "Kết luận hội nghị tháng 11");
        assert_eq!(row.content.as_str(), "Hoàn thành việc được giao");
        assert_eq!((row.due_on, row.original_due_on, row.days_late.get()), (world.day(-1), world.day(-1), 1));
        assert_eq!(row.last_report.as_ref().map(|last| last.id), Some(sent));
        assert_eq!(row.overseers.iter().map(|person| person.id).collect::<Vec<_>>(), [world.me(&overseer).await]);
        assert!(!row.excused);
        let own = |client: mobile_client::Client| async move {
            client.query::<ReadOverdue>((), OverdueQuery::default()).await.unwrap().reply.items
        };
        assert_eq!(own(head).await, found.items);
        assert_eq!(own(overseer).await, found.items);
        assert_eq!(own(world.head_of("Thôn Hai").await).await, []);
    }

    async fn a_past_day_shows_what_was_known_then(world: &World) {
        let head = world.head_of("Thôn Đồng Sim").await;
        let leader = world.leader().await;
        let assignment = world.give("Thôn Đồng Sim", -1).await;
        world.days_pass(3);
        head.call::<SubmitReport>(id(), report(world, assignment)).await.unwrap();
        let excuse = id();
        let draft = ExcuseDraft { assignment, reason: note("Sạt lở."), made_at: world.now() };
        head.call::<PutExcuse>(excuse, draft).await.unwrap();
        world.days_pass(1);
        leader.call::<DecideExcuse>(excuse, ExcuseDecision { confirmed: true, reason: None }).await.unwrap();
        let overseer = world.overseer_of(&[]).await;
        let charge = OversightDraft {
            person: world.me(&overseer).await,
            unit: world.village("Thôn Đồng Sim").await,
            from: world.day(-2),
            to: Some(world.day(-1)),
        };
        world.admin().await.call::<PutOversight>(id(), charge).await.unwrap();
        let on = async |day: i64| {
            let mut items = overdue(world, OverdueQuery { as_of: Some(world.day(day)), ..Default::default() }).await.items;
            items.pop().map(|row| (row.days_late.get(), row.last_report.is_some(), row.excused, row.overseers.len()))
        };
        assert_eq!(on(0).await, Some((5, true, true, 0)));
        assert_eq!(on(-1).await, Some((4, true, false, 1)));
        assert_eq!(on(-2).await, Some((3, false, false, 1)));
        assert_eq!(on(-4).await, Some((1, false, false, 0)));
        assert_eq!(on(-5).await, None, "it was not yet given");
        assert_eq!(on(10).await, Some((15, true, true, 0)), "if nothing more is done");
    }

    async fn the_same_figures_are_the_same_answer(world: &World) {
        let assignment = world.give("Thôn Một", -1).await;
        let (leader, head) = (world.leader().await, world.head_of("Thôn Một").await);
        let asked = async || leader.query::<ReadOverdue>((), OverdueQuery::default()).await.unwrap();
        let first = asked().await;
        world.clock.advance(chrono::TimeDelta::minutes(5));
        let later = asked().await;
        assert_ne!(later.reply.computed_at, first.reply.computed_at);
        assert_eq!(later.etag, first.etag, "when it was counted is no part of what was counted");
        head.call::<SubmitReport>(id(), report(world, assignment)).await.unwrap();
        assert_ne!(asked().await.etag, first.etag);
    }

    async fn paused_work_is_nobodys_delay(world: &World) {
        let office = world.office().await;
        let assignment = world.give("Thôn Một", -1).await;
        world.give("Thôn Hai", -1).await;
        let reason = Reason { reason: note("Chờ vốn.") };
        office.call::<PauseAssignment>(assignment, reason).await.unwrap();
        let found = overdue(world, OverdueQuery::default()).await;
        assert_eq!(found.items.len(), 1);
        let groups = overdue(world, OverdueQuery { group_by: Some(GroupBy::Unit), ..Default::default() }).await.groups;
        assert_eq!(groups.len(), 1);
    }

    async fn sums_have_the_names_people_use(world: &World) {
        let (one, two) = (world.village("Thôn Một").await, world.village("Thôn Hai").await);
        let cell = world.unit("Chi bộ Một", UnitKind::ChiBo).await;
        let overseer = world.overseer_of(&["Thôn Một", "Chi bộ Một"]).await;
        let (directive, _) = world.issue(|draft| vec![
            TaskDraft { due: due(world.day(-5)), assignees: vec![given_to(&[one, two, cell], AssigneeRole::ChuTri)], ..draft },
        ]).await;
        let by = async |by| -> Vec<(Option<String>, String, i32, i32)> {
            let found = overdue(world, OverdueQuery { group_by: Some(by), ..Default::default() }).await;
            found.groups.into_iter().map(|group| {
                (group.key.map(|key| key.to_string()), group.name.to_string(), group.overdue.get(), group.most_days_late.get())
            }).collect()
        };
        let kinds = by(GroupBy::UnitKind).await;
        assert_eq!(kinds[0], (Some("thon".to_owned()), "Thôn, xóm, bản, tổ dân phố".to_owned(), 2, 5));
        assert_eq!(kinds[1], (Some("chi_bo".to_owned()), "Chi bộ".to_owned(), 1, 5));
        let overseers = by(GroupBy::Overseer).await;
        let me = world.me(&overseer).await.to_string();
        assert_eq!(overseers[0], (Some(me), "Người của Ban Thường vụ".to_owned(), 2, 5));
        assert_eq!(overseers[1], (None, "Chưa có người phụ trách".to_owned(), 1, 5));
        let directives = by(GroupBy::Directive).await;
        assert_eq!(directives, [(Some(directive.to_string()), "Kết luận hội nghị tháng 11".to_owned(), 3, 5)]);
    }

    async fn pages_stay_in_step_while_work_is_given(world: &World) {
        let leader = world.leader().await;
        let given: Vec<_> = (0..6).map(|_| ()).collect();
        for () in given {
            world.give("Thôn Một", -3).await;
        }
        let limit = Some(Limit::try_from(2).unwrap());
        let mut seen = HashSet::new();
        let mut cursor: Option<Cursor> = None;
        loop {
            let asked = OverdueQuery { limit, cursor: cursor.clone(), ..Default::default() };
            let page = leader.query::<ReadOverdue>((), asked).await.unwrap().reply;
            assert!(page.items.iter().all(|row| seen.insert(row.assignment)), "a row came twice");
            world.give("Thôn Một", -9).await;
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(seen.len(), 6);
    }

    async fn what_is_not_there_or_not_his_is_not_known(world: &World) {
        let head = world.head_of("Thôn Một").await;
        let other = world.village("Thôn Hai").await;
        for unit in [other, id()] {
            let query = OverdueQuery { unit: Some(unit), ..Default::default() };
            let Err(mobile_client::Failed::Refused(problem)) = head.query::<ReadOverdue>((), query).await else {
                panic!("it was taken")
            };
            assert_eq!((problem.status, problem.fields[0].pointer.as_str()), (422, "?unit"));
            assert_eq!(problem.fields[0].code, FieldCode::NotKnown);
        }
        let foreign = OverdueQuery { cursor: Some(Cursor::of(&"not ours")), ..Default::default() };
        assert_eq!(head.query::<ReadOverdue>((), foreign).await.unwrap_err().status(), 422);
        assert_eq!(world.admin().await.call::<ReadOverdue>((), Nothing).await.unwrap_err().status(), 403);
        assert_eq!(world.stranger().call::<ReadOverdue>((), Nothing).await.unwrap_err().status(), 401);
    }
}

//! Due dates in calendar programs.

use api::calendar_feeds::tend;
use chrono::TimeDelta;
use mobile_client::Client;
use openapi::{
    access::Role,
    calendar_feeds::{
        CalendarFeed, CalendarFeedDraft, CalendarFeedsQuery, ListCalendarFeeds, PutCalendarFeed,
        ReadCalendarFile, RevokeCalendarFeed,
    },
    endpoint::Nothing,
    people::{PatchPerson, PersonPatch, ReadPerson, RoleAt},
    problem::{Code, FieldCode},
    tasks::{AssigneeRole, TaskDraft},
    units::UnitId,
};

use crate::{
    on_both,
    support::{World, due, given_to, id, name, note},
};

fn own() -> CalendarFeedDraft {
    CalendarFeedDraft { name: name("Lịch trên điện thoại"), unit: None }
}
fn of(unit: UnitId) -> CalendarFeedDraft {
    CalendarFeedDraft { name: name("Lịch của thôn"), unit: Some(unit) }
}
async fn made(client: &Client, draft: CalendarFeedDraft) -> CalendarFeed {
    client.call::<PutCalendarFeed>(id(), draft).await.unwrap().reply
}
/// The last part of the address, which is the same wherever the server is.
fn secret(feed: &CalendarFeed) -> String {
    let address = feed.address.as_ref().unwrap().to_string();
    address.strip_prefix("https://dondoc.example/calendar/").unwrap().to_owned()
}
async fn fetch(world: &World, secret: &str, known: Option<&str>) -> reqwest::Response {
    let at = format!("{}/calendar/{secret}", world.stranger().base());
    let mut request = reqwest::Client::new().get(at);
    if let Some(tag) = known {
        request = request.header("if-none-match", tag);
    }
    request.send().await.unwrap()
}
/// The lines of a calendar, put together again.
async fn lines(world: &World, secret: &str) -> Vec<String> {
    let answer = fetch(world, secret, None).await;
    assert_eq!(answer.status().as_u16(), 200);
    let media = answer.headers().get("content-type").unwrap().to_str().unwrap().to_owned();
    assert_eq!(media, "text/calendar; charset=utf-8");
    let text = answer.text().await.unwrap().replace("\r\n ", "");
    text.split("\r\n").map(str::to_owned).collect()
}
fn all<'a>(lines: &'a [String], property: &str) -> Vec<&'a str> {
    lines.iter().filter_map(|line| line.strip_prefix(property)).collect()
}
async fn status(world: &World, secret: &str) -> u16 {
    fetch(world, secret, None).await.status().as_u16()
}

on_both! {
    async fn a_village_head_has_his_due_dates_in_his_calendar(world: &World) {
        let head = world.head_of("Thôn Đồng Sim").await;
        let assignment = world.give("Thôn Đồng Sim", 5).await;
        world.give("Thôn Suối Trong", 6).await;
        let feed = made(&head, own()).await;
        let lines = lines(world, &secret(&feed)).await;
        assert_eq!(all(&lines, "UID:"), [assignment.as_str()]);
        assert_eq!(all(&lines, "DTSTART;VALUE=DATE:"), ["20261125"]);
        assert_eq!(all(&lines, "DTEND;VALUE=DATE:"), ["20261126"]);
        assert_eq!(all(&lines, "SUMMARY:"), ["Hoàn thành việc được giao"]);
        assert_eq!(all(&lines, "TRIGGER:"), ["-P2DT17H", "-PT17H"]);
        assert_eq!(all(&lines, "URL:"), [format!("https://dondoc.example/app/#/viec/{assignment}")]);
        assert_eq!(all(&lines, "X-WR-CALNAME:"), ["Lịch trên điện thoại"]);
        assert_eq!(all(&lines, "X-WR-TIMEZONE:"), ["Asia/Ho_Chi_Minh"]);
        // What is done is no longer there.
        world.complete(&head, assignment).await;
        let leader = world.leader().await;
        let report = world.assignment(assignment).await.last_report.unwrap().id;
        let verdict = openapi::reports::ReviewDraft {
            verdict: openapi::reports::Verdict::Accept,
            ..openapi::endpoint::Dto::example()
        };
        leader.call::<openapi::reports::ReviewReport>(report, verdict).await.unwrap();
        let lines = self::lines(world, &secret(&feed)).await;
        assert_eq!(all(&lines, "UID:"), Vec::<&str>::new());
    }

    async fn who_sees_several_units_sees_whose_each_is_and_the_earliest_first(world: &World) {
        world.give("Thôn Suối Trong", 6).await;
        world.give("Thôn Đồng Sim", 5).await;
        let leader = world.leader().await;
        let lines = lines(world, &secret(&made(&leader, own()).await)).await;
        let summaries = ["Thôn Đồng Sim: Hoàn thành việc được giao", "Thôn Suối Trong: Hoàn thành việc được giao"];
        assert_eq!(all(&lines, "SUMMARY:"), summaries);
    }

    async fn a_private_note_is_in_no_calendar(world: &World) {
        let head = world.head_of("Thôn Đồng Sim").await;
        let unit = world.village("Thôn Đồng Sim").await;
        world
            .issue(|draft| {
                let assignees = vec![given_to(&[unit], AssigneeRole::ChuTri)];
                let private_note = Some(note("Hộ ông Mẫu"));
                vec![TaskDraft { due: due(world.day(4)), assignees, private_note, ..draft }]
            })
            .await;
        let text = lines(world, &secret(&made(&head, own()).await)).await.join("\n");
        assert!(text.contains("BEGIN:VEVENT") && !text.contains("Mẫu"), "{text}");
    }

    async fn what_is_the_same_is_not_sent_again(world: &World) {
        let head = world.head_of("Thôn Đồng Sim").await;
        let assignment = world.give("Thôn Đồng Sim", 5).await;
        let secret = secret(&made(&head, own()).await);
        let first = fetch(world, &secret, None).await;
        let tag = first.headers().get("etag").unwrap().to_str().unwrap().to_owned();
        world.days_pass(1);
        let again = fetch(world, &secret, Some(&tag)).await;
        assert_eq!(again.status().as_u16(), 304);
        let made_at = openapi::assignments::Acknowledgement { made_at: world.now() };
        head.call::<openapi::assignments::AcknowledgeAssignment>(assignment, made_at).await.unwrap();
        let changed = fetch(world, &secret, Some(&tag)).await;
        assert_eq!(changed.status().as_u16(), 200);
        let lines = lines(world, &secret).await;
        assert_eq!(all(&lines, "SEQUENCE:"), ["1"]);
        assert_eq!(all(&lines, "LAST-MODIFIED:"), ["20261121T010000Z"]);
    }

    async fn an_address_is_shown_for_ten_minutes_and_can_be_revoked(world: &World) {
        let head = world.head_of("Thôn Đồng Sim").await;
        let feed = id();
        let first = head.call::<PutCalendarFeed>(feed, own()).await.unwrap();
        let again = head.call::<PutCalendarFeed>(feed, own()).await.unwrap();
        assert_eq!((first.status, again.status, &first.reply), (201, 200, &again.reply));
        let listed = head.query::<ListCalendarFeeds>((), CalendarFeedsQuery::default()).await.unwrap().reply;
        assert_eq!((listed.items.len(), &listed.items[0].address), (1, &None));
        let made_at = world.now();
        world.clock.advance(TimeDelta::minutes(10));
        assert_eq!(head.call::<PutCalendarFeed>(feed, own()).await.unwrap().reply.address, None);
        tend(&world.running.state).await.unwrap();
        world.clock.set(made_at);
        assert_eq!(head.call::<PutCalendarFeed>(feed, own()).await.unwrap().reply.address, None);
        let secret = secret(&first.reply);
        assert_eq!(status(world, &secret).await, 200);
        tend(&world.running.state).await.unwrap();
        let listed = head.query::<ListCalendarFeeds>((), CalendarFeedsQuery::default()).await.unwrap().reply;
        assert_eq!(listed.items[0].last_read_at, Some(world.now()));
        // Another's is not there for him.
        let other = world.head_of("Thôn Suối Trong").await;
        assert_eq!(other.call::<RevokeCalendarFeed>(feed, Nothing).await.unwrap_err().status(), 404);
        assert_eq!(other.call::<PutCalendarFeed>(feed, own()).await.unwrap_err().code(), Code::Conflict);
        head.call::<RevokeCalendarFeed>(feed, Nothing).await.unwrap();
        head.call::<RevokeCalendarFeed>(feed, Nothing).await.unwrap();
        assert_eq!(status(world, &secret).await, 404);
        assert_eq!(head.call::<PutCalendarFeed>(feed, own()).await.unwrap_err().code(), Code::Conflict);
    }

    async fn a_calendar_shows_what_its_owner_may_see_now(world: &World) {
        let (head, admin) = (world.head_of("Thôn Đồng Sim").await, world.admin().await);
        world.give("Thôn Đồng Sim", 5).await;
        let there = world.give("Thôn Suối Trong", 5).await;
        let secret = secret(&made(&head, own()).await);
        let person = world.me(&head).await;
        let version = admin.call::<ReadPerson>(person, Nothing).await.unwrap().reply.version;
        let unit = world.village("Thôn Suối Trong").await;
        let roles = Some(vec![RoleAt { role: Role::Reporter, unit }]);
        let moved = PersonPatch { roles, ..PersonPatch::default() };
        let version = admin.change::<PatchPerson>(person, version, moved).await.unwrap().reply.version;
        assert_eq!(all(&lines(world, &secret).await, "UID:"), [there.as_str()]);
        // Without a role that sees work the calendar is empty, and still one.
        let nothing = PersonPatch { roles: Some(vec![]), ..PersonPatch::default() };
        let version = admin.change::<PatchPerson>(person, version, nothing).await.unwrap().reply.version;
        let text = lines(world, &secret).await;
        assert_eq!((all(&text, "UID:").len(), all(&text, "BEGIN:VTIMEZONE").len()), (0, 1));
        let left = PersonPatch { active: Some(false), ..PersonPatch::default() };
        admin.change::<PatchPerson>(person, version, left).await.unwrap();
        assert_eq!(status(world, &secret).await, 404);
    }

    async fn the_office_shares_the_due_dates_of_a_unit(world: &World) {
        let (office, head) = (world.office().await, world.head_of("Thôn Đồng Sim").await);
        let assignment = world.give("Thôn Đồng Sim", 5).await;
        world.give("Thôn Suối Trong", 5).await;
        let unit = world.village("Thôn Đồng Sim").await;
        let feed = made(&office, of(unit)).await;
        assert_eq!(all(&lines(world, &secret(&feed)).await, "UID:"), [assignment.as_str()]);
        let refused = head.call::<PutCalendarFeed>(id(), of(unit)).await.unwrap_err();
        assert_eq!(refused.status(), 403);
        let absent = office.call::<PutCalendarFeed>(id(), of(id())).await.unwrap_err();
        assert_eq!(absent.problem().unwrap().fields[0].code, FieldCode::NotKnown);
        // The office sees all that are shared, the people of a unit only their own.
        let colleague = world.somebody("van.phong.2", Role::Office, "Văn phòng Đảng ủy", openapi::units::UnitKind::VanPhong).await;
        let list = async |client: &Client| {
            client.query::<ListCalendarFeeds>((), CalendarFeedsQuery::default()).await.unwrap().reply.items.len()
        };
        assert_eq!((list(&office).await, list(&colleague).await, list(&head).await), (1, 1, 0));
        colleague.call::<RevokeCalendarFeed>(feed.id, Nothing).await.unwrap();
        assert_eq!(status(world, &secret(&feed)).await, 404);
    }

    async fn an_address_nobody_made_is_not_there(world: &World) {
        let invented = api::tokens::marked_secret(b"another installation", "ddc", 1, "x", &[1; 32]);
        let invented = format!("{invented}.ics");
        let failed = world.stranger().call::<ReadCalendarFile>(invented.parse().unwrap(), Nothing).await;
        assert_eq!(failed.unwrap_err().status(), 404);
        for secret in ["x.ics", "ddc_.ics", "..%2f", "%E1%BA%BF.ics", invented.trim_end_matches(".ics")] {
            assert_eq!(status(world, secret).await, 404, "{secret}");
        }
        let metrics = format!("{}/metrics", world.stranger().base());
        let counted = reqwest::get(metrics).await.unwrap().text().await.unwrap();
        assert!(counted.contains("read_calendar_file") && !counted.contains("ddc_"), "{counted}");
    }

    async fn nobody_has_more_addresses_than_he_can_look_after(world: &World) {
        let head = world.head_of("Thôn Đồng Sim").await;
        let first = made(&head, own()).await;
        for _ in 1..20 {
            made(&head, own()).await;
        }
        let refused = head.call::<PutCalendarFeed>(id(), own()).await.unwrap_err();
        assert_eq!(refused.code(), Code::WrongState);
        head.call::<RevokeCalendarFeed>(first.id, Nothing).await.unwrap();
        made(&head, own()).await;
    }
}

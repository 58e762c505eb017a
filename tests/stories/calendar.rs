//! Named events and the table of holidays.

use openapi::{
    assignments::{AssignmentsQuery, ListAssignments},
    calendar::{
        CalendarDay, CalendarYearDraft, DayKind, ListNamedEvents, NamedEventDraft, NamedEventPatch,
        NamedEventsQuery, PatchNamedEvent, PutCalendarYear, PutNamedEvent, ReadCalendarYear, ReadNamedEvent,
    },
    directives::{DirectiveDraft, IssueDirective, IssueRequest, PutDirective, ReadDirective},
    endpoint::{Dto, Nothing},
    problem::{Code, FieldCode},
    tasks::{Due, DueSource, EventRelation, PutTask, TaskDraft},
    value::{Change, Date, Limit, Year},
};

use crate::{
    on_both,
    support::{World, id, name},
};

fn event(called: &str) -> NamedEventDraft {
    NamedEventDraft { name: name(called), from: None, to: None }
}
fn date(text: &str) -> Date {
    text.parse().unwrap()
}
fn holiday(on: &str) -> CalendarDay {
    CalendarDay { on: date(on), kind: DayKind::Holiday, name: name("Ngày nghỉ") }
}
fn table(days: Vec<CalendarDay>) -> CalendarYearDraft {
    CalendarYearDraft { days, version: None }
}
fn year(year: i64) -> Year {
    Year::try_from(year).unwrap()
}
fn field(failed: &mobile_client::Failed) -> (&str, FieldCode) {
    let field = &failed.problem().unwrap().fields[0];
    (field.pointer.as_str(), field.code)
}

on_both! {
    async fn an_event_may_wait_for_its_day_and_is_entered_once(world: &World) {
        let admin = world.admin().await;
        let tet = id();
        let first = admin.call::<PutNamedEvent>(tet, event("Tết Nguyên đán 2027")).await.unwrap();
        let again = admin.call::<PutNamedEvent>(tet, event("Tết Nguyên đán 2027")).await.unwrap();
        assert_eq!((first.status, again.status, &first.reply), (201, 200, &again.reply));
        assert_eq!((first.reply.draft.from, first.reply.assignments.get()), (None, 0));
        let other = admin.call::<PutNamedEvent>(tet, event("Tết Nguyên đán 2028")).await.unwrap_err();
        assert_eq!(other.code(), Code::Conflict);
        // A name is one event's, however it is written.
        let twin = admin.call::<PutNamedEvent>(id(), event("TET nguyen dan  2027")).await.unwrap_err();
        assert_eq!(twin.code(), Code::Duplicate);
        assert_eq!(admin.call::<ReadNamedEvent>(tet, Nothing).await.unwrap().reply, first.reply);
        assert_eq!(admin.call::<ReadNamedEvent>(id(), Nothing).await.unwrap_err().status(), 404);
    }

    async fn the_days_of_an_event_stand_in_order(world: &World) {
        let admin = world.admin().await;
        let days = |from, to| NamedEventDraft { from, to, ..event("Kỳ họp cuối năm") };
        let only_last = days(None, Some(date("2026-12-20")));
        let refused = admin.call::<PutNamedEvent>(id(), only_last).await.unwrap_err();
        assert_eq!(field(&refused), ("/from", FieldCode::Required));
        let reversed = days(Some(date("2026-12-20")), Some(date("2026-12-19")));
        let refused = admin.call::<PutNamedEvent>(id(), reversed).await.unwrap_err();
        assert_eq!(field(&refused), ("/to", FieldCode::BadValue));
        let good = days(Some(date("2026-12-19")), Some(date("2026-12-20")));
        let made = admin.call::<PutNamedEvent>(id(), good).await.unwrap().reply;

        let move_to = |day| NamedEventPatch { from: Change::Set(date(day)), ..NamedEventPatch::default() };
        let unversioned = admin.call::<PatchNamedEvent>(made.id, move_to("2026-12-18")).await.unwrap_err();
        assert_eq!(unversioned.status(), 428);
        let beyond = admin.change::<PatchNamedEvent>(made.id, made.version, move_to("2026-12-21")).await;
        assert_eq!(field(&beyond.unwrap_err()), ("/to", FieldCode::BadValue));
        let moved = admin.change::<PatchNamedEvent>(made.id, made.version, move_to("2026-12-18")).await.unwrap().reply;
        assert_eq!((moved.draft.from, moved.version), (Some(date("2026-12-18")), made.version.next()));
        let late = admin.change::<PatchNamedEvent>(made.id, made.version, move_to("2026-12-17")).await;
        assert_eq!(late.unwrap_err().status(), 412);
        let clear = NamedEventPatch { from: Change::Clear, to: Change::Clear, ..NamedEventPatch::default() };
        let cleared = admin.change::<PatchNamedEvent>(made.id, moved.version, clear).await.unwrap().reply;
        assert_eq!((cleared.draft.from, cleared.draft.to), (None, None));

        admin.call::<PutNamedEvent>(id(), event("Đại hội")).await.unwrap();
        let rename = NamedEventPatch { name: Some(name("đại hội")), ..NamedEventPatch::default() };
        let twin = admin.change::<PatchNamedEvent>(made.id, cleared.version, rename).await.unwrap_err();
        assert_eq!(twin.code(), Code::Duplicate);
    }

    async fn work_due_by_an_event_gets_its_date_when_the_event_does(world: &World) {
        let (office, admin) = (world.office().await, world.admin().await);
        let tet = admin.call::<PutNamedEvent>(id(), event("Tết Nguyên đán 2027")).await.unwrap().reply;
        world.village("Thôn Đồng Sim").await;
        let directive = id();
        let draft = DirectiveDraft { issuer_unit: None, ..DirectiveDraft::example() };
        office.call::<PutDirective>(directive, draft).await.unwrap();
        let due = Due {
            event: Some(tet.id),
            relation: Some(EventRelation::Before),
            source: DueSource::Event,
            ..Due::none()
        };
        let task = TaskDraft { directive, due, ..TaskDraft::example() };
        office.call::<PutTask>(id(), task).await.unwrap();
        let version = office.call::<ReadDirective>(directive, Nothing).await.unwrap().reply.version;
        office.call::<IssueDirective>(directive, IssueRequest { version }).await.unwrap();

        let due_on = async || {
            let found = office.query::<ListAssignments>((), AssignmentsQuery::default()).await.unwrap().reply;
            assert_eq!(found.items.len(), 1);
            found.items[0].due_on
        };
        assert_eq!(due_on().await, None);
        let waiting = admin.call::<ReadNamedEvent>(tet.id, Nothing).await.unwrap().reply;
        assert_eq!(waiting.assignments.get(), 1);
        let on = |day| NamedEventPatch { from: Change::Set(date(day)), ..NamedEventPatch::default() };
        let dated = admin.change::<PatchNamedEvent>(tet.id, tet.version, on("2027-02-05")).await.unwrap().reply;
        assert_eq!(due_on().await, Some(date("2027-02-04")));
        let moved = admin.change::<PatchNamedEvent>(tet.id, dated.version, on("2027-02-06")).await.unwrap().reply;
        assert_eq!((due_on().await, moved.assignments.get()), (Some(date("2027-02-05")), 1));
        let clear = NamedEventPatch { from: Change::Clear, ..NamedEventPatch::default() };
        admin.change::<PatchNamedEvent>(tet.id, moved.version, clear).await.unwrap();
        assert_eq!(due_on().await, None);
    }

    async fn events_are_listed_with_and_without_their_day(world: &World) {
        let admin = world.admin().await;
        for (called, from) in [("A", None), ("B", Some("2026-12-01")), ("C", None), ("Đ", Some("2026-12-02"))] {
            let draft = NamedEventDraft { from: from.map(date), ..event(called) };
            admin.call::<PutNamedEvent>(id(), draft).await.unwrap();
        }
        let head = world.head_of("Thôn Đồng Sim").await;
        let names = async |query: NamedEventsQuery| -> Vec<String> {
            let found = head.query::<ListNamedEvents>((), query).await.unwrap().reply;
            found.items.iter().map(|event| event.draft.name.to_string()).collect()
        };
        let query = NamedEventsQuery::default;
        assert_eq!(names(query()).await, ["A", "B", "C", "Đ"]);
        assert_eq!(names(NamedEventsQuery { dated: Some(true), ..query() }).await, ["B", "Đ"]);
        assert_eq!(names(NamedEventsQuery { dated: Some(false), ..query() }).await, ["A", "C"]);
        let mut three = NamedEventsQuery { limit: Some(Limit::try_from(3).unwrap()), ..query() };
        let first = head.query::<ListNamedEvents>((), three.clone()).await.unwrap().reply;
        three.cursor = first.next;
        assert_eq!(names(three).await, ["Đ"]);
    }

    async fn events_are_dated_by_office_and_administrator_alone(world: &World) {
        let office = world.office().await;
        let made = office.call::<PutNamedEvent>(id(), event("Kỳ họp")).await.unwrap().reply;
        let patch = NamedEventPatch { from: Change::Set(world.today()), ..NamedEventPatch::default() };
        for client in [world.leader().await, world.inspector().await, world.head_of("Thôn Đồng Sim").await] {
            client.call::<ReadNamedEvent>(made.id, Nothing).await.unwrap();
            let refused = client.call::<PutNamedEvent>(id(), event("Khác")).await.unwrap_err();
            assert_eq!(refused.status(), 403);
            let refused = client.change::<PatchNamedEvent>(made.id, made.version, patch.clone()).await.unwrap_err();
            assert_eq!(refused.status(), 403);
        }
        assert_eq!(world.stranger().call::<ReadNamedEvent>(made.id, Nothing).await.unwrap_err().status(), 401);
    }

    async fn a_year_nobody_has_entered_is_not_guessed(world: &World) {
        let (admin, office) = (world.admin().await, world.office().await);
        assert_eq!(office.call::<ReadCalendarYear>(year(2027), Nothing).await.unwrap_err().status(), 404);
        // Whoever believes it was there is told that it is not.
        let believed = admin.change::<PutCalendarYear>(year(2027), 1.try_into().unwrap(), table(vec![])).await;
        assert_eq!(believed.unwrap_err().status(), 412);
        let made = admin.call::<PutCalendarYear>(year(2027), table(vec![])).await.unwrap();
        assert_eq!((made.status, made.reply.days.len()), (201, 0));
        assert_eq!(office.call::<ReadCalendarYear>(year(2027), Nothing).await.unwrap().reply, made.reply);
        assert_eq!(office.call::<ReadCalendarYear>(year(2026), Nothing).await.unwrap_err().status(), 404);
        let refused = office.call::<PutCalendarYear>(year(2026), table(vec![])).await.unwrap_err();
        assert_eq!(refused.status(), 403);
    }

    async fn a_year_is_changed_whole_from_the_version_that_was_seen(world: &World) {
        let admin = world.admin().await;
        let days = vec![holiday("2026-09-02"), holiday("2026-01-01")];
        let made = admin.call::<PutCalendarYear>(year(2026), table(days.clone())).await.unwrap().reply;
        let sorted: Vec<Date> = made.days.iter().map(|day| day.on).collect();
        assert_eq!(sorted, [date("2026-01-01"), date("2026-09-02")]);
        let again = admin.call::<PutCalendarYear>(year(2026), table(days)).await.unwrap();
        assert_eq!((again.status, &again.reply), (200, &made));

        let others = table(vec![holiday("2026-12-31")]);
        let unversioned = admin.call::<PutCalendarYear>(year(2026), others.clone()).await.unwrap_err();
        assert_eq!(unversioned.status(), 428);
        let changed = admin.change::<PutCalendarYear>(year(2026), made.version, others.clone()).await.unwrap().reply;
        assert_eq!((changed.days.len(), changed.version), (1, made.version.next()));
        let stale = CalendarYearDraft { version: Some(made.version), ..table(vec![]) };
        let late = admin.call::<PutCalendarYear>(year(2026), stale).await.unwrap_err();
        assert_eq!(late.status(), 412);
        // The answer was lost, and the same is sent again from the old version: it is done already.
        let repeated = admin.change::<PutCalendarYear>(year(2026), made.version, others).await.unwrap().reply;
        assert_eq!(repeated, changed);
        // The neighbouring years are not touched.
        admin.call::<PutCalendarYear>(year(2027), table(vec![holiday("2027-01-01")])).await.unwrap();
        assert_eq!(admin.call::<ReadCalendarYear>(year(2026), Nothing).await.unwrap().reply, changed);
    }

    async fn the_days_of_a_year_lie_in_it_and_each_is_given_once(world: &World) {
        let admin = world.admin().await;
        let refused = async |days| {
            let failed = admin.call::<PutCalendarYear>(year(2026), table(days)).await.unwrap_err();
            let (pointer, code) = field(&failed);
            (pointer.to_owned(), code)
        };
        let outside = refused(vec![holiday("2026-01-01"), holiday("2027-01-01")]).await;
        assert_eq!(outside, ("/days/1/on".to_owned(), FieldCode::BadValue));
        let twice = refused(vec![holiday("2026-01-01"), holiday("2026-01-01")]).await;
        assert_eq!(twice, ("/days/1/on".to_owned(), FieldCode::Duplicate));
        let first = date("2026-01-01");
        let many = (0..151).map(|day| CalendarDay { on: first.plus(day), ..holiday("2026-01-01") });
        assert_eq!(refused(many.collect()).await, ("/days".to_owned(), FieldCode::TooMany));
    }
}

//! Other systems are told what happens, at least once, signed, and without a word that people wrote.

mod rounds;

use std::{collections::HashSet, time::Duration};

use chrono::TimeDelta;
use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};
use mobile_client::{Client, Failed};
use openapi::{
    access::Role,
    endpoint::Nothing,
    ledger::{AuditQuery, ListAuditEvents},
    problem::{Code, FieldCode},
    reports::{ReviewDraft, ReviewReport, SubmitReport, Verdict},
    tasks::TaskDraft,
    units::UnitKind,
    value::{Change, Instant, Limit},
    webhooks::{
        DeleteWebhook, DeliveriesQuery, Delivery, DeliveryError, DeliveryId, DeliveryState, DisabledWhy,
        EventFormat, EventType, ListDeliveries, ListWebhooks, PatchWebhook, PingWebhook, PutWebhook,
        ReadWebhook, ReplayRequest, ReplayWebhook, RotateRequest, RotateWebhookSecret, Webhook, WebhookDraft,
        WebhookId, WebhookPatch, WebhookState, WebhooksQuery,
    },
};
use serde_json::Value;

use crate::{
    on_both,
    support::{Reaction, Receiver, World, class, id, note, phrase, report},
};

pub(super) fn to(url: &str, events: &[EventType]) -> WebhookDraft {
    WebhookDraft {
        url: url.parse().unwrap(),
        description: Some(phrase("Cổng điều hành của tỉnh")),
        events: events.to_vec(),
        format: EventFormat::Standard,
    }
}

async fn register(world: &World, draft: WebhookDraft) -> Webhook {
    world.admin().await.call::<PutWebhook>(id(), draft).await.unwrap().reply
}

/// The key that was shown.
fn key(webhook: &Webhook) -> String {
    webhook.key.as_ref().unwrap().to_string()
}

async fn log(world: &World, webhook: WebhookId) -> Vec<Delivery> {
    let admin = world.admin().await;
    admin.query::<ListDeliveries>(webhook, DeliveriesQuery::default()).await.unwrap().reply.items
}

/// A delivery, once something is true of it.
async fn once(
    world: &World,
    webhook: WebhookId,
    which: DeliveryId,
    is: impl Fn(&Delivery) -> bool,
) -> Delivery {
    for _ in 0..1500 {
        let found = log(world, webhook).await.into_iter().find(|one| one.id == which);
        if let Some(found) = found.filter(|one| is(one)) {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("{which}: {:?}", log(world, webhook).await);
}

/// A ping, sent.
async fn ping(world: &World, webhook: WebhookId) -> DeliveryId {
    let ping = id();
    let sent = world.admin().await.call::<PingWebhook>((webhook, ping), Nothing).await.unwrap();
    assert_eq!((sent.status, sent.reply.state), (201, DeliveryState::Waiting));
    ping
}

/// What became of a ping after its first attempt.
async fn pinged(world: &World, webhook: WebhookId) -> Delivery {
    let ping = ping(world, webhook).await;
    once(world, webhook, ping, |one| one.status.is_some() || one.error.is_some()).await
}

async fn read(admin: &Client, webhook: WebhookId) -> Webhook {
    admin.call::<ReadWebhook>(webhook, Nothing).await.unwrap().reply
}

fn field(failed: &Failed) -> (&str, FieldCode) {
    let field = &failed.problem().unwrap().fields[0];
    (field.pointer.as_str(), field.code)
}

on_both! {
    async fn what_happens_to_work_is_told_in_order_and_signed(world: &World) {
        let receiver = Receiver::new().await;
        let head = world.head_of("Thôn Một").await;
        let leader = world.leader().await;
        let webhook = register(world, to(&receiver.url(), &[])).await;
        let assignment = world.give("Thôn Một", 5).await;
        let words = "Ông Mẫu ở cuối thôn chưa nhận được tiền.";
        let one = id();
        let mut draft = report(world, assignment);
        (draft.words, draft.completes) = (Some(note(words)), true);
        head.call::<SubmitReport>(one, draft).await.unwrap();
        let back = ReviewDraft { verdict: Verdict::Return, reason: Some(note("Thiếu ảnh.")) };
        leader.call::<ReviewReport>(one, back).await.unwrap();
        let mut told = Vec::new();
        while told.last().is_none_or(|kind| kind != "report.returned") {
            let got = receiver.next().await;
            assert_eq!(got.verified_by(&key(&webhook)), Some(0), "{got:?}");
            assert_eq!(got.header("content-type"), "application/json");
            assert!(!got.body.contains("Mẫu") && !got.body.contains("Thiếu"), "no word that people wrote: {}", got.body);
            told.push(got.kind());
        }
        // Arrival follows no order; the sequence does.
        let mut all = receiver.all();
        all.sort_by_key(|got| got.json()["data"]["sequence"].as_i64().unwrap());
        let of_work: Vec<_> = all.iter().filter(|got| got.json()["data"]["assignment"] == assignment.as_str()).collect();
        let kinds: Vec<String> = of_work.iter().map(|got| got.kind()).collect();
        assert_eq!(kinds, ["assignment.issued", "report.submitted", "report.returned"]);
        let seen = world.assignment(assignment).await;
        for (got, state) in of_work.iter().zip(["assigned", "submitted", "in_progress"]) {
            let data = &got.json()["data"];
            assert_eq!(data["state"], state);
            assert_eq!(data["unit"], seen.unit.id.as_str());
            assert_eq!(data["task"], seen.task.id.as_str());
            assert_eq!(data["directive"], seen.directive.id.as_str());
            assert_eq!(data["due_on"], world.day(5).to_string());
            assert_eq!(got.json()["timestamp"], world.now().to_string());
        }
        let returned = of_work[2].json();
        assert_eq!((&returned["data"]["subject"], &returned["data"]["id"]), (&Value::from("report"), &Value::from(one.as_str())));
        // The id of an event is that of its entry in the audit trail.
        let trail = world.inspector().await.query::<ListAuditEvents>((), AuditQuery { limit: Some(Limit::try_from(200).unwrap()), ..AuditQuery::default() }).await.unwrap().reply;
        for got in &all {
            let entry = trail.items.iter().find(|entry| entry.id.as_str() == got.id()).unwrap();
            assert_eq!(got.json()["data"]["sequence"], entry.position);
        }
        let last: DeliveryId = of_work[2].id().parse().unwrap();
        let delivered = once(world, webhook.id, last, |one| one.state == DeliveryState::Delivered).await;
        assert_eq!((delivered.attempts.get(), delivered.status, delivered.error), (1, Some(204), None));
        assert_eq!((delivered.kind, delivered.next_at), (EventType::ReportReturned, None));
    }

    async fn only_what_was_asked_for_is_sent(world: &World) {
        let receiver = Receiver::new().await;
        let head = world.head_of("Thôn Một").await;
        let webhook = register(world, to(&receiver.url(), &[EventType::ReportSubmitted])).await;
        let assignment = world.give("Thôn Một", 5).await;
        world.complete(&head, assignment).await;
        assert_eq!(receiver.next().await.kind(), "report.submitted");
        // A ping always passes.
        ping(world, webhook.id).await;
        let got = receiver.next().await;
        assert_eq!((got.kind().as_str(), &got.json()["data"]["subject"]), ("ping", &Value::from("webhook")));
        assert_eq!(got.verified_by(&key(&webhook)), Some(0));
        assert_eq!(receiver.all().len(), 2);
        let query = DeliveriesQuery { event: Some(EventType::Ping), state: Some(DeliveryState::Delivered), from: Some(world.now()), to: Some(world.now()), ..DeliveriesQuery::default() };
        once(world, webhook.id, got.id().parse().unwrap(), |one| one.state == DeliveryState::Delivered).await;
        let admin = world.admin().await;
        let listed = admin.query::<ListDeliveries>(webhook.id, query.clone()).await.unwrap().reply.items;
        assert_eq!(listed.iter().map(|one| one.id.as_str()).collect::<Vec<_>>(), [got.id()]);
        let earlier = DeliveriesQuery { to: Some(world.now().plus(TimeDelta::seconds(-1))), from: None, ..query };
        assert_eq!(admin.query::<ListDeliveries>(webhook.id, earlier).await.unwrap().reply.items, []);
        let first = DeliveriesQuery { limit: Some(Limit::try_from(1).unwrap()), ..DeliveriesQuery::default() };
        let page = admin.query::<ListDeliveries>(webhook.id, first.clone()).await.unwrap().reply;
        let rest = admin.query::<ListDeliveries>(webhook.id, DeliveriesQuery { cursor: page.next, ..first }).await.unwrap().reply;
        assert!(rest.next.is_none() && page.items[0].id > rest.items[0].id);
    }

    async fn whoever_asks_is_sent_cloudevents(world: &World) {
        let receiver = Receiver::new().await;
        let draft = WebhookDraft { format: EventFormat::CloudEvents, ..to(&receiver.url(), &[EventType::AssignmentIssued]) };
        let webhook = register(world, draft).await;
        let assignment = world.give("Thôn Một", 5).await;
        let got = receiver.next().await;
        assert_eq!(got.verified_by(&key(&webhook)), Some(0));
        assert_eq!(got.header("content-type"), "application/cloudevents+json; charset=utf-8");
        let event = got.json();
        assert_eq!((&event["specversion"], &event["type"]), (&Value::from("1.0"), &Value::from("dondoc.assignment.issued")));
        assert_eq!(event["id"], got.id());
        assert_eq!(event["subject"], format!("assignment/{assignment}"));
        assert_eq!(event["source"], format!("urn:uuid:{}", event["data"]["organisation"].as_str().unwrap()));
        assert_eq!(event["time"], world.now().to_string());
        let sequence = event["data"]["sequence"].as_i64().unwrap();
        assert_eq!(event["sequence"], format!("{sequence:020}"));
    }

    async fn a_request_may_be_repeated_and_shows_the_key_for_an_hour(world: &World) {
        let receiver = Receiver::new().await;
        let admin = world.admin().await;
        let (webhook, draft) = (id(), to(&receiver.url(), &[]));
        let first = admin.call::<PutWebhook>(webhook, draft.clone()).await.unwrap();
        let again = admin.call::<PutWebhook>(webhook, draft.clone()).await.unwrap();
        assert_eq!((first.status, again.status, &first.reply), (201, 200, &again.reply));
        assert!(key(&first.reply).starts_with("whsec_"));
        let other = WebhookDraft { description: None, ..draft.clone() };
        assert_eq!(admin.call::<PutWebhook>(webhook, other).await.unwrap_err().code(), Code::Conflict);
        let shown = read(&admin, webhook).await;
        assert_eq!(shown, Webhook { key: None, ..first.reply.clone() });
        let listed = admin.query::<ListWebhooks>((), WebhooksQuery::default()).await.unwrap().reply;
        assert_eq!(listed.items, [shown]);
        // Nothing of a key, and of the address only the host, is in the record.
        let trail = world.inspector().await.query::<ListAuditEvents>((), AuditQuery::default()).await.unwrap().reply;
        let recorded = serde_json::to_string(&trail).unwrap();
        assert!(recorded.contains("127.0.0.1") && !recorded.contains("don-doc?key") && !recorded.contains("whsec_"));
        world.clock.advance(TimeDelta::hours(1));
        let late = world.admin().await.call::<PutWebhook>(webhook, draft).await.unwrap();
        assert_eq!((late.status, late.reply.key), (200, None));
    }

    async fn a_key_takes_over_from_another_without_a_gap(world: &World) {
        let receiver = Receiver::new().await;
        let first = register(world, to(&receiver.url(), &[])).await;
        let admin = world.admin().await;
        let day = RotateRequest { overlap_hours: 24.try_into().unwrap() };
        let rotation = id();
        let rotated = admin.call::<RotateWebhookSecret>((first.id, rotation), day.clone()).await.unwrap();
        let again = admin.call::<RotateWebhookSecret>((first.id, rotation), day.clone()).await.unwrap();
        assert_eq!((rotated.status, again.status, &rotated.reply), (201, 200, &again.reply));
        let second = rotated.reply;
        assert_ne!(key(&first), key(&second));
        let ends: Vec<_> = second.secrets.iter().map(|secret| (secret.id, secret.ends_at)).collect();
        assert_eq!(ends, [(rotation, None), (first.secrets[0].id, Some(world.now().plus(TimeDelta::days(1))))]);
        let other = RotateRequest { overlap_hours: 1.try_into().unwrap() };
        let conflict = admin.call::<RotateWebhookSecret>((first.id, rotation), other).await.unwrap_err();
        assert_eq!(conflict.code(), Code::Conflict);
        ping(world, first.id).await;
        let got = receiver.next().await;
        let by = |got: &crate::support::Received| (got.verified_by(&key(&first)), got.verified_by(&key(&second)));
        assert_eq!(by(&got), (Some(1), Some(0)), "both keys sign");
        world.days_pass(1);
        ping(world, first.id).await;
        assert_eq!(by(&receiver.next().await), (None, Some(0)), "the older one has ended");
        // Without overlap, for a key that somebody else has seen.
        let now = RotateRequest { overlap_hours: 0.try_into().unwrap() };
        let third = world.admin().await.call::<RotateWebhookSecret>((first.id, id()), now).await.unwrap().reply;
        ping(world, first.id).await;
        let got = receiver.next().await;
        assert_eq!((got.verified_by(&key(&second)), got.verified_by(&key(&third))), (None, Some(0)));
        for _ in 0..4 {
            world.admin().await.call::<RotateWebhookSecret>((first.id, id()), day.clone()).await.unwrap();
        }
        let many = world.admin().await.call::<RotateWebhookSecret>((first.id, id()), day).await.unwrap_err();
        assert_eq!(many.code(), Code::WrongState);
    }

    async fn whoever_fails_is_tried_again_for_three_days(world: &World) {
        let receiver = Receiver::new().await;
        receiver.answer(Reaction::Status(500, ""));
        let webhook = register(world, to(&receiver.url(), &[])).await.id;
        let (began, ping) = (world.now(), ping(world, webhook).await);
        let mut waits = Vec::new();
        for attempt in 1..=10 {
            assert_eq!(receiver.next().await.id(), ping.as_str(), "the id never changes");
            let tried = once(world, webhook, ping, |one| one.attempts.get() == attempt && one.error.is_some() && one.next_at.is_none_or(|next| next > world.now())).await;
            assert_eq!((tried.status, tried.error), (Some(500), Some(DeliveryError::Status)));
            let Some(next) = tried.next_at else {
                assert_eq!((attempt, tried.state), (10, DeliveryState::GivenUp));
                break;
            };
            assert_eq!(tried.state, DeliveryState::Waiting);
            waits.push(next.utc() - world.now().utc());
            world.clock.set(next);
        }
        assert!(waits.is_sorted());
        let all = world.now().utc() - began.utc();
        assert!(all > TimeDelta::hours(68) && all < TimeDelta::hours(84), "{all}");
        let failing = read(&world.admin().await, webhook).await;
        assert_eq!((failing.state, failing.failing_since), (WebhookState::Active, Some(began)));
        receiver.answer(Reaction::Status(200, ""));
        let better = pinged(world, webhook).await;
        assert_eq!(better.state, DeliveryState::Delivered);
        assert_eq!(read(&world.admin().await, webhook).await.failing_since, None);
    }

    async fn an_endpoint_may_say_when_to_come_back(world: &World) {
        let receiver = Receiver::new().await;
        let webhook = register(world, to(&receiver.url(), &[])).await.id;
        receiver.answer_next(&[Reaction::Status(429, "retry-after: 7200\r\n")]);
        let tried = pinged(world, webhook).await;
        assert_eq!((tried.status, tried.next_at), (Some(429), Some(world.now().plus(TimeDelta::hours(2)))));
        receiver.answer_next(&[Reaction::Status(503, "Retry-After: Fri, 20 Nov 2026 05:00:00 GMT\r\n")]);
        let tried = pinged(world, webhook).await;
        assert_eq!(tried.next_at, Some("2026-11-20T05:00:00Z".parse::<Instant>().unwrap()));
        // Not for longer than a day, and never sooner than without it.
        receiver.answer_next(&[Reaction::Status(429, "retry-after: 99999999\r\n")]);
        assert_eq!(pinged(world, webhook).await.next_at, Some(world.now().plus(TimeDelta::days(1))));
        receiver.answer_next(&[Reaction::Status(429, "retry-after: 0\r\n")]);
        assert!(pinged(world, webhook).await.next_at.unwrap() > world.now());
    }

    async fn what_is_gone_is_not_asked_again(world: &World) {
        let receiver = Receiver::new().await;
        let webhook = register(world, to(&receiver.url(), &[EventType::AssignmentIssued])).await.id;
        receiver.answer_next(&[Reaction::Status(410, "")]);
        let gone = pinged(world, webhook).await;
        assert_eq!((gone.state, gone.status), (DeliveryState::GivenUp, Some(410)));
        let admin = world.admin().await;
        let disabled = read(&admin, webhook).await;
        assert_eq!((disabled.state, disabled.disabled_why), (WebhookState::Disabled, Some(DisabledWhy::Gone)));
        assert_eq!(disabled.disabled_at, Some(world.now()));
        let active = WebhooksQuery { state: Some(WebhookState::Active), ..WebhooksQuery::default() };
        assert_eq!(admin.query::<ListWebhooks>((), active).await.unwrap().reply.items, []);
        assert_eq!(admin.call::<PingWebhook>((webhook, id()), Nothing).await.unwrap_err().code(), Code::WrongState);
        // What happens meanwhile waits until somebody enables it again.
        world.give("Thôn Một", 5).await;
        let on = WebhookPatch { state: Some(WebhookState::Active), ..WebhookPatch::default() };
        assert_eq!(admin.call::<PatchWebhook>(webhook, on.clone()).await.unwrap_err().code(), Code::VersionRequired);
        let enabled = admin.change::<PatchWebhook>(webhook, disabled.version, on).await.unwrap().reply;
        assert_eq!((enabled.state, enabled.disabled_why, enabled.disabled_at), (WebhookState::Active, None, None));
        assert_eq!(receiver.next().await.kind(), "ping");
        assert_eq!(receiver.next().await.kind(), "assignment.issued");
    }

    async fn days_of_nothing_but_failures_disable(world: &World) {
        let receiver = Receiver::new().await;
        receiver.answer(Reaction::HangUp);
        let webhook = register(world, to(&receiver.url(), &[])).await.id;
        let tried = pinged(world, webhook).await;
        assert_eq!((tried.status, tried.error), (None, Some(DeliveryError::Connection)));
        world.days_pass(5);
        once(world, webhook, tried.id, |one| one.attempts.get() == 2).await;
        for _ in 0..500 {
            let now = read(&world.admin().await, webhook).await;
            if now.state == WebhookState::Disabled {
                assert_eq!(now.disabled_why, Some(DisabledWhy::Failing));
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("it was not disabled");
    }

    async fn anything_is_sent_again_under_its_own_id(world: &World) {
        let receiver = Receiver::new().await;
        let before = world.give("Thôn Một", 5).await;
        world.clock.advance(TimeDelta::hours(1));
        let middle = world.now();
        let webhook = register(world, to(&receiver.url(), &[EventType::AssignmentIssued])).await.id;
        let after = world.give("Thôn Hai", 5).await;
        let told = receiver.next().await;
        assert_eq!(told.json()["data"]["assignment"], after.as_str(), "only what happened since");
        let admin = world.admin().await;
        let (whole, again) = (ReplayRequest { from_sequence: Some(1), from: None }, id());
        let asked = admin.call::<ReplayWebhook>((webhook, again), whole.clone()).await.unwrap();
        assert_eq!((asked.status, asked.reply.from_sequence), (201, 1));
        let both = [receiver.next().await, receiver.next().await];
        let assignments: HashSet<String> = both.iter().map(|got| got.json()["data"]["assignment"].as_str().unwrap().to_owned()).collect();
        assert_eq!(assignments, HashSet::from([before.to_string(), after.to_string()]));
        let repeated = both.iter().find(|got| got.id() == told.id()).unwrap();
        assert_eq!(repeated.body, told.body, "the same event, to the letter");
        // The same request again is the same replay: nothing is sent a third time.
        assert_eq!(admin.call::<ReplayWebhook>((webhook, again), whole).await.unwrap().status, 200);
        let other = ReplayRequest { from_sequence: Some(2), from: None };
        assert_eq!(admin.call::<ReplayWebhook>((webhook, again), other).await.unwrap_err().code(), Code::Conflict);
        let since = ReplayRequest { from_sequence: None, from: Some(middle) };
        let asked = admin.call::<ReplayWebhook>((webhook, id()), since).await.unwrap().reply;
        assert!(asked.from_sequence > 1);
        assert_eq!(receiver.next().await.id(), told.id());
        let future = ReplayRequest { from_sequence: None, from: Some(world.now().plus(TimeDelta::days(9))) };
        assert_eq!(admin.call::<ReplayWebhook>((webhook, id()), future).await.unwrap().status, 201);
        for (from_sequence, from, place) in [(None, None, "/from_sequence"), (Some(0), None, "/from_sequence"), (Some(1), Some(middle), "/from")] {
            let refused = admin.call::<ReplayWebhook>((webhook, id()), ReplayRequest { from_sequence, from }).await.unwrap_err();
            assert_eq!((refused.status(), field(&refused).0), (422, place));
        }
        assert_eq!(receiver.all().len(), 4);
    }

    async fn a_held_copy_keeps_what_it_has_to_say(world: &World) {
        let receiver = Receiver::new().await;
        let webhook = register(world, to(&receiver.url(), &[EventType::AssignmentIssued])).await.id;
        let db = &world.running.state.db;
        db.write(api::hold::hold).await.unwrap();
        let since = db.read(api::hold::since).await.unwrap();
        assert_eq!(since, Some(world.now()));
        world.clock.advance(TimeDelta::hours(1));
        db.write(api::hold::hold).await.unwrap();
        assert_eq!(db.read(api::hold::since).await.unwrap(), since, "held twice is held since the first");
        let assignment = world.give("Thôn Một", 5).await;
        let held = ping(world, webhook).await;
        // Longer than the loop rests.
        tokio::time::sleep(Duration::from_millis(1200)).await;
        assert!(receiver.all().is_empty(), "nothing leaves");
        db.write(api::hold::release).await.unwrap();
        let both = [receiver.next().await, receiver.next().await];
        assert!(both.iter().any(|got| got.id() == held.as_str()));
        assert!(both.iter().any(|got| got.json()["data"]["assignment"] == assignment.as_str()));
    }

    async fn what_nobody_takes_waits_in_the_record_and_not_in_the_outbox(world: &World) {
        let receiver = Receiver::new().await;
        receiver.answer(Reaction::Status(500, ""));
        for village in 0..40 {
            world.village(&format!("Thôn {village}")).await;
        }
        let to_all = |draft: TaskDraft| TaskDraft { assignees: vec![class(UnitKind::Thon)], ..draft };
        world.issue(|draft| vec![to_all(draft); 30]).await;
        let webhook = register(world, to(&receiver.url(), &[EventType::AssignmentIssued])).await.id;
        let all = ReplayRequest { from_sequence: Some(1), from: None };
        world.admin().await.call::<ReplayWebhook>((webhook, id()), all).await.unwrap();
        let waiting = || {
            use api::schema::webhook_deliveries::{dsl::webhook_deliveries, next_at};
            let mut connection = world.place().connect().unwrap();
            webhook_deliveries.filter(next_at.is_not_null()).count().get_result::<i64>(&mut connection).unwrap()
        };
        let mut most = 0;
        while most < 1000 {
            most = waiting();
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        // Longer than the loop rests, time enough to take the other two hundred.
        tokio::time::sleep(Duration::from_millis(1500)).await;
        assert!((1000..1100).contains(&waiting()), "{}", waiting());
        receiver.recover();
        let mut arrived = HashSet::new();
        while arrived.len() < 1200 {
            world.clock.advance(TimeDelta::minutes(30));
            arrived = receiver.all().iter().filter(|got| got.taken).map(|got| got.id().to_owned()).collect();
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    async fn nothing_is_sent_into_this_network_unless_the_operator_allows_it(world: &World) {
        let receiver = Receiver::new().await;
        let admin = world.admin().await;
        for url in ["http://nhan.example/", "https://10.0.0.1/", "https://[::1]/", "https://169.254.169.254/latest/", "https://0xa.1/", "https://u:p@nhan.example/", "https://[::ffff:192.168.1.1]/"] {
            let refused = admin.call::<PutWebhook>(id(), to(url, &[])).await.unwrap_err();
            assert_eq!((refused.status(), field(&refused)), (422, ("/url", FieldCode::BadValue)), "{url}");
        }
        // A name says nothing of where it leads until it is resolved.
        let hidden = register(world, to(&receiver.local_url(), &[])).await.id;
        let tried = pinged(world, hidden).await;
        assert_eq!((tried.status, tried.error), (None, Some(DeliveryError::Refused)));
        let nowhere = register(world, to("https://khong-co.invalid/", &[])).await.id;
        assert_eq!(pinged(world, nowhere).await.error, Some(DeliveryError::Unresolved));
        assert!(receiver.all().is_empty());
    }

    async fn what_a_bad_receiver_does_is_told_in_the_log(world: &World) {
        let receiver = Receiver::new().await;
        let webhook = register(world, to(&receiver.url(), &[])).await.id;
        let secure = register(world, to(&receiver.https_url(), &[])).await.id;
        let elsewhere = Reaction::Status(302, "location: http://127.0.0.1:1/\r\n");
        for (reaction, status, error) in [
            (elsewhere, Some(302), Some(DeliveryError::Redirect)),
            (Reaction::Status(404, ""), Some(404), Some(DeliveryError::Status)),
            (Reaction::Garbage, None, Some(DeliveryError::Connection)),
            // It was heard: the rest of the answer is of no interest.
            (Reaction::Endless, Some(200), None),
        ] {
            receiver.answer_next(std::slice::from_ref(&reaction));
            let tried = pinged(world, webhook).await;
            assert_eq!((tried.status, tried.error), (status, error), "{reaction:?}");
        }
        assert_eq!(pinged(world, secure).await.error, Some(DeliveryError::Tls));
        // A byte at a time, or nothing: nobody is waited for longer than a while.
        receiver.answer_next(&[Reaction::Drip, Reaction::Silence]);
        let slow = [ping(world, webhook).await, ping(world, webhook).await];
        for one in slow {
            let tried = once(world, webhook, one, |one| one.error.is_some()).await;
            assert_eq!(tried.error, Some(DeliveryError::TimedOut));
        }
    }

    async fn an_endpoint_is_changed_and_deleted(world: &World) {
        let (first, second) = (Receiver::new().await, Receiver::new().await);
        let admin = world.admin().await;
        let webhook = register(world, to(&first.url(), &[EventType::UnitCreated])).await;
        let nothing = WebhookPatch { format: Some(EventFormat::Standard), ..WebhookPatch::default() };
        let same = admin.change::<PatchWebhook>(webhook.id, webhook.version, nothing).await.unwrap().reply;
        assert_eq!(same.version, webhook.version);
        let moved = WebhookPatch { url: Some(second.url().parse().unwrap()), description: Change::Clear, ..WebhookPatch::default() };
        let moved = admin.change::<PatchWebhook>(webhook.id, webhook.version, moved).await.unwrap().reply;
        assert_eq!((moved.draft.url.as_str(), &moved.draft.description), (second.url().as_str(), &None));
        let private = WebhookPatch { url: Some("https://10.0.0.1/".parse().unwrap()), ..WebhookPatch::default() };
        assert_eq!(admin.change::<PatchWebhook>(webhook.id, moved.version, private).await.unwrap_err().status(), 422);
        world.village("Thôn Mới").await;
        assert_eq!(second.next().await.kind(), "unit.created");
        let off = WebhookPatch { state: Some(WebhookState::Disabled), ..WebhookPatch::default() };
        let off = admin.change::<PatchWebhook>(webhook.id, moved.version, off).await.unwrap().reply;
        assert_eq!(off.disabled_why, Some(DisabledWhy::ByHand));
        assert_eq!(admin.change::<DeleteWebhook>(webhook.id, moved.version, Nothing).await.unwrap_err().code(), Code::Stale);
        admin.change::<DeleteWebhook>(webhook.id, off.version, Nothing).await.unwrap();
        assert_eq!(admin.call::<ReadWebhook>(webhook.id, Nothing).await.unwrap_err().status(), 404);
        assert_eq!(admin.query::<ListDeliveries>(webhook.id, DeliveriesQuery::default()).await.unwrap_err().status(), 404);
        assert!(first.all().is_empty());
        // A ping is nobody else's to name, and an event type is named once.
        let twice = to(&first.url(), &[EventType::UnitCreated, EventType::UnitCreated, EventType::Ping]);
        let refused = admin.call::<PutWebhook>(id(), twice).await.unwrap_err();
        let fields: Vec<_> = refused.problem().unwrap().fields.iter().map(|field| (field.pointer.as_str(), field.code)).collect();
        assert_eq!(fields, [("/events/1", FieldCode::Duplicate), ("/events/2", FieldCode::NotAllowedHere)]);
        for _ in 0..20 {
            register(world, to("https://nhan.example/", &[])).await;
        }
        let many = admin.call::<PutWebhook>(id(), to("https://nhan.example/", &[])).await.unwrap_err();
        assert_eq!(many.code(), Code::WrongState);
        let office = world.somebody("van.phong", Role::Office, "Văn phòng", UnitKind::VanPhong).await;
        assert_eq!(office.query::<ListWebhooks>((), WebhooksQuery::default()).await.unwrap_err().status(), 403);
    }
}

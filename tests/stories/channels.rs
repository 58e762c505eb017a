//! Channels: how a message reaches somebody who is not looking at the app, told with a push service, a
//! gateway and a mail server on loopback that write down what they are given.

use api::channels::{Message, forget_old, post, send_due};
use chrono::TimeDelta;
use mobile_client::Client;
use openapi::{
    access::Role,
    channels::{
        Channel, DeletePushSubscription, EmailState, ListPushSubscriptions, MessageId, MyChannels,
        MyChannelsPatch, PatchMyChannels, PushSubscriptionDraft, PushSubscriptionId, PutPushSubscription,
        ReadMyChannels, ReadMyMessage, ReadPushKey, SendingState, TestMyChannels,
    },
    endpoint::{Dto, Nothing},
    ledger::{AuditQuery, ListAuditEvents},
    people::{Anonymisation, AnonymisePerson, PatchPerson, PersonPatch},
    problem::Code,
    sessions::SignOut,
    units::UnitKind,
    value::{Change, Version},
};
use serde_json::Value;

use crate::support::{
    Engine, Program, World, id, note,
    program::setting,
    receivers::{Answer, Asked, GATEWAY_SECRET, Receivers},
};

/// Tells a story once on each engine, with receivers that the server knows.
macro_rules! with_receivers {
    ($($(#[$meta:meta])* async fn $story:ident($world:ident: World, $at:ident: &Receivers) $body:block)+) => { $(
        mod $story {
            use super::*;
            /// Hands the world back, to be ended.
            async fn tell($world: World, $at: &Receivers) -> World $body
            async fn on(engine: Engine) {
                let at = Receivers::start().await;
                let world = World::with_channels(engine, at.settings()).await;
                tell(world, &at).await.end().await;
                at.end().await;
            }
            $(#[$meta])*
            #[tokio::test]
            async fn sqlite() {
                on(Engine::Sqlite).await;
            }
            $(#[$meta])*
            #[tokio::test]
            async fn postgres() {
                let Some(engine) = Engine::postgres() else { return };
                on(engine).await;
            }
        }
    )+ };
}

const ADDRESS: &str = "truong.thon@suoimo.example";

fn browser(at: &Receivers, called: &str) -> PushSubscriptionDraft {
    let endpoint = format!("{}/push/{called}", at.http).parse().unwrap();
    PushSubscriptionDraft { endpoint, ..PushSubscriptionDraft::example() }
}

async fn subscribe(client: &Client, at: &Receivers, called: &str) -> PushSubscriptionId {
    let subscription = id();
    client.call::<PutPushSubscription>(subscription, browser(at, called)).await.unwrap();
    subscription
}

async fn channels(client: &Client) -> MyChannels {
    client.call::<ReadMyChannels>((), Nothing).await.unwrap().reply
}

async fn choose(client: &Client, patch: MyChannelsPatch) -> MyChannels {
    let version = channels(client).await.version;
    client.change::<PatchMyChannels>((), version, patch).await.unwrap().reply
}

fn email(address: &str) -> MyChannelsPatch {
    MyChannelsPatch { email: Change::Set(address.parse().unwrap()), ..MyChannelsPatch::default() }
}

/// Presses what a link leads to, on this world's server.
async fn press(world: &World, link: &str, form: Option<&'static str>) -> (u16, String) {
    let here = link.replace("https://dondoc.example", &format!("http://{}", world.running.address));
    let http = reqwest::Client::new();
    let request = match form {
        Some(form) => http.post(here).header("content-type", "application/x-www-form-urlencoded").body(form),
        None => http.get(here),
    };
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

/// Enters an e-mail address and confirms it.
async fn with_email(world: &World, at: &Receivers, client: &Client) {
    choose(client, email(ADDRESS)).await;
    let question = at.letter().await;
    let (status, _) = press(world, &question.link("/mail/confirm/"), Some("")).await;
    assert_eq!(status, 200);
    assert_eq!(channels(client).await.email_state, Some(EmailState::Confirmed));
}

/// Gives a person a phone number, by which the gateway reaches him.
async fn with_phone(world: &World, client: &Client, phone: &str) {
    let person = world.me(client).await;
    let patch = PersonPatch { phone: Change::Set(phone.parse().unwrap()), ..PersonPatch::default() };
    world.admin().await.change::<PatchPerson>(person, Version::FIRST, patch).await.unwrap();
}

/// Posts a message, as a room that has something to say does.
async fn tell_of_work(world: &World, client: &Client, message_id: MessageId) {
    let message = Message {
        id: message_id,
        person: world.me(client).await,
        title: "Bạn có 1 việc sắp đến hạn".to_owned(),
        body: "Còn 3 ngày.".to_owned(),
        lines: vec!["Nạo vét mương <Đồng Sim>".to_owned()],
        link: Some("#/theo-doi/sap-han".to_owned()),
        urgent: true,
    };
    let tenant = world.tenant;
    world.running.state.db.write(move |tx| post(tx, tenant, &message)).await.unwrap();
}

/// Sends until nothing waits but what waits for later, and tells where each way stands.
async fn ways(
    world: &World,
    client: &Client,
    message: MessageId,
) -> Vec<(Channel, SendingState, i32, String)> {
    loop {
        send_due(&world.running.state).await.unwrap();
        let told = client.call::<ReadMyMessage>(message, Nothing).await.unwrap().reply;
        let under_way = |one: &openapi::channels::Sending| {
            // What is due is being sent by the server's own loop just now.
            one.state == SendingState::Waiting && one.next_at.unwrap() <= world.now()
        };
        if !told.sendings.iter().any(under_way) {
            let way = |one: openapi::channels::Sending| {
                let why = one.last_error.map(|code| code.to_string()).unwrap_or_default();
                (one.channel, one.state, one.attempts.get(), why)
            };
            return told.sendings.into_iter().map(way).collect();
        }
        tokio::task::yield_now().await;
    }
}

fn said(asked: &Asked) -> Value {
    serde_json::from_slice(&asked.body).unwrap()
}

with_receivers! {
    async fn a_test_goes_over_every_channel_that_has_an_address(world: World, at: &Receivers) {
        let head = world.head_of("Thôn Một").await;
        subscribe(&head, at, "one").await;
        with_email(&world, at, &head).await;
        with_phone(&world, &head, "0912345678").await;
        let test = head.call::<TestMyChannels>((), Nothing).await.unwrap();
        assert_eq!((test.status, test.reply.sendings.len()), (202, 3));
        let letter = at.letter().await;
        assert_eq!(letter.to, ADDRESS);
        let asked = [at.asked().await, at.asked().await];
        let [push, text] = if asked[0].path == "/gateway" { let [a, b] = asked; [b, a] } else { asked };
        assert_eq!((push.path.as_str(), push.headers["content-encoding"].as_str()), ("/push/one", "aes128gcm"));
        assert!(push.headers["authorization"].starts_with("vapid t=ey"), "{push:?}");
        assert_eq!((push.headers["ttl"].as_str(), push.headers["urgency"].as_str()), ("172800", "normal"));
        assert_eq!(push.headers["topic"], test.reply.id.as_str().replace('-', ""));
        assert_eq!(text.path, "/gateway");
        let told = said(&text);
        assert_eq!((&told["id"], &told["to"]), (&Value::from(test.reply.id.as_str()), &Value::from("+84912345678")));
        assert_eq!(text.headers["webhook-id"], test.reply.id.as_str());
        assert!(text.headers["webhook-signature"].starts_with("v1,"));
        let done = ways(&world, &head, test.reply.id).await;
        assert!(done.iter().all(|(_, state, tries, _)| (*state, *tries) == (SendingState::Sent, 1)), "{done:?}");
        world
    }

    async fn only_a_letter_carries_the_words_of_a_task(world: World, at: &Receivers) {
        let head = world.head_of("Thôn Một").await;
        subscribe(&head, at, "one").await;
        with_email(&world, at, &head).await;
        with_phone(&world, &head, "0912345678").await;
        tell_of_work(&world, &head, id()).await;
        let letter = at.letter().await;
        let words = letter.words();
        assert!(words.contains("- Nạo vét mương <Đồng Sim>") && words.contains("Nạo vét mương &lt;Đồng Sim&gt;"));
        assert!(words.contains("https://dondoc.example/app/#/theo-doi/sap-han"));
        for asked in [at.asked().await, at.asked().await] {
            let said = String::from_utf8_lossy(&asked.body).into_owned();
            assert!(!said.contains("mương") && !said.contains("ngày"), "{said}");
            if asked.path == "/gateway" {
                let text = "Bạn có 1 việc sắp đến hạn\nhttps://dondoc.example/app/#/theo-doi/sap-han";
                assert_eq!(self::said(&asked)["text"], text);
            } else {
                assert!(!said.contains("hạn") && asked.headers["urgency"] == "high", "{said}");
            }
        }
        world
    }

    async fn a_letter_says_that_a_machine_wrote_it(world: World, at: &Receivers) {
        let head = world.head_of("Thôn Một").await;
        with_email(&world, at, &head).await;
        let message = id();
        tell_of_work(&world, &head, message).await;
        let letter = at.letter().await;
        assert_eq!(letter.header("Auto-Submitted"), "auto-generated");
        assert_eq!(letter.header("Precedence"), "bulk");
        assert_eq!(letter.header("Message-ID"), format!("<{message}@dondoc.example>"));
        assert_eq!(letter.header("List-Id"), "<xa-suoi-mo.dondoc.example>");
        assert_eq!(letter.header("List-Unsubscribe-Post"), "List-Unsubscribe=One-Click");
        assert!(letter.header("List-Unsubscribe").starts_with("<https://dondoc.example/mail/unsubscribe/"));
        assert_eq!(letter.header("Reply-To"), "van-phong@suoimo.example");
        world
    }

    async fn an_address_is_sent_nothing_but_the_question_before_its_owner_confirms_it(world: World, at: &Receivers) {
        let head = world.head_of("Thôn Một").await;
        assert_eq!(choose(&head, email(ADDRESS)).await.email_state, Some(EmailState::Unconfirmed));
        let question = at.letter().await;
        assert!(question.words().contains("48 giờ"));
        let message = id();
        tell_of_work(&world, &head, message).await;
        assert_eq!(ways(&world, &head, message).await, []);
        // Mail programs open links by themselves: that confirms nothing.
        let link = question.link("/mail/confirm/");
        let (status, page) = press(&world, &link, None).await;
        assert!(status == 200 && page.contains("<form method=\"post\">"), "{page}");
        assert_eq!(channels(&head).await.email_state, Some(EmailState::Unconfirmed));
        let (other, _) = press(&world, &format!("{link}x"), Some("")).await;
        assert_eq!(other, 410);
        for _ in 0..2 {
            let (status, page) = press(&world, &link, Some("")).await;
            assert!(status == 200 && page.contains("Đã xác nhận"), "{page}");
        }
        assert_eq!(channels(&head).await.email_state, Some(EmailState::Confirmed));
        // Another address is another question.
        assert_eq!(choose(&head, email("khac@suoimo.example")).await.email_state, Some(EmailState::Unconfirmed));
        assert_eq!(at.letter().await.to, "khac@suoimo.example");
        assert_eq!(press(&world, &link, Some("")).await.0, 410);
        world
    }

    async fn a_link_confirms_for_two_days(world: World, at: &Receivers) {
        let head = world.head_of("Thôn Một").await;
        choose(&head, email(ADDRESS)).await;
        let link = at.letter().await.link("/mail/confirm/");
        world.clock.advance(TimeDelta::hours(48));
        assert_eq!(press(&world, &link, Some("")).await.0, 410);
        let head = world.head_of("Thôn Một").await;
        // The same address again asks again, but nobody is asked without end.
        for _ in 0..5 {
            choose(&head, email(ADDRESS)).await;
            at.letter().await;
        }
        let version = channels(&head).await.version;
        let refused = head.change::<PatchMyChannels>((), version, email("nguoi.khac@suoimo.example")).await;
        assert_eq!(refused.unwrap_err().code(), Code::TooMany);
        world
    }

    async fn one_press_in_the_mail_program_switches_e_mail_off(world: World, at: &Receivers) {
        let head = world.head_of("Thôn Một").await;
        with_email(&world, at, &head).await;
        tell_of_work(&world, &head, id()).await;
        let letter = at.letter().await;
        let link = letter.header("List-Unsubscribe").trim_matches(['<', '>']).to_owned();
        assert_eq!(press(&world, &link, None).await.0, 200);
        assert!(channels(&head).await.mail);
        assert_eq!(press(&world, &format!("{link}x"), Some("List-Unsubscribe=One-Click")).await.0, 404);
        for _ in 0..2 {
            assert_eq!(press(&world, &link, Some("List-Unsubscribe=One-Click")).await.0, 200);
            assert!(!channels(&head).await.mail);
        }
        let message = id();
        tell_of_work(&world, &head, message).await;
        assert_eq!(ways(&world, &head, message).await, []);
        let trail = world.inspector().await.query::<ListAuditEvents>((), AuditQuery::default()).await.unwrap();
        let told = serde_json::to_string(&trail.reply.items).unwrap();
        assert!(told.contains("\"mail\":false") && !told.contains("@suoimo"), "{told}");
        world
    }

    async fn a_channel_that_is_switched_off_is_not_used(world: World, at: &Receivers) {
        let head = world.head_of("Thôn Một").await;
        let subscription = subscribe(&head, at, "one").await;
        with_phone(&world, &head, "0912345678").await;
        let before = channels(&head).await;
        assert_eq!((before.push, before.mail, before.gateway, before.version), (true, true, true, Version::FIRST));
        assert_eq!(before.offered, [Channel::Push, Channel::Mail, Channel::Gateway]);
        choose(&head, MyChannelsPatch { push: Some(false), ..MyChannelsPatch::default() }).await;
        let stale = MyChannelsPatch { push: Some(true), ..MyChannelsPatch::default() };
        let refused = head.change::<PatchMyChannels>((), Version::FIRST, stale).await.unwrap_err();
        assert_eq!(refused.code(), Code::Stale);
        let message = id();
        tell_of_work(&world, &head, message).await;
        assert_eq!(at.asked().await.path, "/gateway");
        let done = ways(&world, &head, message).await;
        assert_eq!(done, [(Channel::Gateway, SendingState::Sent, 1, String::new())]);
        head.call::<DeletePushSubscription>(subscription, Nothing).await.unwrap();
        let none = head.call::<ListPushSubscriptions>((), Nothing).await.unwrap().reply.items;
        assert_eq!(none, []);
        let gone = head.call::<DeletePushSubscription>(subscription, Nothing).await.unwrap_err();
        assert_eq!(gone.code(), Code::NotFound);
        // Who lets a browser be sent notices wants them again.
        subscribe(&head, at, "two").await;
        let after = channels(&head).await;
        assert_eq!((after.push, after.subscriptions.get()), (true, 1));
        world
    }

    async fn a_browser_has_one_subscription_and_it_is_its_owners(world: World, at: &Receivers) {
        let (head, other) = (world.head_of("Thôn Một").await, world.head_of("Thôn Hai").await);
        let key = head.call::<ReadPushKey>((), Nothing).await.unwrap().reply.key;
        assert_eq!(other.call::<ReadPushKey>((), Nothing).await.unwrap().reply.key, key);
        let subscription = subscribe(&head, at, "one").await;
        let again = head.call::<PutPushSubscription>(subscription, browser(at, "one")).await.unwrap();
        assert_eq!((again.status, again.reply.service.as_str(), again.reply.current), (200, "127.0.0.1", true));
        let differs = head.call::<PutPushSubscription>(subscription, browser(at, "two")).await.unwrap_err();
        assert_eq!(differs.code(), Code::Conflict);
        let taken = other.call::<PutPushSubscription>(subscription, browser(at, "one")).await.unwrap_err();
        assert_eq!(taken.code(), Code::Conflict);
        let his = other.call::<DeletePushSubscription>(subscription, Nothing).await.unwrap_err();
        assert_eq!(his.code(), Code::NotFound);
        // The phone is handed on: what is pushed goes to whoever uses it now.
        subscribe(&other, at, "one").await;
        assert_eq!(channels(&head).await.subscriptions.get(), 0);
        for inside in ["http://push.example/x", "https://10.0.0.1/x", "https://localhost/x"] {
            let draft = PushSubscriptionDraft { endpoint: inside.parse().unwrap(), ..browser(at, "x") };
            let refused = head.call::<PutPushSubscription>(id(), draft).await.unwrap_err();
            assert_eq!(refused.code(), Code::Invalid, "{inside}");
        }
        let off = format!("B{}", "A".repeat(86)).parse().unwrap();
        let draft = PushSubscriptionDraft { p256dh: off, ..browser(at, "x") };
        assert_eq!(head.call::<PutPushSubscription>(id(), draft).await.unwrap_err().code(), Code::Invalid);
        for n in 0..12 {
            subscribe(&head, at, &format!("many-{n}")).await;
        }
        assert_eq!(channels(&head).await.subscriptions.get(), 10);
        world
    }

    async fn a_browser_that_is_gone_is_forgotten(world: World, at: &Receivers) {
        let head = world.head_of("Thôn Một").await;
        subscribe(&head, at, "one").await;
        at.answer([Answer::Status(410)]);
        let message = id();
        tell_of_work(&world, &head, message).await;
        at.asked().await;
        let done = ways(&world, &head, message).await;
        assert_eq!(done, [(Channel::Push, SendingState::Dropped, 1, "gone".to_owned())]);
        assert_eq!(channels(&head).await.subscriptions.get(), 0);
        world
    }

    async fn a_session_that_ends_takes_its_notices_along(world: World, at: &Receivers) {
        let (head, elsewhere) = (world.head_of("Thôn Một").await, world.head_of("Thôn Một").await);
        subscribe(&head, at, "lost").await;
        subscribe(&elsewhere, at, "kept").await;
        head.call::<SignOut>((), Nothing).await.unwrap();
        let message = id();
        tell_of_work(&world, &elsewhere, message).await;
        assert_eq!(at.asked().await.path, "/push/kept");
        assert_eq!(ways(&world, &elsewhere, message).await.len(), 1);
        assert!(at.asked_already().await.is_none());
        world
    }

    async fn what_is_not_taken_is_tried_later_and_given_up_in_the_end(world: World, at: &Receivers) {
        let head = world.head_of("Thôn Một").await;
        subscribe(&head, at, "one").await;
        at.answer([Answer::After(429, 600), Answer::Status(503), Answer::Status(500)]);
        let message = id();
        tell_of_work(&world, &head, message).await;
        let first = at.asked().await;
        assert_eq!(ways(&world, &head, message).await, [(Channel::Push, SendingState::Waiting, 1, "http_429".to_owned())]);
        // It was asked to leave the service alone for ten minutes.
        world.clock.advance(TimeDelta::minutes(9));
        assert_eq!(ways(&world, &head, message).await[0].2, 1);
        world.clock.advance(TimeDelta::minutes(1));
        let second = at.asked().await;
        assert_eq!(second.headers["topic"], first.headers["topic"]);
        assert_eq!(ways(&world, &head, message).await[0].3, "http_503");
        at.answer([Answer::Status(500); 5]);
        for _ in 0..6 {
            world.clock.advance(TimeDelta::days(1));
            at.asked().await;
            let head = world.head_of("Thôn Một").await;
            ways(&world, &head, message).await;
        }
        let head = world.head_of("Thôn Một").await;
        let done = ways(&world, &head, message).await;
        assert_eq!(done, [(Channel::Push, SendingState::GivenUp, 8, "http_500".to_owned())]);
        world
    }

    async fn an_address_its_own_server_refuses_is_not_tried_until_it_is_entered_again(world: World, at: &Receivers) {
        let head = world.head_of("Thôn Một").await;
        with_email(&world, at, &head).await;
        at.refuse(["450 4.2.1 greylisted, come back", "550 5.1.1 nobody of this name"]);
        let message = id();
        tell_of_work(&world, &head, message).await;
        assert_eq!(ways(&world, &head, message).await, [(Channel::Mail, SendingState::Waiting, 1, "smtp_450".to_owned())]);
        world.clock.advance(TimeDelta::minutes(1));
        assert_eq!(ways(&world, &head, message).await, [(Channel::Mail, SendingState::Dropped, 2, "smtp_550".to_owned())]);
        assert_eq!(channels(&head).await.email_state, Some(EmailState::Failing));
        let next = id();
        tell_of_work(&world, &head, next).await;
        assert_eq!(ways(&world, &head, next).await, []);
        assert_eq!(choose(&head, email(ADDRESS)).await.email_state, Some(EmailState::Confirmed));
        tell_of_work(&world, &head, id()).await;
        at.letter().await;
        world
    }

    async fn what_is_posted_twice_is_sent_once(world: World, at: &Receivers) {
        let head = world.head_of("Thôn Một").await;
        with_phone(&world, &head, "0912345678").await;
        let message = id();
        for _ in 0..3 {
            tell_of_work(&world, &head, message).await;
        }
        assert_eq!(ways(&world, &head, message).await, [(Channel::Gateway, SendingState::Sent, 1, String::new())]);
        at.asked().await;
        tell_of_work(&world, &head, message).await;
        send_due(&world.running.state).await.unwrap();
        assert!(at.asked_already().await.is_none());
        world
    }

    async fn several_senders_at_once_send_each_message_once(world: World, at: &Receivers) {
        let head = world.head_of("Thôn Một").await;
        with_phone(&world, &head, "0912345678").await;
        let posted: Vec<MessageId> = (0..40).map(|_| id()).collect();
        for message in &posted {
            tell_of_work(&world, &head, *message).await;
        }
        let state = &world.running.state;
        let (one, two, three) = tokio::join!(send_due(state), send_due(state), send_due(state));
        // On PostgreSQL some may have given way to others.
        let _busy = (one.is_ok(), two.is_ok(), three.is_ok());
        for message in &posted {
            let done = ways(&world, &head, *message).await;
            assert_eq!(done, [(Channel::Gateway, SendingState::Sent, 1, String::new())]);
        }
        let mut sent = Vec::new();
        while let Some(asked) = at.asked_already().await {
            sent.push(asked.headers["webhook-id"].clone());
        }
        sent.sort();
        let mut posted: Vec<String> = posted.iter().map(ToString::to_string).collect();
        posted.sort();
        assert_eq!(sent, posted);
        world
    }

    async fn a_server_that_died_while_sending_loses_nothing(world: World, at: &Receivers) {
        let head = world.head_of("Thôn Một").await;
        subscribe(&head, at, "one").await;
        at.answer([Answer::Silence]);
        let message = id();
        tell_of_work(&world, &head, message).await;
        let first = at.asked().await;
        // Nothing was answered, and nothing is written down of it when the server goes.
        let world = world.restart().await;
        let head = world.head_of("Thôn Một").await;
        assert_eq!(head.call::<ReadMyMessage>(message, Nothing).await.unwrap().reply.sendings[0].state, SendingState::Waiting);
        world.clock.advance(TimeDelta::minutes(1));
        let second = at.asked().await;
        assert_eq!(second.headers["topic"], first.headers["topic"]);
        assert_eq!(ways(&world, &head, message).await, [(Channel::Push, SendingState::Sent, 2, String::new())]);
        world
    }

    async fn messages_are_kept_for_a_month_and_are_their_persons_own(world: World, at: &Receivers) {
        let (head, other) = (world.head_of("Thôn Một").await, world.head_of("Thôn Hai").await);
        with_phone(&world, &head, "0912345678").await;
        let message = id();
        tell_of_work(&world, &head, message).await;
        at.asked().await;
        assert_eq!(other.call::<ReadMyMessage>(message, Nothing).await.unwrap_err().code(), Code::NotFound);
        world.days_pass(30);
        forget_old(&world.running.state).await.unwrap();
        let head = world.head_of("Thôn Một").await;
        assert_eq!(head.call::<ReadMyMessage>(message, Nothing).await.unwrap().reply.id, message);
        world.clock.advance(TimeDelta::seconds(1));
        forget_old(&world.running.state).await.unwrap();
        assert_eq!(head.call::<ReadMyMessage>(message, Nothing).await.unwrap_err().code(), Code::NotFound);
        world
    }

    async fn whoever_is_anonymised_is_reached_by_nothing(world: World, at: &Receivers) {
        let head = world.head_of("Thôn Một").await;
        subscribe(&head, at, "one").await;
        with_email(&world, at, &head).await;
        at.answer([Answer::Status(503)]);
        let message = id();
        tell_of_work(&world, &head, message).await;
        at.asked().await;
        let link = at.letter().await.header("List-Unsubscribe").trim_matches(['<', '>']).to_owned();
        let person = world.me(&head).await;
        let why = Anonymisation { reason: note("Theo yêu cầu.") };
        world.admin().await.call::<AnonymisePerson>(person, why).await.unwrap();
        world.days_pass(1);
        send_due(&world.running.state).await.unwrap();
        assert!(at.asked_already().await.is_none() && at.letter_already().await.is_none());
        assert_eq!(press(&world, &link, Some("")).await.0, 200);
        world
    }

    async fn nobody_tests_without_end(world: World, at: &Receivers) {
        let office = world.somebody("van.phong", Role::Office, "Văn phòng", UnitKind::VanPhong).await;
        subscribe(&office, at, "one").await;
        for _ in 0..10 {
            office.call::<TestMyChannels>((), Nothing).await.unwrap();
        }
        let refused = office.call::<TestMyChannels>((), Nothing).await.unwrap_err();
        assert_eq!(refused.code(), Code::TooMany);
        world
    }
}

async fn doctor(engine: Engine) {
    let (at, program) = (Receivers::start().await, Program::new(&engine));
    tokio::task::block_in_place(|| program.found("xa-suoi-mo"));
    let run = |arguments: &[&str], more: &[(&str, &str)]| {
        let mut command = program.command();
        assert!(!setting(program.place()).is_empty());
        command.args(arguments).envs(more.iter().copied());
        tokio::task::block_in_place(|| crate::support::program::ended(&mut command))
    };
    let plain = run(&["doctor", "--public-url", "https://dondoc.example"], &[]);
    assert_eq!(plain.code, 0, "{plain:?}");
    assert!(plain.out.contains("there is a key for push notices"), "{plain:?}");
    assert!(plain.out.contains("no e-mail is sent") && plain.out.contains("no text messages are sent"));
    let (smtp, gateway) = (format!("smtp://{}", at.smtp), format!("{}/gateway", at.http));
    let set_up = [
        ("DONDOC_PUBLIC_URL", "https://dondoc.example"),
        ("DONDOC_MAIL_SERVER", smtp.as_str()),
        ("DONDOC_MAIL_FROM", "don-doc@suoimo.example"),
        ("DONDOC_GATEWAY_URL", gateway.as_str()),
        ("DONDOC_GATEWAY_SECRET", GATEWAY_SECRET),
    ];
    let well = run(&["doctor", "--send-to", ADDRESS], &set_up);
    assert_eq!(well.code, 0, "{well:?}");
    assert!(
        well.out.contains("the mail server answers")
            && well.out.contains("somebody answers where the gateway")
    );
    assert_eq!(at.letter().await.to, ADDRESS);
    let text = run(&["doctor", "--send-to", "0912 345 678"], &set_up);
    assert_eq!(text.code, 0, "{text:?}");
    assert_eq!(said(&at.asked().await)["to"], "+84912345678");
    let nobody = run(&["doctor", "--send-to", "ai đó"], &set_up);
    assert_eq!(nobody.code, 2, "{nobody:?}");
    at.end().await;
    let silent = run(&["doctor"], &set_up);
    assert_eq!(silent.code, 1, "{silent:?}");
    assert!(
        silent.out.contains("FAULT  the mail server does not")
            && silent.out.contains("FAULT  the gateway does not answer"),
        "{silent:?}"
    );
    assert!(!(silent.out + &silent.err).contains(GATEWAY_SECRET));
}

mod the_doctor_tries_every_way_and_sends_only_what_he_is_asked_to {
    use super::*;

    #[tokio::test(flavor = "multi_thread")]
    async fn sqlite() {
        doctor(Engine::Sqlite).await;
    }
    #[tokio::test(flavor = "multi_thread")]
    async fn postgres() {
        let Some(engine) = Engine::postgres() else { return };
        doctor(engine).await;
    }
}

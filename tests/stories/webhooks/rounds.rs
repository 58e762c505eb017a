//! Bad days: the program is killed at any moment between a commit and its message, and whoever
//! receives answers as badly as can be. **Every event that was committed arrives, under one id.**

use std::{
    collections::{BTreeMap, HashMap},
    process::Command,
    time::Duration,
};

use api::{clock::Clock, db::Place, schema};
use chrono::TimeDelta;
use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};
use openapi::{
    assignments::AssignmentId,
    reports::SubmitReport,
    tasks::{AssigneeRole, TaskDraft},
    webhooks::{EventType, PutWebhook, WebhookId},
};

use super::to;
use crate::{
    stories::faults::{Server, program, rounds},
    support::{Engine, Reaction, Received, Receiver, World, given_to, id, report},
};

/// What a flaky receiver does, one after the other, many times success among it.
fn moods() -> Vec<Reaction> {
    let well = || Reaction::Status(204, "");
    vec![
        well(),
        Reaction::Status(500, ""),
        well(),
        Reaction::HangUp,
        Reaction::Status(429, "retry-after: 1\r\n"),
        well(),
        Reaction::Status(302, "location: /\r\n"),
        Reaction::Garbage,
        well(),
        Reaction::Endless,
        Reaction::Drip,
        well(),
        Reaction::Silence,
    ]
}

async fn every_event_arrives(engine: Engine) {
    let (sound, secure) = (Receiver::new().await, Receiver::new().await);
    let world = World::on_clock(engine, Clock::standing_at(Clock::wall().now())).await;
    let head = world.head_of("Thôn Một").await;
    let unit = world.village("Thôn Một").await;
    let (_, tasks) = world
        .issue(|draft| {
            let assignees = vec![given_to(&[unit], AssigneeRole::ChuTri)];
            (0..4).map(|_| TaskDraft { assignees: assignees.clone(), ..draft.clone() }).collect()
        })
        .await;
    let mut assignments: Vec<AssignmentId> = Vec::new();
    for task in tasks {
        assignments.push(world.of_task(task).await[0].id);
    }
    let drafts: Vec<_> = (0..3).map(|n| report(&world, assignments[n % assignments.len()])).collect();
    let admin = world.admin().await;
    let (webhook, wrong): (WebhookId, WebhookId) = (id(), id());
    let events = [EventType::ReportSubmitted];
    admin.call::<PutWebhook>(webhook, to(&sound.url(), &events)).await.unwrap();
    admin.call::<PutWebhook>(wrong, to(&secure.https_url(), &events)).await.unwrap();
    let world = world.halt().await;
    let place = world.place().clone();
    for round in 0..rounds() {
        sound.answer_next(&moods());
        let mut command = Command::new(program());
        command.env("DONDOC_OUTGOING_ALLOW_HOSTS", "127.0.0.1");
        let server = Server::start(command, &place).await;
        let client = head.at(&server.base());
        let senders: Vec<_> = drafts
            .iter()
            .enumerate()
            .map(|(n, draft)| {
                let (client, mut draft) = (client.clone(), draft.clone());
                let turn = usize::try_from(round).unwrap() + n;
                draft.assignment = assignments[turn % assignments.len()];
                tokio::spawn(async move {
                    // It may be killed before it answers; what counts is what was committed.
                    let _answer = client.call::<SubmitReport>(id(), draft).await;
                })
            })
            .collect();
        // At another moment in each round: before, within and after the commit, the lease, the sending
        // and the settling.
        tokio::time::sleep(Duration::from_micros(u64::from(round) * 7919 % 700_000)).await;
        server.kill();
        for sender in senders {
            sender.await.unwrap();
        }
    }
    // The receiver has a good day, and the clock of the next server is a day ahead.
    sound.recover();
    world.clock.set(Clock::wall().now().plus(TimeDelta::days(1)));
    let world = world.resume().await;
    let mut patience = 0;
    while !all_delivered(&place, webhook) {
        patience += 1;
        assert!(patience < 600, "something never arrived");
        tokio::time::sleep(Duration::from_millis(100)).await;
        // What the last server still held, and what asked for time.
        if patience % 50 == 0 {
            world.clock.advance(TimeDelta::hours(8));
        }
    }
    told_as_it_was(&place, &sound.all());
    assert!(secure.all().is_empty(), "nothing is said to whoever cannot show who he is");
    world.end().await;
}

/// Whether nothing waits for an endpoint, in its log or in the ledger.
fn all_delivered(place: &Place, webhook: WebhookId) -> bool {
    use schema::{ledger_heads, webhook_deliveries, webhooks};
    let mut connection = place.connect().unwrap();
    let waiting: i64 = webhook_deliveries::table
        .filter(webhook_deliveries::webhook_id.eq(webhook))
        .filter(webhook_deliveries::state.ne("delivered"))
        .count()
        .get_result(&mut connection)
        .unwrap();
    let position: i64 = webhooks::table
        .filter(webhooks::id.eq(webhook))
        .select(webhooks::position)
        .first(&mut connection)
        .unwrap();
    let end: i64 = ledger_heads::table.select(ledger_heads::position).first(&mut connection).unwrap();
    let unsealed: i64 = schema::ledger::table
        .filter(schema::ledger::position.is_null())
        .count()
        .get_result(&mut connection)
        .unwrap();
    (waiting, unsealed) == (0, 0) && position == end
}

/// Every committed report was taken by the receiver, ids repeat and never change what they stand for,
/// and within an assignment the sequence is the order of the record.
fn told_as_it_was(place: &Place, received: &[Received]) {
    use schema::ledger;
    let mut connection = place.connect().unwrap();
    let committed: Vec<(String, Option<i64>, String, Option<String>)> = ledger::table
        .filter(ledger::deed.eq("reported"))
        .order(ledger::position)
        .select((ledger::id, ledger::position, ledger::subject_id, ledger::assignment_id))
        .load(&mut connection)
        .unwrap();
    let mut bodies: HashMap<&str, &str> = HashMap::new();
    let mut taken: HashMap<&str, usize> = HashMap::new();
    for one in received {
        let body = bodies.entry(one.id()).or_insert(&one.body);
        assert_eq!(*body, one.body, "{} stands for two things", one.id());
        *taken.entry(one.id()).or_default() += usize::from(one.taken);
    }
    assert!(committed.len() >= usize::try_from(rounds()).unwrap() / 2, "too little happened");
    let mut by_assignment: BTreeMap<&str, Vec<i64>> = BTreeMap::new();
    for (event, position, report, assignment) in &committed {
        assert!(taken.get(event.as_str()).is_some_and(|times| *times > 0), "{event} never arrived");
        let told: serde_json::Value = serde_json::from_str(bodies[event.as_str()]).unwrap();
        assert_eq!(told["data"]["id"], report.as_str());
        assert_eq!(told["data"]["sequence"].as_i64(), *position);
        assert_eq!(told["data"]["assignment"].as_str(), assignment.as_deref());
        let sequence = told["data"]["sequence"].as_i64().unwrap();
        by_assignment.entry(assignment.as_deref().unwrap()).or_default().push(sequence);
    }
    assert!(by_assignment.values().all(|sequences| sequences.is_sorted()), "order is told by the sequence");
    assert_eq!(bodies.len(), committed.len(), "and nothing was told that did not happen");
    let repeated = received.len() - bodies.len();
    println!("{} rounds: {} events, sent {repeated} times more than once", rounds(), committed.len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_before_it_sends_every_event_arrives_sqlite() {
    every_event_arrives(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_before_it_sends_every_event_arrives_postgres() {
    if let Some(engine) = Engine::postgres() {
        every_event_arrives(engine).await;
    }
}

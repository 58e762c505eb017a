//! Two organisations with everything alike: nothing of one can be read, changed, or even guessed to
//! exist from the other. Every endpoint is called with the other's ids, in its path and in its body,
//! and must answer exactly as it answers ids that nobody has.

use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicU32, Ordering},
};

use openapi::{
    assignments::{AssignmentsQuery, ListAssignments},
    attachments::FileRef,
    calendar::{NamedEventDraft, PutNamedEvent},
    calendar_feeds::{CalendarFeedDraft, PutCalendarFeed},
    decisions::{DifficultyDraft, ExcuseDraft, ExtensionDraft, PutDifficulty, PutExcuse, PutExtension},
    endpoint::Dto,
    keys::{KeyDraft, PutKey, RotateKey, RotationDraft},
    ledger::{AuditQuery, ListAuditEvents},
    people::{ListOversights, ListPeople, OversightsQuery, PeopleQuery},
    reports::{ReportDraft, SubmitReport},
    sessions::CreateActivation,
    webhooks::{PutWebhook, WebhookDraft},
};
use serde_json::Value;

use super::every_endpoint::{Row, all};
use crate::{
    on_both,
    support::{World, id, name, note, report},
};

/// One of everything in an organisation, by the name paths and bodies give it.
async fn furnished(world: &World) -> BTreeMap<&'static str, String> {
    let (office, leader, admin) = (world.office().await, world.leader().await, world.admin().await);
    let head = world.head_of("Thôn Một").await;
    let _others = (world.overseer_of(&["Thôn Một"]).await, world.inspector().await);
    let unit = world.village("Thôn Một").await;
    let assignment = world.give("Thôn Một", 5).await;
    let webhook = id();
    admin.call::<PutWebhook>(webhook, WebhookDraft::example()).await.unwrap();
    let seen = leader.query::<ListAssignments>((), AssignmentsQuery::default()).await.unwrap().reply.items[0]
        .clone();
    let (event, report_id, extension, excuse, difficulty, activation) = (id(), id(), id(), id(), id(), id());
    let file = FileRef { id: id(), ..FileRef::example() };
    let event_draft = NamedEventDraft { name: name("Tết"), from: None, to: None };
    office.call::<PutNamedEvent>(event, event_draft).await.unwrap();
    let with_file = ReportDraft { files: vec![file.clone()], ..report(world, assignment) };
    head.call::<SubmitReport>(report_id, with_file).await.unwrap();
    let made_at = world.now();
    let ask = ExtensionDraft { assignment, asked_due_on: world.day(9), reason: note("Mưa."), made_at };
    head.call::<PutExtension>(extension, ask).await.unwrap();
    head.call::<PutExcuse>(excuse, ExcuseDraft { assignment, reason: note("Lũ."), made_at }).await.unwrap();
    let draft = DifficultyDraft { unit, assignment: None, words: note("Vướng."), made_at };
    head.call::<PutDifficulty>(difficulty, draft).await.unwrap();
    let person = world.me(&head).await;
    office.call::<CreateActivation>((person, activation), openapi::endpoint::Nothing).await.unwrap();
    let oversights = admin.query::<ListOversights>((), OversightsQuery::default()).await.unwrap().reply;
    let people = admin.query::<ListPeople>((), PeopleQuery::default()).await.unwrap().reply;
    assert!(people.items.len() >= 5);
    let (key, rotation, calendar_feed) = (id(), id(), id());
    admin.call::<PutKey>(key, KeyDraft::example()).await.unwrap();
    admin.call::<RotateKey>((key, rotation), RotationDraft::example()).await.unwrap();
    let feed = CalendarFeedDraft { name: name("Lịch của thôn"), unit: Some(unit) };
    office.call::<PutCalendarFeed>(calendar_feed, feed).await.unwrap();
    BTreeMap::from([
        ("unit", unit.to_string()),
        ("person", person.to_string()),
        ("oversight", oversights.items[0].id.to_string()),
        ("directive", seen.directive.id.to_string()),
        ("task", seen.task.id.to_string()),
        ("other", seen.task.id.to_string()),
        ("assignment", assignment.to_string()),
        ("report", report_id.to_string()),
        ("extension", extension.to_string()),
        ("excuse", excuse.to_string()),
        ("difficulty", difficulty.to_string()),
        ("attachment", file.id.to_string()),
        ("event", event.to_string()),
        ("webhook", webhook.to_string()),
        ("activation", activation.to_string()),
        ("device", id::<()>().to_string()),
        ("import", id::<()>().to_string()),
        ("key", key.to_string()),
        ("rotation", rotation.to_string()),
        ("calendar_feed", calendar_feed.to_string()),
    ])
}

/// What a field of a body that holds an id refers to.
fn meaning(field: &str) -> &str {
    match field {
        "units" | "parent_unit" | "into" | "issuer_unit" => "unit",
        "parent" | "carried_from" | "related" | "shared_with" | "other" => "task",
        "corrects" => "report",
        "id" => "attachment",
        other => other,
    }
}

/// Another name each time, where two things may not have the same.
fn unique(field: &str) -> Option<Value> {
    static LAST: AtomicU32 = AtomicU32::new(100_000);
    let number = || LAST.fetch_add(1, Ordering::SeqCst);
    match field {
        "name" | "number" => Some(Value::from(format!("Tên {}", number()))),
        "phone" => Some(Value::from(format!("0912{}", number()))),
        "user_name" => Some(Value::from(format!("u{}", number()))),
        _ => None,
    }
}

/// The body with every id in it replaced by what `choose` gives for its meaning.
fn with_ids(value: &Value, field: &str, choose: &dyn Fn(&str) -> String) -> Value {
    match value {
        Value::String(text) if text.parse::<openapi::id::Id<()>>().is_ok() => {
            Value::String(choose(meaning(field)))
        }
        Value::String(_) if unique(field).is_some() => unique(field).unwrap_or_default(),
        Value::Array(items) => items.iter().map(|item| with_ids(item, field, choose)).collect(),
        Value::Object(fields) => {
            fields.iter().map(|(name, value)| (name.clone(), with_ids(value, name, choose))).collect()
        }
        other => other.clone(),
    }
}

/// An answer without what differs from one request to the next.
async fn answered(
    row: &Row,
    address: &str,
    json: Option<&Value>,
    client: &mobile_client::Client,
) -> (u16, String) {
    let response = row.request(address, json).bearer_auth(client.token().unwrap()).send().await.unwrap();
    let status = response.status().as_u16();
    let mut text = response.text().await.unwrap();
    if let Ok(mut body) = serde_json::from_str::<Value>(&text) {
        if let Some(fields) = body.as_object_mut() {
            fields.remove("request_id");
        }
        text = alike(with_ids(&body, "", &|_| "id".to_owned())).to_string();
    }
    (status, text)
}

/// Without the names that differ from one request to the next.
fn alike(value: Value) -> Value {
    match value {
        Value::Array(items) => items.into_iter().map(alike).collect(),
        Value::Object(fields) => {
            // A new webhook has a key of its own, and begins where the record ends just then.
            let webhook = fields.contains_key("secrets");
            let differs = |field: &str| webhook && matches!(field, "key" | "position");
            let secret = |field: &str| matches!(field, "secret" | "starts_with" | "address");
            fields
                .into_iter()
                .map(|(field, value)| {
                    let named = value.is_string() && (unique(&field).is_some() || secret(&field));
                    let value = if named || differs(&field) { Value::from("name") } else { alike(value) };
                    (field, value)
                })
                .collect()
        }
        other => other,
    }
}

/// Whether it creates something under the id in its path.
fn creates(row: &Row) -> bool {
    row.method == "PUT" && row.path.ends_with('}')
}

/// Whether a body names anything by its id.
fn names_ids(row: &Row) -> bool {
    let Some(json) = &row.json else { return false };
    *json != with_ids(json, "-", &|_| "id".to_owned())
}

/// What a parameter that holds an id refers to.
fn meaning_in_query<'a>(row: &Row, parameter: &'a str) -> &'a str {
    match (row.path, parameter) {
        ("/v1/units", "parent") => "unit",
        (_, "overseer" | "by") => "person",
        // Anything in the trail.
        (_, "subject_id") => "task",
        (_, other) => other,
    }
}

on_both! {
    async fn the_others_ids_in_a_query_answer_like_ids_nobody_has(world: &World) {
        let twin = world.twin().await;
        let theirs = furnished(world).await;
        let mine = furnished(&twin).await;
        let users = ["quan.tri", "van.phong", "thuong.truc", "uy.vien", "thon.mot", "kiem.tra"];
        let mut tried = 0;
        let asking: Vec<Row> = all().into_iter().filter(|row| !row.ids_in_query.is_empty()).collect();
        for row in &asking {
            for parameter in &row.ids_in_query {
                let kind = meaning_in_query(row, parameter);
                let foreign = theirs.get(kind).unwrap_or_else(|| panic!("{} ?{parameter}: nobody has a {kind}", row.path));
                for user in users {
                    let client = twin.sign_in(user).await;
                    // The path is one's own: what is asked about is there.
                    let own = |name: &str| mine.get(name).cloned().unwrap_or_else(|| id::<()>().to_string());
                    let address = row.address(client.base(), own);
                    let asked = async |value: &str| {
                        let (status, text) = answered(row, &format!("{address}?{parameter}={value}"), None, &client).await;
                        // A refusal may say the id that was asked for.
                        (status, text.replace(value, "id"))
                    };
                    let control = asked(&id::<()>().to_string()).await;
                    assert_eq!(asked(foreign).await, control, "{} ?{parameter} as {user}", row.path);
                    tried += usize::from(control.0 != 403);
                }
            }
        }
        assert!(tried > 50, "{tried} of {} endpoints", asking.len());
        drop(twin);
    }

    async fn the_others_ids_answer_like_ids_nobody_has(world: &World) {
        let twin = world.twin().await;
        let theirs = furnished(world).await;
        let _mine = furnished(&twin).await;
        let inspector = world.inspector().await;
        let trail = async || {
            inspector.query::<ListAuditEvents>((), AuditQuery::default()).await.unwrap().reply.items.len()
        };
        let before = trail().await;
        let named = |row: &Row| {
            // Where nothing is named by its id there is nothing to try.
            let names = row.path.replace("{year}", "").contains('{') || names_ids(row);
            let own = row.path.starts_with("/v1/sessions") || row.path.starts_with("/v1/me");
            names && !own && row.path.starts_with("/v1/")
        };
        let users = ["quan.tri", "van.phong", "thuong.truc", "uy.vien", "thon.mot", "kiem.tra"];
        let nobodys = |_: &str| id::<()>().to_string();
        let others = |name: &str| theirs.get(name).cloned().unwrap_or_else(|| id::<()>().to_string());
        let json = |row: &Row, choose: &dyn Fn(&str) -> String| row.json.as_ref().map(|json| with_ids(json, "", choose));
        for row in all().iter().filter(|row| named(row)) {
            for user in users {
                let client = twin.sign_in(user).await;
                let base = client.base().to_owned();
                let control = answered(row, &row.address(&base, nobodys), json(row, &nobodys).as_ref(), &client).await;
                let by_body = answered(row, &row.address(&base, nobodys), json(row, &others).as_ref(), &client).await;
                assert_eq!(by_body, control, "{} {} as {user}, their ids in the body", row.method, row.path);
                if !creates(row) {
                    let by_path = answered(row, &row.address(&base, others), json(row, &nobodys).as_ref(), &client).await;
                    assert_eq!(by_path, control, "{} {} as {user}, their ids in the path", row.method, row.path);
                }
            }
        }
        // Creating under their ids comes last: what is created is one's own from then on.
        // And what belongs to something comes before that itself.
        let mut creating: Vec<Row> = all().into_iter().filter(|row| named(row) && creates(row)).collect();
        creating.sort_by_key(|row| std::cmp::Reverse(row.path.matches('{').count()));
        for row in &creating {
            for user in users {
                let client = twin.sign_in(user).await;
                let base = client.base().to_owned();
                let control = answered(row, &row.address(&base, nobodys), json(row, &nobodys).as_ref(), &client).await;
                let by_path = answered(row, &row.address(&base, others), json(row, &nobodys).as_ref(), &client).await;
                assert_eq!(by_path, control, "{} {} as {user}, under their id", row.method, row.path);
                if control.0 == 201 {
                    break;
                }
            }
        }
        assert_eq!(trail().await, before, "nothing was recorded in the other organisation");
        drop(twin);
    }
}

//! What other systems are sent, in the words of OpenAPI 3.1. **Invariant: there is one entry for each
//! event type, and its example is of that type.**

use serde_json::{Map, Value, json};

use super::schemas;
use crate::{
    endpoint::{Dto, JSON},
    ledger::AuditEventId,
    sessions::example_id,
    value::Days,
    webhooks::{CloudEvent, Event, EventType},
};

/// The section `webhooks`: one entry for each event type.
pub(super) fn render() -> Value {
    let one = |event: &EventType| (key(*event), json!({ "post": operation(*event) }));
    Value::Object(EventType::ALL.iter().map(one).collect())
}

/// The name of an entry, spelt as paths are.
fn key(event: EventType) -> String {
    event.as_str().replace('_', "-")
}

fn operation(event: EventType) -> Value {
    let (id, example) = example(event);
    let name = format!("on_{}", event.as_str().replace('.', "_"));
    let content: Map<String, Value> = [
        (JSON, "Event", json!(example)),
        (CloudEvent::MEDIA, "CloudEvent", json!(CloudEvent::of(id, &example))),
    ]
    .into_iter()
    .map(|(media, schema, example)| {
        (media.to_owned(), json!({ "schema": schemas::reference(schema), "example": example }))
    })
    .collect();
    json!({
        "operationId": name,
        "summary": format!("{}.", event.en()),
        "description": format!(
            "*{}.* Sent to every webhook whose filter lets `{event}` through, at least once, signed by the \
             Standard Webhooks specification. Answer with any 2xx within 15 seconds; anything else is tried \
             again over three days. `410` disables the webhook; `Retry-After` is honoured.",
            event.vi(),
        ),
        "tags": ["Webhooks"],
        "security": [{}],
        "parameters": headers(),
        "requestBody": {
            "required": true,
            "description": "The event: ids, states and dates.",
            "content": content,
        },
        "responses": answers(),
    })
}

fn example(event: EventType) -> (AuditEventId, Event) {
    let mut example = Event { kind: event, ..Event::example() };
    let data = &mut example.data;
    data.subject = event.subject();
    match event {
        EventType::Ping => {
            data.sequence = None;
            data.unit = None;
        }
        EventType::AssignmentOverdue => data.days_late = Some(Days::of(2)),
        _ => {}
    }
    let of_no_work = matches!(
        event,
        EventType::Ping
            | EventType::DirectiveIssued
            | EventType::DirectiveClosed
            | EventType::TaskLinked
            | EventType::TaskUnlinked
            | EventType::UnitCreated
            | EventType::UnitChanged
            | EventType::UnitMerged
    );
    if of_no_work {
        (data.assignment, data.directive, data.task) = (None, None, None);
        (data.state, data.due_on) = (None, None);
    }
    (example_id(0x91), example)
}

fn headers() -> Value {
    json!([
        header(
            "webhook-id",
            "The id of the event: the same each time it is sent. Discard what you have.",
            json!({
                "type": "string", "format": "uuid", "maxLength": 36,
            })
        ),
        header(
            "webhook-timestamp",
            "When it was sent, in seconds since 1970.",
            json!({
                "type": "string", "pattern": "^[0-9]{1,12}$", "maxLength": 12,
            })
        ),
        header(
            "webhook-signature",
            "`v1,` and the HMAC-SHA-256, in base64, of id, timestamp and body joined by dots; several, \
             separated by spaces, while one key takes over from another.",
            json!({ "type": "string", "pattern": "^v1,[A-Za-z0-9+/=]+( v1,[A-Za-z0-9+/=]+)*$", "maxLength": 300 }),
        ),
    ])
}

fn header(name: &str, description: &str, schema: Value) -> Value {
    json!({ "name": name, "in": "header", "required": true, "description": description, "schema": schema })
}

fn answers() -> Value {
    // What it answers beside is its own business; what comes of it stands in the description.
    json!({
        "204": { "description": "Received. Any 2xx will do." },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_event_is_described_and_its_example_is_of_its_type() {
        let all = render();
        for event in EventType::ALL {
            let operation = &all[key(*event)]["post"];
            let bodies = &operation["requestBody"]["content"];
            assert_eq!(bodies[JSON]["example"]["type"], event.as_str());
            let cloud = &bodies[CloudEvent::MEDIA]["example"];
            assert_eq!(cloud["type"], format!("dondoc.{event}"));
            assert_eq!(cloud["data"], bodies[JSON]["example"]["data"]);
        }
    }
}

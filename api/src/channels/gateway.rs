//! The gateway: one signed call for each text message, to whoever the operator has send SMS or speak
//! for a Zalo account. **Invariant: what he is told is a number, a title and a place in the app.**
//!
//! Signed as Standard Webhooks has it (standardwebhooks.com, 1.0.0): `webhook-id` is the message's id, by
//! which the gateway knows a repeat.

use openapi::value::{Instant, Phone};
use serde_json::json;

use super::{Outside, send::Outcome, store::MessageRow};
use crate::{config, error::Result, tokens};

/// Posts one message to the gateway.
pub(super) async fn send(outside: &Outside, now: Instant, message: &MessageRow, to: &Phone) -> Outcome {
    let Some(gateway) = &outside.gateway else {
        return Outcome::Dropped("not_configured".to_owned());
    };
    let text = match &message.link {
        Some(link) => format!("{}\n{}/app/{link}", message.title, outside.public_url),
        None => message.title.clone(),
    };
    match post(outside, gateway, now, message.id.as_str(), to, &message.title, &text).await {
        Ok(outcome) => outcome,
        Err(error) => {
            tracing::warn!(?error, "a text message could not be written");
            Outcome::Dropped("damaged".to_owned())
        }
    }
}

/// One call.
pub(super) async fn post(
    outside: &Outside,
    gateway: &config::Gateway,
    now: Instant,
    id: &str,
    to: &Phone,
    title: &str,
    text: &str,
) -> Result<Outcome> {
    let body =
        serde_json::to_vec(&json!({ "id": id, "to": international(to), "title": title, "text": text }))?;
    let seconds = now.unix_ms() / 1000;
    let headers = [
        ("content-type", "application/json".to_owned()),
        ("webhook-id", id.to_owned()),
        ("webhook-timestamp", seconds.to_string()),
        ("webhook-signature", tokens::webhook_signature(&gateway.key(), id, seconds, &body)),
    ];
    Ok(match outside.http.post_to_gateway(&gateway.url, &headers, body, now).await {
        Ok(answered) if (200..300).contains(&answered.status) => Outcome::Sent,
        Ok(answered) => {
            let why = format!("http_{}", answered.status);
            match answered.status {
                // The gateway has read it and will not have it.
                400 | 413 | 422 => Outcome::Dropped(why),
                _ => Outcome::Later { why, after: answered.retry_after },
            }
        }
        Err(why) => Outcome::later(why),
    })
}

/// As the whole world writes it (E.164).
fn international(phone: &Phone) -> String {
    let phone = phone.canonical();
    format!("+84{}", phone.as_str().strip_prefix('0').unwrap_or(phone.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_written_for_the_whole_world() {
        for text in ["0912345678", "+84912345678"] {
            assert_eq!(international(&text.parse().unwrap()), "+84912345678");
        }
    }
}

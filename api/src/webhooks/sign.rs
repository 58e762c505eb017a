//! What is sent, and its signature, by the Standard Webhooks specification. **Invariant: a key is
//! derived when it is needed and stored nowhere; what is signed is what is sent, byte for byte.**

use base64::{Engine, engine::general_purpose::STANDARD};
use openapi::{
    ledger::AuditEventId,
    value::Instant,
    webhooks::{CloudEvent, Event, EventFormat, WebhookId, WebhookKey, WebhookSecretId},
};

use crate::{
    access::Tenant,
    error::{Error, Result},
    tokens,
};

/// A key, as bytes.
pub(super) struct Key(Vec<u8>);

impl Key {
    /// The key of a secret of an endpoint.
    pub(super) fn of(
        installation: &[u8],
        tenant: Tenant,
        webhook: WebhookId,
        secret: WebhookSecretId,
        chance: &[u8],
    ) -> Self {
        Self(tokens::webhook_key(installation, tenant, webhook, secret, chance))
    }
    /// As its receiver is shown it.
    pub(super) fn shown(&self) -> Result<WebhookKey> {
        let text = format!("whsec_{}", STANDARD.encode(&self.0));
        WebhookKey::try_from(text).map_err(|bad| Error::Broken(bad.en.into_owned()))
    }
    fn signature(&self, id: AuditEventId, seconds: i64, body: &str) -> String {
        tokens::webhook_signature(&self.0, id.as_str(), seconds, body.as_bytes())
    }
}

/// Headers and body of a message.
pub(super) struct Message {
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: Vec<u8>,
}

/// An event as it is sent at a moment, signed with every key that counts.
pub(super) fn message(
    id: AuditEventId,
    event: &Event,
    format: EventFormat,
    keys: &[Key],
    now: Instant,
) -> Result<Message> {
    let (media, body) = match format {
        EventFormat::CloudEvents => (
            format!("{}; charset=utf-8", CloudEvent::MEDIA),
            serde_json::to_string(&CloudEvent::of(id, event))?,
        ),
        EventFormat::Standard | EventFormat::Unknown => {
            ("application/json".to_owned(), serde_json::to_string(event)?)
        }
    };
    let seconds = now.unix_ms().div_euclid(1000);
    let signatures: Vec<String> = keys.iter().map(|key| key.signature(id, seconds, &body)).collect();
    let headers = vec![
        ("content-type", media),
        ("webhook-id", id.to_string()),
        ("webhook-timestamp", seconds.to_string()),
        ("webhook-signature", signatures.join(" ")),
    ];
    Ok(Message { headers, body: body.into_bytes() })
}

#[cfg(test)]
mod tests {
    use openapi::endpoint::Dto;

    use super::*;

    #[test]
    fn every_key_that_counts_signs() {
        let keys = [Key(vec![1; 32]), Key(vec![2; 32])];
        let id = openapi::id::Id::new(1, [1; 10]);
        let now = Instant::new(chrono::DateTime::from_timestamp_millis(1_999).unwrap());
        for format in [EventFormat::Standard, EventFormat::CloudEvents] {
            let message = message(id, &Event::example(), format, &keys, now).unwrap();
            let body = std::str::from_utf8(&message.body).unwrap();
            let both = keys.each_ref().map(|key| key.signature(id, 1, body)).join(" ");
            assert!(message.headers.contains(&("webhook-signature", both)));
            assert!(message.headers.contains(&("webhook-timestamp", "1".to_owned())));
        }
    }
}

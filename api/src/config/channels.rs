//! Settings of the ways messages take: e-mail and the gateway. **Invariant: a secret is never repeated, neither in what is said
//! of a bad setting nor in what is logged.**

use std::fmt;

use base64::{Engine, engine::general_purpose::STANDARD};
use lettre::{AsyncSmtpTransport, Tokio1Executor, message::Mailbox};

use super::{BadSetting, Given, web_address};
use crate::net::Allowed;

/// A text that is shown to nobody.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Keeps a text from being shown.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
    /// The text itself, for whom it is meant.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}
impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// What has been set up for messages; nothing unless told. Push notices need no setting.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Channels {
    /// The server that takes e-mail from us.
    pub mail: Option<Mail>,
    /// Who takes text messages from us.
    pub gateway: Option<Gateway>,
    /// Push services in the operator's own network, or without TLS.
    pub push_hosts: Allowed,
}

/// How e-mail is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// Where to, in the form `lettre` takes; there may be a password in it.
    pub server: Secret,
    /// Who it is from.
    pub from: Mailbox,
    /// Who is answered, when not the one it is from.
    pub reply_to: Option<Mailbox>,
}

/// Who sends text messages for us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gateway {
    /// Where each message is posted.
    pub url: String,
    /// What the posts are signed with: `whsec_` and base64, as Standard Webhooks has it.
    pub secret: Secret,
}

impl Gateway {
    /// The key that signs.
    #[must_use]
    pub fn key(&self) -> Vec<u8> {
        key_of(self.secret.reveal()).unwrap_or_default()
    }
}

const WHSEC: &str = "whsec_";

/// The bytes of a secret as Standard Webhooks writes it: 24 to 64 of them.
fn key_of(text: &str) -> Option<Vec<u8>> {
    let key = STANDARD.decode(text.strip_prefix(WHSEC)?).ok()?;
    (24..=64).contains(&key.len()).then_some(key)
}

impl Channels {
    pub(super) fn from(given: &Given<'_>) -> Result<Self, BadSetting> {
        let server = given.read_secret("mail.server", SMTP, mail_server)?;
        let mailbox = "an e-mail address, such as don-doc@suoimo.example";
        let from = given.read("mail.from", mailbox, |text| text.parse::<Mailbox>().ok())?;
        let reply_to = given.read("mail.reply_to", mailbox, |text| text.parse::<Mailbox>().ok())?;
        let url = given.read("gateway.url", "an address such as https://sms.example/send", web_address)?;
        let secret = given.read_secret(
            "gateway.secret",
            "whsec_ and 24 to 64 bytes in base64; make one with: echo whsec_$(openssl rand -base64 32)",
            |text| key_of(text).map(|_| Secret::new(text)),
        )?;
        let both = |one: &str, other: &str| {
            Err(BadSetting(format!("{one}: it is set, but {other} is not; set both or neither")))
        };
        let mail = match (server, from) {
            (Some(server), Some(from)) => Some(Mail { server, from, reply_to }),
            (None, None) => None,
            (Some(_), None) => return both("mail.server", "mail.from"),
            (None, Some(_)) => return both("mail.from", "mail.server"),
        };
        let gateway = match (url, secret) {
            (Some(url), Some(secret)) => Some(Gateway { url, secret }),
            (None, None) => None,
            (Some(_), None) => return both("gateway.url", "gateway.secret"),
            (None, Some(_)) => return both("gateway.secret", "gateway.url"),
        };
        let push_hosts = given
            .read("push.allow_hosts", "names or addresses separated by commas, or none", Allowed::parse)?
            .unwrap_or_default();
        Ok(Self { mail, gateway, push_hosts })
    }
}

const SMTP: &str = "of the form smtps://USER:PASSWORD@HOST or smtp://USER:PASSWORD@HOST:587 \
    (write signs in user and password as in a web address, @ as %40); \
    ?tls=none after it sends in the open, for a server in your own network";

/// Without a word on it, `smtp` means STARTTLS: never a password in the open by mistake. On this very
/// machine there is no way to listen in on.
fn mail_server(text: &str) -> Option<Secret> {
    let (plain, how) = match text.split_once('?') {
        None => (text, None),
        Some((plain, "tls=none")) => (plain, Some(false)),
        Some((plain, "tls=required")) => (plain, Some(true)),
        Some(_) => return None,
    };
    let rest = plain.strip_prefix("smtp://").or_else(|| plain.strip_prefix("smtps://"))?;
    let place = rest.rsplit('@').next()?;
    let host = place.rsplit_once(':').map_or(place, |(host, _)| host).trim_end_matches('/');
    if host.is_empty() {
        return None;
    }
    let here = matches!(host, "localhost" | "127.0.0.1" | "[::1]");
    let whole = match (plain.starts_with("smtps://"), how) {
        (true, Some(false)) => return None,
        (true, _) => plain.to_owned(),
        (false, None) if here => plain.to_owned(),
        (false, Some(false)) => plain.to_owned(),
        (false, None | Some(true)) => format!("{plain}?tls=required"),
    };
    AsyncSmtpTransport::<Tokio1Executor>::from_url(&whole).ok()?;
    Some(Secret::new(whole))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_never_crosses_the_network_in_the_open_by_mistake() {
        let read = |text: &str| mail_server(text).map(|secret| secret.reveal().to_owned());
        assert_eq!(
            read("smtp://u:p%40w@mail.example").as_deref(),
            Some("smtp://u:p%40w@mail.example?tls=required")
        );
        assert_eq!(read("smtps://u:p@mail.example:465").as_deref(), Some("smtps://u:p@mail.example:465"));
        assert_eq!(read("smtp://127.0.0.1:2525").as_deref(), Some("smtp://127.0.0.1:2525"));
        assert_eq!(read("smtp://mail.lan:25?tls=none").as_deref(), Some("smtp://mail.lan:25"));
        for bad in [
            "mail.example",
            "smtp://",
            "http://mail.example",
            "smtps://m.example?tls=none",
            "smtp://m?tls=opportunistic",
            "smtp://h:port",
        ] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_secret_is_shown_to_nobody() {
        let gateway = Gateway { url: "https://sms.example".into(), secret: Secret::new("whsec_c2VjcmV0") };
        assert!(!format!("{gateway:?}").contains("whsec_"));
    }

    #[test]
    fn a_key_is_long_enough() {
        assert_eq!(key_of(&format!("whsec_{}", STANDARD.encode([7; 32]))), Some(vec![7; 32]));
        for bad in ["", "whsec_", "whsec_c2hvcnQ=", "c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0", "whsec_*"] {
            assert_eq!(key_of(bad), None, "{bad}");
        }
    }
}

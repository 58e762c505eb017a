//! Channels: how a message reaches a person who is not looking at the app, which of them he wants, and
//! what became of what was sent. **Invariant: what leaves by push or gateway is a title that counts,
//! never the words of a task; an address nobody has confirmed is sent nothing but the question.**

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    access::Access,
    endpoint::{Dto, endpoints},
    id::Id,
    sessions::{example, example_id, example_instant},
    value::{Change, Count, Instant, Page, Phrase, Title, Version, codes, text_value},
};

codes! {
    /// A way a message can take.
    Channel {
        Push = "push", "Thông báo đẩy", "Push notice";
        Mail = "mail", "Thư điện tử", "E-mail";
        Gateway = "gateway", "Tin nhắn (SMS, Zalo)", "Text message (SMS, Zalo)";
    }
}

codes! {
    /// What became of a message on one way.
    SendingState {
        Waiting = "waiting", "Đang chờ gửi", "Waits to be sent, perhaps again";
        Sent = "sent", "Đã gửi", "Handed over";
        GivenUp = "given_up", "Đã thôi gửi", "Given up after a day and a half of trying";
        Dropped = "dropped", "Không gửi", "Not sent: the way was closed, or nobody is there";
    }
}

codes! {
    /// What a message is for.
    Purpose {
        Notice = "notice", "Nhắc việc", "It tells something";
        Test = "test", "Thử kênh", "It tries the ways";
        Confirmation = "confirmation", "Xác nhận địa chỉ", "It asks whose address this is";
    }
}

codes! {
    /// What is known of an e-mail address.
    EmailState {
        Unconfirmed = "unconfirmed", "Chưa xác nhận", "Waits for its owner to press the link he was sent";
        Confirmed = "confirmed", "Đã xác nhận", "Confirmed";
        Failing = "failing", "Không nhận được thư", "Refused by its own server; not tried until it is changed";
    }
}

text_value! {
    /// An e-mail address.
    Email: matching r"^[A-Za-z0-9_%+-]+(\.[A-Za-z0-9_%+-]+)*@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}$" 6..=200, by is_email,
    example "truong.thon@suoimo.example"
}

fn is_email(text: &str) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let atom = |atom: &str| {
        !atom.is_empty()
            && atom.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'%' | b'+' | b'-'))
    };
    let Some((local, domain)) = text.split_once('@') else { return false };
    let last = domain.rsplit('.').next().unwrap_or_default();
    // RFC 5321 §4.5.3.1.1: sixty-four before the sign.
    local.len() <= 64
        && local.split('.').all(atom)
        && domain.contains('.')
        && domain.split('.').all(label)
        && last.len() >= 2
        && last.bytes().all(|b| b.is_ascii_alphabetic())
}

text_value! {
    /// The address at which a push service takes notices for one browser (RFC 8030 §2).
    PushEndpoint: matching r"^https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?/[A-Za-z0-9._~:/?=&%+,;!*()'$-]*$" 12..=1000, by |text| {
        let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).unwrap_or_default();
        let (place, path) = rest.split_once('/').unwrap_or_default();
        let (host, port) = place.split_once(':').unwrap_or((place, "443"));
        !host.is_empty()
            && host.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-'))
            && (1..=5).contains(&port.len()) && port.bytes().all(|b| b.is_ascii_digit())
            && path.bytes().all(|b| b.is_ascii_alphanumeric() || b"._~:/?=&%+,;!*()'$-".contains(&b))
    }, example "https://push.example/send/dGhlLWFkZHJlc3M"
}
text_value! {
    /// A public key on the curve P-256, uncompressed, in base64url without padding.
    PublicKey: matching r"^B[A-Za-z0-9_-]{85}[AEIMQUYcgkosw048]$" 87..=87, by |text| {
        text.starts_with('B') && is_base64url(text) && text.ends_with(|c| "AEIMQUYcgkosw048".contains(c))
    }, example "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
}
text_value! {
    /// The sixteen bytes a browser shares with those who may send to it (RFC 8291 §3.2), in base64url
    /// without padding.
    PushAuth: matching r"^[A-Za-z0-9_-]{21}[AQgw]$" 22..=22, by |text| {
        is_base64url(text) && text.ends_with(|c| "AQgw".contains(c))
    }, example "BTBZMqHH6r4Tts7J_aSIgg"
}

fn is_base64url(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
}

/// The server's key for push notices.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PushKey {
    /// Hand it to the browser as `applicationServerKey` (RFC 8292 §4.1).
    pub key: PublicKey,
}
impl Dto for PushKey {
    fn example() -> Self {
        Self { key: PublicKey::example() }
    }
}

/// What a browser says when it lets itself be sent notices: `PushSubscription.toJSON()`, flat.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PushSubscriptionDraft {
    /// Where its push service takes them.
    pub endpoint: PushEndpoint,
    /// Its public key.
    pub p256dh: PublicKey,
    /// What it shares with those who may send to it.
    pub auth: PushAuth,
}
// Whoever knows the address and the keys could write to that phone.
impl std::fmt::Debug for PushSubscriptionDraft {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PushSubscriptionDraft(…)")
    }
}
impl Dto for PushSubscriptionDraft {
    fn example() -> Self {
        Self { endpoint: PushEndpoint::example(), p256dh: PublicKey::example(), auth: PushAuth::example() }
    }
}

/// The id of a [`PushSubscription`].
pub type PushSubscriptionId = Id<PushSubscription>;

/// A browser of mine that is sent notices.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PushSubscription {
    /// Its id.
    pub id: PushSubscriptionId,
    /// Whose push service it uses: the host of its address.
    pub service: Phrase,
    /// Since when.
    pub created_at: Instant,
    /// Whether it is the device that asks.
    pub current: bool,
}
impl Dto for PushSubscription {
    fn example() -> Self {
        Self {
            id: example_id(0xa1),
            service: example("push.example"),
            created_at: example_instant(),
            current: true,
        }
    }
}

/// My channels: which I want, and what they have to work with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MyChannels {
    /// Whether I want push notices.
    pub push: bool,
    /// Whether I want e-mail.
    pub mail: bool,
    /// Whether I want text messages.
    pub gateway: bool,
    /// The ways this server has been set up for.
    #[schema(max_items = 10)]
    pub offered: Vec<Channel>,
    /// How many of my browsers are sent notices.
    pub subscriptions: Count,
    /// My e-mail address.
    pub email: Option<Email>,
    /// What is known of it.
    pub email_state: Option<EmailState>,
    /// Changes with every change.
    pub version: Version,
}
impl Dto for MyChannels {
    fn example() -> Self {
        Self {
            push: true,
            mail: true,
            gateway: false,
            offered: vec![Channel::Push, Channel::Mail],
            subscriptions: Count::example(),
            email: Some(Email::example()),
            email_state: Some(EmailState::Confirmed),
            version: Version::FIRST,
        }
    }
    fn version(&self) -> Option<Version> {
        Some(self.version)
    }
}

/// A merge patch of my channels: absent keeps, `null` clears.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MyChannelsPatch {
    /// Whether I want push notices.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub push: Option<bool>,
    /// Whether I want e-mail.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mail: Option<bool>,
    /// Whether I want text messages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gateway: Option<bool>,
    /// My e-mail address. A letter with a link is sent to it, good for 48 hours; until the link is
    /// pressed nothing else goes there. The same address again sends the link again.
    #[serde(default, skip_serializing_if = "Change::is_keep")]
    #[schema(value_type = Option<Email>)]
    pub email: Change<Email>,
    /// The version this change was made from, instead of `If-Match`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<Version>,
}
impl Dto for MyChannelsPatch {
    fn example() -> Self {
        Self { email: Change::Set(Email::example()), ..Self::default() }
    }
    fn base(&self) -> Option<Version> {
        self.version
    }
}

/// One way of one message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Sending {
    /// Which way; push has one for each browser.
    pub channel: Channel,
    /// What became of it.
    pub state: SendingState,
    /// How often it was tried.
    pub attempts: Count,
    /// When it is tried next, while it waits.
    pub next_at: Option<Instant>,
    /// What went wrong last, as a code: `http_503`, `timeout`, `smtp_550`, `gone`.
    pub last_error: Option<Phrase>,
}

/// The id of a [`Message`].
pub type MessageId = Id<Message>;

/// A message to me.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Message {
    /// Its id.
    pub id: MessageId,
    /// What it is for.
    pub purpose: Purpose,
    /// What it is about.
    pub title: Title,
    /// When it was made.
    pub created_at: Instant,
    /// The ways it took: none when no way was open.
    #[schema(max_items = 50)]
    pub sendings: Vec<Sending>,
}
impl Dto for Message {
    fn example() -> Self {
        Self {
            id: example_id(0xa2),
            purpose: Purpose::Notice,
            title: example("Bạn có 3 việc sắp đến hạn"),
            created_at: example_instant(),
            sendings: vec![Sending {
                channel: Channel::Push,
                state: SendingState::Sent,
                attempts: Count::of(1),
                next_at: None,
                last_error: None,
            }],
        }
    }
}

endpoints! {
    tag "Channels";

    /// Read the server's push key
    ///
    /// What a browser needs to subscribe to push notices of this server.
    ReadPushKey = Get "/v1/push-key" as "read_push_key",
        access: Access::SignedIn,
        reply: PushKey,
        answers: [200];

    /// List my push subscriptions
    ///
    /// The browsers of mine that are sent notices, those whose session has ended left out.
    ListPushSubscriptions = Get "/v1/me/push-subscriptions" as "list_push_subscriptions",
        access: Access::SignedIn,
        reply: Page<PushSubscription>,
        answers: [200];

    /// Let this browser be sent notices
    ///
    /// It ends with the session of the device that asks. A browser has one subscription: another of
    /// the same address takes its place. Nobody has more than ten; the oldest makes room. Whoever had
    /// turned push notices off wants them again.
    PutPushSubscription = Put "/v1/me/push-subscriptions/{subscription}" as "put_push_subscription",
        access: Access::SignedIn,
        path: PushSubscriptionId,
        body: PushSubscriptionDraft,
        reply: PushSubscription,
        answers: [201, 200], refuses: [Conflict];

    /// Send a browser no more notices
    ///
    /// What waits for it is not sent either.
    DeletePushSubscription = Delete "/v1/me/push-subscriptions/{subscription}" as "delete_push_subscription",
        access: Access::SignedIn,
        path: PushSubscriptionId,
        answers: [204];

    /// Read my channels
    ///
    /// Which ways I want to be reached by, and whether they can work.
    ReadMyChannels = Get "/v1/me/channels" as "read_my_channels",
        access: Access::SignedIn,
        reply: MyChannels,
        answers: [200];

    /// Choose my channels
    ///
    /// A JSON merge patch. Every way that has an address is used unless it is switched off. Text
    /// messages go to the phone number I sign in with.
    PatchMyChannels = Patch "/v1/me/channels" as "patch_my_channels",
        access: Access::SignedIn,
        body: MyChannelsPatch,
        reply: MyChannels,
        answers: [200], versioned: true;

    /// Send myself a test
    ///
    /// One message over each of my channels. What became of it is read under its id.
    TestMyChannels = Post "/v1/me/channels/test" as "test_my_channels",
        access: Access::SignedIn,
        reply: Message,
        answers: [202];

    /// Read a message to me
    ///
    /// Which ways it took, and what became of it on each. Messages are kept for 30 days.
    ReadMyMessage = Get "/v1/me/messages/{message}" as "read_my_message",
        access: Access::SignedIn,
        path: MessageId,
        reply: Message,
        answers: [200];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_one_that_a_letter_can_be_sent_to() {
        for good in ["a@b.vn", "van.phong+x@suoi-mo.gov.vn", "A_1%x@a.b.example"] {
            assert!(Email::try_from(good).is_ok(), "{good}");
        }
        let long = format!("{}@b.vn", "a".repeat(65));
        for bad in [
            "a@b",
            "a.@b.vn",
            ".a@b.vn",
            "a..b@b.vn",
            "a b@b.vn",
            "a@-b.vn",
            "a@b.v1",
            "a@b@c.vn",
            &long,
            "a\r\nB: c@b.vn",
        ] {
            assert!(Email::try_from(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn an_endpoint_names_a_host_and_nobody() {
        assert!(PushEndpoint::try_from("https://fcm.googleapis.com/fcm/send/a:b-c_d").is_ok());
        assert!(PushEndpoint::try_from("http://127.0.0.1:4000/x/1").is_ok());
        for bad in [
            "https://host.example",
            "https://u@host.example/",
            "ftp://host.example/",
            "https:///path/x",
            "https://h.example:/x/y",
        ] {
            assert!(PushEndpoint::try_from(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_subscription_does_not_tell_its_secrets() {
        assert_eq!(format!("{:?}", PushSubscriptionDraft::example()), "PushSubscriptionDraft(…)");
    }
}

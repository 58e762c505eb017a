//! API keys: what other systems call with. **Invariant: a secret is shown when it is made and never
//! again; every key ends, and may do no more than its scopes name.**

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    access::{Access, Action, KeyScope},
    endpoint::{Dto, endpoints, listing},
    id::Id,
    people::PersonBrief,
    sessions::{example, example_id, example_instant},
    units::UnitId,
    value::{Instant, Name, Page, Phrase, codes, number_value, text_value},
};

/// The id of a [`Key`].
pub type KeyId = Id<Key>;
/// The id of a [`Rotation`].
pub type RotationId = Id<Rotation>;

/// A secret given to a key after its first. A marker for [`Id`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rotation;

number_value! {
    /// For how many days a key works: a year and a day at most.
    KeyDays: 1..=366, example 180
}
number_value! {
    /// For how many hours a secret goes on beside the one that takes its place: a week at most.
    OverlapHours: 0..=168, example 24
}
impl OverlapHours {
    /// What it is unless told.
    pub const USUAL: Self = Self(24);
}
text_value! {
    /// An address of the internet, or a block of them in CIDR notation (RFC 4632, RFC 4291 §2.3).
    AddressBlock: matching r"^[0-9A-Fa-f.:]{2,39}(/[0-9]{1,3})?$" 2..=43, by |text| {
        let (address, prefix) = text.split_once('/').map_or((text, "0"), |(a, p)| (a, p));
        (2..=39).contains(&address.len())
            && address.bytes().all(|b| b.is_ascii_hexdigit() || matches!(b, b'.' | b':'))
            && (1..=3).contains(&prefix.len())
            && prefix.bytes().all(|b| b.is_ascii_digit())
    }, example "203.0.113.0/24"
}
text_value! {
    /// An API key: `ddk_`, twelve letters by which it is known, and the secret with its check sum.
    KeySecret: matching r"^ddk_[0-9a-f]{12}_[0-9a-f]{72}$" 89..=89, by |text| {
        let hex = |part: &str| part.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        text.strip_prefix("ddk_").and_then(|rest| rest.split_once('_')).is_some_and(|(known, secret)| {
            known.len() == 12 && secret.len() == 72 && hex(known) && hex(secret)
        })
    }, example "ddk_0123456789ab_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef00000000"
}

/// What the administrator says of a key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct KeyDraft {
    /// Which system it is for. Under this name the record shows what the key did.
    pub name: Name,
    /// What it may do, each once.
    #[schema(min_items = 1, max_items = 20)]
    pub scopes: Vec<KeyScope>,
    /// The only units it reaches; the whole organisation without. What is of no single unit, such as
    /// directives, is out of reach of a key that is limited to units.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_items = 1, max_items = 200)]
    pub units: Option<Vec<UnitId>>,
    /// The only addresses it may be used from; any without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_items = 1, max_items = 50)]
    pub addresses: Option<Vec<AddressBlock>>,
    /// For how many days it works.
    pub days: KeyDays,
}
impl Dto for KeyDraft {
    fn example() -> Self {
        Self {
            name: example("Cổng dữ liệu của tỉnh"),
            scopes: vec![KeyScope::ReadFigures, KeyScope::ReadAssignments],
            units: None,
            addresses: Some(vec![AddressBlock::example()]),
            days: KeyDays::example(),
        }
    }
}

codes! {
    /// Whether a key works.
    KeyState {
        Working = "working", "Đang dùng", "It works";
        Expired = "expired", "Hết hạn", "Its days are over";
        Revoked = "revoked", "Đã thu hồi", "It was revoked";
    }
}

/// A key of another system, without its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Key {
    /// Its id.
    pub id: KeyId,
    /// What the administrator said of it.
    pub draft: KeyDraft,
    /// How its newest secret begins, to know it by.
    pub starts_with: Phrase,
    /// Whether it works.
    pub state: KeyState,
    /// When it was made.
    pub created_at: Instant,
    /// Who made it.
    pub created_by: PersonBrief,
    /// When it stops working.
    pub expires_at: Instant,
    /// When it last got another secret.
    pub rotated_at: Option<Instant>,
    /// Until when the secret before still works, while it does.
    pub overlap_until: Option<Instant>,
    /// When it was last used, to the minute.
    pub last_used_at: Option<Instant>,
    /// When it was revoked.
    pub revoked_at: Option<Instant>,
}
impl Dto for Key {
    fn example() -> Self {
        Self {
            id: example_id(0xa1),
            draft: KeyDraft::example(),
            starts_with: example("ddk_0123456789ab"),
            state: KeyState::Working,
            created_at: example_instant(),
            created_by: PersonBrief::example(),
            expires_at: example_instant().plus(chrono::TimeDelta::days(180)),
            rotated_at: None,
            overlap_until: None,
            last_used_at: None,
            revoked_at: None,
        }
    }
}

/// A key with the secret that was just made for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct IssuedKey {
    /// The key.
    pub key: Key,
    /// The secret, to be sent as `Authorization: Bearer ddk_…`. Shown for ten minutes, so that an
    /// answer lost on the way can be asked for again; then nobody can show it any more.
    pub secret: Option<KeySecret>,
}
impl Dto for IssuedKey {
    fn example() -> Self {
        Self { key: Key::example(), secret: Some(KeySecret::example()) }
    }
}

/// How a key gets another secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RotationDraft {
    /// For how many hours the secret before goes on: 24 unless told. 0 ends it at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overlap_hours: Option<OverlapHours>,
    /// For how many days from now the key works; as long as before without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days: Option<KeyDays>,
}
impl Dto for RotationDraft {
    fn example() -> Self {
        Self { overlap_hours: Some(OverlapHours::example()), days: Some(KeyDays::example()) }
    }
}

listing! {
    /// Which keys to list.
    KeysQuery {
        /// Only those that work (`true`) or no longer do (`false`).
        working: bool,
    }
}

endpoints! {
    tag "Keys";

    /// List API keys
    ///
    /// Which other systems may call, what each may do, and when it last did. Never their secrets.
    ListKeys = Get "/v1/keys" as "list_keys",
        access: Access::To(Action::ReadKeys),
        query: KeysQuery,
        reply: Page<Key>,
        answers: [200];

    /// Read an API key
    ///
    /// What it may do, until when, and when it was last used.
    ReadKey = Get "/v1/keys/{key}" as "read_key",
        access: Access::To(Action::ReadKeys),
        path: KeyId,
        reply: Key,
        answers: [200];

    /// Make an API key
    ///
    /// The answer holds the secret. The same again shows it again for ten minutes; later nobody can,
    /// because only its hash is kept. Lost secrets are replaced by a rotation.
    PutKey = Put "/v1/keys/{key}" as "put_key",
        access: Access::To(Action::ChangeKeys),
        path: KeyId,
        body: KeyDraft,
        reply: IssuedKey,
        answers: [201, 200];

    /// Give an API key another secret
    ///
    /// The secret before goes on for some hours, so that no call fails while the other system takes
    /// up the new one.
    RotateKey = Put "/v1/keys/{key}/rotations/{rotation}" as "rotate_key",
        access: Access::To(Action::ChangeKeys),
        path: (KeyId, RotationId),
        body: RotationDraft,
        reply: IssuedKey,
        answers: [201, 200], refuses: [WrongState];

    /// Revoke an API key
    ///
    /// All its secrets stop working, within seconds on every server. It stays in the list, and what it
    /// did stays in the record.
    RevokeKey = Put "/v1/keys/{key}/revocation" as "revoke_key",
        access: Access::To(Action::ChangeKeys),
        path: KeyId,
        reply: Key,
        answers: [200];
}

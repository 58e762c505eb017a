//! Signing in. **Invariant: no password is ever sent to anybody; a person sets his own through a
//! one-time link.**

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    access::{Access, Action, Role},
    endpoint::{Dto, bytes_body, endpoints},
    id::Id,
    organisation::{DueSoonDays, OrganisationBrief},
    people::PersonId,
    problem::Language,
    units::UnitBrief,
    value::{Date, Instant, Name, Page, Slug, Title, Token, Version, text_value},
};

/// The id of a [`Device`].
pub type DeviceId = Id<Device>;

/// A phone or browser that is signed in. It is a marker for [`Id`] and the row of the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Device {
    /// Its id.
    pub id: DeviceId,
    /// What its owner called it.
    pub name: Name,
    /// When it signed in.
    pub created_at: Instant,
    /// When it was last heard of, to the quarter of an hour.
    pub last_seen_at: Instant,
    /// Whether it is the one asking.
    pub current: bool,
}
impl Dto for Device {
    fn example() -> Self {
        Self {
            id: example_id(0x21),
            name: example("Điện thoại của trưởng thôn"),
            created_at: example_instant(),
            last_seen_at: example_instant(),
            current: true,
        }
    }
}

/// The id of an [`ActivationMark`].
pub type ActivationId = Id<ActivationMark>;

/// A one-time link to set a password. A marker for [`Id`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ActivationMark;

/// An id for examples.
pub(crate) fn example_id<T>(kind: u8) -> Id<T> {
    Id::new(1_795_000_000_000, [0, 0, 0, 0, 0, 0, 0, 0, 0, kind])
}
/// A moment for examples.
pub(crate) fn example_instant() -> Instant {
    Instant::new(chrono::DateTime::from_timestamp_millis(1_795_138_200_000).unwrap_or_default())
}
/// A text for examples; one that does not fit shows as the type's own.
pub(crate) fn example<T: Dto + TryFrom<String>>(text: &str) -> T {
    T::try_from(text.to_owned()).unwrap_or_else(|_| T::example())
}
/// A date for examples.
pub(crate) fn example_date(day: u32) -> Date {
    Date::of(chrono::NaiveDate::from_ymd_opt(2026, 11, day).unwrap_or_default())
}

text_value! {
    /// What a person signs in with: a phone number or a user name.
    Login: one_line 3..=40, example "0912345678"
}

/// A password, from 10 to 200 characters. Never shown, never logged.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Password(String);

impl Password {
    const MIN: usize = 10;
    const MAX: usize = 200;
    /// The secret itself, for hashing only.
    #[must_use]
    pub fn secret(&self) -> &str {
        &self.0
    }
}
impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Password(…)")
    }
}
impl TryFrom<String> for Password {
    type Error = crate::problem::Said;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        crate::value::check_text(&text, Self::MIN, Self::MAX, false)?;
        Ok(Self(text))
    }
}
impl<'de> Deserialize<'de> for Password {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::try_from(String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}
impl utoipa::PartialSchema for Password {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::Type::String)
            .format(Some(utoipa::openapi::SchemaFormat::KnownFormat(utoipa::openapi::KnownFormat::Password)))
            .pattern(Some(crate::value::ONE_LINE))
            .min_length(Some(Self::MIN))
            .max_length(Some(Self::MAX))
            .description(Some("A password: at least ten characters, on one line."))
            .examples([serde_json::json!("ruong-bac-thang-mua-nay")])
            .into()
    }
}
impl ToSchema for Password {
    fn name() -> std::borrow::Cow<'static, str> {
        "Password".into()
    }
}
impl Dto for Password {
    fn example() -> Self {
        Self("ruong-bac-thang-mua-nay".to_owned())
    }
}

/// Sign in with a phone number or user name, and a password.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Credentials {
    /// Phone number or user name.
    pub login: Login,
    /// The password.
    pub password: Password,
    /// What to call this phone or browser in the list of devices.
    pub device_name: Name,
    /// The organisation, when the same login exists in several (`choose_organisation`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisation: Option<Slug>,
    /// The `device_proof` of an earlier session on this device: it keeps a stranger who guesses
    /// at the same login from slowing this device down.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device_proof: Option<Token>,
}
impl Dto for Credentials {
    fn example() -> Self {
        Self {
            login: Login::example(),
            password: Password::example(),
            device_name: example("Điện thoại của trưởng thôn"),
            organisation: None,
            device_proof: None,
        }
    }
}

/// Ask for a new access token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RefreshRequest {
    /// The newest refresh token of this device. Each can be used once; using an old one again ends
    /// the session, because somebody has copied it. (An answer lost on the way does no harm: for a
    /// minute the same token gives the same new one.)
    pub refresh_token: Token,
}
impl Dto for RefreshRequest {
    fn example() -> Self {
        Self { refresh_token: Token::example() }
    }
}

/// A session: who is signed in, and the tokens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Session {
    /// Send it as `Authorization: Bearer …`. A JWT; its content is nobody's business but ours.
    pub access_token: Token,
    /// Seconds until the access token expires.
    #[schema(minimum = 1, maximum = 3600)]
    pub expires_in: u32,
    /// Keep it secret; it gives new access tokens for this device.
    pub refresh_token: Token,
    /// Keep it on the device, also after signing out: it shows at the next sign-in that the device
    /// is known.
    pub device_proof: Token,
    /// The device.
    pub device: DeviceId,
    /// Who signed in.
    pub person: PersonId,
    /// The server's clock, so that a phone can tell when its own is wrong.
    pub server_time: Instant,
}
impl Dto for Session {
    fn example() -> Self {
        Self {
            access_token: example("eyJhbGciOiJIUzI1NiIsImtpZCI6IjEifQ.e30.c2lnbmF0dXJl"),
            expires_in: 900,
            refresh_token: Token::example(),
            device_proof: Token::example(),
            device: example_id(0x21),
            person: example_id(0x11),
            server_time: example_instant(),
        }
    }
}

/// Who an activation link is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Invitation {
    /// The person's name, so that he can see the link is his.
    pub name: Name,
    /// The organisation's name.
    pub organisation: Name,
    /// What he signs in with.
    pub login: Login,
    /// When the link stops working.
    pub expires_at: Instant,
}
impl Dto for Invitation {
    fn example() -> Self {
        Self {
            name: example("Bàn Văn Mẫu"),
            organisation: example("Đảng bộ xã Suối Mơ"),
            login: Login::example(),
            expires_at: example_instant(),
        }
    }
}

/// Ask whose an activation link is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct InvitationRequest {
    /// The secret in the link.
    pub token: Token,
}
impl Dto for InvitationRequest {
    fn example() -> Self {
        Self { token: Token::example() }
    }
}

/// Set one's own password through an activation link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ActivationRequest {
    /// The secret in the link.
    pub token: Token,
    /// The password the person chose.
    pub password: Password,
    /// What to call this phone or browser in the list of devices.
    pub device_name: Name,
}
impl Dto for ActivationRequest {
    fn example() -> Self {
        Self {
            token: Token::example(),
            password: Password::example(),
            device_name: example("Điện thoại của trưởng thôn"),
        }
    }
}

/// A fresh activation link, to be handed to one person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ActivationLink {
    /// The id the caller gave it.
    pub id: ActivationId,
    /// For whom.
    pub person: PersonId,
    /// The secret in the link.
    pub token: Token,
    /// The whole link, as printed.
    pub link: Title,
    /// When it stops working: 24 hours after it was made.
    pub expires_at: Instant,
    /// Whether it has been used.
    pub used: bool,
}
impl Dto for ActivationLink {
    fn example() -> Self {
        Self {
            id: example_id(0x22),
            person: example_id(0x11),
            token: Token::example(),
            link: example("https://dondoc.example/app/#/kich-hoat/Zk3v0Xb9Qm1sT7uYw5aEdR2c"),
            expires_at: example_instant(),
            used: false,
        }
    }
}

bytes_body! {
    /// A QR code as a picture that prints sharp at any size.
    QrCode: "image/svg+xml"
}

/// One of my roles.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MyRole {
    /// The role.
    pub role: Role,
    /// The unit I hold it at.
    pub unit: UnitBrief,
}

/// Who I am.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Me {
    /// My id.
    pub id: PersonId,
    /// My name.
    pub name: Name,
    /// My organisation.
    pub organisation: OrganisationBrief,
    /// My roles, each at a unit.
    #[schema(max_items = 50)]
    pub roles: Vec<MyRole>,
    /// The units in my charge today, when I am an overseer.
    #[schema(max_items = 200)]
    pub oversees: Vec<UnitBrief>,
    /// The language I read.
    pub language: Language,
    /// How many days before its due date work counts as due soon, for a phone that counts by itself.
    pub due_soon_days: DueSoonDays,
    /// Changes with every change.
    pub version: Version,
}
impl Dto for Me {
    fn example() -> Self {
        Self {
            id: example_id(0x11),
            name: example("Bàn Văn Mẫu"),
            organisation: OrganisationBrief::example(),
            roles: vec![MyRole { role: Role::Reporter, unit: UnitBrief::example() }],
            oversees: Vec::new(),
            language: Language::Vi,
            due_soon_days: DueSoonDays::example(),
            version: Version::FIRST,
        }
    }
    fn version(&self) -> Option<Version> {
        Some(self.version)
    }
}

/// What I may change about myself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MePatch {
    /// The language I read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
    /// The version this change was made from, instead of `If-Match`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<Version>,
}
impl Dto for MePatch {
    fn example() -> Self {
        Self { language: Some(Language::En), version: None }
    }
    fn base(&self) -> Option<Version> {
        self.version
    }
}

/// Change my password.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PasswordChange {
    /// The present one.
    pub current: Password,
    /// The new one. All other devices are signed out.
    pub new: Password,
}
impl Dto for PasswordChange {
    fn example() -> Self {
        Self { current: Password::example(), new: example("mua-gat-thang-muoi-mot") }
    }
}

endpoints! {
    tag "Sessions";

    /// Sign in
    ///
    /// Takes a phone number or user name and a password, and gives a short access token with a
    /// refresh token bound to the named device. After several wrong passwords the same login is
    /// answered `429` for a growing while; a device that proves it signed in before has a count
    /// of its own, so that a stranger cannot lock anyone out.
    SignIn = Post "/v1/sessions" as "sign_in",
        access: Access::Public,
        body: Credentials,
        reply: Session,
        answers: [200], refuses: [WrongCredentials, ChooseOrganisation];

    /// Get a new access token
    ///
    /// Exchanges the device's newest refresh token for a new pair. A refresh token used a second
    /// time, later than a minute after its first use, ends the session of that device.
    RefreshSession = Post "/v1/sessions/refresh" as "refresh_session",
        access: Access::Public,
        body: RefreshRequest,
        reply: Session,
        answers: [200], refuses: [SessionEnded];

    /// Sign out this device
    ///
    /// Ends the session of the device that asks. Its refresh token stops working at once.
    SignOut = Delete "/v1/sessions/current" as "sign_out",
        access: Access::SignedIn,
        answers: [204];

    /// See whose activation link this is
    ///
    /// Lets the app greet the person before he sets a password. Changes nothing.
    ReadInvitation = Post "/v1/activations/{activation}/invitation" as "read_invitation",
        access: Access::Public,
        path: ActivationId,
        body: InvitationRequest,
        reply: Invitation,
        answers: [200], refuses: [LinkExpired];

    /// Set my password through an activation link
    ///
    /// Works once within 24 hours and signs the device in. When the answer was lost, sending the
    /// same password again answers the same.
    Activate = Put "/v1/activations/{activation}" as "activate",
        access: Access::Public,
        path: ActivationId,
        body: ActivationRequest,
        reply: Session,
        answers: [200], refuses: [LinkExpired];

    /// Make an activation link for a person
    ///
    /// The office hands the link or its QR code to the person, who sets his own password with it.
    /// Making a new link makes the older ones of that person useless. The same id again gives the
    /// same link.
    CreateActivation = Put "/v1/people/{person}/activations/{activation}" as "create_activation",
        access: Access::To(Action::Activate),
        path: (PersonId, ActivationId),
        reply: ActivationLink,
        answers: [201, 200], refuses: [Conflict, WrongState];

    /// Get an activation link as a QR code
    ///
    /// The picture to print for a person, with the same link inside.
    ReadActivationQr = Get "/v1/people/{person}/activations/{activation}/qr" as "read_activation_qr",
        access: Access::To(Action::Activate),
        path: (PersonId, ActivationId),
        reply: QrCode,
        answers: [200], refuses: [LinkExpired];

    /// Who am I
    ///
    /// My name, organisation, roles and units. The app shows and hides by it.
    ReadMe = Get "/v1/me" as "read_me",
        access: Access::SignedIn,
        reply: Me,
        answers: [200];

    /// Change my settings
    ///
    /// A JSON merge patch of what I may change about myself.
    PatchMe = Patch "/v1/me" as "patch_me",
        access: Access::SignedIn,
        body: MePatch,
        reply: Me,
        answers: [200], versioned: true;

    /// Change my password
    ///
    /// Needs the present one. All other devices are signed out.
    ChangePassword = Put "/v1/me/password" as "change_password",
        access: Access::SignedIn,
        body: PasswordChange,
        answers: [204];

    /// List my devices
    ///
    /// Every phone and browser that is signed in as me.
    ListDevices = Get "/v1/me/devices" as "list_devices",
        access: Access::SignedIn,
        reply: Page<Device>,
        answers: [200];

    /// Sign out one of my devices
    ///
    /// For a phone that was lost: its tokens stop working at once.
    RevokeDevice = Delete "/v1/me/devices/{device}" as "revoke_device",
        access: Access::SignedIn,
        path: DeviceId,
        answers: [204];

    /// Sign out everywhere
    ///
    /// Ends every session of mine, this one included.
    RevokeDevices = Delete "/v1/me/devices" as "revoke_devices",
        access: Access::SignedIn,
        answers: [204];
}

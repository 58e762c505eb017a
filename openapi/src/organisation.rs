//! The organisation itself: a tenant, its settings, and which installation-wide name it has.
//! **Invariant: nothing crosses an organisation.**

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    access::{Access, Action},
    endpoint::{Dto, endpoints},
    id::Id,
    sessions::{example, example_id},
    value::{Name, Slug, Version, ZoneName, number_value},
};

/// The id of an [`Organisation`].
pub type OrganisationId = Id<Organisation>;

/// A Party organisation of a commune (*đảng bộ xã*). A marker for [`Id`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Organisation;

/// An organisation in a word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OrganisationBrief {
    /// Its id.
    pub id: OrganisationId,
    /// Its name.
    pub name: Name,
    /// Its short name, for signing in where several organisations share an installation.
    pub slug: Slug,
}
impl Dto for OrganisationBrief {
    fn example() -> Self {
        Self { id: example_id(0x01), name: example("Đảng bộ xã Suối Mơ"), slug: Slug::example() }
    }
}

number_value! {
    /// How many days before its due date work counts as due soon.
    DueSoonDays: 0..=60, example 3
}
impl DueSoonDays {
    /// What an organisation starts with.
    pub const USUAL: Self = Self(3);
}
number_value! {
    /// Within how many days open work must have had a report to count as updated.
    UpdateRateDays: 1..=366, example 30
}

/// Settings of the organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Settings {
    /// The organisation they belong to.
    pub organisation: OrganisationBrief,
    /// The time zone in which a due date is a day.
    pub time_zone: ZoneName,
    /// How many days before its due date work counts as due soon.
    pub due_soon_days: DueSoonDays,
    /// Within how many days open work must have had a report to count as updated.
    pub update_rate_days: UpdateRateDays,
    /// Changes with every change.
    pub version: Version,
}
impl Dto for Settings {
    fn example() -> Self {
        Self {
            organisation: OrganisationBrief::example(),
            time_zone: ZoneName::example(),
            due_soon_days: DueSoonDays::example(),
            update_rate_days: UpdateRateDays::example(),
            version: Version::FIRST,
        }
    }
    fn version(&self) -> Option<Version> {
        Some(self.version)
    }
}

/// A merge patch of the settings; what is absent stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SettingsPatch {
    /// The organisation's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Name>,
    /// The time zone in which a due date is a day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<ZoneName>,
    /// How many days before its due date work counts as due soon.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_soon_days: Option<DueSoonDays>,
    /// Within how many days open work must have had a report to count as updated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub update_rate_days: Option<UpdateRateDays>,
    /// The version this change was made from, instead of `If-Match`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<Version>,
}
impl Dto for SettingsPatch {
    fn example() -> Self {
        Self { due_soon_days: Some(DueSoonDays::example()), ..Self::default() }
    }
    fn base(&self) -> Option<Version> {
        self.version
    }
}

endpoints! {
    tag "Organisation";

    /// Read the settings
    ///
    /// Time zone, when work counts as due soon, and how recent a report must be to count.
    ReadSettings = Get "/v1/settings" as "read_settings",
        access: Access::To(Action::ReadOrganisation),
        reply: Settings,
        answers: [200];

    /// Change the settings
    ///
    /// A JSON merge patch. Figures use the new settings from the next request on.
    PatchSettings = Patch "/v1/settings" as "patch_settings",
        access: Access::To(Action::ChangeOrganisation),
        body: SettingsPatch,
        reply: Settings,
        answers: [200], versioned: true;
}

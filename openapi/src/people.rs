//! People, their roles, and who oversees which unit. **Invariant: a person is never deleted; he can
//! be deactivated or anonymised, and the record of what he did stays.**

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    access::{Access, Action, Role},
    endpoint::{Dto, endpoints, listing},
    id::Id,
    problem::Language,
    sessions::{example, example_date, example_id, example_instant},
    units::{UnitBrief, UnitId},
    value::{Change, Date, Instant, Name, Note, Page, Phone, Query, UserName, Version},
};

/// A person in a word, wherever he is mentioned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PersonBrief {
    /// His id.
    pub id: PersonId,
    /// His name.
    pub name: Name,
}
impl Dto for PersonBrief {
    fn example() -> Self {
        Self { id: example_id(0x11), name: example("Bàn Văn Mẫu") }
    }
}

/// A role held at a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
pub struct RoleAt {
    /// The role.
    pub role: Role,
    /// The unit it is held at. A reporter reports for this unit.
    pub unit: UnitId,
}

/// What the administrator says of a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PersonDraft {
    /// His name.
    pub name: Name,
    /// The phone number he signs in with. He needs this or a user name.
    pub phone: Option<Phone>,
    /// The user name he signs in with.
    pub user_name: Option<UserName>,
    /// His roles, each at a unit.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub roles: Vec<RoleAt>,
    /// The language he reads; Vietnamese unless told.
    pub language: Option<Language>,
}
impl Dto for PersonDraft {
    fn example() -> Self {
        Self {
            name: example("Bàn Văn Mẫu"),
            phone: Some(Phone::example()),
            user_name: None,
            roles: vec![RoleAt { role: Role::Reporter, unit: example_id(0x31) }],
            language: None,
        }
    }
}

/// The id of a [`Person`].
pub type PersonId = Id<Person>;

/// Somebody who signs in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Person {
    /// His id.
    pub id: PersonId,
    /// What is said of him.
    pub draft: PersonDraft,
    /// Whether he may sign in.
    pub active: bool,
    /// Whether he has set a password.
    pub activated: bool,
    /// When his name and numbers were taken out, if they were.
    pub anonymised_at: Option<Instant>,
    /// Changes with every change.
    pub version: Version,
    /// When he last changed.
    pub updated_at: Instant,
}
impl Dto for Person {
    fn example() -> Self {
        Self {
            id: example_id(0x11),
            draft: PersonDraft::example(),
            active: true,
            activated: true,
            anonymised_at: None,
            version: Version::FIRST,
            updated_at: example_instant(),
        }
    }
    fn version(&self) -> Option<Version> {
        Some(self.version)
    }
}

/// A merge patch of a person: absent keeps, `null` clears.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PersonPatch {
    /// His name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Name>,
    /// The phone number he signs in with.
    #[serde(default, skip_serializing_if = "Change::is_keep")]
    #[schema(value_type = Option<Phone>)]
    pub phone: Change<Phone>,
    /// The user name he signs in with.
    #[serde(default, skip_serializing_if = "Change::is_keep")]
    #[schema(value_type = Option<UserName>)]
    pub user_name: Change<UserName>,
    /// His roles; the whole list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_items = 50)]
    pub roles: Option<Vec<RoleAt>>,
    /// Whether he may sign in. Deactivating signs him out everywhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub active: Option<bool>,
    /// The version this change was made from, instead of `If-Match`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<Version>,
}
impl Dto for PersonPatch {
    fn example() -> Self {
        Self { active: Some(false), ..Self::default() }
    }
    fn base(&self) -> Option<Version> {
        self.version
    }
}

/// Take a person's name and numbers out of the system.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Anonymisation {
    /// Why.
    pub reason: Note,
}
impl Dto for Anonymisation {
    fn example() -> Self {
        Self { reason: example("Theo yêu cầu của đương sự sau khi thôi nhiệm vụ.") }
    }
}

listing! {
    /// Which people to list.
    PeopleQuery {
        /// Only those with a role at this unit.
        unit: UnitId,
        /// Only those with this role.
        role: Role,
        /// Only those whose name contains this, without regard to marks and case.
        q: Query,
    }
}

/// What the administrator says of an oversight.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OversightDraft {
    /// The overseer.
    pub person: PersonId,
    /// The unit in his charge.
    pub unit: UnitId,
    /// The first day.
    pub from: Date,
    /// The last day; it goes on without one.
    pub to: Option<Date>,
}
impl Dto for OversightDraft {
    fn example() -> Self {
        Self { person: example_id(0x12), unit: example_id(0x31), from: example_date(1), to: None }
    }
}

/// The id of an [`Oversight`].
pub type OversightId = Id<Oversight>;

/// A unit in somebody's charge for a time (*ủy viên phụ trách địa bàn*).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Oversight {
    /// Its id.
    pub id: OversightId,
    /// What is said of it.
    pub draft: OversightDraft,
    /// The overseer.
    pub person: PersonBrief,
    /// The unit in his charge.
    pub unit: UnitBrief,
    /// Changes with every change.
    pub version: Version,
}
impl Dto for Oversight {
    fn example() -> Self {
        Self {
            id: example_id(0x13),
            draft: OversightDraft::example(),
            person: PersonBrief { id: example_id(0x12), name: example("Lò Thị Ví Dụ") },
            unit: UnitBrief::example(),
            version: Version::FIRST,
        }
    }
    fn version(&self) -> Option<Version> {
        Some(self.version)
    }
}

/// A merge patch of an oversight.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OversightPatch {
    /// The first day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Date>,
    /// The last day; `null` lets it go on.
    #[serde(default, skip_serializing_if = "Change::is_keep")]
    #[schema(value_type = Option<Date>)]
    pub to: Change<Date>,
    /// The version this change was made from, instead of `If-Match`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<Version>,
}
impl Dto for OversightPatch {
    fn example() -> Self {
        Self { to: Change::Set(example_date(30)), ..Self::default() }
    }
    fn base(&self) -> Option<Version> {
        self.version
    }
}

listing! {
    /// Which oversights to list.
    OversightsQuery {
        /// Only this overseer's.
        person: PersonId,
        /// Only those over this unit.
        unit: UnitId,
        /// Only those that hold on this day.
        on: Date,
    }
}

endpoints! {
    tag "People";

    /// List people
    ///
    /// Everybody of the organisation, by name.
    ListPeople = Get "/v1/people" as "list_people",
        access: Access::To(Action::ReadPeople),
        query: PeopleQuery,
        reply: Page<Person>,
        answers: [200];

    /// Read a person
    ///
    /// With roles and units.
    ReadPerson = Get "/v1/people/{person}" as "read_person",
        access: Access::To(Action::ReadPeople),
        path: PersonId,
        reply: Person,
        answers: [200];

    /// Enter a person
    ///
    /// He cannot sign in until he has set a password through an activation link.
    PutPerson = Put "/v1/people/{person}" as "put_person",
        access: Access::To(Action::ChangePeople),
        path: PersonId,
        body: PersonDraft,
        reply: Person,
        answers: [201, 200], refuses: [Conflict, Duplicate];

    /// Change a person
    ///
    /// A JSON merge patch. New roles count from the next request on.
    PatchPerson = Patch "/v1/people/{person}" as "patch_person",
        access: Access::To(Action::ChangePeople),
        path: PersonId,
        body: PersonPatch,
        reply: Person,
        answers: [200], refuses: [Duplicate, WrongState], versioned: true;

    /// Anonymise a person
    ///
    /// Takes name, phone number and user name out for good, ends his sessions, and keeps the
    /// record of what was done under his id. The audit trail keeps its hashes.
    AnonymisePerson = Put "/v1/people/{person}/anonymisation" as "anonymise_person",
        access: Access::To(Action::ChangePeople),
        path: PersonId,
        body: Anonymisation,
        reply: Person,
        answers: [200], refuses: [WrongState];

    /// List oversights
    ///
    /// Who oversees which unit, and when.
    ListOversights = Get "/v1/oversights" as "list_oversights",
        access: Access::To(Action::ReadPeople),
        query: OversightsQuery,
        reply: Page<Oversight>,
        answers: [200];

    /// Read an oversight
    ///
    /// Who oversees which unit, from when to when.
    ReadOversight = Get "/v1/oversights/{oversight}" as "read_oversight",
        access: Access::To(Action::ReadPeople),
        path: OversightId,
        reply: Oversight,
        answers: [200];

    /// Enter an oversight
    ///
    /// Puts a unit in a person's charge from a day on. The person needs the role of overseer.
    PutOversight = Put "/v1/oversights/{oversight}" as "put_oversight",
        access: Access::To(Action::ChangePeople),
        path: OversightId,
        body: OversightDraft,
        reply: Oversight,
        answers: [201, 200], refuses: [Conflict];

    /// Change an oversight
    ///
    /// A JSON merge patch of its days; to end it, give it a last day.
    PatchOversight = Patch "/v1/oversights/{oversight}" as "patch_oversight",
        access: Access::To(Action::ChangePeople),
        path: OversightId,
        body: OversightPatch,
        reply: Oversight,
        answers: [200], versioned: true;
}

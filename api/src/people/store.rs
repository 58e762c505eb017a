//! The SQL of people, roles and oversights.

use std::collections::HashMap;

use diesel::{
    BoolExpressionMethods, EscapeExpressionMethods, ExpressionMethods, Insertable, JoinOnDsl,
    OptionalExtension, QueryDsl, Queryable, RunQueryDsl, Selectable, SelectableHelper, TextExpressionMethods,
};
use openapi::{
    access::Role,
    organisation::{DueSoonDays, OrganisationBrief, OrganisationId, UpdateRateDays},
    people::{PeopleQuery, Person, PersonBrief, PersonDraft, PersonId, RoleAt},
    problem::Language,
    text::fold,
    units::UnitId,
    value::{Date, Instant, Name, Page, Phone, Slug, UserName, Version, ZoneName},
};

use crate::{
    access::{Actor, Charge, House, Scope, Tenant},
    db::{Reading, Writing, after, contains, one_of},
    error::{Error, Result},
    schema::{devices, organisations, oversights, people, roles},
    tokens::Claims,
};

/// Who a token speaks for, while his device's session has not ended and he may sign in.
///
/// # Errors
/// What the database says.
pub fn actor(tx: &mut Reading<'_>, claims: Claims) -> Result<Option<Actor>> {
    let found: Option<(Name, Language)> = people::table
        .inner_join(
            devices::table
                .on(devices::organisation.eq(people::organisation).and(devices::person_id.eq(people::id))),
        )
        .filter(people::organisation.eq(claims.org).and(people::id.eq(claims.sub)))
        .filter(devices::id.eq(claims.dev).and(devices::ended_at.is_null()))
        .filter(people::active.eq(true))
        .select((people::name, people::language))
        .first(tx.conn())
        .optional()?;
    found.map_or(Ok(None), |found| reaching(tx, claims, found))
}

/// Somebody who may still sign in, without his being signed in: whose calendar is fetched.
pub(crate) fn absent(tx: &mut Reading<'_>, tenant: Tenant, person: PersonId) -> Result<Option<Actor>> {
    let found: Option<(Name, Language)> = people::table
        .filter(people::organisation.eq(tenant).and(people::id.eq(person)))
        .filter(people::active.eq(true).and(people::integration.eq(false)))
        .select((people::name, people::language))
        .first(tx.conn())
        .optional()?;
    let claims = Claims { sub: person, org: tenant, dev: person.cast(), iat: 0, exp: 0 };
    found.map_or(Ok(None), |found| reaching(tx, claims, found))
}

/// A person with the roles and charges he has now.
fn reaching(
    tx: &mut Reading<'_>,
    claims: Claims,
    (name, language): (Name, Language),
) -> Result<Option<Actor>> {
    let Some(house) = house(tx, claims.org)? else {
        return Ok(None);
    };
    let held: Vec<(Role, UnitId)> = roles::table
        .filter(roles::organisation.eq(claims.org).and(roles::person_id.eq(claims.sub)))
        .select((roles::role, roles::unit_id))
        .load(tx.conn())?;
    let charges: Vec<(UnitId, Date, Option<Date>)> = oversights::table
        .filter(oversights::organisation.eq(claims.org).and(oversights::person_id.eq(claims.sub)))
        .select((oversights::unit_id, oversights::from_on, oversights::to_on))
        .load(tx.conn())?;
    Ok(Some(Actor {
        house,
        person: PersonBrief { id: claims.sub, name },
        device: claims.dev,
        roles: held,
        charges: charges.into_iter().map(|(unit, from, to)| Charge { unit, from, to }).collect(),
        language,
        grant: None,
    }))
}

/// An organisation's name and the rules by which it counts its days.
///
/// # Errors
/// What the database says.
pub fn house(tx: &mut Reading<'_>, tenant: Tenant) -> Result<Option<House>> {
    type Row = (OrganisationId, Name, Slug, ZoneName, DueSoonDays, UpdateRateDays);
    let row: Option<Row> = organisations::table
        .filter(organisations::number.eq(tenant))
        .select((
            organisations::id,
            organisations::name,
            organisations::slug,
            organisations::time_zone,
            organisations::due_soon_days,
            organisations::update_rate_days,
        ))
        .first(tx.conn())
        .optional()?;
    Ok(row.map(|(id, name, slug, zone, due_soon, update_rate_days)| House {
        tenant,
        brief: OrganisationBrief { id, name, slug },
        // Checked when it was set; a zone a newer database dropped counts as the country's own.
        zone: zone.as_str().parse().unwrap_or(chrono_tz::Asia::Ho_Chi_Minh),
        due_soon,
        update_rate_days,
    }))
}

/// A person as stored.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = people)]
pub struct PersonRow {
    pub(crate) organisation: Tenant,
    pub(crate) id: PersonId,
    pub(crate) name: Name,
    pub(super) name_folded: String,
    pub(crate) phone: Option<Phone>,
    pub(crate) user_name: Option<UserName>,
    pub(super) password_hash: Option<String>,
    pub(crate) language: Language,
    pub(crate) active: bool,
    pub(super) anonymised_at: Option<Instant>,
    pub(crate) version: Version,
    pub(super) created_at: Instant,
    pub(super) updated_at: Instant,
    /// Whether it stands for another system, and is no person.
    integration: bool,
}

impl PersonRow {
    /// Whether he has what it takes to sign in.
    pub(crate) const fn may_sign_in(&self) -> bool {
        self.active && (self.phone.is_some() || self.user_name.is_some())
    }
}

/// A person of the organisation. People are not of one unit: only those who see the whole
/// organisation are given them.
///
/// # Errors
/// What the database says.
pub fn find(tx: &mut Reading<'_>, scope: &Scope, id: PersonId) -> Result<Option<PersonRow>> {
    Ok(people::table
        .filter(people::organisation.eq(scope.tenant()).and(people::id.eq(id)))
        .filter(people::integration.eq(false))
        .select(PersonRow::as_select())
        .first(tx.conn())
        .optional()?)
}

/// Whether an id stands for somebody, a person or another system.
pub(crate) fn is_somebody(tx: &mut Reading<'_>, scope: &Scope, id: PersonId) -> Result<bool> {
    let found: Option<PersonId> = people::table
        .filter(people::organisation.eq(scope.tenant()).and(people::id.eq(id)))
        .select(people::id)
        .first(tx.conn())
        .optional()?;
    Ok(found.is_some())
}

/// Which of these stand for other systems.
pub(crate) fn integrations(tx: &mut Reading<'_>, tenant: Tenant, ids: &[PersonId]) -> Result<Vec<PersonId>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(people::table
        .filter(people::organisation.eq(tenant).and(one_of(people::id, ids)))
        .filter(people::integration.eq(true))
        .select(people::id)
        .load(tx.conn())?)
}

/// Enters whoever stands in the record for another system. He has no role and nothing to sign in with.
pub(crate) fn insert_integration(
    tx: &mut Writing<'_>,
    scope: &Scope,
    id: PersonId,
    name: &Name,
) -> Result<()> {
    let draft =
        PersonDraft { name: name.clone(), phone: None, user_name: None, roles: Vec::new(), language: None };
    let row = PersonRow { active: false, integration: true, ..new_row(tx, scope, id, &draft) };
    diesel::insert_into(people::table).values(&row).execute(tx.conn())?;
    Ok(())
}

/// The caller himself.
///
/// # Errors
/// What the database says.
pub fn own(tx: &mut Reading<'_>, actor: &Actor) -> Result<PersonRow> {
    find(tx, &actor.own_scope(), actor.person.id)?.ok_or_else(Error::not_found)
}

/// Sets the language a person reads.
///
/// # Errors
/// What the database says.
pub fn set_language(tx: &mut Writing<'_>, row: &PersonRow, language: Language) -> Result<()> {
    let now = tx.now();
    diesel::update(
        people::table.filter(people::organisation.eq(row.organisation).and(people::id.eq(row.id))),
    )
    .set((people::language.eq(language), people::version.eq(row.version.next()), people::updated_at.eq(now)))
    .execute(tx.conn())?;
    Ok(())
}

/// People in a word, wherever they are mentioned.
///
/// # Errors
/// What the database says.
pub fn briefs(
    tx: &mut Reading<'_>,
    tenant: Tenant,
    ids: &[PersonId],
) -> Result<HashMap<PersonId, PersonBrief>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<(PersonId, Name)> = people::table
        .filter(people::organisation.eq(tenant).and(one_of(people::id, ids)))
        .select((people::id, people::name))
        .load(tx.conn())?;
    Ok(rows.into_iter().map(|(id, name)| (id, PersonBrief { id, name })).collect())
}

/// One page of the organisation's people, by name.
pub(super) fn list(tx: &mut Reading<'_>, scope: &Scope, query: &PeopleQuery) -> Result<Page<Person>> {
    let tenant = scope.tenant();
    let mut rows = people::table
        .filter(people::organisation.eq(tenant).and(people::integration.eq(false)))
        .select(PersonRow::as_select())
        .order((people::name_folded, people::id))
        .limit(i64::from(query.limit().get()) + 1)
        .into_boxed();
    let holders = roles::table.filter(roles::organisation.eq(tenant)).select(roles::person_id);
    match (query.unit, query.role) {
        (Some(unit), Some(role)) => {
            let both = roles::unit_id.eq(unit).and(roles::role.eq(role));
            rows = rows.filter(people::id.eq_any(holders.filter(both)));
        }
        (Some(unit), None) => {
            rows = rows.filter(people::id.eq_any(holders.filter(roles::unit_id.eq(unit))));
        }
        (None, Some(role)) => {
            rows = rows.filter(people::id.eq_any(holders.filter(roles::role.eq(role))));
        }
        (None, None) => {}
    }
    if let Some(words) = &query.q {
        rows = rows.filter(people::name_folded.like(contains(words)).escape('\\'));
    }
    if let Some((name, id)) = after::<(String, PersonId)>(query.cursor.as_ref())? {
        let later = people::name_folded.gt(name.clone());
        rows = rows.filter(later.or(people::name_folded.eq(name).and(people::id.gt(id))));
    }
    let rows: Vec<PersonRow> = rows.load(tx.conn())?;
    let page = Page::cut(rows, query.limit(), |row| (row.name_folded.clone(), row.id));
    let items = shown_all(tx, tenant, page.items)?;
    Ok(Page { items, next: page.next })
}

/// A person as callers see him.
pub(super) fn shown(tx: &mut Reading<'_>, row: PersonRow) -> Result<Person> {
    let tenant = row.organisation;
    let mut all = shown_all(tx, tenant, vec![row])?;
    all.pop().ok_or_else(|| Error::Broken("a person was lost".to_owned()))
}

fn shown_all(tx: &mut Reading<'_>, tenant: Tenant, rows: Vec<PersonRow>) -> Result<Vec<Person>> {
    let ids: Vec<PersonId> = rows.iter().map(|row| row.id).collect();
    let held: Vec<(PersonId, Role, UnitId)> = roles::table
        .filter(roles::organisation.eq(tenant).and(one_of(roles::person_id, &ids)))
        .select((roles::person_id, roles::role, roles::unit_id))
        .load(tx.conn())?;
    let mut of: HashMap<PersonId, Vec<RoleAt>> = HashMap::new();
    for (person, role, unit) in held {
        of.entry(person).or_default().push(RoleAt { role, unit });
    }
    let shown = |row: PersonRow| {
        let mut roles = of.remove(&row.id).unwrap_or_default();
        roles.sort_unstable();
        Person {
            id: row.id,
            draft: PersonDraft {
                name: row.name,
                phone: row.phone,
                user_name: row.user_name,
                roles,
                language: Some(row.language),
            },
            active: row.active,
            activated: row.password_hash.is_some(),
            anonymised_at: row.anonymised_at,
            version: row.version,
            updated_at: row.updated_at,
        }
    };
    Ok(rows.into_iter().map(shown).collect())
}

/// Whether somebody else of the organisation signs in with this phone number.
pub(super) fn is_phone_taken(
    tx: &mut Reading<'_>,
    tenant: Tenant,
    id: PersonId,
    phone: &Phone,
) -> Result<bool> {
    let other: Option<PersonId> = people::table
        .filter(people::organisation.eq(tenant).and(people::id.ne(id)).and(people::phone.eq(phone)))
        .select(people::id)
        .first(tx.conn())
        .optional()?;
    Ok(other.is_some())
}

/// Whether somebody else of the organisation signs in with this user name.
pub(super) fn is_user_name_taken(
    tx: &mut Reading<'_>,
    tenant: Tenant,
    id: PersonId,
    user_name: &UserName,
) -> Result<bool> {
    let other: Option<PersonId> = people::table
        .filter(people::organisation.eq(tenant).and(people::id.ne(id)).and(people::user_name.eq(user_name)))
        .select(people::id)
        .first(tx.conn())
        .optional()?;
    Ok(other.is_some())
}

/// Who signs in with one of these phone numbers or user names.
pub(crate) fn with_logins(
    tx: &mut Reading<'_>,
    tenant: Tenant,
    phones: &[Phone],
    user_names: &[UserName],
) -> Result<Vec<PersonRow>> {
    // Few enough for the bind marks of either engine.
    const AT_ONCE: usize = 500;
    let mut found = Vec::new();
    for some in phones.chunks(AT_ONCE) {
        let rows: Vec<PersonRow> = people::table
            .filter(people::organisation.eq(tenant).and(one_of(people::phone, some)))
            .select(PersonRow::as_select())
            .load(tx.conn())?;
        found.extend(rows);
    }
    for some in user_names.chunks(AT_ONCE) {
        let rows: Vec<PersonRow> = people::table
            .filter(people::organisation.eq(tenant).and(one_of(people::user_name, some)))
            .select(PersonRow::as_select())
            .load(tx.conn())?;
        found.extend(rows);
    }
    Ok(found)
}

/// Whether there is another administrator who can sign in.
pub(super) fn is_there_another_administrator(
    tx: &mut Reading<'_>,
    tenant: Tenant,
    but: PersonId,
) -> Result<bool> {
    let other: Option<PersonId> = people::table
        .inner_join(
            roles::table
                .on(roles::organisation.eq(people::organisation).and(roles::person_id.eq(people::id))),
        )
        .filter(people::organisation.eq(tenant).and(people::id.ne(but)))
        .filter(people::active.eq(true).and(people::password_hash.is_not_null()))
        .filter(roles::role.eq(Role::Admin))
        .select(people::id)
        .first(tx.conn())
        .optional()?;
    Ok(other.is_some())
}

/// Whether a person holds a role anywhere.
pub(crate) fn holds(tx: &mut Reading<'_>, tenant: Tenant, person: PersonId, role: Role) -> Result<bool> {
    let held: Option<UnitId> = roles::table
        .filter(roles::organisation.eq(tenant).and(roles::person_id.eq(person)).and(roles::role.eq(role)))
        .select(roles::unit_id)
        .first(tx.conn())
        .optional()?;
    Ok(held.is_some())
}

pub(super) fn insert(
    tx: &mut Writing<'_>,
    scope: &Scope,
    id: PersonId,
    draft: &PersonDraft,
) -> Result<PersonRow> {
    let row = new_row(tx, scope, id, draft);
    diesel::insert_into(people::table).values(&row).execute(tx.conn())?;
    write_roles(tx, &row, &draft.roles)?;
    Ok(row)
}

fn new_row(tx: &Reading<'_>, scope: &Scope, id: PersonId, draft: &PersonDraft) -> PersonRow {
    let now = tx.now();
    PersonRow {
        organisation: scope.tenant(),
        id,
        name: draft.name.clone(),
        name_folded: fold(draft.name.as_str()),
        phone: draft.phone.clone(),
        user_name: draft.user_name.clone(),
        password_hash: None,
        language: draft.language.unwrap_or(Language::Vi),
        active: true,
        anonymised_at: None,
        version: Version::FIRST,
        created_at: now,
        updated_at: now,
        integration: false,
    }
}

fn write_roles(tx: &mut Writing<'_>, row: &PersonRow, held: &[RoleAt]) -> Result<()> {
    let present =
        roles::table.filter(roles::organisation.eq(row.organisation).and(roles::person_id.eq(row.id)));
    diesel::delete(present).execute(tx.conn())?;
    for RoleAt { role, unit } in held {
        diesel::insert_into(roles::table)
            .values((
                roles::organisation.eq(row.organisation),
                roles::person_id.eq(row.id),
                roles::role.eq(role),
                roles::unit_id.eq(unit),
            ))
            .execute(tx.conn())?;
    }
    Ok(())
}

pub(super) fn update(
    tx: &mut Writing<'_>,
    mut row: PersonRow,
    draft: &PersonDraft,
    active: bool,
) -> Result<PersonRow> {
    row.name = draft.name.clone();
    row.phone = draft.phone.clone();
    row.user_name = draft.user_name.clone();
    row.active = active;
    write_roles(tx, &row, &draft.roles)?;
    save(tx, row)
}

/// Takes out what tells who he was. His id, and what was done under it, stay.
pub(super) fn anonymise(tx: &mut Writing<'_>, mut row: PersonRow, stands_for_him: Name) -> Result<PersonRow> {
    row.name = stands_for_him;
    row.phone = None;
    row.user_name = None;
    row.password_hash = None;
    row.active = false;
    row.anonymised_at = Some(tx.now());
    write_roles(tx, &row, &[])?;
    save(tx, row)
}

fn save(tx: &mut Writing<'_>, mut row: PersonRow) -> Result<PersonRow> {
    row.name_folded = fold(row.name.as_str());
    row.version = row.version.next();
    row.updated_at = tx.now();
    diesel::update(
        people::table.filter(people::organisation.eq(row.organisation).and(people::id.eq(row.id))),
    )
    .set((
        people::name.eq(&row.name),
        people::name_folded.eq(&row.name_folded),
        people::phone.eq(&row.phone),
        people::user_name.eq(&row.user_name),
        people::password_hash.eq(&row.password_hash),
        people::active.eq(row.active),
        people::anonymised_at.eq(row.anonymised_at),
        people::version.eq(row.version),
        people::updated_at.eq(row.updated_at),
    ))
    .execute(tx.conn())?;
    Ok(row)
}

//! Founding an organisation. **Invariant: it has an administrator, who still has no password.**

use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl};
use openapi::{
    access::Role,
    ledger::{Deed, Subject},
    organisation::{DueSoonDays, OrganisationId},
    people::{PersonDraft, PersonId, RoleAt},
    problem::Code,
    units::{UnitDraft, UnitKind},
    value::{Name, Slug, UserName, Version},
};

use crate::{
    access::{Scope, Tenant},
    db::Writing,
    error::{Error, Result},
    ledger::{self, Entry},
    people,
    schema::organisations,
    units,
};

/// What is needed to found an organisation.
#[derive(Debug, Clone)]
pub struct Founding {
    /// Its name.
    pub name: Name,
    /// Its short name.
    pub slug: Slug,
    /// The name of its first administrator.
    pub administrator: Name,
    /// What he signs in with.
    pub user_name: UserName,
}

/// An organisation that was founded.
#[derive(Debug, Clone, Copy)]
pub struct Founded {
    /// Its number in every key.
    pub tenant: Tenant,
    /// Its first administrator.
    pub administrator: PersonId,
}

/// Founds an organisation with its Party committee as the first unit and one administrator.
///
/// # Errors
/// `duplicate` when the short name is taken.
pub fn found(tx: &mut Writing<'_>, founding: &Founding) -> Result<Founded> {
    let taken: Option<Tenant> = organisations::table
        .filter(organisations::slug.eq(&founding.slug))
        .select(organisations::number)
        .first(tx.conn())
        .optional()?;
    if taken.is_some() {
        return Err(Error::because(
            Code::Duplicate,
            "Tên ngắn này đã có đơn vị dùng.",
            "An organisation with this short name exists already.",
        ));
    }
    let last: Option<Tenant> = organisations::table
        .order(organisations::number.desc())
        .select(organisations::number)
        .first(tx.conn())
        .optional()?;
    let tenant = last.unwrap_or(0) + 1;
    let now = tx.now();
    let id: OrganisationId = tx.new_id()?;
    diesel::insert_into(organisations::table)
        .values((
            organisations::number.eq(tenant),
            organisations::id.eq(id),
            organisations::slug.eq(&founding.slug),
            organisations::name.eq(&founding.name),
            organisations::time_zone.eq("Asia/Ho_Chi_Minh"),
            organisations::due_soon_days.eq(DueSoonDays::USUAL),
            organisations::update_rate_days.eq(30),
            organisations::version.eq(Version::FIRST),
            organisations::created_at.eq(now),
            organisations::updated_at.eq(now),
        ))
        .execute(tx.conn())?;
    let scope = Scope::of_the_house(tenant);
    let unit = tx.new_id()?;
    let draft = UnitDraft {
        kind: UnitKind::DangUy,
        name: founding.name.clone(),
        aliases: Vec::new(),
        parent: None,
        valid_from: None,
        valid_to: None,
    };
    units::enter(tx, &scope, unit, &draft)?;
    let administrator: PersonId = tx.new_id()?;
    let person = PersonDraft {
        name: founding.administrator.clone(),
        phone: None,
        user_name: Some(founding.user_name.clone()),
        roles: vec![RoleAt { role: Role::Admin, unit }],
        language: None,
    };
    let person = people::enter(tx, &scope, administrator, &person)?;
    ledger::record(
        tx,
        tenant,
        Entry::new(Deed::Created, Subject::Unit, unit).after(serde_json::json!(draft)),
    )?;
    let entry = Entry::new(Deed::Created, Subject::Person, administrator);
    ledger::record(tx, tenant, entry.after(people::told(&person)))?;
    Ok(Founded { tenant, administrator })
}

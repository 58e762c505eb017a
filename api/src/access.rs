//! Who is asking, and how far he reaches. **Invariant: a [`Scope`] is made here and nowhere else;
//! every query of a store takes one, so an untrusted id becomes a row only through it.**

use std::{
    collections::HashMap,
    sync::Arc,
    sync::{
        PoisonError, RwLock,
        atomic::{AtomicU64, Ordering},
    },
};

use chrono::TimeDelta;
use chrono_tz::Tz;
use openapi::{
    access::{Action, KeyScope, Role, key_scope, permits},
    keys::KeyId,
    organisation::{DueSoonDays, OrganisationBrief, UpdateRateDays},
    people::PersonBrief,
    problem::{Code, Language},
    sessions::DeviceId,
    units::UnitId,
    value::{Date, Instant, Name},
};

use crate::{error::Error, keys::Held};

/// The number of an organisation in every key. Never leaves the server.
pub type Tenant = i32;

/// Where, and by which rules, an organisation counts its days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct House {
    /// Its number in every key.
    pub tenant: Tenant,
    /// Its name.
    pub brief: OrganisationBrief,
    /// The zone in which a due date is a day.
    pub zone: Tz,
    /// When work counts as due soon.
    pub due_soon: DueSoonDays,
    /// How recent a report must be to count.
    pub update_rate_days: UpdateRateDays,
}

impl House {
    /// The day it is there.
    #[must_use]
    pub fn day(&self, moment: Instant) -> Date {
        Date::of(moment.utc().with_timezone(&self.zone).date_naive())
    }
    /// The first moment of the day after: everything before it is of the day or earlier.
    #[must_use]
    pub fn end_of(&self, day: Date) -> Instant {
        let next = day.plus(1).get().and_time(chrono::NaiveTime::MIN);
        // A day may begin later than midnight where clocks change; its first moment counts.
        let local =
            (0..24).find_map(|hour| (next + TimeDelta::hours(hour)).and_local_timezone(self.zone).earliest());
        Instant::new(local.map_or_else(|| next.and_utc(), |moment| moment.to_utc()))
    }
}

/// A unit in somebody's charge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Charge {
    /// The unit.
    pub unit: UnitId,
    /// The first day.
    pub from: Date,
    /// The last day.
    pub to: Option<Date>,
}

/// What an API key may do, when another system asks with one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// The key.
    pub key: KeyId,
    /// What it may do.
    pub scopes: Vec<KeyScope>,
    /// The only units it reaches, in their order; all without.
    pub units: Option<Vec<UnitId>>,
}

impl Grant {
    fn reach(&self, action: Action) -> Option<Reach> {
        let wanted = key_scope(action).filter(|wanted| self.scopes.contains(wanted))?;
        match &self.units {
            _ if !permits(Role::Integration, action) => None,
            None => Some(Reach::Everything),
            Some(_) if wanted.is_of_the_whole() => None,
            Some(units) => Some(Reach::Units(units.clone())),
        }
    }
}

/// Somebody who is signed in, or another system with a key: then he has no role of a person's, and
/// the record names the key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// His organisation.
    pub house: House,
    /// Who he is.
    pub person: PersonBrief,
    /// The device he asks from.
    pub device: DeviceId,
    /// His roles, each at a unit.
    pub roles: Vec<(Role, UnitId)>,
    /// The units in his charge.
    pub charges: Vec<Charge>,
    /// The language he reads.
    pub language: Language,
    /// What limits him, when he is another system.
    pub grant: Option<Grant>,
}

impl Actor {
    /// Whoever reads what the people of a unit read, and does nothing else.
    #[must_use]
    pub fn of_a_unit<T: 'static>(house: House, who: openapi::id::Id<T>, unit: UnitId, name: Name) -> Self {
        Self {
            house,
            person: PersonBrief { id: who.cast(), name },
            device: who.cast(),
            roles: vec![(Role::Reporter, unit)],
            charges: Vec::new(),
            language: Language::Vi,
            grant: None,
        }
    }

    /// Why he may not do it.
    #[must_use]
    pub fn refusal(&self, action: Action) -> Error {
        let Some(grant) = &self.grant else {
            return Error::not_allowed();
        };
        match key_scope(action) {
            Some(wanted) if !grant.scopes.contains(&wanted) => Error::because(
                Code::NotAllowed,
                format!("Khóa này thiếu phạm vi `{wanted}`; hãy xin người quản trị khóa khác."),
                format!("This key lacks the scope `{wanted}`; ask the administrator for another."),
            ),
            Some(_) => Error::because(
                Code::NotAllowed,
                "Khóa này chỉ dùng cho một số đơn vị, còn việc này thuộc toàn đảng bộ.",
                "This key is limited to some units, and this is of the whole organisation.",
            ),
            None => Self::for_people(),
        }
    }

    /// What no key may do.
    #[must_use]
    pub fn for_people() -> Error {
        Error::because(
            Code::NotAllowed,
            "Việc này chỉ người đã đăng nhập làm được, không dùng khóa API.",
            "Only a person who is signed in can do this, not an API key.",
        )
    }

    /// Whether he may do it at all, wherever.
    #[must_use]
    pub fn may(&self, action: Action) -> bool {
        match &self.grant {
            Some(grant) => grant.reach(action).is_some(),
            None => self.roles.iter().any(|(role, _)| permits(*role, action)),
        }
    }

    /// How far he reaches for an action on a day; `None` when no role of his permits it.
    #[must_use]
    pub fn scope(&self, action: Action, today: Date) -> Option<Scope> {
        if let Some(grant) = &self.grant {
            return grant.reach(action).map(|reach| self.scope_of(reach));
        }
        let permitted: Vec<_> = self.roles.iter().filter(|(role, _)| permits(*role, action)).collect();
        if permitted.is_empty() {
            return None;
        }
        if permitted.iter().any(|(role, _)| role.reaches_everything()) {
            return Some(self.scope_of(Reach::Everything));
        }
        let mut units = Vec::new();
        for (role, unit) in permitted {
            match role {
                Role::Overseer => units.extend(self.charges_on(today)),
                _ => units.push(*unit),
            }
        }
        units.sort_unstable();
        units.dedup();
        Some(self.scope_of(Reach::Units(units)))
    }

    /// What belongs to himself alone.
    #[must_use]
    pub fn own_scope(&self) -> Scope {
        self.scope_of(Reach::Units(Vec::new()))
    }

    /// The units in his charge on a day.
    pub fn charges_on(&self, day: Date) -> impl Iterator<Item = UnitId> {
        let holds = move |c: &&Charge| c.from <= day && c.to.is_none_or(|to| day <= to);
        self.charges.iter().filter(holds).map(|c| c.unit)
    }

    /// Whether he may see a task's private note in an assignment of this unit (`domain.md` §6).
    #[must_use]
    pub fn sees_private(&self, unit: UnitId) -> bool {
        self.roles.iter().any(|(role, at)| match role {
            Role::Office | Role::Leader | Role::Inspector => true,
            Role::Reporter => *at == unit,
            _ => false,
        })
    }

    /// Whether he may see the private notes of tasks that he reads whole, with their directive.
    #[must_use]
    pub fn sees_private_of_tasks(&self) -> bool {
        self.is(Role::Office) || self.is(Role::Leader) || self.is(Role::Inspector)
    }

    /// Whether he has the role anywhere.
    #[must_use]
    pub fn is(&self, role: Role) -> bool {
        self.roles.iter().any(|(has, _)| *has == role)
    }

    fn scope_of(&self, reach: Reach) -> Scope {
        Scope { tenant: self.house.tenant, reach }
    }
}

/// How far somebody reaches within his organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Reach {
    Everything,
    Units(Vec<UnitId>),
}

/// The part of the data a query may touch: one organisation, and all or some of its units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    tenant: Tenant,
    reach: Reach,
}

impl Scope {
    /// The organisation's number, the first column of every key.
    #[must_use]
    pub const fn tenant(&self) -> Tenant {
        self.tenant
    }
    /// The units it is limited to; `None` is no limit.
    #[must_use]
    pub fn units(&self) -> Option<&[UnitId]> {
        match &self.reach {
            Reach::Everything => None,
            Reach::Units(units) => Some(units),
        }
    }
    /// Whether a unit is in it.
    #[must_use]
    pub fn covers(&self, unit: UnitId) -> bool {
        self.units().is_none_or(|units| units.binary_search(&unit).is_ok())
    }
    /// The whole of the organisation a scope is in: for what is reached through a row the scope has
    /// admitted, such as the assignment of a report.
    #[must_use]
    pub const fn of_tenant_of(scope: &Self) -> Self {
        Self::of_the_house(scope.tenant)
    }
    /// The whole of an organisation, for jobs and the command line, where nobody asks.
    #[must_use]
    pub const fn of_the_house(tenant: Tenant) -> Self {
        Self { tenant, reach: Reach::Everything }
    }
}

/// What is remembered of callers for a few seconds, so that not every request asks the database who
/// they are. Changes made by this process are seen at once; those of another process on the same
/// PostgreSQL after five seconds.
#[derive(Default)]
pub struct Actors {
    known: RwLock<HashMap<DeviceId, (Arc<Actor>, Instant)>>,
    /// Keys, by the hash of their secret.
    keys: RwLock<HashMap<String, (Arc<Held>, Instant)>>,
    generation: AtomicU64,
}

impl Actors {
    const TRUSTED_FOR: TimeDelta = TimeDelta::seconds(5);
    const AT_MOST: usize = 10_000;

    /// The caller, when he is remembered.
    pub fn get(&self, device: DeviceId, now: Instant) -> Option<Arc<Actor>> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let (actor, since) = known.get(&device)?;
        let fresh = *since <= now && now < since.plus(Self::TRUSTED_FOR);
        fresh.then(|| Arc::clone(actor))
    }
    /// A key, when it is remembered.
    pub fn key(&self, hash: &str, now: Instant) -> Option<Arc<Held>> {
        let keys = self.keys.read().unwrap_or_else(PoisonError::into_inner);
        let (held, since) = keys.get(hash)?;
        let fresh = *since <= now && now < since.plus(Self::TRUSTED_FOR);
        fresh.then(|| Arc::clone(held))
    }
    /// Remembers a key, unless something changed since the generation was read.
    pub fn put_key(&self, hash: String, held: &Arc<Held>, now: Instant, generation: u64) {
        let mut keys = self.keys.write().unwrap_or_else(PoisonError::into_inner);
        if self.generation() != generation {
            return;
        }
        if keys.len() >= Self::AT_MOST {
            keys.clear();
        }
        keys.insert(hash, (Arc::clone(held), now));
    }
    /// Read before the database is asked, and handed back to [`Self::put`].
    pub fn generation(&self) -> u64 {
        self.generation.load(Ordering::Acquire)
    }
    /// Remembers a caller, unless something changed since the generation was read.
    pub fn put(&self, actor: &Arc<Actor>, now: Instant, generation: u64) {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        if self.generation() != generation {
            return;
        }
        if known.len() >= Self::AT_MOST {
            known.clear();
        }
        known.insert(actor.device, (Arc::clone(actor), now));
    }
    /// Forgets everybody: roles, units, settings or sessions have changed.
    pub fn forget(&self) {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        let mut keys = self.keys.write().unwrap_or_else(PoisonError::into_inner);
        self.generation.fetch_add(1, Ordering::AcqRel);
        known.clear();
        keys.clear();
    }
}

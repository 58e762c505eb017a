//! Who is told. **Invariant: whoever is told reports for the unit, helps it, oversees it on that day, or
//! sees the whole organisation; nobody is told twice of one thing.**

mod store;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use openapi::{
    access::Role,
    alerts::{Audience, Rung},
    people::PersonId,
    tasks::{AssigneeRole, TaskId},
    units::UnitId,
    value::Date,
};

use crate::{access::Tenant, db::Reading, error::Result};

/// The people of an organisation by what they are to some work, on a day.
pub(super) struct People {
    reporters: HashMap<UnitId, Vec<PersonId>>,
    overseers: HashMap<UnitId, Vec<PersonId>>,
    helpers: store::Helpers,
    offices: Vec<PersonId>,
    leaders: Vec<PersonId>,
}

/// What decides whom a warning of an assignment concerns.
#[derive(Debug, Clone, Copy)]
pub(super) struct Warned {
    pub task: TaskId,
    pub unit: UnitId,
    pub role: AssigneeRole,
    pub due_on: Date,
}

impl People {
    /// Those concerned by tasks and by units.
    pub(super) fn of(
        tx: &mut Reading<'_>,
        tenant: Tenant,
        day: Date,
        tasks: impl IntoIterator<Item = TaskId>,
        units: impl IntoIterator<Item = UnitId>,
    ) -> Result<Self> {
        let tasks: BTreeSet<TaskId> = tasks.into_iter().collect();
        let helpers = store::helpers(tx, tenant, &Vec::from_iter(tasks))?;
        let helping = helpers.values().flatten().map(|(unit, _)| *unit);
        let units: BTreeSet<UnitId> = units.into_iter().chain(helping).collect();
        let units = Vec::from_iter(units);
        Ok(Self {
            reporters: store::reporters(tx, tenant, &units)?,
            overseers: store::overseers(tx, tenant, &units, day)?,
            helpers,
            offices: store::everywhere(tx, tenant, Role::Office)?,
            leaders: store::everywhere(tx, tenant, Role::Leader)?,
        })
    }

    /// The people of one audience of a unit's work.
    fn those(&self, audience: Audience, task: Option<TaskId>, unit: UnitId) -> Vec<PersonId> {
        let of = |known: &HashMap<UnitId, Vec<PersonId>>, unit: &UnitId| {
            known.get(unit).cloned().unwrap_or_default()
        };
        match audience {
            Audience::Unit => of(&self.reporters, &unit),
            Audience::Overseer => of(&self.overseers, &unit),
            Audience::Office => self.offices.clone(),
            Audience::Leader => self.leaders.clone(),
            Audience::Coordinating => {
                let helping = task.and_then(|task| self.helpers.get(&task)).into_iter().flatten();
                helping
                    .filter(|(helper, _)| *helper != unit)
                    .flat_map(|(helper, _)| of(&self.reporters, helper))
                    .collect()
            }
            Audience::Unknown => Vec::new(),
        }
    }

    /// Whom a rung warns of work. Who helps is told of the lead's due date and not of those of all who help
    /// beside him; and not of that either, when his own part is due on the same day.
    pub(super) fn warned(&self, rung: &Rung, work: &Warned) -> BTreeMap<PersonId, Audience> {
        let lead = (work.role == AssigneeRole::ChuTri).then_some(work.task);
        let mut told = self.told(&rung.tell, lead, work.unit, None);
        told.retain(|person, audience| {
            *audience != Audience::Coordinating || !self.has_own_part(*person, work.task, work.due_on)
        });
        told
    }

    fn has_own_part(&self, person: PersonId, task: TaskId, due: Date) -> bool {
        let reports = |unit: &UnitId| self.reporters.get(unit).is_some_and(|people| people.contains(&person));
        let parts = self.helpers.get(&task).into_iter().flatten();
        parts.filter(|(unit, _)| reports(unit)).any(|(_, runs_out_on)| *runs_out_on == Some(due))
    }

    /// Whether anybody oversees a unit.
    pub(super) fn is_overseen(&self, unit: UnitId) -> bool {
        self.overseers.get(&unit).is_some_and(|people| !people.is_empty())
    }

    /// Everybody of some audiences, each once, as the first of them he is of. Where that is nobody, a
    /// unit without reporters and without overseer, the leaders, and without leaders the office: a
    /// warning nobody reads warns of nothing.
    ///
    /// Whoever did it himself need not be told, and does not count as told.
    pub(super) fn told(
        &self,
        audiences: &[Audience],
        task: Option<TaskId>,
        unit: UnitId,
        but: Option<PersonId>,
    ) -> BTreeMap<PersonId, Audience> {
        let mut told = BTreeMap::new();
        let tell = |told: &mut BTreeMap<PersonId, Audience>, audience: Audience| {
            for person in self.those(audience, task, unit).into_iter().filter(|person| Some(*person) != but) {
                told.entry(person).or_insert(audience);
            }
        };
        for audience in audiences {
            tell(&mut told, *audience);
        }
        for instead in [Audience::Overseer, Audience::Leader, Audience::Office] {
            if told.is_empty() {
                tell(&mut told, instead);
            }
        }
        told
    }
}

//! Who is told. **Invariant: whoever is told may see what he is told of: he reports for the unit, helps
//! it, oversees it on that day, or sees the whole organisation. Nobody is told twice of one thing.**

mod store;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use openapi::{access::Role, alerts::Audience, people::PersonId, tasks::TaskId, units::UnitId, value::Date};

use crate::{access::Tenant, db::Reading, error::Result};

/// The people of an organisation by what they are to some work, on a day.
pub(super) struct People {
    reporters: HashMap<UnitId, Vec<PersonId>>,
    overseers: HashMap<UnitId, Vec<PersonId>>,
    helpers: store::Helpers,
    offices: Vec<PersonId>,
    leaders: Vec<PersonId>,
}

impl People {
    /// Those concerned by work of these tasks at these units.
    pub(super) fn of(
        tx: &mut Reading<'_>,
        tenant: Tenant,
        day: Date,
        work: &[(TaskId, UnitId)],
    ) -> Result<Self> {
        let tasks: BTreeSet<TaskId> = work.iter().map(|(task, _)| *task).collect();
        let helpers = store::helpers(tx, tenant, &Vec::from_iter(tasks))?;
        let of_work = work.iter().map(|(_, unit)| *unit);
        let units: BTreeSet<UnitId> =
            of_work.chain(helpers.values().flatten().map(|(unit, _)| *unit)).collect();
        let units = Vec::from_iter(units);
        Ok(Self {
            reporters: store::reporters(tx, tenant, &units)?,
            overseers: store::overseers(tx, tenant, &units, day)?,
            helpers,
            offices: store::everywhere(tx, tenant, Role::Office)?,
            leaders: store::everywhere(tx, tenant, Role::Leader)?,
        })
    }

    /// Those concerned by a unit, for what is about no task.
    pub(super) fn of_unit(tx: &mut Reading<'_>, tenant: Tenant, day: Date, unit: UnitId) -> Result<Self> {
        Ok(Self {
            reporters: store::reporters(tx, tenant, &[unit])?,
            overseers: store::overseers(tx, tenant, &[unit], day)?,
            helpers: HashMap::new(),
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

    /// Whether somebody helps with a task by work of his own that is due on the same day: he is warned of
    /// that.
    pub(super) fn has_own_part(&self, person: PersonId, task: TaskId, due: Date) -> bool {
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

//! The SQL of who is told.

use std::collections::HashMap;

use diesel::{BoolExpressionMethods, ExpressionMethods, JoinOnDsl, QueryDsl, RunQueryDsl, dsl::exists};
use openapi::{
    access::Role,
    people::PersonId,
    tasks::{AssigneeRole, TaskId},
    units::UnitId,
    value::Date,
};

use crate::{
    access::Tenant,
    db::{Reading, one_of},
    error::Result,
    schema::{assignments, oversights, people, roles},
};

/// By task, the units that help with it, each with the day on which its own work runs out.
pub(in crate::alerts) type Helpers = HashMap<TaskId, Vec<(UnitId, Option<Date>)>>;

/// The units that help with tasks, each with the day on which its own work runs out.
pub(in crate::alerts) fn helpers(tx: &mut Reading<'_>, tenant: Tenant, of: &[TaskId]) -> Result<Helpers> {
    let rows: Vec<(TaskId, UnitId, Option<Date>)> = assignments::table
        .filter(assignments::organisation.eq(tenant).and(one_of(assignments::task_id, of)))
        .filter(assignments::role.eq(AssigneeRole::PhoiHop).and(assignments::closed_at.is_null()))
        .select((assignments::task_id, assignments::unit_id, assignments::runs_out_on))
        .load(tx.conn())?;
    Ok(grouped(rows.into_iter().map(|(task, unit, day)| (task, (unit, day))).collect()))
}

fn grouped<K: std::hash::Hash + Eq, V: Ord>(rows: Vec<(K, V)>) -> HashMap<K, Vec<V>> {
    let mut groups: HashMap<K, Vec<V>> = HashMap::new();
    for (key, value) in rows {
        groups.entry(key).or_default().push(value);
    }
    for group in groups.values_mut() {
        group.sort_unstable();
        group.dedup();
    }
    groups
}

/// The reporters of units.
pub(in crate::alerts) fn reporters(
    tx: &mut Reading<'_>,
    tenant: Tenant,
    of: &[UnitId],
) -> Result<HashMap<UnitId, Vec<PersonId>>> {
    let rows: Vec<(UnitId, PersonId)> = roles::table
        .inner_join(
            people::table
                .on(people::organisation.eq(roles::organisation).and(people::id.eq(roles::person_id))),
        )
        .filter(roles::organisation.eq(tenant).and(one_of(roles::unit_id, of)))
        .filter(roles::role.eq(Role::Reporter).and(people::active.eq(true)))
        .select((roles::unit_id, roles::person_id))
        .load(tx.conn())?;
    Ok(grouped(rows))
}

/// Who oversees units on a day.
pub(in crate::alerts) fn overseers(
    tx: &mut Reading<'_>,
    tenant: Tenant,
    of: &[UnitId],
    day: Date,
) -> Result<HashMap<UnitId, Vec<PersonId>>> {
    let holds = roles::table
        .filter(roles::organisation.eq(oversights::organisation))
        .filter(roles::person_id.eq(oversights::person_id).and(roles::role.eq(Role::Overseer)));
    let rows: Vec<(UnitId, PersonId)> =
        oversights::table
            .inner_join(people::table.on(
                people::organisation.eq(oversights::organisation).and(people::id.eq(oversights::person_id)),
            ))
            .filter(oversights::organisation.eq(tenant).and(one_of(oversights::unit_id, of)))
            .filter(oversights::from_on.le(day))
            .filter(oversights::to_on.is_null().or(oversights::to_on.ge(day)))
            .filter(people::active.eq(true))
            .filter(exists(holds))
            .select((oversights::unit_id, oversights::person_id))
            .load(tx.conn())?;
    Ok(grouped(rows))
}

/// Who has a role that reaches everything.
pub(in crate::alerts) fn everywhere(
    tx: &mut Reading<'_>,
    tenant: Tenant,
    role: Role,
) -> Result<Vec<PersonId>> {
    let mut found: Vec<PersonId> = roles::table
        .inner_join(
            people::table
                .on(people::organisation.eq(roles::organisation).and(people::id.eq(roles::person_id))),
        )
        .filter(roles::organisation.eq(tenant).and(roles::role.eq(role)))
        .filter(people::active.eq(true))
        .select(roles::person_id)
        .load(tx.conn())?;
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

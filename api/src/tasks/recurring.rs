//! Opening the next period of recurring work. **Invariant: for every period that has begun there is
//! one assignment for each unit that had the period before and exists, made once however often this runs,
//! on however many servers. The first is for whom the task names on the day it begins.**

use std::collections::BTreeMap;

use openapi::{recurrence, tasks::AssigneeRole, timeliness::State, units::UnitId};

use super::store;
use crate::{
    access::{House, Scope},
    assignments::{self, store as given},
    db::{Reading, Writing},
    directives::{self, Existing, store as documents},
    error::Result,
    units,
};

/// How many tasks one transaction looks at.
const AT_ONCE: i64 = 50;

/// Opens what has begun, for the tasks after an id. Answers the id to go on from, and how much was
/// opened.
pub(crate) fn open_begun(
    tx: &mut Writing<'_>,
    house: &House,
    after: Option<openapi::tasks::TaskId>,
) -> Result<(Option<openapi::tasks::TaskId>, i64)> {
    let today = house.day(tx.now());
    let tasks = store::recurring(tx, house.tenant, after, AT_ONCE)?;
    let scope = Scope::of_the_house(house.tenant);
    let mut opened = 0;
    for task in &tasks {
        let Some(again) = &task.draft.recurrence else { continue };
        let Some(directive) = documents::find(tx, &scope, task.draft.directive)? else { continue };
        let Some(issued_at) = directive.issued_at else { continue };
        let first = directives::first_day(again, house.day(issued_at));
        let last = directives::last_day(again, directive.period_to);
        // Cancelled ones count as opened, or what was cancelled would be given again at once.
        let rows = given::ever_of_task(tx, house.tenant, task.id)?;
        let newest = rows.iter().map(|row| row.period_number).max();
        let mut units: BTreeMap<UnitId, AssigneeRole> = match newest {
            Some(newest) => rows
                .iter()
                .filter(|row| row.period_number == newest && row.state != State::Cancelled)
                .map(|row| (row.unit_id, row.role))
                .collect(),
            None => Existing::on(tx, house.tenant, first)?.bound(&task.draft.assignees).0,
        };
        let newest = newest.unwrap_or(0);
        for period in recurrence::begun_by(again.per, first, last, today).filter(|p| p.number > newest) {
            let existing = Existing::on(tx, house.tenant, period.from)?;
            units = going_on(tx, &scope, &existing, units)?;
            let work: Vec<_> = units
                .iter()
                .map(|(unit, role)| given::Given {
                    directive: directive.id,
                    task: task.id,
                    unit: *unit,
                    role: *role,
                    due_on: Some(period.to),
                    period: Some(period),
                    goes_on: None,
                })
                .collect();
            opened += assignments::give(tx, house.tenant, None, &work)?;
        }
    }
    let full = i64::try_from(tasks.len()).unwrap_or(0) == AT_ONCE;
    Ok((tasks.last().map(|task| task.id).filter(|_| full), opened))
}

/// The units that go on with recurring work: those that exist, and for one that was merged the unit that
/// took its place. What ended with nobody after it gets no more.
fn going_on(
    tx: &mut Reading<'_>,
    scope: &Scope,
    existing: &Existing,
    had: BTreeMap<UnitId, AssigneeRole>,
) -> Result<BTreeMap<UnitId, AssigneeRole>> {
    let mut going_on = BTreeMap::new();
    let mut merged = Vec::new();
    for (unit, role) in had {
        if existing.has(unit) {
            going_on.insert(unit, role);
        } else {
            merged.push((unit, role));
        }
    }
    for (unit, role) in merged {
        let mut seen = vec![unit];
        let mut next = units::store::find(tx, scope, unit)?.and_then(|row| row.merged_into);
        while let Some(unit) = next.filter(|unit| !seen.contains(unit)) {
            if existing.has(unit) {
                going_on.entry(unit).or_insert(role);
                break;
            }
            seen.push(unit);
            next = units::store::find(tx, scope, unit)?.and_then(|row| row.merged_into);
        }
    }
    Ok(going_on)
}

//! Warning of what reaches a rung. **Invariant: whoever inserts the row of assignment, due date and rung
//! is the one who tells, in the same transaction; so a warning is given once, however often this runs,
//! on however many servers, and wherever it is killed.**

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use openapi::{
    alerts::{Audience, LadderDraft, NoticeKind, Rung},
    assignments::AssignmentId,
    ledger::{Deed, Subject},
    value::{Date, Instant, Version},
};
use serde_json::json;

use super::{
    audience::{People, Warned},
    inbox::store::{News, tell},
    ladder::{Standing, Steps},
    local_minutes,
    store::{self, Running},
};
use crate::{
    access::{House, Tenant},
    assignments,
    calendar::WorkingDays,
    db::{Reading, Writing},
    error::Result,
    ledger::{self, Entry, store::last_position},
    state::State,
};

/// How much work one transaction warns of.
const AT_ONCE: i64 = 500;

/// Up to what each organisation was warned of: the day, and where the record ended when it was looked at.
/// As long as both stand nothing can have changed, for every change is in the record.
#[derive(Default)]
pub struct Climbed(Mutex<HashMap<Tenant, (Date, i64)>>);

impl Climbed {
    fn has(&self, tenant: Tenant, at: (Date, i64)) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&tenant) == Some(&at)
    }
    fn keep(&self, tenant: Tenant, at: (Date, i64)) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(tenant, at);
    }
}

/// The ladder of an organisation as it stands at a moment.
struct Now {
    /// The day, and where the record ends.
    at: (Date, i64),
    version: Version,
    standing: Vec<Standing>,
}

/// The day whose rungs have been reached: a day begins at the time of its digest.
pub(super) fn reached_day(house: &House, ladder: &LadderDraft, now: Instant) -> Date {
    let today = house.day(now);
    let begun = local_minutes(house, now) >= ladder.digest_at.minutes();
    if begun { today } else { today.plus(-1) }
}

fn at(tx: &mut Reading<'_>, house: &House) -> Result<Now> {
    // First of all: what is written down while the rest is read counts as not seen.
    let end = last_position(tx, house.tenant)?;
    let ladder = store::ladder(tx, house.tenant)?;
    let day = reached_day(house, &ladder.draft, tx.now());
    let steps = Steps::new(&ladder.draft, WorkingDays::around(tx, house.tenant, day)?);
    Ok(Now { at: (day, end), version: ladder.version, standing: steps.on(day) })
}

/// Warns an organisation's people of everything that stands on a rung it was not warned of.
pub(super) async fn climb(state: &State, house: &House) -> Result<()> {
    let read = house.clone();
    let now = state.db.read(move |tx| at(tx, &read)).await?;
    if state.climbed.has(house.tenant, now.at) {
        return Ok(());
    }
    for Standing { rung, from, to } in now.standing {
        let mut after: Option<Running> = None;
        loop {
            let (tenant, days) = (house.tenant, rung.days);
            let rows =
                state.db.read(move |tx| store::to_warn(tx, tenant, (from, to), days, after, AT_ONCE)).await?;
            let Some(last) = rows.last().copied() else { break };
            after = Some(last);
            let ids: Vec<AssignmentId> = rows.iter().map(|row| row.id).collect();
            let (house, rung, version) = (house.clone(), rung.clone(), now.version);
            let same = state.db.write(move |tx| warn(tx, &house, &rung, (from, to), version, &ids)).await?;
            if !same {
                return Ok(());
            }
        }
    }
    state.climbed.keep(house.tenant, now.at);
    Ok(())
}

/// Warns of some work on a rung, as far as it still stands there. Answers whether the ladder is still the
/// same one; if not, nobody is warned by it.
fn warn(
    tx: &mut Writing<'_>,
    house: &House,
    rung: &Rung,
    (from, to): (Option<Date>, Date),
    version: Version,
    ids: &[AssignmentId],
) -> Result<bool> {
    if store::ladder(tx, house.tenant)?.version != version {
        return Ok(false);
    }
    let still = |due: Date| from.is_none_or(|from| from <= due) && due <= to;
    let rows = store::still_to_warn(tx, house.tenant, rung.days, ids)?;
    let rows: Vec<_> = rows
        .into_iter()
        .filter_map(|row| row.runs_out_on.filter(|due| still(*due)).map(|due| (row, due)))
        .collect();
    // Who oversees today is told, also of a rung that was reached yesterday.
    let today = house.day(tx.now());
    let tasks = rows.iter().map(|(row, _)| row.task_id);
    let people = People::of(tx, house.tenant, today, tasks, rows.iter().map(|(row, _)| row.unit_id))?;
    let late = rung.days.get() > 0;
    let (mut news, mut entries) = (Vec::new(), Vec::with_capacity(rows.len()));
    store::insert_alerts(tx, house.tenant, rows.iter().map(|(row, due)| (row.id, *due)), rung.days)?;
    for (row, due) in &rows {
        let mut facts = assignments::facts(row, None, None);
        if let Some(facts) = facts.as_object_mut() {
            facts.insert("rung".to_owned(), json!(rung.days));
        }
        let entry = Entry::new(Deed::Warned, Subject::Assignment, row.id)
            .of_assignment(row.id)
            .in_view_of(row.unit_id)
            .after(facts);
        entries.push(entry);
        let work = Warned { task: row.task_id, unit: row.unit_id, role: row.role, due_on: *due };
        for (person, audience) in people.warned(rung, &work) {
            let own = matches!(audience, Audience::Unit | Audience::Coordinating);
            news.push(News {
                person,
                kind: if late { NoticeKind::Overdue } else { NoticeKind::DueSoon },
                escalated: !own,
                at_once: rung.at_once && !own,
                assignment: Some(row.id),
                unit: Some(row.unit_id),
                directive: Some(row.directive_id),
                question: None,
                due_on: Some(*due),
                rung: Some(rung.days),
            });
        }
    }
    ledger::record_all(tx, house.tenant, entries)?;
    tell(tx, house.tenant, &news)?;
    Ok(true)
}

//! Bringing in units and people from a sheet. **Invariant: one function decides what a sheet would do;
//! the dry run shows what it says, and bringing in does exactly that, all of it or nothing.**

mod plan;
mod rows;
mod sheet;
mod store;

use std::sync::Arc;

use openapi::{
    endpoint::Bytes,
    ledger::{Deed, Subject},
    people::{PersonDraft, PersonId, RoleAt},
    problem::Language,
    roster::{PutRoster, RosterReport, RosterRow, RosterSheet, RowOutcome, TryRoster},
    units::{UnitDraft, UnitId},
    value::Count,
};
use serde_json::json;
use sha2::{Digest, Sha256};

use self::{
    plan::{NewPerson, NewUnit, Plan, Planned},
    rows::Row,
};
use crate::{
    access::Scope,
    db::{Reading, Writing},
    error::{Error, Result},
    ledger::{self, Entry},
    people,
    serve::{Answer, Call, Routes},
    tokens, units,
};

pub(crate) fn mount(routes: &mut Routes) {
    routes.steps::<TryRoster, _>(attempt);
    routes.steps::<PutRoster, _>(put);
}

async fn attempt(call: Call<TryRoster>) -> Result<Answer<RosterReport>> {
    let rows = read(call.body.clone()).await?;
    let db = call.state.db.clone();
    let report = db.snapshot(move |tx| {
        let plan = Plan::of(tx, &call.scope, call.today, &rows)?;
        Ok(report(&plan, &rows, &Made::default(), call.actor.language))
    });
    Ok(Answer::ok(report.await?))
}

async fn put(call: Call<PutRoster>) -> Result<Answer<RosterReport>> {
    let sha256 = tokens::hex(&Sha256::digest(&call.body.0.content));
    let call = Arc::new(call);
    let db = call.state.db.clone();
    let before = {
        let (call, sha256) = (Arc::clone(&call), sha256.clone());
        db.read(move |tx| present(tx, &call, &sha256)).await?
    };
    if let Some(report) = before {
        return Ok(Answer::ok(report));
    }
    let rows = read(call.body.clone()).await?;
    let brought_in = db.write(move |tx| {
        if let Some(report) = present(tx, &call, &sha256)? {
            return Ok((false, report));
        }
        bring_in(tx, &call, &rows, &sha256)
    });
    let (new, report) = brought_in.await?;
    Ok(Answer::created_or_same(new, report))
}

/// What the same import answered before.
fn present(tx: &mut Reading<'_>, call: &Call<PutRoster>, sha256: &str) -> Result<Option<RosterReport>> {
    let Some(import) = store::find(tx, &call.scope, call.path)? else {
        return Ok(None);
    };
    if import.sha256 != sha256 {
        return Err(Error::conflict());
    }
    let mut report: RosterReport = serde_json::from_str(&import.report)?;
    name_people(tx, &call.scope, &mut report)?;
    Ok(Some(report))
}

/// Names are not kept in a stored report: whoever is anonymised later must be gone from it too.
fn name_people(tx: &mut Reading<'_>, scope: &Scope, report: &mut RosterReport) -> Result<()> {
    let ids: Vec<PersonId> = report.rows.iter().filter_map(|row| row.person).collect();
    let briefs = people::store::briefs(tx, scope.tenant(), &ids)?;
    for row in &mut report.rows {
        row.person_name = row.person.and_then(|id| briefs.get(&id)).map(|brief| brief.name.clone());
    }
    Ok(())
}

/// Reads a sheet on a thread of its own: unpacking a large one takes its time.
async fn read(sheet: RosterSheet) -> Result<Arc<Vec<Row>>> {
    let RosterSheet(Bytes { media, content }) = sheet;
    let rows = tokio::task::spawn_blocking(move || {
        let lines = sheet::lines(&media, &content)?;
        Ok(Arc::new(lines.into_iter().map(Row::of).collect()))
    });
    // A sheet so broken that reading it panicked is a broken sheet.
    rows.await.unwrap_or_else(|_panicked| Err(sheet::unreadable()))
}

/// What was made while bringing a sheet in, in the plan's order.
#[derive(Default)]
struct Made {
    units: Vec<UnitId>,
    people: Vec<PersonId>,
}

fn bring_in(
    tx: &mut Writing<'_>,
    call: &Call<PutRoster>,
    rows: &[Row],
    sha256: &str,
) -> Result<(bool, RosterReport)> {
    let plan = Plan::of(tx, &call.scope, call.today, rows)?;
    let language = call.actor.language;
    if plan.is_refused() {
        return Ok((false, report(&plan, rows, &Made::default(), language)));
    }
    let made = carry_out(tx, call, &plan)?;
    let mut report = report(&plan, rows, &made, language);
    report.stored = true;
    let mut kept = report.clone();
    for row in &mut kept.rows {
        row.person_name = None;
    }
    store::insert(tx, &call.scope, call.path, sha256, &serde_json::to_string(&kept)?)?;
    Ok((true, report))
}

fn carry_out(tx: &mut Writing<'_>, call: &Call<PutRoster>, plan: &Plan) -> Result<Made> {
    let mut made = Made::default();
    for _ in &plan.units {
        made.units.push(tx.new_id()?);
    }
    for _ in &plan.people {
        made.people.push(tx.new_id()?);
    }
    for at in &plan.order {
        if let (Some(unit), Some(id)) = (plan.units.get(*at), made.units.get(*at)) {
            make_unit(tx, call, unit, *id, &made)?;
        }
    }
    for (person, id) in plan.people.iter().zip(&made.people) {
        make_person(tx, call, person, *id, &made)?;
    }
    Ok(made)
}

fn make_unit(
    tx: &mut Writing<'_>,
    call: &Call<PutRoster>,
    unit: &NewUnit,
    id: UnitId,
    made: &Made,
) -> Result<()> {
    let draft = UnitDraft {
        kind: unit.kind,
        name: unit.name.clone(),
        aliases: unit.aliases.clone(),
        parent: unit.parent.and_then(|parent| made.unit(parent)),
        valid_from: None,
        valid_to: None,
    };
    units::enter(tx, &call.scope, id, &draft)?;
    let entry = Entry::new(Deed::Created, Subject::Unit, id).by(&call.actor).in_view_of(id);
    ledger::record(tx, call.scope.tenant(), entry.after(json!(draft)))
}

fn make_person(
    tx: &mut Writing<'_>,
    call: &Call<PutRoster>,
    person: &NewPerson,
    id: PersonId,
    made: &Made,
) -> Result<()> {
    let held = person.roles.iter();
    let mut roles: Vec<RoleAt> =
        held.filter_map(|(role, unit)| Some(RoleAt { role: *role, unit: made.unit(*unit)? })).collect();
    roles.sort_unstable();
    let draft = PersonDraft {
        name: person.name.clone(),
        phone: person.phone.clone(),
        user_name: person.user_name.clone(),
        roles,
        language: None,
    };
    let person = people::enter(tx, &call.scope, id, &draft)?;
    let entry = Entry::new(Deed::Created, Subject::Person, id).by(&call.actor);
    ledger::record(tx, call.scope.tenant(), entry.after(people::told(&person)))
}

impl Made {
    fn unit(&self, which: Planned<UnitId>) -> Option<UnitId> {
        match which {
            Planned::There(id) => Some(id),
            Planned::New(at) => self.units.get(at).copied(),
        }
    }
    fn person(&self, which: Planned<PersonId>) -> Option<PersonId> {
        match which {
            Planned::There(id) => Some(id),
            Planned::New(at) => self.people.get(at).copied(),
        }
    }
}

fn report(plan: &Plan, rows: &[Row], made: &Made, language: Language) -> RosterReport {
    let count = |number: usize| Count::of(i64::try_from(number).unwrap_or(i64::MAX));
    let shown: Vec<RosterRow> = rows
        .iter()
        .zip(&plan.rows)
        .map(|(row, planned)| RosterRow {
            row: row.number,
            outcome: planned.outcome(row),
            unit_name: planned.unit_name.clone().or_else(|| row.unit.clone()),
            unit: planned.unit.and_then(|unit| made.unit(unit)),
            person_name: planned.person_name.clone().or_else(|| row.person.clone()),
            person: planned.person.and_then(|person| made.person(person)),
            problems: planned.problems.iter().take(20).map(|problem| problem.told(language)).collect(),
        })
        .collect();
    RosterReport {
        stored: false,
        units_created: count(plan.units.len()),
        people_created: count(plan.people.len()),
        refused: count(shown.iter().filter(|row| row.outcome == RowOutcome::Refused).count()),
        rows: shown,
    }
}

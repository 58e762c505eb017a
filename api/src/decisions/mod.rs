//! More time, excuses and difficulties, and what is decided on them. **Invariant: what was asked and
//! what was decided both stay; a decision is given once, and what it does to the assignment happens
//! in the same transaction.**

pub(crate) mod difficulties;
pub(crate) mod excuses;
pub(crate) mod extensions;

use openapi::{
    access::Action,
    assignments::AssignmentId,
    endpoint::Endpoint,
    ledger::{Deed, Subject},
    units::UnitId,
    value::Note,
};

use crate::{
    assignments::{
        self,
        store::{self as given, AssignmentRow},
    },
    carrying,
    db::{Reading, Writing},
    error::{Error, Result},
    ledger::{self, Entry},
    serve::{Call, Routes},
};

pub(crate) fn mount(routes: &mut Routes) {
    extensions::mount(routes);
    excuses::mount(routes);
    difficulties::mount(routes);
}

/// The assignment a request is about, or what it was carried over into: named in a body, so that one
/// out of reach is a wrong field.
fn about<E: Endpoint>(tx: &mut Reading<'_>, call: &Call<E>, id: AssignmentId) -> Result<AssignmentRow> {
    let sight = call.scope_to(Action::ReadAssignments)?;
    let row = given::find(tx, &sight, id)?.ok_or_else(|| Error::not_known("/assignment"))?;
    if !call.scope.covers(row.unit_id) {
        return Err(Error::not_allowed());
    }
    carrying::acted_on(tx, call, row)
}

/// Writes into the history of an assignment what was asked or decided under a unit's name. That unit
/// keeps it in view when the assignment has gone to another meanwhile.
fn record<E: Endpoint, T: 'static>(
    tx: &mut Writing<'_>,
    call: &Call<E>,
    row: &AssignmentRow,
    unit: UnitId,
    what: (Deed, Subject, openapi::id::Id<T>),
    words: Option<&Note>,
) -> Result<()> {
    let (deed, subject, id) = what;
    let mut entry = Entry::new(deed, subject, id)
        .by(&call.actor)
        .of_assignment(row.id)
        .in_view_of(row.unit_id)
        .after(assignments::facts(row, words, None));
    if unit != row.unit_id {
        entry = entry.gone_from(unit);
    }
    ledger::record(tx, row.organisation, entry)
}

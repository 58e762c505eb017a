//! Everything in view, in pages. **Invariant: it walks by ids, which never change, so that nothing is
//! passed by because it moved; what changes on the way is in the ledger after the place where the
//! walk began.**
//!
//! An assignment comes with what belongs to it. What was reported under a unit stays in that unit's
//! view when the work is handed to another, so that work once handed over is walked as well.

use openapi::{
    assignments::AssignmentId,
    ledger::{FeedItemId, Subject},
    units::UnitId,
    value::Instant,
};
use serde::{Deserialize, Serialize};

use super::{Thing, store};
use crate::{access::Scope, db::Reading, error::Result};

/// How long closed work is told of to who begins.
const CLOSED_FOR: chrono::TimeDelta = chrono::TimeDelta::days(90);

/// How far a walk has come.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) enum Place {
    Units(Option<FeedItemId>),
    Events(Option<FeedItemId>),
    Directives(Option<FeedItemId>),
    Tasks(Option<FeedItemId>),
    /// The work of the unit with this number in the caller's reach; of all units for who sees all.
    Work(usize, Walked),
    /// Work that was handed over by a unit in reach.
    HandedOver(Walked),
    /// Difficulties about no assignment.
    Difficulties(Option<FeedItemId>),
}

/// How far a walk over assignments has come.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub(super) struct Walked {
    /// The last assignment that was told of.
    last: Option<AssignmentId>,
    /// The last thing of it that was told of, when there may be more.
    within: Option<Thing>,
}

impl Place {
    pub(super) const fn first() -> Self {
        Self::Units(None)
    }
}

/// The next things, as far as there is room, and where to go on; nowhere when that was all. Fewer may
/// come where much lies between that is not told of, so that no answer takes long.
pub(super) fn walk(
    tx: &mut Reading<'_>,
    scope: &Scope,
    mut place: Place,
    room: usize,
) -> Result<(Vec<Thing>, Option<Place>)> {
    const STEPS: usize = 30;
    let since = tx.now().plus(-CLOSED_FOR);
    let mut things = Vec::new();
    for _ in 0..STEPS {
        let left = room.saturating_sub(things.len());
        if left == 0 {
            break;
        }
        match step(tx, scope, since, place, left, &mut things)? {
            Some(next) => place = next,
            None => return Ok((things, None)),
        }
    }
    Ok((things, Some(place)))
}

fn step(
    tx: &mut Reading<'_>,
    scope: &Scope,
    since: Instant,
    place: Place,
    room: usize,
    things: &mut Vec<Thing>,
) -> Result<Option<Place>> {
    let whole = scope.units().is_none();
    // The last id of a page that was full, after which there may be more.
    let mut full = |subject: Subject, ids: Vec<FeedItemId>| {
        let last = ids.last().copied().filter(|_| ids.len() >= room);
        things.extend(ids.into_iter().map(|id| Thing { subject, id }));
        last
    };
    Ok(match place {
        Place::Units(after) => match full(Subject::Unit, store::units(tx, scope, after, room)?) {
            Some(last) => Some(Place::Units(Some(last))),
            None if whole => Some(Place::Events(None)),
            None => Some(Place::Work(0, Walked::default())),
        },
        Place::Events(after) => match full(Subject::Event, store::events(tx, scope, after, room)?) {
            Some(last) => Some(Place::Events(Some(last))),
            None => Some(Place::Directives(None)),
        },
        Place::Directives(after) => {
            match full(Subject::Directive, store::directives(tx, scope, after, since, room)?) {
                Some(last) => Some(Place::Directives(Some(last))),
                None => Some(Place::Tasks(None)),
            }
        }
        Place::Tasks(after) => match full(Subject::Task, store::tasks(tx, scope, after, since, room)?) {
            Some(last) => Some(Place::Tasks(Some(last))),
            None => Some(Place::Work(0, Walked::default())),
        },
        Place::Work(number, walked) => match unit(scope, number) {
            Some(unit) => {
                let more =
                    move |tx: &mut Reading<'_>, after| store::assignments(tx, scope, unit, after, AHEAD);
                match work(tx, scope, since, walked, room, things, more)? {
                    Some(walked) => Some(Place::Work(number, walked)),
                    None => Some(Place::Work(number + 1, Walked::default())),
                }
            }
            None if whole => Some(Place::Difficulties(None)),
            None => Some(Place::HandedOver(Walked::default())),
        },
        Place::HandedOver(walked) => {
            let more = move |tx: &mut Reading<'_>, after| store::handed_over(tx, scope, after, AHEAD);
            match work(tx, scope, since, walked, room, things, more)? {
                Some(walked) => Some(Place::HandedOver(walked)),
                None => Some(Place::Difficulties(None)),
            }
        }
        Place::Difficulties(after) => {
            full(Subject::Difficulty, store::loose_difficulties(tx, scope, after, since, room)?)
                .map(|last| Place::Difficulties(Some(last)))
        }
    })
}

/// The unit whose work is walked: one after the other, or once without one for who sees all.
fn unit(scope: &Scope, number: usize) -> Option<Option<UnitId>> {
    match scope.units() {
        None => (number == 0).then_some(None),
        Some(units) => units.get(number).map(|unit| Some(*unit)),
    }
}

/// How many assignments are looked at in one step.
const AHEAD: usize = 500;

/// Assignments with what belongs to them. Answers where to go on, unless that was all.
fn work(
    tx: &mut Reading<'_>,
    scope: &Scope,
    since: Instant,
    walked: Walked,
    room: usize,
    things: &mut Vec<Thing>,
    more: impl Fn(&mut Reading<'_>, Option<AssignmentId>) -> Result<store::Walked>,
) -> Result<Option<Walked>> {
    let most = things.len() + room;
    if let (Some(last), Some(within)) = (walked.last, walked.within) {
        let mut rest = store::belonging(tx, scope, &[last])?;
        let rest = rest.remove(&last).unwrap_or_default();
        let rest = rest.into_iter().filter(|thing| *thing > within);
        let within = fill(things, most, rest);
        return Ok(Some(Walked { last: Some(last), within }));
    }
    let ahead = more(tx, walked.last)?;
    let Some((end, _)) = ahead.last().copied() else { return Ok(None) };
    let told = |closed: Option<Instant>| closed.is_none_or(|at| at >= since);
    let mut ids: Vec<AssignmentId> =
        ahead.into_iter().filter(|(_, closed)| told(*closed)).map(|(id, _)| id).collect();
    let cut = ids.len() > room;
    ids.truncate(room);
    let mut belonging = store::belonging(tx, scope, &ids)?;
    let mut last = walked.last;
    for id in ids {
        if things.len() >= most {
            return Ok(Some(Walked { last, within: None }));
        }
        things.push(Thing::new(Subject::Assignment, id));
        last = Some(id);
        let rest = belonging.remove(&id).unwrap_or_default();
        if let Some(within) = fill(things, most, rest.into_iter()) {
            return Ok(Some(Walked { last, within: Some(within) }));
        }
    }
    Ok(Some(Walked { last: if cut { last } else { Some(end) }, within: None }))
}

/// Takes as many as there is room for. Answers the last one taken when some were not.
fn fill(things: &mut Vec<Thing>, most: usize, rest: impl Iterator<Item = Thing>) -> Option<Thing> {
    for thing in rest {
        if things.len() >= most {
            return things.last().copied();
        }
        things.push(thing);
    }
    None
}

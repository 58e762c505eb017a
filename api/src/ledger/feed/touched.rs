//! What an entry of the ledger touches beyond what it is about: what is shown of a directive and a
//! task counts their work, so that work given or closed changes them too.

use std::collections::HashMap;

use openapi::{
    assignments::AssignmentId,
    calendar::NamedEventId,
    directives::DirectiveId,
    ledger::{Deed, Subject},
    tasks::TaskId,
    timeliness::State,
};
use serde::Deserialize;

use super::{
    Thing,
    store::{self, Entry, Origin, Touch},
};
use crate::{access::Scope, db::Reading, error::Result};

/// What the ledger keeps of a thing, as far as it is looked at here.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Kept {
    state: Option<State>,
    directive: Option<DirectiveId>,
    related: Vec<TaskId>,
    due: Option<KeptDue>,
}
#[derive(Deserialize)]
struct KeptDue {
    event: Option<NamedEventId>,
}
impl Kept {
    fn of(json: Option<&str>) -> Self {
        json.and_then(|json| serde_json::from_str(json).ok()).unwrap_or_default()
    }
}

/// Everything each entry touches, always in the same order.
pub(super) fn by(tx: &mut Reading<'_>, scope: &Scope, entries: Vec<Entry>) -> Result<Vec<Touch>> {
    let whole = scope.units().is_none();
    let counted: Vec<AssignmentId> = entries.iter().filter(|_| whole).filter_map(recounts).collect();
    let origins = store::origins(tx, scope, &counted)?;
    let touch = |entry: Entry| {
        let mut things = vec![Thing::new(entry.subject, entry.subject_id)];
        let mut add = |thing: Thing| {
            if !things.contains(&thing) {
                things.push(thing);
            }
        };
        if let Some(assignment) = entry.assignment {
            add(Thing::new(Subject::Assignment, assignment));
        }
        if whole {
            beyond(&entry, &origins, &mut add);
        }
        Touch { position: entry.position, things }
    };
    Ok(entries.into_iter().map(touch).collect())
}

fn beyond(entry: &Entry, origins: &HashMap<AssignmentId, Origin>, add: &mut impl FnMut(Thing)) {
    if let Some(origin) = recounts(entry).and_then(|assignment| origins.get(&assignment)) {
        add(Thing::new(Subject::Task, origin.task));
        add(Thing::new(Subject::Directive, origin.directive));
        if let Some(event) = origin.event {
            add(Thing::new(Subject::Event, event));
        }
    }
    if entry.subject == Subject::Task {
        let kept = [Kept::of(entry.before.as_deref()), Kept::of(entry.after.as_deref())];
        for kept in kept {
            if let Some(directive) = kept.directive {
                add(Thing::new(Subject::Directive, directive));
            }
            if let Some(event) = kept.due.and_then(|due| due.event) {
                add(Thing::new(Subject::Event, event));
            }
            // A link is shown from both its ends.
            for task in kept.related {
                add(Thing::new(Subject::Task, task));
            }
        }
    }
}

/// The assignment, when the entry opened or closed it.
fn recounts(entry: &Entry) -> Option<AssignmentId> {
    let state = || Kept::of(entry.after.as_deref()).state;
    let closes = || state().is_some_and(|state| !state.is_open());
    entry.assignment.filter(|_| entry.deed == Deed::Assigned || closes())
}

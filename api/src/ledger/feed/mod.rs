//! The delta feed. **Invariant: whoever follows it ends with exactly what he may see: he misses no
//! change, is told of none twice as new, and learns of nothing that was never in his view.**
//!
//! It begins with everything in view, in pages ([`snapshot`]), and goes on from the place the ledger
//! had reached when it began. What changed while the pages were read is told again then. Of a thing
//! that changed its present data is told, so that several changes are one.

mod present;
mod snapshot;
mod store;
mod touched;

use std::collections::HashSet;

use openapi::{
    access::Action,
    ledger::{ChangeKind, Feed, FeedItem, FeedItemId, ReadFeed, Subject},
    problem::Code,
    value::{Cursor, Limit},
};
use serde::{Deserialize, Serialize};

use self::{present::present, snapshot::Place, store::Touch};
use crate::{
    access::Scope,
    alerts,
    db::Reading,
    error::{Error, Result},
    serve::{Answer, Call},
    tokens,
};

/// A thing the feed tells of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Thing {
    subject: Subject,
    id: FeedItemId,
}
impl Thing {
    const fn new<T>(subject: Subject, id: openapi::id::Id<T>) -> Self {
        Self { subject, id: id.cast() }
    }
}

/// Where a reader is: what `state` holds.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct State {
    /// Which copy of the data he read.
    epoch: String,
    /// What he could see.
    view: String,
    at: At,
    /// How far he has read his inbox, which is his alone and not in the ledger.
    #[serde(default)]
    inbox: i64,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
enum At {
    /// Reading everything in view; the ledger was at `start` when he began.
    Snapshot { start: i64, place: Place },
    /// Following: has everything up to `after`, and so many things of the entry behind it.
    Following { after: i64, within: usize },
}

pub(super) async fn read(call: Call<ReadFeed>) -> Result<Answer<Feed>> {
    let db = call.state.db.clone();
    super::seal_new(&db, call.scope.tenant()).await?;
    db.snapshot(move |tx| page(tx, &call)).await.map(Answer::ok)
}

fn page(tx: &mut Reading<'_>, call: &Call<ReadFeed>) -> Result<Feed> {
    let head = store::head(tx, call.scope.tenant())?;
    let view = view(call);
    let (at, inbox) = match &call.query.since {
        None => {
            let inbox = alerts::inbox::beginning(tx, call.scope.tenant(), call.actor.person.id)?;
            (At::Snapshot { start: head, place: Place::first() }, inbox)
        }
        Some(since) => resume(since, &call.state.epoch, &view, head)?,
    };
    let limit = call.query.limit.unwrap_or(Limit::DEFAULT);
    let room = usize::try_from(limit.get()).unwrap_or(1);
    let begins = matches!(at, At::Snapshot { .. });
    let (things, at, more) = match at {
        At::Snapshot { start, place } => {
            let (things, rest) = snapshot::walk(tx, &call.scope, place, room)?;
            match rest {
                Some(place) => (things, At::Snapshot { start, place }, true),
                None => (things, At::Following { after: start, within: 0 }, start < head),
            }
        }
        At::Following { after, within } => {
            let (things, after, within) = follow(tx, &call.scope, after, within, head, room)?;
            (things, At::Following { after, within }, after < head)
        }
    };
    let mut things = things;
    things.retain(|thing| is_shown(call, thing.subject));
    let mut items = items(tx, call, things, begins)?;
    let (inbox, more) = if more { (inbox, true) } else { notices(tx, call, inbox, room, &mut items)? };
    let state = State { epoch: call.state.epoch.clone(), view, at, inbox };
    Ok(Feed { items, state: Cursor::of(&state), more })
}

/// Whether the caller is told of such things: a key, only of those it has the scope to read.
fn is_shown(call: &Call<ReadFeed>, subject: Subject) -> bool {
    let action = match subject {
        Subject::Assignment => Action::ReadAssignments,
        Subject::Report => Action::ReadReports,
        Subject::Extension | Subject::Excuse | Subject::Difficulty => Action::ReadDecisions,
        Subject::Directive | Subject::Task => Action::ReadDirectives,
        _ => Action::ReadOrganisation,
    };
    call.actor.grant.is_none() || call.actor.scope(action, call.today).is_some()
}

/// What changed in the caller's inbox, once he has everything else. Answers how far it was read, and
/// whether there is more.
fn notices(
    tx: &mut Reading<'_>,
    call: &Call<ReadFeed>,
    number: i64,
    room: usize,
    items: &mut Vec<FeedItem>,
) -> Result<(i64, bool)> {
    let left = room.saturating_sub(items.len());
    let person = call.actor.person.id;
    let (notices, reached) = alerts::inbox::after(tx, &call.scope, person, number, left)?;
    let more = notices.len() >= left;
    for notice in notices {
        items.push(FeedItem {
            subject: Subject::Notice,
            id: notice.id.cast(),
            change: ChangeKind::Put,
            data: Some(serde_json::to_value(&notice)?),
        });
    }
    Ok((reached, more))
}

/// What the caller can see, in a word: another word, another view. Private notes are seen by role.
fn view(call: &Call<ReadFeed>) -> String {
    let mut roles = call.actor.roles.clone();
    roles.sort_unstable();
    let scopes = call.actor.grant.as_ref().map(|grant| &grant.scopes);
    let said = format!("{:?} {:?} {roles:?} {scopes:?}", call.scope.tenant(), call.scope.units());
    tokens::hash(&said).chars().take(16).collect()
}

/// Where the reader was, unless his view or the data are others now.
fn resume(since: &Cursor, epoch: &str, view: &str, head: i64) -> Result<(At, i64)> {
    let state: Option<State> = since.keys();
    let known = state.filter(|state| {
        let reached = match state.at {
            At::Snapshot { start, .. } => start,
            At::Following { after, .. } => after,
        };
        state.epoch == epoch && state.view == view && (0..=head).contains(&reached) && state.inbox >= 0
    });
    known.map(|state| (state.at, state.inbox)).ok_or_else(|| Error::of(Code::CannotCalculateChanges))
}

/// What was touched since, as far as there is room, and how far that is.
fn follow(
    tx: &mut Reading<'_>,
    scope: &Scope,
    after: i64,
    within: usize,
    head: i64,
    room: usize,
) -> Result<(Vec<Thing>, i64, usize)> {
    // Several entries are often one thing; some are read ahead.
    let at_once = room.saturating_mul(2).min(400);
    let entries = store::entries_after(tx, scope, after, head, at_once)?;
    let all = entries.len() < at_once;
    let touches = touched::by(tx, scope, entries)?;
    let mut page = Collected { things: Vec::new(), known: HashSet::new(), room };
    let mut skip = within;
    let mut reached = after;
    for Touch { position, things } in touches {
        for (place, thing) in things.into_iter().enumerate().skip(skip) {
            if !page.add(thing) {
                return Ok((page.things, reached, place));
            }
        }
        skip = 0;
        reached = position;
    }
    Ok((page.things, if all { head } else { reached }, 0))
}

/// The things of a page, each once, where it was last touched.
struct Collected {
    things: Vec<Thing>,
    known: HashSet<Thing>,
    room: usize,
}
impl Collected {
    /// Whether there was room.
    fn add(&mut self, thing: Thing) -> bool {
        if !self.known.contains(&thing) {
            if self.things.len() >= self.room {
                return false;
            }
            self.known.insert(thing);
        } else {
            self.things.retain(|other| *other != thing);
        }
        self.things.push(thing);
        true
    }
}

/// The things as they are now. Who is still reading everything for the first time need not be told
/// what is no longer there.
fn items(
    tx: &mut Reading<'_>,
    call: &Call<ReadFeed>,
    things: Vec<Thing>,
    begins: bool,
) -> Result<Vec<FeedItem>> {
    let mut data = present(tx, call, &things)?;
    // Only an assignment leaves the view of some while it stays in that of others.
    let may_go = |thing: Thing| call.scope.units().is_none() || thing.subject == Subject::Assignment;
    let item = |thing: Thing| {
        let data = data.remove(&thing);
        let change = match data {
            Some(_) => ChangeKind::Put,
            None if begins || !may_go(thing) => return None,
            None => ChangeKind::Gone,
        };
        Some(FeedItem { subject: thing.subject, id: thing.id, change, data })
    };
    Ok(things.into_iter().filter_map(item).collect())
}

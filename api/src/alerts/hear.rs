//! Telling people what happened to their work. **Invariant: each entry of the ledger is looked at once:
//! the place moves on in the transaction that tells.**

use openapi::{
    alerts::{Audience, NoticeKind},
    ledger::{Deed, Subject},
    tasks::Priority,
    timeliness::State as Stands,
};

use super::{
    audience::People,
    inbox::store::{self as inboxes, News},
    store,
};
use crate::{
    access::House,
    db::Writing,
    error::Result,
    ledger::{Happened, store::happened_after},
    state::State,
};

/// How many entries one transaction looks at.
const AT_ONCE: i64 = 200;
/// What is older is no news: a history that was brought in, a server that stood still.
const NEWS_FOR: chrono::TimeDelta = chrono::TimeDelta::days(7);

/// Tells an organisation's people of everything that has happened since.
pub(super) async fn hear(state: &State, house: &House) -> Result<()> {
    loop {
        let tenant = house.tenant;
        let waits = state
            .db
            .read(move |tx| {
                let (position, _) = store::progress(tx, tenant)?;
                Ok(!happened_after(tx, tenant, position, 1)?.is_empty())
            })
            .await?;
        if !waits {
            return Ok(());
        }
        let house = house.clone();
        state.db.write(move |tx| hear_some(tx, &house)).await?;
    }
}

fn hear_some(tx: &mut Writing<'_>, house: &House) -> Result<()> {
    let (position, digest_on) = store::progress(tx, house.tenant)?;
    let entries = happened_after(tx, house.tenant, position, AT_ONCE)?;
    let Some(reached) = entries.last().map(|entry| entry.position) else { return Ok(()) };
    let since = tx.now().plus(-NEWS_FOR);
    for entry in entries.into_iter().filter(|entry| entry.at >= since) {
        tell(tx, house, &entry)?;
    }
    store::keep_progress(tx, house.tenant, reached, digest_on)
}

/// Who hears of it, as what, and whether at once. Urgent work given, what was returned, decided and
/// answered may not wait for the digest; a question goes to who may answer it.
fn meaning(entry: &Happened) -> Option<(NoticeKind, Audience, bool)> {
    use Audience::{Overseer, Unit};
    Some(match (entry.subject, entry.deed) {
        // At once when the work is urgent, which is looked up.
        (Subject::Assignment, Deed::Assigned | Deed::Reassigned) => (NoticeKind::Given, Unit, false),
        (Subject::Assignment, Deed::DueMoved | Deed::Paused | Deed::Resumed | Deed::Cancelled) => {
            (NoticeKind::Changed, Unit, false)
        }
        (Subject::Assignment, Deed::Returned) => (NoticeKind::Returned, Unit, true),
        (Subject::Assignment, Deed::Accepted) => (NoticeKind::Accepted, Unit, false),
        (Subject::Extension | Subject::Excuse, Deed::Granted | Deed::Refused) => {
            (NoticeKind::Decided, Unit, true)
        }
        (Subject::Difficulty, Deed::Answered) => (NoticeKind::Answered, Unit, true),
        (Subject::Report, Deed::Reported) => (NoticeKind::ToReview, Overseer, false),
        (Subject::Extension | Subject::Excuse, Deed::Asked) => (NoticeKind::ToDecide, Overseer, false),
        (Subject::Difficulty, Deed::Asked) => (NoticeKind::ToAnswer, Overseer, false),
        _ => return None,
    })
}

fn tell(tx: &mut Writing<'_>, house: &House, entry: &Happened) -> Result<()> {
    let Some((kind, audience, at_once)) = meaning(entry) else { return Ok(()) };
    let assignment = match entry.assignment {
        Some(id) => store::of_assignment(tx, house.tenant, id)?,
        None => None,
    };
    let Some(unit) = entry.unit.or(assignment.as_ref().map(|(row, _)| row.unit_id)) else { return Ok(()) };
    if kind == NoticeKind::ToReview {
        // Only what waits for a review is somebody's to review.
        let waits = assignment.as_ref().is_some_and(|(row, _)| {
            row.state == Stands::Submitted
                && row.last_report_id.is_some_and(|id| id.cast() == entry.subject_id)
        });
        if !waits {
            return Ok(());
        }
    }
    let urgent = assignment.as_ref().is_some_and(|(_, priority)| *priority == Priority::Khan);
    let at_once = at_once || (kind == NoticeKind::Given && urgent);
    let task = assignment.as_ref().map(|(row, _)| row.task_id);
    let today = house.day(tx.now());
    let people = People::of(tx, house.tenant, today, task, [unit])?;
    let asks = matches!(kind, NoticeKind::ToDecide | NoticeKind::ToAnswer);
    let question = asks.then(|| entry.subject_id.cast());
    let told = people.told(&[audience], task, unit, entry.by);
    let news: Vec<News> = told
        .into_keys()
        .map(|person| News {
            person,
            kind,
            escalated: false,
            at_once,
            assignment: entry.assignment,
            unit: Some(unit),
            directive: assignment.as_ref().map(|(row, _)| row.directive_id),
            question,
            due_on: assignment.as_ref().and_then(|(row, _)| row.due_on),
            rung: None,
        })
        .collect();
    inboxes::tell(tx, house.tenant, &news)
}

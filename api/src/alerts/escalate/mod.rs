//! Questions that nobody answers: difficulties, and requests for more time. **Invariant: each goes on to
//! the overseer once and to the leaders once, and to nobody after it was answered.**
//!
//! While a request for more time waits, its work is not warned of: so the request itself is.

pub(in crate::alerts) mod store;

use std::collections::BTreeMap;

use openapi::{
    alerts::{Audience, NoticeKind},
    ledger::{Deed, Subject},
    people::PersonId,
    value::Date,
};

use self::store::{Question, Waiting};
use super::{
    audience::People,
    climb::reached_day,
    inbox::store::{self as inboxes, News},
    store as ladder,
};
use crate::{
    access::House,
    calendar::WorkingDays,
    db::{Reading, Writing},
    error::Result,
    ledger::{self, Entry},
    state::State,
};

/// A question that is to go on.
#[derive(Debug, Clone, Copy)]
struct Due {
    question: Question,
    kind: NoticeKind,
    stage: i32,
}

/// Passes on what has waited too long.
pub(super) async fn escalate(state: &State, house: &House) -> Result<()> {
    let read = house.clone();
    let due = state.db.read(move |tx| waiting_too_long(tx, &read)).await?;
    for one in due {
        let house = house.clone();
        state.db.write(move |tx| pass_on(tx, &house, one)).await?;
    }
    Ok(())
}

/// How far a question has come by a day: it goes on after some working days, and once more after as many.
fn stage(days: &WorkingDays, received: Date, after: i32, day: Date) -> i32 {
    if days.after(received, after.saturating_mul(2)) <= day {
        2
    } else {
        i32::from(days.after(received, after) <= day)
    }
}

fn waiting_too_long(tx: &mut Reading<'_>, house: &House) -> Result<Vec<Due>> {
    /// The oldest ones; the rest when these are answered.
    const AT_MOST: i64 = 1000;
    let ladder = ladder::ladder(tx, house.tenant)?.draft;
    let day = reached_day(house, &ladder, tx.now());
    let after = ladder.escalate_after.get();
    let days = WorkingDays::around(tx, house.tenant, day)?;
    let difficulties = store::unanswered(tx, house.tenant, Waiting::ToPassOn, AT_MOST)?;
    let requests = store::undecided(tx, house.tenant, Waiting::ToPassOn, AT_MOST)?;
    let all = difficulties.into_iter().map(|question| (question, NoticeKind::ToAnswer));
    let all: Vec<_> =
        all.chain(requests.into_iter().map(|question| (question, NoticeKind::ToDecide))).collect();
    let ids: Vec<_> = all.iter().map(|(question, _)| question.id).collect();
    let known = store::stages(tx, house.tenant, &ids)?;
    let due = |(question, kind): (Question, NoticeKind)| {
        let stage = stage(&days, house.day(question.received_at), after, day);
        (stage > known.get(&question.id).map_or(0, |(stage, _)| *stage)).then_some(Due {
            question,
            kind,
            stage,
        })
    };
    Ok(all.into_iter().filter_map(due).collect())
}

fn pass_on(tx: &mut Writing<'_>, house: &House, due: Due) -> Result<()> {
    let Due { question, kind, stage } = due;
    let known = store::stages(tx, house.tenant, &[question.id])?;
    let before = known.get(&question.id).map_or(0, |(stage, _)| *stage);
    if stage <= before || !store::still_waits(tx, house.tenant, question.id)? {
        return Ok(());
    }
    let today = house.day(tx.now());
    let people = People::of(tx, house.tenant, today, [], [question.unit])?;
    // Where nobody oversees the unit, the first step is the last one.
    let stage = if people.is_overseen(question.unit) { stage } else { 2 };
    let mut told: BTreeMap<PersonId, Audience> = BTreeMap::new();
    for stage in before + 1..=stage {
        store::insert_escalation(tx, house.tenant, question.id, stage)?;
        let audience = if stage == 1 { Audience::Overseer } else { Audience::Leader };
        told.extend(people.told(&[audience], None, question.unit, None));
    }
    let subject = if kind == NoticeKind::ToAnswer { Subject::Difficulty } else { Subject::Extension };
    let entry = Entry::new(Deed::Escalated, subject, question.id)
        .in_view_of(question.unit)
        .after(serde_json::json!({ "stage": stage }));
    ledger::record(tx, house.tenant, entry)?;
    let news: Vec<News> = told
        .into_keys()
        .map(|person| News {
            person,
            kind,
            escalated: true,
            at_once: true,
            assignment: question.assignment,
            unit: Some(question.unit),
            directive: question.directive,
            question: Some(question.id),
            due_on: None,
            rung: None,
        })
        .collect();
    inboxes::tell(tx, house.tenant, &news)
}

/// Questions that have been passed on and still wait, for who must answer them, so that each digest
/// shows them until they are answered.
pub(super) fn still_open(
    tx: &mut Reading<'_>,
    house: &House,
    day: Date,
) -> Result<BTreeMap<PersonId, usize>> {
    const AT_MOST: i64 = 1000;
    let mut all = store::unanswered(tx, house.tenant, Waiting::PassedOn, AT_MOST)?;
    all.extend(store::undecided(tx, house.tenant, Waiting::PassedOn, AT_MOST)?);
    let ids: Vec<_> = all.iter().map(|question| question.id).collect();
    let stages = store::stages(tx, house.tenant, &ids)?;
    let mut open: BTreeMap<PersonId, usize> = BTreeMap::new();
    for question in all {
        // What was passed on today has been told today.
        let Some((stage, _)) = stages.get(&question.id).filter(|(_, at)| house.day(*at) < day) else {
            continue;
        };
        let audiences: &[Audience] = match stage {
            1 => &[Audience::Overseer],
            _ => &[Audience::Overseer, Audience::Leader],
        };
        let people = People::of(tx, house.tenant, day, [], [question.unit])?;
        for person in people.told(audiences, None, question.unit, None).into_keys() {
            *open.entry(person).or_default() += 1;
        }
    }
    Ok(open)
}

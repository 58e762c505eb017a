//! Sending what people are to be told: at once, or in the digest of the day. **Invariant: a notice goes
//! out in one message, and a person has one digest a day; both are settled in the transaction that writes
//! the message down.**

mod store;

use openapi::{
    alerts::{LadderDraft, NoticeId},
    channels::MessageId,
    people::PersonId,
    value::{Date, Instant},
};

pub(in crate::alerts) use self::store::Unsettled;
use super::{escalate, local_minutes, store as ladder, words};
use crate::{
    access::House,
    channels::{self, Message},
    db::Writing,
    error::Result,
    state::State,
};

/// How many people are looked up at a time.
const AT_ONCE: i64 = 200;

/// Whether nobody is to be disturbed at this time of day.
pub(super) fn is_quiet(ladder: &LadderDraft, minutes: u32) -> bool {
    let (from, to) = (ladder.quiet_from.minutes(), ladder.quiet_to.minutes());
    if from <= to { (from..to).contains(&minutes) } else { minutes >= from || minutes < to }
}

/// Sends what may not wait, outside quiet hours.
pub(super) async fn at_once(state: &State, house: &House) -> Result<()> {
    let tenant = house.tenant;
    let ladder = state.db.read(move |tx| ladder::ladder(tx, tenant)).await?;
    if is_quiet(&ladder.draft, local_minutes(house, state.db.clock().now())) {
        return Ok(());
    }
    let mut after: Option<PersonId> = None;
    loop {
        let people = state.db.read(move |tx| store::with_news(tx, tenant, true, after, AT_ONCE)).await?;
        let Some(last) = people.last().copied() else { return Ok(()) };
        after = Some(last);
        for person in people {
            let house = house.clone();
            state
                .db
                .write(move |tx| {
                    let notices = store::unsettled(tx, house.tenant, person, true)?;
                    let today = house.day(tx.now());
                    send(tx, &house, person, today, notices, 0, true).map(|_sent| ())
                })
                .await?;
        }
    }
}

/// Sends the digests of the day, once its time has come.
pub(super) async fn digest(state: &State, house: &House) -> Result<()> {
    let tenant = house.tenant;
    let now = state.db.clock().now();
    let today = house.day(now);
    let (ladder, (_, done)) =
        state.db.read(move |tx| Ok((ladder::ladder(tx, tenant)?, ladder::progress(tx, tenant)?))).await?;
    let minutes = local_minutes(house, now);
    let begun = minutes >= ladder.draft.digest_at.minutes();
    // A server that comes up in quiet hours lets people sleep: they read it tomorrow.
    if !begun || is_quiet(&ladder.draft, minutes) || done.is_some_and(|done| done >= today) {
        return Ok(());
    }
    let read = house.clone();
    let open = state.db.snapshot(move |tx| escalate::still_open(tx, &read, today)).await?;
    let mut people: std::collections::BTreeSet<PersonId> = open.keys().copied().collect();
    let mut after: Option<PersonId> = None;
    loop {
        let some = state.db.read(move |tx| store::with_news(tx, tenant, false, after, AT_ONCE)).await?;
        let Some(last) = some.last().copied() else { break };
        after = Some(last);
        people.extend(some);
    }
    for person in people {
        let (house, open) = (house.clone(), open.get(&person).copied().unwrap_or(0));
        state.db.write(move |tx| digest_of(tx, &house, person, today, open)).await?;
    }
    state
        .db
        .write(move |tx| {
            let (position, done) = ladder::progress(tx, tenant)?;
            ladder::keep_progress(tx, tenant, position, done.max(Some(today)))
        })
        .await
}

fn digest_of(tx: &mut Writing<'_>, house: &House, person: PersonId, today: Date, open: usize) -> Result<()> {
    if store::had_digest(tx, house.tenant, person, today)? {
        return Ok(());
    }
    let notices = store::unsettled(tx, house.tenant, person, false)?;
    if let Some(message) = send(tx, house, person, today, notices, open, false)? {
        store::insert_digest(tx, house.tenant, person, today, message)?;
    }
    Ok(())
}

/// Writes one message of some notices down and settles them. What no longer holds, and what he has
/// silenced, is settled without one.
fn send(
    tx: &mut Writing<'_>,
    house: &House,
    person: PersonId,
    today: Date,
    notices: Vec<Unsettled>,
    open: usize,
    urgent: bool,
) -> Result<Option<MessageId>> {
    let silenced = store::silenced(tx, house.tenant, person)?;
    let language = store::language(tx, house.tenant, person)?;
    let speaks = |notice: &Unsettled| {
        notice.holds && notice.directive.is_none_or(|directive| !silenced.contains(&directive))
    };
    let (mut said, mut unsaid) = (Vec::new(), Vec::new());
    for notice in notices {
        let waits = match notice.question {
            Some(question) => escalate::store::still_waits(tx, house.tenant, question)?,
            None => true,
        };
        if waits && language.is_some() && speaks(&notice) { said.push(notice) } else { unsaid.push(notice) }
    }
    let unsaid: Vec<NoticeId> = unsaid.into_iter().map(|notice| notice.id).collect();
    store::let_go(tx, house.tenant, &unsaid)?;
    let Some(language) = language.filter(|_| !said.is_empty() || open > 0) else { return Ok(None) };
    let words = words::of(&said, open, today, language);
    let link = match said.as_slice() {
        [only] => only.assignment.map(|assignment| format!("#/viec/{assignment}")),
        _ => None,
    };
    let message = Message {
        id: tx.new_id()?,
        person,
        title: words.title,
        body: words.body,
        lines: words.lines,
        link: Some(link.unwrap_or_else(|| "#/thong-bao".to_owned())),
        urgent,
    };
    channels::post(tx, house.tenant, &message)?;
    // What was let go is settled; what is left up to the last is what was said.
    if let Some(last) = said.last() {
        store::settle(tx, house.tenant, person, (last.created_at, last.id), urgent, message.id)?;
    }
    Ok(Some(message.id))
}

/// When an organisation's clock shows which time of day, in minutes.
pub(super) fn minutes_of(house: &House, moment: Instant) -> u32 {
    use chrono::Timelike;
    let local = moment.utc().with_timezone(&house.zone);
    local.hour() * 60 + local.minute()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quiet_hours_go_over_midnight() {
        let ladder = LadderDraft::usual();
        assert!(is_quiet(&ladder, 21 * 60) && is_quiet(&ladder, 0) && is_quiet(&ladder, 5 * 60 + 59));
        assert!(!is_quiet(&ladder, 6 * 60) && !is_quiet(&ladder, 12 * 60));
        let none = LadderDraft { quiet_to: ladder.quiet_from.clone(), ..ladder };
        assert!((0..24 * 60).all(|minute| !is_quiet(&none, minute)));
    }
}

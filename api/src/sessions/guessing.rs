//! Slowing those who guess. **Invariant: a stranger can slow a login down for strangers, never for a
//! device that has signed in before; and never for longer than a quarter of an hour.**
//!
//! Each try is counted under keys: the login from one address, the login from anywhere, and the
//! address whatever the login; or, for a device that proves it was signed in, that device alone. Past
//! some free failures each further one doubles the wait; as time passes failures are forgiven one by
//! one. An activation link from the office always lets a person in.

use chrono::TimeDelta;
use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl};
use openapi::{
    people::PersonId,
    sessions::ActivationId,
    value::{Instant, Token},
};

use crate::{
    access::Tenant,
    db::{Reading, Writing},
    error::{Error, Result},
    schema::sign_in_failures as failures,
    serve::Address,
    tokens,
};

/// Under what a try is counted, and how many failures are free.
#[derive(Debug, Clone)]
pub(super) struct Try {
    key: String,
    free: i32,
    /// In which time one failure is forgiven.
    forgiven_in: TimeDelta,
}

const LONGEST: TimeDelta = TimeDelta::minutes(15);
/// Beyond so many failures the wait no longer grows, and neither does the time to forgive them.
const BEYOND_AT_MOST: i32 = 10;
/// After so long without a failure every count has run down.
const FORGOTTEN_AFTER: TimeDelta = TimeDelta::hours(24);

/// Under what a try to sign in is counted, its own count first. The proof must be a true one.
pub(super) fn tries(login: &str, address: Address, proof: Option<&Token>) -> Vec<Try> {
    let key = |kind: &str, of: &str| tokens::hash(&format!("{kind}\0{login}\0{of}"));
    if let Some(proof) = proof {
        return vec![Try { key: key("device", proof.as_str()), free: 10, forgiven_in: LONGEST }];
    }
    let from = address.map_or_else(String::new, |address| address.to_string());
    let mut tries = vec![
        Try { key: key("address", &from), free: 5, forgiven_in: LONGEST },
        Try { key: key("login", ""), free: 50, forgiven_in: LONGEST },
    ];
    // A whole commune may stand behind one address: many are free, and soon forgiven.
    tries.extend(address.map(|_| Try {
        key: tokens::hash(&format!("anyone\0{from}")),
        free: 100,
        forgiven_in: TimeDelta::minutes(1),
    }));
    tries
}

/// Under what a try to change one's own password is counted.
pub(super) fn own_tries(tenant: Tenant, person: PersonId) -> Vec<Try> {
    let key = tokens::hash(&format!("own\0{tenant}\0{person}"));
    vec![Try { key, free: 10, forgiven_in: LONGEST }]
}

/// Under what a try to use a used link again is counted.
pub(super) fn link_tries(link: ActivationId) -> Vec<Try> {
    vec![Try { key: tokens::hash(&format!("link\0{link}")), free: 10, forgiven_in: LONGEST }]
}

/// Refuses while a wait is running.
pub(super) fn may_try(tx: &mut Reading<'_>, tries: &[Try]) -> Result<()> {
    for each in tries {
        let until: Option<Instant> = failures::table
            .filter(failures::key.eq(&each.key))
            .select(failures::not_before)
            .first(tx.conn())
            .optional()?;
        if let Some(until) = until.filter(|until| tx.now() < *until) {
            return Err(Error::too_many((until.unix_ms() - tx.now().unix_ms()) / 1000 + 1));
        }
    }
    Ok(())
}

/// How long to wait after so many failures beyond the free ones: 5 s, 10 s, 20 s …
fn wait_after(beyond: i32) -> TimeDelta {
    if beyond <= 0 {
        return TimeDelta::zero();
    }
    let doublings = u32::try_from(beyond - 1).unwrap_or(0).min(10);
    LONGEST.min(TimeDelta::seconds(5 << doublings))
}

/// Counts a failure.
pub(super) fn note_failure(tx: &mut Writing<'_>, tries: &[Try]) -> Result<()> {
    for each in tries {
        let now = tx.now();
        let before: Option<(i32, Instant)> = failures::table
            .filter(failures::key.eq(&each.key))
            .select((failures::failures, failures::last_at))
            .first(tx.conn())
            .optional()?;
        let standing = before.map_or(0, |(count, last)| each.standing(count, last, now));
        let counted = standing.saturating_add(1).min(each.free + BEYOND_AT_MOST);
        let until = now.plus(wait_after(counted - each.free));
        let values =
            (failures::failures.eq(counted), failures::last_at.eq(now), failures::not_before.eq(until));
        if before.is_some() {
            diesel::update(failures::table.filter(failures::key.eq(&each.key)))
                .set(values)
                .execute(tx.conn())?;
        } else {
            diesel::insert_into(failures::table)
                .values((failures::key.eq(&each.key), values.0, values.1, values.2))
                .execute(tx.conn())?;
        }
    }
    Ok(())
}

impl Try {
    /// What is left of a count after the time that has passed since its last failure.
    fn standing(&self, count: i32, last: Instant, now: Instant) -> i32 {
        let passed = now.unix_ms().saturating_sub(last.unix_ms()).max(0);
        let forgiven = passed / self.forgiven_in.num_milliseconds().max(1);
        count.saturating_sub(i32::try_from(forgiven).unwrap_or(i32::MAX)).max(0)
    }
}

/// Forgets counts that have run down.
pub(super) fn forget_old(tx: &mut Writing<'_>) -> Result<()> {
    let old = tx.now().plus(-FORGOTTEN_AFTER);
    diesel::delete(failures::table.filter(failures::last_at.lt(old))).execute(tx.conn())?;
    Ok(())
}

/// Somebody got in: his own count starts anew. The count of the login from anywhere stays, because
/// the one who got in need not be the one who guesses.
pub(super) fn note_success(tx: &mut Writing<'_>, tries: &[Try]) -> Result<()> {
    if let Some(own) = tries.first() {
        diesel::delete(failures::table.filter(failures::key.eq(&own.key))).execute(tx.conn())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_doubles_and_has_an_end() {
        assert_eq!(wait_after(0), TimeDelta::zero());
        assert_eq!(wait_after(1), TimeDelta::seconds(5));
        assert_eq!(wait_after(2), TimeDelta::seconds(10));
        assert_eq!(wait_after(1000), LONGEST);
    }

    #[test]
    fn a_known_device_is_counted_apart() {
        let stranger = tries("0912345678", None, None);
        let proof: Token = "Zk3v0Xb9Qm1sT7uYw5aEdR2c".parse().unwrap();
        let known = tries("0912345678", None, Some(&proof));
        assert!(known.iter().all(|k| stranger.iter().all(|s| s.key != k.key)));
    }

    #[test]
    fn failures_are_forgiven_one_by_one() {
        let at = |minutes: i64| Instant::new(chrono::DateTime::from_timestamp(minutes * 60, 0).unwrap());
        let own = own_tries(1, openapi::id::Id::new(1, [1; 10])).remove(0);
        assert_eq!(own.standing(12, at(0), at(0)), 12);
        assert_eq!(own.standing(12, at(0), at(44)), 10);
        assert_eq!(own.standing(12, at(0), at(100_000)), 0);
        assert_eq!(own.standing(12, at(100), at(0)), 12);
    }
}

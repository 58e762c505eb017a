//! Slowing those who guess. **Invariant: a stranger can slow a login down for strangers, never for a
//! device that has signed in before; and never for longer than a quarter of an hour.**
//!
//! Each try is counted under keys: the login from one address, the login from anywhere, or, for a
//! device that proves it was signed in, that device alone. Past a few free failures each further
//! one doubles the wait. An activation link from the office always lets a person in.

use chrono::TimeDelta;
use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl};
use openapi::{
    people::PersonId,
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
}

const LONGEST: TimeDelta = TimeDelta::minutes(15);
/// After so long without a failure a count starts anew.
const FORGIVEN_AFTER: TimeDelta = TimeDelta::hours(24);

/// Under what a try to sign in is counted. The proof must be a true one.
pub(super) fn tries(login: &str, address: Address, proof: Option<&Token>) -> Vec<Try> {
    let key = |kind: &str, of: &str| tokens::hash(&format!("{kind}\0{login}\0{of}"));
    if let Some(proof) = proof {
        return vec![Try { key: key("device", proof.as_str()), free: 10 }];
    }
    let address = address.map_or_else(String::new, |address| address.to_string());
    vec![Try { key: key("address", &address), free: 5 }, Try { key: key("login", ""), free: 50 }]
}

/// Under what a try to change one's own password is counted.
pub(super) fn own_tries(tenant: Tenant, person: PersonId) -> Vec<Try> {
    vec![Try { key: tokens::hash(&format!("own\0{tenant}\0{person}")), free: 10 }]
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
    let doublings = u32::try_from(beyond - 1).unwrap_or(0).min(20);
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
        let counted = match before {
            Some((count, last)) if now < last.plus(FORGIVEN_AFTER) => count.saturating_add(1),
            _ => 1,
        };
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
}

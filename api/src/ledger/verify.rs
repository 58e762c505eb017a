//! Holding the chain against itself: an entry that was changed, taken out or put in between shows.

use super::{GENESIS, chain, store};
use crate::{access::Tenant, db::Db, error::Result};

/// What one organisation's chain is like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// How many entries are as they were written.
    pub entries: i64,
    /// The first that is not, and why.
    pub broken: Option<(i64, &'static str)>,
}

/// Recomputes a chain up to the entry that was the last when this began.
///
/// # Errors
/// What the database says.
pub async fn verify(db: &Db, tenant: Tenant) -> Result<Verified> {
    let Some((last, hash)) = db.read(move |tx| store::head_of(tx, tenant)).await? else {
        let headless = !db.read(move |tx| store::entries_after(tx, tenant, 0, i64::MAX)).await?.is_empty();
        let broken = headless.then_some((1, "the end of the chain is missing"));
        return Ok(Verified { entries: 0, broken });
    };
    let (mut position, mut previous) = (0, GENESIS.to_owned());
    let broken = |entries, why| Ok(Verified { entries, broken: Some((entries + 1, why)) });
    while position < last {
        let rows = db.read(move |tx| store::entries_after(tx, tenant, position, last)).await?;
        if rows.is_empty() {
            return broken(position, "it is missing");
        }
        for row in rows {
            if row.position != Some(position + 1) {
                return broken(position, "it is missing");
            }
            if row.previous_hash.as_deref() != Some(&previous) {
                return broken(position, "it does not follow the one before it");
            }
            let own = chain(&previous, &row);
            if row.hash.as_deref() != Some(&own) {
                return broken(position, "its content was changed");
            }
            (position, previous) = (position + 1, own);
        }
    }
    if previous != hash {
        return broken(position, "the end of the chain was changed");
    }
    Ok(Verified { entries: position, broken: None })
}

//! Whether this copy of the data speaks to the world. **Invariant: while it is held, no webhook, push
//! notice, e-mail or text message leaves; nothing that was to be sent is lost by it.**
//!
//! A copy restored beside the original would tell everybody everything a second time.

use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl};
use openapi::value::Instant;

use crate::{
    db::{Reading, Writing},
    error::Result,
    schema::installation,
};

/// Since when nothing is sent; nothing when all goes its way.
///
/// # Errors
/// What the database says.
pub fn since(tx: &mut Reading<'_>) -> Result<Option<Instant>> {
    Ok(installation::table.select(installation::held_at).first(tx.conn()).optional()?.flatten())
}

/// From now on nothing is sent, if it was.
///
/// # Errors
/// What the database says.
pub fn hold(tx: &mut Writing<'_>) -> Result<()> {
    let sends = installation::table.filter(installation::held_at.is_null());
    diesel::update(sends).set(installation::held_at.eq(Some(tx.now()))).execute(tx.conn())?;
    Ok(())
}

/// From now on what waits is sent.
///
/// # Errors
/// What the database says.
pub fn release(tx: &mut Writing<'_>) -> Result<()> {
    diesel::update(installation::table).set(installation::held_at.eq(None::<Instant>)).execute(tx.conn())?;
    Ok(())
}

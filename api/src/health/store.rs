//! The SQL of readiness.

use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};
use openapi::value::Instant;

use crate::{
    db::{Reading, Writing},
    error::{Error, Result},
    schema::installation,
};

/// Reads something that is always there.
pub(super) fn look(tx: &mut Reading<'_>) -> Result<()> {
    let _touched: Option<Instant> = installation::table.select(installation::touched_at).first(tx.conn())?;
    Ok(())
}

/// Writes something that means nothing.
pub(crate) fn touch(tx: &mut Writing<'_>) -> Result<()> {
    let now = tx.now();
    let touched =
        diesel::update(installation::table).set(installation::touched_at.eq(now)).execute(tx.conn())?;
    if touched == 1 { Ok(()) } else { Err(Error::Broken("the installation has no row".to_owned())) }
}

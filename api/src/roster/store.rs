//! The SQL of sheets that were brought in.

use diesel::{
    BoolExpressionMethods, ExpressionMethods, OptionalExtension, QueryDsl, Queryable, RunQueryDsl,
    Selectable, SelectableHelper,
};
use openapi::roster::RosterImportId;

use crate::{
    access::Scope,
    db::{Reading, Writing},
    error::Result,
    schema::roster_imports,
};

/// A sheet that was brought in.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = roster_imports)]
pub(super) struct ImportRow {
    pub sha256: String,
    pub report: String,
}

pub(super) fn find(tx: &mut Reading<'_>, scope: &Scope, id: RosterImportId) -> Result<Option<ImportRow>> {
    Ok(roster_imports::table
        .filter(roster_imports::organisation.eq(scope.tenant()).and(roster_imports::id.eq(id)))
        .select(ImportRow::as_select())
        .first(tx.conn())
        .optional()?)
}

pub(super) fn insert(
    tx: &mut Writing<'_>,
    scope: &Scope,
    id: RosterImportId,
    sha256: &str,
    report: &str,
) -> Result<()> {
    let now = tx.now();
    diesel::insert_into(roster_imports::table)
        .values((
            roster_imports::organisation.eq(scope.tenant()),
            roster_imports::id.eq(id),
            roster_imports::sha256.eq(sha256),
            roster_imports::report.eq(report),
            roster_imports::created_at.eq(now),
        ))
        .execute(tx.conn())?;
    Ok(())
}

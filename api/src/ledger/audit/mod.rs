//! The audit trail, as leaders and inspectors read it. **Invariant: only what has its place in the
//! chain is shown, in the order of the chain.**

mod store;

use openapi::{
    ledger::{AuditEvent, ListAuditEvents},
    value::Page,
};

use crate::{
    error::Result,
    serve::{Answer, Call},
};

/// What was recorded, the oldest first.
pub(super) async fn list(call: Call<ListAuditEvents>) -> Result<Answer<Page<AuditEvent>>> {
    let db = call.state.db.clone();
    super::seal_new(&db, call.scope.tenant()).await?;
    db.snapshot(move |tx| store::list(tx, &call.scope, &call.query)).await.map(Answer::ok)
}

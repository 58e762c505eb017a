//! The ledger: who did what, when, from what to what. **Invariant: every change of the record is
//! written down in the transaction that makes it; an entry, once written, is only ever given its place
//! and its hash, once.**
//!
//! One record serves the audit trail, the delta feed and the history of an assignment. Places are
//! given without gaps in an order that respects commits: on SQLite by the one writer as it writes,
//! on PostgreSQL by [`seal`], which only ever sees what is committed and runs under a lock. A reader
//! of the feed therefore never passes an entry that is still to appear.

mod audit;
mod feed;
pub mod store;
mod verify;

pub use self::verify::{Verified, verify};

use openapi::{
    assignments::AssignmentId,
    id::Id,
    ledger::{AuditEventId, Deed, ListAuditEvents, ReadFeed, Subject},
    reports::ReportId,
    timeliness::State,
    units::UnitId,
    value::{Date, Instant},
};
use serde_json::Value;

use crate::{
    access::{Actor, Tenant},
    db::{Db, Writing},
    error::Result,
    serve::Routes,
    tokens,
};

pub(crate) fn mount(routes: &mut Routes) {
    routes.steps::<ListAuditEvents, _>(audit::list);
    routes.steps::<ReadFeed, _>(feed::read);
}

/// Something that was done.
#[derive(Debug, Clone)]
pub struct Entry {
    by: Option<openapi::people::PersonId>,
    deed: Deed,
    subject: Subject,
    subject_id: AuditEventId,
    assignment: Option<AssignmentId>,
    unit: Option<UnitId>,
    former_unit: Option<UnitId>,
    before: Option<Value>,
    after: Option<Value>,
}

impl Entry {
    /// Something done to a thing.
    #[must_use]
    pub fn new<T>(deed: Deed, subject: Subject, id: Id<T>) -> Self
    where
        T: 'static,
    {
        Self {
            by: None,
            deed,
            subject,
            subject_id: id.cast(),
            assignment: None,
            unit: None,
            former_unit: None,
            before: None,
            after: None,
        }
    }
    /// Who did it; the server itself without one.
    #[must_use]
    pub const fn by(mut self, actor: &Actor) -> Self {
        self.by = Some(actor.person.id);
        self
    }
    /// Who did it, when he is not signed in yet.
    #[must_use]
    pub const fn by_person(mut self, person: openapi::people::PersonId) -> Self {
        self.by = Some(person);
        self
    }
    /// The unit whose people have it in view. Without one it is in view only of those who see the
    /// whole organisation.
    #[must_use]
    pub const fn in_view_of(mut self, unit: UnitId) -> Self {
        self.unit = Some(unit);
        self
    }
    /// The unit that no longer has it in view.
    #[must_use]
    pub const fn gone_from(mut self, unit: UnitId) -> Self {
        self.former_unit = Some(unit);
        self
    }
    /// The assignment whose history it belongs to.
    #[must_use]
    pub const fn of_assignment(mut self, assignment: AssignmentId) -> Self {
        self.assignment = Some(assignment);
        self
    }
    /// The fields that changed, as they were. Never a private note, a password or a token.
    #[must_use]
    pub fn before(mut self, fields: Value) -> Self {
        self.before = Some(fields);
        self
    }
    /// The fields that changed, as they are. Never a private note, a password or a token.
    #[must_use]
    pub fn after(mut self, fields: Value) -> Self {
        self.after = Some(fields);
        self
    }
}

/// Writes an entry down.
///
/// # Errors
/// What the database says.
pub fn record(tx: &mut Writing<'_>, tenant: Tenant, entry: Entry) -> Result<()> {
    let id = tx.new_id()?;
    store::append(tx, tenant, id, entry)
}

/// Writes several entries down, in their order.
///
/// # Errors
/// What the database says.
pub fn record_all(tx: &mut Writing<'_>, tenant: Tenant, entries: Vec<Entry>) -> Result<()> {
    store::append_all(tx, tenant, entries)
}

/// The hash of an entry, over everything it says and the hash of the one before it. Fields are
/// separated by a byte no text holds.
fn chain(previous: &str, row: &store::LedgerRow) -> String {
    let by = row.by_person.map(|id| id.to_string()).unwrap_or_default();
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let id = |value: Option<String>| value.unwrap_or_default();
    let said = [
        previous.to_owned(),
        row.id.to_string(),
        row.organisation.to_string(),
        row.at.to_string(),
        by,
        row.deed.to_string(),
        row.subject.to_string(),
        row.subject_id.to_string(),
        id(row.assignment_id.map(|id| id.to_string())),
        id(row.unit_id.map(|id| id.to_string())),
        id(row.former_unit_id.map(|id| id.to_string())),
        text(&row.before),
        text(&row.after),
    ];
    tokens::hash(&said.join("\u{0}"))
}

/// An entry that has its place, as people and other systems are told of it: never with the words in it.
#[derive(Debug, Clone)]
pub(crate) struct Happened {
    /// Its id.
    pub id: AuditEventId,
    /// Its place.
    pub position: i64,
    /// When it was done.
    pub at: Instant,
    /// Who did it; the server itself without one.
    pub by: Option<openapi::people::PersonId>,
    /// What was done.
    pub deed: Deed,
    /// To what kind of thing.
    pub subject: Subject,
    /// To which one.
    pub subject_id: AuditEventId,
    /// The assignment in whose history it stands.
    pub assignment: Option<AssignmentId>,
    /// The unit in whose view it is.
    pub unit: Option<UnitId>,
    /// Where the assignment stood afterwards.
    pub state: Option<State>,
    /// When the assignment was due afterwards.
    pub due_on: Option<Date>,
    /// By which report.
    pub report: Option<ReportId>,
    /// Of a warning, how many days after the due date it was given.
    pub rung: Option<i64>,
}

/// The hash before the first entry.
pub const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// The lock under which places are given on PostgreSQL.
const SEALING: i64 = 7_305_218_935;

/// Gives every committed entry its place. On SQLite they have theirs already.
///
/// # Errors
/// What the database says.
pub async fn seal(db: &Db) -> Result<()> {
    loop {
        let sealed = db.write_after_lock(SEALING, store::seal_some).await?;
        if sealed.is_none_or(|rows| rows == 0) {
            return Ok(());
        }
    }
}

/// Gives what an organisation's callers have just written its place, so that they read what they
/// wrote. Nothing is done when nothing waits.
pub(crate) async fn seal_new(db: &Db, tenant: Tenant) -> Result<()> {
    if db.is_sqlite() || !db.read(move |tx| store::waits(tx, tenant)).await? {
        return Ok(());
    }
    seal(db).await
}

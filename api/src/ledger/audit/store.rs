//! The SQL of the audit trail.

use diesel::{BoolExpressionMethods, ExpressionMethods, QueryDsl, RunQueryDsl, SelectableHelper};
use openapi::{
    keys::KeyId,
    ledger::{AuditEvent, AuditQuery},
    people::{PersonBrief, PersonId},
    value::{Page, Sha256},
};

use crate::{
    access::Scope,
    db::{Reading, after},
    error::{Error, Result},
    ledger::store::LedgerRow,
    people,
    schema::ledger,
};

/// A page of what has its place. The trail is of the whole organisation.
pub(super) fn list(tx: &mut Reading<'_>, scope: &Scope, query: &AuditQuery) -> Result<Page<AuditEvent>> {
    let mut rows = ledger::table
        .filter(ledger::organisation.eq(scope.tenant()).and(ledger::position.is_not_null()))
        .order(ledger::position)
        .limit(i64::from(query.limit().get()) + 1)
        .select(LedgerRow::as_select())
        .into_boxed();
    if let Some(subject) = query.subject {
        rows = rows.filter(ledger::subject.eq(subject));
    }
    if let Some(id) = query.subject_id {
        rows = rows.filter(ledger::subject_id.eq(id));
    }
    if let Some(person) = query.by {
        rows = rows.filter(ledger::by_person.eq(person));
    }
    if let Some(from) = query.from {
        rows = rows.filter(ledger::at.ge(from));
    }
    if let Some(to) = query.to {
        rows = rows.filter(ledger::at.le(to));
    }
    if let Some(position) = after::<i64>(query.cursor.as_ref())? {
        rows = rows.filter(ledger::position.gt(position));
    }
    let page = Page::cut(rows.load::<LedgerRow>(tx.conn())?, query.limit(), |row| row.position);
    let mut by: Vec<PersonId> = page.items.iter().filter_map(|row| row.by_person).collect();
    by.sort_unstable();
    by.dedup();
    let people = people::store::briefs(tx, scope.tenant(), &by)?;
    let systems = people::store::integrations(tx, scope.tenant(), &by)?;
    let shown = |row: LedgerRow| {
        let by = row.by_person.and_then(|id| people.get(&id).cloned());
        let by_key = row.by_person.filter(|id| systems.contains(id)).map(PersonId::cast);
        event(row, by, by_key)
    };
    let items = page.items.into_iter().map(shown).collect::<Result<Vec<_>>>()?;
    Ok(Page { items, next: page.next })
}

fn event(row: LedgerRow, by: Option<PersonBrief>, by_key: Option<KeyId>) -> Result<AuditEvent> {
    let json = |fields: Option<String>| fields.as_deref().map(serde_json::from_str).transpose();
    let hash = |hash: Option<String>| {
        hash.and_then(|hash| Sha256::try_from(hash).ok())
            .ok_or_else(|| Error::Broken("an entry of the ledger has no hash".to_owned()))
    };
    Ok(AuditEvent {
        id: row.id,
        position: row.position.unwrap_or_default(),
        at: row.at,
        by,
        by_key,
        deed: row.deed,
        subject: row.subject,
        subject_id: row.subject_id,
        before: json(row.before)?,
        after: json(row.after)?,
        previous_hash: hash(row.previous_hash)?,
        hash: hash(row.hash)?,
    })
}

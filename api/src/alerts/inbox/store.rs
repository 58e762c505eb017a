//! The SQL of inboxes. **Invariant: a number of an inbox is given once; what changed in it last has the
//! highest.**

use std::collections::{BTreeMap, HashMap};

use diesel::{
    BoolExpressionMethods, ExpressionMethods, Insertable, JoinOnDsl, OptionalExtension, QueryDsl, Queryable,
    RunQueryDsl, Selectable, SelectableHelper,
};
use openapi::{
    alerts::{NoticeId, NoticeKind, RungDays},
    assignments::AssignmentId,
    channels::MessageId,
    directives::DirectiveId,
    id::Id,
    people::PersonId,
    units::UnitId,
    value::{Date, Instant, Note, Page},
};

use crate::{
    access::{Scope, Tenant},
    alerts::Question,
    db::{ROWS_AT_ONCE, Reading, Writing, after, one_of},
    error::Result,
    on_both,
    schema::{assignments, inboxes, mutes, notices, tasks},
};

/// Something a person is to be told.
#[derive(Debug, Clone, Copy)]
pub(in crate::alerts) struct News {
    pub person: PersonId,
    pub kind: NoticeKind,
    pub escalated: bool,
    pub at_once: bool,
    pub assignment: Option<AssignmentId>,
    pub unit: Option<UnitId>,
    pub directive: Option<DirectiveId>,
    pub question: Option<Id<Question>>,
    pub due_on: Option<Date>,
    pub rung: Option<RungDays>,
}

/// A notice as stored.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = notices)]
pub(in crate::alerts) struct NoticeRow {
    pub organisation: Tenant,
    pub id: NoticeId,
    pub person_id: PersonId,
    pub number: i64,
    pub kind: NoticeKind,
    pub escalated: bool,
    at_once: bool,
    pub assignment_id: Option<AssignmentId>,
    pub unit_id: Option<UnitId>,
    pub directive_id: Option<DirectiveId>,
    pub question_id: Option<Id<Question>>,
    pub due_on: Option<Date>,
    pub rung: Option<i32>,
    pub created_at: Instant,
    settled_at: Option<Instant>,
    message_id: Option<MessageId>,
    pub read_at: Option<Instant>,
}
impl NoticeRow {
    /// When it went out.
    pub(in crate::alerts) fn sent_at(&self) -> Option<Instant> {
        self.settled_at.filter(|_| self.message_id.is_some())
    }
}

/// Puts news into inboxes.
pub(in crate::alerts) fn tell(tx: &mut Writing<'_>, tenant: Tenant, news: &[News]) -> Result<()> {
    let mut by_person: BTreeMap<PersonId, Vec<&News>> = BTreeMap::new();
    for one in news {
        by_person.entry(one.person).or_default().push(one);
    }
    let first = reserve(tx, tenant, by_person.iter().map(|(person, news)| (*person, news.len())))?;
    let mut rows = Vec::with_capacity(news.len());
    for (person, news) in by_person {
        let first = first.get(&person).copied().unwrap_or(0) + 1;
        for (number, one) in (first..).zip(news) {
            rows.push(NoticeRow {
                organisation: tenant,
                id: tx.new_id()?,
                person_id: person,
                number,
                kind: one.kind,
                escalated: one.escalated,
                at_once: one.at_once,
                assignment_id: one.assignment,
                unit_id: one.unit,
                directive_id: one.directive,
                question_id: one.question,
                due_on: one.due_on,
                rung: one.rung.map(RungDays::get),
                created_at: tx.now(),
                settled_at: None,
                message_id: None,
                read_at: None,
            });
        }
    }
    for rows in rows.chunks(ROWS_AT_ONCE) {
        on_both!(tx.conn(), |c| diesel::insert_into(notices::table).values(rows).execute(c))?;
    }
    Ok(())
}

/// The last number given in an inbox.
pub(in crate::alerts) fn last_number(tx: &mut Reading<'_>, tenant: Tenant, person: PersonId) -> Result<i64> {
    Ok(inboxes::table
        .filter(inboxes::organisation.eq(tenant).and(inboxes::person_id.eq(person)))
        .select(inboxes::number)
        .first(tx.conn())
        .optional()?
        .unwrap_or(0))
}

/// Forgets old notices that nothing is left to be done about, some at a time. Answers how many.
pub(in crate::alerts) fn forget(tx: &mut Writing<'_>, tenant: Tenant, before: Instant) -> Result<usize> {
    const AT_ONCE: i64 = 500;
    let old: Vec<NoticeId> = notices::table
        .filter(notices::organisation.eq(tenant).and(notices::created_at.lt(before)))
        .filter(notices::settled_at.is_not_null())
        .order(notices::created_at)
        .limit(AT_ONCE)
        .select(notices::id)
        .load(tx.conn())?;
    let those = notices::table.filter(notices::organisation.eq(tenant).and(one_of(notices::id, &old)));
    Ok(diesel::delete(those).execute(tx.conn())?)
}

/// Takes numbers in inboxes, so many in each. Answers the last one that was taken before, by person.
fn reserve(
    tx: &mut Writing<'_>,
    tenant: Tenant,
    wanted: impl Iterator<Item = (PersonId, usize)>,
) -> Result<HashMap<PersonId, i64>> {
    // A statement for each count, of which there are few, rather than for each person.
    let mut by_count: BTreeMap<i64, Vec<PersonId>> = BTreeMap::new();
    for (person, many) in wanted {
        by_count.entry(i64::try_from(many).unwrap_or(i64::MAX)).or_default().push(person);
    }
    let mut last = HashMap::new();
    for (many, people) in by_count {
        let those =
            inboxes::table.filter(inboxes::organisation.eq(tenant).and(one_of(inboxes::person_id, &people)));
        let known: Vec<(PersonId, i64)> =
            those.clone().select((inboxes::person_id, inboxes::number)).load(tx.conn())?;
        diesel::update(those).set(inboxes::number.eq(inboxes::number + many)).execute(tx.conn())?;
        last.extend(known);
        let opened = people.into_iter().filter(|person| !last.contains_key(person)).map(|person| {
            (inboxes::organisation.eq(tenant), inboxes::person_id.eq(person), inboxes::number.eq(many))
        });
        let opened: Vec<_> = opened.collect();
        for rows in opened.chunks(ROWS_AT_ONCE) {
            on_both!(tx.conn(), |c| diesel::insert_into(inboxes::table).values(rows).execute(c))?;
        }
    }
    Ok(last)
}

pub(in crate::alerts) fn mute(
    tx: &mut Reading<'_>,
    tenant: Tenant,
    person: PersonId,
    directive: DirectiveId,
) -> Result<Option<Instant>> {
    Ok(mutes::table
        .filter(mutes::organisation.eq(tenant).and(mutes::person_id.eq(person)))
        .filter(mutes::directive_id.eq(directive))
        .select(mutes::since)
        .first(tx.conn())
        .optional()?)
}

pub(in crate::alerts) fn insert_mute(
    tx: &mut Writing<'_>,
    tenant: Tenant,
    person: PersonId,
    directive: DirectiveId,
) -> Result<Instant> {
    let since = tx.now();
    diesel::insert_into(mutes::table)
        .values((
            mutes::organisation.eq(tenant),
            mutes::person_id.eq(person),
            mutes::directive_id.eq(directive),
            mutes::since.eq(since),
        ))
        .execute(tx.conn())?;
    Ok(since)
}

pub(in crate::alerts) fn delete_mute(
    tx: &mut Writing<'_>,
    tenant: Tenant,
    person: PersonId,
    directive: DirectiveId,
) -> Result<()> {
    let this = mutes::table
        .filter(mutes::organisation.eq(tenant).and(mutes::person_id.eq(person)))
        .filter(mutes::directive_id.eq(directive));
    diesel::delete(this).execute(tx.conn())?;
    Ok(())
}

/// A page of what a person has silenced.
pub(in crate::alerts) fn mutes(
    tx: &mut Reading<'_>,
    tenant: Tenant,
    person: PersonId,
    query: &openapi::alerts::MutesQuery,
) -> Result<Page<(DirectiveId, Instant)>> {
    let mut rows = mutes::table
        .filter(mutes::organisation.eq(tenant).and(mutes::person_id.eq(person)))
        .order(mutes::directive_id)
        .limit(i64::from(query.limit().get()) + 1)
        .select((mutes::directive_id, mutes::since))
        .into_boxed();
    if let Some(last) = after::<DirectiveId>(query.cursor.as_ref())? {
        rows = rows.filter(mutes::directive_id.gt(last));
    }
    let rows: Vec<(DirectiveId, Instant)> = rows.load(tx.conn())?;
    Ok(Page::cut(rows, query.limit(), |row| row.0))
}

/// Whether any work of a document is within reach.
pub(in crate::alerts) fn concerns(
    tx: &mut Reading<'_>,
    scope: &Scope,
    directive: DirectiveId,
) -> Result<bool> {
    let mut rows = assignments::table
        .filter(assignments::organisation.eq(scope.tenant()).and(assignments::directive_id.eq(directive)))
        .select(assignments::id)
        .into_boxed();
    if let Some(reach) = scope.units() {
        rows = rows.filter(one_of(assignments::unit_id, reach));
    }
    let found: Option<AssignmentId> = rows.first(tx.conn()).optional()?;
    Ok(found.is_some())
}

/// A page of an inbox, the newest first.
pub(in crate::alerts) fn inbox(
    tx: &mut Reading<'_>,
    tenant: Tenant,
    person: PersonId,
    query: &openapi::alerts::NoticesQuery,
) -> Result<Page<NoticeRow>> {
    let mut rows = notices::table
        .filter(notices::organisation.eq(tenant).and(notices::person_id.eq(person)))
        .order(notices::id.desc())
        .limit(i64::from(query.limit().get()) + 1)
        .select(NoticeRow::as_select())
        .into_boxed();
    match query.unread {
        Some(true) => rows = rows.filter(notices::read_at.is_null()),
        Some(false) => rows = rows.filter(notices::read_at.is_not_null()),
        None => {}
    }
    if let Some(last) = after::<NoticeId>(query.cursor.as_ref())? {
        rows = rows.filter(notices::id.lt(last));
    }
    Ok(Page::cut(rows.load::<NoticeRow>(tx.conn())?, query.limit(), |row| row.id))
}

/// What changed in an inbox after a number, in order.
pub(in crate::alerts) fn inbox_after(
    tx: &mut Reading<'_>,
    tenant: Tenant,
    person: PersonId,
    number: i64,
    many: i64,
) -> Result<Vec<NoticeRow>> {
    Ok(notices::table
        .filter(notices::organisation.eq(tenant).and(notices::person_id.eq(person)))
        .filter(notices::number.gt(number))
        .order(notices::number)
        .limit(many)
        .select(NoticeRow::as_select())
        .load(tx.conn())?)
}

pub(in crate::alerts) fn notice(
    tx: &mut Reading<'_>,
    tenant: Tenant,
    person: PersonId,
    id: NoticeId,
) -> Result<Option<NoticeRow>> {
    Ok(notices::table
        .filter(notices::organisation.eq(tenant).and(notices::id.eq(id)))
        .filter(notices::person_id.eq(person))
        .select(NoticeRow::as_select())
        .first(tx.conn())
        .optional()?)
}

/// How many a person has not read.
pub(in crate::alerts) fn unread(tx: &mut Reading<'_>, tenant: Tenant, person: PersonId) -> Result<i64> {
    Ok(notices::table
        .filter(notices::organisation.eq(tenant).and(notices::person_id.eq(person)))
        .filter(notices::read_at.is_null())
        .count()
        .get_result(tx.conn())?)
}

/// The unread ones of a person up to one.
pub(in crate::alerts) fn unread_up_to(
    tx: &mut Reading<'_>,
    tenant: Tenant,
    person: PersonId,
    last: NoticeId,
) -> Result<Vec<NoticeRow>> {
    /// In one request; the rest when it is asked again.
    const AT_MOST: i64 = 5000;
    Ok(notices::table
        .filter(notices::organisation.eq(tenant).and(notices::person_id.eq(person)))
        .filter(notices::read_at.is_null().and(notices::id.le(last)))
        .order(notices::id)
        .limit(AT_MOST)
        .select(NoticeRow::as_select())
        .load(tx.conn())?)
}

/// Marks notices of a person as read.
pub(in crate::alerts) fn mark(tx: &mut Writing<'_>, rows: &mut [NoticeRow]) -> Result<()> {
    let Some((tenant, person)) = rows.first().map(|row| (row.organisation, row.person_id)) else {
        return Ok(());
    };
    let last = reserve(tx, tenant, [(person, rows.len())].into_iter())?;
    let first = last.get(&person).copied().unwrap_or(0) + 1;
    let now = tx.now();
    for (number, row) in (first..).zip(rows) {
        row.number = number;
        row.read_at = Some(now);
        diesel::update(notices::table.filter(notices::organisation.eq(tenant).and(notices::id.eq(row.id))))
            .set((notices::read_at.eq(row.read_at), notices::number.eq(row.number)))
            .execute(tx.conn())?;
    }
    Ok(())
}

/// What is to be done, of assignments within reach.
pub(in crate::alerts) fn contents(
    tx: &mut Reading<'_>,
    scope: &Scope,
    of: &[AssignmentId],
) -> Result<HashMap<AssignmentId, Note>> {
    let rows: Vec<(AssignmentId, UnitId, Note)> =
        assignments::table
            .inner_join(tasks::table.on(
                tasks::organisation.eq(assignments::organisation).and(tasks::id.eq(assignments::task_id)),
            ))
            .filter(assignments::organisation.eq(scope.tenant()).and(one_of(assignments::id, of)))
            .select((assignments::id, assignments::unit_id, tasks::content))
            .load(tx.conn())?;
    let seen = rows.into_iter().filter(|(_, unit, _)| scope.covers(*unit));
    Ok(seen.map(|(id, _, content)| (id, content)).collect())
}

//! The SQL of units.

use std::collections::HashMap;

use diesel::{
    BoolExpressionMethods, EscapeExpressionMethods, ExpressionMethods, Insertable, OptionalExtension,
    QueryDsl, Queryable, RunQueryDsl, Selectable, SelectableHelper, TextExpressionMethods,
};
use openapi::{
    text::fold,
    units::{Unit, UnitBrief, UnitDraft, UnitId, UnitKind, UnitMerger, UnitsQuery},
    value::{Count, Date, Instant, Name, Note, Page, Version},
};

use crate::{
    access::{Scope, Tenant},
    db::{Reading, Writing, after, contains, one_of},
    error::Result,
    schema::{roles, unit_aliases, units},
};

/// A unit as stored.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = units)]
pub struct UnitRow {
    pub(crate) organisation: Tenant,
    pub(crate) id: UnitId,
    pub(crate) kind: UnitKind,
    pub(crate) name: Name,
    name_folded: String,
    search: String,
    parent_id: Option<UnitId>,
    pub(crate) valid_from: Option<Date>,
    pub(crate) valid_to: Option<Date>,
    pub(crate) merged_into: Option<UnitId>,
    merged_on: Option<Date>,
    merge_reason: Option<Note>,
    pub(crate) version: Version,
    created_at: Instant,
    updated_at: Instant,
    merge_moved: Option<Count>,
    merge_cancelled: Option<Count>,
    merge_people: Option<Count>,
}

/// What a merger did: assignments handed over, assignments cancelled, people.
#[derive(Debug, Clone, Copy)]
pub(super) struct Merged {
    pub moved: Count,
    pub cancelled: Count,
    pub people: Count,
}

impl UnitRow {
    /// Whether it exists on a day.
    pub(crate) fn exists_on(&self, day: Date) -> bool {
        self.valid_from.is_none_or(|from| from <= day) && self.valid_to.is_none_or(|to| day <= to)
    }
}

/// A unit within the caller's reach.
///
/// # Errors
/// What the database says.
pub fn find(tx: &mut Reading<'_>, scope: &Scope, id: UnitId) -> Result<Option<UnitRow>> {
    if !scope.covers(id) {
        return Ok(None);
    }
    Ok(units::table
        .filter(units::organisation.eq(scope.tenant()).and(units::id.eq(id)))
        .select(UnitRow::as_select())
        .first(tx.conn())
        .optional()?)
}

/// These units within the caller's reach, in the order of their ids.
pub(crate) fn these(tx: &mut Reading<'_>, scope: &Scope, ids: &[UnitId]) -> Result<Vec<Unit>> {
    let rows: Vec<UnitRow> = units::table
        .filter(units::organisation.eq(scope.tenant()).and(one_of(units::id, ids)))
        .order(units::id)
        .select(UnitRow::as_select())
        .load(tx.conn())?;
    let rows = rows.into_iter().filter(|row| scope.covers(row.id)).collect();
    shown_all(tx, scope.tenant(), rows)
}

pub(super) fn list(tx: &mut Reading<'_>, scope: &Scope, query: &UnitsQuery) -> Result<Page<Unit>> {
    let mut rows = units::table
        .filter(units::organisation.eq(scope.tenant()))
        .select(UnitRow::as_select())
        .order((units::kind, units::name_folded, units::id))
        .limit(i64::from(query.limit().get()) + 1)
        .into_boxed();
    if let Some(reach) = scope.units() {
        rows = rows.filter(one_of(units::id, reach));
    }
    if let Some(kind) = query.kind {
        rows = rows.filter(units::kind.eq(kind));
    }
    if let Some(parent) = query.parent {
        rows = rows.filter(units::parent_id.eq(parent));
    }
    if let Some(day) = query.on {
        rows = rows
            .filter(units::valid_from.is_null().or(units::valid_from.le(day)))
            .filter(units::valid_to.is_null().or(units::valid_to.ge(day)));
    }
    if let Some(words) = &query.q {
        rows = rows.filter(units::search.like(contains(words)).escape('\\'));
    }
    if let Some((kind, name, id)) = after::<(UnitKind, String, UnitId)>(query.cursor.as_ref())? {
        rows =
            rows.filter(units::kind.gt(kind).or(units::kind.eq(kind).and(
                units::name_folded.gt(name.clone()).or(units::name_folded.eq(name).and(units::id.gt(id))),
            )));
    }
    let rows: Vec<UnitRow> = rows.load(tx.conn())?;
    let page = Page::cut(rows, query.limit(), |row| (row.kind, row.name_folded.clone(), row.id));
    let items = shown_all(tx, scope.tenant(), page.items)?;
    Ok(Page { items, next: page.next })
}

/// A unit as callers see it.
///
/// # Errors
/// What the database says.
pub fn shown(tx: &mut Reading<'_>, row: UnitRow) -> Result<Unit> {
    let tenant = row.organisation;
    let mut all = shown_all(tx, tenant, vec![row])?;
    all.pop().ok_or_else(|| crate::error::Error::Broken("a unit was lost".to_owned()))
}

/// Units as callers see them, in the same order.
pub(crate) fn shown_all(tx: &mut Reading<'_>, tenant: Tenant, rows: Vec<UnitRow>) -> Result<Vec<Unit>> {
    let ids: Vec<UnitId> = rows.iter().map(|row| row.id).collect();
    let mut aliases: HashMap<UnitId, Vec<Name>> = HashMap::new();
    let found: Vec<(UnitId, Name)> = unit_aliases::table
        .filter(unit_aliases::organisation.eq(tenant).and(one_of(unit_aliases::unit_id, &ids)))
        .order((unit_aliases::unit_id, unit_aliases::position))
        .select((unit_aliases::unit_id, unit_aliases::alias))
        .load(tx.conn())?;
    for (unit, alias) in found {
        aliases.entry(unit).or_default().push(alias);
    }
    let merged: Vec<UnitId> = rows.iter().filter_map(|row| row.merged_into).collect();
    let into = briefs(tx, tenant, &merged)?;
    let shown = |row: UnitRow| Unit {
        id: row.id,
        draft: UnitDraft {
            kind: row.kind,
            name: row.name,
            aliases: aliases.remove(&row.id).unwrap_or_default(),
            parent: row.parent_id,
            valid_from: row.valid_from,
            valid_to: row.valid_to,
        },
        merged_into: row.merged_into.and_then(|id| into.get(&id).cloned()),
        merged_on: row.merged_on,
        version: row.version,
        updated_at: row.updated_at,
    };
    Ok(rows.into_iter().map(shown).collect())
}

/// Units in a word, wherever they are mentioned.
///
/// # Errors
/// What the database says.
pub fn briefs(tx: &mut Reading<'_>, tenant: Tenant, ids: &[UnitId]) -> Result<HashMap<UnitId, UnitBrief>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<(UnitId, Name, UnitKind)> = units::table
        .filter(units::organisation.eq(tenant).and(one_of(units::id, ids)))
        .select((units::id, units::name, units::kind))
        .load(tx.conn())?;
    Ok(rows.into_iter().map(|(id, name, kind)| (id, UnitBrief { id, name, kind })).collect())
}

/// Every unit that exists on a day.
///
/// # Errors
/// What the database says.
pub fn existing_on(tx: &mut Reading<'_>, tenant: Tenant, day: Date) -> Result<Vec<UnitRow>> {
    let rows: Vec<UnitRow> = units::table
        .filter(units::organisation.eq(tenant))
        .order((units::kind, units::name_folded, units::id))
        .select(UnitRow::as_select())
        .load(tx.conn())?;
    Ok(rows.into_iter().filter(|row| row.exists_on(day)).collect())
}

/// Every unit there is or was, as callers see it: a few hundred, for sheets.
pub(crate) fn all(tx: &mut Reading<'_>, tenant: Tenant) -> Result<Vec<Unit>> {
    let rows: Vec<UnitRow> = units::table
        .filter(units::organisation.eq(tenant))
        .order((units::kind, units::name_folded, units::id))
        .select(UnitRow::as_select())
        .load(tx.conn())?;
    shown_all(tx, tenant, rows)
}

/// A unit and all it belongs to; nothing when there is no such unit.
pub(super) fn ancestors(tx: &mut Reading<'_>, scope: &Scope, id: UnitId) -> Result<Option<Vec<UnitId>>> {
    let mut line = Vec::new();
    let mut next = Some(id);
    while let Some(id) = next {
        if line.contains(&id) {
            break;
        }
        match find(tx, scope, id)? {
            Some(row) => next = row.parent_id,
            None if line.is_empty() => return Ok(None),
            None => break,
        }
        line.push(id);
    }
    Ok(Some(line))
}

/// Whether another unit of that kind has the name at the same time.
pub(super) fn is_taken(tx: &mut Reading<'_>, scope: &Scope, id: UnitId, draft: &UnitDraft) -> Result<bool> {
    let namesakes: Vec<UnitRow> = units::table
        .filter(units::organisation.eq(scope.tenant()).and(units::id.ne(id)))
        .filter(units::kind.eq(draft.kind).and(units::name_folded.eq(fold(draft.name.as_str()))))
        .select(UnitRow::as_select())
        .load(tx.conn())?;
    let apart = |row: &UnitRow| {
        let before =
            |end: Option<Date>, begin: Option<Date>| matches!((end, begin), (Some(e), Some(b)) if e < b);
        before(row.valid_to, draft.valid_from) || before(draft.valid_to, row.valid_from)
    };
    Ok(namesakes.iter().any(|row| !apart(row)))
}

fn search_text(draft: &UnitDraft) -> String {
    let aliases = draft.aliases.iter().map(Name::as_str);
    let all: Vec<&str> = std::iter::once(draft.name.as_str()).chain(aliases).collect();
    fold(&all.join(" · "))
}

pub(super) fn insert(tx: &mut Writing<'_>, scope: &Scope, id: UnitId, draft: &UnitDraft) -> Result<UnitRow> {
    let now = tx.now();
    let row = UnitRow {
        organisation: scope.tenant(),
        id,
        kind: draft.kind,
        name: draft.name.clone(),
        name_folded: fold(draft.name.as_str()),
        search: search_text(draft),
        parent_id: draft.parent,
        valid_from: draft.valid_from,
        valid_to: draft.valid_to,
        merged_into: None,
        merged_on: None,
        merge_reason: None,
        version: Version::FIRST,
        created_at: now,
        updated_at: now,
        merge_moved: None,
        merge_cancelled: None,
        merge_people: None,
    };
    diesel::insert_into(units::table).values(&row).execute(tx.conn())?;
    write_aliases(tx, &row, draft)?;
    Ok(row)
}

fn write_aliases(tx: &mut Writing<'_>, row: &UnitRow, draft: &UnitDraft) -> Result<()> {
    let present = unit_aliases::table
        .filter(unit_aliases::organisation.eq(row.organisation).and(unit_aliases::unit_id.eq(row.id)));
    diesel::delete(present).execute(tx.conn())?;
    for (position, alias) in (0_i32..).zip(&draft.aliases) {
        diesel::insert_into(unit_aliases::table)
            .values((
                unit_aliases::organisation.eq(row.organisation),
                unit_aliases::unit_id.eq(row.id),
                unit_aliases::position.eq(position),
                unit_aliases::alias.eq(alias),
                unit_aliases::alias_folded.eq(fold(alias.as_str())),
            ))
            .execute(tx.conn())?;
    }
    Ok(())
}

pub(super) fn update(tx: &mut Writing<'_>, mut row: UnitRow, draft: &UnitDraft) -> Result<UnitRow> {
    row.kind = draft.kind;
    row.name = draft.name.clone();
    row.name_folded = fold(draft.name.as_str());
    row.search = search_text(draft);
    row.parent_id = draft.parent;
    row.valid_from = draft.valid_from;
    row.valid_to = draft.valid_to;
    write_aliases(tx, &row, draft)?;
    save(tx, row)
}

fn save(tx: &mut Writing<'_>, mut row: UnitRow) -> Result<UnitRow> {
    row.version = row.version.next();
    row.updated_at = tx.now();
    diesel::update(units::table.filter(units::organisation.eq(row.organisation).and(units::id.eq(row.id))))
        .set((
            units::kind.eq(row.kind),
            units::name.eq(&row.name),
            units::name_folded.eq(&row.name_folded),
            units::search.eq(&row.search),
            units::parent_id.eq(row.parent_id),
            units::valid_from.eq(row.valid_from),
            units::valid_to.eq(row.valid_to),
            units::merged_into.eq(row.merged_into),
            units::merged_on.eq(row.merged_on),
            units::merge_reason.eq(&row.merge_reason),
            units::version.eq(row.version),
            units::updated_at.eq(row.updated_at),
        ))
        .execute(tx.conn())?;
    Ok(row)
}

pub(super) fn is_same_merger(row: &UnitRow, merger: &UnitMerger) -> bool {
    row.merged_into == Some(merger.into)
        && row.merged_on == Some(merger.on)
        && row.merge_reason.as_ref() == Some(&merger.reason)
}

pub(super) fn merge(tx: &mut Writing<'_>, mut row: UnitRow, merger: &UnitMerger) -> Result<UnitRow> {
    row.merged_into = Some(merger.into);
    row.merged_on = Some(merger.on);
    row.merge_reason = Some(merger.reason.clone());
    row.valid_to = Some(merger.on.plus(-1));
    save(tx, row)
}

/// Keeps what a merger did. It is no change of the unit.
pub(super) fn keep_merged(tx: &mut Writing<'_>, row: &UnitRow, did: Merged) -> Result<()> {
    diesel::update(units::table.filter(units::organisation.eq(row.organisation).and(units::id.eq(row.id))))
        .set((
            units::merge_moved.eq(did.moved),
            units::merge_cancelled.eq(did.cancelled),
            units::merge_people.eq(did.people),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// What the merger of a unit did, as it was kept.
pub(super) fn merged(row: &UnitRow) -> Merged {
    let kept = Option::unwrap_or_default;
    Merged {
        moved: kept(row.merge_moved),
        cancelled: kept(row.merge_cancelled),
        people: kept(row.merge_people),
    }
}

/// Lets the people of a unit act for another; what they did for the first stays under its name.
pub(super) fn hand_over_roles(tx: &mut Writing<'_>, from: &UnitRow, to: UnitId) -> Result<i64> {
    use openapi::{access::Role, people::PersonId};
    let held: Vec<(PersonId, Role)> = roles::table
        .filter(roles::organisation.eq(from.organisation).and(roles::unit_id.eq(from.id)))
        .select((roles::person_id, roles::role))
        .load(tx.conn())?;
    for (person, role) in &held {
        let there = roles::table
            .filter(roles::organisation.eq(from.organisation).and(roles::person_id.eq(person)))
            .filter(roles::role.eq(role).and(roles::unit_id.eq(to)));
        let already: Option<UnitId> = there.select(roles::unit_id).first(tx.conn()).optional()?;
        let old = roles::table
            .filter(roles::organisation.eq(from.organisation).and(roles::person_id.eq(person)))
            .filter(roles::role.eq(role).and(roles::unit_id.eq(from.id)));
        if already.is_some() {
            diesel::delete(old).execute(tx.conn())?;
        } else {
            diesel::update(old).set(roles::unit_id.eq(to)).execute(tx.conn())?;
        }
    }
    let mut people: Vec<PersonId> = held.into_iter().map(|(person, _)| person).collect();
    people.sort_unstable();
    people.dedup();
    Ok(i64::try_from(people.len()).unwrap_or(i64::MAX))
}
